#include "tests/measures.h"
#include "base/arena.h"
#include "base/check.h"
#include "kernel/random.h"
#include "model/network.h"
#include "run/followed.h"
#include "tests/theory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static Lab open_lab(const Experiment *experiment)
{
    return lab_open(experiment->scenario, (const char *const *)experiment->sets->pdata);
}

/* ---- old answers ---- */

typedef struct {
    SimTime every, changed_at; /* SIMTIME_NEVER: not yet */
    double old[N_SPANS], all[N_SPANS];
} OldAnswers;

static bool is_role(const Entity *entity, const char *role)
{
    return strcmp(entity->ops->role, role) == 0;
}

static void count(const Sim *sim, OldAnswers *seen, bool old)
{
    if (sim_now(sim) < seen->changed_at)
        return;
    SimTime i = (sim_now(sim) - seen->changed_at) / seen->every;
    if (i >= N_SPANS)
        return;
    seen->all[i]++;
    seen->old[i] += old;
}

static bool tells_old(const Sim *sim, const Call *call)
{
    return call->dns.address[0] != NO_ADDRESS && sim_entity(sim, call->dns.address[0])->region == 0;
}

/* A name server learns that the first region is gone; a user is told where to go. */
static void note_answer(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    OldAnswers *seen = whose;
    (void)duration;
    if (moment == MOMENT_ARRIVES && call->port == PORT_VERDICT && is_role(call->callee, "name server") &&
        call->verdict.about && call->verdict.region == 0 && !call->verdict.healthy)
        seen->changed_at = MIN(seen->changed_at, sim_now(sim));
    if (moment == MOMENT_ANSWERS && call->port == PORT_DNS && is_role(call->caller, "users"))
        count(sim, seen, tells_old(sim, call));
}

/* A name server learns of the edit; a user sends a request. */
static void note_request(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    OldAnswers *seen = whose;
    (void)duration;
    if (moment == MOMENT_ARRIVES && call->port == PORT_CONTROL && is_role(call->callee, "name server"))
        seen->changed_at = MIN(seen->changed_at, sim_now(sim));
    if (moment == MOMENT_LEAVES && call->port == PORT_HTTP && is_role(call->caller, "users"))
        count(sim, seen, call->callee->region == 0);
}

typedef struct {
    const Lab *lab;
    OldAnswers *seen;
    void (*note)(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration);
} Watching;

static void watch_one(gpointer nth, gpointer whose)
{
    const Watching *watching = whose;
    guint i = GPOINTER_TO_UINT(nth);
    const Watcher watcher = {.whose = &watching->seen[i - 1], .moment = watching->note};
    Followed followed = {.seed = 1, .replication = i, .watcher = &watcher};
    Sim *sim = followed_open(watching->lab->scenario->world, &followed);
    CHECK(sim_run(sim, NULL));
    followed_close(sim);
}

/* A ratio of sums over replications, each left out once. */
static Estimate ratio_of(const double *part, const double *whole, guint n)
{
    double parts = 0, wholes = 0;
    g_autofree double *left_out = g_new(double, n);
    for (guint i = 0; i < n; i++) {
        parts += part[i];
        wholes += whole[i];
    }
    for (guint i = 0; i < n; i++)
        left_out[i] = (parts - part[i]) / (wholes - whole[i]);
    return estimate_of(parts / wholes, left_out, n);
}

static void measure_old(const Experiment *experiment, Size size, Estimate *estimate, Watching watching)
{
    g_auto(Lab) lab = open_lab(experiment);
    guint n = experiment->replications[size];
    g_autofree OldAnswers *seen = g_new0(OldAnswers, n);
    g_autofree double *old = g_new(double, n), *all = g_new(double, n);
    watching.lab = &lab;
    watching.seen = seen;
    GThreadPool *pool = g_thread_pool_new(watch_one, &watching, (int)g_get_num_processors(), FALSE, NULL);
    for (guint i = 0; i < n; i++) {
        seen[i] = (OldAnswers){.every = (SimTime)(experiment->parameter * (double)SECOND), .changed_at = SIMTIME_NEVER};
        g_thread_pool_push(pool, GUINT_TO_POINTER(i + 1), NULL);
    }
    g_thread_pool_free(pool, FALSE, TRUE);
    for (guint k = 0; k < N_SPANS; k++) {
        for (guint i = 0; i < n; i++) {
            old[i] = seen[i].old[k];
            all[i] = seen[i].all[k];
        }
        estimate[k] = ratio_of(old, all, n);
    }
}

void measure_old_answers(const Experiment *experiment, Size size, Estimate *estimate)
{
    measure_old(experiment, size, estimate, (Watching){.note = note_answer});
}

