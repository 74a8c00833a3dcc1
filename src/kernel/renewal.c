#include "kernel/renewal.h"
#include "base/check.h"
#include "kernel/random.h"
#include "base/poison.h"

enum { DRAWS = 4096 };

Renewal renewal_of(Arena *arena, const Law *law, uint64_t key)
{
    uint32_t n = law_is_constant(law) ? 1 : DRAWS;
    double *sum = arena_many(arena, double, n), total = 0;
    for (uint32_t i = 0; i < n; i++) {
        total += MAX(0, law_draw(law, key_nth(key, i)));
        sum[i] = total;
    }
    return (Renewal){total / n, n, sum};
}

double renewal_left(const Renewal *renewal, uint64_t key)
{
    double at = unit_of(key) * renewal->sum[renewal->n - 1];
    uint32_t low = 0, high = renewal->n - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (renewal->sum[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return renewal->sum[low] - at;
}
