/* Aurora Global Database: one region writes, the others read behind it; a lost writer is not replaced by itself.
 *
 * Applications know its endpoints (model/endpoint.h).  Reads are served where they are asked, by what that region has,
 * at its readers where it has some.  A write asked of who is not the writer fails, unless writes are forwarded; then
 * reads may be promised something, and wait for it: their own session's writes, or all that was committed when they
 * were asked.  Who writes, and who does when the writer is lost, is in model/succession.h. */
#include "model/endpoint.h"
#include "model/standby.h"
#include "model/succession.h"
#include "base/poison.h"

enum { OFF, EVENTUAL, SESSION, GLOBAL };
enum { WHAT_POSITION = 64 }; /* VerdictPort.what: up to when has the writer committed? */
enum { MOST_SECONDARIES = 10, MOST_READERS = 15 };
enum { CHECKS_OF_INSTANCE = 3 }; /* assumed, as is their pace: one a second */

typedef struct {
    ReplicaConfig replica;
    SuccessionConfig succession;
    EndpointConfig endpoint;
    Law lag, reader_lag, failover_time, recreate_time;
    gint64 readers;
    int forwarding;
    SimTime relay_timeout;
} Config;

/* A member or a reader. */
typedef struct {
    Member member;
    unsigned relay_patience;
} Instance;

static const SuccessionConfig *habits_of(const Thing *thing)
{
    return &((const Config *)thing->config)->succession;
}

static bool is_reader(const Entity *me)
{
    const Replica *replica = me->state;
    return replica->head != replica->number;
}

/* Whom it asks about the writer: a reader its region's member, a member the writer it knows of. */
static Entity *next_to_writer(const Entity *me)
{
    const Member *member = me->state;
    return replicas_nth(member->replica.set, is_reader(me) ? member->replica.head : member->writer);
}

/* ---- where the writer is ---- */

static void position_told(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)me;
    call->verdict.position = reply->verdict.position;
    call_answer(sim, call, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_ERROR);
}

static void ask_position(Sim *sim, Entity *me, Call *about, Step then)
{
    Call *question = call_new(sim, me, about, next_to_writer(me), PORT_VERDICT, then);
    question->verdict = (VerdictPort){.about = me, .what = WHAT_POSITION};
    call_send(sim, question, ((const Instance *)me->state)->relay_patience);
}

/* Only the writer knows; a member asks it for the readers beside it, and for nobody else. */
static void tell_position(Sim *sim, Entity *me, Call *call)
{
    bool is_from_reader = is_reader(call->verdict.about);
    if (succession_accepts(sim, me)) {
        call->verdict.position = replica_position(me);
        call_answer(sim, call, OUTCOME_OK);
    } else if (is_from_reader && !((const Member *)me->state)->in_doubt) {
        ask_position(sim, me, call, position_told);
    } else {
        call_answer(sim, call, OUTCOME_ERROR);
    }
}

/* ---- what reads are promised ---- */

static void positioned(Sim *sim, Entity *me, Call *read, Call *reply)
{
    if (reply->outcome == OUTCOME_OK)
        replica_await(sim, me, read, reply->verdict.position);
    else
        replica_fail(sim, me, read, reply->outcome == OUTCOME_TIMEOUT ? WHY_TIMEOUT : WHY_ERROR);
}

static void unknown(Sim *sim, Entity *me, Call *read, Call *reply)
{
    (void)reply;
    replica_fail(sim, me, read, WHY_ERROR);
}

static bool may_read(Sim *sim, Entity *me, Call *read)
{
    const Config *config = me->config;
    const Member *member = me->state;
    if (!is_reader(me) && succession_accepts(sim, me))
        return true;
    if (config->forwarding == GLOBAL && !is_reader(me) && member->in_doubt) {
        call_wait(sim, read, 0, unknown);
    } else if (config->forwarding == GLOBAL) {
        ask_position(sim, me, read, positioned);
    } else {
        if (read->store.version.at <= replica_position(me))
            return true;
        replica_await(sim, me, read, read->store.version.at);
    }
    return false;
}

/* ---- reads and writes ---- */

static void note_answer(Sim *sim, const Entity *me, const Call *reply)
{
    Awaited *awaited = ((const Member *)me->state)->awaited;
    if (reply->outcome == OUTCOME_OK)
        awaited_answered(awaited, sim);
    else
        awaited_unanswered(awaited, sim, reply->callee->region);
}

static void forwarded(Sim *sim, Entity *me, Call *call, Call *reply)
{
    note_answer(sim, me, reply);
    call->store = reply->store;
    call->bytes = reply->bytes;
    call->store.why = reply->outcome == OUTCOME_TIMEOUT   ? WHY_TIMEOUT
                      : reply->outcome == OUTCOME_REFUSED ? WHY_REFUSED
                                                          : reply->store.why;
    call_answer(sim, call, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_ERROR);
}

