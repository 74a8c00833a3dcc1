/* Quorums: the quorum store against WARS (tests/pbs.h), order statistics and the availability of k of n; and the
 * reference of WARS against what Bailis et al. printed.
 *
 * What WARS expects takes seconds to draw, so it is drawn when it is needed, once: 20 million trials of each model, one
 * million when quick. */
#include "tests/experiments.h"
#include "tests/pbs.h"
#include <math.h>

enum { WRITES_PER_S = 2000 };
static const char group[] = "quorums";
static const guint64 trials[N_SIZES] = {1000000, 20000000};

/* ---- WARS: every write is read back ---- */

typedef struct {
    const PbsModel *model;
    PbsWho who;
    int r, w;
    double read_back_ms, extra_ms; /* extra: the look-up before the read */
    double read_part, write_part;  /* width of the latencies; 0: they are not looked at */
    double duration_s;             /* of a replication */
    guint quick, full;             /* replications */
} Wars;

static void expect(Check *check, double expected, double width)
{
    check->expected = expected;
    check->width = width;
}

/* Fresh is what is not stale; with R + W > N every read is. Where hardly one is stale there is no interval to speak of.
 */
static void prepare_wars(Experiment *experiment, Size size)
{
    const Wars *wars = experiment->plan;
    double t = wars->read_back_ms + wars->extra_ms, fresh = 1;
    if (wars->r + wars->w <= PBS_REPLICAS)
        fresh = 1 - pbs_stale(pbs_drawn(wars->model, trials[size]), wars->who, wars->r, wars->w, t);
    expect(&experiment->check[0], fresh, fresh < 1 ? 0.01 * fresh : 0);
    if ((1 - fresh) * WRITES_PER_S * wars->duration_s * experiment->replications[size] < 10)
        experiment->check[0].rule = RULE_WITHIN;
    for (guint i = 1; i < experiment->n_checks; i++) {
        bool write = i == 2;
        double p999 = pbs_latency(wars->model, write, write ? wars->w : wars->r, 0.999) * 1e-3;
        expect(&experiment->check[i], p999, (write ? wars->write_part : wars->read_part) * p999);
    }
}

static void measure_wars(const Experiment *experiment, Size size, Estimate *estimate)
{
    g_autoptr(Results) results = lab_run_named(experiment->scenario, (const char *const *)experiment->sets->pdata, 1,
                                               experiment->replications[size]);
    Estimate stale = lab_figure(results, "readback.stale", "", "");
    estimate[0] = (Estimate){1 - stale.value, 1 - stale.high, 1 - stale.low};
    for (guint i = 1; i < experiment->n_checks; i++)
        estimate[i] = lab_figure(results, "latency", "p999", i == 1 ? "op=read" : "op=write");
}

static char *law_text(const PbsLaw *law)
{
    if (law->share == 0)
        return g_strdup_printf("exponential(mean=%.17gms)", 1 / law->rate);
    return g_strdup_printf("mixture(%.10g%% pareto(min=%.17gms, shape=%.17g), %.10g%% exponential(mean=%.17gms))",
                           100 * law->share, law->min, law->shape, 100 - 100 * law->share, 1 / law->rate);
}

static void set_model(Experiment *experiment, const PbsModel *model)
{
    g_autofree char *write = law_text(&model->write), *other = law_text(&model->other);
    experiment_set(experiment, "store.write-time=%s", write);
    experiment_set(experiment, "store.acknowledge-time=%s", other);
    experiment_set(experiment, "store.read-time=%s", other);
    experiment_set(experiment, "store.respond-time=%s", other);
    for (guint i = 0; model->remote_ms > 0 && i < 3; i++)
        experiment_set(experiment, "%s.rtt=%gms", ((const char *const[]){"a-b", "a-c", "b-c"})[i],
                       2 * model->remote_ms);
}

