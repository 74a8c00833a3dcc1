/* Histogram: a mergeable count of durations (or any non-negative whole numbers), log-linear, 128 steps an octave: a
 * quantile is off by less than 0.4 %.  Only occupied ranges are allocated.  Merging is addition, so it is exact, associative, and can
 * be undone (subtract): the leave-one-out histograms of a jackknife are the sum less one. */
#ifndef MRSIM_STATS_HISTOGRAM_H
#define MRSIM_STATS_HISTOGRAM_H
#include <glib.h>
#include <stdint.h>

enum { HISTOGRAM_STEPS = 128, HISTOGRAM_OCTAVES = 57 };
typedef struct {
    uint64_t count;
    double sum;              /* of whole numbers: exact below 2^53, merged in replication order */
    int64_t min, max;        /* meaningless when count is 0 */
    uint32_t *octave[HISTOGRAM_OCTAVES]; /* HISTOGRAM_STEPS counters each, or NULL */
} Histogram;

void histogram_init(Histogram *histogram);
void histogram_clear(Histogram *histogram);
void histogram_add(Histogram *histogram, int64_t value); /* value >= 0 */
void histogram_merge(Histogram *into, const Histogram *from);
/* Takes `part` out of `whole` again; min and max stay the whole's. */
void histogram_subtract(Histogram *whole, const Histogram *part);
/* The value with a share p of the observations at or below it: middle of its step, kept within [min, max]. NAN when empty. */
double histogram_quantile(const Histogram *histogram, double p);
double histogram_mean(const Histogram *histogram); /* NAN when empty */
#endif
