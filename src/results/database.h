/* Database: what the store needs of SQLite: opening with all checks, statements, and errors in words.
 *
 * Internal to the results room.  Every error becomes a STORE_ERROR whose message names the file. */
#ifndef MRSIM_RESULTS_DATABASE_H
#define MRSIM_RESULTS_DATABASE_H
#include "results/store.h"
#include <sqlite3.h>

struct Store {
    sqlite3 *connection;
    char *path;
};

/* Sets `error` from the last failure of the connection. */
void database_error(const Store *store, GError **error);
bool database_execute(Store *store, const char *sql, GError **error);
/* The first column of the first row as a number; false with error (no row: *value is 0). */
bool database_number(Store *store, const char *sql, gint64 *value, GError **error);
/* Takes a database of any version up to n_steps there, views included; version 0 is an empty one. */
bool database_migrate(Store *store, const char *const *steps, gint64 n_steps, const char *views, GError **error);

/* NULL with error. */
sqlite3_stmt *database_prepare(Store *store, const char *sql, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)
/* Binds from parameter 1 on, runs to the end and rewinds.  Types: t text (char *, NULL is NULL), n whole number
 * (gint64), r real (double; NAN is NULL), b bytes (char *, gsize). */
bool database_put(Store *store, sqlite3_stmt *statement, GError **error, const char *types, ...);
/* Next row: 1; no more: 0; failure: -1 with error. */
int database_row(Store *store, sqlite3_stmt *statement, GError **error);
/* Columns of the present row. */
char *database_text(sqlite3_stmt *statement, int column);  /* NULL for NULL. (transfer full) */
double database_real(sqlite3_stmt *statement, int column); /* NAN for NULL */
#endif
