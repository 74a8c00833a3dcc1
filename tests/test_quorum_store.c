/* The quorum store: what a quorum promises, what becomes of a replica that was away, and that everything adds up. */
#include "model/call.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/pbs.h"
#include <math.h>

static double figure(const Results *results, const char *metric, const char *labels)
{
    double value = lab_value(results, metric, "", labels);
    return isnan(value) ? 0 : value;
}

static void expect_adds_up(const Results *results)
{
    static const char *const classes[] = {"writes.durable", "writes.superseded", "writes.overwritten",
                                          "writes.partial", "writes.stranded",   "writes.in_flight"};
    double acknowledged = figure(results, "writes.acknowledged", ""), sum = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
        sum += figure(results, classes[i], "");
    EXPECT_NEAR(sum, acknowledged, 1e-6 * acknowledged);
}

/* ---- what a quorum promises ---- */

/* A few items that everybody reads and writes, and the replicas are slow. */
static double stale_reads(int r, int w)
{
    g_autofree char *read = g_strdup_printf("store.read-quorum=%d", r),
                    *write = g_strdup_printf("store.write-quorum=%d", w);
    g_autoptr(Results) results =
        lab_run_named("quorum.ini",
                      SETS(read, write, "scenario.duration=20s", "users.mix=50% read, 50% write", "users.items=20",
                           "users.rate=500/s", "store.write-time=exponential(mean=20ms)",
                           "store.acknowledge-time=exponential(mean=5ms)", "store.read-time=exponential(mean=5ms)",
                           "store.respond-time=exponential(mean=5ms)"),
                      1, 2);
    expect_adds_up(results);
    EXPECT(figure(results, "writes.overwritten", "") > 100, "writers that do not meet prove nothing");
    return figure(results, "reads.stale", "");
}

static void quorums_that_overlap_miss_nothing(void)
{
    for (int r = 1; r <= 3; r++)
        for (int w = 1; w <= 3; w++) {
            double stale = stale_reads(r, w);
            EXPECT(r + w > 3 ? stale == 0 : stale > 0.01, "R = %d, W = %d: %g of the reads are stale", r, w, stale);
        }
}

static void without_a_quorum_there_is_no_answer(void)
{
    static const struct {
        const char *mode, *why;
        double p99_s;
    } rows[] = {{"away.mode=refused", "why=refused", 0}, {"away.mode=silent", "why=timeout", 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Results) results = lab_run_named("quorum-lost.ini", SETS("store.write-quorum=3", rows[i].mode), 1, 1);
        double failed = figure(results, "requests.failed", rows[i].why);
        EXPECT(failed > 1800 && failed < 2200, "%s: %g of about 2000 writes failed", rows[i].mode, failed);
        EXPECT_NEAR(figure(results, "requests.failed", ""), failed, 0);
        expect_adds_up(results);
    }
}

/* ---- a replica that was away: about 2000 writes ---- */

typedef struct {
    double partial, stale;
} Away;

static Away away(const char *const *sets)
{
    g_autoptr(Results) results = lab_run_named("quorum-lost.ini", sets, 1, 1);
    expect_adds_up(results);
    EXPECT_NEAR(figure(results, "requests.failed", ""), 0, 0);
    return (Away){figure(results, "writes.partial", ""), figure(results, "readback.stale", "")};
}

static void it_lacks_what_nobody_brings(void)
{
    double partial = away(NULL).partial;
    EXPECT(partial > 1800 && partial < 2200, "%g of about 2000 are partial", partial);
}

static void a_later_write_of_the_item_is_as_good(void)
{
    double partial = away(SETS("users.items=10")).partial;
    EXPECT(partial == 0, "%g are partial", partial);
}

static void hints_are_brought(void)
{
    double partial = away(SETS("store.hinted-handoff=yes")).partial;
    EXPECT(partial == 0, "%g are partial", partial);
    partial = away(SETS("store.hinted-handoff=yes", "away.mode=silent")).partial;
    EXPECT(partial == 0, "%g are partial", partial);
}

static void hints_are_not_kept_for_ever(void)
{
    double partial = away(SETS("store.hinted-handoff=yes", "store.hint-window=5s")).partial;
    EXPECT(partial > 1350 && partial < 1650, "%g of about 1500 are partial", partial);
}

/* Reads of one replica: it is asked 30 s after the write, when the third is back. */
static void reads_repair(void)
{
    Away before = away(SETS("users.read-back=25s", "store.read-quorum=3", "away.for=10s", "away.at=10s")),
         after = away(SETS("users.read-back=25s", "store.read-quorum=3", "away.for=10s", "away.at=10s",
                           "store.read-repair=yes"));
    EXPECT(before.partial > 900, "%g of about 1000 are partial", before.partial);
    EXPECT(after.partial == 0, "%g are partial", after.partial);
}

