/* Policies: what each picks, by tables of inputs. */
#include "run/run.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

static const void *rule_of(const char *kind, const char *name)
{
    for (const Policy *const *policy = registry.policy; *policy; policy++)
        if (strcmp((*policy)->kind, kind) == 0 && strcmp((*policy)->name, name) == 0)
            return (*policy)->rule;
    EXPECT(false, "no policy %s of kind %s", name, kind);
    return NULL;
}

/* ---- balancer ---- */

enum { MOST = 4 };
typedef struct {
    guint n;
    bool fit[MOST];
    uint32_t under_way[MOST];
    uint64_t turn;
    unsigned picked;
} Pick;

/* The rule's memory for a fleet in this state. (g_free) */
static void *state_for(const BalancingRule *rule, const uint32_t *under_way, const bool *fit, guint n)
{
    void *state = g_malloc(rule->size(n));
    rule->clear(state, n);
    for (guint i = 0; i < n; i++) {
        if (rule->load && under_way[i] > 0)
            rule->load(state, i, under_way[i]);
        if (!fit[i])
            rule->fit(state, i, false);
    }
    return state;
}

static void picks(const char *name, const Pick *row, gsize n_rows)
{
    const BalancingRule *rule = rule_of("balancer", name);
    for (gsize i = 0; i < n_rows; i++) {
        g_autofree void *state = state_for(rule, row[i].under_way, row[i].fit, row[i].n);
        unsigned picked = rule->pick(state, row[i].turn, 0);
        EXPECT(picked == row[i].picked, "%s, row %zu: %u, expected %u", name, i, picked, row[i].picked);
    }
}

static void round_robin_takes_the_fit_in_turn(void)
{
    static const Pick rows[] = {
        {3, {true, true, true}, {9, 0, 0}, 0, 0},      {3, {true, true, true}, {9, 0, 0}, 1, 1},
        {3, {true, true, true}, {9, 0, 0}, 2, 2},      {3, {true, true, true}, {9, 0, 0}, 3, 0},
        {3, {true, false, true}, {0}, 0, 0},           {3, {true, false, true}, {0}, 1, 2},
        {3, {true, false, true}, {0}, 2, 0},           {3, {false, false, true}, {0}, 0, 2},
        {3, {false, false, true}, {0}, UINT64_MAX, 2}, {1, {true}, {1000}, 7, 0},
    };
    picks("round-robin", rows, G_N_ELEMENTS(rows));
}

static void least_outstanding_takes_the_least_busy_and_ties_go_round(void)
{
    static const Pick rows[] = {
        {3, {true, true, true}, {2, 1, 3}, 0, 1},
        {3, {true, true, true}, {2, 1, 3}, 2, 1},
        {3, {true, false, true}, {2, 1, 3}, 2, 0},
        {3, {true, true, true}, {1, 1, 1}, 0, 0},
        {3, {true, true, true}, {1, 1, 1}, 1, 1},
        {3, {true, true, true}, {1, 1, 1}, 2, 2},
        {3, {true, true, true}, {1, 1, 1}, 3, 0},
        {3, {true, true, true}, {2, 1, 1}, 0, 1},
        {3, {true, true, true}, {1, 2, 1}, 1, 2},
        {4, {true, false, true, false}, {1, 0, 1, 0}, 1, 2},
        {4, {true, false, true, false}, {1, 0, 1, 0}, 3, 0},
        {2, {true, true}, {INT32_MAX, INT32_MAX - 1}, 0, 1},
        {1, {true}, {7}, 9, 0},
    };
    picks("least-outstanding", rows, G_N_ELEMENTS(rows));
}

/* What the rules mean, said by looking at everybody: what they do must be the same. */
static unsigned in_turn(const uint32_t *under_way, const bool *fit, unsigned n_targets, uint64_t turn)
{
    unsigned n_fit = 0, target = 0;
    (void)under_way;
    for (unsigned i = 0; i < n_targets; i++)
        n_fit += fit[i];
    for (unsigned left = (unsigned)(turn % n_fit); !fit[target] || left-- > 0;)
        target++;
    return target;
}

