/* Health checks: who says what when, and what comes of it.  Stories of tests/lab/verdicts.ini with something broken. */
#include "tests/expect.h"
#include "tests/lab.h"
#include "tests/scenario_case.h"
#include <math.h>
#include <string.h>

/* ---- a run and what was told in it ---- */

typedef struct {
    Case loaded;
    GPtrArray *lines; /* "[     12.345678] who what" */
} Told;

static void listen(G_GNUC_UNUSED Sim *sim, void *whose, const char *line)
{
    g_ptr_array_add(whose, g_strdup(line));
}

/* verdicts.ini with this at its end; `sets`: as after --set, or NULL. */
static Case load(const char *more, const char *const *sets)
{
    g_autofree char *frame = NULL;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(MRSIM_SRCDIR "/tests/lab/verdicts.ini", &frame, NULL, NULL));
    g_autofree char *text = g_strconcat(frame, more, NULL);
    Case loaded = case_of_text(text, NULL, sets);
    EXPECT(loaded.scenario != NULL, "%s", loaded.said);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    return loaded;
}

static Lab lab_of(const Case *loaded)
{
    return (Lab){.library = loaded->library, .scenario = loaded->scenario, .file = (char *)CASE_FILE};
}

static Told tell(const char *more, const char *const *sets)
{
    Told told = {load(more, sets), g_ptr_array_new_with_free_func(g_free)};
    Lab lab = lab_of(&told.loaded);
    lab_trace(&lab, 1, 1, listen, NULL, told.lines);
    return told;
}

static void told_clear(Told *told)
{
    g_ptr_array_unref(told->lines);
    case_clear(&told->loaded);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Told, told_clear)

static double time_of(const char *line)
{
    return g_ascii_strtod(line + 1 + strspn(line + 1, " "), NULL);
}

/* `like`: `*` stands for anything. */
static guint count(const Told *told, const char *like, double from, double until)
{
    guint n = 0;
    for (guint i = 0; i < told->lines->len; i++) {
        const char *line = told->lines->pdata[i];
        n += time_of(line) >= from && time_of(line) <= until && g_pattern_match_simple(like, strchr(line, ']') + 2);
    }
    return n;
}

/* The instant of the first such line from then on; NAN: there is none. */
static double first(const Told *told, const char *like, double from)
{
    for (guint i = 0; i < told->lines->len; i++) {
        const char *line = told->lines->pdata[i];
        if (time_of(line) >= from && g_pattern_match_simple(like, strchr(line, ']') + 2))
            return time_of(line);
    }
    return NAN;
}

enum { ALWAYS = -60, END = 600 };
static const char carts_dead[] = "\n[fault carts-dead]\nuse = crash\nof = carts@us-east-1\nat = 2m\nfor = 4m\n";
static const char virginia_dead[] = "\n[fault gone]\nuse = outage\ntarget = us-east-1\nat = 2m\nfor = 4m\n";

/* ---- calculated ---- */

static void two_of_three(void)
{
    g_auto(Told) told = tell(carts_dead, NULL);
    double carts = first(&told, "carts-up@us-east-1 tells * unhealthy", ALWAYS),
           writes = first(&told, "writes-come@us-east-1 tells * unhealthy", ALWAYS),
           fit = first(&told, "fit@us-east-1 tells * unhealthy", ALWAYS);
    EXPECT(carts > 120 && carts < 160 && writes > 130 && writes < 250, "%g s, %g s", carts, writes);
    EXPECT_NEAR(fit, fmax(carts, writes), 0);
    EXPECT_NEAR(first(&told, "door learns *front@us-east-1 is unhealthy*", ALWAYS), fit, 0.001);
    EXPECT_INT(count(&told,
                     "fit@us-east-1 counts 1 of 3 healthy, 2 needed: page-up@us-east-1 healthy, "
                     "carts-up@us-east-1 unhealthy, writes-come@us-east-1 unhealthy",
                     fit, fit),
               1);
    carts = first(&told, "carts-up@us-east-1 tells * healthy", fit);
    writes = first(&told, "writes-come@us-east-1 tells * healthy", fit);
    EXPECT_NEAR(first(&told, "fit@us-east-1 tells * is healthy", fit), carts, 0);
    EXPECT(carts > 360 && carts < 400, "%g s", carts);
    EXPECT(isnan(writes) || writes > carts, "no user came back before %g s", carts);
}

