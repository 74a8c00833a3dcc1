/* Routing policy `simple`: all answers in random order, so that any of them comes first; it knows nothing of health. */
#include "kernel/random.h"
#include "model/sim.h"
#include "base/poison.h"

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    (void)sim;
    (void)alternative;
    if (question->why)
        g_string_append(question->why, n_alternatives > 1 ? "all of them, in random order" : "the only one");
    return draw_apart(question->chance, n_alternatives, MOST_ADDRESSES, chosen);
}

static const RoutingRule rule = {.choose = choose, .one_answer = true, .shares = SHARES_EQUAL};
const Policy simple_policy = {
    .kind = "dns",
    .name = "simple",
    .summary = "All answers in random order, whatever their health; clients take the first.",
    .source = "D, R53 routing-policy-simple",
    .rule = &rule,
};
