#include "model/atlas.h"
#include "model/threshold.h"
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <math.h>
#include <string.h>

/* A component with a parameter of every type. */
typedef struct {
    const char *text;
    bool yes;
    int choice;
    gint64 count, size;
    double share, rate;
    SimTime duration;
    Law law, signed_law, items;
    Point at;
    Reference one;
    References times, weights, shares, plain;
    int region;
    Regions regions;
    const char *place, *end;
    Places places;
    Mix mix;
    Locations locations;
    Subnets subnets, networks;
    const Policy *policy;
    Words words;
    const Threshold *threshold;
} Probe;

#define FIELD(field, CType) PARAM_FIELD(Probe, field, CType)
static const Param params[] = {
    {.name = "text", .type = PARAM_TEXT, .offset = FIELD(text, const char *), .standard = ""},
    {.name = "yes", .type = PARAM_YES_NO, .offset = FIELD(yes, bool), .standard = "no"},
    {.name = "choice", .type = PARAM_CHOICE, .offset = FIELD(choice, int), .standard = "red", .choices = "red green"},
    {.name = "count", .type = PARAM_COUNT, .offset = FIELD(count, gint64), .standard = "2", .least = 1, .most = 1e9},
    {.name = "size", .type = PARAM_SIZE, .offset = FIELD(size, gint64), .standard = "1KiB"},
    {.name = "share", .type = PARAM_SHARE, .offset = FIELD(share, double), .standard = "5%"},
    {.name = "rate", .type = PARAM_RATE, .offset = FIELD(rate, double), .standard = "1/s"},
    {.name = "duration", .type = PARAM_DURATION, .offset = FIELD(duration, SimTime), .standard = "1s"},
    {.name = "law", .type = PARAM_LAW_OF_DURATION, .offset = FIELD(law, Law), .standard = ""},
    {.name = "signed",
     .type = PARAM_LAW_OF_DURATION,
     .offset = FIELD(signed_law, Law),
     .standard = "",
     .least = -1e9,
     .most = 1e9},
    {.name = "items", .type = PARAM_LAW_OF_ITEMS, .offset = FIELD(items, Law), .standard = ""},
    {.name = "at", .type = PARAM_POINT, .offset = FIELD(at, Point), .standard = ""},
    {.name = "one", .type = PARAM_REFERENCE, .offset = FIELD(one, Reference), .standard = "", .choices = "probe fault"},
    {.name = "times",
     .type = PARAM_REFERENCES,
     .offset = FIELD(times, References),
     .standard = "",
     .choices = "fault",
     .quantity = DIMENSION_TIMES},
    {.name = "weights",
     .type = PARAM_REFERENCES,
     .offset = FIELD(weights, References),
     .standard = "",
     .choices = "fault",
     .quantity = DIMENSION_COUNT},
    {.name = "shares",
     .type = PARAM_REFERENCES,
     .offset = FIELD(shares, References),
     .standard = "",
     .choices = "fault",
     .quantity = DIMENSION_SHARE},
    {.name = "plain", .type = PARAM_REFERENCES, .offset = FIELD(plain, References), .standard = "", .choices = "fault"},
    {.name = "region", .type = PARAM_REGION, .offset = FIELD(region, int), .standard = ""},
    {.name = "some", .type = PARAM_REGIONS, .offset = FIELD(regions, Regions), .standard = ""},
    {.name = "place", .type = PARAM_PLACE, .offset = FIELD(place, const char *), .standard = ""},
    {.name = "end", .type = PARAM_PLACE, .offset = FIELD(end, const char *), .standard = "", .choices = "clients"},
    {.name = "places", .type = PARAM_PLACES, .offset = FIELD(places, Places), .standard = ""},
    {.name = "mix", .type = PARAM_MIX, .offset = FIELD(mix, Mix), .standard = "", .choices = "read write"},
    {.name = "location", .type = PARAM_LOCATIONS, .offset = FIELD(locations, Locations), .standard = ""},
    {.name = "subnets",
     .type = PARAM_SUBNETS,
     .offset = FIELD(subnets, Subnets),
     .standard = "",
     .choices = "elsewhere"},
    {.name = "network", .type = PARAM_SUBNETS, .offset = FIELD(networks, Subnets), .standard = ""},
    {.name = "policy",
     .type = PARAM_POLICY,
     .offset = FIELD(policy, const Policy *),
     .standard = "first",
     .choices = "probe"},
    {.name = "words",
     .type = PARAM_WORDS,
     .offset = FIELD(words, Words),
     .standard = "all",
     .choices = "red green blue"},
    {.name = "threshold", .type = PARAM_THRESHOLD, .offset = FIELD(threshold, const Threshold *), .standard = ""},
    PARAM_END};
