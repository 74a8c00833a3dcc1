/* Chance about calls: what keys a draw, what does not, and the waits before a retry. */
#include "tests/expect.h"
#include "tests/small_world.h"

static struct {
    Arena *arena;
    Sim *sim;
    Entity *east, *west;
    unsigned minute;
} stage;

static void answer_at_once(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    call_answer(sim, call, OUTCOME_OK);
}

static void end(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    if (call)
        call_end(sim, call);
}

static const Ops ops = {.role = "actor", .asked = answer_at_once};

static Entity *placed(Sim *sim, const Thing *thing, int region, const char *part)
{
    return entity_new(sim, thing, &ops, network_region(sim->network, region, WHOLE_REGION), 1, part);
}

static Sim *opened(void)
{
    stage.arena = arena_new();
    World *world = small_world(stage.arena);
    const Thing *east = small_thing(world, "east", NULL), *west = small_thing(world, "west", NULL);
    stage.sim = sim_new(world, 1, 1);
    stage.east = placed(stage.sim, east, EAST, "");
    stage.west = placed(stage.sim, west, WEST, "");
    network_seal(stage.sim->network);
    stage.minute = call_patience(stage.sim, MINUTE);
    return stage.sim;
}

static void closed(void)
{
    EXPECT_INT(calls_walk(stage.sim, NULL, NULL), 0);
    sim_free(stage.sim);
    arena_free(stage.arena);
    check_scene.entity = NULL;
}

/* ---- what keys a draw ---- */

static void draws_differ_by_all_that_keys_them(void)
{
    Sim *sim = opened();
    Call *call = call_begin(sim, stage.east, 7), *other = call_begin(sim, stage.east, 8);
    uint64_t drawn[8];
    guint n = 0;
    drawn[n++] = call_draw(stage.east, call, DRAW_WORK);
    drawn[n++] = call_draw(stage.west, call, DRAW_WORK);
    drawn[n++] = call_draw(stage.east, other, DRAW_WORK);
    drawn[n++] = call_draw(stage.east, call, DRAW_JITTER);
    call->attempt = 1;
    drawn[n++] = call_draw(stage.east, call, DRAW_WORK);
    call_is_nth(call, 0);
    drawn[n++] = call_draw(stage.east, call, DRAW_WORK);
    call->sibling = 0;
    call_is_nth(call, 1);
    drawn[n++] = call_draw(stage.east, call, DRAW_WORK);
    call_is_nth(call, 0); /* the first question of the second sibling */
    drawn[n++] = call_draw(stage.east, call, DRAW_WORK);
    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < i; j++)
            EXPECT(drawn[i] != drawn[j], "draws %u and %u are the same", i, j);
    call_end(sim, call);
    call_end(sim, other);
    closed();
}

/* Whoever of a service serves, it takes as long: so two designs can be compared request by request. */
static void entities_of_one_thing_draw_the_same_about_a_story(void)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    const Thing *shop = small_thing(world, "shop", NULL);
    Sim *sim = sim_new(world, 1, 1);
    Entity *one = placed(sim, shop, EAST, "@east"), *other = placed(sim, shop, WEST, "@west");
    network_seal(sim->network);
    Call *call = call_begin(sim, one, 7);
    EXPECT_INT(call_draw(other, call, DRAW_WORK), call_draw(one, call, DRAW_WORK));
    EXPECT(one->own_key != other->own_key, "what they do of their own accord is the same");
    sim_free(sim);
    arena_free(arena);
}

/* The queries of one page: the i-th of one story has the same chance whatever the others do. */
static void siblings_have_round_trips_of_their_own(void)
{
    enum { N = 5 };
    Arena *arena = arena_new();
    World *world = small_world(arena);
    small_link(world, "east", "west", law_lognormal(1e8, 2e8), false);
    const Thing *a = small_thing(world, "a", NULL), *b = small_thing(world, "b", NULL);
    Sim *sim = sim_new(world, 1, 1);
    Entity *from = placed(sim, a, EAST, ""), *to = placed(sim, b, WEST, "");
    network_seal(sim->network);
    unsigned patience = call_patience(sim, MINUTE);
    SimTime leg[2][N];
    for (guint pass = 0; pass < 2; pass++) {
        Call *root = call_begin(sim, from, 7);
        for (guint i = 0; i < N; i++) {
            guint nth = pass ? N - 1 - i : i;
            Call *call = call_new(sim, from, root, to, PORT_STORE, end);
            call_is_nth(call, nth);
            call_send(sim, call, patience);
            leg[pass][nth] = call->leg;
        }
    }
    for (guint i = 0; i < N; i++) {
        EXPECT_INT(leg[1][i], leg[0][i]);
        for (guint j = 0; j < i; j++)
            EXPECT(leg[0][i] != leg[0][j], "siblings %u and %u travel alike", i, j);
    }
    sim_free(sim);
    arena_free(arena);
}

