/* Replicas of a store, by hand and through storms: whatever fails, in the end everything adds up and works again. */
#include "model/observer.h"
#include "model/replica.h"
#include "run/run.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/scene.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

/* ---- by hand: a write takes 4 ms, a read 1 ms, the pipeline 100 ms, east to west 50 ms ---- */

static struct {
    Arena *arena;
    Sim *sim;
    Entity *user[2], *replica[2];
    GString *told;
    Law lag;
    unsigned second;
} stage;

static const Ops users = {.role = "user"};

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const StorePort *store = &reply->store;
    g_string_append_printf(stage.told, "%s%.10g %s ", stage.told->len ? "; " : "",
                           (double)sim_now(sim) / (double)MILLISECOND, me->name);
    if (store->op == OP_WRITE)
        g_string_append(stage.told, "wrote");
    else if (store->version.at == 0)
        g_string_append(stage.told, "read nothing");
    else
        g_string_append_printf(stage.told, "read %g of %d", (double)store->version.at / (double)MILLISECOND,
                               store->version.region);
    if (store->stale)
        g_string_append_printf(stage.told, ", %g old", (double)store->staleness / (double)MILLISECOND);
    call_end(sim, root);
}

static void opened_applying(gint64 workers, Law apply_time, gint64 appliers)
{
    static const int regions[] = {EAST, WEST};
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    stage.lag = law_constant(100e6);
    World *world = small_world(stage.arena);
    ReplicaConfig *config = arena_one(stage.arena, ReplicaConfig);
    *config = (ReplicaConfig){.workers = workers,
                              .read_time = law_constant(1e6),
                              .write_time = law_constant(4e6),
                              .apply_time = apply_time,
                              .appliers = appliers};
    const Thing *carts = small_thing(world, "carts", config), *user = small_thing(world, "user", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    replicas_build(sim, carts, &small_replica, regions, 2, ALL_WRITE, sizeof(Replica));
    stage.user[0] = entity_new(sim, user, &users, network_region(sim->network, EAST, 0), 1, "@east");
    stage.user[1] = entity_new(sim, user, &users, network_region(sim->network, WEST, 0), 1, "@west");
    network_seal(sim->network);
    stage.second = call_patience(sim, SECOND);
    replicas_connect(sim, carts, (LogHabits){.lag = &stage.lag, .patience = call_patience(sim, 10 * SECOND)});
    for (guint i = 0; i < 2; i++) {
        stage.replica[i] = replicas_nth(((const Replica *)((Entity *)sim->entities->pdata[0])->state)->set, i);
        replica_start(sim, stage.replica[i]);
    }
}

static void opened(gint64 workers)
{
    opened_applying(workers, law_constant(0), 1);
}

static void closed(const char *told)
{
    EXPECT_TEXT(stage.told->str, told);
    g_string_free(stage.told, TRUE);
    sim_free(stage.sim);
    arena_free(stage.arena);
    check_scene.entity = NULL;
}

static void ask(double at_ms, int where, Op op, uint32_t item)
{
    small_run(stage.sim, (SimTime)(at_ms * (double)MILLISECOND));
    Call *root = call_begin(stage.sim, stage.user[where], 1);
    Call *call = call_new(stage.sim, stage.user[where], root, stage.replica[where], PORT_STORE, heard);
    call->store = (StorePort){.item = item, .op = (uint8_t)op};
    call_send(stage.sim, call, stage.second);
}

static void run_to(double ms)
{
    small_run(stage.sim, (SimTime)(ms * (double)MILLISECOND));
}

static void a_write_is_read_at_once_here_and_later_there(void)
{
    opened(8);
    ask(10, EAST, OP_WRITE, 1); /* committed at 14, in west at 164 */
    ask(20, EAST, OP_READ, 1);
    ask(20, WEST, OP_READ, 1);
    ask(162, WEST, OP_READ, 1); /* read at 163 */
    ask(163.5, WEST, OP_READ, 1);
    ask(170, WEST, OP_READ, 2);
    run_to(1000);
    ledger_finish(replicas_ledger(((const Replica *)stage.replica[0]->state)->set));
    closed("14 user@east wrote; 21 user@east read 14 of 0; 21 user@west read nothing, 6 old; "
           "163 user@west read nothing, 148 old; 164.5 user@west read nothing, 149.5 old; 171 user@west read nothing");
}

static void of_two_writes_the_later_wins_everywhere(void)
{
    opened(8);
    ask(10, EAST, OP_WRITE, 1);
    ask(11, WEST, OP_WRITE, 1);
    ask(12, EAST, OP_WRITE, 2); /* not in conflict: nothing to do with item 1 */
    ask(30, EAST, OP_READ, 1);
    ask(30, WEST, OP_READ, 1);
    run_to(164.5); /* item 1 of east is in west, item 1 of west not yet in east */
    ask(164.5, WEST, OP_READ, 1);
    run_to(1000);
    EXPECT_INT(sheet_cell(stage.sim->sheet, CELL_COUNT, "writes.overwritten", "database", "carts", "region",
                          stage.sim->world->region[EAST].name, NULL)
                   ->count,
               1);
    EXPECT_INT(sheet_cell(stage.sim->sheet, CELL_COUNT, "writes.durable", "database", "carts", NULL)->count, 2);
    ledger_finish(replicas_ledger(((const Replica *)stage.replica[0]->state)->set));
    closed("14 user@east wrote; 15 user@west wrote; 16 user@east wrote; 31 user@east read 14 of 0, 15 old; "
           "31 user@west read 15 of 1; 165.5 user@west read 15 of 1");
}

static void operations_wait_for_workers(void)
{
    opened(1);
    for (int i = 0; i < 3; i++)
        ask(10, EAST, OP_WRITE, (uint32_t)i);
    ask(11, EAST, OP_READ, 0);
    run_to(1000);
    closed("14 user@east wrote; 18 user@east wrote; 22 user@east wrote; 23 user@east read 14 of 0");
}

/* ---- applying: 30 ms a change; what is committed at 14 is received in west at 164 ---- */

static guint64 lags_noted(double *mean_ms)
{
    const Cell *lag = sheet_cell(stage.sim->sheet, CELL_DISTRIBUTION, "replication.lag", "database", "carts", "from",
                                 "east", "to", "west", NULL);
    *mean_ms = histogram_mean(&lag->histogram) * 1e-6;
    return lag->histogram.count;
}

static void finished(void)
{
    for (guint i = 0; i < 2; i++)
        replica_finish(stage.sim, stage.replica[i]);
}

static void what_is_received_is_seen_when_it_is_applied(void)
{
    double mean_ms;
    opened_applying(8, law_constant(30e6), 1);
    ask(10, EAST, OP_WRITE, 1);
    ask(10, EAST, OP_WRITE, 2);
    ask(190, WEST, OP_READ, 1); /* 1 is applied at 194, 2 at 224 */
    ask(194, WEST, OP_READ, 1);
    ask(200, WEST, OP_READ, 2);
    ask(224, WEST, OP_READ, 2);
    run_to(1000);
    EXPECT_INT(lags_noted(&mean_ms), 2);
    EXPECT_NEAR(mean_ms, (180 + 210) / 2.0, 1e-6);
    const Cell *found =
        sheet_cell(stage.sim->sheet, CELL_DISTRIBUTION, "replication.backlog", "database", "carts", "to", "west", NULL);
    EXPECT_NEAR(histogram_mean(&found->histogram), 0.5, 0);
    EXPECT_INT(found->histogram.max, 1);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 2); /* the roots of the logs' rounds */
    finished();
    closed("14 user@east wrote; 14 user@east wrote; 191 user@west read nothing, 176 old; 195 user@west read nothing; "
           "201 user@west read nothing, 186 old; 225 user@west read nothing");
}

