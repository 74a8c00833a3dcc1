#include "model/reach.h"
#include <string.h>
#include "base/poison.h"

typedef struct {
    const World *world;
    Reach reach;
} Walk;

static bool is_one_of(const Thing *thing, const char *const *kinds)
{
    return g_strv_contains(kinds, thing->component->kind);
}

static void walk_references(Walk *walk, const Thing *thing);

static void arrive_in(Walk *walk, Reference to)
{
    for (guint region = 0; region < walk->world->n_running; region++)
        if (to.region == (int)region || (to.region == ANYWHERE && to.thing->runs_in[region]))
            walk->reach.region[region] = true;
}

static void visit(Walk *walk, Reference to)
{
    static const char *const ways[] = {"dns", "accelerator", NULL}, *const ends[] = {"balancer", "service", NULL},
                             *const judges[] = {"health-check", NULL};
    if (!to.thing)
        return;
    if (is_one_of(to.thing, ends))
        arrive_in(walk, to);
    else if (!is_one_of(to.thing, ways) && !is_one_of(to.thing, judges))
        return;
    bool known = walk->reach.thing[to.thing->index];
    walk->reach.thing[to.thing->index] = true;
    if (!known && is_one_of(to.thing, ways))
        walk_references(walk, to.thing);
}

static void walk_references(Walk *walk, const Thing *thing)
{
    for (const Param *param = thing->component->params; param && param->name; param++) {
        const char *field = (const char *)thing->config + param->offset;
        if (param->type == PARAM_REFERENCE) {
            visit(walk, *(const Reference *)(gconstpointer)field);
        } else if (param->type == PARAM_REFERENCES) {
            const References *list = (gconstpointer)field;
            for (guint i = 0; i < list->n; i++)
                visit(walk, list->item[i].to);
        }
    }
}

Reach reach_of(Arena *arena, const World *world, const Thing *from)
{
    Walk walk = {world, {arena_many(arena, bool, world->n_running), arena_many(arena, bool, world->n_things)}};
    walk_references(&walk, from);
    return walk.reach;
}
