/* Schema: the tables of a database of runs, and how an older one becomes a newer one.
 *
 * The version stands in `PRAGMA user_version`, who owns the file in `PRAGMA application_id`.  steps[i] leads from
 * version i to version i + 1; an empty database is version 0.  All missing steps, the views and the new version are one
 * transaction.  Views hold no data and are made anew by every migration, so a step may change the tables below them.
 *
 * To change the schema: add a step, never edit one that was released; adapt the views; add a test with a database of
 * the version before. */
#ifndef MRSIM_RESULTS_SCHEMA_H
#define MRSIM_RESULTS_SCHEMA_H
#include <glib.h>
#include <stdbool.h>

enum {
    SCHEMA_APPLICATION = 0x6d72736d, /* "mrsm" */
    SCHEMA_VERSION = 2,
    SCHEMA_COLUMNS_MOST = 8, /* of a curve */
};
extern const char *const schema_steps[SCHEMA_VERSION];
extern const char *const schema_views;
#endif
