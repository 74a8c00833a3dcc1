#include "model/network.h"
#include "base/check.h"
#include "kernel/random.h"
#include "model/call.h"
#include "model/delivery.h"
#include "model/edges.h"
#include "model/location.h"
#include <string.h>
#include "base/poison.h"

typedef enum { SITE_REGION, SITE_CITY, SITE_EDGE, SITE_POP } SiteKind;

typedef struct {
    SiteKind kind;
    const char *name;
    int region;   /* of the world, or NO_REGION */
    int measured; /* index in the atlas, or -1 */
    const AtlasPlace *city;
    const Position *position; /* NULL: nobody knows */
    const AtlasPlace *of;     /* the city, or the one next to the region; NULL: nobody knows */
    guint n_zones;
    double *pair_ns; /* n_zones × n_zones medians */
    bool users;      /* clients sit there */
    int edge;        /* of the atlas: which one it is; where there are users: where anycast leads them, or NO_EDGE */
} Site;

typedef enum { PATH_NONE, PATH_MEASURED, PATH_LAW, PATH_ZONES, PATH_AT_ONCE } PathKind;

typedef struct {
    PathKind kind;
    RoundTrip trip;
    Law law;
    LinkWay open, private; /* what else lies on the way, for everybody and for what passes between one's own networks */
} Path;

/* Somebody who is lost with his region and zone, or alone. */
typedef struct Apart Apart;
struct Apart {
    Place place;
    Condition own;
    Apart *next;
};

struct Network {
    Arena *arena;
    const World *world;
    uint64_t chance;
    GArray *sites; /* Site; freed with the replication by network_seal copying it into the arena */
    Site *site;
    guint n_sites;
    Path *path;            /* n_sites × n_sites, made by network_seal */
    Passage *passage;      /* the same */
    GPtrArray *places;     /* Place *, only until network_seal */
    Condition **condition; /* per region of the world: what spans it, then each of its zones; then one for what is never
                              struck */
    GPtrArray *link;       /* things; only while network_seal makes the paths */
    Links *links;          /* NULL: not sealed */
    Law same_zone, zone_jitter;
    Apart *apart; /* who can be lost alone */
};

/* Round trip between a region and the nearest edge; the intercept of the edge law (docs/models/network.md), assumed. */
#define EDGE_NS (2.0 * (double)MILLISECOND)
/* Two regions that are measured as one and the same: the pooled median between zones. */
#define SAME_REGION_NS (1.0 * (double)MILLISECOND)

static uint64_t named_key(const Network *network, const char *a, const char *b)
{
    return key_of(network->chance, key_of(key_of_text(a), key_of_text(b)));
}

static guint conditions_of(const World *world, guint region)
{
    return region < world->n_regions ? 1 + world->region[region].n_zones : 1;
}

Network *network_new(Arena *arena, const World *world, uint64_t chance)
{
    Network *network = arena_one(arena, Network);
    network->arena = arena;
    network->world = world;
    network->chance = chance;
    network->sites = g_array_new(FALSE, TRUE, sizeof(Site));
    network->places = g_ptr_array_new();
    network->condition = arena_many(arena, Condition *, world->n_regions + 1);
    for (guint i = 0; i <= world->n_regions; i++) {
        guint n = conditions_of(world, i);
        network->condition[i] = arena_many(arena, Condition, n);
        for (guint j = 0; j < n; j++)
            network->condition[i][j] = (Condition){.died_at = NEVER_DIED};
    }
    network->same_zone = atlas_same_zone(world->atlas);
    network->zone_jitter = atlas_zone_jitter(world->atlas);
    return network;
}

/* ---- sites and places ---- */

static void locate(const Network *network, Site *site)
{
    const Atlas *atlas = network->world->atlas;
    if (site->kind == SITE_POP)
        site->position = &atlas_edge(atlas, (guint)site->edge)->position;
    if (!site->city && site->measured < 0)
        return;
    Position *position = arena_one(network->arena, Position);
    *position =
        site->city ? atlas_place_position(atlas, site->city) : atlas_region_position(atlas, (guint)site->measured);
    site->position = position;
    site->of = site->city ? site->city : atlas_region_city(atlas, (guint)site->measured);
}

