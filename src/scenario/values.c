#include "scenario/values.h"
#include <math.h>
#include <string.h>

enum { DURATION_MOST_DAYS = 36500, TEXT_MOST = 200 };

/* ---- quantities ---- */

/* "write 85ms or 85s": the user's own number with units that fit. */
static const char *with_unit(Loader *loader, const char *number, Dimension dimension)
{
    double value;
    switch (dimension) {
    case DIMENSION_DURATION:
        return arena_printf(loader->arena, "%sms or %ss", number, number);
    case DIMENSION_SHARE:
        if (quantity_parse(number, DIMENSION_COUNT, &value, NULL) == QUANTITY_OK && value > 0 && value <= 1)
            return arena_printf(loader->arena, "%.10g%%", value * 100);
        return arena_printf(loader->arena, "%s%%", number);
    case DIMENSION_RATE:
        return arena_printf(loader->arena, "%s/s or %s/min", number, number);
    case DIMENSION_SIZE:
        return arena_printf(loader->arena, "%skB or %sKiB", number, number);
    case DIMENSION_TIMES:
        return arena_printf(loader->arena, "%sx", number);
    default:
        return dimension_example(dimension);
    }
}

static void tell_quantity(const Reading *reading, Slice slice, Dimension dimension, QuantityResult result,
                          Dimension found)
{
    Loader *loader = reading->loader;
    const char *key = reading->param ? reading->param->name : "value", *text = slice_text(loader, slice);
    Spot spot = slice_spot(slice);
    if (result == QUANTITY_MISSING_UNIT)
        tell(loader, SEVERITY_ERROR, spot, "missing-unit", "'%s' needs a unit; write %s", key,
             with_unit(loader, text, dimension));
    else if (result == QUANTITY_WRONG_DIMENSION)
        tell(loader, SEVERITY_ERROR, spot, "wrong-dimension", "'%s' is a %s; '%s' is a %s: %s", text,
             dimension_name(found), key, dimension_name(dimension), dimension_example(dimension));
    else if (result == QUANTITY_COMMA)
        tell(loader, SEVERITY_ERROR, spot, "bad-quantity",
             "'%s': write a decimal point, not a comma; commas separate items", text);
    else
        tell(loader, SEVERITY_ERROR, spot, "bad-quantity", "'%s' is no %s; write it like %s", text,
             dimension_name(dimension), dimension_example(dimension));
}

bool quantity_read(const Reading *reading, Slice slice, Dimension dimension, double *value)
{
    Dimension found = DIMENSION_NONE;
    QuantityResult result = quantity_parse(slice_text(reading->loader, slice), dimension, value, &found);
    if (result != QUANTITY_OK)
        tell_quantity(reading, slice, dimension, result, found);
    return result == QUANTITY_OK;
}

double upper_bound(const Param *param)
{
    if (param->most > param->least)
        return param->most;
    switch (param->type) {
    case PARAM_SHARE:
        return 1;
    case PARAM_COUNT:
    case PARAM_SIZE:
        return 0x1p53;
    case PARAM_DURATION:
    case PARAM_POINT:
    case PARAM_LAW_OF_DURATION:
        return DURATION_MOST_DAYS * 24.0 * (double)HOUR;
    default:
        return INFINITY;
    }
}

bool in_bounds(const Reading *reading, Slice slice, double value, Dimension dimension)
{
    char bound[64];
    double least = reading->param->least, most = upper_bound(reading->param);
    if (value >= least && value <= most)
        return true;
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "'%s' is %s %s; %s is out of range",
         reading->param->name, value < least ? "at least" : "at most",
         quantity_exact(value < least ? least : most, dimension, bound, sizeof bound),
         slice_text(reading->loader, slice));
    return false;
}

static bool bounded_quantity(const Reading *reading, Slice slice, Dimension dimension, double *value)
{
    return quantity_read(reading, slice, dimension, value) && in_bounds(reading, slice, *value, dimension);
}

static bool whole_number(const Reading *reading, Slice slice, Dimension dimension, gint64 *number)
{
    double value;
    if (!bounded_quantity(reading, slice, dimension, &value))
        return false;
    if (value != floor(value)) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "bad-quantity", "'%s' is a whole number; %s is none",
             reading->param->name, slice_text(reading->loader, slice));
        return false;
    }
    *number = (gint64)value;
    return true;
}

