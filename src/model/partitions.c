#include "model/partitions.h"
#include "base/poison.h"

/* What is left, in operations; below 0: taken beforehand. */
typedef struct {
    double limit, provisioned;
} Left;

typedef struct {
    SimTime at;
    Left left[N_OPS];
} Partition;
_Static_assert(sizeof(Partition) <= 48, "what the header promises");

struct Partitions {
    const PartitionConfig *config;
    double limit[N_OPS], provisioned[N_OPS]; /* per second; provisioned 0: on demand */
    uint64_t key;
    Partition *partition;
    Cell *throttled;
};

Partitions *partitions_new(Sim *sim, const Thing *thing, int region, const PartitionConfig *config)
{
    if (config->partitions == 0)
        return NULL;
    Partitions *partitions = arena_one(sim->arena, Partitions);
    double n = (double)config->partitions;
    *partitions = (Partitions){.config = config,
                               .limit = {config->reads, config->writes},
                               .provisioned = {config->table_reads / n, config->table_writes / n},
                               .key = thing->key,
                               .partition = arena_many(sim->arena, Partition, (gsize)config->partitions),
                               .throttled = sheet_cell(sim->sheet, CELL_COUNT, "throttled", "database", thing->name,
                                                       "region", sim->world->region[region].name, NULL)};
    double burst_s = simtime_seconds(config->burst);
    for (gint64 i = 0; i < config->partitions; i++)
        for (Op op = 0; op < N_OPS; op++)
            partitions->partition[i].left[op] = (Left){partitions->limit[op], partitions->provisioned[op] * burst_s};
    return partitions;
}

static Partition *partition_of(const Partitions *partitions, uint32_t item)
{
    return &partitions->partition[key_of(partitions->key, item) % (uint64_t)partitions->config->partitions];
}

/* What has come since it was looked at last. */
static Left *refill(const Sim *sim, const Partitions *partitions, Partition *partition, Op op)
{
    double seconds = simtime_seconds(sim_now(sim) - partition->at),
           burst_s = simtime_seconds(partitions->config->burst);
    partition->at = sim_now(sim);
    for (Op each = 0; each < N_OPS; each++) {
        Left *left = &partition->left[each];
        double limit = partitions->limit[each], provisioned = partitions->provisioned[each];
        left->limit = MIN(limit, left->limit + limit * seconds);
        left->provisioned = MIN(provisioned * burst_s, left->provisioned + provisioned * seconds);
    }
    return &partition->left[op];
}

bool partitions_admit(Sim *sim, Partitions *partitions, uint32_t item, Op op)
{
    Left *left = refill(sim, partitions, partition_of(partitions, item), op);
    bool provisioned = partitions->provisioned[op] > 0;
    if (left->limit < 1 || (provisioned && left->provisioned < 1)) {
        if (sim_measuring(sim, sim_now(sim)))
            cell_count(partitions->throttled);
        return false;
    }
    left->limit -= 1;
    left->provisioned -= provisioned;
    return true;
}

SimTime partitions_take(Sim *sim, Partitions *partitions, uint32_t item)
{
    Left *left = refill(sim, partitions, partition_of(partitions, item), OP_WRITE);
    double provisioned = partitions->provisioned[OP_WRITE], wait_s;
    left->limit -= 1;
    wait_s = -left->limit / partitions->limit[OP_WRITE];
    if (provisioned > 0) {
        left->provisioned -= 1;
        wait_s = MAX(wait_s, -left->provisioned / provisioned);
    }
    return wait_s > 0 ? (SimTime)(wait_s * 1e9 + 0.5) : 0;
}
