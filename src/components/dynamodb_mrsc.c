/* DynamoDB global table with multi-Region strong consistency: three replicas, or two and a witness that only votes, all
 * in one set of regions.  How they agree stands in model/agreement.h. */
#include "model/agreement.h"
#include "base/poison.h"

enum { READS_STRONG, READS_EVENTUAL };

typedef struct {
    ReplicaConfig replica;
    Regions replicas;
    const char *witness;
    int reads;
    gint64 tries;
    SimTime backoff, timeout;
} Config;

/* ---- where it may be ---- */

static guint members_of(const Config *config, const World *world, int *region, guint *n_replicas)
{
    int witness = config->witness ? world_region(world, config->witness) : -1;
    guint n = 0;
    if (config->replicas.n > 0)
        for (guint i = 0; i < config->replicas.n; i++)
            region[n++] = config->replicas.region[i];
    else
        for (guint i = 0; i < world->n_running && n < MOST_REPLICAS; i++)
            if ((int)i != witness)
                region[n++] = (int)i;
    *n_replicas = n;
    if (witness >= 0 && n < MOST_REPLICAS)
        region[n++] = witness;
    return n;
}

static void runs_in(const Thing *thing, const World *world, bool *here)
{
    int region[MOST_REPLICAS];
    guint n_replicas;
    members_of(thing->config, world, region, &n_replicas);
    for (guint i = 0; i < n_replicas; i++)
        here[region[i]] = true;
}

enum { OWN_PLACES = -1, NOWHERE = -2 };
static const char *const set_names[] = {"US (us-east-1, us-east-2, us-west-2)",
                                        "EU (eu-west-1, eu-west-2, eu-west-3, eu-central-1)",
                                        "AP (ap-northeast-1, ap-northeast-2, ap-northeast-3)"};

/* A place like a measured region counts as that one; places of one's own are where whoever made them says. */
static int set_of(const Region *region)
{
    static const struct {
        const char *region;
        int set;
    } rows[] = {{"us-east-1", 0},      {"us-east-2", 0},     {"us-west-2", 0},    {"eu-west-1", 1},
                {"eu-west-2", 1},      {"eu-west-3", 1},     {"eu-central-1", 1}, {"ap-northeast-1", 2},
                {"ap-northeast-2", 2}, {"ap-northeast-3", 2}};
    if (!region->measured_as)
        return OWN_PLACES;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_equal(rows[i].region, region->measured_as))
            return rows[i].set;
    return NOWHERE;
}

static void check_set(const World *world, const int *region, guint n, guint n_replicas, Complaints *complaints)
{
    int first = set_of(&world->region[region[0]]);
    for (guint i = 0; i < n; i++) {
        const Region *where = &world->region[region[i]];
        const char *key = i < n_replicas ? "replicas" : "witness";
        int set = set_of(where);
        if (set == NOWHERE)
            complain(complaints, key, "outside-of-set",
                     "strong consistency is not offered in %s; a set is all in %s, all in %s, or all in %s",
                     where->name, set_names[0], set_names[1], set_names[2]);
        else if (set != first && first != NOWHERE)
            complain(complaints, key, "outside-of-set", "%s is not in one set with %s: %s", where->name,
                     world->region[region[0]].name, first >= 0 ? set_names[first] : "a place of your own");
    }
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const Config *config = thing->config;
    int region[MOST_REPLICAS];
    guint n_replicas, n = members_of(config, world, region, &n_replicas);
    for (guint i = 0; i < n_replicas; i++)
        if (config->witness && g_str_equal(world->region[region[i]].name, config->witness)) {
            complain(complaints, "witness", "contradictory-settings",
                     "%s has a replica; a witness is a place without one", config->witness);
            return;
        }
    if (n_replicas == AGREEMENT_MAJORITY && !config->witness)
        complain(complaints, NULL, "missing-key", "two replicas need a witness: witness = us-west-2");
    else if (n_replicas < AGREEMENT_MAJORITY || n_replicas > AGREEMENT_MEMBERS)
        complain(complaints, "replicas", "out-of-range", "%u replica%s; there are three, or two and a witness",
                 n_replicas, n_replicas == 1 ? "" : "s");
    else if (n > AGREEMENT_MEMBERS)
        complain(complaints, "witness", "contradictory-settings", "three replicas need no witness; there are three");
    else
        check_set(world, region, n, n_replicas, complaints);
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    int where[MOST_REPLICAS];
    guint n_replicas;
    if (bound != BOUND_WRITERS)
        return replica_bound(thing, region, bound, value);
    members_of(thing->config, world, where, &n_replicas);
    *value = n_replicas;
    return true;
}