static const Param no_params[] = {PARAM_END};
static const Component probe = {.kind = "probe",
                                .name = "probe",
                                .usual = true,
                                .root = true,
                                .existence = EXISTS_PER_REGION,
                                .params = params,
                                .config_size = sizeof(Probe)};
static const Component storm = {
    .kind = "fault", .name = "storm", .usual = true, .root = true, .existence = EXISTS_PER_REGION, .params = no_params};
static const Policy first = {.kind = "probe", .name = "first"}, second = {.kind = "probe", .name = "second"},
                    other = {.kind = "dns", .name = "third"};
static const Component *const components[] = {&probe, &storm, NULL};
static const Policy *const policies[] = {&other, &first, &second, NULL};
static const Registry probes = {components, policies};

/* ---- values as text ---- */

static void show_law(GString *text, const Law *law)
{
    static const char *const names[] = {"none",  "constant", "uniform", "exponential", "normal",    "lognormal",
                                        "gamma", "weibull",  "pareto",  "zipf",        "empirical", "mixture"};
    g_string_append(text, names[law->kind]);
    double at[] = {0.01, 0.5, 0.99};
    for (gsize i = 0; i < G_N_ELEMENTS(at); i++)
        if (!isnan(law_quantile(law, at[i])))
            g_string_append_printf(text, " %.4g", law_quantile(law, at[i]));
    if (law->kind == LAW_ZIPF)
        g_string_append_printf(text, " %g %g", law->a, law->b);
    for (uint32_t i = 0; law->kind == LAW_MIXTURE && i < law->n_parts; i++) {
        g_string_append_printf(text, " %.3g:", law->share[i]);
        show_law(text, &law->part[i]);
    }
    if (law->kind != LAW_NONE && law->kind != LAW_ZIPF)
        g_string_append_printf(text, " [%.3g, %.3g]", law->low, law->high);
}

static void show_reference(GString *text, Reference to, double quantity)
{
    g_string_append_printf(text, "%s%g %s@%d", text->len ? ", " : "", quantity, to.thing ? to.thing->name : "-",
                           to.region);
}

static void show_names(GString *text, const Param *param, const void *value)
{
    const References *list = value;
    const Regions *regions = value;
    const Places *places = value;
    const Mix *mix = value;
    if (param->type == PARAM_REFERENCE)
        show_reference(text, *(const Reference *)value, 1);
    for (guint i = 0; param->type == PARAM_REFERENCES && i < list->n; i++)
        show_reference(text, list->item[i].to, list->item[i].quantity);
    if (param->type == PARAM_REGION)
        g_string_append_printf(text, "%d", *(const int *)value);
    for (guint i = 0; param->type == PARAM_REGIONS && i < regions->n; i++)
        g_string_append_printf(text, "%s%d", i ? " " : "", regions->region[i]);
    for (guint i = 0; param->type == PARAM_PLACES && i < places->n; i++)
        g_string_append_printf(text, "%s%g %s", i ? ", " : "", places->place[i].share, places->place[i].name);
    for (guint i = 0; param->type == PARAM_MIX && i < mix->n; i++)
        g_string_append_printf(text, "%s%g %d", i ? ", " : "", mix->share[i], mix->word[i]);
    const Words *words = value;
    for (guint i = 0; param->type == PARAM_WORDS && i < words->n; i++)
        g_string_append_printf(text, "%s%d", i ? " " : "", words->word[i]);
    const Threshold *threshold = param->type == PARAM_THRESHOLD ? *(const Threshold *const *)value : NULL;
    if (param->type == PARAM_THRESHOLD)
        g_string_append(text, threshold ? threshold->text : "(none)");
    if (param->type == PARAM_POLICY)
        g_string_append(text, (*(const Policy *const *)value)->name);
}

