/* Law: draws against closed forms. Seeds are fixed; tolerances are 4.5 standard errors of N_DRAWS draws, which chance
 * exceeds seven times in a million. */
#include "kernel/law.h"
#include "kernel/random.h"
#include "tests/expect.h"
#include <math.h>

enum { N_DRAWS = 200000 };
static const double sigmas = 4.5;
static const double infinite = INFINITY;

static const struct {
    const char *name;
    LawKind kind;
    double a, b;
    double mean, sd; /* closed forms; sd infinite: the mean is not compared with draws */
} rows[] = {
    {"uniform(2, 5)", LAW_UNIFORM, 2, 5, 3.5, 0.86602540378443865},
    {"exponential(3)", LAW_EXPONENTIAL, 3, 0, 3, 3},
    {"normal(-1, 2)", LAW_NORMAL, -1, 2, -1, 2},
    /* sigma = ln 5 / 2.3263 = 0.691825; mean = p50 e^(sigma^2 / 2) */
    {"lognormal(8, 40)", LAW_LOGNORMAL, 8, 40, 10.163024788244711, 7.9627},
    {"gamma(2, 0.5)", LAW_GAMMA, 2, 0.5, 2, 1},
    {"gamma(2, 1)", LAW_GAMMA, 2, 1, 2, 2},
    {"gamma(2, 2)", LAW_GAMMA, 2, 2, 2, 4},
    {"weibull(1, 2)", LAW_WEIBULL, 1, 2, 0.88622692545275801, 0.46325137517610421},
    {"weibull(3, 0.5)", LAW_WEIBULL, 3, 0.5, 6, 13.416407864998739},
    {"weibull(2, 1)", LAW_WEIBULL, 2, 1, 2, 2},
    {"pareto(1, 3)", LAW_PARETO, 1, 3, 1.5, 0.86602540378443865},
    {"pareto(2, 1.5)", LAW_PARETO, 2, 1.5, 6, infinite},
    {"pareto(2, 1)", LAW_PARETO, 2, 1, infinite, infinite},
};

static Law made(gsize i)
{
    switch (rows[i].kind) {
    case LAW_UNIFORM:
        return law_uniform(rows[i].a, rows[i].b);
    case LAW_EXPONENTIAL:
        return law_exponential(rows[i].a);
    case LAW_NORMAL:
        return law_normal(rows[i].a, rows[i].b);
    case LAW_LOGNORMAL:
        return law_lognormal(rows[i].a, rows[i].b);
    case LAW_GAMMA:
        return law_gamma(rows[i].a, rows[i].b);
    case LAW_WEIBULL:
        return law_weibull(rows[i].a, rows[i].b);
    default:
        return law_pareto(rows[i].a, rows[i].b);
    }
}

static void means_are_the_closed_forms(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(i);
        EXPECT_INT(law.kind, rows[i].kind);
        double mean = law_mean(&law);
        EXPECT(mean == rows[i].mean || fabs(mean - rows[i].mean) < 1e-11 * fabs(rows[i].mean),
               "%s: mean %.15g, expected %.15g", rows[i].name, mean, rows[i].mean);
        if (isinf(rows[i].sd))
            continue;
        double sum = 0;
        for (uint64_t n = 0; n < N_DRAWS; n++)
            sum += law_draw(&law, key_of(i + 1, n));
        EXPECT_NEAR(sum / N_DRAWS, rows[i].mean, sigmas * rows[i].sd / sqrt(N_DRAWS));
    }
}

