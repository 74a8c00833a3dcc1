/* Writes: a list of what became of them, and the life of one. */
#include "report/amount.h"
#include "report/json.h"
#include "report/page.h"
#include "report/report.h"
#include <inttypes.h>
#include <string.h>

enum { NUMBER_END = 9, ITEM_END = 20, WHERE_COLUMN = 22, INSTANT_END = 58, FATE_COLUMN = 60, MOST_MARKS = 40 };
enum { MARK_END = 20, DURATION_END = 36, MARK_COLUMN = 38 };

static char *instant_text(int64_t ns)
{
    int64_t size = ABS(ns);
    return g_strdup_printf("%s%" PRId64 ".%09" PRId64 " s", ns < 0 ? "-" : "", size / 1000000000, size % 1000000000);
}

static bool is_fate(const WriteLine *line, const char *fate)
{
    return strcmp(line->fate, fate) == 0;
}

/* ---- a list ---- */

/* "overwritten by 45" (transfer full) */
static char *fate_words(const WriteLine *line)
{
    if (line->by)
        return g_strdup_printf("%s by %" PRIu64, line->fate, line->by);
    return g_strconcat(line->fate, line->divergent ? ", divergent" : "", NULL);
}

void report_writes_head(FILE *out, const ReportLook *look)
{
    Page page;
    page_open(&page, out, look);
    page_style(&page, STYLE_FAINT);
    page_right(&page, NUMBER_END, "write");
    page_right(&page, ITEM_END, "item");
    page_at(&page, WHERE_COLUMN);
    page_put(&page, "made at");
    page_right(&page, INSTANT_END, "acknowledged");
    page_at(&page, FATE_COLUMN);
    page_put(&page, "what became of it");
    page_line(&page);
    page_close(&page);
}

void report_write_text(FILE *out, const WriteLine *line, const ReportLook *look)
{
    Page page;
    g_autofree char *number = g_strdup_printf("%" PRIu64, line->number), *item = g_strdup_printf("%u", line->item),
                    *where = g_strdup_printf("%s@%s", line->database, line->region),
                    *instant = instant_text(line->acknowledged_ns), *fate = fate_words(line);
    page_open(&page, out, look);
    page_right(&page, NUMBER_END, number);
    page_right(&page, ITEM_END, item);
    page_at(&page, WHERE_COLUMN);
    page_put(&page, where);
    page_right(&page, INSTANT_END, instant);
    page_at(&page, FATE_COLUMN);
    page_wrap(&page, FATE_COLUMN, fate);
    page_close(&page);
}

static void add_line(GString *text, const WriteLine *line)
{
    g_string_append_printf(text, "\"write\": %" PRIu64 ", ", line->number);
    json_text_member(text, "database", line->database);
    g_string_append_printf(text, "\"item\": %u, ", line->item);
    json_text_member(text, "region", line->region);
    g_string_append_printf(text, "\"acknowledged_ns\": %" PRId64 ", \"stamp_ns\": %" PRId64 ", ", line->acknowledged_ns,
                           line->stamp_ns);
    json_text_member(text, "fate", line->fate);
    g_string_append_printf(text, "\"ended_ns\": %" PRId64 ", ", line->ended_ns);
    json_text_member(text, "ended_where", line->ended_where);
    g_string_append_printf(text, "\"divergent\": %s, \"waited\": %s, \"by\": %" PRIu64 ", ",
                           line->divergent ? "true" : "false", line->waited ? "true" : "false", line->by);
    json_text_member(text, "by_region", line->by_region);
    g_string_append_printf(text, "\"by_stamp_ns\": %" PRId64 ", ", line->by_stamp_ns);
}

static void put_object(FILE *out, GString *text)
{
    g_string_truncate(text, text->len - strlen(", "));
    g_string_append(text, "}\n");
    fwrite(text->str, 1, text->len, out);
    g_string_assign(text, "{");
}

void report_write_jsonl(FILE *out, const WriteLine *line)
{
    g_autoptr(GString) text = g_string_new("{");
    json_text_member(text, "type", "write");
    add_line(text, line);
    put_object(out, text);
}

/* ---- one write ---- */

/* "write 45 of eu-central-1, stamped 30.000000000 s" (transfer full) */
static char *winner_words(const WriteLine *line)
{
    g_autofree char *stamp = instant_text(line->by_stamp_ns);
    if (!line->by)
        return g_strdup_printf("a write of %s that is not counted, stamped %s", line->by_region, stamp);
    return g_strdup_printf("write %" PRIu64 " of %s, stamped %s", line->by, line->by_region, stamp);
}

/* (transfer full) */
static char *verdict_words(const WriteLine *line)
{
    if (is_fate(line, "durable"))
        return g_strdup("Durable: every replica has it");
    if (is_fate(line, "stranded"))
        return g_strdup_printf("Stranded: %s is gone at the end of the run, and nobody else can bring it on",
                               line->region);
    if (is_fate(line, "in flight"))
        return g_strdup("In flight: on its way at the end of the run");
    if (is_fate(line, "partial"))
        return g_strdup("Partial: a replica lacks it, and nothing brings it there");
    g_autofree char *ended = instant_text(line->ended_ns), *winner = winner_words(line);
    if (line->divergent)
        return g_strdup_printf("Lost: %s was no writer any more and did not know; %s was", line->region,
                               line->ended_where);
    if (is_fate(line, "lost"))
        return g_strdup_printf("Lost: %s became the writer at %s and had not received it", line->ended_where, ended);
    return is_fate(line, "superseded") ? g_strdup_printf("Superseded by %s, which knew it", winner)
                                       : g_strdup_printf("Overwritten by %s, which did not know it", winner);
}

