/* Flows: which target each open connection is pinned to, as a layer-4 balancer or an anycast edge remembers it.
 *
 * A flow is opened towards a target and gets a number, which its client gives with every request on it.  It stays with
 * its target, whatever becomes of that, until nothing has gone over it for the idle time, it is closed, or its target
 * is dropped; whoever uses it then learns that it is gone.
 *
 * Everything is O(1); nothing is woken: what has been idle too long goes when the table is next looked at.  Memory is
 * 32 bytes for each of the most flows that were ever open at once (dropped ones count until they would have been idle
 * too long); nothing is allocated below that.  A number is given again only after 255 other flows had its place, so not
 * before 255 times the idle time, unless flows are closed. */
#ifndef MRSIM_MODEL_FLOWS_H
#define MRSIM_MODEL_FLOWS_H
#include "model/sim.h"

typedef struct Flows Flows;
enum { FLOW_GONE = UINT32_MAX, MOST_FLOWS = (1 << 24) - 1 };

/* Freed with the sim.  Its memory counts as the thing's (sim_claim); more than MOST_FLOWS open at once end the run like
 * any want of memory.  To be made in build or connect. */
Flows *flows_new(Sim *sim, const Thing *thing, SimTime idle, guint n_targets);
/* The number of a new flow to `target`. */
uint32_t flows_open(Flows *flows, guint target, SimTime now);
/* Something goes over it now: its target, or FLOW_GONE.  Answers keep a flow open too: to be called for both. */
guint flows_use(Flows *flows, uint32_t number, SimTime now);
/* A word that its owner keeps with an open flow, such as what the target knows it by; NO_FLOW until one is noted. */
void flows_note(Flows *flows, uint32_t number, uint32_t word);
uint32_t flows_noted(const Flows *flows, uint32_t number);
/* Marks an open flow; false: it has been marked before. */
bool flows_mark(Flows *flows, uint32_t number);
void flows_close(Flows *flows, uint32_t number, SimTime now); /* gone already: nothing */
void flows_drop(Flows *flows, guint target, SimTime now);     /* all that are open to it now are gone */
void flows_clear(Flows *flows, SimTime now); /* all are gone: whoever remembered them has died. O(open flows) */
/* How many are open, in all and to one target. */
guint flows_count(Flows *flows, SimTime now);
guint flows_to(Flows *flows, guint target, SimTime now);
#endif
