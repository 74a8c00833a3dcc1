/* mrsim-bench: one measurement, told by its words, as one line of name=value.
 *
 *   mrsim-bench hold PENDING EVENTS [constant]     events per second of CPU time
 *   mrsim-bench mm1 CUSTOMERS                      customers per second of CPU time */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int hold(int n_words, char **word)
{
    if (n_words < 2 || n_words > 3)
        return 2;
    double n_pending = strtod(word[0], NULL), n_events = strtod(word[1], NULL);
    if (!(n_pending >= 1 && n_pending <= 1e7 && n_events >= n_pending))
        return 2;
    Law increment = n_words == 3 && strcmp(word[2], "constant") == 0 ? law_constant((double)SECOND)
                                                                     : law_exponential((double)SECOND);
    return bench_hold((uint32_t)n_pending, n_events, &increment);
}

static int mm1(int n_words, char **word)
{
    double n_customers = n_words == 1 ? strtod(word[0], NULL) : 0;
    return n_customers >= 1 && n_customers <= 1e9 ? bench_mm1(n_customers) : 2;
}

static const struct {
    const char *name;
    int (*run)(int n_words, char **word);
} benches[] = {{"hold", hold}, {"mm1", mm1}};

int main(int argc, char **argv)
{
    int status = 2;
    for (size_t i = 0; argc > 1 && i < sizeof benches / sizeof *benches; i++)
        if (strcmp(argv[1], benches[i].name) == 0)
            status = benches[i].run(argc - 2, argv + 2);
    if (status == 2)
        fputs("usage: mrsim-bench hold PENDING EVENTS [constant] | mm1 CUSTOMERS\n", stderr);
    return status;
}
