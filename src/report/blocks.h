/* Blocks: the parts of the screen that show what users felt and what became of the data. */
#ifndef MRSIM_REPORT_BLOCKS_H
#define MRSIM_REPORT_BLOCKS_H
#include "report/page.h"

enum { BLOCK_NAMES_END = 31, BLOCK_FIRST_END = 42 }; /* columns in which names, and first figures, end at the latest */

/* Each ends with an empty line, or prints nothing when the results hold nothing for it. */
void block_latency(Page *page, const Results *results);
void block_data(Page *page, const Results *results);
void block_routing(Page *page, const Results *results);
void block_availability(Page *page, const Results *results);

/* Lines of the last: why requests failed; what the recovery from a fault waited for, and which users were back when. */
void block_failures(Page *page, const Results *results);
void block_recovery(Page *page, const Results *results, const char *fault);

/* The values of a label among the figures of this metric and statistic that have this label only. (transfer full) */
GPtrArray *block_names(const Results *results, const char *metric, const char *statistic, const char *key);
/* A line with a figure of a time in each column; the names of the columns, NULL-terminated. */
void block_heading(Page *page, const char *title, const char *const *columns);
void block_row(Page *page, const Results *results, const char *metric, const char *labels,
               const char *const *statistics, guint indent, const char *name);
/* Value of a figure, NAN when it is not there. */
double block_value(const Results *results, const char *metric, const char *statistic, const char *labels);
#endif
