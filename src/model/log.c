#include "model/log.h"
#include <inttypes.h>
#include "base/poison.h"

enum { WIDEST = 4096 };
enum { MOST_BYTES = 4 << 20 }; /* that a TCP connection has under way: Linux, the largest value of tcp_wmem */
static const SimTime pause_after_failure = SECOND;

typedef struct {
    Version version;
    SimTime ready_at; /* when the pipeline lets it go */
    uint32_t item;
    uint32_t epoch : 31, acknowledged : 1;
} Change;
_Static_assert(sizeof(Change) <= 32, "what the header promises");

/* Positions first <= sent <= next; the changes between first and next are kept in a ring. */
struct Log {
    Entity *from, *to;
    LogHabits habits;
    Change *ring;
    SimTime *mark; /* beside the ring; NULL: none are kept */
    uint64_t capacity, first, sent, next;
    uint32_t window;      /* ships allowed under way; WIDEST: as many as there are */
    SimTime ready_before; /* of the newest change: the next is not ready sooner, in order */
    uint64_t key;         /* of both ends' names */
    bool held;            /* nothing is sent */
    bool pausing;         /* the root call waits to try again */
    uint32_t root_generation;
    Call *root; /* the ships of one round are its children: ending it makes late answers harmless */
};

typedef struct {
    Log *of;
} Round;

Log *log_new(Sim *sim, Entity *from, Entity *to, LogHabits habits)
{
    Log *journal = arena_one(sim->arena, Log);
    journal->from = from;
    journal->to = to;
    journal->habits = habits;
    journal->key = key_of(from->own_key, key_of_text(to->name));
    journal->capacity = 128;
    journal->ring = g_new(Change, journal->capacity);
    if (habits.mark)
        journal->mark = g_new(SimTime, journal->capacity);
    return journal;
}

void log_free(Log *journal)
{
    g_free(journal->ring);
    g_free(journal->mark);
}

uint64_t log_backlog(const Log *journal)
{
    return journal->next - journal->first;
}

static Change *change_at(const Log *journal, uint64_t position)
{
    return &journal->ring[position & (journal->capacity - 1)];
}

SimTime log_oldest(const Log *journal)
{
    return journal->next == journal->first ? SIMTIME_NEVER : change_at(journal, journal->first)->version.at;
}

static void widen_marks(Log *journal)
{
    SimTime *wider = g_new(SimTime, journal->capacity * 2);
    for (uint64_t i = journal->first; i < journal->next; i++)
        wider[i & (2 * journal->capacity - 1)] = journal->mark[i & (journal->capacity - 1)];
    g_free(journal->mark);
    journal->mark = wider;
}

static void widen(Sim *sim, Log *journal)
{
    sim_claim(sim, journal->from->thing, journal->capacity * (sizeof(Change) + (journal->mark ? sizeof(SimTime) : 0)));
    Change *wider = g_new(Change, journal->capacity * 2);
    for (uint64_t i = journal->first; i < journal->next; i++)
        wider[i & (2 * journal->capacity - 1)] = *change_at(journal, i);
    g_free(journal->ring);
    journal->ring = wider;
    if (journal->mark)
        widen_marks(journal);
    journal->capacity *= 2;
}

static void shipped(Sim *sim, Entity *me, Call *root, Call *reply);

static void ship(Sim *sim, Log *journal, uint64_t position)
{
    const Change *change = change_at(journal, position);
    SimTime delay = MAX(0, change->ready_at - sim_now(sim));
    Call *call = call_new(sim, journal->from, journal->root, journal->to, PORT_LOG, shipped);
    call->story = key_of(journal->key, position);
    call->change = (LogPort){.version = change->version,
                             .item = change->item,
                             .epoch = change->epoch,
                             .position = position,
                             .mark = journal->mark ? journal->mark[position & (journal->capacity - 1)] : 0,
                             .behind = (uint32_t)(position - journal->first),
                             .more = journal->window != WIDEST && position + 1 < journal->next};
    call->bytes = journal->habits.bytes;
    call_send_after(sim, call, delay, journal->habits.patience);
}

