/* Route 53 health check: many checkers in many regions, none of which knows what the others see.
 *
 * Each checker connects to an address, asks for the page, and asks again an interval later: from response to next
 * request, at phases of its own.  Connection and answer must each come within their time.  The addresses of a name are
 * looked up once an interval.  A checker changes its mind after so many contrary results in a row and tells the
 * aggregator, which calls the endpoint healthy as long as more than 18 % of the checkers do, and tells who wants to
 * know after a while.  Checkers stand outside of what they check: the loss of a customer's region does not take them
 * along. */
#include "model/verdict.h"
#include <string.h>
#include "base/poison.h"

enum { SHALLOW, DEEP };
enum { HTTP, TCP };
enum { FEWEST_REGIONS = 3 };

typedef struct {
    Reference of;
    Words from;
    SimTime interval, timeout, response;
    gint64 failures, checkers;
    int page, type;
    double healthy_share;
    Law aggregation;
    bool inverted;
} Config;

/* Where Route 53 checks from. */
#define CHECKER_REGIONS "us-east-1 us-west-1 us-west-2 eu-west-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 sa-east-1"
static const char *const checker_regions[] = {"us-east-1",      "us-west-1",      "us-west-2",      "eu-west-1",
                                              "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"};

typedef struct {
    Entity *aggregator;
    unsigned connect_patience, response_patience, tell_patience;
    bool healthy;
    uint32_t run;  /* results in a row that contradict `healthy` */
    uint32_t turn; /* of the addresses */
} Checker;

/* One per endpoint, at the edge. */
typedef struct {
    Judge judge;
    Entity *name_server; /* of the endpoint; NULL: its doors are its addresses */
    Entity *const *door; /* as they were looked up last */
    guint n_doors;       /* 0: it has no address */
    Entity *looked_up[MOST_ADDRESSES];
    unsigned patience;
    guint n_checkers, n_healthy;
} Aggregator;

static const Aggregator *aggregator_of(const Checker *checker)
{
    return checker->aggregator->state;
}

/* Route 53's own, where the scenario says none. */
static SimTime connect_time(const Config *config)
{
    return config->timeout > 0 ? config->timeout : (config->type == TCP ? 10 : 4) * SECOND;
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
    call->verdict = (VerdictPort){.about = me, .healthy = checker->healthy};
    call_send(sim, call, checker->tell_patience);
}

/* `what`: the last thing that it saw. */
static void note(Sim *sim, Entity *me, Call *loop, bool well, const char *step, const char *what)
{
    Checker *checker = me->state;
    const Config *config = me->config;
    checker->run = well == checker->healthy ? 0 : checker->run + 1;
    if (checker->run >= config->failures) {
        checker->healthy = well;
        checker->run = 0;
        TELL(sim, me, "finds %s %s: %d in a row, the last: %s %s", aggregator_of(checker)->judge.of,
             well ? "healthy" : "unhealthy", (int)config->failures, step, what);
        report(sim, me);
    }
    call_wait(sim, loop, config->interval, check);
}

static void answered(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    note(sim, me, loop, reply->outcome == OUTCOME_OK, "page", outcome_names[reply->outcome]);
}

static void connected(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Checker *checker = me->state;
    const Config *config = me->config;
    if (reply->outcome != OUTCOME_OK || config->type == TCP) {
        note(sim, me, loop, reply->outcome == OUTCOME_OK, "connection", outcome_names[reply->outcome]);
        return;
    }
    Call *call = call_new(sim, me, loop, reply->callee, PORT_HEALTH, answered);
    call->story = reply->story;
    call->health = (HealthPort){.deep = config->page == DEEP};
    call->connected_at = sim_now(sim);
    call_send(sim, call, checker->response_patience);
}

/* Of several addresses it takes one after the other. */
static void check(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Checker *checker = me->state;
    const Aggregator *aggregator = aggregator_of(checker);
    (void)reply;
    if (aggregator->n_doors == 0) {
        note(sim, me, loop, false, "address", "none");
        return;
    }
    Entity *endpoint = aggregator->door[checker->turn++ % aggregator->n_doors];
    Call *call = call_new(sim, me, loop, endpoint, PORT_CONNECT, connected);
    call->story = key_of(me->own_key, (uint64_t)sim_now(sim));
    call->connect = (ConnectPort){.flow = NO_FLOW};
    call_send(sim, call, checker->connect_patience);
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
         aggregator->judge.of);
    bool now_healthy = (double)aggregator->n_healthy > config->healthy_share * (double)aggregator->n_checkers;
    judge_finds(sim, me, &aggregator->judge, now_healthy != config->inverted, &config->aggregation);
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

/* ---- its addresses ---- */

static void look_up(Sim *sim, Entity *me, Call *loop, Call *reply);

static void looked_up(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Aggregator *aggregator = me->state;
    aggregator->n_doors = 0;
    while (reply->outcome == OUTCOME_OK && aggregator->n_doors < MOST_ADDRESSES &&
           reply->dns.address[aggregator->n_doors] != NO_ADDRESS) {
        aggregator->looked_up[aggregator->n_doors] = sim_entity(sim, reply->dns.address[aggregator->n_doors]);
        aggregator->n_doors++;
    }
    call_wait(sim, loop, ((const Config *)me->config)->interval, look_up);
}

