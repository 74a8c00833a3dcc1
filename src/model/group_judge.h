/* GroupJudge: who finds out which doors of an endpoint group can take flows, and tells those who send them.
 *
 * An endpoint without a name server of its own is checked: all of its doors at once, from beginning to beginning an
 * interval apart; a door is out after so many contrary checks in a row, and in again after as many.  Of a balancer its
 * own health counts, as its name server tells it, and of its nodes those whose addresses it tells, which are asked for
 * once in an interval.  Whoever sends flows is told of each door that changes; the observer of the group, which is
 * healthy while an endpoint with a weight has a healthy door.  All begin healthy. */
#ifndef MRSIM_MODEL_GROUP_JUDGE_H
#define MRSIM_MODEL_GROUP_JUDGE_H
#include "model/endpoint_groups.h"

typedef enum { CHECK_TCP, CHECK_SHALLOW, CHECK_DEEP } CheckPage;
typedef struct {
    gint64 threshold;
    SimTime interval, timeout;
    int page; /* CheckPage */
} CheckHabits;

/* In build: of the group in that region, at the edge. */
Entity *group_judge_new(Sim *sim, const Thing *thing, int region);
/* In connect.  Each of `told` hears of a door by a call on PORT_VERDICT: about, region, healthy.  What is pointed to
 * lives as long as the sim. */
void group_judge_connect(Sim *sim, Entity *judge, const EndpointGroups *groups, const EndpointGroup *group,
                         const CheckHabits *habits, Entity *const *told, guint n_told);
#endif
