#include "model/lateness.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <inttypes.h>
#include <string.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lateness, lateness_clear)

static void late_is_what_is_older_than_the_bound(void)
{
    g_auto(Lateness) lateness;
    lateness_init(&lateness, 10, 0, 1000);
    lateness_note(&lateness, 100, 105);
    EXPECT_INT(lateness_sum(&lateness), 0);
    lateness_note(&lateness, 100, 113); /* late from 110 on */
    EXPECT_INT(lateness_sum(&lateness), 3);
    lateness_note(&lateness, 102, 114); /* ... and this from 112 on */
    EXPECT_INT(lateness_sum(&lateness), 4);
    lateness_note(&lateness, 150, 165);
    EXPECT_INT(lateness_sum(&lateness), 9);
    lateness_note(&lateness, 90, 170); /* one that overtakes nobody: late from 100 on, all the while */
    EXPECT_INT(lateness_sum(&lateness), 70);
}

static void only_what_is_measured_counts(void)
{
    g_auto(Lateness) lateness;
    lateness_init(&lateness, 10, 100, 200);
    lateness_note(&lateness, 50, 90);
    EXPECT_INT(lateness_sum(&lateness), 0);
    lateness_note(&lateness, 50, 105);
    EXPECT_INT(lateness_sum(&lateness), 5);
    lateness_note(&lateness, 180, 300);
    EXPECT_INT(lateness_sum(&lateness), 15);
    lateness_note(&lateness, 220, 400);
    EXPECT_INT(lateness_sum(&lateness), 15);
}

enum { LONG = 4000 };

/* Beside a row of instants that are ticked off one by one; more spans apart than are kept. */
static void any_order_of_acknowledgements(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t state = seed;
        bool late[LONG] = {false};
        SimTime bound = (SimTime)dice_below(&state, 4), now = 0, expected = 0;
        uint64_t oldest = seed % 3 == 0 ? 4 : 1 + dice_below(&state, 40);
        g_auto(Lateness) lateness;
        lateness_init(&lateness, bound, 0, LONG);
        while ((now += (SimTime)dice_below(&state, 5)) < LONG) {
            SimTime acknowledged = now - (SimTime)dice_below(&state, oldest);
            lateness_note(&lateness, acknowledged, now);
            for (SimTime at = MAX(0, acknowledged + bound); at < now; at++)
                late[at] = true;
        }
        for (guint i = 0; i < LONG; i++)
            expected += late[i];
        EXPECT(lateness_sum(&lateness) == expected, "seed %" PRIu64 ": %" PRId64 ", expected %" PRId64, seed,
               lateness_sum(&lateness), expected);
    }
}

static void what_is_long_over_is_added_up(void)
{
    g_auto(Lateness) lateness;
    lateness_init(&lateness, 0, 0, 1000000);
    for (SimTime at = 0; at < 10000; at++)
        lateness_note(&lateness, 10 * at, 10 * at + 3);
    EXPECT_INT(lateness_sum(&lateness), 30000);
    EXPECT(lateness.spans->len <= 1024, "%u spans", lateness.spans->len);
}

/* As many as a set has bits. */
static void a_row_is_noted_by_bits(void)
{
    Arena *arena = arena_new();
    Lateness *row = lateness_row(arena, 64, 10, 0, 1000);
    lateness_row_note(row, UINT64_C(1) << 63 | UINT64_C(5), 100, 115);
    lateness_row_note(row, 0, 100, 120);
    for (guint i = 0; i < 64; i++)
        EXPECT_INT(lateness_sum(&row[i]), i == 0 || i == 2 || i == 63 ? 5 : 0);
    lateness_row_clear(row, 64);
    arena_free(arena);
}

void suite_lateness(void);
void suite_lateness(void)
{
    CU_pSuite suite = CU_add_suite("lateness", NULL, NULL);
    CU_add_test(suite, "late is what is older than the bound; spans that touch are one",
                late_is_what_is_older_than_the_bound);
    CU_add_test(suite, "only what is measured counts", only_what_is_measured_counts);
    CU_add_test(suite, "any order of acknowledgements, beside a row of instants", any_order_of_acknowledgements);
    CU_add_test(suite, "what is long over is added up", what_is_long_over_is_added_up);
    CU_add_test(suite, "a row is noted by the bits of a set", a_row_is_noted_by_bits);
}
