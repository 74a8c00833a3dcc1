/* Fates: what becomes of a write, and because of which other one, by histories made by hand. */
#include "tests/expect.h"
#include "tests/ledger_stage.h"

static void everywhere(uint32_t item, Version version)
{
    for (guint replica = EAST; replica <= NORTH; replica++)
        arrives_at(replica, item, version);
}

static void ends(guint64 number, WriteFate fate, guint64 by)
{
    const ToldWrite *told = &stage.told[number];
    EXPECT(told->fate == fate && told->by == by, "write %" PRIu64 ": %s, by %" PRIu64, number,
           told->fate == N_FATES ? "not ended" : fate_names[told->fate], told->by);
}

/* ---- in order ---- */

static void of_three_in_a_row_each_is_superseded_by_the_next(void)
{
    opened(ALL_WRITE);
    Version version[3];
    for (guint i = 0; i < 3; i++) {
        at(i + 1);
        version[i] = write_at(EAST, 1);
    }
    for (guint i = 0; i < 3; i++)
        everywhere(1, version[i]);
    ends(1, FATE_SUPERSEDED, 2);
    ends(2, FATE_SUPERSEDED, 3);
    ends(3, FATE_DURABLE, 0);
    classes_are("1 2 0 0 0 0, 0 0");
    closed();
}

/* One that comes when all have the other has nothing to supersede; it matters who had it, not who made it. */
static void who_comes_after_it_is_everywhere_supersedes_nothing(void)
{
    for (guint late = 0; late < 2; late++) {
        opened(ALL_WRITE);
        at(1);
        Version one = write_at(EAST, 1);
        arrives_at(WEST, 1, one);
        if (late)
            arrives_at(NORTH, 1, one);
        at(2);
        Version two = write_at(WEST, 1);
        everywhere(1, one);
        everywhere(1, two);
        ends(1, late ? FATE_DURABLE : FATE_SUPERSEDED, late ? 0 : 2);
        classes_are(late ? "2 0 0 0 0 0, 0 0" : "1 1 0 0 0 0, 0 0");
        EXPECT_INT(count_of("writes.conflicts"), 0);
        closed();
    }
}

static void a_write_of_the_warm_up_and_one_of_the_end_have_no_number(void)
{
    opened_early(ALL_WRITE);
    small_run(stage.sim, stage.sim->measured_from - 1);
    Version early = write_at(EAST, 1);
    at(0);
    Version first = write_at(EAST, 1);
    small_run(stage.sim, stage.sim->horizon);
    Version late = write_at(EAST, 1);
    everywhere(1, early);
    everywhere(1, first);
    everywhere(1, late);
    ends(1, FATE_SUPERSEDED, 0);
    classes_are("0 1 0 0 0 0, 0 0");
    closed();
}

/* ---- conflicts ---- */

static void a_conflict_outweighs_that_it_was_superseded(void)
{
    opened(ALL_WRITE);
    at(1);
    Version one = write_at(EAST, 1);
    at(2);
    Version two = write_at(EAST, 1); /* knew one */
    EXPECT(stage.told[1].superseded && stage.told[1].by == 2, "superseded first");
    at(3);
    Version three = write_at(WEST, 1); /* knew neither */
    at(4);
    Version four = write_at(NORTH, 1); /* knew none of them */
    arrives_at(EAST, 1, four);
    at(5);
    Version five = write_at(EAST, 1); /* knew all but three */
    EXPECT_INT(count_of("writes.conflicts"), 2 + 3 + 1);
    const Version all[] = {one, two, three, four, five};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        everywhere(1, all[i]);
    ends(1, FATE_OVERWRITTEN, 3); /* the first that won */
    ends(2, FATE_OVERWRITTEN, 3);
    ends(3, FATE_OVERWRITTEN, 4);
    ends(4, FATE_SUPERSEDED, 5);
    ends(5, FATE_DURABLE, 0);
    classes_are("1 1 3 0 0 0, 0 0");
    closed();
}

