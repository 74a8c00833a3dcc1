/* Histogram: a mergeable count of durations (or any non-negative whole numbers), log-linear, 128 steps an octave.
 *
 * Values below 256 are kept exactly; above, a step is less than 0.8 % of its values wide.  A quantile lies in the step
 * of the value it stands for, at the place in it that its rank has if the step's values are spread evenly: off by less
 * than 0.8 %, and for smooth laws by far less.  (The middle of the step would do for the figure, but not for how sure
 * it is: leaving out one replication moves a quantile by less than a step, so most intervals would have no width.)
 *
 * Only occupied octaves have memory, half a kilobyte each: from a store that has them ready, if there is one.  Merging
 * is addition: exact, in any order, and it can be undone (subtract).  Adding costs a count of leading zeros and one
 * increment.  One step counts to 2^32 - 1; beyond is a CHECK. */
#ifndef MRSIM_STATS_HISTOGRAM_H
#define MRSIM_STATS_HISTOGRAM_H
#include <glib.h>
#include <stdint.h>

enum { HISTOGRAM_STEPS = 128, HISTOGRAM_OCTAVES = 57 };

/* Octaves for many histograms, in slabs that are taken before they are needed: a first value in a new octave, however
 * late in a run, then allocates nothing.  Pages that no octave has come to need no memory. */
typedef struct {
    GPtrArray *slabs;
    guint n_taken, n_promised;
} OctaveStore;
void octave_store_init(OctaveStore *store);
void octave_store_clear(OctaveStore *store);
void octave_store_promise(OctaveStore *store, guint n); /* n more will be wanted */

typedef struct {
    uint64_t count;
    double sum;                          /* of whole numbers: exact below 2^53, merged in replication order */
    int64_t min, max;                    /* meaningless when count is 0 */
    uint32_t *octave[HISTOGRAM_OCTAVES]; /* HISTOGRAM_STEPS counters each, or NULL */
    OctaveStore *store;                  /* where they come from; NULL: each is an allocation of its own */
} Histogram;

void histogram_init(Histogram *histogram);
/* Frees what it holds (what a store lent ends with the store) and makes it empty again. */
void histogram_clear(Histogram *histogram);
void histogram_add(Histogram *histogram, int64_t value); /* value >= 0 */
void histogram_merge(Histogram *into, const Histogram *from);
/* Takes `part` out of `whole` again, of which it must be a part; min and max stay the whole's. */
void histogram_subtract(Histogram *whole, const Histogram *part);
/* The value at rank ceil(p x count), at least the first: kept within [min, max].  NAN when empty. */
double histogram_quantile(const Histogram *histogram, double p);
double histogram_mean(const Histogram *histogram); /* NAN when empty */

/* The rank that a quantile stands for: ceil(p x count), between 1 and count.  A product that is a whole number but for
 * the last bits (0.07 x 100) counts as that number. */
uint64_t quantile_rank(double p, uint64_t count);
/* The value of the n-th (from 1) of `n_in_step` observations in a step, spread evenly from its least to its greatest
 * value. */
double histogram_value_in_step(guint octave, guint step, uint64_t nth, uint64_t n_in_step);
#endif
