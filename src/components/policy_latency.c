/* Routing policy `latency`: the healthy answer with the shortest typical round trip from the resolver that asks, which
 * need not be where the user is, by a table that was made a while ago.  Ties go to the first. */
#include "model/sim.h"
#include "base/poison.h"

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    SimTime made_at = sim_now(sim) - question->table_age;
    unsigned n = 0;
    double least = 0;
    for (unsigned i = 0; i < n_alternatives; i++) {
        if (!alternative[i].healthy || !alternative[i].place)
            continue;
        double typical = network_typical_at(sim->network, question->from, alternative[i].place, made_at);
        if (n == 0 || typical < least) {
            chosen[0] = i;
            n = 1;
            least = typical;
        }
    }
    if (n > 0 && question->why)
        g_string_append_printf(question->why, "%.1f ms by the table", least * 1e-6);
    return n;
}

/* Nobody could be sent to the second one. */
static void check(const Alternative *alternative, unsigned n_alternatives, Complaints *complaints)
{
    for (unsigned i = 0; i < n_alternatives; i++)
        for (unsigned k = 0; k < i; k++)
            if (alternative[i].region >= 0 && alternative[i].region == alternative[k].region) {
                complain(complaints, "answers", "contradictory-settings",
                         "'%s' and '%s' stand in one region: of the two it is always the first that is chosen",
                         alternative[k].thing->name, alternative[i].thing->name);
                return;
            }
}

static const RoutingRule rule = {.choose = choose, .check = check, .shares = SHARES_NEAREST};
const Policy latency_policy = {
    .kind = "dns",
    .name = "latency",
    .summary = "The healthy answer with the shortest round trip from the resolver, by a table that lags behind.",
    .source = "D, R53 routing-policy-latency",
    .rule = &rule,
};
