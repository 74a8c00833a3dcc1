/* Sheet: everything one replication measured, in cells.
 *
 * A cell is one measured thing with its labels: ("latency", clients=europe op=read region=us-east-1).  It is recorded once,
 * at the finest labels; any coarser figure is the merge of the cells that a selector picks: counts add, histograms merge, ratios
 * come from their sums, `max` is the max of max.  Cells are asked for while building (a look-up) and written while running (a pointer).
 *
 * A Study holds the sheets of all replications in replication order and computes figures of the merged data, with the
 * leave-one-out values for jackknife intervals.  Neither depends on threads. */
#ifndef MRSIM_STATS_SHEET_H
#define MRSIM_STATS_SHEET_H
#include "stats/histogram.h"
#include "stats/interval.h"
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CELL_COUNT,        /* how often; a figure is the mean per replication (`total` statistic: per replication too) */
    CELL_DISTRIBUTION, /* per request, nanoseconds: p50 p90 p95 p99 p999 p9999 mean max count */
    CELL_RATIO,        /* part / whole, both summed */
    CELL_SHARE,        /* like a count; a figure is this selection over the same selection without the label `of` */
    CELL_SAMPLES,      /* once per fault: a list of seconds; INFINITY where it never came about. mean p50 p90 p95 p99 max count */
    CELL_SERIES,       /* part and whole per window of time: for pictures and the line of bars */
} CellKind;

/* Windows of equal width from time 0 (the start of measurement) on: at most SERIES_MOST; when more are needed, the width
 * doubles and neighbours merge, so memory does not grow with duration. */
enum { SERIES_MOST = 4096 };
typedef struct {
    int64_t width_ns;
    uint32_t n_windows, capacity;
    struct { double part, whole, most; } *window;
} Series;
void series_add(Series *series, int64_t at_ns, double part, double whole); /* at_ns < 0 (warm-up): dropped; `most` keeps the largest part */
void series_merge(Series *into, const Series *from);

typedef struct {
    CellKind kind;
    const char *metric;      /* interned */
    const char *labels;      /* interned: "clients=europe,op=read", keys in alphabetical order; "" for none */
    const char *share_of;    /* CELL_SHARE: the label that is summed over below the line */
    union {
        uint64_t count;
        Histogram histogram;
        struct { double part, whole; } ratio;
        GArray *samples;     /* of double */
        Series series;
    };
} Cell;

typedef struct Sheet Sheet;
Sheet *sheet_new(void);
void sheet_free(Sheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)
/* The cell of this metric and labels, made when new; a metric has one kind.  The pointer stays good as long as the sheet.
 * Labels are key, value pairs ended by NULL, in any order; a pair whose value is NULL is left out. */
Cell *sheet_cell(Sheet *sheet, CellKind kind, const char *metric, ...) G_GNUC_NULL_TERMINATED;
void sheet_share_of(Cell *cell, const char *label);
void sheet_series_width(Cell *cell, int64_t width_ns);
/* All cells in order of (metric, labels): never in hash order. */
guint sheet_cells(const Sheet *sheet);
const Cell *sheet_nth(const Sheet *sheet, guint i);

static inline void cell_count(Cell *cell) { cell->count++; }
static inline void cell_ratio(Cell *cell, double part, double whole)
{
    cell->ratio.part += part;
    cell->ratio.whole += whole;
}
void cell_sample(Cell *cell, double seconds);

/* Which cells: all whose labels agree.  "clients=europe,op!=read"; "" picks all. */
typedef struct {
    guint n;
    struct { const char *key, *value; bool differs; } term[8];
} Selector;
bool selector_parse(Selector *selector, const char *text); /* well-formed terms only; false otherwise */
bool selector_takes(const Selector *selector, const char *labels);
/* Normal form: terms sorted by key: the identity of a selector. (transfer full) */
char *selector_text(const Selector *selector);
/* The value of a label in a cell's labels, or NULL; copied into buffer. */
const char *label_value(const char *labels, const char *key, char *buffer, gsize size);

typedef struct Study Study;
Study *study_new(void);
void study_free(Study *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Study, study_free)
void study_add(Study *study, Sheet *sheet); /* takes it; in replication order */
guint study_replications(const Study *study);

/* A figure: the statistic of the merged cells that the selector takes.  `statistic` is "" for counts and ratios (and for
 * samples, where it means the mean), else p50 ... max, mean, count.  NAN: no samples.  INFINITY: never came about in some. */
typedef struct {
    double value;
    guint64 n_samples;       /* observations behind it; 0: not shown */
    guint n_left_out;        /* = replications */
    double *left_out;        /* leave-one-out values */
    Interval interval;       /* 95 %; NAN for max */
} Figure;
/* false: no cell of this metric agrees with the selector. Values in base units: seconds for distributions and samples. */
bool study_figure(const Study *study, const char *metric, const char *statistic, const Selector *selector, Figure *figure);
void figure_clear(Figure *figure);
/* Quantile curve of merged histograms: n_points pairs (p, seconds). */
bool study_curve(const Study *study, const char *metric, const Selector *selector, const double *p, double *seconds, guint n);
/* Merged series. (caller clears with series_clear) false: none. */
bool study_series(const Study *study, const char *metric, const Selector *selector, Series *series);
void series_clear(Series *series);
/* All distinct (metric, labels) over all sheets, sorted; each with its kind. */
guint study_cells(const Study *study);
void study_cell(const Study *study, guint i, CellKind *kind, const char **metric, const char **labels);
#endif