static void one_of_three_is_enough_or_none_may_fail(void)
{
    g_auto(Told) one = tell(carts_dead, SETS("fit.healthy=1"));
    EXPECT_INT(count(&one, "fit@us-east-1 tells *", ALWAYS, END), 0);
    g_auto(Told) three = tell(carts_dead, SETS("fit.healthy=3"));
    EXPECT_NEAR(first(&three, "fit@us-east-1 tells * unhealthy", ALWAYS),
                fmin(first(&three, "carts-up@us-east-1 tells * unhealthy", ALWAYS),
                     first(&three, "writes-come@us-east-1 tells * unhealthy", ALWAYS)),
                0);
}

/* Frankfurt's alarm sees no write from the first datapoint on; the children of one region are heard there only. */
static void children_are_heard_where_they_look(void)
{
    g_auto(Told) told = tell("", SETS("fit.healthy=3"));
    double alarm = first(&told, "writes-come@eu-central-1 tells * unhealthy", ALWAYS);
    EXPECT(alarm > 60 && alarm < 130, "%g s", alarm);
    EXPECT_NEAR(first(&told, "fit@eu-central-1 tells * unhealthy", ALWAYS), alarm, 0);
    EXPECT_INT(count(&told, "fit@us-east-1 counts *", ALWAYS, END), 0);
    g_auto(Told) elsewhere = tell("", SETS("fit.healthy=3", "fit.of=page-up, carts-up, writes-come@eu-central-1"));
    EXPECT_NEAR(first(&elsewhere, "fit@us-east-1 tells * unhealthy", ALWAYS), alarm, 0);
}

/* Who looks at one region only is heard everywhere. */
static void the_only_child_there_is_is_heard_elsewhere_too(void)
{
    g_auto(Told) told = tell(carts_dead, SETS("carts-up.of=carts@us-east-1", "writes-come.enabled=no",
                                              "fit.of=page-up, carts-up", "fit.healthy=2"));
    double carts = first(&told, "carts-up@us-east-1 tells * unhealthy", ALWAYS);
    EXPECT_NEAR(first(&told, "fit@us-east-1 tells * unhealthy", ALWAYS), carts, 0);
    EXPECT_NEAR(first(&told, "fit@eu-central-1 tells * unhealthy", ALWAYS), carts, 0);
}

/* ---- inverted ---- */

static void inverted_checks_say_the_opposite_from_the_start(void)
{
    g_auto(Told) told = tell(carts_dead, SETS("carts-up.inverted=yes", "fit.healthy=3"));
    EXPECT_NEAR(first(&told, "fit@us-east-1 counts 2 of 3 healthy, *", ALWAYS), ALWAYS, 0.001);
    EXPECT_NEAR(first(&told, "fit@us-east-1 tells * unhealthy", ALWAYS), ALWAYS, 0.001);
    double turned = first(&told, "carts-up@us-east-1 tells * is healthy", ALWAYS);
    EXPECT(turned > 120 && turned < 160, "%g s", turned);
    g_auto(Told) all = tell(carts_dead, SETS("fit.inverted=yes"));
    EXPECT_INT(count(&all, "fit@us-east-1 tells * is healthy", 120, 300), 1);
}

/* ---- alarms ---- */

static void m_of_n_datapoints(void)
{
    g_auto(Told) quick = tell(carts_dead, NULL);
    g_auto(Told) slow = tell(carts_dead, SETS("writes-come.periods=3", "writes-come.datapoints=2"));
    double one = first(&quick, "writes-come@us-east-1 tells * unhealthy", ALWAYS),
           two = first(&slow, "writes-come@us-east-1 tells * unhealthy", ALWAYS);
    EXPECT_NEAR(two - one, 60, 1e-6);
    EXPECT_INT(count(&slow, "writes-come@us-east-1 has 3 datapoints of the last 3 periods, 1 bad; 2 bad *", one, one),
               1);
    EXPECT_NEAR(first(&slow, "writes-come@us-east-1/cloudwatch publishes *, bad *", ALWAYS), one - 10, 1e-6);
}

