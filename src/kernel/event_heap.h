/* EventHeap: a 4-ary heap in one array: the second event list, against which the first is held.
 *
 * An event is 16 bytes: its time and a word that holds the order number (40 bits) above what it concerns (24 bits).
 * Push and pop are O(log n) and allocate only when the number pending reaches a new maximum.  Limits, checked: 2^24
 * things, 2^40 pushes. */
#ifndef MRSIM_KERNEL_EVENT_HEAP_H
#define MRSIM_KERNEL_EVENT_HEAP_H
#include "kernel/simtime.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    SimTime at;
    uint64_t order_what;
} HeapEvent;

typedef struct {
    HeapEvent *event;
    uint32_t n_events, capacity;
    uint64_t n_pushed;
} EventHeap;

void event_heap_init(EventHeap *heap);
void event_heap_clear(EventHeap *heap); /* frees its memory */
void event_heap_push(EventHeap *heap, SimTime at, uint32_t what);
/* The soonest event, if it is not after `until`. */
bool event_heap_pop(EventHeap *heap, SimTime until, SimTime *at, uint32_t *what);
#endif
