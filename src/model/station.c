#include "model/station.h"
#include "model/observer.h"
#include "base/poison.h"

void station_init(Sim *sim, Station *station, const Entity *me, const char *kind, gint64 workers, gint64 most_waiting)
{
    const char *name = me->thing->name, *region = sim->world->region[me->region].name;
    *station = (Station){.me = me,
                         .workers = (uint32_t)workers,
                         .most_waiting = (uint32_t)MIN(most_waiting, G_MAXUINT32),
                         .region = me->region};
    station->use = sheet_cell(sim->sheet, CELL_RATIO, "busy", kind, name, "region", region, NULL);
    station->found = sheet_cell(sim->sheet, CELL_DISTRIBUTION, "queue.length", kind, name, "region", region, NULL);
    sheet_scale(station->found, 1);
    g_ptr_array_add(sim->stations, station);
    station->refused = sheet_cell(sim->sheet, CELL_COUNT, "queue.refused", kind, name, "region", region, NULL);
}

/* Adds what has been in use since the last change, as far as it was measured. */
static void note_use(Sim *sim, Station *station, SimTime until)
{
    SimTime from = MAX(station->since, sim->measured_from), to = MIN(until, sim->horizon);
    if (to > from)
        station->use->ratio.part += simtime_seconds(to - from) * station->busy;
    station->since = sim_now(sim);
}

/* ---- Little's law ---- */

/* Before anybody comes or goes. */
static inline void note_numbers(const Sim *sim, Station *station)
{
    uint64_t passed = (uint64_t)(sim_now(sim) - station->noted);
    station->all.area += passed * (station->busy + (uint64_t)station->line.length);
    station->waiting.area += passed * station->line.length;
    station->noted = sim_now(sim);
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

/* ---- coming and going ---- */

/* A station cannot tell that it was lost: those it was serving are never seen to leave. */
static SimTime lived_until(Sim *sim, const Station *station)
{
    return MIN(sim_now(sim), observer_went_dark(sim->observer, station->region, station->since));
}

void station_restart(Sim *sim, Station *station)
{
    note_use(sim, station, lived_until(sim, station));
    note_numbers(sim, station);
    everybody_goes(&station->all, station->busy + (uint64_t)station->line.length, sim_now(sim));
    everybody_goes(&station->waiting, station->line.length, sim_now(sim));
    station->busy = 0;
    line_forsake(sim, &station->line);
}

Welcome station_enter(Sim *sim, Station *station, Call *call)
{
    bool measured = sim_measuring(sim, sim_now(sim));
    CHECK(call->arrived_at == sim_now(sim));
    if (measured)
        histogram_add(&station->found->histogram, station->line.length);
    if (station->busy < station->workers) {
        note_use(sim, station, sim_now(sim));
        note_numbers(sim, station);
        station->all.came += (uint64_t)call->arrived_at;
        station->busy++;
        station->n_entered++;
        return STATION_SERVE;
    }
    if (station->line.length < station->most_waiting) {
        note_numbers(sim, station);
        station->all.came += (uint64_t)call->arrived_at;
        station->waiting.came += (uint64_t)call->arrived_at;
        line_push(sim, &station->line, call);
        station->n_entered++;
        return STATION_WAITS;
    }
    if (measured)
        cell_count(station->refused);
    return STATION_REFUSES;
}

Call *station_leave(Sim *sim, Station *station, SimTime came)
{
    CHECK(station->busy > 0);
    station->n_left++;
    note_numbers(sim, station);
    one_goes(&station->all, came, sim_now(sim));
    Call *next = line_pop(sim, &station->line);
    if (next) {
        one_goes(&station->waiting, next->arrived_at, sim_now(sim));
        if (station->line.length == 0)
            check_empty(&station->waiting);
        return next;
    }
    note_use(sim, station, sim_now(sim));
    if (--station->busy == 0)
        check_empty(&station->all);
    return NULL;
}

void station_finish(Sim *sim, Station *station)
{
    note_use(sim, station, lived_until(sim, station));
    station->use->ratio.whole += simtime_seconds(sim->horizon - sim->measured_from) * station->workers;
    note_numbers(sim, station);
    check_books(&station->all, station->busy + (uint64_t)station->line.length, sim_now(sim));
    check_books(&station->waiting, station->line.length, sim_now(sim));
}
