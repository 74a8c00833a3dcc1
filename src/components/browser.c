/* Browser: a population of users with keep-alive connections.
 *
 * Open loop: requests come as a Poisson process whatever becomes of them.  A request is made by a user drawn at random,
 * who looks the name up at a resolver of the same city (unless a connection is open), connects, asks, and tries again
 * when that fails: then from the look-up on, so that the next attempt resolves and picks anew.  Who has written may
 * read the same item a while later: a request of its own. */
#include "base/real.h"
#include "model/observer.h"
#include "model/sim.h"
#include <inttypes.h>
#include <string.h>
#include "base/poison.h"

typedef struct {
    Places places;
    double rate;
    Mix mix;
    Law items;
    Reference enter;
    SimTime think, timeout, backoff, idle, keep_alive;
    gint64 retries, handshake, resolvers;
    double mobile, extenders;
    Law access, hold, read_back;
} Config;

typedef struct {
    Entity *server; /* NULL: no connection */
    SimTime idle_until, close_at, connected_at, access;
    uint32_t resolver;
} User;

/* The users of one city. */
typedef struct {
    Population *population;
    const Thing *dns; /* NULL: they know the address */
    Entity *door;     /* then this is it */
    double gap_ns;    /* mean time between arrivals */
    uint64_t n_requests;
    guint n_users, n_resolvers;
    User *user;
    UserMark *mark;
    Entity **resolver;
    unsigned patience;
    Retry retry;
} City;

typedef struct {
    SimTime issued_at;
    uint32_t user, item;
    uint8_t op, why;
    bool back; /* reads what the user has just written */
} Browsing;

enum { NOT_ISSUED = -1 };

/* ---- resolvers: each remembers the answer for as long as it was told, or longer ---- */

typedef struct {
    const City *city;
    Entity *authority;
    Entity *server;
    SimTime fresh_until;
    bool asking, extends;
    unsigned patience;
    double lookups_per_ns; /* expected, for the equilibrium at the start */
    Line waiting;
} Resolver;

static SimTime hold_of(const Entity *me, const Resolver *resolver, SimTime ttl, SimTime now)
{
    const Config *config = me->config;
    if (!resolver->extends)
        return ttl;
    return MAX(ttl, law_time(&config->hold, key_of(me->own_key ^ (uint64_t)DRAW_HOLD << 48, (uint64_t)now)));
}

static void tell(Sim *sim, const Resolver *resolver, Call *call, Outcome outcome)
{
    TELL(sim, call->caller, "is told %s",
         outcome == OUTCOME_OK && resolver->server ? resolver->server->name : "nothing");
    call->dns.address[0] = resolver->server ? resolver->server->id : NO_ADDRESS;
    call->dns.address[1] = NO_ADDRESS;
    call->dns.ttl = MAX(0, resolver->fresh_until - sim_now(sim));
    call_answer(sim, call, outcome);
}

static Entity *first_of(const Sim *sim, const Call *reply)
{
    return reply->dns.address[0] == NO_ADDRESS ? NULL : sim_entity(sim, reply->dns.address[0]);
}

static void told(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Resolver *resolver = me->state;
    (void)call;
    resolver->asking = false;
    if (reply->outcome == OUTCOME_OK) {
        resolver->server = first_of(sim, reply);
        resolver->fresh_until = sim_now(sim) + hold_of(me, resolver, reply->dns.ttl, sim_now(sim));
        TELL(sim, me, "is told %s for %s", resolver->server ? resolver->server->name : "nothing",
             resolver->city->dns->name);
    }
    for (Call *waiting; (waiting = line_pop(sim, &resolver->waiting));)
        tell(sim, resolver, waiting, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_ERROR);
}

static void ask_authority(Sim *sim, Entity *me, Call *parent, Step then)
{
    Resolver *resolver = me->state;
    Call *question = call_new(sim, me, parent, resolver->authority, PORT_DNS, then);
    question->dns = (DnsPort){.name = resolver->city->dns->index};
    call_send(sim, question, resolver->patience);
}

