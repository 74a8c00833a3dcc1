#include "run/figures.h"
#include "model/fault.h"
#include <math.h>
#include <string.h>

/* ---- figures ---- */

static void add_figure(Results *results, const Study *study, const Metric *metric, const char *statistic,
                       const char *labels)
{
    Selector selector;
    Figure figure;
    if (!selector_parse(&selector, labels))
        return;
    if (study_figure(study, metric->name, statistic, &selector, &figure)) {
        const char *unit = strcmp(statistic, "count") == 0 ? "count" : metric->unit;
        ResultFigure *result = results_add_figure(results, metric->name, statistic, labels, unit);
        result->smaller_is_better = metric->smaller_is_better;
        result->value = figure.value;
        result->ci_low = figure.interval.low;
        result->ci_high = figure.interval.high;
        result->n_samples = figure.n_samples;
        result->n_left_out = figure.n_left_out;
        result->left_out = g_steal_pointer(&figure.left_out);
    }
    figure_clear(&figure);
}

static void add_statistics(Results *results, const Study *study, const Metric *metric, const char *labels)
{
    const char *const *statistics = metric_statistics(metric->kind);
    bool bare = !metric_needs_statistic(metric); /* what is once per fault: the bare name is its mean */
    if (bare)
        add_figure(results, study, metric, "", labels);
    for (guint i = 0; statistics[i]; i++)
        if (!bare || strcmp(statistics[i], "mean") != 0)
            add_figure(results, study, metric, statistics[i], labels);
}

static void add_each(Results *results, const Study *study, const Metric *metric, const char *label)
{
    Selector all = {0};
    g_auto(GStrv) values = study_label_values(study, metric->name, &all, label);
    for (guint i = 0; values[i]; i++) {
        g_autofree char *labels = g_strdup_printf("%s=%s", label, values[i]);
        add_statistics(results, study, metric, labels);
    }
}

static void add_pairs(Results *results, const Study *study, const Metric *metric, const char *one, const char *other)
{
    Selector all = {0};
    g_auto(GStrv) a = study_label_values(study, metric->name, &all, one);
    g_auto(GStrv) b = study_label_values(study, metric->name, &all, other);
    for (guint i = 0; a[i]; i++)
        for (guint j = 0; b[j]; j++) {
            g_autofree char *labels = g_strdup_printf("%s=%s,%s=%s", one, a[i], other, b[j]);
            add_statistics(results, study, metric, labels);
        }
}

static void add_cells(Results *results, const Study *study, const Metric *metric)
{
    for (guint i = 0; i < study_cells(study); i++) {
        const char *name, *labels;
        study_cell(study, i, NULL, &name, &labels);
        if (strcmp(name, metric->name) == 0 && strchr(labels, ','))
            add_statistics(results, study, metric, labels);
    }
}

static bool has_label(const Metric *metric, const char *label)
{
    g_auto(GStrv) labels = g_strsplit(metric->labels, " ", -1);
    return g_strv_contains((const char *const *)labels, label);
}

void figures_add_all(Results *results, const Study *study)
{
    for (const Metric *metric = metrics; metric->name; metric++) {
        if (metric->kind == CELL_SERIES)
            continue;
        if (has_label(metric, "phase")) { /* a mean over different phases would mean nothing */
            add_each(results, study, metric, "phase");
            add_cells(results, study, metric);
            continue;
        }
        if (has_label(metric, "promise")) { /* nor over different promises */
            add_each(results, study, metric, "promise");
            add_pairs(results, study, metric, "clients", "promise");
            add_pairs(results, study, metric, "database", "promise");
            add_pairs(results, study, metric, "promise", "region");
            continue;
        }
        add_statistics(results, study, metric, "");
        g_auto(GStrv) labels = g_strsplit(metric->labels, " ", -1);
        for (guint i = 0; labels[i]; i++)
            if (*labels[i])
                add_each(results, study, metric, labels[i]);
        if (has_label(metric, "clients") && has_label(metric, "op"))
            add_pairs(results, study, metric, "clients", "op");
        if (has_label(metric, "clients") && has_label(metric, "region"))
            add_pairs(results, study, metric, "clients", "region");
        if (has_label(metric, "region") && has_label(metric, "service"))
            add_pairs(results, study, metric, "region", "service");
        if ((has_label(metric, "from") && has_label(metric, "to")) || has_label(metric, "awaits") ||
            (has_label(metric, "clients") && has_label(metric, "fault")))
            add_cells(results, study, metric);
    }
}

/* ---- objectives ---- */

