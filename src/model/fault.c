#include "model/fault.h"
#include "model/observer.h"
#include "model/observer.h"
#include <string.h>
#include "base/poison.h"

enum { DEEPEST = 64 };

static bool is_fault(const Thing *thing)
{
    return strcmp(thing->component->kind, "fault") == 0;
}

static SimTime begins(const Thing *fault, int depth)
{
    const FaultTiming *timing = fault->config;
    if (!timing->at.after || !is_fault(timing->at.after) || depth > DEEPEST)
        return timing->at.offset;
    SimTime base = begins(timing->at.after, depth + 1);
    if (timing->at.event == POINT_END)
        base += ((const FaultTiming *)timing->at.after->config)->duration;
    return base + timing->at.offset;
}

SimTime fault_begins(const Thing *fault)
{
    return begins(fault, 0);
}

/* The observer tells so many apart at a time. */
static void check_how_many(const Thing *thing, const World *world, Complaints *complaints)
{
    SimTime begin = fault_begins(thing);
    guint n = 0;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *other = world->thing[i];
        if (is_fault(other) && fault_begins(other) <= begin && fault_ends(other) > begin)
            n++;
    }
    if (n > MOST_FAULTS_AT_ONCE)
        complain(complaints, "at", "out-of-range", "%u faults are under way then; at most %d", n, MOST_FAULTS_AT_ONCE);
}

static void check_what_it_waits_for(const Thing *thing, Complaints *complaints)
{
    const FaultTiming *timing = thing->config;
    if (!timing->at.after)
        return;
    if (!is_fault(timing->at.after))
        complain(complaints, "at", "bad-point", "'%s' is no fault; only a fault has a start and an end",
                 timing->at.after->name);
    if (timing->at.event != POINT_START && timing->at.event != POINT_END)
        complain(complaints, "at", "not-yet",
                 "only .start and .end of a fault can be waited for; the others are not in this version");
    const Thing *next = timing->at.after;
    for (int i = 0; next && i < DEEPEST; i++) {
        if (next == thing) {
            complain(complaints, "at", "cycle", "'%s' waits for itself", thing->name);
            return;
        }
        next = is_fault(next) ? ((const FaultTiming *)next->config)->at.after : NULL;
    }
}

void fault_check(const Thing *thing, const World *world, Complaints *complaints)
{
    check_what_it_waits_for(thing, complaints);
    check_how_many(thing, world, complaints);
}

/* ---- striking and healing ---- */

typedef struct {
    const FaultRule *rule;
} Fault;

static void end(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Fault *fault = me->state;
    (void)reply;
    TELL(sim, me, "is over");
    observe_fault_over(sim, me->thing);
    fault->rule->heal(sim, me->thing);
    call_end(sim, root);
}

static void begin(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Fault *fault = me->state;
    SimTime duration = ((const FaultTiming *)me->config)->duration;
    (void)reply;
    TELL(sim, me, "begins");
    fault->rule->strike(sim, me->thing);
    observe_fault(sim, &(FaultSeen){me->thing, fault->rule->region(me->thing), sim_now(sim), sim_now(sim) + duration});
    call_wait(sim, root, duration, end);
}

static void start(Sim *sim, Entity *me)
{
    call_wait(sim, call_begin(sim, me, me->own_key), sim->measured_from + fault_begins(me->thing), begin);
}

static const Ops ops = {.role = "fault", .start = start};

void fault_build(Sim *sim, const Thing *thing, const FaultRule *rule)
{
    Entity *me = entity_new(sim, thing, &ops, network_edge(sim->network), sizeof(Fault), "");
    ((Fault *)me->state)->rule = rule;
}
