#include "model/awaited.h"
#include "model/observer.h"
#include "base/poison.h"

struct Awaited {
    const Thing *database;
    bool nobody_may;
    AwaitedWhat what;
    int region;
    guint64 n;
    SimTime first, last;
};

Awaited *awaited_new(Sim *sim, const Thing *database, bool nobody_may)
{
    Awaited *awaited = arena_one(sim->arena, Awaited);
    *awaited = (Awaited){.database = database, .nobody_may = nobody_may, .what = AWAITED_DETECTION};
    return awaited;
}

void awaited_unanswered(Awaited *awaited, const Sim *sim, int region)
{
    SimTime now = sim_now(sim);
    if (!sim_measuring(sim, now))
        return;
    if (awaited->n++ == 0)
        awaited->first = now;
    awaited->last = now;
    awaited->region = region;
}

void awaited_another(Awaited *awaited)
{
    awaited->n = 0;
    awaited->what = AWAITED_DETECTION;
}

static const char *whom(const Awaited *awaited)
{
    static const char *const words[] = {"nobody", "decision", "promotion", "detection"};
    return words[awaited->nobody_may && awaited->what == AWAITED_DETECTION ? AWAITED_NOBODY : awaited->what];
}

static void tell(const Awaited *awaited, Sim *sim)
{
    const char *region = sim->world->region[awaited->region].name, *database = awaited->database->name;
    if (awaited->last - awaited->first < FAILOVER_WINDOW)
        return;
    sheet_cell(sim->sheet, CELL_COUNT, "writes.unanswered", "database", database, "region", region, "awaits",
               whom(awaited), NULL)
        ->count += awaited->n;
    cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "writer.missing", "database", database, "region", region, "awaits",
                           whom(awaited), NULL),
                simtime_seconds(awaited->last - awaited->first));
}

/* It is back; whoever was about to help need not have: only where nobody may is there something to be told. */
void awaited_answered(Awaited *awaited, Sim *sim)
{
    if (awaited->n > 0 && awaited->nobody_may && awaited->what == AWAITED_DETECTION)
        tell(awaited, sim);
    awaited->n = 0;
}

void awaited_for(Awaited *awaited, AwaitedWhat what)
{
    awaited->what = what;
}

void awaited_finish(Awaited *awaited, Sim *sim)
{
    if (awaited->n > 0)
        tell(awaited, sim);
    awaited->n = 0;
}
