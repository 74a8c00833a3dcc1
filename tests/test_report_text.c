#include "report/amount.h"
#include "report/page.h"
#include "report/report.h"
#include "tests/expect.h"
#include "tests/sample_results.h"
#include <math.h>
#include <string.h>

static const char *const all_commands[] = {"run", "compare", "explain", "plot", "report", NULL};
static const char *const no_commands[] = {NULL};

static void print_text(FILE *out, const void *what, const void *how)
{
    report_text(out, what, how);
}

/* Columns of the display; the measure of the tests is their own. */
static guint columns_of(const char *line)
{
    guint n = 0;
    for (const char *c = line; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        n += g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
    }
    return n;
}

static void expect_narrow(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        EXPECT(columns_of(lines[i]) <= PAGE_WIDTH, "%u columns: %s", columns_of(lines[i]), lines[i]);
        EXPECT(!g_str_has_suffix(lines[i], " "), "blanks at the end of: %s|", lines[i]);
    }
    EXPECT(g_str_has_suffix(text, "\n"), "the last line ends");
}

static void expect_ascii(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c != '\n' && !(*c >= 0x20 && *c < 0x7f)) {
            EXPECT(false, "byte 0x%02x at \"%.20s\"", (guchar)*c, c);
            return;
        }
}

static const char *const screen = "us-eu-active-active: two regions, both serve and both accept writes\n"
                                  "30 replications × 1 h · 10.8 M requests · seed 1 (same seed, same numbers)\n"
                                  "\n"
                                  "  us-east-1     N. Virginia   6 servers   busy 47 %\n"
                                  "  eu-central-1  Frankfurt     4 servers   busy 44 %\n"
                                  "  between them  88.6 ms round trip\n"
                                  "  fault         virginia-lost: us-east-1 lost at 00:20:00 for 10 min\n"
                                  "\n"
                                  "LATENCY, from click to answer          p50       p90       p99     p99.9\n"
                                  "  all requests                     24.1 ms   61.8 ms    131 ms    3.02 s\n"
                                  "    read                           21.7 ms   55.6 ms    118 ms    3.02 s\n"
                                  "    write                          29.0 ms   74.2 ms    157 ms    3.02 s\n"
                                  "  europe                           24.1 ms   61.8 ms    131 ms    3.02 s\n"
                                  "    read                           24.1 ms   61.8 ms    131 ms    3.02 s\n"
                                  "    write                          30.2 ms   77.2 ms    164 ms    3.02 s\n"
                                  "  north-america                    23.6 ms   60.6 ms    129 ms    3.02 s\n"
                                  "    read                           23.6 ms   60.6 ms    129 ms    3.02 s\n"
                                  "    write                          29.7 ms   76.0 ms    161 ms    3.02 s\n"
                                  "  answered only; 1.00 % of requests failed and are counted below, not here\n"
                                  "\n"
                                  "REPLICATION LAG                        p50       p99       max\n"
                                  "  eu-central-1 → us-east-1          410 ms    942 ms     611 s\n"
                                  "  us-east-1 → eu-central-1          410 ms    942 ms    1.84 s\n"
                                  "  reads that saw old data           0.38 %\n"
                                  "  writes (mean) overwritten 31.2 · stranded 183 · lost 0\n"
                                  "\n"
                                  "AVAILABILITY  over 1 h             99.00 %  ±0.04   36.2 s of user time lost\n"
                                  "  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▃▆▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  1 col = 1 min\n"
                                  "  fault 00:20:00 → seen +40.2 s → half moved +61.0 s → 99 % back +97.4 s\n"
                                  "\n"
                                  "OBJECTIVES                         target    measured  95 % CI\n"
                                  "  ✓ latency.p99                  ≤ 400 ms      131 ms  [129, 133]\n"
                                  "  ✓ latency.p99{clients=europe}  ≤ 250 ms      131 ms  [129, 133]\n"
                                  "  ✓ replication.lag.p99             ≤ 3 s      942 ms  [930, 954]\n"
                                  "  ✗ failover.time                  ≤ 60 s      97.4 s  [95.2, 99.7]\n"
                                  "  ? availability                   ≥ 99 %     99.00 %  [98.96, 99.04]  not shown\n"
                                  "  ? reads.stale{op=browse}          ≤ 1 %           –  not shown\n"
                                  "3 met, 1 missed, 2 not shown (more replications may settle it: -r 120)\n"
                                  "\n"
                                  "Why missed: failover.time: detection took 40.2 s, then answers cached by\n"
                                  "  resolvers for up to 60 s kept users at us-east-1.\n"
                                  "Next: mrsim compare us-eu-active-active us-eu-active-passive\n"
                                  "      mrsim explain failover.time\n"
                                  "      mrsim report last\n";

