#include "model/call.h"
#include "base/check.h"
#include "model/call_pool.h"
#include "model/delivery.h"
#include "model/links.h"
#include "model/network.h"
#include "model/sim.h"
#include "model/watcher.h"
#include "base/poison.h"

const char *const outcome_names[] = {"ok", "error", "refused", "reset", "timeout"};
const char *const op_names[N_OPS] = {"read", "write"};

static __attribute__((cold)) void watch(Sim *sim, Moment moment, const Call *call, SimTime duration)
{
    if (sim->watcher->moment)
        sim->watcher->moment(sim, sim->watcher->whose, moment, call, duration);
}
static __attribute__((cold)) void watch_event(Sim *sim, const Call *call, bool is_time_out)
{
    if (sim->watcher->event)
        sim->watcher->event(sim, sim->watcher->whose, call, is_time_out);
}
#define WATCH(sim, ...)                                                                                                \
    do {                                                                                                               \
        if (G_UNLIKELY((sim)->watcher))                                                                                \
            watch((sim), __VA_ARGS__);                                                                                 \
    } while (0)

/* ---- the pool: chunks that never move, so that pointers into it stay good ---- */

enum { CHUNK_BITS = 12, CHUNK_CALLS = 1 << CHUNK_BITS, MOST_CHUNKS = KERNEL_MOST_NUMBERS / CHUNK_CALLS };

struct CallPool {
    Call *chunk[MOST_CHUNKS];
    uint32_t n_chunks, first_free, n_used;
};

static inline Call *at(const CallPool *pool, uint32_t id)
{
    return &pool->chunk[id >> CHUNK_BITS][id & (CHUNK_CALLS - 1)];
}

CallPool *call_pool_new(void)
{
    CallPool *pool = g_new0(CallPool, 1);
    pool->first_free = NO_CALL;
    return pool;
}

void call_pool_free(CallPool *pool)
{
    for (uint32_t i = 0; i < pool->n_chunks; i++)
        g_free(pool->chunk[i]);
    g_free(pool);
}

uint32_t call_pool_capacity(const CallPool *pool)
{
    return pool->n_chunks * CHUNK_CALLS;
}

static __attribute__((cold)) void grow(Sim *sim)
{
    CallPool *pool = sim->calls;
    if (pool->n_chunks == MOST_CHUNKS)
        sim_overrun(sim);
    sim_claim(sim, NULL, CHUNK_CALLS * sizeof(Call));
    uint32_t base = pool->n_chunks << CHUNK_BITS;
    Call *chunk = g_new0(Call, CHUNK_CALLS);
    pool->chunk[pool->n_chunks++] = chunk;
    for (uint32_t i = CHUNK_CALLS; i-- > 0;) {
        chunk[i].id = base + i;
        chunk[i].next = pool->first_free;
        pool->first_free = base + i;
    }
}

static inline bool has_free(const Sim *sim)
{
    return G_LIKELY(sim->calls->first_free != NO_CALL);
}

/* One that is free. */
static inline Call *take(Sim *sim)
{
    CallPool *pool = sim->calls;
    Call *call = at(pool, pool->first_free);
    pool->first_free = call->next;
    pool->n_used++;
    return call;
}

static inline void release(Sim *sim, Call *call)
{
    CallPool *pool = sim->calls;
    CHECK(call->state != CALL_FREE);
    WATCH(sim, MOMENT_FREED, call, 0);
    timeout_disarm(&call->timeout);
    call->state = CALL_FREE;
    call->generation++;
    call->next = pool->first_free;
    pool->first_free = call->id;
    pool->n_used--;
}

/* The same for what happens rarely. */
static G_GNUC_NO_INLINE void drop(Sim *sim, Call *call)
{
    release(sim, call);
}

uint32_t calls_walk(const Sim *sim, void (*visit)(void *whose, const Call *call), void *whose)
{
    uint32_t n = 0;
    for (uint32_t id = 0; id < sim->calls->n_chunks << CHUNK_BITS; id++) {
        const Call *call = at(sim->calls, id);
        if (call->state == CALL_FREE)
            continue;
        n++;
        if (visit)
            visit(whose, call);
    }
    CHECK(n == sim->calls->n_used);
    return n;
}

