/* Global Accelerator: one address that is near everybody, and a way over the provider's network from there.
 *
 * Anycast leads each client to the nearest edge.  The edge ends his TCP connection, opens one of its own to an endpoint
 * at the same time, and pins the two together: a flow.  TLS and requests pass through it, so it answers for nobody:
 * what a dead endpoint owes, the client waits for.  A new flow goes to the nearest endpoint group (a region) as far as
 * the traffic dials let it, there to an endpoint that is healthy, by weight; open flows are never moved.
 *
 * What edges know they are told: of health by a judge per group, who checks endpoints without a health of their own and
 * hears of that of balancers from their name servers; of dials by the control plane in us-west-2. */
#include "model/complaints.h"
#include "model/edges.h"
#include "model/endpoint_groups.h"
#include "model/flows.h"
#include "model/group_judge.h"
#include "model/observer.h"
#include "model/sim.h"
#include <string.h>
#include "base/poison.h"

enum { AFFINITY_NONE, AFFINITY_SOURCE_IP };
enum { MOST_EDGES = 1024, MOST_WEIGHT = 255 };
static const char control_region[] = "us-west-2";

typedef struct {
    References endpoints;
    double dial;
    CheckHabits checks;
    SimTime idle;
    int affinity;
    Law propagation;
} Config;

/* The same for all of its entities, filled in when they are connected and not changed after that. */
typedef struct {
    EndpointGroups groups;
    guint n_pops;
    Entity **pop;
} Layout;

typedef struct {
    Layout *layout;
    Entity *of_edge[MOST_EDGES]; /* by number in the atlas; NULL: nobody enters there */
    Entity **judge, *plane;      /* judge: by region; NULL: no endpoint there */
} Anycast;

/* What an edge knows. */
typedef struct {
    const Layout *layout;
    EndpointView view;
    Flows *flows; /* targets are doors */
} Pop;

static void ignore(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)sim;
    (void)me;
    (void)call;
    (void)reply;
}

/* ---- anycast ---- */

static Entity *nearest_pop(Sim *sim, Entity *me, const Entity *asker)
{
    const Anycast *anycast = me->state;
    const Layout *layout = anycast->layout;
    int edge = network_edge_of(sim->network, asker->place);
    if (G_LIKELY(edge != NO_EDGE && anycast->of_edge[edge]))
        return anycast->of_edge[edge];
    guint best = 0;
    for (guint i = 1; i < layout->n_pops; i++)
        if (network_typical(sim->network, asker->place, layout->pop[i]->place) <
            network_typical(sim->network, asker->place, layout->pop[best]->place))
            best = i;
    return layout->pop[best];
}

static const Ops anycast_ops = {.role = "accelerator", .anycast = nearest_pop};

/* ---- an edge: where a new flow goes ---- */

/* With source-ip affinity all flows of one client fare alike.  An edge knows a client by where he comes from: his city
 * and his last mile, which is his own. */
static uint64_t chance_of(const Entity *me, const Call *call, Purpose purpose)
{
    const Config *config = me->config;
    if (config->affinity == AFFINITY_NONE)
        return call_draw(me, call, purpose);
    return key_of(me->key ^ (uint64_t)purpose << 48, key_of(call->caller->own_key, (uint64_t)call->access));
}

static guint choose(Sim *sim, Entity *me, const Call *call)
{
    static const char *const words[] = {[CHOSEN_NEAREST] = "the nearest group",
                                        [CHOSEN_BY_DIAL] = "by the traffic dials",
                                        [CHOSEN_FOR_UNHEALTHY] =
                                            "the group it was for is unhealthy, dials do not count",
                                        [CHOSEN_FAIL_OPEN] = "none of the three nearest groups is healthy: fail open"};
    const Pop *pop = me->state;
    EndpointReason why;
    guint door = endpoint_choose(&pop->layout->groups, &pop->view,
                                 (EndpointChance){.group = chance_of(me, call, DRAW_PICK),
                                                  .endpoint = chance_of(me, call, DRAW_TARGET),
                                                  .door = chance_of(me, call, DRAW_ANSWER)},
                                 &why);
    TELL(sim, me, "sends a new flow to %s: %s", pop->layout->groups.door[door]->name, words[why]);
    return door;
}

