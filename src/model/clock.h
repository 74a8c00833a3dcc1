/* Clock: what the machines of a region take for the time.
 *
 * Nobody can ask what time it is, only what his clock says: true time, and an offset of the region's own, drawn once
 * per replication (`clock` of a region), and what faults add to it for a while (clock-skew).  Stores in which the last
 * writer wins stamp with it what they write; a single writer needs no clock, its log has positions.  Everything else
 * (deadlines, work, reports) runs by true time: that is what a stop-watch measures, and a skewed clock is no slower.
 *
 * Where no region says `clock` and no fault touches one, there are no clocks: reading one is one branch.  No clock
 * shows less than 1, the first instant of the run: 0 stands for what was there before. */
#ifndef MRSIM_MODEL_CLOCK_H
#define MRSIM_MODEL_CLOCK_H
#include "model/sim.h"

/* For sim_new: NULL where no region says `clock`. */
Clocks *clocks_new(Arena *arena, const World *world, uint64_t chance);

SimTime clocks_read(const Sim *sim, int region);
/* What the clock of that region says. */
static inline SimTime clock_now(const Sim *sim, int region)
{
    return G_LIKELY(!sim->clocks) ? sim_now(sim) : clocks_read(sim, region);
}

/* ---- for faults ---- */
typedef struct {
    SimTime by;   /* at once */
    double drift; /* seconds per second, as long as it lasts */
} Skew;
/* In build: this will happen to the clock of a region, at some time. */
void clocks_expect(Sim *sim, const Skew *skew);
/* From now on; NULL: no longer, and the clock is set right at once. */
void clocks_skew(Sim *sim, int region, const Thing *fault, const Skew *skew);

/* ---- for the observer ---- */
/* Before the run, after all faults are built: by how much any two clocks can ever differ. */
SimTime clocks_span(const Sim *sim);
#endif
