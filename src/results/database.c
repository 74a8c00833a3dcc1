#include "results/database.h"
#include "base/check.h"
#include "results/schema.h"
#include <math.h>
#include <string.h>

G_DEFINE_QUARK(mrsim - store - error, store_error)

/* Checking every page at each opening is worth its time only while it takes none: about 0.1 s. */
static const gint64 checked_bytes_most = 32 << 20;
enum { BUSY_MS = 5000 };
static const char damaged[] = "it is damaged; move it away, or mend it with the sqlite3 command .recover";

static StoreError kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_ERROR: /* the tables are not those that the version promises */
        return STORE_ERROR_CORRUPT;
    case SQLITE_NOTADB:
        return STORE_ERROR_FOREIGN;
    case SQLITE_CANTOPEN:
        return STORE_ERROR_OPEN;
    default:
        return STORE_ERROR_WRITE;
    }
}

static void refuse(GError **error, StoreError kind, const char *path, const char *what)
{
    g_set_error(error, STORE_ERROR, kind, "database '%s': %s", path, what);
}

void database_error(const Store *store, GError **error)
{
    int code = sqlite3_errcode(store->connection);
    const char *reason = sqlite3_errmsg(store->connection);
    if ((code & 0xff) == SQLITE_CORRUPT)
        reason = damaged;
    else if ((code & 0xff) == SQLITE_NOTADB)
        reason = "it is no SQLite database";
    else if ((code & 0xff) == SQLITE_BUSY)
        reason = "another program keeps it locked";
    else if ((code & 0xff) == SQLITE_READONLY)
        reason = "it cannot be written";
    refuse(error, kind_of(code), store->path, reason);
}

bool database_execute(Store *store, const char *sql, GError **error)
{
    if (sqlite3_exec(store->connection, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    database_error(store, error);
    return false;
}

bool database_number(Store *store, const char *sql, gint64 *value, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(store, sql, error);
    *value = 0;
    if (!statement)
        return false;
    int row = database_row(store, statement, error);
    if (row > 0)
        *value = sqlite3_column_int64(statement, 0);
    return row >= 0;
}

sqlite3_stmt *database_prepare(Store *store, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL) == SQLITE_OK)
        return statement;
    database_error(store, error);
    return NULL;
}

bool database_put(Store *store, sqlite3_stmt *statement, GError **error, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    for (int i = 1; types[i - 1]; i++) {
        int code = SQLITE_OK;
        const char *text;
        switch (types[i - 1]) {
        case 't':
            code = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
            break;
        case 'n':
            code = sqlite3_bind_int64(statement, i, va_arg(values, gint64));
            break;
        case 'r':
            code = sqlite3_bind_double(statement, i, va_arg(values, double));
            break;
        default:
            CHECK(types[i - 1] == 'b');
            text = va_arg(values, const char *);
            code = sqlite3_bind_blob64(statement, i, text, va_arg(values, gsize), SQLITE_TRANSIENT);
        }
        CHECK(code == SQLITE_OK);
    }
    va_end(values);
    bool good = database_row(store, statement, error) == 0;
    sqlite3_reset(statement);
    return good;
}

int database_row(Store *store, sqlite3_stmt *statement, GError **error)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return code == SQLITE_ROW;
    database_error(store, error);
    return -1;
}

char *database_text(sqlite3_stmt *statement, int column)
{
    return g_strdup((const char *)sqlite3_column_text(statement, column));
}

double database_real(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double(statement, column);
}

/* ---- Opening ---- */

static bool drop_views(Store *store, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(sqlite3_stmt) names =
        database_prepare(store, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name", error);
    int row = -1;
    while (names && (row = database_row(store, names, error)) > 0) {
        char *drop = sqlite3_mprintf("DROP VIEW \"%w\";", sqlite3_column_text(names, 0));
        g_string_append(sql, drop);
        sqlite3_free(drop);
    }
    return row == 0 && database_execute(store, sql->str, error);
}

static bool make_steps(Store *store, const char *const *steps, gint64 n_steps, const char *views, GError **error)
{
    gint64 version;
    /* Another process may have migrated while this one waited for the lock. */
    if (!database_number(store, "PRAGMA user_version", &version, error))
        return false;
    if (version >= n_steps)
        return true;
    if (!drop_views(store, error))
        return false;
    for (gint64 i = version; i < n_steps; i++)
        if (!database_execute(store, steps[i], error))
            return false;
    g_autofree char *marks = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT,
                                             SCHEMA_APPLICATION, n_steps);
    return database_execute(store, views, error) && database_execute(store, marks, error);
}

