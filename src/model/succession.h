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
#include "model/awaited.h"
#include "model/lookout.h"
#include "model/replica.h"
#include "model/takeover.h"

/* A member of the config of every database that has one. */
struct SuccessionConfig {
    int writer;
    Law decide, promote, rebuild;
    int promotion;
    SimTime interval, check_timeout;
    gint64 failures;
    bool fencing;
    Places watchers; /* regions; their shares mean nothing */
    Regions regions;
};
enum { PROMOTION_AUTOMATIC, PROMOTION_NEVER };

/* `config` is the name of that member. */
#define SUCCESSION_PARAMS(Config, promotion_source, decide_law, decide_source, promote_law, promote_source,            \
                          rebuild_law, rebuild_source)                                                                 \
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
        {.name = "rebuild",                                                                                            \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, succession.rebuild, Law),                                                       \
         .standard = rebuild_law,                                                                                      \
         .most = 8.64e14,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Until a former writer that comes back is a full copy again; until then it serves no reads either.",  \
         .source = rebuild_source},                                                                                    \
        {.name = "fencing",                                                                                            \
         .type = PARAM_YES_NO,                                                                                         \
         .offset = PARAM_FIELD(Config, succession.fencing, bool),                                                      \
         .standard = "no",                                                                                             \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "yes: a writer stops when those who watch it do not hear from it; no: one that is cut off goes on.",  \
         .source = "assumed: none"},                                                                                   \
        {.name = "watchers",                                                                                           \
         .type = PARAM_PLACES,                                                                                         \
         .offset = PARAM_FIELD(Config, succession.watchers, Places),                                                   \
         .standard = "",                                                                                               \
         .choices = "regions",                                                                                         \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Where somebody watches the writer: more than half must find it dead; absent: the first other "       \
                 "member alone."},                                                                                     \
    {                                                                                                                  \
        .name = "regions", .type = PARAM_REGIONS, .offset = PARAM_FIELD(Config, succession.regions, Regions),          \
        .standard = "", .flags = PARAM_EVERYWHERE,                                                                     \
        .help = "Where it has members; absent: in every region of the scenario."                                       \
    }

/* What members tell and ask each other: VerdictPort.what. */
enum {
    VERDICT_IS_WRITER,  /* `about` is, in this epoch; healthy: it has taken over with its predecessor's consent */
    VERDICT_WHO_WRITES, /* told: who, in which epoch; healthy: whoever is asked is about to be the writer; whole: it
                           has a copy to read from */
    VERDICT_VOTE,       /* the voter of number `region` finds the writer dead, */
    VERDICT_NO_VOTE,    /* or does not any more */
    VERDICT_GRANT,      /* helps the voter `about` to be the writer?  Told: its number, `region` */
    VERDICT_STOP, /* `about` wants to be the writer: make no more writes; told, healthy: it has all that were made */
};

/* The first member of the state of every such database's entities. */
typedef struct {
    Replica replica;
    const SuccessionConfig *habits;
    guint writer;    /* number of the replica it believes to be the writer */
    uint32_t epoch;  /* of that belief: grows with every promotion */
    bool in_doubt;   /* back from an outage, asking whether it still is the writer */
    bool cut_loose;  /* about to be the writer: takes no more changes, applies what it has */
    bool planned;    /* it is the writer, with its predecessor's consent */
    bool rebuilding; /* no full copy yet: it is no member */
    int stopped;     /* it makes no more writes, for the sake of this member; NOBODY: it does */
    Lookout lookout;
    Leases leases;
    Takeover takeover;
    Awaited *awaited; /* the observer's, of the database */
    unsigned check_patience;
} Member;

/* ---- for the operations of the component of the same names; `habits` of the thing's config ---- */
int succession_writer_region(const SuccessionConfig *habits);
void succession_check(const Thing *thing, const World *world, const SuccessionConfig *habits, Complaints *complaints);
void succession_runs_in(const SuccessionConfig *habits, const World *world, bool *here);
void succession_build(Sim *sim, const Thing *thing, const SuccessionConfig *habits, const Ops *ops, gsize state_size);
/* The same with readers beside the members, so many in each region. */
void succession_build_with(Sim *sim, const Thing *thing, const SuccessionConfig *habits, const Ops *ops,
                           const Ops *reader_ops, gint64 (*readers)(const Thing *thing, int region), gsize state_size);
void succession_connect(Sim *sim, const Thing *thing, LogHabits shipping);
Entity *succession_elsewhere(Sim *sim, const Thing *thing, const SuccessionConfig *habits);
bool succession_bound(const Thing *thing, const SuccessionConfig *habits, int region, Bound bound, double *value);

/* ---- for its entities ---- */
void succession_start(Sim *sim, Entity *me);  /* with replica_start */
void succession_finish(Sim *sim, Entity *me); /* with replica_finish */
/* May it make a write now, as far as it knows? */
bool succession_accepts(const Sim *sim, const Entity *me);
/* Makes a write, if it may; else it is read-only, and answers with an error. */
void succession_write(Sim *sim, Entity *me, Call *call);
/* Serves a read by what it has; an error, if that is nothing. */
void succession_read(Sim *sim, Entity *me, Call *call);
/* Answers with that error. */
void succession_refuse(Sim *sim, Entity *me, Call *call, const char *what);
/* Answers whatever is asked on any port but PORT_STORE. */
void succession_asked(Sim *sim, Entity *me, Call *call);

/* ---- for lookout and takeover ---- */
/* It hears that there is another writer; nothing if it knows a later one. `agreed`: with its predecessor's consent. */
void succession_follow(Sim *sim, Entity *me, guint writer, uint32_t epoch, bool agreed);
/* The same, from what a sibling told with its answer. */
void succession_heed(Sim *sim, Entity *me, const Call *reply);
/* It is the writer from now on, and tells everybody. */
void succession_reign(Sim *sim, Entity *me, bool agreed);
#endif
