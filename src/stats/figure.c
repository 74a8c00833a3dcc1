/* The figures of a study: a statistic of merged cells, with its leave-one-out values.
 *
 * Counts, ratios, shares and means are all the same thing, a sum over a sum, so they share one way (quotient).
 * Quantiles and greatest values have their own. */
#include "base/check.h"
#include "stats/pile.h"
#include "stats/row.h"
#include "stats/study.h"
#include <math.h>
#include <string.h>

static const double CONFIDENCE = 0.95;

typedef enum {
    STATISTIC_BARE,
    STATISTIC_TOTAL,
    STATISTIC_MEAN,
    STATISTIC_COUNT,
    STATISTIC_MAX,
    STATISTIC_QUANTILE
} StatisticSort;

#define BIT(kind) (1u << (kind))
enum { MANY = BIT(CELL_DISTRIBUTION) | BIT(CELL_SAMPLES) }; /* the kinds that keep many observations */

typedef struct {
    const char *name;
    StatisticSort sort;
    unsigned kinds; /* a bit for each kind of cell that has it */
    double p;       /* STATISTIC_QUANTILE */
} Statistic;

static const Statistic *find_statistic(CellKind kind, const char *name)
{
    static const Statistic statistics[] = {
        {"", STATISTIC_BARE, BIT(CELL_COUNT) | BIT(CELL_RATIO) | BIT(CELL_SHARE), 0},
        {"", STATISTIC_MEAN, BIT(CELL_SAMPLES), 0},
        {"total", STATISTIC_TOTAL, BIT(CELL_COUNT), 0},
        {"mean", STATISTIC_MEAN, MANY, 0},
        {"count", STATISTIC_COUNT, MANY, 0},
        {"max", STATISTIC_MAX, MANY, 0},
        {"p50", STATISTIC_QUANTILE, MANY, 0.5},
        {"p90", STATISTIC_QUANTILE, MANY, 0.9},
        {"p95", STATISTIC_QUANTILE, MANY, 0.95},
        {"p99", STATISTIC_QUANTILE, MANY, 0.99},
        {"p999", STATISTIC_QUANTILE, MANY, 0.999},
        {"p9999", STATISTIC_QUANTILE, MANY, 0.9999},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(statistics); i++)
        if ((statistics[i].kinds & BIT(kind)) && strcmp(statistics[i].name, name) == 0)
            return &statistics[i];
    return NULL;
}

bool statistic_fits(CellKind kind, const char *statistic)
{
    return find_statistic(kind, statistic) != NULL;
}

static double sum_of(double a, double b)
{
    return a + b;
}
static double lesser_of(double a, double b)
{
    return MIN(a, b);
}
static double greater_of(double a, double b)
{
    return MAX(a, b);
}

/* Joins all values, and for each place all the others: what is before it with what is after it.  Nothing is taken off
 * again, so an infinite or a very large value leaves no trace where it is left out. */
static double join_all(const double *value, guint n, double (*join)(double, double), double none, double *others)
{
    double joined = none;
    for (guint i = n; i-- > 0;) {
        others[i] = joined;
        joined = join(value[i], joined);
    }
    joined = none;
    for (guint i = 0; i < n; i++) {
        others[i] = join(joined, others[i]);
        joined = join(joined, value[i]);
    }
    return joined;
}

static const Row *row_of(const GPtrArray *rows, guint i)
{
    return g_ptr_array_index(rows, i);
}

/* NULL where the replication lacks the cell. */
static const Cell *cell_of(const GPtrArray *rows, guint i, guint replication)
{
    return g_ptr_array_index(row_of(rows, i)->cells, replication);
}

/* A cell for the settings that all cells of a metric have alike. */
static const Cell *any_cell(const GPtrArray *rows)
{
    guint i = 0;
    while (!cell_of(rows, 0, i))
        i++;
    return cell_of(rows, 0, i);
}

/* Dividing by 1e9 gives the double nearest to the decimal number; multiplying by 1e-9 often its neighbour
 * (0.030000000000000002). */
static double scaled(double value, double scale)
{
    return scale == 1e-9 ? value / 1e9 : value * scale;
}

