/* Calculated health check of Route 53: k of n other health checks say so.
 *
 * It looks at nothing itself: its children tell it when they change their minds, and it tells its own readers at once.
 * Of a child without a region it hears the one that looks where it looks itself, or the only one there is. */
#include "model/verdict.h"
#include "base/poison.h"

enum { MOST_CHILDREN = 255 };

typedef struct {
    References of;
    gint64 healthy;
    bool inverted;
} Config;

typedef struct {
    Entity *judge;
    bool healthy; /* as it told last */
} Child;

/* One per region that its children look at; all at the edge. */
typedef struct {
    Judge judge;
    guint n_children, n_healthy;
    Child *child;
    unsigned patience;
} Calculator;

static void tell_why(Sim *sim, const Entity *me)
{
    const Calculator *calculator = me->state;
    const Config *config = me->config;
    if (G_LIKELY(!sim->trace))
        return;
    g_autoptr(GString) states = g_string_new(NULL);
    for (guint i = 0; i < calculator->n_children; i++)
        g_string_append_printf(states, "%s%s %s", i > 0 ? ", " : "", calculator->child[i].judge->name,
                               calculator->child[i].healthy ? "healthy" : "unhealthy");
    sim_tell(sim, me, "counts %u of %u healthy, %d needed: %s", calculator->n_healthy, calculator->n_children,
             (int)config->healthy, states->str);
}

static void learn(Sim *sim, Entity *me, const Call *call)
{
    Calculator *calculator = me->state;
    const Config *config = me->config;
    for (guint i = 0; i < calculator->n_children; i++) {
        Child *child = &calculator->child[i];
        if (child->judge != call->verdict.about || child->healthy == call->verdict.healthy)
            continue;
        child->healthy = call->verdict.healthy;
        calculator->n_healthy += child->healthy ? 1 : -1u;
    }
    tell_why(sim, me);
    bool enough = calculator->n_healthy >= config->healthy;
    judge_finds(sim, me, &calculator->judge, enough != config->inverted, NULL);
}

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Calculator *calculator = me->state;
    (void)reply;
    if (!call->verdict.about) {
        judge_hears(sim, me, &calculator->judge, call);
        return;
    }
    learn(sim, me, call);
    call_answer(sim, call, OUTCOME_OK);
}

static void start(Sim *sim, Entity *me)
{
    const Calculator *calculator = me->state;
    for (guint i = 0; i < calculator->n_children; i++)
        verdict_subscribe(sim, me, calculator->child[i].judge, calculator->patience);
}

static const Ops ops = {.role = "calculator", .start = start, .asked = asked};

/* ---- building ---- */

static void build(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    for (guint region = 0; region < sim->world->n_running; region++) {
        if (!thing->runs_in[region])
            continue;
        g_autofree char *part = g_strdup_printf("@%s", sim->world->region[region].name);
        Entity *me = entity_new(sim, thing, &ops, network_edge(sim->network), sizeof(Calculator), part);
        judge_init(sim, &((Calculator *)me->state)->judge, thing, (int)region, !config->inverted);
        entity_open(sim, me);
    }
}

/* A health check has one judge for each region that it looks at, in the order of the regions. */
static Entity *judge_at(const Sim *sim, const Thing *check, int region)
{
    guint n, nth = 0;
    Entity *const *judge = doors_in(sim, check, ANYWHERE, &n);
    for (int i = 0; i < region; i++)
        nth += check->runs_in[i];
    CHECK(check->runs_in[region] && nth < n);
    return judge[nth];
}

/* The region of the child that is heard in `region`; NO_REGION: nobody can tell. */
static int heard_from(const World *world, Reference child, int region)
{
    if (child.region != ANYWHERE || child.thing->runs_in[region])
        return child.region != ANYWHERE ? child.region : region;
    int only = NO_REGION;
    for (guint i = 0; i < world->n_running; i++) {
        if (child.thing->runs_in[i] && only != NO_REGION)
            return NO_REGION;
        if (child.thing->runs_in[i])
            only = (int)i;
    }
    return only;
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    guint n;
    Entity *const *me = doors_in(sim, thing, ANYWHERE, &n);
    for (guint i = 0; i < n; i++) {
        Calculator *calculator = me[i]->state;
        calculator->patience = call_patience(sim, 10 * SECOND);
        calculator->n_children = calculator->n_healthy = config->of.n;
        calculator->child = arena_many(sim->arena, Child, config->of.n);
        for (guint k = 0; k < config->of.n; k++) {
            Reference to = config->of.item[k].to;
            int region = heard_from(sim->world, to, calculator->judge.region);
            calculator->child[k] = (Child){judge_at(sim, to.thing, region), true};
        }
    }
}

