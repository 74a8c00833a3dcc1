/* Law, exactly: draws against distribution functions that share nothing with law.c, from the C library's exp, pow and
 * erfc, and sums and integrals done here.
 *
 * A draw x becomes F(x), which must be uniform: by Kolmogorov's distance over all, and by counts below each quantile,
 * the thousandth on either side too. Seeds are fixed; bounds are 4.5 standard deviations, or what is as rare. That
 * these would notice is shown by laws that are a little off. */
#include "kernel/law.h"
#include "kernel/random.h"
#include "tests/expect.h"
#include <math.h>
#include <stdlib.h>

enum { N = 100000 };
static const double sigmas = 4.5;
/* Kolmogorov's distance times sqrt(N): chance exceeds it with 2 e^(-2 d^2), five times in a million. */
static const double farthest = 2.55;
static const double p[] = {0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999};

/* ---- distribution functions ---- */

/* The regularised incomplete gamma function P(a, x): its series below a + 1, else Lentz's continued fraction (Press et
 * al., Numerical Recipes, 6.2). */
static double gamma_below(double a, double x)
{
    double front = exp(a * log(x) - x - lgamma(a));
    if (x <= 0)
        return 0;
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int n = 1; term > 1e-17 * sum; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return front * sum;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, value = d;
    for (int n = 1; n < 1000; n++) {
        double an = -n * (n - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        value *= c * d;
        if (fabs(c * d - 1) < 1e-16)
            break;
    }
    return 1 - front * value;
}

/* mpmath's gammainc. */
static void the_reference_for_gamma_is_right(void)
{
    static const double points[][3] = {{1, 1, 0.63212055882855768},       {4, 1, 0.018988156876153809},
                                       {4, 4, 0.56652987963329107},       {4, 8, 0.957619888008316},
                                       {0.25, 1.25, 0.95275329885609064}, {0.25, 0.0025, 0.24657376563403012}};
    for (gsize i = 0; i < G_N_ELEMENTS(points); i++)
        EXPECT_NEAR(gamma_below(points[i][0], points[i][1]), points[i][2], 1e-14);
}

/* The mixture and the points that are tested. */
static const double shares[] = {60, 30, 10};
static const double values[] = {3, 4, 4.5, 8, 20, 21};

static double points_below(double x)
{
    enum { LAST = G_N_ELEMENTS(values) - 1 };
    int i = 0;
    while (i < LAST - 1 && x > values[i + 1])
        i++;
    return CLAMP((i + (x - values[i]) / (values[i + 1] - values[i])) / LAST, 0, 1);
}

static double normal_below(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

typedef struct {
    const char *name;
    LawKind kind;
    double a, b;
    double low, high;                /* bounds; both 0: none */
    double mean, variance, kurtosis; /* closed forms; kurtosis 0: not finite, so the variance is not compared */
} Row;

/* Without bounds. */
static double free_below(const Row *row, double x)
{
    const double z99 = 2.3263478740408408;
    double a = row->a, b = row->b;
    switch (row->kind) {
    case LAW_UNIFORM:
        return (x - a) / (b - a);
    case LAW_EXPONENTIAL:
        return -expm1(-x / a);
    case LAW_NORMAL:
        return normal_below((x - a) / b);
    case LAW_LOGNORMAL:
        return normal_below(log(x / a) / (log(b / a) / z99));
    case LAW_GAMMA:
        return gamma_below(1 / (b * b), x / (a * b * b));
    case LAW_WEIBULL:
        return -expm1(-pow(x / a, b));
    case LAW_PARETO:
        return 1 - pow(a / x, b);
    case LAW_EMPIRICAL:
        return points_below(x);
    case LAW_MIXTURE:
        return (60 * -expm1(-x / 3) + 30 * normal_below((x - 20) / 2) + 10 * (x < 1 ? 0 : 1 - pow(x, -6))) / 100;
    default:
        return NAN;
    }
}

/* Outside their bounds laws are drawn again: what is inside keeps its proportions. */
static double below_of(const Row *row, double x)
{
    if (row->low == row->high)
        return free_below(row, x);
    double low = free_below(row, row->low), high = free_below(row, row->high);
    return (free_below(row, x) - low) / (high - low);
}

static Law made(const Row *row, Arena *arena)
{
    double a = row->a, b = row->b;
    Law law = row->kind == LAW_UNIFORM       ? law_uniform(a, b)
              : row->kind == LAW_EXPONENTIAL ? law_exponential(a)
              : row->kind == LAW_NORMAL      ? law_normal(a, b)
              : row->kind == LAW_LOGNORMAL   ? law_lognormal(a, b)
              : row->kind == LAW_GAMMA       ? law_gamma(a, b)
              : row->kind == LAW_WEIBULL     ? law_weibull(a, b)
              : row->kind == LAW_PARETO      ? law_pareto(a, b)
              : row->kind == LAW_EMPIRICAL
                  ? law_empirical(arena, values, G_N_ELEMENTS(values))
                  : law_mixture(arena, (Law[]){law_exponential(3), law_normal(20, 2), law_pareto(1, 6)}, shares,
                                G_N_ELEMENTS(shares));
    return row->low == row->high ? law : law_bounded(law, row->low, row->high);
}

/* Moments: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1. Kurtosis: fourth central moment over
 * the squared variance. Of the points: each gap uniform, by hand. Bounded ones: see the integrals below. */
static const Row rows[] = {
    {"uniform(2, 5)", LAW_UNIFORM, 2, 5, 0, 0, 3.5, 0.75, 1.8},
    {"exponential(3)", LAW_EXPONENTIAL, 3, 0, 0, 0, 3, 9, 9},
    {"normal(-1, 2)", LAW_NORMAL, -1, 2, 0, 0, -1, 4, 3},
    {"lognormal(8, 16)", LAW_LOGNORMAL, 8, 16, 0, 0, 8.3631082503408649, 6.4931791104406926, 4.6195512},
    {"gamma(2, 0.5)", LAW_GAMMA, 2, 0.5, 0, 0, 2, 1, 4.5},
    {"gamma(2, 1)", LAW_GAMMA, 2, 1, 0, 0, 2, 4, 9},
    {"gamma(2, 2)", LAW_GAMMA, 2, 2, 0, 0, 2, 16, 27},
    {"gamma(5, 0.1)", LAW_GAMMA, 5, 0.1, 0, 0, 5, 0.25, 3.06},
    {"weibull(1, 2)", LAW_WEIBULL, 1, 2, 0, 0, 0.88622692545275801, 0.21460183660255172, 3.2450893},
    {"weibull(3, 0.5)", LAW_WEIBULL, 3, 0.5, 0, 0, 6, 180, 87.72},
    {"pareto(1, 3)", LAW_PARETO, 1, 3, 0, 0, 1.5, 0.75, 0},
    {"pareto(2, 6)", LAW_PARETO, 2, 6, 0, 0, 2.4, 0.24, 38.666667},
    {"6 points", LAW_EMPIRICAL, 0, 0, 0, 0, 9.7, 45.676666666666662, 1.7441733},
    {"mixture", LAW_MIXTURE, 0, 0, 0, 0, 7.92, 69.4236, 1.783219},
    {"uniform(2, 5), 3 to 4", LAW_UNIFORM, 2, 5, 3, 4, 0, 0, 0},
    {"exponential(3), 1 to 6", LAW_EXPONENTIAL, 3, 0, 1, 6, 0, 0, 0},
    {"normal(0, 1), -0.5 to 2", LAW_NORMAL, 0, 1, -0.5, 2, 0, 0, 0},
    {"lognormal(8, 40), 5 to 20", LAW_LOGNORMAL, 8, 40, 5, 20, 0, 0, 0},
    {"gamma(2, 2), 0.5 to 10", LAW_GAMMA, 2, 2, 0.5, 10, 0, 0, 0},
    {"weibull(3, 0.5), 1 to 10", LAW_WEIBULL, 3, 0.5, 1, 10, 0, 0, 0},
    {"pareto(1, 1), 1.2 to 50", LAW_PARETO, 1, 1, 1.2, 50, 0, 0, 0},
    {"6 points, 3.5 to 10", LAW_EMPIRICAL, 0, 0, 3.5, 10, 0, 0, 0},
    {"mixture, 2 to 22", LAW_MIXTURE, 0, 0, 2, 22, 0, 0, 0},
};

/* ---- draws ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void draw_all(gsize i, double *x)
{
    g_autoptr(Arena) arena = arena_new();
    Law law = made(&rows[i], arena);
    for (uint64_t n = 0; n < N; n++)
        x[n] = law_draw(&law, key_of(1000 + i, n));
    qsort(x, N, sizeof x[0], compare_doubles);
}

/* Kolmogorov's distance of sorted draws times sqrt(N), looked at every so many of them. */
static double distance(const double *below, int every)
{
    double most = 0;
    for (int n = 0; n < N; n += every)
        most = MAX(most, MAX(fabs(below[n] - (double)n / N), fabs(below[n] - (n + 1.0) / N)));
    return most * sqrt(N);
}

static void expect_counts_below_quantiles(const char *name, const double *below)
{
    int n = 0;
    for (gsize k = 0; k < G_N_ELEMENTS(p); k++) {
        while (n < N && below[n] <= p[k])
            n++;
        EXPECT(fabs(n - N * p[k]) <= sigmas * sqrt(N * p[k] * (1 - p[k])), "%s: %d of %d below the quantile of %g",
               name, n, N, p[k]);
    }
}

static void draws_follow_their_distribution(void)
{
    static double x[N], below[N];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        draw_all(i, x);
        for (int n = 0; n < N; n++)
            below[n] = below_of(&rows[i], x[n]);
        double here = distance(below, 1);
        EXPECT(here < farthest, "%s: distance %.2f", rows[i].name, here);
        expect_counts_below_quantiles(rows[i].name, below);
        for (int n = 0; n < N; n += 16)
            below[n] = CLAMP(below_of(&rows[i], x[n] * 1.06), 0, 1);
        double off = distance(below, 16);
        EXPECT(off > farthest, "%s: draws that are 6 %% too large are at a distance of %.2f only", rows[i].name, off);
    }
}

/* Where there is a closed quantile, the distribution function takes it back to its probability. */
static void quantiles_are_those_of_the_distribution(void)
{
    g_autoptr(Arena) arena = arena_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(&rows[i], arena);
        bool bounded = rows[i].low != rows[i].high;
        for (gsize k = 0; !bounded && k < G_N_ELEMENTS(p); k++) {
            double x = law_quantile(&law, p[k]);
            if (law.kind == LAW_GAMMA || law.kind == LAW_MIXTURE)
                EXPECT(isnan(x), "%s has a closed quantile", rows[i].name);
            else
                EXPECT(fabs(below_of(&rows[i], x) - p[k]) < 1e-12, "%s: %.15g below the quantile of %g", rows[i].name,
                       below_of(&rows[i], x), p[k]);
        }
    }
}

