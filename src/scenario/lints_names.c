#include "model/ports.h"
#include "scenario/loader.h"
#include "scenario/names.h"
#include "scenario/traffic.h"

/* Records, and edits of them, that do less than they seem to. */

static const Policy *policy_of(const Thing *record)
{
    const Policy *const *policy = value_of(record, "policy", PARAM_POLICY);
    return policy ? *policy : NULL;
}

static void lint_check(Loader *loader, const Thing *record)
{
    const Policy *policy = policy_of(record);
    const RoutingRule *rule = policy ? policy->rule : NULL;
    guint n = name_answers(loader->world, record);
    if (rule && !rule->one_answer && n > 1 && !is_checked(record))
        tell(loader, SEVERITY_WARNING, record->spot, "failover-without-health-check",
             "policy %s over %u answers without 'health': a dead one is answered like any other", policy->name, n);
}

/* Only an alias can ask its target. */
static void lint_evaluates(Loader *loader, const Thing *record)
{
    const bool *alias = value_of(record, "alias", PARAM_YES_NO);
    const References *answers = value_of(record, "answers", PARAM_REFERENCES);
    const Said *said = draft_says(draft_find(loader, "dns", record->name, NULL), "evaluate-target-health");
    bool any = alias && *alias;
    for (guint i = 0; answers && i < answers->n; i++)
        any = any || is_of(answers->item[i].to.thing, "dns");
    if (said && !any)
        tell(loader, SEVERITY_WARNING, said->spot, "evaluate-without-alias",
             "no answer here is an alias, so there is no target to ask; write alias = yes, or use 'health'");
}

/* `of`: the record that has these answers, or gets them. */
static void lint_weights(Loader *loader, const Thing *thing, const Thing *of)
{
    const References *answers = value_of(thing, "answers", PARAM_REFERENCES);
    const Policy *policy = policy_of(of);
    const RoutingRule *rule = policy ? policy->rule : NULL;
    double sum = 0;
    for (guint i = 0; answers && i < answers->n; i++)
        sum += answers->item[i].quantity;
    if (answers && rule && rule->shares == SHARES_WEIGHTED && sum <= 0)
        tell(loader, SEVERITY_WARNING, thing->spot, "weights-all-zero",
             "all weights are 0: Route 53 then gives each answer as often as any other, it does not switch them off");
}

void lints_names(Loader *loader)
{
    for (guint i = 0; i < loader->world->n_things; i++) {
        const Thing *thing = loader->world->thing[i];
        const Reference *of = is_of(thing, "action") ? value_of(thing, "of", PARAM_REFERENCE) : NULL;
        if (is_of(thing, "dns")) {
            lint_check(loader, thing);
            lint_evaluates(loader, thing);
            lint_weights(loader, thing, thing);
        } else if (of && of->thing && is_of(of->thing, "dns")) {
            lint_weights(loader, thing, of->thing);
        }
    }
}
