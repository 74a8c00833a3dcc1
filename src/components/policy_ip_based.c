/* Routing policy `ip-based`: the healthy record with the longest network that the address of the resolver (with ECS: of
 * the client) is in.  An address in none gets no answer, unless a record is for elsewhere. */
#include "model/location.h"
#include "model/sim.h"
#include "base/poison.h"

static void tell_fit(const Question *question, int best)
{
    char text[SUBNET_TEXT] = "an unknown address";
    if (question->subnet != 0)
        subnet_text((Subnet){question->subnet & 0xffffff00, 24}, text);
    if (best < 0)
        g_string_append_printf(question->why, "%s is in no network of a healthy record", text);
    else if (best == 0)
        g_string_append_printf(question->why, "%s is elsewhere", text);
    else
        g_string_append_printf(question->why, "%s by %d bits", text, best);
}

static int fit_of(const RecordTraits *traits, const Origin *origin)
{
    return subnets_fit(&traits->subnets, origin->subnet) + 1;
}

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    int best = -1;
    (void)sim;
    for (unsigned i = 0; i < n_alternatives; i++) {
        const RecordTraits *traits = alternative[i].traits;
        int fit = traits && alternative[i].healthy ? subnets_fit(&traits->subnets, question->subnet) : -1;
        if (fit > best) {
            best = fit;
            chosen[0] = i;
        }
    }
    if (question->why)
        tell_fit(question, best);
    return best >= 0;
}

static const Alternative *of_network(const Alternative *alternative, unsigned n, Subnet subnet)
{
    for (unsigned i = 0; i < n; i++)
        for (guint k = 0; alternative[i].traits && k < alternative[i].traits->subnets.n; k++) {
            Subnet other = alternative[i].traits->subnets.subnet[k];
            if (other.address == subnet.address && other.bits == subnet.bits)
                return &alternative[i];
        }
    return NULL;
}

static void check(const Alternative *alternative, unsigned n_alternatives, Complaints *complaints)
{
    for (unsigned i = 0; i < n_alternatives; i++) {
        if (!alternative[i].traits || alternative[i].traits->subnets.n == 0) {
            complain(complaints, "answers", "missing-key",
                     "ip-based answers with [dns ...] records that say for whom they are: '%s' has no 'networks'",
                     alternative[i].thing->name);
            return;
        }
        const Subnets *subnets = &alternative[i].traits->subnets;
        for (guint k = 0; k < subnets->n; k++) {
            const Alternative *other = of_network(alternative, i, subnets->subnet[k]);
            char text[SUBNET_TEXT];
            if (other)
                complain(complaints, "answers", "contradictory-settings", "'%s' and '%s' are both for %s",
                         other->thing->name, alternative[i].thing->name,
                         subnets->subnet[k].bits == 0 ? "elsewhere" : subnet_text(subnets->subnet[k], text));
        }
    }
}

static const RoutingRule rule = {.choose = choose, .fit = fit_of, .check = check};
const Policy ip_based_policy = {
    .kind = "dns",
    .name = "ip-based",
    .summary = "The healthy record with the longest network that the address is in; without one, no answer.",
    .source = "D, R53 routing-policy-ipbased",
    .rule = &rule,
};
