#include "scenario/loader.h"
#include <string.h>

static const char *const reserved_kinds[] = {"cache", "call",    "cause",   "cdn",  "network", "operation", "operator",
                                             "queue", "runbook", "scaling", "step", "sweep",   NULL};
static const char *const reserved_names[] = {"all", "any", "default", "each", "never", "no", "none", "yes", NULL};

static bool is_among(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

bool is_reserved_kind(const char *kind)
{
    return is_among(kind, reserved_kinds);
}

static bool is_plain_kind(const char *kind)
{
    return strcmp(kind, "scenario") == 0 || strcmp(kind, "objectives") == 0;
}

bool is_kind(const Loader *loader, const char *kind)
{
    static const char *const without_things[] = {"scenario", "objectives", "preset", "source", NULL};
    for (guint i = 0; i < loader->kinds->len && g_ptr_array_index(loader->kinds, i); i++)
        if (strcmp(g_ptr_array_index(loader->kinds, i), kind) == 0)
            return !is_among(kind, without_things);
    return false;
}

static char *key_of_header(const char *kind, const char *name, const char *place)
{
    return g_strconcat(kind, " ", name ? name : "", place ? "@" : "", place ? place : "", NULL);
}

Draft *draft_find(const Loader *loader, const char *kind, const char *name, const char *place)
{
    g_autofree char *key = key_of_header(kind, name, place);
    return g_hash_table_lookup(loader->by_header, key);
}

const Said *draft_says(const Draft *draft, const char *key)
{
    return g_hash_table_lookup(draft->by_key, key);
}

void draft_says_now(Draft *draft, Said *said)
{
    Said *before = g_hash_table_lookup(draft->by_key, said->key);
    guint at;
    g_hash_table_replace(draft->by_key, (gpointer)said->key, said);
    if (before && g_ptr_array_find(draft->said, before, &at)) {
        g_ptr_array_add(draft->past, before);
        g_ptr_array_index(draft->said, at) = said;
    } else {
        g_ptr_array_add(draft->said, said);
    }
}

Draft *draft_make(Loader *loader)
{
    Draft *draft = arena_one(loader->arena, Draft);
    *draft = (Draft){.last_layer = G_MAXUINT,
                     .said = g_ptr_array_new(),
                     .past = g_ptr_array_new(),
                     .by_key = g_hash_table_new(g_str_hash, g_str_equal),
                     .enabled = true,
                     .clean = true};
    return draft;
}

void draft_clear(Draft *draft)
{
    g_ptr_array_unref(draft->said);
    g_ptr_array_unref(draft->past);
    g_hash_table_unref(draft->by_key);
}

static Draft *draft_new(Loader *loader, const Section *section, guint layer)
{
    Draft *draft = draft_make(loader);
    draft->kind = section->kind;
    draft->name = section->name;
    draft->place = section->place;
    draft->spot = section->spot;
    draft->layer = layer;
    g_ptr_array_add(loader->drafts, draft);
    g_hash_table_insert(loader->by_header, key_of_header(draft->kind, draft->name, draft->place), draft);
    if (draft->place || !draft->name || strcmp(draft->kind, "source") == 0)
        return draft;
    GPtrArray *namesakes = g_hash_table_lookup(loader->by_name, draft->name);
    if (!namesakes) {
        namesakes = g_ptr_array_new();
        g_hash_table_insert(loader->by_name, (gpointer)draft->name, namesakes);
    }
    g_ptr_array_add(namesakes, draft);
    return draft;
}

/* ---- headers ---- */

/* The kind a header means: a misspelt one is taken for its neighbour, so that its settings do not become mistakes too.
 */
static const char *kind_meant(Loader *loader, const Section *section)
{
    const char *const *kinds = (const char *const *)loader->kinds->pdata;
    if (is_among(section->kind, kinds))
        return section->kind;
    if (is_reserved_kind(section->kind)) {
        tell(loader, SEVERITY_ERROR, section->kind_spot, "not-yet", "sections of kind '%s' are not in this version",
             section->kind);
        return NULL;
    }
    const char *meant = did_you_mean(loader, section->kind, kinds);
    if (*meant == '\0')
        for (guint i = 0; kinds[i]; i++)
            if (draft_find(loader, kinds[i], section->kind, NULL))
                meant = arena_printf(loader->arena, "; write [%s %s]", kinds[i], section->kind);
    tell(loader, SEVERITY_ERROR, section->kind_spot, "unknown-section", "no section of kind '%s'%s", section->kind,
         meant);
    return nearest_word(section->kind, kinds);
}

static bool name_is_good(Loader *loader, Section *section)
{
    const char *kind = section->kind, *wrong = NULL;
    bool nameless = strcmp(kind, "region") == 0 || strcmp(kind, "preset") == 0 || strcmp(kind, "source") == 0;
    if (is_plain_kind(kind) && section->name)
        wrong = "takes no name";
    else if (nameless && !section->name)
        wrong = "needs a name";
    else if (section->place && (nameless || strcmp(kind, "link") == 0))
        wrong = "is the same everywhere: no '@place'";
    if (wrong) {
        tell(loader, SEVERITY_ERROR, section->spot, "bad-header", "[%s] %s", kind, wrong);
        return false;
    }
    if (!section->name && !is_plain_kind(kind))
        section->name = kind;
    if (section->name && is_among(section->name, reserved_names)) {
        tell(loader, SEVERITY_ERROR, section->name_spot, "reserved-name",
             "'%s' is a word of the language and cannot be a name", section->name);
        return false;
    }
    return true;
}

/* The draft that a section of a file speaks of; NULL: none (told, or a note of the user's). */
static Draft *draft_of_section(Loader *loader, Section *section, guint layer)
{
    if (!section->kind || g_str_has_prefix(section->kind, "x-"))
        return NULL;
    section->kind = kind_meant(loader, section);
    if (!section->kind || !name_is_good(loader, section))
        return NULL;
    Draft *draft = draft_find(loader, section->kind, section->name, section->place);
    if (!draft)
        draft = draft_new(loader, section, layer);
    else if (draft->last_layer == layer) {
        tell(loader, SEVERITY_ERROR, section->spot, "duplicate-section",
             "%s is opened twice in this file; say everything in one place", header_of(loader, draft));
        tell_also(loader, draft->last_spot, "first opened here");
    }
    draft->last_layer = layer;
    draft->last_spot = section->spot;
    return draft;
}

/* ---- addresses of --set ---- */

static void tell_no_such_address(Loader *loader, const Section *section)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < loader->drafts->len && !is_weary(loader); i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (draft->name && (!section->kind || strcmp(section->kind, draft->kind) == 0))
            g_ptr_array_add(names, (gpointer)draft->name);
    }
    g_ptr_array_add(names, (gpointer) "scenario");
    g_ptr_array_add(names, (gpointer) "objectives");
    tell(loader, SEVERITY_ERROR, section->name_spot, "unknown-reference", "the scenario has no section '%s%s%s'%s",
         section->kind ? section->kind : "", section->kind ? " " : "", section->name,
         did_you_mean_of(loader, section->name, names));
}

