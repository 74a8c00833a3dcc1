/* Comparison, for people: what differs between the designs, then the first against each of the others, then one
 * sentence. */
#include "report/amount.h"
#include "report/page.h"
#include "report/report.h"
#include <math.h>
#include <string.h>

enum {
    LABEL_END = 22,
    FIRST_END = 31,
    OTHER_END = 41,
    DIFFERENCE_END = 52,
    INTERVAL_COLUMN = 54,
    WINNER_COLUMN = INTERVAL_COLUMN + AMOUNT_INTERVAL_WIDTH + 1,
    SETTING_COLUMN = 23,
    SETTINGS_MOST = 10,
    VALUE_LEAST = 16, /* columns for the value of a setting */
};

static void designs(Page *page, const Comparison *comparison)
{
    char name[DESIGN_NAME_SIZE];
    const Results *first = comparison->runs->pdata[0];
    for (guint i = 0; i < comparison->runs->len; i++) {
        const Results *run = comparison->runs->pdata[i];
        page_style(page, STYLE_BOLD);
        page_print(page, "%s %s", design_name(i, name), run->scenario);
        page_style(page, STYLE_PLAIN);
        if (run->title && *run->title)
            page_print(page, ": %s", run->title);
        page_line(page);
    }
    page_print(page, "%u paired replication%s, seed %" G_GUINT64_FORMAT ": the same users for all", first->replications,
               first->replications == 1 ? "" : "s", first->seed);
    page_line(page);
    page_line(page);
}

/* The values of a setting: in columns while there is room for them, else one behind the other. */
static void setting(Page *page, const char *const *texts, guint n_designs)
{
    guint width = (PAGE_WIDTH - SETTING_COLUMN) / n_designs;
    char name[DESIGN_NAME_SIZE];
    g_autoptr(GString) all = g_string_new(NULL);
    page_at(page, 2);
    page_fit(page, texts[0], SETTING_COLUMN - 3);
    for (guint i = 0; i < n_designs && texts[i + 1] && width >= VALUE_LEAST; i++) {
        page_at(page, SETTING_COLUMN + i * width);
        page_fit(page, texts[i + 1], width - 1);
    }
    if (width >= VALUE_LEAST) {
        page_line(page);
        return;
    }
    for (guint i = 0; i < n_designs && texts[i + 1]; i++)
        g_string_append_printf(all, "%s %s  ", design_name(i, name), texts[i + 1]);
    page_at(page, SETTING_COLUMN);
    page_wrap(page, SETTING_COLUMN, all->str);
}

static void settings(Page *page, const Comparison *comparison)
{
    guint n = comparison->differing->len;
    guint n_shown = page->look->full || n <= SETTINGS_MOST ? n : SETTINGS_MOST - 1;
    if (n)
        page_print(page, "They differ in %u setting%s:", n, n == 1 ? "" : "s");
    else
        page_put(page, "They differ in no setting.");
    page_line(page);
    for (guint i = 0; i < n_shown; i++)
        setting(page, comparison->differing->pdata[i], comparison->runs->len);
    if (n_shown < n) {
        page_print(page, "  … %u more: --full", n - n_shown);
        page_line(page);
    }
    page_line(page);
}

static void winner(Page *page, const ComparedFigure *figure, guint other)
{
    char name[DESIGN_NAME_SIZE];
    Better better = compared_better(figure, other);
    if (better == BETTER_NO_FIGURE)
        return;
    page_at(page, WINNER_COLUMN);
    if (better == BETTER_SAME || better == BETTER_UNCLEAR) {
        page_put(page, better == BETTER_SAME ? "same" : "unclear");
        return;
    }
    page_style(page, STYLE_BOLD);
    page_print(page, "better: %s", design_name(better == BETTER_FIRST ? 0 : other, name));
    page_style(page, STYLE_PLAIN);
}

static void row(Page *page, const ComparedFigure *figure, guint other)
{
    char text[AMOUNT_SIZE], interval[AMOUNT_SIZE];
    const char *unit = amount_unit(figure->metric, figure->unit);
    page_put(page, figure->label);
    /* A label is never cut short for its figures: two of them could look the same. */
    if (page->column > LABEL_END)
        page_line(page);
    page_right(page, FIRST_END, amount_text(figure->value[0], unit, text));
    page_right(page, OTHER_END, amount_text(figure->value[other], unit, text));
    if (isfinite(figure->value[0]) && isfinite(figure->value[other])) {
        amount_difference(figure->difference[other - 1], figure->low[other - 1], figure->high[other - 1], unit, text,
                          interval);
        page_right(page, DIFFERENCE_END, text);
        if (*interval) {
            page_at(page, INTERVAL_COLUMN);
            page_put(page, interval);
        }
    }
    winner(page, figure, other);
    page_line(page);
}

static void table(Page *page, const Comparison *comparison, guint other)
{
    char first[DESIGN_NAME_SIZE], name[DESIGN_NAME_SIZE], text[AMOUNT_SIZE];
    design_name(0, first);
    design_name(other, name);
    page_style(page, STYLE_BOLD);
    page_right(page, FIRST_END, first);
    page_right(page, OTHER_END, name);
    g_snprintf(text, sizeof text, "%s − %s", first, name);
    page_right(page, DIFFERENCE_END, text);
    page_at(page, INTERVAL_COLUMN);
    page_put(page, "95 % CI of it");
    page_line(page);
    for (guint i = 0; i < comparison->figures->len; i++)
        row(page, comparison->figures->pdata[i], other);
    page_line(page);
}

