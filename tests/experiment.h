/* Experiment: one scenario of shipped components, and the figures that theory predicts for it.
 *
 * The same experiments run in two sizes: quick, inside `make check`, and full, in `make validate`.  The seed is always
 * 1; where an interval is too wide the size is raised, never the seed changed.  Intervals are those of the runs
 * themselves, at 99.9 %.
 *
 * RULE_THEORY   passed: theory inside the interval, and the half-width at most `width` (three times that when quick);
 *               failed: theory outside; else not shown.
 * RULE_WITHIN   passed: the whole interval within `width` of theory; failed: none of it; else not shown.  Where there
 *               is no interval (the worst of many deterministic comparisons) the value alone decides. */
#ifndef MRSIM_TESTS_EXPERIMENT_H
#define MRSIM_TESTS_EXPERIMENT_H
#include "tests/lab.h"

typedef enum { QUICK, FULL, N_SIZES } Size;
typedef enum { RULE_THEORY, RULE_WITHIN } Rule;
typedef enum { CHECK_PASSED, CHECK_FAILED, CHECK_NOT_SHOWN } CheckVerdict;

typedef struct {
    char *what;                              /* "mean response" */
    const char *metric, *statistic, *labels; /* of the run's results */
    const char *over;                        /* the figure that it is divided by, or NULL */
    double expected, width;                  /* in the unit of the figure */
    Rule rule;
} Check;

enum { MOST_CHECKS = 12 };
typedef struct Experiment Experiment;
struct Experiment {
    const char *group;
    char *name;
    const char *scenario;
    GPtrArray *sets;             /* as after --set, NULL-terminated */
    guint replications[N_SIZES]; /* 0: not in this size */
    double parameter;            /* of a measure that wants one (tests/measures.h) */
    guint n_checks;
    Check check[MOST_CHECKS];
    const void *plan; /* of whose file it is */
    /* NULL: what is expected is known; else it fills that in first, because it takes long to compute. */
    void (*prepare)(Experiment *experiment, Size size);
    /* NULL: the checks are figures of a run; else it fills one estimate per check. */
    void (*measure)(const Experiment *experiment, Size size, Estimate *estimate);
};

/* One more experiment, with so many replications in either size; `name` becomes its own. */
Experiment *experiment_add(GPtrArray *all, const char *group, const char *scenario, guint quick, guint full,
                           char *name);
/* One more setting, as after --set. */
void experiment_set(Experiment *experiment, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* One more figure to hold against theory. `figure`: "latency.mean", "recovery.time{phase=detect}", "writes.lost /
 * writes.acknowledged" (a quotient, replication by replication), or "" where `measure` fills it. `part`: the width as
 * a part of what is expected; `width`: in its own unit. */
void experiment_expect(Experiment *experiment, const char *what, const char *figure, Rule rule, double expected,
                       double part);
void experiment_expect_near(Experiment *experiment, const char *what, const char *figure, Rule rule, double expected,
                            double width);

/* All of them, in order of groups (tests/experiments.def). (g_ptr_array_unref) */
GPtrArray *experiments(void);
/* Those of one group. (g_ptr_array_unref) */
GPtrArray *experiments_of(void (*add)(GPtrArray *all));
/* Fills one estimate per check. */
void experiment_run(Experiment *experiment, Size size, Estimate *estimate);
CheckVerdict check_verdict(const Check *check, Size size, Estimate estimate);
/* The width that is asked for in that size. */
double check_width(const Check *check, Size size);
double estimate_half_width(Estimate estimate); /* 0 where there is no interval */
#endif