/* ---- an edge: connections and requests ---- */

typedef struct {
    guint door;
    uint32_t flow; /* NO_FLOW: the request has no connection */
} Passing;

/* Nobody will answer this: its client waits for nothing. */
static void forget(Sim *sim, Call *call)
{
    Line line = {.length = 0};
    line_push(sim, &line, call);
    line_forsake(sim, &line);
}

/* The edge has answered the client's SYN while it opened its own connection: with TLS, what the client sends next
 * meets an open connection, or waits for it; without, he is told when it is open. */
static SimTime client_needs(const Call *call, SimTime behind)
{
    SimTime before = 2 * call->leg;
    return call->round_trips < 2 ? 0 : MAX(0, before - behind) + (call->round_trips - 2) * before;
}

static void connected(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Pop *pop = me->state;
    guint door = LOCALS(call, Passing)->door;
    if (reply->outcome == OUTCOME_TIMEOUT) {
        forget(sim, call);
        return;
    }
    if (reply->outcome == OUTCOME_OK && !call->abandoned) {
        call->connect.flow = flows_open(pop->flows, door, sim_now(sim));
        flows_note(pop->flows, call->connect.flow, reply->connect.flow);
        if (sim_measuring(sim, sim_now(sim)))
            cell_count(endpoint_group_in(&pop->layout->groups, pop->layout->groups.door[door]->region)->opened);
    }
    call_answer_after(sim, call, client_needs(call, 2 * reply->leg), reply->outcome);
}

static void connect_to(Sim *sim, Entity *me, Call *call)
{
    const Pop *pop = me->state;
    guint door = choose(sim, me, call);
    LOCALS(call, Passing)->door = door;
    Call *question = call_new(sim, me, call, pop->layout->groups.door[door], PORT_CONNECT, connected);
    question->connect = (ConnectPort){.flow = NO_FLOW};
    question->round_trips = call->round_trips;
    call_send(sim, question, call_waited_for(call));
}

static void passed(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Pop *pop = me->state;
    uint32_t flow = LOCALS(call, Passing)->flow;
    bool broken = reply->outcome == OUTCOME_RESET || reply->outcome == OUTCOME_REFUSED;
    if (reply->outcome == OUTCOME_TIMEOUT) {
        forget(sim, call);
        return;
    }
    if (flow != NO_FLOW && broken)
        flows_close(pop->flows, flow, sim_now(sim));
    else if (flow != NO_FLOW)
        flows_use(pop->flows, flow, sim_now(sim));
    if (call->port == PORT_HTTP)
        call->http = reply->http;
    call->bytes = reply->bytes;
    call_answer(sim, call, reply->outcome);
}

/* Who asks in the instant in which his connection is there has just opened it. */
static void observe_passed(Sim *sim, const Call *call, int region)
{
    Population *population = population_numbered(sim, call->http.asker);
    bool kept = call->connected_at > 0 && call->sent_at > call->connected_at;
    if (population)
        observe_sent(sim, population, region, kept, call->sent_at);
}

/* An open flow is not moved, though its endpoint is known to be unhealthy. */
static void stays(Sim *sim, Entity *me, guint door, uint32_t flow)
{
    const Pop *pop = me->state;
    const EndpointGroups *groups = &pop->layout->groups;
    TELL(sim, me, "leaves an open flow at %s, which is unhealthy", groups->door[door]->name);
    if (flows_mark(pop->flows, flow) && sim_measuring(sim, sim_now(sim)))
        cell_count(endpoint_group_in(groups, groups->door[door]->region)->stuck);
}

