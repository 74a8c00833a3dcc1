/* Quorum store, as Dynamo and Cassandra are: N replicas; a write is acknowledged when W of them have it, a read is
 * answered when R of them have said what they hold, with the newest of that.
 *
 * Whoever is asked coordinates: it asks all N, itself at no distance.  These questions are a round, and a round is a
 * root call of its own: it outlives the answer, so that late replies are heard too.  Who did not acknowledge a write is
 * kept a hint for, a change in an ordinary log; whom a read found behind is told the newest version when all have
 * answered or have been given up.  Neither happens unless it is switched on: then a write goes once to all N, as in
 * Bailis et al., Probabilistically Bounded Staleness, VLDB 2012, whose four times (W, A, R, S) are the four laws here.
 */
#include "model/clock.h"
#include "model/quorum.h"
#include "model/replica.h"
#include <inttypes.h>
#include "base/poison.h"

typedef struct {
    ReplicaConfig replica;
    Law acknowledge_time, respond_time;
    gint64 read_quorum, write_quorum; /* 0: the majority */
    bool read_repair, hinted_handoff;
    SimTime hint_window, timeout;
    Regions replicas;
} Config;

typedef struct {
    Replica replica;
    uint8_t needed[N_OPS];
    SimTime stamped;                     /* of its last version: no two are the same */
    SimTime silent_since[MOST_REPLICAS]; /* SIMTIME_NEVER: it answers */
    unsigned patience;
} Member;

typedef struct {
    Call *asked;               /* NULL: it has been answered */
    Version version;           /* write: what it gives out; read: the newest found */
    uint64_t answered, behind; /* bit per replica; behind: with something older than `version` */
    uint8_t missing, left;     /* replies still needed; still to come */
    bool hinted;
} Round;

static guint number_of(const Entity *replica)
{
    return ((const Member *)replica->state)->replica.number;
}
static Ledger *ledger_of(const Entity *me)
{
    return replicas_ledger(((const Member *)me->state)->replica.set);
}
static Entity *sibling(const Entity *me, guint number)
{
    return replicas_nth(((const Member *)me->state)->replica.set, number);
}

/* ---- a replica's part ---- */

static void work(Sim *sim, Entity *me, Call *part);

/* The worker is free when it is done with the data; the answer may leave later. */
static void answer_after(Sim *sim, Entity *me, Call *part, const Law *law)
{
    SimTime came = part->arrived_at;
    call_answer_after(sim, part, law_time(law, call_draw(me, part, DRAW_ANSWER)), OUTCOME_OK);
    Call *next = station_leave(sim, &((Member *)me->state)->replica.station, came);
    if (next)
        work(sim, me, next);
}

static void looked(Sim *sim, Entity *me, Call *part, Call *reply)
{
    StorePort *store = &part->store;
    SimTime asked_at = store->version.at;
    (void)reply;
    store->version = replica_holds(me->state, store->item);
    store->agreed = replica_agrees(me->state, store->item);
    part->bytes = (uint32_t)((const ReplicaConfig *)me->config)->answer_size;
    store->stale = ledger_stale_by(ledger_of(me), store->item, store->version, asked_at, &store->staleness);
    answer_after(sim, me, part, &((const Config *)me->config)->respond_time);
}

static void applied(Sim *sim, Entity *me, Call *part, Call *reply)
{
    (void)reply;
    TELL(sim, me, "has item %u", part->store.item);
    replica_catch_up(me->state, part->store.item, part->store.version);
    answer_after(sim, me, part, &((const Config *)me->config)->acknowledge_time);
}

static void work(Sim *sim, Entity *me, Call *part)
{
    const ReplicaConfig *config = me->config;
    bool writes = part->store.op == OP_WRITE;
    SimTime duration = law_time(writes ? &config->write_time : &config->read_time, call_draw(me, part, DRAW_WORK));
    call_wait(sim, part, duration, writes ? applied : looked);
}

