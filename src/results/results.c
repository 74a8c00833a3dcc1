#include "results/results.h"
#include "base/check.h"
#include <math.h>
#include <string.h>

static void figure_free(void *data)
{
    ResultFigure *figure = data;
    g_free(figure->metric);
    g_free(figure->statistic);
    g_free(figure->labels);
    g_free(figure->unit);
    g_free(figure->left_out);
    g_free(figure);
}

static void objective_free(void *data)
{
    ResultObjective *objective = data;
    g_free(objective->name);
    g_free(objective->labels);
    g_free(objective->text);
    g_free(objective->target_text);
    g_free(objective->unit);
    g_free(objective);
}

static void curve_free(void *data)
{
    ResultCurve *curve = data;
    g_free(curve->name);
    g_free(curve->labels);
    g_strfreev(curve->column);
    g_free(curve->cell);
    g_free(curve);
}

static void write_free(void *data)
{
    ResultWrite *write = data;
    g_free(write->database);
    g_free(write->region);
    g_free(write->fate);
    g_free(write->by_region);
    g_free(write);
}

static void line_free(void *data)
{
    ResultLine *line = data;
    g_free(line->name);
    g_free(line->text);
    g_free(line);
}

static void file_free(void *data)
{
    ResultFile *file = data;
    g_free(file->name);
    g_free(file->text);
    g_free(file);
}

static void setting_free(void *data)
{
    ResultSetting *setting = data;
    g_free(setting->address);
    g_free(setting->value);
    g_free(setting);
}

Results *results_new(void)
{
    Results *results = g_new0(Results, 1);
    results->lines = g_ptr_array_new_with_free_func(line_free);
    results->figures = g_ptr_array_new_with_free_func(figure_free);
    results->objectives = g_ptr_array_new_with_free_func(objective_free);
    results->curves = g_ptr_array_new_with_free_func(curve_free);
    results->writes = g_ptr_array_new_with_free_func(write_free);
    results->notes = g_ptr_array_new_with_free_func(g_free);
    results->files = g_ptr_array_new_with_free_func(file_free);
    results->sets = g_ptr_array_new_with_free_func(g_free);
    results->settings = g_ptr_array_new_with_free_func(setting_free);
    results->addressed = g_hash_table_new(g_str_hash, g_str_equal);
    return results;
}

void results_free(Results *results)
{
    if (!results)
        return;
    g_free(results->version);
    g_free(results->scenario);
    g_free(results->file);
    g_free(results->title);
    g_free(results->digest);
    g_ptr_array_unref(results->lines);
    g_ptr_array_unref(results->figures);
    g_ptr_array_unref(results->objectives);
    g_ptr_array_unref(results->curves);
    g_ptr_array_unref(results->writes);
    g_ptr_array_unref(results->notes);
    g_ptr_array_unref(results->files);
    g_ptr_array_unref(results->sets);
    g_hash_table_unref(results->addressed);
    g_ptr_array_unref(results->settings);
    g_free(results);
}

ResultFigure *results_add_figure(Results *results, const char *metric, const char *statistic, const char *labels,
                                 const char *unit)
{
    ResultFigure *figure = g_new0(ResultFigure, 1);
    figure->metric = g_strdup(metric);
    figure->statistic = g_strdup(statistic);
    figure->labels = g_strdup(labels);
    figure->unit = g_strdup(unit);
    figure->value = figure->ci_low = figure->ci_high = NAN;
    g_ptr_array_add(results->figures, figure);
    results->sorted = false;
    return figure;
}

ResultObjective *results_add_objective(Results *results, const char *name, const char *labels, const char *unit)
{
    ResultObjective *objective = g_new0(ResultObjective, 1);
    objective->name = g_strdup(name);
    objective->labels = g_strdup(labels);
    objective->unit = g_strdup(unit);
    objective->target = objective->value = objective->ci_low = objective->ci_high = NAN;
    objective->verdict = VERDICT_NOT_SHOWN;
    g_ptr_array_add(results->objectives, objective);
    return objective;
}

ResultCurve *results_add_curve(Results *results, const char *name, const char *labels, const char *const *columns,
                               guint n_rows)
{
    ResultCurve *curve = g_new0(ResultCurve, 1);
    curve->name = g_strdup(name);
    curve->labels = g_strdup(labels);
    curve->column = g_strdupv((char **)columns);
    curve->n_columns = g_strv_length(curve->column);
    curve->n_rows = n_rows;
    gsize n_cells = (gsize)n_rows * curve->n_columns;
    curve->cell = g_new(double, n_cells);
    for (gsize i = 0; i < n_cells; i++)
        curve->cell[i] = NAN;
    g_ptr_array_add(results->curves, curve);
    return curve;
}

