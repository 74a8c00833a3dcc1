/* Clocks: what they say, and what comes of it where the last writer wins. */
#include "model/clock.h"
#include "model/replica.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/small_world.h"
#include <math.h>

/* ---- what they say, in ms ---- */

static World *world_of(Arena *arena, double east_ms, double west_ms)
{
    World *world = small_world(arena);
    Region *region = (Region *)(gpointer)world->region;
    region[EAST].ahead = law_constant(east_ms * 1e6);
    region[WEST].ahead = law_constant(west_ms * 1e6);
    return world;
}

static double shown(const Sim *sim, int region)
{
    return (double)clock_now(sim, region) * 1e-6;
}

static void without_clocks_all_agree(void)
{
    Arena *arena = arena_new();
    Sim *sim = sim_new(small_world(arena), 1, 1);
    small_run(sim, 5 * MILLISECOND);
    EXPECT(!sim->clocks, "there are none");
    EXPECT_NEAR(shown(sim, WEST), 5, 0);
    sim_free(sim);
    arena_free(arena);
}

static void a_clock_is_off_and_a_fault_adds_to_it(void)
{
    Arena *arena = arena_new();
    World *world = world_of(arena, -30, 7);
    const Thing *step = small_thing(world, "step", NULL), *drift = small_thing(world, "drift", NULL);
    Sim *sim = sim_new(world, 1, 1);
    Skew by = {.by = -200 * MILLISECOND}, more = {.drift = 0.01};
    clocks_expect(sim, &by);
    clocks_expect(sim, &more);
    small_run(sim, 10 * MILLISECOND);
    EXPECT_NEAR(shown(sim, EAST), 1e-6, 0); /* nothing before the first instant */
    EXPECT_NEAR(shown(sim, WEST), 17, 0);
    EXPECT_NEAR(shown(sim, NORTH), 10, 0);
    small_run(sim, SECOND);
    clocks_skew(sim, WEST, drift, &more);
    small_run(sim, 2 * SECOND);
    EXPECT_NEAR(shown(sim, WEST), 2017, 1e-9);
    clocks_skew(sim, WEST, step, &by);
    EXPECT_NEAR(shown(sim, WEST), 1817, 1e-9);
    EXPECT_NEAR(shown(sim, EAST), 1970, 0);
    clocks_skew(sim, WEST, drift, NULL);
    EXPECT_NEAR(shown(sim, WEST), 1807, 0);
    clocks_skew(sim, WEST, step, NULL);
    EXPECT_NEAR(shown(sim, WEST), 2007, 0);
    EXPECT(clocks_span(sim) >= 237 * MILLISECOND, "no two ever differ by more");
    sim_free(sim);
    arena_free(arena);
}

/* ---- who wins: a write takes no time, the pipeline 100 ms, east to west 50 ms ---- */

static struct {
    Arena *arena;
    Sim *sim;
    Entity *user, *replica[2];
    Law lag;
    unsigned second;
    GString *told;
} stage;

static const Ops users = {.role = "user"};

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const StorePort *store = &reply->store;
    (void)me;
    if (store->op == OP_READ)
        g_string_append_printf(stage.told, "%s%s reads %g of %s", stage.told->len ? "; " : "", reply->callee->name,
                               (double)store->version.at * 1e-6, store->version.region == EAST ? "east" : "west");
    call_end(sim, root);
}

