/* Global Accelerator in a small world of round figures: users in the north are 40 ms from the edge, 150 and 300 ms from
 * the shops in the east and west; the edge is 100 and 160 ms from these.  Whoever works takes 10 ms.  What happened is
 * read from the lines of a trace. */
#include "model/sim.h"
#include "scenario/scenario.h"
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <string.h>

static const char world_text[] = "[scenario]\n"
                                 "regions = east, west\n"
                                 "duration = 20m\n"
                                 "warm-up = 0s\n"
                                 "[region east]\nzones = 1\n"
                                 "[region west]\nzones = 1\n"
                                 "[region north]\nzones = 1\n"
                                 "[link a]\nfrom = east\nto = west\nrtt = 200ms\n"
                                 "[link b]\nfrom = north\nto = east\nrtt = 150ms\n"
                                 "[link c]\nfrom = north\nto = west\nrtt = 300ms\n"
                                 "[link d]\nfrom = north\nto = FRA\nrtt = 40ms\n"
                                 "[link e]\nfrom = FRA\nto = east\nrtt = 100ms\n"
                                 "[link f]\nfrom = FRA\nto = west\nrtt = 160ms\n"
                                 "[clients users]\n"
                                 "places = north\n"
                                 "rate = 1/s\n"
                                 "enter = door\n"
                                 "access = 0s\n"
                                 "idle = 0s\n"
                                 "retries = 0\n"
                                 "[accelerator door]\n"
                                 "endpoints = shop\n"
                                 "interval = 10s\n"
                                 "[service shop]\n"
                                 "servers = 1\n"
                                 "workers = 1000\n"
                                 "work = 10ms\n";
static const char lost_text[] = "[fault lost]\nuse = outage\ntarget = east\nat = 300s\nfor = 300s\n";

typedef struct {
    double at; /* seconds */
    char *text;
} Spoken;

typedef struct {
    GArray *lines; /* Spoken */
} Told;

static void clear_line(void *line)
{
    g_free(((Spoken *)line)->text);
}

static void note(Sim *sim, void *whose, const char *text)
{
    Spoken line = {simtime_seconds(sim_now(sim)), g_strdup(strchr(text, ']') + 2)};
    g_array_append_val(((Told *)whose)->lines, line);
}

static Told told_by(const char *more, const char *const *sets, uint64_t seed)
{
    g_autofree char *text = g_strconcat(world_text, more, NULL);
    Told told = {g_array_new(FALSE, FALSE, sizeof(Spoken))};
    g_array_set_clear_func(told.lines, clear_line);
    Case loaded = case_of_text(text, NULL, sets);
    EXPECT(loaded.scenario != NULL, "%s", loaded.said);
    if (!loaded.scenario)
        return told;
    Sim *sim = sim_new(loaded.scenario->world, seed, 1);
    sim->trace = note;
    sim->trace_whose = &told;
    EXPECT(sim_run(sim, NULL), "the run stopped");
    sim_free(sim);
    case_clear(&loaded);
    return told;
}

static void forget(Told *told)
{
    g_array_unref(told->lines);
}

/* Lines with that text between two instants. */
static guint count(const Told *told, const char *text, double from, double until)
{
    guint n = 0;
    for (guint i = 0; i < told->lines->len; i++) {
        const Spoken *line = &g_array_index(told->lines, Spoken, i);
        n += line->at >= from && line->at < until && strstr(line->text, text) != NULL;
    }
    return n;
}

static double first(const Told *told, const char *text, double from)
{
    for (guint i = 0; i < told->lines->len; i++) {
        const Spoken *line = &g_array_index(told->lines, Spoken, i);
        if (line->at >= from && strstr(line->text, text))
            return line->at;
    }
    return -1;
}

enum { NEVER = 100000 };
#define TO_EAST "sends a new flow to shop@east"
#define TO_WEST "sends a new flow to shop@west"

/* ---- times ---- */

/* e = 40 to the edge, b = 100 behind it, d = 150 without it, 10 ms of work. */
static void connecting_takes_what_the_round_trips_say(void)
{
    static const struct {
        const char *set[3];
        const char *answered;
        double ms;
    } rows[] = {
        {{"users.tls=1.3", NULL}, "after 390.0 ms", 40 + 100 + 100 + 40 + 100 + 10},                  /* e+max+b+e+b */
        {{"users.tls=1.2", NULL}, "after 530.0 ms", 40 + 100 + 100 + 140 + 40 + 100 + 10},            /* e + b more */
        {{"users.tls=none", NULL}, "after 290.0 ms", 140 + 140 + 10},                                 /* twice e + b */
        {{"users.handshake=0", NULL}, "after 150.0 ms", 140 + 10},                                    /* e + b */
        {{"users.enter=shop@east", NULL}, "after 460.0 ms", 3 * 150 + 10},                            /* 3 d */
        {{"d.rtt=140ms", "users.tls=1.3", NULL}, "after 630.0 ms", 140 + 140 + 100 + 140 + 100 + 10}, /* e > b */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Told told = told_by("", rows[i].set, 1);
        guint n = count(&told, "request answered", 0, NEVER), same = count(&told, rows[i].answered, 0, NEVER);
        g_autofree char *expected = g_strdup_printf("after %.1f ms", rows[i].ms);
        EXPECT_TEXT(rows[i].answered, expected);
        EXPECT(n > 1000 && same == n, "%s: %u of %u %s", rows[i].set[0], same, n, rows[i].answered);
        forget(&told);
    }
}

