/* Aurora: what readers lag by how much is written, what a read that is never old waits for, and how long a region is
 * without a writer when its instance is lost. */
#include "tests/experiments.h"

/* SIGMOD 2017, Table 4: replica lag in ms, Aurora.  Two numbers of the default law are fitted to these four: that it
 * grows with the rate is the order in which changes are shown. */
static void add_readers(GPtrArray *all)
{
    static const struct {
        double rate, lag_ms;
        guint quick, full;
    } rows[] = {{1000, 2.62, 1, 8}, {2000, 3.42, 0, 8}, {5000, 3.94, 0, 4}, {10000, 5.38, 1, 4}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double rate = rows[i].rate;
        Experiment *one = experiment_add(all, "aurora", "aurora-readers.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("a reader beside the writer, %g writes/s", rate));
        experiment_set(one, "writers.rate=%g/s", rate);
        experiment_set(one, "scenario.duration=%gs", rate > 5000 ? 5.0 : 20.0);
        experiment_expect(one, "mean lag, beside Table 4", "readers.lag.mean", RULE_WITHIN, rows[i].lag_ms * 1e-3,
                          0.15);
        experiment_expect_near(one, "mean lag, at most 10 ms", "readers.lag.mean", RULE_WITHIN, 0.005, 0.005);
    }
}

/* The writer is asked, 0.1 s there and back, and tells its newest commit: when it is asked that is an exponential time
 * A old.  It will be here 250 ms after it was made, the answer 50 ms from now: so the read waits for what A has left of
 * 0.2 s, on average 0.2 - (1 - e^(-0.2 r)) / r at r commits per second. */
static void add_global_reads(GPtrArray *all)
{
    double rate = 20, left_s = 0.2, waits_s = left_s - (1 - 0.018315638888734179) / rate; /* e^-4 */
    Experiment *one = experiment_add(all, "aurora", "aurora-global-reads.ini", 10, 60,
                                     g_strdup("reads that are never old: a round trip and the rest of the lag"));
    experiment_expect(one, "mean latency of a read", "latency.mean{clients=readers}", RULE_WITHIN, 0.1 + waits_s, 0.01);
    experiment_expect_near(one, "stale reads", "reads.stale", RULE_WITHIN, 0, 0.0001);
}

static void add_instances(GPtrArray *all)
{
    static const struct {
        const char *what, *readers;
        double takes_s;
    } rows[] = {{"a reader takes its place", "1", 20}, {"a new one is made", "0", 300}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "aurora", "aurora-instance.ini", 20, 200,
                                         g_strdup_printf("an instance is lost, %s", rows[i].what));
        experiment_set(one, "carts.readers=%s", rows[i].readers);
        experiment_expect(one, "until another one serves", "standby.time", RULE_WITHIN, rows[i].takes_s, 0.005);
        /* The first check that fails comes up to a second after the loss. */
        experiment_expect(one, "writes refused, at 2/s", "requests.failed", RULE_THEORY, 2 * (rows[i].takes_s + 0.5),
                          0.05);
    }
}

void experiments_add_aurora(GPtrArray *all)
{
    add_readers(all);
    add_global_reads(all);
    add_instances(all);
}