static void draws_fall_below_quantiles_as_often_as_they_should(void)
{
    static const double p[] = {0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(i);
        if (law.kind == LAW_GAMMA) {
            EXPECT(isnan(law_quantile(&law, 0.5)), "%s has no closed quantile", rows[i].name);
            continue;
        }
        int below[G_N_ELEMENTS(p)] = {0};
        double quantile[G_N_ELEMENTS(p)];
        for (gsize k = 0; k < G_N_ELEMENTS(p); k++)
            quantile[k] = law_quantile(&law, p[k]);
        for (uint64_t n = 0; n < N_DRAWS; n++) {
            double x = law_draw(&law, key_of(100 + i, n));
            for (gsize k = 0; k < G_N_ELEMENTS(p); k++)
                below[k] += x <= quantile[k];
        }
        for (gsize k = 0; k < G_N_ELEMENTS(p); k++) {
            double share = (double)below[k] / N_DRAWS, error = sqrt(p[k] * (1 - p[k]) / N_DRAWS);
            EXPECT(fabs(share - p[k]) <= sigmas * error, "%s: %.5f below the quantile of %g", rows[i].name, share,
                   p[k]);
        }
    }
}

static void quantiles_are_the_closed_forms(void)
{
    const struct {
        Law law;
        double p, quantile;
    } known[] = {
        {law_lognormal(8e6, 40e6), 0.5, 8e6},
        {law_lognormal(8e6, 40e6), 0.99, 40e6},
        {law_lognormal_sigma(1, 0.4), 0.975, exp(0.4 * 1.959963984540054)},
        {law_exponential(5), 0.5, 5 * log(2)},
        {law_normal(3, 2), 0.025, 3 - 2 * 1.959963984540054},
        {law_uniform(2, 5), 0.25, 2.75},
        {law_weibull(3, 2), 1 - exp(-4), 6},
        {law_pareto(2, 3), 0.875, 4},
        {law_constant(7), 0.3, 7},
        {law_bounded(law_normal(0, 1), 0, 10), 0.2, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        EXPECT_NEAR(law_quantile(&known[i].law, known[i].p), known[i].quantile, 1e-12 * fabs(known[i].quantile));
}

/* Gamma of shape 1/cv^2: 1 is exponential; 4 and 1/4 by the regularised incomplete gamma function (mpmath). */
static void gamma_has_its_distribution(void)
{
    static const struct {
        double cv, x, p;
    } points[] = {
        {1, 0.1, 0.095162581964040427},    {1, 1, 0.63212055882855768},   {1, 3, 0.95021293163213605},
        {0.5, 0.25, 0.018988156876153809}, {0.5, 1, 0.56652987963329107}, {0.5, 2, 0.957619888008316},
        {2, 0.01, 0.24657376563403012},    {2, 0.5, 0.64015720608308411}, {2, 5, 0.95275329885609064},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(points); i++) {
        Law law = law_gamma(1, points[i].cv);
        int below = 0;
        for (uint64_t n = 0; n < N_DRAWS; n++)
            below += law_draw(&law, key_of(200 + i, n)) <= points[i].x;
        double p = points[i].p;
        EXPECT_NEAR((double)below / N_DRAWS, p, sigmas * sqrt(p * (1 - p) / N_DRAWS));
    }
}

static void zipf_has_its_frequencies(void)
{
    enum { N_ITEMS = 100 };
    static const double exponents[] = {0, 0.5, 0.9, 0.999999999, 1, 1.000001, 1.5, 3};
    for (gsize i = 0; i < G_N_ELEMENTS(exponents); i++) {
        Law law = law_zipf(N_ITEMS, exponents[i]);
        int count[N_ITEMS] = {0};
        for (uint64_t n = 0; n < N_DRAWS; n++) {
            double k = law_draw(&law, key_of(300 + i, n));
            bool is_item = k >= 0 && k < N_ITEMS && k == floor(k);
            EXPECT(is_item, "exponent %g: item %g", exponents[i], k);
            count[is_item ? (int)k : 0]++;
        }
        double total = 0, chi_square = 0, rest_expected = 0;
        int cells = 0, rest = 0;
        for (int k = 1; k <= N_ITEMS; k++)
            total += pow(k, -exponents[i]);
        for (int k = 1; k <= N_ITEMS; k++) {
            double expected = N_DRAWS * pow(k, -exponents[i]) / total;
            if (expected < 10) { /* too rare for the approximation: taken together */
                rest_expected += expected;
                rest += count[k - 1];
                continue;
            }
            chi_square += (count[k - 1] - expected) * (count[k - 1] - expected) / expected;
            cells++;
        }
        if (rest_expected > 10) {
            chi_square += (rest - rest_expected) * (rest - rest_expected) / rest_expected;
            cells++;
        }
        /* Wilson and Hilferty: the cube root is nearly normal */
        double freedom = cells - 1, variance = 2 / (9 * freedom);
        double z = (cbrt(chi_square / freedom) - (1 - variance)) / sqrt(variance);
        EXPECT(fabs(z) < sigmas, "exponent %g: chi-square %.1f of %d cells, z %.2f", exponents[i], chi_square, cells,
               z);
    }
}

static void zipf_of_a_million_items_is_right_at_its_head(void)
{
    Law law = law_zipf(1e6, 0.9);
    double total = 0;
    for (int k = 1; k <= 1000000; k++)
        total += pow(k, -0.9);
    int first = 0, first_thousand = 0;
    double head = 0;
    for (int k = 1; k <= 1000; k++)
        head += pow(k, -0.9) / total;
    for (uint64_t n = 0; n < N_DRAWS; n++) {
        double k = law_draw(&law, key_of(400, n));
        first += k == 0;
        first_thousand += k < 1000;
    }
    EXPECT_NEAR((double)first / N_DRAWS, 1 / total, sigmas * sqrt(1 / total / N_DRAWS));
    EXPECT_NEAR((double)first_thousand / N_DRAWS, head, sigmas * sqrt(head * (1 - head) / N_DRAWS));
    Law single = law_zipf(1, 2);
    EXPECT_NEAR(law_draw(&single, 1), 0, 0);
    EXPECT(isnan(law_mean(&law)) && isnan(law_quantile(&law, 0.5)), "zipf has no closed forms here");
}

static void empirical_runs_through_its_points(void)
{
    static const double values[] = {30, 10, 20, 60, 10};
    g_autoptr(Arena) arena = arena_new();
    Law law = law_empirical(arena, values, 5);
    static const double quantiles[][2] = {{0, 10},    {0.25, 10},  {0.5, 20}, {0.625, 25},
                                          {0.75, 30}, {0.875, 45}, {1, 60}};
    for (gsize i = 0; i < G_N_ELEMENTS(quantiles); i++)
        EXPECT_NEAR(law_quantile(&law, quantiles[i][0]), quantiles[i][1], 1e-12);
    EXPECT_NEAR(law_mean(&law), (10 + 15 + 25 + 45) / 4.0, 1e-12);
    double sum = 0;
    for (uint64_t n = 0; n < N_DRAWS; n++)
        sum += law_draw(&law, key_of(500, n));
    EXPECT_NEAR(sum / N_DRAWS, law_mean(&law), sigmas * 15 / sqrt(N_DRAWS));
    EXPECT_NEAR(values[0], 30, 0); /* the caller's array is left as it was */
}

static void mixtures_mix_by_their_shares(void)
{
    g_autoptr(Arena) arena = arena_new();
    Law inner = law_mixture(arena, (Law[]){law_constant(100), law_constant(200)}, (double[]){0.5, 0.5}, 2);
    Law law = law_mixture(arena, (Law[]){law_exponential(3), inner, law_constant(7)}, (double[]){70, 20, 10}, 3);
    int constant = 0, inner_low = 0, inner_high = 0;
    double sum = 0;
    for (uint64_t n = 0; n < N_DRAWS; n++) {
        double x = law_draw(&law, key_of(600, n));
        constant += x == 7;
        inner_low += x == 100;
        inner_high += x == 200;
        sum += x;
    }
    EXPECT_NEAR((double)constant / N_DRAWS, 0.1, sigmas * sqrt(0.09 / N_DRAWS));
    EXPECT_NEAR((double)inner_low / N_DRAWS, 0.1, sigmas * sqrt(0.09 / N_DRAWS));
    EXPECT_NEAR((double)inner_high / N_DRAWS, 0.1, sigmas * sqrt(0.09 / N_DRAWS));
    EXPECT_NEAR(law_mean(&law), 0.7 * 3 + 0.2 * 150 + 0.1 * 7, 1e-12);
    EXPECT_NEAR(sum / N_DRAWS, law_mean(&law), sigmas * 62 / sqrt(N_DRAWS));
    EXPECT(isnan(law_quantile(&law, 0.5)), "mixtures have no closed quantile");
}

static void values_outside_are_redrawn(void)
{
    Law law = law_bounded(law_normal(0, 1), 0, 2);
    double sum = 0;
    for (uint64_t n = 0; n < N_DRAWS; n++) {
        double x = law_draw(&law, key_of(700, n));
        EXPECT(x >= 0 && x <= 2, "%g is outside", x);
        EXPECT(x > 0 && x < 2, "%g was cut, not redrawn", x);
        sum += x;
    }
    /* (phi(0) - phi(2)) / (Phi(2) - Phi(0)), standard deviation 0.51 */
    EXPECT_NEAR(sum / N_DRAWS, 0.72279, sigmas * 0.51 / sqrt(N_DRAWS));
}

static void an_interval_that_the_law_misses_gives_its_nearer_end(void)
{
    Law above = law_bounded(law_uniform(0, 1), 5, 6), below = law_bounded(law_uniform(0, 1), -6, -5);
    Law constant = law_bounded(law_constant(3), 4, 9);
    for (uint64_t n = 0; n < 10; n++) {
        EXPECT_NEAR(law_draw(&above, n), 5, 0);
        EXPECT_NEAR(law_draw(&below, n), -5, 0);
        EXPECT_NEAR(law_draw(&constant, n), 4, 0);
    }
    EXPECT_NEAR(law_mean(&constant), 4, 0);
}

static void a_bounded_pareto_has_a_mean(void)
{
    static const struct {
        double min, shape, low, high;
    } cases[] = {{1, 1, 0, 100}, {1, 0.5, 0, 50}, {2, 1.5, 3, 30}, {1, 3, 0, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Law law = law_bounded(law_pareto(cases[i].min, cases[i].shape), cases[i].low, cases[i].high);
        double sum = 0, squares = 0;
        for (uint64_t n = 0; n < N_DRAWS; n++) {
            double x = law_draw(&law, key_of(800 + i, n));
            sum += x;
            squares += x * x;
        }
        double mean = sum / N_DRAWS, sd = sqrt(squares / N_DRAWS - mean * mean);
        EXPECT_NEAR(law_mean(&law), mean, sigmas * sd / sqrt(N_DRAWS));
    }
    Law known = law_bounded(law_pareto(1, 1), 0, G_E);
    EXPECT_NEAR(law_mean(&known), 1 / (1 - 1 / G_E), 1e-14);
}

static void one_key_gives_one_number_and_copies_agree(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(i), copy = law;
        EXPECT(law_draw(&law, 42) == law_draw(&copy, 42), "%s: a copy draws otherwise", rows[i].name);
        EXPECT(law_draw(&law, 42) == law_draw(&law, 42), "%s: the second draw differs", rows[i].name);
        EXPECT(law_draw(&law, key_of(1, 42)) != law_draw(&law, key_of(1, 43)), "%s: the key does not count",
               rows[i].name);
    }
}

static void a_larger_uniform_gives_a_larger_value(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(i);
        double before = -INFINITY;
        bool inverts = law.kind != LAW_GAMMA && law.kind != LAW_EXPONENTIAL;
        for (uint64_t k = 0; inverts && k < 1000; k++) {
            double x = law_draw(&law, k << 54); /* the upper bits are the uniform */
            EXPECT(x >= before, "%s: %g after %g", rows[i].name, x, before);
            before = x;
        }
    }
}

static void times_are_whole_and_never_negative(void)
{
    const struct {
        Law law;
        SimTime time;
    } known[] = {
        {law_constant(0), 0},  {law_constant(1.4), 1},       {law_constant(1.5), 2},
        {law_constant(-5), 0}, {law_constant(1e6), 1000000}, {law_constant(1e30), INT64_C(1) << 61},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        EXPECT_INT(law_time(&known[i].law, 1), known[i].time);
    Law law = law_normal(0, 10);
    int n_zero = 0;
    for (uint64_t n = 0; n < 1000; n++) {
        SimTime t = law_time(&law, key_of(900, n));
        EXPECT(t >= 0, "%d", (int)t);
        n_zero += t == 0;
    }
    EXPECT(n_zero > 400 && n_zero < 600, "%d of 1000 are zero", n_zero);
}

static void a_law_without_spread_is_a_constant(void)
{
    g_autoptr(Arena) arena = arena_new();
    const Law constants[] = {
        law_constant(5),
        law_uniform(5, 5),
        law_normal(5, 0),
        law_lognormal(5, 5),
        law_lognormal_sigma(5, 0),
        law_gamma(5, 0),
        law_empirical(arena, (double[]){5, 5}, 2),
        law_empirical(arena, (double[]){5}, 1),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(constants); i++)
        EXPECT(law_is_constant(&constants[i]) && law_draw(&constants[i], i) == 5, "law %d", (int)i);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(i);
        EXPECT(!law_is_constant(&law), "%s", rows[i].name);
    }
}

/* One key, two means: paired comparisons rest on it. */
static void exponential_laws_are_proportional(void)
{
    Law one = law_exponential(1), many = law_exponential(1024);
    for (uint64_t i = 0; i < 100000; i++)
        EXPECT(law_draw(&many, mix64(i)) == 1024 * law_draw(&one, mix64(i)), "key %d", (int)i);
}

/* A change here changes the results of every scenario. */
static void the_numbers_stay_what_they_are(void)
{
    static const double expected[] = {
        0x1.78b1a7044ddfdp+1, 0x1.65f9477da3ab6p+1, -0x1.4c151de9711eep+0, 0x1.2dc3c2e41407fp+2, 0x1.93820e8fc566dp-1,
        0x1.e88e9f6b433bdp-1, 0x1.5d6d6673c965dp+2, 0x1.7995cf2392374p+0,  0x1.fdaaf1f1a78c5p+1, 0x1.a489746f818acp-4,
        0x1.593178e953034p+0, 0x1.d9255d3526377p+1, 0x1.18f987399c214p+1,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Law law = made(i);
        double x = law_draw(&law, key_of(1, i));
        EXPECT(x == expected[i], "%s drew %a, expected %a", rows[i].name, x, expected[i]);
    }
}

void suite_law(void);
void suite_law(void)
{
    CU_pSuite s = CU_add_suite("law", NULL, NULL);
    CU_add_test(s, "means are the closed forms", means_are_the_closed_forms);
    CU_add_test(s, "draws fall below quantiles as they should", draws_fall_below_quantiles_as_often_as_they_should);
    CU_add_test(s, "quantiles are the closed forms", quantiles_are_the_closed_forms);
    CU_add_test(s, "gamma has its distribution", gamma_has_its_distribution);
    CU_add_test(s, "zipf has its frequencies", zipf_has_its_frequencies);
    CU_add_test(s, "zipf of a million items is right at its head", zipf_of_a_million_items_is_right_at_its_head);
    CU_add_test(s, "empirical runs through its points", empirical_runs_through_its_points);
    CU_add_test(s, "mixtures mix by their shares", mixtures_mix_by_their_shares);
    CU_add_test(s, "values outside are redrawn", values_outside_are_redrawn);
    CU_add_test(s, "an interval that is missed gives its end", an_interval_that_the_law_misses_gives_its_nearer_end);
    CU_add_test(s, "a bounded Pareto has a mean", a_bounded_pareto_has_a_mean);
    CU_add_test(s, "one key gives one number", one_key_gives_one_number_and_copies_agree);
    CU_add_test(s, "a larger uniform gives a larger value", a_larger_uniform_gives_a_larger_value);
    CU_add_test(s, "times are whole and never negative", times_are_whole_and_never_negative);
    CU_add_test(s, "a law without spread is a constant", a_law_without_spread_is_a_constant);
    CU_add_test(s, "exponential laws are proportional", exponential_laws_are_proportional);
    CU_add_test(s, "the numbers stay what they are", the_numbers_stay_what_they_are);
}
