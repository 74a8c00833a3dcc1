/* Detection: from the death of a region to the verdict of its checkers. */
#include "tests/experiments.h"
#include "tests/theory.h"

static void add_detection(GPtrArray *all)
{
    static const struct {
        const char *mode;
        double interval, timeout, t;
    } rows[] = {{"refused", 30, 4, 0}, {"refused", 10, 4, 0},  {"silent", 30, 4, 4},
                {"silent", 10, 4, 4},  {"silent", 30, 10, 10}, {"silent", 10, 10, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(
            all, "detection", "detection.ini", 200, 1000,
            g_strdup_printf("%s, every %g s, time-out %g s", rows[i].mode, rows[i].interval, rows[i].timeout));
        experiment_set(one, "gone.mode=%s", rows[i].mode);
        experiment_set(one, "alive.interval=%gs", rows[i].interval);
        experiment_set(one, "alive.timeout=%gs", rows[i].timeout);
        experiment_expect(one, "mean time to the verdict", "detection.time", RULE_WITHIN,
                          theory_detection(16, 0.18, rows[i].interval, 3, rows[i].t), 0.02);
    }
}

/* By default a connection may take 4 s, and 10 s where it is all that is looked at.  Which regions are checked from
 * does not matter where all are at no distance; how many checkers there are does. */
static void add_customised(GPtrArray *all)
{
    static const struct {
        const char *what, *set;
        int checkers;
        double t;
    } rows[] = {{"sixteen checkers in three regions", "alive.from=us-west-2, eu-west-1, sa-east-1", 16, 4},
                {"six checkers in three regions", "alive.from=us-west-2, eu-west-1, sa-east-1", 6, 4},
                {"tcp", "alive.type=tcp", 16, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "detection", "detection.ini", 200, 1000,
                                         g_strdup_printf("silent, every 10 s, %s", rows[i].what));
        experiment_set(one, "gone.mode=silent");
        experiment_set(one, "alive.interval=10s");
        experiment_set(one, "alive.timeout=none");
        experiment_set(one, "alive.checkers=%d", rows[i].checkers);
        experiment_set(one, "%s", rows[i].set);
        experiment_expect(one, "mean time to the verdict", "detection.time", RULE_WITHIN,
                          theory_detection(rows[i].checkers, 0.18, 10, 3, rows[i].t), 0.02);
    }
}

/* Its region dies anywhere within a period of P: (N - 1/2) P and the delay, if all of N datapoints must be missing. */
static void add_alarm(GPtrArray *all)
{
    Experiment *one =
        experiment_add(all, "detection", "alarm.ini", 200, 2000, g_strdup("an alarm misses three datapoints"));
    experiment_expect_near(one, "mean time to the verdict", "detection.time", RULE_THEORY, 2.5 * 60 + 10, 2);
}

void experiments_add_detection(GPtrArray *all)
{
    add_detection(all);
    add_customised(all);
    add_alarm(all);
}
