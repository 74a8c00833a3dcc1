/* Balancers: who is sent where when, and what comes of it.  Stories of tests/lab/balancers.ini with something broken;
 * what depends on the phase of a loop is told to within its interval. */
#include "model/sim.h"
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

/* balancers.ini with this at its end; `sets`: as after --set, or NULL. */
static Case load(const char *more, const char *const *sets)
{
    g_autofree char *frame = NULL;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(MRSIM_SRCDIR "/tests/lab/balancers.ini", &frame, NULL, NULL));
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
        n += time_of(line) >= from && time_of(line) < until && g_pattern_match_simple(like, strchr(line, ']') + 2);
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

static double figure(const char *more, const char *const *sets, const char *metric, const char *labels)
{
    Case loaded = load(more, sets);
    Lab lab = lab_of(&loaded);
    Results *results = lab_run(&lab, 1, 1, 1);
    double value = lab_value(results, metric, "", labels);
    results_free(results);
    case_clear(&loaded);
    return value;
}

#define EXPECT_BETWEEN(actual, least, most)                                                                            \
    EXPECT((actual) >= (least) && (actual) <= (most), #actual " is %g, expected %g to %g", (double)(actual),           \
           (double)(least), (double)(most))

enum { END = 1200 };
static const char b_lost[] = "\n[fault b-lost]\nuse = outage\ntarget = us-east-1\nzone = b\nat = 5m\nfor = 5m\n";
static const char shop_dead[] = "\n[fault dead]\nuse = crash\nof = shop@us-east-1\nmode = silent\nat = 5m\nfor = 5m\n";

/* ---- health of targets ---- */

static void out_after_two_bad_checks_in_after_five_good_ones(void)
{
    static const struct {
        const char *failures, *successes;
        double out, in; /* with the first check right after the change */
    } rows[] = {{"front.failures=2", "front.successes=5", 5 + 30 + 5, 4 * 30},
                {"front.failures=1", "front.successes=1", 5, 0},
                {"front.failures=3", "front.successes=2", 3 * 5 + 2 * 30, 30}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Told) told = tell(b_lost, SETS(rows[i].failures, rows[i].successes));
        double out = first(&told, "front@us-east-1/a puts shop@us-east-1/b/2 out*", 0),
               in = first(&told, "front@us-east-1/a puts shop@us-east-1/b/2 in", 0);
        EXPECT_BETWEEN(out, 300 + rows[i].out, 300 + rows[i].out + 31);
        EXPECT_BETWEEN(in, 600 + rows[i].in, 600 + rows[i].in + 36);
        guint late = count(&told, "front@us-east-1/a * picks shop@us-east-1/b/2", out + 0.001, in),
              soon = count(&told, "front@us-east-1/a * picks shop@us-east-1/b/2", 300, out),
              again = count(&told, "front@us-east-1/a * picks shop@us-east-1/b/2", in, END);
        EXPECT_INT(late, 0);
        EXPECT(soon > 0 && again > 0, "%u before, %u after", soon, again);
        EXPECT_INT(count(&told, "front@us-east-1/a puts shop@us-east-1/a/* out*", 0, END), 0);
    }
}

static void when_none_is_healthy_all_are_tried(void)
{
    g_auto(Told) told = tell(shop_dead, NULL);
    double none = first(&told, "front@us-east-1/a puts * out; none is left: all are tried (fail open)", 0);
    EXPECT_BETWEEN(none, 340, 371);
    for (int i = 1; i <= 4; i++) {
        g_autofree char *picks = g_strdup_printf("front@us-east-1/a * picks shop@us-east-1/*/%d", i);
        EXPECT(count(&told, picks, none, 600) > 20, "%d is not tried", i);
    }
    double in = first(&told, "front@us-east-1/a puts * in", 600);
    double next = first(&told, "front@us-east-1/a puts * in", in + 0.001);
    guint only = count(&told, "front@us-east-1/a * picks *", in + 0.001, next);
    g_autofree char *line = NULL;
    for (guint i = 0; i < told.lines->len && !line; i++)
        if (time_of(told.lines->pdata[i]) == in && strstr(told.lines->pdata[i], "/a puts"))
            line = g_strdup(strstr(told.lines->pdata[i], "puts ") + strlen("puts "));
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    *strchr(line, ' ') = '\0';
    g_autofree char *picks = g_strdup_printf("front@us-east-1/a * picks %s", line);
    EXPECT_INT(count(&told, picks, in + 0.001, next), only); /* the first that is healthy has all */
}