static void pass(Sim *sim, Entity *me, Call *call)
{
    const Pop *pop = me->state;
    uint32_t flow = call->port == PORT_HTTP ? call->http.flow : NO_FLOW;
    guint door = flow == NO_FLOW ? choose(sim, me, call) : flows_use(pop->flows, flow, sim_now(sim));
    if (door == FLOW_GONE) {
        TELL(sim, me, "knows no such flow (idle for too long)");
        call_answer(sim, call, OUTCOME_RESET);
        return;
    }
    *LOCALS(call, Passing) = (Passing){door, flow};
    if (G_UNLIKELY(flow != NO_FLOW && !pop->view.healthy[door]))
        stays(sim, me, door, flow);
    if (call->port == PORT_HTTP)
        observe_passed(sim, call, pop->layout->groups.door[door]->region);
    Call *question = call_new(sim, me, call, pop->layout->groups.door[door], (Port)call->port, passed);
    if (call->port == PORT_HTTP) {
        question->http = call->http;
        question->http.flow = flow == NO_FLOW ? NO_FLOW : flows_noted(pop->flows, flow);
    } else {
        question->health = call->health;
    }
    question->connected_at = flow == NO_FLOW ? 0 : call->connected_at;
    call_send(sim, question, call_waited_for(call));
}

static void learn(Sim *sim, Entity *me, const VerdictPort *verdict)
{
    const Pop *pop = me->state;
    const EndpointGroups *groups = &pop->layout->groups;
    guint door = 0;
    while (groups->door[door] != verdict->about)
        door++;
    pop->view.healthy[door] = verdict->healthy;
    TELL(sim, me, "learns that %s is %s", verdict->about->name, verdict->healthy ? "healthy" : "unhealthy");
}

static void turn_dial(Sim *sim, Entity *me, const ControlPort *change)
{
    const Pop *pop = me->state;
    const EndpointGroups *groups = &pop->layout->groups;
    pop->view.dial[endpoint_group_in(groups, change->region) - groups->group] = change->value;
    TELL(sim, me, "dials %s to %g %%", sim->world->region[change->region].name, 100 * change->value);
}

static void pop_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_HTTP || call->port == PORT_HEALTH) {
        pass(sim, me, call);
    } else if (call->port == PORT_CONNECT) {
        connect_to(sim, me, call);
    } else {
        if (call->port == PORT_VERDICT)
            learn(sim, me, &call->verdict);
        else
            turn_dial(sim, me, &call->control);
        call_answer(sim, call, OUTCOME_OK);
    }
}

static const Ops pop_ops = {.role = "edge", .asked = pop_asked, .ends_tcp = true};

/* ---- the control plane ---- */

typedef struct {
    const Layout *layout;
    double *dial; /* of the groups, as decided last */
    unsigned patience;
} Plane;

typedef struct {
    guint group;
} Turning;

static void tell_dial(Sim *sim, Entity *me, Call *turning, Call *reply)
{
    const Plane *plane = me->state;
    guint group = LOCALS(turning, Turning)->group;
    (void)reply;
    for (guint i = 0; i < plane->layout->n_pops; i++) {
        Call *call = call_new(sim, me, NULL, plane->layout->pop[i], PORT_CONTROL, ignore);
        call->control = (ControlPort){.what = CONTROL_DIAL,
                                      .value = plane->dial[group],
                                      .region = (int16_t)plane->layout->groups.group[group].region,
                                      .zone = WHOLE_REGION};
        call_send(sim, call, plane->patience);
    }
    call_end(sim, turning);
}

static void turn(Sim *sim, Entity *me, guint group, uint64_t key)
{
    const Config *config = me->thing->config;
    Call *turning = call_begin(sim, me, key);
    *LOCALS(turning, Turning) = (Turning){group};
    call_wait(sim, turning, law_time(&config->propagation, call_draw(me, turning, DRAW_PROPAGATE)), tell_dial);
}

/* The value of a dial before anybody turned it. */
static double usual_dial(const Thing *thing, int region)
{
    return ((const Config *)thing_config(thing, region))->dial;
}

