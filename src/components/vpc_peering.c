/* VPC peering: the networks of two regions are joined, and no others: what is peered with both ends is not. */
#include "model/links.h"
#include "base/poison.h"

static const Param params[] = {
    LINK_ENDS,
    LINK_RTT,
    LINK_LOSES("", NULL, "0%", "assumed: no loss is measured in the tables"),
    PARAM_END,
};

const Component vpc_peering_component = {
    .kind = "link",
    .name = "vpc-peering",
    .summary = "The private networks of two regions are joined; nobody passes through to a third.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .config_size = sizeof(LinkConfig),
    .check = link_check,
};
