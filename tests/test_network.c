/* Network: places, what strikes them, the paths between them and what a round trip takes. */
#include "model/atlas.h"
#include "model/delivery.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

#define MS ((double)MILLISECOND)

static struct {
    Arena *arena;
    World *world;
    Network *network;
} stage;

static void opened(void)
{
    stage.arena = arena_new();
    stage.world = small_world(stage.arena);
}

static Network *made(uint64_t chance)
{
    return stage.network = network_new(stage.arena, stage.world, chance);
}

static void closed(void)
{
    arena_free(stage.arena);
}

static double typical_ms(const Place *from, const Place *to)
{
    return network_typical(stage.network, from, to) / MS;
}

/* ---- what is struck ---- */

static void an_outage_strikes_a_region_and_nothing_else(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1");
    Network *network = made(1);
    const struct {
        const Place *place;
        bool struck;
    } rows[] = {
        {network_region(network, iad, 0), true},
        {network_region(network, iad, 5), true},
        {network_region(network, iad, WHOLE_REGION), true},
        {network_region(network, EAST, WHOLE_REGION), false},
        {network_checker(network, "us-east-1"), false},
        {network_city(network, "us-east-1"), false},
        {network_city(network, "US-CHICAGO"), false},
        {network_edge(network), false},
    };
    network_seal(network);
    network_strike(network, iad, false, true, 10);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EXPECT(network_held(rows[i].place, 0) == !rows[i].struck, "place %zu", i);
        EXPECT(place_within(rows[i].place, iad) == rows[i].struck, "place %zu", i);
        EXPECT(place_region(rows[i].place) == (i < 3    ? iad
                                               : i == 3 ? EAST
                                                        : NO_REGION),
               "place %zu is in %d", i, place_region(rows[i].place));
    }
    network_strike(network, iad, true, false, 20);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EXPECT(network_held(rows[i].place, 19) == !rows[i].struck, "place %zu", i);
        EXPECT(network_held(rows[i].place, 20), "place %zu", i);
    }
    closed();
}

static void a_zone_is_lost_alone(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1");
    Network *network = made(1);
    const Place *a = network_region(network, iad, 0), *b = network_region(network, iad, 1),
                *whole = network_region(network, iad, WHOLE_REGION);
    network_seal(network);
    EXPECT(!network_strike_zone(network, iad, 1, false, true, 10), "b is up");
    EXPECT(network_held(a, 0) && network_held(whole, 0) && !network_held(b, 0), "b alone is gone");
    network_strike(network, iad, false, true, 20);
    EXPECT(!network_held(a, 20) && !network_held(whole, 20) && !network_held(b, 20), "all are gone");
    network_strike(network, iad, true, true, 30);
    EXPECT(network_came_back(a, 30) && network_came_back(whole, 30) && !network_came_back(b, 30), "b is not back");
    EXPECT(network_strike_zone(network, iad, 1, true, true, 40), "b is down");
    EXPECT(network_came_back(b, 40) && !network_came_back(a, 40), "only b is back");
    EXPECT_INT(place_zone(b), 1);
    EXPECT_INT(place_zone(whole), WHOLE_REGION);
    closed();
}

static void a_place_lived_until_its_last_death(void)
{
    opened();
    Network *network = made(1);
    const Place *place = network_region(network, EAST, WHOLE_REGION);
    network_seal(network);
    EXPECT(network_lived(place, 0, 1000), "never struck");
    network_strike(network, EAST, false, true, 10);
    for (int up = 0; up < 2; up++) {
        static const struct {
            SimTime from, until;
            bool lived;
        } rows[] = {{0, 9, true}, {0, 10, false}, {0, 15, false}, {9, 9, true}, {10, 11, false}};
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
            EXPECT(network_lived(place, rows[i].from, rows[i].until) == rows[i].lived, "row %zu, %d", i, up);
        if (!up)
            network_strike(network, EAST, true, false, 20);
    }
    EXPECT(network_lived(place, 20, 30), "since it is back");
    EXPECT(!network_lived(place, 19, 30), "before it was back");
    closed();
}

