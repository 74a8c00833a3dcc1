#include "model/balancer.h"
#include "model/complaints.h"
#include "model/verdict.h"
#include "model/zone.h"
#include <string.h>
#include "base/poison.h"

enum { MOST_ZONES = 26 };

/* ---- the name server ---- */

typedef struct {
    Entity *entity;
    bool answers;  /* to the probes, so often in a row */
    bool has_some; /* targets that are healthy, as it said last */
    bool shifted;
    uint32_t run; /* probes in a row that contradict `answers` */
} Known;

typedef struct {
    const TargetRules *rules;
    guint n;
    Known *node; /* one in every zone, in order */
    Judge judge;
    unsigned patience;
} Names;

typedef struct {
    guint node;
} Probing;

static bool is_in(const Known *node)
{
    return node->answers && node->has_some;
}

static void judge(Sim *sim, Entity *me, Names *names)
{
    bool any = false;
    for (guint i = 0; i < names->n; i++)
        any = any || is_in(&names->node[i]);
    judge_finds(sim, me, &names->judge, any, NULL);
}

static void probe(Sim *sim, Entity *me, Call *loop, Call *reply);

static void probed(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Names *names = me->state;
    Known *node = &names->node[LOCALS(loop, Probing)->node];
    bool well = reply->outcome == OUTCOME_OK, was_in = is_in(node);
    node->run = well == node->answers ? 0 : node->run + 1;
    if (node->run >= names->rules->probe_failures) {
        node->answers = well;
        node->run = 0;
    }
    if (well)
        node->has_some = reply->verdict.healthy;
    if (is_in(node) != was_in) {
        TELL(sim, me, "puts %s %s%s", node->entity->name, was_in ? "out" : "in",
             !was_in         ? ""
             : node->answers ? ": it has no healthy target"
                             : ": it does not answer");
        judge(sim, me, names);
    }
    call_wait(sim, loop, names->rules->probe_interval, probe);
}

static void probe(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Names *names = me->state;
    (void)reply;
    Call *call = call_new(sim, me, loop, names->node[LOCALS(loop, Probing)->node].entity, PORT_VERDICT, probed);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->verdict = (VerdictPort){.about = me, .region = (int16_t)names->judge.region};
    call->round_trips = 2; /* TCP, then the question */
    call_send(sim, call, names->patience);
}

/* The addresses to choose from: of nodes that are in; else of those that are not shifted away; else all. */
static guint candidates(const Names *names, guint *node)
{
    for (int pass = 0; pass < 3; pass++) {
        guint n = 0;
        for (guint i = 0; i < names->n; i++) {
            const Known *one = &names->node[i];
            if ((pass > 0 || is_in(one)) && (pass > 1 || !one->shifted))
                node[n++] = i;
        }
        if (n > 0)
            return n;
    }
    return 0;
}

/* In random order, at most so many as an answer holds. */
static void answer(Sim *sim, Entity *me, Call *call)
{
    const Names *names = me->state;
    guint node[MOST_ZONES], n = candidates(names, node), n_told = MIN(n, MOST_ADDRESSES);
    uint64_t chance = call_draw(me, call, DRAW_PICK);
    for (guint i = 0; i < n_told; i++) {
        guint j = i + below(key_nth(chance, i), n - i), taken = node[j];
        node[j] = node[i];
        node[i] = taken;
        call->dns.address[i] = names->node[taken].entity->id;
    }
    if (n_told < MOST_ADDRESSES)
        call->dns.address[n_told] = NO_ADDRESS;
    call->dns.ttl = BALANCER_TTL;
    DECIDE(sim, me, call, "tells %u of %u nodes, %s first%s", n_told, names->n, names->node[node[0]].entity->name,
           is_in(&names->node[node[0]]) ? "" : " (none is in: fail open)");
    call_answer(sim, call, OUTCOME_OK);
}

static void shift(Sim *sim, Entity *me, const ControlPort *control)
{
    Names *names = me->state;
    names->node[control->zone].shifted = control->on;
    TELL(sim, me, "takes %s %s", names->node[control->zone].entity->name, control->on ? "out" : "in again");
}

static void names_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (call->port == PORT_DNS) {
        answer(sim, me, call);
    } else if (call->port == PORT_VERDICT) {
        judge_hears(sim, me, &((Names *)me->state)->judge, call);
    } else {
        CHECK(call->port == PORT_CONTROL);
        shift(sim, me, &call->control);
        call_answer(sim, call, OUTCOME_OK);
    }
}

