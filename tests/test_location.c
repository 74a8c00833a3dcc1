/* Location: how well a record's words fit where somebody asks from. */
#include "model/location.h"
#include "kernel/random.h"
#include "tests/expect.h"
#include <string.h>

static const Location germany = {LOCATION_COUNTRY, "DE"}, france = {LOCATION_COUNTRY, "FR"},
                      europe = {LOCATION_CONTINENT, "europe"}, asia = {LOCATION_CONTINENT, "asia"},
                      elsewhere = {LOCATION_ELSEWHERE, "elsewhere"};

static void the_smallest_location_is_the_best_fit(void)
{
    const struct {
        guint n;
        Location location[3];
        const char *country, *continent;
        Fit fit;
    } rows[] = {
        {1, {germany}, "DE", "europe", FIT_COUNTRY},
        {1, {germany}, "FR", "europe", FIT_NONE},
        {1, {europe}, "FR", "europe", FIT_CONTINENT},
        {1, {europe}, "JP", "asia", FIT_NONE},
        {1, {elsewhere}, "JP", "asia", FIT_ELSEWHERE},
        {1, {elsewhere}, NULL, NULL, FIT_ELSEWHERE},
        {1, {europe}, NULL, NULL, FIT_NONE},
        {3, {elsewhere, europe, germany}, "DE", "europe", FIT_COUNTRY},
        {3, {elsewhere, europe, france}, "DE", "europe", FIT_CONTINENT},
        {3, {asia, elsewhere, france}, "DE", "europe", FIT_ELSEWHERE},
        {0, {elsewhere}, "DE", "europe", FIT_NONE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Locations locations = {rows[i].n, rows[i].location};
        Fit fit = locations_fit(&locations, rows[i].country, rows[i].continent);
        EXPECT(fit == rows[i].fit, "row %zu: %d, expected %d", i, (int)fit, (int)rows[i].fit);
    }
}

static void the_longest_network_is_the_best_fit(void)
{
    enum { TEN = 10 << 24 };
    const Subnet all = {0, 0}, wide = {TEN, 8}, narrow = {TEN | 1 << 16, 16}, half = {0x80000000, 1};
    const struct {
        guint n;
        Subnet subnet[3];
        guint32 address;
        int bits;
    } rows[] = {
        {1, {wide}, TEN | 77, 8},
        {1, {wide}, TEN - 1, -1},
        {1, {wide}, (11 << 24), -1},
        {3, {all, wide, narrow}, TEN | 1 << 16 | 5, 16},
        {3, {narrow, wide, all}, TEN | 2 << 16, 8},
        {3, {narrow, wide, all}, 0x80000001, 0},
        {2, {narrow, wide}, 0x80000001, -1},
        {1, {half}, 0xffffffff, 1},
        {1, {half}, 0x7fffffff, -1},
        {1, {all}, 0, 0},
        {2, {wide, half}, 0, -1},
        {0, {all}, TEN, -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Subnets subnets = {rows[i].n, rows[i].subnet};
        EXPECT_INT(subnets_fit(&subnets, rows[i].address), rows[i].bits);
    }
}

static void an_address_is_drawn_from_all_networks_alike(void)
{
    enum { N_DRAWN = 5000 };
    const Subnet subnet[] = {{0xc6336400, 22}, {0x0a000000, 24}}; /* four parts and one */
    const Subnets subnets = {2, subnet}, none = {0, NULL};
    guint n[5] = {0};
    for (guint64 i = 0; i < N_DRAWN; i++) {
        guint32 address = subnets_draw(&subnets, key_of(3, i));
        guint part = address == 0x0a000000 ? 4 : (address - 0xc6336400) >> 8;
        EXPECT(part < 5 && (address & 255) == 0, "%08x", address);
        n[MIN(part, 4)]++;
    }
    for (guint i = 0; i < 5; i++) /* sd 28 */
        EXPECT_NEAR(n[i], N_DRAWN / 5, 140);
    EXPECT_INT(subnets_draw(&none, 7), 0);
}

static void names_of_continents_and_networks(void)
{
    static const char *const codes[][2] = {{"AF", "africa"},        {"AS", "asia"}, {"EU", "europe"},
                                           {"NA", "north-america"}, {"ME", "asia"}, {"OC", "oceania"},
                                           {"SA", "south-america"}};
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        EXPECT(strcmp(continent_word(codes[i][0]), codes[i][1]) == 0, "%s", codes[i][0]);
        EXPECT(g_strv_contains(continent_words, codes[i][1]), "%s", codes[i][1]);
    }
    char text[SUBNET_TEXT];
    EXPECT(strcmp(subnet_text((Subnet){0xffffff00, 24}, text), "255.255.255.0/24") == 0, "%s", text);
    EXPECT(strcmp(subnet_text((Subnet){0xc6336400, 22}, text), "198.51.100.0/22") == 0, "%s", text);
}

void suite_location(void);
void suite_location(void)
{
    CU_pSuite s = CU_add_suite("location", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(the_smallest_location_is_the_best_fit);
    TEST(the_longest_network_is_the_best_fit);
    TEST(an_address_is_drawn_from_all_networks_alike);
    TEST(names_of_continents_and_networks);
}