static void questions_of_ones_own_at_one_instant_have_chances_of_their_own(void)
{
    enum { N = 4 };
    Sim *sim = opened();
    Call *call[N];
    uint64_t drawn[2][N];
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < N; i++) {
            call[i] = call_new(sim, stage.east, NULL, stage.west, PORT_LOG, end);
            drawn[pass][i] = call_draw(stage.west, call[i], DRAW_WORK);
            for (guint j = 0; j < i; j++)
                EXPECT(drawn[pass][i] != drawn[pass][j], "%u and %u of pass %u draw the same", i, j, pass);
        }
        EXPECT(pass == 0 || drawn[1][0] != drawn[0][0], "a nanosecond later they draw the same");
        for (guint i = 0; i < N; i++)
            call_send(sim, call[i], stage.minute);
        small_run(sim, sim_now(sim) + SECOND);
    }
    closed();
}

/* ---- what does not ---- */

/* Records are used again; nothing of an earlier life may colour the next. */
static void a_record_used_again_carries_nothing_over(void)
{
    Sim *sim = opened();
    Call *fresh = call_begin(sim, stage.east, 7), *asked = call_new(sim, stage.east, fresh, stage.west, PORT_HTTP, end);
    uint64_t drawn = call_draw(stage.east, fresh, DRAW_WORK), drawn_asked = call_draw(stage.west, asked, DRAW_WORK);
    call_send(sim, asked, stage.minute);
    small_run(sim, SECOND); /* ends both */
    Call *old[3];
    for (int i = 0; i < 3; i++) {
        old[i] = call_begin(sim, stage.east, 1000 + (uint64_t)i);
        old[i]->attempt = 9;
        old[i]->access = old[i]->connected_at = SECOND;
        old[i]->round_trips = 3;
        old[i]->abandoned = true;
        call_is_nth(old[i], 5);
    }
    for (int i = 0; i < 3; i++)
        call_end(sim, old[i]);
    Call *root = call_begin(sim, stage.east, 7), *again = call_new(sim, stage.east, root, stage.west, PORT_HTTP, end);
    EXPECT(root == old[2] && again == old[1], "others than those that were used");
    EXPECT_INT(call_draw(stage.east, root, DRAW_WORK), drawn);
    EXPECT_INT(call_draw(stage.west, again, DRAW_WORK), drawn_asked);
    EXPECT_INT(again->access, 0);
    EXPECT_INT(again->connected_at, 0);
    EXPECT_INT(again->round_trips, 1);
    EXPECT(!again->abandoned, "abandoned");
    call_send(sim, again, stage.minute);
    small_run(sim, 2 * SECOND);
    closed();
}

enum { N_STORIES = 100 };

/* The round trips and draws of the same stories, in a world with or without more things in it. */
static void stories(bool with_more, uint64_t seed, SimTime *leg, uint64_t *drawn)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    const Thing *more[2] = {NULL, NULL};
    if (with_more)
        more[0] = small_thing(world, "more", NULL);
    small_link(world, "east", "west", law_lognormal(1e8, 2e8), false);
    const Thing *asker = small_thing(world, "asker", NULL), *server = small_thing(world, "server", NULL);
    if (with_more)
        more[1] = small_thing(world, "even more", NULL);
    Sim *sim = sim_new(world, seed, 3);
    for (guint i = 0; with_more && i < 2; i++)
        placed(sim, more[i], NORTH, "");
    Entity *me = placed(sim, asker, EAST, "");
    Entity *to = placed(sim, server, WEST, "");
    network_seal(sim->network);
    unsigned patience = call_patience(sim, MINUTE);
    for (guint i = 0; i < N_STORIES; i++) {
        if (with_more)
            call_begin(sim, me, 1);
        Call *call = call_new(sim, me, call_begin(sim, me, key_of(me->own_key, i)), to, PORT_HTTP, end);
        drawn[i] = call_draw(to, call, DRAW_WORK);
        call_send(sim, call, patience);
        leg[i] = call->leg;
    }
    sim_free(sim);
    arena_free(arena);
}

