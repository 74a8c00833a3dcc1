/* Watcher: somebody outside who follows a run: the sink behind `mrsim trace` and the digest log.  It sees everything
 * and changes nothing: no component can ask whether somebody watches, and the digest is the same with and without.
 *
 * The moments of a call tell its whole life, so the time between the first and the last is explained without a
 * residual: a call is on its way (LEAVES to ARRIVES, ANSWERS to HEARS), or at its callee, where time passes only while
 * it pauses (PAUSES to GOES_ON), stands in a line (LINES_UP to CALLED_UP), or waits for calls that it made. */
#ifndef MRSIM_MODEL_WATCHER_H
#define MRSIM_MODEL_WATCHER_H
#include "model/sim.h"

typedef enum {
    MOMENT_BEGINS,      /* a root call is made: call_begin */
    MOMENT_HELD,        /* sent, but to leave only after `duration`: a store's pipeline */
    MOMENT_LEAVES,      /* the message is on its way; `duration`: until it arrives if nothing happens to it */
    MOMENT_ARRIVES,     /* the callee is asked */
    MOMENT_PAUSES,      /* call_wait for `duration`: work, or a back-off */
    MOMENT_BACKS_OFF,   /* the same before another attempt: call->attempt is its number, from 1 */
    MOMENT_GOES_ON,     /* the pause is over */
    MOMENT_LINES_UP,    /* the call waits in a line */
    MOMENT_CALLED_UP,   /* it is taken from the line */
    MOMENT_ANSWERS,     /* by its callee, after `duration` of work; then the reply leaves; call->outcome */
    MOMENT_TURNED_BACK, /* a refusal or reset leaves for the caller now; call->outcome */
    MOMENT_HEARS,       /* the reply has reached the caller; call->outcome */
    MOMENT_LOST,        /* nothing will come of the message or of what serves it */
    MOMENT_GIVES_UP,    /* the caller's patience has ended; an answer may still come and is dropped */
    MOMENT_FREED,       /* the record is given back (a root call: it has ended): the last that is seen of it */
} Moment;

/* A write of a database, as the ledger sees it.  Acknowledged writes are numbered from 1, from the start of measurement
 * on, over all databases; those before and after it have number 0. */
typedef enum {
    WRITE_ACKNOWLEDGED, /* `where` it was made */
    WRITE_RECEIVED,     /* `where` it has been received, and is not to be seen yet */
    WRITE_SEEN,         /* `where` it can be seen; or what is newer */
    WRITE_SUPERSEDED,   /* `winner`, made `where`, knew it */
    WRITE_OVERWRITTEN,  /* `winner`, made `where`, did not know it, or was newer already when this one was made */
    WRITE_ENDS,         /* `fate`; lost: `where` is who did not have it and decides from now on */
} WriteMoment;
typedef enum {
    FATE_DURABLE,
    FATE_SUPERSEDED,
    FATE_OVERWRITTEN,
    FATE_LOST,
    FATE_STRANDED,
    FATE_IN_FLIGHT,
    FATE_PARTIAL,
    N_FATES,
} WriteFate;
extern const char *const fate_names[N_FATES];
struct WriteSeen {
    const Thing *database;
    uint64_t number;
    uint32_t item;
    int region, where; /* region: where it was made */
    Version version;
    SimTime made_at, acknowledged_at; /* true instants, whatever the stamp in the version says; NEVER: not (yet) */
    WriteFate fate;                   /* of WRITE_ENDS; else N_FATES */
    bool divergent, waited;
    uint64_t by; /* the number of the write that it lost to, if it has one, and: */
    Version winner;
};

struct Watcher {
    void *whose;
    /* NULL each: not interested.  `call` is as it is right after the moment (FREED: before its record is reused). */
    void (*moment)(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration);
    /* Each event as it is noted in the digest, before it happens: of a call, or the end of its caller's patience. */
    void (*event)(Sim *sim, void *whose, const Call *call, bool is_time_out);
    /* What `who` decides about the call that it serves, and why (DECIDE in model/sim.h). */
    void (*decided)(Sim *sim, void *whose, const Entity *who, const Call *call, const char *what);
    void (*write)(Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen);
};
#endif
