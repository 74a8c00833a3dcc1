/* Child: something that should end the process, tried in a process of its own. */
#ifndef MRSIM_TESTS_CHILD_H
#define MRSIM_TESTS_CHILD_H

/* Exit status of a child that calls `what` (0 when it returns, -1 when a signal ended it); what it wrote to stderr in
 * `said` (NULL: not wanted; g_free). */
int child_status(void (*what)(void), char **said);
#endif
