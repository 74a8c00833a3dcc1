/* Records: what a tree of them answers, whom it believes, what edits change and when.  tests/lab/records.ini has no
 * distances, so that a decision stands at the instant of its look-up (1 ms after it was asked for); region one dies at
 * 20 s. */
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>
#include <string.h>

enum { N_RESOLVERS = 20 };

/* A line that a name server, a control plane or an operator tells. */
typedef struct {
    double at; /* s after the start of measurement */
    guint resolver;
    char *text;
} Line;

static void free_line(void *line)
{
    g_free(((Line *)line)->text);
}

static void note(G_GNUC_UNUSED Sim *sim, void *whose, const char *told)
{
    const char *who = strchr(told, ']') + 2, *asker = strstr(told, "/resolver/");
    if (!g_str_has_prefix(who, "door ") && !g_str_has_prefix(who, "stable ") && !g_str_has_prefix(who, "by-hand "))
        return;
    Line line = {g_ascii_strtod(told + 1, NULL), 0, g_strdup(who)};
    if (asker)
        line.resolver = (guint)g_ascii_strtoull(asker + strlen("/resolver/"), NULL, 10);
    g_array_append_val((GArray *)whose, line);
}

/* What is told in a run of tests/lab/records.ini with these settings. (g_array_unref) */
static GArray *lines_of(const char *const *sets)
{
    g_auto(Lab) lab = lab_open("records.ini", sets);
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(Line));
    g_array_set_clear_func(lines, free_line);
    lab_trace(&lab, 1, 1, note, NULL, lines);
    return lines;
}

#define EACH(lines, line)                                                                                              \
    const Line *line = (const Line *)(const void *)(lines)->data;                                                      \
    line < (const Line *)(const void *)(lines)->data + (lines)->len;                                                   \
    line++

/* How many tell this in that time; a decision is a line of `door` with a resolver. */
static guint count(const GArray *lines, const char *text, double from, double until)
{
    guint n = 0;
    for (EACH(lines, line))
        n += line->at >= from && line->at < until && strstr(line->text, text) != NULL;
    return n;
}

static guint decisions(const GArray *lines, double from, double until)
{
    guint n = count(lines, "; to users@other/resolver/", from, until);
    EXPECT(n > 0, "nobody asks from %g s to %g s", from, until);
    return n;
}

/* -1: nobody ever does. */
static double first_of(const GArray *lines, const char *text)
{
    for (EACH(lines, line))
        if (strstr(line->text, text))
            return line->at;
    return -1;
}

/* The least time between two look-ups by one resolver. */
static double least_gap(const GArray *lines, double from, double until)
{
    double last[N_RESOLVERS + 1], least = INFINITY;
    for (guint i = 0; i <= N_RESOLVERS; i++)
        last[i] = -1;
    for (EACH(lines, line)) {
        if (line->resolver == 0 || line->at < from || line->at >= until || !strstr(line->text, "; to "))
            continue;
        if (last[line->resolver] >= 0)
            least = fmin(least, line->at - last[line->resolver]);
        last[line->resolver] = line->at;
    }
    return least;
}

/* ---- down the tree ---- */

static void a_tree_is_decided_in_one_look_up(void)
{
    g_autoptr(GArray) lines = lines_of(NULL);
    guint n = decisions(lines, 0, 20);
    guint stable =
        count(lines, "weighted: stable (weight 90 of 100); stable, failover: front@one (the primary is", 0, 20);
    guint canary =
        count(lines, "weighted: canary (weight 10 of 100); canary, failover: next@one (the primary is", 0, 20);
    EXPECT(n > 200, "%u look-ups", n);
    EXPECT_INT(stable + canary, n);
    EXPECT_NEAR(canary / (double)n, 0.1, 4 * sqrt(0.1 * 0.9 / n));
}

static void each_branch_fails_over_by_itself_and_keeps_its_weight(void)
{
    g_autoptr(GArray) lines = lines_of(NULL);
    double told = first_of(lines, "stable learns that front@one is unhealthy");
    EXPECT(told > 20 && told < 22, "told at %g s", told);
    guint n = decisions(lines, 22, 200);
    guint stable = count(lines, "weighted: stable (weight 90 of 100); stable, failover: front@other (", 22, 200);
    guint canary = count(lines, "weighted: canary (weight 10 of 100); canary, failover: next@other (", 22, 200);
    EXPECT_INT(stable + canary, n);
    EXPECT_NEAR(canary / (double)n, 0.1, 4 * sqrt(0.1 * 0.9 / n));
}

/* ---- how long an answer may be kept ---- */

static void an_alias_to_a_record_has_its_ttl(void)
{
    g_autoptr(GArray) one = lines_of(NULL);
    g_autoptr(GArray) twenty = lines_of(SETS("stable.ttl=20s", "canary.ttl=20s"));
    EXPECT(least_gap(one, 0, 200) >= 1 && least_gap(one, 0, 200) < 1.1, "%g s", least_gap(one, 0, 200));
    EXPECT(least_gap(twenty, 0, 200) >= 20 && least_gap(twenty, 0, 200) < 20.5, "%g s", least_gap(twenty, 0, 200));
}

