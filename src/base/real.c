#include "base/real.h"

#include "base/check.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

/* A fused multiply-add rounds once where two operations round twice: another last bit. gcc knows no
 * pragma against it, only -ffp-contract=off. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

static const double ln2_high = 0x1.62e42fefp-1; /* 33 bits: its product with an exponent is exact */
static const double ln2_low = 0x1.473de6af278edp-34;
static const double one_over_ln2 = 0x1.71547652b82fep+0;
static const double half_pi_high = 0x1.921fb54442d18p+0;
static const double half_pi_low = 0x1.1a62633145c07p-54;
static const double pi = 0x1.921fb54442d18p+1;

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x = 2^exponent * (1 + f) with 1 + f between sqrt(1/2) and sqrt(2); x is positive and finite. */
static inline double split(double x, int64_t *exponent)
{
    int64_t scaled = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        scaled = 54;
    }
    uint64_t bits = bits_of(x);
    int64_t k = (int64_t)(bits - 0x3fe6a09e667f3bcdu) >> 52;
    *exponent = k - scaled;
    return double_of(bits - ((uint64_t)k << 52)) - 1.0;
}

/* (2 atanh(s) / s - 2) / z for z = s^2 <= 0.0295, within 4e-16: minimax by Remez's exchange, in Estrin's order. */
static inline double atanh_rest(double z)
{
    double z2 = z * z;
    double low = (0.66666666666666696 + 0.39999999999898506 * z) + (0.28571428626371659 + 0.22222211077344683 * z) * z2;
    double high = (0.18182892890550889 + 0.15331607867959593 * z) + 0.1461773787799262 * z2;
    return low + high * (z2 * z2);
}

/* The values at the ends of the domain and beyond. */
static double log_special(double x)
{
    if (x == 0.0)
        return -INFINITY;
    return x < 0.0 ? NAN : x;
}

double real_log(double x)
{
    if (G_UNLIKELY(!(x > 0.0 && x < INFINITY)))
        return log_special(x);
    int64_t exponent;
    double f = split(x, &exponent);
    double s = f / (2.0 + f);
    double z = s * s;
    double k = (double)exponent;
    /* 2 s = f - s f, so that the largest term is exact. */
    return k * ln2_high - ((s * (f - z * atanh_rest(z)) - k * ln2_low) - f);
}

/* (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 2, within 2e-18: minimax by Remez's exchange, in Estrin's order. */
static inline double exp_rest(double r)
{
    double r2 = r * r, r4 = r2 * r2;
    double a = (0.5 + 0.16666666666666671 * r) + (0.041666666666666685 + 0.0083333333333261411 * r) * r2;
    double b = (0.0013888888888874398 + 0.00019841269874801894 * r) +
               (2.4801587347344618e-05 + 2.7557255424143811e-06 * r) * r2;
    double c = (2.7557252905202798e-07 + 2.5105206993323824e-08 * r) + 2.0921592400943195e-09 * r2;
    return a + (b + c * r4) * r4;
}

/* y * 2^k, exact where the result is normal. */
static inline double scaled(double y, int64_t k)
{
    if (G_LIKELY(k >= -1021 && k <= 1023))
        return y * double_of((uint64_t)(k + 1023) << 52);
    if (k > 1023)
        return y * 0x1p1023 * double_of((uint64_t)(k - 1023 + 1023) << 52);
    return y * double_of((uint64_t)(k + 1000 + 1023) << 52) * 0x1p-1000;
}

double real_exp(double x)
{
    if (G_UNLIKELY(!(x > -746.0 && x < 709.79)))
        return x >= 709.79 ? INFINITY : x <= -746.0 ? 0.0 : x;
    const double to_integer = 0x1.8p52; /* adding it leaves the nearest integer in the lowest bits */
    double shifted = x * one_over_ln2 + to_integer;
    double k = shifted - to_integer;
    double high = x - k * ln2_high, low = k * ln2_low;
    double r = high - low;
    double lost = (high - r) - low;
    double y = 1.0 + (r + (r * r * exp_rest(r) + lost));
    return scaled(y, (int64_t)k);
}

