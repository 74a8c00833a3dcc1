/* Browser: a population of users with keep-alive connections.
 *
 * A request is made by a user drawn at random, who looks the name up (unless a connection is open, or his machine
 * remembers), connects, asks, and tries again when that fails: then from the look-up on, so that the next attempt
 * resolves and picks anew, and after so many attempts at another entry, where there is one.  Who travels is at two
 * places, and makes each of his requests from one of them. */
#include "base/real.h"
#include "kernel/renewal.h"
#include "model/access.h"
#include "model/complaints.h"
#include "model/connecting.h"
#include "model/demand.h"
#include "model/entry.h"
#include "model/observer.h"
#include "model/sessions.h"
#include "model/sim.h"
#include "model/stub.h"
#include "model/travel.h"
#include <inttypes.h>
#include <string.h>
#include "base/poison.h"

typedef struct {
    Places places;
    DemandConfig demand;
    TravelConfig travel;
    SimTime timeout, backoff, idle, keep_alive;
    gint64 retries, question_size;
    AccessConfig access;
    EntryConfig entry;
    ConnectingConfig connecting;
    ResolverConfig resolvers;
    StubConfig stub;
} Config;

/* A user at one place. */
typedef struct {
    SimTime idle_until, close_at, connected_at; /* close_at 0: never connected yet */
    uint32_t server;                            /* NO_ADDRESS: no connection */
    uint32_t flow, access, resolver;
} User;

/* The users of one city: those who live there, or those who come there. */
typedef struct {
    Population *population;
    Entries entries;
    double gap_ns; /* mean time between arrivals */
    DemandSpan span;
    uint64_t n_requests;
    guint n_users;
    uint32_t first_user; /* his number within the population */
    uint8_t round_trips; /* to open a connection; 0: none is kept */
    bool abroad;         /* they come */
    User *user;
    Cookie *cookie; /* of those who live there */
    Person *other;  /* who lives there: he when he is away; who comes: he at home; NULL: nobody travels */
    UserMark *mark;
    Seconds *seconds;
    Stubs *stubs; /* NULL: nobody remembers an answer */
    Resolvers *resolvers;
    unsigned patience;
    Retry retry;
} City;

typedef struct {
    Connecting connecting; /* the request's issued_at is there */
    uint32_t user, item;
    uint8_t op, why;
    bool back;   /* reads what the user has just written */
    bool reused; /* asks on a connection that has carried a request before */
    bool resent; /* has been sent anew because that was closed */
} Browsing;

static SimTime issued_at(const Browsing *request)
{
    return request->connecting.issued_at;
}

static uint32_t number_of(const City *city, uint32_t user)
{
    return city->abroad ? ((const City *)city->other[user].at->state)->first_user + city->other[user].number
                        : city->first_user + user;
}

static Cookie *cookie_of(const City *city, uint32_t user)
{
    return city->abroad ? &((const City *)city->other[user].at->state)->cookie[city->other[user].number]
                        : &city->cookie[user];
}

/* ---- a request ---- */

static void browse(Sim *sim, Entity *me, Call *request, Call *reply);
static void read_back(Sim *sim, Entity *me, Call *request, Call *reply);

static void close_connection(Sim *sim, City *city, User *user)
{
    if (user->server == NO_ADDRESS)
        return;
    user->server = NO_ADDRESS;
    observe_connection(sim, city->population, true);
}

static void failed(Sim *sim, Entity *me, Call *request, Why why)
{
    City *city = me->state;
    const Config *config = me->config;
    Browsing *mine = LOCALS(request, Browsing);
    mine->why = (uint8_t)why;
    if (call_again(sim, me, request, &city->retry, browse)) {
        if (config->entry.fallback.thing && request->attempt == config->entry.fallback_after)
            city->user[mine->user].server = NO_ADDRESS;
        return;
    }
    TELL(sim, me, "request fails: %s", why_names[why]);
    request->outcome = OUTCOME_ERROR; /* for who watches */
    observe_failed(sim, city->population, &city->mark[mine->user], mine->op, why, issued_at(mine));
    call_end(sim, request);
}

