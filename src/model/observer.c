#include "model/observer.h"
#include <math.h>
#include <string.h>
#include "base/poison.h"

enum { MOST_WINDOWS = 8640 }; /* a day of 10 s windows: a fault that lasts longer is watched that long */

struct Population {
    const Thing *thing;
    uint32_t number;
    guint64 issued, answered, failed; /* in measurement: conservation */
    Cell *issued_cell[N_OPS], *failed_cell[N_OPS][N_WHYS], *attempts, *availability[N_OPS], *timeline;
    Cell *in_flight, *opened, *broken;
    Cell **latency[N_OPS], **answered_cell[N_OPS]; /* per region */
    Cell **share;                                  /* per region */
    Cell **lookup;                                 /* per thing × N_LOOKUPS, made when first needed */
    Cell **stale, **staleness;                     /* per thing × region, made when first needed */
    Cell *stale_back;                              /* made when first needed */
    GPtrArray *users;                              /* UserMark *, with their numbers in n_users */
    GArray *n_users;
};

typedef struct {
    uint32_t answered, ended;
} Window;

/* One fault as it happened: windows of the affected users' requests per population. */
typedef struct {
    FaultSeen seen;
    guint nth;    /* of all that have begun */
    uint64_t bit; /* in UserMark.affected, until a later fault needs it */
    bool over;
    guint n_windows;
    Window *window; /* population × n_windows */
    guint n_detected;
    SimTime detected_at, promoted_at; /* first verdict; last promotion; -1: none */
} FaultWatch;

struct Observer {
    Sim *sim;
    GPtrArray *populations;
    GPtrArray *faults;                         /* FaultWatch *, all that have begun, in order */
    GPtrArray *under_way;                      /* those that are not over, in order */
    FaultWatch *with_bit[MOST_FAULTS_AT_ONCE]; /* whose bit it is; NULL: never used */
    GArray **dark_since;                       /* per region: SimTime, when it was lost, in order */
    GPtrArray *zones_dark;                     /* FaultSeen *, of single zones, in order */
    guint64 open;                              /* requests */
    Cell **stale_timeline;                     /* per thing */
};

Observer *observer_new(Sim *sim)
{
    Observer *observer = arena_one(sim->arena, Observer);
    observer->sim = sim;
    observer->stale_timeline = arena_many(sim->arena, Cell *, sim->world->n_things);
    observer->populations = g_ptr_array_new();
    observer->faults = g_ptr_array_new();
    observer->under_way = g_ptr_array_new();
    observer->zones_dark = g_ptr_array_new();
    observer->dark_since = arena_many(sim->arena, GArray *, sim->world->n_running);
    for (guint i = 0; i < sim->world->n_running; i++)
        observer->dark_since[i] = g_array_new(FALSE, FALSE, sizeof(SimTime));
    return observer;
}

void observer_free(Observer *observer)
{
    for (guint i = 0; i < observer->populations->len; i++) {
        Population *population = g_ptr_array_index(observer->populations, i);
        g_ptr_array_free(population->users, TRUE);
        g_array_free(population->n_users, TRUE);
    }
    g_ptr_array_free(observer->populations, TRUE);
    g_ptr_array_free(observer->faults, TRUE);
    g_ptr_array_free(observer->under_way, TRUE);
    g_ptr_array_free(observer->zones_dark, TRUE);
    for (guint i = 0; i < observer->sim->world->n_running; i++)
        g_array_free(observer->dark_since[i], TRUE);
}

/* ---- populations ---- */