static void datapoints_are_what_a_period_added(void)
{
    g_auto(Told) told = tell("", NULL);
    double sum = 0;
    guint n = 0;
    for (guint i = 0; i < told.lines->len; i++) {
        const char *at = strstr(told.lines->pdata[i], "writes-come@us-east-1/cloudwatch publishes period ");
        if (!at)
            continue;
        double writes = g_ascii_strtod(strchr(at, ':') + 1, NULL);
        EXPECT(writes > 480 && writes < 720, "%g writes in a minute of 600", writes); /* 5 standard deviations */
        sum += writes;
        n++;
    }
    EXPECT_INT(n, 9); /* whole minutes of ten that do not begin with one */
    Lab lab = lab_of(&told.loaded);
    g_autoptr(Results) results = lab_run(&lab, 1, 1, 1);
    double all = lab_value(results, "writes.acknowledged", "", "region=us-east-1");
    EXPECT(sum < all && sum > 0.85 * all, "%g of %g", sum, all);
}

static void missing_datapoints_are_what_the_alarm_says(void)
{
    static const struct {
        const char *set;
        bool tells;
    } rows[] = {{"writes-come.missing=last", false},
                {"writes-come.missing=healthy", false},
                {"writes-come.missing=unhealthy", true}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Told) told = tell(virginia_dead, SETS(rows[i].set));
        double said = first(&told, "writes-come@us-east-1 tells * unhealthy", ALWAYS);
        EXPECT(count(&told, "writes-come@us-east-1 has 0 datapoints *all are missing", 120, 380) >= 3, "%s",
               rows[i].set);
        EXPECT_INT(count(&told, "writes-come@us-east-1/cloudwatch *", 120, 360), 0);
        EXPECT(rows[i].tells ? said > 120 && said <= 190 : !(said < 360), "%s: %g s", rows[i].set, said);
    }
}

/* Seconds between its saying that a region is unhealthy and its saying that it is healthy again, or the end. */
static double said_unhealthy(const Told *told, const char *alarm, double end_s)
{
    g_autofree char *ill = g_strdup_printf("%s tells * unhealthy", alarm),
                    *well = g_strdup_printf("%s tells * is healthy", alarm);
    double sum = 0;
    for (double on = first(told, ill, ALWAYS); !isnan(on);) {
        double off = first(told, well, on);
        sum += (isnan(off) ? end_s : off) - on;
        on = isnan(off) ? NAN : first(told, ill, off);
    }
    return sum;
}

static void time_in_alarm_is_from_word_to_word(void)
{
    static const char *const regions[] = {"us-east-1", "eu-central-1"};
    g_auto(Told) told = tell(carts_dead, NULL);
    Lab lab = lab_of(&told.loaded);
    g_autoptr(Results) results = lab_run(&lab, 1, 1, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(regions); i++) {
        g_autofree char *alarm = g_strdup_printf("writes-come@%s", regions[i]),
                        *labels = g_strdup_printf("region=%s", regions[i]);
        double said = said_unhealthy(&told, alarm, results->duration_s);
        EXPECT(said > 60, "%s: %g s", alarm, said);
        EXPECT_NEAR(lab_value(results, "alarm.on", "", labels), said / results->duration_s, 1e-6);
    }
}

/* ---- endpoints ---- */

typedef struct {
    const char *what, *fault, *set;
    const char *finding; /* NULL: none */
} Finding;

static void checkers_see_as_far_as_they_look(void)
{
    static const Finding rows[] = {
        {"a region that refuses", "gone.mode=refused", NULL, "connection refused"},
        {"a silent region", "gone.mode=silent", NULL, "connection timeout"},
        {"a tcp check of a silent region", "gone.mode=silent", "page-up.type=tcp", "connection timeout"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Told) told = tell(virginia_dead, rows[i].set ? SETS(rows[i].fault, rows[i].set) : SETS(rows[i].fault));
        g_autofree char *like = g_strdup_printf("page-up@us-east-1/checker/* finds front@us-east-1 unhealthy: 3 in a "
                                                "row, the last: %s",
                                                rows[i].finding);
        EXPECT(count(&told, like, 120, 200) >= 14, "%s", rows[i].what);
    }
}

