/* Station: workers and a line, by examples that can be followed by hand.  Times in seconds. */
#include "model/observer.h"
#include "model/station.h"
#include "tests/child.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <string.h>

static struct {
    Arena *arena;
    Sim *sim;
    Entity *users, *server;
    const Thing *fault;
    Station station;
    SimTime work;
    unsigned patience;
    GString *told;
} stage;

static void tell(const char *what, guint nth)
{
    g_string_append_printf(stage.told, "%s%.12g %s %u", stage.told->len ? "; " : "",
                           simtime_seconds(sim_now(stage.sim) - stage.sim->measured_from), what, nth);
}

typedef struct {
    guint nth;
} Asking;

/* Every example is told the same, whether a worker is given back or is known to be free at an instant. */
static bool known_beforehand;

static void worked(Sim *sim, Entity *me, Call *call, Call *reply);

static void serve(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call)
{
    SimTime came = call->arrived_at;
    if (known_beforehand) {
        call_answer_after(sim, call, stage.work, OUTCOME_OK);
        station_leaves_at(sim, &stage.station, came, sim_now(sim) + stage.work);
    } else {
        call_wait(sim, call, stage.work, worked);
    }
}

static void worked(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    SimTime came = call->arrived_at;
    call_answer(sim, call, OUTCOME_OK);
    Call *next = station_leave(sim, &stage.station, came);
    if (next)
        serve(sim, NULL, next);
}

static void asked(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    switch (station_enter(sim, &stage.station, call)) {
    case STATION_SERVE:
        serve(sim, NULL, call);
        return;
    case STATION_WAITS:
        return;
    case STATION_REFUSES:
        call_answer(sim, call, OUTCOME_ERROR);
    }
}

static void heard(Sim *sim, G_GNUC_UNUSED Entity *me, Call *root, Call *reply)
{
    tell(reply->outcome == OUTCOME_OK ? "done" : outcome_names[reply->outcome], LOCALS(root, Asking)->nth);
    call_end(sim, root);
}

static void start(Sim *sim, G_GNUC_UNUSED Entity *me)
{
    station_restart(sim, &stage.station);
}

static const Ops asks = {.role = "users"}, serves = {.role = "server", .start = start, .asked = asked};

static Sim *opened(gint64 workers, gint64 most_waiting, double work_s, double warm_up_s, double duration_s)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    stage.work = (SimTime)(work_s * (double)SECOND);
    World *world = small_world(stage.arena);
    world->scenario.warm_up = (SimTime)(warm_up_s * (double)SECOND);
    world->scenario.duration = (SimTime)(duration_s * (double)SECOND);
    const Thing *users = small_thing(world, "users", NULL), *shop = small_thing(world, "shop", NULL);
    stage.fault = small_thing(world, "lost", NULL);
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    /* users stand at the site of the region, not in it: they are not lost with it */
    stage.users = entity_new(sim, users, &asks, network_city(sim->network, "east"), 1, "");
    stage.server = entity_new(sim, shop, &serves, network_region(sim->network, EAST, WHOLE_REGION), 1, "");
    network_seal(sim->network);
    station_init(sim, &stage.station, stage.server, "service", workers, most_waiting);
    stage.station.serve = known_beforehand ? serve : NULL;
    stage.patience = call_patience(sim, MINUTE);
    return sim;
}

static void closed(const char *told)
{
    EXPECT_TEXT(stage.told->str, told);
    g_string_free(stage.told, TRUE);
    sim_free(stage.sim);
    arena_free(stage.arena);
    check_scene.entity = NULL;
}

/* Of the start of measurement. */
static void run_to(double s)
{
    small_run(stage.sim, stage.sim->measured_from + (SimTime)(s * (double)SECOND));
}

static void ask(guint nth, unsigned patience)
{
    Call *root = call_begin(stage.sim, stage.users, nth);
    LOCALS(root, Asking)->nth = nth;
    call_send(stage.sim, call_new(stage.sim, stage.users, root, stage.server, PORT_HTTP, heard), patience);
}

static void arrivals(const double *at, guint n)
{
    for (guint i = 0; i < n; i++) {
        run_to(at[i]);
        ask(i, stage.patience);
    }
}

