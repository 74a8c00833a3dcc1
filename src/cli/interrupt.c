#include "cli/interrupt.h"
#include <signal.h>
#include <unistd.h>

static int stop; /* the first signal's number */

static void ask(int number)
{
    int none = 0;
    if (!__atomic_compare_exchange_n(&stop, &none, number, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        _exit(128 + number);
}

const int *interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    /* Also where the parent ignores them, as a shell does for what it starts in the background: who sends one means it.
     */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &stop;
}

Status interrupt_status(Status status)
{
    int number = __atomic_load_n(&stop, __ATOMIC_RELAXED);
    return number ? (Status)(128 + number) : status;
}
