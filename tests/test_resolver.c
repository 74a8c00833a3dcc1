/* Resolvers and what a user's own machine remembers: small stories with simulated times.  The users and their resolvers
 * are in the west, the name server in the east, 100 ms away there and back. */
#include "model/resolver.h"
#include "kernel/renewal.h"
#include "model/stub.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include "tests/theory.h"
#include <math.h>
#include <string.h>

static struct {
    Arena *arena;
    Sim *sim;
    Entity *city, *names, *one, *other; /* one, other: addresses */
    const Thing *name;
    Population *population;
    Resolvers *resolvers;
    uint32_t answer[MOST_ADDRESSES + 1]; /* of the name server, ended by NO_ADDRESS */
    SimTime ttl;
    guint n_asked; /* of the name server */
    const Place *asked_for;
    SimTime told_ttl;
    GString *told; /* to the user: "one 60 s" */
    unsigned patience;
} stage;

static void name_server_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)me;
    (void)reply;
    stage.n_asked++;
    stage.asked_for = call->dns.on_behalf;
    for (unsigned i = 0; i < MOST_ADDRESSES && (i == 0 || stage.answer[i - 1] != NO_ADDRESS); i++)
        call->dns.address[i] = stage.answer[i];
    call->dns.ttl = stage.ttl;
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops city_ops = {.role = "users"}, door_ops = {.role = "door"};
static const Ops name_ops = {.role = "name server", .asked = name_server_asked};

static void answers(Entity *first, Entity *second, SimTime ttl)
{
    stage.answer[0] = first ? first->id : NO_ADDRESS;
    stage.answer[1] = second ? second->id : NO_ADDRESS;
    stage.answer[2] = NO_ADDRESS;
    stage.ttl = ttl;
}

static const ResolverConfig plain = {.cap = MINUTE};

/* So many users with a resolver of so many, who ask `per_s` times a second in all. */
static void opened(const ResolverConfig *config, double n, guint n_users, double per_s)
{
    ResolverConfig *mine;
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    World *world = small_world(stage.arena);
    const Thing *users = small_thing(world, "users", NULL), *doors = small_thing(world, "doors", NULL);
    stage.name = small_thing(world, "shop", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    const Place *east = network_region(sim->network, EAST, WHOLE_REGION);
    stage.city = entity_new(sim, users, &city_ops, network_city(sim->network, "west"), 8, "@west");
    stage.names = entity_new(sim, stage.name, &name_ops, east, 8, "");
    stage.one = entity_new(sim, doors, &door_ops, east, 8, "/one");
    stage.other = entity_new(sim, doors, &door_ops, east, 8, "/other");
    stage.population = observe_population(sim, users);
    mine = arena_one(stage.arena, ResolverConfig);
    *mine = *config;
    mine->sizes = law_zipf(n, 0);
    stage.resolvers = resolvers_new(sim, stage.city, mine, 1, false);
    for (guint i = 0; i < n_users; i++)
        resolvers_draw(stage.resolvers, mix64(i + 1), per_s * 1e-9 / n_users);
    resolvers_make(sim, stage.resolvers, stage.population, 1);
    resolvers_learn(stage.resolvers, 0, stage.name, stage.names);
    network_seal(sim->network);
    stage.patience = call_patience(sim, 20 * SECOND);
    answers(stage.one, NULL, MINUTE);
}

static void closed(void)
{
    sim_free(stage.sim);
    arena_free(stage.arena);
    g_string_free(stage.told, TRUE);
    check_scene.entity = NULL;
}

static void run_to(double s)
{
    small_run(stage.sim, (SimTime)(s * (double)SECOND));
}

static void start_all(void)
{
    for (guint i = 0; i < stage.sim->entities->len; i++) {
        Entity *entity = g_ptr_array_index(stage.sim->entities, i);
        if (entity->ops->start)
            entity->ops->start(stage.sim, entity);
    }
}

static const char *short_name(uint32_t address)
{
    return address == NO_ADDRESS ? "none" : strrchr(sim_entity(stage.sim, address)->name, '/') + 1;
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)me;
    stage.told_ttl = reply->dns.ttl;
    g_string_append_printf(stage.told, "%s%.9g", stage.told->len ? "; " : "", simtime_seconds(sim_now(sim)));
    if (reply->outcome != OUTCOME_OK)
        g_string_append_printf(stage.told, " %s", outcome_names[reply->outcome]);
    for (unsigned i = 0; reply->outcome == OUTCOME_OK && i < MOST_ADDRESSES; i++) {
        g_string_append_printf(stage.told, " %s", short_name(reply->dns.address[i]));
        if (reply->dns.address[i] == NO_ADDRESS || i == 1)
            break;
    }
    if (reply->outcome == OUTCOME_OK)
        g_string_append_printf(stage.told, " %.9g", simtime_seconds(reply->dns.ttl));
    call_end(sim, root);
}

