#include "model/action.h"
#include "model/fault.h"
#include "model/observer.h"
#include <inttypes.h>
#include <string.h>
#include "base/poison.h"

typedef struct {
    const ActionRule *rule;
    Entity *const *plane;
    guint n_planes, next; /* whom to ask next */
    unsigned patience;
    SimTime due;
    bool open; /* due, and nobody has accepted it yet */
    Cell *refused;
} Actor;

typedef struct {
    bool back; /* being taken back */
} Doing;

static const ActionTiming *timing_of(const Thing *action)
{
    return action->config;
}

static void ask(Sim *sim, Entity *me, Call *root, Call *reply);

static void take_back(Sim *sim, Entity *me, Call *root, Call *reply)
{
    LOCALS(root, Doing)->back = true;
    ask(sim, me, root, reply);
}

static void heard(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Actor *actor = me->state;
    const ActionTiming *timing = timing_of(me->thing);
    bool back = LOCALS(root, Doing)->back;
    if (reply->outcome != OUTCOME_OK) {
        bool refused = reply->outcome == OUTCOME_ERROR;
        TELL(sim, me, "%s; tries again", refused ? "is not let" : "finds nobody");
        if (refused && sim_measuring(sim, sim_now(sim)))
            cell_count(actor->refused);
        actor->next = (actor->next + 1) % actor->n_planes;
        call_wait(sim, root, timing->retry, ask);
        return;
    }
    TELL(sim, me, "is accepted%s", back ? ", to be as before" : "");
    if (!back) {
        actor->open = false;
        observe_action(sim, me->thing, actor->due, true);
    }
    if (back || timing->lasts == 0)
        call_end(sim, root);
    else
        call_wait(sim, root, MAX(0, actor->due + timing->lasts - sim_now(sim)), take_back);
}

static void ask(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Actor *actor = me->state;
    (void)reply;
    if (sim_now(sim) >= sim->horizon) {
        call_end(sim, root);
        return;
    }
    Call *call = call_new(sim, me, root, actor->plane[actor->next], PORT_CONTROL, heard);
    call->control = actor->rule->what(me->thing, LOCALS(root, Doing)->back);
    call->control.since = actor->due;
    call->round_trips = 3; /* TCP, TLS 1.3, the request */
    call_send(sim, call, actor->patience);
}

static void begin(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Actor *actor = me->state;
    actor->due = sim_now(sim);
    actor->open = true;
    TELL(sim, me, "is due");
    if (timing_of(me->thing)->decides.kind == LAW_NONE)
        ask(sim, me, root, reply);
    else
        call_wait(sim, root, law_time(&timing_of(me->thing)->decides, call_draw(me, root, DRAW_DECIDE)), ask);
}

static void start(Sim *sim, Entity *me)
{
    const Actor *actor = me->state;
    SimTime at = fault_point(sim, &timing_of(me->thing)->at);
    if (actor->n_planes == 0 || at >= sim->horizon - sim->measured_from)
        return;
    Call *root = call_begin(sim, me, me->own_key);
    *LOCALS(root, Doing) = (Doing){.back = false};
    call_wait(sim, root, sim->measured_from + at, begin);
}

static void finish(Sim *sim, Entity *me)
{
    const Actor *actor = me->state;
    if (actor->open)
        observe_action(sim, me->thing, actor->due, false);
}

static const Ops ops = {.role = "operator", .start = start, .finish = finish};

void action_build(Sim *sim, const Thing *thing, const ActionRule *rule)
{
    Entity *me = entity_new(sim, thing, &ops, network_edge(sim->network), sizeof(Actor), "");
    ((Actor *)me->state)->rule = rule;
    entity_open(sim, me);
}

void action_connect(Sim *sim, const Thing *thing)
{
    guint n;
    Actor *actor = doors_in(sim, thing, ANYWHERE, &n)[0]->state;
    int region = NO_REGION;
    const Thing *of = actor->rule->of(thing, &region);
    actor->plane = controls_of(sim, of, region, &actor->n_planes);
    actor->patience = call_patience(sim, 10 * SECOND);
    actor->refused = sheet_cell(sim->sheet, CELL_COUNT, "control.refused", "action", thing->name, NULL);
}

void action_check(const Thing *thing, const World *world, Complaints *complaints)
{
    (void)world;
    fault_check_point(&timing_of(thing)->at, complaints);
}

const Thing *action_database(const Thing *action, int *region)
{
    const WriterAction *config = action->config;
    *region = config->of.region;
    return config->of.thing;
}

static bool makes_a_writer_of(const Thing *thing, const Thing *database)
{
    const char *kind = thing->component->kind, *name = thing->component->name;
    if (strcmp(kind, "action") != 0 || (strcmp(name, "failover") != 0 && strcmp(name, "switchover") != 0))
        return false;
    return ((const WriterAction *)thing->config)->of.thing == database;
}

static bool bound_of(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    return thing->component->bound && thing->component->bound(thing, world, region, bound, value);
}

/* Where nothing fails no runbook has another region write. */
static bool anything_fails(const World *world)
{
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "fault") == 0)
            return true;
    return false;
}

/* Where it is written as the scenario begins; another region may be the writer before the action is due. */
static bool writes_there(const Thing *thing, const World *world)
{
    const WriterAction *config = thing->config;
    double by_itself, work;
    bound_of(config->of.thing, world, NO_REGION, BOUND_SUCCESSION, &by_itself);
    for (guint i = 0; i < world->n_things; i++)
        if (world->thing[i] != thing && makes_a_writer_of(world->thing[i], config->of.thing))
            return false;
    return (by_itself == 0 || !anything_fails(world)) &&
           bound_of(config->of.thing, world, config->of.region, BOUND_WRITE_WORK, &work);
}

void action_check_writer(const Thing *thing, const World *world, Complaints *complaints)
{
    const WriterAction *config = thing->config;
    const Thing *database = config->of.thing;
    double by_itself;
    action_check(thing, world, complaints);
    if (!database)
        return;
    if (!bound_of(database, world, NO_REGION, BOUND_SUCCESSION, &by_itself))
        complain(complaints, "of", "no-succession", "'%s' (%s) has no one writer that another region could succeed",
                 database->name, database->component->name);
    else if (config->of.region == ANYWHERE)
        complain(complaints, "of", "missing-key", "which region shall write? write %s@REGION", database->name);
    else if (writes_there(thing, world))
        complain(complaints, "of", "promotes-the-writer",
                 "%s is written in %s anyway; name the region that shall write", database->name,
                 world->region[config->of.region].name);
}
