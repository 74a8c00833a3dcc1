#include "model/complaints.h"
#include "scenario/values.h"
#include <string.h>

enum { EDGES_MOST_WITH_ERRORS = 20000, PASSES_MOST = 16 };

const Param *param_of(const Component *component, const char *key)
{
    for (const Param *param = component->params; param->name; param++)
        if (strcmp(param->name, key) == 0)
            return param;
    return NULL;
}

const Said *said_for(const Draft *draft, const Model *model, const char *key)
{
    const Said *said = draft_says(draft, key);
    for (guint i = 0; !said && i < model->n; i++)
        said = draft_says(model->preset[i], key);
    return said;
}

static bool is_thing(const Loader *loader, const Draft *draft)
{
    return !draft->place && is_kind(loader, draft->kind);
}

/* ---- things without their values ---- */

static void read_enabled(Loader *loader, Draft *draft)
{
    static const Param enabled = {.name = "enabled", .type = PARAM_YES_NO, .standard = "yes"};
    const Said *said = draft_says(draft, "enabled");
    if (!said || !is_kind(loader, draft->kind))
        return;
    Reading reading = {.loader = loader, .owner = draft, .param = &enabled};
    value_read(&reading, &said->value, &draft->enabled);
}

static void make_thing(Loader *loader, Draft *draft)
{
    Model model;
    draft->clean = model_of(loader, draft, &model, false);
    draft->component = model.component;
    g_autofree char *whole = g_strconcat(draft->kind, " ", draft->name, NULL);
    draft->thing = arena_one(loader->arena, Thing);
    *draft->thing =
        (Thing){.component = draft->component, .name = draft->name, .key = key_of_text(whole), .spot = draft->spot};
}

static void find_bare(Loader *loader, Draft *draft)
{
    draft->bare = draft_find(loader, draft->kind, draft->name, NULL);
    if (draft->bare)
        return;
    const char *near = near_name(loader, draft);
    tell(loader, SEVERITY_ERROR, draft->spot, "unknown-reference", "there is no [%s %s] that could differ in %s%s",
         draft->kind, draft->name, draft->place, near ? arena_printf(loader->arena, "; did you mean '%s'?", near) : "");
}

void things_make(Loader *loader)
{
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        read_enabled(loader, draft);
        if (is_thing(loader, draft))
            make_thing(loader, draft);
        else if (draft->place)
            find_bare(loader, draft);
    }
}

/* ---- keys ---- */

static bool is_common_key(const Draft *draft, const Component *component, const char *key)
{
    if (strcmp(draft->kind, "scenario") == 0 || strcmp(draft->kind, "region") == 0)
        return strcmp(key, "enabled") == 0 && strcmp(draft->kind, "scenario") != 0;
    if (strcmp(key, "use") == 0)
        return true;
    if (strcmp(key, "regions") == 0)
        return component->existence == EXISTS_PER_REGION;
    return strcmp(key, "enabled") == 0 && strcmp(draft->kind, "preset") != 0;
}

/* "; 'servers' is a key of [service]": where else the key is known. */
static const char *key_elsewhere(Loader *loader, const Draft *draft, const Component *mine, const char *key)
{
    for (guint i = 0; loader->registry->component[i]; i++) {
        const Component *component = loader->registry->component[i];
        if (component == mine || !param_of(component, key))
            continue;
        if (strcmp(component->kind, mine->kind) == 0)
            return arena_printf(loader->arena, "; '%s' is a key of %s, not of %s", key, component->name, mine->name);
        return arena_printf(loader->arena, "; '%s' is a key of [%s], not of [%s]", key, component->kind, draft->kind);
    }
    return param_of(&scenario_component, key) ? arena_printf(loader->arena, "; '%s' is a key of [scenario]", key) : "";
}

static void tell_unknown_key(Loader *loader, const Draft *draft, const Component *component, const Said *said)
{
    static const char *const common[] = {"use", "enabled", "regions"};
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    for (const Param *param = component->params; param->name; param++)
        g_ptr_array_add(keys, (gpointer)param->name);
    for (guint i = 0; i < G_N_ELEMENTS(common); i++)
        if (is_common_key(draft, component, common[i]))
            g_ptr_array_add(keys, (gpointer)common[i]);
    const char *meant = did_you_mean_of(loader, said->key, keys);
    if (*meant == '\0')
        meant = key_elsewhere(loader, draft, component, said->key);
    tell(loader, SEVERITY_ERROR, said->spot, "unknown-key", "unknown key '%s' in %s%s", said->key,
         header_of(loader, draft), meant);
}