/* a * b = result + *error exactly (Dekker); neither is near the ends of the range. */
static inline double product(double a, double b, double *error)
{
    const double splitter = 0x1p27 + 1.0;
    double a_wide = splitter * a, b_wide = splitter * b;
    double a_high = a_wide - (a_wide - a), b_high = b_wide - (b_wide - b);
    double a_low = a - a_high, b_low = b - b_high;
    double p = a * b;
    *error = ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return p;
}

/* log x as a sum of two, good to about 2^-60 of itself. */
static double log_in_two(double x, double *rest)
{
    int64_t exponent;
    double f = split(x, &exponent);
    double divisor = 2.0 + f;
    double divisor_rest = f - (divisor - 2.0);
    double s = f / divisor;
    double error, p = product(s, divisor, &error);
    double s_rest = ((f - p) - error - s * divisor_rest) / divisor;
    double z = s * s;
    double k = (double)exponent;
    double large = k * ln2_high, small = 2.0 * s;
    double sum = large + small;
    /* |large| >= |small| unless k = 0, and then the sum is `small` itself. */
    double lost = exponent == 0 ? 0.0 : small - (sum - large);
    lost += 2.0 * s_rest + (s * z * atanh_rest(z) + k * ln2_low);
    double result = sum + lost;
    *rest = lost - (result - sum);
    return result;
}

static double pow_special(double x, double y)
{
    if (isnan(x) || isnan(y) || x < 0.0)
        return NAN;
    if (x == 1.0)
        return 1.0;
    /* x is 0 or infinite, or y is so large that only the side of 1 counts */
    return (x > 1.0) == (y > 0.0) ? INFINITY : 0.0;
}

double real_pow(double x, double y)
{
    if (y == 0.0)
        return 1.0;
    if (G_UNLIKELY(!(x > 0.0 && x < INFINITY && y > -0x1p64 && y < 0x1p64)))
        return pow_special(x, y);
    double rest, logarithm = log_in_two(x, &rest);
    double error, p = product(y, logarithm, &error);
    double factor = real_exp(p);
    if (factor == INFINITY || factor == 0.0)
        return factor;
    return factor + factor * (error + y * rest);
}

double real_expm1(double x)
{
    if (x > -0.34 && x < 0.34)
        return x + x * x * exp_rest(x);
    return real_exp(x) - 1.0;
}

double real_log1p(double x)
{
    double u = 1.0 + x;
    if (u == 1.0)
        return x;
    if (!(u > 0.0) || x > 0x1p60)
        return real_log(u);
    /* the rounding of u cancels in the quotient: log is that smooth (Kahan) */
    return real_log(u) * (x / (u - 1.0));
}

static double polynomial(const double *coefficients, int n, double x)
{
    double value = coefficients[n - 1];
    for (int i = n - 2; i >= 0; i--)
        value = value * x + coefficients[i];
    return value;
}

/* Two polynomials side by side, one above and one below the line of a quotient: lanes of one register, where there are
 * such, each with the bits it would have alone. */
typedef double AboveBelow __attribute__((vector_size(2 * sizeof(double))));

/* factor * above(x) / below(x).  Written out: gcc -O2 keeps a loop, and every request draws several normal numbers. */
static inline double quotient(double factor, const AboveBelow c[8], double x)
{
    const AboveBelow at = {x, x};
    AboveBelow value = ((c[7] * at + c[6]) * at + c[5]) * at + c[4];
    value = (((value * at + c[3]) * at + c[2]) * at + c[1]) * at + c[0];
    return factor * value[0] / value[1];
}

