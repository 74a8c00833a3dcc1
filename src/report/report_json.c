/* One document, keys in a fixed order, one figure per line so that two documents can be compared by eye.
 *
 * Written by hand: json-glib prints NaN as NaN, which is not JSON, and formats numbers with 17 digits; what is needed
 * is this file. */
#include "report/report.h"
#include "report/tokens.h"
#include <inttypes.h>

static void add_key(GString *out, const char *key)
{
    g_string_append_printf(out, "  \"%s\": ", key);
}

static void add_text(GString *out, const char *key, const char *text)
{
    add_key(out, key);
    token_json(out, text ? text : "");
    g_string_append(out, ",\n");
}

static void add_number(GString *out, const char *key, double value)
{
    add_key(out, key);
    token_json_number(out, value);
    g_string_append(out, ",\n");
}

static void add_whole(GString *out, const char *key, uint64_t value)
{
    g_string_append_printf(out, "  \"%s\": %" PRIu64 ",\n", key, value);
}

static void add_field(GString *out, const char *key, const char *text)
{
    g_string_append_printf(out, "\"%s\": ", key);
    token_json(out, text);
    g_string_append(out, ", ");
}

static void add_number_field(GString *out, const char *key, double value)
{
    g_string_append_printf(out, "\"%s\": ", key);
    token_json_number(out, value);
    g_string_append(out, ", ");
}

static void add_labels(GString *out, const char *labels)
{
    g_autoptr(GPtrArray) split = labels_split(labels);
    g_string_append(out, "\"labels\": {");
    for (guint i = 0; i < split->len; i++) {
        const Label *label = split->pdata[i];
        g_string_append(out, i ? ", " : "");
        token_json(out, label->key);
        g_string_append(out, ": ");
        token_json(out, label->value);
    }
    g_string_append(out, "}, ");
}

static void add_interval(GString *out, double low, double high)
{
    add_number_field(out, "ci_low", low);
    g_string_append(out, "\"ci_high\": ");
    token_json_number(out, high);
    g_string_append_c(out, '}');
}

static void add_metric(GString *out, const void *data)
{
    const ResultFigure *figure = data;
    g_autofree char *name =
        *figure->statistic ? g_strdup_printf("%s.%s", figure->metric, figure->statistic) : g_strdup(figure->metric);
    g_string_append_c(out, '{');
    add_field(out, "name", name);
    add_labels(out, figure->labels);
    add_field(out, "unit", figure->unit);
    add_number_field(out, "value", figure->value);
    add_interval(out, figure->ci_low, figure->ci_high);
}

static void add_objective(GString *out, const void *data)
{
    const ResultObjective *objective = data;
    g_string_append_c(out, '{');
    add_field(out, "name", objective->name);
    add_labels(out, objective->labels);
    add_field(out, "unit", objective->unit);
    add_field(out, "op", objective->at_least ? ">=" : "<=");
    add_number_field(out, "target", objective->target);
    add_number_field(out, "value", objective->value);
    add_field(out, "verdict", verdict_name(objective->verdict));
    add_interval(out, objective->ci_low, objective->ci_high);
}

static void add_note(GString *out, const void *note)
{
    token_json(out, note);
}

/* The elements of an array, each on a line of its own. */
static void add_array(GString *out, const char *key, const GPtrArray *array, void (*add)(GString *, const void *),
                      bool last)
{
    add_key(out, key);
    g_string_append_c(out, '[');
    for (guint i = 0; i < array->len; i++) {
        g_string_append(out, i ? ",\n    " : "\n    ");
        add(out, array->pdata[i]);
    }
    g_string_append(out, array->len ? "\n  ]" : "]");
    g_string_append(out, last ? "\n" : ",\n");
}

void report_json(FILE *out, const Results *results)
{
    g_autoptr(GString) text = g_string_new("{\n");
    add_whole(text, "format_version", RESULTS_FORMAT);
    add_text(text, "mrsim_version", results->version);
    add_text(text, "scenario", results->scenario);
    add_text(text, "title", results->title);
    add_whole(text, "seed", results->seed);
    add_whole(text, "replications", results->replications);
    add_number(text, "duration", results->duration_s);
    add_number(text, "warm_up", results->warm_up_s);
    add_whole(text, "requests", results->n_requests);
    add_text(text, "digest", results->digest);
    g_string_append_printf(text, "  \"interrupted\": %s,\n", results->interrupted ? "true" : "false");
    add_array(text, "metrics", results->figures, add_metric, false);
    add_array(text, "objectives", results->objectives, add_objective, false);
    add_array(text, "notes", results->notes, add_note, true);
    g_string_append(text, "}\n");
    fwrite(text->str, 1, text->len, out);
}
