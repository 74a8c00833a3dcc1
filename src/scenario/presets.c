#include "scenario/loader.h"
#include <string.h>

/* ---- shipped presets ---- */

static Draft *shipped_find(const Loader *loader, const char *kind, const char *name)
{
    for (guint i = 0; i < loader->presets->len; i++) {
        Draft *draft = g_ptr_array_index(loader->presets, i);
        if (strcmp(draft->kind, kind) == 0 && strcmp(draft->name, name) == 0)
            return draft;
    }
    return NULL;
}

static void take_section(Loader *loader, const Section *section)
{
    bool ours = g_strcmp0(section->kind, "preset") == 0 || g_strcmp0(section->kind, "source") == 0;
    if (!ours || !section->name)
        return;
    Draft *draft = draft_make(loader);
    draft->kind = section->kind;
    draft->name = section->name;
    draft->spot = section->spot;
    draft->shipped = true;
    g_ptr_array_add(loader->presets, draft);
    for (guint i = 0; i < section->n_entries; i++) {
        const Entry *entry = &section->entry[i];
        Said *said = arena_one(loader->arena, Said);
        *said = (Said){.key = entry->key,
                       .raw = entry->key,
                       .op = entry->op,
                       .value = entry->value,
                       .spot = entry->spot,
                       .in = draft};
        draft_says_now(draft, said);
    }
}

void presets_read(Loader *loader)
{
    g_auto(GStrv) names = library_presets(loader->library);
    for (guint i = 0; names[i]; i++) {
        gsize length;
        g_autoptr(GError) problem = NULL;
        g_autofree char *text = library_read_preset(loader->library, names[i], &length, &problem);
        if (!text) {
            tell(loader, SEVERITY_WARNING, (Spot){g_intern_string(names[i]), 0, 0, 0}, "no-file", "%s",
                 problem->message);
            continue;
        }
        diagnostics_add_source(loader->diagnostics, names[i], text, length);
        const Document *document = reader_read(loader->arena, names[i], text, length, loader->diagnostics);
        for (guint k = 0; k < document->n_sections; k++)
            take_section(loader, &document->section[k]);
    }
}

const Said *preset_source(const Loader *loader, const Draft *preset, const char *key)
{
    const Draft *source = preset->shipped ? shipped_find(loader, "source", preset->name)
                                          : draft_find(loader, "source", preset->name, NULL);
    return source ? draft_says(source, key) : NULL;
}

/* ---- what `use` leads to ---- */

const Component *usual_component(const Loader *loader, const char *kind)
{
    for (guint i = 0; loader->registry->component[i]; i++)
        if (loader->registry->component[i]->usual && strcmp(loader->registry->component[i]->kind, kind) == 0)
            return loader->registry->component[i];
    return NULL;
}

static const Component *built_in(const char *kind)
{
    return strcmp(kind, "region") == 0 ? &region_component : NULL;
}

/* A component by name; kind NULL: of any kind.  The name of a kind stands for its usual component. */
static const Component *component_find(const Loader *loader, const char *kind, const char *name)
{
    for (guint i = 0; loader->registry->component[i]; i++) {
        const Component *component = loader->registry->component[i];
        if (strcmp(component->name, name) == 0 && (!kind || strcmp(component->kind, kind) == 0))
            return component;
    }
    return !kind || strcmp(kind, name) == 0 ? usual_component(loader, name) : NULL;
}

/* The preset that `name` means within `from`: a preset never means itself, so a local one may build on the shipped one.
 */
static Draft *preset_find(const Loader *loader, const Draft *from, const char *name)
{
    bool itself = strcmp(from->kind, "preset") == 0 && strcmp(from->name, name) == 0;
    Draft *local = draft_find(loader, "preset", name, NULL);
    if (local && !from->shipped && !itself)
        return local;
    return itself && from->shipped ? NULL : shipped_find(loader, "preset", name);
}

static const char *kind_of_models(const Draft *draft)
{
    return strcmp(draft->kind, "preset") == 0 ? NULL : draft->kind;
}

static void tell_unknown_model(Loader *loader, const Draft *draft, const Said *use)
{
    const char *kind = kind_of_models(draft), *name = use->value.text;
    const Component *other = component_find(loader, NULL, name);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; loader->registry->component[i]; i++)
        if (!kind || strcmp(loader->registry->component[i]->kind, kind) == 0)
            g_ptr_array_add(names, (gpointer)loader->registry->component[i]->name);
    for (guint i = 0; i < loader->drafts->len + loader->presets->len && !is_weary(loader); i++) {
        Draft *preset = i < loader->drafts->len ? g_ptr_array_index(loader->drafts, i)
                                                : g_ptr_array_index(loader->presets, i - loader->drafts->len);
        Model model;
        if (strcmp(preset->kind, "preset") != 0 || preset == draft || !model_of(loader, preset, &model, true))
            continue;
        if (!kind || strcmp(model.component->kind, kind) == 0)
            g_ptr_array_add(names, (gpointer)preset->name);
    }
    if (kind && other)
        tell(loader, SEVERITY_ERROR, value_whole(&use->value), "unknown-model", "'%s' is a %s, not a %s", name,
             other->kind, kind);
    else
        tell(loader, SEVERITY_ERROR, value_whole(&use->value), "unknown-model", "no component or preset '%s'%s%s%s",
             name, kind ? " for a " : "", kind ? kind : "", did_you_mean_of(loader, name, names));
}

