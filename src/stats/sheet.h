/* Sheet: everything one replication measured, in cells (stats/cell.h).
 *
 * Cells are asked for while building (a look-up by bisection) and written while running (a pointer).  They stand in
 * order of (metric, labels) by strcmp, always: nothing depends on the order in which they were asked for. A Study
 * (stats/study.h, included here) holds the sheets of all replications and computes the figures. */
#ifndef MRSIM_STATS_SHEET_H
#define MRSIM_STATS_SHEET_H
#include "stats/cell.h"
#include "stats/selector.h"
#include "stats/study.h"
#include <glib.h>
#include <stdint.h>

typedef struct Sheet Sheet;
Sheet *sheet_new(void);
void sheet_free(Sheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)
/* The cell of this metric and labels, made when new; a metric has one kind.  The pointer stays good as long as the
 * sheet. Labels are key, value pairs ended by NULL, in any order, at most SELECTOR_MOST; a pair whose value is NULL is
 * left out. */
Cell *sheet_cell(Sheet *sheet, CellKind kind, const char *metric, ...) G_GNUC_NULL_TERMINATED;
/* Settings of a cell, the same for all cells of a metric. */
void sheet_share_of(Cell *cell, const char *label);
void sheet_scale(Cell *cell, double scale);            /* > 0; 1 for things that are not times; 1e-9 when not called */
void sheet_series_width(Cell *cell, int64_t width_ns); /* before the first entry; one second when not called */
void sheet_series_span(Cell *cell,
                       int64_t span_ns); /* room for so long, so that none is taken later; after the width */
/* All cells in order of (metric, labels). */
guint sheet_cells(const Sheet *sheet);
const Cell *sheet_nth(const Sheet *sheet, guint i);
#endif
