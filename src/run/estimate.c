#include "run/estimate.h"
#include "model/call.h"
#include "scenario/traffic.h"
#include "model/atlas.h"
#include "stats/cell.h"
#include <float.h>
#include <math.h>

/* Events per second of one core: a third of what the shipped scenarios reach (docs/performance.md, make bench): so many
 * remain where more is to be remembered than the cache holds (Growth, 100,000 requests per second). */
static const double speed = 3e6;
/* Seconds that a run may take before it is said that it takes long. */
static const double long_seconds = 600;
/* Where no fault says more: seconds from asking to answer, for the far side of the world and a new connection. */
static const double usual_response = 0.5;
/* The event list counts what it was given in 40 bits. */
static const double most_events = 1099511627776.0;

enum {
    CALL_BYTES = sizeof(Call) + 2 * 16, /* and its place in the event list, which doubles when full */
    CALLS_AT_ONCE = 4096,               /* are made */
    CALLS_DEEP = 4,    /* of one request: the user's, to the balancer, to the service, to the database */
    WRITE_BYTES = 224, /* of a write that not all have: its record, in two indices (model/ledger.c, model/versions.c) */
    COPY_BYTES = 80,   /* of it per replica: its version, its place in a log (model/log.c) */
    CELL_BYTES = sizeof(Cell) + 192, /* its name, its place in the lists, its figures */
    OCTAVES = 24,                    /* of a distribution in use */
    PATH_BYTES = 192,
    FIXED_BYTES = 512 * 1024,
    CITIES_MOST = 256,  /* of a country */
    CHECKER_SITES = 10, /* health checks look from there */
};

typedef struct {
    const World *world;
    const Traffic *traffic;
    double seconds; /* warm-up included */
    double fault_s; /* the longest fault */
    bool is_faulty;
    double patience_s; /* of the most patient users, with all their attempts */
    double attempts;
    Estimate *estimate;
} Estimating;

static void add_need(Estimating *estimating, NeedKind kind, const Thing *of, double bytes, double n)
{
    Estimate *estimate = estimating->estimate;
    estimate->bytes += bytes;
    if (bytes > estimate->most.bytes)
        estimate->most = (Need){kind, of, bytes, n};
}

/* ---- what is asked for ---- */

static double rate_of(const Estimating *estimating, const Thing *thing)
{
    if (is_of(thing, "clients")) {
        Flow flow = clients_flow(estimating->world, thing);
        return flow_total(&flow);
    }
    Flow flow = traffic_sum(estimating->traffic, thing);
    return flow_total(&flow);
}

static bool is_station(const Estimating *estimating, const Thing *thing)
{
    return estimating->traffic->load[thing->index].capacity != NULL;
}

/* The share of a population's requests that open a connection, and look the name up. */
static double connects(const Thing *clients)
{
    const SimTime *think = value_of(clients, "think", PARAM_DURATION),
                  *idle = value_of(clients, "idle", PARAM_DURATION);
    return think && idle ? exp(-(double)*idle / (double)*think) : 1;
}

/* An arrival, and of each call its arrival and its answer; what is worked on ends; a write travels to its siblings. */
static double events_per_second(const Estimating *estimating, const Thing *thing)
{
    double rate = rate_of(estimating, thing), pace = 0;
    if (bound_of(estimating->world, thing, ANYWHERE, BOUND_PACE, &pace))
        pace *= 4; /* begins, arrives, is answered, is over */
    if (is_of(thing, "clients"))
        return rate * (1 + 4 * connects(thing));
    if (is_of(thing, "dns"))
        return pace;
    Flow flow = traffic_sum(estimating->traffic, thing);
    guint siblings = is_of(thing, "database") ? MAX(1, regions_of(estimating->world, thing)) - 1 : 0;
    return pace + rate * (is_station(estimating, thing) ? 3 : 2) + flow.rate[OP_WRITE] * siblings * 3;
}

static void look_at_users(Estimating *estimating)
{
    estimating->attempts = 1;
    for (guint i = 0; i < estimating->world->n_things; i++) {
        const Thing *thing = estimating->world->thing[i];
        const SimTime *timeout = value_of(thing, "timeout", PARAM_DURATION);
        const Law *lasts = is_of(thing, "fault") ? value_of(thing, "for", PARAM_LAW_OF_DURATION) : NULL;
        double attempts = 1;
        estimating->is_faulty |= is_of(thing, "fault");
        if (lasts)
            estimating->fault_s = fmax(estimating->fault_s, law_mean(lasts) * 1e-9);
        if (!is_of(thing, "clients"))
            continue;
        if (!bound_of(estimating->world, thing, 0, BOUND_ATTEMPTS, &attempts))
            attempts = 1;
        estimating->attempts = MAX(estimating->attempts, attempts);
        if (timeout)
            estimating->patience_s = MAX(estimating->patience_s, simtime_seconds(*timeout) * attempts);
    }
    estimating->fault_s = MIN(estimating->fault_s, estimating->seconds);
}

