/* The call: small stories with simulated times in milliseconds.  Actors tell what reaches them: "50 west is asked". */
#include "model/call_pool.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <string.h>

typedef struct {
    SimTime work;
    Outcome outcome;
    bool decides;   /* at the end of its work; else the answer is made beforehand */
    bool keeps;     /* never answers */
    Entity *behind; /* asked before it answers; NULL: nobody */
    unsigned patience;
    guint n_starts;
} Actor;

typedef struct {
    guint left; /* answers still to be heard */
    guint nth;
} Asking;

static struct {
    Arena *arena;
    Sim *sim;
    Entity *actor[N_SMALL_REGIONS], *beside; /* beside: in the east too */
    unsigned second, minute;
    GString *told;
    int depth;
} stage;

static Actor *actor(int region)
{
    return stage.actor[region]->state;
}

static void tell(const Entity *who, const char *what)
{
    g_string_append_printf(stage.told, "%s%.10g %s %s", stage.told->len ? "; " : "",
                           (double)sim_now(stage.sim) / (double)MILLISECOND, who->name, what);
}

static void enter_step(void)
{
    stage.depth++;
    EXPECT_INT(stage.depth, 1);
}

static void worked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    EXPECT(!reply, "%s", me->name);
    call_answer(sim, call, ((const Actor *)me->state)->outcome);
}

static void passed_on(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)me;
    call_answer(sim, call, (Outcome)reply->outcome);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Actor *mine = me->state;
    enter_step();
    EXPECT(!reply && call->callee == me, "%s", me->name);
    tell(me, "is asked");
    if (mine->behind)
        call_send(sim, call_new(sim, me, call, mine->behind, PORT_HTTP, passed_on), mine->patience);
    else if (mine->decides)
        call_wait(sim, call, mine->work, worked);
    else if (!mine->keeps)
        call_answer_after(sim, call, mine->work, mine->outcome);
    stage.depth--;
}

static void start(G_GNUC_UNUSED Sim *sim, Entity *me)
{
    ((Actor *)me->state)->n_starts++;
}

static const Ops ops = {.role = "actor", .start = start, .asked = asked};

static Sim *opened(void)
{
    memset(&stage, 0, sizeof stage);
    stage.arena = arena_new();
    stage.told = g_string_new(NULL);
    World *world = small_world(stage.arena);
    const Thing *thing[] = {small_thing(world, "east", NULL), small_thing(world, "west", NULL),
                            small_thing(world, "north", NULL), small_thing(world, "beside", NULL)};
    Sim *sim = stage.sim = sim_new(world, 1, 1);
    for (int i = 0; i < N_SMALL_REGIONS; i++)
        stage.actor[i] =
            entity_new(sim, thing[i], &ops, network_region(sim->network, i, WHOLE_REGION), sizeof(Actor), "");
    stage.beside = entity_new(sim, thing[3], &ops, network_region(sim->network, EAST, WHOLE_REGION), sizeof(Actor), "");
    network_seal(sim->network);
    stage.second = call_patience(sim, SECOND);
    stage.minute = call_patience(sim, MINUTE);
    return sim;
}

static void closed(const char *expected)
{
    EXPECT_TEXT(stage.told->str, expected);
    sim_free(stage.sim);
    arena_free(stage.arena);
    g_string_free(stage.told, TRUE);
    check_scene.entity = NULL;
}

static void run_to(double ms)
{
    small_run(stage.sim, (SimTime)(ms * (double)MILLISECOND));
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    enter_step();
    g_autofree char *what = g_strdup_printf("hears %s", outcome_names[reply->outcome]);
    tell(me, what);
    if (--LOCALS(root, Asking)->left == 0)
        call_end(sim, root);
    stage.depth--;
}

static Call *question(Call *root, Entity *to)
{
    return call_new(stage.sim, root->callee, root, to, PORT_HTTP, heard);
}

