/* Atlas: measured distances, from the tables in models/.
 *
 * Regions: the p50 of the round trip of each directed pair with the shape of its distribution (a quantile function
 * through six nodes, bounded tail).  Zones: a law for the pair's median and for the jitter.  Places: cities with their
 * weight in their country, their hubs and legs; the hub law gives the path of a place to any region.  Access: the last
 * mile, one draw per client.  All figures are round trips, in nanoseconds.
 * Immutable once loaded; shared by threads.  Nothing here draws: the caller has the key or the uniform, so how often a
 * draw is made (path factor: per place, region and run; access: per client; jitter: per exchange) is the caller's.
 * What each table says and where it is from stands in its head lines; the laws are in docs/models/network.md. */
#ifndef MRSIM_MODEL_ATLAS_H
#define MRSIM_MODEL_ATLAS_H
#include "base/arena.h"
#include "base/diagnostics.h"
#include "base/sphere.h"
#include "kernel/law.h"
#include "kernel/simtime.h"
#include "model/component.h"
#include "model/round_trip.h"

typedef struct {
    const char *name;      /* US-CHICAGO */
    const char *country;   /* US */
    const char *title;     /* Chicago */
    const char *continent; /* NA SA EU AF ME AS OC */
    double weight;         /* within its country; a country's weights add up to 1 */
    guint n_hubs;
    struct {
        int region;
        double leg_ns;
    } hub[2];       /* indices of atlas regions; leg = 4 ms + s·f, round trip */
    double edge_ns; /* round trip to the nearest edge, without access: 2 ms + s·f */
    guint edge;     /* which one that is */
} AtlasPlace;
typedef struct AtlasEdge AtlasEdge; /* model/edges.h */

/* Reads the tables of `folder`: regions, round_trip_shape, region_rtt, zone_rtt, access, edges and places, each .csv.
 * NULL with diagnostics (no-file, empty-csv, bad-csv, unknown-column), all mistakes of all tables in one pass. */
Atlas *atlas_load(const char *folder, Diagnostics *diagnostics);
void atlas_free(Atlas *atlas); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Atlas, atlas_free)

guint atlas_regions(const Atlas *atlas);
const char *atlas_region_name(const Atlas *atlas, guint region);
const char *atlas_region_title(const Atlas *atlas, guint region); /* N. Virginia */
guint atlas_region_zones(const Atlas *atlas, guint region);
int atlas_region(const Atlas *atlas, const char *name); /* -1: not measured */
Position atlas_region_position(const Atlas *atlas, guint region);
/* The nearest city: in whose country a region stands. */
const AtlasPlace *atlas_region_city(const Atlas *atlas, guint region);
guint atlas_places(const Atlas *atlas); /* those that are not modelled included */
const AtlasPlace *atlas_place(const Atlas *atlas, guint place);
Position atlas_place_position(const Atlas *atlas, const AtlasPlace *place);
/* A name as scenarios write it: a country (all its places) or one place. Fills indices (at most `most`) in the order of
 * the table, returns how many it filled; 0: unknown, or not modelled (atlas_excluded says why). */
guint atlas_find_places(const Atlas *atlas, const char *name, guint *places, guint most);
/* Why a country, or a place of it, is not modelled (CN); NULL: it is, or nobody knows the name. */
const char *atlas_excluded(const Atlas *atlas, const char *name);

/* One region to another, directed. From a region to itself: zero; what lies within is the zones'. */
RoundTrip atlas_region_to_region(const Atlas *atlas, guint from, guint to);
/* Path of a place (one of this atlas) to a region by the hub law, without access, before the path factor. */
RoundTrip atlas_place_to_region(const Atlas *atlas, const AtlasPlace *place, guint region);
/* Edges, where anycast leads to.  From a place: 2 ms + s·f, constant, without access; on to a region: the backbone law,
 * 1 ms + 1.6·f(edge, hub) + p50(hub, region) with the pooled shape, no path factor. */
guint atlas_edges(const Atlas *atlas);
const AtlasEdge *atlas_edge(const Atlas *atlas, guint edge);
int atlas_find_edge(const Atlas *atlas, const char *code); /* -1: unknown */
guint atlas_region_edge(const Atlas *atlas, guint region); /* the nearest of those that serve */
RoundTrip atlas_place_to_edge(const Atlas *atlas, const AtlasPlace *place, guint edge);
RoundTrip atlas_edge_to_region(const Atlas *atlas, guint edge, guint region);
/* The law of the path factor of this place, LN(1, 0.15) or LN(1, 0.22), bounded: one draw per place, region and run. */
Law atlas_path_factor(const Atlas *atlas, const AtlasPlace *place);
/* Two zones of a region: the law of the pair's median, and of a round trip relative to it.  Same zone: the law of a
 * round trip. */
Law atlas_zone_pair_median(const Atlas *atlas, int region); /* -1: pooled */
Law atlas_zone_jitter(const Atlas *atlas);                  /* dimensionless, around 1 */
Law atlas_same_zone(const Atlas *atlas);
/* The last mile: median and spread by continent (NULL or none of the seven: the world's); one draw per client. */
Law atlas_access(const Atlas *atlas, const char *continent, bool mobile);
#endif
