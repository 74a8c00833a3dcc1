/* Digest logs: written and read, cut off and corrupted, compared; and the events between their lines. */
#include "results/digest_log.h"
#include "run/happenings.h"
#include "run/run.h"
#include "tests/expect.h"
#include "tests/scene.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *scratch(void)
{
    g_autoptr(GError) error = NULL;
    char *path = NULL;
    int fd = g_file_open_tmp("mrsim-digest-log-XXXXXX", &path, &error);
    EXPECT(fd >= 0, "%s", error ? error->message : "");
    close(fd);
    return path;
}

static void add(DigestLog *log, guint replication, guint64 n_events, int64_t at_ns, uint64_t digest, bool is_end)
{
    Checkpoint point = {n_events, at_ns, digest, replication, is_end};
    g_array_append_val(log->checkpoints, point);
}

static DigestLog *sample(void)
{
    DigestLog *log = digest_log_new();
    log->version = g_strdup("0.1.0");
    log->scenario = g_strdup("shop");
    log->file = g_strdup("a folder/Käse\\shop.ini\n");
    log->texts = g_strdup("8a1f");
    g_ptr_array_insert(log->sets, 0, g_strdup("door.ttl=10s"));
    g_ptr_array_insert(log->sets, 1, g_strdup("objectives.latency.p50 <= 1us"));
    log->seed = G_MAXUINT64;
    log->replications = 2;
    add(log, 1, 10000, -7, 1, false);
    add(log, 1, 20000, 3, 2, false);
    add(log, 1, 20001, 4, 3, true);
    add(log, 2, 10000, 5, G_MAXUINT64, false);
    add(log, 2, 10000, 9, G_MAXUINT64, true);
    return log;
}

static void what_is_written_is_read(void)
{
    g_autofree char *path = scratch();
    g_autoptr(DigestLog) log = sample();
    g_autoptr(GError) error = NULL;
    Parting parting;
    EXPECT(digest_log_write(log, path, &error), "%s", error->message);
    g_autoptr(DigestLog) read = digest_log_read(path, &error);
    EXPECT(read != NULL, "%s", error ? error->message : "");
    if (!read)
        return;
    EXPECT_TEXT(read->version, log->version);
    EXPECT_TEXT(read->scenario, log->scenario);
    EXPECT_TEXT(read->file, log->file);
    EXPECT_TEXT(read->texts, log->texts);
    EXPECT_INT(read->sets->len, 3);
    EXPECT_TEXT(read->sets->pdata[1], log->sets->pdata[1]);
    EXPECT(read->seed == log->seed, "%" PRIu64, read->seed);
    EXPECT_INT(read->replications, 2);
    EXPECT_INT(read->checkpoints->len, 5);
    EXPECT(!digest_logs_part(log, read, &parting), "replication %u", parting.replication);
    g_unlink(path);
}

static bool can_be_read(const char *path, const char *text, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, text, (gssize)length, NULL);
    g_autoptr(DigestLog) read = digest_log_read(path, &error);
    EXPECT(read || strstr(error->message, path), "the message does not name the file");
    return read != NULL;
}

/* Cut off anywhere, but for the last newline; a byte gone from the checkpoints' lines; another kind of file. */
static void what_is_not_whole_is_refused(void)
{
    g_autofree char *path = scratch(), *text = NULL;
    g_autoptr(DigestLog) log = sample();
    gsize length;
    digest_log_write(log, path, NULL);
    g_file_get_contents(path, &text, &length, NULL);
    for (gsize i = 0; i + 1 < length; i++)
        EXPECT(!can_be_read(path, text, i), "cut off after %zu bytes of %zu", i, length);
    static const char *const rubbish[] = {"",
                                          "\n",
                                          "mrsim digest log",
                                          "mrsim digest log 2\nend 0\n",
                                          "mrsim digest log 1\nend 0\n",
                                          "<html>",
                                          "mrsim digest log 1\nversion"};
    for (gsize i = 0; i < G_N_ELEMENTS(rubbish); i++)
        EXPECT(!can_be_read(path, rubbish[i], strlen(rubbish[i])), "\"%s\"", rubbish[i]);
    EXPECT(!can_be_read(path, "mrsim digest log 1\0end", 22), "with a nought in it");
    static const char *const lines[] = {"1 20000 3 0000000000000002", "end 5", "seed 1"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        char *at = strstr(text, lines[i]);
        if (!at)
            continue;
        g_autofree char *wrong = g_strdup_printf("%.*s%s%s", (int)(at - text), text, "1 x", at + strlen(lines[i]));
        EXPECT(!can_be_read(path, wrong, strlen(wrong)), "with '%s' garbled", lines[i]);
    }
    g_unlink(path);
}

static void only_files_are_replaced(void)
{
    g_autoptr(DigestLog) log = sample();
    static const char *const not_files[] = {"/dev/null", "/", "/no/such/folder/log"};
    for (gsize i = 0; i < G_N_ELEMENTS(not_files); i++) {
        g_autoptr(GError) error = NULL;
        EXPECT(!digest_log_write(log, not_files[i], &error), "%s was written", not_files[i]);
        EXPECT(error && strstr(error->message, not_files[i]), "%s", not_files[i]);
    }
}

