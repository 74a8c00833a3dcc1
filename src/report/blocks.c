#include "report/blocks.h"
#include "report/amount.h"
#include "stats/selector.h"
#include <math.h>
#include <string.h>

enum { COLUMN_STEP = 10, ROWS_MOST = 16, BARS_MOST = 60 };

GPtrArray *block_names(const Results *results, const char *metric, const char *statistic, const char *key)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    gsize length = strlen(key);
    for (guint i = 0; i < results->figures->len; i++) {
        const ResultFigure *figure = results->figures->pdata[i];
        if (strcmp(figure->metric, metric) == 0 && strcmp(figure->statistic, statistic) == 0 &&
            strncmp(figure->labels, key, length) == 0 && figure->labels[length] == '=' && !strchr(figure->labels, ','))
            g_ptr_array_add(names, g_strdup(figure->labels + length + 1));
    }
    return names;
}

double block_value(const Results *results, const char *metric, const char *statistic, const char *labels)
{
    const ResultFigure *figure = results_figure(results, metric, statistic, labels);
    /* The bare name of what is measured once per fault is its mean. */
    if (!figure && !*statistic)
        figure = results_figure(results, metric, "mean", labels);
    return figure ? figure->value : NAN;
}

void block_heading(Page *page, const char *title, const char *const *columns)
{
    page_style(page, STYLE_BOLD);
    page_put(page, title);
    page_style(page, STYLE_PLAIN);
    for (guint i = 0; columns[i]; i++)
        page_right(page, BLOCK_FIRST_END + i * COLUMN_STEP, columns[i]);
    page_line(page);
}

void block_row(Page *page, const Results *results, const char *metric, const char *labels,
               const char *const *statistics, guint indent, const char *name)
{
    char text[AMOUNT_SIZE];
    page_at(page, indent);
    page_fit(page, name, BLOCK_NAMES_END - indent);
    for (guint i = 0; statistics[i]; i++)
        page_right(page, BLOCK_FIRST_END + i * COLUMN_STEP,
                   amount_text(block_value(results, metric, statistics[i], labels), "s", text));
    page_line(page);
}

/* ---- Latency ---- */

static const char *const latency_statistics[] = {"p50", "p90", "p99", "p999", NULL};

static void latency_operations(Page *page, const Results *results, const char *clients, const GPtrArray *operations)
{
    for (guint i = 0; operations->len > 1 && i < operations->len; i++) {
        const char *operation = operations->pdata[i];
        g_autofree char *labels =
            clients ? g_strdup_printf("clients=%s,op=%s", clients, operation) : g_strdup_printf("op=%s", operation);
        if (!isnan(block_value(results, "latency", "p50", labels)))
            block_row(page, results, "latency", labels, latency_statistics, 4, operation);
    }
}

/* Those that anybody was answered. (transfer full) */
static GPtrArray *operations_of(const Results *results)
{
    GPtrArray *operations = block_names(results, "latency", "p50", "op");
    for (guint i = operations->len; i > 0; i--) {
        g_autofree char *labels = g_strdup_printf("op=%s", (char *)operations->pdata[i - 1]);
        if (isnan(block_value(results, "latency", "p50", labels)))
            g_ptr_array_remove_index(operations, i - 1);
    }
    return operations;
}

static void latency_rows(Page *page, const Results *results)
{
    g_autoptr(GPtrArray) operations = operations_of(results);
    g_autoptr(GPtrArray) clients = block_names(results, "latency", "p50", "clients");
    guint n_shown = page->look->full ? clients->len : MIN(clients->len, ROWS_MOST - 4);
    bool each = page->look->full || n_shown * (1 + operations->len) <= ROWS_MOST;
    block_row(page, results, "latency", "", latency_statistics, 2, "all requests");
    latency_operations(page, results, NULL, operations);
    /* A single population is the same as all requests. */
    if (clients->len < 2)
        return;
    for (guint i = 0; i < n_shown; i++) {
        g_autofree char *labels = g_strdup_printf("clients=%s", (char *)clients->pdata[i]);
        block_row(page, results, "latency", labels, latency_statistics, 2, clients->pdata[i]);
        if (each)
            latency_operations(page, results, clients->pdata[i], operations);
    }
    if (n_shown < clients->len || !each) {
        page_print(page, "  … %s: --full", n_shown < clients->len ? "more populations" : "each with its operations");
        page_line(page);
    }
}

