/* Stories of requests: what is told adds up, and is what happened. */
#include "report/report.h"
#include "run/happenings.h"
#include "run/run.h"
#include "run/story.h"
#include "tests/expect.h"
#include "tests/scene.h"
#include "tests/small_world.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define SETS(...)                                                                                                      \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

/* ---- the law: for every request, its leaves are its time ---- */

typedef struct {
    guint n_stories, n_failed, n_retried, n_ships;
    int64_t by_kind[N_SPAN_KINDS];
} Told;

/* "request answered after 381.2 ms", if the request says it */
static double said_ms(const Story *story)
{
    static const char words[] = "request answered after ";
    for (guint i = 0; i < story->spans->len; i++) {
        const Span *span = story->spans->pdata[i];
        if (span->kind == SPAN_NOTE && span->depth <= 2 && g_str_has_prefix(span->name, words))
            return g_ascii_strtod(span->name + strlen(words), NULL);
    }
    return -1;
}

static void hold_to_law(void *whose, Story *told)
{
    g_autoptr(Story) story = told;
    Told *all = whose;
    StorySums sums = story_sums(story);
    const Span *flaw = story_flaw(story);
    int64_t by_step = 0;
    EXPECT(!flaw, "request %" PRIu64 ": span %u (%s)", story->number, flaw->id, flaw->name);
    EXPECT_INT(sums.total, story->total_ns);
    for (int i = 0; i < N_SPAN_KINDS; i++)
        all->by_kind[i] += sums.by_kind[i];
    for (int i = 0; i < N_STORY_STEPS; i++)
        by_step += sums.by_step[i];
    EXPECT_INT(by_step, story->total_ns);
    bool ok = strcmp(story->outcome, "ok") == 0;
    double said = said_ms(story);
    EXPECT(ok == (said >= 0), "request %" PRIu64 " is %s", story->number, story->outcome);
    if (ok)
        EXPECT_NEAR((double)story->total_ns / 1e6, said, 0.0501); /* it is said with one decimal */
    all->n_stories++;
    all->n_failed += strcmp(story->outcome, "error") == 0;
    all->n_ships += story->afterwards->len;
    for (guint i = 0; i < story->spans->len; i++)
        all->n_retried += strcmp(((const Span *)story->spans->pdata[i])->name, "attempt 2") == 0;
}

/* The requests with these numbers of replication 1 of seed 1; an hour with an outage is cut down to three minutes. */
static Told told_of(const char *scenario, guint64 first, guint64 last)
{
    static const char *const sets[] = {"scenario.duration=3m", "scenario.warm-up=10s", "virginia-lost.at=30s",
                                       "virginia-lost.for=60s", NULL};
    g_autofree char *file = g_strdup_printf("scenarios/%s.ini", scenario);
    Scene *scene = scene_open(file, sets);
    Told all = {0};
    guint64 n_requests;
    StoryWish wish = {.seed = 1, .replication = 1, .first = first, .last = last};
    EXPECT(story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests), "stopped");
    EXPECT_INT(all.n_stories, last - first + 1);
    EXPECT_INT(all.by_kind[SPAN_WAIT], 0); /* nothing is left unexplained */
    scene_close(scene);
    return all;
}

static const char *const shipped[] = {"us-eu-active-active", "us-eu-active-passive", "us-eu-single-region"};

static void every_request_is_the_sum_of_its_leaves(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
        Told told = told_of(shipped[i], 1, 200);
        EXPECT_INT(told.n_failed, 0);
        EXPECT(told.by_kind[SPAN_NETWORK] > 0 && told.by_kind[SPAN_WORK] > 0, "%s", shipped[i]);
        EXPECT_INT(told.by_kind[SPAN_NO_ANSWER], 0);
        EXPECT((told.n_ships > 0) == (i < 2), "%s: %u changes went on", shipped[i], told.n_ships);
    }
}

/* 100 a second are issued: from two seconds before the outage until three seconds into it, and when it is over. */
static void so_is_one_that_an_outage_befalls(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
        Told told = told_of(shipped[i], 2800, 3300);
        EXPECT(told.n_failed > 0 && told.n_retried >= told.n_failed, "%s: %u failed, %u tried again", shipped[i],
               told.n_failed, told.n_retried);
        EXPECT(told.by_kind[SPAN_NO_ANSWER] > told.by_kind[SPAN_NETWORK], "%s", shipped[i]);
        EXPECT(told.by_kind[SPAN_BACKOFF] > 0, "%s", shipped[i]);
        told_of(shipped[i], 8800, 9200);
    }
}

