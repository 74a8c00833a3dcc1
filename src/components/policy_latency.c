/* Routing policy `latency`: the healthy answer with the shortest typical round trip from the resolver that asks, which
 * need not be where the user is.  Ties go to the first. */
#include "model/sim.h"
#include "base/poison.h"

static int choose(Sim *sim, const Place *from, Entity *const *server, const bool *healthy, unsigned n_answers,
                  uint64_t chance)
{
    int best = -1;
    double least = 0;
    (void)chance;
    for (unsigned i = 0; i < n_answers; i++) {
        if (!healthy[i])
            continue;
        double typical = network_typical(sim->network, from, server[i]->place);
        if (best < 0 || typical < least) {
            best = (int)i;
            least = typical;
        }
    }
    return best;
}

static const RoutingRule rule = {.choose = choose, .shares = SHARES_NEAREST};
const Policy latency_policy = {
    .kind = "dns",
    .name = "latency",
    .summary = "The healthy answer with the shortest typical round trip from the resolver.",
    .source = "D, R53 routing-policy-latency",
    .rule = &rule,
};
