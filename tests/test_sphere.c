/* Sphere: great circles by closed forms, and by libm in another formula. */
#include "base/sphere.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>

static double degree(uint64_t *seed, double most)
{
    return most * (2 * (double)dice_below(seed, 1000001) / 1000000 - 1);
}

static void known_distances(void)
{
    static const double half = EARTH_KM * 3.14159265358979323846;
    static const struct {
        const char *name;
        double lat1, lon1, lat2, lon2, km;
    } rows[] = {
        {"the same spot", 48.2, 16.4, 48.2, 16.4, 0},
        {"pole to pole", 90, 0, -90, 77, half},
        {"a quarter of the equator", 0, 0, 0, 90, half / 2},
        {"across the date line", 0, 179, 0, -179, half / 90},
        {"antipodes", 30, 40, -30, -140, half},
        {"one degree north", 10, 20, 11, 20, half / 180},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double km = great_circle_km(position_of(rows[i].lat1, rows[i].lon1), position_of(rows[i].lat2, rows[i].lon2));
        EXPECT(fabs(km - rows[i].km) < 1e-3, "%s: %.9f km, expected %.9f", rows[i].name, km, rows[i].km);
    }
}

/* The angle between two vectors by its tangent: exact where the haversine formula is at its worst, too. */
static double by_vectors(Position a, Position b)
{
    double apart = b.lon - a.lon;
    double east = cos(b.lat) * sin(apart), north = cos(a.lat) * sin(b.lat) - sin(a.lat) * cos(b.lat) * cos(apart);
    double along = sin(a.lat) * sin(b.lat) + cos(a.lat) * cos(b.lat) * cos(apart);
    return EARTH_KM * atan2(sqrt(east * east + north * north), along);
}

static void agrees_with_another_formula(void)
{
    enum { N_PAIRS = 5000 };
    uint64_t seed = 1;
    for (int i = 0; i < N_PAIRS; i++) {
        Position a = position_of(degree(&seed, 90), degree(&seed, 180)),
                 b = position_of(degree(&seed, 90), degree(&seed, 180));
        double km = great_circle_km(a, b), expected = by_vectors(a, b);
        EXPECT(fabs(km - expected) < 1e-6 * EARTH_KM, "pair %d: %.9f km, expected %.9f", i, km, expected);
        EXPECT(km == great_circle_km(b, a), "pair %d: not the same there and back", i);
    }
}

void suite_sphere(void);
void suite_sphere(void)
{
    CU_pSuite s = CU_add_suite("sphere", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(known_distances);
    TEST(agrees_with_another_formula);
}
