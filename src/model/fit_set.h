/* FitSet: the targets that a balancing rule may pick, for rules that draw: one in, one out, and one at random, each
 * O(1). Who is where in it depends on who came and went, so only draws that are all alike may be made from it. */
#ifndef MRSIM_MODEL_FIT_SET_H
#define MRSIM_MODEL_FIT_SET_H
#include "kernel/random.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    unsigned n_targets, n_fit;
    unsigned number[]; /* of those that are fit; from n_targets on: where each target stands in the first part */
} FitSet;

static inline size_t fit_set_size(unsigned n_targets)
{
    return sizeof(FitSet) + 2 * n_targets * sizeof(unsigned);
}
static inline void fit_set_clear(FitSet *set, unsigned n_targets)
{
    set->n_targets = set->n_fit = n_targets;
    for (unsigned i = 0; i < n_targets; i++)
        set->number[i] = set->number[n_targets + i] = i;
}
/* To be told only when it changes. */
static inline void fit_set_put(FitSet *set, unsigned target, bool fit)
{
    unsigned *where = set->number + set->n_targets;
    if (fit) {
        where[target] = set->n_fit;
        set->number[set->n_fit++] = target;
        return;
    }
    unsigned last = set->number[--set->n_fit];
    set->number[where[target]] = last;
    where[last] = where[target];
}
/* The same target for the same bits; at least one is fit. */
static inline unsigned fit_set_draw(const FitSet *set, uint64_t chance)
{
    return set->number[below(chance, set->n_fit)];
}
#endif
