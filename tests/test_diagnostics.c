/* Diagnostics: the exact text that a user sees. */
#include "base/diagnostics.h"
#include "tests/expect.h"
#include <string.h>

static char *printed(const Diagnostics *diagnostics, bool colour)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    diagnostics_print(diagnostics, stream, colour);
    fclose(stream);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

static void add_text(Diagnostics *diagnostics, const char *file, const char *text)
{
    diagnostics_add_source(diagnostics, file, text, strlen(text));
}

static Spot at(const char *file, int line, int col, int length)
{
    return (Spot){g_intern_string(file), line, col, length};
}

static void a_message_shows_place_line_and_caret(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    add_text(d, "us-eu.ini", "[dns door]\nttll = 60s\nrtt = 85\n");
    diagnostics_add(d, SEVERITY_ERROR, at("us-eu.ini", 2, 1, 4), "unknown-key", "unknown key '%s' in [dns door]",
                    "ttll");
    diagnostics_add(d, SEVERITY_ERROR, at("us-eu.ini", 3, 7, 2), "missing-unit", "'rtt' needs a unit");
    g_autofree char *text = printed(d, false);
    EXPECT_TEXT(text, "us-eu.ini:2:1: error: unknown key 'ttll' in [dns door] [unknown-key]\n"
                      "    2 | ttll = 60s\n"
                      "      | ^~~~\n"
                      "us-eu.ini:3:7: error: 'rtt' needs a unit [missing-unit]\n"
                      "    3 | rtt = 85\n"
                      "      |       ^~\n"
                      "2 errors in us-eu.ini. Nothing was simulated. More: mrsim explain unknown-key\n");
    EXPECT_INT(diagnostics_errors(d), 2);
    EXPECT_INT(diagnostics_warnings(d), 0);
}

static void messages_come_in_file_order_with_their_notes(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    add_text(d, "child.ini", "a\nb\nc\n");
    add_text(d, "base.ini", "x\ny\n");
    diagnostics_add(d, SEVERITY_WARNING, at("base.ini", 2, 1, 1), "unused-section", "nobody refers to y");
    diagnostics_add(d, SEVERITY_ERROR, at("child.ini", 3, 1, 1), "duplicate-key", "given twice");
    diagnostics_add(d, SEVERITY_NOTE, at("base.ini", 1, 1, 1), NULL, "first given here");
    diagnostics_add(d, SEVERITY_NOTE, at("base.ini", 1, 1, 1), NULL, "first given here");
    diagnostics_add(d, SEVERITY_ERROR, at("child.ini", 1, 1, 1), "syntax", "no");
    diagnostics_add(d, SEVERITY_NOTE, at("child.ini", 2, 1, 1), "use-changed", "starts afresh");
    g_autofree char *text = printed(d, false);
    EXPECT_TEXT(text, "child.ini:1:1: error: no [syntax]\n"
                      "    1 | a\n"
                      "      | ^\n"
                      "child.ini:2:1: note: starts afresh [use-changed]\n"
                      "    2 | b\n"
                      "      | ^\n"
                      "child.ini:3:1: error: given twice [duplicate-key]\n"
                      "    3 | c\n"
                      "      | ^\n"
                      "base.ini:1:1: note: first given here\n"
                      "    1 | x\n"
                      "      | ^\n"
                      "base.ini:2:1: warning: nobody refers to y [unused-section]\n"
                      "    2 | y\n"
                      "      | ^\n"
                      "2 errors, 1 warning in 2 files. Nothing was simulated. More: mrsim explain syntax\n");
}

static void the_same_message_at_the_same_spot_is_kept_once(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    for (int i = 0; i < 3; i++) {
        diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 1, 1), "cycle", "a cycle");
        diagnostics_add(d, SEVERITY_NOTE, at("a.ini", 2, 1, 1), NULL, "by way of this");
    }
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 2, 1), "cycle", "a cycle");
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 2, 1), "cycle", "another cycle");
    g_autofree char *text = printed(d, false);
    EXPECT_TEXT(text, "a.ini:1:1: error: a cycle [cycle]\n"
                      "a.ini:2:1: note: by way of this\n"
                      "a.ini:1:2: error: a cycle [cycle]\n"
                      "a.ini:1:2: error: another cycle [cycle]\n"
                      "3 errors in a.ini. Nothing was simulated. More: mrsim explain cycle\n");
}

static void one_place_shows_its_line_once(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    add_text(d, "a.ini", "key = 5 carts\n");
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 7, 1), "bad-list", "first");
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 7, 1), "bad-list", "second");
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 9, 0), "bad-list", "third");
    g_autofree char *text = printed(d, false);
    EXPECT_TEXT(text, "a.ini:1:7: error: first [bad-list]\n"
                      "    1 | key = 5 carts\n"
                      "      |       ^\n"
                      "a.ini:1:7: error: second [bad-list]\n"
                      "a.ini:1:9: error: third [bad-list]\n"
                      "    1 | key = 5 carts\n"
                      "3 errors in a.ini. Nothing was simulated. More: mrsim explain bad-list\n");
}