/* Every key is a parameter, or one of the few words that all sections share. */
static void check_keys(Loader *loader, Draft *draft, const Component *component)
{
    for (guint i = 0; i < draft->said->len; i++) {
        Said *said = g_ptr_array_index(draft->said, i);
        said->param = param_of(component, said->key);
        if (said->param || g_str_has_prefix(said->key, "x-") || is_common_key(draft, component, said->key))
            continue;
        tell_unknown_key(loader, draft, component, said);
        draft->clean = false;
    }
}

/* ---- values ---- */

static bool read_said(Loader *loader, Draft *owner, const Param *param, const Said *said, bool lenient, void *config)
{
    Reading reading = {
        .loader = loader, .owner = owner, .param = param, .lenient = lenient, .shipped = said->in->shipped};
    return value_read(&reading, &said->value, config);
}

static void read_default(Loader *loader, Draft *owner, const Param *param, void *config)
{
    Reading reading = {.loader = loader, .owner = owner, .param = param, .lenient = !owner->enabled};
    Value value = {.text = param->standard};
    value_absent(param, config);
    owner->clean = value_read(&reading, &value, config) && owner->clean;
}

static void tell_missing(Loader *loader, Draft *draft, GPtrArray *missing)
{
    for (guint i = 0; i < missing->len; i++)
        g_ptr_array_index(missing, i) = arena_printf(loader->arena, "'%s'", (char *)g_ptr_array_index(missing, i));
    const char *near = draft->name ? near_name(loader, draft) : NULL;
    tell(loader, SEVERITY_ERROR, draft->spot, "missing-key", "%s needs %s%s", header_of(loader, draft),
         in_words(loader, (const char *const *)missing->pdata, missing->len, "and"),
         near ? arena_printf(loader->arena, "; did you mean '%s'?", near) : "");
    draft->suspected = near != NULL;
    draft->clean = false;
}

static void fill(Loader *loader, Draft *draft)
{
    Model model = {.component = draft->component};
    g_autoptr(GPtrArray) missing = g_ptr_array_new();
    if (draft->thing)
        model_of(loader, draft, &model, true);
    check_keys(loader, draft, draft->component);
    draft->config = arena_take(loader->arena, draft->component->config_size);
    for (const Param *param = draft->component->params; param->name; param++) {
        const Said *said = said_for(draft, &model, param->name);
        if (said)
            draft->clean = read_said(loader, draft, param, said, !draft->enabled, draft->config) && draft->clean;
        else if (param->standard)
            read_default(loader, draft, param, draft->config);
        else
            g_ptr_array_add(missing, (gpointer)param->name);
    }
    if (missing->len > 0)
        tell_missing(loader, draft, missing);
    void *scratch = arena_take(loader->arena, draft->component->config_size);
    for (guint i = 0; i < draft->past->len; i++) {
        const Said *said = g_ptr_array_index(draft->past, i);
        const Param *param = param_of(draft->component, said->key);
        if (param)
            read_said(loader, draft, param, said, true, scratch);
    }
    if (draft->thing)
        draft->thing->config = draft->config;
}

/* ---- [kind name@place] ---- */

static bool place_is_good(Loader *loader, Draft *draft)
{
    const Component *component = draft->bare->component;
    if (component && component->existence == EXISTS_ONCE) {
        tell(loader, SEVERITY_ERROR, draft->spot, "contradictory-settings",
             "a %s exists once, not per region: no '@%s'", draft->kind, draft->place);
        return false;
    }
    Spot spot = draft->spot;
    guint before = (guint)(strlen(draft->kind) + 1 + strlen(draft->name) + 1);
    if (spot.length > (int)before) { /* of a header; --set points to the place itself */
        spot.col += (int)before;
        spot.length -= (int)before;
    }
    bool idle_will_do = !draft->enabled || !draft->bare->enabled;
    if (!draft->enabled && component && component->existence == EXISTS_BY_ITSELF &&
        region_running(loader, draft->place) >= 0) {
        tell(loader, SEVERITY_ERROR, draft->spot, "contradictory-settings",
             "where a %s runs is said by its own keys, not by enabled = no", draft->kind);
        return false;
    }
    return place_read(loader, draft->place, spot, idle_will_do) != PLACE_UNKNOWN && component != NULL;
}

