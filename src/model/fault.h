/* Fault: what all faults have in common: when they begin and how long they last, and the loop that strikes and heals.
 * A component says what is struck, and how.
 *
 * A fault begins once, at an instant that the scenario names, or comes again and again: then it is away for a time
 * drawn anew (from the start of the run to the first, and from the end of each to the start of the next), and lasts for
 * a time drawn anew.  Both are keyed by the fault's name and its how-manieth occurrence, so two designs under one seed
 * see the same faults. */
#ifndef MRSIM_MODEL_FAULT_H
#define MRSIM_MODEL_FAULT_H
#include "model/sim.h"

/* The first member of every fault's config. */
typedef struct {
    Point at;  /* offset SIMTIME_NEVER: it comes again and again */
    Law every; /* LAW_NONE: it comes once */
    Law duration;
} FaultTiming;

#define FAULT_PARAMS(Config)                                                                                           \
    {.name = "at",                                                                                                     \
     .type = PARAM_POINT,                                                                                              \
     .offset = PARAM_FIELD(Config, timing.at, Point),                                                                  \
     .standard = "",                                                                                                   \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "When it begins: after the start of measurement, or after another fault's start or end."},                \
        {.name = "every",                                                                                              \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, timing.every, Law),                                                             \
         .standard = "",                                                                                               \
         .least = 1e6,                                                                                                 \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Instead of `at`: it comes again and again, so long after the start of the run, then after the end "  \
                 "of the one before."},                                                                                \
    {                                                                                                                  \
        .name = "for", .type = PARAM_LAW_OF_DURATION, .offset = PARAM_FIELD(Config, timing.duration, Law),             \
        .least = 1e6, .most = 8.64e16, .flags = PARAM_EVERYWHERE, .help = "How long it lasts."                         \
    }

bool fault_repeats(const Thing *fault);
/* After the start of measurement, and with their means for what is drawn; SIMTIME_NEVER where it comes again and again.
 * Points that hang on other faults are followed; a cycle of them is found by fault_check. */
SimTime fault_begins(const Thing *fault);
SimTime fault_ends(const Thing *fault);
/* An instant after the start of measurement, with what this replication draws. */
SimTime fault_point(const Sim *sim, const Point *at);
/* For Component.check of others: the key `at` of a thing names an instant that there is. */
void fault_check_point(const Point *at, Complaints *complaints);
/* What a fault does to the world, and takes back. */
typedef struct {
    int (*region)(const Thing *fault); /* whose users are affected, or NO_REGION: anybody's */
    int (*zone)(const Thing *fault);   /* the zone of it that is gone, or WHOLE_REGION; NULL: all of it */
    bool one_thing;                    /* only a thing in it is gone */
    void (*strike)(Sim *sim, const Thing *fault);
    void (*heal)(Sim *sim, const Thing *fault);
} FaultRule;
/* What a fault has struck and is to heal, where that can move while it lasts. */
typedef struct {
    guint n;
    const Place **place; /* room for all entities */
} Struck;
Struck *fault_struck(Sim *sim, const Thing *fault);
void fault_build(Sim *sim, const Thing *thing, const FaultRule *rule);            /* for Component.build */
void fault_check(const Thing *thing, const World *world, Complaints *complaints); /* for Component.check */
#endif
