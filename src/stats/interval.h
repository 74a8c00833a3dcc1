/* Interval: how sure a figure is.  Delete-one-replication jackknife with Student t.
 * `left_out[i]` is the figure computed from all replications but the i-th. */
#ifndef MRSIM_STATS_INTERVAL_H
#define MRSIM_STATS_INTERVAL_H
#include <glib.h>

typedef struct {
    double low, high; /* NAN both: none (fewer than two replications, or a figure that is not finite) */
} Interval;
Interval interval_jackknife(double figure, const double *left_out, guint n, double confidence);
#endif
