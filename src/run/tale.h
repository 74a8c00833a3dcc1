/* Tale: a request while it is followed: what each of its calls did and waited for, until it can be told as a story.
 *
 * A node is a call, or the request itself; its activities are the stretches between its beginning and its end.  Each
 * knows which one had just ended when it began, so the way back from the last one is what the node waited for; the
 * others went on beside. */
#ifndef MRSIM_RUN_TALE_H
#define MRSIM_RUN_TALE_H
#include "base/arena.h"
#include "model/sim.h"
#include "results/story.h"

typedef struct Activity Activity;
typedef struct Node Node;
typedef struct Tale Tale;

enum { OPEN = -1 }; /* an instant that has not come */

struct Activity {
    SpanKind kind; /* SPAN_GROUP: a call that was made */
    SimTime start, end;
    Activity *cause;   /* what had just ended when it began; NULL: it is the first */
    Node *child;       /* of a call */
    const Node *about; /* the call that was waited for before something else was tried beside it; NULL: none */
    const char *name;
    bool cut, lost, counted;
};

/* A call, or the request itself. */
struct Node {
    Tale *tale;
    Node *parent;
    Activity *part; /* of the parent */
    const Entity *entity;
    const Entity *voice; /* who acted for it last: a user who is away does so from where he is */
    const char *name, *outcome;
    StoryStep step;
    SimTime start, end;
    bool answered, ended, backed_off;
    GPtrArray *activities; /* in the order of their beginning */
    Activity *last;        /* the one that ended last */
    Activity *own;         /* open, other than a call that was made */
    uint32_t item;         /* of a write of a store: */
    SimTime committed;     /* its stamp; OPEN: not yet, or no write */
    bool is_write;
};

struct Tale {
    Arena *arena;
    uint64_t seed;
    guint replication;
    guint64 number;
    uint64_t key;
    const char *what;
    Node *root;
    GPtrArray *nodes; /* of all its calls */
    GPtrArray *ships; /* Node *: changes on their way to other replicas */
    guint n_under_way;
};

Activity *activity_add(Node *node, SpanKind kind, SimTime start, const char *name);
/* What passed since the last activity, if anything did, is told as waiting. */
void node_wait_until(Node *node, SimTime now);
Activity *activity_begin(Node *node, SpanKind kind, SimTime now, const char *name);
void activity_end(Node *node, Activity *activity, SimTime now);
/* What the node does itself, one thing at a time; ending it does nothing when there is none. */
void own_begin(Node *node, SpanKind kind, SimTime now, const char *name);
void own_end(Node *node, SimTime now);
/* Whatever is still open ends here, unfinished, and the calls that were made with it. */
void node_cut(Node *node, SimTime now);
void node_finish(Node *node, SimTime now, const char *outcome);

Story *tale_story(const Tale *tale, const Sim *sim);
void tale_free(gpointer tale);
#endif
