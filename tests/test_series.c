#include "stats/series.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Series, series_clear)

static void windows_begin_with_the_measurement(void)
{
    g_auto(Series) series = {.width_ns = 10};
    series_add(&series, -1, 100, 100);
    EXPECT_INT(series.n_windows, 0);
    series_add(&series, 0, 1, 2);
    series_add(&series, 9, 3, 4);
    series_add(&series, 10, 5, 6);
    series_add(&series, 35, 7, 8);
    static const double rows[][3] = {{4, 6, 3}, {5, 6, 5}, {0, 0, 0}, {7, 8, 7}};
    EXPECT_INT(series.n_windows, 4);
    for (guint i = 0; i < series.n_windows; i++) {
        EXPECT_NEAR(series.window[i].part, rows[i][0], 0);
        EXPECT_NEAR(series.window[i].whole, rows[i][1], 0);
        EXPECT_NEAR(series.window[i].most, rows[i][2], 0);
    }
}

static void a_full_one_doubles_its_width(void)
{
    g_auto(Series) series = {.width_ns = 10};
    for (int64_t i = 0; i < SERIES_MOST; i++)
        series_add(&series, 10 * i, (double)i, 1);
    EXPECT_INT(series.n_windows, SERIES_MOST);
    EXPECT_INT(series.width_ns, 10);
    series_add(&series, 10 * SERIES_MOST, 7, 1);
    EXPECT_INT(series.width_ns, 20);
    EXPECT_INT(series.n_windows, SERIES_MOST / 2 + 1);
    EXPECT_NEAR(series.window[3].part, 6 + 7, 0);
    EXPECT_NEAR(series.window[3].whole, 2, 0);
    EXPECT_NEAR(series.window[3].most, 7, 0);
    EXPECT_NEAR(series.window[SERIES_MOST / 2].part, 7, 0);
    series_add(&series, INT64_MAX, 1, 1);
    EXPECT(series.n_windows <= SERIES_MOST && series.n_windows > SERIES_MOST / 2, "%u windows", series.n_windows);
}

static void reserved_room_does_not_move(void)
{
    for (int64_t span = 5; span <= 10 * SERIES_MOST; span *= 7) {
        Series series = {.width_ns = 5}, plain = {.width_ns = 5};
        series_reserve(&series, span);
        const SeriesWindow *room = series.window;
        EXPECT_INT(series.n_windows, 0);
        for (int64_t at = 0; at <= span; at++) {
            series_add(&series, at, 1, 2);
            series_add(&plain, at, 1, 2);
        }
        EXPECT(series.window == room, "%" PRId64 ": taken anew", span);
        EXPECT(series.n_windows == plain.n_windows && series.width_ns == plain.width_ns, "%" PRId64, span);
        series_clear(&series);
        series_clear(&plain);
    }
}

static void expect_totals(const Series *series, double part, double whole, double most, uint64_t seed)
{
    double found_part = 0, found_whole = 0, found_most = 0;
    for (guint i = 0; i < series->n_windows; i++) {
        found_part += series->window[i].part;
        found_whole += series->window[i].whole;
        found_most = MAX(found_most, series->window[i].most);
    }
    EXPECT(found_part == part && found_whole == whole && found_most == most,
           "seed %" PRIu64 ": %g of %g, most %g; expected %g of %g, most %g", seed, found_part, found_whole, found_most,
           part, whole, most);
}

static void totals_are_conserved(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t state = seed, horizon = UINT64_C(1) << (8 + dice_below(&state, 40));
        g_auto(Series) series = {.width_ns = 1 + (int64_t)dice_below(&state, 1000)};
        double part = 0, whole = 0, most = 0;
        for (guint i = 0; i < 3000; i++) {
            double x = (double)dice_below(&state, 1000), y = (double)dice_below(&state, 1000);
            series_add(&series, (int64_t)dice_below(&state, horizon), x, y);
            part += x;
            whole += y;
            most = MAX(most, x);
        }
        EXPECT(series.n_windows <= SERIES_MOST, "seed %" PRIu64 ": %u windows", seed, series.n_windows);
        expect_totals(&series, part, whole, most, seed);
    }
}

