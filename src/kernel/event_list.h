/* EventList: what is still to happen, soonest first.
 *
 * Order: by time; of equal times, the one pushed first comes first.  This tie rule is the whole of determinism: nothing
 * else (no address, no hash) ever decides.  Events hold their time and a number; there are no handles and nothing is
 * cancelled (time-outs, which rarely happen, have lists of their own: kernel.h).
 *
 * Two structures keep this order, the wheel and the heap, which pop identical sequences: the tests hold them against
 * each other on random operations and run the shipped scenarios with both.  docs/performance.md has the measurement
 * that made the wheel the default. */
#ifndef MRSIM_KERNEL_EVENT_LIST_H
#define MRSIM_KERNEL_EVENT_LIST_H
#include "kernel/event_heap.h"
#include "kernel/event_wheel.h"

typedef enum { EVENT_LIST_WHEEL, EVENT_LIST_HEAP } EventListKind; /* 0: the default */

typedef struct {
    EventListKind kind;
    union {
        EventWheel wheel;
        EventHeap heap;
    };
} EventList;

static inline void event_list_init(EventList *list, EventListKind kind)
{
    list->kind = kind;
    if (kind == EVENT_LIST_HEAP)
        event_heap_init(&list->heap);
    else
        event_wheel_init(&list->wheel);
}

/* Frees its memory; it is empty then. */
static inline void event_list_clear(EventList *list)
{
    if (list->kind == EVENT_LIST_HEAP)
        event_heap_clear(&list->heap);
    else
        event_wheel_clear(&list->wheel);
}

static inline uint32_t event_list_length(const EventList *list)
{
    return list->kind == EVENT_LIST_HEAP ? list->heap.n_events : list->wheel.n_events;
}

/* `at` is neither negative nor before the last event that was popped; `what` is below 2^24. */
static inline void event_list_push(EventList *list, SimTime at, uint32_t what)
{
    if (__builtin_expect(list->kind == EVENT_LIST_HEAP, 0))
        event_heap_push(&list->heap, at, what);
    else
        event_wheel_push(&list->wheel, at, what);
}

/* Takes the soonest event, if there is one at or before `until`; else false, and nothing has changed. */
static inline bool event_list_pop(EventList *list, SimTime until, SimTime *at, uint32_t *what)
{
    if (__builtin_expect(list->kind == EVENT_LIST_HEAP, 0))
        return event_heap_pop(&list->heap, until, at, what);
    return event_wheel_pop(&list->wheel, until, at, what);
}
#endif