static void fill_place(Loader *loader, Draft *draft)
{
    const Component *component = draft->bare->component;
    if (!place_is_good(loader, draft) || !draft->bare->config)
        return;
    draft->component = component;
    check_keys(loader, draft, component);
    draft->config = arena_take(loader->arena, component->config_size);
    memcpy(draft->config, draft->bare->config, component->config_size);
    for (guint i = 0; i < draft->said->len; i++) {
        const Said *said = g_ptr_array_index(draft->said, i);
        bool everywhere = strcmp(said->key, "use") == 0 || strcmp(said->key, "regions") == 0 ||
                          (said->param && said->param->flags & PARAM_EVERYWHERE);
        if (everywhere) {
            tell(loader, SEVERITY_ERROR, said->spot, "contradictory-settings",
                 "'%s' cannot differ from place to place; say it in [%s %s]", said->key, draft->kind, draft->name);
            draft->bare->clean = false;
        } else if (said->param) {
            bool lenient = !draft->enabled || !draft->bare->enabled;
            draft->bare->clean =
                read_said(loader, draft, said->param, said, lenient, draft->config) && draft->bare->clean;
        }
    }
}

/* ---- presets by themselves ---- */

static void fill_preset(Loader *loader, Draft *preset)
{
    if (!preset->component)
        return;
    check_keys(loader, preset, preset->component);
    void *scratch = arena_take(loader->arena, preset->component->config_size);
    for (guint i = 0; i < preset->said->len; i++) {
        const Said *said = g_ptr_array_index(preset->said, i);
        if (said->param)
            read_said(loader, preset, said->param, said, true, scratch);
    }
}

static void need_scenario(Loader *loader)
{
    const Document *document = g_ptr_array_index(loader->documents, loader->documents->len - 1);
    for (guint i = loader->documents->len - 1; i > 0 && strcmp(document->file, SET_FILE) == 0; i--)
        document = g_ptr_array_index(loader->documents, i - 1);
    if (!draft_find(loader, "scenario", NULL, NULL))
        tell(loader, SEVERITY_ERROR, (Spot){document->file, 0, 0, 0}, "missing-key",
             "there is no [scenario]; it says at least where things run: regions = us-east-1");
}

void things_fill(Loader *loader)
{
    need_scenario(loader);
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (strcmp(draft->kind, "scenario") == 0)
            draft->component = &scenario_component;
        if (strcmp(draft->kind, "preset") == 0)
            fill_preset(loader, draft);
        else if (draft->component && !draft->place)
            fill(loader, draft);
        if (strcmp(draft->kind, "scenario") == 0)
            loader->world->scenario = *(const ScenarioConfig *)draft->config;
    }
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (draft->bare)
            fill_place(loader, draft);
    }
}

/* ---- where they run ---- */

/* `regions = a, b` of a thing that exists per region. */
static void narrow(Loader *loader, Draft *draft, const Model *model)
{
    static const Param regions = {.name = "regions", .type = PARAM_REGIONS, .standard = ""};
    const Said *said = said_for(draft, model, "regions");
    Regions only = {0};
    if (!said || !read_said(loader, draft, &regions, said, !draft->enabled, &only))
        return;
    for (guint i = 0; i < loader->world->n_running; i++)
        draft->thing->runs_in[i] = false;
    for (guint i = 0; i < only.n; i++)
        if (only.region[i] >= 0)
            draft->thing->runs_in[only.region[i]] = true;
}

static void place_thing(Loader *loader, Draft *draft)
{
    guint n = loader->world->n_regions;
    Model model;
    draft->thing->runs_in = arena_many(loader->arena, bool, n + 1);
    draft->thing->config_at = arena_many(loader->arena, const void *, n + 1);
    for (guint i = 0; i < n; i++)
        draft->thing->config_at[i] = draft->config;
    if (!draft->component || draft->component->existence != EXISTS_PER_REGION || !model_of(loader, draft, &model, true))
        return;
    for (guint i = 0; i < loader->world->n_running; i++)
        draft->thing->runs_in[i] = true;
    narrow(loader, draft, &model);
}

