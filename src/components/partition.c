/* Partition: nothing passes between two regions for a while, both ways or one way.  Both go on living. */
#include "model/fault.h"
#include "base/poison.h"

typedef struct {
    FaultTiming timing;
    int from, to;
    bool one_way;
} Config;

static void cut(Sim *sim, const Config *config, bool up)
{
    network_cut(sim->network, config->from, config->to, up, sim_now(sim));
    if (!config->one_way)
        network_cut(sim->network, config->to, config->from, up, sim_now(sim));
}

static int region(const Thing *fault)
{
    (void)fault;
    return NO_REGION;
}

static void strike(Sim *sim, const Thing *fault)
{
    cut(sim, fault->config, false);
}

static void heal(Sim *sim, const Thing *fault)
{
    cut(sim, fault->config, true);
}

static const FaultRule rule = {.region = region, .strike = strike, .heal = heal};

static void build(Sim *sim, const Thing *thing)
{
    fault_build(sim, thing, &rule);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    fault_check(thing, world, complaints);
    if (config->from == config->to)
        complain(complaints, "to", "contradictory-settings",
                 "a partition is between two regions; 'from' and 'to' are the same");
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "from",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, from, int),
     .flags = PARAM_EVERYWHERE,
     .help = "One of the two regions."},
    {.name = "to",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, to, int),
     .flags = PARAM_EVERYWHERE,
     .help = "The other."},
    {.name = "one-way",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, one_way, bool),
     .standard = "no",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: only what goes from `from` to `to` is lost.",
     .source = "assumed: both ways"},
    PARAM_END,
};

static const char *const feeds[] = {"failover.half", "failover.time", NULL};

const Component partition_component = {
    .kind = "fault",
    .name = "partition",
    .summary = "Nothing passes between two regions for a while, both ways or one way.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
