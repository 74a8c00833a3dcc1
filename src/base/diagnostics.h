/* Diagnostics: what is wrong with what the user wrote.
 *
 * Every mistake of a file is collected, then all are printed together, in file order, in the GNU form that editors jump
 * to,
 *     FILE:LINE:COL: error: what is wrong; what was likely meant [slug]
 * with the source line and a caret under the first message of each place.  A slug is stable: `mrsim explain SLUG` knows
 * it.  The text of messages may hold anything the user wrote: what a terminal cannot show is printed as '?'. */
#ifndef MRSIM_BASE_DIAGNOSTICS_H
#define MRSIM_BASE_DIAGNOSTICS_H
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

typedef enum { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE } Severity;

/* A spot in a text: `file` as the user would write it ("--set" for the command line, then line is the n-th --set); line
 * and col count from 1; length of the token in bytes (0: no caret).  line 0: the file as a whole. */
typedef struct {
    const char *file; /* interned (g_intern_string) */
    int line, col, length;
} Spot;

typedef struct Diagnostics Diagnostics;
Diagnostics *diagnostics_new(void);
void diagnostics_free(Diagnostics *diagnostics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Diagnostics, diagnostics_free)

/* Keeps a copy of the text of `file`, for the source lines under messages.  Files print in the order in which they were
 * added or first spoken of. */
void diagnostics_add_source(Diagnostics *diagnostics, const char *file, const char *text, gsize length);
/* Notes belong to the error or warning added just before them and are printed right behind it; a note with a slug of
 * its own stands alone. The same message at the same
 * spot is kept once. After 100 errors in one file further ones of that file are only counted. */
void diagnostics_add(Diagnostics *diagnostics, Severity severity, Spot spot, const char *slug, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
guint diagnostics_errors(const Diagnostics *diagnostics);
guint diagnostics_warnings(const Diagnostics *diagnostics);
/* Prints all, then a closing line ("5 errors, 2 warnings in us-eu.ini. Nothing was simulated. More: mrsim explain
 * SLUG"). */
void diagnostics_print(const Diagnostics *diagnostics, FILE *stream, bool colour);

/* The candidate nearest to `word` (Damerau–Levenshtein distance <= 2 and <= a third of its length), or NULL.
 * `candidates` is NULL-terminated; ties go to the first. */
const char *nearest_word(const char *word, const char *const *candidates);
#endif
