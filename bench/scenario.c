#include "bench.h"
#include "model/watcher.h"
#include "tests/lab.h"
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { EVENT_BYTES = 16 }; /* in the event list; a call has at most one */

/* What is counted of a replication that is watched; the one that is timed is not watched, and is the same. */
typedef struct {
    uint64_t n_requests, n_ended, n_measured, n_events;
    double latency; /* seconds, of those issued after the warm-up */
    uint64_t n_looks;
    double calls_seen, requests_seen; /* in flight, added up over the looks */
} Census;

bool bench_is_request(const Call *call)
{
    const Entity *who = call->callee;
    return !call->caller && strcmp(who->ops->role, "users") == 0 && call->story != who->own_key &&
           call->story != key_of(who->own_key, DRAW_SECOND); /* nor the loop that tries second addresses */
}

static void count(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    Census *census = whose;
    (void)duration;
    if ((moment != MOMENT_BEGINS && moment != MOMENT_FREED) || !bench_is_request(call))
        return;
    if (moment == MOMENT_BEGINS) {
        census->n_requests++;
        return;
    }
    census->n_ended++;
    if (!sim_measuring(sim, call->sent_at))
        return;
    census->n_measured++;
    census->latency += simtime_seconds(sim_now(sim) - call->sent_at);
}

/* All records of calls, those of health checks and of replication too: every 10,000 events. */
static void look(Sim *sim, void *whose, const Call *call, bool is_time_out)
{
    Census *census = whose;
    (void)call;
    (void)is_time_out;
    if (++census->n_events % 10000 != 0)
        return;
    census->n_looks++;
    census->calls_seen += calls_walk(sim, NULL, NULL);
    census->requests_seen += (double)(census->n_requests - census->n_ended);
}

/* Seconds of CPU time for the first replication of seed 1; `watcher` may be NULL. */
static double timed_replication(const World *world, const Watcher *watcher, uint64_t *digest, uint64_t *n_events)
{
    double start = bench_cpu_seconds();
    Sim *sim = sim_new(world, 1, 1);
    kernel_use_list(&sim->kernel, bench_event_list);
    sim->watcher = watcher;
    CHECK(sim_run(sim, NULL));
    *digest = sim->kernel.digest.value;
    *n_events = sim->kernel.n_events;
    sim_free(sim);
    return bench_cpu_seconds() - start;
}

int bench_replication(const char *name, const char *const *sets)
{
    g_auto(Lab) lab = lab_open(name, sets);
    Census census = {0};
    Watcher watcher = {.whose = &census, .moment = count, .event = look};
    uint64_t watched, digest, n_events;
    timed_replication(lab.scenario->world, &watcher, &watched, &n_events);
    double seconds = timed_replication(lab.scenario->world, NULL, &digest, &n_events);
    CHECK(watched == digest);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double n = (double)census.n_requests, bytes = sizeof(Call) + EVENT_BYTES;
    printf("rate=%.6g requests=%" PRIu64 " cpu=%.4f events_per_second=%.6g events_per_request=%.3f ns_per_request=%.1f "
           "bytes_per_request=%.0f in_flight=%.1f peak_kib=%ld mean_ms=%.4f digest=%016" PRIx64 "\n",
           n / seconds, census.n_requests, seconds, (double)n_events / seconds, (double)n_events / n, seconds * 1e9 / n,
           bytes * census.calls_seen / census.requests_seen, census.requests_seen / (double)census.n_looks,
           usage.ru_maxrss, census.latency / (double)census.n_measured * 1e3, digest);
    return 0;
}

static double wall_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double timed_run(const Lab *lab, guint jobs, char **json)
{
    double start = wall_seconds();
    Results *results = lab_run(lab, 1, 2, jobs);
    double seconds = wall_seconds() - start;
    *json = lab_json(results);
    results_free(results);
    return seconds;
}

int bench_cores(const char *name, const char *const *sets)
{
    g_auto(Lab) lab = lab_open(name, sets);
    g_autofree char *one = NULL, *two = NULL;
    double on_one = timed_run(&lab, 1, &one), on_two = timed_run(&lab, 2, &two);
    if (strcmp(one, two) != 0) {
        fputs("mrsim-bench: one core and two give different results\n", stderr);
        return 1;
    }
    printf("rate=%.4f one=%.4f two=%.4f\n", on_one / on_two, on_one, on_two);
    return 0;
}
