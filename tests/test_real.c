/* Real: against libm in long double, and against the bits that it had. libm is allowed here, and only here. */
#include "base/real.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { N_SAMPLES = 200000 };

/* Largest relative errors over ranges: u in (0, 1) becomes from + u (to - from), or e to that when `wide`. */
static const struct {
    const char *name;
    double (*ours)(double);
    long double (*libm)(long double);
    double from, to;
    bool wide;
    double most; /* ulp of 1 is 2.2e-16 */
} accuracy[] = {
    {"log", real_log, logl, -700, 700, true, 3e-16},
    {"log", real_log, logl, 0.5, 1.5, false, 3e-16},
    {"log", real_log, logl, 0.999, 1.001, false, 3e-16},
    {"log", real_log, logl, 0.9999999, 1.0000001, false, 3e-16},
    {"exp", real_exp, expl, -708, 709.7, false, 3e-16},
    {"exp", real_exp, expl, -1, 1, false, 3e-16},
    {"exp", real_exp, expl, -1e-6, 1e-6, false, 3e-16},
    {"expm1", real_expm1, expm1l, -40, 700, false, 5e-16},
    {"expm1", real_expm1, expm1l, -1, 1, false, 5e-16},
    {"expm1", real_expm1, expm1l, -1e-8, 1e-8, false, 3e-16},
    {"log1p", real_log1p, log1pl, -700, 700, true, 5e-16},
    {"log1p", real_log1p, log1pl, -0.999, 2, false, 5e-16},
    {"log1p", real_log1p, log1pl, -1e-8, 1e-8, false, 5e-16},
    {"sin", real_sin, sinl, -3.1, 3.1, false, 4e-16},
    {"sin", real_sin, sinl, -1e4, 1e4, false, 1e-15},
    {"cos", real_cos, cosl, -1.5, 1.5, false, 4e-16},
    {"cos", real_cos, cosl, -1e4, 1e4, false, 1e-15},
    {"asin", real_asin, asinl, -1, 1, false, 8e-16},
};

static void elementary_functions_agree_with_libm(void)
{
    uint64_t state = 1;
    for (gsize i = 0; i < G_N_ELEMENTS(accuracy); i++) {
        double worst = 0, where = 0;
        for (int j = 0; j < N_SAMPLES; j++) {
            double x = accuracy[i].from + dice_share(&state) * (accuracy[i].to - accuracy[i].from);
            x = accuracy[i].wide ? exp(x) : x;
            long double expected = accuracy[i].libm(x);
            double error = (double)fabsl((accuracy[i].ours(x) - expected) / expected);
            if (!(error <= worst)) {
                worst = error;
                where = x;
            }
        }
        EXPECT(worst <= accuracy[i].most, "%s: relative error %.3g at %.17g", accuracy[i].name, worst, where);
    }
}

