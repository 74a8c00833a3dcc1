/* TripShape: how round trips scatter around their p50, pooled over the measured pairs: models/round_trip_shape.csv, one
 * row per band of p50.  Nanoseconds. */
#ifndef MRSIM_MODEL_TRIP_SHAPE_H
#define MRSIM_MODEL_TRIP_SHAPE_H
#include "base/arena.h"
#include "base/diagnostics.h"
#include "model/round_trip.h"

typedef struct TripShapes TripShapes;
/* In the arena; NULL with diagnostics. */
TripShapes *trip_shapes_load(Arena *arena, const char *folder, Diagnostics *diagnostics);
/* The pooled shape around p50; nothing is faster than `fibre`, light's own time. */
RoundTrip trip_shape(const TripShapes *shapes, double p50, double fibre);
/* The same with measured p90 and p99. */
RoundTrip trip_shape_measured(const TripShapes *shapes, double p50, double p90_over_p50, double p99_over_p50,
                              double fibre);
#endif
