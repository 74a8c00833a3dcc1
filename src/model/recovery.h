/* Recovery: the part of the observer that follows each fault: whom it affects, who notices, when its users are back.
 *
 * Failover: when a region goes dark, or a zone of it, or a thing in it, the users whose last answer came from the
 * region are the affected ones (nobody can say which zone will answer a user next).  Their requests are counted in
 * windows of 10 s from the fault on; they are back at the start of the first of two consecutive windows in which 99 %
 * (half: 50 %) of those that ended were answered.  A fault that ends first leaves it undefined: INFINITY, and an
 * objective on it is missed.  One that comes again and again is a fault each time.
 *
 * Phases: what the affected users waited for, one after the other, so they add up to the failover time to the
 * nanosecond.  detect: until a judge finds the region gone; decide: until it tells those who send users there;
 * promote: until a database has another writer; route: until users have got there.  Judges are those that the users'
 * entry leads by; where several doors have different ones, the last that told before the users were back.  Telling and
 * promoting go on beside each other: the later of both is what they waited for, and its phases are the ones that count.
 * Whoever is back before anybody told anything had to wait for `route` only. */
#ifndef MRSIM_MODEL_RECOVERY_H
#define MRSIM_MODEL_RECOVERY_H
#include "model/observer.h"
#include "model/reach.h"

typedef struct Recovery Recovery;
Recovery *recovery_new(Sim *sim);
void recovery_free(Recovery *recovery);
Recovery *recovery_of(const Observer *observer);
/* Populations in the order of their numbers, before any fault begins; `reach` must stay. */
void recovery_population(Recovery *recovery, const Thing *clients, const Reach *reach);
void recovery_users(Recovery *recovery, UserMark *users, guint n);
/* A request of a user who is affected by something has ended. */
void recovery_count(Recovery *recovery, uint32_t population, const UserMark *user, SimTime issued_at, bool answered);
/* The judge's word on the region is out. */
void recovery_verdict(Recovery *recovery, const Thing *judge, int region);
void recovery_finish(Recovery *recovery);
#endif