static void add_one_wars(GPtrArray *all, const Wars *wars)
{
    g_autofree char *what = g_strdup_printf("fresh %g ms after", wars->read_back_ms + wars->extra_ms);
    Experiment *one =
        experiment_add(all, group, wars->who == PBS_ANY ? "quorum-anywhere.ini" : "quorum.ini", wars->quick, wars->full,
                       g_strdup_printf("WARS, %s, R = %d, W = %d%s", wars->model->name, wars->r, wars->w,
                                       wars->who == PBS_ANY ? ", any coordinator" : ""));
    one->plan = wars;
    one->prepare = prepare_wars;
    one->measure = measure_wars;
    set_model(one, wars->model);
    experiment_set(one, "users.rate=%d/s", WRITES_PER_S);
    experiment_set(one, "scenario.duration=%gs", wars->duration_s);
    experiment_set(one, "users.read-back=%gms", wars->read_back_ms);
    experiment_set(one, "store.read-quorum=%d", wars->r);
    experiment_set(one, "store.write-quorum=%d", wars->w);
    experiment_expect(one, what, "", RULE_THEORY, 0, 0);
    if (wars->read_part == 0)
        return;
    /* Over an ocean what is drawn varies by less than a step of the histogram that it is read from. */
    bool narrow = wars->model->remote_ms > 0 && wars->r >= 2;
    experiment_expect(one, "p99.9 of reads", "", narrow ? RULE_WITHIN : RULE_THEORY, 0, 0);
    experiment_expect(one, "p99.9 of writes", "", RULE_THEORY, 0, 0);
}

