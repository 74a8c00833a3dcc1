#include "scenario/values.h"
#include <string.h>

Slice slice_whole(const Value *value)
{
    return (Slice){value, 0, (guint)strlen(value->text)};
}
Spot slice_spot(Slice slice)
{
    return value_spot(slice.value, slice.from, MAX(slice.length, 1));
}

const char *slice_text(Loader *loader, Slice slice)
{
    char *text = arena_take(loader->arena, slice.length + 1);
    memcpy(text, slice.value->text + slice.from, slice.length);
    return text;
}

bool slice_is(Slice slice, const char *word)
{
    return strlen(word) == slice.length && memcmp(slice.value->text + slice.from, word, slice.length) == 0;
}

static Slice trimmed(const Value *value, guint from, guint stop)
{
    while (from < stop && g_ascii_isspace(value->text[from]))
        from++;
    while (stop > from && g_ascii_isspace(value->text[stop - 1]))
        stop--;
    return (Slice){value, from, stop - from};
}

/* Past a quoted text that begins at `at`, else at itself. */
static guint skip_quote(const char *text, guint at, guint stop)
{
    if (text[at] != '"')
        return at;
    for (at++; at < stop && text[at] != '"'; at++)
        at += text[at] == '\\' && at + 1 < stop;
    return MIN(at, stop - 1);
}

bool slice_is_balanced(Loader *loader, Slice slice)
{
    const char *text = slice.value->text;
    guint stop = slice.from + slice.length, open = 0, depth = 0;
    for (guint i = slice.from; i < stop; i++) {
        i = skip_quote(text, i, stop);
        if (text[i] == '(' && depth++ == 0)
            open = i;
        if (text[i] == ')' && depth-- == 0) {
            tell(loader, SEVERITY_ERROR, value_spot(slice.value, i, 1), "unclosed-paren", "this ')' closes nothing");
            return false;
        }
    }
    if (depth > 0)
        tell(loader, SEVERITY_ERROR, value_spot(slice.value, open, 1), "unclosed-paren", "this '(' is never closed");
    return depth == 0;
}

GArray *slice_list(const Reading *reading, Slice slice)
{
    if (!slice_is_balanced(reading->loader, slice))
        return NULL;
    const char *text = slice.value->text;
    GArray *items = g_array_new(FALSE, FALSE, sizeof(Slice));
    guint stop = slice.from + slice.length, from = slice.from;
    int depth = 0;
    for (guint i = slice.from; i <= stop; i++) {
        if (i < stop)
            i = skip_quote(text, i, stop);
        depth += i < stop && text[i] == '(' ? 1 : i < stop && text[i] == ')' ? -1 : 0;
        if (i < stop && (text[i] != ',' || depth > 0))
            continue;
        Slice item = trimmed(slice.value, from, i);
        if (item.length == 0) {
            tell(reading->loader, SEVERITY_ERROR, value_spot(slice.value, i < stop ? i : stop - 1, 1), "bad-list",
                 "an item is missing here");
            g_array_unref(items);
            return NULL;
        }
        g_array_append_val(items, item);
        from = i + 1;
    }
    if (items->len > LIST_MOST) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "a list has at most %d items",
             LIST_MOST);
        g_array_unref(items);
        return NULL;
    }
    return items;
}

bool leading_quantity(Slice slice, Slice *quantity, Slice *rest)
{
    const char *text = slice.value->text;
    guint stop = slice.from + slice.length, at = slice.from;
    if (!g_ascii_isdigit(text[at]) && text[at] != '-' && text[at] != '+' && text[at] != '.')
        return false;
    while (at < stop && !g_ascii_isspace(text[at]))
        at++;
    Slice after = trimmed(slice.value, at, stop);
    if (after.length > 0 && text[after.from] == '%') { /* "80 % read" */
        at = after.from + 1;
        after = trimmed(slice.value, at, stop);
    }
    *quantity = (Slice){slice.value, slice.from, at - slice.from};
    *rest = after;
    return true;
}

const char *text_read(Loader *loader, Slice slice)
{
    const char *text = slice_text(loader, slice);
    if (*text != '"')
        return text;
    GString *plain = g_string_new(NULL);
    gsize i = 1;
    for (; text[i] != '\0' && text[i] != '"'; i++) {
        if (text[i] == '\\' && text[i + 1] != '"' && text[i + 1] != '\\') {
            tell(loader, SEVERITY_ERROR, value_spot(slice.value, slice.from + (guint)i, 2), "syntax",
                 "within quotes \\\" and \\\\ are the only escapes");
            g_string_free(plain, TRUE);
            return NULL;
        }
        i += text[i] == '\\';
        g_string_append_c(plain, text[i]);
    }
    g_autofree char *result = g_string_free(plain, FALSE);
    if (text[i] == '\0')
        return NULL; /* told by the reader */
    if (text[i + 1] != '\0') {
        tell(loader, SEVERITY_ERROR, value_spot(slice.value, slice.from + (guint)i + 1, slice.length - (guint)i - 1),
             "syntax", "nothing may follow the closing quote; write \\\" for a quote within the text");
        return NULL;
    }
    return arena_text(loader->arena, result);
}
