#include "model/succession.h"
#include "base/poison.h"

static const SimTime tell_again = 10 * SECOND;

/* The locals of its root calls. */
typedef struct {
    guint whom; /* a sibling, or, beyond them, a watcher */
    uint32_t epoch;
} Telling;
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

bool succession_accepts(const Sim *sim, const Entity *me)
{
    const Member *member = me->state;
    if (!is_writer(member) || member->in_doubt || member->stopped != NOBODY)
        return false;
    return !member->habits->fencing || leases_hold(sim, &member->leases, member->habits);
}

void succession_refuse(Sim *sim, Entity *me, Call *call, const char *what)
{
    TELL(sim, me, "%s", what);
    call->store.why = WHY_ERROR;
    call_answer(sim, call, OUTCOME_ERROR);
}

void succession_write(Sim *sim, Entity *me, Call *call)
{
    if (!succession_accepts(sim, me)) {
        succession_refuse(sim, me, call, "is read-only");
        return;
    }
    call->store.epoch = ((const Member *)me->state)->epoch;
    replica_serve(sim, me, call);
}

void succession_read(Sim *sim, Entity *me, Call *call)
{
    if (G_UNLIKELY(((const Member *)me->state)->rebuilding))
        succession_refuse(sim, me, call, "has no copy to read from");
    else
        replica_serve(sim, me, call);
}

/* ---- telling who writes ---- */

static void heard(Sim *sim, Entity *me, Call *root, Call *reply);

static void tell_one(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Member *member = me->state;
    guint whom = LOCALS(root, Telling)->whom, n = replicas_count(member->replica.set);
    (void)reply;
    if (!is_writer(member) || member->epoch != LOCALS(root, Telling)->epoch) {
        call_end(sim, root);
        return;
    }
    Entity *other = whom < n ? sibling(me, whom) : member->lookout.watcher[whom - n];
    Call *call = call_new(sim, me, root, other, PORT_VERDICT, heard);
    call->story = key_of(root->story, (uint64_t)sim_now(sim));
    call->verdict =
        (VerdictPort){.about = me, .epoch = member->epoch, .healthy = member->planned, .what = VERDICT_IS_WRITER};
    call_send(sim, call, member->check_patience);
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    if (reply->outcome != OUTCOME_OK) {
        call_wait(sim, root, tell_again, tell_one);
        return;
    }
    call_end(sim, root);
    succession_heed(sim, me, reply);
}

static void tell_all(Sim *sim, Entity *me)
{
    const Member *member = me->state;
    guint n = replicas_count(member->replica.set), n_watchers = member->habits->watchers.n;
    for (guint i = 0; i < n + n_watchers; i++) {
        if (i == member->replica.number)
            continue;
        Call *root = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
        *LOCALS(root, Telling) = (Telling){.whom = i, .epoch = member->epoch};
        tell_one(sim, me, root, NULL);
    }
}

/* Epochs of two members that do not know of each other are not the same. */
static uint32_t next_epoch(const Member *member)
{
    return (member->epoch / MOST_REPLICAS + 1) * MOST_REPLICAS + member->replica.number;
}

void succession_reign(Sim *sim, Entity *me, bool agreed)
{
    Member *member = me->state;
    takeover_drop(sim, me);
    member->writer = member->replica.number;
    member->epoch = next_epoch(member);
    member->planned = agreed;
    leases_begin(&member->leases);
    awaited_another(member->awaited);
    TELL(sim, me, "is the writer now");
    lookout_turn(sim, me, member->writer, member->epoch);
    tell_all(sim, me);
}

/* ---- a copy made anew ---- */

static void rebuild(Sim *sim, Entity *me);
static void ask_for_copy(Sim *sim, Entity *me, Call *root, Call *reply);

static void copied(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Member *member = me->state;
    if (reply->outcome == OUTCOME_OK)
        succession_heed(sim, me, reply);
    if (!member->rebuilding || member->epoch != LOCALS(root, Telling)->epoch) {
        call_end(sim, root);
        return;
    }
    if (reply->outcome != OUTCOME_OK) {
        call_wait(sim, root, tell_again, ask_for_copy);
        return;
    }
    TELL(sim, me, "is a full copy again");
    member->rebuilding = false;
    replica_start_over(sim, me);
    lookout_start(sim, me);
    call_end(sim, root);
}

static void ask_for_copy(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    Call *call = call_new(sim, me, root, sibling(me, member->writer), PORT_VERDICT, copied);
    call->story = key_of(root->story, (uint64_t)sim_now(sim));
    call->verdict = (VerdictPort){.about = me, .what = VERDICT_WHO_WRITES};
    call_send(sim, call, member->check_patience);
}

