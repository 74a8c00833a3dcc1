/* ALB: a balancer per region over the instances of one service in that region.
 *
 * It knows its targets only by asking them: out after so many bad checks in a row, in again after so many good ones;
 * when none is left, all are tried (fail open).  It stands in every zone of its region (cross-zone balancing on). */
#include "model/sim.h"
#include "base/poison.h"

typedef struct {
    Reference to;
    const Policy *algorithm;
    SimTime interval, check_timeout, idle;
    gint64 failures, successes;
    Regions regions;
} Config;

typedef struct {
    guint n_targets;
    Entity *const *target;
    uint32_t *under_way, *run; /* run: check results in a row that contradict `fit` */
    bool *fit;
    guint n_fit;
    const BalancingRule *rule;
    void *state; /* the rule's: all count as fit when none is */
    uint64_t turn;
    unsigned patience, check_patience;
} Balancer;

typedef struct {
    guint target;
} Forwarded;

static void note_load(const Balancer *balancer, guint target)
{
    if (balancer->rule->load)
        balancer->rule->load(balancer->state, target, balancer->under_way[target]);
}

static void forwarded(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Balancer *balancer = me->state;
    guint i = LOCALS(call, Forwarded)->target;
    balancer->under_way[i]--;
    note_load(balancer, i);
    if (call->port == PORT_HTTP) {
        call->http = reply->http;
        if (reply->outcome == OUTCOME_TIMEOUT)
            call->http.why = WHY_TIMEOUT;
        else if (reply->outcome == OUTCOME_REFUSED)
            call->http.why = WHY_REFUSED;
    }
    call_answer(sim, call, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_ERROR);
}

static void forward(Sim *sim, Entity *me, Call *call)
{
    Balancer *balancer = me->state;
    if (balancer->n_targets == 0) {
        if (call->port == PORT_HTTP)
            call->http.why = WHY_ERROR;
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    guint i = balancer->rule->pick(balancer->state, balancer->turn++, call_draw(me, call, DRAW_TARGET));
    balancer->under_way[i]++;
    note_load(balancer, i);
    LOCALS(call, Forwarded)->target = i;
    TELL(sim, me, "%s picks %s", ((const Config *)me->config)->algorithm->name, balancer->target[i]->name);
    Call *question = call_new(sim, me, call, balancer->target[i], (Port)call->port, forwarded);
    if (call->port == PORT_HTTP)
        question->http = call->http;
    else
        question->health = call->health;
    call_send(sim, question, balancer->patience);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_CONNECT)
        call_answer(sim, call, OUTCOME_OK);
    else
        forward(sim, me, call);
}

/* ---- health of the targets: one loop each ---- */

static void check(Sim *sim, Entity *me, Call *loop, Call *reply);

/* When the last one goes out all are in for the rule, until the first is in again. */
static void put(Balancer *balancer, guint target, bool fit)
{
    const BalancingRule *rule = balancer->rule;
    balancer->fit[target] = fit;
    balancer->n_fit += fit ? 1 : -1u;
    if (balancer->n_fit > (fit ? 1u : 0u)) {
        rule->fit(balancer->state, target, fit);
        return;
    }
    for (guint i = 0; i < balancer->n_targets; i++)
        if (i != target)
            rule->fit(balancer->state, i, !fit);
}

static void checked(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Balancer *balancer = me->state;
    const Config *config = me->config;
    guint i = LOCALS(loop, Forwarded)->target;
    bool well = reply->outcome == OUTCOME_OK;
    balancer->run[i] = well == balancer->fit[i] ? 0 : balancer->run[i] + 1;
    if (balancer->run[i] >= (balancer->fit[i] ? config->failures : config->successes)) {
        put(balancer, i, well);
        balancer->run[i] = 0;
        TELL(sim, me, "puts %s %s", balancer->target[i]->name, well ? "in" : "out");
    }
    call_wait(sim, loop, config->interval, check);
}

static void check(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Balancer *balancer = me->state;
    (void)reply;
    Call *call = call_new(sim, me, loop, balancer->target[LOCALS(loop, Forwarded)->target], PORT_HEALTH, checked);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->health = (HealthPort){.deep = false};
    call_send(sim, call, balancer->check_patience);
}

static void start(Sim *sim, Entity *me)
{
    Balancer *balancer = me->state;
    const Config *config = me->config;
    balancer->n_fit = balancer->n_targets;
    balancer->rule->clear(balancer->state, balancer->n_targets);
    for (guint i = 0; i < balancer->n_targets; i++) {
        balancer->fit[i] = true;
        balancer->under_way[i] = balancer->run[i] = 0;
        Call *loop = call_begin(sim, me, key_of(me->own_key, i));
        LOCALS(loop, Forwarded)->target = i;
        call_wait(sim, loop, (SimTime)(unit_of(call_draw(me, loop, DRAW_PHASE)) * (double)config->interval), check);
    }
}