/* ---- memory ---- */

static void need_things(Estimating *estimating, const Thing *thing)
{
    double bytes, users;
    const SimTime *think = value_of(thing, "think", PARAM_DURATION);
    const double *rate = value_of(thing, "rate", PARAM_RATE);
    if (!bound_of(estimating->world, thing, ANYWHERE, BOUND_BYTES, &bytes))
        return;
    users = think && rate ? *rate * simtime_seconds(*think) : 0;
    add_need(estimating, NEED_THINGS, thing, bytes, users);
}

/* How many wait at a station in the end: as many as come too many, with all their attempts, as far as there is room and
 * those who ask do not give up before. */
static double waiting_at(const Estimating *estimating, const Thing *thing, int region)
{
    const Load *load = &estimating->traffic->load[thing->index];
    double excess = traffic_excess(estimating->traffic, thing, region), room = 0;
    if (!(excess > 0))
        return 0;
    double capacity = region == ANYWHERE ? traffic_capacity(estimating->traffic, thing) : load->capacity[region];
    double asked = MIN((capacity + excess) * estimating->attempts, load->pressed);
    for (guint i = 0; i < estimating->world->n_running; i++)
        room += thing->runs_in[i] && (region == ANYWHERE || region == (int)i) ? load->room[i] : 0;
    double growing = MAX(0, asked - capacity) * estimating->seconds;
    double at_least = isfinite(load->patience) ? capacity * load->patience : 0;
    return MIN(room, growing + at_least);
}

static bool is_balanced(const World *world, const Thing *thing)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Reference *to =
            is_of(world->thing[i], "balancer") ? value_of(world->thing[i], "to", PARAM_REFERENCE) : NULL;
        if (to && to->thing == thing)
            return true;
    }
    return false;
}

static void need_queue(Estimating *estimating, const Thing *thing)
{
    double n = 0;
    for (guint i = 0; i < estimating->world->n_running; i++)
        n += thing->runs_in[i] ? waiting_at(estimating, thing, (int)i) : 0;
    n = MAX(n, waiting_at(estimating, thing, ANYWHERE));
    double calls =
        is_balanced(estimating->world, thing) ? 2 : 1; /* the balancer's question, and that to the balancer */
    add_need(estimating, NEED_QUEUE, thing, n * calls * CALL_BYTES, n);
}

/* By Little's law; who is affected by a fault waits as long as it has patience. */
static void need_calls(Estimating *estimating)
{
    double rate = 0;
    for (guint i = 0; i < estimating->world->n_things; i++)
        if (is_of(estimating->world->thing[i], "clients"))
            rate += rate_of(estimating, estimating->world->thing[i]);
    double response = estimating->is_faulty ? MAX(usual_response, estimating->patience_s) : usual_response;
    double n = rate * response * CALLS_DEEP;
    add_need(estimating, NEED_CALLS, NULL, (ceil(n / CALLS_AT_ONCE) + 1) * CALLS_AT_ONCE * CALL_BYTES, n);
}

/* Writes that not every replica has: for as long as the pipeline takes, or a fault lasts.  When it is over, all that
 * have waited leave at once. */
static void need_writes(Estimating *estimating, const Thing *thing)
{
    guint n_replicas = regions_of(estimating->world, thing);
    const Law *lag = value_of(thing, "lag", PARAM_LAW_OF_DURATION);
    double lag_s = lag && isfinite(law_mean(lag)) ? law_mean(lag) * 1e-9 : 0;
    Flow flow = traffic_sum(estimating->traffic, thing);
    if (n_replicas < 2)
        return;
    double n = flow.rate[OP_WRITE] * MAX(lag_s + usual_response, estimating->fault_s);
    double each = WRITE_BYTES + n_replicas * COPY_BYTES + (n_replicas - 1) * (double)CALL_BYTES;
    add_need(estimating, NEED_WRITES, thing, n * each, n);
}

static double series_bytes(const Estimating *estimating)
{
    double windows = MIN(simtime_seconds(estimating->world->scenario.duration), SERIES_MOST);
    return exp2(ceil(log2(MAX(16, windows)))) * sizeof(SeriesWindow);
}

