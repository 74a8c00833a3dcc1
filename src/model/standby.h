/* Standby: an instance that is lost in a region that lives is replaced there, by another one in another zone.
 *
 * The provider's control plane in the region, which a zone does not take along, asks the instance for a sign of life
 * again and again.  When so many checks in a row have failed it brings the other instance up; that takes its time,
 * counted from the first of these checks, after which it asks once more: an instance that answers is left alone.  The
 * other one has all that was written: nothing is lost but what was being worked on.  It serves although the fault
 * lasts; the old one, once it is well again, is the spare.  If the other does not answer either, the first is tried
 * again.
 *
 * The entity stays the same, so whoever knows it reaches it; what moves is its place.  A spare counts as struck, so
 * what is under way to it is lost, and what other faults do to both of them adds up as always. */
#ifndef MRSIM_MODEL_STANDBY_H
#define MRSIM_MODEL_STANDBY_H
#include "model/sim.h"

typedef struct {
    const Law *takes; /* from the first check that failed until the other instance serves */
    SimTime interval; /* from an answer to the next check */
    SimTime timeout;  /* of a check */
    guint failures;   /* in a row */
} StandbyHabits;

/* In build: `of`, which stands in a region with at least two zones, stands in the first of them from now on, and has a
 * spare in the second. */
void standby_build(Sim *sim, Entity *of, StandbyHabits habits);
/* In connect: for all of the thing. */
void standby_connect(Sim *sim, const Thing *thing);
#endif
