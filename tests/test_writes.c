/* Writes told: lists are complete and exact, and a life is what happened. */
#include "model/watcher.h"
#include "run/followed.h"
#include "run/write_fates.h"
#include "run/write_story.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>
#include <string.h>

static const WriteWish first = {.seed = 1, .replication = 1};

static GArray *list(const Lab *lab, WriteKind kind, guint64 *n_writes)
{
    return writes_list(lab->scenario->world, &first, kind, n_writes);
}

/* ---- what a failover loses, found out without the ledger: from the messages alone ---- */

typedef struct {
    uint32_t item;
    int64_t at; /* version: of a store with one writer a true instant */
    bool received, seen_late;
} Heard;

typedef struct {
    GArray *acknowledged; /* Heard */
    guint n_unapplied;    /* of those that were received: as the fault began */
} Eavesdropper;

static void hear_message(Sim *sim, void *whose, Moment moment, const Call *call, G_GNUC_UNUSED SimTime duration)
{
    Eavesdropper *ear = whose;
    if (moment == MOMENT_ANSWERS && call->port == PORT_STORE && call->store.op == OP_WRITE &&
        call->outcome == OUTCOME_OK && sim_measuring(sim, sim_now(sim))) {
        Heard heard = {.item = call->store.item, .at = call->store.version.at};
        g_array_append_val(ear->acknowledged, heard);
    }
    for (guint i = 0; moment == MOMENT_ARRIVES && call->port == PORT_LOG && i < ear->acknowledged->len; i++) {
        Heard *heard = &g_array_index(ear->acknowledged, Heard, i);
        if (heard->item == call->change.item && heard->at == call->change.version.at)
            heard->received = true;
    }
}

static void hear_write(G_GNUC_UNUSED Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen)
{
    Eavesdropper *ear = whose;
    for (guint i = 0; moment == WRITE_SEEN && i < ear->acknowledged->len; i++) {
        Heard *heard = &g_array_index(ear->acknowledged, Heard, i);
        if (heard->item == seen->item && heard->at == seen->version.at)
            heard->seen_late = sim_now(sim) - sim->measured_from > MINUTE;
    }
}

static const Heard *find_heard(const GArray *heard, const WriteLine *line, SimTime measured_from)
{
    for (guint i = 0; i < heard->len; i++) {
        const Heard *one = &g_array_index(heard, Heard, i);
        if (one->item == line->item && one->at - measured_from == line->acknowledged_ns)
            return one;
    }
    return NULL;
}

/* The only writer is gone for good after a minute; the other applies what it has received, and is promoted. */
static void the_lost_are_the_acknowledged_and_not_received_ones(void)
{
    g_auto(Lab) lab = lab_open("loss.ini", SETS("carts.apply-time=19ms", "users.items=1M"));
    Eavesdropper ear = {.acknowledged = g_array_new(FALSE, FALSE, sizeof(Heard))};
    const Watcher watcher = {.whose = &ear, .moment = hear_message, .write = hear_write};
    Followed followed = {.seed = 1, .replication = 1, .watcher = &watcher};
    Sim *sim = followed_open(lab.scenario->world, &followed);
    sim_run(sim, NULL);
    SimTime measured_from = sim->measured_from;
    followed_close(sim);
    guint64 n_writes;
    g_autoptr(GArray) lost = list(&lab, WRITES_LOST, &n_writes);
    g_autoptr(GArray) all = list(&lab, WRITES_ALL, &n_writes);
    guint n_not_received = 0, n_unapplied = 0;
    for (guint i = 0; i < ear.acknowledged->len; i++) {
        const Heard *heard = &g_array_index(ear.acknowledged, Heard, i);
        n_not_received += !heard->received;
        n_unapplied += heard->received && heard->seen_late;
    }
    EXPECT(n_not_received > 10, "%u were not received", n_not_received);
    EXPECT(n_unapplied > 2, "%u were received and not applied", n_unapplied);
    EXPECT_INT(lost->len, n_not_received);
    EXPECT_INT(all->len, ear.acknowledged->len);
    for (guint i = 0; i < all->len; i++) {
        const WriteLine *line = &g_array_index(all, WriteLine, i);
        const Heard *heard = find_heard(ear.acknowledged, line, measured_from);
        EXPECT(heard && heard->received == (strcmp(line->fate, "lost") != 0), "write %" PRIu64 ", item %u, is %s",
               line->number, line->item, line->fate);
    }
    for (guint i = 0; i < lost->len; i++)
        EXPECT_TEXT(g_array_index(lost, WriteLine, i).ended_where, "other");
    g_array_unref(ear.acknowledged);
}

