/* NLB: a balancer that looks at connections: each is pinned to the target that its first packet was hashed to.
 *
 * A node in every zone passes packets on and answers for nobody: a handshake is the target's, and so is its silence.
 * What comes over a connection that the node does not know any more (idle too long, or its target is out) is reset.  A
 * target that dies takes its connections along without a word until its health checks have found out. */
#include "model/balancer.h"
#include "model/fit_set.h"
#include "model/flows.h"
#include "base/poison.h"

typedef struct {
    TargetRules rules;
    SimTime idle;
    bool terminates_unhealthy, terminates_deregistered;
} Config;

typedef struct {
    Targets targets;
    Flows *flows;
    unsigned patience;
} Node;

typedef struct {
    uint32_t target, flow;
} Passed;

/* ---- the hash of a new flow: ports differ from one to the next, so it falls on any target that is fit ---- */

static void clear(void *state, unsigned n_targets)
{
    fit_set_clear(state, n_targets);
}

static void fit(void *state, unsigned target, bool is_fit)
{
    fit_set_put(state, target, is_fit);
}

static unsigned pick(void *state, uint64_t turn, uint64_t chance)
{
    (void)turn;
    return fit_set_draw(state, chance);
}

static const BalancingRule flow_hash = {
    .size = fit_set_size, .clear = clear, .fit = fit, .by_chance = true, .pick = pick};

/* ---- a handshake: the target's, every round trip of it a way longer ---- */

static void connected(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Node *node = me->state;
    if (reply->outcome == OUTCOME_OK)
        call->connect.flow = flows_open(node->flows, LOCALS(call, Passed)->target, sim_now(sim));
    call_answer(sim, call, reply->outcome == OUTCOME_TIMEOUT ? OUTCOME_RESET : reply->outcome);
}

static void connect_through(Sim *sim, Entity *me, Call *call, guint i)
{
    const Node *node = me->state;
    const Target *target = &node->targets.target[i];
    LOCALS(call, Passed)->target = i;
    TELL(sim, me, "hashes the flow to %s", target->entity->name);
    Call *question = call_new(sim, me, call, target->entity, PORT_CONNECT, connected);
    question->round_trips = call->round_trips;
    call_send(sim, question, node->patience);
}

/* ---- what comes over it ---- */

static void answered(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Node *node = me->state;
    const Passed *mine = LOCALS(call, Passed);
    targets_leave(&node->targets, mine->target);
    if (call->port == PORT_HTTP) {
        call->http = reply->http;
        call->bytes = reply->bytes;
    }
    if (mine->flow != NO_FLOW && reply->outcome == OUTCOME_RESET)
        flows_close(node->flows, mine->flow, sim_now(sim));
    else if (mine->flow != NO_FLOW && reply->outcome != OUTCOME_TIMEOUT)
        flows_use(node->flows, mine->flow, sim_now(sim));
    call_answer(sim, call, reply->outcome == OUTCOME_TIMEOUT ? OUTCOME_RESET : reply->outcome);
}

static void pass_on(Sim *sim, Entity *me, Call *call, guint i, uint32_t flow)
{
    Node *node = me->state;
    Entity *target = node->targets.target[i].entity;
    targets_take(sim, &node->targets, i);
    *LOCALS(call, Passed) = (Passed){i, flow};
    Call *question = call_new(sim, me, call, target, (Port)call->port, answered);
    if (call->port == PORT_HTTP) {
        question->http = call->http;
        question->bytes = call->bytes;
    } else {
        question->health = call->health;
    }
    question->round_trips = call->round_trips;
    question->connected_at = call->connected_at;
    call_send(sim, question, node->patience);
}

