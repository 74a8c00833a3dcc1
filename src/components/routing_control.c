/* Routing control of Route 53 ARC: switches that somebody turns by hand, one per region, read as health checks.
 *
 * Nothing is polled: a switch that is on is healthy.  Its state is kept by a cluster of five endpoints in five regions;
 * whoever wants to change it asks any of them, and that one needs two others to agree, so two regions may be gone.
 * Safety rules stand between: so many must stay on; or nothing changes unless another switch, the gate, is on. */
#include "model/verdict.h"
#include "base/poison.h"

enum { OFF, ON };
enum { CHANGE, AGREE }; /* ControlPort.what: asked by an operator; by another endpoint */

typedef struct {
    int initially;
    gint64 at_least;
    Reference gate;
} Config;

static const char *const endpoint_regions[] = {"us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1",
                                               "ap-southeast-2"};
enum { ENDPOINTS = G_N_ELEMENTS(endpoint_regions), OTHERS_NEEDED = ENDPOINTS / 2 };

/* What the endpoints of one routing control agree upon. */
typedef struct {
    bool *on;       /* per region */
    Entity **judge; /* per region; NULL: it has no switch there */
    Entity *endpoint[ENDPOINTS];
    unsigned patience;
} Cluster;

typedef struct {
    Cluster *cluster;
} Endpoint;

typedef struct {
    uint8_t agreed, unheard; /* of the others */
    bool decided;
} Asking;

/* ---- the switch as a health check ---- */

static void judge_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Judge *judge = me->state;
    (void)reply;
    if (!call->verdict.about) {
        judge_hears(sim, me, judge, call);
        return;
    }
    judge_finds(sim, me, judge, call->verdict.healthy, NULL);
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops judge_ops = {.role = "switch", .asked = judge_asked};

/* ---- an endpoint of the cluster ---- */

static void told(Sim *sim, Entity *me, Call *change, Call *reply)
{
    (void)me;
    call_answer(sim, change, reply->outcome == OUTCOME_OK ? OUTCOME_OK : OUTCOME_REFUSED);
}

static int regions_on(const Sim *sim, const Cluster *cluster)
{
    int n = 0;
    for (guint i = 0; i < sim->world->n_running; i++)
        n += cluster->judge[i] && cluster->on[i];
    return n;
}

static const Cluster *cluster_of(const Sim *sim, const Thing *routing_control, int region)
{
    guint n;
    Entity *const *endpoint = controls_of(sim, routing_control, region, &n);
    CHECK(n > 0);
    return ((const Endpoint *)endpoint[0]->state)->cluster;
}

/* A change that changes nothing breaks no rule. */
static bool rules_allow(Sim *sim, const Entity *me, const ControlPort *change)
{
    const Cluster *cluster = ((const Endpoint *)me->state)->cluster;
    const Config *config = me->config;
    const char *name = cluster->judge[change->region]->name, *word = change->on ? "on" : "off";
    if (cluster->on[change->region] == change->on)
        return true;
    if (!change->on && regions_on(sim, cluster) - 1 < config->at_least) {
        TELL(sim, me, "does not switch %s off: at least %d must stay on", name, (int)config->at_least);
        return false;
    }
    if (!config->gate.thing)
        return true;
    int gate = config->gate.region != ANYWHERE ? config->gate.region : change->region;
    const Cluster *other = cluster_of(sim, config->gate.thing, gate);
    if (!other->on[gate])
        TELL(sim, me, "does not switch %s %s: its gate %s is off", name, word, other->judge[gate]->name);
    return other->on[gate];
}

static void decide(Sim *sim, Entity *me, Call *change)
{
    Cluster *cluster = ((const Endpoint *)me->state)->cluster;
    int region = change->control.region;
    if (!rules_allow(sim, me, &change->control)) {
        call_answer(sim, change, OUTCOME_ERROR);
        return;
    }
    cluster->on[region] = change->control.on;
    TELL(sim, me, "switches %s %s", cluster->judge[region]->name, change->control.on ? "on" : "off");
    Call *call = call_new(sim, me, change, cluster->judge[region], PORT_VERDICT, told);
    call->verdict = (VerdictPort){.about = me, .region = (int16_t)region, .healthy = change->control.on};
    call_send(sim, call, cluster->patience);
}

static void agreed(Sim *sim, Entity *me, Call *change, Call *reply)
{
    Asking *asking = LOCALS(change, Asking);
    asking->unheard--;
    asking->agreed += reply->outcome == OUTCOME_OK;
    if (asking->decided)
        return;
    if (asking->agreed >= OTHERS_NEEDED) {
        asking->decided = true;
        decide(sim, me, change);
    } else if (asking->unheard == 0) {
        TELL(sim, me, "has no majority of its cluster");
        call_answer(sim, change, OUTCOME_REFUSED);
    }
}

static void endpoint_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Cluster *cluster = ((const Endpoint *)me->state)->cluster;
    (void)reply;
    if (call->control.what == AGREE) {
        call_answer(sim, call, OUTCOME_OK);
        return;
    }
    *LOCALS(call, Asking) = (Asking){.unheard = ENDPOINTS - 1};
    for (guint i = 0; i < ENDPOINTS; i++) {
        if (cluster->endpoint[i] == me)
            continue;
        Call *question = call_new(sim, me, call, cluster->endpoint[i], PORT_CONTROL, agreed);
        call_is_nth(question, i);
        question->control = (ControlPort){.what = AGREE, .region = call->control.region, .on = call->control.on};
        call_send(sim, question, cluster->patience);
    }
}

