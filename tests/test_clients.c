/* Clients, whole: handshakes, another way in, connections that were closed on them. */
#include "model/entry.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>

static double figure(const char *const *sets, const char *metric, const char *statistic)
{
    g_autoptr(Results) results = lab_run_named("fallback.ini", sets, 1, 1);
    return lab_value(results, metric, statistic, "");
}

/* 100 ms away, each request on a connection of its own: TCP, TLS, the request. */
static void a_handshake_takes_what_its_protocols_do(void)
{
    static const struct {
        const char *tls;
        double seconds;
    } rows[] = {{"users.tls=none", 0.2}, {"users.tls=1.3", 0.3}, {"users.tls=1.2", 0.4}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT_NEAR(
            figure(SETS("lost.enabled=no", "second.enabled=no", "between.rtt=100ms", "users.idle=0s", rows[i].tls),
                   "latency", "p50"),
            rows[i].seconds, 0.01 * rows[i].seconds);
}

/* Each user fails at the first each time that he has no connection, and stays at the second for as long as he has. */
static void who_finds_the_fallback_stays_there(void)
{
    static const char *const without[] = {"users.fallback=none", "second.enabled=no", NULL};
    g_autoptr(Results) results = lab_run_named("fallback.ini", SETS("users.fallback=second"), 1, 1);
    double issued = lab_value(results, "requests.issued", "", "");
    EXPECT_NEAR(lab_value(results, "availability", "", ""), 1, 0);
    double opened = lab_value(results, "connections.opened", "", "");
    EXPECT_NEAR(lab_value(results, "attempts.per_request", "", ""), 1 + opened / issued, 1e-9);
    EXPECT_NEAR(opened, 101.5, 1.5); /* one for each, and hardly any has its day over within five minutes */
    EXPECT_NEAR(figure(without, "availability", ""), 0, 0);
}

static void a_fallback_has_its_attempt(void)
{
    EXPECT_NEAR(figure(SETS("users.fallback=second", "users.retries=2", "users.fallback-after=2", "users.idle=0s"),
                       "attempts.per_request", ""),
                3, 1e-9);
    EXPECT_NEAR(figure(SETS("users.fallback=second", "users.idle=0s"), "attempts.per_request", ""), 2, 1e-9);
}

/* A second's outage closes all connections; who was idle then sends his request again at once and does not fail. */
static void a_connection_closed_while_idle_costs_nobody_a_request(void)
{
    g_autoptr(Results) results = lab_run_named(
        "fallback.ini", SETS("second.enabled=no", "users.retries=0", "lost.at=100s", "lost.for=1s"), 1, 4);
    double failed = lab_value(results, "requests.failed", "", ""),
           broken = lab_value(results, "connections.broken", "", "");
    EXPECT(failed >= 1 && failed <= 20, "%g requests failed in a second of ten", failed);
    EXPECT_NEAR(broken, 100, 2); /* all but those who had none yet after ten times their pause */
    EXPECT_NEAR(lab_value(results, "connections.opened", "", ""), 100 + broken, 2);
}

static void users_spread_over_the_doors(void)
{
    enum { USERS = 30000, DOORS = 3 };
    Entity doors[DOORS] = {{.id = 0}, {.id = 1}, {.id = 2}}, *door[DOORS] = {&doors[0], &doors[1], &doors[2]};
    Entry entry = {.door = door, .n_doors = DOORS};
    guint n[DOORS] = {0};
    uint32_t address[2];
    for (uint64_t user = 0; user < USERS; user++) {
        entry_doors(&entry, mix64(user), address);
        EXPECT(address[0] < DOORS && address[1] == (address[0] + 1) % DOORS, "%u, %u", address[0], address[1]);
        n[address[0] % DOORS]++;
    }
    for (guint i = 0; i < DOORS; i++)
        EXPECT_NEAR(n[i], USERS / 3., 4 * sqrt(USERS * 2. / 9));
    entry.n_doors = 1;
    entry_doors(&entry, mix64(1), address);
    EXPECT(address[0] == 0 && address[1] == NO_ADDRESS, "%u, %u", address[0], address[1]);
}

static double issued(const char *op, const char *const *sets)
{
    g_autoptr(Results) results = lab_run_named("readers.ini", sets, 1, 1);
    g_autofree char *labels = g_strdup_printf("op=%s", op);
    return lab_value(results, "requests.issued", "", labels);
}

static void a_burst_comes_and_goes(void)
{
    EXPECT_NEAR(issued("write", SETS("users.at=100s", "users.for=50s")), 1000, 4 * sqrt(1000));
    EXPECT_NEAR(issued("read", SETS("users.at=100s", "users.for=50s")), 1000, 4 * sqrt(1000));
    EXPECT_NEAR(issued("write", SETS("users.at=900s")), 2000, 4 * sqrt(2000));
    EXPECT_NEAR(issued("write", SETS("users.at=980s", "users.for=50s")), 400, 4 * sqrt(400));
    EXPECT_NEAR(issued("write", SETS("users.at=1001s")), 0, 0);
}

/* Where he is decides who answers him. */
static void who_travels_is_answered_where_he_is(void)
{
    static const struct {
        const char *away, *back;
        double there; /* of reads and writes */
    } rows[] = {{"30%", "same", 0.3},
                {"30%", "home", 0.15},
                {"30%", "away", 0.65},
                {"30%", "other", 0.5},
                {"30%", "drawn", 0.3}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *away = g_strdup_printf("users.away=%s", rows[i].away),
                        *back = g_strdup_printf("users.read-back-at=%s", rows[i].back);
        g_autoptr(Results) results = lab_run_named("readers.ini", SETS(away, back), 1, 1);
        EXPECT_NEAR(lab_value(results, "routing.share", "", "region=there"), rows[i].there, 0.015);
    }
}

#define TEST(name) CU_add_test(suite, #name, name)

void suite_clients(void);
void suite_clients(void)
{
    CU_pSuite suite = CU_add_suite("clients", NULL, NULL);
    TEST(a_handshake_takes_what_its_protocols_do);
    TEST(who_finds_the_fallback_stays_there);
    TEST(a_fallback_has_its_attempt);
    TEST(a_connection_closed_while_idle_costs_nobody_a_request);
    TEST(users_spread_over_the_doors);
    TEST(a_burst_comes_and_goes);
    TEST(who_travels_is_answered_where_he_is);
}
