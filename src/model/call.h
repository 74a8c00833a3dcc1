/* The call: the only mechanism of the model.
 *
 * Somebody asks somebody for something, over a network, and waits only so long.  A call is one record; at any moment it
 * is in exactly one place: about to leave (LEAVING), on its way there (GOING), at its callee (AT), on its way BACK, or
 * LOST; so it has at most one pending event, and the event list holds nothing but (time, which call).
 *
 * A message is delivered iff its path and its receiver were up, without a change, from the instant it left until it
 * arrives, and whoever waits for an answer lives: nobody scans a fleet when a region dies.  Who waits for a lost
 * message is told by its deadline, which every call has.  A place that is down is silent, or refuses: then the refusal
 * comes back after a round trip.
 *
 * Order: (time, order of scheduling).  What a moment causes without delay (a call at the same spot, its answer) is
 * finished, first come first served, before the next event is taken: no step ever runs inside another step.
 *
 * A component is a set of steps.  Its `asked` is the first step of every call that reaches it; every later step is
 * named where the question is asked (call_new(…, stored)) or the wait begins (call_wait(…, worked)).  What it must
 * remember about a call it keeps in the call's locals. */
#ifndef MRSIM_MODEL_CALL_H
#define MRSIM_MODEL_CALL_H
#include "kernel/kernel.h"
#include "kernel/law.h"
#include "kernel/random.h"
#include "model/ports.h"
#include <stddef.h>

typedef struct Call Call;
/* `call` is what the component serves, or, for a root call, what it does of its own accord; `reply` is the call it had
 * made, now come back: NULL in a first step and after a wait.  A reply is freed when the step returns. */
typedef void (*Step)(Sim *sim, Entity *me, Call *call, Call *reply);

typedef enum { OUTCOME_OK, OUTCOME_ERROR, OUTCOME_REFUSED, OUTCOME_RESET, OUTCOME_TIMEOUT } Outcome;
extern const char *const outcome_names[];

typedef enum { CALL_FREE, CALL_GOING, CALL_AT, CALL_BACK, CALL_LOST, CALL_LEAVING } CallState;
enum { NO_CALL = UINT32_MAX, LOCALS_SIZE = 48 };

struct Call {
    SimTime sent_at; /* LEAVING: since when; root call: begun at */
    SimTime arrived_at;
    uint64_t story;          /* keys every draw about it */
    Entity *caller, *callee; /* caller NULL: a root call */
    Step then;               /* where the caller goes on */
    Step wake;               /* where the callee goes on after a wait */
    uint32_t id, generation; /* a generation is one life of the record */
    uint32_t parent, parent_generation;
    Timeout timeout;
    uint32_t next;    /* in a Line, or in the pool */
    uint32_t sibling; /* which of several like it: keys draws */
    SimTime leg;      /* one way: half of the round trip drawn for this exchange */
    SimTime access;   /* round trip added by the asker: its last mile; 0 unless set */
    SimTime
        connected_at; /* the connection it travels on was opened then; 0: none. RESET when the callee restarted since */
    uint16_t attempt, patience; /* patience: LEAVING: what it will be waited for */
    uint8_t port, state, outcome, round_trips;
    bool abandoned;  /* the caller no longer waits */
    uint8_t carrier; /* on a link: what the message travels on (model/links.h) */
    uint32_t bytes;  /* size of the message under way, or about to be: set by who sends it; 0: it takes no room */
    union {
        DnsPort dns;
        ConnectPort connect;
        HttpPort http;
        StorePort store;
        LogPort change;
        HealthPort health;
        VerdictPort verdict;
        ControlPort control;
        VotePort vote;
    };
    _Alignas(8) unsigned char locals[LOCALS_SIZE];
};

/* The few words a component keeps about a call in one of its roles; does not compile when they are too many.  Records
 * are reused unzeroed: assign the whole struct before reading any of it. */
#define LOCALS(call, T) ((T *)(void *)((call)->locals + 0 * sizeof(char[sizeof(T) <= LOCALS_SIZE ? 1 : -1])))

/* ---- asking ---- */
/* A call about the same story as `parent` (NULL: of one's own accord); to oneself it goes no distance.  Fill in its
 * port (whole), then send; sending hands it over: touch it no more. */