static void take_part(Sim *sim, Entity *me, Call *part)
{
    switch (station_enter(sim, &((Member *)me->state)->replica.station, part)) {
    case STATION_SERVE:
        work(sim, me, part);
        return;
    case STATION_WAITS:
        return;
    case STATION_REFUSES:
        part->store.why = WHY_THROTTLED;
        call_answer(sim, part, OUTCOME_ERROR);
    }
}

/* ---- a round ---- */

static void repaired(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Round *mine = LOCALS(root, Round);
    (void)me;
    (void)reply;
    if (--mine->left == 0)
        call_end(sim, root);
}

static void repair(Sim *sim, Entity *me, Call *root, uint32_t item)
{
    Round *mine = LOCALS(root, Round);
    for (guint i = 0; mine->behind >> i; i++) {
        if (!(mine->behind >> i & 1))
            continue;
        TELL(sim, me, "repairs item %u of %s", item, sibling(me, i)->name);
        Call *question = call_new(sim, me, root, sibling(me, i), PORT_LOG, repaired);
        call_is_nth(question, i);
        question->change = (LogPort){.version = mine->version, .item = item};
        call_send(sim, question, ((const Member *)me->state)->patience);
        mine->left++;
    }
}

static void end_round(Sim *sim, Entity *me, Call *root, const StorePort *store)
{
    const Round *mine = LOCALS(root, Round);
    if (store->op == OP_WRITE)
        ledger_rest(ledger_of(me), store->item, mine->version, mine->hinted);
    else if (((const Config *)me->config)->read_repair && mine->behind)
        repair(sim, me, root, store->item);
    if (mine->left == 0)
        call_end(sim, root);
}

static void answer(Sim *sim, Entity *me, Round *mine, Outcome outcome)
{
    Call *asked = mine->asked;
    TELL(sim, me, "%s item %u", outcome != OUTCOME_OK ? "has no quorum for" : "has a quorum for", asked->store.item);
    if (asked->store.op == OP_WRITE && outcome == OUTCOME_OK)
        ledger_acknowledge(ledger_of(me), asked->store.item, mine->version);
    asked->store.version = mine->version;
    if (asked->store.op == OP_READ)
        asked->bytes = (uint32_t)((const ReplicaConfig *)me->config)->answer_size;
    mine->asked = NULL;
    call_answer(sim, asked, outcome);
}

/* A replica is stale only if every one that was heard is. */
static void compare(Round *mine, uint64_t from, const StorePort *found)
{
    if (version_newer(found->version, mine->version)) {
        mine->version = found->version;
        mine->behind = mine->answered;
    } else if (version_newer(mine->version, found->version)) {
        mine->behind |= from;
    }
    if (!mine->asked)
        return;
    mine->asked->store.stale &= found->stale;
    mine->asked->store.agreed |= found->agreed;
    mine->asked->store.staleness = MIN(mine->asked->store.staleness, found->staleness);
}

static void note_reply(Member *member, Round *mine, guint from, const StorePort *store)
{
    member->silent_since[from] = SIMTIME_NEVER;
    if (store->op == OP_READ)
        compare(mine, 1ull << from, store);
    mine->answered |= 1ull << from;
    if (mine->missing > 0)
        mine->missing--;
}

static void note_failure(Sim *sim, Entity *me, Round *mine, const Call *reply)
{
    Member *member = me->state;
    const Config *config = me->config;
    guint from = number_of(reply->callee);
    SimTime now = sim_now(sim), since = member->silent_since[from] = MIN(member->silent_since[from], now);
    if (mine->asked)
        mine->asked->store.why = reply->outcome == OUTCOME_TIMEOUT ? WHY_TIMEOUT
                                 : reply->outcome == OUTCOME_ERROR ? reply->store.why
                                                                   : WHY_REFUSED;
    if (reply->store.op == OP_READ || !config->hinted_handoff || reply->callee == me ||
        now - since > config->hint_window)
        return;
    TELL(sim, me, "keeps a hint of item %u for %s", reply->store.item, reply->callee->name);
    mine->hinted = true;
    log_append(sim, member->replica.to[from], reply->store.item, mine->version, 0);
}

