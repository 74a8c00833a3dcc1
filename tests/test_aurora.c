/* Aurora: commits that wait, readers, reads that are promised something; by hand and through storms. */
#include "model/observer.h"
#include "model/replica.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/scene.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

/* ---- by hand: east writes, west and north follow, a pipeline of 100 ms; a reader in east, 3 ms behind, and one in
 * west; a write takes 4 ms, a read 1 ms ---- */

enum { READER_EAST = 3, READER_WEST, N_REPLICAS, N_ITEMS = 5, MOST_COMMITS = 10000 };
typedef struct {
    SimTime at;
    uint32_t item;
} Commit;

static struct {
    Arena *arena;
    Sim *sim;
    Entity *user, *replica[N_REPLICAS];
    GString *told;
    Law lag, reader_lag;
    unsigned minute;
    SimTime limit, oldest_seen, newest; /* commits: the oldest age of what lacked, and the last one */
    guint n_commits, n_reads, n_waited;
    Commit commit[MOST_COMMITS];
    bool is_cut[N_SMALL_REGIONS];
} stage;

typedef struct {
    SimTime position;
} Asked;

static const Ops users = {.role = "user"};

/* How far behind the better of the two secondaries is. */
static SimTime least_behind(void)
{
    const Replica *writer = stage.replica[EAST]->state;
    SimTime least = SIMTIME_NEVER;
    for (guint i = WEST; i <= NORTH; i++) {
        SimTime oldest = log_oldest(writer->to[i]);
        least = MIN(least, oldest == SIMTIME_NEVER ? 0 : sim_now(stage.sim) - oldest);
    }
    return least;
}

/* The last commit of an item up to then. */
static SimTime last_commit(uint32_t item, SimTime until)
{
    for (guint i = stage.n_commits; i-- > 0;)
        if (stage.commit[i].item == item && stage.commit[i].at <= until)
            return stage.commit[i].at;
    return 0;
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const StorePort *store = &reply->store;
    if (stage.told) {
        g_string_append_printf(stage.told, "%s%.10g %s", stage.told->len ? "; " : "",
                               (double)sim_now(sim) / (double)MILLISECOND, op_names[store->op]);
        if (store->op == OP_READ)
            g_string_append_printf(stage.told, " %g", (double)store->version.at / (double)MILLISECOND);
        if (reply->outcome != OUTCOME_OK)
            g_string_append_printf(stage.told, " %s", outcome_names[reply->outcome]);
    }
    if (store->op == OP_WRITE && reply->outcome == OUTCOME_OK) { /* at the instant of its commit: no way back */
        stage.commit[stage.n_commits++ % MOST_COMMITS] = (Commit){store->version.at, store->item};
        stage.newest = store->version.at;
        stage.oldest_seen = MAX(stage.oldest_seen, least_behind());
    }
    if (store->op == OP_READ && reply->outcome == OUTCOME_OK) {
        SimTime wanted = last_commit(store->item, LOCALS(root, Asked)->position);
        stage.n_reads++;
        EXPECT(store->version.at == 0 || store->version.at >= wanted, "item %u: read %.6f s, not %.6f s", store->item,
               simtime_seconds(store->version.at), simtime_seconds(wanted));
    }
    (void)me;
    call_end(sim, root);
}

/* What a session is promised: asked with the position that it must see. */
static bool may_read(Sim *sim, Entity *me, Call *read)
{
    if (read->store.version.at <= replica_position(me))
        return true;
    stage.n_waited++;
    replica_await(sim, me, read, read->store.version.at);
    return false;
}

