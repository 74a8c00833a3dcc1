#include "run/run.h"
#include "base/check.h"
#include "kernel/random.h"
#include "run/figures.h"
#include "run/write_fates.h"
#include <string.h>

/* What the threads share: the next number to take, and a place for each replication's outcome. */
typedef struct {
    const World *world;
    const RunOptions *options;
    GMutex lock;
    guint next, n_done;
    char *overrun;
    Sheet **sheet;
    uint64_t *digest;
    guint64 *n_events;
    GArray **checkpoints; /* NULL: no digest log is wanted */
    WriteFates *fates;    /* of the first replication */
} Work;

static bool stopped(const Work *work)
{
    return work->options->stop && g_atomic_int_get((const gint *)work->options->stop) != 0;
}

static bool take_next(Work *work, guint *number)
{
    g_mutex_lock(&work->lock);
    bool more = work->next < work->options->replications && !work->overrun && !stopped(work);
    if (more)
        *number = work->next++;
    g_mutex_unlock(&work->lock);
    return more;
}

static void note_done(Work *work)
{
    g_mutex_lock(&work->lock);
    work->n_done++;
    if (work->options->progress)
        work->options->progress(work->options->whose, work->n_done, work->options->replications);
    g_mutex_unlock(&work->lock);
}

/* The first one counts; no new replications begin. */
static void note_overrun(Work *work, char *why)
{
    g_mutex_lock(&work->lock);
    if (work->overrun)
        g_free(why);
    else
        work->overrun = why;
    g_mutex_unlock(&work->lock);
}

static gpointer worker(gpointer data)
{
    Work *work = data;
    for (guint i; take_next(work, &i);) {
        Replication replication = {.most_bytes = work->options->most_bytes,
                                   .checkpoints = work->checkpoints ? work->checkpoints[i] : NULL,
                                   .fates = i == 0 ? work->fates : NULL};
        replicate(work->world, work->options->seed, i + 1, work->options->stop, &replication);
        work->sheet[i] = replication.sheet;
        work->digest[i] = replication.digest;
        work->n_events[i] = replication.n_events;
        if (replication.overrun)
            note_overrun(work, replication.overrun);
        else if (work->sheet[i])
            note_done(work);
    }
    return NULL;
}

static void run_all(Work *work)
{
    guint n_jobs = work->options->jobs > 0 ? work->options->jobs : g_get_num_processors();
    n_jobs = MIN(n_jobs, work->options->replications);
    GThread **thread = g_new0(GThread *, n_jobs);
    for (guint i = 1; i < n_jobs; i++)
        thread[i] = g_thread_new("replications", worker, work);
    worker(work);
    for (guint i = 1; i < n_jobs; i++)
        g_thread_join(thread[i]);
    g_free(thread);
}

/* The finished ones from the first on, without a gap: the same as a run of so many. */
static guint collect(Work *work, Study *study, Results *results)
{
    guint n = 0;
    uint64_t digest = 0;
    while (n < work->options->replications && work->sheet[n]) {
        digest = key_of(digest, work->digest[n]);
        results->n_events += work->n_events[n];
        study_add(study, g_steal_pointer(&work->sheet[n]));
        n++;
    }
    for (guint i = n; i < work->options->replications; i++)
        if (work->sheet[i])
            sheet_free(work->sheet[i]);
    results->digest = g_strdup_printf("%016" G_GINT64_MODIFIER "x", digest);
    return n;
}

static void describe_run(Results *results, const Scenario *scenario, Library *library, const char *file,
                         const char *const *sets, const RunOptions *options)
{
    const World *world = scenario->world;
    results->version = g_strdup(MRSIM_VERSION);
    results->scenario = g_strdup(world->name);
    results->file = g_strdup(file);
    results->title = g_strdup(world->scenario.title);
    results->seed = options->seed;
    results->replications_asked = options->replications;
    results->duration_s = simtime_seconds(world->scenario.duration);
    results->warm_up_s = simtime_seconds(world->scenario.warm_up);
    for (guint i = 0; sets && sets[i]; i++)
        g_ptr_array_add(results->sets, g_strdup(sets[i]));
    for (guint i = 0; i < library_used(library); i++) {
        const char *name, *text;
        gsize length;
        library_used_file(library, i, &name, &text, &length);
        results_add_file(results, name, text, length);
    }
}