static void the_closing_line_counts(void)
{
    static const struct {
        int n_errors, n_warnings;
        const char *closing;
    } rows[] = {
        {0, 0, ""},
        {1, 0, "1 error in a.ini. Nothing was simulated. More: mrsim explain e\n"},
        {5, 2, "5 errors, 2 warnings in a.ini. Nothing was simulated. More: mrsim explain e\n"},
        {0, 1, "1 warning in a.ini.\n"},
        {0, 2, "2 warnings in a.ini.\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diagnostics) d = diagnostics_new();
        for (int j = 0; j < rows[i].n_warnings; j++)
            diagnostics_add(d, SEVERITY_WARNING, at("a.ini", j + 1, 1, 1), "w", "warning");
        for (int j = 0; j < rows[i].n_errors; j++)
            diagnostics_add(d, SEVERITY_ERROR, at("a.ini", j + 9, 1, 1), "e", "error");
        g_autofree char *text = printed(d, false);
        EXPECT(g_str_has_suffix(text, rows[i].closing) && (*text == 0) == (*rows[i].closing == 0),
               "%d errors, %d warnings: %s", rows[i].n_errors, rows[i].n_warnings, text);
    }
}

static void a_whole_file_has_no_line(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    diagnostics_add(d, SEVERITY_ERROR, at("gone.ini", 0, 0, 0), "no-file", "no such file");
    g_autofree char *text = printed(d, false);
    EXPECT_TEXT(text, "gone.ini: error: no such file [no-file]\n"
                      "1 error in gone.ini. Nothing was simulated. More: mrsim explain no-file\n");
}

static const struct {
    const char *what, *line;
    int col, length;
    const char *shown, *caret;
} lines[] = {
    {"tabs are repeated", "\tttl\t= 6", 6, 3, "\tttl\t= 6", "\t   \t^~~"},
    {"at the end of the line", "ttl =", 6, 1, "ttl =", "     ^"},
    {"longer than the line", "ttl = 6", 7, 99, "ttl = 6", "      ^"},
    {"letters of two bytes", "\xc3\xbc = x", 6, 1, "\xc3\xbc = x", "    ^"},
    {"letters of two columns", "\xe6\x97\xa5 = x", 7, 1, "\xe6\x97\xa5 = x", "     ^"},
    {"a letter of two columns", "a = \xe6\x97\xa5", 5, 3, "a = \xe6\x97\xa5", "    ^~"},
    {"bytes that are no text", "a\xff\x01 = x", 7, 1, "a?? = x", "      ^"},
    {"carriage returns", "ttl = 6\r", 1, 3, "ttl = 6", "^~~"},
    {"70 columns are shown whole", "0123456789012345678901234567890123456789012345678901234567890123456789", 70, 1,
     "0123456789012345678901234567890123456789012345678901234567890123456789",
     "                                                                     ^"},
    {"71 columns are cut, the caret on the left",
     "x123456789012345678901234567890123456789012345678901234567890123456789X", 1, 1,
     "x123456789012345678901234567890123456789012345678901234567890123456...", "^"},
    {"71 columns are cut, the caret on the right",
     "x123456789012345678901234567890123456789012345678901234567890123456789X", 71, 1,
     "...456789012345678901234567890123456789012345678901234567890123456789X",
     "                                                                     ^"},
};

static void the_caret_stands_below_its_word(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(Diagnostics) d = diagnostics_new();
        add_text(d, "a.ini", lines[i].line);
        diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, lines[i].col, lines[i].length), NULL, "%s", lines[i].what);
        g_autofree char *text = printed(d, false);
        g_autofree char *expected =
            g_strdup_printf("a.ini:1:%d: error: %s\n    1 | %s\n      | %s\n1 error in a.ini. Nothing was simulated.\n",
                            lines[i].col, lines[i].what, lines[i].shown, lines[i].caret);
        EXPECT_TEXT(text, expected);
    }
}

static void the_caret_is_in_sight_in_any_long_line(void)
{
    g_autoptr(GString) line = g_string_new(NULL);
    for (int i = 0; i < 1000; i++)
        g_string_append_c(line, (char)('a' + i % 26));
    for (int col = 1; col <= 1001; col += 8) {
        g_autoptr(Diagnostics) d = diagnostics_new();
        add_text(d, "a.ini", line->str);
        diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, col, 1), NULL, "here");
        g_autofree char *text = printed(d, false);
        g_auto(GStrv) rows = g_strsplit(text, "\n", 0);
        const char *caret = strchr(rows[2], '^');
        EXPECT(strlen(rows[1]) <= 78 && strlen(rows[2]) <= 79, "column %d: '%s'", col, rows[1]);
        EXPECT(caret != NULL, "column %d: no caret", col);
        char below = caret ? rows[1][caret - rows[2]] : 0, expected = col <= 1000 ? (char)('a' + (col - 1) % 26) : 0;
        EXPECT(below == expected, "column %d: '%c' instead of '%c'", col, below, expected);
    }
}

