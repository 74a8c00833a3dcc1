#include "scenario/loader.h"
#include <string.h>

guint loader_errors(const Loader *loader) { return diagnostics_errors(loader->diagnostics) - loader->errors_before; }

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

const char *did_you_mean(Loader *loader, const char *word, const char *const *candidates)
{
    const char *near = nearest_word(word, candidates);
    g_autofree char *lower = g_ascii_strdown(word, -1);
    for (guint i = 0; !near && candidates[i]; i++)
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

const char *header_of(Loader *loader, const Draft *draft)
{
    if (!draft->name)
        return arena_printf(loader->arena, "[%s]", draft->kind);
    return arena_printf(loader->arena, "[%s %s%s%s]", draft->kind, draft->name, draft->place ? "@" : "",
                        draft->place ? draft->place : "");
}

const char *place_of(Loader *loader, Spot spot) { return arena_printf(loader->arena, "%s:%d", spot.file, spot.line); }
