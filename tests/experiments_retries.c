/* Retries: how many attempts they cost, and what they save. */
#include "tests/experiments.h"
#include "tests/theory.h"
#include <math.h>

static void add_retries(GPtrArray *all)
{
    Experiment *retries = experiment_add(all, "retries", "queue.ini", 10, 40, g_strdup("errors 30 %, 3 retries"));
    experiment_set(retries, "shop.errors=30%%");
    experiment_set(retries, "shop.work=0ms");
    experiment_set(retries, "users.retries=3");
    experiment_set(retries, "users.backoff=1ms");
    experiment_set(retries, "scenario.duration=1000s");
    experiment_expect(retries, "attempts per request", "attempts.per_request", RULE_THEORY, theory_attempts(0.3, 3),
                      0.005);
    experiment_expect(retries, "availability", "availability", RULE_THEORY, 1 - pow(0.3, 4), 0.001);
}

void experiments_add_retries(GPtrArray *all)
{
    add_retries(all);
}
