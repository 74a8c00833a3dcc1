#include "base/real.h"
#include "stats/histogram.h"
#include "stats/pile.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Histogram, histogram_clear)

/* ---- Shapes of data ---- */

static int64_t small_numbers(uint64_t *state)
{
    return (int64_t)dice_below(state, 256);
}

static int64_t uniform(uint64_t *state)
{
    return 20000000 + (int64_t)dice_below(state, 60000000);
}

static int64_t exponential(uint64_t *state)
{
    return (int64_t)(-50e6 * real_log(dice_share(state)));
}

static int64_t wide(uint64_t *state) /* eleven decades */
{
    return (int64_t)real_exp(25.0 * dice_share(state));
}

static int64_t two_atoms(uint64_t *state) /* and little else */
{
    uint64_t side = dice_below(state, 100);
    return side < 60 ? 0 : side < 95 ? 88123457 : exponential(state);
}

static int64_t constant(uint64_t *state)
{
    (void)state;
    return 999999937;
}

static int64_t edges_of_octaves(uint64_t *state)
{
    return (int64_t)((UINT64_C(1) << dice_below(state, 63)) - dice_below(state, 2));
}

static int64_t anything(uint64_t *state)
{
    return (int64_t)(dice(state) >> (1 + dice_below(state, 63)));
}

static const struct {
    const char *name;
    int64_t (*draw)(uint64_t *state);
} shapes[] = {
    {"small numbers", small_numbers},
    {"uniform", uniform},
    {"exponential", exponential},
    {"wide", wide},
    {"two atoms", two_atoms},
    {"constant", constant},
    {"edges of octaves", edges_of_octaves},
    {"anything", anything},
};

static gint compare_values(gconstpointer a, gconstpointer b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* n values of a shape into the histogram and, sorted, into the array. */
static GArray *fill(Histogram *histogram, int64_t (*draw)(uint64_t *state), guint n, uint64_t seed)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (guint i = 0; i < n; i++) {
        int64_t value = draw(&seed);
        histogram_add(histogram, value);
        g_array_append_val(values, value);
    }
    g_array_sort(values, compare_values);
    return values;
}

static void expect_quantiles(const char *name, const Histogram *histogram, const GArray *values, uint64_t seed)
{
    static const guint64 tenthousandths[] = {0,    1,    10,   100,  2500, 3333, 5000,
                                             7500, 9000, 9500, 9900, 9990, 9999, 10000};
    double before = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(tenthousandths); i++) {
        guint64 rank = MAX(1, (tenthousandths[i] * values->len + 9999) / 10000);
        double exact = (double)g_array_index(values, int64_t, rank - 1);
        double p = (double)tenthousandths[i] / 10000, found = histogram_quantile(histogram, p);
        double tolerance = exact < 256 ? 0 : 0.008 * exact;
        EXPECT(found >= exact - tolerance && found <= exact + tolerance,
               "%s, %u values, seed %" PRIu64 ": p%.4g is %.17g, exactly %.17g", name, values->len, seed, 100 * p,
               found, exact);
        EXPECT(found >= before, "%s, %u values, seed %" PRIu64 ": p%.4g is %.17g, less than %.17g before it", name,
               values->len, seed, 100 * p, found, before);
        before = found;
    }
}

static void quantiles_are_close(void)
{
    static const guint sizes[] = {1, 2, 3, 10, 100, 1001, 20000};
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(sizes); j++)
            for (uint64_t seed = 1; seed <= 3; seed++) {
                g_auto(Histogram) histogram;
                histogram_init(&histogram);
                g_autoptr(GArray) values = fill(&histogram, shapes[i].draw, sizes[j], seed);
                expect_quantiles(shapes[i].name, &histogram, values, seed);
                EXPECT_INT(histogram.count, sizes[j]);
                EXPECT_INT(histogram.min, g_array_index(values, int64_t, 0));
                EXPECT_INT(histogram.max, g_array_index(values, int64_t, sizes[j] - 1));
            }
}

/* Every power of two and its neighbours, alone among extremes that do not hold it in. */
static void steps_hold_their_values(void)
{
    for (guint bits = 0; bits < 63; bits++)
        for (int off = -1; off <= 1; off++) {
            int64_t value = (INT64_C(1) << bits) + off;
            g_auto(Histogram) histogram;
            histogram_init(&histogram);
            histogram_add(&histogram, 0);
            histogram_add(&histogram, value);
            histogram_add(&histogram, INT64_MAX);
            EXPECT_NEAR(histogram_quantile(&histogram, 0.5), (double)value, value < 256 ? 0 : 0.004 * (double)value);
        }
}

static void even_data_are_much_closer(void)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        g_auto(Histogram) histogram;
        histogram_init(&histogram);
        g_autoptr(GArray) values = fill(&histogram, uniform, 200000, seed);
        for (guint percent = 5; percent < 100; percent += 5) {
            double exact = (double)g_array_index(values, int64_t, percent * 2000 - 1);
            double found = histogram_quantile(&histogram, percent / 100.0);
            EXPECT(fabs(found - exact) <= 0.0005 * exact, "seed %" PRIu64 ": p%u is %.17g, exactly %.17g", seed,
                   percent, found, exact);
        }
    }
}

