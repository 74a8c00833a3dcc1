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

void experiments_add_detection(GPtrArray *all)
{
    add_detection(all);
}
