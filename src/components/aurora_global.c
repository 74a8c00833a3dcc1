/* Aurora Global Database: one region writes, the others read behind it; a lost writer is not replaced by itself.
 *
 * Reads are served where they are asked, by what that region has.  A write asked of a reader goes on to the writer it
 * knows of. The first secondary watches the writer.  When that does not answer so many checks in a row (detect),
 * somebody must dare to say "fail over" (decide); the writer is asked once more; then the secondary takes no more
 * changes, applies what it has received, and is promoted: what it has not received is lost.  It tells its siblings
 * until each has heard; each then starts over from a copy of it. A writer that comes back asks the others first whether
 * it still is one. A writer that was only cut off does not know: it goes on accepting writes until it is told, and all
 * of those are lost; nobody who has heard takes them. */
#include "model/observer.h"
#include "model/replica.h"
#include "base/poison.h"

enum { AUTOMATIC, NEVER };
enum { IS_WRITER, WHO_WRITES }; /* VerdictPort.what */
static const SimTime tell_again = 10 * SECOND;

typedef struct {
    ReplicaConfig replica;
    int writer;
    Law lag, decide, promote;
    int promotion;
    SimTime interval, check_timeout, relay_timeout;
    gint64 failures;
    Regions regions;
} Config;

typedef struct {
    Replica replica;
    guint writer;   /* number of the replica it believes to be the writer */
    uint32_t epoch; /* of that belief: grows with every promotion */
    bool in_doubt;  /* back from an outage, asking whether it still is the writer */
    bool cut_loose; /* about to be the writer: takes no more changes, applies what it has */
    uint32_t run;   /* checks of the writer in a row that failed */
    unsigned relay_patience, check_patience;
} Member;

typedef struct {
    SimTime detected, decided;
    guint sibling;
} Runbook;

typedef struct {
    guint left; /* siblings that have not answered yet */
} Doubt;

static Entity *sibling(const Entity *me, guint number)
{
    return replicas_nth(((const Replica *)me->state)->set, number);
}
static bool is_writer(const Member *member)
{
    return member->writer == member->replica.number;
}

/* ---- reads and writes ---- */

static void relayed(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)me;
    call->store = reply->store;
    call->bytes = reply->bytes;
    call->store.why = reply->outcome == OUTCOME_TIMEOUT   ? WHY_TIMEOUT
                      : reply->outcome == OUTCOME_REFUSED ? WHY_REFUSED
                                                          : reply->store.why;
    call_answer(sim, call, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_ERROR);
}

static void serve(Sim *sim, Entity *me, Call *call)
{
    const Member *member = me->state;
    if (call->store.op == OP_READ || (is_writer(member) && !member->in_doubt)) {
        call->store.epoch = member->epoch;
        replica_serve(sim, me, call);
        return;
    }
    if (call->store.relayed || member->in_doubt) {
        call->store.why = WHY_ERROR;
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    Call *question = call_new(sim, me, call, sibling(me, member->writer), PORT_STORE, relayed);
    question->store = call->store;
    question->store.relayed = true;
    call_send(sim, question, member->relay_patience);
}

/* ---- who is the writer ---- */

static void follow(Sim *sim, Entity *me, guint writer, uint32_t epoch)
{
    Member *member = me->state;
    if (epoch <= member->epoch)
        return;
    TELL(sim, me, "follows %s", sibling(me, writer)->name);
    member->writer = writer;
    member->epoch = epoch;
    member->cut_loose = false;
    for (guint i = 0; i < replicas_count(member->replica.set); i++)
        if (member->replica.to[i])
            log_stop(sim, member->replica.to[i]);
    replica_start_over(sim, me);
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply);

static void tell_sibling(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    Call *call = call_new(sim, me, root, sibling(me, LOCALS(root, Runbook)->sibling), PORT_VERDICT, heard);
    call->story = key_of(root->story, (uint64_t)sim_now(sim));
    call->verdict = (VerdictPort){.about = me, .epoch = member->epoch, .what = IS_WRITER};
    call_send(sim, call, member->check_patience);
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)me;
    if (reply->outcome == OUTCOME_OK)
        call_end(sim, root);
    else
        call_wait(sim, root, tell_again, tell_sibling);
}

static void tell_all(Sim *sim, Entity *me)
{
    const Member *member = me->state;
    for (guint i = 0; i < replicas_count(member->replica.set); i++) {
        if (i == member->replica.number)
            continue;
        Call *root = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
        *LOCALS(root, Runbook) = (Runbook){.sibling = i};
        tell_sibling(sim, me, root, NULL);
    }
}

/* ---- detect, decide, promote ---- */

static void watch(Sim *sim, Entity *me, Call *loop, Call *reply);

