#include "base/real.h"
#include "stats/sheet.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Figure, figure_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Series, series_clear)

static bool figure_of(const Study *study, const char *metric, const char *statistic, const char *text, Figure *figure)
{
    Selector selector;
    EXPECT(selector_parse(&selector, text), "\"%s\" is refused", text);
    return study_figure(study, metric, statistic, &selector, figure);
}

/* Equal to the last digit shown in a table; NAN equals NAN. */
static bool agree(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b || (isfinite(b) && fabs(a - b) <= 1e-9 * fabs(b));
}

/* ---- Three replications with known numbers ---- */

static void count(Sheet *sheet, CellKind kind, const char *metric, const char *clients, const char *region, uint64_t n)
{
    Cell *cell = sheet_cell(sheet, kind, metric, "clients", clients, "region", region, NULL);
    if (kind == CELL_SHARE)
        sheet_share_of(cell, "region");
    cell->count += n;
}

static void distribution(Sheet *sheet, const char *op, int64_t first_ms, int64_t last_ms)
{
    for (int64_t i = first_ms; i <= last_ms; i++)
        histogram_add(&sheet_cell(sheet, CELL_DISTRIBUTION, "latency", "op", op, NULL)->histogram, i * 1000000);
}

/*              replication      1          2          3
 * issued       europe          10         20         30
 *              asia             1          -          5
 * availability read         9 of 10    10 of 10   17 of 20
 *              write            -          -       0 of 10
 * routing      europe/east     30         10         20
 *              europe/west     10         30         20
 *              asia/west        -          -         40
 * latency      read        1...100 ms 101...200  201...300
 *              write         1 s          -          -
 * failover        -          30, 40        50      never
 * queue           -          0, 1, 2      7, 8       9
 * attempts        -        12 of 10   10 of 10   11 of 10
 * faults          -            1          0          1
 * unused          -          nothing, ever */
static Study *three_replications(void)
{
    static const uint64_t issued[3][2] = {{10, 1}, {20, 0}, {30, 5}};
    static const double answered[3][2] = {{9, 10}, {10, 10}, {17, 20}};
    static const uint64_t routed[3][3] = {{30, 10, 0}, {10, 30, 0}, {20, 20, 40}};
    static const double failover[3][2] = {{40, 30}, {50, -1}, {INFINITY, -1}};
    static const int64_t queue[3][3] = {{0, 1, 2}, {7, 8, -1}, {9, -1, -1}};
    static const double attempts[3] = {12, 10, 11};
    Study *study = study_new();
    for (int i = 0; i < 3; i++) {
        Sheet *sheet = sheet_new();
        count(sheet, CELL_COUNT, "issued", "europe", NULL, issued[i][0]);
        if (issued[i][1] > 0)
            count(sheet, CELL_COUNT, "issued", "asia", NULL, issued[i][1]);
        cell_ratio(sheet_cell(sheet, CELL_RATIO, "availability", "op", "read", NULL), answered[i][0], answered[i][1]);
        if (i == 2)
            cell_ratio(sheet_cell(sheet, CELL_RATIO, "availability", "op", "write", NULL), 0, 10);
        count(sheet, CELL_SHARE, "routing", "europe", "east", routed[i][0]);
        count(sheet, CELL_SHARE, "routing", "europe", "west", routed[i][1]);
        count(sheet, CELL_SHARE, "routing", "asia", "west", routed[i][2]);
        distribution(sheet, "read", 100 * i + 1, 100 * i + 100);
        if (i == 0)
            distribution(sheet, "write", 1000, 1000);
        for (int j = 0; j < 2 && failover[i][j] >= 0; j++)
            cell_sample(sheet_cell(sheet, CELL_SAMPLES, "failover", NULL), failover[i][j]);
        Cell *lengths = sheet_cell(sheet, CELL_DISTRIBUTION, "queue", NULL);
        sheet_scale(lengths, 1);
        for (int j = 0; j < 3 && queue[i][j] >= 0; j++)
            histogram_add(&lengths->histogram, queue[i][j]);
        cell_ratio(sheet_cell(sheet, CELL_RATIO, "attempts", NULL), attempts[i], 10);
        sheet_cell(sheet, CELL_COUNT, "faults", NULL)->count = i != 1;
        sheet_cell(sheet, CELL_DISTRIBUTION, "unused", NULL);
        study_add(study, sheet);
    }
    return study;
}

