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
                            "[database carts]\nuse = dynamodb-global-table\n"
                            "[fault cut]\nuse = partition\nfrom = us-east-1\nto = eu-central-1\nat = 10s\nfor = 2m\n"
                            "enabled = no\n";

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
static const Variant burst = {"users who come for a while",
                              {"users.at=1m", "users.for=4m", "scenario.warm-up=0s", NULL}};
static const Variant moving = {"users who move",
                               {"users.rate=20k/s", "users.think=100s", "users.travels-to=GB", "users.away=50%",
                                "shop.servers=40", "scenario.duration=2s", "scenario.warm-up=0s", NULL}};
static const Variant unequal = {"100,000 resolvers, a few with most of the users",
                                {"users.resolvers=zipf(100k, 1.0)", "users.rate=1k/s", "users.think=1000s",
                                 "shop.servers=10", "scenario.duration=2s", "scenario.warm-up=0s", NULL}};
static const Variant overload = {"a queue without end",
                                 {"users.rate=10k/s", "shop.queue=1G", "shop.servers=1", "users.enter=front",
                                  "scenario.duration=1m", "scenario.warm-up=0s", "users.think=1s", NULL}};

static const Variant cut = {"writes that wait",
                            {"cut.enabled=yes", "users.rate=2k/s", "users.mix=100% write", "shop.servers=40",
                             "scenario.duration=3m", "scenario.warm-up=0s", NULL}};

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
    const Variant *const variants[] = {&plain_one, &crowd, &pages, &burst, &moving, &quiet};
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
    } cases[] = {{&plain_one, 1}, {&plain_one, 20}, {&crowd, 1}, {&moving, 1},
                 {&unequal, 1},   {&overload, 1},   {&cut, 1}};
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

/* ---- what is said ---- */

static void test_words(void)
{
    static const Component users = {.kind = "clients"};
    static const Thing clients = {.component = &users, .name = "europe"};
    const Estimate large = {.requests = 4.1e8,
                            .events = 4e9,
                            .bytes = 12.3e9,
                            .kept = 1e6,
                            .duration_s = 3600,
                            .most = {NEED_THINGS, &clients, 12e9, 187.5e6}};
    g_autofree char *refusal = estimate_refusal(&large, 10, 2, 20e9);
    EXPECT_TEXT(refusal,
                "this needs about 25 GB of memory, and 20 GB are free; nothing was simulated\n"
                "One replication at a time (-j 1) needs 12 GB.  Most of a replication: 12 GB for the 190 million "
                "users (rate × think) and the resolvers of clients europe.");
    g_autofree char *fits = estimate_refusal(&large, 10, 1, 20e9);
    EXPECT(!fits, "%s", fits);
    g_autofree char *warning = estimate_warning(&large, 10, 2);
    EXPECT_TEXT(warning, "this takes about 110 min on 2 cores (4.1 billion requests); shorter: --set "
                         "scenario.duration=5m");
    g_autofree char *more = estimate_warning(&large, 100, 16);
    EXPECT_TEXT(more, "this takes about 2.6 h on 16 cores (41 billion requests); shorter: --set scenario.duration=3m, "
                      "or -r 6");
    const Estimate small = {.requests = 12345, .events = 1e5, .bytes = 2.34e6};
    g_autofree char *nothing = estimate_warning(&small, 10, 2), *text = estimate_text(&small);
    EXPECT(!nothing, "%s", nothing);
    EXPECT_TEXT(text, "a replication is about 12000 requests, 0.033 s and 2.3 MB");
    const Estimate endless = {.requests = 1e12, .events = 1e13, .bytes = 1e6, .duration_s = 365 * 86400.0};
    g_autofree char *counted = estimate_refusal(&endless, 1, 1, INFINITY);
    EXPECT_TEXT(counted, "a replication would have about 10 million million events, and mrsim counts to 1.1 million "
                         "million; nothing was simulated\nShorter: --set scenario.duration=20d");
}

/* ---- a run that would take too much, all the same ---- */

static void test_overrun(void)
{
    g_auto(Case) loaded = load(&overload);
    char *why[2] = {NULL, NULL};
    for (guint i = 0; i < 2 && loaded.scenario; i++) {
        RunOptions options = {.seed = 1, .replications = 3, .jobs = i + 1, .most_bytes = 40000000, .overrun = &why[i]};
        Results *results = run_scenario(loaded.scenario, loaded.library, CASE_FILE, overload.sets, &options);
        EXPECT_INT(results->replications, 0);
        results_free(results);
    }
    EXPECT(why[0] && g_str_has_prefix(why[0], "arrival rate exceeds capacity at service shop in us-east-1: "), "%s",
           why[0]);
    EXPECT(why[0] && strstr(why[0], " came and ") && strstr(why[0], " wait; after "), "%s", why[0]);
    EXPECT(why[1] != NULL, "one of two threads");
    if (g_getenv("MRSIM_COUNT"))
        printf("%s\n", why[0]);
    g_free(why[0]);
    g_free(why[1]);
}

static void test_overrun_of_writes(void)
{
    g_auto(Case) loaded = load(&cut);
    char *why = NULL;
    RunOptions options = {.seed = 1, .replications = 1, .jobs = 1, .most_bytes = 16000000, .overrun = &why};
    Results *results = run_scenario(loaded.scenario, loaded.library, CASE_FILE, cut.sets, &options);
    EXPECT_INT(results->replications, 0);
    EXPECT(why && g_str_has_prefix(why, "database carts has ") && strstr(why, "have not reached every region"), "%s",
           why);
    if (g_getenv("MRSIM_COUNT"))
        printf("%s\n", why);
    results_free(results);
    g_free(why);
}

/* Within its limit a run does not know of it. */
static void test_limit_changes_nothing(void)
{
    g_auto(Case) loaded = load(&plain_one);
    Replication free_of_it = {0}, limited = {.most_bytes = 100000000};
    replicate(loaded.scenario->world, 1, 1, NULL, &free_of_it);
    replicate(loaded.scenario->world, 1, 1, NULL, &limited);
    EXPECT(free_of_it.digest == limited.digest && free_of_it.sheet && limited.sheet, "another course of events");
    sheet_free(free_of_it.sheet);
    sheet_free(limited.sheet);
}

static void test_machine(void)
{
    EXPECT(machine_memory() > 1e6, "%g bytes are free", machine_memory());
    EXPECT_INT(machine_threads(8, 3), 3);
    EXPECT_INT(machine_threads(2, 3), 2);
    EXPECT_INT(machine_threads(5, 0), 1);
    EXPECT_INT(machine_threads(0, 1000000), g_get_num_processors());
}

void suite_estimate(void);
void suite_estimate(void)
{
    CU_pSuite suite = CU_add_suite("estimate", NULL, NULL);
    CU_add_test(suite, "requests and events come out as estimated", test_requests_and_events);
    CU_add_test(suite, "what is said", test_words);
    CU_add_test(suite, "a queue that outgrows memory ends the run, and is named", test_overrun);
    CU_add_test(suite, "so do writes that wait", test_overrun_of_writes);
    CU_add_test(suite, "within its limit a run is the same", test_limit_changes_nothing);
    CU_add_test(suite, "the machine", test_machine);
#if MEASURES_MEMORY
    CU_add_test(suite, "memory does not exceed its estimate, which is of its size", test_memory);
#endif
}
