#include "run/write_fates.h"

struct WriteFates {
    GArray *gone, *overwritten; /* WriteLine */
};

static int64_t after_start(const Sim *sim, SimTime at)
{
    return at - sim->measured_from;
}

static const char *region_name(const Sim *sim, int region)
{
    return sim->world->region[region].name;
}

WriteLine write_line_of(const Sim *sim, const WriteSeen *seen)
{
    bool has_lost = seen->fate == FATE_SUPERSEDED || seen->fate == FATE_OVERWRITTEN;
    return (WriteLine){
        .number = seen->number,
        .database = seen->database->name,
        .region = region_name(sim, seen->region),
        .item = seen->item,
        .acknowledged_ns = after_start(sim, seen->acknowledged_at),
        .stamp_ns = after_start(sim, seen->version.at),
        .fate = fate_names[seen->fate],
        .ended_ns = after_start(sim, sim_now(sim)),
        .ended_where = seen->fate == FATE_LOST ? region_name(sim, seen->where) : "",
        .divergent = seen->divergent,
        .waited = seen->waited,
        .by = has_lost ? seen->by : 0,
        .by_region = has_lost ? region_name(sim, seen->winner.region) : "",
        .by_stamp_ns = has_lost ? after_start(sim, seen->winner.at) : 0,
    };
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    guint64 one = ((const WriteLine *)a)->number, other = ((const WriteLine *)b)->number;
    return (one > other) - (one < other);
}

void write_lines_sort(GArray *lines)
{
    g_array_sort(lines, by_number);
}

WriteFates *write_fates_new(void)
{
    WriteFates *fates = g_new(WriteFates, 1);
    fates->gone = g_array_new(FALSE, FALSE, sizeof(WriteLine));
    fates->overwritten = g_array_new(FALSE, FALSE, sizeof(WriteLine));
    return fates;
}

void write_fates_heed(Sim *sim, void *whose, const WriteSeen *seen)
{
    const WriteFates *fates = whose;
    bool gone = seen->fate == FATE_LOST || seen->fate == FATE_STRANDED || seen->divergent;
    GArray *lines = gone ? fates->gone : fates->overwritten;
    if ((!gone && seen->fate != FATE_OVERWRITTEN) || lines->len == MOST_WRITE_FATES)
        return;
    WriteLine line = write_line_of(sim, seen);
    g_array_append_val(lines, line);
}

GArray *write_fates_close(WriteFates *fates)
{
    GArray *lines = fates->gone;
    guint room = MOST_WRITE_FATES - lines->len;
    g_array_append_vals(lines, fates->overwritten->data, MIN(room, fates->overwritten->len));
    write_lines_sort(lines);
    g_array_unref(fates->overwritten);
    g_free(fates);
    return lines;
}
