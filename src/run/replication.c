#include "base/check.h"
#include "model/overrun.h"
#include "model/watcher.h"
#include "run/run.h"
#include "run/write_fates.h"

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

void replicate(const World *world, uint64_t seed, guint number, const int *stop, Replication *replication)
{
    Keeper keeper = {.checkpoints = replication->checkpoints, .number = number};
    const Watcher watcher = {.whose = &keeper, .event = on_event};
    check_scene = (CheckScene){.seed = seed, .replication = (int)number};
    Sim *sim = sim_new(world, seed, number);
    sim->watcher = replication->checkpoints ? &watcher : NULL;
    sim->most_bytes = replication->most_bytes;
    sim->write_ended = replication->fates ? write_fates_heed : NULL;
    sim->write_whose = replication->fates;
    if (sim_run(sim, stop)) {
        if (replication->checkpoints)
            keep(sim, &keeper, true);
        replication->sheet = g_steal_pointer(&sim->sheet);
        replication->digest = sim->kernel.digest.value;
        replication->n_events = sim->kernel.n_events;
    } else if (sim->overrun) {
        replication->overrun = overrun_text(sim);
    }
    sim_free(sim);
    check_scene = (CheckScene){0};
}

Sheet *run_replication(const World *world, uint64_t seed, guint number, const int *stop, uint64_t *digest,
                       guint64 *n_events)
{
    Replication replication = {0};
    replicate(world, seed, number, stop, &replication);
    g_free(replication.overrun);
    if (replication.sheet) {
        *digest = replication.digest;
        *n_events = replication.n_events;
    }
    return replication.sheet;
}
