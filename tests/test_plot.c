#include "report/picture.h"
#include "report/report.h"
#include "tests/expect.h"
#include "tests/sample_results.h"
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"latency", "failover", "lag"};

/* A folder whose name would break any command line. */
typedef struct {
    char *top, *folder;
} Place;

static Place place_new(void)
{
    Place place = {.top = g_dir_make_tmp("mrsim-plot-XXXXXX", NULL)};
    place.folder = g_build_filename(place.top, "it's \"here\" $(touch x) \u6771\u4eac; &", NULL);
    return place;
}

static void remove_all(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_all(inner);
    }
    if (dir)
        g_dir_close(dir);
    g_remove(path);
}

static void place_free(Place *place)
{
    remove_all(place->top);
    g_free(place->top);
    g_free(place->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_free)

/* False, and seen to be false, where gnuplot is not installed. */
static bool has_gnuplot(void)
{
    g_autofree char *found = g_find_program_in_path("gnuplot");
    if (!found)
        fprintf(stderr, "\nSKIPPED: no gnuplot here, so no picture was drawn (apt-get install gnuplot-nox)\n");
    return found != NULL;
}

static char *content_of(const char *folder, const char *name, const char *ending)
{
    g_autofree char *file = g_strconcat(name, ending, NULL), *path = g_build_filename(folder, file, NULL);
    char *content = NULL;
    g_file_get_contents(path, &content, NULL, NULL);
    return content;
}

static guint n_files(const char *folder)
{
    guint n = 0;
    GDir *dir = g_dir_open(folder, 0, NULL);
    while (dir && g_dir_read_name(dir))
        n++;
    if (dir)
        g_dir_close(dir);
    return n;
}

static void expect_svg(const char *folder, const char *name)
{
    static const GMarkupParser nothing = {0};
    g_autofree char *svg = content_of(folder, name, ".svg");
    g_autoptr(GError) error = NULL;
    EXPECT(svg && strlen(svg) > 5000, "%s: %zu bytes", name, svg ? strlen(svg) : 0);
    if (!svg)
        return;
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&nothing, G_MARKUP_TREAT_CDATA_AS_TEXT, NULL, NULL);
    bool good =
        g_markup_parse_context_parse(context, svg, -1, &error) && g_markup_parse_context_end_parse(context, &error);
    EXPECT(good, "%s: %s", name, error->message);
    EXPECT(strstr(svg, "<path") && strstr(svg, "</text>"), "%s has lines and texts", name);
    EXPECT(!strstr(svg, "<script"), "%s has a script", name);
    EXPECT(!strstr(svg, "<title>Gnuplot</title>") && strstr(svg, "<title>"), "%s has a title", name);
    EXPECT(!strstr(svg, "Produced by GNUPLOT") && strstr(svg, "<desc>"), "%s is described", name);
}

static void expect_all(const Results *const *runs, guint n, const char *folder)
{
    g_autoptr(GError) error = NULL;
    guint written = 99;
    bool good = report_plots(runs, n, folder, NULL, &written, &error);
    EXPECT(good, "%s", error ? error->message : "no error");
    EXPECT_INT(written, 3);
    EXPECT_INT(n_files(folder), 9);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        expect_svg(folder, names[i]);
}

static void pictures_are_whole(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) first = sample_results(), second = sample_rival(), third = sample_results();
    const Results *const runs[] = {first, second, third};
    if (!has_gnuplot())
        return;
    for (guint n = 1; n <= 3; n++) {
        g_autofree char *folder = g_strdup_printf("%s %u", place.folder, n);
        expect_all(runs, n, folder);
    }
}

