#include "scenario/loader.h"
#include <string.h>

/* ---- names ---- */

/* `kinds`: words separated by blanks. */
static bool lists(const char *kinds, const char *kind)
{
    gsize length = strlen(kind);
    for (const char *at = kinds; (at = strstr(at, kind)); at += length)
        if ((at == kinds || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* "balancer or dns" */
static const char *kinds_in_words(Loader *loader, const char *kinds)
{
    g_auto(GStrv) words = g_strsplit(kinds, " ", -1);
    return in_words(loader, (const char *const *)words, g_strv_length(words), "or");
}

/* A reference taken apart. */
typedef struct {
    const char *kind, *name, *place; /* NULL where not written */
    Spot spot, place_spot;
} Name;

static bool take_apart(Loader *loader, const Value *value, guint from, guint length, Name *name)
{
    char *text = arena_take(loader->arena, length + 1);
    memcpy(text, value->text + from, length);
    name->spot = value_spot(value, from, length);
    char *blank = strpbrk(text, " \t"), *last = text;
    if (blank) {
        *blank = '\0';
        last = blank + 1 + strspn(blank + 1, " \t");
        name->kind = text;
    }
    char *sign = strchr(last, '@');
    if (sign) {
        *sign = '\0';
        name->place = sign + 1;
        guint at = from + (guint)(sign + 1 - text);
        name->place_spot = value_spot(value, at, MAX((guint)strlen(sign + 1), 1));
    }
    name->name = last;
    if (is_word(last) && (!name->kind || is_word(name->kind)) && (!name->place || is_word(name->place)))
        return true;
    tell(loader, SEVERITY_ERROR, name->spot, "unknown-reference",
         "'%.*s' cannot be a name; write NAME, NAME@REGION or KIND NAME", (int)length, value->text + from);
    return false;
}

static void tell_unknown(Loader *loader, Spot spot, const char *name, const char *kinds)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const Draft *other = NULL;
    for (guint i = 0; i < loader->drafts->len && !is_weary(loader); i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (draft->thing && lists(kinds, draft->kind) && strcmp(draft->kind, "region") != 0)
            g_ptr_array_add(names, (gpointer)draft->name);
        else if (draft->thing && strcmp(draft->name, name) == 0)
            other = draft;
    }
    for (guint i = 0; lists(kinds, "region") && i < loader->world->n_running; i++)
        g_ptr_array_add(names, (gpointer)g_array_index(loader->regions, Region, i).name);
    const char *wanted = kinds_in_words(loader, kinds);
    if (other)
        tell(loader, SEVERITY_ERROR, spot, "unknown-reference", "'%s' is a %s; a %s is wanted here", name, other->kind,
             wanted);
    else
        tell(loader, SEVERITY_ERROR, spot, "unknown-reference", "no %s '%s'%s", wanted, name,
             did_you_mean_of(loader, name, names));
}

/* The one thing that is meant, or NULL: told. */
static Draft *find_thing(Loader *loader, Spot spot, const char *kind, const char *name, const char *kinds, bool lenient)
{
    GPtrArray *namesakes = g_hash_table_lookup(loader->by_name, name);
    Draft *found = NULL;
    for (guint i = 0; namesakes && i < namesakes->len; i++) {
        Draft *draft = g_ptr_array_index(namesakes, i);
        if (!draft->thing || strcmp(draft->kind, "region") == 0 || !lists(kinds, draft->kind) ||
            (kind && strcmp(kind, draft->kind) != 0))
            continue;
        if (found) {
            tell(loader, SEVERITY_ERROR, spot, "ambiguous-reference", "'%s' is a %s and a %s; write '%s %s' or '%s %s'",
                 name, found->kind, draft->kind, found->kind, name, draft->kind, name);
            return NULL;
        }
        found = draft;
    }
    if (!found) {
        tell_unknown(loader, spot, name, kind && lists(kinds, kind) ? kind : kinds);
        return NULL;
    }
    if (!found->enabled && !lenient) {
        tell(loader, SEVERITY_ERROR, spot, "disabled-reference", "%s is not enabled; nothing can refer to it",
             header_of(loader, found));
        const Said *said = draft_says(found, "enabled");
        if (said)
            tell_also(loader, said->spot, "switched off here");
        return NULL;
    }
    return found;
}

static void add_edge(Loader *loader, Draft *owner, Draft *to, int region, Spot spot)
{
    Draft *from = owner->bare ? owner->bare : owner;
    Edge edge = {from, to, region, spot, from->first_edge};
    g_array_append_val(loader->edges, edge);
    from->first_edge = loader->edges->len;
}

/* "us-east-1b": a zone of a region that runs. */
static bool is_zone(const Loader *loader, const char *name)
{
    gsize length = strlen(name);
    if (length < 2 || !g_ascii_islower(name[length - 1]))
        return false;
    g_autofree char *region = g_strndup(name, length - 1);
    return region_known(loader, region);
}

int place_read(Loader *loader, const char *name, Spot spot, bool lenient)
{
    int region = region_running(loader, name);
    if (region >= 0 || (lenient && region_known(loader, name)) || loader->regions_broken)
        return region;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < loader->world->n_running; i++)
        g_ptr_array_add(names, (gpointer)g_array_index(loader->regions, Region, i).name);
    if (is_zone(loader, name))
        tell(loader, SEVERITY_ERROR, spot, "not-yet", "'%s' is a zone; only regions can be named in this version",
             name);
    else
        tell(loader, SEVERITY_ERROR, spot, "unknown-region",
             region_known(loader, name) ? "nothing runs in '%s'; add it to regions in [scenario]%s"
                                        : "no region '%s'%s",
             name, did_you_mean_of(loader, name, names));
    return PLACE_UNKNOWN;
}

bool reference_read(Loader *loader, Draft *owner, const Value *value, guint from, guint length, const char *kinds,
                    bool lenient, Reference *reference)
{
    Name name = {0};
    if (!take_apart(loader, value, from, length, &name))
        return false;
    bool region_said = !name.kind || strcmp(name.kind, "region") == 0;
    if (region_said && !name.place && lists(kinds, "region") && region_running(loader, name.name) >= 0) {
        *reference = (Reference){NULL, region_running(loader, name.name)};
        return true;
    }
    Draft *found = find_thing(loader, name.spot, name.kind, name.name, kinds, lenient);
    int region = name.place ? place_read(loader, name.place, name.place_spot, lenient) : ANYWHERE;
    if (!found || region == PLACE_UNKNOWN)
        return false;
    if (!lenient)
        add_edge(loader, owner, found, region, name.place ? name.place_spot : name.spot);
    *reference = (Reference){found->thing, region};
    return true;
}

const Thing *reference_thing(Loader *loader, Draft *owner, Spot spot, const char *text, const char *kinds, bool lenient)
{
    Draft *found = find_thing(loader, spot, NULL, text, kinds, lenient);
    if (found && !lenient)
        add_edge(loader, owner, found, ANYWHERE, spot);
    return found ? found->thing : NULL;
}

/* ---- what only the whole can tell ---- */

/* Where it runs is said by keys of its own, and those are wrong. */
static bool runs_nobody_knows_where(const Draft *draft)
{
    return !draft->clean && draft->component && draft->component->existence == EXISTS_BY_ITSELF;
}

static void check_places(Loader *loader)
{
    for (guint i = 0; i < loader->edges->len; i++) {
        const Edge *edge = &g_array_index(loader->edges, Edge, i);
        if (!edge->from->enabled || edge->region < 0 || edge->to->thing->runs_in[edge->region] ||
            runs_nobody_knows_where(edge->to))
            continue;
        tell(loader, SEVERITY_ERROR, edge->spot, "unknown-region", "'%s' does not run in %s", edge->to->name,
             g_array_index(loader->regions, Region, edge->region).name);
    }
}

/* Depth-first, without recursion: a chain may be as long as a file.  Grey things are on the way from the start to here.
 */
enum { WHITE, GREY, BLACK };

static void follow_edges(Loader *loader, Draft *start)
{
    g_autoptr(GPtrArray) way = g_ptr_array_new();
    g_ptr_array_add(way, start);
    start->colour = GREY;
    start->cursor = start->first_edge;
    while (way->len > 0) {
        Draft *here = g_ptr_array_index(way, way->len - 1);
        if (here->cursor == 0) {
            here->colour = BLACK;
            g_ptr_array_add(loader->finished, here);
            g_ptr_array_set_size(way, (int)way->len - 1);
            continue;
        }
        const Edge *edge = &g_array_index(loader->edges, Edge, here->cursor - 1);
        here->cursor = edge->next;
        if (edge->to->colour == GREY)
            tell(loader, SEVERITY_ERROR, edge->spot, "cycle",
                 edge->to == here ? "%s refers to itself" : "%s leads back to itself by way of %s",
                 header_of(loader, here), header_of(loader, edge->to));
        if (edge->to->colour != WHITE)
            continue;
        edge->to->colour = GREY;
        edge->to->cursor = edge->to->first_edge;
        g_ptr_array_add(way, edge->to);
    }
}

static void check_cycles(Loader *loader)
{
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (draft->thing && draft->enabled && draft->colour == WHITE)
            follow_edges(loader, draft);
    }
}