static unsigned least_loaded(const uint32_t *under_way, const bool *fit, unsigned n_targets, uint64_t turn)
{
    unsigned best = n_targets, target = (unsigned)(turn % n_targets);
    for (unsigned i = 0; i < n_targets; i++, target = (target + 1) % n_targets)
        if (fit[target] && (best == n_targets || under_way[target] < under_way[best]))
            best = target;
    return best;
}

/* A fleet that changes all the time, of every small size: what was told last is what counts. */
static void a_fleet_that_changes(const char *name,
                                 unsigned (*meant)(const uint32_t *, const bool *, unsigned, uint64_t))
{
    enum { MOST_TARGETS = 37, N_STEPS = 600 };
    const BalancingRule *rule = rule_of("balancer", name);
    uint64_t seed = 1;
    for (guint n = 1; n <= MOST_TARGETS; n++) {
        bool fit[MOST_TARGETS];
        uint32_t under_way[MOST_TARGETS] = {0};
        guint n_fit = n;
        for (guint i = 0; i < n; i++)
            fit[i] = true;
        g_autofree void *state = state_for(rule, under_way, fit, n);
        for (int step = 0; step < N_STEPS; step++) {
            guint i = (guint)dice_below(&seed, n);
            if (dice_below(&seed, 3) == 0 && (!fit[i] || n_fit > 1)) {
                fit[i] = !fit[i];
                n_fit += fit[i] ? 1 : -1u;
                rule->fit(state, i, fit[i]);
            } else {
                under_way[i] = (uint32_t)dice_below(&seed, 4);
                if (rule->load)
                    rule->load(state, i, under_way[i]);
            }
            uint64_t turn = dice(&seed);
            unsigned picked = rule->pick(state, turn, 0), expected = meant(under_way, fit, n, turn);
            EXPECT(picked == expected, "%s, %u targets, step %d: %u, expected %u", name, n, step, picked, expected);
        }
    }
}

static void round_robin_means_the_same_however_the_fleet_changes(void)
{
    a_fleet_that_changes("round-robin", in_turn);
}

static void least_outstanding_means_the_same_however_the_fleet_changes(void)
{
    a_fleet_that_changes("least-outstanding", least_loaded);
}

/* Those that are out are never drawn, and those that are in equally often, however the fleet has changed before. */
static void weighted_random_draws_all_that_are_fit_alike(void)
{
    enum { MOST_TARGETS = 12, N_DRAWS = 6000 };
    const BalancingRule *rule = rule_of("balancer", "weighted-random");
    uint64_t seed = 1;
    for (guint n = 1; n <= MOST_TARGETS; n++) {
        bool fit[MOST_TARGETS];
        guint n_fit = n, picked[MOST_TARGETS] = {0};
        g_autofree void *state = g_malloc(rule->size(n));
        rule->clear(state, n);
        for (guint i = 0; i < n; i++)
            fit[i] = true;
        for (int step = 0; step < 100; step++) {
            guint i = (guint)dice_below(&seed, n);
            if (fit[i] && n_fit == 1)
                continue;
            fit[i] = !fit[i];
            n_fit += fit[i] ? 1 : -1u;
            rule->fit(state, i, fit[i]);
        }
        for (uint64_t i = 0; i < N_DRAWS; i++)
            picked[rule->pick(state, i, dice(&seed))]++;
        for (guint i = 0; i < n; i++) /* five standard deviations */
            EXPECT_NEAR(picked[i], fit[i] ? (double)N_DRAWS / n_fit : 0,
                        fit[i] ? 5 * sqrt((double)N_DRAWS / n_fit) : 0);
    }
}

/* The i-th least loaded of n is picked when both draws fall on it or on busier ones: 2·(n - i)/(n·(n - 1)), i from 1.
 */
