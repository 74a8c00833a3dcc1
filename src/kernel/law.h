/* Law: a distribution as the scenario writes it, ready to draw from.
 *
 * A law is a value: copy it freely; parts of mixtures and empirical points live in the arena it was made with.  One key
 * gives one number: laws that need several uniforms derive them from the key, so a draw never disturbs another.
 * Continuous laws with one uniform use inversion (normal, lognormal, Weibull, Pareto, uniform, empirical):
 * a larger uniform gives a larger value, which keeps paired comparisons tight. Exponential: ziggurat.h. Gamma:
 * Marsaglia–Tsang 2000. Zipf: Hörmann & Derflinger 1996 rejection-inversion, O(1) memory for any number of items.
 * Numbers are in the base unit of the key that the law belongs to (nanoseconds for durations). */
#ifndef MRSIM_KERNEL_LAW_H
#define MRSIM_KERNEL_LAW_H
#include "base/arena.h"
#include "kernel/simtime.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LAW_NONE, /* zero: no law was given */
    LAW_CONSTANT,
    LAW_UNIFORM,
    LAW_EXPONENTIAL,
    LAW_NORMAL,
    LAW_LOGNORMAL,
    LAW_GAMMA,
    LAW_WEIBULL,
    LAW_PARETO,
    LAW_ZIPF,
    LAW_EMPIRICAL,
    LAW_MIXTURE,
} LawKind;

typedef struct Law Law;
struct Law {
    LawKind kind;
    uint32_t n_parts;
    double a, b;         /* the two parameters, in the form that drawing needs (see the makers) */
    double low, high;    /* values outside are redrawn, at most 1000 times, then held to the nearer end */
    double help[4];      /* precomputed (zipf) */
    const double *share; /* mixture: cumulative shares; empirical: the sorted values */
    const Law *part;     /* mixture: n_parts laws */
};

/* The makers CHECK their parameters: whoever reads them from a user looks first. A law without spread comes out as a
 * constant. */
Law law_constant(double value);
Law law_uniform(double low, double high);
Law law_exponential(double mean);
Law law_normal(double mean, double sd);
Law law_lognormal(double p50, double p99);
Law law_lognormal_sigma(double median, double sigma);
Law law_gamma(double mean, double cv);
Law law_weibull(double scale, double shape);
Law law_pareto(double min, double shape);
Law law_zipf(double items, double exponent); /* draws 0 .. items-1, 0 the most frequent */
Law law_mixture(Arena *arena, const Law *parts, const double *shares, uint32_t n);
/* Linear between neighbouring values, each gap equally likely: the value of rank i of n is the quantile i / (n - 1). */
Law law_empirical(Arena *arena, const double *values, uint32_t n);
Law law_bounded(Law law, double low, double high); /* narrows low and high */

/* `key` is one that random.h has mixed: laws with one uniform take it from the key as it stands. */
double law_draw(const Law *law, uint64_t key);
/* A duration: rounded to whole nanoseconds, never below 0. */
SimTime law_time(const Law *law, uint64_t key);
/* The same, of either sign. */
SimTime law_offset(const Law *law, uint64_t key);
/* Exact where there is a closed form, NAN for zipf. Bounds are taken into account for Pareto (whose mean may be
 * infinite without them) and constants, and ignored otherwise. */
double law_mean(const Law *law);
/* Of the law without its bounds, held to them; NAN for gamma, zipf and mixtures. */
double law_quantile(const Law *law, double p);
bool law_is_constant(const Law *law);
#endif
