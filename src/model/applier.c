#include "model/applier.h"
#include <inttypes.h>
#include <math.h>
#include "base/poison.h"

enum { NOT_DRAINING = -1 };

typedef struct {
    Version version;
    SimTime received_at, work, mark;
    uint64_t position;
    uint32_t item;
    bool applied;
} Pending;
_Static_assert(sizeof(Pending) <= 64, "what the header promises");

/* Positions first <= begun <= next in a ring: what is before `first` is applied; what is before `begun` is or is being
 * applied; after a restart `begun` is back at `first` and what is applied is passed over. */
struct Applier {
    Entity *me;
    ApplyHabits habits;
    Pending *ring;
    uint64_t capacity, first, begun, next;
    uint64_t backlog;    /* not applied, of those in the ring */
    gint64 busy;         /* being applied */
    uint32_t round;      /* grows when what is being applied is not any more */
    Line waiting;        /* root calls that go on when all is applied */
    bool more_to_come;   /* as the log said with the newest change: it holds others back */
    SimTime drains_from; /* the first change since a log began to catch up; NOT_DRAINING */
    Cell *found, *drain; /* CELL_DISTRIBUTION: backlog found by each that is received; CELL_SAMPLES; NULL: none yet */
    /* Little's law, as in station.h: modulo 2^64 ns */
    SimTime noted;
    uint64_t area, stayed, came;
};

/* The locals of a root call: one change being applied. */
typedef struct {
    Applier *of;
    uint64_t position;
    uint32_t round;
} Work;

Applier *applier_new(Sim *sim, Entity *me, ApplyHabits habits)
{
    Applier *applier = arena_one(sim->arena, Applier);
    applier->me = me;
    applier->habits = habits;
    applier->capacity = 64;
    applier->ring = g_new(Pending, applier->capacity);
    applier->drains_from = NOT_DRAINING;
    applier->noted = sim_now(sim);
    return applier;
}

/* A writer receives nothing and has no figures. */
static void make_cells(Sim *sim, Applier *applier)
{
    const char *database = applier->me->thing->name, *to = sim->world->region[applier->me->region].name;
    applier->found =
        sheet_cell(sim->sheet, CELL_DISTRIBUTION, "replication.backlog", "database", database, "to", to, NULL);
    sheet_scale(applier->found, 1);
    applier->drain = sheet_cell(sim->sheet, CELL_SAMPLES, "replication.drain", "database", database, "to", to, NULL);
}

void applier_free(Applier *applier)
{
    g_free(applier->ring);
}

uint64_t applier_backlog(const Applier *applier)
{
    return applier->backlog;
}

static Pending *pending_at(const Applier *applier, uint64_t position)
{
    return &applier->ring[position & (applier->capacity - 1)];
}

static void widen(Sim *sim, Applier *applier)
{
    sim_claim(sim, applier->me->thing, applier->capacity * sizeof(Pending));
    Pending *wider = g_new(Pending, applier->capacity * 2);
    for (uint64_t i = applier->first; i < applier->next; i++)
        wider[i & (2 * applier->capacity - 1)] = *pending_at(applier, i);
    g_free(applier->ring);
    applier->ring = wider;
    applier->capacity *= 2;
}

/* Before the backlog changes. */
static void note_backlog(const Sim *sim, Applier *applier)
{
    applier->area += (uint64_t)(sim_now(sim) - applier->noted) * applier->backlog;
    applier->noted = sim_now(sim);
}

static void check_books(const Sim *sim, Applier *applier)
{
    note_backlog(sim, applier);
    uint64_t so_far = applier->backlog * (uint64_t)sim_now(sim) - applier->came;
    CHECK(applier->area == applier->stayed + so_far); /* Little's law */
}

/* ---- applying ---- */

static void applied(Sim *sim, Entity *me, Call *root, Call *reply);

/* The next change for this applier, or none: then it is idle. */
static void begin_next(Sim *sim, Applier *applier, Call *root)
{
    while (applier->begun < applier->next && pending_at(applier, applier->begun)->applied)
        applier->begun++;
    if (applier->begun == applier->next) {
        applier->busy--;
        call_end(sim, root);
        return;
    }
    *LOCALS(root, Work) = (Work){applier, applier->begun, applier->round};
    call_wait(sim, root, pending_at(applier, applier->begun++)->work, applied);
}

