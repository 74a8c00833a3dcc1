/* Recovery and routing as the observer sees them: phases that add up, judges of any kind, who was sent where.  Times in
 * seconds after the start of measurement. */
#include "model/observer.h"
#include "model/reach.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <math.h>
#include <string.h>

enum { N_USERS = 10 };

/* Things that refer to others, as names, accelerators and users do. */
typedef struct {
    Reference to, health;
    References answers;
} Config;
static const Param params[] = {
    {.name = "to", .type = PARAM_REFERENCE, .offset = PARAM_FIELD(Config, to, Reference)},
    {.name = "health", .type = PARAM_REFERENCE, .offset = PARAM_FIELD(Config, health, Reference)},
    {.name = "answers", .type = PARAM_REFERENCES, .offset = PARAM_FIELD(Config, answers, References)},
    PARAM_END,
};
static const char *const feeds[] = {"recovery.time", NULL};
static const Component users = {.kind = "clients", .name = "users", .params = params},
                       name = {.kind = "dns", .name = "name", .params = params},
                       edge = {.kind = "accelerator", .name = "edge", .params = params},
                       balancer = {.kind = "balancer", .name = "balancer", .params = params},
                       check = {.kind = "health-check", .name = "check", .params = params},
                       store = {.kind = "database", .name = "store", .params = params, .metrics = feeds};

/* Two doors to one front: a name with a health check, and an accelerator.  `elsewhere` is nobody's. */
static struct {
    Arena *arena;
    Sim *sim;
    const Thing *by_name, *by_edge, *door, *anycast, *front, *alive, *elsewhere, *lost;
    Population *population[2];
    UserMark *user[2];
} stage;

static Reference to(const Thing *thing, int region)
{
    return (Reference){thing, region};
}

static void opened(void)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    const SimTime far = 40 * MILLISECOND, near = 10 * MILLISECOND;
    Config *config = arena_many(stage.arena, Config, 8);
    Item *item = arena_many(stage.arena, Item, 2);
    stage.by_name = small_thing_of(world, &users, "by-name", &config[0]);
    stage.by_edge = small_thing_of(world, &users, "by-edge", &config[1]);
    stage.door = small_thing_of(world, &name, "door", &config[2]);
    stage.anycast = small_thing_of(world, &edge, "anycast", &config[3]);
    stage.front = small_thing_of(world, &balancer, "front", &config[4]);
    stage.alive = small_thing_of(world, &check, "alive", &config[5]);
    stage.elsewhere = small_thing_of(world, &check, "elsewhere", &config[6]);
    small_thing_of(world, &store, "carts", &config[7]);
    stage.lost = small_thing(world, "lost", NULL);
    item[0].to = to(stage.front, EAST);
    item[1].to = to(stage.front, WEST);
    config[0].to = to(stage.door, ANYWHERE);
    config[1].to = to(stage.anycast, ANYWHERE);
    config[2].answers = config[3].answers = (References){2, item};
    config[2].health = to(stage.alive, ANYWHERE);
    config[4].to = to(stage.elsewhere, ANYWHERE); /* beyond the end of the way */
    small_link(world, "DE-BERLIN", "east", law_constant((double)far), false);
    small_link(world, "DE-BERLIN", "west", law_constant((double)far), false);
    small_link(world, "DE-BERLIN", "north", law_constant((double)near), false);
    stage.sim = sim_new(world, 1, 1);
    stage.population[0] = observe_population(stage.sim, stage.by_name);
    stage.population[1] = observe_population(stage.sim, stage.by_edge);
    for (int i = 0; i < 2; i++)
        stage.user[i] = observe_users(stage.population[i], N_USERS);
}

static void ready(void)
{
    network_seal(stage.sim->network);
    observer_ready(stage.sim);
}

static void closed(void)
{
    sim_free(stage.sim);
    arena_free(stage.arena);
}

static void run_to(double s)
{
    small_run(stage.sim, (SimTime)(s * (double)SECOND));
}

