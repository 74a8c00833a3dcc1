/* Direct Connect: a line of one's own between a place of one's own and a region.  When it is cut, nothing passes until
 * the hold timer of its BGP session has run out; then its backup is used. */
#include "model/links.h"
#include "base/poison.h"

static const Param params[] = {
    LINK_ENDS,
    LINK_RTT,
    LINK_LOSES("", NULL, "0%", "assumed: a line of one's own"),
    LINK_BANDWIDTH("1Gbit/s", "Bytes that it carries per second each way.",
                   "D, Direct Connect dedicated connections: 1, 10, 100 or 400 Gbit/s; the smallest assumed"),
    {.name = "backup",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(LinkConfig, backup, Reference),
     .standard = "",
     .choices = "link",
     .flags = PARAM_EVERYWHERE,
     .help = "The connection that is used while this one is given up; absent: none."},
    {.name = "hold",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(LinkConfig, hold, SimTime),
     .standard = "90s",
     .least = 1e6,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "Without a sign of life for so long, it is given up; with BFD 900ms.",
     .source = "D, Direct Connect bgp-specific-settings: default hold timer; BFD 300 ms, multiplier 3"},
    {.name = "keepalive",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(LinkConfig, keepalive, SimTime),
     .standard = "30s",
     .least = 1e6,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "How often there is a sign of life; with BFD 300ms.",
     .source = "D, Direct Connect bgp-specific-settings: default keepalive timer"},
    LINK_RESTORE("30s"),
    PARAM_END,
};

const Component direct_connect_component = {
    .kind = "link",
    .name = "direct-connect",
    .summary = "A line of one's own between a place of one's own and a region, with a backup.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .config_size = sizeof(LinkConfig),
    .check = link_check,
};
