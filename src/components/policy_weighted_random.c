/* Balancing policy `weighted-random`: any of those that are fit, all alike: weights are equal unless slow start lowers
 * one. */
#include "model/fit_set.h"
#include "model/component.h"
#include "model/ports.h"
#include "base/poison.h"

static void clear(void *state, unsigned n_targets)
{
    fit_set_clear(state, n_targets);
}

static void fit(void *state, unsigned target, bool is_fit)
{
    fit_set_put(state, target, is_fit);
}

static unsigned pick(void *state, uint64_t turn, uint64_t chance)
{
    (void)turn;
    return fit_set_draw(state, chance);
}

static const BalancingRule rule = {.size = fit_set_size, .clear = clear, .fit = fit, .by_chance = true, .pick = pick};
const Policy weighted_random_policy = {
    .kind = "balancer",
    .name = "weighted-random",
    .summary = "Any target, at random.",
    .source = "D, ALB edit-target-group-attributes: weighted random; anomaly mitigation off",
    .rule = &rule,
};
