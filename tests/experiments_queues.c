/* Queues: work of 10 ms on average, so a worker does 100 a second. */
#include "tests/experiments.h"
#include "tests/measures.h"
#include "tests/theory.h"

static const double mu = 100, work_s = 0.01;

/* How long a replication must be grows like 1/(1 - rho)^2: a busy queue forgets slowly. */
static const struct {
    double rho, duration_s;
} loads[] = {{0.5, 800}, {0.8, 1000}, {0.9, 3600}, {0.95, 4500}};
enum { LOAD_50, LOAD_80, LOAD_90, LOAD_95, N_LOADS };

static Experiment *add_queue(GPtrArray *all, const char *name, guint load, int c, guint quick, guint full)
{
    Experiment *queue =
        experiment_add(all, "queues", "queue.ini", quick, full, g_strdup_printf("%s, load %g", name, loads[load].rho));
    experiment_set(queue, "users.rate=%.10g/s", loads[load].rho * c * mu);
    experiment_set(queue, "shop.workers=%d", c);
    experiment_set(queue, "scenario.duration=%gs", loads[load].duration_s / c);
    return queue;
}

/* By Little's law and because Poisson arrivals see time averages (PASTA), an arrival finds lambda times the mean wait.
 */
static void expect_response(Experiment *queue, double lambda, double response, double work, double part)
{
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, response, part);
    experiment_expect(queue, "found waiting", "queue.length.mean", RULE_THEORY, lambda * (response - work), 2 * part);
}

static void add_one_worker(GPtrArray *all, guint i)
{
    double rho = loads[i].rho, lambda = rho * mu, part = i == LOAD_95 ? 0.02 : 0.01;
    Experiment *queue = add_queue(all, "M/M/1", i, 1, i == LOAD_95 ? 0 : 40, 200);
    expect_response(queue, lambda, theory_mmc_response(lambda, mu, 1), work_s, part);
    experiment_expect(queue, "p99 response", "latency.p99", RULE_THEORY, theory_mm1_response_quantile(lambda, mu, 0.99),
                      2 * part);
    experiment_expect(queue, "busy", "busy", RULE_THEORY, rho, 0.01);
}

static void add_four_workers(GPtrArray *all, guint i)
{
    double lambda = loads[i].rho * 4 * mu;
    Experiment *queue = add_queue(all, "M/M/4", i, 4, 40, 200);
    expect_response(queue, lambda, theory_mmc_response(lambda, mu, 4), work_s, 0.01);
    experiment_expect(queue, "p99 response", "latency.p99", RULE_THEORY,
                      theory_mmc_response_quantile(lambda, mu, 4, 0.99), 0.02);
    experiment_expect(queue, "busy", "busy", RULE_THEORY, loads[i].rho, 0.01);
}

static void add_constant_work(GPtrArray *all, guint i)
{
    Experiment *queue = add_queue(all, "M/D/1", i, 1, 24, 150);
    experiment_set(queue, "shop.work=10ms");
    expect_response(queue, loads[i].rho * mu, theory_mg1_response(loads[i].rho * mu, work_s, 0), work_s, 0.01);
}

static void add_lognormal_work(GPtrArray *all, guint i)
{
    double mean = theory_lognormal_mean(0.008, 0.040), cv2 = theory_lognormal_cv2(0.008, 0.040);
    double lambda = loads[i].rho / mean;
    Experiment *queue = add_queue(all, "M/G/1 lognormal", i, 1, 32, 200);
    experiment_set(queue, "users.rate=%.17g/s", lambda);
    experiment_set(queue, "shop.work=lognormal(p50=8ms, p99=40ms)");
    expect_response(queue, lambda, theory_mg1_response(lambda, mean, cv2), mean, 0.01);
}

/* A tail that still has four moments, so that intervals mean something. */
static void add_pareto_work(GPtrArray *all, double shape)
{
    g_autofree char *name = g_strdup_printf("M/G/1 Pareto, shape %g", shape);
    Experiment *queue = add_queue(all, name, LOAD_80, 1, 0, 200);
    double lambda = loads[LOAD_80].rho * mu;
    experiment_set(queue, "shop.work=pareto(min=%.10gms, shape=%g)", 1000 * theory_pareto_min(work_s, shape), shape);
    expect_response(queue, lambda, theory_mg1_response(lambda, work_s, theory_pareto_cv2(shape)), work_s, 0.01);
}

/* The same queue in the database behind a service that takes no time. */
static void add_database(GPtrArray *all)
{
    Experiment *queue = experiment_add(all, "queues", "behind.ini", 40, 200, g_strdup("M/M/1 in a database, load 0.8"));
    experiment_set(queue, "users.rate=80/s");
    experiment_set(queue, "scenario.duration=1000s");
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(80, mu, 1), 0.01);
    experiment_expect(queue, "found waiting", "queue.length.mean{database=carts}", RULE_THEORY,
                      80 * theory_mmc_wait(80, mu, 1), 0.02);
}

