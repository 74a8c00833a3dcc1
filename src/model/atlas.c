#include "model/atlas.h"
#include "base/check.h"
#include "model/edges.h"
#include "model/table.h"
#include "model/trip_shape.h"
#include <math.h>
#include <string.h>
#include "base/poison.h"

#define MS              1e6         /* nanoseconds */
#define FIBRE_NS_PER_KM (0.01 * MS) /* a round trip at 200 km per ms */

enum { N_CONTINENTS = 7, WORLD = N_CONTINENTS, N_SCOPES };
static const char *const continents[] = {"NA", "SA", "EU", "AF", "ME", "AS", "OC", NULL};

typedef struct {
    const char *name, *title;
    guint n_zones;
    Position position;
    guint city; /* the nearest place */
    Law zone_pair;
} AtlasRegion;

/* Laws of one kind by continent, and the world's for those without a row. */
typedef struct {
    Law law[N_SCOPES];
} Laws;

struct Atlas {
    Arena *arena;
    guint n_regions, n_places, n_edges;
    AtlasRegion *region;
    RoundTrip *trip; /* [from * n_regions + to] */
    TripShapes *shapes;
    AtlasEdge *edge;
    AtlasPlace *place;
    Position *position;    /* of the places */
    const char **excluded; /* of the places: why, or NULL */
    Law zone_pair, zone_jitter, same_zone;
    Laws fixed, mobile, path_factor;
    double edge_intercept, edge_per_km;
};

/* ---- what rows have in common ---- */

static bool known_region(Table *table, const Atlas *atlas, guint row, guint column, int *region)
{
    *region = atlas_region(atlas, table_text(table, row, column));
    if (*region < 0)
        TABLE_COMPLAIN(table, row, "%s is '%s', which is not a region of regions.csv", table->name[column],
                       table_text(table, row, column));
    return *region >= 0;
}

/* What a figure of this row must be multiplied by to be nanoseconds (or nanoseconds per km, or a plain number). */
static bool scale_of(Table *table, guint row, guint column, double *scale)
{
    static const struct {
        const char *unit;
        double scale;
    } units[] = {{"ms", MS}, {"ratio", 1}, {"share", 1}, {"x_fibre", FIBRE_NS_PER_KM}};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (strcmp(units[i].unit, table_text(table, row, column)) == 0) {
            *scale = units[i].scale;
            return true;
        }
    TABLE_COMPLAIN(table, row, "unit is '%s'; it must be ms, ratio, share or x_fibre", table_text(table, row, column));
    return false;
}

static int continent_of(const char *name)
{
    for (int i = 0; i < N_CONTINENTS; i++)
        if (strcmp(continents[i], name) == 0)
            return i;
    return -1;
}

/* Round trip of light in fibre along the great circle. */
static double fibre_ns(Position a, Position b)
{
    return great_circle_km(a, b) * FIBRE_NS_PER_KM;
}

/* ---- regions ---- */

enum { REGION_NAME, REGION_TITLE, REGION_ZONES, REGION_LAT, REGION_LON };
static const char *const region_columns[] = {"name", "title", "zones", "lat", "lon", NULL};

static bool load_regions(Atlas *atlas, const char *folder, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "regions.csv", region_columns, diagnostics))
        return false;
    bool good = true;
    atlas->region = arena_many(atlas->arena, AtlasRegion, table.n_rows);
    for (guint i = 0; i < table.n_rows; i++) {
        double zones, lat, lon;
        if (!table_number(&table, i, REGION_ZONES, 1, 26, &zones) ||
            !table_number(&table, i, REGION_LAT, -90, 90, &lat) ||
            !table_number(&table, i, REGION_LON, -180, 180, &lon)) {
            good = false;
            continue;
        }
        const char *name = table_text(&table, i, REGION_NAME);
        if (*name == '\0' || atlas_region(atlas, name) >= 0) {
            TABLE_COMPLAIN(&table, i, *name ? "a second row for '%s'" : "a region without a name%s", name);
            good = false;
            continue;
        }
        AtlasRegion *region = &atlas->region[atlas->n_regions++];
        region->name = arena_text(atlas->arena, name);
        region->title = arena_text(atlas->arena, table_text(&table, i, REGION_TITLE));
        region->n_zones = (guint)zones;
        region->position = position_of(lat, lon);
    }
    return good;
}

