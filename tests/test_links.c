/* Links: exact times of what lies on the way.  East and west are 100 ms apart, there and back; times in milliseconds:
 * "50 west is asked". */
#include "model/call_pool.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

#define MS ((double)MILLISECOND)
extern const Component link_component, vpn_component, direct_connect_component, vpc_peering_component,
    transit_gateway_component;

static struct {
    Arena *arena;
    World *world;
    Sim *sim;
    Entity *actor[N_SMALL_REGIONS], *twin; /* twin: of the same thing as the east's, in the west */
    unsigned second, minute;
    uint32_t bytes_back;
    SimTime work[8]; /* of the n-th question */
    guint n_asked, n_heard, n_lost;
    GString *told;
} stage;

static void tell(const Entity *who, const char *what)
{
    g_string_append_printf(stage.told, "%s%.13g %s %s", stage.told->len ? "; " : "", (double)sim_now(stage.sim) / MS,
                           who->name, what);
}

static void asked(Sim *sim, Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    tell(me, "is asked");
    call->bytes = stage.bytes_back;
    call_answer_after(sim, call, stage.work[stage.n_asked++ % G_N_ELEMENTS(stage.work)], OUTCOME_OK);
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    g_autofree char *what = g_strdup_printf("hears %s", outcome_names[reply->outcome]);
    tell(me, what);
    if (reply->outcome == OUTCOME_OK)
        stage.n_heard++;
    else
        stage.n_lost++;
    call_end(sim, root);
}

static const Ops ops = {.role = "actor", .asked = asked};

static void opened(void)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    stage.world = small_world(stage.arena);
}

static LinkConfig *link(const Component *component, const char *name, const char *from, const char *to)
{
    LinkConfig *config = arena_one(stage.arena, LinkConfig);
    *config = (LinkConfig){.from = from, .to = to, .retransmit = 200 * MILLISECOND};
    small_thing_of(stage.world, component, name, config);
    return config;
}

/* A plain link between east and west, 100 ms apart. */
static LinkConfig *plain(void)
{
    LinkConfig *config = link(&link_component, "wire", "east", "west");
    config->rtt = law_constant(100 * MS);
    return config;
}

static const Thing *named(const char *name)
{
    return world_find(stage.world, "link", name);
}

static Sim *begun(void)
{
    static const char *const names[N_SMALL_REGIONS] = {"east", "west", "north"};
    const Thing *thing[N_SMALL_REGIONS];
    for (int i = 0; i < N_SMALL_REGIONS; i++)
        thing[i] = small_thing(stage.world, names[i], NULL);
    Sim *sim = stage.sim = sim_new(stage.world, 1, 1);
    for (int i = 0; i < N_SMALL_REGIONS; i++)
        stage.actor[i] = entity_new(sim, thing[i], &ops, network_region(sim->network, i, WHOLE_REGION), 8, "");
    stage.twin = entity_new(sim, thing[EAST], &ops, network_region(sim->network, WEST, WHOLE_REGION), 8, "'s twin");
    network_seal(sim->network);
    sim->links = network_links(sim->network);
    stage.second = call_patience(sim, SECOND);
    stage.minute = call_patience(sim, MINUTE);
    return sim;
}

static void closed(const char *expected)
{
    EXPECT_TEXT(stage.told->str, expected);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 0);
    sim_free(stage.sim);
    arena_free(stage.arena);
    g_string_free(stage.told, TRUE);
    check_scene.entity = NULL;
}

static void run_to(double ms)
{
    small_run(stage.sim, (SimTime)(ms * MS));
}

static Call *question(uint64_t story, Entity *me, Entity *to, uint32_t bytes)
{
    Call *call = call_new(stage.sim, me, call_begin(stage.sim, me, story), to, PORT_HTTP, heard);
    call->bytes = bytes;
    return call;
}

