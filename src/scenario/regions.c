#include "model/ports.h"
#include "scenario/values.h"
#include <string.h>

static int region_index(const Loader *loader, const char *name)
{
    for (guint i = 0; i < loader->regions->len; i++)
        if (strcmp(g_array_index(loader->regions, Region, i).name, name) == 0)
            return (int)i;
    return -1;
}

int region_running(const Loader *loader, const char *name)
{
    int index = region_index(loader, name);
    return index < (int)loader->world->n_running ? index : -1;
}

static bool is_measured(const Loader *loader, const char *name)
{
    return loader->atlas && atlas_region(loader->atlas, name) >= 0;
}

static const Draft *declared(const Loader *loader, const char *name)
{
    const Draft *draft = draft_find(loader, "region", name, NULL);
    return draft && draft->enabled ? draft : NULL;
}

bool region_known(const Loader *loader, const char *name)
{
    return declared(loader, name) || is_measured(loader, name);
}

static void add_region(Loader *loader, const char *name)
{
    Region region = {.name = name, .title = name};
    if (region_index(loader, name) < 0)
        g_array_append_val(loader->regions, region);
}

/* ---- [scenario] regions ---- */

static void tell_unknown(Loader *loader, Slice slice, const char *name)
{
    if (!loader->atlas) {
        tell_no_tables(loader, slice_spot(slice), "unknown-region", name);
        return;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (strcmp(draft->kind, "region") == 0)
            g_ptr_array_add(names, (gpointer)draft->name);
    }
    for (guint i = 0; i < atlas_regions(loader->atlas); i++)
        g_ptr_array_add(names, (gpointer)atlas_region_name(loader->atlas, i));
    const char *meant = did_you_mean_of(loader, name, names);
    if (*meant == '\0')
        meant = "; a place of your own needs a [region ...]";
    tell(loader, SEVERITY_ERROR, slice_spot(slice), "unknown-region", "no region '%s'%s", name, meant);
}

static void take_list(Loader *loader, const Draft *scenario, const Said *said)
{
    Reading reading = {.loader = loader, .owner = (Draft *)scenario, .param = param_of(&scenario_component, "regions")};
    g_autoptr(GArray) items = slice_list(&reading, slice_whole(&said->value));
    for (guint i = 0; items && i < items->len; i++) {
        Slice item = g_array_index(items, Slice, i);
        const char *name = slice_text(loader, item);
        if (region_known(loader, name)) {
            add_region(loader, name);
        } else {
            tell_unknown(loader, item, name);
            loader->regions_broken = true;
        }
    }
    if (loader->regions->len > MOST_RUNNING)
        tell(loader, SEVERITY_ERROR, slice_spot(slice_whole(&said->value)), "out-of-range", "%u regions; at most %d",
             loader->regions->len, MOST_RUNNING);
    loader->regions_broken = loader->regions_broken || loader->regions->len == 0;
}

void regions_declare(Loader *loader)
{
    const Draft *scenario = draft_find(loader, "scenario", NULL, NULL);
    const Said *said = scenario ? draft_says(scenario, "regions") : NULL;
    if (said && strcmp(said->value.text, "all") == 0)
        for (guint i = 0; loader->atlas && i < atlas_regions(loader->atlas); i++)
            add_region(loader, atlas_region_name(loader->atlas, i));
    else if (said)
        take_list(loader, scenario, said);
    loader->regions_broken = loader->regions_broken || loader->regions->len == 0;
    loader->world->n_running = loader->regions->len;
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (strcmp(draft->kind, "region") != 0)
            continue;
        draft->used = region_index(loader, draft->name) >= 0;
        if (draft->enabled)
            add_region(loader, draft->name);
    }
}

/* ---- places that values name ---- */

static void name_region(Loader *loader, const char *name)
{
    if (!name || !region_known(loader, name))
        return;
    Draft *draft = draft_find(loader, "region", name, NULL);
    if (draft)
        draft->used = true;
    add_region(loader, name);
}