static void add_objective(Results *results, const Study *study, const Objective *objective, const Selector *selector)
{
    Figure figure;
    g_autofree char *labels = selector_text(selector), *name = NULL;
    const Metric *metric = objective->metric;
    name =
        *objective->statistic ? g_strdup_printf("%s.%s", metric->name, objective->statistic) : g_strdup(metric->name);
    ResultObjective *result = results_add_objective(results, name, labels, metric->unit);
    study_figure(study, metric->name, objective->statistic, selector, &figure);
    result->text = *labels ? g_strdup_printf("%s{%s}", name, labels) : g_strdup(name);
    result->at_least = objective->at_least;
    result->target = objective->target;
    result->target_text = g_strdup(objective->target_text);
    result->value = figure.n_samples > 0 ? figure.value : NAN;
    result->ci_low = figure.interval.low;
    result->ci_high = figure.interval.high;
    result->verdict = verdict_of(result->value, result->ci_low, result->ci_high, result->at_least, result->target);
    figure_clear(&figure);
}

void figures_add_objectives(Results *results, const Study *study, const Scenario *scenario)
{
    for (guint i = 0; i < scenario->n_objectives; i++) {
        const Objective *objective = &scenario->objective[i];
        if (!objective->each) {
            add_objective(results, study, objective, &objective->selector);
            continue;
        }
        g_auto(GStrv) values =
            study_label_values(study, objective->metric->name, &objective->selector, objective->each);
        for (guint j = 0; values[j]; j++) {
            Selector selector = objective->selector;
            selector_set(&selector, objective->each, values[j]);
            add_objective(results, study, objective, &selector);
        }
        if (!values[0])
            add_objective(results, study, objective, &objective->selector);
    }
}

/* ---- curves: the data of the pictures ---- */

enum { CURVE_POINTS = 121, STALENESS_POINTS = 50 };

/* Evenly spaced in log10 1/(1 - p): 0 to 99.99 % of the requests. */
static void add_percentiles(Results *results, const Study *study, const char *labels)
{
    static const char *const columns[] = {"p", "latency_s", NULL};
    static const double nines[] = {0.5,   0.6,    0.7,   0.75,   0.8,    0.85,   0.9,    0.92,   0.94,   0.95,
                                   0.96,  0.97,   0.98,  0.985,  0.99,   0.992,  0.994,  0.995,  0.996,  0.997,
                                   0.998, 0.9985, 0.999, 0.9992, 0.9994, 0.9995, 0.9996, 0.9997, 0.9998, 0.9999};
    double p[CURVE_POINTS], seconds[CURVE_POINTS];
    guint n = 0;
    Selector selector;
    selector_parse(&selector, labels);
    for (guint i = 0; i < 50; i++)
        p[n++] = i / 100.0 + 0.0001;
    for (guint i = 0; i < G_N_ELEMENTS(nines); i++)
        p[n++] = nines[i];
    if (!study_curve(study, "latency", &selector, p, seconds, n))
        return;
    ResultCurve *curve = results_add_curve(results, "latency.percentiles", labels, columns, n);
    for (guint i = 0; i < n; i++) {
        curve->cell[2 * i] = p[i];
        curve->cell[2 * i + 1] = seconds[i];
    }
}

/* Of all reads, those that saw nothing older than s: the fresh ones, and so many of the stale. */
static void add_staleness(Results *results, const Study *study, const char *labels)
{
    static const char *const columns[] = {"s", "share", NULL};
    double p[STALENESS_POINTS], seconds[STALENESS_POINTS];
    Selector selector;
    const ResultFigure *stale = results_figure(results, "reads.stale", "", labels);
    selector_parse(&selector, labels);
    for (guint i = 0; i < STALENESS_POINTS; i++)
        p[i] = i + 1 < STALENESS_POINTS ? (i + 1.0) / STALENESS_POINTS : 0.9999;
    if (!stale || !study_curve(study, "reads.staleness", &selector, p, seconds, STALENESS_POINTS))
        return;
    ResultCurve *curve = results_add_curve(results, "reads.staleness", labels, columns, STALENESS_POINTS + 1);
    curve->cell[0] = 0;
    curve->cell[1] = 1 - stale->value;
    for (guint i = 1; i <= STALENESS_POINTS; i++) {
        curve->cell[2 * i] = seconds[i - 1];
        curve->cell[2 * i + 1] = 1 - stale->value * (1 - p[i - 1]);
    }
}

