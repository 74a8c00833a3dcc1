/* Ports: the only words that components share.  A call is made on one port and carries that port's payload there and
 * back. */
#ifndef MRSIM_MODEL_PORTS_H
#define MRSIM_MODEL_PORTS_H
#include "kernel/simtime.h"
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Entity Entity;
typedef struct Sim Sim;
typedef struct Place Place;
typedef struct Thing Thing;

typedef enum {
    PORT_NONE,
    PORT_CONNECT,
    PORT_DNS,
    PORT_HTTP,
    PORT_STORE,
    PORT_HEALTH,
    PORT_LOG,
    PORT_VERDICT,
    PORT_CONTROL,
    PORT_VOTE,
} Port;
typedef enum { OP_READ, OP_WRITE, N_OPS } Op;
enum { NO_REGION = -1 };

/* A version of a stored item: when it was committed (by the clock of who committed it) and where; later wins, equal
 * instants are decided by the lower region number.  Version 0: what was there before the run. */
typedef struct {
    SimTime at;
    int32_t region;
    int32_t value; /* what is left of its stock; only where a store has one */
} Version;
static inline bool version_newer(Version a, Version b)
{
    return a.at != b.at ? a.at > b.at : a.region < b.region;
}

/* A look-up.  The addresses told are the ids of the entities that answer for the name (sim_entity), in the order in
 * which they are to be tried; none with OUTCOME_OK: the name has no address now (an empty answer). */
enum { MOST_ADDRESSES = 8, NO_ADDRESS = UINT32_MAX };
typedef struct {
    SimTime ttl;   /* told: how long the answer may be kept; what is left of it when it comes from a cache */
    uint32_t name; /* index of the dns thing (or of whoever answers for its own name) in the world */
    union {
        struct {
            const Place *on_behalf; /* asked: the client's place where the resolver passes it on (ECS); NULL: it does
                                       not, and is answered by its own */
            uint32_t subnet;        /* asked: IPv4 network of the same; 0: not known */
        };
        uint32_t address[MOST_ADDRESSES]; /* told: ended by NO_ADDRESS unless there are MOST_ADDRESSES */
    };
} DnsPort;
/* A flow is what the other side of a connection knows it by (a pinned target, an endpoint): told when it is opened, and
 * given with every request on it. */
enum { NO_FLOW = UINT32_MAX };
enum { NO_SESSION = UINT32_MAX, NEW_SESSION = UINT32_MAX - 1 };
typedef struct {
    uint32_t flow; /* told */
} ConnectPort;
typedef struct {
    uint32_t flow; /* asked: of the connection that it travels on, or NO_FLOW */
    uint32_t item;
    uint8_t op;
    int8_t served_by; /* told: region of the instance that answered, or NO_REGION */
    uint8_t why;      /* told: why it failed (Why) */
    bool stale : 1;   /* told: a read saw something older than an acknowledged write */
    bool expired : 1; /* told: his session had come to its end, and he has logged in as usual */
    uint32_t asker;   /* number of the population (population_number): who is told of stale reads */
    uint32_t user;    /* his number within it */
    uint32_t session; /* asked and told: his cookie: where he has logged in (an instance's id), NEW_SESSION: nowhere
                         yet, NO_SESSION: who asks keeps no cookies; */
    SimTime since;    /* when he did; */
    SimTime position; /* Version.at of the newest write that he has made and his session knows, 0: none; */
    SimTime sticks;   /* and until when a balancer sends him back there; 0: it does not */
} HttpPort;
typedef struct {
    Version version; /* told: read: what was found; write: what was made of it.  Asked, by a service: (at) the position
                        of the user's session, which a read may have to see, 0: none; relayed by a quorum store: the
                        write, or (at) since when what is acknowledged need not be known to a read */
    uint32_t item;
    uint8_t op;
    bool stale;   /* told, by the observer: an acknowledged write is missing in it */
    bool relayed; /* came from a sibling: not to be relayed again */
    uint8_t why;
    uint32_t epoch;    /* of the writer that makes the write */
    bool agreed;       /* told: all replicas hold the same of the item, and no version is told */
    SimTime staleness; /* told, by the observer */
} StorePort;
typedef struct {
    Version version;
    uint32_t item;
    uint32_t epoch;    /* of the writer that sent it */
    uint64_t position; /* in the sender's log */
    SimTime mark;      /* all that was committed up to then is in the log up to here; 0: it does not say */
    uint32_t behind;   /* how many positions before this one the log still kept when it was shipped */
    bool more;         /* it catches up after a failure, and holds others back until this is acknowledged */
} LogPort;
/* Between the members of a quorum that agree on the next version of an item (model/quorum.h). */
typedef enum { VOTE_LOOK, VOTE_PREPARE, VOTE_ACCEPT, VOTE_WITHDRAW } VoteAsk;
typedef struct {
    Version version; /* asked: what is proposed; told: what is accepted here and not decided; at 0: nothing */
    Version base;    /* asked: what it replaces; told: what is held here */
    uint32_t item;
    uint32_t ballot;   /* asked: of the question; told: in which `version` was accepted */
    uint32_t promised; /* told: no question of a lower ballot is heeded here */
    uint8_t ask;
    bool yes; /* told */
    bool old; /* told: what is accepted has waited longer than its owner has patience */
} VotePort;
typedef struct {
    bool deep; /* look at what lies behind the page too */
    /* ---- between the members of a database and who watches them (model/lookout.h) ---- */
    bool lease;     /* asked: by one whose word counts; `voter` and `at` say more */
    bool fit;       /* told: it could be the writer */
    uint8_t voter;  /* asked: number of who watches */
    uint32_t epoch; /* asked: in which the other is watched; told: which it knows of, */
    Entity *about;  /* told: and who writes in it */
    SimTime at; /* told: when it answered, by its own clock; asked: the same, of its last answer that came; 0: none */
} HealthPort;
/* Between those who judge health and those who want to know: asked without `about`: "tell me from now on"; asked with
 * it: "this is so".  A verdict is about a region, whatever was looked at there. */
