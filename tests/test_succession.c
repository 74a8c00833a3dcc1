/* Succession in whole runs: what a switchover costs, and what is said of those who were waited for in vain. */
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>
#include <string.h>

static bool noted(const Results *results, const char *text)
{
    for (guint i = 0; i < results->notes->len; i++)
        if (strstr(results->notes->pdata[i], text))
            return true;
    return false;
}

/* Writes fail for a minute each time (promote), and a little more; nothing is lost, and nobody writes beside. */
static void a_switchover_loses_nothing(void)
{
    g_autoptr(Results) results = lab_run_named("switchover.ini", NULL, 1, 3);
    EXPECT_NEAR(lab_value(results, "writes.lost", "", ""), 0, 0);
    EXPECT_NEAR(lab_value(results, "writes.divergent", "", ""), 0, 0);
    EXPECT_NEAR(lab_value(results, "switchover.time", "count", ""), 2, 0);
    EXPECT_NEAR(lab_value(results, "switchover.time", "", ""), 61, 1);
    double there = lab_value(results, "writes.acknowledged", "", "region=eu-central-1"),
           here = lab_value(results, "writes.acknowledged", "", "region=us-east-1");
    EXPECT(there > 5000 && here > 2 * there * 0.8, "%g written there, %g here", there, here);
}

/* The writer is cut off while it is to hand over: it is refused until the line is whole again. */
static void a_switchover_needs_the_writer(void)
{
    static const char *const sets[] = {"virginia-lost.enabled=yes", "virginia-lost.at=4m", "virginia-lost.for=5m",
                                       "carts.promotion=never", NULL};
    g_autoptr(Results) results = lab_run_named("switchover.ini", sets, 1, 2);
    double took = lab_value(results, "control.time", "", "action=move");
    EXPECT(took > 240 && took < 270, "accepted after %g s", took);
    EXPECT(lab_value(results, "control.refused", "", "action=move") > 10, "never refused");
    EXPECT_NEAR(lab_value(results, "writes.lost", "", ""), 0, 0);
}

/* It asks first: what is written of it meanwhile fails, and is not written beside the writer that there is. */
static void a_writer_that_comes_back_asks_before_it_writes(void)
{
    g_autoptr(Results) results = lab_run_named("came-back.ini", NULL, 1, 2);
    EXPECT(lab_value(results, "writes.acknowledged", "", "region=there") > 5000, "there is another");
    EXPECT(lab_value(results, "writes.acknowledged", "", "region=here") > 4000, "there was one before");
    EXPECT_NEAR(lab_value(results, "writes.divergent", "", ""), 0, 0);
    EXPECT(lab_value(results, "requests.failed", "", "why=error") > 20, "nobody asked while it did not know");
}

static void who_was_waited_for(void)
{
    static const struct {
        const char *says;
        const char *sets[4];
    } rows[] = {
        {"nobody may promote another writer (promotion = never)", {"carts.promotion=never"}},
        {"the decision to fail over (decide) was still awaited at the end",
         {"carts.decide=1d", "virginia-lost.for=1h"}},
        {"was being promoted, and was not there at the end",
         {"carts.decide=1s", "carts.promote=1d", "virginia-lost.for=1h"}},
        {"nobody had found the writer dead by the end",
         {"carts.failures=100", "carts.interval=1m", "virginia-lost.for=1h"}},
        {NULL, {"carts.decide=1m"}},
        {NULL, {"carts.promotion=never", "virginia-lost.enabled=no"}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Results) results = lab_run_named("us-eu-active-passive", rows[i].sets, 1, 2);
        bool any = noted(results, "waited for us-east-1 in vain");
        EXPECT(any == (rows[i].says != NULL), "%s: %s is told", rows[i].sets[0], any ? "something" : "nothing");
        EXPECT(!rows[i].says || noted(results, rows[i].says), "%s: not told: %s", rows[i].sets[0], rows[i].says);
    }
}