static void add_staleness_of_each(Results *results, const Study *study, const World *world, const char *clients)
{
    g_autofree char *labels = g_strdup_printf("clients=%s", clients);
    add_staleness(results, study, labels);
    for (guint i = 0; i < world->n_running; i++) {
        g_autofree char *both = g_strdup_printf("clients=%s,region=%s", clients, world->region[i].name);
        add_staleness(results, study, both);
    }
}

typedef enum { SHOW_COUNTS, SHOW_MEAN_AND_MOST } Shown;

static void add_series(Results *results, const Study *study, const char *metric, const char *name, const char *labels,
                       const char *const *columns, Shown shown)
{
    Series series;
    Selector selector;
    if (!selector_parse(&selector, labels) || !study_series(study, metric, &selector, &series))
        return;
    ResultCurve *curve = results_add_curve(results, name, labels, columns, series.n_windows);
    for (guint i = 0; i < series.n_windows; i++) {
        double *row = &curve->cell[3 * i], part = series.window[i].part, whole = series.window[i].whole;
        row[0] = (double)i * (double)series.width_ns * 1e-9;
        row[1] = shown == SHOW_COUNTS ? part : whole > 0 ? part / whole : NAN;
        row[2] = shown == SHOW_COUNTS ? whole : whole > 0 ? series.window[i].most : NAN;
    }
    series_clear(&series);
}

static void add_series_of_each_cell(Results *results, const Study *study, const char *metric, const char *name,
                                    const char *const *columns, Shown shown)
{
    for (guint i = 0; i < study_cells(study); i++) {
        const char *cell, *labels;
        study_cell(study, i, NULL, &cell, &labels);
        if (strcmp(cell, metric) == 0)
            add_series(results, study, metric, name, labels, columns, shown);
    }
}

static double figure_of(const Results *results, const char *metric, const char *statistic, const char *labels)
{
    const ResultFigure *figure = results_figure(results, metric, statistic, labels);
    return figure ? figure->value : NAN;
}

static double phase_of(const Results *results, const char *fault, const char *phase)
{
    g_autofree char *labels = g_strdup_printf("fault=%s,phase=%s", fault, phase);
    return figure_of(results, "recovery.time", "", labels);
}

static void add_fault(Results *results, const Thing *fault)
{
    static const char *const times[] = {"start_s", "end_s", NULL};
    static const char *const phases[] = {"detected_s", "routed_half_s", "back_s", "promoted_s", "found_s", NULL};
    g_autofree char *labels = g_strdup_printf("fault=%s", fault->name);
    ResultCurve *when = results_add_curve(results, "faults", labels, times, 1);
    when->cell[0] = fault_repeats(fault) ? NAN : simtime_seconds(fault_begins(fault));
    when->cell[1] = fault_repeats(fault) ? NAN : simtime_seconds(fault_ends(fault));
    ResultCurve *how = results_add_curve(results, "phases", labels, phases, 1);
    double detect = phase_of(results, fault->name, "detect"), decide = phase_of(results, fault->name, "decide");
    how->cell[0] = detect + decide > 0 ? detect + decide : figure_of(results, "detection.time", "", labels);
    how->cell[1] = figure_of(results, "failover.half", "", labels);
    how->cell[2] = figure_of(results, "failover.time", "", labels);
    how->cell[3] = detect + decide + phase_of(results, fault->name, "promote");
    how->cell[4] = detect;
    for (guint i = 0; phases[i]; i++)
        if (!isfinite(how->cell[i]))
            how->cell[i] = NAN;
}

void figures_add_curves(Results *results, const Study *study, const World *world)
{
    static const char *const answered[] = {"t_s", "answered", "ended", NULL},
                             *const lag[] = {"t_s", "mean_s", "max_s", NULL},
                             *const stale[] = {"t_s", "stale", "reads", NULL};
    add_percentiles(results, study, "");
    add_staleness(results, study, "");
    add_series(results, study, "timeline", "timeline", "", answered, SHOW_COUNTS);
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (strcmp(thing->component->kind, "clients") == 0) {
            g_autofree char *labels = g_strdup_printf("clients=%s", thing->name);
            add_percentiles(results, study, labels);
            add_staleness_of_each(results, study, world, thing->name);
            add_series(results, study, "timeline", "timeline", labels, answered, SHOW_COUNTS);
        } else if (strcmp(thing->component->kind, "fault") == 0) {
            add_fault(results, thing);
        }
    }
    add_series_of_each_cell(results, study, "lag.timeline", "replication.lag", lag, SHOW_MEAN_AND_MOST);
    add_series_of_each_cell(results, study, "stale.timeline", "reads.stale", stale, SHOW_COUNTS);
}
