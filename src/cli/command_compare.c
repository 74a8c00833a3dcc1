#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/session.h"
#include <string.h>

static void scenario_drop(gpointer scenario)
{
    if (scenario)
        scenario_free(scenario);
}

/* Every file is read before any is simulated. */
static Status load_all(Session *session, GPtrArray *scenarios)
{
    const CommandLine *line = session->line;
    Status status = STATUS_DONE;
    for (guint i = 0; i < line->operands->len - 1; i++) {
        Scenario *scenario = NULL;
        status = status_worse(status, session_load(session, line->operands->pdata[i],
                                                   (const char *const *)line->sets->pdata, NULL, &scenario));
        g_ptr_array_add(scenarios, scenario);
    }
    return status;
}

/* The same users for all.  An interrupted comparison compares nothing, but what has run is recorded. */
static Status run_all(Session *session, const GPtrArray *scenarios, GPtrArray *runs)
{
    const CommandLine *line = session->line;
    Progress progress;
    Status status = STATUS_DONE;

    progress_begin(&progress, line, line->replications * scenarios->len);
    for (guint i = 0; i < scenarios->len && interrupt_status(STATUS_DONE) == STATUS_DONE; i++) {
        Results *results = session_run(session, scenarios->pdata[i], line->operands->pdata[i], &progress);
        if (results)
            g_ptr_array_add(runs, results);
        if (session->overrun)
            break;
    }
    progress_end(&progress);
    if (session->overrun)
        return session_overrun(session);
    for (guint i = 0; i < runs->len; i++)
        status = status_worse(status, session_record(session, runs->pdata[i]));
    return status;
}

/* Some design but the first is clearly worse than the first, in some row. */
static bool any_worse(const Comparison *comparison)
{
    for (guint i = 0; i < comparison->figures->len; i++) {
        const ComparedFigure *figure = comparison->figures->pdata[i];
        for (guint other = 1; other < figure->n; other++)
            if (compared_better(figure, other) == BETTER_FIRST)
                return true;
    }
    return false;
}

static void print_comparison(const Session *session, const Comparison *comparison)
{
    const char *format = session->line->format;
    if (strcmp(format, "json") == 0)
        report_comparison_json(stdout, comparison);
    else if (strcmp(format, "csv") == 0)
        report_comparison_csv(stdout, comparison);
    else
        report_comparison_text(stdout, comparison, &session->look);
}

static Status refuse(const GError *error)
{
    terminal_complain("%s", error->message);
    fputs("To compare them all the same: --anyway\n", stderr);
    return STATUS_MISUSE;
}

/* Runs of no replications hold the settings: designs that are not comparable are refused before anything is simulated.
 */
static Status check_comparable(Session *session, const GPtrArray *scenarios)
{
    const CommandLine *line = session->line;
    const RunOptions nothing = {.seed = line->seed};
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)results_free);
    g_autoptr(Comparison) comparison = comparison_new();
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < scenarios->len; i++)
        g_ptr_array_add(runs, run_scenario(scenarios->pdata[i], session->library, line->operands->pdata[i],
                                           (const char *const *)line->sets->pdata, &nothing));
    bool comparable = compare_runs((Results *const *)runs->pdata, runs->len, line->anyway, comparison, &error);
    return comparable ? STATUS_DONE : refuse(error);
}

static Status compare(Session *session, const GPtrArray *runs)
{
    g_autoptr(Comparison) comparison = comparison_new();
    g_autoptr(GError) error = NULL;

    if (!compare_runs((Results *const *)runs->pdata, runs->len, session->line->anyway, comparison, &error))
        return refuse(error);
    print_comparison(session, comparison);
    Status status = session_draw(session, (const Results *const *)runs->pdata, runs->len);
    bool failed = session->line->fail_if_worse && any_worse(comparison);
    return failed ? status_worse(status, STATUS_MISSED) : status;
}

static Status run(const CommandLine *line)
{
    g_auto(Session) session = {0};
    g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(scenario_drop);
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)results_free);

    Status status = session_open(&session, line);
    if (status == STATUS_DONE)
        status = load_all(&session, scenarios);
    if (status == STATUS_DONE)
        status = check_comparable(&session, scenarios);
    if (status == STATUS_DONE)
        status = session_foresee(&session, (Scenario *const *)scenarios->pdata, scenarios->len, line->replications);
    if (status == STATUS_DONE)
        status = session_prepare(&session);
    if (status != STATUS_DONE)
        return status;
    status = run_all(&session, scenarios, runs);
    if (session.overrun)
        return status;
    if (interrupt_status(STATUS_DONE) != STATUS_DONE) {
        terminal_complain("interrupted: nothing is compared; %u of %u designs had begun and are recorded", runs->len,
                          scenarios->len);
        return interrupt_status(status);
    }
    return interrupt_status(status_worse(status, compare(&session, runs)));
}

const Command command_compare = {
    .name = "compare",
    .operands = "A B [C...]",
    .completes = "scenario",
    .summary = "send the same users through several designs and compare them",
    .details = "A, B and C are scenario files or the bare names of shipped ones.  Every design meets the same users, "
               "who do the same things; differences are paired, with 95 % confidence intervals.  Designs that differ "
               "in users, duration or faults are refused unless --anyway is given.  Objectives are not judged here; "
               "with --fail-if-worse the exit status is 1 when a later design is clearly worse than A in any row.",
    .options = OPTIONS_ALWAYS | OPTIONS_SIMULATING | OPTION_BIT(ANYWAY) | OPTION_BIT(FAIL_IF_WORSE),
    .formats = (const char *const[]){"text", "json", "csv", NULL},
    .fewest = 2,
    .most = 26,
    .run = run,
};