static SimTime instant(double s)
{
    return (SimTime)(s * (double)SECOND);
}

/* All users of a door ask now; so many are answered by the region. */
static void requests(int door, guint n_answered, int region)
{
    for (guint i = 0; i < N_USERS; i++) {
        UserMark *user = &stage.user[door][i];
        observe_issued(stage.sim, stage.population[door], OP_READ);
        if (i < n_answered)
            observe_answered(stage.sim, stage.population[door], user, OP_READ, region, sim_now(stage.sim));
        else
            observe_failed(stage.sim, stage.population[door], user, OP_READ, WHY_TIMEOUT, sim_now(stage.sim));
    }
}

static void begins(FaultSeen seen)
{
    seen.thing = stage.lost;
    seen.begins = sim_now(stage.sim);
    seen.ends = seen.begins + 300 * SECOND;
    observe_fault(stage.sim, &seen);
}

static double sample(const char *metric, const char *label, const char *value)
{
    const Cell *cell = sheet_cell(stage.sim->sheet, CELL_SAMPLES, metric, "fault", "lost", label, value, NULL);
    EXPECT(cell->samples->len <= 1, "%s: %u samples", metric, cell->samples->len);
    return cell->samples->len ? g_array_index(cell->samples, double, 0) : NAN;
}

/* ---- what an entry can lead to ---- */

static void an_entry_leads_to_the_ends_of_its_ways(void)
{
    opened();
    for (int i = 0; i < 2; i++) {
        Reach reach = reach_of(stage.arena, stage.sim->world, i ? stage.by_edge : stage.by_name);
        EXPECT(reach.region[EAST] && reach.region[WEST] && !reach.region[NORTH], "regions of door %d", i);
        EXPECT(reach.thing[stage.door->index] == !i && reach.thing[stage.anycast->index] == i, "door %d", i);
        EXPECT(reach.thing[stage.alive->index] == !i, "its health check");
        EXPECT(reach.thing[stage.front->index] && !reach.thing[stage.elsewhere->index], "the end of the way");
    }
    closed();
}

/* ---- phases ---- */

typedef struct {
    const char *what;
    double found, told;             /* of the name's health check; 0: never */
    double edge_told;               /* of the accelerator */
    double detected, promoted;      /* of a database; decided 5 s later */
    guint back[2];                  /* windows until those of each door are answered; 30: never */
    double detect, decide, promote; /* in the phases; route is the rest */
} Course;

static void play(const Course *course)
{
    opened();
    ready();
    for (int door = 0; door < 2; door++)
        requests(door, N_USERS, EAST);
    run_to(1000);
    begins((FaultSeen){.region = EAST});
    for (guint w = 0; w < 30; w++)
        for (guint s = 0; s < 10; s++) {
            double now = 10 * w + s;
            run_to(1000 + now);
            if (now > 0 && now == course->found)
                observe_found(stage.sim, stage.alive, EAST);
            if (now > 0 && now == course->told)
                observe_verdict(stage.sim, stage.alive, EAST, false);
            if (now > 0 && now == course->edge_told)
                observe_verdict(stage.sim, stage.anycast, EAST, false);
            if (now > 0 && now == course->promoted)
                observe_promotion(stage.sim, EAST, instant(1000 + course->detected),
                                  instant(1000 + course->detected + 5), sim_now(stage.sim));
            for (int door = 0; s == 5 && door < 2; door++)
                requests(door, w >= course->back[door] ? N_USERS : 0, WEST);
        }
    observe_fault_over(stage.sim, stage.lost);
    observer_finish(stage.sim->observer);
}

