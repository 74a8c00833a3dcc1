#include "model/network.h"
#include "scenario/loader.h"
#include "scenario/traffic.h"
#include <string.h>

/* Connections: can services reach what they call in other regions?
 *
 * Asked only where a scenario names connections between private networks: then a call from a service to what runs in
 * another region needs one that joins the two.  Peerings, lines and tunnels join their two ends and nobody else; any
 * two that are attached to one transit gateway are joined. */

typedef struct {
    Loader *loader;
    const World *world;
    GPtrArray *links;
    Arena *arena;
    Network *network; /* distances, to find the nearest */
    const Place **place;
} Reach;

static const char *name_of(const Reach *reach, guint region)
{
    return reach->world->region[region].name;
}

static bool joined(const Reach *reach, guint a, guint b)
{
    LinkEnd from = {name_of(reach, a), NULL}, to = {name_of(reach, b), NULL};
    return links_find(reach->world, reach->links, from, to, true) != NULL;
}

/* The region by way of which they would be joined if connections were passed through; -1: none. */
static int between(const Reach *reach, guint a, guint b)
{
    for (guint i = 0; i < reach->world->n_running; i++)
        if (i != a && i != b && joined(reach, a, i) && joined(reach, i, b))
            return (int)i;
    return -1;
}

/* Where a thing without a place in its name is asked by who stands in `from` and has none of it there: at its writer,
 * if its component says so, else the nearest. */
static int elsewhere(const Reach *reach, const Thing *thing, guint from)
{
    const int *writer = thing->component->elsewhere ? value_of(thing, "writer", PARAM_REGION) : NULL;
    if (writer && *writer >= 0)
        return *writer;
    int best = -1;
    double least = 0;
    for (guint i = 0; i < reach->world->n_running; i++) {
        if (!thing->runs_in[i])
            continue;
        double distance = network_typical(reach->network, reach->place[from], reach->place[i]);
        if (best < 0 || distance < least) {
            best = (int)i;
            least = distance;
        }
    }
    return best;
}

static const char *what_to_write(const Reach *reach, guint a, guint b)
{
    bool own = network_is_own(reach->network, reach->place[a]) || network_is_own(reach->network, reach->place[b]);
    return arena_printf(reach->loader->arena, "write [link ...] with use = %s, from = %s, to = %s",
                        own ? "vpn" : "vpc-peering", name_of(reach, a), name_of(reach, b));
}

static void tell_unreachable(const Reach *reach, const Edge *edge, guint from, guint to)
{
    const char *write = what_to_write(reach, from, to), *asker = edge->from->name, *asked = edge->to->name;
    int by = between(reach, from, to);
    if (by < 0)
        tell(reach->loader, SEVERITY_ERROR, edge->spot, "unreachable",
             "'%s' in %s calls '%s' in %s, and no connection joins the two; %s", asker, name_of(reach, from), asked,
             name_of(reach, to), write);
    else
        tell(reach->loader, SEVERITY_ERROR, edge->spot, "not-transitive",
             "'%s' in %s calls '%s' in %s; %s is joined with both, but nobody passes through it; %s, or one with use = "
             "transit-gateway, attachments = %s, %s, %s",
             asker, name_of(reach, from), asked, name_of(reach, to), name_of(reach, (guint)by), write,
             name_of(reach, from), name_of(reach, (guint)by), name_of(reach, to));
}

static void check_edge(const Reach *reach, const Edge *edge)
{
    for (guint from = 0; from < reach->world->n_running; from++) {
        if (!edge->from->thing->runs_in[from] || (edge->region < 0 && edge->to->thing->runs_in[from]))
            continue;
        int to = edge->region >= 0 ? edge->region : elsewhere(reach, edge->to->thing, from);
        if (to >= 0 && to != (int)from && !joined(reach, from, (guint)to))
            tell_unreachable(reach, edge, from, (guint)to);
    }
}

static void check_all(Reach *reach)
{
    const World *world = reach->world;
    reach->place = arena_many(reach->arena, const Place *, world->n_running + 1);
    for (guint i = 0; i < world->n_running; i++)
        reach->place[i] = network_region(reach->network, (int)i, WHOLE_REGION);
    network_seal(reach->network);
    for (guint i = 0; i < reach->loader->edges->len; i++) {
        const Edge *edge = &g_array_index(reach->loader->edges, Edge, i);
        if (edge->from->enabled && strcmp(edge->from->kind, "service") == 0 && edge->to->thing->component &&
            !is_apart(edge->to->thing))
            check_edge(reach, edge);
    }
}

void connections_check(Loader *loader)
{
    const World *world = loader->world;
    if (loader_errors(loader) > 0 || !links_are_private(world))
        return;
    Reach reach = {.loader = loader, .world = world, .links = links_of(world), .arena = arena_new()};
    reach.network = network_new(reach.arena, world, 0);
    check_all(&reach);
    g_ptr_array_unref(reach.links);
    arena_free(reach.arena);
}
