#include "report/report.h"
#include "results/database.h"
#include "results/schema.h"
#include "results/store.h"
#include "tests/expect.h"
#include "tests/sample_results.h"
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder for one test, with a database path in it. */
typedef struct {
    char *folder, *path;
} Place;

static Place place_new(void)
{
    Place place = {.folder = g_dir_make_tmp("mrsim-store-XXXXXX", NULL)};
    place.path = g_build_filename(place.folder, "runs of 'today' \"x\".db", NULL);
    return place;
}

static void place_free(Place *place)
{
    g_autofree char *journal = g_strconcat(place->path, "-journal", NULL);
    g_remove(place->path);
    g_remove(journal);
    g_rmdir(place->folder);
    g_free(place->path);
    g_free(place->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_free)

static gint64 number(Store *store, const char *sql)
{
    g_autoptr(GError) error = NULL;
    gint64 value;
    EXPECT(database_number(store, sql, &value, &error), "%s: %s", sql, error->message);
    return value;
}

/* Runs SQL on a file without the store. */
static void with_sqlite(const char *path, const char *sql)
{
    sqlite3 *connection = NULL;
    sqlite3_open(path, &connection);
    char *message = NULL;
    EXPECT(sqlite3_exec(connection, sql, NULL, NULL, &message) == SQLITE_OK, "%s: %s", sql, message);
    sqlite3_free(message);
    sqlite3_close(connection);
}

static gint64 record(const char *path, const Results *results)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(path, false, &error);
    EXPECT(store != NULL, "%s", error->message);
    gint64 run = store ? store_record(store, results, "mrsim x.ini", &error) : 0;
    EXPECT(run != 0, "%s", error->message);
    return run;
}

static bool same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void expect_same_figures(const Results *a, const Results *b)
{
    EXPECT_INT(b->figures->len, a->figures->len);
    for (guint i = 0; i < MIN(a->figures->len, b->figures->len); i++) {
        const ResultFigure *x = a->figures->pdata[i], *y = b->figures->pdata[i];
        EXPECT_TEXT(y->metric, x->metric);
        EXPECT_TEXT(y->statistic, x->statistic);
        EXPECT_TEXT(y->labels, x->labels);
        EXPECT_TEXT(y->unit, x->unit);
        EXPECT(same_bits(x->value, y->value), "%.17g, loaded %.17g", x->value, y->value);
        EXPECT(same_bits(x->ci_low, y->ci_low) && same_bits(x->ci_high, y->ci_high), "interval of %s", x->metric);
        EXPECT_INT(y->n_samples, x->n_samples);
        EXPECT_INT(y->smaller_is_better, x->smaller_is_better);
    }
}

static void expect_same_curves(const Results *a, const Results *b)
{
    EXPECT_INT(b->curves->len, a->curves->len);
    for (guint i = 0; i < MIN(a->curves->len, b->curves->len); i++) {
        const ResultCurve *x = a->curves->pdata[i], *y = b->curves->pdata[i];
        EXPECT_TEXT(y->name, x->name);
        EXPECT_TEXT(y->labels, x->labels);
        EXPECT_INT(y->n_rows, x->n_rows);
        EXPECT(g_strv_equal((const char *const *)x->column, (const char *const *)y->column), "columns of %s", x->name);
        for (gsize j = 0; j < (gsize)MIN(x->n_rows, y->n_rows) * x->n_columns; j++)
            EXPECT(same_bits(x->cell[j], y->cell[j]), "%s cell %zu: %.17g, loaded %.17g", x->name, j, x->cell[j],
                   y->cell[j]);
    }
}

