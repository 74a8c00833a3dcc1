/* Writes: those of a database that are not settled everywhere, as the ledger keeps them: by item, newest first, and by
 * version.
 *
 * What concerns all writes of a busy item must not cost a walk for each of them: a change that arrives finds its write
 * by its version, and how many of the item's writes a replica does not see yet is counted as they come and go. A list
 * is in the order of making, by the true instant.  Stamps may be ahead of that by no more than `ahead`, so a search for
 * what is newer than a version can stop where it is certain that only older ones follow. */
#ifndef MRSIM_MODEL_WRITES_H
#define MRSIM_MODEL_WRITES_H
#include "base/index.h"
#include "model/sim.h"
#include "model/versions.h"

enum { NO_WRITE = INDEX_NONE };

typedef struct {
    Version version;
    SimTime made_at;         /* the true instant; the version has that of the writer's clock */
    SimTime acknowledged_at; /* SIMTIME_NEVER: not yet, or never */
    uint64_t received;       /* bit per replica: received, and to be seen there */
    uint64_t stored;         /* bit per replica: received, and not to be seen yet */
    uint64_t number;         /* of the acknowledged ones that are measured; 0: none */
    uint64_t by;             /* the number of the write that won (0: it has none), and its version: */
    Version winner;
    SimTime kept_until;          /* only where settled ones are kept */
    uint32_t item, next, before; /* the next older unsettled write of the same item, and the next newer; next: or free
                                    record */
    uint32_t twin;               /* in the same bucket */
    uint32_t head;               /* of its item */
    uint32_t next_kept;
    uint32_t wins;      /* writes that lost to it before it was acknowledged */
    uint32_t strangers; /* writes that it did not know and that did not know it, when it was made */
    uint8_t origin;
    bool overwritten, superseded, divergent, waited, measured, alive;
    bool proposed;          /* several replicas must have it before it is acknowledged; then: */
    bool chosen;            /* the members have agreed on it */
    bool under_way, hinted; /* who proposed it is at it; a hint carries it on */
    bool settled;           /* counted: every member has it; kept for those that are no members and do not know it */
    bool kept;              /* everywhere, and kept for those whose clocks are behind */
} Write;

typedef struct {
    Sim *sim;
    const Thing *database;
    Versions *versions; /* an item without writes is forgotten in it */
    guint n_replicas;
    Index index;    /* item -> head */
    GArray *heads;  /* uint32_t: per item its newest write (or the next free head), and how many each replica lacks */
    GArray *writes; /* Write */
    uint32_t spare, spare_head;
    uint32_t *bucket; /* by item and version: first of those that fall together */
    uint32_t n_buckets;
    SimTime ahead; /* of the true time, at most, is the stamp of any write that there ever was */
} Writes;

void writes_init(Writes *writes, Sim *sim, const Thing *database, guint n_replicas, Versions *versions);
void writes_clear(Writes *writes);
/* `received`: by whom.  The record is valid until the next one is added. */
uint32_t writes_add(Writes *writes, uint32_t item, Version version, guint origin, uint64_t received);
void writes_drop(Writes *writes, uint32_t id);
static inline Write *writes_at(const Writes *writes, uint32_t id)
{
    return &g_array_index(writes->writes, Write, id);
}
static inline guint writes_room(const Writes *writes) /* ids are below; some are not alive */
{
    return writes->writes->len;
}
/* The newest of the item, by making; NO_WRITE: it has none. */
uint32_t writes_first(const Writes *writes, uint32_t item);
/* Any of this version, and the next one: two of one instant at one replica have the same. */
uint32_t writes_like(const Writes *writes, uint32_t item, Version version);
uint32_t writes_next_like(const Writes *writes, uint32_t id);
/* The replica sees it from now on. */
void writes_receive(Writes *writes, uint32_t id, guint replica);
/* How many writes of its item the replica does not see. */
uint32_t writes_unseen(const Writes *writes, uint32_t id, guint replica);
/* Do the lists and the counts of what is unseen agree with the writes themselves?  By walking: at the end of a run. */
bool writes_add_up(const Writes *writes);
/* Are it and all that were made before it certainly older than this instant? */
static inline bool writes_all_older(const Writes *writes, const Write *write, SimTime at)
{
    return write->made_at + writes->ahead < at;
}
static inline bool version_same(Version a, Version b)
{
    return a.at == b.at && a.region == b.region;
}
#endif
