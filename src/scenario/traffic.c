#include "scenario/traffic.h"
#include "scenario/loader.h"
#include "scenario/names.h"
#include <math.h>
#include <string.h>

/* ---- things as lints see them ---- */

/* It looks, strikes or changes, but sends no requests. */
bool is_apart(const Thing *thing)
{
    return is_of(thing, "health-check") || is_of(thing, "fault") || is_of(thing, "action");
}

bool is_of(const Thing *thing, const char *kind)
{
    return strcmp(thing->component->kind, kind) == 0;
}

bool bound_of(const World *world, const Thing *thing, int region, Bound bound, double *value)
{
    return thing->component->bound && thing->component->bound(thing, world, region, bound, value);
}

const void *value_of(const Thing *thing, const char *key, ParamType type)
{
    const Param *param = param_of(thing->component, key);
    return param && param->type == type ? (const char *)thing->config + param->offset : NULL;
}

guint regions_of(const World *world, const Thing *thing)
{
    guint n = 0;
    for (guint i = 0; i < world->n_running; i++)
        n += thing->runs_in[i];
    return n;
}

typedef void (*VisitItem)(void *whose, const Item *item);

static void visit_item(const Item *item, VisitItem visit, void *whose)
{
    const Thing *to = item->to.thing;
    if (to && !is_apart(to))
        visit(whose, item);
}

static void visit_items(const Thing *thing, const void *config, VisitItem visit, void *whose)
{
    for (const Param *param = thing->component->params; param->name; param++) {
        const void *value = (const char *)config + param->offset;
        if (param->flags & PARAM_AT_NEED)
            continue;
        if (param->type == PARAM_REFERENCE)
            visit_item(&(Item){.quantity = 1, .to = *(const Reference *)value}, visit, whose);
        const References *list = value;
        for (guint i = 0; param->type == PARAM_REFERENCES && i < list->n; i++)
            visit_item(&list->item[i], visit, whose);
    }
}

typedef struct {
    Visit visit;
    void *whose;
} Visitor;

static void visit_by_name(void *whose, const Item *item)
{
    const Visitor *visitor = whose;
    visitor->visit(visitor->whose, item->to.thing, item->quantity);
}

void visit_asked(const Thing *thing, Visit visit, void *whose)
{
    visit_items(thing, thing->config, visit_by_name, &(Visitor){visit, whose});
}

/* ---- order: who asks before who is asked ---- */

static bool asks(const Thing *thing)
{
    return !is_apart(thing);
}

static void count_asker(void *whose, const Thing *to, double times)
{
    (void)times;
    ((guint *)whose)[to->index]++;
}

typedef struct {
    Traffic *traffic;
    guint *n_askers;
} Ordering;

static void one_asker_less(void *whose, const Thing *to, double times)
{
    Ordering *ordering = whose;
    (void)times;
    if (--ordering->n_askers[to->index] == 0)
        ordering->traffic->order[ordering->traffic->n_order++] = to->index;
}

static void put_in_order(Traffic *traffic, Arena *arena)
{
    const World *world = traffic->world;
    Ordering ordering = {traffic, arena_many(arena, guint, world->n_things + 1)};
    traffic->order = arena_many(arena, guint, world->n_things + 1);
    for (guint i = 0; i < world->n_things; i++)
        if (asks(world->thing[i]))
            visit_asked(world->thing[i], count_asker, ordering.n_askers);
    for (guint i = 0; i < world->n_things; i++)
        if (ordering.n_askers[i] == 0)
            traffic->order[traffic->n_order++] = i;
    for (guint i = 0; i < traffic->n_order; i++)
        if (asks(world->thing[traffic->order[i]]))
            visit_asked(world->thing[traffic->order[i]], one_asker_less, &ordering);
}

/* ---- flows ---- */

double flow_total(const Flow *flow)
{
    return flow->rate[OP_READ] + flow->rate[OP_WRITE];
}

static void flow_add(Flow *to, const Flow *from, double times)
{
    for (int op = 0; op < N_OPS; op++)
        to->rate[op] += from->rate[op] * times;
}

Flow traffic_sum(const Traffic *traffic, const Thing *thing)
{
    Flow sum = {{0}};
    for (guint i = 0; i <= traffic->world->n_running; i++)
        flow_add(&sum, &traffic->load[thing->index].flow[i], 1);
    return sum;
}