static void nobody_is_healthy_any_more_only_when_a_whole_row_says_so(void)
{
    g_auto(Told) told = tell("\n[fault short]\nuse = crash\nof = shop@us-east-1\nat = 5m\nfor = 20s\n", NULL);
    EXPECT_INT(count(&told, "front@us-east-1/* puts shop*", 0, END), 0); /* no target had two checks meanwhile */
}

/* ---- what goes wrong, told apart ---- */

static double failed(const char *more, const char *const *sets, const char *why)
{
    g_autofree char *labels = g_strdup_printf("why=%s", why);
    return figure(more, sets, "requests.failed", labels);
}

static void a_silent_target_is_504_a_refusing_one_502_none_503(void)
{
    static const char all_gone[] =
        "\n[action out]\nuse = deregister\nof = front@us-east-1\ntargets = 4\nat = 5m\nfor = 5m\n";
    static const char *const whys[] = {"gateway-timeout", "bad-gateway", "unavailable"};
    const struct {
        const char *more, *set;
        gsize why;
        double least, most; /* of 3,000 requests in five minutes */
    } rows[] = {{shop_dead, "dead.mode=silent", 0, 2700, 3300},
                {shop_dead, "dead.mode=refused", 1, 2700, 3300},
                {all_gone, "users.rate=10/s", 2, 2700, 3500}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(whys); j++) {
            double n = failed(rows[i].more, SETS(rows[i].set), whys[j]);
            EXPECT_BETWEEN(n, j == rows[i].why ? rows[i].least : 0, j == rows[i].why ? rows[i].most : 0);
        }
}

/* Who is the first at a target waits for its answer; later ones, when that has not come, for a connection. */
static void an_answer_is_waited_for_60_seconds_a_connection_10(void)
{
    static const struct {
        double from, waits;
    } rows[] = {{301, 60}, {400, 10}}; /* by 400 each node has heard nothing from each target */
    g_auto(Told) told = tell(shop_dead, SETS("users.rate=4/s", "front.failures=10"));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (guint n = 0; n < told.lines->len; n++) {
            const char *line = told.lines->pdata[n], *target = strstr(line, "front@us-east-1/a round-robin picks ");
            double at = time_of(line);
            if (!target || at < rows[i].from || at > rows[i].from + 20)
                continue;
            g_autofree char *like = g_strdup_printf("front@us-east-1/a gives up on %s",
                                                    target + strlen("front@us-east-1/a round-robin picks "));
            EXPECT_INT(count(&told, like, at + rows[i].waits - 0.001, at + rows[i].waits + 0.001), 1);
        }
}

static void a_restarted_target_resets_and_is_connected_to_anew(void)
{
    g_auto(Told) told = tell("\n[fault short]\nuse = crash\nof = shop@us-east-1\nat = 5m\nfor = 1ms\n", NULL);
    guint resets = count(&told, "front@us-east-1/* hears from shop*: reset", 300, END);
    EXPECT_BETWEEN(resets, 1, 8); /* at most once for each node and target */
    EXPECT_INT(count(&told, "shop@us-east-1/* is asked by front* to connect", 300, END), resets);
    EXPECT_INT(count(&told, "front@us-east-1/* hears from shop*: reset", 330, END), 0);
}

/* ---- nodes and DNS ---- */