static void plane_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const Plane *plane = me->state;
    const EndpointGroups *groups = &plane->layout->groups;
    const EndpointGroup *group = endpoint_group_in(groups, call->control.region);
    (void)reply;
    if (call->port != PORT_CONTROL || call->control.what != CONTROL_DIAL || !group) {
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    guint nth = (guint)(group - groups->group);
    plane->dial[nth] = call->control.on ? call->control.value : usual_dial(me->thing, group->region);
    TELL(sim, me, "turns the dial of %s to %g %%", sim->world->region[group->region].name, 100 * plane->dial[nth]);
    turn(sim, me, nth, call->story);
    call_answer(sim, call, OUTCOME_OK);
}

/* What was decided before its region was lost is not forgotten. */
static void plane_start(Sim *sim, Entity *me)
{
    const Plane *plane = me->state;
    for (guint i = 0; sim_now(sim) > 0 && i < plane->layout->groups.n_groups; i++)
        turn(sim, me, i, key_of(key_of(me->own_key, i), (uint64_t)sim_now(sim)));
}

static const Ops plane_ops = {.role = "control plane", .start = plane_start, .asked = plane_asked};

/* ---- building ---- */

static void build_pops(Sim *sim, const Thing *thing, Anycast *anycast)
{
    guint edge[MOST_EDGES] = {0}, n = network_find_edges(sim->network, edge, MOST_EDGES);
    Layout *layout = anycast->layout;
    CHECK(atlas_edges(sim->world->atlas) <= MOST_EDGES);
    layout->n_pops = MAX(n, 1);
    layout->pop = arena_many(sim->arena, Entity *, layout->n_pops);
    for (guint i = 0; i < layout->n_pops; i++) {
        g_autofree char *part = g_strdup_printf("@%s", atlas_edge(sim->world->atlas, edge[i])->code);
        layout->pop[i] = entity_new(sim, thing, &pop_ops, network_pop(sim->network, edge[i]), sizeof(Pop), part);
        anycast->of_edge[edge[i]] = layout->pop[i];
    }
}

static Entity *build_plane(Sim *sim, const Thing *thing)
{
    int region = world_region(sim->world, control_region);
    bool runs = region >= 0 && region < (int)sim->world->n_running;
    const Place *place =
        runs ? network_region(sim->network, region, WHOLE_REGION) : network_checker(sim->network, control_region);
    Entity *me = entity_new(sim, thing, &plane_ops, place, sizeof(Plane), "/control");
    entity_controls(sim, me, NO_REGION);
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i])
            entity_controls(sim, me, (int)i);
    return me;
}

static void build(Sim *sim, const Thing *thing)
{
    Entity *door = entity_new(sim, thing, &anycast_ops, network_edge(sim->network), sizeof(Anycast), "");
    Anycast *anycast = door->state;
    entity_open(sim, door);
    anycast->layout = arena_one(sim->arena, Layout);
    anycast->judge = arena_many(sim->arena, Entity *, sim->world->n_running);
    build_pops(sim, thing, anycast);
    for (guint i = 0; i < sim->world->n_running; i++)
        if (thing->runs_in[i])
            anycast->judge[i] = group_judge_new(sim, thing, (int)i);
    anycast->plane = build_plane(sim, thing);
}

static void connect_pop(Sim *sim, Entity *me, const Layout *layout)
{
    const Config *config = me->thing->config;
    const EndpointGroups *groups = &layout->groups;
    Pop *pop = me->state;
    *pop = (Pop){.layout = layout,
                 .view = endpoint_view_new(sim, groups, me->place),
                 .flows = flows_new(sim, me->thing, config->idle, groups->n_doors)};
    for (guint i = 0; i < groups->n_groups; i++)
        pop->view.dial[i] = usual_dial(me->thing, groups->group[i].region);
}

static void connect_plane(Sim *sim, Entity *me, const Layout *layout)
{
    Plane *plane = me->state;
    const EndpointGroups *groups = &layout->groups;
    *plane = (Plane){.layout = layout,
                     .dial = arena_many(sim->arena, double, groups->n_groups),
                     .patience = call_patience(sim, 10 * SECOND)};
    for (guint i = 0; i < groups->n_groups; i++)
        plane->dial[i] = usual_dial(me->thing, groups->group[i].region);
}

