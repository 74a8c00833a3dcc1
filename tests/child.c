#include "tests/child.h"
#include <glib.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int child_status(void (*what)(void), char **said)
{
    int ends[2], outcome = 0;
    fflush(NULL);
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        what();
        _exit(0);
    }
    close(ends[1]);
    GString *text = g_string_new(NULL);
    char buffer[512];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
        g_string_append_len(text, buffer, n);
    close(ends[0]);
    if (child < 0 || waitpid(child, &outcome, 0) != child)
        outcome = -1;
    char *all = g_string_free(text, FALSE);
    if (said)
        *said = all;
    else
        g_free(all);
    return outcome >= 0 && WIFEXITED(outcome) ? WEXITSTATUS(outcome) : -1;
}
