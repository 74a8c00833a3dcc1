#include "model/entry.h"
#include "model/complaints.h"
#include <string.h>
#include "base/poison.h"

bool entry_is_name(const Reference *to)
{
    return to->thing && strcmp(to->thing->component->kind, "dns") == 0;
}

Entries entries_of(const EntryConfig *config)
{
    Entries entries = {.n_names = 0};
    if (entry_is_name(&config->enter))
        entries.usual = (Entry){.name = config->enter.thing, .nth_name = entries.n_names++};
    if (entry_is_name(&config->fallback))
        entries.fallback = (Entry){.name = config->fallback.thing, .nth_name = entries.n_names++};
    return entries;
}

/* Of a balancer any of its doors in that region will do; of a service the one that is meant. */
static void find_doors(Sim *sim, const Entity *me, Reference to, const Entity *door, Entry *entry)
{
    guint n;
    Entity *const *doors = doors_in(sim, to.thing, door->region, &n);
    bool balanced = strcmp(to.thing->component->kind, "balancer") == 0;
    entry->n_doors = balanced ? n : 1;
    entry->door = balanced ? doors : &doors[me->nth % n];
}

static void connect_one(Sim *sim, Entity *me, Reference to, Entry *entry, Resolvers *resolvers)
{
    Entity *door = door_for(sim, me, to);
    if (entry->name)
        resolvers_learn(resolvers, entry->nth_name, entry->name, door);
    else
        find_doors(sim, me, to, door, entry);
}

void entries_connect(Sim *sim, Entity *me, const EntryConfig *config, Entries *entries, Resolvers *resolvers)
{
    connect_one(sim, me, config->enter, &entries->usual, resolvers);
    if (config->fallback.thing)
        connect_one(sim, me, config->fallback, &entries->fallback, resolvers);
}

void entry_doors(const Entry *entry, uint64_t user, uint32_t address[2])
{
    guint n = entry->n_doors, i = n > 1 ? below(key_nth(user, DRAW_TARGET), n) : 0;
    address[0] = entry->door[i]->id;
    address[1] = n > 1 ? entry->door[(i + 1) % n]->id : NO_ADDRESS;
}

void entry_check(const EntryConfig *config, gint64 retries, Complaints *complaints)
{
    const Thing *instead = config->fallback.thing;
    if (instead && instead == config->enter.thing && config->fallback.region == config->enter.region)
        complain(complaints, "fallback", "contradictory-settings",
                 "'%s' is where they enter anyway; a fallback is another name or balancer", instead->name);
    if (instead && config->fallback_after > retries)
        complain(complaints, is_said(complaints, "fallback-after") ? "fallback-after" : "fallback",
                 "contradictory-settings",
                 "nobody gets there: a request has failed after %" G_GINT64_FORMAT
                 " attempts (retries = %" G_GINT64_FORMAT "), the fallback is for later ones",
                 retries + 1, retries);
    if (!instead && config->fallback_after != 1)
        complain(complaints, "fallback-after", "contradictory-settings", "there is no fallback; write fallback = NAME");
}