/* A worker is held while it waits for the database, which makes nobody wait: together one service time, 5 ms
 * exponential and 5 ms constant. */
static void add_held_worker(GPtrArray *all)
{
    Experiment *queue = experiment_add(all, "queues", "behind.ini", 0, 100,
                                       g_strdup("M/G/1: a worker that waits for its database, load 0.8"));
    experiment_set(queue, "users.rate=80/s");
    experiment_set(queue, "shop.workers=1");
    experiment_set(queue, "shop.work=exponential(mean=5ms)");
    experiment_set(queue, "carts.workers=1M");
    experiment_set(queue, "carts.read-time=5ms");
    experiment_set(queue, "scenario.duration=1000s");
    experiment_expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mg1_response(80, work_s, 0.25), 0.01);
    experiment_expect(queue, "busy", "busy{service=shop}", RULE_THEORY, 0.8, 0.01);
}

/* ---- where arrivals are refused ---- */

static void add_bounded(GPtrArray *all, double lambda, int c, int k, guint quick)
{
    Experiment *queue = experiment_add(all, "queues", "queue.ini", quick, 40,
                                       g_strdup_printf("M/M/%d/%d, load %g", c, k, lambda / mu / c));
    experiment_set(queue, "users.rate=%.10g/s", lambda);
    experiment_set(queue, "shop.workers=%d", c);
    experiment_set(queue, "shop.queue=%d", k - c);
    experiment_set(queue, "scenario.duration=1000s");
    experiment_expect(queue, "refused", "queue.refused / requests.issued", RULE_THEORY,
                      theory_mmck_refused(lambda, mu, c, k), 0.02);
    experiment_expect(queue, "mean response of the others", "latency.mean", RULE_THEORY,
                      theory_mmck_response(lambda, mu, c, k), 0.01);
}

/* Erlang's formula asks for nothing but the mean of the work. */
static void add_loss(GPtrArray *all, const char *law, const char *work, double mean, double load, int c, guint quick)
{
    Experiment *loss = experiment_add(all, "queues", "queue.ini", quick, 40,
                                      g_strdup_printf("M/G/%d/%d %s (Erlang B), load %g", c, c, law, load / c));
    experiment_set(loss, "users.rate=%.17g/s", load / mean);
    experiment_set(loss, "shop.workers=%d", c);
    experiment_set(loss, "shop.queue=0");
    experiment_set(loss, "shop.work=%s", work);
    experiment_set(loss, "scenario.duration=%gs", 2000. / c);
    experiment_expect(loss, "refused", "queue.refused / requests.issued", RULE_THEORY, theory_erlang_b(load, c), 0.01);
    experiment_expect(loss, "busy", "busy", RULE_THEORY, load * (1 - theory_erlang_b(load, c)) / c, 0.01);
}

static void add_refusing(GPtrArray *all)
{
    double lognormal = theory_lognormal_mean(0.008, 0.040);
    add_bounded(all, 180, 2, 5, 10);
    add_bounded(all, 120, 1, 5, 0);
    add_bounded(all, 280, 4, 10, 0);
    add_loss(all, "lognormal", "lognormal(p50=8ms, p99=40ms)", lognormal, 3, 4, 10);
    add_loss(all, "lognormal", "lognormal(p50=8ms, p99=40ms)", lognormal, 10, 10, 0);
    add_loss(all, "constant", "10ms", work_s, 10, 10, 0);
    add_loss(all, "exponential", "exponential(mean=10ms)", work_s, 10, 10, 0);
}

/* ---- several queues, several streams ---- */

/* Jackson: the queues of a tandem behave as if each were alone. */
static void add_tandem(GPtrArray *all)
{
    Experiment *tandem = experiment_add(all, "queues", "tandem.ini", 0, 100, g_strdup("tandem: M/M/1, then M/M/2"));
    double lambda = 80;
    experiment_set(tandem, "users.rate=%g/s", lambda);
    experiment_set(tandem, "scenario.duration=1000s");
    experiment_expect(tandem, "mean response", "latency.mean", RULE_THEORY,
                      0.005 + theory_mmc_response(lambda, mu, 1) + theory_mmc_response(lambda, 50, 2), 0.01);
    experiment_expect(tandem, "found waiting at the first", "queue.length.mean{service=first}", RULE_THEORY,
                      lambda * theory_mmc_wait(lambda, mu, 1), 0.02);
    experiment_expect(tandem, "found waiting at the second", "queue.length.mean{service=second}", RULE_THEORY,
                      lambda * theory_mmc_wait(lambda, 50, 2), 0.02);
    experiment_expect(tandem, "first busy", "busy{service=first}", RULE_THEORY, 0.8, 0.01);
    experiment_expect(tandem, "second busy", "busy{service=second}", RULE_THEORY, 0.8, 0.01);
}

