#include "cli/options.h"
#include "cli/session.h"

static const char *const pictures[] = {"latency", "failover", "lag", NULL};

/* Operands are runs and names of pictures, in any order. */
static bool recall_runs(const CommandLine *line, Store *store, GPtrArray *runs, GPtrArray *names)
{
    for (guint i = 0; i < line->operands->len - 1; i++) {
        const char *operand = line->operands->pdata[i];
        if (g_strv_contains(pictures, operand)) {
            g_ptr_array_add(names, (gpointer)operand);
            continue;
        }
        Results *results = session_recall(store, operand);
        if (!results)
            return false;
        g_ptr_array_add(runs, results);
    }
    g_ptr_array_add(names, NULL);
    return true;
}

static Status draw(const CommandLine *line, const GPtrArray *runs, const GPtrArray *names)
{
    const char *folder = line->output ? line->output : "mrsim-plots";
    const char *const *only = names->len > 1 ? (const char *const *)names->pdata : NULL;
    ReportLook look = terminal_look(line);
    g_autoptr(GError) error = NULL;
    guint written = 0;

    bool good = report_plots((const Results *const *)runs->pdata, runs->len, folder, only, &written, &error);
    if (written > 0 || good)
        terminal_print(&look, "%u picture%s in %s\n", written, written == 1 ? "" : "s", folder);
    if (good)
        return STATUS_DONE;
    terminal_complain("%s", error->message);
    return g_error_matches(error, PLOT_ERROR, PLOT_ERROR_UNKNOWN) ? STATUS_MISUSE : STATUS_FILES;
}

static Status run(const CommandLine *line)
{
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)results_free), names = g_ptr_array_new();
    g_autoptr(Store) store = session_recorded(line);

    if (!store || !recall_runs(line, store, runs, names))
        return STATUS_FILES;
    if (runs->len == 0)
        return command_misuse(line->command, "of which run?  A RUN is a number, last, or last~1");
    return draw(line, runs, names);
}

const Command command_plot = {
    .name = "plot",
    .operands = "RUN... [latency|failover|lag]...",
    .completes = "last last~1 latency failover lag",
    .summary = "draw pictures of recorded runs",
    .details = "RUN is the number of a recorded run, last, or last~1 for the one before it; several are drawn over "
               "each other.  Without the name of a picture, all that the runs have data for are drawn.  The folder is "
               "that of --output, else mrsim-plots; beside each SVG stand its data (TSV) and the gnuplot script.",
    .options = OPTIONS_ALWAYS | OPTION_BIT(OUTPUT) | OPTION_BIT(DB),
    .fewest = 1,
    .most = G_MAXUINT,
    .run = run,
};
