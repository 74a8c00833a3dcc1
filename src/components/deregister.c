/* Deregister: somebody takes targets out of a balancer, as a deployment does: no new requests; those under way may end
 * until the deregistration delay is over.  With `for` they are registered again: in after one good check. */
#include "model/action.h"
#include "model/zone.h"
#include "base/poison.h"

typedef struct {
    ActionTiming timing;
    Reference of;
    gint64 targets;
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
    return (ControlPort){.what = CONTROL_DEREGISTER,
                         .region = (int16_t)config->of.region,
                         .zone = (int16_t)ZONE_OF(config->zone),
                         .value = (double)config->targets,
                         .on = !back};
}

static const ActionRule rule = {.of = of, .what = what};

static void build(Sim *sim, const Thing *thing)
{
    action_build(sim, thing, &rule);
}

/* A balancer tells with its targets' bound how many instances it finds in a region. */
static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    const Thing *balancer = config->of.thing;
    int region = config->of.region;
    double there;
    action_check(thing, world, complaints);
    if (!zone_check_where(&config->of, complaints) ||
        !zone_check(world, region, ZONE_OF(config->zone), "zone", complaints))
        return;
    if (balancer->component->bound && balancer->component->bound(balancer, world, region, BOUND_TARGETS, &there) &&
        (double)config->targets > there)
        complain(complaints, "targets", "out-of-range", "%s has %g targets in %s; %" G_GINT64_FORMAT " are more",
                 balancer->name, there, world->region[region].name, config->targets);
}

static const Param params[] = {
    ACTION_PARAMS(Config),
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "balancer",
     .flags = PARAM_EVERYWHERE,
     .help = "The balancer, with its region: front@us-east-1."},
    {.name = "targets",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, targets, gint64),
     .standard = "1",
     .least = 1,
     .most = 10000,
     .flags = PARAM_EVERYWHERE,
     .help = "How many: the first of the region, or of the zone.",
     .source = "assumed: one at a time"},
    {.name = "zone",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, zone, int),
     .standard = "all",
     .choices = ZONE_CHOICES,
     .flags = PARAM_EVERYWHERE,
     .help = "Only targets of this zone; all: of the region.",
     .source = "assumed: of the region"},
    PARAM_END,
};

static const char *const feeds[] = {"control.time", NULL};

const Component deregister_component = {
    .kind = "action",
    .name = "deregister",
    .summary = "Targets are taken out of a balancer, by hand, and those requests that they have may end.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
    .connect = action_connect,
};