static void phases_add_up_to_the_failover_time(void)
{
    static const Course rows[] = {
        {"a name", 20, 27, 0, 0, 0, {9, 0}, 20, 7, 0},
        {"two doors: the later is what was waited for", 20, 27, 11, 0, 0, {9, 3}, 20, 7, 0},
        {"the accelerator tells when it finds", 0, 0, 11, 0, 0, {0, 3}, 11, 0, 0},
        {"promoted later than told", 20, 27, 0, 12, 44, {9, 9}, 12, 5, 27},
        {"promoted earlier than told", 20, 27, 0, 2, 14, {9, 9}, 20, 7, 0},
        {"promoted, and nobody told", 0, 0, 0, 12, 44, {9, 9}, 12, 5, 27},
        {"told when they were back long since", 50, 57, 0, 0, 0, {3, 3}, 0, 0, 0},
        {"nobody told", 0, 0, 0, 0, 0, {9, 9}, 0, 0, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Course *row = &rows[i];
        play(row);
        double total = sample("failover.time", NULL, NULL), detect = sample("recovery.time", "phase", "detect"),
               decide = sample("recovery.time", "phase", "decide"),
               promote = sample("recovery.time", "phase", "promote"), route = sample("recovery.time", "phase", "route");
        EXPECT(total == 10.0 * MAX(row->back[0], row->back[1]), "%s: %g", row->what, total);
        EXPECT(detect == row->detect && decide == row->decide && promote == row->promote, "%s: %g, %g, %g", row->what,
               detect, decide, promote);
        EXPECT(detect + decide + promote + route == total, "%s: route %g", row->what, route);
        for (int door = 0; door < 2; door++)
            EXPECT(sample("failover.clients", "clients", door ? "by-edge" : "by-name") == 10.0 * row->back[door],
                   "%s: door %d", row->what, door);
        closed();
    }
}

static void who_never_comes_back_has_no_way_there(void)
{
    static const Course never = {"never", 20, 27, 0, 0, 0, {30, 30}, 20, 7, 0};
    play(&never);
    EXPECT(isinf(sample("failover.time", NULL, NULL)), "back");
    EXPECT(sample("recovery.time", "phase", "detect") == 20 && sample("recovery.time", "phase", "decide") == 7, "seen");
    EXPECT(isnan(sample("recovery.time", "phase", "route")), "there");
    closed();
}

/* ---- who noticed ---- */

static void any_judge_is_named_by_its_kind(void)
{
    opened();
    ready();
    run_to(10);
    begins((FaultSeen){.region = EAST});
    run_to(21);
    observe_verdict(stage.sim, stage.anycast, EAST, false);
    run_to(22);
    observe_verdict(stage.sim, stage.front, EAST, false);
    observe_verdict(stage.sim, stage.front, WEST, false); /* nothing is wrong there */
    static const struct {
        const char *label, *name;
        double seconds;
    } rows[] = {{"accelerator", "anycast", 11}, {"balancer", "front", 12}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Cell *cell = sheet_cell(stage.sim->sheet, CELL_SAMPLES, "detection.time", "fault", "lost", rows[i].label,
                                      rows[i].name, "region", "east", NULL);
        EXPECT_INT(cell->samples->len, 1);
        EXPECT_NEAR(g_array_index(cell->samples, double, 0), rows[i].seconds, 1e-9);
    }
    EXPECT_INT(
        sheet_cell(stage.sim->sheet, CELL_COUNT, "detection.false", "balancer", "front", "region", "west", NULL)->count,
        1);
    closed();
}

/* The users of its region are affected, and the region is not dark. */
static void a_zone_or_a_thing_is_not_the_region(void)
{
    static const FaultSeen rows[] = {{.region = EAST, .one_zone = true}, {.region = EAST, .one_thing = true}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened();
        ready();
        requests(0, N_USERS, EAST);
        requests(1, N_USERS, WEST);
        run_to(10);
        begins(rows[i]);
        EXPECT(!observer_is_dark(stage.sim->observer, EAST), "dark");
        EXPECT_INT(observer_went_dark(stage.sim->observer, EAST, 0), SIMTIME_NEVER);
        EXPECT(stage.user[0][0].affected && !stage.user[1][0].affected, "affected");
        observe_fault_over(stage.sim, stage.lost);
        observer_finish(stage.sim->observer);
        const Cell *cell = sheet_cell(stage.sim->sheet, CELL_SAMPLES, "detection.time", "fault", "lost", "health_check",
                                      "alive", "region", "east", NULL);
        EXPECT_INT(cell->samples->len, rows[i].one_thing); /* a zone need not be noticed, a thing should */
        closed();
    }
}

/* ---- where users are sent ---- */

static const Cell *sent(const char *clients, const char *connection)
{
    return sheet_cell(stage.sim->sheet, CELL_RATIO, "routing.stale", "clients", clients, "connection", connection,
                      NULL);
}

static void send(int door, int region, bool kept)
{
    observe_sent(stage.sim, stage.population[door], region, kept, sim_now(stage.sim));
}

/* One attempt for every region, connection and door. */
static void send_all(void)
{
    for (int door = 0; door < 2; door++)
        for (int kept = 0; kept < 2; kept++)
            for (int region = NO_REGION; region < N_SMALL_REGIONS; region++)
                send(door, region, kept);
}

static void what_is_sent_to_a_withdrawn_region_is_stale(void)
{
    opened();
    ready();
    run_to(1);
    send_all();
    observe_verdict(stage.sim, stage.elsewhere, WEST, false); /* nobody who leads them */
    send_all();
    observe_verdict(stage.sim, stage.alive, EAST, false);
    observe_verdict(stage.sim, stage.alive, EAST, false); /* told twice: withdrawn once */
    send_all();
    observe_withdrawn(stage.sim, stage.door, EAST, true);
    observe_verdict(stage.sim, stage.alive, EAST, true);
    send_all();
    observe_withdrawn(stage.sim, stage.door, EAST, false);
    send_all();
    for (int kept = 0; kept < 2; kept++) {
        const Cell *name_users = sent("by-name", kept ? "kept" : "new"),
                   *edge_users = sent("by-edge", kept ? "kept" : "new");
        EXPECT_NEAR(name_users->ratio.part, 2, 0);
        EXPECT_NEAR(name_users->ratio.whole, 5.0 * N_SMALL_REGIONS, 0);
        EXPECT_NEAR(edge_users->ratio.part, 0, 0);
        EXPECT_NEAR(edge_users->ratio.whole, 5.0 * N_SMALL_REGIONS, 0);
    }
    closed();
}

/* By-name users live in the east, the others between east and west: as near is as good.  North would be nearer, but the
 * entry does not lead there. */
static void who_is_not_answered_by_the_fastest_is_counted(void)
{
    opened();
    observe_home(stage.population[0], network_region(stage.sim->network, EAST, WHOLE_REGION));
    observe_home(stage.population[1], network_city(stage.sim->network, "DE-BERLIN"));
    ready();
    run_to(1);
    requests(0, 4, EAST);
    requests(0, 6, WEST);
    requests(1, 5, EAST);
    requests(1, 5, WEST);
    static const struct {
        const char *clients;
        double part;
    } rows[] = {{"by-name", 6}, {"by-edge", 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Cell *cell =
            sheet_cell(stage.sim->sheet, CELL_RATIO, "routing.not_fastest", "clients", rows[i].clients, NULL);
        EXPECT(cell->ratio.part == rows[i].part && cell->ratio.whole == 10, "%s: %g of %g", rows[i].clients,
               cell->ratio.part, cell->ratio.whole);
    }
    closed();
}

void suite_recovery(void);
void suite_recovery(void)
{
    CU_pSuite s = CU_add_suite("recovery", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(an_entry_leads_to_the_ends_of_its_ways);
    TEST(phases_add_up_to_the_failover_time);
    TEST(who_never_comes_back_has_no_way_there);
    TEST(any_judge_is_named_by_its_kind);
    TEST(a_zone_or_a_thing_is_not_the_region);
    TEST(what_is_sent_to_a_withdrawn_region_is_stale);
    TEST(who_is_not_answered_by_the_fastest_is_counted);
}
