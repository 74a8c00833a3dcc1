/* Machine: what there is to simulate with.  Nothing here ever decides a figure: only whether a run is begun, and when
 * one is given up. */
#ifndef MRSIM_RUN_MACHINE_H
#define MRSIM_RUN_MACHINE_H
#include <glib.h>

/* Bytes that may still be taken: what the system has free without swapping, what is left of this process's limit
 * (ulimit -v) and of its control group, what 32-bit pointers reach, whichever is least.  INFINITY: nobody says. */
double machine_memory(void);
/* Threads that `jobs` (0: all cores) makes of so many replications. */
guint machine_threads(guint jobs, guint replications);
#endif
