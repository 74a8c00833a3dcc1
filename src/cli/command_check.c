#include "cli/options.h"
#include "cli/session.h"
#include "run/estimate.h"

/* With what a run of it would take, so that nobody finds that out by waiting. */
static void say_good(const Session *session, const char *file, const Scenario *scenario)
{
    Estimate estimate = estimate_world(scenario->world);
    g_autofree char *text = estimate_text(&estimate);
    terminal_print(&session->look, "%s: ok; %s\n", file, text);
}

static Status run(const CommandLine *line)
{
    g_auto(Session) session = {0};
    Status status = session_open(&session, line);
    if (status != STATUS_DONE)
        return status;
    for (guint i = 0; i < line->operands->len - 1; i++) {
        const char *file = line->operands->pdata[i];
        g_autoptr(Scenario) scenario = NULL;
        Status one = session_load(&session, file, (const char *const *)line->sets->pdata, NULL, &scenario);
        if (one == STATUS_DONE && !line->quiet)
            say_good(&session, file, scenario);
        status = status_worse(status, one);
    }
    return status;
}

const Command command_check = {
    .name = "check",
    .operands = "FILE...",
    .completes = "scenario",
    .summary = "find every mistake in scenario files, without simulating",
    .details = "Mistakes and warnings go to standard error in the form FILE:LINE:COLUMN: that editors jump to; files "
               "without mistakes are named on standard output.  For what a word in brackets means: mrsim explain WORD.",
    .options = OPTIONS_ALWAYS | OPTION_BIT(SET) | OPTION_BIT(QUIET),
    .fewest = 1,
    .most = G_MAXUINT,
    .run = run,
};
