/* Replica: what all databases have in common: replicas that serve reads and writes of items, hold versions, and ship
 * their changes.
 *
 * A component decides who may write and what becomes of a write; the replica does the work: workers and their times,
 * the version found, the ledger behind the scenes, the logs to the siblings. */
#ifndef MRSIM_MODEL_REPLICA_H
#define MRSIM_MODEL_REPLICA_H
#include "model/applier.h"
#include "model/commit_gate.h"
#include "model/complaints.h"
#include "model/ledger.h"
#include "model/log.h"
#include "model/progress.h"
#include "model/station.h"
#include "model/versions.h"

/* The first member of every database's config. */
typedef struct {
    gint64 workers;
    Law read_time, write_time;
    Law apply_time; /* LAW_NONE or constantly 0: applied on arrival */
    gint64 appliers;
    gint64 answer_size, change_size; /* bytes; 0: it takes no room on any link */
    gint64 stock;                    /* of each item, when the run begins; 0: items are nothing that is sold */
    SimTime lag_alarm;               /* 0: nobody wants to know */
    SimTime commit_limit;            /* commits wait while all other members are further behind; 0: never */
} ReplicaConfig;

#define REPLICA_PARAMS(Config, read_law, read_source, write_law, write_source)                                         \
    {.name = "workers",                                                                                                \
     .type = PARAM_COUNT,                                                                                              \
     .offset = PARAM_FIELD(Config, replica.workers, gint64),                                                           \
     .standard = "64",                                                                                                 \
     .least = 1,                                                                                                       \
     .most = 1e6,                                                                                                      \
     .help = "Operations that one replica works on at a time.",                                                        \
     .source = "assumed"},                                                                                             \
        {.name = "read-time",                                                                                          \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, replica.read_time, Law),                                                        \
         .standard = read_law,                                                                                         \
         .most = 3.6e12,                                                                                               \
         .help = "Time that a read takes in the database, without waiting.",                                           \
         .source = read_source},                                                                                       \
        {.name = "write-time",                                                                                         \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, replica.write_time, Law),                                                       \
         .standard = write_law,                                                                                        \
         .most = 3.6e12,                                                                                               \
         .help = "Time until a write is durable in its region, without waiting.",                                      \
         .source = write_source},                                                                                      \
    {                                                                                                                  \
        .name = "answer-size", .type = PARAM_SIZE, .offset = PARAM_FIELD(Config, replica.answer_size, gint64),         \
        .standard = "0B", .most = 1e9, .help = "Bytes of the answer to a read, for its links.",                        \
        .source = "assumed: it takes no room"                                                                          \
    }

/* For databases whose replicas follow each other. */
#define LAG_ALARM_PARAM(Config)                                                                                        \
    {                                                                                                                  \
        .name = "lag-alarm", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, replica.lag_alarm, SimTime),        \
        .standard = "", .least = 1e6, .most = 8.64e13, .flags = PARAM_EVERYWHERE,                                      \
        .help = "A replica that is further behind raises an alarm (replication.alarm: for how much of the time).",     \
    }

/* For databases whose replicas ship their changes to each other. */
#define LAG_ALARM_PARAM(Config)                                                                                        \
    {                                                                                                                  \
        .name = "lag-alarm", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, replica.lag_alarm, SimTime),        \
        .standard = "", .least = 1e6, .most = 8.64e13, .flags = PARAM_EVERYWHERE,                                      \
        .help = "A replica that is further behind raises an alarm (replication.alarm: for how much of the time).",     \
    }

#define APPLY_PARAMS(Config, apply_source)                                                                             \
    {.name = "apply-time",                                                                                             \
     .type = PARAM_LAW_OF_DURATION,                                                                                    \
     .offset = PARAM_FIELD(Config, replica.apply_time, Law),                                                           \
     .standard = "0ms",                                                                                                \
     .most = 3.6e12,                                                                                                   \
     .help = "Time that it takes to apply a change that was received, before readers see it; 0ms: they see it on "     \
             "arrival.",                                                                                               \
     .source = apply_source},                                                                                          \
        {.name = "appliers",                                                                                           \
         .type = PARAM_COUNT,                                                                                          \
         .offset = PARAM_FIELD(Config, replica.appliers, gint64),                                                      \
         .standard = "1",                                                                                              \
         .least = 1,                                                                                                   \
         .most = 1e6,                                                                                                  \
         .help = "Changes that one replica applies at a time.",                                                        \
         .source = "assumed: one after the other"},                                                                    \
        LAG_ALARM_PARAM(Config),                                                                                       \
    {                                                                                                                  \
        .name = "change-size", .type = PARAM_SIZE, .offset = PARAM_FIELD(Config, replica.change_size, gint64),         \
        .standard = "0B", .most = 1e9,                                                                                 \
        .help = "Bytes of a change on its way to another region, for the links that it passes.",                       \
        .source = "assumed: it takes no room"                                                                          \
    }

/* For databases whose writes may be conditional (model/stock.h). */
#define STOCK_PARAM(Config)                                                                                            \
    {                                                                                                                  \
        .name = "stock", .type = PARAM_COUNT, .offset = PARAM_FIELD(Config, replica.stock, gint64), .standard = "",    \
        .least = 1, .most = 1e9, .flags = PARAM_EVERYWHERE,                                                            \
        .help =                                                                                                        \
            "Units of each item; a write takes one if the replica that is asked holds one; absent: it asks nothing.",  \
    }

