/* Ledger: the fate of acknowledged writes, by histories made by hand and at random. */
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/ledger_stage.h"

/* ---- by hand ---- */

static void a_write_is_durable_when_every_replica_has_it(void)
{
    opened(ALL_WRITE);
    Version version = write_at(EAST, 1);
    arrives_at(WEST, 1, version);
    arrives_at(WEST, 1, version);
    EXPECT_INT(count_of("writes.durable"), 0);
    EXPECT_INT(versions_records(stage.versions), 1);
    arrives_at(NORTH, 1, version);
    EXPECT_INT(count_of("writes.durable"), 1);
    EXPECT_INT(versions_records(stage.versions), 0);
    ledger_arrive(stage.ledger, NORTH, 1, version); /* a second time, and late: nothing */
    classes_are("1 0 0 0 0 0, 0 0");
    closed();
}

static void what_is_under_way_at_the_end_is_in_flight(void)
{
    opened(ALL_WRITE);
    write_at(EAST, 1);
    arrives_at(WEST, 2, write_at(EAST, 2));
    classes_are("0 0 0 0 0 2, 0 0");
    closed();
}

static void the_warm_up_is_not_counted(void)
{
    opened_early(ALL_WRITE);
    small_run(stage.sim, stage.sim->measured_from - 1);
    Version early = write_at(EAST, 1);
    at(0);
    Version first = write_at(EAST, 2);
    small_run(stage.sim, stage.sim->horizon - 1);
    Version last = write_at(EAST, 3);
    small_run(stage.sim, stage.sim->horizon);
    write_at(EAST, 4);
    for (guint replica = WEST; replica <= NORTH; replica++) {
        arrives_at(replica, 1, early);
        arrives_at(replica, 2, first);
        arrives_at(replica, 3, last);
    }
    classes_are("2 0 0 0 0 0, 0 0");
    closed();
}