/* ---- rules ---- */

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    const Config *config = thing->config;
    for (guint i = 0; i < config->of.n; i++) {
        Reference to = config->of.item[i].to;
        for (guint region = 0; region < world->n_running; region++)
            here[region] |= to.region == (int)region || (to.region == ANYWHERE && to.thing->runs_in[region]);
    }
}

static void check_child(const Thing *thing, const World *world, guint k, Complaints *complaints)
{
    const Config *config = thing->config;
    Reference to = config->of.item[k].to;
    for (guint i = 0; i < k; i++)
        if (config->of.item[i].to.thing == to.thing && config->of.item[i].to.region == to.region) {
            complain(complaints, "of", "bad-list", "'%s' is given twice", to.thing->name);
            return;
        }
    for (guint region = 0; region < world->n_running; region++)
        if (thing->runs_in[region] && heard_from(world, to, (int)region) == NO_REGION) {
            complain(complaints, "of", "contradictory-settings",
                     "'%s' looks at several regions, but not at %s, where '%s' has to judge; name which one it is to "
                     "hear: %s@REGION",
                     to.thing->name, world->region[region].name, thing->name, to.thing->name);
            return;
        }
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    if (config->of.n > MOST_CHILDREN)
        complain(complaints, "of", "out-of-range", "a calculated check has at most %d children; these are %u",
                 MOST_CHILDREN, config->of.n);
    if (config->healthy > config->of.n)
        complain(complaints, "healthy", "contradictory-settings",
                 "%d of %u can never be healthy: it would be unhealthy for ever", (int)config->healthy, config->of.n);
    for (guint i = 0; i < config->of.n && i < MOST_CHILDREN; i++)
        check_child(thing, world, i, complaints);
}

/* Unhealthy as soon as one more has turned than may; the quickest first. */
static bool soonest(const Config *config, const World *world, int region, double *seconds)
{
    double bounds[MOST_CHILDREN];
    guint n = 0, needed = config->inverted ? 0 : config->of.n - (guint)config->healthy + 1;
    for (guint i = 0; i < config->of.n && i < MOST_CHILDREN; i++) {
        const Component *component = config->of.item[i].to.thing->component;
        double value = 0;
        if (component->bound && component->bound(config->of.item[i].to.thing, world, region, BOUND_DETECTION, &value))
            bounds[n++] = value;
    }
    for (guint i = 0; i < n; i++)
        for (guint k = i + 1; k < n; k++)
            if (bounds[k] < bounds[i]) {
                double swapped = bounds[i];
                bounds[i] = bounds[k];
                bounds[k] = swapped;
            }
    if (needed == 0 || n < config->of.n || needed > n)
        return false;
    *seconds = bounds[needed - 1];
    return true;
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    return bound == BOUND_DETECTION && soonest(thing->config, world, region, value);
}

static const Param params[] = {
    {.name = "of",
     .type = PARAM_REFERENCES,
     .offset = PARAM_FIELD(Config, of, References),
     .choices = "health-check",
     .flags = PARAM_EVERYWHERE,
     .help =
         "Its children, at most 255; of one without a region, the one that looks at the same region, or the only one."},
    {.name = "healthy",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, healthy, gint64),
     .least = 1,
     .most = MOST_CHILDREN,
     .flags = PARAM_EVERYWHERE,
     .help = "It is healthy as long as at least so many of its children are."},
    {.name = "inverted",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, inverted, bool),
     .standard = "no",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: it says the opposite of what it finds.",
     .source = "D, R53 health-checks-creating-values: off unless it is asked for"},
    PARAM_END,
};

static const char *const feeds[] = {"detection.false", "detection.time", NULL};

const Component calculated_check_component = {
    .kind = "health-check",
    .name = "calculated",
    .summary = "Healthy as long as so many of other health checks are.",
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
    .connect = connect,
};