static void opened(SimTime limit)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.lag = law_constant(100e6);
    stage.reader_lag = law_constant(3e6);
    stage.limit = limit;
    World *world = small_world(stage.arena);
    ReplicaConfig *config = arena_one(stage.arena, ReplicaConfig);
    *config = (ReplicaConfig){.workers = 1000,
                              .read_time = law_constant(1e6),
                              .write_time = law_constant(4e6),
                              .apply_time = law_constant(0),
                              .appliers = 1,
                              .commit_limit = limit};
    const Thing *carts = small_thing(world, "carts", config), *user = small_thing(world, "user", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    static const Site sites[N_REPLICAS] = {
        {.region = EAST, .zone = WHOLE_REGION, .head = NO_HEAD, .ops = &small_replica},
        {.region = WEST, .zone = WHOLE_REGION, .head = NO_HEAD, .ops = &small_replica},
        {.region = NORTH, .zone = WHOLE_REGION, .head = NO_HEAD, .ops = &small_replica},
        {.region = EAST, .zone = 0, .head = EAST, .ops = &small_replica},
        {.region = WEST, .zone = 0, .head = WEST, .ops = &small_replica},
    };
    replicas_build_at(sim, carts, sites, N_REPLICAS, EAST, sizeof(Replica));
    stage.user = entity_new(sim, user, &users, network_region(sim->network, EAST, 0), 1, "@east");
    network_seal(sim->network);
    const ReplicaSet *set = ((const Replica *)((Entity *)sim->entities->pdata[0])->state)->set;
    replicas_promise((ReplicaSet *)set, may_read, false);
    stage.minute = call_patience(sim, 60 * SECOND);
    LogHabits habits = {.lag = &stage.lag, .in_order = true, .patience = call_patience(sim, 10 * SECOND)};
    replicas_connect(sim, carts, habits);
    habits.lag = &stage.reader_lag;
    replicas_connect_readers(sim, carts, habits);
    for (guint i = 0; i < N_REPLICAS; i++) {
        stage.replica[i] = replicas_nth(set, i);
        replica_start(sim, stage.replica[i]);
    }
}

static void closed(const char *told)
{
    for (guint i = N_REPLICAS; i-- > 0;)
        replica_finish(stage.sim, stage.replica[i]);
    if (stage.told) {
        EXPECT_TEXT(stage.told->str, told);
        g_string_free(stage.told, TRUE);
    }
    sim_free(stage.sim);
    arena_free(stage.arena);
}

static void run_to(double ms)
{
    small_run(stage.sim, (SimTime)(ms * (double)MILLISECOND));
}

static void ask(double at_ms, guint whom, Op op, uint32_t item, SimTime position)
{
    run_to(at_ms);
    Call *root = call_begin(stage.sim, stage.user, key_of(item, (uint64_t)sim_now(stage.sim)));
    LOCALS(root, Asked)->position = position;
    Call *call = call_new(stage.sim, stage.user, root, stage.replica[whom], PORT_STORE, heard);
    call->store = (StorePort){.item = item, .op = (uint8_t)op, .version.at = position};
    call_send(stage.sim, call, stage.minute);
}

/* East and one of the others. */
static void cut(int a, int b, bool up)
{
    if (stage.is_cut[b] == !up)
        return;
    stage.is_cut[b] = !up;
    network_cut(stage.sim->network, a, b, up, sim_now(stage.sim));
    network_cut(stage.sim->network, b, a, up, sim_now(stage.sim));
}

/* ---- readers ---- */

/* Committed at 14: shown by the reader beside it at 17, in west at 164, by the reader there at 167. */
static void readers_follow_their_own_region(void)
{
    opened(0);
    stage.told = g_string_new(NULL);
    ask(10, EAST, OP_WRITE, 1, 0);
    ask(16.5, READER_EAST, OP_READ, 1, 0);
    ask(17, READER_EAST, OP_READ, 1, 0);
    ask(113.5, WEST, OP_READ, 1, 0); /* 50 ms there */
    ask(114, WEST, OP_READ, 1, 0);
    ask(116.5, READER_WEST, OP_READ, 1, 0);
    ask(117.5, READER_WEST, OP_READ, 1, 0);
    run_to(2000);
    const Cell *lag =
        sheet_cell(stage.sim->sheet, CELL_DISTRIBUTION, "readers.lag", "database", "carts", "region", "west", NULL);
    EXPECT_INT(lag->histogram.count, 1);
    EXPECT_NEAR(histogram_mean(&lag->histogram) * 1e-6, 153, 1e-6);
    closed("14 write; 17.5 read 0; 18 read 14; 214.5 read 0; 215 read 14; 217.5 read 0; 218.5 read 14");
}

