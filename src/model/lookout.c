#include "model/lookout.h"
#include "model/succession.h"
#include "model/takeover.h"
#include "base/poison.h"

static const Ops watcher_ops;

static Lookout *lookout_of(Entity *me)
{
    return me->ops == &watcher_ops ? me->state : &((Member *)me->state)->lookout;
}

static bool is_member(const Entity *me)
{
    return me->ops != &watcher_ops;
}

static bool has_watchers(const SuccessionConfig *habits)
{
    return habits->watchers.n > 0;
}

SimTime lookout_lease(const SuccessionConfig *habits)
{
    return (habits->failures + 1) * (habits->interval + habits->check_timeout);
}

guint lookout_voters(const SuccessionConfig *habits)
{
    return has_watchers(habits) ? habits->watchers.n : 1;
}

bool lookout_is_majority(const SuccessionConfig *habits, uint64_t voters)
{
    return 2 * (guint)__builtin_popcountll(voters) > lookout_voters(habits);
}

guint lookout_heir(guint writer)
{
    return writer == 0 ? 1 : 0;
}

/* ---- who is to watch ---- */

/* Only one may, where it gives promises; else one after the other. */
static bool is_upon(const Entity *me, const Lookout *lookout)
{
    const SuccessionConfig *habits = lookout->habits;
    bool in_use = habits->promotion == PROMOTION_AUTOMATIC || habits->fencing;
    if (!is_member(me))
        return true;
    const Member *member = me->state;
    if (!in_use || has_watchers(habits) || member->rebuilding || member->replica.number == lookout->writer)
        return false;
    return !habits->fencing || member->replica.number == lookout_heir(lookout->writer);
}

/* Is there a member before it that lives, as far as it knows? */
static bool is_preceded(const Entity *me, const Lookout *lookout)
{
    if (!is_member(me))
        return false;
    guint number = ((const Replica *)me->state)->number;
    for (guint i = 0; i < number; i++)
        if (i != lookout->writer && lookout->run_of[i] < lookout->habits->failures)
            return true;
    return false;
}

/* ---- looking at the writer ---- */

static void look(Sim *sim, Entity *me, Call *loop, Call *reply);

static void vote(Sim *sim, Entity *me, guint candidate, bool dead);

static bool has_promised(const Sim *sim, const Lookout *lookout)
{
    return lookout->heard_at + lookout_lease(lookout->habits) > sim_now(sim);
}

/* It has been answered: the writer lives.  Whoever was told otherwise has to agree before it is promised anything. */
static void lives(Sim *sim, Entity *me, Lookout *lookout, const Call *reply)
{
    lookout->run = 0;
    if (lookout->granted != NOBODY) {
        vote(sim, me, (guint)lookout->granted, false);
        return;
    }
    lookout->heard_at = sim_now(sim);
    lookout->echo = reply->health.at;
}

static void find_dead(Sim *sim, Entity *me, Lookout *lookout, Call *loop)
{
    bool knew_it = lookout->heard_at > 0; /* who never was answered has not been promised anything, and knows nothing */
    bool automatic = lookout->habits->promotion == PROMOTION_AUTOMATIC && (knew_it || !lookout->habits->fencing);
    if (automatic && is_member(me) && lookout->granted == NOBODY) {
        takeover_by_runbook(sim, me, loop);
        return;
    }
    if (automatic && !is_member(me) && !(lookout->habits->fencing && has_promised(sim, lookout))) {
        guint candidate = lookout->granted != NOBODY ? (guint)lookout->granted : lookout_heir(lookout->writer);
        if (lookout->granted == NOBODY)
            TELL(sim, me, "finds the writer dead");
        lookout->granted = (int)candidate;
        vote(sim, me, candidate, true);
    }
    call_wait(sim, loop, lookout->habits->interval, look);
}

static void looked(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Lookout *lookout = lookout_of(me);
    if (LOCALS(loop, Looking)->round != lookout->round) {
        call_end(sim, loop);
        return;
    }
    if (reply->outcome == OUTCOME_OK && reply->health.epoch > lookout->epoch) {
        guint writer = ((const Replica *)reply->health.about->state)->number;
        if (is_member(me))
            succession_follow(sim, me, writer, reply->health.epoch, false);
        else
            lookout_turn(sim, me, writer, reply->health.epoch);
        call_end(sim, loop);
        return;
    }
    if (reply->outcome == OUTCOME_OK)
        lives(sim, me, lookout, reply);
    else
        lookout->run++;
    if (lookout->run >= lookout->habits->failures)
        find_dead(sim, me, lookout, loop);
    else
        call_wait(sim, loop, lookout->habits->interval, look);
}

