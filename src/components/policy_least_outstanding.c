/* Balancing policy `least-outstanding`: the target with the fewest requests under way; ties go round. */
#include "model/ports.h"
#include "model/component.h"
#include "base/poison.h"

static unsigned pick(const uint32_t *under_way, const bool *fit, unsigned n_targets, uint64_t turn)
{
    unsigned best = n_targets, target = n_targets > 0 ? (unsigned)(turn % n_targets) : 0;
    for (unsigned i = 0; i < n_targets; i++) {
        if (fit[target] && (best == n_targets || under_way[target] < under_way[best]))
            best = target;
        if (++target == n_targets)
            target = 0;
    }
    return best;
}

static const BalancingRule rule = {.pick = pick};
const Policy least_outstanding_policy = {
    .kind = "balancer",
    .name = "least-outstanding",
    .summary = "The target with the fewest requests under way; ties go round.",
    .source = "D, ALB load-balancer-target-groups",
    .rule = &rule,
};