static void a_node_leaves_dns_when_it_does_not_answer_three_probes(void)
{
    g_auto(Told) told = tell(b_lost, NULL);
    double out = first(&told, "front@us-east-1/dns puts front@us-east-1/b out: it does not answer", 0),
           in = first(&told, "front@us-east-1/dns puts front@us-east-1/b in", 0);
    EXPECT_BETWEEN(out, 300 + 3 * 4 + 2 * 10, 300 + 3 * 4 + 3 * 10 + 0.1);
    EXPECT_BETWEEN(in, 600 + 2 * 10, 600 + 3 * 10 + 4.1);
    EXPECT(count(&told, "*tells 2 of 2 nodes*", 0, out) > 0, "both are told");
    EXPECT_INT(count(&told, "*front@us-east-1/dns tells 2 of 2 nodes*", out + 0.001, in), 0);
    EXPECT(count(&told, "*front@us-east-1/dns tells 1 of 2 nodes, front@us-east-1/a first", out, in) > 0,
           "one is told");
}

static void a_node_leaves_dns_at_once_when_none_of_its_targets_is_healthy(void)
{
    g_auto(Told) told = tell("\n[action out]\nuse = deregister\nof = front@us-east-1\nzone = b\ntargets = 2\nat = 5m\n",
                             SETS("front.cross-zone=no"));
    double out = first(&told, "front@us-east-1/dns puts front@us-east-1/b out: it has no healthy target", 0);
    EXPECT_BETWEEN(out, 300, 310.1);
}

static void when_no_node_is_in_all_are_told(void)
{
    g_auto(Told) told = tell(shop_dead, NULL);
    double out = first(&told, "front@us-east-1/dns puts front@us-east-1/? out: it has no healthy target", 0);
    EXPECT_BETWEEN(out, 340, 385);
    EXPECT_INT(count(&told, "front@us-east-1/dns tells 2 of 2 nodes,*(none is in: fail open)", 390, 600),
               count(&told, "front@us-east-1/dns tells *", 390, 600));
}

static void cross_zone_off_keeps_requests_in_their_zone(void)
{
    g_auto(Told) told = tell("", SETS("front.cross-zone=no"));
    guint in_a = count(&told, "front@us-east-1/a * picks shop@us-east-1/a/*", 0, END),
          in_b = count(&told, "front@us-east-1/b * picks shop@us-east-1/b/*", 0, END);
    EXPECT_INT(count(&told, "front@us-east-1/* picks shop*", 0, END), in_a + in_b);
    EXPECT(in_a > 1000 && in_b > 1000, "%u, %u", in_a, in_b);
    double n = figure("", SETS("front.cross-zone=no"), "balancer.requests", "zone=a");
    EXPECT_INT(n, in_a);
}

/* ---- by hand ---- */

static void a_shifted_zone_gets_nothing_new_and_comes_back(void)
{
    g_auto(Told) told =
        tell("\n[action away]\nuse = zonal-shift\nof = front@us-east-1\nzone = b\nat = 5m\nfor = 5m\n", NULL);
    EXPECT_INT(count(&told, "front@us-east-1/* picks shop@us-east-1/b/*", 300.1, 600), 0);
    EXPECT_INT(count(&told, "front@us-east-1/dns tells 2 of 2 nodes*", 300.1, 600), 0);
    EXPECT(count(&told, "front@us-east-1/* picks shop@us-east-1/b/*", 600.1, END) > 1000, "it is back");
    EXPECT(count(&told, "front@us-east-1/dns tells 2 of 2 nodes*", 600.1, END) > 0, "it is back in DNS");
}

/* The control plane stands in both zones: whoever is asked first is dead or not. */
static void a_lost_zone_is_shifted_away_all_the_same(void)
{
    static const char *const zones[] = {"b-lost.zone=a", "b-lost.zone=b"};
    for (gsize i = 0; i < 2; i++) {
        g_autofree char *more =
            g_strconcat(b_lost, "\n[action away]\nuse = zonal-shift\nof = front@us-east-1\nzone = a\nat = 6m\n", NULL);
        g_auto(Told) told = tell(more, SETS(zones[i]));
        double accepted = first(&told, "away is accepted", 0);
        EXPECT_BETWEEN(accepted, 360, i == 0 ? 376 : 360.1);
        EXPECT_INT(count(&told, "front@us-east-1/b * picks shop@us-east-1/a/*", accepted + 0.1, END), 0);
        /* who was away hears of it when he is back */
        EXPECT_INT(count(&told, "front@us-east-1/* picks shop@us-east-1/a/*", 611, END), 0);
    }
}