static void ask_how_it_is(Sim *sim, Entity *me, Call *loop, guint whom, Step then)
{
    const Lookout *lookout = lookout_of(me);
    Call *call = call_new(sim, me, loop, replicas_nth(lookout->set, whom), PORT_HEALTH, then);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->health = (HealthPort){.lease = lookout->habits->fencing && whom == lookout->writer,
                                .voter = (uint8_t)lookout->voter,
                                .epoch = lookout->epoch,
                                .at = lookout->granted == NOBODY ? lookout->echo : 0};
    call_send(sim, call, lookout->patience);
}

static void look(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Lookout *lookout = lookout_of(me);
    (void)reply;
    if (LOCALS(loop, Looking)->round != lookout->round) {
        call_end(sim, loop);
    } else if (is_preceded(me, lookout)) {
        lookout->run = 0;
        call_wait(sim, loop, lookout->habits->interval, look);
    } else {
        ask_how_it_is(sim, me, loop, lookout->writer, looked);
    }
}

void lookout_resume(Sim *sim, Entity *me, Call *loop)
{
    const Lookout *lookout = lookout_of(me);
    call_wait(sim, loop, lookout->habits->interval, look);
}

/* ---- looking at the members before it ---- */

static void look_before(Sim *sim, Entity *me, Call *loop, Call *reply);

static void looked_before(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Lookout *lookout = lookout_of(me);
    uint32_t *run = &lookout->run_of[LOCALS(loop, Looking)->whom];
    *run = reply->outcome == OUTCOME_OK && reply->health.fit ? 0 : *run + 1;
    call_wait(sim, loop, lookout->habits->interval, look_before);
}

static void look_before(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Lookout *lookout = lookout_of(me);
    (void)reply;
    if (LOCALS(loop, Looking)->round != lookout->round)
        call_end(sim, loop);
    else
        ask_how_it_is(sim, me, loop, LOCALS(loop, Looking)->whom, looked_before);
}

/* ---- from the first look to the next writer ---- */

static void begin_loop(Sim *sim, Entity *me, guint whom, Step step)
{
    const Lookout *lookout = lookout_of(me);
    Call *loop = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
    *LOCALS(loop, Looking) = (Looking){lookout->round, whom};
    double phase = unit_of(call_draw(me, loop, DRAW_PHASE));
    call_wait(sim, loop, (SimTime)(phase * (double)lookout->habits->interval), step);
}

void lookout_start(Sim *sim, Entity *me)
{
    Lookout *lookout = lookout_of(me);
    lookout->round++;
    lookout->run = 0;
    lookout->telling = false;
    if (!is_upon(me, lookout))
        return;
    begin_loop(sim, me, lookout->writer, look);
    if (!is_member(me) || lookout->habits->fencing)
        return;
    for (guint i = 0; i < ((const Replica *)me->state)->number; i++) {
        lookout->run_of[i] = 0;
        if (i != lookout->writer)
            begin_loop(sim, me, i, look_before);
    }
}

void lookout_turn(Sim *sim, Entity *me, guint writer, uint32_t epoch)
{
    Lookout *lookout = lookout_of(me);
    if (epoch <= lookout->epoch)
        return;
    lookout->writer = writer;
    lookout->epoch = epoch;
    lookout->heard_at = lookout->echo = 0;
    lookout->granted = NOBODY;
    lookout_start(sim, me);
}

/* ---- votes ---- */

typedef struct {
    guint candidate;
    uint32_t epoch;
    bool dead;
} Ballot;

static void counted(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Lookout *lookout = lookout_of(me);
    Ballot ballot = *LOCALS(root, Ballot);
    call_end(sim, root);
    lookout->telling = false;
    if (ballot.epoch != lookout->epoch)
        return;
    if (!ballot.dead && reply->outcome == OUTCOME_OK && lookout->granted == (int)ballot.candidate) {
        lookout->granted = NOBODY;
        TELL(sim, me, "takes its vote back");
    }
    /* Nobody promises anything where nobody is fenced: it may turn to another. */
    if (ballot.dead && reply->outcome != OUTCOME_OK && !lookout->habits->fencing) {
        guint next = ballot.candidate;
        do
            next = (next + 1) % replicas_count(lookout->set);
        while (next == lookout->writer);
        lookout->granted = (int)next;
    }
}

/* Until it is heard it is told again, with the checks. */
static void vote(Sim *sim, Entity *me, guint candidate, bool dead)
{
    Lookout *lookout = lookout_of(me);
    if (lookout->telling)
        return;
    lookout->telling = true;
    Call *root = call_begin(sim, me, key_of(me->own_key ^ 1, (uint64_t)sim_now(sim)));
    *LOCALS(root, Ballot) = (Ballot){candidate, lookout->epoch, dead};
    Call *call = call_new(sim, me, root, replicas_nth(lookout->set, candidate), PORT_VERDICT, counted);
    call->verdict = (VerdictPort){.about = me,
                                  .epoch = lookout->epoch,
                                  .region = (int16_t)lookout->voter,
                                  .what = dead ? VERDICT_VOTE : VERDICT_NO_VOTE};
    call_send(sim, call, lookout->patience);
}

