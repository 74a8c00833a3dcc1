#include "cli/instant.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/trace_diff.h"
#include "cli/trace_writes.h"
#include "run/happenings.h"
#include "run/story.h"
#include <inttypes.h>
#include <string.h>

static bool in_json(const CommandLine *line)
{
    return strcmp(line->format, "jsonl") == 0;
}

static Status interrupted(const char *what)
{
    terminal_complain("interrupted before %s", what);
    return interrupt_status(STATUS_BUG);
}

/* ---- one request ---- */

static void keep_story(void *whose, Story *story)
{
    Story **kept = whose;
    *kept = story;
}

static Status wrong_population(const CommandLine *line, const World *world)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "clients") == 0)
            g_ptr_array_add(names, (gpointer)world->thing[i]->name);
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    return command_misuse(line->command, "there are no clients '%s' in this scenario; there are: %s", line->population,
                          all);
}

static Status no_request(const CommandLine *line, guint64 n_requests)
{
    const char *population = line->population;
    g_autofree char *which = line->request_number ? g_strdup_printf("there is no request %s", line->request)
                                                  : g_strdup_printf("no request is %s", line->request);
    terminal_complain(
        "%s: in replication %u of seed %" PRIu64 " there are %" PRIu64 "%s%s from the start of measurement on", which,
        line->replication, line->seed, n_requests, population ? " of " : "", population ? population : "");
    return STATUS_MISUSE;
}

/* The number of the request that is meant; 0: there is none.  false: interrupted. */
static bool find_request(const CommandLine *line, const World *world, const StoryWish *wish, guint64 *number,
                         guint64 *n_requests)
{
    StoryPick pick = strcmp(line->request, "slowest") == 0 ? PICK_SLOWEST : PICK_FAILED;
    *number = line->request_number;
    return *number || story_pick(world, wish, pick, number, n_requests);
}

static Status tell_request(const Session *session, const World *world)
{
    const CommandLine *line = session->line;
    g_autoptr(Story) story = NULL;
    guint64 number = 0, n_requests = 0;
    StoryWish wish = {.seed = line->seed,
                      .replication = line->replication,
                      .population = line->population,
                      .stop = interrupt_watch()};
    if (line->population && !world_find(world, "clients", line->population))
        return wrong_population(line, world);
    bool whole = find_request(line, world, &wish, &number, &n_requests);
    wish.first = wish.last = number;
    if (whole && number)
        whole = story_requests(world, &wish, keep_story, &story, &n_requests);
    if (!story)
        return whole ? no_request(line, n_requests) : interrupted("the request had ended: there is no story");
    if (in_json(line))
        report_story_jsonl(stdout, story);
    else
        report_story_text(stdout, story, &session->look);
    return STATUS_DONE;
}

/* ---- a stretch of time, or of events ---- */

enum { MOST_LINES = 1000 };
static const int64_t usual_window = 100000000; /* ns */

typedef struct {
    const Session *session;
    Happening *event; /* not shown yet: words said in it will do */
    guint64 n_lines, n_shown;
} Window;

static void show(Window *window, const Happening *happening)
{
    window->n_lines++;
    if (window->n_lines > MOST_LINES && !window->session->line->full)
        return;
    window->n_shown++;
    if (in_json(window->session->line))
        report_happening_jsonl(stdout, happening);
    else
        report_happening_text(stdout, happening, &window->session->look);
}

static void show_event(Window *window)
{
    if (window->event)
        show(window, window->event);
    g_clear_pointer(&window->event, happening_free);
}

/* As text an event is shown by what is said in it, and by itself only where nobody says anything. */
static void hear(void *whose, const Happening *happening)
{
    Window *window = whose;
    if (in_json(window->session->line)) {
        show(window, happening);
        return;
    }
    if (happening->is_event) {
        show_event(window);
        window->event = happening_copy(happening);
        return;
    }
    g_clear_pointer(&window->event, happening_free);
    show(window, happening);
}

static void close_window(Window *window)
{
    show_event(window);
    guint64 more = window->n_lines - window->n_shown;
    if (in_json(window->session->line))
        printf("{\"type\": \"total\", \"lines\": %" PRIu64 ", \"left_out\": %" PRIu64 "}\n", window->n_lines, more);
    else if (window->n_lines == 0)
        terminal_print(&window->session->look, "Nothing happens in this time.\n");
    else if (more)
        terminal_print(&window->session->look, "%" PRIu64 " more lines; all of them: --full\n", more);
}

static Status tell_around(const Session *session, const World *world)
{
    const CommandLine *line = session->line;
    int64_t at = 0, width = usual_window;
    if (line->window && (!duration_parse(line->window, &width) || width < 0))
        return command_misuse(line->command, "--window wants a length of time, as in 100ms or 1.5s, not '%s'",
                              line->window);
    g_autofree char *wrong = instant_parse(world, line->around, &at);
    if (wrong)
        return command_misuse(line->command, "--around '%s': %s", line->around, wrong);
    if (at < -world->scenario.warm_up || at > world->scenario.duration)
        return command_misuse(line->command, "--around '%s' is not within the run: it measures for %.0f s after %.0f s",
                              line->around, simtime_seconds(world->scenario.duration),
                              simtime_seconds(world->scenario.warm_up));
    Window window = {.session = session};
    Stretch stretch = {.seed = line->seed,
                       .replication = line->replication,
                       .from = at - width / 2,
                       .until = at - width / 2 + width,
                       .stop = interrupt_watch()};
    guint64 n_events;
    bool whole = happenings_tell(world, &stretch, hear, &window, &n_events);
    if (!whole) {
        g_clear_pointer(&window.event, happening_free);
        return interrupted("all had happened");
    }
    close_window(&window);
    return STATUS_DONE;
}