/* ---- asking ---- */

/* How many questions of its own it has asked at this very instant: they must not share their draws. */
static uint32_t questions_before(const Sim *sim, Entity *me)
{
    if (me->asked_at != sim->kernel.now)
        me->n_asked = 0;
    me->asked_at = sim->kernel.now;
    return me->n_asked++;
}

/* The pool grows apart from, and before, what is done for every call: that saves no registers for it. */
static __attribute__((cold)) Call *new_when_grown(Sim *sim, Entity *me, Call *parent, Entity *callee, Port port,
                                                  Step then)
{
    grow(sim);
    return call_new(sim, me, parent, callee, port, then);
}

Call *call_new(Sim *sim, Entity *me, Call *parent, Entity *callee, Port port, Step then)
{
    if (!has_free(sim))
        return new_when_grown(sim, me, parent, callee, port, then);
    Call *call = take(sim);
    call->caller = me;
    call->callee = callee;
    call->then = then;
    call->port = (uint8_t)port;
    call->state = CALL_GOING;
    call->outcome = OUTCOME_OK;
    call->round_trips = 1;
    call->abandoned = false;
    call->bytes = 0;
    call->access = call->connected_at = 0;
    if (parent) {
        call->parent = parent->id;
        call->parent_generation = parent->generation;
        call->story = parent->story;
        call->attempt = parent->attempt;
        call->sibling = parent->sibling;
    } else {
        call->parent = NO_CALL;
        call->story = key_of(me->own_key ^ (uint64_t)call->port, (uint64_t)sim->kernel.now);
        call->attempt = 0;
        call->sibling = questions_before(sim, me);
    }
    return call;
}

void call_is_nth(Call *call, uint32_t i)
{
    call->sibling = (uint32_t)key_of(call->sibling, i + 1);
}

uint64_t call_draw(const Entity *me, const Call *call, Purpose purpose)
{
    uint64_t which = (uint64_t)purpose << 48 ^ (uint64_t)call->attempt << 32 ^ call->sibling;
    return key_of(call->story, me->key ^ which);
}

/* The network's draws: keyed by the place asked for, not by who asks there. */
static inline __attribute__((always_inline)) uint64_t exchange_key(const Call *call)
{
    uint64_t which = (uint64_t)DRAW_JITTER << 48 ^ (uint64_t)call->attempt << 32 ^ call->sibling;
    return key_of(call->story ^ (uint64_t)call->port << 56, call->callee->thing->key ^ which);
}

unsigned call_patience(Sim *sim, SimTime duration)
{
    return kernel_patience(&sim->kernel, duration);
}

static void later(Sim *sim, Call *call, SimTime delay)
{
    if (delay == 0)
        kernel_soon(&sim->kernel, call->id);
    else
        kernel_at(&sim->kernel, sim->kernel.now + delay, call->id);
}

/* Messages there until the question is; a place that refuses does so at the first. */
static inline __attribute__((always_inline)) unsigned messages_there(const Sim *sim, const Call *call)
{
    if (G_LIKELY(call->round_trips == 1) || (call->port == PORT_CONNECT && call->callee->ops->ends_tcp))
        return 1;
    const Place *from = call->caller->place, *to = call->callee->place;
    return network_fate(from, to, sim->kernel.now).refuses ? 1 : call->round_trips;
}

/* ---- links: what else lies on the way (model/links.h).  Asked only where there are any. ---- */

enum { HAS_ROOM = 1 << 15 }; /* in Call.patience, while it is about to leave: room is kept for it on its carrier */
_Static_assert((int)KERNEL_MOST_PATIENCES <= (int)HAS_ROOM, "a patience and a mark share 16 bits");

unsigned call_waited_for(const Call *call)
{
    return call->patience & ~HAS_ROOM;
}

/* What a managed database says to itself passes on the provider's own network, unless one of its places is on none. */
static const LinkWay *way_of(const Sim *sim, const Entity *from, const Entity *to)
{
    bool managed = from->thing == to->thing && !network_is_own(sim->network, from->place) &&
                   !network_is_own(sim->network, to->place);
    bool private = !managed && place_region(from->place) != NO_REGION && place_region(to->place) != NO_REGION;
    return network_way(sim->network, from->place, to->place, private);
}

