/* Log: the one replication mechanism.  Changes made at one entity are shipped, as ordinary calls, to another.
 *
 * A change waits out the store's pipeline (`lag`), crosses the network, is applied by the receiver and acknowledged. As
 * long as that works each change is shipped at once, on its own, acknowledged in any order.  When a ship fails or is
 * not answered, the log goes back to its oldest unacknowledged change and tries it alone, once a second; when that gets
 * through, the window doubles with every answer until the backlog is gone.  The receiver may see a change twice: it
 * must not mind.  Memory: 32 bytes per unacknowledged change, 40 where marks are kept.
 *
 * Changes that have a size are no more under way than a TCP connection has room for; on a link whose bandwidth is
 * taken they wait at home for their turn, so that nobody mistakes a queue for a failure. */
#ifndef MRSIM_MODEL_LOG_H
#define MRSIM_MODEL_LOG_H
#include "model/sim.h"

typedef struct Log Log;
typedef struct {
    const Law *lag;      /* pipeline delay of a change */
    bool in_order;       /* a change is not ready before the one ahead of it (storage logs); else each on its own */
    unsigned patience;   /* call_patience of how long a ship is waited for */
    uint32_t bytes;      /* of a change on its way; 0: it takes no room */
    const SimTime *mark; /* what each change says of itself (LogPort.mark) as it is appended; NULL: nothing */
    void (*heard)(Sim *sim, Entity *from); /* a change has been acknowledged; NULL: nobody wants to know */
} LogHabits;
Log *log_new(Sim *sim, Entity *from, Entity *to, LogHabits habits);
/* At time 0, and again when `from` has come back: whatever is unacknowledged is shipped again. */
void log_start(Sim *sim, Log *log);
void log_append(Sim *sim, Log *log, uint32_t item, Version version, uint32_t epoch);
/* The receiver is no longer to be told: forgets what is unacknowledged. */
void log_stop(Sim *sim, Log *log);
/* As long as it is held, changes wait in it, in order; what is under way arrives. */
void log_hold(Sim *sim, Log *log, bool held);
uint64_t log_backlog(const Log *log); /* changes not acknowledged */
/* When the oldest of these was committed; SIMTIME_NEVER: there is none. */
SimTime log_oldest(const Log *log);
void log_free(Log *log);
#endif
