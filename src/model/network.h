/* Network: places, the paths between them, and what a round trip takes.
 *
 * A site is a region, a client's city, an edge, or the anycast edge that is near everybody; a place is a zone of a
 * region or a whole site, and belongs to a condition: what is struck together by an outage, of the zone or of the
 * region with all its zones.  Checkers of the name service stand at the site of a region but not in its condition: they
 * do not die with the customer's region. A path is one direction between two sites; it may be cut. One draw of the
 * round trip per exchange, half of it each way, so that round trips have the law of the tables
 * (docs/models/network.md). */
#ifndef MRSIM_MODEL_NETWORK_H
#define MRSIM_MODEL_NETWORK_H
#include "base/arena.h"
#include "model/atlas.h"
#include "model/component.h"
#include "model/links.h"
#include "model/ports.h"

typedef struct Network Network;

/* Without sites yet: they come with the places that are asked for while building. */
Network *network_new(Arena *arena, const World *world, uint64_t chance);

/* ---- places, while building ---- */
enum { WHOLE_REGION = -1 };
const Place *network_region(Network *network, int region, int zone); /* zone WHOLE_REGION: evenly in all of its zones */
const Place *network_city(Network *network,
                          const char *name); /* a place of the atlas, or a region by name where users sit */
const Place *network_checker(Network *network,
                             const char *measured_region); /* at that region's site; survives its outage */
const Place *network_edge(Network *network);               /* anycast: near everybody */
/* The edge of that number in the atlas, where anycast comes in: never struck. */
const Place *network_pop(Network *network, guint edge);
/* Where anycast leads the users whose cities have been asked for so far: fills the numbers of edges, each once, in the
 * order of the cities; returns how many.  A [link] from a place to an edge decides, else distance. */
guint network_find_edges(Network *network, guint *edge, guint most);
void network_seal(Network *network); /* after building: no new places from here on */
/* In connect: the same spot, for somebody who can be lost alone too (network_strike_place). */
const Place *network_apart(Network *network, const Place *place);
int place_region(const Place *place); /* NO_REGION: none */
int place_zone(const Place *place);   /* WHOLE_REGION: none of its own */

enum { NO_EDGE = -1 }; /* and what atlas_find_edge says to a name that is none */
/* Where anycast leads from there, as network_find_edges found it; NO_EDGE: no user sits there. */
int network_edge_of(const Network *network, const Place *place);

/* ---- while running: for the call layer, the routing rules (what a provider knows of distances) and faults only ----
 */
/* The round trip of one exchange: a function of the key. */
SimTime network_round_trip(const Network *network, const Place *from, const Place *to, uint64_t key);
/* The median that a provider's latency table would hold. */
double network_typical(const Network *network, const Place *from, const Place *to);
/* ... if it was made at that instant: a path may be slower since (slow-link), or again as it was. The last change of a
 * path is remembered. */
double network_typical_at(const Network *network, const Place *from, const Place *to, SimTime at);
/* What lies on the way besides its length; NULL: nothing anywhere. */
Links *network_links(const Network *network);
/* ... on this way; `private`: a connection of one's own networks, where there is one.  NULL: nothing. */
const LinkWay *network_way(const Network *network, const Place *from, const Place *to, bool private);
/* A place of one's own, on no provider's backbone: a region that is declared and not measured. */
bool network_is_own(const Network *network, const Place *place);
/* Where a provider believes a place to be by its address. NULL: nobody knows.  A country is DE; a continent one of
 * continent_words (model/location.h). */
const Position *network_position(const Network *network, const Place *place);
const char *network_country(const Network *network, const Place *place);
const char *network_continent(const Network *network, const Place *place);

/* ---- faults: of several on one region or path, all must be over before it is up again ---- */
/* Tells whether the region is up now. */
bool network_strike(Network *network, int region, bool up, bool silent, SimTime now);
void network_cut(Network *network, int from_region, int to_region, bool up, SimTime now); /* one direction */
/* The same for one zone of it: what spans the region is not struck. */
bool network_strike_zone(Network *network, int region, int zone, bool up, bool silent, SimTime now);
/* The same for one who stands apart. */
void network_strike_place(const Place *place, bool up, bool silent, SimTime now);
/* When it was lost at or after `since`, if once since then; SIMTIME_NEVER: it was not. */
SimTime network_died(const Place *place, SimTime since);
bool place_within(const Place *place, int region); /* struck with that region */
/* It has been away, and is up again since this very instant. */
bool network_came_back(const Place *place, SimTime now);

/* A place that `from` stands for (a country stands for all of its places) without a path to region `to`, or NULL: to be
 * asked before anything runs. */
const char *network_missing(const World *world, const char *from, const char *to);
/* For a component's check: complains about `key`, which names `from`, where there is no path from there to `to`. */
void network_must_reach(const World *world, const char *from, const char *to, const char *key, Complaints *complaints);
#endif