/* ---- moments ---- */

typedef struct {
    double mean, variance, kurtosis;
} Moments;

/* Of a law between bounds, from its distribution function: the n-th moment about 0 is high^n less the integral of
 * n x^(n - 1) F(x) (by parts); Simpson's rule. */
static double moment_between(const Row *row, int n)
{
    enum { STEPS = 20000 };
    double step = (row->high - row->low) / STEPS, sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        double x = row->low + i * step;
        sum += (i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2) * n * pow(x, n - 1) * below_of(row, x);
    }
    return pow(row->high, n) - sum * step / 3;
}

static Moments moments_of(const Row *row)
{
    if (row->low == row->high)
        return (Moments){row->mean, row->variance, row->kurtosis};
    double m1 = moment_between(row, 1), m2 = moment_between(row, 2), m3 = moment_between(row, 3),
           m4 = moment_between(row, 4), variance = m2 - m1 * m1;
    return (Moments){m1, variance, (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1) / variance / variance};
}

static void means_and_variances_are_theirs(void)
{
    static double x[N];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Moments exact = moments_of(&rows[i]);
        double sum = 0, squares = 0;
        draw_all(i, x);
        for (int n = 0; n < N; n++)
            sum += x[n];
        for (int n = 0; n < N; n++)
            squares += (x[n] - sum / N) * (x[n] - sum / N);
        double off = (sum / N - exact.mean) / sqrt(exact.variance / N);
        EXPECT(fabs(off) < sigmas, "%s: mean %.6g, expected %.6g: %.1f standard errors", rows[i].name, sum / N,
               exact.mean, off);
        if (exact.kurtosis == 0)
            continue;
        double error = exact.variance * sqrt((exact.kurtosis - 1) / N);
        EXPECT(fabs(squares / N - exact.variance) < sigmas * error, "%s: variance %.6g, expected %.6g +- %.3g",
               rows[i].name, squares / N, exact.variance, error);
    }
}