static void outages_of_one_region_may_overlap(void)
{
    static const struct {
        SimTime at;
        bool ends, up, held; /* held: since the instant before */
    } rows[] = {
        {10, false, false, false}, {20, false, false, false}, {30, true, false, false}, {40, true, true, false}};
    opened();
    Network *network = made(1);
    const Place *place = network_region(network, EAST, WHOLE_REGION);
    network_seal(network);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool up = network_strike(network, EAST, rows[i].ends, true, rows[i].at);
        EXPECT(up == rows[i].up, "at %d", (int)rows[i].at);
        EXPECT(network_held(place, rows[i].at) == rows[i].up, "at %d", (int)rows[i].at);
        EXPECT(network_held(place, rows[i].at - 1) == rows[i].held, "at %d", (int)rows[i].at);
    }
    EXPECT(network_lived(place, 0, 9) && !network_lived(place, 0, 10), "it died at 10");
    closed();
}

static void a_region_that_is_gone_is_silent_or_refuses(void)
{
    opened();
    Network *network = made(1);
    const Place *here = network_region(network, EAST, WHOLE_REGION),
                *there = network_region(network, WEST, WHOLE_REGION);
    network_seal(network);
    for (int silent = 0; silent < 2; silent++) {
        network_strike(network, WEST, false, silent, 10);
        Fate fate = network_fate(here, there, 5);
        EXPECT(fate.path_up && !fate.there_up && fate.refuses == !silent, "silent %d", silent);
        fate = network_fate(there, here, 5); /* what had left arrives */
        EXPECT(fate.path_up && fate.there_up && !fate.refuses, "silent %d", silent);
        network_strike(network, WEST, true, silent, 20);
        fate = network_fate(here, there, 15);
        EXPECT(fate.path_up && !fate.there_up && !fate.refuses, "sent before it was back, silent %d", silent);
        EXPECT(network_fate(here, there, 20).there_up, "sent when it was back");
    }
    closed();
}

/* ---- where an address is ---- */

static void a_place_is_in_a_country_or_nobody_knows(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1");
    int cloud = small_region(stage.world, "cloud", 1, "eu-west-1");
    Network *network = made(1);
    const struct {
        const Place *place;
        const char *country, *continent;
    } rows[] = {
        {network_city(network, "DE-BERLIN"), "DE", "europe"},
        {network_city(network, "IL-TELAVIV"), "IL", "asia"},
        {network_region(network, iad, 0), "US", "north-america"},
        {network_region(network, cloud, 0), "IE", "europe"},
        {network_checker(network, "ap-southeast-1"), "SG", "asia"},
        {network_region(network, EAST, 0), NULL, NULL},
        {network_edge(network), NULL, NULL},
    };
    network_seal(network);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EXPECT(g_strcmp0(network_country(network, rows[i].place), rows[i].country) == 0, "row %zu", i);
        EXPECT(g_strcmp0(network_continent(network, rows[i].place), rows[i].continent) == 0, "row %zu", i);
        EXPECT((network_position(network, rows[i].place) != NULL) == (rows[i].country != NULL), "row %zu", i);
    }
    double km = great_circle_km(*network_position(network, rows[2].place), *network_position(network, rows[0].place));
    EXPECT_NEAR(km, 6700, 70); /* Ashburn to Berlin */
    closed();
}

/* ---- cuts ---- */

static void a_cut_is_of_one_direction_between_two_regions(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1"),
        fra = small_region(stage.world, "eu-central-1", 3, "eu-central-1");
    Network *network = made(1);
    const Place *a = network_region(network, iad, 2), *b = network_region(network, fra, WHOLE_REGION),
                *checker = network_checker(network, "us-east-1"), *city = network_city(network, "DE-COLOGNE"),
                *edge = network_edge(network);
    network_seal(network);
    network_cut(network, iad, fra, false, 10);
    const struct {
        const Place *from, *to;
        bool cut;
    } rows[] = {{a, b, true},     {b, a, false},    {a, a, false},    {b, b, false},    {checker, b, true},
                {city, b, false}, {city, a, false}, {b, city, false}, {a, edge, false}, {edge, b, false}};
    for (int whole = 0; whole < 2; whole++) {
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            Fate fate = network_fate(rows[i].from, rows[i].to, 5);
            EXPECT(fate.path_up == !rows[i].cut && fate.there_up, "row %zu, %s", i, whole ? "whole again" : "cut");
        }
        if (!whole)
            network_cut(network, iad, fra, true, 20);
    }
    EXPECT(network_fate(a, b, 20).path_up, "sent when it was whole");
    EXPECT(!network_fate(a, b, 19).path_up, "sent before it was whole");
    closed();
}