enum { RTT_SRC, RTT_DST, RTT_P50, RTT_P90, RTT_P99 };
static const char *const rtt_columns[] = {"src", "dst", "p50_ms", "p90_over_p50", "p99_over_p50", NULL};

static bool read_pair(Table *table, Atlas *atlas, guint row)
{
    int from, to;
    double p50, p90, p99;
    if (!known_region(table, atlas, row, RTT_SRC, &from) || !known_region(table, atlas, row, RTT_DST, &to) ||
        !table_number(table, row, RTT_P50, 0.001, 1e4, &p50) || !table_number(table, row, RTT_P90, 1, 1e3, &p90) ||
        !table_number(table, row, RTT_P99, p90, 1e3, &p99))
        return false;
    RoundTrip *trip = &atlas->trip[(guint)from * atlas->n_regions + (guint)to];
    if (from == to || trip->node[TRIP_P50] > 0) {
        TABLE_COMPLAIN(table, row, from == to ? "a pair of one region, %s and %s" : "a second row for %s to %s",
                       table_text(table, row, RTT_SRC), table_text(table, row, RTT_DST));
        return false;
    }
    *trip = trip_shape_measured(atlas->shapes, p50 * MS, p90, p99,
                                fibre_ns(atlas->region[from].position, atlas->region[to].position));
    return true;
}

static bool load_pairs(Atlas *atlas, const char *folder, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "region_rtt.csv", rtt_columns, diagnostics))
        return false;
    bool good = true;
    guint n = atlas->n_regions;
    atlas->trip = arena_many(atlas->arena, RoundTrip, (gsize)n * n);
    for (guint i = 0; i < table.n_rows; i++)
        good &= read_pair(&table, atlas, i);
    if (!good)
        return false;
    for (guint from = 0; from < n; from++)
        for (guint to = 0; to < n; to++)
            if (from != to && atlas->trip[from * n + to].node[TRIP_P50] == 0) {
                table_complain(&table, 0, "bad-csv", "no row for %s to %s", atlas->region[from].name,
                               atlas->region[to].name);
                good = false;
            }
    return good;
}

/* ---- zones ---- */

enum { ZONE_SCOPE, ZONE_REGION, ZONE_MEDIAN, ZONE_SIGMA, ZONE_LOW, ZONE_HIGH, ZONE_UNIT };
static const char *const zone_columns[] = {"scope", "region", "median", "sigma_ln", "low", "high", "unit", NULL};

/* The law of a row of zone_rtt.csv or access.csv: lognormal with a median and a sigma, constant with a median alone,
 * uniform without; kept within low..high.  `column` is that of the median; sigma, low, high and unit follow it. */
static bool read_law(Table *table, guint row, guint column, Law *law)
{
    double median = 0, sigma = 0, low = -INFINITY, high = INFINITY, scale;
    if (!table_number_or_none(table, row, column, 1e-6, 1e6, &median) ||
        !table_number_or_none(table, row, column + 1, 0, 10, &sigma) ||
        !table_number_or_none(table, row, column + 2, 0, 1e6, &low) ||
        !table_number_or_none(table, row, column + 3, 0, 1e6, &high) || !scale_of(table, row, column + 4, &scale))
        return false;
    if (low > high || (median > 0 && (median < low || median > high)) || (median == 0 && (isinf(low) || isinf(high)))) {
        TABLE_COMPLAIN(table, row, "a law needs a median between low and high, or low and high alone");
        return false;
    }
    if (median == 0)
        *law = law_uniform(low * scale, high * scale);
    else if (sigma == 0)
        *law = law_constant(median * scale);
    else
        *law = law_bounded(law_lognormal_sigma(median * scale, sigma), low * scale, high * scale);
    return true;
}

