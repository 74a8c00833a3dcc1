/* Log: changes shipped from east to west, 50 ms one way.  Told with simulated times in milliseconds: "60:0" is position
 * 0 reaching west. */
#include "model/log.h"
#include "model/versions.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <string.h>

enum { N_ITEMS = 7, MOST_CHANGES = 20000 };

static struct {
    Arena *arena;
    Sim *sim;
    Entity *east, *west;
    Log *log;
    Law lag;
    GString *told;
    guint64 n_reached, n_more; /* n_more: of which it was said that others are held back */
    uint64_t refused;          /* position that west refuses, or none */
    bool answers_backwards;    /* the earlier a position, the later its answer */
    uint16_t times[MOST_CHANGES];
    Version held[N_ITEMS], newest[N_ITEMS];
    guint n_appended;
} stage;

enum { NO_POSITION = 1000000 };

static void reached(Sim *sim, Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    const LogPort *change = &call->change;
    EXPECT(me == stage.west && call->port == PORT_LOG, "%s on port %d", me->name, call->port);
    stage.n_reached++;
    stage.n_more += change->more;
    if (change->position < MOST_CHANGES)
        stage.times[change->position]++;
    if (stage.told)
        g_string_append_printf(stage.told, "%s%.10g:%d", stage.told->len ? " " : "",
                               (double)sim_now(sim) / (double)MILLISECOND, (int)change->position);
    if (change->position == stage.refused) {
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    if (version_newer(change->version, stage.held[change->item]))
        stage.held[change->item] = change->version;
    SimTime hold = stage.answers_backwards ? (SimTime)(10 - MIN(change->position, 10)) * 10 * MILLISECOND : 0;
    call_answer_after(sim, call, hold, OUTCOME_OK);
}

static void start(Sim *sim, G_GNUC_UNUSED Entity *me)
{
    log_start(sim, stage.log);
}

static const Ops sends = {.role = "source", .start = start}, receives = {.role = "receiver", .asked = reached};

static Sim *opened(Law lag, bool in_order)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    stage.lag = lag;
    stage.refused = NO_POSITION;
    World *world = small_world(stage.arena);
    const Thing *east = small_thing(world, "east", NULL), *west = small_thing(world, "west", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    stage.east = entity_new(sim, east, &sends, network_region(sim->network, EAST, WHOLE_REGION), 1, "");
    stage.west = entity_new(sim, west, &receives, network_region(sim->network, WEST, WHOLE_REGION), 1, "");
    network_seal(sim->network);
    LogHabits habits = {.lag = &stage.lag, .in_order = in_order, .patience = call_patience(sim, 10 * SECOND)};
    stage.log = log_new(sim, stage.east, stage.west, habits);
    log_start(sim, stage.log);
    return sim;
}

static void closed(const char *told)
{
    if (stage.told)
        EXPECT_TEXT(stage.told->str, told);
    if (stage.told)
        g_string_free(stage.told, TRUE);
    log_free(stage.log);
    sim_free(stage.sim);
    arena_free(stage.arena);
    check_scene.entity = NULL;
}

static void append(uint32_t item)
{
    stage.newest[item] = (Version){sim_now(stage.sim) + 1 + stage.n_appended++, EAST, 0};
    log_append(stage.sim, stage.log, item, stage.newest[item], 0);
}

static void run_to(double ms)
{
    small_run(stage.sim, (SimTime)(ms * (double)MILLISECOND));
}

static void backlog_is(uint64_t n)
{
    EXPECT_INT(log_backlog(stage.log), n);
}

/* ---- as long as all is well ---- */

static void each_change_is_shipped_at_once_on_its_own(void)
{
    opened(law_constant(10e6), false);
    run_to(100);
    append(0);
    append(1);
    run_to(105);
    append(2);
    backlog_is(3);
    run_to(209);
    backlog_is(3);
    run_to(210);
    backlog_is(1);
    run_to(5000);
    backlog_is(0);
    EXPECT_INT(stage.n_more, 0);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 1); /* the root of the round */
    closed("160:0 160:1 165:2");
}