static void cuts_of_one_path_may_overlap(void)
{
    opened();
    Network *network = made(1);
    const Place *a = network_region(network, EAST, WHOLE_REGION), *b = network_region(network, WEST, WHOLE_REGION);
    network_seal(network);
    network_cut(network, EAST, WEST, false, 10);
    network_cut(network, EAST, WEST, false, 20);
    network_cut(network, EAST, WEST, true, 30);
    EXPECT(!network_fate(a, b, 30).path_up, "one cut is left");
    network_cut(network, EAST, WEST, true, 40);
    EXPECT(network_fate(a, b, 40).path_up, "none is left");
    EXPECT(!network_fate(a, b, 39).path_up, "it was cut then");
    closed();
}

/* ---- distances ---- */

static void links_override_what_is_measured(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1"),
        fra = small_region(stage.world, "eu-central-1", 3, "eu-central-1"),
        dub = small_region(stage.world, "eu-west-1", 3, "eu-west-1");
    small_link(stage.world, "us-east-1", "eu-central-1", law_constant(7 * MS), false);
    small_link(stage.world, "us-east-1", "eu-west-1", law_constant(50 * MS), false);
    small_link(stage.world, "us-east-1", "eu-west-1", law_constant(8 * MS), true);
    small_link(stage.world, "DE", "eu-central-1", law_uniform(2 * MS, 4 * MS), false);
    small_link(stage.world, "DE-BERLIN", "eu-central-1", law_constant(5 * MS), false);
    Network *network = made(1);
    const Place *a = network_region(network, iad, WHOLE_REGION), *b = network_region(network, fra, WHOLE_REGION),
                *c = network_region(network, dub, WHOLE_REGION), *cologne = network_city(network, "DE-COLOGNE"),
                *berlin = network_city(network, "DE-BERLIN"), *paris = network_city(network, "FR-PARIS");
    network_seal(network);
    EXPECT_NEAR(typical_ms(a, b), 7, 1e-9);
    EXPECT_NEAR(typical_ms(b, a), 7, 1e-9);
    EXPECT_NEAR(typical_ms(a, c), 8, 1e-9); /* one way only, and said later */
    EXPECT_NEAR(typical_ms(c, a), 50, 1e-9);
    EXPECT_NEAR(typical_ms(cologne, b), 3, 1e-9); /* by its country */
    EXPECT_NEAR(typical_ms(berlin, b), 5, 1e-9);
    EXPECT(typical_ms(paris, b) > 5, "%g ms", typical_ms(paris, b));
    EXPECT(typical_ms(b, c) > 15 && typical_ms(b, c) < 40, "Frankfurt to Dublin: %g ms", typical_ms(b, c));
    for (uint64_t key = 0; key < 1000; key++) {
        SimTime trip = network_round_trip(network, cologne, b, mix64(key));
        EXPECT(trip >= 2 * MILLISECOND && trip <= 4 * MILLISECOND, "%" PRId64 " ns", trip);
    }
    closed();
}

static void a_round_trip_is_a_function_of_its_key(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1"),
        fra = small_region(stage.world, "eu-central-1", 3, "eu-central-1");
    Network *network = made(1);
    const Place *a = network_region(network, iad, WHOLE_REGION), *b = network_region(network, fra, WHOLE_REGION);
    network_seal(network);
    guint below_median = 0;
    enum { N = 4000 };
    RoundTrip law = atlas_region_to_region(small_atlas(), (guint)atlas_region(small_atlas(), "us-east-1"),
                                           (guint)atlas_region(small_atlas(), "eu-central-1"));
    for (uint64_t i = 0; i < N; i++) {
        uint64_t key = mix64(i + 1);
        SimTime trip = network_round_trip(network, a, b, key);
        EXPECT_INT(network_round_trip(network, a, b, key), trip);
        EXPECT_INT(trip, (SimTime)round_trip_quantile(&law, unit_of(key)));
        below_median += (double)trip < network_typical(network, a, b);
    }
    EXPECT_NEAR((double)below_median / N, 0.5, 5 * 0.5 / sqrt(N));
    closed();
}

