/* Routing policy `multivalue`: up to eight of the healthy answers, picked and put into order at random. */
#include "kernel/random.h"
#include "model/sim.h"
#include "base/poison.h"

/* The number of the nth healthy one. */
static unsigned nth_healthy(const Alternative *alternative, unsigned nth)
{
    unsigned i = 0;
    while (!alternative[i].healthy || nth-- > 0)
        i++;
    return i;
}

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    (void)sim;
    unsigned n_healthy = 0;
    for (unsigned i = 0; i < n_alternatives; i++)
        n_healthy += alternative[i].healthy;
    unsigned n = draw_apart(question->chance, n_healthy, MOST_ADDRESSES, chosen);
    for (unsigned i = 0; i < n; i++)
        chosen[i] = nth_healthy(alternative, chosen[i]);
    if (question->why)
        g_string_append_printf(question->why, "%u of %u healthy, in random order", n, n_healthy);
    return n;
}

static const RoutingRule rule = {.choose = choose, .shares = SHARES_EQUAL};
const Policy multivalue_policy = {
    .kind = "dns",
    .name = "multivalue",
    .summary = "Up to eight of the healthy answers in random order; clients try one after the other.",
    .source = "D, R53 routing-policy-multivalue",
    .rule = &rule,
};