static void power_of_two_picks_by_rank(void)
{
    enum { N_TARGETS = 6, N_FIT = 5, N_DRAWS = 20000 };
    static const uint32_t under_way[N_TARGETS] = {5, 0, 9, 1, 7, 3};
    static const int rank[N_TARGETS] = {3, 0, 5, 1, 4, 2}; /* 0: it is out */
    static const bool fit[N_TARGETS] = {true, false, true, true, true, true};
    const BalancingRule *rule = rule_of("balancer", "power-of-two");
    g_autofree void *state = state_for(rule, under_way, fit, N_TARGETS);
    guint picked[N_TARGETS] = {0};
    uint64_t seed = 1;
    for (uint64_t i = 0; i < N_DRAWS; i++)
        picked[rule->pick(state, i, dice(&seed))]++;
    for (guint i = 0; i < N_TARGETS; i++) {
        double share = rank[i] == 0 ? 0 : 2.0 * (N_FIT - rank[i]) / (N_FIT * (N_FIT - 1.0));
        EXPECT_NEAR(picked[i], share * N_DRAWS, 5 * sqrt(share * N_DRAWS));
    }
    static const Pick rows[] = {{3, {false, true, false}, {0, 9, 0}, 0, 1}, {1, {true}, {7}, 3, 0}};
    picks("power-of-two", rows, G_N_ELEMENTS(rows));
}

/* ---- dns ---- */

enum { N_ANSWERS = 3 };

static struct {
    Arena *arena;
    Sim *sim;
    Entity *server[N_ANSWERS];
    const Place *from[N_SMALL_REGIONS];
} stage;

static const Ops ops = {.role = "server"};

