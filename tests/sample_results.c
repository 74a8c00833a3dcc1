#include "tests/sample_results.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *scenario, *title;
    double slower; /* factor on latency */
    double detected_s, half_s, back_s, promoted_s;
    double left; /* share answered during the outage */
    double stale, lost, overwritten, stranded;
} Design;

static const Design active_active = {
    .scenario = "us-eu-active-active",
    .title = "two regions, both serve and both accept writes",
    .slower = 1,
    .detected_s = 40.2,
    .half_s = 61,
    .back_s = 97.4,
    .promoted_s = NAN,
    .left = 0.45,
    .stale = 0.0038,
    .lost = 0,
    .overwritten = 31.25,
    .stranded = 183,
};
static const Design active_passive = {
    .scenario = "us-eu-active-passive",
    .title = "Virginia serves, Frankfurt stands by",
    .slower = 2.4,
    .detected_s = 40.2,
    .half_s = 131,
    .back_s = 171.5,
    .promoted_s = 120,
    .left = 0,
    .stale = 0.0005,
    .lost = 402,
    .overwritten = 0,
    .stranded = 0,
};

static ResultFigure *figure(Results *results, const char *metric, const char *statistic, const char *labels,
                            const char *unit, double value, double half, bool smaller_is_better)
{
    ResultFigure *added = results_add_figure(results, metric, statistic, labels, unit);
    added->value = value;
    added->ci_low = value - half;
    added->ci_high = value + half;
    added->smaller_is_better = smaller_is_better;
    added->n_samples = 1000;
    return added;
}

static void latency(Results *results, const char *labels, double factor)
{
    static const char *const statistics[] = {"p50", "p90", "p99", "p999"};
    static const double seconds[] = {0.02413, 0.0618, 0.1312, 3.0201};
    for (guint i = 0; i < G_N_ELEMENTS(statistics); i++)
        figure(results, "latency", statistics[i], labels, "s", seconds[i] * (i == 3 ? 1 : factor), 0.0004 * factor,
               true);
}

static void latencies(Results *results, const Design *design)
{
    static const char *const clients[] = {"north-america", "europe"}, *const operations[] = {"read", "write"};
    latency(results, "", design->slower);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *labels = g_strdup_printf("clients=%s", clients[i]);
        g_autofree char *operation = g_strdup_printf("op=%s", operations[i]);
        latency(results, labels, i ? design->slower : 0.98);
        latency(results, operation, 0.9 * design->slower + 0.3 * i);
        for (guint j = 0; j < 2; j++) {
            g_autofree char *both = g_strdup_printf("clients=%s,op=%s", clients[i], operations[j]);
            latency(results, both, (i ? design->slower : 0.98) + 0.25 * j);
        }
    }
}

static void lag(Results *results, const char *from, const char *to, double most)
{
    g_autofree char *labels = g_strdup_printf("database=carts,from=%s,to=%s", from, to);
    figure(results, "replication.lag", "p50", labels, "s", 0.41, 0.004, true);
    figure(results, "replication.lag", "p99", labels, "s", 0.942, 0.012, true);
    figure(results, "replication.lag", "max", labels, "s", most, NAN, true);
}

static void data_figures(Results *results, const Design *design)
{
    figure(results, "replication.lag", "p50", "database=carts", "s", 0.41, 0.004, true);
    lag(results, "us-east-1", "eu-central-1", 1.84);
    lag(results, "eu-central-1", "us-east-1", 611);
    figure(results, "reads.stale", "", "", "ratio", design->stale, design->stale / 50, true);
    figure(results, "writes.lost", "", "", "count", design->lost, design->lost / 20, true);
    figure(results, "writes.overwritten", "", "", "count", design->overwritten, design->overwritten / 20, true);
    figure(results, "writes.stranded", "", "", "count", design->stranded, design->stranded / 20, true);
}

/* What became of two writes of a database. */
void sample_add_writes(Results *results)
{
    static const WriteLine lines[] = {{.number = 38,
                                       .database = "carts",
                                       .region = "us-east-1",
                                       .item = 4294967295u,
                                       .acknowledged_ns = 1200123456789,
                                       .fate = "overwritten",
                                       .by = 45,
                                       .by_region = "eu-central-1"},
                                      {.number = 40,
                                       .database = "carts",
                                       .region = "us-east-1",
                                       .fate = "lost",
                                       .divergent = true,
                                       .waited = true,
                                       .by_region = ""}};
    figure(results, "writes.lost", "", "database=carts", "count", 3, 0.1, true);
    figure(results, "rpo.time", "", "database=carts", "s", 0.4, 0.1, true);
    figure(results, "reads.stale", "", "clients=europe,region=us-east-1", "ratio", 0.025, 0.001, true);
    figure(results, "reads.staleness", "p99", "clients=europe,region=us-east-1", "s", 0.9, 0.01, true);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        results_add_write(results, &lines[i]);
}