static void names_start(Sim *sim, Entity *me)
{
    const Names *names = me->state;
    for (guint i = 0; i < names->n; i++) {
        Call *loop = call_begin(sim, me, key_of(me->own_key, i));
        LOCALS(loop, Probing)->node = i;
        call_wait(sim, loop, (SimTime)(unit_of(call_draw(me, loop, DRAW_PHASE)) * (double)names->rules->probe_interval),
                  probe);
    }
}

static const Ops names_ops = {.role = "name server", .start = names_start, .asked = names_asked};

/* ---- the control plane ---- */

enum { N_CONTROLS = CONTROL_DEREGISTER + 1 };

/* What has been decided in a region: one store behind all of the control plane's entities. */
typedef struct {
    guint n_nodes;
    Entity **node, *names;
    uint32_t latest[N_CONTROLS][1 + MOST_ZONES]; /* number of the last change to the region, to a zone */
    unsigned patience;
} Plane;

typedef struct {
    ControlPort change;
    guint to; /* number of the node; n_nodes: the name server */
    uint32_t number;
} Telling;

#define TELLS_AGAIN (5 * SECOND)

static void tell(Sim *sim, Entity *me, Call *telling, Call *reply);

static void told(Sim *sim, Entity *me, Call *telling, Call *reply)
{
    (void)me;
    if (reply->outcome == OUTCOME_OK)
        call_end(sim, telling);
    else
        call_wait(sim, telling, TELLS_AGAIN, tell);
}

static uint32_t *latest_of(Plane *plane, const ControlPort *change, Control control)
{
    return &plane->latest[control][change->zone + 1];
}

static void tell(Sim *sim, Entity *me, Call *telling, Call *reply)
{
    Plane *plane = *(Plane **)me->state;
    const Telling *mine = LOCALS(telling, Telling);
    (void)reply;
    if (*latest_of(plane, &mine->change, mine->change.what) != mine->number || sim_now(sim) >= sim->horizon) {
        call_end(sim, telling);
        return;
    }
    Entity *to = mine->to < plane->n_nodes ? plane->node[mine->to] : plane->names;
    Call *call = call_new(sim, me, telling, to, PORT_CONTROL, told);
    call->control = mine->change;
    call_send(sim, call, plane->patience);
}

static void tell_one(Sim *sim, Entity *me, const ControlPort *change, guint to, uint32_t number)
{
    Call *telling = call_begin(sim, me, key_of(key_of(me->own_key, to), (uint64_t)number << 32 | change->what));
    *LOCALS(telling, Telling) = (Telling){*change, to, number};
    tell(sim, me, telling, NULL);
}

static void control_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Plane *plane = *(Plane **)me->state;
    ControlPort change = call->control;
    (void)reply;
    bool is_known = change.what == CONTROL_SHIFT ? change.zone >= 0 && change.zone < (int)plane->n_nodes
                                                 : change.what == CONTROL_DEREGISTER;
    if (!is_known) {
        call_answer(sim, call, OUTCOME_ERROR);
        return;
    }
    uint32_t number = ++*latest_of(plane, &change, change.what);
    if (change.what == CONTROL_SHIFT)
        tell_one(sim, me, &change, plane->n_nodes, number);
    for (guint i = 0; i < plane->n_nodes; i++)
        tell_one(sim, me, &change, i, number);
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops control_ops = {.role = "control plane", .asked = control_asked};

/* ---- what a node hears of them ---- */

bool balancer_hears(Sim *sim, Entity *me, Targets *targets, Call *call)
{
    if (call->port == PORT_VERDICT) {
        call->verdict.healthy = targets->n_healthy > 0;
    } else if (call->port == PORT_CONTROL) {
        const ControlPort *change = &call->control;
        if (change->what == CONTROL_SHIFT)
            targets_shift(sim, me, targets, change->zone, change->on);
        else
            targets_register(sim, me, targets, change->zone, (guint)change->value, !change->on);
    } else {
        return false;
    }
    call_answer(sim, call, OUTCOME_OK);
    return true;
}

/* ---- building ---- */

static void build_zone(Sim *sim, const Thing *thing, int region, int zone, const Ops *node, gsize state_size)
{
    const char *where = sim->world->region[region].name;
    const Place *place = network_region(sim->network, region, zone);
    g_autofree char *part = g_strdup_printf("@%s/%c", where, zone_letter(zone));
    g_autofree char *control_part = g_strdup_printf("%s/control", part);
    entity_open(sim, entity_new(sim, thing, node, place, state_size, part));
    entity_controls(sim, entity_new(sim, thing, &control_ops, place, sizeof(Plane *), control_part), region);
}

