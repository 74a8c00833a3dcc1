#include "cli/options.h"
#include "cli/parameters.h"
#include "cli/shipped_preset.h"
#include "cli/session.h"
#include <string.h>

static bool in_markdown(const Session *session)
{
    return strcmp(session->line->format, "markdown") == 0;
}

/* ---- kinds and components ---- */

/* The next kind after `kind` in the order of the registry; NULL first, NULL last. */
static const char *next_kind(const char *kind)
{
    bool seen = !kind;
    for (const Component *const *component = registry.component; *component; component++) {
        bool first_of_kind = true;
        for (const Component *const *before = registry.component; before < component; before++)
            first_of_kind = first_of_kind && strcmp((*before)->kind, (*component)->kind) != 0;
        if (seen && first_of_kind)
            return (*component)->kind;
        seen = seen || strcmp((*component)->kind, kind) == 0;
    }
    return NULL;
}

static void describe_all(const Session *session)
{
    g_autoptr(GString) text = g_string_new("What a section [KIND NAME] may be, by its `use`:\n");
    for (const char *kind = next_kind(NULL); kind; kind = next_kind(kind)) {
        g_string_append_printf(text, "\n%s\n", kind);
        for (const Component *const *component = registry.component; *component; component++) {
            if (strcmp((*component)->kind, kind) != 0)
                continue;
            g_autofree char *first = g_strdup_printf("  %-24s", (*component)->name);
            terminal_wrap(text, first, 26, (*component)->summary);
        }
    }
    g_string_append(text, "\nBeside them: [preset NAME], [objectives], and notes of your own, [x-NAME].\n"
                          "More: mrsim describe KIND, mrsim describe KIND/NAME, mrsim describe FILE\n");
    terminal_print(&session->look, "%s", text->str);
}

static void append_policies(const char *kind, GString *text)
{
    bool any = false;
    for (const Policy *const *policy = registry.policy; *policy; policy++) {
        if (strcmp((*policy)->kind, kind) != 0)
            continue;
        if (!any)
            g_string_append_printf(text, "\nPolicies of %s\n", kind);
        any = true;
        g_autofree char *first = g_strdup_printf("  %-18s  ", (*policy)->name);
        terminal_wrap(text, first, 22, (*policy)->summary);
        if ((*policy)->source)
            terminal_wrap(text, "      Source: ", 8, (*policy)->source);
    }
}

/* `kind`/`name`, or all of a kind (name NULL), or the component of that name (kind NULL).  false: there is none. */
static bool describe_components(const Session *session, const char *kind, const char *name)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;
    for (const Component *const *each = registry.component; *each; each++) {
        const Component *component = *each;
        if ((kind && strcmp(component->kind, kind) != 0) || (name && strcmp(component->name, name) != 0))
            continue;
        if (n++)
            g_string_append_c(text, '\n');
        if (in_markdown(session))
            describe_component_markdown(component, text);
        else
            describe_component_text(component, text);
    }
    if (kind && n && !in_markdown(session))
        append_policies(kind, text);
    terminal_print(&session->look, "%s", text->str);
    return n > 0;
}

static bool describe_words(const Session *session, const char *word)
{
    const char *slash = strchr(word, '/');
    g_autofree char *kind = slash ? g_strndup(word, (gsize)(slash - word)) : NULL;
    if (slash)
        return describe_components(session, kind, slash + 1);
    return describe_components(session, word, NULL) || describe_components(session, NULL, word);
}

static bool describe_preset(const Session *session, const char *name)
{
    g_autoptr(GPtrArray) presets = shipped_presets_read(session->library);
    const ShippedPreset *preset = shipped_preset_find(presets, name);
    if (!preset)
        return false;
    terminal_print(&session->look, "# %s\n%s", preset->file, preset->text);
    if (*preset->use)
        terminal_print(&session->look, "\n# What it does not say comes from its base: mrsim describe %s\n",
                       preset->use);
    return true;
}

/* ---- a scenario ---- */

enum { WIDEST = 80, ORIGIN_COLUMN = 36 };

/* All of the address before the key: the first dot ends the name. */
static char *owner_of(const Setting *setting)
{
    return g_strndup(setting->address, strcspn(setting->address, "."));
}

/* The thing that an address belongs to: "carts", "database carts", "shop@eu-central-1". */
static const Thing *thing_of(const World *world, const char *owner)
{
    g_autofree char *plain = g_strndup(owner, strcspn(owner, "@"));
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        g_autofree char *full = g_strdup_printf("%s %s", thing->component->kind, thing->name);
        if (strcmp(plain, full) == 0 || strcmp(plain, thing->name) == 0)
            return thing;
    }
    return NULL;
}