static void an_empty_one_has_no_figures(void)
{
    g_auto(Histogram) histogram;
    histogram_init(&histogram);
    EXPECT(isnan(histogram_quantile(&histogram, 0.5)), "p50 %g", histogram_quantile(&histogram, 0.5));
    EXPECT(isnan(histogram_mean(&histogram)), "mean %g", histogram_mean(&histogram));
    histogram_add(&histogram, 7);
    EXPECT_NEAR(histogram_mean(&histogram), 7, 0);
    histogram_clear(&histogram);
    EXPECT_INT(histogram.count, 0);
    EXPECT(isnan(histogram_mean(&histogram)), "mean after clear %g", histogram_mean(&histogram));
}

static void memory_follows_what_occurs(void)
{
    g_auto(Histogram) histogram;
    histogram_init(&histogram);
    for (int64_t value = 1000000; value < 2000000; value += 7)
        histogram_add(&histogram, value);
    guint n_octaves = 0;
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++)
        n_octaves += histogram.octave[i] != NULL;
    EXPECT_INT(n_octaves, 2); /* 2^20 lies between */
}

/* A store lends zeroed octaves, each once, more than were promised too. */
static void a_store_lends_octaves(void)
{
    enum { N_HISTOGRAMS = 7, N_VALUES = 5000 };
    OctaveStore store;
    octave_store_init(&store);
    octave_store_promise(&store, 40);
    Histogram lent[N_HISTOGRAMS], own[N_HISTOGRAMS];
    uint64_t seed = 1;
    for (guint i = 0; i < N_HISTOGRAMS; i++) {
        histogram_init(&lent[i]);
        histogram_init(&own[i]);
        lent[i].store = &store;
    }
    for (guint n = 0; n < N_VALUES; n++) {
        int64_t value = (int64_t)(dice(&seed) >> (1 + dice_below(&seed, 63)));
        histogram_add(&lent[n % N_HISTOGRAMS], value);
        histogram_add(&own[n % N_HISTOGRAMS], value);
    }
    for (guint i = 0; i < N_HISTOGRAMS; i++) {
        for (double p = 0; p <= 1; p += 0.05)
            EXPECT_NEAR(histogram_quantile(&lent[i], p), histogram_quantile(&own[i], p), 0);
        histogram_clear(&lent[i]);
        histogram_clear(&own[i]);
    }
    EXPECT(store.n_taken > store.n_promised, "%u octaves of %u promised", store.n_taken, store.n_promised);
    octave_store_clear(&store);
}

static void ranks_are_whole_numbers_rounded_up(void)
{
    for (guint64 n = 1; n <= 400; n++)
        for (guint64 tenthousandths = 0; tenthousandths <= 10000; tenthousandths += 1) {
            guint64 expected = MAX(1, (tenthousandths * n + 9999) / 10000);
            guint64 found = quantile_rank((double)tenthousandths / 10000, n);
            if (found != expected)
                EXPECT(found == expected, "rank of %" PRIu64 "/10000 of %" PRIu64 " is %" PRIu64 ", expected %" PRIu64,
                       tenthousandths, n, found, expected);
        }
    EXPECT_INT(quantile_rank(0.99, UINT64_C(10000000000)), INT64_C(9900000000));
    EXPECT_INT(quantile_rank(0.99, UINT64_C(10000000001)), INT64_C(9900000001));
    EXPECT_INT(quantile_rank(1.0, UINT64_C(10000000001)), INT64_C(10000000001));
}

/* ---- Adding up ---- */

static uint32_t counter(const Histogram *histogram, guint octave, guint step)
{
    return histogram->octave[octave] ? histogram->octave[octave][step] : 0;
}

static bool same_counters(const Histogram *a, const Histogram *b)
{
    for (guint i = 0; i < HISTOGRAM_OCTAVES; i++)
        for (guint j = 0; j < HISTOGRAM_STEPS; j++)
            if (counter(a, i, j) != counter(b, i, j))
                return false;
    return a->count == b->count;
}

enum { N_PARTS = 5 };
typedef struct {
    Histogram part[N_PARTS], all; /* `all` was filled directly */
} Split;

static void split_init(Split *split, guint shape, uint64_t seed)
{
    uint64_t state = seed;
    histogram_init(&split->all);
    for (guint i = 0; i < N_PARTS; i++)
        histogram_init(&split->part[i]);
    for (guint i = 0; i < 3000; i++) {
        int64_t value = shapes[shape].draw(&state);
        histogram_add(&split->all, value);
        histogram_add(&split->part[dice_below(&state, N_PARTS)], value);
    }
}