void block_latency(Page *page, const Results *results)
{
    static const char *const columns[] = {"p50", "p90", "p99", "p99.9", NULL};
    char text[AMOUNT_SIZE];
    if (!results_figure(results, "latency", "p50", ""))
        return;
    block_heading(page, "LATENCY, from click to answer", columns);
    latency_rows(page, results);
    double available = block_value(results, "availability", "", "");
    page_style(page, STYLE_FAINT);
    if (available < 1)
        page_print(page, "  answered only; %s of requests failed and are counted below, not here",
                   amount_text(1 - available, "ratio", text));
    else
        page_put(page, available >= 1 ? "  no request failed" : "  answered only");
    page_line(page);
    page_line(page);
}

/* ---- Availability ---- */

/* Seconds per bar: the shortest round length that needs no more than BARS_MOST bars and holds a whole window. */
static double bar_seconds(double span, double window)
{
    static const double lengths[] = {1,   2,   5,    10,   15,   20,   30,    60,    120,  300,
                                     600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
        if (lengths[i] >= window && span <= lengths[i] * BARS_MOST)
            return lengths[i];
    return 86400 * ceil(span / (86400 * (double)BARS_MOST));
}

static const char *bar_of(double part, double whole)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇"};
    if (!(whole > 0))
        return " ";
    /* A full bar is what `failover.time` calls back: 99 % answered. */
    double share = part / whole;
    return share >= 0.99 ? bars[6] : bars[(guint)CLAMP(share * 6, 0, 5)];
}

static void bars(Page *page, const Results *results)
{
    const ResultCurve *curve = results_curve(results, "timeline", "");
    char text[AMOUNT_SIZE];
    if (!curve || curve->n_columns < 3 || curve->n_rows < 2)
        return;
    const double *cell = curve->cell;
    double window = cell[curve->n_columns] - cell[0];
    double seconds = bar_seconds(cell[(curve->n_rows - 1) * curve->n_columns] + window, window);
    double part[BARS_MOST + 1] = {0}, whole[BARS_MOST + 1] = {0};
    guint n_bars = 0;
    for (guint i = 0; i < curve->n_rows; i++, cell += curve->n_columns) {
        guint bar = (guint)CLAMP(cell[0] / seconds, 0, BARS_MOST);
        part[bar] += cell[1];
        whole[bar] += cell[2];
        n_bars = MAX(n_bars, bar + 1);
    }
    page_at(page, 2);
    for (guint i = 0; i < n_bars; i++)
        page_put(page, bar_of(part[i], whole[i]));
    page_print(page, "  1 col = %s", amount_span(seconds, text));
    page_line(page);
}

/* One step of a failover: " → seen +30.1 s"; nothing when it was not measured. */
static void add_step(GString *steps, const Results *results, const char *metric, const char *labels, const char *name)
{
    char text[AMOUNT_SIZE];
    double value = block_value(results, metric, "", labels);
    if (isnan(value))
        return;
    if (isinf(value))
        g_string_append_printf(steps, " → never %s", name);
    else
        g_string_append_printf(steps, " → %s +%s", name, amount_text(value, "s", text));
}

/* It began, and 99 % were answered all the same, in every replication. */
static bool is_unnoticed(const Results *results, const char *labels)
{
    return !(block_value(results, "failover.time", "", labels) != 0);
}

