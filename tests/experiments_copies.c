/* Copies: which writes are superseded, which are overwritten, and which are lost. */
#include "tests/experiments.h"
#include "tests/theory.h"

/* Lags that differ by direction are distances: half of a round trip. */
static void set_writers(Experiment *one, double a, double b, double there_s, double back_s)
{
    experiment_set(one, "here.rate=%g/s", a);
    experiment_set(one, "there.rate=%g/s", b);
    experiment_set(one, "item.lag=0ms");
    experiment_set(one, "between.rtt=%gs", 2 * there_s);
    experiment_set(one, "between.one-way=yes");
    experiment_set(one, "back.enabled=yes");
    experiment_set(one, "back.rtt=%gs", 2 * back_s);
}

/* Whose writes lose: of each region's own. */
static void expect_losers(Experiment *one, double a, double b, double there_s, double back_s, double ahead_s)
{
    experiment_expect(one, "overwritten of one's", "writes.overwritten{region=one} / writes.acknowledged", RULE_WITHIN,
                      theory_share_overwritten(b, there_s, ahead_s), 0.02);
    experiment_expect(one, "overwritten of the other's", "writes.overwritten{region=other} / writes.acknowledged",
                      RULE_WITHIN, theory_share_overwritten(a, back_s, -ahead_s), 0.02);
}

/* Distinct writes that lost, and pairs of which one lost. */
static void add_writers(GPtrArray *all)
{
    /* 2/s for 1000 s: 200,000 writes when quick, 800,000 in full. */
    Experiment *one =
        experiment_add(all, "copies", "writers.ini", 100, 400, g_strdup("last writer wins, 1/s and 1/s, lag 0.8 s"));
    experiment_expect_near(one, "overwritten", "writes.overwritten / writes.acknowledged", RULE_WITHIN,
                           theory_overwritten(1, 1, 0.8, 0.8) / 2, 0.01);
    experiment_expect(one, "pairs", "writes.conflicts / writes.acknowledged", RULE_WITHIN,
                      theory_conflicts(1, 1, 0.8, 0.8) / 2, 0.02);
    /* In the last row nearly all of the slow writer's are overwritten, and few of the fast one's: were it the older
     * that wins, it would be the other way. */
    static const struct {
        double a, b, there_s, back_s;
    } rows[] = {{2, 3, 0.040, 0.050}, {1, 10, 0.500, 0.020}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double a = rows[i].a, b = rows[i].b, there_s = rows[i].there_s, back_s = rows[i].back_s;
        Experiment *two = experiment_add(
            all, "copies", "writers.ini", 200, 1000,
            g_strdup_printf("last writer wins, %g/s and %g/s, %g and %g ms", a, b, there_s * 1000, back_s * 1000));
        set_writers(two, a, b, there_s, back_s);
        experiment_expect(two, "overwritten", "writes.overwritten / writes.acknowledged", RULE_WITHIN,
                          theory_overwritten(a, b, there_s, back_s) / (a + b), 0.02);
        experiment_expect(two, "pairs", "writes.conflicts / writes.acknowledged", RULE_WITHIN,
                          theory_conflicts(a, b, there_s, back_s) / (a + b), 0.02);
        expect_losers(two, a, b, there_s, back_s, 0);
    }
}

/* Ahead or behind by more than the lag, only one of the two ever loses; and not by whom is the last. */
static void add_skewed(GPtrArray *all)
{
    static const double a = 2, b = 3, there_s = 0.04, back_s = 0.05, ahead_s[] = {0.02, -0.02, 0.3, -0.3};
    for (gsize i = 0; i < G_N_ELEMENTS(ahead_s); i++) {
        Experiment *one = experiment_add(all, "copies", "writers.ini", i == 2 ? 60 : 200, i == 2 ? 200 : 1000,
                                         g_strdup_printf("last writer wins, clocks off by %g ms", 1000 * ahead_s[i]));
        set_writers(one, a, b, there_s, back_s);
        experiment_set(one, "other.clock=%gs", ahead_s[i]);
        experiment_expect(one, "overwritten", "writes.overwritten / writes.acknowledged", RULE_WITHIN,
                          theory_overwritten_skewed(a, b, there_s, back_s, ahead_s[i]) / (a + b), 0.02);
        expect_losers(one, a, b, there_s, back_s, ahead_s[i]);
    }
}

static void add_zipf(GPtrArray *all)
{
    static const double a = 20, b = 30, there_s = 0.04, back_s = 0.05;
    enum { N_ITEMS = 100 };
    Experiment *one = experiment_add(all, "copies", "writers.ini", 24, 100,
                                     g_strdup_printf("last writer wins, %d items by Zipf", N_ITEMS));
    set_writers(one, a, b, there_s, back_s);
    experiment_set(one, "writer.items=zipf(%d, 1)", N_ITEMS);
    experiment_expect(one, "overwritten", "writes.overwritten / writes.acknowledged", RULE_WITHIN,
                      theory_overwritten_zipf(a, b, there_s, back_s, N_ITEMS) / (a + b), 0.02);
}

static void add_one_writer(GPtrArray *all)
{
    static const double lag_s = 0.8, rates[] = {0.5, 3};
    for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
        Experiment *one = experiment_add(all, "copies", "writers.ini", 160, 400,
                                         g_strdup_printf("one writer, %g/s, lag %g s", rates[i], lag_s));
        experiment_set(one, "here.rate=%g/s", rates[i]);
        experiment_set(one, "there.enabled=no");
        experiment_expect(one, "superseded", "writes.superseded / writes.acknowledged", RULE_WITHIN,
                          theory_superseded(rates[i], lag_s), 0.02);
    }
}

static void add_loss(GPtrArray *all)
{
    Experiment *one =
        experiment_add(all, "copies", "loss.ini", 400, 2000, g_strdup("failover, 50 writes/s, lag 0.4 s"));
    experiment_expect(one, "lost per failover", "writes.lost", RULE_THEORY, theory_lost(50, 0.4), 0.02);
    experiment_expect(one, "age of the oldest lost", "rpo.time", RULE_THEORY, theory_oldest_lost(50, 0.4), 0.01);
    /* Every second from answer to next check, a second of waiting, three times; five for the decision; a last check
     * and five for the promotion. */
    experiment_expect(one, "until the writer is found dead", "recovery.time{phase=detect}", RULE_WITHIN,
                      0.5 + 2 * (1 + 1) + 1, 0.02);
    experiment_expect(one, "until it is decided", "recovery.time{phase=decide}", RULE_WITHIN, 5, 0.001);
    experiment_expect(one, "until another writes", "recovery.time{phase=promote}", RULE_WITHIN, 1 + 5, 0.001);
}

void experiments_add_copies(GPtrArray *all)
{
    add_writers(all);
    add_skewed(all);
    add_zipf(all);
    add_one_writer(all);
    add_loss(all);
}
