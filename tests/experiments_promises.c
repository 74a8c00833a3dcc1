/* Promises to readers: who writes in one region and reads in another is ahead of the copy of his write, or it is ahead
 * of him. */
#include "tests/experiments.h"
#include <math.h>

static const double way_s = 0.001;

static Experiment *add_read_back(GPtrArray *all, const char *lag, double gap_s, guint quick, guint full)
{
    Experiment *one = experiment_add(all, "promises", "readers.ini", quick, full,
                                     g_strdup_printf("read back after %g s, lag %s", gap_s, lag));
    experiment_set(one, "carts.lag=%s", lag);
    experiment_set(one, "users.read-back=%gs", gap_s);
    return one;
}

/* With a constant lag there is nothing in between. */
static void add_constant(GPtrArray *all)
{
    static const struct {
        const char *lag;
        double broken;
    } rows[] = {{"498ms", 0}, {"500ms", 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = add_read_back(all, rows[i].lag, 0.5, 2, 4);
        experiment_expect_near(one, "read your writes broken", "sessions.violations{promise=read-your-writes}",
                               RULE_THEORY, rows[i].broken, 1e-12);
        experiment_expect_near(one, "found stale", "readback.stale", RULE_THEORY, rows[i].broken, 1e-12);
    }
}

/* P(lag > gap). */
static void add_exponential(GPtrArray *all)
{
    static const double gap_s[] = {0.1, 0.5, 1};
    const double mean_s = 0.4;
    for (gsize i = 0; i < G_N_ELEMENTS(gap_s); i++) {
        Experiment *one = add_read_back(all, "exponential(mean=400ms)", gap_s[i], 8, 40);
        experiment_expect(one, "read your writes broken", "sessions.violations{promise=read-your-writes}", RULE_THEORY,
                          exp(-(gap_s[i] - way_s) / mean_s), 0.02);
    }
}

/* A read there misses what was written here in the last d: it is as old as the first of these, which came a time after
 * d ago that is exponential, if it is less than d. */
static void expect_age(Experiment *one, double a, double d)
{
    double stale = -expm1(-a * d), first_after = 1 / a - d * exp(-a * d) / stale;
    experiment_expect(one, "reads there that are old", "reads.stale{clients=users,region=there}", RULE_THEORY, stale,
                      0.01);
    experiment_expect(one, "how old these are, mean", "reads.staleness.mean{clients=users,region=there}", RULE_THEORY,
                      d - first_after, 0.01);
    experiment_expect(one, "... and p50", "reads.staleness.p50{clients=users,region=there}", RULE_THEORY,
                      d + log(1 - stale / 2) / a, 0.02);
    experiment_expect_near(one, "reads here that are old", "reads.stale{clients=users,region=here}", RULE_THEORY, 0,
                           1e-12);
}

/* One user reads one item, now here and now there, that others write here at a rate a.  He finds less there than he has
 * found here before when he was here, at a rate r, less than d ago, and something was written between d ago and that:
 * the integral over u from 0 to d of r exp(-ru) (1 - exp(-a(d - u))). */
static void add_monotonic(GPtrArray *all)
{
    const double a = 2, r = 1, d = 0.6;
    Experiment *one = experiment_add(all, "promises", "readers.ini", 8, 40,
                                     g_strdup_printf("one item read here and there, lag %g s", d));
    experiment_set(one, "carts.lag=%gs", d - way_s);
    experiment_set(one, "writers.enabled=yes");
    experiment_set(one, "writers.rate=%g/s", a);
    experiment_set(one, "users.rate=%g/s", 2 * r);
    experiment_set(one, "users.think=%gs", 0.5 / r); /* so there is one */
    experiment_set(one, "users.mix=100%% read");
    experiment_set(one, "users.items=1");
    experiment_set(one, "users.read-back=none");
    experiment_set(one, "users.read-back-at=same");
    experiment_set(one, "users.away=50%%");
    experiment_set(one, "scenario.duration=10000s");
    double broken = 1 - exp(-r * d) - r * exp(-a * d) * expm1((a - r) * d) / (a - r);
    experiment_expect(one, "monotonic reads broken there", "sessions.violations{promise=monotonic-reads,region=there}",
                      RULE_THEORY, broken, 0.02);
    experiment_expect_near(one, "... and here", "sessions.violations{promise=monotonic-reads,region=here}", RULE_THEORY,
                           0, 1e-12);
    expect_age(one, a, d);
}

/* Who has logged in here asks there half a second later: he must log in again when the copy of his login is slower, so
 * once in two requests at most.  A few (1 in 2,500) come again before their session is over. */
static void add_sessions(GPtrArray *all)
{
    static const struct {
        const char *lag;
        double lost;
        guint quick, full;
    } rows[] = {{"498ms", 0, 2, 6}, {"500ms", 1, 6, 6}, {"exponential(mean=400ms)", NAN, 6, 24}};
    const double gap_s = 0.5, mean_s = 0.4;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "promises", "sessions.ini", rows[i].quick, rows[i].full,
                                         g_strdup_printf("sessions in a global store, lag %s", rows[i].lag));
        experiment_set(one, "logins.lag=%s", rows[i].lag);
        double lost = isnan(rows[i].lost) ? exp(-(gap_s - way_s) / mean_s) : rows[i].lost;
        if (lost == 0)
            experiment_expect_near(one, "forced logins per request", "sessions.lost / requests.issued", RULE_WITHIN, 0,
                                   1e-9);
        else
            experiment_expect(one, "forced logins per request", "sessions.lost / requests.issued",
                              lost == 1 ? RULE_WITHIN : RULE_THEORY, lost / 2, 0.02);
    }
}

void experiments_add_promises(GPtrArray *all)
{
    add_constant(all);
    add_exponential(all);
    add_monotonic(all);
    add_sessions(all);
}
