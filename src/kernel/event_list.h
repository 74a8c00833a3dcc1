/* EventList: what is still to happen, soonest first.
 *
 * Order: by time; of equal times, the one pushed first comes first.  This tie rule is the whole of determinism: nothing
 * else (no address, no hash) ever decides.  An event is 16 bytes: its time and a word that holds the order number (40
 * bits) above what it concerns (24 bits); there are no handles and nothing is cancelled (time-outs, which rarely
 * happen, have lists of their own: kernel.h).
 *
 * A 4-ary heap in one array: push and pop are O(log n) and allocate only when the number pending reaches a
 * new maximum. Limits, checked: 2^24 things, 2^40 pushes. */
#ifndef MRSIM_KERNEL_EVENT_LIST_H
#define MRSIM_KERNEL_EVENT_LIST_H
#include "kernel/simtime.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    SimTime at;
    uint64_t order_what;
} Event;

typedef struct {
    Event *heap;
    uint32_t n_events, capacity;
    uint64_t n_pushed;
} EventList;

void event_list_init(EventList *list);
void event_list_clear(EventList *list); /* frees its memory */
void event_list_push(EventList *list, SimTime at, uint32_t what);
/* The soonest event is left in place; false when there is none. */
bool event_list_peek(const EventList *list, SimTime *at, uint32_t *what);
/* Takes the soonest event; false when there is none. */
bool event_list_pop(EventList *list, SimTime *at, uint32_t *what);
#endif
