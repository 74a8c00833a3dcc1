/* Lab: scenarios loaded and run from inside the test programs.
 *
 * A name with ".ini" is a file of tests/lab; any other is a shipped scenario.  A scenario that does not load is a
 * broken test: its mistakes are printed and the program ends. */
#ifndef MRSIM_TESTS_LAB_H
#define MRSIM_TESTS_LAB_H
#include "run/run.h"

typedef struct {
    Library *library;
    Scenario *scenario;
    char *file;
} Lab;
/* `sets`: as after --set, NULL-terminated; NULL: none. (lab_close) */
Lab lab_open(const char *name, const char *const *sets);
void lab_close(Lab *lab);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lab, lab_close)
#define SETS(...)                                                                                                      \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

/* (transfer full) */
Results *lab_run(const Lab *lab, uint64_t seed, guint replications, guint jobs);
Results *lab_run_named(const char *name, const char *const *sets, uint64_t seed, guint replications);
char *lab_json(const Results *results);
/* One replication, every line of its trace told to `sink` (NULL: none); what is left of it is shown to `at_end` before
 * it is freed (NULL: nobody looks).  Returns its digest. */
typedef void (*LabSink)(Sim *sim, void *whose, const char *line);
uint64_t lab_trace(const Lab *lab, uint64_t seed, guint replication, LabSink sink,
                   void (*at_end)(Sim *sim, void *whose), void *whose);

/* A figure and its 99.9 % interval (NAN both: none). */
typedef struct {
    double value, low, high;
} Estimate;
Estimate estimate_of(double value, const double *left_out, guint n);
/* NAN where the results have no such figure. */
Estimate lab_figure(const Results *results, const char *metric, const char *statistic, const char *labels);
/* One figure divided by another, replication by replication. */
Estimate lab_quotient(const Results *results, const char *metric, const char *over, const char *labels);
double lab_value(const Results *results, const char *metric, const char *statistic, const char *labels);
#endif
