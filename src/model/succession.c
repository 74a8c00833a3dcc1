#include "model/succession.h"
#include "model/observer.h"
#include "base/poison.h"

enum { AUTOMATIC, NEVER };
enum { IS_WRITER, WHO_WRITES }; /* VerdictPort.what */
static const SimTime tell_again = 10 * SECOND;

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

/* ---- writes ---- */

bool succession_accepts(const Entity *me)
{
    const Member *member = me->state;
    return is_writer(member) && !member->in_doubt;
}

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

void succession_relay(Sim *sim, Entity *me, Call *call)
{
    const Member *member = me->state;
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

void succession_write(Sim *sim, Entity *me, Call *call)
{
    if (!succession_accepts(me)) {
        succession_relay(sim, me, call);
        return;
    }
    call->store.epoch = ((const Member *)me->state)->epoch;
    replica_serve(sim, me, call);
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
    const SuccessionConfig *config = member->habits;
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
    const SuccessionConfig *config = member->habits;
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

void succession_start(Sim *sim, Entity *me)
{
    Member *member = me->state;
    const SuccessionConfig *config = member->habits;
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

void succession_asked(Sim *sim, Entity *me, Call *call)
{
    if (call->port == PORT_LOG)
        take(sim, me, call);
    else if (call->port == PORT_VERDICT)
        hear(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

/* ---- building ---- */

int succession_writer_region(const SuccessionConfig *habits)
{
    return habits->writer != ANYWHERE ? habits->writer : habits->regions.n > 0 ? habits->regions.region[0] : 0;
}

void succession_runs_in(const SuccessionConfig *habits, const World *world, bool *here)
{
    replicas_run_in(&habits->regions, world, here);
    here[succession_writer_region(habits)] = true;
}

void succession_build(Sim *sim, const Thing *thing, const SuccessionConfig *habits, const Ops *ops, gsize state_size)
{
    int regions[MOST_REPLICAS] = {0};
    guint n = 0, writer = 0;
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i]) {
            if ((int)i == succession_writer_region(habits))
                writer = n;
            regions[n++] = (int)i;
        }
    replicas_build(sim, thing, ops, regions, n, (int)writer, state_size);
    Entity *door[MOST_REPLICAS];
    doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    for (guint i = 0; i < n; i++) {
        ((Member *)door[i]->state)->habits = habits;
        ((Member *)door[i]->state)->writer = writer;
    }
}

void succession_connect(Sim *sim, const Thing *thing, LogHabits shipping)
{
    Entity *door[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    replicas_connect(sim, thing, shipping);
    for (guint i = 0; i < n; i++) {
        Member *member = door[i]->state;
        member->relay_patience = call_patience(sim, member->habits->relay_timeout);
        member->check_patience = call_patience(sim, member->habits->check_timeout);
    }
}

Entity *succession_elsewhere(Sim *sim, const Thing *thing, const SuccessionConfig *habits)
{
    Entity *writer = NULL;
    doors_of(sim, thing, succession_writer_region(habits), &writer, 1);
    return writer;
}

bool succession_bound(const Thing *thing, const SuccessionConfig *habits, int region, Bound bound, double *value)
{
    double decide = law_mean(&habits->decide), promote = law_mean(&habits->promote);
    if (bound == BOUND_WRITERS)
        *value = 1;
    else if (bound == BOUND_PROMOTION && habits->promotion == AUTOMATIC && decide == decide && promote == promote)
        *value = simtime_seconds(habits->interval) * (double)(habits->failures - 1) + (decide + promote) * 1e-9;
    else if (bound == BOUND_PACE)
        *value = 1e9 / (double)habits->interval;
    else if (bound == BOUND_WRITE_WORK && region != succession_writer_region(habits))
        return false;
    else
        return replica_bound(thing, region, bound, value);
    return true;
}