static void draw_zone_pairs(Network *network, Site *site)
{
    Law median = atlas_zone_pair_median(network->world->atlas, site->measured);
    guint n = site->n_zones;
    site->pair_ns = arena_many(network->arena, double, n *n);
    for (guint a = 0; a < n; a++)
        for (guint b = a + 1; b < n; b++) {
            uint64_t key = key_nth(named_key(network, site->name, "zones"), a * n + b);
            site->pair_ns[a * n + b] = site->pair_ns[b * n + a] = law_draw(&median, key);
        }
}

static int find_site(Network *network, SiteKind kind, const char *name)
{
    for (guint i = 0; i < network->sites->len; i++) {
        const Site *site = &g_array_index(network->sites, Site, i);
        if (site->kind == kind && strcmp(site->name, name) == 0)
            return (int)i;
    }
    return -1;
}

static int add_site(Network *network, const Site *site)
{
    CHECK(!network->path);
    Site located = *site;
    locate(network, &located);
    if (site->kind != SITE_POP)
        located.edge = NO_EDGE;
    g_array_append_val(network->sites, located);
    return (int)network->sites->len - 1;
}

static int region_site(Network *network, const char *name)
{
    int known = find_site(network, SITE_REGION, name);
    if (known >= 0)
        return known;
    const World *world = network->world;
    int region = world_region(world, name);
    const char *measured = region >= 0 ? world->region[region].measured_as : name;
    Site site = {.kind = SITE_REGION, .name = name, .region = region, .measured = -1};
    if (measured)
        site.measured = atlas_region(world->atlas, measured);
    site.n_zones = region >= 0          ? world->region[region].n_zones
                   : site.measured >= 0 ? atlas_region_zones(world->atlas, (guint)site.measured)
                                        : 1;
    draw_zone_pairs(network, &site);
    return add_site(network, &site);
}

static const Place *new_place(Network *network, int site, int zone, int region)
{
    Place *place = arena_one(network->arena, Place);
    *place = (Place){.site = site, .zone = zone, .region = region};
    place->condition = &network->condition[region >= 0 ? region : (int)network->world->n_regions][zone - WHOLE_REGION];
    g_ptr_array_add(network->places, place);
    return place;
}

const Place *network_region(Network *network, int region, int zone)
{
    return new_place(network, region_site(network, network->world->region[region].name), zone, region);
}

const Place *network_city(Network *network, const char *name)
{
    guint place[1];
    bool is_city = atlas_find_places(network->world->atlas, name, place, 1) > 0;
    int site = is_city ? find_site(network, SITE_CITY, name) : region_site(network, name);
    if (site < 0)
        site = add_site(network, &(Site){.kind = SITE_CITY,
                                         .name = name,
                                         .region = NO_REGION,
                                         .measured = -1,
                                         .city = atlas_place(network->world->atlas, place[0])});
    g_array_index(network->sites, Site, site).users = true;
    return new_place(network, site, WHOLE_REGION, NO_REGION);
}

const Place *network_checker(Network *network, const char *measured_region)
{
    return new_place(network, region_site(network, measured_region), WHOLE_REGION, NO_REGION);
}

const Place *network_edge(Network *network)
{
    int site = find_site(network, SITE_EDGE, "edge");
    if (site < 0)
        site = add_site(network, &(Site){.kind = SITE_EDGE, .name = "edge", .region = NO_REGION, .measured = -1});
    return new_place(network, site, WHOLE_REGION, NO_REGION);
}

