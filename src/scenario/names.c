#include "scenario/names.h"
#include "model/atlas.h"
#include "model/network.h"
#include "scenario/traffic.h"

bool is_name(const Thing *thing)
{
    return is_of(thing, "dns") || is_of(thing, "accelerator");
}

static Shares shares_of(const Thing *name)
{
    const Policy *const *policy = value_of(name, "policy", PARAM_POLICY);
    const RoutingRule *rule = policy && *policy ? (*policy)->rule : NULL;
    if (is_of(name, "accelerator"))
        return SHARES_NEAREST;
    return rule ? rule->shares : SHARES_UNKNOWN;
}

/* ---- the alternatives of a name ---- */

enum { SITES_MOST = 256 };

typedef struct {
    Reference to;
    double weight;
    int region; /* where it stands for a choice of the nearest; ANYWHERE: nobody knows */
} Site;

typedef struct {
    guint n;
    Site site[SITES_MOST]; /* in order */
    bool more;             /* than fit here */
} Sites;

/* A record stands where it says, or where its first answer does. */
static int stands_in(const World *world, Reference to)
{
    for (int depth = 0; is_of(to.thing, "dns"); depth++) {
        const int *region = value_of(to.thing, "region", PARAM_REGION);
        const References *answers = value_of(to.thing, "answers", PARAM_REFERENCES);
        if (region && *region != ANYWHERE)
            return *region;
        if (!answers || answers->n == 0 || !answers->item[0].to.thing)
            return ANYWHERE;
        to = answers->item[0].to;
    }
    for (guint i = 0; to.region == ANYWHERE && i < world->n_running; i++)
        if (to.thing->runs_in[i])
            return (int)i;
    return to.region;
}

static void add_site(Sites *sites, const World *world, const Item *item, int region)
{
    Reference to = {item->to.thing, region};
    if (sites->n < SITES_MOST)
        sites->site[sites->n++] = (Site){to, item->quantity, stands_in(world, to)};
    else
        sites->more = true;
}

static void add_item(Sites *sites, const World *world, const Item *item)
{
    const Thing *thing = item->to.thing;
    if (!thing || is_apart(thing))
        return;
    if (is_of(thing, "accelerator")) { /* one address for all of its regions */
        add_site(sites, world, item, ANYWHERE);
        return;
    }
    if (item->to.region != ANYWHERE || regions_of(world, thing) == 0) {
        add_site(sites, world, item, item->to.region);
        return;
    }
    for (guint i = 0; i < world->n_running; i++)
        if (thing->runs_in[i])
            add_site(sites, world, item, (int)i);
}

static Sites *sites_of(const World *world, const Thing *name)
{
    Sites *sites = g_new0(Sites, 1);
    for (const Param *param = name->component->params; param->name; param++) {
        const References *list = (const void *)((const char *)name->config + param->offset);
        for (guint i = 0; param->type == PARAM_REFERENCES && i < list->n; i++)
            add_item(sites, world, &list->item[i]);
    }
    return sites;
}

guint name_answers(const World *world, const Thing *name)
{
    g_autofree Sites *sites = sites_of(world, name);
    return sites->n;
}

bool is_checked(const Thing *name)
{
    const Reference *health = value_of(name, "health", PARAM_REFERENCE);
    const References *answers = value_of(name, "answers", PARAM_REFERENCES);
    const bool *alias = value_of(name, "alias", PARAM_YES_NO),
               *evaluates = value_of(name, "evaluate-target-health", PARAM_YES_NO);
    if ((health && health->thing) || (alias && *alias && evaluates && *evaluates))
        return true;
    for (guint i = 0; answers && evaluates && *evaluates && i < answers->n; i++)
        if (is_of(answers->item[i].to.thing, "dns") && is_checked(answers->item[i].to.thing))
            return true;
    return false;
}

/* ---- who lives where: the network of the run, without what is drawn ---- */

typedef struct {
    const Place *place;
    double share; /* of its population */
} Home;

struct Homes {
    const World *world;
    World typical; /* the same, all paths as the tables have them */
    Network *network;
    const Place **region;
    GArray **of; /* per clients thing: Home; NULL: it does not matter where they live */
};

static bool takes_the_nearest(const Thing *name)
{
    const References *answers = value_of(name, "answers", PARAM_REFERENCES);
    if (!is_name(name))
        return false;
    if (shares_of(name) == SHARES_NEAREST)
        return true;
    for (guint i = 0; answers && i < answers->n; i++)
        if (takes_the_nearest(answers->item[i].to.thing))
            return true;
    return false;
}

static void find_homes(Network *network, const World *world, const Thing *clients, GArray *homes)
{
    enum { CITIES_MOST = 256 };
    const Places *places = value_of(clients, "places", PARAM_PLACES);
    for (guint i = 0; places && i < places->n; i++) {
        const WeightedPlace *where = &places->place[i];
        guint city[CITIES_MOST], n = atlas_find_places(world->atlas, where->name, city, CITIES_MOST);
        double total = 0;
        for (guint j = 0; j < n; j++)
            total += atlas_place(world->atlas, city[j])->weight;
        for (guint j = 0; j < n; j++) {
            const AtlasPlace *place = atlas_place(world->atlas, city[j]);
            Home home = {network_city(network, place->name), where->share * place->weight / total};
            g_array_append_val(homes, home);
        }
        Home home = {n == 0 ? network_city(network, where->name) : NULL, where->share};
        if (n == 0)
            g_array_append_val(homes, home);
    }
}