static void a_shallow_page_hides_a_dead_database(void)
{
    static const Finding rows[] = {
        {"a shallow page", "carts-dead.mode=refused", "page-up.page=shallow", NULL},
        {"a deep page, refused", "carts-dead.mode=refused", "page-up.page=deep", "page error"},
        {"a deep page, silent", "carts-dead.mode=silent", "page-up.page=deep", "page timeout"},
        {"a tcp check", "carts-dead.mode=refused", "page-up.type=tcp", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Told) told = tell(carts_dead, SETS(rows[i].fault, rows[i].set));
        guint n = count(&told, "page-up@us-east-1/checker/* finds * unhealthy*", 120, 360);
        EXPECT(rows[i].finding ? n >= 14 : n == 0, "%s: %u findings", rows[i].what, n);
        g_autofree char *like =
            g_strdup_printf("page-up@us-east-1/checker/*the last: %s", rows[i].finding ? rows[i].finding : "");
        EXPECT_INT(count(&told, like, 120, 360), n);
    }
}

/* From response to next request, so a check that fails slowly comes more rarely: (k - 1)(I + T) + T at least. */
static void a_slow_failure_is_found_later(void)
{
    double found[2];
    static const char *const times[] = {"page-up.timeout=1s", "page-up.timeout=8s"};
    for (int i = 0; i < 2; i++) {
        g_auto(Told) told = tell(virginia_dead, SETS("gone.mode=silent", times[i], "page-up.healthy-share=99%"));
        found[i] = first(&told, "page-up@us-east-1 tells * unhealthy", ALWAYS) - 120;
    }
    /* Less half a round trip: the first that fails may be on its way when the region dies. */
    EXPECT(found[0] >= 2 * 11 + 1 - 0.2 && found[1] >= 2 * 18 + 8 - 0.2, "%g s, %g s", found[0], found[1]);
    EXPECT_NEAR(found[1] - found[0], 3 * 7, 3.0); /* the first checker's, which need not be the same one */
}

static void checkers_stand_where_they_are_told_to(void)
{
    g_auto(Told) told = tell(virginia_dead, SETS("page-up.from=us-west-2, eu-west-1, sa-east-1"));
    EXPECT_INT(count(&told, "page-up@us-east-1/checker/* finds * unhealthy*", ALWAYS, 200), 16);
    EXPECT_INT(count(&told, "page-up@us-east-1/checker/*@us-west-2 finds * unhealthy*", ALWAYS, 200), 6);
    EXPECT_INT(count(&told, "page-up@us-east-1/checker/*@eu-west-1 finds * unhealthy*", ALWAYS, 200), 5);
    EXPECT_INT(count(&told, "page-up@us-east-1/checker/*@sa-east-1 finds * unhealthy*", ALWAYS, 200), 5);
}

/* No damping: whoever comes and goes takes the answers along. */
static void answers_follow_an_endpoint_that_flaps(void)
{
    static const char flaps[] = "\n[fault a]\nuse = crash\nof = front@us-east-1\nat = 1m\nfor = 1m\n"
                                "[fault b]\nuse = crash\nof = front@us-east-1\nat = 3m\nfor = 1m\n"
                                "[fault c]\nuse = crash\nof = front@us-east-1\nat = 5m\nfor = 1m\n";
    g_auto(Told) told =
        tell(flaps, SETS("door.health=page-up", "fit.enabled=no", "carts-up.enabled=no", "writes-come.enabled=no"));
    EXPECT_INT(count(&told, "page-up@us-east-1 tells * unhealthy", ALWAYS, END), 3);
    EXPECT_INT(count(&told, "page-up@us-east-1 tells * is healthy", ALWAYS, END), 3);
    double gone = ALWAYS;
    for (int i = 0; i < 3; i++) {
        gone = first(&told, "page-up@us-east-1 tells * unhealthy", gone);
        double back = first(&told, "page-up@us-east-1 tells * is healthy", gone);
        EXPECT_INT(count(&told, "door * answers front@us-east-1 *", gone + 0.001, back - 0.001), 0);
        gone = back;
    }
}

