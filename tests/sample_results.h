/* Invented results for the tests of results and report: no simulation made them. */
#ifndef MRSIM_TESTS_SAMPLE_RESULTS_H
#define MRSIM_TESTS_SAMPLE_RESULTS_H
#include "results/comparison.h"
#include "results/results.h"
#include <stdio.h>

/* Two regions, two populations, one fault, all verdicts. (transfer full) */
Results *sample_results(void);
/* The other design, slower. (transfer full) */
Results *sample_rival(void);
/* Two scalars and nothing else. (transfer full) */
Results *sample_small(void);
/* What became of two writes, and a few figures of their database and of its readers. */
void sample_add_writes(Results *results);
/* Everything very long: names, selectors, titles, many rows, wide and combining characters. (transfer full) */
Results *sample_long(void);
/* Of `n` runs, with differences as invented as they are. (transfer full) */
Comparison *sample_comparison(Results *const *runs, guint n);
/* What `print` writes to a stream. (transfer full) */
typedef void (*SamplePrint)(FILE *out, const void *what, const void *how);
char *sample_printed(SamplePrint print, const void *what, const void *how);
#endif