static void promoted(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Member *member = me->state;
    const Runbook *mine = LOCALS(loop, Runbook);
    guint old_writer = member->writer;
    (void)reply;
    member->writer = member->replica.number;
    member->epoch++;
    member->cut_loose = false;
    TELL(sim, me, "is the writer now");
    ledger_promote(replicas_ledger(member->replica.set), member->replica.number, old_writer);
    observe_promotion(sim, sibling(me, old_writer)->region, mine->detected, mine->decided, sim_now(sim));
    tell_all(sim, me);
    call_end(sim, loop); /* nobody watches a promoted writer: there is no second failover */
}

/* What it has received by now is not lost. */
static void cut_loose(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    (void)reply;
    ((Member *)me->state)->cut_loose = true;
    replica_when_applied(sim, me, loop, promoted);
}

static void asked_once_more(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Member *member = me->state;
    const Config *config = me->config;
    if (reply->outcome == OUTCOME_OK) {
        member->run = 0;
        call_wait(sim, loop, config->interval, watch);
        return;
    }
    call_wait(sim, loop, law_time(&config->promote, call_draw(me, loop, DRAW_PROMOTE)), cut_loose);
}

static void decided(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    LOCALS(loop, Runbook)->decided = sim_now(sim);
    Call *call = call_new(sim, me, loop, sibling(me, member->writer), PORT_HEALTH, asked_once_more);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->health = (HealthPort){.deep = false};
    call_send(sim, call, member->check_patience);
}

static void watched(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Member *member = me->state;
    const Config *config = me->config;
    member->run = reply->outcome == OUTCOME_OK ? 0 : member->run + 1;
    if (member->run < config->failures) {
        call_wait(sim, loop, config->interval, watch);
        return;
    }
    TELL(sim, me, "finds the writer dead");
    LOCALS(loop, Runbook)->detected = sim_now(sim);
    call_wait(sim, loop, law_time(&config->decide, call_draw(me, loop, DRAW_DECIDE)), decided);
}

static void watch(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    Call *call = call_new(sim, me, loop, sibling(me, member->writer), PORT_HEALTH, watched);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->health = (HealthPort){.deep = false};
    call_send(sim, call, member->check_patience);
}

/* ---- coming back ---- */

static void reassured(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Member *member = me->state;
    if (reply->outcome == OUTCOME_OK)
        follow(sim, me, ((const Replica *)reply->verdict.about->state)->number, reply->verdict.epoch);
    bool all_asked = --LOCALS(root, Doubt)->left == 0;
    if (all_asked || !is_writer(member))
        member->in_doubt = false;
    if (all_asked)
        call_end(sim, root);
}

static void ask_who_writes(Sim *sim, Entity *me)
{
    Member *member = me->state;
    Call *root = call_begin(sim, me, key_of(me->own_key ^ (uint64_t)WHO_WRITES, (uint64_t)sim_now(sim)));
    *LOCALS(root, Doubt) = (Doubt){.left = replicas_count(member->replica.set) - 1};
    member->in_doubt = true;
    for (guint i = 0; i < replicas_count(member->replica.set); i++) {
        if (i == member->replica.number)
            continue;
        Call *call = call_new(sim, me, root, sibling(me, i), PORT_VERDICT, reassured);
        call_is_nth(call, i);
        call->verdict = (VerdictPort){.about = me, .what = WHO_WRITES};
        call_send(sim, call, member->check_patience);
    }
}

static void start(Sim *sim, Entity *me)
{
    Member *member = me->state;
    const Config *config = me->config;
    guint candidate = member->writer == 0 ? 1 : 0;
    replica_start(sim, me);
    member->run = 0;
    member->in_doubt = false;
    member->cut_loose = false;
    if (replicas_count(member->replica.set) == 1)
        return;
    if (is_writer(member)) {
        if (sim_now(sim) > 0)
            ask_who_writes(sim, me);
        if (member->epoch > 0)
            tell_all(sim, me); /* whom it had not reached yet */
        return;
    }
    if (config->promotion == AUTOMATIC && member->replica.number == candidate && member->epoch == 0) {
        Call *loop = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
        *LOCALS(loop, Runbook) = (Runbook){0};
        call_wait(sim, loop, (SimTime)(unit_of(call_draw(me, loop, DRAW_PHASE)) * (double)config->interval), watch);
    }
}

static void hear(Sim *sim, Entity *me, Call *call)
{
    const Member *member = me->state;
    if (call->verdict.what == IS_WRITER)
        follow(sim, me, ((const Replica *)call->verdict.about->state)->number, call->verdict.epoch);
    call->verdict.about = sibling(me, member->writer);
    call->verdict.epoch = member->epoch;
    call_answer(sim, call, OUTCOME_OK);
}

