/* RFC 4180: one row per figure, one column per label that any figure has. NAN is empty, "never came about" is inf. */
#include "report/report.h"
#include "report/tokens.h"
#include <string.h>

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every label key once, sorted, so that the columns do not depend on the order of the figures. */
static GPtrArray *label_keys(const GPtrArray *figures)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < figures->len; i++) {
        g_autoptr(GPtrArray) split = labels_split(((const ResultFigure *)figures->pdata[i])->labels);
        for (guint j = 0; j < split->len; j++) {
            const Label *label = split->pdata[j];
            if (!g_ptr_array_find_with_equal_func(keys, label->key, g_str_equal, NULL))
                g_ptr_array_add(keys, g_strdup(label->key));
        }
    }
    g_ptr_array_sort(keys, compare_texts);
    return keys;
}

static void add_label(GString *out, const char *labels, const char *key)
{
    g_autoptr(GPtrArray) split = labels_split(labels);
    for (guint i = 0; i < split->len; i++) {
        const Label *label = split->pdata[i];
        if (strcmp(label->key, key) == 0)
            token_csv(out, label->value);
    }
}

static void add_row(GString *out, const ResultFigure *figure, const GPtrArray *keys)
{
    g_autofree char *name =
        *figure->statistic ? g_strdup_printf("%s.%s", figure->metric, figure->statistic) : g_strdup(figure->metric);
    token_csv(out, name);
    for (guint i = 0; i < keys->len; i++) {
        g_string_append_c(out, ',');
        add_label(out, figure->labels, keys->pdata[i]);
    }
    g_string_append_c(out, ',');
    token_csv(out, figure->unit);
    const double numbers[] = {figure->value, figure->ci_low, figure->ci_high};
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append_c(out, ',');
        token_csv_number(out, numbers[i]);
    }
    g_string_append_printf(out, ",%" G_GUINT64_FORMAT "\r\n", figure->n_samples);
}

void report_csv(FILE *out, const Results *results)
{
    g_autoptr(GPtrArray) keys = label_keys(results->figures);
    g_autoptr(GString) text = g_string_new("metric");
    for (guint i = 0; i < keys->len; i++) {
        g_string_append_c(text, ',');
        token_csv(text, keys->pdata[i]);
    }
    g_string_append(text, ",unit,value,ci_low,ci_high,samples\r\n");
    for (guint i = 0; i < results->figures->len; i++)
        add_row(text, results->figures->pdata[i], keys);
    fwrite(text->str, 1, text->len, out);
}
