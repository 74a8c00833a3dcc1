#include "model/stub.h"
#include "kernel/renewal.h"
#include "model/resolver.h"
#include "base/poison.h"

typedef struct {
    SimTime until; /* 0: never told */
    uint32_t address[2];
} Remembered;

struct Stubs {
    const StubConfig *config;
    uint64_t key;
    double lookups_per_ns;
    unsigned n_names;
    Remembered *remembered; /* user × name */
};

static bool remembers_any(const StubConfig *config)
{
    return config->caches || (config->runtime != RUNTIME_NONE && config->share > 0);
}

Stubs *stubs_new(Sim *sim, const Entity *city, const StubConfig *config, guint n_users, unsigned n_names,
                 double lookups_per_ns)
{
    if (n_names == 0 || !remembers_any(config))
        return NULL;
    Stubs *stubs = arena_one(sim->arena, Stubs);
    *stubs = (Stubs){.config = config,
                     .key = city->own_key ^ (uint64_t)DRAW_RUNTIME << 48,
                     .lookups_per_ns = lookups_per_ns,
                     .n_names = n_names,
                     .remembered = arena_many(sim->arena, Remembered, (gsize)n_users * n_names)};
    return stubs;
}

static bool has_runtime(const Stubs *stubs, uint32_t user)
{
    const StubConfig *config = stubs->config;
    return config->runtime != RUNTIME_NONE && (config->share >= 1 || unit_of(key_of(stubs->key, user)) < config->share);
}

double stub_asks(const Stubs *stubs, uint32_t user)
{
    if (!has_runtime(stubs, user))
        return stubs->lookups_per_ns;
    if (stubs->config->runtime == RUNTIME_FOREVER)
        return 0;
    return stubs->lookups_per_ns / (1 + stubs->lookups_per_ns * (double)stubs->config->hold);
}

/* The state after a long while, at the first look-up: what was kept then is kept still, unless its time is over. */
static void recall(const Stubs *stubs, uint32_t user, unsigned i, const Entity *resolver, Remembered *remembered)
{
    const StubConfig *config = stubs->config;
    uint32_t before = resolver_told_before(resolver, i);
    double hold = (double)config->hold;
    uint64_t key = key_of(stubs->key ^ (i + 1), user);
    if (before == NO_ADDRESS)
        return;
    if (config->runtime == RUNTIME_FOREVER)
        remembered->until = SIMTIME_NEVER;
    else if (unit_of(key_nth(key, 0)) < renewal_share(hold, 1 / stubs->lookups_per_ns))
        remembered->until = (SimTime)(unit_of(key_nth(key, 1)) * hold);
    remembered->address[0] = before;
    remembered->address[1] = NO_ADDRESS;
}

const uint32_t *stub_remembers(Sim *sim, Stubs *stubs, uint32_t user, unsigned i, const Entity *resolver, Lookup *who)
{
    Remembered *remembered = &stubs->remembered[(gsize)user * stubs->n_names + i];
    bool runtime = has_runtime(stubs, user);
    if (runtime && remembered->until == 0)
        recall(stubs, user, i, resolver, remembered);
    *who = runtime ? LOOKUP_RUNTIME : LOOKUP_STUB;
    return remembered->until > sim_now(sim) ? remembered->address : NULL;
}

void stub_told(Sim *sim, Stubs *stubs, uint32_t user, unsigned i, const DnsPort *told)
{
    const StubConfig *config = stubs->config;
    Remembered *remembered = &stubs->remembered[(gsize)user * stubs->n_names + i];
    bool empty = told->address[0] == NO_ADDRESS;
    SimTime hold = config->caches ? told->ttl : 0;
    if (has_runtime(stubs, user))
        hold = empty ? config->empty_hold : config->runtime == RUNTIME_FOREVER ? SIMTIME_NEVER : config->hold;
    remembered->until = hold == SIMTIME_NEVER ? SIMTIME_NEVER : sim_now(sim) + hold;
    remembered->address[0] = told->address[0];
    remembered->address[1] = empty ? NO_ADDRESS : told->address[1];
}

/* The defaults, which anybody may write. */
static const SimTime usual_hold = 30 * SECOND, usual_empty_hold = 10 * SECOND;

void stub_check(const StubConfig *config, Complaints *complaints)
{
    if (config->runtime != RUNTIME_FIXED && config->hold != usual_hold)
        complain(complaints, "runtime-hold", "contradictory-settings",
                 "only programs with runtime = fixed keep answers for a time; here runtime is %s",
                 config->runtime == RUNTIME_NONE ? "none" : "forever");
    if (config->runtime == RUNTIME_NONE && config->share > 0 && config->share < 1)
        complain(complaints, "runtime-share", "contradictory-settings",
                 "a share of what? runtime is none; write runtime = fixed or runtime = forever");
    if (config->runtime == RUNTIME_NONE && config->empty_hold != usual_empty_hold)
        complain(complaints, "runtime-empty-hold", "contradictory-settings",
                 "no program keeps anything: runtime is none");
}

double stub_bytes(const StubConfig *config, unsigned n_names)
{
    return remembers_any(config) ? (double)(n_names * sizeof(Remembered)) : 0;
}
