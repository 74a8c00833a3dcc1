/* Delivery: what becomes of a message, asked several times for every one, and therefore inline.
 *
 * For the network, which decides what is up, and the call layer, which must know.  A component includes this file
 * never: a place is opaque to it, and it cannot ask whether one is up.  Whatever may be down says since when it is up,
 * and SIMTIME_NEVER while it is down, so that "up, without a change, since then" is one comparison. */
#ifndef MRSIM_MODEL_DELIVERY_H
#define MRSIM_MODEL_DELIVERY_H
#include "model/network.h"

/* What is struck together: a zone of a region, what spans all of its zones, or nothing ever (cities, checkers, the
 * edge). */
typedef struct {
    SimTime up_since, died_at; /* died_at: the last time; NEVER_DIED */
    guint n_strikes;           /* under way: up when there are none */
    bool silent;
} Condition;

enum { NEVER_DIED = -1 };

/* Whether a path is up: asked twice for every message, so apart from what is asked once. */
typedef struct {
    SimTime up_since;
    guint n_cuts; /* under way: up when there are none */
} Passage;

struct Place {
    Condition *condition;
    Passage *to;            /* per site, when the network is sealed */
    int site, zone, region; /* region: NO_REGION unless struck with it */
};

typedef struct {
    bool path_up, there_up, refuses;
} Fate;

/* Up, without a change, since then. */
static inline bool network_held(const Place *place, SimTime since)
{
    return place->condition->up_since <= since;
}

/* Was up from then until then, whatever came of it since. Two losses within one message's flight are seen as one: the
 * later. */
static inline bool network_lived(const Place *place, SimTime from, SimTime until)
{
    return network_held(place, from) || place->condition->died_at > until;
}

/* The way between them was up, without a change, since then. */
static inline bool network_passes(const Place *from, const Place *to, SimTime since)
{
    return from->to[to->site].up_since <= since;
}

static inline Fate network_fate(const Place *from, const Place *to, SimTime since)
{
    return (Fate){
        .path_up = network_passes(from, to, since),
        .there_up = network_held(to, since),
        .refuses = to->condition->up_since == SIMTIME_NEVER && !to->condition->silent,
    };
}
#endif
