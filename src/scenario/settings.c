#include "scenario/values.h"
#include <string.h>

/* ---- every parameter of every thing, and who says it ---- */

/* Runs of blanks become one: what was written over several lines compares equal to what was written on one. */
static const char *normal_blanks(Loader *loader, const char *text)
{
    g_autoptr(GString) plain = g_string_new(NULL);
    bool quoted = false;
    for (; *text; text++) {
        quoted = quoted != (*text == '"');
        if (quoted || !g_ascii_isspace(*text))
            g_string_append_c(plain, *text);
        else if (plain->len == 0 || plain->str[plain->len - 1] != ' ')
            g_string_append_c(plain, ' ');
    }
    return arena_text(loader->arena, plain->str);
}

static const char *source_of(Loader *loader, const Said *said)
{
    const Draft *by = said->in;
    const char *place = place_of(loader, said->spot);
    if (strcmp(by->kind, "preset") != 0)
        return place;
    const Said *source = preset_source(loader, by, said->key);
    return arena_printf(loader->arena, "%s, preset %s%s%s", place, by->name, source ? ": " : "",
                        source ? source->value.text : "");
}

static void add_setting(Loader *loader, GArray *settings, const char *address, const Param *param, const Said *said)
{
    Setting setting = {
        .address = address,
        .value = said ? normal_blanks(loader, said->value.text) : param->standard,
        .is_default = !said,
        .source = said ? source_of(loader, said) : param->source,
        .help = param->help,
    };
    g_array_append_val(settings, setting);
}

static const char *address_of(Loader *loader, const Draft *draft, const char *key)
{
    const char *name = draft->name ? draft->name : draft->kind;
    GPtrArray *namesakes = g_hash_table_lookup(loader->by_name, name);
    bool ambiguous = namesakes && namesakes->len > 1;
    return arena_printf(loader->arena, "%s%s%s%s%s.%s", ambiguous ? draft->kind : "", ambiguous ? " " : "", name,
                        draft->place ? "@" : "", draft->place ? draft->place : "", key);
}

static void list_draft(Loader *loader, GArray *settings, const Draft *draft)
{
    static const Param use = {.name = "use", .help = "Which component or preset it is."};
    Model model = {.component = draft->component};
    if (draft->thing)
        model_of(loader, draft, &model, true);
    const Said *said = draft_says(draft, "use");
    if (said)
        add_setting(loader, settings, address_of(loader, draft, "use"), &use, said);
    for (const Param *param = draft->component->params; param->name; param++)
        if (strcmp(param->name, "extends") != 0)
            add_setting(loader, settings, address_of(loader, draft, param->name), param,
                        said_for(draft, &model, param->name));
}

static void list_place(Loader *loader, GArray *settings, const Draft *draft)
{
    for (guint i = 0; i < draft->said->len; i++) {
        const Said *said = g_ptr_array_index(draft->said, i);
        if (said->param)
            add_setting(loader, settings, address_of(loader, draft, said->key), said->param, said);
    }
}

void settings_list(Loader *loader, Scenario *scenario)
{
    g_autoptr(GArray) settings = g_array_new(FALSE, FALSE, sizeof(Setting));
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (!draft->enabled || !draft->component || strcmp(draft->kind, "preset") == 0)
            continue;
        if (!draft->bare)
            list_draft(loader, settings, draft);
        else if (draft->bare->enabled)
            list_place(loader, settings, draft);
    }
    Setting *setting = arena_many(loader->arena, Setting, settings->len);
    for (guint i = 0; i < settings->len; i++)
        setting[i] = g_array_index(settings, Setting, i);
    scenario->n_settings = settings->len;
    scenario->setting = setting;
}

/* ---- the scenario as one text ---- */

/* A text with " #" in it came from the command line; in a file it needs quotes. */
static const char *as_written(Loader *loader, const Said *said)
{
    const char *value = normal_blanks(loader, said->value.text);
    if (!strstr(value, " #") || strchr(value, '"'))
        return value;
    return arena_printf(loader->arena, "\"%s\"", value);
}

static void write_said(Loader *loader, GString *text, const Said *said, int key_width, int width)
{
    g_autofree char *line = g_strdup_printf("%-*s %s %s", key_width, said->key, said->op, as_written(loader, said));
    g_string_append_printf(text, "%-*s  # %s\n", width, line, place_of(loader, said->spot));
}

static bool is_written(const Said *said)
{
    return strcmp(said->key, "extends") != 0;
}

/* A long line does not drag the others beyond the edge of a screen with it. */
static void write_draft(Loader *loader, GString *text, const Draft *draft)
{
    enum { KEYS_MOST = 36, WIDTH_MOST = 46 };
    int key_width = 0, width = 0;
    for (guint i = 0; i < draft->said->len; i++) {
        const Said *said = g_ptr_array_index(draft->said, i);
        key_width = MAX(key_width, MIN((int)strlen(said->key), KEYS_MOST));
    }
    for (guint i = 0; i < draft->said->len; i++) {
        const Said *said = g_ptr_array_index(draft->said, i);
        int length = MAX(key_width, (int)strlen(said->key)) + 2 + (int)strlen(said->op) +
                     (int)strlen(normal_blanks(loader, said->value.text));
        width = MAX(width, MIN(length, WIDTH_MOST));
    }
    g_string_append_printf(text, "%s%s\n", text->len ? "\n" : "", header_of(loader, draft));
    for (guint i = 0; i < draft->said->len; i++)
        if (is_written(g_ptr_array_index(draft->said, i)))
            write_said(loader, text, g_ptr_array_index(draft->said, i), key_width, width);
}

const char *flat_text(Loader *loader)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const Draft *objectives = NULL;
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        bool without_place = draft->place && (!draft->bare || region_running(loader, draft->place) < 0);
        if (strcmp(draft->kind, "objectives") == 0)
            objectives = draft; /* what is promised stands last, whoever said it first */
        else if (draft->enabled && !without_place)
            write_draft(loader, text, draft);
    }
    if (objectives && objectives->said->len > 0)
        write_draft(loader, text, objectives);
    return arena_text(loader->arena, text->str);
}
