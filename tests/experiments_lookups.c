/* Look-ups: who keeps which answer, and for how long. */
#include "tests/experiments.h"
#include "tests/measures.h"
#include "tests/theory.h"

/* Ten instants, 3, 9 ... 57 s after the change, each with the look-ups of 3 s before and after it: over those the line
 * of the theory has its middle value as mean. */
static void add_lookups(GPtrArray *all, double lookups_per_ttl, guint quick, guint full)
{
    enum { RESOLVERS = 150 };
    static const double ttl = 60;
    double q = lookups_per_ttl / ttl;
    Experiment *one = experiment_add(all, "look-ups", "lookups.ini", quick, full,
                                     g_strdup_printf("old answers, %g look-ups per TTL", lookups_per_ttl));
    experiment_set(one, "users.resolvers=%d", RESOLVERS);
    experiment_set(one, "users.rate=%.17g/s", q * RESOLVERS);
    one->measure = measure_old_answers;
    for (int i = 0; i < N_INSTANTS; i++) {
        g_autofree char *what = g_strdup_printf("share %g s after the change", instant_s(i));
        experiment_expect_near(one, what, "", RULE_WITHIN, theory_still_old(q, ttl, instant_s(i)), 0.02);
    }
}

static void add_cached(GPtrArray *all)
{
    Experiment *one =
        experiment_add(all, "look-ups", "lookups.ini", 1000, 4000, g_strdup("caches at the start, 2 look-ups per TTL"));
    experiment_set(one, "users.resolvers=150");
    experiment_set(one, "users.rate=5/s");
    experiment_set(one, "scenario.warm-up=0s");
    experiment_set(one, "scenario.duration=5s");
    experiment_set(one, "gone.enabled=no");
    one->measure = measure_hits;
    experiment_expect_near(one, "look-ups answered from a cache", "", RULE_WITHIN, theory_cached(2 / 60.0, 60), 0.02);
}

void experiments_add_lookups(GPtrArray *all)
{
    add_lookups(all, 1, 0, 1000);
    add_lookups(all, 5, 600, 1000);
    add_lookups(all, 60, 0, 250);
    add_cached(all);
}
