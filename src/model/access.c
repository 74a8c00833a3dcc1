#include "model/access.h"
#include "kernel/random.h"
#include "base/poison.h"

Access access_at(const AccessConfig *config, const Atlas *atlas, const AtlasPlace *place)
{
    const char *continent = place ? place->continent : "NA";
    return (Access){config, atlas_access(atlas, continent, false), atlas_access(atlas, continent, true)};
}

uint32_t access_draw(const Access *access, uint64_t key)
{
    const Law *law = access->config->round_trip.kind != LAW_NONE         ? &access->config->round_trip
                     : unit_of(key_nth(key, 1)) < access->config->mobile ? &access->mobile
                                                                         : &access->fixed;
    return (uint32_t)MIN(law_time(law, key), (SimTime)UINT32_MAX);
}
