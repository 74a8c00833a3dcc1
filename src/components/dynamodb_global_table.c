/* DynamoDB global table (eventual consistency): every region writes, changes follow item by item, the last writer wins.
 *
 * A write is acknowledged when it is durable in its own region.  Items replicate each on its own, in no order across
 * items.  Two writes of one item in two regions, neither of which knew the other, leave one of them: the later. */
#include "model/partitions.h"
#include "model/replica.h"
#include "base/poison.h"

typedef struct {
    ReplicaConfig replica;
    PartitionConfig limits;
    Law lag;
    Regions replicas;
} Config;

typedef struct {
    Replica replica;
    Partitions *partitions; /* NULL: nothing is limited */
} Member;

/* A change takes capacity where it arrives. */
static SimTime hold(Sim *sim, Entity *me, uint32_t item)
{
    return partitions_take(sim, ((const Member *)me->state)->partitions, item);
}

static bool admits(Sim *sim, const Entity *me, Call *call)
{
    Partitions *partitions = ((const Member *)me->state)->partitions;
    if (G_LIKELY(!partitions) || partitions_admit(sim, partitions, call->store.item, call->store.op))
        return true;
    call->store.why = WHY_THROTTLED;
    call_answer(sim, call, OUTCOME_ERROR);
    return false;
}

static void serve(Sim *sim, Entity *me, Call *call)
{
    if (admits(sim, me, call))
        replica_serve(sim, me, call);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE)
        serve(sim, me, call);
    else if (call->port == PORT_LOG)
        replica_take(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

static const Ops ops = {.role = "replica", .start = replica_start, .asked = asked, .finish = replica_finish};

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    replicas_run_in(&((const Config *)thing->config)->replicas, world, here);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    bool said = ((const Config *)thing->config)->replicas.n > 0;
    replicas_check(thing, world, said ? "replicas" : NULL, complaints);
}

static void build(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    Site site[MOST_REPLICAS] = {{0}};
    guint n = 0;
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i])
            site[n++] = (Site){.region = (int)i,
                               .zone = WHOLE_REGION,
                               .head = NO_HEAD,
                               .ops = &ops,
                               .hold = config->limits.partitions > 0 ? hold : NULL};
    ReplicaSet *set = replicas_build_at(sim, thing, site, n, ALL_WRITE, sizeof(Member));
    for (guint i = 0; i < n; i++) {
        int region = site[i].region;
        ((Member *)replicas_nth(set, i)->state)->partitions =
            partitions_new(sim, thing, region, &((const Config *)thing_config(thing, region))->limits);
    }
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    replicas_connect(sim, thing, (LogHabits){.lag = &config->lag, .patience = call_patience(sim, 10 * SECOND)});
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    if (bound != BOUND_WRITERS)
        return replica_bound(thing, region, bound, value);
    *value = 0;
    for (guint i = 0; i < world->n_running; i++)
        *value += thing->runs_in[i];
    return true;
}

static const Param params[] = {
    REPLICA_PARAMS(Config, "lognormal(p50=3ms, p99=10ms)", "assumed: single-digit milliseconds",
                   "lognormal(p50=4ms, p99=12ms)", "assumed: single-digit milliseconds"),
    APPLY_PARAMS(Config, "assumed: each partition applies its own, within `lag`"),
    STOCK_PARAM(Config),
    PARTITION_PARAMS(Config),
    {.name = "lag",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, lag, Law),
     .standard = "lognormal(p50=800ms, p99=2.5s)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "What the replication pipeline adds to the way across the network.",
     .source = "D, DDB V2globaltables_HowItWorks, 2023: usually within a second, 0.5 to 2.5 s common; form assumed"},
    {.name = "replicas",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, replicas, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "The regions that hold a replica; absent: every region of the scenario."},
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "oversold",
                                    "queue.length",
                                    "replication.alarm",
                                    "replication.backlog",
                                    "replication.drain",
                                    "replication.lag",
                                    "writes.acknowledged",
                                    "writes.conflicts",
                                    "writes.durable",
                                    "writes.in_flight",
                                    "writes.overwritten",
                                    "throttled",
                                    "writes.sold_out",
                                    "writes.stranded",
                                    "writes.superseded",
                                    "writes.waited",
                                    NULL};

const Component dynamodb_global_table_component = {
    .kind = "database",
    .name = "dynamodb-global-table",
    .summary = "A table that every region writes; copies follow, and of two writes to one item the later wins.",
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .runs_in = runs_in,
    .check = check,
    .bound = bound,
    .build = build,
    .connect = connect,
};
