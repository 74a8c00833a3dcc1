#include "model/station.h"
#include "model/observer.h"
#include "base/poison.h"

void station_init(Sim *sim, Station *station, const Entity *me, const char *kind, gint64 workers, gint64 most_waiting)
{
    const char *name = me->thing->name, *region = sim->world->region[me->region].name;
    *station = (Station){
        .workers = (uint32_t)workers, .most_waiting = (uint32_t)MIN(most_waiting, G_MAXUINT32), .region = me->region};
    station->use = sheet_cell(sim->sheet, CELL_RATIO, "busy", kind, name, "region", region, NULL);
    station->found = sheet_cell(sim->sheet, CELL_DISTRIBUTION, "queue.length", kind, name, "region", region, NULL);
    sheet_scale(station->found, 1);
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

/* A station cannot tell that it was lost: those it was serving are never seen to leave. */
static SimTime lived_until(Sim *sim, const Station *station)
{
    return MIN(sim_now(sim), observer_went_dark(sim->observer, station->region, station->since));
}

void station_restart(Sim *sim, Station *station)
{
    note_use(sim, station, lived_until(sim, station));
    station->busy = 0;
    line_forsake(sim, &station->line);
}

Welcome station_enter(Sim *sim, Station *station, Call *call)
{
    bool measured = sim_measuring(sim, sim_now(sim));
    if (measured)
        histogram_add(&station->found->histogram, station->line.length);
    if (station->busy < station->workers) {
        note_use(sim, station, sim_now(sim));
        station->busy++;
        return STATION_SERVE;
    }
    if (station->line.length < station->most_waiting) {
        line_push(sim, &station->line, call);
        return STATION_WAITS;
    }
    if (measured)
        cell_count(station->refused);
    return STATION_REFUSES;
}

Call *station_leave(Sim *sim, Station *station)
{
    Call *next = line_pop(sim, &station->line);
    if (next)
        return next;
    CHECK(station->busy > 0);
    note_use(sim, station, sim_now(sim));
    station->busy--;
    return NULL;
}

void station_finish(Sim *sim, Station *station)
{
    note_use(sim, station, lived_until(sim, station));
    station->use->ratio.whole += simtime_seconds(sim->horizon - sim->measured_from) * station->workers;
}
