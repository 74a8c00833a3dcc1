/* Row: one measured thing over all replications of a study: what study.c keeps and figure.c reads.  Internal. */
#ifndef MRSIM_STATS_ROW_H
#define MRSIM_STATS_ROW_H
#include "stats/study.h"

typedef struct {
    CellKind kind;
    const char *metric, *labels; /* interned */
    GPtrArray *cells;            /* of Cell, one per replication; NULL where a replication lacks it */
    Series series;               /* CELL_SERIES: the sum over replications; the cells' own are then empty */
} Row;

/* The rows of a metric that the selector takes, in order of labels; maybe none. (transfer container) */
GPtrArray *study_rows(const Study *study, const char *metric, const Selector *selector);
#endif