static void rebuild(Sim *sim, Entity *me)
{
    const Member *member = me->state;
    Call *root = call_begin(sim, me, key_of(me->own_key ^ (uint64_t)VERDICT_STOP, (uint64_t)sim_now(sim)));
    *LOCALS(root, Telling) = (Telling){.epoch = member->epoch};
    call_wait(sim, root, law_time(&member->habits->rebuild, call_draw(me, root, DRAW_RAMP)), ask_for_copy);
}

static bool takes_time(const Law *law)
{
    return law->kind != LAW_NONE && !(law_is_constant(law) && law_mean(law) == 0);
}

void succession_follow(Sim *sim, Entity *me, guint writer, uint32_t epoch, bool agreed)
{
    Member *member = me->state;
    if (epoch <= member->epoch)
        return;
    bool needs_copy = member->rebuilding || (is_writer(member) && !agreed && takes_time(&member->habits->rebuild));
    TELL(sim, me, "follows %s", sibling(me, writer)->name);
    member->writer = writer;
    member->epoch = epoch;
    member->stopped = NOBODY;
    takeover_drop(sim, me);
    for (guint i = 0; i < replicas_count(member->replica.set); i++)
        if (member->replica.to[i])
            log_stop(sim, member->replica.to[i]);
    member->rebuilding = needs_copy;
    if (needs_copy)
        rebuild(sim, me);
    else
        replica_start_over(sim, me);
    lookout_turn(sim, me, writer, epoch);
}

void succession_heed(Sim *sim, Entity *me, const Call *reply)
{
    if (reply->verdict.epoch > ((const Member *)me->state)->epoch)
        succession_follow(sim, me, ((const Replica *)reply->verdict.about->state)->number, reply->verdict.epoch, false);
}

/* ---- coming back ---- */

static void reassured(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Member *member = me->state;
    if (reply->outcome == OUTCOME_OK)
        succession_heed(sim, me, reply);
    bool all_asked = --LOCALS(root, Doubt)->left == 0;
    if (all_asked || !is_writer(member))
        member->in_doubt = false;
    if (all_asked)
        call_end(sim, root);
}

static void ask_who_writes(Sim *sim, Entity *me)
{
    Member *member = me->state;
    Call *root = call_begin(sim, me, key_of(me->own_key ^ (uint64_t)VERDICT_WHO_WRITES, (uint64_t)sim_now(sim)));
    *LOCALS(root, Doubt) = (Doubt){.left = replicas_count(member->replica.set) - 1};
    member->in_doubt = true;
    for (guint i = 0; i < replicas_count(member->replica.set); i++) {
        if (i == member->replica.number)
            continue;
        Call *call = call_new(sim, me, root, sibling(me, i), PORT_VERDICT, reassured);
        call_is_nth(call, i);
        call->verdict = (VerdictPort){.about = me, .what = VERDICT_WHO_WRITES};
        call_send(sim, call, member->check_patience);
    }
}

/* ---- stopping for a successor ---- */

static void ask_successor(Sim *sim, Entity *me, Call *root, Call *reply);

static void successor_told(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Member *member = me->state;
    if (reply->outcome == OUTCOME_OK && reply->verdict.epoch <= member->epoch && !reply->verdict.healthy &&
        is_writer(member)) {
        TELL(sim, me, "is not to stop, and makes writes again");
        member->stopped = NOBODY;
    } else if (reply->outcome == OUTCOME_OK) {
        succession_heed(sim, me, reply);
    }
    call_wait(sim, root, member->habits->interval, ask_successor);
}

/* Until it is told that there is another writer, or that there will not be. */
static void ask_successor(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Member *member = me->state;
    (void)reply;
    if (member->stopped == NOBODY) {
        call_end(sim, root);
        return;
    }
    Call *call = call_new(sim, me, root, sibling(me, (guint)member->stopped), PORT_VERDICT, successor_told);
    call->story = key_of(root->story, (uint64_t)sim_now(sim));
    call->verdict = (VerdictPort){.about = me, .what = VERDICT_WHO_WRITES};
    call_send(sim, call, member->check_patience);
}

static void wait_for_successor(Sim *sim, Entity *me)
{
    const Member *member = me->state;
    Call *root = call_begin(sim, me, key_of(me->own_key ^ (uint64_t)VERDICT_GRANT, (uint64_t)sim_now(sim)));
    call_wait(sim, root, member->habits->interval, ask_successor);
}

