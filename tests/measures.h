/* Measures: observations that are no figure of a run, and what the tables in models/ say of a distance. */
#ifndef MRSIM_TESTS_MEASURES_H
#define MRSIM_TESTS_MEASURES_H
#include "tests/experiment.h"

/* The spans after a change over which old answers are counted, each `parameter` seconds long. */
enum { N_SPANS = 10 };
/* Share of the users' look-ups that are answered with a server of the first region, over each span: counted one by one
 * by a watcher of the run, from the instant at which the name server learns of its death. */
void measure_old_answers(const Experiment *experiment, Size size, Estimate *estimate);
/* The same for the users' requests: share of those that are sent to the first region, from the instant on at which the
 * name server is told of an edit (which it heeds at once: propagation = 0s). */
void measure_old_requests(const Experiment *experiment, Size size, Estimate *estimate);
/* Share of the look-ups that a resolver answers from its cache. */
void measure_hits(const Experiment *experiment, Size size, Estimate *estimate);
/* L/(lambda·W) of a queue with `parameter` workers: how many arrivals find there on average, over those answered per
 * second times their mean response. */
void measure_little(const Experiment *experiment, Size size, Estimate *estimate);
/* Share of 200 seeds whose own 95 % interval of the mean response holds the theory. */
void measure_coverage(const Experiment *experiment, Size size, Estimate *estimate);
/* 20,000 draws of every pair: the greatest relative distance of p50 and p99 from the tables, first over all pairs of
 * regions, then over all places and regions. */
void measure_distances(const Experiment *experiment, Size size, Estimate *estimate);

/* Read from the tables by a reader of its own: `from` a region or a place, `to` a region. */
typedef struct {
    double p50_s, p99_s;
} TableTrip;
TableTrip table_trip(const char *from, const char *to);
#endif
