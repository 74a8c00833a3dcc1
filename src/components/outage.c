/* Outage: a region is gone for a while, with everything in it, or one zone of it: then what spans the region stays.
 *
 * silent: nothing answers, and whoever waits for it waits out his patience; refused: connections are refused at once.
 * What is on its way to it is lost; what had left it arrives.  When it comes back, everything in it starts again:
 * queues empty, data as they were. */
#include "model/fault.h"
#include "model/zone.h"
#include "base/poison.h"

enum { SILENT, REFUSED };

typedef struct {
    FaultTiming timing;
    int target;
    int mode, zone;
} Config;

static int region(const Thing *fault)
{
    return ((const Config *)fault->config)->target;
}

static int zone(const Thing *fault)
{
    return ZONE_OF(((const Config *)fault->config)->zone);
}

static void set(Sim *sim, const Thing *fault, bool up)
{
    const Config *config = fault->config;
    if (zone(fault) == WHOLE_REGION)
        network_strike(sim->network, config->target, up, config->mode == SILENT, sim_now(sim));
    else
        network_strike_zone(sim->network, config->target, zone(fault), up, config->mode == SILENT, sim_now(sim));
}

static void strike(Sim *sim, const Thing *fault)
{
    set(sim, fault, false);
}

/* What another outage still holds down has not come back, and does not start. */
static void heal(Sim *sim, const Thing *fault)
{
    set(sim, fault, true);
    sim_restart(sim, region(fault));
}

static const FaultRule rule = {.region = region, .zone = zone, .strike = strike, .heal = heal};

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    fault_check(thing, world, complaints);
    zone_check(world, region(thing), zone(thing), "zone", complaints);
}

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
    {.name = "zone",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, zone, int),
     .standard = "all",
     .choices = ZONE_CHOICES,
     .flags = PARAM_EVERYWHERE,
     .help = "The zone of it that is lost; all: the region.",
     .source = "assumed: the region"},
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
    .summary = "A region, or a zone of it, is gone for a while, with everything in it.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
