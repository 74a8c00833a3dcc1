#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/session.h"
#include <string.h>

static void print_results(const Session *session, const Results *results)
{
    const char *format = session->line->format;
    if (strcmp(format, "json") == 0)
        report_json(stdout, results);
    else if (strcmp(format, "csv") == 0)
        report_csv(stdout, results);
    else
        report_text(stdout, results, &session->look);
}

static Status simulate(Session *session, const char *file, const Scenario *scenario)
{
    Progress progress;
    progress_begin(&progress, session->line, session->line->replications);
    g_autoptr(Results) results = session_run(session, scenario, file, &progress);
    progress_end(&progress);
    if (session->overrun)
        return session_overrun(session);
    if (!results) {
        terminal_complain("interrupted before the first replication had finished: there are no figures");
        return interrupt_status(STATUS_BUG);
    }
    if (results->interrupted)
        terminal_complain("interrupted: %u of %u replications had finished; the figures are exactly those of -r %u",
                          results->replications, session->line->replications, results->replications);
    Status recorded = session_record(session, results);
    print_results(session, results);
    Status drawn = session_draw(session, (const Results *const[]){results}, 1), logged = session_log(session);
    Status status = status_worse(status_worse(recorded, drawn), status_worse(logged, status_of_objectives(results)));
    return interrupt_status(status);
}

static Status several_files(const CommandLine *line)
{
    const char *first = line->operands->pdata[0];
    const char *near = line->named ? NULL : nearest_word(first, command_names());
    if (near && !g_file_test(first, G_FILE_TEST_EXISTS))
        return command_misuse(line->command, "there is no command '%s'; did you mean '%s'?", first, near);
    return command_misuse(line->command, "it runs one FILE; several are for: mrsim compare A B");
}

static Status run(const CommandLine *line)
{
    g_auto(Session) session = {0};
    g_autoptr(Scenario) scenario = NULL;
    const char *file = line->operands->pdata[0];

    if (line->operands->len > 2)
        return several_files(line);
    Status status = session_open(&session, line);
    if (status == STATUS_DONE)
        status = session_load(&session, file, (const char *const *)line->sets->pdata, NULL, &scenario);
    if (status == STATUS_DONE)
        status = session_foresee(&session, &scenario, 1, line->replications);
    if (status == STATUS_DONE)
        status = session_prepare(&session);
    if (status == STATUS_DONE)
        status = simulate(&session, file, scenario);
    return status;
}

const Command command_run = {
    .name = "run",
    .operands = "FILE",
    .completes = "scenario",
    .summary = "simulate a scenario, print the summary, record the run",
    .details = "FILE is a scenario file, or the bare name of a shipped scenario (mrsim list).  The word run may be "
               "left out.  The exit status says whether the objectives are met.",
    .options = OPTIONS_ALWAYS | OPTIONS_SIMULATING | OPTION_BIT(DIGEST_LOG),
    .formats = (const char *const[]){"text", "json", "csv", NULL},
    .fewest = 1,
    .most = G_MAXUINT,
    .run = run,
};
