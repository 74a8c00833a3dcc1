#include "model/agreement.h"
#include "base/index.h"
#include "model/clock.h"
#include "model/quorum.h"
#include "base/poison.h"

enum { MEMBERS = AGREEMENT_MEMBERS, MAJORITY = AGREEMENT_MAJORITY, NONE = UINT32_MAX };

typedef enum { PROPOSE, LOOK, PREPARE, PUSH } Phase;

typedef struct {
    Call *asked;
    Version base, mine, pushed; /* mine: the write as proposed last; at 0: none yet */
    VotePort told[MEMBERS];
    uint32_t ballot;
    uint8_t phase, said, yes, silent, left; /* bit per member: who has answered; with yes; who could not be asked */
    uint8_t tries, rounds, why;
    bool spread; /* others may have `mine` */
    uint32_t next;
} Task;

/* Writes of one item in one region wait for each other. */
typedef struct {
    Line waiting;
    uint32_t next;
} Gate;

typedef struct {
    Replica replica;
    const AgreementHabits *habits;
    Votes *votes;
    SimTime stamped;  /* of its last proposal: no two are the same */
    uint32_t ballots; /* rounds of higher ballots begun */
    unsigned patience;
    GArray *tasks, *gates;
    uint32_t spare_task, spare_gate;
    Index gate_of; /* item -> gate */
    Cell *refusals;
} Member;

typedef struct {
    uint32_t task;
} Round;

static Member *member_of(const Entity *me)
{
    return me->state;
}
static guint number_of(const Entity *me)
{
    return member_of(me)->replica.number;
}
static Ledger *ledger_of(const Entity *me)
{
    return replicas_ledger(member_of(me)->replica.set);
}
static Entity *sibling(const Entity *me, guint number)
{
    return replicas_nth(member_of(me)->replica.set, number);
}
static Version held(const Entity *me, uint32_t item)
{
    return replica_holds(&member_of(me)->replica, item);
}
static bool same(Version a, Version b)
{
    return a.at == b.at && a.region == b.region;
}
static guint count(unsigned members)
{
    return (guint)__builtin_popcount(members);
}

/* ---- tasks and gates: as many as are under way ---- */

static Task *task_at(const Entity *me, uint32_t id)
{
    return &g_array_index(member_of(me)->tasks, Task, id);
}

static uint32_t take(GArray *array, uint32_t *spare, uint32_t next)
{
    uint32_t id = *spare;
    if (id == NONE) {
        id = array->len;
        g_array_set_size(array, id + 1);
    } else {
        *spare = next;
    }
    return id;
}

static uint32_t new_task(Entity *me, Call *asked)
{
    Member *member = me->state;
    uint32_t next = member->spare_task != NONE ? task_at(me, member->spare_task)->next : NONE;
    uint32_t id = take(member->tasks, &member->spare_task, next);
    *task_at(me, id) = (Task){.asked = asked};
    return id;
}

static void end_task(Entity *me, uint32_t id)
{
    task_at(me, id)->next = member_of(me)->spare_task;
    member_of(me)->spare_task = id;
}

static Gate *gate_at(const Member *member, uint32_t id)
{
    return &g_array_index(member->gates, Gate, id);
}

/* false: it waits for the one before. */
static bool goes_in(Sim *sim, Entity *me, Call *asked)
{
    Member *member = me->state;
    uint32_t id = index_get(&member->gate_of, asked->store.item);
    if (id != INDEX_NONE) {
        line_push(sim, &gate_at(member, id)->waiting, asked);
        return false;
    }
    uint32_t next = member->spare_gate != NONE ? gate_at(member, member->spare_gate)->next : NONE;
    id = take(member->gates, &member->spare_gate, next);
    *gate_at(member, id) = (Gate){.next = NONE};
    index_set(&member->gate_of, asked->store.item, id);
    return true;
}

/* The next that may go in, or NULL. */
static Call *goes_out(Sim *sim, Entity *me, uint32_t item)
{
    Member *member = me->state;
    uint32_t id = index_get(&member->gate_of, item);
    Call *next = line_pop(sim, &gate_at(member, id)->waiting);
    if (next)
        return next;
    index_remove(&member->gate_of, item);
    gate_at(member, id)->next = member->spare_gate;
    member->spare_gate = id;
    return NULL;
}

