/* Index: against a plain array of all keys, through every mixture of setting and removing. */
#include "base/index.h"
#include "tests/dice.h"
#include "tests/expect.h"

enum { N_KEYS = 5000 };

/* Keys that are neighbours, that differ in high bits only, and that are anything. */
static uint32_t key_of_number(unsigned kind, uint32_t i)
{
    return kind == 0 ? i : kind == 1 ? i << 19 : i * i * 2654435761u + (i << 7);
}

static void it_holds_what_an_array_holds(void)
{
    for (unsigned kind = 0; kind < 3; kind++) {
        Index index;
        index_init(&index);
        g_autofree uint32_t *held = g_new(uint32_t, N_KEYS);
        uint64_t state = 1 + kind, wrong = 0;
        uint32_t n = 0;
        for (uint32_t i = 0; i < N_KEYS; i++)
            held[i] = INDEX_NONE;
        for (uint32_t step = 0; step < 300000; step++) {
            uint32_t i = (uint32_t)dice_below(&state, N_KEYS), key = key_of_number(kind, i);
            bool full = step / 20000 % 2 == 0;
            wrong += index_get(&index, key) != held[i];
            if (dice_below(&state, 10) < (full ? 7u : 2u)) {
                n += held[i] == INDEX_NONE;
                index_set(&index, key, held[i] = step);
            } else {
                n -= held[i] != INDEX_NONE;
                index_remove(&index, key);
                held[i] = INDEX_NONE;
            }
            wrong += index.n_entries != n;
        }
        for (uint32_t i = 0; i < N_KEYS; i++)
            wrong += index_get(&index, key_of_number(kind, i)) != held[i];
        EXPECT(wrong == 0, "kind %u: %d differences", kind, (int)wrong);
        index_clear(&index);
    }
}

static void memory_follows_the_most_at_once(void)
{
    Index index;
    index_init(&index);
    for (uint32_t i = 0; i < 1000000; i++) {
        index_set(&index, i, i);
        if (i >= 1000)
            index_remove(&index, i - 1000);
    }
    EXPECT_INT(index.n_entries, 1000);
    EXPECT_INT(index.capacity, 2048);
    index_clear(&index);
}

void suite_index(void);
void suite_index(void)
{
    CU_pSuite s = CU_add_suite("index", NULL, NULL);
    CU_add_test(s, "it holds what an array holds", it_holds_what_an_array_holds);
    CU_add_test(s, "memory follows the most at once", memory_follows_the_most_at_once);
}