static const struct {
    const char *metric, *statistic, *selector;
    double value;
    guint64 n_samples;
    double left_out[3];
} known[] = {
    {"issued", "", "", 22, 3, {55 / 2.0, 46 / 2.0, 31 / 2.0}},
    {"issued", "total", "clients=europe", 20, 3, {25, 20, 15}},
    {"issued", "", "clients=asia", 2, 3, {2.5, 3, 0.5}},
    {"availability", "", "", 36 / 50.0, 50, {27 / 40.0, 26 / 40.0, 19 / 20.0}},
    {"availability", "", "op=read", 36 / 40.0, 40, {27 / 30.0, 26 / 30.0, 19 / 20.0}},
    {"availability", "", "op=write", 0, 10, {0, 0, NAN}},
    {"routing", "", "clients=europe,region=east", 60 / 120.0, 120, {30 / 80.0, 50 / 80.0, 40 / 80.0}},
    {"routing", "", "region=east", 60 / 160.0, 160, {30 / 120.0, 50 / 120.0, 40 / 80.0}},
    {"routing", "", "region!=east,clients=asia", 1, 40, {1, 1, NAN}},
    {"routing", "", "clients=europe", 1, 120, {1, 1, 1}},
    {"latency", "mean", "op=read", 0.1505, 300, {0.2005, 0.1505, 0.1005}},
    {"latency", "count", "", 301 / 3.0, 3, {100, 201 / 2.0, 201 / 2.0}},
    {"latency", "max", "", 1, 301, {NAN, NAN, NAN}},
    {"latency", "max", "op=read", 0.3, 300, {NAN, NAN, NAN}},
    {"latency", "p50", "op=write", 1, 1, {NAN, 1, 1}},
    {"queue", "p50", "", 2, 6, {8, 1, 2}},
    {"queue", "p90", "", 9, 6, {9, 9, 8}},
    {"queue", "mean", "", 4.5, 6, {8, 3, 18 / 5.0}},
    {"queue", "max", "", 9, 6, {NAN, NAN, NAN}},
    {"failover", "", "", INFINITY, 4, {INFINITY, INFINITY, 40}},
    {"failover", "mean", "", INFINITY, 4, {INFINITY, INFINITY, 40}},
    {"failover", "p50", "", 40, 4, {50, 40, 40}},
    {"failover", "p90", "", INFINITY, 4, {INFINITY, INFINITY, 50}},
    {"failover", "max", "", INFINITY, 4, {NAN, NAN, NAN}},
    {"failover", "count", "", 4 / 3.0, 3, {1, 3 / 2.0, 3 / 2.0}},
    {"attempts", "", "", 1.1, 30, {1.05, 1.15, 1.1}},
    {"faults", "", "", 2 / 3.0, 3, {0.5, 1, 0.5}},
    {"unused", "p50", "", NAN, 0, {NAN, NAN, NAN}},
    {"unused", "mean", "", NAN, 0, {NAN, NAN, NAN}},
    {"unused", "max", "", NAN, 0, {NAN, NAN, NAN}},
    {"unused", "count", "", 0, 3, {0, 0, 0}},
};

static void known_numbers(void)
{
    g_autoptr(Study) study = three_replications();
    EXPECT_INT(study_replications(study), 3);
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        g_auto(Figure) figure;
        EXPECT(figure_of(study, known[i].metric, known[i].statistic, known[i].selector, &figure), "%s.%s{%s}: none",
               known[i].metric, known[i].statistic, known[i].selector);
        EXPECT(agree(figure.value, known[i].value), "%s.%s{%s}: %.17g, expected %.17g", known[i].metric,
               known[i].statistic, known[i].selector, figure.value, known[i].value);
        EXPECT_INT(figure.n_samples, known[i].n_samples);
        EXPECT_INT(figure.n_left_out, 3);
        for (guint j = 0; j < figure.n_left_out; j++)
            EXPECT(agree(figure.left_out[j], known[i].left_out[j]), "%s.%s{%s} without %u: %.17g, expected %.17g",
                   known[i].metric, known[i].statistic, known[i].selector, j + 1, figure.left_out[j],
                   known[i].left_out[j]);
    }
}