/* ---- a member's part: it votes, and holds what stands ---- */

/* What is on record no more is held by everybody, or by something newer; a log may bring it once again. */
static void learn(Entity *me, uint32_t item, Version version)
{
    if (!ledger_lives(ledger_of(me), item, version))
        return;
    replica_catch_up(&member_of(me)->replica, item, version);
    votes_over(member_of(me)->votes, item, version);
}

/* What nobody proposes any more comes too late; a real member knows that by how far the chain has come. */
static bool comes_too_late(const Entity *me, const VotePort *vote)
{
    return vote->ask == VOTE_ACCEPT && !ledger_lives(ledger_of(me), vote->item, vote->version);
}

static void cast(Sim *sim, Entity *me, VotePort *vote)
{
    const AgreementHabits *habits = member_of(me)->habits;
    Version proposed = vote->version;
    if (version_newer(vote->base, held(me, vote->item)))
        learn(me, vote->item, vote->base);
    bool accept = vote->ask == VOTE_ACCEPT;
    if (comes_too_late(me, vote))
        vote->ask = VOTE_LOOK;
    votes_cast(member_of(me)->votes, vote, held(me, vote->item), sim_now(sim), sim_now(sim) - habits->timeout);
    vote->yes = vote->yes && (!accept || vote->ask == VOTE_ACCEPT);
    if (accept)
        TELL(sim, me, "%s item %u", vote->yes ? "accepts" : "refuses", vote->item);
    if (accept && vote->yes)
        ledger_receive(ledger_of(me), number_of(me), vote->item, proposed);
}

static void work(Sim *sim, Entity *me, Call *part);

static void leave(Sim *sim, Entity *me, SimTime came)
{
    Call *next = station_leave(sim, &member_of(me)->replica.station, came);
    if (next)
        work(sim, me, next);
}

static void worked(Sim *sim, Entity *me, Call *part, Call *reply)
{
    SimTime came = part->arrived_at;
    (void)reply;
    if (part->port == PORT_VOTE) {
        cast(sim, me, &part->vote);
    } else {
        part->bytes = (uint32_t)((const ReplicaConfig *)me->config)->answer_size;
        part->store.version = held(me, part->store.item);
        part->store.stale = ledger_stale(ledger_of(me), part->store.item, part->store.version, &part->store.staleness);
    }
    call_answer(sim, part, OUTCOME_OK);
    leave(sim, me, came);
}

static void work(Sim *sim, Entity *me, Call *part)
{
    const ReplicaConfig *config = me->config;
    bool writes = part->port == PORT_VOTE && part->vote.ask == VOTE_ACCEPT;
    const Law *law = writes ? &config->write_time : &config->read_time;
    call_wait(sim, part, law_time(law, call_draw(me, part, DRAW_WORK)), worked);
}

static void enter(Sim *sim, Entity *me, Call *part)
{
    if (station_enter(sim, &member_of(me)->replica.station, part) == STATION_SERVE)
        work(sim, me, part);
}

/* ---- rounds ---- */

static void told(Sim *sim, Entity *me, Call *root, Call *reply);
static void propose(Sim *sim, Entity *me, uint32_t id);
static void prepare(Sim *sim, Entity *me, uint32_t id);
static void begin(Sim *sim, Entity *me, Call *asked);
static void go_on(Sim *sim, Entity *me, uint32_t id);

static Call *new_round(Sim *sim, Entity *me, uint32_t id)
{
    Task *task = task_at(me, id);
    Call *root = call_begin(sim, me, task->asked->story);
    root->attempt = task->asked->attempt;
    root->sibling = task->asked->sibling;
    call_is_nth(root, ++task->rounds);
    LOCALS(root, Round)->task = id;
    return root;
}

static void ask(Sim *sim, Entity *me, Call *root, guint number, const VotePort *vote, Step then)
{
    Call *question = call_new(sim, me, root, sibling(me, number), PORT_VOTE, then);
    call_is_nth(question, number);
    question->vote = *vote;
    question->bytes = (uint32_t)((const ReplicaConfig *)me->config)->change_size;
    call_send(sim, question, member_of(me)->patience);
}

