/* Fault: what all faults have in common: when they begin and how long they last, and the loop that strikes and heals.
 * A component says what is struck, and how. */
#ifndef MRSIM_MODEL_FAULT_H
#define MRSIM_MODEL_FAULT_H
#include "model/sim.h"

/* The first member of every fault's config. */
typedef struct {
    Point at;
    SimTime duration;
} FaultTiming;

#define FAULT_PARAMS(Config)                                                                                           \
    {.name = "at",                                                                                                     \
     .type = PARAM_POINT,                                                                                              \
     .offset = PARAM_FIELD(Config, timing.at, Point),                                                                  \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "When it begins: after the start of measurement, or after another fault's start or end."},                \
    {                                                                                                                  \
        .name = "for", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, timing.duration, SimTime), .least = 1e6,  \
        .most = 8.64e16, .flags = PARAM_EVERYWHERE, .help = "How long it lasts."                                       \
    }

/* After the start of measurement. Points that hang on other faults are followed; a cycle of them is found by
 * fault_check. */
SimTime fault_begins(const Thing *fault);
static inline SimTime fault_ends(const Thing *fault)
{
    return fault_begins(fault) + ((const FaultTiming *)fault->config)->duration;
}
/* What a fault does to the world, and takes back. */
typedef struct {
    int (*region)(const Thing *fault); /* whose users are affected, or NO_REGION: anybody's */
    void (*strike)(Sim *sim, const Thing *fault);
    void (*heal)(Sim *sim, const Thing *fault);
} FaultRule;
void fault_build(Sim *sim, const Thing *thing, const FaultRule *rule);            /* for Component.build */
void fault_check(const Thing *thing, const World *world, Complaints *complaints); /* for Component.check */
#endif
