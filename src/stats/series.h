/* Series: part and whole per window of time, for pictures and the line of bars.
 *
 * Windows of equal width from time 0 (the start of measurement) on: at most SERIES_MOST; when more are needed, the
 * width doubles and neighbours merge, so memory does not grow with duration.  Totals stay what they were.  A merge
 * first brings both to the larger width, so it may be done in any order; widths must agree but for doublings. */
#ifndef MRSIM_STATS_SERIES_H
#define MRSIM_STATS_SERIES_H
#include <glib.h>
#include <stdint.h>

enum { SERIES_MOST = 4096 };
typedef struct {
    double part, whole, most; /* `most`: the largest single part, at least 0 */
} SeriesWindow;
typedef struct {
    int64_t width_ns;
    uint32_t n_windows, capacity;
    SeriesWindow *window;
} Series;

/* Room for the windows of so long a time, as many as there may be: nothing is allocated while they fill. */
void series_reserve(Series *series, int64_t span_ns);
/* at_ns < 0 (warm-up): dropped.  `most` keeps the largest part. */
void series_add(Series *series, int64_t at_ns, double part, double whole);
/* A series of zeros may be merged into: it takes the other's width. */
void series_merge(Series *into, const Series *from);
void series_clear(Series *series);
#endif