static void ask_all(Sim *sim, Entity *me, uint32_t id, Phase phase, VotePort vote)
{
    Call *root = new_round(sim, me, id);
    Task *task = task_at(me, id);
    vote.item = task->asked->store.item;
    vote.base = task->base;
    vote.ballot = task->ballot;
    task->phase = (uint8_t)phase;
    task->said = task->yes = task->silent = 0;
    task->left = MEMBERS;
    for (guint i = 0; i < MEMBERS; i++)
        ask(sim, me, root, i, &vote, told);
}

static void forget(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)sim;
    (void)me;
    (void)root;
    (void)reply;
}

/* Whoever may have accepted what was proposed in ballot 0 is told that it is not meant any more; if he is not reached,
 * whoever comes next settles it. */
static void withdraw(Sim *sim, Entity *me, uint32_t id)
{
    const Task *task = task_at(me, id);
    VotePort vote = {.version = task->mine, .base = task->base, .item = task->asked->store.item, .ask = VOTE_WITHDRAW};
    unsigned refused = task->said & ~task->yes;
    Call *root = new_round(sim, me, id);
    VotePort own = vote;
    votes_cast(member_of(me)->votes, &own, held(me, vote.item), sim_now(sim), 0);
    for (guint i = 0; i < MEMBERS; i++)
        if (i != number_of(me) && !(refused >> i & 1))
            ask(sim, me, root, i, &vote, forget);
    call_end(sim, root);
}

/* ---- how it ends ---- */

static void rest(Entity *me, const Task *task)
{
    if (task->mine.at > 0)
        ledger_rest(ledger_of(me), task->asked->store.item, task->mine, task->spread);
}

/* Who comes to a shelf that is empty is told so at once, however many there are. */
static void let_next_in(Sim *sim, Entity *me, uint32_t item)
{
    Call *next = goes_out(sim, me, item);
    while (next && LOCALS(next, Round)->task == NONE && replica_is_sold_out(sim, &member_of(me)->replica, item)) {
        Call *asked = next;
        asked->store.version = held(me, item);
        next = goes_out(sim, me, item);
        call_answer(sim, asked, OUTCOME_OK);
    }
    if (next && LOCALS(next, Round)->task == NONE)
        begin(sim, me, next);
    else if (next)
        go_on(sim, me, LOCALS(next, Round)->task);
}

static void answer(Sim *sim, Entity *me, uint32_t id, Outcome outcome)
{
    Call *asked = task_at(me, id)->asked;
    uint32_t item = asked->store.item;
    bool writes = asked->store.op == OP_WRITE;
    end_task(me, id);
    call_answer(sim, asked, outcome);
    if (writes)
        let_next_in(sim, me, item);
}

static void answer_read(Sim *sim, Entity *me, uint32_t id, Version found)
{
    StorePort *store = &task_at(me, id)->asked->store;
    store->version = found;
    store->agreed = found.at == 0 && replica_agrees(&member_of(me)->replica, store->item);
    store->stale =
        ledger_stale_by(ledger_of(me), store->item, found, task_at(me, id)->asked->arrived_at, &store->staleness);
    task_at(me, id)->asked->bytes = (uint32_t)((const ReplicaConfig *)me->config)->answer_size;
    answer(sim, me, id, OUTCOME_OK);
}

static void fail(Sim *sim, Entity *me, uint32_t id)
{
    const Task *task = task_at(me, id);
    rest(me, task);
    TELL(sim, me, "gives up item %u: %s", task->asked->store.item, why_names[task->why]);
    task->asked->store.why = task->why;
    answer(sim, me, id, OUTCOME_ERROR);
}

/* ---- it does not work: again, later ---- */

static void go_on(Sim *sim, Entity *me, uint32_t id)
{
    const Task *task = task_at(me, id);
    bool in_the_way = false;
    for (guint i = 0; i < MEMBERS; i++)
        in_the_way |= task->said >> i & 1 && (task->told[i].old || task->told[i].promised > 0);
    if (task->asked->store.op == OP_READ || in_the_way)
        prepare(sim, me, id);
    else
        propose(sim, me, id);
}

/* A write goes in again as the others do. */
static void tries_again(Sim *sim, Entity *me, Call *root, Call *reply)
{
    uint32_t id = LOCALS(root, Round)->task;
    Call *asked = task_at(me, id)->asked;
    (void)reply;
    call_end(sim, root);
    LOCALS(asked, Round)->task = id;
    if (asked->store.op == OP_READ || goes_in(sim, me, asked))
        go_on(sim, me, id);
}