static bool duration(const Reading *reading, Slice slice, SimTime *time)
{
    double value;
    if (!bounded_quantity(reading, slice, DIMENSION_DURATION, &value))
        return false;
    *time = (SimTime)value;
    return true;
}

/* ---- words ---- */

/* Index of the word among `words`, or -1: told. */
static int one_of(const Reading *reading, Slice slice, char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (slice_is(slice, words[i]))
            return i;
    const char *text = slice_text(reading->loader, slice);
    const char *meant = did_you_mean(reading->loader, text, (const char *const *)words);
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "unknown-choice", "'%s' is %s, not '%s'%s",
         reading->param->name,
         in_words(reading->loader, (const char *const *)words, g_strv_length((char **)words), "or"), text, meant);
    return -1;
}

static bool choice(const Reading *reading, Slice slice, const char *choices, int *chosen)
{
    g_auto(GStrv) words = g_strsplit(choices, " ", -1);
    int i = one_of(reading, slice, words);
    if (i >= 0)
        *chosen = i;
    return i >= 0;
}

/* Some of the words, each once; all of them. */
static bool words(const Reading *reading, Slice slice, Words *result)
{
    g_auto(GStrv) known = g_strsplit(reading->param->choices, " ", -1);
    bool all = slice_is(slice, "all"), good = true;
    g_autoptr(GArray) items = all ? NULL : slice_list(reading, slice);
    if (!all && !items)
        return false;
    guint n = all ? g_strv_length(known) : items->len;
    int *read = arena_many(reading->loader->arena, int, n);
    for (guint i = 0; i < n; i++) {
        Slice item = all ? slice : g_array_index(items, Slice, i);
        read[i] = all ? (int)i : one_of(reading, item, known);
        for (guint k = 0; k < i && read[i] >= 0; k++)
            if (read[k] == read[i]) {
                tell(reading->loader, SEVERITY_ERROR, slice_spot(item), "bad-list", "'%s' is given twice",
                     known[read[i]]);
                good = false;
            }
        good = good && read[i] >= 0;
    }
    if (good)
        *result = (Words){n, read};
    return good;
}

static bool yes_no(const Reading *reading, Slice slice, bool *yes)
{
    int chosen = 1;
    if (!choice(reading, slice, "yes no", &chosen))
        return false;
    *yes = chosen == 0;
    return true;
}

static bool policy(const Reading *reading, Slice slice, const Policy **chosen)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const Policy *const *all = reading->loader->registry->policy;
    for (guint i = 0; all[i]; i++) {
        if (strcmp(all[i]->kind, reading->param->choices) != 0)
            continue;
        g_ptr_array_add(names, (gpointer)all[i]->name);
        if (slice_is(slice, all[i]->name)) {
            *chosen = all[i];
            return true;
        }
    }
    g_ptr_array_add(names, NULL);
    return one_of(reading, slice, (char *const *)names->pdata) >= 0;
}

static bool text(const Reading *reading, Slice slice, const char **result)
{
    const char *read = text_read(reading->loader, slice);
    if (!read)
        return false;
    if (strlen(read) > TEXT_MOST) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "'%s' has at most %d bytes",
             reading->param->name, TEXT_MOST);
        return false;
    }
    *result = read;
    return true;
}

/* ---- shares ---- */

/* Shares that do not add up are told; those that do are made to add up to 1 exactly. */
static bool shares_are_whole(const Reading *reading, Slice slice, double sum)
{
    char buffer[64];
    if (fabs(sum - 1) < 1e-9)
        return true;
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "shares-not-100",
         "the shares of '%s' add up to %s, not to 100%%", reading->param->name,
         quantity_exact(round(sum * 1e9) / 1e9, DIMENSION_SHARE, buffer, sizeof buffer));
    return false;
}

/* "80% read" into share and rest; a lone item needs no share. */
static bool shared_item(const Reading *reading, Slice item, guint n_items, double *share, Slice *rest)
{
    Slice quantity;
    *share = 1;
    *rest = item;
    if (leading_quantity(item, &quantity, rest)) {
        if (!quantity_read(reading, quantity, DIMENSION_SHARE, share))
            return false;
        if (*share < 0 || *share > 1) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(quantity), "out-of-range", "a share is 0%% to 100%%");
            return false;
        }
    } else if (n_items > 1) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(item), "bad-list", "every item of '%s' has a share: 60%% %s",
             reading->param->name, slice_text(reading->loader, item));
        return false;
    }
    if (rest->length == 0)
        tell(reading->loader, SEVERITY_ERROR, slice_spot(item), "bad-list", "a share of what? write 60%% NAME");
    return rest->length > 0;
}

