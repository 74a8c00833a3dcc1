#include "results/store.h"
#include "base/check.h"
#include "results/database.h"
#include "results/schema.h"
#include <math.h>
#include <string.h>

char *store_default_path(void)
{
    const char *named = g_getenv("MRSIM_DB"), *data = g_getenv("XDG_DATA_HOME");
    if (named && *named)
        return g_strdup(named);
    /* The base directory specification: what is not absolute is ignored. */
    g_autofree char *folder = data && g_path_is_absolute(data)
                                  ? g_build_filename(data, "mrsim", NULL)
                                  : g_build_filename(g_get_home_dir(), ".local", "share", "mrsim", NULL);
    /* If it cannot be made, opening the database says so. */
    g_mkdir_with_parents(folder, 0700);
    return g_build_filename(folder, "mrsim.db", NULL);
}

const char *store_path(const Store *store)
{
    return store->path;
}

/* ---- Recording: each writes the rows of one table ---- */

typedef bool (*Recorder)(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                         GError **error);

static bool record_file(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                        GError **error)
{
    const ResultFile *file = item;
    return database_put(store, statement, error, "nntb", run, (gint64)position, file->name, file->text, file->length);
}

static bool record_text(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                        GError **error)
{
    return database_put(store, statement, error, "nnt", run, (gint64)position, (const char *)item);
}

static bool record_setting(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                           GError **error)
{
    const ResultSetting *setting = item;
    return database_put(store, statement, error, "nnttn", run, (gint64)position, setting->address, setting->value,
                        (gint64)setting->workload);
}

static bool record_line(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                        GError **error)
{
    const ResultLine *line = item;
    return database_put(store, statement, error, "nntt", run, (gint64)position, line->name, line->text);
}

static bool record_figure(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                          GError **error)
{
    const ResultFigure *figure = item;
    return database_put(store, statement, error, "nnttttnrrrn", run, (gint64)position, figure->metric,
                        figure->statistic, figure->labels, figure->unit, (gint64)figure->smaller_is_better,
                        figure->value, figure->ci_low, figure->ci_high, (gint64)figure->n_samples);
}

static bool record_objective(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                             GError **error)
{
    const ResultObjective *objective = item;
    return database_put(store, statement, error, "nnttttrttrrrt", run, (gint64)position, objective->name,
                        objective->labels, objective->text, objective->at_least ? ">=" : "<=", objective->target,
                        objective->target_text, objective->unit, objective->value, objective->ci_low,
                        objective->ci_high, verdict_name(objective->verdict));
}

