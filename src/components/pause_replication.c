/* Pause replication: a database no longer tells its other regions what is written, for a while, as AWS FIS does with
 * global tables (aws:dynamodb:global-table-pause-replication).
 *
 * Nothing else fails: every region reads and writes what it has.  The changes wait in the logs and are shipped when it
 * is over.  It is a fault and no action, for nobody asks a control plane for it in earnest, and its beginning, its end
 * and what follows from it are to be told like those of a partition. */
#include "model/fault.h"
#include "model/replica.h"
#include "base/poison.h"

typedef struct {
    FaultTiming timing;
    Reference database;
    int from, to;
} Config;

static int region(const Thing *fault)
{
    (void)fault;
    return NO_REGION;
}

static void hold(Sim *sim, const Thing *fault, bool held)
{
    const Config *config = fault->config;
    replicas_hold(sim, config->database.thing, config->from, config->to, held);
    if (config->from != ANYWHERE && config->to != ANYWHERE)
        replicas_hold(sim, config->database.thing, config->to, config->from, held);
}

static void strike(Sim *sim, const Thing *fault)
{
    hold(sim, fault, true);
}

static void heal(Sim *sim, const Thing *fault)
{
    hold(sim, fault, false);
}

static const FaultRule rule = {.region = region, .strike = strike, .heal = heal};

static void build(Sim *sim, const Thing *thing)
{
    fault_build(sim, thing, &rule);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    guint n = 0;
    fault_check(thing, world, complaints);
    for (guint i = 0; i < world->n_running; i++)
        n += config->database.thing->runs_in[i];
    if (n < 2)
        complain(complaints, "database", "contradictory-settings",
                 "'%s' is in one region; it tells nobody what is written", config->database.thing->name);
    if ((config->from == ANYWHERE) != (config->to == ANYWHERE))
        complain(complaints, config->from == ANYWHERE ? "to" : "from", "missing-key",
                 "say both regions between which it pauses, or neither: then it pauses between all");
    else if (config->from != ANYWHERE && config->from == config->to)
        complain(complaints, "to", "contradictory-settings", "it pauses between two regions; these are the same");
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "database",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, database, Reference),
     .choices = "database",
     .flags = PARAM_EVERYWHERE,
     .help = "The database whose regions are no longer told."},
    {.name = "from",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, from, int),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "One of the two regions between which it pauses, both ways; absent: between all."},
    {.name = "to",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, to, int),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "The other."},
    PARAM_END,
};

static const char *const feeds[] = {"failover.half", "failover.time", NULL};

const Component pause_replication_component = {
    .kind = "fault",
    .name = "pause-replication",
    .summary = "Writes of one region are not brought to the others for a while.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
