#include "scenario/loader.h"
#include <string.h>

enum { EXTENDS_MOST = 32 };

/* The last word of a document on a key of [scenario], before anything is merged. */
static const Entry *scenario_entry(const Document *document, const char *key)
{
    const Entry *found = NULL;
    for (guint i = 0; i < document->n_sections; i++) {
        const Section *section = &document->section[i];
        if (g_strcmp0(section->kind, "scenario") != 0)
            continue;
        for (guint k = 0; k < section->n_entries; k++)
            if (strcmp(section->entry[k].key, key) == 0)
                found = &section->entry[k];
    }
    return found && *found->value.text != '\0' ? found : NULL;
}

/* A file of a newer mrsim would bring fifty errors that all mean this one. */
static bool format_is_known(Loader *loader, const Document *document)
{
    const Entry *format = scenario_entry(document, "format");
    double version;
    if (!format || quantity_parse(format->value.text, DIMENSION_COUNT, &version, NULL) != QUANTITY_OK ||
        version <= FORMAT_NEWEST)
        return true;
    tell(loader, SEVERITY_ERROR, value_whole(&format->value), "not-yet",
         "this file is written in format %g of the language; this mrsim reads format %d and older", version,
         FORMAT_NEWEST);
    return false;
}

static bool was_read(const Loader *loader, const char *file)
{
    for (guint i = 0; i < loader->documents->len; i++)
        if (((const Document *)g_ptr_array_index(loader->documents, i))->file == g_intern_string(file))
            return true;
    return false;
}

/* The file itself could not be read: exit 4.  Too big a file is a mistake in what was written. */
static void tell_unreadable(Loader *loader, const char *file, Spot at, GError *problem, GError **error)
{
    if (g_error_matches(problem, LIBRARY_ERROR, LIBRARY_ERROR_TOO_BIG))
        tell(loader, SEVERITY_ERROR, at.line ? at : (Spot){g_intern_string(file), 0, 0, 0}, "file-too-big",
             "%s; a scenario has at most 4", problem->message);
    else if (at.line)
        tell(loader, SEVERITY_ERROR, at, "no-file", "%s", problem->message);
    else {
        g_propagate_error(error, problem);
        return;
    }
    g_error_free(problem);
}

static void insert_document(Loader *loader, const Document *document, Spot included_at)
{
    bool noted = false;
    g_ptr_array_insert(loader->documents, 0, (gpointer)document);
    g_array_insert_val(loader->included_at, 0, included_at);
    g_array_insert_val(loader->noted, 0, noted);
}

/* Reads one file; *extends is what it extends, or NULL. */
static bool read_file(Loader *loader, const char *name, const char *relative_to, Spot at, const Entry **extends,
                      const char **file, GError **error)
{
    gsize length;
    GError *problem = NULL;
    g_autofree char *path = NULL;
    g_autofree char *text = library_read(loader->library, name, relative_to, &path, &length, &problem);
    if (path && was_read(loader, path)) {
        tell(loader, SEVERITY_ERROR, at, "extends-cycle", "%s extends itself by way of this file", path);
        g_clear_error(&problem);
        return false;
    }
    if (!text) {
        tell_unreadable(loader, path ? path : name, at, problem, error);
        return false;
    }
    *file = g_intern_string(path);
    diagnostics_add_source(loader->diagnostics, *file, text, length);
    const Document *document = reader_read(loader->arena, *file, text, length, loader->diagnostics);
    insert_document(loader, document, at);
    *extends = scenario_entry(document, "extends");
    return !document->gave_up && format_is_known(loader, document);
}

/* What `extends` names, or NULL (told). */
static const char *parent_name(Loader *loader, const Entry *extends)
{
    const char *text = extends->value.text;
    Spot spot = value_whole(&extends->value);
    gsize length = strlen(text);
    if (length >= 2 && *text == '"' && text[length - 1] == '"') {
        g_autofree char *inner = g_strndup(text + 1, length - 2);
        return arena_text(loader->arena, inner);
    }
    if (strchr(text, ','))
        tell(loader, SEVERITY_ERROR, spot, "not-yet", "a scenario extends one other; lists are not in this version");
    else if (loader->documents->len >= EXTENDS_MOST)
        tell(loader, SEVERITY_ERROR, spot, "extends-cycle", "more than %d files extend one another", EXTENDS_MOST);
    else if (!is_word(text) && !g_str_has_suffix(text, ".ini"))
        tell(loader, SEVERITY_ERROR, spot, "no-file",
             "'%s' is neither a file that ends in .ini nor the name of a shipped scenario", text);
    else
        return text;
    return NULL;
}