static SimTime trip_of(const Sim *sim, const Call *call)
{
    return network_round_trip(sim->network, call->caller->place, call->callee->place, exchange_key(call));
}

static void answer_now(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)me;
    (void)reply;
    call_answer(sim, call, (Outcome)call->outcome);
}

static G_GNUC_NO_INLINE SimTime carry(Sim *sim, Call *call, bool answer, SimTime without)
{
    const Entity *from = answer ? call->callee : call->caller, *to = answer ? call->caller : call->callee;
    const LinkWay *way = way_of(sim, from, to);
    if (!way)
        return without;
    unsigned n = answer ? 1 : messages_there(sim, call);
    bool opens = call->port == PORT_CONNECT || call->round_trips > 1;
    Message message = {.now = sim->kernel.now,
                       .trip = trip_of(sim, call),
                       .access = call->access,
                       .key = exchange_key(call),
                       .bytes = call->bytes,
                       .n = (uint16_t)n,
                       .answer = answer,
                       .opens = opens && (!answer || messages_there(sim, call) == 1),
                       .datagram = call->port == PORT_DNS,
                       .queued = !answer && call->patience & HAS_ROOM};
    SimTime delay = link_carry(way, &message, &call->carrier);
    if (link_stands_in(way, call->carrier))
        TELL(sim, from, "sends over %s: what is preferred is given up", link_stands_in(way, call->carrier));
    return delay;
}

/* What a link does to an answer is known when it leaves, after the work. */
static G_GNUC_NO_INLINE void answer_with_all(Sim *sim, Call *call, SimTime work)
{
    bool linked = sim->links && way_of(sim, call->callee, call->caller) != NULL;
    if (linked && work > 0) {
        call_wait(sim, call, work, answer_now);
        return;
    }
    if (linked)
        call->leg = carry(sim, call, true, call->leg);
    call->state = CALL_BACK;
    WATCH(sim, MOMENT_ANSWERS, call, work);
    later(sim, call, work + call->leg);
}

/* A message that can wait at home stands in line there, not on the way: what its sender waits for begins when it
 * leaves.  false: it is its turn. */
static bool stands_in_line(Sim *sim, Call *call, unsigned patience)
{
    const LinkWay *way = way_of(sim, call->caller, call->callee);
    if (call->patience & HAS_ROOM || !way)
        return false;
    SimTime delay = link_queue(way, call->bytes, sim->kernel.now, &call->carrier);
    call->patience = (uint16_t)(patience | HAS_ROOM);
    if (delay == 0)
        return false;
    call->sent_at = sim->kernel.now;
    call->state = CALL_LEAVING;
    WATCH(sim, MOMENT_HELD, call, delay);
    later(sim, call, delay);
    return true;
}

static bool has_carried(const Sim *sim, const Call *call, const Entity *from, const Entity *to, SimTime since)
{
    const LinkWay *way = way_of(sim, from, to);
    return !way || link_held(way, call->carrier, since);
}

static void leave(Sim *sim, Call *call, unsigned patience)
{
    const Entity *from = call->caller, *to = call->callee;
    SimTime trip = from == to ? 0 : network_round_trip(sim->network, from->place, to->place, exchange_key(call));
    call->leg = (trip + call->access) / 2;
    call->sent_at = sim->kernel.now;
    call->state = CALL_GOING;
    timeout_arm(&sim->kernel, patience, &call->timeout);
    SimTime way = (2 * messages_there(sim, call) - 1) * call->leg;
    if (G_UNLIKELY(sim->links))
        way = carry(sim, call, false, way);
    WATCH(sim, MOMENT_LEAVES, call, way);
    later(sim, call, way);
}

void call_send_after(Sim *sim, Call *call, SimTime delay, unsigned patience)
{
    call->patience = (uint16_t)patience;
    if (delay == 0) {
        if (G_LIKELY(!sim->links) || !stands_in_line(sim, call, patience))
            leave(sim, call, patience);
        return;
    }
    call->sent_at = sim->kernel.now;
    call->state = CALL_LEAVING;
    WATCH(sim, MOMENT_HELD, call, delay);
    later(sim, call, delay);
}