static void connect(Sim *sim, const Thing *thing)
{
    guint n;
    const Config *config = thing->config;
    const Anycast *anycast = doors_in(sim, thing, ANYWHERE, &n)[0]->state;
    Layout *layout = anycast->layout;
    endpoint_groups_find(sim, &config->endpoints, &layout->groups);
    for (guint i = 0; i < layout->groups.n_groups; i++) {
        EndpointGroup *group = &layout->groups.group[i];
        const char *region = sim->world->region[group->region].name;
        group->opened =
            sheet_cell(sim->sheet, CELL_COUNT, "flows.opened", "accelerator", thing->name, "region", region, NULL);
        group->stuck =
            sheet_cell(sim->sheet, CELL_COUNT, "flows.stuck", "accelerator", thing->name, "region", region, NULL);
        const Config *here = thing_config(thing, group->region);
        group_judge_connect(sim, anycast->judge[group->region], &layout->groups, group, &here->checks, layout->pop,
                            layout->n_pops);
    }
    for (guint i = 0; i < layout->n_pops; i++)
        connect_pop(sim, layout->pop[i], layout);
    connect_plane(sim, anycast->plane, layout);
}

/* ---- before anything runs ---- */

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    const Config *config = thing->config;
    for (guint region = 0; region < world->n_running; region++)
        for (guint i = 0; i < config->endpoints.n; i++)
            here[region] |= endpoint_is_in(&config->endpoints.item[i], region);
}

static void check_endpoints(const Config *config, const World *world, Complaints *complaints)
{
    double sum = 0;
    for (guint i = 0; i < config->endpoints.n; i++) {
        const Item *item = &config->endpoints.item[i];
        sum += item->quantity;
        if (item->quantity > MOST_WEIGHT || item->quantity != (double)(gint64)item->quantity)
            complain(complaints, "endpoints", "out-of-range", "a weight is a whole number from 0 to %d; '%s' has %g",
                     MOST_WEIGHT, item->to.thing->name, item->quantity);
        for (guint j = 0; j < i; j++)
            for (guint region = 0; region < world->n_running; region++)
                if (config->endpoints.item[j].to.thing == item->to.thing && endpoint_is_in(item, region) &&
                    endpoint_is_in(&config->endpoints.item[j], region)) {
                    complain(complaints, "endpoints", "bad-list", "'%s' is given twice for %s", item->to.thing->name,
                             world->region[region].name);
                    region = world->n_running;
                }
    }
    if (config->endpoints.n > 0 && sum == 0)
        complain(
            complaints, "endpoints", "out-of-range",
            "all weights are 0: no endpoint may take traffic, and every flow would go to a random one (fail open)");
}

static bool reaches_an_edge(const World *world, const char *place)
{
    for (guint i = 0; i < atlas_edges(world->atlas); i++)
        if (!network_missing(world, place, atlas_edge(world->atlas, i)->code))
            return true;
    return false;
}

static bool sit_there(const Thing *clients, const char *place)
{
    for (const Param *param = clients->component->params; param->name; param++) {
        const Places *places = (const void *)((const char *)clients->config + param->offset);
        for (guint i = 0; param->type == PARAM_PLACES && i < places->n; i++)
            if (strcmp(places->place[i].name, place) == 0)
                return true;
    }
    return false;
}

static bool has_users(const World *world, const char *place)
{
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "clients") == 0 && sit_there(world->thing[i], place))
            return true;
    return false;
}

