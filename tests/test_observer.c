/* Observer: what becomes of requests, and how long a failover takes.  Times in seconds after the start of measurement.
 */
#include "model/observer.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

enum { N_USERS = 10 };

static const char *const feeds[] = {"recovery.time", NULL};
static const Component checks = {.kind = "health-check", .name = "checks"},
                       stores = {.kind = "database", .name = "stores", .metrics = feeds};

static struct {
    Arena *arena;
    Sim *sim;
    const Thing *shoppers, *fault, *other_fault, *check, *database;
    Population *population;
    UserMark *user;
} stage;

static void opened(void)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    world->scenario.warm_up = 100 * SECOND;
    stage.shoppers = small_thing(world, "shoppers", NULL);
    stage.fault = small_thing(world, "lost", NULL);
    stage.other_fault = small_thing(world, "lost-too", NULL);
    stage.database = small_thing_of(world, &stores, "carts", NULL);
    stage.check = small_thing_of(world, &checks, "alive", NULL);
    stage.sim = sim_new(world, 1, 1);
    stage.population = observe_population(stage.sim, stage.shoppers);
    stage.user = observe_users(stage.population, N_USERS);
    network_seal(stage.sim->network);
}

static void closed(void)
{
    sim_free(stage.sim);
    arena_free(stage.arena);
}

static void run_to(double s)
{
    small_run(stage.sim, stage.sim->measured_from + (SimTime)(s * (double)SECOND));
}

static SimTime instant(double s)
{
    return stage.sim->measured_from + (SimTime)(s * (double)SECOND);
}

static void answered(guint user, Op op, int region, double issued_at)
{
    observe_answered(stage.sim, stage.population, &stage.user[user], op, region, instant(issued_at));
}

static void failed(guint user, double issued_at)
{
    observe_failed(stage.sim, stage.population, &stage.user[user], OP_READ, WHY_TIMEOUT, instant(issued_at));
}

/* Issued and ended now: answered by the region, or failed (NO_REGION). */
static void request(guint user, int region)
{
    SimTime now = sim_now(stage.sim);
    observe_issued(stage.sim, stage.population, OP_READ);
    if (region == NO_REGION)
        observe_failed(stage.sim, stage.population, &stage.user[user], OP_READ, WHY_TIMEOUT, now);
    else
        observe_answered(stage.sim, stage.population, &stage.user[user], OP_READ, region, now);
}

static void requests(guint first, guint n, int region)
{
    for (guint i = first; i < first + n; i++)
        request(i, region);
}

static void begins(const Thing *fault, int region, double duration)
{
    SimTime now = sim_now(stage.sim);
    observe_fault(stage.sim, &(FaultSeen){.thing = fault,
                                          .region = region,
                                          .begins = now,
                                          .ends = now + (SimTime)(duration * (double)SECOND)});
}

static const Cell *samples(const char *metric, const Thing *fault)
{
    return sheet_cell(stage.sim->sheet, CELL_SAMPLES, metric, "fault", fault->name, NULL);
}

/* One sample; NAN: none. */
static double sample(const char *metric, const Thing *fault)
{
    const Cell *cell = samples(metric, fault);
    EXPECT(cell->samples->len <= 1, "%u samples", cell->samples->len);
    return cell->samples->len ? g_array_index(cell->samples, double, 0) : NAN;
}

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b || fabs(a - b) < 1e-9;
}

/* ---- requests ---- */