/* ---- lists ---- */

static guint count_fate(const GArray *lines, const char *fate)
{
    guint n = 0;
    for (guint i = 0; i < lines->len; i++)
        n += strcmp(g_array_index(lines, WriteLine, i).fate, fate) == 0;
    return n;
}

static guint count_figure(const Results *results, const char *metric)
{
    double value = lab_value(results, metric, "", "");
    return isnan(value) ? 0 : (guint)value;
}

/* A loser's winner is another write of the same item, made after it if it knew it. */
static void expect_winner(const char *name, const GArray *lines, const WriteLine *line)
{
    bool lost_to_another = strcmp(line->fate, "superseded") == 0 || strcmp(line->fate, "overwritten") == 0;
    EXPECT(lost_to_another == (*line->by_region != '\0'), "%s: write %" PRIu64, name, line->number);
    if (!line->by)
        return;
    EXPECT(line->by <= lines->len && line->by != line->number, "%s: by %" PRIu64, name, line->by);
    const WriteLine *winner = &g_array_index(lines, WriteLine, line->by - 1);
    bool same = winner->item == line->item && strcmp(winner->database, line->database) == 0 &&
                strcmp(winner->region, line->by_region) == 0 && winner->stamp_ns == line->by_stamp_ns;
    EXPECT(same && winner->stamp_ns >= line->stamp_ns, "%s: write %" PRIu64 " by %" PRIu64, name, line->number,
           line->by);
    if (strcmp(line->fate, "superseded") == 0)
        EXPECT(winner->number > line->number, "%s: write %" PRIu64 " by %" PRIu64, name, line->number, line->by);
}

static void lists_have_all_that_is_counted(void)
{
    static const char *const names[] = {"us-eu-active-active", "cut-passive.ini", "quorum.ini", "writers.ini",
                                        "loss.ini"};
    static const struct {
        const char *metric, *fate;
        WriteKind kind;
    } rows[] = {{"writes.lost", "lost", WRITES_LOST},
                {"writes.overwritten", "overwritten", WRITES_OVERWRITTEN},
                {"writes.superseded", "superseded", WRITES_SUPERSEDED},
                {"writes.stranded", "stranded", WRITES_STRANDED},
                {"writes.divergent", NULL, WRITES_DIVERGENT},
                {"writes.durable", "durable", N_WRITE_KINDS},
                {"writes.in_flight", "in flight", N_WRITE_KINDS},
                {"writes.partial", "partial", N_WRITE_KINDS}};
    guint n_listed[G_N_ELEMENTS(rows)] = {0};
    for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
        bool is_shipped = g_str_has_prefix(names[n], "us-eu");
        g_auto(Lab) lab = lab_open(names[n], is_shipped ? SETS("scenario.duration=21m", "scenario.warm-up=10s") : NULL);
        g_autoptr(Results) results = lab_run(&lab, 1, 1, 1);
        guint64 n_writes;
        g_autoptr(GArray) all = list(&lab, WRITES_ALL, &n_writes);
        EXPECT_INT(all->len, n_writes);
        EXPECT_INT(n_writes, count_figure(results, "writes.acknowledged"));
        for (guint i = 0; i < all->len; i++) {
            EXPECT_INT(g_array_index(all, WriteLine, i).number, i + 1);
            expect_winner(names[n], all, &g_array_index(all, WriteLine, i));
        }
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            guint n_counted = count_figure(results, rows[i].metric);
            EXPECT(!rows[i].fate || n_counted == count_fate(all, rows[i].fate), "%s: %s", names[n], rows[i].metric);
            if (rows[i].kind == N_WRITE_KINDS)
                continue;
            g_autoptr(GArray) some = list(&lab, rows[i].kind, &n_writes);
            EXPECT(some->len == n_counted, "%s: %u lines, %s is %u", names[n], some->len, rows[i].metric, n_counted);
            n_listed[i] += some->len;
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        EXPECT(rows[i].kind == N_WRITE_KINDS || n_listed[i] > 0, "no %s anywhere proves nothing", rows[i].metric);
}

