#include "model/record.h"
#include "model/complaints.h"
#include <string.h>
#include "base/poison.h"

/* What can be said about answers before anything runs. */

static void check_places(const References *answers, const World *world, Complaints *complaints)
{
    for (guint i = 0; i < answers->n; i++) {
        const Thing *thing = answers->item[i].to.thing;
        bool runs = thing->component->existence != EXISTS_PER_REGION;
        for (guint region = 0; region < world->n_running; region++)
            runs = runs || thing->runs_in[region];
        if (!runs)
            complain(complaints, "answers", "nothing-to-answer", "'%s' runs in no region, so it has no address",
                     thing->name);
    }
}

static void check_alias(const References *answers, Complaints *complaints)
{
    for (guint i = 0; i < answers->n; i++)
        if (strcmp(answers->item[i].to.thing->component->kind, "service") == 0) {
            complain(complaints, "answers", "contradictory-settings",
                     "an alias points to a balancer, an accelerator or a record; '%s' is a service",
                     answers->item[i].to.thing->name);
            return;
        }
}

/* One answer has one place in a list. */
static void check_twice(const References *answers, Complaints *complaints)
{
    for (guint i = 0; i < answers->n; i++)
        for (guint k = 0; k < i; k++) {
            const Reference *one = &answers->item[i].to, *other = &answers->item[k].to;
            if (one->thing == other->thing &&
                (one->region == other->region || one->region == ANYWHERE || other->region == ANYWHERE)) {
                complain(complaints, "answers", "bad-list", "'%s' is given twice", one->thing->name);
                return;
            }
        }
}

/* Where it stands for a record that answers with it, as far as that is said; ANYWHERE: in several regions. */
static int stands_in(const Reference *to)
{
    enum { DEEPEST = 64 }; /* records may still name each other in a ring */
    const Reference *at = to;
    for (int depth = 0; depth < DEEPEST; depth++) {
        if (!at->thing || !is_record(at->thing))
            return at->region;
        const RecordConfig *config = at->thing->config;
        if (config->region != ANYWHERE || config->answers.n == 0)
            return config->region;
        at = &config->answers.item[0].to;
    }
    return ANYWHERE;
}

static void check_weights(const References *answers, const Policy *policy, Complaints *complaints)
{
    const RoutingRule *rule = policy->rule;
    guint n = 0;
    for (guint i = 0; i < answers->n; i++)
        n += answers->item[i].leads;
    if (n > 0 && rule->shares != SHARES_WEIGHTED)
        complain(complaints, "answers", "contradictory-settings",
                 "policy %s knows no weights; write policy = weighted, or names only", policy->name);
    else if (n > 0 && n < answers->n)
        complain(complaints, "answers", "bad-list", "every answer needs a weight, or none does: 90 stable, 10 canary");
}

static void check_policy(const References *answers, const Policy *policy, Complaints *complaints)
{
    const RoutingRule *rule = policy->rule;
    g_autofree Alternative *alternative = g_new0(Alternative, answers->n);
    for (guint i = 0; i < answers->n; i++) {
        const Item *item = &answers->item[i];
        const RecordConfig *nested = is_record(item->to.thing) ? item->to.thing->config : NULL;
        alternative[i] = (Alternative){.thing = item->to.thing,
                                       .region = stands_in(&item->to),
                                       .weight = item->quantity,
                                       .traits = nested ? &nested->traits : NULL,
                                       .healthy = true};
    }
    if (rule->check)
        rule->check(alternative, answers->n, complaints);
}

void record_check(const Thing *record, const References *answers, const World *world, Complaints *complaints)
{
    const RecordConfig *config = record->config;
    check_places(answers, world, complaints);
    check_twice(answers, complaints);
    if (config->alias)
        check_alias(answers, complaints);
    check_weights(answers, config->policy, complaints);
    check_policy(answers, config->policy, complaints);
}