static const Ops endpoint_ops = {.role = "endpoint", .asked = endpoint_asked};

/* ---- building ---- */

static void build_switch(Sim *sim, const Thing *thing, Cluster *cluster, int region)
{
    const Config *config = thing->config_at[region];
    g_autofree char *part = g_strdup_printf("@%s", sim->world->region[region].name);
    Entity *me = entity_new(sim, thing, &judge_ops, network_edge(sim->network), sizeof(Judge), part);
    cluster->on[region] = config->initially == ON;
    cluster->judge[region] = me;
    judge_init(sim, me->state, thing, region, cluster->on[region]);
    entity_open(sim, me);
}

/* Where the scenario's region is gone, so is the endpoint in it. */
static const Place *place_of(Sim *sim, const char *region)
{
    int running = world_region(sim->world, region);
    return running >= 0 && running < (int)sim->world->n_running ? network_region(sim->network, running, WHOLE_REGION)
                                                                : network_checker(sim->network, region);
}

static void build(Sim *sim, const Thing *thing)
{
    Cluster *cluster = arena_one(sim->arena, Cluster);
    cluster->on = arena_many(sim->arena, bool, sim->world->n_running);
    cluster->judge = arena_many(sim->arena, Entity *, sim->world->n_running);
    cluster->patience = call_patience(sim, 3 * SECOND);
    for (guint region = 0; region < sim->world->n_running; region++)
        if (thing->runs_in[region])
            build_switch(sim, thing, cluster, (int)region);
    for (guint i = 0; i < ENDPOINTS; i++) {
        g_autofree char *part = g_strdup_printf("/endpoint@%s", endpoint_regions[i]);
        Entity *me = entity_new(sim, thing, &endpoint_ops, place_of(sim, endpoint_regions[i]), sizeof(Endpoint), part);
        me->config = thing->config;
        ((Endpoint *)me->state)->cluster = cluster;
        cluster->endpoint[i] = me;
        for (guint region = 0; region < sim->world->n_running; region++)
            if (thing->runs_in[region])
                entity_controls(sim, me, (int)region);
    }
}

/* ---- rules ---- */

static void check_gate(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    const Thing *gate = config->gate.thing;
    if (!gate)
        return;
    if (gate->component != thing->component) {
        complain(complaints, "gate", "contradictory-settings",
                 "'%s' is no routing control; only one of these is a gate", gate->name);
        return;
    }
    for (guint region = 0; config->gate.region == ANYWHERE && region < world->n_running; region++)
        if (thing->runs_in[region] && !gate->runs_in[region]) {
            complain(complaints, "gate", "contradictory-settings",
                     "'%s' has no switch in %s, where '%s' has one; name which one is its gate: %s@REGION", gate->name,
                     world->region[region].name, thing->name, gate->name);
            return;
        }
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    int n = 0, n_on = 0;
    for (guint region = 0; region < world->n_running; region++) {
        const Config *here = thing->config_at[region];
        n += thing->runs_in[region];
        n_on += thing->runs_in[region] && here->initially == ON;
    }
    if (config->at_least > n)
        complain(complaints, "at-least", "contradictory-settings",
                 "at least %d must stay on, of %d switches: none could ever be switched off", (int)config->at_least, n);
    else if (config->at_least > n_on)
        complain(complaints, "at-least", "contradictory-settings", "at least %d must stay on, and initially %d are on",
                 (int)config->at_least, n_on);
    check_gate(thing, world, complaints);
    for (guint i = 1; i < ENDPOINTS; i++)
        if (network_missing(world, endpoint_regions[0], endpoint_regions[i])) {
            complain(complaints, NULL, "no-path", "the endpoints stand in AWS regions and know no way from %s to %s",
                     endpoint_regions[0], endpoint_regions[i]);
            return;
        }
}

static const Param params[] = {
    {.name = "initially",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, initially, int),
     .standard = "on",
     .choices = "off on",
     .help = "How its switch stands at the start: on is healthy, off is not.",
     .source = "assumed: the region serves"},
    {.name = "at-least",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, at_least, gint64),
     .standard = "0",
     .most = 100,
     .flags = PARAM_EVERYWHERE,
     .help = "Assertion rule: no switch is turned off when fewer than so many would stay on.",
     .source = "P, CFN aws-resource-route53recoverycontrol-safetyrule: none unless it is asked for"},
    {.name = "gate",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, gate, Reference),
     .standard = "none",
     .choices = "health-check",
     .flags = PARAM_EVERYWHERE,
     .help =
         "Gating rule: nothing is switched unless that routing control, in the same region or the one named, is on.",
     .source = "P, CFN aws-resource-route53recoverycontrol-safetyrule: none unless it is asked for"},
    PARAM_END,
};

static const char *const feeds[] = {"detection.false", "detection.time", NULL};

const Component routing_control_component = {
    .kind = "health-check",
    .name = "routing-control",
    .summary = "A switch per region that is turned by hand: on is healthy.",
    .existence = EXISTS_PER_REGION,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