static void plan_to_read_back(Sim *sim, Entity *me, Call *request)
{
    const Config *config = me->config;
    const City *city = me->state;
    const Browsing *mine = LOCALS(request, Browsing);
    uint64_t story = key_of(request->story, DRAW_READ_BACK);
    SimTime after = law_time(&config->demand.read_back, call_draw(me, request, DRAW_READ_BACK));
    Person reader = {me, mine->user};
    if (city->other && travel_reads_away(&config->travel, city->abroad, key_of(story, DRAW_AWAY)) != city->abroad)
        reader = city->other[mine->user];
    Call *again = call_begin(sim, reader.at, story);
    *LOCALS(again, Browsing) = (Browsing){
        .connecting.issued_at = NOT_ISSUED, .user = reader.number, .item = mine->item, .op = OP_READ, .back = true};
    call_wait(sim, again, after, read_back);
}

static inline void learn(Sim *sim, const City *city, uint32_t user, const HttpPort *told)
{
    if (G_LIKELY(told->session == NEW_SESSION)) /* nobody keeps it */
        return;
    CookieNews news = cookie_learn(cookie_of(city, user), told);
    if (news != COOKIE_KNOWN)
        observe_session(sim, city->population, news == COOKIE_LOST);
}

static void answered(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    Browsing *mine = LOCALS(request, Browsing);
    User *user = &city->user[mine->user];
    if (reply->outcome == OUTCOME_OK) {
        const Config *config = me->config;
        if (mine->back)
            observe_read_back(sim, city->population, reply->http.stale, issued_at(mine));
        else if (mine->op == OP_WRITE && config->demand.read_back.kind != LAW_NONE)
            plan_to_read_back(sim, me, request);
        user->idle_until = sim_now(sim) + config->idle;
        learn(sim, city, mine->user, &reply->http);
        TELL(sim, me, "request answered after %.1f ms", (double)(sim_now(sim) - issued_at(mine)) * 1e-6);
        observe_answered(sim, city->population, &city->mark[mine->user], mine->op, reply->http.served_by,
                         issued_at(mine));
        call_end(sim, request);
        return;
    }
    if (reply->outcome != OUTCOME_ERROR)
        close_connection(sim, city, user);
    else
        learn(sim, city, mine->user, &reply->http);
    if (reply->outcome == OUTCOME_RESET && mine->reused) { /* it was closed while idle: as if there had been none */
        mine->resent = true;
        browse(sim, me, request, NULL);
    } else {
        failed(sim, me, request, why_of(reply));
    }
}

static void ask(Sim *sim, Entity *me, Call *request, Entity *server, const User *user, SimTime connected_at)
{
    const City *city = me->state;
    const Browsing *mine = LOCALS(request, Browsing);
    Call *question = call_new(sim, me, request, server, PORT_HTTP, answered);
    question->http = (HttpPort){.flow = connected_at ? user->flow : NO_FLOW,
                                .item = mine->item,
                                .op = mine->op,
                                .served_by = NO_REGION,
                                .asker = population_number(city->population),
                                .user = number_of(city, mine->user)};
    cookie_show(cookie_of(city, mine->user), &question->http);
    question->access = user->access;
    question->bytes = (uint32_t)((const Config *)me->config)->question_size;
    question->connected_at = connected_at;
    if (G_UNLIKELY(mine->resent))
        call_is_nth(question, 1);
    call_send(sim, question, city->patience);
}

/* A user's first connection of the run may be one that was open before it (after a long while a connection that is used
 * all the time is, but for the thinking after it, at any point of its life): else all would end together. */
static SimTime closes_at(const Sim *sim, const Entity *me, uint32_t user)
{
    const City *city = me->state;
    const Config *config = me->config;
    SimTime life = config->keep_alive;
    if (city->user[user].close_at == 0) {
        uint64_t key = key_of(me->own_key ^ (uint64_t)DRAW_PHASE << 48, user);
        SimTime until = (SimTime)(unit_of(key_nth(key, 0)) * (double)life);
        bool was_open = unit_of(key_nth(key, 1)) < renewal_share((double)life, (double)config->demand.think);
        if (was_open && until > sim_now(sim))
            return until;
    }
    return sim_now(sim) + life;
}