/* ---- The closing sentence ---- */

/* What winning a figure means. */
static const struct {
    const char *metric, *statistic, *wins;
    bool tells_how_much;
} virtues[] = {
    {"latency", "p50", "answers faster at the median", false},
    {"latency", "p99", "answers faster at the 99th percentile", false},
    {"failover.time", "", "comes back sooner", true},
    {"availability", "", "answers more of the requests", false},
    {"reads.stale", "", "shows old data less often", false},
    {"writes.lost", "", "loses fewer writes", false},
    {"writes.overwritten", "", "overwrites fewer writes", false},
    {"cost.running", "", "costs less", false},
};

/* The figure of this metric and statistic for all; of a fault, when that is what there is. */
static const ComparedFigure *find(const Comparison *comparison, const char *metric, const char *statistic)
{
    for (guint i = 0; i < comparison->figures->len; i++) {
        const ComparedFigure *figure = comparison->figures->pdata[i];
        bool is_total = !*figure->labels || g_str_has_prefix(figure->labels, "fault=");
        bool is_mean = !*statistic && strcmp(figure->statistic, "mean") == 0;
        if (is_total && strcmp(figure->metric, metric) == 0 && (is_mean || strcmp(figure->statistic, statistic) == 0))
            return figure;
    }
    return NULL;
}

static bool wins(const Comparison *comparison, gsize virtue, guint other, Better better)
{
    const ComparedFigure *figure = find(comparison, virtues[virtue].metric, virtues[virtue].statistic);
    return figure && compared_better(figure, other) == better;
}

/* How much sooner the winner is back. (transfer full) */
static char *sooner(const ComparedFigure *figure, guint other)
{
    char text[AMOUNT_SIZE];
    double difference = fabs(figure->value[0] - figure->value[other]);
    if (isinf(difference))
        return g_strdup("comes back before the fault ends");
    return g_strdup_printf("comes back %s sooner", amount_text(difference, figure->unit, text));
}

/* All that one of the two wins, the most felt first. (transfer full) */
static GPtrArray *virtues_of(const Comparison *comparison, guint other, Better better)
{
    GPtrArray *won = g_ptr_array_new_with_free_func(g_free);
    bool is_faster_twice = wins(comparison, 0, other, better) && wins(comparison, 1, other, better);
    if (is_faster_twice)
        g_ptr_array_add(won, g_strdup("answers faster at the median and at the 99th percentile"));
    for (gsize i = is_faster_twice ? 2 : 0; i < G_N_ELEMENTS(virtues); i++) {
        if (!wins(comparison, i, other, better))
            continue;
        const ComparedFigure *figure = find(comparison, virtues[i].metric, virtues[i].statistic);
        g_ptr_array_add(won, virtues[i].tells_how_much ? sooner(figure, other) : g_strdup(virtues[i].wins));
    }
    return won;
}

/* "A does this, that and that" */
static void add_clause(GString *sentence, guint design, const GPtrArray *won)
{
    char name[DESIGN_NAME_SIZE];
    if (won->len == 0)
        return;
    g_string_append_printf(sentence, "%s%s ", sentence->len ? "; " : "", design_name(design, name));
    for (guint i = 0; i < won->len; i++)
        g_string_append_printf(sentence, "%s%s",
                               i == 0              ? ""
                               : i + 1 == won->len ? " and "
                                                   : ", ",
                               (char *)won->pdata[i]);
}

static void conclusion(Page *page, const Comparison *comparison, guint other)
{
    char first[DESIGN_NAME_SIZE], name[DESIGN_NAME_SIZE];
    g_autoptr(GPtrArray) ours = virtues_of(comparison, other, BETTER_FIRST);
    g_autoptr(GPtrArray) theirs = virtues_of(comparison, other, BETTER_OTHER);
    g_autoptr(GString) sentence = g_string_new(NULL);
    guint n = ((const Results *)comparison->runs->pdata[0])->replications;
    add_clause(sentence, 0, ours);
    add_clause(sentence, other, theirs);
    if (sentence->len == 0 && n < 2)
        g_string_printf(sentence, "One replication tells nothing about %s against %s for sure: -r 30",
                        design_name(0, first), design_name(other, name));
    else if (sentence->len == 0)
        g_string_printf(sentence, "No difference between %s and %s is clear; more replications may tell: -r %u",
                        design_name(0, first), design_name(other, name), n * 4);
    g_string_append_c(sentence, '.');
    page_wrap(page, 0, sentence->str);
}

void report_comparison_text(FILE *out, const Comparison *comparison, const ReportLook *look)
{
    Page page;
    page_open(&page, out, look);
    if (comparison->runs->len >= 2 && !look->quiet) {
        designs(&page, comparison);
        settings(&page, comparison);
        for (guint i = 1; i < comparison->runs->len; i++)
            table(&page, comparison, i);
    }
    for (guint i = 1; i < comparison->runs->len; i++)
        conclusion(&page, comparison, i);
    page_close(&page);
}