/* ---- what nobody uses ---- */

static void mark_used(Loader *loader)
{
    for (guint i = 0; i < loader->edges->len; i++) {
        const Edge *edge = &g_array_index(loader->edges, Edge, i);
        if (edge->from->enabled && edge->from != edge->to)
            edge->to->used = true;
    }
    for (guint i = 0; i < loader->drafts->len; i++) {
        Model model;
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (!draft->thing || draft->place || !model_of(loader, draft, &model, true))
            continue;
        for (guint k = 0; k < model.n; k++)
            model.preset[k]->used = true;
    }
}

/* An alarm that an objective is about is there to be looked at. */
static void mark_measured(Loader *loader)
{
    static const char label[] = "health_check=";
    const Draft *objectives = draft_find(loader, "objectives", NULL, NULL);
    for (guint i = 0; objectives && i < objectives->said->len; i++) {
        const Said *said = g_ptr_array_index(objectives->said, i);
        const char *found = strstr(said->key, label);
        if (!found)
            continue;
        found += strlen(label);
        g_autofree char *name = g_strndup(found, strcspn(found, ",} "));
        Draft *check = draft_find(loader, "health-check", name, NULL);
        if (check)
            check->used = true;
    }
}

static bool is_root(const Draft *draft)
{
    if (strcmp(draft->kind, "preset") == 0)
        return draft->shipped;
    if (strcmp(draft->kind, "region") == 0 || strcmp(draft->kind, "link") == 0)
        return strcmp(draft->kind, "link") == 0;
    return !draft->component || draft->component->root;
}