/* ---- building ---- */

static const Ops ops = {
    .role = "replica", .start = agreement_start, .asked = agreement_asked, .finish = replica_finish};

static void build(Sim *sim, const Thing *thing)
{
    const Config *config = thing->config;
    int region[MOST_REPLICAS];
    guint n_replicas;
    AgreementHabits *habits = arena_one(sim->arena, AgreementHabits);
    *habits = (AgreementHabits){.tries = config->tries,
                                .backoff = config->backoff,
                                .timeout = config->timeout,
                                .local_reads = config->reads == READS_EVENTUAL};
    members_of(config, sim->world, region, &n_replicas);
    agreement_build(sim, thing, &ops, region, n_replicas, habits);
}

static void connect(Sim *sim, const Thing *thing)
{
    Law *at_once = arena_one(sim->arena, Law);
    *at_once = law_constant(0);
    replicas_connect(sim, thing, (LogHabits){.lag = at_once, .patience = call_patience(sim, 10 * SECOND)});
}

static const Param params[] = {
    REPLICA_PARAMS(Config, "lognormal(p50=3ms, p99=10ms)", "assumed: single-digit milliseconds",
                   "lognormal(p50=4ms, p99=12ms)", "assumed: single-digit milliseconds"),
    STOCK_PARAM(Config),
    {.name = "replicas",
     .type = PARAM_REGIONS,
     .offset = PARAM_FIELD(Config, replicas, Regions),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "The regions that hold a replica, two or three of one set; absent: every region of the scenario."},
    {.name = "witness",
     .type = PARAM_PLACE,
     .offset = PARAM_FIELD(Config, witness, const char *),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "A third place, of the same set, that votes and keeps no copy that could be read."},
    {.name = "reads",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, reads, int),
     .standard = "strong",
     .choices = "strong eventual",
     .flags = PARAM_EVERYWHERE,
     .help = "strong: a majority answers; eventual: the local replica alone.",
     .source = "assumed; DynamoDB lets each read say which, and means eventual where it says nothing"},
    {.name = "tries",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, tries, gint64),
     .standard = "10",
     .least = 1,
     .most = 100,
     .flags = PARAM_EVERYWHERE,
     .help = "Attempts at a write in all, the first included, while the item is being written in another region.",
     .source = "assumed: the SDKs of AWS differ, from 3 to 11"},
    {.name = "backoff",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, backoff, SimTime),
     .standard = "50ms",
     .least = 1e6,
     .most = 6e10,
     .flags = PARAM_EVERYWHERE,
     .help = "Longest pause before the second attempt; it doubles with each further one, and is drawn from 0 on.",
     .source = "assumed: the SDKs of AWS begin with 25 to 100 ms"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, timeout, SimTime),
     .standard = "1s",
     .least = 1e6,
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "How long another member is waited for.",
     .source = "assumed"},
    PARAM_END,
};

static const char *const feeds[] = {"busy",
                                    "oversold",
                                    "queue.length",
                                    "replication.lag",
                                    "writes.acknowledged",
                                    "writes.conflicts",
                                    "writes.durable",
                                    "writes.in_flight",
                                    "writes.overwritten",
                                    "writes.partial",
                                    "writes.refused",
                                    "writes.sold_out",
                                    "writes.stranded",
                                    "writes.superseded",
                                    NULL};

const Component dynamodb_mrsc_component = {
    .kind = "database",
    .name = "dynamodb-mrsc",
    .summary = "A table that every region writes with strong consistency: a majority of three has each write.",
    .existence = EXISTS_BY_ITSELF,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .runs_in = runs_in,
    .check = check,
    .bound = bound,
    .build = build,
    .connect = connect,
};
