#include "model/ports.h"
#include "scenario/loader.h"
#include "scenario/traffic.h"

/* Accelerators, and names before them, that do less than they seem to. */

static void lint_double_steering(Loader *loader, const Thing *record)
{
    const Policy *const *policy = value_of(record, "policy", PARAM_POLICY);
    const References *answers = value_of(record, "answers", PARAM_REFERENCES);
    const RoutingRule *rule = policy && *policy ? (*policy)->rule : NULL;
    const Thing *accelerator = answers && answers->n == 1 ? answers->item[0].to.thing : NULL;
    if (!rule || rule->one_answer || !accelerator || !is_of(accelerator, "accelerator"))
        return;
    tell(loader, SEVERITY_WARNING, record->spot, "double-steering",
         "policy %s has one answer to choose from: '%s' has the same address for everybody and steers by itself",
         (*policy)->name, accelerator->name);
}

static void lint_dials(Loader *loader, const Thing *accelerator)
{
    const Param *param = param_of(accelerator->component, "dial");
    double most = 0;
    guint n = 0;
    for (guint i = 0; param && i < loader->world->n_running; i++)
        if (accelerator->runs_in[i]) {
            most = MAX(most, *(const double *)((const char *)thing_config(accelerator, (int)i) + param->offset));
            n++;
        }
    if (n > 0 && most <= 0)
        tell(loader, SEVERITY_WARNING, accelerator->spot, "dials-all-zero",
             "all traffic dials are 0: no flow is kept out by that, the nearest healthy region takes each");
}

void lints_accelerators(Loader *loader)
{
    for (guint i = 0; i < loader->world->n_things; i++) {
        const Thing *thing = loader->world->thing[i];
        if (is_of(thing, "dns"))
            lint_double_steering(loader, thing);
        if (is_of(thing, "accelerator"))
            lint_dials(loader, thing);
    }
}