/* Outages, partitions, quorums, full queues, resets, promotions: what the other tests are made of. */
static void so_is_every_one_of_the_laboratory(void)
{
    static const char *const folders[] = {"tests/lab", "tests/stories", "tests/cli", "scenarios"};
    guint n_files = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(MRSIM_SRCDIR, folders[i], NULL);
        GDir *folder = g_dir_open(path, 0, NULL);
        for (const char *name; folder && (name = g_dir_read_name(folder));) {
            if (!g_str_has_suffix(name, ".ini"))
                continue;
            g_autofree char *file = g_build_filename(folders[i], name, NULL);
            Scene *scene = scene_open(file, NULL);
            StoryWish wish = {.seed = 2, .replication = 1, .first = 1, .last = 1000};
            Told all = {0};
            guint64 n_requests;
            EXPECT(story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests), "%s", file);
            EXPECT(all.n_stories == MIN(n_requests, wish.last), "%s: %u stories", file, all.n_stories);
            EXPECT(all.by_kind[SPAN_WAIT] == 0, "%s: %" PRId64 " ns unexplained", file, all.by_kind[SPAN_WAIT]);
            scene_close(scene);
            n_files++;
        }
        g_dir_close(folder);
    }
    EXPECT(n_files > 20, "%u files", n_files);
}

static void requests_are_those_that_are_counted(void)
{
    Scene *scene = scene_open("tests/cli/small.ini", NULL);
    RunOptions options = {.seed = 1, .replications = 1, .jobs = 1};
    g_autoptr(Results) results = run_scenario(scene->scenario, scene->library, "small.ini", NULL, &options);
    guint64 n_requests;
    Told all = {0};
    StoryWish wish = {.seed = 1, .replication = 1, .first = 1000000, .last = 1000000};
    EXPECT(story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests), "stopped");
    EXPECT_INT(all.n_stories, 0);
    EXPECT_INT(n_requests, results->n_requests);
    wish.population = "americans";
    story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests);
    EXPECT_INT(n_requests, results->n_requests);
    wish.population = "nobody";
    story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests);
    EXPECT_INT(n_requests, 0);
    int stop = 1;
    wish.stop = &stop;
    EXPECT(!story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests), "not stopped");
    scene_close(scene);
}

typedef struct {
    guint64 slowest, failed;
    int64_t longest;
} Found;

static void find(void *whose, Story *told)
{
    g_autoptr(Story) story = told;
    Found *found = whose;
    if (story->total_ns > found->longest || (story->total_ns == found->longest && story->number < found->slowest)) {
        found->longest = story->total_ns;
        found->slowest = story->number;
    }
    if (strcmp(story->outcome, "error") == 0 && (!found->failed || story->number < found->failed))
        found->failed = story->number;
}

static void the_slowest_is_that_of_all(void)
{
    Scene *scene = scene_open("tests/cli/small.ini", SETS("americans.timeout=400ms", "americans.retries=0"));
    StoryWish wish = {.seed = 1, .replication = 1, .population = "americans", .first = 1};
    guint64 slowest, failed, n_requests;
    Found found = {0};
    EXPECT(story_pick(scene->scenario->world, &wish, PICK_SLOWEST, &slowest, &n_requests), "stopped");
    EXPECT(story_pick(scene->scenario->world, &wish, PICK_FAILED, &failed, &n_requests), "stopped");
    wish.last = n_requests;
    EXPECT(story_requests(scene->scenario->world, &wish, find, &found, &n_requests), "stopped");
    EXPECT_INT(n_requests, wish.last);
    EXPECT_INT(slowest, found.slowest);
    EXPECT_INT(failed, found.failed);
    scene_close(scene);
}

/* A change is known by its stamp, which is not the instant at which it was made. */
static void changes_are_followed_although_a_clock_is_off(void)
{
    Scene *scene = scene_open("tests/lab/skew.ini", SETS("runs-away.at=0s", "runs-away.for=290s"));
    StoryWish wish = {.seed = 1, .replication = 1, .population = "there", .first = 5, .last = 54};
    guint64 n_requests;
    Told all = {0};
    EXPECT(story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests), "stopped");
    EXPECT_INT(all.n_ships, 2 * 50); /* each with the time that it is held back */
    scene_close(scene);
}

