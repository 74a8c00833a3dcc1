/* Flows: a table of open connections, against a plain one that is searched from end to end. */
#include "model/flows.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/small_world.h"

enum { N_TARGETS = 3 };
#define IDLE (100 * SECOND)

typedef struct {
    Arena *arena;
    Sim *sim;
    Flows *flows;
} Stage;

static Stage opened(void)
{
    Stage stage = {.arena = arena_new()};
    World *world = small_world(stage.arena);
    const Thing *thing = small_thing(world, "edge", NULL);
    stage.sim = sim_new(world, 1, 1);
    stage.flows = flows_new(stage.sim, thing, IDLE, N_TARGETS);
    return stage;
}

static void closed(Stage *stage)
{
    sim_free(stage->sim);
    arena_free(stage->arena);
}

static void a_flow_stays_with_its_target_until_it_has_been_idle(void)
{
    Stage stage = opened();
    uint32_t a = flows_open(stage.flows, 2, 0), b = flows_open(stage.flows, 0, 10 * SECOND);
    EXPECT_INT(flows_noted(stage.flows, a), NO_FLOW);
    flows_note(stage.flows, a, 77);
    EXPECT_INT(flows_use(stage.flows, a, 50 * SECOND), 2);
    EXPECT_INT(flows_noted(stage.flows, a), 77);
    EXPECT_INT(flows_noted(stage.flows, b), NO_FLOW);
    EXPECT(flows_mark(stage.flows, a) && !flows_mark(stage.flows, a) && flows_mark(stage.flows, b), "marks are mixed");
    EXPECT_INT(flows_use(stage.flows, b, 110 * SECOND - 1), 0);
    EXPECT_INT(flows_use(stage.flows, a, 150 * SECOND - 1), 2);
    EXPECT_INT(flows_count(stage.flows, 210 * SECOND - 2), 2);
    EXPECT_INT(flows_count(stage.flows, 210 * SECOND - 1), 1);
    EXPECT_INT(flows_use(stage.flows, b, 210 * SECOND - 1), FLOW_GONE);
    EXPECT_INT(flows_use(stage.flows, a, 250 * SECOND - 1), FLOW_GONE);
    EXPECT_INT(flows_use(stage.flows, NO_FLOW, 0), FLOW_GONE);
    EXPECT_INT(flows_use(stage.flows, 12345, 0), FLOW_GONE);
    closed(&stage);
}

static void a_flow_that_is_gone_is_not_taken_for_the_next_in_its_place(void)
{
    Stage stage = opened();
    uint32_t old = flows_open(stage.flows, 0, 0);
    for (SimTime i = 1; i <= 255; i++) {
        uint32_t next = flows_open(stage.flows, 2, i * IDLE);
        EXPECT(next != old, "number %u after %" PRId64, next, i);
        EXPECT_INT(flows_use(stage.flows, old, i * IDLE), FLOW_GONE);
        EXPECT_INT(flows_use(stage.flows, next, i * IDLE), 2);
    }
    EXPECT_INT(flows_open(stage.flows, 1, 256 * IDLE), old); /* as flows.h says */
    closed(&stage);
}

static void dropping_a_target_takes_its_flows_and_no_later_one(void)
{
    Stage stage = opened();
    uint32_t a = flows_open(stage.flows, 0, 0), b = flows_open(stage.flows, 1, 0);
    flows_drop(stage.flows, 0, 1);
    uint32_t c = flows_open(stage.flows, 0, 1);
    EXPECT_INT(flows_use(stage.flows, a, 1), FLOW_GONE);
    EXPECT_INT(flows_use(stage.flows, b, 1), 1);
    EXPECT_INT(flows_use(stage.flows, c, 1), 0);
    EXPECT_INT(flows_count(stage.flows, 1), 2);
    EXPECT_INT(flows_to(stage.flows, 0, 1), 1);
    EXPECT_INT(flows_count(stage.flows, IDLE), 2);
    flows_clear(stage.flows, IDLE);
    EXPECT_INT(flows_count(stage.flows, IDLE), 0);
    EXPECT_INT(flows_use(stage.flows, c, IDLE), FLOW_GONE);
    closed(&stage);
}