static bool same_series(const Series *a, const Series *b)
{
    return a->width_ns == b->width_ns && a->n_windows == b->n_windows &&
           memcmp(a->window, b->window, a->n_windows * sizeof *a->window) == 0;
}

/* Series of very different lengths, hence widths; whole numbers, so that sums are exact in any order. */
static void merging_is_adding_in_any_order(void)
{
    enum { N_PARTS = 4 };
    for (uint64_t seed = 1; seed <= 30; seed++) {
        uint64_t state = seed;
        g_auto(Series) all = {.width_ns = 7}, forth = {0}, back = {0};
        Series part[N_PARTS];
        for (guint i = 0; i < N_PARTS; i++) {
            part[i] = (Series){.width_ns = 7};
            uint64_t horizon = UINT64_C(1) << (2 + dice_below(&state, 30));
            for (guint j = 0; j < 500; j++) {
                int64_t at_ns = (int64_t)dice_below(&state, horizon);
                double x = (double)dice_below(&state, 100);
                series_add(&part[i], at_ns, x, 100);
                series_add(&all, at_ns, x, 100);
            }
        }
        for (guint i = 0; i < N_PARTS; i++) {
            series_merge(&forth, &part[i]);
            series_merge(&back, &part[N_PARTS - 1 - i]);
        }
        EXPECT(same_series(&forth, &all), "seed %" PRIu64 ": width %" PRId64 " and %" PRId64, seed, forth.width_ns,
               all.width_ns);
        EXPECT(same_series(&back, &all), "seed %" PRIu64 ": width %" PRId64 " and %" PRId64, seed, back.width_ns,
               all.width_ns);
        for (guint i = 0; i < N_PARTS; i++)
            series_clear(&part[i]);
    }
}

/* Begun at different widths, as if by different settings that are doublings of each other. */
static void the_larger_width_wins(void)
{
    g_auto(Series) fine = {.width_ns = 7}, coarse = {.width_ns = 28}, sum = {0};
    for (int64_t i = 0; i < 9; i++)
        series_add(&fine, 7 * i, 1, 2);
    series_add(&coarse, 28, 10, 20);
    series_merge(&sum, &coarse);
    series_merge(&sum, &fine);
    series_merge(&fine, &coarse);
    EXPECT_INT(sum.width_ns, 28);
    EXPECT_INT(sum.n_windows, 3);
    EXPECT(same_series(&sum, &fine), "%u and %u windows", sum.n_windows, fine.n_windows);
    expect_totals(&sum, 19, 38, 10, 0);
    EXPECT_NEAR(sum.window[1].part, 14, 0);
}

static void an_empty_one_adds_nothing(void)
{
    g_auto(Series) series = {.width_ns = 10}, empty = {.width_ns = 10}, none = {0};
    series_add(&series, 25, 3, 4);
    series_merge(&series, &empty);
    series_merge(&series, &none);
    EXPECT_INT(series.n_windows, 3);
    expect_totals(&series, 3, 4, 3, 0);
    series_merge(&none, &empty);
    EXPECT_INT(none.width_ns, 10);
    EXPECT_INT(none.n_windows, 0);
}

void suite_series(void);
void suite_series(void)
{
    CU_pSuite suite = CU_add_suite("series", NULL, NULL);
    CU_add_test(suite, "windows begin with the measurement; warm-up is dropped", windows_begin_with_the_measurement);
    CU_add_test(suite, "a full series doubles its width and merges neighbours", a_full_one_doubles_its_width);
    CU_add_test(suite, "what was reserved is not taken anew", reserved_room_does_not_move);
    CU_add_test(suite, "totals are conserved whatever the length", totals_are_conserved);
    CU_add_test(suite, "merging is adding, in any order", merging_is_adding_in_any_order);
    CU_add_test(suite, "the larger of two widths wins", the_larger_width_wins);
    CU_add_test(suite, "an empty series adds nothing", an_empty_one_adds_nothing);
}
