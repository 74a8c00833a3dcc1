/* Takeover: how a member becomes the writer: by the runbook of who watches, by votes, or because somebody asks for it.
 *
 * Unplanned: it is decided upon (by people, `decide`, or by who asks), takes `promote`, and loses what this member has
 * not received.  The runbook asks the writer once more before; votes must still be more than half.  Planned, a
 * switchover: the writer is asked to stop; it makes no more writes from then on, and is asked again until all that it
 * had made is received here; then the same goes on, and nothing is lost.  A writer that does not answer so many times
 * in a row is left as it is: the switchover is given up, and the writer, which asks whether it still is to stop, goes
 * on.  Where there is fencing the voters must help first (model/lookout.h).
 *
 * One member takes over once at a time; whoever asks for more is refused.  A failover by hand takes the place of a
 * runbook that waits for its decision. */
#ifndef MRSIM_MODEL_TAKEOVER_H
#define MRSIM_MODEL_TAKEOVER_H
#include "model/sim.h"

typedef enum { TAKEOVER_NONE, TAKEOVER_WANTED, TAKEOVER_SURE } TakeoverStage;
/* Of a member, in the epoch it knows. */
typedef struct {
    TakeoverStage stage; /* wanted: it may yet come to nothing, by votes taken back; sure: it goes on */
    uint32_t turn;       /* of its takeovers: what is left of older ones ends */
    uint64_t grants;     /* bit per voter that helps it */
} Takeover;

/* Whatever was under way is not any more: there is another writer, or it starts again. */
void takeover_drop(Sim *sim, Entity *me);
/* The loop of who watches has found the writer dead. */
void takeover_by_runbook(Sim *sim, Entity *me, Call *loop);
/* A watcher says so, or takes it back; false: too late. */
void takeover_vote(Sim *sim, Entity *me, guint voter, uint32_t epoch);
bool takeover_unvote(Entity *me, guint voter, uint32_t epoch);
/* Somebody asks for it, on PORT_CONTROL: answers. */
void takeover_by_hand(Sim *sim, Entity *me, Call *call);
#endif
