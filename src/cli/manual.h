/* Manual: help, the man page and bash completion, all made from the tables of commands and options.
 *
 * docs/mrsim.1 and docs/mrsim.bash are committed output of manual_man() and manual_bash(); a test compares them, and
 * tests/update-docs.sh writes them anew. */
#ifndef MRSIM_CLI_MANUAL_H
#define MRSIM_CLI_MANUAL_H
#include "cli/command.h"

char *manual_help(void);                           /* `mrsim --help`; at most 80 columns (transfer full) */
char *manual_command_help(const Command *command); /* `mrsim COMMAND --help` (transfer full) */
char *manual_man(void);                            /* docs/mrsim.1 (transfer full) */
char *manual_bash(void);                           /* docs/mrsim.bash (transfer full) */
char *manual_version(void);                        /* `mrsim --version` (transfer full) */
#endif
