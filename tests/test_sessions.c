/* Sessions: who is known again where, and what it costs him when he is not. */
#include "model/sessions.h"
#include "model/sim.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>

/* Two hundred users, each at one of two places and never at the other, behind an ALB in each region, of three
 * instances. */
static Results *run(const char *const *sets)
{
    return lab_run_named("logins.ini", sets, 1, 1);
}

static double lost(const Results *results)
{
    return lab_value(results, "sessions.lost", "", "");
}

static void who_stays_is_known(void)
{
    static const char *const kinds[] = {"shop.sessions=token", "shop.sessions=regional"};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(Results) results = run(SETS(kinds[i]));
        EXPECT_NEAR(lost(results), 0, 0);
        EXPECT_NEAR(lab_value(results, "availability", "", ""), 1, 0);
    }
}

/* Two of three requests go to an instance that does not know him, and then that one does. */
static void without_stickiness_the_instances_forget_each_other(void)
{
    g_autoptr(Results) results = run(SETS("shop.sessions=sticky"));
    EXPECT_NEAR(lost(results) / lab_value(results, "requests.issued", "", ""), 2. / 3, 0.01);
}

static void with_stickiness_he_is_sent_back(void)
{
    g_autoptr(Results) results = run(SETS("shop.sessions=sticky", "front.stickiness=yes"));
    EXPECT_NEAR(lost(results), 0, 0);
}

/* His pauses are exponential, 10 s in the mean; after one that is longer the balancer picks anew. */
static void stickiness_wears_off(void)
{
    g_autoptr(Results) results =
        run(SETS("shop.sessions=sticky", "front.stickiness=yes", "front.stickiness-duration=10s"));
    EXPECT_NEAR(lost(results) / lab_value(results, "requests.issued", "", ""), 2. / 3 * exp(-1), 0.01);
}

/* A zone is lost for a while, and with it one instance in three, and the sessions in it. */
static void an_instance_that_is_lost_takes_its_sessions_along(void)
{
    g_autoptr(Results) results =
        run(SETS("shop.sessions=sticky", "front.stickiness=yes", "zone.enabled=yes", "users.retries=5"));
    EXPECT_NEAR(lost(results), 100. / 3, 4 * sqrt(100 * 2. / 9));
}

/* All of the region's users, to the other region and back. A store that is not durable forgets who stayed away. */
static void a_region_that_is_lost_loses_all_of_its_users(void)
{
    g_autoptr(Results) durable = run(SETS("shop.sessions=regional", "region.enabled=yes", "users.retries=5"));
    g_autoptr(Results) fleeting =
        run(SETS("shop.sessions=regional", "region.enabled=yes", "users.retries=5", "shop.session-durable=no"));
    EXPECT_NEAR(lost(durable), 0, 0); /* nobody leads them elsewhere */
    EXPECT_NEAR(lost(fleeting), 100, 2);
    g_autoptr(Results) token = run(SETS("shop.sessions=token", "region.enabled=yes", "users.retries=5"));
    EXPECT_NEAR(lost(token), 0, 0);
}

static void a_login_takes_its_time(void)
{
    g_autoptr(Results) results = run(SETS("shop.sessions=sticky", "shop.login-time=200ms"));
    g_autoptr(Results) known = run(SETS("shop.sessions=token", "shop.login-time=200ms"));
    double more = lab_value(results, "latency", "mean", "") - lab_value(known, "latency", "mean", "");
    EXPECT_NEAR(more, 0.2 * 2 / 3, 0.2 * 0.01);
}

/* He shows a cookie of a login that nobody has any more; all others are known, however long ago theirs was settled. */
static void a_login_that_is_lost_at_a_failover_is_not_known(void)
{
    g_autoptr(Results) results = lab_run_named("logins-lost.ini", NULL, 1, 2);
    double logins = lab_value(results, "writes.lost", "", ""), users = lost(results);
    EXPECT(logins > 50, "%g logins lost prove nothing", logins);
    EXPECT(users > 0.85 * logins && users < 1.3 * logins, "%g logins are lost, and %g users not known", logins, users);
}

/* ---- what a session knows is told to the database, through other services, balancers and back ---- */

typedef struct {
    guint n_reads, n_known; /* reads on their way to a database; that say what their user has written */
    SimTime newest;
} Seen;

