#include "run/write_story.h"
#include "run/followed.h"
#include "run/write_fates.h"
#include <inttypes.h>
#include <string.h>

const char *const write_kind_names[] = {"lost", "overwritten", "superseded", "divergent", "stranded", "all", NULL};

static bool stopped_by(const int *stop)
{
    return stop && g_atomic_int_get((const gint *)stop);
}

static int64_t after_start(const Sim *sim, SimTime at)
{
    return at - sim->measured_from;
}

static const char *region_name(const Sim *sim, int region)
{
    return sim->world->region[region].name;
}

/* ---- a list ---- */

typedef struct {
    const WriteWish *wish;
    WriteKind kind;
    GArray *lines;
    int stop;
} Lister;

static bool is_of_kind(const WriteSeen *seen, WriteKind kind)
{
    switch (kind) {
    case WRITES_LOST:
        return seen->fate == FATE_LOST;
    case WRITES_OVERWRITTEN:
        return seen->fate == FATE_OVERWRITTEN;
    case WRITES_SUPERSEDED:
        return seen->fate == FATE_SUPERSEDED;
    case WRITES_DIVERGENT:
        return seen->divergent;
    case WRITES_STRANDED:
        return seen->fate == FATE_STRANDED;
    case WRITES_ALL:
    case N_WRITE_KINDS:
        break;
    }
    return true;
}

static void list_write(Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen)
{
    const Lister *lister = whose;
    if (moment != WRITE_ENDS || seen->number == 0 || !is_of_kind(seen, lister->kind))
        return;
    WriteLine line = write_line_of(sim, seen);
    g_array_append_val(lister->lines, line);
}

static void heed_stop(G_GNUC_UNUSED Sim *sim, void *whose, G_GNUC_UNUSED const Call *call,
                      G_GNUC_UNUSED bool is_time_out)
{
    Lister *lister = whose;
    lister->stop |= stopped_by(lister->wish->stop);
}

GArray *writes_list(const World *world, const WriteWish *wish, WriteKind kind, guint64 *n_writes)
{
    Lister lister = {.wish = wish, .kind = kind, .lines = g_array_new(FALSE, FALSE, sizeof(WriteLine))};
    const Watcher watcher = {.whose = &lister, .event = heed_stop, .write = list_write};
    Followed followed = {.seed = wish->seed, .replication = wish->replication, .watcher = &watcher};
    Sim *sim = followed_open(world, &followed);
    bool whole = sim_run(sim, &lister.stop);
    *n_writes = sim->n_writes;
    followed_close(sim);
    if (!whole) {
        g_array_unref(lister.lines);
        return NULL;
    }
    write_lines_sort(lister.lines);
    return lister.lines;
}

/* ---- one write: who made it, in a first run ---- */

typedef struct {
    uint64_t story; /* the key */
    uint32_t id, generation;
    guint64 number;
} Asked;

typedef struct {
    const WriteWish *wish;
    guint64 number;
    Requests *requests;
    GHashTable *asked; /* Asked -> itself, by its story: under way */
    guint64 n_requests;
    uint64_t current_story; /* whose step this is */
    bool found;
    WriteSeen seen; /* when it was acknowledged */
    guint64 request;
    int stop;
} Finder;

static void find_asker(Sim *sim, void *whose, Moment moment, const Call *call, G_GNUC_UNUSED SimTime duration)
{
    Finder *finder = whose;
    const Request *issued = requests_heed(finder->requests, sim, moment, call);
    finder->current_story = call->story;
    if (issued) {
        Asked *asked = g_new(Asked, 1);
        *asked = (Asked){issued->story, issued->id, issued->generation, ++finder->n_requests};
        g_hash_table_replace(finder->asked, asked, asked);
    } else if (moment == MOMENT_FREED && !call->caller) {
        const Asked *asked = g_hash_table_lookup(finder->asked, &call->story);
        if (asked && asked->id == call->id && asked->generation == call->generation)
            g_hash_table_remove(finder->asked, &call->story);
    }
}