/* M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), PPND16. */
double real_normal_quantile(double p)
{
    static const AboveBelow middle[8] = {
        {3.3871328727963666080e0, 1.0},
        {1.3314166789178437745e2, 4.2313330701600911252e1},
        {1.9715909503065514427e3, 6.8718700749205790830e2},
        {1.3731693765509461125e4, 5.3941960214247511077e3},
        {4.5921953931549871457e4, 2.1213794301586595867e4},
        {6.7265770927008700853e4, 3.9307895800092710610e4},
        {3.3430575583588128105e4, 2.8729085735721942674e4},
        {2.5090809287301226727e3, 5.2264952788528545610e3},
    };
    static const AboveBelow tail[8] = {
        {1.42343711074968357734e0, 1.0},
        {4.63033784615654529590e0, 2.05319162663775882187e0},
        {5.76949722146069140550e0, 1.67638483018380384940e0},
        {3.64784832476320460504e0, 6.89767334985100004550e-1},
        {1.27045825245236838258e0, 1.48103976427480074590e-1},
        {2.41780725177450611770e-1, 1.51986665636164571966e-2},
        {2.27238449892691845833e-2, 5.47593808499534494600e-4},
        {7.74545014278341407640e-4, 1.05075007164441684324e-9},
    };
    static const AboveBelow far_tail[8] = {
        {6.65790464350110377720e0, 1.0},
        {5.46378491116411436990e0, 5.99832206555887937690e-1},
        {1.78482653991729133580e0, 1.36929880922735805310e-1},
        {2.96560571828504891230e-1, 1.48753612908506148525e-2},
        {2.65321895265761230930e-2, 7.86869131145613259100e-4},
        {1.24266094738807843860e-3, 1.84631831751005468180e-5},
        {2.71155556874348757815e-5, 1.42151175831644588870e-7},
        {2.01033439929228813265e-7, 2.04426310338993978564e-15},
    };
    double q = p - 0.5;
    if (q >= -0.425 && q <= 0.425)
        return quotient(q, middle, 0.180625 - q * q);
    double beyond = q < 0.0 ? p : 1.0 - p;
    if (beyond == 0.0)
        return q < 0.0 ? -INFINITY : INFINITY;
    double r = sqrt(-real_log(beyond));
    double x = r <= 5.0 ? quotient(1.0, tail, r - 1.6) : quotient(1.0, far_tail, r - 5.0);
    return q < 0.0 ? -x : x;
}

/* Sum of the series x (1 - x^2/3! ...) of sin and 1 - x^2/2! ... of cos, |x| <= pi / 4. */
static double sin_near_zero(double x)
{
    static const double c[8] = {-1.0 / 6,
                                1.0 / 120,
                                -1.0 / 5040,
                                1.0 / 362880,
                                -1.0 / 39916800,
                                1.0 / 6227020800.0,
                                -1.0 / 1307674368000.0,
                                1.0 / 355687428096000.0};
    double z = x * x;
    return x + x * z * polynomial(c, 8, z);
}

static double cos_near_zero(double x)
{
    static const double c[8] = {1.0 / 24,
                                -1.0 / 720,
                                1.0 / 40320,
                                -1.0 / 3628800,
                                1.0 / 479001600,
                                -1.0 / 87178291200.0,
                                1.0 / 20922789888000.0,
                                -1.0 / 6402373705728000.0};
    double z = x * x;
    return 1.0 - (0.5 * z - z * z * polynomial(c, 8, z));
}