static const char out_for_a_while[] =
    "\n[action out]\nuse = deregister\nof = front@us-east-1\ntargets = 1\nat = 5m\nfor = 5m\n";

static void a_deregistered_target_ends_what_it_has_until_the_delay_is_over(void)
{
    static const struct {
        const char *delay;
        double cut_least, cut_most; /* requests under way to it: 10/s · 20 s / 4 */
    } rows[] = {{"front.deregistration-delay=300s", 0, 0},
                {"front.deregistration-delay=19s", 0, 9},
                {"front.deregistration-delay=10s", 8, 50},
                {"front.deregistration-delay=0s", 25, 80}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const *sets = SETS(rows[i].delay, "shop.work=20s", "shop.workers=1000");
        g_auto(Told) told = tell(out_for_a_while, sets);
        EXPECT_INT(count(&told, "front@us-east-1/* picks shop@us-east-1/a/1", 300.1, 600), 0);
        guint cut = 0;
        for (guint n = 0; n < told.lines->len; n++) {
            const char *tail = strstr(told.lines->pdata[n], "cuts ");
            cut += tail ? (guint)g_ascii_strtoull(tail + strlen("cuts "), NULL, 10) : 0;
        }
        EXPECT_BETWEEN(cut, rows[i].cut_least, rows[i].cut_most);
        EXPECT_INT(failed(out_for_a_while, sets, "bad-gateway"), cut);
    }
}

static void a_new_target_is_in_after_one_good_check(void)
{
    g_auto(Told) told = tell(out_for_a_while, NULL);
    double in = first(&told, "front@us-east-1/b puts shop@us-east-1/a/1 in", 0);
    EXPECT_BETWEEN(in, 600, 630.1);
    EXPECT_INT(count(&told, "front@us-east-1/b * picks shop@us-east-1/a/1", 300.1, in), 0);
    EXPECT_INT(count(&told, "shop@us-east-1/a/1 is asked by front@us-east-1/b how it is", 310, in + 0.001), 1);
}

/* One of four: over a ramp of w from 0 to 1 its share is the mean of w/(3 + w): 1 - 3·ln(4/3). */
static void a_share_ramps_up_in_slow_start(void)
{
    g_auto(Told) told = tell(out_for_a_while, SETS("front.slow-start=300s", "users.rate=40/s"));
    double in = first(&told, "front@us-east-1/b puts shop@us-east-1/a/1 in", 0);
    static const double expected[] = {1 - 3 * 0.28768207245178096, 0.25};
    for (int i = 0; i < 2; i++) {
        double from = in + 300 * i, until = MIN(from + 300, END);
        guint all = count(&told, "front@us-east-1/b * picks *", from, until),
              its = count(&told, "front@us-east-1/b * picks shop@us-east-1/a/1", from, until);
        EXPECT(all > 3000, "%u", all);
        /* sd of the thinning: at most sqrt(n)/4 */
        EXPECT_NEAR((double)its / all, expected[i], 4 * 0.25 / sqrt(all));
    }
    guint first_tenth = count(&told, "front@us-east-1/b * picks shop@us-east-1/a/1", in, in + 30),
          of = count(&told, "front@us-east-1/b * picks *", in, in + 30);
    EXPECT_NEAR((double)first_tenth / of, 0.05 / 3.05, 4 * 0.13 / sqrt(of));
}

/* ---- flows ---- */

static const char nlb[] = "use = nlb\ncross-zone = yes\n";
#define ONE_PLACE "users.places=100% US-CHICAGO"

