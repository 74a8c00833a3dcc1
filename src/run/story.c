#include "run/story.h"
#include "base/check.h"
#include "model/watcher.h"
#include "run/followed.h"
#include <inttypes.h>
#include <string.h>

typedef struct Activity Activity;
typedef struct Node Node;
typedef struct Tale Tale;

enum { OPEN = -1 };

struct Activity {
    SpanKind kind; /* SPAN_GROUP: a call that was made */
    SimTime start, end;
    Activity *cause; /* what had just ended when it began; NULL: it is the first */
    Node *child;     /* of a call */
    const char *name;
    bool cut, lost, counted;
};

/* A call, or the request itself. */
struct Node {
    Tale *tale;
    Node *parent;
    Activity *part; /* of the parent */
    const Entity *entity;
    const char *name, *outcome;
    StoryStep step;
    SimTime start, end;
    bool answered, ended, backed_off;
    GPtrArray *activities; /* in the order of their beginning */
    Activity *last;        /* the one that ended last */
    Activity *own;         /* open, other than a call that was made */
    uint32_t item;         /* of a write of a store: */
    SimTime committed;     /* OPEN: not yet, or no write */
    bool is_write;
};

struct Tale {
    Arena *arena;
    guint64 number;
    uint64_t key;
    const char *what;
    Node *root;
    GPtrArray *nodes; /* of all its calls */
    GPtrArray *ships; /* Node *: changes on their way to other replicas */
    guint n_under_way;
};

/* Which node the record of a call belongs to. */
typedef struct {
    Node *node;
    uint32_t generation;
    bool is_round; /* a root call that the callee began in order to answer: its calls are those of the node */
} Record;

typedef struct {
    const StoryWish *wish;
    StorySink sink;
    void *whose;
    Sim *sim;
    GHashTable *followed; /* id of a call + 1 -> Record */
    GPtrArray *tales;     /* not yet told */
    Node *current;        /* whose step this is */
    Requests *requests;
    GString *said;   /* the last line of this event */
    bool skips_line; /* the next line says what the moment has said */
    guint64 n_requests, n_told;
    int stop;
} Teller;

/* ---- activities ---- */

static Activity *add_activity(Node *node, SpanKind kind, SimTime start, const char *name)
{
    Activity *activity = arena_one(node->tale->arena, Activity);
    *activity = (Activity){.kind = kind, .start = start, .end = OPEN, .cause = node->last, .name = name};
    g_ptr_array_add(node->activities, activity);
    return activity;
}

/* Nothing of its own led here: somebody else's step made the call go on. */
static void fill_gap(Node *node, SimTime now)
{
    SimTime reached = node->last ? node->last->end : node->start;
    if (reached == now)
        return;
    Activity *gap = add_activity(node, SPAN_WAIT, reached, "waits");
    gap->end = now;
    node->last = gap;
}

static Activity *begin(Node *node, SpanKind kind, SimTime now, const char *name)
{
    fill_gap(node, now);
    return add_activity(node, kind, now, name);
}

static void begin_own(Node *node, SpanKind kind, SimTime now, const char *name)
{
    node->own = begin(node, kind, now, name);
}

static void end(Node *node, Activity *activity, SimTime now)
{
    activity->end = now;
    if (node->own == activity)
        node->own = NULL;
    if (!node->ended)
        node->last = activity;
}

static void end_own(Node *node, SimTime now)
{
    if (node->own)
        end(node, node->own, now);
}

static void finish(Node *node, SimTime now, const char *outcome)
{
    fill_gap(node, now);
    node->end = now;
    node->ended = true;
    node->outcome = outcome;
}

/* Whatever is still open ends here, unfinished, and the calls that were made with it. */
static void cut_all(Node *node, SimTime now)
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
            cut_all(activity->child, now);
            finish(activity->child, now, "");
        }
    }
    node->own = NULL;
    if (first && (!node->last || node->last->end != now))
        node->last = first;
}

/* ---- calls ---- */

