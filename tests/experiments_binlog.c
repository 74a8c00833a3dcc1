/* MySQL of SIGMOD 2017 Table 4: a replica that applies its primary's binary log by one thread.
 *
 * The table gives a lag of 60 s at 5,000 writes a second and of 300 s at 10,000.  If it is what was reached at the end
 * of a run of T by a thread that applies mu a second, lag = T(1 - mu/lambda), both give T = 540 s and mu = 4,444/s: 225
 * us a change, which is the component's default.  That is a calibration.  What it predicts, and is tested, is the rest:
 * below a second at 1,000/s, and how lag grows. */
#include "tests/experiments.h"
#include "tests/theory.h"

static const double work_s = 225e-6, way_s = 0.01;

static Experiment *add_rate(GPtrArray *all, double rate, double duration_s, guint quick, guint full)
{
    Experiment *one = experiment_add(all, "binlog", "binlog.ini", quick, full,
                                     g_strdup_printf("%g writes/s for %g s, one thread", rate, duration_s));
    experiment_set(one, "writers.rate=%g/s", rate);
    experiment_set(one, "scenario.duration=%gs", duration_s);
    experiment_set(one, "scenario.warm-up=0s");
    return one;
}

/* What is applied at an instant t was committed at t·mu/lambda. */
static void expect_growth(Experiment *one, double rate, double duration_s)
{
    double growth = 1 - 1 / (work_s * rate);
    experiment_expect(one, "mean lag", "replication.lag.mean", RULE_WITHIN, growth * duration_s / 2 + way_s, 0.02);
    experiment_expect(one, "lag at the end", "replication.lag.max", RULE_WITHIN, growth * duration_s + way_s, 0.02);
}

void experiments_add_binlog(GPtrArray *all)
{
    Experiment *one = add_rate(all, 1000, 60, 4, 20);
    experiment_expect(one, "mean lag", "replication.lag.mean", RULE_THEORY,
                      way_s + theory_mg1_response(1000, work_s, 0), 0.01);
    experiment_expect_near(one, "longest lag, below 1 s", "replication.lag.max", RULE_WITHIN, 0.5, 0.5);
    expect_growth(add_rate(all, 10000, 20, 6, 0), 10000, 20);
    expect_growth(add_rate(all, 5000, 540, 0, 8), 5000, 540);
    expect_growth(add_rate(all, 10000, 54, 0, 8), 10000, 54);
}
