#include "tests/experiment.h"
#include "base/check.h"
#include "tests/measures.h"
#include "tests/theory.h"
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

/* A text goes in before the NULL that ends them. */
static G_GNUC_PRINTF(2, 3) void set(Experiment *experiment, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_insert(experiment->sets, (int)experiment->sets->len - 1, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static Experiment *add(GPtrArray *all, const char *group, const char *scenario, guint quick, guint full, char *name)
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

/* `figure`: "latency.mean", "recovery.time{phase=detect}", "writes.lost / writes.acknowledged"; `width` relative to the
 * expected. */
static void expect(Experiment *experiment, const char *what, const char *figure, Rule rule, double expected,
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
        .width = width * fabs(expected),
        .rule = rule,
    };
}

/* ---- queues: work of 10 ms on average, so a worker does 100 a second ---- */

static const double mu = 100, work_s = 0.01;

/* How long a replication must be grows like 1/(1 - rho)^2: a busy queue forgets slowly. */
static const struct {
    double rho, duration_s;
} loads[] = {{0.5, 800}, {0.8, 1000}, {0.9, 3600}};

static Experiment *add_queue(GPtrArray *all, const char *name, guint load, int c, guint quick, guint full)
{
    Experiment *queue =
        add(all, "queues", "queue.ini", quick, full, g_strdup_printf("%s, load %g", name, loads[load].rho));
    set(queue, "users.rate=%.10g/s", loads[load].rho * c * mu);
    set(queue, "shop.workers=%d", c);
    set(queue, "scenario.duration=%gs", loads[load].duration_s / c);
    return queue;
}

static void add_one_worker(GPtrArray *all, guint i)
{
    double rho = loads[i].rho, lambda = rho * mu;
    Experiment *queue = add_queue(all, "M/M/1", i, 1, 40, 200);
    expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(lambda, mu, 1), 0.01);
    expect(queue, "p99 response", "latency.p99", RULE_THEORY, theory_mm1_response_quantile(lambda, mu, 0.99), 0.02);
    expect(queue, "busy", "busy", RULE_THEORY, rho, 0.01);
    expect(queue, "found waiting", "queue.length.mean", RULE_THEORY, lambda * theory_mmc_wait(lambda, mu, 1), 0.02);
}

static void add_four_workers(GPtrArray *all, guint i)
{
    double lambda = loads[i].rho * 4 * mu;
    Experiment *queue = add_queue(all, "M/M/4", i, 4, 40, 200);
    expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(lambda, mu, 4), 0.01);
    expect(queue, "busy", "busy", RULE_THEORY, loads[i].rho, 0.01);
    expect(queue, "found waiting", "queue.length.mean", RULE_THEORY, lambda * theory_mmc_wait(lambda, mu, 4), 0.02);
}

static void add_constant_work(GPtrArray *all, guint i)
{
    Experiment *queue = add_queue(all, "M/D/1", i, 1, 24, 150);
    set(queue, "shop.work=10ms");
    expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mg1_response(loads[i].rho * mu, work_s, 0),
           0.01);
}

static void add_lognormal_work(GPtrArray *all, guint i)
{
    double mean = theory_lognormal_mean(0.008, 0.040), cv2 = theory_lognormal_cv2(0.008, 0.040);
    double lambda = loads[i].rho / mean;
    Experiment *queue = add_queue(all, "M/G/1 lognormal", i, 1, 32, 200);
    set(queue, "users.rate=%.17g/s", lambda);
    set(queue, "shop.work=lognormal(p50=8ms, p99=40ms)");
    expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mg1_response(lambda, mean, cv2), 0.01);
}

/* The same queue in the database behind a service that takes no time. */
static void add_database(GPtrArray *all)
{
    Experiment *queue = add(all, "queues", "behind.ini", 40, 200, g_strdup("M/M/1 in a database, load 0.8"));
    set(queue, "users.rate=80/s");
    set(queue, "scenario.duration=1000s");
    expect(queue, "mean response", "latency.mean", RULE_THEORY, theory_mmc_response(80, mu, 1), 0.01);
}

static void add_refusing(GPtrArray *all)
{
    Experiment *queue = add(all, "queues", "queue.ini", 10, 40, g_strdup("M/M/2/5, load 0.9"));
    set(queue, "users.rate=180/s");
    set(queue, "shop.workers=2");
    set(queue, "shop.queue=3");
    set(queue, "scenario.duration=1000s");
    expect(queue, "refused", "queue.refused / requests.issued", RULE_THEORY, theory_mmck_refused(180, mu, 2, 5), 0.02);
    expect(queue, "mean response of the others", "latency.mean", RULE_THEORY, theory_mmck_response(180, mu, 2, 5),
           0.01);
    Experiment *loss = add(all, "queues", "queue.ini", 10, 40, g_strdup("M/G/4/4 lognormal (Erlang B), load 0.75"));
    set(loss, "users.rate=%.17g/s", 3 / theory_lognormal_mean(0.008, 0.040));
    set(loss, "shop.workers=4");
    set(loss, "shop.queue=0");
    set(loss, "shop.work=lognormal(p50=8ms, p99=40ms)");
    set(loss, "scenario.duration=1000s");
    expect(loss, "refused", "queue.refused / requests.issued", RULE_THEORY, theory_erlang_b(3, 4), 0.02);
}

