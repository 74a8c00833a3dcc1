/* Growth: many of one kind, more than any table of fixed size would hold. */
#include "model/sim.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/scenario_case.h"
#include <inttypes.h>

static Results *results_of(const GString *text)
{
    g_auto(Case) loaded = case_of_text(text->str, NULL, NULL);
    EXPECT(loaded.scenario != NULL, "does not load: %s", loaded.said);
    RunOptions options = {.seed = 1, .replications = 2, .jobs = 1};
    return loaded.scenario ? run_scenario(loaded.scenario, loaded.library, CASE_FILE, NULL, &options) : results_new();
}

static GString *frame(void)
{
    return g_string_new("[scenario]\nregions = us-east-1, eu-central-1\nduration = 60s\nwarm-up = 0s\n");
}

/* Each with a name, a patience and a shop of its own; all names believe the one health check. */
static void hundreds_of_populations_and_services(void)
{
    enum { MANY = 300 };
    g_autoptr(GString) text = frame();
    g_string_append(text, "[health-check alive]\nof = front0\n");
    for (int i = 0; i < MANY; i++)
        g_string_append_printf(text,
                               "[clients users%d]\nplaces = US\nrate = 1/s\nenter = door%d\ntimeout = %dms\n"
                               "[dns door%d]\npolicy = latency\nanswers = front%d\nhealth = alive\n"
                               "[balancer front%d]\nto = shop%d\nalgorithm = least-outstanding\n"
                               "[service shop%d]\nservers = 1\nwork = 5ms\n",
                               i, i, 3000 + i, i, i, i, i, i);
    g_autoptr(Results) results = results_of(text);
    EXPECT(results->n_requests > MANY * 100, "%" PRIu64 " requests", results->n_requests);
    EXPECT_NEAR(lab_value(results, "availability", "", ""), 1, 0);
    double sum = 0;
    for (int i = 0; i < MANY; i++) {
        g_autofree char *labels = g_strdup_printf("clients=users%d", i);
        sum += lab_value(results, "requests.issued", "", labels);
    }
    EXPECT_NEAR(sum, lab_value(results, "requests.issued", "", ""), 1e-6);
}

/* Asked without a balancer, by those who know the address and by those who look it up: half of the answers are in each
 * region. */
static void thousands_of_instances(void)
{
    g_autoptr(GString) text = frame();
    g_string_append(text, "[clients users]\nplaces = US\nrate = 1k/s\nenter = shop\nhandshake = 0\nresolvers = 1\n"
                          "[service shop]\nservers = 10000\nwork = 5ms\n"
                          "[clients named]\nplaces = DE\nrate = 1k/s\nenter = door\nhandshake = 0\nresolvers = 1000\n"
                          "[dns door]\nttl = 0s\nanswers = shop\n");
    g_autoptr(Results) results = results_of(text);
    EXPECT_NEAR(lab_value(results, "availability", "", ""), 1, 0);
    EXPECT_NEAR(lab_value(results, "routing.share", "", "clients=named,region=us-east-1"), 0.5, 0.01);
}

/* Bytes taken for writes that are not settled everywhere, at most at one time. */
static void look_at_claimed(Sim *sim, void *whose)
{
    *(gsize *)whose = sim->claimed_by[world_find(sim->world, "database", "item")->index];
}

static double claimed(const char *items, const char *duration, const char *sets)
{
    g_autofree char *of = g_strdup_printf("writer.items=%s", items),
                    *lasts = g_strdup_printf("scenario.duration=%s", duration);
    g_auto(Lab) lab = lab_open("writers.ini", SETS(of, lasts, "here.rate=500/s", "there.rate=500/s", sets));
    gsize bytes = 0;
    lab_trace(&lab, 1, 1, NULL, look_at_claimed, &bytes);
    return (double)bytes;
}

/* A hundred million items, and thousands written at any moment: memory follows those, and not how many items there are
 * or ever were; where clocks are off, also those that a clock has not passed. */
static void a_hundred_million_items(void)
{
    static const char all[] = "zipf(100M, 0.9)";
    double brief = claimed(all, "20s", "item.lag=1s"), longer = claimed(all, "80s", "item.lag=1s"),
           few = claimed("zipf(10k, 0.9)", "80s", "item.lag=1s"), skewed = claimed(all, "80s", "other.clock=3s");
    EXPECT(brief > 100e3 && brief < 2e6, "%g bytes for about 1000 writes under way", brief);
    EXPECT(longer < 1.2 * brief, "four times as long: %g bytes and not %g", longer, brief);
    EXPECT(longer < 1.2 * few, "10,000 times as many items: %g bytes and not %g", longer, few);
    EXPECT(skewed > 2 * longer && skewed < 8 * longer, "a second under way and three kept: %g bytes and not %g", skewed,
           longer);
}

void suite_growth(void);
void suite_growth(void)
{
    CU_pSuite s = CU_add_suite("growth", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(hundreds_of_populations_and_services);
    TEST(thousands_of_instances);
    TEST(a_hundred_million_items);
}