static void told(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Round *mine = LOCALS(root, Round);
    mine->left--;
    if (reply->outcome == OUTCOME_OK)
        note_reply(me->state, mine, number_of(reply->callee), &reply->store);
    else
        note_failure(sim, me, mine, reply);
    if (mine->asked && mine->missing == 0)
        answer(sim, me, mine, OUTCOME_OK);
    else if (mine->asked && mine->left < mine->missing)
        answer(sim, me, mine, OUTCOME_ERROR);
    if (mine->left == 0)
        end_round(sim, me, root, &reply->store);
}

static Version next_version(const Sim *sim, const Entity *me, Member *member)
{
    member->stamped = MAX(clock_now(sim, me->region), member->stamped + 1);
    return (Version){member->stamped, me->region, 0};
}

static void coordinate(Sim *sim, Entity *me, Call *asked)
{
    Member *member = me->state;
    guint n = replicas_count(member->replica.set);
    StorePort part = {
        .item = asked->store.item, .op = asked->store.op, .relayed = true, .version = {.at = sim_now(sim)}};
    Call *root = call_begin(sim, me, asked->story);
    root->attempt = asked->attempt;
    root->sibling = asked->sibling;
    Round *mine = LOCALS(root, Round);
    *mine = (Round){.asked = asked, .missing = member->needed[part.op], .left = (uint8_t)n};
    asked->store.agreed = false;
    asked->store.stale = part.op == OP_READ;
    asked->store.staleness = part.op == OP_READ ? SIMTIME_NEVER : 0;
    if (part.op == OP_WRITE) {
        part.version = mine->version = next_version(sim, me, member);
        ledger_propose(ledger_of(me), member->replica.number, part.item, part.version);
    }
    for (guint i = 0; i < n; i++) {
        Call *question = call_new(sim, me, root, sibling(me, i), PORT_STORE, told);
        call_is_nth(question, i);
        question->store = part;
        call_send(sim, question, member->patience);
    }
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE && call->store.relayed) {
        take_part(sim, me, call);
    } else if (call->port == PORT_STORE) {
        coordinate(sim, me, call);
    } else {
        if (call->port == PORT_LOG)
            replica_catch_up(me->state, call->change.item, call->change.version);
        call_answer(sim, call, OUTCOME_OK);
    }
}

/* ---- starting ---- */

/* Its rounds have died with it: those that they were for learn of it by their deadlines. */
static void start(Sim *sim, Entity *me)
{
    Member *member = me->state;
    replica_start(sim, me);
    quorum_forsake(sim, me);
    ledger_rest_all(ledger_of(me), member->replica.number, false);
    for (guint i = 0; i < MOST_REPLICAS; i++)
        member->silent_since[i] = SIMTIME_NEVER;
}

static const Ops ops = {.role = "replica", .start = start, .asked = asked, .finish = replica_finish};

/* ---- building ---- */

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    replicas_run_in(&((const Config *)thing->config)->replicas, world, here);
}

static void build(Sim *sim, const Thing *thing)
{
    int regions[MOST_REPLICAS];
    guint n = 0;
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i])
            regions[n++] = (int)i;
    replicas_build(sim, thing, &ops, regions, n, ALL_WRITE, sizeof(Member));
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    Entity *me[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, me, MOST_REPLICAS);
    for (guint i = 0; i < n; i++) {
        Member *member = me[i]->state;
        member->patience = call_patience(sim, config->timeout);
        member->needed[OP_READ] = (uint8_t)(config->read_quorum ? config->read_quorum : n / 2 + 1);
        member->needed[OP_WRITE] = (uint8_t)(config->write_quorum ? config->write_quorum : n / 2 + 1);
    }
    if (!config->hinted_handoff)
        return;
    Law *at_once = arena_one(sim->arena, Law);
    *at_once = law_constant(0);
    replicas_connect(sim, thing, (LogHabits){.lag = at_once, .patience = call_patience(sim, 10 * SECOND)});
}

