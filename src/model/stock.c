#include "model/stock.h"
#include "base/index.h"
#include "base/poison.h"

struct Stock {
    int32_t units;
    Index sold; /* item -> units acknowledged */
    Cell *oversold, *refused;
};

Stock *stock_new(Sim *sim, const Thing *database, gint64 units)
{
    Stock *stock = g_new0(Stock, 1);
    stock->units = (int32_t)units;
    index_init(&stock->sold);
    stock->oversold = sheet_cell(sim->sheet, CELL_COUNT, "oversold", "database", database->name, NULL);
    stock->refused = sheet_cell(sim->sheet, CELL_COUNT, "writes.sold_out", "database", database->name, NULL);
    return stock;
}

void stock_free(Stock *stock)
{
    index_clear(&stock->sold);
    g_free(stock);
}

int32_t stock_units(const Stock *stock)
{
    return stock->units;
}

void stock_sells(Sim *sim, Stock *stock, uint32_t item)
{
    uint32_t before = index_get(&stock->sold, item), now = before == INDEX_NONE ? 1 : before + 1;
    index_set(&stock->sold, item, now);
    if (now > (uint32_t)stock->units && sim_measuring(sim, sim_now(sim)))
        cell_count(stock->oversold);
}

void stock_refuses(Sim *sim, const Stock *stock)
{
    if (sim_measuring(sim, sim_now(sim)))
        cell_count(stock->refused);
}