static void a_kept_connection_is_a_flow(void)
{
    Told told = told_by("", (const char *const[]){"users.idle=1h", NULL}, 1);
    guint n = count(&told, "request answered", 0, NEVER), opened = count(&told, TO_EAST, 0, NEVER);
    EXPECT(opened > 20 && opened < 60, "%u flows", opened); /* 30 users; a first connection ends early */
    EXPECT_INT(count(&told, "request answered after 390.0 ms", 0, NEVER), opened);
    EXPECT_INT(count(&told, "request answered after 150.0 ms", 0, NEVER), n - opened);
    forget(&told);
}

static void a_flow_idle_for_too_long_is_reset_and_opened_anew(void)
{
    Told told = told_by("", (const char *const[]){"users.idle=1h", "door.idle=20s", NULL}, 1);
    guint gone = count(&told, "knows no such flow", 0, NEVER);
    EXPECT(gone > 300, "%u flows were forgotten", gone); /* exp(-20/30) of 1,200 requests find theirs idle for longer */
    EXPECT_INT(count(&told, "request fails", 0, NEVER), 0);
    EXPECT_INT(count(&told, "request answered after 430.0 ms", 0, NEVER), gone); /* 40 to learn it, then 390 */
    forget(&told);
}

/* ---- where ---- */

static void dials_split_new_flows(void)
{
    Told told = told_by("[accelerator door@east]\ndial = 20%\n", NULL, 1);
    guint east = count(&told, TO_EAST, 0, NEVER), west = count(&told, TO_WEST, 0, NEVER);
    EXPECT_NEAR((double)east / (east + west), 0.2, 4 * 0.4 / sqrt(east + west));
    forget(&told);
}

static void a_dial_turned_by_hand_moves_new_flows(void)
{
    Told told = told_by("[action away]\nuse = dial\nof = door@east\nto = 0%\nat = 300s\nfor = 300s\n",
                        (const char *const[]){"door.propagation=15s", NULL}, 1);
    EXPECT_INT(count(&told, TO_WEST, 0, 315), 0);
    EXPECT_INT(count(&told, TO_EAST, 317, 615), 0);
    EXPECT_INT(count(&told, TO_WEST, 617, NEVER), 0);
    EXPECT(count(&told, TO_WEST, 317, 615) > 200, "few flows went west");
    EXPECT(first(&told, "dials east to 0 %", 300) > 315, "the edge heard of it at once");
    forget(&told);
}

/* 400 flows of 30 users who are told apart by their last mile: each goes where his first one went. */
static void with_affinity_all_flows_of_a_user_go_one_way(void)
{
    static const char *const sets[] = {"users.access=uniform(1ms, 20ms)", "users.rate=0.2/s", "users.think=150s",
                                       "door.affinity=source-ip", NULL};
    Told told = told_by("[accelerator door@east]\ndial = 50%\n", sets, 1);
    int way[64] = {0};
    unsigned user = 0;
    guint n = 0, east = 0;
    for (guint i = 0; i < told.lines->len; i++) {
        const Spoken *line = &g_array_index(told.lines, Spoken, i);
        const char *at = strstr(line->text, ": user ");
        if (at)
            user = (unsigned)g_ascii_strtoull(at + 7, NULL, 10);
        int now = strstr(line->text, TO_EAST) ? 1 : strstr(line->text, TO_WEST) ? 2 : 0;
        if (!now)
            continue;
        EXPECT(way[user] == 0 || way[user] == now, "user %u went both ways", user);
        way[user] = now;
        n++;
        east += now == 1;
    }
    EXPECT(n > 150 && east > n / 5 && east < 4 * n / 5, "%u of %u flows went east", east, n);
    forget(&told);
}

/* ---- failure ---- */

