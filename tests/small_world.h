/* SmallWorld: a world made by hand, for tests of the model without a scenario.
 *
 * Three regions, each with one zone; the distances between them are round numbers without jitter, there and back: east
 * to west 100 ms, east to north 200 ms, west to north 300 ms.  What is in one region is at the same spot: 0 ms.  A test
 * may link places differently, makes things without parameters, and writes the steps of its entities itself.
 * Everything lives in the world's arena. */
#ifndef MRSIM_TESTS_SMALL_WORLD_H
#define MRSIM_TESTS_SMALL_WORLD_H
#include "model/sim.h"

enum { EAST, WEST, NORTH, N_SMALL_REGIONS };
#define MODELS MRSIM_SRCDIR "/models"

/* The measured tables, read once per program. */
const Atlas *small_atlas(void);
World *small_world(Arena *arena);
/* The last link between two places counts. */
void small_link(World *world, const char *from, const char *to, Law rtt, bool one_way);
/* A region more, with this many zones, without a distance to any other unless it is measured as a known one (NULL: it
 * is not). */
int small_region(World *world, const char *name, guint n_zones, const char *measured_as);
/* Without parameters: kind "actor"; `config` may be NULL. */
const Thing *small_thing(World *world, const char *name, const void *config);
/* A thing of a shipped component, with the config it wants (in memory that lives as long as the world). */
const Thing *small_thing_of(World *world, const Component *component, const char *name, const void *config);
/* Brings the clock to that instant, with all that happens up to it. */
void small_run(Sim *sim, SimTime until);
/* What a replica of a store does that takes whatever it is asked. */
extern const Ops small_replica;
/* Takes a region away, or gives it back and starts again what is in it. */
void small_strike(Sim *sim, int region, bool up, bool silent);
#endif
