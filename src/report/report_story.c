/* The story of a request: for people as a tree with instants and durations, for programs as JSON Lines. */
#include "report/amount.h"
#include "report/json.h"
#include "report/page.h"
#include "report/report.h"
#include "report/tokens.h"
#include <inttypes.h>
#include <string.h>

enum { START_END = 11, DURATION_END = 23, TREE_COLUMN = 25, INDENT = 2 };

/* The unit that all times of a story are shown in, by its length. */
typedef struct {
    const char *name;
    int64_t ns;   /* of one */
    int decimals; /* in the tree; the sums have all of them */
} Unit;

static Unit unit_for(int64_t total_ns)
{
    static const Unit s = {"s", 1000000000, 6}, ms = {"ms", 1000000, 3}, us = {"us", 1000, 3};
    return total_ns >= 10 * s.ns ? s : total_ns >= 10 * us.ns ? ms : us;
}

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;
    for (int i = 0; i < exponent; i++)
        power *= 10;
    return power;
}

/* In whole steps of the last decimal shown, rounded half up. */
static int64_t steps_of(int64_t ns, int64_t step)
{
    return (ns >= 0 ? ns + step / 2 : ns - (step - 1) / 2) / step;
}

static char *fixed(int64_t steps, int decimals, const char *unit)
{
    int64_t one = power_of_ten(decimals), size = ABS(steps);
    return g_strdup_printf("%s%" PRId64 ".%0*" PRId64 " %s", steps < 0 ? "-" : "", size / one, decimals, size % one,
                           unit);
}

/* Instants are rounded, durations are differences of rounded instants: what is shown adds up too. */
static void put_times(Page *page, Unit unit, const Span *span)
{
    int64_t step = unit.ns / power_of_ten(unit.decimals);
    int64_t from = steps_of(span->start_ns, step), to = steps_of(span->start_ns + span->duration_ns, step);
    g_autofree char *start = fixed(from, unit.decimals, unit.name),
                    *length = fixed(to - from, unit.decimals, unit.name);
    page_right(page, START_END, start);
    if (span->kind != SPAN_NOTE)
        page_right(page, DURATION_END, length);
}

static void put_span(Page *page, Unit unit, const Span *span)
{
    static const char *const at[N_STORY_STEPS] = {
        [STEP_CONNECTION] = "to", [STEP_LOOK_UP] = "at", [STEP_PAGE] = "at",        [STEP_DATABASE] = "at",
        [STEP_CHECK] = "of",      [STEP_OTHER] = "to",   [STEP_REPLICATION] = "to",
    };
    guint column = TREE_COLUMN + INDENT * span->depth;
    bool is_note = span->kind == SPAN_NOTE, failed = *span->outcome && strcmp(span->outcome, "ok") != 0;
    if (is_note || span->beside)
        page_style(page, STYLE_FAINT);
    else if (failed || span->kind == SPAN_NO_ANSWER)
        page_style(page, STYLE_BAD);
    put_times(page, unit, span);
    page_at(page, column);
    g_autoptr(GString) text = g_string_new(is_note ? "· " : span->beside ? "beside: " : "");
    g_string_append(text, span->name);
    if (span->kind == SPAN_GROUP && at[span->step])
        g_string_append_printf(text, " %s %s", at[span->step], span->entity);
    if (failed)
        g_string_append_printf(text, ": %s", span->outcome);
    if (span->cut)
        g_string_append(text, ", unfinished");
    page_wrap(page, column + INDENT, text->str);
}

/* Parts of what ran beside are shown with --full. */
static void put_spans(Page *page, Unit unit, const GPtrArray *spans)
{
    const Span *hidden = NULL;
    for (guint i = 0; i < spans->len; i++) {
        const Span *span = spans->pdata[i];
        if (hidden && span->depth > hidden->depth)
            continue;
        hidden = span->beside && !page->look->full ? span : NULL;
        put_span(page, unit, span);
    }
}

/* ---- sums ---- */

enum { KIND_END = 32, KIND_SHARE_END = 40, STEP_COLUMN = 42, STEP_END = 72, STEP_SHARE_END = 80 };

typedef struct {
    const char *name;
    int64_t ns;
} Sum;

static void put_sum(Page *page, Unit unit, const Sum *sum, int64_t total, guint column, guint end, guint share_end)
{
    int decimals = unit.ns == 1000 ? 3 : unit.ns == 1000000 ? 6 : 9;
    char share[AMOUNT_SIZE];
    g_autofree char *time = fixed(sum->ns, decimals, unit.name);
    if (column)
        page_at(page, column);
    page_put(page, sum->name);
    page_right(page, end, time);
    g_ascii_formatd(share, sizeof share, "%.1f", total ? 100 * (double)sum->ns / (double)total : 100);
    g_strlcat(share, " %", sizeof share);
    page_right(page, share_end, share);
}

static guint positive(const int64_t *ns, const char *const *names, guint n, Sum *sums)
{
    guint found = 0;
    for (guint i = 0; i < n; i++)
        if (ns[i] > 0)
            sums[found++] = (Sum){names[i], ns[i]};
    return found;
}