static void several_are_applied_at_a_time(void)
{
    double mean_ms;
    opened_applying(8, law_constant(30e6), 2);
    for (uint32_t i = 0; i < 3; i++)
        ask(10, EAST, OP_WRITE, i);
    run_to(1000);
    EXPECT_INT(lags_noted(&mean_ms), 3);
    EXPECT_NEAR(mean_ms, (180 + 180 + 210) / 3.0, 1e-6);
    finished();
    closed("14 user@east wrote; 14 user@east wrote; 14 user@east wrote");
}

static void a_law_of_zero_is_no_queue(void)
{
    opened_applying(8, law_constant(0), 1);
    EXPECT(((const Replica *)stage.replica[WEST]->state)->applier == NULL, "an applier");
    closed("");
}

/* West is lost from 170 to 300: it had received both, and acknowledged them; it begins anew with the first. */
static void what_was_received_survives_the_region(void)
{
    double mean_ms;
    opened_applying(8, law_constant(30e6), 1);
    ask(10, EAST, OP_WRITE, 1);
    ask(10, EAST, OP_WRITE, 2);
    run_to(170);
    small_strike(stage.sim, WEST, false, true);
    run_to(300);
    small_strike(stage.sim, WEST, true, true);
    run_to(329);
    EXPECT_INT(applier_backlog(((const Replica *)stage.replica[WEST]->state)->applier), 2);
    run_to(1000);
    EXPECT_INT(lags_noted(&mean_ms), 2);
    EXPECT_NEAR(mean_ms, (330 - 14 + 360 - 14) / 2.0, 1e-6);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 2);
    finished();
    closed("14 user@east wrote; 14 user@east wrote");
}