static void connected(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    const Config *config = me->config;
    const Browsing *mine = LOCALS(request, Browsing);
    User *user = &city->user[mine->user];
    if (reply->outcome != OUTCOME_OK) {
        failed(sim, me, request, why_of(reply));
        return;
    }
    user->server = reply->callee->id;
    user->flow = reply->connect.flow;
    user->connected_at = sim_now(sim);
    user->idle_until = sim_now(sim) + config->idle;
    user->close_at = closes_at(sim, me, mine->user);
    observe_connection(sim, city->population, false);
    ask(sim, me, request, reply->callee, user, user->connected_at);
}

static void connect_to(Sim *sim, Entity *me, Call *request, uint32_t first, uint32_t second)
{
    const City *city = me->state;
    Browsing *mine = LOCALS(request, Browsing);
    const User *user = &city->user[mine->user];
    mine->reused = false;
    observe_sent(sim, city->population, sim_entity(sim, first)->region, false, issued_at(mine));
    if (city->round_trips == 0) {
        ask(sim, me, request, sim_reached(sim, me, first), user, 0);
        return;
    }
    mine->connecting.then = connected;
    mine->connecting.access = user->access;
    mine->connecting.patience = (uint16_t)city->patience;
    mine->connecting.round_trips = city->round_trips;
    connecting_begin(sim, request, city->seconds, first, second);
}

/* ---- looking up ---- */

static void resolved(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    const Config *config = me->config;
    const Entry *entry = entry_of(&config->entry, &city->entries, request);
    const uint32_t *address = reply->dns.address;
    uint32_t number = LOCALS(request, Browsing)->user;
    if (reply->outcome != OUTCOME_OK) {
        observe_lookup(sim, city->population, entry->name, LOOKUP_FAILED);
        failed(sim, me, request, WHY_NO_ANSWER);
        return;
    }
    if (city->stubs)
        stub_told(sim, city->stubs, number, entry->nth_name, &reply->dns);
    if (address[0] != NO_ADDRESS) {
        connect_to(sim, me, request, address[0], address[1]);
        return;
    }
    observe_lookup(sim, city->population, entry->name, LOOKUP_EMPTY);
    failed(sim, me, request, WHY_EMPTY_DNS);
}

/* True: his own machine knows. */
static bool remembered(Sim *sim, Entity *me, Call *request, const Entry *entry, const Entity *resolver)
{
    City *city = me->state;
    Lookup who;
    const uint32_t *address =
        stub_remembers(sim, city->stubs, LOCALS(request, Browsing)->user, entry->nth_name, resolver, &who);
    if (!address)
        return false;
    observe_lookup(sim, city->population, entry->name, who);
    TELL(sim, me, "%s remembers %s", who == LOOKUP_STUB ? "machine" : "program",
         address[0] != NO_ADDRESS ? sim_entity(sim, address[0])->name : "no address");
    if (address[0] != NO_ADDRESS) {
        connect_to(sim, me, request, address[0], address[1]);
    } else {
        observe_lookup(sim, city->population, entry->name, LOOKUP_EMPTY);
        failed(sim, me, request, WHY_EMPTY_DNS);
    }
    return true;
}

static void look_up(Sim *sim, Entity *me, Call *request, const Entry *entry)
{
    const City *city = me->state;
    const User *user = &city->user[LOCALS(request, Browsing)->user];
    Entity *resolver = resolvers_at(city->resolvers, user->resolver);
    if (city->stubs && remembered(sim, me, request, entry, resolver))
        return;
    Call *question = call_new(sim, me, request, resolver, PORT_DNS, resolved);
    question->dns = (DnsPort){.name = entry->name->index};
    question->access = user->access;
    call_send(sim, question, city->patience);
}

