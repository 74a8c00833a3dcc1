#include "model/observer.h"
#include "model/promises.h"
#include "model/recovery.h"
#include <math.h>
#include <string.h>
#include "base/poison.h"

/* Users who live at one place, and how far it is from there. */
typedef struct {
    const Place *place;
    UserMark *user;
    guint n;
    double *trip; /* typical, per running region; 0: users are not led there */
} Home;

struct Population {
    Sim *sim;
    const Thing *thing;
    uint32_t number, n_users;
    guint64 issued, answered, failed; /* in measurement: conservation */
    Cell *issued_cell[N_OPS], *failed_cell[N_OPS][N_WHYS], *attempts, *availability[N_OPS], *timeline;
    Cell *in_flight, *opened, *broken;
    Cell **latency[N_OPS], **answered_cell[N_OPS]; /* per region */
    Cell **share;                                  /* per region */
    Cell **lookup;                                 /* per thing × N_LOOKUPS, made when first needed */
    Cell **stale, **staleness;                     /* per thing × region, made when first needed */
    guint64 *violations;                           /* per thing × region × promise */
    Cell *sessions_lost;                           /* made when first needed */
    Cell *stale_back;                              /* made when first needed */
    Reach reach;
    const Place **there;  /* per region that it reaches */
    GArray *homes;        /* Home: of users who live at one place */
    Cell *not_fastest;    /* made with the first home that is known */
    Cell *sent[2];        /* attempts sent, by whether on a kept connection */
    Cell *astray;         /* the same over time while a region is withdrawn; made when first needed */
    unsigned *withdrawn;  /* per region: how many of those that steer its users tell them not to go there */
    unsigned n_withdrawn; /* their sum */
    bool *gone;           /* per thing × region: of whom that is known */
};

struct Observer {
    Sim *sim;
    GPtrArray *populations;
    Recovery *recovery;
    guint64 open;          /* requests */
    Cell **stale_timeline; /* per thing */
    Promises **promises;   /* per thing; NULL: no database */
};

Observer *observer_new(Sim *sim)
{
    Observer *observer = arena_one(sim->arena, Observer);
    observer->sim = sim;
    observer->stale_timeline = arena_many(sim->arena, Cell *, sim->world->n_things);
    observer->promises = arena_many(sim->arena, Promises *, sim->world->n_things);
    observer->populations = g_ptr_array_new();
    observer->recovery = recovery_new(sim);
    return observer;
}

void observer_free(Observer *observer)
{
    for (guint i = 0; i < observer->populations->len; i++) {
        Population *population = g_ptr_array_index(observer->populations, i);
        g_array_free(population->homes, TRUE);
    }
    g_ptr_array_free(observer->populations, TRUE);
    for (guint i = 0; i < observer->sim->world->n_things; i++)
        if (observer->promises[i])
            promises_free(observer->promises[i]);
    recovery_free(observer->recovery);
}

Recovery *recovery_of(const Observer *observer)
{
    return observer->recovery;
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
    for (int kept = 0; kept < 2; kept++)
        population->sent[kept] = sheet_cell(sheet, CELL_RATIO, "routing.stale", "clients", clients, "connection",
                                            kept ? "kept" : "new", NULL);
    population->withdrawn = arena_many(sim->arena, unsigned, sim->world->n_running);
    population->gone = arena_many(sim->arena, bool, sim->world->n_things * sim->world->n_running);
    population->lookup = arena_many(sim->arena, Cell *, sim->world->n_things * N_LOOKUPS);
    population->stale = arena_many(sim->arena, Cell *, sim->world->n_things * sim->world->n_running);
    population->staleness = arena_many(sim->arena, Cell *, sim->world->n_things * sim->world->n_running);
    population->violations = arena_many(sim->arena, guint64, sim->world->n_things * sim->world->n_running * N_PROMISES);
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
    population->sim = sim;
    population->thing = thing;
    population->number = populations->len;
    population->homes = g_array_new(FALSE, FALSE, sizeof(Home));
    population->reach = reach_of(sim->arena, sim->world, thing);
    population->there = arena_many(sim->arena, const Place *, sim->world->n_running);
    for (guint i = 0; i < sim->world->n_running; i++)
        if (population->reach.region[i])
            population->there[i] = network_region(sim->network, (int)i, WHOLE_REGION);
    make_cells(sim, population);
    g_ptr_array_add(populations, population);
    recovery_population(sim->observer->recovery, thing, &population->reach);
    return population;
}