static void another_component_changes_nobodys_draws(void)
{
    SimTime leg[3][N_STORIES];
    uint64_t drawn[3][N_STORIES];
    stories(false, 5, leg[0], drawn[0]);
    stories(true, 5, leg[1], drawn[1]);
    stories(false, 6, leg[2], drawn[2]);
    for (guint i = 0; i < N_STORIES; i++) {
        EXPECT_INT(leg[1][i], leg[0][i]);
        EXPECT_INT(drawn[1][i], drawn[0][i]);
        EXPECT(drawn[2][i] != drawn[0][i], "story %u is the same under another seed", i);
        EXPECT(i == 0 || leg[0][i] != leg[0][i - 1], "story %u has the round trip of the one before", i);
    }
}

/* ---- retries ---- */

typedef struct {
    SimTime made_at[16];
    guint n_made;
    bool exhausted;
    Retry retry;
} Tries;
static Tries tries;

static void attempt(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    EXPECT_INT(root->attempt, tries.n_made);
    tries.made_at[tries.n_made++] = sim_now(sim);
    if (!call_again(sim, me, root, &tries.retry, attempt)) {
        tries.exhausted = true;
        EXPECT_INT(root->attempt + 1, MAX(tries.retry.tries, 1));
        call_end(sim, root);
    }
}

static void retries_wait_a_full_jitter_of_a_doubling_time(void)
{
    static const Retry retries[] = {
        {.tries = 1, .backoff = SECOND, .most = 20 * SECOND}, {.tries = 0, .backoff = SECOND, .most = 20 * SECOND},
        {.tries = 2, .backoff = SECOND, .most = 20 * SECOND}, {.tries = 10, .backoff = SECOND, .most = 20 * SECOND},
        {.tries = 4, .backoff = MINUTE, .most = SECOND},      {.tries = 10, .backoff = 0, .most = SECOND},
    };
    for (gsize row = 0; row < G_N_ELEMENTS(retries); row++) {
        double sum[16] = {0};
        enum { N_DRAWN = 2000 };
        Sim *sim = opened();
        for (uint64_t story = 0; story < N_DRAWN; story++) {
            tries = (Tries){.retry = retries[row]};
            call_wait(sim, call_begin(sim, stage.east, key_of(story, 0)), 0, attempt);
            small_run(sim, sim_now(sim) + HOUR);
            EXPECT(tries.exhausted, "row %zu", row);
            EXPECT_INT(tries.n_made, MAX(retries[row].tries, 1));
            for (guint n = 1; n < tries.n_made; n++) {
                SimTime most = MIN(retries[row].backoff << (n - 1), retries[row].most),
                        gap = tries.made_at[n] - tries.made_at[n - 1];
                EXPECT(gap >= 0 && gap <= most, "row %zu, attempt %u: %" PRId64 " > %" PRId64, row, n, gap, most);
                sum[n] += most > 0 ? (double)gap / (double)most : 0.5;
            }
        }
        for (guint n = 1; n < retries[row].tries; n++) /* uniform: sd of the mean is 0.0065 */
            EXPECT_NEAR(sum[n] / N_DRAWN, 0.5, 0.03);

        closed();
    }
}

void suite_chance(void);
void suite_chance(void)
{
    CU_pSuite s = CU_add_suite("chance", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(draws_differ_by_all_that_keys_them);
    TEST(entities_of_one_thing_draw_the_same_about_a_story);
    TEST(siblings_have_round_trips_of_their_own);
    TEST(questions_of_ones_own_at_one_instant_have_chances_of_their_own);
    TEST(a_record_used_again_carries_nothing_over);
    TEST(another_component_changes_nobodys_draws);
    TEST(retries_wait_a_full_jitter_of_a_doubling_time);
}