/* What a former writer ships is no part of history any more. */
static void take(Sim *sim, Entity *me, Call *call)
{
    const Member *member = me->state;
    if (member->cut_loose)
        call_answer(sim, call, OUTCOME_ERROR);
    else if (call->change.epoch < member->epoch)
        call_answer(sim, call, OUTCOME_OK);
    else
        replica_take(sim, me, call);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE)
        serve(sim, me, call);
    else if (call->port == PORT_LOG)
        take(sim, me, call);
    else if (call->port == PORT_VERDICT)
        hear(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

static const Ops ops = {.role = "member", .start = start, .asked = asked, .finish = replica_finish};

/* ---- building ---- */

static int writer_region(const Thing *thing)
{
    const Config *config = thing->config;
    return config->writer != ANYWHERE ? config->writer : config->regions.n > 0 ? config->regions.region[0] : 0;
}

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    replicas_run_in(&((const Config *)thing->config)->regions, world, here);
    here[writer_region(thing)] = true;
}

static void build(Sim *sim, const Thing *thing)
{
    int regions[MOST_REPLICAS] = {0};
    guint n = 0, writer = 0;
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i]) {
            if ((int)i == writer_region(thing))
                writer = n;
            regions[n++] = (int)i;
        }
    replicas_build(sim, thing, &ops, regions, n, (int)writer, sizeof(Member));
    Entity *door[MOST_REPLICAS];
    doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    for (guint i = 0; i < n; i++)
        ((Member *)door[i]->state)->writer = writer;
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    Entity *door[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    replicas_connect(sim, thing,
                     (LogHabits){.lag = &config->lag, .in_order = true, .patience = call_patience(sim, 10 * SECOND)});
    for (guint i = 0; i < n; i++) {
        Member *member = door[i]->state;
        member->relay_patience = call_patience(sim, config->relay_timeout);
        member->check_patience = call_patience(sim, config->check_timeout);
    }
}

static Entity *elsewhere(Sim *sim, const Thing *thing, const Entity *asker)
{
    Entity *writer = NULL;
    (void)asker;
    doors_of(sim, thing, writer_region(thing), &writer, 1);
    return writer;
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing->config;
    (void)world;
    double decide = law_mean(&config->decide), promote = law_mean(&config->promote);
    if (bound == BOUND_WRITERS)
        *value = 1;
    else if (bound == BOUND_PROMOTION && config->promotion == AUTOMATIC && decide == decide && promote == promote)
        *value = simtime_seconds(config->interval) * (double)(config->failures - 1) + (decide + promote) * 1e-9;
    else if (bound == BOUND_PACE)
        *value = 1e9 / (double)config->interval;
    else if (bound == BOUND_WRITE_WORK && region != writer_region(thing))
        return false;
    else
        return replica_bound(thing, region, bound, value);
    return true;
}

static const Param params[] = {
    REPLICA_PARAMS(Config, "lognormal(p50=1ms, p99=5ms)", "assumed", "lognormal(p50=3ms, p99=12ms)", "assumed"),
    APPLY_PARAMS(Config, "P, SIGMOD 2017 Table 4: storage applies the log; replica lag below 10 ms at 10,000 writes/s"),
    {.name = "writer",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, writer, int),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "The region that writes; absent: the first of the scenario."},
    {.name = "lag",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, lag, Law),
     .standard = "lognormal(p50=400ms, p99=950ms)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "What the replication pipeline adds to the way across the network; in order.",
     .source = "D, AUR aurora-global-database, 2023: typically below 1 s; form assumed"},
    {.name = "promotion",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, promotion, int),
     .standard = "automatic",
     .choices = "automatic never",
     .flags = PARAM_EVERYWHERE,
     .help = "automatic: a runbook watches, waits for the decision and promotes; never: nobody does.",
     .source = "D, AUR aurora-global-database-disaster-recovery: started by an operator or by automation, not by "
               "itself; its use here is assumed"},
    {.name = "interval",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, interval, SimTime),
     .standard = "10s",
     .least = 1e8,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From the writer's answer to the next check of it.",
     .source = "assumed"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, check_timeout, SimTime),
     .standard = "4s",
     .least = 1e6,
     .most = 6e11,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a check of the writer is waited for.",
     .source = "assumed"},
    {.name = "failures",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, failures, gint64),
     .standard = "3",
     .least = 1,
     .most = 100,
     .flags = PARAM_EVERYWHERE,
     .help = "Failed checks in a row until the writer is found dead.",
     .source = "assumed"},
    {.name = "decide",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, decide, Law),
     .standard = "lognormal(p50=2m, p99=10m)",
     .most = 8.64e13,
     .flags = PARAM_EVERYWHERE,
     .help = "From finding the writer dead to the decision to fail over.",
     .source = "assumed"},
    {.name = "promote",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, promote, Law),
     .standard = "1m",
     .most = 8.64e13,
     .flags = PARAM_EVERYWHERE,
     .help = "From the decision until the secondary accepts writes.",
     .source = "P, disaster-recovery.workshop.aws: below a minute"},
    {.name = "relay-timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, relay_timeout, SimTime),
     .standard = "2s",
     .least = 1e6,
     .most = 6e11,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a reader waits for the writer's answer to a write it passed on.",
     .source = "assumed"},
    {.name = "regions",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, regions, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "Where it has members; absent: in every region of the scenario."},
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
