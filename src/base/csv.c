#include "base/csv.h"

#include "base/arena.h"
#include "base/check.h"
#include <csv.h>
#include <string.h>

struct Csv {
    Arena *arena;
    GPtrArray *names; /* of the columns */
    GPtrArray *cells; /* char *, row by row */
    GArray *lines;    /* int, one a row */
};

typedef struct {
    Csv *csv;
    const char *file;
    Diagnostics *diagnostics;
    const char *text;
    gsize length;
    GPtrArray *record;     /* the fields so far */
    int line, record_line; /* where we are; where the record began */
    bool between;          /* no record under way */
    bool has_header, failed;
} Reading;

void csv_drop(Csv *csv)
{
    if (!csv)
        return;
    g_array_unref(csv->lines);
    g_ptr_array_unref(csv->cells);
    g_ptr_array_unref(csv->names);
    arena_free(csv->arena);
    g_free(csv);
}

static void G_GNUC_PRINTF(5, 6) mistake(Reading *reading, int line, int col, const char *slug, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (!reading->failed && line > 0)
        diagnostics_add_source(reading->diagnostics, reading->file, reading->text, reading->length);
    reading->failed = true;
    Spot spot = {.file = g_intern_string(reading->file), .line = line, .col = col, .length = line > 0};
    diagnostics_add(reading->diagnostics, SEVERITY_ERROR, spot, slug, "%s", message);
}

static void take_field(void *field, size_t length, void *data)
{
    Reading *reading = data;
    char *copy = arena_take(reading->csv->arena, length + 1);
    if (length)
        memcpy(copy, field, length);
    g_ptr_array_add(reading->record, copy);
}

static void take_header(Reading *reading)
{
    reading->has_header = true;
    for (guint i = 0; i < reading->record->len; i++) {
        const char *name = reading->record->pdata[i];
        if (!*name)
            mistake(reading, reading->record_line, 1, "bad-csv", "column %u has no name", i + 1);
        else if (csv_column(reading->csv, name) >= 0)
            mistake(reading, reading->record_line, 1, "bad-csv", "two columns are called '%s'", name);
        g_ptr_array_add(reading->csv->names, reading->record->pdata[i]);
    }
}

static void take_row(Reading *reading)
{
    guint n = reading->record->len, n_columns = reading->csv->names->len;
    if (n != n_columns) {
        mistake(reading, reading->record_line, 1, "bad-csv", "%u field%s, but the header has %u", n, n == 1 ? "" : "s",
                n_columns);
        return;
    }
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(reading->csv->cells, reading->record->pdata[i]);
    g_array_append_val(reading->csv->lines, reading->record_line);
}

static void take_record(G_GNUC_UNUSED int terminator, void *data)
{
    Reading *reading = data;
    if (reading->has_header)
        take_row(reading);
    else
        take_header(reading);
    g_ptr_array_set_size(reading->record, 0);
    reading->between = true;
}

/* Such lines libcsv passes over between records. */
static bool is_blank(const char *line, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!strchr(" \t\r\n", line[i]))
            return false;
    return true;
}

/* libcsv counts no lines, so it is fed line by line. */
static void read_lines(Reading *reading, struct csv_parser *parser)
{
    gsize length;
    for (const char *start = reading->text, *end = start + reading->length; start < end; start += length) {
        const char *newline = memchr(start, '\n', (gsize)(end - start));
        length = newline ? (gsize)(newline - start) + 1 : (gsize)(end - start);
        reading->line++;
        if (!reading->has_header && reading->between && *start == '#')
            continue;
        if (reading->between)
            reading->record_line = reading->line;
        if (!is_blank(start, length))
            reading->between = false; /* unless the line ends a record: take_record */
        gsize n_read = csv_parse(parser, start, length, take_field, take_record, reading);
        if (n_read == length)
            continue;
        if (csv_error(parser) == CSV_EPARSE)
            mistake(reading, reading->line, (int)n_read + 1, "bad-csv",
                    "a quote in the wrong place; put the whole field in quotes and double the quotes inside it");
        else
            mistake(reading, reading->line, (int)n_read + 1, "bad-csv", "%s", csv_strerror(csv_error(parser)));
        return;
    }
    if (csv_fini(parser, take_field, take_record, reading) != 0)
        mistake(reading, reading->record_line, 1, "bad-csv", "a quoted field that begins in this record never ends");
}