static Call *begin(Entity *me, guint n_questions)
{
    Call *root = call_begin(stage.sim, me, 7);
    *LOCALS(root, Asking) = (Asking){.left = n_questions};
    return root;
}

static void ask(Entity *me, Entity *to)
{
    call_send(stage.sim, question(begin(me, 1), to), stage.second);
}

static void nothing_is_left(void)
{
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 0);
    EXPECT(kernel_idle(&stage.sim->kernel), "something is pending");
}

/* ---- there and back ---- */

static void a_call_goes_there_and_its_answer_comes_back(void)
{
    opened();
    ask(stage.actor[EAST], stage.actor[WEST]);
    run_to(5000);
    nothing_is_left();
    closed("50 west is asked; 100 east hears ok");
}

static void work_takes_the_same_whether_it_decides_or_not(void)
{
    opened();
    *actor(WEST) = (Actor){.work = 30 * MILLISECOND, .outcome = OUTCOME_ERROR};
    *actor(NORTH) = (Actor){.work = 30 * MILLISECOND, .decides = true};
    ask(stage.actor[EAST], stage.actor[WEST]);
    ask(stage.actor[EAST], stage.actor[NORTH]);
    run_to(5000);
    nothing_is_left();
    closed("50 west is asked; 100 north is asked; 130 east hears error; 230 east hears ok");
}

/* A place that refuses does so at the first message. */
static void a_handshake_takes_its_round_trips(void)
{
    for (int refused = 0; refused < 2; refused++) {
        opened();
        if (refused)
            small_strike(stage.sim, WEST, false, false);
        for (uint16_t n = 1; n <= 3; n++) {
            Call *call = question(begin(stage.actor[EAST], 1), stage.actor[WEST]);
            call->round_trips = n;
            call_send(stage.sim, call, stage.second);
        }
        run_to(5000);
        nothing_is_left();
        closed(refused ? "100 east hears refused; 100 east hears refused; 100 east hears refused"
                       : "50 west is asked; 100 east hears ok; 150 west is asked; 200 east hears ok; "
                         "250 west is asked; 300 east hears ok");
    }
}

static void the_last_mile_is_part_of_the_way(void)
{
    opened();
    Call *call = question(begin(stage.actor[EAST], 1), stage.actor[WEST]);
    call->access = 40 * MILLISECOND;
    call_send(stage.sim, call, stage.second);
    run_to(5000);
    closed("70 west is asked; 140 east hears ok");
}

static void the_port_travels_there_and_back_and_the_story_stays(void)
{
    opened();
    Call *root = begin(stage.actor[EAST], 1), *call = question(root, stage.actor[WEST]);
    EXPECT_INT(call->story, root->story);
    call->attempt = 3;
    Call *next = call_new(stage.sim, stage.actor[EAST], call, stage.actor[NORTH], PORT_DNS, heard);
    EXPECT_INT(next->story, root->story);
    EXPECT_INT(next->attempt, 3);
    EXPECT_INT(next->sibling, call->sibling);
    EXPECT_INT(next->port, PORT_DNS);
    call_send(stage.sim, call, stage.second);
    call_send(stage.sim, next, stage.second);
    run_to(5000);
    closed("50 west is asked; 100 north is asked; 100 east hears ok");
}

/* ---- at once, and in order ---- */

static void the_same_spot_is_asked_at_once_without_re_entrancy(void)
{
    Sim *sim = opened();
    Actor *beside = stage.beside->state;
    *actor(EAST) = (Actor){.behind = stage.beside, .patience = stage.second};
    beside->outcome = OUTCOME_ERROR;
    run_to(10);
    uint32_t n_pending = event_list_length(&sim->kernel.list);
    for (int i = 0; i < 2; i++) {
        Call *root = call_begin(sim, stage.beside, 1);
        *LOCALS(root, Asking) = (Asking){.left = 1};
        call_send(sim, question(root, stage.actor[EAST]), stage.second);
    }
    run_to(10);
    EXPECT_INT(event_list_length(&sim->kernel.list), n_pending + 1); /* of the time-outs, not of the calls */
    EXPECT_INT(calls_walk(sim, NULL, NULL), 0);
    closed("10 east is asked; 10 east is asked; 10 beside is asked; 10 beside is asked; 10 beside hears error; "
           "10 beside hears error");
}