void call_send(Sim *sim, Call *call, unsigned patience)
{
    call->patience = (uint16_t)patience;
    leave(sim, call, patience);
}

/* ---- answering ---- */

void call_answer_after(Sim *sim, Call *call, SimTime work, Outcome outcome)
{
    CHECK(call->state == CALL_AT && call->caller);
    if (G_UNLIKELY(call->abandoned)) {
        drop(sim, call);
        return;
    }
    call->outcome = (uint8_t)outcome;
    if (G_UNLIKELY(sim->links || sim->watcher)) {
        answer_with_all(sim, call, work);
        return;
    }
    call->state = CALL_BACK;
    later(sim, call, work + call->leg);
}

void call_answer(Sim *sim, Call *call, Outcome outcome)
{
    call_answer_after(sim, call, 0, outcome);
}

void call_wait(Sim *sim, Call *call, SimTime duration, Step wake)
{
    CHECK(call->state == CALL_AT);
    call->wake = wake;
    WATCH(sim, MOMENT_PAUSES, call, duration);
    later(sim, call, duration);
}

/* ---- of one's own accord ---- */

Call *call_begin(Sim *sim, Entity *me, uint64_t story)
{
    if (!has_free(sim))
        grow(sim);
    Call *call = take(sim);
    call->caller = NULL;
    call->callee = me;
    call->parent = NO_CALL;
    call->story = story;
    call->port = PORT_NONE;
    call->state = CALL_AT;
    call->outcome = OUTCOME_OK;
    call->abandoned = false;
    call->attempt = 0;
    call->sibling = 0;
    call->bytes = 0;
    call->leg = call->access = call->connected_at = 0;
    call->sent_at = call->arrived_at = sim->kernel.now;
    WATCH(sim, MOMENT_BEGINS, call, 0);
    return call;
}

void call_end(Sim *sim, Call *call)
{
    CHECK(call->state == CALL_AT && !call->caller);
    release(sim, call);
}

bool call_again(Sim *sim, Entity *me, Call *call, const Retry *retry, Step first)
{
    if (call->attempt + 1 >= retry->tries)
        return false;
    SimTime most = retry->backoff;
    for (unsigned i = 0; i < call->attempt && most < retry->most; i++)
        most *= 2;
    most = MIN(most, retry->most);
    call->attempt++;
    call->wake = first;
    SimTime backoff = (SimTime)(unit_of(call_draw(me, call, DRAW_BACKOFF)) * (double)most);
    WATCH(sim, MOMENT_BACKS_OFF, call, backoff);
    later(sim, call, backoff);
    return true;
}

/* ---- lines ---- */

void line_push(Sim *sim, Line *line, Call *call)
{
    call->next = NO_CALL;
    if (line->length++ == 0)
        line->first = call->id;
    else
        at(sim->calls, line->last)->next = call->id;
    line->last = call->id;
    WATCH(sim, MOMENT_LINES_UP, call, 0);
}

Call *line_pop(Sim *sim, Line *line)
{
    if (line->length == 0)
        return NULL;
    Call *call = at(sim->calls, line->first);
    line->first = call->next;
    line->length--;
    WATCH(sim, MOMENT_CALLED_UP, call, 0);
    return call;
}

/* Nobody serves this call any more: who asked will learn of it by the deadline. */
static void forsake(Sim *sim, Call *call)
{
    if (!call->caller || call->abandoned) {
        drop(sim, call);
    } else {
        call->state = CALL_LOST;
        WATCH(sim, MOMENT_LOST, call, 0);
    }
}

void line_forsake(Sim *sim, Line *line)
{
    for (Call *call; (call = line_pop(sim, line));)
        forsake(sim, call);
}

/* ---- delivery ---- */

static void tell_question(Sim *sim, const Call *call)
{
    static const char *const port_names[] = {
        "nothing",   "to connect",       "for a name",         "for a page",          "for an item",
        "how it is", "to take a change", "to learn a verdict", "to change something", "to vote"};
    const char *who = call->caller->name, *what = port_names[call->port];
    if (call->port == PORT_HTTP)
        sim_tell(sim, call->callee, "is asked by %s %s: %s item %u", who, what, op_names[call->http.op],
                 call->http.item);
    else if (call->port == PORT_STORE)
        sim_tell(sim, call->callee, "is asked by %s %s: %s item %u", who, what, op_names[call->store.op],
                 call->store.item);
    else
        sim_tell(sim, call->callee, "is asked by %s %s", who, what);
}