static void a_connection_stays_with_its_target(void)
{
    g_auto(Told) told =
        tell(nlb, SETS(ONE_PLACE, "users.rate=0.2/s", "users.think=5s", "users.idle=10m", "users.keep-alive=1d"));
    EXPECT_INT(count(&told, "front@us-east-1/* hashes the flow to *", 0, END), 1);
    guint asked = count(&told, "shop@us-east-1/* is asked by front* for a page*", 0, END), by_one = 0;
    for (int i = 1; i <= 4; i++) {
        g_autofree char *like = g_strdup_printf("shop@us-east-1/?/%d is asked by front* for a page*", i);
        by_one = MAX(by_one, count(&told, like, 0, END));
    }
    EXPECT(asked > 150, "%u", asked);
    EXPECT_INT(by_one, asked);
}

static void a_balancer_of_flows_answers_for_nobody(void)
{
    static const struct {
        const char *mode, *why;
    } rows[] = {{"dead.mode=refused", "refused"}, {"dead.mode=silent", "timeout"}};
    g_autofree char *more = g_strconcat(nlb, shop_dead, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const *sets = SETS(rows[i].mode, "users.timeout=10s");
        double n = failed(more, sets, rows[i].why), all = figure(more, sets, "requests.failed", "");
        EXPECT_BETWEEN(n, 2700, 3300);
        EXPECT_BETWEEN(all - n, 0, 60); /* the other kind: who was connected */
        EXPECT_INT(failed(more, sets, "bad-gateway") + failed(more, sets, "gateway-timeout") +
                       failed(more, sets, "unavailable"),
                   0);
    }
    g_auto(Told) told = tell(nlb, NULL);
    guint opened = count(&told, "front@us-east-1/? hashes the flow to *", 0, END), checks = 2 * 4 * END / 30;
    EXPECT_BETWEEN(count(&told, "shop@us-east-1/* is asked by front@us-east-1/? to connect", 0, END), opened,
                   opened + checks);
}

/* Zone b is lost: what is pinned to its instances goes on to them until two checks have failed. */
static void flows_to_a_dead_target_wait_in_vain_until_the_checks_find_out(void)
{
    g_autofree char *more = g_strconcat(nlb, b_lost, NULL);
    for (int terminates = 0; terminates < 2; terminates++) {
        const char *set = terminates ? "front.terminate-unhealthy=yes" : "front.terminate-unhealthy=no";
        g_auto(Told) told = tell(more, SETS(set, "users.idle=1h", "users.think=5s"));
        double out = first(&told, "front@us-east-1/a puts shop@us-east-1/b/2 out*", 0);
        EXPECT_BETWEEN(out, 300 + 10 + 30 + 10, 300 + 10 + 30 + 10 + 41);
        guint reset = count(&told, "users* hears from front@us-east-1/a: reset", out - 0.001, out + 0.5),
              gave_up = count(&told, "users* gives up on front@us-east-1/a", 420, 420 + out - 300);
        EXPECT_INT(count(&told, "users* hears from front@us-east-1/a: reset", 300, out - 0.001) > 0, false);
        EXPECT(terminates ? reset > 0 : reset == 0, "%u reset", reset);
        EXPECT(terminates ? gave_up == 0 : gave_up > 0, "%u waited for two minutes", gave_up);
        EXPECT_INT(count(&told, "front@us-east-1/a hashes the flow to shop@us-east-1/b/2", out, 600), 0);
    }
}

static void a_flow_that_was_idle_too_long_is_reset(void)
{
    g_auto(Told) told =
        tell(nlb, SETS(ONE_PLACE, "users.rate=0.01/s", "users.think=100s", "users.idle=1h", "scenario.duration=10h"));
    guint n = 0, other = 0;
    double used_at = 0, gap = 0;
    for (guint i = 0; i < told.lines->len; i++) {
        const char *line = told.lines->pdata[i], *what = strchr(line, ']') + 2;
        if (g_pattern_match_simple("front@us-east-1/? is asked by users* for a page*", what)) {
            gap = time_of(line) - used_at;
            other += gap < 350;
            n += gap >= 350;
        }
        if (g_pattern_match_simple("front@us-east-1/? knows no such flow of*", what)) {
            EXPECT(gap >= 350, "after %g s", gap);
            n--;
        }
        if (g_pattern_match_simple("users* hears from front@us-east-1/?: ok", what) ||
            g_pattern_match_simple("front@us-east-1/? is asked by users*", what))
            used_at = time_of(line);
    }
    EXPECT_INT(n, 0); /* each was, and no other */
    EXPECT(other > 100, "%u", other);
}