static Entity *any_resolver(void)
{
    for (uint32_t i = 0;; i++)
        if (resolvers_at(stage.resolvers, i))
            return resolvers_at(stage.resolvers, i);
}

static void ask(void)
{
    static uint64_t story;
    Call *root = call_begin(stage.sim, stage.city, mix64(++story));
    Call *question = call_new(stage.sim, stage.city, root, any_resolver(), PORT_DNS, heard);
    question->dns = (DnsPort){.name = stage.name->index};
    call_send(stage.sim, question, stage.patience);
}

/* ---- one resolver ---- */

static void it_asks_once_and_keeps_the_answer_for_its_ttl(void)
{
    opened(&plain, 1, 1, 1);
    ask();
    ask();
    run_to(30);
    ask();
    run_to(60.09);
    ask();
    run_to(60.11);
    ask();
    run_to(100);
    EXPECT_TEXT(stage.told->str, "0.1 one none 60; 0.1 one none 60; 30 one none 30.1; 60.09 one none 0.01; "
                                 "60.21 one none 60");
    EXPECT_INT(stage.n_asked, 2);
    closed();
}

static void an_empty_answer_is_kept_too_and_asked_again_after(void)
{
    opened(&plain, 1, 1, 1);
    answers(NULL, NULL, 10 * SECOND);
    ask();
    run_to(5);
    answers(stage.one, NULL, MINUTE);
    ask();
    run_to(10.2);
    ask();
    run_to(20);
    EXPECT_TEXT(stage.told->str, "0.1 none 10; 5 none 5.1; 10.3 one none 60");
    EXPECT_INT(stage.n_asked, 2);
    closed();
}

static void several_addresses_are_told_in_turns(void)
{
    opened(&plain, 1, 1, 1);
    answers(stage.one, stage.other, MINUTE);
    for (int i = 0; i < 3; i++) {
        run_to(1 + i);
        ask();
    }
    run_to(10);
    EXPECT_TEXT(stage.told->str, "1.1 one other 60; 2 other one 59.1; 3 one other 58.1");
    closed();
}

static void a_dead_name_server_means_no_answer(void)
{
    opened(&plain, 1, 1, 1);
    run_to(1);
    small_strike(stage.sim, EAST, false, true);
    ask();
    run_to(8);
    EXPECT_TEXT(stage.told->str, "6 error");
    small_strike(stage.sim, EAST, true, true);
    ask();
    run_to(10);
    EXPECT_TEXT(stage.told->str, "6 error; 8.1 one none 60");
    closed();
}

static void some_keep_longer_some_shorter(void)
{
    ResolverConfig longer = plain, shorter = plain;
    longer.longer = 1;
    longer.hold = law_constant(5. * (double)MINUTE);
    shorter.shorter = 1;
    shorter.cap = 20 * SECOND;
    opened(&longer, 1, 1, 1);
    ask();
    run_to(299);
    ask();
    run_to(301);
    EXPECT_TEXT(stage.told->str, "0.1 one none 300; 299 one none 1.1");
    closed();
    longer.hold = law_constant(10. * (double)SECOND); /* the whole of it, be it less than the TTL */
    opened(&longer, 1, 1, 1);
    ask();
    run_to(1);
    EXPECT_TEXT(stage.told->str, "0.1 one none 10");
    answers(NULL, NULL, 7 * SECOND); /* an empty one is kept as it was told */
    run_to(11);
    ask();
    run_to(12);
    EXPECT_TEXT(stage.told->str, "0.1 one none 10; 11.1 none 7");
    closed();
    opened(&shorter, 1, 1, 1);
    ask();
    run_to(1);
    EXPECT_TEXT(stage.told->str, "0.1 one none 20");
    answers(stage.one, NULL, 5 * SECOND);
    run_to(21);
    ask();
    run_to(22);
    EXPECT_TEXT(stage.told->str, "0.1 one none 20; 21.1 one none 5");
    closed();
}

static void it_may_pass_on_where_its_users_are(void)
{
    ResolverConfig config = plain;
    opened(&config, 1, 1, 1);
    ask();
    run_to(1);
    EXPECT(!stage.asked_for, "it passed something on");
    closed();
    config.passes_on = true;
    opened(&config, 1, 1, 1);
    ask();
    run_to(1);
    EXPECT(stage.asked_for == stage.city->place, "it passed on something else");
    closed();
}

