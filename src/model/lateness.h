/* Lateness: for how much of the time somebody has lacked something that was acknowledged longer ago than a bound.
 *
 * Each thing is told once, when it has come: since when it was late until now.  Such spans overlap and come in order of
 * their ends, so those that a new one touches are the latest; they become one with it, and what is left apart adds up
 * to the time in which anything was late.  Memory: a span for each time that it was late, at most MOST_SPANS; the
 * oldest are then added up and forgotten (of what is older still nothing is expected).  Constant cost on average. */
#ifndef MRSIM_MODEL_LATENESS_H
#define MRSIM_MODEL_LATENESS_H
#include "base/arena.h"
#include "kernel/simtime.h"
#include <glib.h>

typedef struct {
    SimTime bound;       /* what is older is late */
    SimTime from, until; /* what counts of the run */
    SimTime forgotten;   /* sum of spans that are not kept any more */
    GArray *spans;       /* apart from each other, in order */
} Lateness;

void lateness_init(Lateness *lateness, SimTime bound, SimTime from, SimTime until);
void lateness_clear(Lateness *lateness);
/* Something that was acknowledged then has come now; `now` never goes back. */
void lateness_note(Lateness *lateness, SimTime acknowledged, SimTime now);
/* A row of them, of the replicas of a database; and the same of all whose bit is set. */
Lateness *lateness_row(Arena *arena, guint n, SimTime bound, SimTime from, SimTime until);
void lateness_row_clear(Lateness *row, guint n); /* NULL: nothing */
void lateness_row_note(Lateness *row, guint64 which, SimTime acknowledged, SimTime now);
/* How long anything was late, of all that was noted. */
SimTime lateness_sum(const Lateness *lateness);
#endif
