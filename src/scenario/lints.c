#include "model/ports.h"
#include "scenario/loader.h"
#include "scenario/names.h"
#include "scenario/traffic.h"
#include <math.h>
#include <string.h>

/* Lints: what a look at the whole tells before anything runs.  They know things by their kinds, the few keys that all
 * components of a kind share, and Component.bound; a component that says nothing is never suspected. */

static const double attempts_most = 3;

static const char *seconds(Loader *loader, double value)
{
    char text[64];
    return arena_text(loader->arena, quantity_format(value * 1e9, DIMENSION_DURATION, text, sizeof text));
}

static const char *exact(Loader *loader, SimTime time)
{
    char text[64];
    return arena_text(loader->arena, quantity_exact((double)time, DIMENSION_DURATION, text, sizeof text));
}

/* ---- retry-amplification ---- */

typedef struct {
    double product, *best; /* of attempts on the worst way to a thing */
    const Thing *asker, **from;
} Chain;

static void add_attempts(void *whose, const Thing *to, double times)
{
    Chain *chain = whose;
    (void)times;
    if (chain->product <= chain->best[to->index])
        return;
    chain->best[to->index] = chain->product;
    chain->from[to->index] = chain->asker;
}

static const char *way_to(Loader *loader, const Chain *chain, const Thing *thing)
{
    g_autoptr(GString) way = g_string_new(NULL);
    for (; thing; thing = chain->from[thing->index]) {
        double attempts;
        if (!bound_of(loader->world, thing, 0, BOUND_ATTEMPTS, &attempts) || attempts <= 1)
            continue;
        g_autofree char *step = g_strdup_printf("%s (%g)%s", thing->name, attempts, way->len ? " × " : "");
        g_string_prepend(way, step);
    }
    return arena_text(loader->arena, way->str);
}

static void lint_retries(Loader *loader)
{
    guint n = loader->world->n_things;
    Chain chain = {.best = arena_many(loader->arena, double, n + 1),
                   .from = arena_many(loader->arena, const Thing *, n + 1)};
    const Thing *worst = NULL;
    double most = attempts_most;
    for (guint i = loader->finished->len; i-- > 0;) {
        const Thing *thing = ((const Draft *)g_ptr_array_index(loader->finished, i))->thing;
        double attempts = 1;
        if (!bound_of(loader->world, thing, 0, BOUND_ATTEMPTS, &attempts))
            attempts = 1;
        chain.asker = thing;
        chain.product = MAX(chain.best[thing->index], 1) * attempts;
        if (chain.product > most) {
            most = chain.product;
            worst = thing;
        }
        if (!is_apart(thing))
            visit_asked(thing, add_attempts, &chain);
    }
    if (worst)
        tell(loader, SEVERITY_WARNING, worst->spot, "retry-amplification",
             "one request may become %g attempts when something fails: %s", most, way_to(loader, &chain, worst));
}

/* ---- spof-database ---- */

/* Regions in which a database might go on: beside a provider's, a place of one's own is an office or a machine room. */
static guint candidates(const World *world)
{
    guint n = 0;
    for (guint i = 0; i < world->n_running; i++)
        n += g_strcmp0(world->region[i].measured_as, world->region[i].name) == 0;
    return n > 0 ? n : world->n_running;
}

/* Somebody is to make another region the writer. */
static bool is_taken_over(const World *world, const Thing *database)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *action = world->thing[i];
        const Reference *of = is_of(action, "action") ? value_of(action, "of", PARAM_REFERENCE) : NULL;
        if (of && of->thing == database)
            return true;
    }
    return false;
}

static void lint_database(Loader *loader, const Thing *thing)
{
    const World *world = loader->world;
    double writers, promotion;
    if (candidates(world) < 2 || !bound_of(world, thing, 0, BOUND_WRITERS, &writers) || writers > 1 ||
        bound_of(world, thing, 0, BOUND_PROMOTION, &promotion) || is_taken_over(world, thing))
        return;
    const char *where = "one region";
    for (guint i = 0; i < world->n_running && regions_of(world, thing) == 1; i++)
        if (thing->runs_in[i])
            where = world->region[i].name;
    tell(loader, SEVERITY_WARNING, thing->spot, "spof-database",
         "every write goes to %s and no other region takes over: '%s' is a single point of failure", where,
         thing->name);
}