static void opened(void)
{
    static const char *const names[] = {"east", "west", "north"};
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    const Thing *shop = small_thing(world, "shop", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    for (int i = 0; i < N_ANSWERS; i++) {
        stage.server[i] = entity_new(sim, shop, &ops, network_region(sim->network, i, WHOLE_REGION), 1, names[i]);
        stage.from[i] = network_city(sim->network, names[i]);
    }
    network_seal(sim->network);
}

static void closed(void)
{
    sim_free(stage.sim);
    arena_free(stage.arena);
}

typedef struct {
    int from;
    bool healthy[N_ANSWERS];
    unsigned n;
    int chosen;
} Choice;

/* -1: none. */
static int first_choice(const RoutingRule *rule, const Place *from, const bool *healthy, unsigned n, uint64_t chance)
{
    Alternative alternative[N_ANSWERS];
    unsigned chosen[MOST_ADDRESSES];
    for (unsigned i = 0; i < n; i++)
        alternative[i] =
            (Alternative){.place = stage.server[i]->place, .region = (int)i, .weight = 1, .healthy = healthy[i]};
    Question question = {.from = from, .chance = chance};
    return rule->choose(stage.sim, &question, alternative, n, chosen) > 0 ? (int)chosen[0] : -1;
}

static void choices(const char *name, const Choice *row, gsize n_rows)
{
    const RoutingRule *rule = rule_of("dns", name);
    opened();
    for (gsize i = 0; i < n_rows; i++) {
        int chosen = first_choice(rule, stage.from[row[i].from], row[i].healthy, row[i].n, 12345);
        EXPECT(chosen == row[i].chosen, "%s, row %zu: %d, expected %d", name, i, chosen, row[i].chosen);
    }
    closed();
}

static void latency_takes_the_nearest_healthy_one(void)
{
    /* east - west 100 ms, east - north 200 ms, west - north 300 ms */
    static const Choice rows[] = {
        {EAST, {true, true, true}, 3, EAST},    {WEST, {true, true, true}, 3, WEST},
        {NORTH, {true, true, true}, 3, NORTH},  {EAST, {false, true, true}, 3, WEST},
        {NORTH, {true, true, false}, 3, EAST},  {WEST, {true, false, true}, 3, EAST},
        {WEST, {false, false, true}, 3, NORTH}, {EAST, {false, false, false}, 3, -1},
        {NORTH, {true, true, true}, 2, EAST},   {EAST, {true, true, true}, 0, -1},
    };
    choices("latency", rows, G_N_ELEMENTS(rows));
}

static void failover_takes_the_first_healthy_one(void)
{
    static const Choice rows[] = {
        {NORTH, {true, true, true}, 3, 0},  {NORTH, {false, true, true}, 3, 1},   {EAST, {false, false, true}, 3, 2},
        {EAST, {true, false, false}, 3, 0}, {EAST, {false, false, false}, 3, -1}, {EAST, {true, true, true}, 0, -1},
    };
    choices("failover", rows, G_N_ELEMENTS(rows));
}

static void simple_gives_all_in_any_order_whatever_their_health(void)
{
    enum { N_TRIES = 3000 };
    const RoutingRule *rule = rule_of("dns", "simple");
    static const bool none[N_ANSWERS] = {false};
    guint n[N_ANSWERS] = {0};
    opened();
    EXPECT(rule->one_answer, "it chooses");
    EXPECT_INT(first_choice(rule, stage.from[EAST], none, 0, 1), -1);
    for (uint64_t i = 0; i < N_TRIES; i++) {
        int chosen = first_choice(rule, stage.from[EAST], none, N_ANSWERS, mix64(i));
        EXPECT(chosen >= 0 && chosen < N_ANSWERS, "%d", chosen);
        n[chosen]++;
    }
    for (guint i = 0; i < N_ANSWERS; i++) /* sd 26 */
        EXPECT_NEAR(n[i], N_TRIES / N_ANSWERS, 130);
    closed();
}

/* ---- policies that answer with several, by weight, or by where somebody is ---- */

enum { MOST_RECORDS = 12 };

static void multivalue_gives_up_to_eight_healthy_ones(void)
{
    static const struct {
        unsigned n, n_healthy, n_given; /* the first n_healthy ones are */
    } rows[] = {{12, 12, 8}, {12, 9, 8}, {12, 8, 8}, {12, 3, 3}, {1, 1, 1}, {12, 0, 0}, {0, 0, 0}};
    const RoutingRule *rule = rule_of("dns", "multivalue");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Alternative alternative[MOST_RECORDS] = {{0}};
        guint given[MOST_RECORDS] = {0};
        for (unsigned k = 0; k < rows[i].n_healthy; k++)
            alternative[rows[i].n - 1 - k].healthy = true;
        for (uint64_t try = 0; try < 200; try++) {
            unsigned chosen[MOST_ADDRESSES];
            Question question = {.chance = mix64(try)};
            unsigned n = rule->choose(NULL, &question, alternative, rows[i].n, chosen);
            EXPECT(n == rows[i].n_given, "row %zu: %u, expected %u", i, n, rows[i].n_given);
            for (unsigned k = 0; k < n; k++) {
                EXPECT(alternative[chosen[k]].healthy, "row %zu: %u is not healthy", i, chosen[k]);
                given[chosen[k]]++;
            }
        }
        for (unsigned k = 0; k < rows[i].n; k++) /* each of nine is given 178 times of 200, sd 4.4 */
            EXPECT(!alternative[k].healthy || given[k] > 110, "row %zu: %u was given %u times", i, k, given[k]);
    }
}

