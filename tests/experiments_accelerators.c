/* Accelerators: what an edge saves, when new flows are moved, and which are not. */
#include "tests/experiments.h"
#include <math.h>

static const double edge_s = 0.040, behind_s = 0.100, direct_s = 0.150, work_s = 0.010;
enum { THRESHOLD = 3 };

static Experiment *add(GPtrArray *all, guint quick, guint full, char *name)
{
    return experiment_add(all, "accelerators", "accelerator.ini", quick, full, name);
}

/* The first request on a new connection, TLS 1.3: TCP ends at the edge, or in the region. */
static void add_first_byte(GPtrArray *all)
{
    Experiment *with = add(all, 2, 10, g_strdup("a new connection, TCP ended at the edge"));
    experiment_set(with, "gone.enabled=no");
    experiment_expect(with, "mean latency", "latency.mean", RULE_WITHIN,
                      edge_s + fmax(behind_s, edge_s) + behind_s + edge_s + behind_s + work_s, 0.001);
    Experiment *without = add(all, 2, 10, g_strdup("a new connection, straight to the region"));
    experiment_set(without, "gone.enabled=no");
    experiment_set(without, "users.enter=shop@east");
    experiment_expect(without, "mean latency", "latency.mean", RULE_WITHIN, 3 * direct_s + work_s, 0.001);
}

/* What is moved by detection is seen soon, and needs many runs. */
static Experiment *add_short(GPtrArray *all, char *name)
{
    Experiment *one = add(all, 400, 2000, name);
    experiment_set(one, "scenario.warm-up=10s");
    experiment_set(one, "scenario.duration=4m");
    experiment_set(one, "gone.for=2.5m");
    return one;
}

/* Of checks that begin an interval apart, at any phase. */
static double detection_s(double interval_s, double timeout_s)
{
    return (THRESHOLD - 0.5) * interval_s + timeout_s;
}

/* Every user opens a connection for every request, and tries once.  Whoever issues one from 0.3 s before the outage
 * (his answer has not left the region by then, or his SYN reaches the edge while it does not know) until detection
 * fails; nobody after that: there is no TTL. */
static void add_new_flows(GPtrArray *all)
{
    static const struct {
        const char *mode;
        double interval_s, timeout_s;
    } rows[] = {{"silent", 10, 4}, {"silent", 30, 4}, {"refused", 10, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double mean = detection_s(rows[i].interval_s, rows[i].timeout_s);
        double in_flight_s = edge_s / 2 + behind_s + fmax(behind_s - edge_s, 0) + edge_s + behind_s + work_s;
        Experiment *one = add_short(all, g_strdup_printf("%s, checks every %g s", rows[i].mode, rows[i].interval_s));
        experiment_set(one, "gone.mode=%s", rows[i].mode);
        experiment_set(one, "door.interval=%gs", rows[i].interval_s);
        experiment_expect(one, "mean time to the verdict", "detection.time{accelerator=door}", RULE_WITHIN, mean, 0.03);
        experiment_expect(one, "failed requests", "requests.failed", RULE_WITHIN,
                          10 * (mean + in_flight_s - edge_s / 2), 0.03);
    }
}

/* 600 users, each with a connection: those who do not ask between the outage and detection, uniform over an interval,
 * find theirs stuck, and wait once. */
static void add_open_flows(GPtrArray *all)
{
    double think_s = 60, least_s = 2 * 10 + 4, most_s = 3 * 10 + 4;
    double unaware = think_s * (exp(-least_s / think_s) - exp(-most_s / think_s)) / (most_s - least_s);
    Experiment *one = add(all, 100, 1000, g_strdup("open flows are not moved"));
    experiment_set(one, "users.idle=1h");
    experiment_set(one, "users.keep-alive=1d");
    experiment_set(one, "door.idle=1h");
    experiment_expect(one, "flows that stay", "flows.stuck", RULE_WITHIN, 600 * unaware, 0.03);
}

/* A balancer is noticed by its own probes, from response to request, in three zones: when the last node is out. */
static void add_balancer(GPtrArray *all)
{
    Experiment *one = add_short(all, g_strdup("silent, a balancer in three zones"));
    experiment_set(one, "east.zones=3");
    experiment_set(one, "door.endpoints=front");
    experiment_expect(one, "mean time to the verdict", "detection.time{accelerator=door}", RULE_WITHIN,
                      2 * (10 + 4) + 4 + 10 * 3.0 / 4, 0.03);
}

void experiments_add_accelerators(GPtrArray *all)
{
    add_first_byte(all);
    add_new_flows(all);
    add_open_flows(all);
    add_balancer(all);
}
