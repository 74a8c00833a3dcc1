#include "base/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_BUG = 70 };

_Thread_local CheckScene check_scene;
static char *command;

static bool is_plain(const char *word)
{
    return *word &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./,:@%") == strlen(word);
}

void check_set_command(int argc, char *const argv[])
{
    GString *line = g_string_new(NULL);
    for (int i = 0; i < argc; i++) {
        g_autofree char *quoted = is_plain(argv[i]) ? g_strdup(argv[i]) : g_shell_quote(argv[i]);
        g_string_append_printf(line, "%s%s", i ? " " : "", quoted);
    }
    g_free(command);
    command = g_string_free(line, FALSE);
}

/* Several threads may fail at once: each writes its report in one piece, from its own stack, since the heap may be what
 * broke. */
void check_failed(const char *condition, const char *file, int line)
{
    char text[4096];
    size_t n = 0;
#define ADD(...)                                                                                                       \
    do {                                                                                                               \
        int added = snprintf(text + n, sizeof text - n, __VA_ARGS__);                                                  \
        n = added < 0 ? n : MIN(n + (size_t)added, sizeof text - 1);                                                   \
    } while (0)
    const CheckScene *scene = &check_scene;
    ADD("mrsim: bug: CHECK(%s) failed at %s:%d\n", condition, file, line);
    if (scene->replication) {
        ADD("  seed %" G_GUINT64_FORMAT ", replication %d\n", scene->seed, scene->replication);
        if (scene->now_ns)
            ADD("  simulated time %.9f s (%" G_GINT64_FORMAT " ns)\n", (double)*scene->now_ns * 1e-9, *scene->now_ns);
        if (scene->entity)
            ADD("  entity %s\n", scene->entity);
    }
    if (command)
        ADD("  repeat with: %s\n", command);
#undef ADD
    fflush(stdout);
    fputs(text, stderr);
    fflush(stderr);
    _exit(STATUS_BUG);
}
