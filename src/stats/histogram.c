#include "stats/histogram.h"
#include "base/check.h"
#include <math.h>
#include <string.h>

enum { STEP_BITS = 7, SLAB_OCTAVES = 32 };

/* ---- octaves kept ready ---- */

void octave_store_init(OctaveStore *store)
{
    *store = (OctaveStore){.slabs = g_ptr_array_new_with_free_func(g_free)};
}

void octave_store_clear(OctaveStore *store)
{
    g_ptr_array_unref(store->slabs);
    *store = (OctaveStore){0};
}

static void add_slab(OctaveStore *store)
{
    g_ptr_array_add(store->slabs, g_new0(uint32_t, SLAB_OCTAVES * HISTOGRAM_STEPS));
}

void octave_store_promise(OctaveStore *store, guint n)
{
    store->n_promised += n;
    while (store->slabs->len * SLAB_OCTAVES < store->n_promised)
        add_slab(store);
}

static uint32_t *take_octave(OctaveStore *store)
{
    guint i = store->n_taken++;
    if (i / SLAB_OCTAVES == store->slabs->len)
        add_slab(store);
    return (uint32_t *)g_ptr_array_index(store->slabs, i / SLAB_OCTAVES) + i % SLAB_OCTAVES * HISTOGRAM_STEPS;
}

/* ---- histograms ---- */

void histogram_init(Histogram *histogram)
{
    memset(histogram, 0, sizeof *histogram);
    /* So that adding needs no case for the first value. */
    histogram->min = INT64_MAX;
    histogram->max = INT64_MIN;
}

void histogram_clear(Histogram *histogram)
{
    for (guint i = 0; i < HISTOGRAM_OCTAVES && !histogram->store; i++)
        g_free(histogram->octave[i]);
    histogram_init(histogram);
}

static G_GNUC_NO_INLINE uint32_t *open_octave(Histogram *histogram, guint octave)
{
    histogram->octave[octave] = histogram->store ? take_octave(histogram->store) : g_new0(uint32_t, HISTOGRAM_STEPS);
    return histogram->octave[octave];
}

void histogram_add(Histogram *histogram, int64_t value)
{
    CHECK(value >= 0);
    /* Setting the low bits puts 0 ... 127 into octave 0 without a branch; octaves 0 and 1 have steps of one. */
    guint octave = 64 - STEP_BITS - (guint)__builtin_clzll((uint64_t)value | (HISTOGRAM_STEPS - 1));
    guint shift = octave - (octave > 0);
    guint step = (guint)((uint64_t)value >> shift) & (HISTOGRAM_STEPS - 1);
    uint32_t *counters = histogram->octave[octave];
    if (G_UNLIKELY(!counters))
        counters = open_octave(histogram, octave);
    counters[step]++;
    CHECK(counters[step] != 0);
    histogram->count++;
    histogram->sum += (double)value;
    histogram->min = MIN(histogram->min, value);
    histogram->max = MAX(histogram->max, value);
}

void histogram_merge(Histogram *into, const Histogram *from)
{
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++) {
        if (!from->octave[i])
            continue;
        uint32_t *counters = into->octave[i] ? into->octave[i] : open_octave(into, i);
        for (guint j = 0; j < HISTOGRAM_STEPS; j++) {
            uint64_t total = (uint64_t)counters[j] + from->octave[i][j];
            CHECK(total <= UINT32_MAX);
            counters[j] = (uint32_t)total;
        }
    }
    into->count += from->count;
    into->sum += from->sum;
    into->min = MIN(into->min, from->min);
    into->max = MAX(into->max, from->max);
}

void histogram_subtract(Histogram *whole, const Histogram *part)
{
    CHECK(part->count <= whole->count);
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++) {
        if (!part->octave[i])
            continue;
        uint32_t *counters = whole->octave[i];
        for (guint j = 0; j < HISTOGRAM_STEPS; j++) {
            if (part->octave[i][j] == 0)
                continue;
            CHECK(counters && counters[j] >= part->octave[i][j]);
            counters[j] -= part->octave[i][j];
        }
    }
    whole->count -= part->count;
    whole->sum -= part->sum;
}

uint64_t quantile_rank(double p, uint64_t count)
{
    double rank = p * (double)count, nearest = floor(rank + 0.5);
    double slack = 1e-14 * rank;
    rank = fabs(rank - nearest) <= slack ? nearest : ceil(rank);
    if (!(rank >= 1))
        return 1;
    return rank >= (double)count ? count : (uint64_t)rank;
}

double histogram_value_in_step(guint octave, guint step, uint64_t nth, uint64_t n_in_step)
{
    guint shift = octave - (octave > 0);
    uint64_t first = octave == 0 ? step : (uint64_t)(HISTOGRAM_STEPS + step) << shift;
    double span = (double)((UINT64_C(1) << shift) - 1);
    return (double)first + span * (((double)nth - 0.5) / (double)n_in_step);
}

/* Where the rank lies among all values, before it is kept within the least and the greatest. */
static double walk(const Histogram *histogram, uint64_t rank)
{
    uint64_t below = 0;
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++) {
        if (!histogram->octave[i])
            continue;
        for (guint j = 0; j < HISTOGRAM_STEPS; j++) {
            uint64_t here = histogram->octave[i][j];
            if (below + here >= rank)
                return histogram_value_in_step(i, j, rank - below, here);
            below += here;
        }
    }
    CHECK(!"the counters add up to the count");
    return NAN;
}

double histogram_quantile(const Histogram *histogram, double p)
{
    if (histogram->count == 0)
        return NAN;
    double value = walk(histogram, quantile_rank(p, histogram->count));
    return CLAMP(value, (double)histogram->min, (double)histogram->max);
}

double histogram_mean(const Histogram *histogram)
{
    return histogram->count == 0 ? NAN : histogram->sum / (double)histogram->count;
}
