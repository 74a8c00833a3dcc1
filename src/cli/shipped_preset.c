#include "cli/shipped_preset.h"
#include <stdbool.h>
#include <string.h>

static void shipped_preset_free(gpointer data)
{
    ShippedPreset *preset = data;
    g_free(preset->name);
    g_free(preset->use);
    g_free(preset->file);
    g_free(preset->text);
    g_free(preset);
}

static gint compare_presets(gconstpointer a, gconstpointer b)
{
    return strcmp((*(ShippedPreset *const *)a)->name, (*(ShippedPreset *const *)b)->name);
}

/* "[preset aurora-global]" with the word "preset" -> "aurora-global"; NULL: another header, or none. */
static char *header_name(const char *line, const char *word)
{
    gsize length = strlen(word);
    if (line[0] != '[' || strncmp(line + 1, word, length) != 0 || line[1 + length] != ' ')
        return NULL;
    const char *from = line + length + 2, *to = strchr(from, ']');
    return to ? g_strstrip(g_strndup(from, (gsize)(to - from))) : NULL;
}

/* The lines of the section [word name], its header first, up to the next header; blank lines at its end left out. */
static char *section_text(char *const *lines, const char *word, const char *name)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool inside = false;
    for (; *lines; lines++) {
        if (**lines == '[') {
            g_autofree char *found = header_name(*lines, word);
            inside = g_strcmp0(found, name) == 0;
        }
        if (inside)
            g_string_append_printf(text, "%s\n", *lines);
    }
    return g_strdup(g_strchomp(text->str));
}

static char *value_of(const char *text, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        gsize length = strlen(key);
        if (strncmp(*line, key, length) != 0)
            continue;
        const char *rest = *line + length + strspn(*line + length, " ");
        if (*rest != '=')
            continue;
        g_auto(GStrv) parts = g_strsplit(rest + 1, " #", 2);
        return g_strdup(g_strstrip(parts[0]));
    }
    return g_strdup("");
}

static void take_sections(GPtrArray *presets, const char *file, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_autofree char *name = header_name(*line, "preset");
        if (!name)
            continue;
        g_autofree char *own = section_text(lines, "preset", name);
        g_autofree char *source = section_text(lines, "source", name);
        ShippedPreset *preset = g_new0(ShippedPreset, 1);
        preset->use = value_of(own, "use");
        preset->text = *source ? g_strdup_printf("%s\n\n%s\n", own, source) : g_strdup_printf("%s\n", own);
        preset->file = g_strdup(file);
        preset->name = g_steal_pointer(&name);
        g_ptr_array_add(presets, preset);
    }
}

GPtrArray *shipped_presets_read(Library *library)
{
    GPtrArray *presets = g_ptr_array_new_with_free_func(shipped_preset_free);
    g_auto(GStrv) files = library_presets(library);
    for (char **file = files; *file; file++) {
        gsize length = 0;
        g_autofree char *text = library_read_preset(library, *file, &length, NULL);
        if (text)
            take_sections(presets, *file, text);
    }
    g_ptr_array_sort(presets, compare_presets);
    return presets;
}

const ShippedPreset *shipped_preset_find(const GPtrArray *presets, const char *name)
{
    for (guint i = 0; i < presets->len; i++)
        if (strcmp(((const ShippedPreset *)presets->pdata[i])->name, name) == 0)
            return presets->pdata[i];
    return NULL;
}