static bool record_points(Store *store, const ResultCurve *curve, gint64 id, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(store, "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);
    CHECK(curve->n_columns <= SCHEMA_COLUMNS_MOST);
    for (guint i = 0; statement && i < curve->n_rows; i++) {
        double cell[SCHEMA_COLUMNS_MOST];
        for (guint j = 0; j < SCHEMA_COLUMNS_MOST; j++)
            cell[j] = j < curve->n_columns ? curve->cell[(gsize)i * curve->n_columns + j] : NAN;
        if (!database_put(store, statement, error, "nnrrrrrrrr", id, (gint64)i, cell[0], cell[1], cell[2], cell[3],
                          cell[4], cell[5], cell[6], cell[7]))
            return false;
    }
    return statement != NULL;
}

static bool record_curve(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                         GError **error)
{
    const ResultCurve *curve = item;
    g_autofree char *columns = g_strjoinv(",", curve->column);
    return database_put(store, statement, error, "nnttt", run, (gint64)position, curve->name, curve->labels, columns) &&
           record_points(store, curve, sqlite3_last_insert_rowid(store->connection), error);
}

static bool record_write(Store *store, sqlite3_stmt *statement, gint64 run, guint position, const void *item,
                         GError **error)
{
    const ResultWrite *write = item;
    return database_put(store, statement, error, "nnntntrtnnnt", run, (gint64)position, (gint64)write->number,
                        write->database, (gint64)write->item, write->region, write->acknowledged_s, write->fate,
                        (gint64)write->divergent, (gint64)write->waited, (gint64)write->by, write->by_region);
}

static bool record_all(Store *store, gint64 run, const Results *results, GError **error)
{
    const struct {
        const char *sql;
        const GPtrArray *items;
        Recorder record;
    } tables[] = {
        {"INSERT INTO files VALUES (?, ?, ?, ?)", results->files, record_file},
        {"INSERT INTO sets VALUES (?, ?, ?)", results->sets, record_text},
        {"INSERT INTO settings VALUES (?, ?, ?, ?, ?)", results->settings, record_setting},
        {"INSERT INTO lines VALUES (?, ?, ?, ?)", results->lines, record_line},
        {"INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", results->figures, record_figure},
        {"INSERT INTO objectives VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", results->objectives,
         record_objective},
        {"INSERT INTO curves (run, position, name, labels, columns) VALUES (?, ?, ?, ?, ?)", results->curves,
         record_curve},
        {"INSERT INTO notes VALUES (?, ?, ?)", results->notes, record_text},
        {"INSERT INTO writes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", results->writes, record_write},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autoptr(sqlite3_stmt) statement = database_prepare(store, tables[i].sql, error);
        if (!statement)
            return false;
        for (guint j = 0; j < tables[i].items->len; j++)
            if (!tables[i].record(store, statement, run, j, tables[i].items->pdata[j], error))
                return false;
    }
    return true;
}

static gint64 record_run(Store *store, const Results *results, const char *command, GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *recorded_at = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
    /* SQLite has no unsigned numbers of 64 bits: the seed is a text. */
    g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, results->seed);
    g_autoptr(sqlite3_stmt) statement = database_prepare(store,
                                                         "INSERT INTO runs (recorded_at, command, version, scenario, "
                                                         "file, title, seed, replications, replications_asked,"
                                                         " interrupted, duration_s, warm_up_s, digest, requests, "
                                                         "events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                                         error);
    if (!statement ||
        !database_put(store, statement, error, "tttttttnnnrrtnn", recorded_at, command, results->version,
                      results->scenario, results->file, results->title, seed, (gint64)results->replications,
                      (gint64)results->replications_asked, (gint64)results->interrupted, results->duration_s,
                      results->warm_up_s, results->digest, (gint64)results->n_requests, (gint64)results->n_events))
        return 0;
    gint64 run = sqlite3_last_insert_rowid(store->connection);
    return record_all(store, run, results, error) ? run : 0;
}

gint64 store_record(Store *store, const Results *results, const char *command, GError **error)
{
    if (!database_execute(store, "BEGIN IMMEDIATE", error))
        return 0;
    gint64 run = record_run(store, results, command, error);
    if (run && database_execute(store, "COMMIT", error))
        return run;
    sqlite3_exec(store->connection, "ROLLBACK", NULL, NULL, NULL);
    return 0;
}

/* ---- Loading: each adds one row to the results ---- */

typedef bool (*Loader)(Store *store, sqlite3_stmt *row, Results *results, GError **error);

/* Texts that the schema says are there. */
static const char *text_of(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

static bool load_file(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    const char *content = sqlite3_column_blob(row, 1);
    results_add_file(results, text_of(row, 0), content, (gsize)sqlite3_column_bytes(row, 1));
    return true;
}

static bool load_set(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    results_add_set(results, text_of(row, 0));
    return true;
}

static bool load_setting(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    g_autofree char *value = database_text(row, 1);
    results_add_setting(results, text_of(row, 0), value, sqlite3_column_int(row, 2));
    return true;
}

static bool load_line(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    results_add_line(results, text_of(row, 0), "%s", text_of(row, 1));
    return true;
}

static bool load_figure(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    ResultFigure *figure =
        results_add_figure(results, text_of(row, 0), text_of(row, 1), text_of(row, 2), text_of(row, 3));
    figure->smaller_is_better = sqlite3_column_int(row, 4);
    figure->value = database_real(row, 5);
    figure->ci_low = database_real(row, 6);
    figure->ci_high = database_real(row, 7);
    figure->n_samples = (guint64)sqlite3_column_int64(row, 8);
    return true;
}

static Verdict verdict_named(const char *name)
{
    for (Verdict verdict = VERDICT_MET; verdict < VERDICT_NOT_SHOWN; verdict++)
        if (strcmp(verdict_name(verdict), name) == 0)
            return verdict;
    return VERDICT_NOT_SHOWN;
}

static bool load_objective(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    ResultObjective *objective = results_add_objective(results, text_of(row, 0), text_of(row, 1), text_of(row, 6));
    objective->text = database_text(row, 2);
    objective->at_least = strcmp(text_of(row, 3), ">=") == 0;
    objective->target = database_real(row, 4);
    objective->target_text = database_text(row, 5);
    objective->value = database_real(row, 7);
    objective->ci_low = database_real(row, 8);
    objective->ci_high = database_real(row, 9);
    objective->verdict = verdict_named(text_of(row, 10));
    return true;
}

static bool load_curve(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    gint64 id = sqlite3_column_int64(row, 0), n_rows;
    g_autofree char *count = g_strdup_printf("SELECT count(*) FROM points WHERE curve = %" G_GINT64_FORMAT, id);
    g_autofree char *select = g_strdup_printf("SELECT c1, c2, c3, c4, c5, c6, c7, c8 FROM points"
                                              " WHERE curve = %" G_GINT64_FORMAT " ORDER BY position",
                                              id);
    g_auto(GStrv) columns = g_strsplit(text_of(row, 3), ",", -1);
    if (!database_number(store, count, &n_rows, error))
        return false;
    ResultCurve *curve =
        results_add_curve(results, text_of(row, 1), text_of(row, 2), (const char *const *)columns, (guint)n_rows);
    g_autoptr(sqlite3_stmt) points = database_prepare(store, select, error);
    int more = points ? 1 : -1;
    for (gsize i = 0; i < curve->n_rows && (more = database_row(store, points, error)) > 0; i++)
        for (guint j = 0; j < MIN(curve->n_columns, SCHEMA_COLUMNS_MOST); j++)
            curve->cell[i * curve->n_columns + j] = database_real(points, (int)j);
    return more >= 0;
}

static bool load_note(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    results_add_note(results, "%s", text_of(row, 0));
    return true;
}

static bool load_write(Store *store, sqlite3_stmt *row, Results *results, GError **error)
{
    (void)store, (void)error;
    WriteLine line = {.number = (guint64)sqlite3_column_int64(row, 0),
                      .database = text_of(row, 1),
                      .item = (uint32_t)sqlite3_column_int64(row, 2),
                      .region = text_of(row, 3),
                      .fate = text_of(row, 5),
                      .divergent = sqlite3_column_int(row, 6),
                      .waited = sqlite3_column_int(row, 7),
                      .by = (guint64)sqlite3_column_int64(row, 8),
                      .by_region = text_of(row, 9)};
    results_add_write(results, &line);
    ((ResultWrite *)results->writes->pdata[results->writes->len - 1])->acknowledged_s = database_real(row, 4);
    return true;
}

static bool load_head(Store *store, gint64 run, Results *results, GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT version, scenario, file, title, seed, replications, "
                                           "replications_asked, interrupted, duration_s, warm_up_s,"
                                           " digest, requests, events FROM runs WHERE id = %" G_GINT64_FORMAT,
                                           run);
    g_autoptr(sqlite3_stmt) row = database_prepare(store, sql, error);
    int found = row ? database_row(store, row, error) : -1;
    if (found == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NO_RUN, "no run %" G_GINT64_FORMAT " in '%s'", run, store->path);
    if (found <= 0)
        return false;
    results->version = database_text(row, 0);
    results->scenario = database_text(row, 1);
    results->file = database_text(row, 2);
    results->title = database_text(row, 3);
    results->seed = g_ascii_strtoull(text_of(row, 4), NULL, 10);
    results->replications = (guint)sqlite3_column_int64(row, 5);
    results->replications_asked = (guint)sqlite3_column_int64(row, 6);
    results->interrupted = sqlite3_column_int(row, 7);
    results->duration_s = database_real(row, 8);
    results->warm_up_s = database_real(row, 9);
    results->digest = database_text(row, 10);
    results->n_requests = (guint64)sqlite3_column_int64(row, 11);
    results->n_events = (guint64)sqlite3_column_int64(row, 12);
    return true;
}

static bool load_table(Store *store, gint64 run, const char *columns, const char *table, Loader load, Results *results,
                       GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT %s FROM %s WHERE run = %" G_GINT64_FORMAT " ORDER BY position", columns, table, run);
    g_autoptr(sqlite3_stmt) row = database_prepare(store, sql, error);
    int more = row ? 1 : -1;
    while (more > 0 && (more = database_row(store, row, error)) > 0)
        if (!load(store, row, results, error))
            return false;
    return more == 0;
}

static bool load_tables(Store *store, gint64 run, Results *results, GError **error)
{
    static const struct {
        const char *columns, *table;
        Loader load;
    } tables[] = {
        {"name, content", "files", load_file},
        {"text", "sets", load_set},
        {"address, value, workload", "settings", load_setting},
        {"name, text", "lines", load_line},
        {"metric, statistic, labels, unit, smaller_is_better, value, ci_low, ci_high, samples", "figures", load_figure},
        {"name, labels, text, op, target, target_text, unit, value, ci_low, ci_high, verdict", "objectives",
         load_objective},
        {"id, name, labels, columns", "curves", load_curve},
        {"text", "notes", load_note},
        {"number, database, item, region, acknowledged_s, fate, divergent, waited, by_number, by_region", "writes",
         load_write},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
        if (!load_table(store, run, tables[i].columns, tables[i].table, tables[i].load, results, error))
            return false;
    return true;
}

Results *store_load(Store *store, gint64 run, GError **error)
{
    g_autoptr(Results) results = results_new();
    /* One transaction, so that a run that is being deleted elsewhere is there as a whole or not at all. */
    if (!database_execute(store, "BEGIN", error))
        return NULL;
    bool loaded = load_head(store, run, results, error) && load_tables(store, run, results, error);
    sqlite3_exec(store->connection, "COMMIT", NULL, NULL, NULL);
    return loaded ? g_steal_pointer(&results) : NULL;
}

/* ---- Which runs there are ---- */

/* The n of "last~n"; -1 when `run` is no such text. */
static gint64 steps_back(const char *run)
{
    gint64 n = 0;
    if (!g_str_has_prefix(run, "last"))
        return -1;
    run += strlen("last");
    if (!*run)
        return 0;
    bool is_number = *run == '~' && g_ascii_string_to_signed(run + 1, 10, 0, G_MAXINT32, &n, NULL);
    return is_number ? n : -1;
}

gint64 store_find(Store *store, const char *run, GError **error)
{
    gint64 back = steps_back(run), number = 0, found;
    bool is_number = g_ascii_string_to_signed(run, 10, 1, G_MAXINT64, &number, NULL);
    if (back < 0 && !is_number) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_NO_RUN, "'%s' names no run: write its number, last, or last~1",
                    run);
        return 0;
    }
    g_autofree char *sql =
        is_number ? g_strdup_printf("SELECT id FROM runs WHERE id = %" G_GINT64_FORMAT, number)
                  : g_strdup_printf("SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET %" G_GINT64_FORMAT, back);
    if (!database_number(store, sql, &found, error))
        return 0;
    if (!found)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NO_RUN, "no run %s in '%s'", run, store->path);
    return found;
}

