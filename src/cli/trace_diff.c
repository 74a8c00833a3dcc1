#include "cli/trace_diff.h"
#include "cli/interrupt.h"
#include "run/happenings.h"
#include <inttypes.h>
#include <string.h>

enum { EVENTS_BEFORE = 5, EVENTS_AFTER = 5 };

typedef struct {
    const char *name, *path, *program; /* program: NULL: this one */
    DigestLog *log;
    GPtrArray *events; /* Happening: from the last checkpoint that agrees to the first that does not */
} Side;

static void side_clear(Side *side)
{
    g_clear_pointer(&side->log, digest_log_free);
    g_clear_pointer(&side->events, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Side, side_clear)

static bool side_open(Side *side)
{
    g_autoptr(GError) error = NULL;
    side->events = g_ptr_array_new_with_free_func(happening_free);
    side->log = digest_log_read(side->path, &error);
    if (!side->log)
        terminal_complain("%s", error->message);
    return side->log != NULL;
}

/* ---- what the logs say about themselves ---- */

static void tell_side(const ReportLook *look, const Side *side)
{
    const DigestLog *log = side->log;
    terminal_print(look, "%s  %s\n   %s, seed %" PRIu64 ", %u replication%s, mrsim %s\n", side->name, side->path,
                   log->scenario, log->seed, log->replications, log->replications == 1 ? "" : "s", log->version);
    for (guint i = 0; i + 1 < log->sets->len; i++)
        terminal_print(look, "   --set %s\n", (const char *)log->sets->pdata[i]);
}

static bool same_sets(const DigestLog *a, const DigestLog *b)
{
    bool same = a->sets->len == b->sets->len;
    for (guint i = 0; same && i + 1 < a->sets->len; i++)
        same = strcmp(a->sets->pdata[i], b->sets->pdata[i]) == 0;
    return same;
}

static void tell_differences(const ReportLook *look, const DigestLog *a, const DigestLog *b)
{
    const struct {
        bool differs;
        const char *what;
    } all[] = {
        {strcmp(a->scenario, b->scenario) != 0, "scenario"},
        {strcmp(a->texts, b->texts) != 0, "texts of the files"},
        {!same_sets(a, b), "settings (--set)"},
        {a->seed != b->seed, "seed"},
        {a->replications != b->replications, "replications"},
        {strcmp(a->version, b->version) != 0, "version of mrsim"},
    };
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i].differs)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", all[i].what);
    if (text->len)
        terminal_print(look, "They differ in: %s\n", text->str);
}

/* ---- the events of a side, told by this program ---- */

static void keep_event(void *whose, const Happening *happening)
{
    if (happening->is_event)
        g_ptr_array_add(whose, happening_copy(happening));
}

static Status ask_myself(const CommandLine *line, Side *side, const Stretch *stretch)
{
    g_auto(Session) session = {0};
    g_autoptr(Scenario) scenario = NULL;
    guint64 n_events;
    CommandLine quiet = *line; /* warnings were given when the log was written */
    quiet.quiet = true;
    Status status = session_open(&session, &quiet);
    if (status == STATUS_DONE)
        status = session_load(&session, side->log->file, (const char *const *)side->log->sets->pdata, NULL, &scenario);
    if (status != STATUS_DONE) {
        terminal_complain("the scenario of log %s, %s, is not what it was; a log is repeated from where it was written",
                          side->name, side->log->file);
        return status;
    }
    g_autofree char *texts = run_texts(session.library);
    if (strcmp(texts, side->log->texts) != 0)
        terminal_complain("note: the files of %s are not the ones that log %s was written from", side->log->file,
                          side->name);
    if (!happenings_tell(scenario->world, stretch, keep_event, side->events, &n_events)) {
        terminal_complain("interrupted: nothing can be said");
        return interrupt_status(STATUS_BUG);
    }
    return STATUS_DONE;
}

/* ---- ... or by the program that the user names ---- */

