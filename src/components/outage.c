/* Outage: a region is gone for a while, with everything in it.
 *
 * silent: nothing answers, and whoever waits for it waits out his patience; refused: connections are refused at once.
 * What is on its way to it is lost; what had left it arrives.  When it comes back, everything in it starts again:
 * queues empty, data as they were. */
#include "model/fault.h"
#include "model/observer.h"
#include "model/sim.h"
#include "base/poison.h"

enum { SILENT, REFUSED };

typedef struct {
    FaultTiming timing;
    int target;
    int mode;
} Config;

static void end(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Config *config = me->config;
    (void)reply;
    TELL(sim, me, "is over");
    bool up = network_strike(sim->network, config->target, true, false, sim_now(sim));
    observe_fault_over(sim, me->thing);
    if (up)
        sim_restart(sim, config->target);
    call_end(sim, root);
}

static void begin(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Config *config = me->config;
    (void)reply;
    TELL(sim, me, "begins");
    network_strike(sim->network, config->target, false, config->mode == SILENT, sim_now(sim));
    observe_fault(sim, &(FaultSeen){me->thing, config->target, sim_now(sim), sim_now(sim) + config->timing.duration});
    call_wait(sim, root, config->timing.duration, end);
}

static void start(Sim *sim, Entity *me)
{
    call_wait(sim, call_begin(sim, me, me->own_key), sim->measured_from + fault_begins(me->thing), begin);
}

static const Ops ops = {.role = "fault", .start = start};

static void build(Sim *sim, const Thing *thing)
{
    entity_new(sim, thing, &ops, network_edge(sim->network), 1, "");
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
