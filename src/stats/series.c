#include "stats/series.h"
#include "base/check.h"
#include <string.h>

static void reach(Series *series, uint32_t n_windows)
{
    if (n_windows > series->capacity) {
        uint32_t capacity = MIN(MAX(n_windows, MAX(16, 2 * series->capacity)), SERIES_MOST);
        series->window = g_realloc_n(series->window, capacity, sizeof(SeriesWindow));
        memset(series->window + series->capacity, 0, (capacity - series->capacity) * sizeof(SeriesWindow));
        series->capacity = capacity;
    }
    series->n_windows = MAX(series->n_windows, n_windows);
}

void series_reserve(Series *series, int64_t span_ns)
{
    CHECK(series->width_ns > 0 && !series->window);
    series->capacity = (uint32_t)MIN(span_ns / series->width_ns + 1, SERIES_MOST);
    series->window = g_new0(SeriesWindow, series->capacity);
}

/* Doubles the width: each window takes in its neighbour to the right. */
static void coarsen(Series *series)
{
    uint32_t n_before = series->n_windows, n_after = (n_before + 1) / 2;
    for (uint32_t i = 0; i < n_after; i++) {
        series->window[i] = series->window[2 * i];
        if (2 * i + 1 < n_before) {
            series->window[i].part += series->window[2 * i + 1].part;
            series->window[i].whole += series->window[2 * i + 1].whole;
            series->window[i].most = MAX(series->window[i].most, series->window[2 * i + 1].most);
        }
    }
    if (n_before > n_after)
        memset(series->window + n_after, 0, (n_before - n_after) * sizeof(SeriesWindow));
    series->n_windows = n_after;
    series->width_ns *= 2;
}

static void put(Series *series, uint32_t i, double part, double whole, double most)
{
    series->window[i].part += part;
    series->window[i].whole += whole;
    series->window[i].most = MAX(series->window[i].most, most);
}

void series_add(Series *series, int64_t at_ns, double part, double whole)
{
    if (at_ns < 0)
        return;
    CHECK(series->width_ns > 0);
    int64_t i = at_ns / series->width_ns;
    for (; i >= SERIES_MOST; i /= 2)
        coarsen(series);
    reach(series, (uint32_t)i + 1);
    put(series, (uint32_t)i, part, whole, part);
}

void series_merge(Series *into, const Series *from)
{
    if (from->width_ns == 0)
        return;
    if (into->width_ns == 0)
        into->width_ns = from->width_ns;
    while (into->width_ns < from->width_ns)
        coarsen(into);
    guint n_doublings = 0;
    while (from->width_ns << n_doublings < into->width_ns)
        n_doublings++;
    CHECK(from->width_ns << n_doublings == into->width_ns);
    if (from->n_windows > 0)
        reach(into, ((from->n_windows - 1) >> n_doublings) + 1);
    for (uint32_t i = 0; i < from->n_windows; i++)
        put(into, i >> n_doublings, from->window[i].part, from->window[i].whole, from->window[i].most);
}

void series_clear(Series *series)
{
    g_free(series->window);
    memset(series, 0, sizeof *series);
}