static void ask_beside(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    tell(me, LOCALS(root, Asking)->nth == 0 ? "wakes first" : "wakes second");
    call_send(sim, question(root, stage.beside), stage.second);
}

static void what_a_moment_causes_is_finished_before_the_next_event(void)
{
    Sim *sim = opened();
    for (guint i = 0; i < 2; i++) {
        Call *root = begin(stage.actor[EAST], 1);
        LOCALS(root, Asking)->nth = i;
        call_wait(sim, root, 5 * MILLISECOND, ask_beside);
    }
    run_to(10);
    closed("5 east wakes first; 5 beside is asked; 5 east hears ok; 5 east wakes second; 5 beside is asked; "
           "5 east hears ok");
}

/* ---- deadlines ---- */

static void an_answer_exactly_at_the_deadline_is_in_time(void)
{
    static const struct {
        SimTime work;
        const char *told;
    } rows[] = {
        {900 * MILLISECOND - 1, "50 west is asked; 999.999999 east hears ok"},
        {900 * MILLISECOND, "50 west is asked; 1000 east hears ok"},
        {900 * MILLISECOND + 1, "50 west is asked; 1000.000001 east hears timeout"},
        {2 * SECOND, "50 west is asked; 1000.000001 east hears timeout"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened();
        *actor(WEST) = (Actor){.work = rows[i].work, .decides = i % 2};
        ask(stage.actor[EAST], stage.actor[WEST]);
        run_to(1000.000001);
        EXPECT_INT(calls_walk(stage.sim, NULL, NULL), i == 3);
        run_to(5000);
        nothing_is_left();
        closed(rows[i].told);
    }
}

static void late_answers_find_nobody(void)
{
    Sim *sim = opened();
    Call *root = begin(stage.actor[EAST], 1); /* the first answer ends it */
    for (int i = 0; i < 3; i++)
        call_send(sim, question(root, stage.actor[i]), stage.second);
    run_to(50);
    ask(stage.actor[EAST], stage.actor[WEST]); /* takes the records of the root and of the first into another life */
    run_to(5000);
    nothing_is_left();
    closed("0 east is asked; 0 east hears ok; 50 west is asked; 100 north is asked; 100 west is asked; "
           "150 east hears ok");
}

static void one_who_waits_behind_a_time_out_is_told_in_turn(void)
{
    opened();
    actor(NORTH)->keeps = true;
    *actor(WEST) = (Actor){.behind = stage.actor[NORTH], .patience = stage.second};
    Call *root = begin(stage.actor[EAST], 1);
    call_send(stage.sim, question(root, stage.actor[WEST]), stage.minute);
    run_to(5000);
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 1); /* the one that north keeps */
    closed("50 west is asked; 200 north is asked; 1100.000001 east hears timeout");
}

/* ---- fates: east asks west at 0, which is asked at 50, works until 80, and is heard at 130 ---- */

typedef enum { STRIKE_EAST, STRIKE_WEST, STRIKE_NORTH, CUT_THERE, CUT_BACK, CUT_OTHER } Harm;
static const char timed_out[] = "1000.000001 east hears timeout";
static const char worked_for_nothing[] = "50 west is asked; 1000.000001 east hears timeout";
static const char whole[] = "50 west is asked; 130 east hears ok";
enum { NEVER = 100000 };