static void zones_are_near_and_other_zones_further(void)
{
    enum { N_ZONES = 3, N = 2000 };
    opened();
    int lab = small_region(stage.world, "lab", N_ZONES, NULL);
    Network *network = made(1);
    const Place *zone[N_ZONES], *whole = network_region(network, lab, WHOLE_REGION);
    for (int i = 0; i < N_ZONES; i++)
        zone[i] = network_region(network, lab, i);
    network_seal(network);
    for (int i = 0; i < N_ZONES; i++)
        for (int j = 0; j < N_ZONES; j++) {
            guint n_near = 0;
            for (uint64_t k = 0; k < N; k++) {
                SimTime there = network_round_trip(network, zone[i], zone[j], mix64(k)),
                        back = network_round_trip(network, zone[j], zone[i], mix64(k));
                EXPECT_INT(there, back);
                n_near += there <= 600 * MICROSECOND;
                EXPECT(there > 0 && (i != j || there <= 600 * MICROSECOND), "zones %d %d: %" PRId64, i, j, there);
            }
            EXPECT(i == j ? n_near == N : n_near < N, "zones %d and %d: %u are near", i, j, n_near);
        }
    /* one who stands in the whole of the region is in each zone equally often */
    guint same = 0;
    Law same_zone = atlas_same_zone(small_atlas());
    for (uint64_t k = 0; k < N; k++)
        same += network_round_trip(network, whole, zone[0], mix64(k)) == (SimTime)law_draw(&same_zone, mix64(k));
    EXPECT_NEAR((double)same / N, 1.0 / N_ZONES, 5 * 0.5 / sqrt(N));
    closed();
}

/* The distances between zones belong to the region and the replication, whatever else there is. */
static void distances_of_zones_belong_to_the_region(void)
{
    SimTime trip[3];
    for (int i = 0; i < 3; i++) {
        opened();
        if (i == 1)
            small_region(stage.world, "more", 3, NULL);
        int lab = small_region(stage.world, "lab", 3, NULL);
        Network *network = made(i == 2 ? 2 : 1);
        if (i == 1)
            network_region(network, EAST, WHOLE_REGION);
        const Place *a = network_region(network, lab, 0), *b = network_region(network, lab, 1);
        network_seal(network);
        trip[i] = network_round_trip(network, a, b, 12345);
        closed();
    }
    EXPECT_INT(trip[1], trip[0]);
    EXPECT(trip[2] != trip[0], "another replication has the same zones");
}

static void special_distances(void)
{
    opened();
    int iad = small_region(stage.world, "us-east-1", 6, "us-east-1"),
        like = small_region(stage.world, "like", 2, "us-east-1");
    Network *network = made(1);
    const Place *a = network_region(network, iad, WHOLE_REGION), *b = network_region(network, like, WHOLE_REGION),
                *edge = network_edge(network), *city = network_city(network, "US-CHICAGO"),
                *users = network_city(network, "us-east-1");
    network_seal(network);
    guint chicago;
    EXPECT_INT(atlas_find_places(small_atlas(), "US-CHICAGO", &chicago, 1), 1);
    EXPECT_NEAR(typical_ms(a, b), 1, 1e-9); /* measured as one and the same */
    EXPECT_NEAR(typical_ms(a, edge), 2, 1e-9);
    EXPECT_NEAR(typical_ms(edge, a), 2, 1e-9);
    EXPECT_NEAR(typical_ms(city, edge), atlas_place(small_atlas(), chicago)->edge_ns / MS, 1e-9);
    EXPECT_INT(network_round_trip(network, city, city, 1), 0); /* a resolver of one's own city */
    EXPECT_INT(network_round_trip(network, edge, edge, 1), 0);
    EXPECT_NEAR(typical_ms(users, a), 1, 1e-9); /* users in the region: one of its zones */
    EXPECT(network_round_trip(network, users, a, 1) < 10 * MILLISECOND, "within a region");
    closed();
}

