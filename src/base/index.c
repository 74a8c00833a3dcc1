#include "base/index.h"

#include "base/check.h"

enum { SMALLEST = 64 };

static void make(Index *index, uint32_t capacity)
{
    index->entry = g_new(IndexEntry, capacity);
    index->capacity = capacity;
    index->shift = 32;
    for (uint32_t i = capacity; i > 1; i /= 2)
        index->shift--;
    for (uint32_t i = 0; i < capacity; i++)
        index->entry[i].value = INDEX_NONE;
}

void index_init(Index *index)
{
    index->n_entries = 0;
    make(index, SMALLEST);
}

void index_clear(Index *index)
{
    g_free(index->entry);
    *index = (Index){0};
}

/* Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): neighbouring items land far apart. */
static inline uint32_t home_of(const Index *index, uint32_t key)
{
    return key * UINT32_C(2654435769) >> index->shift;
}

/* Where the key is, or the free place where it would be. */
static inline uint32_t place_of(const Index *index, uint32_t key)
{
    uint32_t i = home_of(index, key);
    while (index->entry[i].value != INDEX_NONE && index->entry[i].key != key)
        i = (i + 1) & (index->capacity - 1);
    return i;
}

uint32_t index_get(const Index *index, uint32_t key)
{
    return index->entry[place_of(index, key)].value;
}

static void grow(Index *index)
{
    Index wider;
    CHECK(index->capacity < UINT32_C(1) << 31);
    make(&wider, 2 * index->capacity);
    for (uint32_t i = 0; i < index->capacity; i++)
        if (index->entry[i].value != INDEX_NONE)
            wider.entry[place_of(&wider, index->entry[i].key)] = index->entry[i];
    wider.n_entries = index->n_entries;
    g_free(index->entry);
    *index = wider;
}

void index_set(Index *index, uint32_t key, uint32_t value)
{
    CHECK(value != INDEX_NONE);
    uint32_t i = place_of(index, key);
    if (index->entry[i].value == INDEX_NONE && 2 * ++index->n_entries > index->capacity) {
        grow(index);
        i = place_of(index, key);
    }
    index->entry[i] = (IndexEntry){key, value};
}

/* Whoever stands behind, up to the next free place, and could not have stood there if this one had been free, moves up.
 */
void index_remove(Index *index, uint32_t key)
{
    uint32_t mask = index->capacity - 1, hole = place_of(index, key);
    if (index->entry[hole].value == INDEX_NONE)
        return;
    index->n_entries--;
    for (uint32_t i = (hole + 1) & mask; index->entry[i].value != INDEX_NONE; i = (i + 1) & mask) {
        uint32_t from_home = (i - home_of(index, index->entry[i].key)) & mask;
        if (from_home >= ((i - hole) & mask)) {
            index->entry[hole] = index->entry[i];
            hole = i;
        }
    }
    index->entry[hole].value = INDEX_NONE;
}
