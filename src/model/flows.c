#include "model/flows.h"
#include "base/check.h"
#include "base/poison.h"

enum { PLACE_BITS = 24, PLACE_MASK = (1 << PLACE_BITS) - 1, FIRST_ROOM = 64, NO_PLACE = UINT32_MAX };

typedef struct {
    SimTime used_at;
    uint32_t target;        /* FLOW_GONE: a free place */
    uint32_t word;          /* the owner's */
    uint32_t before, after; /* open: in the order of use; free: in the order of becoming free */
    uint16_t era;           /* of its target, when it was opened */
    uint8_t life;           /* counts the flows that had this place */
    bool marked;
} Flow;
_Static_assert(sizeof(Flow) <= 32, "as flows.h says");

/* Places in a row: those in use, from the longest idle on, or the free ones, from the longest free on. */
typedef struct {
    uint32_t first, last, length;
} Row;

typedef struct {
    uint16_t era; /* counts how often it was dropped: flows of another era are gone */
    guint n_open;
} Target;

struct Flows {
    Sim *sim;
    const Thing *thing;
    SimTime idle;
    Flow *flow;
    Target *target;
    guint n_targets, n_places, room, n_open;
    Row used, unused;
};

static void release(void *what)
{
    g_free(((Flows *)what)->flow);
}

Flows *flows_new(Sim *sim, const Thing *thing, SimTime idle, guint n_targets)
{
    Flows *flows = arena_one(sim->arena, Flows);
    *flows = (Flows){.sim = sim, .thing = thing, .idle = idle, .n_targets = n_targets};
    flows->target = arena_many(sim->arena, Target, n_targets);
    sim_at_end(sim, release, flows);
    return flows;
}

/* ---- rows ---- */

static void append(Flows *flows, Row *row, uint32_t place)
{
    Flow *flow = &flows->flow[place];
    flow->before = row->length > 0 ? row->last : NO_PLACE;
    flow->after = NO_PLACE;
    if (row->length++ > 0)
        flows->flow[row->last].after = place;
    else
        row->first = place;
    row->last = place;
}

static void take_out(Flows *flows, Row *row, uint32_t place)
{
    const Flow *flow = &flows->flow[place];
    if (flow->before == NO_PLACE)
        row->first = flow->after;
    else
        flows->flow[flow->before].after = flow->after;
    if (flow->after == NO_PLACE)
        row->last = flow->before;
    else
        flows->flow[flow->after].before = flow->before;
    row->length--;
}

/* ---- the life of a flow ---- */

static bool is_dropped(const Flows *flows, const Flow *flow)
{
    return flow->era != flows->target[flow->target].era;
}

static void end(Flows *flows, uint32_t place)
{
    Flow *flow = &flows->flow[place];
    if (!is_dropped(flows, flow)) {
        flows->target[flow->target].n_open--;
        flows->n_open--;
    }
    take_out(flows, &flows->used, place);
    flow->target = FLOW_GONE;
    flow->life++;
    append(flows, &flows->unused, place);
}

static void let_idle_ones_go(Flows *flows, SimTime now)
{
    while (flows->used.length > 0 && flows->flow[flows->used.first].used_at + flows->idle <= now)
        end(flows, flows->used.first);
}

static void grow(Flows *flows)
{
    guint room = MIN(MAX(2 * flows->room, FIRST_ROOM), MOST_FLOWS);
    if (flows->room == MOST_FLOWS)
        sim_overrun(flows->sim);
    sim_claim(flows->sim, flows->thing, (gsize)(room - flows->room) * sizeof(Flow));
    flows->flow = g_renew(Flow, flows->flow, room);
    flows->room = room;
}

static uint32_t free_place(Flows *flows)
{
    if (flows->unused.length > 0) {
        uint32_t place = flows->unused.first;
        take_out(flows, &flows->unused, place);
        return place;
    }
    if (flows->n_places == flows->room)
        grow(flows);
    flows->flow[flows->n_places].life = 0;
    return flows->n_places++;
}

uint32_t flows_open(Flows *flows, guint target, SimTime now)
{
    CHECK(target < flows->n_targets);
    let_idle_ones_go(flows, now);
    uint32_t place = free_place(flows);
    Flow *flow = &flows->flow[place];
    flow->target = target;
    flow->used_at = now;
    flow->word = NO_FLOW;
    flow->marked = false;
    flow->era = flows->target[target].era;
    append(flows, &flows->used, place);
    flows->target[target].n_open++;
    flows->n_open++;
    return place | (uint32_t)flow->life << PLACE_BITS;
}

/* NO_PLACE: it is gone. */
static uint32_t place_of(Flows *flows, uint32_t number, SimTime now)
{
    uint32_t place = number & PLACE_MASK;
    let_idle_ones_go(flows, now);
    if (number == NO_FLOW || place >= flows->n_places)
        return NO_PLACE;
    const Flow *flow = &flows->flow[place];
    bool here = flow->target != FLOW_GONE && flow->life == number >> PLACE_BITS && !is_dropped(flows, flow);
    return here ? place : NO_PLACE;
}

guint flows_use(Flows *flows, uint32_t number, SimTime now)
{
    uint32_t place = place_of(flows, number, now);
    if (place == NO_PLACE)
        return FLOW_GONE;
    flows->flow[place].used_at = now;
    if (flows->used.last != place) {
        take_out(flows, &flows->used, place);
        append(flows, &flows->used, place);
    }
    return flows->flow[place].target;
}

void flows_note(Flows *flows, uint32_t number, uint32_t word)
{
    CHECK((number & PLACE_MASK) < flows->n_places);
    flows->flow[number & PLACE_MASK].word = word;
}

uint32_t flows_noted(const Flows *flows, uint32_t number)
{
    CHECK((number & PLACE_MASK) < flows->n_places);
    return flows->flow[number & PLACE_MASK].word;
}

bool flows_mark(Flows *flows, uint32_t number)
{
    CHECK((number & PLACE_MASK) < flows->n_places);
    Flow *flow = &flows->flow[number & PLACE_MASK];
    bool first = !flow->marked;
    flow->marked = true;
    return first;
}

void flows_close(Flows *flows, uint32_t number, SimTime now)
{
    uint32_t place = place_of(flows, number, now);
    if (place != NO_PLACE)
        end(flows, place);
}

void flows_drop(Flows *flows, guint target, SimTime now)
{
    CHECK(target < flows->n_targets);
    let_idle_ones_go(flows, now);
    flows->n_open -= flows->target[target].n_open;
    flows->target[target].n_open = 0;
    flows->target[target].era++;
}

void flows_clear(Flows *flows, SimTime now)
{
    let_idle_ones_go(flows, now);
    while (flows->used.length > 0)
        end(flows, flows->used.first);
}

guint flows_count(Flows *flows, SimTime now)
{
    let_idle_ones_go(flows, now);
    return flows->n_open;
}

guint flows_to(Flows *flows, guint target, SimTime now)
{
    CHECK(target < flows->n_targets);
    let_idle_ones_go(flows, now);
    return flows->target[target].n_open;
}