/* What is measured of a thing: kept (but for its course in time) until all replications have finished. */
static void need_results(Estimating *estimating, const Thing *thing)
{
    double n_regions = estimating->world->n_running, n = MAX(1, regions_of(estimating->world, thing));
    double cells = 0, distributions = 0, series = 0;
    if (is_of(thing, "clients")) {
        cells = 24 + 7 * n_regions;
        distributions = 3 * n_regions;
        series = 1;
    } else if (is_of(thing, "database")) {
        cells = 10 + 3 * n + n * n;
        distributions = n + n * (n - 1);
        series = 1 + n * (n - 1);
    } else if (is_of(thing, "service")) {
        cells = 3 * n;
        distributions = n;
    }
    double kept = cells * CELL_BYTES + distributions * OCTAVES * HISTOGRAM_STEPS * sizeof(uint32_t);
    estimating->estimate->kept += kept;
    add_need(estimating, NEED_RESULTS, thing, kept + series * series_bytes(estimating), 0);
}

static void need_network(Estimating *estimating)
{
    const World *world = estimating->world;
    guint known = world->atlas ? atlas_places(world->atlas) : 0, n = 0;
    for (guint i = 0; i < world->n_things; i++) {
        const Places *places =
            is_of(world->thing[i], "clients") ? value_of(world->thing[i], "places", PARAM_PLACES) : NULL;
        const Places *also = places ? value_of(world->thing[i], "travels-to", PARAM_PLACES) : NULL;
        for (guint j = 0; also && j < also->n && n < known; j++)
            n += atlas_find_places(world->atlas, also->place[j].name, (guint[CITIES_MOST]){0}, CITIES_MOST);
        for (guint j = 0; places && j < places->n && n < known; j++)
            n += atlas_find_places(world->atlas, places->place[j].name, (guint[CITIES_MOST]){0}, CITIES_MOST);
    }
    double sites = MIN(n, known) + world->n_regions + CHECKER_SITES;
    add_need(estimating, NEED_NETWORK, NULL, FIXED_BYTES + sites * sites * PATH_BYTES, sites);
}

Estimate estimate_world(const World *world)
{
    g_autoptr(Arena) arena = arena_new();
    Estimate estimate = {0};
    Estimating estimating = {.world = world,
                             .traffic = traffic_of(world, arena),
                             .seconds = simtime_seconds(world->scenario.warm_up + world->scenario.duration),
                             .estimate = &estimate};
    estimate.duration_s = simtime_seconds(world->scenario.duration);
    look_at_users(&estimating);
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        estimate.events += events_per_second(&estimating, thing) * estimating.seconds;
        if (is_of(thing, "clients"))
            estimate.requests += rate_of(&estimating, thing) * estimating.seconds;
        need_things(&estimating, thing);
        need_results(&estimating, thing);
        if (is_station(&estimating, thing))
            need_queue(&estimating, thing);
        if (is_of(thing, "database"))
            need_writes(&estimating, thing);
    }
    need_calls(&estimating);
    need_network(&estimating);
    return estimate;
}

/* ---- of a run ---- */

double estimate_bytes(const Estimate *estimate, guint replications, guint threads)
{
    return estimate->bytes * threads + estimate->kept * (replications - MIN(threads, replications));
}

double estimate_seconds(const Estimate *estimate, guint replications, guint threads)
{
    return estimate->events / speed * ceil((double)replications / threads);
}

/* ---- in words ---- */

typedef struct {
    double from, size;
    const char *name;
} Unit;

static const Unit durations[] = {{2 * 365.25 * 86400, 365.25 * 86400, "years"},
                                 {2 * 86400, 86400, "days"},
                                 {7200, 3600, "h"},
                                 {120, 60, "min"},
                                 {0, 1, "s"}};
static const Unit sizes[] = {
    {1e15, 1e15, "PB"}, {1e12, 1e12, "TB"}, {1e9, 1e9, "GB"}, {1e6, 1e6, "MB"}, {0, 1e3, "kB"}};
static const Unit counts[] = {
    {1e15, 1, ""}, {1e12, 1e12, " million million"}, {1e9, 1e9, " billion"}, {1e6, 1e6, " million"}, {0, 1, ""}};

/* Two digits: no more is known. */
static char *about(double value, const Unit *unit)
{
    while (value < unit->from)
        unit++;
    double scaled = value / unit->size, step = pow(10, floor(log10(MAX(scaled, 1e-3))) - 1);
    scaled = round(scaled / step) * step;
    const char *gap = unit->name[0] && unit->name[0] != ' ' ? " " : "";
    return g_strdup_printf(scaled >= 1e15            ? "%.2g%s%s"
                           : scaled < 1              ? "%.2g%s%s"
                           : scaled < 10 && step < 1 ? "%.1f%s%s"
                                                     : "%.0f%s%s",
                           scaled, gap, unit->name);
}