static void ask_of(Entity *me, Entity *to, uint32_t bytes)
{
    call_send(stage.sim, question(7, me, to, bytes), stage.second);
}

static void ask(uint32_t bytes)
{
    ask_of(stage.actor[EAST], stage.actor[WEST], bytes);
}

/* Once at each of these instants. */
static void ask_at(const double *ms, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        run_to(ms[i]);
        ask(0);
    }
    run_to(1e7);
}
#define ASK_AT(...) ask_at((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static void cut(const char *name, guint tunnels, bool one_way, bool up)
{
    links_cut(stage.sim->links, named(name), tunnels, one_way, up, sim_now(stage.sim));
}

/* ---- bandwidth ---- */

static void messages_stand_in_line(void)
{
    opened();
    plain()->bandwidth = 1e6; /* 10,000 bytes: 10 ms */
    begun();
    stage.bytes_back = 20000;
    for (int i = 0; i < 3; i++)
        ask(10000);
    run_to(5000);
    closed("60 west is asked; 70 west is asked; 80 west is asked; "
           "130 east hears ok; 150 east hears ok; 170 east hears ok");
}

static void what_has_no_size_waits_but_takes_no_room(void)
{
    opened();
    plain()->bandwidth = 1e6;
    begun();
    ask(10000);
    ask(0);
    ask(10000);
    run_to(100); /* the line is free again */
    ask(0);
    run_to(5000);
    closed("60 west is asked; 60 west is asked; 70 west is asked; 110 east hears ok; 110 east hears ok; "
           "120 east hears ok; 150 west is asked; 200 east hears ok");
}

/* The first is worked on for longest: answers enter the line in the order in which they leave. */
static void answers_enter_the_line_when_they_leave(void)
{
    opened();
    plain()->bandwidth = 1e6;
    begun();
    stage.bytes_back = 10000;
    stage.work[0] = 30 * MILLISECOND;
    stage.work[1] = 5 * MILLISECOND;
    ask(0);
    ask(0);
    run_to(5000);
    closed("50 west is asked; 50 west is asked; 115 east hears ok; 140 east hears ok");
}

static void what_can_wait_at_home_is_not_given_up_for_a_queue(void)
{
    for (int waits = 0; waits < 2; waits++) {
        opened();
        plain()->bandwidth = 1e6;
        begun();
        for (int i = 0; i < 3; i++) { /* two seconds on the line each, patience one second from when it leaves */
            Call *call = question(7, stage.actor[EAST], stage.actor[WEST], i == 2 ? 0 : 2000000);
            if (waits)
                call_send_after(stage.sim, call, 0, i == 2 ? stage.second : stage.minute);
            else
                call_send(stage.sim, call, i == 2 ? stage.second : stage.minute);
        }
        run_to(1e5);
        closed(waits ? "2050 west is asked; 2100 east hears ok; 4050 west is asked; 4050 west is asked; "
                       "4100 east hears ok; 4100 east hears ok"
                     : "1000.000001 east hears timeout; 2050 west is asked; 2100 east hears ok; 4050 west is asked; "
                       "4050 west is asked; 4100 east hears ok");
    }
}

static void who_dies_in_line_does_not_leave(void)
{
    opened();
    plain()->bandwidth = 1e6;
    Sim *sim = begun();
    for (int i = 0; i < 2; i++)
        call_send_after(sim, question(7, stage.actor[EAST], stage.actor[WEST], 2000000), 0, stage.minute);
    run_to(1000);
    small_strike(sim, EAST, false, true);
    run_to(1500);
    small_strike(sim, EAST, true, true);
    run_to(1e5);
    closed("2050 west is asked");
}

