#include "model/clock.h"
#include "base/poison.h"

typedef struct {
    const Thing *fault;
    int region;
    SimTime since;
    Skew skew;
} Disturbance;

struct Clocks {
    SimTime *offset;       /* per region */
    GArray *disturbed;     /* Disturbance: as many as there are faults under way */
    SimTime behind, ahead; /* no clock is ever further off than that */
};

static void clear(void *whose)
{
    g_array_free(((Clocks *)whose)->disturbed, TRUE);
}

static Clocks *make(Arena *arena, const World *world)
{
    Clocks *clocks = arena_one(arena, Clocks);
    clocks->offset = arena_many(arena, SimTime, world->n_regions);
    return clocks;
}

Clocks *clocks_new(Arena *arena, const World *world, uint64_t chance)
{
    Clocks *clocks = NULL;
    for (guint i = 0; i < world->n_regions; i++) {
        const Region *region = &world->region[i];
        if (region->ahead.kind == LAW_NONE)
            continue;
        if (!clocks)
            clocks = make(arena, world);
        uint64_t key = key_of(key_of(chance, key_of_text("clock")), key_of_text(region->name));
        clocks->offset[i] = law_offset(&region->ahead, key);
        clocks->behind = MAX(clocks->behind, -clocks->offset[i]);
        clocks->ahead = MAX(clocks->ahead, clocks->offset[i]);
    }
    return clocks;
}

void clocks_expect(Sim *sim, const Skew *skew)
{
    SimTime longest = 2 * sim->horizon + HOUR; /* requests may be under way after the horizon */
    if (!sim->clocks)
        sim->clocks = make(sim->arena, sim->world);
    if (!sim->clocks->disturbed) {
        sim->clocks->disturbed = g_array_new(FALSE, FALSE, sizeof(Disturbance));
        sim_at_end(sim, clear, sim->clocks);
    }
    SimTime drifted = (SimTime)(skew->drift * (double)longest);
    sim->clocks->behind += MAX(0, -skew->by) + MAX(0, -drifted);
    sim->clocks->ahead += MAX(0, skew->by) + MAX(0, drifted);
}

void clocks_skew(Sim *sim, int region, const Thing *fault, const Skew *skew)
{
    GArray *disturbed = sim->clocks->disturbed;
    if (skew) {
        Disturbance one = {.fault = fault, .region = region, .since = sim_now(sim), .skew = *skew};
        g_array_append_val(disturbed, one);
        return;
    }
    for (guint i = 0; i < disturbed->len; i++)
        if (g_array_index(disturbed, Disturbance, i).fault == fault) {
            g_array_remove_index(disturbed, i);
            return;
        }
}

SimTime clocks_read(const Sim *sim, int region)
{
    const Clocks *clocks = sim->clocks;
    SimTime shown = sim_now(sim) + clocks->offset[region];
    for (guint i = 0; clocks->disturbed && i < clocks->disturbed->len; i++) {
        const Disturbance *one = &g_array_index(clocks->disturbed, Disturbance, i);
        if (one->region == region)
            shown += one->skew.by + (SimTime)(one->skew.drift * (double)(sim_now(sim) - one->since));
    }
    return MAX(shown, 1);
}

SimTime clocks_span(const Sim *sim)
{
    return sim->clocks->behind + sim->clocks->ahead;
}