static void resolver_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Resolver *resolver = me->state;
    (void)reply;
    bool fresh = resolver->fresh_until > sim_now(sim);
    observe_lookup(sim, resolver->city->population, resolver->city->dns, fresh ? LOOKUP_HIT : LOOKUP_MISS);
    if (fresh) {
        tell(sim, resolver, call, OUTCOME_OK);
        return;
    }
    line_push(sim, &resolver->waiting, call);
    if (resolver->asking)
        return;
    resolver->asking = true;
    ask_authority(sim, me, NULL, told);
}

/* Caches begin in equilibrium: a resolver with look-ups at rate q holds an answer with probability qτ/(1 + qτ), of
 * uniform age (models.md 3, renewal theory); all cold at one instant they would expire together. */
static void primed(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Resolver *resolver = me->state;
    if (reply->outcome == OUTCOME_OK && resolver->fresh_until == 0) {
        SimTime hold = hold_of(me, resolver, reply->dns.ttl, 0);
        double asks = resolver->lookups_per_ns * (double)hold;
        resolver->server = first_of(sim, reply);
        if (unit_of(call_draw(me, root, DRAW_CACHED)) < asks / (1 + asks))
            resolver->fresh_until =
                sim_now(sim) + (SimTime)(unit_of(call_draw(me, root, DRAW_RESIDUAL)) * (double)hold);
    }
    call_end(sim, root);
}

static void resolver_start(Sim *sim, Entity *me)
{
    ask_authority(sim, me, call_begin(sim, me, me->own_key), primed);
}

static const Ops resolver_ops = {.role = "resolver", .start = resolver_start, .asked = resolver_asked};

/* ---- a request ---- */

static void browse(Sim *sim, Entity *me, Call *request, Call *reply);
static void read_back(Sim *sim, Entity *me, Call *request, Call *reply);

static void close_connection(Sim *sim, City *city, User *user)
{
    if (!user->server)
        return;
    user->server = NULL;
    observe_connection(sim, city->population, true);
}

static void failed(Sim *sim, Entity *me, Call *request, Why why)
{
    City *city = me->state;
    Browsing *mine = LOCALS(request, Browsing);
    mine->why = (uint8_t)why;
    if (call_again(sim, me, request, &city->retry, browse))
        return;
    TELL(sim, me, "request fails: %s", why_names[why]);
    request->outcome = OUTCOME_ERROR; /* for who watches */
    observe_failed(sim, city->population, &city->mark[mine->user], mine->op, why, mine->issued_at);
    call_end(sim, request);
}

static Why why_not(const Call *reply)
{
    switch ((Outcome)reply->outcome) {
    case OUTCOME_TIMEOUT:
        return WHY_TIMEOUT;
    case OUTCOME_REFUSED:
    case OUTCOME_RESET:
        return WHY_REFUSED;
    case OUTCOME_OK:
    case OUTCOME_ERROR:
        break;
    }
    return reply->port == PORT_HTTP && reply->http.why != WHY_NONE ? (Why)reply->http.why : WHY_ERROR;
}

static void plan_to_read_back(Sim *sim, Entity *me, Call *request)
{
    const Config *config = me->config;
    const Browsing *mine = LOCALS(request, Browsing);
    Call *again = call_begin(sim, me, key_of(request->story, DRAW_READ_BACK));
    *LOCALS(again, Browsing) =
        (Browsing){.issued_at = NOT_ISSUED, .user = mine->user, .item = mine->item, .op = OP_READ, .back = true};
    call_wait(sim, again, law_time(&config->read_back, call_draw(me, request, DRAW_READ_BACK)), read_back);
}

static void answered(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    Browsing *mine = LOCALS(request, Browsing);
    User *user = &city->user[mine->user];
    if (reply->outcome == OUTCOME_OK) {
        const Config *config = me->config;
        if (mine->back)
            observe_read_back(sim, city->population, reply->http.stale, mine->issued_at);
        else if (mine->op == OP_WRITE && config->read_back.kind != LAW_NONE)
            plan_to_read_back(sim, me, request);
        user->idle_until = sim_now(sim) + config->idle;
        TELL(sim, me, "request answered after %.1f ms", (double)(sim_now(sim) - mine->issued_at) * 1e-6);
        observe_answered(sim, city->population, &city->mark[mine->user], mine->op, reply->http.served_by,
                         mine->issued_at);
        call_end(sim, request);
        return;
    }
    if (reply->outcome != OUTCOME_ERROR)
        close_connection(sim, city, user);
    failed(sim, me, request, why_not(reply));
}

