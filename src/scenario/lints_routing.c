#include "model/location.h"
#include "model/ports.h"
#include "scenario/loader.h"
#include "scenario/traffic.h"
#include <string.h>

/* Names whose answers are each meant for some: who is left without one.  A look-up goes down the tree of records as it
 * will in a run, for every place and network of every population. */

/* ---- where users ask from ---- */

static Origin origin_at(const AtlasPlace *place)
{
    return (Origin){.country = place->country, .continent = continent_word(place->continent)};
}

/* By the name of a country, a city or a region. */
static Origin origin_named(const World *world, const char *name)
{
    guint place[1];
    if (atlas_find_places(world->atlas, name, place, 1) > 0)
        return origin_at(atlas_place(world->atlas, place[0]));
    int region = world_region(world, name);
    const char *measured_as = region >= 0 ? world->region[region].measured_as : name;
    int measured = measured_as ? atlas_region(world->atlas, measured_as) : -1;
    return measured >= 0 ? origin_at(atlas_region_city(world->atlas, (guint)measured)) : (Origin){0};
}

/* ---- down the tree ---- */

typedef struct {
    Loader *loader;
    const Thing *clients;
    Origin origin;
    const char *who; /* the origin in words */
    GString **left;  /* per record: who gets no answer of it; NULL: everybody does */
    guint *seen;     /* per thing: the last look-up that came by */
    guint n_lookups;
} Walk;

static const RoutingRule *rule_of(const Thing *record)
{
    const Policy *const *policy = value_of(record, "policy", PARAM_POLICY);
    return policy && *policy ? (*policy)->rule : NULL;
}

static RecordTraits traits_of(const Thing *record)
{
    const Locations *locations = value_of(record, "location", PARAM_LOCATIONS);
    const Subnets *subnets = value_of(record, "networks", PARAM_SUBNETS);
    RecordTraits traits = {0};
    if (locations)
        traits.locations = *locations;
    if (subnets)
        traits.subnets = *subnets;
    return traits;
}

static bool goes_by_address(const References *answers)
{
    for (guint i = 0; i < answers->n; i++)
        if (traits_of(answers->item[i].to.thing).subnets.n > 0)
            return true;
    return false;
}

static void note(Walk *walk, const Thing *record, bool by_address)
{
    GString **left = &walk->left[record->index];
    char text[SUBNET_TEXT] = "unknown addresses";
    if (by_address && walk->origin.subnet != 0)
        subnet_text((Subnet){walk->origin.subnet, 24}, text);
    if (!*left)
        *left = g_string_new(NULL);
    g_autofree char *who = g_strdup_printf("%s of [clients %s]", by_address ? text : walk->who, walk->clients->name);
    if (!strstr((*left)->str, who))
        g_string_append_printf(*left, "%s%s", (*left)->len ? ", " : "", who);
}

static void go_down(Walk *walk, const Thing *record)
{
    const References *answers = value_of(record, "answers", PARAM_REFERENCES);
    const RoutingRule *rule = rule_of(record);
    const Thing *best = NULL;
    int most = 0;
    if (!is_of(record, "dns") || !answers || !rule || walk->seen[record->index] == walk->n_lookups)
        return;
    walk->seen[record->index] = walk->n_lookups;
    for (guint i = 0; i < answers->n; i++) {
        const Thing *answer = answers->item[i].to.thing;
        if (!rule->fit) {
            go_down(walk, answer);
            continue;
        }
        RecordTraits traits = traits_of(answer);
        int fit = rule->fit(&traits, &walk->origin);
        if (fit > most) {
            most = fit;
            best = answer;
        }
    }
    if (best)
        go_down(walk, best);
    else if (rule->fit)
        note(walk, record, goes_by_address(answers));
}

static void look_up(Walk *walk, const Thing *record)
{
    walk->n_lookups++;
    go_down(walk, record);
}

/* A network of users is looked at in so many places: each part of 24 bits of one of 16 or more. */
enum { PARTS_MOST = 256 };

static void look_up_from(Walk *walk, const Thing *record, const Subnets *networks)
{
    if (!networks || networks->n == 0)
        look_up(walk, record);
    for (guint i = 0; networks && i < networks->n; i++) {
        const Subnet *network = &networks->subnet[i];
        guint n = 1u << (24 - network->bits), step = MAX(n / PARTS_MOST, 1);
        for (guint part = 0; part < n; part += step) {
            walk->origin.subnet = network->address + (part << 8);
            look_up(walk, record);
        }
    }
}