static Call *parent_of(const Sim *sim, const Call *call)
{
    Call *parent = at(sim->calls, call->parent);
    return parent->generation == call->parent_generation && parent->state == CALL_AT ? parent : NULL;
}

/* A reply (or the end of patience) reaches the step that the caller named; a story that has ended meanwhile needs none.
 */
static inline void deliver(Sim *sim, Call *call)
{
    Call *parent = NULL;
    if (call->parent != NO_CALL && !(parent = parent_of(sim, call)))
        return;
    check_scene.entity = call->caller->name;
    call->then(sim, call->caller, parent, call);
}

/* The caller died while it waited: what it was serving is served by nobody now. */
static void caller_is_gone(Sim *sim, Call *call)
{
    Call *parent = call->parent == NO_CALL ? NULL : parent_of(sim, call);
    if (parent)
        forsake(sim, parent);
}

void call_expired(void *whose, Timeout *timeout)
{
    Sim *sim = whose;
    Call *call = (Call *)(void *)((char *)timeout - offsetof(Call, timeout));
    digest_note(&sim->kernel.digest, sim->kernel.now, CALL_LOST, call->callee->id, OUTCOME_TIMEOUT);
    if (G_UNLIKELY(sim->watcher))
        watch_event(sim, call, true);
    call->outcome = OUTCOME_TIMEOUT;
    call->abandoned = true;
    WATCH(sim, MOMENT_GIVES_UP, call, 0);
    TELL(sim, call->caller, "gives up on %s", call->callee->name);
    if (network_held(call->caller->place, call->sent_at))
        deliver(sim, call);
    else
        caller_is_gone(sim, call);
    if (call->state == CALL_LOST)
        drop(sim, call);
}

uint32_t calls_break(Sim *sim, const Entity *caller, const Entity *callee, Port port, Step then)
{
    uint32_t n = 0;
    for (uint32_t id = 0; id < sim->calls->n_chunks << CHUNK_BITS; id++) {
        Call *call = at(sim->calls, id);
        if (call->state == CALL_FREE || call->caller != caller || call->callee != callee || call->port != port ||
            call->abandoned)
            continue;
        Call *served = call->parent == NO_CALL ? NULL : parent_of(sim, call);
        timeout_disarm(&call->timeout);
        call->abandoned = true;
        WATCH(sim, MOMENT_GIVES_UP, call, 0);
        if (call->state == CALL_LOST)
            drop(sim, call);
        if (!served)
            continue;
        call_wait(sim, served, 0, then);
        n++;
    }
    return n;
}

static void lose(Sim *sim, Call *call)
{
    TELL(sim, call->callee, "message of %s is lost", call->caller->name);
    if (call->abandoned) {
        drop(sim, call);
    } else {
        call->state = CALL_LOST;
        WATCH(sim, MOMENT_LOST, call, 0);
    }
}

static void send_back(Sim *sim, Call *call, Outcome outcome)
{
    call->outcome = (uint8_t)outcome;
    call->state = CALL_BACK;
    if (G_UNLIKELY(sim->links)) {
        call->bytes = 0;
        call->leg = carry(sim, call, true, call->leg);
    }
    WATCH(sim, MOMENT_TURNED_BACK, call, 0);
    later(sim, call, call->leg);
}

/* What is still in the sender's pipeline when the sender dies never leaves. */
static G_GNUC_NO_INLINE void go(Sim *sim, Call *call)
{
    if (G_UNLIKELY(!network_held(call->caller->place, call->sent_at))) {
        caller_is_gone(sim, call);
        drop(sim, call);
    } else if (G_UNLIKELY(call->parent != NO_CALL && !parent_of(sim, call))) {
        drop(sim, call);
    } else if (G_LIKELY(!sim->links) || !stands_in_line(sim, call, call->patience)) {
        leave(sim, call, call->patience & ~HAS_ROOM);
    }
}

