/* The screen: the system, what users felt, data, availability, and the verdict at the bottom where the eye is. */
#include "report/amount.h"
#include "report/blocks.h"
#include "report/page.h"
#include <math.h>
#include <string.h>

enum {
    LINES_MOST = 12,
    NAME_COLUMN = 4,
    TARGET_END = 41,
    TARGET_END_MOST = 48,
    MEASURED_END = 53,
    INTERVAL_COLUMN = 55,
    LINE_NAME_MOST = 24
};

/* ---- Head ---- */

static void head_counts(Page *page, const Results *results)
{
    char text[AMOUNT_SIZE];
    if (results->interrupted)
        page_print(page, "interrupted: %u of ", results->replications);
    guint n = results->interrupted ? results->replications_asked : results->replications;
    page_print(page, "%u replication%s × %s", n, n == 1 ? "" : "s", amount_span(results->duration_s, text));
    page_print(page, " · %s request%s", amount_text((double)results->n_requests, "count", text),
               results->n_requests == 1 ? "" : "s");
    page_print(page, " · seed %" G_GUINT64_FORMAT, results->seed);
    if (!results->interrupted)
        page_put(page, " (same seed, same numbers)");
    page_line(page);
    page_line(page);
}

static void head_lines(Page *page, const Results *results)
{
    guint n_shown = page->look->full ? results->lines->len : MIN(results->lines->len, LINES_MOST);
    guint width = 0;
    for (guint i = 0; i < n_shown; i++)
        width = MAX(width, page_width(page, ((const ResultLine *)results->lines->pdata[i])->name));
    width = MIN(width, LINE_NAME_MOST);
    for (guint i = 0; i < n_shown; i++) {
        const ResultLine *line = results->lines->pdata[i];
        page_at(page, 2);
        page_fit(page, line->name, width);
        page_at(page, 2 + width + 2);
        page_put(page, line->text);
        page_line(page);
    }
    if (n_shown < results->lines->len) {
        page_print(page, "  … %u more: --full", results->lines->len - n_shown);
        page_line(page);
    }
    if (n_shown)
        page_line(page);
}

static void head(Page *page, const Results *results)
{
    page_style(page, STYLE_BOLD);
    page_put(page, results->scenario);
    page_style(page, STYLE_PLAIN);
    if (results->title && *results->title)
        page_print(page, ": %s", results->title);
    page_line(page);
    head_counts(page, results);
    head_lines(page, results);
}

/* ---- Objectives ---- */

static const struct {
    const char *mark;
    Style style;
} marks[] = {
    [VERDICT_MET] = {"✓", STYLE_GOOD}, [VERDICT_MISSED] = {"✗", STYLE_BAD}, [VERDICT_NOT_SHOWN] = {"?", STYLE_DOUBT}};

/* Columns of the table: they give way to the longest selector that can stand on one line with its figures. */
typedef struct {
    guint target_end, measured_end, interval;
} Columns;

static void target_text(const ResultObjective *objective, char buffer[AMOUNT_SIZE + 8])
{
    char text[AMOUNT_SIZE];
    g_snprintf(buffer, AMOUNT_SIZE + 8, "%s %s", objective->at_least ? "≥" : "≤", amount_target(objective, text));
}

static const char *selector_text_of(const ResultObjective *objective)
{
    return objective->text ? objective->text : objective->name;
}

static Columns columns_for(const Page *page, const Results *results)
{
    guint end = TARGET_END;
    for (guint i = 0; i < results->objectives->len; i++) {
        const ResultObjective *objective = results->objectives->pdata[i];
        char target[AMOUNT_SIZE + 8];
        target_text(objective, target);
        guint needed = NAME_COLUMN + page_width(page, selector_text_of(objective)) + 1 + page_width(page, target);
        if (needed <= TARGET_END_MOST)
            end = MAX(end, needed);
    }
    return (Columns){end, end + MEASURED_END - TARGET_END, end + INTERVAL_COLUMN - TARGET_END};
}

