#include "report/page.h"
#include "report/report.h"
#include "tests/expect.h"
#include "tests/sample_results.h"
#include <math.h>
#include <string.h>

static void print_text(FILE *out, const void *what, const void *how)
{
    report_comparison_text(out, what, how);
}

static void print_json(FILE *out, const void *what, const void *how)
{
    (void)how;
    report_comparison_json(out, what);
}

static void print_csv(FILE *out, const void *what, const void *how)
{
    (void)how;
    report_comparison_csv(out, what);
}

static const char *const screen = "A us-eu-active-active: two regions, both serve and both accept writes\n"
                                  "B us-eu-active-passive: Virginia serves, Frankfurt stands by\n"
                                  "30 paired replications, seed 1: the same users for all\n"
                                  "\n"
                                  "They differ in 2 settings:\n"
                                  "  door.policy          latency                     failover\n"
                                  "  carts.use            dynamodb-global-table       aurora-global\n"
                                  "\n"
                                  "                              A         B      A − B  95 % CI of it\n"
                                  "latency.p50             24.1 ms   57.9 ms   −33.8 ms  [−34.1, −33.5]   better: A\n"
                                  "  write, europe         30.2 ms   63.9 ms   −33.8 ms  [−34.1, −33.5]   better: A\n"
                                  "  north-america         23.6 ms   23.6 ms    0.00 ms  [−2.00, +2.00]   unclear\n"
                                  "failover.time            97.4 s     172 s    −74.1 s  [−81.7, −66.5]   better: A\n"
                                  "availability            99.00 %   94.98 %   +4.02 pp  [+3.78, +4.26]   better: A\n"
                                  "stale reads              0.38 %    0.05 %   +0.33 pp  [+0.30, +0.36]   better: B\n"
                                  "writes lost                   0       402       −402  [−442, −362]     better: A\n"
                                  "\n"
                                  "A answers faster at the median, comes back 74.1 s sooner, answers more of the\n"
                                  "requests and loses fewer writes; B shows old data less often.\n";

static void the_screen_line_by_line(void)
{
    static const ReportLook look = {0};
    g_autoptr(Results) first = sample_results(), second = sample_rival();
    Results *const runs[] = {first, second};
    g_autoptr(Comparison) comparison = sample_comparison(runs, 2);
    g_autofree char *text = sample_printed(print_text, comparison, &look);
    g_auto(GStrv) shown = g_strsplit(text, "\n", -1), expected = g_strsplit(screen, "\n", -1);
    EXPECT_INT(g_strv_length(shown), g_strv_length(expected));
    for (guint i = 0; shown[i] && expected[i]; i++)
        EXPECT_TEXT(shown[i], expected[i]);
}

/* Long names, many designs, extreme figures. */
static Comparison *large(Results *const *runs, guint n)
{
    static const double extremes[] = {0, 1e-12, 123456.789, 1e15, NAN, INFINITY};
    Comparison *comparison = sample_comparison(runs, n);
    for (guint i = 0; i < comparison->figures->len; i++) {
        ComparedFigure *figure = comparison->figures->pdata[i];
        g_free(figure->label);
        figure->label = g_strdup_printf(
            "  a-very-long-label-\u6771\u4eac-%u-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on", i);
        figure->value[0] = extremes[i % G_N_ELEMENTS(extremes)];
        for (guint j = 1; j < n; j++) {
            figure->difference[j - 1] = figure->value[0] - figure->value[j];
            figure->low[j - 1] = figure->difference[j - 1] - extremes[(i + j) % 4];
            figure->high[j - 1] = figure->difference[j - 1] + extremes[(i + j) % 4];
        }
    }
    return comparison;
}

static void every_look_fits(void)
{
    g_autoptr(Results) usual = sample_results(), second = sample_long();
    Results *runs[30];
    for (guint i = 0; i < G_N_ELEMENTS(runs); i++)
        runs[i] = i % 2 ? second : usual;
    static const guint counts[] = {2, 3, 7, 30};
    for (guint i = 0; i < 8 * G_N_ELEMENTS(counts); i++) {
        ReportLook look = {.ascii = i & 1, .full = i & 2, .quiet = i & 4};
        g_autoptr(Comparison) comparison = large(runs, counts[i / 8]);
        g_autofree char *text = sample_printed(print_text, comparison, &look);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (guint j = 0; lines[j]; j++) {
            guint width = 0;
            for (const char *c = lines[j]; *c; c = g_utf8_next_char(c))
                width += g_unichar_iszerowidth(g_utf8_get_char(c)) ? 0 : g_unichar_iswide(g_utf8_get_char(c)) ? 2 : 1;
            EXPECT(width <= PAGE_WIDTH, "%u columns: %s", width, lines[j]);
            EXPECT(!look.ascii || g_str_is_ascii(lines[j]), "not ASCII: %s", lines[j]);
        }
    }
}

static ComparedFigure one(double *values, double *difference, double *low, double *high, bool smaller_is_better)
{
    *difference = values[0] - values[1];
    return (ComparedFigure){.label = (char *)"x",
                            .metric = (char *)"latency",
                            .statistic = (char *)"p50",
                            .labels = (char *)"",
                            .unit = (char *)"s",
                            .smaller_is_better = smaller_is_better,
                            .n = 2,
                            .value = values,
                            .difference = difference,
                            .low = low,
                            .high = high};
}

