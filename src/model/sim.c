#include "model/sim.h"
#include "model/call_pool.h"
#include "model/clock.h"
#include "model/observer.h"
#include "model/watcher.h"
#include <stdarg.h>
#include <stdio.h>
#include "base/poison.h"

/* Requests are given this long after the horizon to end: longer than any patience with its retries. */
enum { DRAIN_STEPS = 3600 };

typedef struct {
    GDestroyNotify release;
    void *what;
} Release;

Sim *sim_new(const World *world, uint64_t seed, guint replication)
{
    Arena *arena = arena_new();
    Sim *sim = arena_one(arena, Sim);
    sim->arena = arena;
    sim->world = world;
    sim->chance = key_of(mix64(seed), replication);
    sim->measured_from = world->scenario.warm_up;
    sim->horizon = world->scenario.warm_up + world->scenario.duration;
    sim->sheet = sheet_new();
    sim->calls = call_pool_new();
    sim->entities = g_ptr_array_new();
    sim->releases = g_ptr_array_new();
    sim->stations = g_ptr_array_new();
    sim->claimed_by = arena_many(arena, gsize, world->n_things + 1);
    sim->doors = arena_many(arena, GPtrArray *, world->n_things);
    for (guint i = 0; i < world->n_things; i++)
        sim->doors[i] = g_ptr_array_new();
    sim->doors_by_region = arena_many(arena, GPtrArray *, world->n_things * (world->n_regions + 1));
    sim->controls = arena_many(arena, GPtrArray *, world->n_things * (world->n_regions + 1));
    sim->name_server = arena_many(arena, Entity *, world->n_things * (world->n_regions + 1));
    kernel_init(&sim->kernel, sim, call_happens, call_expired);
    sim->network = network_new(arena, world, sim->chance);
    sim->clocks = clocks_new(arena, world, sim->chance);
    sim->observer = observer_new(sim);
    return sim;
}

void sim_at_end(Sim *sim, GDestroyNotify release, void *what)
{
    Release *pair = arena_one(sim->arena, Release);
    *pair = (Release){release, what};
    g_ptr_array_add(sim->releases, pair);
}

void sim_free(Sim *sim)
{
    for (guint i = 0; i < sim->releases->len; i++) {
        const Release *pair = g_ptr_array_index(sim->releases, i);
        pair->release(pair->what);
    }
    g_ptr_array_free(sim->releases, TRUE);
    kernel_clear(&sim->kernel);
    observer_free(sim->observer);
    call_pool_free(sim->calls);
    for (guint i = 0; i < sim->world->n_things; i++)
        g_ptr_array_free(sim->doors[i], TRUE);
    for (guint i = 0; i < sim->world->n_things * (sim->world->n_regions + 1); i++) {
        if (sim->doors_by_region[i])
            g_ptr_array_free(sim->doors_by_region[i], TRUE);
        if (sim->controls[i])
            g_ptr_array_free(sim->controls[i], TRUE);
    }
    g_ptr_array_free(sim->entities, TRUE);
    g_ptr_array_free(sim->stations, TRUE);
    if (sim->sheet)
        sheet_free(sim->sheet);
    arena_free(sim->arena);
}

Entity *entity_new(Sim *sim, const Thing *thing, const Ops *ops, const Place *place, gsize state_size, const char *part)
{
    Entity *entity = arena_one(sim->arena, Entity);
    int region = place_region(place);
    entity->ops = ops;
    entity->state = arena_take(sim->arena, state_size);
    entity->config = thing_config(thing, region < (int)sim->world->n_regions ? region : ANYWHERE);
    entity->thing = thing;
    entity->place = place;
    entity->key = key_of(sim->chance, thing->key);
    entity->id = sim->entities->len;
    entity->region = region;
    entity->name = arena_printf(sim->arena, "%s%s", thing->name, part);
    entity->own_key = key_of(entity->key, key_of_text(entity->name));
    g_ptr_array_add(sim->entities, entity);
    return entity;
}

static guint spot_of(const Sim *sim, const Thing *thing, int region)
{
    return thing->index * (sim->world->n_regions + 1) + (guint)(region - NO_REGION);
}

static GPtrArray **region_doors(const Sim *sim, const Thing *thing, int region)
{
    return &sim->doors_by_region[spot_of(sim, thing, region)];
}

void entity_names(Sim *sim, Entity *entity, int region)
{
    sim->name_server[spot_of(sim, entity->thing, region)] = entity;
}

Entity *name_server_of(const Sim *sim, const Thing *thing, int region)
{
    return sim->name_server[spot_of(sim, thing, region)];
}

void entity_open(Sim *sim, Entity *entity)
{
    GPtrArray **here = region_doors(sim, entity->thing, entity->region);
    if (!*here)
        *here = g_ptr_array_new();
    entity->nth = (*here)->len;
    g_ptr_array_add(*here, entity);
    g_ptr_array_add(sim->doors[entity->thing->index], entity);
}

void entity_controls(Sim *sim, Entity *entity, int region)
{
    GPtrArray **here = &sim->controls[spot_of(sim, entity->thing, region)];
    if (!*here)
        *here = g_ptr_array_new();
    g_ptr_array_add(*here, entity);
}

Entity *const *controls_of(const Sim *sim, const Thing *thing, int region, guint *n)
{
    const GPtrArray *here = sim->controls[spot_of(sim, thing, region)];
    *n = here ? here->len : 0;
    return here ? (Entity *const *)here->pdata : NULL;
}

