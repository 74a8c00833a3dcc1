/* Promises: what a user may expect of what he has written and read himself; kept by the observer, for one database.
 *
 * Two promises are judged at every read, when the service has the answer.  Read your writes: the read finds nothing
 * older than his own acknowledged write of the item.  Monotonic reads: it finds nothing older than what he has found
 * there before.  Older is meant in the store's order: who finds a newer write of somebody else has not been let down,
 * be his own undone by it.  He expects of a read what his service knew when it asked: of two requests that he has under
 * way at once neither expects anything of the other.
 *
 * A promise can be broken only while some replica lacks the version that it is about, and so long that version lives in
 * the ledger: what does not live there is not remembered here.  So nothing is kept of who touches nothing unsettled,
 * and a write that is lost breaks more than a promise, and is counted there (writes.lost).
 *
 * Cost: a look into a table per access.  Memory: 64 bytes for each user and item of which he wrote or found a living
 * version, up to three times that, for records of versions that have settled are thrown out when there is no room. */
#ifndef MRSIM_MODEL_PROMISES_H
#define MRSIM_MODEL_PROMISES_H
#include "model/observer.h"

typedef enum { PROMISE_READ_YOUR_WRITES, PROMISE_MONOTONIC_READS, N_PROMISES } Promise;
extern const char *const promise_names[N_PROMISES];

Promises *promises_new(Sim *sim, const Thing *database, const Ledger *ledger);
void promises_free(Promises *promises);
void promises_write(Promises *promises, const AccessSeen *write);
/* A bit for each promise that is broken. */
unsigned promises_read(Promises *promises, const AccessSeen *read);
guint promises_records(const Promises *promises);
#endif