/* Every pair counts, also with those that have lost already. */
static void pairs_that_did_not_know_each_other_are_counted(void)
{
    opened(ALL_WRITE);
    Version version[4];
    for (guint i = 0; i < 4; i++) {
        at(i + 1);
        version[i] = write_at(i < 2 ? EAST : WEST, 1);
    }
    EXPECT_INT(count_of("writes.conflicts"), 4);
    arrives_at(NORTH, 1, version[3]);
    write_at(NORTH, 1);
    EXPECT_INT(count_of("writes.conflicts"), 4 + 3);
    write_at(EAST, 2);
    EXPECT_INT(count_of("writes.conflicts"), 7);
    closed();
}

/* ---- clocks that are wrong ---- */

static void of_two_that_did_not_know_the_older_one_wins_if_its_clock_is_ahead(void)
{
    for (guint ahead = 0; ahead < 2; ahead++) {
        opened(ALL_WRITE);
        stage.skew[EAST] = (ahead ? 1500 : 500) * MILLISECOND;
        at(1);
        Version older = write_at(EAST, 1);
        at(2);
        Version newer = write_at(WEST, 1);
        everywhere(1, older);
        everywhere(1, newer);
        ends(ahead ? 2 : 1, FATE_OVERWRITTEN, ahead ? 1 : 2);
        EXPECT_INT(versions_records(stage.versions), 0);
        classes_are("1 0 1 0 0 0, 0 0");
        closed();
    }
}

static void a_write_with_an_older_stamp_than_one_that_it_knew_loses_to_it(void)
{
    opened(ALL_WRITE);
    stage.skew[EAST] = 5 * SECOND;
    at(1);
    Version one = write_at(EAST, 1);
    arrives_at(WEST, 1, one);
    at(2);
    Version two = write_at(WEST, 1);
    EXPECT(version_newer(versions_get(stage.versions, WEST, 1), two), "west sees the other one still");
    at(3);
    Version three = write_at(EAST, 1); /* does not know two, which is older by its stamp, and has lost already */
    everywhere(1, one);
    everywhere(1, two);
    everywhere(1, three);
    ends(1, FATE_SUPERSEDED, 3);
    ends(2, FATE_OVERWRITTEN, 1);
    ends(3, FATE_DURABLE, 0);
    EXPECT_INT(count_of("writes.conflicts"), 1);
    classes_are("1 1 1 0 0 0, 0 0");
    closed();
}

