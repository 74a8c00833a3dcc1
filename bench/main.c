/* mrsim-bench: one measurement, told by its words, as one line of name=value.
 *
 *   mrsim-bench hold PENDING EVENTS [constant]     events per second of CPU time
 *   mrsim-bench mm1 CUSTOMERS                      customers per second of CPU time
 *   mrsim-bench replication SCENARIO [SET...]      requests per second of CPU time, and what one costs
 *   mrsim-bench cores SCENARIO [SET...]            one core's time over that of two, for two replications
 *   mrsim-bench events SCENARIO [SET...]           what its events are for
 *   mrsim-bench laws SCENARIO [SET...]             the delays of the scenario, for a bare model of it (CSV)
 *
 * --heap, first: with the 4-ary heap as the event list instead of the wheel. */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

EventListKind bench_event_list = EVENT_LIST_WHEEL;

double bench_cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int hold(int n_words, char **word)
{
    double n_pending = n_words >= 2 ? strtod(word[0], NULL) : 0, n_events = n_words >= 2 ? strtod(word[1], NULL) : 0;
    bool constant = n_words == 3 && strcmp(word[2], "constant") == 0;
    if (n_words != 2 + constant || !(n_pending >= 1 && n_pending <= 1e7 && n_events >= n_pending))
        return 2;
    Law increment = constant ? law_constant((double)SECOND) : law_exponential((double)SECOND);
    return bench_hold((uint32_t)n_pending, n_events, &increment);
}

static int mm1(int n_words, char **word)
{
    double n_customers = n_words == 1 ? strtod(word[0], NULL) : 0;
    return n_customers >= 1 && n_customers <= 1e9 ? bench_mm1(n_customers) : 2;
}

static int replication(int n_words, char **word)
{
    return n_words > 0 ? bench_replication(word[0], (const char *const *)word + 1) : 2;
}

static int cores(int n_words, char **word)
{
    return n_words > 0 ? bench_cores(word[0], (const char *const *)word + 1) : 2;
}

static int events(int n_words, char **word)
{
    return n_words > 0 ? bench_events(word[0], (const char *const *)word + 1) : 2;
}

static int laws(int n_words, char **word)
{
    return n_words > 0 ? bench_laws(word[0], (const char *const *)word + 1) : 2;
}

static const struct {
    const char *name;
    int (*run)(int n_words, char **word);
} benches[] = {{"hold", hold},   {"mm1", mm1},       {"replication", replication},
               {"cores", cores}, {"events", events}, {"laws", laws}};

int main(int argc, char **argv)
{
    int status = 2;
    if (argc > 1 && strcmp(argv[1], "--heap") == 0) {
        bench_event_list = EVENT_LIST_HEAP;
        argc--;
        argv++;
    }
    for (size_t i = 0; argc > 1 && i < sizeof benches / sizeof *benches; i++)
        if (strcmp(argv[1], benches[i].name) == 0)
            status = benches[i].run(argc - 2, argv + 2);
    if (status == 2)
        fputs("usage: mrsim-bench [--heap] hold PENDING EVENTS [constant] | mm1 CUSTOMERS\n"
              "       mrsim-bench [--heap] replication | cores | events | laws SCENARIO [SET...]\n",
              stderr);
    return status;
}