bool lookout_grant(const Sim *sim, Entity *me, guint candidate, uint32_t epoch, bool agreed)
{
    Lookout *lookout = lookout_of(me);
    if (epoch != lookout->epoch || lookout->heard_at == 0 || lookout->telling)
        return false; /* what is being told may be that it does not help any more */
    if (lookout->granted != NOBODY && lookout->granted != (int)candidate)
        return false;
    lookout->granted = (int)candidate;
    return agreed || !has_promised(sim, lookout);
}

/* ---- a watcher ---- */

static void watcher_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Lookout *lookout = me->state;
    Outcome outcome = OUTCOME_OK;
    (void)reply;
    if (call->port == PORT_VERDICT) {
        guint about = ((const Replica *)call->verdict.about->state)->number;
        if (call->verdict.what == VERDICT_IS_WRITER)
            lookout_turn(sim, me, about, call->verdict.epoch);
        else if (!lookout_grant(sim, me, about, call->verdict.epoch, call->verdict.healthy))
            outcome = OUTCOME_ERROR;
        call->verdict.region = (int16_t)lookout->voter;
        call->verdict.about = replicas_nth(lookout->set, lookout->writer);
        call->verdict.epoch = lookout->epoch;
    }
    call_answer(sim, call, outcome);
}

static const Ops watcher_ops = {
    .role = "watcher", .start = lookout_start, .asked = watcher_asked, .stands_beside = true};

/* ---- of the writer ---- */

void leases_begin(Leases *leases)
{
    leases->seen = 0;
}

/* The first check of an epoch has nothing to quote: whoever hears its answer promises from then on. */
void leases_note(const Sim *sim, Leases *leases, const SuccessionConfig *habits, const HealthPort *check)
{
    uint64_t bit = 1ull << check->voter;
    bool first = !(leases->seen & bit);
    SimTime until = (first ? sim_now(sim) : check->at) + lookout_lease(habits);
    leases->seen |= bit;
    if (first || (check->at > 0 && until > leases->until[check->voter]))
        leases->until[check->voter] = until;
}

bool leases_hold(const Sim *sim, const Leases *leases, const SuccessionConfig *habits)
{
    uint64_t over = 0;
    for (guint i = 0; i < lookout_voters(habits); i++)
        if (leases->seen >> i & 1 && leases->until[i] <= sim_now(sim))
            over |= 1ull << i;
    return !lookout_is_majority(habits, over);
}

/* ---- building ---- */

static Entity *new_watcher(Sim *sim, const Thing *thing, const Lookout *like, guint voter)
{
    const char *name = like->habits->watchers.place[voter].name;
    g_autofree char *part = g_strdup_printf("/watcher@%s", name);
    int region = world_region(sim->world, name);
    const Place *place =
        region >= 0 ? network_region(sim->network, region, WHOLE_REGION) : network_city(sim->network, name);
    Entity *me = entity_new(sim, thing, &watcher_ops, place, sizeof(Lookout), part);
    Lookout *lookout = me->state;
    *lookout = *like;
    lookout->voter = voter;
    return me;
}

void lookout_build(Sim *sim, const Thing *thing, const SuccessionConfig *habits, ReplicaSet *set)
{
    guint n = replicas_count(set), n_watchers = n > 1 ? habits->watchers.n : 0;
    Entity **watcher = arena_many(sim->arena, Entity *, MAX(1, n_watchers));
    Lookout like = {.set = set, .habits = habits, .watcher = watcher, .granted = NOBODY};
    for (guint i = 0; i < n; i++) {
        Member *member = replicas_nth(set, i)->state;
        like.writer = member->writer;
        member->lookout = like;
        member->lookout.run_of = arena_many(sim->arena, uint32_t, n);
        member->leases.until = arena_many(sim->arena, SimTime, lookout_voters(habits));
    }
    for (guint i = 0; i < n_watchers; i++)
        watcher[i] = new_watcher(sim, thing, &like, i);
}

void lookout_connect(Sim *sim, ReplicaSet *set, const SuccessionConfig *habits)
{
    unsigned patience = call_patience(sim, habits->check_timeout);
    for (guint i = 0; i < replicas_count(set); i++)
        ((Member *)replicas_nth(set, i)->state)->lookout.patience = patience;
    const Lookout *any = &((Member *)replicas_nth(set, 0)->state)->lookout;
    for (guint i = 0; replicas_count(set) > 1 && i < habits->watchers.n; i++)
        ((Lookout *)any->watcher[i]->state)->patience = patience;
}