static void powers_agree_with_libm(void)
{
    static const struct {
        double log_x, y;
    } ranges[] = {{1, 700}, {20, 30}, {300, 2}, {1e-3, 5e5}, {0.5, 1}};
    uint64_t state = 2;
    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
        double worst = 0;
        for (int j = 0; j < N_SAMPLES; j++) {
            double x = exp((2 * dice_share(&state) - 1) * ranges[i].log_x),
                   y = (2 * dice_share(&state) - 1) * ranges[i].y;
            long double expected = powl(x, y);
            if (expected > 1e-300L && expected < 1e300L)
                worst = fmax(worst, (double)fabsl((real_pow(x, y) - expected) / expected));
        }
        EXPECT(worst <= 1e-14, "range %d: relative error %.3g", (int)i, worst);
    }
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void the_ends_of_the_domains_are_what_they_should_be(void)
{
    const double inf = INFINITY, smallest = 0x1p-1074, largest = 0x1.fffffffffffffp1023;
    const struct {
        const char *what;
        double actual, expected;
    } rows[] = {
        {"log 0", real_log(0), -inf},
        {"log -0", real_log(-0.0), -inf},
        {"log 1", real_log(1), 0},
        {"log of a negative", real_log(-1), NAN},
        {"log inf", real_log(inf), inf},
        {"log nan", real_log(NAN), NAN},
        {"log of the smallest", real_log(smallest), log(smallest)},
        {"log of the largest", real_log(largest), log(largest)},
        {"exp 0", real_exp(0), 1},
        {"exp inf", real_exp(inf), inf},
        {"exp -inf", real_exp(-inf), 0},
        {"exp nan", real_exp(NAN), NAN},
        {"exp 710", real_exp(710), inf},
        {"exp 709.782", real_exp(709.782), exp(709.782)},
        {"exp -746", real_exp(-746), 0},
        {"exp -745.2", real_exp(-745.2), 0},
        {"exp -744", real_exp(-744), exp(-744)},
        {"pow 0 0", real_pow(0, 0), 1},
        {"pow 0 2", real_pow(0, 2), 0},
        {"pow 0 -2", real_pow(0, -2), inf},
        {"pow 1 inf", real_pow(1, inf), 1},
        {"pow nan 0", real_pow(NAN, 0), 1},
        {"pow nan 1", real_pow(NAN, 1), NAN},
        {"pow inf 2", real_pow(inf, 2), inf},
        {"pow inf -2", real_pow(inf, -2), 0},
        {"pow 0.5 inf", real_pow(0.5, inf), 0},
        {"pow 0.5 -1e300", real_pow(0.5, -1e300), inf},
        {"pow 2 1024", real_pow(2, 1024), inf},
        {"pow 2 -1074", real_pow(2, -1074), smallest},
        {"pow 2 10", real_pow(2, 10), 1024},
        {"expm1 0", real_expm1(0), 0},
        {"expm1 -inf", real_expm1(-inf), -1},
        {"expm1 inf", real_expm1(inf), inf},
        {"log1p 0", real_log1p(0), 0},
        {"log1p -1", real_log1p(-1), -inf},
        {"log1p -2", real_log1p(-2), NAN},
        {"log1p inf", real_log1p(inf), inf},
        {"log1p tiny", real_log1p(1e-300), 1e-300},
        {"sin 0", real_sin(0), 0},
        {"cos 0", real_cos(0), 1},
        {"asin 1", real_asin(1), asin(1)},
        {"asin -1", real_asin(-1), asin(-1)},
        {"normal 1/2", real_normal_quantile(0.5), 0},
        {"student 1/2", real_student_quantile(0.5, 7), 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT(same(rows[i].actual, rows[i].expected), "%s is %.17g, expected %.17g", rows[i].what, rows[i].actual,
               rows[i].expected);
}

static void the_normal_quantile_inverts_the_distribution(void)
{
    uint64_t state = 3;
    for (int i = 0; i < N_SAMPLES; i++) {
        double p = i % 2 ? dice_share(&state) : exp(-700 * dice_share(&state));
        double x = real_normal_quantile(p);
        double error = fabs((double)(0.5L * erfcl(-x / sqrtl(2)) - p) / (p < 0.5 ? p : 1 - p));
        EXPECT(error < 1e-15 * (10 + 2 * x * x), "p %.17g: x %.17g, relative error %.3g", p, x, error);
    }
    EXPECT_NEAR(real_normal_quantile(0.99), 2.3263478740408408, 1e-15);
    EXPECT_NEAR(real_normal_quantile(0.025), -1.9599639845400545, 1e-15);
}

/* From the incomplete beta function with 40 digits (mpmath). */
static void student_quantiles_agree_with_forty_digits(void)
{
    static const struct {
        double p;
        int freedom;
        double t;
    } rows[] = {
        {0.975, 1, 12.706204736174693},     {0.9995, 1, 636.61924876878973},    {0.975, 2, 4.3026527297494618},
        {0.6, 2, 0.28867513459481282},      {0.975, 3, 3.1824463052837084},     {0.9995, 3, 12.923978636687964},
        {1e-10, 3, -2225.7692846830932},    {0.75, 4, 0.74069708411268263},     {0.9995, 5, 6.8688266258812751},
        {0.6, 7, 0.26316686135202275},      {0.99, 9, 2.8214379250258082},      {0.975, 19, 2.0930240544083093},
        {0.975, 29, 2.0452296421327039},    {0.9995, 29, 3.6594050194663742},   {0.501, 29, 0.0025283290222291751},
        {0.995, 99, 2.6264054572808272},    {0.975, 999, 1.9623414611334496},   {0.975, 1000, 1.9623390808264081},
        {0.975, 1001, 1.9623367052808795},  {0.9995, 1001, 3.3002728760660404}, {0.999999, 1500, 4.7721815455239331},
        {0.95, 100000, 1.6448688647849693},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double t = real_student_quantile(rows[i].p, rows[i].freedom);
        EXPECT_NEAR(t, rows[i].t, 1e-10 * fabs(rows[i].t));
        if (1 - (1 - rows[i].p) == rows[i].p)
            EXPECT_NEAR(real_student_quantile(1 - rows[i].p, rows[i].freedom), -t, 1e-10 * fabs(rows[i].t));
    }
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* The last bit is part of every result: a compiler, an optimisation or a change that moves one shows here. */
static void every_bit_stays_what_it_is(void)
{
    const struct {
        const char *what;
        double value;
        uint64_t bits;
    } rows[] = {
        {"log(10)", real_log(10), 0x40026bb1bbb55516},
        {"log(0.1)", real_log(0.1), 0xc0026bb1bbb55515},
        {"log(1e-300)", real_log(1e-300), 0xc085963447f87fb5},
        {"log(1 + 0x1p-30)", real_log(1 + 0x1p-30), 0x3e0fffffffc00000},
        {"log(3e-310)", real_log(3e-310), 0xc086459f44103e87},
        {"exp(1)", real_exp(1), 0x4005bf0a8b14576a},
        {"exp(-1)", real_exp(-1), 0x3fd78b56362cef38},
        {"exp(0.1)", real_exp(0.1), 0x3ff1aec7b35a00d4},
        {"exp(700)", real_exp(700), 0x7f0d945df4f8ec8e},
        {"exp(-740)", real_exp(-740), 0x0000000000000055},
        {"pow(2, 0.5)", real_pow(2, 0.5), 0x3ff6a09e667f3bcc},
        {"pow(10, -3.7)", real_pow(10, -3.7), 0x3f2a26fd472780c1},
        {"pow(1.0001, 12345)", real_pow(1.0001, 12345), 0x400b7dd84483e522},
        {"pow(0.3, 500)", real_pow(0.3, 500), 0x09a6e61ab2200631},
        {"expm1(1e-5)", real_expm1(1e-5), 0x3ee4f8bc681cdfb6},
        {"expm1(0.5)", real_expm1(0.5), 0x3fe4c2531c3c0d38},
        {"log1p(1e-5)", real_log1p(1e-5), 0x3ee4f8aea9ae7316},
        {"log1p(2)", real_log1p(2), 0x3ff193ea7aad030a},
        {"normal(0.975)", real_normal_quantile(0.975), 0x3fff5c0331eeff82},
        {"normal(1e-10)", real_normal_quantile(1e-10), 0xc0197203597a2154},
        {"student(0.975, 29)", real_student_quantile(0.975, 29), 0x40005ca15bce2872},
        {"sin(1)", real_sin(1), 0x3feaed548f090cee},
        {"cos(100)", real_cos(100), 0x3feb981dbf665fe0},
        {"asin(0.7)", real_asin(0.7), 0x3fe8d00e692afd96},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT(bits_of(rows[i].value) == rows[i].bits, "%s is 0x%016" PRIx64 " (%.17g), expected 0x%016" PRIx64,
               rows[i].what, bits_of(rows[i].value), rows[i].value, rows[i].bits);
}

static uint64_t stirred(uint64_t sum, double x)
{
    uint64_t state = sum ^ bits_of(x);
    return dice(&state);
}

static void a_million_results_stay_what_they_are(void)
{
    static const char *const name[] = {"log", "exp", "pow", "expm1", "log1p", "normal", "sin", "asin"};
    static const uint64_t expected[] = {
        0x98b37d0d718e9e9f, 0xc4d4a4107dfe526d, 0x20ef58d863b68e51, 0xe3bdc3b33b52ad90,
        0xcc1313d52e1c39f3, 0xe806700309afcf46, 0x30b3f0864ac3869e, 0x8b76ce865d49b1bc,
    };
    uint64_t sum[8] = {0}, state = 4;
    for (int i = 0; i < 125000; i++) {
        double u = dice_share(&state), v = dice_share(&state);
        double x = 40 * u - 20;
        sum[0] = stirred(sum[0], real_log(u / v));
        sum[1] = stirred(sum[1], real_exp(x));
        sum[2] = stirred(sum[2], real_pow(1 / u, 100 * v - 50));
        sum[3] = stirred(sum[3], real_expm1(x * v));
        sum[4] = stirred(sum[4], real_log1p(u / v - 1));
        sum[5] = stirred(sum[5], real_normal_quantile(u));
        sum[6] = stirred(sum[6], real_sin(x) + real_cos(x));
        sum[7] = stirred(sum[7], real_asin(2 * u - 1));
    }
    for (int i = 0; i < 8; i++)
        EXPECT(sum[i] == expected[i], "%s: 0x%016" PRIx64 ", expected 0x%016" PRIx64, name[i], sum[i], expected[i]);
}

void suite_real(void);
void suite_real(void)
{
    CU_pSuite s = CU_add_suite("real", NULL, NULL);
    CU_add_test(s, "elementary functions agree with libm", elementary_functions_agree_with_libm);
    CU_add_test(s, "powers agree with libm", powers_agree_with_libm);
    CU_add_test(s, "the ends of the domains are right", the_ends_of_the_domains_are_what_they_should_be);
    CU_add_test(s, "the normal quantile inverts the distribution", the_normal_quantile_inverts_the_distribution);
    CU_add_test(s, "Student quantiles agree with forty digits", student_quantiles_agree_with_forty_digits);
    CU_add_test(s, "every bit stays what it is", every_bit_stays_what_it_is);
    CU_add_test(s, "a million results stay what they are", a_million_results_stay_what_they_are);
}
