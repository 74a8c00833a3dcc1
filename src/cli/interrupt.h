/* Interrupt: Ctrl-C and SIGTERM.
 *
 * The first one only asks: no new replications begin, what has finished is reported and recorded, and the exit status
 * says which signal it was.  The second one ends the process at once. */
#ifndef MRSIM_CLI_INTERRUPT_H
#define MRSIM_CLI_INTERRUPT_H
#include "cli/command.h"

/* Installs the handlers; call before simulating.  The pointer is for RunOptions.stop. */
const int *interrupt_watch(void);
/* STATUS_INTERRUPTED or STATUS_TERMINATED once asked to stop; else `status`. */
Status interrupt_status(Status status);
#endif
