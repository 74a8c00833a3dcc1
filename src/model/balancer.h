/* Balancer: what stands around the nodes of a balancer, whatever they do with a request.
 *
 * In each of its regions it has a node in every zone, which is a door of its own and is lost with its zone; a name
 * server at the edge that answers for the balancer's own name; and a control plane, which stands in every zone of the
 * region and takes changes by hand as long as one of them is up.
 *
 * The name server probes every node: one that does not answer so many times in a row leaves DNS until it has answered
 * as often, one that says that none of its targets is healthy leaves until it says otherwise; when none is left, all
 * are told (fail open).  It is the judge of the balancer's health in that region too: healthy while one node is in.
 *
 * The control plane tells what it has accepted to whom it concerns, again and again until it is heard or something
 * else has been decided meanwhile. */
#ifndef MRSIM_MODEL_BALANCER_H
#define MRSIM_MODEL_BALANCER_H
#include "model/targets.h"

/* How long an answer may be kept: D, ALB application-load-balancers and NLB: 60 s, not settable. */
#define BALANCER_TTL (60 * SECOND)

/* For Component.build and connect of a balancer whose config begins with TargetRules; the state of a node begins with
 * Targets. */
void balancer_build(Sim *sim, const Thing *thing, const Ops *node, gsize state_size);
void balancer_connect(Sim *sim, const Thing *thing, void (*connect_node)(Sim *sim, Entity *me));
/* For a node: answers what its name server (PORT_VERDICT) and its control plane (PORT_CONTROL) ask; false: it is
 * neither. */
bool balancer_hears(Sim *sim, Entity *me, Targets *targets, Call *call);
/* For Component.check and bound. */
void balancer_check(const Thing *thing, const World *world, Complaints *complaints);
bool balancer_bound(const Thing *thing, const World *world, int region, Bound bound, double *value);
#endif
