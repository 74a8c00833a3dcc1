/* Weights: how near to its weights a record comes.  They are shares of look-ups; what a resolver is told, all of its
 * users do until the TTL is over. */
#include "base/check.h"
#include "tests/experiments.h"
#include <math.h>

static const double run_s = 600, ttl_s = 60, rate = 50, weight = 0.1;

enum { EQUAL, ZIPF };
typedef struct {
    const char *resolvers, *name;
    int sizes, n;
    guint quick, full;
} Row;

/* As many equal ones would spread as much: one over the sum of the squares of their shares. */
static double effective(const Row *row)
{
    double sum = 0, squares = 0;
    for (int k = 1; k <= row->n; k++) {
        double size = row->sizes == ZIPF ? 1. / k : 1;
        sum += size;
        squares += size * size;
    }
    return sum * sum / squares;
}

/* Standard deviation of the share in one run.  Of each resolver, n = run / (TTL + gap) choices count, the first and the
 * last of them for a part u and 1 - u of a TTL, u uniform: in squares n - 1 + 2/3.  A choice that is kept for a TTL is
 * that of 1 + rate × TTL users on average. */
static double spread(const Row *row)
{
    double resolvers = effective(row), per_ttl = rate / resolvers * ttl_s;
    double n = run_s / (ttl_s + resolvers / rate);
    return sqrt(weight * (1 - weight) * ((n - 1. / 3) / (n * n) + 1 / (n * (1 + per_ttl))) / resolvers);
}

/* The mean of the share over the runs; the deviation of a run from it, with the interval that normal shares would
 * have. */
static void measure_split(const Experiment *experiment, Size size, Estimate *estimate)
{
    static const double z = 3.2905; /* of 99.9 % */
    g_auto(Lab) lab = lab_open(experiment->scenario, (const char *const *)experiment->sets->pdata);
    guint n = experiment->replications[size];
    g_autoptr(Results) results = lab_run(&lab, 1, n, 0);
    const ResultFigure *share = results_figure(results, "routing.share", "", "region=other");
    CHECK(share && share->n_left_out == n && n > 1);
    double squares = 0;
    for (guint i = 0; i < n; i++) {
        double one = n * share->value - (n - 1) * share->left_out[i];
        squares += (one - share->value) * (one - share->value);
    }
    double deviation = sqrt(squares / (n - 1)), part = z / sqrt(2. * (n - 1));
    estimate[0] = estimate_of(share->value, share->left_out, n);
    estimate[1] = (Estimate){deviation, deviation / (1 + part), deviation / (1 - part)};
}

void experiments_add_weights(GPtrArray *all)
{
    static const Row rows[] = {
        {"1000", "1000 small resolvers", EQUAL, 1000, 60, 300},
        {"3", "3 big resolvers", EQUAL, 3, 200, 600},
        {"zipf(100, 1)", "100 resolvers by Zipf", ZIPF, 100, 0, 600},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "weights", "weights.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("90 : 10, %s", rows[i].name));
        experiment_set(one, "users.resolvers=%s", rows[i].resolvers);
        one->measure = measure_split;
        experiment_expect_near(one, "share of the second region", "", RULE_WITHIN, weight, i == 0 ? 0.01 : 0.02);
        experiment_expect(one, "standard deviation of a run", "", RULE_THEORY, spread(&rows[i]), 0.15);
    }
}