static void show_addresses(GString *text, const Param *param, const void *value)
{
    static const char *const kinds[] = {"continent", "country", "elsewhere"};
    const Locations *locations = value;
    const Subnets *subnets = value;
    for (guint i = 0; param->type == PARAM_LOCATIONS && i < locations->n; i++)
        g_string_append_printf(text, "%s%s %s", i ? ", " : "", kinds[locations->location[i].kind],
                               locations->location[i].name);
    for (guint i = 0; param->type == PARAM_SUBNETS && i < subnets->n; i++)
        g_string_append_printf(text, "%s%08x/%d", i ? ", " : "", subnets->subnet[i].address, subnets->subnet[i].bits);
}

static char *show(const Param *param, const void *config)
{
    const void *value = (const char *)config + param->offset;
    const Point *point = value;
    GString *text = g_string_new(NULL);
    switch (param->type) {
    case PARAM_TEXT:
    case PARAM_PLACE:
        g_string_append(text, *(const char *const *)value ? *(const char *const *)value : "(none)");
        break;
    case PARAM_YES_NO:
        g_string_append(text, *(const bool *)value ? "yes" : "no");
        break;
    case PARAM_CHOICE:
        g_string_append_printf(text, "%d", *(const int *)value);
        break;
    case PARAM_COUNT:
    case PARAM_SIZE:
    case PARAM_DURATION:
        g_string_append_printf(text, "%" PRId64, *(const gint64 *)value);
        break;
    case PARAM_SHARE:
    case PARAM_RATE:
        g_string_append_printf(text, "%.10g", *(const double *)value);
        break;
    case PARAM_LAW_OF_DURATION:
    case PARAM_LAW_OF_ITEMS:
        show_law(text, value);
        break;
    case PARAM_POINT:
        g_string_append_printf(text, "%s %d %" PRId64, point->after ? point->after->name : "-", (int)point->event,
                               point->offset);
        break;
    case PARAM_LOCATIONS:
    case PARAM_SUBNETS:
        show_addresses(text, param, value);
        break;
    default:
        show_names(text, param, value);
    }
    return g_string_free(text, FALSE);
}

/* ---- rows ---- */

typedef struct {
    const char *key, *text;
    const char *value; /* as shown; "!slug": refused */
} Row;

static const char frame[] =
    "[scenario]\nregions = us-east-1, eu-central-1\n[fault a]\n[fault b]\n[fault off]\nenabled = no\n"
    "[fault a@us-east-1]\n[probe q]\n[probe a]\n[probe p]\n";
static const char csv[] = "took_ms,bare,words\n1,1,x\n3,3,y\n2,2,z\n";

static void check_row(const Row *row, gsize i)
{
    g_autofree char *text = g_strdup_printf("%s%s = %s\n", frame, row->key, row->text);
    const char *names[] = {"t.ini", "times.csv", "bad \"dir/x.csv"}, *texts[] = {text, csv, csv};
    gsize lengths[] = {strlen(text), strlen(csv), strlen(csv)};
    g_autoptr(Library) library = library_stored(names, texts, lengths, 3);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Scenario) scenario = scenario_load("t.ini", NULL, &probes, case_atlas(), library, diagnostics, NULL);
    char *said = NULL;
    size_t size;
    FILE *stream = open_memstream(&said, &size);
    diagnostics_print(diagnostics, stream, false);
    fclose(stream);
    if (*row->value == '!') {
        g_autofree char *slug = g_strdup_printf("[%s]\n", row->value + 1);
        EXPECT(!scenario && strstr(said, slug), "row %zu: %s = %s: expected %s, got \"%s\"", i, row->key, row->text,
               slug, said);
    } else {
        EXPECT(scenario != NULL, "row %zu: %s = %s: %s", i, row->key, row->text, said);
        const Thing *thing = scenario ? world_find(scenario->world, "probe", "p") : NULL;
        const Param *param = params;
        while (strcmp(param->name, row->key) != 0)
            param++;
        g_autofree char *value = thing ? show(param, thing->config) : g_strdup("");
        EXPECT(strcmp(value, row->value) == 0, "row %zu: %s = %s is \"%s\", expected \"%s\"", i, row->key, row->text,
               value, row->value);
    }
    free(said);
}