static void expect_same_rest(const Results *a, const Results *b)
{
    for (guint i = 0; i < a->objectives->len; i++) {
        const ResultObjective *x = a->objectives->pdata[i], *y = b->objectives->pdata[i];
        EXPECT_TEXT(y->text, x->text);
        EXPECT_TEXT(y->target_text, x->target_text);
        EXPECT_INT(y->at_least, x->at_least);
        EXPECT_INT(y->verdict, x->verdict);
    }
    for (guint i = 0; i < a->files->len; i++) {
        const ResultFile *x = a->files->pdata[i], *y = b->files->pdata[i];
        EXPECT_TEXT(y->name, x->name);
        EXPECT_INT(y->length, x->length);
        EXPECT(memcmp(x->text, y->text, x->length + 1) == 0, "bytes of %s", x->name);
    }
    for (guint i = 0; i < a->settings->len; i++) {
        const ResultSetting *x = a->settings->pdata[i], *y = b->settings->pdata[i];
        EXPECT_TEXT(y->address, x->address);
        EXPECT_TEXT(y->value, x->value);
        EXPECT_INT(y->workload, x->workload);
    }
    EXPECT_INT(b->writes->len, a->writes->len);
    for (guint i = 0; i < MIN(a->writes->len, b->writes->len); i++) {
        const ResultWrite *x = a->writes->pdata[i], *y = b->writes->pdata[i];
        EXPECT(x->number == y->number && x->item == y->item && x->by == y->by && x->divergent == y->divergent &&
                   x->waited == y->waited && same_bits(x->acknowledged_s, y->acknowledged_s),
               "write %" G_GUINT64_FORMAT, x->number);
        EXPECT_TEXT(y->fate, x->fate);
        EXPECT_TEXT(y->database, x->database);
        EXPECT_TEXT(y->region, x->region);
        EXPECT_TEXT(y->by_region, x->by_region);
    }
    EXPECT_TEXT(b->file, a->file);
    EXPECT_TEXT(b->sets->pdata[0], a->sets->pdata[0]);
    EXPECT_INT(b->n_events, a->n_events);
    EXPECT_INT(b->replications_asked, a->replications_asked);
}

static void print_json(FILE *out, const void *what, const void *how)
{
    (void)how;
    report_json(out, what);
}

static void print_text(FILE *out, const void *what, const void *how)
{
    report_text(out, what, how);
}

static void a_run_comes_back_bit_by_bit(void)
{
    static const double awkward[] = {0.1,      1.0 / 3,   5e-324, 1.7976931348623157e308, -2.5, 0,
                                     INFINITY, -INFINITY, NAN,    9007199254740993.0,     3};
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(awkward); i++) {
        g_autofree char *labels = g_strdup_printf("op=a%zu", i);
        results_add_figure(results, "awkward", "", labels, "s")->value = awkward[i];
    }
    sample_add_writes(results);
    results_add_file(results, "bytes.csv", "a\0\xff\n", 4);
    results_add_file(results, "empty.csv", "", 0);
    results_sort(results);
    gint64 run = record(place.path, results);
    g_autoptr(Store) store = store_open(place.path, true, &error);
    g_autoptr(Results) loaded = store_load(store, run, &error);
    EXPECT(loaded != NULL, "%s", error->message);
    expect_same_figures(results, loaded);
    expect_same_curves(results, loaded);
    expect_same_rest(results, loaded);
    ReportLook look = {.full = true};
    g_autofree char *json = sample_printed(print_json, results, NULL),
                    *again = sample_printed(print_json, loaded, NULL);
    g_autofree char *text = sample_printed(print_text, results, &look),
                    *shown = sample_printed(print_text, loaded, &look);
    EXPECT_TEXT(again, json);
    EXPECT_TEXT(shown, text);
}

static void large_seeds_and_strange_texts_come_back(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_long();
    g_autoptr(GError) error = NULL;
    gint64 run = record(place.path, results);
    g_autoptr(Store) store = store_open(place.path, true, &error);
    g_autoptr(Results) loaded = store_load(store, run, &error);
    EXPECT(loaded->seed == G_MAXUINT64, "seed %" G_GUINT64_FORMAT, loaded->seed);
    EXPECT(loaded->n_requests == G_MAXUINT64, "requests %" G_GUINT64_FORMAT, loaded->n_requests);
    EXPECT(loaded->interrupted, "interrupted");
    EXPECT_TEXT(loaded->title, results->title);
    expect_same_figures(results, loaded);
}