static void add_retries(GPtrArray *all)
{
    Experiment *retries = add(all, "retries", "queue.ini", 10, 40, g_strdup("errors 30 %, 3 retries"));
    set(retries, "shop.errors=30%%");
    set(retries, "shop.work=0ms");
    set(retries, "users.retries=3");
    set(retries, "users.backoff=1ms");
    set(retries, "scenario.duration=1000s");
    expect(retries, "attempts per request", "attempts.per_request", RULE_THEORY, theory_attempts(0.3, 3), 0.005);
    expect(retries, "availability", "availability", RULE_THEORY, 1 - pow(0.3, 4), 0.001);
}

static void add_coverage(GPtrArray *all)
{
    Experiment *coverage = add(all, "queues", "queue.ini", 0, 10, g_strdup("M/M/1, load 0.5, seeds 1 to 200"));
    set(coverage, "scenario.duration=100s");
    coverage->measure = measure_coverage;
    expect(coverage, "95 % intervals that hold the theory", "", RULE_WITHIN, 0.95, 0);
    coverage->check[0].width = 0.04;
}

/* ---- detection ---- */

static void add_detection(GPtrArray *all)
{
    static const struct {
        const char *mode;
        double interval, timeout, t;
    } rows[] = {{"refused", 30, 4, 0}, {"refused", 10, 4, 0},  {"silent", 30, 4, 4},
                {"silent", 10, 4, 4},  {"silent", 30, 10, 10}, {"silent", 10, 10, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one =
            add(all, "detection", "detection.ini", 200, 1000,
                g_strdup_printf("%s, every %g s, time-out %g s", rows[i].mode, rows[i].interval, rows[i].timeout));
        set(one, "gone.mode=%s", rows[i].mode);
        set(one, "alive.interval=%gs", rows[i].interval);
        set(one, "alive.timeout=%gs", rows[i].timeout);
        expect(one, "mean time to the verdict", "detection.time", RULE_WITHIN,
               theory_detection(16, 0.18, rows[i].interval, 3, rows[i].t), 0.02);
    }
}

/* ---- look-ups ---- */

/* Ten instants, 3, 9 ... 57 s after the change, each with the look-ups of 3 s before and after it: over those the line
 * of the theory has its middle value as mean. */
static void add_lookups(GPtrArray *all, double lookups_per_ttl, guint quick, guint full)
{
    enum { RESOLVERS = 150 };
    static const double ttl = 60;
    double q = lookups_per_ttl / ttl;
    Experiment *one = add(all, "look-ups", "lookups.ini", quick, full,
                          g_strdup_printf("old answers, %g look-ups per TTL", lookups_per_ttl));
    set(one, "users.resolvers=%d", RESOLVERS);
    set(one, "users.rate=%.17g/s", q * RESOLVERS);
    one->measure = measure_old_answers;
    for (int i = 0; i < N_INSTANTS; i++) {
        g_autofree char *what = g_strdup_printf("share %g s after the change", instant_s(i));
        expect(one, what, "", RULE_WITHIN, theory_still_old(q, ttl, instant_s(i)), 0);
        one->check[one->n_checks - 1].width = 0.02;
    }
}

static void add_cached(GPtrArray *all)
{
    Experiment *one =
        add(all, "look-ups", "lookups.ini", 1000, 4000, g_strdup("caches at the start, 2 look-ups per TTL"));
    set(one, "users.resolvers=150");
    set(one, "users.rate=5/s");
    set(one, "scenario.warm-up=0s");
    set(one, "scenario.duration=5s");
    set(one, "gone.enabled=no");
    one->measure = measure_hits;
    expect(one, "look-ups answered from a cache", "", RULE_WITHIN, theory_cached(2 / 60.0, 60), 0);
    one->check[0].width = 0.02;
}

/* ---- copies ---- */

static void add_writers(GPtrArray *all)
{
    Experiment *one = add(all, "copies", "writers.ini", 100, 400, g_strdup("last writer wins, 1/s and 1/s, lag 0.8 s"));
    expect(one, "overwritten", "writes.overwritten / writes.acknowledged", RULE_WITHIN,
           theory_overwritten(1, 1, 0.8, 0.8) / 2, 0);
    one->check[0].width = 0.01;
    /* Lags that differ by direction are distances: half of a round trip.  In the last row nearly all of the slow
     * writer's are overwritten, and few of the fast one's: were it the older that wins, it would be the other way. */
    static const struct {
        double a, b, there_s, back_s;
    } rows[] = {{2, 3, 0.040, 0.050}, {1, 10, 0.500, 0.020}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double a = rows[i].a, b = rows[i].b, there_s = rows[i].there_s, back_s = rows[i].back_s;
        Experiment *two =
            add(all, "copies", "writers.ini", 200, 1000,
                g_strdup_printf("last writer wins, %g/s and %g/s, %g and %g ms", a, b, there_s * 1000, back_s * 1000));
        set(two, "here.rate=%g/s", a);
        set(two, "there.rate=%g/s", b);
        set(two, "item.lag=0ms");
        set(two, "between.rtt=%gs", 2 * there_s);
        set(two, "between.one-way=yes");
        set(two, "back.enabled=yes");
        set(two, "back.rtt=%gs", 2 * back_s);
        expect(two, "overwritten", "writes.overwritten / writes.acknowledged", RULE_WITHIN,
               theory_overwritten(a, b, there_s, back_s) / (a + b), 0.02);
    }
}

static void add_loss(GPtrArray *all)
{
    Experiment *one = add(all, "copies", "loss.ini", 400, 2000, g_strdup("failover, 50 writes/s, lag 0.4 s"));
    expect(one, "lost per failover", "writes.lost", RULE_THEORY, theory_lost(50, 0.4), 0.02);
    expect(one, "age of the oldest lost", "rpo.time", RULE_THEORY, theory_oldest_lost(50, 0.4), 0.01);
    /* Every second from answer to next check, a second of waiting, three times; five for the decision; a last check
     * and five for the promotion. */
    expect(one, "until the writer is found dead", "recovery.time{phase=detect}", RULE_WITHIN, 0.5 + 2 * (1 + 1) + 1,
           0.02);
    expect(one, "until it is decided", "recovery.time{phase=decide}", RULE_WITHIN, 5, 0.001);
    expect(one, "until another writes", "recovery.time{phase=promote}", RULE_WITHIN, 1 + 5, 0.001);
}

/* ---- distances ---- */

static void add_distances(GPtrArray *all)
{
    static const char *const rows[][2] = {
        {"us-east-1", "eu-central-1"}, {"eu-central-1", "us-east-1"},   {"us-east-1", "ap-southeast-1"},
        {"sa-east-1", "eu-west-1"},    {"af-south-1", "ap-south-1"},    {"eu-central-1", "eu-west-3"},
        {"US-CHICAGO", "us-east-1"},   {"US-CHICAGO", "eu-central-1"},  {"DE-BERLIN", "eu-central-1"},
        {"IN-MUMBAI", "us-east-1"},    {"AU-SYDNEY", "ap-southeast-2"}, {"BR-SAOPAULO", "us-east-1"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        TableTrip trip = table_trip(rows[i][0], rows[i][1]);
        Experiment *one = add(all, "distances", "distance.ini", i % 3 == 0 ? 4 : 0, 10,
                              g_strdup_printf("%s to %s", rows[i][0], rows[i][1]));
        set(one, "users.places=100%% %s", rows[i][0]);
        set(one, "scenario.regions=%s", rows[i][1]);
        expect(one, "p50", "latency.p50", RULE_WITHIN, trip.p50_s, 0.02);
        expect(one, "p99", "latency.p99", RULE_WITHIN, trip.p99_s, 0.10);
    }
    Experiment *every =
        add(all, "distances", "distance.ini", 1, 1, g_strdup("every pair of regions, every place to every region"));
    every->measure = measure_distances;
    static const struct {
        const char *what;
        double width;
    } worst[] = {{"regions: worst p50, off by", 0.02},
                 {"regions: worst p99, off by", 0.10},
                 {"places: worst p50, off by", 0.02},
                 {"places: worst p99, off by", 0.10}};
    for (gsize i = 0; i < G_N_ELEMENTS(worst); i++) {
        expect(every, worst[i].what, "", RULE_WITHIN, 0, 0);
        every->check[i].width = worst[i].width;
    }
}

GPtrArray *experiments(void)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(experiment_free);
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
    add_retries(all);
    add_detection(all);
    add_lookups(all, 1, 0, 1000);
    add_lookups(all, 5, 600, 1000);
    add_lookups(all, 60, 0, 250);
    add_cached(all);
    add_writers(all);
    add_loss(all);
    add_distances(all);
    return all;
}

/* ---- running and judging ---- */

void experiment_run(const Experiment *experiment, Size size, Estimate *estimate)
{
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
        double most = size == QUICK ? 3 * check->width : check->width;
        return estimate_half_width(estimate) <= most ? CHECK_PASSED : CHECK_NOT_SHOWN;
    }
    double least = check->expected - check->width, most = check->expected + check->width;
    if (high < least || low > most)
        return CHECK_FAILED;
    return low >= least && high <= most ? CHECK_PASSED : CHECK_NOT_SHOWN;
}