UserMark *observe_users(Population *population, guint n)
{
    Home home = {.user = arena_many(population->sim->arena, UserMark, MAX(n, 1)), .n = n};
    population->n_users += n;
    for (guint i = 0; i < n; i++)
        home.user[i] = (UserMark){.served_by = NO_REGION, .fastest = NO_REGION, .home = population->homes->len};
    g_array_append_val(population->homes, home);
    recovery_users(population->sim->observer->recovery, home.user, n);
    return home.user;
}

void observe_home(Population *population, const Place *place)
{
    g_array_index(population->homes, Home, population->homes->len - 1).place = place;
}

uint32_t population_number(const Population *population)
{
    return population->number;
}

uint32_t population_users(const Population *population)
{
    return population->n_users;
}

Population *population_numbered(const Sim *sim, uint32_t number)
{
    const GPtrArray *populations = sim->observer->populations;
    return number < populations->len ? g_ptr_array_index(populations, number) : NULL;
}

/* ---- where users are sent ---- */

/* Distances of those who live there, and the least of them. */
static void measure(Sim *sim, Population *population, Home *home)
{
    int fastest = NO_REGION;
    population->not_fastest =
        sheet_cell(sim->sheet, CELL_RATIO, "routing.not_fastest", "clients", population->thing->name, NULL);
    home->trip = arena_many(sim->arena, double, sim->world->n_running);
    for (guint i = 0; i < sim->world->n_running; i++) {
        if (!population->reach.region[i])
            continue;
        home->trip[i] = network_typical(sim->network, home->place, population->there[i]);
        if (fastest == NO_REGION || home->trip[i] < home->trip[fastest])
            fastest = (int)i;
    }
    for (guint i = 0; i < home->n; i++)
        home->user[i].fastest = (int16_t)fastest;
}

void observer_ready(Sim *sim)
{
    for (guint i = 0; i < sim->observer->populations->len; i++) {
        Population *population = g_ptr_array_index(sim->observer->populations, i);
        for (guint j = 0; j < population->homes->len; j++) {
            Home *home = &g_array_index(population->homes, Home, j);
            if (home->place)
                measure(sim, population, home);
        }
    }
}

/* Not there, but at one from which he would have had the answer sooner; as near is as good. */
static G_GNUC_NO_INLINE bool is_slower(const Population *population, const UserMark *user, int region)
{
    const Home *home = &g_array_index(population->homes, Home, user->home);
    return home->trip[region] == 0 || home->trip[region] > home->trip[user->fastest];
}

static void count_route(const Population *population, const UserMark *user, int region)
{
    cell_count(population->share[region]);
    if (G_LIKELY(user->fastest != NO_REGION))
        cell_ratio(population->not_fastest, region != user->fastest && is_slower(population, user, region), 1);
}

static Cell *new_astray(Sim *sim, const Population *population)
{
    Cell *cell = sheet_cell(sim->sheet, CELL_SERIES, "astray.timeline", "clients", population->thing->name, NULL);
    sheet_series_width(cell, SECOND);
    sheet_series_span(cell, sim->horizon - sim->measured_from);
    return cell;
}

static G_GNUC_NO_INLINE void count_astray(Sim *sim, Population *population, int region, Cell *sent)
{
    bool stale = population->withdrawn[region] > 0;
    if (!population->astray)
        population->astray = new_astray(sim, population);
    series_add(&population->astray->series, sim_now(sim) - sim->measured_from, stale, 1);
    sent->ratio.part += stale;
}

void observe_sent(Sim *sim, Population *population, int region, bool kept, SimTime issued_at)
{
    if (region == NO_REGION || !sim_measuring(sim, issued_at))
        return;
    Cell *sent = population->sent[kept];
    sent->ratio.whole++;
    if (G_UNLIKELY(population->n_withdrawn))
        count_astray(sim, population, region, sent);
}

/* Somebody who steers users, if they are led by it, tells them from now on not to go there, or does no more. */
static void withdraw(Sim *sim, const Thing *by, int region, bool gone)
{
    for (guint i = 0; i < sim->observer->populations->len; i++) {
        Population *population = g_ptr_array_index(sim->observer->populations, i);
        bool *known = &population->gone[by->index * sim->world->n_running + (guint)region];
        if (!population->reach.thing[by->index] || *known == gone)
            continue;
        *known = gone;
        population->withdrawn[region] += gone ? 1 : -1u;
        population->n_withdrawn += gone ? 1 : -1u;
    }
}

void observe_withdrawn(Sim *sim, const Thing *name, int region, bool gone)
{
    withdraw(sim, name, region, gone);
}