static const struct {
    const char *what;
    Harm harm;
    double from, until;
    bool refuses;
    const char *told;
} fates[] = {
    {"gone before", STRIKE_WEST, 0, NEVER, false, timed_out},
    {"gone before, refuses", STRIKE_WEST, 0, NEVER, true, "100 east hears refused"},
    {"gone on the way", STRIKE_WEST, 20, NEVER, false, timed_out},
    {"gone on the way, refuses", STRIKE_WEST, 20, NEVER, true, "100 east hears refused"},
    {"gone and back on the way", STRIKE_WEST, 20, 40, false, timed_out},
    {"gone while it works", STRIKE_WEST, 60, NEVER, false, worked_for_nothing},
    {"gone while it works, refuses", STRIKE_WEST, 60, NEVER, true, worked_for_nothing},
    {"gone and back while it works", STRIKE_WEST, 60, 70, false, worked_for_nothing},
    {"gone while it works, back behind the answer", STRIKE_WEST, 60, 90, false, worked_for_nothing},
    {"gone behind the answer", STRIKE_WEST, 100, NEVER, false, whole},
    {"gone and back behind the answer", STRIKE_WEST, 100, 110, false, whole},
    {"gone elsewhere", STRIKE_NORTH, 20, NEVER, false, whole},
    {"cut on the way", CUT_THERE, 20, NEVER, false, timed_out},
    {"cut and whole again on the way", CUT_THERE, 20, 40, false, timed_out},
    {"cut there behind the question", CUT_THERE, 60, NEVER, false, whole},
    {"cut back while it works", CUT_BACK, 60, NEVER, false, worked_for_nothing},
    {"cut back behind the answer", CUT_BACK, 100, NEVER, false, worked_for_nothing},
    {"cut back, whole before the answer", CUT_BACK, 20, 70, false, whole},
    {"cut back, whole again behind it", CUT_BACK, 90, 95, false, worked_for_nothing},
    {"cut elsewhere", CUT_OTHER, 0, NEVER, false, whole},
    {"the asker gone on the way", STRIKE_EAST, 20, NEVER, false, "50 west is asked"},
    {"the asker gone and back", STRIKE_EAST, 20, 30, false, "50 west is asked"},
    {"the asker gone behind the answer", STRIKE_EAST, 100, NEVER, true, "50 west is asked"},
};

static void harm(Harm what, bool up, bool refuses)
{
    SimTime now = sim_now(stage.sim);
    switch (what) {
    case STRIKE_EAST:
    case STRIKE_WEST:
    case STRIKE_NORTH:
        small_strike(stage.sim, (int)what, up, !refuses);
        return;
    case CUT_THERE:
        network_cut(stage.sim->network, EAST, WEST, up, now);
        return;
    case CUT_BACK:
        network_cut(stage.sim->network, WEST, EAST, up, now);
        return;
    case CUT_OTHER:
        network_cut(stage.sim->network, EAST, NORTH, up, now);
        network_cut(stage.sim->network, NORTH, WEST, up, now);
    }
}

static void a_message_arrives_iff_its_way_and_its_receiver_held(void)
{
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(fates); i++) {
        gsize row = i / 2;
        opened();
        *actor(WEST) = (Actor){.work = 30 * MILLISECOND, .decides = i % 2};
        if (fates[row].from == 0)
            harm(fates[row].harm, false, fates[row].refuses);
        ask(stage.actor[EAST], stage.actor[WEST]);
        run_to(fates[row].from);
        if (fates[row].from > 0)
            harm(fates[row].harm, false, fates[row].refuses);
        if (fates[row].until < NEVER) {
            run_to(fates[row].until);
            harm(fates[row].harm, true, false);
        }
        run_to(5000);
        EXPECT(calls_walk(stage.sim, NULL, NULL) == 0, "%s: calls are left", fates[row].what);
        EXPECT(strcmp(stage.told->str, fates[row].told) == 0, "%s (%s)", fates[row].what,
               i % 2 ? "decides" : "beforehand");
        closed(fates[row].told);
    }
}

/* East asks west, which asks north: who is gone leaves no record behind, and the ends learn of it by their deadlines.
 */