static void check_rows(const Row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++)
        check_row(&rows[i], i);
}
#define CHECK_ROWS(rows) check_rows(rows, G_N_ELEMENTS(rows))

static void test_plain_values(void)
{
    static const Row rows[] = {
        {"text", "anything at all", "anything at all"},
        {"text", "\"Shop #1 \"", "Shop #1 "},
        {"text", "\"a \\\"b\\\" \\\\\"", "a \"b\" \\"},
        {"text", "\"a\" b", "!syntax"},
        {"text", "\"a \\n\"", "!syntax"},
        {"yes", "yes", "yes"},
        {"yes", "no", "no"},
        {"yes", "true", "!unknown-choice"},
        {"yes", "1", "!unknown-choice"},
        {"yes", "Yes", "!unknown-choice"},
        {"choice", "green", "1"},
        {"choice", "gren", "!unknown-choice"},
        {"choice", "red green", "!unknown-choice"},
        {"count", "6", "6"},
        {"count", "10k", "10000"},
        {"count", "1M", "1000000"},
        {"count", "6.5", "!bad-quantity"},
        {"count", "1e3", "!bad-quantity"},
        {"count", "1,000", "!bad-quantity"},
        {"count", "0", "!out-of-range"},
        {"count", "2G", "!out-of-range"},
        {"count", "5x", "!wrong-dimension"},
        {"size", "4KiB", "4096"},
        {"size", "400 kB", "400000"},
        {"size", "4", "!missing-unit"},
        {"share", "80%", "0.8"},
        {"share", "99.95 %", "0.9995"},
        {"share", "0.8", "!missing-unit"},
        {"share", "101%", "!out-of-range"},
        {"share", "-1%", "!out-of-range"},
        {"rate", "60/s", "60"},
        {"rate", "5k/min", "83.33333333"},
        {"rate", "60rps", "!bad-quantity"},
        {"duration", "1.5 s", "1500000000"},
        {"duration", "0s", "0"},
        {"duration", "7d", "604800000000000"},
        {"duration", "250", "!missing-unit"},
        {"duration", "0,5s", "!bad-quantity"},
        {"duration", "1h30m", "!bad-quantity"},
        {"duration", "60S", "!bad-quantity"},
        {"duration", "-1s", "!out-of-range"},
        {"duration", "300000d", "!out-of-range"},
        {"duration", "60%", "!wrong-dimension"},
        {"policy", "second", "second"},
        {"policy", "third", "!unknown-choice"},
        {"words", "blue, red", "2 0"},
        {"words", "green", "1"},
        {"words", "all", "0 1 2"},
        {"words", "all, red", "!unknown-choice"},
        {"words", "red, gren", "!unknown-choice"},
        {"words", "red, red", "!bad-list"},
        {"words", "red,, blue", "!bad-list"},
    };
    CHECK_ROWS(rows);
}

static void test_thresholds(void)
{
    static const Row rows[] = {
        {"threshold", "replication.lag.p50 > 10s", "replication.lag.p50 > 10s"},
        {"threshold", "latency.p99{op!=read,op=write}<=250ms", "latency.p99{op!=read,op=write} <= 250ms"},
        {"threshold", "availability < 99%", "availability < 99%"},
        {"threshold", "latency.count >= 100", "latency.count >= 100"},
        {"threshold", "latency.p99", "!bad-threshold"},
        {"threshold", "> 10s", "!bad-threshold"},
        {"threshold", "latency.p99 >", "!bad-threshold"},
        {"threshold", "latency.p99 >> 1s", "!bad-quantity"},
        {"threshold", "latency.p99{op=*} > 1s", "!bad-threshold"},
        {"threshold", "latency > 1s", "!bad-objective"},
        {"threshold", "latency.p98 > 1s", "!unknown-metric"},
        {"threshold", "latenzy.p99 > 1s", "!unknown-metric"},
        {"threshold", "latency.p99{opp=read} > 1s", "!unknown-label"},
        {"threshold", "latency.p99{op=raed} > 1s", "!unknown-label-value"},
        {"threshold", "latency.p99{op=read > 1s", "!bad-objective"},
        {"threshold", "latency.p99 > 10", "!missing-unit"},
        {"threshold", "latency.p99 > 10%", "!wrong-dimension"},
        {"threshold", "latency.p99 > -1s", "!out-of-range"},
        {"threshold", "availability < 101%", "!out-of-range"},
    };
    CHECK_ROWS(rows);
}

