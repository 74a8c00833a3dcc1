/* Edges: the cities where anycast comes in, against the places and regions that they serve. */
#include "model/edges.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

#define MS 1e6

static const Atlas *atlas;

static int open_edges(void)
{
    atlas = small_atlas();
    return atlas ? 0 : 1;
}

static guint edge_of(const char *code)
{
    for (guint i = 0; i < atlas_edges(atlas); i++)
        if (strcmp(atlas_edge(atlas, i)->code, code) == 0)
            return i;
    EXPECT(false, "no edge %s", code);
    return 0;
}

static guint region_of(const char *name)
{
    return (guint)atlas_region(atlas, name);
}

static guint nearest_to(Position here)
{
    guint nearest = 0;
    double least = INFINITY;
    for (guint i = 0; i < atlas_edges(atlas); i++) {
        double km = great_circle_km(here, atlas_edge(atlas, i)->position);
        if (!atlas_edge(atlas, i)->excluded && km < least) {
            least = km;
            nearest = i;
        }
    }
    return nearest;
}

static void every_place_has_its_nearest_edge(void)
{
    guint n = 0;
    for (guint i = 0; i < atlas_places(atlas); i++) {
        const AtlasPlace *place = atlas_place(atlas, i);
        guint nearest = nearest_to(atlas_place_position(atlas, place));
        if (atlas_excluded(atlas, place->name))
            continue;
        double km = great_circle_km(atlas_place_position(atlas, place), atlas_edge(atlas, nearest)->position);
        EXPECT(place->edge == nearest, "%s has %s, %s is nearer", place->name, atlas_edge(atlas, place->edge)->code,
               atlas_edge(atlas, nearest)->code);
        EXPECT_NEAR(place->edge_ns / MS, 2 + 2 * 0.01 * km, 0.5 * 0.02 + 1e-9); /* whole km in places.csv */
        EXPECT_NEAR(atlas_place_to_edge(atlas, place, nearest).node[TRIP_P50], place->edge_ns, 0);
        n++;
    }
    EXPECT(n > 200, "%u places", n);
}

/* Legs were computed before; positions moved since would show here. */
static void legs_agree_with_positions(void)
{
    EXPECT_INT(atlas_edges(atlas), 107);
    for (guint i = 0; i < atlas_edges(atlas); i++) {
        const AtlasEdge *edge = atlas_edge(atlas, i);
        EXPECT(edge->n_hubs > 0, "%s has no hub", edge->code);
        for (guint k = 0; k < edge->n_hubs; k++) {
            double km = great_circle_km(edge->position, atlas_region_position(atlas, (guint)edge->hub[k].region));
            EXPECT_NEAR(edge->hub[k].leg_ns / MS, 1 + 1.6 * 0.01 * km, 0.0501);
        }
    }
}

/* Frankfurt: hubs eu-central-1 (1.2 ms) and eu-central-2 (5.7 ms). */
static void the_backbone_takes_the_better_hub(void)
{
    guint fra = edge_of("FRA"), virginia = region_of("us-east-1");
    double by_frankfurt = 1.2 + atlas_region_to_region(atlas, region_of("eu-central-1"), virginia).node[TRIP_P50] / MS;
    double by_zurich = 5.7 + atlas_region_to_region(atlas, region_of("eu-central-2"), virginia).node[TRIP_P50] / MS;
    EXPECT_NEAR(atlas_edge_to_region(atlas, fra, virginia).node[TRIP_P50] / MS, MIN(by_frankfurt, by_zurich), 1e-9);
    EXPECT_NEAR(atlas_edge_to_region(atlas, fra, region_of("eu-central-1")).node[TRIP_P50] / MS, 1.2, 1e-9);
}

static void no_path_of_the_backbone_beats_light(void)
{
    for (guint i = 0; i < atlas_edges(atlas); i++)
        for (guint region = 0; region < atlas_regions(atlas); region++) {
            RoundTrip trip = atlas_edge_to_region(atlas, i, region);
            double km = great_circle_km(atlas_edge(atlas, i)->position, atlas_region_position(atlas, region));
            EXPECT(trip.floor <= trip.node[TRIP_P10] && trip.floor <= 0.01 * MS * km + 1e-6, "%s to %s: floor %g ms",
                   atlas_edge(atlas, i)->code, atlas_region_name(atlas, region), trip.floor / MS);
            for (guint k = 1; k < N_TRIP_NODES; k++)
                EXPECT(trip.node[k] >= trip.node[k - 1], "%s to %s falls", atlas_edge(atlas, i)->code,
                       atlas_region_name(atlas, region));
        }
}

static void regions_have_an_edge_next_to_them(void)
{
    static const char *const rows[][2] = {{"us-east-1", "IAD"},  {"eu-central-1", "FRA"}, {"ap-northeast-1", "NRT"},
                                          {"sa-east-1", "GRU"},  {"eu-south-2", "MAD"},   {"ap-southeast-2", "SYD"},
                                          {"af-south-1", "CPT"}, {"ap-east-1", "HKG"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT_TEXT(atlas_edge(atlas, atlas_region_edge(atlas, region_of(rows[i][0])))->code, rows[i][1]);
}

static void edges_in_china_serve_nobody_here(void)
{
    static const char *const codes[] = {"PEK", "PVG", "SZX", "ZHY"};
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        EXPECT(atlas_edge(atlas, edge_of(codes[i]))->excluded != NULL, "%s serves", codes[i]);
    EXPECT(!atlas_edge(atlas, edge_of("HKG"))->excluded, "Hong Kong does not serve");
}

void suite_edges(void);
void suite_edges(void)
{
    CU_pSuite s = CU_add_suite("edges", open_edges, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(every_place_has_its_nearest_edge);
    TEST(legs_agree_with_positions);
    TEST(the_backbone_takes_the_better_hub);
    TEST(no_path_of_the_backbone_beats_light);
    TEST(regions_have_an_edge_next_to_them);
    TEST(edges_in_china_serve_nobody_here);
}