static const SimTime longest_pause = 20 * SECOND; /* as the SDKs of AWS have it */

static void count_refusal(Sim *sim, Entity *me)
{
    Member *member = me->state;
    if (!member->refusals)
        member->refusals = sheet_cell(sim->sheet, CELL_COUNT, "writes.refused", "database", me->thing->name, NULL);
    if (sim_measuring(sim, sim_now(sim)))
        cell_count(member->refusals);
}

static void try_again(Sim *sim, Entity *me, uint32_t id)
{
    const AgreementHabits *habits = member_of(me)->habits;
    Task *task = task_at(me, id);
    if (count(task->silent) > MEMBERS - MAJORITY) {
        fail(sim, me, id);
        return;
    }
    bool writes = task->asked->store.op == OP_WRITE;
    if (writes)
        count_refusal(sim, me);
    task->why = WHY_CONFLICT;
    if (++task->tries >= habits->tries) {
        fail(sim, me, id);
        return;
    }
    SimTime most = MIN(habits->backoff << MIN(task->tries - 1, 10), longest_pause);
    Call *root = new_round(sim, me, id);
    uint32_t item = task_at(me, id)->asked->store.item;
    TELL(sim, me, "will try item %u again", item);
    call_wait(sim, root, (SimTime)(unit_of(call_draw(me, root, DRAW_BACKOFF)) * (double)most), tries_again);
    if (writes)
        let_next_in(sim, me, item);
}

static void give_up_proposal(Sim *sim, Entity *me, uint32_t id)
{
    const Task *task = task_at(me, id);
    TELL(sim, me, "withdraws item %u", task->asked->store.item);
    withdraw(sim, me, id);
    try_again(sim, me, id);
}

/* ---- it stands ---- */

static void stands(Sim *sim, Entity *me, uint32_t id, Version version)
{
    const Task *task = task_at(me, id);
    Replica *replica = &member_of(me)->replica;
    uint32_t item = task->asked->store.item;
    bool mine = same(version, task->mine);
    TELL(sim, me, "has a majority for item %u", item);
    ledger_choose(ledger_of(me), item, version, task->base);
    if (mine)
        ledger_acknowledge(ledger_of(me), item, version);
    replica_ship(sim, me, item, version, 0);
    learn(me, item, version);
    if (mine) {
        ledger_rest(ledger_of(me), item, version, true);
        replica_sells(sim, replica, item);
        task_at(me, id)->asked->store.version = version;
        answer(sim, me, id, OUTCOME_OK);
    } else if (task->asked->store.op == OP_READ) {
        answer_read(sim, me, id, version);
    } else {
        propose(sim, me, id);
    }
}

/* ---- ballot 0 ---- */

static Version next_version(const Sim *sim, const Entity *me, Version base, uint32_t item)
{
    Member *member = me->state;
    member->stamped = MAX(MAX(clock_now(sim, me->region), member->stamped + 1), base.at + 1);
    return (Version){.at = member->stamped, .region = me->region, .value = replica_left(&member->replica, item) - 1};
}

/* false: there is nothing left to be sold. */
static bool make_mine(Sim *sim, Entity *me, uint32_t id)
{
    Task *task = task_at(me, id);
    const Replica *replica = &member_of(me)->replica;
    uint32_t item = task->asked->store.item;
    rest(me, task);
    task->mine = (Version){.at = 0};
    if (replica_is_sold_out(sim, replica, item)) {
        task->asked->store.version = held(me, item);
        answer(sim, me, id, OUTCOME_OK);
        return false;
    }
    task->mine = next_version(sim, me, task->base, item);
    task->spread = true;
    ledger_claim(ledger_of(me), replica->number, item, task->mine);
    return true;
}

static void propose(Sim *sim, Entity *me, uint32_t id)
{
    Task *task = task_at(me, id);
    task->base = held(me, task->asked->store.item);
    task->ballot = 0;
    if (make_mine(sim, me, id))
        ask_all(sim, me, id, PROPOSE, (VotePort){.version = task_at(me, id)->mine, .ask = VOTE_ACCEPT});
}

static bool is_impossible(const Task *task)
{
    return task->left == 0 || count(task->yes) + task->left < MAJORITY;
}