static void without_a_pipeline_it_leaves_at_once(void)
{
    opened(law_constant(0), true);
    append(0);
    run_to(5000);
    closed("50:0");
}

static void answers_may_come_in_any_order(void)
{
    opened(law_constant(0), false);
    stage.answers_backwards = true;
    for (uint32_t i = 0; i < 4; i++)
        append(i);
    run_to(199); /* position 0 is acknowledged at 200, 1 at 190, ... */
    backlog_is(4);
    run_to(200);
    backlog_is(0);
    run_to(5000);
    closed("50:0 50:1 50:2 50:3");
}

static guint inversions(bool in_order)
{
    enum { N = 200 };
    opened(law_uniform(10e6, 900e6), in_order);
    for (uint32_t i = 0; i < N; i++) {
        run_to(i);
        append(i % N_ITEMS);
    }
    run_to(20000);
    backlog_is(0);
    guint n_inversions = 0;
    g_auto(GStrv) arrivals = g_strsplit(stage.told->str, " ", -1);
    EXPECT_INT(g_strv_length(arrivals), N);
    for (guint i = 1; i < g_strv_length(arrivals); i++)
        n_inversions += g_ascii_strtoll(strchr(arrivals[i], ':') + 1, NULL, 10) <
                        g_ascii_strtoll(strchr(arrivals[i - 1], ':') + 1, NULL, 10);
    g_string_free(stage.told, TRUE);
    stage.told = NULL;
    closed(NULL);
    return n_inversions;
}

static void a_storage_log_is_ready_in_order_and_items_are_not(void)
{
    EXPECT_INT(inversions(true), 0);
    EXPECT(inversions(false) > 20, "%u inversions", inversions(false));
}

/* A pipeline may be slower than a ship is waited for. */
static void a_long_pipeline_is_no_failure(void)
{
    opened(law_constant(30e9), true);
    append(0);
    run_to(5000);
    append(1);
    run_to(100000);
    backlog_is(0);
    closed("30050:0 35050:1");
}

/* ---- when something fails ---- */

/* West refuses position 2 once.  All are shipped again from the oldest unacknowledged one on: alone, after a second,
 * then 2, 4, 8 ... at a time, doubling with every answer. */
static void a_failure_goes_back_and_tries_again_alone_then_doubles(void)
{
    opened(law_constant(0), false);
    stage.refused = 2;
    for (uint32_t i = 0; i < 10; i++)
        append(i % N_ITEMS);
    run_to(100);
    stage.refused = NO_POSITION;
    run_to(1099); /* a second after the failure was heard */
    EXPECT_INT(stage.n_reached, 10);
    run_to(1150);
    EXPECT_INT(stage.n_reached, 11);
    run_to(1250);
    EXPECT_INT(stage.n_reached, 13);
    EXPECT_INT(stage.n_more, 3);
    run_to(5000);
    backlog_is(0);
    EXPECT_INT(stage.n_more, 7); /* of all eight but the last */
    closed("50:0 50:1 50:2 50:3 50:4 50:5 50:6 50:7 50:8 50:9 1150:2 1250:3 1250:4 1350:5 1350:6 1350:7 1350:8 1350:9");
}

static void while_it_pauses_changes_wait(void)
{
    opened(law_constant(0), false);
    stage.refused = 0;
    append(0);
    run_to(100);
    stage.refused = NO_POSITION;
    append(1);
    run_to(600);
    append(2);
    backlog_is(3);
    run_to(5000);
    backlog_is(0);
    closed("50:0 1150:0 1250:1 1250:2");
}

static void silence_is_noticed_by_patience(void)
{
    opened(law_constant(0), false);
    run_to(20);
    network_cut(stage.sim->network, EAST, WEST, false, sim_now(stage.sim));
    append(0);
    append(1);
    run_to(12500); /* 20 + 10 s, a second's pause, another 10 s to come */
    network_cut(stage.sim->network, EAST, WEST, true, sim_now(stage.sim));
    append(2);
    run_to(60000);
    backlog_is(0);
    /* lost at 20; lost again at 11020; given up at 21020; tried again a second later */
    closed("22070:0 22170:1 22170:2");
}

