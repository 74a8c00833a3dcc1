#include "model/station.h"
#include "model/observer.h"
#include "base/poison.h"

void station_init(Sim *sim, Station *station, Entity *me, const char *kind, gint64 workers, gint64 most_waiting)
{
    const char *name = me->thing->name, *region = sim->world->region[me->region].name;
    *station = (Station){.me = me,
                         .workers = (uint32_t)workers,
                         .most_waiting = (uint32_t)MIN(most_waiting, G_MAXUINT32),
                         .woken_at = SIMTIME_NEVER};
    station->use = sheet_cell(sim->sheet, CELL_RATIO, "busy", kind, name, "region", region, NULL);
    station->found = sheet_cell(sim->sheet, CELL_DISTRIBUTION, "queue.length", kind, name, "region", region, NULL);
    sheet_scale(station->found, 1);
    g_ptr_array_add(sim->stations, station);
    station->refused = sheet_cell(sim->sheet, CELL_COUNT, "queue.refused", kind, name, "region", region, NULL);
}

/* Adds what has been in use since the last change, as far as it was measured. */
static void note_use(const Sim *sim, Station *station, SimTime until)
{
    SimTime from = MAX(station->since, sim->measured_from), to = MIN(until, sim->horizon);
    if (to > from)
        station->use->ratio.part += simtime_seconds(to - from) * station->busy;
    station->since = until;
}

/* ---- Little's law ---- */

/* Before anybody comes or goes. */
static inline void note_numbers(Station *station, SimTime now)
{
    uint64_t passed = (uint64_t)(now - station->noted);
    station->all.area += passed * (station->busy + (uint64_t)station->line.length);
    station->waiting.area += passed * station->line.length;
    station->noted = now;
}

static inline void one_goes(Books *books, SimTime came, SimTime now)
{
    books->stayed += (uint64_t)(now - came);
    books->came -= (uint64_t)came;
}

static inline void check_empty(const Books *books)
{
    CHECK(books->came == 0);             /* whoever left had come, and then */
    CHECK(books->area == books->stayed); /* Little's law */
}

/* With `n` there: what they have stayed so far counts too. */
static void check_books(const Books *books, uint64_t n, SimTime now)
{
    uint64_t so_far = n * (uint64_t)now - books->came;
    CHECK(books->area == books->stayed + so_far);
    if (n == 0)
        check_empty(books);
}

/* They all go at once, none by name. */
static void everybody_goes(Books *books, uint64_t n, SimTime now)
{
    check_books(books, n, now);
    books->stayed = books->area;
    books->came = 0;
}

/* ---- those who leave at an instant known beforehand ---- */

static void sink(Holder *holder, uint32_t n, Holder last)
{
    uint32_t hole = 0;
    for (uint32_t child; (child = 2 * hole + 1) < n; hole = child) {
        child += child + 1 < n && holder[child + 1].until < holder[child].until;
        if (last.until <= holder[child].until)
            break;
        holder[hole] = holder[child];
    }
    holder[hole] = last;
}

static SimTime first_to_go(Station *station)
{
    Holder first = station->holder[0], last = station->holder[--station->n_holders];
    if (station->n_holders)
        sink(station->holder, station->n_holders, last);
    note_numbers(station, first.until);
    one_goes(&station->all, first.came, first.until);
    station->n_left++;
    return first.until;
}

/* The worker of one who has gone: the next in the line has it and is returned, or it is free. */
static Call *hand_on(Sim *sim, Station *station, SimTime now)
{
    Call *next = station->line.length > 0 ? line_pop(sim, &station->line) : NULL;
    if (next) {
        one_goes(&station->waiting, next->arrived_at, now);
        if (station->line.length == 0)
            check_empty(&station->waiting);
        return next;
    }
    note_use(sim, station, now);
    if (--station->busy == 0)
        check_empty(&station->all);
    return NULL;
}

static inline bool has_gone(const Station *station, SimTime until)
{
    return station->n_holders > 0 && station->holder[0].until <= until;
}

/* Those who have gone by `until`, if anybody has.  As long as somebody waits it is looked at in the very instant. */
static G_GNUC_NO_INLINE void let_them_go(Sim *sim, Station *station, SimTime until)
{
    while (has_gone(station, until)) {
        SimTime gone_at = first_to_go(station);
        CHECK(station->line.length == 0 || gone_at == sim_now(sim));
        Call *next = hand_on(sim, station, gone_at);
        if (next)
            station->serve(sim, station->me, next);
    }
}

static inline void let_go(Sim *sim, Station *station, SimTime until)
{
    if (has_gone(station, until))
        let_them_go(sim, station, until);
}

static void look(Sim *sim, Entity *me, Call *root, Call *reply);