/* Kelly: so does a queue that each request visits three times. */
static void add_visits(GPtrArray *all)
{
    Experiment *visits = experiment_add(all, "queues", "tandem.ini", 0, 100, g_strdup("three visits to one M/M/1"));
    double lambda = 25;
    experiment_set(visits, "users.rate=%g/s", lambda);
    experiment_set(visits, "shop.calls=3x first");
    experiment_set(visits, "second.enabled=no");
    experiment_set(visits, "scenario.duration=2000s");
    experiment_expect(visits, "mean response", "latency.mean", RULE_THEORY,
                      0.005 + 3 * theory_mmc_response(3 * lambda, mu, 1), 0.01);
    experiment_expect(visits, "found waiting", "queue.length.mean{service=first}", RULE_THEORY,
                      3 * lambda * theory_mmc_wait(3 * lambda, mu, 1), 0.02);
}

static void add_streams(GPtrArray *all)
{
    double lambda = 80;
    Experiment *merged =
        experiment_add(all, "queues", "merged.ini", 0, 150, g_strdup("four populations, one M/M/1, load 0.8"));
    experiment_set(merged, "scenario.duration=1000s");
    expect_response(merged, lambda, theory_mmc_response(lambda, mu, 1), work_s, 0.01);
    Experiment *split =
        experiment_add(all, "queues", "split.ini", 0, 60, g_strdup("one population, two M/M/1 by chance, load 0.8"));
    experiment_set(split, "users.rate=%g/s", 2 * lambda);
    experiment_set(split, "shop.servers=2");
    experiment_set(split, "scenario.duration=1000s");
    experiment_expect(split, "found waiting", "queue.length.mean", RULE_THEORY, lambda * theory_mmc_wait(lambda, mu, 1),
                      0.02);
    experiment_expect(split, "busy", "busy", RULE_THEORY, 0.8, 0.01);
    for (int k = 2; k <= 4; k += 2) {
        Experiment *turns = experiment_add(all, "queues", "turns.ini", 0, 100,
                                           g_strdup_printf("%d servers in turn: E%d/M/1, load 0.8", k, k));
        experiment_set(turns, "users.rate=%g/s", k * lambda);
        experiment_set(turns, "shop.servers=%d", k);
        experiment_set(turns, "scenario.duration=%gs", 1600. / k);
        experiment_expect(turns, "mean response", "latency.mean", RULE_THEORY,
                          theory_in_turn_response(k * lambda, mu, k), 0.01);
    }
}

/* Observed beside observed: no formula of any queue, but L = lambda·W. */
static void add_little(GPtrArray *all)
{
    static const struct {
        const char *name, *rate, *work;
        int workers, queue;
        guint quick;
    } rows[] = {
        {"M/M/1, load 0.8", "80/s", "exponential(mean=10ms)", 1, 1000000, 10},
        {"M/M/4, load 0.9", "360/s", "exponential(mean=10ms)", 4, 1000000, 0},
        {"M/G/3, uniform work, load 0.7", "210/s", "uniform(0ms, 20ms)", 3, 1000000, 0},
        {"M/G/2/5, lognormal work, load 1.1", "166/s", "lognormal(p50=8ms, p99=40ms)", 2, 3, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "queues", "queue.ini", rows[i].quick, 40,
                                         g_strdup_printf("Little's law, %s", rows[i].name));
        experiment_set(one, "users.rate=%s", rows[i].rate);
        experiment_set(one, "shop.work=%s", rows[i].work);
        experiment_set(one, "shop.workers=%d", rows[i].workers);
        experiment_set(one, "shop.queue=%d", rows[i].queue);
        experiment_set(one, "scenario.duration=%ds", 1000 / rows[i].workers);
        one->measure = measure_little;
        one->parameter = rows[i].workers;
        experiment_expect(one, "L / (lambda W)", "", RULE_THEORY, 1, 0.003);
    }
}

static void add_coverage(GPtrArray *all)
{
    Experiment *coverage =
        experiment_add(all, "queues", "queue.ini", 4, 10, g_strdup("M/M/1, load 0.5, seeds 1 to 200"));
    experiment_set(coverage, "scenario.duration=100s");
    coverage->measure = measure_coverage;
    experiment_expect_near(coverage, "95 % intervals that hold the theory", "", RULE_WITHIN, 0.95, 0.04);
}

void experiments_add_queues(GPtrArray *all)
{
    for (guint i = 0; i < N_LOADS; i++)
        add_one_worker(all, i);
    for (guint i = 0; i <= LOAD_90; i++)
        add_four_workers(all, i);
    for (guint i = 0; i <= LOAD_90; i++)
        add_constant_work(all, i);
    for (guint i = 0; i <= LOAD_90; i++)
        add_lognormal_work(all, i);
    add_pareto_work(all, 5);
    add_pareto_work(all, 6);
    add_database(all);
    add_held_worker(all);
    add_refusing(all);
    add_tandem(all);
    add_visits(all);
    add_streams(all);
    add_little(all);
    add_coverage(all);
}