static void who_dies_between_releases_what_it_held(void)
{
    static const struct {
        double from, until;
        const char *told;
    } rows[] = {
        /* north is asked at 200, west hears at 350, east at 400 */
        {20, NEVER, "1000.000001 east hears timeout"},
        {120, NEVER, "50 west is asked; 200 north is asked; 1000.000001 east hears timeout"},
        {120, 130, "50 west is asked; 200 north is asked; 1000.000001 east hears timeout"},
        {210, 220, "50 west is asked; 200 north is asked; 1000.000001 east hears timeout"},
        {360, NEVER, "50 west is asked; 200 north is asked; 400 east hears ok"},
    };
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
        opened();
        *actor(WEST) = (Actor){.behind = stage.actor[NORTH], .patience = i % 2 ? stage.second : stage.minute};
        ask(stage.actor[EAST], stage.actor[WEST]);
        run_to(rows[i / 2].from);
        small_strike(stage.sim, WEST, false, true);
        run_to(rows[i / 2].until);
        if (rows[i / 2].until < NEVER)
            small_strike(stage.sim, WEST, true, true);
        EXPECT_INT(actor(WEST)->n_starts, rows[i / 2].until < NEVER);
        run_to(2.0 * NEVER);
        nothing_is_left();
        closed(rows[i / 2].told);
    }
}

static void a_root_that_waits_dies_with_its_place(void)
{
    opened();
    Call *root = begin(stage.actor[WEST], 1);
    call_wait(stage.sim, root, 100 * MILLISECOND, ask_beside);
    run_to(50);
    small_strike(stage.sim, WEST, false, true);
    run_to(60);
    small_strike(stage.sim, WEST, true, true);
    run_to(5000);
    nothing_is_left();
    closed("");
}

/* ---- connections ---- */

static void a_restarted_callee_resets_old_connections(void)
{
    static const struct {
        double opened_at; /* ms; the callee was gone from 100 to 200, the question is asked at 300 */
        const char *told;
    } rows[] = {
        {50, "400 east hears reset"},
        {250, "350 west is asked; 400 east hears ok"},
        {0, "350 west is asked; 400 east hears ok"}, /* no connection */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened();
        run_to(100);
        small_strike(stage.sim, WEST, false, true);
        run_to(200);
        small_strike(stage.sim, WEST, true, true);
        run_to(300);
        Call *call = question(begin(stage.actor[EAST], 1), stage.actor[WEST]);
        call->connected_at = (SimTime)rows[i].opened_at * MILLISECOND;
        call_send(stage.sim, call, stage.second);
        run_to(5000);
        nothing_is_left();
        closed(rows[i].told);
    }
}

/* An old connection whose asker has given up meanwhile: nobody works for it, nobody is told again. */
static void a_reset_that_nobody_waits_for_is_dropped(void)
{
    Sim *sim = opened();
    unsigned hasty = call_patience(sim, 10 * MILLISECOND);
    run_to(100);
    small_strike(sim, WEST, false, true);
    run_to(200);
    small_strike(sim, WEST, true, true);
    Call *call = question(begin(stage.actor[EAST], 1), stage.actor[WEST]);
    call->connected_at = 50 * MILLISECOND;
    call_send(sim, call, hasty);
    run_to(5000);
    nothing_is_left();
    closed("210.000001 east hears timeout");
}

/* ---- what leaves later ---- */

static void heard_of_change(Sim *sim, Entity *me, Call *call, Call *reply)
{
    enter_step();
    EXPECT(!call, "%s", me->name);
    EXPECT_INT(reply->port, PORT_LOG);
    EXPECT(sim == stage.sim, "another replication");
    tell(me, outcome_names[reply->outcome]);
    stage.depth--;
}

static void send_later(double delay_ms, unsigned patience)
{
    Call *call = call_new(stage.sim, stage.actor[EAST], NULL, stage.actor[WEST], PORT_LOG, heard_of_change);
    call_send_after(stage.sim, call, (SimTime)(delay_ms * (double)MILLISECOND), patience);
}