static void check_encoding(Reading *reading)
{
    const char *wrong;
    if (g_utf8_validate(reading->text, (gssize)reading->length, &wrong))
        return;
    int line = 1;
    const char *start = reading->text;
    for (const char *c = start; c < wrong; c++) {
        if (*c == '\n') {
            line++;
            start = c + 1;
        }
    }
    mistake(reading, line, (int)(wrong - start) + 1, "bad-csv", "this byte (0x%02x) is not UTF-8 text",
            (unsigned char)*wrong);
}

static Csv *csv_new(void)
{
    Csv *csv = g_new0(Csv, 1);
    csv->arena = arena_new();
    csv->names = g_ptr_array_new();
    csv->cells = g_ptr_array_new();
    csv->lines = g_array_new(FALSE, FALSE, sizeof(int));
    return csv;
}

static void read_table(Reading *reading)
{
    struct csv_parser parser;
    int failure = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL);
    CHECK(failure == 0);
    csv_set_realloc_func(&parser, g_realloc);
    csv_set_free_func(&parser, g_free);
    read_lines(reading, &parser);
    csv_free(&parser);
}

Csv *csv_read(const char *file, const char *text, gsize length, Diagnostics *diagnostics)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    bool has_mark = length >= 3 && memcmp(text, byte_order_mark, 3) == 0;
    g_autoptr(Csv) csv = csv_new();
    g_autoptr(GPtrArray) record = g_ptr_array_new();
    Reading reading = {.csv = csv, .file = file, .diagnostics = diagnostics, .record = record, .between = true};
    reading.text = text + (has_mark ? 3 : 0);
    reading.length = length - (has_mark ? 3 : 0);
    check_encoding(&reading);
    if (!reading.failed)
        read_table(&reading);
    if (!reading.failed && !reading.has_header)
        mistake(&reading, 0, 0, "empty-csv", "the table is empty; it needs a header line and at least one record");
    else if (!reading.failed && csv->lines->len == 0)
        mistake(&reading, reading.record_line, 1, "empty-csv", "a header, but not one record below it");
    return reading.failed ? NULL : g_steal_pointer(&csv);
}

guint csv_rows(const Csv *csv)
{
    return csv->lines->len;
}

guint csv_columns(const Csv *csv)
{
    return csv->names->len;
}

const char *csv_column_name(const Csv *csv, guint column)
{
    CHECK(column < csv->names->len);
    return csv->names->pdata[column];
}

int csv_column(const Csv *csv, const char *name)
{
    for (guint i = 0; i < csv->names->len; i++)
        if (strcmp(csv->names->pdata[i], name) == 0)
            return (int)i;
    return -1;
}

const char *csv_text(const Csv *csv, guint row, guint column)
{
    CHECK(row < csv->lines->len && column < csv->names->len);
    return csv->cells->pdata[(gsize)row * csv->names->len + column];
}

/* Digits with at most one point between them, as people write numbers: no exponent, no infinity, no hexadecimal. */
static bool is_plain_number(const char *text)
{
    if (*text == '-' || *text == '+')
        text++;
    gsize whole = strspn(text, "0123456789");
    text += whole;
    if (whole && *text == '.') {
        gsize decimals = strspn(text + 1, "0123456789");
        text += decimals ? decimals + 1 : 0;
    }
    return whole && !*text;
}

bool csv_number(const Csv *csv, guint row, guint column, double *value)
{
    const char *text = csv_text(csv, row, column);
    if (!is_plain_number(text))
        return false;
    *value = g_ascii_strtod(text, NULL);
    return *value <= G_MAXDOUBLE && *value >= -G_MAXDOUBLE;
}

int csv_line(const Csv *csv, guint row)
{
    CHECK(row < csv->lines->len);
    return g_array_index(csv->lines, int, row);
}
