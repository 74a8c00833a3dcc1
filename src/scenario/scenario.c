#include "scenario/scenario.h"
#include "scenario/loader.h"
#include <string.h>

static const char *const kinds_of_all[] = {"scenario", "region", "link", "preset", "source", "objectives"};

/* Every kind that a header may name, once, in the order of the registry. */
static GPtrArray *kinds_of(const Registry *registry)
{
    GPtrArray *kinds = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(kinds_of_all); i++)
        g_ptr_array_add(kinds, (gpointer)kinds_of_all[i]);
    for (guint i = 0; registry->component[i]; i++)
        if (!g_ptr_array_find_with_equal_func(kinds, registry->component[i]->kind, g_str_equal, NULL))
            g_ptr_array_add(kinds, (gpointer)registry->component[i]->kind);
    g_ptr_array_add(kinds, NULL);
    return kinds;
}

static void loader_open(Loader *loader, Arena *arena, const Registry *registry, const Atlas *atlas, Library *library,
                        Diagnostics *diagnostics)
{
    *loader = (Loader){
        .arena = arena,
        .diagnostics = diagnostics,
        .library = library,
        .registry = registry,
        .atlas = atlas,
        .documents = g_ptr_array_new(),
        .included_at = g_array_new(FALSE, TRUE, sizeof(Spot)),
        .noted = g_array_new(FALSE, TRUE, sizeof(bool)),
        .drafts = g_ptr_array_new(),
        .presets = g_ptr_array_new(),
        .by_header = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref),
        .kinds = kinds_of(registry),
        .world = arena_one(arena, World),
        .regions = g_array_new(FALSE, TRUE, sizeof(Region)),
        .edges = g_array_new(FALSE, TRUE, sizeof(Edge)),
        .finished = g_ptr_array_new(),
        .errors_before = diagnostics_errors(diagnostics),
    };
}

static void free_drafts(GPtrArray *drafts)
{
    for (guint i = 0; i < drafts->len; i++)
        draft_clear(g_ptr_array_index(drafts, i));
    g_ptr_array_unref(drafts);
}

static void loader_close(Loader *loader)
{
    free_drafts(loader->drafts);
    free_drafts(loader->presets);
    g_ptr_array_unref(loader->documents);
    g_array_unref(loader->included_at);
    g_array_unref(loader->noted);
    g_hash_table_unref(loader->by_header);
    g_hash_table_unref(loader->by_name);
    g_ptr_array_unref(loader->kinds);
    g_array_unref(loader->regions);
    g_array_unref(loader->edges);
    g_ptr_array_unref(loader->finished);
}

/* "us-eu-active-active" of "scenarios/us-eu-active-active.ini" */
static char *name_of(Loader *loader, const char *file)
{
    g_autofree char *base = g_path_get_basename(file);
    if (g_str_has_suffix(base, ".ini"))
        base[strlen(base) - strlen(".ini")] = '\0';
    return arena_text(loader->arena, base);
}

/* Drafts into a world; false when anything was wrong. */
static bool read_world(Loader *loader, Scenario *scenario)
{
    presets_read(loader);
    layers_merge(loader);
    presets_check(loader);
    things_make(loader);
    regions_declare(loader);
    things_fill(loader);
    regions_finish(loader);
    things_check(loader);
    references_check(loader);
    connections_check(loader);
    objectives_read(loader, scenario);
    return loader_errors(loader) == 0;
}

static bool read_scenario(Loader *loader, const char *name, const char *const *sets, Scenario *scenario, GError **error)
{
    loader->world->arena = loader->arena;
    loader->world->atlas = loader->atlas;
    loader->world->name = name_of(loader, name);
    scenario->world = loader->world;
    if (!documents_read(loader, name, sets, error) || !read_world(loader, scenario))
        return false;
    settings_list(loader, scenario);
    scenario->flat_text = flat_text(loader);
    lints_check(loader, scenario);
    return loader_errors(loader) == 0;
}

Scenario *scenario_load(const char *name, const char *const *sets, const Registry *registry, const Atlas *atlas,
                        Library *library, Diagnostics *diagnostics, GError **error)
{
    Arena *arena = arena_new();
    Scenario *scenario = arena_one(arena, Scenario);
    scenario->arena = arena;
    Loader loader;
    loader_open(&loader, arena, registry, atlas, library, diagnostics);
    bool good = read_scenario(&loader, name, sets, scenario, error);
    loader_close(&loader);
    if (good)
        return scenario;
    arena_free(arena);
    return NULL;
}

void scenario_free(Scenario *scenario)
{
    if (scenario)
        arena_free(scenario->arena);
}
