#include "model/fault.h"
#include "model/observer.h"
#include <string.h>
#include "base/poison.h"

enum { DEEPEST = 64 };
enum { DRAW_UP_TIME = 1, DRAW_LENGTH };

static bool is_fault(const Thing *thing)
{
    return strcmp(thing->component->kind, "fault") == 0;
}

static const FaultTiming *timing_of(const Thing *fault)
{
    return fault->config;
}

bool fault_repeats(const Thing *fault)
{
    return timing_of(fault)->every.kind != LAW_NONE;
}

/* ---- times ---- */

/* A draw of the n-th occurrence; the same for whoever asks. */
static SimTime drawn(const Sim *sim, const Thing *fault, const Law *law, uint64_t purpose, uint64_t n)
{
    uint64_t key = key_of(key_of(sim->chance, fault->key), key_of_text(fault->name));
    return law_time(law, key_of(key ^ purpose << 48, n));
}

static SimTime mean_of(const Law *law)
{
    const double longest = 0x1p61;
    return (SimTime)MIN(law_mean(law), longest);
}

/* `sim` NULL: before anything is drawn. */
static SimTime length_of(const Sim *sim, const Thing *fault, uint64_t n)
{
    const Law *duration = &timing_of(fault)->duration;
    return sim ? drawn(sim, fault, duration, DRAW_LENGTH, n) : mean_of(duration);
}

static SimTime instant(const Sim *sim, const Point *at, int depth)
{
    if (!at->after || !is_fault(at->after) || depth > DEEPEST)
        return at->offset;
    SimTime base = instant(sim, &timing_of(at->after)->at, depth + 1);
    if (base == SIMTIME_NEVER)
        return base;
    if (at->event == POINT_END)
        base += length_of(sim, at->after, 0);
    return base + at->offset;
}

static SimTime begins(const Sim *sim, const Thing *fault)
{
    return instant(sim, &timing_of(fault)->at, 0);
}

SimTime fault_point(const Sim *sim, const Point *at)
{
    return instant(sim, at, 0);
}

SimTime fault_begins(const Thing *fault)
{
    return begins(NULL, fault);
}

SimTime fault_ends(const Thing *fault)
{
    SimTime begin = fault_begins(fault);
    return begin == SIMTIME_NEVER ? begin : begin + length_of(NULL, fault, 0);
}

/* ---- rules ---- */

/* Nobody can tell before the run whether it is under way at some instant. */
static bool is_uncertain(const Thing *fault, int depth)
{
    const Point *at = &timing_of(fault)->at;
    if (fault_repeats(fault) || !law_is_constant(&timing_of(fault)->duration))
        return true;
    return at->after && is_fault(at->after) && depth <= DEEPEST && is_uncertain(at->after, depth + 1);
}

/* The observer tells so many apart at a time. */
static void check_how_many(const Thing *thing, const World *world, Complaints *complaints)
{
    SimTime begin = fault_begins(thing);
    guint n = 0;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *other = world->thing[i];
        if (!is_fault(other))
            continue;
        if (is_uncertain(other, 0))
            n++;
        else if (!is_uncertain(thing, 0))
            n += fault_begins(other) <= begin && fault_ends(other) > begin;
    }
    if (n > MOST_FAULTS_AT_ONCE)
        complain(complaints, fault_repeats(thing) ? "every" : "at", "out-of-range",
                 "%u faults may be under way then; at most %d", n, MOST_FAULTS_AT_ONCE);
}

static bool check_at_or_every(const Thing *thing, Complaints *complaints)
{
    bool at = timing_of(thing)->at.offset != SIMTIME_NEVER;
    if (at && fault_repeats(thing))
        complain(complaints, "every", "contradictory-settings",
                 "'%s' begins at one instant ('at') or comes again and again ('every'), not both; an inherited 'at' is "
                 "dropped by: at = default",
                 thing->name);
    if (!at && !fault_repeats(thing))
        complain(complaints, NULL, "missing-key",
                 "[fault %s] needs 'at' (it begins then) or 'every' (it comes again and again)", thing->name);
    return at;
}

