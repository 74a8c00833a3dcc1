#include "run/run.h"
#include "stats/interval.h"
#include "tests/expect.h"
#include <math.h>
#include <string.h>

enum { N_REPLICATIONS = 5 };

static void add_setting(Results *results, const char *address, const char *value, bool workload)
{
    ResultSetting *setting = g_new0(ResultSetting, 1);
    *setting = (ResultSetting){.address = g_strdup(address), .value = g_strdup(value), .workload = workload};
    g_ptr_array_add(results->settings, setting);
}

/* A figure whose leave-one-out values are `value` plus a common wave and `own` times another one. */
static void add_figure(Results *results, const char *metric, const char *statistic, const char *labels, double value,
                       double own)
{
    static const double common[N_REPLICATIONS] = {1, -2, 0.5, 1.5, -1},
                        other[N_REPLICATIONS] = {0.1, 0.3, -0.2, -0.1, -0.1};
    ResultFigure *figure = results_add_figure(results, metric, statistic, labels, "s");
    figure->value = value;
    figure->smaller_is_better = true;
    figure->n_left_out = N_REPLICATIONS;
    figure->left_out = g_new(double, N_REPLICATIONS);
    for (guint i = 0; i < N_REPLICATIONS; i++)
        figure->left_out[i] = value + common[i] + own * other[i];
}

static Results *results_of(const char *name, double latency, double own)
{
    Results *results = results_new();
    results->scenario = g_strdup(name);
    results->seed = 1;
    results->replications = results->replications_asked = N_REPLICATIONS;
    add_setting(results, "scenario.duration", "1h", true);
    add_setting(results, "door.ttl", "60s", false);
    add_figure(results, "latency", "p50", "", latency, own);
    add_figure(results, "latency", "p99", "", latency * 10, own);
    add_figure(results, "latency", "p99", "clients=europe", latency * 12, own);
    results_sort(results);
    return results;
}

static const ComparedFigure *figure_of(const Comparison *comparison, const char *metric, const char *statistic,
                                       const char *labels)
{
    for (guint i = 0; i < comparison->figures->len; i++) {
        const ComparedFigure *figure = comparison->figures->pdata[i];
        if (strcmp(figure->metric, metric) == 0 && strcmp(figure->statistic, statistic) == 0 &&
            strcmp(figure->labels, labels) == 0)
            return figure;
    }
    return NULL;
}