/* Each attachment is a line; a message is through when the busier of its two is. */
static void a_hub_has_a_line_per_attachment_and_direction(void)
{
    opened();
    LinkConfig *hub = link(&transit_gateway_component, "hub", NULL, NULL);
    int *all = arena_many(stage.arena, int, N_SMALL_REGIONS);
    for (int i = 0; i < N_SMALL_REGIONS; i++)
        all[i] = i;
    hub->attachments = (Regions){N_SMALL_REGIONS, all};
    hub->bandwidth = 1e6;
    hub->hop = law_constant(2 * MS);
    begun();
    ask_of(stage.actor[EAST], stage.actor[WEST], 10000);  /* east's way out and west's way in: to 10 */
    ask_of(stage.actor[NORTH], stage.actor[WEST], 10000); /* west's way in: to 20, and 151 */
    ask_of(stage.actor[EAST], stage.actor[NORTH], 10000); /* east's way out: to 20, and 101 */
    run_to(5000);
    closed("61 west is asked; 112 east hears ok; 121 north is asked; 171 west is asked; 222 east hears ok; "
           "322 north hears ok");
}

/* ---- jitter, loss ---- */

static void jitter_is_added_to_the_exchange(void)
{
    opened();
    plain()->jitter = law_constant(20 * MS);
    begun();
    ask(0);
    run_to(5000);
    closed("60 west is asked; 120 east hears ok");
}

static Message message(uint64_t key)
{
    return (Message){.trip = 100 * MILLISECOND, .key = key, .n = 1};
}

/* Chance of k losses in a row, and the time that they take when the first timer is `timer`. */
static void the_k_th_copy_comes_after_doubling_timers(bool opens, SimTime timer)
{
    enum { N = 100000, MOST = 6 };
    guint n[MOST] = {0};
    opened();
    plain()->loss = 0.3;
    Sim *sim = begun();
    const LinkWay *way = network_way(sim->network, stage.actor[EAST]->place, stage.actor[WEST]->place, false);
    double sum = 0;
    for (guint i = 0; i < N; i++) {
        Message one = message(key_of(17, i));
        uint8_t carrier = 9;
        one.opens = opens;
        SimTime extra = link_carry(way, &one, &carrier) - 50 * MILLISECOND;
        guint k = 0;
        while (k < MOST && extra != (((SimTime)1 << k) - 1) * timer)
            k++;
        if (k < MOST)
            n[k]++;
        else
            EXPECT(extra > 31 * timer, "%" PRId64 " ns is no sum of timers", extra);
        EXPECT_INT(carrier, 0);
        sum += (double)extra;
    }
    for (guint k = 0; k < MOST; k++) {
        double p = 0.7 * pow(0.3, k);
        EXPECT_NEAR((double)n[k] / N, p, 5 * sqrt(p * (1 - p) / N));
    }
    /* Of the sum of p^k (1 - p) timer (2^k - 1); its variance is finite for 4p < 1 only: hence a wide bound. */
    EXPECT_NEAR(sum / N / (double)timer, 0.3 / (1 - 2 * 0.3), 0.1);
    closed("");
}

static void lost_messages_are_sent_again(void)
{
    the_k_th_copy_comes_after_doubling_timers(false, 300 * MILLISECOND); /* its round trip and 200 ms */
    the_k_th_copy_comes_after_doubling_timers(true, SECOND);
}

static void lost_look_ups_are_not_sent_again(void)
{
    enum { N = 100000 };
    opened();
    plain()->loss = 0.3;
    Sim *sim = begun();
    const LinkWay *way = network_way(sim->network, stage.actor[EAST]->place, stage.actor[WEST]->place, false);
    guint n_lost = 0;
    for (guint i = 0; i < N; i++) {
        Message one = message(key_of(17, i));
        uint8_t carrier = 9;
        one.datagram = true;
        EXPECT_INT(link_carry(way, &one, &carrier), 50 * MILLISECOND);
        n_lost += carrier == LINK_LOST;
    }
    EXPECT_NEAR((double)n_lost / N, 0.3, 5 * sqrt(0.21 / N));
    closed("");
}

