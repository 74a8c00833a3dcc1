/* Observer: sees everything, tells nobody inside.
 *
 * Components tell it what happened to a request; faults tell it when they begin and end.  It writes the sheet and
 * answers no question of a component: whatever happens, happens without it.
 *
 * A request counts by the instant it was issued; the warm-up is left out, and so is nothing else: each ends answered,
 * failed or in flight.
 *
 * Failover: when a region goes dark, or a zone of it, the users whose last answer came from the region are the affected
 * ones (nobody can say which zone will answer a user next).  Their requests
 * are counted in windows of 10 s from the fault on; they are back at the start of the first of two consecutive windows
 * in which 99 % (half: 50 %) of those that ended were answered.  A fault that ends first leaves it undefined: INFINITY,
 * and an objective on it is missed.  One that comes again and again is a fault each time. */
#ifndef MRSIM_MODEL_OBSERVER_H
#define MRSIM_MODEL_OBSERVER_H
#include "model/sim.h"

#define FAILOVER_WINDOW (10 * SECOND)
enum { MOST_FAULTS_AT_ONCE = 64 };

Observer *observer_new(Sim *sim);
void observer_free(Observer *observer);
void observer_finish(
    Observer *observer); /* once per replication, when all has ended: figures per fault, what is still in flight */

/* ---- users and their requests ---- */
typedef struct Population Population;
/* What the observer remembers of one user. */
typedef struct {
    int16_t served_by; /* region of the last answer, or NO_REGION */
    uint64_t affected; /* bit per fault under way */
} UserMark;
Population *
observe_population(Sim *sim, const Thing *thing); /* the same one for all entities of a clients thing; call in build */
UserMark *observe_users(Population *population, guint n); /* n more users of it */
void observe_attempt(Sim *sim, Population *population, SimTime issued_at);
void observe_issued(Sim *sim, Population *population, Op op);
void observe_answered(Sim *sim, Population *population, UserMark *user, Op op, int region, SimTime issued_at);
void observe_failed(Sim *sim, Population *population, UserMark *user, Op op, Why why, SimTime issued_at);
void observe_in_flight(Population *population,
                       guint64 n); /* at the end: measured requests found by walking the calls */
void observe_connection(Sim *sim, Population *population, bool broken);
typedef enum { LOOKUP_HIT, LOOKUP_MISS, LOOKUP_EMPTY, LOOKUP_FAILED, N_LOOKUPS } Lookup;
void observe_lookup(Sim *sim, Population *population, const Thing *dns, Lookup lookup);
/* A read of database `thing` in `region` on behalf of population number `asker` (population_number) was answered. */
uint32_t population_number(const Population *population);
void observe_read(Sim *sim, const Thing *database, int region, uint32_t asker, bool stale, SimTime staleness);
/* A user read what he had just written. */
void observe_read_back(Sim *sim, Population *population, bool stale, SimTime issued_at);
guint64 observer_requests_open(const Observer *observer); /* issued before the horizon, not ended */

/* ---- faults and who noticed ---- */
typedef struct {
    const Thing *thing; /* of kind fault */
    int region;         /* the region that is gone, or NO_REGION: everybody may be affected */
    SimTime begins, ends;
    bool one_zone; /* only a zone of it is gone: */
    int zone;
} FaultSeen;
void observe_fault(Sim *sim, const FaultSeen *fault); /* at the instant it begins */
void observe_fault_over(Sim *sim, const Thing *thing);
/* A health check's verdict on an endpoint changed, as the name servers learn it. */
void observe_verdict(Sim *sim, const Thing *health_check, int region, bool healthy);
/* An action was due then, and a control plane has accepted it now; `accepted` false: nobody had by the end. */
void observe_action(Sim *sim, const Thing *action, SimTime due, bool accepted);
/* A database got another writer: what it took from the fault of `region` on; phases in order detect, decide, promote.
 */
void observe_promotion(Sim *sim, int region, SimTime detected, SimTime decided, SimTime promoted);
/* The instant at which the fault under way in `region` began, or -1: none. For the ledger. */
SimTime observer_fault_began(const Observer *observer, int region, const Thing **fault);
/* For ledger and stations: is the region gone now; and when was it first lost at or after `since` (SIMTIME_NEVER: it
 * was not). */
bool observer_is_dark(const Observer *observer, int region);
SimTime observer_went_dark(const Observer *observer, int region, SimTime since);
/* The same for a place: with its region, or with its zone. */
SimTime observer_place_went_dark(const Observer *observer, const Place *place, SimTime since);
#endif
