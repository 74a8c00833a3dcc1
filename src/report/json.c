#include "report/json.h"
#include "report/labels.h"
#include "report/tokens.h"
#include <inttypes.h>

static void add_key(GString *out, const char *key)
{
    g_string_append_printf(out, "  \"%s\": ", key);
}

void json_text(GString *out, const char *key, const char *text)
{
    add_key(out, key);
    token_json(out, text ? text : "");
    g_string_append(out, ",\n");
}

void json_number(GString *out, const char *key, double value)
{
    add_key(out, key);
    token_json_number(out, value);
    g_string_append(out, ",\n");
}

void json_whole(GString *out, const char *key, uint64_t value)
{
    add_key(out, key);
    g_string_append_printf(out, "%" PRIu64 ",\n", value);
}

void json_truth(GString *out, const char *key, bool value)
{
    add_key(out, key);
    g_string_append(out, value ? "true,\n" : "false,\n");
}

void json_array(GString *out, const char *key, const GPtrArray *items, void (*add)(GString *, const void *), bool last)
{
    add_key(out, key);
    g_string_append_c(out, '[');
    for (guint i = 0; i < items->len; i++) {
        g_string_append(out, i ? ",\n    " : "\n    ");
        add(out, items->pdata[i]);
    }
    g_string_append(out, items->len ? "\n  ]" : "]");
    g_string_append(out, last ? "\n" : ",\n");
}

void json_text_member(GString *out, const char *key, const char *text)
{
    g_string_append_printf(out, "\"%s\": ", key);
    token_json(out, text ? text : "");
    g_string_append(out, ", ");
}

void json_number_member(GString *out, const char *key, double value)
{
    g_string_append_printf(out, "\"%s\": ", key);
    token_json_number(out, value);
    g_string_append(out, ", ");
}

void json_labels_member(GString *out, const char *labels)
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

void json_interval_and_end(GString *out, double low, double high)
{
    json_number_member(out, "ci_low", low);
    g_string_append(out, "\"ci_high\": ");
    token_json_number(out, high);
    g_string_append_c(out, '}');
}

char *json_metric_name(const char *metric, const char *statistic)
{
    return *statistic ? g_strdup_printf("%s.%s", metric, statistic) : g_strdup(metric);
}