/* The draws of a message, its answer and each of a handshake's are its own. */
static void each_message_has_its_own_chance(void)
{
    enum { N = 20000 };
    opened();
    plain()->loss = 0.2;
    Sim *sim = begun();
    const LinkWay *way = network_way(sim->network, stage.actor[EAST]->place, stage.actor[WEST]->place, false);
    guint n_both = 0, n_clean = 0;
    for (guint i = 0; i < N; i++) {
        Message there = message(key_of(23, i)), back = there, shake = there;
        uint8_t carrier = 0;
        back.answer = true;
        shake.n = 3;
        n_both +=
            link_carry(way, &there, &carrier) > 50 * MILLISECOND && link_carry(way, &back, &carrier) > 50 * MILLISECOND;
        n_clean += link_carry(way, &shake, &carrier) == 250 * MILLISECOND;
    }
    double clean = pow(0.8, 5);
    EXPECT_NEAR((double)n_both / N, 0.04, 5 * sqrt(0.04 * 0.96 / N));
    EXPECT_NEAR((double)n_clean / N, clean, 5 * sqrt(clean * (1 - clean) / N));
    closed("");
}

static void what_loses_hardly_ever_arrives_is_lost_in_the_end(void)
{
    opened();
    plain()->loss = 1 - 1e-9;
    begun();
    ask(0);
    run_to(1e7);
    closed("1000.000001 east hears timeout");
}

/* ---- who passes where ---- */

static void services_take_the_connection_and_the_rest_the_open_way(void)
{
    opened();
    LinkConfig *peering = link(&vpc_peering_component, "peering", "east", "west");
    peering->rtt = law_constant(60 * MS);
    for (guint i = 0; i < 2; i++) /* measured regions: what is managed passes on the provider's network */
        ((Region *)(gpointer)stage.world->region)[i].measured_as = stage.world->region[i].name;
    begun();
    ask(0);
    ask_of(stage.actor[EAST], stage.twin, 0);
    ask_of(stage.actor[WEST], stage.actor[NORTH], 0);
    run_to(5000);
    closed("30 west is asked; 50 east's twin is asked; 60 east hears ok; 100 east hears ok; 150 north is asked; "
           "300 west hears ok");
}

static void a_place_of_ones_own_is_on_no_backbone(void)
{
    opened();
    link(&vpc_peering_component, "peering", "east", "west")->rtt = law_constant(60 * MS);
    begun();
    ask_of(stage.actor[EAST], stage.twin, 0);
    run_to(5000);
    closed("30 east's twin is asked; 60 east hears ok");
}

static void a_link_that_only_says_a_distance_costs_nothing(void)
{
    opened();
    plain();
    EXPECT(!begun()->links, "no link does more than say a distance");
    EXPECT(!network_way(stage.sim->network, stage.actor[EAST]->place, stage.actor[WEST]->place, true), "a way");
    closed("");
}

/* ---- cut, backup, back ---- */

/* A line of 40 ms whose hold timer runs 90 s, behind it a vpn of 60 ms whose tunnels are given up after 40 s. */
static void line_and_vpn(void)
{
    LinkConfig *vpn = link(&vpn_component, "vpn", "west", "east"); /* the other way round: it does not matter */
    vpn->rtt = law_constant(60 * MS);
    vpn->tunnels = 2;
    vpn->hold = 40 * SECOND;
    vpn->restore = 10 * SECOND;
    LinkConfig *line = link(&direct_connect_component, "line", "east", "west");
    line->rtt = law_constant(40 * MS);
    line->hold = 90 * SECOND;
    line->restore = 30 * SECOND;
    line->backup.thing = named("vpn");
}

