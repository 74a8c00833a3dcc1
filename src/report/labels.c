#include "report/labels.h"
#include "report/tokens.h"
#include <string.h>

static void label_free(void *data)
{
    Label *label = data;
    g_free(label->key);
    g_free(label->value);
    g_free(label);
}

GPtrArray *labels_split(const char *labels)
{
    GPtrArray *split = g_ptr_array_new_with_free_func(label_free);
    g_auto(GStrv) terms = g_strsplit(labels, ",", -1);
    for (guint i = 0; terms[i]; i++) {
        const char *equals = strchr(terms[i], '=');
        Label *label = g_new0(Label, 1);
        label->key = equals ? g_strndup(terms[i], (gsize)(equals - terms[i])) : g_strdup(terms[i]);
        label->value = g_strdup(equals ? equals + 1 : "");
        g_ptr_array_add(split, label);
    }
    return split;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *labels_add_keys(GPtrArray *keys, const char *labels)
{
    g_autoptr(GPtrArray) split = labels_split(labels);
    if (!keys)
        keys = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < split->len; i++) {
        const Label *label = split->pdata[i];
        if (!g_ptr_array_find_with_equal_func(keys, label->key, g_str_equal, NULL))
            g_ptr_array_add(keys, g_strdup(label->key));
    }
    g_ptr_array_sort(keys, compare_texts);
    return keys;
}

void labels_csv_header(GString *out, const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len; i++) {
        token_csv(out, keys->pdata[i]);
        g_string_append_c(out, ',');
    }
}

void labels_csv_row(GString *out, const GPtrArray *keys, const char *labels)
{
    g_autoptr(GPtrArray) split = labels_split(labels);
    for (guint i = 0; i < keys->len; i++) {
        for (guint j = 0; j < split->len; j++) {
            const Label *label = split->pdata[j];
            if (strcmp(label->key, keys->pdata[i]) == 0)
                token_csv(out, label->value);
        }
        g_string_append_c(out, ',');
    }
}