static void add_wars(GPtrArray *all)
{
    static const Wars rows[] = {
        {&pbs_ssd, PBS_SAME, 1, 1, 0, 0, 0, 0, 10, 10, 0},
        {&pbs_ssd, PBS_SAME, 1, 1, 0, 0, 0.01, 0.01, 50, 0, 40},
        {&pbs_ssd, PBS_SAME, 1, 2, 0, 0, 0.02, 0.02, 50, 0, 25},
        {&pbs_ssd, PBS_SAME, 2, 1, 0, 0, 0.02, 0.02, 50, 0, 25},
        {&pbs_ssd, PBS_SAME, 2, 2, 0, 0, 0.01, 0.01, 50, 0, 80},
        {&pbs_ssd, PBS_SAME, 3, 1, 0, 0, 0.01, 0.01, 50, 0, 55},
        {&pbs_ssd, PBS_SAME, 1, 3, 0, 0, 0.01, 0.01, 50, 0, 55},
        {&pbs_ssd, PBS_SAME, 1, 1, 1, 0, 0, 0, 50, 0, 10},
        {&pbs_ssd, PBS_SAME, 1, 1, 5, 0, 0, 0, 50, 0, 30},
        {&pbs_wan, PBS_SAME, 1, 1, 0, 0, 0.04, 0.1, 50, 0, 10},
        {&pbs_wan, PBS_SAME, 1, 2, 0, 0, 0.04, 0.01, 50, 0, 10},
        {&pbs_wan, PBS_SAME, 2, 1, 0, 0, 0.01, 0.1, 50, 0, 10},
        {&pbs_wan, PBS_SAME, 2, 2, 0, 0, 0.01, 0.01, 50, 0, 10},
        {&pbs_wan, PBS_SAME, 3, 1, 0, 0, 0.01, 0.1, 50, 0, 10},
        {&pbs_wan, PBS_SAME, 1, 3, 0, 0, 0.04, 0.05, 50, 0, 10},
        {&pbs_wan, PBS_ANY, 1, 1, 0, 2, 0, 0, 50, 0, 12},
        {&pbs_wan, PBS_ANY, 1, 1, 98, 2, 0, 0, 50, 0, 12},
        {&pbs_wan, PBS_ANY, 2, 1, 0, 2, 0, 0, 50, 0, 6},
        {&pbs_wan, PBS_ANY, 2, 2, 0, 2, 0, 0, 50, 0, 6},
        {&pbs_quick_writes, PBS_SAME, 1, 1, 0, 0, 0, 0, 50, 0, 10},
        {&pbs_quick_writes, PBS_SAME, 1, 1, 0.25, 0, 0, 0, 50, 0, 10},
        {&pbs_quick_writes, PBS_SAME, 1, 1, 1, 0, 0, 0, 50, 0, 10},
        {&pbs_slow_writes, PBS_SAME, 1, 1, 0, 0, 0, 0, 10, 10, 0},
        {&pbs_slow_writes, PBS_SAME, 1, 1, 0, 0, 0, 0, 50, 0, 10},
        {&pbs_slow_writes, PBS_SAME, 1, 1, 10, 0, 0, 0, 50, 0, 10},
        {&pbs_slow_writes, PBS_SAME, 1, 1, 30, 0, 0, 0, 50, 0, 10},
        {&pbs_slow_writes, PBS_SAME, 1, 1, 65, 0, 0, 0, 50, 0, 10},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        add_one_wars(all, &rows[i]);
}

/* ---- the tails over an ocean, by themselves: as Pareto as they are, they want many operations ---- */

typedef struct {
    bool write;
    int k;
    double part;
    guint full; /* replications of 400,000 operations */
} Tail;

static void prepare_tail(Experiment *experiment, Size size)
{
    const Tail *tail = experiment->plan;
    double p999 = pbs_latency(&pbs_wan, tail->write, tail->k, 0.999) * 1e-3;
    (void)size;
    expect(&experiment->check[0], p999, tail->part * p999);
}

static void add_tails(GPtrArray *all)
{
    static const Tail rows[] = {{false, 1, 0.01, 25}, {true, 1, 0.02, 45}, {true, 3, 0.01, 40}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *what = rows[i].write ? "writes" : "reads";
        g_autofree char *figure = g_strdup_printf("p99.9 of %s", what);
        Experiment *one = experiment_add(all, group, "quorum.ini", 0, rows[i].full,
                                         g_strdup_printf("WARS, WAN, %s of %d, nothing else", what, rows[i].k));
        one->plan = &rows[i];
        one->prepare = prepare_tail;
        set_model(one, &pbs_wan);
        experiment_set(one, "scenario.duration=200s");
        experiment_set(one, "users.read-back=default");
        experiment_set(one, "users.mix=100%% %s", rows[i].write ? "write" : "read");
        experiment_set(one, "store.read-quorum=%d", rows[i].k);
        experiment_set(one, "store.write-quorum=%d", rows[i].k);
        experiment_expect(one, figure, "latency.p999", RULE_THEORY, 0, 0);
    }
}

/* ---- the reference, and what was printed ---- */

typedef enum { READ_MS, WRITE_MS, MEDIAN_MS, VISIBLE_MS, FRESH } Printed;
typedef struct {
    Printed kind;
    const char *what;
    const PbsModel *model;
    int r, w;
    double t;             /* FRESH */
    double printed, half; /* half a unit of its last digit */
} PrintedFigure;

typedef struct {
    const char *name;
    guint n, quick;
    PrintedFigure figure[MOST_CHECKS];
} Table;

static double referred(const PrintedFigure *figure, Size size, double p)
{
    switch (figure->kind) {
    case READ_MS:
    case MEDIAN_MS:
        return pbs_latency(figure->model, false, figure->r, p);
    case WRITE_MS:
        return pbs_latency(figure->model, true, figure->w, p);
    case VISIBLE_MS:
        return pbs_visible(pbs_drawn(figure->model, trials[size]), PBS_ANY, figure->r, figure->w, p);
    case FRESH:
        break;
    }
    return 1 - pbs_stale(pbs_drawn(figure->model, trials[size]), PBS_ANY, figure->r, figure->w, figure->t);
}

/* Standard error of a figure found by 50,000 trials: of a quantile, half of what lies within one of its rank. */
static double standard_error(const PrintedFigure *figure, Size size, double p)
{
    static const double n = 50000;
    if (figure->kind == FRESH) {
        double fresh = referred(figure, size, 0);
        return sqrt(fresh * (1 - fresh) / n);
    }
    double h = sqrt(p * (1 - p) / n);
    return (referred(figure, size, p + h) - referred(figure, size, p - h)) / 2;
}

static void measure_printed(const Experiment *experiment, Size size, Estimate *estimate)
{
    const Table *table = experiment->plan;
    for (guint i = 0; i < table->n; i++)
        estimate[i] =
            (Estimate){referred(&table->figure[i], size, table->figure[i].kind == MEDIAN_MS ? 0.5 : 0.999), NAN, NAN};
}

static void prepare_printed(Experiment *experiment, Size size)
{
    const Table *table = experiment->plan;
    for (guint i = 0; i < table->n; i++) {
        const PrintedFigure *figure = &table->figure[i];
        double p = figure->kind == MEDIAN_MS ? 0.5 : 0.999;
        experiment->check[i].width = figure->half + 3 * standard_error(figure, size, p);
    }
}

#define LATENCIES(m, r, w, read, write, half)                                                                          \
    {READ_MS, "p99.9 of reads, R = " #r, &(m), r, w, 0, read, half},                                                   \
    {                                                                                                                  \
        WRITE_MS, "p99.9 of writes, W = " #w, &(m), r, w, 0, write, half                                               \
    }
#define VISIBLE(m, r, w, t, half)                                                                                      \
    {                                                                                                                  \
        VISIBLE_MS, "99.9 % visible, R = " #r ", W = " #w, &(m), r, w, 0, t, half                                      \
    }

static const Table tables[] = {
    {"LNKD-SSD, latencies in ms",
     12,
     1,
     {LATENCIES(pbs_ssd, 1, 1, 0.66, 0.66, 0.005), LATENCIES(pbs_ssd, 1, 2, 0.66, 1.63, 0.005),
      LATENCIES(pbs_ssd, 2, 1, 1.63, 0.65, 0.005), LATENCIES(pbs_ssd, 2, 2, 1.62, 1.64, 0.005),
      LATENCIES(pbs_ssd, 3, 1, 4.14, 0.65, 0.005), LATENCIES(pbs_ssd, 1, 3, 0.65, 4.09, 0.005)}},
    {"WAN, latencies in ms",
     12,
     0,
     {LATENCIES(pbs_wan, 1, 1, 3.4, 55.12, 0.05), LATENCIES(pbs_wan, 1, 2, 3.4, 167.64, 0.05),
      LATENCIES(pbs_wan, 2, 1, 151.3, 56.36, 0.05), LATENCIES(pbs_wan, 2, 2, 151.31, 167.72, 0.005),
      LATENCIES(pbs_wan, 3, 1, 153.86, 55.19, 0.005), LATENCIES(pbs_wan, 1, 3, 3.44, 241.55, 0.005)}},
    {"t-visibility in ms",
     8,
     0,
     {VISIBLE(pbs_ssd, 1, 1, 1.85, 0.005), VISIBLE(pbs_ssd, 1, 2, 1.79, 0.005), VISIBLE(pbs_ssd, 2, 1, 0, 0.005),
      VISIBLE(pbs_ssd, 2, 2, 0, 0), VISIBLE(pbs_wan, 1, 1, 113.0, 0.05), VISIBLE(pbs_wan, 1, 2, 0, 0.05),
      VISIBLE(pbs_wan, 2, 1, 30.2, 0.05), VISIBLE(pbs_wan, 2, 2, 0, 0)}},
    {"shares of fresh reads, R = W = 1",
     8,
     1,
     {{FRESH, "LNKD-SSD, at once", &pbs_ssd, 1, 1, 0, 0.974, 0.0005},
      {FRESH, "LNKD-SSD, 5 ms after", &pbs_ssd, 1, 1, 5, 1, 0.00001},
      {MEDIAN_MS, "LNKD-SSD, median of reads in ms", &pbs_ssd, 1, 1, 0, 0.489, 0.0005},
      {FRESH, "WAN, at once", &pbs_wan, 1, 1, 0, 0.33, 0.005},
      {FRESH, "W Exp(4), at once", &pbs_quick_writes, 1, 1, 0, 0.94, 0.005},
      {FRESH, "W Exp(4), 1 ms after", &pbs_quick_writes, 1, 1, 1, 0.999, 0.0005},
      {FRESH, "W Exp(0.1), at once", &pbs_slow_writes, 1, 1, 0, 0.41, 0.005},
      {FRESH, "W Exp(0.1), 65 ms after", &pbs_slow_writes, 1, 1, 65, 0.999, 0.0005}}},
};

static void add_printed(GPtrArray *all)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        Experiment *one = experiment_add(all, group, "quorum.ini", tables[i].quick, 1,
                                         g_strdup_printf("Bailis et al. against the reference: %s", tables[i].name));
        one->plan = &tables[i];
        one->prepare = prepare_printed;
        one->measure = measure_printed;
        for (guint j = 0; j < tables[i].n; j++)
            experiment_expect(one, tables[i].figure[j].what, "", RULE_WITHIN, tables[i].figure[j].printed, 0);
    }
}