/* ---- lives ---- */

static const WriteMark *mark_of(const WriteStory *story, guint nth)
{
    return &g_array_index(story->marks, WriteMark, nth);
}

static guint count_marks(const WriteStory *story, const char *what)
{
    guint n = 0;
    for (guint i = 0; i < story->marks->len; i++)
        n += strcmp(mark_of(story, i)->what, what) == 0;
    return n;
}

static void expect_life(const char *name, const WriteStory *story, const WriteLine *line, guint n_replicas)
{
    guint n = story->marks->len;
    bool everywhere = strcmp(line->fate, "durable") == 0 || strcmp(line->fate, "superseded") == 0 ||
                      strcmp(line->fate, "overwritten") == 0;
    g_autofree char *words = g_strdup_printf(" writes item %u", line->item);
    EXPECT(n >= 2 && strcmp(mark_of(story, n - 1)->what, "ended") == 0, "%s: write %" PRIu64, name, line->number);
    EXPECT_INT(count_marks(story, "acknowledged"), 1);
    EXPECT_INT(count_marks(story, "ended"), 1);
    EXPECT(story->line.fate == line->fate && story->line.by == line->by && story->line.number == line->number &&
               story->line.acknowledged_ns == line->acknowledged_ns,
           "%s: write %" PRIu64 " is %s", name, line->number, story->line.fate);
    EXPECT(story->request == 0 || g_str_has_suffix(story->what, words),
           "%s: write %" PRIu64 ", request %" PRIu64 ": %s", name, line->number, story->request, story->what);
    for (guint i = 1; i < n; i++)
        EXPECT(mark_of(story, i)->at_ns >= mark_of(story, i - 1)->at_ns, "%s: write %" PRIu64, name, line->number);
    if (everywhere)
        EXPECT(count_marks(story, "seen") >= n_replicas - 1, "%s: write %" PRIu64 " is seen %u times", name,
               line->number, count_marks(story, "seen"));
    if (strcmp(line->fate, "overwritten") == 0)
        EXPECT_INT(count_marks(story, "overwritten"), 1);
}

/* The first of each kind, and some others. */
static void a_life_ends_as_the_list_says(void)
{
    static const struct {
        const char *name;
        guint n_replicas;
        const char *sets[2];
    } rows[] = {{"us-eu-active-active", 2, {"scenario.duration=1210s"}},
                {"us-eu-active-passive", 1, {"scenario.duration=26m"}},
                {"writers.ini", 2, {NULL}},
                {"quorum.ini", 3, {"scenario.duration=20s"}}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Lab) lab = lab_open(rows[i].name, rows[i].sets);
        guint64 n_writes;
        g_autoptr(GArray) all = list(&lab, WRITES_ALL, &n_writes);
        bool told[N_FATES] = {false};
        guint n_for_requests = 0;
        for (guint j = 0; j < all->len; j++) {
            const WriteLine *line = &g_array_index(all, WriteLine, j);
            guint fate = 0;
            while (strcmp(fate_names[fate], line->fate) != 0)
                fate++;
            if (told[fate] && j != 3 && j != all->len / 2)
                continue;
            told[fate] = true;
            bool stopped = true;
            g_autoptr(WriteStory) story = write_story(lab.scenario->world, &first, line->number, &n_writes, &stopped);
            EXPECT(story && !stopped, "%s: no story of write %" PRIu64, rows[i].name, line->number);
            if (!story)
                continue;
            expect_life(rows[i].name, story, line, rows[i].n_replicas);
            n_for_requests += story->request > 0;
        }
        EXPECT(n_for_requests >= 2, "%s: %u were made for a request", rows[i].name, n_for_requests);
    }
}

