/* Applier: the capacity with which a replica applies the changes that it has received.
 *
 * A change is safe once it is received: it is on disk, is acknowledged to the log that shipped it, and survives the
 * loss of the region and the promotion of the replica.  Readers see it once it is applied: first come first served, so
 * many at a time, each for a time of its own.  So lag is a queue: it grows without bound beyond the rate of applying,
 * and drains after a partition.  What was being applied when the region was lost is begun anew afterwards.
 *
 * With several appliers a later change can be seen before an earlier one.  Memory: 64 bytes per change that waits, in a
 * ring; applying one costs an event. */
#ifndef MRSIM_MODEL_APPLIER_H
#define MRSIM_MODEL_APPLIER_H
#include "model/sim.h"

typedef struct Applier Applier;
typedef struct {
    Version version;
    SimTime mark; /* LogPort.mark */
    uint64_t position;
    uint32_t item;
} AppliedChange;
typedef struct {
    gint64 appliers;                                      /* changes applied at a time */
    const Law *work;                                      /* how long one takes */
    SimTime (*hold)(Sim *sim, Entity *me, uint32_t item); /* and how long it must wait beforehand; NULL: it need not */
    void (*apply)(Sim *sim, Entity *me, const AppliedChange *change); /* now it is to be seen */
} ApplyHabits;
Applier *applier_new(Sim *sim, Entity *me, ApplyHabits habits);
void applier_free(Applier *applier);
/* Takes a change that has just been received, for the first time; the call is left to the caller to answer. */
void applier_take(Sim *sim, Applier *applier, const Call *change);
/* The region is back: what had been received is still there. */
void applier_restart(Sim *sim, Applier *applier);
/* What has not been applied is not needed any more: the replica starts over from a copy. */
void applier_forget(Sim *sim, Applier *applier);
uint64_t applier_backlog(const Applier *applier); /* changes received and not applied */
/* `root`, a root call of the same entity, goes on with `then` when nothing is left to be applied; with a restart it is
 * gone. */
void applier_when_done(Sim *sim, Applier *applier, Call *root, Step then);
void applier_finish(Sim *sim, Applier *applier);
#endif