static void find_write(G_GNUC_UNUSED Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen)
{
    Finder *finder = whose;
    if (moment != WRITE_ACKNOWLEDGED || seen->number != finder->number)
        return;
    const Asked *asked = g_hash_table_lookup(finder->asked, &finder->current_story);
    finder->found = true;
    finder->seen = *seen;
    finder->request = asked ? asked->number : 0;
    finder->stop = 1;
}

static void find_event(G_GNUC_UNUSED Sim *sim, void *whose, G_GNUC_UNUSED const Call *call,
                       G_GNUC_UNUSED bool is_time_out)
{
    Finder *finder = whose;
    finder->stop |= stopped_by(finder->wish->stop);
}

static void find(const World *world, Finder *finder, guint64 *n_writes)
{
    const Watcher watcher = {.whose = finder, .moment = find_asker, .event = find_event, .write = find_write};
    Followed followed = {.seed = finder->wish->seed, .replication = finder->wish->replication, .watcher = &watcher};
    finder->requests = requests_new();
    finder->asked = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    Sim *sim = followed_open(world, &followed);
    sim_run(sim, &finder->stop);
    *n_writes = sim->n_writes;
    followed_close(sim);
    g_hash_table_unref(finder->asked);
    requests_free(finder->requests);
}

/* ---- ... and its life, in a second ---- */

typedef enum { WAY_HELD, WAY_LEFT, WAY_ARRIVED } Way;
typedef struct {
    uint32_t generation;
    Way way;
} Bringer;

typedef struct {
    const WriteWish *wish;
    const Finder *found;
    WriteStory *story;
    Requests *requests;
    guint64 n_requests;
    GHashTable *messages; /* id of a call + 1 -> Bringer: those that bring it to a replica */
    GString *said;        /* in this event */
    int stop;
} Biographer;

static void mark(const Biographer *biographer, const Sim *sim, const char *what, const char *where, SimTime duration,
                 guint64 by)
{
    WriteMark one = {
        .at_ns = after_start(sim, sim_now(sim)), .duration_ns = duration, .what = what, .where = where, .by = by};
    g_array_append_val(biographer->story->marks, one);
}

static bool same(Version a, Version b)
{
    return a.at == b.at && a.region == b.region;
}

/* A message that brings the write to another replica: a change in a log, or a part of a write that several must have.
 */
static bool brings_it(const Biographer *biographer, const Call *call)
{
    const WriteSeen *seen = &biographer->found->seen;
    if (!call->caller || call->callee == call->caller || call->callee->thing != seen->database)
        return false;
    if (call->port == PORT_LOG)
        return call->change.item == seen->item && same(call->change.version, seen->version);
    return call->port == PORT_STORE && call->store.op == OP_WRITE && call->store.relayed &&
           call->store.item == seen->item && same(call->store.version, seen->version);
}

static void on_message(const Biographer *biographer, const Sim *sim, Moment moment, const Call *call, SimTime duration)
{
    gpointer key = GUINT_TO_POINTER(call->id + 1);
    const char *where = region_name(sim, call->callee->region);
    Bringer *message = g_hash_table_lookup(biographer->messages, key);
    if (message && message->generation != call->generation)
        message = NULL;
    if (moment == MOMENT_HELD || moment == MOMENT_LEAVES) {
        if (!message) {
            message = g_new(Bringer, 1);
            g_hash_table_replace(biographer->messages, key, message);
        }
        *message = (Bringer){call->generation, moment == MOMENT_HELD ? WAY_HELD : WAY_LEFT};
        mark(biographer, sim, moment == MOMENT_HELD ? "held" : "sent", where, duration, 0);
    } else if (message && moment == MOMENT_ARRIVES) {
        message->way = WAY_ARRIVED;
    } else if (message && moment == MOMENT_LOST && message->way == WAY_LEFT) {
        message->way = WAY_ARRIVED; /* told */
        mark(biographer, sim, "lost", where, 0, 0);
    } else if (message && moment == MOMENT_FREED) {
        if (message->way == WAY_HELD)
            mark(biographer, sim, "not sent", where, 0, 0);
        g_hash_table_remove(biographer->messages, key);
    }
}

