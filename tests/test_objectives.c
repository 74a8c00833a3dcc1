#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <string.h>

static Case case_of_objective(const char *lines)
{
    g_autofree char *text = g_strconcat(case_small, "[objectives]\n", lines, NULL);
    return case_of_text(text, NULL, NULL);
}

static void test_targets(void)
{
    static const struct {
        const char *line, *text, *statistic, *each;
        bool at_least;
        double target;
    } rows[] = {
        {"latency.p99 <= 250ms", "latency.p99", "p99", NULL, false, 0.25},
        {"latency.mean{op=write, clients=users} <= 1s", "latency.mean{clients=users,op=write}", "mean", NULL, false, 1},
        {"latency.count >= 10k", "latency.count", "count", NULL, true, 10000},
        {"availability >= 99.95%", "availability", "", NULL, true, 0.9995},
        {"attempts.per_request <= 1.5", "attempts.per_request", "", NULL, false, 1.5},
        {"writes.lost <= 500", "writes.lost", "", NULL, false, 500},
        {"failover.time <= 2m", "failover.time", "", NULL, false, 120},
        {"failover.time.p95 <= 2m", "failover.time.p95", "p95", NULL, false, 120},
        {"recovery.time{phase=detect} <= 90s", "recovery.time{phase=detect}", "", NULL, false, 90},
        {"requests.failed{why!=timeout} <= 5", "requests.failed{why!=timeout}", "", NULL, false, 5},
        {"busy{region=*, service=shop} <= 60%", "busy{region=*,service=shop}", "", "region", false, 0.6},
        {"detection.time.max{health_check=alive} <= 60s", "detection.time.max{health_check=alive}", "max", NULL, false,
         60},
        {"replication.lag.p50{from=us-east-1, to=eu-central-1} <= 1s",
         "replication.lag.p50{from=us-east-1,to=eu-central-1}", "p50", NULL, false, 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Case) loaded = case_of_objective(rows[i].line);
        EXPECT(loaded.scenario && loaded.scenario->n_objectives == 1, "%s: %s", rows[i].line, loaded.said);
        if (!loaded.scenario || loaded.scenario->n_objectives != 1)
            continue;
        const Objective *objective = &loaded.scenario->objective[0];
        EXPECT_TEXT(objective->text, rows[i].text);
        EXPECT_TEXT(objective->statistic, rows[i].statistic);
        EXPECT_TEXT(objective->each, rows[i].each);
        EXPECT_INT(objective->at_least, rows[i].at_least);
        EXPECT_NEAR(objective->target, rows[i].target, 1e-12 * rows[i].target);
    }
}

/* The label with '*' is no term of the selector: it is asked for value by value. */
static void test_each_is_not_in_the_selector(void)
{
    g_auto(Case) loaded = case_of_objective("busy{region=*, service=shop} <= 60%");
    const Objective *objective = &loaded.scenario->objective[0];
    EXPECT_INT(objective->selector.n, 1);
    EXPECT_TEXT(objective->selector.term[0].key, "service");
    EXPECT_TEXT(objective->selector.term[0].value, "shop");
}

static void test_wrong_objectives(void)
{
    static const struct {
        const char *lines, *slug;
    } rows[] = {
        {"latency.p99 <= 250", "missing-unit"},
        {"latency.p99 <= 25%", "wrong-dimension"},
        {"latency.count <= 25s", "wrong-dimension"},
        {"availability >= 0.99", "missing-unit"},
        {"availability >= 101%", "out-of-range"},
        {"latency.p99 <= -1s", "out-of-range"},
        {"latency <= 1s", "bad-objective"},
        {"latency.p99 = 1s", "bad-objective"},
        {"latency.p99 == 1s", "bad-objective"},
        {"latency.p99 < 1s", "bad-objective"},
        {"latency.p99 != 1s", "bad-objective"},
        {"latency.p99{op} <= 1s", "bad-objective"},
        {"latency.p99{op=read <= 1s", "syntax"},
        {"latency.p99} <= 1s", "bad-objective"},
        {"latency.p99{op=read}x <= 1s", "bad-objective"},
        {"latency.p99{op!=*} <= 1s", "bad-objective"},
        {"latency.p99{op=*, region=*} <= 1s", "bad-objective"},
        {"latency.p98 <= 1s", "unknown-metric"},
        {"latncy.p99 <= 1s", "unknown-metric"},
        {"availability.p50 >= 1%", "unknown-metric"},
        {"latency.p99{client=users} <= 1s", "unknown-label"},
        {"latency.p99{after=x} <= 1s", "not-yet"},
        {"latency.p99{clients=user} <= 1s", "unknown-label-value"},
        {"latency.p99{op=delete} <= 1s", "unknown-label-value"},
        {"latency.p99{region=us-west-2} <= 1s", "unknown-label-value"},
        {"latency.p99 <= 1s\nlatency.p99 <= 2s", "duplicate-key"},
        {"latency.p99{op=read,clients=users} <= 1s\nlatency.p99{ clients = users, op = read } <= 2s", "duplicate-key"},
        {"latency.p99 = default", "nothing-to-reset"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Case) loaded = case_of_objective(rows[i].lines);
        g_autofree char *slug = g_strdup_printf("[%s]\n", rows[i].slug);
        EXPECT(!loaded.scenario && strstr(loaded.said, slug), "%s: expected %s, got\n%s", rows[i].lines, slug,
               loaded.said);
    }
}

/* A child replaces an objective whatever the order of its labels, and drops one by "default". */
static void test_layers(void)
{
    g_autofree char *base = g_strconcat(case_small,
                                        "[objectives]\n"
                                        "latency.p99{clients=users,op=read} <= 1s\n"
                                        "availability >= 99%\n"
                                        "latency.p50 <= 100ms\n",
                                        NULL);
    const char *others[] = {"base.ini", base, NULL};
    g_auto(Case) loaded = case_of_text("[scenario]\nextends = base.ini\n[objectives]\n"
                                       "latency.p99{ op = read, clients = users } <= 2s\nlatency.p50 = default\n",
                                       others, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    EXPECT_INT(loaded.scenario->n_objectives, 2);
    EXPECT_TEXT(loaded.scenario->objective[0].text, "latency.p99{clients=users,op=read}");
    EXPECT_NEAR(loaded.scenario->objective[0].target, 2, 0);
    EXPECT_TEXT(loaded.scenario->objective[1].text, "availability");
}

void suite_objectives(void);
void suite_objectives(void)
{
    CU_pSuite suite = CU_add_suite("objectives", NULL, NULL);
    CU_add_test(suite, "a selector, an operator and a target in base units", test_targets);
    CU_add_test(suite, "'*' means each value of one label", test_each_is_not_in_the_selector);
    CU_add_test(suite, "wrong objectives are told before anything runs", test_wrong_objectives);
    CU_add_test(suite, "a child replaces and drops what its base promises", test_layers);
}
