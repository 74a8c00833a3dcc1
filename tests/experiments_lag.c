/* Lag: a replica that applies what it receives, one change after the other, is a queue.  A change takes 10 ms there on
 * average, and 10 ms on its way. */
#include "base/check.h"
#include "tests/experiments.h"
#include "tests/theory.h"
#include <math.h>

static const double work_s = 0.01, way_s = 0.01;

/* ---- the lag of a write: its way, and the response of the queue ---- */

static Experiment *add_applier(GPtrArray *all, const char *law, double rho, double mean_s, guint quick, guint full)
{
    Experiment *one =
        experiment_add(all, "lag", "apply.ini", quick, full, g_strdup_printf("lag, %s to apply, load %g", law, rho));
    experiment_set(one, "carts.apply-time=%s", law);
    experiment_set(one, "writers.rate=%.10g/s", rho / mean_s);
    experiment_set(one, "scenario.duration=1000s");
    return one;
}

/* Poisson commits find the backlog that there is on average: by Little's law, the rate times the response. */
static void expect_lag(Experiment *one, double lambda, double response_s)
{
    experiment_expect(one, "mean lag", "replication.lag.mean", RULE_THEORY, way_s + response_s, 0.01);
    experiment_expect(one, "found not applied", "replication.backlog.mean", RULE_THEORY, lambda * response_s, 0.02);
}

static void add_lag(GPtrArray *all)
{
    static const struct {
        double rho;
        guint quick, full; /* replications of M/M/1; the others vary less */
    } loads[] = {{0.5, 8, 40}, {0.8, 0, 140}};
    double p50 = 0.008, p99 = 0.03;
    for (gsize i = 0; i < G_N_ELEMENTS(loads); i++) {
        double rho = loads[i].rho, lambda = rho / work_s;
        guint quick = loads[i].quick, full = loads[i].full;
        Experiment *one = add_applier(all, "10ms", rho, work_s, quick, full / 2);
        expect_lag(one, lambda, theory_mg1_response(lambda, work_s, 0));
        one = add_applier(all, "exponential(mean=10ms)", rho, work_s, 0, full);
        expect_lag(one, lambda, theory_mg1_response(lambda, work_s, 1));
        experiment_expect(one, "p99 lag", "replication.lag.p99", RULE_THEORY,
                          way_s + theory_mm1_response_quantile(lambda, 1 / work_s, 0.99), 0.02);
        double mean_s = theory_lognormal_mean(p50, p99);
        one = add_applier(all, "lognormal(p50=8ms, p99=30ms)", rho, mean_s, 0, full * 2 / 3);
        expect_lag(one, rho / mean_s, theory_mg1_response(rho / mean_s, mean_s, theory_lognormal_cv2(p50, p99)));
    }
    Experiment *four = add_applier(all, "exponential(mean=40ms)", 0.8, work_s, 0, 100);
    experiment_set(four, "carts.appliers=4");
    expect_lag(four, 80, theory_mmc_response(80, 25, 4));
}

/* ---- beyond the rate of applying ---- */

/* What is applied at an instant t was committed at t·mu/lambda: lag grows by 1 - mu/lambda per second. */
static void add_overload(GPtrArray *all)
{
    double lambda = 125, mu = 1 / work_s, duration_s = 1000;
    Experiment *one = add_applier(all, "10ms", lambda / mu, work_s, 0, 30);
    experiment_set(one, "scenario.duration=%gs", duration_s);
    experiment_set(one, "scenario.warm-up=0s");
    experiment_expect(one, "mean lag", "replication.lag.mean", RULE_WITHIN, (1 - mu / lambda) * duration_s / 2, 0.02);
}

/* ---- after a partition ---- */

/* A log that is cut off tries again every 11 s: 10 s of waiting, and a pause.  A cut that ends shortly before a try
 * holds changes back for whole multiples of that. */
static const double try_s = 11;

static Experiment *add_cut(GPtrArray *all, const char *law, double rho, guint n_tries, guint quick, guint full)
{
    double held_s = n_tries * try_s, drain_s = held_s * rho / (1 - rho);
    Experiment *one =
        experiment_add(all, "lag", "apply.ini", quick, full,
                       g_strdup_printf("after a partition of %g s, %s to apply, load %g", held_s - 1, law, rho));
    experiment_set(one, "carts.apply-time=%s", law);
    experiment_set(one, "writers.rate=%.10g/s", rho / work_s);
    experiment_set(one, "cut.enabled=yes");
    experiment_set(one, "cut.for=%gs", held_s - 1);
    experiment_set(one, "scenario.duration=%gs", held_s + drain_s + 4 * sqrt(drain_s) + 2);
    return one;
}

/* Each replication has one drain, so the figure's value and the values without each tell them all. */
static void measure_variation(const Experiment *experiment, Size size, Estimate *estimate)
{
    g_auto(Lab) lab = lab_open(experiment->scenario, (const char *const *)experiment->sets->pdata);
    guint n = experiment->replications[size];
    g_autoptr(Results) results = lab_run(&lab, 1, n, 0);
    const ResultFigure *mean = results_figure(results, "replication.drain", "", ""),
                       *count = results_figure(results, "replication.drain", "count", "");
    CHECK(mean && mean->n_left_out == n && count && count->value == 1);
    g_autofree double *left_out = g_new(double, n);
    double squares = 0, all = n * mean->value;
    for (guint i = 0; i < n; i++) {
        double drain = all - (n - 1) * mean->left_out[i];
        left_out[i] = drain;
        squares += drain * drain;
    }
    for (guint i = 0; i < n; i++) {
        double drain = left_out[i], others = (all - drain) / (n - 1);
        left_out[i] = sqrt((squares - drain * drain) / (n - 1) - others * others) / others;
    }
    *estimate = estimate_of(sqrt(squares / n - mean->value * mean->value) / mean->value, left_out, n);
}

static void expect_drain(Experiment *one, guint n_tries, double rho)
{
    experiment_expect(one, "mean drain", "replication.drain", RULE_WITHIN, theory_drain(n_tries * try_s - 1, rho),
                      0.02);
}

static void add_drain(GPtrArray *all)
{
    enum { TRIES = 100, SOME_TRIES = 20, FEW_TRIES = 2 };
    expect_drain(add_cut(all, "10ms", 0.5, SOME_TRIES, 24, 0), SOME_TRIES, 0.5);
    expect_drain(add_cut(all, "10ms", 0.5, TRIES, 0, 20), TRIES, 0.5);
    expect_drain(add_cut(all, "10ms", 0.8, TRIES, 0, 20), TRIES, 0.8);
    expect_drain(add_cut(all, "exponential(mean=10ms)", 0.5, TRIES, 0, 20), TRIES, 0.5);
    for (int cv2 = 0; cv2 <= 1; cv2++) {
        Experiment *many = add_cut(all, cv2 ? "exponential(mean=10ms)" : "10ms", 0.5, FEW_TRIES, 0, 1200);
        experiment_expect(many, "coefficient of variation", "", RULE_THEORY,
                          theory_drain_variation(0.5 / work_s, FEW_TRIES * try_s, 0.5, cv2), 0.08);
        many->measure = measure_variation;
    }
}

void experiments_add_lag(GPtrArray *all)
{
    add_lag(all);
    add_overload(all);
    add_drain(all);
}