static void make_cells(Sim *sim, Population *population)
{
    const char *clients = population->thing->name;
    Sheet *sheet = sim->sheet;
    for (int op = 0; op < N_OPS; op++) {
        population->issued_cell[op] =
            sheet_cell(sheet, CELL_COUNT, "requests.issued", "clients", clients, "op", op_names[op], NULL);
        population->availability[op] =
            sheet_cell(sheet, CELL_RATIO, "availability", "clients", clients, "op", op_names[op], NULL);
        for (int why = WHY_TIMEOUT; why < N_WHYS; why++)
            population->failed_cell[op][why] = sheet_cell(sheet, CELL_COUNT, "requests.failed", "clients", clients,
                                                          "op", op_names[op], "why", why_names[why], NULL);
        population->latency[op] = arena_many(sim->arena, Cell *, sim->world->n_running);
        population->answered_cell[op] = arena_many(sim->arena, Cell *, sim->world->n_running);
        for (guint i = 0; i < sim->world->n_running; i++) {
            const char *region = sim->world->region[i].name;
            population->latency[op][i] = sheet_cell(sheet, CELL_DISTRIBUTION, "latency", "clients", clients, "op",
                                                    op_names[op], "region", region, NULL);
            population->answered_cell[op][i] = sheet_cell(sheet, CELL_COUNT, "requests.answered", "clients", clients,
                                                          "op", op_names[op], "region", region, NULL);
        }
    }
    population->share = arena_many(sim->arena, Cell *, sim->world->n_running);
    for (guint i = 0; i < sim->world->n_running; i++) {
        population->share[i] = sheet_cell(sheet, CELL_SHARE, "routing.share", "clients", clients, "region",
                                          sim->world->region[i].name, NULL);
        sheet_share_of(population->share[i], "region");
    }
    population->attempts = sheet_cell(sheet, CELL_RATIO, "attempts.per_request", "clients", clients, NULL);
    population->in_flight = sheet_cell(sheet, CELL_COUNT, "requests.in_flight", "clients", clients, NULL);
    population->opened = sheet_cell(sheet, CELL_COUNT, "connections.opened", "clients", clients, NULL);
    population->broken = sheet_cell(sheet, CELL_COUNT, "connections.broken", "clients", clients, NULL);
    population->lookup = arena_many(sim->arena, Cell *, sim->world->n_things * N_LOOKUPS);
    population->stale = arena_many(sim->arena, Cell *, sim->world->n_things * sim->world->n_running);
    population->staleness = arena_many(sim->arena, Cell *, sim->world->n_things * sim->world->n_running);
    population->timeline = sheet_cell(sheet, CELL_SERIES, "timeline", "clients", clients, NULL);
    sheet_series_width(population->timeline, SECOND);
    sheet_series_span(population->timeline, sim->horizon - sim->measured_from);
}

Population *observe_population(Sim *sim, const Thing *thing)
{
    GPtrArray *populations = sim->observer->populations;
    for (guint i = populations->len; i-- > 0;) { /* the cities of one come one after the other */
        Population *known = g_ptr_array_index(populations, i);
        if (known->thing == thing)
            return known;
    }
    Population *population = arena_one(sim->arena, Population);
    population->thing = thing;
    population->number = populations->len;
    population->users = g_ptr_array_new();
    population->n_users = g_array_new(FALSE, FALSE, sizeof(guint));
    make_cells(sim, population);
    g_ptr_array_add(populations, population);
    return population;
}

UserMark *observe_users(Population *population, guint n)
{
    UserMark *users = g_new0(UserMark, MAX(n, 1));
    for (guint i = 0; i < n; i++)
        users[i].served_by = NO_REGION;
    g_ptr_array_add(population->users, users);
    g_ptr_array_set_free_func(population->users, g_free);
    g_array_append_val(population->n_users, n);
    return users;
}

uint32_t population_number(const Population *population)
{
    return population->number;
}

/* ---- requests ---- */

void observe_issued(Sim *sim, Population *population, Op op)
{
    sim->observer->open++;
    if (!sim_measuring(sim, sim_now(sim)))
        return;
    population->issued++;
    cell_count(population->issued_cell[op]);
    population->attempts->ratio.whole++;
}

void observe_attempt(Sim *sim, Population *population, SimTime issued_at)
{
    if (sim_measuring(sim, issued_at))
        population->attempts->ratio.part++;
}

/* The windows of every fault under way that this user is affected by. */
static void count_in_windows(Sim *sim, const Population *population, const UserMark *user, SimTime issued_at,
                             bool answered)
{
    for (uint64_t left = user->affected; left; left &= left - 1) {
        FaultWatch *watch = sim->observer->with_bit[__builtin_ctzll(left)];
        if (issued_at < watch->seen.begins)
            continue;
        guint64 n = (guint64)((issued_at - watch->seen.begins) / FAILOVER_WINDOW);
        if (n >= watch->n_windows)
            continue;
        Window *window = &watch->window[population->number * watch->n_windows + n];
        window->ended++;
        window->answered += answered;
    }
}

static void end_request(Sim *sim, Population *population, UserMark *user, Op op, SimTime issued_at, bool answered)
{
    sim->observer->open--;
    if (G_UNLIKELY(user->affected))
        count_in_windows(sim, population, user, issued_at, answered);
    if (!sim_measuring(sim, issued_at))
        return;
    cell_ratio(population->availability[op], answered, 1);
    series_add(&population->timeline->series, issued_at - sim->measured_from, answered, 1);
    population->answered += answered;
    population->failed += !answered;
}

