/* Zonal shift: somebody takes a zone away from a balancer: its node leaves DNS, and no node sends to the targets there.
 *
 * It is asked of the balancer's control plane, which stands in every zone of the region: the loss of the zone that is
 * shifted away does not hinder it. */
#include "model/action.h"
#include "model/zone.h"
#include "base/poison.h"

typedef struct {
    ActionTiming timing;
    Reference of;
    int zone;
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
    return (ControlPort){.what = CONTROL_SHIFT,
                         .region = (int16_t)config->of.region,
                         .zone = (int16_t)ZONE_OF(config->zone),
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
    int region = config->of.region, zone = ZONE_OF(config->zone);
    action_check(thing, world, complaints);
    if (!zone_check_where(&config->of, complaints) || !zone_check(world, region, zone, "zone", complaints))
        return;
    if (zone == WHOLE_REGION)
        complain(complaints, "zone", "contradictory-settings",
                 "a shift leaves one zone for the others: 'all' would leave nowhere to go");
    if (world->region[region].n_zones == 1)
        complain(complaints, "zone", "contradictory-settings",
                 "%s has one zone, so there is none to shift to; [region %s] zones = 2 would make it two",
                 world->region[region].name, world->region[region].name);
}

static const Param params[] = {
    ACTION_PARAMS(Config),
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "balancer",
     .flags = PARAM_EVERYWHERE,
     .help = "The balancer, with its region: front@us-east-1."},
    {.name = "zone",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, zone, int),
     .choices = ZONE_CHOICES,
     .flags = PARAM_EVERYWHERE,
     .help = "The zone that is left: one of them."},
    PARAM_END,
};

static const char *const feeds[] = {"control.time", NULL};

const Component zonal_shift_component = {
    .kind = "action",
    .name = "zonal-shift",
    .summary = "A zone is taken away from a balancer, by hand.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
    .connect = action_connect,
};