/* ---- health checks ---- */

typedef struct {
    const World *world;
    guint n_sites;
    const Thing *found;
    guint8 *seen;
} Behind;

/* A database behind the page that writes in fewer places than the page is served from. */
static void look_behind(void *whose, const Thing *to, double times)
{
    Behind *behind = whose;
    double writers;
    (void)times;
    if (behind->seen[to->index])
        return;
    behind->seen[to->index] = 1;
    if (bound_of(behind->world, to, 0, BOUND_WRITERS, &writers) && writers < behind->n_sites)
        behind->found = to;
    visit_asked(to, look_behind, whose);
}

/* A fault between regions leaves every page alive. */
static const Thing *partition_in(const World *world)
{
    for (guint i = 0; i < world->n_things; i++) {
        guint n_regions = 0;
        for (const Param *param = world->thing[i]->component->params; param->name; param++)
            n_regions += param->type == PARAM_REGION;
        if (is_of(world->thing[i], "fault") && n_regions >= 2)
            return world->thing[i];
    }
    return NULL;
}

static void lint_check(Loader *loader, const Thing *thing)
{
    const World *world = loader->world;
    const Reference *of = value_of(thing, "of", PARAM_REFERENCE);
    const Thing *partition = partition_in(world);
    double deep;
    if (!partition || !of || !of->thing || !bound_of(world, thing, 0, BOUND_DEEP_CHECK, &deep) || deep > 0)
        return;
    Behind behind = {world, regions_of(world, of->thing), NULL, arena_take(loader->arena, world->n_things + 1)};
    visit_asked(of->thing, look_behind, &behind);
    if (behind.found)
        tell(loader, SEVERITY_WARNING, thing->spot, "shallow-health-check",
             "this looks at the page only: '%s' stays healthy while %s keeps it from '%s' behind it", of->thing->name,
             partition->name, behind.found->name);
}

/* ---- the run as a whole ---- */

static void lint_frame(Loader *loader)
{
    const ScenarioConfig *config = &loader->world->scenario;
    const Draft *scenario = draft_find(loader, "scenario", NULL, NULL);
    const Said *said = draft_says(scenario, "warm-up");
    if (!said)
        said = draft_says(scenario, "duration");
    if (said && config->warm_up >= config->duration)
        tell(loader, SEVERITY_WARNING, said->spot, "warm-up-eats-run", "the warm-up takes %s, what is measured only %s",
             exact(loader, config->warm_up), exact(loader, config->duration));
}

/* ---- objectives ---- */

static bool is_metric(const Objective *objective, const char *name)
{
    return strcmp(objective->metric->name, name) == 0;
}

/* Does the selector take cells with this value of the label? */
static bool takes(const Selector *selector, const char *label, const char *value)
{
    for (guint i = 0; i < selector->n; i++)
        if (strcmp(selector->term[i].key, label) == 0 &&
            (strcmp(selector->term[i].value, value) == 0) == selector->term[i].differs)
            return false;
    return true;
}

static double share_of_ops(const Thing *clients, const Selector *selector)
{
    const Mix *mix = value_of(clients, "mix", PARAM_MIX);
    double share = mix ? 0 : 1;
    if (!mix)
        return share;
    g_auto(GStrv) words = g_strsplit(param_of(clients->component, "mix")->choices, " ", -1);
    for (guint i = 0; i < mix->n; i++)
        share += takes(selector, "op", words[mix->word[i]]) ? mix->share[i] : 0;
    return share;
}

/* A fault at random that hardly any replication will see. */
static void lint_fault(Loader *loader, const Thing *fault)
{
    static const double fewest = 0.1;
    const Law *every = value_of(fault, "every", PARAM_LAW_OF_DURATION),
              *length = value_of(fault, "for", PARAM_LAW_OF_DURATION);
    if (!every || !length || every->kind == LAW_NONE)
        return;
    double cycle = law_mean(every) + law_mean(length), run = (double)loader->world->scenario.duration;
    if (run / cycle < fewest)
        tell(loader, SEVERITY_WARNING, fault->spot, "rare-fault",
             "'%s' comes once in %.0f replications of %s; let them last longer, or give it an instant (at = ...)",
             fault->name, cycle / run, exact(loader, loader->world->scenario.duration));
}

