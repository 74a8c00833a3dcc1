#include "cli/options.h"
#include "cli/shipped_preset.h"
#include "cli/session.h"
#include <string.h>

static void list_scenarios(const Session *session)
{
    g_auto(GStrv) names = library_scenario_names(session->library);
    if (!*names) {
        terminal_note(session->line,
                      "the shipped scenarios were not found (MRSIM_DATA_DIR names the folder that holds scenarios/)");
        return;
    }
    terminal_print(&session->look, "SCENARIOS, to run: mrsim NAME\n");
    for (char **name = names; *name; name++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Scenario) scenario =
            scenario_load(*name, NULL, &registry, session->atlas, session->library, diagnostics, NULL);
        const char *title = scenario && scenario->world->scenario.title ? scenario->world->scenario.title : "";
        terminal_print(&session->look, "  %-24s  %s\n", *name, scenario ? title : "(wrong: see mrsim check)");
    }
}

static void list_presets(const Session *session)
{
    g_autoptr(GPtrArray) presets = shipped_presets_read(session->library);
    if (presets->len == 0) {
        terminal_note(session->line, "there are no shipped presets");
        return;
    }
    terminal_print(&session->look, "PRESETS, to write in a section: use = NAME; to read: mrsim describe NAME\n");
    for (guint i = 0; i < presets->len; i++) {
        const ShippedPreset *preset = presets->pdata[i];
        terminal_print(&session->look, "  %-24s  %s, in %s\n", preset->name, *preset->use ? preset->use : "-",
                       preset->file);
    }
}

static void list_regions(const Session *session)
{
    guint n = atlas_regions(session->atlas);
    terminal_print(&session->look, "REGIONS with measured distances, to write in: regions = NAME, NAME\n");
    guint n_rows = (n + 1) / 2;
    for (guint row = 0; row < n_rows; row++) {
        for (guint i = row; i < n; i += n_rows)
            terminal_print(&session->look, i == row && i + n_rows < n ? "  %-16s%-22s" : "  %-16s%s",
                           atlas_region_name(session->atlas, i), atlas_region_title(session->atlas, i));
        terminal_print(&session->look, "\n");
    }
}

static Status run(const CommandLine *line)
{
    static const struct {
        const char *name;
        void (*list)(const Session *session);
    } parts[] = {{"scenarios", list_scenarios}, {"presets", list_presets}, {"regions", list_regions}};
    static const char *const names[] = {"scenarios", "presets", "regions", NULL};
    const char *only = line->operands->pdata[0];
    g_auto(Session) session = {0};

    if (only && !g_strv_contains(names, only))
        return command_misuse(line->command, "there are scenarios, presets and regions to list, not '%s'", only);
    Status status = session_open(&session, line);
    if (status != STATUS_DONE)
        return status;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!only || strcmp(parts[i].name, only) == 0)
            parts[i].list(&session);
    return library_scenarios(session.library) ? STATUS_DONE : STATUS_FILES;
}

const Command command_list = {
    .name = "list",
    .operands = "[scenarios|presets|regions]",
    .completes = "scenarios presets regions",
    .summary = "name the shipped scenarios, presets and regions",
    .details = "Without a word, all three.",
    .options = OPTIONS_ALWAYS,
    .fewest = 0,
    .most = 1,
    .run = run,
};
