/* Aurora Global Database: one region writes, the others read behind it; a lost writer is not replaced by itself.
 *
 * Reads are served where they are asked, by what that region has.  A write asked of a reader goes on to the writer it
 * knows of.  Who writes, and who does when the writer is lost, is in model/succession.h. */
#include "model/succession.h"
#include "base/poison.h"

typedef struct {
    ReplicaConfig replica;
    SuccessionConfig succession;
    Law lag;
} Config;

static const SuccessionConfig *habits_of(const Thing *thing)
{
    return &((const Config *)thing->config)->succession;
}

static void serve(Sim *sim, Entity *me, Call *call)
{
    if (call->store.op == OP_WRITE)
        succession_write(sim, me, call);
    else
        replica_serve(sim, me, call);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE)
        serve(sim, me, call);
    else
        succession_asked(sim, me, call);
}

static const Ops ops = {.role = "member", .start = succession_start, .asked = asked, .finish = replica_finish};

/* ---- building ---- */

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    succession_runs_in(habits_of(thing), world, here);
}

static void build(Sim *sim, const Thing *thing)
{
    succession_build(sim, thing, habits_of(thing), &ops, sizeof(Member));
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    succession_connect(sim, thing,
                       (LogHabits){.lag = &config->lag, .in_order = true, .patience = call_patience(sim, 10 * SECOND)});
}

static Entity *elsewhere(Sim *sim, const Thing *thing, const Entity *asker)
{
    (void)asker;
    return succession_elsewhere(sim, thing, habits_of(thing));
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    (void)world;
    return succession_bound(thing, habits_of(thing), region, bound, value);
}

static const Param params[] = {
    REPLICA_PARAMS(Config, "lognormal(p50=1ms, p99=5ms)", "assumed", "lognormal(p50=3ms, p99=12ms)", "assumed"),
    APPLY_PARAMS(Config, "P, SIGMOD 2017 Table 4: storage applies the log; replica lag below 10 ms at 10,000 writes/s"),
    {.name = "lag",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, lag, Law),
     .standard = "lognormal(p50=400ms, p99=950ms)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "What the replication pipeline adds to the way across the network; in order.",
     .source = "D, AUR aurora-global-database, 2023: typically below 1 s; form assumed"},
    SUCCESSION_PARAMS(Config,
                      "D, AUR aurora-global-database-disaster-recovery: started by an operator or by automation, not "
                      "by itself; its use here is assumed",
                      "lognormal(p50=2m, p99=10m)", "assumed", "1m",
                      "P, disaster-recovery.workshop.aws: below a minute"),
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "queue.length",
                                    "recovery.time",
                                    "replication.backlog",
                                    "replication.drain",
                                    "replication.lag",
                                    "rpo.time",
                                    "writes.acknowledged",
                                    "writes.divergent",
                                    "writes.durable",
                                    "writes.in_flight",
                                    "writes.lost",
                                    "writes.stranded",
                                    "writes.superseded",
                                    "writes.waited",
                                    NULL};

const Component aurora_global_component = {
    .kind = "database",
    .name = "aurora-global",
    .summary = "A relational database with one writing region and readers behind it in others.",
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
    .connect = connect,
    .elsewhere = elsewhere,
};