static bool mix(const Reading *reading, Slice slice, Mix *result)
{
    g_autoptr(GArray) items = slice_list(reading, slice);
    g_auto(GStrv) words = g_strsplit(reading->param->choices, " ", -1);
    Mix read = {0};
    double sum = 0;
    bool good = items != NULL;
    for (guint i = 0; items && i < items->len; i++) {
        Slice word;
        double share;
        bool item_good = shared_item(reading, g_array_index(items, Slice, i), items->len, &share, &word);
        int index = item_good ? one_of(reading, word, words) : -1;
        for (guint k = 0; k < read.n && index >= 0; k++)
            if (read.word[k] == index) {
                tell(reading->loader, SEVERITY_ERROR, slice_spot(word), "bad-list", "'%s' is given twice",
                     words[index]);
                index = -1;
            }
        good = good && index >= 0;
        sum += share;
        if (index >= 0 && read.n < G_N_ELEMENTS(read.word)) {
            read.share[read.n] = share;
            read.word[read.n++] = index;
        }
    }
    good = good && shares_are_whole(reading, slice, sum);
    if (good)
        *result = read;
    return good;
}

/* ---- places and regions ---- */

static int place_index(const Loader *loader, const char *name)
{
    guint first;
    return loader->atlas && atlas_find_places(loader->atlas, name, &first, 1) > 0 ? (int)first : -1;
}

static void tell_unknown_place(const Reading *reading, Slice slice, const char *name)
{
    Loader *loader = reading->loader;
    if (!loader->atlas) {
        tell_no_tables(loader, slice_spot(slice), "unknown-place", name);
        return;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *excluded = atlas_excluded(loader->atlas, name);
    if (excluded) {
        tell(loader, SEVERITY_ERROR, slice_spot(slice), "unknown-place", "'%s' is not modelled: %s", name, excluded);
        return;
    }
    for (guint i = 0; i < atlas_places(loader->atlas); i++) {
        const AtlasPlace *place = atlas_place(loader->atlas, i);
        g_ptr_array_add(names, (gpointer)(strlen(name) <= 2 ? place->country : place->name));
    }
    for (guint i = 0; i < loader->regions->len; i++)
        g_ptr_array_add(names, (gpointer)g_array_index(loader->regions, Region, i).name);
    g_autofree char *upper = g_ascii_strup(name, -1);
    const char *meant = place_index(loader, upper) >= 0 ? arena_printf(loader->arena, "; did you mean '%s'?", upper)
                                                        : did_you_mean_of(loader, name, names);
    tell(loader, SEVERITY_ERROR, slice_spot(slice), "unknown-place", "no country, city or region '%s'%s", name, meant);
}

static bool place(const Reading *reading, Slice slice, const char **name)
{
    const char *word = slice_text(reading->loader, slice);
    bool is_edge = reading->loader->atlas && atlas_find_edge(reading->loader->atlas, word) >= 0;
    if (place_index(reading->loader, word) < 0 && !region_known(reading->loader, word) && !is_edge) {
        tell_unknown_place(reading, slice, word);
        return false;
    }
    *name = word;
    return true;
}

/* read[i], written there, is none of those before it. */
static bool is_new(const Reading *reading, Slice slice, const WeightedPlace *read, guint i)
{
    for (guint k = 0; k < i; k++)
        if (g_strcmp0(read[k].name, read[i].name) == 0) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "bad-list", "'%s' is given twice", read[i].name);
            return false;
        }
    return true;
}

static bool places(const Reading *reading, Slice slice, Places *result)
{
    g_autoptr(GArray) items = slice_list(reading, slice);
    if (!items)
        return false;
    WeightedPlace *read = arena_many(reading->loader->arena, WeightedPlace, items->len);
    double sum = 0;
    bool good = true;
    for (guint i = 0; i < items->len; i++) {
        Slice name;
        bool item_good = shared_item(reading, g_array_index(items, Slice, i), items->len, &read[i].share, &name) &&
                         place(reading, name, &read[i].name) && is_new(reading, name, read, i);
        good = good && item_good;
        sum += read[i].share;
    }
    good = good && shares_are_whole(reading, slice, sum);
    if (good)
        *result = (Places){items->len, read};
    return good;
}

