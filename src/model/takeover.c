#include "model/takeover.h"
#include "model/observer.h"
#include "model/succession.h"
#include "base/poison.h"

static const SimTime ask_again = SECOND;              /* voters that do not help yet */
static const SimTime drain_again = 100 * MILLISECOND; /* a writer that has stopped, and still ships */

typedef struct {
    Looking looking; /* where the loop of a lookout goes on as one */
    uint32_t turn;
    bool planned, once_more;
    guint failed; /* questions in a row */
    SimTime detected, decided;
} Runbook;

static Runbook *book_of(Call *run)
{
    return LOCALS(run, Runbook);
}

static Entity *writer_of(const Entity *me)
{
    const Member *member = me->state;
    return replicas_nth(member->replica.set, member->writer);
}

static bool is_over(const Entity *me, Call *run)
{
    return book_of(run)->turn != ((const Member *)me->state)->takeover.turn;
}

void takeover_drop(Sim *sim, Entity *me)
{
    Member *member = me->state;
    (void)sim;
    member->takeover = (Takeover){.turn = member->takeover.turn + 1};
    member->cut_loose = false;
    awaited_for(member->awaited, AWAITED_DETECTION);
}

static void set_out(Entity *me, Call *run, TakeoverStage stage, Runbook book)
{
    Member *member = me->state;
    member->takeover.stage = stage;
    book.turn = ++member->takeover.turn;
    book.looking = *LOCALS(run, Looking);
    *book_of(run) = book;
}

/* ---- the writer from now on ---- */

static void promoted(Sim *sim, Entity *me, Call *run, Call *reply)
{
    const Member *member = me->state;
    Runbook book = *book_of(run);
    guint old_writer = member->writer;
    (void)reply;
    call_end(sim, run);
    if (book.turn != member->takeover.turn)
        return;
    const Entity *old = writer_of(me);
    Ledger *ledger = replicas_ledger(member->replica.set);
    if (book.planned) {
        ledger_hand_over(ledger, member->replica.number, old_writer);
        observe_switchover(sim, me->thing, sim_now(sim) - book.decided);
    } else {
        ledger_promote(ledger, member->replica.number, old_writer);
        observe_promotion(sim, old->region, book.detected, book.decided, sim_now(sim));
    }
    succession_reign(sim, me, book.planned);
}

/* What it has received by now is not lost. */
static void cut_loose(Sim *sim, Entity *me, Call *run, Call *reply)
{
    (void)reply;
    if (is_over(me, run)) {
        call_end(sim, run);
        return;
    }
    ((Member *)me->state)->cut_loose = true;
    replica_when_applied(sim, me, run, promoted);
}

/* ---- those who have promised the writer something must help ---- */

static void gather(Sim *sim, Entity *me, Call *run, Call *reply);

static void helped(Sim *sim, Entity *me, Call *run, Call *reply)
{
    Member *member = me->state;
    if (is_over(me, run))
        return;
    if (reply->outcome == OUTCOME_OK)
        member->takeover.grants |= 1ull << reply->verdict.region;
    else if (reply->outcome == OUTCOME_ERROR)
        succession_heed(sim, me, reply);
}

static void ask_voter(Sim *sim, Entity *me, Call *run, guint voter, Entity *whom)
{
    const Member *member = me->state;
    Call *call = call_new(sim, me, run, whom, PORT_VERDICT, helped);
    call->story = key_of(run->story, (uint64_t)sim_now(sim));
    call_is_nth(call, voter);
    call->verdict =
        (VerdictPort){.about = me, .epoch = member->epoch, .healthy = book_of(run)->planned, .what = VERDICT_GRANT};
    call_send(sim, call, member->check_patience);
}