static void those_far_away_stand_where_the_scenario_says(void)
{
    ResolverConfig config = plain;
    config.far = 1;
    config.far_at = "north";
    opened(&config, 1, 1, 1);
    ask(); /* west to north 300 ms, north to east 200 ms */
    run_to(1);
    EXPECT_TEXT(stage.told->str, "0.5 one none 60");
    small_strike(stage.sim, NORTH, false, true); /* it does not die with that region */
    ask();
    run_to(2);
    EXPECT_TEXT(stage.told->str, "0.5 one none 60; 1.3 one none 59.2");
    closed();
}

static void some_lookups_fail(void)
{
    enum { N = 1000 };
    ResolverConfig config = plain;
    guint n_failed = 0;
    config.failures = 0.2;
    opened(&config, 1, 1, 1);
    for (int i = 0; i < N; i++)
        ask();
    run_to(1);
    g_auto(GStrv) told = g_strsplit(stage.told->str, "; ", -1);
    for (guint i = 0; told[i]; i++)
        n_failed += g_str_has_suffix(told[i], "error");
    EXPECT_NEAR(n_failed, 0.2 * N, 4 * sqrt(N * 0.2 * 0.8));
    closed();
}

/* ---- many ---- */

/* As they are counted before a run; what a run takes is held against that in tests/test_estimate.c. */
static void a_hundred_thousand_take_little_memory(void)
{
    ResolverConfig config = plain;
    config.sizes = law_zipf(100000, 1);
    EXPECT(resolvers_bytes(&config, 1e9) < 40e6, "%g bytes", resolvers_bytes(&config, 1e9));
    EXPECT(resolvers_bytes(&config, 100) < 2e6, "%g bytes", resolvers_bytes(&config, 100));
}

static guint n_resolvers(uint32_t n, guint *far)
{
    guint all = 0;
    *far = 0;
    for (uint32_t i = 0; i < n; i++) {
        const Entity *resolver = resolvers_at(stage.resolvers, i);
        all += resolver != NULL;
        *far += resolver && resolver->place != stage.city->place;
    }
    return all;
}

static void those_that_nobody_has_are_not_there(void)
{
    ResolverConfig config = plain;
    guint far;
    opened(&config, 100000, 500, 1);
    guint n = n_resolvers(100000, &far);
    EXPECT(n > 480 && n <= 500, "%u", n);
    EXPECT_INT(far, 0);
    closed();
    config.far = 0.3;
    config.far_at = "north";
    opened(&config, 100000, 500, 1);
    n_resolvers(100000, &far);
    EXPECT_NEAR(far, 150, 4 * sqrt(500 * 0.3 * 0.7));
    closed();
}

/* What is left of the answers that are held now, and how many are held. */
static guint held(uint32_t n, double *left)
{
    guint n_held = 0;
    for (uint32_t i = 0; i < n; i++) {
        Call *root = call_begin(stage.sim, stage.city, mix64(0x5eed + i));
        Call *question = call_new(stage.sim, stage.city, root, resolvers_at(stage.resolvers, i), PORT_DNS, heard);
        guint before = stage.n_asked;
        question->dns = (DnsPort){.name = stage.name->index};
        call_send(stage.sim, question, stage.patience);
        run_to(simtime_seconds(sim_now(stage.sim)));
        if (stage.told->len > 0)
            left[n_held++] = simtime_seconds(stage.told_ttl);
        g_string_truncate(stage.told, 0);
        EXPECT_INT(stage.n_asked, before);
    }
    return n_held;
}

static int by_size(const void *a, const void *b)
{
    const double *one = a, *two = b;
    return (*one > *two) - (*one < *two);
}

/* Kolmogorov's distance from the law of what is left: P(left <= x) = integral of P(hold > y) from 0 to x / mean. */
static double distance(double *left, guint n, double (*share_below)(double x))
{
    double most = 0;
    qsort(left, n, sizeof *left, by_size);
    for (guint i = 0; i < n; i++)
        most = fmax(most,
                    fmax(fabs(share_below(left[i]) - (double)i / n), fabs(share_below(left[i]) - (double)(i + 1) / n)));
    return most;
}

static double left_of_constant(double x)
{
    return fmin(1, x / 60);
}
static double left_of_exponential(double x)
{
    return 1 - exp(-x / 100);
}
static double left_of_uniform(double x) /* 0 to 200 s: mean 100 */
{
    return (x - x * x / 400) / 100;
}

