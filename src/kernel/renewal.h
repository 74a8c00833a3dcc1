/* Renewal: what one finds who comes at no special instant, where times of a law follow one another.
 *
 * A time that is found under way is not one of many: long ones are found more often, in proportion to their length, and
 * at any point of them alike (W. Feller, An Introduction to Probability Theory and Its Applications 2, XI.4).  So
 * caches can begin as they would be after a long while. */
#ifndef MRSIM_KERNEL_RENEWAL_H
#define MRSIM_KERNEL_RENEWAL_H
#include "kernel/law.h"

typedef struct {
    double mean;
    uint32_t n;
    const double *sum; /* of the first i + 1 of n draws */
} Renewal;

/* Of the law as it is drawn, bounds and all: exact for constants; else by 4,096 draws keyed by `key`, whose mean is
 * that of the law within 1.6 % of its standard deviation. */
Renewal renewal_of(Arena *arena, const Law *law, uint64_t key);
/* What is left of a time found under way; `key` is one that random.h has mixed. */
double renewal_left(const Renewal *renewal, uint64_t key);
/* The share of the instants at which one is under way, where the next begins after a pause of this mean and any law. */
static inline double renewal_share(double mean, double pause)
{
    return mean / (mean + pause);
}
#endif
