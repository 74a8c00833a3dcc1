/* The document of a run: keys in a fixed order, no figure that a clock, a thread or a folder could change. */
#include "report/json.h"
#include "report/report.h"
#include "report/tokens.h"

static void add_metric(GString *out, const void *data)
{
    const ResultFigure *figure = data;
    g_autofree char *name = json_metric_name(figure->metric, figure->statistic);
    g_string_append_c(out, '{');
    json_text_member(out, "name", name);
    json_labels_member(out, figure->labels);
    json_text_member(out, "unit", figure->unit);
    json_number_member(out, "value", figure->value);
    json_interval_and_end(out, figure->ci_low, figure->ci_high);
}

static void add_objective(GString *out, const void *data)
{
    const ResultObjective *objective = data;
    g_string_append_c(out, '{');
    json_text_member(out, "name", objective->name);
    json_labels_member(out, objective->labels);
    json_text_member(out, "unit", objective->unit);
    json_text_member(out, "op", objective->at_least ? ">=" : "<=");
    json_number_member(out, "target", objective->target);
    json_number_member(out, "value", objective->value);
    json_text_member(out, "verdict", verdict_name(objective->verdict));
    json_interval_and_end(out, objective->ci_low, objective->ci_high);
}

static void add_note(GString *out, const void *note)
{
    token_json(out, note);
}

void report_json(FILE *out, const Results *results)
{
    g_autoptr(GString) text = g_string_new("{\n");
    json_whole(text, "format_version", RESULTS_FORMAT);
    json_text(text, "mrsim_version", results->version);
    json_text(text, "scenario", results->scenario);
    json_text(text, "title", results->title);
    json_whole(text, "seed", results->seed);
    json_whole(text, "replications", results->replications);
    json_number(text, "duration", results->duration_s);
    json_number(text, "warm_up", results->warm_up_s);
    json_whole(text, "requests", results->n_requests);
    json_text(text, "digest", results->digest);
    json_truth(text, "interrupted", results->interrupted);
    json_array(text, "metrics", results->figures, add_metric, false);
    json_array(text, "objectives", results->objectives, add_objective, false);
    json_array(text, "notes", results->notes, add_note, true);
    g_string_append(text, "}\n");
    fwrite(text->str, 1, text->len, out);
}