static void weighted_draws_by_weight_and_keeps_zero_for_need(void)
{
    enum { N_TRIES = 10000 };
    static const struct {
        double weight[3];
        bool healthy[3];
        double share[3]; /* expected */
    } rows[] = {
        {{90, 10, 0}, {true, true, true}, {0.9, 0.1, 0}},
        {{90, 10, 0}, {false, true, true}, {0, 1, 0}},
        {{90, 10, 0}, {false, false, true}, {0, 0, 1}},
        {{90, 0, 0}, {false, true, true}, {0, 0.5, 0.5}},
        {{90, 10, 0}, {false, false, false}, {0, 0, 0}},
        {{0, 0, 0}, {true, true, true}, {1 / 3.0, 1 / 3.0, 1 / 3.0}},
        {{1, 1, 2}, {true, true, true}, {0.25, 0.25, 0.5}},
        {{0, 0, 0}, {true, false, false}, {1, 0, 0}},
        {{255, 1, 0}, {true, true, false}, {0.9961, 0.0039, 0}},
    };
    const RoutingRule *rule = rule_of("dns", "weighted");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Alternative alternative[3] = {{0}};
        guint n[3] = {0};
        for (unsigned k = 0; k < 3; k++)
            alternative[k] = (Alternative){.weight = rows[i].weight[k], .healthy = rows[i].healthy[k]};
        for (uint64_t try = 0; try < N_TRIES; try++) {
            unsigned chosen[MOST_ADDRESSES];
            Question question = {.chance = mix64(try)};
            if (rule->choose(NULL, &question, alternative, 3, chosen) > 0)
                n[chosen[0]]++;
        }
        for (unsigned k = 0; k < 3; k++) { /* sd at most 0.005 */
            double share = (double)n[k] / N_TRIES;
            EXPECT(rows[i].share[k] == 0 || rows[i].share[k] == 1 ? share == rows[i].share[k]
                                                                  : fabs(share - rows[i].share[k]) < 0.02,
                   "row %zu: %u has %g, expected %g", i, k, share, rows[i].share[k]);
        }
    }
}

/* Real places, for what goes by countries and kilometres. */
enum { ASHBURN, FRANKFURT, SINGAPORE, N_PLACES };
static const char *const askers[] = {"DE-BERLIN", "US-CHICAGO", "IS-REYKJAVIK", "IL-TELAVIV", "east"};
enum { BERLIN, CHICAGO, REYKJAVIK, TEL_AVIV, NOWHERE, N_ASKERS };
static struct {
    Arena *arena;
    Sim *sim;
    const Place *region[N_PLACES], *from[N_ASKERS];
} globe;

static void globe_opened(void)
{
    static const char *const regions[] = {"us-east-1", "eu-central-1", "ap-southeast-1"};
    globe.arena = arena_new();
    World *world = small_world(globe.arena);
    int region[N_PLACES];
    for (int i = 0; i < N_PLACES; i++)
        region[i] = small_region(world, regions[i], 3, regions[i]);
    Sim *sim = globe.sim = sim_new(world, 1, 1);
    for (int i = 0; i < N_PLACES; i++)
        globe.region[i] = network_region(sim->network, region[i], WHOLE_REGION);
    for (int i = 0; i < N_ASKERS; i++)
        globe.from[i] = network_city(sim->network, askers[i]);
    network_seal(sim->network);
}

static void globe_closed(void)
{
    sim_free(globe.sim);
    arena_free(globe.arena);
}

typedef struct {
    int from;
    bool healthy[4];
    int chosen; /* -1: none */
    const char *why;
} Decision;

static void decisions(const char *name, const Alternative *alternative, unsigned n, const Decision *row, gsize n_rows)
{
    const RoutingRule *rule = rule_of("dns", name);
    for (gsize i = 0; i < n_rows; i++) {
        Alternative mine[4];
        unsigned chosen[MOST_ADDRESSES] = {0};
        g_autoptr(GString) why = g_string_new(NULL);
        Question question = {.from = globe.from[row[i].from], .why = why};
        for (unsigned k = 0; k < n; k++) {
            mine[k] = alternative[k];
            mine[k].healthy = row[i].healthy[k];
        }
        unsigned given = rule->choose(globe.sim, &question, mine, n, chosen);
        EXPECT((given > 0 ? (int)chosen[0] : -1) == row[i].chosen, "%s, row %zu: %d, expected %d", name, i,
               given > 0 ? (int)chosen[0] : -1, row[i].chosen);
        EXPECT(strcmp(why->str, row[i].why) == 0, "%s, row %zu: \"%s\"", name, i, why->str);
    }
}

