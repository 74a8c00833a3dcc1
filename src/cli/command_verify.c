#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/session.h"
#include <string.h>

/* The files of the run as they were, whatever has become of those on the disk. */
static Library *stored_library(const Results *recorded)
{
    guint n = recorded->files->len;
    g_autofree const char **names = g_new(const char *, n + 1), **texts = g_new(const char *, n + 1);
    g_autofree gsize *lengths = g_new(gsize, n + 1);

    for (guint i = 0; i < n; i++) {
        const ResultFile *file = recorded->files->pdata[i];
        names[i] = file->name;
        texts[i] = file->text;
        lengths[i] = file->length;
    }
    return library_stored(names, texts, lengths, n);
}

static Results *repeat(Session *session, const Results *recorded, const Scenario *scenario, Library *library,
                       const char *const *sets)
{
    Progress progress;
    RunOptions run_options = {
        .seed = recorded->seed,
        .replications = recorded->replications,
        .jobs = session->line->jobs,
        .progress = progress_tell,
        .whose = &progress,
        .stop = interrupt_watch(),
        .most_bytes = session_memory(session, scenario, recorded->replications),
        .overrun = &session->overrun,
    };
    progress_begin(&progress, session->line, recorded->replications);
    Results *results = run_scenario(scenario, library, recorded->file, sets, &run_options);
    progress_end(&progress);
    return results;
}

static Status tell(const Session *session, const Results *recorded, const Results *repeated)
{
    bool equal = strcmp(recorded->digest, repeated->digest) == 0;
    const ReportLook *look = &session->look;
    terminal_print(look, "%s: %u replication%s, seed %" G_GUINT64_FORMAT ", repeated from the database\n",
                   recorded->scenario, recorded->replications, recorded->replications == 1 ? "" : "s", recorded->seed);
    terminal_print(look, "  recorded  %s  mrsim %s\n", recorded->digest, recorded->version);
    terminal_print(look, "  repeated  %s  mrsim %s\n", repeated->digest, repeated->version);
    if (equal)
        terminal_print(look, "equal: every event of every replication happened as recorded\n");
    else if (strcmp(recorded->version, repeated->version) != 0)
        terminal_print(look, "different: another version of mrsim may simulate another course of events\n");
    else
        terminal_print(
            look,
            "different: this is not the course of events that was recorded; were the tables in models/ changed?\n");
    return equal ? STATUS_DONE : STATUS_MISSED;
}

static Status verify(Session *session, const Results *recorded)
{
    g_autoptr(Library) library = stored_library(recorded);
    g_autoptr(Scenario) scenario = NULL;
    g_autofree const char **sets = g_new0(const char *, recorded->sets->len + 1);

    for (guint i = 0; i < recorded->sets->len; i++)
        sets[i] = recorded->sets->pdata[i];
    Status status = session_load(session, recorded->file, sets, library, &scenario);
    if (status != STATUS_DONE)
        return status;
    status = session_foresee(session, &scenario, 1, recorded->replications);
    if (status != STATUS_DONE)
        return status;
    g_autoptr(Results) repeated = repeat(session, recorded, scenario, library, sets);
    if (session->overrun)
        return session_overrun(session);
    if (interrupt_status(STATUS_DONE) != STATUS_DONE || !repeated) {
        terminal_complain("interrupted: nothing can be said");
        return interrupt_status(STATUS_BUG);
    }
    return tell(session, recorded, repeated);
}

static Status run(const CommandLine *line)
{
    g_auto(Session) session = {0};
    g_autoptr(Store) store = session_recorded(line);
    g_autoptr(Results) recorded = store ? session_recall(store, line->operands->pdata[0]) : NULL;

    if (!recorded)
        return STATUS_FILES;
    Status status = session_open(&session, line);
    return status == STATUS_DONE ? verify(&session, recorded) : status;
}

const Command command_verify = {
    .name = "verify",
    .operands = "RUN",
    .completes = "last last~1",
    .summary = "repeat a recorded run from the database alone and compare digests",
    .details = "RUN is the number of a recorded run, last, or last~1 for the one before it.  The texts, the seed and "
               "the settings are those stored with the run; the tables of measured distances are the installed ones.  "
               "The exit status is 0 when every event happened as recorded, 1 when not.",
    .options = OPTIONS_ALWAYS | OPTION_BIT(JOBS) | OPTION_BIT(DB) | OPTION_BIT(QUIET),
    .fewest = 1,
    .most = 1,
    .run = run,
};