static void runs_are_found_by_number_and_from_the_last(void)
{
    static const struct {
        const char *text;
        gint64 id;
    } rows[] = {{"1", 1}, {"3", 3},  {"last", 3},  {"last~0", 3}, {"last~2", 1}, {"last~3", 0},
                {"4", 0}, {"0", 0},  {"-1", 0},    {"last~", 0},  {"lastly", 0}, {"last~x", 0},
                {"", 0},  {"1x", 0}, {"first", 0}, {"last~-1", 0}};
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_small();
    g_autoptr(Store) store = store_open(place.path, false, NULL);
    for (guint i = 0; i < 3; i++)
        store_record(store, results, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        gint64 id = store_find(store, rows[i].text, &error);
        EXPECT(id == rows[i].id, "\"%s\" is run %" G_GINT64_FORMAT, rows[i].text, id);
        EXPECT((error == NULL) == (rows[i].id != 0), "\"%s\": error or run", rows[i].text);
        EXPECT(!error || g_error_matches(error, STORE_ERROR, STORE_ERROR_NO_RUN), "%s", error ? error->message : "");
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(Results) none = store_load(store, 99, &error);
    EXPECT(!none && g_error_matches(error, STORE_ERROR, STORE_ERROR_NO_RUN), "%s", error ? error->message : "loaded");
    g_autoptr(GPtrArray) list = store_list(store, 2, NULL);
    EXPECT_INT(list->len, 2);
    EXPECT_INT(((StoredRun *)list->pdata[0])->id, 3);
    EXPECT_TEXT(((StoredRun *)list->pdata[1])->scenario, "small");
}

/* Every view answers, and the busiest say what the results say. */
static void views_read_well(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    sample_add_writes(results);
    record(place.path, results);
    g_autoptr(Store) store = store_open(place.path, true, NULL);
    static const char *const views[] = {"v_runs",     "v_figures",    "v_latency",   "v_replication",
                                        "v_failover", "v_objectives", "v_timeline",  "v_settings",
                                        "v_files",    "v_writes",     "v_staleness", "v_write_fates"};
    EXPECT_INT(number(store, "SELECT count(*) FROM sqlite_master WHERE type = 'view'"), G_N_ELEMENTS(views));
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s", views[i]);
        EXPECT(number(store, sql) > 0, "%s is empty", views[i]);
    }
    EXPECT_INT(number(store, "SELECT met * 100 + missed * 10 + not_shown FROM v_runs"), 312);
    EXPECT_INT(number(store, "SELECT round(p99_ms * 10) FROM v_latency WHERE labels = ''"), 1312);
    EXPECT_INT(number(store, "SELECT round(back_s * 10) FROM v_failover WHERE fault = 'virginia-lost'"), 974);
    EXPECT_INT(number(store, "SELECT count(*) FROM v_timeline WHERE labels = ''"), 360);
    EXPECT_INT(number(store, "SELECT lost * 1000 + rpo_s * 10 FROM v_writes WHERE database = 'carts'"), 3004);
    EXPECT_INT(number(store, "SELECT round(stale * 1000) FROM v_staleness WHERE clients = 'europe' AND region = "
                             "'us-east-1'"),
               25);
    EXPECT_INT(number(store, "SELECT p99_s * 10 FROM v_staleness WHERE clients = 'europe' AND region = 'us-east-1'"),
               9);
    EXPECT_INT(number(store, "SELECT by FROM v_write_fates WHERE fate = 'overwritten' AND by_region = 'eu-central-1'"),
               45);
    EXPECT_INT(number(store, "SELECT count(*) FROM v_write_fates WHERE by IS NULL AND divergent = 'yes'"), 1);
}