static void note_record(Teller *teller, Node *node, uint32_t id, uint32_t generation, bool is_round)
{
    Record *record = arena_one(node->tale->arena, Record);
    *record = (Record){node, generation, is_round};
    g_hash_table_insert(teller->followed, GUINT_TO_POINTER(id + 1), record);
}

static Node *follow(Teller *teller, Tale *tale, const Entity *entity, uint32_t id, uint32_t generation)
{
    Node *node = arena_one(tale->arena, Node);
    *node = (Node){.tale = tale,
                   .entity = entity,
                   .start = sim_now(teller->sim),
                   .committed = OPEN,
                   .outcome = "",
                   .activities = g_ptr_array_new()};
    g_ptr_array_add(tale->nodes, node);
    note_record(teller, node, id, generation, false);
    return node;
}

static const Record *record_of(const Teller *teller, uint32_t id, uint32_t generation)
{
    const Record *record = g_hash_table_lookup(teller->followed, GUINT_TO_POINTER(id + 1));
    return record && record->generation == generation ? record : NULL;
}

static void drop_record(Teller *teller, const Call *call)
{
    g_hash_table_remove(teller->followed, GUINT_TO_POINTER(call->id + 1));
}

static void describe(const Teller *teller, Node *node, const Call *call)
{
    Arena *arena = node->tale->arena;
    switch ((Port)call->port) {
    case PORT_NONE:
        break;
    case PORT_CONNECT:
        node->step = STEP_CONNECTION;
        node->name = port_words[call->port];
        return;
    case PORT_DNS:
        node->step = STEP_LOOK_UP;
        node->name = arena_printf(arena, "look-up of %s", teller->sim->world->thing[call->dns.name]->name);
        return;
    case PORT_HTTP:
        node->step = STEP_PAGE;
        node->name = port_words[call->port];
        return;
    case PORT_STORE:
        node->step = STEP_DATABASE;
        node->item = call->store.item;
        node->is_write = call->store.op == OP_WRITE;
        node->name = arena_printf(arena, "%s item %u", op_names[call->store.op], call->store.item);
        return;
    case PORT_HEALTH:
        node->step = STEP_CHECK;
        node->name = port_words[call->port];
        return;
    case PORT_LOG:
        node->step = STEP_REPLICATION;
        node->name = arena_printf(arena, "change of item %u", call->change.item);
        return;
    case PORT_VERDICT:
    case PORT_CONTROL:
        break;
    }
    node->step = STEP_OTHER;
    node->name = port_words[call->port];
}

/* The write that this change comes from.  It is committed at the instant at which it first sends it on. */
static Node *write_behind(const Teller *teller, const Call *call)
{
    Node *current = teller->current;
    if (current && current->is_write && current->committed == OPEN && current->entity == call->caller)
        current->committed = sim_now(teller->sim);
    for (guint i = 0; i < teller->tales->len; i++) {
        const Tale *tale = teller->tales->pdata[i];
        for (guint j = 0; j < tale->nodes->len; j++) {
            Node *node = tale->nodes->pdata[j];
            if (node->is_write && node->committed != OPEN && node->entity == call->caller &&
                node->item == call->change.item && node->committed == call->change.version.at)
                return node;
        }
    }
    return NULL;
}

/* A call that was not followed yet is about to leave: is it about a request that is? */
static Node *take_up(Teller *teller, const Call *call)
{
    if (call->port == PORT_LOG) {
        Node *write = write_behind(teller, call);
        if (!write)
            return NULL;
        Node *ship = follow(teller, write->tale, call->callee, call->id, call->generation);
        describe(teller, ship, call);
        g_ptr_array_add(write->tale->ships, ship);
        write->tale->n_under_way++;
        return ship;
    }
    const Record *above = call->parent == NO_CALL ? NULL : record_of(teller, call->parent, call->parent_generation);
    Node *parent = above ? above->node : NULL;
    if (!parent || parent->ended)
        return NULL;
    Node *node = follow(teller, parent->tale, call->callee, call->id, call->generation);
    describe(teller, node, call);
    node->parent = parent;
    node->part = begin(parent, SPAN_GROUP, node->start, node->name);
    node->part->child = node;
    return node;
}

