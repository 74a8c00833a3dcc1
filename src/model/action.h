/* Action: what somebody does by hand, or a script for him, at a time the scenario names: edit a record, turn a dial,
 * shift a zone away.
 *
 * It is asked of a control plane, by a call like any other, so a control plane that is gone does nothing: then the
 * action is tried again, at the next control plane where there are several, until one accepts it.  Whoever acts stands
 * outside of every region.  With `for` it is taken back that long after it was due, once it has been accepted. */
#ifndef MRSIM_MODEL_ACTION_H
#define MRSIM_MODEL_ACTION_H
#include "model/sim.h"

/* The first member of every action's config. */
typedef struct {
    Point at;
    SimTime lasts; /* 0: for good */
    SimTime retry;
    Law decides; /* LAW_NONE: at once */
} ActionTiming;

#define ACTION_PARAMS(Config)                                                                                          \
    {.name = "at",                                                                                                     \
     .type = PARAM_POINT,                                                                                              \
     .offset = PARAM_FIELD(Config, timing.at, Point),                                                                  \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "When it is done: after the start of measurement, or after a fault's start or end."},                     \
        {.name = "for",                                                                                                \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, timing.lasts, SimTime),                                                         \
         .standard = "",                                                                                               \
         .least = 1e6,                                                                                                 \
         .most = 8.64e16,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "It is taken back after this time; absent: it is for good."},                                         \
    {                                                                                                                  \
        .name = "retry", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, timing.retry, SimTime),                 \
        .standard = "5s", .least = 1e6, .most = 8.64e13, .flags = PARAM_EVERYWHERE,                                    \
        .help = "Pause before it is tried again when nobody answered, or nobody let it happen.", .source = "assumed"   \
    }

/* The config of those that make a region of a database the writer. */
typedef struct {
    ActionTiming timing;
    Reference of;
} WriterAction;

/* For what is done once and is not taken back, by people who take their time. */
#define ACTION_ONCE_PARAMS(Config)                                                                                     \
    {.name = "at",                                                                                                     \
     .type = PARAM_POINT,                                                                                              \
     .offset = PARAM_FIELD(Config, timing.at, Point),                                                                  \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "When the need is known: after the start of measurement, or after a fault's start or end."},              \
        {.name = "decides",                                                                                            \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, timing.decides, Law),                                                           \
         .standard = "0s",                                                                                             \
         .most = 8.64e14,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "What people take from then until they ask for it.",                                                  \
         .source = "assumed: they are ready"},                                                                         \
    {                                                                                                                  \
        .name = "retry", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, timing.retry, SimTime),                 \
        .standard = "5s", .least = 1e6, .most = 8.64e13, .flags = PARAM_EVERYWHERE,                                    \
        .help = "Pause before it is tried again when nobody answered, or nobody let it happen.", .source = "assumed"   \
    }

#define WRITER_ACTION_PARAMS                                                                                           \
    ACTION_ONCE_PARAMS(WriterAction),                                                                                  \
    {                                                                                                                  \
        .name = "of", .type = PARAM_REFERENCE, .offset = PARAM_FIELD(WriterAction, of, Reference),                     \
        .choices = "database", .flags = PARAM_EVERYWHERE,                                                              \
        .help = "The database, and the region that shall write: NAME@REGION."                                          \
    }

typedef struct {
    /* Whose control planes, and in which region (NO_REGION: the thing's own). */
    const Thing *(*of)(const Thing *action, int *region);
    /* What is asked of them: the change, or that it be taken back. */
    ControlPort (*what)(const Thing *action, bool back);
} ActionRule;
/* Of a WriterAction. */
const Thing *action_database(const Thing *action, int *region);
void action_build(Sim *sim, const Thing *thing, const ActionRule *rule); /* for Component.build */
void action_connect(Sim *sim, const Thing *thing);                       /* for Component.connect */
void action_check(const Thing *thing, const World *world, Complaints *complaints);
/* The same for a WriterAction. */
void action_check_writer(const Thing *thing, const World *world, Complaints *complaints);
#endif
