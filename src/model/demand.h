/* Demand: what the users of a population want: how often, what of, and when.
 *
 * Open loop: requests come as a Poisson process whatever becomes of them, all the time or for a while (a burst).  Who
 * has written may read the same item a while later: a request of its own. */
#ifndef MRSIM_MODEL_DEMAND_H
#define MRSIM_MODEL_DEMAND_H
#include "model/ports.h"
#include "model/sim.h"

/* A member of the config of whoever has users. */
typedef struct {
    double rate;
    Mix mix;
    Law items, read_back;
    SimTime think, duration; /* duration 0: to the end */
    Point at;                /* offset SIMTIME_NEVER: from the start of the run on */
} DemandConfig;

#define DEMAND_PARAMS(Config)                                                                                          \
    {.name = "rate",                                                                                                   \
     .type = PARAM_RATE,                                                                                               \
     .offset = PARAM_FIELD(Config, demand.rate, double),                                                               \
     .least = 1e-6,                                                                                                    \
     .most = 1e7,                                                                                                      \
     .help = "Arrival rate of requests of the whole population; Poisson, whatever becomes of them."},                  \
        {.name = "at",                                                                                                 \
         .type = PARAM_POINT,                                                                                          \
         .offset = PARAM_FIELD(Config, demand.at, Point),                                                              \
         .standard = "",                                                                                               \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help =                                                                                                       \
             "Of a burst: when it begins, after the start of measurement or a fault's start or end; absent: always."}, \
        {.name = "for",                                                                                                \
         .type = PARAM_DURATION,                                                                                       \
         .offset = PARAM_FIELD(Config, demand.duration, SimTime),                                                      \
         .standard = "",                                                                                               \
         .least = 1e6,                                                                                                 \
         .most = 8.64e16,                                                                                              \
         .flags = PARAM_EVERYWHERE,                                                                                    \
         .help = "How long requests come from then on; absent: to the end."},                                          \
        {.name = "mix",                                                                                                \
         .type = PARAM_MIX,                                                                                            \
         .offset = PARAM_FIELD(Config, demand.mix, Mix),                                                               \
         .standard = "80% read, 20% write",                                                                            \
         .choices = "read write",                                                                                      \
         .help = "Shares of reads and writes.",                                                                        \
         .source = "assumed"},                                                                                         \
        {.name = "read-back",                                                                                          \
         .type = PARAM_LAW_OF_DURATION,                                                                                \
         .offset = PARAM_FIELD(Config, demand.read_back, Law),                                                         \
         .standard = "",                                                                                               \
         .most = 8.64e13,                                                                                              \
         .help =                                                                                                       \
             "After each answered write the user reads the item, this much later: a request more; absent: never."},    \
        {.name = "items",                                                                                              \
         .type = PARAM_LAW_OF_ITEMS,                                                                                   \
         .offset = PARAM_FIELD(Config, demand.items, Law),                                                             \
         .standard = "zipf(1M, 0.9)",                                                                                  \
         .most = 4e9,                                                                                                  \
         .help = "Which item a request is about.",                                                                     \
         .source = "assumed"},                                                                                         \
    {                                                                                                                  \
        .name = "think", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, demand.think, SimTime),                 \
        .standard = "30s", .least = 1e6, .most = 8.64e13,                                                              \
        .help = "Mean time between two requests of one user: rate × think is the number of users.",                    \
        .source = "assumed"                                                                                            \
    }

/* How many live where this share of the population does. */
double demand_users(const DemandConfig *config, double share);
static inline Op demand_op(const DemandConfig *config, uint64_t bits)
{
    double u = unit_of(bits);
    for (guint i = 0; i + 1 < config->mix.n; i++) {
        if (u < config->mix.share[i])
            return (Op)config->mix.word[i];
        u -= config->mix.share[i];
    }
    return (Op)config->mix.word[config->mix.n - 1];
}
/* Requests come from `from` on, as long as it is before `until`; to be asked when the run begins. */
typedef struct {
    SimTime from, until;
} DemandSpan;
DemandSpan demand_span(const Sim *sim, const DemandConfig *config);
void demand_check(const DemandConfig *config, Complaints *complaints);
#endif