/* ---- nobody knows ---- */

static double share_of_frankfurt(const char *fault, const char *const *sets)
{
    g_auto(Case) loaded = load(fault, sets);
    Lab lab = lab_of(&loaded);
    g_autoptr(Results) results = lab_run(&lab, 1, 2, 1);
    double all = lab_value(results, "requests.answered", "", ""),
           moved = lab_value(results, "requests.answered", "", "region=eu-central-1");
    return moved / all;
}

static void nothing_moves_when_nobody_knows(void)
{
    const char *const unchecked[] = {"door.health=none",    "fit.enabled=no",         "page-up.enabled=no",
                                     "carts-up.enabled=no", "writes-come.enabled=no", NULL};
    EXPECT_NEAR(share_of_frankfurt(virginia_dead, unchecked), 0, 0);
    EXPECT_NEAR(share_of_frankfurt(carts_dead, unchecked), 0, 0);
    const char *shallow[] = {"door.health=page-up",    "fit.enabled=no",       "carts-up.enabled=no",
                             "writes-come.enabled=no", "page-up.page=shallow", NULL};
    EXPECT_NEAR(share_of_frankfurt(carts_dead, shallow), 0, 0);
    EXPECT(share_of_frankfurt(virginia_dead, shallow) > 0.1, "a dead region is seen");
    shallow[4] = "page-up.page=deep";
    EXPECT(share_of_frankfurt(carts_dead, shallow) > 0.1, "a deep page sees a dead database");
}

/* ---- crashes ---- */

static void a_crash_is_of_one_thing(void)
{
    static const char both[] = "\n[fault carts-dead]\nuse = crash\nof = carts@us-east-1\nat = 2m\nfor = 4m\n"
                               "[fault gone]\nuse = outage\ntarget = us-east-1\nat = 3m\nfor = 1m\n";
    g_auto(Told) told = tell(both, SETS("door.health=none", "fit.enabled=no", "page-up.enabled=no",
                                        "carts-up.enabled=no", "writes-come.enabled=no"));
    EXPECT(count(&told, "carts@us-east-1 is asked by shop@* for an item*", 0, 120) > 800, "it serves at first");
    EXPECT_INT(count(&told, "carts@us-east-1 is asked *", 120, 360), 0);
    EXPECT(count(&told, "shop@us-east-1/* hears from carts@us-east-1: refused", 120, 180) > 400, "it is refused");
    EXPECT(count(&told, "shop@us-east-1/* is asked *for a page*", 240, 360) > 800, "the service is back before it");
    EXPECT(count(&told, "carts@us-east-1 is asked by shop@* for an item*", 360, END) > 800, "and serves at last");
}

/* ---- routing controls ---- */

static const char by_hand[] = "\n[health-check serves]\nuse = routing-control\nat-least = 1\n"
                              "[health-check serves@eu-central-1]\ninitially = off\n"
                              "[action off]\nuse = switch\nof = serves@us-east-1\nto = off\nat = 3m\n"
                              "[action on]\nuse = switch\nof = serves@eu-central-1\nto = on\nat = 4m\n";
#define HAND_ONLY                                                                                                      \
    "door.health=serves", "fit.enabled=no", "page-up.enabled=no", "carts-up.enabled=no", "writes-come.enabled=no"