/* What differs in one region: other values, or not there at all. */
static void place_override(Loader *loader, const Draft *draft)
{
    int region = region_running(loader, draft->place);
    if (!draft->bare->thing || !draft->config || region < 0)
        return;
    if (draft->enabled)
        draft->bare->thing->config_at[region] = draft->config;
    else
        draft->bare->thing->runs_in[region] = false;
}

static void number_things(Loader *loader)
{
    g_autoptr(GPtrArray) enabled = g_ptr_array_new();
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (!draft->thing)
            continue;
        place_thing(loader, draft);
        draft->thing->index = enabled->len;
        if (draft->enabled && draft->component)
            g_ptr_array_add(enabled, draft->thing);
    }
    const Thing **thing = arena_many(loader->arena, const Thing *, enabled->len + 1);
    for (guint i = 0; i < enabled->len; i++)
        thing[i] = g_ptr_array_index(enabled, i);
    loader->world->thing = thing;
    loader->world->n_things = enabled->len;
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (draft->bare)
            place_override(loader, draft);
    }
}

/* ---- rules across parameters ---- */

/* A component may follow its references; it is asked only when all that it can reach was read without a mistake. */
static void spread_dirt(Loader *loader)
{
    if (loader_errors(loader) == 0)
        return;
    bool hopeless = loader->regions_broken || loader->edges->len > EDGES_MOST_WITH_ERRORS;
    for (guint i = 0; hopeless && i < loader->drafts->len; i++)
        ((Draft *)g_ptr_array_index(loader->drafts, i))->clean = false;
    for (bool changed = !hopeless; changed;) {
        changed = false;
        for (guint i = 0; i < loader->edges->len; i++) {
            const Edge *edge = &g_array_index(loader->edges, Edge, i);
            if (edge->from->clean && !edge->to->clean) {
                edge->from->clean = false;
                changed = true;
            }
        }
    }
}

typedef struct {
    Loader *loader;
    const Draft *draft;
} Complainer;

/* NULL: nobody says it. */
static const Said *said_by_any(const Complainer *complainer, const char *key)
{
    Loader *loader = complainer->loader;
    const Draft *draft = complainer->draft;
    Model model;
    const Said *said = model_of(loader, draft, &model, true) ? said_for(draft, &model, key) : NULL;
    for (guint i = 0; !said && i < loader->drafts->len; i++) {
        const Draft *place = g_ptr_array_index(loader->drafts, i);
        said = place->bare == draft ? draft_says(place, key) : NULL;
    }
    return said;
}

static void say_complaint(void *whose, const char *key, const char *slug, const char *text)
{
    const Complainer *complainer = whose;
    const Said *said = key ? said_by_any(complainer, key) : NULL;
    tell(complainer->loader, SEVERITY_ERROR, said ? said->spot : complainer->draft->spot, slug, "%s", text);
}

static bool says(void *whose, const char *key)
{
    return said_by_any(whose, key) != NULL;
}

static bool is_judged(const Draft *draft)
{
    return draft->thing && draft->enabled && draft->clean;
}

/* Asks those who decide themselves.  One may depend on another, so it is asked until nothing changes any more. */
static void ask_where(Loader *loader)
{
    g_autofree bool *here = g_new0(bool, loader->world->n_regions + 1);
    bool changed = true;
    for (int pass = 0; changed && pass < PASSES_MOST; pass++) {
        changed = false;
        for (guint i = 0; i < loader->drafts->len; i++) {
            const Draft *draft = g_ptr_array_index(loader->drafts, i);
            if (!is_judged(draft) || draft->component->existence != EXISTS_BY_ITSELF || !draft->component->runs_in)
                continue;
            memset(here, 0, sizeof(bool) * loader->world->n_regions);
            draft->component->runs_in(draft->thing, loader->world, here);
            changed = changed || memcmp(here, draft->thing->runs_in, sizeof(bool) * loader->world->n_regions) != 0;
            memcpy(draft->thing->runs_in, here, sizeof(bool) * loader->world->n_regions);
        }
    }
}

void things_check(Loader *loader)
{
    number_things(loader);
    spread_dirt(loader);
    ask_where(loader);
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        Complainer complainer = {loader, draft};
        Complaints complaints = {&complainer, say_complaint, says};
        if (is_judged(draft) && draft->component->check)
            draft->component->check(draft->thing, loader->world, &complaints);
    }
}
