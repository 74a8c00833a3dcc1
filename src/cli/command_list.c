#include "cli/options.h"
#include "cli/shipped_preset.h"
#include "cli/session.h"
#include <string.h>

/* What scenarios are about, in the order in which they are read best; one that is in no row stands in the last. */
static const struct {
    const char *subject, *names[12];
} subjects[] = {
    {"designs", {"us-eu-active-active", "us-eu-active-passive", "us-eu-single-region", "quorum-store"}},
    {"how a name answers",
     {"weighted", "latency-is-not-geography", "geolocation", "geoproximity", "ip-based", "multivalue",
      "canary-over-failover"}},
    {"who notices, and who still asks the old place",
     {"checker-shallow", "ttl-truth", "dns-by-hand", "routing-control"}},
    {"an address for all regions", {"dns-vs-accelerator"}},
    {"balancers and zones", {"cross-zone-imbalance", "nlb-flows", "zone-loss"}},
    {"the network between", {"one-way-cut", "transit", "direct-connect-backup"}},
    {"copies that lag", {"lag-under-burst", "read-your-writes", "sessions", "single-region-database"}},
    {"who writes, and who comes after",
     {"aurora-global", "aurora-switchover", "rds-replica-promotion", "partition-43s"}},
    {"everybody writes", {"dynamodb-global-tables", "clock-skew", "inventory-oversell", "mrec", "mrec-vs-mrsc"}},
    {"more", {NULL}},
};

static gsize subject_of(const char *name)
{
    gsize i = 0;
    while (i + 1 < G_N_ELEMENTS(subjects) && !g_strv_contains(subjects[i].names, name))
        i++;
    return i;
}

static void list_scenario(const Session *session, const char *name)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Scenario) scenario =
        scenario_load(name, NULL, &registry, session->atlas, session->library, diagnostics, NULL);
    const char *title = scenario && scenario->world->scenario.title ? scenario->world->scenario.title : "";
    terminal_print(&session->look, "  %-24s  %s\n", name, scenario ? title : "(wrong: see mrsim check)");
}

/* Those of a subject in its own order; those of the last as they come. */
static void list_subject(const Session *session, gsize subject, const char *const *names)
{
    const char *const *order = subjects[subject].names[0] ? subjects[subject].names : names;
    bool any = false;
    for (; *order; order++) {
        if (!g_strv_contains(names, *order) || subject_of(*order) != subject)
            continue;
        if (!any)
            terminal_print(&session->look, "%s:\n", subjects[subject].subject);
        any = true;
        list_scenario(session, *order);
    }
}

static void list_scenarios(const Session *session)
{
    g_auto(GStrv) names = library_scenario_names(session->library);
    if (!*names) {
        terminal_note(session->line,
                      "the shipped scenarios were not found (MRSIM_DATA_DIR names the folder that holds scenarios/)");
        return;
    }
    terminal_print(&session->look, "SCENARIOS, to run: mrsim NAME\n");
    for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++)
        list_subject(session, i, (const char *const *)names);
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
