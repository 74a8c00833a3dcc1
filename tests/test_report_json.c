#include "report/report.h"
#include "report/tokens.h"
#include "tests/expect.h"
#include "tests/sample_results.h"
#include <float.h>
#include <math.h>
#include <string.h>

static void print_json(FILE *out, const void *what, const void *how)
{
    (void)how;
    report_json(out, what);
}

static void print_csv(FILE *out, const void *what, const void *how)
{
    (void)how;
    report_csv(out, what);
}

static void the_document_byte_by_byte(void)
{
    static const char *const expected =
        "{\n"
        "  \"format_version\": 1,\n"
        "  \"mrsim_version\": \"0.1.0\",\n"
        "  \"scenario\": \"small\",\n"
        "  \"title\": \"a \\\"small\\\" one\\\\\",\n"
        "  \"seed\": 18446744073709551615,\n"
        "  \"replications\": 2,\n"
        "  \"duration\": 90,\n"
        "  \"warm_up\": 0.1,\n"
        "  \"requests\": 42,\n"
        "  \"digest\": \"0123456789abcdef\",\n"
        "  \"interrupted\": false,\n"
        "  \"metrics\": [\n"
        "    {\"name\": \"failover.time\", \"labels\": {\"fault\": \"f\"}, \"unit\": \"s\", \"value\": null, "
        "\"ci_low\": null, \"ci_high\": null},\n"
        "    {\"name\": \"latency.p99\", \"labels\": {\"clients\": \"europe\", \"op\": \"read\"}, \"unit\": \"s\", "
        "\"value\": 0.1, \"ci_low\": 0.09000000000000001, \"ci_high\": 0.11},\n"
        "    {\"name\": \"reads.stale\", \"labels\": {}, \"unit\": \"ratio\", \"value\": null, "
        "\"ci_low\": null, \"ci_high\": null}\n"
        "  ],\n"
        "  \"objectives\": [\n"
        "    {\"name\": \"failover.time\", \"labels\": {\"fault\": \"f\"}, \"unit\": \"s\", \"op\": \"<=\", "
        "\"target\": 60, \"value\": null, \"verdict\": \"missed\", \"ci_low\": null, \"ci_high\": null}\n"
        "  ],\n"
        "  \"notes\": [\n"
        "    \"tab\\there, bell\\u0007here, \xef\xbf\xbd not UTF-8, caf\xc3\xa9\"\n"
        "  ]\n"
        "}\n";
    g_autoptr(Results) results = sample_small();
    g_autofree char *text = sample_printed(print_json, results, NULL);
    EXPECT_TEXT(text, expected);
    EXPECT(g_utf8_validate(text, -1, NULL), "valid UTF-8");
    EXPECT(!strstr(text, "/somewhere"), "no path of this machine");
}

static void empty_results_are_a_document(void)
{
    g_autoptr(Results) results = results_new();
    g_autofree char *text = sample_printed(print_json, results, NULL);
    EXPECT(strstr(text, "\"metrics\": [],\n  \"objectives\": [],\n  \"notes\": []\n}\n") != NULL, "%s", text);
}

/* What threads, stores and clocks may change is not in the document. */
static void what_may_differ_is_left_out(void)
{
    g_autoptr(Results) first = sample_results(), second = sample_results();
    second->n_events++;
    g_free(second->file);
    second->file = g_strdup("/elsewhere/us-eu-active-active.ini");
    g_autofree char *a = sample_printed(print_json, first, NULL), *b = sample_printed(print_json, second, NULL);
    EXPECT_TEXT(b, a);
}

static void numbers_read_back_and_are_short(void)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {-0.0, "0"},
        {0.30000000000000004, "0.30000000000000004"},
        {1e22, "1e+22"},
        {123456789, "123456789"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "4.94065645841247e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {NAN, "nan"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
    };
    char buffer[NUMBER_SIZE];
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EXPECT_TEXT(token_number(rows[i].value, buffer), rows[i].text);
        EXPECT(isnan(rows[i].value) || g_ascii_strtod(buffer, NULL) == rows[i].value, "%s reads back", buffer);
    }
}

static void csv_is_rfc_4180(void)
{
    static const char *const expected = "metric,clients,fault,op,unit,value,ci_low,ci_high,samples\r\n"
                                        "failover.time,,f,,s,inf,,,1000\r\n"
                                        "latency.p99,europe,,read,s,0.1,0.09000000000000001,0.11,1000\r\n"
                                        "reads.stale,,,,ratio,,,,1000\r\n";
    g_autoptr(Results) results = sample_small();
    g_autofree char *text = sample_printed(print_csv, results, NULL);
    EXPECT_TEXT(text, expected);
}

static void texts_stay_in_their_quotes(void)
{
    static const struct {
        void (*token)(GString *, const char *);
        const char *text, *expected;
    } rows[] = {
        {token_json, "a\"b\\c\n\x01\x7f", "\"a\\\"b\\\\c\\n\\u0001\\u007f\""},
        {token_json, "\xc3", "\"\xef\xbf\xbd\""},
        {token_csv, "plain text", "plain text"},
        {token_csv, "a,\"b\"\n", "\"a,\"\"b\"\"\n\""},
        {token_gnuplot, "a\"b\\c`date`\n'$x@y", "\"a\\\"b\\\\c'date' '$x@y\""},
        {token_xml, "<a b=\"c\">&\x01", "&lt;a b=&quot;c&quot;&gt;&amp;\xef\xbf\xbd"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        rows[i].token(out, rows[i].text);
        EXPECT_TEXT(out->str, rows[i].expected);
    }
}

void suite_report_json(void);
void suite_report_json(void)
{
    CU_pSuite s = CU_add_suite("report_json", NULL, NULL);
    CU_add_test(s, "the document, byte by byte: keys in order, NaN and never are null", the_document_byte_by_byte);
    CU_add_test(s, "no results at all are a document too", empty_results_are_a_document);
    CU_add_test(s, "events and paths are not part of the document", what_may_differ_is_left_out);
    CU_add_test(s, "numbers are the shortest that read back", numbers_read_back_and_are_short);
    CU_add_test(s, "CSV: one row per figure, a column per label, CRLF", csv_is_rfc_4180);
    CU_add_test(s, "no text breaks out of its quotes", texts_stay_in_their_quotes);
}