void observe_answered(Sim *sim, Population *population, UserMark *user, Op op, int region, SimTime issued_at)
{
    end_request(sim, population, user, op, issued_at, true);
    user->served_by = (int16_t)region;
    if (!sim_measuring(sim, issued_at))
        return;
    CHECK(region >= 0 && region < (int)sim->world->n_running);
    histogram_add(&population->latency[op][region]->histogram, sim_now(sim) - issued_at);
    cell_count(population->answered_cell[op][region]);
    cell_count(population->share[region]);
}

void observe_failed(Sim *sim, Population *population, UserMark *user, Op op, Why why, SimTime issued_at)
{
    CHECK(why != WHY_NONE);
    end_request(sim, population, user, op, issued_at, false);
    if (sim_measuring(sim, issued_at))
        cell_count(population->failed_cell[op][why]);
}

void observe_connection(Sim *sim, Population *population, bool broken)
{
    if (sim_measuring(sim, sim_now(sim)))
        cell_count(broken ? population->broken : population->opened);
}

void observe_lookup(Sim *sim, Population *population, const Thing *dns, Lookup lookup)
{
    static const char *const names[N_LOOKUPS] = {"hit", "miss", "empty", "failed"};
    if (!sim_measuring(sim, sim_now(sim)))
        return;
    Cell **cell = &population->lookup[dns->index * N_LOOKUPS + lookup];
    if (!*cell)
        *cell = sheet_cell(sim->sheet, CELL_COUNT, "dns.lookups", "clients", population->thing->name, "dns", dns->name,
                           "outcome", names[lookup], NULL);
    cell_count(*cell);
}

static void make_read_cells(Sim *sim, const Population *population, const Thing *database, int region, guint n)
{
    const char *where = sim->world->region[region].name, *clients = population->thing->name;
    population->stale[n] = sheet_cell(sim->sheet, CELL_RATIO, "reads.stale", "clients", clients, "database",
                                      database->name, "region", where, NULL);
    population->staleness[n] = sheet_cell(sim->sheet, CELL_DISTRIBUTION, "reads.staleness", "clients", clients,
                                          "database", database->name, "region", where, NULL);
}

void observe_read(Sim *sim, const Thing *database, int region, uint32_t asker, bool stale, SimTime staleness)
{
    Observer *observer = sim->observer;
    if (asker >= observer->populations->len || !sim_measuring(sim, sim_now(sim)))
        return;
    const Population *population = g_ptr_array_index(observer->populations, asker);
    guint n = database->index * sim->world->n_running + (guint)region;
    if (!population->stale[n])
        make_read_cells(sim, population, database, region, n);
    cell_ratio(population->stale[n], stale, 1);
    if (stale)
        histogram_add(&population->staleness[n]->histogram, staleness);
    Cell **series = &observer->stale_timeline[database->index];
    if (!*series) {
        *series = sheet_cell(sim->sheet, CELL_SERIES, "stale.timeline", "database", database->name, NULL);
        sheet_series_width(*series, SECOND);
        sheet_series_span(*series, sim->horizon - sim->measured_from);
    }
    series_add(&(*series)->series, sim_now(sim) - sim->measured_from, stale, 1);
}

void observe_read_back(Sim *sim, Population *population, bool stale, SimTime issued_at)
{
    if (!sim_measuring(sim, issued_at))
        return;
    if (!population->stale_back)
        population->stale_back =
            sheet_cell(sim->sheet, CELL_RATIO, "readback.stale", "clients", population->thing->name, NULL);
    cell_ratio(population->stale_back, stale, 1);
}

guint64 observer_requests_open(const Observer *observer)
{
    return observer->open;
}

/* ---- faults ---- */

static void mark_users(Observer *observer, const FaultWatch *watch)
{
    for (guint i = 0; i < observer->populations->len; i++) {
        const Population *population = g_ptr_array_index(observer->populations, i);
        for (guint j = 0; j < population->users->len; j++) {
            UserMark *user = g_ptr_array_index(population->users, j);
            for (guint n = g_array_index(population->n_users, guint, j); n > 0; n--, user++) {
                bool affected = watch->seen.region == NO_REGION || user->served_by == watch->seen.region;
                user->affected = (user->affected & ~watch->bit) | (affected ? watch->bit : 0);
            }
        }
    }
}

/* One that was never used; else that of the fault that is over and began first: its requests have long ended. */
static guint take_bit(const Observer *observer)
{
    guint oldest = MOST_FAULTS_AT_ONCE;
    for (guint i = 0; i < MOST_FAULTS_AT_ONCE; i++) {
        const FaultWatch *watch = observer->with_bit[i];
        if (!watch)
            return i;
        bool older = oldest == MOST_FAULTS_AT_ONCE || watch->nth < observer->with_bit[oldest]->nth;
        if (watch->over && older)
            oldest = i;
    }
    CHECK(oldest < MOST_FAULTS_AT_ONCE);
    return oldest;
}