/* The only region where it runs, or -1. */
static int only_region(const World *world, const Thing *thing)
{
    int only = -1;
    for (guint i = 0; i < world->n_running; i++)
        if (thing->runs_in[i]) {
            if (only >= 0)
                return -1;
            only = (int)i;
        }
    return only;
}

/* What is asked of `to` from region `from` (n_running: nobody knows) goes to the flow of this number. */
static guint goes_to(const World *world, Reference to, guint from)
{
    int only = only_region(world, to.thing);
    if (to.region != ANYWHERE)
        return (guint)to.region;
    if (from < world->n_running && to.thing->runs_in[from])
        return from;
    return only >= 0 ? (guint)only : world->n_running;
}

typedef struct {
    const Traffic *traffic;
    const Flow *flow; /* what the asker passes on, by where it stands */
} Passing;

static void pass_on(const Passing *passing, const Item *item)
{
    const World *world = passing->traffic->world;
    for (guint i = 0; i <= world->n_running; i++)
        if (flow_total(&passing->flow[i]) > 0)
            flow_add(&passing->traffic->load[item->to.thing->index].flow[goes_to(world, item->to, i)],
                     &passing->flow[i], item->quantity);
}

/* ---- names ---- */

typedef struct {
    const Traffic *traffic;
    const Flow *flow; /* of all that ask for the name */
} Sending;

static void send_to(void *whose, Reference to, double share)
{
    const Sending *sending = whose;
    guint where = to.region != ANYWHERE ? (guint)to.region : sending->traffic->world->n_running;
    flow_add(&sending->traffic->load[to.thing->index].flow[where], sending->flow, share);
}

typedef struct {
    const Traffic *traffic;
    const Homes *homes;
    const Thing *asker;
    const Flow *flow; /* what it passes on, by where it stands */
} Asking;

/* Who asks a name is told where to go at once, down to the last answer: names pass nothing on. */
static void ask(void *whose, const Item *item)
{
    const Asking *asking = whose;
    const World *world = asking->traffic->world;
    if (!is_name(item->to.thing)) {
        pass_on(&(Passing){asking->traffic, asking->flow}, item);
        return;
    }
    Flow all = {{0}};
    for (guint i = 0; i <= world->n_running; i++)
        flow_add(&all, &asking->flow[i], item->quantity);
    const Thing *clients = is_of(asking->asker, "clients") ? asking->asker : NULL;
    name_shares(asking->homes, clients, item->to.thing, send_to, &(Sending){asking->traffic, &all});
}

static bool is_burst(const Thing *clients)
{
    const Point *at = value_of(clients, "at", PARAM_POINT);
    return at && at->offset != SIMTIME_NEVER;
}

/* One that hangs on a fault is taken to begin with the measurement. */
double clients_seconds(const World *world, const Thing *clients)
{
    const Point *at = value_of(clients, "at", PARAM_POINT);
    const SimTime *lasts = value_of(clients, "for", PARAM_DURATION);
    SimTime duration = world->scenario.duration, left = duration;
    if (is_burst(clients) && !at->after)
        left = MAX(0, duration - at->offset);
    return simtime_seconds(is_burst(clients) && lasts && *lasts > 0 ? MIN(left, *lasts) : left);
}

static double rate_over_all(const World *world, const Thing *clients, double rate)
{
    return is_burst(clients) ? rate * clients_seconds(world, clients) /
                                   simtime_seconds(world->scenario.warm_up + world->scenario.duration)
                             : rate;
}

Flow clients_flow(const World *world, const Thing *clients)
{
    const double *said = value_of(clients, "rate", PARAM_RATE);
    double mean = said ? rate_over_all(world, clients, *said) : 0, *rate = said ? &mean : NULL;
    const Mix *mix = value_of(clients, "mix", PARAM_MIX);
    const Law *read_back = value_of(clients, "read-back", PARAM_LAW_OF_DURATION);
    Flow flow = {{0}};
    for (guint i = 0; rate && mix && i < mix->n; i++)
        if (mix->word[i] < N_OPS)
            flow.rate[mix->word[i]] += *rate * mix->share[i];
    if (rate && !mix)
        flow.rate[OP_READ] = *rate;
    if (read_back && read_back->kind != LAW_NONE)
        flow.rate[OP_READ] += flow.rate[OP_WRITE];
    return flow;
}

