#include "model/complaints.h"
#include "model/component.h"
#include "base/poison.h"

const Thing *world_find(const World *world, const char *kind, const char *name)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (strcmp(thing->name, name) == 0 && strcmp(thing->component->kind, kind) == 0)
            return thing;
    }
    return NULL;
}

int world_region(const World *world, const char *name)
{
    for (guint i = 0; i < world->n_regions; i++)
        if (strcmp(world->region[i].name, name) == 0)
            return (int)i;
    return -1;
}

void complain(Complaints *complaints, const char *key, const char *slug, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    complaints->say(complaints->whose, key, slug, text);
}

bool is_said(const Complaints *complaints, const char *key)
{
    return complaints->is_said(complaints->whose, key);
}

/* ---- [scenario], [region]: what every scenario has, whatever runs in it ---- */

static const double shortest_run = 1e9, longest_run = 3.1536e17;

#define SCENARIO(field, CType) PARAM_FIELD(ScenarioConfig, field, CType)
static const Param scenario_params[] = {
    {.name = "title",
     .type = PARAM_TEXT,
     .offset = SCENARIO(title, const char *),
     .standard = "",
     .help = "One line that says what is special about this design."},
    {.name = "extends",
     .type = PARAM_TEXT,
     .offset = SCENARIO(extends, const char *),
     .standard = "",
     .help = "The scenario that this one changes: a file ending in .ini, or the name of a shipped one."},
    {.name = "format",
     .type = PARAM_COUNT,
     .offset = SCENARIO(format, gint64),
     .standard = "1",
     .least = 1,
     .most = 1e6,
     .help = "The version of the language that the file is written in.",
     .source = "docs/scenario.md"},
    {.name = "regions",
     .type = PARAM_REGIONS,
     .offset = SCENARIO(regions, Regions),
     .help = "The regions where things run, in order; all: every measured one."},
    {.name = "duration",
     .type = PARAM_DURATION,
     .offset = SCENARIO(duration, SimTime),
     .standard = "1h",
     .least = shortest_run,
     .most = longest_run,
     .help = "How long is measured.",
     .source = "assumed"},
    {.name = "warm-up",
     .type = PARAM_DURATION,
     .offset = SCENARIO(warm_up, SimTime),
     .standard = "5m",
     .most = longest_run,
     .help = "What runs before 00:00:00 and is not measured.",
     .source = "assumed"},
    {.name = "path-factors",
     .type = PARAM_YES_NO,
     .offset = SCENARIO(path_factors, bool),
     .standard = "yes",
     .help = "Draw how good the path between a place and a region is, once per run; no: all paths are typical.",
     .source = "docs/models/network.md"},
    PARAM_END};

const Component scenario_component = {
    .kind = "scenario",
    .name = "scenario",
    .summary = "The frame: what runs where, and for how long.",
    .usual = true,
    .existence = EXISTS_ONCE,
    .root = true,
    .params = scenario_params,
    .config_size = sizeof(ScenarioConfig),
};

#define REGION(field, CType) PARAM_FIELD(RegionConfig, field, CType)
static const Param region_params[] = {{.name = "like",
                                       .type = PARAM_PLACE,
                                       .offset = REGION(like, const char *),
                                       .standard = "",
                                       .help = "The measured region whose distances a place without measurements has."},
                                      {.name = "zones",
                                       .type = PARAM_COUNT,
                                       .offset = REGION(zones, gint64),
                                       .standard = "",
                                       .least = 1,
                                       .most = 26,
                                       .help = "How many zones it has; a measured region has its own number."},
                                      {.name = "clock",
                                       .type = PARAM_LAW_OF_DURATION,
                                       .offset = REGION(ahead, Law),
                                       .standard = "",
                                       .least = -8.64e13,
                                       .most = 8.64e13,
                                       .help = "How far its clocks are ahead of the true time, drawn once per "
                                               "replication; negative: behind; absent: they are right."},
                                      PARAM_END};

const Component region_component = {
    .kind = "region",
    .name = "region",
    .summary = "A place of one's own, or what differs in a measured region.",
    .usual = true,
    .existence = EXISTS_ONCE,
    .params = region_params,
    .config_size = sizeof(RegionConfig),
};