static void ask(Sim *sim, Entity *me, Call *request, Entity *server, SimTime connected_at)
{
    City *city = me->state;
    const Browsing *mine = LOCALS(request, Browsing);
    Call *question = call_new(sim, me, request, server, PORT_HTTP, answered);
    question->http = (HttpPort){.flow = NO_FLOW,
                                .item = mine->item,
                                .op = mine->op,
                                .served_by = NO_REGION,
                                .asker = population_number(city->population)};
    question->access = city->user[mine->user].access;
    question->connected_at = connected_at;
    call_send(sim, question, city->patience);
}

static void connected(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    const Config *config = me->config;
    User *user = &city->user[LOCALS(request, Browsing)->user];
    if (reply->outcome != OUTCOME_OK) {
        failed(sim, me, request, why_not(reply));
        return;
    }
    user->server = reply->callee;
    user->connected_at = sim_now(sim);
    user->idle_until = sim_now(sim) + config->idle;
    user->close_at = sim_now(sim) + config->keep_alive;
    observe_connection(sim, city->population, false);
    ask(sim, me, request, user->server, user->connected_at);
}

static void connect_to(Sim *sim, Entity *me, Call *request, Entity *server)
{
    City *city = me->state;
    const Config *config = me->config;
    if (config->handshake == 0) {
        ask(sim, me, request, server, 0);
        return;
    }
    Call *question = call_new(sim, me, request, server, PORT_CONNECT, connected);
    question->round_trips = (uint8_t)config->handshake;
    question->access = city->user[LOCALS(request, Browsing)->user].access;
    call_send(sim, question, city->patience);
}

static void resolved(Sim *sim, Entity *me, Call *request, Call *reply)
{
    const City *city = me->state;
    if (reply->outcome != OUTCOME_OK) {
        observe_lookup(sim, city->population, city->dns, LOOKUP_FAILED);
        failed(sim, me, request, WHY_NO_ANSWER);
    } else if (!first_of(sim, reply)) {
        observe_lookup(sim, city->population, city->dns, LOOKUP_EMPTY);
        failed(sim, me, request, WHY_EMPTY_DNS);
    } else {
        connect_to(sim, me, request, first_of(sim, reply));
    }
}

static void browse(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    const Browsing *mine = LOCALS(request, Browsing);
    User *user = &city->user[mine->user];
    (void)reply;
    observe_attempt(sim, city->population, mine->issued_at);
    if (user->server && user->idle_until > sim_now(sim) && user->close_at > sim_now(sim)) {
        ask(sim, me, request, user->server, user->connected_at);
        return;
    }
    user->server = NULL;
    if (!city->dns) {
        connect_to(sim, me, request, city->door);
        return;
    }
    Call *question = call_new(sim, me, request, city->resolver[user->resolver], PORT_DNS, resolved);
    question->dns = (DnsPort){.name = city->dns->index};
    question->access = user->access;
    call_send(sim, question, city->patience);
}

static Op draw_op(const Config *config, uint64_t bits)
{
    double u = unit_of(bits);
    for (guint i = 0; i + 1 < config->mix.n; i++) {
        if (u < config->mix.share[i])
            return (Op)config->mix.word[i];
        u -= config->mix.share[i];
    }
    return (Op)config->mix.word[config->mix.n - 1];
}

/* ---- arrivals ---- */

static void arrive(Sim *sim, Entity *me, Call *loop, Call *reply);

static void wait_for_next(Sim *sim, Entity *me, Call *loop)
{
    City *city = me->state;
    uint64_t key = key_of(me->own_key ^ (uint64_t)DRAW_GAP << 48, city->n_requests);
    SimTime gap = (SimTime)(-real_log(unit_of(key)) * city->gap_ns);
    if (sim_now(sim) + gap >= sim->horizon)
        call_end(sim, loop);
    else
        call_wait(sim, loop, gap, arrive);
}