/* The one section that "[kind ]name" means, or NULL (told). */
static Draft *draft_addressed(Loader *loader, const Section *section, guint layer)
{
    if (!section->kind && is_plain_kind(section->name)) {
        Draft *draft = draft_find(loader, section->name, NULL, NULL);
        Section plain = {.kind = section->name, .spot = section->spot};
        return draft ? draft : draft_new(loader, &plain, layer);
    }
    GPtrArray *namesakes = g_hash_table_lookup(loader->by_name, section->name);
    Draft *found = NULL;
    for (guint i = 0; namesakes && i < namesakes->len; i++) {
        Draft *draft = g_ptr_array_index(namesakes, i);
        if (section->kind && strcmp(section->kind, draft->kind) != 0)
            continue;
        if (found) {
            tell(loader, SEVERITY_ERROR, section->name_spot, "ambiguous-reference",
                 "'%s' is a %s and a %s; write '%s %s'", section->name, found->kind, draft->kind, found->kind,
                 section->name);
            return NULL;
        }
        found = draft;
    }
    if (!found)
        tell_no_such_address(loader, section);
    return found;
}

static Draft *draft_of_set(Loader *loader, const Section *section, guint layer)
{
    Draft *draft = draft_addressed(loader, section, layer);
    if (!draft || !section->place)
        return draft;
    Draft *there = draft_find(loader, draft->kind, draft->name, section->place);
    if (there)
        return there;
    Section new = *section;
    new.kind = draft->kind;
    new.spot = section->place_spot;
    return draft_new(loader, &new, layer);
}

/* ---- settings ---- */

const char *near_name(Loader *loader, const Draft *draft)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    bool looks = loader->drafts->len < NEAR_NAMES_MOST && !is_weary(loader);
    for (guint i = 0; looks && i < loader->drafts->len; i++) {
        const Draft *other = g_ptr_array_index(loader->drafts, i);
        if (!other->place && strcmp(other->kind, draft->kind) == 0 && strcmp(other->name, draft->name) != 0)
            g_ptr_array_add(names, (gpointer)other->name);
    }
    g_ptr_array_add(names, NULL);
    return nearest_word(draft->name, (const char *const *)names->pdata);
}

static void forget(Loader *loader, Draft *draft, const Said *said, const Entry *entry, guint layer)
{
    if (said && said->layer < layer) {
        g_hash_table_remove(draft->by_key, said->key);
        g_ptr_array_remove(draft->said, (gpointer)said);
    } else
        tell(loader, SEVERITY_ERROR, entry->spot, "nothing-to-reset",
             "no earlier file says '%s' in %s; there is nothing to forget", entry->key, header_of(loader, draft));
}

static bool operator_is_good(Loader *loader, const Draft *draft, const Entry *entry)
{
    if (strcmp(entry->op, "=") == 0 || strcmp(draft->kind, "objectives") == 0 || g_str_has_prefix(entry->key, "x-"))
        return true;
    tell(loader, SEVERITY_ERROR, entry->op_spot, "syntax",
         "'%s' stands in [objectives] only; here a key and its value are joined by '='", entry->op);
    return false;
}

