/* Crash: one thing of a region is gone for a while, and nothing else: a database that does not come up, a service that
 * dies at once after each start.
 *
 * refused: the machines are there, the program is not, and connections are refused at once; silent: nothing answers.
 * What it worked on is lost; when it is over it starts again, with the data as they were. */
#include "model/fault.h"
#include "base/poison.h"

enum { SILENT, REFUSED };

typedef struct {
    FaultTiming timing;
    Reference of;
    int mode;
} Config;

static bool is_struck(const Config *config, const Entity *entity)
{
    return entity->thing == config->of.thing && entity->region >= 0 && !entity->ops->stands_beside &&
           (config->of.region == ANYWHERE || config->of.region == entity->region);
}

/* Where it is only in one region, its users are the affected ones. */
static int region(const Thing *fault)
{
    const Config *config = fault->config;
    return config->of.region != ANYWHERE ? config->of.region : NO_REGION;
}

static void strike(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    Struck *struck = fault_struck(sim, fault);
    struck->n = 0;
    for (guint i = 0; i < sim->entities->len; i++) {
        const Entity *entity = g_ptr_array_index(sim->entities, i);
        if (!is_struck(config, entity))
            continue;
        struck->place[struck->n++] = entity->place;
        network_strike_place(entity->place, false, config->mode == SILENT, sim_now(sim));
    }
}

/* It may run elsewhere by now.  What another fault still holds down has not come back, and does not start; nor does
 * what comes back beside it. */
static void heal(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    const Struck *struck = fault_struck(sim, fault);
    for (guint i = 0; i < struck->n; i++)
        network_strike_place(struck->place[i], true, config->mode == SILENT, sim_now(sim));
    for (guint i = 0; i < sim->entities->len; i++) {
        Entity *entity = g_ptr_array_index(sim->entities, i);
        if (is_struck(config, entity) && network_came_back(entity->place, sim_now(sim)) && entity->ops->start)
            entity->ops->start(sim, entity);
    }
}

static const FaultRule rule = {.region = region, .one_thing = true, .strike = strike, .heal = heal};

static void build(Sim *sim, const Thing *thing)
{
    fault_build(sim, thing, &rule);
}

static void connect(Sim *sim, const Thing *thing)
{
    for (guint i = 0; i < sim->entities->len; i++) {
        Entity *entity = g_ptr_array_index(sim->entities, i);
        if (is_struck(thing->config, entity))
            entity->place = network_apart(sim->network, entity->place);
    }
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "balancer service database",
     .flags = PARAM_EVERYWHERE,
     .help = "What is gone, and in which region (NAME@REGION); without a region: wherever it runs."},
    {.name = "mode",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, mode, int),
     .standard = "refused",
     .choices = "silent refused",
     .flags = PARAM_EVERYWHERE,
     .help = "silent: nothing answers; refused: connections are refused at once.",
     .source = "assumed: the machine is there, the program is not"},
    PARAM_END,
};

static const char *const feeds[] = {"detection.time", "failover.half", "failover.time", NULL};

const Component crash_component = {
    .kind = "fault",
    .name = "crash",
    .summary = "One thing of a region is gone for a while, and nothing else.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = fault_check,
    .build = build,
    .connect = connect,
};