static bool is_bad(const WriteLine *line)
{
    return is_fate(line, "lost") || is_fate(line, "overwritten");
}

static void put_head(Page *page, const WriteStory *story)
{
    const WriteLine *line = &story->line;
    char clock[AMOUNT_SIZE];
    g_autofree char *instant = instant_text(line->acknowledged_ns), *verdict = verdict_words(line);
    page_style(page, STYLE_BOLD);
    page_print(page, "Write %" PRIu64 ": item %u of %s@%s", line->number, line->item, line->database, line->region);
    page_line(page);
    page_print(page, "%s, seed %" PRIu64 ", replication %u", story->scenario, story->seed, story->replication);
    page_line(page);
    g_autoptr(GString) asked = g_string_new(NULL);
    if (story->request)
        g_string_append_printf(asked, "For request %" PRIu64 " of %s: %s", story->request, story->asker, story->what);
    else
        g_string_append(asked, "For no request that is counted");
    page_wrap(page, 0, asked->str);
    page_print(page, "Acknowledged at %s (%s)", amount_clock((double)(line->acknowledged_ns / 1000000000), clock),
               instant);
    page_line(page);
    if (line->stamp_ns != line->acknowledged_ns) {
        g_autofree char *stamp = instant_text(line->stamp_ns);
        page_print(page, "Stamped %s", stamp);
        page_line(page);
    }
    page_style(page, is_bad(line) ? STYLE_BAD : STYLE_GOOD);
    page_wrap(page, 0, verdict);
    page_line(page);
}

/* (transfer full) */
static char *end_words(const WriteLine *line)
{
    if (is_fate(line, "lost"))
        return g_strdup_printf("lost: %s is the writer and does not have it", line->ended_where);
    bool settled = is_fate(line, "durable") || is_fate(line, "superseded") || is_fate(line, "overwritten");
    return g_strdup_printf(settled ? "every replica has it: %s" : "the run ends: %s", line->fate);
}

/* (transfer full) */
static char *mark_words(const WriteStory *story, const WriteMark *mark)
{
    static const struct {
        const char *what, *before, *behind;
    } words[] = {
        {"acknowledged", "acknowledged at ", ""},
        {"held", "held back for ", ""},
        {"sent", "sent to ", ""},
        {"lost", "lost on its way to ", ""},
        {"not sent", "not sent to ", ": its sender is gone"},
        {"received", "received at ", ", and not to be seen yet"},
        {"seen", "to be seen at ", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].what, mark->what) == 0)
            return g_strconcat(words[i].before, mark->where, words[i].behind, NULL);
    if (strcmp(mark->what, "ended") == 0)
        return end_words(&story->line);
    if (!mark->by)
        return g_strdup_printf("%s by one of %s that is not counted", mark->what, mark->where);
    return g_strdup_printf("%s by write %" PRIu64 " of %s", mark->what, mark->by, mark->where);
}

static void put_mark(Page *page, const WriteStory *story, const WriteMark *mark)
{
    g_autofree char *instant = instant_text(mark->at_ns), *words = mark_words(story, mark);
    page_right(page, MARK_END, instant);
    if (mark->duration_ns > 0) {
        g_autofree char *duration = g_strdup_printf("%.3f ms", (double)mark->duration_ns / 1e6);
        page_right(page, DURATION_END, duration);
    }
    page_at(page, MARK_COLUMN);
    page_wrap(page, MARK_COLUMN + 2, words);
}

void report_write_story_text(FILE *out, const WriteStory *story, const ReportLook *look)
{
    Page page;
    page_open(&page, out, look);
    if (!look->quiet)
        put_head(&page, story);
    guint n = story->marks->len, most = look->full ? n : MOST_MARKS;
    for (guint i = 0; i < n; i++) {
        if (i + 1 == most && n > most) {
            page_at(&page, MARK_COLUMN);
            page_print(&page, "… %u more: --full", n - most);
            page_line(&page);
            i = n - 1; /* the last tells its end */
        }
        put_mark(&page, story, &g_array_index(story->marks, WriteMark, i));
    }
    page_close(&page);
}

void report_write_story_jsonl(FILE *out, const WriteStory *story)
{
    g_autoptr(GString) text = g_string_new("{");
    for (guint i = 0; i < story->marks->len; i++) {
        const WriteMark *mark = &g_array_index(story->marks, WriteMark, i);
        json_text_member(text, "type", "mark");
        g_string_append_printf(text, "\"at_ns\": %" PRId64 ", \"duration_ns\": %" PRId64 ", ", mark->at_ns,
                               mark->duration_ns);
        json_text_member(text, "what", mark->what);
        json_text_member(text, "where", mark->where);
        g_string_append_printf(text, "\"by\": %" PRIu64 ", ", mark->by);
        put_object(out, text);
    }
    json_text_member(text, "type", "total");
    json_text_member(text, "scenario", story->scenario);
    g_string_append_printf(text, "\"seed\": %" PRIu64 ", \"replication\": %u, ", story->seed, story->replication);
    add_line(text, &story->line);
    g_string_append_printf(text, "\"request\": %" PRIu64 ", ", story->request);
    json_text_member(text, "asker", story->asker);
    json_text_member(text, "request_words", story->what);
    put_object(out, text);
}
