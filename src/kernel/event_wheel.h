/* EventWheel: the default event list: a radix heap with digits of six bits, which is a wheel of wheels.
 *
 * Every event lies in the slot (level, digit) of the highest digit in which its time differs from `base`, a time that
 * nothing pending is before; so the soonest are in the lowest digit of the lowest level that holds any.  A slot whose
 * turn has come is opened: a few events are sorted into the `front`, from which they are popped; many are dealt to the
 * levels below.  Equal times share every slot on their way and keep the order of pushing in it: no number is needed.
 * An event is moved about log64(n) times; slots are read from end to end.
 *
 * Slots are chains of chunks of ten events (two cache lines) from one pool: memory follows the most that was ever
 * pending, and only a new maximum allocates. */
#ifndef MRSIM_KERNEL_EVENT_WHEEL_H
#define MRSIM_KERNEL_EVENT_WHEEL_H
#include "kernel/simtime.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    WHEEL_DIGIT_BITS = 6,
    WHEEL_DIGITS = 1 << WHEEL_DIGIT_BITS,
    WHEEL_LEVELS = 11, /* 63 bits */
    WHEEL_FRONT = 64,
};

typedef struct WheelChunk WheelChunk;
typedef struct {
    uint32_t first, last, n; /* chunks; valid when n > 0 */
} WheelSlot;

typedef struct {
    SimTime at;
    uint32_t what;
} FrontEvent;

typedef struct {
    SimTime base;      /* no later than anything pending and than anything that may still be pushed */
    SimTime front_end; /* what is before it is in the front */
    uint32_t n_front, n_events;
    uint32_t levels; /* bit per level that holds any */
    uint32_t first_free, n_chunks;
    WheelChunk *chunk;
    uint64_t occupied[WHEEL_LEVELS]; /* bit per slot that holds any */
    WheelSlot slot[WHEEL_LEVELS][WHEEL_DIGITS];
    FrontEvent front[WHEEL_FRONT]; /* latest first: the soonest is the last */
} EventWheel;

void event_wheel_init(EventWheel *wheel);
void event_wheel_clear(EventWheel *wheel); /* frees its memory */
/* `at` is not before the last event popped, nor negative. */
void event_wheel_push(EventWheel *wheel, SimTime at, uint32_t what);
/* Opens the next slot: true when the soonest event is at or before `until`, and then the front is not empty. Nothing
 * has changed for later pushes when it is false. */
bool event_wheel_open(EventWheel *wheel, SimTime until);

/* The soonest event, if it is not after `until`. */
static inline bool event_wheel_pop(EventWheel *wheel, SimTime until, SimTime *at, uint32_t *what)
{
    if (__builtin_expect(wheel->n_front == 0, 0) && !event_wheel_open(wheel, until))
        return false;
    FrontEvent next = wheel->front[wheel->n_front - 1];
    if (next.at > until)
        return false;
    wheel->n_front--;
    wheel->n_events--;
    wheel->base = next.at;
    *at = next.at;
    *what = next.what;
    return true;
}
#endif
