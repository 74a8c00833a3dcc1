/* Progress: up to when a follower has applied all that its source has committed.
 *
 * Changes of a log may arrive, and be applied, out of order; what a reader may be promised is the unbroken part.  A
 * change is received once and then applied; each carries a mark: all that was committed up to then is in the log up to
 * here.  `complete` is the mark of the newest change before which nothing is missing; it never goes back.
 *
 * The log says with each change how many before it are not acknowledged yet; what is acknowledged, or forgotten by the
 * log, is not waited for, unless it has been received and waits to be applied.  So a follower that starts over from a
 * copy, in the middle of a log, finds its place in it by itself.  Memory: 16 bytes per change from the first that is
 * missing on, in a ring. */
#ifndef MRSIM_MODEL_PROGRESS_H
#define MRSIM_MODEL_PROGRESS_H
#include "model/sim.h"

typedef struct ProgressMark ProgressMark;
typedef struct {
    SimTime complete;
    const Thing *of;
    bool in_place;           /* it knows where in the log it stands */
    uint64_t next, looked;   /* the first position not known to be applied; before `looked` none is unknown */
    uint64_t last, capacity; /* positions next <= p < last are in the ring */
    ProgressMark *ring;
} Progress;

void progress_init(Progress *progress, const Thing *of);
void progress_clear(Progress *progress);
/* It has a copy of all that was committed up to then. */
void progress_start_over(Progress *progress, SimTime complete);
/* A change has reached it.  Whether `complete` has grown by what is known of others. */
bool progress_receive(Sim *sim, Progress *progress, const LogPort *change);
/* It is applied, or is known to have been before.  Whether `complete` has grown. */
bool progress_apply(Progress *progress, uint64_t position, SimTime mark);
/* Has it been received, and waits to be applied? */
bool progress_awaits(const Progress *progress, uint64_t position);
#endif
