#include "kernel/event_list.h"

#include "base/check.h"
#include "base/poison.h"

/* The root is at FIRST = 3 and the children of i at 4 (i - 2) ... + 3: the four of a family share a cache line. */
enum { FIRST = 3, CACHE_LINE = 64, SMALLEST = 256, WHAT_BITS = 24, ORDER_BITS = 40 };
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

void event_list_init(EventList *list)
{
    *list = (EventList){0};
}

void event_list_clear(EventList *list)
{
    free(list->heap);
    event_list_init(list);
}

static void grow(EventList *list)
{
    CHECK(list->capacity < UINT32_C(1) << 30);
    uint32_t capacity = list->capacity ? 2 * list->capacity : SMALLEST;
    Event *heap = aligned_alloc(CACHE_LINE, capacity * sizeof(Event));
    CHECK(heap != NULL);
    if (list->heap) {
        memcpy(heap + FIRST, list->heap + FIRST, list->n_events * sizeof(Event));
        free(list->heap);
    }
    list->heap = heap;
    list->capacity = capacity;
}

/* The whole order of the world. As one wide comparison it has no branch to mispredict. */
static inline bool is_before(Event a, Event b)
{
    return (Wide)((UnsignedWide)a.at << 64 | a.order_what) < (Wide)((UnsignedWide)b.at << 64 | b.order_what);
}

void event_list_push(EventList *list, SimTime at, uint32_t what)
{
    CHECK(what < UINT32_C(1) << WHAT_BITS && list->n_pushed < UINT64_C(1) << ORDER_BITS);
    if (G_UNLIKELY(list->n_events + FIRST == list->capacity || !list->heap))
        grow(list);
    Event event = {at, list->n_pushed++ << WHAT_BITS | what};
    Event *heap = list->heap;
    uint32_t hole = FIRST + list->n_events++;
    while (hole > FIRST) {
        uint32_t parent = hole / 4 + 2;
        if (!is_before(event, heap[parent]))
            break;
        heap[hole] = heap[parent];
        hole = parent;
    }
    heap[hole] = event;
}

/* The soonest of the family that begins at `child`: two pairs, then their winners, so that comparisons overlap. */
static inline uint32_t soonest_of(const Event *heap, uint32_t child, uint32_t end)
{
    if (G_LIKELY(child + 4 <= end)) {
        uint32_t left = child + is_before(heap[child + 1], heap[child]);
        uint32_t right = child + 2 + is_before(heap[child + 3], heap[child + 2]);
        return is_before(heap[right], heap[left]) ? right : left;
    }
    uint32_t soonest = child;
    for (uint32_t other = child + 1; other < end; other++)
        soonest = is_before(heap[other], heap[soonest]) ? other : soonest;
    return soonest;
}

/* Fills the hole at the root: `last` sinks to where it belongs among the events below `end`. */
static inline void sink(Event *heap, uint32_t end, Event last)
{
    uint32_t hole = FIRST;
    for (;;) {
        uint32_t child = 4 * (hole - 2);
        if (child >= end)
            break;
        uint32_t soonest = soonest_of(heap, child, end);
        if (!is_before(heap[soonest], last))
            break;
        heap[hole] = heap[soonest];
        hole = soonest;
    }
    heap[hole] = last;
}

bool event_list_peek(const EventList *list, SimTime *at, uint32_t *what)
{
    if (list->n_events == 0)
        return false;
    Event first = list->heap[FIRST];
    *at = first.at;
    *what = (uint32_t)(first.order_what & ((UINT32_C(1) << WHAT_BITS) - 1));
    return true;
}

bool event_list_pop(EventList *list, SimTime *at, uint32_t *what)
{
    if (!event_list_peek(list, at, what))
        return false;
    uint32_t end = FIRST + --list->n_events;
    if (list->n_events)
        sink(list->heap, end, list->heap[end]);
    return true;
}