char *run_texts(Library *library)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < library_used(library); i++) {
        const char *name, *text;
        gsize length;
        library_used_file(library, i, &name, &text, &length);
        g_checksum_update(sum, (const guchar *)text, (gssize)length);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static GArray **open_checkpoints(const RunOptions *options)
{
    if (!options->digest_log)
        return NULL;
    GArray **checkpoints = g_new(GArray *, options->replications);
    for (guint i = 0; i < options->replications; i++)
        checkpoints[i] = g_array_new(FALSE, FALSE, sizeof(Checkpoint));
    return checkpoints;
}

/* Those of the replications that count, one after the other. */
static void close_checkpoints(const Work *work, const Results *results, Library *library)
{
    DigestLog *log = work->options->digest_log;
    if (!log)
        return;
    log->version = g_strdup(results->version);
    log->scenario = g_strdup(results->scenario);
    log->file = g_strdup(results->file);
    log->texts = run_texts(library);
    log->seed = results->seed;
    log->replications = results->replications;
    for (guint i = 0; i < results->sets->len; i++)
        g_ptr_array_insert(log->sets, (gint)i, g_strdup(results->sets->pdata[i]));
    for (guint i = 0; i < work->options->replications; i++) {
        const GArray *own = work->checkpoints[i];
        if (i < results->replications)
            g_array_append_vals(log->checkpoints, own->data, own->len);
        g_array_unref(work->checkpoints[i]);
    }
    g_free(work->checkpoints);
}

/* Users, horizon and faults make the workload: runs that differ in them met different hours. */
static GHashTable *workload_names(const World *world)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal); /* look-ups only */
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (strcmp(thing->component->kind, "clients") == 0 || strcmp(thing->component->kind, "fault") == 0)
            g_hash_table_add(names, (gpointer)thing->name);
    }
    return names;
}

static bool is_workload(GHashTable *names, const char *address)
{
    g_autofree char *name = g_strndup(address, strcspn(address, ".@"));
    if (strcmp(name, "scenario") == 0)
        return g_str_has_suffix(address, ".duration") || g_str_has_suffix(address, ".warm-up");
    return g_hash_table_contains(names, name);
}

static void add_settings(Results *results, const Scenario *scenario)
{
    g_autoptr(GHashTable) names = workload_names(scenario->world);
    for (guint i = 0; i < scenario->n_settings; i++) {
        const Setting *setting = &scenario->setting[i];
        results_add_setting(results, setting->address, setting->value, is_workload(names, setting->address));
        ResultSetting *added = g_ptr_array_index(results->settings, results->settings->len - 1);
        added->written = !setting->is_default;
    }
}

static void add_writes(Results *results, WriteFates *fates)
{
    g_autoptr(GArray) lines = write_fates_close(fates);
    for (guint i = 0; i < lines->len && results->replications > 0; i++)
        results_add_write(results, &g_array_index(lines, WriteLine, i));
}

static guint64 count_requests(const Study *study)
{
    Figure figure;
    Selector all = {0};
    guint64 n = 0;
    if (study_figure(study, "requests.issued", "", &all, &figure))
        n = (guint64)(figure.value * study_replications(study) + 0.5);
    figure_clear(&figure);
    return n;
}

Results *run_scenario(const Scenario *scenario, Library *library, const char *file, const char *const *sets,
                      const RunOptions *options)
{
    guint n = options->replications;
    Work work = {
        .world = scenario->world,
        .options = options,
        .sheet = g_new0(Sheet *, n),
        .digest = g_new0(uint64_t, n),
        .n_events = g_new0(guint64, n),
        .checkpoints = open_checkpoints(options),
        .fates = write_fates_new(),
    };
    g_autoptr(Study) study = study_new();
    Results *results = results_new();
    g_mutex_init(&work.lock);
    describe_run(results, scenario, library, file, sets, options);
    add_settings(results, scenario);
    run_all(&work);
    results->replications = collect(&work, study, results);
    results->interrupted = results->replications < n;
    close_checkpoints(&work, results, library);
    add_writes(results, work.fates);
    if (results->replications > 0) {
        results->n_requests = count_requests(study);
        figures_add_all(results, study);
        figures_add_objectives(results, study, scenario);
        results_sort(results);
        figures_add_curves(results, study, scenario->world);
        figures_add_lines(results, scenario->world);
        figures_add_notes(results, scenario);
    }
    g_mutex_clear(&work.lock);
    if (options->overrun)
        *options->overrun = work.overrun;
    else
        g_free(work.overrun);
    g_free(work.sheet);
    g_free(work.digest);
    g_free(work.n_events);
    return results;
}