static void judge_proposal(Sim *sim, Entity *me, Call *root, uint32_t id)
{
    const Task *task = task_at(me, id);
    unsigned own = 1u << number_of(me);
    bool refused_here = (task->said & own) && !votes_stand(member_of(me)->votes, task->asked->store.item, task->mine);
    if (same(held(me, task->asked->store.item), task->mine) ||
        ((task->yes & own) && count(task->yes) >= MAJORITY && !refused_here)) {
        call_end(sim, root);
        stands(sim, me, id, task->mine);
    } else if (is_impossible(task) || refused_here || (task->silent & own)) {
        call_end(sim, root);
        give_up_proposal(sim, me, id);
    }
}

/* ---- higher ballots ---- */

static void prepare(Sim *sim, Entity *me, uint32_t id)
{
    Member *member = me->state;
    Task *task = task_at(me, id);
    uint32_t seen = 0;
    for (guint i = 0; i < MEMBERS; i++)
        if (task->said >> i & 1)
            seen = MAX(seen, task->told[i].promised / MEMBERS);
    member->ballots = MAX(member->ballots, seen) + 1;
    task->ballot = member->ballots * MEMBERS + number_of(me);
    task->base = held(me, task->asked->store.item);
    TELL(sim, me, "settles item %u in ballot %u", task->asked->store.item, task->ballot);
    ask_all(sim, me, id, PREPARE, (VotePort){.ask = VOTE_PREPARE});
}

static guint owner_of(const Entity *me, Version version)
{
    for (guint i = 0; i < MEMBERS; i++)
        if (sibling(me, i)->region == version.region)
            return i;
    CHECK(!"reached");
    return 0;
}

/* Of what those who have said yes (or anything, when looking) have accepted: what may stand; NULL: nothing. */
static const VotePort *in_doubt(const Entity *me, const Task *task, unsigned heard)
{
    const VotePort *best = NULL;
    for (guint i = 0; i < MEMBERS; i++) {
        const VotePort *one = &task->told[i];
        if (!(heard >> i & 1) || !same(one->base, task->base) || one->version.at == 0 ||
            !vote_may_be_chosen(one, heard, owner_of(me, one->version)))
            continue;
        if (!best || one->ballot > best->ballot ||
            (one->ballot == best->ballot && version_newer(one->version, best->version)))
            best = one;
    }
    return best;
}

static void push(Sim *sim, Entity *me, uint32_t id, Version version)
{
    task_at(me, id)->pushed = version;
    ask_all(sim, me, id, PUSH, (VotePort){.version = version, .ask = VOTE_ACCEPT});
}

static void judge_promises(Sim *sim, Entity *me, Call *root, uint32_t id)
{
    const Task *task = task_at(me, id);
    if (count(task->yes) >= MAJORITY) {
        const VotePort *doubt = in_doubt(me, task, task->yes);
        call_end(sim, root);
        if (doubt)
            push(sim, me, id, doubt->version);
        else if (task->asked->store.op == OP_READ)
            answer_read(sim, me, id, task->base);
        else if (make_mine(sim, me, id))
            push(sim, me, id, task_at(me, id)->mine);
    } else if (is_impossible(task)) {
        call_end(sim, root);
        try_again(sim, me, id);
    }
}

static void judge_push(Sim *sim, Entity *me, Call *root, uint32_t id)
{
    const Task *task = task_at(me, id);
    if (count(task->yes) >= MAJORITY || same(held(me, task->asked->store.item), task->pushed)) {
        call_end(sim, root);
        stands(sim, me, id, task->pushed);
    } else if (is_impossible(task)) {
        call_end(sim, root);
        try_again(sim, me, id);
    }
}

/* ---- strong reads ---- */

/* What an owner who has answered did not count yet was not acknowledged when he was asked: it need not be seen. */
static void judge_look(Sim *sim, Entity *me, Call *root, uint32_t id)
{
    Task *task = task_at(me, id);
    task->base = held(me, task->asked->store.item);
    bool heard = count(task->said) >= MAJORITY;
    if (heard && !in_doubt(me, task, task->said)) {
        call_end(sim, root);
        answer_read(sim, me, id, task->base);
    } else if (task->left == 0 || count(task->said) + task->left < MAJORITY) {
        call_end(sim, root);
        if (heard)
            prepare(sim, me, id);
        else
            fail(sim, me, id);
    }
}

