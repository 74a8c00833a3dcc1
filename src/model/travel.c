#include "model/travel.h"
#include "base/poison.h"

GArray *sites_of(const Sim *sim, const Places *places)
{
    enum { MOST_CITIES = 256 };
    GArray *sites = g_array_new(FALSE, FALSE, sizeof(Site));
    for (guint i = 0; i < places->n; i++) {
        const WeightedPlace *where = &places->place[i];
        guint city[MOST_CITIES], n = atlas_find_places(sim->world->atlas, where->name, city, MOST_CITIES);
        double total = 0;
        for (guint j = 0; j < n; j++)
            total += atlas_place(sim->world->atlas, city[j])->weight;
        for (guint j = 0; j < n; j++) {
            const AtlasPlace *place = atlas_place(sim->world->atlas, city[j]);
            Site site = {place->name, place, where->share * place->weight / total};
            g_array_append_val(sites, site);
        }
        if (n == 0)
            g_array_append_val(sites, ((Site){where->name, NULL, where->share}));
    }
    return sites;
}

/* ---- who goes where ---- */

typedef struct {
    const GArray *sites;
    guint *n;       /* per site: who comes there */
    Entity **there; /* per site; NULL: nobody comes */
} Abroad;

static guint site_of(const Abroad *abroad, const Entity *home, uint32_t user)
{
    double u = unit_of(key_of(home->own_key ^ (uint64_t)DRAW_TRAVEL << 48, user));
    guint last = abroad->sites->len - 1;
    for (guint i = 0; i < last; i++) {
        double share = g_array_index(abroad->sites, Site, i).share;
        if (u < share)
            return i;
        u -= share;
    }
    return last;
}

static void join(const Abroad *abroad, const TravelHabits *habits, Entity *home)
{
    guint n_users, n_there;
    Person *other = habits->others(home, &n_users);
    for (uint32_t user = 0; user < n_users; user++) {
        guint i = site_of(abroad, home, user), number = abroad->n[i]++;
        other[user] = (Person){abroad->there[i], number};
        habits->others(abroad->there[i], &n_there)[number] = (Person){home, user};
    }
}

void travel_build(Sim *sim, const Thing *thing, const TravelConfig *config, TravelHabits habits)
{
    const GPtrArray *all = sim->doors[thing->index];
    guint n_homes = all->len, n_users;
    g_autoptr(GArray) sites = sites_of(sim, &config->to);
    g_autofree guint *n = g_new0(guint, sites->len);
    g_autofree Entity **there = g_new0(Entity *, sites->len);
    Abroad abroad = {sites, n, there};
    for (guint i = 0; i < n_homes; i++) {
        const Entity *home = g_ptr_array_index(all, i);
        habits.others(home, &n_users);
        for (uint32_t user = 0; user < n_users; user++)
            n[site_of(&abroad, home, user)]++;
    }
    for (guint i = 0; i < sites->len; i++) {
        if (n[i] > 0)
            there[i] = habits.build(sim, thing, &g_array_index(sites, Site, i), n[i]);
        n[i] = 0;
    }
    for (guint i = 0; i < n_homes; i++)
        join(&abroad, &habits, g_ptr_array_index(all, i));
}

/* ---- requests ---- */

bool travel_reads_away(const TravelConfig *config, bool wrote_away, uint64_t chance)
{
    switch ((ReadsBackAt)config->reads_back) {
    case READS_SAME:
        return wrote_away;
    case READS_HOME:
        return false;
    case READS_AWAY:
        return true;
    case READS_OTHER:
        return !wrote_away;
    case READS_DRAWN:
        break;
    }
    return unit_of(chance) < config->away;
}

double travel_share(const TravelConfig *config, bool away)
{
    const double least = 1e-3;
    double share = away ? config->away : 1 - config->away;
    return config->to.n == 0 && !away ? 1 : MAX(share, least);
}

void travel_check(const TravelConfig *config, bool reads_back, const World *world, Complaints *complaints)
{
    if (config->to.n == 0) {
        if (config->away > 0)
            complain(complaints, "away", "contradictory-settings", "nobody travels; write travels-to = PLACES");
        if (config->reads_back != READS_SAME)
            complain(complaints, "read-back-at", "contradictory-settings", "nobody travels; write travels-to = PLACES");
        return;
    }
    if (config->reads_back != READS_SAME && !reads_back)
        complain(complaints, "read-back-at", "contradictory-settings",
                 "nobody reads back what he has written; write read-back = DURATION");
    if (config->away == 0 && config->reads_back == READS_SAME)
        complain(complaints, "travels-to", "contradictory-settings",
                 "nobody is ever there; write away = SHARE, or read-back-at = away");
    for (guint i = 0; i < config->to.n; i++)
        for (guint region = 0; region < world->n_running; region++)
            network_must_reach(world, config->to.place[i].name, world->region[region].name, "travels-to", complaints);
}
