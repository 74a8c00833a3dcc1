/* Options: the one table of them, and how a command line is read by it.
 *
 * Reading is getopt_long's, because GNU habits are its specification: bundled short options, `-r3`, abbreviated long
 * ones, permuted operands, `--`.  (GOption rejects `-r3` and abbreviations.) */
#ifndef MRSIM_CLI_OPTIONS_H
#define MRSIM_CLI_OPTIONS_H
#include "cli/command.h"

typedef enum {
    OPTION_SEED,
    OPTION_REPLICATIONS,
    OPTION_JOBS,
    OPTION_SET,
    OPTION_REQUEST,
    OPTION_AROUND,
    OPTION_EVENTS,
    OPTION_WRITE,
    OPTION_WRITES,
    OPTION_DIFF,
    OPTION_POPULATION,
    OPTION_WINDOW,
    OPTION_REPLICATION,
    OPTION_BY_A,
    OPTION_BY_B,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_DB,
    OPTION_DIGEST_LOG,
    OPTION_ANYWAY,
    OPTION_FAIL_IF_WORSE,
    OPTION_FULL,
    OPTION_QUIET,
    OPTION_ASCII,
    OPTION_COLOR,
    OPTION_HELP,
    OPTION_VERSION,
    N_OPTIONS,
} OptionId;
#define OPTION_BIT(name) (1u << OPTION_##name)
/* Every command takes these. */
#define OPTIONS_ALWAYS (OPTION_BIT(ASCII) | OPTION_BIT(COLOR) | OPTION_BIT(HELP) | OPTION_BIT(VERSION))
/* Commands that simulate take these too. */
#define OPTIONS_SIMULATING                                                                                             \
    (OPTION_BIT(SEED) | OPTION_BIT(REPLICATIONS) | OPTION_BIT(JOBS) | OPTION_BIT(SET) | OPTION_BIT(FORMAT) |           \
     OPTION_BIT(OUTPUT) | OPTION_BIT(DB) | OPTION_BIT(QUIET) | OPTION_BIT(FULL))

typedef struct {
    char letter; /* 0: none */
    const char *name;
    const char *argument; /* NULL: none; "text|jsonl" are choices */
    const char *help;     /* one sentence, no full stop */
} Option;
extern const Option options[N_OPTIONS]; /* in the order of --help */

/* Reads the command line.  false: misuse, told on stderr.  `argv` stays as it is.  (caller clears) */
bool options_parse(int argc, char *const argv[], CommandLine *line);
void command_line_clear(CommandLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandLine, command_line_clear)
#endif
