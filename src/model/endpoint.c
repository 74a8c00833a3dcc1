#include "model/endpoint.h"
#include "model/succession.h"
#include "base/poison.h"

/* Assumed: how often a keeper asks, how long it waits, and how many failures in a row it believes. */
static const SimTime interval = (SimTime)(1e9 / ENDPOINT_PACE), timeout = 2 * SECOND;
enum { FAILURES = 2 };

typedef struct {
    Entity *entity;
    bool answers;
    uint32_t run; /* failures in a row */
} Beside;

typedef struct {
    const EndpointConfig *rules;
    bool forwards;
    int region;
    Entity *writer, *head;    /* as it tells; head: the member here, or NULL */
    bool headless;            /* that one has no copy to read from */
    uint32_t epoch, heard_of; /* of the writer that it tells; the newest that it has heard of */
    guint n_members, n_beside;
    Entity *const *member;
    Beside *beside; /* the readers here */
    unsigned patience;
    Awaited *awaited; /* the observer's */
} Endpoint;

const EndpointConfig *endpoint_rules(const Entity *names)
{
    return ((const Endpoint *)names->state)->rules;
}

void endpoint_note_write(Sim *sim, const Entity *names, const Call *reply)
{
    const Endpoint *endpoint = names->state;
    if (endpoint->forwards)
        return; /* its members know */
    if (reply->outcome == OUTCOME_OK)
        awaited_answered(endpoint->awaited, sim);
    else if (reply->outcome != OUTCOME_ERROR)
        awaited_unanswered(endpoint->awaited, sim, reply->callee->region);
}

/* ---- telling ---- */

static guint list_readers(const Endpoint *endpoint, guint first, uint32_t *address, guint most)
{
    guint n = 0;
    for (guint i = 0; i < endpoint->n_beside && n < most; i++) {
        const Beside *reader = &endpoint->beside[(first + i) % endpoint->n_beside];
        if (reader->answers)
            address[n++] = reader->entity->id;
    }
    return n;
}

static bool reads_here(const Endpoint *endpoint)
{
    return endpoint->rules->reads != READS_WRITER && endpoint->head && !endpoint->headless;
}