void measure_old_requests(const Experiment *experiment, Size size, Estimate *estimate)
{
    measure_old(experiment, size, estimate, (Watching){.note = note_request});
}

void measure_hits(const Experiment *experiment, Size size, Estimate *estimate)
{
    g_auto(Lab) lab = open_lab(experiment);
    guint n = experiment->replications[size];
    g_autoptr(Results) results = lab_run(&lab, 1, n, 0);
    const ResultFigure *hit = results_figure(results, "dns.lookups", "", "outcome=hit"),
                       *miss = results_figure(results, "dns.lookups", "", "outcome=miss");
    CHECK(hit && miss && hit->n_left_out == n);
    g_autofree double *left_out = g_new(double, n);
    for (guint i = 0; i < n; i++)
        left_out[i] = hit->left_out[i] / (hit->left_out[i] + miss->left_out[i]);
    *estimate = estimate_of(hit->value / (hit->value + miss->value), left_out, n);
}

/* ---- Little's law ---- */

void measure_little(const Experiment *experiment, Size size, Estimate *estimate)
{
    g_auto(Lab) lab = open_lab(experiment);
    guint n = experiment->replications[size];
    g_autoptr(Results) results = lab_run(&lab, 1, n, 0);
    const ResultFigure *waiting = results_figure(results, "queue.length", "mean", ""),
                       *busy = results_figure(results, "busy", "", ""),
                       *answered = results_figure(results, "requests.answered", "", ""),
                       *response = results_figure(results, "latency", "mean", "");
    CHECK(waiting && busy && answered && response && waiting->n_left_out == n && busy->n_left_out == n);
    CHECK(answered->n_left_out == n && response->n_left_out == n);
    double workers = experiment->parameter, seconds = simtime_seconds(lab.scenario->world->scenario.duration);
    g_autofree double *left_out = g_new(double, n);
    for (guint i = 0; i < n; i++)
        left_out[i] = (waiting->left_out[i] + workers * busy->left_out[i]) /
                      (answered->left_out[i] / seconds * response->left_out[i]);
    *estimate = estimate_of((waiting->value + workers * busy->value) / (answered->value / seconds * response->value),
                            left_out, n);
}

/* ---- coverage ---- */

void measure_coverage(const Experiment *experiment, Size size, Estimate *estimate)
{
    enum { SEEDS = 200 };
    g_auto(Lab) lab = open_lab(experiment);
    double theory = theory_mmc_response(50, 100, 1);
    guint n_held = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        g_autoptr(Results) results = lab_run(&lab, seed, experiment->replications[size], 0);
        const ResultFigure *mean = results_figure(results, "latency", "mean", "");
        CHECK(mean);
        n_held += mean->ci_low <= theory && theory <= mean->ci_high;
    }
    *estimate = (Estimate){(double)n_held / SEEDS, NAN, NAN};
}

/* ---- the tables, read as text ---- */

typedef struct {
    GPtrArray *rows; /* char **, without the head */
    char **head;
} Rows;

static void rows_clear(Rows *rows)
{
    g_ptr_array_unref(rows->rows);
    g_strfreev(rows->head);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rows, rows_clear)

static Rows read_rows(const char *name)
{
    g_autofree char *path = g_build_filename(MRSIM_SRCDIR, "models", name, NULL), *text = NULL;
    Rows rows = {.rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev)};
    CHECK(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        if (*lines[i] == '#' || *lines[i] == '\0')
            continue;
        char **fields = g_strsplit(lines[i], ",", -1);
        if (!rows.head)
            rows.head = fields;
        else
            g_ptr_array_add(rows.rows, fields);
    }
    return rows;
}

static const char *field(const Rows *rows, guint row, const char *column)
{
    char **fields = g_ptr_array_index(rows->rows, row);
    for (guint i = 0; rows->head[i]; i++)
        if (strcmp(rows->head[i], column) == 0)
            return fields[i];
    CHECK(!"a column of that name");
    return NULL;
}

static double number(const Rows *rows, guint row, const char *column)
{
    return g_ascii_strtod(field(rows, row, column), NULL);
}

/* All tables that speak of distances. */
typedef struct {
    Rows pairs, places, shape;
} Tables;

static const Tables *tables(void)
{
    static Tables tables;
    if (!tables.pairs.rows)
        tables = (Tables){read_rows("region_rtt.csv"), read_rows("places.csv"), read_rows("round_trip_shape.csv")};
    return &tables;
}

static double pair_p50_ms(const char *from, const char *to, double *p99)
{
    const Rows *pairs = &tables()->pairs;
    if (strcmp(from, to) == 0)
        return 0;
    for (guint i = 0; i < pairs->rows->len; i++) {
        if (strcmp(field(pairs, i, "src"), from) != 0 || strcmp(field(pairs, i, "dst"), to) != 0)
            continue;
        double p50 = number(pairs, i, "p50_ms");
        if (p99)
            *p99 = p50 * number(pairs, i, "p99_over_p50");
        return p50;
    }
    return NAN;
}

