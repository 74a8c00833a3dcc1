/* Analytic: what shipped components show, against closed forms, in the quick sizes of tests/experiment.h.  One test
 * per group of tests/experiments.def. */
#include "tests/expect.h"
#include "tests/experiments.h"
#include "tests/theory.h"
#include <math.h>

/* Nobody is told anything old after the change. */
static double theory_old_before(G_GNUC_UNUSED const void *whose, double s)
{
    return s < 0;
}

/* Figures printed elsewhere: tables of Erlang's formulas, the worked cases of the models. */
static void test_closed_forms(void)
{
    EXPECT_NEAR(theory_erlang_b(10, 10), 0.214582, 5e-7);
    EXPECT_NEAR(theory_erlang_b(90, 100), 0.026957, 5e-7);
    EXPECT_NEAR(theory_erlang_b(950, 1000), 0.003649, 5e-7);
    EXPECT_NEAR(theory_erlang_c(0.8, 1), 0.8, 1e-12);
    EXPECT_NEAR(theory_mmc_response(0.8, 1, 1), 5, 1e-12);
    EXPECT_NEAR(theory_mg1_response(0.8, 1, 1), 5, 1e-12);
    EXPECT_NEAR(theory_mg1_response(0.8, 1, 0), 3, 1e-12);
    EXPECT_NEAR(theory_mmck_refused(3, 1, 4, 4), theory_erlang_b(3, 4), 1e-12);
    EXPECT_NEAR(theory_mmck_response(0.5, 1, 1, 200), 2, 1e-9);
    EXPECT_NEAR(theory_mmc_response_quantile(0.8, 1, 1, 0.99), theory_mm1_response_quantile(0.8, 1, 0.99), 1e-9);
    EXPECT_NEAR(theory_mmc_response_quantile(1e-9, 1, 4, 0.99), log(100), 1e-6);
    EXPECT_NEAR(theory_mmc_response_quantile(3, 1, 4, 0.9), theory_mmc_response_quantile(3 + 1e-9, 1, 4, 0.9), 1e-6);
    EXPECT_NEAR(theory_in_turn_response(0.8, 1, 1), 5, 1e-9);
    EXPECT_NEAR(theory_pareto_cv2(5), 1. / 15, 1e-12);
    EXPECT_NEAR(theory_pareto_min(10, 5), 8, 1e-12);
    EXPECT_NEAR(theory_still_old_held(2, 60, 60 - 12), theory_still_old(2, 60, 12), 1e-12);
    EXPECT_NEAR(theory_still_old_held(1e9, 50, theory_left_exponential(50, 50)), exp(-1), 1e-6);
    EXPECT_NEAR(theory_zipf_effective(100000), 89, 0.5);
    EXPECT_NEAR(theory_requests_old(100, 1e-9, 25, theory_old_before, NULL), 0.75, 1e-3);
    EXPECT_NEAR(theory_detection(16, 0.18, 30, 3, 0), 84.7, 0.05);
    EXPECT_NEAR(theory_detection(16, 0.18, 10, 3, 0), 28.2, 0.05);
    EXPECT_NEAR(theory_detection(16, 0.18, 30, 3, 4), 96.7, 0.05);
    EXPECT_NEAR(theory_detection(16, 0.18, 10, 3, 4), 40.2, 0.05);
    EXPECT_NEAR(theory_overwritten(2, 3, 0.040, 0.050), 0.512, 5e-4);
    EXPECT_NEAR(theory_overwritten(1, 1, 0.8, 0.8) / 2, 0.551, 5e-4);
    EXPECT_NEAR(theory_attempts(0.5, 1), 1.5, 1e-12);
}

static void expect_verdict(const Experiment *experiment, const Check *check, Estimate estimate)
{
    static const char *const verdicts[] = {"passed", "failed", "not shown"};
    CheckVerdict verdict = check_verdict(check, QUICK, estimate);
    EXPECT(verdict == CHECK_PASSED, "%s, %s: %s: expected %g, observed %g (%g .. %g)", experiment->name, check->what,
           verdicts[verdict], check->expected, estimate.value, estimate.low, estimate.high);
}

static void run_group(void (*add)(GPtrArray *all))
{
    g_autoptr(GPtrArray) all = experiments_of(add);
    guint n = 0;
    for (guint i = 0; i < all->len; i++) {
        Experiment *experiment = g_ptr_array_index(all, i);
        Estimate estimate[MOST_CHECKS];
        if (experiment->replications[QUICK] == 0)
            continue;
        experiment_run(experiment, QUICK, estimate);
        for (guint j = 0; j < experiment->n_checks; j++)
            expect_verdict(experiment, &experiment->check[j], estimate[j]);
        n++;
    }
    EXPECT(n > 0, "no experiment of that group is quick enough for this");
}