static void go_to_door(Sim *sim, Entity *me, Call *request, const Entry *entry)
{
    uint32_t address[2];
    entry_doors(entry, key_of(me->own_key, LOCALS(request, Browsing)->user), address);
    connect_to(sim, me, request, address[0], address[1]);
}

static void browse(Sim *sim, Entity *me, Call *request, Call *reply)
{
    City *city = me->state;
    Browsing *mine = LOCALS(request, Browsing);
    User *user = &city->user[mine->user];
    (void)reply;
    observe_attempt(sim, city->population, issued_at(mine));
    if (user->server != NO_ADDRESS && user->idle_until > sim_now(sim) && user->close_at > sim_now(sim)) {
        Entity *server = sim_entity(sim, user->server);
        mine->reused = true;
        TELL(sim, me, "has a connection to %s", server->name);
        observe_sent(sim, city->population, server->region, true, issued_at(mine));
        ask(sim, me, request, server, user, user->connected_at);
        return;
    }
    user->server = NO_ADDRESS;
    const Config *config = me->config;
    const Entry *entry = entry_of(&config->entry, &city->entries, request);
    if (entry->name)
        look_up(sim, me, request, entry);
    else
        go_to_door(sim, me, request, entry);
}

/* ---- arrivals ---- */

static void arrive(Sim *sim, Entity *me, Call *loop, Call *reply);

static void wait_for_next(Sim *sim, Entity *me, Call *loop)
{
    City *city = me->state;
    uint64_t key = key_of(me->own_key ^ (uint64_t)DRAW_GAP << 48, city->n_requests);
    SimTime gap = (SimTime)(-real_log(unit_of(key)) * city->gap_ns);
    SimTime at = MAX(sim_now(sim), city->span.from) + gap;
    if (at >= city->span.until)
        call_end(sim, loop);
    else
        call_wait(sim, loop, at - sim_now(sim), arrive);
}

/* Who makes a request, and where he is now. */
static Person draw_traveller(Entity *me, uint64_t story)
{
    const City *city = me->state;
    const Config *config = me->config;
    const Call request = {.story = story}; /* it begins where he is */
    uint32_t user = below(call_draw(me, &request, DRAW_USER), city->n_users);
    bool away = unit_of(call_draw(me, &request, DRAW_AWAY)) < config->travel.away;
    return away ? city->other[user] : (Person){me, user};
}

static void arrive(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    City *city = me->state;
    const DemandConfig *demand = &((const Config *)me->config)->demand;
    uint64_t story = key_of(me->own_key, city->n_requests++);
    Person who = G_UNLIKELY(city->other) ? draw_traveller(me, story) : (Person){me, 0};
    Call *request = call_begin(sim, who.at, story);
    *LOCALS(request, Browsing) = (Browsing){
        .connecting.issued_at = sim_now(sim),
        .user = city->other ? who.number : below(call_draw(me, request, DRAW_USER), city->n_users),
        .item = (uint32_t)law_draw(&demand->items, call_draw(me, request, DRAW_ITEM)),
        .op = (uint8_t)demand_op(demand, call_draw(me, request, DRAW_OP)),
    };
    TELL(sim, who.at, "request %016" PRIx64 ": user %u %ss item %u", request->story, LOCALS(request, Browsing)->user,
         op_names[LOCALS(request, Browsing)->op], LOCALS(request, Browsing)->item);
    observe_issued(sim, city->population, LOCALS(request, Browsing)->op);
    wait_for_next(sim, me, loop);
    browse(sim, who.at, request, reply);
}

static void read_back(Sim *sim, Entity *me, Call *request, Call *reply)
{
    Browsing *mine = LOCALS(request, Browsing);
    if (sim_now(sim) >= sim->horizon) {
        call_end(sim, request);
        return;
    }
    mine->connecting.issued_at = sim_now(sim);
    TELL(sim, me, "request %016" PRIx64 ": user %u reads item %u back", request->story, mine->user, mine->item);
    observe_issued(sim, ((City *)me->state)->population, OP_READ);
    browse(sim, me, request, reply);
}

