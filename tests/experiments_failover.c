/* Failover by a name: from the death of a region until its users are answered again, and the phases of that.
 *
 * detect: theory_detection.  decide: the mean of a uniform delay.  all of it: until 99 % of the requests of two windows
 * of 10 s in a row are answered, told as the start of the first of them.  Caches keep the old answer for the TTL after
 * the change at most, and a share `cached` of the look-ups is answered from one.  A window that begins a seconds after
 * the change, a > ttl - 10, holds cached·(ttl - a)^2/(2·ttl) seconds of look-ups with the old answer: 1 % of it where
 * a = ttl - sqrt(2·ttl·0.1/cached).  The windows are counted from the failure on, so what is told is the next multiple
 * of 10 s: its mean over the instants of the change. */
#include "tests/experiments.h"
#include "tests/theory.h"
#include <math.h>

enum { CHECKERS = 16, FAILURES = 3, RESOLVERS = 300 };
static const double healthy_share = 0.18, ttl = 60, rate = 100, least_delay = 5, most_delay = 10, window = 10;

/* The density of the m-th of n uniform phases. */
static double phase_density(int n, int m, double x)
{
    return exp(lgamma(n + 1) - lgamma(m) - lgamma(n - m + 1) + (m - 1) * log(x) + (n - m) * log(1 - x));
}

/* `t`: how long a failing check takes. */
static double until_back(double interval, double t)
{
    enum { N_PARTS = 1000 };
    int m = CHECKERS - (int)floor(healthy_share * CHECKERS);
    double missing = 0.01 * window, mean = 0;
    double until_good = ttl - sqrt(2 * ttl * missing / theory_cached(rate / RESOLVERS, ttl));
    for (int i = 0; i < N_PARTS; i++) {
        double x = (i + 0.5) / N_PARTS, weight = phase_density(CHECKERS, m, x) / N_PARTS;
        double found = (FAILURES - 1) * (interval + t) + t + interval * x;
        for (int j = 0; j < N_PARTS; j++) {
            double changed = found + least_delay + (most_delay - least_delay) * (j + 0.5) / N_PARTS;
            mean += weight / N_PARTS * window * ceil((changed + until_good) / window);
        }
    }
    return mean;
}

void experiments_add_failover(GPtrArray *all)
{
    static const struct {
        const char *mode;
        double interval, t;
        guint quick, full;
    } rows[] = {
        {"silent", 30, 4, 60, 400}, {"silent", 10, 4, 60, 400}, {"refused", 30, 0, 0, 400}, {"refused", 10, 0, 0, 400}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double interval = rows[i].interval, t = rows[i].t, back = until_back(interval, t),
               detect = theory_detection(CHECKERS, healthy_share, interval, FAILURES, t),
               decide = (least_delay + most_delay) / 2;
        Experiment *one = experiment_add(all, "failover", "failover.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("%s, every %g s, TTL %g s", rows[i].mode, interval, ttl));
        experiment_set(one, "gone.mode=%s", rows[i].mode);
        experiment_set(one, "alive.interval=%gs", interval);
        experiment_expect_near(one, "until the checkers find it", "recovery.time{phase=detect}", RULE_WITHIN, detect,
                               2);
        experiment_expect_near(one, "until the name server knows", "recovery.time{phase=decide}", RULE_WITHIN, decide,
                               1);
        experiment_expect_near(one, "until 99 % have the new answer", "recovery.time{phase=route}", RULE_WITHIN,
                               back - detect - decide, 3);
        experiment_expect_near(one, "all of it", "failover.time", RULE_WITHIN, back, 3);
    }
}