/* The reader in west is away when the change comes, and has it when it is back: the storage beside it does. */
static void a_reader_that_comes_back_reads_what_its_storage_has(void)
{
    opened(0);
    stage.told = g_string_new(NULL);
    cut(EAST, NORTH, false); /* so that not all agree */
    ask(10, EAST, OP_WRITE, 1, 0);
    run_to(166);
    replica_start(stage.sim, stage.replica[READER_WEST]); /* 1 ms before it would have been told */
    ask(166, READER_WEST, OP_READ, 1, 0);
    run_to(2000);
    closed("14 write; 267 read 14");
}

/* ---- reads that wait ---- */

/* Version 0: all agree. */
static void look_at_all(const Entity *who)
{
    const Replica *replica = who->state;
    for (uint32_t item = 0; item < N_ITEMS; item++) {
        SimTime here = replica_holds(replica, item).at, wanted = last_commit(item, replica->progress.complete);
        EXPECT(here == 0 || here >= wanted, "%s at %.6f s: item %u of %.6f s, not %.6f s", who->name,
               simtime_seconds(sim_now(stage.sim)), item, simtime_seconds(here), simtime_seconds(wanted));
    }
}

/* Two wait in west for what is committed at 14 and 24, one for nothing: in order of arrival. */
static void a_read_waits_for_the_position_of_its_session(void)
{
    opened(0);
    stage.told = g_string_new(NULL);
    ask(10, EAST, OP_WRITE, 1, 0);
    ask(20, EAST, OP_WRITE, 2, 0);
    ask(30, WEST, OP_READ, 2, 24 * MILLISECOND); /* there at 80, woken at 174, read at 175, back at 225 */
    ask(31, READER_WEST, OP_READ, 1, 14 * MILLISECOND);
    ask(32, WEST, OP_READ, 1, 14 * MILLISECOND);
    ask(33, WEST, OP_READ, 1, 0);
    run_to(2000);
    EXPECT_INT(stage.n_waited, 3);
    closed("14 write; 24 write; 134 read 0; 215 read 14; 218 read 14; 225 read 24");
}

/* Whatever is cut, for as long as dice want: who says that it has all up to some instant has it, and a read with a
 * position is answered with what its session wrote. */
static void no_cut_makes_a_session_miss_its_own_write(void)
{
    enum { STEPS = 4000 };
    static const guint whom[] = {WEST, READER_WEST, NORTH, READER_EAST};
    uint64_t seed = 11;
    opened(0);
    stage.lag = law_lognormal(100e6, 900e6);
    for (guint i = 0; i < STEPS; i++) {
        double at = 100.0 + 50 * i;
        if (i % 40 == 0)
            cut(EAST, WEST, dice_below(&seed, 2));
        ask(at, EAST, OP_WRITE, (uint32_t)dice_below(&seed, N_ITEMS), 0);
        run_to(at + 5);
        for (guint j = 0; j < G_N_ELEMENTS(whom); j++)
            look_at_all(stage.replica[whom[j]]);
        ask(at + 5, whom[dice_below(&seed, G_N_ELEMENTS(whom))], OP_READ, (uint32_t)dice_below(&seed, N_ITEMS),
            stage.newest);
    }
    cut(EAST, WEST, true);
    run_to(400000);
    EXPECT(stage.n_commits == STEPS && stage.n_waited > STEPS / 2, "%u commits, %u waited", stage.n_commits,
           stage.n_waited);
    EXPECT(stage.n_reads > STEPS / 2, "%u reads", stage.n_reads); /* the others gave up after a minute, cut off */
    closed("");
}

