/* Atlas: measured distances, from the tables in models/.
 *
 * Regions: the p50 of the round trip of each directed pair with the shape of its distribution (a quantile function through six nodes,
 * bounded tail).  Zones: a law for the pair median and for the jitter.  Places: cities with weight in their country, their hubs and legs; the hub law gives
 * the path of a place to any region.  Access: the last mile, one draw per client.  All figures are round trips, in nanoseconds.
 * Immutable once loaded; shared by threads.  What each table says and where it is from stands in its head lines; the laws in docs/models/network.md. */
#ifndef MRSIM_MODEL_ATLAS_H
#define MRSIM_MODEL_ATLAS_H
#include "base/arena.h"
#include "base/diagnostics.h"
#include "kernel/law.h"
#include "kernel/simtime.h"
#include "model/component.h"

typedef struct {
    const char *name;        /* US-CHICAGO */
    const char *country;     /* US */
    const char *title;       /* Chicago */
    const char *continent;   /* NA SA EU AF ME AS OC */
    double weight;           /* within its country */
    guint n_hubs;
    struct { int region; double leg_ns; } hub[2]; /* indices of atlas regions; leg = 4 ms + s·f, round trip */
    double edge_ns;          /* round trip to the nearest edge, without access */
} AtlasPlace;

/* The quantile function of a round trip: nodes p10 p25 p50 p75 p90 p99, linear between; below p10 the first slope goes on down to `floor`;
 * beyond p99: p99 + min(Exp(mean g), 4g), g = max(p99 - p90, 0.5 ms). */
typedef struct {
    double node[6];
    double floor;
    double tail;             /* g */
} RoundTrip;

/* Reads the tables (region_rtt.csv, zone_rtt.csv, places.csv, access.csv, regions.csv) of `folder`; NULL with diagnostics. */
Atlas *atlas_load(const char *folder, Diagnostics *diagnostics);
void atlas_free(Atlas *atlas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Atlas, atlas_free)

guint atlas_regions(const Atlas *atlas);
const char *atlas_region_name(const Atlas *atlas, guint region);
const char *atlas_region_title(const Atlas *atlas, guint region); /* N. Virginia */
guint atlas_region_zones(const Atlas *atlas, guint region);
int atlas_region(const Atlas *atlas, const char *name);           /* -1: not measured */
guint atlas_places(const Atlas *atlas);
const AtlasPlace *atlas_place(const Atlas *atlas, guint place);
/* A name as scenarios write it: a country (all its places) or one place. Fills indices (at most `most`), returns how many; 0: unknown. */
guint atlas_find_places(const Atlas *atlas, const char *name, guint *places, guint most);
/* "not modelled" reason of a country (CN), or NULL. */
const char *atlas_excluded(const Atlas *atlas, const char *country);

/* region to another region, directed */
RoundTrip atlas_region_to_region(const Atlas *atlas, guint from, guint to);
/* Path of a place to a region by the hub law, without access, before the path factor. */
RoundTrip atlas_place_to_region(const Atlas *atlas, const AtlasPlace *place, guint region);
/* The law of the path factor for this place (LN(1, 0.15) or LN(1, 0.22), clipped). */
Law atlas_path_factor(const Atlas *atlas, const AtlasPlace *place);
/* Two zones of a region: the law of the pair's median, and of a round trip relative to it.  Same zone: the law of a round trip. */
Law atlas_zone_pair_median(const Atlas *atlas, int region); /* -1: pooled */
Law atlas_zone_jitter(const Atlas *atlas);                  /* dimensionless, around 1 */
Law atlas_same_zone(const Atlas *atlas);
/* The last mile: median and spread by continent. */
Law atlas_access(const Atlas *atlas, const char *continent, bool mobile);

/* The round trip at uniform u in (0, 1) by the quantile function; `factor` scales it (path factor). Beyond p99 the tail uses u too. */
double round_trip_quantile(const RoundTrip *trip, double u);
RoundTrip round_trip_constant(double ns);
RoundTrip round_trip_scaled(RoundTrip trip, double factor); /* p50 scaled; jitter (distance from p50) kept as it is */
#endif
