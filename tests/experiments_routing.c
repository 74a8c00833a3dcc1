/* Routing: whom a policy sends where, by what it knows. */
#include "tests/experiments.h"

static Experiment *add_latency(GPtrArray *all, guint quick, guint full, const char *name)
{
    return experiment_add(all, "routing", "latency.ini", quick, full, g_strdup(name));
}

/* Everybody is sent to the region that is nearest to his resolver by the table; where that is not his own, he is not on
 * his fastest. */
static void add_resolvers(GPtrArray *all)
{
    static const struct {
        const char *remote;
        double share;
        bool ecs;
        guint quick, full;
    } rows[] = {
        {"0%", 0, false, 2, 10}, {"30%", 0.3, false, 12, 60}, {"100%", 1, false, 2, 10}, {"30%", 0.3, true, 2, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double expected = rows[i].ecs ? 0 : rows[i].share;
        g_autofree char *name =
            g_strdup_printf("latency, %s of the resolvers far%s", rows[i].remote, rows[i].ecs ? ", with ECS" : "");
        Experiment *one = add_latency(all, rows[i].quick, rows[i].full, name);
        experiment_set(one, "scenario.duration=5m");
        experiment_set(one, "users.remote-resolvers=%s", rows[i].remote);
        if (rows[i].share > 0)
            experiment_set(one, "users.remote-at=af-south-1");
        if (rows[i].ecs)
            experiment_set(one, "users.ecs=yes");
        experiment_expect_near(one, "share not on their fastest region", "routing.not_fastest", RULE_WITHIN, expected,
                               0.01);
        experiment_expect_near(one, "share in the region next to far resolvers", "routing.share{region=af-south-1}",
                               RULE_WITHIN, expected, 0.01);
    }
}

/* The way becomes slow after 5 of 15 min; the table knows `age` later, and caches half a TTL after that in the mean. */
static void add_table_age(GPtrArray *all)
{
    static const struct {
        const char *text;
        double age_s;
        guint quick, full;
    } rows[] = {{"0s", 0, 8, 20}, {"4m", 240, 0, 20}, {"7d", 604800, 2, 10}};
    static const double ttl_s = 60, slow_s = 600, run_s = 900;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double left_s = MAX(0, slow_s - rows[i].age_s - ttl_s / 2);
        g_autofree char *name = g_strdup_printf("latency, a table %s old", rows[i].text);
        Experiment *one = add_latency(all, rows[i].quick, rows[i].full, name);
        experiment_set(one, "detour.enabled=yes");
        experiment_set(one, "door.table-age=%s", rows[i].text);
        experiment_expect_near(one, "share that is sent round the slow way", "routing.share{region=af-south-1}",
                               RULE_WITHIN, left_s / run_s, 0.01);
    }
}

static void add_geolocation(GPtrArray *all)
{
    static const struct {
        const char *name, *door;
        double failed, in_us;
    } rows[] = {{"geolocation without elsewhere", NULL, 0.15, 0.30 / 0.85},
                {"geolocation with elsewhere", "eu, na, rest", 0, 0.45}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Experiment *one = experiment_add(all, "routing", "geolocation.ini", 8, 30, g_strdup(rows[i].name));
        if (rows[i].door) {
            experiment_set(one, "door.answers=%s", rows[i].door);
            experiment_set(one, "rest.enabled=yes");
        }
        experiment_expect_near(one, "share that no record is for", "requests.failed / requests.issued", RULE_WITHIN,
                               rows[i].failed, 0.01);
        experiment_expect_near(one, "share of the others in Virginia", "routing.share{region=us-east-1}", RULE_WITHIN,
                               rows[i].in_us, 0.01);
    }
}

void experiments_add_routing(GPtrArray *all)
{
    add_resolvers(all);
    add_table_age(all);
    add_geolocation(all);
}
