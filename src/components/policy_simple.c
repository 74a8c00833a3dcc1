/* Routing policy `simple`: any of the answers, with equal chance; it knows nothing of health. */
#include "kernel/random.h"
#include "model/sim.h"
#include "base/poison.h"

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    (void)sim;
    (void)alternative;
    if (n_alternatives == 0)
        return 0;
    chosen[0] = below(question->chance, n_alternatives);
    return 1;
}

static const RoutingRule rule = {.choose = choose, .one_answer = true, .shares = SHARES_EQUAL};
const Policy simple_policy = {
    .kind = "dns",
    .name = "simple",
    .summary = "Any of the answers, with equal chance, whatever their health.",
    .source = "D, R53 routing-policy-simple",
    .rule = &rule,
};
