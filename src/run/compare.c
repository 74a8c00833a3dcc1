/* Compare: paired differences.
 *
 * Replication i of every design meets the same users, so a figure's difference is jackknifed from the differences of
 * the leave-one-out values: what is common to both designs cancels, and the interval is far narrower than that of
 * either figure. */
#include "model/metrics.h"
#include "run/run.h"
#include "stats/interval.h"
#include <math.h>
#include <string.h>

enum { COMPARE_ERROR_WORKLOAD, COMPARE_ERROR_RUNS };
static GQuark compare_error(void)
{
    return g_quark_from_static_string("mrsim-compare-error");
}

/* ---- settings ---- */

static const ResultSetting *setting_of(const Results *results, const char *address)
{
    for (guint i = 0; i < results->settings->len; i++) {
        const ResultSetting *setting = results->settings->pdata[i];
        if (strcmp(setting->address, address) == 0)
            return setting;
    }
    return NULL;
}

/* The addresses of all runs, each once, in the order of the files: one that only a later run has stands behind its
 * neighbour. */
static GPtrArray *all_addresses(Results *const *runs, guint n)
{
    GPtrArray *addresses = g_ptr_array_new();
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal); /* asked, never iterated */
    for (guint run = 0; run < n; run++) {
        guint at = 0;
        for (guint i = 0; i < runs[run]->settings->len; i++) {
            const ResultSetting *setting = runs[run]->settings->pdata[i];
            if (g_hash_table_contains(known, setting->address)) {
                g_ptr_array_find_with_equal_func(addresses, setting->address, g_str_equal, &at);
                at++;
                continue;
            }
            g_hash_table_add(known, setting->address);
            g_ptr_array_insert(addresses, (int)at++, setting->address);
        }
    }
    return addresses;
}

static bool differs(Results *const *runs, guint n, const char *address, bool *workload)
{
    const ResultSetting *first = setting_of(runs[0], address);
    bool different = false;
    *workload = first && first->workload;
    for (guint run = 1; run < n; run++) {
        const ResultSetting *other = setting_of(runs[run], address);
        *workload = *workload || (other && other->workload);
        different = different || !first != !other || (first && strcmp(first->value, other->value) != 0);
    }
    return different;
}

/* [kind name] of an address: all before the dot that ends the name. */
static char *owner_of(const char *address)
{
    return g_strndup(address, strcspn(address, ".@"));
}

/* A thing made of another component has other keys altogether: that `use` differs says it all, but for what is written.
 */
static bool follows_from_use(Results *const *runs, guint n, const char *address)
{
    g_autofree char *owner = owner_of(address), *use = g_strdup_printf("%s.use", owner);
    bool workload, everywhere = true, written = false;
    for (guint run = 0; run < n; run++) {
        const ResultSetting *setting = setting_of(runs[run], address);
        everywhere = everywhere && setting;
        written = written || (setting && setting->written);
    }
    return !everywhere && !written && differs(runs, n, use, &workload);
}

static void add_differing(Comparison *comparison, Results *const *runs, guint n, const char *address)
{
    char **row = g_new0(char *, n + 2);
    row[0] = g_strdup(address);
    for (guint run = 0; run < n; run++) {
        const ResultSetting *setting = setting_of(runs[run], address);
        row[run + 1] = g_strdup(setting ? setting->value : "-");
    }
    g_ptr_array_add(comparison->differing, row);
}

/* Fills `differing` and names, in `refused`, the settings by which the runs are not comparable. */
static void compare_settings(Comparison *comparison, Results *const *runs, guint n, GString *refused)
{
    g_autoptr(GPtrArray) addresses = all_addresses(runs, n);
    for (guint i = 0; i < addresses->len; i++) {
        const char *address = addresses->pdata[i];
        bool workload = false;
        bool is_title = strcmp(address, "scenario.title") == 0; /* the head of the screen shows it */
        if (is_title || !differs(runs, n, address, &workload) || follows_from_use(runs, n, address))
            continue;
        add_differing(comparison, runs, n, address);
        if (workload)
            g_string_append_printf(refused, "%s%s", refused->len ? ", " : "", address);
    }
}

/* ---- figures ---- */

static bool listed(const Comparison *comparison, const char *metric, const char *statistic, const char *labels)
{
    for (guint i = 0; i < comparison->figures->len; i++) {
        const ComparedFigure *figure = comparison->figures->pdata[i];
        if (strcmp(figure->metric, metric) == 0 && strcmp(figure->statistic, statistic) == 0 &&
            strcmp(figure->labels, labels) == 0)
            return true;
    }
    return false;
}

/* first - other, with the interval of the paired difference: none where replications cannot be paired. */
static void subtract(ComparedFigure *compared, guint at, const ResultFigure *first, const ResultFigure *other)
{
    compared->difference[at] = compared->low[at] = compared->high[at] = NAN;
    if (!first || !other || !isfinite(first->value) || !isfinite(other->value))
        return;
    compared->difference[at] = first->value - other->value;
    guint n = first->n_left_out;
    if (n < 2 || n != other->n_left_out)
        return;
    g_autofree double *left_out = g_new(double, n);
    for (guint i = 0; i < n; i++)
        left_out[i] = first->left_out[i] - other->left_out[i];
    Interval interval = interval_jackknife(compared->difference[at], left_out, n, 0.95);
    compared->low[at] = interval.low;
    compared->high[at] = interval.high;
}

