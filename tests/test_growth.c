/* Growth: many of one kind, more than any table of fixed size would hold. */
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

void suite_growth(void);
void suite_growth(void)
{
    CU_pSuite s = CU_add_suite("growth", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(hundreds_of_populations_and_services);
    TEST(thousands_of_instances);
}