static void put_sums(Page *page, Unit unit, const Story *story)
{
    StorySums sums = story_sums(story);
    Sum kind[N_SPAN_KINDS], step[N_STORY_STEPS];
    guint n_kinds = positive(sums.by_kind, span_kind_names, N_SPAN_KINDS, kind);
    guint n_steps = positive(sums.by_step, story_step_names, N_STORY_STEPS, step);
    page_line(page);
    page_style(page, STYLE_BOLD);
    page_put(page, "WHAT TOOK THE TIME");
    page_at(page, STEP_COLUMN);
    page_put(page, "FOR WHAT");
    page_line(page);
    for (guint i = 0; i < MAX(n_kinds, n_steps); i++) {
        if (i < n_kinds)
            put_sum(page, unit, &kind[i], sums.total, 0, KIND_END, KIND_SHARE_END);
        if (i < n_steps)
            put_sum(page, unit, &step[i], sums.total, STEP_COLUMN, STEP_END, STEP_SHARE_END);
        page_line(page);
    }
    Sum all = {"in all", sums.total};
    put_sum(page, unit, &all, sums.total, 0, KIND_END, KIND_SHARE_END);
    put_sum(page, unit, &all, sums.total, STEP_COLUMN, STEP_END, STEP_SHARE_END);
    page_line(page);
}

static void put_head(Page *page, const Story *story)
{
    g_autofree char *begins = fixed(story->begins_ns, 9, "s"), *total = fixed(story->total_ns, 6, "ms");
    char clock[AMOUNT_SIZE];
    page_style(page, STYLE_BOLD);
    page_print(page, "Request %" PRIu64 ": %s", story->number, *story->what ? story->what : story->entity);
    page_line(page);
    page_print(page, "%s, seed %" PRIu64 ", replication %u", story->scenario, story->seed, story->replication);
    page_line(page);
    double seconds = (double)(story->begins_ns / 1000000000);
    page_print(page, "Issued by %s at %s (%s)", story->entity, amount_clock(seconds, clock), begins);
    page_line(page);
    bool ok = strcmp(story->outcome, "ok") == 0, open = strcmp(story->outcome, "in flight") == 0;
    page_style(page, ok ? STYLE_GOOD : STYLE_BAD);
    page_print(page, "%s after %s", ok ? "Answered" : open ? "Not answered when the run ended," : "Failed", total);
    page_line(page);
    page_line(page);
}

void report_story_text(FILE *out, const Story *story, const ReportLook *look)
{
    Page page;
    Unit unit = unit_for(story->total_ns);
    page_open(&page, out, look);
    if (!look->quiet)
        put_head(&page, story);
    put_spans(&page, unit, story->spans);
    put_sums(&page, unit, story);
    if (story->afterwards->len) {
        page_line(&page);
        page_style(&page, STYLE_BOLD);
        page_put(&page, "AFTERWARDS");
        page_line(&page);
        put_spans(&page, unit, story->afterwards);
    }
    page_close(&page);
}

/* ---- JSON Lines ---- */

static void whole_member(GString *line, const char *key, int64_t value)
{
    g_string_append_printf(line, "\"%s\": %" PRId64 ", ", key, value);
}

static void end_line(GString *line, FILE *out)
{
    g_string_truncate(line, line->len - strlen(", "));
    g_string_append(line, "}\n");
    fwrite(line->str, 1, line->len, out);
    g_string_assign(line, "{");
}

static void span_lines(FILE *out, const GPtrArray *spans, const char *type, guint first_id)
{
    g_autoptr(GString) line = g_string_new("{");
    for (guint i = 0; i < spans->len; i++) {
        const Span *span = spans->pdata[i];
        json_text_member(line, "type", type);
        whole_member(line, "id", span->id + first_id);
        g_string_append(line, "\"parent\": ");
        if (span->parent)
            g_string_append_printf(line, "%u, ", span->parent + first_id);
        else
            g_string_append(line, "null, ");
        json_text_member(line, "entity", span->entity);
        json_text_member(line, "name", span->name);
        json_text_member(line, "kind", span_kind_names[span->kind]);
        json_text_member(line, "step", story_step_names[span->step]);
        whole_member(line, "start_ns", span->start_ns);
        whole_member(line, "duration_ns", span->duration_ns);
        json_text_member(line, "outcome", span->outcome);
        g_string_append_printf(line, "\"beside\": %s, ", span->beside ? "true" : "false");
        g_string_append_printf(line, "\"unfinished\": %s, ", span->cut ? "true" : "false");
        end_line(line, out);
    }
}

void report_story_jsonl(FILE *out, const Story *story)
{
    StorySums sums = story_sums(story);
    g_autoptr(GString) line = g_string_new("{");
    span_lines(out, story->spans, "span", 0);
    span_lines(out, story->afterwards, "afterwards", story->spans->len);
    json_text_member(line, "type", "total");
    whole_member(line, "format_version", STORY_FORMAT);
    json_text_member(line, "scenario", story->scenario);
    json_text_member(line, "population", story->population);
    g_string_append_printf(line, "\"seed\": %" PRIu64 ", ", story->seed);
    whole_member(line, "replication", story->replication);
    whole_member(line, "request", (int64_t)story->number);
    whole_member(line, "begins_ns", story->begins_ns);
    whole_member(line, "duration_ns", story->total_ns);
    json_text_member(line, "outcome", story->outcome);
    for (guint i = 0; i < N_SPAN_KINDS; i++) {
        if (i == SPAN_GROUP || i == SPAN_NOTE)
            continue;
        g_autofree char *key = g_strdelimit(g_strconcat(span_kind_names[i], "_ns", NULL), " -", '_');
        whole_member(line, key, sums.by_kind[i]);
    }
    end_line(line, out);
}
