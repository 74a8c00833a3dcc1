/* Terminal: what the user's end can show, and the discipline of the two streams.
 *
 * stdout carries the answer and nothing else; notes, warnings and progress go to stderr.  Progress is shown only where
 * stderr is a terminal: one line, at most ten times a second, gone at the end. */
#ifndef MRSIM_CLI_TERMINAL_H
#define MRSIM_CLI_TERMINAL_H
#include "cli/command.h"
#include "report/report.h"
#include <stdio.h>

/* Once, before anything is opened: sets the character set (numbers stay in the C locale), ignores SIGPIPE, and occupies
 * whichever of the descriptors 0, 1 and 2 is closed, lest a database be opened under the number of stdout. */
void terminal_prepare(void);

/* Colour as --color and $NO_COLOR say; ASCII with --ascii or where the locale's character set is not UTF-8. */
ReportLook terminal_look(const CommandLine *line);
bool terminal_errors_in_colour(const CommandLine *line);

/* To stdout; in ASCII where `look` says so (arrows, dashes and accents become the nearest there is). */
void terminal_print(const ReportLook *look, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A paragraph broken at blanks to lines of at most 80 columns, each after `indent` blanks; the first after `first`
 * (its own text, as wide as it likes). */
void terminal_wrap(GString *into, const char *first, guint indent, const char *text);
/* Columns of a UTF-8 text, one for each character. */
guint terminal_columns(const char *text);

/* "mrsim: ..." on stderr, one line. */
void terminal_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* "mrsim: note: ..." on stderr, one line; nothing with --quiet. */
void terminal_note(const CommandLine *line, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Flushes and closes stdout, last of all.  Returns `status`, or STATUS_FILES with a message when something could not be
 * written.  A reader that went away early is no failure: the answer stands in the database. */
Status terminal_close(Status status);

/* The line of progress.  `done` counts replications of all runs of the command. */
typedef struct {
    bool shown;
    guint before, of; /* replications of the runs before this one, and of all */
    gint64 next_us;   /* not before this instant */
    guint columns;    /* of the line on the screen */
} Progress;
void progress_begin(Progress *progress, const CommandLine *line, guint of);
/* For RunOptions.progress: `whose` is a Progress. */
void progress_tell(void *whose, guint done, guint of);
void progress_end(Progress *progress);
#endif