/* Of a quorum the second answer of three is waited for, the others ran beside. */
static void a_quorum_waits_for_its_last_needed_answer(void)
{
    Scene *scene =
        scene_open("tests/lab/quorum.ini",
                   SETS("store.write-quorum=2", "store.write-time=exponential(mean=3ms)", "scenario.duration=1s"));
    StoryWish wish = {.seed = 1, .replication = 1, .first = 1, .last = 500};
    guint64 n_requests;
    Told all = {0};
    EXPECT(story_requests(scene->scenario->world, &wish, hold_to_law, &all, &n_requests), "stopped");
    EXPECT_INT(all.n_stories, 500);
    EXPECT_INT(all.by_kind[SPAN_WAIT], 0);
    EXPECT(all.by_kind[SPAN_WORK] > 0, "nobody worked");
    scene_close(scene);
}

/* ---- several at once, by hand ---- */

/* A user in the east who asks three servers, each of which works for a while. */
typedef enum { ALL_AT_ONCE, HEDGED, IMPATIENT, PARKED } Manner;
typedef struct {
    Manner manner;
} UserConfig;
typedef struct {
    guint heard;
    Entity *server[N_SMALL_REGIONS];
    unsigned patience, little;
} User;

static Entity *parking; /* keeps a call until another comes; NULL: does not */
static Call *parked;

static void ask(Sim *sim, Entity *me, Call *root, int whom, unsigned patience, Step then)
{
    Call *question = call_new(sim, me, root, ((User *)me->state)->server[whom], PORT_HEALTH, then);
    call_is_nth(question, (uint32_t)whom);
    question->health = (HealthPort){.deep = false};
    call_send(sim, question, patience);
}

static void second_is_enough(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)reply;
    if (++((User *)me->state)->heard == 2)
        call_end(sim, root);
}

static void first_is_enough(Sim *sim, G_GNUC_UNUSED Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    call_end(sim, root);
}

static void hedge(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    ask(sim, me, root, WEST, ((User *)me->state)->patience, first_is_enough);
}

static void try_west(Sim *sim, Entity *me, Call *root, Call *reply);

static void tried(Sim *sim, Entity *me, Call *root, Call *reply)
{
    static const Retry retry = {.tries = 2, .backoff = 80 * MILLISECOND, .most = SECOND};
    if (reply->outcome == OUTCOME_OK || !call_again(sim, me, root, &retry, try_west)) {
        root->outcome = reply->outcome;
        call_end(sim, root);
    }
}

static void try_west(Sim *sim, Entity *me, Call *root, G_GNUC_UNUSED Call *reply)
{
    ask(sim, me, root, WEST, ((User *)me->state)->little, tried);
}

static void start_user(Sim *sim, Entity *me)
{
    const User *user = me->state;
    Call *root = call_begin(sim, me, key_of(me->own_key, 1));
    switch (((const UserConfig *)me->config)->manner) {
    case ALL_AT_ONCE:
        for (int i = 0; i < N_SMALL_REGIONS; i++)
            ask(sim, me, root, i, user->patience, second_is_enough);
        return;
    case HEDGED:
        ask(sim, me, root, NORTH, user->patience, first_is_enough);
        call_wait(sim, root, 20 * MILLISECOND, hedge);
        return;
    case IMPATIENT:
        try_west(sim, me, root, NULL);
        return;
    case PARKED:
        ask(sim, me, root, WEST, user->patience, first_is_enough);
    }
}

static void worked(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    if (parked) {
        call_answer(sim, parked, OUTCOME_OK);
        parked = NULL;
    }
    call_answer(sim, call, OUTCOME_OK);
}

static void serve(Sim *sim, Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    if (me == parking && !parked)
        parked = call;
    else
        call_wait(sim, call, 10 * MILLISECOND, worked);
}

static void ignore(G_GNUC_UNUSED Sim *sim, G_GNUC_UNUSED Entity *me, G_GNUC_UNUSED Call *call,
                   G_GNUC_UNUSED Call *reply)
{
}

/* Of its own accord, a while later: what makes a parked call go on. */
static void nudge(Sim *sim, Entity *me, G_GNUC_UNUSED Call *call, G_GNUC_UNUSED Call *reply)
{
    Call *question = call_new(sim, me, NULL, parking, PORT_HEALTH, ignore);
    question->health = (HealthPort){.deep = false};
    call_send(sim, question, call_patience(sim, HOUR));
}

static const Ops user_ops = {.role = "users", .start = start_user};
static const Ops server_ops = {.role = "server", .asked = serve};

static void start_nudger(Sim *sim, Entity *me)
{
    call_wait(sim, call_begin(sim, me, me->own_key), 500 * MILLISECOND, nudge);
}
static const Ops nudger_ops = {.role = "nudger", .start = start_nudger};

