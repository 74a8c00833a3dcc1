#include "base/real.h"
#include "stats/interval.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <stdbool.h>

enum { N_MOST = 40 };

/* Deviations from the mean 31/3 are -4/3, -1/3, 5/3; se^2 = 2/3 x 42/9 = 28/9; t with 2 degrees of freedom is 4.302653.
 */
static void an_example_by_hand(void)
{
    const double left_out[] = {9, 10, 12};
    Interval interval = interval_jackknife(10, left_out, 3, 0.95);
    EXPECT_NEAR(interval.low, 10 - 7.589166067193522, 1e-10);
    EXPECT_NEAR(interval.high, 10 + 7.589166067193522, 1e-10);
}

/* Student's quantile from the tables, so that this does not lean on base. */
static void the_confidence_is_two_sided(void)
{
    const double left_out[] = {1, 2};
    static const struct {
        double confidence, t;
    } rows[] = {{0.5, 1}, {0.9, 6.313751514675}, {0.95, 12.706204736175}, {0.99, 63.656741162872}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Interval interval = interval_jackknife(0, left_out, 2, rows[i].confidence); /* se = 1/2 */
        EXPECT_NEAR(interval.high, rows[i].t / 2, 1e-9);
        EXPECT_NEAR(interval.low, -rows[i].t / 2, 1e-9);
    }
}

static double mean_without(const double *value, guint n, guint without)
{
    double sum = 0;
    guint n_summed = 0;
    for (guint i = 0; i < n; i++)
        if (i != without) {
            sum += value[i];
            n_summed++;
        }
    return sum / n_summed;
}

static void a_mean_has_the_classical_interval(void)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        uint64_t state = seed;
        guint n = 2 + (guint)dice_below(&state, N_MOST - 1);
        double value[N_MOST], left_out[N_MOST], squares = 0;
        for (guint i = 0; i < n; i++)
            value[i] = 100 * dice_share(&state);
        double mean = mean_without(value, n, n);
        for (guint i = 0; i < n; i++) {
            left_out[i] = mean_without(value, n, i);
            squares += (value[i] - mean) * (value[i] - mean);
        }
        double half_width = real_student_quantile(0.975, (int)n - 1) * sqrt(squares / (n - 1) / n);
        Interval interval = interval_jackknife(mean, left_out, n, 0.95);
        EXPECT(fabs(interval.low - (mean - half_width)) < 1e-9 && fabs(interval.high - (mean + half_width)) < 1e-9,
               "seed %" PRIu64 ", %u values: %.12g to %.12g, expected %.12g +- %.12g", seed, n, interval.low,
               interval.high, mean, half_width);
    }
}

static void no_interval_without_ground(void)
{
    static const struct {
        const char *what;
        double figure, left_out[3];
        guint n;
    } rows[] = {
        {"no replication", 1, {0, 0, 0}, 0},
        {"one replication", 1, {1, 0, 0}, 1},
        {"the figure is none", NAN, {1, 2, 3}, 3},
        {"the figure is infinite", INFINITY, {1, 2, 3}, 3},
        {"a left-out value is none", 1, {1, NAN, 3}, 3},
        {"a left-out value is infinite", 1, {1, 2, -INFINITY}, 3},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Interval interval = interval_jackknife(rows[i].figure, rows[i].left_out, rows[i].n, 0.95);
        EXPECT(isnan(interval.low) && isnan(interval.high), "%s: %g to %g", rows[i].what, interval.low, interval.high);
    }
}

static void equal_values_leave_no_doubt(void)
{
    for (guint n = 2; n <= N_MOST; n++) {
        double left_out[N_MOST];
        for (guint i = 0; i < n; i++)
            left_out[i] = 0.1;
        Interval interval = interval_jackknife(0.1, left_out, n, 0.95);
        EXPECT(interval.low == 0.1 && interval.high == 0.1, "n %u: %.17g to %.17g", n, interval.low, interval.high);
    }
}

void suite_interval(void);
void suite_interval(void)
{
    CU_pSuite suite = CU_add_suite("interval", NULL, NULL);
    CU_add_test(suite, "an example computed by hand", an_example_by_hand);
    CU_add_test(suite, "the confidence is two-sided", the_confidence_is_two_sided);
    CU_add_test(suite, "of a mean it is the classical t interval", a_mean_has_the_classical_interval);
    CU_add_test(suite, "none for fewer than two replications or what is not finite", no_interval_without_ground);
    CU_add_test(suite, "equal values leave no doubt at all", equal_values_leave_no_doubt);
}