/* t with 2 degrees of freedom is 4.302652729749464; counts are 11, 20, 35: s^2 = 147, half-width t x 7. */
static void intervals(void)
{
    const double t = 4.302652729749464;
    const struct {
        const char *metric, *statistic, *selector;
        double low, high;
    } rows[] = {
        {"issued", "", "", 0, 22 + 7 * t},                                          /* 22 - 30.1 cannot be */
        {"issued", "", "clients=asia", 0, 2 + t * sqrt(7.0 / 3)},                   /* 1, 0, 5 */
        {"availability", "", "op=read", 0.9 - t * sqrt(19 / 8100.0), 1},            /* a share is not more than 1 */
        {"attempts", "", "", 1.1 - t * sqrt(1 / 300.0), 1.1 + t * sqrt(1 / 300.0)}, /* a ratio may be */
        {"faults", "", "", 0, 2 / 3.0 + t / 3},                                     /* a count may be, too */
        {"routing", "", "clients=europe", 1, 1},
        {"routing", "", "clients=europe,region=east", 0, 1},
        {"availability", "", "op=write", NAN, NAN},
        {"latency", "max", "", NAN, NAN},
        {"failover", "", "", NAN, NAN},
        {"failover", "p50", "", 40 - t * sqrt(400 / 9.0), 40 + t * sqrt(400 / 9.0)},
    };
    g_autoptr(Study) study = three_replications();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Figure) figure;
        figure_of(study, rows[i].metric, rows[i].statistic, rows[i].selector, &figure);
        EXPECT(agree(figure.interval.low, rows[i].low) && agree(figure.interval.high, rows[i].high),
               "%s.%s{%s}: %.12g to %.12g, expected %.12g to %.12g", rows[i].metric, rows[i].statistic,
               rows[i].selector, figure.interval.low, figure.interval.high, rows[i].low, rows[i].high);
    }
}

static void there_is_no_such_figure(void)
{
    static const char *const rows[][3] = {
        {"nothing", "", ""},    {"issued", "p50", ""},    {"issued", "", "clients=mars"}, {"latency", "", ""},
        {"latency", "p42", ""}, {"latency", "total", ""}, {"availability", "mean", ""},   {"failover", "total", ""},
        {"latenc", "p50", ""},  {"latency.", "p50", ""},  {"routing", "count", ""},       {"failover", "", "op=read"},
    };
    g_autoptr(Study) study = three_replications(), empty = study_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Figure) figure;
        EXPECT(!figure_of(study, rows[i][0], rows[i][1], rows[i][2], &figure), "%s.%s{%s} is %g", rows[i][0],
               rows[i][1], rows[i][2], figure.value);
        EXPECT(isnan(figure.value) && figure.n_samples == 0 && figure.n_left_out == 0, "%s.%s", rows[i][0], rows[i][1]);
    }
    g_auto(Figure) figure;
    EXPECT(!figure_of(empty, "issued", "", "", &figure), "an empty study has %g", figure.value);
}

static void cells_of_all_sheets(void)
{
    static const char *const rows[][2] = {
        {"attempts", ""},
        {"availability", "op=read"},
        {"availability", "op=write"},
        {"failover", ""},
        {"faults", ""},
        {"issued", "clients=asia"},
        {"issued", "clients=europe"},
        {"latency", "op=read"},
        {"latency", "op=write"},
        {"queue", ""},
        {"routing", "clients=asia,region=west"},
        {"routing", "clients=europe,region=east"},
        {"routing", "clients=europe,region=west"},
        {"unused", ""},
    };
    g_autoptr(Study) study = three_replications();
    EXPECT_INT(study_cells(study), G_N_ELEMENTS(rows));
    for (guint i = 0; i < MIN(study_cells(study), G_N_ELEMENTS(rows)); i++) {
        CellKind kind;
        const char *metric, *labels;
        study_cell(study, i, &kind, &metric, &labels);
        EXPECT_TEXT(metric, rows[i][0]);
        EXPECT_TEXT(labels, rows[i][1]);
        EXPECT((kind == CELL_SHARE) == (strcmp(metric, "routing") == 0), "%s is of kind %d", metric, kind);
    }
}