static void a_lost_answer_means_once_more(void)
{
    opened(law_constant(0), false);
    append(0);
    append(1);
    run_to(60);
    network_cut(stage.sim->network, WEST, EAST, false, sim_now(stage.sim));
    run_to(200);
    network_cut(stage.sim->network, WEST, EAST, true, sim_now(stage.sim));
    run_to(60000);
    backlog_is(0);
    closed("50:0 50:1 11050:0 11150:1");
}

/* ---- the source comes and goes ---- */

static void a_source_that_is_back_ships_what_is_unacknowledged(void)
{
    opened(law_constant(100e6), false);
    append(0);
    run_to(120);
    append(1); /* in the pipeline when the source is lost: 0 has left, 1 has not */
    run_to(130);
    small_strike(stage.sim, EAST, false, true);
    run_to(5000);
    small_strike(stage.sim, EAST, true, true);
    run_to(60000);
    backlog_is(0);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 1);
    closed("150:0 5050:0 5150:1");
}

static void a_source_lost_while_it_pauses_begins_anew(void)
{
    opened(law_constant(0), false);
    stage.refused = 0;
    append(0);
    run_to(500); /* refused at 50, known at 100, pausing until 1100 */
    stage.refused = NO_POSITION;
    small_strike(stage.sim, EAST, false, true);
    run_to(600);
    small_strike(stage.sim, EAST, true, true);
    run_to(60000);
    backlog_is(0);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 1);
    closed("50:0 650:0");
}

static void a_receiver_that_was_gone_gets_everything(void)
{
    opened(law_constant(0), false);
    small_strike(stage.sim, WEST, false, false); /* refuses */
    append(0);
    run_to(1000);
    append(1);
    run_to(3000);
    small_strike(stage.sim, WEST, true, true);
    run_to(60000);
    backlog_is(0);
    closed("3350:0 3450:1"); /* refused at 100, 1200, 2300; tried again at 3300 */
}

static void stopping_forgets_what_is_unacknowledged(void)
{
    opened(law_constant(100e6), false);
    append(0);
    run_to(120);
    append(1);
    run_to(130);
    log_stop(stage.sim, stage.log); /* 0 is on its way, 1 in the pipeline */
    backlog_is(0);
    run_to(200);
    append(2);
    run_to(60000);
    backlog_is(0);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 1);
    closed("150:0 350:2");
}

static void stopping_while_it_pauses_forgets_too(void)
{
    opened(law_constant(0), false);
    stage.refused = 0;
    append(0);
    append(1);
    run_to(500);
    stage.refused = NO_POSITION;
    log_stop(stage.sim, stage.log);
    backlog_is(0);
    run_to(600);
    append(2);
    append(3);
    run_to(60000);
    backlog_is(0);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 1);
    closed("50:0 50:1 1150:2 1250:3");
}

/* ---- at random ---- */

static void harm_at_random(uint64_t *seed, bool *east_up, bool *west_up, bool *there, bool *back)
{
    Sim *sim = stage.sim;
    switch (dice_below(seed, 5)) {
    case 0:
        *east_up = !*east_up;
        small_strike(sim, EAST, *east_up, dice_below(seed, 2));
        return;
    case 1:
        *west_up = !*west_up;
        small_strike(sim, WEST, *west_up, dice_below(seed, 2));
        return;
    case 2:
        *there = !*there;
        network_cut(sim->network, EAST, WEST, *there, sim_now(sim));
        return;
    case 3:
        *back = !*back;
        network_cut(sim->network, WEST, EAST, *back, sim_now(sim));
        return;
    default:
        stage.refused = stage.n_appended;
    }
}

/* After whatever losses, when all is whole again, west has of every item the newest version, every change has reached
 * it, and nothing is left behind. */
