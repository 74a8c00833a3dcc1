/* Ports: the only words that components share.  A call is made on one port and carries that port's payload there and
 * back. */
#ifndef MRSIM_MODEL_PORTS_H
#define MRSIM_MODEL_PORTS_H
#include "kernel/simtime.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Entity Entity;
typedef struct Sim Sim;
typedef struct Place Place;

typedef enum { PORT_NONE, PORT_CONNECT, PORT_DNS, PORT_HTTP, PORT_STORE, PORT_HEALTH, PORT_LOG, PORT_VERDICT } Port;
typedef enum { OP_READ, OP_WRITE, N_OPS } Op;
enum { NO_REGION = -1 };

/* A version of a stored item: when it was committed (by the clock of who committed it) and where; later wins, equal
 * instants are decided by the lower region number.  Version 0: what was there before the run. */
typedef struct {
    SimTime at;
    int32_t region;
} Version;
static inline bool version_newer(Version a, Version b)
{
    return a.at != b.at ? a.at > b.at : a.region < b.region;
}

typedef struct {
    uint32_t name;  /* asked: index of the dns thing in the world */
    Entity *server; /* told: who answers for that name; NULL with OUTCOME_OK: the name has no address now */
    SimTime ttl;    /* told: how long the answer may be kept; remaining time when it comes from a cache */
} DnsPort;
typedef struct {
    uint32_t item;
    uint8_t op;
    int8_t served_by;  /* told: region of the instance that answered, or NO_REGION */
    uint8_t why;       /* told: why it failed (Why) */
    bool stale;        /* told: a read saw something older than an acknowledged write */
    SimTime staleness; /* told: how much older */
    uint32_t asker;    /* index of the population: who is told of stale reads */
} HttpPort;
typedef struct {
    Version version; /* read: what was found; write: what was made of it; relayed by a quorum store: asked: the write,
                        or (at) since when what is acknowledged need not be known to a read */
    uint32_t item;
    uint8_t op;
    bool stale;   /* told, by the observer: an acknowledged write is missing in it */
    bool relayed; /* came from a sibling: not to be relayed again */
    uint8_t why;
    uint32_t epoch;    /* of the writer that makes the write */
    SimTime staleness; /* told, by the observer */
} StorePort;
typedef struct {
    Version version;
    uint32_t item;
    uint32_t epoch;    /* of the writer that sent it */
    uint64_t position; /* in the sender's log */
    bool more;         /* it catches up after a failure, and holds others back until this is acknowledged */
} LogPort;
typedef struct {
    bool deep; /* look at what lies behind the page too */
} HealthPort;
typedef struct {
    Entity *about;
    uint32_t epoch;
    bool healthy;
    uint8_t what; /* a component's own word where it tells its siblings more than one thing */
} VerdictPort;

/* Why a request failed, for requests.failed{why=...}. */
typedef enum { WHY_NONE, WHY_TIMEOUT, WHY_REFUSED, WHY_THROTTLED, WHY_ERROR, WHY_NO_ANSWER, WHY_EMPTY_DNS, N_WHYS } Why;
extern const char *const why_names[N_WHYS];
extern const char *const op_names[N_OPS];

/* ---- policies: rules that a component leaves open ---- */

/* kind "dns": which of the answers of a record a resolver at `from` is told.  `healthy[i]` is the record's belief, all
 * true where it has no health check.  `chance`: bits to choose by. Returns the index of the answer, or -1: no answer.
 */
typedef enum { SHARES_UNKNOWN, SHARES_EQUAL, SHARES_FIRST, SHARES_NEAREST } Shares;
typedef struct {
    int (*choose)(Sim *sim, const Place *from, Entity *const *server, const bool *healthy, unsigned n_answers,
                  uint64_t chance);
    bool one_answer; /* makes no choice: health is not needed */
    Shares shares;   /* who is sent where as long as all are well: for estimates */
} RoutingRule;

/* kind "balancer": which target gets the next request.  A rule keeps what it must know in memory of its own and is told
 * what changes, so that no request costs a look at the whole fleet. At least one target is fit whenever it is asked. */
typedef struct {
    size_t (*size)(unsigned n_targets);              /* bytes of its memory, for at least one target */
    void (*clear)(void *state, unsigned n_targets);  /* all are fit and idle */
    void (*fit)(void *state, unsigned target, bool fit); /* told only when it changes */
    /* NULL: it does not matter to it. At most 2^31 - 1. */
    void (*load)(void *state, unsigned target, uint32_t under_way);
    unsigned (*pick)(void *state, uint64_t turn); /* `turn` counts the choices made */
} BalancingRule;
#endif