static void build_user(Sim *sim, const Thing *thing)
{
    Manner manner = ((const UserConfig *)thing->config)->manner;
    Entity *me = entity_new(sim, thing, &user_ops, network_region(sim->network, EAST, WHOLE_REGION), sizeof(User), "");
    User *user = me->state;
    user->patience = call_patience(sim, HOUR);
    user->little = call_patience(sim, 55 * MILLISECOND);
    parking = NULL;
    parked = NULL;
    for (int i = 0; i < N_SMALL_REGIONS; i++) {
        g_autofree char *part = g_strdup_printf("/server/%d", i + 1);
        user->server[i] = entity_new(sim, thing, &server_ops, network_region(sim->network, i, WHOLE_REGION), 0, part);
    }
    if (manner != PARKED)
        return;
    parking = user->server[WEST];
    entity_new(sim, thing, &nudger_ops, network_region(sim->network, WEST, WHOLE_REGION), 0, "/nudger");
}

static const Component user_component = {
    .kind = "clients", .name = "user", .summary = "Asks three.", .build = build_user};

static void append_story(void *whose, Story *told)
{
    g_autoptr(Story) story = told;
    GString *text = whose;
    EXPECT(!story_flaw(story), "it does not add up");
    g_string_append_printf(text, "%s %" PRId64, story->outcome, story->total_ns);
    for (guint i = 0; i < story->spans->len; i++) {
        const Span *span = story->spans->pdata[i];
        if (span->depth == 0)
            continue;
        g_string_append_printf(text, "; %.*s%s%s%s%s %" PRId64 "+%" PRId64, (int)span->depth - 1, "....",
                               span->beside ? "beside " : "", span->name, span->cut ? " (cut)" : "",
                               span->kind == SPAN_GROUP && strchr(span->entity, '/') ? strchr(span->entity, '/') + 7
                                                                                     : "",
                               span->start_ns / 1000, span->duration_ns / 1000);
    }
}

static void expect_story(Manner manner, const char *expected)
{
    Arena *arena = arena_new();
    World *world = small_world(arena);
    UserConfig config = {manner};
    small_thing_of(world, &user_component, "asker", &config);
    g_autoptr(GString) text = g_string_new(NULL);
    guint64 n_requests;
    StoryWish wish = {.seed = 1, .replication = 1, .first = 1, .last = 1};
    story_requests(world, &wish, append_story, text, &n_requests);
    EXPECT_INT(n_requests, 1);
    EXPECT_TEXT(text->str, expected);
    arena_free(arena);
}

/* East answers at 10 ms, west at 110, north would at 210: the second answer is the one that was waited for. */
static void the_answer_that_let_it_go_on_counts(void)
{
    expect_story(ALL_AT_ONCE,
                 "ok 110000000; beside health check/1 0+10000; .beside work 0+10000; health check/2 0+110000; "
                 ".way there 0+50000; .work 50000+10000; .way back 60000+50000; "
                 "beside health check (cut)/3 0+110000; .beside way there 0+100000; .beside work (cut) 100000+10000");
}

/* Nothing from the north for 20 ms, so the west is asked too and answers first. */
static void what_was_begun_later_may_be_what_counts(void)
{
    expect_story(HEDGED, "ok 130000000; beside health check (cut)/3 0+130000; .beside way there 0+100000; "
                         ".beside work 100000+10000; .beside way back (cut) 110000+20000; work 0+20000; "
                         "health check/2 20000+110000; .way there 20000+50000; .work 70000+10000; "
                         ".way back 80000+50000");
}

/* A time-out fires a nanosecond after 55 ms; the server works on, for nobody. */
static void a_call_that_is_given_up_on_ends_then(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Arena *arena = arena_new();
    World *world = small_world(arena);
    UserConfig config = {IMPATIENT};
    small_thing_of(world, &user_component, "asker", &config);
    guint64 n_requests;
    StoryWish wish = {.seed = 1, .replication = 1, .first = 1, .last = 1};
    story_requests(world, &wish, append_story, text, &n_requests);
    static const char attempt_1[] =
        "attempt 1 0+55000; .health check/2 0+55000; ..way there 0+50000; ..work (cut) 50000+5000; back-off 55000+";
    int64_t total = g_ascii_strtoll(text->str + strlen("timeout "), NULL, 10);
    const char *first = strstr(text->str, attempt_1), *second = strstr(text->str, "; attempt 2 ");
    EXPECT(g_str_has_prefix(text->str, "timeout ") && first && second, "%s", text->str);
    if (first && second) {
        int64_t backoff = g_ascii_strtoll(first + strlen(attempt_1), NULL, 10);
        EXPECT(g_str_has_suffix(second, "+5000"), "%s", second); /* given up on at its work again */
        EXPECT_INT(total / 1000, 55000 + backoff + 55000);
    }
    arena_free(arena);
}