/* ---- stations ---- */

/* All writes go where they are taken, wherever they are asked for. */
static void gather_writes(const World *world, const Thing *thing, Flow *flow)
{
    double writers, work;
    int writer = -1;
    if (!bound_of(world, thing, 0, BOUND_WRITERS, &writers) || writers > 1)
        return;
    for (guint i = 0; i < world->n_running; i++)
        if (bound_of(world, thing, (int)i, BOUND_WRITE_WORK, &work))
            writer = (int)i;
    for (guint i = 0; writer >= 0 && i <= world->n_running; i++)
        if ((int)i != writer) {
            flow[writer].rate[OP_WRITE] += flow[i].rate[OP_WRITE];
            flow[i].rate[OP_WRITE] = 0;
        }
}

typedef struct {
    double (*held)[N_OPS]; /* per thing: seconds until an answer, at best; of its quickest region */
    double *sum;
} Holding;

static void add_held(void *whose, const Thing *to, double times)
{
    const Holding *holding = whose;
    for (int op = 0; op < N_OPS; op++)
        holding->sum[op] += times * holding->held[to->index][op];
}

/* Seconds that a worker there is held by one request: its work, and in a service what it asks for meanwhile. */
static void held_in(const World *world, const Thing *thing, int region, const Holding *holding, double *seconds)
{
    for (int op = 0; op < N_OPS; op++)
        if (!bound_of(world, thing, region, op == OP_READ ? BOUND_READ_WORK : BOUND_WRITE_WORK, &seconds[op]))
            seconds[op] = 0;
    if (is_of(thing, "service"))
        visit_asked(thing, add_held, &(Holding){holding->held, seconds});
}

/* Callees first. */
static double (*held_by_all(const Traffic *traffic, Arena *arena))[N_OPS]
{
    const World *world = traffic->world;
    Holding holding = {arena_take(arena, sizeof(double[N_OPS]) * (world->n_things + 1)), NULL};
    for (guint n = traffic->n_order; n-- > 0;) {
        const Thing *thing = world->thing[traffic->order[n]];
        double *held = holding.held[thing->index];
        if (is_of(thing, "balancer"))
            visit_asked(thing, add_held, &(Holding){holding.held, held});
        for (guint i = 0, first = 1; i < world->n_running && !is_of(thing, "balancer"); i++) {
            double here[N_OPS];
            if (!thing->runs_in[i])
                continue;
            held_in(world, thing, (int)i, &holding, here);
            for (int op = 0; op < N_OPS; op++)
                held[op] = first ? here[op] : MIN(held[op], here[op]);
            first = 0;
        }
    }
    return holding.held;
}

static void weigh(const Traffic *traffic, const Thing *thing, const Holding *holding, Arena *arena)
{
    const World *world = traffic->world;
    Load *load = &traffic->load[thing->index];
    double workers;
    gather_writes(world, thing, load->flow);
    for (guint i = 0; i < world->n_running; i++) {
        if (!thing->runs_in[i] || !bound_of(world, thing, (int)i, BOUND_WORKERS, &workers))
            continue;
        if (!load->capacity) {
            load->capacity = arena_many(arena, double, world->n_running + 1);
            load->room = arena_many(arena, double, world->n_running + 1);
        }
        Flow flow = load->flow[i];
        flow_add(&flow, &load->flow[world->n_running], 1);
        if (flow_total(&flow) <= 0)
            flow = traffic_sum(traffic, thing);
        double seconds[N_OPS], busy, total = flow_total(&flow);
        held_in(world, thing, (int)i, holding, seconds);
        busy = flow.rate[OP_READ] * seconds[OP_READ] + flow.rate[OP_WRITE] * seconds[OP_WRITE];
        load->capacity[i] = busy > 0 ? workers * total / busy : INFINITY;
        if (!bound_of(world, thing, (int)i, BOUND_ROOM, &load->room[i]))
            load->room[i] = INFINITY;
    }
}

double traffic_capacity(const Traffic *traffic, const Thing *thing)
{
    const Load *load = &traffic->load[thing->index];
    double sum = load->capacity ? 0 : INFINITY;
    for (guint i = 0; load->capacity && i < traffic->world->n_running; i++)
        sum += thing->runs_in[i] ? load->capacity[i] : 0;
    return sum;
}

