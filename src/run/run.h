/* Run: from a World to Results.
 *
 * Replications are independent: each has a Sim, an arena and a Sheet of its own; threads take the next number until
 * none is left; results are merged in replication order, so they do not depend on the number of threads. */
#ifndef MRSIM_RUN_RUN_H
#define MRSIM_RUN_RUN_H
#include "results/comparison.h"
#include "results/digest_log.h"
#include "results/results.h"
#include "scenario/scenario.h"
#include "stats/sheet.h"

extern const Registry registry; /* run/registry.c: every component and policy there is, one line each */

typedef struct {
    uint64_t seed;
    guint replications;
    guint jobs; /* threads; 0: all cores */
    /* Told after each finished replication (from any thread, one at a time), with the share of all work done; may be
     * NULL. */
    void (*progress)(void *whose, guint done, guint of);
    void *whose;
    const int *stop;       /* set by the first Ctrl-C: no new replications, those under way are given up */
    DigestLog *digest_log; /* filled when not NULL */
    gsize most_bytes;      /* that what is under way in one replication may take; 0: no limit */
    char **overrun; /* set when one was given up because that was too little: where and why (transfer full). NULL: not
                       wanted */
} RunOptions;

typedef struct WriteFates WriteFates; /* run/write_fates.h */

/* One replication, for tests: the sheet and digest of replication `number` (1-based). NULL when stopped. */
Sheet *run_replication(const World *world, uint64_t seed, guint number, const int *stop, uint64_t *digest,
                       guint64 *n_events);
/* The same, with what else may be wanted of it: */
typedef struct {
    gsize most_bytes;    /* as in RunOptions */
    GArray *checkpoints; /* of Checkpoint: appended to unless NULL.  Equal digests either way. */
    WriteFates *fates;   /* filled unless NULL */
    Sheet *sheet;        /* made; NULL: stopped, or overrun */
    uint64_t digest;
    guint64 n_events;
    char *overrun; /* NULL: it was not */
} Replication;
void replicate(const World *world, uint64_t seed, guint number, const int *stop, Replication *replication);
/* SHA-256 of all that was read through the library, in its order: names and texts. (transfer full) */
char *run_texts(Library *library);

/* Runs all replications and makes results.  Results of a stopped run hold the contiguous prefix 1..k that had finished
 * (equal to a run of k), `interrupted` set; k = 0: no figures. */
Results *run_scenario(const Scenario *scenario, Library *library, const char *file, const char *const *sets,
                      const RunOptions *options);
/* The comparison of runs of the same seed and number of replications (results with left-out values).  false with error
 * when the workload (users, horizon, faults) differs and `anyway` is not set: the message names the settings. */
bool compare_runs(Results *const *runs, guint n, bool anyway, Comparison *comparison, GError **error);
#endif
