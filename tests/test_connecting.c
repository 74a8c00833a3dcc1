/* Connecting to one address or two: small stories with simulated times.  The user is in the west; the east is 100 ms
 * away, the north 300 ms, there and back. */
#include "model/connecting.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <string.h>

static struct {
    Arena *arena;
    Sim *sim;
    Entity *user, *east, *north;
    Seconds *seconds;
    GString *told;
    unsigned patience;
} stage;

static void tell(const Entity *who, const char *what)
{
    g_string_append_printf(stage.told, "%s%.9g %s %s", stage.told->len ? "; " : "",
                           (double)sim_now(stage.sim) / (double)MILLISECOND, who->name, what);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    tell(me, "is asked");
    call->connect.flow = me->id;
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops user_ops = {.role = "user"}, door_ops = {.role = "door", .asked = asked};

static void opened(SimTime second)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    World *world = small_world(stage.arena);
    const Thing *users = small_thing(world, "user", NULL), *east = small_thing(world, "east", NULL),
                *north = small_thing(world, "north", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    stage.user = entity_new(sim, users, &user_ops, network_city(sim->network, "west"), 8, "");
    stage.east = entity_new(sim, east, &door_ops, network_region(sim->network, EAST, WHOLE_REGION), 8, "");
    stage.north = entity_new(sim, north, &door_ops, network_region(sim->network, NORTH, WHOLE_REGION), 8, "");
    stage.seconds = seconds_new(sim, &(ConnectingConfig){.second = second}, stage.user);
    network_seal(sim->network);
    stage.patience = call_patience(sim, 3 * SECOND);
}

static void closed(const char *expected)
{
    EXPECT_TEXT(stage.told->str, expected);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 0);
    sim_free(stage.sim);
    arena_free(stage.arena);
    g_string_free(stage.told, TRUE);
    check_scene.entity = NULL;
}

static void there(Sim *sim, Entity *me, Call *request, Call *reply)
{
    g_autofree char *what = g_strdup_printf("has %s of %s", outcome_names[reply->outcome], reply->callee->name);
    tell(me, what);
    if (reply->outcome == OUTCOME_OK)
        EXPECT_INT(reply->connect.flow, reply->callee->id);
    call_end(sim, request);
}

/* The request stays a while, as one that asks on its connection does. */
static void stays_or_ends(Sim *sim, Entity *me, Call *request, Call *reply)
{
    if (!reply) {
        call_end(sim, request);
        return;
    }
    g_autofree char *what = g_strdup_printf("has %s of %s", outcome_names[reply->outcome], reply->callee->name);
    tell(me, what);
    call_wait(sim, request, 2 * SECOND, stays_or_ends);
}

static Call *request_of(Step then, uint8_t round_trips)
{
    Call *request = call_begin(stage.sim, stage.user, mix64((uint64_t)sim_now(stage.sim) + 1));
    *LOCALS(request, Connecting) =
        (Connecting){.then = then, .patience = (uint16_t)stage.patience, .round_trips = round_trips};
    return request;
}

static void connect_to(Step then, uint8_t round_trips, const Entity *first, const Entity *second)
{
    connecting_begin(stage.sim, request_of(then, round_trips), stage.seconds, first->id,
                     second ? second->id : NO_ADDRESS);
}

static void run_to(double ms)
{
    small_run(stage.sim, (SimTime)(ms * (double)MILLISECOND));
}

static void the_first_is_there_in_time(void)
{
    opened(250 * MILLISECOND);
    connect_to(there, 1, stage.east, stage.north);
    run_to(5000);
    closed("50 east is asked; 100 user has ok of east");
}

/* TCP takes 100 ms, the whole handshake 300: the second waits for three times 250 ms. */
static void a_long_handshake_is_no_slow_connection(void)
{
    opened(250 * MILLISECOND);
    connect_to(there, 3, stage.east, stage.north);
    run_to(5000);
    closed("250 east is asked; 300 user has ok of east");
}