static void the_screen_line_by_line(void)
{
    ReportLook look = {.commands = all_commands};
    g_autoptr(Results) results = sample_results();
    g_autofree char *text = sample_printed(print_text, results, &look);
    g_auto(GStrv) shown = g_strsplit(text, "\n", -1), expected = g_strsplit(screen, "\n", -1);
    EXPECT_INT(g_strv_length(shown), g_strv_length(expected));
    for (guint i = 0; shown[i] && expected[i]; i++)
        EXPECT_TEXT(shown[i], expected[i]);
    expect_narrow(text);
    EXPECT(g_strv_length(shown) <= 46, "%u lines", g_strv_length(shown));
}

/* Where writes were lost the screen says how many and how old the oldest was: at most two lines of 80 columns. */
static void what_a_failover_lost_is_said_in_writes_and_seconds(void)
{
    static const struct {
        const char *metric;
        double value;
    } rows[] = {{"writes.durable", 65657},  {"writes.superseded", 4302}, {"writes.overwritten", 966.4},
                {"writes.stranded", 12345}, {"writes.partial", 0},       {"writes.lost", 38},
                {"rpo.time", 0.4}};
    ReportLook look = {.commands = all_commands};
    g_autoptr(Results) results = sample_small();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        results_add_figure(results, rows[i].metric, "", "", i == 6 ? "s" : "count")->value = rows[i].value;
    results_sort(results);
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(strstr(text, "\n  writes (mean) durable 65657 · superseded 4302 · overwritten 966 · stranded\n"
                        "    12345 · RPO 400 ms, 38 writes lost\n"),
           "%s", text);
}

/* Each line of the data stands where there is something of its kind; readers are in the table of lags. */
static void what_was_promised_stands_where_it_was_promised(void)
{
    static const struct {
        const char *metric, *statistic, *labels, *unit;
        double value;
    } rows[] = {{"readers.lag", "p50", "region=us-east-1", "s", 0.0021},
                {"readers.lag", "p99", "region=us-east-1", "s", 0.0097},
                {"readers.lag", "max", "region=us-east-1", "s", 0.019},
                {"replication.alarm", "", "to=eu-central-1", "ratio", 0.068},
                {"replication.alarm", "", "to=us-east-1", "ratio", 0},
                {"reads.stale", "", "", "ratio", 0.031},
                {"sessions.violations", "", "promise=read-your-writes", "ratio", 0.0307},
                {"sessions.violations", "", "promise=monotonic-reads", "ratio", 0},
                {"sessions.lost", "", "", "count", 3.6},
                {"readback.stale", "", "", "ratio", 0.156},
                {"commits.blocked.time", "count", "", "count", 64},
                {"commits.blocked.time", "", "", "s", 43.4},
                {"commits.blocked.time", "max", "", "s", 47.2},
                {"oversold", "", "", "count", 12},
                {"writes.sold_out", "", "", "count", 8268},
                {"writes.durable", "", "", "count", 17274},
                {"writes.lost", "", "", "count", 26.5},
                {"writes.divergent", "", "", "count", 19.6},
                {"rpo.time", "", "", "s", 0}};
    ReportLook look = {.commands = all_commands};
    g_autoptr(Results) results = sample_small(), plain = sample_small();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ResultFigure *there =
            (ResultFigure *)results_figure(results, rows[i].metric, rows[i].statistic, rows[i].labels);
        if (!there)
            there = results_add_figure(results, rows[i].metric, rows[i].statistic, rows[i].labels, rows[i].unit);
        there->value = rows[i].value;
        results_sort(results);
    }
    g_autofree char *text = sample_printed(print_text, results, &look),
                    *without = sample_printed(print_text, plain, &look);
    expect_narrow(text);
    EXPECT(strstr(text, "REPLICATION LAG                        p50       p99       max\n"
                        "  readers in us-east-1             2.10 ms   9.70 ms   19.0 ms\n"
                        "  time beyond lag-alarm             6.80 %\n"
                        "  reads that saw old data           3.10 %\n"
                        "    older than own writes           3.07 %\n"
                        "    older than earlier reads           0 %\n"
                        "  users had to log in again 3.60 times\n"
                        "  read-backs that saw old data      15.6 %\n"
                        "  commits blocked by rpo-limit 64, for 43.4 s on average, at most 47.2 s\n"
                        "  sold beyond the stock 12 · writes answered \"sold out\" 8268\n"
                        "  writes (mean) durable 17274 · lost 26.5, none older than the fault · of all\n"
                        "    these divergent 19.6\n"),
           "%s", text);
    EXPECT(!strstr(without, "own writes") && !strstr(without, "rpo-limit") && !strstr(without, "stock"), "%s", without);
}