static void requests_count_by_the_instant_they_were_issued(void)
{
    opened();
    observe_issued(stage.sim, stage.population, OP_READ); /* in the warm-up, answered in measurement */
    run_to(1);
    answered(0, OP_READ, EAST, -1);
    observe_issued(stage.sim, stage.population, OP_WRITE);
    observe_attempt(stage.sim, stage.population, sim_now(stage.sim));
    run_to(1.5);
    answered(0, OP_WRITE, WEST, 1);
    observe_issued(stage.sim, stage.population, OP_READ);
    observe_attempt(stage.sim, stage.population, sim_now(stage.sim));
    observe_attempt(stage.sim, stage.population, sim_now(stage.sim));
    failed(1, 1.5);
    run_to(3599);
    observe_issued(stage.sim, stage.population, OP_READ);
    EXPECT_INT(observer_requests_open(stage.sim->observer), 1);
    run_to(3601); /* after the horizon, but issued before */
    answered(0, OP_READ, EAST, 3599);
    EXPECT_INT(observer_requests_open(stage.sim->observer), 0);
    Sheet *sheet = stage.sim->sheet;
    const Cell *issued = sheet_cell(sheet, CELL_COUNT, "requests.issued", "clients", "shoppers", "op", "read", NULL),
               *east = sheet_cell(sheet, CELL_COUNT, "requests.answered", "clients", "shoppers", "op", "read", "region",
                                  "east", NULL),
               *west = sheet_cell(sheet, CELL_DISTRIBUTION, "latency", "clients", "shoppers", "op", "write", "region",
                                  "west", NULL),
               *late = sheet_cell(sheet, CELL_COUNT, "requests.failed", "clients", "shoppers", "op", "read", "why",
                                  "timeout", NULL),
               *up = sheet_cell(sheet, CELL_RATIO, "availability", "clients", "shoppers", "op", "read", NULL),
               *attempts = sheet_cell(sheet, CELL_RATIO, "attempts.per_request", "clients", "shoppers", NULL);
    EXPECT_INT(issued->count, 2);
    EXPECT_INT(east->count, 1);
    EXPECT_INT(late->count, 1);
    EXPECT_INT(west->histogram.count, 1);
    EXPECT_NEAR(histogram_mean(&west->histogram) * 1e-9, 0.5, 1e-9);
    EXPECT_NEAR(up->ratio.part, 1, 0);
    EXPECT_NEAR(up->ratio.whole, 2, 0);
    EXPECT_NEAR(attempts->ratio.part, 3, 0);
    EXPECT_NEAR(attempts->ratio.whole, 3, 0);
    observer_finish(stage.sim->observer);
    closed();
}

static void what_is_under_way_at_the_end_is_in_flight(void)
{
    opened();
    run_to(1);
    observe_issued(stage.sim, stage.population, OP_READ);
    observe_in_flight(stage.population, 1);
    observer_finish(stage.sim->observer); /* checks that the classes add up */
    const Cell *cell = sheet_cell(stage.sim->sheet, CELL_COUNT, "requests.in_flight", "clients", "shoppers", NULL);
    EXPECT_INT(cell->count, 1);
    closed();
}

static void a_population_is_one_whoever_asks(void)
{
    opened();
    EXPECT(observe_population(stage.sim, stage.shoppers) == stage.population, "another one");
    Population *other = observe_population(stage.sim, stage.database);
    EXPECT_INT(population_number(stage.population), 0);
    EXPECT_INT(population_number(other), 1);
    closed();
}

/* ---- failover: east is lost at 60 for 100 s, that is ten windows ---- */

