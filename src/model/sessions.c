#include "model/sessions.h"
#include "model/replica.h"
#include "base/poison.h"

/* Siblings of their own, beyond what a request may ask a database for. */
enum { ASKS_WHO = 1000, TELLS_WHO };

static const Sessions *sessions_of(const Entity *me)
{
    return me->state;
}

static void go_on(Sim *sim, Entity *me, Call *call)
{
    sessions_of(me)->known(sim, me, call, NULL);
}

/* Every user has an item, far from those of the data. */
static void ask_store(Sim *sim, Entity *me, Call *call, Op op, Step then)
{
    const Sessions *sessions = sessions_of(me);
    Entity *to = sessions->store;
    uint8_t round_trips = 1;
    if (sessions->pool)
        to = pool_pick(sim, sessions->pool, op, call->http.since, &round_trips);
    Call *question = call_new(sim, me, call, to, PORT_STORE, then);
    question->round_trips = round_trips;
    uint32_t item = UINT32_MAX - (call->http.asker << 26) - call->http.user;
    call_is_nth(question, op == OP_READ ? ASKS_WHO : TELLS_WHO);
    question->store = (StorePort){.item = item, .op = (uint8_t)op};
    call_send(sim, question, sessions->patience);
}

/* ---- logging in ---- */

static void is_logged_in(Sim *sim, Entity *me, Call *call, SimTime since)
{
    call->http.session = me->id;
    call->http.since = since;
    go_on(sim, me, call);
}

static void is_kept(Sim *sim, Entity *me, Call *call, Call *reply)
{
    if (reply->outcome != OUTCOME_OK)
        sessions_of(me)->failed(sim, me, call, why_of(reply));
    else
        is_logged_in(sim, me, call, reply->store.version.at);
}

static void is_checked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    if (sessions_of(me)->config->kind == SESSIONS_GLOBAL)
        ask_store(sim, me, call, OP_WRITE, is_kept);
    else
        is_logged_in(sim, me, call, sim_now(sim));
}

static void log_in(Sim *sim, Entity *me, Call *call)
{
    TELL(sim, me,
         call->http.expired ? "finds the session of user %u at its end: he logs in"
                            : "does not know user %u: he logs in again",
         call->http.user);
    call->http.position = 0;
    call_wait(sim, call, law_time(&sessions_of(me)->config->login, call_draw(me, call, DRAW_LOGIN)), is_checked);
}

/* ---- who is he ---- */

/* Nobody has written it in this run: he logged in before. */
static bool holds(const StorePort *found, SimTime since)
{
    return found->agreed || found->version.at >= since;
}

static void told(Sim *sim, Entity *me, Call *call, Call *reply)
{
    bool global = sessions_of(me)->config->kind == SESSIONS_GLOBAL;
    if (reply->outcome != OUTCOME_OK)
        sessions_of(me)->failed(sim, me, call, why_of(reply));
    else if (global ? holds(&reply->store, call->http.since) : call->http.since >= reply->store.version.at)
        go_on(sim, me, call);
    else
        log_in(sim, me, call);
}

/* Where he comes for the first time he has been before; a database or token has had him everywhere, at any time of his
 * session's life. */
static void welcome(Sim *sim, Entity *me, Call *call)
{
    const SessionConfig *config = sessions_of(me)->config;
    bool here = config->kind == SESSIONS_STICKY || config->kind == SESSIONS_REGIONAL;
    double age = unit_of(key_nth(call_draw(me, call, DRAW_LOGIN), 1)) * (double)config->lasts;
    call->http.session = me->id;
    call->http.since = here ? sim_now(sim) : config->lasts > 0 ? sim_now(sim) - (SimTime)age : 0;
    go_on(sim, me, call);
}