#define GROUP(name)                                                                                                    \
    static void test_##name(void)                                                                                      \
    {                                                                                                                  \
        run_group(experiments_add_##name);                                                                             \
    }
#include "tests/experiments.def"
#undef GROUP

/* A test of the judge: each rule refuses what it must. */
static void test_verdicts(void)
{
    static const struct {
        Rule rule;
        Size size;
        Estimate estimate; /* of 10, width 1 */
        CheckVerdict verdict;
    } rows[] = {
        {RULE_THEORY, FULL, {10.5, 9.6, 11.4}, CHECK_PASSED},
        {RULE_THEORY, FULL, {10.5, 10.1, 10.9}, CHECK_FAILED},
        {RULE_THEORY, FULL, {10, 8.9, 11.1}, CHECK_NOT_SHOWN},
        {RULE_THEORY, QUICK, {10, 8.9, 11.1}, CHECK_PASSED},
        {RULE_THEORY, QUICK, {10, 6.9, 13.1}, CHECK_NOT_SHOWN},
        {RULE_THEORY, FULL, {10, NAN, NAN}, CHECK_NOT_SHOWN},
        {RULE_WITHIN, FULL, {10.5, 10.1, 10.9}, CHECK_PASSED},
        {RULE_WITHIN, FULL, {10.5, 9.9, 11.1}, CHECK_NOT_SHOWN},
        {RULE_WITHIN, FULL, {12, 11.1, 12.9}, CHECK_FAILED},
        {RULE_WITHIN, FULL, {11, NAN, NAN}, CHECK_PASSED},
        {RULE_WITHIN, FULL, {11.5, NAN, NAN}, CHECK_FAILED},
        {RULE_WITHIN, QUICK, {10, 8.9, 11.1}, CHECK_NOT_SHOWN},
        {RULE_WITHIN, FULL, {NAN, NAN, NAN}, CHECK_NOT_SHOWN},
        {RULE_WITHIN, FULL, {INFINITY, NAN, NAN}, CHECK_NOT_SHOWN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Check check = {.expected = 10, .width = 1, .rule = rows[i].rule};
        CheckVerdict verdict = check_verdict(&check, rows[i].size, rows[i].estimate);
        EXPECT(verdict == rows[i].verdict, "row %zu: %d, expected %d", i, (int)verdict, (int)rows[i].verdict);
    }
}

/* Minutes of a queue that forgets slowly: far too little to say anything; and enough to say that a theory is wrong. */
static void add_too_short(GPtrArray *all)
{
    Experiment *one = experiment_add(all, "none", "queue.ini", 4, 4, g_strdup("M/M/1, load 0.9, too short"));
    experiment_set(one, "users.rate=90/s");
    experiment_expect(one, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(90, 100, 1), 0.01);
    experiment_expect_near(one, "the same", "latency.mean", RULE_WITHIN, theory_mmc_response(90, 100, 1), 0.001);
    experiment_expect(one, "no such figure", "latency.mean{clients=nobody}", RULE_WITHIN, 0.1, 0.5);
    experiment_expect(one, "another queue", "latency.mean", RULE_THEORY, theory_mg1_response(90, 0.001, 0), 0.01);
}

static void test_not_shown(void)
{
    static const CheckVerdict verdicts[] = {CHECK_NOT_SHOWN, CHECK_NOT_SHOWN, CHECK_NOT_SHOWN, CHECK_FAILED};
    g_autoptr(GPtrArray) all = experiments_of(add_too_short);
    Experiment *one = g_ptr_array_index(all, 0);
    Estimate estimate[MOST_CHECKS];
    EXPECT_INT(one->n_checks, G_N_ELEMENTS(verdicts));
    for (Size size = QUICK; size <= FULL; size++) {
        experiment_run(one, size, estimate);
        for (guint i = 0; i < one->n_checks; i++)
            EXPECT_INT(check_verdict(&one->check[i], size, estimate[i]), verdicts[i]);
    }
}

void suite_analytic(void);
void suite_analytic(void)
{
    CU_pSuite s = CU_add_suite("analytic", NULL, NULL);
    CU_add_test(s, "closed forms give the figures printed elsewhere", test_closed_forms);
    CU_add_test(s, "a figure passes only when it is right and known well enough", test_verdicts);
    CU_add_test(s, "an experiment that is too short shows nothing", test_not_shown);
#define GROUP(name) CU_add_test(s, #name ": as theory says", test_##name);
#include "tests/experiments.def"
#undef GROUP
}
