#include "tests/ledger_stage.h"
#include "tests/expect.h"
#include <string.h>

LedgerStage stage;

static void hear_of(G_GNUC_UNUSED Sim *sim, G_GNUC_UNUSED void *whose, WriteMoment moment, const WriteSeen *seen)
{
    CHECK(seen->number < MOST_TOLD);
    ToldWrite *told = &stage.told[seen->number];
    told->superseded |= moment == WRITE_SUPERSEDED;
    told->overwritten |= moment == WRITE_OVERWRITTEN;
    told->by = seen->by;
    told->where = seen->where;
    if (moment == WRITE_ENDS)
        told->fate = seen->fate;
}

void opened_early(int writer)
{
    static const int regions[] = {EAST, WEST, NORTH};
    static const Watcher watcher = {.write = hear_of};
    stage = (LedgerStage){.arena = NULL};
    for (guint i = 0; i < MOST_TOLD; i++)
        stage.told[i].fate = N_FATES;
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    stage.database = small_thing(world, "carts", NULL);
    stage.fault = small_thing(world, "lost", NULL);
    world->scenario.warm_up = 100 * SECOND;
    stage.sim = sim_new(world, 1, 1);
    stage.sim->watcher = &watcher;
    network_seal(stage.sim->network);
    stage.versions = versions_new(3);
    stage.ledger = ledger_new(stage.sim, stage.database, 3, regions, writer, stage.versions);
}

void opened(int writer)
{
    opened_early(writer);
    at(0);
}

void closed(void)
{
    ledger_free(stage.ledger);
    versions_free(stage.versions);
    sim_free(stage.sim);
    arena_free(stage.arena);
}

guint64 count_of(const char *metric)
{
    guint64 n = 0;
    for (guint i = 0; i < sheet_cells(stage.sim->sheet); i++)
        if (strcmp(sheet_nth(stage.sim->sheet, i)->metric, metric) == 0)
            n += sheet_nth(stage.sim->sheet, i)->count;
    return n;
}

guint64 acknowledged(void)
{
    guint64 n = 0;
    for (guint i = 0; i < 3; i++)
        n += sheet_cell(stage.sim->sheet, CELL_COUNT, "writes.acknowledged", "database", "carts", "region",
                        stage.sim->world->region[i].name, NULL)
                 ->count;
    return n;
}

void at(double s)
{
    small_run(stage.sim, stage.sim->measured_from + (SimTime)(s * (double)SECOND));
}

Version write_at(guint replica, uint32_t item)
{
    Version version = {sim_now(stage.sim) + stage.skew[replica], (int32_t)replica, 0};
    versions_take(stage.versions, replica, item, version);
    ledger_write(stage.ledger, replica, item, version);
    return version;
}

void arrives_at(guint replica, uint32_t item, Version version)
{
    if (!ledger_open(stage.ledger, item))
        return;
    versions_take(stage.versions, replica, item, version);
    ledger_arrive(stage.ledger, replica, item, version);
}

void outage(int region, bool begins)
{
    SimTime now = sim_now(stage.sim);
    if (begins)
        observe_fault(stage.sim,
                      &(FaultSeen){.thing = stage.fault, .region = region, .begins = now, .ends = now + HOUR});
    else
        observe_fault_over(stage.sim, stage.fault);
}

void classes_are(const char *expected)
{
    ledger_finish(stage.ledger);
    static const char *const metrics_of[] = {"writes.durable", "writes.superseded", "writes.overwritten",
                                             "writes.lost",    "writes.stranded",   "writes.in_flight"};
    g_autoptr(GString) found = g_string_new(NULL);
    guint64 sum = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(metrics_of); i++) {
        g_string_append_printf(found, i ? " %d" : "%d", (int)count_of(metrics_of[i]));
        sum += count_of(metrics_of[i]);
    }
    g_string_append_printf(found, ", %d %d", (int)count_of("writes.waited"), (int)count_of("writes.divergent"));
    EXPECT_TEXT(found->str, expected);
    EXPECT_INT(acknowledged(), sum);
}
