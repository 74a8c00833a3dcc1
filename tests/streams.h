/* Streams: draws as runs make them, in orders that put neighbours side by side.
 *
 * Whatever keys a draw is counted up here: seeds 1, 2, 3 ..., replications, names shop0, shop1 ..., requests, purposes,
 * attempts, siblings.  "along" a key, everything else is fixed; "beside" each other, eight neighbours take turns, and
 * the requests go on.  The tests look at these (test_streams.c), and mrsim-streams writes them for other programs to
 * look at. */
#ifndef MRSIM_TESTS_STREAMS_H
#define MRSIM_TESTS_STREAMS_H
#include <glib.h>
#include <stdint.h>

/* What keys a draw of a request. */
typedef struct {
    uint64_t seed;
    uint32_t replication;
    uint32_t name; /* n of `service shop<n>` */
    uint64_t request;
    uint32_t purpose, attempt; /* below 2^16 */
    uint32_t question;         /* which of several siblings, from 1 on; 0: no sibling */
} Chance;
/* The number that call_draw of model/call.h has for it. */
uint64_t chance_draw(Chance chance);

typedef struct {
    const char *name;
    uint64_t (*draw)(uint64_t i); /* the i-th number, for any i below 2^32 */
} Interleaving;
extern const Interleaving interleavings[];
extern const gsize n_interleavings;
#endif
