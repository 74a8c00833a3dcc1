/* Observer: sees everything, tells nobody inside.
 *
 * Components tell it what happened to a request; faults tell it when they begin and end.  It writes the sheet and
 * answers no question of a component: whatever happens, happens without it.
 *
 * A request counts by the instant it was issued; the warm-up is left out, and so is nothing else: each ends answered,
 * failed or in flight.
 *
 * What becomes of faults, and what a failover is, tells model/recovery.h, a part of it. */
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
    int16_t fastest; /* the region that the entry can lead to and that he would reach soonest, or NO_REGION: unknown */
    uint32_t home;   /* whose distances are his */
    uint64_t affected; /* bit per fault under way */
} UserMark;
Population *
observe_population(Sim *sim, const Thing *thing); /* the same one for all entities of a clients thing; call in build */
UserMark *observe_users(Population *population, guint n); /* n more users of it */
void observe_home(Population *population,
                  const Place *place); /* where they live: without it, what is fastest for them is not counted */
void observer_ready(Sim *sim);         /* all is connected: distances can be asked for */
void observe_attempt(Sim *sim, Population *population, SimTime issued_at);
void observe_issued(Sim *sim, Population *population, Op op);
void observe_answered(Sim *sim, Population *population, UserMark *user, Op op, int region, SimTime issued_at);
void observe_failed(Sim *sim, Population *population, UserMark *user, Op op, Why why, SimTime issued_at);
/* An attempt goes out to that region now (NO_REGION: to none, as to an anycast edge; not counted), on a connection that
 * was open before (`kept`) or on a new one.  Told by who picks the region: the user, or the edge that forwards it. */
void observe_sent(Sim *sim, Population *population, int region, bool kept, SimTime issued_at);
void observe_in_flight(Population *population,
                       guint64 n); /* at the end: measured requests found by walking the calls */
void observe_connection(Sim *sim, Population *population, bool broken);
typedef enum { LOOKUP_HIT, LOOKUP_MISS, LOOKUP_EMPTY, LOOKUP_FAILED, LOOKUP_STUB, LOOKUP_RUNTIME, N_LOOKUPS } Lookup;
void observe_lookup(Sim *sim, Population *population, const Thing *dns, Lookup lookup);
uint32_t population_number(const Population *population);
uint32_t population_users(const Population *population); /* announced so far: the next one's number within it */
Population *population_numbered(const Sim *sim, uint32_t number); /* of HttpPort.asker; NULL: of nobody */
/* A read, or a write, of an item for a user has been answered: told by the service that asked the database, at the
 * instant at which it has the answer. */
typedef struct {
    const Thing *database;
    int region;                /* that answered */
    uint32_t population, user; /* numbers: HttpPort.asker, HttpPort.user */
    uint32_t item;
    bool stale;
    SimTime asked_at; /* when the service asked */
    Version version;  /* found, or made */
    SimTime staleness;
} AccessSeen;
/* Whose promises to its readers are judged from now on (model/promises.h), by what its ledger knows. */
typedef struct Promises Promises;
typedef struct Ledger Ledger;
void observe_database(Sim *sim, const Thing *database, const Ledger *ledger);
void observe_read(Sim *sim, const AccessSeen *read);
void observe_write(Sim *sim, const AccessSeen *write);
/* A user read what he had just written. */
void observe_read_back(Sim *sim, Population *population, bool stale, SimTime issued_at);
/* A user has a session that was kept for him; or (lost) he had one, and had to log in again. */
void observe_session(Sim *sim, Population *population, bool lost);
guint64 observer_requests_open(const Observer *observer); /* issued before the horizon, not ended */

/* ---- faults and who noticed ---- */
typedef struct {
    const Thing *thing; /* of kind fault */
    int region;         /* whose users are affected: those last answered there; NO_REGION: everybody may be */
    SimTime begins, ends;
    bool one_zone;  /* the region lives on: only a zone of it is gone, */
    int zone;       /* this one; */
    bool one_thing; /* or only a thing in it */
} FaultSeen;
void observe_fault(Sim *sim, const FaultSeen *fault); /* at the instant it begins */
void observe_fault_over(Sim *sim, const Thing *thing);
/* A judge (a health check, an accelerator, a balancer's name server) finds the region unhealthy, and has yet to tell.
 */
void observe_found(Sim *sim, const Thing *judge, int region);
/* Its verdict on the region is out now: those who send users there learn it. */
void observe_verdict(Sim *sim, const Thing *judge, int region, bool healthy);
/* A name does not answer with that region any more, or does again, because its record was changed. */
void observe_withdrawn(Sim *sim, const Thing *name, int region, bool gone);
/* An action was due then, and a control plane has accepted it now; `accepted` false: nobody had by the end. */
void observe_action(Sim *sim, const Thing *action, SimTime due, bool accepted);
/* A database got another writer: what it took from the fault of `region` on; phases in order detect, decide, promote.
 */
void observe_promotion(Sim *sim, int region, SimTime detected, SimTime decided, SimTime promoted);
/* A database got another writer with the old one's consent, that long after it had been asked for; SIMTIME_NEVER: it
 * was given up. */
void observe_switchover(Sim *sim, const Thing *database, SimTime took);
/* The instant at which the fault under way in `region` began, or -1: none. For the ledger. */
SimTime observer_fault_began(const Observer *observer, int region, const Thing **fault);
/* For ledger and stations: is the region gone now; and when was it first lost at or after `since` (SIMTIME_NEVER: it
 * was not). */
bool observer_is_dark(const Observer *observer, int region);
SimTime observer_went_dark(const Observer *observer, int region, SimTime since);
/* The same for a place: with its region, or with its zone. */
SimTime observer_place_went_dark(const Observer *observer, const Place *place, SimTime since);
#endif
