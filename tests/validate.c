/* mrsim-validate: what theory says, and what mrsim shows.
 *
 * Runs every experiment in full size and prints one line per figure: expected, observed, 99.9 % interval, its
 * half-width, what was asked of it, verdict.  Ends with 0 only when all have passed: a figure that is not known well
 * enough ("NOT SHOWN") counts as little as one that is wrong.  --quick runs the sizes of `make check`; words choose the
 * experiments whose group or name holds one of them.  How long each took goes to stderr. */
#include "tests/experiment.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const verdicts[] = {"passed", "FAILED", "NOT SHOWN"};
enum { N_VERDICTS = G_N_ELEMENTS(verdicts) };
typedef struct {
    guint cases[N_VERDICTS], comparisons[N_VERDICTS];
} Tally;

#define COLUMNS "  %-34s %11s %11s  %-24s %10s  %-13s  %s\n"

static void print_line(const Check *check, Size size, Estimate estimate, CheckVerdict verdict)
{
    char expected[32], observed[32], interval[64] = "", width[32] = "", asked[32];
    double most = check_width(check, size), whole = fabs(check->expected);
    g_snprintf(expected, sizeof expected, "%.6g", check->expected);
    g_snprintf(observed, sizeof observed, "%.6g", estimate.value);
    if (!isnan(estimate.low)) {
        g_snprintf(interval, sizeof interval, "%.6g .. %.6g", estimate.low, estimate.high);
        if (whole > 0)
            g_snprintf(width, sizeof width, "%.2f %%", 100 * estimate_half_width(estimate) / whole);
    }
    if (check->rule == RULE_THEORY)
        g_snprintf(asked, sizeof asked, "at most %.3g %%", 100 * most / whole);
    else
        g_snprintf(asked, sizeof asked, "within %.3g", most);
    printf(COLUMNS, check->what, expected, observed, interval, width, asked, verdicts[verdict]);
}

static void run(Experiment *experiment, Size size, Tally *tally)
{
    Estimate estimate[MOST_CHECKS];
    CheckVerdict worst = CHECK_PASSED;
    gint64 before = g_get_monotonic_time();
    printf("\n%s: %s\n", experiment->group, experiment->name);
    fflush(stdout);
    experiment_run(experiment, size, estimate);
    for (guint i = 0; i < experiment->n_checks; i++) {
        CheckVerdict verdict = check_verdict(&experiment->check[i], size, estimate[i]);
        print_line(&experiment->check[i], size, estimate[i], verdict);
        tally->comparisons[verdict]++;
        if (verdict == CHECK_FAILED || worst == CHECK_PASSED)
            worst = verdict;
    }
    tally->cases[worst]++;
    fflush(stdout);
    fprintf(stderr, "%s: %s: %.1f s\n", experiment->group, experiment->name,
            (double)(g_get_monotonic_time() - before) * 1e-6);
}

static void print_tally(const char *of, const guint count[N_VERDICTS])
{
    printf("%3u %s: %u passed, %u failed, %u not shown\n",
           count[CHECK_PASSED] + count[CHECK_FAILED] + count[CHECK_NOT_SHOWN], of, count[CHECK_PASSED],
           count[CHECK_FAILED], count[CHECK_NOT_SHOWN]);
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
    Tally tally = {{0}, {0}};
    gint64 before = g_get_monotonic_time();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0)
            size = QUICK;
        else if (argv[i][0] == '-') {
            fprintf(stderr, "mrsim-validate [--quick] [WORD...]\n");
            return EXIT_FAILURE;
        }
    }
    g_autoptr(GPtrArray) all = experiments();
    printf(COLUMNS, "seed 1", "expected", "observed", "99.9 % interval", "half-width", "asked", "verdict");
    for (guint i = 0; i < all->len; i++) {
        Experiment *experiment = g_ptr_array_index(all, i);
        if (experiment->replications[size] > 0 && chosen(experiment, argv + 1, argc - 1))
            run(experiment, size, &tally);
    }
    printf("\n");
    print_tally("cases", tally.cases);
    print_tally("comparisons", tally.comparisons);
    fprintf(stderr, "all: %.1f s, %.1f s of processor\n", (double)(g_get_monotonic_time() - before) * 1e-6,
            (double)clock() / CLOCKS_PER_SEC);
    bool any = tally.cases[CHECK_PASSED] > 0;
    return any && tally.cases[CHECK_FAILED] + tally.cases[CHECK_NOT_SHOWN] == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
