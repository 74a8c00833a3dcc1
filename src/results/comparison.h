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

/* Who wins a row, the first design or number `other` (1 .. n - 1).  Fails closed: a winner only if the whole interval
 * lies on one side of nought; unclear when it holds nought or there is none (one replication); the same when the values
 * are equal and no replication differs.  What never came about loses to what did. */
typedef enum { BETTER_FIRST, BETTER_OTHER, BETTER_SAME, BETTER_UNCLEAR, BETTER_NO_FIGURE } Better;
Better compared_better(const ComparedFigure *figure, guint other);
/* "A" for the first design, "B" ...: their names in tables; "#27" and so on behind "Z". Returns buffer. */
enum { DESIGN_NAME_SIZE = 16 };
char *design_name(guint design, char buffer[DESIGN_NAME_SIZE]);
#endif