static double factor_of(uint64_t chance, bool factors, bool with_more, bool back)
{
    opened();
    stage.world->scenario.path_factors = factors;
    int fra = small_region(stage.world, "eu-central-1", 3, "eu-central-1");
    Network *network = made(chance);
    if (with_more)
        network_city(network, "FR-PARIS");
    const Place *city = network_city(network, "DE-BERLIN"), *region = network_region(network, fra, WHOLE_REGION);
    network_seal(network);
    guint berlin;
    atlas_find_places(small_atlas(), "DE-BERLIN", &berlin, 1);
    RoundTrip trip = atlas_place_to_region(small_atlas(), atlas_place(small_atlas(), berlin),
                                           (guint)atlas_region(small_atlas(), "eu-central-1"));
    double factor = (back ? typical_ms(region, city) : typical_ms(city, region)) * MS / round_trip_quantile(&trip, 0.5);
    closed();
    return factor;
}

static void a_path_factor_is_drawn_once_per_place_and_region_and_run(void)
{
    EXPECT_NEAR(factor_of(1, false, false, false), 1, 1e-12);
    double factor = factor_of(1, true, false, false);
    EXPECT(fabs(factor - 1) > 1e-6, "factor %g", factor);
    EXPECT_NEAR(factor_of(1, true, true, false), factor, 1e-12);
    EXPECT_NEAR(factor_of(1, true, false, true), factor, 1e-12);
    EXPECT(fabs(factor_of(2, true, false, false) - factor) > 1e-6, "the same in another run");
}

static void what_has_no_path_is_named_before_anything_runs(void)
{
    opened();
    small_region(stage.world, "us-east-1", 6, "us-east-1");
    small_region(stage.world, "lab", 1, NULL);
    small_link(stage.world, "FR-PARIS", "lab", law_constant(MS), true);
    static const struct {
        const char *from, *to, *missing;
    } rows[] = {
        {"east", "west", NULL},
        {"us-east-1", "eu-central-1", NULL}, /* a checker's region need not run */
        {"DE-BERLIN", "us-east-1", NULL},
        {"DE", "us-east-1", NULL},
        {"lab", "lab", NULL},
        {"FR-PARIS", "lab", NULL},
        {"FR", "lab", "FR-NICE"}, /* Paris alone has a way */
        {"lab", "us-east-1", "lab"},
        {"us-east-1", "lab", "us-east-1"},
        {"DE-BERLIN", "lab", "DE-BERLIN"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *missing = network_missing(stage.world, rows[i].from, rows[i].to);
        EXPECT(g_strcmp0(missing, rows[i].missing) == 0, "%s to %s: %s", rows[i].from, rows[i].to,
               missing ? missing : "nothing missing");
    }
    closed();
}

void suite_network(void);
void suite_network(void)
{
    CU_pSuite s = CU_add_suite("network", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(an_outage_strikes_a_region_and_nothing_else);
    TEST(a_zone_is_lost_alone);
    TEST(a_place_lived_until_its_last_death);
    TEST(outages_of_one_region_may_overlap);
    TEST(a_region_that_is_gone_is_silent_or_refuses);
    TEST(a_place_is_in_a_country_or_nobody_knows);
    TEST(a_cut_is_of_one_direction_between_two_regions);
    TEST(cuts_of_one_path_may_overlap);
    TEST(links_override_what_is_measured);
    TEST(a_round_trip_is_a_function_of_its_key);
    TEST(zones_are_near_and_other_zones_further);
    TEST(distances_of_zones_belong_to_the_region);
    TEST(special_distances);
    TEST(a_path_factor_is_drawn_once_per_place_and_region_and_run);
    TEST(what_has_no_path_is_named_before_anything_runs);
}
