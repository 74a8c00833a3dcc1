#include "scenario/reader.h"
#include "tests/expect.h"
#include <string.h>

/* What was read, one line each: "[kind name@place]3:2" and "key = value 4:1 4:7" (places of key and value). */
static char *dump(const Document *document)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < document->n_sections; i++) {
        const Section *section = &document->section[i];
        g_string_append_printf(text, "[%s%s%s%s%s]%d:%d\n", section->kind ? section->kind : "?",
                               section->name ? " " : "", section->name ? section->name : "", section->place ? "@" : "",
                               section->place ? section->place : "", section->spot.line, section->spot.col);
        for (guint k = 0; k < section->n_entries; k++) {
            const Entry *entry = &section->entry[k];
            Spot value = value_whole(&entry->value);
            g_string_append_printf(text, "%s %s %s|%d:%d|%d:%d\n", entry->key, entry->op, entry->value.text,
                                   entry->spot.line, entry->spot.col, value.line, value.col);
        }
    }
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *text, *read;
    guint n_errors;
} Row;

static void check_rows(const Row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(Arena) arena = arena_new();
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        const Document *document = reader_read(arena, "t.ini", rows[i].text, strlen(rows[i].text), diagnostics);
        g_autofree char *read = dump(document);
        EXPECT(strcmp(read, rows[i].read) == 0, "row %zu: \"%s\" was read as\n%sexpected\n%s", i, rows[i].text, read,
               rows[i].read);
        EXPECT(diagnostics_errors(diagnostics) == rows[i].n_errors, "row %zu: %u errors, expected %u", i,
               diagnostics_errors(diagnostics), rows[i].n_errors);
    }
}
#define CHECK_ROWS(rows) check_rows(rows, G_N_ELEMENTS(rows))

static void test_lines(void)
{
    static const Row rows[] = {
        {"", "", 0},
        {"\n  \n\t\n# a\n; b\n   # c\n", "", 0},
        {"[dns door]", "[dns door]1:2\n", 0},
        {"\xef\xbb\xbf[dns door]\r\nttl = 5s\r\n", "[dns door]1:2\nttl = 5s|2:1|2:7\n", 0},
        {"  [ dns   door ]  # c", "[dns door]1:5\n", 0},
        {"[dns]", "[dns]1:2\n", 0},
        {"[service shop@eu-central-1]", "[service shop@eu-central-1]1:2\n", 0},
        {"[a b]\n\tkey\t=\tvalue\t\n", "[a b]1:2\nkey = value|2:2|2:8\n", 0},
        {"[a b]\nk=v\nl =w\nm= x", "[a b]1:2\nk = v|2:1|2:3\nl = w|3:1|3:4\nm = x|4:1|4:4\n", 0},
        {"[a b]\nk = v # comment\nl = v#none\nm = v ; none",
         "[a b]1:2\nk = v|2:1|2:5\nl = v#none|3:1|3:5\nm = v ; none|4:1|4:5\n", 0},
        {"[a b]\nk = \"v # w\" # c\nl = \"a \\\" b\"", "[a b]1:2\nk = \"v # w\"|2:1|2:5\nl = \"a \\\" b\"|3:1|3:5\n",
         0},
        {"[a b]\nk = it's 5\" wide", "[a b]1:2\nk = it's 5\" wide|2:1|2:5\n", 0},
    };
    CHECK_ROWS(rows);
}

static void test_operators(void)
{
    static const Row rows[] = {
        {"[objectives]\nlatency.p99{op=write} <= 250ms", "[objectives]1:2\nlatency.p99{op=write} <= 250ms|2:1|2:26\n",
         0},
        {"[objectives]\na{b!=c, d=e}>=1", "[objectives]1:2\na{b!=c, d=e} >= 1|2:1|2:15\n", 0},
        {"[objectives]\na == 1\nb < 2", "[objectives]1:2\na == 1|2:1|2:6\nb < 2|3:1|3:5\n", 0},
        {"[a b]\nk = x = y", "[a b]1:2\nk = x = y|2:1|2:5\n", 0},
        {"[a b]\nk", "[a b]1:2\n", 1},
        {"[a b]\nk v # = w", "[a b]1:2\n", 1},
        {"[a b]\n = v", "[a b]1:2\n", 1},
        {"[a b]\nk =\nl = # c", "[a b]1:2\nk = |2:1|0:0\nl = |3:1|0:0\n", 2},
    };
    CHECK_ROWS(rows);
}