static void tell(Sim *sim, Entity *me, Call *call)
{
    const Endpoint *endpoint = me->state;
    uint32_t *address = call->dns.address;
    guint n = 0;
    address[ADDRESS_FOR_WRITES] = endpoint->forwards && endpoint->head ? endpoint->head->id : endpoint->writer->id;
    address[ADDRESS_OF_WRITER] = endpoint->writer->id;
    if (endpoint->rules->reads != READS_WRITER)
        n = list_readers(endpoint, call->caller->nth * MOST_FOR_READS, address + ADDRESS_FOR_READS, MOST_FOR_READS);
    if (n == 0)
        address[ADDRESS_FOR_READS + n++] = reads_here(endpoint) ? endpoint->head->id : endpoint->writer->id;
    if (n < MOST_FOR_READS)
        address[ADDRESS_FOR_READS + n] = NO_ADDRESS;
    call->dns.ttl = endpoint->rules->ttl;
    DECIDE(sim, me, call, "writes to %s, reads at %s", sim_entity(sim, address[ADDRESS_FOR_WRITES])->name,
           sim_entity(sim, address[ADDRESS_FOR_READS])->name);
    call_answer(sim, call, OUTCOME_OK);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_DNS)
        tell(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

/* ---- keeping ---- */

typedef struct {
    guint number; /* of the member, or, behind them, of the reader here */
} Asking;

typedef struct {
    Entity *writer;
    uint32_t epoch;
} Repointing;

static void repoint(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Endpoint *endpoint = me->state;
    const Repointing *mine = LOCALS(root, Repointing);
    (void)reply;
    if (mine->epoch > endpoint->epoch) {
        endpoint->writer = mine->writer;
        endpoint->epoch = mine->epoch;
        TELL(sim, me, "leads to %s now", mine->writer->name);
    }
    call_end(sim, root);
}

static void hear_of(Sim *sim, Entity *me, Entity *writer, uint32_t epoch)
{
    Endpoint *endpoint = me->state;
    if (epoch <= endpoint->heard_of)
        return;
    endpoint->heard_of = epoch;
    TELL(sim, me, "hears that %s writes", writer->name);
    Call *root = call_begin(sim, me, key_of(me->thing->key, epoch)); /* all regions' endpoints take equally long */
    *LOCALS(root, Repointing) = (Repointing){writer, epoch};
    call_wait(sim, root, law_time(&endpoint->rules->repoint, call_draw(me, root, DRAW_PROPAGATE)), repoint);
}

static void notice(Sim *sim, Entity *me, Beside *reader, bool answers)
{
    reader->run = answers ? 0 : reader->run + 1;
    if (answers != reader->answers && (answers || reader->run >= FAILURES)) {
        reader->answers = answers;
        TELL(sim, me, "tells %s %s", reader->entity->name, answers ? "again" : "no more");
    }
}

static void notice_head(Sim *sim, Entity *me, bool whole)
{
    Endpoint *endpoint = me->state;
    if (whole == endpoint->headless)
        TELL(sim, me, whole ? "leads reads to %s again" : "leads no reads to %s", endpoint->head->name);
    endpoint->headless = !whole;
}

static void hear(Sim *sim, Entity *me, const Entity *member, const VerdictPort *verdict)
{
    hear_of(sim, me, verdict->about, verdict->epoch);
    if (member == ((const Endpoint *)me->state)->head)
        notice_head(sim, me, verdict->whole);
}

static void ask(Sim *sim, Entity *me, Call *loop, Call *reply);

static void answered(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Endpoint *endpoint = me->state;
    guint number = LOCALS(loop, Asking)->number;
    if (number >= endpoint->n_members)
        notice(sim, me, &endpoint->beside[number - endpoint->n_members], reply->outcome == OUTCOME_OK);
    else if (reply->outcome == OUTCOME_OK)
        hear(sim, me, endpoint->member[number], &reply->verdict);
    call_wait(sim, loop, interval, ask);
}

static void ask(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Endpoint *endpoint = me->state;
    guint number = LOCALS(loop, Asking)->number;
    bool is_member = number < endpoint->n_members;
    Entity *whom = is_member ? endpoint->member[number] : endpoint->beside[number - endpoint->n_members].entity;
    (void)reply;
    Call *call = call_new(sim, me, loop, whom, is_member ? PORT_VERDICT : PORT_HEALTH, answered);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    if (is_member)
        call->verdict = (VerdictPort){.about = me, .what = VERDICT_WHO_WRITES};
    else
        call->health = (HealthPort){.deep = false};
    call_send(sim, call, endpoint->patience);
}

static void start(Sim *sim, Entity *me)
{
    Endpoint *endpoint = me->state;
    endpoint->heard_of = endpoint->epoch; /* re-pointing that was under way is forgotten with its region */
    for (guint i = 0; i < endpoint->n_members + endpoint->n_beside; i++) {
        Call *loop = call_begin(sim, me, key_of(me->own_key, i));
        LOCALS(loop, Asking)->number = i;
        call_wait(sim, loop, (SimTime)(unit_of(call_draw(me, loop, DRAW_PHASE)) * (double)interval), ask);
    }
}

static const Ops ops = {.role = "endpoint", .stands_beside = true, .start = start, .asked = asked};

/* ---- building ---- */

double endpoints_pace(const World *world, guint n_members, gint64 n_readers)
{
    return ((double)world->n_running * (double)n_members + (double)n_readers) * ENDPOINT_PACE;
}

void endpoints_build(Sim *sim, const Thing *thing, const EndpointConfig *rules, bool forwards)
{
    for (guint region = 0; region < sim->world->n_running; region++) {
        g_autofree char *part = g_strdup_printf("/endpoint@%s", sim->world->region[region].name);
        const Place *place = rules->at == ENDPOINT_AT_EDGE ? network_edge(sim->network)
                                                           : network_region(sim->network, (int)region, WHOLE_REGION);
        Entity *me = entity_new(sim, thing, &ops, place, sizeof(Endpoint), part);
        *(Endpoint *)me->state = (Endpoint){.rules = rules, .forwards = forwards, .region = (int)region};
        entity_names(sim, me, (int)region);
    }
}

static void find_readers(Sim *sim, Endpoint *endpoint, const ReplicaSet *set)
{
    guint n_members = replicas_count(set), n = replicas_in_all(set);
    endpoint->beside = arena_many(sim->arena, Beside, MAX(1, n - n_members));
    for (guint i = n_members; i < n; i++)
        if (replicas_nth(set, i)->region == endpoint->region)
            endpoint->beside[endpoint->n_beside++] = (Beside){.entity = replicas_nth(set, i), .answers = true};
}

void endpoints_connect(Sim *sim, const Thing *thing, int writer_region)
{
    guint n;
    Entity *const *member = doors_in(sim, thing, ANYWHERE, &n);
    for (guint region = 0; region < sim->world->n_running; region++) {
        Endpoint *endpoint = name_server_of(sim, thing, (int)region)->state;
        endpoint->member = member;
        endpoint->n_members = n;
        doors_of(sim, thing, (int)region, &endpoint->head, 1);
        doors_of(sim, thing, writer_region, &endpoint->writer, 1);
        endpoint->patience = call_patience(sim, timeout);
        endpoint->awaited = ((const Member *)member[0]->state)->awaited;
        find_readers(sim, endpoint, ((const Replica *)member[0]->state)->set);
    }
}