double traffic_excess(const Traffic *traffic, const Thing *thing, int region)
{
    const Load *load = &traffic->load[thing->index];
    if (!load->capacity)
        return 0;
    Flow flow = region == ANYWHERE ? traffic_sum(traffic, thing) : load->flow[region];
    double capacity = region == ANYWHERE ? traffic_capacity(traffic, thing) : load->capacity[region];
    return MAX(0, flow_total(&flow) - capacity);
}

/* ---- from the users to the last database ---- */

static void limit(const Traffic *traffic, const Thing *thing, Flow *flow)
{
    const Load *load = &traffic->load[thing->index];
    const World *world = traffic->world;
    double served = traffic_capacity(traffic, thing) / MAX(DBL_MIN, flow_total(&flow[world->n_running]));
    for (guint i = 0; i < world->n_running; i++) {
        double total = flow_total(&flow[i]);
        if (load->capacity && total > load->capacity[i])
            flow_add(&flow[i], &(Flow){{flow[i].rate[0], flow[i].rate[1]}}, load->capacity[i] / total - 1);
    }
    if (served < 1)
        flow_add(&flow[world->n_running], &(Flow){{flow[world->n_running].rate[0], flow[world->n_running].rate[1]}},
                 served - 1);
}

typedef struct {
    const Traffic *traffic;
    const Thing *asker;
} Pressing;

/* A service has so many workers, and each asks again only when it has an answer or is tired of waiting. */
static void press(void *whose, const Thing *to, double times)
{
    const Pressing *pressing = whose;
    const World *world = pressing->traffic->world;
    const Load *from = &pressing->traffic->load[pressing->asker->index];
    Load *load = &pressing->traffic->load[to->index];
    double workers, patience, most = 0;
    (void)times;
    for (guint i = 0; i < world->n_running; i++) {
        if (!pressing->asker->runs_in[i])
            continue;
        if (!bound_of(world, pressing->asker, (int)i, BOUND_WORKERS, &workers) ||
            !bound_of(world, pressing->asker, (int)i, BOUND_PATIENCE, &patience)) {
            load->pressed += from->pressed; /* passes on what it is asked, as often as that */
            load->patience = MAX(load->patience, from->patience);
            return;
        }
        most += workers / patience;
        load->patience = MAX(load->patience, patience);
    }
    load->pressed += regions_of(world, pressing->asker) > 0 ? most : INFINITY;
    if (regions_of(world, pressing->asker) == 0)
        load->patience = INFINITY;
}

static void go_on(const Traffic *traffic, const Thing *thing, const Homes *homes, Arena *arena)
{
    const World *world = traffic->world;
    const Load *load = &traffic->load[thing->index];
    Flow *flow = arena_many(arena, Flow, world->n_running + 1);
    memcpy(flow, load->flow, sizeof(Flow) * (world->n_running + 1));
    Flow own = clients_flow(world, thing);
    if (is_of(thing, "clients"))
        flow_add(&flow[world->n_running], &own, 1);
    limit(traffic, thing, flow);
    if (!asks(thing))
        return;
    if (!is_name(thing))
        visit_items(thing, thing->config, ask, &(Asking){traffic, homes, thing, flow});
    visit_asked(thing, press, &(Pressing){traffic, thing});
}

Traffic *traffic_of(const World *world, Arena *arena)
{
    Traffic *traffic = arena_one(arena, Traffic);
    traffic->world = world;
    traffic->load = arena_many(arena, Load, world->n_things + 1);
    for (guint i = 0; i < world->n_things; i++)
        traffic->load[i].flow = arena_many(arena, Flow, world->n_running + 1);
    put_in_order(traffic, arena);
    Arena *mine = arena_new();
    Homes *homes = homes_new(world, mine);
    Holding holding = {held_by_all(traffic, arena), NULL};
    for (guint n = 0; n < traffic->n_order; n++) {
        const Thing *thing = world->thing[traffic->order[n]];
        weigh(traffic, thing, &holding, arena);
        go_on(traffic, thing, homes, arena);
    }
    homes_free(homes);
    arena_free(mine);
    return traffic;
}