static bool stop(Sim *sim, Entity *me, VerdictPort *verdict)
{
    Member *member = me->state;
    guint successor = ((const Replica *)verdict->about->state)->number;
    if (!is_writer(member) || member->epoch != verdict->epoch || member->in_doubt ||
        (member->stopped != NOBODY && member->stopped != (int)successor))
        return false;
    if (member->stopped == NOBODY) {
        TELL(sim, me, "makes no more writes, for %s", verdict->about->name);
        member->stopped = (int)successor;
        wait_for_successor(sim, me);
    }
    verdict->healthy = log_backlog(member->replica.to[successor]) == 0;
    return true;
}

/* ---- what it is asked ---- */

void succession_start(Sim *sim, Entity *me)
{
    Member *member = me->state;
    replica_start(sim, me);
    member->in_doubt = false;
    takeover_drop(sim, me);
    if (replicas_count(member->replica.set) == 1)
        return;
    if (is_writer(member) && sim_now(sim) > 0)
        ask_who_writes(sim, me);
    if (is_writer(member) && member->epoch > 0)
        tell_all(sim, me); /* whom it had not reached yet */
    if (is_writer(member) && member->stopped != NOBODY)
        wait_for_successor(sim, me);
    if (member->rebuilding)
        rebuild(sim, me);
    lookout_start(sim, me);
}

static void hear(Sim *sim, Entity *me, Call *call)
{
    Member *member = me->state;
    VerdictPort *verdict = &call->verdict;
    guint voter = (guint)verdict->region, about;
    bool good = true;
    switch (verdict->what) {
    case VERDICT_IS_WRITER:
        about = ((const Replica *)verdict->about->state)->number;
        succession_follow(sim, me, about, verdict->epoch, verdict->healthy);
        break;
    case VERDICT_WHO_WRITES:
        verdict->healthy = member->takeover.stage != TAKEOVER_NONE;
        verdict->whole = !member->rebuilding;
        break;
    case VERDICT_VOTE:
        takeover_vote(sim, me, voter, verdict->epoch);
        break;
    case VERDICT_NO_VOTE:
        good = takeover_unvote(me, voter, verdict->epoch);
        break;
    case VERDICT_GRANT:
        about = ((const Replica *)verdict->about->state)->number;
        good = !member->rebuilding && lookout_grant(sim, me, about, verdict->epoch, verdict->healthy);
        verdict->region = (int16_t)member->lookout.voter;
        break;
    default:
        good = stop(sim, me, verdict);
    }
    verdict->about = sibling(me, member->writer);
    verdict->epoch = member->epoch;
    call_answer(sim, call, good ? OUTCOME_OK : OUTCOME_ERROR);
}

/* Whoever watches quotes the last answer; whoever only wants to know whether it is there says nothing. */
static void say_how_it_is(Sim *sim, Entity *me, Call *call)
{
    Member *member = me->state;
    HealthPort *health = &call->health;
    if (health->lease && is_writer(member) && health->epoch == member->epoch)
        leases_note(sim, &member->leases, member->habits, health);
    health->fit = !member->rebuilding && !member->in_doubt;
    health->epoch = member->epoch;
    health->about = sibling(me, member->writer);
    health->at = sim_now(sim);
    call_answer(sim, call, OUTCOME_OK);
}

