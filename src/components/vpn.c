/* VPN: two tunnels over the internet between a place of one's own and a region.  One is used; when its other end is
 * found dead, the other is. */
#include "model/links.h"
#include "base/poison.h"

static const Param params[] = {
    LINK_ENDS,
    LINK_RTT,
    LINK_LOSES("exponential(mean=2ms)", "assumed: a path over the internet", "0.1%",
               "assumed: a path over the internet"),
    LINK_BANDWIDTH("1.25Gbit/s", "Bytes that a tunnel carries per second each way.",
                   "D, AWS VPNTunnels, tunnel bandwidth options: standard"),
    {.name = "tunnels",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(LinkConfig, tunnels, gint64),
     .standard = "2",
     .least = 1,
     .most = 2,
     .flags = PARAM_EVERYWHERE,
     .help = "Tunnels; one of them is used at a time.",
     .source = "D, AWS VPNTunnels"},
    {.name = "dpd",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(LinkConfig, hold, SimTime),
     .standard = "40s",
     .least = 1e6,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "Dead-peer detection: without a sign of life for so long, a tunnel is given up.",
     .source = "D, EC2 API ModifyVpnTunnelOptionsSpecification: DPDTimeoutSeconds 40"},
    {.name = "keepalive",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(LinkConfig, keepalive, SimTime),
     .standard = "10s",
     .least = 1e6,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "How often there is a sign of life.",
     .source = "derived: a time-out of 40 s is 30 s after the first failed keep-alive (same page)"},
    LINK_RESTORE("10s"),
    PARAM_END,
};

const Component vpn_component = {
    .kind = "link",
    .name = "vpn",
    .summary = "Two tunnels over the internet between a place of one's own and a region.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .config_size = sizeof(LinkConfig),
    .check = link_check,
};
