#include "scenario/loader.h"
#include "scenario/traffic.h"

/* Databases that want to know more than those who ask them can say. */

typedef struct {
    const World *world;
    const Thing *sought;
    bool found;
} Search;

static void note_if_sought(void *whose, const Thing *to, double times)
{
    Search *search = whose;
    (void)times;
    search->found |= to == search->sought;
}

static bool asks_for(const World *world, const Thing *who, const Thing *what)
{
    Search search = {world, what, false};
    visit_asked(who, note_if_sought, &search);
    return search.found;
}

static bool is_yes(const World *world, const Thing *thing, Bound bound)
{
    double value;
    return bound_of(world, thing, ANYWHERE, bound, &value) && value > 0;
}

/* What a user has written is told from service to service, by the first of them that knows him.  `left`: how deep to
 * look, for a ring has no end. */
static bool knows_its_users(const World *world, const Thing *service, guint left)
{
    if (is_yes(world, service, BOUND_KEEPS_SESSIONS))
        return true;
    for (guint i = 0; left > 0 && i < world->n_things; i++) {
        const Thing *asker = world->thing[i];
        bool passes_on = is_of(asker, "service") || is_of(asker, "balancer");
        if (passes_on && asks_for(world, asker, service) && knows_its_users(world, asker, left - 1))
            return true;
    }
    return false;
}

static Spot calls_of(Loader *loader, const Thing *service)
{
    const Said *said = draft_says(draft_find(loader, "service", service->name, NULL), "calls");
    return said ? said->spot : service->spot;
}

void lints_data(Loader *loader)
{
    enum { DEEPEST = 8 };
    const World *world = loader->world;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *database = world->thing[i];
        if (!is_of(database, "database") || !is_yes(world, database, BOUND_NEEDS_SESSIONS))
            continue;
        for (guint j = 0; j < world->n_things; j++) {
            const Thing *service = world->thing[j];
            if (is_of(service, "service") && asks_for(world, service, database) &&
                !knows_its_users(world, service, DEEPEST))
                tell(loader, SEVERITY_ERROR, calls_of(loader, service), "session-reads-without-sessions",
                     "%s reads what its users' sessions have written, and %s keeps none: it cannot say what that was; "
                     "write sessions = token, sticky, regional or global in [service %s]",
                     database->name, service->name, service->name);
        }
    }
}