/* A fault that nobody noticed is not called a failover of 0 s; where a part was never away "half" says nothing. */
static void an_unnoticed_fault_says_so(void)
{
    ReportLook look = {.commands = all_commands};
    g_autoptr(Results) results = sample_results();
    ResultFigure *half = (ResultFigure *)results_figure(results, "failover.half", "", "fault=virginia-lost");
    ResultFigure *back = (ResultFigure *)results_figure(results, "failover.time", "", "fault=virginia-lost");
    half->value = 0;
    g_autofree char *part = sample_printed(print_text, results, &look);
    EXPECT(strstr(part, "  fault 00:20:00 → seen +40.2 s → 99 % back +97.4 s\n"), "%s", part);
    back->value = 0;
    g_autofree char *none = sample_printed(print_text, results, &look);
    EXPECT(strstr(none, "  fault 00:20:00 → seen +40.2 s → 99 % were answered all the time\n"), "%s", none);
}

/* What somebody did by hand, and what became of the database. */
static void what_was_done_by_hand_is_told(void)
{
    ReportLook look = {.commands = all_commands};
    g_autoptr(Results) results = sample_results();
    results_add_figure(results, "control.time", "", "action=home", "s")->value = 6192;
    results_add_figure(results, "switchover.time", "", "database=carts", "s")->value = 3.07;
    results_add_figure(results, "switchover.time", "", "database=orders", "s")->value = INFINITY;
    results_sort(results);
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(strstr(text, "\n  home → accepted +1.72 h\n"
                        "  carts: switchover 3.07 s, until the new writer accepts writes\n"
                        "  orders: a switchover was given up\n"),
           "%s", text);
}

/* Rows without any answer are noise: an operation that nobody makes. */
static void an_operation_that_nobody_makes_has_no_row(void)
{
    ReportLook look = {.commands = all_commands};
    g_autoptr(Results) results = sample_results();
    for (guint i = 0; i < results->figures->len; i++) {
        ResultFigure *figure = results->figures->pdata[i];
        if (strcmp(figure->metric, "latency") == 0 && strstr(figure->labels, "op=write"))
            figure->value = NAN;
    }
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(!strstr(text, "    read  ") && !strstr(text, "    write "), "%s", text);
}

static void every_look_fits(void)
{
    for (guint i = 0; i < 16; i++) {
        ReportLook look = {
            .commands = i & 1 ? all_commands : no_commands, .ascii = i & 2, .full = i & 4, .quiet = i & 8};
        g_autoptr(Results) usual = sample_results(), large = sample_long(), small = sample_small(),
                           none = results_new();
        const Results *const samples[] = {usual, large, small, none};
        none->scenario = g_strdup("nothing");
        for (guint j = 0; j < G_N_ELEMENTS(samples); j++) {
            g_autofree char *text = sample_printed(print_text, samples[j], &look);
            if (*text)
                expect_narrow(text);
            if (look.ascii)
                expect_ascii(text);
        }
    }
}

/* A control character of a scenario must not reach the terminal. */
static void no_escape_sequence_gets_through(void)
{
    ReportLook look = {.commands = all_commands, .full = true};
    g_autoptr(Results) results = sample_long();
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(!strchr(text, '\033'), "an escape sequence came through");
}

