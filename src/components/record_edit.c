/* Record edit: what a name answers is changed by hand, or by a script, while the run goes on.
 *
 * It is asked of the name's control plane, which stands in one region and accepts nothing while that is gone; what it
 * accepts reaches each name server after a time of its own (model/record.h), and caches after that. */
#include "model/action.h"
#include "model/complaints.h"
#include "model/record.h"
#include "base/poison.h"

typedef struct {
    ActionTiming timing;
    Reference of;
    References answers;
} Config;

static const Thing *of(const Thing *action, int *region)
{
    *region = NO_REGION;
    return ((const Config *)action->config)->of.thing;
}

static ControlPort what(const Thing *action, bool back)
{
    const Config *config = action->config;
    return (ControlPort){.what = CONTROL_RECORD, .answers = &config->answers, .region = -1, .zone = -1, .on = !back};
}

static const ActionRule rule = {.of = of, .what = what};

static void build(Sim *sim, const Thing *thing)
{
    action_build(sim, thing, &rule);
}

/* ---- what is asked of a scenario ---- */

/* Does a way lead from these answers to the record, by what the scenario says or any edit may say? */
static bool leads_to(const World *world, const References *answers, const Thing *record, bool *seen)
{
    for (guint i = 0; i < answers->n; i++) {
        const Thing *to = answers->item[i].to.thing;
        if (to == record)
            return true;
        if (!is_record(to) || seen[to->index])
            continue;
        seen[to->index] = true;
        if (leads_to(world, &((const RecordConfig *)to->config)->answers, record, seen))
            return true;
        for (guint k = 0; k < world->n_things; k++) {
            const Config *edit = world->thing[k]->component->build == build ? world->thing[k]->config : NULL;
            if (edit && edit->of.thing == to && leads_to(world, &edit->answers, record, seen))
                return true;
        }
    }
    return false;
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    g_autofree bool *seen = g_new0(bool, world->n_things + 1);
    action_check(thing, world, complaints);
    record_check(config->of.thing, &config->answers, world, complaints);
    if (leads_to(world, &config->answers, config->of.thing, seen))
        complain(complaints, "answers", "cycle", "with these answers [dns %s] leads back to itself",
                 config->of.thing->name);
}

static const Param params[] = {
    ACTION_PARAMS(Config),
    {.name = "of",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, of, Reference),
     .choices = "dns",
     .flags = PARAM_EVERYWHERE,
     .help = "The record that is changed."},
    {.name = "answers",
     .type = PARAM_REFERENCES,
     .offset = PARAM_FIELD(Config, answers, References),
     .choices = "balancer service accelerator dns",
     .quantity = DIMENSION_COUNT,
     .flags = PARAM_EVERYWHERE,
     .help = "What it answers from then on, all of it; they need not have been among its answers before."},
    PARAM_END,
};

static const char *const feeds[] = {"control.time", NULL};

const Component record_edit_component = {
    .kind = "action",
    .name = "record-edit",
    .summary = "Somebody gives a name other answers, by way of its control plane.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
    .connect = action_connect,
};
