/* RoundTrip: how long there and back takes, as a quantile function.
 *
 * Six nodes, linear between them.  Below p10 the first slope goes on down to `floor`; no node lies below it.  Beyond
 * p99 (assumed): p99 + min(Exp(mean g), 4g), g = max(p99 - p90, 0.5 ms).  A larger uniform never gives a shorter time.
 * A value of 64 bytes; drawing from it allocates nothing and branches once.  Nanoseconds. */
#ifndef MRSIM_MODEL_ROUND_TRIP_H
#define MRSIM_MODEL_ROUND_TRIP_H

enum { TRIP_P10, TRIP_P25, TRIP_P50, TRIP_P75, TRIP_P90, TRIP_P99, N_TRIP_NODES };

typedef struct {
    double node[N_TRIP_NODES];
    double floor; /* light's own time in fibre */
    double tail;  /* g; 0 for a constant */
} RoundTrip;

/* The round trip at uniform u in (0, 1). */
double round_trip_quantile(const RoundTrip *trip, double u);
RoundTrip round_trip_constant(double ns);
/* p50 times `factor` (a path factor); jitter, the distance from p50, is kept; nothing becomes faster than the floor. */
RoundTrip round_trip_scaled(RoundTrip trip, double factor);
/* g, from the nodes. */
double round_trip_tail(const RoundTrip *trip);
#endif
