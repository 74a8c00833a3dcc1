#include "run/story.h"
#include "base/check.h"
#include "model/watcher.h"
#include "run/followed.h"
#include "run/tale.h"
#include <inttypes.h>
#include <string.h>

/* Which node the record of a call belongs to. */
typedef struct {
    Node *node;
    uint32_t generation;
    bool is_round; /* a root call that the callee began in order to answer: its calls are those of the node */
} Record;

/* Why somebody who may keep the answer for a name was told what he was told. */
typedef struct {
    const Entity *asker;
    uint32_t name;
    SimTime at;
    char *what;
} Decision;

typedef struct {
    const StoryWish *wish;
    StorySink sink;
    void *whose;
    Sim *sim;
    GHashTable *followed; /* id of a call + 1 -> Record */
    GPtrArray *tales;     /* not yet told */
    Node *current;        /* whose step this is */
    Requests *requests;
    GHashTable *decisions; /* Decision -> itself: what those who keep answers were told last */
    GString *said;         /* the lines of this event, each ended */
    bool skips_line;       /* the next line says what the moment has said */
    guint64 n_requests, n_told;
    int stop;
} Teller;

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
                   .voice = entity,
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
    case PORT_VOTE:
        node->step = STEP_REPLICATION;
        node->name = arena_printf(arena, "vote on item %u", call->vote.item);
        return;
    case PORT_VERDICT:
    case PORT_CONTROL:
        break;
    }
    node->step = STEP_OTHER;
    node->name = port_words[call->port];
}

/* The write that is acknowledged in this step: what is sent on has its stamp. */
static void on_write(G_GNUC_UNUSED Sim *sim, void *whose, WriteMoment moment, const WriteSeen *seen)
{
    const Teller *teller = whose;
    Node *current = teller->current;
    if (moment == WRITE_ACKNOWLEDGED && current && current->is_write && current->item == seen->item &&
        current->entity->thing == seen->database)
        current->committed = seen->version.at;
}

/* The write that this change comes from. */
static Node *write_behind(const Teller *teller, const Call *call)
{
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

/* A resolver asks for a name of its own accord, because of the one that stands in line for the answer now. */
static Node *in_line_for(const Teller *teller, const Call *question)
{
    Node *current = teller->current;
    bool in_line = current && current->own && current->own->kind == SPAN_LINE;
    return in_line && question->port == PORT_DNS && question->parent == NO_CALL &&
                   question->caller == current->entity && current->own->start == sim_now(teller->sim)
               ? current
               : NULL;
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
    Node *parent = above ? above->node : in_line_for(teller, call);
    if (!parent || parent->ended)
        return NULL;
    Node *node = follow(teller, parent->tale, call->callee, call->id, call->generation);
    describe(teller, node, call);
    node->parent = parent;
    parent->voice = call->caller;
    node->part = activity_begin(parent, SPAN_GROUP, node->start, node->name);
    node->part->child = node;
    return node;
}

static void leave(Node *node, const Call *call, SimTime now, SimTime way)
{
    own_end(node, now);
    const char *name = "way there";
    if (call->round_trips > 1 && way > call->leg)
        name = arena_printf(node->tale->arena, "%u round trip%s and the way there", call->round_trips - 1u,
                            call->round_trips > 2 ? "s" : "");
    own_begin(node, SPAN_NETWORK, now, name);
}

static void answer(Node *node, const Call *call, SimTime now, SimTime work)
{
    own_end(node, now);
    node_wait_until(node, now);
    if (work > 0) {
        Activity *last = activity_begin(node, SPAN_WORK, now, "work");
        activity_end(node, last, now + work);
    }
    node->answered = true;
    node->outcome = outcome_names[call->outcome];
    node->own = activity_add(node, SPAN_NETWORK, now + work, "way back");
}

static void end_call(Node *node, SimTime now, const char *outcome)
{
    node_finish(node, now, outcome);
    if (node->part && node->part->end == OPEN)
        activity_end(node->parent, node->part, now);
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
        own_end(node, now);
    }
    node_cut(node, now);
    own_begin(node, SPAN_NO_ANSWER, now, "no answer");
}