/* sin(x + quarters * pi / 2) */
static double sin_shifted(double x, int64_t quarters)
{
    CHECK(x >= -1e4 && x <= 1e4);
    double n = floor(x * (2.0 / pi) + 0.5);
    /* pi / 2 in three parts, the first two of 33 bits: their products with n are exact */
    double r = ((x - n * 0x1.921fb544p+0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69;
    int64_t quadrant = ((int64_t)n + quarters) & 3;
    double y = quadrant & 1 ? cos_near_zero(r) : sin_near_zero(r);
    return quadrant & 2 ? -y : y;
}

double real_sin(double x)
{
    return sin_shifted(x, 0);
}

double real_cos(double x)
{
    return sin_shifted(x, 1);
}

/* |x| <= 1/2: the first terms of the series, then Newton on sin, which squares the error (6e-5) twice. */
static double asin_near_zero(double x)
{
    static const double c[4] = {1.0, 1.0 / 6, 3.0 / 40, 15.0 / 336};
    double y = x * polynomial(c, 4, x * x);
    for (int i = 0; i < 2; i++)
        y += (x - sin_near_zero(y)) / cos_near_zero(y);
    return y;
}

double real_asin(double x)
{
    double magnitude = x < 0.0 ? -x : x;
    CHECK(magnitude <= 1.0);
    if (magnitude <= 0.5)
        return asin_near_zero(x);
    double y = half_pi_high - (2.0 * asin_near_zero(sqrt(0.5 * (1.0 - magnitude))) - half_pi_low);
    return x < 0.0 ? -y : y;
}

/* Student's t: the density at 0, Gamma((n + 1) / 2) / (Gamma(n / 2) sqrt(n pi)). */
static double student_peak(int freedom)
{
    double ratio = freedom % 2 ? 1.0 / pi : 0.5; /* without 1 / sqrt(n): for n = 1 or 2, then two at a time */
    for (int n = freedom % 2 ? 1 : 2; n < freedom; n += 2)
        ratio *= (n + 1.0) / n;
    return ratio / sqrt((double)freedom);
}

static double student_density(double t, int freedom, double peak)
{
    return peak * real_exp(-0.5 * (freedom + 1.0) * real_log1p(t * t / freedom));
}

/* One step of Lentz's method for continued fractions: the factor by which the value changes. */
static double lentz_step(double term, double *c, double *d)
{
    const double tiny = 1e-300;
    *d = 1.0 + term * *d;
    *c = 1.0 + term / *c;
    *d = 1.0 / (*d == 0.0 ? tiny : *d);
    *c = *c == 0.0 ? tiny : *c;
    return *c * *d;
}

/* The continued fraction of the incomplete beta function I_x(a, b), converging fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1.0, d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
    double value = d;
    for (int m = 1; m <= 1000; m++) {
        value *= lentz_step(m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)), &c, &d);
        double factor = lentz_step(-(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)), &c, &d);
        value *= factor;
        if (factor > 1.0 - 1e-15 && factor < 1.0 + 1e-15)
            break;
    }
    return value;
}

/* P(T > t) for t > 0, of good relative accuracy in the tail; the power in front of the fraction is t f(t). */
static double student_tail(double t, int freedom, double density)
{
    double a = 0.5 * freedom, x = freedom / (freedom + t * t);
    if (x < (a + 1.0) / (a + 2.5))
        return t * density / freedom * beta_fraction(a, 0.5, x);
    return 0.5 - t * density * beta_fraction(0.5, a, t * t / (freedom + t * t));
}

/* t with P(T > t) = tail < 1/2: Newton on the logarithm of the tail, held inside a bracket. */
static double student_search(double tail, int freedom)
{
    double peak = student_peak(freedom), wanted = real_log(tail);
    double low = 0.0, high = 1.0;
    while (student_tail(high, freedom, student_density(high, freedom, peak)) > tail) {
        low = high;
        high *= 2.0;
    }
    double t = 0.5 * (low + high);
    for (int i = 0; i < 200; i++) {
        double density = student_density(t, freedom, peak), here = student_tail(t, freedom, density);
        if (here > tail)
            low = t;
        else
            high = t;
        double next = t + (real_log(here) - wanted) * here / density;
        if (!(next > low && next < high))
            next = 0.5 * (low + high);
        double change = next - t;
        t = next;
        if (change < 1e-14 * t && change > -1e-14 * t)
            break;
    }
    return t;
}

/* Cornish–Fisher expansion (Abramowitz and Stegun 26.7.5): beyond 1000 degrees its next term is below 1e-12. */
static double student_from_normal(double x, double n)
{
    double z = x * x;
    double g1 = x * (z + 1.0) / 4.0;
    double g2 = x * ((5.0 * z + 16.0) * z + 3.0) / 96.0;
    double g3 = x * (((3.0 * z + 19.0) * z + 17.0) * z - 15.0) / 384.0;
    double g4 = x * ((((79.0 * z + 776.0) * z + 1482.0) * z - 1920.0) * z - 945.0) / 92160.0;
    return x + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}

double real_student_quantile(double p, int freedom)
{
    CHECK(p > 0.0 && p < 1.0 && freedom >= 1);
    double tail = p < 0.5 ? p : 1.0 - p;
    double t;
    if (tail == 0.5)
        return 0.0;
    if (freedom > 1000)
        return student_from_normal(real_normal_quantile(p), freedom);
    if (freedom == 1)
        t = real_cos(pi * tail) / real_sin(pi * tail);
    else if (freedom == 2)
        t = (1.0 - 2.0 * tail) / sqrt(2.0 * tail * (1.0 - tail));
    else
        t = student_search(tail, freedom);
    return p < 0.5 ? -t : t;
}