/* A region where something runs, with a name like that. */
static const char *near_running(Loader *loader, const char *name)
{
    g_autoptr(GPtrArray) running = g_ptr_array_new();
    for (guint i = 0; i < loader->world->n_running; i++)
        g_ptr_array_add(running, (gpointer)loader->world->region[i].name);
    g_ptr_array_add(running, NULL);
    return nearest_word(name, (const char *const *)running->pdata);
}

/* An unused thing with a name like another's was meant to be that one: a header mistyped in a file that extends; a
 * region's where something runs. */
static void check_used(Loader *loader, const Draft *draft)
{
    bool is_region = strcmp(draft->kind, "region") == 0;
    const char *near = is_region && draft->name ? near_running(loader, draft->name) : near_name(loader, draft);
    const char *who = is_region ? "nothing runs in" : "nothing uses";
    if (near)
        tell(loader, SEVERITY_ERROR, draft->spot, "unused-section", "%s %s; did you mean [%s %s]?", who,
             header_of(loader, draft), draft->kind, near);
    else if (loader_errors(loader) == 0) /* what went wrong elsewhere may be why */
        tell(loader, SEVERITY_WARNING, draft->spot, "unused-section", "%s %s", who, header_of(loader, draft));
}

void references_check(Loader *loader)
{
    check_places(loader);
    check_cycles(loader);
    mark_used(loader);
    mark_measured(loader);
    for (guint i = 0; i < loader->drafts->len; i++) {
        Draft *draft = g_ptr_array_index(loader->drafts, i);
        bool counts = draft->thing || strcmp(draft->kind, "preset") == 0;
        if (counts && !draft->place && draft->enabled && !draft->used && !draft->suspected && !is_root(draft))
            check_used(loader, draft);
    }
}