void observe_verdict(Sim *sim, const Thing *judge, int region, bool healthy)
{
    withdraw(sim, judge, region, !healthy);
    if (!healthy)
        recovery_verdict(sim->observer->recovery, judge, region);
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

static void end_request(Sim *sim, Population *population, UserMark *user, Op op, SimTime issued_at, bool answered)
{
    sim->observer->open--;
    if (G_UNLIKELY(user->affected))
        recovery_count(sim->observer->recovery, population->number, user, issued_at, answered);
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
    count_route(population, user, region);
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
    static const char *const names[N_LOOKUPS] = {"hit", "miss", "empty", "failed", "stub", "runtime"};
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

void observe_database(Sim *sim, const Thing *database, const Ledger *ledger)
{
    sim->observer->promises[database->index] = promises_new(sim, database, ledger);
}

static void count_violations(const Population *population, guint where, unsigned broken)
{
    for (guint i = 0; i < N_PROMISES; i++)
        population->violations[where * N_PROMISES + i] += broken >> i & 1;
}

void observe_read(Sim *sim, const AccessSeen *read)
{
    const Observer *observer = sim->observer;
    if (read->population >= observer->populations->len)
        return;
    Promises *promises = observer->promises[read->database->index];
    unsigned broken = promises ? promises_read(promises, read) : 0;
    if (!sim_measuring(sim, sim_now(sim)))
        return;
    const Population *population = g_ptr_array_index(observer->populations, read->population);
    guint n = read->database->index * sim->world->n_running + (guint)read->region;
    if (!population->stale[n])
        make_read_cells(sim, population, read->database, read->region, n);
    cell_ratio(population->stale[n], read->stale, 1);
    if (read->stale)
        histogram_add(&population->staleness[n]->histogram, read->staleness);
    if (G_UNLIKELY(broken))
        count_violations(population, n, broken);
    Cell **series = &observer->stale_timeline[read->database->index];
    if (!*series) {
        *series = sheet_cell(sim->sheet, CELL_SERIES, "stale.timeline", "database", read->database->name, NULL);
        sheet_series_width(*series, SECOND);
        sheet_series_span(*series, sim->horizon - sim->measured_from);
    }
    series_add(&(*series)->series, sim_now(sim) - sim->measured_from, read->stale, 1);
}

void observe_write(Sim *sim, const AccessSeen *write)
{
    Promises *promises = sim->observer->promises[write->database->index];
    if (promises && write->population < sim->observer->populations->len)
        promises_write(promises, write);
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

void observe_session(Sim *sim, Population *population, bool lost)
{
    if (!population->sessions_lost)
        population->sessions_lost =
            sheet_cell(sim->sheet, CELL_COUNT, "sessions.lost", "clients", population->thing->name, NULL);
    if (sim_measuring(sim, sim_now(sim)))
        population->sessions_lost->count += lost;
}

guint64 observer_requests_open(const Observer *observer)
{
    return observer->open;
}

void observe_action(Sim *sim, const Thing *action, SimTime due, bool accepted)
{
    if (sim_measuring(sim, due))
        cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "control.time", "action", action->name, NULL),
                    accepted ? simtime_seconds(sim_now(sim) - due) : INFINITY);
}

void observe_switchover(Sim *sim, const Thing *database, SimTime took)
{
    if (sim_measuring(sim, sim_now(sim)))
        cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "switchover.time", "database", database->name, NULL),
                    took == SIMTIME_NEVER ? INFINITY : simtime_seconds(took));
}

/* ---- at the end ---- */

void observe_in_flight(Population *population, guint64 n)
{
    population->in_flight->count += n;
}

/* Each read was judged by every promise. */
static void tell_promises(const Observer *observer, const Population *population)
{
    const Sim *sim = observer->sim;
    for (guint n = 0; n < sim->world->n_things * sim->world->n_running; n++) {
        if (!population->stale[n])
            continue;
        for (guint i = 0; i < N_PROMISES; i++) {
            Cell *cell =
                sheet_cell(sim->sheet, CELL_RATIO, "sessions.violations", "clients", population->thing->name,
                           "database", sim->world->thing[n / sim->world->n_running]->name, "promise", promise_names[i],
                           "region", sim->world->region[n % sim->world->n_running].name, NULL);
            cell_ratio(cell, (double)population->violations[n * N_PROMISES + i], population->stale[n]->ratio.whole);
        }
    }
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
    recovery_finish(observer->recovery);
    for (guint i = 0; i < observer->populations->len; i++)
        tell_promises(observer, g_ptr_array_index(observer->populations, i));
    check_conservation(observer);
}
