#include "run/tale.h"
#include <inttypes.h>
#include <string.h>

/* ---- activities ---- */

Activity *activity_add(Node *node, SpanKind kind, SimTime start, const char *name)
{
    Activity *activity = arena_one(node->tale->arena, Activity);
    *activity = (Activity){.kind = kind, .start = start, .end = OPEN, .cause = node->last, .name = name};
    g_ptr_array_add(node->activities, activity);
    return activity;
}

/* The call that it made last and that is not answered; NULL: none. */
static const Node *open_call(const Node *node)
{
    for (guint i = node->activities->len; i-- > 0;) {
        const Activity *activity = node->activities->pdata[i];
        if (activity->child && activity->end == OPEN)
            return activity->child;
    }
    return NULL;
}

/* Nothing of its own led here: somebody else's step made the call go on, or it has waited long enough for a call to try
 * something else as well. */
void node_wait_until(Node *node, SimTime now)
{
    SimTime reached = node->last ? node->last->end : node->start;
    if (reached == now)
        return;
    const Node *about = open_call(node);
    Activity *gap = activity_add(node, about ? SPAN_NO_ANSWER : SPAN_WAIT, reached, about ? "no answer yet" : "waits");
    gap->about = about;
    gap->end = now;
    node->last = gap;
}

Activity *activity_begin(Node *node, SpanKind kind, SimTime now, const char *name)
{
    node_wait_until(node, now);
    return activity_add(node, kind, now, name);
}

void own_begin(Node *node, SpanKind kind, SimTime now, const char *name)
{
    node->own = activity_begin(node, kind, now, name);
}

/* Whoever stood in a line for an answer that was asked for on his behalf waited for that question. */
static bool stood_beside(const Node *node, const Activity *line, SimTime now)
{
    const Activity *last = node->last;
    return line->kind == SPAN_LINE && last && last->child && last->start == line->start && last->end == now;
}

void activity_end(Node *node, Activity *activity, SimTime now)
{
    activity->end = now;
    if (node->own == activity)
        node->own = NULL;
    if (stood_beside(node, activity, now)) {
        activity->end = activity->start; /* nothing to tell */
        return;
    }
    if (!node->ended)
        node->last = activity;
}

void own_end(Node *node, SimTime now)
{
    if (node->own)
        activity_end(node, node->own, now);
}

void node_finish(Node *node, SimTime now, const char *outcome)
{
    node_wait_until(node, now);
    node->end = now;
    node->ended = true;
    node->outcome = outcome;
}

void node_cut(Node *node, SimTime now)
{
    Activity *first = NULL;
    for (guint i = 0; i < node->activities->len; i++) {
        Activity *activity = node->activities->pdata[i];
        if (activity->end != OPEN && activity->end <= now)
            continue;
        /* of an answer, the last work has its end from the beginning, and the way back begins there */
        activity->start = MIN(activity->start, now);
        activity->end = now;
        activity->cut = true;
        if (!first || activity == node->own)
            first = activity;
        if (activity->child && !activity->child->ended) {
            node_cut(activity->child, now);
            node_finish(activity->child, now, "");
        }
    }
    node->own = NULL;
    if (first && (!node->last || node->last->end != now))
        node->last = first;
}

/* ---- telling ---- */

static Span *tell_span(GPtrArray *spans, const Span *parent, const Node *node, const Activity *activity)
{
    Span *span = story_add(spans, parent, activity->kind, node->step, g_strdup(node->entity->name),
                           g_strconcat(activity->name, activity->lost ? ", lost" : NULL, NULL));
    span->start_ns = activity->start - node->tale->root->start;
    span->duration_ns = activity->end - activity->start;
    span->beside |= !activity->counted && activity->kind != SPAN_NOTE;
    span->cut = activity->cut && activity->kind != SPAN_NO_ANSWER;
    return span;
}

static void tell_parts(GPtrArray *spans, const Span *above, const Node *node);

static void tell_activity(GPtrArray *spans, const Span *above, const Node *node, const Activity *activity)
{
    const Node *child = activity->child;
    if (activity->kind != SPAN_GROUP && activity->kind != SPAN_NOTE && activity->end == activity->start)
        return;
    const Node *of = child ? child : activity->about ? activity->about : node;
    Span *span = tell_span(spans, above, of, activity);
    if (!child)
        return;
    span->duration_ns = child->end - child->start;
    span->outcome = child->outcome;
    tell_parts(spans, span, child);
}

/* From one back-off to the next. */
static Span *tell_attempt(GPtrArray *spans, const Span *above, const Node *node, guint from, guint number)
{
    SimTime start = node->start, until = node->end;
    for (guint i = 0; i < node->activities->len; i++) {
        const Activity *activity = node->activities->pdata[i];
        if (activity->kind != SPAN_BACKOFF)
            continue;
        if (i < from)
            start = activity->end;
        else {
            until = activity->start;
            break;
        }
    }
    Span *span = story_add(spans, above, SPAN_GROUP, STEP_ITSELF, g_strdup(node->entity->name),
                           g_strdup_printf("attempt %u", number));
    span->start_ns = start - node->tale->root->start;
    span->duration_ns = until - start;
    return span;
}

static void tell_parts(GPtrArray *spans, const Span *above, const Node *node)
{
    guint attempt = 1;
    for (Activity *activity = node->last; activity; activity = activity->cause)
        activity->counted = true;
    const Span *group = node->backed_off ? tell_attempt(spans, above, node, 0, attempt) : above;
    for (guint i = 0; i < node->activities->len; i++) {
        const Activity *activity = node->activities->pdata[i];
        bool backs_off = activity->kind == SPAN_BACKOFF;
        tell_activity(spans, backs_off ? above : group, node, activity);
        if (backs_off && i + 1 < node->activities->len)
            group = tell_attempt(spans, above, node, i + 1, ++attempt);
    }
}

Story *tale_story(const Tale *tale, const Sim *sim)
{
    const Node *root = tale->root;
    Story *story = story_new();
    story->scenario = g_strdup(sim->world->name);
    story->population = g_strdup(root->entity->thing->name);
    story->entity = g_strdup(root->entity->name);
    story->what = g_strdup(tale->what);
    story->seed = tale->seed;
    story->replication = tale->replication;
    story->number = tale->number;
    story->begins_ns = root->start - sim->measured_from;
    story->total_ns = root->end - root->start;
    story->outcome = root->outcome;
    Span *request = story_add(story->spans, NULL, SPAN_GROUP, STEP_ITSELF, g_strdup(root->entity->name),
                              g_strdup_printf("request %" PRIu64, tale->number));
    request->duration_ns = story->total_ns;
    request->outcome = root->outcome;
    tell_parts(story->spans, request, root);
    for (guint i = 0; i < tale->ships->len; i++) {
        const Node *ship = tale->ships->pdata[i];
        Span *span = story_add(story->afterwards, NULL, SPAN_GROUP, ship->step, g_strdup(ship->entity->name),
                               g_strdup(ship->name));
        span->start_ns = ship->start - root->start;
        span->duration_ns = ship->end - ship->start;
        span->outcome = ship->outcome;
        tell_parts(story->afterwards, span, ship);
    }
    return story;
}

void tale_free(gpointer data)
{
    Tale *tale = data;
    for (guint i = 0; i < tale->nodes->len; i++)
        g_ptr_array_unref(((Node *)tale->nodes->pdata[i])->activities);
    g_ptr_array_unref(tale->nodes);
    g_ptr_array_unref(tale->ships);
    arena_free(tale->arena);
}