static void fault_figures(Results *results, const Design *design)
{
    const char *fault = "fault=virginia-lost";
    figure(results, "detection.time", "", fault, "s", design->detected_s, 0.6, true);
    figure(results, "failover.half", "", fault, "s", design->half_s, 1.2, true);
    figure(results, "failover.time", "", fault, "s", design->back_s, 2.25, true);
    figure(results, "availability", "", "", "ratio", 0.99 - design->lost / 1e4, 0.00041, false);
    figure(results, "downtime.user", "", "", "s", 36.2 + design->lost / 2, 1.5, true);
}

static void objective(Results *results, const char *name, const char *labels, const char *unit, bool at_least,
                      double target, const char *target_text, double value, double half)
{
    ResultObjective *added = results_add_objective(results, name, labels, unit);
    added->text = *labels ? g_strdup_printf("%s{%s}", name, labels) : g_strdup(name);
    added->at_least = at_least;
    added->target = target;
    added->target_text = g_strdup(target_text);
    added->value = value;
    added->ci_low = value - half;
    added->ci_high = value + half;
    added->verdict = verdict_of(value, added->ci_low, added->ci_high, at_least, target);
}

static void objectives(Results *results, const Design *design)
{
    objective(results, "latency.p99", "", "s", false, 0.4, "400ms", 0.1312 * design->slower, 0.002);
    objective(results, "latency.p99", "clients=europe", "s", false, 0.25, "250ms", 0.1312 * design->slower, 0.002);
    objective(results, "replication.lag.p99", "", "s", false, 3, "3s", 0.942, 0.012);
    objective(results, "failover.time", "", "s", false, 60, "60s", design->back_s, 2.25);
    objective(results, "availability", "", "ratio", true, 0.99, "99%", 0.99 - design->lost / 1e4, 0.00041);
    objective(results, "reads.stale", "op=browse", "ratio", false, 0.01, "1%", NAN, NAN);
}

static void percentile_curve(Results *results, const char *labels, double factor)
{
    static const char *const columns[] = {"p", "s", NULL};
    ResultCurve *curve = results_add_curve(results, "latency.percentiles", labels, columns, 100);
    for (guint i = 0; i < curve->n_rows; i++) {
        double nines = i * 0.05, p = 1 - pow(10, -nines);
        curve->cell[2 * i] = p;
        curve->cell[2 * i + 1] = p > 0.99 ? 3.02 : factor * (0.012 + 0.06 * nines + (p > 0.8 ? 0.03 : 0));
    }
}

static double answered_share(const Design *design, double since)
{
    if (since < 0 || since >= design->back_s + 2)
        return 1;
    double begin = isnan(design->promoted_s) ? design->detected_s : design->promoted_s;
    if (since < begin)
        return design->left;
    return design->left + (1 - design->left) * (1 - exp(-(since - begin) / (design->back_s - begin) * 3));
}

static void timeline(Results *results, const char *labels, const Design *design)
{
    static const char *const columns[] = {"t_s", "answered", "ended", NULL};
    ResultCurve *curve = results_add_curve(results, "timeline", labels, columns, 360);
    for (guint i = 0; i < curve->n_rows; i++) {
        double *cell = curve->cell + 3 * i;
        cell[0] = i * 10;
        cell[2] = 1000;
        cell[1] = floor(1000 * answered_share(design, cell[0] - 1200));
    }
}

static void lag_curve(Results *results, const char *labels, bool from_lost)
{
    static const char *const columns[] = {"t_s", "mean_s", "max_s", NULL};
    ResultCurve *curve = results_add_curve(results, "replication.lag", labels, columns, 360);
    for (guint i = 0; i < curve->n_rows; i++) {
        double *cell = curve->cell + 3 * i, since = i * 10 - 1200.0;
        bool lost = since >= 0 && since < 600;
        cell[0] = i * 10;
        cell[1] = lost && from_lost ? NAN : lost ? 0.4 + since / 2 : 0.4 + 0.02 * sin(i);
        cell[2] = lost && from_lost ? NAN : lost ? 0.9 + since : 0.9 + 0.1 * sin(3 * i);
    }
}