static bool has_room(const Log *journal)
{
    uint64_t under_way = journal->sent - journal->first;
    if (G_UNLIKELY(journal->habits.bytes > 0) && under_way >= MAX(1, MOST_BYTES / journal->habits.bytes))
        return false;
    return journal->window == WIDEST || under_way < journal->window;
}

static void ship_more(Sim *sim, Log *journal)
{
    while (!journal->held && journal->sent < journal->next && has_room(journal))
        ship(sim, journal, journal->sent++);
}

/* The root call may be gone with its place; while it pauses its pending event must find it. */
static void end_round(Sim *sim, Log *journal)
{
    if (journal->root && !journal->pausing && journal->root->generation == journal->root_generation)
        call_end(sim, journal->root);
    journal->pausing = false;
}

static void begin_round(Sim *sim, Log *journal, uint32_t window)
{
    end_round(sim, journal);
    journal->root = call_begin(sim, journal->from, journal->key);
    journal->root_generation = journal->root->generation;
    LOCALS(journal->root, Round)->of = journal;
    journal->sent = journal->first;
    journal->window = window;
}

static void try_again(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)me;
    (void)reply;
    LOCALS(root, Round)->of->pausing = false;
    ship_more(sim, LOCALS(root, Round)->of);
}

static void acknowledge(Log *journal, uint64_t position)
{
    if (position >= journal->first && position < journal->next)
        change_at(journal, position)->acknowledged = true;
    while (journal->first < journal->sent && change_at(journal, journal->first)->acknowledged)
        journal->first++;
}

static void shipped(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Log *journal = LOCALS(root, Round)->of;
    if (reply->outcome != OUTCOME_OK) {
        TELL(sim, me, "cannot reach %s: %" PRIu64 " changes wait", journal->to->name, log_backlog(journal));
        begin_round(sim, journal, 1);
        journal->pausing = true;
        call_wait(sim, journal->root, pause_after_failure, try_again);
        return;
    }
    acknowledge(journal, reply->change.position);
    if (journal->window < WIDEST)
        journal->window = MIN(journal->window * 2, WIDEST);
    ship_more(sim, journal);
    if (journal->habits.heard)
        journal->habits.heard(sim, me);
}

void log_start(Sim *sim, Log *journal)
{
    begin_round(sim, journal, journal->next == journal->first ? WIDEST : 1);
    ship_more(sim, journal);
}

void log_append(Sim *sim, Log *journal, uint32_t item, Version version, uint32_t epoch)
{
    if (journal->next - journal->first == journal->capacity)
        widen(sim, journal);
    uint64_t key = key_of(journal->from->key ^ ((uint64_t)DRAW_LAG << 48), key_of(item, (uint64_t)version.at));
    SimTime ready_at = sim_now(sim) + law_time(journal->habits.lag, key);
    if (journal->habits.in_order)
        ready_at = journal->ready_before = MAX(ready_at, journal->ready_before);
    *change_at(journal, journal->next++) =
        (Change){.version = version, .ready_at = ready_at, .item = item, .epoch = epoch & INT32_MAX};
    if (journal->mark)
        journal->mark[(journal->next - 1) & (journal->capacity - 1)] = *journal->habits.mark;
    if (!journal->pausing)
        ship_more(sim, journal);
}

void log_hold(Sim *sim, Log *journal, bool held)
{
    journal->held = held;
    if (held || journal->pausing)
        return;
    if (log_backlog(journal) > 0)
        begin_round(sim, journal, 1);
    ship_more(sim, journal);
}

void log_stop(Sim *sim, Log *journal)
{
    journal->first = journal->sent = journal->next;
    if (!journal->pausing)
        begin_round(sim, journal, WIDEST);
}