void fault_check_point(const Point *at, Complaints *complaints)
{
    if (!at->after)
        return;
    if (!is_fault(at->after)) {
        complain(complaints, "at", "bad-point", "'%s' is no fault; only a fault has a start and an end",
                 at->after->name);
        return;
    }
    if (at->event != POINT_START && at->event != POINT_END)
        complain(complaints, "at", "not-yet",
                 "only .start and .end of a fault can be waited for; the others are not in this version");
    if (fault_repeats(at->after))
        complain(complaints, "at", "bad-point", "'%s' comes again and again, so it has no one start or end to wait for",
                 at->after->name);
}

static void check_what_it_waits_for(const Thing *thing, Complaints *complaints)
{
    const Point *at = &timing_of(thing)->at;
    fault_check_point(at, complaints);
    if (!at->after || !is_fault(at->after))
        return;
    const Thing *next = at->after;
    for (int i = 0; next && i < DEEPEST; i++) {
        if (next == thing) {
            complain(complaints, "at", "cycle", "'%s' waits for itself", thing->name);
            return;
        }
        next = is_fault(next) ? timing_of(next)->at.after : NULL;
    }
}

void fault_check(const Thing *thing, const World *world, Complaints *complaints)
{
    check_what_it_waits_for(thing, complaints);
    if (check_at_or_every(thing, complaints) || fault_repeats(thing))
        check_how_many(thing, world, complaints);
}

/* ---- striking and healing ---- */

typedef struct {
    const FaultRule *rule;
    uint64_t n; /* how many have been */
    Struck struck;
} Fault;

static void begin(Sim *sim, Entity *me, Call *root, Call *reply);

static void wait_for_next(Sim *sim, Entity *me, Call *root)
{
    const Fault *fault = me->state;
    call_wait(sim, root, drawn(sim, me->thing, &timing_of(me->thing)->every, DRAW_UP_TIME, fault->n), begin);
}

static void end(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Fault *fault = me->state;
    (void)reply;
    TELL(sim, me, "is over");
    observe_fault_over(sim, me->thing);
    fault->rule->heal(sim, me->thing);
    fault->n++;
    if (fault_repeats(me->thing))
        wait_for_next(sim, me, root);
    else
        call_end(sim, root);
}

static int zone_of(const Fault *fault, const Thing *thing)
{
    return fault->rule->zone ? fault->rule->zone(thing) : WHOLE_REGION;
}

static void begin(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Fault *fault = me->state;
    SimTime duration = length_of(sim, me->thing, fault->n);
    (void)reply;
    TELL(sim, me, "begins");
    fault->rule->strike(sim, me->thing);
    observe_fault(sim, &(FaultSeen){.thing = me->thing,
                                    .region = fault->rule->region(me->thing),
                                    .begins = sim_now(sim),
                                    .ends = sim_now(sim) + duration,
                                    .one_zone = zone_of(fault, me->thing) != WHOLE_REGION,
                                    .zone = zone_of(fault, me->thing),
                                    .one_thing = fault->rule->one_thing});
    call_wait(sim, root, duration, end);
}

static void start(Sim *sim, Entity *me)
{
    Call *root = call_begin(sim, me, me->own_key);
    if (fault_repeats(me->thing))
        wait_for_next(sim, me, root);
    else
        call_wait(sim, root, sim->measured_from + begins(sim, me->thing), begin);
}

static const Ops ops = {.role = "fault", .start = start};

Struck *fault_struck(Sim *sim, const Thing *fault)
{
    guint i = 0;
    while (((const Entity *)g_ptr_array_index(sim->entities, i))->thing != fault)
        i++;
    Struck *struck = &((Fault *)((Entity *)g_ptr_array_index(sim->entities, i))->state)->struck;
    if (!struck->place)
        struck->place = arena_many(sim->arena, const Place *, sim->entities->len);
    return struck;
}

void fault_build(Sim *sim, const Thing *thing, const FaultRule *rule)
{
    Entity *me = entity_new(sim, thing, &ops, network_edge(sim->network), sizeof(Fault), "");
    ((Fault *)me->state)->rule = rule;
}
