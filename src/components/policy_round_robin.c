/* Balancing policy `round-robin`: the targets in turn, those that are out left out. */
#include "model/ports.h"
#include "model/component.h"
#include "base/poison.h"

static unsigned pick(const uint32_t *under_way, const bool *fit, unsigned n_targets, uint64_t turn)
{
    unsigned n_fit = 0;
    (void)under_way;
    for (unsigned i = 0; i < n_targets; i++)
        n_fit += fit[i];
    if (n_fit == 0)
        return n_targets;
    unsigned left = (unsigned)(turn % n_fit), target = 0;
    while (!fit[target] || left-- > 0)
        target++;
    return target;
}

static const BalancingRule rule = {.pick = pick};
const Policy round_robin_policy = {
    .kind = "balancer",
    .name = "round-robin",
    .summary = "The targets in turn.",
    .source = "D, ALB load-balancer-target-groups: the default",
    .rule = &rule,
};