bool database_migrate(Store *store, const char *const *steps, gint64 n_steps, const char *views, GError **error)
{
    if (!database_execute(store, "BEGIN IMMEDIATE", error))
        return false;
    if (make_steps(store, steps, n_steps, views, error) && database_execute(store, "COMMIT", error))
        return true;
    sqlite3_exec(store->connection, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static bool check_owner(Store *store, gint64 *version, GError **error)
{
    gint64 application, n_objects;
    if (!database_number(store, "PRAGMA application_id", &application, error) ||
        !database_number(store, "PRAGMA user_version", version, error) ||
        !database_number(store, "SELECT count(*) FROM sqlite_master", &n_objects, error))
        return false;
    bool is_new = application == 0 && *version == 0 && n_objects == 0;
    if (!is_new && application != SCHEMA_APPLICATION) {
        refuse(error, STORE_ERROR_FOREIGN, store->path, "it belongs to another program; nothing was written to it");
        return false;
    }
    if (*version > SCHEMA_VERSION) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_NEWER,
                    "database '%s': a newer mrsim wrote it (schema %" G_GINT64_FORMAT ", this one knows %d)",
                    store->path, *version, SCHEMA_VERSION);
        return false;
    }
    return true;
}

static bool check_pages(Store *store, GError **error)
{
    gint64 n_pages, page_bytes;
    if (!database_number(store, "PRAGMA page_count", &n_pages, error) ||
        !database_number(store, "PRAGMA page_size", &page_bytes, error))
        return false;
    if (n_pages * page_bytes > checked_bytes_most)
        return true;
    g_autoptr(sqlite3_stmt) check = database_prepare(store, "PRAGMA quick_check(1)", error);
    if (!check || database_row(store, check, error) < 0)
        return false;
    if (g_strcmp0((const char *)sqlite3_column_text(check, 0), "ok") == 0)
        return true;
    refuse(error, STORE_ERROR_CORRUPT, store->path, damaged);
    return false;
}

/* A connection and nothing else. */
static bool open_connection(Store *store, int flags, GError **error)
{
    sqlite3_close(store->connection);
    store->connection = NULL;
    if (sqlite3_open_v2(store->path, &store->connection, flags, NULL) != SQLITE_OK) {
        database_error(store, error);
        return false;
    }
    sqlite3_extended_result_codes(store->connection, 0);
    sqlite3_busy_timeout(store->connection, BUSY_MS);
    return true;
}

static bool open_checked(Store *store, bool read_only, GError **error)
{
    int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    gint64 version;
    if (!open_connection(store, flags, error) || !check_owner(store, &version, error) || !check_pages(store, error))
        return false;
    /* SQLite opens what it cannot write as if it had been asked to read. */
    if (!read_only && sqlite3_db_readonly(store->connection, "main") == 1) {
        refuse(error, STORE_ERROR_WRITE, store->path, "it cannot be written");
        return false;
    }
    if (version == 0 && read_only) {
        refuse(error, STORE_ERROR_OPEN, store->path, "no run is recorded in it yet");
        return false;
    }
    if (version < SCHEMA_VERSION) {
        if (read_only && !open_connection(store, SQLITE_OPEN_READWRITE, error))
            return false;
        if (!database_migrate(store, schema_steps, SCHEMA_VERSION, schema_views, error))
            return false;
    }
    return database_execute(store, "PRAGMA foreign_keys = ON", error);
}

/* What SQLite would say about these is "unable to open database file". */
static const char *obstacle(const char *path, bool read_only)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return "it is a folder";
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? NULL : "it is not a file";
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return "its folder does not exist";
    return read_only ? "it does not exist: no run is recorded yet" : NULL;
}

Store *store_open(const char *path, bool read_only, GError **error)
{
    g_autoptr(Store) store = g_new0(Store, 1);
    const char *what = obstacle(path, read_only);
    store->path = g_strdup(path);
    if (what) {
        refuse(error, STORE_ERROR_OPEN, path, what);
        return NULL;
    }
    return open_checked(store, read_only, error) ? g_steal_pointer(&store) : NULL;
}

void store_close(Store *store)
{
    if (!store)
        return;
    sqlite3_close(store->connection);
    g_free(store->path);
    g_free(store);
}