static void split_clear(Split *split)
{
    histogram_clear(&split->all);
    for (guint i = 0; i < N_PARTS; i++)
        histogram_clear(&split->part[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Split, split_clear)

static void merging_is_adding(void)
{
    for (guint shape = 0; shape < G_N_ELEMENTS(shapes); shape++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            g_auto(Split) split;
            g_auto(Histogram) forth, back, left, right;
            split_init(&split, shape, seed);
            histogram_init(&forth), histogram_init(&back), histogram_init(&left), histogram_init(&right);
            for (guint i = 0; i < N_PARTS; i++) {
                histogram_merge(&forth, &split.part[i]);
                histogram_merge(&back, &split.part[N_PARTS - 1 - i]);
                histogram_merge(i < 2 ? &left : &right, &split.part[i]);
            }
            histogram_merge(&left, &right);
            const Histogram *sums[] = {&forth, &back, &left};
            for (guint i = 0; i < G_N_ELEMENTS(sums); i++) {
                EXPECT(same_counters(sums[i], &split.all), "%s, seed %" PRIu64 ", order %u", shapes[shape].name, seed,
                       i);
                EXPECT_INT(sums[i]->min, split.all.min);
                EXPECT_INT(sums[i]->max, split.all.max);
                EXPECT_NEAR(sums[i]->sum, split.all.sum, 1e-12 * split.all.sum);
                EXPECT_NEAR(histogram_quantile(sums[i], 0.9), histogram_quantile(&split.all, 0.9), 0);
            }
        }
}

static void subtracting_undoes_merging(void)
{
    for (guint shape = 0; shape < G_N_ELEMENTS(shapes); shape++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            g_auto(Split) split;
            g_auto(Histogram) rest;
            split_init(&split, shape, seed);
            histogram_init(&rest);
            for (guint i = 1; i < N_PARTS; i++)
                histogram_merge(&rest, &split.part[i]);
            double rest_sum = rest.sum;
            histogram_merge(&rest, &split.part[0]);
            histogram_subtract(&rest, &split.part[0]);
            EXPECT_NEAR(rest.sum, rest_sum, 1e-12 * split.all.sum);
            histogram_subtract(&split.all, &split.part[0]);
            EXPECT(same_counters(&rest, &split.all), "%s, seed %" PRIu64, shapes[shape].name, seed);
            for (guint i = 1; i < N_PARTS; i++)
                histogram_subtract(&split.all, &split.part[i]);
            EXPECT_INT(split.all.count, 0);
            EXPECT(isnan(histogram_quantile(&split.all, 0.5)), "%s: something is left", shapes[shape].name);
        }
}

/* A pile without some of its histograms is the merge of the others. */
static void piles_leave_out(void)
{
    for (guint shape = 0; shape < G_N_ELEMENTS(shapes); shape++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            g_auto(Split) split;
            split_init(&split, shape, seed);
            Pile pile = {0};
            for (guint i = 0; i < N_PARTS; i++)
                pile_add(&pile, &split.part[i]);
            for (guint n_without = 0; n_without < N_PARTS; n_without++) {
                const Histogram *without[N_PARTS];
                g_auto(Histogram) rest;
                histogram_init(&rest);
                for (guint i = 0; i < N_PARTS; i++)
                    if (i < n_without)
                        without[i] = &split.part[i];
                    else
                        histogram_merge(&rest, &split.part[i]);
                for (guint percent = 0; percent <= 100; percent += 5) {
                    double p = percent / 100.0, expected = histogram_quantile(&rest, p);
                    double found = pile_quantile(&pile, without, n_without, p, (double)rest.min, (double)rest.max);
                    EXPECT(found == expected, "%s, seed %" PRIu64 ", without %u: p%u is %.17g, expected %.17g",
                           shapes[shape].name, seed, n_without, percent, found, expected);
                }
            }
            pile_clear(&pile);
        }
}

void suite_histogram(void);
void suite_histogram(void)
{
    CU_pSuite suite = CU_add_suite("histogram", NULL, NULL);
    CU_add_test(suite, "quantiles are within 0.8 % of the exact ones and never decrease", quantiles_are_close);
    CU_add_test(suite, "a step holds its values at every power of two", steps_hold_their_values);
    CU_add_test(suite, "evenly spread data have quantiles within 0.05 %", even_data_are_much_closer);
    CU_add_test(suite, "an empty histogram has no figures", an_empty_one_has_no_figures);
    CU_add_test(suite, "only octaves that occur take memory", memory_follows_what_occurs);
    CU_add_test(suite, "a store lends octaves", a_store_lends_octaves);
    CU_add_test(suite, "the rank of a quantile is rounded up, rounding errors apart",
                ranks_are_whole_numbers_rounded_up);
    CU_add_test(suite, "merging is adding, in any order and grouping", merging_is_adding);
    CU_add_test(suite, "subtracting undoes merging", subtracting_undoes_merging);
    CU_add_test(suite, "a pile without some histograms is the merge of the others", piles_leave_out);
}