static void fault_curves(Results *results, const Design *design)
{
    static const char *const times[] = {"start_s", "end_s", NULL};
    static const char *const phases[] = {"detected_s", "routed_half_s", "back_s", "promoted_s", NULL};
    static const char *const stale[] = {"t_s", "stale", "reads", NULL};
    ResultCurve *fault = results_add_curve(results, "faults", "fault=virginia-lost", times, 1);
    fault->cell[0] = 1200;
    fault->cell[1] = 1800;
    ResultCurve *phase = results_add_curve(results, "phases", "fault=virginia-lost", phases, 1);
    const double seconds[] = {design->detected_s, design->half_s, design->back_s, design->promoted_s};
    memcpy(phase->cell, seconds, sizeof seconds);
    ResultCurve *reads = results_add_curve(results, "reads.stale", "", stale, 360);
    for (guint i = 0; i < reads->n_rows; i++) {
        double *cell = reads->cell + 3 * i, since = i * 10 - 1200.0;
        cell[0] = i * 10;
        cell[1] = since >= 0 && since < 640 ? 8000 * design->stale * since / 60 : 800 * design->stale;
        cell[2] = 800;
    }
}

static Results *sample(const Design *design)
{
    Results *results = results_new();
    results->version = g_strdup("0.1.0");
    results->scenario = g_strdup(design->scenario);
    results->file = g_strdup_printf("scenarios/%s.ini", design->scenario);
    results->title = g_strdup(design->title);
    results->seed = 1;
    results->replications = results->replications_asked = 30;
    results->duration_s = 3600;
    results->warm_up_s = 300;
    results->digest = g_strdup("00c0ffee00c0ffee");
    results->n_requests = 10800000;
    results->n_events = 97200000;
    results_add_line(results, "us-east-1", "N. Virginia   6 servers   busy 47 %%");
    results_add_line(results, "eu-central-1", "Frankfurt     4 servers   busy 44 %%");
    results_add_line(results, "between them", "88.6 ms round trip");
    results_add_line(results, "fault", "virginia-lost: us-east-1 lost at 00:20:00 for 10 min");
    latencies(results, design);
    data_figures(results, design);
    fault_figures(results, design);
    objectives(results, design);
    percentile_curve(results, "", design->slower);
    percentile_curve(results, "clients=europe", design->slower * 1.2);
    percentile_curve(results, "clients=north-america", design->slower * 0.9);
    timeline(results, "", design);
    timeline(results, "clients=europe", design);
    timeline(results, "clients=north-america", design);
    lag_curve(results, "database=carts,from=us-east-1,to=eu-central-1", true);
    lag_curve(results, "database=carts,from=eu-central-1,to=us-east-1", false);
    fault_curves(results, design);
    results_add_note(
        results,
        "Why missed: failover.time: detection took %.1f s, then answers cached by resolvers for up to 60 s "
        "kept users at us-east-1.",
        design->detected_s);
    results_add_file(results, "us-eu-single-region.ini", "[scenario]\ntitle = base\n", 24);
    results_add_set(results, "door.ttl=60s");
    results_add_setting(results, "carts.use", design->lost > 0 ? "aurora-global" : "dynamodb-global-table", false);
    results_add_setting(results, "scenario.duration", "1h", true);
    results_sort(results);
    return results;
}

Results *sample_results(void)
{
    return sample(&active_active);
}

Results *sample_rival(void)
{
    return sample(&active_passive);
}

Results *sample_small(void)
{
    Results *results = results_new();
    results->version = g_strdup("0.1.0");
    results->scenario = g_strdup("small");
    results->file = g_strdup("/somewhere/private/small.ini");
    results->title = g_strdup("a \"small\" one\\");
    results->seed = G_MAXUINT64;
    results->replications = results->replications_asked = 2;
    results->duration_s = 90;
    results->warm_up_s = 0.1;
    results->digest = g_strdup("0123456789abcdef");
    results->n_requests = 42;
    figure(results, "latency", "p99", "clients=europe,op=read", "s", 0.1, 0.01, true);
    figure(results, "failover.time", "", "fault=f", "s", INFINITY, NAN, true);
    figure(results, "reads.stale", "", "", "ratio", NAN, NAN, true);
    objective(results, "failover.time", "fault=f", "s", false, 60, "60s", INFINITY, NAN);
    results_add_note(results, "tab\there, bell\ahere, \xff not UTF-8, caf\u00e9");
    results_sort(results);
    return results;
}