/* The scopes of zone_rtt.csv that stand once, for any region. */
enum { SCOPE_CROSS, SCOPE_SAME, SCOPE_JITTER, SCOPE_SPIKE, SCOPE_SPIKE_SHARE, N_ZONE_SCOPES };
static const char *const zone_scopes[] = {"cross_zone", "same_zone", "jitter", "spike", "spike_share"};

/* Reads one row into `common`, or into its region. Rows of other scopes are for later versions. */
static bool read_zone(Table *table, Atlas *atlas, guint row, Law *common)
{
    guint scope = 0;
    while (scope < N_ZONE_SCOPES && strcmp(zone_scopes[scope], table_text(table, row, ZONE_SCOPE)) != 0)
        scope++;
    if (scope == N_ZONE_SCOPES)
        return true;
    Law law;
    if (!read_law(table, row, ZONE_MEDIAN, &law))
        return false;
    Law *target = &common[scope];
    int region;
    if (scope == SCOPE_CROSS && strcmp(table_text(table, row, ZONE_REGION), "*") != 0) {
        if (!known_region(table, atlas, row, ZONE_REGION, &region))
            return false;
        target = &atlas->region[region].zone_pair;
    }
    if (target->kind != LAW_NONE) {
        TABLE_COMPLAIN(table, row, "a second row for %s of '%s'", zone_scopes[scope],
                       table_text(table, row, ZONE_REGION));
        return false;
    }
    *target = law;
    return true;
}

static bool load_zones(Atlas *atlas, const char *folder, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "zone_rtt.csv", zone_columns, diagnostics))
        return false;
    Law common[N_ZONE_SCOPES] = {0};
    bool good = true;
    for (guint i = 0; i < table.n_rows; i++)
        good &= read_zone(&table, atlas, i, common);
    if (!good)
        return false;
    for (guint i = 0; i < N_ZONE_SCOPES; i++)
        if (common[i].kind == LAW_NONE) {
            table_complain(&table, 0, "bad-csv", "no row for %s of '*'", zone_scopes[i]);
            good = false;
        }
    if (!good)
        return false;
    atlas->zone_pair = common[SCOPE_CROSS];
    atlas->same_zone = common[SCOPE_SAME];
    double spikes = law_mean(&common[SCOPE_SPIKE_SHARE]);
    Law parts[] = {common[SCOPE_JITTER], common[SCOPE_SPIKE]};
    double shares[] = {1 - spikes, spikes};
    atlas->zone_jitter = law_mixture(atlas->arena, parts, shares, G_N_ELEMENTS(parts));
    for (guint i = 0; i < atlas->n_regions; i++)
        if (atlas->region[i].zone_pair.kind == LAW_NONE)
            atlas->region[i].zone_pair = atlas->zone_pair;
    return true;
}

/* ---- access ---- */

enum { ACCESS_KIND, ACCESS_SCOPE, ACCESS_MEDIAN, ACCESS_SIGMA, ACCESS_LOW, ACCESS_HIGH, ACCESS_UNIT };
static const char *const access_columns[] = {"kind", "scope", "median", "sigma_ln", "low", "high", "unit", NULL};

enum { KIND_FIXED, KIND_MOBILE, KIND_FACTOR, KIND_EDGE, KIND_EDGE_STRETCH, N_KINDS };
static const char *const access_kinds[] = {"access_fixed", "access_mobile", "route_factor", "edge_leg_intercept",
                                           "edge_leg_stretch"};

