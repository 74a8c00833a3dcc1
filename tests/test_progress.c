/* Progress: the unbroken part of a log, whatever comes when. */
#include "model/progress.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/small_world.h"

enum { N_CHANGES = 400, N_ROUNDS = 60 };

static struct {
    Arena *arena;
    Sim *sim;
    Progress progress;
} stage;

static void opened(void)
{
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    const Thing *carts = small_thing(world, "carts", NULL);
    stage.sim = sim_new(world, 1, 1);
    progress_init(&stage.progress, carts);
}

static void closed(void)
{
    progress_clear(&stage.progress);
    sim_free(stage.sim);
    arena_free(stage.arena);
}

/* A change of the log is committed at its position + 1. */
static bool come(uint64_t position, uint64_t oldest)
{
    LogPort change = {.position = position, .behind = (uint32_t)(position - oldest), .mark = (SimTime)position + 1};
    return progress_receive(stage.sim, &stage.progress, &change);
}

static bool is_applied(uint64_t position)
{
    return progress_apply(&stage.progress, position, (SimTime)position + 1);
}

static void a_gap_holds_up_what_follows(void)
{
    opened();
    EXPECT(!come(0, 0) && is_applied(0), "the first");
    EXPECT_INT(stage.progress.complete, 1);
    EXPECT(!come(2, 1) && !is_applied(2), "over a gap");
    EXPECT(!come(3, 1) && !is_applied(3), "over a gap");
    EXPECT_INT(stage.progress.complete, 1);
    EXPECT(!come(1, 1), "not applied yet");
    EXPECT(progress_awaits(&stage.progress, 1) && !progress_awaits(&stage.progress, 2), "only 1 waits");
    EXPECT(is_applied(1), "the gap is closed");
    EXPECT_INT(stage.progress.complete, 4);
    EXPECT(!come(1, 1) && !is_applied(1), "again");
    EXPECT_INT(stage.progress.complete, 4);
    closed();
}

/* It starts over from a copy of what was committed up to 50; the log still tries 47 to 49 and has forgotten 20. */
static void who_starts_over_finds_its_place(void)
{
    opened();
    come(0, 0);
    is_applied(0);
    progress_start_over(&stage.progress, 50);
    EXPECT_INT(stage.progress.complete, 50);
    EXPECT(!come(52, 47) && !is_applied(52), "47 to 51 are on their way");
    for (uint64_t i = 47; i < 51; i++) {
        come(i, 47);
        EXPECT(is_applied(i) == (i + 1 > 50), "%d", (int)i);
    }
    EXPECT_INT(stage.progress.complete, 51);
    EXPECT(come(60, 55), "51 is acknowledged, whatever it was");
    EXPECT_INT(stage.progress.complete, 53);
    closed();
}

/* Against a look at all of it: changes come in any order, some twice, and wait to be applied for as long as dice want.
 */
static void it_is_what_a_look_at_all_says(void)
{
    enum { AWAY, RECEIVED, APPLIED };
    uint64_t seed = 7;
    for (guint round = 0; round < N_ROUNDS; round++) {
        int known[N_CHANGES] = {AWAY};
        guint n_checked = 0;
        opened();
        for (guint i = 0; i < 4 * N_CHANGES; i++) {
            uint64_t oldest = 0, position;
            while (oldest < N_CHANGES && known[oldest] != AWAY)
                oldest++;
            position = oldest + dice_below(&seed, 12);
            position = MIN(N_CHANGES - 1, position);
            come(position, MIN(oldest, position));
            known[position] = MAX(known[position], RECEIVED);
            uint64_t done = 0;
            while (done < N_CHANGES && known[done] != RECEIVED)
                done++;
            done += dice_below(&seed, 3);
            done = MIN(N_CHANGES - 1, done);
            if (known[done] == RECEIVED) {
                is_applied(done);
                known[done] = APPLIED;
            }
            SimTime complete = 0;
            while (complete < N_CHANGES && known[complete] == APPLIED)
                complete++;
            n_checked += complete > 0;
            EXPECT(stage.progress.complete == complete, "round %u, step %u: %d, not %d", round, i,
                   (int)stage.progress.complete, (int)complete);
        }
        EXPECT(n_checked > N_CHANGES, "only %u said anything", n_checked);
        closed();
    }
}

void suite_progress(void);
void suite_progress(void)
{
    CU_pSuite s = CU_add_suite("progress", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_gap_holds_up_what_follows);
    TEST(who_starts_over_finds_its_place);
    TEST(it_is_what_a_look_at_all_says);
}
