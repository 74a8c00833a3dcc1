/* mrsim-validate: what theory says, and what mrsim shows.
 *
 * Runs every experiment in full size and prints one line per figure: expected, observed, 99.9 % interval, half-width
 * relative to the expected, verdict.  Ends with 0 only when all have passed: a figure that is not known well enough
 * ("not shown") counts as little as one that is wrong.  --quick runs the sizes of `make check`; words choose the
 * experiments whose group or name holds one of them. */
#include "tests/experiment.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const verdicts[] = {"passed", "FAILED", "NOT SHOWN"};

static void print_line(const Check *check, Size size, Estimate estimate, CheckVerdict verdict)
{
    char interval[64] = "", width[32] = "";
    if (!isnan(estimate.low)) {
        g_snprintf(interval, sizeof interval, "%.6g .. %.6g", estimate.low, estimate.high);
        if (check->expected != 0)
            g_snprintf(width, sizeof width, "%.2f %%", 100 * estimate_half_width(estimate) / fabs(check->expected));
    }
    (void)size;
    printf("  %-34s %11.6g %11.6g  %-24s %8s  %s\n", check->what, check->expected, estimate.value, interval, width,
           verdicts[verdict]);
}

static void run(Experiment *experiment, Size size, guint count[3])
{
    Estimate estimate[MOST_CHECKS];
    gint64 before = g_get_monotonic_time();
    printf("\n%s: %s\n", experiment->group, experiment->name);
    fflush(stdout);
    experiment_run(experiment, size, estimate);
    for (guint i = 0; i < experiment->n_checks; i++) {
        CheckVerdict verdict = check_verdict(&experiment->check[i], size, estimate[i]);
        print_line(&experiment->check[i], size, estimate[i], verdict);
        count[verdict]++;
    }
    fflush(stdout);
    fprintf(stderr, "%s: %s: %.1f s\n", experiment->group, experiment->name,
            (double)(g_get_monotonic_time() - before) * 1e-6);
}

static bool chosen(const Experiment *experiment, char *const *words, int n)
{
    bool any = false, found = false;
    for (int i = 0; i < n; i++) {
        if (words[i][0] == '-')
            continue;
        any = true;
        found = found || strstr(experiment->group, words[i]) || strstr(experiment->name, words[i]);
    }
    return found || !any;
}

int main(int argc, char **argv)
{
    Size size = FULL;
    guint count[3] = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0)
            size = QUICK;
        else if (argv[i][0] == '-') {
            fprintf(stderr, "mrsim-validate [--quick] [WORD...]\n");
            return EXIT_FAILURE;
        }
    }
    g_autoptr(GPtrArray) all = experiments();
    printf("  %-34s %11s %11s  %-24s %8s  %s\n", "seed 1", "expected", "observed", "99.9 % interval", "+-", "verdict");
    for (guint i = 0; i < all->len; i++) {
        Experiment *experiment = g_ptr_array_index(all, i);
        if (experiment->replications[size] > 0 && chosen(experiment, argv + 1, argc - 1))
            run(experiment, size, count);
    }
    printf("\n%u passed, %u failed, %u not shown\n", count[CHECK_PASSED], count[CHECK_FAILED], count[CHECK_NOT_SHOWN]);
    return count[CHECK_PASSED] > 0 && count[CHECK_FAILED] + count[CHECK_NOT_SHOWN] == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