/* docs/database.md: every query runs, every view and table stands in a row of its own with all its columns. */
static void the_page_about_it_is_true(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    g_autofree char *page = NULL;
    record(place.path, results);
    EXPECT(g_file_get_contents(MRSIM_SRCDIR "/docs/database.md", &page, NULL, NULL), "the page is there");
    g_autoptr(Store) store = store_open(place.path, true, NULL);
    g_auto(GStrv) blocks = g_strsplit(page, "```", -1);
    guint n_queries = 0;
    for (guint i = 0; blocks[i]; i++)
        if (g_str_has_prefix(blocks[i], "sql\n")) {
            g_autoptr(GError) error = NULL;
            EXPECT(database_execute(store, blocks[i] + 4, &error), "%s: %s", blocks[i], error->message);
            n_queries++;
        }
    EXPECT_INT(n_queries, 4);
    g_autoptr(sqlite3_stmt) row = database_prepare(
        store,
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')"
        " AND m.name NOT LIKE 'sqlite%' ORDER BY m.name",
        NULL);
    while (database_row(store, row, NULL) > 0) {
        const char *name = (const char *)sqlite3_column_text(row, 0),
                   *column = (const char *)sqlite3_column_text(row, 1);
        g_autofree char *head = g_strdup_printf("| `%s` |", name);
        const char *line = strstr(page, head);
        g_autofree char *text = g_strndup(line ? line : "", line ? strcspn(line, "\n") : 0);
        bool is_common =
            g_str_has_prefix(name, "v_") && (strcmp(column, "run") == 0 || strcmp(column, "scenario") == 0 ||
                                             strcmp(column, "labels") == 0 || strcmp(column, "fault") == 0);
        bool is_numbered = strcmp(name, "points") == 0 && *column == 'c';
        EXPECT(line != NULL, "%s has no row", name);
        EXPECT(is_common || is_numbered || strstr(text, column), "%s: %s is not told", name, column);
    }
}

static void only_the_database_knows_the_time(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_small();
    record(place.path, results);
    g_autoptr(Store) store = store_open(place.path, true, NULL);
    EXPECT_INT(
        number(store,
               "SELECT recorded_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]'"
               " FROM runs"),
        1);
}

/* ---- Migration ---- */

static void an_empty_file_becomes_a_database(void)
{
    g_auto(Place) place = place_new();
    g_file_set_contents(place.path, "", 0, NULL);
    g_autoptr(Results) results = sample_small();
    EXPECT_INT(record(place.path, results), 1);
    g_autoptr(Store) store = store_open(place.path, true, NULL);
    EXPECT_INT(number(store, "PRAGMA user_version"), SCHEMA_VERSION);
    EXPECT_INT(number(store, "PRAGMA application_id"), SCHEMA_APPLICATION);
}

/* A database of version 1 made by hand with one run, and a step beyond the last that changes a table below the views.
 */
static void an_old_database_is_migrated_with_its_runs(void)
{
    const char *const steps[] = {schema_steps[0], schema_steps[1],
                                 "ALTER TABLE runs ADD COLUMN remark TEXT; UPDATE runs SET remark = 'old';"};
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *by_hand = g_strdup_printf(
        "%s CREATE VIEW v_runs AS SELECT id FROM runs; CREATE VIEW v_old AS SELECT 1;"
        "INSERT INTO runs (recorded_at, seed, replications, replications_asked, interrupted, requests, events)"
        " VALUES ('2026-01-01 00:00:00', '7', 1, 1, 0, 5, 6);"
        "PRAGMA application_id = %d; PRAGMA user_version = 1",
        schema_steps[0], SCHEMA_APPLICATION);
    with_sqlite(place.path, by_hand);
    g_autoptr(Store) store = store_open(place.path, false, &error);
    EXPECT(store && database_migrate(store, steps, 3, "CREATE VIEW v_runs AS SELECT remark FROM runs", &error), "%s",
           error ? error->message : "");
    EXPECT_INT(number(store, "PRAGMA user_version"), 3);
    EXPECT_INT(number(store, "SELECT count(*) FROM runs WHERE seed = '7' AND remark = 'old'"), 1);
    EXPECT_INT(number(store, "SELECT count(*) FROM v_runs WHERE remark = 'old'"), 1);
    EXPECT_INT(number(store, "SELECT count(*) FROM sqlite_master WHERE name = 'v_old'"), 0);
}