static bool read_chain(Loader *loader, const char *name, GError **error)
{
    const char *file = NULL;
    Spot at = {0};
    while (name) {
        const Entry *extends = NULL;
        if (!read_file(loader, name, file, at, &extends, &file, error))
            return false;
        name = extends && strcmp(extends->value.text, "default") != 0 ? parent_name(loader, extends) : NULL;
        if (extends && !name)
            return strcmp(extends->value.text, "default") == 0;
        at = extends ? value_whole(&extends->value) : at;
    }
    return true;
}

/* ---- --set ---- */

static bool is_header_text(const char *kind, const char *name, const char *place)
{
    return (!kind || is_word(kind)) && is_word(name) && (!place || is_word(place));
}

/* "[kind ]name[@place]." : the first dot ends the name.  false: told. */
static bool read_address(Loader *loader, const char *text, int line, Section *section)
{
    const char *dot = text + strcspn(text, ".=<>{");
    g_autofree char *name = g_strndup(text, (gsize)(dot - text));
    Spot spot = {g_intern_string(SET_FILE), line, 1, (int)(dot - text)};
    char *blank = strchr(name, ' '), *sign = strchr(name, '@');
    const char *kind = blank ? name : NULL, *thing = blank ? blank + 1 : name;
    if (blank)
        *blank = '\0';
    if (sign)
        *sign = '\0';
    if (*dot != '.' || !is_header_text(kind, thing, sign ? sign + 1 : NULL)) {
        spot.length = (int)strlen(text);
        tell(loader, SEVERITY_ERROR, spot, "syntax",
             "write NAME.KEY=VALUE, NAME@PLACE.KEY=VALUE or 'KIND NAME.KEY=VALUE'");
        return false;
    }
    section->spot = spot;
    section->kind = arena_text(loader->arena, kind);
    section->name = arena_text(loader->arena, thing);
    section->place = sign ? arena_text(loader->arena, sign + 1) : NULL;
    section->place_spot = sign ? (Spot){spot.file, line, (int)(sign - name) + 2, (int)strlen(sign + 1)} : spot;
    section->name_spot = section->kind_spot = spot;
    return true;
}

static void read_set(Loader *loader, const char *text, int line, GArray *sections)
{
    Section section = {0};
    if (!read_address(loader, text, line, &section))
        return;
    const char *setting = strchr(text, '.') + 1;
    Entry *entry = arena_one(loader->arena, Entry);
    if (!reader_setting(loader->arena, SET_FILE, line, (int)(setting - text) + 1, setting, entry, loader->diagnostics))
        return;
    section.n_entries = 1;
    section.entry = entry;
    g_array_append_val(sections, section);
}

/* The command line is one more document, the last: n-th --set is its n-th line. */
static void read_sets(Loader *loader, const char *const *sets)
{
    if (!sets || !sets[0])
        return;
    g_autofree char *text = g_strjoinv("\n", (char **)sets);
    diagnostics_add_source(loader->diagnostics, SET_FILE, text, strlen(text));
    g_autoptr(GArray) sections = g_array_new(FALSE, FALSE, sizeof(Section));
    for (guint i = 0; sets[i]; i++)
        read_set(loader, sets[i], (int)i + 1, sections);
    Document *document = arena_one(loader->arena, Document);
    Section *section = arena_many(loader->arena, Section, sections->len);
    for (guint i = 0; i < sections->len; i++)
        section[i] = g_array_index(sections, Section, i);
    *document = (Document){g_intern_string(SET_FILE), false, sections->len, section};
    Spot nowhere = {0};
    bool noted = false;
    g_ptr_array_add(loader->documents, document);
    g_array_append_val(loader->included_at, nowhere);
    g_array_append_val(loader->noted, noted);
}

bool documents_read(Loader *loader, const char *name, const char *const *sets, GError **error)
{
    if (!read_chain(loader, name, error))
        return false;
    read_sets(loader, sets);
    return true;
}
