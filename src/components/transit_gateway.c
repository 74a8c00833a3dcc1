/* Transit gateway: a hub between the networks of several regions: any two of them are joined.
 *
 * One gateway in each region, peered with one another, taken as one thing.  Each attachment is a line of its own each
 * way. */
#include "model/links.h"
#include "base/poison.h"

static const Param params[] = {
    {.name = "attachments",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(LinkConfig, attachments, Regions),
     .flags = PARAM_EVERYWHERE,
     .help = "The regions whose private networks are attached: each reaches each."},
    {.name = "hop",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(LinkConfig, hop, Law),
     .standard = "0.5ms",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "Added to the round trip of each exchange, for the gateways on the way.",
     .source = "assumed: AWS publishes no figure"},
    LINK_LOSES("", NULL, "0%", "assumed: no loss is measured in the tables"),
    LINK_BANDWIDTH("100Gbit/s", "Bytes that each attachment carries per second each way.",
                   "D, AWS transit-gateway-quotas, bandwidth: per attachment and zone; one zone"),
    PARAM_END,
};

const Component transit_gateway_component = {
    .kind = "link",
    .name = "transit-gateway",
    .summary = "A hub between the private networks of several regions: each attached one reaches each.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .config_size = sizeof(LinkConfig),
    .check = link_check,
};
