/* Endpoint groups: where a new flow goes, by nearness, dials, weights and health. */
#include "model/endpoint_groups.h"
#include "tests/expect.h"
#include <string.h>

enum { N_GROUPS = 5, N_DOORS = 10, N_DRAWS = 20000 };

/* Five regions with two endpoints of one door each: group g has the doors 2g and 2g + 1.  Nearest is group 2, then 0,
 * 4, 1, 3. */
typedef struct {
    EndpointGroup group[N_GROUPS];
    Endpoint endpoint[N_DOORS];
    guint order[N_GROUPS];
    double dial[N_GROUPS];
    bool healthy[N_DOORS];
    EndpointGroups groups;
    EndpointView view;
} Stage;

static void set(Stage *stage)
{
    static const guint order[N_GROUPS] = {2, 0, 4, 1, 3};
    *stage = (Stage){.groups = {.n_groups = N_GROUPS, .n_endpoints = N_DOORS, .n_doors = N_DOORS}};
    for (guint g = 0; g < N_GROUPS; g++) {
        stage->group[g] = (EndpointGroup){.region = (int)g, .first_endpoint = 2 * g, .n_endpoints = 2};
        stage->order[g] = order[g];
        stage->dial[g] = 1;
    }
    for (guint i = 0; i < N_DOORS; i++) {
        stage->endpoint[i] = (Endpoint){.weight = 128, .first_door = i, .n_doors = 1};
        stage->healthy[i] = true;
    }
    stage->groups.group = stage->group;
    stage->groups.endpoint = stage->endpoint;
    stage->view = (EndpointView){stage->order, stage->dial, stage->healthy};
}

typedef struct {
    guint to[N_DOORS], why[CHOSEN_FAIL_OPEN + 1];
} Counts;

static Counts draw(const Stage *stage)
{
    Counts counts = {0};
    for (uint64_t i = 0; i < N_DRAWS; i++) {
        EndpointReason why;
        uint64_t key = mix64(i + 1);
        counts.to[endpoint_choose(&stage->groups, &stage->view,
                                  (EndpointChance){key_nth(key, 1), key_nth(key, 2), key_nth(key, 3)}, &why)]++;
        counts.why[why]++;
    }
    return counts;
}

/* Shares of the groups, within four standard deviations of a share of a half. */
static void expect_groups(const Counts *counts, const double share[N_GROUPS])
{
    for (guint g = 0; g < N_GROUPS; g++) {
        double got = (double)(counts->to[2 * g] + counts->to[2 * g + 1]) / N_DRAWS;
        EXPECT(share[g] > 0 && share[g] < 1 ? fabs(got - share[g]) < 0.0142 : got == share[g],
               "group %u: %.4f, expected %.4f", g, got, share[g]);
    }
}

static void lose(Stage *stage, guint group)
{
    stage->healthy[2 * group] = stage->healthy[2 * group + 1] = false;
}

static void all_goes_to_the_nearest(void)
{
    Stage stage;
    set(&stage);
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){0, 0, 1, 0, 0});
    EXPECT_INT(counts.why[CHOSEN_NEAREST], N_DRAWS);
    EXPECT_NEAR((double)counts.to[4] / N_DRAWS, 0.5, 0.0142);
}

static void what_a_dial_keeps_out_goes_to_the_next_nearest(void)
{
    Stage stage;
    set(&stage);
    stage.dial[2] = 0.2;
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){0.8, 0, 0.2, 0, 0});
    stage.dial[0] = 0.25; /* of the 80 % that come to it */
    counts = draw(&stage);
    expect_groups(&counts, (const double[]){0.2, 0, 0.2, 0, 0.6});
    EXPECT_INT(counts.why[CHOSEN_NEAREST] + counts.why[CHOSEN_BY_DIAL], N_DRAWS);
}

/* AWS's own example: two groups at 50 % each, and of the users near each half goes to the other. */
static void the_last_that_is_dialled_up_takes_what_is_left(void)
{
    Stage stage;
    set(&stage);
    for (guint g = 0; g < N_GROUPS; g++)
        stage.dial[g] = g == 2 || g == 3 ? 0.5 : 0;
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){0, 0, 0.5, 0.5, 0});
    stage.dial[3] = 0;
    counts = draw(&stage);
    expect_groups(&counts, (const double[]){0, 0, 1, 0, 0});
}

