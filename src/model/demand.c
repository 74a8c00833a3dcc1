#include "model/demand.h"
#include "model/complaints.h"
#include "model/fault.h"
#include "base/poison.h"

enum { MOST_USERS = 1000000000 };

double demand_users(const DemandConfig *config, double share)
{
    return config->rate * share * simtime_seconds(config->think);
}

static bool is_burst(const DemandConfig *config)
{
    return config->at.offset != SIMTIME_NEVER;
}

DemandSpan demand_span(const Sim *sim, const DemandConfig *config)
{
    if (!is_burst(config))
        return (DemandSpan){0, sim->horizon};
    SimTime from = sim->measured_from + fault_point(sim, &config->at);
    SimTime until = config->duration > 0 ? from + config->duration : sim->horizon;
    return (DemandSpan){from, MIN(until, sim->horizon)};
}

void demand_check(const DemandConfig *config, Complaints *complaints)
{
    if (demand_users(config, 1) > MOST_USERS)
        complain(complaints, "think", "out-of-range", "rate × think makes %.3g users; at most %d",
                 demand_users(config, 1), MOST_USERS);
    if (is_burst(config))
        fault_check_point(&config->at, complaints);
    else if (config->duration > 0)
        complain(complaints, "for", "contradictory-settings", "a burst begins at an instant; write at = 00:10:00");
}
