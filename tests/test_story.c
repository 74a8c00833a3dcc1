/* Stories: what the entities of a small scenario tell, with simulated times, compared with tests/stories/NAME.txt.
 *
 * A story is the trace of replication 1 of seed 1, cut down to those it is about.  MRSIM_UPDATE=1 writes the expected
 * texts anew; the change is then reviewed like any other. */
#include "tests/expect.h"
#include "tests/scene.h"
#include <string.h>

/* Lines like this are part of the story from then until then (s of measurement). */
typedef struct {
    const char *like; /* `*` stands for anything */
    double from, until;
} Part;

typedef struct {
    const Part *part;
    guint n_parts;
    GString *told;
} Story;

static void listen(G_GNUC_UNUSED Sim *sim, void *whose, const char *line)
{
    Story *story = whose;
    double at = g_ascii_strtod(line + 1 + strspn(line + 1, " "), NULL);
    const char *what = strchr(line, ']') + 2;
    for (guint i = 0; i < story->n_parts; i++)
        if (at >= story->part[i].from && at <= story->part[i].until &&
            g_pattern_match_simple(story->part[i].like, what)) {
            g_string_append_printf(story->told, "%s\n", line);
            return;
        }
}

static void tell_story(const char *name, const Part *part, guint n_parts)
{
    g_autofree char *scenario = g_strdup_printf("tests/stories/%s.ini", name),
                    *expected = g_strdup_printf("tests/stories/%s.txt", name);
    Story story = {part, n_parts, g_string_new(NULL)};
    Scene *scene = scene_open(scenario, NULL);
    scene_run(scene, listen, &story);
    scene_close(scene);
    scene_expect_file(expected, story.told->str);
    g_string_free(story.told, TRUE);
}
#define TELL_STORY(name, parts) tell_story((name), (parts), G_N_ELEMENTS(parts))

/* Look-up, connection, question, the balancer's pick, the instance, the database, the answer. */
static void a_request_from_click_to_answer(void)
{
    static const Part parts[] = {{"*", 32.5, 33.5}};
    TELL_STORY("request", parts);
}

/* One checker of sixteen, the aggregator, the name server, the resolver, the user; and back again. */
static void an_outage_is_noticed_and_told(void)
{
    static const Part parts[] = {
        {"lost *", 0, 600},
        {"users@*", 60, 165},
        {"alive@us-east-1/checker/3@*", 60, 100},
        {"alive@us-east-1 * checkers call *", 60, 120},
        {"alive@us-east-1 tells *", 0, 600},
        {"alive@us-east-1/checker/3@* finds *", 100, 600},
        {"door *", 60, 165},
        {"door learns *", 165, 600},
        {"door latency: *", 360, 600},
    };
    TELL_STORY("outage", parts);
}

/* Detect, decide, promote; the readers follow; the old writer comes back, asks, and follows. */
static void a_lost_writer_is_replaced_and_comes_back(void)
{
    static const Part parts[] = {
        {"lost *", 0, 600},
        {"carts@* is asked by carts@*-1 how it is", 50, 600},
        {"carts@eu-central-1 gives up on carts@us-east-1", 60, 100},
        {"carts@* finds *", 0, 600},
        {"carts@* is the writer now", 0, 600},
        {"carts@* follows *", 0, 600},
        {"carts@* is asked by carts@* to learn a verdict", 0, 600},
        {"carts/endpoint@* hears that *", 0, 600},
        {"carts/endpoint@* leads *", 0, 600},
        {"shop@* opens *", 0, 600},
        {"carts@* cannot reach *", 0, 600},
        {"carts@us-east-1 is asked by carts@* to take a change", 360, 368.69},
        {"carts@* is asked by carts@us-east-1 to take a change", 360, 600},
    };
    TELL_STORY("promotion", parts);
}

/* The third is late and nobody waits for it; then it is away, a hint is kept, and brought when it is back. */
static void two_of_three_must_have_a_write(void)
{
    static const Part parts[] = {
        {"*", 5, 5.26},
        {"away *", 0, 60},
        {"* item 50", 20, 21},
        {"carts@us-east-1 hears *", 20.29, 20.3},
        {"carts@us-east-1 hears *", 20.362, 20.363},
        {"carts@us-east-1 gives up on *", 20, 21.3},
        {"carts@us-east-1 keeps *", 20, 60},
        {"carts@us-east-1 cannot reach *", 20, 60},
        {"carts@* to take a change", 20, 60},
        {"carts@eu-central-1 message of *", 20, 20.35},
        {"carts@us-east-1 repairs *", 0, 60},
    };
    TELL_STORY("quorum", parts);
}