/* Everybody has it; still its stamp is newer than what the clock of west says. */
static void what_is_settled_still_wins_against_a_clock_that_is_behind(void)
{
    static const struct {
        double again_s;
        guint keeps_s;
        const char *classes;
    } rows[] = {{4, 10, "1 0 1 0 0 0, 0 0"}, {7, 10, "2 0 0 0 0 0, 0 0"}, {20, 10, "2 0 0 0 0 0, 0 0"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened(ALL_WRITE);
        ledger_keep(stage.ledger, rows[i].keeps_s * SECOND);
        stage.skew[EAST] = 5 * SECOND;
        at(1);
        Version one = write_at(EAST, 1);
        everywhere(1, one);
        EXPECT_INT(count_of("writes.durable"), 1);
        EXPECT(ledger_open(stage.ledger, 1), "it is not forgotten yet");
        at(rows[i].again_s);
        Version two = write_at(WEST, 1);
        everywhere(1, two);
        ends(1, FATE_DURABLE, 0);
        classes_are(rows[i].classes);
        EXPECT_INT(versions_records(stage.versions), 0);
        closed();
    }
}

static void lag_and_age_are_by_the_true_instants(void)
{
    opened(ALL_WRITE);
    stage.skew[EAST] = 5 * SECOND;
    at(1);
    Version one = write_at(EAST, 1);
    at(1.5);
    SimTime staleness;
    EXPECT(ledger_stale(stage.ledger, 1, (Version){0, 0, 0}, &staleness), "it is acknowledged");
    EXPECT_INT(staleness, SECOND / 2);
    arrives_at(WEST, 1, one);
    const Cell *lag = sheet_cell(stage.sim->sheet, CELL_DISTRIBUTION, "replication.lag", "database", "carts", "from",
                                 "east", "to", "west", NULL);
    EXPECT_NEAR(histogram_mean(&lag->histogram) * 1e-9, 0.5, 1e-9);
    closed();
}

/* ---- another writer ---- */

static void who_was_superseded_by_a_lost_write_stays(void)
{
    opened(EAST);
    at(1);
    Version one = write_at(EAST, 1);
    arrives_at(WEST, 1, one);
    at(2);
    write_at(EAST, 1);
    write_at(EAST, 2);
    EXPECT(stage.told[1].superseded && stage.told[1].by == 2, "superseded");
    at(3);
    ledger_promote(stage.ledger, WEST, EAST);
    arrives_at(NORTH, 1, one);
    ends(1, FATE_DURABLE, 0);
    for (guint64 number = 2; number <= 3; number++) {
        ends(number, FATE_LOST, 0);
        EXPECT_INT(stage.told[number].where, WEST);
    }
    classes_are("1 0 0 2 0 0, 0 0");
    closed();
}

static void the_new_writer_supersedes_what_it_had_received(void)
{
    opened(EAST);
    at(1);
    Version one = write_at(EAST, 1);
    arrives_at(WEST, 1, one);
    at(2);
    Version lost = write_at(EAST, 1); /* superseded one, and is gone */
    ledger_promote(stage.ledger, WEST, EAST);
    at(3);
    Version three = write_at(WEST, 1);
    EXPECT(version_newer(three, lost), "another one");
    ledger_rejoin(stage.ledger, NORTH);
    ends(1, FATE_SUPERSEDED, 3);
    ends(2, FATE_LOST, 0);
    classes_are("1 1 0 1 0 0, 0 0");
    closed();
}

static void a_lost_write_is_lost_whatever_else_it_was(void)
{
    opened(EAST);
    write_at(EAST, 1);
    write_at(EAST, 1);
    EXPECT(stage.told[1].superseded, "superseded");
    ledger_promote(stage.ledger, WEST, EAST);
    at(1);
    write_at(EAST, 1); /* it does not know that it is no writer any more */
    ends(1, FATE_LOST, 2);
    ends(2, FATE_LOST, 0);
    ends(3, FATE_LOST, 0);
    classes_are("0 0 0 3 0 0, 0 1");
    closed();
}

/* ---- several must have it before it is acknowledged ---- */

/* The winner has its number only when it is acknowledged, and the loser is told of it then. */
static void the_number_of_a_winner_may_come_later(void)
{
    opened(ALL_WRITE);
    Version version[2];
    for (guint i = 0; i < 2; i++) {
        at(i + 1);
        version[i] = (Version){sim_now(stage.sim), (int32_t)i, 0};
        ledger_propose(stage.ledger, i, 1, version[i]);
    }
    ledger_acknowledge(stage.ledger, 1, version[0]);
    ledger_acknowledge(stage.ledger, 1, version[1]);
    for (guint replica = EAST; replica <= NORTH; replica++)
        ledger_catch_up(stage.ledger, replica, 1, version[1]);
    ends(1, FATE_OVERWRITTEN, 2);
    ends(2, FATE_DURABLE, 0);
    EXPECT_INT(count_of("writes.conflicts"), 1);
    closed();
}

void suite_fates(void);
void suite_fates(void)
{
    CU_pSuite s = CU_add_suite("fates", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(of_three_in_a_row_each_is_superseded_by_the_next);
    TEST(who_comes_after_it_is_everywhere_supersedes_nothing);
    TEST(a_write_of_the_warm_up_and_one_of_the_end_have_no_number);
    TEST(a_conflict_outweighs_that_it_was_superseded);
    TEST(pairs_that_did_not_know_each_other_are_counted);
    TEST(of_two_that_did_not_know_the_older_one_wins_if_its_clock_is_ahead);
    TEST(a_write_with_an_older_stamp_than_one_that_it_knew_loses_to_it);
    TEST(what_is_settled_still_wins_against_a_clock_that_is_behind);
    TEST(lag_and_age_are_by_the_true_instants);
    TEST(who_was_superseded_by_a_lost_write_stays);
    TEST(the_new_writer_supersedes_what_it_had_received);
    TEST(a_lost_write_is_lost_whatever_else_it_was);
    TEST(the_number_of_a_winner_may_come_later);
}