/* Edges have a measured way to what is measured; to other places a [link] must lead. */
static void check_paths(const Thing *thing, const World *world, Complaints *complaints)
{
    for (guint region = 0; region < world->n_regions; region++) {
        const char *name = world->region[region].name;
        bool counts = (region < world->n_running && thing->runs_in[region]) || has_users(world, name);
        if (counts && !world->region[region].measured_as && !reaches_an_edge(world, name))
            complain(complaints, "endpoints", "no-path",
                     "edges know no way to %s, which is not measured: give it `like = ` a region, or a [link ...] with "
                     "from = %s, to = an edge (FRA)",
                     name, name);
    }
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    check_endpoints(config, world, complaints);
    check_paths(thing, world, complaints);
    for (int region = NO_REGION; region < (int)world->n_running; region++) {
        const Config *here = thing_config(thing, region);
        if (region != NO_REGION && (here == config || !thing->runs_in[region]))
            continue;
        if (here->checks.timeout > here->checks.interval)
            complain(complaints, "timeout", "contradictory-settings",
                     "a check of %s is waited for longer (timeout) than until the next (interval)",
                     region == NO_REGION ? "an endpoint" : world->region[region].name);
    }
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing_config(thing, region);
    (void)world;
    if (bound != BOUND_DETECTION)
        return false;
    /* Refused at once, right before a check. */
    *value = simtime_seconds(config->checks.interval) * (double)(config->checks.threshold - 1);
    return true;
}

static const Param params[] = {
    {.name = "endpoints",
     .type = PARAM_REFERENCES,
     .offset = PARAM_FIELD(Config, endpoints, References),
     .choices = "balancer service",
     .quantity = DIMENSION_COUNT,
     .unsaid = 128,
     .flags = PARAM_EVERYWHERE,
     .help =
         "What it sends to, with weights 0 to 255; a bare name stands for all its regions, each an endpoint group."},
    {.name = "dial",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, dial, double),
     .standard = "100%",
     .most = 1,
     .help = "Traffic dial of a group: the share of what would go there that does; the rest goes to the next nearest.",
     .source = "D, GA about-endpoint-groups-traffic-dial"},
    {.name = "interval",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, checks.interval, SimTime),
     .standard = "30s",
     .least = 1e9,
     .most = 3.6e12,
     .help = "From one health check of an endpoint to the next; a balancer is asked for its nodes so often.",
     .source = "D, CFN aws-resource-globalaccelerator-endpointgroup: 30 s, or 10 s"},
    {.name = "threshold",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, checks.threshold, gint64),
     .standard = "3",
     .least = 1,
     .most = 10,
     .help = "Contrary checks in a row until an endpoint is out, or in again.",
     .source = "D, CFN aws-resource-globalaccelerator-endpointgroup"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, checks.timeout, SimTime),
     .standard = "4s",
     .least = 1e6,
     .most = 6e10,
     .help = "How long a check waits for an endpoint that does not answer.",
     .source = "assumed: as Route 53's checks; AWS tells nothing"},
    {.name = "page",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, checks.page, int),
     .standard = "tcp",
     .choices = "tcp shallow deep",
     .help = "tcp: a check connects; shallow: asks for a page; deep: for one that asks what lies behind it first.",
     .source = "D, CFN aws-resource-globalaccelerator-endpointgroup: TCP"},
    {.name = "affinity",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, affinity, int),
     .standard = "none",
     .choices = "none source-ip",
     .flags = PARAM_EVERYWHERE,
     .help = "none: each flow of a client has a choice of its own; source-ip: all have the same.",
     .source = "D, CFN aws-resource-globalaccelerator-listener"},
    {.name = "idle",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, idle, SimTime),
     .standard = "340s",
     .least = 1e9,
     .most = 8.64e13,
     .flags = PARAM_EVERYWHERE,
     .help = "A flow without traffic is forgotten after this time.",
     .source = "D, GA introduction-how-it-works: TCP 340 s, not settable"},
    {.name = "propagation",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, propagation, Law),
     .standard = "uniform(0s, 60s)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From a dial turned at the control plane until the edges heed it.",
     .source = "assumed: as Route 53's edits, generally within 60 s"},
    PARAM_END,
};

static const char *const feeds[] = {"detection.false", "detection.time", "flows.opened", "flows.stuck", NULL};

const Component global_accelerator_component = {
    .kind = "accelerator",
    .name = "global-accelerator",
    .summary = "An anycast address: TCP ends at the nearest edge, flows go to the nearest healthy region.",
    .usual = true,
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
    .connect = connect,
};