/* ---- order statistics: reads that take an exponential time at each replica ---- */

/* Mean of the k-th smallest of n exponential times of mean 1. */
static double mean_of_kth(int k, int n)
{
    double mean = 0;
    for (int i = n - k + 1; i <= n; i++)
        mean += 1.0 / i;
    return mean;
}

static Experiment *add_reads(GPtrArray *all, int k, int n, guint quick)
{
    static const char *const names[] = {"", "a", "a, b", "a, b, c", "", "a, b, c, d, e", "", "a, b, c, d, e, f, g"};
    Experiment *one = experiment_add(all, group, "quorum.ini", quick, k == n ? 20 : 8,
                                     g_strdup_printf("reads of %d of %d, each exponential", k, n));
    experiment_set(one, "scenario.regions=%s", names[n]);
    experiment_set(one, "store.replicas=%s", names[n]);
    experiment_set(one, "store.read-quorum=%d", k);
    experiment_set(one, "store.read-time=exponential(mean=10ms)");
    experiment_set(one, "store.respond-time=0ms");
    experiment_set(one, "users.mix=100%% read");
    experiment_set(one, "scenario.duration=25s");
    experiment_expect(one, "mean", "latency.mean", RULE_THEORY, 0.010 * mean_of_kth(k, n), 0.01);
    return one;
}