static void an_alias_to_a_balancer_has_60_s(void)
{
    g_autoptr(GArray) lines = lines_of(SETS("stable.alias=yes", "stable.ttl=default", "door.answers=100 stable",
                                            "canary.enabled=no", "next.enabled=no", "by-hand.answers=100 stable"));
    double gap = least_gap(lines, 0, 200);
    EXPECT(gap >= 60 && gap < 61, "%g s", gap);
}

static void that_there_is_no_answer_may_be_kept_too(void)
{
    g_autoptr(GArray) lines =
        lines_of(SETS("door.policy=geolocation", "door.answers=stable, canary", "stable.location=DE",
                      "canary.location=FR", "door.negative-ttl=30s", "by-hand.answers=canary"));
    double gap = least_gap(lines, 0, 200);
    EXPECT_INT(count(lines, "geolocation: nothing", 0, 200), decisions(lines, 0, 200));
    EXPECT_INT(count(lines, "door has no address for", 0, 200), decisions(lines, 0, 200));
    EXPECT(gap >= 30 && gap < 30.5, "%g s", gap);
}

/* ---- what counts as healthy ---- */

static void a_branch_without_a_healthy_answer_is_left(void)
{
    g_autoptr(GArray) lines =
        lines_of(SETS("door.policy=failover", "door.answers=stable, canary", "stable.answers=front@one",
                      "canary.answers=next@other", "by-hand.answers=canary"));
    EXPECT_INT(count(lines, "failover: stable (the primary is healthy); stable, failover: front@one", 0, 20),
               decisions(lines, 0, 20));
    EXPECT_INT(count(lines, "failover: canary (", 22, 200), decisions(lines, 22, 200));
}

static void unless_nobody_asks_for_its_health(void)
{
    g_autoptr(GArray) lines =
        lines_of(SETS("door.policy=failover", "door.answers=stable, canary", "stable.answers=front@one",
                      "canary.answers=next@other", "door.evaluate-target-health=no", "by-hand.answers=canary"));
    EXPECT_INT(count(lines,
                     "failover: stable (the primary is healthy); stable, failover: front@one (none is healthy, so all "
                     "count as healthy",
                     22, 200),
               decisions(lines, 22, 200));
}

static void where_nothing_is_healthy_all_is_at_every_level(void)
{
    g_autoptr(GArray) lines =
        lines_of(SETS("stable.answers=front@one", "canary.answers=next@one", "by-hand.answers=100 canary"));
    guint n = decisions(lines, 22, 200);
    EXPECT_INT(
        count(lines, "weighted: stable (none is healthy, so all count as healthy; weight 90 of 100)", 22, 200) +
            count(lines, "weighted: canary (none is healthy, so all count as healthy; weight 10 of 100)", 22, 200),
        n);
    EXPECT_INT(count(lines, "failover: front@one (none is healthy", 22, 200) +
                   count(lines, "failover: next@one (none is healthy", 22, 200),
               n);
}

static void an_alias_asks_the_balancer_itself(void)
{
    g_autoptr(GArray) lines =
        lines_of(SETS("stable.alias=yes", "stable.ttl=default", "stable.health=none", "canary.health=none",
                      "alive.enabled=no", "door.answers=100 stable, 0 canary", "by-hand.answers=100 canary"));
    double told = first_of(lines, "stable learns that front@one is unhealthy");
    EXPECT(told > 20 && told < 200, "told at %g s", told);
    EXPECT_INT(count(lines, "failover: front@other (", told, 200), decisions(lines, told, 200));
}

/* ---- edits ---- */

static void an_edit_reaches_each_name_server_in_its_own_time(void)
{
    enum { AT = 30, MOST = 60 };
    g_autoptr(GArray) lines = lines_of(SETS("by-hand.enabled=yes", "by-hand.at=30s"));
    double first_new[N_RESOLVERS + 1] = {0}, sum = 0;
    guint relapses = 0;
    for (EACH(lines, line)) {
        if (line->resolver == 0 || !strstr(line->text, "; to "))
            continue;
        bool is_new = strstr(line->text, "weight 100 of 100") != NULL;
        relapses += !is_new && first_new[line->resolver] > 0;
        if (is_new && first_new[line->resolver] <= 0)
            first_new[line->resolver] = line->at;
    }
    EXPECT(fabs(first_of(lines, "by-hand is accepted") - AT) < 0.1, "%g s", first_of(lines, "by-hand is accepted"));
    EXPECT_INT(relapses, 0);
    guint early = 0, late = 0;
    for (guint i = 1; i <= N_RESOLVERS; i++) {
        EXPECT(first_new[i] > AT && first_new[i] < AT + MOST + 3, "resolver %u: %g s", i, first_new[i]);
        early += first_new[i] < AT + MOST / 3;
        late += first_new[i] > AT + 2 * MOST / 3;
        sum += first_new[i] - AT;
    }
    /* uniform over 60 s, and half a second more until it is asked again: sd of the mean 3.9 s */
    EXPECT_NEAR(sum / N_RESOLVERS, MOST / 2 + 0.5, 4 * 3.9);
    EXPECT(early > 0 && late > 0, "%u in the first third, %u in the last", early, late);
}