static void geolocation_takes_the_smallest_location_that_is_healthy(void)
{
    static const Location germany = {LOCATION_COUNTRY, "DE"}, europe = {LOCATION_CONTINENT, "europe"},
                          american[] = {{LOCATION_COUNTRY, "CA"}, {LOCATION_CONTINENT, "north-america"}},
                          elsewhere = {LOCATION_ELSEWHERE, "elsewhere"};
    static const RecordTraits traits[] = {{.locations = {1, &elsewhere}},
                                          {.locations = {1, &europe}},
                                          {.locations = {1, &germany}},
                                          {.locations = {2, american}}};
    const Alternative all[] = {
        {.traits = &traits[0]}, {.traits = &traits[1]}, {.traits = &traits[2]}, {.traits = &traits[3]}};
    static const Decision rows[] = {
        {BERLIN, {true, true, true, true}, 2, "DE, europe: by the country"},
        {BERLIN, {true, true, false, true}, 1, "DE, europe: by the continent"},
        {BERLIN, {true, false, false, true}, 0, "DE, europe: by elsewhere"},
        {BERLIN, {false, false, false, true}, -1, "DE, europe: no healthy record for it"},
        {REYKJAVIK, {true, true, true, true}, 1, "IS, europe: by the continent"},
        {CHICAGO, {true, true, true, true}, 3, "US, north-america: by the continent"},
        {TEL_AVIV, {true, true, true, true}, 0, "IL, asia: by elsewhere"},
        {NOWHERE, {true, true, true, true}, 0, "nobody knows where: by elsewhere"},
    };
    static const Decision without[] = {
        {TEL_AVIV, {true, true, true}, -1, "IL, asia: no record for it"},
        {NOWHERE, {true, true, true}, -1, "nobody knows where: no record for it"},
        {CHICAGO, {false, false, true}, 2, "US, north-america: by the continent"},
    };
    globe_opened();
    decisions("geolocation", all, 4, rows, G_N_ELEMENTS(rows));
    decisions("geolocation", all + 1, 3, without, G_N_ELEMENTS(without));
    globe_closed();
}

static void geoproximity_takes_the_fewest_kilometres_after_bias(void)
{
    static const RecordTraits nearer = {.bias = 50}, much_nearer = {.bias = 99}, further = {.bias = -80};
    static const Decision plain[] = {
        {BERLIN, {true, true, true}, FRANKFURT, "422 km"},
        {BERLIN, {true, false, true}, ASHBURN, "6725 km"},
        {REYKJAVIK, {true, true, true}, FRANKFURT, "2377 km"},
        {NOWHERE, {false, true, true}, FRANKFURT, "nobody knows where they are: the first"},
        {BERLIN, {false, false, false}, -1, ""},
    };
    /* Reykjavik to Ashburn 4,522 km: half of it is less than 2,377 */
    static const Decision by_half[] = {
        {REYKJAVIK, {true, true, true}, ASHBURN, "4522 km, by its bias 2261 km"},
        {BERLIN, {true, true, true}, FRANKFURT, "422 km"},
        {CHICAGO, {true, true, true}, ASHBURN, "917 km, by its bias 458 km"},
    };
    /* five times as far */
    static const Decision away[] = {
        {REYKJAVIK, {true, true, true}, ASHBURN, "4522 km"},
        {BERLIN, {true, true, true}, FRANKFURT, "422 km, by its bias 2111 km"},
    };
    static const Decision hundredth[] = {{BERLIN, {true, true, true}, SINGAPORE, "9918 km, by its bias 99 km"}};
    globe_opened();
    Alternative all[N_PLACES];
    for (int i = 0; i < N_PLACES; i++)
        all[i] = (Alternative){.place = globe.region[i]};
    decisions("geoproximity", all, N_PLACES, plain, G_N_ELEMENTS(plain));
    all[ASHBURN].traits = &nearer;
    decisions("geoproximity", all, N_PLACES, by_half, G_N_ELEMENTS(by_half));
    all[ASHBURN].traits = NULL;
    all[FRANKFURT].traits = &further;
    decisions("geoproximity", all, N_PLACES, away, G_N_ELEMENTS(away));
    all[SINGAPORE].traits = &much_nearer;
    decisions("geoproximity", all, N_PLACES, hundredth, G_N_ELEMENTS(hundredth));
    globe_closed();
}