static void leave(Node *node, const Call *call, SimTime now)
{
    end_own(node, now);
    const char *name = "way there";
    if (call->round_trips > 1)
        name = arena_printf(node->tale->arena, "%u round trip%s and the way there", call->round_trips - 1u,
                            call->round_trips > 2 ? "s" : "");
    begin_own(node, SPAN_NETWORK, now, name);
}

static void answer(Node *node, const Call *call, SimTime now, SimTime work)
{
    end_own(node, now);
    fill_gap(node, now);
    if (work > 0) {
        Activity *last = begin(node, SPAN_WORK, now, "work");
        end(node, last, now + work);
    }
    node->answered = true;
    node->outcome = outcome_names[call->outcome];
    node->own = add_activity(node, SPAN_NETWORK, now + work, "way back");
}

static void end_call(Node *node, SimTime now, const char *outcome)
{
    finish(node, now, outcome);
    if (node->part && node->part->end == OPEN)
        end(node->parent, node->part, now);
}

/* Its caller knows how it ended; the next step is the caller's. */
static void reach_caller(Teller *teller, Node *node, const char *outcome)
{
    end_call(node, sim_now(teller->sim), outcome);
    teller->current = node->parent;
    teller->skips_line = true;
}

static void lose(Node *node, SimTime now)
{
    if (node->own && node->own->kind == SPAN_NETWORK) {
        node->own->lost = true;
        end_own(node, now);
    }
    cut_all(node, now);
    begin_own(node, SPAN_NO_ANSWER, now, "no answer");
}

/* ---- what comes after: changes on their way to the other replicas ---- */

static void tell_when_over(Teller *teller, Tale *tale);

static void end_ship(Teller *teller, Node *ship, const char *outcome)
{
    SimTime now = sim_now(teller->sim);
    if (ship->own)
        ship->own->lost = strcmp(outcome, "lost") == 0;
    end_own(ship, now);
    finish(ship, now, outcome);
    ship->tale->n_under_way--;
    tell_when_over(teller, ship->tale);
}