/* Version 2 has what became of writes: an old run has none and is shown as before, a new one stands beside it. */
static void writes_come_with_version_2(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *by_hand = g_strdup_printf(
        "%s CREATE VIEW v_runs AS SELECT id FROM runs;"
        "INSERT INTO runs (recorded_at, scenario, seed, replications, replications_asked, interrupted, requests, "
        "events)"
        " VALUES ('2026-01-01 00:00:00', 'old', '7', 1, 1, 0, 5, 6);"
        "INSERT INTO figures VALUES (1, 0, 'writes.lost', '', 'database=carts', 'count', 1, 3, NULL, NULL, 3);"
        "PRAGMA application_id = %d; PRAGMA user_version = 1",
        schema_steps[0], SCHEMA_APPLICATION);
    with_sqlite(place.path, by_hand);
    g_autoptr(Results) results = sample_results();
    sample_add_writes(results);
    EXPECT_INT(record(place.path, results), 2);
    g_autoptr(Store) store = store_open(place.path, true, &error);
    EXPECT_INT(number(store, "PRAGMA user_version"), 2);
    EXPECT_INT(number(store, "SELECT lost FROM v_writes WHERE run = 1 AND database = 'carts'"), 3);
    EXPECT_INT(number(store, "SELECT count(*) FROM v_write_fates WHERE run = 1"), 0);
    EXPECT_INT(number(store, "SELECT count(*) FROM v_write_fates WHERE run = 2"), results->writes->len);
    g_autoptr(Results) old = store_load(store, 1, &error);
    EXPECT(old && old->writes->len == 0 && old->seed == 7, "%s", error ? error->message : "another run");
}

static void a_step_that_fails_changes_nothing(void)
{
    const char *const steps[] = {schema_steps[0], schema_steps[1],
                                 "CREATE TABLE extra (x); INSERT INTO nowhere VALUES (1);"};
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Results) results = sample_small();
    record(place.path, results);
    g_autoptr(Store) store = store_open(place.path, false, NULL);
    EXPECT(!database_migrate(store, steps, 3, schema_views, &error), "a broken step went through");
    EXPECT(g_error_matches(error, STORE_ERROR, STORE_ERROR_CORRUPT), "%s", error ? error->message : "");
    EXPECT_INT(number(store, "PRAGMA user_version"), SCHEMA_VERSION);
    EXPECT_INT(number(store, "SELECT count(*) FROM sqlite_master WHERE name = 'extra'"), 0);
    EXPECT_INT(number(store, "SELECT count(*) FROM v_runs"), 1);
}

/* ---- What is wrong with a database ---- */

static void expect_refused(const char *path, bool read_only, StoreError kind, const char *words)
{
    g_autofree char *before = NULL, *after = NULL;
    gsize n_before = 0, n_after = 0;
    g_autoptr(GError) error = NULL;
    bool is_file = g_file_get_contents(path, &before, &n_before, NULL);
    g_autoptr(Store) store = store_open(path, read_only, &error);
    EXPECT(store == NULL, "%s was opened", path);
    EXPECT(g_error_matches(error, STORE_ERROR, (int)kind), "%d, expected %d: %s", error ? error->code : -1, kind,
           error ? error->message : "none");
    EXPECT(error && strstr(error->message, words), "\"%s\" has no \"%s\"", error ? error->message : "", words);
    EXPECT(error && strstr(error->message, path), "\"%s\" does not name the file", error ? error->message : "");
    if (is_file) {
        g_file_get_contents(path, &after, &n_after, NULL);
        EXPECT(n_before == n_after && memcmp(before, after, n_before) == 0, "%s was changed", path);
    }
}

