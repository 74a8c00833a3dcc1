/* Station: workers, and a line of calls before them, first come first served.
 *
 * A worker is held from entering until leaving, whether anybody still waits for the answer or not.  It measures itself:
 * the share of its capacity in use; while its region is gone nothing is. */
#ifndef MRSIM_MODEL_STATION_H
#define MRSIM_MODEL_STATION_H
#include "model/sim.h"

typedef struct {
    uint32_t workers, busy;
    uint32_t most_waiting;
    Line line;
    int region;
    SimTime since; /* `busy` holds since then */
    Cell *use;     /* CELL_RATIO: worker-seconds busy over worker-seconds there */
    Cell *found;   /* CELL_DISTRIBUTION: how many each arrival found waiting; may be NULL */
    Cell *refused; /* CELL_COUNT; may be NULL */
} Station;

/* `kind`: the label of the thing ("service", "database"); region of `me`. */
void station_init(Sim *sim, Station *station, const Entity *me, const char *kind, gint64 workers, gint64 most_waiting);
void station_restart(Sim *sim, Station *station); /* everybody in it is gone */
typedef enum { STATION_SERVE, STATION_WAITS, STATION_REFUSES } Welcome;
Welcome station_enter(Sim *sim, Station *station, Call *call); /* SERVE: the caller begins its work now */
Call *station_leave(Sim *sim,
                    Station *station); /* the next to be served, whose worker is held already; NULL: nobody waits */
void station_finish(Sim *sim, Station *station);
#endif