/* It is due, and whoever is to allow it is gone until the end. */
static void an_action_that_nobody_accepted(void)
{
    static const char *const sets[] = {"virginia-lost.enabled=yes", "virginia-lost.at=14m", "virginia-lost.for=1h",
                                       "carts.promotion=never", NULL};
    g_autoptr(Results) results = lab_run_named("switchover.ini", sets, 1, 1);
    EXPECT(noted(results, "[action home] was due and had not been accepted by the end"), "not told");
    EXPECT(!noted(results, "[action move]"), "told of one that was");
}

/* Of a hundred things a hundred each.  With one writer no unit is sold twice; what a failover loses was sold, and is
 * sold again, unit by unit. */
static void what_a_failover_loses_is_sold_again(const char *file)
{
    const double units = 100 * 100;
    g_autoptr(Results) calm = lab_run_named(file, SETS("lost.enabled=no"), 1, 2);
    EXPECT_NEAR(lab_value(calm, "oversold", "", ""), 0, 0);
    EXPECT_NEAR(lab_value(calm, "writes.acknowledged", "", ""), units, 0);
    EXPECT(lab_value(calm, "writes.sold_out", "", "") > 1000, "%s: not sold out", file);
    g_autoptr(Results) failed = lab_run_named(file, NULL, 1, 4);
    double oversold = lab_value(failed, "oversold", "", "");
    EXPECT(oversold > 20, "%s: %g sold again", file, oversold);
    EXPECT_NEAR(lab_value(failed, "writes.lost", "", ""), oversold, 0);
    EXPECT_NEAR(lab_value(failed, "writes.lost", "", "region=us-east-1"), oversold, 0);
    EXPECT_NEAR(lab_value(failed, "writes.acknowledged", "", ""), units + oversold, 0);
}

static void what_aurora_loses_is_sold_again(void)
{
    what_a_failover_loses_is_sold_again("sale.ini");
}

static void what_mysql_loses_is_sold_again(void)
{
    what_a_failover_loses_is_sold_again("sale-mysql.ini");
}

/* 50 sales a second, of which a replica applies 20: at T the oldest that it lacks is 0.6 T old, more than 30 s from 50
 * s on; and the last of the 10,000 is applied after 500 s, long after it was made. */
static void a_replica_that_is_too_far_behind_raises_an_alarm(void)
{
    g_autoptr(Results) results =
        lab_run_named("sale-mysql.ini", SETS("lost.enabled=no", "carts.apply-time=50ms", "carts.lag=0ms"), 1, 4);
    EXPECT_NEAR(900 * lab_value(results, "replication.alarm", "", "to=eu-central-1"), 450, 0.01 * 450);
    EXPECT_NEAR(lab_value(results, "replication.alarm", "", "to=us-east-1"), 0, 0);
}

/* Whoever re-points by hand is waited for. */
static void a_promotion_is_over_when_the_name_is_led_there(void)
{
    g_autoptr(Results) at_once = lab_run_named("sale-mysql.ini", SETS("carts.repoint=0s"), 1, 4),
                       later = lab_run_named("sale-mysql.ini", SETS("carts.repoint=3m"), 1, 4);
    EXPECT_NEAR(lab_value(later, "failover.time", "", "") - lab_value(at_once, "failover.time", "", ""), 180, 5);
    EXPECT_NEAR(lab_value(later, "recovery.time", "", "phase=promote"),
                lab_value(at_once, "recovery.time", "", "phase=promote"), 1e-6);
}

void suite_succession(void);
void suite_succession(void)
{
    CU_pSuite s = CU_add_suite("succession", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_switchover_loses_nothing);
    TEST(a_switchover_needs_the_writer);
    TEST(a_writer_that_comes_back_asks_before_it_writes);
    TEST(who_was_waited_for);
    TEST(an_action_that_nobody_accepted);
    TEST(what_aurora_loses_is_sold_again);
    TEST(what_mysql_loses_is_sold_again);
    TEST(a_replica_that_is_too_far_behind_raises_an_alarm);
    TEST(a_promotion_is_over_when_the_name_is_led_there);
}