static void what_is_not_ours_is_left_alone(void)
{
    g_auto(Place) place = place_new();
    g_autofree char *missing = g_build_filename(place.folder, "no", "such.db", NULL);
    g_autofree char *newer =
        g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d", SCHEMA_APPLICATION, SCHEMA_VERSION + 1);
    expect_refused(place.folder, false, STORE_ERROR_OPEN, "it is a folder");
    expect_refused(missing, false, STORE_ERROR_OPEN, "its folder does not exist");
    expect_refused(place.path, true, STORE_ERROR_OPEN, "no run is recorded yet");
    expect_refused("/dev/null", false, STORE_ERROR_OPEN, "it is not a file");
    g_file_set_contents(place.path, "", 0, NULL);
    expect_refused(place.path, true, STORE_ERROR_OPEN, "no run is recorded in it yet");
    g_file_set_contents(place.path,
                        "[scenario]\ntitle = not a database, but more than a hundred bytes, so that it is read at all\n"
                        "and then some\n",
                        -1, NULL);
    expect_refused(place.path, false, STORE_ERROR_FOREIGN, "it is no SQLite database");
    g_remove(place.path);
    with_sqlite(place.path, "CREATE TABLE cookies (x)");
    expect_refused(place.path, false, STORE_ERROR_FOREIGN, "it belongs to another program");
    g_remove(place.path);
    with_sqlite(place.path, "PRAGMA application_id = 252006673");
    expect_refused(place.path, false, STORE_ERROR_FOREIGN, "it belongs to another program");
    g_remove(place.path);
    with_sqlite(place.path, newer);
    expect_refused(place.path, false, STORE_ERROR_NEWER, "a newer mrsim wrote it (schema 3, this one knows 2)");
}

static void a_damaged_database_is_left_alone(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    g_autofree char *bytes = NULL, *cut = NULL;
    gsize length;
    record(place.path, results);
    g_file_get_contents(place.path, &bytes, &length, NULL);
    cut = g_memdup2(bytes, length);
    EXPECT(length > 16384, "%zu bytes", length);
    memset(bytes + 8192, 0x5a, 8192);
    g_file_set_contents(place.path, bytes, (gssize)length, NULL);
    expect_refused(place.path, false, STORE_ERROR_CORRUPT, "it is damaged");
    expect_refused(place.path, true, STORE_ERROR_CORRUPT, "it is damaged");
    g_file_set_contents(place.path, cut, (gssize)(length / 2), NULL);
    expect_refused(place.path, false, STORE_ERROR_CORRUPT, "it is damaged");
}

static void a_table_that_is_gone_is_an_error(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_small();
    g_autoptr(GError) error = NULL;
    record(place.path, results);
    with_sqlite(place.path, "DROP TABLE notes");
    g_autoptr(Store) store = store_open(place.path, false, NULL);
    EXPECT(store_record(store, results, NULL, &error) == 0, "recorded without notes");
    EXPECT(g_error_matches(error, STORE_ERROR, STORE_ERROR_CORRUPT), "%s", error ? error->message : "");
    EXPECT_INT(number(store, "SELECT count(*) FROM runs"), 1);
    g_autoptr(GError) again = NULL;
    g_autoptr(Results) loaded = store_load(store, 1, &again);
    EXPECT(!loaded && again, "loaded without notes");
}

static void a_full_disk_loses_nothing(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(place.path, false, NULL);
    EXPECT_INT(store_record(store, results, NULL, NULL), 1);
    g_autofree char *full =
        g_strdup_printf("PRAGMA max_page_count = %" G_GINT64_FORMAT, number(store, "PRAGMA page_count") + 2);
    database_execute(store, full, NULL);
    EXPECT(store_record(store, results, NULL, &error) == 0, "recorded on a full disk");
    EXPECT(g_error_matches(error, STORE_ERROR, STORE_ERROR_WRITE), "%s", error ? error->message : "");
    EXPECT(error && strstr(error->message, "full"), "%s", error ? error->message : "");
    EXPECT_INT(number(store, "SELECT count(*) FROM runs"), 1);
    EXPECT_INT(number(store, "SELECT count(*) FROM figures WHERE run <> 1"), 0);
    database_execute(store, "PRAGMA max_page_count = 1000000", NULL);
    EXPECT_INT(store_record(store, results, NULL, NULL), 2);
}

static void what_cannot_be_written_says_so(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_small();
    g_autoptr(GError) error = NULL;
    record(place.path, results);
    g_autoptr(Store) store = store_open(place.path, true, NULL);
    EXPECT(store_record(store, results, NULL, &error) == 0, "recorded through a read-only store");
    EXPECT(g_error_matches(error, STORE_ERROR, STORE_ERROR_WRITE), "%s", error ? error->message : "");
    EXPECT(error && strstr(error->message, "it cannot be written"), "%s", error ? error->message : "");
    g_chmod(place.path, 0444);
    g_chmod(place.folder, 0755);
    /* The owner of the machine may write everywhere: be somebody else for a moment. */
    uid_t me = geteuid();
    bool is_other = me != 0 || seteuid(65534) == 0;
    if (is_other)
        expect_refused(place.path, false, STORE_ERROR_WRITE, "it cannot be written");
    EXPECT(me != 0 || seteuid(0) == 0, "back to being root");
}