/* ---- commits that wait ---- */

/* Both ways are cut at 1 s.  The oldest change that is lacking was committed at 1.014 s; at 2.1 s that is more than a
 * second ago.  The way to north is whole again at 20 s; its log, which waits 10 s for an answer and then a second,
 * tries again at 23.114 s, with the oldest alone, and with the next 200 ms later. */
static void commits_wait_while_every_secondary_is_too_far_behind(void)
{
    opened(SECOND);
    stage.told = g_string_new(NULL);
    run_to(1000);
    cut(EAST, WEST, false);
    cut(EAST, NORTH, false);
    ask(1010, EAST, OP_WRITE, 1, 0);
    ask(1900, EAST, OP_WRITE, 2, 0);
    ask(2100, EAST, OP_WRITE, 3, 0);
    ask(2200, EAST, OP_WRITE, 4, 0);
    run_to(20000);
    cut(EAST, NORTH, true);
    run_to(59000);
    const Cell *blocked = sheet_cell(stage.sim->sheet, CELL_SAMPLES, "commits.blocked.time", "database", "carts", NULL);
    EXPECT_INT(blocked->samples->len, 2);
    EXPECT_NEAR(g_array_index(blocked->samples, double, 0), 21.41, 1e-6);
    closed("1014 write; 1904 write; 23514 write; 23514 write");
}

/* One secondary is enough, and without a limit nobody waits. */
static void one_secondary_within_the_limit_is_enough(void)
{
    opened(SECOND);
    stage.told = g_string_new(NULL);
    cut(EAST, WEST, false);
    for (guint i = 0; i < 3; i++)
        ask(1000 + 2000 * i, EAST, OP_WRITE, i, 0);
    run_to(9000);
    closed("1004 write; 3004 write; 5004 write");
}

/* Whatever is cut: no commit is made when what a failover would lose is already older than the limit. */
static void no_cut_lets_a_failover_lose_more_than_the_limit(void)
{
    enum { STEPS = 6000 };
    uint64_t seed = 5;
    opened(2 * SECOND);
    for (guint i = 0; i < STEPS; i++) {
        double at = 100.0 + 50 * i;
        if (i % 60 == 0)
            cut(EAST, WEST, dice_below(&seed, 3) == 0);
        if (i % 70 == 0)
            cut(EAST, NORTH, dice_below(&seed, 3) == 0);
        ask(at, EAST, OP_WRITE, (uint32_t)dice_below(&seed, N_ITEMS), 0);
    }
    cut(EAST, WEST, true);
    cut(EAST, NORTH, true);
    run_to(400000);
    EXPECT(stage.oldest_seen <= stage.limit && stage.oldest_seen > stage.limit * 9 / 10, "%.6f s",
           simtime_seconds(stage.oldest_seen));
    EXPECT(stage.n_commits > STEPS * 9 / 10, "%u answered", stage.n_commits); /* the others after a minute */
    const Cell *blocked = sheet_cell(stage.sim->sheet, CELL_SAMPLES, "commits.blocked.time", "database", "carts", NULL);
    EXPECT(blocked->samples->len > STEPS / 4, "%u waited", blocked->samples->len);
    closed("");
}

/* Who is cut off for a minute and then lost loses what he wrote in the last minute, or in the first 20 s of it. */
static void a_failover_loses_no_more_than_the_limit_allows(void)
{
    static const char *const unlimited[] = {NULL}, *const limited[] = {"carts.rpo-limit=20s", NULL};
    g_autoptr(Results) all = lab_run_named("aurora-limit.ini", unlimited, 1, 8),
                       some = lab_run_named("aurora-limit.ini", limited, 1, 8);
    double rate = 20, n_all = lab_value(all, "writes.lost", "", ""), n_some = lab_value(some, "writes.lost", "", "");
    EXPECT(n_all > rate * 55 && n_all < rate * 65, "%g lost without a limit", n_all);
    EXPECT(n_some > rate * 18 && n_some <= rate * 22, "%g lost with a limit", n_some);
}