/* Two write at a time: one is refused, and tries again.  Virginia is lost when Ohio has accepted and nobody knows it:
 * Ohio, who may not write before that is settled, settles it, and what Virginia wanted stands. */
static void a_strong_table_settles_what_was_left_behind(void)
{
    static const Part parts[] = {
        {"lost *", 0, 60},           {"item@* accepts *", 0.6, 1}, {"item@* refuses *", 0.6, 1},
        {"item@* item 0", 4.5, 5.6}, {"item@* item 0*", 0.6, 0.8}, {"item@* settles *", 0, 60},
    };
    TELL_STORY("strong", parts);
}

/* Nothing passes for 15 s; the log tries one change, then twice as many, and what is received is applied in turn. */
static void a_replica_catches_up(void)
{
    static const Part parts[] = {
        {"cut *", 0, 60},
        {"carts@here is asked by * for an item*", 14, 40},
        {"carts@here cannot reach *", 0, 60},
        {"carts@there is asked by carts@*", 14, 37},
        {"carts@there has *", 14, 37},
    };
    TELL_STORY("catching-up", parts);
}

/* Lost while the line is taken for whole; over the tunnels; over the line again, half a minute after it is whole. */
static void a_line_is_cut_and_its_backup_stands_in(void)
{
    static const Part parts[] = {
        {"cut *", 0, 300},
        {"app@* gives up on *", 0, 300},
        {"app@* hears from ledger@*", 50, 300},
        {"ledger@* message of *", 0, 300},
        {"* sends over *", 0, 300},
    };
    TELL_STORY("backup", parts);
}

/* It stops, ships what it has, and the other is the writer; and back. */
static void a_writer_hands_over(void)
{
    static const Part parts[] = {
        {"move *", 55, 100},
        {"home *", 55, 120},
        {"carts@* is told to take over*", 55, 120},
        {"carts@* makes *", 55, 120},
        {"carts@* has received all *", 55, 120},
        {"carts@* is the writer now", 55, 120},
        {"carts@* follows *", 55, 120},
    };
    TELL_STORY("switchover", parts);
}

static void somebody_orders_a_failover(void)
{
    static const Part parts[] = {
        {"lost *", 0, 600},
        {"order *", 0, 600},
        {"carts@* is told to *", 0, 600},
        {"carts@* is the writer now", 0, 600},
        {"carts@* follows *", 0, 600},
        {"carts@* is a full copy again", 0, 600},
    };
    TELL_STORY("operator", parts);
}

/* The runbook promotes, and then leads the name there; the old primary has nothing to read from when it is back. */
static void a_name_is_led_to_the_promoted_replica(void)
{
    static const Part parts[] = {
        {"lost *", 0, 600},
        {"carts@* finds *", 0, 600},
        {"carts@* is the writer now", 0, 600},
        {"carts@* follows *", 0, 600},
        {"carts/endpoint@* hears that *", 0, 600},
        {"carts/endpoint@* leads *", 0, 600},
        {"shop@* opens *", 0, 600},
        {"carts@* is a full copy again", 0, 600},
        {"carts@* is read-only", 230, 250},
        {"carts@* has no copy to read from", 0, 600},
    };
    TELL_STORY("repointing", parts);
}

static void the_first_that_lives_comes_after(void)
{
    static const Part parts[] = {
        {"lost *", 0, 1200},
        {"first-reader *", 0, 1200},
        {"second-writer *", 0, 1200},
        {"carts@* finds *", 0, 1200},
        {"carts@* is the writer now", 0, 1200},
        {"carts@* follows *", 0, 1200},
    };
    TELL_STORY("successors", parts);
}

/* Votes, another writer, and the old one that goes on until it is told; at its end both sides' writes around then. */
static void a_split_brain(void)
{
    static const Part parts[] = {
        {"west *", 0, 600},
        {"east *", 0, 600},
        {"carts/watcher@* finds *", 0, 600},
        {"carts@* hears from more *", 0, 600},
        {"carts@* is the writer now", 0, 600},
        {"carts@* follows *", 0, 600},
        {"shop@* hears from carts@*", 120, 121},
    };
    TELL_STORY("split-brain", parts);
}

