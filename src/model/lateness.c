#include "model/lateness.h"
#include "base/check.h"
#include "base/poison.h"

enum { MOST_SPANS = 1024 };

typedef struct {
    SimTime from, until;
} Span;

void lateness_init(Lateness *lateness, SimTime bound, SimTime from, SimTime until)
{
    *lateness = (Lateness){
        .bound = bound, .from = from, .until = until, .spans = g_array_sized_new(FALSE, FALSE, sizeof(Span), 16)};
}

void lateness_clear(Lateness *lateness)
{
    g_array_free(lateness->spans, TRUE);
}

static Span *last_of(const Lateness *lateness)
{
    return &g_array_index(lateness->spans, Span, lateness->spans->len - 1);
}

static void forget_oldest(Lateness *lateness)
{
    guint n = MOST_SPANS / 2;
    for (guint i = 0; i < n; i++) {
        const Span *span = &g_array_index(lateness->spans, Span, i);
        lateness->forgotten += span->until - span->from;
    }
    g_array_remove_range(lateness->spans, 0, n);
}

void lateness_note(Lateness *lateness, SimTime acknowledged, SimTime now)
{
    Span span = {MAX(acknowledged + lateness->bound, lateness->from), MIN(now, lateness->until)};
    if (span.until <= span.from)
        return;
    CHECK(lateness->spans->len == 0 || last_of(lateness)->until <= span.until);
    while (lateness->spans->len > 0 && last_of(lateness)->until >= span.from) {
        span.from = MIN(span.from, last_of(lateness)->from);
        g_array_set_size(lateness->spans, lateness->spans->len - 1);
    }
    if (lateness->spans->len == MOST_SPANS)
        forget_oldest(lateness);
    g_array_append_val(lateness->spans, span);
}

Lateness *lateness_row(Arena *arena, guint n, SimTime bound, SimTime from, SimTime until)
{
    Lateness *row = arena_many(arena, Lateness, n);
    for (guint i = 0; i < n; i++)
        lateness_init(&row[i], bound, from, until);
    return row;
}

void lateness_row_clear(Lateness *row, guint n)
{
    for (guint i = 0; row && i < n; i++)
        lateness_clear(&row[i]);
}

void lateness_row_note(Lateness *row, guint64 which, SimTime acknowledged, SimTime now)
{
    for (guint i = 0; which > 0; i++, which >>= 1)
        if (which & 1)
            lateness_note(&row[i], acknowledged, now);
}

SimTime lateness_sum(const Lateness *lateness)
{
    SimTime sum = lateness->forgotten;
    for (guint i = 0; i < lateness->spans->len; i++) {
        const Span *span = &g_array_index(lateness->spans, Span, i);
        sum += span->until - span->from;
    }
    return sum;
}
