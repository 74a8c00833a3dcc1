/* CHECK: our own bugs.
 *
 * A user's mistake is a diagnostic or a GError; CHECK is for what cannot be unless mrsim is wrong.  It is always
 * compiled in, prints the condition with the seed, the replication, the simulated time, the entity and the command that
 * repeats it, and ends the process with exit status 70. */
#ifndef MRSIM_BASE_CHECK_H
#define MRSIM_BASE_CHECK_H
#include <glib.h>
#include <stdint.h>

/* What this thread is doing; the run and call layers keep it up to date so that a failed CHECK can tell. */
typedef struct {
    uint64_t seed;
    int replication;       /* 1-based; 0: no replication under way */
    const int64_t *now_ns; /* simulated time, or NULL */
    const char *entity;    /* who is acting, or NULL */
} CheckScene;
extern _Thread_local CheckScene check_scene;

/* The command line that a report repeats; set once by main, before any thread starts. */
void check_set_command(int argc, char *const argv[]);

/* Cold: the compiler keeps what leads to it out of the way of what happens all the time. */
G_NORETURN void check_failed(const char *condition, const char *file, int line) __attribute__((cold));

#define CHECK(condition) (G_LIKELY(condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))
#endif
