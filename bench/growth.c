/* mrsim-growth: what a request costs in a scenario of a given size.
 *
 *   mrsim-growth AXIS VALUE REQUESTS             one line of name=value words
 *   mrsim-growth --scenario AXIS VALUE REQUESTS  the scenario itself
 *
 * Everything but what AXIS names stays as it is in the middle of the table below.  What is counted is user CPU time
 * from the end of the warm-up to the end of the arrivals: neither the start (loading, building) nor the end (figures,
 * the database), which are given by themselves as what a run of one simulated second takes. */
#include "base/check.h"
#include "model/observer.h"
#include "model/sim.h"
#include "report/report.h"
#include "results/store.h"
#include "run/run.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
    double rate; /* of all populations */
    guint regions, instances, populations, services;
    guint workers; /* per instance */
    double warm_up_s;
} Shape;

static const Shape middle = {
    .regions = 2, .instances = 100, .populations = 1, .services = 1, .rate = 1000, .workers = 2, .warm_up_s = 60};

typedef struct {
    const char *name;
    gsize count; /* the field of Shape that grows; 0: another */
    double per_instance;
} Axis;
static const Axis axes[] = {
    {"requests", 0, 0}, /* the same for longer */
    {"rate", 0, 0},     /* more at a time: users, workers and what is in flight grow with it */
    {"regions", offsetof(Shape, regions), 0},
    {"instances", offsetof(Shape, instances), 10}, /* the rate grows with them */
    {"populations", offsetof(Shape, populations), 0},
    {"services", offsetof(Shape, services), 0}, /* each behind a name and a balancer, with a population of its own */
};

/* ---- the scenario ---- */

static const char *const region_names[] = {
    "us-east-1",      "eu-central-1",   "ap-southeast-1", "sa-east-1",      "us-west-2",      "eu-west-1",
    "ap-northeast-1", "ap-south-1",     "us-east-2",      "us-west-1",      "ca-central-1",   "eu-west-2",
    "eu-west-3",      "eu-north-1",     "eu-south-1",     "me-south-1",     "af-south-1",     "ap-east-1",
    "ap-southeast-2", "ap-northeast-2", "ap-northeast-3", "ap-southeast-3", "ap-southeast-4", "ap-south-2",
    "eu-central-2",   "eu-south-2",     "me-central-1",   "il-central-1",   "ca-west-1",      "mx-central-1",
    "ap-southeast-5", "ap-southeast-7"};

static void say_services(GString *text, const Shape *shape)
{
    for (guint i = 0; i < shape->services; i++)
        g_string_append_printf(text,
                               "[dns door%u]\npolicy = latency\nanswers = front%u\n"
                               "[balancer front%u]\nto = shop%u\n"
                               "[service shop%u]\nservers = %u\nworkers = %u\n"
                               "work = lognormal(p50=8ms, p99=40ms)\ncalls = carts\n",
                               i, i, i, i, i, MAX(1, shape->instances / shape->regions / shape->services),
                               shape->workers);
    g_string_append(text, "[database carts]\nuse = dynamodb-global-table\nworkers = 100000\n");
}

static void say_clients(GString *text, const Shape *shape)
{
    guint n = MAX(shape->populations, shape->services);
    for (guint i = 0; i < n; i++)
        g_string_append_printf(text,
                               "[clients users%u]\nplaces = 50%% US, 20%% DE, 10%% GB, 10%% BR, 10%% JP\n"
                               "rate = %.9g/s\nenter = door%u\nresolvers = %u\n",
                               i, shape->rate / n, i % shape->services, MAX(1, 100 / n));
}

static char *scenario_text(const Shape *shape, double duration_s)
{
    GString *text = g_string_new("[scenario]\ntitle = growth\nregions = ");
    for (guint i = 0; i < shape->regions; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", region_names[i]);
    g_string_append_printf(text, "\nduration = %.9gs\nwarm-up = %.9gs\n", duration_s, shape->warm_up_s);
    say_services(text, shape);
    say_clients(text, shape);
    return g_string_free(text, FALSE);
}

/* False: no such axis, or the value is none for it. */
static bool shape_of(const char *name, double value, Shape *shape)
{
    *shape = middle;
    for (gsize i = 0; i < G_N_ELEMENTS(axes); i++) {
        if (strcmp(axes[i].name, name) != 0)
            continue;
        if (axes[i].count)
            *(guint *)(void *)((char *)shape + axes[i].count) = (guint)value;
        if (strcmp(name, "rate") == 0) {
            shape->workers = (guint)MAX(2, shape->workers * value / shape->rate + 0.5);
            shape->rate = value;
        }
        if (axes[i].per_instance > 0)
            shape->rate = axes[i].per_instance * value;
        return shape->regions <= G_N_ELEMENTS(region_names) && shape->instances >= shape->regions;
    }
    return false;
}

/* ---- running it ---- */

typedef struct {
    Library *library;
    Scenario *scenario;
} Loaded;

static Loaded load(const Atlas *atlas, const char *text)
{
    const char *name = "growth.ini";
    gsize length = strlen(text);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(GError) error = NULL;
    Loaded loaded = {.library = library_stored(&name, &text, &length, 1)};
    loaded.scenario = scenario_load(name, NULL, &registry, atlas, loaded.library, diagnostics, &error);
    if (!loaded.scenario) {
        diagnostics_print(diagnostics, stderr, false);
        exit(EXIT_FAILURE);
    }
    return loaded;
}

static void unload(Loaded *loaded)
{
    scenario_free(loaded->scenario);
    library_free(loaded->library);
}

static double user_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6;
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* What was so at an instant; an entity that serves nobody looks. */
typedef struct {
    double user_s;
    uint64_t n_events, n_open;
    long peak_kib;
} Look;
typedef struct {
    Look begun, warm, done; /* after building, after the warm-up, when arrivals end */
} Watch;

static Look look_now(const Sim *sim)
{
    return (Look){user_seconds(), sim->kernel.n_events, observer_requests_open(sim->observer), peak_kib()};
}

static void end(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)reply;
    ((Watch *)me->state)->done = look_now(sim);
    call_end(sim, root);
}

