#include "model/metrics.h"
#include "model/ports.h"
#include "run/run.h"
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <string.h>

static void test_sorted(void)
{
    for (const Metric *metric = metrics; metric->name && metric[1].name; metric++)
        EXPECT(strcmp(metric->name, metric[1].name) < 0, "%s before %s", metric->name, metric[1].name);
}

static void test_every_row_is_whole(void)
{
    static const char *const units[] = {"s", "ratio", "count"};
    for (const Metric *metric = metrics; metric->name; metric++) {
        bool known = false;
        for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
            known = known || strcmp(units[i], metric->unit) == 0;
        EXPECT(known, "%s has the unit %s", metric->name, metric->unit);
        EXPECT(metric->help && g_str_has_suffix(metric->help, ".") && g_ascii_isupper(*metric->help),
               "the help of %s is a sentence: \"%s\"", metric->name, metric->help);
        EXPECT(metric->labels && *metric->labels, "%s has labels", metric->name);
        EXPECT((metric->dimension == DIMENSION_DURATION) == (strcmp(metric->unit, "s") == 0), "%s: %s", metric->name,
               metric->unit);
        EXPECT((strcmp(metric->unit, "count") == 0) <= (metric->dimension == DIMENSION_COUNT), "%s: %s", metric->name,
               metric->unit);
    }
}

/* Labels are in order, each is a kind of thing or has words of its own, and names nothing that the registry lacks. */
static void test_labels(void)
{
    for (const Metric *metric = metrics; metric->name; metric++) {
        g_auto(GStrv) labels = g_strsplit(metric->labels, " ", -1);
        for (guint i = 0; labels[i]; i++) {
            const char *kind = label_kind(labels[i]);
            bool found = label_words(labels[i]) != NULL || (kind && strcmp(kind, "region") == 0);
            for (guint k = 0; kind && registry.component[k]; k++)
                found = found || strcmp(registry.component[k]->kind, kind) == 0;
            EXPECT(found, "%s: what is %s?", metric->name, labels[i]);
            EXPECT(i == 0 || strcmp(labels[i - 1], labels[i]) < 0, "%s: %s", metric->name, metric->labels);
            EXPECT(metric_has_label(metric, labels[i]), "%s has %s", metric->name, labels[i]);
        }
        EXPECT(!metric_has_label(metric, "client"), "%s has no client", metric->name);
    }
}

static void test_words_are_those_of_the_ports(void)
{
    for (int op = 0; op < N_OPS; op++)
        EXPECT_TEXT(label_words("op")[op], op_names[op]);
    for (int why = WHY_NONE + 1; why < N_WHYS; why++)
        EXPECT_TEXT(label_words("why")[why - 1], why_names[why]);
    EXPECT(label_words("op")[N_OPS] == NULL && label_words("why")[N_WHYS - 1] == NULL, "and no others");
}

static void test_find(void)
{
    static const struct {
        const char *name, *metric, *statistic;
    } rows[] = {
        {"latency.p99", "latency", "p99"},
        {"latency.p9999", "latency", "p9999"},
        {"latency", "latency", ""},
        {"availability", "availability", ""},
        {"failover.time", "failover.time", ""},
        {"failover.time.max", "failover.time", "max"},
        {"replication.lag.p50", "replication.lag", "p50"},
        {"reads.stale", "reads.stale", ""},
        {"reads.staleness.mean", "reads.staleness", "mean"},
        {"availability.p50", NULL, NULL},
        {"latency.p98", NULL, NULL},
        {"latency.", NULL, NULL},
        {"latencyp99", NULL, NULL},
        {"", NULL, NULL},
        {"requests", NULL, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *statistic = NULL;
        const Metric *metric = metric_find(rows[i].name, &statistic);
        EXPECT_TEXT(metric ? metric->name : NULL, rows[i].metric);
        if (metric)
            EXPECT_TEXT(statistic, rows[i].statistic);
    }
}

/* The catalogue and the engine of figures speak of the same statistics. */
static void test_statistics_can_be_computed(void)
{
    for (const Metric *metric = metrics; metric->name; metric++) {
        for (const char *const *statistic = metric_statistics(metric->kind); *statistic; statistic++)
            EXPECT(statistic_fits(metric->kind, *statistic), "%s.%s", metric->name, *statistic);
        EXPECT(statistic_fits(metric->kind, "") != metric_needs_statistic(metric), "%s alone", metric->name);
    }
}

/* What a component says it feeds is in the catalogue. */
static void test_components_feed_the_catalogue(void)
{
    for (guint i = 0; registry.component[i]; i++)
        for (const char *const *name = registry.component[i]->metrics; name && *name; name++)
            EXPECT(metric_find(*name, NULL) != NULL, "%s feeds %s", registry.component[i]->name, *name);
}

/* Every cell that a replication fills is of a metric, of its kind, with its labels. */
static void expect_cells_known(const char *name, const char *const *sets)
{
    g_auto(Case) loaded = case_of_file(name, sets);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    uint64_t digest;
    guint64 n_events;
    g_autoptr(Sheet) sheet = run_replication(loaded.scenario->world, 1, 1, NULL, &digest, &n_events);
    CU_ASSERT_PTR_NOT_NULL_FATAL(sheet);
    for (guint i = 0; i < sheet_cells(sheet); i++) {
        const Cell *cell = sheet_nth(sheet, i);
        const char *statistic = NULL;
        const Metric *metric = metric_find(cell->metric, &statistic);
        if (cell->kind == CELL_SERIES)
            continue; /* for pictures; no figure is made of it */
        EXPECT(metric && *statistic == '\0', "%s: what is %s?", name, cell->metric);
        if (!metric)
            continue;
        EXPECT_INT(cell->kind, metric->kind);
        g_auto(GStrv) labels = g_strsplit(cell->labels, ",", -1);
        for (guint k = 0; labels[k]; k++) {
            g_autofree char *label = g_strndup(labels[k], strcspn(labels[k], "="));
            EXPECT(metric_has_label(metric, label), "%s{%s}: the catalogue knows no %s", metric->name, cell->labels,
                   label);
        }
    }
}

static void test_what_is_measured_is_in_the_catalogue(void)
{
    const char *sets[] = {"scenario.duration=15m",
                          "scenario.warm-up=30s",
                          "virginia-lost.at=2m",
                          "virginia-lost.for=5m",
                          "north-america.rate=6/s",
                          "europe.rate=4/s",
                          NULL};
    expect_cells_known("us-eu-active-active", sets);
    expect_cells_known("us-eu-active-passive", sets);
    case_forget();
}

void suite_metrics(void);
void suite_metrics(void)
{
    CU_pSuite suite = CU_add_suite("metrics", NULL, NULL);
    CU_add_test(suite, "the catalogue is sorted by name", test_sorted);
    CU_add_test(suite, "every metric has a unit, labels and a sentence of help", test_every_row_is_whole);
    CU_add_test(suite, "labels are sorted, and their values are known", test_labels);
    CU_add_test(suite, "op and why are the words of the ports", test_words_are_those_of_the_ports);
    CU_add_test(suite, "a name is a metric and a statistic of its kind", test_find);
    CU_add_test(suite, "every statistic can be computed", test_statistics_can_be_computed);
    CU_add_test(suite, "what components feed is in the catalogue", test_components_feed_the_catalogue);
    CU_add_test(suite, "what is measured is in the catalogue, with its labels",
                test_what_is_measured_is_in_the_catalogue);
}
