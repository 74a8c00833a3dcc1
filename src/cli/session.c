#include "cli/session.h"
#include "cli/interrupt.h"
#include "run/estimate.h"
#include "run/machine.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* ---- opening ---- */

Status session_open(Session *session, const CommandLine *line)
{
    *session = (Session){
        .line = line, .look = terminal_look(line), .library = library_on_disk(), .picture_folder = line->output};
    const char *models = library_models(session->library);
    if (!models) {
        terminal_complain("the tables of measured distances and of access lines were not found: MRSIM_DATA_DIR names "
                          "the folder that holds models/");
        return STATUS_FILES;
    }
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    session->atlas = atlas_load(models, diagnostics);
    if (session->atlas)
        return STATUS_DONE;
    diagnostics_print(diagnostics, stderr, terminal_errors_in_colour(line));
    terminal_complain("the tables of measured distances in %s cannot be used", models);
    return STATUS_FILES;
}

void session_close(Session *session)
{
    g_clear_pointer(&session->digest_log, digest_log_free);
    g_clear_pointer(&session->overrun, g_free);
    g_clear_pointer(&session->store, store_close);
    g_clear_pointer(&session->atlas, atlas_free);
    g_clear_pointer(&session->library, library_free);
}

/* A word that names no file may have been meant as a command. */
static void hint_at_command(const CommandLine *line, const char *file)
{
    if (line->named || g_file_test(file, G_FILE_TEST_EXISTS))
        return;
    const char *near = nearest_word(file, command_names());
    if (near)
        fprintf(stderr, "If a command was meant: mrsim %s\n", near);
}

Status session_load(Session *session, const char *file, const char *const *sets, Library *library, Scenario **scenario)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(GError) error = NULL;

    *scenario =
        scenario_load(file, sets, &registry, session->atlas, library ? library : session->library, diagnostics, &error);
    if (error) {
        terminal_complain("%s", error->message);
        hint_at_command(session->line, file);
        return STATUS_FILES;
    }
    if (!*scenario || !session->line->quiet)
        diagnostics_print(diagnostics, stderr, terminal_errors_in_colour(session->line));
    return *scenario ? STATUS_DONE : STATUS_REJECTED;
}

/* ---- before simulating ---- */

static Status open_store(Session *session)
{
    const char *named = session->line->database ? session->line->database : g_getenv("MRSIM_DB");
    g_autofree char *path = session->line->database ? g_strdup(session->line->database) : store_default_path();
    g_autoptr(GError) error = NULL;

    session->store = path ? store_open(path, false, &error) : NULL;
    if (session->store)
        return STATUS_DONE;
    const char *why = error ? error->message : "there is no folder for it";
    if (named && *named) {
        terminal_complain("%s; nothing was simulated", why);
        return STATUS_FILES;
    }
    terminal_note(session->line, "this run will not be recorded: %s", why);
    return STATUS_DONE;
}

Status session_prepare(Session *session)
{
    const char *folder = session->picture_folder;
    if (folder && (g_mkdir_with_parents(folder, 0777) != 0 || g_access(folder, W_OK) != 0)) {
        terminal_complain("cannot write into the folder %s: %s; nothing was simulated", folder, g_strerror(errno));
        return STATUS_FILES;
    }
    g_autoptr(GError) error = NULL;
    if (session->line->digest_log && !digest_log_check(session->line->digest_log, &error)) {
        terminal_complain("%s; nothing was simulated", error->message);
        return STATUS_FILES;
    }
    return open_store(session);
}

/* ---- what it will take ---- */

Status session_foresee(const Session *session, Scenario *const *scenarios, guint n, guint replications)
{
    guint threads = machine_threads(session->line->jobs, replications);
    double available = machine_memory();
    Estimate all = {0};

    for (guint i = 0; i < n; i++) {
        Estimate estimate = estimate_world(scenarios[i]->world);
        g_autofree char *refusal = estimate_refusal(&estimate, replications, threads, available);
        if (refusal) {
            terminal_complain("%s: %s", scenarios[i]->world->name, refusal);
            return STATUS_REJECTED;
        }
        all.requests += estimate.requests;
        all.events += estimate.events;
        all.duration_s = MAX(all.duration_s, estimate.duration_s);
    }
    g_autofree char *warning = estimate_warning(&all, replications, threads);
    if (warning)
        terminal_note(session->line, "%s", warning);
    return STATUS_DONE;
}

