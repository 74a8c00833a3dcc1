#include "model/connecting.h"
#include "model/complaints.h"
#include "base/poison.h"

typedef struct {
    Call *request;
    uint32_t generation;
    uint16_t attempt;
    SimTime due;
} Second;

/* In the order in which they are due. */
struct Seconds {
    Entity *me;
    SimTime after; /* 0: never */
    Second *ring;
    uint32_t first, n, size; /* a power of two */
    bool waits;              /* for the first of them to be due */
};

/* The loop that waits for them. */
typedef struct {
    SimTime issued_at; /* NOT_ISSUED */
    Seconds *seconds;
} Waiting;

uint8_t connecting_round_trips(const ConnectingConfig *config)
{
    static const uint8_t of_tls[] = {[TLS_NONE] = 0, [TLS_1_2] = 2, [TLS_1_3] = 1};
    return config->handshake == 0 ? 0 : (uint8_t)(config->handshake + of_tls[config->tls]);
}

static void connected(Sim *sim, Entity *me, Call *request, Call *reply);

static void try_address(Sim *sim, Entity *me, Call *request, uint32_t address, uint32_t nth)
{
    Connecting *mine = LOCALS(request, Connecting);
    Call *question = call_new(sim, me, request, sim_reached(sim, me, address), PORT_CONNECT, connected);
    if (nth > 0)
        call_is_nth(question, nth);
    question->connect = (ConnectPort){.flow = NO_FLOW};
    question->round_trips = mine->round_trips;
    question->access = mine->access;
    mine->n_trying++;
    call_send(sim, question, mine->patience);
}

static void try_second(Sim *sim, Entity *me, Call *request)
{
    Connecting *mine = LOCALS(request, Connecting);
    uint32_t address = mine->second;
    mine->second = NO_ADDRESS;
    TELL(sim, me, "tries %s as well", sim_entity(sim, address)->name);
    try_address(sim, me, request, address, 1);
}

/* ---- those whose turn comes ---- */

static bool is_wanted(const Second *second)
{
    const Call *request = second->request;
    if (request->generation != second->generation || request->attempt != second->attempt)
        return false;
    const Connecting *connecting = LOCALS((Call *)(gpointer)(guintptr)request, Connecting);
    return connecting->n_trying > 0 && connecting->second != NO_ADDRESS;
}

static void push(Sim *sim, Seconds *seconds, Second second)
{
    if (seconds->n == seconds->size) {
        uint32_t size = MAX(16, 2 * seconds->size);
        sim_claim(sim, seconds->me->thing, (size - seconds->size) * sizeof(Second));
        Second *ring = g_new(Second, size);
        for (uint32_t i = 0; i < seconds->n; i++)
            ring[i] = seconds->ring[(seconds->first + i) & (seconds->size - 1)];
        g_free(seconds->ring);
        *seconds = (Seconds){seconds->me, seconds->after, ring, 0, seconds->n, size, seconds->waits};
    }
    seconds->ring[(seconds->first + seconds->n++) & (seconds->size - 1)] = second;
}

static void wait_for_first(Sim *sim, Seconds *seconds, Call *loop);

static void due(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Seconds *seconds = LOCALS(loop, Waiting)->seconds;
    (void)reply;
    while (seconds->n > 0) {
        const Second *second = &seconds->ring[seconds->first];
        bool wanted = is_wanted(second);
        if (wanted && second->due > sim_now(sim))
            break;
        if (wanted)
            try_second(sim, me, second->request);
        seconds->first = (seconds->first + 1) & (seconds->size - 1);
        seconds->n--;
    }
    wait_for_first(sim, seconds, loop);
}

static void wait_for_first(Sim *sim, Seconds *seconds, Call *loop)
{
    seconds->waits = seconds->n > 0;
    if (seconds->waits)
        call_wait(sim, loop, seconds->ring[seconds->first].due - sim_now(sim), due);
    else
        call_end(sim, loop);
}

static void note_second(Sim *sim, Seconds *seconds, Call *request)
{
    const Connecting *mine = LOCALS(request, Connecting);
    push(sim, seconds,
         (Second){request, request->generation, request->attempt, sim_now(sim) + seconds->after * mine->round_trips});
    if (seconds->waits)
        return;
    Call *loop = call_begin(sim, seconds->me, key_of(seconds->me->own_key, DRAW_SECOND));
    *LOCALS(loop, Waiting) = (Waiting){NOT_ISSUED, seconds};
    wait_for_first(sim, seconds, loop);
}

static void forget(void *what)
{
    g_free(((Seconds *)what)->ring);
}

Seconds *seconds_new(Sim *sim, const ConnectingConfig *config, Entity *me)
{
    Seconds *seconds = arena_one(sim->arena, Seconds);
    *seconds = (Seconds){.me = me, .after = config->second};
    sim_at_end(sim, forget, seconds);
    return seconds;
}

/* ---- the connection ---- */

static void connected(Sim *sim, Entity *me, Call *request, Call *reply)
{
    Connecting *mine = LOCALS(request, Connecting);
    if (reply->attempt != request->attempt || mine->n_trying == 0) /* another was quicker, and this one is closed */
        return;
    mine->n_trying--;
    if (reply->outcome == OUTCOME_OK)
        mine->n_trying = 0;
    else if (mine->second != NO_ADDRESS)
        try_second(sim, me, request);
    if (mine->n_trying == 0)
        mine->then(sim, me, request, reply);
}

void connecting_begin(Sim *sim, Call *request, Seconds *seconds, uint32_t first, uint32_t second)
{
    Connecting *mine = LOCALS(request, Connecting);
    mine->n_trying = 0;
    mine->second = seconds->after > 0 ? second : NO_ADDRESS;
    try_address(sim, seconds->me, request, first, 0);
    if (mine->second != NO_ADDRESS)
        note_second(sim, seconds, request);
}

void connecting_check(const ConnectingConfig *config, Complaints *complaints)
{
    if (config->handshake == 0 && config->tls != TLS_1_3)
        complain(complaints, "tls", "contradictory-settings", "no connection is opened: handshake is 0");
    if (config->handshake == 0 && config->second > 0 && config->second != 250 * MILLISECOND)
        complain(complaints, "second-address", "contradictory-settings", "no connection is opened: handshake is 0");
}