/* A quarter of a look-up per second and resolver, by 4,000 of them: at the start, caches hold what they hold for ever
 * after. */
static void caches_begin_in_the_equilibrium_of_their_law(void)
{
    enum { N = 4000 };
    static double left[N];
    const struct {
        Law hold;
        double longer, mean;
        double (*share_below)(double x);
    } rows[] = {{law_constant(1), 0, 60, left_of_constant},
                {law_exponential(100. * (double)SECOND), 1, 100, left_of_exponential},
                {law_uniform(0, 200. * (double)SECOND), 1, 100, left_of_uniform}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ResolverConfig config = plain;
        config.longer = rows[i].longer;
        config.hold = rows[i].hold;
        opened(&config, N, 400000, N / 100.);
        start_all();
        run_to(0.2); /* two exchanges of 100 ms: the TTL, then the answers */
        double expected = theory_cached(0.01, rows[i].mean);
        guint n = held(N, left);
        EXPECT_NEAR((double)n / N, expected, 4 * sqrt(expected * (1 - expected) / N));
        EXPECT(distance(left, n, rows[i].share_below) < 1.95 / sqrt(n), "row %zu: %g", i, /* 0.1 % by chance */
               distance(left, n, rows[i].share_below) * sqrt(n));
        EXPECT(stage.n_asked <= n + 5, "%u asked, %u hold an answer", stage.n_asked, n);
        closed();
    }
}

/* Who asks while they find out what they hold changes nothing of that. */
static void asked_at_the_start_they_hold_what_they_held(void)
{
    enum { N = 2000 };
    static double left[N];
    opened(&plain, N, 400000, 10. * N); /* so often that each holds an answer */
    start_all();
    for (uint32_t i = 0; i < N; i++) {
        Call *root = call_begin(stage.sim, stage.city, mix64(i));
        Call *question = call_new(stage.sim, stage.city, root, resolvers_at(stage.resolvers, i), PORT_DNS, heard);
        question->dns = (DnsPort){.name = stage.name->index};
        call_send(stage.sim, question, stage.patience);
    }
    run_to(0.2);
    g_string_truncate(stage.told, 0);
    guint n = held(N, left);
    EXPECT(n >= N - 20, "%u", n);
    EXPECT(distance(left, n, left_of_constant) < 1.95 / sqrt(n), "%g", distance(left, n, left_of_constant) * sqrt(n));
    closed();
}

/* ---- what is left of a time found under way ---- */

static void a_time_found_under_way_is_a_long_one(void)
{
    enum { N = 100000 };
    g_autoptr(Arena) arena = arena_new();
    const struct {
        Law law;
        double mean, left; /* E[X^2] / 2 E[X] */
    } rows[] = {{law_constant(10), 10, 5},
                {law_exponential(10), 10, 10},
                {law_uniform(0, 10), 5, 10. / 3},
                {law_bounded(law_exponential(10), 10, 1e6), 20, 12.5}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Renewal renewal = renewal_of(arena, &rows[i].law, 12345);
        double sum = 0;
        for (uint32_t j = 0; j < N; j++)
            sum += renewal_left(&renewal, mix64(j));
        EXPECT_NEAR(renewal.mean, rows[i].mean, 0.06 * rows[i].mean);
        EXPECT_NEAR(sum / N, rows[i].left, 0.06 * rows[i].left);
    }
}

/* ---- the user's own machine ---- */

static const StubConfig stub_only = {.caches = true, .hold = 30 * SECOND, .empty_hold = 10 * SECOND, .share = 1};

static const char *remembers(Stubs *stubs, uint32_t user)
{
    Lookup who;
    const uint32_t *address = stub_remembers(stage.sim, stubs, user, 0, any_resolver(), &who);
    return address ? short_name(address[0]) : "nothing";
}

static void told(Stubs *stubs, uint32_t user, Entity *address, double ttl)
{
    DnsPort port = {.ttl = (SimTime)(ttl * (double)SECOND)};
    port.address[0] = address ? address->id : NO_ADDRESS;
    port.address[1] = NO_ADDRESS;
    stub_told(stage.sim, stubs, user, 0, &port);
}

