#include "base/check.h"
#include "model/watcher.h"
#include "run/run.h"

/* Who writes the digest log watches the events. */
typedef struct {
    GArray *checkpoints;
    guint64 n_events;
    guint number;
} Keeper;

static void keep(const Sim *sim, const Keeper *keeper, bool is_end)
{
    Checkpoint point = {.n_events = keeper->n_events,
                        .at_ns = sim_now(sim) - sim->measured_from,
                        .digest = sim->kernel.digest.value,
                        .replication = keeper->number,
                        .is_end = is_end};
    g_array_append_val(keeper->checkpoints, point);
}

static void on_event(Sim *sim, void *whose, G_GNUC_UNUSED const Call *call, G_GNUC_UNUSED bool is_time_out)
{
    Keeper *keeper = whose;
    if (++keeper->n_events % EVENTS_BETWEEN_CHECKPOINTS == 0)
        keep(sim, keeper, false);
}

Sheet *run_replication(const World *world, uint64_t seed, guint number, const int *stop, uint64_t *digest,
                       guint64 *n_events)
{
    return run_replication_logged(world, seed, number, stop, digest, n_events, NULL);
}

Sheet *run_replication_logged(const World *world, uint64_t seed, guint number, const int *stop, uint64_t *digest,
                              guint64 *n_events, GArray *checkpoints)
{
    Keeper keeper = {.checkpoints = checkpoints, .number = number};
    const Watcher watcher = {.whose = &keeper, .event = on_event};
    check_scene = (CheckScene){.seed = seed, .replication = (int)number};
    Sim *sim = sim_new(world, seed, number);
    Sheet *sheet = NULL;
    sim->watcher = checkpoints ? &watcher : NULL;
    if (sim_run(sim, stop)) {
        if (checkpoints)
            keep(sim, &keeper, true);
        sheet = g_steal_pointer(&sim->sheet);
        *digest = sim->kernel.digest.value;
        *n_events = sim->kernel.n_events;
    }
    sim_free(sim);
    check_scene = (CheckScene){0};
    return sheet;
}
