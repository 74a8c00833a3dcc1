/* Sim: one replication under way: its clock, its entities, its network, its sheet.
 *
 * An entity is one acting thing at one place: a server, a resolver, a checker.  Components make theirs in `build` and
 * find others' in `connect`.  Places are opaque to components: nobody can ask whether a place is up; they can only call
 * and see. */
#ifndef MRSIM_MODEL_SIM_H
#define MRSIM_MODEL_SIM_H
#include "base/arena.h"
#include "base/check.h"
#include "kernel/kernel.h"
#include "model/call.h"
#include "model/component.h"
#include "model/network.h"
#include "stats/sheet.h"
#include <setjmp.h>

typedef struct Observer Observer;
typedef struct CallPool CallPool;
typedef struct Watcher Watcher;     /* model/watcher.h */
typedef struct WriteSeen WriteSeen; /* the same */
typedef struct Clocks Clocks;       /* model/clock.h */

typedef struct {
    const char *role;                    /* "instance", "resolver": for traces */
    void (*start)(Sim *sim, Entity *me); /* at time 0, and again when its place has come back; may be NULL */
    Step asked;                          /* NULL: nobody asks it */
    bool
        ends_tcp; /* it ends a TCP connection for somebody behind it: of PORT_CONNECT it hears with the first message */
    bool stands_beside; /* it looks after its thing and is no part of it: a crash of the thing does not take it along */
    void (*finish)(Sim *sim, Entity *me); /* at the end of the run: last figures; may be NULL */
    /* It is an address that many share: who of them is reached from where `asker` stands. NULL: it is itself. */
    Entity *(*anycast)(Sim *sim, Entity *me, const Entity *asker);
} Ops;

struct Entity {
    const Ops *ops;
    void *state;
    const void *config; /* of its thing, with what differs in its region */
    const Thing *thing;
    const Place *place;
    uint64_t key;     /* of the thing and the replication: keys draws about stories, whoever of its entities serves */
    uint64_t own_key; /* of the entity's name too: keys what it does of its own accord */
    uint32_t id;
    uint32_t nth;     /* among its siblings in one region */
    int region;       /* NO_REGION: clients, resolvers, name servers, checkers */
    SimTime asked_at; /* the instant of its last question of its own accord, and how many it asked then: */
    uint32_t n_asked;
    const char *name; /* shop@us-east-1/a/3 */
};

struct Sim {
    Kernel kernel;
    const World *world;
    uint64_t chance; /* key of (seed, replication) */
    Arena *arena;    /* ends with the replication */
    Sheet *sheet;
    Network *network;
    Links *links;   /* on the paths of the network, when it is sealed; NULL: none anywhere */
    Clocks *clocks; /* NULL: all clocks agree */
    Observer *observer;
    CallPool *calls;
    SimTime measured_from, horizon; /* arrivals stop at the horizon; what is in flight then is drained */
    GPtrArray *entities;            /* Entity *, in order of making */
    GPtrArray **doors;              /* per thing: entities that others may call (entity_open) */
    GPtrArray **doors_by_region;    /* the same per thing × (nowhere, then each region); NULL: none */
    GPtrArray **controls;           /* the same: entity_controls; NULL: none */
    Entity **name_server;           /* per thing × (nowhere, then each region): entity_names; NULL: none */
    GPtrArray *releases;            /* pairs of sim_at_end */
    void (*trace)(Sim *sim, void *whose, const char *line); /* NULL: nobody watches */
    void *trace_whose;
    const Watcher *watcher; /* NULL: nobody */
    uint64_t n_writes;      /* acknowledged and measured, of all databases: each has its number */
    /* Told of each measured write that ended otherwise than it should, whether somebody watches or not. NULL: nobody */
    void (*write_ended)(Sim *sim, void *whose, const WriteSeen *seen);
    void *write_whose;
    GPtrArray *stations;        /* Station *, all there are: for whom to blame when too much is under way */
    gsize most_bytes;           /* that what is under way may take; 0: as much as there is */
    gsize claimed, *claimed_by; /* bytes taken for what is under way; of these per thing, calls not counted */
    jmp_buf *way_out;           /* to the end of sim_run */
    bool overrun;               /* the run ended for want of memory: overrun_text (model/overrun.h) tells where */
};

static inline SimTime sim_now(const Sim *sim)
{
    return sim->kernel.now;
}
static inline bool sim_measuring(const Sim *sim, SimTime at)
{
    return at >= sim->measured_from && at < sim->horizon;
}

Sim *sim_new(const World *world, uint64_t seed, guint replication);
void sim_free(Sim *sim);
/* Build, connect, start; warm-up, measurement, drain; finish.  false: stopped early, or `overrun`. The digest is in
 * kernel.digest. */
bool sim_run(Sim *sim, const int *stop);