/* ---- Sums over sums ---- */

typedef struct {
    guint n;
    double *part, *whole; /* of each replication */
} Quotient;

static void quotient_init(Quotient *quotient, guint n)
{
    quotient->n = n;
    quotient->part = g_new0(double, n);
    quotient->whole = g_new0(double, n);
}

static void quotient_clear(Quotient *quotient)
{
    g_free(quotient->part);
    g_free(quotient->whole);
}

static double sum_samples(const Cell *cell)
{
    double sum = 0;
    for (guint i = 0; i < cell->samples->len; i++)
        sum += g_array_index(cell->samples, double, i);
    return sum;
}

static void add_cell(const Cell *cell, StatisticSort sort, double *part, double *whole)
{
    bool counts = sort == STATISTIC_COUNT;
    switch (cell->kind) {
    case CELL_COUNT:
    case CELL_SHARE:
        *part += (double)cell->count;
        break;
    case CELL_RATIO:
        *part += cell->ratio.part;
        *whole += cell->ratio.whole;
        break;
    case CELL_DISTRIBUTION:
        *part += counts ? (double)cell->histogram.count : cell->histogram.sum;
        *whole += (double)cell->histogram.count;
        break;
    case CELL_SAMPLES:
        *part += counts ? cell->samples->len : sum_samples(cell);
        *whole += cell->samples->len;
        break;
    case CELL_SERIES:
        CHECK(!"a series has no figures");
        break;
    }
}

static void add_rows(const GPtrArray *rows, StatisticSort sort, Quotient *quotient)
{
    for (guint i = 0; i < quotient->n; i++)
        for (guint j = 0; j < rows->len; j++)
            if (cell_of(rows, j, i))
                add_cell(cell_of(rows, j, i), sort, &quotient->part[i], &quotient->whole[i]);
}

