#include "model/location.h"
#include "scenario/values.h"
#include <string.h>

/* Route 53 says default or *; but `key = default` means in every section: forget what earlier files say. */
static const char elsewhere[] = "elsewhere";

static bool is_default(const char *word)
{
    return strcmp(word, "default") == 0 || strcmp(word, "*") == 0;
}

/* ---- locations: where a resolver may be ---- */

/* As Route 53 writes continents. */
static const struct {
    const char *code, *word;
} codes[] = {{"AF", "africa"},        {"AS", "asia"},    {"EU", "europe"},
             {"NA", "north-america"}, {"OC", "oceania"}, {"SA", "south-america"}};

static bool is_country(const Loader *loader, const char *name)
{
    for (guint i = 0; loader->atlas && i < atlas_places(loader->atlas); i++)
        if (strcmp(atlas_place(loader->atlas, i)->country, name) == 0)
            return true;
    return false;
}

/* What else somebody may mean: a code of a continent, a city, the Middle East. */
static const char *meant_by(Loader *loader, const char *word)
{
    guint city[1];
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        if (strcmp(codes[i].code, word) == 0)
            return arena_printf(loader->arena, "; did you mean '%s'?", codes[i].word);
    if (loader->atlas && atlas_find_places(loader->atlas, word, city, 1) > 0)
        return arena_printf(loader->arena, "; it is a city, and a location is a country: '%s'",
                            atlas_place(loader->atlas, city[0])->country);
    if (is_default(word))
        return "; everybody who is nowhere else is 'elsewhere'";
    if (strcmp(word, "middle-east") == 0)
        return "; Route 53 counts the Middle East as 'asia'";
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (gsize i = 0; continent_words[i]; i++)
        g_ptr_array_add(words, (gpointer)continent_words[i]);
    g_ptr_array_add(words, (gpointer)elsewhere);
    const char *near = did_you_mean_of(loader, word, words);
    g_autofree char *upper = g_ascii_strup(word, -1);
    if (!*near && (is_country(loader, upper) || strcmp(upper, "UK") == 0))
        return arena_printf(loader->arena, "; did you mean '%s'?", strcmp(upper, "UK") == 0 ? "GB" : upper);
    g_ptr_array_set_size(words, (int)words->len - 1);
    return *near ? near
                 : arena_printf(loader->arena, "; write a continent (%s), a country (DE) or elsewhere",
                                in_words(loader, (const char *const *)words->pdata, words->len, "or"));
}

static bool location(const Reading *reading, Slice slice, Location *result)
{
    Loader *loader = reading->loader;
    const char *word = slice_text(loader, slice);
    *result = (Location){0};
    if (g_strv_contains(continent_words, word))
        *result = (Location){LOCATION_CONTINENT, word};
    else if (strcmp(word, elsewhere) == 0)
        *result = (Location){LOCATION_ELSEWHERE, word};
    else if (is_country(loader, word))
        *result = (Location){LOCATION_COUNTRY, word};
    if (result->name)
        return true;
    if (!loader->atlas)
        tell_no_tables(loader, slice_spot(slice), "unknown-location", word);
    else
        tell(loader, SEVERITY_ERROR, slice_spot(slice), "unknown-location", "no location '%s'%s", word,
             meant_by(loader, word));
    return false;
}

bool locations_read(const Reading *reading, Slice slice, Locations *result)
{
    g_autoptr(GArray) items = slice_list(reading, slice);
    if (!items)
        return false;
    Location *read = arena_many(reading->loader->arena, Location, items->len);
    bool good = true;
    for (guint i = 0; i < items->len; i++) {
        Slice item = g_array_index(items, Slice, i);
        bool item_good = location(reading, item, &read[i]);
        for (guint k = 0; item_good && k < i; k++)
            if (read[k].kind == read[i].kind && g_strcmp0(read[k].name, read[i].name) == 0) {
                tell(reading->loader, SEVERITY_ERROR, slice_spot(item), "bad-list", "'%s' is given twice",
                     slice_text(reading->loader, item));
                item_good = false;
            }
        good = good && item_good;
    }
    if (good)
        *result = (Locations){items->len, read};
    return good;
}