/* The answer of west is lost, so the log ships again what west has. */
static void what_comes_twice_is_applied_once(void)
{
    double mean_ms;
    opened_applying(8, law_constant(30e6), 1);
    ask(10, EAST, OP_WRITE, 1);
    run_to(170);
    network_cut(stage.sim->network, WEST, EAST, false, sim_now(stage.sim));
    run_to(1000);
    network_cut(stage.sim->network, WEST, EAST, true, sim_now(stage.sim));
    run_to(60000);
    EXPECT_INT(log_backlog(((const Replica *)stage.replica[EAST]->state)->to[WEST]), 0);
    EXPECT_INT(lags_noted(&mean_ms), 1);
    EXPECT_NEAR(mean_ms, 180, 1e-6);
    finished();
    closed("14 user@east wrote");
}

/* Three changes wait out a cut.  When it is over the log tries one; it is applied 30 ms later and nothing is left here,
 * but two more are to come: they arrive 100 ms after the first and take 60 ms. */
static void a_drain_ends_when_nothing_is_left_anywhere(void)
{
    opened_applying(8, law_constant(30e6), 1);
    network_cut(stage.sim->network, EAST, WEST, false, sim_now(stage.sim));
    for (uint32_t i = 0; i < 3; i++)
        ask(10, EAST, OP_WRITE, i);
    run_to(5000);
    network_cut(stage.sim->network, EAST, WEST, true, sim_now(stage.sim));
    run_to(60000);
    const Cell *drain =
        sheet_cell(stage.sim->sheet, CELL_SAMPLES, "replication.drain", "database", "carts", "to", "west", NULL);
    EXPECT_INT(drain->samples->len, 1);
    EXPECT_NEAR(g_array_index(drain->samples, double, 0), 0.16, 1e-9);
    finished();
    EXPECT_INT(drain->samples->len, 1);
    closed("14 user@east wrote; 14 user@east wrote; 14 user@east wrote");
}

/* The run ends before. */
static void a_drain_that_does_not_end_is_never(void)
{
    opened_applying(8, law_constant(60e9), 1);
    network_cut(stage.sim->network, EAST, WEST, false, sim_now(stage.sim));
    for (uint32_t i = 0; i < 3; i++)
        ask(10, EAST, OP_WRITE, i);
    run_to(5000);
    network_cut(stage.sim->network, EAST, WEST, true, sim_now(stage.sim));
    run_to(60000);
    finished();
    const Cell *drain =
        sheet_cell(stage.sim->sheet, CELL_SAMPLES, "replication.drain", "database", "carts", "to", "west", NULL);
    EXPECT(drain->samples->len == 1 && isinf(g_array_index(drain->samples, double, 0)), "%u samples",
           drain->samples->len);
    EXPECT_INT(sheet_cell(stage.sim->sheet, CELL_COUNT, "writes.durable", "database", "carts", NULL)->count, 3);
    closed("14 user@east wrote; 14 user@east wrote; 14 user@east wrote");
}