static void a_cut_line_is_a_black_hole_until_its_hold_timer_has_run_out(void)
{
    opened();
    line_and_vpn();
    begun();
    run_to(9990);
    ask(0); /* on its way when it is cut */
    run_to(10000);
    cut("line", 0, false, false);
    ASK_AT(10000, 99999, 100000, 150000);
    closed("10990.000001 east hears timeout; 11000.000001 east hears timeout; 100030 west is asked; "
           "100060 east hears ok; 100999.000001 east hears timeout; 150030 west is asked; 150060 east hears ok");
}

static void the_line_is_used_again_some_time_after_it_is_whole(void)
{
    opened();
    line_and_vpn();
    begun();
    cut("line", 0, false, false);
    run_to(200000);
    cut("line", 0, false, true);
    ASK_AT(229999, 230000);
    closed("230020 west is asked; 230029 west is asked; 230040 east hears ok; 230049 east hears ok");
}

static void a_cut_that_nobody_notices_is_over_when_it_is_over(void)
{
    opened();
    line_and_vpn();
    begun();
    run_to(1000);
    cut("line", 0, false, false);
    run_to(60000);
    ask(0);
    run_to(90999);
    cut("line", 0, false, true);
    ASK_AT(90999, 91000);
    closed("61000.000001 east hears timeout; 91019 west is asked; 91020 west is asked; 91039 east hears ok; "
           "91040 east hears ok");
}

/* The signs of life of both directions are missed: so both take the backup, though one way was whole. */
static void a_one_way_cut_moves_both_ways(void)
{
    opened();
    line_and_vpn();
    begun();
    cut("line", 0, true, false); /* east to west */
    run_to(1000);
    ask(0);
    ask_of(stage.actor[WEST], stage.actor[EAST], 0); /* asked, but its answer is lost */
    run_to(90000);
    ask(0);
    run_to(1e6);
    closed("1020 east is asked; 2000.000001 east hears timeout; 2000.000001 west hears timeout; 90030 west is asked; "
           "90060 east hears ok");
}

static void the_other_tunnel_is_used_when_the_peer_is_found_dead(void)
{
    opened();
    line_and_vpn();
    begun();
    cut("line", 0, false, false);
    run_to(100000);
    cut("vpn", 1, false, false);
    ASK_AT(100000, 139999, 140000);
    closed("101000.000001 east hears timeout; 140030 west is asked; 140060 east hears ok; "
           "140999.000001 east hears timeout");
}

static void nothing_passes_when_all_is_given_up(void)
{
    opened();
    line_and_vpn();
    begun();
    cut("vpn", 0, false, false);
    cut("line", 0, false, false);
    run_to(300000);
    ask(0);
    run_to(310000);
    cut("vpn", 0, false, true); /* its tunnels must be set up again: 10 s */
    ASK_AT(319999, 320000);
    closed("301000.000001 east hears timeout; 320030 west is asked; 320060 east hears ok; "
           "320999.000001 east hears timeout");
}

/* What is under way on a backup is not lost when the line is used again, and what was on the line comes back on the
 * backup. */
static void a_question_and_its_answer_may_take_different_ways(void)
{
    opened();
    line_and_vpn();
    begun();
    cut("line", 0, false, false);
    run_to(200000);
    cut("line", 0, false, true);
    run_to(229990); /* the vpn, 30 ms; worked on until 230,120: the line, 20 ms */
    stage.work[0] = 100 * MILLISECOND;
    ask(0);
    run_to(1e6);
    closed("230020 west is asked; 230140 east hears ok");
}

static void cuts_of_one_link_may_overlap(void)
{
    opened();
    link(&link_component, "wire", "east", "west")->rtt = law_constant(100 * MS);
    LinkConfig *config = arena_one(stage.arena, LinkConfig);
    *config = (LinkConfig){.from = "east", .to = "west", .rtt = law_constant(100 * MS), .bandwidth = 1e9};
    small_thing_of(stage.world, &link_component, "wider", config);
    begun();
    cut("wider", 0, false, false);
    run_to(1000);
    cut("wider", 0, true, false);
    run_to(2000);
    cut("wider", 0, false, true);
    run_to(3000);
    ask(0);
    run_to(5000);
    cut("wider", 0, true, true);
    ask(0);
    run_to(10000);
    closed("4000.000001 east hears timeout; 5050 west is asked; 5100 east hears ok");
}

