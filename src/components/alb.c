/* ALB: a balancer that looks at requests: each goes to a target of its own, picked by the algorithm.
 *
 * A node in every zone of its region ends the users' connections and answers their handshakes; its connections to the
 * targets are open already, until one of them breaks.  With stickiness a request goes back to the instance where its
 * user has logged in, as his cookie says, while that is fit (application-based stickiness).  What goes wrong behind it
 * is told apart: 502, the target refused or broke the connection; 503, there is no target; 504, it could not be reached
 * or did not answer in time. */
#include "model/balancer.h"
#include "model/complaints.h"
#include <string.h>
#include "base/poison.h"

typedef struct {
    TargetRules rules;
    const Policy *algorithm;
    SimTime idle, connect, sticks;
    bool sticky;
} Config;

typedef struct {
    Targets targets;
    unsigned patience, connect_patience;
} Node;

typedef struct {
    guint target;
} Forwarded;

/* ---- a request ---- */

static void fail(Sim *sim, Call *call, Why why)
{
    if (call->port == PORT_HTTP)
        call->http.why = (uint8_t)why;
    call_answer(sim, call, OUTCOME_ERROR);
}

/* What is left of the connections to it is not trusted any more: the next request opens one. */
static void fail_behind(Sim *sim, Node *node, Call *call, guint i, Outcome outcome)
{
    node->targets.target[i].connected = false;
    fail(sim, call, outcome == OUTCOME_TIMEOUT ? WHY_GATEWAY_TIMEOUT : WHY_BAD_GATEWAY);
}

static void forwarded(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Node *node = me->state;
    const Config *config = me->config;
    guint i = LOCALS(call, Forwarded)->target;
    targets_leave(&node->targets, i);
    if (G_UNLIKELY(reply->outcome != OUTCOME_OK && reply->outcome != OUTCOME_ERROR)) {
        fail_behind(sim, node, call, i, reply->outcome);
        return;
    }
    if (call->port == PORT_HTTP) {
        call->http = reply->http;
        if (G_UNLIKELY(config->sticky)) /* so it is counted from the last answer */
            call->http.sticks = sim_now(sim) + config->sticks;
    }
    call->bytes = reply->bytes;
    call_answer(sim, call, reply->outcome);
}

static inline void send(Sim *sim, Entity *me, Call *call, guint i)
{
    const Node *node = me->state;
    const Target *target = &node->targets.target[i];
    Call *question = call_new(sim, me, call, target->entity, (Port)call->port, forwarded);
    if (call->port == PORT_HTTP)
        question->http = call->http;
    else
        question->health = call->health;
    question->bytes = call->bytes;
    question->connected_at = target->connected_at;
    call_send(sim, question, node->patience);
}

static void connected(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Node *node = me->state;
    guint i = LOCALS(call, Forwarded)->target;
    Target *target = &node->targets.target[i];
    if (reply->outcome != OUTCOME_OK) {
        targets_leave(&node->targets, i);
        fail_behind(sim, node, call, i, reply->outcome);
        return;
    }
    target->connected = true;
    target->connected_at = sim_now(sim);
    send(sim, me, call, i);
}

/* The target that his cookie names, if it may have him. */
static guint stuck_to(const Sim *sim, const Node *node, const HttpPort *http)
{
    if (http->session >= NEW_SESSION || http->sticks <= sim_now(sim))
        return NO_TARGET;
    for (guint i = 0; i < node->targets.n; i++)
        if (node->targets.target[i].entity->id == http->session)
            return node->targets.target[i].fit ? i : NO_TARGET;
    return NO_TARGET;
}

static inline guint pick(Sim *sim, Entity *me, Call *call)
{
    Node *node = me->state;
    bool sticky = ((const Config *)me->config)->sticky && call->port == PORT_HTTP;
    guint i = G_UNLIKELY(sticky) ? stuck_to(sim, node, &call->http) : NO_TARGET;
    return i != NO_TARGET ? i : targets_pick(sim, me, &node->targets, call);
}

static void forward(Sim *sim, Entity *me, Call *call)
{
    Node *node = me->state;
    guint i = pick(sim, me, call);
    if (G_UNLIKELY(i == NO_TARGET)) {
        TELL(sim, me, "has no target");
        fail(sim, call, WHY_UNAVAILABLE);
        return;
    }
    const Target *target = &node->targets.target[i];
    targets_take(sim, &node->targets, i);
    LOCALS(call, Forwarded)->target = i;
    TELL(sim, me, "%s picks %s", ((const Config *)me->config)->algorithm->name, target->entity->name);
    if (G_LIKELY(target->connected)) {
        send(sim, me, call, i);
        return;
    }
    call_send(sim, call_new(sim, me, call, target->entity, PORT_CONNECT, connected), node->connect_patience);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (G_LIKELY(call->port == PORT_HTTP) || call->port == PORT_HEALTH) {
        forward(sim, me, call);
    } else if (call->port == PORT_CONNECT) {
        call->connect.flow = NO_FLOW;
        call_answer(sim, call, OUTCOME_OK);
    } else {
        balancer_hears(sim, me, &((Node *)me->state)->targets, call);
    }
}

