/* Distances: what a client sees of the tables in models/. */
#include "tests/experiments.h"
#include "tests/measures.h"

static void add_distances(GPtrArray *all)
{
    static const char *const rows[][2] = {
        {"us-east-1", "eu-central-1"}, {"eu-central-1", "us-east-1"},   {"us-east-1", "ap-southeast-1"},
        {"sa-east-1", "eu-west-1"},    {"af-south-1", "ap-south-1"},    {"eu-central-1", "eu-west-3"},
        {"US-CHICAGO", "us-east-1"},   {"US-CHICAGO", "eu-central-1"},  {"DE-BERLIN", "eu-central-1"},
        {"IN-MUMBAI", "us-east-1"},    {"AU-SYDNEY", "ap-southeast-2"}, {"BR-SAOPAULO", "us-east-1"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        TableTrip trip = table_trip(rows[i][0], rows[i][1]);
        Experiment *one = experiment_add(all, "distances", "distance.ini", i % 3 == 0 ? 4 : 0, 10,
                                         g_strdup_printf("%s to %s", rows[i][0], rows[i][1]));
        experiment_set(one, "users.places=100%% %s", rows[i][0]);
        experiment_set(one, "scenario.regions=%s", rows[i][1]);
        experiment_expect(one, "p50", "latency.p50", RULE_WITHIN, trip.p50_s, 0.02);
        experiment_expect(one, "p99", "latency.p99", RULE_WITHIN, trip.p99_s, 0.10);
    }
    Experiment *every = experiment_add(all, "distances", "distance.ini", 1, 1,
                                       g_strdup("every pair of regions, every place to every region"));
    every->measure = measure_distances;
    static const struct {
        const char *what;
        double width;
    } worst[] = {{"regions: worst p50, off by", 0.02},
                 {"regions: worst p99, off by", 0.10},
                 {"places: worst p50, off by", 0.02},
                 {"places: worst p99, off by", 0.10}};
    for (gsize i = 0; i < G_N_ELEMENTS(worst); i++) {
        experiment_expect_near(every, worst[i].what, "", RULE_WITHIN, 0, worst[i].width);
    }
}

void experiments_add_distances(GPtrArray *all)
{
    add_distances(all);
}