static void test_laws(void)
{
    static const Row rows[] = {
        {"law", "5ms", "constant 5e+06 5e+06 5e+06 [-inf, inf]"},
        {"law", "uniform(1ms, 3ms)", "uniform 1.02e+06 2e+06 2.98e+06 [0, 3.15e+18]"},
        {"law", "uniform(low=1ms, high=3ms)", "uniform 1.02e+06 2e+06 2.98e+06 [0, 3.15e+18]"},
        {"law", "uniform( high = 3ms , low = 1ms )", "uniform 1.02e+06 2e+06 2.98e+06 [0, 3.15e+18]"},
        {"law", "exponential(mean=5ms)", "exponential 5.025e+04 3.466e+06 2.303e+07 [0, 3.15e+18]"},
        {"law", "lognormal(p50=8ms, p99=40ms)", "lognormal 1.6e+06 8e+06 4e+07 [0, 3.15e+18]"},
        {"law", "gamma(mean=5ms, cv=0.5)", "gamma [0, 3.15e+18]"},
        {"law", "weibull(scale=5ms, shape=0.7, max=1s)", "weibull 6997 2.962e+06 4.431e+07 [0, 1e+09]"},
        {"law", "pareto(min=5ms, shape=1.5)", "pareto 5.034e+06 7.937e+06 1.077e+08 [0, 3.15e+18]"},
        {"law", "pareto(min=5ms, shape=1.5, max=1s)", "pareto 5.034e+06 7.937e+06 1.077e+08 [0, 1e+09]"},
        {"law", "mixture(70% 1ms, 30% exponential(mean=5ms))",
         "mixture 0.7:constant 1e+06 1e+06 1e+06 [-inf, inf] 1:exponential 5.025e+04 3.466e+06 2.303e+07 [0, 3.15e+18] "
         "[0, 3.15e+18]"},
        {"law", "mixture(50% 1ms, 50% mixture(50% 2ms, 50% 3ms))",
         "mixture 0.5:constant 1e+06 1e+06 1e+06 [-inf, inf] 1:mixture 0.5:constant 2e+06 2e+06 2e+06 [-inf, inf] "
         "1:constant 3e+06 3e+06 3e+06 [-inf, inf] [0, 3.15e+18] [0, 3.15e+18]"},
        {"law", "none", "none"},
        {"signed", "normal(mean=0ms, sd=5ms)", "normal -1.163e+07 0 1.163e+07 [-1e+09, 1e+09]"},
        {"signed", "-5ms", "constant -5e+06 -5e+06 -5e+06 [-inf, inf]"},
        {"signed", "normal(mean=0ms, sd=5ms, min=-1ms, max=1ms)", "normal -1e+06 0 1e+06 [-1e+06, 1e+06]"},
        {"law", "normal(mean=5ms, sd=1ms)", "normal 2.674e+06 5e+06 7.326e+06 [0, 3.15e+18]"},
        {"items", "zipf(1M, 0.9)", "zipf 1e+06 0.9"},
        {"items", "zipf(items=10, exponent=0)", "zipf 10 0"},
        {"items", "500", "zipf 500 0"},
    };
    CHECK_ROWS(rows);
}