static void a_lock_is_waited_for_then_reported(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_small();
    g_autoptr(GError) error = NULL;
    record(place.path, results);
    g_autoptr(Store) first = store_open(place.path, false, NULL), second = store_open(place.path, false, NULL);
    sqlite3_busy_timeout(second->connection, 1);
    database_execute(first, "BEGIN IMMEDIATE", NULL);
    EXPECT(store_record(second, results, NULL, &error) == 0, "recorded into a locked database");
    EXPECT(error && strstr(error->message, "another program keeps it locked"), "%s", error ? error->message : "");
    database_execute(first, "COMMIT", NULL);
    EXPECT_INT(store_record(second, results, NULL, NULL), 2);
}

static void the_default_path_follows_the_environment(void)
{
    g_auto(Place) place = place_new();
    g_autofree char *folder = g_build_filename(place.folder, "mrsim", NULL);
    g_autofree char *expected = g_build_filename(folder, "mrsim.db", NULL);
    g_autofree char *had_db = g_strdup(g_getenv("MRSIM_DB")), *had_data = g_strdup(g_getenv("XDG_DATA_HOME"));
    g_unsetenv("MRSIM_DB");
    g_setenv("XDG_DATA_HOME", place.folder, TRUE);
    g_autofree char *path = store_default_path();
    EXPECT_TEXT(path, expected);
    EXPECT(g_file_test(folder, G_FILE_TEST_IS_DIR), "the folder is made");
    g_setenv("MRSIM_DB", "./other.db", TRUE);
    g_autofree char *named = store_default_path();
    EXPECT_TEXT(named, "./other.db");
    g_unsetenv("MRSIM_DB");
    g_unsetenv("XDG_DATA_HOME");
    if (had_db)
        g_setenv("MRSIM_DB", had_db, TRUE);
    if (had_data)
        g_setenv("XDG_DATA_HOME", had_data, TRUE);
    g_rmdir(folder);
}

void suite_store(void);
void suite_store(void)
{
    CU_pSuite s = CU_add_suite("store", NULL, NULL);
    CU_add_test(s, "a run comes back bit by bit", a_run_comes_back_bit_by_bit);
    CU_add_test(s, "large seeds and strange texts come back", large_seeds_and_strange_texts_come_back);
    CU_add_test(s, "runs are found by number and from the last", runs_are_found_by_number_and_from_the_last);
    CU_add_test(s, "every view answers", views_read_well);
    CU_add_test(s, "docs/database.md: queries run, columns are told", the_page_about_it_is_true);
    CU_add_test(s, "the time of recording is in the database", only_the_database_knows_the_time);
    CU_add_test(s, "an empty file becomes a database", an_empty_file_becomes_a_database);
    CU_add_test(s, "an old database is migrated with its runs", an_old_database_is_migrated_with_its_runs);
    CU_add_test(s, "writes come with version 2", writes_come_with_version_2);
    CU_add_test(s, "a migration that fails changes nothing", a_step_that_fails_changes_nothing);
    CU_add_test(s, "what is foreign, newer or no file is left alone", what_is_not_ours_is_left_alone);
    CU_add_test(s, "a damaged database is left alone", a_damaged_database_is_left_alone);
    CU_add_test(s, "a table that is gone is an error, and nothing half is kept", a_table_that_is_gone_is_an_error);
    CU_add_test(s, "a full disk loses nothing", a_full_disk_loses_nothing);
    CU_add_test(s, "what cannot be written says so", what_cannot_be_written_says_so);
    CU_add_test(s, "a lock is waited for, then reported", a_lock_is_waited_for_then_reported);
    CU_add_test(s, "the default path follows the environment", the_default_path_follows_the_environment);
}
