/* Dice: random numbers for property tests (SplitMix64).  A test prints the seed it began with when it fails. */
#ifndef MRSIM_TESTS_DICE_H
#define MRSIM_TESTS_DICE_H
#include <stdint.h>

static inline uint64_t dice(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 ... n - 1 */
static inline uint64_t dice_below(uint64_t *state, uint64_t n)
{
    return dice(state) % n;
}

/* Between 0 and 1, neither of them. */
static inline double dice_share(uint64_t *state)
{
    return ((double)(dice(state) >> 12) + 0.5) / 4503599627370496.0;
}
#endif
