/* Fault: when faults begin and end: once, after one another, and again and again.  Told in seconds after the start of
 * the run, which has a warm-up of 100 s: "110+ 113-" is a fault from 110 to 113. */
#include "model/fault.h"
#include "model/observer.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

static const Component faults = {.kind = "fault", .name = "fault"};

static struct {
    Arena *arena;
    World *world;
    Sim *sim;
    GString *told;
    guint n_begun;
    double up_s, down_s, changed_at; /* sums, and the last change */
} stage;

static int strikes_east(G_GNUC_UNUSED const Thing *fault)
{
    return EAST;
}

static void note(Sim *sim, const Thing *fault, bool begins)
{
    double now = simtime_seconds(sim_now(sim));
    stage.n_begun += begins;
    *(begins ? &stage.up_s : &stage.down_s) += now - stage.changed_at;
    stage.changed_at = now;
    if (stage.told)
        g_string_append_printf(stage.told, "%s%s %.10g%c", stage.told->len ? " " : "", fault->name, now,
                               begins ? '+' : '-');
}

static void strike(Sim *sim, const Thing *fault)
{
    note(sim, fault, true);
}

static void heal(Sim *sim, const Thing *fault)
{
    note(sim, fault, false);
}

static const FaultRule rule = {.region = strikes_east, .strike = strike, .heal = heal};

static void opened(void)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    stage.world = small_world(stage.arena);
    stage.world->scenario.warm_up = 100 * SECOND;
}

static const Thing *fault(const char *name, Point at, Law every, Law duration)
{
    FaultTiming *timing = arena_one(stage.arena, FaultTiming);
    *timing = (FaultTiming){at, every, duration};
    return small_thing_of(stage.world, &faults, name, timing);
}

static const Thing *once(const char *name, double at_s, Law duration)
{
    return fault(name, (Point){.offset = (SimTime)(at_s * 1e9)}, (Law){.kind = LAW_NONE}, duration);
}

static const Thing *after(const char *name, const Thing *other, PointEvent event, double offset_s, Law duration)
{
    return fault(name, (Point){.offset = (SimTime)(offset_s * 1e9), .after = other, .event = event},
                 (Law){.kind = LAW_NONE}, duration);
}

static const Thing *again(const char *name, Law every, Law duration)
{
    return fault(name, (Point){.offset = SIMTIME_NEVER}, every, duration);
}

static Law seconds(double s)
{
    return law_constant(s * 1e9);
}

/* All faults of the world, for so many seconds of this replication. */
static void run(guint replication, double until_s)
{
    stage.sim = sim_new(stage.world, 1, replication);
    for (guint i = 0; i < stage.world->n_things; i++)
        if (stage.world->thing[i]->component == &faults)
            fault_build(stage.sim, stage.world->thing[i], &rule);
    network_seal(stage.sim->network);
    for (guint i = 0; i < stage.sim->entities->len; i++) {
        Entity *entity = g_ptr_array_index(stage.sim->entities, i);
        entity->ops->start(stage.sim, entity);
    }
    small_run(stage.sim, (SimTime)(until_s * 1e9));
}

static void stopped(void)
{
    sim_free(stage.sim);
    if (stage.told)
        g_string_truncate(stage.told, 0);
}

static void closed(void)
{
    if (stage.told)
        g_string_free(stage.told, TRUE);
    arena_free(stage.arena);
}

static void one_that_is_named_begins_after_the_warm_up(void)
{
    opened();
    const Thing *a = once("a", 10, seconds(3)), *b = after("b", a, POINT_END, 4, seconds(1)),
                *c = after("c", a, POINT_START, 1, seconds(1));
    run(1, 1000);
    EXPECT_TEXT(stage.told->str, "a 110+ c 111+ c 112- a 113- b 117+ b 118-");
    EXPECT(!fault_repeats(a) && fault_begins(a) == 10 * SECOND && fault_ends(a) == 13 * SECOND, "a");
    EXPECT(fault_begins(b) == 17 * SECOND && fault_ends(c) == 12 * SECOND, "b and c");
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 0);
    stopped();
    closed();
}

static void one_that_comes_again_waits_from_the_end_of_the_last(void)
{
    opened();
    const Thing *a = again("a", seconds(40), seconds(3));
    run(1, 150);
    EXPECT_TEXT(stage.told->str, "a 40+ a 43- a 83+ a 86- a 126+ a 129-");
    EXPECT(fault_repeats(a) && fault_begins(a) == SIMTIME_NEVER && fault_ends(a) == SIMTIME_NEVER, "no one time");
    stopped();
    closed();
}

