/* Route 53 health check: many checkers in many regions, none of which knows what the others see.
 *
 * Each checker asks the endpoint, waits for the answer or its own time-out, and asks again an interval later: from
 * response to next request, at phases of its own.  It changes its mind after so many contrary results in a row and
 * tells the aggregator, which calls the endpoint healthy as long as more than 18 % of the checkers do, and tells the
 * name servers after a while. Checkers stand outside of what they check: the loss of a customer's region does not take
 * them along. */
#include "model/verdict.h"
#include <string.h>
#include "base/poison.h"

enum { SHALLOW, DEEP };

typedef struct {
    Reference of;
    SimTime interval, timeout;
    gint64 failures, checkers;
    int page;
    double healthy_share;
    Law aggregation;
} Config;

/* Where Route 53 checks from. */
static const char *const checker_regions[] = {"us-east-1",      "us-west-1",      "us-west-2",      "eu-west-1",
                                              "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"};

typedef struct {
    Entity *aggregator;
    unsigned patience, tell_patience;
    bool healthy;
    uint32_t run; /* results in a row that contradict `healthy` */
} Checker;

/* One per endpoint, at the edge. */
typedef struct {
    Judge judge;
    Entity *endpoint;
    guint n_checkers, n_healthy;
} Aggregator;

static Entity *endpoint_of(const Checker *checker)
{
    return ((const Aggregator *)checker->aggregator->state)->endpoint;
}

static void ignore(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)sim;
    (void)me;
    (void)call;
    (void)reply;
}

/* ---- a checker ---- */

static void check(Sim *sim, Entity *me, Call *loop, Call *reply);

static void report(Sim *sim, Entity *me)
{
    const Checker *checker = me->state;
    Call *call = call_new(sim, me, NULL, checker->aggregator, PORT_VERDICT, ignore);
    call->verdict = (VerdictPort){.about = endpoint_of(checker), .healthy = checker->healthy};
    call_send(sim, call, checker->tell_patience);
}

static void checked(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Checker *checker = me->state;
    const Config *config = me->config;
    bool well = reply->outcome == OUTCOME_OK;
    checker->run = well == checker->healthy ? 0 : checker->run + 1;
    if (checker->run >= config->failures) {
        checker->healthy = well;
        checker->run = 0;
        TELL(sim, me, "finds %s %s", endpoint_of(checker)->name, well ? "healthy" : "unhealthy");
        report(sim, me);
    }
    call_wait(sim, loop, config->interval, check);
}

static void check(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Checker *checker = me->state;
    (void)reply;
    Call *call = call_new(sim, me, loop, endpoint_of(checker), PORT_HEALTH, checked);
    call->story = key_of(me->own_key, (uint64_t)sim_now(sim));
    call->health = (HealthPort){.deep = ((const Config *)me->config)->page == DEEP};
    call->round_trips = 2; /* TCP, then the request */
    call_send(sim, call, checker->patience);
}

static void checker_start(Sim *sim, Entity *me)
{
    const Config *config = me->config;
    double phase = unit_of(key_of(me->own_key, DRAW_PHASE));
    call_wait(sim, call_begin(sim, me, me->own_key), (SimTime)(phase * (double)config->interval), check);
}

static const Ops checker_ops = {.role = "checker", .start = checker_start};

/* ---- the aggregator ---- */

static void count(Sim *sim, Entity *me, bool healthy)
{
    Aggregator *aggregator = me->state;
    const Config *config = me->config;
    aggregator->n_healthy += healthy ? 1 : -1u;
    TELL(sim, me, "%u of %u checkers call %s healthy", aggregator->n_healthy, aggregator->n_checkers,
         aggregator->endpoint->name);
    bool now_healthy = (double)aggregator->n_healthy > config->healthy_share * (double)aggregator->n_checkers;
    judge_finds(sim, me, &aggregator->judge, now_healthy, &config->aggregation);
}

static void aggregator_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Aggregator *aggregator = me->state;
    (void)reply;
    if (!call->verdict.about) {
        judge_hears(sim, me, &aggregator->judge, call);
        return;
    }
    count(sim, me, call->verdict.healthy);
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops aggregator_ops = {.role = "aggregator", .asked = aggregator_asked};

/* ---- building ---- */

static void build(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    for (guint region = 0; region < sim->world->n_running; region++) {
        if (!thing->runs_in[region])
            continue;
        g_autofree char *part = g_strdup_printf("@%s", sim->world->region[region].name);
        Entity *me = entity_new(sim, thing, &aggregator_ops, network_edge(sim->network), sizeof(Aggregator), part);
        Aggregator *aggregator = me->state;
        aggregator->n_checkers = aggregator->n_healthy = (guint)config->checkers;
        judge_init(sim, &aggregator->judge, config->of.thing, (int)region, true);
        entity_open(sim, me);
        for (guint i = 0; i < aggregator->n_checkers; i++) {
            const char *from = checker_regions[i % G_N_ELEMENTS(checker_regions)];
            g_autofree char *name = g_strdup_printf("%s/checker/%u@%s", part, i + 1, from);
            Entity *one =
                entity_new(sim, thing, &checker_ops, network_checker(sim->network, from), sizeof(Checker), name);
            *(Checker *)one->state = (Checker){.aggregator = me,
                                               .healthy = true,
                                               .patience = call_patience(sim, config->timeout),
                                               .tell_patience = aggregator->judge.patience};
        }
    }
}