static void tell_unknown_region(const Reading *reading, Slice slice, const char *name, bool known)
{
    Loader *loader = reading->loader;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < loader->world->n_running; i++)
        g_ptr_array_add(names, (gpointer)g_array_index(loader->regions, Region, i).name);
    if (loader->regions_broken)
        return;
    tell(loader, SEVERITY_ERROR, slice_spot(slice), "unknown-region",
         known ? "nothing runs in '%s'; add it to regions in [scenario]%s" : "no region '%s'%s", name,
         did_you_mean_of(loader, name, names));
}

static bool region(const Reading *reading, Slice slice, int *index)
{
    const char *name = slice_text(reading->loader, slice);
    int found = region_running(reading->loader, name);
    bool known = region_known(reading->loader, name);
    if (found < 0 && !(known && reading->lenient)) {
        tell_unknown_region(reading, slice, name, known);
        return false;
    }
    *index = found;
    return true;
}

static bool regions(const Reading *reading, Slice slice, Regions *result)
{
    bool all = slice_is(slice, "all");
    g_autoptr(GArray) items = all ? NULL : slice_list(reading, slice);
    if (!all && !items)
        return false;
    guint n = all ? reading->loader->world->n_running : items->len;
    int *read = arena_many(reading->loader->arena, int, n);
    bool good = true;
    for (guint i = 0; i < n; i++) {
        read[i] = (int)i;
        good = (all || region(reading, g_array_index(items, Slice, i), &read[i])) && good;
        for (guint k = 0; good && k < i; k++)
            if (read[k] == read[i] && read[i] >= 0) {
                tell(reading->loader, SEVERITY_ERROR, slice_spot(g_array_index(items, Slice, i)), "bad-list",
                     "'%s' is given twice", slice_text(reading->loader, g_array_index(items, Slice, i)));
                good = false;
            }
    }
    if (good)
        *result = (Regions){n, read};
    return good;
}

static bool known_region(const Reading *reading, Slice slice, const char **name)
{
    const char *word = slice_text(reading->loader, slice);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (region_known(reading->loader, word)) {
        *name = word;
        return true;
    }
    for (guint i = 0; i < reading->loader->regions->len; i++)
        g_ptr_array_add(names, (gpointer)g_array_index(reading->loader->regions, Region, i).name);
    for (guint i = 0; reading->loader->atlas && i < atlas_regions(reading->loader->atlas); i++)
        g_ptr_array_add(names, (gpointer)atlas_region_name(reading->loader->atlas, i));
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "unknown-region", "no region '%s'%s", word,
         did_you_mean_of(reading->loader, word, names));
    return false;
}

/* ---- points in time ---- */

static const char *const event_names[] = {"start", "end", "detected", "decided", "promoted", "back", NULL};

static void tell_bad_point(const Reading *reading, Slice slice)
{
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "bad-point",
         "'%s' is no point in time; write 20m or 00:20:00 (after the start of measurement), or FAULT.end + 30m",
         slice_text(reading->loader, slice));
}

static bool clock_time(const Reading *reading, Slice slice, Point *point)
{
    const char *text_of = slice_text(reading->loader, slice);
    int hours, minutes, seconds, used = 0;
    bool digits = strspn(text_of, "0123456789:") == strlen(text_of) && strlen(text_of) <= 12;
    if (!digits || sscanf(text_of, "%9d:%2d:%2d%n", &hours, &minutes, &seconds, &used) != 3 || text_of[used] != '\0' ||
        minutes > 59 || seconds > 59) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "bad-point",
             "'%s' is no time; write hours:minutes:seconds, 00:20:00", text_of);
        return false;
    }
    point->offset = ((SimTime)hours * 60 + minutes) * MINUTE + seconds * SECOND;
    return in_bounds(reading, slice, (double)point->offset, DIMENSION_DURATION);
}

