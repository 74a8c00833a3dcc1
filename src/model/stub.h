/* Stub: what a user's own machine and program remember of a name.
 *
 * An operating system keeps an answer for what is left of its TTL, an empty one too: nobody is told anything older by
 * it than by his resolver, so it adds no tail.  The runtime of a program (a JVM) may keep what it was told for a time
 * of its own, or for as long as it runs, whatever the TTL: what its users hold when the run begins is what their
 * resolver told before, with the share and the age of a long while. */
#ifndef MRSIM_MODEL_STUB_H
#define MRSIM_MODEL_STUB_H
#include "model/observer.h"
#include "model/sim.h"

typedef enum { RUNTIME_NONE, RUNTIME_FIXED, RUNTIME_FOREVER } Runtime;
/* A member of the config of whoever has users. */
typedef struct {
    bool caches;
    int runtime; /* Runtime */
    double share;
    SimTime hold, empty_hold;
} StubConfig;

#define STUB_PARAMS(Config)                                                                                            \
    {.name = "stub-cache",                                                                                             \
     .type = PARAM_YES_NO,                                                                                             \
     .offset = PARAM_FIELD(Config, stub.caches, bool),                                                                 \
     .standard = "yes",                                                                                                \
     .help = "yes: a user's machine keeps an answer for what is left of its TTL.",                                     \
     .source = "systemd, resolved.conf(5): Cache=yes unless told otherwise"},                                          \
        {.name = "runtime",                                                                                            \
         .type = PARAM_CHOICE,                                                                                         \
         .offset = PARAM_FIELD(Config, stub.runtime, int),                                                             \
         .standard = "none",                                                                                           \
         .choices = "none fixed forever",                                                                              \
         .help = "Whether programs keep answers on their own: no; for `runtime-hold`; for as long as they run.",       \
         .source = "assumed: browsers do not"},                                                                        \
        {.name = "runtime-share",                                                                                      \
         .type = PARAM_SHARE,                                                                                          \
         .offset = PARAM_FIELD(Config, stub.share, double),                                                            \
         .standard = "100%",                                                                                           \
         .most = 1,                                                                                                    \
         .help = "Share of the users whose program does so.",                                                          \
         .source = "assumed"},                                                                                         \
        {.name = "runtime-hold",                                                                                       \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, stub.hold, SimTime),                                                            \
         .standard = "30s",                                                                                            \
         .least = 1e6,                                                                                                 \
         .most = 8.64e13,                                                                                              \
         .help = "How long programs keep an answer with runtime = fixed.",                                             \
         .source = "JDK, networking properties: networkaddress.cache.ttl, 30 s without a security manager"},           \
    {                                                                                                                  \
        .name = "runtime-empty-hold", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, stub.empty_hold, SimTime), \
        .standard = "10s", .most = 8.64e13, .help = "How long programs keep it that a name has no address.",           \
        .source = "JDK, networking properties: networkaddress.cache.negative.ttl, 10 s"                                \
    }

typedef struct Stubs Stubs; /* of the users of one city */

/* NULL: nobody remembers anything.  `lookups_per_ns`: how often a user needs an address. */
Stubs *stubs_new(Sim *sim, const Entity *city, const StubConfig *config, guint n_users, unsigned n_names,
                 double lookups_per_ns);
/* How often this user asks his resolver on average (counting each time his machine must ask anew). */
double stub_asks(const Stubs *stubs, uint32_t user);
/* What the user remembers of the i-th name: two addresses to be tried in this order, NO_ADDRESS where there is none;
 * and who remembers it (LOOKUP_STUB, LOOKUP_RUNTIME).  NULL: nothing, his resolver must be asked. */
const uint32_t *stub_remembers(Sim *sim, Stubs *stubs, uint32_t user, unsigned i, const Entity *resolver, Lookup *who);
/* His resolver has told this. */
void stub_told(Sim *sim, Stubs *stubs, uint32_t user, unsigned i, const DnsPort *told);

/* ---- for Component.check and Component.bound ---- */
void stub_check(const StubConfig *config, Complaints *complaints);
double stub_bytes(const StubConfig *config, unsigned n_names); /* per user */
#endif
