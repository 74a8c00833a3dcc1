/* Dial: somebody turns the traffic dial of an endpoint group of an accelerator: new flows heed it, open ones stay. */
#include "model/action.h"
#include "base/poison.h"

typedef struct {
    ActionTiming timing;
    Reference of;
    double to;
} Config;

static const Thing *of(const Thing *action, int *region)
{
    const Config *config = action->config;
    *region = config->of.region;
    return config->of.thing;
}

static ControlPort what(const Thing *action, bool back)
{
    const Config *config = action->config;
    return (ControlPort){.what = CONTROL_DIAL,
                         .value = config->to,
                         .region = (int16_t)config->of.region,
                         .zone = WHOLE_REGION,
                         .on = !back};
}

static const ActionRule rule = {.of = of, .what = what};

static void build(Sim *sim, const Thing *thing)
{
    action_build(sim, thing, &rule);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    action_check(thing, world, complaints);
    if (config->of.thing && config->of.region == ANYWHERE)
        complain(complaints, "of", "missing-key", "a dial belongs to the endpoint group of one region; write %s@REGION",
                 config->of.thing->name);
}

static const Param params[] = {
    ACTION_PARAMS(Config),
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "accelerator",
     .flags = PARAM_EVERYWHERE,
     .help = "The accelerator, and the region whose dial is turned: NAME@REGION."},
    {.name = "to",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, to, double),
     .most = 1,
     .flags = PARAM_EVERYWHERE,
     .help = "How far: of what would go to that region, the share that does."},
    PARAM_END,
};

static const char *const feeds[] = {"control.time", NULL};

const Component dial_component = {
    .kind = "action",
    .name = "dial",
    .summary = "Somebody turns the traffic dial of an accelerator for one region.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
    .connect = action_connect,
};