/* A replica takes no part in what it had been told before it started over. */
static void who_starts_over_forgets_what_it_had_not_applied(void)
{
    double mean_ms;
    opened_applying(8, law_constant(30e6), 1);
    Applier *applier = ((const Replica *)stage.replica[WEST]->state)->applier;
    for (uint32_t i = 0; i < 3; i++)
        ask(10, EAST, OP_WRITE, i);
    run_to(200);
    EXPECT_INT(applier_backlog(applier), 2);
    applier_forget(stage.sim, applier);
    EXPECT_INT(applier_backlog(applier), 0);
    ask(300, EAST, OP_WRITE, 4);
    run_to(1000);
    EXPECT_INT(lags_noted(&mean_ms), 2);
    EXPECT_NEAR(mean_ms, 180, 1e-6);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 2);
    finished();
    closed("14 user@east wrote; 14 user@east wrote; 14 user@east wrote; 304 user@east wrote");
}

/* What the promoted region has received is not lost, however long it takes to apply it.  When the fault comes, 70 s
 * after the first of 50 writes/s, 3,500 are committed, 140.4 s of work with the lag of the first; 80.5 s after the
 * first it is decided to fail over: 59.9 s later all is applied. */
static void promotion_waits_for_what_was_received(void)
{
    static const char *const slow[] = {"carts.apply-time=40ms", "scenario.duration=4m", NULL},
                             *const at_once[] = {"scenario.duration=4m", NULL};
    g_autoptr(Results) fast = lab_run_named("loss.ini", at_once, 1, 4), late = lab_run_named("loss.ini", slow, 1, 4);
    double lost = lab_value(fast, "writes.lost", "", "");
    EXPECT(lost > 10 && lab_value(late, "writes.lost", "", "") == lost, "%g and %g lost", lost,
           lab_value(late, "writes.lost", "", ""));
    EXPECT_NEAR(lab_value(fast, "recovery.time", "", "phase=promote"), 6, 0.01);
    EXPECT_NEAR(lab_value(late, "recovery.time", "", "phase=promote"), 59.9, 4);
}

/* ---- storms: outages and cuts wherever dice put them, for the first twelve minutes of twenty ---- */

enum { N_FAULTS = 6, MOST_SETS = 2 * N_FAULTS + 4 };

static GPtrArray *weather(uint64_t seed)
{
    static const char *const names[N_FAULTS] = {"out-1", "out-2", "out-3", "cut-1", "cut-2", "cut-3"};
    static const char *const lags[] = {"0ms", "400ms", "uniform(10ms, 5s)", "30s"};
    static const char *const works[] = {"0ms", "20ms", "exponential(mean=150ms)"};
    GPtrArray *sets = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < N_FAULTS; i++) {
        g_ptr_array_add(sets, g_strdup_printf("%s.at=%ds", names[i], (int)dice_below(&seed, 600)));
        g_ptr_array_add(sets, g_strdup_printf("%s.for=%dms", names[i], 10 + (int)dice_below(&seed, 120000)));
    }
    g_ptr_array_add(sets, g_strdup_printf("out-2.target=%s", dice_below(&seed, 2) ? "eu-central-1" : "us-east-1"));
    g_ptr_array_add(sets, g_strdup_printf("carts.lag=%s", lags[dice_below(&seed, G_N_ELEMENTS(lags))]));
    g_ptr_array_add(sets, g_strdup_printf("carts.apply-time=%s", works[dice_below(&seed, G_N_ELEMENTS(works))]));
    g_ptr_array_add(sets, g_strdup_printf("carts.appliers=%d", 1 + (int)dice_below(&seed, 3)));
    g_ptr_array_add(sets, g_strdup_printf("cut-1.one-way=%s", dice_below(&seed, 2) ? "yes" : "no"));
    g_ptr_array_add(sets, g_strdup_printf("cut-3.one-way=%s", dice_below(&seed, 2) ? "yes" : "no"));
    g_ptr_array_add(sets, NULL);
    return sets;
}

/* Among these are storms that take first the writer, then its successor, before everybody has heard of it. */
enum { FIRST_STORM = 101, N_STORMS = 25 };

