#include "kernel/event_heap.h"

#include "base/check.h"
#include "base/poison.h"

/* The root is at FIRST = 3 and the children of i at 4 (i - 2) ... + 3: the four of a family share a cache line. */
enum { FIRST = 3, CACHE_LINE = 64, SMALLEST = 256, WHAT_BITS = 24, ORDER_BITS = 40 };

void event_heap_init(EventHeap *heap)
{
    *heap = (EventHeap){0};
}

void event_heap_clear(EventHeap *heap)
{
    free(heap->event);
    event_heap_init(heap);
}

static void grow(EventHeap *heap)
{
    CHECK(heap->capacity < UINT32_C(1) << 30);
    uint32_t capacity = heap->capacity ? 2 * heap->capacity : SMALLEST;
    HeapEvent *event = aligned_alloc(CACHE_LINE, capacity * sizeof *event);
    CHECK(event != NULL);
    if (heap->event) {
        memcpy(event + FIRST, heap->event + FIRST, heap->n_events * sizeof *event);
        free(heap->event);
    }
    heap->event = event;
    heap->capacity = capacity;
}

/* The whole order of the world, without a branch to mispredict: as one wide comparison where the machine has one. */
static inline bool is_before(HeapEvent a, HeapEvent b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef __int128 Wide;
    __extension__ typedef unsigned __int128 UnsignedWide;
    return (Wide)((UnsignedWide)a.at << 64 | a.order_what) < (Wide)((UnsignedWide)b.at << 64 | b.order_what);
#else
    return (a.at < b.at) | ((a.at == b.at) & (a.order_what < b.order_what));
#endif
}

void event_heap_push(EventHeap *heap, SimTime at, uint32_t what)
{
    CHECK(what < UINT32_C(1) << WHAT_BITS && heap->n_pushed < UINT64_C(1) << ORDER_BITS);
    if (G_UNLIKELY(heap->n_events + FIRST == heap->capacity || !heap->event))
        grow(heap);
    HeapEvent pushed = {at, heap->n_pushed++ << WHAT_BITS | what};
    HeapEvent *event = heap->event;
    uint32_t hole = FIRST + heap->n_events++;
    while (hole > FIRST) {
        uint32_t parent = hole / 4 + 2;
        if (!is_before(pushed, event[parent]))
            break;
        event[hole] = event[parent];
        hole = parent;
    }
    event[hole] = pushed;
}

/* The soonest of the family that begins at `child`: two pairs, then their winners, so that comparisons overlap. */
static inline uint32_t soonest_of(const HeapEvent *event, uint32_t child, uint32_t end)
{
    if (G_LIKELY(child + 4 <= end)) {
        uint32_t left = child + is_before(event[child + 1], event[child]);
        uint32_t right = child + 2 + is_before(event[child + 3], event[child + 2]);
        return is_before(event[right], event[left]) ? right : left;
    }
    uint32_t soonest = child;
    for (uint32_t other = child + 1; other < end; other++)
        soonest = is_before(event[other], event[soonest]) ? other : soonest;
    return soonest;
}

/* Fills the hole at the root: `last` sinks to where it belongs among the events below `end`. */
static inline void sink(HeapEvent *event, uint32_t end, HeapEvent last)
{
    uint32_t hole = FIRST;
    for (;;) {
        uint32_t child = 4 * (hole - 2);
        if (child >= end)
            break;
        uint32_t soonest = soonest_of(event, child, end);
        if (!is_before(event[soonest], last))
            break;
        event[hole] = event[soonest];
        hole = soonest;
    }
    event[hole] = last;
}

bool event_heap_pop(EventHeap *heap, SimTime until, SimTime *at, uint32_t *what)
{
    if (heap->n_events == 0 || heap->event[FIRST].at > until)
        return false;
    HeapEvent first = heap->event[FIRST];
    *at = first.at;
    *what = (uint32_t)(first.order_what & ((UINT32_C(1) << WHAT_BITS) - 1));
    uint32_t end = FIRST + --heap->n_events;
    if (heap->n_events)
        sink(heap->event, end, heap->event[end]);
    return true;
}