/* A tenth is left to others. */
gsize session_memory(const Session *session, const Scenario *scenario, guint replications)
{
    guint threads = machine_threads(session->line->jobs, replications);
    double available = 0.9 * machine_memory() / threads;
    Estimate estimate = estimate_world(scenario->world);
    return available < (double)G_MAXSIZE / 2 ? (gsize)MAX(available, estimate.bytes) : 0;
}

Status session_overrun(const Session *session)
{
    if (!session->overrun)
        return STATUS_DONE;
    terminal_complain("%s; the run was given up, and there are no figures", session->overrun);
    fputs("More: mrsim explain overloaded\n", stderr);
    return STATUS_REJECTED;
}

/* ---- simulating, and after ---- */

Results *session_run(Session *session, const Scenario *scenario, const char *file, Progress *progress)
{
    const CommandLine *line = session->line;
    g_clear_pointer(&session->overrun, g_free);
    g_clear_pointer(&session->digest_log, digest_log_free);
    session->digest_log = line->digest_log ? digest_log_new() : NULL;
    RunOptions run_options = {
        .seed = line->seed,
        .replications = line->replications,
        .jobs = line->jobs,
        .progress = progress_tell,
        .whose = progress,
        .stop = interrupt_watch(),
        .digest_log = session->digest_log,
        .most_bytes = session_memory(session, scenario, line->replications),
        .overrun = &session->overrun,
    };
    Results *results =
        run_scenario(scenario, session->library, file, (const char *const *)line->sets->pdata, &run_options);
    if (results->replications == 0 || session->overrun)
        g_clear_pointer(&results, results_free);
    progress->before += line->replications;
    return results;
}

Status session_record(Session *session, const Results *results)
{
    const char *environment = g_getenv("MRSIM_DB");
    bool named = session->line->database || (environment && *environment);
    g_autoptr(GError) error = NULL;

    if (!session->store)
        return STATUS_DONE;
    gint64 id = store_record(session->store, results, session->line->typed, &error);
    if (id)
        return STATUS_DONE;
    if (named) {
        terminal_complain("the run was not recorded: %s", error->message);
        return STATUS_FILES;
    }
    terminal_note(session->line, "the run was not recorded: %s", error->message);
    return STATUS_DONE;
}

Status session_draw(Session *session, const Results *const *runs, guint n_runs)
{
    g_autoptr(GError) error = NULL;
    guint written = 0;

    if (!session->picture_folder || report_plots(runs, n_runs, session->picture_folder, NULL, &written, &error))
        return STATUS_DONE;
    if (g_error_matches(error, PLOT_ERROR, PLOT_ERROR_NO_GNUPLOT)) {
        terminal_note(session->line, "%s", error->message);
        return STATUS_DONE;
    }
    terminal_complain("%s", error->message);
    return STATUS_FILES;
}

Status session_log(Session *session)
{
    g_autoptr(GError) error = NULL;
    if (!session->digest_log || digest_log_write(session->digest_log, session->line->digest_log, &error))
        return STATUS_DONE;
    terminal_complain("%s", error->message);
    return STATUS_FILES;
}

/* ---- recorded runs ---- */

Store *session_recorded(const CommandLine *line)
{
    g_autofree char *path = line->database ? g_strdup(line->database) : store_default_path();
    g_autoptr(GError) error = NULL;
    Store *store = path ? store_open(path, true, &error) : NULL;
    if (!store)
        terminal_complain("%s", error ? error->message : "there is no database of recorded runs");
    return store;
}

Results *session_recall(Store *store, const char *run)
{
    g_autoptr(GError) error = NULL;
    gint64 id = store_find(store, run, &error);
    Results *results = id ? store_load(store, id, &error) : NULL;
    if (!results)
        terminal_complain("%s", error->message);
    return results;
}

/* ---- exit statuses ---- */

Status status_worse(Status status, Status other)
{
    static const Status from_worst[] = {STATUS_TERMINATED, STATUS_INTERRUPTED, STATUS_BUG,
                                        STATUS_MISUSE,     STATUS_FILES,       STATUS_REJECTED,
                                        STATUS_MISSED,     STATUS_NOT_SHOWN,   STATUS_DONE};
    for (gsize i = 0; i < G_N_ELEMENTS(from_worst); i++)
        if (from_worst[i] == status || from_worst[i] == other)
            return from_worst[i];
    return other;
}

Status status_of_objectives(const Results *results)
{
    if (results_count(results, VERDICT_MISSED) > 0)
        return STATUS_MISSED;
    return results_count(results, VERDICT_NOT_SHOWN) > 0 ? STATUS_NOT_SHOWN : STATUS_DONE;
}