static void what_is_taken_back_is_as_before(void)
{
    g_autoptr(GArray) lines = lines_of(SETS("by-hand.enabled=yes", "by-hand.for=60s", "door.propagation=10s"));
    EXPECT_INT(count(lines, "weight 100 of 100", 0, 20), 0);
    EXPECT_INT(count(lines, "weight 100 of 100", 21, 80), decisions(lines, 21, 80));
    EXPECT_INT(count(lines, "weight 100 of 100", 81, 200), 0);
    EXPECT(count(lines, "weight 90 of 100", 81, 200) > 0, "stable is back");
    EXPECT_NEAR(first_of(lines, "door has other answers (edit 1)"), 10, 0.1);
    EXPECT_NEAR(first_of(lines, "door has its old answers back (edit 2)"), 70, 0.1);
}

static void what_was_no_answer_before_can_be_one(void)
{
    g_autoptr(GArray) lines = lines_of(
        SETS("by-hand.enabled=yes", "by-hand.of=stable", "by-hand.answers=next@other", "stable.propagation=0s"));
    EXPECT_INT(count(lines, "stable, failover: next@other", 0, 10), 0);
    EXPECT_INT(count(lines, "stable, failover: next@other", 10.1, 200), count(lines, "weighted: stable", 10.1, 200));
}

static void a_control_plane_that_is_gone_accepts_nothing(void)
{
    const char *const gone = "gone.for=60s";
    g_autoptr(GArray) down =
        lines_of(SETS("by-hand.enabled=yes", "by-hand.at=30s", "door.control-plane=one", "door.propagation=0s", gone));
    g_autoptr(GArray) before =
        lines_of(SETS("by-hand.enabled=yes", "by-hand.at=15s", "door.control-plane=one", "door.propagation=0s", gone));
    g_autoptr(GArray) elsewhere = lines_of(
        SETS("by-hand.enabled=yes", "by-hand.at=30s", "door.control-plane=other", "door.propagation=0s", gone));
    double accepted = first_of(down, "by-hand is accepted");
    EXPECT(accepted > 80 && accepted < 86, "accepted at %g s", accepted);
    EXPECT(count(down, "by-hand finds nobody; tries again", 30, 80) >= 9, "it was not tried again and again");
    EXPECT_INT(count(down, "weight 100 of 100", 0, 80), 0);
    EXPECT_INT(count(down, "weight 100 of 100", 87, 200), decisions(down, 87, 200));
    EXPECT_NEAR(first_of(before, "by-hand is accepted"), 15, 0.1);
    EXPECT_INT(count(before, "weight 100 of 100", 16, 200), decisions(before, 16, 200));
    EXPECT_NEAR(first_of(elsewhere, "by-hand is accepted"), 30, 0.1);
}

/* ---- instances behind a name ---- */

enum { N_INSTANCES = 20 };

static void note_instance(G_GNUC_UNUSED Sim *sim, void *whose, const char *told)
{
    const char *instance = strstr(told, " users@lab is told shop@lab/a/");
    if (instance)
        ((guint *)whose)[g_ascii_strtoull(strrchr(instance, '/') + 1, NULL, 10)]++;
}

/* More than an answer can hold; each resolver asks a few times only, so who comes first in an answer matters. */
static void every_instance_behind_a_name_is_told_as_often_as_any_other(void)
{
    guint n[N_INSTANCES + 1] = {0}, sum = 0;
    g_auto(Lab) lab = lab_open("split.ini", SETS("shop.servers=20", "users.rate=200/s", "scenario.duration=10s"));
    lab_trace(&lab, 1, 1, note_instance, NULL, n);
    for (guint i = 1; i <= N_INSTANCES; i++)
        sum += n[i];
    EXPECT(sum > 7000, "%u were told", sum);
    for (guint i = 1; i <= N_INSTANCES; i++) /* five standard deviations */
        EXPECT_NEAR(n[i], sum / (double)N_INSTANCES, 5 * sqrt(sum / (double)N_INSTANCES));
}

void suite_records(void);
void suite_records(void)
{
    CU_pSuite s = CU_add_suite("records", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_tree_is_decided_in_one_look_up);
    TEST(each_branch_fails_over_by_itself_and_keeps_its_weight);
    TEST(an_alias_to_a_record_has_its_ttl);
    TEST(an_alias_to_a_balancer_has_60_s);
    TEST(that_there_is_no_answer_may_be_kept_too);
    TEST(a_branch_without_a_healthy_answer_is_left);
    TEST(unless_nobody_asks_for_its_health);
    TEST(where_nothing_is_healthy_all_is_at_every_level);
    TEST(an_alias_asks_the_balancer_itself);
    TEST(an_edit_reaches_each_name_server_in_its_own_time);
    TEST(what_is_taken_back_is_as_before);
    TEST(what_was_no_answer_before_can_be_one);
    TEST(a_control_plane_that_is_gone_accepts_nothing);
    TEST(every_instance_behind_a_name_is_told_as_often_as_any_other);
}