/* Below ten requests beyond a percentile it is mostly chance. */
static void lint_samples(Loader *loader, const Objective *objective)
{
    static const struct {
        const char *statistic;
        double needed;
    } needs[] = {{"p90", 100}, {"p95", 200}, {"p99", 1000}, {"p999", 10000}, {"p9999", 100000}};
    const World *world = loader->world;
    double expected = 0;
    for (guint i = 0; i < world->n_things; i++) {
        const double *rate = is_of(world->thing[i], "clients") ? value_of(world->thing[i], "rate", PARAM_RATE) : NULL;
        if (rate && takes(&objective->selector, "clients", world->thing[i]->name))
            expected +=
                *rate * clients_seconds(world, world->thing[i]) * share_of_ops(world->thing[i], &objective->selector);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(needs); i++)
        if (strcmp(needs[i].statistic, objective->statistic) == 0 && expected > 0 && expected < needs[i].needed)
            tell(loader, SEVERITY_WARNING, objective->spot, "too-few-samples",
                 "%s of about %.0f requests in a replication is mostly chance; it takes %g", objective->statistic,
                 expected, needs[i].needed);
}

/* The soonest any health check can notice anything; false: there is none, or nobody knows. */
static bool soonest_detection(const World *world, const Selector *selector, double *soonest, const Thing **by)
{
    bool found = false;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        double value;
        if (!is_of(thing, "health-check") || !takes(selector, "health_check", thing->name))
            continue;
        if (!bound_of(world, thing, 0, BOUND_DETECTION, &value))
            return false;
        if (!found || value < *soonest) {
            *soonest = value;
            *by = thing;
        }
        found = true;
    }
    return found;
}

/* Users come back by a name that has noticed, wherever they all enter by such a name. */
static bool all_enter_by_checked_names(const World *world)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        const Reference *enter = is_of(thing, "clients") ? value_of(thing, "enter", PARAM_REFERENCE) : NULL;
        if (!is_of(thing, "clients"))
            continue;
        if (!enter || !enter->thing || !is_of(enter->thing, "dns") || !is_checked(enter->thing))
            return false;
    }
    return true;
}

static void lint_possible(Loader *loader, const Objective *objective)
{
    bool failover = is_metric(objective, "failover.time") || is_metric(objective, "failover.half");
    const Thing *by = NULL;
    double soonest = 0;
    if (objective->at_least || strcmp(objective->statistic, "count") == 0 ||
        !(failover || is_metric(objective, "detection.time")))
        return;
    if (failover && !all_enter_by_checked_names(loader->world))
        return;
    if (soonest_detection(loader->world, &objective->selector, &soonest, &by) && objective->target < soonest)
        tell(loader, SEVERITY_WARNING, objective->spot, "impossible-objective",
             "'%s <= %s' cannot be met: [health-check %s] notices a fault after %s at best", objective->text,
             objective->target_text, by->name, seconds(loader, soonest));
}

static void lint_objectives(Loader *loader, const Scenario *scenario)
{
    const Objective *latency = NULL;
    bool availability = false;
    for (guint i = 0; i < scenario->n_objectives; i++) {
        const Objective *objective = &scenario->objective[i];
        lint_possible(loader, objective);
        availability = availability || is_metric(objective, "availability");
        if (!is_metric(objective, "latency"))
            continue;
        lint_samples(loader, objective);
        latency = latency ? latency : objective;
    }
    if (latency && !availability)
        tell(loader, SEVERITY_WARNING, latency->spot, "latency-without-availability",
             "failed requests are in no latency: a system that answers nothing is fast; add availability >= 99%%");
}

void lints_check(Loader *loader, const Scenario *scenario)
{
    const World *world = loader->world;
    lints_capacity(loader);
    lints_routing(loader);
    lints_data(loader);
    lints_names(loader);
    lints_accelerators(loader);
    lints_succession(loader);
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (is_of(thing, "database"))
            lint_database(loader, thing);
        if (is_of(thing, "health-check"))
            lint_check(loader, thing);
        if (is_of(thing, "fault"))
            lint_fault(loader, thing);
    }
    lint_retries(loader);
    lint_frame(loader);
    lint_objectives(loader, scenario);
}