/* ---- the end of a deregistration delay ---- */

static void cut(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    targets_leave(me->state, LOCALS(call, Forwarded)->target);
    fail(sim, call, WHY_BAD_GATEWAY);
}

static void drained(Sim *sim, Entity *me, guint i)
{
    const Targets *targets = me->state;
    Entity *target = targets->target[i].entity;
    G_GNUC_UNUSED uint32_t n =
        calls_break(sim, me, target, PORT_HTTP, cut) + calls_break(sim, me, target, PORT_CONNECT, cut);
    TELL(sim, me, "lets go of %s: cuts %u off", target->name, n);
}

/* ---- building ---- */

static void start(Sim *sim, Entity *me)
{
    targets_start(sim, me, me->state);
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
    targets_connect(sim, me, &node->targets, &config->rules, config->algorithm->rule);
    node->targets.drained = drained;
    node->patience = call_patience(sim, config->idle);
    node->connect_patience = call_patience(sim, config->connect);
}

static void connect(Sim *sim, const Thing *thing)
{
    balancer_connect(sim, thing, connect_node);
}

static bool keeps_sessions(const World *world, const Thing *to)
{
    double keeps;
    return !to || !to->component->bound || !to->component->bound(to, world, ANYWHERE, BOUND_KEEPS_SESSIONS, &keeps) ||
           keeps > 0;
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    balancer_check(thing, world, complaints);
    if (config->sticky && !keeps_sessions(world, config->rules.to.thing))
        complain(complaints, "stickiness", "contradictory-settings",
                 "%s gives its users no cookie to be sent back by; give it sessions = sticky",
                 config->rules.to.thing->name);
    if (!config->sticky && config->sticks != 24 * HOUR)
        complain(complaints, "stickiness-duration", "contradictory-settings", "nobody sticks; write stickiness = yes");
    if (config->rules.slow_start > 0 && strcmp(config->algorithm->name, "least-outstanding") == 0)
        complain(complaints, "slow-start", "contradictory-settings",
                 "least-outstanding knows no slow start: a target that is idle is picked at once; give it another "
                 "algorithm, or leave slow-start out");
}

static const Param params[] = {
    TARGET_PARAMS(Config, "5s", "D, ALB target-group-health-checks", "yes", "ALB"),
    {.name = "algorithm",
     .type = PARAM_POLICY,
     .offset = PARAM_FIELD(Config, algorithm, const Policy *),
     .standard = "round-robin",
     .choices = "balancer",
     .help = "Which target gets the next request.",
     .source = "D, ALB load-balancer-target-groups"},
    {.name = "idle",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, idle, SimTime),
     .standard = "60s",
     .least = 1e6,
     .most = 4e12,
     .help = "How long it waits for a target's answer: then 504.",
     .source = "D, ALB application-load-balancers: idle timeout"},
    {.name = "connect",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, connect, SimTime),
     .standard = "10s",
     .least = 1e6,
     .most = 1.2e11,
     .help = "How long it tries to connect to a target whose connections broke: then 504.",
     .source = "D, ALB load-balancer-troubleshooting: HTTP 504"},
    {.name = "slow-start",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, rules.slow_start, SimTime),
     .standard = "",
     .least = 3e10,
     .most = 9e11,
     .help = "How long the share of a target that comes in grows until it has a whole one; absent: it has it at once.",
     .source = NULL},
    {.name = "stickiness",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, sticky, bool),
     .standard = "no",
     .help = "yes: a user is sent back to the instance where he has logged in, as its cookie says, while it is fit.",
     .source = "D, ALB sticky-sessions: off unless the target group has it"},
    {.name = "stickiness-duration",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, sticks, SimTime),
     .standard = "1d",
     .least = 1e9,
     .most = 6.048e14,
     .help = "How long after his last answer he is.",
     .source = "D, ALB sticky-sessions: 1 s to 7 days, 1 day unless said"},
    PARAM_END,
};

static const char *const feeds[] = {"balancer.requests", NULL};

const Component alb_component = {
    .kind = "balancer",
    .name = "alb",
    .summary = "A balancer of requests, with a node in every zone, over the healthy instances of a service.",
    .usual = true,
    .existence = EXISTS_PER_REGION,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .bound = balancer_bound,
    .build = build,
    .connect = connect,
};