static void long_names(Results *results, const char *name)
{
    for (guint i = 0; i < 40; i++) {
        g_autofree char *clients = g_strdup_printf("clients=%s-%u", name, i);
        g_autofree char *fault = g_strdup_printf("fault=%s-%u", name, i);
        g_autofree char *way = g_strdup_printf("database=%s,from=%s-%u,to=%s", name, name, i, name);
        static const char *const columns[] = {"start_s", "end_s", NULL};
        latency(results, clients, 1e5);
        figure(results, "replication.lag", "p50", way, "s", 1e9, 1, true);
        figure(results, "detection.time", "", fault, "s", 1234567, 1, true);
        figure(results, "failover.half", "", fault, "s", INFINITY, NAN, true);
        figure(results, "failover.time", "", fault, "s", 7654321, 1, true);
        results_add_curve(results, "faults", fault, columns, 3)->cell[0] = 1e6;
        results_add_line(results, name, "%s %s %s", name, name, name);
        objective(results, "latency.p99", clients, "s", i % 2, 1e-9 * i, "123456789123456789ms", 1e12 * i, 1e11);
    }
}

Results *sample_long(void)
{
    /* Wide characters, a combining one, a control character and a word without a place to break. */
    const char *name = "a-very-long-name-\u6771\u4eac-e\u0301-\033[31m-"
                       "that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on";
    Results *results = sample(&active_active);
    g_free(results->scenario);
    g_free(results->title);
    results->scenario = g_strdup(name);
    results->title = g_strdup(name);
    results->seed = G_MAXUINT64;
    results->n_requests = G_MAXUINT64;
    results->duration_s = 1234567.891;
    results->interrupted = true;
    results->replications_asked = 1000000000;
    long_names(results, name);
    results_add_note(results,
                     "%s %s, a note that is much longer than one line and has to be broken more than once, kindly",
                     name, name);
    results_sort(results);
    return results;
}

static void compared(Comparison *comparison, const char *label, const char *metric, const char *statistic,
                     const char *labels, double half)
{
    guint n = comparison->runs->len;
    const ResultFigure *first = results_figure(comparison->runs->pdata[0], metric, statistic, labels);
    ComparedFigure *added = g_new0(ComparedFigure, 1);
    added->label = g_strdup(label);
    added->metric = g_strdup(metric);
    added->statistic = g_strdup(statistic);
    added->labels = g_strdup(labels);
    added->unit = g_strdup(first->unit);
    added->smaller_is_better = first->smaller_is_better;
    added->n = n;
    added->value = g_new(double, n);
    added->difference = g_new(double, n);
    added->low = g_new(double, n);
    added->high = g_new(double, n);
    for (guint i = 0; i < n; i++) {
        added->value[i] = results_figure(comparison->runs->pdata[i], metric, statistic, labels)->value;
        if (i == 0)
            continue;
        added->difference[i - 1] = added->value[0] - added->value[i];
        added->low[i - 1] = added->difference[i - 1] - half;
        added->high[i - 1] = added->difference[i - 1] + half;
    }
    g_ptr_array_add(comparison->figures, added);
}

static void differs(Comparison *comparison, const char *address, const char *first, const char *second)
{
    guint n = comparison->runs->len;
    char **row = g_new0(char *, n + 2);
    row[0] = g_strdup(address);
    for (guint i = 0; i < n; i++)
        row[i + 1] = g_strdup(i % 2 ? second : first);
    g_ptr_array_add(comparison->differing, row);
}

Comparison *sample_comparison(Results *const *runs, guint n)
{
    Comparison *comparison = comparison_new();
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(comparison->runs, runs[i]);
    differs(comparison, "door.policy", "latency", "failover");
    differs(comparison, "carts.use", "dynamodb-global-table", "aurora-global");
    compared(comparison, "latency.p50", "latency", "p50", "", 0.0003);
    compared(comparison, "  write, europe", "latency", "p50", "clients=europe,op=write", 0.0003);
    compared(comparison, "  north-america", "latency", "p50", "clients=north-america", 0.002);
    compared(comparison, "failover.time", "failover.time", "", "fault=virginia-lost", 7.6);
    compared(comparison, "availability", "availability", "", "", 0.0024);
    compared(comparison, "stale reads", "reads.stale", "", "", 0.0003);
    compared(comparison, "writes lost", "writes.lost", "", "", 40);
    return comparison;
}

char *sample_printed(SamplePrint print, const void *what, const void *how)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    print(out, what, how);
    fclose(out);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}