static void outage(double from, double until)
{
    run_to(from);
    observe_fault(stage.sim, &(FaultSeen){.thing = stage.fault,
                                          .region = EAST,
                                          .begins = sim_now(stage.sim),
                                          .ends = sim_now(stage.sim) + HOUR});
    small_strike(stage.sim, EAST, false, true);
    if (until <= from)
        return;
    run_to(until);
    observe_fault_over(stage.sim, stage.fault);
    small_strike(stage.sim, EAST, true, true);
}

static double busy(void)
{
    station_finish(stage.sim, &stage.station);
    return stage.station.use->ratio.part / stage.station.use->ratio.whole;
}

/* ---- who is served when ---- */

static void calls_are_served_first_come_first_served(void)
{
    static const struct {
        gint64 workers, most_waiting;
        double work, at[6];
        guint n;
        const char *told;
        double busy; /* of 20 s */
    } rows[] = {
        {1, 100, 3, {0, 1, 2}, 3, "3 done 0; 6 done 1; 9 done 2", 9. / 20},
        {1, 100, 1, {0, 5, 5.5}, 3, "1 done 0; 6 done 1; 7 done 2", 3. / 20},
        {2, 100, 3, {0, 1, 2, 2.5}, 4, "3 done 0; 4 done 1; 6 done 2; 7 done 3", 12. / 40},
        {1, 1, 3, {0, 1, 2, 3.5}, 4, "2 error 2; 3 done 0; 6 done 1; 9 done 3", 9. / 20},
        {1, 0, 3, {0, 1, 3}, 3, "1 error 1; 3 done 0; 6 done 2", 6. / 20},
        {3, 0, 3, {0, 0, 0, 0}, 4, "0 error 3; 3 done 0; 3 done 1; 3 done 2", 9. / 60},
        {1, 100, 0, {1, 1, 1}, 3, "1 done 0; 1 done 1; 1 done 2", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened(rows[i].workers, rows[i].most_waiting, rows[i].work, 0, 20);
        arrivals(rows[i].at, rows[i].n);
        run_to(20);
        EXPECT_NEAR(busy(), rows[i].busy, 1e-12);
        EXPECT_INT(stage.station.busy, 0);
        closed(rows[i].told);
    }
}

/* Deterministic arrivals every 4 s, deterministic work of 3 s: nobody ever waits, and it is busy three quarters. */
static void regular_arrivals_never_wait(void)
{
    opened(1, 100, 3, 0, 400);
    for (guint i = 0; i < 100; i++) {
        run_to(4.0 * i);
        ask(i, stage.patience);
    }
    run_to(400);
    EXPECT_NEAR(busy(), 0.75, 1e-12);
    EXPECT_INT(stage.station.found->histogram.count, 100);
    EXPECT_INT(stage.station.found->histogram.max, 0);
    g_string_truncate(stage.told, 0);
    closed("");
}

/* In batches of ten every 40 s: the nth waits for those before it, 13.5 s on average. */
static void batches_wait_for_each_other(void)
{
    opened(1, 100, 3, 0, 400);
    for (guint i = 0; i < 100; i++) {
        run_to(40.0 * (i / 10));
        ask(i, stage.patience);
    }
    run_to(400);
    EXPECT_NEAR(busy(), 0.75, 1e-12);
    EXPECT_NEAR(histogram_mean(&stage.station.found->histogram), 3.6, 1e-12); /* 0 0 1 2 ... 8 */
    EXPECT_INT(stage.station.found->histogram.max, 8);
    g_string_truncate(stage.told, 0);
    closed("");
}

/* ---- Little's law ---- */

/* One worker, 3 s each, at 0, 1 and 2 s: they stay 3, 5 and 7 s, of which they wait 0, 2 and 4. */
static void the_books_hold_how_long_each_stayed(void)
{
    opened(1, 100, 3, 0, 20);
    const double at[] = {0, 1, 2};
    arrivals(at, 3);
    run_to(8); /* two have left, one is there since 2 s */
    station_finish(stage.sim, &stage.station);
    EXPECT_INT(stage.station.all.area, (3 + 5 + 6) * SECOND);
    EXPECT_INT(stage.station.all.stayed, (3 + 5) * SECOND);
    EXPECT_INT(stage.station.all.came, 2 * SECOND);
    EXPECT_INT(stage.station.waiting.area, (0 + 2 + 4) * SECOND);
    EXPECT_INT(stage.station.waiting.stayed, (0 + 2 + 4) * SECOND);
    EXPECT_INT(stage.station.waiting.came, 0);
    run_to(20);
    station_finish(stage.sim, &stage.station);
    EXPECT_INT(stage.station.all.area, (3 + 5 + 7) * SECOND);
    EXPECT_INT(stage.station.all.stayed, (3 + 5 + 7) * SECOND);
    closed("3 done 0; 6 done 1; 9 done 2");
}

/* Those whom a restart sends away have stayed until then. */
static void the_books_hold_over_a_restart(void)
{
    opened(1, 100, 3, 0, 100);
    const double at[] = {0, 1, 2};
    arrivals(at, 3);
    outage(4, 10);
    EXPECT_INT(stage.station.all.stayed, (3 + 9 + 8) * SECOND);
    EXPECT_INT(stage.station.waiting.stayed, (0 + 2 + 8) * SECOND);
    EXPECT_INT(stage.station.all.came, 0);
    run_to(100);
    station_finish(stage.sim, &stage.station);
    g_string_truncate(stage.told, 0);
    closed("");
}

/* At 2 s one is served and two wait; then `wrong` happens, behind the station's back. */
static void with_wrong_books(void (*wrong)(void))
{
    opened(1, 100, 3, 0, 20);
    const double at[] = {0, 1, 2};
    arrivals(at, 3);
    wrong();
    run_to(20);
    station_finish(stage.sim, &stage.station);
}
static void nothing(void) {}
static void one_is_forgotten_in_line(void)
{
    line_pop(stage.sim, &stage.station.line);
}
static void one_is_lost_in_line(void)
{
    run_to(5);
    line_pop(stage.sim, &stage.station.line); /* the last: the line's books are closed never again */
}
static void a_worker_too_many(void)
{
    stage.station.busy++;
}
static void one_has_left_as_another(void)
{
    station_leave(stage.sim, &stage.station, SECOND);
    stage.station.busy++;
}
static void time_has_passed_unseen(void)
{
    stage.station.noted += MICROSECOND;
}
static void wrong_in_line(void)
{
    with_wrong_books(one_is_forgotten_in_line);
}
static void wrong_at_the_end(void)
{
    with_wrong_books(one_is_lost_in_line);
}
static void wrong_number(void)
{
    with_wrong_books(a_worker_too_many);
}
static void wrong_one(void)
{
    with_wrong_books(one_has_left_as_another);
}
static void wrong_time(void)
{
    with_wrong_books(time_has_passed_unseen);
}
static void right(void)
{
    with_wrong_books(nothing);
}

static void books_that_do_not_balance_end_the_process(void)
{
    static const struct {
        void (*happens)(void);
        int status;
    } rows[] = {{right, 0},         {wrong_in_line, 70}, {wrong_at_the_end, 70},
                {wrong_number, 70}, {wrong_one, 70},     {wrong_time, 70}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = NULL;
        int status = child_status(rows[i].happens, &said);
        EXPECT(status == rows[i].status, "row %zu: exit status %d, expected %d", i, status, rows[i].status);
        EXPECT((strstr(said, "CHECK(books->") != NULL) == (status == 70), "row %zu: %s", i, said);
    }
}

/* ---- what is measured ---- */

static void busy_is_clipped_to_the_measurement(void)
{
    static const struct {
        double at, work, busy; /* of the 10 s after a warm-up of 10 s */
    } rows[] = {{-8, 5, 0}, {-3, 5, 0.2}, {-10, 30, 1}, {0, 5, 0.5}, {8, 5, 0.2}, {10, 5, 0}, {12, 5, 0}, {-5, 5, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened(1, 100, rows[i].work, 10, 10);
        run_to(rows[i].at);
        ask(0, stage.patience);
        run_to(50);
        EXPECT_NEAR(busy(), rows[i].busy, 1e-12);
        g_string_truncate(stage.told, 0);
        closed("");
    }
}

static void arrivals_are_counted_while_measured(void)
{
    opened(1, 1, 100, 10, 10);
    const double at[] = {-2, -1, -0.5, 1, 2, 11};
    arrivals(at, G_N_ELEMENTS(at));
    run_to(12);
    EXPECT_INT(stage.station.found->histogram.count, 2);
    EXPECT_INT(stage.station.refused->count, 2);
    g_string_truncate(stage.told, 0);
    closed("");
}

/* ---- outages ---- */

static void a_restart_empties_it(void)
{
    opened(1, 100, 3, 0, 100);
    const double at[] = {0, 1, 2};
    arrivals(at, 3);
    outage(4, 10); /* one is done, one is worked on, one waits */
    EXPECT_INT(stage.station.busy, 0);
    EXPECT_INT(stage.station.line.length, 0);
    run_to(11);
    ask(3, stage.patience);
    run_to(100);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 0);
    EXPECT_NEAR(busy(), (4 + 3) / 100.0, 1e-12); /* nobody works in a region that is gone */
    closed("3 done 0; 14 done 3; 61.000000001 timeout 1; 62.000000001 timeout 2");
}

static void a_region_that_stays_gone_is_not_busy(void)
{
    opened(1, 100, 30, 0, 100);
    const double at[] = {0};
    arrivals(at, 1);
    outage(4, 0);
    run_to(110);
    EXPECT_NEAR(busy(), 4 / 100.0, 1e-12);
    closed("60.000000001 timeout 0");
}

/* Those who gave up while they waited in line are served all the same, as real servers do; a restart leaves none of
 * their records behind. */
static void those_who_gave_up_in_line_are_served_or_forsaken(void)
{
    for (int restart = 0; restart < 2; restart++) {
        Sim *sim = opened(1, 100, 3, 0, 100);
        unsigned hasty = call_patience(sim, SECOND);
        ask(0, stage.patience);
        run_to(0.5);
        ask(1, hasty);
        ask(2, stage.patience);
        run_to(2);
        EXPECT_INT(stage.station.line.length, 2);
        if (restart)
            outage(2.5, 2.75);
        run_to(99);
        EXPECT_INT(calls_walk(sim, NULL, NULL), 0);
        EXPECT_NEAR(busy(), restart ? 0.025 : 0.09, 1e-12);
        closed(restart ? "1.500000001 timeout 1; 60.000000001 timeout 0; 60.500000001 timeout 2"
                       : "1.500000001 timeout 1; 3 done 0; 9 done 2");
    }
}

static void (*const examples[])(void) = {
    calls_are_served_first_come_first_served,
    regular_arrivals_never_wait,
    batches_wait_for_each_other,
    the_books_hold_how_long_each_stayed,
    the_books_hold_over_a_restart,
    busy_is_clipped_to_the_measurement,
    arrivals_are_counted_while_measured,
    a_restart_empties_it,
    a_region_that_stays_gone_is_not_busy,
    those_who_gave_up_in_line_are_served_or_forsaken,
};

static void the_same_is_told_when_it_is_known_who_leaves_when(void)
{
    known_beforehand = true;
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++)
        examples[i]();
    known_beforehand = false;
}

void suite_station(void);
void suite_station(void)
{
    CU_pSuite s = CU_add_suite("station", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(calls_are_served_first_come_first_served);
    TEST(regular_arrivals_never_wait);
    TEST(batches_wait_for_each_other);
    TEST(the_books_hold_how_long_each_stayed);
    TEST(the_books_hold_over_a_restart);
    TEST(books_that_do_not_balance_end_the_process);
    TEST(busy_is_clipped_to_the_measurement);
    TEST(arrivals_are_counted_while_measured);
    TEST(a_restart_empties_it);
    TEST(a_region_that_stays_gone_is_not_busy);
    TEST(those_who_gave_up_in_line_are_served_or_forsaken);
    TEST(the_same_is_told_when_it_is_known_who_leaves_when);
}