static void the_second_is_tried_when_the_first_is_silent(void)
{
    opened(250 * MILLISECOND);
    run_to(10);
    small_strike(stage.sim, EAST, false, true);
    connect_to(there, 1, stage.east, stage.north);
    run_to(5000);
    closed("410 north is asked; 560 user has ok of north");
}

static void a_refusal_is_not_waited_out(void)
{
    opened(250 * MILLISECOND);
    run_to(10);
    small_strike(stage.sim, EAST, false, false);
    connect_to(there, 1, stage.east, stage.north);
    run_to(5000);
    closed("260 north is asked; 410 user has ok of north");
}

/* Both are tried; the first is quicker after all, or the second is. */
static void the_quicker_of_two_is_taken(void)
{
    opened(50 * MILLISECOND);
    connect_to(stays_or_ends, 1, stage.east, stage.north);
    run_to(10000);
    closed("50 east is asked; 100 user has ok of east; 200 north is asked");
    opened(50 * MILLISECOND);
    connect_to(stays_or_ends, 1, stage.north, stage.east);
    run_to(10000);
    closed("100 east is asked; 150 north is asked; 150 user has ok of east");
}

static void without_a_second_address_or_with_0_s_there_is_one_try(void)
{
    opened(250 * MILLISECOND);
    run_to(10);
    small_strike(stage.sim, EAST, false, true);
    connect_to(there, 1, stage.east, NULL);
    run_to(5000);
    closed("3010 user has timeout of east");
    opened(0);
    run_to(10);
    small_strike(stage.sim, EAST, false, true);
    connect_to(there, 1, stage.east, stage.north);
    run_to(5000);
    closed("3010 user has timeout of east");
}

static void both_fail(void)
{
    opened(250 * MILLISECOND);
    run_to(10);
    small_strike(stage.sim, EAST, false, false);
    small_strike(stage.sim, NORTH, false, true);
    connect_to(there, 1, stage.east, stage.north);
    run_to(5000);
    closed("3110 user has timeout of north");
}

/* Many at a time wait for their second address in one loop. */
static void each_has_its_own_second(void)
{
    opened(250 * MILLISECOND);
    run_to(10);
    small_strike(stage.sim, EAST, false, true);
    for (int i = 0; i < 40; i++) {
        connect_to(there, 1, i % 2 ? stage.east : stage.north, i % 2 ? stage.north : stage.east);
        run_to(11 + i);
    }
    run_to(9000);
    g_auto(GStrv) told = g_strsplit(stage.told->str, "; ", -1);
    guint n_ok = 0;
    for (guint i = 0; told[i]; i++)
        n_ok += g_str_has_suffix(told[i], "has ok of north");
    EXPECT_INT(n_ok, 40);
    g_string_assign(stage.told, "");
    closed("");
}

static void round_trips(void)
{
    static const struct {
        gint64 handshake;
        Tls tls;
        int expected;
    } rows[] = {{0, TLS_1_3, 0}, {1, TLS_NONE, 1}, {1, TLS_1_2, 3}, {1, TLS_1_3, 2}, {2, TLS_1_3, 3}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ConnectingConfig config = {.handshake = rows[i].handshake, .tls = rows[i].tls};
        EXPECT_INT(connecting_round_trips(&config), rows[i].expected);
    }
}

#define TEST(name) CU_add_test(suite, #name, name)

void suite_connecting(void);
void suite_connecting(void)
{
    CU_pSuite suite = CU_add_suite("connecting", NULL, NULL);
    TEST(the_first_is_there_in_time);
    TEST(a_long_handshake_is_no_slow_connection);
    TEST(the_second_is_tried_when_the_first_is_silent);
    TEST(a_refusal_is_not_waited_out);
    TEST(the_quicker_of_two_is_taken);
    TEST(without_a_second_address_or_with_0_s_there_is_one_try);
    TEST(both_fail);
    TEST(each_has_its_own_second);
    TEST(round_trips);
}