static void start(Sim *sim, Entity *me)
{
    City *city = me->state;
    if (city->abroad)
        return;
    city->span = demand_span(sim, &((const Config *)me->config)->demand);
    Call *loop = call_begin(sim, me, me->own_key);
    LOCALS(loop, Connecting)->issued_at = NOT_ISSUED;
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
    SimTime at = LOCALS((Call *)(gpointer)(guintptr)call, Connecting)->issued_at;
    if (at >= 0 && sim_measuring(count->sim, at))
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

/* How often a user needs an address, per nanosecond: for one request of so many that a connection carries on average.
 * Each is the last with the chance of a longer pause than `idle`; and there are no more than fit into `keep-alive`. */
static double lookups_per_ns(const City *city, const Config *config)
{
    double pause = city->abroad ? (double)config->demand.think : city->gap_ns * city->n_users;
    double per_user = travel_share(&config->travel, city->abroad) / pause;
    double is_last = real_exp(-per_user * (double)config->idle), most = 1 + per_user * (double)config->keep_alive;
    if (city->round_trips == 0 || is_last >= 1)
        return per_user;
    double carried = -real_expm1(most * real_log1p(-is_last)) / is_last;
    return is_last > 1e-12 ? per_user / carried : per_user / most;
}

static void build_users(Sim *sim, Entity *me, const AtlasPlace *place)
{
    City *city = me->state;
    const Config *config = me->config;
    Access access = access_at(&config->access, sim->world->atlas, place);
    double needs = lookups_per_ns(city, config);
    city->user = arena_many(sim->arena, User, city->n_users);
    city->first_user = population_users(city->population);
    city->mark = observe_users(city->population, city->n_users);
    observe_home(city->population, me->place);
    for (guint i = 0; i < city->n_users; i++) {
        uint64_t key = key_of(me->own_key ^ (uint64_t)DRAW_ACCESS << 48, i);
        city->user[i].server = NO_ADDRESS;
        if (!city->abroad)
            city->cookie[i] = new_cookie;
        city->user[i].access = access_draw(&access, key);
        if (city->resolvers)
            city->user[i].resolver =
                resolvers_draw(city->resolvers, key_nth(key, 2), city->stubs ? stub_asks(city->stubs, i) : needs);
    }
}

static void build_memories(Sim *sim, Entity *me, double share)
{
    City *city = me->state;
    const Config *config = me->config;
    city->entries = entries_of(&config->entry);
    city->stubs = stubs_new(sim, me, &config->stub, city->n_users, city->entries.n_names, lookups_per_ns(city, config));
    if (city->entries.n_names > 0)
        city->resolvers =
            resolvers_new(sim, me, &config->resolvers, share, city->stubs && config->stub.runtime != RUNTIME_NONE);
}

static Entity *build_city(Sim *sim, const Thing *thing, const Site *site, guint n_users, bool abroad)
{
    const Config *config = thing->config;
    g_autofree char *part = g_strdup_printf("@%s%s", site->name, abroad ? "/away" : "");
    Entity *me = entity_new(sim, thing, &city_ops, network_city(sim->network, site->name), sizeof(City), part);
    City *city = me->state;
    *city = (City){
        .population = observe_population(sim, thing),
        .gap_ns = 1e9 / (config->demand.rate * site->share),
        .n_users = n_users,
        .round_trips = connecting_round_trips(&config->connecting),
        .abroad = abroad,
        .cookie = abroad ? NULL : arena_many(sim->arena, Cookie, n_users),
        .other = config->travel.to.n > 0 ? arena_many(sim->arena, Person, n_users) : NULL,
        .seconds = seconds_new(sim, &config->connecting, me),
        .patience = call_patience(sim, config->timeout),
        .retry = {.tries = (uint16_t)(1 + config->retries), .backoff = config->backoff, .most = 20 * SECOND},
    };
    build_memories(sim, me, site->share);
    build_users(sim, me, site->place);
    if (city->resolvers)
        resolvers_make(sim, city->resolvers, city->population, city->entries.n_names);
    entity_open(sim, me);
    return me;
}

static Entity *build_abroad(Sim *sim, const Thing *thing, const Site *site, guint n_users)
{
    return build_city(sim, thing, site, n_users, true);
}

static Person *others(const Entity *me, guint *n_users)
{
    const City *city = me->state;
    *n_users = city->n_users;
    return city->other;
}

static void build(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    g_autoptr(GArray) sites = sites_of(sim, &config->places);
    for (guint i = 0; i < sites->len; i++) {
        const Site *site = &g_array_index(sites, Site, i);
        guint n_users = (guint)MAX(1, demand_users(&config->demand, site->share) + 0.5);
        build_city(sim, thing, site, n_users, false);
    }
    if (config->travel.to.n > 0)
        travel_build(sim, thing, &config->travel, (TravelHabits){build_abroad, others});
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    guint n;
    Entity *const *me = doors_in(sim, thing, ANYWHERE, &n);
    for (guint i = 0; i < n; i++) {
        City *city = me[i]->state;
        entries_connect(sim, me[i], &config->entry, &city->entries, city->resolvers);
    }
}

/* Users reach any region that a name may answer with. */
static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    demand_check(&config->demand, complaints);
    travel_check(&config->travel, config->demand.read_back.kind != LAW_NONE, world, complaints);
    for (guint i = 0; i < config->places.n; i++)
        for (guint region = 0; region < world->n_running; region++)
            network_must_reach(world, config->places.place[i].name, world->region[region].name, "places", complaints);
    entry_check(&config->entry, config->retries, complaints);
    connecting_check(&config->connecting, complaints);
    resolvers_check(&config->resolvers, world, &config->places, complaints);
    stub_check(&config->stub, complaints);
}

