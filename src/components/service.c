/* Service: instances with workers and a bounded queue, spread over the zones of each region.
 *
 * A worker is held for the whole of a request: its own work first, then who the user is, then the calls to databases
 * and other services, one after the other. */
#include "model/observer.h"
#include "model/pool.h"
#include "model/sessions.h"
#include "model/sim.h"
#include "model/station.h"
#include "model/zone.h"
#include <inttypes.h>
#include <string.h>
#include "base/poison.h"

enum { MOST_CALLS = 64 };

typedef struct {
    gint64 servers, workers, queue;
    Law work;
    References calls;
    double errors;
    SimTime timeout;
    gint64 answer_size, question_size;
    Mix zones;
    Regions regions;
    SessionConfig session;
} Config;

typedef struct {
    Entity *to;
    bool store;    /* a database; else a service or balancer */
    Entity *names; /* who tells the addresses of the balancer; NULL: there is one door, and it is known */
    Pool *pool;    /* connections to a database that has an endpoint; NULL: it has one address, and it is known */
} Callee;

typedef struct {
    Sessions sessions;
    Station station;
    guint n_callees;
    Callee *callee; /* one per call of a request: `5x carts` is five */
    unsigned patience;
} Instance;

typedef struct {
    SimTime asked_at;
    uint32_t next; /* callee to be asked next */
} Serving;

static void ask_next(Sim *sim, Entity *me, Call *call);
static void work(Sim *sim, Entity *me, Call *call);

static inline void done(Sim *sim, Entity *me, Call *call, Why why)
{
    Instance *instance = me->state;
    call->http.served_by = (int8_t)me->region;
    call->http.why = (uint8_t)why;
    call->bytes = (uint32_t)((const Config *)me->config)->answer_size;
    SimTime came = call->arrived_at;
    call_answer(sim, call, why == WHY_NONE ? OUTCOME_OK : OUTCOME_ERROR);
    Call *next = station_leave(sim, &instance->station, came);
    if (next)
        work(sim, me, next);
}

/* What a database has said: the user's session knows his writes from now on. */
static void learn(Sim *sim, Call *call, const Call *reply)
{
    AccessSeen seen = {.database = reply->callee->thing,
                       .region = reply->callee->region,
                       .population = call->http.asker,
                       .user = call->http.user,
                       .item = reply->store.item,
                       .stale = reply->store.stale,
                       .asked_at = LOCALS(call, Serving)->asked_at,
                       .version = reply->store.version,
                       .staleness = reply->store.staleness};
    if (reply->store.op == OP_READ) {
        observe_read(sim, &seen);
        call->http.stale |= seen.stale;
    } else {
        observe_write(sim, &seen);
        call->http.position = MAX(call->http.position, seen.version.at);
    }
}

static void told(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Instance *instance = me->state;
    const Callee *callee = &instance->callee[LOCALS(call, Serving)->next];
    if (G_UNLIKELY(callee->pool) && reply->store.op == OP_WRITE)
        endpoint_note_write(sim, callee->pool->names, reply);
    if (reply->outcome != OUTCOME_OK) {
        done(sim, me, call, why_of(reply));
        return;
    }
    if (reply->port == PORT_STORE)
        learn(sim, call, reply);
    else
        call->http.position = MAX(call->http.position, reply->http.position);
    if (++LOCALS(call, Serving)->next < instance->n_callees)
        ask_next(sim, me, call);
    else
        done(sim, me, call, WHY_NONE);
}

static void ask_next(Sim *sim, Entity *me, Call *call)
{
    const Instance *instance = me->state;
    Serving *mine = LOCALS(call, Serving);
    uint32_t i = mine->next;
    const Callee *callee = &instance->callee[i];
    Entity *to = callee->to;
    uint8_t round_trips = 1;
    if (G_UNLIKELY(callee->pool))
        to = pool_pick(sim, callee->pool, (Op)call->http.op, call->http.position, &round_trips);
    Call *question = call_new(sim, me, call, to, callee->store ? PORT_STORE : PORT_HTTP, told);
    question->round_trips = round_trips;
    mine->asked_at = sim_now(sim);
    if (i > 0)
        call_is_nth(question, i);
    if (callee->store)
        question->store = (StorePort){.item = call->http.item, .op = call->http.op, .version.at = call->http.position};
    else
        question->http = (HttpPort){.flow = NO_FLOW,
                                    .item = call->http.item,
                                    .op = call->http.op,
                                    .served_by = NO_REGION,
                                    .asker = call->http.asker,
                                    .user = call->http.user,
                                    .session = NO_SESSION,
                                    .position = call->http.position};
    question->bytes = (uint32_t)((const Config *)me->config)->question_size;
    call_send(sim, question, instance->patience);
}