typedef struct {
    Entity *about;
    uint32_t epoch;
    SimTime position; /* told: up to when somebody has committed */
    int16_t region;   /* that it is about */
    bool healthy;
    bool whole;   /* told: it has a copy to read from */
    uint8_t what; /* a component's own word where it tells its siblings more than one thing; 0 where it tells one */
} VerdictPort;
/* A change that somebody makes by hand or by a script, asked of a control plane.  OUTCOME_OK: it is accepted; when it
 * takes effect is the component's matter.  OUTCOME_ERROR: it may not be done (a safety rule). */
typedef enum {
    CONTROL_RECORD,
    CONTROL_DIAL,
    CONTROL_SWITCH,
    CONTROL_SHIFT,
    CONTROL_DEREGISTER,
    CONTROL_SWITCHOVER,
    CONTROL_FAILOVER
} Control;
typedef struct {
    const struct References *answers; /* CONTROL_RECORD: the new ones */
    double value;                     /* CONTROL_DIAL: 0..1; CONTROL_DEREGISTER: how many */
    SimTime since;                    /* CONTROL_FAILOVER: when it was due: who asks has known of the need since then */
    int16_t region, zone;             /* where; -1: everywhere */
    uint8_t what;
    bool on; /* CONTROL_SWITCH: on or off; else: done (true) or taken back */
} ControlPort;

/* Why a request failed, for requests.failed{why=...}. */
typedef enum {
    WHY_NONE,
    WHY_TIMEOUT,
    WHY_REFUSED,
    WHY_THROTTLED,
    WHY_ERROR,
    WHY_NO_ANSWER,       /* of a resolver or name server */
    WHY_EMPTY_DNS,       /* the name has no address for this user */
    WHY_BAD_GATEWAY,     /* HTTP 502: the balancer's target refused or broke the connection */
    WHY_UNAVAILABLE,     /* HTTP 503: the balancer has no target */
    WHY_GATEWAY_TIMEOUT, /* HTTP 504: the balancer's target did not answer in time */
    WHY_CONFLICT,        /* of a store: the item is being written elsewhere */
    N_WHYS
} Why;
extern const char *const why_names[N_WHYS];
extern const char *const op_names[N_OPS];

/* ---- policies: rules that a component leaves open ---- */

/* kind "dns": which of its alternatives a record answers with. */
typedef enum { SHARES_UNKNOWN, SHARES_EQUAL, SHARES_FIRST, SHARES_NEAREST, SHARES_WEIGHTED } Shares;
/* What a record says about itself for the policy of the record above it; a plain answer says nothing (NULL). */
typedef struct RecordTraits RecordTraits; /* model/component.h */
typedef struct Complaints Complaints;
typedef struct {
    const Thing *thing;         /* a record of its own, or a balancer, service or accelerator */
    const Place *place;         /* where it counts as standing; NULL: nowhere */
    int region;                 /* the same, or NO_REGION */
    double weight;              /* what leads it in the list: `90 stable`; 1 where nothing does */
    const RecordTraits *traits; /* NULL: none */
    bool healthy;               /* as the record believes; true where nothing checks it */
} Alternative;
typedef struct {
    const Place *from; /* whom the answer is for: the client where the resolver passes him on, else the resolver */
    uint32_t subnet;   /* IPv4 network of the same; 0: not known */
    uint64_t chance;   /* bits to choose by */
    SimTime table_age; /* how far behind the latency table is */
    GString *why;      /* told the reason of the choice, in a few words; NULL: nobody watches */
} Question;
typedef struct {
    const char *country, *continent; /* DE, europe; NULL: nobody knows */
    uint32_t subnet;                 /* 0: not known */
} Origin;
typedef struct {
    /* Fills the numbers of the chosen alternatives, the best first; returns how many: 0 where none fits.  It is asked
     * first with the health as believed, and once more with all healthy when it found none (fail open). */
    unsigned (*choose)(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES]);
    /* How well a record that says this is meant for who asks from there: the more, the better; 0: it is not.  NULL: all
     * are meant for everybody. */
    int (*fit)(const RecordTraits *traits, const Origin *origin);
    /* Says what is wrong with the alternatives of a record before anything runs; nothing is known of their places and
     * their health then. NULL: nothing can be. */
    void (*check)(const Alternative *alternative, unsigned n_alternatives, Complaints *complaints);
    bool one_answer; /* makes no choice: health is not needed */
    Shares shares;   /* who is sent where as long as all are well: for estimates */
} RoutingRule;

/* kind "balancer": which target gets the next request.  A rule keeps what it must know in memory of its own and is told
 * what changes, so that no request costs a look at the whole fleet. At least one target is fit whenever it is asked. */
typedef struct {
    size_t (*size)(unsigned n_targets);                  /* bytes of its memory, for at least one target */
    void (*clear)(void *state, unsigned n_targets);      /* all are fit and idle */
    void (*fit)(void *state, unsigned target, bool fit); /* told only when it changes */
    /* NULL: it does not matter to it. At most 2^31 - 1. */
    void (*load)(void *state, unsigned target, uint32_t under_way);
    bool by_chance; /* it wants `chance`, bits to choose by; else that is 0 */
    /* `turn` counts the choices made. */
    unsigned (*pick)(void *state, uint64_t turn, uint64_t chance);
} BalancingRule;
#endif