static void say(Loader *loader, Draft *draft, const Entry *entry, guint layer, bool command_line)
{
    bool objective = strcmp(draft->kind, "objectives") == 0;
    const char *key =
        objective && !g_str_has_prefix(entry->key, "x-") ? objective_identity(loader, entry->key) : entry->key;
    const Said *before = draft_says(draft, key);
    if (!operator_is_good(loader, draft, entry))
        return;
    if (command_line && strcmp(draft->kind, "scenario") == 0 && strcmp(key, "extends") == 0) {
        tell(loader, SEVERITY_ERROR, entry->spot, "unknown-key", "what a file extends is read before any --set");
        return;
    }
    if (before && before->layer == layer && !command_line) {
        tell(loader, SEVERITY_ERROR, entry->spot, "duplicate-key", "'%s' given twice in %s", key,
             header_of(loader, draft));
        tell_also(loader, before->spot, "first given here");
        return;
    }
    if (strcmp(entry->value.text, "default") == 0 && !g_str_has_prefix(entry->key, "x-")) {
        forget(loader, draft, before, entry, layer);
        return;
    }
    Said *said = arena_one(loader->arena, Said);
    *said = (Said){.key = key,
                   .raw = entry->key,
                   .op = entry->op,
                   .value = entry->value,
                   .spot = entry->spot,
                   .layer = layer,
                   .in = draft};
    draft_says_now(draft, said);
}

static void merge_document(Loader *loader, const Document *document, guint layer)
{
    bool command_line = strcmp(document->file, SET_FILE) == 0;
    for (guint i = 0; i < document->n_sections; i++) {
        Section section = document->section[i];
        Draft *draft = command_line ? draft_of_set(loader, &section, layer) : draft_of_section(loader, &section, layer);
        for (guint k = 0; draft && k < section.n_entries; k++)
            say(loader, draft, &section.entry[k], layer, command_line);
    }
}

/* ---- rule L5: another component starts the section afresh ---- */

/* Takes away what documents before `layer` say; returns their keys as text. */
static void drop_before(Draft *draft, guint layer, GString *dropped)
{
    static const char *const kept[] = {"use", "enabled", NULL};
    g_ptr_array_set_size(draft->past, 0);
    for (guint i = 0; i < draft->said->len;) {
        const Said *said = g_ptr_array_index(draft->said, i);
        if (said->layer >= layer || is_among(said->key, kept) || g_str_has_prefix(said->key, "x-")) {
            i++;
            continue;
        }
        g_string_append_printf(dropped, "%s'%s%s%s'", dropped->len ? ", " : "", said->key, draft->place ? "@" : "",
                               draft->place ? draft->place : "");
        g_hash_table_remove(draft->by_key, said->key);
        g_ptr_array_remove_index(draft->said, i);
    }
}

static void start_afresh(Loader *loader, Draft *draft, const Component *new, guint layer)
{
    g_autoptr(GString) dropped = g_string_new(NULL);
    drop_before(draft, layer, dropped);
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *there = g_ptr_array_index(loader->drafts, i);
        if (there->place && strcmp(there->kind, draft->kind) == 0 && strcmp(there->name, draft->name) == 0)
            drop_before(there, layer, dropped);
    }
    const Said *use = draft_says(draft, "use");
    if (dropped->len > 0)
        tell(loader, SEVERITY_NOTE, use ? use->spot : draft->spot, "use-changed",
             "%s is %s now and no longer %s: what earlier files say no longer applies: %s", header_of(loader, draft),
             new->name, draft->component->name, dropped->str);
}

static void follow_components(Loader *loader, guint layer)
{
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        Model model;
        if (draft->place || (!is_kind(loader, draft->kind) && strcmp(draft->kind, "preset") != 0))
            continue;
        if (!model_of(loader, draft, &model, true))
            continue;
        if (draft->component && draft->component != model.component)
            start_afresh(loader, draft, model.component, layer);
        draft->component = model.component;
    }
}

/* ---- rule L1: what is said of a place stands, whatever a later file says of everywhere ---- */

static void warn_of_shadow(Loader *loader, const Said *there)
{
    const Draft *place = there->in;
    const Draft *bare = draft_find(loader, place->kind, place->name, NULL);
    const Said *said = bare ? draft_says(bare, there->key) : NULL;
    if (!said || said->layer <= there->layer || strcmp(said->key, "enabled") == 0)
        return;
    tell(loader, SEVERITY_WARNING, said->spot, "shadowed-setting",
         "this does not reach %s, where %s says %s = %s; write %s@%s.%s to change it too", place->place,
         header_of(loader, place), there->key, there->value.text, place->name, place->place, there->key);
    tell_also(loader, there->spot, "said here");
}

void layers_merge(Loader *loader)
{
    for (guint layer = 0; layer < loader->documents->len; layer++) {
        merge_document(loader, g_ptr_array_index(loader->documents, layer), layer);
        follow_components(loader, layer);
    }
    for (guint i = 0; i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        for (guint k = 0; draft->place && k < draft->said->len; k++)
            warn_of_shadow(loader, g_ptr_array_index(draft->said, k));
    }
}
