#include "scenario/loader.h"
#include <string.h>

guint loader_errors(const Loader *loader)
{
    return diagnostics_errors(loader->diagnostics) - loader->errors_before;
}

bool is_weary(const Loader *loader)
{
    return loader_errors(loader) > WEARY_AFTER;
}

/* A base is not the file the user asked about: the first time it is blamed, say how it came in. */
static void note_inclusion(Loader *loader, Spot spot)
{
    for (guint i = 0; i < loader->documents->len; i++) {
        const Document *document = g_ptr_array_index(loader->documents, i);
        Spot at = g_array_index(loader->included_at, Spot, i);
        if (document->file != spot.file || at.line == 0 || g_array_index(loader->noted, bool, i))
            continue;
        g_array_index(loader->noted, bool, i) = true;
        diagnostics_add(loader->diagnostics, SEVERITY_NOTE, at, NULL, "%s is included from here", document->file);
    }
}

void tell(Loader *loader, Severity severity, Spot spot, const char *slug, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    guint before = diagnostics_errors(loader->diagnostics);
    diagnostics_add(loader->diagnostics, severity, spot, slug, "%s", message);
    if (severity == SEVERITY_ERROR && diagnostics_errors(loader->diagnostics) > before)
        note_inclusion(loader, spot);
}

void tell_also(Loader *loader, Spot spot, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    diagnostics_add(loader->diagnostics, SEVERITY_NOTE, spot, NULL, "%s", message);
}

void tell_no_tables(Loader *loader, Spot spot, const char *slug, const char *name)
{
    if (!loader->tables_missed)
        tell(loader, SEVERITY_ERROR, spot, slug,
             "'%s' cannot be looked up: the tables of measured places were not found (MRSIM_DATA_DIR names their "
             "folder)",
             name);
    loader->tables_missed = true;
}

const char *did_you_mean(Loader *loader, const char *word, const char *const *candidates)
{
    const char *near = is_weary(loader) ? NULL : nearest_word(word, candidates);
    g_autofree char *lower = g_ascii_strdown(word, -1);
    for (guint i = 0; !near && !is_weary(loader) && candidates[i]; i++)
        if (strcmp(candidates[i], lower) == 0)
            near = candidates[i];
    return near ? arena_printf(loader->arena, "; did you mean '%s'?", near) : "";
}

const char *did_you_mean_of(Loader *loader, const char *word, GPtrArray *candidates)
{
    g_ptr_array_add(candidates, NULL);
    const char *meant = did_you_mean(loader, word, (const char *const *)candidates->pdata);
    g_ptr_array_set_size(candidates, (int)candidates->len - 1);
    return meant;
}

const char *in_words(Loader *loader, const char *const *words, guint n, const char *last)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_printf(text, i + 1 < n ? ", " : " %s ", last);
        g_string_append(text, words[i]);
    }
    return arena_text(loader->arena, text->str);
}

const char *header_of(Loader *loader, const Draft *draft)
{
    if (!draft->name)
        return arena_printf(loader->arena, "[%s]", draft->kind);
    return arena_printf(loader->arena, "[%s %s%s%s]", draft->kind, draft->name, draft->place ? "@" : "",
                        draft->place ? draft->place : "");
}

const char *place_of(Loader *loader, Spot spot)
{
    return arena_printf(loader->arena, "%s:%d", spot.file, spot.line);
}
