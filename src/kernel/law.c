#include "kernel/law.h"

#include "base/check.h"
#include "base/real.h"
#include "kernel/random.h"
#include "kernel/ziggurat.h"
#include <math.h>
#include "base/poison.h"

/* Redrawing ends here: an interval that the law hits less often than this gets its nearer end. */
enum { MOST_ATTEMPTS = 1000 };

static const double z99 = 2.3263478740408408;

/* ---- The makers: a law without spread is a constant, so that law_is_constant tells the truth ---- */

static Law law_of(LawKind kind, double a, double b)
{
    CHECK(isfinite(a) && isfinite(b));
    return (Law){.kind = kind, .a = a, .b = b, .low = -INFINITY, .high = INFINITY};
}

Law law_constant(double value)
{
    return law_of(LAW_CONSTANT, value, 0);
}

Law law_uniform(double low, double high)
{
    CHECK(low <= high);
    return low == high ? law_constant(low) : law_of(LAW_UNIFORM, low, high - low);
}

Law law_exponential(double mean)
{
    CHECK(mean >= 0);
    return mean == 0 ? law_constant(0) : law_of(LAW_EXPONENTIAL, mean, 0);
}

Law law_normal(double mean, double sd)
{
    CHECK(sd >= 0);
    return sd == 0 ? law_constant(mean) : law_of(LAW_NORMAL, mean, sd);
}

Law law_lognormal(double p50, double p99)
{
    CHECK(p50 > 0 && p99 >= p50);
    return law_lognormal_sigma(p50, real_log(p99 / p50) / z99);
}

Law law_lognormal_sigma(double median, double sigma)
{
    CHECK(median > 0 && sigma >= 0);
    return sigma == 0 ? law_constant(median) : law_of(LAW_LOGNORMAL, median, sigma);
}

/* a: scale, b: shape */
Law law_gamma(double mean, double cv)
{
    CHECK(mean >= 0 && cv >= 0);
    return mean == 0 || cv == 0 ? law_constant(mean) : law_of(LAW_GAMMA, mean * cv * cv, 1 / (cv * cv));
}

Law law_weibull(double scale, double shape)
{
    CHECK(scale >= 0 && shape > 0);
    return scale == 0 ? law_constant(0) : law_of(LAW_WEIBULL, scale, shape);
}

Law law_pareto(double min, double shape)
{
    CHECK(min >= 0 && shape > 0);
    return min == 0 ? law_constant(0) : law_of(LAW_PARETO, min, shape);
}

/* Zipf: W. Hörmann, G. Derflinger, Rejection-inversion to generate variates from monotone discrete distributions,
 * ACM TOMACS 6 (1996).  h(x) = x^-s; its integral and the inverse of that are written so that s = 1 is no exception. */

/* expm1(x) / x and log1p(x) / x, also near 0 */
static double expm1_over(double x)
{
    return x > 1e-8 || x < -1e-8 ? real_expm1(x) / x : 1 + 0.5 * x;
}

static double log1p_over(double x)
{
    return x > 1e-8 || x < -1e-8 ? real_log1p(x) / x : 1 - 0.5 * x;
}

static double zipf_density(double exponent, double x)
{
    return real_exp(-exponent * real_log(x));
}

static double zipf_integral(double exponent, double x)
{
    double logarithm = real_log(x);
    return logarithm * expm1_over((1 - exponent) * logarithm);
}

static double zipf_integral_inverse(double exponent, double y)
{
    double t = MAX(y * (1 - exponent), -1.0); /* rounding may carry it past the pole */
    return real_exp(log1p_over(t) * y);
}

enum { ZIPF_FIRST, ZIPF_LAST, ZIPF_SURE };

Law law_zipf(double items, double exponent)
{
    CHECK(items >= 1 && exponent >= 0);
    items = floor(items);
    Law law = law_of(LAW_ZIPF, items, exponent);
    law.help[ZIPF_FIRST] = zipf_integral(exponent, 1.5) - 1;
    law.help[ZIPF_LAST] = zipf_integral(exponent, items + 0.5);
    law.help[ZIPF_SURE] = 2 - zipf_integral_inverse(exponent, zipf_integral(exponent, 2.5) - zipf_density(exponent, 2));
    return items == 1 ? law_constant(0) : law;
}

static double draw_zipf(const Law *law, uint64_t key)
{
    double first = law->help[ZIPF_FIRST], last = law->help[ZIPF_LAST];
    for (uint32_t i = 0;; i++) {
        double u = last + unit_of(key_nth(key, i)) * (first - last);
        double x = zipf_integral_inverse(law->b, u);
        double k = CLAMP(floor(x + 0.5), 1, law->a);
        if (k - x <= law->help[ZIPF_SURE] || u >= zipf_integral(law->b, k + 0.5) - zipf_density(law->b, k))
            return k - 1;
    }
}

