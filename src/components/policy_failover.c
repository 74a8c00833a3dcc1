/* Routing policy `failover`: the first healthy answer in the order given: the primary as long as it is well. */
#include "model/sim.h"
#include "base/poison.h"

static int choose(Sim *sim, const Place *from, Entity *const *server, const bool *healthy, unsigned n_answers,
                  uint64_t chance)
{
    (void)sim;
    (void)from;
    (void)server;
    (void)chance;
    for (unsigned i = 0; i < n_answers; i++)
        if (healthy[i])
            return (int)i;
    return -1;
}

static const RoutingRule rule = {.choose = choose, .shares = SHARES_FIRST};
const Policy failover_policy = {
    .kind = "dns",
    .name = "failover",
    .summary = "The first healthy answer in the order given: the primary as long as it is well.",
    .source = "D, R53 routing-policy-failover",
    .rule = &rule,
};