/* "outage or partition" */
static const char *components_of_kind(Loader *loader, const char *kind)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; loader->registry->component[i]; i++)
        if (strcmp(loader->registry->component[i]->kind, kind) == 0)
            g_ptr_array_add(names, (gpointer)loader->registry->component[i]->name);
    return in_words(loader, (const char *const *)names->pdata, names->len, "or");
}

/* A section that another header was meant to be is the likeliest reason why something is missing in it. */
static const char *namesake_meant(Loader *loader, const Draft *draft)
{
    const char *near = near_name(loader, draft);
    return near ? arena_printf(loader->arena, "; did you mean '%s'?", near) : "";
}

static void tell_no_use(Loader *loader, const Draft *draft)
{
    const char *kind = kind_of_models(draft);
    if (kind)
        tell(loader, SEVERITY_ERROR, draft->spot, "missing-key", "%s needs 'use = ...': %s%s", header_of(loader, draft),
             components_of_kind(loader, kind), namesake_meant(loader, draft));
    else
        tell(loader, SEVERITY_ERROR, draft->spot, "missing-key",
             "%s needs 'use = ...': the component or preset it builds on%s", header_of(loader, draft),
             namesake_meant(loader, draft));
}

/* A step: from `from` to what its `use` names.  Returns the next preset, or NULL with the component set or the failure
 * told. */
static const Draft *follow(Loader *loader, const Draft *draft, const Draft *from, Model *model, bool quiet)
{
    const char *kind = kind_of_models(draft);
    const Said *use = draft_says(from, "use");
    if (!use) {
        model->component = kind && from == draft ? usual_component(loader, kind) : NULL;
        if (!model->component && !quiet)
            tell_no_use(loader, from);
        return NULL;
    }
    Draft *preset = preset_find(loader, from, use->value.text);
    for (guint i = 0; preset && i < model->n; i++)
        if (model->preset[i] == preset || i + 1 == PRESETS_MOST) {
            if (!quiet)
                tell(loader, SEVERITY_ERROR, value_whole(&use->value), "cycle", "[preset %s] builds on itself",
                     preset->name);
            return NULL;
        }
    if (preset) {
        model->preset[model->n++] = preset;
        return preset;
    }
    model->component = component_find(loader, kind, use->value.text);
    if (!model->component && !quiet && *use->value.text != '\0')
        tell_unknown_model(loader, draft == from ? draft : from, use);
    return NULL;
}

bool model_of(Loader *loader, const Draft *draft, Model *model, bool quiet)
{
    *model = (Model){.component = built_in(draft->kind)};
    if (model->component)
        return true;
    const Draft *from = draft;
    while (from)
        from = follow(loader, draft, from, model, quiet);
    return model->component != NULL;
}

/* ---- local presets ---- */

static void check_hiding(Loader *loader, const Draft *draft)
{
    const Said *use = draft_says(draft, "use");
    const Component *component = component_find(loader, NULL, draft->name);
    bool shipped = shipped_find(loader, "preset", draft->name) != NULL;
    if ((shipped || component) && !(use && strcmp(use->value.text, draft->name) == 0))
        tell(loader, SEVERITY_ERROR, draft->spot, "local-hides-shipped",
             "mrsim has a %s '%s' already; build on it with use = %s, or choose another name",
             shipped ? "preset" : "component", draft->name, draft->name);
}

/* [source NAME] says where the values of [preset NAME] come from: of that and nothing else. */
static void check_source(Loader *loader, const Draft *draft)
{
    const Draft *preset = draft_find(loader, "preset", draft->name, NULL);
    if (!preset) {
        tell(loader, SEVERITY_ERROR, draft->spot, "unknown-reference",
             "there is no [preset %s] that this could be the source of%s", draft->name, "");
        return;
    }
    for (guint i = 0; i < draft->said->len; i++) {
        const Said *said = g_ptr_array_index(draft->said, i);
        if (!draft_says(preset, said->key) && !g_str_has_prefix(said->key, "x-"))
            tell(loader, SEVERITY_ERROR, said->spot, "unknown-key", "[preset %s] says nothing of '%s'", draft->name,
                 said->key);
    }
}

void presets_check(Loader *loader)
{
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        Model model;
        if (strcmp(draft->kind, "source") == 0)
            check_source(loader, draft);
        if (strcmp(draft->kind, "preset") != 0)
            continue;
        check_hiding(loader, draft);
        if (model_of(loader, draft, &model, false))
            draft->component = model.component;
    }
}
