/* Promises to readers: read your writes and monotonic reads, by histories made by hand, and at random beside a memory
 * that forgets nothing. */
#include "model/promises.h"
#include "model/ledger.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/small_world.h"

static struct {
    Arena *arena;
    Sim *sim;
    const Thing *database;
    Versions *versions;
    Ledger *ledger;
    Promises *promises;
} stage;

static void opened(void)
{
    static const int regions[] = {EAST, WEST, NORTH};
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    stage.database = small_thing(world, "carts", NULL);
    stage.sim = sim_new(world, 1, 1);
    network_seal(stage.sim->network);
    stage.versions = versions_new(3);
    stage.ledger = ledger_new(stage.sim, stage.database, 3, regions, ALL_WRITE, stage.versions);
    stage.promises = promises_new(stage.sim, stage.database, stage.ledger);
    small_run(stage.sim, SECOND);
}

static void closed(void)
{
    promises_free(stage.promises);
    ledger_free(stage.ledger);
    versions_free(stage.versions);
    sim_free(stage.sim);
    arena_free(stage.arena);
}

static void later(void)
{
    small_run(stage.sim, sim_now(stage.sim) + MILLISECOND);
}

static AccessSeen access_by(uint32_t user, guint replica, uint32_t item)
{
    return (AccessSeen){
        .database = stage.database, .region = (int)replica, .user = user, .item = item, .asked_at = sim_now(stage.sim)};
}

static Version writes(uint32_t user, guint replica, uint32_t item)
{
    AccessSeen write = access_by(user, replica, item);
    write.version = (Version){.at = sim_now(stage.sim), .region = (int32_t)replica};
    versions_take(stage.versions, replica, item, write.version);
    ledger_write(stage.ledger, replica, item, write.version);
    promises_write(stage.promises, &write);
    later();
    return write.version;
}

static void arrives(guint replica, uint32_t item, Version version)
{
    if (!ledger_open(stage.ledger, item))
        return;
    versions_take(stage.versions, replica, item, version);
    ledger_arrive(stage.ledger, replica, item, version);
    later();
}

enum { KEPT = 0, OWN = 1 << PROMISE_READ_YOUR_WRITES, SEEN = 1 << PROMISE_MONOTONIC_READS };

static int breaks(const AccessSeen *read)
{
    unsigned broken = promises_read(stage.promises, read);
    later();
    return (int)broken;
}

static int reads(uint32_t user, guint replica, uint32_t item)
{
    AccessSeen read = access_by(user, replica, item);
    read.version = versions_get(stage.versions, replica, item);
    read.stale = ledger_stale(stage.ledger, item, read.version, &read.staleness);
    return breaks(&read);
}

static void a_user_does_not_find_his_own_write_elsewhere(void)
{
    opened();
    Version version = writes(1, EAST, 7);
    EXPECT_INT(reads(1, EAST, 7), KEPT);
    EXPECT_INT(reads(2, WEST, 7), KEPT); /* not his */
    EXPECT_INT(reads(1, WEST, 8), KEPT); /* another item */
    EXPECT_INT(reads(1, WEST, 7), OWN | SEEN);
    arrives(WEST, 7, version);
    EXPECT_INT(reads(1, WEST, 7), KEPT);
    EXPECT_INT(reads(1, NORTH, 7), OWN | SEEN);
    closed();
}

static void what_was_found_is_to_be_found_again(void)
{
    opened();
    Version version = writes(1, EAST, 7);
    EXPECT_INT(reads(2, EAST, 7), KEPT);
    EXPECT_INT(reads(2, WEST, 7), SEEN);
    EXPECT_INT(reads(3, WEST, 7), KEPT); /* he had not found it yet */
    arrives(WEST, 7, version);
    EXPECT_INT(reads(2, WEST, 7), KEPT);
    closed();
}

/* West wrote later and knew nothing of it: the writer in the east finds that, and not his own, and that is newer. */
static void a_write_undone_by_a_newer_one_breaks_nothing(void)
{
    opened();
    Version east = writes(1, EAST, 7), west = writes(2, WEST, 7);
    arrives(EAST, 7, west);
    EXPECT_INT(reads(1, EAST, 7), KEPT);
    EXPECT_INT(reads(1, WEST, 7), KEPT);
    EXPECT_INT(reads(1, NORTH, 7), OWN | SEEN);
    arrives(WEST, 7, east);
    EXPECT_INT(reads(2, NORTH, 7), OWN);
    closed();
}

static void what_is_settled_is_forgotten(void)
{
    opened();
    Version version = writes(1, EAST, 7);
    arrives(WEST, 7, version);
    arrives(NORTH, 7, version);
    Version other = writes(2, EAST, 7); /* the item is unsettled again, and all have what he wrote */
    EXPECT_INT(reads(1, WEST, 7), KEPT);
    AccessSeen late = access_by(1, EAST, 7);
    late.version = version; /* the answer about his write comes only now */
    promises_write(stage.promises, &late);
    EXPECT_INT(reads(1, WEST, 7), KEPT);
    EXPECT_INT(reads(1, EAST, 7), KEPT);
    EXPECT_INT(reads(1, WEST, 7), SEEN);
    arrives(WEST, 7, other);
    arrives(NORTH, 7, other);
    EXPECT_INT(reads(1, WEST, 7), KEPT);
    closed();
}

