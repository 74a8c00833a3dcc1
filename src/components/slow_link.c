/* Slow link: a link is slower for a while, or loses more: a detour, a congested peer, one way or both. */
#include "model/fault.h"
#include "base/poison.h"

typedef struct {
    FaultTiming timing;
    Reference link;
    gint64 factor;
    SimTime add;
    double loss;
    bool one_way;
} Config;

static int region(const Thing *fault)
{
    (void)fault;
    return NO_REGION;
}

static void strike(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    LinkPace pace = {.factor = (double)config->factor, .added = config->add, .loss = config->loss};
    links_slow(sim->links, config->link.thing, fault, &pace, config->one_way, sim_now(sim));
}

static void heal(Sim *sim, const Thing *fault)
{
    const Config *config = fault->config;
    links_slow(sim->links, config->link.thing, fault, NULL, config->one_way, sim_now(sim));
}

static const FaultRule rule = {.region = region, .strike = strike, .heal = heal};

static void build(Sim *sim, const Thing *thing)
{
    fault_build(sim, thing, &rule);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    const LinkConfig *link = config->link.thing->config;
    fault_check(thing, world, complaints);
    if (!is_said(complaints, "factor") && !is_said(complaints, "add") && !is_said(complaints, "loss"))
        complain(complaints, NULL, "missing-key", "[fault %s] changes nothing; give it factor, add or loss",
                 thing->name);
    if (config->loss >= 1)
        complain(complaints, "loss", "out-of-range", "nothing would arrive; for that write use = link-down");
    if (config->one_way && link->attachments.n > 0)
        complain(complaints, "one-way", "contradictory-settings",
                 "'%s' joins several places; it has no one direction that could be slow", config->link.thing->name);
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "link",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, link, Reference),
     .choices = "link",
     .flags = PARAM_EVERYWHERE,
     .help = "The link that is slower."},
    {.name = "factor",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, factor, gint64),
     .standard = "1",
     .least = 1,
     .most = 1000,
     .flags = PARAM_EVERYWHERE,
     .help = "Messages are on their way so many times as long.",
     .source = "assumed"},
    {.name = "add",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, add, SimTime),
     .standard = "0ms",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "Each message is on its way so much longer: a round trip twice that, unless one-way.",
     .source = "assumed"},
    {.name = "loss",
     .type = PARAM_SHARE,
     .offset = PARAM_FIELD(Config, loss, double),
     .standard = "0%",
     .most = 1,
     .flags = PARAM_EVERYWHERE,
     .help = "Share of messages that are lost meanwhile, beside those that the link loses anyway.",
     .source = "assumed"},
    {.name = "one-way",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, one_way, bool),
     .standard = "no",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: only what goes from the link's `from` to its `to`.",
     .source = "assumed: both ways"},
    PARAM_END,
};

static const char *const feeds[] = {"failover.half", "failover.time", NULL};

const Component slow_link_component = {
    .kind = "fault",
    .name = "slow-link",
    .summary = "A link is slower for a while, or loses more, both ways or one way.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