/* ---- networks: IPv4, as address/bits ---- */

/* A number of at most three digits from the front of a text; -1: there is none. */
static int number_from(const char **text)
{
    int value = 0, digits = 0;
    for (; g_ascii_isdigit(**text) && digits < 4; (*text)++, digits++)
        value = 10 * value + **text - '0';
    return digits >= 1 && digits <= 3 ? value : -1;
}

static bool address_from(const char **text, guint32 *address)
{
    *address = 0;
    for (int i = 0; i < 4; i++) {
        int byte = number_from(text);
        if (byte < 0 || byte > 255 || (i < 3 && *(*text)++ != '.'))
            return false;
        *address = *address << 8 | (guint32)byte;
    }
    return true;
}

static const char *written(Loader *loader, guint32 address, int bits)
{
    return subnet_text((Subnet){address, (guint8)bits}, arena_take(loader->arena, SUBNET_TEXT));
}

static bool tell_bad_network(const Reading *reading, Slice slice, const char *what)
{
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "bad-network", "'%s' %s",
         slice_text(reading->loader, slice), what);
    return false;
}

static bool network(const Reading *reading, Slice slice, Subnet *result)
{
    Loader *loader = reading->loader;
    const char *text = slice_text(loader, slice), *at = text;
    guint32 address;
    bool may_be_all = g_strcmp0(reading->param->choices, elsewhere) == 0;
    if (may_be_all && strcmp(text, elsewhere) == 0) {
        *result = (Subnet){0, 0};
        return true;
    }
    if (may_be_all && is_default(text))
        return tell_bad_network(reading, slice, "is written 'elsewhere'");
    if (strchr(text, ':'))
        return tell_bad_network(reading, slice, "is IPv6; only IPv4 networks are modelled");
    if (!address_from(&at, &address))
        return tell_bad_network(reading, slice, "is no network; write it like 198.51.100.0/24");
    if (*at == '\0')
        return tell_bad_network(reading, slice,
                                arena_printf(loader->arena, "is an address; a network says how many bits count: %s",
                                             written(loader, address & 0xffffff00, 24)));
    int bits = *at++ == '/' ? number_from(&at) : -1;
    if (bits < 0 || *at != '\0')
        return tell_bad_network(reading, slice, "is no network; write it like 198.51.100.0/24");
    if (bits < 1 || bits > 24) /* D, R53 routing-policy-ipbased */
        return tell_bad_network(reading, slice,
                                bits == 0 && may_be_all ? "is everybody: write 'elsewhere'" : "must have 1 to 24 bits");
    guint32 mask = ~UINT32_C(0) << (32 - bits);
    if ((address & ~mask) != 0)
        return tell_bad_network(reading, slice,
                                arena_printf(loader->arena, "has bits behind its first %d; the network is %s", bits,
                                             written(loader, address & mask, bits)));
    *result = (Subnet){address, (guint8)bits};
    return true;
}

bool subnets_read(const Reading *reading, Slice slice, Subnets *result)
{
    g_autoptr(GArray) items = slice_list(reading, slice);
    if (!items)
        return false;
    Subnet *read = arena_many(reading->loader->arena, Subnet, items->len);
    bool good = true;
    for (guint i = 0; i < items->len; i++) {
        Slice item = g_array_index(items, Slice, i);
        bool item_good = network(reading, item, &read[i]);
        for (guint k = 0; item_good && k < i; k++)
            if (read[k].address == read[i].address && read[k].bits == read[i].bits) {
                tell(reading->loader, SEVERITY_ERROR, slice_spot(item), "bad-list", "'%s' is given twice",
                     slice_text(reading->loader, item));
                item_good = false;
            }
        good = good && item_good;
    }
    if (good)
        *result = (Subnets){items->len, read};
    return good;
}
