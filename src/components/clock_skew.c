/* Clock skew: the clocks of a region are off for a while: by a step, or more and more.  When it is over they are set
 * right at once.
 *
 * Nothing fails and nobody is told: what follows shows only where stores compare stamps. */
#include "model/clock.h"
#include "model/fault.h"
#include "base/poison.h"

typedef struct {
    FaultTiming timing;
    int target;
    SimTime by;
    double drift;
} Config;

static Skew skew_of(const Config *config)
{
    return (Skew){.by = config->by, .drift = config->drift};
}

/* It stops nobody's requests, so there is nobody to recover. */
static int region(const Thing *fault)
{
    (void)fault;
    return NO_REGION;
}

static void strike(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    Skew skew = skew_of(config);
    clocks_skew(sim, config->target, fault, &skew);
}

static void heal(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    clocks_skew(sim, config->target, fault, NULL);
}

static const FaultRule rule = {.region = region, .strike = strike, .heal = heal};

static void build(Sim *sim, const Thing *thing)
{
    Skew skew = skew_of(thing->config);
    clocks_expect(sim, &skew);
    fault_build(sim, thing, &rule);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    fault_check(thing, world, complaints);
    if (!is_said(complaints, "by") && !is_said(complaints, "drift"))
        complain(complaints, NULL, "missing-key", "[fault %s] changes nothing; give it by or drift", thing->name);
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "target",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, target, int),
     .flags = PARAM_EVERYWHERE,
     .help = "The region whose clocks are off."},
    {.name = "by",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, by, SimTime),
     .standard = "0ms",
     .least = -8.64e13,
     .most = 8.64e13,
     .flags = PARAM_EVERYWHERE,
     .help = "They are ahead by so much from its beginning on; negative: behind.",
     .source = "assumed"},
    {.name = "drift",
     .type = PARAM_DRIFT,
     .offset = PARAM_FIELD(Config, drift, double),
     .standard = "0us/s",
     .least = -0.1,
     .most = 0.1,
     .flags = PARAM_EVERYWHERE,
     .help = "They gain so much as long as it lasts; negative: they lose.",
     .source = "assumed; an ordinary quartz drifts by 10 to 100 us/s"},
    PARAM_END,
};

static const char *const feeds[] = {"failover.half", "failover.time", NULL};

const Component clock_skew_component = {
    .kind = "fault",
    .name = "clock-skew",
    .summary = "The clocks of a region are off for a while, by a step or more and more.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