static void ask_voters(Sim *sim, Entity *me, Call *run)
{
    Member *member = me->state;
    guint heir = lookout_heir(member->writer);
    if (member->habits->watchers.n == 0 && heir == member->replica.number) {
        if (lookout_grant(sim, me, heir, member->epoch, book_of(run)->planned))
            member->takeover.grants |= 1;
        return;
    }
    for (guint i = 0; i < lookout_voters(member->habits); i++)
        if (!(member->takeover.grants >> i & 1))
            ask_voter(sim, me, run, i,
                      member->habits->watchers.n > 0 ? member->lookout.watcher[i]
                                                     : replicas_nth(member->replica.set, heir));
}

/* Until there are enough. */
static void gather(Sim *sim, Entity *me, Call *run, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    if (is_over(me, run)) {
        call_end(sim, run);
        return;
    }
    if (member->habits->fencing && !lookout_is_majority(member->habits, member->takeover.grants))
        ask_voters(sim, me, run);
    if (member->habits->fencing && !lookout_is_majority(member->habits, member->takeover.grants))
        call_wait(sim, run, ask_again, gather);
    else
        cut_loose(sim, me, run, NULL);
}

static void commit(Sim *sim, Entity *me, Call *run)
{
    Member *member = me->state;
    member->takeover.stage = TAKEOVER_SURE;
    awaited_for(member->awaited, AWAITED_PROMOTION);
    call_wait(sim, run, law_time(&member->habits->promote, call_draw(me, run, DRAW_PROMOTE)), gather);
}

/* ---- nobody planned it ---- */

static void asked_once_more(Sim *sim, Entity *me, Call *run, Call *reply)
{
    Member *member = me->state;
    if (is_over(me, run)) {
        call_end(sim, run);
        return;
    }
    if (reply->outcome != OUTCOME_OK) {
        commit(sim, me, run);
        return;
    }
    takeover_drop(sim, me);
    member->lookout.run = 0;
    lookout_resume(sim, me, run);
}

static void decided(Sim *sim, Entity *me, Call *run, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    if (is_over(me, run)) {
        call_end(sim, run);
        return;
    }
    book_of(run)->decided = sim_now(sim);
    if (book_of(run)->once_more) {
        Call *call = call_new(sim, me, run, writer_of(me), PORT_HEALTH, asked_once_more);
        call->story = key_of(run->story, (uint64_t)sim_now(sim));
        call->health = (HealthPort){.epoch = member->epoch};
        call_send(sim, call, member->check_patience);
    } else if (lookout_is_majority(member->habits, member->takeover.grants)) {
        commit(sim, me, run);
    } else {
        takeover_drop(sim, me);
        call_end(sim, run);
    }
}

static void wait_for_decision(Sim *sim, Entity *me, Call *run)
{
    const Member *member = me->state;
    awaited_for(member->awaited, AWAITED_DECISION);
    call_wait(sim, run, law_time(&member->habits->decide, call_draw(me, run, DRAW_DECIDE)), decided);
}

/* The loop ends where somebody is at it already: another writer makes it begin anew. */
void takeover_by_runbook(Sim *sim, Entity *me, Call *loop)
{
    const Member *member = me->state;
    if (member->takeover.stage != TAKEOVER_NONE) {
        lookout_resume(sim, me, loop);
        return;
    }
    TELL(sim, me, "finds the writer dead");
    set_out(me, loop, TAKEOVER_WANTED, (Runbook){.once_more = true, .detected = sim_now(sim)});
    wait_for_decision(sim, me, loop);
}

void takeover_vote(Sim *sim, Entity *me, guint voter, uint32_t epoch)
{
    Member *member = me->state;
    if (epoch != member->epoch || member->writer == member->replica.number || member->rebuilding)
        return;
    member->takeover.grants |= 1ull << voter;
    if (member->takeover.stage != TAKEOVER_NONE || !lookout_is_majority(member->habits, member->takeover.grants))
        return;
    TELL(sim, me, "hears from more than half that the writer is dead");
    Call *run = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
    *LOCALS(run, Looking) = (Looking){0};
    set_out(me, run, TAKEOVER_WANTED, (Runbook){.detected = sim_now(sim)});
    wait_for_decision(sim, me, run);
}

