/* Balancing policy `power-of-two`: of two targets drawn at random (not one twice) the one with fewer requests under
 * way; of two alike the first drawn. */
#include "model/fit_set.h"
#include "model/component.h"
#include "model/ports.h"
#include "base/poison.h"

/* The loads stand behind the set. */
static uint32_t *loads(void *state)
{
    FitSet *set = state;
    return (uint32_t *)(set->number + 2 * (size_t)set->n_targets);
}

static size_t size(unsigned n_targets)
{
    return fit_set_size(n_targets) + n_targets * sizeof(uint32_t);
}

static void clear(void *state, unsigned n_targets)
{
    fit_set_clear(state, n_targets);
    for (unsigned i = 0; i < n_targets; i++)
        loads(state)[i] = 0;
}

static void fit(void *state, unsigned target, bool is_fit)
{
    fit_set_put(state, target, is_fit);
}

static void load(void *state, unsigned target, uint32_t under_way)
{
    loads(state)[target] = under_way;
}

static unsigned pick(void *state, uint64_t turn, uint64_t chance)
{
    const FitSet *set = state;
    (void)turn;
    unsigned a = below(key_nth(chance, 1), set->n_fit);
    if (set->n_fit == 1)
        return set->number[a];
    unsigned b = below(key_nth(chance, 2), set->n_fit - 1);
    unsigned first = set->number[a], second = set->number[b + (b >= a)];
    return loads(state)[second] < loads(state)[first] ? second : first;
}

static const BalancingRule rule = {
    .size = size, .clear = clear, .fit = fit, .load = load, .by_chance = true, .pick = pick};
const Policy power_of_two_policy = {
    .kind = "balancer",
    .name = "power-of-two",
    .summary = "Of two targets at random the one with fewer requests under way.",
    .source = "Mitzenmacher 2001, IEEE TPDS 12(10); not offered by ALB: other balancers do",
    .rule = &rule,
};
