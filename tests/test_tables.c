/* The tables of the atlas as people may spoil them, each in a folder of its own. */
#include "base/diagnostics.h"
#include "model/atlas.h"
#include "tests/expect.h"
#include <glib/gstdio.h>
#include <string.h>

#define MS     1e6
#define MODELS MRSIM_SRCDIR "/models"

/* What a person may do to the tables: the first `old` in `file` becomes `new` (old NULL: the file goes away). The
 * messages are those of the lines with " error: ", without the folder, a line each. */
typedef struct {
    const char *file, *old, *new, *messages;
} Mistake;

static const Mistake mistakes[] = {
    {"places.csv", NULL, NULL,
     "places.csv: error: Failed to open file “places.csv”: No such file or directory [no-file]\n"},
    {"regions.csv", "lat,lon", "lat,long",
     "regions.csv:17:1: error: no column 'lon'; is it 'long'? [unknown-column]\n"},
    {"region_rtt.csv", "p50_ms,p90_over_p50,", "p50_ms,ninety,",
     "region_rtt.csv:16:1: error: no column 'p90_over_p50'; is it 'p99_over_p50'? [unknown-column]\n"},
    {"access.csv", "sigma_ln,", "spread,", "access.csv:12:1: error: no column 'sigma_ln' [unknown-column]\n"},
    {"regions.csv", "Tokyo,4", "Tokyo,four",
     "regions.csv:20:1: error: zones is 'four', which is not a number [bad-csv]\n"},
    {"regions.csv", "Tokyo,4", "Tokyo,0",
     "regions.csv:20:1: error: zones is 0; it must be between 1 and 26 [bad-csv]\n"},
    {"regions.csv", "ap-east-1,", "af-south-1,", "regions.csv:19:1: error: a second row for 'af-south-1' [bad-csv]\n"},
    {"regions.csv", "ap-east-1,Hong Kong", ",Hong Kong",
     "regions.csv:19:1: error: a region without a name [bad-csv]\n"},
    {"region_rtt.csv", "af-south-1,ap-east-1,350.17", "af-south-1,ap-east-1,350ms",
     "region_rtt.csv:17:1: error: p50_ms is '350ms', which is not a number [bad-csv]\n"},
    {"region_rtt.csv", "af-south-1,ap-east-1,350.17", "af-south-1,ap-east-1,0",
     "region_rtt.csv:17:1: error: p50_ms is 0; it must be between 0.001 and 10000 [bad-csv]\n"},
    {"region_rtt.csv", "af-south-1,ap-east-1,350.17", "af-south-1,ap-west-9,350.17",
     "region_rtt.csv:17:1: error: dst is 'ap-west-9', which is not a region of regions.csv [bad-csv]\n"},
    {"region_rtt.csv", "af-south-1,ap-east-1,350.17", "af-south-1,af-south-1,350.17",
     "region_rtt.csv:17:1: error: a pair of one region, af-south-1 and af-south-1 [bad-csv]\n"},
    {"region_rtt.csv", "af-south-1,ap-east-1,350.17", "af-south-1,ap-northeast-1,350.17",
     "region_rtt.csv:18:1: error: a second row for af-south-1 to ap-northeast-1 [bad-csv]\n"},
    {"region_rtt.csv", "af-south-1,ap-east-1,350.17,1.0107,1.0244,pooled_route_changed\n", "",
     "region_rtt.csv: error: no row for af-south-1 to ap-east-1 [bad-csv]\n"},
    {"region_rtt.csv", "350.17,1.0107,1.0244", "350.17,1.0107,1.0044",
     "region_rtt.csv:17:1: error: p99_over_p50 is 1.0044; it must be between 1.0107 and 1000 [bad-csv]\n"},
    {"round_trip_shape.csv", "30,78,-1.0,-0.6,1.2", "30,78,-1.0,-2.6,1.2",
     "round_trip_shape.csv:11:1: error: the quantiles of a shape must rise from p10 below 0 to p99 above 0 "
     "[bad-csv]\n"},
    {"round_trip_shape.csv", "\n0,22", "\n5,22",
     "round_trip_shape.csv:10:1: error: p50_from_ms is 5; bands begin at 0 and rise [bad-csv]\n"},
    {"zone_rtt.csv", "cross_zone,af-south-1", "cross_zone,af-south-9",
     "zone_rtt.csv:16:1: error: region is 'af-south-9', which is not a region of regions.csv [bad-csv]\n"},
    {"zone_rtt.csv", "cross_zone,*", "crosszone,*", "zone_rtt.csv: error: no row for cross_zone of '*' [bad-csv]\n"},
    {"zone_rtt.csv", "0.1,0.6,ms", "0.1,0.6,us",
     "zone_rtt.csv:48:1: error: unit is 'us'; it must be ms, ratio, share or x_fibre [bad-csv]\n"},
    {"zone_rtt.csv", "0.3,0.1,0.6", "0.3,0.3,0.6",
     "zone_rtt.csv:48:1: error: a law needs a median between low and high, or low and high alone [bad-csv]\n"},
    {"access.csv", "access_fixed,AF", "access_fixed,XX",
     "access.csv:15:1: error: scope is 'XX'; it must be default or a continent (NA SA EU AF ME AS OC) [bad-csv]\n"},
    {"access.csv", "access_fixed,AF", "access_fixed,default",
     "access.csv:15:1: error: a second row for access_fixed of 'default' [bad-csv]\n"},
    {"access.csv", "access_mobile,default", "access_5g,default",
     "access.csv: error: no row for access_mobile of 'default' [bad-csv]\n"},
    {"places.csv", "0.3164,derived,NA", "0.3164,derived,US",
     "places.csv:193:1: error: continent is 'US'; it must be one of NA SA EU AF ME AS OC [bad-csv]\n"},
    {"places.csv", "0.3164", "0.5164",
     "places.csv: error: the weights of US add up to 1.1998; they must add up to 1 [bad-csv]\n"},
    {"places.csv", "me-central-1,4.2", "me-centre-1,4.2",
     "places.csv:23:1: error: hub1 is 'me-centre-1', which is not a region of regions.csv [bad-csv]\n"},
    {"places.csv", ",Dubai,6,", ",Dubay,6,",
     "places.csv:23:1: error: edge_city is 'Dubay', which is no city of edges.csv [bad-csv]\n"},
    {"edges.csv", "ca-central-1,7.5", "ca-middle-1,7.5",
     "edges.csv:14:1: error: hub1 is 'ca-middle-1', which is not a region of regions.csv [bad-csv]\n"},
    {"edges.csv", "BOS,Boston", "ATL,Boston", "edges.csv:14:1: error: a second row for 'ATL', Boston [bad-csv]\n"},
    {"places.csv", "AF-KABUL,", "AE-DUBAI,", "places.csv:24:1: error: a second row for 'AE-DUBAI' [bad-csv]\n"},
    {"places.csv", "AF-KABUL,", "AF-KABUL,X,", "places.csv:24:1: error: 18 fields, but the header has 17 [bad-csv]\n"},
};

