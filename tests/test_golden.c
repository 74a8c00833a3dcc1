/* Golden: the digest and the key figures of every shipped scenario, compared with tests/golden.txt.
 *
 * A digest that changes is no fault, but a change of behaviour that somebody must have meant.  MRSIM_UPDATE=1 writes
 * the file anew; the difference is reviewed like any other. */
#include "model/sim.h"
#include "run/run.h"
#include "tests/expect.h"
#include "tests/scene.h"
#include <string.h>

/* The outage of the shipped scenarios is from 20 to 30 min. */
static const char *const sets[] = {"scenario.duration=32m", NULL};

static const struct {
    const char *metric, *statistic;
} figures[] = {
    {"requests.issued", ""},
    {"requests.answered", ""},
    {"requests.failed", ""},
    {"requests.in_flight", ""},
    {"attempts.per_request", ""},
    {"availability", ""},
    {"latency", "p50"},
    {"latency", "p99"},
    {"busy", ""},
    {"detection.time", ""},
    {"failover.half", ""},
    {"failover.time", ""},
    {"recovery.time", "max"},
    {"rpo.time", ""},
    {"replication.lag", "p50"},
    {"replication.lag", "p99"},
    {"reads.stale", ""},
    {"reads.staleness", "p50"},
    {"writes.acknowledged", ""},
    {"writes.durable", ""},
    {"writes.superseded", ""},
    {"writes.overwritten", ""},
    {"writes.lost", ""},
    {"writes.stranded", ""},
    {"writes.in_flight", ""},
    {"writes.waited", ""},
    {"connections.opened", ""},
    {"connections.broken", ""},
    {"dns.lookups", ""},
};

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "scenarios/NAME.ini", sorted. (g_ptr_array_unref) */
static GPtrArray *shipped_scenarios(void)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *folder = g_build_filename(MRSIM_SRCDIR, "scenarios", NULL);
    g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
    for (const char *name; names && (name = g_dir_read_name(names));)
        if (g_str_has_suffix(name, ".ini"))
            g_ptr_array_add(files, g_strdup_printf("scenarios/%s", name));
    g_ptr_array_sort(files, by_name);
    return files;
}

static void note_scenario(GString *text, const char *file)
{
    Scene *scene = scene_open(file, sets);
    RunOptions options = {.seed = 1, .replications = 1, .jobs = 1};
    if (scene->scenario) {
        Results *results = run_scenario(scene->scenario, scene->library, file, sets, &options);
        g_string_append_printf(text, "%s\n  digest %s\n  events %" G_GUINT64_FORMAT "\n", file, results->digest,
                               results->n_events);
        for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
            const ResultFigure *figure = results_figure(results, figures[i].metric, figures[i].statistic, "");
            if (figure)
                g_string_append_printf(text, "  %s%s%s %.6g\n", figures[i].metric, *figures[i].statistic ? "." : "",
                                       figures[i].statistic, figure->value);
        }
        results_free(results);
    }
    scene_close(scene);
}

static void shipped_scenarios_do_what_they_did(void)
{
    g_autoptr(GPtrArray) files = shipped_scenarios();
    g_autoptr(GString) text = g_string_new(NULL);
    EXPECT(files->len >= 3, "%u scenarios", files->len);
    for (guint i = 0; i < files->len; i++)
        note_scenario(text, g_ptr_array_index(files, i));
    scene_expect_file("tests/golden.txt", text->str);
}

/* ---- both event lists ---- */

static uint64_t digest_with(const World *world, EventListKind kind, uint64_t *n_events)
{
    Sim *sim = sim_new(world, 1, 1);
    kernel_use_list(&sim->kernel, kind);
    EXPECT(sim_run(sim, NULL), "stopped");
    uint64_t digest = sim->kernel.digest.value;
    *n_events = sim->kernel.n_events;
    sim_free(sim);
    return digest;
}

static void both_event_lists_do_the_same(void)
{
    g_autoptr(GPtrArray) files = shipped_scenarios();
    for (guint i = 0; i < files->len; i++) {
        Scene *scene = scene_open(g_ptr_array_index(files, i), sets);
        uint64_t n_wheel = 0, n_heap = 0;
        uint64_t wheel = digest_with(scene->scenario->world, EVENT_LIST_WHEEL, &n_wheel);
        uint64_t heap = digest_with(scene->scenario->world, EVENT_LIST_HEAP, &n_heap);
        EXPECT(wheel == heap && n_wheel == n_heap && n_wheel > 100000, "%s", (char *)g_ptr_array_index(files, i));
        scene_close(scene);
    }
}

/* ---- what is recorded is what the catalogue says ---- */

static void labels_are_in(const Metric *metric, const char *labels)
{
    g_auto(GStrv) terms = g_strsplit(labels, ",", -1);
    for (guint i = 0; terms[i] && *terms[i]; i++) {
        g_autofree char *key = g_strndup(terms[i], strcspn(terms[i], "="));
        EXPECT(metric_has_label(metric, key), "%s{%s}", metric->name, labels);
    }
}

static void every_cell_is_in_the_catalogue(void)
{
    g_autoptr(GPtrArray) files = shipped_scenarios();
    for (guint i = 0; i < files->len; i++) {
        Scene *scene = scene_open(g_ptr_array_index(files, i), sets);
        uint64_t digest;
        guint64 n_events;
        g_autoptr(Sheet) sheet =
            scene->scenario ? run_replication(scene->scenario->world, 2, 1, NULL, &digest, &n_events) : NULL;
        for (guint j = 0; sheet && j < sheet_cells(sheet); j++) {
            const Cell *cell = sheet_nth(sheet, j);
            const Metric *metric = cell->kind == CELL_SERIES ? NULL : metric_find(cell->metric, NULL);
            EXPECT(metric || cell->kind == CELL_SERIES, "nobody knows %s", cell->metric);
            if (!metric)
                continue;
            EXPECT(metric->kind == cell->kind, "%s is another kind", cell->metric);
            labels_are_in(metric, cell->labels);
        }
        scene_close(scene);
    }
}

void suite_golden(void);
void suite_golden(void)
{
    CU_pSuite s = CU_add_suite("golden", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(shipped_scenarios_do_what_they_did);
    TEST(both_event_lists_do_the_same);
    TEST(every_cell_is_in_the_catalogue);
}
