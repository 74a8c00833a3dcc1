/* Link: what is said of the way between two places: how far, how steady, how wide.
 *
 * Whatever passes between its ends passes there.  The last link of two that fit counts. */
#include "model/links.h"
#include "base/poison.h"

static const Param params[] = {
    LINK_ENDS,
    LINK_RTT,
    LINK_LOSES("", NULL, "0%", "assumed: no loss is measured in the tables"),
    LINK_BANDWIDTH("", "Bytes that it carries per second each way; messages wait for those before them.", NULL),
    {.name = "one-way",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(LinkConfig, one_way, bool),
     .standard = "no",
     .help = "Only from `from` to `to`; the way back is another link.",
     .source = "docs/models/network.md"},
    PARAM_END,
};

const Component link_component = {
    .kind = "link",
    .name = "link",
    .summary = "The way between two places: its distance instead of the measured one, jitter, loss, bandwidth.",
    .usual = true,
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .config_size = sizeof(LinkConfig),
    .check = link_check,
};
