/* Interval: how sure a figure is.  Delete-one-replication jackknife with Student t.
 *
 * `left_out[i]` is the figure computed from all replications but the i-th; with their mean m and
 *     se^2 = (n - 1)/n x sum (left_out[i] - m)^2
 * the interval is figure +- t x se, t the two-sided Student quantile with n - 1 degrees of freedom.  For a mean over
 * replications this is the classical t interval.  Of a difference of two designs under the same users: the differences
 * of figures and of left-out values. */
#ifndef MRSIM_STATS_INTERVAL_H
#define MRSIM_STATS_INTERVAL_H
#include <glib.h>

typedef struct {
    /* NAN both: none (fewer than two replications, or a figure or left-out value that is not finite). */
    double low, high;
} Interval;
Interval interval_jackknife(double figure, const double *left_out, guint n, double confidence);
#endif
