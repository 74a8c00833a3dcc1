/* Resolver: remembers what a name answered, for the users who share it.
 *
 * Resolvers of a city are as large as a law says: a user's is a draw from it, and how often a resolver is asked follows
 * from whose it is.  One that nobody has is not there.  It asks once for all who wait, keeps the answer (an empty one
 * too) for its TTL, for longer or for less, as it is one that does, and tells several addresses in turns.  Some stand
 * far from their users, in a region that the scenario names, and may pass on where their users are (EDNS client subnet,
 * RFC 7871); they do not die with that region.
 *
 * Caches begin as they are after a long while: a resolver that is asked at rate q holds an answer with the share of
 * time that a hold takes of a hold and the pause of 1/q after it, and what is left of it is that of one found under way
 * (kernel/renewal.h).  So at the start only those ask that hold one. */
#ifndef MRSIM_MODEL_RESOLVER_H
#define MRSIM_MODEL_RESOLVER_H
#include "model/observer.h"
#include "model/sim.h"

/* A member of the config of whoever has resolvers. */
typedef struct {
    Law sizes, hold;
    double longer, shorter, far, failures;
    SimTime cap;
    const char *far_at; /* NULL: nowhere */
    Subnets networks;   /* of the users, and of the resolvers near them */
    bool passes_on;
} ResolverConfig;

#define RESOLVER_PARAMS(Config)                                                                                        \
    {.name = "resolvers",                                                                                              \
     .type = PARAM_LAW_OF_ITEMS,                                                                                       \
     .offset = PARAM_FIELD(Config, resolvers.sizes, Law),                                                              \
     .standard = "100",                                                                                                \
     .most = 1e6,                                                                                                      \
     .help = "Recursive resolvers, spread like the users: so many alike, or zipf(100k, 1): few with most users.",      \
     .source = "assumed"},                                                                                             \
        {.name = "ttl-extenders",                                                                                      \
         .type = PARAM_SHARE,                                                                                          \
         .offset = PARAM_FIELD(Config, resolvers.longer, double),                                                      \
         .standard = "8.74%",                                                                                          \
         .most = 1,                                                                                                    \
         .help = "Share of resolvers that keep an answer for `ttl-hold`, whatever its TTL.",                           \
         .source = "P, Bhowmick et al., PAM 2023, doi 10.1007/978-3-031-28486-1_23"},                                  \
        {.name = "ttl-hold",                                                                                           \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, resolvers.hold, Law),                                                           \
         .standard = "5m",                                                                                             \
         .most = 8.64e13,                                                                                              \
         .help = "How long those keep it, in all; a law may have a least one: exponential(mean=5m, min=60s).",         \
         .source = "assumed"},                                                                                         \
        {.name = "ttl-shorteners",                                                                                     \
         .type = PARAM_SHARE,                                                                                          \
         .offset = PARAM_FIELD(Config, resolvers.shorter, double),                                                     \
         .standard = "0%",                                                                                             \
         .most = 1,                                                                                                    \
         .help = "Share of resolvers that keep an answer for `ttl-cap` at most.",                                      \
         .source = "assumed: none; they are seen (see ttl-cap), how many was not measured"},                           \
        {.name = "ttl-cap",                                                                                            \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, resolvers.cap, SimTime),                                                        \
         .standard = "60s",                                                                                            \
         .most = 8.64e13,                                                                                              \
         .help = "What those that shorten TTLs cut them to.",                                                          \
         .source = "P, RIPE Labs, DNS TTL violations in the wild, 2017: resolvers of EC2"},                            \
        {.name = "remote-resolvers",                                                                                   \
         .type = PARAM_SHARE,                                                                                          \
         .offset = PARAM_FIELD(Config, resolvers.far, double),                                                         \
         .standard = "0%",                                                                                             \
         .most = 1,                                                                                                    \
         .help = "Share of the users, and of the resolvers, where the resolver stands at `remote-at`.",                \
         .source = "assumed"},                                                                                         \
        {.name = "remote-at",                                                                                          \
         .type = PARAM_PLACE,                                                                                          \
         .offset = PARAM_FIELD(Config, resolvers.far_at, const char *),                                                \
         .standard = "",                                                                                               \
         .help = "The region where those stand; they do not die with it."},                                            \
        {.name = "network",                                                                                            \
         .type = PARAM_SUBNETS,                                                                                        \
         .offset = PARAM_FIELD(Config, resolvers.networks, Subnets),                                                   \
         .standard = "",                                                                                               \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "Where the addresses of the users and of the resolvers near them are, for policy ip-based."},         \
        {.name = "ecs",                                                                                                \
         .type = PARAM_YES_NO,                                                                                         \
         .offset = PARAM_FIELD(Config, resolvers.passes_on, bool),                                                     \
         .standard = "no",                                                                                             \
         .help = "yes: resolvers tell the name server where their users are (EDNS client subnet).",                    \
         .source = "RFC 7871, 11.1: off unless it is of use"},                                                         \
    {                                                                                                                  \
        .name = "lookup-failures", .type = PARAM_SHARE, .offset = PARAM_FIELD(Config, resolvers.failures, double),     \
        .standard = "0%", .most = 1, .help = "Share of look-ups that a resolver answers with SERVFAIL.",               \
        .source = "assumed: none"                                                                                      \
    }

typedef struct Resolvers Resolvers; /* of the users of one city */

/* ---- while building, in this order ---- */
/* `share` of those of the scenario.  `each_asks`: every one learns what it would have told before the run, so that
 * resolver_told_before knows. */
Resolvers *resolvers_new(Sim *sim, const Entity *city, const ResolverConfig *config, double share, bool each_asks);
/* Whose a user is; he looks names up this often, as long as he remembers nothing. */
uint32_t resolvers_draw(Resolvers *resolvers, uint64_t key, double lookups_per_ns);
/* Makes those that somebody has.  They know so many names: at most MOST_NAMES. */
enum { MOST_NAMES = 2 };
void resolvers_make(Sim *sim, Resolvers *resolvers, Population *population, unsigned n_names);
/* ---- while connecting ---- */
/* The i-th name, and whom to ask for it. */
void resolvers_learn(Resolvers *resolvers, unsigned i, const Thing *name, Entity *authority);
/* ---- while running ---- */
/* The one that resolvers_draw said; to be asked by PORT_DNS. */
Entity *resolvers_at(const Resolvers *resolvers, uint32_t number);
/* An address that it told before the run began, or NO_ADDRESS: none, or it does not know yet. */
uint32_t resolver_told_before(const Entity *resolver, unsigned i);

/* ---- for Component.check and Component.bound ---- */
void resolvers_check(const ResolverConfig *config, const World *world, const Places *users, Complaints *complaints);
double resolvers_bytes(const ResolverConfig *config, double n_users);
#endif