static void after_any_losses_everything_arrives(void)
{
    enum { N_SEEDS = 60, N_STEPS = 300 };
    for (uint64_t first = 1; first <= N_SEEDS; first++) {
        uint64_t seed = first;
        bool east_up = true, west_up = true, there = true, back = true;
        Sim *sim = opened(first % 2 ? law_uniform(0, 2e9) : law_constant(20e6), first % 3 == 0);
        g_string_free(stage.told, TRUE);
        stage.told = NULL;
        for (int step = 0; step < N_STEPS; step++) {
            small_run(sim, sim_now(sim) + (SimTime)dice_below(&seed, 1000 * MILLISECOND));
            if (dice_below(&seed, 12) == 0)
                harm_at_random(&seed, &east_up, &west_up, &there, &back);
            for (uint64_t n = dice_below(&seed, 8); east_up && n > 0; n--)
                append((uint32_t)dice_below(&seed, N_ITEMS));
        }
        if (!east_up)
            small_strike(sim, EAST, true, true);
        if (!west_up)
            small_strike(sim, WEST, true, true);
        if (!there)
            network_cut(sim->network, EAST, WEST, true, sim_now(sim));
        if (!back)
            network_cut(sim->network, WEST, EAST, true, sim_now(sim));
        stage.refused = NO_POSITION;
        small_run(sim, sim_now(sim) + 10 * MINUTE);
        EXPECT(log_backlog(stage.log) == 0, "seed %" PRIu64 ": %" PRIu64 " are left", first, log_backlog(stage.log));
        EXPECT(calls_walk(sim, NULL, NULL) == 1, "seed %" PRIu64 ": %u calls are left", first,
               calls_walk(sim, NULL, NULL));
        for (guint i = 0; i < stage.n_appended; i++)
            EXPECT(stage.times[i] >= 1, "seed %" PRIu64 ": change %u never arrived", first, i);
        for (guint i = 0; i < N_ITEMS; i++)
            EXPECT(stage.held[i].at == stage.newest[i].at, "seed %" PRIu64 ": item %u is old", first, i);
        closed(NULL);
    }
}

/* Every change reaches west at least once, and when nothing fails exactly once, also through a ring that grew. */
static void a_whole_way_ships_nothing_twice(void)
{
    Sim *sim = opened(law_uniform(0, 2e9), false);
    g_string_free(stage.told, TRUE);
    stage.told = NULL;
    for (guint i = 0; i < MOST_CHANGES; i++) {
        small_run(sim, sim_now(sim) + MILLISECOND);
        append(i % N_ITEMS);
    }
    EXPECT(log_backlog(stage.log) > 64, "%" PRIu64 " wait", log_backlog(stage.log));
    small_run(sim, sim_now(sim) + MINUTE);
    for (guint i = 0; i < MOST_CHANGES; i++)
        EXPECT(stage.times[i] == 1, "change %u arrived %u times", i, stage.times[i]);
    backlog_is(0);
    closed(NULL);
}

void suite_log(void);
void suite_log(void)
{
    CU_pSuite s = CU_add_suite("log", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(each_change_is_shipped_at_once_on_its_own);
    TEST(without_a_pipeline_it_leaves_at_once);
    TEST(answers_may_come_in_any_order);
    TEST(a_storage_log_is_ready_in_order_and_items_are_not);
    TEST(a_long_pipeline_is_no_failure);
    TEST(a_failure_goes_back_and_tries_again_alone_then_doubles);
    TEST(while_it_pauses_changes_wait);
    TEST(silence_is_noticed_by_patience);
    TEST(a_lost_answer_means_once_more);
    TEST(a_source_that_is_back_ships_what_is_unacknowledged);
    TEST(a_source_lost_while_it_pauses_begins_anew);
    TEST(a_receiver_that_was_gone_gets_everything);
    TEST(stopping_forgets_what_is_unacknowledged);
    TEST(stopping_while_it_pauses_forgets_too);
    TEST(after_any_losses_everything_arrives);
    TEST(a_whole_way_ships_nothing_twice);
}