static void ip_based_takes_the_longest_network_that_is_healthy(void)
{
    enum { OURS = 0xc6336400, PART = OURS | 1 << 8, OTHER = 0xcb007100 };
    static const Subnet ours = {OURS, 22}, part = {PART, 24}, elsewhere = {0, 0};
    static const RecordTraits traits[] = {
        {.subnets = {1, &elsewhere}}, {.subnets = {1, &ours}}, {.subnets = {1, &part}}};
    const Alternative all[] = {{.traits = &traits[0]}, {.traits = &traits[1]}, {.traits = &traits[2]}};
    static const struct {
        uint32_t subnet;
        bool healthy[3];
        unsigned first; /* of the records, that there are */
        int chosen;
        const char *why;
    } rows[] = {
        {PART | 7, {true, true, true}, 0, 2, "198.51.101.0/24 by 24 bits"},
        {PART | 7, {true, true, false}, 0, 1, "198.51.101.0/24 by 22 bits"},
        {PART | 7, {true, false, false}, 0, 0, "198.51.101.0/24 is elsewhere"},
        {PART | 7, {false, false, false}, 0, -1, "198.51.101.0/24 is in no network of a healthy record"},
        {OURS, {true, true, true}, 0, 1, "198.51.100.0/24 by 22 bits"},
        {OTHER, {true, true, true}, 0, 0, "203.0.113.0/24 is elsewhere"},
        {OTHER, {true, true, true}, 1, -1, "203.0.113.0/24 is in no network of a healthy record"},
        {0, {true, true, true}, 0, 0, "an unknown address is elsewhere"},
    };
    const RoutingRule *rule = rule_of("dns", "ip-based");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Alternative mine[3];
        unsigned chosen[MOST_ADDRESSES] = {0};
        g_autoptr(GString) why = g_string_new(NULL);
        Question question = {.subnet = rows[i].subnet, .why = why};
        for (unsigned k = 0; k < 3; k++) {
            mine[k] = all[k];
            mine[k].healthy = rows[i].healthy[k];
        }
        unsigned given = rule->choose(NULL, &question, mine + rows[i].first, 3 - rows[i].first, chosen);
        EXPECT((given > 0 ? (int)(chosen[0] + rows[i].first) : -1) == rows[i].chosen, "row %zu: %u", i, chosen[0]);
        EXPECT(strcmp(why->str, rows[i].why) == 0, "row %zu: \"%s\"", i, why->str);
    }
}

void suite_policy(void);
void suite_policy(void)
{
    CU_pSuite s = CU_add_suite("policy", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(round_robin_takes_the_fit_in_turn);
    TEST(least_outstanding_takes_the_least_busy_and_ties_go_round);
    TEST(round_robin_means_the_same_however_the_fleet_changes);
    TEST(least_outstanding_means_the_same_however_the_fleet_changes);
    TEST(weighted_random_draws_all_that_are_fit_alike);
    TEST(power_of_two_picks_by_rank);
    TEST(latency_takes_the_nearest_healthy_one);
    TEST(failover_takes_the_first_healthy_one);
    TEST(simple_gives_all_in_any_order_whatever_their_health);
    TEST(multivalue_gives_up_to_eight_healthy_ones);
    TEST(weighted_draws_by_weight_and_keeps_zero_for_need);
    TEST(geolocation_takes_the_smallest_location_that_is_healthy);
    TEST(geoproximity_takes_the_fewest_kilometres_after_bias);
    TEST(ip_based_takes_the_longest_network_that_is_healthy);
}
