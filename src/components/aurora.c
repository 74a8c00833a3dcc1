/* Aurora: one region, one writer endpoint.
 *
 * Its storage keeps six copies in three zones, so it survives its zones and dies with its region; what was acknowledged
 * is there again when the region is.  Services elsewhere reach it across the network. */
#include "model/replica.h"
#include "base/poison.h"

typedef struct {
    ReplicaConfig replica;
    Regions regions;
} Config;

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE)
        replica_serve(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

static const Ops ops = {.role = "writer", .start = replica_start, .asked = asked, .finish = replica_finish};

static int home(const Thing *thing)
{
    const Config *config = thing->config;
    return config->regions.n > 0 ? config->regions.region[0] : 0;
}

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    (void)world;
    here[home(thing)] = true;
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    (void)world;
    if (config->regions.n > 1)
        complain(complaints, "regions", "contradictory-settings",
                 "aurora lives in one region; for more than one use aurora-global");
}

static void build(Sim *sim, const Thing *thing)
{
    int region = home(thing);
    replicas_build(sim, thing, &ops, &region, 1, 0, sizeof(Replica));
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    (void)world;
    if (bound != BOUND_WRITERS)
        return replica_bound(thing, region, bound, value);
    *value = 1;
    return true;
}

static const Param params[] = {
    REPLICA_PARAMS(Config, "lognormal(p50=1ms, p99=5ms)", "assumed", "lognormal(p50=3ms, p99=12ms)", "assumed"),
    {.name = "regions",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, regions, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "The region it lives in; absent: the first of the scenario."},
    STOCK_PARAM(Config),
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "oversold",
                                    "queue.length",
                                    "writes.acknowledged",
                                    "writes.durable",
                                    "writes.in_flight",
                                    "writes.sold_out",
                                    "writes.stranded",
                                    "writes.superseded",
                                    NULL};

const Component aurora_component = {
    .kind = "database",
    .name = "aurora",
    .summary = "A relational database in one region, with one writer and storage in three zones.",
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
};
