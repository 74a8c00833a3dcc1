/* Succession: which replica of a database writes, where only one does, and who comes after it.
 *
 * Every member believes somebody to be the writer, and in an epoch: who is promoted begins a new one.  The first member
 * that is not the writer watches it.  When it does not answer so many checks in a row (detect), somebody must dare to
 * say "fail over" (decide); the writer is asked once more; then the watcher takes no more changes, applies what it has
 * received, and is the writer: what it has not received is lost.  It tells its siblings until each has heard; each then
 * starts over from a copy of it. A writer that comes back asks the others first whether it still is one.  A writer that
 * was only cut off does not know: it goes on accepting writes until it is told, and all of those are lost; nobody who
 * has heard takes them.
 *
 * All of it is calls, which may be lost: nobody knows who writes, everybody believes something. */
#ifndef MRSIM_MODEL_SUCCESSION_H
#define MRSIM_MODEL_SUCCESSION_H
#include "model/replica.h"

/* A member of the config of every database that has one. */
typedef struct {
    int writer;
    Law decide, promote;
    int promotion;
    SimTime interval, check_timeout, relay_timeout;
    gint64 failures;
    Regions regions;
} SuccessionConfig;

/* `config` is the name of that member. */
#define SUCCESSION_PARAMS(Config, promotion_source, decide_law, decide_source, promote_law, promote_source)            \
    {.name = "writer",                                                                                                 \
     .type = PARAM_REGION,                                                                                             \
     .offset = PARAM_FIELD(Config, succession.writer, int),                                                            \
     .standard = "",                                                                                                   \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "The region that writes; absent: the first of the scenario."},                                            \
        {.name = "promotion",                                                                                          \
         .type = PARAM_CHOICE,                                                                                         \
         .offset = PARAM_FIELD(Config, succession.promotion, int),                                                     \
         .standard = "automatic",                                                                                      \
         .choices = "automatic never",                                                                                 \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "automatic: a runbook watches, waits for the decision and promotes; never: nobody does.",             \
         .source = promotion_source},                                                                                  \
        {.name = "interval",                                                                                           \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, succession.interval, SimTime),                                                  \
         .standard = "10s",                                                                                            \
         .least = 1e8,                                                                                                 \
         .most = 3.6e12,                                                                                               \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "From the writer's answer to the next check of it.",                                                  \
         .source = "assumed"},                                                                                         \
        {.name = "timeout",                                                                                            \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, succession.check_timeout, SimTime),                                             \
         .standard = "4s",                                                                                             \
         .least = 1e6,                                                                                                 \
         .most = 6e11,                                                                                                 \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "How long a check of the writer is waited for.",                                                      \
         .source = "assumed"},                                                                                         \
        {.name = "failures",                                                                                           \
         .type = PARAM_COUNT,                                                                                          \
         .offset = PARAM_FIELD(Config, succession.failures, gint64),                                                   \
         .standard = "3",                                                                                              \
         .least = 1,                                                                                                   \
         .most = 100,                                                                                                  \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Failed checks in a row until the writer is found dead.",                                             \
         .source = "assumed"},                                                                                         \
        {.name = "decide",                                                                                             \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, succession.decide, Law),                                                        \
         .standard = decide_law,                                                                                       \
         .most = 8.64e13,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "From finding the writer dead to the decision to fail over.",                                         \
         .source = decide_source},                                                                                     \
        {.name = "promote",                                                                                            \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, succession.promote, Law),                                                       \
         .standard = promote_law,                                                                                      \
         .most = 8.64e13,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "From the decision until the secondary accepts writes.",                                              \
         .source = promote_source},                                                                                    \
        {.name = "relay-timeout",                                                                                      \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, succession.relay_timeout, SimTime),                                             \
         .standard = "2s",                                                                                             \
         .least = 1e6,                                                                                                 \
         .most = 6e11,                                                                                                 \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "How long a reader waits for the writer's answer to a write it passed on.",                           \
         .source = "assumed"},                                                                                         \
    {                                                                                                                  \
        .name = "regions", .type = PARAM_REGIONS, .offset = PARAM_FIELD(Config, succession.regions, Regions),          \
        .standard = "", .flags = PARAM_EVERYWHERE,                                                                     \
        .help = "Where it has members; absent: in every region of the scenario."                                       \
    }

/* The first member of the state of every such database's entities. */
typedef struct {
    Replica replica;
    const SuccessionConfig *habits;
    guint writer;   /* number of the replica it believes to be the writer */
    uint32_t epoch; /* of that belief: grows with every promotion */
    bool in_doubt;  /* back from an outage, asking whether it still is the writer */
    bool cut_loose; /* about to be the writer: takes no more changes, applies what it has */
    uint32_t run;   /* checks of the writer in a row that failed */
    unsigned relay_patience, check_patience;
} Member;

/* ---- for the operations of the component of the same names; `habits` of the thing's config ---- */
int succession_writer_region(const SuccessionConfig *habits);
void succession_runs_in(const SuccessionConfig *habits, const World *world, bool *here);
void succession_build(Sim *sim, const Thing *thing, const SuccessionConfig *habits, const Ops *ops, gsize state_size);
void succession_connect(Sim *sim, const Thing *thing, LogHabits shipping);
Entity *succession_elsewhere(Sim *sim, const Thing *thing, const SuccessionConfig *habits);
bool succession_bound(const Thing *thing, const SuccessionConfig *habits, int region, Bound bound, double *value);

/* ---- for its entities ---- */
void succession_start(Sim *sim, Entity *me); /* with replica_start */
/* May it make a write now, as far as it knows? */
bool succession_accepts(const Entity *me);
/* Does a write, or passes it on to the writer it knows of, once, and answers with what that says. */
void succession_write(Sim *sim, Entity *me, Call *call);
void succession_relay(Sim *sim, Entity *me, Call *call);
/* Answers whatever is asked on any port but PORT_STORE. */
void succession_asked(Sim *sim, Entity *me, Call *call);
#endif
