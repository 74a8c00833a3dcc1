/* Station: workers, and a line of calls before them, first come first served.
 *
 * A worker is held from entering until leaving, whether anybody still waits for the answer or not.  It measures itself:
 * the share of its capacity in use; while its region or zone is gone nothing is.
 *
 * It also keeps Little's law as books are kept, to the nanosecond, in every run: the integral over time of how many are
 * there is the time that those who left had been there, and that those still there have been.  The left side knows only
 * numbers, the right side only who came and went when.  Books are closed whenever nobody is there, and at the end of
 * the run; they do not balance only if mrsim is wrong (CHECK).  The same for the line alone. */
#ifndef MRSIM_MODEL_STATION_H
#define MRSIM_MODEL_STATION_H
#include "model/sim.h"

/* In nanoseconds modulo 2^64.  Sums that are equal are equal modulo 2^64 too, so no run is too long; and a mistake
 * would go unseen only if it were a multiple of 584 years. */
typedef struct {
    uint64_t area;   /* how many were there, summed over time */
    uint64_t stayed; /* how long they had been there, summed over those who left */
    uint64_t came;   /* at which instant they came, summed over those still there */
} Books;

/* Whoever holds a worker until an instant that is known beforehand. */
typedef struct {
    SimTime until, came;
} Holder;

typedef struct {
    Entity *me;
    uint32_t workers, busy;
    uint32_t n_holders, holders_capacity;
    Holder *holder;                                  /* a binary heap, the first to go on top */
    void (*serve)(Sim *sim, Entity *me, Call *call); /* begins the work on one who waited; NULL: station_leave tells */
    SimTime woken_at;                                /* when the line will be looked at; SIMTIME_NEVER: by nobody */
    uint32_t most_waiting;
    Line line;
    uint64_t n_entered, n_left; /* since the start of the run: to be served or to wait; served */
    SimTime since;              /* `busy` holds since then */
    SimTime noted;              /* the books hold until then */
    Books all, waiting;         /* of the workers and the line; of the line */
    Cell *use;                  /* CELL_RATIO: worker-seconds busy over worker-seconds there */
    Cell *found;                /* CELL_DISTRIBUTION: how many each arrival found waiting; may be NULL */
    Cell *refused;              /* CELL_COUNT; may be NULL */
} Station;

/* `kind`: the label of the thing ("service", "database"); region of `me`. */
void station_init(Sim *sim, Station *station, Entity *me, const char *kind, gint64 workers, gint64 most_waiting);
void station_restart(Sim *sim, Station *station); /* everybody in it is gone */
typedef enum { STATION_SERVE, STATION_WAITS, STATION_REFUSES } Welcome;
/* SERVE: the caller begins its work now.  Calls enter in the instant of their arrival. */
Welcome station_enter(Sim *sim, Station *station, Call *call);
/* In place of station_leave, for a station with `serve`: the worker just taken is free again at `until`, without an
 * event of its own unless somebody waits then. */
void station_leaves_at(Sim *sim, Station *station, SimTime came, SimTime until);
/* `came`: when the one who leaves had arrived (Call.arrived_at, to be read before it is answered).  Returns the next to
 * be served, whose worker is held already; NULL: nobody waits. */
Call *station_leave(Sim *sim, Station *station, SimTime came);
/* Worker-seconds in use since the start of measurement until now, and *there: those there were.  As long as it lives:
 * what it had in use when it was lost counts until it is back. */
double station_used(const Sim *sim, const Station *station, double *there);
void station_finish(Sim *sim, Station *station);
#endif
