#include "model/table.h"
#include "base/check.h"
#include <stdarg.h>
#include <string.h>
#include "base/poison.h"

void table_complain(Table *table, int line, const char *slug, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (line > 0 && !table->shown)
        diagnostics_add_source(table->diagnostics, table->file, table->text, table->length);
    table->shown |= line > 0;
    Spot spot = {.file = table->file, .line = line, .col = line > 0, .length = 0};
    diagnostics_add(table->diagnostics, SEVERITY_ERROR, spot, slug, "%s", message);
}

/* The first that is no comment, as csv_read sees it. */
static int header_line(const Table *table)
{
    int line = 1;
    for (const char *c = table->text; *c == '#'; line++) {
        c += strcspn(c, "\n");
        c += *c == '\n';
    }
    return line;
}

static bool find_columns(Table *table)
{
    guint n_columns = csv_columns(table->csv);
    g_autofree const char **there = g_new0(const char *, n_columns + 1);
    for (guint i = 0; i < n_columns; i++)
        there[i] = csv_column_name(table->csv, i);
    bool found = true;
    for (guint i = 0; table->name[i]; i++) {
        CHECK(i < TABLE_MOST_COLUMNS);
        int column = csv_column(table->csv, table->name[i]);
        if (column >= 0) {
            table->column[i] = (guint)column;
            continue;
        }
        const char *near = nearest_word(table->name[i], there);
        table_complain(table, header_line(table), "unknown-column", "no column '%s'%s%s%s", table->name[i],
                       near ? "; is it '" : "", near ? near : "", near ? "'?" : "");
        found = false;
    }
    return found;
}

bool table_open(Table *table, const char *folder, const char *name, const char *const *columns,
                Diagnostics *diagnostics)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    *table = (Table){.file = g_intern_string(path), .name = columns, .diagnostics = diagnostics};
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &table->text, &table->length, &error)) {
        table_complain(table, 0, "no-file", "%s", error->message);
        return false;
    }
    table->csv = csv_read(table->file, table->text, table->length, diagnostics);
    if (!table->csv)
        return false;
    table->n_rows = csv_rows(table->csv);
    return find_columns(table);
}

void table_close(Table *table)
{
    g_clear_pointer(&table->csv, csv_drop);
    g_clear_pointer(&table->text, g_free);
}

const char *table_text(const Table *table, guint row, guint column)
{
    return csv_text(table->csv, row, table->column[column]);
}

bool table_number(Table *table, guint row, guint column, double least, double most, double *value)
{
    const char *name = table->name[column], *text = table_text(table, row, column);
    if (!csv_number(table->csv, row, table->column[column], value)) {
        TABLE_COMPLAIN(table, row, "%s is '%s', which is not a number", name, text);
        return false;
    }
    if (!(*value >= least && *value <= most)) {
        TABLE_COMPLAIN(table, row, "%s is %s; it must be between %g and %g", name, text, least, most);
        return false;
    }
    return true;
}

bool table_number_or_none(Table *table, guint row, guint column, double least, double most, double *value)
{
    return *table_text(table, row, column) == '\0' || table_number(table, row, column, least, most, value);
}