Call *call_new(Sim *sim, Entity *me, Call *parent, Entity *callee, Port port, Step then);
/* The i-th of several questions of one kind about one story (the five queries of a page): each has draws of its own. */
void call_is_nth(Call *call, uint32_t i);
void call_send(Sim *sim, Call *call, unsigned patience);
/* The message leaves only after a while (a store's pipeline), unless its sender is gone by then or what it belongs to
 * has ended; patience counts from when it leaves. */
void call_send_after(Sim *sim, Call *call, SimTime delay, unsigned patience);
/* The queue of a patience: to be asked for in build or connect, never later. */
unsigned call_patience(Sim *sim, SimTime duration);
/* The patience that its asker has with it: for who passes it on and does not answer in its place. */
unsigned call_waited_for(const Call *call);
/* ---- answering ---- */
void call_answer(Sim *sim, Call *call, Outcome outcome); /* the reply leaves now; hands the call over */
void call_answer_after(Sim *sim, Call *call, SimTime work,
                       Outcome outcome); /* ... after work that needs no decision at its end */
void call_wait(Sim *sim, Call *call, SimTime duration, Step wake);
/* Why a question of PORT_HTTP, PORT_STORE or one that only connects was not answered well. */
Why why_of(const Call *reply);
/* ---- of one's own accord ---- */
Call *call_begin(Sim *sim, Entity *me, uint64_t story); /* a root call: a user's request, a checker's loop */
void call_end(Sim *sim, Call *call);
typedef struct {
    uint16_t tries;        /* in all, the first included */
    SimTime backoff, most; /* before attempt n: full jitter on min(most, backoff · 2^(n-1)) */
} Retry;
/* The next attempt, from `first`, after the back-off; false: none left (the call is untouched). */
bool call_again(Sim *sim, Entity *me, Call *call, const Retry *retry, Step first);
/* ---- a line of waiting calls, first come first served ---- */
typedef struct {
    uint32_t first, last, length; /* ids; valid when length > 0 */
} Line;
void line_push(Sim *sim, Line *line, Call *call);
Call *line_pop(Sim *sim, Line *line);    /* NULL: empty */
void line_forsake(Sim *sim, Line *line); /* after a restart: those who wait in it learn of it by their deadlines */

/* All that `caller` waits for at `callee`, on this port, is given up: the connections are closed.  What each of them
 * was for goes on at `then`, without a reply.  O(calls in flight): for what happens rarely.  Returns how many. */
uint32_t calls_break(Sim *sim, const Entity *caller, const Entity *callee, Port port, Step then);

/* ---- chance about a call: a function of the story, the thing's name, the purpose, the attempt and the sibling; of
 * nothing else ---- */
typedef enum {
    DRAW_USER = 1,
    DRAW_OP,
    DRAW_ITEM,
    DRAW_GAP,
    DRAW_WORK,
    DRAW_JITTER,
    DRAW_BACKOFF,
    DRAW_PHASE,
    DRAW_ACCESS,
    DRAW_RESOLVER,
    DRAW_CACHED,
    DRAW_RESIDUAL,
    DRAW_EXTENDS,
    DRAW_HOLD,
    DRAW_LAG,
    DRAW_DECIDE,
    DRAW_PROMOTE,
    DRAW_AGGREGATE,
    DRAW_FACTOR,
    DRAW_ZONE,
    DRAW_PICK,
    DRAW_ANSWER,
    DRAW_READ_BACK,
    DRAW_TARGET,
    DRAW_RAMP,
    DRAW_PROPAGATE,
    DRAW_SERVFAIL,
    DRAW_RUNTIME,
    DRAW_SECOND,
    DRAW_SUBNET,
    DRAW_AWAY,
    DRAW_TRAVEL,
    DRAW_LOGIN,
} Purpose;
uint64_t call_draw(const Entity *me, const Call *call, Purpose purpose);

/* Shows every call in flight, in order of id: for the conservation checks. Returns how many there are. */
uint32_t calls_walk(const Sim *sim, void (*visit)(void *whose, const Call *call), void *whose);
#endif