static void known(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (((const Instance *)me->state)->n_callees == 0)
        done(sim, me, call, WHY_NONE);
    else
        ask_next(sim, me, call);
}

static void worked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Config *config = me->config;
    (void)reply;
    if (config->errors > 0 && unit_of(call_draw(me, call, DRAW_PICK)) < config->errors)
        done(sim, me, call, WHY_ERROR);
    else if (G_LIKELY(config->session.kind == SESSIONS_NONE))
        known(sim, me, call, NULL);
    else
        sessions_greet(sim, me, call);
}

static void work(Sim *sim, Entity *me, Call *call)
{
    const Config *config = me->config;
    SimTime duration = law_time(&config->work, call_draw(me, call, DRAW_WORK));
    LOCALS(call, Serving)->next = 0;
    TELL(sim, me, "works %" PRId64 " ns on request %016" PRIx64 ", attempt %u", duration, call->story,
         call->attempt + 1);
    call_wait(sim, call, duration, worked);
}

/* ---- health checks: a shallow one is answered by the page itself, a deep one asks every callee with a read first ----
 */

static void looked(Sim *sim, Entity *me, Call *call, Call *reply);

static void look_at_next(Sim *sim, Entity *me, Call *call)
{
    const Instance *instance = me->state;
    uint32_t i = LOCALS(call, Serving)->next;
    const Callee *callee = &instance->callee[i];
    Entity *to = callee->pool ? callee->pool->reads[0].to : callee->to;
    Call *question = call_new(sim, me, call, to, callee->store ? PORT_STORE : PORT_HEALTH, looked);
    call_is_nth(question, i);
    if (callee->store)
        question->store = (StorePort){.item = 0, .op = OP_READ};
    else
        question->health = call->health;
    call_send(sim, question, instance->patience);
}

static void looked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Instance *instance = me->state;
    if (reply->outcome != OUTCOME_OK)
        call_answer(sim, call, OUTCOME_ERROR);
    else if (++LOCALS(call, Serving)->next < instance->n_callees)
        look_at_next(sim, me, call);
    else
        call_answer(sim, call, OUTCOME_OK);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Instance *instance = me->state;
    (void)reply;
    if (call->port == PORT_CONNECT || (call->port == PORT_HEALTH && (!call->health.deep || instance->n_callees == 0))) {
        call_answer(sim, call, OUTCOME_OK);
        return;
    }
    if (call->port == PORT_HEALTH) {
        LOCALS(call, Serving)->next = 0;
        look_at_next(sim, me, call);
        return;
    }
    switch (station_enter(sim, &instance->station, call)) {
    case STATION_SERVE:
        work(sim, me, call);
        return;
    case STATION_WAITS:
        return;
    case STATION_REFUSES:
        call->http.why = WHY_THROTTLED;
        call_answer(sim, call, OUTCOME_ERROR);
    }
}

/* ---- whom a balancer's name means: looked up again and again, so that no request waits for it ---- */

#define LOOKS_AGAIN (5 * SECOND)

typedef struct {
    uint32_t callee;
} Looking;

static void look_up(Sim *sim, Entity *me, Call *loop, Call *reply);

static void told_where(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Instance *instance = me->state;
    const Entity *names = instance->callee[LOCALS(loop, Looking)->callee].names;
    bool is_told = reply->outcome == OUTCOME_OK && reply->dns.address[0] != NO_ADDRESS;
    for (guint i = 0; is_told && i < instance->n_callees; i++)
        if (instance->callee[i].names == names)
            instance->callee[i].to = sim_entity(sim, reply->dns.address[0]);
    call_wait(sim, loop, is_told ? MAX(1, reply->dns.ttl) : LOOKS_AGAIN, look_up);
}

static void look_up(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Instance *instance = me->state;
    Entity *names = instance->callee[LOCALS(loop, Looking)->callee].names;
    (void)reply;
    Call *call = call_new(sim, me, loop, names, PORT_DNS, told_where);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->dns = (DnsPort){.name = names->thing->index};
    call_send(sim, call, instance->patience);
}

static bool is_first_of(const Instance *instance, guint callee)
{
    const Entity *names = instance->callee[callee].names;
    for (guint i = 0; i < callee; i++)
        if (instance->callee[i].names == names)
            return false;
    return names != NULL;
}

static void start(Sim *sim, Entity *me)
{
    Instance *instance = me->state;
    sessions_start(sim, me);
    station_restart(sim, &instance->station);
    for (guint i = 0; i < instance->n_callees; i++) {
        if (!is_first_of(instance, i))
            continue;
        Call *loop = call_begin(sim, me, key_of(me->own_key ^ (uint64_t)PORT_DNS, i));
        LOCALS(loop, Looking)->callee = i;
        look_up(sim, me, loop, NULL);
    }
    for (guint i = 0; i < instance->n_callees; i++)
        if (instance->callee[i].pool && (i == 0 || instance->callee[i].pool != instance->callee[i - 1].pool))
            pool_start(sim, me, instance->callee[i].pool);
}