/* ---- decisions about names: they are taken for who asks, and kept by him for others ---- */

static guint decision_hash(gconstpointer data)
{
    const Decision *decision = data;
    return decision->asker->id * 31 + decision->name;
}

static gboolean decision_equal(gconstpointer a, gconstpointer b)
{
    const Decision *one = a, *other = b;
    return one->asker == other->asker && one->name == other->name;
}

static void decision_free(gpointer data)
{
    Decision *decision = data;
    g_free(decision->what);
    g_free(decision);
}

/* In a trace it is said to whom; in a story everybody can see that. (transfer full) */
static char *without_asker(const char *what, const Entity *asker)
{
    g_autofree char *to_whom = g_strdup_printf("; to %s", asker->name);
    return g_strndup(what, strlen(what) - (g_str_has_suffix(what, to_whom) ? strlen(to_whom) : 0));
}

static void on_decided(Sim *sim, void *whose, G_GNUC_UNUSED const Entity *who, const Call *call, const char *what)
{
    const Teller *teller = whose;
    if (call->port != PORT_DNS || !call->caller)
        return;
    Decision *decision = g_new(Decision, 1);
    *decision = (Decision){call->caller, call->dns.name, sim_now(sim), without_asker(what, call->caller)};
    g_hash_table_replace(teller->decisions, decision, decision);
}

/* A resolver tells what it has kept: with the reason for which it had been told so.  Where it had to ask, the question
 * shows that. */
static void recall(const Teller *teller, Node *node, const Call *call)
{
    const Decision key = {.asker = node->entity, .name = call->dns.name};
    const Decision *decision = g_hash_table_lookup(teller->decisions, &key);
    bool asked = node->last && node->last->child;
    if (call->port != PORT_DNS || !decision || asked)
        return;
    double ago = simtime_seconds(sim_now(teller->sim) - decision->at);
    Activity *note = activity_add(node, SPAN_NOTE, sim_now(teller->sim),
                                  arena_printf(node->tale->arena, "told %.*f s ago by %s: %s", ago < 10 ? 1 : 0, ago,
                                               teller->sim->world->thing[call->dns.name]->name, decision->what));
    note->end = note->start;
}

/* ---- what comes after: changes on their way to the other replicas ---- */

static void tell_when_over(Teller *teller, Tale *tale);

static void end_ship(Teller *teller, Node *ship, const char *outcome)
{
    SimTime now = sim_now(teller->sim);
    if (ship->own)
        ship->own->lost = strcmp(outcome, "lost") == 0;
    own_end(ship, now);
    node_finish(ship, now, outcome);
    ship->tale->n_under_way--;
    tell_when_over(teller, ship->tale);
}

static bool is_ship(const Node *node)
{
    return !node->parent && node != node->tale->root;
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
            node_cut(node, now);
            if (node->part)
                node->part->cut = true;
            end_call(node, now, is_ship(node) ? "under way" : "");
        }
    }
    g_hash_table_foreach_remove(teller->followed, is_of_tale, tale);
    Story *story = tale_story(tale, teller->sim);
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
                   .seed = teller->wish->seed,
                   .replication = teller->wish->replication,
                   .number = number,
                   .key = request->story,
                   .what = named ? arena_printf(arena, "%.*s", (int)strcspn(named, "\n"), named) : "",
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
    if (!current || root->callee != current->entity || root->story != current->tale->key || current->answered)
        return;
    own_end(current, sim_now(teller->sim));
    note_record(teller, current, root->id, root->generation, true);
}

