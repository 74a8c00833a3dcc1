/* Links: a line is a queue of one worker whose work is to send; what is lost comes later; a cut lasts a hold timer. */
#include "tests/experiments.h"
#include "tests/theory.h"

/* ---- changes of 10,000 bytes at 1 MB/s: 10 ms each, and 10 ms on the way ---- */

static const double send_s = 0.01, way_s = 0.01;

static Experiment *add_line(GPtrArray *all, double rho, guint quick, guint full)
{
    Experiment *one = experiment_add(all, "links", "apply.ini", quick, full,
                                     g_strdup_printf("changes of 10 ms on a thin line, load %g", rho));
    experiment_set(one, "carts.apply-time=0ms");
    experiment_set(one, "carts.change-size=10kB");
    experiment_set(one, "between.bandwidth=1MB/s");
    experiment_set(one, "writers.rate=%.10g/s", rho / send_s);
    experiment_set(one, "scenario.duration=1000s");
    return one;
}

static void add_lines(GPtrArray *all)
{
    static const struct {
        double rho;
        guint quick, full;
    } loads[] = {{0.5, 8, 20}, {0.8, 0, 70}};
    for (gsize i = 0; i < G_N_ELEMENTS(loads); i++)
        experiment_expect(add_line(all, loads[i].rho, loads[i].quick, loads[i].full), "mean lag",
                          "replication.lag.mean", RULE_THEORY,
                          way_s + theory_mg1_response(loads[i].rho / send_s, send_s, 0), 0.01);
    /* Beyond what it carries: what arrives at t was committed at t·mu/lambda, so lag grows by 1 - mu/lambda. */
    Experiment *over = add_line(all, 1.25, 0, 30);
    experiment_set(over, "scenario.warm-up=0s");
    experiment_expect(over, "mean lag", "replication.lag.mean", RULE_WITHIN, (1 - 1 / 1.25) * 1000 / 2, 0.02);
}

/* ---- loss: 100 ms there and back, a timer of that and 200 ms which doubles ---- */

/* k losses in a row have chance p^k·(1 - p) and take 2^k - 1 timers: p/(1 - 2p) of them on average, each way. */
static void add_loss(GPtrArray *all)
{
    static const struct {
        double p;
        guint quick, full;
    } rows[] = {{0.01, 8, 60}, {0.1, 8, 200}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double p = rows[i].p, timer_s = 0.1 + 0.2;
        Experiment *one = experiment_add(all, "links", "queue.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("%g %% of messages lost", 100 * p));
        experiment_set(one, "beside.rtt=100ms");
        experiment_set(one, "beside.loss=%g%%", 100 * p);
        experiment_set(one, "shop.work=0ms");
        experiment_set(one, "shop.workers=1M");
        experiment_set(one, "scenario.duration=1000s");
        experiment_expect(one, "mean response", "latency.mean", RULE_THEORY, 0.1 + 2 * timer_s * p / (1 - 2 * p), 0.02);
    }
}

/* ---- a cut: signs of life come every `keepalive`, the last one a uniform part of that ago ---- */

static void add_cut(GPtrArray *all, double hold_s, double keepalive_s, double part, guint quick, guint full)
{
    double duration_s = 200, black = (hold_s - keepalive_s / 2) / duration_s;
    Experiment *one = experiment_add(all, "links", "line.ini", quick, full,
                                     g_strdup_printf("a cut line, hold %g s, keepalive %g s", hold_s, keepalive_s));
    experiment_set(one, "line.hold=%gs", hold_s);
    experiment_set(one, "line.keepalive=%gs", keepalive_s);
    experiment_expect_near(one, "share answered", "availability", RULE_WITHIN, 1 - black, part * black);
}

void experiments_add_links(GPtrArray *all)
{
    add_lines(all);
    add_loss(all);
    add_cut(all, 90, 30, 0.02, 600, 2000);
    add_cut(all, 0.9, 0.3, 0.1, 0, 1000);
}
