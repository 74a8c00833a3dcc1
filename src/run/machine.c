#include "run/machine.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* The number behind `key` at the start of a line of the file (NULL: its first number); INFINITY: not there, or no
 * number ("max"). */
static double number_in(const char *file, const char *key)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, NULL))
        return INFINITY;
    const char *at = text;
    while (key && at && !g_str_has_prefix(at, key)) {
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    if (!at)
        return INFINITY;
    at += key ? strlen(key) : 0;
    char *end;
    double value = g_ascii_strtod(at, &end);
    return end == at ? INFINITY : value;
}

static double free_of_system(void)
{
    return number_in("/proc/meminfo", "MemAvailable:") * 1024;
}

static double left_of_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    double taken = number_in("/proc/self/status", "VmSize:") * 1024;
    return MAX(0, (double)limit.rlim_cur - (isfinite(taken) ? taken : 0));
}

/* Control groups, version 2: a group may take no more than any group that it is in. */
static double left_of_groups(void)
{
    g_autofree char *text = NULL;
    double least = INFINITY;
    if (!g_file_get_contents("/proc/self/cgroup", &text, NULL, NULL) || !g_str_has_prefix(text, "0::/"))
        return INFINITY;
    text[strcspn(text, "\n")] = '\0';
    for (char *path = text + strlen("0::"); *path; *strrchr(path, '/') = '\0') {
        g_autofree char *most = g_strconcat("/sys/fs/cgroup", path, "/memory.max", NULL);
        g_autofree char *taken = g_strconcat("/sys/fs/cgroup", path, "/memory.current", NULL);
        double left = number_in(most, NULL) - number_in(taken, NULL);
        if (left == left) /* neither of them infinite */
            least = MIN(least, MAX(0, left));
    }
    return least;
}

/* With pointers of 32 bits: of 4 GiB the system keeps a part, and what grows is there twice for a moment. */
static double addressable(void)
{
    return sizeof(void *) < sizeof(guint64) ? 0x1p31 : INFINITY;
}

double machine_memory(void)
{
    return MIN(MIN(free_of_system(), addressable()), MIN(left_of_limit(), left_of_groups()));
}

guint machine_threads(guint jobs, guint replications)
{
    return MAX(1, MIN(jobs > 0 ? jobs : g_get_num_processors(), replications));
}