static void flows_to_a_deregistered_target_live_on_unless_they_are_terminated(void)
{
    static const char out[] = "\n[action out]\nuse = deregister\nof = front@us-east-1\ntargets = 1\nat = 5m\n";
    g_autofree char *more = g_strconcat(nlb, out, NULL);
    for (int terminates = 0; terminates < 2; terminates++) {
        const char *set = terminates ? "front.terminate-deregistered=yes" : "front.terminate-deregistered=no";
        g_auto(Told) told = tell(more, SETS(set, "users.idle=1h", "users.think=10s"));
        EXPECT_INT(count(&told, "front@us-east-1/? hashes the flow to shop@us-east-1/a/1", 300.1, END), 0);
        EXPECT(count(&told, "shop@us-east-1/a/1 is asked by front* for a page*", 310, 600) > 100, "they live on");
        guint later = count(&told, "shop@us-east-1/a/1 is asked by front* for a page*", 600.1, END);
        EXPECT(terminates ? later == 0 : later > 100, "%u later", later);
    }
}

/* ---- who calls a balancer ---- */

static void a_service_leaves_a_dead_node_when_dns_does(void)
{
    static const char behind[] = "\n[dns gate]\nanswers = edge\n[balancer edge]\nto = page\n"
                                 "[service page]\nservers = 2\nwork = 1ms\ncalls = front\n";
    g_autofree char *more = g_strconcat(behind, b_lost, NULL);
    g_auto(Told) told = tell(more, SETS("users.enter=gate", "door.enabled=no"));
    double out = first(&told, "front@us-east-1/dns puts front@us-east-1/b out*", 0);
    EXPECT(count(&told, "front@us-east-1/b is asked by page@us-east-1/a/1 for a page*", 0, 300) > 0, "never there");
    EXPECT_INT(count(&told, "page@us-east-1/a/1 gives up on front@us-east-1/b", out + 62.1, 600), 0);
    EXPECT(count(&told, "page@us-east-1/a/1 hears from front@us-east-1/a: ok", out + 60, 600) > 100, "nobody answers");
}

static void servers_stand_in_zones_by_share(void)
{
    static const struct {
        const char *servers, *zones;
        guint in_a;
    } rows[] = {{"shop.servers=10", "shop.zones=10% a, 90% b", 1}, {"shop.servers=3", "shop.zones=50% a, 50% b", 2},
                {"shop.servers=7", "shop.zones=70% b, 30% a", 2},  {"shop.servers=5", "shop.zones=100% b", 0},
                {"shop.servers=1", "shop.zones=40% a, 60% b", 0},  {"shop.servers=5", "shop.workers=9", 3}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case loaded = load("", SETS(rows[i].servers, rows[i].zones, "scenario.duration=1s"));
        Sim *sim = sim_new(loaded.scenario->world, 1, 1);
        EXPECT(sim_run(sim, NULL), "stopped");
        guint n, in_a = 0;
        Entity *const *door = doors_in(sim, world_find(loaded.scenario->world, "service", "shop"), 0, &n);
        for (guint j = 0; j < n; j++)
            in_a += place_zone(door[j]->place) == 0;
        EXPECT(in_a == rows[i].in_a, "row %zu: %u of %u", i, in_a, n);
        sim_free(sim);
        case_clear(&loaded);
    }
}

/* ---- what is refused before anything runs ---- */

