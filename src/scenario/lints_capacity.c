#include "scenario/loader.h"
#include "scenario/traffic.h"
#include <math.h>

/* Whether what is asked for can be served: as things are, and when the largest region is lost. */

static const char *amount(Loader *loader, double value, Dimension dimension)
{
    char text[64];
    return arena_text(loader->arena, quantity_format(value, dimension, text, sizeof text));
}

static const char *per_second(Loader *loader, double value)
{
    return amount(loader, value, DIMENSION_RATE);
}

/* ---- overloaded ---- */

/* What becomes of those who are too many. */
static const char *outcome_of(Loader *loader, const Load *load, double capacity, double excess, double room)
{
    const ScenarioConfig *scenario = &loader->world->scenario;
    double seconds = simtime_seconds(scenario->warm_up + scenario->duration);
    if (room / excess < seconds)
        return arena_printf(loader->arena, "the queue is full after %s, then %s are refused",
                            amount(loader, room / excess * 1e9, DIMENSION_DURATION), per_second(loader, excess));
    if (load->pressed <= capacity)
        return arena_printf(loader->arena, "the queue grows until those who ask give up, after %s",
                            amount(loader, load->patience * 1e9, DIMENSION_DURATION));
    return arena_printf(loader->arena, "the queue grows by at least %s, to %s at the end", per_second(loader, excess),
                        amount(loader, excess * seconds, DIMENSION_COUNT));
}

static bool lint_overload_at(Loader *loader, const Traffic *traffic, const Thing *thing, int region)
{
    const World *world = loader->world;
    const Load *load = &traffic->load[thing->index];
    double excess = traffic_excess(traffic, thing, region), room = 0;
    if (!(excess > 0))
        return false;
    double capacity = region == ANYWHERE ? traffic_capacity(traffic, thing) : load->capacity[region];
    for (guint i = 0; i < world->n_running; i++)
        if (thing->runs_in[i] && (region == ANYWHERE || region == (int)i))
            room += load->room[i];
    tell(loader, SEVERITY_WARNING, thing->spot, "overloaded",
         "arrival rate exceeds capacity at %s %s in %s: %s offered, %s served at most; %s", thing->component->kind,
         thing->name, region == ANYWHERE ? "all its regions together" : world->region[region].name,
         per_second(loader, capacity + excess), per_second(loader, capacity),
         outcome_of(loader, load, capacity, excess, room));
    return true;
}

static bool lint_overload(Loader *loader, const Traffic *traffic, const Thing *thing)
{
    bool any = false;
    for (guint i = 0; i < loader->world->n_running; i++)
        any |= thing->runs_in[i] && lint_overload_at(loader, traffic, thing, (int)i);
    return any || lint_overload_at(loader, traffic, thing, ANYWHERE);
}

/* ---- what replicas apply ---- */

/* Writes per second of which the others tell this region, at least. */
static double changes_received(const Traffic *traffic, const Thing *thing, guint region)
{
    const World *world = traffic->world;
    const Flow *flow = traffic->load[thing->index].flow;
    double writers, work, sum = 0;
    bool one_writes = bound_of(world, thing, (int)region, BOUND_WRITERS, &writers) && writers <= 1;
    if (one_writes && bound_of(world, thing, (int)region, BOUND_WRITE_WORK, &work))
        return 0;
    for (guint i = 0; i <= world->n_running; i++)
        if (one_writes || (i != region && i < world->n_running))
            sum += flow[i].rate[OP_WRITE];
    return sum;
}

static void lint_apply(Loader *loader, const Traffic *traffic, const Thing *thing)
{
    const World *world = loader->world;
    double seconds = simtime_seconds(world->scenario.warm_up + world->scenario.duration), most;
    for (guint i = 0; i < world->n_running; i++) {
        double received = changes_received(traffic, thing, i);
        if (!thing->runs_in[i] || !bound_of(world, thing, (int)i, BOUND_APPLY, &most) || received <= most)
            continue;
        double growth = 1 - most / received;
        tell(
            loader, SEVERITY_WARNING, thing->spot, "overloaded",
            "arrival rate exceeds capacity at %s %s in %s: %s of changes received, %s applied at most; lag grows by %s "
            "every second, to %s at the end",
            thing->component->kind, thing->name, world->region[i].name, per_second(loader, received),
            per_second(loader, most), amount(loader, growth * 1e9, DIMENSION_DURATION),
            amount(loader, growth * seconds * 1e9, DIMENSION_DURATION));
    }
}

/* ---- no-headroom ---- */

static void lint_headroom(Loader *loader, const Traffic *traffic, const Thing *thing)
{
    const World *world = loader->world;
    const Load *load = &traffic->load[thing->index];
    Flow demand = traffic_sum(traffic, thing);
    double sum = traffic_capacity(traffic, thing), largest = 0, writers;
    guint n = 0, at = 0;
    if (!isfinite(sum) || (bound_of(world, thing, 0, BOUND_WRITERS, &writers) && writers <= 1))
        return;
    for (guint i = 0; i < world->n_running; i++) {
        n += thing->runs_in[i];
        if (thing->runs_in[i] && load->capacity[i] > largest) {
            largest = load->capacity[i];
            at = i;
        }
    }
    if (n >= 2 && flow_total(&demand) > sum - largest)
        tell(loader, SEVERITY_WARNING, thing->spot, "no-headroom",
             "when %s is lost, the others can serve at most %s of %s", world->region[at].name,
             per_second(loader, sum - largest), per_second(loader, flow_total(&demand)));
}

void lints_capacity(Loader *loader)
{
    g_autoptr(Arena) arena = arena_new();
    const Traffic *traffic = traffic_of(loader->world, arena);
    for (guint i = 0; i < loader->world->n_things; i++) {
        const Thing *thing = loader->world->thing[i];
        lint_apply(loader, traffic, thing);
        if (traffic->load[i].capacity && !lint_overload(loader, traffic, thing))
            lint_headroom(loader, traffic, thing);
    }
}
