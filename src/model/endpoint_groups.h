/* EndpointGroups: what an accelerator sends to, region by region, and where a new flow goes.
 *
 * A group is what stands in one region; its endpoints have weights; the doors of an endpoint are its entities there:
 * the nodes of a balancer, the instances of a service, which share its weight.  A flow goes to the nearest group as far
 * as the traffic dials let it; when nothing in that group is healthy, to the first of the three nearest groups that has
 * something, whatever the dials say; when none has, to any endpoint of the nearest (fail open): D, GA
 * about-endpoints-endpoint-weights.unhealthy-endpoints. */
#ifndef MRSIM_MODEL_ENDPOINT_GROUPS_H
#define MRSIM_MODEL_ENDPOINT_GROUPS_H
#include "model/sim.h"
#include "stats/cell.h"

typedef struct {
    const Thing *thing;
    double weight;
    guint first_door, n_doors;
    Entity *names; /* its own name server: a balancer's; NULL: it has none */
} Endpoint;

typedef struct {
    int region;
    guint first_endpoint, n_endpoints;
    Cell *opened, *stuck; /* the owner's: flows */
} EndpointGroup;

typedef struct {
    guint n_groups, n_endpoints, n_doors;
    EndpointGroup *group; /* in the order of the regions */
    Endpoint *endpoint;   /* group by group */
    Entity **door;        /* endpoint by endpoint */
} EndpointGroups;

/* While connecting: of the endpoints that a list names; a bare name stands for all of its regions. */
void endpoint_groups_find(Sim *sim, const References *endpoints, EndpointGroups *groups);
/* Is the endpoint that an item of the list names one of that region? */
bool endpoint_is_in(const Item *item, guint region);
EndpointGroup *endpoint_group_in(const EndpointGroups *groups, int region); /* NULL: none */

/* What somebody who sends flows knows. */
typedef struct {
    guint *order;  /* of all groups: the nearest first */
    double *dial;  /* of the groups: 0..1 */
    bool *healthy; /* of the doors */
} EndpointView;
/* All doors healthy, all dials at 1, groups in the order of their distance from `from`. */
EndpointView endpoint_view_new(Sim *sim, const EndpointGroups *groups, const Place *from);

typedef struct {
    uint64_t group, endpoint, door; /* bits to choose by */
} EndpointChance;
typedef enum { CHOSEN_NEAREST, CHOSEN_BY_DIAL, CHOSEN_FOR_UNHEALTHY, CHOSEN_FAIL_OPEN } EndpointReason;
guint endpoint_choose(const EndpointGroups *groups, const EndpointView *view, EndpointChance chance,
                      EndpointReason *why);
#endif
