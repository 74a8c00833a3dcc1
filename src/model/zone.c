#include "model/zone.h"
#include "model/network.h"
#include "base/poison.h"

char zone_letter(int zone)
{
    return (char)('a' + zone % 26);
}

bool zone_check_where(const Reference *of, Complaints *complaints)
{
    if (of->region != ANYWHERE)
        return true;
    if (of->thing)
        complain(complaints, "of", "missing-region", "in which region? %s@us-east-1 would be the one there",
                 of->thing->name);
    return false;
}

bool zone_check(const World *world, int region, int zone, const char *key, Complaints *complaints)
{
    if (region < 0 || zone == WHOLE_REGION || zone < (int)world->region[region].n_zones)
        return true;
    const Region *where = &world->region[region];
    if (where->n_zones == 1)
        complain(complaints, key, "unknown-zone", "%s has one zone, a; there is no %c in it", where->name,
                 zone_letter(zone));
    else
        complain(complaints, key, "unknown-zone", "%s has %u zones, a to %c; there is no %c among them", where->name,
                 where->n_zones, zone_letter((int)where->n_zones - 1), zone_letter(zone));
    return false;
}