static void after_a_hundred_errors_the_rest_is_counted(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    for (int i = 1; i <= 123; i++) {
        diagnostics_add(d, SEVERITY_ERROR, at("a.ini", i, 1, 1), "syntax", "wrong");
        diagnostics_add(d, SEVERITY_NOTE, at("a.ini", i, 2, 1), NULL, "note");
    }
    diagnostics_add(d, SEVERITY_ERROR, at("b.ini", 1, 1, 1), "syntax", "wrong");
    EXPECT_INT(diagnostics_errors(d), 124);
    g_autofree char *text = printed(d, false);
    EXPECT(strstr(text, "a.ini:100:2: note: note\na.ini: 23 more errors are not shown\nb.ini:1:1: error: wrong") !=
               NULL,
           "%s", text);
    EXPECT(strstr(text, "a.ini:101") == NULL, "%s", text);
    EXPECT(g_str_has_suffix(text, "124 errors in 2 files. Nothing was simulated. More: mrsim explain syntax\n"), "%s",
           text);
}

static void colour_only_when_asked_and_always_ended(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    add_text(d, "a.ini", "x\n");
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 1, 1), "e", "wrong \033[2J");
    g_autofree char *plain = printed(d, false);
    g_autofree char *coloured = printed(d, true);
    EXPECT(strchr(plain, '\033') == NULL, "%s", plain);
    EXPECT(strstr(plain, "wrong ?[2J") != NULL, "%s", plain);
    EXPECT(strstr(coloured, "\033[1;31merror:\033[0m") != NULL, "%s", coloured);
    int depth = 0;
    for (const char *c = strchr(coloured, '\033'); c; c = strchr(c + 1, '\033'))
        depth += g_str_has_prefix(c, "\033[0m") ? -1 : 1;
    EXPECT_INT(depth, 0);
}

static void a_byte_order_mark_is_no_column(void)
{
    g_autoptr(Diagnostics) d = diagnostics_new();
    add_text(d, "a.ini", "\xef\xbb\xbf[dns");
    diagnostics_add(d, SEVERITY_ERROR, at("a.ini", 1, 2, 3), NULL, "no");
    g_autofree char *text = printed(d, false);
    EXPECT_TEXT(text, "a.ini:1:2: error: no\n    1 | [dns\n      |  ^~~\n1 error in a.ini. Nothing was simulated.\n");
}

static void the_nearest_word_is_near(void)
{
    static const char *const words[] = {"ttl",   "policy",       "answers",   "health",
                                        "alias", "eu-central-1", "us-east-1", NULL};
    static const struct {
        const char *word, *nearest;
    } rows[] = {
        {"ttll", "ttl"},
        {"tl", "ttl"},
        {"tlt", "ttl"},
        {"polcy", "policy"},
        {"plicoy", "policy"},
        {"anwsers", "answers"},
        {"healht", "health"},
        {"helth", "health"},
        {"x", NULL},
        {"t", NULL},
        {"tx", NULL},
        {"answ", NULL},
        {"servers", NULL},
        {"eu-cental-1", "eu-central-1"},
        {"us-east-2", "us-east-1"},
        {"us-west-1", "us-east-1"},
        {"", NULL},
        {"ttl", "ttl"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT_TEXT(nearest_word(rows[i].word, words), rows[i].nearest);
    static const char *const tied[] = {"carta", "cartb", NULL};
    EXPECT_TEXT(nearest_word("cartx", tied), "carta");
}

void suite_diagnostics(void);
void suite_diagnostics(void)
{
    CU_pSuite s = CU_add_suite("diagnostics", NULL, NULL);
    CU_add_test(s, "a message shows place, line and caret", a_message_shows_place_line_and_caret);
    CU_add_test(s, "messages come in file order with their notes", messages_come_in_file_order_with_their_notes);
    CU_add_test(s, "the same message at the same spot is kept once", the_same_message_at_the_same_spot_is_kept_once);
    CU_add_test(s, "one place shows its line once", one_place_shows_its_line_once);
    CU_add_test(s, "the closing line counts", the_closing_line_counts);
    CU_add_test(s, "a whole file has no line", a_whole_file_has_no_line);
    CU_add_test(s, "the caret stands below its word", the_caret_stands_below_its_word);
    CU_add_test(s, "the caret is in sight in any long line", the_caret_is_in_sight_in_any_long_line);
    CU_add_test(s, "after a hundred errors the rest is counted", after_a_hundred_errors_the_rest_is_counted);
    CU_add_test(s, "colour only when asked, and always ended", colour_only_when_asked_and_always_ended);
    CU_add_test(s, "a byte order mark is no column", a_byte_order_mark_is_no_column);
    CU_add_test(s, "the nearest word is near", the_nearest_word_is_near);
}