/* Silent: two intervals after the first check that fails, and its time-out; that one comes within an interval. */
static void new_flows_are_moved_by_detection_alone(void)
{
    static const struct {
        const char *interval;
        double least, most;
    } rows[] = {{"door.interval=10s", 20 + 4, 30 + 4}, {"door.interval=30s", 60 + 4, 90 + 4}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            Told told = told_by(lost_text, (const char *const[]){rows[i].interval, NULL}, seed);
            double found = first(&told, "finds shop@east/a/1 unhealthy", 300) - 300;
            EXPECT(found >= rows[i].least && found <= rows[i].most, "%s: found after %g s", rows[i].interval, found);
            double heard = 300 + found + 0.01;
            EXPECT_INT(count(&told, TO_WEST, 0, heard - 0.01), 0);
            EXPECT_INT(count(&told, TO_EAST, heard, 600), 0);
            EXPECT_INT(count(&told, "request fails", heard + 3, NEVER), 0);
            double back = first(&told, "finds shop@east/a/1 healthy", 600) - 600;
            EXPECT(back >= rows[i].least - 4 && back <= rows[i].most - 4 + 0.2, "%s: back after %g s", rows[i].interval,
                   back);
            EXPECT_INT(count(&told, TO_WEST, 600 + back + 0.01, NEVER), 0);
            forget(&told);
        }
}

/* 30 users whose connections live on: those who had one when the east was lost keep asking there, each until his own
 * time-out makes him open another. */
static void open_flows_are_not_moved_and_are_counted(void)
{
    static const char *const sets[] = {"users.idle=1h", "users.keep-alive=1d", "door.idle=1h", NULL};
    Told told = told_by(lost_text, sets, 1);
    double found = first(&told, "finds shop@east/a/1 unhealthy", 300);
    guint before = count(&told, TO_EAST, 0, 300), stuck = count(&told, "leaves an open flow at shop@east", 0, NEVER);
    EXPECT(stuck > 3 && stuck < before, "%u of %u flows are stuck", stuck, before); /* others ended before that */
    EXPECT_INT(count(&told, "leaves an open flow at shop@east", 0, found), 0);
    EXPECT_INT(count(&told, "request fails: timeout", found + 3.001, NEVER), stuck); /* each user waits once */
    EXPECT_INT(count(&told, "request fails", 300, NEVER), count(&told, "request fails: timeout", 300, NEVER));
    double back = first(&told, "finds shop@east/a/1 healthy", 600);
    guint west = count(&told, TO_WEST, 0, NEVER);
    EXPECT(west > 10, "%u flows went west", west);
    EXPECT(count(&told, "shop@west/a/1 works", back + 60, NEVER) > 100, "flows in the west were moved back");
    forget(&told);
}

static void a_region_that_comes_back_resets_the_flows_it_had(void)
{
    static const char *const sets[] = {"users.idle=1h", "users.keep-alive=1d", "lost.for=2s", NULL};
    Told told = told_by(lost_text, sets, 1);
    EXPECT_INT(count(&told, "finds shop@east/a/1 unhealthy", 0, NEVER), 0);
    EXPECT(count(&told, "hears from door@FRA: reset", 302, NEVER) > 10, "few flows were reset");
    EXPECT_INT(count(&told, "request fails", 305, NEVER), 0); /* a connection closed while idle is opened anew */
    forget(&told);
}

static void with_everything_lost_it_fails_open_to_the_nearest(void)
{
    static const char west_too[] = "[fault lost]\nuse = outage\ntarget = east\nat = 300s\nfor = 300s\n"
                                   "[fault too]\nuse = outage\ntarget = west\nat = 300s\nfor = 300s\n";
    Told told = told_by(west_too, NULL, 1);
    EXPECT_INT(count(&told, TO_WEST, 340, 600), 0);
    EXPECT(count(&told, "fail open", 340, 600) > 200, "it does not fail open");
    EXPECT_INT(count(&told, "request answered", 301, 600), 0);
    forget(&told);
}

static void what_refuses_is_refused_through_the_edge(void)
{
    Told told = told_by(lost_text, (const char *const[]){"lost.mode=refused", NULL}, 1);
    EXPECT(count(&told, "request fails: refused", 300, 335) > 10, "nobody was refused");
    double found = first(&told, "finds shop@east/a/1 unhealthy", 300) - 300;
    EXPECT(found >= 20 && found <= 30.1, "found after %g s", found);
    forget(&told);
}

void suite_accelerator(void);
void suite_accelerator(void)
{
    CU_pSuite s = CU_add_suite("accelerator", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(connecting_takes_what_the_round_trips_say);
    TEST(a_kept_connection_is_a_flow);
    TEST(a_flow_idle_for_too_long_is_reset_and_opened_anew);
    TEST(dials_split_new_flows);
    TEST(a_dial_turned_by_hand_moves_new_flows);
    TEST(with_affinity_all_flows_of_a_user_go_one_way);
    TEST(new_flows_are_moved_by_detection_alone);
    TEST(open_flows_are_not_moved_and_are_counted);
    TEST(a_region_that_comes_back_resets_the_flows_it_had);
    TEST(with_everything_lost_it_fails_open_to_the_nearest);
    TEST(what_refuses_is_refused_through_the_edge);
}