static GPtrArray *words_for(const Side *side, const Stretch *stretch)
{
    const DigestLog *log = side->log;
    GPtrArray *word = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(word, g_strdup(side->program));
    g_ptr_array_add(word, g_strdup("trace"));
    g_ptr_array_add(word, g_strdup_printf("--events=%" PRId64 "..%" PRId64, stretch->from, stretch->until));
    g_ptr_array_add(word, g_strdup_printf("--seed=%" PRIu64, stretch->seed));
    g_ptr_array_add(word, g_strdup_printf("--replication=%u", stretch->replication));
    for (guint i = 0; i + 1 < log->sets->len; i++)
        g_ptr_array_add(word, g_strdup_printf("--set=%s", (const char *)log->sets->pdata[i]));
    g_ptr_array_add(word, g_strdup("--"));
    g_ptr_array_add(word, g_strdup(log->file));
    g_ptr_array_add(word, NULL);
    return word;
}

static bool read_events(Side *side, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        Happening *event = happening_of_line(lines[i]);
        if (!event)
            return false;
        g_ptr_array_add(side->events, event);
    }
    return true;
}

static Status ask_program(Side *side, const Stretch *stretch)
{
    g_autoptr(GPtrArray) word = words_for(side, stretch);
    g_autofree char *out = NULL;
    g_autoptr(GError) error = NULL;
    int wait_status;
    if (!g_spawn_sync(NULL, (char **)word->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL,
                      &out, NULL, &wait_status, &error)) {
        terminal_complain("%s", error->message);
        return STATUS_FILES;
    }
    if (interrupt_status(STATUS_DONE) != STATUS_DONE)
        return interrupt_status(STATUS_BUG);
    if (!g_spawn_check_wait_status(wait_status, &error) || !read_events(side, out)) {
        terminal_complain("%s did not tell the events of log %s: %s", side->program, side->name,
                          error ? error->message : "what it printed is something else");
        return STATUS_FILES;
    }
    return STATUS_DONE;
}

/* ---- are these the events that the log is about? ---- */

static bool has_checkpoint(const Side *side, const Checkpoint *point)
{
    for (guint i = 0; i < side->events->len; i++) {
        const Happening *event = side->events->pdata[i];
        if (event->event == point->n_events)
            return event->digest == point->digest;
    }
    return point->n_events == 0;
}

static Status get_events(const CommandLine *line, Side *side, const Checkpoint *before, const Checkpoint *point)
{
    Stretch stretch = {.seed = side->log->seed,
                       .replication = point->replication,
                       .by_number = true,
                       .from = before ? (int64_t)before->n_events : 1,
                       .until = (int64_t)point->n_events,
                       .stop = interrupt_watch()};
    if (point->n_events == 0)
        return STATUS_DONE;
    Status status = side->program ? ask_program(side, &stretch) : ask_myself(line, side, &stretch);
    if (status != STATUS_DONE)
        return status;
    if ((!before || has_checkpoint(side, before)) && has_checkpoint(side, point))
        return STATUS_DONE;
    const char *who = side->program ? side->program : "this mrsim";
    const char *letter = strcmp(side->name, "A") == 0 ? "a" : "b";
    if (side->program)
        terminal_complain("%s does not repeat log %s: another program wrote it, or its files have changed since", who,
                          side->name);
    else
        terminal_complain("%s does not repeat log %s: another build wrote it, or its files have changed since; if it "
                          "was another build, name it: --by-%s=PROGRAM",
                          who, side->name, letter);
    return STATUS_FILES;
}

/* ---- telling ---- */

static const Happening *event_at(const Side *side, guint i)
{
    return i < side->events->len ? side->events->pdata[i] : NULL;
}

/* What a line does not show: the same instant, words and name. */
static bool look_alike(const Happening *a, const Happening *b)
{
    return a && b && a->at_ns == b->at_ns && strcmp(a->entity, b->entity) == 0 && strcmp(a->text, b->text) == 0;
}