static void append_heading(GString *text, const World *world, const char *owner)
{
    const Thing *thing = thing_of(world, owner);
    g_autofree char *first =
        thing ? g_strdup_printf("\n%s: %s/%s  ", owner, thing->component->kind, thing->component->name)
              : g_strdup_printf("\n%s", owner);
    terminal_wrap(text, first, 2, thing ? thing->component->summary : "");
}

/* Where a value comes from; files of the folder of shipped scenarios are told by their names alone. */
static char *origin_of(const Setting *setting, const char *folder)
{
    g_autoptr(GString) origin = g_string_new(setting->source);
    g_autofree char *prefix = g_strdup_printf("%s/", folder ? folder : "");
    if (folder)
        g_string_replace(origin, prefix, "", 0);
    if (setting->is_default)
        g_string_prepend(origin, origin->len ? "default; " : "default");
    return g_strdup(origin->str);
}

static void append_setting(GString *text, const Setting *setting, const char *key, const char *folder)
{
    g_autofree char *origin = origin_of(setting, folder);
    g_autofree char *said = g_strdup_printf("  %s = %s", key, *setting->value ? setting->value : "(none)");
    g_autofree char *both = g_strdup_printf("%-*s  # %s", ORIGIN_COLUMN, said, origin);
    if (terminal_columns(both) <= WIDEST) {
        g_string_append_printf(text, "%s\n", both);
    } else {
        terminal_wrap(text, said, 6, "");
        terminal_wrap(text, "      # ", 8, origin);
    }
    if (setting->help && *setting->help)
        terminal_wrap(text, "", 6, setting->help);
}

static void append_settings(GString *text, const Scenario *scenario, const char *folder)
{
    g_autofree char *last = NULL;
    g_string_append(text, "\nEVERY SETTING, with what it means and where it comes from\n");
    for (guint i = 0; i < scenario->n_settings; i++) {
        const Setting *setting = &scenario->setting[i];
        g_autofree char *owner = owner_of(setting);
        if (g_strcmp0(owner, last) != 0)
            append_heading(text, scenario->world, owner);
        const char *key = setting->address + strlen(owner);
        append_setting(text, setting, *key == '.' ? key + 1 : key, folder);
        g_free(last);
        last = g_steal_pointer(&owner);
    }
}

static void append_flat_text(GString *text, const Scenario *scenario, const char *folder)
{
    g_autoptr(GString) flat = g_string_new(scenario->flat_text);
    g_autofree char *prefix = g_strdup_printf("  # %s/", folder ? folder : "");
    if (folder)
        g_string_replace(flat, prefix, "  # ", 0);
    g_string_append(text, flat->str);
}

static Status describe_file(Session *session, const char *file)
{
    g_autoptr(Scenario) scenario = NULL;
    Status status = session_load(session, file, (const char *const *)session->line->sets->pdata, NULL, &scenario);
    if (status != STATUS_DONE)
        return status;
    g_autoptr(GString) text = g_string_new(NULL);
    const World *world = scenario->world;
    const char *folder = library_scenarios(session->library);
    const char *title = world->scenario.title;
    g_string_append_printf(text, "%s%s%s\n\n", world->name, title && *title ? ": " : "", title ? title : "");
    g_string_append(text, "AS ONE FILE, each line with where it comes from\n\n");
    append_flat_text(text, scenario, folder);
    append_settings(text, scenario, folder);
    terminal_print(&session->look, "%s", text->str);
    return STATUS_DONE;
}

static Status run(const CommandLine *line)
{
    g_auto(Session) session = {0};
    const char *word = line->operands->pdata[0];

    Status status = session_open(&session, line);
    if (status != STATUS_DONE)
        return status;
    if (!word)
        describe_all(&session);
    else if (!describe_words(&session, word) && !describe_preset(&session, word))
        status = describe_file(&session, word);
    return status;
}

const Command command_describe = {
    .name = "describe",
    .operands = "[FILE|KIND|KIND/NAME|PRESET]",
    .completes = "scenario",
    .summary = "tell what a scenario, a component or a preset means, with every default",
    .details = "Of a scenario: the text that its files say together, and every setting with its meaning and source.  "
               "Of a kind or a component: its keys.  Of a preset: its text and sources.  Without a word: the kinds and "
               "components there are.",
    .options = OPTIONS_ALWAYS | OPTION_BIT(SET) | OPTION_BIT(FORMAT),
    .formats = (const char *const[]){"text", NULL},
    .hidden_formats = (const char *const[]){"markdown", NULL},
    .fewest = 0,
    .most = 1,
    .run = run,
};
