/* Balancing policy `round-robin`: the targets in turn, those that are out left out. */
#include "model/ports.h"
#include "model/component.h"
#include <string.h>
#include "base/poison.h"

typedef struct {
    unsigned n_fit;
    unsigned fit[]; /* their numbers, ascending */
} Turns;

static size_t size(unsigned n_targets)
{
    return sizeof(Turns) + n_targets * sizeof(unsigned);
}

static void clear(void *state, unsigned n_targets)
{
    Turns *turns = state;
    turns->n_fit = n_targets;
    for (unsigned i = 0; i < n_targets; i++)
        turns->fit[i] = i;
}

static void fit(void *state, unsigned target, bool is_fit)
{
    Turns *turns = state;
    unsigned at = 0;
    while (at < turns->n_fit && turns->fit[at] < target)
        at++;
    size_t n_after = turns->n_fit - at - !is_fit;
    memmove(&turns->fit[at + is_fit], &turns->fit[at + !is_fit], n_after * sizeof(unsigned));
    if (is_fit)
        turns->fit[at] = target;
    turns->n_fit += is_fit ? 1 : -1u;
}

static unsigned pick(void *state, uint64_t turn, uint64_t chance)
{
    (void)chance;
    const Turns *turns = state;
    return turns->fit[turn % turns->n_fit];
}

static const BalancingRule rule = {.size = size, .clear = clear, .fit = fit, .pick = pick};
const Policy round_robin_policy = {
    .kind = "balancer",
    .name = "round-robin",
    .summary = "The targets in turn.",
    .source = "D, ALB load-balancer-target-groups: the default",
    .rule = &rule,
};