static void opened(double west_ahead_ms)
{
    static const int regions[] = {EAST, WEST};
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    stage.lag = law_constant(100e6);
    World *world = world_of(stage.arena, 0, west_ahead_ms);
    ReplicaConfig *config = arena_one(stage.arena, ReplicaConfig);
    *config = (ReplicaConfig){
        .workers = 8, .read_time = law_constant(0), .write_time = law_constant(0), .apply_time = law_constant(0)};
    const Thing *carts = small_thing(world, "carts", config), *user = small_thing(world, "user", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    replicas_build(sim, carts, &small_replica, regions, 2, ALL_WRITE, sizeof(Replica));
    stage.user = entity_new(sim, user, &users, network_region(sim->network, EAST, 0), 1, "");
    network_seal(sim->network);
    stage.second = call_patience(sim, SECOND);
    replicas_connect(sim, carts, (LogHabits){.lag = &stage.lag, .patience = call_patience(sim, 10 * SECOND)});
    for (guint i = 0; i < 2; i++) {
        stage.replica[i] = replicas_nth(((const Replica *)((Entity *)sim->entities->pdata[0])->state)->set, i);
        replica_start(sim, stage.replica[i]);
    }
}

/* To the west it takes 50 ms until the replica is asked. */
static void ask(double at_ms, int where, Op op)
{
    small_run(stage.sim, (SimTime)(at_ms * 1e6));
    Call *root = call_begin(stage.sim, stage.user, 1);
    Call *call = call_new(stage.sim, stage.user, root, stage.replica[where], PORT_STORE, heard);
    call->store = (StorePort){.item = 1, .op = (uint8_t)op};
    call_send(stage.sim, call, stage.second);
}

static void closed(const char *told)
{
    small_run(stage.sim, 5 * SECOND);
    EXPECT_TEXT(stage.told->str, told);
    for (guint i = 0; i < 2; i++)
        replica_finish(stage.sim, stage.replica[i]);
    g_string_free(stage.told, TRUE);
    sim_free(stage.sim);
    arena_free(stage.arena);
}

/* West writes at 100, east at 120, before it knows; but west's clock is ahead by more than the gap. */
static void the_older_write_wins_by_a_clock_that_is_ahead(void)
{
    opened(30);
    ask(50, WEST, OP_WRITE);
    ask(120, EAST, OP_WRITE);
    ask(1000, EAST, OP_READ);
    ask(1000, WEST, OP_READ);
    closed("carts@east reads 130 of west; carts@west reads 130 of west");
}

static void the_later_write_wins_if_the_skew_is_below_the_gap(void)
{
    opened(19);
    ask(50, WEST, OP_WRITE);
    ask(120, EAST, OP_WRITE);
    ask(1000, EAST, OP_READ);
    closed("carts@east reads 120 of east");
}

/* At 250 east has west's write, of the future: what east writes at 400, knowing it, changes nothing, in either region,
 * though all had agreed long before.  At 700 that future is past. */
static void what_is_settled_still_wins_until_all_clocks_have_passed(void)
{
    opened(500);
    ask(50, WEST, OP_WRITE);
    ask(400, EAST, OP_WRITE);
    ask(410, EAST, OP_READ);
    ask(590, WEST, OP_READ);
    ask(700, EAST, OP_WRITE);
    ask(710, EAST, OP_READ);
    ask(1000, WEST, OP_READ);
    closed("carts@east reads 600 of west; carts@west reads 600 of west; carts@east reads 700 of east; carts@west reads "
           "700 of east");
}

/* A clock that is behind loses against what it has read. */
static void a_clock_that_is_behind_loses(void)
{
    opened(-300);
    ask(100, EAST, OP_WRITE);
    ask(300, WEST, OP_WRITE);
    ask(360, WEST, OP_READ);
    ask(400, WEST, OP_WRITE);
    ask(460, WEST, OP_READ);
    closed("carts@west reads 100 of east; carts@west reads 150 of west");
}

/* ---- the fault ---- */

/* Clocks that are off are no fault to anybody but a last writer: nothing else of the run changes. */
static void it_hurts_nobody_else(void)
{
    static const char *const figures[] = {"writes.acknowledged", "availability", "requests.answered"};
    g_autoptr(Results) right = lab_run_named("skew.ini", SETS("runs-away.enabled=no"), 1, 2);
    g_autoptr(Results) wrong = lab_run_named("skew.ini", NULL, 1, 2);
    for (gsize i = 0; i < G_N_ELEMENTS(figures); i++)
        EXPECT_NEAR(lab_value(wrong, figures[i], "", ""), lab_value(right, figures[i], "", ""), 0);
    double more = lab_value(wrong, "writes.overwritten", "", ""), less = lab_value(right, "writes.overwritten", "", "");
    EXPECT(more > 1.2 * less, "%g overwritten, %g when clocks are right", more, less);
}

void suite_clock(void);
void suite_clock(void)
{
    CU_pSuite s = CU_add_suite("clock", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(without_clocks_all_agree);
    TEST(a_clock_is_off_and_a_fault_adds_to_it);
    TEST(the_older_write_wins_by_a_clock_that_is_ahead);
    TEST(the_later_write_wins_if_the_skew_is_below_the_gap);
    TEST(what_is_settled_still_wins_until_all_clocks_have_passed);
    TEST(a_clock_that_is_behind_loses);
    TEST(it_hurts_nobody_else);
}