static void name_regions_of(Loader *loader, const Component *component, const void *config)
{
    for (const Param *param = component->params; param->name; param++) {
        const void *value = (const char *)config + param->offset;
        if (param->type == PARAM_PLACE)
            name_region(loader, *(const char *const *)value);
        const Places *places = value;
        for (guint i = 0; param->type == PARAM_PLACES && i < places->n; i++)
            name_region(loader, places->place[i].name);
    }
}

/* ---- what is known of each ---- */

static void describe_region(Loader *loader, guint i)
{
    Region *region = &g_array_index(loader->regions, Region, i);
    const Draft *draft = declared(loader, region->name);
    const RegionConfig *config = draft ? draft->config : NULL;
    const char *like = config ? config->like : NULL;
    bool measured = is_measured(loader, region->name);
    if (like && !is_measured(loader, like)) {
        tell(loader, SEVERITY_ERROR, value_whole(&draft_says(draft, "like")->value), "unknown-region",
             "'%s' is not measured itself; 'like' names a measured region", like);
        return;
    }
    if (like && measured)
        tell(loader, SEVERITY_ERROR, draft_says(draft, "like")->spot, "contradictory-settings",
             "'%s' is measured; it cannot be like another region", region->name);
    region->measured_as = measured ? region->name : like;
    int index = region->measured_as ? atlas_region(loader->atlas, region->measured_as) : -1;
    if (measured)
        region->title = atlas_region_title(loader->atlas, (guint)index);
    region->ahead = config ? config->ahead : (Law){0};
    region->n_zones = config && config->zones > 0 ? (guint)config->zones
                      : index >= 0                ? atlas_region_zones(loader->atlas, (guint)index)
                                                  : 0;
    if (region->n_zones == 0 && draft && draft->clean)
        tell(loader, SEVERITY_ERROR, draft->spot, "missing-key",
             "'%s' is not measured: say which region it is like (like = us-east-1), or how many zones it has (zones = "
             "3) and its "
             "distances in [link ...]",
             region->name);
}

/* ---- distances ---- */

static bool linked(const Loader *loader, const char *from, const char *to)
{
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (strcmp(draft->kind, "link") != 0 || !draft->enabled || !draft->config)
            continue;
        const LinkConfig *link = draft->config;
        if (link->rtt.kind == LAW_NONE)
            continue;
        if (g_strcmp0(link->from, from) == 0 && g_strcmp0(link->to, to) == 0)
            return true;
        if (!link->one_way && g_strcmp0(link->from, to) == 0 && g_strcmp0(link->to, from) == 0)
            return true;
    }
    return false;
}

static void check_paths(Loader *loader)
{
    const Said *said = draft_says(draft_find(loader, "scenario", NULL, NULL), "regions");
    for (guint i = 0; i < loader->world->n_running; i++)
        for (guint k = 0; k < i; k++) {
            const Region *a = &g_array_index(loader->regions, Region, k),
                         *b = &g_array_index(loader->regions, Region, i);
            if ((a->measured_as && b->measured_as) ||
                (linked(loader, a->name, b->name) && linked(loader, b->name, a->name)))
                continue;
            bool half = linked(loader, a->name, b->name) || linked(loader, b->name, a->name);
            tell(loader, SEVERITY_ERROR, value_whole(&said->value), "no-path",
                 half
                     ? "the distance between %s and %s is known one way only; write another [link ...], or one-way = no"
                     : "no distance is known between %s and %s; write a [link ...] with from, to and rtt",
                 a->name, b->name);
        }
}

void regions_finish(Loader *loader)
{
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        /* what a region is like is no place of its own */
        bool names = strcmp(draft->kind, "preset") != 0 && strcmp(draft->kind, "region") != 0;
        if (names && draft->enabled && draft->component && draft->config)
            name_regions_of(loader, draft->component, draft->config);
    }
    guint errors = loader_errors(loader);
    for (guint i = 0; i < loader->regions->len; i++)
        describe_region(loader, i);
    loader->regions_broken = loader->regions_broken || loader_errors(loader) > errors;
    if (!loader->regions_broken)
        check_paths(loader);
    loader->world->n_regions = loader->regions->len;
    Region *region = arena_many(loader->arena, Region, loader->regions->len);
    for (guint i = 0; i < loader->regions->len; i++)
        region[i] = g_array_index(loader->regions, Region, i);
    loader->world->region = region;
}
