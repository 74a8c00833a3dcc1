/* Agreement: three replicas that agree on each version of an item before a write is acknowledged, by votes
 * (model/quorum.h).
 *
 * Whoever is asked coordinates: a write is proposed to all at once and stands when its own member and one of the others
 * have accepted it: the first of two round trips.  An item that is being written in another region refuses it; then it
 * is withdrawn and, as an SDK does, tried again after a while, so many times.  What an owner left behind who is silent
 * is settled by whoever comes across it, in a higher ballot.  Whatever stands is brought to all others by logs.  A read
 * is answered by two who show nothing that may stand unseen; what may is settled first.
 *
 * One attempt is a round, and a round is a root call of its own; what a request needs across rounds is its task.  With
 * the region its rounds and tasks are gone; votes and versions are on disk.  Memory follows what is under way. */
#ifndef MRSIM_MODEL_AGREEMENT_H
#define MRSIM_MODEL_AGREEMENT_H
#include "model/replica.h"

enum { AGREEMENT_MEMBERS = 3, AGREEMENT_MAJORITY = 2 };
typedef struct {
    gint64 tries; /* of a write, while the item is being written elsewhere */
    SimTime backoff, timeout;
    bool local_reads; /* reads are answered by the local replica alone */
} AgreementHabits;
/* One member per region; the first `n_replicas` are doors, the others only vote. `habits` live as long as the sim. */
void agreement_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n_replicas,
                     const AgreementHabits *habits);
/* For the members' Ops; they finish as replicas do. */
void agreement_start(Sim *sim, Entity *me);
void agreement_asked(Sim *sim, Entity *me, Call *call, Call *reply);
#endif