static void one_replica_alone_is_stale_until_repaired(void)
{
    double never = away(SETS("users.read-back=25s", "store.read-quorum=1", "away.for=10s", "away.at=10s",
                             "store.respond-time=exponential(mean=1ms)"))
                       .stale,
           hinted = away(SETS("users.read-back=25s", "store.read-quorum=1", "away.for=10s", "away.at=10s",
                              "store.respond-time=exponential(mean=1ms)", "store.hinted-handoff=yes"))
                        .stale;
    /* a third of the reads of what was written in 10 of 35 s */
    EXPECT(never > 0.07 && never < 0.12, "%g are stale", never);
    EXPECT(hinted == 0, "%g are stale with hints", hinted);
}

/* ---- storms ---- */

static void count_calls(Sim *sim, void *whose)
{
    *(uint32_t *)whose = calls_walk(sim, NULL, NULL);
}

/* What is left are loops: of arrivals, faults and hints. */
static void nothing_is_left_behind(void)
{
    static const char *const extras[] = {"store.hinted-handoff=no", "store.hinted-handoff=yes"};
    for (gsize i = 0; i < G_N_ELEMENTS(extras); i++) {
        g_auto(Lab) lab = lab_open("quorum-lost.ini", SETS("away.target=a", "away.mode=silent", extras[i],
                                                           "store.read-repair=yes", "users.mix=50% read, 50% write"));
        uint32_t left = 0;
        lab_trace(&lab, 1, 1, NULL, count_calls, &left);
        EXPECT(left <= 20, "%s: %u calls are left", extras[i], left);
    }
}

static void everything_adds_up_whatever_fails(void)
{
    static const char *const modes[] = {"failing.mode=refused", "failing.mode=silent"};
    for (uint64_t seed = 1; seed <= 8; seed++) {
        g_autoptr(Results) results = lab_run_named(
            "quorum-outages.ini",
            SETS("scenario.duration=1000s", "users.rate=50/s", "users.items=100", "users.timeout=5s", "shop.timeout=4s",
                 "store.timeout=1s", "failing.every=exponential(mean=60s)", "failing.for=exponential(mean=30s)",
                 modes[seed % 2], seed & 2 ? "store.hinted-handoff=yes" : "store.read-repair=yes", "b-fails.target=a",
                 seed & 4 ? "store.write-quorum=1" : "store.write-quorum=2"),
            seed, 2);
        expect_adds_up(results);
    }
}

/* ---- the reference of tests/experiments_quorum.c ---- */

static void the_reference_agrees_with_itself(void)
{
    static const PbsModel *const models[] = {&pbs_ssd, &pbs_slow_writes};
    enum { TRIALS = 1000000 };
    for (gsize m = 0; m < G_N_ELEMENTS(models); m++)
        for (int write = 0; write <= 1; write++)
            for (int k = 1; k <= PBS_REPLICAS; k++) {
                double h = 4 * sqrt(0.99 * 0.01 / TRIALS), low = pbs_latency(models[m], write, k, 0.99 - h),
                       high = pbs_latency(models[m], write, k, 0.99 + h),
                       drawn = pbs_drawn_latency(pbs_drawn(models[m], TRIALS), write, k, 0.99);
                EXPECT(drawn >= low && drawn <= high, "%s, %d: %g, not in %g .. %g", models[m]->name, k, drawn, low,
                       high);
            }
    /* the smallest of three sums of Exp(1) and Exp(1): P(> x) = ((1 + x) e^-x)^3 */
    double x = pbs_latency(&pbs_slow_writes, false, 1, 0.999);
    EXPECT_NEAR(pow((1 + x) * exp(-x), 3), 0.001, 1e-6);
    EXPECT(pbs_stale(pbs_drawn(&pbs_ssd, TRIALS), PBS_SAME, 2, 2, 0) == 0, "R + W > N");
}

void suite_quorum_store(void);
void suite_quorum_store(void)
{
    CU_pSuite s = CU_add_suite("quorum_store", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(quorums_that_overlap_miss_nothing);
    TEST(without_a_quorum_there_is_no_answer);
    TEST(it_lacks_what_nobody_brings);
    TEST(a_later_write_of_the_item_is_as_good);
    TEST(hints_are_brought);
    TEST(hints_are_not_kept_for_ever);
    TEST(reads_repair);
    TEST(one_replica_alone_is_stale_until_repaired);
    TEST(nothing_is_left_behind);
    TEST(everything_adds_up_whatever_fails);
    TEST(the_reference_agrees_with_itself);
}
