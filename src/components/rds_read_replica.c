/* RDS with cross-region read replicas: one primary, and replicas elsewhere that replay its binary log.
 *
 * A replica receives what the primary ships and applies it by so many threads, in the order of their start: lag is a
 * queue.  Promotion takes minutes and a reboot, and loses what the replica has not received; the old primary is no
 * replica of the new one until one has been made anew.  A promoted replica keeps its own address, so applications must
 * be led to it: whoever promotes re-points the name by which they know the primary (model/endpoint.h).  With Multi-AZ
 * an instance that is lost in a living region is replaced there by a standby that has everything (model/standby.h). Who
 * writes, and who does when the primary is lost, is in model/succession.h. */
#include "model/endpoint.h"
#include "model/standby.h"
#include "model/succession.h"
#include "base/poison.h"

enum { CHECKS_OF_INSTANCE = 3 };

typedef struct {
    ReplicaConfig replica;
    SuccessionConfig succession;
    EndpointConfig endpoint;
    Law lag, standby_time;
    bool multi_az;
} Config;

static const SuccessionConfig *habits_of(const Thing *thing)
{
    return &((const Config *)thing->config)->succession;
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port != PORT_STORE)
        succession_asked(sim, me, call);
    else if (call->store.op == OP_WRITE)
        succession_write(sim, me, call);
    else
        succession_read(sim, me, call);
}

static const Ops ops = {.role = "member", .start = succession_start, .asked = asked, .finish = succession_finish};

/* ---- building ---- */

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    succession_runs_in(habits_of(thing), world, here);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const SuccessionConfig *habits = habits_of(thing);
    succession_check(thing, world, habits, complaints);
    for (guint i = 0; i < world->n_running; i++) {
        const Config *config = thing_config(thing, (int)i);
        if (thing->runs_in[i] && config->multi_az && world->region[i].n_zones < 2)
            complain(complaints, "multi-az", "contradictory-settings",
                     "%s has one zone only, and Multi-AZ needs another", world->region[i].name);
    }
}

static void build(Sim *sim, const Thing *thing)
{
    Entity *door[MOST_REPLICAS];
    const Config *shared = thing->config;
    succession_build(sim, thing, &shared->succession, &ops, sizeof(Member));
    guint n = doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    for (guint i = 0; i < n; i++) {
        const Config *config = door[i]->config;
        if (config->multi_az)
            standby_build(sim, door[i],
                          (StandbyHabits){.takes = &config->standby_time,
                                          .interval = SECOND,
                                          .timeout = SECOND,
                                          .failures = CHECKS_OF_INSTANCE});
    }
    endpoints_build(sim, thing, &shared->endpoint, false);
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    succession_connect(sim, thing,
                       (LogHabits){.lag = &config->lag, .in_order = true, .patience = call_patience(sim, 10 * SECOND)});
    standby_connect(sim, thing);
    endpoints_connect(sim, thing, succession_writer_region(&config->succession));
}

static Entity *elsewhere(Sim *sim, const Thing *thing, const Entity *asker)
{
    (void)asker;
    return succession_elsewhere(sim, thing, habits_of(thing));
}

/* What keepers and control planes ask of their own accord. */
static double pace(const Thing *thing, const World *world)
{
    guint n_members = 0;
    double checks = 0;
    for (guint i = 0; i < world->n_running; i++)
        if (thing->runs_in[i]) {
            n_members++;
            checks += ((const Config *)thing_config(thing, (int)i))->multi_az;
        }
    return endpoints_pace(world, n_members, 0) + checks;
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing->config;
    if (bound == BOUND_NEEDS_SESSIONS) {
        *value = config->endpoint.reads == READS_AFTER_WRITE;
        return true;
    }
    if (!succession_bound(thing, &config->succession, region, bound, value))
        return false;
    if (bound == BOUND_PACE)
        *value += pace(thing, world);
    return true;
}