/* "request KEY: user 7 writes item 3": the words behind the key. */
static void note_request(const Biographer *biographer, const Request *request)
{
    WriteStory *story = biographer->story;
    g_autofree char *key = g_strdup_printf("request %016" PRIx64, request->story);
    const char *named = strstr(biographer->said->str, key);
    named = named ? named + strlen(key) : "";
    named += strspn(named, ": ");
    g_free(story->asker);
    g_free(story->what);
    story->asker = g_strdup(request->entity->name);
    story->what = g_strndup(named, strcspn(named, "\n"));
}

static void on_line(G_GNUC_UNUSED Sim *sim, void *whose, const char *line)
{
    const Biographer *biographer = whose;
    g_string_append_printf(biographer->said, "%s\n", told_text(line));
}

static void on_moment(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    Biographer *biographer = whose;
    const Request *issued = requests_heed(biographer->requests, sim, moment, call);
    if (issued) {
        biographer->n_requests++;
        if (biographer->n_requests == biographer->story->request)
            note_request(biographer, issued);
        sim->trace = biographer->n_requests + 1 == biographer->story->request ? on_line : NULL;
    }
    if (brings_it(biographer, call))
        on_message(biographer, sim, moment, call, duration);
}

static void on_event(G_GNUC_UNUSED Sim *sim, void *whose, G_GNUC_UNUSED const Call *call,
                     G_GNUC_UNUSED bool is_time_out)
{
    Biographer *biographer = whose;
    g_string_truncate(biographer->said, 0);
    biographer->stop |= stopped_by(biographer->wish->stop);
}

static bool is_it(const WriteSeen *it, const WriteSeen *seen)
{
    return it->database == seen->database && it->item == seen->item && same(it->version, seen->version) &&
           (seen->number == 0 || seen->number == it->number);
}

static void on_write(Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen)
{
    static const char *const words[] = {
        [WRITE_ACKNOWLEDGED] = "acknowledged", [WRITE_RECEIVED] = "received",       [WRITE_SEEN] = "seen",
        [WRITE_SUPERSEDED] = "superseded",     [WRITE_OVERWRITTEN] = "overwritten", [WRITE_ENDS] = "ended",
    };
    Biographer *biographer = whose;
    if (!is_it(&biographer->found->seen, seen))
        return;
    bool won = moment == WRITE_SUPERSEDED || moment == WRITE_OVERWRITTEN;
    mark(biographer, sim, words[moment], won ? region_name(sim, seen->winner.region) : region_name(sim, seen->where), 0,
         won ? seen->by : 0);
    if (moment != WRITE_ENDS)
        return;
    biographer->story->line = write_line_of(sim, seen);
    biographer->stop = 1;
}

static void follow(const World *world, Biographer *biographer)
{
    const Watcher watcher = {.whose = biographer, .moment = on_moment, .event = on_event, .write = on_write};
    Followed followed = {
        .seed = biographer->wish->seed, .replication = biographer->wish->replication, .watcher = &watcher};
    biographer->requests = requests_new();
    biographer->messages = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    biographer->said = g_string_new(NULL);
    Sim *sim = followed_open(world, &followed);
    if (biographer->story->request == 1)
        sim->trace = on_line;
    sim_run(sim, &biographer->stop);
    followed_close(sim);
    g_string_free(biographer->said, TRUE);
    g_hash_table_unref(biographer->messages);
    requests_free(biographer->requests);
}

WriteStory *write_story(const World *world, const WriteWish *wish, guint64 number, guint64 *n_writes, bool *stopped)
{
    Finder finder = {.wish = wish, .number = number};
    find(world, &finder, n_writes);
    *stopped = !finder.found && stopped_by(wish->stop);
    if (!finder.found)
        return NULL;
    WriteStory *story = g_new0(WriteStory, 1);
    *story = (WriteStory){.scenario = g_strdup(world->name),
                          .seed = wish->seed,
                          .replication = wish->replication,
                          .request = finder.request,
                          .asker = g_strdup(""),
                          .what = g_strdup(""),
                          .marks = g_array_new(FALSE, FALSE, sizeof(WriteMark))};
    Biographer biographer = {.wish = wish, .found = &finder, .story = story};
    follow(world, &biographer);
    *stopped = stopped_by(wish->stop) && !story->line.fate;
    if (!story->line.fate)
        g_clear_pointer(&story, write_story_free);
    return story;
}