bool takeover_unvote(Entity *me, guint voter, uint32_t epoch)
{
    Member *member = me->state;
    if (epoch == member->epoch && member->takeover.stage == TAKEOVER_SURE)
        return false;
    if (epoch == member->epoch)
        member->takeover.grants &= ~(1ull << voter);
    return true;
}

/* ---- somebody asks for it ---- */

static void drain(Sim *sim, Entity *me, Call *run, Call *reply);

static void give_up(Sim *sim, Entity *me, Call *run)
{
    TELL(sim, me, "gives the switchover up");
    observe_switchover(sim, me->thing, SIMTIME_NEVER);
    takeover_drop(sim, me);
    call_end(sim, run);
}

static void drained(Sim *sim, Entity *me, Call *run, Call *reply)
{
    const Member *member = me->state;
    if (is_over(me, run)) {
        call_end(sim, run);
        return;
    }
    Runbook *book = book_of(run);
    book->failed = reply->outcome == OUTCOME_OK ? 0 : book->failed + 1;
    if (reply->outcome == OUTCOME_OK && reply->verdict.healthy) {
        TELL(sim, me, "has received all that there is");
        commit(sim, me, run);
    } else if (book->failed >= member->habits->failures) {
        give_up(sim, me, run);
    } else {
        call_wait(sim, run, drain_again, drain);
    }
}

static void ask_to_stop(Sim *sim, Entity *me, Call *parent, Step then)
{
    const Member *member = me->state;
    Call *call = call_new(sim, me, parent, writer_of(me), PORT_VERDICT, then);
    call->story = key_of(parent->story, (uint64_t)sim_now(sim));
    call->verdict = (VerdictPort){.about = me, .epoch = member->epoch, .what = VERDICT_STOP};
    call_send(sim, call, member->check_patience);
}

static void drain(Sim *sim, Entity *me, Call *run, Call *reply)
{
    (void)reply;
    if (is_over(me, run))
        call_end(sim, run);
    else
        ask_to_stop(sim, me, run, drained);
}

static Call *set_out_by_hand(Sim *sim, Entity *me, Runbook book)
{
    Call *run = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
    *LOCALS(run, Looking) = (Looking){0};
    set_out(me, run, TAKEOVER_SURE, book);
    return run;
}

/* The writer has stopped, or nothing comes of it. */
static void stopped(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Member *member = me->state;
    uint32_t turn = *LOCALS(call, uint32_t);
    bool mine = turn == member->takeover.turn;
    if (!mine || reply->outcome != OUTCOME_OK) {
        if (mine)
            takeover_drop(sim, me);
        if (reply->outcome == OUTCOME_ERROR)
            succession_heed(sim, me, reply);
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    call_answer(sim, call, OUTCOME_OK);
    drain(sim, me, set_out_by_hand(sim, me, (Runbook){.planned = true, .decided = sim_now(sim)}), NULL);
}

static void fail_over(Sim *sim, Entity *me, Call *call)
{
    TELL(sim, me, "is told to take over");
    Call *run = set_out_by_hand(sim, me, (Runbook){.detected = call->control.since, .decided = sim_now(sim)});
    call_answer(sim, call, OUTCOME_OK);
    commit(sim, me, run);
}

static void switch_over(Sim *sim, Entity *me, Call *call)
{
    Member *member = me->state;
    TELL(sim, me, "is told to take over, with the writer's consent");
    member->takeover.stage = TAKEOVER_SURE;
    *LOCALS(call, uint32_t) = ++member->takeover.turn;
    ask_to_stop(sim, me, call, stopped);
}

void takeover_by_hand(Sim *sim, Entity *me, Call *call)
{
    const Member *member = me->state;
    if (member->writer == member->replica.number)
        call_answer(sim, call, OUTCOME_OK);
    else if (member->rebuilding || member->takeover.stage == TAKEOVER_SURE)
        call_answer(sim, call, OUTCOME_ERROR);
    else if (call->control.what == CONTROL_FAILOVER)
        fail_over(sim, me, call);
    else
        switch_over(sim, me, call);
}
