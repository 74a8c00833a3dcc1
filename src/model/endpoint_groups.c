#include "model/endpoint_groups.h"
#include "base/check.h"
#include "base/poison.h"

enum { GROUPS_TRIED = 3 };

/* ---- what there is ---- */

bool endpoint_is_in(const Item *item, guint region)
{
    const Reference *to = &item->to;
    return to->thing && to->thing->runs_in[region] && (to->region == ANYWHERE || to->region == (int)region);
}

static void add_endpoint(Sim *sim, EndpointGroups *groups, const Item *item, int region)
{
    guint n;
    Entity *const *door = doors_in(sim, item->to.thing, region, &n);
    if (groups->endpoint)
        groups->endpoint[groups->n_endpoints] = (Endpoint){.thing = item->to.thing,
                                                           .weight = item->quantity,
                                                           .first_door = groups->n_doors,
                                                           .n_doors = n,
                                                           .names = name_server_of(sim, item->to.thing, region)};
    for (guint i = 0; groups->door && i < n; i++)
        groups->door[groups->n_doors + i] = door[i];
    groups->n_endpoints++;
    groups->n_doors += n;
}

/* Only counts them while there is no room yet. */
static void find(Sim *sim, const References *endpoints, EndpointGroups *groups)
{
    groups->n_groups = groups->n_endpoints = groups->n_doors = 0;
    for (guint region = 0; region < sim->world->n_running; region++) {
        guint first = groups->n_endpoints;
        for (guint i = 0; i < endpoints->n; i++)
            if (endpoint_is_in(&endpoints->item[i], region))
                add_endpoint(sim, groups, &endpoints->item[i], (int)region);
        if (groups->n_endpoints == first)
            continue;
        if (groups->group)
            groups->group[groups->n_groups] = (EndpointGroup){
                .region = (int)region, .first_endpoint = first, .n_endpoints = groups->n_endpoints - first};
        groups->n_groups++;
    }
}

void endpoint_groups_find(Sim *sim, const References *endpoints, EndpointGroups *groups)
{
    *groups = (EndpointGroups){0};
    find(sim, endpoints, groups);
    groups->group = arena_many(sim->arena, EndpointGroup, groups->n_groups);
    groups->endpoint = arena_many(sim->arena, Endpoint, groups->n_endpoints);
    groups->door = arena_many(sim->arena, Entity *, groups->n_doors);
    find(sim, endpoints, groups);
}

EndpointGroup *endpoint_group_in(const EndpointGroups *groups, int region)
{
    for (guint i = 0; i < groups->n_groups; i++)
        if (groups->group[i].region == region)
            return &groups->group[i];
    return NULL;
}

/* ---- what is known of it ---- */

EndpointView endpoint_view_new(Sim *sim, const EndpointGroups *groups, const Place *from)
{
    EndpointView view = {.order = arena_many(sim->arena, guint, groups->n_groups),
                         .dial = arena_many(sim->arena, double, groups->n_groups),
                         .healthy = arena_many(sim->arena, bool, groups->n_doors)};
    double *distance = arena_many(sim->arena, double, groups->n_groups);
    for (guint i = 0; i < groups->n_groups; i++) {
        const Endpoint *first = &groups->endpoint[groups->group[i].first_endpoint];
        guint at = i;
        distance[i] = network_typical(sim->network, from, groups->door[first->first_door]->place);
        for (; at > 0 && distance[view.order[at - 1]] > distance[i]; at--)
            view.order[at] = view.order[at - 1];
        view.order[at] = i;
        view.dial[i] = 1;
    }
    for (guint i = 0; i < groups->n_doors; i++)
        view.healthy[i] = true;
    return view;
}

static guint healthy_doors(const EndpointView *view, const Endpoint *endpoint)
{
    guint n = 0;
    for (guint i = 0; i < endpoint->n_doors; i++)
        n += view->healthy[endpoint->first_door + i];
    return n;
}

/* That it counts with now. */
static double weight_of(const EndpointView *view, const Endpoint *endpoint)
{
    return healthy_doors(view, endpoint) > 0 ? endpoint->weight : 0;
}

static double group_weight(const EndpointGroups *groups, const EndpointView *view, guint group)
{
    const EndpointGroup *here = &groups->group[group];
    double sum = 0;
    for (guint i = 0; i < here->n_endpoints; i++)
        sum += weight_of(view, &groups->endpoint[here->first_endpoint + i]);
    return sum;
}

/* ---- choosing ---- */

/* The nearest first: each takes the share of its dial of what comes to it, the last that is dialled up what is left.
 * With all dials at 0 there is none: the nearest. */
static guint group_by_dial(const EndpointGroups *groups, const EndpointView *view, uint64_t chance)
{
    double u = unit_of(chance);
    guint last = view->order[0];
    for (guint i = 0; i < groups->n_groups; i++) {
        double dial = view->dial[view->order[i]];
        if (dial <= 0)
            continue;
        last = view->order[i];
        if (u < dial)
            break;
        u = (u - dial) / (1 - dial);
    }
    return last;
}

static guint healthy_door(const EndpointView *view, const Endpoint *endpoint, uint64_t chance)
{
    guint skip = below(chance, healthy_doors(view, endpoint)), door = endpoint->first_door;
    for (;; door++)
        if (view->healthy[door] && skip-- == 0)
            return door;
}

static guint door_by_weight(const EndpointGroups *groups, const EndpointView *view, guint group, EndpointChance chance)
{
    const EndpointGroup *here = &groups->group[group];
    double u = unit_of(chance.endpoint) * group_weight(groups, view, group);
    const Endpoint *chosen = NULL;
    for (guint i = 0; i < here->n_endpoints; i++) {
        const Endpoint *endpoint = &groups->endpoint[here->first_endpoint + i];
        double weight = weight_of(view, endpoint);
        if (weight <= 0)
            continue;
        chosen = endpoint;
        if (u < weight)
            break;
        u -= weight;
    }
    CHECK(chosen);
    return healthy_door(view, chosen, chance.door);
}

guint endpoint_choose(const EndpointGroups *groups, const EndpointView *view, EndpointChance chance,
                      EndpointReason *why)
{
    guint dialled = group_by_dial(groups, view, chance.group);
    *why = dialled == view->order[0] ? CHOSEN_NEAREST : CHOSEN_BY_DIAL;
    if (group_weight(groups, view, dialled) > 0)
        return door_by_weight(groups, view, dialled, chance);
    *why = CHOSEN_FOR_UNHEALTHY;
    for (guint i = 0; i < MIN(GROUPS_TRIED, groups->n_groups); i++)
        if (group_weight(groups, view, view->order[i]) > 0)
            return door_by_weight(groups, view, view->order[i], chance);
    *why = CHOSEN_FAIL_OPEN;
    const EndpointGroup *nearest = &groups->group[view->order[0]];
    const Endpoint *any = &groups->endpoint[nearest->first_endpoint + below(chance.endpoint, nearest->n_endpoints)];
    return any->first_door + below(chance.door, any->n_doors);
}
