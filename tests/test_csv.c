/* Csv: fields, lines, mistakes. */
#include "base/csv.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <string.h>

/* The table as "line:field|field;" a row, or the diagnostics. */
static char *told(const char *text, gsize length)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Csv) csv = csv_read("t.csv", text, length, diagnostics);
    if (csv) {
        GString *table = g_string_new(NULL);
        for (guint row = 0; row < csv_rows(csv); row++) {
            g_string_append_printf(table, "%d:", csv_line(csv, row));
            for (guint column = 0; column < csv_columns(csv); column++)
                g_string_append_printf(table, "%s%s", column ? "|" : "", csv_text(csv, row, column));
            g_string_append_c(table, ';');
        }
        EXPECT_INT(diagnostics_errors(diagnostics), 0);
        return g_string_free(table, FALSE);
    }
    char *report = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&report, &size);
    diagnostics_print(diagnostics, stream, false);
    fclose(stream);
    char *closing = strstr(report, " Nothing was simulated.");
    EXPECT(diagnostics_errors(diagnostics) > 0 && closing, "no table and no error: %s", report);
    char *first = g_strndup(report, (gsize)(closing ? closing - report : 0));
    free(report);
    return first;
}

static const struct {
    const char *what, *text, *table;
} tables[] = {
    {"plain", "a,b\n1,2\n3,4\n", "2:1|2;3:3|4;"},
    {"no newline at the end", "a,b\n1,2", "2:1|2;"},
    {"carriage returns", "a,b\r\n1,2\r\n\r\n3,4\r\n", "2:1|2;4:3|4;"},
    {"empty fields and empty lines", "a,b\n\n,\n5,\n", "3:|;4:5|;"},
    {"blanks around", "a , b\n 1 ,\t2\n", "2:1|2;"},
    {"quotes", "a,b\n\"1,5\",\"say \"\"no\"\"\"\n", "2:1,5|say \"no\";"},
    {"a quoted newline counts as a line", "a,b\n\"x\ny\n\",2\n3,4\n", "2:x\ny\n|2;5:3|4;"},
    {"comments before the header only", "# from AWS, \"2026\n#\n\na\n1\n#2\n", "5:1;6:#2;"},
    {"a byte order mark",
     "\xef\xbb\xbf"
     "a\n1\n",
     "2:1;"},
};

static void tables_are_read_with_their_lines(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *table = told(tables[i].text, strlen(tables[i].text));
        EXPECT(g_strcmp0(table, tables[i].table) == 0, "%s: '%s', expected '%s'", tables[i].what, table,
               tables[i].table);
    }
}

static void mistakes_are_told_with_their_place(void)
{
    static const struct {
        const char *text, *report;
    } rows[] = {
        {"", "t.csv: error: the table is empty; it needs a header line and at least one record [empty-csv]\n1 error in "
             "t.csv."},
        {"# nothing\n\n",
         "t.csv: error: the table is empty; it needs a header line and at least one record [empty-csv]\n"
         "1 error in t.csv."},
        {"# one\na,b\n", "t.csv:2:1: error: a header, but not one record below it [empty-csv]\n    2 | a,b\n      | ^\n"
                         "1 error in t.csv."},
        {"a,b\n1\n1,2,3\n1,2\n",
         "t.csv:2:1: error: 1 field, but the header has 2 [bad-csv]\n    2 | 1\n      | ^\n"
         "t.csv:3:1: error: 3 fields, but the header has 2 [bad-csv]\n    3 | 1,2,3\n      | ^\n2 errors in t.csv."},
        {"a,,a\n1,2,3\n", "t.csv:1:1: error: column 2 has no name [bad-csv]\n    1 | a,,a\n      | ^\n"
                          "t.csv:1:1: error: two columns are called 'a' [bad-csv]\n2 errors in t.csv."},
        {"a,b\n1,x\"y\n",
         "t.csv:2:4: error: a quote in the wrong place; put the whole field in quotes and double the quotes "
         "inside it [bad-csv]\n    2 | 1,x\"y\n      |    ^\n1 error in t.csv."},
        {"a,b\n1,2\n1,\"x\ny\n", "t.csv:3:1: error: a quoted field that begins in this record never ends [bad-csv]\n"
                                 "    3 | 1,\"x\n      | ^\n1 error in t.csv."},
        {"a,b\n1,\xff\n", "t.csv:2:3: error: this byte (0xff) is not UTF-8 text [bad-csv]\n    2 | 1,?\n      |   ^\n"
                          "1 error in t.csv."},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *report = told(rows[i].text, strlen(rows[i].text));
        EXPECT_TEXT(report, rows[i].report);
    }
    g_autofree char *report = told("a\n1\0", 4);
    EXPECT(g_str_has_prefix(report, "t.csv:2:2: error: this byte (0x00) is not UTF-8 text"), "%s", report);
}

