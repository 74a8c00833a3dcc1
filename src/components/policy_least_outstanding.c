/* Balancing policy `least-outstanding`: the target with the fewest requests under way; ties go round.
 *
 * A tournament: every node of a binary tree holds the least load below it, so a change and a choice cost the height of
 * the tree, not the size of the fleet. */
#include "model/ports.h"
#include "model/component.h"
#include "base/poison.h"

#define UNFIT (UINT32_C(1) << 31) /* in a load: later than every target that is fit */
static const uint32_t nobody = UINT32_MAX;

typedef struct {
    unsigned n_targets, n_leaves; /* n_leaves: a power of two */
    uint32_t least[];             /* [1]: the root; [n_leaves + i]: target i */
} Tournament;

static unsigned leaves_for(unsigned n_targets)
{
    unsigned n = 1;
    while (n < n_targets)
        n *= 2;
    return n;
}

static size_t size(unsigned n_targets)
{
    return sizeof(Tournament) + 2 * (size_t)leaves_for(n_targets) * sizeof(uint32_t);
}

static void clear(void *state, unsigned n_targets)
{
    Tournament *all = state;
    all->n_targets = n_targets;
    all->n_leaves = leaves_for(n_targets);
    for (unsigned i = 0; i < all->n_leaves; i++)
        all->least[all->n_leaves + i] = i < n_targets ? 0 : nobody;
    for (unsigned i = all->n_leaves - 1; i > 0; i--)
        all->least[i] = MIN(all->least[2 * i], all->least[2 * i + 1]);
}

static void set(Tournament *all, unsigned target, uint32_t load)
{
    unsigned at = all->n_leaves + target;
    all->least[at] = load;
    while (at > 1) {
        at /= 2;
        uint32_t least = MIN(all->least[2 * at], all->least[2 * at + 1]);
        if (all->least[at] == least)
            return;
        all->least[at] = least;
    }
}

static void fit(void *state, unsigned target, bool is_fit)
{
    Tournament *all = state;
    uint32_t load = all->least[all->n_leaves + target];
    set(all, target, is_fit ? load & ~UNFIT : load | UNFIT);
}

static void load(void *state, unsigned target, uint32_t under_way)
{
    Tournament *all = state;
    set(all, target, under_way | (all->least[all->n_leaves + target] & UNFIT));
}

/* The first of the least loaded from number `turn` on. */
static unsigned pick(void *state, uint64_t turn, uint64_t chance)
{
    (void)chance;
    const Tournament *all = state;
    const uint32_t *least = all->least, best = least[1];
    unsigned at = all->n_leaves + (unsigned)(turn % all->n_targets);
    while (least[at] != best) {
        while (at % 2 == 1) /* nothing is to the right of it below its parent */
            at /= 2;
        if (at == 0)
            at = 1; /* nothing is to the right of it at all: from the first on */
        else
            at++;
    }
    while (at < all->n_leaves)
        at = 2 * at + (least[2 * at] != best);
    return at - all->n_leaves;
}

static const BalancingRule rule = {.size = size, .clear = clear, .fit = fit, .load = load, .pick = pick};
const Policy least_outstanding_policy = {
    .kind = "balancer",
    .name = "least-outstanding",
    .summary = "The target with the fewest requests under way; ties go round.",
    .source = "D, ALB load-balancer-target-groups",
    .rule = &rule,
};
