#include "model/links.h"
#include <string.h>
#include "base/poison.h"

/* Rules across the parameters of links: what joins what, what stands in for what. */

static bool is_line(const LinkConfig *config)
{
    return config->hold > 0;
}

static bool runs(const World *world, const char *name)
{
    int region = world_region(world, name);
    return region >= 0 && region < (int)world->n_running;
}

/* A region that is declared and not measured: an office, a machine room, another provider's. */
static bool is_own(const World *world, const char *name)
{
    int region = world_region(world, name);
    const char *measured_as = region >= 0 ? world->region[region].measured_as : name;
    return !measured_as || strcmp(measured_as, name) != 0;
}

static void check_private_ends(const Thing *thing, const World *world, Complaints *complaints)
{
    const LinkConfig *config = thing->config;
    const char *const keys[] = {"from", "to"}, *const ends[] = {config->from, config->to};
    bool known = true;
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (!runs(world, ends[i])) {
            known = false;
            complain(complaints, keys[i], "unknown-region",
                     "nothing runs in '%s'; a %s joins regions of the scenario: add it to regions in [scenario]",
                     ends[i], thing->component->name);
        }
    if (known && is_line(config) && !is_own(world, config->from) && !is_own(world, config->to))
        complain(complaints, "from", "contradictory-settings",
                 "a %s leads to a place of your own, and %s and %s are both measured regions: declare the place "
                 "([region office] with like = %s), or join the regions by use = vpc-peering",
                 thing->component->name, config->from, config->to, config->from);
}

static void check_ends(const Thing *thing, const World *world, Complaints *complaints)
{
    const LinkConfig *config = thing->config;
    bool private = config->from && link_is_private(thing);
    if (private && strcmp(config->from, config->to) == 0)
        complain(complaints, "to", "contradictory-settings", "a %s joins two places; 'from' and 'to' are the same",
                 thing->component->name);
    else if (private)
        check_private_ends(thing, world, complaints);
    if (!config->from && config->attachments.n < 2)
        complain(complaints, "attachments", "out-of-range", "a gateway between fewer than two regions joins nothing");
}

static void check_backup(const Thing *thing, const World *world, Complaints *complaints)
{
    const LinkConfig *config = thing->config;
    const Thing *backup = config->backup.thing;
    if (!backup || backup == thing) /* itself: told as a ring of references */
        return;
    const LinkConfig *stand_in = backup->config;
    if (!is_line(stand_in))
        complain(complaints, "backup", "unknown-reference",
                 "'%s' is a %s; what stands in for a direct-connect is a vpn or another direct-connect", backup->name,
                 backup->component->name);
    else if (stand_in->backup.thing)
        complain(complaints, "backup", "cycle", "'%s' has a backup of its own; a backup is one connection",
                 backup->name);
    else if (!link_joins(world, backup, (LinkEnd){config->from, NULL}, (LinkEnd){config->to, NULL}))
        complain(complaints, "backup", "contradictory-settings",
                 "'%s' joins %s and %s; a backup joins the same two places, %s and %s", backup->name, stand_in->from,
                 stand_in->to, config->from, config->to);
}

void link_check(const Thing *thing, const World *world, Complaints *complaints)
{
    const LinkConfig *config = thing->config;
    check_ends(thing, world, complaints);
    check_backup(thing, world, complaints);
    if (config->loss >= 1)
        complain(complaints, "loss", "out-of-range",
                 "nothing would ever arrive; for a while without it write [fault ...] with use = link-down");
    if (config->keepalive > config->hold)
        complain(complaints, "keepalive", "contradictory-settings",
                 "signs of life come less often than it waits for one: it would be given up without any fault");
    if (!link_is_private(thing) && config->rtt.kind == LAW_NONE && config->jitter.kind == LAW_NONE &&
        config->loss == 0 && config->bandwidth == 0 && !link_is_struck(world, thing))
        complain(complaints, NULL, "missing-key",
                 "[link %s] says nothing of the way: give it rtt, jitter, loss or bandwidth", thing->name);
}
