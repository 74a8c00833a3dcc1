/* Store: recorded runs in one SQLite database.
 *
 * The schema is documented in docs/database.md, carries its version in `PRAGMA user_version` and an application_id of
 * its own, and is migrated in place from any older version.  A run is written in one transaction: whole or not at all.
 * A foreign, corrupt or newer database is never written to (every page is checked up to 32 MiB; beyond, those that are
 * touched).  What is loaded equals what was recorded bit by bit, but for left-out values, which are not kept, and the
 * sign of nought.  The one wall-clock figure, `recorded_at` (UTC), is in the database only. */
#ifndef MRSIM_RESULTS_STORE_H
#define MRSIM_RESULTS_STORE_H
#include "results/results.h"

typedef struct Store Store;
typedef enum {
    STORE_ERROR_OPEN,
    STORE_ERROR_FOREIGN,
    STORE_ERROR_NEWER,
    STORE_ERROR_CORRUPT,
    STORE_ERROR_WRITE,
    STORE_ERROR_NO_RUN
} StoreError;
#define STORE_ERROR store_error_quark()
GQuark store_error_quark(void);

/* $MRSIM_DB, else $XDG_DATA_HOME/mrsim/mrsim.db (folder made if it can be). (transfer full) */
char *store_default_path(void);
/* Read-only: the database must be there and hold runs.  Else it is made when missing.  NULL with error. */
Store *store_open(const char *path, bool read_only, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)
const char *store_path(const Store *store);
/* Returns the run's id, 0 with error and nothing written. `command`: as typed, may be NULL. */
gint64 store_record(Store *store, const Results *results, const char *command, GError **error);
/* "7", "last", "last~1": the id, 0 with error. */
gint64 store_find(Store *store, const char *run, GError **error);
/* NULL with error. (transfer full) */
Results *store_load(Store *store, gint64 run, GError **error);
typedef struct {
    gint64 id;
    char *scenario, *title, *digest, *recorded_at;
    guint replications;
    guint64 seed;
    bool interrupted;
} StoredRun;
/* Newest first, at most n; NULL with error. (transfer full: GPtrArray of StoredRun) */
GPtrArray *store_list(Store *store, guint n, GError **error);
#endif