static void finish(Sim *sim, Entity *me)
{
    station_finish(sim, &((Instance *)me->state)->station);
}

static const Ops ops = {.role = "instance", .start = start, .asked = asked, .finish = finish};

/* ---- building ---- */

enum { MOST_ZONES = G_N_ELEMENTS(((Mix *)0)->share) };

/* How many stand in each zone that is named: whole ones, and what is left over to those that miss most by it. */
static void divide(const Config *config, guint n_servers[MOST_ZONES])
{
    double missing[MOST_ZONES];
    gint64 left = config->servers;
    for (guint i = 0; i < config->zones.n; i++) {
        double exact = config->zones.share[i] * (double)config->servers;
        n_servers[i] = (guint)(exact + 1e-9);
        missing[i] = exact - n_servers[i];
        left -= n_servers[i];
    }
    for (; left > 0; left--) {
        guint most = 0;
        for (guint i = 1; i < config->zones.n; i++)
            if (missing[i] > missing[most])
                most = i;
        n_servers[most]++;
        missing[most] = -1;
    }
}

/* Without a share for each zone they go in turn. */
static guint zone_for(const Config *config, guint server, guint n_zones)
{
    guint n_servers[MOST_ZONES], named = 0;
    if (config->zones.n == 0)
        return server % n_zones;
    divide(config, n_servers);
    for (; server >= n_servers[named]; named++)
        server -= n_servers[named];
    return (guint)config->zones.word[named];
}

static void build_region(Sim *sim, const Thing *thing, int region)
{
    const Config *config = thing_config(thing, region);
    const Region *where = &sim->world->region[region];
    Entity *store = sessions_build_store(sim, thing, &config->session, region);
    for (guint i = 0; i < config->servers; i++) {
        guint zone = zone_for(config, i, where->n_zones);
        g_autofree char *part = g_strdup_printf("@%s/%c/%u", where->name, zone_letter((int)zone), i + 1);
        Entity *me =
            entity_new(sim, thing, &ops, network_region(sim->network, region, (int)zone), sizeof(Instance), part);
        Instance *instance = me->state;
        station_init(sim, &instance->station, me, "service", config->workers, config->queue);
        instance->patience = call_patience(sim, config->timeout);
        instance->sessions = (Sessions){
            .config = &config->session, .store = store, .patience = instance->patience, .known = known, .failed = done};
        entity_open(sim, me);
    }
}

static void build(Sim *sim, const Thing *thing)
{
    for (guint region = 0; region < sim->world->n_running; region++)
        if (thing->runs_in[region])
            build_region(sim, thing, (int)region);
}

static void connect_one(Sim *sim, Entity *me)
{
    Instance *instance = me->state;
    const Config *config = me->config;
    Callee all[MOST_CALLS];
    if (config->session.kind == SESSIONS_GLOBAL)
        sessions_find_store(sim, me, config->session.store, config->workers);
    for (guint i = 0; i < config->calls.n; i++) {
        const Item *item = &config->calls.item[i];
        Callee callee = {.to = door_for(sim, me, item->to),
                         .store = strcmp(item->to.thing->component->kind, "database") == 0};
        callee.names = callee.to && !callee.store ? name_server_of(sim, item->to.thing, callee.to->region) : NULL;
        if (callee.to && callee.store && item->to.region == ANYWHERE)
            callee.pool = pool_new(sim, me, item->to.thing, callee.to, config->workers, instance->patience);
        for (guint n = (guint)item->quantity; n > 0 && instance->n_callees < MOST_CALLS; n--)
            all[instance->n_callees++] = callee;
    }
    instance->callee = arena_many(sim->arena, Callee, instance->n_callees);
    for (guint i = 0; i < instance->n_callees; i++)
        instance->callee[i] = all[i];
}

static void connect(Sim *sim, const Thing *thing)
{
    const GPtrArray *doors = sim->doors[thing->index];
    for (guint i = 0; i < doors->len; i++)
        connect_one(sim, g_ptr_array_index(doors, i));
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    double n = 0;
    sessions_check(&config->session, complaints);
    for (guint i = 0; i < world->n_running; i++) {
        const Mix *zones = &((const Config *)thing_config(thing, (int)i))->zones;
        for (guint j = 0; thing->runs_in[i] && j < zones->n; j++)
            if (!zone_check(world, (int)i, zones->word[j], "zones", complaints))
                break;
    }
    for (guint i = 0; i < config->calls.n; i++)
        n += config->calls.item[i].quantity;
    if (n > MOST_CALLS)
        complain(complaints, "calls", "out-of-range", "%g calls in one request; at most %d", n, MOST_CALLS);
}