/* What a run keeps is the beginning of the complete list, those that are gone before those that are overwritten. */
static void a_run_keeps_the_first_thousand(void)
{
    static const struct {
        const char *name;
        const char *sets[2];
        bool too_many;
    } rows[] = {{"loss.ini", {NULL}, false},
                {"cut-passive.ini", {NULL}, true},
                {"us-eu-active-active", {"scenario.duration=1210s"}, false},
                {"writers.ini", {"here.rate=9/s"}, true}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Lab) lab = lab_open(rows[i].name, rows[i].sets);
        g_autoptr(Results) results = lab_run(&lab, 1, 2, 2);
        guint64 n_writes;
        g_autoptr(GArray) all = list(&lab, WRITES_ALL, &n_writes);
        guint n_gone = count_fate(all, "lost") + count_fate(all, "stranded"),
              n_bad = n_gone + count_fate(all, "overwritten");
        guint n_kept = 0;
        EXPECT(n_bad > 5, "%s: %u", rows[i].name, n_bad);
        EXPECT_INT(results->writes->len, MIN(n_bad, MOST_WRITE_FATES));
        EXPECT((n_bad > MOST_WRITE_FATES) == rows[i].too_many, "%s: %u", rows[i].name, n_bad);
        for (guint j = 0; j < results->writes->len; j++) {
            const ResultWrite *write = results->writes->pdata[j];
            const WriteLine *line = &g_array_index(all, WriteLine, write->number - 1);
            bool is_gone = strcmp(line->fate, "lost") == 0 || strcmp(line->fate, "stranded") == 0;
            n_kept += is_gone;
            EXPECT(strcmp(write->fate, line->fate) == 0 && (is_gone || strcmp(line->fate, "overwritten") == 0) &&
                       write->item == line->item && write->by == line->by && write->divergent == line->divergent,
                   "%s: write %" PRIu64 " is %s", rows[i].name, line->number, write->fate);
        }
        EXPECT_INT(n_kept, MIN(n_gone, MOST_WRITE_FATES));
    }
}

static void there_is_no_life_of_what_is_not_written(void)
{
    g_auto(Lab) lab = lab_open("writers.ini", SETS("scenario.duration=10s"));
    guint64 n_writes = 0;
    bool stopped = true;
    int stop = 1;
    EXPECT(!write_story(lab.scenario->world, &first, 1000000, &n_writes, &stopped), "there is one");
    EXPECT(!stopped && n_writes > 5 && n_writes < 60, "%u writes", (guint)n_writes);
    WriteWish wish = {.seed = 1, .replication = 1, .stop = &stop};
    EXPECT(!write_story(lab.scenario->world, &wish, 1, &n_writes, &stopped) && stopped, "not stopped");
    EXPECT(!writes_list(lab.scenario->world, &wish, WRITES_ALL, &n_writes), "not stopped");
}

static void nothing_happens_otherwise_when_writes_are_followed(void)
{
    g_auto(Lab) lab = lab_open("cut-passive.ini", NULL);
    uint64_t alone = lab_trace(&lab, 1, 1, NULL, NULL, NULL);
    Eavesdropper ear = {.acknowledged = g_array_new(FALSE, FALSE, sizeof(Heard))};
    const Watcher watcher = {.whose = &ear, .write = hear_write};
    Followed followed = {.seed = 1, .replication = 1, .watcher = &watcher};
    Sim *sim = followed_open(lab.scenario->world, &followed);
    sim_run(sim, NULL);
    EXPECT(sim->kernel.digest.value == alone, "another digest");
    followed_close(sim);
    g_array_unref(ear.acknowledged);
}

void suite_writes(void);
void suite_writes(void)
{
    CU_pSuite s = CU_add_suite("writes", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(the_lost_are_the_acknowledged_and_not_received_ones);
    TEST(lists_have_all_that_is_counted);
    TEST(a_life_ends_as_the_list_says);
    TEST(a_run_keeps_the_first_thousand);
    TEST(there_is_no_life_of_what_is_not_written);
    TEST(nothing_happens_otherwise_when_writes_are_followed);
}
