/* Succession in whole runs: what a switchover costs, and what is said of those who were waited for in vain. */
#include "run/followed.h"
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

/* It is back before somebody has dared to say "fail over": it is asked once more, and stays the writer. */
static void a_writer_that_is_back_in_time_stays(void)
{
    g_autoptr(Results) results =
        lab_run_named("came-back.ini", SETS("carts.decide=35s", "scenario.duration=90s"), 1, 2);
    EXPECT(lab_value(results, "writes.acknowledged", "", "region=here") > 20000, "it goes on");
    EXPECT_NEAR(lab_value(results, "writes.acknowledged", "", "region=there"), 0, 0);
    EXPECT_NEAR(lab_value(results, "writes.lost", "", ""), 0, 0);
}

/* Whoever watches, and whatever the writer is told by it: nobody takes its place unless somebody may. */
static void nothing_promotes_where_nobody_may(void)
{
    static const char *const fencing[] = {"carts.fencing=no", "carts.fencing=yes"};
    for (gsize i = 0; i < G_N_ELEMENTS(fencing); i++) {
        g_autoptr(Results) never = lab_run_named("came-back.ini", SETS("carts.promotion=never", fencing[i]), 1, 1);
        g_autoptr(Results) automatic = lab_run_named("came-back.ini", SETS(fencing[i]), 1, 1);
        EXPECT_NEAR(lab_value(never, "writes.acknowledged", "", "region=there"), 0, 0);
        EXPECT_NEAR(lab_value(never, "writes.lost", "", ""), 0, 0);
        EXPECT(lab_value(automatic, "writes.acknowledged", "", "region=there") > 1000, "%s: nobody", fencing[i]);
    }
}

/* 500 changes come in a second, and 333 are applied: it would never have done, if it took those that still come. */
static void who_is_to_take_over_takes_no_more_changes(void)
{
    g_autoptr(Results) results = lab_run_named("told.ini", NULL, 1, 1);
    EXPECT(lab_value(results, "writes.acknowledged", "", "region=there") > 15000, "it writes soon");
    EXPECT(lab_value(results, "writes.lost", "", "") > 1000, "what the other wrote meanwhile is lost");
}

/* Nobody writes for good: the heir stops asking, and the writer, back again, asks him and goes on. */
static void a_switchover_that_is_given_up_leaves_the_writer(void)
{
    g_autoptr(Results) results = lab_run_named("given-up.ini", NULL, 1, 1);
    EXPECT_NEAR(lab_value(results, "writes.acknowledged", "", "region=there"), 0, 0);
    EXPECT(lab_value(results, "writes.acknowledged", "", "region=here") > 500 * (9 + 20), "it goes on");
    EXPECT(isinf(lab_value(results, "switchover.time", "", "")), "never done");
    EXPECT_NEAR(lab_value(results, "writes.lost", "", ""), 0, 0);
}

static void who_is_being_rebuilt_does_not_take_over(void)
{
    g_autoptr(Results) results = lab_run_named("rebuilding.ini", NULL, 1, 1);
    EXPECT(lab_value(results, "control.refused", "", "action=too-soon") > 5, "never refused");
    EXPECT(lab_value(results, "writes.acknowledged", "", "region=there") > 8000, "the other one goes on");
    EXPECT_NEAR(lab_value(results, "writes.divergent", "", ""), 0, 0);
}

/* ---- what is written beside the writer is nowhere but where it was written ---- */

typedef struct {
    SimTime promoted; /* the first write over there; 0: none yet */
    guint n_beside, n_after, n_taken;
} Beside;

static void note_write(G_GNUC_UNUSED Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen)
{
    Beside *beside = whose;
    if (moment != WRITE_ACKNOWLEDGED)
        return;
    if (seen->region != 0 && beside->promoted == 0)
        beside->promoted = seen->acknowledged_at;
    beside->n_beside += seen->region == 0 && beside->promoted > 0;
}

static void note_read(G_GNUC_UNUSED Sim *sim, void *whose, Moment moment, const Call *call,
                      G_GNUC_UNUSED SimTime duration)
{
    Beside *beside = whose;
    if (moment != MOMENT_ANSWERS || call->port != PORT_STORE || call->store.op != OP_READ ||
        call->callee->region == 0 || beside->promoted == 0)
        return;
    beside->n_after++;
    beside->n_taken += call->store.version.region == 0 && call->store.version.at > beside->promoted;
}

/* When the way is whole again the old writer ships what it has taken meanwhile, before it is told. */
static void what_a_former_writer_ships_is_not_taken(void)
{
    g_auto(Lab) lab = lab_open("beside.ini", NULL);
    Beside beside = {0};
    const Watcher watcher = {.whose = &beside, .moment = note_read, .write = note_write};
    Followed followed = {.seed = 1, .replication = 1, .watcher = &watcher};
    Sim *sim = followed_open(lab.scenario->world, &followed);
    sim_run(sim, NULL);
    followed_close(sim);
    EXPECT(beside.n_beside > 100 && beside.n_after > 100, "%u written beside, %u read", beside.n_beside,
           beside.n_after);
    EXPECT(beside.n_taken == 0, "%u of %u reads over there find what is no part of history", beside.n_taken,
           beside.n_after);
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
    TEST(a_writer_that_is_back_in_time_stays);
    TEST(nothing_promotes_where_nobody_may);
    TEST(who_is_to_take_over_takes_no_more_changes);
    TEST(who_is_being_rebuilt_does_not_take_over);
    TEST(a_switchover_that_is_given_up_leaves_the_writer);
    TEST(what_a_former_writer_ships_is_not_taken);
    TEST(who_was_waited_for);
    TEST(an_action_that_nobody_accepted);
    TEST(what_aurora_loses_is_sold_again);
    TEST(what_mysql_loses_is_sold_again);
    TEST(a_replica_that_is_too_far_behind_raises_an_alarm);
    TEST(a_promotion_is_over_when_the_name_is_led_there);
}