static guint64 total(Sim *sim, const char *metric)
{
    guint64 n = 0;
    for (guint i = 0; i < sheet_cells(sim->sheet); i++) {
        const Cell *cell = sheet_nth(sim->sheet, i);
        if (strcmp(cell->metric, metric) == 0)
            n += cell->count;
    }
    return n;
}

/* Of the last three minutes: requests that ended, and those of them that were answered. */
static void end_of(Sim *sim, double *ended, double *answered)
{
    *ended = *answered = 0;
    for (guint i = 0; i < sheet_cells(sim->sheet); i++) {
        const Cell *cell = sheet_nth(sim->sheet, i);
        if (strcmp(cell->metric, "timeline") != 0)
            continue;
        for (guint w = 17 * 60; w < cell->series.n_windows; w++) {
            *ended += cell->series.window[w].whole;
            *answered += cell->series.window[w].part;
        }
    }
}

static void count_if_no_ship(void *whose, const Call *call)
{
    *(guint *)whose += call->port != PORT_LOG;
}

/* The loops of checkers, balancers and logs, and what is being asked just now; not the changes on their way. */
static guint calls_but_ships(const Sim *sim)
{
    guint n = 0;
    calls_walk(sim, count_if_no_ship, &n);
    return n;
}

/* Whom each member of a database with one writer takes for the writer, by what it tells. */
enum { N_MEMBERS = 3 };
static const char *const members[N_MEMBERS] = {"carts@us-east-1", "carts@eu-central-1", "carts@ap-northeast-1"};
typedef struct {
    int writer[N_MEMBERS];
    guint n_promotions, n_divergent;
} Beliefs;

static int member_at(const char *text)
{
    for (int i = 0; i < N_MEMBERS; i++)
        if (g_str_has_prefix(text, members[i]))
            return i;
    return -1;
}

static void listen(G_GNUC_UNUSED Sim *sim, void *whose, const char *line)
{
    Beliefs *beliefs = whose;
    const char *who = strchr(line, ']') + 2, *follows = strstr(who, " follows ");
    int member = member_at(who);
    if (member < 0)
        return;
    if (follows)
        beliefs->writer[member] = member_at(follows + strlen(" follows "));
    if (!strstr(who, " is the writer now"))
        return;
    beliefs->writer[member] = member;
    beliefs->n_promotions++;
}

/* The run checks for itself that requests and writes add up.  Here: that all is well again in the end, and that nobody
 * left records behind: as many calls are under way as in a run without faults, give or take those just asked. */
static Beliefs weather_a_storm(const char *file, uint64_t seed, guint n_calls, bool one_writer)
{
    Beliefs beliefs = {.writer = {0, 0, 0}};
    enum { JUST_ASKED = 8, JUST_WRITTEN = 200 }; /* 5 requests/s, half of them writes; the slowest lag is 30 s */
    double ended, answered;
    g_autoptr(GPtrArray) sets = weather(seed);
    Scene *scene = scene_open(file, (const char *const *)sets->pdata);
    if (scene->scenario) {
        Sim *sim = sim_new(scene->scenario->world, seed, 1);
        sim->trace = one_writer ? listen : NULL;
        sim->trace_whose = &beliefs;
        EXPECT(sim_run(sim, NULL), "stopped");
        for (guint i = 1; i < N_MEMBERS; i++)
            EXPECT(beliefs.writer[i] == beliefs.writer[0], "%s, seed %" PRIu64 ": for %s %s writes, for %s %s", file,
                   seed, members[0], members[beliefs.writer[0]], members[i], members[beliefs.writer[i]]);
        end_of(sim, &ended, &answered);
        EXPECT(ended > 500 && answered == ended, "%s, seed %" PRIu64 ": %g answered of %g in the end", file, seed,
               answered, ended);
        EXPECT(total(sim, "writes.stranded") == 0 && total(sim, "writes.in_flight") <= JUST_WRITTEN,
               "%s, seed %" PRIu64 ": %d writes stranded, %d in flight", file, seed, (int)total(sim, "writes.stranded"),
               (int)total(sim, "writes.in_flight"));
        beliefs.n_divergent = (guint)total(sim, "writes.divergent");
        guint calls = calls_but_ships(sim);
        EXPECT(calls <= n_calls + JUST_ASKED && calls + JUST_ASKED >= n_calls,
               "%s, seed %" PRIu64 ": %u calls, %u in fair weather", file, seed, calls, n_calls);
        sim_free(sim);
    }
    scene_close(scene);
    return beliefs;
}