/* The server keeps the question until somebody else comes: nothing of the call itself tells why. */
static void what_nobody_explains_is_called_waiting(void)
{
    expect_story(PARKED, "ok 560000000; health check/2 0+560000; .way there 0+50000; .waits 50000+460000; "
                         ".way back 510000+50000");
}

/* ---- as it is shown ---- */

static char *shown(const Story *story, void (*show)(FILE *out, const Story *story))
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    show(out, story);
    fclose(out);
    char *copy = g_strndup(text, length);
    free(text);
    return copy;
}

static void show_text(FILE *out, const Story *story)
{
    const ReportLook look = {.ascii = true};
    report_story_text(out, story, &look);
}

static void keep_story(void *whose, Story *story)
{
    *(Story **)whose = story;
}

/* Request 2 of tests/stories/request.ini writes. */
static Story *story_of_a_write(void)
{
    Scene *scene = scene_open("tests/stories/request.ini", NULL);
    guint64 n_requests;
    Story *story = NULL;
    StoryWish wish = {.seed = 1, .replication = 1, .first = 1, .last = 1};
    story_requests(scene->scenario->world, &wish, keep_story, &story, &n_requests);
    scene_close(scene);
    return story;
}

static void a_story_reads_like_this(void)
{
    g_autoptr(Story) story = story_of_a_write();
    g_autofree char *text = shown(story, show_text);
    scene_expect_file("tests/stories/trace.txt", text);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        EXPECT(strlen(lines[i]) <= 80, "%s", lines[i]);
}

static gint64 number_in(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    gint64 number = -1;
    EXPECT(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(database));
    if (sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* Every line is an object by itself, and another program finds the same sum in them. */
static void json_lines_are_read_by_others(void)
{
    g_autoptr(Story) story = story_of_a_write();
    g_autofree char *text = shown(story, report_story_jsonl);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    sqlite3 *database = NULL;
    EXPECT(sqlite3_open(":memory:", &database) == SQLITE_OK, "no database");
    sqlite3_exec(database, "CREATE TABLE line (j)", NULL, NULL, NULL);
    for (guint i = 0; lines[i]; i++) {
        char *insert = sqlite3_mprintf("INSERT INTO line VALUES (%Q)", lines[i]);
        sqlite3_exec(database, insert, NULL, NULL, NULL);
        sqlite3_free(insert);
    }
    EXPECT_INT(number_in(database, "SELECT count(*) FROM line WHERE NOT json_valid(j)"), 0);
    EXPECT_INT(number_in(database, "SELECT count(*) FROM line"), story->spans->len + story->afterwards->len + 1);
    EXPECT_INT(number_in(database, "SELECT sum(json_extract(j, '$.duration_ns')) FROM line WHERE json_extract(j, "
                                   "'$.type') = 'span' AND NOT json_extract(j, '$.beside') AND json_extract(j, "
                                   "'$.kind') NOT IN ('call', 'note')"),
               story->total_ns);
    EXPECT_INT(number_in(database, "SELECT json_extract(j, '$.duration_ns') FROM line WHERE json_extract(j, '$.type') "
                                   "= 'total' AND rowid = (SELECT max(rowid) FROM line)"),
               story->total_ns);
    EXPECT_INT(number_in(database,
                         "SELECT count(*) FROM line a WHERE json_extract(a.j, '$.parent') IS NOT NULL AND NOT "
                         "EXISTS (SELECT 1 FROM line b WHERE json_extract(b.j, '$.id') = json_extract(a.j, "
                         "'$.parent') AND json_extract(b.j, '$.kind') = 'call')"),
               0);
    sqlite3_close(database);
}

void suite_trace(void);
void suite_trace(void)
{
    CU_pSuite s = CU_add_suite("trace", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(every_request_is_the_sum_of_its_leaves);
    TEST(so_is_one_that_an_outage_befalls);
    TEST(so_is_every_one_of_the_laboratory);
    TEST(requests_are_those_that_are_counted);
    TEST(the_slowest_is_that_of_all);
    TEST(changes_are_followed_although_a_clock_is_off);
    TEST(a_quorum_waits_for_its_last_needed_answer);
    TEST(the_answer_that_let_it_go_on_counts);
    TEST(what_was_begun_later_may_be_what_counts);
    TEST(a_call_that_is_given_up_on_ends_then);
    TEST(what_nobody_explains_is_called_waiting);
    TEST(a_story_reads_like_this);
    TEST(json_lines_are_read_by_others);
}