/* What waits for a fault of drawn length waits for the length that it has in this replication. */
static void what_waits_for_an_end_waits_for_the_end_that_comes(void)
{
    double at[2][3] = {{0}};
    opened();
    const Thing *a = once("a", 10, law_exponential(50e9));
    after("b", a, POINT_END, 5, seconds(1));
    EXPECT_NEAR(simtime_seconds(fault_ends(a)), 60, 1e-9); /* before anything is drawn: the mean */
    for (guint i = 0; i < 2; i++) {
        run(i + 1, 4000);
        int n_read = sscanf(stage.told->str, "a %lf+ a %lf- b %lf+", &at[i][0], &at[i][1], &at[i][2]);
        EXPECT_INT(n_read, 3);
        EXPECT(at[i][0] == 110 && fabs(at[i][2] - at[i][1] - 5) < 1e-6, "replication %u: %s", i + 1, stage.told->str);
        stopped();
    }
    EXPECT(at[0][1] != at[1][1], "the same length in two replications: %g", at[0][1]);
    closed();
}

static void times_follow_their_laws(void)
{
    enum { N = 20000 };
    opened();
    g_string_free(stage.told, TRUE);
    stage.told = NULL;
    stage.world->scenario.duration = 2000000 * SECOND;
    again("a", law_exponential(90e9), law_lognormal_sigma(10e9, 1));
    run(1, 100 * N + 100);
    EXPECT(stage.n_begun > N * 0.9 && stage.n_begun < N, "%u", stage.n_begun);
    EXPECT_NEAR(stage.up_s / stage.n_begun, 90, 2.1); /* 3.3 standard deviations */
    EXPECT_NEAR(stage.down_s / stage.n_begun, 16.487, 0.5);
    stopped();
    closed();
}

static void a_fault_that_is_added_changes_no_others(void)
{
    opened();
    again("a", law_exponential(30e9), law_exponential(5e9));
    run(1, 300);
    g_autofree char *alone = g_strdup(stage.told->str);
    stopped();
    again("b", law_exponential(20e9), law_exponential(5e9));
    run(1, 300);
    g_auto(GStrv) words = g_strsplit(stage.told->str, " ", -1);
    g_autoptr(GString) of_a = g_string_new(NULL);
    for (guint i = 0; words[i] && words[i + 1]; i += 2)
        if (strcmp(words[i], "a") == 0)
            g_string_append_printf(of_a, "%s%s %s", of_a->len ? " " : "", words[i], words[i + 1]);
    EXPECT(strlen(alone) > 20, "%s", alone);
    EXPECT_TEXT(of_a->str, alone);
    EXPECT(strlen(stage.told->str) > of_a->len, "b never came");
    stopped();
    closed();
}

/* The observer is told of each, tells them apart, and forgets none: more of them than it can follow at once. */
static void the_observer_counts_each(void)
{
    enum { N = 150 };
    opened();
    const Thing *a = again("a", seconds(20), seconds(30));
    const Thing *users = small_thing(stage.world, "users", NULL);
    stage.sim = sim_new(stage.world, 1, 1);
    Population *population = observe_population(stage.sim, users);
    UserMark *user = observe_users(population, 1);
    fault_build(stage.sim, a, &rule);
    network_seal(stage.sim->network);
    Entity *entity = g_ptr_array_index(stage.sim->entities, 0);
    entity->ops->start(stage.sim, entity);
    user->served_by = EAST;
    for (SimTime s = 0; s < 50 * N; s++) { /* asks every second: refused while it lasts */
        small_run(stage.sim, s * SECOND + SECOND / 2);
        bool down = s % 50 >= 20;
        EXPECT(observer_is_dark(stage.sim->observer, EAST) == down, "at %d s", (int)s);
        EXPECT(!observer_is_dark(stage.sim->observer, WEST), "at %d s", (int)s);
        observe_issued(stage.sim, population, OP_READ);
        if (down)
            observe_failed(stage.sim, population, user, OP_READ, WHY_REFUSED, sim_now(stage.sim));
        else
            observe_answered(stage.sim, population, user, OP_READ, EAST, sim_now(stage.sim));
    }
    EXPECT(observer_went_dark(stage.sim->observer, EAST, 0) == 20 * SECOND, "the first");
    EXPECT(observer_went_dark(stage.sim->observer, EAST, 20 * SECOND + 1) == 70 * SECOND, "the second");
    EXPECT(observer_went_dark(stage.sim->observer, EAST, 50 * N * SECOND) == SIMTIME_NEVER, "none is left");
    EXPECT(observer_went_dark(stage.sim->observer, WEST, 0) == SIMTIME_NEVER, "it was not west");
    observer_finish(stage.sim->observer);
    const Cell *never = sheet_cell(stage.sim->sheet, CELL_SAMPLES, "failover.time", "fault", "a", NULL);
    EXPECT_INT(never->samples->len, 72); /* those that began in the hour that is measured, after the warm-up of 100 s */
    for (guint i = 0; i < never->samples->len; i++)
        EXPECT(isinf(g_array_index(never->samples, double, i)), "sample %u", i);
    stopped();
    closed();
}

void suite_fault(void);
void suite_fault(void)
{
    CU_pSuite s = CU_add_suite("fault", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(one_that_is_named_begins_after_the_warm_up);
    TEST(one_that_comes_again_waits_from_the_end_of_the_last);
    TEST(what_waits_for_an_end_waits_for_the_end_that_comes);
    TEST(times_follow_their_laws);
    TEST(a_fault_that_is_added_changes_no_others);
    TEST(the_observer_counts_each);
}
