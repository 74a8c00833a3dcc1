/* Cell: one measured thing with its labels: ("latency", clients=europe op=read region=us-east-1).
 *
 * It is recorded once, at the finest labels; any coarser figure is the merge of the cells that a selector picks: counts
 * add, histograms merge, ratios come from their sums, `max` is the max of max. */
#ifndef MRSIM_STATS_CELL_H
#define MRSIM_STATS_CELL_H
#include "stats/histogram.h"
#include "stats/series.h"
#include <glib.h>
#include <stdint.h>

typedef enum {
    CELL_COUNT,        /* how often; a figure is the mean per replication */
    CELL_DISTRIBUTION, /* per request, whole numbers (nanoseconds unless sheet_scale says otherwise) */
    CELL_RATIO,        /* part / whole, both summed */
    CELL_SHARE,   /* like a count; a figure is this selection over the same selection without the label `share_of` */
    CELL_SAMPLES, /* once per fault: a list of seconds; INFINITY where it never came about */
    CELL_SERIES,  /* part and whole per window of time: for pictures and the line of bars */
} CellKind;

typedef struct {
    CellKind kind;
    const char *metric;   /* interned */
    const char *labels;   /* interned: "clients=europe,op=read", keys in alphabetical order; "" for none */
    const char *share_of; /* CELL_SHARE: the label that is summed over below the line (interned) */
    double scale;         /* CELL_DISTRIBUTION: what a figure has per recorded unit: 1e-9 (recorded ns, figures in s) */
    union {
        uint64_t count;
        Histogram histogram;
        struct {
            double part, whole;
        } ratio;
        GArray *samples; /* of double */
        Series series;
    };
} Cell;

static inline void cell_count(Cell *cell)
{
    cell->count++;
}
static inline void cell_ratio(Cell *cell, double part, double whole)
{
    cell->ratio.part += part;
    cell->ratio.whole += whole;
}
void cell_sample(Cell *cell, double seconds);
#endif
