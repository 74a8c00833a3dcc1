#include "model/replica.h"
#include "model/observer.h"
#include "base/poison.h"

static void work(Sim *sim, Entity *me, Call *call);

struct ReplicaSet {
    guint n_replicas;
    Entity *replica[MOST_REPLICAS];
    Versions *versions;
    Ledger *ledger;
};

static void free_set(void *whose)
{
    ReplicaSet *set = whose;
    for (guint i = 0; i < set->n_replicas; i++) {
        const Replica *replica = set->replica[i]->state;
        if (replica->applier)
            applier_free(replica->applier);
        for (guint j = 0; j < set->n_replicas; j++)
            if (replica->to[j])
                log_free(replica->to[j]);
    }
    ledger_free(set->ledger);
    versions_free(set->versions);
}

void replicas_run_in(const Regions *regions, const World *world, bool *here)
{
    for (guint i = 0; regions->n == 0 && i < world->n_running; i++)
        here[i] = true;
    for (guint i = 0; i < regions->n; i++)
        here[regions->region[i]] = true;
}

static void show(Sim *sim, Entity *me, uint32_t item, Version version);

static Applier *make_applier(Sim *sim, Entity *me)
{
    const ReplicaConfig *config = me->config;
    const Law *work_of_one = &config->apply_time;
    if (work_of_one->kind == LAW_NONE || (law_is_constant(work_of_one) && law_mean(work_of_one) == 0))
        return NULL;
    return applier_new(sim, me, (ApplyHabits){.appliers = config->appliers, .work = work_of_one, .apply = show});
}

void replicas_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n, int writer,
                    gsize state_size)
{
    CHECK(n >= 1 && n <= MOST_REPLICAS);
    ReplicaSet *set = arena_one(sim->arena, ReplicaSet);
    set->n_replicas = n;
    set->versions = versions_new(n);
    set->ledger = ledger_new(sim, thing, n, regions, writer, set->versions);
    for (guint i = 0; i < n; i++) {
        g_autofree char *part = g_strdup_printf("@%s", sim->world->region[regions[i]].name);
        Entity *me =
            entity_new(sim, thing, ops, network_region(sim->network, regions[i], WHOLE_REGION), state_size, part);
        const ReplicaConfig *config = me->config;
        Replica *replica = me->state;
        *replica = (Replica){.set = set, .number = i};
        station_init(sim, &replica->station, me, "database", config->workers, G_MAXUINT32);
        replica->station.serve = work;
        replica->applier = n > 1 ? make_applier(sim, me) : NULL;
        set->replica[i] = me;
        entity_open(sim, me);
    }
    sim_at_end(sim, free_set, set);
}

void replicas_connect(Sim *sim, const Thing *thing, LogHabits habits)
{
    Entity *me[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, me, MOST_REPLICAS);
    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
            if (i != j) {
                habits.bytes = (uint32_t)((const ReplicaConfig *)me[i]->config)->change_size;
                ((Replica *)me[i]->state)->to[j] = log_new(sim, me[i], me[j], habits);
            }
}

guint replicas_count(const ReplicaSet *set)
{
    return set->n_replicas;
}
Entity *replicas_nth(const ReplicaSet *set, guint number)
{
    return set->replica[number];
}
Ledger *replicas_ledger(const ReplicaSet *set)
{
    return set->ledger;
}

bool replica_bound(const Thing *thing, int region, Bound bound, double *value)
{
    if (region < 0 || !thing->runs_in[region])
        return false;
    const ReplicaConfig *config = thing_config(thing, region);
    if (bound == BOUND_WORKERS)
        *value = (double)config->workers;
    else if (bound == BOUND_READ_WORK)
        *value = law_mean(&config->read_time) * 1e-9;
    else if (bound == BOUND_WRITE_WORK)
        *value = law_mean(&config->write_time) * 1e-9;
    else if (bound == BOUND_ROOM)
        *value = INFINITY;
    else if (bound == BOUND_APPLY && config->apply_time.kind != LAW_NONE && law_mean(&config->apply_time) > 0)
        *value = (double)config->appliers / (law_mean(&config->apply_time) * 1e-9);
    else
        return false;
    return *value == *value;
}

void replica_start(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    station_restart(sim, &replica->station);
    if (replica->applier)
        applier_restart(sim, replica->applier);
    for (guint i = 0; i < replica->set->n_replicas; i++)
        if (replica->to[i])
            log_start(sim, replica->to[i]);
}

static void leave(Sim *sim, Entity *me, SimTime came)
{
    Call *next = station_leave(sim, &((Replica *)me->state)->station, came);
    if (next)
        work(sim, me, next);
}

static void answer_and_leave(Sim *sim, Entity *me, Call *call)
{
    SimTime came = call->arrived_at;
    call_answer(sim, call, OUTCOME_OK);
    leave(sim, me, came);
}