void observe_fault(Sim *sim, const FaultSeen *fault)
{
    Observer *observer = sim->observer;
    FaultWatch *watch = arena_one(sim->arena, FaultWatch);
    guint bit = take_bit(observer);
    watch->seen = *fault;
    watch->nth = observer->faults->len;
    watch->bit = 1ull << bit;
    observer->with_bit[bit] = watch;
    SimTime until = MIN(fault->ends, sim->horizon);
    watch->n_windows = (guint)CLAMP((until - fault->begins) / FAILOVER_WINDOW, (SimTime)0, (SimTime)MOST_WINDOWS);
    watch->window = arena_many(sim->arena, Window, observer->populations->len * watch->n_windows);
    g_ptr_array_add(observer->faults, watch);
    g_ptr_array_add(observer->under_way, watch);
    if (fault->one_zone)
        g_ptr_array_add(observer->zones_dark, &watch->seen);
    else if (fault->region != NO_REGION)
        g_array_append_val(observer->dark_since[fault->region], fault->begins);
    mark_users(observer, watch);
}

void observe_fault_over(Sim *sim, const Thing *thing)
{
    GPtrArray *under_way = sim->observer->under_way;
    for (guint i = under_way->len; i-- > 0;) {
        FaultWatch *watch = g_ptr_array_index(under_way, i);
        if (watch->seen.thing != thing)
            continue;
        watch->over = true;
        g_ptr_array_remove_index(under_way, i);
    }
}

bool observer_is_dark(const Observer *observer, int region)
{
    for (guint i = 0; i < observer->under_way->len; i++) {
        const FaultWatch *watch = g_ptr_array_index(observer->under_way, i);
        if (watch->seen.region == region && !watch->seen.one_zone)
            return true;
    }
    return false;
}

SimTime observer_went_dark(const Observer *observer, int region, SimTime since)
{
    const GArray *times = observer->dark_since[region];
    guint low = 0, high = times->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(times, SimTime, middle) >= since)
            high = middle;
        else
            low = middle + 1;
    }
    return low < times->len ? g_array_index(times, SimTime, low) : SIMTIME_NEVER;
}

SimTime observer_place_went_dark(const Observer *observer, const Place *place, SimTime since)
{
    int region = place_region(place), zone = place_zone(place);
    SimTime first = observer_went_dark(observer, region, since);
    for (guint i = 0; i < observer->zones_dark->len; i++) {
        const FaultSeen *seen = g_ptr_array_index(observer->zones_dark, i);
        if (seen->region == region && seen->zone == zone && seen->begins >= since)
            return MIN(first, seen->begins);
    }
    return first;
}

void observe_verdict(Sim *sim, const Thing *health_check, int region, bool healthy)
{
    const char *where = sim->world->region[region].name;
    if (healthy)
        return;
    for (guint i = 0; i < sim->observer->under_way->len; i++) {
        FaultWatch *watch = g_ptr_array_index(sim->observer->under_way, i);
        if (watch->seen.region != region)
            continue;
        if (watch->n_detected++ == 0)
            watch->detected_at = sim_now(sim);
        if (sim_measuring(sim, watch->seen.begins))
            cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "detection.time", "fault", watch->seen.thing->name,
                                   "health_check", health_check->name, "region", where, NULL),
                        simtime_seconds(sim_now(sim) - watch->seen.begins));
        return;
    }
    if (sim_measuring(sim, sim_now(sim)))
        cell_count(sheet_cell(sim->sheet, CELL_COUNT, "detection.false", "health_check", health_check->name, "region",
                              where, NULL));
}

void observe_action(Sim *sim, const Thing *action, SimTime due, bool accepted)
{
    if (sim_measuring(sim, due))
        cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "control.time", "action", action->name, NULL),
                    accepted ? simtime_seconds(sim_now(sim) - due) : INFINITY);
}

static void phase(Sim *sim, const Thing *fault, const char *name, SimTime duration)
{
    cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "recovery.time", "fault", fault->name, "phase", name, NULL),
                simtime_seconds(MAX(0, duration)));
}

/* The watch of the fault under way in this region, the latest first; NULL: none. */
static FaultWatch *watch_of(const Observer *observer, int region)
{
    for (guint i = observer->under_way->len; i-- > 0;) {
        FaultWatch *watch = g_ptr_array_index(observer->under_way, i);
        if ((watch->seen.region == region && !watch->seen.one_zone) || watch->seen.region == NO_REGION)
            return watch;
    }
    return NULL;
}