static void arrive(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    City *city = me->state;
    const Config *config = me->config;
    Call *request = call_begin(sim, me, key_of(me->own_key, city->n_requests++));
    *LOCALS(request, Browsing) = (Browsing){
        .issued_at = sim_now(sim),
        .user = below(call_draw(me, request, DRAW_USER), city->n_users),
        .item = (uint32_t)law_draw(&config->items, call_draw(me, request, DRAW_ITEM)),
        .op = (uint8_t)draw_op(config, call_draw(me, request, DRAW_OP)),
    };
    TELL(sim, me, "request %016" PRIx64 ": user %u %ss item %u", request->story, LOCALS(request, Browsing)->user,
         op_names[LOCALS(request, Browsing)->op], LOCALS(request, Browsing)->item);
    observe_issued(sim, city->population, LOCALS(request, Browsing)->op);
    wait_for_next(sim, me, loop);
    browse(sim, me, request, reply);
}

static void read_back(Sim *sim, Entity *me, Call *request, Call *reply)
{
    Browsing *mine = LOCALS(request, Browsing);
    if (sim_now(sim) >= sim->horizon) {
        call_end(sim, request);
        return;
    }
    mine->issued_at = sim_now(sim);
    TELL(sim, me, "request %016" PRIx64 ": user %u reads item %u back", request->story, mine->user, mine->item);
    observe_issued(sim, ((City *)me->state)->population, OP_READ);
    browse(sim, me, request, reply);
}

static void start(Sim *sim, Entity *me)
{
    Call *loop = call_begin(sim, me, me->own_key);
    LOCALS(loop, Browsing)->issued_at = NOT_ISSUED;
    wait_for_next(sim, me, loop);
}

typedef struct {
    const Sim *sim;
    const Ops *ops;
} OpenCount;

static void count_open(void *whose, const Call *call)
{
    const OpenCount *count = whose;
    if (call->caller || call->callee->ops != count->ops)
        return;
    SimTime issued_at = LOCALS((Call *)(gpointer)(guintptr)call, Browsing)->issued_at;
    if (issued_at >= 0 && sim_measuring(count->sim, issued_at))
        observe_in_flight(((City *)call->callee->state)->population, 1);
}

/* The first of all cities counts for all: one walk, however many populations there are. */
static void finish(Sim *sim, Entity *me)
{
    OpenCount count = {sim, me->ops};
    guint first = 0;
    while (((const Entity *)g_ptr_array_index(sim->entities, first))->ops != me->ops)
        first++;
    if (first == me->id)
        calls_walk(sim, count_open, &count);
}

static const Ops city_ops = {.role = "users", .start = start, .finish = finish};

/* ---- building ---- */

enum { MOST_USERS = 1000000000 };

static double users_of(const Config *config, double share)
{
    return config->rate * share * simtime_seconds(config->think);
}

static void build_users(Sim *sim, Entity *me, const AtlasPlace *place)
{
    City *city = me->state;
    const Config *config = me->config;
    const char *continent = place ? place->continent : "NA";
    Law fixed = atlas_access(sim->world->atlas, continent, false),
        mobile = atlas_access(sim->world->atlas, continent, true);
    city->user = arena_many(sim->arena, User, city->n_users);
    city->mark = observe_users(city->population, city->n_users);
    for (guint i = 0; i < city->n_users; i++) {
        uint64_t key = key_of(me->own_key ^ (uint64_t)DRAW_ACCESS << 48, i);
        const Law *law = config->access.kind != LAW_NONE             ? &config->access
                         : unit_of(key_nth(key, 1)) < config->mobile ? &mobile
                                                                     : &fixed;
        city->user[i].access = law_time(law, key);
        city->user[i].resolver = below(key_nth(key, 2), city->n_resolvers);
    }
}

static void build_resolvers(Sim *sim, const Thing *thing, const Entity *me)
{
    City *city = me->state;
    const Config *config = me->config;
    double per_user = 1 / (city->gap_ns * city->n_users);
    double needs_lookup = config->handshake == 0 ? 1 : real_exp(-per_user * (double)config->idle);
    city->resolver = arena_many(sim->arena, Entity *, city->n_resolvers);
    for (guint i = 0; i < city->n_resolvers; i++) {
        g_autofree char *part = g_strdup_printf("%s/resolver/%u", me->name + strlen(thing->name), i + 1);
        Entity *entity = entity_new(sim, thing, &resolver_ops, me->place, sizeof(Resolver), part);
        Resolver *resolver = entity->state;
        resolver->city = city;
        resolver->extends = unit_of(key_of(entity->own_key, DRAW_EXTENDS)) < config->extenders;
        resolver->lookups_per_ns = needs_lookup / (city->gap_ns * city->n_resolvers);
        city->resolver[i] = entity;
    }
}

