/* Route 53: the authority for one name.
 *
 * It stands at the anycast edge, near everybody, and survives the loss of any region.  Its policy picks an answer for
 * the resolver that asks, among the answers that its health check calls healthy; when it calls none healthy, all count
 * as healthy (fail open). */
#include "model/sim.h"
#include "base/poison.h"

typedef struct {
    const Policy *policy;
    SimTime ttl;
    References answers;
    Reference health;
} Config;

typedef struct {
    guint n_answers, n_watchers;
    Entity **server; /* the answers */
    bool *healthy, *all;
    Entity *const *watcher; /* of the health check: one per endpoint */
    unsigned patience;
} Zone;

static void answer(Sim *sim, Entity *me, Call *call)
{
    const Config *config = me->config;
    const Zone *zone = me->state;
    const RoutingRule *rule = config->policy->rule;
    bool any = false;
    for (guint i = 0; i < zone->n_answers; i++)
        any |= zone->healthy[i];
    int choice = rule->choose(sim, call->caller->place, zone->server, any ? zone->healthy : zone->all, zone->n_answers,
                              call_draw(me, call, DRAW_PICK));
    call->dns.server = choice >= 0 ? zone->server[choice] : NULL;
    call->dns.ttl = config->ttl;
    TELL(sim, me, "%s: answers %s to %s%s", config->policy->name, choice >= 0 ? zone->server[choice]->name : "nothing",
         call->caller->name, any ? "" : " (none healthy: fail open)");
    call_answer(sim, call, OUTCOME_OK);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Zone *zone = me->state;
    (void)reply;
    if (call->port == PORT_DNS) {
        answer(sim, me, call);
        return;
    }
    CHECK(call->port == PORT_VERDICT);
    /* A verdict is about a region, whatever was looked at there: the answer itself, one of its instances, or what lies
     * behind it. */
    for (guint i = 0; i < zone->n_answers; i++)
        if (zone->server[i]->region == call->verdict.about->region) {
            zone->healthy[i] = call->verdict.healthy;
            TELL(sim, me, "learns that %s is %s", zone->server[i]->name,
                 call->verdict.healthy ? "healthy" : "unhealthy");
        }
    call_answer(sim, call, OUTCOME_OK);
}

static void subscribed(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)sim;
    (void)me;
    (void)call;
    (void)reply;
}

static void start(Sim *sim, Entity *me)
{
    const Zone *zone = me->state;
    for (guint i = 0; i < zone->n_watchers; i++) {
        Call *call = call_new(sim, me, NULL, zone->watcher[i], PORT_VERDICT, subscribed);
        call->verdict = (VerdictPort){.about = NULL};
        call_send(sim, call, zone->patience);
    }
}

static const Ops ops = {.role = "name server", .start = start, .asked = asked};

static void build(Sim *sim, const Thing *thing)
{
    entity_open(sim, entity_new(sim, thing, &ops, network_edge(sim->network), sizeof(Zone), ""));
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    guint n, n_answers = 0;
    Zone *zone = doors_in(sim, thing, ANYWHERE, &n)[0]->state;
    zone->patience = call_patience(sim, 10 * SECOND);
    for (guint i = 0; i < config->answers.n; i++) {
        doors_in(sim, config->answers.item[i].to.thing, config->answers.item[i].to.region, &n);
        n_answers += n;
    }
    zone->server = arena_many(sim->arena, Entity *, n_answers);
    for (guint i = 0; i < config->answers.n; i++)
        zone->n_answers +=
            doors_named(sim, config->answers.item[i].to, zone->server + zone->n_answers, n_answers - zone->n_answers);
    zone->healthy = arena_many(sim->arena, bool, zone->n_answers);
    zone->all = arena_many(sim->arena, bool, zone->n_answers);
    for (guint i = 0; i < zone->n_answers; i++)
        zone->healthy[i] = zone->all[i] = true;
    if (config->health.thing)
        zone->watcher = doors_in(sim, config->health.thing, ANYWHERE, &zone->n_watchers);
}

static const Param params[] = {
    {.name = "policy",
     .type = PARAM_POLICY,
     .offset = PARAM_FIELD(Config, policy, const Policy *),
     .standard = "simple",
     .choices = "dns",
     .flags = PARAM_EVERYWHERE,
     .help = "How an answer is picked for the resolver that asks.",
     .source = "D, R53 routing-policy"},
    {.name = "ttl",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, ttl, SimTime),
     .standard = "60s",
     .least = 0,
     .most = 1.728e14,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a resolver may keep an answer.",
     .source = "D, R53 resource-record-sets-values-shared: at most 60 s with health checks"},
    {.name = "answers",
     .type = PARAM_REFERENCES,
     .offset = PARAM_FIELD(Config, answers, References),
     .choices = "balancer service",
     .flags = PARAM_EVERYWHERE,
     .help = "What it may answer; a bare name stands for all its regions; for failover the primary comes first."},
    {.name = "health",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, health, Reference),
     .standard = "none",
     .choices = "health-check",
     .flags = PARAM_EVERYWHERE,
     .help = "The health check that takes answers out; none: they always stay in.",
     .source = "D, R53 dns-failover"},
    PARAM_END,
};

static const char *const feeds[] = {"dns.lookups", NULL};

const Component route53_component = {
    .kind = "dns",
    .name = "route53",
    .summary = "An authoritative name with a routing policy and, if it is given one, a health check.",
    .usual = true,
    .existence = EXISTS_ONCE,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .build = build,
    .connect = connect,
};
