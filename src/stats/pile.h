/* Pile: the sum of many histograms, with counters wide enough for all replications together.  Internal to this room.
 *
 * Its quantile can be asked for as if some of its histograms had never been added: the leave-one-out values of a
 * jackknife, at the cost of a walk and without a copy. */
#ifndef MRSIM_STATS_PILE_H
#define MRSIM_STATS_PILE_H
#include "stats/histogram.h"

typedef struct {
    uint64_t count;
    uint64_t *octave[HISTOGRAM_OCTAVES]; /* HISTOGRAM_STEPS counters each, or NULL */
} Pile;

void pile_add(Pile *pile, const Histogram *histogram); /* a pile of zeros is empty */
void pile_clear(Pile *pile);
/* As histogram_quantile, of the pile without the `n_without` histograms, whose least and greatest values are given; NAN
 * when nothing is left. */
double pile_quantile(const Pile *pile, const Histogram *const *without, guint n_without, double p, double min,
                     double max);
#endif
