/* Look-ups: who keeps which answer, and for how long. */
#include "tests/experiments.h"
#include "tests/measures.h"
#include "tests/theory.h"

static const double ttl = 60;

/* Resolvers that keep answers for longer than the TTL: their share, and for how long. */
typedef struct {
    double share, hold_s;
    bool exponential; /* with this mean, but at least the TTL; else constant */
} Extenders;

static double still_old(double q, Extenders extenders, double t)
{
    double kept = extenders.hold_s, hold = extenders.exponential ? theory_hold_exponential(kept, ttl) : kept,
           left = extenders.exponential ? theory_left_exponential(kept, ttl, t) : theory_left_exponential(0, kept, t);
    return (1 - extenders.share) * theory_still_old(q, ttl, t) + extenders.share * theory_still_old_held(q, hold, left);
}

/* Mean over a span within which the curve has no kink (Simpson: exact for the lines, near enough for the others). */
static double still_old_over(double q, Extenders extenders, double from, double until)
{
    enum { N_PARTS = 64 };
    double part = (until - from) / N_PARTS, sum = 0;
    for (int i = 0; i < N_PARTS; i++) {
        double a = from + i * part, b = a + part;
        sum += still_old(q, extenders, a) + 4 * still_old(q, extenders, (a + b) / 2) + still_old(q, extenders, b);
    }
    return sum / (6 * N_PARTS);
}

static Experiment *add_old_answers(GPtrArray *all, const char *who, double lookups_per_ttl, Extenders extenders,
                                   double every_s, double width)
{
    enum { RESOLVERS = 150 };
    double q = lookups_per_ttl / ttl;
    Experiment *one = experiment_add(all, "look-ups", "lookups.ini", 0, 0,
                                     g_strdup_printf("old answers, %s%g look-ups per TTL", who, lookups_per_ttl));
    experiment_set(one, "users.resolvers=%d", RESOLVERS);
    experiment_set(one, "users.rate=%.17g/s", q * RESOLVERS);
    one->measure = measure_old_answers;
    one->parameter = every_s;
    for (int i = 0; i < N_SPANS; i++) {
        g_autofree char *what = g_strdup_printf("share %g to %g s after", i * every_s, (i + 1) * every_s);
        experiment_expect_near(one, what, "", RULE_WITHIN, still_old_over(q, extenders, i * every_s, (i + 1) * every_s),
                               width);
    }
    return one;
}

static void add_compliant(GPtrArray *all)
{
    static const struct {
        double lookups_per_ttl;
        guint quick, full;
    } rows[] = {{1, 0, 1000}, {5, 600, 1000}, {60, 0, 250}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = add_old_answers(all, "", rows[i].lookups_per_ttl, (Extenders){0}, ttl / N_SPANS, 0.02);
        one->replications[QUICK] = rows[i].quick;
        one->replications[FULL] = rows[i].full;
    }
}

/* Half of the resolvers, so that what they do is seen well; and as many as there are, by default. */
static void add_extenders(GPtrArray *all)
{
    static const struct {
        const char *who, *share, *hold, *warm_up;
        Extenders extenders;
        double width;
        guint quick, full;
    } rows[] = {
        {"50 % keep them 300 s, ", "50%", "300s", "5s", {0.5, 300, false}, 0.02, 400, 400},
        /* Caches begin in the equilibrium of a constant time; here they take some time to their own. */
        {"50 % keep them 100 s, exponential, ",
         "50%",
         "exponential(mean=100s)",
         "500s",
         {0.5, 100, true},
         0.02,
         0,
         400},
        {"8.74 % keep them 300 s, ", "8.74%", "300s", "5s", {0.0874, 300, false}, 0.01, 0, 1500},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = add_old_answers(all, rows[i].who, 2, rows[i].extenders, 30, rows[i].width);
        one->replications[QUICK] = rows[i].quick;
        one->replications[FULL] = rows[i].full;
        experiment_set(one, "users.ttl-extenders=%s", rows[i].share);
        experiment_set(one, "users.ttl-hold=%s", rows[i].hold);
        experiment_set(one, "scenario.warm-up=%s", rows[i].warm_up);
        experiment_set(one, "scenario.duration=315s");
        experiment_set(one, "gone.for=1h");
    }
}

static void add_cached_at_start(GPtrArray *all)
{
    Experiment *one =
        experiment_add(all, "look-ups", "lookups.ini", 1000, 4000, g_strdup("caches at the start, 2 look-ups per TTL"));
    experiment_set(one, "users.resolvers=150");
    experiment_set(one, "users.rate=5/s");
    experiment_set(one, "scenario.warm-up=0s");
    experiment_set(one, "scenario.duration=5s");
    experiment_set(one, "gone.enabled=no");
    one->measure = measure_hits;
    experiment_expect_near(one, "look-ups answered from a cache", "", RULE_WITHIN, theory_cached(2 / ttl, ttl), 0.02);
}

/* Users by the hundred at each resolver, so that all are asked alike. */
static void add_cached(GPtrArray *all)
{
    enum { RESOLVERS = 15 };
    static const struct {
        double lookups_per_ttl;
        guint quick, full;
    } rows[] = {{0.5, 0, 200}, {2, 10, 40}, {10, 0, 40}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double q = rows[i].lookups_per_ttl / ttl;
        Experiment *one = experiment_add(all, "look-ups", "lookups.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("caches, %g look-ups per TTL", rows[i].lookups_per_ttl));
        experiment_set(one, "users.resolvers=%d", RESOLVERS);
        experiment_set(one, "users.rate=%.17g/s", q * RESOLVERS);
        experiment_set(one, "users.think=1d");
        experiment_set(one, "scenario.duration=10000s");
        experiment_set(one, "gone.enabled=no");
        one->measure = measure_hits;
        experiment_expect(one, "look-ups answered from a cache", "", RULE_THEORY, theory_cached(q, ttl), 0.01);
    }
}

void experiments_add_lookups(GPtrArray *all)
{
    add_compliant(all);
    add_extenders(all);
    add_cached_at_start(all);
    add_cached(all);
}
