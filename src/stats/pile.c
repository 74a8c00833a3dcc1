#include "stats/pile.h"
#include "base/check.h"
#include <math.h>
#include <string.h>

void pile_add(Pile *pile, const Histogram *histogram)
{
    pile->count += histogram->count;
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++) {
        if (!histogram->octave[i])
            continue;
        if (!pile->octave[i])
            pile->octave[i] = g_new0(uint64_t, HISTOGRAM_STEPS);
        for (guint j = 0; j < HISTOGRAM_STEPS; j++)
            pile->octave[i][j] += histogram->octave[i][j];
    }
}

void pile_clear(Pile *pile)
{
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++)
        g_free(pile->octave[i]);
    memset(pile, 0, sizeof *pile);
}

/* What is left of one octave; returns how many. */
static uint64_t remainder_of(const Pile *pile, guint octave, const Histogram *const *without, guint n_without,
                             uint64_t *left)
{
    uint64_t total = 0;
    memcpy(left, pile->octave[octave], HISTOGRAM_STEPS * sizeof *left);
    for (guint i = 0; i < n_without; i++) {
        const uint32_t *counters = without[i]->octave[octave];
        if (counters)
            for (guint j = 0; j < HISTOGRAM_STEPS; j++)
                left[j] -= counters[j];
    }
    for (guint j = 0; j < HISTOGRAM_STEPS; j++)
        total += left[j];
    return total;
}

static double value_at(const uint64_t *left, guint octave, uint64_t rank)
{
    guint j = 0;
    while (left[j] < rank)
        rank -= left[j++];
    return histogram_value_in_step(octave, j, rank, left[j]);
}

double pile_quantile(const Pile *pile, const Histogram *const *without, guint n_without, double p, double min,
                     double max)
{
    uint64_t count = pile->count, left[HISTOGRAM_STEPS];
    for (guint i = 0; i < n_without; i++)
        count -= without[i]->count;
    if (count == 0)
        return NAN;
    uint64_t rank = quantile_rank(p, count);
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++) {
        if (!pile->octave[i])
            continue;
        uint64_t here = remainder_of(pile, i, without, n_without, left);
        if (here >= rank)
            return CLAMP(value_at(left, i, rank), min, max);
        rank -= here;
    }
    CHECK(!"the counters add up to the count");
    return NAN;
}