void balancer_build(Sim *sim, const Thing *thing, const Ops *node, gsize state_size)
{
    for (guint region = 0; region < sim->world->n_running; region++) {
        const Region *where = &sim->world->region[region];
        if (!thing->runs_in[region])
            continue;
        for (guint zone = 0; zone < where->n_zones; zone++)
            build_zone(sim, thing, (int)region, (int)zone, node, state_size);
        g_autofree char *part = g_strdup_printf("@%s/dns", where->name);
        Entity *me = entity_new(sim, thing, &names_ops, network_edge(sim->network), sizeof(Names), part);
        judge_init(sim, &((Names *)me->state)->judge, thing, (int)region, true);
        entity_names(sim, me, (int)region);
    }
}

static void connect_around(Sim *sim, const Thing *thing, int region, Entity *const *node, guint n)
{
    const TargetRules *rules = thing_config(thing, region);
    Entity *me = name_server_of(sim, thing, region);
    Names *names = me->state;
    guint n_controls;
    Entity *const *control = controls_of(sim, thing, region, &n_controls);
    Plane *plane = arena_one(sim->arena, Plane);
    names->rules = rules;
    names->n = plane->n_nodes = n;
    names->node = arena_many(sim->arena, Known, n);
    names->patience = call_patience(sim, rules->probe_timeout);
    plane->node = arena_many(sim->arena, Entity *, n);
    plane->names = me;
    plane->patience = call_patience(sim, 5 * SECOND);
    for (guint i = 0; i < n; i++) {
        names->node[i] = (Known){.entity = node[i], .answers = true, .has_some = true};
        plane->node[i] = node[i];
    }
    for (guint i = 0; i < n_controls; i++)
        *(Plane **)control[i]->state = plane;
}

void balancer_connect(Sim *sim, const Thing *thing, void (*connect_node)(Sim *sim, Entity *me))
{
    for (guint region = 0; region < sim->world->n_running; region++) {
        guint n;
        Entity *const *node = doors_in(sim, thing, (int)region, &n);
        if (n == 0)
            continue;
        connect_around(sim, thing, (int)region, node, n);
        for (guint i = 0; i < n; i++)
            connect_node(sim, node[i]);
    }
}

/* ---- before anything runs ---- */

/* A key that says something and changes nothing was meant to. */
void balancer_check(const Thing *thing, const World *world, Complaints *complaints)
{
    bool has_zones = false;
    const char *where = NULL;
    for (guint i = 0; i < world->n_running; i++) {
        if (!thing->runs_in[i])
            continue;
        where = world->region[i].name;
        has_zones = has_zones || world->region[i].n_zones > 1;
    }
    if (where && !has_zones && is_said(complaints, "cross-zone"))
        complain(complaints, "cross-zone", "contradictory-settings",
                 "%s has one zone, so there is nothing to cross; [region %s] zones = 2 would make it two", where,
                 where);
}

static double targets_in(const TargetRules *rules, const World *world, int region)
{
    const Thing *to = rules->to.thing;
    int where = rules->to.region != ANYWHERE ? rules->to.region : region;
    double n;
    return to->component->bound && to->component->bound(to, world, where, BOUND_INSTANCES, &n) ? n : 0;
}

bool balancer_bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    double pace = 0, bytes = 0;
    if (bound == BOUND_TARGETS && region >= 0 && thing->runs_in[region]) {
        *value = targets_in(thing_config(thing, region), world, region);
        return true;
    }
    if (bound != BOUND_PACE && bound != BOUND_BYTES)
        return false;
    for (guint i = 0; i < world->n_running; i++) {
        const TargetRules *rules = thing_config(thing, (int)i);
        double n_zones = world->region[i].n_zones;
        if (!thing->runs_in[i])
            continue;
        double n_seen = targets_in(rules, world, (int)i) * (rules->cross_zone ? n_zones : 1);
        pace += n_seen / simtime_seconds(rules->interval) + n_zones / simtime_seconds(rules->probe_interval);
        bytes += n_seen * (double)TARGET_BYTES + n_zones * (2.0 * ENTITY_BYTES + sizeof(Targets) + 2 * sizeof(Call));
    }
    *value = bound == BOUND_PACE ? pace : bytes;
    return true;
}