/* To the writer it knows of, once. */
static void forward(Sim *sim, Entity *me, Call *write)
{
    const Member *member = me->state;
    bool believes_itself = member->writer == member->replica.number;
    if (write->store.relayed || member->in_doubt || believes_itself) {
        succession_refuse(sim, me, write, "has nobody to pass a write on to");
        return;
    }
    Call *question = call_new(sim, me, write, next_to_writer(me), PORT_STORE, forwarded);
    question->store = write->store;
    question->store.relayed = true;
    call_send(sim, question, ((const Instance *)me->state)->relay_patience);
}

static void serve(Sim *sim, Entity *me, Call *call)
{
    if (call->store.op == OP_READ)
        succession_read(sim, me, call);
    else if (succession_accepts(sim, me) || ((const Config *)me->config)->forwarding == OFF)
        succession_write(sim, me, call);
    else
        forward(sim, me, call);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE)
        serve(sim, me, call);
    else if (call->port == PORT_VERDICT && call->verdict.what == WHAT_POSITION)
        tell_position(sim, me, call);
    else
        succession_asked(sim, me, call);
}

static void reader_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_LOG)
        replica_take(sim, me, call);
    else if (call->port != PORT_STORE)
        call_answer(sim, call, OUTCOME_OK);
    else if (call->store.op == OP_READ)
        replica_serve(sim, me, call);
    else
        succession_refuse(sim, me, call, "is read-only");
}

static const Ops ops = {.role = "member", .start = succession_start, .asked = asked, .finish = succession_finish},
                 reader_ops = {
                     .role = "reader", .start = replica_start, .asked = reader_asked, .finish = replica_finish};

/* ---- building ---- */

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    succession_runs_in(habits_of(thing), world, here);
}

static gint64 readers_in(const Thing *thing, int region)
{
    return ((const Config *)thing_config(thing, region))->readers;
}

static guint count_members(const Thing *thing, const World *world, gint64 *n_readers)
{
    guint n = 0;
    *n_readers = 0;
    for (guint i = 0; i < world->n_running; i++)
        if (thing->runs_in[i]) {
            *n_readers += readers_in(thing, (int)i);
            n++;
        }
    return n;
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    gint64 n_readers;
    guint n = count_members(thing, world, &n_readers);
    succession_check(thing, world, habits_of(thing), complaints);
    if (n > 1 + MOST_SECONDARIES)
        complain(complaints, config->succession.regions.n > 0 ? "regions" : NULL, "too-many-secondaries",
                 "%u regions beside the writer's; a global database has at most %d", n - 1, MOST_SECONDARIES);
    if (n + n_readers > MOST_REPLICAS)
        complain(complaints, "readers", "out-of-range",
                 "%u members and %" G_GINT64_FORMAT " readers; mrsim follows at most %d of them together", n, n_readers,
                 MOST_REPLICAS);
    if (n == 1 && config->forwarding != OFF)
        complain(complaints, "write-forwarding", "contradictory-settings",
                 "the database is in one region, so there is nobody to forward writes");
    if (n == 1 && config->replica.commit_limit > 0)
        complain(complaints, "rpo-limit", "contradictory-settings",
                 "the database is in one region, so no secondary can be behind");
}

/* The provider replaces a lost instance in its region: a reader takes its place, or one is made anew. */
static void build_standbys(Sim *sim, const Thing *thing)
{
    Entity *member[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, member, MOST_REPLICAS);
    for (guint i = 0; i < n; i++) {
        const Config *config = member[i]->config;
        if (sim->world->region[member[i]->region].n_zones > 1)
            standby_build(
                sim, member[i],
                (StandbyHabits){.takes = config->readers > 0 ? &config->failover_time : &config->recreate_time,
                                .interval = SECOND,
                                .timeout = SECOND,
                                .failures = CHECKS_OF_INSTANCE});
    }
}

static void build(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    Entity *member;
    succession_build_with(sim, thing, habits_of(thing), &ops, &reader_ops, readers_in, sizeof(Instance));
    build_standbys(sim, thing);
    endpoints_build(sim, thing, &config->endpoint, config->forwarding != OFF);
    if (config->forwarding >= SESSION && doors_of(sim, thing, ANYWHERE, &member, 1) > 0)
        replicas_promise(((const Replica *)member->state)->set, may_read, config->forwarding == GLOBAL);
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    unsigned patience = call_patience(sim, 10 * SECOND), relay_patience = call_patience(sim, config->relay_timeout);
    Entity *member;
    succession_connect(sim, thing, (LogHabits){.lag = &config->lag, .in_order = true, .patience = patience});
    replicas_connect_readers(sim, thing,
                             (LogHabits){.lag = &config->reader_lag, .in_order = true, .patience = patience});
    standby_connect(sim, thing);
    endpoints_connect(sim, thing, succession_writer_region(habits_of(thing)));
    doors_of(sim, thing, ANYWHERE, &member, 1);
    const ReplicaSet *set = ((const Replica *)member->state)->set;
    for (guint i = 0; i < replicas_in_all(set); i++)
        ((Instance *)replicas_nth(set, i)->state)->relay_patience = relay_patience;
}

