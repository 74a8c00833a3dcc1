#include "model/verdict.h"
#include "model/observer.h"
#include <string.h>
#include "base/poison.h"

/* Until who was not heard asks again. */
#define ASKS_AGAIN (10 * SECOND)

void judge_init(Sim *sim, Judge *judge, const Thing *what, int region, bool healthy)
{
    *judge = (Judge){.region = region, .healthy = healthy, .told = healthy};
    judge->of =
        region >= 0 ? arena_printf(sim->arena, "%s@%s", what->name, sim->world->region[region].name) : what->name;
    judge->patience = call_patience(sim, 10 * SECOND);
}

/* What a balancer's name server finds is no verdict as long as nobody wants to know. */
static bool is_heard(const Entity *me, const Judge *judge)
{
    return judge->region >= 0 && (judge->n_watchers > 0 || strcmp(me->thing->component->kind, "health-check") == 0);
}

/* ---- telling ---- */

static void heard(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)sim;
    (void)me;
    (void)call;
    (void)reply;
}

static void tell_one(Sim *sim, Entity *me, const Judge *judge, Entity *watcher)
{
    Call *call = call_new(sim, me, NULL, watcher, PORT_VERDICT, heard);
    call->verdict = (VerdictPort){.about = me, .region = (int16_t)judge->region, .healthy = judge->told};
    call_send(sim, call, judge->patience);
}

static void tell_all(Sim *sim, Entity *me, Judge *judge)
{
    if (judge->told == judge->healthy)
        return;
    judge->told = judge->healthy;
    TELL(sim, me, "tells that %s is %s", judge->of, judge->told ? "healthy" : "unhealthy");
    if (is_heard(me, judge))
        observe_verdict(sim, me->thing, judge->region, judge->told);
    for (guint i = 0; i < judge->n_watchers; i++)
        tell_one(sim, me, judge, judge->watcher[i]);
}

typedef struct {
    Judge *judge;
} News;

static void tell_news(Sim *sim, Entity *me, Call *news, Call *reply)
{
    (void)reply;
    tell_all(sim, me, LOCALS(news, News)->judge);
    call_end(sim, news);
}

void judge_finds(Sim *sim, Entity *me, Judge *judge, bool healthy, const Law *after)
{
    if (judge->healthy == healthy)
        return;
    judge->healthy = healthy;
    if (!healthy && is_heard(me, judge))
        observe_found(sim, me->thing, judge->region);
    if (!after) {
        tell_all(sim, me, judge);
        return;
    }
    uint64_t key = key_of(me->own_key ^ (uint64_t)DRAW_AGGREGATE << 48, judge->n_changes++);
    Call *news = call_begin(sim, me, key);
    *LOCALS(news, News) = (News){judge};
    call_wait(sim, news, law_time(after, key), tell_news);
}

/* ---- being asked to tell ---- */

static void add_watcher(Sim *sim, Judge *judge, Entity *watcher)
{
    for (guint i = 0; i < judge->n_watchers; i++)
        if (judge->watcher[i] == watcher)
            return;
    if (judge->n_watchers == judge->room) {
        judge->room = MAX(4, 2 * judge->room);
        Entity **more = arena_many(sim->arena, Entity *, judge->room);
        for (guint i = 0; i < judge->n_watchers; i++)
            more[i] = judge->watcher[i];
        judge->watcher = more;
    }
    judge->watcher[judge->n_watchers++] = watcher;
}

void judge_hears(Sim *sim, Entity *me, Judge *judge, Call *call)
{
    Entity *watcher = call->caller;
    add_watcher(sim, judge, watcher);
    call_answer(sim, call, OUTCOME_OK);
    if (!judge->told)
        tell_one(sim, me, judge, watcher);
}

/* ---- wanting to know ---- */

typedef struct {
    Entity *judge;
    unsigned patience;
} Subscribing;

static void subscribe(Sim *sim, Entity *me, Call *root, Call *reply);

static void subscribed(Sim *sim, Entity *me, Call *root, Call *reply)
{
    (void)me;
    if (reply->outcome == OUTCOME_OK)
        call_end(sim, root);
    else
        call_wait(sim, root, ASKS_AGAIN, subscribe);
}

static void subscribe(Sim *sim, Entity *me, Call *root, Call *reply)
{
    const Subscribing *subscribing = LOCALS(root, Subscribing);
    (void)reply;
    Call *call = call_new(sim, me, root, subscribing->judge, PORT_VERDICT, subscribed);
    call->verdict = (VerdictPort){.about = NULL};
    call_send(sim, call, subscribing->patience);
}

void verdict_subscribe(Sim *sim, Entity *me, Entity *judge, unsigned patience)
{
    Call *root = call_begin(sim, me, key_of(me->own_key ^ PORT_VERDICT, judge->own_key));
    *LOCALS(root, Subscribing) = (Subscribing){judge, patience};
    subscribe(sim, me, root, NULL);
}