static void measuring(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)reply;
    ((Watch *)me->state)->warm = look_now(sim);
    call_wait(sim, root, sim->horizon - sim->measured_from - 1, end);
}

static void start(Sim *sim, Entity *me)
{
    ((Watch *)me->state)->begun = look_now(sim);
    call_wait(sim, call_begin(sim, me, me->own_key), sim->measured_from, measuring);
}

static const Ops watch_ops = {.role = "watch", .start = start};

static uint64_t count_issued(const Sheet *sheet)
{
    uint64_t n = 0;
    for (guint i = 0; i < sheet_cells(sheet); i++) {
        const Cell *cell = sheet_nth(sheet, i);
        if (strcmp(cell->metric, "requests.issued") == 0)
            n += cell->count;
    }
    return n;
}

static uint64_t replication(const World *world, Watch *watch)
{
    check_scene = (CheckScene){.seed = 1, .replication = 1};
    Sim *sim = sim_new(world, 1, 1);
    const Entity *watcher =
        entity_new(sim, world->thing[0], &watch_ops, network_edge(sim->network), sizeof(Watch), "/watch");
    CHECK(sim_run(sim, NULL));
    *watch = *(const Watch *)watcher->state;
    uint64_t n = count_issued(sim->sheet);
    sim_free(sim);
    return n;
}

/* From the text to the recorded run, of one simulated second. */
static double start_and_end_seconds(const Atlas *atlas, Shape shape)
{
    g_autofree char *folder = g_dir_make_tmp(NULL, NULL), *path = g_build_filename(folder, "runs.db", NULL);
    double before = user_seconds();
    shape.warm_up_s = 0;
    g_autofree char *text = scenario_text(&shape, 1);
    Loaded loaded = load(atlas, text);
    RunOptions options = {.seed = 1, .replications = 1, .jobs = 1};
    g_autoptr(Results) results = run_scenario(loaded.scenario, loaded.library, "growth.ini", NULL, &options);
    g_autoptr(Store) store = store_open(path, false, NULL);
    if (!store || !store_record(store, results, NULL, NULL)) {
        fprintf(stderr, "mrsim-growth: cannot write into %s\n", folder);
        exit(EXIT_FAILURE);
    }
    FILE *nowhere = fopen("/dev/null", "w");
    report_json(nowhere, results);
    fclose(nowhere);
    unload(&loaded);
    double seconds = user_seconds() - before;
    g_remove(path);
    g_rmdir(folder);
    return seconds;
}

static int measure(const char *axis, double value, const Shape *shape, double duration_s)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Atlas *atlas = atlas_load(MRSIM_SRCDIR "/models", diagnostics);
    g_autofree char *text = scenario_text(shape, duration_s);
    Loaded loaded = load(atlas, text);
    Watch watch;
    double n = (double)replication(loaded.scenario->world, &watch);
    unload(&loaded);
    double start_and_end = start_and_end_seconds(atlas, *shape);
    double seconds = watch.done.user_s - watch.warm.user_s,
           n_events = (double)(watch.done.n_events - watch.warm.n_events);
    printf("axis=%s value=%.9g rate=%.9g requests=%.0f user_s=%.3f ns_per_request=%.1f events_per_request=%.3f "
           "ns_per_event=%.1f start_and_end_s=%.3f in_flight=%.0f built_kib=%ld peak_kib=%ld\n",
           axis, value, shape->rate, n, seconds, seconds * 1e9 / n, n_events / n, seconds * 1e9 / n_events,
           start_and_end, (double)watch.done.n_open, watch.begun.peak_kib, watch.done.peak_kib);
    atlas_free(atlas);
    return EXIT_SUCCESS;
}

int main(int n_words, char **word)
{
    bool only_text = n_words > 1 && strcmp(word[1], "--scenario") == 0;
    Shape shape;
    double value = n_words == 4 + only_text ? g_ascii_strtod(word[2 + only_text], NULL) : 0;
    double n = value > 0 ? g_ascii_strtod(word[3 + only_text], NULL) : 0;
    if (!(n > 0) || !shape_of(word[1 + only_text], value, &shape)) {
        fputs("Usage: mrsim-growth [--scenario] requests|rate|regions|instances|populations|services VALUE REQUESTS\n",
              stderr);
        return 2;
    }
    double duration_s = MAX(1, n / shape.rate);
    if (!only_text)
        return measure(word[1], value, &shape, duration_s);
    g_autofree char *text = scenario_text(&shape, duration_s);
    fputs(text, stdout);
    return EXIT_SUCCESS;
}