static guint count_replicas(const Config *config, const World *world)
{
    g_autofree bool *here = g_new0(bool, world->n_running);
    guint n = 0;
    replicas_run_in(&config->replicas, world, here);
    for (guint i = 0; i < world->n_running; i++)
        n += here[i];
    return n;
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    guint n = count_replicas(config, world);
    if (n > MOST_REPLICAS)
        complain(complaints, "replicas", "out-of-range", "%u replicas; at most %d", n, MOST_REPLICAS);
    if (config->read_quorum > n)
        complain(complaints, "read-quorum", "quorum-out-of-reach",
                 "a read waits for %" PRId64 " of %u replica%s: it could never be answered", config->read_quorum, n,
                 n == 1 ? "" : "s");
    if (config->write_quorum > n)
        complain(complaints, "write-quorum", "quorum-out-of-reach",
                 "a write waits for %" PRId64 " of %u replica%s: it could never be acknowledged", config->write_quorum,
                 n, n == 1 ? "" : "s");
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    (void)region;
    *value = count_replicas(thing->config, world);
    return bound == BOUND_WRITERS;
}

#define SSD        "mixture(91.22% pareto(min=0.235ms, shape=10), 8.78% exponential(mean=0.6024ms))"
#define SSD_SOURCE "P, Bailis et al., VLDB 2012, table 3: LinkedIn's Voldemort on SSD"

static const Param params[] = {
    REPLICA_PARAMS(Config, SSD, SSD_SOURCE, SSD, SSD_SOURCE),
    {.name = "acknowledge-time",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, acknowledge_time, Law),
     .standard = SSD,
     .most = 3.6e12,
     .help = "From a replica having a write until its acknowledgement leaves.",
     .source = SSD_SOURCE},
    {.name = "respond-time",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, respond_time, Law),
     .standard = SSD,
     .most = 3.6e12,
     .help = "From a replica having read until its response leaves.",
     .source = SSD_SOURCE},
    {.name = "read-quorum",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, read_quorum, gint64),
     .standard = "",
     .least = 1,
     .most = MOST_REPLICAS,
     .flags = PARAM_EVERYWHERE,
     .help = "R: so many must answer a read (absent: the majority); R + W > N: it misses no acknowledged write."},
    {.name = "write-quorum",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, write_quorum, gint64),
     .standard = "",
     .least = 1,
     .most = MOST_REPLICAS,
     .flags = PARAM_EVERYWHERE,
     .help = "W: so many must have a write before it is acknowledged; absent: the majority."},
    {.name = "read-repair",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, read_repair, bool),
     .standard = "yes",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: whom a read found behind is told the newest version, when all have answered.",
     .source = "P, DeCandia et al., Dynamo, SOSP 2007, 5: read repair"},
    {.name = "hinted-handoff",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, hinted_handoff, bool),
     .standard = "yes",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: the coordinator keeps a write for who did not acknowledge it, and brings it there later.",
     .source = "Cassandra documentation, Hints: enabled"},
    {.name = "hint-window",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, hint_window, SimTime),
     .standard = "3h",
     .most = 8.64e14,
     .flags = PARAM_EVERYWHERE,
     .help = "A replica that has been silent for longer is kept no further hints, until it answers again.",
     .source = "Cassandra documentation, Hints: max_hint_window 3h"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, timeout, SimTime),
     .standard = "2s",
     .least = 1e6,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a coordinator waits for each replica.",
     .source = "Cassandra cassandra.yaml: write_request_timeout 2000ms"},
    {.name = "replicas",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, replicas, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "The regions that hold a replica, N in all; absent: every region of the scenario."},
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "queue.length",
                                    "replication.lag",
                                    "writes.acknowledged",
                                    "writes.conflicts",
                                    "writes.durable",
                                    "writes.in_flight",
                                    "writes.overwritten",
                                    "writes.partial",
                                    "writes.stranded",
                                    "writes.superseded",
                                    NULL};

const Component quorum_store_component = {
    .kind = "database",
    .name = "quorum-store",
    .summary =
        "Replicas that all take writes and reads; so many of them must have answered, as in Dynamo and Cassandra.",
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