static void objective_row(Page *page, const ResultObjective *objective, Columns columns)
{
    char text[AMOUNT_SIZE], target[AMOUNT_SIZE + 8];
    const char *unit = amount_unit(objective->name, objective->unit), *doubt = "  not shown";
    target_text(objective, target);
    page_at(page, 2);
    page_style(page, marks[objective->verdict].style);
    page_put(page, marks[objective->verdict].mark);
    page_style(page, STYLE_PLAIN);
    page_at(page, NAME_COLUMN);
    page_put(page, selector_text_of(objective));
    /* A selector is never cut short for its figures: two of them could look the same. */
    if (page->column + 1 + page_width(page, target) > columns.target_end)
        page_line(page);
    page_right(page, columns.target_end, target);
    page_right(page, columns.measured_end, amount_text(objective->value, unit, text));
    amount_interval(objective->value, objective->ci_low, objective->ci_high, unit, text);
    if (*text) {
        page_at(page, columns.interval);
        page_put(page, text);
    }
    /* The mark says it too. */
    if (objective->verdict == VERDICT_NOT_SHOWN && page->column + strlen(doubt) <= PAGE_WIDTH)
        page_put(page, doubt);
    page_line(page);
}

/* More replications narrow an interval that straddles its target; they bring no samples where there are none. */
static bool more_may_settle(const Results *results)
{
    for (guint i = 0; i < results->objectives->len; i++) {
        const ResultObjective *objective = results->objectives->pdata[i];
        if (objective->verdict == VERDICT_NOT_SHOWN && isfinite(objective->value))
            return true;
    }
    return false;
}

static void closing_line(Page *page, const Results *results)
{
    guint met = results_count(results, VERDICT_MET), missed = results_count(results, VERDICT_MISSED);
    guint not_shown = results_count(results, VERDICT_NOT_SHOWN);
    page_style(page, missed ? STYLE_BAD : not_shown ? STYLE_DOUBT : STYLE_GOOD);
    page_print(page, "%u met, %u missed", met, missed);
    if (not_shown)
        page_print(page, ", %u not shown", not_shown);
    page_style(page, STYLE_PLAIN);
    if (more_may_settle(results))
        page_print(page, " (more replications may settle it: -r %u)", MAX(results->replications, 1) * 4);
    page_line(page);
}

static void objectives(Page *page, const Results *results)
{
    Columns columns = columns_for(page, results);
    if (results->objectives->len == 0)
        return;
    page_style(page, STYLE_BOLD);
    page_put(page, "OBJECTIVES");
    page_style(page, STYLE_PLAIN);
    page_right(page, columns.target_end, "target");
    page_right(page, columns.measured_end, "measured");
    page_at(page, columns.interval);
    page_put(page, results->replications > 1 ? "95 % CI" : "one replication");
    page_line(page);
    for (guint i = 0; i < results->objectives->len; i++)
        objective_row(page, results->objectives->pdata[i], columns);
    closing_line(page, results);
}

/* ---- Foot ---- */

static bool has_command(const ReportLook *look, const char *name)
{
    return look->commands && g_strv_contains(look->commands, name);
}