/* "NAME.EVENT" or "NAME.EVENT + DURATION" */
static bool event_time(const Reading *reading, Slice slice, Point *point)
{
    const char *all = slice.value->text + slice.from;
    const char *plus = memchr(all, '+', slice.length), *dot = memchr(all, '.', slice.length);
    guint length = plus ? (guint)(plus - all) : slice.length;
    while (length > 0 && g_ascii_isspace(all[length - 1]))
        length--;
    if (!dot || dot >= all + length) {
        tell_bad_point(reading, slice);
        return false;
    }
    Slice name = {slice.value, slice.from, (guint)(dot - all)};
    Slice event = {slice.value, name.from + name.length + 1, length - name.length - 1};
    int chosen = -1;
    for (int i = 0; event_names[i]; i++)
        if (slice_is(event, event_names[i]))
            chosen = i;
    if (chosen < 0) {
        const char *word = slice_text(reading->loader, event);
        tell(reading->loader, SEVERITY_ERROR, slice_spot(event), "bad-point",
             "a fault has no event '%s'; it has start and end", word);
        return false;
    }
    point->event = (PointEvent)chosen;
    point->after = reference_thing(reading->loader, reading->owner, slice_spot(name), slice_text(reading->loader, name),
                                   "fault", reading->lenient);
    if (!point->after || !plus)
        return point->after != NULL;
    Slice offset = {slice.value, slice.from + (guint)(plus - all) + 1, slice.length - (guint)(plus - all) - 1};
    return duration(reading, offset, &point->offset);
}

static bool point_in_time(const Reading *reading, Slice slice, Point *result)
{
    const char *text_of = slice.value->text + slice.from;
    Point point = {0};
    bool good;
    if (g_ascii_isalpha(*text_of))
        good = event_time(reading, slice, &point);
    else if (memchr(text_of, ':', slice.length))
        good = clock_time(reading, slice, &point);
    else
        good = duration(reading, slice, &point.offset);
    if (good)
        *result = point;
    return good;
}

/* ---- references ---- */

static bool list_of_references(const Reading *reading, Slice slice, References *result)
{
    Loader *loader = reading->loader;
    g_autoptr(GArray) items = slice_list(reading, slice);
    if (!items)
        return false;
    Item *read = arena_many(loader->arena, Item, items->len);
    Dimension lead = reading->param->quantity;
    double sum = 0;
    bool good = true, any_share = false;
    for (guint i = 0; i < items->len; i++) {
        Slice item = g_array_index(items, Slice, i), quantity, rest = item;
        bool leads = leading_quantity(item, &quantity, &rest);
        bool item_good = true;
        read[i].quantity = reading->param->unsaid > 0 ? reading->param->unsaid : 1;
        read[i].leads = leads;
        if (leads && (lead == DIMENSION_NONE || rest.length == 0)) {
            tell(loader, SEVERITY_ERROR, slice_spot(quantity), "bad-list",
                 lead == DIMENSION_NONE ? "'%s' takes names only, no quantities"
                                        : "'%s': a quantity must be followed by a name",
                 reading->param->name);
            item_good = false;
        } else if (leads) {
            const char *number = slice_text(loader, quantity);
            double bare;
            if (lead == DIMENSION_TIMES && quantity_parse(number, DIMENSION_COUNT, &bare, NULL) == QUANTITY_OK) {
                tell(loader, SEVERITY_ERROR, slice_spot(quantity), "bad-list",
                     "write %sx %s for %s times, one after the other", number, slice_text(loader, rest), number);
                item_good = false;
            } else {
                item_good = quantity_read(reading, quantity, lead, &read[i].quantity);
            }
        }
        if (item_good && leads && !(read[i].quantity >= 0)) {
            tell(loader, SEVERITY_ERROR, slice_spot(quantity), "out-of-range", "a quantity cannot be negative");
            item_good = false;
        }
        any_share = any_share || (leads && lead == DIMENSION_SHARE);
        sum += read[i].quantity;
        if (rest.length > 0)
            item_good = reference_read(loader, reading->owner, rest.value, rest.from, rest.length,
                                       reading->param->choices, reading->lenient, &read[i].to) &&
                        item_good;
        good = good && item_good;
    }
    if (good && any_share)
        good = shares_are_whole(reading, slice, sum);
    if (good)
        *result = (References){items->len, read};
    return good;
}

/* Of several regions no one counts more than another. */
static bool known_regions(const Reading *reading, Slice slice, Places *result)
{
    g_autoptr(GArray) items = slice_list(reading, slice);
    if (!items)
        return false;
    WeightedPlace *read = arena_many(reading->loader->arena, WeightedPlace, items->len);
    bool good = true;
    for (guint i = 0; i < items->len; i++) {
        Slice name = g_array_index(items, Slice, i);
        read[i].share = 1.0 / items->len;
        bool item_good = known_region(reading, name, &read[i].name) && is_new(reading, name, read, i);
        good = good && item_good;
    }
    if (good)
        *result = (Places){items->len, read};
    return good;
}

/* ---- by type ---- */