static void with_all_dials_at_zero_the_nearest_takes_all(void)
{
    Stage stage;
    set(&stage);
    memset(stage.dial, 0, sizeof stage.dial);
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){0, 0, 1, 0, 0});
}

static void of_a_lost_group_the_flows_go_to_the_next_whatever_its_dial(void)
{
    Stage stage;
    set(&stage);
    stage.dial[0] = 0;
    lose(&stage, 2);
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){1, 0, 0, 0, 0});
    EXPECT_INT(counts.why[CHOSEN_FOR_UNHEALTHY], N_DRAWS);
}

static void three_groups_are_tried_then_it_fails_open(void)
{
    Stage stage;
    set(&stage);
    lose(&stage, 2);
    lose(&stage, 0);
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){0, 0, 0, 0, 1});
    lose(&stage, 4); /* 1 and 3 are healthy, and not asked */
    counts = draw(&stage);
    expect_groups(&counts, (const double[]){0, 0, 1, 0, 0});
    EXPECT_INT(counts.why[CHOSEN_FAIL_OPEN], N_DRAWS);
    EXPECT_NEAR((double)counts.to[4] / N_DRAWS, 0.5, 0.0142);
}

static void fail_open_heeds_no_weight(void)
{
    Stage stage;
    set(&stage);
    stage.endpoint[4].weight = 0;
    for (guint g = 0; g < N_GROUPS; g++)
        lose(&stage, g);
    EXPECT_NEAR((double)draw(&stage).to[4] / N_DRAWS, 0.5, 0.0142);
}

static void endpoints_share_by_weight_and_a_weight_of_zero_takes_nothing(void)
{
    Stage stage;
    set(&stage);
    stage.endpoint[4].weight = 64;
    stage.endpoint[5].weight = 192;
    EXPECT_NEAR((double)draw(&stage).to[4] / N_DRAWS, 0.25, 0.0142);
    stage.endpoint[4].weight = 0;
    EXPECT_INT(draw(&stage).to[5], N_DRAWS);
    stage.healthy[5] = false; /* the healthy one has no weight: as if the group were lost */
    Counts counts = draw(&stage);
    expect_groups(&counts, (const double[]){1, 0, 0, 0, 0});
}

static void doors_share_the_weight_of_their_endpoint(void)
{
    Stage stage;
    set(&stage);
    stage.group[2].n_endpoints = 1; /* one endpoint with two doors */
    stage.endpoint[4].n_doors = 2;
    EXPECT_NEAR((double)draw(&stage).to[4] / N_DRAWS, 0.5, 0.0142);
    stage.healthy[4] = false;
    EXPECT_INT(draw(&stage).to[5], N_DRAWS);
}

static void the_same_chance_has_the_same_answer(void)
{
    Stage stage;
    set(&stage);
    stage.dial[2] = 0.5;
    EndpointReason why;
    EndpointChance chance = {mix64(7), mix64(8), mix64(9)};
    guint first = endpoint_choose(&stage.groups, &stage.view, chance, &why);
    for (guint i = 0; i < 10; i++)
        EXPECT_INT(endpoint_choose(&stage.groups, &stage.view, chance, &why), first);
}

void suite_endpoint_groups(void);
void suite_endpoint_groups(void)
{
    CU_pSuite s = CU_add_suite("endpoint_groups", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(all_goes_to_the_nearest);
    TEST(what_a_dial_keeps_out_goes_to_the_next_nearest);
    TEST(the_last_that_is_dialled_up_takes_what_is_left);
    TEST(with_all_dials_at_zero_the_nearest_takes_all);
    TEST(of_a_lost_group_the_flows_go_to_the_next_whatever_its_dial);
    TEST(three_groups_are_tried_then_it_fails_open);
    TEST(fail_open_heeds_no_weight);
    TEST(endpoints_share_by_weight_and_a_weight_of_zero_takes_nothing);
    TEST(doors_share_the_weight_of_their_endpoint);
    TEST(the_same_chance_has_the_same_answer);
}
