/* Index: from a number to another: which record an item has.
 *
 * Open addressing with linear probing in a power of two of places, at most half of them taken; a removed entry leaves
 * no mark, for those behind it move up.  So memory follows the most entries there ever were at once, and nothing is
 * allocated but for a new maximum (GHashTable gives back and takes again).  It cannot be walked: no order of its own
 * gets into a run. */
#ifndef MRSIM_BASE_INDEX_H
#define MRSIM_BASE_INDEX_H
#include <stdint.h>

enum { INDEX_NONE = UINT32_MAX }; /* no record */

typedef struct {
    uint32_t key, value; /* value INDEX_NONE: a free place */
} IndexEntry;

typedef struct {
    IndexEntry *entry;
    uint32_t n_entries, capacity;
    unsigned shift; /* of a hash of 32 bits, to the number of a place */
} Index;

void index_init(Index *index);
void index_clear(Index *index); /* frees its memory */
/* The value set for the key, or INDEX_NONE. */
uint32_t index_get(const Index *index, uint32_t key);
/* `value` is not INDEX_NONE; takes the place of the one there was. */
void index_set(Index *index, uint32_t key, uint32_t value);
void index_remove(Index *index, uint32_t key); /* not there: nothing */
#endif