Homes *homes_new(const World *world, Arena *arena)
{
    Homes *homes = arena_one(arena, Homes);
    homes->world = world;
    homes->typical = *world;
    homes->typical.scenario.path_factors = false;
    homes->network = network_new(arena, &homes->typical, 0);
    homes->region = arena_many(arena, const Place *, world->n_running + 1);
    homes->of = arena_many(arena, GArray *, world->n_things + 1);
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *clients = world->thing[i];
        const Reference *enter = is_of(clients, "clients") ? value_of(clients, "enter", PARAM_REFERENCE) : NULL;
        if (!enter || !enter->thing || !takes_the_nearest(enter->thing))
            continue;
        homes->of[i] = g_array_new(FALSE, FALSE, sizeof(Home));
        find_homes(homes->network, world, clients, homes->of[i]);
    }
    for (guint i = 0; i < world->n_running; i++)
        homes->region[i] = network_region(homes->network, (int)i, WHOLE_REGION);
    network_seal(homes->network);
    return homes;
}

void homes_free(Homes *homes)
{
    for (guint i = 0; i < homes->world->n_things; i++)
        if (homes->of[i])
            g_array_unref(homes->of[i]);
}

/* ---- down the tree ---- */

typedef struct {
    const Homes *homes;
    const Place *home; /* NULL: nobody knows */
    SendTo send;
    void *whose;
} Walk;

static void descend(const Walk *walk, Reference to, double share);

/* n where there is none, or none can be told. */
static guint nearest_of(const Walk *walk, const Sites *sites)
{
    guint best = sites->n;
    double least = 0;
    for (guint i = 0; i < sites->n; i++) {
        if (sites->site[i].region == ANYWHERE || !walk->home)
            return sites->n;
        double typical = network_typical(walk->homes->network, walk->home, walk->homes->region[sites->site[i].region]);
        if (best == sites->n || typical < least) {
            best = i;
            least = typical;
        }
    }
    return best;
}

static void by_weight(const Walk *walk, const Sites *sites, double share)
{
    double sum = 0;
    for (guint i = 0; i < sites->n; i++)
        sum += sites->site[i].weight;
    for (guint i = 0; i < sites->n; i++) {
        double part = sum > 0 ? sites->site[i].weight / sum : 1.0 / sites->n;
        if (part > 0)
            descend(walk, sites->site[i].to, share * part);
    }
}

/* Nobody knows which: but if all that is behind is one thing, it is known what. */
typedef struct {
    const Thing *only;
    int region;
    bool several;
} Behind;

static void look_behind(const World *world, Reference to, Behind *behind)
{
    if (is_name(to.thing)) {
        g_autofree Sites *sites = sites_of(world, to.thing);
        for (guint i = 0; i < sites->n; i++)
            look_behind(world, sites->site[i].to, behind);
        return;
    }
    behind->several = behind->several || (behind->only && behind->only != to.thing);
    behind->region = behind->only && behind->region != to.region ? ANYWHERE : to.region;
    behind->only = to.thing;
}

static void to_nobody_knows_where(const Walk *walk, const Sites *sites, double share)
{
    Behind behind = {NULL, ANYWHERE, false};
    for (guint i = 0; i < sites->n; i++)
        look_behind(walk->homes->world, sites->site[i].to, &behind);
    if (behind.only && !behind.several)
        walk->send(walk->whose, (Reference){behind.only, behind.region}, share);
}

static void descend(const Walk *walk, Reference to, double share)
{
    walk->send(walk->whose, to, share);
    if (!is_name(to.thing))
        return;
    g_autofree Sites *sites = sites_of(walk->homes->world, to.thing);
    if (sites->n == 0 || sites->more)
        return;
    Shares shares = shares_of(to.thing);
    guint nearest = shares == SHARES_NEAREST ? nearest_of(walk, sites) : sites->n;
    if (shares == SHARES_WEIGHTED) {
        by_weight(walk, sites, share);
    } else if (shares == SHARES_EQUAL) {
        for (guint i = 0; i < sites->n; i++)
            descend(walk, sites->site[i].to, share / sites->n);
    } else if (shares == SHARES_FIRST || nearest < sites->n) {
        descend(walk, sites->site[shares == SHARES_FIRST ? 0 : nearest].to, share);
    } else {
        to_nobody_knows_where(walk, sites, share);
    }
}

void name_shares(const Homes *homes, const Thing *clients, const Thing *name, SendTo send, void *whose)
{
    const GArray *all = clients ? homes->of[clients->index] : NULL;
    Walk walk = {homes, NULL, send, whose};
    for (guint i = 0; all && i < all->len; i++) {
        walk.home = g_array_index(all, Home, i).place;
        descend(&walk, (Reference){name, ANYWHERE}, g_array_index(all, Home, i).share);
    }
    if (!all || all->len == 0)
        descend(&walk, (Reference){name, ANYWHERE}, 1);
}
