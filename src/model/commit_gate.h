/* CommitGate: a limit to what a failover may lose.  A commit waits while every secondary is further behind than that.
 *
 * How far behind one is, the writer knows from its own log: the age of the oldest change that it has not acknowledged.
 * So no commit is ever made more than the limit after the oldest one that some secondary lacks, and a failover to the
 * best of them loses the commits of a stretch of time that is no longer.  (How long ago that stretch was is another
 * matter: while commits wait, time goes on.)
 *
 * First come first served.  Who waits keeps its worker, as a backend waits in its commit; nobody tells it when its
 * asker has given up, and then it commits all the same. */
#ifndef MRSIM_MODEL_COMMIT_GATE_H
#define MRSIM_MODEL_COMMIT_GATE_H
#include "model/log.h"

typedef struct {
    SimTime limit; /* 0: nobody ever waits */
    Entity *me;
    Log *const *to; /* the secondaries' logs; NULL among them: itself */
    guint n;
    Line line;
    Cell *blocked; /* CELL_SAMPLES; NULL: nobody has waited yet */
} CommitGate;

void commit_gate_init(CommitGate *gate, Entity *me, SimTime limit, Log *const *to, guint n);
/* false: it may commit now; true: it waits, and goes on at `then`. */
bool commit_gate_holds(Sim *sim, CommitGate *gate, Call *call, Step then);
/* A secondary has acknowledged something. */
void commit_gate_look(Sim *sim, CommitGate *gate);
/* The next of those who wait, for who does not let them commit any more; NULL: nobody waits. */
Call *commit_gate_turn_away(Sim *sim, CommitGate *gate);
void commit_gate_restart(Sim *sim, CommitGate *gate); /* everybody in it is gone */
void commit_gate_finish(Sim *sim, CommitGate *gate);
#endif
