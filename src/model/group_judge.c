#include "model/group_judge.h"
#include "base/check.h"
#include "model/observer.h"
#include "model/verdict.h"
#include "base/poison.h"

typedef struct {
    const EndpointGroups *groups;
    const EndpointGroup *group;
    const CheckHabits *habits;
    Entity *const *watcher;
    guint n_watchers;
    bool *well;    /* of all doors, those of the group count: what checks and addresses say */
    bool *told;    /* what the edges were told last */
    uint32_t *run; /* checks in a row that contradict `well` */
    bool *heard;   /* of all endpoints: what their name servers say */
    bool healthy;  /* the group */
    unsigned patience, tell_patience;
} JudgeOfGroup;

typedef struct {
    const Endpoint *endpoint;
} Looking;

static void ignore(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)sim;
    (void)me;
    (void)call;
    (void)reply;
}

static void tell_all(Sim *sim, Entity *me, guint door)
{
    const JudgeOfGroup *mine = me->state;
    for (guint i = 0; i < mine->n_watchers; i++) {
        Call *call = call_new(sim, me, NULL, mine->watcher[i], PORT_VERDICT, ignore);
        call->verdict = (VerdictPort){
            .about = mine->groups->door[door], .region = (int16_t)mine->group->region, .healthy = mine->told[door]};
        call_send(sim, call, mine->tell_patience);
    }
}

/* Tells what has changed of one endpoint, door by door; can it take a flow? */
static bool judge_endpoint(Sim *sim, Entity *me, guint nth)
{
    const JudgeOfGroup *mine = me->state;
    const Endpoint *endpoint = &mine->groups->endpoint[nth];
    bool any = false;
    for (guint door = endpoint->first_door; door < endpoint->first_door + endpoint->n_doors; door++) {
        bool now = mine->well[door] && mine->heard[nth];
        any = any || now;
        if (now == mine->told[door])
            continue;
        mine->told[door] = now;
        TELL(sim, me, "finds %s %s", mine->groups->door[door]->name, now ? "healthy" : "unhealthy");
        tell_all(sim, me, door);
    }
    return any && endpoint->weight > 0;
}

/* The group is healthy while an endpoint of it can take a flow. */
static void judge(Sim *sim, Entity *me)
{
    JudgeOfGroup *mine = me->state;
    bool any = false;
    for (guint i = 0; i < mine->group->n_endpoints; i++)
        any = judge_endpoint(sim, me, mine->group->first_endpoint + i) || any;
    if (any == mine->healthy)
        return;
    mine->healthy = any;
    if (!any)
        observe_found(sim, me->thing, mine->group->region);
    observe_verdict(sim, me->thing, mine->group->region, any);
}

static void checked(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    JudgeOfGroup *mine = me->state;
    guint door = LOCALS(loop, Looking)->endpoint->first_door;
    while (mine->groups->door[door] != reply->callee)
        door++;
    bool well = reply->outcome == OUTCOME_OK;
    mine->run[door] = well == mine->well[door] ? 0 : mine->run[door] + 1;
    if (mine->run[door] < mine->habits->threshold)
        return;
    mine->well[door] = well;
    mine->run[door] = 0;
    judge(sim, me);
}

/* All doors of an endpoint at once. */
static void check_doors(Sim *sim, Entity *me, Call *loop)
{
    const JudgeOfGroup *mine = me->state;
    const Endpoint *endpoint = LOCALS(loop, Looking)->endpoint;
    Port port = mine->habits->page == CHECK_TCP ? PORT_CONNECT : PORT_HEALTH;
    for (guint i = 0; i < endpoint->n_doors; i++) {
        Entity *door = mine->groups->door[endpoint->first_door + i];
        Call *call = call_new(sim, me, loop, door, port, checked);
        call->story = key_of(loop->story, (uint64_t)sim_now(sim));
        call_is_nth(call, i);
        if (port == PORT_CONNECT)
            call->connect = (ConnectPort){.flow = NO_FLOW};
        else
            call->health = (HealthPort){.deep = mine->habits->page == CHECK_DEEP};
        call->round_trips = port == PORT_CONNECT ? 1 : 2; /* TCP, then the page */
        call_send(sim, call, mine->patience);
    }
}

