/* Pool: the connections that an instance of an application keeps to a database, by what its endpoint tells it.
 *
 * The endpoint is looked up again and again, so that no request waits for it.  When it tells an address that the pool
 * has no connections to, as many have to be opened as the instance has workers: each of the first calls to that address
 * pays the handshake.  At the start of the run all are open. */
#ifndef MRSIM_MODEL_POOL_H
#define MRSIM_MODEL_POOL_H
#include "model/endpoint.h"

typedef struct {
    Entity *to;
    uint32_t missing; /* connections that are not open yet */
} PoolSide;
typedef struct {
    Entity *names;
    uint32_t connections;
    guint n_reads, turn;
    PoolSide writes, writer, reads[MOST_FOR_READS];
    SimTime writer_for;  /* how long after a write of the session reads go to the writer; 0: never */
    uint8_t round_trips; /* of a call on a connection that is to be opened first */
    uint64_t key;
    bool has_looked;
    unsigned patience;
} Pool;

/* NULL: the database has no endpoint there; its doors are its addresses.  `first`: whom it reads from until it has
 * looked. While connecting. */
Pool *pool_new(Sim *sim, Entity *me, const Thing *database, Entity *first, gint64 connections, unsigned patience);
void pool_start(Sim *sim, Entity *me, Pool *pool); /* begins to look */
/* Whom the next operation is asked of, over how many round trips.  `position`: of the session, 0: it has written
 * nothing that is known. */
Entity *pool_pick(const Sim *sim, Pool *pool, Op op, SimTime position, uint8_t *round_trips);
#endif