/* ---- beside a plain table ---- */

enum { N_STEPS = 20000, N_PLAIN = N_STEPS };

typedef struct {
    uint32_t number;
    guint target; /* FLOW_GONE: no more */
    SimTime used_at;
} Plain;

typedef struct {
    Plain flow[N_PLAIN];
    guint n;
} PlainTable;

static void pass(PlainTable *table, SimTime now)
{
    for (guint i = 0; i < table->n; i++)
        if (table->flow[i].used_at + IDLE <= now)
            table->flow[i].target = FLOW_GONE;
}

static guint count(const PlainTable *table, guint target)
{
    guint n = 0;
    for (guint i = 0; i < table->n; i++)
        n += table->flow[i].target != FLOW_GONE && (target == N_TARGETS || table->flow[i].target == target);
    return n;
}

static void drop(PlainTable *table, guint target)
{
    for (guint i = 0; i < table->n; i++)
        if (target == N_TARGETS || table->flow[i].target == target)
            table->flow[i].target = FLOW_GONE;
}

static void use_or_close(Flows *flows, Plain *plain, bool close, SimTime now)
{
    if (close) {
        flows_close(flows, plain->number, now);
        plain->target = FLOW_GONE;
        return;
    }
    EXPECT_INT(flows_use(flows, plain->number, now), plain->target);
    if (plain->target != FLOW_GONE)
        plain->used_at = now;
}

static void as_a_plain_table_does(void)
{
    static PlainTable table;
    Stage stage = opened();
    uint64_t seed = 1;
    SimTime now = 0;
    table.n = 0;
    for (guint step = 0; step < N_STEPS; step++) {
        now += (SimTime)dice_below(&seed, 2 * SECOND);
        pass(&table, now);
        uint64_t what = dice_below(&seed, 1000);
        guint target = (guint)dice_below(&seed, N_TARGETS);
        if (what < 400) {
            table.flow[table.n++] = (Plain){flows_open(stage.flows, target, now), target, now};
        } else if (what < 998 && table.n > 0) {
            guint recent = MIN(table.n, 300);
            use_or_close(stage.flows, &table.flow[table.n - 1 - dice_below(&seed, recent)], what < 420, now);
        } else if (what == 998) {
            flows_drop(stage.flows, target, now);
            drop(&table, target);
        } else if (step % 7 == 0) {
            flows_clear(stage.flows, now);
            drop(&table, N_TARGETS);
        }
        EXPECT_INT(flows_count(stage.flows, now), count(&table, N_TARGETS));
        EXPECT_INT(flows_to(stage.flows, target, now), count(&table, target));
    }
    closed(&stage);
}

static void memory_follows_the_most_that_were_open(void)
{
    enum { MOST = 1000, ROUNDS = 50 };
    Stage stage = opened();
    gsize claimed = 0;
    for (SimTime round = 0; round < ROUNDS; round++) {
        for (guint i = 0; i < MOST; i++)
            flows_open(stage.flows, i % N_TARGETS, round * IDLE);
        EXPECT_INT(flows_count(stage.flows, round * IDLE), MOST);
        if (round == 0)
            claimed = stage.sim->claimed;
    }
    EXPECT(claimed > 0, "no memory was claimed");
    EXPECT_INT(stage.sim->claimed, claimed);
    closed(&stage);
}

void suite_flows(void);
void suite_flows(void)
{
    CU_pSuite s = CU_add_suite("flows", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_flow_stays_with_its_target_until_it_has_been_idle);
    TEST(a_flow_that_is_gone_is_not_taken_for_the_next_in_its_place);
    TEST(dropping_a_target_takes_its_flows_and_no_later_one);
    TEST(as_a_plain_table_does);
    TEST(memory_follows_the_most_that_were_open);
}
