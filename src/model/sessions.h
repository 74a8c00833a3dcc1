/* Sessions: how a service knows who its user is, when he comes again.
 *
 * He has logged in once, and his cookie says at which instance and when; who keeps his session is the service's choice:
 * nobody (what he has written is not known either: no position), the cookie itself (a signed token), the instance, a
 * store of its region, or a replicated database.  Whoever looks finds out what has become of it from the cookie and
 * from what is kept there, and from nothing else: an instance remembers since it started; a store in the region, unless
 * it is durable, since the region came back; a replica of a database what has come to it.  Who is not known logs in
 * again, which takes time, and what his session knew (its position) is gone.
 *
 * A user's first visit of the run is not his first: he is known there, and has logged in before.  Whose session is over
 * logs in as well, but has lost nothing. */
#ifndef MRSIM_MODEL_SESSIONS_H
#define MRSIM_MODEL_SESSIONS_H
#include "model/complaints.h"
#include "model/pool.h"
#include "model/sim.h"

typedef enum { SESSIONS_NONE, SESSIONS_TOKEN, SESSIONS_STICKY, SESSIONS_REGIONAL, SESSIONS_GLOBAL } SessionKind;
/* A member of the config of whoever serves users. */
typedef struct {
    int kind; /* SessionKind */
    Reference store;
    bool durable;
    Law login;
    SimTime lasts; /* 0: for ever */
} SessionConfig;

#define SESSION_PARAMS(Config)                                                                                         \
    {.name = "sessions",                                                                                               \
     .type = PARAM_CHOICE,                                                                                             \
     .offset = PARAM_FIELD(Config, session.kind, int),                                                                 \
     .standard = "none",                                                                                               \
     .choices = "none token sticky regional global",                                                                   \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "Who keeps a user's session: nobody, his cookie, the instance, a store of the region, a database.",       \
     .source = "assumed: none"},                                                                                       \
        {.name = "session-store",                                                                                      \
         .type = PARAM_REFERENCE,                                                                                      \
         .offset = PARAM_FIELD(Config, session.store, Reference),                                                      \
         .standard = "none",                                                                                           \
         .choices = "database",                                                                                        \
         .flags = PARAM_AT_NEED,                                                                                       \
         .help = "The database that keeps them with sessions = global: an item for each user.",                        \
         .source = "assumed: none"},                                                                                   \
        {.name = "session-durable",                                                                                    \
         .type = PARAM_YES_NO,                                                                                         \
         .offset = PARAM_FIELD(Config, session.durable, bool),                                                         \
         .standard = "yes",                                                                                            \
         .help = "With sessions = regional, yes: the store still knows them when its region comes back.",              \
         .source = "assumed"},                                                                                         \
        {.name = "session-lasts",                                                                                      \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, session.lasts, SimTime),                                                        \
         .standard = "",                                                                                               \
         .least = 1e6,                                                                                                 \
         .most = 8.64e16,                                                                                              \
         .help = "How long after he has logged in a user must do so again; absent: never."},                           \
    {                                                                                                                  \
        .name = "login-time", .type = PARAM_LAW_OF_DURATION, .offset = PARAM_FIELD(Config, session.login, Law),        \
        .standard = "200ms", .most = 3.6e12, .help = "Time that a worker takes to log a user in who is not known.",    \
        .source = "assumed: a password hash"                                                                           \
    }

/* The state of an instance begins with it. */
typedef struct {
    const SessionConfig *config;
    Entity *store;      /* regional, global */
    Pool *pool;         /* global: the connections to it, where it has endpoints; else NULL */
    SimTime started_at; /* sticky: it remembers since then */
    unsigned patience;
    Step known; /* there it goes on, without a reply */
    void (*failed)(Sim *sim, Entity *me, Call *call, Why why);
} Sessions;

/* What a user has wherever he is; of HttpPort. */
typedef struct {
    SimTime since, position, sticks;
    uint32_t session; /* NEW_SESSION: no service has given him one */
} Cookie;
extern const Cookie new_cookie;
static inline void cookie_show(const Cookie *cookie, HttpPort *question)
{
    question->session = cookie->session;
    question->since = cookie->since;
    question->position = cookie->position;
    question->sticks = cookie->sticks;
}
/* An answer has come.  He has had to log in again where it tells a later login than his. */
typedef enum { COOKIE_KNOWN, COOKIE_NEW, COOKIE_LOST } CookieNews;
CookieNews cookie_learn(Cookie *cookie, const HttpPort *told);

/* The store of a region; NULL: there is none.  While building. */
Entity *sessions_build_store(Sim *sim, const Thing *thing, const SessionConfig *config, int region);
/* The database that keeps them, as `me` asks for it: it does not forget them.  While connecting. */
void sessions_find_store(Sim *sim, Entity *me, Reference store, gint64 connections);
void sessions_start(Sim *sim, Entity *me); /* the instance starts: what it had in its memory is gone */
/* `call` is a request of a user, or of another service on his behalf: finds out who he is. */
void sessions_greet(Sim *sim, Entity *me, Call *call);
void sessions_check(const SessionConfig *config, Complaints *complaints);
#endif
