/* Versions: what each replica of a database holds of each item.
 *
 * A replica sees its own column only.  An item has a record only while one of its writes is not settled at every
 * replica; absent means that all agree: so 100 million items cost nothing, and memory follows what is under way. */
#ifndef MRSIM_MODEL_VERSIONS_H
#define MRSIM_MODEL_VERSIONS_H
#include "model/ports.h"
#include <glib.h>

typedef struct Versions Versions;
Versions *versions_new(guint n_replicas);
void versions_free(Versions *versions);
/* What this replica holds; {0, 0}: what all agree on. */
Version versions_get(const Versions *versions, guint replica, uint32_t item);
/* The same; *agreed: it is what all agree on (or nothing is kept of it). */
Version versions_read(const Versions *versions, guint replica, uint32_t item, bool *agreed);
/* Makes it hold `version` if that is newer than what it has: last writer wins. false: it was not. */
bool versions_take(Versions *versions, guint replica, uint32_t item, Version version);
/* Before the run: nothing is ever forgotten, for what versions carry is needed. */
void versions_keep(Versions *versions);
bool versions_are_kept(const Versions *versions);
/* All agree again. */
void versions_forget(Versions *versions, uint32_t item);
/* The replica starts over from a copy of another one. */
void versions_copy(Versions *versions, guint replica, guint from);
guint versions_records(const Versions *versions);
#endif
