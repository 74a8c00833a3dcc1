/* Command: one thing that mrsim can be told to do.
 *
 * The table of commands and the table of options (options.h) are the only places where they are named: --help, the man
 * page, bash completion and the hints of the report are all made from them.  A command is a function that gets a parsed
 * command line and returns the exit status; it prints its answer on stdout and everything else on stderr. */
#ifndef MRSIM_CLI_COMMAND_H
#define MRSIM_CLI_COMMAND_H
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    STATUS_DONE = 0,   /* ran, objectives met */
    STATUS_MISSED = 1, /* an objective missed, a run not repeated, a design worse */
    STATUS_MISUSE = 2,
    STATUS_REJECTED = 3,  /* the scenario, or a CSV it names, is wrong or too large */
    STATUS_FILES = 4,     /* could not read the scenario, write, or start gnuplot */
    STATUS_NOT_SHOWN = 5, /* nothing missed, but something not shown */
    STATUS_BUG = 70,
    STATUS_INTERRUPTED = 130,
    STATUS_TERMINATED = 143,
} Status;

typedef struct {
    Status status;
    const char *meaning; /* one line */
} StatusMeaning;
extern const StatusMeaning status_meanings[]; /* ended by meaning == NULL; in the order of the man page */

typedef struct Command Command;

/* What was typed, parsed. */
typedef struct {
    const Command *command;
    char *typed;         /* as a shell would read it back: recorded with the run */
    GPtrArray *operands; /* char *, NULL-terminated */
    GPtrArray *sets;     /* char *, NULL-terminated: --set texts in order */
    uint64_t seed;
    guint replications;
    guint jobs;                      /* 0: all cores */
    const char *format;              /* one of the command's formats */
    const char *output;              /* folder, or NULL */
    const char *database;            /* --db, or NULL */
    const char *digest_log;          /* a file, or NULL */
    const char *request;             /* as typed, or NULL: none */
    guint64 request_number;          /* 0: not by its number */
    guint64 first_event, last_event; /* 0: none */
    const char *write, *writes;      /* as typed, or NULL */
    guint64 write_number;            /* 0: not by its number */
    const char *around, *window;     /* as typed, or NULL */
    const char *population;          /* or NULL */
    const char *by_a, *by_b;         /* programs, or NULL */
    guint replication;               /* from 1 */
    const char *colour;              /* auto always never */
    bool quiet, full, ascii, anyway, fail_if_worse, diff;
    bool named; /* the command was named; else it is the first of the table */
    bool help, version;
} CommandLine;

struct Command {
    const char *name;
    const char *operands;              /* "FILE", "A B [C...]": for the usage line */
    const char *completes;             /* what completion offers for operands: "scenario", "command", or these words */
    const char *summary;               /* one line, no full stop */
    const char *details;               /* a few sentences for --help and the man page */
    unsigned options;                  /* set of OPTION_BIT */
    const char *const *formats;        /* the first is the default; NULL: --format does not belong to it */
    const char *const *hidden_formats; /* for the scripts that write docs/: not in --help; NULL: none */
    guint fewest, most;                /* operands; most G_MAXUINT: any number */
    Status (*run)(const CommandLine *line);
};

extern const Command *const commands[]; /* NULL-terminated; the first is meant when the command line names none */
const Command *command_find(const char *name); /* NULL: none */
/* The names, NULL-terminated: for did-you-mean, and for the hints of the report. */
const char *const *command_names(void);

/* On stderr, what is wrong and where to read on.  Returns STATUS_MISUSE.  `command` may be NULL. */
Status command_misuse(const Command *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

extern const Command command_run, command_compare, command_check, command_describe, command_explain, command_plot,
    command_list, command_verify, command_trace, command_help;
#endif