/* Somebody waits: the line is looked at when the next worker is free. */
static void wake_for_line(Sim *sim, Station *station)
{
    if (station->line.length == 0 || station->n_holders == 0 || station->holder[0].until >= station->woken_at)
        return;
    Call *root = call_begin(sim, station->me, station->me->own_key);
    *LOCALS(root, Station *) = station;
    station->woken_at = station->holder[0].until;
    call_wait(sim, root, station->woken_at - sim_now(sim), look);
}

static void look(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Station *station = *LOCALS(root, Station *);
    (void)me;
    (void)reply;
    if (station->woken_at == sim_now(sim))
        station->woken_at = SIMTIME_NEVER;
    call_end(sim, root);
    let_go(sim, station, sim_now(sim));
    wake_for_line(sim, station);
}

static void more_holders(const Sim *sim, Station *station)
{
    uint32_t capacity = MIN(MAX(2 * station->holders_capacity, 16), station->workers);
    Holder *holder = arena_many(sim->arena, Holder, capacity);
    if (station->n_holders > 0)
        memcpy(holder, station->holder, station->n_holders * sizeof *holder);
    station->holder = holder;
    station->holders_capacity = capacity;
}

void station_leaves_at(Sim *sim, Station *station, SimTime came, SimTime until)
{
    CHECK(station->serve && station->n_holders < station->busy);
    if (G_UNLIKELY(station->n_holders == station->holders_capacity))
        more_holders(sim, station);
    uint32_t hole = station->n_holders++;
    for (; hole > 0 && station->holder[(hole - 1) / 2].until > until; hole = (hole - 1) / 2)
        station->holder[hole] = station->holder[(hole - 1) / 2];
    station->holder[hole] = (Holder){until, came};
    wake_for_line(sim, station);
}

/* ---- coming and going ---- */

/* A station cannot tell that it was lost: those it was serving then are never seen to leave. */
static SimTime lived_until(Sim *sim, Station *station)
{
    SimTime dark_at = observer_place_went_dark(sim->observer, station->me->place, station->since);
    let_go(sim, station, dark_at <= sim_now(sim) ? dark_at - 1 : sim_now(sim));
    return MIN(sim_now(sim), dark_at);
}

void station_restart(Sim *sim, Station *station)
{
    note_use(sim, station, lived_until(sim, station));
    station->since = sim_now(sim);
    note_numbers(station, sim_now(sim));
    everybody_goes(&station->all, station->busy + (uint64_t)station->line.length, sim_now(sim));
    everybody_goes(&station->waiting, station->line.length, sim_now(sim));
    station->busy = station->n_holders = 0;
    station->woken_at = SIMTIME_NEVER;
    line_forsake(sim, &station->line);
}

Welcome station_enter(Sim *sim, Station *station, Call *call)
{
    bool measured = sim_measuring(sim, sim_now(sim));
    CHECK(call->arrived_at == sim_now(sim));
    let_go(sim, station, sim_now(sim));
    if (measured)
        histogram_add(&station->found->histogram, station->line.length);
    if (station->busy < station->workers) {
        note_use(sim, station, sim_now(sim));
        note_numbers(station, sim_now(sim));
        station->all.came += (uint64_t)call->arrived_at;
        station->busy++;
        station->n_entered++;
        return STATION_SERVE;
    }
    if (station->line.length < station->most_waiting) {
        note_numbers(station, sim_now(sim));
        station->all.came += (uint64_t)call->arrived_at;
        station->waiting.came += (uint64_t)call->arrived_at;
        line_push(sim, &station->line, call);
        station->n_entered++;
        wake_for_line(sim, station);
        return STATION_WAITS;
    }
    if (measured)
        cell_count(station->refused);
    return STATION_REFUSES;
}

Call *station_leave(Sim *sim, Station *station, SimTime came)
{
    CHECK(station->busy > station->n_holders);
    let_go(sim, station, sim_now(sim));
    station->n_left++;
    note_numbers(station, sim_now(sim));
    one_goes(&station->all, came, sim_now(sim));
    return hand_on(sim, station, sim_now(sim));
}

double station_used(const Sim *sim, const Station *station, double *there)
{
    SimTime now = MIN(sim_now(sim), sim->horizon), since = MAX(station->since, sim->measured_from);
    *there = simtime_seconds(MAX(0, now - sim->measured_from)) * station->workers;
    if (now <= since)
        return station->use->ratio.part;
    double used = simtime_seconds(now - since) * station->busy;
    for (uint32_t i = 0; i < station->n_holders; i++)
        if (station->holder[i].until < now)
            used -= simtime_seconds(now - MAX(station->holder[i].until, since));
    return station->use->ratio.part + used;
}

void station_finish(Sim *sim, Station *station)
{
    note_use(sim, station, lived_until(sim, station));
    station->use->ratio.whole += simtime_seconds(sim->horizon - sim->measured_from) * station->workers;
    note_numbers(station, sim_now(sim));
    check_books(&station->all, station->busy + (uint64_t)station->line.length, sim_now(sim));
    check_books(&station->waiting, station->line.length, sim_now(sim));
}