/* One that knew of the other continues it; of two that did not know each other the older one is overwritten. */
static void the_older_of_two_that_did_not_know_is_overwritten(void)
{
    static const struct {
        bool knew, order; /* order: in which the two arrive */
        const char *classes;
    } rows[] = {{true, false, "1 1 0 0 0 0, 0 0"},
                {true, true, "1 1 0 0 0 0, 0 0"},
                {false, false, "1 0 1 0 0 0, 0 0"},
                {false, true, "1 0 1 0 0 0, 0 0"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened(ALL_WRITE);
        at(1);
        Version older = write_at(EAST, 1);
        at(2);
        if (rows[i].knew)
            arrives_at(WEST, 1, older);
        Version newer = write_at(WEST, 1);
        for (guint pass = 0; pass < 2; pass++) {
            bool first = pass == rows[i].order;
            arrives_at(first ? WEST : EAST, 1, first ? older : newer);
            arrives_at(NORTH, 1, first ? older : newer);
        }
        EXPECT_INT(versions_records(stage.versions), 0);
        classes_are(rows[i].classes);
        closed();
    }
}

static void of_three_at_once_one_stays(void)
{
    opened(ALL_WRITE);
    Version version[3];
    for (guint i = 0; i < 3; i++) {
        at(i + 1);
        version[i] = write_at(i, 1);
    }
    for (guint i = 0; i < 3; i++)
        for (guint j = 0; j < 3; j++)
            if (i != j)
                arrives_at(j, 1, version[i]);
    classes_are("1 0 2 0 0 0, 0 0");
    closed();
}

static void a_write_of_the_same_instant_is_decided_by_its_region(void)
{
    for (guint first = 0; first < 2; first++) {
        opened(ALL_WRITE);
        at(1);
        Version one = write_at(first ? WEST : EAST, 1), other = write_at(first ? EAST : WEST, 1);
        SimTime staleness;
        EXPECT(!ledger_stale(stage.ledger, 1, (Version){sim_now(stage.sim), EAST, 0}, &staleness), "the winner is old");
        EXPECT(ledger_stale(stage.ledger, 1, (Version){sim_now(stage.sim), WEST, 0}, &staleness), "the loser is new");
        arrives_at(NORTH, 1, one);
        arrives_at(NORTH, 1, other);
        arrives_at(first ? EAST : WEST, 1, one);
        arrives_at(first ? WEST : EAST, 1, other);
        EXPECT_INT(versions_records(stage.versions), 0);
        classes_are("1 0 1 0 0 0, 0 0");
        closed();
    }
}

static void two_writes_of_one_instant_at_one_replica_settle_both(void)
{
    opened(ALL_WRITE);
    at(1);
    Version one = write_at(EAST, 1), other = write_at(EAST, 1);
    EXPECT(one.at == other.at && one.region == other.region, "the same version");
    for (guint replica = WEST; replica <= NORTH; replica++)
        for (guint n = 0; n < 2; n++)
            arrives_at(replica, 1, one);
    EXPECT_INT(versions_records(stage.versions), 0);
    classes_are("1 1 0 0 0 0, 0 0");
    closed();
}

static void what_waits_in_a_dark_region_is_stranded_until_it_is_back(void)
{
    for (int back = 0; back < 2; back++) {
        opened(ALL_WRITE);
        at(1);
        Version version = write_at(EAST, 1), other = write_at(WEST, 2);
        arrives_at(WEST, 1, version);
        at(2);
        outage(EAST, true);
        at(3);
        arrives_at(NORTH, 2, other); /* its own region is well: it is only late at the one that is gone */
        if (back) {
            outage(EAST, false);
            arrives_at(NORTH, 1, version);
            arrives_at(EAST, 2, other);
        }
        classes_are(back ? "2 0 0 0 0 0, 1 0" : "0 0 0 0 1 1, 1 0");
        closed();
    }
}

/* ---- staleness ---- */

static void a_read_is_as_stale_as_the_oldest_write_it_misses(void)
{
    opened(ALL_WRITE);
    SimTime staleness = -1;
    at(1);
    Version one = write_at(EAST, 1);
    at(2);
    Version two = write_at(EAST, 1);
    at(5);
    const struct {
        uint32_t item;
        Version found;
        SimTime staleness; /* s; 0: not stale */
    } rows[] = {{1, {0, 0, 0}, 4}, {1, one, 3}, {1, two, 0}, {2, {0, 0, 0}, 0}, {1, {two.at + 1, 2, 0}, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool stale = ledger_stale(stage.ledger, rows[i].item, rows[i].found, &staleness);
        EXPECT(stale == (rows[i].staleness > 0), "row %zu", i);
        EXPECT_INT(staleness, rows[i].staleness * SECOND);
    }
    arrives_at(WEST, 1, one);
    arrives_at(NORTH, 1, one); /* settled: everybody has it */
    EXPECT(ledger_stale(stage.ledger, 1, one, &staleness), "two is missing");
    EXPECT_INT(staleness, 3 * SECOND);
    closed();
}

static void lag_is_measured_write_by_write(void)
{
    opened(ALL_WRITE);
    at(1);
    Version version = write_at(EAST, 1);
    at(1.5);
    arrives_at(WEST, 1, version);
    at(3);
    arrives_at(WEST, 1, version); /* again: not measured again */
    arrives_at(NORTH, 1, version);
    static const struct {
        const char *to;
        double lag_s;
    } rows[] = {{"west", 0.5}, {"north", 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Cell *lag = sheet_cell(stage.sim->sheet, CELL_DISTRIBUTION, "replication.lag", "database", "carts",
                                     "from", "east", "to", rows[i].to, NULL);
        EXPECT_INT(lag->histogram.count, 1);
        EXPECT_NEAR(histogram_mean(&lag->histogram) * 1e-9, rows[i].lag_s, 1e-9);
    }
    closed();
}

/* ---- another writer ---- */

static const Cell *rpo(void)
{
    return sheet_cell(stage.sim->sheet, CELL_SAMPLES, "rpo.time", "database", "carts", "fault", "lost", NULL);
}

static void what_the_promoted_has_not_received_is_lost(void)
{
    opened(EAST);
    at(1);
    Version both = write_at(EAST, 1), west = write_at(EAST, 2);
    arrives_at(WEST, 1, both);
    arrives_at(NORTH, 1, both);
    arrives_at(WEST, 2, west); /* the promoted has it, north has not */
    at(2);
    Version north = write_at(EAST, 3);
    arrives_at(NORTH, 3, north); /* north has it, the promoted has not */
    at(4);
    write_at(EAST, 4); /* nobody has it */
    at(5);
    outage(EAST, true);
    at(60);
    ledger_promote(stage.ledger, WEST, EAST);
    EXPECT_INT(count_of("writes.lost"), 2);
    EXPECT_INT(rpo()->samples->len, 1);
    EXPECT_NEAR(g_array_index(rpo()->samples, double, 0), 3, 1e-9); /* the oldest of them: 2 s, the fault: 5 s */
    EXPECT_INT(count_of("writes.durable"), 1);
    ledger_rejoin(stage.ledger, NORTH); /* starts over from a copy of the promoted */
    EXPECT_INT(count_of("writes.durable"), 2);
    EXPECT_INT(versions_get(stage.versions, NORTH, 3).at, 0);
    Version after = write_at(WEST, 5);
    arrives_at(NORTH, 5, after);
    EXPECT_INT(count_of("writes.durable"), 3);
    classes_are("3 0 0 2 0 0, 1 0");
    closed();
}

/* ... even if it has applied nothing yet; the same where it hands over with consent. */
static void what_the_promoted_has_received_survives(void)
{
    for (int agreed = 0; agreed < 2; agreed++) {
        opened(EAST);
        at(1);
        Version version = write_at(EAST, 1);
        EXPECT(ledger_receive(stage.ledger, WEST, 1, version), "for the first time");
        EXPECT(!ledger_receive(stage.ledger, WEST, 1, version), "once more");
        if (agreed)
            ledger_hand_over(stage.ledger, WEST, EAST);
        else
            ledger_promote(stage.ledger, WEST, EAST);
        arrives_at(WEST, 1, version);
        arrives_at(NORTH, 1, version);
        classes_are("1 0 0 0 0 0, 0 0");
        closed();
    }
}

/* Its own region is gone, and the promoted has it and will tell north; then the promoted is gone too. */
static void what_the_promoted_has_is_not_stranded_with_its_own_region(void)
{
    for (int gone = 0; gone < 2; gone++) {
        opened(EAST);
        at(1);
        Version version = write_at(EAST, 1);
        arrives_at(WEST, 1, version);
        at(5);
        outage(EAST, true);
        ledger_promote(stage.ledger, WEST, EAST);
        if (gone)
            outage(WEST, true);
        classes_are(gone ? "0 0 0 0 1 0, 1 0" : "0 0 0 0 0 1, 1 0");
        closed();
    }
}

static void nothing_lost_is_an_rpo_of_nothing(void)
{
    opened(EAST);
    at(5);
    outage(EAST, true);
    ledger_promote(stage.ledger, WEST, EAST);
    EXPECT_INT(rpo()->samples->len, 1);
    EXPECT_NEAR(g_array_index(rpo()->samples, double, 0), 0, 0);
    classes_are("0 0 0 0 0 0, 0 0");
    closed();
}

static void a_writer_that_does_not_know_loses_what_it_accepts(void)
{
    opened(EAST);
    ledger_promote(stage.ledger, WEST, EAST);
    at(1);
    write_at(EAST, 1);
    Version version = write_at(WEST, 1);
    arrives_at(NORTH, 1, version);
    classes_are("1 0 0 1 0 0, 0 1");
    closed();
}

/* The old writer is no member any more; what it serves is stale all the same. */
static void a_former_writer_reads_stale_until_it_is_told(void)
{
    opened(EAST);
    ledger_promote(stage.ledger, WEST, EAST);
    at(1);
    Version version = write_at(WEST, 1);
    arrives_at(NORTH, 1, version);
    EXPECT_INT(count_of("writes.durable"), 1); /* every member has it */
    at(3);
    SimTime staleness;
    EXPECT(ledger_stale(stage.ledger, 1, versions_get(stage.versions, EAST, 1), &staleness), "east sees the old one");
    EXPECT_INT(staleness, 2 * SECOND);
    EXPECT(!ledger_stale(stage.ledger, 1, versions_get(stage.versions, NORTH, 1), &staleness), "north is old");
    ledger_rejoin(stage.ledger, EAST);
    EXPECT(!ledger_stale(stage.ledger, 1, versions_get(stage.versions, EAST, 1), &staleness), "east is old");
    EXPECT_INT(versions_records(stage.versions), 0);
    version = write_at(WEST, 2); /* from now on it is waited for again */
    arrives_at(NORTH, 2, version);
    EXPECT_INT(count_of("writes.durable"), 1);
    arrives_at(EAST, 2, version);
    classes_are("2 0 0 0 0 0, 0 0");
    closed();
}

/* ---- at random: every class recounted from the full history ---- */

enum { MOST_WRITES = 60, N_ITEMS = 5, MOST_SHIPS = 3 * MOST_WRITES };

typedef struct {
    Version version;
    SimTime made_at;
    uint32_t item;
    bool has[3], superseded, overwritten, lost, settled;
    guint by; /* number of the write that won, from 1 */
} Written;

/* A change on its way to one replica. */
typedef struct {
    guint write, to;
} Ship;

typedef struct {
    Written write[MOST_WRITES];
    Ship ship[MOST_SHIPS];
    guint n_writes, n_ships, n_steps;
    int writer; /* or ALL_WRITE */
    bool is_member[3];
    guint n_conflicts;
    uint64_t seed;
} History;

/* Every member has it: what it was by now it stays. */
static void settle(History *history)
{
    for (guint i = 0; i < history->n_writes; i++) {
        Written *written = &history->write[i];
        bool everywhere = true;
        for (guint replica = 0; replica < 3; replica++)
            everywhere &= written->has[replica] || !history->is_member[replica];
        written->settled |= everywhere && !written->lost;
    }
}

/* The new write, which is number `made`, and another of its item. */
static void decide(History *history, Written *made, guint number, guint other_number, bool knew)
{
    Written *other = &history->write[other_number - 1];
    history->n_conflicts += !knew;
    if (version_newer(other->version, made->version)) {
        if (!made->overwritten || version_newer(other->version, history->write[made->by - 1].version))
            made->by = other_number;
        made->overwritten = true;
    } else if (knew && !other->settled && !other->superseded && !other->overwritten) {
        other->superseded = true;
        other->by = number;
    } else if (!knew && !other->overwritten) {
        other->overwritten = true;
        other->by = number;
    }
}

static void write_somewhere(History *history, guint replica)
{
    Written *made = &history->write[history->n_writes];
    *made = (Written){.item = (uint32_t)dice_below(&history->seed, N_ITEMS), .made_at = sim_now(stage.sim)};
    made->has[replica] = true;
    made->lost = history->writer != ALL_WRITE && replica != (guint)history->writer;
    made->version = write_at(replica, made->item);
    for (guint i = 0; i < history->n_writes && !made->lost; i++) {
        const Written *other = &history->write[i];
        if (other->item == made->item && !other->lost)
            decide(history, made, history->n_writes + 1, i + 1, other->has[replica]);
    }
    for (guint to = 0; to < 3 && !made->lost; to++)
        if (to != replica)
            history->ship[history->n_ships++] = (Ship){history->n_writes, to};
    history->n_writes++;
    settle(history);
}

/* As a store takes a change: once or twice, and what is lost is refused. */
static void deliver(History *history, guint nth, bool again)
{
    Ship ship = history->ship[nth];
    Written *written = &history->write[ship.write];
    if (!again)
        history->ship[nth] = history->ship[--history->n_ships];
    if (written->lost)
        return;
    written->has[ship.to] = true;
    arrives_at(ship.to, written->item, written->version);
    settle(history);
}

/* What a read at the replica misses: the oldest write that is newer than all it has. -1: nothing; -2: it holds a lost
 * one. */
static SimTime missing_since(const History *history, guint replica, uint32_t item)
{
    Version best = {0, 0, 0};
    SimTime since = -1;
    for (guint i = 0; i < history->n_writes; i++) {
        const Written *written = &history->write[i];
        if (written->item == item && written->lost && written->has[replica])
            return -2;
        if (written->item == item && written->has[replica] && version_newer(written->version, best))
            best = written->version;
    }
    for (guint i = 0; i < history->n_writes; i++) {
        const Written *written = &history->write[i];
        if (written->item == item && !written->lost && !written->has[replica] &&
            version_newer(written->version, best) && (since < 0 || written->made_at < since))
            since = written->made_at;
    }
    return since;
}

static void reads_are_as_stale_as_they_should(const History *history, uint64_t seed)
{
    for (guint replica = 0; replica < 3; replica++)
        for (uint32_t item = 0; item < N_ITEMS; item++) {
            SimTime since = missing_since(history, replica, item), staleness = 0;
            if (since == -2)
                continue;
            bool stale = ledger_stale(stage.ledger, item, versions_get(stage.versions, replica, item), &staleness);
            EXPECT(stale == (since >= 0) && (!stale || staleness == sim_now(stage.sim) - since),
                   "seed %" PRIu64 ", step %u, replica %u, item %u: staleness %" PRId64, seed, history->n_steps,
                   replica, item, staleness);
        }
}

static void random_step(History *history)
{
    at(++history->n_steps);
    if (history->n_ships > 0 && dice_below(&history->seed, 3) > 0)
        deliver(history, (guint)dice_below(&history->seed, history->n_ships), dice_below(&history->seed, 8) == 0);
    else if (history->n_writes < MOST_WRITES)
        write_somewhere(history,
                        history->writer == ALL_WRITE ? (guint)dice_below(&history->seed, 3) : (guint)history->writer);
}

static void deliver_all(History *history)
{
    while (history->n_ships > 0)
        deliver(history, (guint)dice_below(&history->seed, history->n_ships), false);
}

static WriteFate fate_of(const Written *written)
{
    return written->lost          ? FATE_LOST
           : written->overwritten ? FATE_OVERWRITTEN
           : written->superseded  ? FATE_SUPERSEDED
                                  : FATE_DURABLE;
}

static void classes_are_those_of(const History *history, uint64_t seed)
{
    static const char *const metrics_of[] = {"writes.durable", "writes.superseded", "writes.overwritten",
                                             "writes.lost"};
    guint n[N_FATES] = {0};
    ledger_finish(stage.ledger);
    for (guint i = 0; i < history->n_writes; i++) {
        const ToldWrite *told = &stage.told[i + 1];
        const Written *written = &history->write[i];
        WriteFate fate = fate_of(written);
        n[fate]++;
        EXPECT(told->fate == fate && (fate == FATE_LOST || told->by == written->by),
               "seed %" PRIu64 ": write %u is %s by %u, not %s by %u", seed, i + 1, fate_names[fate], written->by,
               told->fate == N_FATES ? "open" : fate_names[told->fate], (guint)told->by);
    }
    for (guint i = 0; i < G_N_ELEMENTS(metrics_of); i++)
        EXPECT(count_of(metrics_of[i]) == n[i], "seed %" PRIu64 ": %u %s", seed, n[i], metrics_of[i]);
    EXPECT_INT(count_of("writes.in_flight") + count_of("writes.stranded"), 0);
    EXPECT_INT(acknowledged(), history->n_writes);
    if (history->writer == ALL_WRITE)
        EXPECT_INT(count_of("writes.conflicts"), history->n_conflicts);
    EXPECT(versions_records(stage.versions) == 0, "seed %" PRIu64 ": %u records are left", seed,
           versions_records(stage.versions));
}

static void equals_add_up(uint64_t seed, SimTime skew)
{
    History history = {.writer = ALL_WRITE, .is_member = {true, true, true}, .seed = seed};
    opened(ALL_WRITE);
    for (guint i = 0; i < 3 && skew > 0; i++)
        stage.skew[i] = (SimTime)dice_below(&history.seed, (uint64_t)(2 * skew)) - skew;
    if (skew > 0)
        ledger_keep(stage.ledger, HOUR);
    while (history.n_writes < MOST_WRITES) {
        random_step(&history);
        reads_are_as_stale_as_they_should(&history, seed);
    }
    deliver_all(&history);
    classes_are_those_of(&history, seed);
    closed();
}

static void random_histories_of_equals_add_up(void)
{
    for (uint64_t seed = 1; seed <= 200; seed++)
        equals_add_up(seed, 0);
}

/* By less than the steps of the history, and by several of them. */
static void random_histories_with_wrong_clocks_add_up(void)
{
    for (uint64_t seed = 1; seed <= 400; seed++)
        equals_add_up(seed, seed % 2 ? SECOND / 2 : 6 * SECOND);
}

static void promote(History *history, guint writer)
{
    ledger_promote(stage.ledger, writer, (guint)history->writer);
    history->is_member[history->writer] = false;
    history->writer = (int)writer;
    history->n_ships = 0; /* the old writer's log is not heard any more */
    for (guint i = 0; i < history->n_writes; i++)
        history->write[i].lost |= !history->write[i].has[writer];
    for (guint i = 0; i < history->n_writes; i++) {
        Written *written = &history->write[i];
        if (written->settled || written->lost || !written->superseded || !history->write[written->by - 1].lost)
            continue;
        guint heir = i + 1;
        while (heir < history->n_writes && (history->write[heir].lost || history->write[heir].item != written->item))
            heir++;
        written->superseded = heir < history->n_writes;
        written->by = written->superseded ? heir + 1 : 0;
    }
    settle(history);
}

static void rejoin(History *history, guint replica)
{
    ledger_rejoin(stage.ledger, replica);
    history->is_member[replica] = true;
    for (guint i = 0; i < history->n_writes; i++)
        history->write[i].has[replica] = history->write[i].has[history->writer];
    settle(history);
}

/* East writes and is lost; west is promoted; east goes on for a while without knowing; north and east are told. */
static void random_failovers_add_up(void)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        History history = {.writer = EAST, .is_member = {true, true, true}, .seed = seed};
        opened(EAST);
        while (history.n_writes < MOST_WRITES / 3)
            random_step(&history);
        promote(&history, WEST);
        guint told[2] = {MOST_WRITES / 3 + (guint)dice_below(&history.seed, MOST_WRITES / 3),
                         MOST_WRITES / 3 + (guint)dice_below(&history.seed, MOST_WRITES / 3)};
        bool knows[2] = {false, false};
        while (history.n_writes < MOST_WRITES) {
            for (guint i = 0; i < 2; i++)
                if (!knows[i] && history.n_writes >= told[i]) {
                    rejoin(&history, i ? NORTH : EAST);
                    knows[i] = true;
                }
            if (!knows[0] && dice_below(&history.seed, 4) == 0)
                write_somewhere(&history, EAST);
            random_step(&history);
            reads_are_as_stale_as_they_should(&history, seed);
        }
        deliver_all(&history);
        classes_are_those_of(&history, seed);
        closed();
    }
}

void suite_ledger(void);
void suite_ledger(void)
{
    CU_pSuite s = CU_add_suite("ledger", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_write_is_durable_when_every_replica_has_it);
    TEST(what_is_under_way_at_the_end_is_in_flight);
    TEST(the_warm_up_is_not_counted);
    TEST(the_older_of_two_that_did_not_know_is_overwritten);
    TEST(of_three_at_once_one_stays);
    TEST(a_write_of_the_same_instant_is_decided_by_its_region);
    TEST(two_writes_of_one_instant_at_one_replica_settle_both);
    TEST(what_waits_in_a_dark_region_is_stranded_until_it_is_back);
    TEST(a_read_is_as_stale_as_the_oldest_write_it_misses);
    TEST(lag_is_measured_write_by_write);
    TEST(what_the_promoted_has_not_received_is_lost);
    TEST(what_the_promoted_has_received_survives);
    TEST(what_the_promoted_has_is_not_stranded_with_its_own_region);
    TEST(nothing_lost_is_an_rpo_of_nothing);
    TEST(a_writer_that_does_not_know_loses_what_it_accepts);
    TEST(a_former_writer_reads_stale_until_it_is_told);
    TEST(random_histories_of_equals_add_up);
    TEST(random_histories_with_wrong_clocks_add_up);
    TEST(random_failovers_add_up);
}