/* ---- Mixtures and points ---- */

Law law_mixture(Arena *arena, const Law *parts, const double *shares, uint32_t n)
{
    CHECK(n > 0);
    Law *part = arena_many(arena, Law, n);
    double *cumulative = arena_many(arena, double, n);
    double total = 0;
    for (uint32_t i = 0; i < n; i++) {
        CHECK(shares[i] >= 0 && isfinite(shares[i]) && parts[i].kind != LAW_NONE);
        part[i] = parts[i];
        total += shares[i];
        cumulative[i] = total;
    }
    CHECK(total > 0);
    for (uint32_t i = 0; i < n; i++)
        cumulative[i] /= total;
    Law law = law_of(LAW_MIXTURE, 0, 0);
    law.n_parts = n;
    law.part = part;
    law.share = cumulative;
    return law;
}

static int compare_doubles(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

Law law_empirical(Arena *arena, const double *values, uint32_t n)
{
    CHECK(n > 0);
    g_autoptr(GArray) sorted = g_array_sized_new(FALSE, FALSE, sizeof(double), n);
    g_array_append_vals(sorted, values, n);
    for (uint32_t i = 0; i < n; i++)
        CHECK(isfinite(values[i]));
    g_array_sort(sorted, compare_doubles);
    double *points = arena_many(arena, double, n);
    memcpy(points, sorted->data, n * sizeof(double));
    if (points[0] == points[n - 1])
        return law_constant(points[0]);
    Law law = law_of(LAW_EMPIRICAL, 0, 0);
    law.n_parts = n;
    law.share = points;
    return law;
}

Law law_bounded(Law law, double low, double high)
{
    CHECK(low <= high);
    law.low = MAX(law.low, low);
    law.high = MIN(law.high, high);
    CHECK(law.low <= law.high);
    return law;
}

/* ---- Drawing ---- */

static inline double inverse_lognormal(const Law *law, double p)
{
    return law->a * real_exp(law->b * real_normal_quantile(p));
}

/* The value below which the law lies with probability p: of the laws with one uniform. */
static double inverse(const Law *law, double p)
{
    switch (law->kind) {
    case LAW_CONSTANT:
        return law->a;
    case LAW_UNIFORM:
        return law->a + law->b * p;
    case LAW_EXPONENTIAL:
        return -law->a * real_log(1 - p);
    case LAW_NORMAL:
        return law->a + law->b * real_normal_quantile(p);
    case LAW_LOGNORMAL:
        return inverse_lognormal(law, p);
    case LAW_WEIBULL:
        return law->a * real_pow(-real_log(1 - p), 1 / law->b);
    case LAW_PARETO:
        return law->a * real_exp(-real_log(1 - p) / law->b);
    case LAW_EMPIRICAL: {
        double place = p * (law->n_parts - 1);
        uint32_t i = MIN((uint32_t)place, law->n_parts - 2);
        return law->share[i] + (place - i) * (law->share[i + 1] - law->share[i]);
    }
    default:
        return NAN;
    }
}

/* G. Marsaglia, W. W. Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000); shape >= 1. */
static double draw_gamma_above_1(double shape, uint64_t key)
{
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (uint32_t i = 0;; i += 2) {
        double x = real_normal_quantile(unit_of(key_nth(key, i)));
        double v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        double u = unit_of(key_nth(key, i + 1));
        if (real_log(u) < 0.5 * x * x + d - d * v + d * real_log(v))
            return d * v;
    }
}

static double draw_gamma(double shape, uint64_t key)
{
    if (shape >= 1)
        return draw_gamma_above_1(shape, key);
    double u = unit_of(key_nth(key, UINT32_MAX - 1));
    return draw_gamma_above_1(shape + 1, key) * real_pow(u, 1 / shape);
}

static double draw_mixture(const Law *law, uint64_t key)
{
    double u = unit_of(key_nth(key, 0));
    uint32_t i = 0;
    while (i + 1 < law->n_parts && u >= law->share[i])
        i++;
    return law_draw(&law->part[i], key_nth(key, 1));
}

static double draw_other(const Law *law, uint64_t key)
{
    switch (law->kind) {
    case LAW_GAMMA:
        return law->a * draw_gamma(law->b, key);
    case LAW_ZIPF:
        return draw_zipf(law, key);
    case LAW_MIXTURE:
        return draw_mixture(law, key);
    default:
        return inverse(law, unit_of(key));
    }
}

/* The commonest laws, of work and of ways, without a detour. */
static inline double draw_once(const Law *law, uint64_t key)
{
    if (law->kind == LAW_LOGNORMAL)
        return inverse_lognormal(law, unit_of(key));
    return law->kind == LAW_EXPONENTIAL ? law->a * ziggurat_exponential(key) : draw_other(law, key);
}

static double draw_again(const Law *law, uint64_t key, double value)
{
    for (uint32_t i = 1; law->kind != LAW_CONSTANT && i < MOST_ATTEMPTS; i++) {
        value = draw_once(law, key_of(key, i));
        if (value >= law->low && value <= law->high)
            return value;
    }
    return CLAMP(value, law->low, law->high);
}

static inline double draw(const Law *law, uint64_t key)
{
    CHECK(law->kind != LAW_NONE);
    double value = draw_once(law, key);
    return G_LIKELY(value >= law->low && value <= law->high) ? value : draw_again(law, key, value);
}

double law_draw(const Law *law, uint64_t key)
{
    return draw(law, key);
}

SimTime law_time(const Law *law, uint64_t key)
{
    const double longest = 0x1p61; /* 73 years: added to any time of a run it does not overflow */
    double value = draw(law, key);
    if (!(value > 0))
        return 0;
    return value < longest ? (SimTime)(value + 0.5) : (SimTime)longest;
}

SimTime law_offset(const Law *law, uint64_t key)
{
    const double longest = 0x1p61;
    double value = CLAMP(draw(law, key), -longest, longest);
    return (SimTime)(value < 0 ? value - 0.5 : value + 0.5);
}

/* ---- What is known without drawing ---- */

/* Gamma(x), x > 0: Stirling's series where it is good to 1e-16, reached by Gamma(x + 1) = x Gamma(x). */
static double gamma_function(double x)
{
    double product = 1;
    while (x < 16) {
        product *= x;
        x += 1;
    }
    double y = 1 / (x * x);
    double series =
        (1.0 / 12 + y * (-1.0 / 360 + y * (1.0 / 1260 + y * (-1.0 / 1680 + y * (1.0 / 1188 - y * 691.0 / 360360))))) /
        x;
    const double half_log_2_pi = 0.91893853320467274178;
    return real_exp((x - 0.5) * real_log(x) - x + half_log_2_pi + series) / product;
}

/* Of what lies between low and high; infinite for a shape up to 1 without an upper bound. */
static double pareto_mean(const Law *law)
{
    double shape = law->b, low = MAX(law->a, law->low), high = law->high;
    if (high <= low)
        return high;
    if (isinf(high))
        return shape > 1 ? low * shape / (shape - 1) : INFINITY;
    double ratio = real_log(high / low);
    double mass = -real_expm1(-shape * ratio);
    return shape * low * ratio * expm1_over((1 - shape) * ratio) / mass;
}

static double points_mean(const Law *law)
{
    double sum = 0;
    for (uint32_t i = 0; i + 1 < law->n_parts; i++)
        sum += 0.5 * (law->share[i] + law->share[i + 1]);
    return sum / (law->n_parts - 1);
}

static double mixture_mean(const Law *law)
{
    double sum = 0;
    for (uint32_t i = 0; i < law->n_parts; i++)
        sum += (law->share[i] - (i ? law->share[i - 1] : 0)) * law_mean(&law->part[i]);
    return sum;
}

double law_mean(const Law *law)
{
    switch (law->kind) {
    case LAW_CONSTANT:
        return CLAMP(law->a, law->low, law->high);
    case LAW_UNIFORM:
        return law->a + 0.5 * law->b;
    case LAW_EXPONENTIAL:
    case LAW_NORMAL:
        return law->a;
    case LAW_LOGNORMAL:
        return law->a * real_exp(0.5 * law->b * law->b);
    case LAW_GAMMA:
        return law->a * law->b;
    case LAW_WEIBULL:
        return law->a * gamma_function(1 + 1 / law->b);
    case LAW_PARETO:
        return pareto_mean(law);
    case LAW_EMPIRICAL:
        return points_mean(law);
    case LAW_MIXTURE:
        return mixture_mean(law);
    case LAW_NONE:
    case LAW_ZIPF:
        return NAN;
    }
    return NAN;
}

double law_quantile(const Law *law, double p)
{
    double value = law->kind == LAW_NONE ? NAN : inverse(law, p);
    return isnan(value) ? NAN : CLAMP(value, law->low, law->high);
}

bool law_is_constant(const Law *law)
{
    return law->kind == LAW_CONSTANT;
}