static void print_event(G_GNUC_UNUSED void *whose, const Happening *happening)
{
    if (!happening->is_event)
        return;
    g_autofree char *text = happening_to_line(happening);
    puts(text);
}

static Status tell_events(const Session *session, const World *world)
{
    const CommandLine *line = session->line;
    Stretch stretch = {.seed = line->seed,
                       .replication = line->replication,
                       .by_number = true,
                       .from = (int64_t)line->first_event,
                       .until = (int64_t)line->last_event,
                       .stop = interrupt_watch()};
    guint64 n_events = 0;
    if (!happenings_tell(world, &stretch, print_event, NULL, &n_events))
        return interrupted("all had happened");
    if (n_events >= line->first_event)
        return STATUS_DONE;
    terminal_complain("there is no event %" PRIu64 ": replication %u of seed %" PRIu64 " has %" PRIu64,
                      line->first_event, line->replication, line->seed, n_events);
    return STATUS_MISUSE;
}

/* ---- the command ---- */

/* The options of one of the questions, beside the others. */
static Status check_questions(const CommandLine *line)
{
    guint n_questions = (line->request != NULL) + (line->around != NULL) + (line->first_event > 0) +
                        (line->write != NULL) + (line->writes != NULL) + line->diff;
    if (n_questions != 1)
        return command_misuse(line->command,
                              "tell what: one of --request, --around, --write, --writes, --events and --diff");
    if (line->operands->len - 1 != (line->diff ? 2 : 1))
        return command_misuse(line->command, line->diff ? "--diff takes two logs" : "it takes one FILE");
    if (line->population && !line->request)
        return command_misuse(line->command, "--population belongs to --request");
    if (line->window && !line->around)
        return command_misuse(line->command, "--window belongs to --around");
    if ((line->by_a || line->by_b) && !line->diff)
        return command_misuse(line->command, "--by-a and --by-b belong to --diff");
    if (line->sets->len > 1 && line->diff)
        return command_misuse(line->command, "--diff takes the settings from the logs, not from --set");
    if (in_json(line) && (line->diff || line->first_event))
        return command_misuse(line->command, "--format=jsonl is for --request, --around, --write and --writes");
    return STATUS_DONE;
}

static Status tell(const CommandLine *line)
{
    g_auto(Session) session = {0};
    g_autoptr(Scenario) scenario = NULL;
    Status status = session_open(&session, line);
    if (status == STATUS_DONE)
        status =
            session_load(&session, line->operands->pdata[0], (const char *const *)line->sets->pdata, NULL, &scenario);
    if (status != STATUS_DONE)
        return status;
    if (line->request)
        return tell_request(&session, scenario->world);
    if (line->write)
        return trace_write(&session, scenario->world);
    if (line->writes)
        return trace_writes(&session, scenario->world);
    return line->around ? tell_around(&session, scenario->world) : tell_events(&session, scenario->world);
}

static Status run(const CommandLine *line)
{
    Status status = check_questions(line);
    if (status != STATUS_DONE)
        return status;
    return line->diff ? trace_diff(line) : tell(line);
}

const Command command_trace = {
    .name = "trace",
    .operands = "FILE|A B",
    .completes = "scenario",
    .summary = "tell one request, write or moment of a run as a story, or where two runs part",
    .details = "With --request: one request of FILE as a tree of what took its time, which adds up to the nanosecond.  "
               "Requests are numbered from 1 as they are issued from the start of measurement on, over all clients "
               "unless --population names some; slowest and failed find one worth reading.  With --around: all that "
               "happens in a window of time, the first 1,000 lines unless --full.  With --write: the life of one "
               "acknowledged write, for whom it was made, when each replica had it, and what became of it; writes are "
               "numbered from 1 as they are acknowledged from the start of measurement on.  With --writes: all that "
               "were lost, overwritten, superseded, divergent or stranded, a line each, complete with --full.  "
               "With --diff: A and B are digest "
               "logs (mrsim run --digest-log); the runs are "
               "repeated up to where they part, and the first event that differs is shown with those around it.  "
               "Where another build wrote a log, --by-a or --by-b names the program that can repeat it; no program "
               "is started that is not named so.  The exit status is 0 when the logs agree, 1 when not.",
    .options = OPTIONS_ALWAYS | OPTION_BIT(REQUEST) | OPTION_BIT(AROUND) | OPTION_BIT(EVENTS) | OPTION_BIT(WRITE) |
               OPTION_BIT(WRITES) | OPTION_BIT(DIFF) | OPTION_BIT(POPULATION) | OPTION_BIT(WINDOW) | OPTION_BIT(SEED) |
               OPTION_BIT(REPLICATION) | OPTION_BIT(BY_A) | OPTION_BIT(BY_B) | OPTION_BIT(SET) | OPTION_BIT(FORMAT) |
               OPTION_BIT(FULL),
    .formats = (const char *const[]){"text", "jsonl", NULL},
    .fewest = 1,
    .most = 2,
    .run = run,
};