static void test_differences_are_paired(void)
{
    g_autoptr(Results) a = results_of("a", 30, 1), b = results_of("b", 20, 0);
    g_autoptr(Comparison) comparison = comparison_new();
    EXPECT(compare_runs((Results *[]){a, b}, 2, false, comparison, NULL), "refused");
    const ComparedFigure *p50 = figure_of(comparison, "latency", "p50", "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p50);
    EXPECT_NEAR(p50->value[0], 30, 0);
    EXPECT_NEAR(p50->value[1], 20, 0);
    EXPECT_NEAR(p50->difference[0], 10, 0);
    Interval alone = interval_jackknife(30, results_figure(a, "latency", "p50", "")->left_out, N_REPLICATIONS, 0.95);
    double paired_width = p50->high[0] - p50->low[0], own_width = alone.high - alone.low;
    EXPECT(paired_width > 0 && paired_width < own_width / 5, "paired %g, alone %g", paired_width, own_width);
    /* Only the wave that is not common is left: se^2 = 4/5 x (0.01 + 0.09 + 0.04 + 0.01 + 0.01), t(4) = 2.776 */
    EXPECT_NEAR(paired_width, 2 * 2.7764451 * sqrt(0.8 * 0.16), 1e-6);
}

static void test_rows_and_their_order(void)
{
    g_autoptr(Results) a = results_of("a", 30, 1), b = results_of("b", 20, 0);
    g_autoptr(Comparison) comparison = comparison_new();
    g_autoptr(GString) labels = g_string_new(NULL);
    add_figure(b, "failover.time", "", "", 90, 0);
    add_figure(b, "routing.share", "", "", 1, 0);
    EXPECT(compare_runs((Results *[]){a, b}, 2, false, comparison, NULL), "refused");
    for (guint i = 0; i < comparison->figures->len; i++)
        g_string_append_printf(labels, "%s|", ((const ComparedFigure *)comparison->figures->pdata[i])->label);
    EXPECT_TEXT(labels->str, "latency.p50|latency.p99|  europe|failover.time|");
    const ComparedFigure *only_b = figure_of(comparison, "failover.time", "", "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(only_b);
    EXPECT(isnan(only_b->value[0]) && isnan(only_b->difference[0]), "A has %g, difference %g", only_b->value[0],
           only_b->difference[0]);
    EXPECT_NEAR(only_b->value[1], 90, 0);
}

static void test_objectives_become_rows(void)
{
    g_autoptr(Results) a = results_of("a", 30, 1), b = results_of("b", 20, 0);
    g_autoptr(Comparison) comparison = comparison_new();
    ResultObjective *objective = g_new0(ResultObjective, 1);
    objective->name = g_strdup("latency.p90");
    objective->labels = g_strdup("op=write");
    objective->text = g_strdup("latency.p90{op=write}");
    g_ptr_array_add(b->objectives, objective);
    add_figure(a, "latency", "p90", "op=write", 5, 0);
    add_figure(b, "latency", "p90", "op=write", 4, 0);
    EXPECT(compare_runs((Results *[]){a, b}, 2, false, comparison, NULL), "refused");
    const ComparedFigure *promised = figure_of(comparison, "latency", "p90", "op=write");
    CU_ASSERT_PTR_NOT_NULL_FATAL(promised);
    EXPECT_TEXT(promised->label, "latency.p90{op=write}");
    EXPECT_NEAR(promised->difference[0], 1, 1e-12);
}

static void test_settings_in_file_order(void)
{
    g_autoptr(Results) a = results_of("a", 30, 1), b = results_of("b", 20, 0), c = results_of("c", 20, 0);
    g_autoptr(Comparison) comparison = comparison_new();
    g_autoptr(GString) rows = g_string_new(NULL);
    add_setting(a, "carts.use", "aurora", false);
    add_setting(a, "carts.readers", "2", false);
    add_setting(b, "door.health", "alive", false);
    add_setting(b, "carts.use", "dynamodb", false);
    add_setting(b, "carts.replicas", "all", false);
    ((ResultSetting *)g_ptr_array_index(b->settings, b->settings->len - 1))->written = true;
    add_setting(c, "carts.use", "aurora", false);
    add_setting(c, "carts.readers", "2", false);
    EXPECT(compare_runs((Results *[]){a, b, c}, 3, false, comparison, NULL), "refused");
    for (guint i = 0; i < comparison->differing->len; i++) {
        g_autofree char *row = g_strjoinv(" ", comparison->differing->pdata[i]);
        g_string_append_printf(rows, "%s|", row);
    }
    EXPECT_TEXT(rows->str, "door.health - alive -|carts.use aurora dynamodb aurora|carts.replicas - all -|");
}

static void test_another_workload_is_refused(void)
{
    g_autoptr(Results) a = results_of("a", 30, 1), b = results_of("b", 20, 0);
    g_autoptr(Comparison) refused = comparison_new(), anyway = comparison_new();
    g_autoptr(GError) error = NULL;
    add_setting(b, "europe.rate", "40/s", true);
    EXPECT(!compare_runs((Results *[]){a, b}, 2, false, refused, &error), "not refused");
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    EXPECT(strstr(error->message, "europe.rate") != NULL, "%s", error->message);
    EXPECT(strstr(error->message, "door.ttl") == NULL, "%s", error->message);
    EXPECT(compare_runs((Results *[]){a, b}, 2, true, anyway, NULL), "refused though asked for");
}

static void test_other_seeds_cannot_be_paired(void)
{
    g_autoptr(Results) a = results_of("a", 30, 1), b = results_of("b", 20, 0);
    g_autoptr(Comparison) comparison = comparison_new();
    b->seed = 2;
    EXPECT(!compare_runs((Results *[]){a, b}, 2, true, comparison, NULL), "paired");
}

void suite_compare(void);
void suite_compare(void)
{
    CU_pSuite suite = CU_add_suite("compare", NULL, NULL);
    CU_add_test(suite, "what is common to two designs cancels from the interval of their difference",
                test_differences_are_paired);
    CU_add_test(suite, "a row stands where at least one design has the figure, in the order of the screen",
                test_rows_and_their_order);
    CU_add_test(suite, "what any design has promised becomes a row", test_objectives_become_rows);
    CU_add_test(suite, "settings differ in the order of the files; another component hides its defaults",
                test_settings_in_file_order);
    CU_add_test(suite, "another workload is refused by name, unless asked for", test_another_workload_is_refused);
    CU_add_test(suite, "other seeds cannot be paired", test_other_seeds_cannot_be_paired);
}
