#include "tests/theory.h"
#include <math.h>

static const double z99 = 2.3263478740408408; /* the normal law's p99 */

/* ---- queues ---- */

double theory_erlang_b(double load, int c)
{
    double b = 1;
    for (int k = 1; k <= c; k++)
        b = load * b / (k + load * b);
    return b;
}

double theory_erlang_c(double load, int c)
{
    double b = theory_erlang_b(load, c), rho = load / c;
    return b / (1 - rho * (1 - b));
}

double theory_mmc_wait(double lambda, double mu, int c)
{
    return theory_erlang_c(lambda / mu, c) / (c * mu - lambda);
}

double theory_mmc_response(double lambda, double mu, int c)
{
    return theory_mmc_wait(lambda, mu, c) + 1 / mu;
}

double theory_mm1_response_quantile(double lambda, double mu, double p)
{
    return -log1p(-p) / (mu - lambda);
}

/* P(T > t). */
static double mmc_later(double lambda, double mu, int c, double t)
{
    double a = lambda / mu, d = c - 1 - a;
    double grown = d == 0 ? mu * t : -expm1(-mu * d * t) / d;
    return exp(-mu * t) * (1 + theory_erlang_c(a, c) * grown);
}

double theory_mmc_response_quantile(double lambda, double mu, int c, double p)
{
    double low = 0, high = 1 / mu;
    while (mmc_later(lambda, mu, c, high) > 1 - p)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (mmc_later(lambda, mu, c, middle) > 1 - p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double theory_in_turn_response(double lambda, double mu, int k)
{
    double s = 0;
    for (int i = 0; i < 10000; i++)
        s = pow(lambda / (lambda + mu * (1 - s)), k);
    return 1 / (mu * (1 - s));
}

double theory_supermarket_response(double rho, double mu)
{
    double sum = 0;
    for (int k = 1; k < 60; k++)
        sum += pow(rho, exp2(k) - 2);
    return sum / mu;
}

double theory_forgotten_flows(double gap, double idle, double kept)
{
    return kept <= idle ? 0 : exp(-idle / gap) - exp(-kept / gap);
}

double theory_mg1_response(double lambda, double mean, double cv2)
{
    double rho = lambda * mean;
    return mean + rho * (1 + cv2) * mean / (2 * (1 - rho));
}

/* Weight of n in the system, relative to 0. */
static double weight(double lambda, double mu, int c, int n)
{
    double product = 1;
    for (int i = 1; i <= n; i++)
        product *= lambda / ((i < c ? i : c) * mu);
    return product;
}

double theory_mmck_refused(double lambda, double mu, int c, int k)
{
    double total = 0;
    for (int n = 0; n <= k; n++)
        total += weight(lambda, mu, c, n);
    return weight(lambda, mu, c, k) / total;
}

double theory_mmck_response(double lambda, double mu, int c, int k)
{
    double total = 0, inside = 0;
    for (int n = 0; n <= k; n++) {
        total += weight(lambda, mu, c, n);
        inside += n * weight(lambda, mu, c, n);
    }
    return inside / total / (lambda * (1 - theory_mmck_refused(lambda, mu, c, k)));
}

double theory_lognormal_mean(double p50, double p99)
{
    double sigma = log(p99 / p50) / z99;
    return p50 * exp(sigma * sigma / 2);
}

double theory_lognormal_cv2(double p50, double p99)
{
    double sigma = log(p99 / p50) / z99;
    return expm1(sigma * sigma);
}

double theory_pareto_min(double mean, double shape)
{
    return mean * (shape - 1) / shape;
}

double theory_pareto_cv2(double shape)
{
    return 1 / (shape * (shape - 2));
}

/* ---- health checks ---- */

double theory_detection(int n, double share, double interval, int k, double t)
{
    double m = n - floor(share * n);
    return (k - 1) * (interval + t) + t + interval * m / (n + 1);
}

/* ---- caches ---- */

double theory_cached(double q, double ttl)
{
    return q * ttl / (1 + q * ttl);
}

double theory_still_old(double q, double ttl, double t)
{
    return theory_cached(q, ttl) * fmax(0, 1 - t / ttl);
}

double theory_still_old_held(double q, double hold, double left)
{
    return q * left / (1 + q * hold);
}

double theory_left_constant(double hold, double t)
{
    return fmax(0, hold - t);
}

double theory_left_exponential(double mean, double t)
{
    return mean * exp(-t / mean);
}

/* Trapezoids: the curve is continuous but for its kinks. */
double theory_requests_old(double keep, double pause, double t, TheoryOld old, const void *whose)
{
    enum { N_PARTS = 4000 };
    double sum = (old(whose, t) + old(whose, t - keep)) / 2;
    for (int i = 1; i < N_PARTS; i++)
        sum += old(whose, t - keep * i / N_PARTS);
    return (old(whose, t) + sum * keep / N_PARTS / pause) / (1 + keep / pause);
}

double theory_zipf_weight(int n, int k)
{
    double sum = 0;
    for (int i = 1; i <= n; i++)
        sum += 1. / i;
    return 1. / k / sum;
}

double theory_zipf_effective(int n)
{
    double sum = 0, first = theory_zipf_weight(n, 1);
    for (int i = 1; i <= n; i++)
        sum += first / i * first / i;
    return 1 / sum;
}

/* ---- copies ---- */

double theory_overwritten(double a, double b, double d_ab, double d_ba)
{
    return -a * expm1(-b * d_ab) - b * expm1(-a * d_ba);
}

double theory_share_overwritten(double b, double d_ab, double ahead)
{
    return -expm1(-b * fmax(0, d_ab + ahead));
}

double theory_overwritten_skewed(double a, double b, double d_ab, double d_ba, double ahead)
{
    return a * theory_share_overwritten(b, d_ab, ahead) + b * theory_share_overwritten(a, d_ba, -ahead);
}

double theory_sold_twice(double a, double b, double d_ab, double d_ba)
{
    return (-a * expm1(-b * d_ab) - b * expm1(-a * d_ba)) / (a + b);
}

double theory_overwritten_zipf(double a, double b, double d_ab, double d_ba, int n)
{
    double sum = 0, first = theory_zipf_weight(n, 1);
    for (int k = 1; k <= n; k++)
        sum += theory_overwritten(a * first / k, b * first / k, d_ab, d_ba);
    return sum;
}

double theory_conflicts(double a, double b, double d_ab, double d_ba)
{
    return a * b * (d_ab + d_ba);
}

double theory_superseded(double rate, double lag)
{
    return -expm1(-rate * lag);
}

double theory_lost(double rate, double lag)
{
    return rate * lag;
}

double theory_oldest_lost(double rate, double lag)
{
    return lag + expm1(-rate * lag) / rate;
}

/* ---- retries ---- */

double theory_drain(double cut, double rho)
{
    return cut * rho / (1 - rho);
}

double theory_drain_variation(double lambda, double cut, double rho, double cv2)
{
    return sqrt((1 + cv2) / (lambda * cut * (1 - rho)));
}

double theory_available(double up, double down)
{
    return up / (up + down);
}

double theory_attempts(double p, int n)
{
    return (1 - pow(p, n + 1)) / (1 - p);
}

double theory_answered(double p, int n)
{
    return 1 - pow(p, n + 1);
}