/* ---- memory of what is under way: calls, changes not yet shipped, writes not yet settled ---- */
/* So many bytes more, for a thing (NULL: for calls).  To be asked before they are taken and before anything is changed:
 * when it is too much, this does not return, but ends the run; nothing can be done with it then but sim_free. */
void sim_claim(Sim *sim, const Thing *thing, gsize bytes);
/* Ends the run, as sim_claim does: there are no numbers left for calls. */
G_NORETURN void sim_overrun(Sim *sim);

/* For the fault component: every entity of a region that has come back this instant, with its region or its zone,
 * starts again. O(entities). */
void sim_restart(Sim *sim, int region);

/* ---- while building ---- */
enum {
    ENTITY_BYTES = sizeof(Entity) + 128
}; /* of an entity without its state: its name, its place, where it is listed */
/* `part` is appended to the thing's name ("shop" + "@us-east-1/a/3"); state is zeroed. */
Entity *entity_new(Sim *sim, const Thing *thing, const Ops *ops, const Place *place, gsize state_size,
                   const char *part);
/* Others that refer to the thing may call this entity: the door of the thing in the entity's region. */
void entity_open(Sim *sim, Entity *entity);
/* The addresses of the thing in that region (NO_REGION: of the thing) are asked of this entity, by PORT_DNS, and its
 * health by PORT_VERDICT: a balancer's own name server. */
void entity_names(Sim *sim, Entity *entity, int region);
/* Changes by hand to the thing in that region (NO_REGION: to the thing) are asked of this entity, by PORT_CONTROL: a
 * control plane.  Where there are several, whoever wants a change tries one after the other. */
void entity_controls(Sim *sim, Entity *entity, int region);
/* Called when the replication's memory is given back: for what does not live in the arena. */
void sim_at_end(Sim *sim, GDestroyNotify release, void *what);
/* ---- while connecting ---- */
/* Whom to ask for the addresses of a thing in a region; NULL: nobody, its doors are its addresses. */
Entity *name_server_of(const Sim *sim, const Thing *thing, int region);
/* NULL with n = 0: nothing can be changed there. */
Entity *const *controls_of(const Sim *sim, const Thing *thing, int region, guint *n);
static inline Entity *sim_entity(const Sim *sim, uint32_t address)
{
    return g_ptr_array_index(sim->entities, address);
}
/* Whom `asker` reaches at that address, from where he stands: of an address that many share, one of them.  To be asked
 * for whenever a connection is opened. */
static inline Entity *sim_reached(Sim *sim, const Entity *asker, uint32_t address)
{
    Entity *there = sim_entity(sim, address);
    return there->ops->anycast ? there->ops->anycast(sim, there, asker) : there;
}
/* The doors of a thing in a region (ANYWHERE: all), in the order of making; they stay as long as the sim. */
Entity *const *doors_in(const Sim *sim, const Thing *thing, int region, guint *n);
/* A copy of the first `most` of them; returns how many. */
guint doors_of(const Sim *sim, const Thing *thing, int region, Entity **door, guint most);
/* Whom `asker` means by the reference (R4): the one named, else the one here, else the target's own rule, else the
 * nearest by round trip.  n-th modulo when several doors are there (instances of a service without balancer). NULL:
 * nobody. */
Entity *door_for(Sim *sim, const Entity *asker, Reference to);
/* All doors an answer list names: a bare name stands for all its sites. */
guint doors_named(Sim *sim, Reference to, Entity **door, guint most);

/* For traces: a line about what an entity does; costs nothing when nobody watches. */
void sim_tell(Sim *sim, const Entity *who, const char *format, ...) G_GNUC_PRINTF(3, 4) __attribute__((cold));
#define TELL(sim, who, ...)                                                                                            \
    do {                                                                                                               \
        if (G_UNLIKELY((sim)->trace))                                                                                  \
            sim_tell((sim), (who), __VA_ARGS__);                                                                       \
    } while (0)
/* The same for a decision about a call that `who` serves, with its reason, whose answer the asker may keep:
 * "latency: front@eu-central-1, 12.3 ms by the table".  A name server decides so; the story of a request that is
 * answered from a cache shows what was decided when the cache was filled.  Any other decision is told by TELL in the
 * step that takes it, which puts it into the story of the call that the step serves. */
void sim_decide(Sim *sim, const Entity *who, const Call *call, const char *format, ...) G_GNUC_PRINTF(4, 5)
    __attribute__((cold));
#define DECIDE(sim, who, call, ...)                                                                                    \
    do {                                                                                                               \
        if (G_UNLIKELY(sim_is_watched(sim)))                                                                           \
            sim_decide((sim), (who), (call), __VA_ARGS__);                                                             \
    } while (0)
/* Does anybody want to know reasons?  For who must collect them (Question.why): no component may do else than tell. */
static inline bool sim_is_watched(const Sim *sim)
{
    return sim->trace || sim->watcher;
}
#endif