/* The last sign of life was up to a keepalive ago: the black hole lasts a hold timer less that. */
static void the_black_hole_lasts_what_is_left_of_the_hold_timer(void)
{
    enum { N = 4000 };
    opened();
    line_and_vpn();
    ((LinkConfig *)(gpointer)named("line")->config)->keepalive = 30 * SECOND;
    Sim *sim = begun();
    const LinkWay *way = network_way(sim->network, stage.actor[EAST]->place, stage.actor[WEST]->place, true);
    double sum = 0, least = INFINITY, most = 0;
    SimTime now = 0;
    for (guint i = 0; i < N; i++, now += HOUR) {
        links_cut(sim->links, named("line"), 0, false, false, now);
        SimTime low = 0, high = 100 * SECOND; /* when it goes over to the vpn */
        while (high - low > MICROSECOND) {
            SimTime middle = (low + high) / 2;
            Message one = message(1);
            uint8_t carrier = 0;
            one.now = now + middle;
            link_carry(way, &one, &carrier);
            *(carrier == 0 ? &low : &high) = middle;
        }
        links_cut(sim->links, named("line"), 0, false, true, now + 10 * MINUTE);
        sum += simtime_seconds(high);
        least = MIN(least, simtime_seconds(high));
        most = MAX(most, simtime_seconds(high));
    }
    EXPECT(least >= 60 && most <= 90, "from %g to %g s", least, most);
    EXPECT_NEAR(least, 60, 0.1);
    EXPECT_NEAR(most, 90, 0.1);
    EXPECT_NEAR(sum / N, 75, 5 * 30 / sqrt(12.0 * N));
    closed("");
}

/* ---- slower ---- */

static void slow(const char *fault, const LinkPace *pace, bool one_way)
{
    links_slow(stage.sim->links, named("wire"), world_find(stage.world, "actor", fault), pace, one_way,
               sim_now(stage.sim));
}

static void a_slow_link_takes_longer_while_it_lasts(void)
{
    static const LinkPace detour = {.factor = 3}, jam = {.factor = 1, .added = 10 * MILLISECOND};
    opened();
    plain()->bandwidth = 1e9;
    small_thing(stage.world, "detour", NULL);
    small_thing(stage.world, "jam", NULL);
    begun();
    const Place *east = stage.actor[EAST]->place, *west = stage.actor[WEST]->place;
    const struct {
        double at;
        SimTime asked;
        double typical;
    } rows[] = {{0, 50, 100}, {1000, 150, 300}, {2000, 160, 310}, {3000, 60, 110}, {4000, 50, 100}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        run_to(rows[i].at);
        if (i == 1 || i == 3)
            slow("detour", i == 1 ? &detour : NULL, false);
        if (i == 2 || i == 4)
            slow("jam", i == 2 ? &jam : NULL, true);
        EXPECT_NEAR(network_typical(stage.sim->network, east, west) / MS, rows[i].typical, 1e-9);
        EXPECT_NEAR(network_typical(stage.sim->network, west, east) / MS, rows[i].typical, 1e-9);
        SimTime before = sim_now(stage.sim) - 1;
        EXPECT_NEAR(network_typical_at(stage.sim->network, east, west, before) / MS, rows[i == 0 ? 0 : i - 1].typical,
                    1e-9);
        ask(0);
    }
    run_to(1e5);
    closed("50 west is asked; 100 east hears ok; 1150 west is asked; 1300 east hears ok; 2160 west is asked; "
           "2310 east hears ok; 3060 west is asked; 3110 east hears ok; 4050 west is asked; 4100 east hears ok");
}