/* While it worked on it, it ceased to be the one who may. */
static void roll_back(Sim *sim, Entity *me, Call *call)
{
    SimTime came = call->arrived_at;
    call->store.why = WHY_ERROR;
    call_answer(sim, call, OUTCOME_ERROR);
    leave(sim, me, came);
}

static void write_done(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Replica *replica = me->state;
    uint32_t item = call->store.item;
    Version version = {sim_now(sim), me->region};
    (void)reply;
    if (replica->may_commit && !replica->may_commit(sim, me)) {
        roll_back(sim, me, call);
        return;
    }
    versions_take(replica->set->versions, replica->number, item, version);
    ledger_write(replica->set->ledger, replica->number, item, version);
    replica_ship(sim, me, item, version, call->store.epoch);
    call->store.version = version;
    call->store.stale = false;
    answer_and_leave(sim, me, call);
}

/* A read sees what is there when its work begins, as a statement sees its snapshot (PostgreSQL manual, 13.2.1; MySQL
 * manual, Consistent Nonlocking Reads): nothing is left to be decided at its end. */
static void read_now(Sim *sim, Entity *me, Call *call, SimTime duration)
{
    Replica *replica = me->state;
    SimTime came = call->arrived_at;
    call->bytes = (uint32_t)((const ReplicaConfig *)me->config)->answer_size;
    call->store.version = versions_get(replica->set->versions, replica->number, call->store.item);
    call->store.stale =
        ledger_stale(replica->set->ledger, call->store.item, call->store.version, &call->store.staleness);
    call_answer_after(sim, call, duration, OUTCOME_OK);
    station_leaves_at(sim, &replica->station, came, sim_now(sim) + duration);
}

static void work(Sim *sim, Entity *me, Call *call)
{
    const ReplicaConfig *config = me->config;
    uint64_t chance = call_draw(me, call, DRAW_WORK);
    if (call->store.op == OP_WRITE)
        call_wait(sim, call, law_time(&config->write_time, chance), write_done);
    else
        read_now(sim, me, call, law_time(&config->read_time, chance));
}

void replica_serve(Sim *sim, Entity *me, Call *call)
{
    switch (station_enter(sim, &((Replica *)me->state)->station, call)) {
    case STATION_SERVE:
        work(sim, me, call);
        return;
    case STATION_WAITS:
        return;
    case STATION_REFUSES:
        call->store.why = WHY_THROTTLED;
        call_answer(sim, call, OUTCOME_ERROR);
    }
}

void replica_ship(Sim *sim, Entity *me, uint32_t item, Version version, uint32_t epoch)
{
    const Replica *replica = me->state;
    for (guint i = 0; i < replica->set->n_replicas; i++)
        if (replica->to[i])
            log_append(sim, replica->to[i], item, version, epoch);
}

/* Readers see it from now on. */
static void show(Sim *sim, Entity *me, uint32_t item, Version version)
{
    const Replica *replica = me->state;
    (void)sim;
    if (!ledger_open(replica->set->ledger, item))
        return;
    versions_take(replica->set->versions, replica->number, item, version);
    ledger_arrive(replica->set->ledger, replica->number, item, version);
}

/* A log may ship a change twice; it is applied once: a real replica knows by its position, this one by whether it is on
 * record as received. */
void replica_take(Sim *sim, Entity *me, Call *call)
{
    const Replica *replica = me->state;
    const LogPort *change = &call->change;
    if (!replica->applier)
        show(sim, me, change->item, change->version);
    else if (ledger_receive(replica->set->ledger, replica->number, change->item, change->version))
        applier_take(sim, replica->applier, call);
    call_answer(sim, call, OUTCOME_OK);
}

void replica_when_applied(Sim *sim, Entity *me, Call *root, Step then)
{
    const Replica *replica = me->state;
    if (replica->applier)
        applier_when_done(sim, replica->applier, root, then);
    else
        then(sim, me, root, NULL);
}

void replica_start_over(Sim *sim, Entity *me)
{
    const Replica *replica = me->state;
    if (replica->applier)
        applier_forget(sim, replica->applier);
    ledger_rejoin(replica->set->ledger, replica->number);
}

Version replica_holds(const Replica *replica, uint32_t item)
{
    return versions_get(replica->set->versions, replica->number, item);
}

void replica_catch_up(const Replica *replica, uint32_t item, Version version)
{
    if (!ledger_open(replica->set->ledger, item))
        return;
    versions_take(replica->set->versions, replica->number, item, version);
    ledger_catch_up(replica->set->ledger, replica->number, item, version);
}

void replica_finish(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    station_finish(sim, &replica->station);
    if (replica->applier)
        applier_finish(sim, replica->applier);
    if (replica->number == 0)
        ledger_finish(replica->set->ledger);
}
