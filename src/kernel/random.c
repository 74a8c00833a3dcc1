#include "kernel/random.h"

#include "base/poison.h"

uint64_t key_of_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        hash = (hash ^ *c) * 0x100000001b3u;
    return mix64(hash);
}

uint32_t draw_apart(uint64_t key, uint32_t n, uint32_t most, uint32_t *drawn)
{
    enum { MOST_DRAWN = 32 };
    uint32_t sorted[MOST_DRAWN], n_drawn = 0;
    while (n_drawn < n && n_drawn < most && n_drawn < MOST_DRAWN) {
        uint32_t number = below(n_drawn == 0 ? key : key_nth(key, n_drawn), n - n_drawn), at = 0;
        /* the number-th of those that are left: one further for each that was taken before it */
        for (; at < n_drawn && sorted[at] <= number; at++)
            number++;
        for (uint32_t i = n_drawn; i > at; i--)
            sorted[i] = sorted[i - 1];
        sorted[at] = number;
        drawn[n_drawn++] = number;
    }
    return n_drawn;
}