static double bytes(const Thing *thing, const World *world)
{
    double sum = 0;
    for (guint i = 0; i < world->n_running; i++) {
        const Config *config = thing_config(thing, (int)i);
        double n_callees = 0;
        for (guint j = 0; j < config->calls.n; j++)
            n_callees += config->calls.item[j].quantity;
        if (thing->runs_in[i])
            sum += (double)config->servers * (ENTITY_BYTES + sizeof(Instance) + n_callees * sizeof(Callee));
    }
    return sum;
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    if (bound == BOUND_BYTES) {
        *value = bytes(thing, world);
        return true;
    }
    if (bound == BOUND_KEEPS_SESSIONS) {
        *value = ((const Config *)thing->config)->session.kind != SESSIONS_NONE;
        return true;
    }
    if (region < 0 || !thing->runs_in[region])
        return false;
    const Config *config = thing_config(thing, region);
    if (bound == BOUND_WORKERS)
        *value = (double)config->servers * (double)config->workers;
    else if (bound == BOUND_INSTANCES)
        *value = (double)config->servers;
    else if (bound == BOUND_ROOM)
        *value = (double)config->servers * (double)config->queue;
    else if (bound == BOUND_PATIENCE)
        *value = simtime_seconds(config->timeout);
    else if (bound == BOUND_READ_WORK || bound == BOUND_WRITE_WORK)
        *value = law_mean(&config->work) * 1e-9;
    else
        return false;
    return *value == *value;
}

static const Param params[] = {
    {.name = "servers",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, servers, gint64),
     .standard = "3",
     .least = 1,
     .most = 10000,
     .help = "Instances in each region, spread over its zones.",
     .source = "assumed: one per zone"},
    {.name = "work",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, work, Law),
     .most = 3.6e12,
     .help = "Time that a worker works on a request, without its calls."},
    {.name = "calls",
     .type = PARAM_REFERENCES,
     .offset = PARAM_FIELD(Config, calls, References),
     .standard = "",
     .choices = "database service balancer",
     .quantity = DIMENSION_TIMES,
     .help = "What a request asks for, one after the other: the item read or written."},
    {.name = "workers",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, workers, gint64),
     .standard = "9",
     .least = 1,
     .most = 1e6,
     .help = "Requests that one instance works on at a time.",
     .source = "D, Gunicorn design: 2 x cores + 1 workers to begin with; 4 cores assumed"},
    {.name = "queue",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, queue, gint64),
     .standard = "100",
     .most = 1e9,
     .help = "Requests that may wait for a worker of an instance; further ones are refused.",
     .source = "Apache Tomcat HTTP connector: acceptCount 100"},
    {.name = "errors",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, errors, double),
     .standard = "0%",
     .most = 1,
     .help = "Share of requests that fail after the work, whatever else happens.",
     .source = "assumed: none"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, timeout, SimTime),
     .standard = "2s",
     .least = 1e6,
     .most = 3.6e12,
     .help = "How long it waits for the answer to each of its calls.",
     .source = "assumed"},
    {.name = "answer-size",
     .type = PARAM_SIZE,
     .offset = PARAM_FIELD(Config, answer_size, gint64),
     .standard = "0B",
     .most = 1e9,
     .help = "Bytes of its answers, for the links that they pass.",
     .source = "assumed: they take no room"},
    {.name = "question-size",
     .type = PARAM_SIZE,
     .offset = PARAM_FIELD(Config, question_size, gint64),
     .standard = "0B",
     .most = 1e9,
     .help = "Bytes of each of its calls, for the links that they pass.",
     .source = "assumed: they take no room"},
    {.name = "zones",
     .type = PARAM_MIX,
     .offset = PARAM_FIELD(Config, zones, Mix),
     .standard = "",
     .choices = ZONE_LETTERS,
     .help = "Which share of its instances stands in each zone (10% a, 90% b); absent: in turn."},
    {.name = "regions",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, regions, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "Where it runs; absent: in every region of the scenario."},
    SESSION_PARAMS(Config),
    PARAM_END,
};

static const char *const feeds[] = {
    "busy", "queue.length", "queue.refused", "reads.stale", "reads.staleness", "sessions.violations", NULL};

const Component service_component = {
    .kind = "service",
    .name = "service",
    .summary = "Instances with workers and a bounded queue that call databases and other services.",
    .usual = true,
    .existence = EXISTS_PER_REGION,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .bound = bound,
    .build = build,
    .connect = connect,
};
