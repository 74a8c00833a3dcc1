#include "tests/experiments.h"
#include "base/check.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

static const uint64_t SEED = 1;

/* ---- making ---- */

static void experiment_free(void *data)
{
    Experiment *experiment = data;
    for (guint i = 0; i < experiment->n_checks; i++)
        g_free(experiment->check[i].what);
    g_ptr_array_unref(experiment->sets);
    g_free(experiment->name);
    g_free(experiment);
}

/* The text goes in before the NULL that ends them. */
void experiment_set(Experiment *experiment, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_insert(experiment->sets, (int)experiment->sets->len - 1, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

Experiment *experiment_add(GPtrArray *all, const char *group, const char *scenario, guint quick, guint full, char *name)
{
    Experiment *experiment = g_new0(Experiment, 1);
    experiment->group = group;
    experiment->name = name;
    experiment->scenario = scenario;
    experiment->sets = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(experiment->sets, NULL);
    experiment->replications[QUICK] = quick;
    experiment->replications[FULL] = full;
    g_ptr_array_add(all, experiment);
    return experiment;
}

void experiment_expect_near(Experiment *experiment, const char *what, const char *figure, Rule rule, double expected,
                            double width)
{
    CHECK(experiment->n_checks < MOST_CHECKS);
    const char *statistic = "", *slash = strstr(figure, " / ");
    g_autofree char *name = g_strndup(figure, strcspn(figure, " {")), *labels = NULL;
    if (strchr(figure, '{'))
        labels = g_strndup(strchr(figure, '{') + 1, strcspn(strchr(figure, '{') + 1, "}"));
    const Metric *metric = metric_find(name, &statistic);
    experiment->check[experiment->n_checks++] = (Check){
        .what = g_strdup(what),
        .metric = metric ? metric->name : NULL,
        .statistic = metric ? g_intern_string(statistic) : "",
        .labels = labels ? g_intern_string(labels) : "",
        .over = slash ? slash + 3 : NULL,
        .expected = expected,
        .width = width,
        .rule = rule,
    };
}

void experiment_expect(Experiment *experiment, const char *what, const char *figure, Rule rule, double expected,
                       double part)
{
    experiment_expect_near(experiment, what, figure, rule, expected, part * fabs(expected));
}

GPtrArray *experiments_of(void (*add)(GPtrArray *all))
{
    GPtrArray *all = g_ptr_array_new_with_free_func(experiment_free);
    add(all);
    return all;
}

static void add_every_group(GPtrArray *all)
{
#define GROUP(name) experiments_add_##name(all);
#include "tests/experiments.def"
#undef GROUP
}

GPtrArray *experiments(void)
{
    return experiments_of(add_every_group);
}

/* ---- running and judging ---- */

void experiment_run(Experiment *experiment, Size size, Estimate *estimate)
{
    if (experiment->prepare)
        experiment->prepare(experiment, size);
    if (experiment->measure) {
        experiment->measure(experiment, size, estimate);
        return;
    }
    g_autoptr(Results) results = lab_run_named(experiment->scenario, (const char *const *)experiment->sets->pdata, SEED,
                                               experiment->replications[size]);
    for (guint i = 0; i < experiment->n_checks; i++) {
        const Check *check = &experiment->check[i];
        estimate[i] = check->over ? lab_quotient(results, check->metric, check->over, check->labels)
                                  : lab_figure(results, check->metric, check->statistic, check->labels);
    }
}

double estimate_half_width(Estimate estimate)
{
    return isnan(estimate.low) ? 0 : (estimate.high - estimate.low) / 2;
}

double check_width(const Check *check, Size size)
{
    return size == QUICK && check->rule == RULE_THEORY ? 3 * check->width : check->width;
}

CheckVerdict check_verdict(const Check *check, Size size, Estimate estimate)
{
    if (!isfinite(estimate.value))
        return CHECK_NOT_SHOWN;
    bool interval = !isnan(estimate.low);
    double low = interval ? estimate.low : estimate.value, high = interval ? estimate.high : estimate.value;
    if (check->rule == RULE_THEORY) {
        if (!interval)
            return CHECK_NOT_SHOWN;
        if (check->expected < low || check->expected > high)
            return CHECK_FAILED;
        return estimate_half_width(estimate) <= check_width(check, size) ? CHECK_PASSED : CHECK_NOT_SHOWN;
    }
    double least = check->expected - check->width, most = check->expected + check->width;
    if (high < least || low > most)
        return CHECK_FAILED;
    return low >= least && high <= most ? CHECK_PASSED : CHECK_NOT_SHOWN;
}