static void told(Sim *sim, Entity *me, Call *root, Call *reply)
{
    static void (*const judge[])(Sim *, Entity *, Call *, uint32_t) = {
        [PROPOSE] = judge_proposal, [LOOK] = judge_look, [PREPARE] = judge_promises, [PUSH] = judge_push};
    uint32_t id = LOCALS(root, Round)->task;
    Task *task = task_at(me, id);
    guint from = number_of(reply->callee);
    task->left--;
    if (reply->outcome == OUTCOME_OK) {
        task->said |= (uint8_t)(1u << from);
        task->yes |= (uint8_t)(reply->vote.yes << from);
        task->told[from] = reply->vote;
        if (version_newer(reply->vote.base, held(me, reply->vote.item)))
            learn(me, reply->vote.item, reply->vote.base);
    } else {
        task->silent |= (uint8_t)(1u << from);
        task->why = reply->outcome == OUTCOME_TIMEOUT ? WHY_TIMEOUT : WHY_REFUSED;
    }
    judge[task->phase](sim, me, root, id);
}

/* ---- being asked ---- */

static void begin(Sim *sim, Entity *me, Call *asked)
{
    propose(sim, me, new_task(me, asked));
}

static void serve(Sim *sim, Entity *me, Call *call)
{
    const AgreementHabits *habits = member_of(me)->habits;
    if (call->store.op == OP_WRITE) {
        LOCALS(call, Round)->task = NONE;
        if (goes_in(sim, me, call))
            begin(sim, me, call);
    } else if (habits->local_reads) {
        call->store.relayed = true; /* nothing of it is coordinated */
        enter(sim, me, call);
    } else {
        uint32_t id = new_task(me, call);
        task_at(me, id)->base = held(me, call->store.item);
        ask_all(sim, me, id, LOOK, (VotePort){.ask = VOTE_LOOK});
    }
}

void agreement_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_STORE) {
        serve(sim, me, call);
    } else if (call->port == PORT_VOTE && call->vote.ask != VOTE_WITHDRAW) {
        enter(sim, me, call);
    } else {
        if (call->port == PORT_VOTE)
            cast(sim, me, &call->vote);
        else if (call->port == PORT_LOG)
            learn(me, call->change.item, call->change.version);
        call_answer(sim, call, OUTCOME_OK);
    }
}

/* ---- starting and ending ---- */

static void forget_tasks(Member *member)
{
    g_array_set_size(member->tasks, 0);
    g_array_set_size(member->gates, 0);
    member->spare_task = member->spare_gate = NONE;
    index_clear(&member->gate_of);
    index_init(&member->gate_of);
}

/* Its rounds have died with it: those that they were for learn of it by their deadlines. */
void agreement_start(Sim *sim, Entity *me)
{
    Member *member = me->state;
    replica_start(sim, me);
    forget_tasks(member);
    quorum_forsake(sim, me);
    ledger_rest_all(ledger_of(me), member->replica.number, true);
}

static void release(void *whose)
{
    Member *member = whose;
    votes_free(member->votes);
    g_array_free(member->tasks, TRUE);
    g_array_free(member->gates, TRUE);
    index_clear(&member->gate_of);
}

void agreement_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n_replicas,
                     const AgreementHabits *habits)
{
    Site site[MEMBERS];
    for (guint i = 0; i < MEMBERS; i++)
        site[i] =
            (Site){.region = regions[i], .zone = WHOLE_REGION, .head = NO_HEAD, .ops = ops, .witness = i >= n_replicas};
    ReplicaSet *set = replicas_build_at(sim, thing, site, MEMBERS, ALL_WRITE, sizeof(Member));
    unsigned patience = call_patience(sim, habits->timeout);
    for (guint i = 0; i < MEMBERS; i++) {
        Member *member = replicas_nth(set, i)->state;
        member->habits = habits;
        member->votes = votes_new();
        member->tasks = g_array_new(FALSE, TRUE, sizeof(Task));
        member->gates = g_array_new(FALSE, TRUE, sizeof(Gate));
        index_init(&member->gate_of);
        forget_tasks(member);
        member->patience = patience;
        sim_at_end(sim, release, member);
    }
}
