/* Threshold: a figure, by the names that objectives use, and a value that it shall not cross:
 * replication.lag.mean{database=carts} > 10s. */
#ifndef MRSIM_MODEL_THRESHOLD_H
#define MRSIM_MODEL_THRESHOLD_H
#include "model/component.h"
#include "model/metrics.h"

typedef enum { THRESHOLD_ABOVE, THRESHOLD_AT_LEAST, THRESHOLD_BELOW, THRESHOLD_AT_MOST } Crossing;

struct Threshold {
    const Metric *metric;
    const char *statistic; /* "" or p50 ... */
    Selector selector;     /* which of its cells */
    Crossing crossing;
    double value;     /* base unit of results: seconds, 0..1, counts */
    const char *text; /* normal form: "replication.lag.mean{database=carts} > 10s" */
};

static inline bool threshold_crossed(const Threshold *threshold, double figure)
{
    switch (threshold->crossing) {
    case THRESHOLD_ABOVE:
        return figure > threshold->value;
    case THRESHOLD_AT_LEAST:
        return figure >= threshold->value;
    case THRESHOLD_BELOW:
        return figure < threshold->value;
    case THRESHOLD_AT_MOST:
        return figure <= threshold->value;
    }
    return false;
}
#endif
