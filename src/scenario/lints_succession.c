#include "scenario/loader.h"
#include "scenario/traffic.h"
#include <string.h>

/* Who watches the only writer of a database, and what that is good for. */

static guint members_of(const World *world, const Thing *database)
{
    guint n = 0;
    for (guint i = 0; i < world->n_running; i++)
        n += database->runs_in[i];
    return n;
}

static void lint_watchers(Loader *loader, const Thing *database, const Places *watchers)
{
    if (watchers->n > 0 && watchers->n % 2 == 0)
        tell(loader, SEVERITY_WARNING, database->spot, "even-watchers",
             "%u watchers of '%s' bear the loss of %u, as %u would: more than half must agree; name one less, or one "
             "more",
             watchers->n, database->name, watchers->n / 2 - 1, watchers->n - 1);
}

static void lint_fencing(Loader *loader, const Thing *database, const Places *watchers, bool fencing)
{
    if (fencing && watchers->n == 0 && members_of(loader->world, database) > 1)
        tell(loader, SEVERITY_WARNING, database->spot, "fenced-by-one",
             "the writer of '%s' stops when it does not hear from the one member that watches it, be that lost or only "
             "cut off; three watchers bear the loss of one",
             database->name);
}

void lints_succession(Loader *loader)
{
    for (guint i = 0; i < loader->world->n_things; i++) {
        const Thing *thing = loader->world->thing[i];
        if (strcmp(thing->component->kind, "database") != 0)
            continue;
        const Places *watchers = value_of(thing, "watchers", PARAM_PLACES);
        const bool *fencing = value_of(thing, "fencing", PARAM_YES_NO);
        if (!watchers || !fencing)
            continue;
        lint_watchers(loader, thing, watchers);
        lint_fencing(loader, thing, watchers, *fencing);
    }
}
