#include "model/fault.h"
#include <string.h>
#include "base/poison.h"

enum { DEEPEST = 64 };

static SimTime begins(const Thing *fault, int depth)
{
    const FaultTiming *timing = fault->config;
    if (!timing->at.after || depth > DEEPEST)
        return timing->at.offset;
    SimTime base = begins(timing->at.after, depth + 1);
    if (timing->at.event == POINT_END)
        base += ((const FaultTiming *)timing->at.after->config)->duration;
    return base + timing->at.offset;
}

SimTime fault_begins(const Thing *fault)
{
    return begins(fault, 0);
}

void fault_check(const Thing *thing, const World *world, Complaints *complaints)
{
    (void)world;
    const FaultTiming *timing = thing->config;
    if (!timing->at.after)
        return;
    if (strcmp(timing->at.after->component->kind, "fault") != 0)
        complain(complaints, "at", "bad-point", "'%s' is no fault; only a fault has a start and an end",
                 timing->at.after->name);
    if (timing->at.event != POINT_START && timing->at.event != POINT_END)
        complain(complaints, "at", "not-yet",
                 "only .start and .end of a fault can be waited for; the others are not in this version");
    const Thing *next = timing->at.after;
    for (int i = 0; next && i < DEEPEST; i++) {
        if (next == thing) {
            complain(complaints, "at", "cycle", "'%s' waits for itself", thing->name);
            return;
        }
        next = strcmp(next->component->kind, "fault") == 0 ? ((const FaultTiming *)next->config)->at.after : NULL;
    }
}
