#include "model/pool.h"
#include "base/poison.h"

#define LOOKS_AGAIN (5 * SECOND)

Pool *pool_new(Sim *sim, Entity *me, const Thing *database, Entity *first, gint64 connections, unsigned patience)
{
    Entity *names = me->region >= 0 ? name_server_of(sim, database, me->region) : NULL;
    if (!names)
        return NULL;
    const EndpointConfig *rules = endpoint_rules(names);
    Entity *writer = database->component->elsewhere ? database->component->elsewhere(sim, database, me) : first;
    Pool *pool = arena_one(sim->arena, Pool);
    *pool = (Pool){.names = names,
                   .connections = (uint32_t)MIN(connections, G_MAXINT32),
                   .n_reads = 1,
                   .writes.to = writer,
                   .writer.to = writer,
                   .reads[0].to = first,
                   .writer_for = rules->reads == READS_AFTER_WRITE ? rules->writer_for : 0,
                   .round_trips = (uint8_t)(1 + rules->handshake),
                   .key = key_of(me->own_key ^ (uint64_t)PORT_DNS, database->key),
                   .patience = patience};
    return pool;
}

static void look_up(Sim *sim, Entity *me, Call *loop, Call *reply);

static PoolSide side_of(const Pool *pool, Entity *to, uint32_t connections)
{
    const PoolSide *known[] = {&pool->writes, &pool->writer};
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i]->to == to)
            return *known[i];
    for (guint i = 0; i < pool->n_reads; i++)
        if (pool->reads[i].to == to)
            return pool->reads[i];
    return (PoolSide){to, connections};
}

/* What it is told first was known before the run. */
static uint32_t to_open(const Pool *pool, guint n)
{
    return pool->has_looked ? (pool->connections + n - 1) / n : 0;
}

static void learn(Sim *sim, Entity *me, Pool *pool, const uint32_t *address)
{
    Pool now = *pool;
    for (now.n_reads = 0; now.n_reads < MOST_FOR_READS; now.n_reads++)
        if (address[ADDRESS_FOR_READS + now.n_reads] == NO_ADDRESS)
            break;
    now.writes = side_of(pool, sim_entity(sim, address[ADDRESS_FOR_WRITES]), to_open(pool, 1));
    now.writer = side_of(pool, sim_entity(sim, address[ADDRESS_OF_WRITER]), to_open(pool, 1));
    for (guint i = 0; i < now.n_reads; i++)
        now.reads[i] = side_of(pool, sim_entity(sim, address[ADDRESS_FOR_READS + i]), to_open(pool, now.n_reads));
    if (now.writes.to != pool->writes.to && now.writes.missing > 0)
        TELL(sim, me, "opens %u connections to %s", now.writes.missing, now.writes.to->name);
    *pool = now;
    pool->has_looked = true;
}

static void told(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Pool *pool = *LOCALS(loop, Pool *);
    bool is_told = reply->outcome == OUTCOME_OK;
    if (is_told)
        learn(sim, me, pool, reply->dns.address);
    call_wait(sim, loop, is_told ? MAX(1, reply->dns.ttl) : LOOKS_AGAIN, look_up);
}

static void look_up(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Pool *pool = *LOCALS(loop, Pool *);
    (void)reply;
    Call *call = call_new(sim, me, loop, pool->names, PORT_DNS, told);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->dns = (DnsPort){.name = pool->names->thing->index};
    call_send(sim, call, pool->patience);
}

void pool_start(Sim *sim, Entity *me, Pool *pool)
{
    if (sim_now(sim) > 0) {
        pool->writes.missing = pool->writer.missing = pool->connections;
        for (guint i = 0; i < pool->n_reads; i++)
            pool->reads[i].missing = (pool->connections + pool->n_reads - 1) / pool->n_reads;
    }
    Call *loop = call_begin(sim, me, pool->key);
    *LOCALS(loop, Pool *) = pool;
    look_up(sim, me, loop, NULL);
}

Entity *pool_pick(const Sim *sim, Pool *pool, Op op, SimTime position, uint8_t *round_trips)
{
    PoolSide *side = &pool->writes;
    if (op == OP_READ && position > 0 && sim_now(sim) - position < pool->writer_for)
        side = &pool->writer;
    else if (op == OP_READ)
        side = &pool->reads[pool->turn++ % pool->n_reads];
    *round_trips = side->missing > 0 ? pool->round_trips : 1;
    side->missing -= side->missing > 0;
    return side->to;
}