static void a_safety_rule_keeps_one_switch_on(void)
{
    g_auto(Told) told = tell(by_hand, SETS(HAND_ONLY));
    EXPECT_INT(
        count(&told, "serves/endpoint@* does not switch serves@us-east-1 off: at least 1 must stay on", 180, 240),
        12); /* every 5 s and what the way takes */
    EXPECT_INT(count(&told, "off is not let; tries again", 180, 250), 12);
    double on = first(&told, "serves@eu-central-1 tells * is healthy", ALWAYS),
           off = first(&told, "serves@us-east-1 tells * unhealthy", ALWAYS);
    EXPECT_NEAR(on, 240.5, 0.5);
    EXPECT(off > on && off < on + 6, "%g s after %g s", off, on);
    EXPECT_NEAR(first(&told, "door learns *front@us-east-1 is unhealthy*", ALWAYS), off, 0.001);
    Lab lab = lab_of(&told.loaded);
    g_autoptr(Results) results = lab_run(&lab, 1, 1, 1);
    EXPECT_NEAR(lab_value(results, "control.refused", "", "action=off"), 12, 0);
    EXPECT_NEAR(lab_value(results, "control.refused", "", "action=on"), 0, 0);
    EXPECT_NEAR(lab_value(results, "control.time", "", "action=off"), off - 180, 0.3);
    g_auto(Told) free_hand = tell(by_hand, SETS(HAND_ONLY, "serves.at-least=0"));
    EXPECT_NEAR(first(&free_hand, "serves@us-east-1 tells * unhealthy", ALWAYS), 180.5, 0.5);
}

static void nothing_is_switched_behind_a_closed_gate(void)
{
    g_autofree char *gated =
        g_strconcat(by_hand,
                    "[health-check gate]\nuse = routing-control\ninitially = off\n"
                    "regions = us-east-1\n[action open]\nuse = switch\nof = gate\nto = on\nat = 5m\n",
                    NULL);
    g_auto(Told) told = tell(gated, SETS(HAND_ONLY, "serves.gate=gate@us-east-1", "serves.at-least=0"));
    EXPECT(count(&told, "serves/endpoint@* does not switch serves@* o*: its gate gate@us-east-1 is off", 180, 301) > 30,
           "both wait");
    double off = first(&told, "serves@us-east-1 tells * unhealthy", ALWAYS),
           on = first(&told, "serves@eu-central-1 tells * is healthy", ALWAYS);
    EXPECT(off > 300 && off < 306 && on > 300 && on < 306, "%g s, %g s", off, on);
}

/* Three of five endpoints must know. */
static void switches_work_without_two_regions_not_without_three(void)
{
    static const char *const regions[] = {"us-east-1", "us-west-2", "eu-west-1"};
    static const char *const running = "scenario.regions=us-east-1, eu-central-1, us-west-2, eu-west-1";
    g_autoptr(GString) more = g_string_new(by_hand);
    for (guint n = 0; n <= 3; n++) {
        if (n > 0)
            g_string_append_printf(more, "\n[fault lost-%u]\nuse = outage\ntarget = %s\nat = 2m\nfor = 4m\n", n,
                                   regions[n - 1]);
        g_auto(Told) told = tell(more->str, SETS(HAND_ONLY, "serves.regions=us-east-1, eu-central-1", running));
        double on = first(&told, "serves@eu-central-1 tells * is healthy", ALWAYS);
        EXPECT(n < 3 ? on >= 240 && on < 285 : on > 360 && on < 375, "%u regions gone: %g s", n, on);
        EXPECT(n < 3 || count(&told, "serves/endpoint@* has no majority of its cluster", 240, 360) > 0, "with %u", n);
    }
}

void suite_checks(void);
void suite_checks(void)
{
    CU_pSuite s = CU_add_suite("checks", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(two_of_three);
    TEST(one_of_three_is_enough_or_none_may_fail);
    TEST(children_are_heard_where_they_look);
    TEST(the_only_child_there_is_is_heard_elsewhere_too);
    TEST(inverted_checks_say_the_opposite_from_the_start);
    TEST(m_of_n_datapoints);
    TEST(datapoints_are_what_a_period_added);
    TEST(time_in_alarm_is_from_word_to_word);
    TEST(missing_datapoints_are_what_the_alarm_says);
    TEST(checkers_see_as_far_as_they_look);
    TEST(a_shallow_page_hides_a_dead_database);
    TEST(a_slow_failure_is_found_later);
    TEST(checkers_stand_where_they_are_told_to);
    TEST(answers_follow_an_endpoint_that_flaps);
    TEST(nothing_moves_when_nobody_knows);
    TEST(a_crash_is_of_one_thing);
    TEST(a_safety_rule_keeps_one_switch_on);
    TEST(nothing_is_switched_behind_a_closed_gate);
    TEST(switches_work_without_two_regions_not_without_three);
}
