#include "model/edges.h"
#include "model/table.h"
#include <string.h>
#include "base/poison.h"

#define MS 1e6 /* nanoseconds */

enum {
    EDGE_CODE,
    EDGE_CITY,
    EDGE_COUNTRY,
    EDGE_LAT,
    EDGE_LON,
    EDGE_HUB1,
    EDGE_LEG1,
    EDGE_HUB2,
    EDGE_LEG2,
    EDGE_EXCLUDED
};
static const char *const edge_columns[] = {"code",        "city", "country",     "lat",      "lon", "hub1",
                                           "hub1_leg_ms", "hub2", "hub2_leg_ms", "excluded", NULL};

static bool read_hubs(Table *table, const Atlas *atlas, guint row, AtlasEdge *edge)
{
    static const guint hub[] = {EDGE_HUB1, EDGE_HUB2}, leg[] = {EDGE_LEG1, EDGE_LEG2};
    for (guint i = 0; i < G_N_ELEMENTS(hub); i++) {
        const char *name = table_text(table, row, hub[i]);
        double ms;
        if (i > 0 && *name == '\0')
            continue;
        edge->hub[i].region = atlas_region(atlas, name);
        if (edge->hub[i].region < 0) {
            TABLE_COMPLAIN(table, row, "%s is '%s', which is not a region of regions.csv", table->name[hub[i]], name);
            return false;
        }
        if (!table_number(table, row, leg[i], 0, 1e4, &ms))
            return false;
        edge->hub[i].leg_ns = ms * MS;
        edge->n_hubs++;
    }
    return true;
}

static bool read_edge(Table *table, Arena *arena, const Atlas *atlas, guint row, AtlasEdge *edge)
{
    double lat, lon;
    const char *excluded = table_text(table, row, EDGE_EXCLUDED);
    *edge = (AtlasEdge){.code = arena_text(arena, table_text(table, row, EDGE_CODE)),
                        .title = arena_text(arena, table_text(table, row, EDGE_CITY)),
                        .country = arena_text(arena, table_text(table, row, EDGE_COUNTRY)),
                        .excluded = *excluded ? arena_text(arena, excluded) : NULL};
    if (!table_number(table, row, EDGE_LAT, -90, 90, &lat) || !table_number(table, row, EDGE_LON, -180, 180, &lon))
        return false;
    edge->position = position_of(lat, lon);
    return read_hubs(table, atlas, row, edge);
}

static bool is_new(const AtlasEdge *edge, guint i)
{
    for (guint j = 0; j < i; j++)
        if (strcmp(edge[j].code, edge[i].code) == 0 || strcmp(edge[j].title, edge[i].title) == 0)
            return false;
    return true;
}

AtlasEdge *edges_load(Arena *arena, const char *folder, const Atlas *atlas, guint *n, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "edges.csv", edge_columns, diagnostics))
        return NULL;
    bool good = true;
    AtlasEdge *edge = arena_many(arena, AtlasEdge, table.n_rows);
    for (guint i = 0; i < table.n_rows; i++) {
        good &= read_edge(&table, arena, atlas, i, &edge[i]);
        if (!is_new(edge, i)) {
            TABLE_COMPLAIN(&table, i, "a second row for '%s', %s", edge[i].code, edge[i].title);
            good = false;
        }
    }
    *n = table.n_rows;
    return good ? edge : NULL;
}
