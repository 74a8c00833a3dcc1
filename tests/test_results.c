#include "tests/expect.h"
#include "tests/sample_results.h"
#include <math.h>
#include <string.h>

static void test_verdicts_fail_closed(void)
{
    static const struct {
        double value, low, high;
        bool at_least;
        double target;
        Verdict verdict;
    } rows[] = {
        {5, 4, 6, false, 7, VERDICT_MET},
        {5, 4, 6, false, 6, VERDICT_MET},
        {5, 4, 6, false, 5.5, VERDICT_NOT_SHOWN},
        {5, 4, 6, false, 4, VERDICT_NOT_SHOWN},
        {5, 4, 6, false, 3.9, VERDICT_MISSED},
        {5, 4, 6, true, 3, VERDICT_MET},
        {5, 4, 6, true, 4, VERDICT_MET},
        {5, 4, 6, true, 6, VERDICT_NOT_SHOWN},
        {5, 4, 6, true, 6.1, VERDICT_MISSED},
        {5, NAN, NAN, false, 5, VERDICT_MET},
        {5, NAN, NAN, false, 4.9, VERDICT_MISSED},
        {5, NAN, NAN, true, 5, VERDICT_MET},
        {5, NAN, NAN, true, 5.1, VERDICT_MISSED},
        {INFINITY, NAN, NAN, false, 1e9, VERDICT_MISSED},
        {INFINITY, NAN, NAN, true, 1, VERDICT_MISSED},
        {NAN, NAN, NAN, false, 1, VERDICT_NOT_SHOWN},
        {NAN, 0, 0.5, false, 1, VERDICT_NOT_SHOWN},
        {5, 4, INFINITY, false, 7, VERDICT_NOT_SHOWN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Verdict verdict = verdict_of(rows[i].value, rows[i].low, rows[i].high, rows[i].at_least, rows[i].target);
        EXPECT(verdict == rows[i].verdict, "row %zu: %s, expected %s", i, verdict_name(verdict),
               verdict_name(rows[i].verdict));
    }
}

static void test_figures_are_found_by_exact_identity(void)
{
    g_autoptr(Results) results = sample_results();
    const ResultFigure *figure = results_figure(results, "latency", "p99", "clients=europe,op=read");
    EXPECT(figure != NULL, "the figure is there");
    EXPECT_TEXT(figure ? figure->statistic : NULL, "p99");
    EXPECT(results_figure(results, "latency", "p9", "") == NULL, "no such statistic");
    EXPECT(results_figure(results, "latency", "p99", "clients=asia") == NULL, "no such labels");
    EXPECT(results_curve(results, "timeline", "clients=europe") != NULL, "the curve is there");
    EXPECT(results_curve(results, "timeline", "clients=asia") == NULL, "no such curve");
}

static void test_sorting_is_by_metric_statistic_labels(void)
{
    g_autoptr(Results) results = sample_results();
    for (guint i = 1; i < results->figures->len; i++) {
        const ResultFigure *a = results->figures->pdata[i - 1], *b = results->figures->pdata[i];
        int order = strcmp(a->metric, b->metric);
        order = order ? order : strcmp(a->statistic, b->statistic);
        order = order ? order : strcmp(a->labels, b->labels);
        EXPECT(order < 0, "%s.%s{%s} before %s.%s{%s}", a->metric, a->statistic, a->labels, b->metric, b->statistic,
               b->labels);
    }
}

static void test_new_entries_show_nothing(void)
{
    static const char *const columns[] = {"a", "b", NULL};
    g_autoptr(Results) results = results_new();
    ResultFigure *figure = results_add_figure(results, "latency", "p50", "", "s");
    ResultObjective *objective = results_add_objective(results, "latency.p50", "", "s");
    ResultCurve *curve = results_add_curve(results, "c", "", columns, 3);
    EXPECT(isnan(figure->value) && isnan(figure->ci_low), "figure is %g", figure->value);
    EXPECT_TEXT(verdict_name(objective->verdict), "not shown");
    EXPECT_INT(curve->n_columns, 2);
    EXPECT(isnan(curve->cell[5]), "last cell is %g", curve->cell[5]);
}

static void test_verdicts_are_counted(void)
{
    g_autoptr(Results) results = sample_results();
    EXPECT_INT(results_count(results, VERDICT_MET), 3);
    EXPECT_INT(results_count(results, VERDICT_MISSED), 1);
    EXPECT_INT(results_count(results, VERDICT_NOT_SHOWN), 2);
}

static void test_files_keep_every_byte(void)
{
    g_autoptr(Results) results = results_new();
    results_add_file(results, "a.ini", "x\0y", 3);
    results_add_file(results, "empty.ini", NULL, 0);
    const ResultFile *file = results->files->pdata[0], *empty = results->files->pdata[1];
    EXPECT_INT(file->length, 3);
    EXPECT(memcmp(file->text, "x\0y", 4) == 0, "bytes and a final NUL");
    EXPECT_TEXT(empty->text, "");
}

void suite_results(void);
void suite_results(void)
{
    CU_pSuite s = CU_add_suite("results", NULL, NULL);
    CU_add_test(s, "verdicts are three-valued and fail closed", test_verdicts_fail_closed);
    CU_add_test(s, "figures are found by exact identity", test_figures_are_found_by_exact_identity);
    CU_add_test(s, "figures are sorted by metric, statistic, labels", test_sorting_is_by_metric_statistic_labels);
    CU_add_test(s, "what is added shows nothing until filled", test_new_entries_show_nothing);
    CU_add_test(s, "verdicts are counted", test_verdicts_are_counted);
    CU_add_test(s, "files keep every byte", test_files_keep_every_byte);
}
