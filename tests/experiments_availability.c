/* Availability: regions that fail and are repaired, again and again. */
#include "tests/experiments.h"
#include "tests/theory.h"

static Experiment *add_repairable(GPtrArray *all, guint quick, guint full, const char *name)
{
    return experiment_add(all, "availability", "repairable.ini", quick, full, g_strdup(name));
}

/* Whatever the laws: what counts is their means.  Each replication begins with the region up, so it lasts for many
 * failures: with nearly constant times, of N cycles 0.4 of a failure are missing. */
static void add_one_region(GPtrArray *all)
{
    Experiment *one = add_repairable(all, 80, 600, "one region, 90 s up and 10 s down, exponential");
    experiment_expect_near(one, "answered", "availability", RULE_THEORY, theory_available(90, 10), 0.002);
    Experiment *lognormal = add_repairable(all, 0, 500, "one region, lognormal");
    experiment_set(lognormal, "a-fails.mode=silent");
    experiment_set(lognormal, "a-fails.every=lognormal(p50=60s, p99=400s)");
    experiment_set(lognormal, "a-fails.for=lognormal(p50=5s, p99=60s)");
    experiment_expect_near(lognormal, "answered", "availability", RULE_THEORY,
                           theory_available(theory_lognormal_mean(60, 400), theory_lognormal_mean(5, 60)), 0.003);
    Experiment *constant = add_repairable(all, 0, 30, "one region, 90 to 110 s up and 10 s down");
    experiment_set(constant, "scenario.duration=46000s");
    experiment_set(constant, "a-fails.every=uniform(90s, 110s)");
    experiment_set(constant, "a-fails.for=10s");
    experiment_expect_near(constant, "answered", "availability", RULE_THEORY, theory_available(100, 10), 0.001);
}

static void add_series(GPtrArray *all)
{
    Experiment *both = add_repairable(all, 0, 600, "a region and the database it needs, in another");
    experiment_set(both, "shop.calls=carts");
    experiment_expect_near(both, "answered", "availability", RULE_THEORY,
                           theory_available(90, 10) * theory_available(60, 20), 0.004);
}

/* A primary that fails and a secondary that does not: users are without an answer until the one checker, which asks
 * every second, has noticed and their resolver has forgotten the old answer. */
static void add_failover(GPtrArray *all)
{
    double up_s = 600, down_s = 120, ttl_s = 60, lookups_per_s = 2.5 / 30;
    double noticed_s = theory_detection(1, 0, 1, 1, 0), forgotten_s = theory_cached(lookups_per_s, ttl_s) * ttl_s / 2;
    Experiment *one = experiment_add(all, "availability", "lookups.ini", 0, 16,
                                     g_strdup("failover by name, TTL 60 s, a failure every 12 min"));
    experiment_set(one, "gone.at=none");
    experiment_set(one, "gone.every=uniform(400s, 800s)");
    experiment_set(one, "gone.for=%gs", down_s);
    experiment_set(one, "users.resolvers=30");
    experiment_set(one, "users.rate=2.5/s");
    experiment_set(one, "scenario.duration=86400s");
    experiment_expect_near(one, "answered", "availability", RULE_THEORY,
                           1 - (noticed_s + forgotten_s) / (up_s + down_s), 0.001);
}

void experiments_add_availability(GPtrArray *all)
{
    add_one_region(all);
    add_series(all);
    add_failover(all);
}
