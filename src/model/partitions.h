/* Partitions: how many reads and writes a store takes per second and partition, wherever its replicas are.
 *
 * An item is on one partition, by its hash; each partition of each replica has a capacity of its own, which nobody can
 * lend it.  What is not used is kept: within the limit of a partition for a second, and of what the table is
 * provisioned with, for a burst.  Who asks when nothing is left is refused, at once.  A change from another region
 * takes write capacity too; it is not refused, but waits for its turn, ahead of those who write here.
 *
 * A question costs no more with many partitions than with one, and no events.  Memory: 48 bytes per partition and
 * replica. */
#ifndef MRSIM_MODEL_PARTITIONS_H
#define MRSIM_MODEL_PARTITIONS_H
#include "model/sim.h"

typedef struct {
    gint64 partitions;                /* 0: nothing is limited */
    double reads, writes;             /* per second and partition, whatever is provisioned */
    double table_reads, table_writes; /* provisioned, per second, for all partitions together; 0: on demand */
    SimTime burst;                    /* how long unused provisioned capacity is kept */
} PartitionConfig;

#define PARTITION_PARAMS(Config)                                                                                       \
    {.name = "partitions",                                                                                             \
     .type = PARAM_COUNT,                                                                                              \
     .offset = PARAM_FIELD(Config, limits.partitions, gint64),                                                         \
     .standard = "",                                                                                                   \
     .least = 1,                                                                                                       \
     .most = 1e6,                                                                                                      \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help =                                                                                                           \
         "Items are spread over so many partitions, each with a capacity of its own; absent: nothing is limited."},    \
        {.name = "partition-reads",                                                                                    \
         .type = PARAM_RATE,                                                                                           \
         .offset = PARAM_FIELD(Config, limits.reads, double),                                                          \
         .standard = "3000/s",                                                                                         \
         .least = 1e-3,                                                                                                \
         .most = 1e9,                                                                                                  \
         .help = "Most reads of one partition.",                                                                       \
         .source = "P, repost.aws dynamodb-spiky-workloads-short-intervals: 3,000 RCU; of strong reads up to 4 KB"},   \
        {.name = "partition-writes",                                                                                   \
         .type = PARAM_RATE,                                                                                           \
         .offset = PARAM_FIELD(Config, limits.writes, double),                                                         \
         .standard = "1000/s",                                                                                         \
         .least = 1e-3,                                                                                                \
         .most = 1e9,                                                                                                  \
         .help = "Most writes of one partition, those that come from other regions included.",                         \
         .source = "P, repost.aws dynamodb-spiky-workloads-short-intervals: 1,000 WCU; of writes up to 1 KB"},         \
        {.name = "table-reads",                                                                                        \
         .type = PARAM_RATE,                                                                                           \
         .offset = PARAM_FIELD(Config, limits.table_reads, double),                                                    \
         .standard = "",                                                                                               \
         .least = 1e-3,                                                                                                \
         .most = 1e12,                                                                                                 \
         .help = "Provisioned reads in a region, spread evenly over the partitions; absent: on demand."},              \
        {.name = "table-writes",                                                                                       \
         .type = PARAM_RATE,                                                                                           \
         .offset = PARAM_FIELD(Config, limits.table_writes, double),                                                   \
         .standard = "",                                                                                               \
         .least = 1e-3,                                                                                                \
         .most = 1e12,                                                                                                 \
         .help = "Provisioned writes in a region, spread evenly over the partitions; absent: on demand."},             \
    {                                                                                                                  \
        .name = "burst", .type = PARAM_DURATION, .offset = PARAM_FIELD(Config, limits.burst, SimTime),                 \
        .standard = "300s", .least = 1e9, .most = 3.6e12, .flags = PARAM_EVERYWHERE,                                   \
        .help = "How long provisioned capacity that is not used is kept for a burst.",                                 \
        .source = "P, DDB burst-adaptive-capacity: up to 5 minutes (300 seconds)"                                      \
    }

typedef struct Partitions Partitions; /* of one replica */
/* NULL where nothing is limited. */
Partitions *partitions_new(Sim *sim, const Thing *thing, int region, const PartitionConfig *config);
/* false: it is refused, and counted. */
bool partitions_admit(Sim *sim, Partitions *partitions, uint32_t item, Op op);
/* A change takes its capacity; how long it must wait for it. */
SimTime partitions_take(Sim *sim, Partitions *partitions, uint32_t item);
#endif