/* A call without a flow is one of its own: a service's, a health check's. */
static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Node *node = me->state;
    (void)reply;
    if (call->port != PORT_HTTP && call->port != PORT_CONNECT && call->port != PORT_HEALTH) {
        balancer_hears(sim, me, &node->targets, call);
        return;
    }
    uint32_t flow = call->port == PORT_HTTP ? call->http.flow : NO_FLOW;
    guint i =
        flow == NO_FLOW ? targets_pick(sim, me, &node->targets, call) : flows_use(node->flows, flow, sim_now(sim));
    if (flow == NO_FLOW && i == NO_TARGET) {
        TELL(sim, me, "has no target");
        call_answer(sim, call, OUTCOME_REFUSED);
    } else if (flow != NO_FLOW && i == FLOW_GONE) {
        TELL(sim, me, "knows no such flow of %s: resets it", call->caller->name);
        call_answer(sim, call, OUTCOME_RESET);
    } else if (call->port == PORT_CONNECT) {
        connect_through(sim, me, call, i);
    } else {
        pass_on(sim, me, call, i, flow);
    }
}

/* ---- connections that are terminated ---- */

static void reset(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    targets_leave(me->state, LOCALS(call, Passed)->target);
    call_answer(sim, call, OUTCOME_RESET);
}

static void terminate(Sim *sim, Entity *me, guint i)
{
    Node *node = me->state;
    Entity *target = node->targets.target[i].entity;
    TELL(sim, me, "terminates %u flows to %s", flows_to(node->flows, i, sim_now(sim)), target->name);
    flows_drop(node->flows, i, sim_now(sim));
    calls_break(sim, me, target, PORT_HTTP, reset);
}

/* ---- building ---- */

static void start(Sim *sim, Entity *me)
{
    Node *node = me->state;
    flows_clear(node->flows, sim_now(sim));
    targets_start(sim, me, &node->targets);
}

static void finish(Sim *sim, Entity *me)
{
    targets_finish(sim, me, me->state);
}

static const Ops ops = {.role = "balancer", .start = start, .asked = asked, .finish = finish};

static void build(Sim *sim, const Thing *thing)
{
    balancer_build(sim, thing, &ops, sizeof(Node));
}

static void connect_node(Sim *sim, Entity *me)
{
    Node *node = me->state;
    const Config *config = me->config;
    targets_connect(sim, me, &node->targets, &config->rules, &flow_hash);
    node->targets.out = config->terminates_unhealthy ? terminate : NULL;
    node->targets.drained = config->terminates_deregistered ? terminate : NULL;
    node->flows = flows_new(sim, me->thing, config->idle, MAX(1, node->targets.n));
    node->patience = call_patience(sim, config->idle);
}

static void connect(Sim *sim, const Thing *thing)
{
    balancer_connect(sim, thing, connect_node);
}

static const Param params[] = {
    TARGET_PARAMS(Config, "10s", "D, NLB target-group-health-checks: 10 s for TCP; 6 s for HTTP", "no", "NLB"),
    {.name = "check",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, rules.check, int),
     .standard = "tcp",
     .choices = "http tcp",
     .help = "tcp: a target is well when it can be connected to; http: when its page answers.",
     .source = "D, NLB target-group-health-checks"},
    {.name = "idle",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, idle, SimTime),
     .standard = "350s",
     .least = 6e10,
     .most = 6e12,
     .help = "A flow over which nothing has gone for so long is forgotten.",
     .source = "D, NLB network-load-balancers: idle timeout"},
    {.name = "terminate-unhealthy",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, terminates_unhealthy, bool),
     .standard = "yes",
     .help = "The flows to a target that goes out are reset; no: they stay pinned to it.",
     .source = "D, NLB target-group-health: unhealthy connection termination is enabled by default"},
    {.name = "terminate-deregistered",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, terminates_deregistered, bool),
     .standard = "no",
     .help = "The flows to a deregistered target are reset at the end of the delay; no: they live on.",
     .source = "D, NLB load-balancer-target-groups: deregistration_delay.connection_termination.enabled"},
    PARAM_END,
};

static const char *const feeds[] = {"balancer.requests", NULL};

const Component nlb_component = {
    .kind = "balancer",
    .name = "nlb",
    .summary = "A balancer of connections, with a node in every zone; each stays with its target until it is idle.",
    .existence = EXISTS_PER_REGION,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = balancer_check,
    .bound = balancer_bound,
    .build = build,
    .connect = connect,
};
