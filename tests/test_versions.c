/* Versions: what replicas hold of items, against a plain table. */
#include "model/versions.h"
#include "tests/dice.h"
#include "tests/expect.h"

enum { N_REPLICAS = 3, N_ITEMS = 20 };

#define EXPECT_VERSION(actual, expected)                                                                               \
    do {                                                                                                               \
        Version version_a = (actual), version_e = (expected);                                                          \
        EXPECT(version_a.at == version_e.at && version_a.region == version_e.region,                                   \
               #actual " is %" PRId64 " of %d, expected %" PRId64 " of %d", version_a.at, version_a.region,            \
               version_e.at, version_e.region);                                                                        \
    } while (0)

static void later_wins_and_of_equal_instants_the_lower_region(void)
{
    static const struct {
        Version a, b;
        bool newer;
    } rows[] = {{{2, 0, 0}, {1, 0, 0}, true},  {{1, 0, 0}, {2, 0, 0}, false}, {{1, 0, 0}, {1, 1, 0}, true},
                {{1, 1, 0}, {1, 0, 0}, false}, {{1, 1, 0}, {1, 1, 0}, false}, {{2, 5, 0}, {1, 0, 0}, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT(version_newer(rows[i].a, rows[i].b) == rows[i].newer, "row %zu", i);
}

static void a_replica_keeps_the_newest_it_was_told(void)
{
    Versions *versions = versions_new(2);
    EXPECT_VERSION(versions_get(versions, 0, 7), ((Version){0, 0, 0}));
    EXPECT(versions_take(versions, 0, 7, (Version){5, 1, 0}), "newer");
    EXPECT(!versions_take(versions, 0, 7, (Version){4, 0, 0}), "older");
    EXPECT(!versions_take(versions, 0, 7, (Version){5, 1, 0}), "the same");
    EXPECT(versions_take(versions, 0, 7, (Version){5, 0, 0}), "as new, of a lower region");
    EXPECT_VERSION(versions_get(versions, 0, 7), ((Version){5, 0, 0}));
    EXPECT_VERSION(versions_get(versions, 1, 7), ((Version){0, 0, 0}));
    EXPECT_INT(versions_records(versions), 1);
    versions_forget(versions, 7);
    versions_forget(versions, 7);
    EXPECT_INT(versions_records(versions), 0);
    EXPECT_VERSION(versions_get(versions, 0, 7), ((Version){0, 0, 0}));
    versions_free(versions);
}

typedef struct {
    bool known[N_ITEMS];
    Version held[N_ITEMS][N_REPLICAS];
} Plain;

static void one_step(Versions *versions, Plain *plain, uint64_t *seed)
{
    guint item = (guint)dice_below(seed, N_ITEMS), replica = (guint)dice_below(seed, N_REPLICAS),
          from = (guint)dice_below(seed, N_REPLICAS);
    Version version = {(SimTime)dice_below(seed, 50) + 1, (int32_t)dice_below(seed, 3), 0};
    switch (dice_below(seed, 10)) {
    case 0:
        versions_forget(versions, item);
        plain->known[item] = false;
        for (guint i = 0; i < N_REPLICAS; i++)
            plain->held[item][i] = (Version){0, 0, 0};
        return;
    case 1:
        versions_copy(versions, replica, from);
        for (guint i = 0; i < N_ITEMS; i++)
            plain->held[i][replica] = plain->held[i][from];
        return;
    default: {
        bool newer = version_newer(version, plain->held[item][replica]);
        EXPECT(versions_take(versions, replica, item, version) == newer, "item %u", item);
        if (newer)
            plain->held[item][replica] = version;
        plain->known[item] = true;
    }
    }
}

static void random_histories_follow_a_plain_table(void)
{
    for (uint64_t first = 1; first <= 50; first++) {
        Versions *versions = versions_new(N_REPLICAS);
        Plain plain = {0};
        uint64_t seed = first;
        for (int step = 0; step < 400; step++) {
            guint n_known = 0;
            one_step(versions, &plain, &seed);
            for (guint item = 0; item < N_ITEMS; item++) {
                n_known += plain.known[item];
                for (guint i = 0; i < N_REPLICAS; i++)
                    EXPECT_VERSION(versions_get(versions, i, item), plain.held[item][i]);
            }
            EXPECT(versions_records(versions) == n_known, "seed %" PRIu64 ", step %d: %u records of %u", first, step,
                   versions_records(versions), n_known);
        }
        versions_free(versions);
    }
}

void suite_versions(void);
void suite_versions(void)
{
    CU_pSuite s = CU_add_suite("versions", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(later_wins_and_of_equal_instants_the_lower_region);
    TEST(a_replica_keeps_the_newest_it_was_told);
    TEST(random_histories_follow_a_plain_table);
}