static void mistakes_are_told(void)
{
    static const struct {
        const char *more, *slug;
    } rows[] = {
        {"slow-start = 60s\nalgorithm = least-outstanding\n", "contradictory-settings"},
        {"slow-start = 10s\n", "out-of-range"},
        {"slow-start = 60s\nalgorithm = power-of-two\n", ""},
        {"use = nlb\nalgorithm = round-robin\n", "unknown-key"},
        {"use = nlb\nidle = 30s\n", "out-of-range"},
        {"cross-zone = no\n", ""},
        {"\n[fault f]\nuse = outage\ntarget = us-east-1\nzone = c\nat = 1m\nfor = 1m\n", "unknown-zone"},
        {"\n[fault f]\nuse = outage\ntarget = us-east-1\nzone = us-east-1a\nat = 1m\nfor = 1m\n", "unknown-choice"},
        {"\n[action x]\nuse = zonal-shift\nof = front@us-east-1\nzone = f\nat = 1m\n", "unknown-zone"},
        {"\n[action x]\nuse = zonal-shift\nof = front@us-east-1\nzone = all\nat = 1m\n", "contradictory-settings"},
        {"\n[region us-east-2]\nzones = 2\n", "unused-section"},
        {"\n[action x]\nuse = zonal-shift\nof = front\nzone = a\nat = 1m\n", "missing-region"},
        {"\n[action x]\nuse = deregister\nof = front@us-east-1\ntargets = 5\nat = 1m\n", "out-of-range"},
        {"\n[action x]\nuse = deregister\nof = front@us-east-1\ntargets = 4\nat = 1m\n", ""},
        {"\n[action x]\nuse = deregister\nof = shop@us-east-1\nat = 1m\n", "unknown-reference"},
        {"\n[service other]\nzones = 50% a, 50% c\nwork = 1ms\n[preset x]\nuse = service\n", "unknown-zone"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *frame = NULL;
        CU_ASSERT_TRUE_FATAL(g_file_get_contents(MRSIM_SRCDIR "/tests/lab/balancers.ini", &frame, NULL, NULL));
        g_autofree char *text = g_strconcat(frame, rows[i].more, NULL);
        Case loaded = case_of_text(text, NULL, NULL);
        g_autofree char *slug = case_slug(&loaded);
        EXPECT(strcmp(slug, rows[i].slug) == 0, "row %zu: %s", i, loaded.said);
        case_clear(&loaded);
    }
}

void suite_balancers(void);
void suite_balancers(void)
{
    CU_pSuite s = CU_add_suite("balancers", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(out_after_two_bad_checks_in_after_five_good_ones);
    TEST(when_none_is_healthy_all_are_tried);
    TEST(nobody_is_healthy_any_more_only_when_a_whole_row_says_so);
    TEST(a_silent_target_is_504_a_refusing_one_502_none_503);
    TEST(an_answer_is_waited_for_60_seconds_a_connection_10);
    TEST(a_restarted_target_resets_and_is_connected_to_anew);
    TEST(a_node_leaves_dns_when_it_does_not_answer_three_probes);
    TEST(a_node_leaves_dns_at_once_when_none_of_its_targets_is_healthy);
    TEST(when_no_node_is_in_all_are_told);
    TEST(cross_zone_off_keeps_requests_in_their_zone);
    TEST(a_shifted_zone_gets_nothing_new_and_comes_back);
    TEST(a_lost_zone_is_shifted_away_all_the_same);
    TEST(a_deregistered_target_ends_what_it_has_until_the_delay_is_over);
    TEST(a_new_target_is_in_after_one_good_check);
    TEST(a_share_ramps_up_in_slow_start);
    TEST(a_connection_stays_with_its_target);
    TEST(a_balancer_of_flows_answers_for_nobody);
    TEST(flows_to_a_dead_target_wait_in_vain_until_the_checks_find_out);
    TEST(a_flow_that_was_idle_too_long_is_reset);
    TEST(flows_to_a_deregistered_target_live_on_unless_they_are_terminated);
    TEST(a_service_leaves_a_dead_node_when_dns_does);
    TEST(servers_stand_in_zones_by_share);
    TEST(mistakes_are_told);
}