/* One request of each of ten users in the middle of each window: so many of them are answered. */
static void a_failover_ends_with_two_good_windows(void)
{
    static const struct {
        const char *what;
        guint answered[10];
        double back, half;
    } rows[] = {
        {"at once", {10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, 0, 0},
        {"after 30 s", {0, 0, 0, 10, 10, 10, 10, 10, 10, 10}, 30, 30},
        {"a good window alone does not count", {0, 10, 0, 10, 10, 10, 10, 10, 10, 10}, 30, 30},
        {"half of them earlier", {0, 5, 5, 9, 9, 10, 10, 10, 10, 10}, 50, 10},
        {"never", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, INFINITY, INFINITY},
        {"only the last window", {0, 0, 0, 0, 0, 0, 0, 0, 0, 10}, INFINITY, INFINITY},
        {"the last two windows", {0, 0, 0, 0, 0, 0, 0, 0, 10, 10}, 80, 80},
        {"half is all", {4, 5, 5, 9, 9, 9, 9, 9, 9, 9}, INFINITY, 10},
        {"well, then worse", {10, 10, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 0},
    };
    for (gsize row = 0; row < G_N_ELEMENTS(rows); row++) {
        opened();
        run_to(10);
        requests(0, N_USERS, EAST);
        run_to(60);
        begins(stage.fault, EAST, 100);
        for (guint w = 0; w < 10; w++) {
            run_to(60 + 10 * w + 5);
            requests(0, rows[row].answered[w], WEST);
            requests(rows[row].answered[w], N_USERS - rows[row].answered[w], NO_REGION);
        }
        run_to(160);
        observe_fault_over(stage.sim, stage.fault);
        requests(0, N_USERS, EAST); /* beyond it nothing counts */
        observer_finish(stage.sim->observer);
        double back = sample("failover.time", stage.fault), half = sample("failover.half", stage.fault);
        EXPECT(same(back, rows[row].back) && same(half, rows[row].half), "%s: back after %g, half after %g",
               rows[row].what, back, half);
        closed();
    }
}

/* Only those whose last answer came from the region that is gone. */
static void users_of_other_regions_are_not_affected(void)
{
    opened();
    run_to(10);
    requests(0, 4, EAST);
    requests(4, 4, WEST); /* and two have never been answered */
    run_to(60);
    begins(stage.fault, EAST, 100);
    for (guint i = 0; i < N_USERS; i++)
        EXPECT((stage.user[i].affected != 0) == (i < 4), "user %u", i);
    for (guint w = 0; w < 10; w++) {
        run_to(60 + 10 * w + 5);
        requests(0, 4, WEST);
        requests(4, 6, NO_REGION);
    }
    observer_finish(stage.sim->observer);
    EXPECT_NEAR(sample("failover.time", stage.fault), 0, 0);
    closed();
}

static void what_was_issued_before_the_fault_is_in_no_window(void)
{
    opened();
    run_to(10);
    requests(0, N_USERS, EAST);
    run_to(59);
    observe_issued(stage.sim, stage.population, OP_READ);
    run_to(60);
    begins(stage.fault, EAST, 30);
    run_to(62);
    failed(0, 59);
    for (guint w = 0; w < 3; w++) {
        run_to(60 + 10 * w + 5);
        requests(0, 1, WEST);
    }
    observer_finish(stage.sim->observer);
    EXPECT_NEAR(sample("failover.time", stage.fault), 0, 0);
    closed();
}

static void without_an_affected_request_there_is_no_figure(void)
{
    opened();
    run_to(10);
    requests(0, N_USERS, WEST);
    run_to(60);
    begins(stage.fault, EAST, 100);
    run_to(70);
    requests(0, N_USERS, WEST);
    observer_finish(stage.sim->observer);
    EXPECT_INT(samples("failover.time", stage.fault)->samples->len, 0);
    closed();
}

static void a_fault_of_the_warm_up_has_no_figures(void)
{
    opened();
    requests(0, N_USERS, EAST);
    begins(stage.fault, EAST, 200);
    run_to(50);
    requests(0, N_USERS, WEST);
    observe_verdict(stage.sim, stage.check, EAST, false);
    observe_fault_over(stage.sim, stage.fault);
    observer_finish(stage.sim->observer);
    EXPECT_INT(samples("failover.time", stage.fault)->samples->len, 0);
    closed();
}

/* A partition is of no region: everybody may be affected, and it ends a promotion's wait all the same. */
static void a_partition_may_affect_everybody(void)
{
    const Thing *fault = NULL;
    opened();
    run_to(10);
    requests(0, 5, EAST);
    requests(5, 4, WEST);
    run_to(60);
    begins(stage.fault, NO_REGION, 100);
    for (guint i = 0; i < N_USERS; i++)
        EXPECT(stage.user[i].affected != 0, "user %u", i);
    for (int region = 0; region < N_SMALL_REGIONS; region++) {
        EXPECT_INT(observer_fault_began(stage.sim->observer, region, &fault), instant(60));
        EXPECT(fault == stage.fault, "another fault");
        EXPECT(!observer_is_dark(stage.sim->observer, region), "%d is dark", region);
        EXPECT_INT(observer_went_dark(stage.sim->observer, region, 0), SIMTIME_NEVER);
    }
    observe_fault_over(stage.sim, stage.fault);
    EXPECT_INT(observer_fault_began(stage.sim->observer, EAST, &fault), -1);
    closed();
}

static void faults_at_once_are_told_apart(void)
{
    const Thing *fault = NULL;
    opened();
    run_to(10);
    requests(0, 5, EAST);
    requests(5, 5, WEST);
    run_to(60);
    begins(stage.fault, EAST, 100);
    run_to(70);
    begins(stage.other_fault, WEST, 100);
    for (guint w = 0; w < 10; w++) {
        run_to(70 + 10 * w + 2);
        requests(0, 5, NORTH);
        requests(5, 5, w < 4 ? NO_REGION : NORTH);
    }
    EXPECT_INT(observer_fault_began(stage.sim->observer, EAST, &fault), instant(60));
    EXPECT_INT(observer_fault_began(stage.sim->observer, WEST, &fault), instant(70));
    EXPECT_INT(observer_fault_began(stage.sim->observer, NORTH, &fault), -1);
    EXPECT_INT(observer_went_dark(stage.sim->observer, EAST, instant(60)), instant(60));
    EXPECT_INT(observer_went_dark(stage.sim->observer, EAST, instant(60) + 1), SIMTIME_NEVER);
    observer_finish(stage.sim->observer);
    EXPECT_NEAR(sample("failover.time", stage.fault), 10, 1e-9); /* no request in the first window */
    EXPECT_NEAR(sample("failover.time", stage.other_fault), 40, 1e-9);
    closed();
}

/* Faults may be many, as long as not too many are under way at once. */
static void a_hundred_faults_one_after_the_other(void)
{
    enum { N_FAULTS = 150 };
    opened();
    run_to(10);
    for (guint n = 0; n < N_FAULTS; n++) {
        requests(0, N_USERS, EAST);
        begins(stage.fault, EAST, 10);
        for (guint i = 0; i < N_USERS; i++)
            EXPECT(stage.user[i].affected != 0, "user %u, fault %u", i, n);
        run_to(10 + 20 * n + 5);
        requests(0, N_USERS, WEST);
        run_to(10 + 20 * n + 10);
        observe_fault_over(stage.sim, stage.fault);
        run_to(10 + 20 * (n + 1));
    }
    observer_finish(stage.sim->observer);
    EXPECT_INT(samples("failover.half", stage.fault)->samples->len, N_FAULTS);
    closed();
}

/* ---- who noticed ---- */

static const Cell *detections(void)
{
    return sheet_cell(stage.sim->sheet, CELL_SAMPLES, "detection.time", "fault", "lost", "health_check", "alive",
                      "region", "east", NULL);
}

static guint64 false_alarms(void)
{
    return sheet_cell(stage.sim->sheet, CELL_COUNT, "detection.false", "health_check", "alive", "region", "east", NULL)
        ->count;
}

static void a_verdict_in_a_fault_is_its_detection_and_else_false(void)
{
    opened();
    run_to(10);
    observe_verdict(stage.sim, stage.check, EAST, false);
    EXPECT_INT(false_alarms(), 1);
    run_to(60);
    begins(stage.fault, EAST, 100);
    observe_verdict(stage.sim, stage.check, WEST, false); /* of a region that is well */
    run_to(90);
    observe_verdict(stage.sim, stage.check, EAST, true);
    EXPECT_INT(detections()->samples->len, 0);
    observe_verdict(stage.sim, stage.check, EAST, false);
    EXPECT_INT(detections()->samples->len, 1);
    EXPECT_NEAR(g_array_index(detections()->samples, double, 0), 30, 1e-9);
    run_to(160);
    observe_fault_over(stage.sim, stage.fault);
    observe_verdict(stage.sim, stage.check, EAST, false);
    EXPECT_INT(false_alarms(), 2);
    observer_finish(stage.sim->observer);
    EXPECT_INT(detections()->samples->len, 1);
    closed();
}

static void a_fault_that_nobody_noticed_is_never_detected(void)
{
    for (int watched = 0; watched < 2; watched++) {
        opened();
        if (!watched)
            stage.check->runs_in[EAST] = false;
        run_to(60);
        begins(stage.fault, EAST, 10);
        run_to(70);
        observe_fault_over(stage.sim, stage.fault);
        observer_finish(stage.sim->observer);
        EXPECT_INT(detections()->samples->len, watched);
        EXPECT(!watched || isinf(g_array_index(detections()->samples, double, 0)), "detected");
        closed();
    }
}

static void a_promotion_is_told_in_phases(void)
{
    opened();
    run_to(60);
    begins(stage.fault, EAST, 1000);
    run_to(400);
    observe_promotion(stage.sim, EAST, instant(90), instant(300), instant(360));
    observer_finish(stage.sim->observer);
    static const struct {
        const char *phase;
        double seconds;
    } rows[] = {{"detect", 30}, {"decide", 210}, {"promote", 60}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Cell *cell =
            sheet_cell(stage.sim->sheet, CELL_SAMPLES, "recovery.time", "fault", "lost", "phase", rows[i].phase, NULL);
        EXPECT_INT(cell->samples->len, 1);
        EXPECT_NEAR(g_array_index(cell->samples, double, 0), rows[i].seconds, 1e-9);
    }
    closed();
}

/* ---- reads, look-ups, connections ---- */

static void reads(int region, uint32_t asker, bool stale, SimTime staleness)
{
    observe_read(
        stage.sim,
        &(AccessSeen){
            .database = stage.database, .region = region, .population = asker, .stale = stale, .staleness = staleness});
}

static void reads_count_for_who_asked(void)
{
    opened();
    uint32_t asker = population_number(stage.population);
    reads(WEST, asker, true, SECOND); /* in the warm-up */
    run_to(1);
    reads(WEST, asker, true, 3 * SECOND);
    reads(WEST, asker, false, 0);
    reads(EAST, asker, false, 0);
    reads(EAST, 99, true, SECOND); /* of nobody: a health check */
    const Cell *west = sheet_cell(stage.sim->sheet, CELL_RATIO, "reads.stale", "clients", "shoppers", "database",
                                  "carts", "region", "west", NULL),
               *east = sheet_cell(stage.sim->sheet, CELL_RATIO, "reads.stale", "clients", "shoppers", "database",
                                  "carts", "region", "east", NULL),
               *age = sheet_cell(stage.sim->sheet, CELL_DISTRIBUTION, "reads.staleness", "clients", "shoppers",
                                 "database", "carts", "region", "west", NULL);
    EXPECT_NEAR(west->ratio.part, 1, 0);
    EXPECT_NEAR(west->ratio.whole, 2, 0);
    EXPECT_NEAR(east->ratio.part, 0, 0);
    EXPECT_NEAR(east->ratio.whole, 1, 0);
    EXPECT_INT(age->histogram.count, 1);
    EXPECT_INT(age->histogram.max, 3 * SECOND);
    closed();
}

static void lookups_and_connections_count_while_measured(void)
{
    static const char *const outcomes[N_LOOKUPS] = {"hit", "miss", "empty", "failed", "stub", "runtime"};
    opened();
    for (int measured = 0; measured < 2; measured++) {
        for (int i = 0; i < N_LOOKUPS; i++)
            for (int n = 0; n <= i; n++)
                observe_lookup(stage.sim, stage.population, stage.database, (Lookup)i);
        observe_connection(stage.sim, stage.population, false);
        observe_connection(stage.sim, stage.population, true);
        observe_connection(stage.sim, stage.population, true);
        run_to(1);
    }
    Sheet *sheet = stage.sim->sheet;
    for (int i = 0; i < N_LOOKUPS; i++)
        EXPECT_INT(sheet_cell(sheet, CELL_COUNT, "dns.lookups", "clients", "shoppers", "dns", "carts", "outcome",
                              outcomes[i], NULL)
                       ->count,
                   i + 1);
    EXPECT_INT(sheet_cell(sheet, CELL_COUNT, "connections.opened", "clients", "shoppers", NULL)->count, 1);
    EXPECT_INT(sheet_cell(sheet, CELL_COUNT, "connections.broken", "clients", "shoppers", NULL)->count, 2);
    closed();
}

void suite_observer(void);
void suite_observer(void)
{
    CU_pSuite s = CU_add_suite("observer", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(requests_count_by_the_instant_they_were_issued);
    TEST(what_is_under_way_at_the_end_is_in_flight);
    TEST(a_population_is_one_whoever_asks);
    TEST(a_failover_ends_with_two_good_windows);
    TEST(users_of_other_regions_are_not_affected);
    TEST(what_was_issued_before_the_fault_is_in_no_window);
    TEST(without_an_affected_request_there_is_no_figure);
    TEST(a_fault_of_the_warm_up_has_no_figures);
    TEST(a_partition_may_affect_everybody);
    TEST(faults_at_once_are_told_apart);
    TEST(a_hundred_faults_one_after_the_other);
    TEST(a_verdict_in_a_fault_is_its_detection_and_else_false);
    TEST(a_fault_that_nobody_noticed_is_never_detected);
    TEST(a_promotion_is_told_in_phases);
    TEST(reads_count_for_who_asked);
    TEST(lookups_and_connections_count_while_measured);
}