/* Many users write, each an item of his own, and all of it settles: what is kept does not grow. */
static void memory_follows_what_is_unsettled(void)
{
    opened();
    for (uint32_t i = 0; i < 5000; i++) {
        Version version = writes(i % 700, EAST, i);
        arrives(WEST, i, version);
        arrives(NORTH, i, version);
    }
    EXPECT(promises_records(stage.promises) <= 256, "%u records", promises_records(stage.promises));
    for (uint32_t i = 0; i < 1000; i++) /* and now nobody else has them */
        writes(i, EAST, 10000 + i);
    EXPECT(promises_records(stage.promises) >= 1000, "%u records", promises_records(stage.promises));
    EXPECT_INT(reads(999, WEST, 10999), OWN); /* he had only written it */
    EXPECT_INT(reads(0, WEST, 10000), OWN);
    closed();
}

/* His two requests were under way at once. */
static void nothing_is_expected_of_a_read_that_was_asked_before(void)
{
    opened();
    AccessSeen early = access_by(1, WEST, 7);
    later();
    writes(1, EAST, 7);
    early.stale = ledger_stale(stage.ledger, 7, early.version, &early.staleness);
    EXPECT(early.stale, "by the time of its answer it misses one");
    EXPECT_INT(breaks(&early), KEPT);
    EXPECT_INT(reads(1, WEST, 7), OWN);
    closed();
}

/* ---- at random ---- */

enum { ITEMS = 3, USERS = 40, STEPS = 20000, MOST_LIVING = 2000 };
typedef struct {
    Version version;
    uint32_t user, item;
    Promise promise;
} Fact;

static struct {
    Fact fact[STEPS];
    guint n;
} all;

static int expected(uint32_t user, uint32_t item, Version found)
{
    int broken = 0;
    for (guint i = 0; i < all.n; i++) {
        const Fact *fact = &all.fact[i];
        if (fact->user == user && fact->item == item && version_newer(fact->version, found) &&
            ledger_lives(stage.ledger, item, fact->version))
            broken |= fact->promise == PROMISE_READ_YOUR_WRITES ? OWN : SEEN;
    }
    return broken;
}

/* What has settled can break nothing any more: the memory of the test forgets that, or the test would take hours. */
static void forget_settled(void)
{
    guint n = 0;
    for (guint i = 0; i < all.n; i++)
        if (ledger_lives(stage.ledger, all.fact[i].item, all.fact[i].version))
            all.fact[n++] = all.fact[i];
    all.n = n;
}

static void remember(uint32_t user, uint32_t item, Promise promise, Version version)
{
    if (all.n == MOST_LIVING)
        forget_settled();
    all.fact[all.n++] = (Fact){version, user, item, promise};
}

typedef struct {
    Version version;
    uint32_t item, to;
} Change;

static void judges_as_a_memory_that_forgets_nothing(void)
{
    static Change change[STEPS];
    guint n_changes = 0, n_broken[2] = {0, 0};
    uint64_t dice = 11;
    opened();
    all.n = 0;
    for (guint step = 0; step < STEPS; step++) {
        uint32_t item = (uint32_t)dice_below(&dice, ITEMS), user = (uint32_t)dice_below(&dice, USERS);
        guint replica = (guint)dice_below(&dice, 3), what = (guint)dice_below(&dice, 10);
        if (what < 2) {
            Version version = writes(user, replica, item);
            remember(user, item, PROMISE_READ_YOUR_WRITES, version);
            for (guint to = 0; to < 3; to++)
                if (to != replica)
                    change[n_changes++] = (Change){version, item, to};
        } else if (what < 6 && n_changes > 0) {
            guint i = (guint)dice_below(&dice, n_changes);
            arrives(change[i].to, change[i].item, change[i].version);
            change[i] = change[--n_changes];
        } else if (what >= 6) {
            Version found = versions_get(stage.versions, replica, item);
            int broken = expected(user, item, found), told = reads(user, replica, item);
            EXPECT(told == broken, "step %u: %d, and not %d", step, told, broken);
            n_broken[0] += (broken & OWN) != 0;
            n_broken[1] += (broken & SEEN) != 0;
            if (found.at > 0)
                remember(user, item, PROMISE_MONOTONIC_READS, found);
        }
    }
    EXPECT(n_broken[0] > 100 && n_broken[1] > 100, "%u and %u broken", n_broken[0], n_broken[1]);
    closed();
}

#define TEST(name) CU_add_test(suite, #name, name)

void suite_promises(void);
void suite_promises(void)
{
    CU_pSuite suite = CU_add_suite("promises", NULL, NULL);
    TEST(a_user_does_not_find_his_own_write_elsewhere);
    TEST(what_was_found_is_to_be_found_again);
    TEST(a_write_undone_by_a_newer_one_breaks_nothing);
    TEST(what_is_settled_is_forgotten);
    TEST(memory_follows_what_is_unsettled);
    TEST(nothing_is_expected_of_a_read_that_was_asked_before);
    TEST(judges_as_a_memory_that_forgets_nothing);
}
