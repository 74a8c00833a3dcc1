/* Targets: a target group as one node of a balancer sees it: whom it may send to, and what it knows of their health.
 *
 * A node knows its targets only by asking them, one loop each: out after so many bad checks in a row, in again after so
 * many good ones; one that is new is in after its first good check.  When none is healthy, all that are registered
 * count (fail open).  A node with cross-zone balancing off has the targets of its own zone only.  What it is told by
 * hand (a zone shifted away, a target deregistered) it does not forget when its zone is lost; what it believed of
 * their health it does, and begins with all of them in.
 *
 * Slow start: a target that comes in while others are in gets a share that grows in a straight line from nothing to
 * that of the others; it is thinned: picked as often as them, and passed over with what is missing to one as its
 * chance. */
#ifndef MRSIM_MODEL_TARGETS_H
#define MRSIM_MODEL_TARGETS_H
#include "model/sim.h"

typedef enum { CHECK_HTTP, CHECK_TCP } TargetCheck;
/* The first member of a balancer's config. */
typedef struct {
    Reference to;
    SimTime interval, timeout, delay, slow_start;
    gint64 failures, successes;
    bool cross_zone;
    int check; /* TargetCheck */
    Regions regions;
    SimTime probe_interval, probe_timeout; /* of the nodes by the balancer's name server */
    gint64 probe_failures;
} TargetRules;

typedef struct {
    Entity *entity;
    uint32_t under_way;
    uint32_t run; /* check results in a row that contradict `healthy` */
    bool registered, shifted;
    bool healthy;   /* as the checks found */
    bool is_new;    /* registered, and not yet checked */
    bool fit;       /* as the rule was told */
    bool connected; /* connections to it are open, as far as is known: since `connected_at` */
    SimTime connected_at;
    SimTime ramp_from;       /* slow start since then; SIMTIME_NEVER: none */
    SimTime deregistered_at; /* the last time */
    uint64_t n_sent;         /* measured requests */
    int zone;
    guint nth, nth_in_zone; /* among all of its region */
} Target;

typedef struct Targets Targets;
typedef void (*TargetStep)(Sim *sim, Entity *me, guint target);
/* The state of a node begins with it. */
struct Targets {
    const TargetRules *rules;
    guint n, n_open, n_healthy, n_ramping; /* n_open: registered and not shifted away; n_healthy, n_ramping: of these */
    Target *target;
    const BalancingRule *rule;
    void *state; /* the rule's */
    uint64_t turn;
    unsigned patience;  /* of checks */
    TargetStep out;     /* told when one is found unhealthy and others are healthy; NULL: nobody */
    TargetStep drained; /* told when the deregistration delay of one is over; NULL: nobody */
};
enum { NO_TARGET = UINT32_MAX };

/* In connect, for a node of the balancer `me->thing`: its targets, all in; `rule` stays the caller's.  `out` and
 * `drained` are left as they are. */
void targets_connect(Sim *sim, Entity *me, Targets *targets, const TargetRules *rules, const BalancingRule *rule);
/* In start: what the node believes begins anew, and so do the loops of its checks. */
void targets_start(Sim *sim, Entity *me, Targets *targets);
/* In finish: what went to which zone (balancer.requests). */
void targets_finish(Sim *sim, const Entity *me, const Targets *targets);

/* ---- by hand ---- */
/* All targets of the zone: no new requests; those under way stay. */
void targets_shift(Sim *sim, Entity *me, Targets *targets, int zone, bool away);
/* The first so many of the region, or of the zone (WHOLE_REGION: of the region): no new requests, and `drained` after
 * the deregistration delay; or registered again, to be in after one good check. */
void targets_register(Sim *sim, Entity *me, Targets *targets, int zone, guint n_first, bool registered);

/* ---- per request ---- */
guint targets_thin(Sim *sim, const Entity *me, Targets *targets, const Call *call, guint picked);
/* NO_TARGET: none is registered, or the zones of all are shifted away. */
static inline guint targets_pick(Sim *sim, const Entity *me, Targets *targets, const Call *call)
{
    if (G_UNLIKELY(targets->n_open == 0))
        return NO_TARGET;
    uint64_t chance = targets->rule->by_chance ? call_draw(me, call, DRAW_TARGET) : 0;
    guint i = targets->rule->pick(targets->state, targets->turn++, chance);
    return G_UNLIKELY(targets->n_ramping > 0) ? targets_thin(sim, me, targets, call, i) : i;
}
/* One request more that is under way to it. */
static inline void targets_take(Sim *sim, Targets *targets, guint i)
{
    Target *target = &targets->target[i];
    target->under_way++;
    target->n_sent += sim_measuring(sim, sim_now(sim));
    if (targets->rule->load)
        targets->rule->load(targets->state, i, target->under_way);
}
static inline void targets_leave(Targets *targets, guint i)
{
    uint32_t under_way = --targets->target[i].under_way;
    if (targets->rule->load)
        targets->rule->load(targets->state, i, under_way);
}

