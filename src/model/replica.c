#include "model/replica.h"
#include "model/clock.h"
#include "model/observer.h"
#include "model/stock.h"
#include "base/poison.h"

static void work(Sim *sim, Entity *me, Call *call);

struct ReplicaSet {
    guint n_replicas;
    bool by_clock; /* several may write: what they write is stamped by their clocks */
    Entity *replica[MOST_REPLICAS];
    Versions *versions;
    Ledger *ledger;
    Stock *stock; /* NULL: items are nothing that is sold */
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
    if (set->stock)
        stock_free(set->stock);
}

void replicas_run_in(const Regions *regions, const World *world, bool *here)
{
    for (guint i = 0; regions->n == 0 && i < world->n_running; i++)
        here[i] = true;
    for (guint i = 0; i < regions->n; i++)
        here[regions->region[i]] = true;
}

static void show(Sim *sim, Entity *me, uint32_t item, Version version);

static Applier *make_applier(Sim *sim, Entity *me, const ReplicaHabits *habits)
{
    const ReplicaConfig *config = me->config;
    const Law *work_of_one = &config->apply_time;
    bool at_once = work_of_one->kind == LAW_NONE || (law_is_constant(work_of_one) && law_mean(work_of_one) == 0);
    if (at_once && !habits->hold)
        return NULL;
    return applier_new(sim, me,
                       (ApplyHabits){.appliers = at_once ? G_MAXINT64 : config->appliers,
                                     .work = work_of_one,
                                     .hold = habits->hold,
                                     .apply = show});
}

ReplicaSet *replicas_build_with(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n,
                                ReplicaHabits habits, gsize state_size)
{
    const ReplicaConfig *common = thing->config;
    CHECK(n >= 1 && n <= MOST_REPLICAS);
    ReplicaSet *set = arena_one(sim->arena, ReplicaSet);
    set->n_replicas = n;
    set->by_clock = habits.writer == ALL_WRITE;
    set->versions = versions_new(n);
    set->ledger = ledger_new(sim, thing, n, regions, habits.writer, set->versions);
    if (common->stock > 0) {
        set->stock = stock_new(sim, thing, common->stock);
        versions_keep(set->versions);
    }
    for (guint i = habits.doors; i < n; i++)
        ledger_has_witness(set->ledger, i);
    for (guint i = 0; i < n; i++) {
        g_autofree char *part = g_strdup_printf("@%s", sim->world->region[regions[i]].name);
        Entity *me =
            entity_new(sim, thing, ops, network_region(sim->network, regions[i], WHOLE_REGION), state_size, part);
        const ReplicaConfig *config = me->config;
        Replica *replica = me->state;
        *replica = (Replica){.set = set, .number = i};
        station_init(sim, &replica->station, me, "database", config->workers, G_MAXUINT32);
        replica->station.serve = work;
        replica->applier = n > 1 ? make_applier(sim, me, &habits) : NULL;
        set->replica[i] = me;
        if (i < habits.doors)
            entity_open(sim, me);
    }
    if (set->by_clock && sim->clocks)
        ledger_keep(set->ledger, clocks_span(sim));
    sim_at_end(sim, free_set, set);
    return set;
}

void replicas_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n, int writer,
                    gsize state_size)
{
    replicas_build_with(sim, thing, ops, regions, n, (ReplicaHabits){.writer = writer, .doors = n}, state_size);
}

void replicas_connect(Sim *sim, const Thing *thing, LogHabits habits)
{
    guint n_doors;
    ReplicaSet *set = ((const Replica *)doors_in(sim, thing, ANYWHERE, &n_doors)[0]->state)->set;
    Entity *const *me = set->replica;
    for (guint i = 0; i < set->n_replicas; i++)
        for (guint j = 0; j < set->n_replicas; j++)
            if (i != j) {
                habits.bytes = (uint32_t)((const ReplicaConfig *)me[i]->config)->change_size;
                ((Replica *)me[i]->state)->to[j] = log_new(sim, me[i], me[j], habits);
            }
}

void replicas_hold(Sim *sim, const Thing *thing, int from, int to, bool held)
{
    guint n_doors;
    Entity *const *door = doors_in(sim, thing, ANYWHERE, &n_doors);
    for (guint i = 0; i < n_doors; i++) {
        const Replica *replica = door[i]->state;
        for (guint j = 0; j < replica->set->n_replicas; j++) {
            int other = replica->set->replica[j]->region;
            if (replica->to[j] && (from == ANYWHERE || from == door[i]->region) && (to == ANYWHERE || to == other))
                log_hold(sim, replica->to[j], held);
        }
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

static void answer_and_leave(Sim *sim, Entity *me, Call *call)
{
    SimTime came = call->arrived_at;
    call_answer(sim, call, OUTCOME_OK);
    Call *next = station_leave(sim, &((Replica *)me->state)->station, came);
    if (next)
        work(sim, me, next);
}

static void write_done(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Replica *replica = me->state;
    uint32_t item = call->store.item;
    SimTime stamp = replica->set->by_clock ? clock_now(sim, me->region) : sim_now(sim);
    Version version = {stamp, me->region, 0};
    (void)reply;
    if (G_UNLIKELY(replica_is_sold_out(sim, replica, item))) {
        call->store.version = replica_holds(replica, item);
        call->store.stale = false;
        answer_and_leave(sim, me, call);
        return;
    }
    version.value = replica_left(replica, item) - 1;
    versions_take(replica->set->versions, replica->number, item, version);
    replica_sells(sim, replica, item);
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

int32_t replica_left(const Replica *replica, uint32_t item)
{
    Version here = replica_holds(replica, item);
    if (!replica->set->stock)
        return 0;
    return here.at > 0 ? here.value : stock_units(replica->set->stock);
}

bool replica_is_sold_out(Sim *sim, const Replica *replica, uint32_t item)
{
    if (G_LIKELY(!replica->set->stock) || replica_left(replica, item) > 0)
        return false;
    stock_refuses(sim, replica->set->stock);
    return true;
}

void replica_sells(Sim *sim, const Replica *replica, uint32_t item)
{
    if (G_UNLIKELY(replica->set->stock))
        stock_sells(sim, replica->set->stock, item);
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
