#include "model/resolver.h"
#include "base/check.h"
#include "kernel/renewal.h"
#include "model/complaints.h"
#include "model/location.h"
#include <string.h>
#include "base/poison.h"

/* What is kept of one name. */
typedef struct {
    SimTime until;   /* kept until then; 0: never told */
    Line waiting;    /* for the answer */
    uint32_t before; /* an address told before the run, or NO_ADDRESS */
    uint32_t address[MOST_ADDRESSES];
    uint8_t n_addresses, turn;
    bool asking;
} Kept;

typedef enum { KEEPS_AS_TOLD, KEEPS_LONGER, KEEPS_SHORTER } Manner;

typedef struct {
    Resolvers *pool;
    double lookups_per_ns; /* expected, for the equilibrium at the start */
    Manner manner;
    uint32_t subnet; /* that it asks from, or for; 0: not known */
    Kept kept[];     /* per name */
} Resolver;

struct Resolvers {
    const Entity *city;
    const ResolverConfig *config;
    Population *population;
    const Place *far_at;
    Law near, far;          /* whose a user is */
    uint32_t n_near, n_far; /* as many as there may be; the far ones are counted on from the near ones */
    bool *is_had;           /* by somebody */
    double *lookups_per_ns; /* of each, until they are made */
    Entity **entity;        /* NULL: nobody has it */
    const Entity *first;    /* of those that are there */
    Renewal longer;         /* how long those that keep answers longer do so */
    bool each_asks;
    unsigned patience, n_names;
    const Thing *name[MOST_NAMES];
    Entity *authority[MOST_NAMES];
};

static Kept *kept_of(Resolver *resolver, const Call *call)
{
    unsigned i = 0;
    while (resolver->pool->name[i]->index != call->dns.name)
        CHECK(++i < resolver->pool->n_names);
    return &resolver->kept[i];
}

static SimTime hold_of(const Entity *me, const Resolver *resolver, const DnsPort *told, SimTime now)
{
    const ResolverConfig *config = resolver->pool->config;
    if (resolver->manner == KEEPS_SHORTER)
        return MIN(told->ttl, config->cap);
    if (resolver->manner == KEEPS_AS_TOLD || told->address[0] == NO_ADDRESS)
        return told->ttl;
    return law_time(&config->hold, key_of(me->own_key ^ (uint64_t)DRAW_HOLD << 48, (uint64_t)now));
}

static void keep(Kept *kept, const DnsPort *told, SimTime until)
{
    kept->until = until;
    kept->n_addresses = 0;
    while (kept->n_addresses < MOST_ADDRESSES && told->address[kept->n_addresses] != NO_ADDRESS) {
        kept->address[kept->n_addresses] = told->address[kept->n_addresses];
        kept->n_addresses++;
    }
}

static void tell(Sim *sim, Kept *kept, Call *call, Outcome outcome)
{
    unsigned n = kept->n_addresses, first = n > 1 ? kept->turn++ % n : 0;
    for (unsigned i = 0; i < n; i++)
        call->dns.address[i] = kept->address[(first + i) % n];
    if (n < MOST_ADDRESSES)
        call->dns.address[n] = NO_ADDRESS;
    call->dns.ttl = MAX(0, kept->until - sim_now(sim));
    TELL(sim, call->caller, "is told %s",
         outcome == OUTCOME_OK && n > 0 ? sim_entity(sim, call->dns.address[0])->name : "nothing");
    call_answer(sim, call, outcome);
}

static void told(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Resolver *resolver = me->state;
    Kept *kept = kept_of(resolver, reply);
    (void)call;
    kept->asking = false;
    if (reply->outcome == OUTCOME_OK && kept->until <= sim_now(sim)) { /* else it has remembered meanwhile: primed */
        keep(kept, &reply->dns, sim_now(sim) + hold_of(me, resolver, &reply->dns, sim_now(sim)));
        TELL(sim, me, "is told %s for %s", kept->n_addresses > 0 ? sim_entity(sim, kept->address[0])->name : "nothing",
             sim->world->thing[reply->dns.name]->name);
    }
    for (Call *waiting; (waiting = line_pop(sim, &kept->waiting));)
        tell(sim, kept, waiting, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_ERROR);
}