/* ---- for the descriptors of balancers ---- */
enum {
    TARGET_BYTES = sizeof(Target) + 16 + 2 * sizeof(Call)
}; /* with what the rule remembers, and its check's calls */
#define TARGET_PARAMS(Config, timeout_default, timeout_source, cross_zone_default, guide)                              \
    {.name = "to",                                                                                                     \
     .type = PARAM_REFERENCE,                                                                                          \
     .offset = PARAM_FIELD(Config, rules.to, Reference),                                                               \
     .choices = "service",                                                                                             \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "The service whose instances in its region are the targets."},                                            \
        {.name = "interval",                                                                                           \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, rules.interval, SimTime),                                                       \
         .standard = "30s",                                                                                            \
         .least = 1e9,                                                                                                 \
         .most = 3e11,                                                                                                 \
         .help = "From a target's answer to its next health check.",                                                   \
         .source = "D, " guide " target-group-health-checks"},                                                         \
        {.name = "timeout",                                                                                            \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, rules.timeout, SimTime),                                                        \
         .standard = timeout_default,                                                                                  \
         .least = 1e6,                                                                                                 \
         .most = 1.2e11,                                                                                               \
         .help = "How long a health check is waited for.",                                                             \
         .source = timeout_source},                                                                                    \
        {.name = "failures",                                                                                           \
         .type = PARAM_COUNT,                                                                                          \
         .offset = PARAM_FIELD(Config, rules.failures, gint64),                                                        \
         .standard = "2",                                                                                              \
         .least = 1,                                                                                                   \
         .most = 10,                                                                                                   \
         .help = "Bad checks in a row until a target is out.",                                                         \
         .source = "D, " guide " target-group-health-checks"},                                                         \
        {.name = "successes",                                                                                          \
         .type = PARAM_COUNT,                                                                                          \
         .offset = PARAM_FIELD(Config, rules.successes, gint64),                                                       \
         .standard = "5",                                                                                              \
         .least = 1,                                                                                                   \
         .most = 10,                                                                                                   \
         .help = "Good checks in a row until it is in again; a new one needs one.",                                    \
         .source = "D, " guide " target-group-health-checks"},                                                         \
        {.name = "cross-zone",                                                                                         \
         .type = PARAM_YES_NO,                                                                                         \
         .offset = PARAM_FIELD(Config, rules.cross_zone, bool),                                                        \
         .standard = cross_zone_default,                                                                               \
         .help = "yes: a node sends to the targets of all zones; no: to those of its own.",                            \
         .source = "D, " guide " cross-zone load balancing"},                                                          \
        {.name = "deregistration-delay",                                                                               \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, rules.delay, SimTime),                                                          \
         .standard = "300s",                                                                                           \
         .most = 3.6e12,                                                                                               \
         .help = "How long what is under way to a target may take once the target is deregistered.",                   \
         .source = "D, " guide " load-balancer-target-groups"},                                                        \
        {.name = "probe-interval",                                                                                     \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, rules.probe_interval, SimTime),                                                 \
         .standard = "10s",                                                                                            \
         .least = 1e9,                                                                                                 \
         .most = 3e11,                                                                                                 \
         .help = "From a node's answer to its name server's next probe of it.",                                        \
         .source = "assumed: as Route 53's fast checks; AWS tells nothing"},                                           \
        {.name = "probe-timeout",                                                                                      \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, rules.probe_timeout, SimTime),                                                  \
         .standard = "4s",                                                                                             \
         .least = 1e6,                                                                                                 \
         .most = 1.2e11,                                                                                               \
         .help = "How long a probe is waited for.",                                                                    \
         .source = "assumed: as Route 53's checks; AWS tells nothing"},                                                \
        {.name = "probe-failures",                                                                                     \
         .type = PARAM_COUNT,                                                                                          \
         .offset = PARAM_FIELD(Config, rules.probe_failures, gint64),                                                  \
         .standard = "3",                                                                                              \
         .least = 1,                                                                                                   \
         .most = 10,                                                                                                   \
         .help = "Probes in a row without an answer until a node's address leaves DNS; answered ones until it is "     \
                 "back.",                                                                                              \
         .source = "assumed: as Route 53's checks; AWS tells nothing"},                                                \
    {                                                                                                                  \
        .name = "regions", .type = PARAM_REGIONS, .offset = PARAM_FIELD(Config, rules.regions, Regions),               \
        .standard = "", .flags = PARAM_EVERYWHERE, .help = "Where it runs; absent: in every region of the scenario."   \
    }
#endif