static void a_winner_is_named_only_when_sure(void)
{
    static const struct {
        double first, other, low, high;
        bool smaller;
        Better better;
    } rows[] = {
        {1, 2, -1.1, -0.9, true, BETTER_FIRST},      {1, 2, -1.1, -0.9, false, BETTER_OTHER},
        {2, 1, 0.9, 1.1, true, BETTER_OTHER},        {2, 1, 0.9, 1.1, false, BETTER_FIRST},
        {1, 2, -2.1, 0.1, true, BETTER_UNCLEAR},     {1, 2, -2, 0, true, BETTER_UNCLEAR},
        {1, 2, NAN, NAN, true, BETTER_UNCLEAR},      {1, 1, 0, 0, true, BETTER_SAME},
        {1, 1, -1, 1, true, BETTER_UNCLEAR},         {INFINITY, 1, NAN, NAN, true, BETTER_OTHER},
        {1, INFINITY, NAN, NAN, true, BETTER_FIRST}, {INFINITY, INFINITY, NAN, NAN, true, BETTER_SAME},
        {NAN, 1, NAN, NAN, true, BETTER_NO_FIGURE},  {1, NAN, NAN, NAN, true, BETTER_NO_FIGURE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double values[] = {rows[i].first, rows[i].other}, difference, low = rows[i].low, high = rows[i].high;
        ComparedFigure figure = one(values, &difference, &low, &high, rows[i].smaller);
        Better better = compared_better(&figure, 1);
        EXPECT(better == rows[i].better, "row %zu: %d, expected %d", i, better, rows[i].better);
    }
}

static void the_sentence_says_what_is_sure(void)
{
    static const ReportLook look = {.quiet = true};
    g_autoptr(Results) first = sample_results(), second = sample_results(), rival = sample_rival();
    Results *const same[] = {first, second}, *const unlike[] = {first, rival};
    g_autoptr(Comparison) equal = sample_comparison(same, 2), never = sample_comparison(unlike, 2);
    ComparedFigure *back = never->figures->pdata[3];
    EXPECT_TEXT(back->metric, "failover.time");
    back->value[1] = INFINITY;
    back->low[0] = back->high[0] = NAN;
    g_autofree char *nothing = sample_printed(print_text, equal, &look);
    g_autofree char *clear = sample_printed(print_text, never, &look);
    EXPECT_TEXT(nothing, "No difference between A and B is clear; more replications may tell: -r 120.\n");
    EXPECT(strstr(clear, "comes back before the fault ends") != NULL, "%s", clear);
    first->replications = 1;
    g_autofree char *single = sample_printed(print_text, equal, &look);
    EXPECT_TEXT(single, "One replication tells nothing about A against B for sure: -r 30.\n");
}

static void data_byte_by_byte(void)
{
    static const char *const json =
        "{\n"
        "  \"format_version\": 1,\n"
        "  \"mrsim_version\": \"0.1.0\",\n"
        "  \"seed\": 18446744073709551615,\n"
        "  \"replications\": 2,\n"
        "  \"designs\": [\n"
        "    {\"name\": \"A\", \"scenario\": \"small\", \"title\": \"a \\\"small\\\" one\\\\\", "
        "\"digest\": \"0123456789abcdef\"},\n"
        "    {\"name\": \"B\", \"scenario\": \"small\", \"title\": \"a \\\"small\\\" one\\\\\", "
        "\"digest\": \"0123456789abcdef\"}\n"
        "  ],\n"
        "  \"settings\": [\n"
        "    {\"address\": \"door.ttl\", \"values\": [\"60s\", \"a \\\"b\\\"\"]}\n"
        "  ],\n"
        "  \"metrics\": [\n"
        "    {\"name\": \"latency.p50\", \"labels\": {\"clients\": \"europe\"}, \"unit\": \"s\", \"values\": [0.5, "
        "null], "
        "\"differences\": [{\"to\": \"B\", \"value\": null, \"better\": \"A\", \"ci_low\": null, \"ci_high\": null}]}\n"
        "  ]\n"
        "}\n";
    static const char *const csv =
        "metric,clients,unit,first,other,first_value,other_value,difference,ci_low,ci_high,better\r\n"
        "latency.p50,europe,s,A,B,0.5,inf,-inf,,,A\r\n";
    double values[] = {0.5, INFINITY}, difference, low = NAN, high = NAN;
    ComparedFigure figure = one(values, &difference, &low, &high, true);
    figure.labels = (char *)"clients=europe";
    char *setting[] = {(char *)"door.ttl", (char *)"60s", (char *)"a \"b\"", NULL};
    g_autoptr(Results) first = sample_small(), second = sample_small();
    g_autoptr(Comparison) comparison = comparison_new();
    g_ptr_array_set_free_func(comparison->figures, NULL);
    g_ptr_array_set_free_func(comparison->differing, NULL);
    g_ptr_array_add(comparison->runs, first);
    g_ptr_array_add(comparison->runs, second);
    g_ptr_array_add(comparison->figures, &figure);
    g_ptr_array_add(comparison->differing, setting);
    g_autofree char *document = sample_printed(print_json, comparison, NULL);
    g_autofree char *table = sample_printed(print_csv, comparison, NULL);
    EXPECT_TEXT(document, json);
    EXPECT_TEXT(table, csv);
}

void suite_report_comparison(void);
void suite_report_comparison(void)
{
    CU_pSuite s = CU_add_suite("report_comparison", NULL, NULL);
    CU_add_test(s, "the screen, line by line", the_screen_line_by_line);
    CU_add_test(s, "any number of designs fits 80 columns; ASCII is ASCII", every_look_fits);
    CU_add_test(s, "a winner is named only when the whole interval says so", a_winner_is_named_only_when_sure);
    CU_add_test(s, "the closing sentence says what is sure and no more", the_sentence_says_what_is_sure);
    CU_add_test(s, "JSON and CSV, byte by byte", data_byte_by_byte);
}