/* Those whose resolver stands elsewhere, and does not say for whom it asks. */
static void look_up_from_afar(Walk *walk, const Thing *record)
{
    const char *const *far_at = value_of(walk->clients, "remote-at", PARAM_PLACE);
    const bool *passes_on = value_of(walk->clients, "ecs", PARAM_YES_NO);
    if (!far_at || !*far_at || (passes_on && *passes_on))
        return;
    walk->origin = origin_named(walk->loader->world, *far_at);
    walk->who = arena_printf(walk->loader->arena, "resolvers at %s", *far_at);
    look_up(walk, record);
}

static void look_up_name(Walk *walk, const char *key)
{
    const Reference *name = value_of(walk->clients, key, PARAM_REFERENCE);
    const Places *places = value_of(walk->clients, "places", PARAM_PLACES);
    if (!name || !name->thing || !places)
        return;
    for (guint i = 0; i < places->n; i++) {
        walk->origin = origin_named(walk->loader->world, places->place[i].name);
        walk->who = places->place[i].name;
        look_up_from(walk, name->thing, value_of(walk->clients, "network", PARAM_SUBNETS));
    }
    look_up_from_afar(walk, name->thing);
}

/* ---- what a record says and nobody asks ---- */

static bool is_answer_of(const World *world, const Thing *record, const char *policy_name)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *asker = world->thing[i];
        const Policy *const *policy = value_of(asker, "policy", PARAM_POLICY);
        const References *answers = is_of(asker, "dns") ? value_of(asker, "answers", PARAM_REFERENCES) : NULL;
        bool asks = answers && policy && *policy && strcmp((*policy)->name, policy_name) == 0;
        for (guint k = 0; asks && k < answers->n; k++)
            if (answers->item[k].to.thing == record)
                return true;
    }
    return false;
}

static void lint_unheeded(Loader *loader, const Thing *record)
{
    static const struct {
        const char *key, *policy;
    } traits[] = {{"location", "geolocation"}, {"networks", "ip-based"}, {"bias", "geoproximity"}};
    const Draft *draft = draft_find(loader, record->component->kind, record->name, NULL);
    if (!draft || !draft->used)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(traits); i++) {
        const Said *said = draft_says(draft, traits[i].key);
        if (said && !is_answer_of(loader->world, record, traits[i].policy))
            tell(loader, SEVERITY_WARNING, said->spot, "unheeded-setting",
                 "no record of policy %s answers with '%s', so nobody heeds its '%s'", traits[i].policy, record->name,
                 traits[i].key);
    }
}

/* ---- all of it ---- */

/* The first three, and how many more there are. */
static void shorten(GString *left)
{
    enum { MOST_TOLD = 3 };
    g_auto(GStrv) items = g_strsplit(left->str, ", ", -1);
    guint n = g_strv_length(items);
    if (n > MOST_TOLD + 1)
        g_string_printf(left, "%s, %s, %s and %u more", items[0], items[1], items[2], n - MOST_TOLD);
}

void lints_routing(Loader *loader)
{
    const World *world = loader->world;
    Walk walk = {.loader = loader,
                 .left = g_new0(GString *, world->n_things + 1),
                 .seen = arena_many(loader->arena, guint, world->n_things + 1)};
    for (guint i = 0; i < world->n_things; i++)
        if (is_of(world->thing[i], "clients")) {
            walk.clients = world->thing[i];
            look_up_name(&walk, "enter");
            look_up_name(&walk, "fallback");
        }
    for (guint i = 0; i < world->n_things; i++) {
        if (is_of(world->thing[i], "dns"))
            lint_unheeded(loader, world->thing[i]);
        if (!walk.left[i])
            continue;
        shorten(walk.left[i]);
        tell(loader, SEVERITY_WARNING, world->thing[i]->spot, "users-without-answer",
             "no record here is for %s: they get no answer; one for them, or 'elsewhere', is missing",
             walk.left[i]->str);
        g_string_free(walk.left[i], TRUE);
    }
    g_free(walk.left);
}
