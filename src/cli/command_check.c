#include "cli/options.h"
#include "cli/session.h"

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
            terminal_print(&session.look, "%s: ok\n", file);
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