static void look_up(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Aggregator *aggregator = me->state;
    (void)reply;
    Call *call = call_new(sim, me, loop, aggregator->name_server, PORT_DNS, looked_up);
    call->dns = (DnsPort){.name = ((const Config *)me->config)->of.thing->index};
    call_send(sim, call, aggregator->patience);
}

static void aggregator_start(Sim *sim, Entity *me)
{
    const Aggregator *aggregator = me->state;
    if (aggregator->name_server)
        look_up(sim, me, call_begin(sim, me, me->own_key), NULL);
}

static const Ops aggregator_ops = {.role = "aggregator", .start = aggregator_start, .asked = aggregator_asked};

/* ---- building ---- */

static void build_checkers(Sim *sim, Entity *aggregator, const char *part)
{
    const Config *config = aggregator->config;
    const Aggregator *state = aggregator->state;
    for (guint i = 0; i < state->n_checkers; i++) {
        const char *from = checker_regions[config->from.word[i % config->from.n]];
        g_autofree char *name = g_strdup_printf("%s/checker/%u@%s", part, i + 1, from);
        Entity *one = entity_new(sim, aggregator->thing, &checker_ops, network_checker(sim->network, from),
                                 sizeof(Checker), name);
        *(Checker *)one->state = (Checker){.aggregator = aggregator,
                                           .healthy = true,
                                           .turn = i,
                                           .connect_patience = call_patience(sim, connect_time(config)),
                                           .response_patience = call_patience(sim, config->response),
                                           .tell_patience = state->judge.patience};
    }
}

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
        judge_init(sim, &aggregator->judge, config->of.thing, (int)region, !config->inverted);
        entity_open(sim, me);
        build_checkers(sim, me, part);
    }
}

static void connect(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    guint n;
    Entity *const *me = doors_in(sim, thing, ANYWHERE, &n);
    for (guint i = 0; i < n; i++) {
        Aggregator *aggregator = me[i]->state;
        int region = aggregator->judge.region;
        aggregator->name_server = name_server_of(sim, config->of.thing, region);
        aggregator->patience = call_patience(sim, connect_time(config));
        aggregator->door = doors_in(sim, config->of.thing, region, &aggregator->n_doors);
        if (aggregator->name_server) {
            aggregator->door = aggregator->looked_up;
            aggregator->n_doors = 0;
        }
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
    const Config *config = thing->config;
    for (guint region = 0; region < world->n_running; region++)
        for (guint i = 0; thing->runs_in[region] && i < config->from.n; i++) {
            const char *from = checker_regions[config->from.word[i]];
            if (!network_missing(world, from, world->region[region].name))
                continue;
            complain(complaints, "of", "no-path",
                     "the checkers stand in AWS regions and know no way to %s; give it `like = ` a region, or a "
                     "[link ...] from each of them: %s, ...",
                     world->region[region].name, from);
            break;
        }
}

static void check_rules(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    check_paths(thing, world, complaints);
    if (config->from.n < FEWEST_REGIONS)
        complain(complaints, "from", "out-of-range", "Route 53 checks from at least %d regions; these are %u",
                 FEWEST_REGIONS, config->from.n);
    if (config->type == TCP && config->page == DEEP)
        complain(complaints, "page", "contradictory-settings", "a tcp check looks at no page");
    if (config->timeout > config->interval)
        complain(complaints, "timeout", "contradictory-settings",
                 "a check may not take longer to fail than the interval to the next one");
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
        *value = config->page == DEEP && config->type == HTTP;
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
     .standard = "",
     .least = 1e6,
     .most = 6e10,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a checker waits for the connection; none: Route 53's 4 s, or 10 s for tcp."},
    {.name = "response",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, response, SimTime),
     .standard = "2s",
     .least = 1e6,
     .most = 6e10,
     .flags = PARAM_EVERYWHERE,
     .help = "How long it then waits for the page.",
     .source = "D, R53 dns-failover-determining-health-of-endpoints: 2xx or 3xx within 2 s of connecting"},
    {.name = "type",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, type, int),
     .standard = "http",
     .choices = "http tcp",
     .flags = PARAM_EVERYWHERE,
     .help = "http: it connects and asks for the page; tcp: it connects, and looks at no page.",
     .source = "assumed: what most checks are"},
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
     .help = "How many check each endpoint, in turn from the regions of `from`.",
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
    {.name = "from",
     .type = PARAM_WORDS,
     .offset = PARAM_FIELD(Config, from, Words),
     .standard = "all",
     .choices = CHECKER_REGIONS,
     .flags = PARAM_EVERYWHERE,
     .help = "The regions that are checked from, at least three.",
     .source = "D, R53 health-checks-creating-values: all of them unless customised"},
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

const Component route53_check_component = {
    .kind = "health-check",
    .name = "route53-check",
    .summary = "Checkers in eight regions that ask an endpoint and vote on its health.",
    .usual = true,
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check_rules,
    .runs_in = runs_in,
    .bound = bound,
    .build = build,
    .connect = connect,
};