static void what_leaves_later_is_waited_for_from_then_on(void)
{
    opened();
    send_later(400, stage.second);
    send_later(5000, stage.second);
    run_to(20000);
    nothing_is_left();
    closed("450 west is asked; 500 east ok; 5050 west is asked; 5100 east ok");
}

/* ... and releases what it belongs to; what belongs to something that has ended does not leave either. */
static void what_is_in_the_pipeline_belongs_to_something(void)
{
    for (int struck = 0; struck < 2; struck++) {
        Sim *sim = opened();
        Call *root = begin(stage.actor[EAST], 1);
        call_send_after(sim, question(root, stage.actor[WEST]), 400 * MILLISECOND, stage.second);
        run_to(200);
        EXPECT_INT(calls_walk(sim, NULL, NULL), 2);
        if (struck)
            small_strike(sim, EAST, false, true);
        else
            call_end(sim, root);
        run_to(5000);
        nothing_is_left();
        closed("");
    }
}

static void what_is_in_the_pipeline_dies_with_its_place(void)
{
    static const struct {
        double from, until; /* when the sender is gone; it leaves at 400 */
        const char *told;
    } rows[] = {
        {390, NEVER, ""},
        {390, 395, ""},
        {390, 420, ""}, /* back while it would be on its way */
        {410, NEVER, "450 west is asked"},
        {410, 420, "450 west is asked"},
        {600, NEVER, "450 west is asked; 500 east ok"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened();
        send_later(400, stage.second);
        run_to(rows[i].from);
        small_strike(stage.sim, EAST, false, true);
        if (rows[i].until < NEVER) {
            run_to(rows[i].until);
            small_strike(stage.sim, EAST, true, true);
        }
        run_to(5000);
        nothing_is_left();
        closed(rows[i].told);
    }
}

/* ---- lines ---- */

static void a_line_is_first_come_first_served(void)
{
    Sim *sim = opened();
    Line line = {0};
    Call *call[5];
    EXPECT(!line_pop(sim, &line), "an empty line");
    for (guint i = 0; i < 5; i++) {
        call[i] = call_begin(sim, stage.actor[EAST], i);
        line_push(sim, &line, call[i]);
        EXPECT_INT(line.length, i + 1);
    }
    EXPECT(line_pop(sim, &line) == call[0], "not the first");
    line_push(sim, &line, call[0]);
    static const guint order[] = {1, 2, 3, 4, 0};
    for (guint i = 0; i < 5; i++)
        EXPECT(line_pop(sim, &line) == call[order[i]], "%u is not %u", i, order[i]);
    EXPECT(!line_pop(sim, &line), "an empty line");
    for (guint i = 0; i < 5; i++)
        call_end(sim, call[i]);
    closed("");
}

static Line waiting;
static void stand_in_line(Sim *sim, Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    tell(me, "is asked");
    line_push(sim, &waiting, call);
}

static void a_line_that_is_cleared_leaves_those_in_it_to_their_deadlines(void)
{
    static const Ops in_line = {.role = "line", .asked = stand_in_line};
    Sim *sim = opened();
    unsigned hasty = call_patience(sim, 100 * MILLISECOND);
    waiting = (Line){0};
    stage.actor[WEST]->ops = &in_line;
    call_send(sim, question(begin(stage.actor[EAST], 1), stage.actor[WEST]), hasty); /* gives up before */
    ask(stage.actor[EAST], stage.actor[WEST]);
    run_to(200);
    EXPECT_INT(waiting.length, 2);
    EXPECT_INT(calls_walk(sim, NULL, NULL), 3); /* two calls and one root */
    line_forsake(sim, &waiting);
    EXPECT_INT(waiting.length, 0);
    EXPECT_INT(calls_walk(sim, NULL, NULL), 2);
    run_to(5000);
    nothing_is_left();
    closed("50 west is asked; 50 west is asked; 100.000001 east hears timeout; 1000.000001 east hears timeout");
}

/* ---- nothing grows ---- */

static void ask_forever(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply);

static void heard_one_of_many(Sim *sim, G_GNUC_UNUSED Entity *me, Call *root, Call *reply)
{
    (void)reply;
    call_wait(sim, root, MILLISECOND, ask_forever);
}

static void ask_forever(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    Call *call = call_new(sim, me, root, stage.actor[WEST], PORT_HTTP, heard_one_of_many);
    call_send(sim, call, stage.second);
}

static void a_steady_state_makes_no_more_records(void)
{
    Sim *sim = opened();
    for (guint i = 0; i < 3000; i++)
        call_wait(sim, call_begin(sim, stage.actor[EAST], i), i * 10 * MICROSECOND, ask_forever);
    *actor(WEST) = (Actor){.work = MILLISECOND, .decides = true};
    run_to(1000);
    uint32_t records = call_pool_capacity(sim->calls), events = sim->kernel.list.wheel.n_chunks,
             ring = sim->kernel.ring_capacity;
    g_string_truncate(stage.told, 0);
    for (int i = 2; i < 12; i++) {
        run_to(1000.0 * i);
        g_string_truncate(stage.told, 0);
    }
    EXPECT_INT(call_pool_capacity(sim->calls), records);
    EXPECT_INT(sim->kernel.list.wheel.n_chunks, events);
    EXPECT_INT(sim->kernel.ring_capacity, ring);
    EXPECT(calls_walk(sim, NULL, NULL) <= records && calls_walk(sim, NULL, NULL) >= 3000, "%u of %u",
           calls_walk(sim, NULL, NULL), records);
    closed("");
}

static void count_states(void *whose, const Call *call)
{
    ((guint *)whose)[call->state]++;
}

static void a_walk_shows_every_call_once(void)
{
    Sim *sim = opened();
    guint n[8] = {0};
    actor(NORTH)->keeps = true;
    for (int i = 0; i < 3; i++)
        ask(stage.actor[EAST], stage.actor[NORTH]);
    run_to(120);
    ask(stage.actor[EAST], stage.actor[WEST]);
    run_to(180);
    ask(stage.actor[EAST], stage.actor[WEST]);
    EXPECT_INT(calls_walk(sim, count_states, n), 10);
    EXPECT_INT(n[CALL_AT], 5 + 3);
    EXPECT_INT(n[CALL_GOING], 1);
    EXPECT_INT(n[CALL_BACK], 1);
    g_string_truncate(stage.told, 0);
    closed("");
}

void suite_call(void);
void suite_call(void)
{
    CU_pSuite s = CU_add_suite("call", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_call_goes_there_and_its_answer_comes_back);
    TEST(work_takes_the_same_whether_it_decides_or_not);
    TEST(a_handshake_takes_its_round_trips);
    TEST(the_last_mile_is_part_of_the_way);
    TEST(the_port_travels_there_and_back_and_the_story_stays);
    TEST(the_same_spot_is_asked_at_once_without_re_entrancy);
    TEST(what_a_moment_causes_is_finished_before_the_next_event);
    TEST(an_answer_exactly_at_the_deadline_is_in_time);
    TEST(late_answers_find_nobody);
    TEST(one_who_waits_behind_a_time_out_is_told_in_turn);
    TEST(a_message_arrives_iff_its_way_and_its_receiver_held);
    TEST(who_dies_between_releases_what_it_held);
    TEST(a_root_that_waits_dies_with_its_place);
    TEST(a_restarted_callee_resets_old_connections);
    TEST(a_reset_that_nobody_waits_for_is_dropped);
    TEST(what_leaves_later_is_waited_for_from_then_on);
    TEST(what_is_in_the_pipeline_dies_with_its_place);
    TEST(what_is_in_the_pipeline_belongs_to_something);
    TEST(a_line_is_first_come_first_served);
    TEST(a_line_that_is_cleared_leaves_those_in_it_to_their_deadlines);
    TEST(a_steady_state_makes_no_more_records);
    TEST(a_walk_shows_every_call_once);
}
