/* Sim: who is asked for, what a run goes through, and in which order. */
#include "model/observer.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <string.h>

/* ---- doors ---- */

static Entity *other_rule;
static Entity *elsewhere(G_GNUC_UNUSED Sim *sim, G_GNUC_UNUSED const Thing *thing, G_GNUC_UNUSED const Entity *asker)
{
    return other_rule;
}

static const Component chooser = {.kind = "database", .name = "chooser", .elsewhere = elsewhere};
static const Ops idle = {.role = "idle"};

static Entity *placed(Sim *sim, const Thing *thing, const Place *place, const char *part, bool open)
{
    Entity *entity = entity_new(sim, thing, &idle, place, 1, part);
    if (open)
        entity_open(sim, entity);
    return entity;
}

static Entity *in(Sim *sim, const Thing *thing, int region, const char *part)
{
    return placed(sim, thing, network_region(sim->network, region, WHOLE_REGION), part, true);
}

/* R4: the one named, else the one here, else the target's own rule, else the nearest. */
static void a_reference_means_the_one_here_or_the_nearest(void)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    const Thing *shop = small_thing(world, "shop", NULL), *asker = small_thing(world, "asker", NULL),
                *carts = small_thing_of(world, &chooser, "carts", NULL), *none = small_thing(world, "none", NULL);
    Sim *sim = sim_new(world, 1, 1);
    Entity *shops[] = {in(sim, shop, EAST, "@east/1"), in(sim, shop, EAST, "@east/2"), in(sim, shop, WEST, "@west/1")};
    Entity *east_carts = in(sim, carts, EAST, "@east"), *west_carts = in(sim, carts, WEST, "@west");
    Entity *one = in(sim, asker, EAST, "@east/1"), *two = in(sim, asker, EAST, "@east/2"),
           *three = in(sim, asker, EAST, "@east/3"), *north = in(sim, asker, NORTH, "@north/1"),
           *city = placed(sim, asker, network_city(sim->network, "west"), "@city", true);
    network_seal(sim->network);
    other_rule = west_carts;
    const struct {
        const Entity *asker;
        Reference to;
        const Entity *meant;
    } rows[] = {
        {one, {shop, ANYWHERE}, shops[0]},      {two, {shop, ANYWHERE}, shops[1]}, /* by turns */
        {three, {shop, ANYWHERE}, shops[0]},    {one, {shop, WEST}, shops[2]},
        {north, {shop, ANYWHERE}, shops[0]}, /* none here: east is nearer than west */
        {city, {shop, ANYWHERE}, shops[2]},  /* of no region: the nearest */
        {north, {shop, NORTH}, NULL},           {one, {carts, ANYWHERE}, east_carts},
        {north, {carts, ANYWHERE}, west_carts}, /* none here: the target's own rule */
        {north, {carts, EAST}, east_carts},     {one, {NULL, ANYWHERE}, NULL},
        {one, {none, ANYWHERE}, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Entity *meant = door_for(sim, rows[i].asker, rows[i].to);
        EXPECT(meant == rows[i].meant, "row %zu: %s", i, meant ? meant->name : "nobody");
    }
    Entity *door[4];
    EXPECT_INT(doors_of(sim, shop, ANYWHERE, door, 4), 3);
    EXPECT(door[0] == shops[0] && door[1] == shops[1] && door[2] == shops[2], "not in the order of making");
    EXPECT_INT(doors_of(sim, shop, EAST, door, 4), 2);
    EXPECT_INT(doors_of(sim, shop, EAST, door, 1), 1);
    guint n;
    EXPECT(doors_in(sim, shop, EAST, &n)[1] == shops[1] && n == 2, "%u doors in the east", n);
    EXPECT(!doors_in(sim, shop, NORTH, &n) && n == 0, "%u doors in the north", n);
    EXPECT_INT(doors_named(sim, (Reference){shop, ANYWHERE}, door, 4), 3);
    EXPECT_INT(doors_named(sim, (Reference){shop, WEST}, door, 4), 1);
    EXPECT_INT(shops[1]->nth, 1);
    EXPECT_INT(shops[2]->nth, 0);
    EXPECT_TEXT(shops[2]->name, "shop@west/1");
    sim_free(sim);
    arena_free(arena);
}

static void an_entity_has_the_config_of_its_region(void)
{
    static const int everywhere = 1, west_only = 2;
    Arena *arena = arena_new();
    World *world = small_world(arena);
    const Thing *shop = small_thing(world, "shop", &everywhere);
    shop->config_at[WEST] = &west_only;
    Sim *sim = sim_new(world, 1, 1);
    EXPECT(in(sim, shop, EAST, "@east")->config == &everywhere, "east");
    EXPECT(in(sim, shop, WEST, "@west")->config == &west_only, "west");
    EXPECT(placed(sim, shop, network_edge(sim->network), "@edge", false)->config == &everywhere, "edge");
    network_seal(sim->network);
    sim_free(sim);
    arena_free(arena);
}

/* ---- a whole run ---- */

typedef struct {
    Population *population;
    UserMark *user;
} Actor;

static GString *order;
static SimTime work;
static bool answers;

static void tell(Sim *sim, const char *who, const char *what)
{
    g_string_append_printf(order, "%s%g %s %s", order->len ? "; " : "",
                           simtime_seconds(sim_now(sim) - sim->measured_from), who, what);
}

static void done(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    Actor *actor = me->state;
    observe_answered(sim, actor->population, actor->user, OP_READ, EAST, root->sent_at);
    tell(sim, me->name, "is answered");
    call_end(sim, root);
}