static void values_of_a_label(void)
{
    static const char *const rows[][4] = {
        {"routing", "", "region", "east west"},
        {"routing", "", "clients", "asia europe"},
        {"routing", "clients=asia", "region", "west"},
        {"routing", "clients=europe,region=*", "region", "east west"},
        {"routing", "region!=west", "region", "east"},
        {"routing", "", "op", ""},
        {"nothing", "", "op", ""},
    };
    g_autoptr(Study) study = three_replications();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Selector selector;
        selector_parse(&selector, rows[i][1]);
        g_auto(GStrv) values = study_label_values(study, rows[i][0], &selector, rows[i][2]);
        g_autofree char *joined = g_strjoinv(" ", values);
        EXPECT_TEXT(joined, rows[i][3]);
    }
}

static void curves(void)
{
    static const double p[] = {0, 0.25, 0.5, 0.75, 1};
    static const double expected[] = {0.001, 0.075, 0.150, 0.225, 0.300};
    g_autoptr(Study) study = three_replications();
    Selector selector;
    selector_parse(&selector, "op=read");
    double seconds[5];
    EXPECT(study_curve(study, "latency", &selector, p, seconds, 5), "no curve");
    for (guint i = 0; i < 5; i++)
        EXPECT_NEAR(seconds[i], expected[i], 0.008 * expected[i]);
    EXPECT(!study_curve(study, "issued", &selector, p, seconds, 5), "a count has a curve");
    EXPECT(!study_curve(study, "unused", &(Selector){0}, p, seconds, 5), "an empty distribution has a curve");
    EXPECT(!study_curve(study, "nothing", &selector, p, seconds, 5), "nothing has a curve");
}

static void series_are_summed(void)
{
    g_autoptr(Study) study = study_new();
    for (int i = 0; i < 3; i++) {
        Sheet *sheet = sheet_new();
        Cell *europe = sheet_cell(sheet, CELL_SERIES, "answered", "clients", "europe", NULL);
        Cell *asia = sheet_cell(sheet, CELL_SERIES, "answered", "clients", "asia", NULL);
        sheet_series_width(europe, 10);
        sheet_series_width(asia, 10);
        series_add(&europe->series, 5, 1, 2);
        series_add(&europe->series, i == 2 ? 10 * SERIES_MOST : 15, 3, 4);
        series_add(&asia->series, 5, 100, 100);
        study_add(study, sheet);
    }
    Selector selector;
    selector_parse(&selector, "clients=europe");
    g_auto(Series) series, none;
    EXPECT(study_series(study, "answered", &selector, &series), "no series");
    EXPECT_INT(series.width_ns, 20);
    EXPECT_INT(series.n_windows, SERIES_MOST / 2 + 1);
    EXPECT_NEAR(series.window[0].part, 3 * 1 + 2 * 3, 0);
    EXPECT_NEAR(series.window[0].whole, 3 * 2 + 2 * 4, 0);
    EXPECT_NEAR(series.window[0].most, 3, 0);
    EXPECT_NEAR(series.window[SERIES_MOST / 2].part, 3, 0);
    EXPECT(!study_series(study, "nothing", &selector, &none), "nothing has a series");
}

/* ---- Laws, at random ---- */

enum { N_REPLICATIONS = 6 };

/* A sheet with some cells of every kind, some missing, some empty; cells are made in an order that depends on `order`.
 */
static Sheet *random_sheet(uint64_t seed, uint64_t order)
{
    static const char *const values[] = {"a", "b", "c"};
    Sheet *sheet = sheet_new();
    for (guint i = 0; i < 15; i++) {
        guint j = (guint)((i * 7 + order) % 15), kind = j % 5;
        const char *value = values[j / 5];
        uint64_t state = seed * 1000 + j;
        if (dice_below(&state, 4) == 0)
            continue;
        guint n = dice_below(&state, 5) == 0 ? 0 : (guint)dice_below(&state, 60);
        Cell *cell = NULL;
        if (kind == 0)
            (cell = sheet_cell(sheet, CELL_COUNT, "count", "x", value, NULL))->count = n;
        else if (kind == 1)
            cell_ratio(sheet_cell(sheet, CELL_RATIO, "ratio", "x", value, NULL), n, 60);
        else if (kind == 2) {
            cell = sheet_cell(sheet, CELL_SHARE, "share", "x", value, NULL);
            sheet_share_of(cell, "x");
            cell->count = n;
        } else if (kind == 3) {
            cell = sheet_cell(sheet, CELL_DISTRIBUTION, "distribution", "x", value, NULL);
            for (guint k = 0; k < n; k++)
                histogram_add(&cell->histogram, (int64_t)(-5e7 * real_log(dice_share(&state))));
        } else {
            cell = sheet_cell(sheet, CELL_SAMPLES, "samples", "x", value, NULL);
            for (guint k = 0; k < n % 4; k++)
                cell_sample(cell, dice_below(&state, 12) == 0 ? INFINITY : (double)dice_below(&state, 100));
        }
    }
    return sheet;
}

