/* SimTime: whole nanoseconds; never double: rounding would decide ties. */
#ifndef MRSIM_KERNEL_SIMTIME_H
#define MRSIM_KERNEL_SIMTIME_H
#include <stdint.h>

typedef int64_t SimTime;
#define NANOSECOND    ((SimTime)1)
#define MICROSECOND   (1000 * NANOSECOND)
#define MILLISECOND   (1000 * MICROSECOND)
#define SECOND        (1000 * MILLISECOND)
#define MINUTE        (60 * SECOND)
#define HOUR          (60 * MINUTE)
#define SIMTIME_NEVER INT64_MAX

static inline double simtime_seconds(SimTime t)
{
    return (double)t / 1e9; /* not times 1e-9, which is no exact number: 240 s are 240 s */
}
#endif