static void stored_run_free(void *data)
{
    StoredRun *run = data;
    g_free(run->scenario);
    g_free(run->title);
    g_free(run->digest);
    g_free(run->recorded_at);
    g_free(run);
}

GPtrArray *store_list(Store *store, guint n, GError **error)
{
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func(stored_run_free);
    g_autofree char *sql =
        g_strdup_printf("SELECT id, scenario, title, digest, recorded_at, replications, seed, interrupted"
                        " FROM runs ORDER BY id DESC LIMIT %u",
                        n);
    g_autoptr(sqlite3_stmt) row = database_prepare(store, sql, error);
    int more = row ? 1 : -1;
    while (more > 0 && (more = database_row(store, row, error)) > 0) {
        StoredRun *run = g_new0(StoredRun, 1);
        g_ptr_array_add(runs, run);
        run->id = sqlite3_column_int64(row, 0);
        run->scenario = database_text(row, 1);
        run->title = database_text(row, 2);
        run->digest = database_text(row, 3);
        run->recorded_at = database_text(row, 4);
        run->replications = (guint)sqlite3_column_int64(row, 5);
        run->seed = g_ascii_strtoull(text_of(row, 6), NULL, 10);
        run->interrupted = sqlite3_column_int(row, 7);
    }
    return more == 0 ? g_steal_pointer(&runs) : NULL;
}