void results_add_write(Results *results, const WriteLine *line)
{
    ResultWrite *write = g_new(ResultWrite, 1);
    *write = (ResultWrite){.number = line->number,
                           .database = g_strdup(line->database),
                           .region = g_strdup(line->region),
                           .fate = g_strdup(line->fate),
                           .item = line->item,
                           .acknowledged_s = (double)line->acknowledged_ns / 1e9,
                           .divergent = line->divergent,
                           .waited = line->waited,
                           .by = line->by,
                           .by_region = *line->by_region ? g_strdup(line->by_region) : NULL};
    g_ptr_array_add(results->writes, write);
}

void results_add_file(Results *results, const char *name, const char *text, gsize length)
{
    ResultFile *file = g_new0(ResultFile, 1);
    file->name = g_strdup(name);
    file->text = g_malloc(length + 1);
    if (length)
        memcpy(file->text, text, length);
    file->text[length] = '\0';
    file->length = length;
    g_ptr_array_add(results->files, file);
}

void results_add_set(Results *results, const char *text)
{
    g_ptr_array_add(results->sets, g_strdup(text));
}

void results_add_setting(Results *results, const char *address, const char *value, bool workload)
{
    ResultSetting *setting = g_new0(ResultSetting, 1);
    setting->address = g_strdup(address);
    setting->value = g_strdup(value);
    setting->workload = workload;
    g_ptr_array_add(results->settings, setting);
    if (!g_hash_table_contains(results->addressed, address))
        g_hash_table_insert(results->addressed, setting->address, setting);
}

const ResultSetting *results_setting(const Results *results, const char *address)
{
    return g_hash_table_lookup(results->addressed, address);
}

void results_add_line(Results *results, const char *name, const char *format, ...)
{
    ResultLine *line = g_new0(ResultLine, 1);
    va_list arguments;
    va_start(arguments, format);
    line->name = g_strdup(name);
    line->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(results->lines, line);
}

void results_add_note(Results *results, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(results->notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static int compare_figure(const ResultFigure *figure, const char *metric, const char *statistic, const char *labels)
{
    int order = strcmp(figure->metric, metric);
    if (order == 0)
        order = strcmp(figure->statistic, statistic);
    return order != 0 ? order : strcmp(figure->labels, labels);
}

static int compare_figures(const void *a, const void *b)
{
    const ResultFigure *first = *(ResultFigure *const *)a, *second = *(ResultFigure *const *)b;
    return compare_figure(first, second->metric, second->statistic, second->labels);
}

static int compare_curves(const void *a, const void *b)
{
    const ResultCurve *first = *(ResultCurve *const *)a, *second = *(ResultCurve *const *)b;
    int order = strcmp(first->name, second->name);
    return order != 0 ? order : strcmp(first->labels, second->labels);
}

void results_sort(Results *results)
{
    g_ptr_array_sort(results->figures, compare_figures);
    g_ptr_array_sort(results->curves, compare_curves);
    results->sorted = true;
}

/* The first place that is not before (metric, statistic, labels), where the figures are in order; else the first. */
static guint place_of(const Results *results, const char *metric, const char *statistic, const char *labels)
{
    guint low = 0, high = results->sorted ? results->figures->len : 0;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (compare_figure(results->figures->pdata[middle], metric, statistic, labels) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const ResultFigure *results_figure(const Results *results, const char *metric, const char *statistic,
                                   const char *labels)
{
    for (guint i = place_of(results, metric, statistic, labels); i < results->figures->len; i++) {
        const ResultFigure *figure = results->figures->pdata[i];
        if (compare_figure(figure, metric, statistic, labels) == 0)
            return figure;
        if (results->sorted)
            return NULL;
    }
    return NULL;
}

const ResultCurve *results_curve(const Results *results, const char *name, const char *labels)
{
    for (guint i = 0; i < results->curves->len; i++) {
        const ResultCurve *curve = results->curves->pdata[i];
        if (strcmp(curve->name, name) == 0 && strcmp(curve->labels, labels) == 0)
            return curve;
    }
    return NULL;
}

Verdict verdict_of(double value, double low, double high, bool at_least, double target)
{
    if (isnan(value))
        return VERDICT_NOT_SHOWN;
    if (isinf(value))
        return VERDICT_MISSED;
    if (isnan(low) || isnan(high))
        low = high = value;
    if (at_least ? low >= target : high <= target)
        return VERDICT_MET;
    if (at_least ? high < target : low > target)
        return VERDICT_MISSED;
    return VERDICT_NOT_SHOWN;
}

const char *verdict_name(Verdict verdict)
{
    static const char *const names[] = {"met", "missed", "not shown"};
    CHECK(verdict < G_N_ELEMENTS(names));
    return names[verdict];
}

guint results_count(const Results *results, Verdict verdict)
{
    guint n = 0;
    for (guint i = 0; i < results->objectives->len; i++)
        n += ((const ResultObjective *)results->objectives->pdata[i])->verdict == verdict;
    return n;
}
