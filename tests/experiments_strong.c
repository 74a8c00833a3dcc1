/* Strong consistency among three: a write, and a strong read, takes the first of two round trips. */
#include "tests/experiments.h"
#include <math.h>

typedef struct {
    double p50_ms, p99_ms; /* equal: constant */
} Trip;

/* P(a round trip takes longer than t). */
static double longer(const Trip *trip, double t)
{
    static const double z99 = 2.3263478740408408;
    if (trip->p50_ms == trip->p99_ms)
        return t < trip->p50_ms;
    double sigma = log(trip->p99_ms / trip->p50_ms) / z99;
    return 0.5 * erfc((log(t / trip->p50_ms)) / (sigma * sqrt(2)));
}

/* E[min] is the integral of the chance that both take longer; by the rule of the midpoint. */
static double mean_of_first(const Trip trip[2])
{
    const double step = 1e-3, most = 1000;
    double sum = 0;
    for (double t = step / 2; t < most; t += step)
        sum += longer(&trip[0], t) * longer(&trip[1], t);
    return sum * step * 1e-3;
}

static void set_trip(Experiment *one, const char *link, const Trip *trip)
{
    if (trip->p50_ms == trip->p99_ms)
        experiment_set(one, "%s.rtt=%gms", link, trip->p50_ms);
    else
        experiment_set(one, "%s.rtt=lognormal(p50=%gms, p99=%gms)", link, trip->p50_ms, trip->p99_ms);
}

static void add_first_of_two(GPtrArray *all)
{
    static const struct {
        const char *name;
        Trip trip[2];
    } rows[] = {
        {"11 and 14 ms", {{11, 11}, {14, 14}}},
        {"11 to 16 and 14 to 40 ms", {{11, 16}, {14, 40}}},
        {"twice 20 to 80 ms", {{20, 80}, {20, 80}}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "strong", "mrsc.ini", 16, 40,
                                         g_strdup_printf("first of two round trips, %s", rows[i].name));
        set_trip(one, "a-b", &rows[i].trip[0]);
        set_trip(one, "a-c", &rows[i].trip[1]);
        experiment_set(one, "at-b.enabled=no");
        experiment_set(one, "at-c.enabled=no");
        experiment_set(one, "at-a.rate=200/s");
        experiment_set(one, "user.items=4G");
        experiment_set(one, "scenario.duration=100s");
        double mean = mean_of_first(rows[i].trip);
        experiment_expect(one, "mean of writes", "latency.mean{op=write}", RULE_WITHIN, mean, 0.01);
        experiment_expect(one, "mean of strong reads", "latency.mean{op=read}", RULE_WITHIN, mean, 0.01);
    }
}

void experiments_add_strong(GPtrArray *all)
{
    add_first_of_two(all);
}