static void fault_line(Page *page, const Results *results, const char *fault, bool named, const ResultCurve *times)
{
    g_autofree char *labels = g_strdup_printf("fault=%s", fault);
    g_autoptr(GString) steps = g_string_new(NULL);
    char clock[AMOUNT_SIZE] = "";
    if (times && times->n_rows && isfinite(times->cell[0]))
        amount_clock(times->cell[0], clock);
    else if (times && times->n_rows)
        g_strlcpy(clock, "again and again", sizeof clock);
    if (times && times->n_rows > 1)
        g_string_append_printf(steps, " and %u more", times->n_rows - 1);
    add_step(steps, results, "detection.time", labels, "seen");
    bool unnoticed = is_unnoticed(results, labels);
    /* A part of them may never have been away. */
    if (block_value(results, "failover.half", "", labels) > 0)
        add_step(steps, results, "failover.half", labels, "half moved");
    if (unnoticed)
        g_string_append(steps, " → 99 % were answered all the time");
    else
        add_step(steps, results, "failover.time", labels, "99 % back");
    g_autofree char *tail = g_strdup_printf(" %s%s", clock, steps->str);
    guint room = PAGE_WIDTH - 2 - MIN(page_width(page, tail), PAGE_WIDTH - 12);
    page_at(page, 2);
    page_fit(page, named ? fault : "fault", room);
    page_put(page, tail);
    page_line(page);
    if (!unnoticed)
        block_recovery(page, results, fault);
}

static void fault_lines(Page *page, const Results *results)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < results->curves->len; i++) {
        const ResultCurve *curve = results->curves->pdata[i];
        if (strcmp(curve->name, "faults") == 0 && g_str_has_prefix(curve->labels, "fault="))
            g_ptr_array_add(faults, g_strdup(curve->labels + strlen("fault=")));
    }
    for (guint i = 0; i < faults->len && (i < ROWS_MOST / 2 || page->look->full); i++) {
        g_autofree char *labels = g_strdup_printf("fault=%s", (char *)faults->pdata[i]);
        fault_line(page, results, faults->pdata[i], faults->len > 1, results_curve(results, "faults", labels));
    }
}

/* What was done by hand: when it was let happen, and when the database had another writer. */
static void action_lines(Page *page, const Results *results)
{
    g_autoptr(GPtrArray) actions = block_names(results, "control.time", "", "action"),
                         databases = block_names(results, "switchover.time", "", "database");
    char text[AMOUNT_SIZE];
    for (guint i = 0; i < actions->len && (i < ROWS_MOST / 2 || page->look->full); i++) {
        g_autofree char *labels = g_strdup_printf("action=%s", (char *)actions->pdata[i]);
        g_autoptr(GString) steps = g_string_new(actions->pdata[i]);
        add_step(steps, results, "control.time", labels, "accepted");
        page_at(page, 2);
        page_wrap(page, 4, steps->str);
    }
    for (guint i = 0; i < databases->len; i++) {
        g_autofree char *labels = g_strdup_printf("database=%s", (char *)databases->pdata[i]);
        double time = block_value(results, "switchover.time", "", labels);
        page_print(page, "  %s: ", (char *)databases->pdata[i]);
        if (isinf(time))
            page_put(page, "a switchover was given up");
        else
            page_print(page, "switchover %s, until the new writer accepts writes", amount_text(time, "s", text));
        page_line(page);
    }
}

void block_availability(Page *page, const Results *results)
{
    const ResultFigure *figure = results_figure(results, "availability", "", "");
    char text[AMOUNT_SIZE];
    if (!figure)
        return;
    page_style(page, STYLE_BOLD);
    page_put(page, "AVAILABILITY");
    page_style(page, STYLE_PLAIN);
    page_print(page, "  over %s", amount_span(results->duration_s, text));
    page_right(page, BLOCK_FIRST_END, amount_text(figure->value, "ratio", text));
    page_print(page, "  %s", amount_half_width(figure->value, figure->ci_low, figure->ci_high, "ratio", text));
    double lost = block_value(results, "downtime.user", "", "");
    if (!isnan(lost))
        page_print(page, "   %s of user time lost", amount_text(lost, "s", text));
    page_line(page);
    bars(page, results);
    block_failures(page, results);
    fault_lines(page, results);
    action_lines(page, results);
    page_line(page);
}