const Place *network_pop(Network *network, guint edge)
{
    const char *code = atlas_edge(network->world->atlas, edge)->code;
    int site = find_site(network, SITE_POP, code);
    if (site < 0)
        site = add_site(
            network, &(Site){.kind = SITE_POP, .name = code, .region = NO_REGION, .measured = -1, .edge = (int)edge});
    return new_place(network, site, WHOLE_REGION, NO_REGION);
}

int network_edge_of(const Network *network, const Place *place)
{
    return network->site[place->site].edge;
}

const Place *network_apart(Network *network, const Place *place)
{
    for (Apart *known = network->apart; known; known = known->next)
        if (&known->place == place)
            return place;
    CHECK(place->region >= 0 && place->to);
    Apart *apart = arena_one(network->arena, Apart);
    *apart = (Apart){.place = *place, .own = *place->condition, .next = network->apart};
    apart->place.condition = &apart->own;
    network->apart = apart;
    return &apart->place;
}

int place_region(const Place *place)
{
    return place->region;
}
int place_zone(const Place *place)
{
    return place->zone;
}
bool place_within(const Place *place, int region)
{
    return place->region == region;
}

const Position *network_position(const Network *network, const Place *place)
{
    return network->site[place->site].position;
}

const char *network_country(const Network *network, const Place *place)
{
    const AtlasPlace *of = network->site[place->site].of;
    return of ? of->country : NULL;
}

const char *network_continent(const Network *network, const Place *place)
{
    const AtlasPlace *of = network->site[place->site].of;
    return of ? continent_word(of->continent) : NULL;
}

/* ---- paths ---- */

static LinkEnd link_end(const Site *site)
{
    return (LinkEnd){.name = site->name, .country = site->city ? site->city->country : NULL};
}

static const LinkConfig *link_between(const World *world, const GPtrArray *links, const Site *from, const Site *to,
                                      bool private)
{
    const Thing *link = links_find(world, links, link_end(from), link_end(to), private);
    return link ? link->config : NULL;
}

/* Says a plain link how far it is, or, where nothing is measured, a connection? */
static const LinkConfig *distance_said(const World *world, const GPtrArray *links, const Site *from, const Site *to,
                                       bool private)
{
    const LinkConfig *link = link_between(world, links, from, to, private);
    return link && link->rtt.kind != LAW_NONE ? link : NULL;
}

/* Where a link says how far it is to an edge, that one; else the nearest. */
static int edge_for(const Network *network, const GPtrArray *links, const Site *site)
{
    const Atlas *atlas = network->world->atlas;
    for (guint i = 0; links->len > 0 && i < atlas_edges(atlas); i++) {
        Site pop = {.kind = SITE_POP, .name = atlas_edge(atlas, i)->code};
        if (distance_said(network->world, links, site, &pop, false))
            return (int)i;
    }
    if (site->city)
        return (int)site->city->edge;
    return site->measured >= 0 ? (int)atlas_region_edge(atlas, (guint)site->measured) : NO_EDGE;
}

guint network_find_edges(Network *network, guint *edge, guint most)
{
    g_autoptr(GPtrArray) links = links_of(network->world);
    guint n = 0;
    for (guint i = 0; i < network->sites->len; i++) {
        Site *site = &g_array_index(network->sites, Site, i);
        if (!site->users)
            continue;
        site->edge = edge_for(network, links, site);
        guint k = 0;
        while (k < n && (int)edge[k] != site->edge)
            k++;
        if (k == n && n < most && site->edge != NO_EDGE)
            edge[n++] = (guint)site->edge;
    }
    return n;
}

static Path measured(RoundTrip trip)
{
    return (Path){.kind = PATH_MEASURED, .trip = trip};
}

/* The median scales with the factor; the jitter around it does not. */
static Path city_to_region(const Network *network, const Site *city, const Site *region)
{
    RoundTrip trip = atlas_place_to_region(network->world->atlas, city->city, (guint)region->measured);
    if (network->world->scenario.path_factors) {
        Law law = atlas_path_factor(network->world->atlas, city->city);
        trip = round_trip_scaled(trip, law_draw(&law, named_key(network, city->name, region->name)));
    }
    return measured(trip);
}

