#include "base/check.h"
#include "model/sim.h"
#include "run/run.h"

Sheet *run_replication(const World *world, uint64_t seed, guint number, const int *stop, uint64_t *digest,
                       guint64 *n_events)
{
    check_scene = (CheckScene){.seed = seed, .replication = (int)number};
    Sim *sim = sim_new(world, seed, number);
    Sheet *sheet = NULL;
    if (sim_run(sim, stop)) {
        sheet = g_steal_pointer(&sim->sheet);
        *digest = sim->kernel.digest.value;
        *n_events = sim->kernel.n_events;
    }
    sim_free(sim);
    check_scene = (CheckScene){0};
    return sheet;
}