static void test_wrong_laws(void)
{
    static const Row rows[] = {
        {"law", "5", "!missing-unit"},
        {"law", "lognormal(8ms, 40ms)", "!unnamed-argument"},
        {"law", "exponential(5ms)", "!unnamed-argument"},
        {"law", "uniform(1ms, 2ms, 3ms)", "!unnamed-argument"},
        {"law", "lognormal(p50=8ms, p90=40ms)", "!unknown-argument"},
        {"law", "lognormal(p50=8ms)", "!missing-key"},
        {"law", "lognormal(p50=8ms, p50=9ms, p99=40ms)", "!duplicate-key"},
        {"law", "lognormal(p50=8, p99=40ms)", "!missing-unit"},
        {"law", "lognormal(p50=8%, p99=40ms)", "!wrong-dimension"},
        {"law", "lognormal(p50=40ms, p99=8ms)", "!out-of-range"},
        {"law", "lognormal(p50=0ms, p99=8ms)", "!out-of-range"},
        {"law", "uniform(3ms, 1ms)", "!out-of-range"},
        {"law", "gamma(mean=5ms, cv=0)", "!out-of-range"},
        {"law", "normal(mean=-10s, sd=1ms)", "!out-of-range"},
        {"law", "exponential(mean=5ms, min=2s, max=1s)", "!out-of-range"},
        {"law", "exponential(mean=5ms, min=10s)", "!out-of-range"},
        {"law", "lognormal", "!bad-quantity"},
        {"law", "lognormal()", "!bad-list"},
        {"law", "lognormal(p50=8ms, )", "!bad-list"},
        {"law", "lognormal(p50=, p99=1ms)", "!bad-quantity"},
        {"law", "lognormal(p50=8ms, p99=40ms", "!unclosed-paren"},
        {"law", "lognormal(p50=8ms, p99=40ms))", "!unclosed-paren"},
        {"law", "lognormal(p50=8ms, p99=40ms) x", "!bad-quantity"},
        {"law", "(5ms)", "!unknown-law"},
        {"law", "lognorml(p50=8ms, p99=40ms)", "!unknown-law"},
        {"law", "replay(x.csv)", "!not-yet"},
        {"law", "daily(low=10/s)", "!not-yet"},
        {"law", "mixture(70% 1ms, 20% 2ms)", "!shares-not-100"},
        {"law", "mixture(1ms, 2ms)", "!bad-list"},
        {"law", "mixture(70%, 30% 2ms)", "!bad-list"},
        {"law", "mixture(-10% 1ms, 110% 2ms)", "!out-of-range"},
        {"law",
         "mixture(100% mixture(100% mixture(100% mixture(100% mixture(100% mixture(100% mixture(100%"
         " mixture(100% mixture(100% mixture(100% mixture(100% mixture(100% mixture(100% mixture(100"
         "% mixture(100% mixture(100% mixture(100% 1ms)))))))))))))))))",
         "!out-of-range"},
        {"items", "zipf(0, 0.9)", "!out-of-range"},
        {"items", "zipf(5G, 0.9)", "!out-of-range"},
        {"items", "zipf(10, -1)", "!out-of-range"},
        {"items", "exponential(mean=5)", "!unknown-law"},
        {"items", "5ms", "!wrong-dimension"},
    };
    CHECK_ROWS(rows);
}

static void test_measured_values(void)
{
    static const Row rows[] = {
        {"law", "empirical(times.csv, column=took_ms)", "empirical 1.02e+06 2e+06 2.98e+06 [0, 3.15e+18]"},
        {"law", "empirical(times.csv, column=bare, unit=us)", "empirical 1020 2000 2980 [0, 3.15e+18]"},
        {"law", "empirical(\"times.csv\", column=\"bare\", unit=us, max=2500ns)",
         "empirical 1020 2000 2500 [0, 2.5e+03]"},
        {"law", "empirical(times.csv, column=bare)", "!missing-unit"},
        {"law", "empirical(times.csv, column=bare, unit=kg)", "!bad-quantity"},
        {"law", "empirical(times.csv)", "!unknown-column"},
        {"law", "empirical(times.csv, column=tok_ms)", "!unknown-column"},
        {"law", "empirical(times.csv, column=words, unit=ms)", "!bad-csv"},
        {"law", "empirical(nowhere.csv, column=ms)", "!no-file"},
        {"law", "empirical(column=ms)", "!missing-key"},
        {"law", "empirical(times.csv, ms)", "!unnamed-argument"},
        {"law", "empirical(times.csv, colum=took_ms)", "!unknown-argument"},
    };
    CHECK_ROWS(rows);
}