/* An edge and a client, by the law of the edge; an edge and a region, by that of the backbone. */
static Path path_of_pop(const Network *network, const Site *pop, const Site *other)
{
    const Atlas *atlas = network->world->atlas;
    if (other->kind == SITE_EDGE)
        return measured(round_trip_constant(EDGE_NS));
    if (other->city)
        return measured(atlas_place_to_edge(atlas, other->city, (guint)pop->edge));
    if (other->measured >= 0)
        return measured(atlas_edge_to_region(atlas, (guint)pop->edge, (guint)other->measured));
    return (Path){.kind = PATH_NONE};
}

static Path path_between(const Network *network, const Site *from, const Site *to)
{
    const LinkConfig *link = distance_said(network->world, network->link, from, to, false);
    if (link)
        return (Path){.kind = PATH_LAW, .law = link->rtt};
    if (from == to)
        return (Path){.kind = from->kind == SITE_REGION ? PATH_ZONES : PATH_AT_ONCE};
    if (from->kind == SITE_POP || to->kind == SITE_POP)
        return from->kind == SITE_POP ? path_of_pop(network, from, to) : path_of_pop(network, to, from);
    if (from->kind == SITE_EDGE || to->kind == SITE_EDGE) {
        const Site *other = from->kind == SITE_EDGE ? to : from;
        return measured(round_trip_constant(other->city ? other->city->edge_ns : EDGE_NS));
    }
    if (from->kind == SITE_REGION && to->kind == SITE_REGION && from->measured >= 0 && to->measured >= 0)
        return measured(
            from->measured == to->measured
                ? round_trip_constant(SAME_REGION_NS)
                : atlas_region_to_region(network->world->atlas, (guint)from->measured, (guint)to->measured));
    if (from->kind == SITE_CITY && to->kind == SITE_REGION && to->measured >= 0)
        return city_to_region(network, from, to);
    if (from->kind == SITE_REGION && to->kind == SITE_CITY && from->measured >= 0)
        return city_to_region(network, to, from);
    link = distance_said(network->world, network->link, from, to, true);
    return link ? (Path){.kind = PATH_LAW, .law = link->rtt} : (Path){.kind = PATH_NONE};
}

static LinkWay way_between(const Network *network, const Site *from, const Site *to, bool private)
{
    const Thing *link = links_find(network->world, network->link, link_end(from), link_end(to), private);
    return links_way(network->links, link, link_end(from), link_end(to));
}

/* The passages out of each place. */
static void find_passages(Network *network)
{
    network->passage = arena_many(network->arena, Passage, network->n_sites * network->n_sites);
    for (guint i = 0; i < network->places->len; i++) {
        Place *place = g_ptr_array_index(network->places, i);
        place->to = &network->passage[(guint)place->site * network->n_sites];
    }
    g_clear_pointer(&network->places, g_ptr_array_unref);
}

void network_seal(Network *network)
{
    network->n_sites = network->sites->len;
    network->site = arena_many(network->arena, Site, network->n_sites);
    for (guint i = 0; i < network->n_sites; i++)
        network->site[i] = g_array_index(network->sites, Site, i);
    g_array_free(network->sites, TRUE);
    network->sites = NULL;
    network->path = arena_many(network->arena, Path, network->n_sites * network->n_sites);
    find_passages(network);
    network->link = links_of(network->world);
    network->links = links_new(network->arena, network->world, network->chance);
    for (guint a = 0; a < network->n_sites; a++)
        for (guint b = 0; b < network->n_sites; b++) {
            Path *path = &network->path[a * network->n_sites + b];
            *path = path_between(network, &network->site[a], &network->site[b]);
            if (network->link->len == 0)
                continue;
            path->open = way_between(network, &network->site[a], &network->site[b], false);
            path->private = way_between(network, &network->site[a], &network->site[b], true);
        }
    g_clear_pointer(&network->link, g_ptr_array_unref);
}