static void a_machine_keeps_what_is_left_of_the_ttl(void)
{
    opened(&plain, 1, 1, 1);
    Stubs *stubs = stubs_new(stage.sim, stage.city, &stub_only, 2, 1, 1e-9);
    EXPECT_TEXT(remembers(stubs, 0), "nothing");
    told(stubs, 0, stage.one, 12);
    EXPECT_TEXT(remembers(stubs, 0), "one");
    EXPECT_TEXT(remembers(stubs, 1), "nothing");
    run_to(11.9);
    EXPECT_TEXT(remembers(stubs, 0), "one");
    run_to(12);
    EXPECT_TEXT(remembers(stubs, 0), "nothing");
    told(stubs, 0, NULL, 5);
    EXPECT_TEXT(remembers(stubs, 0), "none");
    run_to(17);
    EXPECT_TEXT(remembers(stubs, 0), "nothing");
    EXPECT_NEAR(stub_asks(stubs, 0), 1e-9, 1e-15);
    closed();
}

static void a_runtime_keeps_it_for_its_own_time(void)
{
    StubConfig fixed = stub_only, forever = stub_only;
    fixed.runtime = RUNTIME_FIXED;
    forever.runtime = RUNTIME_FOREVER;
    opened(&plain, 1, 1, 1);
    Stubs *stubs = stubs_new(stage.sim, stage.city, &fixed, 1, 1, 1e-9),
          *endless = stubs_new(stage.sim, stage.city, &forever, 1, 1, 1e-9);
    told(stubs, 0, stage.one, 1);
    told(endless, 0, stage.one, 1);
    run_to(29.9);
    EXPECT_TEXT(remembers(stubs, 0), "one");
    run_to(30);
    EXPECT_TEXT(remembers(stubs, 0), "nothing");
    EXPECT_TEXT(remembers(endless, 0), "one");
    told(stubs, 0, NULL, 3600);
    run_to(39.9);
    EXPECT_TEXT(remembers(stubs, 0), "none");
    run_to(40);
    EXPECT_TEXT(remembers(stubs, 0), "nothing");
    EXPECT_NEAR(stub_asks(stubs, 0), 1e-9 / (1 + 30), 1e-15);
    EXPECT_NEAR(stub_asks(endless, 0), 0, 0);
    closed();
}

/* What they hold when the run begins was told before: the old address, though the name has another one by then. */
static void a_runtime_held_an_answer_before_the_run(void)
{
    enum { USERS = 4000 };
    StubConfig fixed = stub_only, forever = stub_only;
    guint n_fixed = 0, n_forever = 0;
    fixed.runtime = RUNTIME_FIXED;
    fixed.share = 1;
    forever.runtime = RUNTIME_FOREVER;
    forever.share = 0.25;
    opened(&plain, 1, 1, 0.001);
    start_all();
    run_to(0.3);
    answers(stage.other, NULL, MINUTE);
    Stubs *stubs = stubs_new(stage.sim, stage.city, &fixed, USERS, 1, 1e-9 / 30),
          *endless = stubs_new(stage.sim, stage.city, &forever, USERS, 1, 1e-9 / 30);
    run_to(15);
    for (uint32_t i = 0; i < USERS; i++) {
        n_fixed += strcmp(remembers(stubs, i), "one") == 0;
        n_forever += strcmp(remembers(endless, i), "one") == 0;
    }
    /* One look-up in 30 s, kept for 30 s: half of them hold one, half of those for 15 s more. */
    EXPECT_NEAR((double)n_fixed / USERS, 0.25, 4 * sqrt(0.25 * 0.75 / USERS));
    EXPECT_NEAR((double)n_forever / USERS, 0.25, 4 * sqrt(0.25 * 0.75 / USERS));
    closed();
}

#define TEST(name) CU_add_test(suite, #name, name)

void suite_resolver(void);
void suite_resolver(void)
{
    CU_pSuite suite = CU_add_suite("resolver", NULL, NULL);
    TEST(it_asks_once_and_keeps_the_answer_for_its_ttl);
    TEST(an_empty_answer_is_kept_too_and_asked_again_after);
    TEST(several_addresses_are_told_in_turns);
    TEST(a_dead_name_server_means_no_answer);
    TEST(some_keep_longer_some_shorter);
    TEST(it_may_pass_on_where_its_users_are);
    TEST(those_far_away_stand_where_the_scenario_says);
    TEST(some_lookups_fail);
    TEST(a_hundred_thousand_take_little_memory);
    TEST(those_that_nobody_has_are_not_there);
    TEST(caches_begin_in_the_equilibrium_of_their_law);
    TEST(asked_at_the_start_they_hold_what_they_held);
    TEST(a_time_found_under_way_is_a_long_one);
    TEST(a_machine_keeps_what_is_left_of_the_ttl);
    TEST(a_runtime_keeps_it_for_its_own_time);
    TEST(a_runtime_held_an_answer_before_the_run);
}
