/* RFC 4180: one row per figure, one column per label that any figure has. NAN is empty, "never came about" is inf. */
#include "report/json.h"
#include "report/labels.h"
#include "report/report.h"
#include "report/tokens.h"

static void add_row(GString *out, const ResultFigure *figure, const GPtrArray *keys)
{
    g_autofree char *name = json_metric_name(figure->metric, figure->statistic);
    const double numbers[] = {figure->value, figure->ci_low, figure->ci_high};
    token_csv(out, name);
    g_string_append_c(out, ',');
    labels_csv_row(out, keys, figure->labels);
    token_csv(out, figure->unit);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append_c(out, ',');
        token_csv_number(out, numbers[i]);
    }
    g_string_append_printf(out, ",%" G_GUINT64_FORMAT "\r\n", figure->n_samples);
}

void report_csv(FILE *out, const Results *results)
{
    g_autoptr(GPtrArray) keys = labels_add_keys(NULL, "");
    g_autoptr(GString) text = g_string_new("metric,");
    for (guint i = 0; i < results->figures->len; i++)
        labels_add_keys(keys, ((const ResultFigure *)results->figures->pdata[i])->labels);
    labels_csv_header(text, keys);
    g_string_append(text, "unit,value,ci_low,ci_high,samples\r\n");
    for (guint i = 0; i < results->figures->len; i++)
        add_row(text, results->figures->pdata[i], keys);
    fwrite(text->str, 1, text->len, out);
}
