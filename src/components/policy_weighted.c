/* Routing policy `weighted`: one healthy answer, drawn by weight.  Answers of weight 0 stand by: they are given only
 * when no other one is healthy, and then with equal chance. */
#include "kernel/random.h"
#include "model/sim.h"
#include <math.h>
#include "base/poison.h"

enum { MOST_WEIGHT = 255 }; /* D, R53 resource-record-sets-values-weighted */

/* The n-th of the healthy ones without a weight. */
static unsigned standing_by(const Alternative *alternative, unsigned nth)
{
    unsigned i = 0;
    while (!alternative[i].healthy || alternative[i].weight > 0 || nth-- > 0)
        i++;
    return i;
}

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    double sum = 0;
    unsigned n_without = 0;
    (void)sim;
    for (unsigned i = 0; i < n_alternatives; i++)
        if (alternative[i].healthy) {
            sum += alternative[i].weight;
            n_without += alternative[i].weight <= 0;
        }
    if (sum <= 0) {
        if (n_without == 0)
            return 0;
        chosen[0] = standing_by(alternative, below(question->chance, n_without));
        if (question->why)
            g_string_append(question->why, "weight 0, and no other is healthy");
        return 1;
    }
    double left = unit_of(question->chance) * sum;
    for (unsigned i = 0; i < n_alternatives && left > 0; i++)
        if (alternative[i].healthy && alternative[i].weight > 0) {
            chosen[0] = i;
            left -= alternative[i].weight;
        }
    if (question->why)
        g_string_append_printf(question->why, "weight %g of %g", alternative[chosen[0]].weight, sum);
    return 1;
}

static void check(const Alternative *alternative, unsigned n_alternatives, Complaints *complaints)
{
    for (unsigned i = 0; i < n_alternatives; i++)
        if (alternative[i].weight > MOST_WEIGHT || alternative[i].weight != floor(alternative[i].weight)) {
            complain(complaints, "answers", "out-of-range", "a weight is a whole number from 0 to %d; '%s' has %g",
                     MOST_WEIGHT, alternative[i].thing->name, alternative[i].weight);
            return;
        }
}

static const RoutingRule rule = {.choose = choose, .check = check, .shares = SHARES_WEIGHTED};
const Policy weighted_policy = {
    .kind = "dns",
    .name = "weighted",
    .summary = "One healthy answer, drawn by weight; weight 0 stands by.",
    .source = "D, R53 routing-policy-weighted",
    .rule = &rule,
};