/* A row, where at least one run has the figure and it is not there yet.  `label` as shown. */
static void add_figure(Comparison *comparison, Results *const *runs, guint n, const char *label, const char *metric,
                       const char *statistic, const char *labels)
{
    g_autofree const ResultFigure **figures = g_new0(const ResultFigure *, n);
    const ResultFigure *any = NULL;
    for (guint run = 0; run < n; run++) {
        figures[run] = results_figure(runs[run], metric, statistic, labels);
        any = any ? any : figures[run];
    }
    if (!any || listed(comparison, metric, statistic, labels))
        return;
    ComparedFigure *compared = g_new0(ComparedFigure, 1);
    *compared = (ComparedFigure){
        .label = g_strdup(label),
        .metric = g_strdup(metric),
        .statistic = g_strdup(statistic),
        .labels = g_strdup(labels),
        .unit = g_strdup(any->unit),
        .smaller_is_better = any->smaller_is_better,
        .n = n,
        .value = g_new(double, n),
        .difference = g_new(double, n - 1),
        .low = g_new(double, n - 1),
        .high = g_new(double, n - 1),
    };
    for (guint run = 0; run < n; run++)
        compared->value[run] = figures[run] ? figures[run]->value : NAN;
    for (guint run = 1; run < n; run++)
        subtract(compared, run - 1, figures[0], figures[run]);
    g_ptr_array_add(comparison->figures, compared);
}

/* Which values the single label `key` has among the figures of a metric, in order, over all runs. */
static GPtrArray *label_values(Results *const *runs, guint n, const char *metric, const char *key)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *prefix = g_strdup_printf("%s=", key);
    for (guint run = 0; run < n; run++) {
        for (guint i = 0; i < runs[run]->figures->len; i++) {
            const ResultFigure *figure = runs[run]->figures->pdata[i];
            const char *value = figure->labels + strlen(prefix);
            if (strcmp(figure->metric, metric) == 0 && g_str_has_prefix(figure->labels, prefix) &&
                !strchr(value, ',') && !g_ptr_array_find_with_equal_func(values, value, g_str_equal, NULL))
                g_ptr_array_add(values, g_strdup(value));
        }
    }
    return values;
}

static void add_per_clients(Comparison *comparison, Results *const *runs, guint n, const char *metric,
                            const char *statistic, bool writes_too)
{
    g_autoptr(GPtrArray) clients = label_values(runs, n, metric, "clients");
    for (guint i = 0; i < clients->len; i++) {
        const char *who = clients->pdata[i];
        g_autofree char *label = g_strdup_printf("  %s", who), *writes_label = g_strdup_printf("  %s writes", who);
        g_autofree char *labels = g_strdup_printf("clients=%s", who),
                        *writes = g_strdup_printf("clients=%s,op=write", who);
        add_figure(comparison, runs, n, label, metric, statistic, labels);
        if (writes_too)
            add_figure(comparison, runs, n, writes_label, metric, statistic, writes);
    }
}

static void add_usual_figures(Comparison *comparison, Results *const *runs, guint n)
{
    static const struct {
        const char *metric, *statistic;
        bool per_clients, writes;
    } usual[] = {
        {"latency", "p50", true, true},
        {"latency", "p99", true, true},
        {"availability", "", true, false},
        {"failover.time", "", false, false},
        {"replication.lag", "p99", false, false},
        {"reads.stale", "", false, false},
        {"writes.lost", "", false, false},
        {"writes.overwritten", "", false, false},
        {"attempts.per_request", "", false, false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        const char *dot = *usual[i].statistic ? "." : "";
        g_autofree char *label = g_strdup_printf("%s%s%s", usual[i].metric, dot, usual[i].statistic);
        add_figure(comparison, runs, n, label, usual[i].metric, usual[i].statistic, "");
        if (usual[i].per_clients)
            add_per_clients(comparison, runs, n, usual[i].metric, usual[i].statistic, usual[i].writes);
    }
}

/* What any of the designs has promised is compared for all of them. */
static void add_promised_figures(Comparison *comparison, Results *const *runs, guint n)
{
    for (guint run = 0; run < n; run++) {
        for (guint i = 0; i < runs[run]->objectives->len; i++) {
            const ResultObjective *objective = runs[run]->objectives->pdata[i];
            const char *statistic = "";
            const Metric *metric = metric_find(objective->name, &statistic);
            if (metric)
                add_figure(comparison, runs, n, objective->text, metric->name, statistic, objective->labels);
        }
    }
}

/* ---- all of it ---- */

static bool paired(Results *const *runs, guint n, GError **error)
{
    for (guint run = 1; run < n; run++) {
        if (runs[run]->seed == runs[0]->seed && runs[run]->replications == runs[0]->replications)
            continue;
        g_set_error(error, compare_error(), COMPARE_ERROR_RUNS,
                    "%s and %s cannot be paired: they have not the same seed and number of replications",
                    runs[0]->scenario, runs[run]->scenario);
        return false;
    }
    return true;
}

bool compare_runs(Results *const *runs, guint n, bool anyway, Comparison *comparison, GError **error)
{
    g_autoptr(GString) refused = g_string_new(NULL);

    if (!paired(runs, n, error))
        return false;
    compare_settings(comparison, runs, n, refused);
    if (refused->len && !anyway) {
        g_set_error(error, compare_error(), COMPARE_ERROR_WORKLOAD,
                    "these designs do not meet the same users and the same bad hour: they differ in %s", refused->str);
        return false;
    }
    for (guint run = 0; run < n; run++)
        g_ptr_array_add(comparison->runs, runs[run]);
    add_usual_figures(comparison, runs, n);
    add_promised_figures(comparison, runs, n);
    return true;
}