/* It is over without an answer: unless another one begins, whoever led it is gone, and nothing comes of the call. */
static void ends_round(const Teller *teller, Node *node)
{
    if (!node->answered && !node->ended && !node->own)
        own_begin(node, SPAN_NO_ANSWER, sim_now(teller->sim), "no answer");
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
    node_cut(node, sim_now(teller->sim));
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
        own_begin(node, SPAN_WORK, now, "work");
        return;
    case MOMENT_BACKS_OFF:
        own_begin(node, SPAN_BACKOFF, now, "back-off");
        node->backed_off = true;
        return;
    case MOMENT_LINES_UP:
        own_begin(node, SPAN_LINE, now, "in line");
        return;
    default: /* arrives, goes on, is called up: its own step comes next */
        own_end(node, now);
        teller->current = node;
        teller->skips_line = moment == MOMENT_ARRIVES;
    }
}

static void follow_moment(Teller *teller, Node *node, Moment moment, const Call *call, SimTime duration)
{
    SimTime now = sim_now(teller->sim);
    switch (moment) {
    case MOMENT_HELD:
        own_begin(node, SPAN_HELD, now, "held back");
        return;
    case MOMENT_LEAVES:
        leave(node, call, now, duration);
        return;
    case MOMENT_ANSWERS:
        recall(teller, node, call);
        answer(node, call, now, duration);
        return;
    case MOMENT_TURNED_BACK:
        answer(node, call, now, 0);
        return;
    case MOMENT_HEARS:
        own_end(node, now);
        reach_caller(teller, node, outcome_names[call->outcome]);
        return;
    case MOMENT_GIVES_UP:
        node_cut(node, now);
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
        if (moment == MOMENT_FREED)
            ends_round(teller, record->node);
        else if (!record->node->answered && !record->node->ended)
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
    g_string_append_printf(teller->said, "%s\n", text);
    teller->skips_line = false;
    if (!node || skip)
        return;
    const char *said = told_by(text, node->entity->name);
    if (!said)
        said = told_by(text, node->voice->name);
    if (!said && node->parent && told_by(text, node->parent->entity->name))
        said = text;
    if (!said || names_key(node->tale->key, said))
        return;
    g_autofree char *words = node->parent ? without_asker(said, node->parent->entity) : g_strdup(said);
    Activity *note = activity_add(node, SPAN_NOTE, sim_now(teller->sim), arena_text(node->tale->arena, words));
    note->end = note->start;
}

bool story_requests(const World *world, const StoryWish *wish, StorySink sink, void *whose, guint64 *n_requests)
{
    Teller teller = {.wish = wish, .sink = sink, .whose = whose};
    teller.followed = g_hash_table_new(NULL, NULL);
    teller.requests = requests_new();
    teller.decisions = g_hash_table_new_full(decision_hash, decision_equal, NULL, decision_free);
    teller.said = g_string_new(NULL);
    teller.tales = g_ptr_array_new_with_free_func(tale_free);
    const Watcher watcher = {
        .whose = &teller, .moment = on_moment, .event = on_event, .decided = on_decided, .write = on_write};
    Followed followed = {.seed = wish->seed, .replication = wish->replication, .watcher = &watcher};
    teller.sim = followed_open(world, &followed);
    if (wish->first <= 1)
        teller.sim->trace = on_line;
    bool whole = sim_run(teller.sim, &teller.stop);
    while (whole && teller.tales->len > 0) {
        Tale *tale = teller.tales->pdata[0];
        if (!tale->root->ended) {
            node_cut(tale->root, sim_now(teller.sim));
            end_call(tale->root, sim_now(teller.sim), "in flight");
        }
        tell_tale(&teller, tale);
    }
    *n_requests = teller.n_requests;
    bool told = teller.n_told == wish->last - wish->first + 1;
    g_ptr_array_unref(teller.tales);
    g_hash_table_unref(teller.followed);
    g_hash_table_unref(teller.decisions);
    g_string_free(teller.said, TRUE);
    requests_free(teller.requests);
    followed_close(teller.sim);
    return whole || told;
}
