/* Study: the sheets of all replications, in replication order, and the figures of their merged data.
 *
 * A figure is the figure of the merged data, not a mean of figures; its interval is a delete-one-replication jackknife.
 * Sheets stay alive: leaving one out is the whole less one.  A cell that a replication lacks counts as empty there.
 * Everything is summed in replication order, within a replication in order of labels, so no figure depends on threads.
 * A figure reads each cell it takes once or twice: its cost grows with the replications, not with their square. */
#ifndef MRSIM_STATS_STUDY_H
#define MRSIM_STATS_STUDY_H
#include "stats/cell.h"
#include "stats/interval.h"
#include "stats/selector.h"
#include <glib.h>
#include <stdbool.h>

typedef struct Sheet Sheet;
typedef struct Study Study;
Study *study_new(void);
void study_free(Study *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Study, study_free)
/* Takes the sheet, which must be complete; in replication order.  Its series are added to the study's and emptied. */
void study_add(Study *study, Sheet *sheet);
guint study_replications(const Study *study);

/* A figure: the statistic of the merged cells that the selector takes, in base units (s for times).
 *   counts         ""                      mean per replication ("total": the same)
 *   distributions  p50 p90 p95 p99 p999 p9999 mean max, count (per replication)
 *   ratios         ""                      sum of parts / sum of wholes
 *   shares         ""                      count / count without the selector's terms on the label `share_of`
 *   samples        "" or mean, p50 p90 p95 p99 p999 p9999 max, count (per replication)
 * NAN: nothing to compute it from.  INFINITY: it never came about. */
typedef struct {
    double value;
    guint64 n_samples; /* observations behind it; 0: not shown.  Counts: replications.  Ratios and shares: the whole */
    guint n_left_out;  /* = replications */
    double *left_out;  /* leave-one-out values; all NAN for max */
    /* 95 %.  NAN for max, and where no interval can be had.  Kept at or above 0 when every value is, since such a
     * figure cannot be below; a share, and a ratio that is at most 1 in every leave-one-out value, is kept at or below
     * 1 likewise. */
    Interval interval;
} Figure;
/* False: no cell of this metric agrees with the selector, or its kind has no such statistic; the figure is then NAN, of
 * 0 samples. */
bool study_figure(const Study *study, const char *metric, const char *statistic, const Selector *selector,
                  Figure *figure);
void figure_clear(Figure *figure);
/* Does a metric of this kind have this statistic? */
bool statistic_fits(CellKind kind, const char *statistic);
/* The quantiles p[0 .. n-1] of merged histograms, in the metric's unit (s for times).  False: nothing was recorded. */
bool study_curve(const Study *study, const char *metric, const Selector *selector, const double *p, double *seconds,
                 guint n);
/* Merged series, summed over replications. (caller clears with series_clear) false: none; *series is then empty. */
bool study_series(const Study *study, const char *metric, const Selector *selector, Series *series);

/* All distinct (metric, labels) over all sheets, sorted; each with its kind. */
guint study_cells(const Study *study);
void study_cell(const Study *study, guint i, CellKind *kind, const char **metric,
                const char **labels); /* any may be NULL */
/* The distinct values of a label among the cells of a metric that the selector takes, sorted by strcmp;
 * NULL-terminated. (transfer full) */
char **study_label_values(const Study *study, const char *metric, const Selector *selector, const char *key);
#endif
