/* Retries: how many attempts they cost, and what they save. */
#include "tests/experiments.h"
#include "tests/theory.h"

void experiments_add_retries(GPtrArray *all)
{
    static const struct {
        double errors;
        int retries;
        guint quick, full;
    } rows[] = {{0.1, 1, 0, 40}, {0.3, 3, 10, 40}, {0.5, 5, 0, 40}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double p = rows[i].errors;
        int n = rows[i].retries;
        Experiment *one = experiment_add(all, "retries", "queue.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("errors %g %%, retries: %d", 100 * p, n));
        experiment_set(one, "shop.errors=%g%%", 100 * p);
        experiment_set(one, "shop.work=0ms");
        experiment_set(one, "users.retries=%d", n);
        experiment_set(one, "users.backoff=1ms");
        experiment_set(one, "scenario.duration=1000s");
        experiment_expect(one, "attempts per request", "attempts.per_request", RULE_THEORY, theory_attempts(p, n),
                          0.005);
        experiment_expect(one, "availability", "availability", RULE_THEORY, theory_answered(p, n), 0.001);
    }
}
