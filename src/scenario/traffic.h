/* Traffic: who is asked how often, in the long run and while all is well, as far as it can be told before anything
 * runs.
 *
 * Requests go from the users along the references to what serves them.  Where they go is known when there is one place
 * only, or a name's rule says it (the first answer, the nearest one, all alike), or who asks stands in a region where
 * what it asks runs too; else it is known how many they are, but not where.  A station passes on no more than it can
 * serve.  What a thing can serve is told by Component.bound, at best: without anybody's waiting and without the
 * network. */
#ifndef MRSIM_SCENARIO_TRAFFIC_H
#define MRSIM_SCENARIO_TRAFFIC_H
#include "model/component.h"
#include "model/ports.h"

typedef struct {
    double rate[N_OPS]; /* reads and writes per second */
} Flow;

typedef struct {
    Flow *flow;       /* asked of it per region; one more, at n_running: of it somewhere */
    double *capacity; /* per region: requests per second of such reads and writes at most; NULL: it does not say */
    double *room;     /* per region: requests that may wait; INFINITY: any number. NULL like capacity */
    double pressed;   /* requests per second in a region at most when its answers take longer than anybody waits */
    double patience;  /* seconds that those who ask wait at most; both: INFINITY when users ask it themselves */
} Load;

typedef struct {
    const World *world;
    Load *load;    /* by index of the thing */
    guint *order;  /* indices of all things, who asks before who is asked */
    guint n_order; /* fewer than there are when they ask in a ring */
} Traffic;

/* What a population asks for on average over the whole run, whatever becomes of it; and in how many of the measured
 * seconds it asks at all (it may be a burst). */
Flow clients_flow(const World *world, const Thing *clients);
double clients_seconds(const World *world, const Thing *clients);
Traffic *traffic_of(const World *world, Arena *arena);
double flow_total(const Flow *flow);
/* Of a thing in all regions together. */
Flow traffic_sum(const Traffic *traffic, const Thing *thing);

/* How many more come than can be served: in `region`, or in all together (ANYWHERE).  0: none, or nobody can tell. */
double traffic_excess(const Traffic *traffic, const Thing *thing, int region);
/* In all regions together; INFINITY: it does not say. */
double traffic_capacity(const Traffic *traffic, const Thing *thing);

/* ---- things as lints see them: by kinds, the keys that all of a kind share, and bounds ---- */
bool is_apart(const Thing *thing); /* it looks, strikes or changes, but sends no requests */
bool is_of(const Thing *thing, const char *kind);
bool bound_of(const World *world, const Thing *thing, int region, Bound bound, double *value);
/* The value of a parameter by name, when there is one of that type. */
const void *value_of(const Thing *thing, const char *key, ParamType type);
guint regions_of(const World *world, const Thing *thing);
/* Those that requests go on to: references but to health checks and faults, with how often. */
typedef void (*Visit)(void *whose, const Thing *to, double times);
void visit_asked(const Thing *thing, Visit visit, void *whose);
#endif
