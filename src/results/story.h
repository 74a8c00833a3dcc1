/* Story: one request of one replication, told as a tree of spans.
 *
 * A span is a stretch of simulated time in which somebody did one thing, or a group of such.  Those that are not
 * `beside` follow one another without a gap: the parts of a group add up to it to the nanosecond, and so all leaves to
 * the request.  `beside`: what went on at the same time but was not what the group waited for in the end; it is shown
 * and not added.  Notes have no duration: what an entity said at that instant, in its own words.
 *
 * Plain data, made by run/story.h, shown by report/report_story.c. */
#ifndef MRSIM_RESULTS_STORY_H
#define MRSIM_RESULTS_STORY_H
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { STORY_FORMAT = 1 }; /* "format_version" of the JSON Lines */

typedef enum {
    SPAN_GROUP,     /* a request, a call, an attempt: its parts add up to it */
    SPAN_NETWORK,   /* a message on its way */
    SPAN_LINE,      /* waits in a line until somebody is free to serve it */
    SPAN_WORK,      /* is served */
    SPAN_BACKOFF,   /* waits before another attempt */
    SPAN_HELD,      /* in a pipeline, not sent yet */
    SPAN_NO_ANSWER, /* waits for what will not come, until the patience ends */
    SPAN_WAIT,      /* at its callee for a reason that the call does not tell */
    SPAN_NOTE,
    N_SPAN_KINDS,
} SpanKind;
extern const char *const span_kind_names[N_SPAN_KINDS]; /* "call", "network", "line", ... */

/* What of the request a leaf belongs to: the innermost call that it is a part of. */
typedef enum {
    STEP_ITSELF, /* the request's own waiting: back-off */
    STEP_CONNECTION,
    STEP_LOOK_UP,
    STEP_PAGE,
    STEP_DATABASE,
    STEP_CHECK,
    STEP_REPLICATION,
    STEP_OTHER,
    N_STORY_STEPS,
} StoryStep;
extern const char *const story_step_names[N_STORY_STEPS]; /* "between attempts", "connection", ... */

typedef struct {
    guint id, parent; /* from 1, in order of telling; parent 0: none */
    guint depth;
    SpanKind kind;
    StoryStep step;
    bool beside; /* it, or what it is a part of */
    bool cut;    /* was still going on when whoever waited for it gave up, or the request ended */
    char *entity, *name;
    const char *outcome;           /* of a group: "ok", "timeout", ...; else "" */
    int64_t start_ns, duration_ns; /* since the request began */
} Span;

typedef struct {
    char *scenario, *population, *entity;
    char *what; /* in the entity's own words */
    uint64_t seed;
    guint replication;
    guint64 number;        /* of the request, counted from the start of measurement */
    int64_t begins_ns;     /* after the start of measurement */
    int64_t total_ns;      /* from its beginning to its end */
    const char *outcome;   /* "ok", "error", "in flight" */
    GPtrArray *spans;      /* Span, each before its parts; the first is the request */
    GPtrArray *afterwards; /* Span: what the request caused and did not wait for */
} Story;

Story *story_new(void);
void story_free(Story *story);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Story, story_free)
/* Takes over `name` and `entity`. (transfer none) */
Span *story_add(GPtrArray *spans, const Span *parent, SpanKind kind, StoryStep step, char *entity, char *name);

/* The time of all leaves that count, by kind and by step.  Each adds up to total_ns. */
typedef struct {
    int64_t by_kind[N_SPAN_KINDS], by_step[N_STORY_STEPS], total;
} StorySums;
StorySums story_sums(const Story *story);
/* NULL: every group is the sum of its parts, without gap or overlap, and all leaves are the request; else the span
 * that is not. */
const Span *story_flaw(const Story *story);
#endif