static void test_points(void)
{
    static const Row rows[] = {
        {"at", "20m", "- 0 1200000000000"},
        {"at", "00:20:00", "- 0 1200000000000"},
        {"at", "25:00:01", "- 0 90001000000000"},
        {"at", "a.start", "a 0 0"},
        {"at", "a.end + 30m", "a 1 1800000000000"},
        {"at", "a.end+30m", "a 1 1800000000000"},
        {"at", "20", "!missing-unit"},
        {"at", "00:20", "!bad-point"},
        {"at", "00:61:00", "!bad-point"},
        {"at", "00:20:00pm", "!bad-point"},
        {"at", "tomorrow", "!bad-point"},
        {"at", "a.over", "!bad-point"},
        {"at", "a.end + x", "!bad-quantity"},
        {"at", "a.end - 5m", "!bad-point"},
        {"at", "c.end", "!unknown-reference"},
        {"at", "off.end", "!disabled-reference"},
        {"at", "-5m", "!out-of-range"},
    };
    CHECK_ROWS(rows);
}

static void test_references(void)
{
    static const Row rows[] = {
        {"one", "b", "1 b@-1"},
        {"one", "b@eu-central-1", "1 b@1"},
        {"one", "fault a", "1 a@-1"},
        {"one", "probe a@us-east-1", "1 a@0"},
        {"one", "none", "1 -@-1"},
        {"one", "a", "!ambiguous-reference"},
        {"one", "c", "!unknown-reference"},
        {"one", "B", "!unknown-reference"},
        {"one", "b@us-west-2", "!unknown-region"},
        {"one", "b@us-est-1", "!unknown-region"},
        {"one", "b@us-east-1a", "!not-yet"},
        {"one", "off", "!disabled-reference"},
        {"one", "p", "!cycle"},
        {"times", "5x a, b", "5 a@-1, 1 b@-1"},
        {"times", "a, a@us-east-1", "1 a@-1, 1 a@0"},
        {"times", "5 a", "!bad-list"},
        {"times", "5% a", "!wrong-dimension"},
        {"times", "5x", "!bad-list"},
        {"times", "probe q", "!unknown-reference"},
        {"weights", "90 a, 10 b", "90 a@-1, 10 b@-1"},
        {"weights", "90 a, b", "90 a@-1, 1 b@-1"},
        {"weights", "-90 a, 10 b", "!out-of-range"},
        {"shares", "80% a, 20 % b", "0.8 a@-1, 0.2 b@-1"},
        {"shares", "80% a, 10% b", "!shares-not-100"},
        {"plain", "a, b", "1 a@-1, 1 b@-1"},
        {"plain", "2 a", "!bad-list"},
        {"plain", "a,, b", "!bad-list"},
        {"plain", "a b c", "!unknown-reference"},
        {"plain", "none", ""},
    };
    CHECK_ROWS(rows);
}

static void test_locations_and_networks(void)
{
    static const Row rows[] = {
        {"location", "europe", "continent europe"},
        {"location", "DE, FR", "country DE, country FR"},
        {"location", "north-america, SA, elsewhere", "continent north-america, country SA, elsewhere elsewhere"},
        {"location", "CN", "country CN"},
        {"location", "none", ""},
        {"location", "Europe", "!unknown-location"},
        {"location", "EU", "!unknown-location"},
        {"location", "de", "!unknown-location"},
        {"location", "DE-BERLIN", "!unknown-location"},
        {"location", "us-east-1", "!unknown-location"},
        {"location", "DE, default", "!unknown-location"},
        {"location", "*", "!unknown-location"},
        {"location", "DE, DE", "!bad-list"},
        {"location", "60% DE", "!unknown-location"},
        {"subnets", "198.51.100.0/22", "c6336400/22"},
        {"subnets", "10.0.0.0/8, 10.1.0.0/16, elsewhere", "0a000000/8, 0a010000/16, 00000000/0"},
        {"subnets", "128.0.0.0/1", "80000000/1"},
        {"subnets", "255.255.255.0/24", "ffffff00/24"},
        {"subnets", "none", ""},
        {"subnets", "10.0.0.0/8, 10.0.0.0/8", "!bad-list"},
        {"subnets", "198.51.100.0", "!bad-network"},
        {"subnets", "198.51.100.0/25", "!bad-network"},
        {"subnets", "0.0.0.0/0", "!bad-network"},
        {"subnets", "198.51.101.0/22", "!bad-network"},
        {"subnets", "198.51.100/24", "!bad-network"},
        {"subnets", "198.51.256.0/24", "!bad-network"},
        {"subnets", "198.51.100.0/", "!bad-network"},
        {"subnets", "198.51.100.0/2x", "!bad-network"},
        {"subnets", "198.51.100.0/-1", "!bad-network"},
        {"subnets", "2001:db8::/32", "!bad-network"},
        {"subnets", "10.0.0.0/8, default", "!bad-network"},
        {"subnets", "rest", "!bad-network"},
        {"network", "198.51.100.0/22", "c6336400/22"},
        {"network", "elsewhere", "!bad-network"},
    };
    CHECK_ROWS(rows);
}

