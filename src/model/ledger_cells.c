#include "model/ledger_cells.h"
#include "base/poison.h"

const char *ledger_cells_region(const LedgerCells *cells, guint replica)
{
    return cells->sim->world->region[cells->region[replica]].name;
}

static Cell *of_database(const LedgerCells *cells, const char *metric)
{
    return sheet_cell(cells->sim->sheet, CELL_COUNT, metric, "database", cells->database->name, NULL);
}

static Cell *of_region(const LedgerCells *cells, const char *metric, guint replica)
{
    return sheet_cell(cells->sim->sheet, CELL_COUNT, metric, "database", cells->database->name, "region",
                      ledger_cells_region(cells, replica), NULL);
}

static Cell **for_each(const LedgerCells *cells, const char *metric, bool by_region)
{
    Cell **each = arena_many(cells->sim->arena, Cell *, cells->n_replicas);
    for (guint i = 0; i < cells->n_replicas; i++)
        each[i] = by_region ? of_region(cells, metric, i) : of_database(cells, metric);
    return each;
}

void ledger_cells_init(LedgerCells *cells, const Sim *sim, const Thing *database, guint n_replicas, const int *region,
                       bool all_write)
{
    guint n_ways = n_replicas * n_replicas;
    *cells = (LedgerCells){.sim = sim, .database = database, .n_replicas = n_replicas, .region = region};
    cells->fate[FATE_DURABLE] = for_each(cells, "writes.durable", false);
    cells->fate[FATE_SUPERSEDED] = for_each(cells, "writes.superseded", false);
    cells->fate[FATE_OVERWRITTEN] = for_each(cells, "writes.overwritten", true);
    cells->fate[FATE_LOST] = for_each(cells, "writes.lost", true);
    cells->fate[FATE_STRANDED] = for_each(cells, "writes.stranded", false);
    cells->fate[FATE_IN_FLIGHT] = for_each(cells, "writes.in_flight", false);
    cells->waited = of_database(cells, "writes.waited");
    cells->divergent = of_database(cells, "writes.divergent");
    if (all_write)
        cells->conflicts = of_database(cells, "writes.conflicts");
    cells->lag = arena_many(sim->arena, Cell *, n_ways);
    cells->lag_timeline = arena_many(sim->arena, Cell *, n_ways);
    for (guint i = 0; i < n_replicas; i++)
        cells->acknowledged[i] = of_region(cells, "writes.acknowledged", i);
}

void ledger_cells_know_partial(LedgerCells *cells)
{
    if (!cells->fate[FATE_PARTIAL])
        cells->fate[FATE_PARTIAL] = for_each(cells, "writes.partial", false);
}

/* A reader's lag is no step of replication between regions: it has a name of its own. */
static void make_reader_cell(LedgerCells *cells, guint way, guint reader)
{
    cells->lag[way] = sheet_cell(cells->sim->sheet, CELL_DISTRIBUTION, "readers.lag", "database", cells->database->name,
                                 "region", ledger_cells_region(cells, reader), NULL);
}

static void make_lag_cells(LedgerCells *cells, guint way)
{
    const char *name = cells->database->name, *from = ledger_cells_region(cells, way / cells->n_replicas),
               *to = ledger_cells_region(cells, way % cells->n_replicas);
    Sheet *sheet = cells->sim->sheet;
    cells->lag[way] =
        sheet_cell(sheet, CELL_DISTRIBUTION, "replication.lag", "database", name, "from", from, "to", to, NULL);
    cells->lag_timeline[way] =
        sheet_cell(sheet, CELL_SERIES, "lag.timeline", "database", name, "from", from, "to", to, NULL);
    sheet_series_width(cells->lag_timeline[way], SECOND);
    sheet_series_span(cells->lag_timeline[way], cells->sim->horizon - cells->sim->measured_from);
}

void ledger_cells_note_lag(LedgerCells *cells, guint from, guint to, bool is_reader, SimTime acknowledged_at)
{
    guint way = from * cells->n_replicas + to;
    SimTime lag = sim_now(cells->sim) - acknowledged_at;
    if (!cells->lag[way] && is_reader)
        make_reader_cell(cells, way, to);
    else if (!cells->lag[way])
        make_lag_cells(cells, way);
    histogram_add(&cells->lag[way]->histogram, lag);
    if (cells->lag_timeline[way])
        series_add(&cells->lag_timeline[way]->series, acknowledged_at - cells->sim->measured_from, simtime_seconds(lag),
                   1);
}
