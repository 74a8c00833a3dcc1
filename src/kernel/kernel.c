#include "kernel/kernel.h"

#include "base/poison.h"

enum { FIRST_QUEUE = KERNEL_MOST_NUMBERS, SMALLEST_RING = 64, EVENTS_BETWEEN_POLLS = 4096 };

void kernel_init(Kernel *kernel, void *whose, void (*happen)(void *, uint32_t), void (*expire)(void *, Timeout *))
{
    memset(kernel, 0, sizeof *kernel);
    event_list_init(&kernel->list, EVENT_LIST_WHEEL);
    kernel->ring_capacity = SMALLEST_RING;
    kernel->ring = g_new(uint32_t, SMALLEST_RING);
    kernel->whose = whose;
    kernel->happen = happen;
    kernel->expire = expire;
}

void kernel_clear(Kernel *kernel)
{
    event_list_clear(&kernel->list);
    g_clear_pointer(&kernel->ring, g_free);
    kernel->ring_capacity = kernel->ring_first = kernel->ring_next = 0;
    for (unsigned i = 0; i < kernel->n_queues; i++)
        g_free(kernel->queue[i]);
    g_clear_pointer(&kernel->queue, g_free);
    kernel->n_queues = 0;
}

void kernel_use_list(Kernel *kernel, EventListKind kind)
{
    CHECK(event_list_length(&kernel->list) == 0);
    event_list_clear(&kernel->list);
    event_list_init(&kernel->list, kind);
}

void kernel_ring_grow(Kernel *kernel, uint32_t what)
{
    uint32_t capacity = kernel->ring_capacity, n = kernel->ring_next - kernel->ring_first;
    CHECK(capacity > 0 && capacity < UINT32_C(1) << 30);
    uint32_t *ring = g_new(uint32_t, 2 * (gsize)capacity);
    for (uint32_t i = 0; i < n; i++)
        ring[i] = kernel->ring[(kernel->ring_first + i) & (capacity - 1)];
    g_free(kernel->ring);
    kernel->ring = ring;
    kernel->ring_capacity = 2 * capacity;
    kernel->ring_first = 0;
    kernel->ring_next = n;
    kernel_soon(kernel, what);
}

unsigned kernel_patience(Kernel *kernel, SimTime patience)
{
    CHECK(patience >= 0 && patience < SIMTIME_NEVER / 2);
    for (unsigned i = 0; i < kernel->n_queues; i++)
        if (kernel->queue[i]->patience == patience)
            return i;
    CHECK(kernel->n_queues < KERNEL_MOST_PATIENCES);
    TimeoutQueue *queue = g_new0(TimeoutQueue, 1);
    kernel->queue = g_renew(TimeoutQueue *, kernel->queue, kernel->n_queues + 1);
    kernel->queue[kernel->n_queues] = queue;
    queue->number = kernel->n_queues;
    queue->patience = patience;
    queue->armed_for = SIMTIME_NEVER;
    queue->end.older = queue->end.newer = &queue->end;
    return kernel->n_queues++;
}

void timeout_queue_schedule(Kernel *kernel, TimeoutQueue *queue, SimTime deadline)
{
    queue->armed_for = deadline + NANOSECOND;
    event_list_push(&kernel->list, queue->armed_for, FIRST_QUEUE + queue->number);
}

/* All that is to happen at this very moment, what it gives rise to included. */
static inline void drain_ring(Kernel *kernel)
{
    while (kernel->ring_first != kernel->ring_next) {
        uint32_t what = kernel->ring[kernel->ring_first++ & (kernel->ring_capacity - 1)];
        kernel->n_events++;
        kernel->happen(kernel->whose, what);
    }
}

/* Each expiry is an event of its own: the ring is emptied behind it, which may disarm the next. The queue counts as
 * scheduled meanwhile, so that arming in a handler pushes nothing. */
static void queue_fire(Kernel *kernel, TimeoutQueue *queue)
{
    CHECK(queue->armed_for == kernel->now);
    while (queue->end.newer != &queue->end && queue->end.newer->deadline < kernel->now) {
        Timeout *oldest = queue->end.newer;
        timeout_disarm(oldest);
        kernel->expire(kernel->whose, oldest);
        drain_ring(kernel);
    }
    queue->armed_for = SIMTIME_NEVER;
    if (queue->end.newer != &queue->end)
        timeout_queue_schedule(kernel, queue, queue->end.newer->deadline);
}

/* Every few thousand events: is this to go on? */
static G_GNUC_NO_INLINE bool attend(Kernel *kernel)
{
    if (kernel->stop && __atomic_load_n(kernel->stop, __ATOMIC_RELAXED))
        return false;
    kernel->attend_at = kernel->n_events + EVENTS_BETWEEN_POLLS;
    return true;
}

bool kernel_run(Kernel *kernel, SimTime until)
{
    CHECK(until >= kernel->now);
    SimTime at;
    uint32_t what;
    drain_ring(kernel);
    while (event_list_pop(&kernel->list, until, &at, &what)) {
        CHECK(at >= kernel->now);
        kernel->now = at;
        kernel->n_events++;
        if (G_LIKELY(what < FIRST_QUEUE))
            kernel->happen(kernel->whose, what);
        else
            queue_fire(kernel, kernel->queue[what - FIRST_QUEUE]);
        drain_ring(kernel);
        if (G_UNLIKELY(kernel->n_events >= kernel->attend_at) && !attend(kernel))
            return false;
    }
    kernel->now = until;
    return true;
}

static bool nobody_waits(const Kernel *kernel, uint32_t *n_pending)
{
    *n_pending = 0;
    for (unsigned i = 0; i < kernel->n_queues; i++) {
        const TimeoutQueue *queue = kernel->queue[i];
        if (queue->end.newer != &queue->end)
            return false;
        *n_pending += queue->armed_for != SIMTIME_NEVER;
    }
    return true;
}

bool kernel_idle(const Kernel *kernel)
{
    /* the event of a queue whose time-outs were all disarmed is still listed, but nothing hangs on it */
    uint32_t n_idle_queues;
    return kernel->ring_first == kernel->ring_next && nobody_waits(kernel, &n_idle_queues) &&
           event_list_length(&kernel->list) == n_idle_queues;
}
