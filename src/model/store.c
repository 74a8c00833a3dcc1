#include "model/store.h"
#include "model/observer.h"
#include "base/poison.h"

struct Store {
    guint n_replicas;
    Entity *replica[MOST_REPLICAS];
    Versions *versions;
    Ledger *ledger;
};

static void free_store(void *whose)
{
    Store *store = whose;
    for (guint i = 0; i < store->n_replicas; i++) {
        const Replica *replica = store->replica[i]->state;
        for (guint j = 0; j < store->n_replicas; j++)
            if (replica->to[j])
                log_free(replica->to[j]);
    }
    ledger_free(store->ledger);
    versions_free(store->versions);
}

void store_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n, int writer,
                 gsize state_size)
{
    CHECK(n >= 1 && n <= MOST_REPLICAS);
    Store *store = arena_one(sim->arena, Store);
    store->n_replicas = n;
    store->versions = versions_new(n);
    store->ledger = ledger_new(sim, thing, n, regions, writer, store->versions);
    for (guint i = 0; i < n; i++) {
        g_autofree char *part = g_strdup_printf("@%s", sim->world->region[regions[i]].name);
        Entity *me =
            entity_new(sim, thing, ops, network_region(sim->network, regions[i], WHOLE_REGION), state_size, part);
        const StoreConfig *config = me->config;
        Replica *replica = me->state;
        *replica = (Replica){.store = store, .number = i};
        station_init(sim, &replica->station, me, "database", config->workers, G_MAXUINT32);
        store->replica[i] = me;
        entity_open(sim, me);
    }
    sim_at_end(sim, free_store, store);
}

void store_connect(Sim *sim, const Thing *thing, LogHabits habits)
{
    Entity *me[MOST_REPLICAS];
    guint n = doors_of(sim, thing, ANYWHERE, me, MOST_REPLICAS);
    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
            if (i != j)
                ((Replica *)me[i]->state)->to[j] = log_new(sim, me[i], me[j], habits);
}

guint store_replicas(const Store *store)
{
    return store->n_replicas;
}
Entity *store_replica(const Store *store, guint number)
{
    return store->replica[number];
}
Ledger *store_ledger(const Store *store)
{
    return store->ledger;
}

void replica_start(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    station_restart(sim, &replica->station);
    for (guint i = 0; i < replica->store->n_replicas; i++)
        if (replica->to[i])
            log_start(sim, replica->to[i]);
}

static void work(Sim *sim, Entity *me, Call *call);

static void leave(Sim *sim, Entity *me)
{
    Call *next = station_leave(sim, &((Replica *)me->state)->station);
    if (next)
        work(sim, me, next);
}

static void read_done(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Replica *replica = me->state;
    (void)reply;
    call->store.version = versions_get(replica->store->versions, replica->number, call->store.item);
    call->store.stale =
        ledger_stale(replica->store->ledger, call->store.item, call->store.version, &call->store.staleness);
    call_answer(sim, call, OUTCOME_OK);
    leave(sim, me);
}

static void write_done(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Replica *replica = me->state;
    uint32_t item = call->store.item;
    Version version = {sim_now(sim), me->region};
    (void)reply;
    versions_take(replica->store->versions, replica->number, item, version);
    ledger_write(replica->store->ledger, replica->number, item, version);
    replica_ship(sim, me, item, version, call->store.epoch);
    call->store.version = version;
    call->store.stale = false;
    call_answer(sim, call, OUTCOME_OK);
    leave(sim, me);
}

static void work(Sim *sim, Entity *me, Call *call)
{
    const StoreConfig *config = me->config;
    bool writes = call->store.op == OP_WRITE;
    SimTime duration = law_time(writes ? &config->write_time : &config->read_time, call_draw(me, call, DRAW_WORK));
    call_wait(sim, call, duration, writes ? write_done : read_done);
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
    for (guint i = 0; i < replica->store->n_replicas; i++)
        if (replica->to[i])
            log_append(sim, replica->to[i], item, version, epoch);
}

void replica_take(Sim *sim, Entity *me, Call *call)
{
    const Replica *replica = me->state;
    const LogPort *change = &call->change;
    if (ledger_open(replica->store->ledger, change->item)) {
        versions_take(replica->store->versions, replica->number, change->item, change->version);
        ledger_arrive(replica->store->ledger, replica->number, change->item, change->version);
    }
    call_answer(sim, call, OUTCOME_OK);
}

void replica_finish(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    station_finish(sim, &replica->station);
    if (replica->number == 0)
        ledger_finish(replica->store->ledger);
}