static char *read_model(const char *name)
{
    g_autofree char *path = g_build_filename(MODELS, name, NULL);
    char *text = NULL;
    EXPECT(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
    return text;
}

static char *replaced(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    EXPECT(at, "nothing to replace: %s", old);
    return at ? g_strdup_printf("%.*s%s%s", (int)(at - text), text, new, at + strlen(old)) : g_strdup(text);
}

/* Fills `folder` with the shipped tables, some of them changed by the n mistakes. */
static void write_models(const char *folder, const Mistake *mistake, guint n)
{
    static const char *const names[] = {"regions.csv",  "round_trip_shape.csv", "region_rtt.csv",
                                        "zone_rtt.csv", "access.csv",           "edges.csv",
                                        "places.csv"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL), *text = read_model(names[i]);
        bool wanted = true;
        for (guint k = 0; k < n; k++) {
            if (strcmp(mistake[k].file, names[i]) != 0)
                continue;
            wanted &= mistake[k].old != NULL;
            g_autofree char *before = g_steal_pointer(&text);
            text = mistake[k].old ? replaced(before, mistake[k].old, mistake[k].new) : g_strdup(before);
        }
        if (wanted)
            g_file_set_contents(path, text, -1, NULL);
        else
            g_remove(path);
    }
}

/* The error lines of what is printed, without the folder. */
static char *errors_of(const Diagnostics *diagnostics, const char *folder)
{
    g_autofree char *printed = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&printed, &size);
    diagnostics_print(diagnostics, stream, false);
    fclose(stream);
    g_auto(GStrv) lines = g_strsplit(printed, "\n", -1);
    g_autoptr(GString) errors = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++)
        if (strstr(lines[i], " error: "))
            g_string_append_printf(errors, "%s\n", lines[i]);
    g_autofree char *prefix = g_strdup_printf("%s/", folder);
    g_string_replace(errors, prefix, "", 0);
    return g_string_free(g_steal_pointer(&errors), FALSE);
}

