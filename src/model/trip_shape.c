#include "model/trip_shape.h"
#include "model/table.h"
#include "base/poison.h"

#define MS 1e6 /* nanoseconds */

/* One band of the pooled shape, nanoseconds added to p50. */
typedef struct {
    double from; /* the p50 at which the band begins */
    double add[N_TRIP_NODES];
} Shape;

struct TripShapes {
    guint n;
    Shape *shape; /* by rising p50 */
};

enum { SHAPE_FROM, SHAPE_P10, SHAPE_P25, SHAPE_P75, SHAPE_P90, SHAPE_P99 };
static const char *const shape_columns[] = {"p50_from_ms", "p10_ms", "p25_ms", "p75_ms", "p90_ms", "p99_ms", NULL};

static bool read_shape(Table *table, guint row, Shape *shape)
{
    static const guint column[] = {SHAPE_P10, SHAPE_P25, SHAPE_P75, SHAPE_P90, SHAPE_P99};
    static const guint node[] = {TRIP_P10, TRIP_P25, TRIP_P75, TRIP_P90, TRIP_P99};
    *shape = (Shape){0};
    if (!table_number(table, row, SHAPE_FROM, 0, 1e4, &shape->from))
        return false;
    shape->from *= MS;
    for (guint i = 0; i < G_N_ELEMENTS(column); i++) {
        if (!table_number(table, row, column[i], -1e4, 1e4, &shape->add[node[i]]))
            return false;
        shape->add[node[i]] *= MS;
    }
    for (guint i = 1; i < G_N_ELEMENTS(shape->add); i++)
        if (shape->add[i] < shape->add[i - 1]) {
            TABLE_COMPLAIN(table, row, "the quantiles of a shape must rise from p10 below 0 to p99 above 0");
            return false;
        }
    return true;
}

TripShapes *trip_shapes_load(Arena *arena, const char *folder, Diagnostics *diagnostics)
{
    g_auto(Table) table = {0};
    if (!table_open(&table, folder, "round_trip_shape.csv", shape_columns, diagnostics))
        return NULL;
    bool good = true;
    TripShapes *shapes = arena_one(arena, TripShapes);
    shapes->n = table.n_rows;
    shapes->shape = arena_many(arena, Shape, table.n_rows);
    for (guint i = 0; i < table.n_rows; i++) {
        Shape *shape = &shapes->shape[i];
        if (!read_shape(&table, i, shape)) {
            good = false;
        } else if (i == 0 ? shape->from != 0 : shape->from <= shape[-1].from) {
            TABLE_COMPLAIN(&table, i, "p50_from_ms is %s; bands begin at 0 and rise",
                           table_text(&table, i, SHAPE_FROM));
            good = false;
        }
    }
    return good ? shapes : NULL;
}

static const Shape *shape_for(const TripShapes *shapes, double p50)
{
    guint i = shapes->n - 1;
    while (i > 0 && p50 < shapes->shape[i].from)
        i--;
    return &shapes->shape[i];
}

RoundTrip trip_shape(const TripShapes *shapes, double p50, double fibre)
{
    const Shape *shape = shape_for(shapes, p50);
    RoundTrip trip = {.floor = MIN(fibre, p50)};
    for (guint i = 0; i < G_N_ELEMENTS(trip.node); i++)
        trip.node[i] = MAX(p50 + shape->add[i], trip.floor);
    trip.tail = round_trip_tail(&trip);
    return trip;
}

RoundTrip trip_shape_measured(const TripShapes *shapes, double p50, double p90_over_p50, double p99_over_p50,
                              double fibre)
{
    RoundTrip trip = trip_shape(shapes, p50, fibre);
    trip.node[TRIP_P90] = p50 * p90_over_p50;
    trip.node[TRIP_P99] = p50 * p99_over_p50;
    /* 0.46 of the way: where p75 stands between p50 and p90 in the pooled shape of all pairs */
    if (trip.node[TRIP_P90] < trip.node[TRIP_P75])
        trip.node[TRIP_P75] = p50 + 0.46 * (trip.node[TRIP_P90] - p50);
    trip.tail = round_trip_tail(&trip);
    return trip;
}
