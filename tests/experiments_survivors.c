/* Survivors: who is left serves all, so N regions less one are N/(N - 1) times as busy. */
#include "tests/experiments.h"

/* 60 requests a second in each region, 20 ms each, four workers. */
static const double busy_before = 60 * 0.020 / 4;

static void add_regions(GPtrArray *all, int n, bool dies, guint quick, guint full)
{
    Experiment *one = experiment_add(all, "survivors", "survivors.ini", quick, full,
                                     g_strdup_printf("%d regions, %s", n, dies ? "one dies" : "all live"));
    if (!dies)
        experiment_set(one, "gone.enabled=no");
    if (n == 2) {
        experiment_set(one, "scenario.regions=one, two");
        experiment_set(one, "of-three.enabled=no");
    }
    experiment_expect(one, "busy", "busy{region=two}", RULE_THEORY, busy_before * (dies ? n / (n - 1.) : 1), 0.005);
}

void experiments_add_survivors(GPtrArray *all)
{
    add_regions(all, 3, false, 0, 10);
    add_regions(all, 3, true, 4, 10);
    add_regions(all, 2, true, 0, 10);
}