/* In what follows `plain` is a constant: true in a world without links at which nobody looks.  That is asked once for
 * every event, and what is left of these steps then is short and saves hardly a register. */

static inline __attribute__((always_inline)) void arrive(Sim *sim, Call *call, bool plain)
{
    Fate fate = network_fate(call->caller->place, call->callee->place, call->sent_at);
    if (!plain && sim->links) {
        fate.path_up = fate.path_up && has_carried(sim, call, call->caller, call->callee, call->sent_at);
        call->bytes = 0;
    }
    if (G_UNLIKELY(!fate.path_up || !fate.there_up)) {
        if (fate.path_up && fate.refuses && !call->abandoned)
            send_back(sim, call, OUTCOME_REFUSED);
        else
            lose(sim, call);
        return;
    }
    if (G_UNLIKELY(call->connected_at && !network_held(call->callee->place, call->connected_at))) {
        if (call->abandoned)
            lose(sim, call);
        else
            send_back(sim, call, OUTCOME_RESET);
        return;
    }
    call->state = CALL_AT;
    call->arrived_at = sim->kernel.now;
    check_scene.entity = call->callee->name;
    if (!plain)
        WATCH(sim, MOMENT_ARRIVES, call, 0);
    if (!plain && sim->trace)
        tell_question(sim, call);
    call->callee->ops->asked(sim, call->callee, call, NULL);
}

static inline __attribute__((always_inline)) void wake(Sim *sim, Call *call, bool plain)
{
    if (G_UNLIKELY(!network_held(call->callee->place, call->arrived_at))) {
        forsake(sim, call);
        return;
    }
    check_scene.entity = call->callee->name;
    if (!plain)
        WATCH(sim, MOMENT_GOES_ON, call, 0);
    call->wake(sim, call->callee, call, NULL);
}

static inline __attribute__((always_inline)) void come_back(Sim *sim, Call *call, bool plain)
{
    if (G_UNLIKELY(call->abandoned)) {
        drop(sim, call);
        return;
    }
    const Place *here = call->caller->place, *there = call->callee->place;
    SimTime left_at = sim->kernel.now - call->leg;
    if (G_UNLIKELY(!network_held(here, call->sent_at))) {
        caller_is_gone(sim, call);
        drop(sim, call);
        return;
    }
    bool passed = network_passes(there, here, left_at);
    if (!plain && sim->links)
        passed = passed && has_carried(sim, call, call->callee, call->caller, left_at);
    bool answered_by_it = call->outcome != OUTCOME_REFUSED && call->outcome != OUTCOME_RESET;
    if (G_UNLIKELY(!passed || (answered_by_it && !network_lived(there, call->arrived_at, left_at)))) {
        lose(sim, call);
        return;
    }
    timeout_disarm(&call->timeout);
    if (!plain) {
        WATCH(sim, MOMENT_HEARS, call, 0);
        TELL(sim, call->caller, "hears from %s: %s", call->callee->name, outcome_names[call->outcome]);
    }
    deliver(sim, call);
    release(sim, call);
}

static inline __attribute__((always_inline)) void happen(Sim *sim, Call *call, bool plain)
{
    switch ((CallState)call->state) {
    case CALL_LEAVING:
        go(sim, call);
        return;
    case CALL_GOING:
        arrive(sim, call, plain);
        return;
    case CALL_AT:
        wake(sim, call, plain);
        return;
    case CALL_BACK:
        come_back(sim, call, plain);
        return;
    case CALL_FREE:
    case CALL_LOST:
        break;
    }
    CHECK(!"a call without a pending event had one");
}

static G_GNUC_NO_INLINE void happen_with_all(Sim *sim, Call *call)
{
    if (G_UNLIKELY(sim->watcher))
        watch_event(sim, call, false);
    happen(sim, call, false);
}

void call_happens(void *whose, uint32_t what)
{
    Sim *sim = whose;
    Call *call = at(sim->calls, what);
    digest_note(&sim->kernel.digest, sim->kernel.now, call->state, call->callee->id, call->outcome);
    if (G_LIKELY(!sim->links && !sim_is_watched(sim)))
        happen(sim, call, true);
    else
        happen_with_all(sim, call);
}
