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
    Alternative *answer, *all; /* as believed; with all of them healthy */
    Entity *const *watcher;    /* of the health check: one per endpoint */
    unsigned patience;
} Zone;

static unsigned choose(Sim *sim, Entity *me, Call *call, const Alternative *among, unsigned chosen[MOST_ADDRESSES])
{
    const Config *config = me->config;
    const RoutingRule *rule = config->policy->rule;
    Question question = {.from = call->dns.on_behalf ? call->dns.on_behalf : call->caller->place,
                         .subnet = call->dns.subnet,
                         .chance = call_draw(me, call, DRAW_PICK)};
    return rule->choose(sim, &question, among, ((const Zone *)me->state)->n_answers, chosen);
}

static void answer(Sim *sim, Entity *me, Call *call)
{
    const Config *config = me->config;
    const Zone *zone = me->state;
    unsigned chosen[MOST_ADDRESSES], n = choose(sim, me, call, zone->answer, chosen);
    bool open = n == 0;
    if (open)
        n = choose(sim, me, call, zone->all, chosen);
    unsigned n_told = 0;
    for (unsigned i = 0; i < n && n_told < MOST_ADDRESSES; i++) {
        guint n_doors;
        const Alternative *one = &zone->answer[chosen[i]];
        Entity *const *door = doors_in(sim, one->thing, one->region, &n_doors);
        for (guint j = 0; j < n_doors && n_told < MOST_ADDRESSES; j++)
            call->dns.address[n_told++] = door[j]->id;
    }
    DECIDE(sim, me, call, "%s: answers %s to %s%s", config->policy->name,
           n_told > 0 ? sim_entity(sim, call->dns.address[0])->name : "nothing", call->caller->name,
           open ? " (none healthy: fail open)" : "");
    if (n_told < MOST_ADDRESSES)
        call->dns.address[n_told] = NO_ADDRESS;
    call->dns.ttl = config->ttl;
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
    for (guint i = 0; i < zone->n_answers; i++)
        if (zone->answer[i].region == call->verdict.region) {
            zone->answer[i].healthy = call->verdict.healthy;
            TELL(sim, me, "learns that %s@%s is %s", zone->answer[i].thing->name,
                 sim->world->region[call->verdict.region].name, call->verdict.healthy ? "healthy" : "unhealthy");
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

static guint count_sites(const World *world, const Item *item, Alternative *answer)
{
    guint n = 0;
    for (guint region = 0; region < world->n_running; region++) {
        if (!item->to.thing->runs_in[region] || (item->to.region != ANYWHERE && item->to.region != (int)region))
            continue;
        if (answer)
            answer[n] = (Alternative){
                .thing = item->to.thing, .region = (int)region, .weight = item->quantity, .healthy = true};
        n++;
    }
    return n;
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    guint n, n_answers = 0;
    Zone *zone = doors_in(sim, thing, ANYWHERE, &n)[0]->state;
    zone->patience = call_patience(sim, 10 * SECOND);
    for (guint i = 0; i < config->answers.n; i++)
        n_answers += count_sites(sim->world, &config->answers.item[i], NULL);
    zone->answer = arena_many(sim->arena, Alternative, n_answers);
    zone->all = arena_many(sim->arena, Alternative, n_answers);
    for (guint i = 0; i < config->answers.n; i++)
        zone->n_answers += count_sites(sim->world, &config->answers.item[i], zone->answer + zone->n_answers);
    for (guint i = 0; i < zone->n_answers; i++) {
        zone->answer[i].place = doors_in(sim, zone->answer[i].thing, zone->answer[i].region, &n)[0]->place;
        zone->all[i] = zone->answer[i];
    }
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