/* What a former writer ships is no part of history any more. */
static void take(Sim *sim, Entity *me, Call *call)
{
    const Member *member = me->state;
    if (member->cut_loose)
        call_answer(sim, call, OUTCOME_ERROR);
    else if (call->change.epoch < member->epoch || member->rebuilding) /* what it misses is in the copy to be made */
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
    else if (call->port == PORT_HEALTH)
        say_how_it_is(sim, me, call);
    else if (call->port == PORT_CONTROL)
        takeover_by_hand(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

void succession_finish(Sim *sim, Entity *me)
{
    awaited_finish(((const Member *)me->state)->awaited, sim);
    replica_finish(sim, me);
}

/* ---- building ---- */

int succession_writer_region(const SuccessionConfig *habits)
{
    return habits->writer != ANYWHERE ? habits->writer : habits->regions.n > 0 ? habits->regions.region[0] : 0;
}

static bool runs_where_it_writes(const SuccessionConfig *habits)
{
    bool found = habits->writer == ANYWHERE || habits->regions.n == 0;
    for (guint i = 0; i < habits->regions.n; i++)
        found |= habits->regions.region[i] == habits->writer;
    return found;
}

/* One region has nobody who could come after it. */
static void check_alone(const SuccessionConfig *habits, Complaints *complaints)
{
    if (habits->watchers.n > 0)
        complain(complaints, "watchers", "contradictory-settings",
                 "the database is in one region, so there is nobody whom they could promote");
    if (habits->fencing)
        complain(complaints, "fencing", "contradictory-settings",
                 "the database is in one region, so nobody else can write");
}

void succession_check(const Thing *thing, const World *world, const SuccessionConfig *habits, Complaints *complaints)
{
    guint n_regions = 0;
    for (guint i = 0; i < world->n_running; i++)
        n_regions += thing->runs_in[i];
    if (n_regions == 1)
        check_alone(habits, complaints);
    replicas_check(thing, world, habits->regions.n > 0 ? "regions" : NULL, complaints);
    if (!runs_where_it_writes(habits))
        complain(complaints, "writer", "writer-elsewhere",
                 "'%s' is to be written in %s, and its regions do not name it", thing->name,
                 world->region[habits->writer].name);
    if (habits->watchers.n > MOST_REPLICAS)
        complain(complaints, "watchers", "out-of-range", "%u watchers; at most %d", habits->watchers.n, MOST_REPLICAS);
    for (guint i = 0; i < habits->watchers.n; i++)
        for (guint k = 0; k < world->n_running; k++)
            if (thing->runs_in[k])
                network_must_reach(world, habits->watchers.place[i].name, world->region[k].name, "watchers",
                                   complaints);
}

void succession_runs_in(const SuccessionConfig *habits, const World *world, bool *here)
{
    replicas_run_in(&habits->regions, world, here);
    here[succession_writer_region(habits)] = true;
}

static gint64 no_readers(const Thing *thing, int region)
{
    (void)thing;
    (void)region;
    return 0;
}

void succession_build_with(Sim *sim, const Thing *thing, const SuccessionConfig *habits, const Ops *ops,
                           const Ops *reader_ops, gint64 (*readers)(const Thing *thing, int region), gsize state_size)
{
    Site site[MOST_REPLICAS];
    guint n_members = 0, n, writer = 0;
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i]) {
            if ((int)i == succession_writer_region(habits))
                writer = n_members;
            site[n_members++] = (Site){.region = (int)i, .zone = WHOLE_REGION, .head = NO_HEAD, .ops = ops};
        }
    n = n_members;
    for (guint i = 0; i < n_members; i++) {
        int region = site[i].region, n_zones = (int)sim->world->region[region].n_zones;
        for (int j = 0; j < readers(thing, region); j++) /* in turn from the second zone on */
            site[n++] = (Site){.region = region, .zone = (j + 1) % n_zones, .head = (int)i, .ops = reader_ops};
    }
    replicas_build_at(sim, thing, site, n, (int)writer, state_size);
    Entity *door[MOST_REPLICAS];
    doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    Awaited *awaited = awaited_new(sim, thing, habits->promotion == PROMOTION_NEVER);
    for (guint i = 0; i < n_members; i++) {
        Member *member = door[i]->state;
        member->habits = habits;
        member->writer = writer;
        member->stopped = NOBODY;
        member->awaited = awaited;
        member->replica.may_commit = succession_accepts;
        entity_controls(sim, door[i], door[i]->region);
    }
    lookout_build(sim, thing, habits, ((const Replica *)door[0]->state)->set);
}

void succession_build(Sim *sim, const Thing *thing, const SuccessionConfig *habits, const Ops *ops, gsize state_size)
{
    succession_build_with(sim, thing, habits, ops, NULL, no_readers, state_size);
}

void succession_connect(Sim *sim, const Thing *thing, LogHabits shipping)
{
    Entity *door[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, door, MOST_REPLICAS);
    replicas_connect(sim, thing, shipping);
    for (guint i = 0; i < n; i++) {
        Member *member = door[i]->state;
        member->check_patience = call_patience(sim, member->habits->check_timeout);
    }
    const Member *first = door[0]->state;
    lookout_connect(sim, first->replica.set, first->habits);
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
    else if (bound == BOUND_SUCCESSION)
        *value = habits->promotion == PROMOTION_AUTOMATIC;
    else if (bound == BOUND_PROMOTION && habits->promotion == PROMOTION_AUTOMATIC && decide == decide &&
             promote == promote)
        *value = simtime_seconds(habits->interval) * (double)(habits->failures - 1) + (decide + promote) * 1e-9;
    else if (bound == BOUND_PACE)
        *value = 1e9 / (double)habits->interval * MAX(1, habits->watchers.n);
    else if (bound == BOUND_WRITE_WORK && region != succession_writer_region(habits))
        return false;
    else
        return replica_bound(thing, region, bound, value);
    return true;
}