/* Reads one row into the laws of its kind. Rows of other kinds are for later versions. */
static bool read_access(Table *table, guint row, Laws *kinds)
{
    guint kind = 0;
    while (kind < N_KINDS && strcmp(access_kinds[kind], table_text(table, row, ACCESS_KIND)) != 0)
        kind++;
    if (kind == N_KINDS)
        return true;
    const char *scope = table_text(table, row, ACCESS_SCOPE);
    int continent = strcmp(scope, "default") == 0 ? WORLD : continent_of(scope);
    if (continent < 0) {
        TABLE_COMPLAIN(table, row, "scope is '%s'; it must be default or a continent (NA SA EU AF ME AS OC)", scope);
        return false;
    }
    Law *law = &kinds[kind].law[continent];
    if (law->kind != LAW_NONE) {
        TABLE_COMPLAIN(table, row, "a second row for %s of '%s'", access_kinds[kind], scope);
        return false;
    }
    return read_law(table, row, ACCESS_MEDIAN, law);
}

/* Continents without a row of their own have the world's. */
static bool complete(Table *table, guint kind, Laws *laws)
{
    bool good = true;
    for (guint i = 0; i < N_CONTINENTS; i++)
        if (laws->law[i].kind == LAW_NONE) {
            good &= laws->law[WORLD].kind != LAW_NONE;
            laws->law[i] = laws->law[WORLD];
        }
    if (!good)
        table_complain(table, 0, "bad-csv", "no row for %s of 'default'", access_kinds[kind]);
    return good;
}

static bool load_access(Atlas *atlas, const char *folder, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "access.csv", access_columns, diagnostics))
        return false;
    Laws kinds[N_KINDS] = {0};
    bool good = true;
    for (guint i = 0; i < table.n_rows; i++)
        good &= read_access(&table, i, kinds);
    if (!good)
        return false;
    for (guint i = 0; i < N_KINDS; i++)
        good &= complete(&table, i, &kinds[i]);
    if (!good)
        return false;
    atlas->fixed = kinds[KIND_FIXED];
    atlas->mobile = kinds[KIND_MOBILE];
    atlas->path_factor = kinds[KIND_FACTOR];
    atlas->edge_intercept = law_mean(&kinds[KIND_EDGE].law[WORLD]);
    atlas->edge_per_km = law_mean(&kinds[KIND_EDGE_STRETCH].law[WORLD]);
    return true;
}

/* ---- places ---- */

enum {
    PLACE_NAME,
    PLACE_COUNTRY,
    PLACE_TITLE,
    PLACE_LAT,
    PLACE_LON,
    PLACE_WEIGHT,
    PLACE_CONTINENT,
    PLACE_HUB1,
    PLACE_LEG1,
    PLACE_HUB2,
    PLACE_LEG2,
    PLACE_EDGE,
    PLACE_EDGE_KM,
    PLACE_EXCLUDED
};
static const char *const place_columns[] = {"place",       "country",   "title",   "lat",         "lon",
                                            "weight",      "continent", "hub1",    "hub1_leg_ms", "hub2",
                                            "hub2_leg_ms", "edge_city", "edge_km", "excluded",    NULL};

static bool read_hubs(Table *table, const Atlas *atlas, guint row, AtlasPlace *place)
{
    static const guint hub[] = {PLACE_HUB1, PLACE_HUB2}, leg[] = {PLACE_LEG1, PLACE_LEG2};
    for (guint i = 0; i < G_N_ELEMENTS(hub); i++) {
        if (i > 0 && *table_text(table, row, hub[i]) == '\0')
            continue;
        double ms;
        if (!known_region(table, atlas, row, hub[i], &place->hub[i].region) ||
            !table_number(table, row, leg[i], 0, 1e4, &ms))
            return false;
        place->hub[i].leg_ns = ms * MS;
        place->n_hubs++;
    }
    return true;
}

