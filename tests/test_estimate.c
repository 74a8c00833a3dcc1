/* What is said about a run before it starts, held against the run. */
#include "run/estimate.h"
#include "kernel/simtime.h"
#include "run/machine.h"
#include "stats/sheet.h"
#include "tests/child.h"
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <math.h>
#include <string.h>
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#include <malloc.h>
#define MEASURES_MEMORY 1
#else
#define MEASURES_MEMORY 0 /* what a checker adds is not in the estimate */
#endif

static const char plain[] = "[scenario]\nregions = us-east-1, eu-central-1\nduration = 10m\nwarm-up = 1m\n"
                            "[clients users]\nplaces = 60% US, 40% DE\nrate = 100/s\nenter = door\n"
                            "[dns door]\npolicy = latency\nanswers = front\nhealth = alive\n"
                            "[health-check alive]\nof = front\ninterval = 10s\n"
                            "[balancer front]\nto = shop\n[service shop]\nwork = 10ms\ncalls = carts\n"
                            "[database carts]\nuse = dynamodb-global-table\n";

/* Each is `plain` with a few changes. */
typedef struct {
    const char *name;
    const char *sets[8];
} Variant;

static const Variant plain_one = {"as it is", {NULL}};
static const Variant crowd = {"many users",
                              {"users.rate=20k/s", "users.think=100s", "shop.servers=40", "scenario.duration=2s",
                               "scenario.warm-up=0s", "carts.workers=1k", NULL}};
static const Variant pages = {"five calls a page",
                              {"shop.calls=5x carts", "users.mix=50% read, 50% write", "scenario.duration=2m", NULL}};
static const Variant quiet = {"mostly health checks",
                              {"users.rate=1/min", "shop.servers=100", "scenario.duration=1h", NULL}};
static const Variant overload = {"a queue without end",
                                 {"users.rate=10k/s", "shop.queue=1G", "shop.servers=1", "users.enter=front",
                                  "scenario.duration=1m", "scenario.warm-up=0s", "users.think=1s", NULL}};

static Case load(const Variant *variant)
{
    Case loaded = case_of_text(plain, NULL, variant->sets);
    EXPECT(loaded.scenario, "%s: %s", variant->name, loaded.said);
    return loaded;
}

static double sum_of(const Sheet *sheet, const char *metric)
{
    double sum = 0;
    for (guint i = 0; i < sheet_cells(sheet); i++)
        if (strcmp(sheet_nth(sheet, i)->metric, metric) == 0)
            sum += (double)sheet_nth(sheet, i)->count;
    return sum;
}

static void test_requests_and_events(void)
{
    const Variant *const variants[] = {&plain_one, &crowd, &pages, &quiet};
    for (gsize i = 0; i < G_N_ELEMENTS(variants); i++) {
        g_auto(Case) loaded = load(variants[i]);
        if (!loaded.scenario)
            continue;
        const ScenarioConfig *frame = &loaded.scenario->world->scenario;
        uint64_t digest;
        guint64 n_events = 0;
        Estimate estimate = estimate_world(loaded.scenario->world);
        g_autoptr(Sheet) sheet = run_replication(loaded.scenario->world, 1, 1, NULL, &digest, &n_events);
        double measured = simtime_seconds(frame->duration) / simtime_seconds(frame->duration + frame->warm_up);
        double expected = estimate.requests * measured, issued = sum_of(sheet, "requests.issued");
        if (variants[i] != &quiet) /* of sixty, chance makes more */
            EXPECT(fabs(expected - issued) <= 0.05 * issued, "%s: %g requests expected, %g issued", variants[i]->name,
                   expected, issued);
        EXPECT(estimate.events >= 0.8 * (double)n_events && estimate.events <= 1.6 * (double)n_events,
               "%s: %g events expected, %g seen", variants[i]->name, estimate.events, (double)n_events);
        if (g_getenv("MRSIM_COUNT"))
            printf("%s: %g requests expected, %g issued; %g events, %g\n", variants[i]->name, expected, issued,
                   estimate.events, (double)n_events);
    }
}

/* ---- memory ---- */

#if MEASURES_MEMORY

static const Variant *measured_variant;
static guint measured_replications;

static double status_of_process(const char *key)
{
    g_autofree char *text = NULL;
    const char *at = g_file_get_contents("/proc/self/status", &text, NULL, NULL) ? strstr(text, key) : NULL;
    return at ? g_ascii_strtod(at + strlen(key), NULL) * 1024 : NAN;
}

/* In a child: what a run adds to the memory of the process at most. */
static void measure(void)
{
    g_auto(Case) loaded = load(measured_variant);
    RunOptions options = {.seed = 1, .replications = measured_replications, .jobs = 1};
    malloc_trim(0);
    double before = status_of_process("VmRSS:");
    FILE *refs = fopen("/proc/self/clear_refs", "w");
    if (refs) { /* the highest mark begins anew here */
        fputs("5", refs);
        fclose(refs);
    }
    Results *results = run_scenario(loaded.scenario, loaded.library, CASE_FILE, measured_variant->sets, &options);
    fprintf(stderr, "%.0f\n", status_of_process("VmHWM:") - before);
    results_free(results);
}

static void test_memory(void)
{
    static const struct {
        const Variant *variant;
        guint replications;
    } cases[] = {{&plain_one, 1}, {&plain_one, 20}, {&crowd, 1}, {&overload, 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Case) loaded = load(cases[i].variant);
        g_autofree char *said = NULL;
        Estimate estimate = estimate_world(loaded.scenario->world);
        double expected = estimate_bytes(&estimate, cases[i].replications, 1);
        measured_variant = cases[i].variant;
        measured_replications = cases[i].replications;
        EXPECT_INT(child_status(measure, &said), 0);
        double grown = g_ascii_strtod(said, NULL);
        if (g_getenv("MRSIM_COUNT"))
            printf("%s, %u replications: %.1f MB expected, %.1f MB measured\n", cases[i].variant->name,
                   cases[i].replications, expected * 1e-6, grown * 1e-6);
        EXPECT(grown <= expected && expected <= 4 * grown, "%s, %u replications: %.1f MB expected, %.1f MB measured",
               cases[i].variant->name, cases[i].replications, expected * 1e-6, grown * 1e-6);
    }
}

#endif

void suite_estimate(void);
void suite_estimate(void)
{
    CU_pSuite suite = CU_add_suite("estimate", NULL, NULL);
    CU_add_test(suite, "requests and events come out as estimated", test_requests_and_events);
#if MEASURES_MEMORY
    CU_add_test(suite, "memory does not exceed its estimate, which is of its size", test_memory);
#endif
}
