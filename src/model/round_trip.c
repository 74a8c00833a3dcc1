#include "model/round_trip.h"
#include "base/real.h"
#include <glib.h>
#include "base/poison.h"

#define LEAST_TAIL 0.5e6 /* of g; assumed */
#define TAIL_CUT   4     /* times g; assumed */

double round_trip_quantile(const RoundTrip *trip, double u)
{
    static const double start[] = {0.10, 0.25, 0.50, 0.75, 0.90};
    static const double per_u[] = {1 / 0.15, 1 / 0.25, 1 / 0.25, 1 / 0.15, 1 / 0.09};
    if (G_UNLIKELY(u > 0.99)) {
        /* the last hundredth, stretched to (0, 1), is the tail's own uniform */
        double excess = -trip->tail * real_log((1 - u) * 100);
        return trip->node[TRIP_P99] + CLAMP(excess, 0, TAIL_CUT * trip->tail);
    }
    /* a sum of comparisons instead of a search: nothing to mispredict */
    int i = (u >= 0.25) + (u >= 0.50) + (u >= 0.75) + (u >= 0.90);
    double value = trip->node[i] + (u - start[i]) * per_u[i] * (trip->node[i + 1] - trip->node[i]);
    return MAX(value, trip->floor);
}

RoundTrip round_trip_constant(double ns)
{
    return (RoundTrip){.node = {ns, ns, ns, ns, ns, ns}, .floor = ns, .tail = 0};
}

RoundTrip round_trip_scaled(RoundTrip trip, double factor)
{
    double shift = MAX(trip.node[TRIP_P50] * factor, trip.floor) - trip.node[TRIP_P50];
    for (int i = 0; i < N_TRIP_NODES; i++)
        trip.node[i] = MAX(trip.node[i] + shift, trip.floor);
    return trip;
}

double round_trip_tail(const RoundTrip *trip)
{
    return MAX(trip->node[TRIP_P99] - trip->node[TRIP_P90], LEAST_TAIL);
}