static void equal_results_give_equal_bytes(void)
{
    g_auto(Place) place = place_new();
    g_autofree char *other = g_strconcat(place.folder, " again", NULL);
    g_autoptr(Results) first = sample_results(), second = sample_results();
    const Results *const one[] = {first}, *const two[] = {second};
    static const char *const endings[] = {".tsv", ".gp", ".svg"};
    guint written;
    report_plots(one, 1, place.folder, NULL, &written, NULL);
    report_plots(two, 1, other, NULL, &written, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        for (gsize j = 0; j < (has_gnuplot() ? 3 : 2); j++) {
            g_autofree char *a = content_of(place.folder, names[i], endings[j]),
                            *b = content_of(other, names[i], endings[j]);
            EXPECT(a && b && strcmp(a, b) == 0, "%s%s differs", names[i], endings[j]);
        }
}

/* `gnuplot NAME.gp` in the folder, as the script's first line says. */
static void a_script_draws_its_picture_by_hand(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    const Results *const runs[] = {results};
    guint written;
    if (!has_gnuplot())
        return;
    report_plots(runs, 1, place.folder, NULL, &written, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *script = g_strconcat(names[i], ".gp", NULL), *svg = g_strconcat(names[i], ".svg", NULL);
        g_autofree char *path = g_build_filename(place.folder, svg, NULL),
                        *text = content_of(place.folder, names[i], ".gp");
        char *arguments[] = {(char *)"gnuplot", script, NULL};
        int status = -1;
        g_remove(path);
        EXPECT(!strstr(text, place.top), "%s names its folder", script);
        g_spawn_sync(place.folder, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL);
        EXPECT_INT(status, 0);
        g_autofree char *drawn = content_of(place.folder, names[i], ".svg");
        EXPECT(drawn && strstr(drawn, "</svg>"), "%s was not drawn", svg);
    }
}

/* Names that would run commands, end strings or break XML, were they not made harmless. */
static void no_name_breaks_out(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results();
    const Results *const runs[] = {results, results};
    g_free(results->scenario);
    results->scenario = g_strdup("a\"; system(\"touch PWNED\") #`touch PWNED`\\\n<b>&]]>\x01 \xff");
    for (guint i = 0; i < results->curves->len; i++) {
        ResultCurve *curve = results->curves->pdata[i];
        if (strcmp(curve->name, "faults") == 0 || strcmp(curve->name, "phases") == 0) {
            g_free(curve->labels);
            curve->labels = g_strdup("fault='\"`touch PWNED`\t<&");
        }
    }
    if (!has_gnuplot())
        return;
    expect_all(runs, 1, place.folder);
    g_autofree char *other = g_strconcat(place.folder, " two", NULL);
    expect_all(runs, 2, other);
}

/* With PATH as given, then as it was. */
static bool plots_with_path(const char *path, const char *folder, guint *written, GError **error)
{
    g_autofree char *had = g_strdup(g_getenv("PATH"));
    g_autoptr(Results) results = sample_results();
    const Results *const runs[] = {results};
    g_setenv("PATH", path, TRUE);
    bool good = report_plots(runs, 1, folder, NULL, written, error);
    g_setenv("PATH", had, TRUE);
    return good;
}

static void without_gnuplot_there_are_data(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    guint written = 99;
    EXPECT(!plots_with_path("", place.folder, &written, &error), "good without gnuplot");
    EXPECT(g_error_matches(error, PLOT_ERROR, PLOT_ERROR_NO_GNUPLOT), "%s", error ? error->message : "");
    EXPECT_INT(written, 0);
    EXPECT_INT(n_files(place.folder), 6);
    g_autofree char *data = content_of(place.folder, "latency", ".tsv"),
                    *script = content_of(place.folder, "lag", ".gp");
    EXPECT(data && g_str_has_prefix(data, "# p\tlatency_s\trun\tclients\n"), "%.40s", data);
    EXPECT(script && g_str_has_prefix(script, "# Draws lag.svg from lag.tsv: gnuplot lag.gp\n"), "%.60s", script);
}

static void add_lag(Results *results, const char *database, const char *from, const char *to, double seconds)
{
    static const char *const columns[] = {"t_s", "mean_s", "max_s", NULL};
    g_autofree char *labels = g_strdup_printf("database=%s,from=%s,to=%s", database, from, to);
    ResultCurve *curve = results_add_curve(results, "replication.lag", labels, columns, 3);
    for (guint i = 0; i < 3; i++) {
        curve->cell[3 * i] = i;
        curve->cell[3 * i + 1] = curve->cell[3 * i + 2] = seconds;
    }
}

/* The names of the lines of the lag picture of so many databases between so many regions, in order. (transfer full) */
static char *lag_lines(guint n_databases, guint n_regions)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_small();
    const Results *const runs[] = {results};
    g_autoptr(GString) found = g_string_new(NULL);
    guint written;
    for (guint i = 0; i < n_databases; i++)
        for (guint j = 0; j < n_regions * n_regions; j++) {
            g_autofree char *database = g_strdup_printf("db%u", i), *from = g_strdup_printf("r%u", j / n_regions),
                            *to = g_strdup_printf("r%u", j % n_regions);
            if (j / n_regions != j % n_regions)
                add_lag(results, database, from, to, i + 1 < 3 ? 1 : 0); /* the third is never behind */
        }
    report_plots(runs, 1, place.folder, NULL, &written, NULL);
    g_autofree char *data = content_of(place.folder, "lag", ".tsv");
    g_auto(GStrv) lines = g_strsplit(data ? data : "", "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        const char *name = strrchr(lines[i], '\t');
        if (g_str_has_prefix(lines[i], "0\t") && name && strstr(lines[i], "\tsmall\t"))
            g_string_append_printf(found, "%s%s", found->len ? ", " : "", name + 1);
    }
    return g_string_free(g_steal_pointer(&found), FALSE);
}

