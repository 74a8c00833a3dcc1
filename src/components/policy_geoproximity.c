/* Routing policy `geoproximity`: the healthy answer with the least distance in kilometres from the resolver, after a
 * bias has made it look nearer (positive) or further (negative).  Ties go to the first. */
#include "model/sim.h"
#include "base/poison.h"

/* distance * (1 - bias/100), or distance / (1 + bias/100) when the bias is negative. */
static double biased(double km, gint64 bias)
{
    return bias >= 0 ? km * (double)(100 - bias) / 100 : km * 100 / (double)(100 + bias);
}

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    const Position *here = network_position(sim->network, question->from);
    double least = 0, true_km = 0;
    gint64 its_bias = 0;
    unsigned n = 0;
    for (unsigned i = 0; i < n_alternatives; i++) {
        const Position *there = alternative[i].place ? network_position(sim->network, alternative[i].place) : NULL;
        if (!alternative[i].healthy || (here && !there))
            continue;
        gint64 bias = alternative[i].traits ? alternative[i].traits->bias : 0;
        double km = here ? great_circle_km(*here, *there) : 0, seems = biased(km, bias);
        if (n == 0 || seems < least) {
            chosen[0] = i;
            n = 1;
            least = seems;
            true_km = km;
            its_bias = bias;
        }
    }
    if (n > 0 && question->why && !here)
        g_string_append(question->why, "nobody knows where they are: the first");
    else if (n > 0 && question->why && its_bias != 0)
        g_string_append_printf(question->why, "%.0f km, by its bias %.0f km", true_km, least);
    else if (n > 0 && question->why)
        g_string_append_printf(question->why, "%.0f km", true_km);
    return n;
}

/* Nobody could be sent to the second one. */
static void check(const Alternative *alternative, unsigned n_alternatives, Complaints *complaints)
{
    for (unsigned i = 0; i < n_alternatives; i++)
        for (unsigned k = 0; k < i; k++)
            if (alternative[i].region >= 0 && alternative[i].region == alternative[k].region) {
                complain(complaints, "answers", "contradictory-settings",
                         "'%s' and '%s' stand in one region: of the two it is always the same that is nearer",
                         alternative[k].thing->name, alternative[i].thing->name);
                return;
            }
}

static const RoutingRule rule = {.choose = choose, .check = check};
const Policy geoproximity_policy = {
    .kind = "dns",
    .name = "geoproximity",
    .summary = "The healthy answer that is nearest in kilometres, as far as its bias lets it seem so.",
    .source = "D, R53 routing-policy-geoproximity",
    .rule = &rule,
};