/* Shared by the replicas of one database: not readable by them, but for their own column of `versions`. */
typedef struct ReplicaSet ReplicaSet;
/* The first member of every replica's state. */
typedef struct {
    ReplicaSet *set;
    guint number; /* among the replicas: first the members, then the readers */
    guint head;   /* the member whose storage it reads; a member's own number */
    Station station;
    Applier *applier; /* NULL: what is received is to be seen at once */
    /* May a write that it has worked on be made? NULL: it may. */
    bool (*may_commit)(const Sim *sim, const Entity *me);
    Log *to[MOST_REPLICAS]; /* to the other members and its own readers; NULL: it ships nothing there */
    uint32_t copies;        /* how often its storage has been made anew: what was shipped before is void */
    CommitGate gate;
    Progress progress; /* where reads are promised something */
    Line awaiting;     /* reads that wait until it has applied a position */
    SimTime awaited;   /* the least of these */
} Replica;

/* Where one replica is.  A member has storage of its own; readers stand beside one of them, share its storage, and see
 * what it has a little later. */
enum { NO_HEAD = -1 };
typedef struct {
    int region, zone; /* zone: WHOLE_REGION: in all of them */
    int head;         /* a reader: the number of its member; NO_HEAD: it is one itself; all members come first */
    const Ops *ops;
    bool witness; /* a member that its siblings ask, and nobody else: no door, no figures of its own */
    SimTime (*hold)(Sim *sim, Entity *me, uint32_t item); /* how long a change of the item must wait before it is
                                                             applied; NULL: it need not */
} Site;

/* For Component.runs_in: the regions named, or every one where there are none. */
void replicas_run_in(const Regions *regions, const World *world, bool *here);
/* For Component.check: no more of them than can be followed; what only makes sense between several.  `key`: the one
 * that says where they are, or NULL. */
void replicas_check(const Thing *thing, const World *world, const char *key, Complaints *complaints);
/* Makes one entity per region in `regions`, each a door of the thing, with a state of `state_size` that begins with a
 * Replica. `writer`: number of the only one that may write, or ALL_WRITE. */
void replicas_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n, int writer,
                    gsize state_size);
/* The same at sites of any kind; only members are doors of the thing. */
ReplicaSet *replicas_build_at(Sim *sim, const Thing *thing, const Site *site, guint n, int writer, gsize state_size);
/* Reads may have to wait until the replica has all up to some position: progress is kept.  Before connecting. `may`:
 * false: it does not let this read go on now, and sees to it that replica_await or replica_fail is called for it.
 * `by_arrival`: a read is stale only with regard to what was acknowledged before it was asked. */
void replicas_promise(ReplicaSet *set, bool (*may)(Sim *sim, Entity *me, Call *read), bool by_arrival);
/* Before the run: who asks this door asks for what may have been written, and settled or lost, long before: nothing
 * that any replica holds is forgotten.  Memory then follows the items that are written. */
void replicas_remember(const Entity *door);
/* Logs from every member to every other; and from members to their readers. */
void replicas_connect(Sim *sim, const Thing *thing, LogHabits habits);
void replicas_connect_readers(Sim *sim, const Thing *thing, LogHabits habits);
/* For faults: what the replicas of a database in `from` (ANYWHERE: in any region) have to tell those in `to` waits in
 * their logs. */
void replicas_hold(Sim *sim, const Thing *thing, int from, int to, bool held);
guint replicas_count(const ReplicaSet *set); /* the members */
guint replicas_in_all(const ReplicaSet *set);
Entity *replicas_nth(const ReplicaSet *set, guint number);
Ledger *replicas_ledger(const ReplicaSet *set);

/* For Component.bound: what its workers can do, in a region where it runs. */
bool replica_bound(const Thing *thing, int region, Bound bound, double *value);

void replica_start(Sim *sim, Entity *me);
/* Serves a PORT_STORE call: waits for a worker, works, and answers: a read with what this replica holds, a write once
 * it is durable here and on its way to the siblings. */
void replica_serve(Sim *sim, Entity *me, Call *call);
/* A read that was held up goes on when all up to that position is applied; or fails. */
void replica_await(Sim *sim, Entity *me, Call *read, SimTime position);
void replica_fail(Sim *sim, Entity *me, Call *call, Why why);
/* All that was committed up to then is to be seen here. */
SimTime replica_position(const Entity *me);
/* Ships its change to all siblings that have not been left out. */
void replica_ship(Sim *sim, Entity *me, uint32_t item, Version version, uint32_t epoch);
/* Takes a change shipped by a sibling and acknowledges it: last writer wins.  It is to be seen when it is applied. */
void replica_take(Sim *sim, Entity *me, Call *call);
/* `root`, a root call of the replica, goes on with `then` when all that has been received is applied: now, unless
 * applying takes time. */
void replica_when_applied(Sim *sim, Entity *me, Call *root, Step then);
/* Is a member again, with a full copy of the writer's; what it had not applied is not needed any more.  Its readers
 * have the copy too: its storage is theirs.  Commits that wait for secondaries fail: it is not the writer. */
void replica_start_over(Sim *sim, Entity *me);
/* For stores in which several replicas must have a write before it is acknowledged (ledger_propose): what this one
 * holds of an item; and that it has this version now, if that is newer. */
Version replica_holds(const Replica *replica, uint32_t item);
bool replica_agrees(const Replica *replica, uint32_t item); /* all replicas hold the same */
void replica_catch_up(const Replica *replica, uint32_t item, Version version);
/* ---- conditional writes: take one if there is one left (model/stock.h) ---- */
/* What is left of an item, by what this replica holds of it. */
int32_t replica_left(const Replica *replica, uint32_t item);
/* There is a stock, and nothing is left here: it is told so, and counted. */
bool replica_is_sold_out(Sim *sim, const Replica *replica, uint32_t item);
/* One was taken, and it is acknowledged. */
void replica_sells(Sim *sim, const Replica *replica, uint32_t item);
void replica_finish(Sim *sim, Entity *me);
#endif