static void known_means_are_the_closed_forms(void)
{
    g_autoptr(Arena) arena = arena_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(&rows[i], arena);
        Moments exact = moments_of(&rows[i]);
        if (rows[i].low == rows[i].high || law.kind == LAW_PARETO)
            EXPECT(fabs(law_mean(&law) - exact.mean) < 1e-9 * fabs(exact.mean), "%s: mean %.15g, expected %.15g",
                   rows[i].name, law_mean(&law), exact.mean);
    }
}

/* ---- zipf: sums ---- */

/* Ranks up to which lies at least so much, and how many draws are found there; the mean rank. */
static void expect_zipf(int n_items, double exponent, uint64_t seed)
{
    g_autofree int *count = g_new0(int, n_items);
    g_autofree double *share = g_new(double, n_items);
    Law law = law_zipf(n_items, exponent);
    double total = 0, mean = 0, square = 0, drawn_mean = 0, below = 0;
    for (uint64_t n = 0; n < N; n++) {
        double k = law_draw(&law, key_of(seed, n));
        bool is_item = k >= 0 && k < n_items && k == floor(k);
        if (!is_item) {
            EXPECT(is_item, "zipf(%d, %g): item %g", n_items, exponent, k);
            return;
        }
        count[(int)k]++;
        drawn_mean += k / N;
    }
    for (int k = 0; k < n_items; k++)
        total += share[k] = pow(k + 1, -exponent);
    gsize next = 0;
    int n_below = 0;
    for (int k = 0; k < n_items; k++) {
        mean += k * share[k] / total;
        square += (double)k * k * share[k] / total;
        below += share[k] / total;
        n_below += count[k];
        for (; next < G_N_ELEMENTS(p) && below >= p[next]; next++)
            EXPECT(fabs(n_below - N * below) <= sigmas * sqrt(N * below * fabs(1 - below)) + 1e-3,
                   "zipf(%d, %g): %d of %d draws in the first %d items, expected %g", n_items, exponent, n_below, N,
                   k + 1, N * below);
    }
    EXPECT_INT(next, G_N_ELEMENTS(p));
    EXPECT_NEAR(drawn_mean, mean, sigmas * sqrt((square - mean * mean) / N));
}

static void zipf_follows_its_sums(void)
{
    static const int n_items[] = {2, 1000, 200000};
    static const double exponents[] = {0, 0.9, 1, 1.2, 4};
    for (gsize i = 0; i < G_N_ELEMENTS(n_items); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(exponents); j++)
            expect_zipf(n_items[i], exponents[j], 2000 + 10 * i + j);
}

void suite_law_exact(void);
void suite_law_exact(void)
{
    CU_pSuite s = CU_add_suite("law_exact", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(the_reference_for_gamma_is_right);
    TEST(draws_follow_their_distribution);
    TEST(quantiles_are_those_of_the_distribution);
    TEST(means_and_variances_are_theirs);
    TEST(known_means_are_the_closed_forms);
    TEST(zipf_follows_its_sums);
}