static Path *path_of(const Network *network, const Place *from, const Place *to)
{
    return &network->path[(guint)from->site * network->n_sites + (guint)to->site];
}

/* Within a region: the same zone, or two; a place that spans the region stands in each of its zones equally often. */
static double zone_trip(const Network *network, const Site *site, const Place *from, const Place *to, uint64_t key)
{
    guint n = site->n_zones;
    guint a = from->zone == WHOLE_REGION ? below(key_nth(key, 1), n) : (guint)from->zone;
    guint b = to->zone == WHOLE_REGION ? below(key_nth(key, 2), n) : (guint)to->zone;
    if (a == b)
        return law_draw(&network->same_zone, key);
    return site->pair_ns[a * n + b] * law_draw(&network->zone_jitter, key);
}

SimTime network_round_trip(const Network *network, const Place *from, const Place *to, uint64_t key)
{
    const Path *path = path_of(network, from, to);
    switch (path->kind) {
    case PATH_MEASURED:
        return (SimTime)round_trip_quantile(&path->trip, unit_of(key));
    case PATH_LAW:
        return law_time(&path->law, key);
    case PATH_ZONES:
        return (SimTime)zone_trip(network, &network->site[from->site], from, to, key);
    case PATH_AT_ONCE:
        return 0;
    case PATH_NONE:
        break;
    }
    CHECK(!"a path between these two places");
    return 0;
}

static double typical(const Place *from, const Place *to, const Path *path)
{
    switch (path->kind) {
    case PATH_MEASURED:
        return round_trip_quantile(&path->trip, 0.5);
    case PATH_LAW: {
        double median = law_quantile(&path->law, 0.5);
        return median == median ? median : law_mean(&path->law);
    }
    case PATH_ZONES:
        return from->zone == to->zone && from->zone != WHOLE_REGION ? 0.25 * (double)MILLISECOND : SAME_REGION_NS;
    case PATH_AT_ONCE:
        return 0;
    case PATH_NONE:
        break;
    }
    return (double)SIMTIME_NEVER;
}

double network_typical_at(const Network *network, const Place *from, const Place *to, SimTime at)
{
    const Path *path = path_of(network, from, to);
    double trip = typical(from, to, path);
    return G_UNLIKELY(path->open.link) ? link_typical(&path->open, trip, at) : trip;
}

double network_typical(const Network *network, const Place *from, const Place *to)
{
    return network_typical_at(network, from, to, SIMTIME_NEVER);
}

Links *network_links(const Network *network)
{
    return network->links && links_any(network->links) ? network->links : NULL;
}

const LinkWay *network_way(const Network *network, const Place *from, const Place *to, bool private)
{
    const Path *path = path_of(network, from, to);
    const LinkWay *way = private && path->private.link ? &path->private : &path->open;
    return way->link ? way : NULL;
}

bool network_is_own(const Network *network, const Place *place)
{
    if (place->region == NO_REGION)
        return false;
    const Region *region = &network->world->region[place->region];
    return !region->measured_as || strcmp(region->measured_as, region->name) != 0;
}

/* ---- what is struck and cut ---- */

static bool is_up(const Condition *condition)
{
    return condition->n_strikes == 0;
}

static void strike(Condition *struck, bool up, bool silent, SimTime now)
{
    CHECK(!up || struck->n_strikes > 0);
    bool was_up = is_up(struck);
    struck->n_strikes += up ? -1u : 1;
    if (!up)
        struck->silent = silent;
    if (was_up == is_up(struck))
        return;
    struck->up_since = was_up ? SIMTIME_NEVER : now;
    if (was_up)
        struck->died_at = now;
}

bool network_strike(Network *network, int region, bool up, bool silent, SimTime now)
{
    Condition *struck = network->condition[region];
    for (guint i = 0; i < conditions_of(network->world, (guint)region); i++)
        strike(&struck[i], up, silent, now);
    for (Apart *apart = network->apart; apart; apart = apart->next)
        if (apart->place.region == region)
            strike(&apart->own, up, silent, now);
    return is_up(struck);
}