static void the_first_difference_is_found(void)
{
    g_autoptr(DigestLog) a = sample();
    Parting parting;
    for (guint i = 0; i < a->checkpoints->len; i++) {
        g_autoptr(DigestLog) b = sample();
        g_array_index(b->checkpoints, Checkpoint, i).digest ^= 1;
        EXPECT(digest_logs_part(a, b, &parting), "not at %u", i);
        EXPECT_INT(parting.replication, i < 3 ? 1 : 2);
        EXPECT(parting.a == &g_array_index(a->checkpoints, Checkpoint, i), "at %u", i);
        EXPECT(parting.b == &g_array_index(b->checkpoints, Checkpoint, i), "at %u", i);
        bool is_first = i == 0 || i == 3;
        EXPECT(is_first ? !parting.before : parting.before == parting.a - 1, "before %u", i);
        g_array_set_size(b->checkpoints, i);
        EXPECT(digest_logs_part(a, b, &parting) && !parting.b && parting.a, "shorter, at %u", i);
        EXPECT(digest_logs_part(b, a, &parting) && !parting.a && parting.b, "longer, at %u", i);
    }
}

/* ---- of real runs ---- */

static void keep(void *whose, const Happening *happening)
{
    if (happening->is_event)
        g_ptr_array_add(whose, happening_copy(happening));
}

static Results *logged_run(const Scene *scene, guint jobs, DigestLog *log)
{
    RunOptions options = {.seed = 3, .replications = 3, .jobs = jobs, .digest_log = log};
    return run_scenario(scene->scenario, scene->library, "small.ini", NULL, &options);
}

/* A log changes nothing and does not depend on threads; the events between two checkpoints lead from one to the other.
 */
static void a_log_is_of_the_same_run(void)
{
    Scene *scene = scene_open("tests/cli/small.ini", (const char *const[]){"americans.rate=50/s", NULL});
    g_autoptr(DigestLog) one = digest_log_new(), two = digest_log_new();
    g_autoptr(Results) without = logged_run(scene, 1, NULL), with = logged_run(scene, 1, one),
                       threads = logged_run(scene, 2, two);
    Parting parting;
    EXPECT_TEXT(with->digest, without->digest);
    EXPECT_TEXT(threads->digest, without->digest);
    EXPECT(!digest_logs_part(one, two, &parting), "replication %u", parting.replication);
    EXPECT_INT(one->replications, 3);
    const Checkpoint *point = &g_array_index(one->checkpoints, Checkpoint, 0);
    EXPECT_INT(point[0].n_events, EVENTS_BETWEEN_CHECKPOINTS);
    EXPECT(!point[0].is_end, "too short for a test");
    Stretch stretch = {.seed = 3,
                       .replication = 1,
                       .by_number = true,
                       .from = (int64_t)point[0].n_events,
                       .until = (int64_t)point[1].n_events};
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(happening_free);
    guint64 n_events;
    EXPECT(happenings_tell(scene->scenario->world, &stretch, keep, events, &n_events), "stopped");
    EXPECT_INT(events->len, point[1].n_events - point[0].n_events + 1);
    const Happening *first = events->pdata[0], *last = events->pdata[events->len - 1];
    EXPECT(first->digest == point[0].digest && first->at_ns == point[0].at_ns, "%s", first->text);
    EXPECT(last->digest == point[1].digest, "%s", last->text);
    scene_close(scene);
}

static void an_event_is_a_line(void)
{
    Happening event = {.event = 120001,
                       .at_ns = -5,
                       .digest = 0xfedcba9876543210u,
                       .is_event = true,
                       .entity = (char *)"carts@us-east-1",
                       .text = (char *)"goes on for shop@us-east-1/a/1 (item)"};
    g_autofree char *line = happening_to_line(&event);
    EXPECT_TEXT(line, "120001\t-5\tfedcba9876543210\tcarts@us-east-1\tgoes on for shop@us-east-1/a/1 (item)");
    Happening *read = happening_of_line(line);
    EXPECT(read && read->event == event.event && read->at_ns == event.at_ns && read->digest == event.digest, "%s",
           line);
    if (read) {
        EXPECT_TEXT(read->entity, event.entity);
        EXPECT_TEXT(read->text, event.text);
        happening_free(read);
    }
    static const char *const others[] = {"", "1", "1\t2\t3\t4", "x\t2\t3\ta\tb", "1\t2\tg\ta\tb", "0\t2\t3\ta\tb"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        EXPECT(!happening_of_line(others[i]), "\"%s\"", others[i]);
}

void suite_digest_log(void);
void suite_digest_log(void)
{
    CU_pSuite s = CU_add_suite("digest_log", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(what_is_written_is_read);
    TEST(what_is_not_whole_is_refused);
    TEST(only_files_are_replaced);
    TEST(the_first_difference_is_found);
    TEST(a_log_is_of_the_same_run);
    TEST(an_event_is_a_line);
}