/* What the pooled shape adds to p50 at p99. */
static double pooled_p99_ms(double p50)
{
    const Rows *shape = &tables()->shape;
    double p99 = NAN;
    for (guint i = 0; i < shape->rows->len && p50 >= number(shape, i, "p50_from_ms"); i++)
        p99 = number(shape, i, "p99_ms");
    return p99;
}

static double place_p50_ms(guint row, const char *to)
{
    const Rows *places = &tables()->places;
    double p50 = number(places, row, "hub1_leg_ms") + pair_p50_ms(field(places, row, "hub1"), to, NULL);
    if (*field(places, row, "hub2"))
        p50 = fmin(p50, number(places, row, "hub2_leg_ms") + pair_p50_ms(field(places, row, "hub2"), to, NULL));
    return p50;
}

TableTrip table_trip(const char *from, const char *to)
{
    const Rows *places = &tables()->places;
    double p99 = NAN, p50 = pair_p50_ms(from, to, &p99);
    for (guint i = 0; isnan(p50) && i < places->rows->len; i++)
        if (strcmp(field(places, i, "place"), from) == 0) {
            p50 = place_p50_ms(i, to);
            p99 = p50 + pooled_p99_ms(p50);
        }
    CHECK(!isnan(p50));
    return (TableTrip){p50 * 1e-3, p99 * 1e-3};
}

/* ---- every distance ---- */

enum { DRAWS = 20000, MOST_SITES = 512 };

static int by_size(const void *a, const void *b)
{
    const SimTime *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

static void compare_pair(const Network *network, const Place *from, const Place *to, TableTrip expected, uint64_t key,
                         double *worst_p50, double *worst_p99)
{
    static SimTime trip[DRAWS];
    for (guint i = 0; i < DRAWS; i++)
        trip[i] = network_round_trip(network, from, to, key_of(key, i));
    qsort(trip, DRAWS, sizeof *trip, by_size);
    double p50 = (double)trip[DRAWS / 2] * 1e-9, p99 = (double)trip[DRAWS * 99 / 100] * 1e-9;
    *worst_p50 = fmax(*worst_p50, fabs(p50 / expected.p50_s - 1));
    *worst_p99 = fmax(*worst_p99, fabs(p99 / expected.p99_s - 1));
}

typedef struct {
    guint n;
    const char *name[MOST_SITES];
    const Place *place[MOST_SITES];
} Sites;

static void add_site(Sites *sites, const char *name, const Place *place)
{
    CHECK(sites->n < MOST_SITES);
    sites->name[sites->n] = name;
    sites->place[sites->n++] = place;
}

/* All measured regions, as checkers see them, and all modelled places. */
static Network *all_sites(Arena *arena, const World *world, Sites *regions, Sites *cities)
{
    Network *network = network_new(arena, world, 1);
    for (guint i = 0; i < atlas_regions(world->atlas); i++)
        add_site(regions, atlas_region_name(world->atlas, i),
                 network_checker(network, atlas_region_name(world->atlas, i)));
    for (guint i = 0; i < atlas_places(world->atlas); i++) {
        const AtlasPlace *place = atlas_place(world->atlas, i);
        if (!atlas_excluded(world->atlas, place->name))
            add_site(cities, place->name, network_city(network, place->name));
    }
    network_seal(network);
    return network;
}

void measure_distances(const Experiment *experiment, Size size, Estimate *estimate)
{
    g_auto(Lab) lab = open_lab(experiment);
    Arena *arena = arena_new();
    g_autofree Sites *regions = g_new0(Sites, 1), *cities = g_new0(Sites, 1);
    const Network *network = all_sites(arena, lab.scenario->world, regions, cities);
    double worst[4] = {0};
    for (guint a = 0; a < regions->n; a++)
        for (guint b = 0; b < regions->n; b++)
            if (a != b)
                compare_pair(network, regions->place[a], regions->place[b],
                             table_trip(regions->name[a], regions->name[b]), a * MOST_SITES + b, &worst[0], &worst[1]);
    /* When quick, every eleventh: there are 6,700 pairs of a place and a region. */
    for (guint i = 0; i < cities->n * regions->n; i += size == QUICK ? 11 : 1) {
        guint a = i / regions->n, b = i % regions->n;
        compare_pair(network, cities->place[a], regions->place[b], table_trip(cities->name[a], regions->name[b]), i,
                     &worst[2], &worst[3]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(worst); i++)
        estimate[i] = (Estimate){worst[i], NAN, NAN};
    arena_free(arena);
}
