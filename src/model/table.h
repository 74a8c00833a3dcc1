/* Table: a CSV file of the model with the columns that are read.
 *
 * Opens the file, finds the columns by name (others are for people), and reads fields; every mistake becomes a
 * diagnostic with file and line, and reading goes on, so that one pass finds them all. */
#ifndef MRSIM_MODEL_TABLE_H
#define MRSIM_MODEL_TABLE_H
#include "base/csv.h"
#include "base/diagnostics.h"
#include <glib.h>

enum { TABLE_MOST_COLUMNS = 16 };

typedef struct {
    const char *file; /* interned */
    char *text;       /* of it, for the source lines under messages */
    gsize length;
    Csv *csv;
    guint n_rows;
    const char *const *name;          /* of the columns that are read; NULL-terminated */
    guint column[TABLE_MOST_COLUMNS]; /* where they are */
    Diagnostics *diagnostics;
    bool shown; /* the diagnostics have the text */
} Table;

/* False with diagnostics: `name` in `folder` cannot be read (no-file), is no table, or lacks one of `columns`
 * (unknown-column). `columns` must outlive the table; columns are meant by their number in it below. */
bool table_open(Table *table, const char *folder, const char *name, const char *const *columns,
                Diagnostics *diagnostics);
void table_close(Table *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_close)

const char *table_text(const Table *table, guint row, guint column); /* never NULL */
/* False with a diagnostic: not a number, or not within least..most. */
bool table_number(Table *table, guint row, guint column, double least, double most, double *value);
/* A field that may be empty: then `value` keeps what it has. */
bool table_number_or_none(Table *table, guint row, guint column, double least, double most, double *value);

/* What is wrong at a line (0: with the file as a whole). */
void table_complain(Table *table, int line, const char *slug, const char *format, ...) G_GNUC_PRINTF(4, 5);
#define TABLE_COMPLAIN(table, row, ...) table_complain((table), csv_line((table)->csv, (row)), "bad-csv", __VA_ARGS__)
#endif