static void test_values_go_on_after_a_comma(void)
{
    static const Row rows[] = {
        {"[a b]\nk = x,\n  y", "[a b]1:2\nk = x, y|2:1|2:5\n", 0},
        {"[a b]\nk = x, # one\n# between\n\n y,\nz\nl = m", "[a b]1:2\nk = x, y, z|2:1|2:5\nl = m|7:1|7:5\n", 0},
        {"[a b]\nk = f(p=1,\n q=2)\nl = m", "[a b]1:2\nk = f(p=1, q=2)|2:1|2:5\nl = m|4:1|4:5\n", 0},
        {"[a b]\nk = x,\nl = m", "[a b]1:2\nk = x|2:1|2:5\nl = m|3:1|3:5\n", 1},
        {"[a b]\nk = x,\n[c d]\n", "[a b]1:2\nk = x|2:1|2:5\n[c d]3:2\n", 1},
        {"[a b]\nk = x,\n# end\n", "[a b]1:2\nk = x|2:1|2:5\n", 1},
        {"[a b]\nk = ,\nl = m", "[a b]1:2\nk = |2:1|2:5\nl = m|3:1|3:5\n", 2},
        {"[a b]\nk = f(x,\n[c d]\n", "[a b]1:2\nk = f(x|2:1|2:5\n[c d]3:2\n", 1},
        {"[o]\na{b=c} <= 1,\nd.p99{e=f} >= 2", "[o]1:2\na{b=c} <= 1|2:1|2:11\nd.p99{e=f} >= 2|3:1|3:15\n", 1},
    };
    CHECK_ROWS(rows);
}

static void test_bad_headers_still_open_their_section(void)
{
    static const Row rows[] = {
        {"[dns door\nttl = 5s", "[dns door]1:2\nttl = 5s|2:1|2:7\n", 1},
        {"[dns door # c\nttl = 5s", "[dns door]1:2\nttl = 5s|2:1|2:7\n", 1},
        {"dns door]\n", "", 1},
        {"[dns door] ttl = 5s\nttl = 6s", "[dns door]1:2\nttl = 6s|2:1|2:7\n", 1},
        {"[dns door]# c\n", "[dns door]1:2\n", 1},
        {"[]", "[?]1:2\n", 1},
        {"[dns Door]\nttl = 5s", "[?]1:2\nttl = 5s|2:1|2:7\n", 1},
        {"[dns a b]", "[?]1:2\n", 1},
        {"[dns @here]", "[?]1:2\n", 1},
        {"[dns a@]", "[? a]1:2\n", 1},
        {"[dns a @b]", "[dns a@b]1:2\n", 1},
        {"[\xc3\xa4 b]", "[?]1:2\n", 1},
        {"[[a b]]", "[?]1:2\n", 2},
        {"[", "[?]1:2\n", 2},
    };
    CHECK_ROWS(rows);
}

static void test_what_is_no_text(void)
{
    static const Row rows[] = {
        {"[a b]\nk = \x01\nl = m", "[a b]1:2\nl = m|3:1|3:5\n", 1},
        {"[a b]\nk = \xff\nl = m", "[a b]1:2\nl = m|3:1|3:5\n", 1},
        {"[a b]\nk = \xc3\xa4\n", "[a b]1:2\nk = \xc3\xa4|2:1|2:5\n", 0},
        {"[a b]\nk = a\rb\n", "[a b]1:2\n", 1},
        {"k = v\nl = w\n[a b]\n", "[a b]3:2\n", 1},
        {"\x01\n\x01\n\x01\n\x01\n\x01\n\x01\n\x01\n", "", 5},
        {"[a b]\nk = \"v\nl = m", "[a b]1:2\nk = \"v|2:1|2:5\nl = m|3:1|3:5\n", 1},
    };
    CHECK_ROWS(rows);
}