void sessions_greet(Sim *sim, Entity *me, Call *call)
{
    const Sessions *sessions = sessions_of(me);
    const HttpPort *http = &call->http;
    SessionKind kind = (SessionKind)sessions->config->kind;
    if (kind == SESSIONS_NONE || http->session == NO_SESSION) {
        go_on(sim, me, call);
        return;
    }
    if (http->session == NEW_SESSION) {
        welcome(sim, me, call);
        return;
    }
    SimTime lasts = sessions->config->lasts;
    call->http.expired = lasts > 0 && sim_now(sim) - http->since >= lasts;
    if (http->expired) {
        log_in(sim, me, call);
        return;
    }
    bool here = kind == SESSIONS_STICKY ? http->session == me->id && http->since >= sessions->started_at
                                        : sim_entity(sim, http->session)->region == me->region;
    if (kind == SESSIONS_TOKEN || (kind == SESSIONS_STICKY && here))
        go_on(sim, me, call);
    else if (kind == SESSIONS_GLOBAL || (kind == SESSIONS_REGIONAL && here))
        ask_store(sim, me, call, OP_READ, told);
    else
        log_in(sim, me, call);
}

/* ---- the store of a region ---- */

typedef struct {
    const SessionConfig *config;
    SimTime since; /* it remembers since then */
} Store;

static void store_start(Sim *sim, Entity *me)
{
    Store *store = me->state;
    store->since = store->config->durable ? 0 : sim_now(sim);
}

static void store_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)reply;
    call->store.version.at = ((const Store *)me->state)->since;
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops store_ops = {.role = "session store", .start = store_start, .asked = store_asked};

Entity *sessions_build_store(Sim *sim, const Thing *thing, const SessionConfig *config, int region)
{
    if (config->kind != SESSIONS_REGIONAL)
        return NULL;
    g_autofree char *part = g_strdup_printf("@%s/sessions", sim->world->region[region].name);
    Entity *me =
        entity_new(sim, thing, &store_ops, network_region(sim->network, region, WHOLE_REGION), sizeof(Store), part);
    ((Store *)me->state)->config = config;
    return me;
}

void sessions_find_store(Sim *sim, Entity *me, Reference store, gint64 connections)
{
    Sessions *sessions = me->state;
    sessions->store = door_for(sim, me, store);
    if (!sessions->store)
        return;
    replicas_remember(sessions->store);
    if (store.region == ANYWHERE)
        sessions->pool = pool_new(sim, me, store.thing, sessions->store, connections, sessions->patience);
}

void sessions_start(Sim *sim, Entity *me)
{
    Sessions *sessions = me->state;
    sessions->started_at = sim_now(sim);
    if (sessions->pool)
        pool_start(sim, me, sessions->pool);
}

/* ---- the user's side ---- */

const Cookie new_cookie = {.session = NEW_SESSION};

CookieNews cookie_learn(Cookie *cookie, const HttpPort *told)
{
    bool is_new = cookie->session == NEW_SESSION;
    if (told->session == NEW_SESSION || (!is_new && told->since < cookie->since))
        return COOKIE_KNOWN;
    bool lost = !is_new && told->since > cookie->since && !told->expired;
    SimTime position = told->since > cookie->since ? told->position : MAX(cookie->position, told->position);
    *cookie = (Cookie){told->since, position, told->sticks, told->session};
    return is_new ? COOKIE_NEW : lost ? COOKIE_LOST : COOKIE_KNOWN;
}

/* ---- before anything runs ---- */

void sessions_check(const SessionConfig *config, Complaints *complaints)
{
    bool global = config->kind == SESSIONS_GLOBAL;
    if (global && !config->store.thing)
        complain(complaints, "sessions", "contradictory-settings",
                 "a database keeps them, and none is said; write session-store = DATABASE");
    if (!global && config->store.thing)
        complain(complaints, "session-store", "contradictory-settings",
                 "a database keeps them only with sessions = global");
    if (config->kind != SESSIONS_REGIONAL && !config->durable)
        complain(complaints, "session-durable", "contradictory-settings",
                 "a store of the region keeps them only with sessions = regional");
}
