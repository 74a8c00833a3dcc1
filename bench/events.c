/* Where the events of a scenario go: how many of each sort, for one request.  A sort is what a call is about, between
 * whom, and which part of its life comes to pass. */
#include "bench.h"
#include "model/watcher.h"
#include "tests/lab.h"
#include <string.h>

typedef struct {
    GHashTable *n; /* "http users > balancer: arrives" -> uint64_t */
    uint64_t n_events, n_requests;
} Sorts;

static const char *const ports[] = {
    [PORT_NONE] = "",       [PORT_CONNECT] = "connect", [PORT_DNS] = "dns",       [PORT_HTTP] = "http",
    [PORT_STORE] = "store", [PORT_LOG] = "log",         [PORT_HEALTH] = "health", [PORT_VERDICT] = "verdict",
    [PORT_VOTE] = "vote",   [PORT_CONTROL] = "control"};

static const char *part_of(const Call *call, bool is_time_out)
{
    if (is_time_out)
        return "time-out";
    switch ((CallState)call->state) {
    case CALL_LEAVING:
        return "leaves";
    case CALL_GOING:
        return "arrives";
    case CALL_AT:
        return "goes on";
    case CALL_BACK:
        return "is answered";
    case CALL_FREE:
    case CALL_LOST:
        break;
    }
    return "other";
}

static void sort(Sim *sim, void *whose, const Call *call, bool is_time_out)
{
    Sorts *sorts = whose;
    const char *caller = call->caller ? call->caller->ops->role : "";
    char key[128];
    (void)sim;
    g_snprintf(key, sizeof key, "%s%s%s%s%s: %s", ports[call->port], call->caller ? " from " : "", caller,
               call->caller ? " to " : "", call->callee->ops->role, part_of(call, is_time_out));
    uint64_t *n = g_hash_table_lookup(sorts->n, key);
    if (!n)
        g_hash_table_insert(sorts->n, g_strdup(key), n = g_new0(uint64_t, 1));
    ++*n;
    sorts->n_events++;
}

static void count(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    (void)sim;
    (void)duration;
    ((Sorts *)whose)->n_requests += moment == MOMENT_BEGINS && bench_is_request(call);
}

static int by_number(gconstpointer a, gconstpointer b, gpointer whose)
{
    const uint64_t *x = g_hash_table_lookup(whose, a), *y = g_hash_table_lookup(whose, b);
    return *x == *y ? strcmp(a, b) : *x < *y ? 1 : -1;
}

int bench_events(const char *name, const char *const *sets)
{
    g_auto(Lab) lab = lab_open(name, sets);
    Sorts sorts = {.n = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    Watcher watcher = {.whose = &sorts, .moment = count, .event = sort};
    Sim *sim = sim_new(lab.scenario->world, 1, 1);
    sim->watcher = &watcher;
    CHECK(sim_run(sim, NULL));
    GList *keys = g_list_sort_with_data(g_hash_table_get_keys(sorts.n), by_number, sorts.n);
    double n_requests = (double)sorts.n_requests;
    for (GList *key = keys; key; key = key->next)
        printf("%7.3f  %s\n", (double)*(uint64_t *)g_hash_table_lookup(sorts.n, key->data) / n_requests,
               (char *)key->data);
    printf("%7.3f  for one of %.0f requests\n", (double)sorts.n_events / n_requests, n_requests);
    g_list_free(keys);
    g_hash_table_unref(sorts.n);
    sim_free(sim);
    return 0;
}
