/* Link down: a link carries nothing for a while: a cable is dug up, a tunnel's other end dies, one way or both.
 *
 * Who sends over it does not know: until timers have run out, what he sends is lost. */
#include "model/fault.h"
#include "base/poison.h"

typedef struct {
    FaultTiming timing;
    Reference link;
    gint64 tunnels;
    bool one_way;
} Config;

static void cut(Sim *sim, const Thing *fault, bool up)
{
    const Config *config = fault->config;
    links_cut(sim->links, config->link.thing, (guint)config->tunnels, config->one_way, up, sim_now(sim));
}

static int region(const Thing *fault)
{
    (void)fault;
    return NO_REGION;
}

static void strike(Sim *sim, const Thing *fault)
{
    cut(sim, fault, false);
}

static void heal(Sim *sim, const Thing *fault)
{
    cut(sim, fault, true);
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
    if (config->tunnels > 0 && link->tunnels == 0)
        complain(complaints, "tunnels", "contradictory-settings", "'%s' has no tunnels", config->link.thing->name);
    else if (config->tunnels > link->tunnels)
        complain(complaints, "tunnels", "out-of-range", "'%s' has %d tunnels", config->link.thing->name,
                 (int)link->tunnels);
    if (config->one_way && link->attachments.n > 0)
        complain(complaints, "one-way", "contradictory-settings",
                 "'%s' joins several places; it has no one direction that could be cut", config->link.thing->name);
}

static const Param params[] = {
    FAULT_PARAMS(Config),
    {.name = "link",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, link, Reference),
     .choices = "link",
     .flags = PARAM_EVERYWHERE,
     .help = "The link that is cut."},
    {.name = "tunnels",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, tunnels, gint64),
     .standard = "",
     .least = 1,
     .most = 2,
     .flags = PARAM_EVERYWHERE,
     .help = "Of a vpn: how many of its tunnels, the one that is used first; absent: all."},
    {.name = "one-way",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, one_way, bool),
     .standard = "no",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: only what goes from the link's `from` to its `to` is lost.",
     .source = "assumed: both ways"},
    PARAM_END,
};

static const char *const feeds[] = {"failover.half", "failover.time", NULL};

const Component link_down_component = {
    .kind = "fault",
    .name = "link-down",
    .summary = "A link carries nothing for a while, both ways or one way.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
};
