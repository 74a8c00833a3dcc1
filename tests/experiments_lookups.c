/* Look-ups: who keeps which answer, and for how long. */
#include "tests/experiments.h"
#include "tests/measures.h"
#include "tests/theory.h"
#include <math.h>

static const double ttl = 60;

/* Resolvers that keep answers for longer than the TTL: their share, and for how long. */
typedef struct {
    double share, hold_s;
    bool exponential; /* with this mean; else constant */
} Extenders;

static double still_old(double q, Extenders extenders, double t)
{
    double hold = extenders.hold_s;
    double left = extenders.exponential ? theory_left_exponential(hold, t) : theory_left_constant(hold, t);
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

/* Half of the resolvers, so that what they do is seen well; and as many as there are, by default.  Caches begin in the
 * equilibrium of their law, and stay in it: what holds after 5 s holds after 500 s. */
static void add_extenders(GPtrArray *all)
{
    static const struct {
        const char *who, *share, *hold, *warm_up;
        Extenders extenders;
        double width;
        guint quick, full;
    } rows[] = {
        {"50 % keep them 300 s, ", "50%", "300s", "5s", {0.5, 300, false}, 0.02, 400, 400},
        {"50 % keep them 100 s, exponential, ",
         "50%",
         "exponential(mean=100s)",
         "5s",
         {0.5, 100, true},
         0.02,
         400,
         400},
        {"the same, 500 s later, ", "50%", "exponential(mean=100s)", "500s", {0.5, 100, true}, 0.02, 0, 400},
        {"50 % keep them 20 s, less than the TTL, ", "50%", "20s", "5s", {0.5, 20, false}, 0.02, 0, 400},
        {"8.74 % keep them 300 s, ", "8.74%", "300s", "5s", {0.0874, 300, false}, 0.01, 0, 1500},
        {"8.74 % keep them 300 s, exponential, ",
         "8.74%",
         "exponential(mean=300s)",
         "5s",
         {0.0874, 300, true},
         0.01,
         0,
         1500},
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

/* Half of the resolvers as it is said, the others with the TTL. */
static void add_cached_at_start(GPtrArray *all)
{
    static const struct {
        const char *who, *hold;
        double hold_s;
        guint quick;
    } rows[] = {{"", "60s", 60, 1000},
                {", 50 % exponential", "exponential(mean=100s)", 100, 0},
                {", 50 % uniform", "uniform(0s, 200s)", 100, 0},
                {", 50 % lognormal", "lognormal(p50=60s, p99=600s)", 60, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double hold = rows[i].hold_s;
        if (i == 3)
            hold = theory_lognormal_mean(60, 600);
        Experiment *one = experiment_add(all, "look-ups", "lookups.ini", rows[i].quick, 4000,
                                         g_strdup_printf("caches at the start, 2 look-ups per TTL%s", rows[i].who));
        experiment_set(one, "users.resolvers=150");
        experiment_set(one, "users.rate=5/s");
        experiment_set(one, "users.ttl-extenders=50%%");
        experiment_set(one, "users.ttl-hold=%s", rows[i].hold);
        experiment_set(one, "scenario.warm-up=0s");
        experiment_set(one, "scenario.duration=5s");
        experiment_set(one, "gone.enabled=no");
        one->measure = measure_hits;
        experiment_expect_near(one, "look-ups answered from a cache", "", RULE_WITHIN,
                               (theory_cached(2 / ttl, ttl) + theory_cached(2 / ttl, hold)) / 2, 0.02);
    }
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

/* ---- resolvers of unequal size ---- */

enum { ZIPF_RESOLVERS = 100000 };
typedef struct {
    double lookups_per_s, per_user; /* of all; of each */
    Extenders extenders;
    double span_s;
} Unequal;

/* Whom a user shares his resolver with: a Poisson number of the others, as many as it has on average. */
static double still_old_with(double q_user, double others, Extenders extenders, double t)
{
    if (others > 200)
        return still_old(q_user * (1 + others), extenders, t);
    double sum = 0, chance = exp(-others);
    for (int n = 0; n <= 200 + (int)(3 * others); chance *= others / ++n)
        sum += chance * still_old(q_user * (1 + n), extenders, t);
    return sum;
}

/* A user's look-up is at the k-th largest with the chance of its weight. */
static double still_old_unequal(const Unequal *unequal, double t)
{
    double sum = 0, n_users = unequal->lookups_per_s / unequal->per_user, first = theory_zipf_weight(ZIPF_RESOLVERS, 1);
    for (int k = 1; k <= ZIPF_RESOLVERS; k = k < 1000 ? k + 1 : k + k / 100) { /* beyond, by blocks of 1 % */
        int n = k < 1000 ? 1 : MIN(k / 100, ZIPF_RESOLVERS - k + 1);
        double middle = k + (n - 1) / 2., weight = first / middle;
        sum += n * weight * still_old_with(unequal->per_user, n_users * weight, unequal->extenders, t);
    }
    return sum;
}

static void prepare_unequal(Experiment *one, Size size)
{
    const Unequal *unequal = one->plan;
    (void)size;
    for (guint i = 0; i < one->n_checks; i++) {
        enum { N_PARTS = 8 };
        double sum = 0;
        for (int j = 0; j <= N_PARTS; j++)
            sum += (j == 0 || j == N_PARTS ? 1
                    : j % 2                ? 4
                                           : 2) *
                   still_old_unequal(unequal, unequal->span_s * (i + (double)j / N_PARTS));
        one->check[i].expected = sum / (3 * N_PARTS);
    }
}

/* Zipf(1) over 100,000 of them counts for 89 equal ones: 250 replications for 22,000. */
static void add_unequal(GPtrArray *all)
{
    static const struct {
        const char *who, *hold;
        Unequal unequal;
    } rows[] = {
        {"8.74 % keep them 300 s", "300s", {40, 1. / 3600, {0.0874, 300, false}, 30}},
        {"8.74 % keep them 300 s, exponential", "exponential(mean=300s)", {40, 1. / 3600, {0.0874, 300, true}, 30}}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Unequal *unequal = &rows[i].unequal;
        Experiment *one = experiment_add(all, "look-ups", "lookups.ini", 0, 250,
                                         g_strdup_printf("old answers, 100,000 resolvers by Zipf(1), %s", rows[i].who));
        experiment_set(one, "users.resolvers=zipf(100k, 1.0)");
        experiment_set(one, "users.rate=%.17g/s", unequal->lookups_per_s);
        experiment_set(one, "users.think=%.17gs", 1 / unequal->per_user);
        experiment_set(one, "users.ttl-extenders=8.74%%");
        experiment_set(one, "users.ttl-hold=%s", rows[i].hold);
        experiment_set(one, "scenario.duration=315s");
        experiment_set(one, "gone.for=1h");
        one->measure = measure_old_answers;
        one->prepare = prepare_unequal;
        one->plan = unequal;
        one->parameter = unequal->span_s;
        for (int j = 0; j < N_SPANS; j++) {
            g_autofree char *what =
                g_strdup_printf("share %g to %g s after", j * unequal->span_s, (j + 1) * unequal->span_s);
            experiment_expect_near(one, what, "", RULE_WITHIN, 0, 0.02);
        }
    }
}

void experiments_add_lookups(GPtrArray *all)
{
    add_compliant(all);
    add_extenders(all);
    add_cached_at_start(all);
    add_cached(all);
    add_unequal(all);
}
