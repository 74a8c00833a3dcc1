/* Csv: a table read by libcsv, with the line each record starts on.
 *
 * libcsv counts no lines, and a quoted newline makes rows and lines differ: so both are kept.
 *
 * The first record is the header; every other has as many fields.  All mistakes become diagnostics with file:line:col
 * (slugs bad-csv, empty-csv). */
#ifndef MRSIM_BASE_CSV_H
#define MRSIM_BASE_CSV_H
#include "base/diagnostics.h"
#include <glib.h>
#include <stdbool.h>

typedef struct Csv Csv;
/* Reads `text`; `file` names it in messages. NULL with diagnostics when it is not a table. Lines that start with '#'
 * before the header are comments (provenance). */
Csv *csv_read(const char *file, const char *text, gsize length, Diagnostics *diagnostics);
/* Not csv_free: libcsv has a function of that name. */
void csv_drop(Csv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Csv, csv_drop)

guint csv_rows(const Csv *csv);
guint csv_columns(const Csv *csv);
const char *csv_column_name(const Csv *csv, guint column);
int csv_column(const Csv *csv, const char *name);              /* -1: none */
const char *csv_text(const Csv *csv, guint row, guint column); /* never NULL */
/* A plain decimal number; false when the field is none (empty included). */
bool csv_number(const Csv *csv, guint row, guint column, double *value);
int csv_line(const Csv *csv, guint row); /* 1-based line in the file */
#endif