/* No direction is left out in silence: where there are too many they are gathered. */
static void a_line_stands_for_as_little_as_it_can(void)
{
    static const struct {
        guint n_databases, n_regions;
        const char *lines;
    } rows[] = {
        {1, 2, "r0 → r1, r1 → r0"},
        {1, 3, "r0 → r1, r0 → r2, r1 → r0, r1 → r2, r2 → r0, r2 → r1"},
        {1, 4, "from r0, from r1, from r2, from r3"},
        {1, 8, "from r0, from r1, from r2, from r3, from r4, others"},
        {2, 2, "db0: r0 → r1, db0: r1 → r0, db1: r0 → r1, db1: r1 → r0"},
        {3, 3, "db0, db1"}, /* and one never behind */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *lines = lag_lines(rows[i].n_databases, rows[i].n_regions);
        EXPECT_TEXT(lines, rows[i].lines);
    }
}

/* A gnuplot that is not one. */
static void expect_failure(const char *program, const char *words)
{
    g_auto(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(place.top, "gnuplot", NULL);
    guint written = 99;
    g_file_set_contents(path, program, -1, NULL);
    g_chmod(path, 0755);
    EXPECT(!plots_with_path(place.top, place.folder, &written, &error), "good with a broken gnuplot");
    EXPECT(g_error_matches(error, PLOT_ERROR, PLOT_ERROR_GNUPLOT), "%s", error ? error->message : "");
    EXPECT(error && strstr(error->message, words), "\"%s\" has no \"%s\"", error ? error->message : "", words);
    EXPECT_INT(written, 0);
    EXPECT_INT(n_files(place.folder), 6);
}

static void a_bad_svg_never_gets_the_name(void)
{
    /* The script is the fourth argument. */
    expect_failure("#!/bin/sh\n: >${4%.gp}.svg.new\necho '\nline 7: undefined' >&2\nexit 1\n", "line 7: undefined");
    expect_failure("#!/bin/sh\nexit 0\n", "wrote nothing");
    expect_failure("#!/bin/sh\n: >${4%.gp}.svg.new\n", "wrote nothing");
    expect_failure("#!/bin/sh\necho '<svg><g>' >${4%.gp}.svg.new\n", "not a whole SVG");
}

static void what_cannot_be_is_said(void)
{
    static const char *const unknown[] = {"latency", "heatmap", NULL}, *const failover[] = {"failover", NULL};
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_results(), small = sample_small();
    const Results *const runs[] = {results}, *const poor[] = {small};
    g_autoptr(GError) unknown_error = NULL, no_data = NULL, no_folder = NULL;
    guint written;
    EXPECT(!report_plots(runs, 1, place.folder, unknown, &written, &unknown_error), "a heat map was drawn");
    EXPECT(g_error_matches(unknown_error, PLOT_ERROR, PLOT_ERROR_UNKNOWN), "%s", unknown_error->message);
    EXPECT(!g_file_test(place.folder, G_FILE_TEST_EXISTS), "a folder was made for nothing");
    EXPECT(!report_plots(poor, 1, place.folder, failover, &written, &no_data), "a failover was drawn without a fault");
    EXPECT(g_error_matches(no_data, PLOT_ERROR, PLOT_ERROR_UNKNOWN), "%s", no_data->message);
    EXPECT_INT(n_files(place.folder), 0);
    g_autofree char *file = g_build_filename(place.top, "file", NULL), *inner = g_build_filename(file, "folder", NULL);
    g_file_set_contents(file, "x", 1, NULL);
    EXPECT(!report_plots(runs, 1, inner, NULL, &written, &no_folder), "written below a file");
    EXPECT(g_error_matches(no_folder, PLOT_ERROR, PLOT_ERROR_WRITE), "%s", no_folder->message);
}

static void runs_without_data_need_no_picture(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) small = sample_small();
    g_autoptr(GError) error = NULL;
    const Results *const runs[] = {small};
    guint written = 99;
    EXPECT(report_plots(runs, 1, place.folder, NULL, &written, &error) ||
               g_error_matches(error, PLOT_ERROR, PLOT_ERROR_NO_GNUPLOT),
           "%s", error ? error->message : "");
    EXPECT_INT(written, 0);
}