static void colour_adds_escapes_only(void)
{
    ReportLook look = {.commands = all_commands}, colour = {.commands = all_commands, .colour = true};
    g_autoptr(Results) results = sample_results();
    g_autofree char *plain = sample_printed(print_text, results, &look);
    g_autofree char *coloured = sample_printed(print_text, results, &colour);
    g_autoptr(GRegex) escapes = g_regex_new("\033\\[[0-9]*m", 0, 0, NULL);
    g_autofree char *stripped = g_regex_replace_literal(escapes, coloured, -1, 0, "", 0, NULL);
    EXPECT(strlen(coloured) > strlen(plain), "there is colour");
    EXPECT_TEXT(stripped, plain);
}

/* Which writes a missed promise was about, `mrsim trace` lists; what is missed comes before what is not shown. */
static void hints_lead_to_the_writes(void)
{
    static const char *const with_trace[] = {"explain", "trace", NULL};
    ReportLook look = {.commands = with_trace};
    g_autoptr(Results) results = results_new();
    ResultObjective *doubt = results_add_objective(results, "latency.p99", "", "s");
    ResultObjective *objective = results_add_objective(results, "writes.overwritten", "", "count");
    doubt->text = g_strdup("latency.p99");
    doubt->target_text = g_strdup("800ms");
    results->scenario = g_strdup("clock-skew");
    results->file = g_strdup("clock-skew");
    results->replications = results->replications_asked = 1;
    results->seed = 1;
    objective->text = g_strdup("writes.overwritten");
    objective->target_text = g_strdup("30");
    objective->verdict = VERDICT_MISSED;
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(strstr(text, "Next: mrsim explain writes.overwritten\n"
                        "      mrsim trace clock-skew --writes overwritten\n"),
           "%s", text);
}

static void hints_name_only_commands_that_exist(void)
{
    static const char *const only_plot[] = {"plot", NULL};
    ReportLook none = {.commands = no_commands}, one = {.commands = only_plot};
    g_autoptr(Results) results = sample_results();
    g_autofree char *without = sample_printed(print_text, results, &none);
    g_autofree char *with = sample_printed(print_text, results, &one);
    EXPECT(!strstr(without, "mrsim "), "no hint: %s", without);
    EXPECT(strstr(with, "Next: mrsim plot last\n") != NULL, "the hint: %s", with);
    EXPECT(!strstr(with, "mrsim compare") && !strstr(with, "mrsim explain"), "no other: %s", with);
}

static void a_quiet_run_shows_its_verdict(void)
{
    ReportLook look = {.commands = all_commands, .quiet = true};
    g_autoptr(Results) results = sample_results();
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(g_str_has_prefix(text, "OBJECTIVES "), "%s", text);
    EXPECT(g_str_has_suffix(text, "(more replications may settle it: -r 120)\n"), "%s", text);
}

static void an_interrupted_run_says_so(void)
{
    ReportLook look = {.commands = no_commands};
    g_autoptr(Results) results = sample_results(), none = results_new();
    results->interrupted = none->interrupted = true;
    results->replications = 12;
    none->scenario = g_strdup("none");
    none->replications_asked = 30;
    g_autofree char *text = sample_printed(print_text, results, &look);
    g_autofree char *empty = sample_printed(print_text, none, &look);
    EXPECT(strstr(text, "interrupted: 12 of 30 replications") != NULL, "%s", text);
    EXPECT(strstr(empty, "interrupted: 0 of 30 replications") != NULL, "%s", empty);
    EXPECT(strstr(empty, "No replication was finished") != NULL, "%s", empty);
}

static void never_is_a_word(void)
{
    ReportLook look = {.commands = no_commands};
    g_autoptr(Results) results = sample_results();
    ResultFigure *back = (ResultFigure *)results_figure(results, "failover.time", "", "fault=virginia-lost");
    ResultFigure *seen = (ResultFigure *)results_figure(results, "detection.time", "", "fault=virginia-lost");
    ResultObjective *objective = results->objectives->pdata[3];
    back->value = objective->value = INFINITY;
    seen->value = NAN;
    g_autofree char *text = sample_printed(print_text, results, &look);
    EXPECT(strstr(text, "  fault 00:20:00 → half moved +61.0 s → never 99 % back\n") != NULL, "%s", text);
    EXPECT(strstr(text, "  ✗ failover.time                  ≤ 60 s       never\n") != NULL, "%s", text);
}

