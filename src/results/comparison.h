/* Comparison: the same users and the same bad hour, met by several designs: paired differences with their intervals. */
#ifndef MRSIM_RESULTS_COMPARISON_H
#define MRSIM_RESULTS_COMPARISON_H
#include "results/results.h"

/* One metric of a comparison: values per design, differences of each to the first with 95 % intervals of the paired
 * difference. */
typedef struct {
    char *label; /* "  writes, Europe" as shown */
    char *metric, *statistic, *labels, *unit;
    bool smaller_is_better;
    guint n;                         /* designs */
    double *value;                   /* n */
    double *difference, *low, *high; /* n - 1: first minus the others */
} ComparedFigure;
typedef struct {
    GPtrArray *runs;      /* Results * (not owned) */
    GPtrArray *figures;   /* ComparedFigure */
    GPtrArray *differing; /* char **: address, then one value per design, NULL-terminated */
} Comparison;
Comparison *comparison_new(void);
void comparison_free(Comparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Comparison, comparison_free)
#endif
