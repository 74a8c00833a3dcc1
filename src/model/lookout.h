/* Lookout: watching the writer of a database, and the promise that goes with it.
 *
 * Who watches asks the writer for a sign of life again and again.  Without `watchers` it is the first member that is
 * not the writer; the second looks whether the first is alive, and takes its place as long as it is not, and so on.
 * Where `watchers` are named they watch, from wherever they stand, and each that finds the writer dead tells the first
 * other member so: a vote.
 *
 * With fencing a check that is answered is a promise: nobody shall be promoted with this voter's help before a lease is
 * over, which begins when the answer is heard.  The writer counts its lease from the instant at which it gave that
 * answer, which the next check quotes: so it always ends before the promise does, whatever was lost on the way, and no
 * two clocks need agree.  A check whose answer is lost renews nothing.  The writer makes writes as long as so few of
 * those who ever checked it in its epoch have let their lease run out that they are no majority.  Who has not been
 * answered in an epoch has promised nothing and helps nobody.  In an epoch a voter helps one member only, until that
 * one says that it does not want to be the writer any more.  So there is one writer per epoch, and the one before has
 * ceased to make writes when it begins.
 *
 * The lease is one check longer than it takes to find the writer dead. */
#ifndef MRSIM_MODEL_LOOKOUT_H
#define MRSIM_MODEL_LOOKOUT_H
#include "model/replica.h"

enum { NOBODY = -1 };
typedef struct SuccessionConfig SuccessionConfig;

/* Of a member, or all the state of a watcher. */
typedef struct {
    ReplicaSet *set;
    const SuccessionConfig *habits;
    guint voter;      /* number among those who vote */
    guint writer;     /* whom it watches, */
    uint32_t epoch;   /* in which epoch: */
    uint32_t run;     /* checks in a row that failed */
    SimTime heard_at; /* when an answer last came; 0: never */
    SimTime echo;     /* and when it was given, by the writer's clock */
    int granted;      /* whom it helps to be the writer */
    bool telling;     /* its vote, or that it takes it back, is under way */
    uint32_t round;   /* of its loops: those of older ones end */
    uint32_t *run_of; /* of a member: the same as `run`, for each member before it */
    Entity **watcher; /* all of them, in the order in which they are named */
    unsigned patience;
} Lookout;
/* The first locals of its loops. */
typedef struct {
    uint32_t round;
    guint whom;
} Looking;

/* What the writer knows of those who watch it. */
typedef struct {
    uint64_t seen;  /* bit per voter: has checked it in this epoch */
    SimTime *until; /* per voter: its lease */
} Leases;

SimTime lookout_lease(const SuccessionConfig *habits);
guint lookout_voters(const SuccessionConfig *habits);
/* May the voters with this many bits promote somebody? */
bool lookout_is_majority(const SuccessionConfig *habits, uint64_t voters);
/* The member that is to follow that writer: the first other one. */
guint lookout_heir(guint writer);

/* It starts, or there is another writer: watch that one, if it is upon `me` to watch. */
void lookout_turn(Sim *sim, Entity *me, guint writer, uint32_t epoch);
void lookout_start(Sim *sim, Entity *me);
/* The loop that found the writer dead goes on watching. */
void lookout_resume(Sim *sim, Entity *me, Call *loop);
/* `candidate` wants to be the writer, after a switchover that the writer itself agreed to (`agreed`) or without: does
 * this voter help now?  false: no, or not yet. */
bool lookout_grant(const Sim *sim, Entity *me, guint candidate, uint32_t epoch, bool agreed);

/* ---- of the writer ---- */
void leases_begin(Leases *leases); /* a new epoch */
void leases_note(const Sim *sim, Leases *leases, const SuccessionConfig *habits, const HealthPort *check);
bool leases_hold(const Sim *sim, const Leases *leases, const SuccessionConfig *habits);

/* ---- building ---- */
void lookout_build(Sim *sim, const Thing *thing, const SuccessionConfig *habits, ReplicaSet *set);
void lookout_connect(Sim *sim, ReplicaSet *set, const SuccessionConfig *habits);
#endif