static void look(void *whose, const Call *call)
{
    Seen *seen = whose;
    if (call->port != PORT_STORE || call->state != CALL_GOING || call->store.op != OP_READ)
        return;
    seen->n_reads++;
    seen->n_known += call->store.version.at > 0;
    seen->newest = MAX(seen->newest, call->store.version.at);
}

static void look_at_all(Sim *sim, void *whose, const char *line)
{
    Seen *seen = whose;
    (void)line;
    calls_walk(sim, look, seen);
    EXPECT(seen->newest <= sim_now(sim), "it knows a write of the future");
}

static Seen seen_with(const char *front, const char *shop)
{
    g_auto(Lab) lab = lab_open("position.ini", SETS(front, shop));
    Seen seen = {0};
    lab_trace(&lab, 1, 1, look_at_all, NULL, &seen);
    EXPECT(seen.n_reads > 20, "%u reads seen", seen.n_reads);
    return seen;
}

static void what_he_has_written_is_told_to_the_database(void)
{
    static const struct {
        const char *front, *shop;
        bool known;
    } rows[] = {{"page.sessions=none", "shop.sessions=none", false},
                {"page.sessions=token", "shop.sessions=none", true},
                {"page.sessions=none", "shop.sessions=token", false}, /* it never sees a user */
                {"page.sessions=regional", "shop.sessions=none", false}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Seen seen = seen_with(rows[i].front, rows[i].shop);
        EXPECT_INT(seen.n_known, rows[i].known ? seen.n_reads : 0);
    }
}

/* What a session knew is gone with it; else it only grows, whatever order answers come in. */
static void a_session_that_is_lost_knows_nothing(void)
{
    Cookie cookie = new_cookie;
    HttpPort told = {.session = 3, .since = 10 * SECOND, .position = 50 * SECOND};
    EXPECT_INT(cookie_learn(&cookie, &told), COOKIE_NEW);
    told.position = 40 * SECOND;
    EXPECT_INT(cookie_learn(&cookie, &told), COOKIE_KNOWN);
    EXPECT_INT(cookie.position, 50 * SECOND);
    told = (HttpPort){.session = 4, .since = 60 * SECOND, .position = 0};
    EXPECT_INT(cookie_learn(&cookie, &told), COOKIE_LOST);
    EXPECT_INT(cookie.position, 0);
    told = (HttpPort){.session = 3, .since = 10 * SECOND, .position = 55 * SECOND}; /* of the lost one, and late */
    EXPECT_INT(cookie_learn(&cookie, &told), COOKIE_KNOWN);
    EXPECT_INT(cookie.position, 0);
    told = (HttpPort){.session = 4, .since = 90 * SECOND, .position = 0, .expired = true};
    EXPECT_INT(cookie_learn(&cookie, &told), COOKIE_KNOWN);
}

/* The store has one writer, elsewhere: a login goes there, by the store's endpoint; who comes again before the copy has
 * it is not known. */
static void a_store_is_written_where_it_may_be(void)
{
    g_autoptr(Results) results = lab_run_named("logins-behind.ini", NULL, 1, 1);
    EXPECT_NEAR(lab_value(results, "availability", "", ""), 1, 0);
    EXPECT(lab_value(results, "writes.acknowledged", "", "database=logins") > 100, "%g logins",
           lab_value(results, "writes.acknowledged", "", "database=logins"));
    EXPECT(lab_value(results, "sessions.lost", "", "") > 0, "a copy is never behind");
}

#define TEST(name) CU_add_test(suite, #name, name)

void suite_sessions(void);
void suite_sessions(void)
{
    CU_pSuite suite = CU_add_suite("sessions", NULL, NULL);
    TEST(who_stays_is_known);
    TEST(without_stickiness_the_instances_forget_each_other);
    TEST(with_stickiness_he_is_sent_back);
    TEST(stickiness_wears_off);
    TEST(an_instance_that_is_lost_takes_its_sessions_along);
    TEST(a_region_that_is_lost_loses_all_of_its_users);
    TEST(a_login_takes_its_time);
    TEST(a_login_that_is_lost_at_a_failover_is_not_known);
    TEST(a_session_that_is_lost_knows_nothing);
    TEST(a_store_is_written_where_it_may_be);
    TEST(what_he_has_written_is_told_to_the_database);
}