/* What the shipped designs are best compared with. */
static const char *partner_of(const char *scenario)
{
    static const char *const partners[][2] = {
        {"us-eu-active-active", "us-eu-active-passive"},
        {"us-eu-active-passive", "us-eu-active-active"},
        {"us-eu-single-region", "us-eu-active-active"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(partners); i++)
        if (g_strcmp0(partners[i][0], scenario) == 0)
            return partners[i][1];
    return NULL;
}

static void hint(Page *page, guint *n, const char *text)
{
    page_put(page, (*n)++ == 0 ? "Next: " : "      ");
    page_put(page, text);
    page_line(page);
}

/* What of `mrsim trace` shows best why: the slowest request, one that failed, or which writes they were.  NULL: none.
 * (transfer full) */
static char *story_for(const char *objective)
{
    static const char *const fates[] = {"lost", "overwritten", "divergent", "stranded"};
    if (g_str_has_prefix(objective, "latency"))
        return g_strdup("--request slowest");
    if (g_str_has_prefix(objective, "availability"))
        return g_strdup("--request failed");
    for (gsize i = 0; g_str_has_prefix(objective, "writes.") && i < G_N_ELEMENTS(fates); i++)
        if (strcmp(objective + strlen("writes."), fates[i]) == 0)
            return g_strdup_printf("--writes %s", fates[i]);
    return NULL;
}

/* Of the first replication, since one is a story. */
static void hint_at_story(Page *page, guint *n, const Results *results, const ResultObjective *objective)
{
    g_autofree char *story = story_for(objective->name);
    if (!story || results->sets->len > 0 || !has_command(page->look, "trace"))
        return;
    g_autoptr(GString) text = g_string_new("mrsim trace ");
    g_string_append_printf(text, "%s %s", results->file, story);
    if (results->seed != 1)
        g_string_append_printf(text, " -s %" G_GUINT64_FORMAT, results->seed);
    hint(page, n, text->str);
}

/* The first that was missed, else the first that was not shown.  NULL: all are met. */
static const ResultObjective *first_doubtful(const Results *results)
{
    const ResultObjective *first = NULL;
    for (guint i = 0; i < results->objectives->len; i++) {
        const ResultObjective *objective = results->objectives->pdata[i];
        if (objective->verdict == VERDICT_MISSED)
            return objective;
        if (objective->verdict == VERDICT_NOT_SHOWN && !first)
            first = objective;
    }
    return first;
}

static void hints(Page *page, const Results *results)
{
    const char *partner = partner_of(results->scenario);
    guint n = 0;
    if (partner && has_command(page->look, "compare")) {
        g_autofree char *text = g_strdup_printf("mrsim compare %s %s", results->scenario, partner);
        hint(page, &n, text);
    }
    const ResultObjective *doubtful = first_doubtful(results);
    if (doubtful && has_command(page->look, "explain")) {
        g_autofree char *text = g_strdup_printf("mrsim explain %s", doubtful->name);
        hint(page, &n, text);
        hint_at_story(page, &n, results, doubtful);
    }
    if (has_command(page->look, "report"))
        hint(page, &n, "mrsim report last");
    else if (has_command(page->look, "plot"))
        hint(page, &n, "mrsim plot last");
}

static void notes(Page *page, const Results *results)
{
    for (guint i = 0; i < results->notes->len; i++)
        page_wrap(page, 2, results->notes->pdata[i]);
}

static void figure_row(Page *page, const ResultFigure *figure)
{
    char text[AMOUNT_SIZE];
    const char *unit = amount_unit(figure->metric, figure->unit);
    page_print(page, "  %s%s%s", figure->metric, *figure->statistic ? "." : "", figure->statistic);
    if (*figure->labels)
        page_print(page, "{%s}", figure->labels);
    if (page->column > MEASURED_END - 9)
        page_line(page);
    page_right(page, MEASURED_END, amount_text(figure->value, unit, text));
    amount_interval(figure->value, figure->ci_low, figure->ci_high, unit, text);
    if (*text) {
        page_at(page, INTERVAL_COLUMN);
        page_put(page, text);
    }
    page_line(page);
}

static void all_figures(Page *page, const Results *results)
{
    page_line(page);
    page_style(page, STYLE_BOLD);
    page_put(page, "ALL FIGURES");
    page_style(page, STYLE_PLAIN);
    page_right(page, MEASURED_END, "measured");
    page_at(page, INTERVAL_COLUMN);
    page_put(page, "95 % CI");
    page_line(page);
    for (guint i = 0; i < results->figures->len; i++)
        figure_row(page, results->figures->pdata[i]);
}

void report_text(FILE *out, const Results *results, const ReportLook *look)
{
    Page page;
    page_open(&page, out, look);
    if (look->quiet) {
        objectives(&page, results);
        page_close(&page);
        return;
    }
    head(&page, results);
    if (results->replications == 0) {
        page_put(&page, "No replication was finished: there are no figures.");
        page_line(&page);
        page_close(&page);
        return;
    }
    block_latency(&page, results);
    block_data(&page, results);
    block_routing(&page, results);
    block_availability(&page, results);
    objectives(&page, results);
    if (results->notes->len || look->commands)
        page_line(&page);
    notes(&page, results);
    hints(&page, results);
    if (look->full)
        all_figures(&page, results);
    page_close(&page);
}