static bool known_edge(Table *table, const Atlas *atlas, guint row, guint *edge)
{
    const char *city = table_text(table, row, PLACE_EDGE);
    for (*edge = 0; *edge < atlas->n_edges; ++*edge)
        if (strcmp(atlas->edge[*edge].title, city) == 0)
            return true;
    TABLE_COMPLAIN(table, row, "edge_city is '%s', which is no city of edges.csv", city);
    return false;
}

static bool read_place(Table *table, const Atlas *atlas, guint row, AtlasPlace *place, Position *position)
{
    double lat, lon, edge_km;
    *place = (AtlasPlace){.name = arena_text(atlas->arena, table_text(table, row, PLACE_NAME)),
                          .country = arena_text(atlas->arena, table_text(table, row, PLACE_COUNTRY)),
                          .title = arena_text(atlas->arena, table_text(table, row, PLACE_TITLE))};
    if (!table_number(table, row, PLACE_LAT, -90, 90, &lat) || !table_number(table, row, PLACE_LON, -180, 180, &lon) ||
        !table_number(table, row, PLACE_WEIGHT, 1e-6, 1, &place->weight) ||
        !table_number(table, row, PLACE_EDGE_KM, 0, 20100, &edge_km) || !known_edge(table, atlas, row, &place->edge))
        return false;
    int continent = continent_of(table_text(table, row, PLACE_CONTINENT));
    if (continent < 0) {
        TABLE_COMPLAIN(table, row, "continent is '%s'; it must be one of NA SA EU AF ME AS OC",
                       table_text(table, row, PLACE_CONTINENT));
        return false;
    }
    for (guint i = 0; i < atlas->n_places; i++)
        if (strcmp(atlas->place[i].name, place->name) == 0) {
            TABLE_COMPLAIN(table, row, "a second row for '%s'", place->name);
            return false;
        }
    place->continent = continents[continent];
    place->edge_ns = atlas->edge_intercept + atlas->edge_per_km * edge_km;
    *position = position_of(lat, lon);
    return read_hubs(table, atlas, row, place);
}

static void find_cities(Atlas *atlas)
{
    for (guint i = 0; i < atlas->n_regions; i++) {
        double least = INFINITY;
        for (guint j = 0; j < atlas->n_places; j++) {
            double north = fabs(atlas->region[i].position.lat - atlas->position[j].lat);
            if (north * EARTH_KM >= least) /* at least that far */
                continue;
            double km = great_circle_km(atlas->region[i].position, atlas->position[j]);
            if (km < least) {
                least = km;
                atlas->region[i].city = j;
            }
        }
    }
}

/* Weights are rounded to four places: makes those of each country add up to 1, so that a draw by weight always lands.
 */
static bool settle_weights(Table *table, Atlas *atlas)
{
    bool good = true;
    g_autofree double *total = g_new0(double, atlas->n_places);
    for (guint i = 0; i < atlas->n_places; i++) {
        bool first = true;
        for (guint j = 0; j < atlas->n_places; j++) {
            bool same = strcmp(atlas->place[i].country, atlas->place[j].country) == 0;
            total[i] += same ? atlas->place[j].weight : 0;
            first &= !(same && j < i);
        }
        if (first && fabs(total[i] - 1) > 0.001) {
            table_complain(table, 0, "bad-csv", "the weights of %s add up to %.4f; they must add up to 1",
                           atlas->place[i].country, total[i]);
            good = false;
        }
    }
    for (guint i = 0; i < atlas->n_places; i++)
        atlas->place[i].weight /= total[i];
    return good;
}