/* Long names, many lines, every curve empty or not a number: still whole pictures. */
static void strange_results_are_drawn(void)
{
    g_auto(Place) place = place_new();
    g_autoptr(Results) results = sample_long(), hollow = sample_results();
    const Results *const runs[] = {results, results, results, results, results, results, results, results},
                         *const empty[] = {hollow};
    for (guint i = 0; i < hollow->curves->len; i++) {
        ResultCurve *curve = hollow->curves->pdata[i];
        bool keeps = strcmp(curve->name, "faults") == 0 || strcmp(curve->name, "latency.percentiles") == 0;
        for (gsize j = 0; j < (gsize)curve->n_rows * curve->n_columns && !keeps; j++)
            if (j % curve->n_columns)
                curve->cell[j] = NAN;
    }
    if (!has_gnuplot())
        return;
    expect_all(runs, 8, place.folder);
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_strconcat(place.folder, " hollow", NULL);
    guint written;
    EXPECT(report_plots(empty, 1, folder, NULL, &written, &error), "%s", error ? error->message : "");
    EXPECT_INT(written, 2);
    expect_svg(folder, "latency");
    expect_svg(folder, "failover");
}

static void steps_are_one_two_five(void)
{
    static const struct {
        double value, down, up;
    } rows[] = {{1, 1, 1},  {1.5, 1, 2},        {3, 2, 5},
                {7, 5, 10}, {0.03, 0.02, 0.05}, {2, 2, 2},
                {5, 5, 5},  {600, 500, 1000},   {0.0011, 0.001, 0.002}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        EXPECT_NEAR(picture_round_down(rows[i].value) / rows[i].down, 1, 1e-12);
        EXPECT_NEAR(picture_round_up(rows[i].value) / rows[i].up, 1, 1e-12);
    }
}

void suite_plot(void);
void suite_plot(void)
{
    CU_pSuite s = CU_add_suite("plot", NULL, NULL);
    CU_add_test(s, "pictures of one, two and three runs are whole SVGs", pictures_are_whole);
    CU_add_test(s, "equal results give equal bytes", equal_results_give_equal_bytes);
    CU_add_test(s, "a script draws its picture by hand, wherever it lies", a_script_draws_its_picture_by_hand);
    CU_add_test(s, "no name breaks out of its quotes", no_name_breaks_out);
    CU_add_test(s, "without gnuplot there are data and an error", without_gnuplot_there_are_data);
    CU_add_test(s, "a bad SVG never gets the name of a picture", a_bad_svg_never_gets_the_name);
    CU_add_test(s, "a line stands for as little as it can", a_line_stands_for_as_little_as_it_can);
    CU_add_test(s, "what cannot be drawn or written is said", what_cannot_be_is_said);
    CU_add_test(s, "runs without data are no error", runs_without_data_need_no_picture);
    CU_add_test(s, "strange results are drawn", strange_results_are_drawn);
    CU_add_test(s, "axes go by 1, 2, 5", steps_are_one_two_five);
}
