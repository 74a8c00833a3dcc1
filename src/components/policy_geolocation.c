/* Routing policy `geolocation`: the healthy record for the smallest location that the resolver is in: its country, its
 * continent, elsewhere.  Who is in none gets no answer, however healthy the others are. */
#include "model/location.h"
#include "model/sim.h"
#include <string.h>
#include "base/poison.h"

static const char *const fits[] = {"", "elsewhere", "the continent", "the country"};

static void tell_who(const Question *question, const Origin *origin)
{
    if (origin->country)
        g_string_append_printf(question->why, "%s, %s", origin->country, origin->continent);
    else
        g_string_append(question->why, "nobody knows where");
}

static int fit_of(const RecordTraits *traits, const Origin *origin)
{
    return (int)locations_fit(&traits->locations, origin->country, origin->continent);
}

static unsigned choose(Sim *sim, const Question *question, const Alternative *alternative, unsigned n_alternatives,
                       unsigned chosen[MOST_ADDRESSES])
{
    Origin origin = {.country = network_country(sim->network, question->from),
                     .continent = network_continent(sim->network, question->from)};
    int best = FIT_NONE, any = FIT_NONE;
    for (unsigned i = 0; i < n_alternatives; i++) {
        int fit = alternative[i].traits ? fit_of(alternative[i].traits, &origin) : FIT_NONE;
        any = MAX(any, fit);
        if (alternative[i].healthy && fit > best) {
            best = fit;
            chosen[0] = i;
        }
    }
    if (question->why) {
        tell_who(question, &origin);
        if (best != FIT_NONE)
            g_string_append_printf(question->why, ": by %s", fits[best]);
        else
            g_string_append(question->why, any == FIT_NONE ? ": no record for it" : ": no healthy record for it");
    }
    return best != FIT_NONE;
}

static const Alternative *of_location(const Alternative *alternative, unsigned n, const Location *location)
{
    for (unsigned i = 0; i < n; i++)
        for (guint k = 0; alternative[i].traits && k < alternative[i].traits->locations.n; k++)
            if (strcmp(alternative[i].traits->locations.location[k].name, location->name) == 0)
                return &alternative[i];
    return NULL;
}

static void check(const Alternative *alternative, unsigned n_alternatives, Complaints *complaints)
{
    for (unsigned i = 0; i < n_alternatives; i++) {
        if (!alternative[i].traits || alternative[i].traits->locations.n == 0) {
            complain(complaints, "answers", "missing-key",
                     "geolocation answers with [dns ...] records that say for whom they are: '%s' has no 'location'",
                     alternative[i].thing->name);
            return;
        }
        const Locations *locations = &alternative[i].traits->locations;
        for (guint k = 0; k < locations->n; k++) {
            const Alternative *other = of_location(alternative, i, &locations->location[k]);
            if (other)
                complain(complaints, "answers", "contradictory-settings", "'%s' and '%s' are both for %s",
                         other->thing->name, alternative[i].thing->name, locations->location[k].name);
        }
    }
}

static const RoutingRule rule = {.choose = choose, .fit = fit_of, .check = check};
const Policy geolocation_policy = {
    .kind = "dns",
    .name = "geolocation",
    .summary = "The healthy record for the smallest location that the resolver is in; without one, no answer.",
    .source = "D, R53 routing-policy-geo, health-checks-how-route-53-chooses-records",
    .rule = &rule,
};