static Study *random_study(uint64_t seed, guint without, uint64_t order)
{
    Study *study = study_new();
    for (guint i = 0; i < N_REPLICATIONS; i++)
        if (i != without)
            study_add(study, random_sheet(seed * N_REPLICATIONS + i, order * (i + 1)));
    return study;
}

static const char *const figures[][2] = {
    {"count", ""},
    {"ratio", ""},
    {"share", ""},
    {"distribution", "p50"},
    {"distribution", "p99"},
    {"distribution", "p9999"},
    {"distribution", "mean"},
    {"distribution", "count"},
    {"samples", ""},
    {"samples", "p50"},
    {"samples", "p95"},
    {"samples", "count"},
};
static const char *const selectors[] = {"", "x=a", "x!=a", "x=b,x=b"};

/* Leaving a replication out is the same as never having had it. */
static void left_out_is_never_there(void)
{
    guint n_compared = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        g_autoptr(Study) whole = random_study(seed, N_REPLICATIONS, 0);
        for (guint without = 0; without < N_REPLICATIONS; without++) {
            g_autoptr(Study) rest = random_study(seed, without, 0);
            for (gsize i = 0; i < G_N_ELEMENTS(figures); i++)
                for (gsize j = 0; j < G_N_ELEMENTS(selectors); j++) {
                    g_auto(Figure) of_whole, of_rest;
                    if (!figure_of(whole, figures[i][0], figures[i][1], selectors[j], &of_whole) ||
                        !figure_of(rest, figures[i][0], figures[i][1], selectors[j], &of_rest))
                        continue;
                    double found = of_whole.left_out[without];
                    EXPECT(agree(found, of_rest.value), "seed %" PRIu64 ": %s.%s{%s} without %u: %.17g, expected %.17g",
                           seed, figures[i][0], figures[i][1], selectors[j], without, found, of_rest.value);
                    n_compared += isfinite(found) != 0;
                }
        }
    }
    EXPECT(n_compared > 5000, "only %u compared", n_compared);
}

static void the_order_of_asking_for_cells_is_nothing(void)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        g_autoptr(Study) one = random_study(seed, N_REPLICATIONS, 0),
                         other = random_study(seed, N_REPLICATIONS, 1 + seed % 14);
        for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
            g_auto(Figure) a, b;
            bool in_one = figure_of(one, figures[i][0], figures[i][1], "", &a);
            bool in_other = figure_of(other, figures[i][0], figures[i][1], "", &b);
            EXPECT(in_one == in_other && a.n_samples == b.n_samples &&
                       memcmp(&a.value, &b.value, sizeof a.value) == 0 &&
                       memcmp(&a.interval, &b.interval, sizeof a.interval) == 0 && a.n_left_out == b.n_left_out &&
                       memcmp(a.left_out, b.left_out, a.n_left_out * sizeof(double)) == 0,
                   "seed %" PRIu64 ": %s.%s is %.17g and %.17g", seed, figures[i][0], figures[i][1], a.value, b.value);
        }
    }
}

static void figures_are_of_the_merged_data(void)
{
    static const struct {
        const char *statistic;
        double p;
    } rows[] = {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}, {"p9999", 0.9999}};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        g_autoptr(Study) study = random_study(seed, N_REPLICATIONS, 0);
        Histogram merged;
        histogram_init(&merged);
        for (guint i = 0; i < N_REPLICATIONS; i++) {
            g_autoptr(Sheet) sheet = random_sheet(seed * N_REPLICATIONS + i, 0);
            for (guint j = 0; j < sheet_cells(sheet); j++)
                if (sheet_nth(sheet, j)->kind == CELL_DISTRIBUTION)
                    histogram_merge(&merged, &sheet_nth(sheet, j)->histogram);
        }
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_auto(Figure) figure;
            figure_of(study, "distribution", rows[i].statistic, "", &figure);
            double expected = histogram_quantile(&merged, rows[i].p) / 1e9;
            EXPECT(figure.value == expected, "seed %" PRIu64 ": %s is %.17g, expected %.17g", seed, rows[i].statistic,
                   figure.value, expected);
            EXPECT_INT(figure.n_samples, merged.count);
        }
        histogram_clear(&merged);
    }
}