static void amounts_as_people_read_them(void)
{
    static const struct {
        double value;
        const char *unit, *text;
    } rows[] = {
        {0.02413, "s", "24.1 ms"},  {3.0201, "s", "3.02 s"}, {0, "s", "0 s"},
        {0.99, "ratio", "99.00 %"}, {1.62, "times", "1.62"}, {31, "count", "31"},
        {INFINITY, "s", "never"},   {NAN, "s", "–"},         {2.5, "widgets", "2.50 widgets"},
    };
    char buffer[AMOUNT_SIZE];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT_TEXT(amount_text(rows[i].value, rows[i].unit, buffer), rows[i].text);
    EXPECT_TEXT(amount_span(3600, buffer), "1 h");
    EXPECT_TEXT(amount_span(5400, buffer), "90 min");
    EXPECT_TEXT(amount_span(90.5, buffer), "90.5 s");
    EXPECT_TEXT(amount_span(0.25, buffer), "250 ms");
    EXPECT_TEXT(amount_clock(1200, buffer), "00:20:00");
    EXPECT_TEXT(amount_clock(100000.5, buffer), "27:46:40");
    static const char *const written[][2] = {
        {"250ms", "250 ms"}, {"99 %", "99 %"}, {"98%", "98 %"}, {"00:02:00", "00:02:00"}};
    for (gsize i = 0; i < G_N_ELEMENTS(written); i++)
        EXPECT_TEXT(amount_written(written[i][0], buffer), written[i][1]);
}

static void intervals_show_their_width(void)
{
    static const struct {
        double value, low, high;
        const char *unit, *interval, *half;
    } rows[] = {
        {0.1312, 0.1292, 0.1332, "s", "[129, 133]", "±2"},
        {0.131, 0.13099, 0.13101, "s", "[130.99, 131.01]", "±0.01"},
        {89.04, 86.8, 91.3, "s", "[86.8, 91.3]", "±2.2"},
        {0.99, 0.98959, 0.99041, "ratio", "[98.96, 99.04]", "±0.04"},
        {31.2, 31.2, 31.2, "count", "[31.2, 31.2]", "±0.0"},
        {5, NAN, NAN, "s", "", ""},
        {INFINITY, NAN, NAN, "s", "", ""},
    };
    char buffer[AMOUNT_SIZE];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EXPECT_TEXT(amount_interval(rows[i].value, rows[i].low, rows[i].high, rows[i].unit, buffer), rows[i].interval);
        EXPECT_TEXT(amount_half_width(rows[i].value, rows[i].low, rows[i].high, rows[i].unit, buffer), rows[i].half);
    }
}

void suite_report_text(void);
void suite_report_text(void)
{
    CU_pSuite s = CU_add_suite("report_text", NULL, NULL);
    CU_add_test(s, "the screen, line by line", the_screen_line_by_line);
    CU_add_test(s, "every look of every results fits 80 columns; ASCII is ASCII", every_look_fits);
    CU_add_test(s, "what a failover lost is said in writes and seconds",
                what_a_failover_lost_is_said_in_writes_and_seconds);
    CU_add_test(s, "what was promised stands where it was promised", what_was_promised_stands_where_it_was_promised);
    CU_add_test(s, "a fault that nobody noticed says so", an_unnoticed_fault_says_so);
    CU_add_test(s, "what was done by hand is told", what_was_done_by_hand_is_told);
    CU_add_test(s, "an operation that nobody makes has no row", an_operation_that_nobody_makes_has_no_row);
    CU_add_test(s, "no escape sequence of a scenario gets through", no_escape_sequence_gets_through);
    CU_add_test(s, "colour adds escapes and nothing else", colour_adds_escapes_only);
    CU_add_test(s, "hints lead to the writes that a promise was about", hints_lead_to_the_writes);
    CU_add_test(s, "hints name only commands that exist", hints_name_only_commands_that_exist);
    CU_add_test(s, "a quiet run shows its verdict", a_quiet_run_shows_its_verdict);
    CU_add_test(s, "an interrupted run says so", an_interrupted_run_says_so);
    CU_add_test(s, "what never came about is never", never_is_a_word);
    CU_add_test(s, "amounts: three digits and a unit", amounts_as_people_read_them);
    CU_add_test(s, "intervals show their width", intervals_show_their_width);
}