/* Five workers, five connections: each of the first five writes to the new writer pays six round trips of 100 ms more.
 */
static void a_pool_opens_its_connections_to_a_new_writer(void)
{
    static const char *const kept[] = {"carts.handshake=0", NULL}, *const anew[] = {NULL};
    g_autoptr(Results) without = lab_run_named("aurora-move.ini", kept, 1, 4),
                       with = lab_run_named("aurora-move.ini", anew, 1, 4);
    double n = lab_value(with, "latency", "count", ""),
           longer = lab_value(with, "latency", "mean", "") * n - lab_value(without, "latency", "mean", "") * n;
    EXPECT(n > 150 && n == lab_value(without, "latency", "count", ""), "%g writes", n);
    EXPECT_NEAR(longer, 5 * 0.6, 1e-6); /* in each replication */
    EXPECT_NEAR(lab_value(with, "latency", "max", ""), 0.7, 0.01);
}

/* ---- storms over shipped components: outages and cuts wherever dice put them ---- */

enum { N_FAULTS = 6, FIRST_STORM = 301, N_STORMS = 12 };

static void weather(uint64_t seed, GPtrArray *sets)
{
    static const char *const names[N_FAULTS] = {"out-1", "out-2", "out-3", "cut-1", "cut-2", "cut-3"};
    for (guint i = 0; i < N_FAULTS; i++) {
        g_ptr_array_add(sets, g_strdup_printf("%s.at=%ds", names[i], (int)dice_below(&seed, 600)));
        g_ptr_array_add(sets, g_strdup_printf("%s.for=%dms", names[i], 10 + (int)dice_below(&seed, 120000)));
    }
}

/* Of all cells of that metric: the part and the whole. */
static void sum_up(const Sim *sim, const char *metric, double *part, double *whole)
{
    for (guint i = 0; i < sheet_cells(sim->sheet); i++) {
        const Cell *cell = sheet_nth(sim->sheet, i);
        if (strcmp(cell->metric, metric) != 0)
            continue;
        *part += cell->ratio.part;
        *whole += cell->ratio.whole;
    }
}

static void storms_pass(const char *forwarding, const char *more, const char *metric, double *part, double *whole)
{
    *part = *whole = 0;
    for (uint64_t seed = FIRST_STORM; seed < FIRST_STORM + N_STORMS; seed++) {
        g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(g_free);
        weather(seed, sets);
        g_ptr_array_add(sets, g_strdup_printf("carts.write-forwarding=%s", forwarding));
        g_ptr_array_add(sets, g_strdup("carts.promotion=never"));
        g_ptr_array_add(sets, g_strdup("carts.readers=2"));
        g_ptr_array_add(sets, g_strdup("users.items=1G"));
        g_ptr_array_add(sets, g_strdup(more));
        g_ptr_array_add(sets, g_strdup("users.read-back=50ms"));
        g_ptr_array_add(sets, g_strdup("shop.sessions=token"));
        g_ptr_array_add(sets, NULL);
        Scene *scene = scene_open("tests/stories/storm-writer.ini", (const char *const *)sets->pdata);
        if (scene->scenario) {
            Sim *sim = sim_new(scene->scenario->world, seed, 1);
            EXPECT(sim_run(sim, NULL), "stopped");
            sum_up(sim, metric, part, whole);
            sim_free(sim);
        }
        scene_close(scene);
    }
}

static void global_reads_are_never_stale(void)
{
    double stale, reads;
    storms_pass("global", "users.items=3", "reads.stale", &stale, &reads);
    EXPECT(reads > 20000 && stale == 0, "%g stale of %g", stale, reads);
    storms_pass("eventual", "users.items=3", "reads.stale", &stale, &reads);
    EXPECT(stale > 1000, "%g stale of %g", stale, reads);
}