static void a_fenced_writer_stops_first(void)
{
    static const Part parts[] = {
        {"west *", 0, 600},
        {"carts/watcher@* finds *", 0, 600},
        {"carts@* hears from more *", 0, 600},
        {"carts@* is the writer now", 0, 600},
        {"carts@* follows *", 0, 600},
        {"shop@us-east-1* hears from carts@us-east-1: *", 79.5, 80.5},
    };
    TELL_STORY("fenced", parts);
}

static void a_standby_takes_over_in_its_region(void)
{
    static const Part parts[] = {
        {"gone *", 0, 600},
        {"carts@us-east-1 is asked by carts@us-east-1/control *", 57, 60},
        {"carts@us-east-1/control *", 59, 130},
        {"carts@* finds *", 0, 600},
        {"carts@* is the writer now", 0, 600},
    };
    TELL_STORY("standby", parts);
}

/* Nothing goes on in another region, and whoever asks for the writer still asks for the same one. */
static void a_reader_takes_the_place_of_a_lost_instance(void)
{
    static const Part parts[] = {
        {"zone *", 0, 600},
        {"carts@us-east-1/control finds *", 0, 600},
        {"carts@us-east-1/control brings *", 0, 600},
        {"carts/endpoint@us-east-1 *s carts@us-east-1/reader-*", 0, 600},
        {"carts@* finds *", 0, 600},
        {"shop@us-east-1/* hears from carts@us-east-1: *", 59, 61.2},
        {"shop@us-east-1/* hears from carts@us-east-1: ok", 61.2, 93},
    };
    TELL_STORY("instance", parts);
}

/* From 20 s after the oldest change that nobody has; until one of the two is near enough again. */
static void commits_wait_for_the_limit(void)
{
    static const Part parts[] = {
        {"west *", 0, 600},
        {"east *", 0, 600},
        {"carts@us-east-1 holds *", 0, 82.5},
        {"carts@us-east-1 holds *", 125, 600},
        {"carts@us-east-1 lets *", 0, 600},
        {"carts@us-east-1 cannot *", 0, 600},
    };
    TELL_STORY("limit", parts);
}

static void a_read_waits_for_its_own_write(void)
{
    static const Part parts[] = {
        {"shop@eu-central-1/* is asked by front@* item *", 10.8, 11.43},
        {"carts@* is asked by shop@eu-central-1/*", 10.8, 11.43},
        {"carts@* is asked by carts@* item *", 10.8, 11.43},
        {"carts@eu-central-1 holds *", 10.8, 11.43},
        {"carts@eu-central-1 is asked by carts@us-east-1 to take a change", 10.8, 11.43},
        {"shop@eu-central-1/* hears *", 10.8, 11.43},
    };
    TELL_STORY("session", parts);
}

/* A trace changes nothing, and the same run is the same run. */
static void watching_changes_nothing(void)
{
    static const Part none[] = {{"", 0, 0}};
    static const char *const files[] = {"tests/stories/outage.ini", "tests/stories/promotion.ini"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        Story story = {none, 1, g_string_new(NULL)};
        Scene *scene = scene_open(files[i], NULL);
        uint64_t watched = scene_run(scene, listen, &story), unwatched = scene_run(scene, NULL, NULL);
        EXPECT(watched == unwatched, "%s: %016" PRIx64 " when watched, else %016" PRIx64, files[i], watched, unwatched);
        scene_close(scene);
        g_string_free(story.told, TRUE);
    }
}

void suite_story(void);
void suite_story(void)
{
    CU_pSuite s = CU_add_suite("story", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_request_from_click_to_answer);
    TEST(an_outage_is_noticed_and_told);
    TEST(a_lost_writer_is_replaced_and_comes_back);
    TEST(two_of_three_must_have_a_write);
    TEST(a_strong_table_settles_what_was_left_behind);
    TEST(a_replica_catches_up);
    TEST(a_line_is_cut_and_its_backup_stands_in);
    TEST(a_writer_hands_over);
    TEST(somebody_orders_a_failover);
    TEST(a_name_is_led_to_the_promoted_replica);
    TEST(the_first_that_lives_comes_after);
    TEST(a_split_brain);
    TEST(a_fenced_writer_stops_first);
    TEST(a_standby_takes_over_in_its_region);
    TEST(a_reader_takes_the_place_of_a_lost_instance);
    TEST(commits_wait_for_the_limit);
    TEST(a_read_waits_for_its_own_write);
    TEST(watching_changes_nothing);
}