static bool same_event(const Happening *a, const Happening *b)
{
    return look_alike(a, b) && a->digest == b->digest;
}

static void show_events(const ReportLook *look, const Side *side, guint from, guint until)
{
    for (guint i = from; i < until && event_at(side, i); i++) {
        Happening shown = *event_at(side, i);
        shown.is_event = false; /* not faint */
        report_happening_text(stdout, &shown, look);
    }
}

static void show_parting(const ReportLook *look, const Side *side, guint at)
{
    const Happening *first = event_at(side, at);
    terminal_print(look, "\n%s, from there on:\n", side->name);
    if (first)
        show_events(look, side, at, at + EVENTS_AFTER);
    else
        terminal_print(look, "  the replication ends here\n");
}

static void show_difference(const ReportLook *look, const Side *a, const Side *b)
{
    guint at = 0;
    while (same_event(event_at(a, at), event_at(b, at)))
        at++;
    const Happening *mine = event_at(a, at), *other = event_at(b, at);
    if (!mine && !other) {
        terminal_print(look, "No event differs: they end at different instants.\n");
        return;
    }
    terminal_print(look, "The first event that differs is number %" PRIu64 ".\n", mine ? mine->event : other->event);
    if (look_alike(mine, other))
        terminal_print(look, "It looks alike in both: what differs is an outcome, or the number of an entity.\n");
    guint from = at > EVENTS_BEFORE ? at - EVENTS_BEFORE : 0;
    if (at > from) {
        terminal_print(look, "\nBefore it, in both:\n");
        show_events(look, a, from, at);
    }
    show_parting(look, a, at);
    show_parting(look, b, at);
}

static void tell_parting(const ReportLook *look, const Parting *parting)
{
    const Checkpoint *before = parting->before, *first = parting->a ? parting->a : parting->b;
    terminal_print(look, "Replication %u: different at event %" PRIu64 " (%.9f s),\n  ", parting->replication,
                   first->n_events, (double)first->at_ns / 1e9);
    if (before)
        terminal_print(look, "equal up to event %" PRIu64 " (%.9f s)\n", before->n_events, (double)before->at_ns / 1e9);
    else
        terminal_print(look, "the first that is compared\n");
}

static Status tell_difference(const CommandLine *line, const ReportLook *look, Side *a, Side *b, const Parting *parting)
{
    if (!parting->a || !parting->b) {
        const Side *lacks = parting->a ? b : a;
        terminal_print(look, "Equal as far as both go: %s has nothing of replication %u.\n", lacks->name,
                       parting->replication);
        return STATUS_MISSED;
    }
    tell_parting(look, parting);
    fflush(stdout);
    Status status = get_events(line, a, parting->before, parting->a);
    if (status == STATUS_DONE)
        status = get_events(line, b, parting->before, parting->b);
    if (status != STATUS_DONE)
        return status_worse(status, STATUS_MISSED);
    show_difference(look, a, b);
    return STATUS_MISSED;
}

Status trace_diff(const CommandLine *line)
{
    g_auto(Side) a = {.name = "A", .path = line->operands->pdata[0], .program = line->by_a};
    g_auto(Side) b = {.name = "B", .path = line->operands->pdata[1], .program = line->by_b};
    ReportLook look = terminal_look(line);
    Parting parting;
    bool read_a = side_open(&a), read_b = side_open(&b);
    if (!read_a || !read_b)
        return STATUS_FILES;
    tell_side(&look, &a);
    tell_side(&look, &b);
    tell_differences(&look, a.log, b.log);
    if (!digest_logs_part(a.log, b.log, &parting)) {
        terminal_print(&look, "equal: %u checkpoints in %u replication%s\n", a.log->checkpoints->len,
                       a.log->replications, a.log->replications == 1 ? "" : "s");
        return STATUS_DONE;
    }
    return tell_difference(line, &look, &a, &b, &parting);
}