static void begin(Sim *sim, Applier *applier)
{
    applier->busy++;
    begin_next(sim, applier, call_begin(sim, applier->me, applier->me->own_key));
}

static void note_drain(Applier *applier, const Sim *sim, double seconds)
{
    if (sim_measuring(sim, applier->drains_from))
        cell_sample(applier->drain, seconds);
    applier->drains_from = NOT_DRAINING;
}

static void caught_up(Sim *sim, Applier *applier)
{
    double seconds = simtime_seconds(sim_now(sim) - applier->drains_from);
    TELL(sim, applier->me, "has caught up, after %.3f s", seconds);
    note_drain(applier, sim, seconds);
}

/* Nothing is left. */
static void done(Sim *sim, Applier *applier)
{
    check_books(sim, applier);
    if (applier->drains_from != NOT_DRAINING && !applier->more_to_come)
        caught_up(sim, applier);
    for (Call *root; (root = line_pop(sim, &applier->waiting));)
        call_wait(sim, root, 0, root->wake);
}

static void applied(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Applier *applier = LOCALS(root, Work)->of;
    (void)reply;
    if (LOCALS(root, Work)->round != applier->round) {
        call_end(sim, root);
        return;
    }
    Pending *change = pending_at(applier, LOCALS(root, Work)->position);
    note_backlog(sim, applier);
    change->applied = true;
    applier->backlog--;
    applier->stayed += (uint64_t)(sim_now(sim) - change->received_at);
    applier->came -= (uint64_t)change->received_at;
    TELL(sim, me, "has applied item %u: %" PRIu64 " changes wait", change->item, applier->backlog);
    AppliedChange seen = {change->version, change->mark, change->position, change->item};
    applier->habits.apply(sim, me, &seen);
    while (applier->first < applier->begun && pending_at(applier, applier->first)->applied)
        applier->first++;
    begin_next(sim, applier, root);
    if (applier->backlog == 0)
        done(sim, applier);
}

void applier_take(Sim *sim, Applier *applier, const Call *change)
{
    SimTime now = sim_now(sim),
            hold = applier->habits.hold ? applier->habits.hold(sim, applier->me, change->change.item) : 0;
    if (!applier->found)
        make_cells(sim, applier);
    if (sim_measuring(sim, now))
        histogram_add(&applier->found->histogram, (int64_t)applier->backlog);
    if (applier->next - applier->first == applier->capacity)
        widen(sim, applier);
    *pending_at(applier, applier->next++) =
        (Pending){.version = change->change.version,
                  .received_at = now,
                  .work = hold + law_time(applier->habits.work, call_draw(applier->me, change, DRAW_WORK)),
                  .mark = change->change.mark,
                  .position = change->change.position,
                  .item = change->change.item};
    note_backlog(sim, applier);
    applier->backlog++;
    applier->came += (uint64_t)now;
    applier->more_to_come = change->change.more;
    if (applier->more_to_come && applier->drains_from == NOT_DRAINING)
        applier->drains_from = now;
    if (applier->busy < applier->habits.appliers)
        begin(sim, applier);
}

/* ---- loss and return ---- */

/* Nobody is at work any more, and nobody waits. */
static void drop_all(Sim *sim, Applier *applier)
{
    applier->round++;
    applier->busy = 0;
    applier->more_to_come = false;
    applier->drains_from = NOT_DRAINING;
    line_forsake(sim, &applier->waiting);
}

void applier_restart(Sim *sim, Applier *applier)
{
    drop_all(sim, applier);
    applier->begun = applier->first;
    for (uint64_t n = applier->backlog; n > 0 && applier->busy < applier->habits.appliers; n--)
        begin(sim, applier);
}

void applier_forget(Sim *sim, Applier *applier)
{
    check_books(sim, applier);
    drop_all(sim, applier);
    applier->first = applier->begun = applier->next;
    applier->backlog = applier->came = 0;
    applier->stayed = applier->area;
}

void applier_when_done(Sim *sim, Applier *applier, Call *root, Step then)
{
    if (applier->backlog == 0) {
        then(sim, applier->me, root, NULL);
        return;
    }
    TELL(sim, applier->me, "has %" PRIu64 " changes to apply first", applier->backlog);
    root->wake = then;
    line_push(sim, &applier->waiting, root);
}

void applier_finish(Sim *sim, Applier *applier)
{
    check_books(sim, applier);
    if (applier->drains_from != NOT_DRAINING)
        note_drain(applier, sim, INFINITY);
}