static double over(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static void finish_quotient(const Quotient *quotient, double scale, Figure *figure)
{
    guint n = quotient->n;
    g_autofree double *other_wholes = g_new(double, n);
    double part = join_all(quotient->part, n, sum_of, 0, figure->left_out);
    double whole = join_all(quotient->whole, n, sum_of, 0, other_wholes);
    for (guint i = 0; i < n; i++)
        figure->left_out[i] = scaled(over(figure->left_out[i], other_wholes[i]), scale);
    figure->value = scaled(over(part, whole), scale);
    figure->n_samples = (guint64)ceil(whole);
}

static void quotient_figure(const GPtrArray *rows, StatisticSort sort, double scale, Figure *figure)
{
    Quotient quotient;
    quotient_init(&quotient, figure->n_left_out);
    add_rows(rows, sort, &quotient);
    if (sort == STATISTIC_COUNT || row_of(rows, 0)->kind == CELL_COUNT)
        for (guint i = 0; i < quotient.n; i++)
            quotient.whole[i] = 1;
    finish_quotient(&quotient, scale, figure);
    quotient_clear(&quotient);
}

static void share_figure(const Study *study, const GPtrArray *rows, const Selector *selector, Figure *figure)
{
    Quotient share, all;
    Selector wider = *selector;
    CHECK(any_cell(rows)->share_of);
    selector_drop(&wider, any_cell(rows)->share_of);
    g_autoptr(GPtrArray) below = study_rows(study, row_of(rows, 0)->metric, &wider);
    quotient_init(&share, figure->n_left_out);
    quotient_init(&all, figure->n_left_out);
    add_rows(rows, STATISTIC_BARE, &share);
    add_rows(below, STATISTIC_BARE, &all);
    memcpy(share.whole, all.part, share.n * sizeof *share.whole);
    finish_quotient(&share, 1, figure);
    quotient_clear(&share);
    quotient_clear(&all);
}

/* ---- Distributions ---- */

/* The histograms of one replication that hold anything. */
static guint histograms_of(const GPtrArray *rows, guint replication, const Histogram **histogram)
{
    guint n = 0;
    for (guint i = 0; i < rows->len; i++) {
        const Cell *cell = cell_of(rows, i, replication);
        if (cell && cell->histogram.count > 0)
            histogram[n++] = &cell->histogram;
    }
    return n;
}

/* Everything that the cells hold, and the least and the greatest value of each replication (infinite: it has none). */
static void pile_up(const GPtrArray *rows, guint n_replications, Pile *pile, double *min, double *max)
{
    g_autofree const Histogram **histogram = g_new(const Histogram *, rows->len);
    for (guint i = 0; i < n_replications; i++) {
        guint n = histograms_of(rows, i, histogram);
        min[i] = INFINITY;
        max[i] = -INFINITY;
        for (guint j = 0; j < n; j++) {
            pile_add(pile, histogram[j]);
            min[i] = MIN(min[i], (double)histogram[j]->min);
            max[i] = MAX(max[i], (double)histogram[j]->max);
        }
    }
}

static void quantile_figure(const GPtrArray *rows, double p, Figure *figure)
{
    guint n = figure->n_left_out;
    double scale = any_cell(rows)->scale;
    Pile pile = {0};
    g_autofree double *extremes = g_new(double, 4 * n);
    double *min = extremes, *max = extremes + n, *other_min = extremes + 2 * n, *other_max = extremes + 3 * n;
    pile_up(rows, n, &pile, min, max);
    double least = join_all(min, n, lesser_of, INFINITY, other_min);
    double greatest = join_all(max, n, greater_of, -INFINITY, other_max);
    g_autofree const Histogram **histogram = g_new(const Histogram *, rows->len);
    for (guint i = 0; i < n; i++) {
        guint n_without = histograms_of(rows, i, histogram);
        double value = pile_quantile(&pile, histogram, n_without, p, other_min[i], other_max[i]);
        figure->left_out[i] = scaled(value, scale);
    }
    figure->value = scaled(pile_quantile(&pile, NULL, 0, p, least, greatest), scale);
    figure->n_samples = pile.count;
    pile_clear(&pile);
}

/* The greatest value says nothing about how far another run might go: its leave-one-out values are NAN, and so has no
 * difference of two an interval. */
static void max_figure(const GPtrArray *rows, Figure *figure)
{
    guint n = figure->n_left_out;
    for (guint i = 0; i < n; i++) {
        figure->left_out[i] = NAN;
        for (guint j = 0; j < rows->len; j++) {
            const Cell *cell = cell_of(rows, j, i);
            if (!cell || cell->histogram.count == 0)
                continue;
            double most = scaled((double)cell->histogram.max, cell->scale);
            figure->value = figure->n_samples == 0 ? most : MAX(figure->value, most);
            figure->n_samples += cell->histogram.count;
        }
    }
}

/* ---- Samples ---- */

typedef struct {
    double value;
    guint replication;
} Sample;

static int compare_samples(gconstpointer a, gconstpointer b)
{
    double x = ((const Sample *)a)->value, y = ((const Sample *)b)->value;
    return (x > y) - (x < y);
}

/* All samples, sorted; how many each replication has goes to n_in. (transfer full) */
static GArray *sorted_samples(const GPtrArray *rows, guint n_replications, guint *n_in)
{
    GArray *samples = g_array_new(FALSE, FALSE, sizeof(Sample));
    for (guint i = 0; i < n_replications; i++) {
        guint n_before = samples->len;
        for (guint j = 0; j < rows->len; j++) {
            const Cell *cell = cell_of(rows, j, i);
            for (guint k = 0; cell && k < cell->samples->len; k++) {
                Sample sample = {g_array_index(cell->samples, double, k), i};
                g_array_append_val(samples, sample);
            }
        }
        n_in[i] = samples->len - n_before;
    }
    g_array_sort(samples, compare_samples);
    return samples;
}

/* The order statistic at the rank of p among the samples of all replications but `without`. */
static double sample_quantile(const GArray *samples, guint without, guint n_left, double p)
{
    if (n_left == 0)
        return NAN;
    guint64 rank = quantile_rank(p, n_left);
    guint i = 0;
    for (;; i++) {
        if (g_array_index(samples, Sample, i).replication == without)
            continue;
        if (--rank == 0)
            return g_array_index(samples, Sample, i).value;
    }
}

static void samples_figure(const GPtrArray *rows, const Statistic *statistic, Figure *figure)
{
    guint n = figure->n_left_out;
    bool is_max = statistic->sort == STATISTIC_MAX;
    double p = is_max ? 1 : statistic->p;
    g_autofree guint *n_in = g_new(guint, n);
    g_autoptr(GArray) samples = sorted_samples(rows, n, n_in);
    for (guint i = 0; i < n; i++)
        figure->left_out[i] = is_max ? NAN : sample_quantile(samples, i, samples->len - n_in[i], p);
    figure->value = sample_quantile(samples, n, samples->len, p);
    figure->n_samples = samples->len;
}

/* ---- Any figure ---- */

static bool all_within(const Figure *figure, double low, double high)
{
    for (guint i = 0; i < figure->n_left_out; i++)
        if (!(figure->left_out[i] >= low && figure->left_out[i] <= high))
            return false;
    return figure->value >= low && figure->value <= high;
}

static void find_interval(Figure *figure, bool may_be_share)
{
    figure->interval = interval_jackknife(figure->value, figure->left_out, figure->n_left_out, CONFIDENCE);
    if (isnan(figure->interval.low))
        return;
    if (all_within(figure, 0, INFINITY))
        figure->interval.low = MAX(figure->interval.low, 0);
    if (may_be_share && all_within(figure, 0, 1))
        figure->interval.high = MIN(figure->interval.high, 1);
}

static void compute(const Study *study, const GPtrArray *rows, const Statistic *statistic, const Selector *selector,
                    Figure *figure)
{
    CellKind kind = row_of(rows, 0)->kind;
    if (kind == CELL_SHARE)
        share_figure(study, rows, selector, figure);
    else if (statistic->sort < STATISTIC_MAX)
        quotient_figure(rows, statistic->sort,
                        kind == CELL_DISTRIBUTION && statistic->sort == STATISTIC_MEAN ? any_cell(rows)->scale : 1,
                        figure);
    else if (kind == CELL_SAMPLES)
        samples_figure(rows, statistic, figure);
    else if (statistic->sort == STATISTIC_MAX)
        max_figure(rows, figure);
    else
        quantile_figure(rows, statistic->p, figure);
    find_interval(figure, kind == CELL_RATIO || kind == CELL_SHARE);
}

bool study_figure(const Study *study, const char *metric, const char *statistic, const Selector *selector,
                  Figure *figure)
{
    *figure = (Figure){.value = NAN, .interval = {NAN, NAN}};
    g_autoptr(GPtrArray) rows = study_rows(study, metric, selector);
    if (rows->len == 0)
        return false;
    const Statistic *found = find_statistic(row_of(rows, 0)->kind, statistic);
    if (!found)
        return false;
    figure->n_left_out = study_replications(study);
    figure->left_out = g_new(double, figure->n_left_out);
    compute(study, rows, found, selector, figure);
    return true;
}

void figure_clear(Figure *figure)
{
    g_free(figure->left_out);
    *figure = (Figure){.value = NAN, .interval = {NAN, NAN}};
}

bool study_curve(const Study *study, const char *metric, const Selector *selector, const double *p, double *seconds,
                 guint n)
{
    g_autoptr(GPtrArray) rows = study_rows(study, metric, selector);
    if (rows->len == 0 || row_of(rows, 0)->kind != CELL_DISTRIBUTION)
        return false;
    guint n_replications = study_replications(study);
    Pile pile = {0};
    g_autofree double *min = g_new(double, n_replications), *max = g_new(double, n_replications);
    pile_up(rows, n_replications, &pile, min, max);
    g_autofree double *ignored = g_new(double, n_replications);
    double least = join_all(min, n_replications, lesser_of, INFINITY, ignored);
    double greatest = join_all(max, n_replications, greater_of, -INFINITY, ignored);
    bool any = pile.count > 0;
    for (guint i = 0; any && i < n; i++)
        seconds[i] = scaled(pile_quantile(&pile, NULL, 0, p[i], least, greatest), any_cell(rows)->scale);
    pile_clear(&pile);
    return any;
}
