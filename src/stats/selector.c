#include "stats/selector.h"
#include "base/check.h"
#include <string.h>

bool label_key_is_good(const char *key)
{
    for (const char *at = key; *at; at++)
        if (!g_ascii_isalnum(*at) && !strchr("_-.", *at))
            return false;
    return *key != '\0';
}

static bool stands_for_any(const char *value)
{
    return strcmp(value, "*") == 0;
}

bool label_value_is_good(const char *value)
{
    return *value != '\0' && !strpbrk(value, " \t\r\n\v\f,=!") && !stands_for_any(value);
}

static bool parse_term(Selector *selector, char *text)
{
    char *equals = strchr(text, '=');
    if (!equals || selector->n == SELECTOR_MOST)
        return false;
    bool differs = equals > text && equals[-1] == '!';
    equals[differs ? -1 : 0] = '\0';
    const char *key = g_strstrip(text), *value = g_strstrip(equals + 1);
    if (!label_key_is_good(key) || !(label_value_is_good(value) || stands_for_any(value)))
        return false;
    guint i = selector->n++;
    selector->term[i].key = g_intern_string(key);
    selector->term[i].value = g_intern_string(value);
    selector->term[i].differs = differs;
    return true;
}

bool selector_parse(Selector *selector, const char *text)
{
    *selector = (Selector){0};
    g_autofree char *copy = g_strstrip(g_strdup(text));
    if (*copy == '\0')
        return true;
    g_auto(GStrv) term = g_strsplit(copy, ",", -1);
    for (guint i = 0; term[i]; i++)
        if (!parse_term(selector, term[i])) {
            *selector = (Selector){0};
            return false;
        }
    return true;
}

bool selector_takes(const Selector *selector, const char *labels)
{
    for (guint i = 0; i < selector->n; i++) {
        const char *wanted = selector->term[i].value;
        gsize length = 0;
        const char *value = label_find(labels, selector->term[i].key, &length);
        bool agrees =
            value && (stands_for_any(wanted) || (strlen(wanted) == length && memcmp(value, wanted, length) == 0));
        if (agrees == selector->term[i].differs)
            return false;
    }
    return true;
}

static int compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *selector_text(const Selector *selector)
{
    g_autoptr(GPtrArray) term = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < selector->n; i++)
        g_ptr_array_add(term, g_strconcat(selector->term[i].key, selector->term[i].differs ? "!=" : "=",
                                          selector->term[i].value, NULL));
    g_ptr_array_sort(term, compare_text);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < term->len; i++) {
        const char *each = g_ptr_array_index(term, i);
        if (i > 0 && strcmp(each, g_ptr_array_index(term, i - 1)) == 0)
            continue;
        g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "", each);
    }
    return g_string_free(text, FALSE);
}

void selector_drop(Selector *selector, const char *key)
{
    guint n_kept = 0;
    for (guint i = 0; i < selector->n; i++)
        if (strcmp(selector->term[i].key, key) != 0)
            selector->term[n_kept++] = selector->term[i];
    selector->n = n_kept;
}

void selector_set(Selector *selector, const char *key, const char *value)
{
    selector_drop(selector, key);
    CHECK(selector->n < SELECTOR_MOST);
    guint i = selector->n++;
    selector->term[i].key = g_intern_string(key);
    selector->term[i].value = g_intern_string(value);
    selector->term[i].differs = false;
}

const char *label_find(const char *labels, const char *key, gsize *length)
{
    gsize key_length = strlen(key);
    for (const char *at = labels; *at;) {
        gsize pair_length = strcspn(at, ",");
        if (pair_length > key_length && memcmp(at, key, key_length) == 0 && at[key_length] == '=') {
            *length = pair_length - key_length - 1;
            return at + key_length + 1;
        }
        at += pair_length;
        at += *at == ',';
    }
    return NULL;
}

const char *label_value(const char *labels, const char *key, char *buffer, gsize size)
{
    gsize length = 0;
    const char *value = label_find(labels, key, &length);
    if (!value)
        return NULL;
    CHECK(length < size);
    memcpy(buffer, value, length);
    buffer[length] = '\0';
    return buffer;
}
