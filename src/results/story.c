#include "results/story.h"

const char *const span_kind_names[N_SPAN_KINDS] = {"call", "network",   "line", "work", "back-off",
                                                   "held", "no answer", "wait", "note"};
const char *const story_step_names[N_STORY_STEPS] = {"between attempts", "connection",   "look-up",     "page",
                                                     "database",         "health check", "replication", "other"};

static void span_free(gpointer data)
{
    Span *span = data;
    g_free(span->entity);
    g_free(span->name);
    g_free(span);
}

Story *story_new(void)
{
    Story *story = g_new0(Story, 1);
    story->outcome = "";
    story->spans = g_ptr_array_new_with_free_func(span_free);
    story->afterwards = g_ptr_array_new_with_free_func(span_free);
    return story;
}

void story_free(Story *story)
{
    g_free(story->scenario);
    g_free(story->population);
    g_free(story->entity);
    g_free(story->what);
    g_ptr_array_unref(story->spans);
    g_ptr_array_unref(story->afterwards);
    g_free(story);
}

Span *story_add(GPtrArray *spans, const Span *parent, SpanKind kind, StoryStep step, char *entity, char *name)
{
    Span *span = g_new0(Span, 1);
    *span = (Span){.id = spans->len + 1, .kind = kind, .step = step, .entity = entity, .name = name, .outcome = ""};
    if (parent) {
        span->parent = parent->id;
        span->depth = parent->depth + 1;
        span->beside = parent->beside;
    }
    g_ptr_array_add(spans, span);
    return span;
}

StorySums story_sums(const Story *story)
{
    StorySums sums = {0};
    for (guint i = 0; i < story->spans->len; i++) {
        const Span *span = story->spans->pdata[i];
        if (span->kind == SPAN_GROUP || span->kind == SPAN_NOTE || span->beside)
            continue;
        sums.by_kind[span->kind] += span->duration_ns;
        sums.by_step[span->step] += span->duration_ns;
        sums.total += span->duration_ns;
    }
    return sums;
}

/* Do the parts of a group follow one another from its beginning to its end? */
static bool is_whole(const Story *story, const Span *group)
{
    int64_t reached = group->start_ns;
    bool any = false;
    for (guint i = group->id; i < story->spans->len; i++) {
        const Span *part = story->spans->pdata[i];
        if (part->depth <= group->depth)
            break;
        if (part->parent != group->id || part->kind == SPAN_NOTE || part->beside)
            continue;
        if (part->start_ns != reached || part->duration_ns < 0)
            return false;
        reached += part->duration_ns;
        any = true;
    }
    return reached == group->start_ns + group->duration_ns || (!any && group->duration_ns == 0);
}

const Span *story_flaw(const Story *story)
{
    for (guint i = 0; i < story->spans->len; i++) {
        const Span *span = story->spans->pdata[i];
        if (span->kind == SPAN_GROUP && !span->beside && !is_whole(story, span))
            return span;
    }
    const Span *request = story->spans->pdata[0];
    bool all = story_sums(story).total == story->total_ns && request->duration_ns == story->total_ns;
    return all ? NULL : request;
}