SimTime observer_fault_began(const Observer *observer, int region, const Thing **fault)
{
    const FaultWatch *watch = watch_of(observer, region);
    if (!watch)
        return -1;
    *fault = watch->seen.thing;
    return watch->seen.begins;
}

void observe_promotion(Sim *sim, int region, SimTime detected, SimTime decided, SimTime promoted)
{
    FaultWatch *watch = watch_of(sim->observer, region);
    if (!watch || !sim_measuring(sim, watch->seen.begins))
        return;
    phase(sim, watch->seen.thing, "detect", detected - watch->seen.begins);
    phase(sim, watch->seen.thing, "decide", decided - detected);
    phase(sim, watch->seen.thing, "promote", promoted - decided);
    watch->promoted_at = promoted;
}

/* ---- at the end ---- */

/* Seconds from the fault to the first of two windows in a row with at least this share answered; INFINITY: never while
 * it lasted; NAN: nobody was affected. */
static double back_after(const FaultWatch *watch, guint n_populations, double share)
{
    guint n_good = 0;
    guint64 n_ended = 0;
    for (guint w = 0; w < watch->n_windows; w++) {
        guint64 answered = 0, ended = 0;
        for (guint i = 0; i < n_populations; i++) {
            answered += watch->window[i * watch->n_windows + w].answered;
            ended += watch->window[i * watch->n_windows + w].ended;
        }
        n_ended += ended;
        n_good = ended > 0 && (double)answered >= share * (double)ended ? n_good + 1 : 0;
        if (n_good == 2)
            return (double)(w - 1) * simtime_seconds(FAILOVER_WINDOW);
    }
    return n_ended > 0 ? INFINITY : NAN;
}

static void sample_failover(Observer *observer, const FaultWatch *watch, const char *metric, double share)
{
    double seconds = back_after(watch, observer->populations->len, share);
    if (!isnan(seconds))
        cell_sample(sheet_cell(observer->sim->sheet, CELL_SAMPLES, metric, "fault", watch->seen.thing->name, NULL),
                    seconds);
}

/* What was left when detection (and promotion, where there was one) were done: the users' way to who can answer them.
 */
static void sample_route(const Observer *observer, const FaultWatch *watch)
{
    double back = back_after(watch, observer->populations->len, 0.99);
    SimTime done_at = MAX(watch->detected_at, watch->promoted_at);
    if (!isfinite(back) || done_at < 0)
        return;
    if (watch->promoted_at < 0)
        phase(observer->sim, watch->seen.thing, "detect", watch->detected_at - watch->seen.begins);
    phase(observer->sim, watch->seen.thing, "route", watch->seen.begins + (SimTime)(back * 1e9) - done_at);
}

/* A fault that came and went unnoticed, though somebody watched.  The loss of a zone need not be noticed by who
 * watches the region. */
static void sample_unnoticed(Observer *observer, const FaultWatch *watch)
{
    const World *world = observer->sim->world;
    if (watch->n_detected > 0 || !watch->over || watch->seen.region == NO_REGION || watch->seen.one_zone)
        return;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (strcmp(thing->component->kind, "health-check") == 0 && thing->runs_in[watch->seen.region])
            cell_sample(sheet_cell(observer->sim->sheet, CELL_SAMPLES, "detection.time", "fault",
                                   watch->seen.thing->name, "health_check", thing->name, "region",
                                   world->region[watch->seen.region].name, NULL),
                        INFINITY);
    }
}

void observe_in_flight(Population *population, guint64 n)
{
    population->in_flight->count += n;
}

/* Every request issued ended answered, failed, or was found in flight by walking the calls. */
static void check_conservation(const Observer *observer)
{
    for (guint i = 0; i < observer->populations->len; i++) {
        const Population *population = g_ptr_array_index(observer->populations, i);
        CHECK(population->issued == population->answered + population->failed + population->in_flight->count);
    }
}

void observer_finish(Observer *observer)
{
    for (guint i = 0; i < observer->faults->len; i++) {
        const FaultWatch *watch = g_ptr_array_index(observer->faults, i);
        if (!sim_measuring(observer->sim, watch->seen.begins))
            continue;
        sample_failover(observer, watch, "failover.time", 0.99);
        sample_failover(observer, watch, "failover.half", 0.5);
        sample_route(observer, watch);
        sample_unnoticed(observer, watch);
    }
    check_conservation(observer);
}