static void columns_are_found_by_name(void)
{
    static const char text[] = "from,to,ms\nus-east-1,eu-central-1,88.6\n";
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Csv) csv = csv_read("t.csv", text, strlen(text), diagnostics);
    EXPECT(csv != NULL, "no table");
    if (!csv)
        return;
    EXPECT_INT(csv_columns(csv), 3);
    EXPECT_INT(csv_column(csv, "ms"), 2);
    EXPECT_INT(csv_column(csv, "MS"), -1);
    EXPECT_TEXT(csv_column_name(csv, 1), "to");
    EXPECT_TEXT(csv_text(csv, 0, 0), "us-east-1");
}

static void numbers_are_plain_decimals(void)
{
    static const struct {
        const char *field;
        double value; /* NAN: no number */
    } rows[] = {
        {"88.6", 88.6}, {"-0.5", -0.5}, {"+7", 7},    {"0", 0},     {"", NAN},   {"x", NAN},
        {"1e3", NAN},   {"0x10", NAN},  {"inf", NAN}, {"nan", NAN}, {"1.", NAN}, {".5", NAN},
        {"1 2", NAN},   {"1,5", NAN},   {"5ms", NAN}, {"--1", NAN}, {"-", NAN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("a,b\n\"%s\",1\n", rows[i].field);
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Csv) csv = csv_read("t.csv", text, strlen(text), diagnostics);
        double value = NAN;
        bool is_number = csv && csv_number(csv, 0, 0, &value);
        EXPECT(csv && is_number == !isnan(rows[i].value), "'%s': %s", rows[i].field, is_number ? "a number" : "none");
        EXPECT(!is_number || value == rows[i].value, "'%s' is %g", rows[i].field, value);
    }
}

static void any_bytes_give_a_table_or_a_diagnostic(void)
{
    static const char alphabet[] = "ab1,,,\"\"\n\n\r #\t\xc3\xa4";
    uint64_t state = 8;
    int n_tables = 0, n_reports = 0;
    for (int i = 0; i < 50000; i++) {
        char text[64];
        gsize length = dice_below(&state, sizeof text);
        if (i % 3 == 0)
            memcpy(text, "a\n1\n", 4);
        for (gsize j = i % 3 == 0 ? 4 : 0; j < length; j++)
            text[j] = i % 4 ? alphabet[dice_below(&state, sizeof alphabet - 1)] : (char)dice_below(&state, 256);
        g_autofree char *exact = g_memdup2(text, length); /* so that a checker sees a read beyond it */
        g_autofree char *result = told(exact ? exact : "", length);
        bool is_report = g_str_has_prefix(result, "t.csv:");
        n_reports += is_report;
        n_tables += !is_report;
    }
    EXPECT(n_tables > 100 && n_reports > 100, "%d tables, %d reports", n_tables, n_reports);
}

void suite_csv(void);
void suite_csv(void)
{
    CU_pSuite s = CU_add_suite("csv", NULL, NULL);
    CU_add_test(s, "tables are read with their lines", tables_are_read_with_their_lines);
    CU_add_test(s, "mistakes are told with their place", mistakes_are_told_with_their_place);
    CU_add_test(s, "columns are found by name", columns_are_found_by_name);
    CU_add_test(s, "numbers are plain decimals", numbers_are_plain_decimals);
    CU_add_test(s, "any bytes give a table or a diagnostic", any_bytes_give_a_table_or_a_diagnostic);
}