static void test_places_and_mixes(void)
{
    static const Row rows[] = {
        {"region", "eu-central-1", "1"},
        {"region", "none", "-1"},
        {"region", "us-west-2", "!unknown-region"},
        {"some", "all", "0 1"},
        {"some", "eu-central-1", "1"},
        {"some", "eu-central-1, us-east-1", "1 0"},
        {"some", "us-east-1, us-east-1", "!bad-list"},
        {"some", "us-west-2", "!unknown-region"},
        {"place", "us-west-2", "us-west-2"},
        {"place", "us-west-22", "!unknown-region"},
        {"place", "US", "!unknown-region"},
        {"end", "US", "US"},
        {"end", "us-west-2", "us-west-2"},
        {"places", "US", "1 US"},
        {"places", "85% US, 10% CA, 5% MX", "0.85 US, 0.1 CA, 0.05 MX"},
        {"places", "60% DE-BERLIN, 40% us-west-2", "0.6 DE-BERLIN, 0.4 us-west-2"},
        {"places", "US, CA", "!bad-list"},
        {"places", "50% US, 50% US", "!bad-list"},
        {"places", "50% US, 40% CA", "!shares-not-100"},
        {"places", "us", "!unknown-place"},
        {"places", "CN", "!unknown-place"},
        {"places", "50 US, 50 CA", "!missing-unit"},
        {"mix", "80% read, 20% write", "0.8 0, 0.2 1"},
        {"mix", "write", "1 1"},
        {"mix", "80% read", "!shares-not-100"},
        {"mix", "50% read, 50% reed", "!unknown-choice"},
        {"mix", "50% read, 50% read", "!bad-list"},
    };
    CHECK_ROWS(rows);
}

static void test_absent_values(void)
{
    static const struct {
        const char *key, *value;
    } rows[] = {{"text", "(none)"},
                {"law", "none"},
                {"one", "1 -@-1"},
                {"plain", ""},
                {"region", "-1"},
                {"some", ""},
                {"place", "(none)"},
                {"count", "2"},
                {"policy", "first"},
                {"words", "0 1 2"},
                {"threshold", "(none)"},
                {"share", "0.05"},
                {"at", "- 0 9223372036854775807"}};
    const char *names[] = {"t.ini"}, *texts[] = {frame};
    gsize lengths[] = {strlen(frame)};
    g_autoptr(Library) library = library_stored(names, texts, lengths, 1);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Scenario) scenario = scenario_load("t.ini", NULL, &probes, case_atlas(), library, diagnostics, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Param *param = params;
        while (strcmp(param->name, rows[i].key) != 0)
            param++;
        g_autofree char *value = show(param, world_find(scenario->world, "probe", "p")->config);
        EXPECT(strcmp(value, rows[i].value) == 0, "%s is \"%s\", expected \"%s\"", rows[i].key, value, rows[i].value);
    }
}

void suite_values(void);
void suite_values(void)
{
    CU_pSuite suite = CU_add_suite("values", NULL, NULL);
    CU_add_test(suite, "texts, words and quantities", test_plain_values);
    CU_add_test(suite, "thresholds", test_thresholds);
    CU_add_test(suite, "laws", test_laws);
    CU_add_test(suite, "wrong laws", test_wrong_laws);
    CU_add_test(suite, "values measured in a table", test_measured_values);
    CU_add_test(suite, "points in time", test_points);
    CU_add_test(suite, "references", test_references);
    CU_add_test(suite, "regions, places and mixes", test_places_and_mixes);
    CU_add_test(suite, "locations and networks", test_locations_and_networks);
    CU_add_test(suite, "what nobody gave", test_absent_values);
}