static bool load_places(Atlas *atlas, const char *folder, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "places.csv", place_columns, diagnostics))
        return false;
    bool good = true;
    atlas->place = arena_many(atlas->arena, AtlasPlace, table.n_rows);
    atlas->position = arena_many(atlas->arena, Position, table.n_rows);
    atlas->excluded = arena_many(atlas->arena, const char *, table.n_rows);
    for (guint i = 0; i < table.n_rows; i++) {
        guint n = atlas->n_places;
        if (!read_place(&table, atlas, i, &atlas->place[n], &atlas->position[n])) {
            good = false;
            continue;
        }
        const char *reason = table_text(&table, i, PLACE_EXCLUDED);
        atlas->excluded[n] = *reason ? arena_text(atlas->arena, reason) : NULL;
        atlas->n_places++;
    }
    find_cities(atlas);
    return good && settle_weights(&table, atlas);
}

/* ---- the atlas ---- */

/* The other tables name regions and need the shape: without these two they would complain about what is not their
 * fault. */
static bool load_all(Atlas *atlas, const char *folder, Diagnostics *diagnostics)
{
    bool regions = load_regions(atlas, folder, diagnostics);
    atlas->shapes = trip_shapes_load(atlas->arena, folder, diagnostics);
    if (!regions || !atlas->shapes)
        return false;
    bool pairs = load_pairs(atlas, folder, diagnostics);
    bool zones = load_zones(atlas, folder, diagnostics);
    bool access = load_access(atlas, folder, diagnostics);
    atlas->edge = edges_load(atlas->arena, folder, atlas, &atlas->n_edges, diagnostics);
    bool places = atlas->edge && load_places(atlas, folder, diagnostics);
    return pairs && zones && access && places;
}

Atlas *atlas_load(const char *folder, Diagnostics *diagnostics)
{
    g_autoptr(Atlas) atlas = g_new0(Atlas, 1);
    atlas->arena = arena_new();
    return load_all(atlas, folder, diagnostics) ? g_steal_pointer(&atlas) : NULL;
}

void atlas_free(Atlas *atlas)
{
    if (!atlas)
        return;
    arena_free(atlas->arena);
    g_free(atlas);
}

guint atlas_regions(const Atlas *atlas)
{
    return atlas->n_regions;
}

static const AtlasRegion *region_at(const Atlas *atlas, guint region)
{
    CHECK(region < atlas->n_regions);
    return &atlas->region[region];
}

const char *atlas_region_name(const Atlas *atlas, guint region)
{
    return region_at(atlas, region)->name;
}

const char *atlas_region_title(const Atlas *atlas, guint region)
{
    return region_at(atlas, region)->title;
}

guint atlas_region_zones(const Atlas *atlas, guint region)
{
    return region_at(atlas, region)->n_zones;
}

int atlas_region(const Atlas *atlas, const char *name)
{
    for (guint i = 0; i < atlas->n_regions; i++)
        if (strcmp(atlas->region[i].name, name) == 0)
            return (int)i;
    return -1;
}

guint atlas_places(const Atlas *atlas)
{
    return atlas->n_places;
}

const AtlasPlace *atlas_place(const Atlas *atlas, guint place)
{
    CHECK(place < atlas->n_places);
    return &atlas->place[place];
}

Position atlas_region_position(const Atlas *atlas, guint region)
{
    return region_at(atlas, region)->position;
}

Position atlas_place_position(const Atlas *atlas, const AtlasPlace *place)
{
    CHECK(place >= atlas->place && place < atlas->place + atlas->n_places);
    return atlas->position[place - atlas->place];
}

const AtlasPlace *atlas_region_city(const Atlas *atlas, guint region)
{
    return &atlas->place[region_at(atlas, region)->city];
}

static bool is_named(const AtlasPlace *place, const char *name)
{
    return strcmp(place->country, name) == 0 || strcmp(place->name, name) == 0;
}

guint atlas_find_places(const Atlas *atlas, const char *name, guint *places, guint most)
{
    guint n = 0;
    for (guint i = 0; i < atlas->n_places && n < most; i++)
        if (!atlas->excluded[i] && is_named(&atlas->place[i], name))
            places[n++] = i;
    return n;
}