static void add_order_statistics(GPtrArray *all)
{
    for (int n = 3; n <= 7; n += 2)
        experiment_expect(add_reads(all, n, n, 0), "p99", "latency.p99", RULE_THEORY,
                          -0.010 * log(1 - pow(0.99, 1.0 / n)), 0.01);
    for (int k = 1; k < 5; k++)
        add_reads(all, k, 5, k == 2 ? 4 : 0);
}

/* ---- availability: the coordinator is always there, of the four others at least k - 1 must be ---- */

static double at_least(int k, int n, double a)
{
    double p = 0;
    for (int j = k; j <= n; j++)
        p += exp(lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1)) * pow(a, j) * pow(1 - a, n - j);
    return p;
}

static void add_availability(GPtrArray *all)
{
    Experiment *one = experiment_add(all, group, "quorum-outages.ini", 0, 60,
                                     g_strdup("5 replicas, 4 of them up for 80 s and down for 20 s"));
    experiment_expect(one, "reads of 3 answered", "availability{op=read}", RULE_THEORY, at_least(2, 4, 0.8), 0.01);
    experiment_expect(one, "writes to 4 answered", "availability{op=write}", RULE_THEORY, at_least(3, 4, 0.8), 0.01);
}

void experiments_add_quorum(GPtrArray *all)
{
    add_wars(all);
    add_tails(all);
    add_printed(all);
    add_order_statistics(all);
    add_availability(all);
}