static const Param params[] = {
    REPLICA_PARAMS(Config, "lognormal(p50=1ms, p99=5ms)", "assumed", "lognormal(p50=3ms, p99=12ms)", "assumed"),
    {.name = "apply-time",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, replica.apply_time, Law),
     .standard = "225us",
     .most = 3.6e12,
     .help = "Time that a replica's thread takes to apply a change that was received, before readers see it.",
     .source = "P, SIGMOD 2017 Table 4, MySQL, from the lag at 5,000 and 10,000 writes/s: 1 / (4,444/s); form assumed"},
    {.name = "appliers",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, replica.appliers, gint64),
     .standard = "1",
     .least = 1,
     .most = 1e6,
     .help = "Threads that apply, one change each at a time; with several the order of commits is not kept.",
     .source = "P, SIGMOD 2017 6.1.5: a single thread; form assumed"},
    LAG_ALARM_PARAM(Config),
    {.name = "change-size",
     .type = PARAM_SIZE,
     .offset = PARAM_FIELD(Config, replica.change_size, gint64),
     .standard = "0B",
     .most = 1e9,
     .help = "Bytes of a change on its way to another region, for the links that it passes.",
     .source = "assumed: it takes no room"},
    {.name = "lag",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, lag, Law),
     .standard = "lognormal(p50=20ms, p99=200ms)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From the commit until the binary log is sent, before the way across the network; in order.",
     .source = "assumed: no figure in the documents"},
    {.name = "multi-az",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, multi_az, bool),
     .standard = "no",
     .help = "yes: an instance that is lost in a region that lives is replaced there by a standby in another zone.",
     .source = "D, RDS Concepts.MultiAZSingleStandby: it is an option"},
    {.name = "standby-time",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, standby_time, Law),
     .standard = "uniform(60s, 120s)",
     .least = 1e6,
     .most = 8.64e13,
     .help = "From the first check that the instance did not answer until the standby serves.",
     .source = "D, RDS Concepts.MultiAZSingleStandby: typically 60 to 120 s; form assumed"},
    STOCK_PARAM(Config),
    ENDPOINT_PARAMS(
        Config, "5s", "assumed: as for Aurora", "lognormal(p50=2m, p99=10m)",
        "assumed: the runbook's next step; D, RDS USER_ReadRepl: a promoted replica keeps its own endpoint"),
    {.name = "endpoint-at",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, endpoint.at, int),
     .standard = "edge",
     .choices = "edge region",
     .flags = PARAM_EVERYWHERE,
     .help = "Where the name is kept: outside the regions, or in each, which then hears nothing of whom it is cut off "
             "from.",
     .source = "assumed: a name of the application's own in Route 53"},
    SUCCESSION_PARAMS(Config,
                      "D, RDS USER_ReadRepl: a replica is promoted by somebody who asks for it; that a runbook does is "
                      "assumed",
                      "lognormal(p50=2m, p99=10m)", "assumed", "lognormal(p50=5m, p99=15m)",
                      "D, RDS USER_ReadRepl: several minutes or longer, a reboot included; form assumed",
                      "lognormal(p50=30m, p99=2h)",
                      "assumed: a new replica is made from a snapshot; the longer the more data"),
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "oversold",
                                    "queue.length",
                                    "recovery.time",
                                    "replication.alarm",
                                    "replication.backlog",
                                    "replication.drain",
                                    "replication.lag",
                                    "rpo.time",
                                    "standby.time",
                                    "switchover.time",
                                    "writer.missing",
                                    "writes.acknowledged",
                                    "writes.divergent",
                                    "writes.durable",
                                    "writes.in_flight",
                                    "writes.lost",
                                    "writes.sold_out",
                                    "writes.stranded",
                                    "writes.superseded",
                                    "writes.unanswered",
                                    "writes.waited",
                                    NULL};

const Component rds_read_replica_component = {
    .kind = "database",
    .name = "rds-read-replica",
    .summary = "A MySQL primary in one region, with read replicas in others that replay its binary log.",
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
    .connect = connect,
    .elsewhere = elsewhere,
};
