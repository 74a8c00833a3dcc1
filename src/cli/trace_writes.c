#include "cli/trace_writes.h"
#include "cli/interrupt.h"
#include "run/write_story.h"
#include <inttypes.h>
#include <string.h>

enum { MOST_LINES = 1000 };

static bool in_json(const CommandLine *line)
{
    return strcmp(line->format, "jsonl") == 0;
}

static WriteWish wish_of(const CommandLine *line)
{
    return (WriteWish){.seed = line->seed, .replication = line->replication, .stop = interrupt_watch()};
}

static WriteKind kind_of(const char *name)
{
    WriteKind kind = WRITES_LOST;
    while (kind < WRITES_ALL && strcmp(write_kind_names[kind], name) != 0)
        kind++;
    return kind;
}

static Status interrupted(const char *what)
{
    terminal_complain("interrupted before %s", what);
    return interrupt_status(STATUS_BUG);
}

/* ---- one ---- */

static Status no_write(const CommandLine *line, guint64 n_writes)
{
    g_autofree char *which = line->write_number ? g_strdup_printf("there is no write %s", line->write)
                                                : g_strdup_printf("no write is %s", line->write);
    terminal_complain("%s: in replication %u of seed %" PRIu64 " %" PRIu64
                      " are acknowledged from the start of measurement on",
                      which, line->replication, line->seed, n_writes);
    return STATUS_MISUSE;
}

/* The number of the write that is meant; 0: there is none.  false: interrupted. */
static bool find_write(const CommandLine *line, const World *world, const WriteWish *wish, guint64 *number,
                       guint64 *n_writes)
{
    *number = line->write_number;
    if (*number)
        return true;
    g_autoptr(GArray) lines = writes_list(world, wish, kind_of(line->write), n_writes);
    if (lines && lines->len > 0)
        *number = g_array_index(lines, WriteLine, 0).number;
    return lines != NULL;
}

Status trace_write(const Session *session, const World *world)
{
    const CommandLine *line = session->line;
    guint64 number = 0, n_writes = 0;
    bool stopped = false;
    WriteWish wish = wish_of(line);
    g_autoptr(WriteStory) story = NULL;
    stopped = !find_write(line, world, &wish, &number, &n_writes);
    if (number)
        story = write_story(world, &wish, number, &n_writes, &stopped);
    if (!story)
        return stopped ? interrupted("the write had ended: there is no story") : no_write(line, n_writes);
    if (in_json(line))
        report_write_story_jsonl(stdout, story);
    else
        report_write_story_text(stdout, story, &session->look);
    return STATUS_DONE;
}

/* ---- a list ---- */

static void put_total(const Session *session, guint n_lines, guint n_shown, guint64 n_writes)
{
    const CommandLine *line = session->line;
    guint more = n_lines - n_shown;
    if (in_json(line)) {
        printf("{\"type\": \"total\", \"lines\": %u, \"left_out\": %u, \"acknowledged\": %" PRIu64 "}\n", n_lines, more,
               n_writes);
        return;
    }
    if (more)
        terminal_print(&session->look, "%u more lines; all of them: --full\n", more);
    if (kind_of(line->writes) == WRITES_ALL)
        terminal_print(&session->look, "%u writes were acknowledged.\n", n_lines);
    else
        terminal_print(&session->look, "%u of %" PRIu64 " acknowledged writes: %s.\n", n_lines, n_writes, line->writes);
}

Status trace_writes(const Session *session, const World *world)
{
    const CommandLine *line = session->line;
    guint64 n_writes = 0;
    WriteWish wish = wish_of(line);
    g_autoptr(GArray) lines = writes_list(world, &wish, kind_of(line->writes), &n_writes);
    if (!lines)
        return interrupted("all writes had ended");
    guint n_shown = line->full ? lines->len : MIN(lines->len, MOST_LINES);
    if (n_shown > 0 && !in_json(line))
        report_writes_head(stdout, &session->look);
    for (guint i = 0; i < n_shown; i++) {
        const WriteLine *one = &g_array_index(lines, WriteLine, i);
        if (in_json(line))
            report_write_jsonl(stdout, one);
        else
            report_write_text(stdout, one, &session->look);
    }
    put_total(session, lines->len, n_shown, n_writes);
    return STATUS_DONE;
}