static void expect_messages(const char *folder, const char *messages)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Atlas) wrong = atlas_load(folder, diagnostics);
    EXPECT(!wrong, "loaded although: %s", messages);
    g_autofree char *errors = errors_of(diagnostics, folder);
    EXPECT_TEXT(errors, messages);
}

static void remove_models(const char *folder)
{
    write_models(folder,
                 (const Mistake[]){{"regions.csv", NULL, NULL, NULL},
                                   {"round_trip_shape.csv", NULL, NULL, NULL},
                                   {"region_rtt.csv", NULL, NULL, NULL},
                                   {"zone_rtt.csv", NULL, NULL, NULL},
                                   {"access.csv", NULL, NULL, NULL},
                                   {"edges.csv", NULL, NULL, NULL},
                                   {"places.csv", NULL, NULL, NULL}},
                 7);
    g_rmdir(folder);
}

static void malformed_tables_are_refused_with_their_line(void)
{
    g_autofree char *folder = g_dir_make_tmp("mrsim-atlas-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        write_models(folder, &mistakes[i], 1);
        expect_messages(folder, mistakes[i].messages);
    }
    remove_models(folder);
}

static void all_mistakes_are_told_in_one_pass(void)
{
    static const Mistake several[] = {
        {"region_rtt.csv", "350.17", "fast", NULL},
        {"region_rtt.csv", "356.36", "faster", NULL},
        {"zone_rtt.csv", "1.00", "one", NULL},
        {"places.csv", "25.2697", "95.2697", NULL},
    };
    g_autofree char *folder = g_dir_make_tmp("mrsim-atlas-XXXXXX", NULL);
    write_models(folder, several, G_N_ELEMENTS(several));
    expect_messages(folder, "region_rtt.csv:17:1: error: p50_ms is 'fast', which is not a number [bad-csv]\n"
                            "region_rtt.csv:18:1: error: p50_ms is 'faster', which is not a number [bad-csv]\n"
                            "zone_rtt.csv:15:1: error: median is 'one', which is not a number [bad-csv]\n"
                            "places.csv:23:1: error: lat is 95.2697; it must be between -90 and 90 [bad-csv]\n");
    remove_models(folder);
}

static void the_shipped_tables_load_from_anywhere(void)
{
    g_autofree char *folder = g_dir_make_tmp("mrsim-atlas-XXXXXX", NULL);
    write_models(folder, NULL, 0);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Atlas) copy = atlas_load(folder, diagnostics);
    EXPECT(copy != NULL, "the shipped tables are refused");
    EXPECT_INT(diagnostics_errors(diagnostics), 0);
    remove_models(folder);
}

/* 5,460 km apart: 54.6 ms of fibre. Coordinates are approximate, so a measured p50 below that is believed, and is the
 * floor. */
static void a_p50_below_light_is_its_own_floor(void)
{
    static const Mistake quick = {"region_rtt.csv", "us-east-1,eu-west-1,69.56", "us-east-1,eu-west-1,54", NULL};
    static const Mistake near_light = {"region_rtt.csv", "us-east-1,eu-west-1,69.56", "us-east-1,eu-west-1,55", NULL};
    g_autofree char *folder = g_dir_make_tmp("mrsim-atlas-XXXXXX", NULL);
    for (guint i = 0; i < 2; i++) {
        write_models(folder, i == 0 ? &quick : &near_light, 1);
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Atlas) changed = atlas_load(folder, diagnostics);
        EXPECT(changed != NULL, "the changed table is refused");
        if (!changed)
            break;
        RoundTrip trip = atlas_region_to_region(changed, (guint)atlas_region(changed, "us-east-1"),
                                                (guint)atlas_region(changed, "eu-west-1"));
        EXPECT_NEAR(trip.floor / MS, i == 0 ? 54 : 54.6, 0.1);
        EXPECT_NEAR(trip.node[TRIP_P10] / MS, trip.floor / MS, 0);
        for (guint k = 1; k < N_TRIP_NODES; k++)
            EXPECT(trip.node[k] >= trip.node[k - 1], "node %u falls to %g ms", k, trip.node[k] / MS);
    }
    remove_models(folder);
}

void suite_tables(void);
void suite_tables(void)
{
    CU_pSuite s = CU_add_suite("tables", NULL, NULL);
    CU_add_test(s, "malformed tables are refused with their line", malformed_tables_are_refused_with_their_line);
    CU_add_test(s, "all mistakes are told in one pass", all_mistakes_are_told_in_one_pass);
    CU_add_test(s, "the shipped tables load from anywhere", the_shipped_tables_load_from_anywhere);
    CU_add_test(s, "a p50 below light is its own floor", a_p50_below_light_is_its_own_floor);
}
