/* Global tables with eventual consistency: stock, partitions, and pauses of replication. */
#include "model/partitions.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/small_world.h"
#include <math.h>

static double figure(const Results *results, const char *metric, const char *labels)
{
    double value = lab_value(results, metric, "", labels);
    return isnan(value) ? 0 : value;
}

/* ---- stock ---- */

static void one_writer_never_sells_twice(void)
{
    g_autoptr(Results) results =
        lab_run_named("writers.ini",
                      SETS("item.use=aurora", "item.stock=20", "writer.items=10", "here.rate=20/s", "there.rate=20/s",
                           "between.rtt=300ms", "scenario.duration=60s", "scenario.warm-up=0s"),
                      1, 5);
    EXPECT_NEAR(figure(results, "oversold", ""), 0, 0);
    EXPECT_NEAR(figure(results, "writes.acknowledged", ""), 10 * 20, 0);
    EXPECT(figure(results, "writes.sold_out", "") > 1000, "the others are told that nothing is left");
    EXPECT_NEAR(figure(results, "requests.failed", ""), 0, 0);
}

/* What was sold beyond the stock is what was acknowledged beyond it, as long as all is sold. */
static void every_region_sells_what_it_sees(void)
{
    g_autoptr(Results) results =
        lab_run_named("stock.ini", SETS("item.stock=20", "here.rate=500/s", "there.rate=500/s"), 1, 5);
    double oversold = figure(results, "oversold", "");
    EXPECT(oversold > 100, "%g sold beyond the stock", oversold);
    EXPECT_NEAR(figure(results, "writes.acknowledged", ""), 100 * 20 + oversold, 0);
    EXPECT_NEAR(figure(results, "requests.failed", ""), 0, 0);
}

/* ---- partitions ---- */

/* Twice as many as it takes: half are refused. */
static void a_hot_partition_refuses(void)
{
    g_autoptr(Results) results =
        lab_run_named("writers.ini",
                      SETS("there.enabled=no", "here.rate=200/s", "here.retries=0", "item.partitions=8",
                           "item.partition-writes=100/s", "scenario.duration=100s"),
                      1, 2);
    EXPECT_NEAR(figure(results, "writes.acknowledged", ""), 100 * 100, 0.01 * 100 * 100);
    EXPECT_NEAR(figure(results, "requests.failed", "why=throttled"), figure(results, "throttled", ""), 0);
    EXPECT_NEAR(figure(results, "requests.failed", "why=throttled"), figure(results, "requests.failed", ""), 0);
}

/* The same load on many items spreads over the partitions. */
static void many_items_are_spread(void)
{
    g_autoptr(Results) results =
        lab_run_named("writers.ini",
                      SETS("there.enabled=no", "here.rate=200/s", "here.retries=0", "writer.items=10k",
                           "item.partitions=8", "item.partition-writes=100/s", "scenario.duration=100s"),
                      1, 2);
    EXPECT_NEAR(figure(results, "throttled", ""), 0, 0);
}

/* Provisioned 10/s, 60/s wanted: what was kept in 300 s lasts for 3000/(60 - 10) = 60 s. */
static void a_burst_lasts_as_long_as_what_was_kept(void)
{
    g_autoptr(Results) results =
        lab_run_named("writers.ini",
                      SETS("there.enabled=no", "here.rate=60/s", "here.retries=0", "item.partitions=1",
                           "item.table-writes=10/s", "scenario.warm-up=0s", "scenario.duration=120s"),
                      1, 4);
    EXPECT_NEAR(figure(results, "writes.acknowledged", ""), 3000 + 10 * 120, 0.01 * 4200);
}

/* The other region has half of the capacity that it takes to follow: a write of the time t is seen at 2t, and the run
 * ends at 60 s. */
static void a_replica_with_too_little_capacity_falls_behind(void)
{
    g_auto(Lab) lab = lab_open("slow-replica.ini", SETS("item@other.table-writes=50/s"));
    g_autoptr(Results) slow = lab_run(&lab, 1, 2, 1), quick = lab_run_named("slow-replica.ini", NULL, 1, 2);
    EXPECT(lab_value(quick, "replication.lag", "max", "") < 1, "on demand it follows");
    EXPECT_NEAR(figure(slow, "throttled", ""), 0, 0);
    EXPECT_NEAR(lab_value(slow, "replication.lag", "mean", ""), 14.3, 0.7);
    EXPECT_NEAR(lab_value(slow, "replication.lag", "max", ""), 30, 1.5);
}

/* ---- pauses ---- */

static void a_pause_delays_and_loses_nothing(void)
{
    g_autoptr(Results) paused = lab_run_named("pause.ini", NULL, 1, 4);
    g_autoptr(Results) free = lab_run_named("pause.ini", SETS("nothing-moves.enabled=no"), 1, 4);
    EXPECT_NEAR(figure(paused, "requests.failed", ""), 0, 0);
    EXPECT_NEAR(figure(paused, "writes.acknowledged", ""), figure(free, "writes.acknowledged", ""), 0);
    EXPECT_NEAR(figure(paused, "writes.lost", ""), 0, 0);
    EXPECT(figure(paused, "writes.in_flight", "") < 5, "all is shipped long before the end");
    double lag = lab_value(paused, "replication.lag", "max", "");
    EXPECT(lag > 59 && lag < 64, "the first write of the minute is seen %g s later", lag);
    EXPECT(figure(paused, "writes.overwritten", "") > 2 * figure(free, "writes.overwritten", ""),
           "who hears nothing overwrites");
}

static void a_pause_is_of_one_pair_of_regions(void)
{
    g_autoptr(Results) one = lab_run_named("pause-pair.ini", NULL, 1, 1);
    EXPECT(lab_value(one, "replication.lag", "max", "database=item,from=a,to=b") > 50, "between a and b");
    EXPECT(lab_value(one, "replication.lag", "max", "database=item,from=a,to=c") < 1, "not between a and c");
}

void suite_global_table(void);
void suite_global_table(void)
{
    CU_pSuite s = CU_add_suite("global_table", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(one_writer_never_sells_twice);
    TEST(every_region_sells_what_it_sees);
    TEST(a_hot_partition_refuses);
    TEST(many_items_are_spread);
    TEST(a_burst_lasts_as_long_as_what_was_kept);
    TEST(a_replica_with_too_little_capacity_falls_behind);
    TEST(a_pause_delays_and_loses_nothing);
    TEST(a_pause_is_of_one_pair_of_regions);
}