void value_absent(const Param *param, void *config)
{
    if (param->type == PARAM_REGION)
        *(int *)((char *)config + param->offset) = ANYWHERE;
    if (param->type == PARAM_REFERENCE)
        ((Reference *)(void *)((char *)config + param->offset))->region = ANYWHERE;
    if (param->type == PARAM_POINT)
        ((Point *)(void *)((char *)config + param->offset))->offset = SIMTIME_NEVER;
}

/* "none": said, but nothing. */
static bool may_be_none(const Param *param)
{
    bool absent = param->standard && (*param->standard == '\0' || strcmp(param->standard, "none") == 0);
    switch (param->type) {
    case PARAM_TEXT:
    case PARAM_YES_NO:
    case PARAM_CHOICE:
    case PARAM_POLICY:
    case PARAM_MIX:
    case PARAM_WORDS:
    case PARAM_THRESHOLD:
        return false;
    default:
        return absent;
    }
}

static bool read_name(const Reading *reading, Slice slice, void *place_of_value)
{
    const Param *param = reading->param;
    switch (param->type) {
    case PARAM_REFERENCE:
        return reference_read(reading->loader, reading->owner, slice.value, slice.from, slice.length, param->choices,
                              reading->lenient, place_of_value);
    case PARAM_REFERENCES:
        return list_of_references(reading, slice, place_of_value);
    case PARAM_REGION:
        return region(reading, slice, place_of_value);
    case PARAM_REGIONS:
        return regions(reading, slice, place_of_value);
    case PARAM_PLACE:
        return g_strcmp0(param->choices, "clients") == 0 ? place(reading, slice, place_of_value)
                                                         : known_region(reading, slice, place_of_value);
    case PARAM_PLACES:
        return g_strcmp0(param->choices, "regions") == 0 ? known_regions(reading, slice, place_of_value)
                                                         : places(reading, slice, place_of_value);
    case PARAM_MIX:
        return mix(reading, slice, place_of_value);
    case PARAM_LOCATIONS:
        return locations_read(reading, slice, place_of_value);
    case PARAM_SUBNETS:
        return subnets_read(reading, slice, place_of_value);
    case PARAM_POLICY:
        return policy(reading, slice, place_of_value);
    case PARAM_WORDS:
        return words(reading, slice, place_of_value);
    case PARAM_THRESHOLD:
        return threshold_read(reading, slice, place_of_value);
    default:
        return false;
    }
}

static bool read_quantity_or_word(const Reading *reading, Slice slice, void *place_of_value)
{
    switch (reading->param->type) {
    case PARAM_TEXT:
        return text(reading, slice, place_of_value);
    case PARAM_YES_NO:
        return yes_no(reading, slice, place_of_value);
    case PARAM_CHOICE:
        return choice(reading, slice, reading->param->choices, place_of_value);
    case PARAM_COUNT:
        return whole_number(reading, slice, DIMENSION_COUNT, place_of_value);
    case PARAM_SIZE:
        return whole_number(reading, slice, DIMENSION_SIZE, place_of_value);
    case PARAM_SHARE:
        return bounded_quantity(reading, slice, DIMENSION_SHARE, place_of_value);
    case PARAM_RATE:
        return bounded_quantity(reading, slice, DIMENSION_RATE, place_of_value);
    case PARAM_BANDWIDTH:
        return bounded_quantity(reading, slice, DIMENSION_BANDWIDTH, place_of_value);
    case PARAM_DRIFT:
        return bounded_quantity(reading, slice, DIMENSION_DRIFT, place_of_value);
    case PARAM_DURATION:
        return duration(reading, slice, place_of_value);
    case PARAM_POINT:
        return point_in_time(reading, slice, place_of_value);
    case PARAM_LAW_OF_DURATION:
        return law_read(reading, slice, DIMENSION_DURATION, place_of_value);
    case PARAM_LAW_OF_ITEMS:
        return items_read(reading, slice, place_of_value);
    default:
        return read_name(reading, slice, place_of_value);
    }
}

bool value_read(const Reading *reading, const Value *value, void *config)
{
    Slice slice = slice_whole(value);
    if (slice.length == 0)
        return value->file == NULL; /* empty: told by the reader; a default: absent */
    if (may_be_none(reading->param) && slice_is(slice, "none")) {
        value_absent(reading->param, config);
        return true;
    }
    return read_quantity_or_word(reading, slice, (char *)config + reading->param->offset);
}
