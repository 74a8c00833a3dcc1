/* Routing policy `simple`: any of the answers, with equal chance; it knows nothing of health. */
#include "kernel/random.h"
#include "model/sim.h"
#include "base/poison.h"

static int choose(Sim *sim, const Place *from, Entity *const *server, const bool *healthy, unsigned n_answers,
                  uint64_t chance)
{
    (void)sim;
    (void)from;
    (void)server;
    (void)healthy;
    return n_answers > 0 ? (int)below(chance, n_answers) : -1;
}

static const RoutingRule rule = {.choose = choose, .one_answer = true, .shares = SHARES_EQUAL};
const Policy simple_policy = {
    .kind = "dns",
    .name = "simple",
    .summary = "Any of the answers, with equal chance, whatever their health.",
    .source = "D, R53 routing-policy-simple",
    .rule = &rule,
};