static Entity *elsewhere(Sim *sim, const Thing *thing, const Entity *asker)
{
    (void)asker;
    return succession_elsewhere(sim, thing, habits_of(thing));
}

/* What keepers and control planes ask of their own accord. */
static double pace(const Thing *thing, const World *world)
{
    gint64 n_readers;
    guint n = count_members(thing, world, &n_readers);
    double sum = endpoints_pace(world, n, n_readers);
    for (guint i = 0; i < world->n_running; i++)
        if (thing->runs_in[i] && world->region[i].n_zones > 1)
            sum += 1;
    return sum;
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing->config;
    if (bound == BOUND_NEEDS_SESSIONS) {
        *value = config->forwarding == SESSION || config->endpoint.reads == READS_AFTER_WRITE;
        return true;
    }
    if (!succession_bound(thing, habits_of(thing), region, bound, value))
        return false;
    if (bound == BOUND_PACE)
        *value += pace(thing, world);
    return true;
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
    {.name = "readers",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, readers, gint64),
     .standard = "0",
     .most = MOST_READERS,
     .help = "Instances in each region that only read, beside the one that writes there or would.",
     .source = "assumed: none; D, AUR Aurora.Replication: up to 15"},
    {.name = "reader-lag",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, reader_lag, Law),
     .standard = "lognormal(p50=1.5ms, p99=6.8ms)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From a change's being in a region's storage until a reader there shows it; in order.",
     .source = "P, SIGMOD 2017 Table 4: 2.62 ms at 1,000 writes/s to 5.38 at 10,000; form and spread fitted"},
    {.name = "failover-time",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, failover_time, Law),
     .standard = "lognormal(p50=25s, p99=60s)",
     .least = 1e6,
     .most = 8.64e13,
     .help = "With readers: from the first check that a lost instance failed until another one serves in its place.",
     .source = "D, AUR Concepts.AuroraHighAvailability: typically below 60 s, often below 30; form assumed"},
    {.name = "recreate-time",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, recreate_time, Law),
     .standard = "lognormal(p50=5m, p99=10m)",
     .least = 1e6,
     .most = 8.64e13,
     .help = "Without readers: from the first check that a lost instance failed until a new one serves.",
     .source = "D, AUR Concepts.AuroraHighAvailability: typically below 10 minutes; form assumed"},
    {.name = "write-forwarding",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, forwarding, int),
     .standard = "off",
     .choices = "off eventual session global",
     .flags = PARAM_EVERYWHERE,
     .help = "Are writes passed on? Then reads wait for nothing, for their session's writes, for all committed ones.",
     .source = "D, AUR aurora-global-database-write-forwarding: to be switched on"},
    {.name = "relay-timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, relay_timeout, SimTime),
     .standard = "2s",
     .least = 1e6,
     .most = 6e11,
     .flags = PARAM_EVERYWHERE,
     .help = "With write-forwarding: how long who passes something on waits for the writer's answer.",
     .source = "assumed"},
    {.name = "rpo-limit",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, replica.commit_limit, SimTime),
     .standard = "",
     .least = 20e9,
     .most = 2147483647e9,
     .flags = PARAM_EVERYWHERE,
     .help = "Commits wait while every secondary is further behind than this (PostgreSQL only); absent: never."},
    STOCK_PARAM(Config),
    ENDPOINT_PARAMS(Config, "5s", "D, Aurora MySQL Database Administrator's Handbook, DNS caching: 5 s", "10s",
                    "assumed: AWS updates the global writer endpoint when a failover is done; no time is published"),
    SUCCESSION_PARAMS(Config,
                      "D, AUR aurora-global-database-disaster-recovery: started by an operator or by automation, not "
                      "by itself; its use here is assumed",
                      "lognormal(p50=2m, p99=10m)", "assumed", "1m",
                      "P, disaster-recovery.workshop.aws: below a minute", "0s", "assumed: in no time"),
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "commits.blocked.time",
                                    "oversold",
                                    "queue.length",
                                    "readers.lag",
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

const Component aurora_global_component = {
    .kind = "database",
    .name = "aurora-global",
    .summary = "A relational database with one writing region and readers behind it in others.",
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