/* Nodes that the balancer's name server does not tell take no new flows. */
static void told_addresses(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    JudgeOfGroup *mine = me->state;
    const Endpoint *endpoint = LOCALS(loop, Looking)->endpoint;
    if (reply->outcome != OUTCOME_OK)
        return;
    for (guint i = endpoint->first_door; i < endpoint->first_door + endpoint->n_doors; i++) {
        mine->well[i] = false;
        for (guint k = 0; k < MOST_ADDRESSES && reply->dns.address[k] != NO_ADDRESS; k++)
            mine->well[i] |= reply->dns.address[k] == mine->groups->door[i]->id;
    }
    judge(sim, me);
}

static void ask_addresses(Sim *sim, Entity *me, Call *loop)
{
    const JudgeOfGroup *mine = me->state;
    const Endpoint *endpoint = LOCALS(loop, Looking)->endpoint;
    Call *call = call_new(sim, me, loop, endpoint->names, PORT_DNS, told_addresses);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->dns = (DnsPort){.name = endpoint->thing->index};
    call_send(sim, call, mine->patience);
}

/* From beginning to beginning: a round does not wait for the one before. */
static void look(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const JudgeOfGroup *mine = me->state;
    (void)reply;
    if (LOCALS(loop, Looking)->endpoint->names)
        ask_addresses(sim, me, loop);
    else
        check_doors(sim, me, loop);
    call_wait(sim, loop, mine->habits->interval, look);
}

static void judge_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    JudgeOfGroup *mine = me->state;
    (void)reply;
    CHECK(call->port == PORT_VERDICT);
    for (guint i = 0; i < mine->groups->n_endpoints; i++)
        if (mine->groups->endpoint[i].names == call->caller)
            mine->heard[i] = call->verdict.healthy;
    call_answer(sim, call, OUTCOME_OK);
    judge(sim, me);
}

static void judge_start(Sim *sim, Entity *me)
{
    const JudgeOfGroup *mine = me->state;
    for (guint i = 0; i < mine->group->n_endpoints; i++) {
        const Endpoint *endpoint = &mine->groups->endpoint[mine->group->first_endpoint + i];
        Call *loop = call_begin(sim, me, key_of(me->own_key, endpoint->thing->key));
        *LOCALS(loop, Looking) = (Looking){endpoint};
        call_wait(sim, loop, (SimTime)(unit_of(call_draw(me, loop, DRAW_PHASE)) * (double)mine->habits->interval),
                  look);
        if (endpoint->names)
            verdict_subscribe(sim, me, endpoint->names, mine->tell_patience);
    }
}

static const Ops judge_ops = {.role = "health judge", .start = judge_start, .asked = judge_asked};

/* ---- building ---- */

Entity *group_judge_new(Sim *sim, const Thing *thing, int region)
{
    g_autofree char *part = g_strdup_printf("/health@%s", sim->world->region[region].name);
    return entity_new(sim, thing, &judge_ops, network_edge(sim->network), sizeof(JudgeOfGroup), part);
}

void group_judge_connect(Sim *sim, Entity *judge, const EndpointGroups *groups, const EndpointGroup *group,
                         const CheckHabits *habits, Entity *const *told, guint n_told)
{
    JudgeOfGroup *judging = judge->state;
    *judging = (JudgeOfGroup){.groups = groups,
                              .group = group,
                              .habits = habits,
                              .watcher = told,
                              .n_watchers = n_told,
                              .well = arena_many(sim->arena, bool, groups->n_doors),
                              .told = arena_many(sim->arena, bool, groups->n_doors),
                              .run = arena_many(sim->arena, uint32_t, groups->n_doors),
                              .heard = arena_many(sim->arena, bool, groups->n_endpoints),
                              .healthy = true,
                              .patience = call_patience(sim, habits->timeout),
                              .tell_patience = call_patience(sim, 10 * SECOND)};
    for (guint i = 0; i < groups->n_doors; i++)
        judging->well[i] = judging->told[i] = true;
    for (guint i = 0; i < groups->n_endpoints; i++)
        judging->heard[i] = true;
}