Entity *const *doors_in(const Sim *sim, const Thing *thing, int region, guint *n)
{
    const GPtrArray *doors = region == ANYWHERE ? sim->doors[thing->index] : *region_doors(sim, thing, region);
    *n = doors ? doors->len : 0;
    return doors ? (Entity *const *)doors->pdata : NULL;
}

guint doors_of(const Sim *sim, const Thing *thing, int region, Entity **door, guint most)
{
    guint n;
    Entity *const *found = doors_in(sim, thing, region, &n);
    n = MIN(n, most);
    for (guint i = 0; i < n; i++)
        door[i] = found[i];
    return n;
}

static Entity *nearest(Sim *sim, const Entity *asker, const GPtrArray *doors)
{
    Entity *best = NULL;
    double least = 0;
    for (guint i = 0; i < doors->len; i++) {
        Entity *entity = g_ptr_array_index(doors, i);
        double distance = network_typical(sim->network, asker->place, entity->place);
        if (!best || distance < least) {
            best = entity;
            least = distance;
        }
    }
    return best;
}

Entity *door_for(Sim *sim, const Entity *asker, Reference to)
{
    if (!to.thing)
        return NULL;
    int region = to.region != ANYWHERE ? to.region : asker->region;
    if (region >= 0) {
        guint n;
        Entity *const *here = doors_in(sim, to.thing, region, &n);
        if (n > 0)
            return here[asker->nth % n];
        if (to.region != ANYWHERE)
            return NULL;
    }
    if (to.thing->component->elsewhere)
        return to.thing->component->elsewhere(sim, to.thing, asker);
    return nearest(sim, asker, sim->doors[to.thing->index]);
}

guint doors_named(Sim *sim, Reference to, Entity **door, guint most)
{
    return doors_of(sim, to.thing, to.region, door, most);
}

static void start_all(Sim *sim)
{
    for (guint i = 0; i < sim->entities->len; i++) {
        Entity *entity = g_ptr_array_index(sim->entities, i);
        if (entity->ops->start)
            entity->ops->start(sim, entity);
    }
}

void sim_restart(Sim *sim, int region)
{
    for (guint i = 0; i < sim->entities->len; i++) {
        Entity *entity = g_ptr_array_index(sim->entities, i);
        if (place_within(entity->place, region) && network_came_back(entity->place, sim_now(sim)) && entity->ops->start)
            entity->ops->start(sim, entity);
    }
}

static void build(Sim *sim)
{
    const World *world = sim->world;
    for (int root = 1; root >= 0; root--) /* users first: who stands near them must know where they are */
        for (guint i = 0; i < world->n_things; i++)
            if (world->thing[i]->component->build && world->thing[i]->component->root == (root == 1))
                world->thing[i]->component->build(sim, world->thing[i]);
    network_seal(sim->network);
    sim->links = network_links(sim->network);
    for (guint i = 0; i < world->n_things; i++)
        if (world->thing[i]->component->connect)
            world->thing[i]->component->connect(sim, world->thing[i]);
    observer_ready(sim);
    start_all(sim);
}

/* No new requests are made after the horizon; those under way are seen through, second by second, so that none is
 * censored. */
static bool drain(Sim *sim)
{
    for (int i = 0; i < DRAIN_STEPS && observer_requests_open(sim->observer) > 0; i++)
        if (!kernel_run(&sim->kernel, sim->kernel.now + SECOND))
            return false;
    return true;
}

/* Too much under way is found out in the middle of a step, which cannot be finished without more memory and need not
 * be: a jump leaves it, and all the others pay nothing for that. */
static bool run_all(Sim *sim)
{
    jmp_buf way_out;
    if (setjmp(way_out))
        return false;
    sim->way_out = &way_out;
    build(sim);
    return kernel_run(&sim->kernel, sim->horizon) && drain(sim);
}

void sim_overrun(Sim *sim)
{
    CHECK(sim->way_out);
    sim->overrun = true;
    longjmp(*sim->way_out, 1);
}

void sim_claim(Sim *sim, const Thing *thing, gsize bytes)
{
    if (thing)
        sim->claimed_by[thing->index] += bytes;
    sim->claimed += bytes;
    if (sim->most_bytes > 0 && sim->claimed > sim->most_bytes)
        sim_overrun(sim);
}

bool sim_run(Sim *sim, const int *stop)
{
    sim->kernel.stop = stop;
    check_scene.now_ns = &sim->kernel.now;
    bool whole = run_all(sim);
    sim->way_out = NULL;
    if (whole) {
        for (guint i = 0; i < sim->entities->len; i++) {
            Entity *entity = g_ptr_array_index(sim->entities, i);
            if (entity->ops->finish)
                entity->ops->finish(sim, entity);
        }
        observer_finish(sim->observer);
    }
    check_scene.now_ns = NULL;
    check_scene.entity = NULL;
    return whole;
}

static void tell_line(Sim *sim, const Entity *who, const char *what)
{
    g_autofree char *line =
        g_strdup_printf("[%14.6f] %s %s", simtime_seconds(sim->kernel.now - sim->measured_from), who->name, what);
    sim->trace(sim, sim->trace_whose, line);
}

void sim_tell(Sim *sim, const Entity *who, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    tell_line(sim, who, what);
}

void sim_decide(Sim *sim, const Entity *who, const Call *call, const char *format, ...)
{
    bool is_heard = sim->watcher && sim->watcher->decided;
    if (!sim->trace && !is_heard)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (sim->trace)
        tell_line(sim, who, what);
    if (is_heard)
        sim->watcher->decided(sim, sim->watcher->whose, who, call, what);
}