static char *need_text(const Need *need)
{
    g_autofree char *n = about(need->n, counts), *size = about(need->bytes, sizes);
    const char *kind = need->of ? need->of->component->kind : "", *name = need->of ? need->of->name : "";
    switch (need->kind) {
    case NEED_THINGS:
        if (need->n > 0)
            return g_strdup_printf("%s for the %s users (rate × think) and the resolvers of %s %s", size, n, kind,
                                   name);
        return g_strdup_printf("%s for the instances of %s %s", size, kind, name);
    case NEED_QUEUE:
        return g_strdup_printf("%s for %s requests that wait in the end: arrival rate exceeds capacity at %s %s", size,
                               n, kind, name);
    case NEED_CALLS:
        return g_strdup_printf("%s for %s calls under way at a time", size, n);
    case NEED_WRITES:
        return g_strdup_printf("%s for %s writes to %s %s that wait for other regions", size, n, kind, name);
    case NEED_RESULTS:
        return g_strdup_printf("%s for the figures of %s %s", size, kind, name);
    case NEED_NETWORK:
        break;
    }
    return g_strdup_printf("%s for the paths between %s places", size, n);
}

/* A duration that scenarios may say, not longer than so many seconds. */
static char *duration_text(double seconds)
{
    static const Unit units[] = {{2 * 86400, 86400, "d"}, {7200, 3600, "h"}, {120, 60, "m"}, {0, 1, "s"}};
    const Unit *unit = units;
    while (seconds < unit->from)
        unit++;
    return g_strdup_printf("%.0f%s", MAX(1, floor(seconds / unit->size)), unit->name);
}

static char *refusal_of_events(const Estimate *estimate)
{
    g_autofree char *events = about(estimate->events, counts), *most = about(most_events, counts);
    g_autofree char *shorter = duration_text(estimate->duration_s * most_events / estimate->events / 2);
    return g_strdup_printf("a replication would have about %s events, and mrsim counts to %s; nothing was simulated\n"
                           "Shorter: --set scenario.duration=%s",
                           events, most, shorter);
}

char *estimate_refusal(const Estimate *estimate, guint replications, guint threads, double available)
{
    double bytes = estimate_bytes(estimate, replications, threads), kept = estimate->kept * (replications - threads);
    if (estimate->events > most_events)
        return refusal_of_events(estimate);
    if (bytes <= available)
        return NULL;
    g_autoptr(GString) help = g_string_new(NULL);
    g_autofree char *needed = about(bytes, sizes), *has = about(available, sizes), *most = need_text(&estimate->most);
    g_autofree char *all_kept = about(kept, sizes), *alone = about(estimate_bytes(estimate, replications, 1), sizes);
    if (threads > 1)
        g_string_append_printf(help, "One replication at a time (-j 1) needs %s.  ", alone);
    if (kept > bytes / 2)
        g_string_append_printf(help, "The figures of all replications need %s: -r fewer.  ", all_kept);
    g_string_append_printf(help, "Most of a replication: %s.", most);
    return g_strdup_printf("this needs about %s of memory, and %s are free; nothing was simulated\n%s", needed, has,
                           help->str);
}

char *estimate_warning(const Estimate *estimate, guint replications, guint threads)
{
    double seconds = estimate_seconds(estimate, replications, threads), fraction = long_seconds / seconds;
    if (seconds <= long_seconds)
        return NULL;
    g_autofree char *time = about(seconds, durations), *requests = about(estimate->requests * replications, counts);
    g_autofree char *shorter = duration_text(estimate->duration_s * fraction);
    g_autofree char *fewer =
        replications * fraction >= 2 ? g_strdup_printf(", or -r %.0f", floor(replications * fraction)) : g_strdup("");
    return g_strdup_printf("this takes about %s on %u core%s (%s requests); shorter: --set scenario.duration=%s%s",
                           time, threads, threads == 1 ? "" : "s", requests, shorter, fewer);
}

char *estimate_text(const Estimate *estimate)
{
    g_autofree char *requests = about(estimate->requests, counts),
                    *time = about(estimate_seconds(estimate, 1, 1), durations);
    g_autofree char *size = about(estimate->bytes, sizes);
    return g_strdup_printf("a replication is about %s requests, %s and %s", requests, time, size);
}