static void shares_of_a_whole_add_up(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        g_autoptr(Study) study = random_study(seed, N_REPLICATIONS, 0);
        double sum = 0;
        Selector all = {0};
        g_auto(GStrv) values = study_label_values(study, "share", &all, "x");
        for (guint i = 0; values[i]; i++) {
            Selector one = all;
            g_auto(Figure) figure;
            selector_set(&one, "x", values[i]);
            EXPECT(study_figure(study, "share", "", &one, &figure), "no share of %s", values[i]);
            sum += figure.value;
        }
        EXPECT_NEAR(sum, 1, 1e-12);
    }
}

/* 30 replications of 1,000 exponential values whose mean differs a little between replications.  The middle of a
 * histogram's step instead of its interpolation would cover the truth less than half of the time. */
static void intervals_cover_the_truth(void)
{
    enum { N_STUDIES = 200, N_SHEETS = 30, N_VALUES = 1000 };
    static const struct {
        const char *statistic;
        double truth; /* in means */
    } rows[] = {{"mean", 1}, {"p50", 0.693147180559945}, {"p90", 2.302585092994046}, {"p99", 4.605170185988091}};
    guint n_covered[G_N_ELEMENTS(rows)] = {0};
    uint64_t state = 20261103;
    for (guint i = 0; i < N_STUDIES; i++) {
        g_autoptr(Study) study = study_new();
        for (guint j = 0; j < N_SHEETS; j++) {
            Sheet *sheet = sheet_new();
            Histogram *histogram = &sheet_cell(sheet, CELL_DISTRIBUTION, "m", NULL)->histogram;
            for (guint k = 0; k < N_VALUES; k++)
                histogram_add(histogram, (int64_t)(-1e9 * real_log(dice_share(&state))));
            study_add(study, sheet);
        }
        for (gsize j = 0; j < G_N_ELEMENTS(rows); j++) {
            g_auto(Figure) figure;
            figure_of(study, "m", rows[j].statistic, "", &figure);
            n_covered[j] += figure.interval.low <= rows[j].truth && rows[j].truth <= figure.interval.high;
        }
    }
    /* 95 % of 200 are 190, give or take 3 x 3.1. */
    for (gsize j = 0; j < G_N_ELEMENTS(rows); j++)
        EXPECT(n_covered[j] >= 180 && n_covered[j] <= 199, "%s: %u of %d intervals cover the truth", rows[j].statistic,
               n_covered[j], N_STUDIES);
}

void suite_study(void);
void suite_study(void)
{
    CU_pSuite suite = CU_add_suite("study", NULL, NULL);
    CU_add_test(suite, "three replications with known numbers", known_numbers);
    CU_add_test(suite, "intervals computed by hand, kept to what can be", intervals);
    CU_add_test(suite, "what is not there is no figure", there_is_no_such_figure);
    CU_add_test(suite, "cells of all sheets, sorted", cells_of_all_sheets);
    CU_add_test(suite, "the values of a label, sorted, each once", values_of_a_label);
    CU_add_test(suite, "a curve of quantiles", curves);
    CU_add_test(suite, "series are summed over replications at the larger width", series_are_summed);
    CU_add_test(suite, "a replication left out is as if it had never been", left_out_is_never_there);
    CU_add_test(suite, "the order of asking for cells is nothing, to the byte",
                the_order_of_asking_for_cells_is_nothing);
    CU_add_test(suite, "a quantile is that of the merged data", figures_are_of_the_merged_data);
    CU_add_test(suite, "the shares of a whole add up to one", shares_of_a_whole_add_up);
    CU_add_test(suite, "95 % intervals cover the truth 95 % of the time", intervals_cover_the_truth);
}