static guint calls_in_fair_weather(const char *file)
{
    static const char *const sets[] = {"out-1.enabled=no",
                                       "out-2.enabled=no",
                                       "out-3.enabled=no",
                                       "cut-1.enabled=no",
                                       "cut-2.enabled=no",
                                       "cut-3.enabled=no",
                                       NULL};
    Scene *scene = scene_open(file, sets);
    guint n = 0;
    if (scene->scenario) {
        Sim *sim = sim_new(scene->scenario->world, 1, 1);
        EXPECT(sim_run(sim, NULL), "stopped");
        n = calls_but_ships(sim);
        sim_free(sim);
    }
    scene_close(scene);
    return n;
}

/* Returns how often somebody was promoted in all of them together, and how many writes were made on a wrong side. */
static Beliefs storms_pass(const char *file, bool one_writer)
{
    guint n_calls = calls_in_fair_weather(file);
    Beliefs sum = {.n_promotions = 0};
    for (uint64_t seed = FIRST_STORM; seed < FIRST_STORM + N_STORMS; seed++) {
        Beliefs one = weather_a_storm(file, seed, n_calls, one_writer);
        sum.n_promotions += one.n_promotions;
        sum.n_divergent += one.n_divergent;
    }
    return sum;
}

static void after_any_storm_a_table_of_equals_is_whole(void)
{
    EXPECT_INT(storms_pass("tests/stories/storm.ini", false).n_promotions, 0);
}

/* Whoever is cut off goes on where nobody is fenced. */
static void after_any_storm_a_database_with_one_writer_is_whole(void)
{
    Beliefs sum = storms_pass("tests/stories/storm-writer.ini", true);
    EXPECT(sum.n_promotions > N_STORMS && sum.n_promotions <= 3 * N_STORMS, "promoted %u times", sum.n_promotions);
    EXPECT(sum.n_divergent > 0, "nobody made writes on the wrong side");
}

/* The ledger knows who was promoted last: nobody else ever makes a write. */
static void storm_fenced(const char *file)
{
    Beliefs sum = storms_pass(file, true);
    EXPECT(sum.n_promotions > N_STORMS / 2 && sum.n_promotions <= 3 * N_STORMS, "%s: promoted %u times", file,
           sum.n_promotions);
    EXPECT_INT(sum.n_divergent, 0);
}

static void in_no_storm_do_two_write_where_one_watches(void)
{
    storm_fenced("tests/stories/storm-fenced.ini");
}

static void in_no_storm_do_two_write_where_three_watch(void)
{
    storm_fenced("tests/stories/storm-watched.ini");
}

static void in_no_storm_do_two_write_where_instances_are_replaced(void)
{
    storm_fenced("tests/stories/storm-standby.ini");
}

void suite_replica(void);
void suite_replica(void)
{
    CU_pSuite s = CU_add_suite("replica", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_write_is_read_at_once_here_and_later_there);
    TEST(of_two_writes_the_later_wins_everywhere);
    TEST(operations_wait_for_workers);
    TEST(what_is_received_is_seen_when_it_is_applied);
    TEST(several_are_applied_at_a_time);
    TEST(a_law_of_zero_is_no_queue);
    TEST(what_was_received_survives_the_region);
    TEST(what_comes_twice_is_applied_once);
    TEST(a_drain_ends_when_nothing_is_left_anywhere);
    TEST(a_drain_that_does_not_end_is_never);
    TEST(who_starts_over_forgets_what_it_had_not_applied);
    TEST(promotion_waits_for_what_was_received);
    TEST(after_any_storm_a_table_of_equals_is_whole);
    TEST(after_any_storm_a_database_with_one_writer_is_whole);
    TEST(in_no_storm_do_two_write_where_one_watches);
    TEST(in_no_storm_do_two_write_where_three_watch);
    TEST(in_no_storm_do_two_write_where_instances_are_replaced);
}