static void what_refuses_does_so_over_the_link(void)
{
    opened();
    plain()->jitter = law_constant(20 * MS);
    Sim *sim = begun();
    small_strike(sim, WEST, false, false);
    ask(0);
    run_to(5000);
    closed("120 east hears refused");
}

/* ---- conservation ---- */

/* Whatever is cut, slowed and lost, every question is answered or given up, and no record is left. */
static void whatever_happens_every_question_ends(void)
{
    enum { N = 3000 };
    opened();
    line_and_vpn();
    LinkConfig *line = (LinkConfig *)(gpointer)named("line")->config, *vpn = (gpointer)named("vpn")->config;
    line->bandwidth = vpn->bandwidth = 1e6;
    vpn->loss = line->loss = 0.1;
    line->hold = vpn->hold = 2 * SECOND;
    line->restore = vpn->restore = SECOND;
    Sim *sim = begun();
    guint n_cuts = 0;
    bool is_cut = false;
    stage.bytes_back = 3000;
    stage.work[3] = 20 * MILLISECOND;
    for (guint i = 0; i < N; i++) {
        uint64_t dice = key_of(31, i);
        run_to(10.0 * i);
        if (below(dice, 200) == 0) {
            is_cut = !is_cut;
            n_cuts++;
            cut("line", 0, false, !is_cut);
        }
        Call *call = question(dice, stage.actor[i % 2 ? EAST : WEST], stage.actor[i % 2 ? WEST : EAST],
                              below(key_nth(dice, 1), 8000));
        if (i % 5 == 0)
            call_send_after(sim, call, below(key_nth(dice, 2), 1000) * MICROSECOND, stage.second);
        else
            call_send(sim, call, stage.second);
    }
    run_to(1e7);
    EXPECT(n_cuts > 8, "%u cuts", n_cuts);
    EXPECT_INT(stage.n_heard + stage.n_lost, N);
    EXPECT(stage.n_heard > N / 2 && stage.n_lost > N / 50, "%u heard, %u lost", stage.n_heard, stage.n_lost);
    g_string_truncate(stage.told, 0);
    closed("");
}

void suite_links(void);
void suite_links(void)
{
    CU_pSuite s = CU_add_suite("links", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(messages_stand_in_line);
    TEST(what_has_no_size_waits_but_takes_no_room);
    TEST(answers_enter_the_line_when_they_leave);
    TEST(what_can_wait_at_home_is_not_given_up_for_a_queue);
    TEST(who_dies_in_line_does_not_leave);
    TEST(a_hub_has_a_line_per_attachment_and_direction);
    TEST(jitter_is_added_to_the_exchange);
    TEST(lost_messages_are_sent_again);
    TEST(lost_look_ups_are_not_sent_again);
    TEST(each_message_has_its_own_chance);
    TEST(what_loses_hardly_ever_arrives_is_lost_in_the_end);
    TEST(services_take_the_connection_and_the_rest_the_open_way);
    TEST(a_place_of_ones_own_is_on_no_backbone);
    TEST(a_link_that_only_says_a_distance_costs_nothing);
    TEST(a_cut_line_is_a_black_hole_until_its_hold_timer_has_run_out);
    TEST(the_line_is_used_again_some_time_after_it_is_whole);
    TEST(a_cut_that_nobody_notices_is_over_when_it_is_over);
    TEST(a_one_way_cut_moves_both_ways);
    TEST(the_other_tunnel_is_used_when_the_peer_is_found_dead);
    TEST(nothing_passes_when_all_is_given_up);
    TEST(a_question_and_its_answer_may_take_different_ways);
    TEST(cuts_of_one_link_may_overlap);
    TEST(the_black_hole_lasts_what_is_left_of_the_hold_timer);
    TEST(a_slow_link_takes_longer_while_it_lasts);
    TEST(what_refuses_does_so_over_the_link);
    TEST(whatever_happens_every_question_ends);
}