const char *atlas_excluded(const Atlas *atlas, const char *name)
{
    for (guint i = 0; i < atlas->n_places; i++)
        if (is_named(&atlas->place[i], name))
            return atlas->excluded[i];
    return NULL;
}

/* ---- paths ---- */

RoundTrip atlas_region_to_region(const Atlas *atlas, guint from, guint to)
{
    CHECK(from < atlas->n_regions && to < atlas->n_regions);
    return from == to ? round_trip_constant(0) : atlas->trip[from * atlas->n_regions + to];
}

RoundTrip atlas_place_to_region(const Atlas *atlas, const AtlasPlace *place, guint region)
{
    CHECK(place >= atlas->place && place < atlas->place + atlas->n_places);
    double p50 = INFINITY;
    for (guint i = 0; i < place->n_hubs; i++) {
        RoundTrip onwards = atlas_region_to_region(atlas, (guint)place->hub[i].region, region);
        p50 = MIN(p50, place->hub[i].leg_ns + onwards.node[TRIP_P50]);
    }
    Position here = atlas->position[place - atlas->place];
    return trip_shape(atlas->shapes, p50, fibre_ns(here, region_at(atlas, region)->position));
}

static Law law_on(const Laws *laws, const char *continent)
{
    int i = continent ? continent_of(continent) : -1;
    return laws->law[i < 0 ? WORLD : i];
}

guint atlas_edges(const Atlas *atlas)
{
    return atlas->n_edges;
}

const AtlasEdge *atlas_edge(const Atlas *atlas, guint edge)
{
    CHECK(edge < atlas->n_edges);
    return &atlas->edge[edge];
}

int atlas_find_edge(const Atlas *atlas, const char *code)
{
    for (guint i = 0; i < atlas->n_edges; i++)
        if (strcmp(atlas->edge[i].code, code) == 0)
            return (int)i;
    return -1;
}

guint atlas_region_edge(const Atlas *atlas, guint region)
{
    guint nearest = 0;
    double least = INFINITY;
    for (guint i = 0; i < atlas->n_edges; i++) {
        double km = great_circle_km(region_at(atlas, region)->position, atlas->edge[i].position);
        if (!atlas->edge[i].excluded && km < least) {
            least = km;
            nearest = i;
        }
    }
    return nearest;
}

RoundTrip atlas_place_to_edge(const Atlas *atlas, const AtlasPlace *place, guint edge)
{
    if (edge == place->edge)
        return round_trip_constant(place->edge_ns);
    double km = great_circle_km(atlas_place_position(atlas, place), atlas_edge(atlas, edge)->position);
    return round_trip_constant(atlas->edge_intercept + atlas->edge_per_km * km);
}

RoundTrip atlas_edge_to_region(const Atlas *atlas, guint edge, guint region)
{
    const AtlasEdge *from = atlas_edge(atlas, edge);
    double p50 = INFINITY;
    for (guint i = 0; i < from->n_hubs; i++) {
        RoundTrip onwards = atlas_region_to_region(atlas, (guint)from->hub[i].region, region);
        p50 = MIN(p50, from->hub[i].leg_ns + onwards.node[TRIP_P50]);
    }
    return trip_shape(atlas->shapes, p50, fibre_ns(from->position, region_at(atlas, region)->position));
}

Law atlas_path_factor(const Atlas *atlas, const AtlasPlace *place)
{
    return law_on(&atlas->path_factor, place->continent);
}

Law atlas_zone_pair_median(const Atlas *atlas, int region)
{
    return region < 0 ? atlas->zone_pair : region_at(atlas, (guint)region)->zone_pair;
}

Law atlas_zone_jitter(const Atlas *atlas)
{
    return atlas->zone_jitter;
}

Law atlas_same_zone(const Atlas *atlas)
{
    return atlas->same_zone;
}

Law atlas_access(const Atlas *atlas, const char *continent, bool mobile)
{
    return law_on(mobile ? &atlas->mobile : &atlas->fixed, continent);
}
