#include "tests/small_world.h"
#include "model/atlas.h"
#include "model/replica.h"
#include "tests/expect.h"
#include <string.h>

enum { MOST_THINGS = 64, MOST_REGIONS = 16 };

extern const Component link_component;
static const Component actor = {.kind = "actor", .name = "actor", .summary = "Does what a test tells it."};

const Atlas *small_atlas(void)
{
    static Atlas *atlas;
    if (!atlas) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        atlas = atlas_load(MODELS, diagnostics);
        diagnostics_print(diagnostics, stderr, false);
    }
    return atlas;
}

const Thing *small_thing_of(World *world, const Component *component, const char *name, const void *config)
{
    Thing *thing = arena_one(world->arena, Thing);
    CHECK(world->n_things < MOST_THINGS);
    *thing = (Thing){.component = component,
                     .name = name,
                     .key = key_of(key_of_text(component->kind), key_of_text(name)),
                     .index = world->n_things,
                     .config = config};
    thing->config_at = arena_many(world->arena, const void *, MOST_REGIONS);
    thing->runs_in = arena_many(world->arena, bool, MOST_REGIONS);
    for (guint i = 0; i < MOST_REGIONS; i++) {
        thing->config_at[i] = config;
        thing->runs_in[i] = i < world->n_running;
    }
    ((const Thing **)(gpointer)world->thing)[world->n_things++] = thing;
    return thing;
}

const Thing *small_thing(World *world, const char *name, const void *config)
{
    return small_thing_of(world, &actor, name, config);
}

void small_link(World *world, const char *from, const char *to, Law rtt, bool one_way)
{
    LinkConfig *link = arena_one(world->arena, LinkConfig);
    *link = (LinkConfig){.from = from, .to = to, .rtt = rtt, .one_way = one_way};
    small_thing_of(world, &link_component, arena_printf(world->arena, "%s-%s", from, to), link);
}

int small_region(World *world, const char *name, guint n_zones, const char *measured_as)
{
    CHECK(world->n_regions < MOST_REGIONS);
    ((Region *)(gpointer)world->region)[world->n_regions++] =
        (Region){.name = name, .title = name, .measured_as = measured_as, .n_zones = n_zones};
    return (int)world->n_regions - 1;
}

World *small_world(Arena *arena)
{
    static const char *const names[N_SMALL_REGIONS] = {"east", "west", "north"};
    static const SimTime rtt[N_SMALL_REGIONS][N_SMALL_REGIONS] = {
        {0, 100 * MILLISECOND, 200 * MILLISECOND}, {0, 0, 300 * MILLISECOND}, {0, 0, 0}};
    World *world = arena_one(arena, World);
    *world = (World){.name = "small", .scenario = {.duration = HOUR}, .atlas = small_atlas(), .arena = arena};
    world->region = arena_many(arena, Region, MOST_REGIONS);
    world->thing = arena_many(arena, const Thing *, MOST_THINGS);
    for (int i = 0; i < N_SMALL_REGIONS; i++)
        small_region(world, names[i], 1, NULL);
    world->n_running = N_SMALL_REGIONS;
    for (int i = 0; i < N_SMALL_REGIONS; i++)
        for (int j = i; j < N_SMALL_REGIONS; j++)
            small_link(world, names[i], names[j], law_constant((double)rtt[i][j]), false);
    return world;
}

void small_run(Sim *sim, SimTime until)
{
    EXPECT(kernel_run(&sim->kernel, until), "stopped at %" PRId64, sim_now(sim));
}

void small_strike(Sim *sim, int region, bool up, bool silent)
{
    if (network_strike(sim->network, region, up, silent, sim_now(sim)))
        sim_restart(sim, region);
}

static void asked(Sim *sim, Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    if (call->port == PORT_STORE)
        replica_serve(sim, me, call);
    else
        replica_take(sim, me, call);
}

const Ops small_replica = {.role = "replica", .start = replica_start, .asked = asked, .finish = replica_finish};
