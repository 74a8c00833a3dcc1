/* Outage: a region is gone for a while, with everything in it.
 *
 * silent: nothing answers, and whoever waits for it waits out his patience; refused: connections are refused at once.
 * What is on its way to it is lost; what had left it arrives.  When it comes back, everything in it starts again:
 * queues empty, data as they were. */
#include "model/fault.h"
#include "base/poison.h"

enum { SILENT, REFUSED };

typedef struct {
    FaultTiming timing;
    int target;
    int mode;
} Config;

static int region(const Thing *fault)
{
    return ((const Config *)fault->config)->target;
}

static void strike(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    network_strike(sim->network, config->target, false, config->mode == SILENT, sim_now(sim));
}

static void heal(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    if (network_strike(sim->network, config->target, true, false, sim_now(sim)))
        sim_restart(sim, config->target);
}

static const FaultRule rule = {.region = region, .strike = strike, .heal = heal};

static void build(Sim *sim, const Thing *thing)
{
    fault_build(sim, thing, &rule);
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "target",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, target, int),
     .flags = PARAM_EVERYWHERE,
     .help = "The region that is lost."},
    {.name = "mode",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, mode, int),
     .standard = "silent",
     .choices = "silent refused",
     .flags = PARAM_EVERYWHERE,
     .help = "silent: nothing answers; refused: connections are refused at once.",
     .source = "assumed: what a lost region does"},
    PARAM_END,
};

static const char *const feeds[] = {"detection.time", "failover.half", "failover.time", NULL};

const Component outage_component = {
    .kind = "fault",
    .name = "outage",
    .summary = "A region is gone for a while, with everything in it.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = fault_check,
    .build = build,
};