bool network_strike_zone(Network *network, int region, int zone, bool up, bool silent, SimTime now)
{
    Condition *struck = &network->condition[region][zone - WHOLE_REGION];
    strike(struck, up, silent, now);
    for (Apart *apart = network->apart; apart; apart = apart->next)
        if (apart->place.region == region && apart->place.zone == zone)
            strike(&apart->own, up, silent, now);
    return is_up(struck);
}

void network_strike_place(const Place *place, bool up, bool silent, SimTime now)
{
    strike(place->condition, up, silent, now);
}

SimTime network_died(const Place *place, SimTime since)
{
    return place->condition->died_at >= since ? place->condition->died_at : SIMTIME_NEVER;
}

bool network_came_back(const Place *place, SimTime now)
{
    return place->condition->up_since == now && place->condition->died_at != NEVER_DIED;
}

static void cut_path(Passage *passage, bool up, SimTime now)
{
    CHECK(!up || passage->n_cuts > 0);
    bool was_up = passage->n_cuts == 0;
    passage->n_cuts += up ? -1u : 1;
    if (was_up != (passage->n_cuts == 0))
        passage->up_since = was_up ? SIMTIME_NEVER : now;
}

void network_cut(Network *network, int from_region, int to_region, bool up, SimTime now)
{
    for (guint a = 0; a < network->n_sites; a++)
        for (guint b = 0; b < network->n_sites; b++)
            if (network->site[a].region == from_region && network->site[b].region == to_region)
                cut_path(&network->passage[a * network->n_sites + b], up, now);
}

/* ---- before anything runs ---- */

static Site site_named(const World *world, const char *name)
{
    Site site = {.kind = SITE_REGION, .name = name, .region = world_region(world, name), .measured = -1};
    guint place[1];
    if (atlas_find_places(world->atlas, name, place, 1) > 0) {
        site.kind = SITE_CITY;
        site.city = atlas_place(world->atlas, place[0]);
        return site;
    }
    site.edge = atlas_find_edge(world->atlas, name);
    if (site.edge != NO_EDGE) {
        site.kind = SITE_POP;
        return site;
    }
    const char *measured_as = site.region >= 0 ? world->region[site.region].measured_as : name;
    site.measured = measured_as ? atlas_region(world->atlas, measured_as) : -1;
    return site;
}

static bool has_path(const World *world, const char *from, const char *to)
{
    Site a = site_named(world, from), b = site_named(world, to);
    bool a_edge = a.kind == SITE_POP, b_edge = b.kind == SITE_POP;
    bool measured_pair = (a.measured >= 0 || a.city || a_edge) && (b.measured >= 0 || b.city || b_edge) &&
                         !(a.city && b.city) && !(a_edge && b_edge);
    if (strcmp(from, to) == 0 || measured_pair)
        return true;
    g_autoptr(GPtrArray) links = links_of(world);
    return distance_said(world, links, &a, &b, false) || distance_said(world, links, &a, &b, true);
}

const char *network_missing(const World *world, const char *from, const char *to)
{
    enum { MOST_PLACES = 256 };
    guint place[MOST_PLACES], n = atlas_find_places(world->atlas, from, place, MOST_PLACES);
    for (guint i = 0; i < n; i++)
        if (!has_path(world, atlas_place(world->atlas, place[i])->name, to))
            return atlas_place(world->atlas, place[i])->name;
    return n == 0 && !has_path(world, from, to) ? from : NULL;
}

void network_must_reach(const World *world, const char *from, const char *to, const char *key, Complaints *complaints)
{
    const char *missing = network_missing(world, from, to);
    if (missing)
        complain(complaints, key, "no-path",
                 "no distance is known between %s and %s; write a [link ...] with from, to and rtt", missing, to);
}
