/* Routing policy `failover`: the first healthy answer in the order given: the primary as long as it is well. */
#include "model/sim.h"
#include "base/poison.h"

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    (void)sim;
    for (unsigned i = 0; i < n_alternatives; i++)
        if (alternative[i].healthy) {
            if (question->why)
                g_string_append(question->why, i == 0 ? "the primary is healthy" : "the first healthy one");
            chosen[0] = i;
            return 1;
        }
    return 0;
}

static const RoutingRule rule = {.choose = choose, .shares = SHARES_FIRST};
const Policy failover_policy = {
    .kind = "dns",
    .name = "failover",
    .summary = "The first healthy answer in the order given: the primary as long as it is well.",
    .source = "D, R53 routing-policy-failover",
    .rule = &rule,
};
