/* Kernel: the clock and the loop.
 *
 * It knows things only as numbers: somebody says "number 7 at time t" (kernel_at) and is told when t has come
 * (`happen`).  Three lists feed the loop:
 *   - the event list, in order of (time, order of pushing);
 *   - the ring of what is to happen at this very moment (kernel_soon): emptied, first come first served, before the
 *     next event is taken, so that no handler ever runs inside another handler;
 *   - time-outs.  Nearly all of them never fire, and those of one patience expire in the order in which they were
 *     armed: so one doubly linked queue per distinct patience needs only its head in the event list. Arming and
 *     disarming are a few pointer writes, a disarmed time-out leaves nothing behind. A time-out fires one nanosecond
 *     after its deadline, so that an answer exactly at the deadline is in time. An expiry is an event of its own: the
 *     ring is emptied behind each.
 * Nothing is allocated in steady state.  A Kernel does not move once initialised. What is noted in the digest is up to
 * the layer that knows kinds and outcomes. */
#ifndef MRSIM_KERNEL_KERNEL_H
#define MRSIM_KERNEL_KERNEL_H
#include "base/check.h"
#include "kernel/digest.h"
#include "kernel/event_list.h"
#include "kernel/simtime.h"
#include <stdbool.h>

enum { KERNEL_MOST_PATIENCES = 1 << 14, KERNEL_MOST_NUMBERS = (1 << 24) - KERNEL_MOST_PATIENCES };

typedef struct Timeout Timeout; /* embedded in the record that waits */
struct Timeout {
    Timeout *older, *newer; /* NULL: not armed */
    SimTime deadline;
};

typedef struct {
    uint32_t number;
    SimTime patience;
    Timeout end;       /* of a circular list: end.newer is the oldest */
    SimTime armed_for; /* when its event is due; SIMTIME_NEVER: none pending */
} TimeoutQueue;

typedef struct Kernel Kernel;
struct Kernel {
    SimTime now;
    Digest digest;
    uint64_t n_events;  /* taken from the event list or the ring */
    uint64_t attend_at; /* when that many have been, stop is looked at */
    EventList list;
    uint32_t *ring; /* power of two */
    uint32_t ring_capacity, ring_first, ring_next;
    TimeoutQueue **queue; /* each where it was made: its time-outs point to it */
    unsigned n_queues;
    void *whose;                                   /* passed back: */
    void (*happen)(void *whose, uint32_t what);    /* the time of number `what` has come */
    void (*expire)(void *whose, Timeout *timeout); /* disarmed already */
    const int *stop;                               /* when not NULL: polled now and then; non-zero ends the run early */
};

void kernel_init(Kernel *kernel, void *whose, void (*happen)(void *, uint32_t), void (*expire)(void *, Timeout *));
void kernel_clear(Kernel *kernel);
/* Another event list than the default: before anything is pending. */
void kernel_use_list(Kernel *kernel, EventListKind kind);
/* Number `what`, below KERNEL_MOST_NUMBERS, is told when `at` has come, which is not in the past. */
static inline void kernel_at(Kernel *kernel, SimTime at, uint32_t what)
{
    CHECK(at >= kernel->now && what < KERNEL_MOST_NUMBERS);
    event_list_push(&kernel->list, at, what);
}
/* ... is told at this very moment, when those before it have been. */
void kernel_ring_grow(Kernel *kernel, uint32_t what); /* with room for `what`, and it in it */
static inline void kernel_soon(Kernel *kernel, uint32_t what)
{
    CHECK(what < KERNEL_MOST_NUMBERS);
    if (G_UNLIKELY(kernel->ring_next - kernel->ring_first == kernel->ring_capacity))
        kernel_ring_grow(kernel, what);
    else
        kernel->ring[kernel->ring_next++ & (kernel->ring_capacity - 1)] = what;
}
/* The queue for this patience (made when new; KERNEL_MOST_PATIENCES at most): to be asked for while building, not while
 * running. */
unsigned kernel_patience(Kernel *kernel, SimTime patience);
void timeout_queue_schedule(Kernel *kernel, TimeoutQueue *queue, SimTime deadline); /* nothing is pending for it */
static inline void timeout_arm(Kernel *kernel, unsigned queue_number, Timeout *timeout)
{
    CHECK(queue_number < kernel->n_queues && !timeout->newer);
    TimeoutQueue *queue = kernel->queue[queue_number];
    timeout->deadline = kernel->now + queue->patience;
    timeout->newer = &queue->end;
    timeout->older = queue->end.older;
    timeout->older->newer = timeout;
    queue->end.older = timeout;
    if (G_UNLIKELY(queue->armed_for == SIMTIME_NEVER))
        timeout_queue_schedule(kernel, queue, timeout->deadline);
}
/* Not armed: nothing. */
static inline void timeout_disarm(Timeout *timeout)
{
    if (!timeout->newer)
        return;
    timeout->older->newer = timeout->newer;
    timeout->newer->older = timeout->older;
    timeout->older = timeout->newer = NULL;
}
/* Runs all that happens at or before `until`, then sets now = until.  false: stopped early. */
bool kernel_run(Kernel *kernel, SimTime until);
/* True when nothing at all is pending. */
bool kernel_idle(const Kernel *kernel);
#endif
