/* Estimate: what a run will take, told before it starts, from the scenario alone.
 *
 * Requests are exact but for chance.  Events and memory count what they consist of: users, instances, calls in flight
 * by Little's law, what waits at stations of which more is asked than they can do, changes that cannot be shipped while
 * a fault lasts, results.  Where it depends on how the run goes the worst is taken. */
#ifndef MRSIM_RUN_ESTIMATE_H
#define MRSIM_RUN_ESTIMATE_H
#include "scenario/scenario.h"

typedef enum { NEED_THINGS, NEED_QUEUE, NEED_CALLS, NEED_WRITES, NEED_RESULTS, NEED_NETWORK } NeedKind;
typedef struct {
    NeedKind kind;
    const Thing *of; /* NULL: of the run as a whole */
    double bytes, n; /* so many users, instances, requests, writes */
} Need;

typedef struct {
    double requests; /* of one replication, warm-up included */
    double events;
    double bytes; /* while it is under way */
    double kept;  /* of that, what stays until all have finished */
    Need most;    /* what needs most of `bytes` */
    double duration_s;
} Estimate;

Estimate estimate_world(const World *world);
double estimate_bytes(const Estimate *estimate, guint replications, guint threads);
double estimate_seconds(const Estimate *estimate, guint replications, guint threads);

/* What a run of so many replications cannot be begun for, with the figures and what would help: two lines. (transfer
 * full) NULL: nothing. */
char *estimate_refusal(const Estimate *estimate, guint replications, guint threads, double available);
/* That it takes long, and what would be shorter. (transfer full) NULL: it does not. */
char *estimate_warning(const Estimate *estimate, guint replications, guint threads);
/* "a replication has about 390 k requests, takes 2 s and 3.5 MB" (transfer full) */
char *estimate_text(const Estimate *estimate);
#endif