static void build_city(Sim *sim, const Thing *thing, const char *name, const AtlasPlace *place, double share)
{
    const Config *config = thing->config;
    g_autofree char *part = g_strdup_printf("@%s", name);
    Entity *me = entity_new(sim, thing, &city_ops, network_city(sim->network, name), sizeof(City), part);
    City *city = me->state;
    bool by_name = strcmp(config->enter.thing->component->kind, "dns") == 0;
    *city = (City){
        .population = observe_population(sim, thing),
        .dns = by_name ? config->enter.thing : NULL,
        .gap_ns = 1e9 / (config->rate * share),
        .n_users = (guint)MAX(1, users_of(config, share) + 0.5),
        .n_resolvers = (guint)MAX(1, (double)config->resolvers * share + 0.5),
        .patience = call_patience(sim, config->timeout),
        .retry = {.tries = (uint16_t)(1 + config->retries), .backoff = config->backoff, .most = 20 * SECOND},
    };
    build_users(sim, me, place);
    if (by_name)
        build_resolvers(sim, thing, me);
    entity_open(sim, me);
}

static void build(Sim *sim, const Thing *thing)
{
    enum { MOST_CITIES = 256 };
    const Config *config = thing->config;
    for (guint i = 0; i < config->places.n; i++) {
        const WeightedPlace *where = &config->places.place[i];
        guint city[MOST_CITIES], n = atlas_find_places(sim->world->atlas, where->name, city, MOST_CITIES);
        double total = 0;
        for (guint j = 0; j < n; j++)
            total += atlas_place(sim->world->atlas, city[j])->weight;
        for (guint j = 0; j < n; j++) {
            const AtlasPlace *place = atlas_place(sim->world->atlas, city[j]);
            build_city(sim, thing, place->name, place, where->share * place->weight / total);
        }
        if (n == 0)
            build_city(sim, thing, where->name, NULL, where->share);
    }
}

static void connect(Sim *sim, const Thing *thing)
{
    enum { MOST_CITIES = 4096 };
    const Config *config = thing->config;
    Entity *me[MOST_CITIES];
    guint n = doors_of(sim, thing, ANYWHERE, me, MOST_CITIES);
    for (guint i = 0; i < n; i++) {
        City *city = me[i]->state;
        Entity *door = door_for(sim, me[i], config->enter);
        city->door = door;
        for (guint j = 0; city->dns && j < city->n_resolvers; j++) {
            Resolver *resolver = city->resolver[j]->state;
            resolver->authority = door;
            resolver->patience = call_patience(sim, 5 * SECOND);
        }
    }
}

/* Users reach any region that a name may answer with. */
static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    if (users_of(config, 1) > MOST_USERS)
        complain(complaints, "think", "out-of-range", "rate × think makes %.3g users; at most %d", users_of(config, 1),
                 MOST_USERS);
    for (guint i = 0; i < config->places.n; i++)
        for (guint region = 0; region < world->n_running; region++) {
            const char *missing = network_missing(world, config->places.place[i].name, world->region[region].name);
            if (missing)
                complain(complaints, "places", "no-path",
                         "no distance is known between %s and %s; write a [link ...] with from, to and rtt", missing,
                         world->region[region].name);
        }
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing->config;
    (void)world;
    (void)region;
    if (bound == BOUND_ATTEMPTS)
        *value = 1 + (double)config->retries;
    else if (bound == BOUND_BYTES)
        *value = users_of(config, 1) * (double)(sizeof(User) + sizeof(UserMark)) +
                 (double)config->resolvers * (double)(ENTITY_BYTES + sizeof(Resolver) + sizeof(Entity *));
    else
        return false;
    return true;
}