static const Ops ops = {.role = "balancer", .start = start, .asked = asked};

static void build(Sim *sim, const Thing *thing)
{
    for (guint region = 0; region < sim->world->n_running; region++) {
        if (!thing->runs_in[region])
            continue;
        g_autofree char *part = g_strdup_printf("@%s", sim->world->region[region].name);
        entity_open(sim, entity_new(sim, thing, &ops, network_region(sim->network, (int)region, WHOLE_REGION),
                                    sizeof(Balancer), part));
    }
}

static void connect_region(Sim *sim, Entity *me, int region)
{
    Balancer *balancer = me->state;
    const Config *config = me->config;
    guint n;
    balancer->target = doors_in(sim, config->to.thing, config->to.region != ANYWHERE ? config->to.region : region, &n);
    balancer->n_targets = n;
    balancer->under_way = arena_many(sim->arena, uint32_t, n);
    balancer->run = arena_many(sim->arena, uint32_t, n);
    balancer->fit = arena_many(sim->arena, bool, n);
    balancer->rule = config->algorithm->rule;
    balancer->state = arena_take(sim->arena, balancer->rule->size(MAX(1, n)));
    balancer->patience = call_patience(sim, config->idle);
    balancer->check_patience = call_patience(sim, config->check_timeout);
}

static void connect(Sim *sim, const Thing *thing)
{
    for (guint region = 0; region < sim->world->n_running; region++) {
        Entity *me;
        if (doors_of(sim, thing, (int)region, &me, 1) > 0)
            connect_region(sim, me, (int)region);
    }
}

/* Its place in the lists, what the rule remembers of it, and the call that checks it for ever. */
enum { TARGET_BYTES = 3 * sizeof(uint32_t) + sizeof(bool) + 16 + 2 * sizeof(Call) };

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    double n_targets = 0, here;
    (void)region;
    for (guint i = 0; i < world->n_running; i++) {
        const Config *config = thing_config(thing, (int)i);
        const Thing *to = config->to.thing;
        int where = config->to.region != ANYWHERE ? config->to.region : (int)i;
        if (thing->runs_in[i] && to->component->bound && to->component->bound(to, world, where, BOUND_INSTANCES, &here))
            n_targets += here;
    }
    if (bound == BOUND_PACE)
        *value = n_targets / simtime_seconds(((const Config *)thing->config)->interval);
    else if (bound == BOUND_BYTES)
        *value = n_targets * (double)TARGET_BYTES;
    else
        return false;
    return true;
}

static const Param params[] = {
    {.name = "to",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, to, Reference),
     .choices = "service",
     .flags = PARAM_EVERYWHERE,
     .help = "The service whose instances in its region are the targets."},
    {.name = "algorithm",
     .type = PARAM_POLICY,
     .offset = PARAM_FIELD(Config, algorithm, const Policy *),
     .standard = "round-robin",
     .choices = "balancer",
     .help = "Which target gets the next request.",
     .source = "D, ALB load-balancer-target-groups"},
    {.name = "interval",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, interval, SimTime),
     .standard = "30s",
     .least = 1e9,
     .most = 3e11,
     .help = "From a target's answer to its next health check.",
     .source = "D, ALB target-group-health-checks"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, check_timeout, SimTime),
     .standard = "5s",
     .least = 1e6,
     .most = 1.2e11,
     .help = "How long a health check is waited for.",
     .source = "D, ALB target-group-health-checks"},
    {.name = "failures",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, failures, gint64),
     .standard = "2",
     .least = 1,
     .most = 10,
     .help = "Bad checks in a row until a target is out.",
     .source = "D, ALB target-group-health-checks"},
    {.name = "successes",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, successes, gint64),
     .standard = "5",
     .least = 1,
     .most = 10,
     .help = "Good checks in a row until it is in again.",
     .source = "D, ALB target-group-health-checks"},
    {.name = "idle",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, idle, SimTime),
     .standard = "60s",
     .least = 1e6,
     .most = 4e12,
     .help = "How long it waits for a target's answer.",
     .source = "D, ALB application-load-balancers: idle timeout"},
    {.name = "regions",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, regions, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "Where it runs; absent: in every region of the scenario."},
    PARAM_END,
};

static const char *const feeds[] = {NULL};

const Component alb_component = {
    .kind = "balancer",
    .name = "alb",
    .summary = "A load balancer per region over the healthy instances of a service.",
    .usual = true,
    .existence = EXISTS_PER_REGION,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .bound = bound,
    .build = build,
    .connect = connect,
};
