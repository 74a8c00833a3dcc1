#include "model/location.h"
#include "base/check.h"
#include "kernel/random.h"
#include <string.h>
#include "base/poison.h"

const char *const continent_words[] = {"africa", "asia", "europe", "north-america", "oceania", "south-america", NULL};

const char *continent_word(const char *code)
{
    static const struct {
        const char *code, *word;
    } words[] = {{"AF", "africa"},  {"AS", "asia"},          {"EU", "europe"},       {"ME", "asia"},
                 {"OC", "oceania"}, {"NA", "north-america"}, {"SA", "south-america"}};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].code, code) == 0)
            return words[i].word;
    CHECK(!"a continent of the tables");
    return NULL;
}

Fit locations_fit(const Locations *locations, const char *country, const char *continent)
{
    Fit best = FIT_NONE;
    for (guint i = 0; i < locations->n; i++) {
        const Location *location = &locations->location[i];
        Fit fit = FIT_NONE;
        if (location->kind == LOCATION_ELSEWHERE)
            fit = FIT_ELSEWHERE;
        else if (location->kind == LOCATION_CONTINENT && g_strcmp0(location->name, continent) == 0)
            fit = FIT_CONTINENT;
        else if (location->kind == LOCATION_COUNTRY && g_strcmp0(location->name, country) == 0)
            fit = FIT_COUNTRY;
        best = MAX(best, fit);
    }
    return best;
}

int subnets_fit(const Subnets *subnets, guint32 address)
{
    int best = -1;
    for (guint i = 0; i < subnets->n; i++) {
        const Subnet *subnet = &subnets->subnet[i];
        guint32 mask = subnet->bits == 0 ? 0 : ~UINT32_C(0) << (32 - subnet->bits);
        if ((subnet->bits == 0 || address != 0) && (address & mask) == subnet->address)
            best = MAX(best, (int)subnet->bits);
    }
    return best;
}

static guint32 parts_of(const Subnet *subnet)
{
    return UINT32_C(1) << (24 - subnet->bits);
}

guint32 subnets_draw(const Subnets *subnets, guint64 key)
{
    guint32 n = 0, i = 0;
    for (guint k = 0; k < subnets->n; k++)
        n += parts_of(&subnets->subnet[k]);
    if (n == 0)
        return 0;
    guint32 part = below(key, n);
    while (part >= parts_of(&subnets->subnet[i]))
        part -= parts_of(&subnets->subnet[i++]);
    return subnets->subnet[i].address + (part << 8);
}

const char *subnet_text(Subnet subnet, char *buffer)
{
    g_snprintf(buffer, SUBNET_TEXT, "%u.%u.%u.%u/%u", subnet.address >> 24, subnet.address >> 16 & 255,
               subnet.address >> 8 & 255, subnet.address & 255, subnet.bits);
    return buffer;
}
