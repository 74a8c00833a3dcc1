/* mrsim trace --diff A B: where two digest logs part, and what happened there on either side. */
#ifndef MRSIM_CLI_TRACE_DIFF_H
#define MRSIM_CLI_TRACE_DIFF_H
#include "cli/session.h"

/* STATUS_DONE: the logs agree; STATUS_MISSED: they do not. */
Status trace_diff(const CommandLine *line);
#endif
