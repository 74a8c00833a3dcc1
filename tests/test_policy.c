/* Policies: what each picks, by tables of inputs. */
#include "run/run.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/small_world.h"
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

static void simple_takes_any_whatever_its_health(void)
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

void suite_policy(void);
void suite_policy(void)
{
    CU_pSuite s = CU_add_suite("policy", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(round_robin_takes_the_fit_in_turn);
    TEST(least_outstanding_takes_the_least_busy_and_ties_go_round);
    TEST(round_robin_means_the_same_however_the_fleet_changes);
    TEST(least_outstanding_means_the_same_however_the_fleet_changes);
    TEST(latency_takes_the_nearest_healthy_one);
    TEST(failover_takes_the_first_healthy_one);
    TEST(simple_takes_any_whatever_its_health);
}