static void issue(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    observe_issued(sim, ((Actor *)me->state)->population, OP_READ);
    Call *request = call_begin(sim, me, 2);
    if (answers)
        call_wait(sim, request, work, done);
    call_end(sim, root);
}

static void start(Sim *sim, Entity *me)
{
    tell(sim, me->name, "starts");
    if (sim_now(sim) == 0) /* a request at the last instant of the measurement */
        call_wait(sim, call_begin(sim, me, 1), sim->horizon - 1, issue);
}

typedef struct {
    const Entity *me;
    guint n;
} Count;

static void count(void *whose, const Call *call)
{
    Count *counted = whose;
    counted->n += call->callee == counted->me;
}

static void finish(Sim *sim, Entity *me)
{
    Count counted = {me, 0};
    tell(sim, me->name, "finishes");
    calls_walk(sim, count, &counted);
    observe_in_flight(((Actor *)me->state)->population, counted.n);
}

static const Ops runs = {.role = "actor", .start = start, .finish = finish};

static void build(Sim *sim, const Thing *thing)
{
    tell(sim, thing->name, "is built");
    Entity *me = entity_new(sim, thing, &runs, network_region(sim->network, thing->name[0] == 'w' ? WEST : EAST, 0),
                            sizeof(Actor), "");
    Actor *actor = me->state;
    actor->population = observe_population(sim, thing);
    actor->user = observe_users(actor->population, 1);
}

static void connect(Sim *sim, const Thing *thing)
{
    tell(sim, thing->name, "connects");
}

static const Component actor_component = {.kind = "actor", .name = "runner", .build = build, .connect = connect};

/* false: stopped early. */
static bool run(const int *stop)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    world->scenario.warm_up = 10 * SECOND;
    world->scenario.duration = 90 * SECOND;
    small_thing_of(world, &actor_component, "east", NULL);
    small_thing_of(world, &actor_component, "west", NULL);
    order = g_string_new(NULL);
    Sim *sim = sim_new(world, 1, 1);
    bool whole = sim_run(sim, stop);
    sim_free(sim);
    arena_free(arena);
    return whole;
}

static void a_run_builds_connects_starts_drains_and_finishes(void)
{
    work = 150 * SECOND;
    answers = true;
    EXPECT(run(NULL), "stopped");
    EXPECT_TEXT(order->str, "-10 east is built; -10 west is built; -10 east connects; -10 west connects; "
                            "-10 east starts; -10 west starts; 240 east is answered; 240 west is answered; "
                            "240 east finishes; 240 west finishes");
    g_string_free(order, TRUE);
}

/* What is never answered is in flight in the end; the drain does not wait for ever. */
static void a_drain_ends(void)
{
    answers = false;
    EXPECT(run(NULL), "stopped");
    const char *end = strstr(order->str, "3690 east finishes");
    EXPECT(end != NULL, "%s", order->str);
    g_string_free(order, TRUE);
}

static void a_stopped_run_finishes_nothing(void)
{
    int stop = 1;
    answers = true;
    EXPECT(!run(&stop), "it ran to the end");
    EXPECT(!strstr(order->str, "finishes"), "%s", order->str);
    g_string_free(order, TRUE);
}

static void a_restart_starts_what_is_in_the_region(void)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    const Thing *east = small_thing_of(world, &actor_component, "east", NULL),
                *west = small_thing_of(world, &actor_component, "west", NULL);
    order = g_string_new(NULL);
    Sim *sim = sim_new(world, 1, 1);
    build(sim, east);
    build(sim, west);
    network_seal(sim->network);
    small_run(sim, 5 * SECOND);
    g_string_truncate(order, 0);
    sim_restart(sim, WEST);
    EXPECT_TEXT(order->str, ""); /* it was not away */
    small_strike(sim, WEST, false, true);
    small_run(sim, 6 * SECOND);
    small_strike(sim, WEST, true, true);
    EXPECT_TEXT(order->str, "6 west starts");
    g_string_free(order, TRUE);
    sim_free(sim);
    arena_free(arena);
}

/* ---- traces ---- */

static void collect(G_GNUC_UNUSED Sim *sim, void *whose, const char *line)
{
    g_string_append_printf(whose, "%s\n", line);
}

static void a_trace_says_when_and_who(void)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    world->scenario.warm_up = 10 * SECOND;
    const Thing *shop = small_thing(world, "shop", NULL);
    Sim *sim = sim_new(world, 1, 1);
    const Entity *me = in(sim, shop, EAST, "@east");
    network_seal(sim->network);
    g_autoptr(GString) lines = g_string_new(NULL);
    TELL(sim, me, "is not heard");
    sim->trace = collect;
    sim->trace_whose = lines;
    TELL(sim, me, "begins");
    small_run(sim, 10 * SECOND + 1234567 * MICROSECOND);
    TELL(sim, me, "does %d things", 3);
    EXPECT_TEXT(lines->str, "[    -10.000000] shop@east begins\n[      1.234567] shop@east does 3 things\n");
    sim_free(sim);
    arena_free(arena);
}

void suite_sim(void);
void suite_sim(void)
{
    CU_pSuite s = CU_add_suite("sim", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_reference_means_the_one_here_or_the_nearest);
    TEST(an_entity_has_the_config_of_its_region);
    TEST(a_run_builds_connects_starts_drains_and_finishes);
    TEST(a_drain_ends);
    TEST(a_stopped_run_finishes_nothing);
    TEST(a_restart_starts_what_is_in_the_region);
    TEST(a_trace_says_when_and_who);
}