static void ask_authority(Sim *sim, Entity *me, unsigned i, Step then)
{
    const Resolver *resolver = me->state;
    const Resolvers *pool = resolver->pool;
    Call *question = call_new(sim, me, NULL, pool->authority[i], PORT_DNS, then);
    question->dns = (DnsPort){.name = pool->name[i]->index,
                              .on_behalf = pool->config->passes_on ? pool->city->place : NULL,
                              .subnet = resolver->subnet};
    call_send(sim, question, pool->patience);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Resolver *resolver = me->state;
    const Resolvers *pool = resolver->pool;
    Kept *kept = kept_of(resolver, call);
    (void)reply;
    if (pool->config->failures > 0 && unit_of(call_draw(me, call, DRAW_SERVFAIL)) < pool->config->failures) {
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    bool fresh = kept->until > sim_now(sim);
    observe_lookup(sim, pool->population, sim->world->thing[call->dns.name], fresh ? LOOKUP_HIT : LOOKUP_MISS);
    if (fresh) {
        tell(sim, kept, call, OUTCOME_OK);
        return;
    }
    line_push(sim, &kept->waiting, call);
    if (kept->asking)
        return;
    kept->asking = true;
    ask_authority(sim, me, (unsigned)(kept - resolver->kept), told);
}

/* ---- the equilibrium at the start ---- */

static uint64_t start_draw(const Entity *me, Purpose purpose, unsigned i)
{
    return key_of(me->own_key ^ i, me->key ^ (uint64_t)purpose << 48);
}

/* Does it hold an answer with this TTL? */
static bool holds_one(const Entity *me, unsigned i, SimTime ttl)
{
    const Resolver *resolver = me->state;
    const Resolvers *pool = resolver->pool;
    double hold = resolver->manner == KEEPS_LONGER    ? pool->longer.mean
                  : resolver->manner == KEEPS_SHORTER ? (double)MIN(ttl, pool->config->cap)
                                                      : (double)ttl;
    double asks = resolver->lookups_per_ns * hold;
    return unit_of(start_draw(me, DRAW_CACHED, i)) < asks / (1 + asks);
}

/* Be it that somebody has asked meanwhile: he would have been told what it held. */
static void primed(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Resolver *resolver = me->state;
    Kept *kept = kept_of(resolver, reply);
    unsigned i = (unsigned)(kept - resolver->kept);
    uint64_t key = start_draw(me, DRAW_RESIDUAL, i);
    (void)call;
    bool empty = reply->dns.address[0] == NO_ADDRESS;
    if (reply->outcome != OUTCOME_OK)
        return;
    SimTime ttl = reply->dns.ttl, cap = resolver->pool->config->cap;
    double left = resolver->manner == KEEPS_LONGER && !empty
                      ? renewal_left(&resolver->pool->longer, key)
                      : unit_of(key) * (double)(resolver->manner == KEEPS_SHORTER ? MIN(ttl, cap) : ttl);
    bool holds = holds_one(me, i, ttl);
    if (holds || kept->until == 0)
        keep(kept, &reply->dns, holds ? sim_now(sim) + (SimTime)left : 0);
    if (kept->n_addresses > 0)
        kept->before = kept->address[below(start_draw(me, DRAW_TARGET, i), kept->n_addresses)];
}

/* The first asks for all what the TTL is: then they know which of them hold an answer. */
static void learned(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Resolver *resolver = me->state;
    const Resolvers *pool = resolver->pool;
    unsigned i = (unsigned)(kept_of(resolver, reply) - resolver->kept);
    for (uint32_t n = 0; reply->outcome == OUTCOME_OK && n < pool->n_near + pool->n_far; n++) {
        Entity *other = pool->entity[n];
        if (other && other != me && (pool->each_asks || holds_one(other, i, reply->dns.ttl)))
            ask_authority(sim, other, i, primed);
    }
    primed(sim, me, call, reply);
}

static void start(Sim *sim, Entity *me)
{
    const Resolver *resolver = me->state;
    for (unsigned i = 0; me == resolver->pool->first && i < resolver->pool->n_names; i++)
        ask_authority(sim, me, i, learned);
}

uint32_t resolver_told_before(const Entity *resolver, unsigned i)
{
    return ((const Resolver *)resolver->state)->kept[i].before;
}

static const Ops ops = {.role = "resolver", .start = start, .asked = asked};

/* ---- building ---- */

/* The law for a part of them: as uneven, but fewer. */
static Law part_of(const Law *sizes, double share, uint32_t *n)
{
    double items = sizes->kind == LAW_ZIPF ? sizes->a : 1;
    *n = (uint32_t)MAX(1, items * share + 0.5);
    return law_zipf(*n, sizes->kind == LAW_ZIPF ? sizes->b : 0);
}

Resolvers *resolvers_new(Sim *sim, const Entity *city, const ResolverConfig *config, double share, bool each_asks)
{
    Resolvers *pool = arena_one(sim->arena, Resolvers);
    pool->city = city;
    pool->config = config;
    pool->each_asks = each_asks;
    if (config->far < 1)
        pool->near = part_of(&config->sizes, share * (1 - config->far), &pool->n_near);
    if (config->far > 0) {
        pool->far = part_of(&config->sizes, share * config->far, &pool->n_far);
        pool->far_at = network_checker(sim->network, config->far_at);
    }
    pool->is_had = arena_many(sim->arena, bool, pool->n_near + pool->n_far);
    pool->lookups_per_ns = arena_many(sim->arena, double, pool->n_near + pool->n_far);
    return pool;
}

/* Equal ones need no law. */
static uint32_t draw_one(const Law *law, uint32_t n, uint64_t key)
{
    return law->kind == LAW_ZIPF && law->b > 0 ? (uint32_t)law_draw(law, key) : below(key, n);
}

uint32_t resolvers_draw(Resolvers *pool, uint64_t key, double lookups_per_ns)
{
    bool far = pool->n_far > 0 && unit_of(key_of(key, DRAW_RESOLVER)) < pool->config->far;
    uint32_t number =
        far ? pool->n_near + draw_one(&pool->far, pool->n_far, key) : draw_one(&pool->near, pool->n_near, key);
    pool->is_had[number] = true;
    pool->lookups_per_ns[number] += lookups_per_ns;
    return number;
}

static Manner manner_of(const Entity *me, const ResolverConfig *config)
{
    double u = unit_of(key_of(me->own_key, DRAW_EXTENDS));
    return u < config->longer ? KEEPS_LONGER : u < config->longer + config->shorter ? KEEPS_SHORTER : KEEPS_AS_TOLD;
}

static Entity *make_one(Sim *sim, Resolvers *pool, uint32_t number)
{
    const Entity *city = pool->city;
    g_autofree char *part = g_strdup_printf("%s/resolver/%u", city->name + strlen(city->thing->name), number + 1);
    Entity *me = entity_new(sim, city->thing, &ops, number < pool->n_near ? city->place : pool->far_at,
                            sizeof(Resolver) + pool->n_names * sizeof(Kept), part);
    Resolver *resolver = me->state;
    resolver->pool = pool;
    resolver->manner = manner_of(me, pool->config);
    resolver->lookups_per_ns = pool->lookups_per_ns[number];
    if (number < pool->n_near || pool->config->passes_on)
        resolver->subnet = subnets_draw(&pool->config->networks, key_of(me->own_key, DRAW_SUBNET));
    for (unsigned i = 0; i < pool->n_names; i++)
        resolver->kept[i].before = NO_ADDRESS;
    if (!pool->first)
        pool->first = me;
    return me;
}

void resolvers_make(Sim *sim, Resolvers *pool, Population *population, unsigned n_names)
{
    uint32_t n = pool->n_near + pool->n_far;
    CHECK(n_names <= MOST_NAMES);
    pool->population = population;
    pool->n_names = n_names;
    pool->patience = call_patience(sim, 5 * SECOND);
    if (pool->config->longer > 0)
        pool->longer =
            renewal_of(sim->arena, &pool->config->hold, key_of(pool->city->own_key, (uint64_t)DRAW_HOLD << 48));
    pool->entity = arena_many(sim->arena, Entity *, n);
    for (uint32_t i = 0; i < n; i++)
        if (pool->is_had[i])
            pool->entity[i] = make_one(sim, pool, i);
}

void resolvers_learn(Resolvers *pool, unsigned i, const Thing *name, Entity *authority)
{
    CHECK(i < pool->n_names);
    pool->name[i] = name;
    pool->authority[i] = authority;
}

Entity *resolvers_at(const Resolvers *pool, uint32_t number)
{
    return pool->entity[number];
}

/* ---- mistakes and memory ---- */

void resolvers_check(const ResolverConfig *config, const World *world, const Places *users, Complaints *complaints)
{
    double n = config->sizes.kind == LAW_ZIPF ? config->sizes.a : 1;
    if (n > 1e6)
        complain(complaints, "resolvers", "out-of-range", "%.0f resolvers; at most 1000000", n);
    if (config->longer + config->shorter > 1)
        complain(complaints, "ttl-shorteners", "out-of-range",
                 "extenders and shorteners are %g %% of the resolvers together; at most all of them",
                 100 * (config->longer + config->shorter));
    if (config->far > 0 && !config->far_at)
        complain(complaints, "remote-resolvers", "missing-key",
                 "where do they stand? write remote-at = us-west-2, or any other region");
    if (config->far_at && config->far == 0)
        complain(complaints, "remote-at", "contradictory-settings",
                 "nobody's resolver stands there: remote-resolvers is 0%%");
    for (guint i = 0; config->far_at && i < users->n; i++)
        network_must_reach(world, users->place[i].name, config->far_at, "remote-at", complaints);
}

double resolvers_bytes(const ResolverConfig *config, double n_users)
{
    double n = config->sizes.kind == LAW_ZIPF ? config->sizes.a : 1;
    return n * (double)(sizeof(Entity *) + sizeof(double) + sizeof(bool)) +
           MIN(n, n_users) * (double)(ENTITY_BYTES + sizeof(Resolver) + MOST_NAMES * sizeof(Kept));
}