static bool is_ship(const Node *node)
{
    return !node->parent && node != node->tale->root;
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
    Span *span = tell_span(spans, above, child ? child : node, activity);
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

static Story *story_of(const Teller *teller, const Tale *tale)
{
    const Node *root = tale->root;
    Story *story = story_new();
    story->scenario = g_strdup(teller->sim->world->name);
    story->population = g_strdup(root->entity->thing->name);
    story->entity = g_strdup(root->entity->name);
    story->what = g_strdup(tale->what);
    story->seed = teller->wish->seed;
    story->replication = teller->wish->replication;
    story->number = tale->number;
    story->begins_ns = root->start - teller->sim->measured_from;
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

static void tale_free(gpointer data)
{
    Tale *tale = data;
    for (guint i = 0; i < tale->nodes->len; i++)
        g_ptr_array_unref(((Node *)tale->nodes->pdata[i])->activities);
    g_ptr_array_unref(tale->nodes);
    g_ptr_array_unref(tale->ships);
    arena_free(tale->arena);
}

static gboolean is_of_tale(G_GNUC_UNUSED gpointer id, gpointer record, gpointer tale)
{
    return ((const Record *)record)->node->tale == tale;
}

static void tell_tale(Teller *teller, Tale *tale)
{
    SimTime now = sim_now(teller->sim);
    for (guint i = 0; i < tale->nodes->len; i++) {
        Node *node = tale->nodes->pdata[i];
        if (!node->ended) {
            cut_all(node, now);
            if (node->part)
                node->part->cut = true;
            end_call(node, now, is_ship(node) ? "under way" : "");
        }
    }
    g_hash_table_foreach_remove(teller->followed, is_of_tale, tale);
    Story *story = story_of(teller, tale);
    CHECK(!story_flaw(story));
    if (teller->current && teller->current->tale == tale)
        teller->current = NULL;
    g_ptr_array_remove(teller->tales, tale);
    teller->sink(teller->whose, story);
    if (++teller->n_told == teller->wish->last - teller->wish->first + 1)
        teller->stop = 1;
}

static void tell_when_over(Teller *teller, Tale *tale)
{
    if (tale->root->ended && tale->n_under_way == 0)
        tell_tale(teller, tale);
}

/* ---- following ---- */

/* "request KEY: user 7 reads item 3": the words behind the key; NULL: another line. */
static const char *names_key(uint64_t story, const char *said)
{
    g_autofree char *key = g_strdup_printf("request %016" PRIx64, story);
    const char *named = strstr(said, key);
    return named ? named + strlen(key) + strspn(named + strlen(key), ": ") : NULL;
}

static void on_line(Sim *sim, void *whose, const char *line);

/* Listening costs more than the run itself, so nobody does before the next request may be one of those wanted. */
static void is_issued(Teller *teller, const Request *request)
{
    const char *population = teller->wish->population;
    if (population && strcmp(population, request->entity->thing->name) != 0)
        return;
    guint64 number = ++teller->n_requests;
    if (number + 1 >= teller->wish->first)
        teller->sim->trace = on_line;
    if (number < teller->wish->first || number > teller->wish->last)
        return;
    Arena *arena = arena_new();
    Tale *tale = arena_one(arena, Tale);
    const char *named = names_key(request->story, teller->said->str);
    *tale = (Tale){.arena = arena,
                   .number = number,
                   .key = request->story,
                   .what = arena_text(arena, named ? named : ""),
                   .nodes = g_ptr_array_new(),
                   .ships = g_ptr_array_new()};
    g_ptr_array_add(teller->tales, tale);
    teller->current = tale->root = follow(teller, tale, request->entity, request->id, request->generation);
    tale->root->name = "request";
}

/* A root call that the callee of a followed call begins about the same story, in order to answer it. */
static void begins_round(Teller *teller, const Call *root)
{
    Node *current = teller->current;
    if (current && root->callee == current->entity && root->story == current->tale->key && !current->answered)
        note_record(teller, current, root->id, root->generation, true);
}

static void freed(Teller *teller, Node *node, const Call *call)
{
    if (node->ended)
        return;
    if (is_ship(node)) {
        end_ship(teller, node, "not sent");
        return;
    }
    bool is_request = node == node->tale->root;
    cut_all(node, sim_now(teller->sim));
    end_call(node, sim_now(teller->sim), is_request ? outcome_names[call->outcome] : "lost");
    if (is_request)
        tell_when_over(teller, node->tale);
}

/* What happens at the callee. */
static void at_callee(Teller *teller, Node *node, Moment moment)
{
    SimTime now = sim_now(teller->sim);
    switch (moment) {
    case MOMENT_PAUSES:
        begin_own(node, SPAN_WORK, now, "work");
        return;
    case MOMENT_BACKS_OFF:
        begin_own(node, SPAN_BACKOFF, now, "back-off");
        node->backed_off = true;
        return;
    case MOMENT_LINES_UP:
        begin_own(node, SPAN_LINE, now, "in line");
        return;
    default: /* arrives, goes on, is called up: its own step comes next */
        end_own(node, now);
        teller->current = node;
        teller->skips_line = moment == MOMENT_ARRIVES;
    }
}

static void follow_moment(Teller *teller, Node *node, Moment moment, const Call *call, SimTime duration)
{
    SimTime now = sim_now(teller->sim);
    switch (moment) {
    case MOMENT_HELD:
        begin_own(node, SPAN_HELD, now, "held back");
        return;
    case MOMENT_LEAVES:
        leave(node, call, now);
        return;
    case MOMENT_ANSWERS:
        answer(node, call, now, duration);
        return;
    case MOMENT_TURNED_BACK:
        answer(node, call, now, 0);
        return;
    case MOMENT_HEARS:
        end_own(node, now);
        reach_caller(teller, node, outcome_names[call->outcome]);
        return;
    case MOMENT_GIVES_UP:
        cut_all(node, now);
        reach_caller(teller, node, outcome_names[OUTCOME_TIMEOUT]);
        return;
    case MOMENT_LOST:
        lose(node, now);
        return;
    default:
        at_callee(teller, node, moment);
    }
}

static void on_moment(G_GNUC_UNUSED Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    Teller *teller = whose;
    const Request *issued = requests_heed(teller->requests, teller->sim, moment, call);
    if (issued)
        is_issued(teller, issued);
    if (teller->tales->len == 0)
        return;
    if (moment == MOMENT_BEGINS) {
        begins_round(teller, call);
        return;
    }
    const Record *record = record_of(teller, call->id, call->generation);
    if (moment == MOMENT_FREED)
        drop_record(teller, call);
    if (record && record->is_round) {
        if (!record->node->answered && !record->node->ended && moment != MOMENT_FREED)
            follow_moment(teller, record->node, moment, call, duration);
        return;
    }
    Node *node = record ? record->node : NULL;
    if (!node && (moment == MOMENT_HELD || moment == MOMENT_LEAVES))
        node = take_up(teller, call);
    if (!node) {
        if (moment == MOMENT_CALLED_UP)
            teller->current = NULL; /* what is said now is about another call */
        return;
    }
    if (moment == MOMENT_FREED)
        freed(teller, node, call);
    else if (is_ship(node) && (moment == MOMENT_ARRIVES || moment == MOMENT_LOST))
        end_ship(teller, node, moment == MOMENT_ARRIVES ? "ok" : "lost");
    else if (!node->ended)
        follow_moment(teller, node, moment, call, duration);
}

static void on_event(G_GNUC_UNUSED Sim *sim, void *whose, G_GNUC_UNUSED const Call *call,
                     G_GNUC_UNUSED bool is_time_out)
{
    Teller *teller = whose;
    teller->current = NULL;
    g_string_truncate(teller->said, 0);
    if (teller->wish->stop && g_atomic_int_get((const gint *)teller->wish->stop))
        teller->stop = 1;
}

/* A line belongs to the call in whose step it is said, if the callee or the caller says it.  Those with the request's
 * key are for who looks for it among others. */
static void on_line(G_GNUC_UNUSED Sim *sim, void *whose, const char *line)
{
    Teller *teller = whose;
    Node *node = teller->current;
    const char *text = told_text(line);
    bool skip = teller->skips_line;
    g_string_assign(teller->said, text);
    teller->skips_line = false;
    if (!node || skip)
        return;
    const char *said = told_by(text, node->entity->name);
    if (!said && node->parent && told_by(text, node->parent->entity->name))
        said = text;
    if (!said || names_key(node->tale->key, said))
        return;
    Activity *note = add_activity(node, SPAN_NOTE, sim_now(teller->sim), arena_text(node->tale->arena, said));
    note->end = note->start;
}

bool story_requests(const World *world, const StoryWish *wish, StorySink sink, void *whose, guint64 *n_requests)
{
    Teller teller = {.wish = wish, .sink = sink, .whose = whose};
    teller.followed = g_hash_table_new(NULL, NULL);
    teller.requests = requests_new();
    teller.said = g_string_new(NULL);
    teller.tales = g_ptr_array_new_with_free_func(tale_free);
    const Watcher watcher = {.whose = &teller, .moment = on_moment, .event = on_event};
    Followed followed = {.seed = wish->seed, .replication = wish->replication, .watcher = &watcher};
    teller.sim = followed_open(world, &followed);
    if (wish->first <= 1)
        teller.sim->trace = on_line;
    bool whole = sim_run(teller.sim, &teller.stop);
    while (whole && teller.tales->len > 0) {
        Tale *tale = teller.tales->pdata[0];
        if (!tale->root->ended) {
            cut_all(tale->root, sim_now(teller.sim));
            end_call(tale->root, sim_now(teller.sim), "in flight");
        }
        tell_tale(&teller, tale);
    }
    *n_requests = teller.n_requests;
    bool told = teller.n_told == wish->last - wish->first + 1;
    g_ptr_array_unref(teller.tales);
    g_hash_table_unref(teller.followed);
    g_string_free(teller.said, TRUE);
    requests_free(teller.requests);
    followed_close(teller.sim);
    return whole || told;
}