/* Who travels is a user twice. */
static double bytes(const Config *config)
{
    unsigned n_names = entry_is_name(&config->entry.enter) + entry_is_name(&config->entry.fallback);
    double n_users = demand_users(&config->demand, 1);
    double sum = n_users * ((double)(sizeof(User) + sizeof(UserMark)) + stub_bytes(&config->stub, n_names)) +
                 (n_names > 0 ? resolvers_bytes(&config->resolvers, n_users) : 0);
    return config->travel.to.n > 0 ? 2 * (sum + n_users * sizeof(Person)) + n_users * sizeof(Cookie)
                                   : sum + n_users * sizeof(Cookie);
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing->config;
    (void)world;
    (void)region;
    if (bound == BOUND_ATTEMPTS)
        *value = 1 + (double)config->retries;
    else if (bound == BOUND_BYTES)
        *value = bytes(config);
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
    DEMAND_PARAMS(Config),
    TRAVEL_PARAMS(Config),
    ENTRY_PARAMS(Config),
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
    {.name = "question-size",
     .type = PARAM_SIZE,
     .offset = PARAM_FIELD(Config, question_size, gint64),
     .standard = "0B",
     .most = 1e9,
     .help = "Bytes of each request, for the links that it passes.",
     .source = "assumed: it takes no room"},
    {.name = "backoff",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, backoff, SimTime),
     .standard = "100ms",
     .most = 3.6e12,
     .help = "Before attempt n a user waits a uniform time up to backoff × 2^(n-1), at most 20 s (full jitter).",
     .source = "form: AWS Architecture Blog, Exponential Backoff And Jitter, 2015; base: assumed"},
    CONNECTING_PARAMS(Config),
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
    ACCESS_PARAMS(Config),
    RESOLVER_PARAMS(Config),
    STUB_PARAMS(Config),
    PARAM_END,
};

static const char *const feeds[] = {"attempts.per_request",
                                    "availability",
                                    "connections.broken",
                                    "connections.opened",
                                    "dns.lookups",
                                    "failover.clients",
                                    "failover.half",
                                    "failover.time",
                                    "latency",
                                    "readback.stale",
                                    "requests.answered",
                                    "requests.failed",
                                    "requests.in_flight",
                                    "requests.issued",
                                    "routing.not_fastest",
                                    "routing.share",
                                    "routing.stale",
                                    "sessions.lost",
                                    NULL};

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
