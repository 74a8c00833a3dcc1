/* Requests told as stories: a replication is run again with a watcher that follows some of its requests.
 *
 * Requests are numbered from 1, in the order in which they are issued from the start of measurement on: the first
 * requests.issued of them are those that the figures count.
 *
 * That a story adds up is no bookkeeping afterwards.  Whatever a call does at its callee begins at the instant at which
 * something else of it ended (a step has no duration), so each activity remembers what had just ended; going back from
 * the last along these causes is a chain without gaps from end to beginning.  What is on the chain counts; what is not
 * ran beside it. */
#ifndef MRSIM_RUN_STORY_H
#define MRSIM_RUN_STORY_H
#include "model/component.h"
#include "results/story.h"

typedef struct {
    uint64_t seed;
    guint replication;
    const char *population; /* the name of a clients thing, whose requests alone are numbered; NULL: all */
    guint64 first, last;    /* numbers of the requests to be told */
    const int *stop;        /* set by Ctrl-C; may be NULL */
} StoryWish;

/* Tells each of them when it has ended, and what it has caused with it (a write's way to the other replicas).  A
 * request that has not ended with the run is told at the end of it.  `*n_requests`: how many there were until the last
 * was told, or in the whole replication when that never came.  false: stopped. */
typedef void (*StorySink)(void *whose, Story *story); /* (transfer full) */
bool story_requests(const World *world, const StoryWish *wish, StorySink sink, void *whose, guint64 *n_requests);

/* The number of the request that took longest, or of the first that failed (0: none did).  `first` and `last` of the
 * wish count for nothing.  The whole replication is run.  false: stopped. */
typedef enum { PICK_NUMBER, PICK_SLOWEST, PICK_FAILED } StoryPick;
bool story_pick(const World *world, const StoryWish *wish, StoryPick pick, guint64 *number, guint64 *n_requests);
#endif
