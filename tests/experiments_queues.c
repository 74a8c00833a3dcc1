/* Queues: work of 10 ms on average, so a worker does 100 a second. */
#include "tests/experiments.h"
#include "tests/measures.h"
#include "tests/theory.h"

static const double mu = 100, work_s = 0.01;

/* How long a replication must be grows like 1/(1 - rho)^2: a busy queue forgets slowly. */
static const struct {
    double rho, duration_s;
} loads[] = {{0.5, 800}, {0.8, 1000}, {0.9, 3600}};

static Experiment *add_queue(GPtrArray *all, const char *name, guint load, int c, guint quick, guint full)
{
    Experiment *queue =
        experiment_add(all, "queues", "queue.ini", quick, full, g_strdup_printf("%s, load %g", name, loads[load].rho));
    experiment_set(queue, "users.rate=%.10g/s", loads[load].rho * c * mu);
    experiment_set(queue, "shop.workers=%d", c);
    experiment_set(queue, "scenario.duration=%gs", loads[load].duration_s / c);
    return queue;
}

static void add_one_worker(GPtrArray *all, guint i)
{
    double rho = loads[i].rho, lambda = rho * mu;
    Experiment *queue = add_queue(all, "M/M/1", i, 1, 40, 200);
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(lambda, mu, 1), 0.01);
    experiment_expect(queue, "p99 response", "latency.p99", RULE_THEORY, theory_mm1_response_quantile(lambda, mu, 0.99),
                      0.02);
    experiment_expect(queue, "busy", "busy", RULE_THEORY, rho, 0.01);
    experiment_expect(queue, "found waiting", "queue.length.mean", RULE_THEORY, lambda * theory_mmc_wait(lambda, mu, 1),
                      0.02);
}

static void add_four_workers(GPtrArray *all, guint i)
{
    double lambda = loads[i].rho * 4 * mu;
    Experiment *queue = add_queue(all, "M/M/4", i, 4, 40, 200);
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(lambda, mu, 4), 0.01);
    experiment_expect(queue, "busy", "busy", RULE_THEORY, loads[i].rho, 0.01);
    experiment_expect(queue, "found waiting", "queue.length.mean", RULE_THEORY, lambda * theory_mmc_wait(lambda, mu, 4),
                      0.02);
}

static void add_constant_work(GPtrArray *all, guint i)
{
    Experiment *queue = add_queue(all, "M/D/1", i, 1, 24, 150);
    experiment_set(queue, "shop.work=10ms");
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY,
                      theory_mg1_response(loads[i].rho * mu, work_s, 0), 0.01);
}

static void add_lognormal_work(GPtrArray *all, guint i)
{
    double mean = theory_lognormal_mean(0.008, 0.040), cv2 = theory_lognormal_cv2(0.008, 0.040);
    double lambda = loads[i].rho / mean;
    Experiment *queue = add_queue(all, "M/G/1 lognormal", i, 1, 32, 200);
    experiment_set(queue, "users.rate=%.17g/s", lambda);
    experiment_set(queue, "shop.work=lognormal(p50=8ms, p99=40ms)");
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mg1_response(lambda, mean, cv2),
                      0.01);
}

/* The same queue in the database behind a service that takes no time. */
static void add_database(GPtrArray *all)
{
    Experiment *queue = experiment_add(all, "queues", "behind.ini", 40, 200, g_strdup("M/M/1 in a database, load 0.8"));
    experiment_set(queue, "users.rate=80/s");
    experiment_set(queue, "scenario.duration=1000s");
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(80, mu, 1), 0.01);
}

static void add_refusing(GPtrArray *all)
{
    Experiment *queue = experiment_add(all, "queues", "queue.ini", 10, 40, g_strdup("M/M/2/5, load 0.9"));
    experiment_set(queue, "users.rate=180/s");
    experiment_set(queue, "shop.workers=2");
    experiment_set(queue, "shop.queue=3");
    experiment_set(queue, "scenario.duration=1000s");
    experiment_expect(queue, "refused", "queue.refused / requests.issued", RULE_THEORY,
                      theory_mmck_refused(180, mu, 2, 5), 0.02);
    experiment_expect(queue, "mean response of the others", "latency.mean", RULE_THEORY,
                      theory_mmck_response(180, mu, 2, 5), 0.01);
    Experiment *loss =
        experiment_add(all, "queues", "queue.ini", 10, 40, g_strdup("M/G/4/4 lognormal (Erlang B), load 0.75"));
    experiment_set(loss, "users.rate=%.17g/s", 3 / theory_lognormal_mean(0.008, 0.040));
    experiment_set(loss, "shop.workers=4");
    experiment_set(loss, "shop.queue=0");
    experiment_set(loss, "shop.work=lognormal(p50=8ms, p99=40ms)");
    experiment_set(loss, "scenario.duration=1000s");
    experiment_expect(loss, "refused", "queue.refused / requests.issued", RULE_THEORY, theory_erlang_b(3, 4), 0.02);
}

static void add_coverage(GPtrArray *all)
{
    Experiment *coverage =
        experiment_add(all, "queues", "queue.ini", 0, 10, g_strdup("M/M/1, load 0.5, seeds 1 to 200"));
    experiment_set(coverage, "scenario.duration=100s");
    coverage->measure = measure_coverage;
    experiment_expect_near(coverage, "95 % intervals that hold the theory", "", RULE_WITHIN, 0.95, 0.04);
}

void experiments_add_queues(GPtrArray *all)
{
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++)
        add_one_worker(all, i);
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++)
        add_four_workers(all, i);
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++)
        add_constant_work(all, i);
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++)
        add_lognormal_work(all, i);
    add_database(all);
    add_refusing(all);
    add_coverage(all);
}