/* Of so many items nobody writes what another has written. */
static void session_reads_see_their_own_writes(void)
{
    double stale, reads;
    storms_pass("session", "carts.readers=3", "readback.stale", &stale, &reads);
    EXPECT(reads > 10000 && stale == 0, "%g stale of %g", stale, reads);
    storms_pass("eventual", "carts.readers=3", "readback.stale", &stale, &reads);
    EXPECT(stale > 1000, "%g stale of %g", stale, reads);
}

/* Without forwarding, and as long as the writer is the same. */
static void whoever_reads_at_the_writer_after_a_write_sees_it(void)
{
    double stale, reads;
    storms_pass("off", "carts.reads-at=after-write", "readback.stale", &stale, &reads);
    EXPECT(reads > 10000 && stale == 0, "%g stale of %g", stale, reads);
    storms_pass("off", "carts.reads-at=nearest", "readback.stale", &stale, &reads);
    EXPECT(stale > 1000, "%g stale of %g", stale, reads);
}

/* Of the last three minutes of twenty: requests that ended, and those of them that were answered. */
static void end_of(const Sim *sim, double *ended, double *answered)
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

static void weather_a_storm(uint64_t seed, const char *forwarding)
{
    double ended, answered;
    g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(g_free);
    weather(seed, sets);
    g_ptr_array_add(sets, g_strdup_printf("carts.write-forwarding=%s", forwarding));
    g_ptr_array_add(sets, g_strdup("carts.readers=2"));
    g_ptr_array_add(sets, g_strdup("carts.rpo-limit=20s"));
    g_ptr_array_add(sets, g_strdup("carts.failover-time=20s"));
    g_ptr_array_add(sets, g_strdup("shop.sessions=token"));
    g_ptr_array_add(sets, NULL);
    Scene *scene = scene_open("tests/stories/storm-writer.ini", (const char *const *)sets->pdata);
    if (scene->scenario) {
        Sim *sim = sim_new(scene->scenario->world, seed, 1);
        EXPECT(sim_run(sim, NULL), "stopped");
        end_of(sim, &ended, &answered);
        EXPECT(ended > 500 && answered == ended, "%s, seed %d: %g answered of %g in the end", forwarding, (int)seed,
               answered, ended);
        sim_free(sim);
    }
    scene_close(scene);
}

/* With promotions.  The run checks for itself that everything adds up. */
static void after_any_storm_readers_and_limits_are_whole(void)
{
    static const char *const forwarding[] = {"off", "eventual", "session", "global"};
    for (uint64_t seed = FIRST_STORM; seed < FIRST_STORM + N_STORMS; seed++)
        for (guint i = 0; i < G_N_ELEMENTS(forwarding); i++)
            weather_a_storm(seed, forwarding[i]);
}

void suite_aurora(void);
void suite_aurora(void)
{
    CU_pSuite s = CU_add_suite("aurora", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(readers_follow_their_own_region);
    TEST(a_reader_that_comes_back_reads_what_its_storage_has);
    TEST(a_read_waits_for_the_position_of_its_session);
    TEST(no_cut_makes_a_session_miss_its_own_write);
    TEST(commits_wait_while_every_secondary_is_too_far_behind);
    TEST(one_secondary_within_the_limit_is_enough);
    TEST(no_cut_lets_a_failover_lose_more_than_the_limit);
    TEST(a_failover_loses_no_more_than_the_limit_allows);
    TEST(a_pool_opens_its_connections_to_a_new_writer);
    TEST(global_reads_are_never_stale);
    TEST(session_reads_see_their_own_writes);
    TEST(whoever_reads_at_the_writer_after_a_write_sees_it);
    TEST(after_any_storm_readers_and_limits_are_whole);
}
