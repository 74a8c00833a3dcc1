/* Comparison, for programs: JSON and CSV. */
#include "report/json.h"
#include "report/labels.h"
#include "report/report.h"
#include "report/tokens.h"
#include <math.h>

/* Who is better: the name of the design, "same" or "unclear"; "" without figures. Returns buffer. */
static const char *better_name(const ComparedFigure *figure, guint other, char buffer[DESIGN_NAME_SIZE])
{
    switch (compared_better(figure, other)) {
    case BETTER_FIRST:
        return design_name(0, buffer);
    case BETTER_OTHER:
        return design_name(other, buffer);
    case BETTER_SAME:
        return "same";
    case BETTER_UNCLEAR:
        return "unclear";
    case BETTER_NO_FIGURE:
        break;
    }
    return "";
}

static void add_designs(GString *out, const Comparison *comparison)
{
    char name[DESIGN_NAME_SIZE];
    g_string_append(out, "  \"designs\": [");
    for (guint i = 0; i < comparison->runs->len; i++) {
        const Results *run = comparison->runs->pdata[i];
        g_string_append(out, i ? ",\n    {" : "\n    {");
        json_text_member(out, "name", design_name(i, name));
        json_text_member(out, "scenario", run->scenario);
        json_text_member(out, "title", run->title);
        g_string_append(out, "\"digest\": ");
        token_json(out, run->digest ? run->digest : "");
        g_string_append_c(out, '}');
    }
    g_string_append(out, comparison->runs->len ? "\n  ],\n" : "],\n");
}

static void add_setting(GString *out, const void *data)
{
    const char *const *texts = data;
    g_string_append_c(out, '{');
    json_text_member(out, "address", texts[0]);
    g_string_append(out, "\"values\": [");
    for (guint i = 1; texts[i]; i++) {
        g_string_append(out, i > 1 ? ", " : "");
        token_json(out, texts[i]);
    }
    g_string_append(out, "]}");
}

static void add_metric(GString *out, const void *data)
{
    const ComparedFigure *figure = data;
    char name[DESIGN_NAME_SIZE];
    g_autofree char *metric = json_metric_name(figure->metric, figure->statistic);
    g_string_append_c(out, '{');
    json_text_member(out, "name", metric);
    json_labels_member(out, figure->labels);
    json_text_member(out, "unit", figure->unit);
    g_string_append(out, "\"values\": [");
    for (guint i = 0; i < figure->n; i++) {
        g_string_append(out, i ? ", " : "");
        token_json_number(out, figure->value[i]);
    }
    g_string_append(out, "], \"differences\": [");
    for (guint i = 1; i < figure->n; i++) {
        g_string_append(out, i > 1 ? ", {" : "{");
        json_text_member(out, "to", design_name(i, name));
        json_number_member(out, "value", figure->difference[i - 1]);
        json_text_member(out, "better", better_name(figure, i, name));
        json_interval_and_end(out, figure->low[i - 1], figure->high[i - 1]);
    }
    g_string_append(out, "]}");
}

void report_comparison_json(FILE *out, const Comparison *comparison)
{
    g_autoptr(GString) text = g_string_new("{\n");
    const Results *first = comparison->runs->len ? comparison->runs->pdata[0] : NULL;
    json_whole(text, "format_version", RESULTS_FORMAT);
    json_text(text, "mrsim_version", first ? first->version : "");
    json_whole(text, "seed", first ? first->seed : 0);
    json_whole(text, "replications", first ? first->replications : 0);
    add_designs(text, comparison);
    json_array(text, "settings", comparison->differing, add_setting, false);
    json_array(text, "metrics", comparison->figures, add_metric, true);
    g_string_append(text, "}\n");
    fwrite(text->str, 1, text->len, out);
}

static void add_row(GString *out, const ComparedFigure *figure, guint other, const GPtrArray *keys)
{
    char name[DESIGN_NAME_SIZE];
    g_autofree char *metric = json_metric_name(figure->metric, figure->statistic);
    const double numbers[] = {figure->value[0], figure->value[other], figure->difference[other - 1],
                              figure->low[other - 1], figure->high[other - 1]};
    token_csv(out, metric);
    g_string_append_c(out, ',');
    labels_csv_row(out, keys, figure->labels);
    token_csv(out, figure->unit);
    g_string_append_printf(out, ",A,%s", design_name(other, name));
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append_c(out, ',');
        token_csv_number(out, numbers[i]);
    }
    g_string_append_printf(out, ",%s\r\n", better_name(figure, other, name));
}

void report_comparison_csv(FILE *out, const Comparison *comparison)
{
    g_autoptr(GPtrArray) keys = labels_add_keys(NULL, "");
    g_autoptr(GString) text = g_string_new("metric,");
    for (guint i = 0; i < comparison->figures->len; i++)
        labels_add_keys(keys, ((const ComparedFigure *)comparison->figures->pdata[i])->labels);
    labels_csv_header(text, keys);
    g_string_append(text, "unit,first,other,first_value,other_value,difference,ci_low,ci_high,better\r\n");
    for (guint i = 0; i < comparison->figures->len; i++) {
        const ComparedFigure *figure = comparison->figures->pdata[i];
        for (guint other = 1; other < figure->n; other++)
            add_row(text, figure, other, keys);
    }
    fwrite(text->str, 1, text->len, out);
}