static const Param params[] = {
    {.name = "places",
     .type = PARAM_PLACES,
     .offset = PARAM_FIELD(Config, places, Places),
     .flags = PARAM_EVERYWHERE,
     .help = "Where the users are: countries, places or regions, with their shares."},
    {.name = "rate",
     .type = PARAM_RATE,
     .offset = PARAM_FIELD(Config, rate, double),
     .least = 1e-6,
     .most = 1e7,
     .help = "Arrival rate of requests of the whole population; Poisson, whatever becomes of them."},
    {.name = "mix",
     .type = PARAM_MIX,
     .offset = PARAM_FIELD(Config, mix, Mix),
     .standard = "80% read, 20% write",
     .choices = "read write",
     .help = "Shares of reads and writes.",
     .source = "assumed"},
    {.name = "read-back",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, read_back, Law),
     .standard = "",
     .most = 8.64e13,
     .help = "After each answered write the user reads the item, this much later: a request more; absent: never."},
    {.name = "items",
     .type = PARAM_LAW_OF_ITEMS,
     .offset = PARAM_FIELD(Config, items, Law),
     .standard = "zipf(1M, 0.9)",
     .most = 4e9,
     .help = "Which item a request is about.",
     .source = "assumed"},
    {.name = "enter",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, enter, Reference),
     .choices = "dns balancer service",
     .help = "What they ask first: a name, or a balancer or service whose address they know."},
    {.name = "think",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, think, SimTime),
     .standard = "30s",
     .least = 1e6,
     .most = 8.64e13,
     .help = "Mean time between two requests of one user: rate × think is the number of users.",
     .source = "assumed"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, timeout, SimTime),
     .standard = "3s",
     .least = 1e6,
     .most = 3.6e12,
     .help = "How long a user waits for each answer: look-up, connection, request.",
     .source = "assumed"},
    {.name = "retries",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, retries, gint64),
     .standard = "1",
     .most = 100,
     .help = "Further attempts after a failed one, from the look-up on.",
     .source = "assumed"},
    {.name = "backoff",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, backoff, SimTime),
     .standard = "100ms",
     .most = 3.6e12,
     .help = "Before attempt n a user waits a uniform time up to backoff × 2^(n-1), at most 20 s (full jitter).",
     .source = "form: AWS Architecture Blog, Exponential Backoff And Jitter, 2015; base: assumed"},
    {.name = "handshake",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, handshake, gint64),
     .standard = "2",
     .most = 10,
     .help = "Round trips to open a connection: TCP and TLS 1.3; 0: none, and none is kept.",
     .source = "RFC 9293 (1) and RFC 8446 (1)"},
    {.name = "idle",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, idle, SimTime),
     .standard = "60s",
     .most = 8.64e13,
     .help = "An open connection is closed after this time without a request.",
     .source = "D, ALB application-load-balancers: idle timeout 60 s"},
    {.name = "keep-alive",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, keep_alive, SimTime),
     .standard = "1h",
     .least = 1e6,
     .most = 8.64e13,
     .help = "Even a busy connection is closed after this time.",
     .source = "N, ALB client keep-alive 3600 s, ARC best practices, 2026"},
    {.name = "mobile",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, mobile, double),
     .standard = "50%",
     .most = 1,
     .help = "Share of the users on mobile access; the others have a fixed line.",
     .source = "assumed"},
    {.name = "access",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, access, Law),
     .standard = "",
     .most = 4e9,
     .help = "Round trip of the last mile, one draw per user; absent: the tables for fixed and mobile access."},
    {.name = "resolvers",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, resolvers, gint64),
     .standard = "100",
     .least = 1,
     .most = 1e6,
     .help = "Recursive resolvers that the population shares, spread like its users.",
     .source = "assumed"},
    {.name = "ttl-extenders",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, extenders, double),
     .standard = "8.74%",
     .most = 1,
     .help = "Share of resolvers that keep an answer longer than its TTL.",
     .source = "P, Bhowmick et al., PAM 2023, doi 10.1007/978-3-031-28486-1_23"},
    {.name = "ttl-hold",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, hold, Law),
     .standard = "5m",
     .most = 8.64e13,
     .help = "How long those keep it in all, at least the TTL.",
     .source = "assumed"},
    PARAM_END,
};

static const char *const feeds[] = {"attempts.per_request", "availability",    "connections.broken",
                                    "connections.opened",   "dns.lookups",     "failover.half",
                                    "failover.time",        "latency",         "readback.stale",
                                    "requests.answered",    "requests.failed", "requests.in_flight",
                                    "requests.issued",      "routing.share",   NULL};

const Component browser_component = {
    .kind = "clients",
    .name = "browser",
    .summary = "Users who keep connections open, wait a while for an answer and try again.",
    .usual = true,
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .bound = bound,
    .build = build,
    .connect = connect,
};