/* The aggregators are in the order of the regions, each followed by its checkers. */
static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    guint n, next = 0;
    Entity *const *aggregator = doors_in(sim, thing, ANYWHERE, &n);
    for (guint region = 0; region < sim->world->n_running && next < n; region++) {
        if (!thing->runs_in[region])
            continue;
        Entity *door;
        guint found = doors_of(sim, config->of.thing, (int)region, &door, 1);
        CHECK(found >= 1);
        ((Aggregator *)aggregator[next++]->state)->endpoint = door;
    }
}

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    const Config *config = thing->config;
    for (guint region = 0; config->of.thing && region < world->n_running; region++)
        here[region] =
            config->of.thing->runs_in[region] && (config->of.region == ANYWHERE || config->of.region == (int)region);
}

static void check_paths(const Thing *thing, const World *world, Complaints *complaints)
{
    for (guint region = 0; region < world->n_running; region++)
        for (guint i = 0; thing->runs_in[region] && i < G_N_ELEMENTS(checker_regions); i++)
            if (network_missing(world, checker_regions[i], world->region[region].name)) {
                complain(complaints, "of", "no-path",
                         "the checkers stand in AWS regions and know no way to %s; give it `like = ` a region, or a "
                         "[link ...] from each of them: %s, ...",
                         world->region[region].name, checker_regions[i]);
                break;
            }
}

/* At most: a balancer or a database has one in a region, a service its instances. */
static double endpoints(const Config *config, const World *world)
{
    const Thing *of = config->of.thing;
    double n = 0, here;
    for (guint i = 0; i < world->n_running; i++)
        if (config->of.region != ANYWHERE ? config->of.region == (int)i : of->runs_in[i])
            n += of->component->bound && of->component->bound(of, world, (int)i, BOUND_INSTANCES, &here) ? here : 1;
    return n;
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing->config;
    (void)region;
    if (bound == BOUND_PACE)
        *value = endpoints(config, world) * (double)config->checkers / simtime_seconds(config->interval);
    else if (bound == BOUND_DETECTION)
        /* Refused at once, nothing to aggregate: a silent region takes a time-out more each time. */
        *value = simtime_seconds(config->interval) * (double)(config->failures - 1);
    else if (bound == BOUND_DEEP_CHECK)
        *value = config->page == DEEP;
    else
        return false;
    return true;
}

static const Param params[] = {
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "balancer service database",
     .flags = PARAM_EVERYWHERE,
     .help = "What is watched: each of its regions is an endpoint of its own."},
    {.name = "interval",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, interval, SimTime),
     .standard = "30s",
     .least = 1e9,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From a checker's response to its next request.",
     .source = "D, CFN aws-properties-route53-healthcheck-healthcheckconfig: 30 s, or 10 s"},
    {.name = "failures",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, failures, gint64),
     .standard = "3",
     .least = 1,
     .most = 10,
     .flags = PARAM_EVERYWHERE,
     .help = "Contrary results in a row until a checker changes its mind, both ways.",
     .source = "D, CFN aws-properties-route53-healthcheck-healthcheckconfig"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, timeout, SimTime),
     .standard = "4s",
     .least = 1e6,
     .most = 6e10,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a checker waits for an endpoint that does not answer.",
     .source = "D, R53 dns-failover-determining-health-of-endpoints: TCP connect at most 4 s"},
    {.name = "page",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, page, int),
     .standard = "shallow",
     .choices = "shallow deep",
     .flags = PARAM_EVERYWHERE,
     .help = "shallow: the page answers by itself; deep: it asks what lies behind it first.",
     .source = "assumed: what most health pages do"},
    {.name = "checkers",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, checkers, gint64),
     .standard = "16",
     .least = 1,
     .most = 256,
     .flags = PARAM_EVERYWHERE,
     .help = "How many check each endpoint, in turn from eight regions.",
     .source = "N, AWS blog on disaster recovery mechanisms with Route 53: 16 in 8 regions"},
    {.name = "healthy-share",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, healthy_share, double),
     .standard = "18%",
     .most = 1,
     .flags = PARAM_EVERYWHERE,
     .help = "An endpoint is healthy while more than this share of its checkers say so.",
     .source = "D, R53 dns-failover-determining-health-of-endpoints"},
    {.name = "aggregation",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, aggregation, Law),
     .standard = "uniform(5s, 10s)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From the checkers' verdict until the name servers act on it.",
     .source = "assumed: 5 to 10 s, undocumented"},
    PARAM_END,
};

static const char *const feeds[] = {"detection.false", "detection.time", NULL};

const Component route53_check_component = {
    .kind = "health-check",
    .name = "route53-check",
    .summary = "Checkers in eight regions that ask an endpoint and vote on its health.",
    .usual = true,
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check_paths,
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
    .connect = connect,
};