static void test_long_lines_and_nul(void)
{
    g_autoptr(Arena) arena = arena_new();
    g_autofree char *most = g_strnfill(READER_LINE_MOST, '#'), *more = g_strnfill(READER_LINE_MOST + 1, '#');
    g_autofree char *text = g_strconcat(most, "\n", more, "\n[a b]\n", NULL);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    EXPECT_INT(reader_read(arena, "t.ini", text, strlen(text), diagnostics)->n_sections, 1);
    EXPECT_INT(diagnostics_errors(diagnostics), 1);
    static const char binary[] = "[a b]\nk = \0\0\n[c d]\n";
    g_autoptr(Diagnostics) of_binary = diagnostics_new();
    const Document *document = reader_read(arena, "b.ini", binary, sizeof binary - 1, of_binary);
    EXPECT(document->gave_up, "a NUL ends the reading");
    EXPECT_INT(diagnostics_errors(of_binary), 1);
}

/* Every byte of a value over several lines has its place in the file. */
static void test_places_within_values(void)
{
    static const char text[] = "[a b]\nkey = one, # c\n      two,\n  three";
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    const Document *document = reader_read(arena, "t.ini", text, strlen(text), diagnostics);
    const Value *value = &document->section[0].entry[0].value;
    static const struct {
        const char *word;
        int line, col;
    } rows[] = {{"one", 2, 7}, {"two", 3, 7}, {"three", 4, 3}};
    EXPECT_TEXT(value->text, "one, two, three");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint offset = (guint)(strstr(value->text, rows[i].word) - value->text);
        Spot spot = value_spot(value, offset, (guint)strlen(rows[i].word));
        EXPECT_INT(spot.line, rows[i].line);
        EXPECT_INT(spot.col, rows[i].col);
        EXPECT_INT(spot.length, strlen(rows[i].word));
    }
    EXPECT_INT(value_whole(value).length, strlen("one,")); /* a caret line ends with its line */
}

static void test_a_set_is_one_setting(void)
{
    static const struct {
        const char *text, *read;
    } rows[] = {
        {"ttl=10s", "ttl|=|10s|1:6|1:10"},
        {"title = a # b", "title|=|a # b|1:6|1:14"},
        {"latency.p99{op=write}<=1s", "latency.p99{op=write}|<=|1s|1:6|1:29"},
        {"ttl", NULL},
        {"a=1\nb=2", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Arena) arena = arena_new();
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        Entry entry;
        bool good = reader_setting(arena, "--set", 1, 6, rows[i].text, &entry, diagnostics);
        EXPECT(good == (rows[i].read != NULL), "row %zu: \"%s\"", i, rows[i].text);
        EXPECT((diagnostics_errors(diagnostics) == 0) == good, "row %zu: told when not read", i);
        if (!good || !rows[i].read)
            continue;
        Spot value = value_whole(&entry.value);
        g_autofree char *read = g_strdup_printf("%s|%s|%s|%d:%d|%d:%d", entry.key, entry.op, entry.value.text,
                                                entry.spot.line, entry.spot.col, value.line, value.col);
        EXPECT_TEXT(read, rows[i].read);
    }
}

void suite_reader(void);
void suite_reader(void)
{
    CU_pSuite suite = CU_add_suite("reader", NULL, NULL);
    CU_add_test(suite, "lines, headers, comments and quotes", test_lines);
    CU_add_test(suite, "a selector is read before the operator is looked for", test_operators);
    CU_add_test(suite, "a value goes on after a comma, and only then", test_values_go_on_after_a_comma);
    CU_add_test(suite, "a bad header still opens its section", test_bad_headers_still_open_their_section);
    CU_add_test(suite, "what is no text is told and left out", test_what_is_no_text);
    CU_add_test(suite, "lines too long, and binary files", test_long_lines_and_nul);
    CU_add_test(suite, "every byte of a value has its place", test_places_within_values);
    CU_add_test(suite, "a --set is one setting", test_a_set_is_one_setting);
}
