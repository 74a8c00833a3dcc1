/* Switch: somebody turns a switch of a routing control. */
#include "model/action.h"
#include <string.h>
#include "base/poison.h"

enum { OFF, ON };

typedef struct {
    ActionTiming timing;
    Reference of;
    int to;
} Config;

/* The only one, where none is named. */
static int region_of(const Config *config)
{
    int region = config->of.region;
    for (int i = 0; region == ANYWHERE; i++)
        if (config->of.thing->runs_in[i])
            region = i;
    return region;
}

static const Thing *of(const Thing *action, int *region)
{
    const Config *config = action->config;
    *region = region_of(config);
    return config->of.thing;
}

static ControlPort what(const Thing *action, bool back)
{
    const Config *config = action->config;
    return (ControlPort){.region = (int16_t)region_of(config), .zone = -1, .on = (config->to == ON) != back};
}

static const ActionRule rule = {.of = of, .what = what};

static void build(Sim *sim, const Thing *thing)
{
    action_build(sim, thing, &rule);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    const Thing *switched = config->of.thing;
    guint n = 0;
    action_check(thing, world, complaints);
    if (strcmp(switched->component->name, "routing-control") != 0) {
        complain(complaints, "of", "contradictory-settings",
                 "'%s' is no routing control; nobody can switch what it finds", switched->name);
        return;
    }
    for (guint i = 0; i < world->n_running; i++)
        n += switched->runs_in[i];
    if (config->of.region == ANYWHERE && n != 1)
        complain(complaints, "of", "contradictory-settings", "which of its %u switches? write %s@REGION", n,
                 switched->name);
}

static const Param params[] = {
    ACTION_PARAMS(Config),
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "health-check",
     .flags = PARAM_EVERYWHERE,
     .help = "The routing control, and in which region: NAME@REGION."},
    {.name = "to",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, to, int),
     .choices = "off on",
     .flags = PARAM_EVERYWHERE,
     .help = "How it is switched."},
    PARAM_END,
};

static const char *const feeds[] = {"control.refused", "control.time", NULL};

const Component switch_component = {
    .kind = "action",
    .name = "switch",
    .summary = "Somebody turns a switch of a routing control on or off.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
    .connect = action_connect,
};
