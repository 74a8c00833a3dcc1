/* Laws: what must hold of whole runs, whatever the numbers are. */
#include "base/check.h"
#include "model/call_pool.h"
#include "model/sim.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>
#include <string.h>

static const char *const shipped[] = {"us-eu-single-region", "us-eu-active-active", "us-eu-active-passive"};
/* A few minutes with the outage in them: enough for laws that hold request by request. */
#define SHORT "scenario.duration=4m", "scenario.warm-up=1m", "virginia-lost.at=00:01:00", "virginia-lost.for=1m"

/* ---- one seed, one run ---- */

static void test_same_run(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
        g_auto(Lab) lab = lab_open(shipped[i], SETS("scenario.duration=30m"));
        g_autoptr(Results) first = lab_run(&lab, 1, 3, 1), second = lab_run(&lab, 1, 3, 1),
                           two_jobs = lab_run(&lab, 1, 3, 2);
        g_autofree char *text = lab_json(first), *again = lab_json(second), *jobs = lab_json(two_jobs);
        EXPECT_TEXT(second->digest, first->digest);
        EXPECT_TEXT(two_jobs->digest, first->digest);
        EXPECT(strcmp(text, again) == 0, "%s: the same run twice differs in JSON", shipped[i]);
        EXPECT(strcmp(text, jobs) == 0, "%s: one thread and two differ in JSON", shipped[i]);
        EXPECT(strlen(text) > 1000, "%s: JSON of %zu bytes", shipped[i], strlen(text));
    }
}

/* The objectives of both runs whose intervals are known on either side. */
static guint compare_objectives(const char *name, const Results *one, const Results *other)
{
    guint n = 0;
    EXPECT_INT(one->objectives->len, other->objectives->len);
    for (guint i = 0; i < one->objectives->len; i++) {
        const ResultObjective *a = one->objectives->pdata[i], *b = other->objectives->pdata[i];
        if (isinf(a->value) && isinf(b->value))
            continue;
        EXPECT(a->ci_low <= b->ci_high && b->ci_low <= a->ci_high, "%s, %s: %g (%g .. %g) and %g (%g .. %g)", name,
               a->text, a->value, a->ci_low, a->ci_high, b->value, b->ci_low, b->ci_high);
        n++;
    }
    return n;
}

static void test_other_seed(void)
{
    guint n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
        g_auto(Lab) lab = lab_open(shipped[i], NULL);
        g_autoptr(Results) one = lab_run(&lab, 1, 4, 0), other = lab_run(&lab, 2, 4, 0);
        EXPECT(strcmp(one->digest, other->digest) != 0, "%s: seeds 1 and 2 have one digest", shipped[i]);
        n += compare_objectives(shipped[i], one, other);
    }
    EXPECT(n >= 4, "only %u objectives have been compared", n);
}

/* A nanosecond more somewhere is another run.  A round trip is halved, so an odd one is taken that crosses a half. */
static void test_nanosecond(void)
{
    static const struct {
        const char *scenario, *one, *other;
    } rows[] = {{"queue.ini", "shop.work=10ms", "shop.work=10.000001ms"},
                {"queue.ini", "beside.rtt=9.999999ms", "beside.rtt=10ms"},
                {"detection.ini", "gone.at=60s", "gone.at=60.000000001s"},
                {"detection.ini", "alive.interval=10s", "alive.interval=10.000000001s"},
                {"writers.ini", "item.lag=800ms", "item.lag=800.000001ms"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Lab) one = lab_open(rows[i].scenario, SETS(rows[i].one));
        g_auto(Lab) other = lab_open(rows[i].scenario, SETS(rows[i].other));
        uint64_t a = lab_trace(&one, 1, 1, NULL, NULL, NULL), b = lab_trace(&other, 1, 1, NULL, NULL, NULL);
        EXPECT(a != b, "%s: %s and %s have the digest %016" PRIx64, rows[i].scenario, rows[i].one, rows[i].other, a);
    }
}

/* ---- whose chance is whose ---- */

/* What is fixed about a run's requests before anything happens to them: who asks what when, and how long each attempt
 * is worked on. */
typedef struct {
    GPtrArray *arrivals; /* whole lines, but for those of the users `not_of` */
    GHashTable *work;    /* "request, attempt" -> nanoseconds; in calls of the service `shop` */
} Workload;

static void workload_clear(Workload *workload)
{
    g_ptr_array_unref(workload->arrivals);
    g_hash_table_destroy(workload->work);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workload, workload_clear)

static void note_workload(Sim *sim, void *whose, const char *line)
{
    Workload *workload = whose;
    const char *works = strstr(line, " works "), *on = strstr(line, " ns on ");
    (void)sim;
    if (strstr(line, " request ") && strstr(line, ": user ") && !strstr(line, "] others@"))
        g_ptr_array_add(workload->arrivals, g_strdup(line));
    else if (works && on && strstr(line, "] shop@"))
        g_hash_table_insert(workload->work, g_strdup(on + strlen(" ns on ")),
                            g_strndup(works + strlen(" works "), (gsize)(on - works) - strlen(" works ")));
}

static Workload workload_of(const char *name, const char *const *sets, guint replication)
{
    g_auto(Lab) lab = lab_open(name, sets);
    Workload workload = {g_ptr_array_new_with_free_func(g_free),
                         g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    lab_trace(&lab, 1, replication, note_workload, NULL, &workload);
    return workload;
}

static void expect_same_arrivals(const char *what, const Workload *one, const Workload *other)
{
    guint n_different = 0;
    EXPECT_INT(other->arrivals->len, one->arrivals->len);
    EXPECT(one->arrivals->len > 10000, "%s: %u arrivals", what, one->arrivals->len);
    for (guint i = 0; i < MIN(one->arrivals->len, other->arrivals->len); i++)
        n_different += strcmp(one->arrivals->pdata[i], other->arrivals->pdata[i]) != 0;
    EXPECT(n_different == 0, "%s: %u of %u arrivals differ", what, n_different, one->arrivals->len);
}

/* Where an attempt was worked on in both runs, it took the same work. */
static void expect_same_work(const char *what, const Workload *one, const Workload *other, guint at_least)
{
    guint n_common = 0, n_different = 0;
    GHashTableIter iter;
    gpointer key, work;
    g_hash_table_iter_init(&iter, one->work);
    while (g_hash_table_iter_next(&iter, &key, &work)) {
        const char *there = g_hash_table_lookup(other->work, key);
        n_common += there != NULL;
        n_different += there && strcmp(there, work) != 0;
    }
    EXPECT(n_common >= at_least, "%s: %u attempts in common, of %u and %u", what, n_common,
           g_hash_table_size(one->work), g_hash_table_size(other->work));
    EXPECT(n_different == 0, "%s: %u of %u attempts were worked on for another time", what, n_different, n_common);
}

/* Things that no user of the design meets: nothing about its requests changes, not even who served them when. */
static void test_added_things(void)
{
    g_auto(Workload) before = workload_of("us-eu-active-active", SETS(SHORT), 1);
    g_auto(Workload) after = workload_of("added.ini", SETS(SHORT), 1);
    expect_same_arrivals("other users, service, database, fault", &before, &after);
    expect_same_work("other users, service, database, fault", &before, &after, g_hash_table_size(before.work));
    EXPECT_INT(g_hash_table_size(after.work), g_hash_table_size(before.work));
}

/* A second database on the path, twice as many servers, another policy: what happens differs, what is wanted not. */
static void test_other_designs(void)
{
    g_auto(Workload) before = workload_of("us-eu-active-active", SETS(SHORT), 1);
    static const struct {
        const char *what, *name, *set;
    } rows[] = {
        {"each request asks twice", "us-eu-active-active", "shop.calls=2x carts"},
        {"twice the servers", "us-eu-active-active", "shop.servers=12"},
        {"least outstanding requests", "us-eu-active-active", "front.algorithm=least-outstanding"},
        {"another database", "us-eu-active-active", "carts.lag=5s"},
        {"one region", "us-eu-single-region", "shop.servers=6"},
        {"one region waits", "us-eu-active-passive", "shop.servers=6"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Workload) after = workload_of(rows[i].name, SETS(SHORT, rows[i].set), 1);
        expect_same_arrivals(rows[i].what, &before, &after);
        expect_same_work(rows[i].what, &before, &after, g_hash_table_size(before.work) / 2);
    }
}

static void test_replications_differ(void)
{
    g_auto(Workload) one = workload_of("us-eu-active-active", SETS(SHORT), 1);
    g_auto(Workload) other = workload_of("us-eu-active-active", SETS(SHORT), 2);
    guint n_same = 0;
    for (guint i = 0; i < MIN(one.arrivals->len, other.arrivals->len); i++)
        n_same += strcmp(one.arrivals->pdata[i], other.arrivals->pdata[i]) == 0;
    EXPECT_INT(n_same, 0);
}

/* ---- nobody is omniscient ---- */

static bool notes_hold(const Results *results, const char *text)
{
    for (guint i = 0; i < results->notes->len; i++)
        if (strstr(results->notes->pdata[i], text))
            return true;
    return false;
}

/* Answered share of the requests issued in [from, to) seconds after 00:00:00, by the curve of a population. */
static double answered_between(const Results *results, const char *labels, double from_s, double to_s)
{
    const ResultCurve *curve = results_curve(results, "timeline", labels);
    double answered = 0, ended = 0;
    CHECK(curve && curve->n_columns == 3);
    for (guint i = 0; i < curve->n_rows; i++) {
        const double *row = &curve->cell[3 * i];
        if (row[0] < from_s || row[0] >= to_s)
            continue;
        answered += row[1];
        ended += row[2];
    }
    return answered / ended;
}

/* Without health checks the Americans go on asking Virginia: as long as it is gone nobody answers them, and when it is
 * back all is as before. */
static void test_unwatched(void)
{
    static const char *const who = "clients=north-america";
    g_autoptr(Results) results =
        lab_run_named("us-eu-active-active", SETS("door.health=none", "alive.enabled=no"), 1, 3);
    EXPECT_NEAR(lab_value(results, "routing.share", "", "clients=north-america,region=us-east-1"), 1, 0);
    EXPECT_NEAR(lab_value(results, "routing.share", "", "clients=north-america,region=eu-central-1"), 0, 0);
    EXPECT_NEAR(answered_between(results, who, 0, 1190), 1, 0.001);
    EXPECT_NEAR(answered_between(results, who, 1210, 1790), 0, 0);
    EXPECT_NEAR(answered_between(results, who, 1810, 3600), 1, 0.001);
    double back = lab_value(results, "failover.time", "", "");
    EXPECT(isinf(back), "failover.time is %g", back);
    EXPECT(results_figure(results, "detection.time", "", "") == NULL, "somebody detected the outage");
    EXPECT(notes_hold(results, "no health check"), "no note says why nothing failed over");
}

/* With them they move, whatever is looked at: the balancer, the instances, what lies behind. */
static void test_watched(void)
{
    static const char *const endpoints[] = {"front", "shop", "carts"};
    for (gsize i = 0; i < G_N_ELEMENTS(endpoints); i++) {
        g_autofree char *of = g_strdup_printf("alive.of=%s", endpoints[i]);
        g_autoptr(Results) results = lab_run_named("us-eu-active-active", SETS(of), 1, 2);
        double half = lab_value(results, "failover.half", "", ""), seen = lab_value(results, "detection.time", "", "");
        EXPECT(isfinite(seen) && seen > 20, "checks of %s agree after %g s", endpoints[i], seen);
        EXPECT(isfinite(half) && half < 180, "checks of %s: half of the users back after %g s", endpoints[i], half);
        EXPECT(answered_between(results, "clients=north-america", 1500, 1790) > 0.9, "checks of %s: only %g answered",
               endpoints[i], answered_between(results, "clients=north-america", 1500, 1790));
    }
}

/* ---- conservation ---- */

/* Means of a few replications times their number: whole numbers, compared as such. */
static gint64 total(const Results *results, const char *metric, const char *labels)
{
    double value = lab_value(results, metric, "", labels) * results->replications;
    return isnan(value) ? 0 : (gint64)floor(value + 0.5);
}

static void expect_requests_add_up(const char *name, const Results *results, const char *labels)
{
    gint64 issued = total(results, "requests.issued", labels), answered = total(results, "requests.answered", labels),
           failed = total(results, "requests.failed", labels), in_flight = total(results, "requests.in_flight", labels);
    EXPECT(issued > 1000, "%s {%s}: %" PRId64 " issued", name, labels, issued);
    EXPECT(issued == answered + failed + in_flight,
           "%s {%s}: %" PRId64 " issued, %" PRId64 " answered, %" PRId64 " failed, %" PRId64 " in flight", name, labels,
           issued, answered, failed, in_flight);
    double availability = lab_value(results, "availability", "", labels);
    EXPECT_NEAR(availability, (double)answered / (double)(answered + failed), 1e-12);
}

static void expect_writes_add_up(const char *name, const Results *results)
{
    static const char *const fates[] = {"writes.durable", "writes.superseded", "writes.overwritten",
                                        "writes.lost",    "writes.stranded",   "writes.in_flight"};
    gint64 acknowledged = total(results, "writes.acknowledged", ""), sum = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(fates); i++)
        sum += total(results, fates[i], "");
    EXPECT(acknowledged > 1000, "%s: %" PRId64 " writes acknowledged", name, acknowledged);
    EXPECT(acknowledged == sum, "%s: %" PRId64 " writes acknowledged, %" PRId64 " in the classes", name, acknowledged,
           sum);
}

static void expect_parts_add_up(const char *name, const Results *results)
{
    gint64 clients = total(results, "requests.issued", "clients=north-america") +
                     total(results, "requests.issued", "clients=europe");
    EXPECT(total(results, "requests.issued", "") == clients, "%s: populations do not add up", name);
    gint64 ops = total(results, "requests.issued", "op=read") + total(results, "requests.issued", "op=write");
    EXPECT(total(results, "requests.issued", "") == ops, "%s: reads and writes do not add up", name);
    gint64 regions = total(results, "requests.answered", "region=us-east-1") +
                     total(results, "requests.answered", "region=eu-central-1");
    EXPECT(total(results, "requests.answered", "") == regions, "%s: regions do not add up", name);
    EXPECT_INT(total(results, "latency.count", ""), 0); /* no such name: the count is a statistic */
    EXPECT_NEAR(lab_value(results, "latency", "count", "") * results->replications,
                (double)total(results, "requests.answered", ""), 0.5);
}

static void test_conservation(void)
{
    static const char *const labels[] = {"", "clients=north-america", "clients=europe"};
    for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
        g_autoptr(Results) results = lab_run_named(shipped[i], NULL, 1, 2);
        for (gsize j = 0; j < G_N_ELEMENTS(labels); j++)
            expect_requests_add_up(shipped[i], results, labels[j]);
        expect_parts_add_up(shipped[i], results);
        expect_writes_add_up(shipped[i], results);
    }
}

/* The run may end in the middle of the outage, or of a partition: what is under way then is counted, not forgotten. */
static void test_conservation_in_trouble(void)
{
    static const struct {
        const char *name, *sets[4];
    } rows[] = {{"us-eu-active-active", {"scenario.duration=25m"}},
                {"us-eu-active-passive", {"scenario.duration=25m"}},
                {"us-eu-active-passive", {"scenario.duration=21m", "carts.decide=30s"}},
                {"us-eu-active-passive", {"virginia-lost.mode=refused"}},
                {"cut.ini", {"scenario.duration=35m"}},
                {"cut.ini", {"cut.one-way=yes", "scenario.duration=25m"}},
                {"cut-passive.ini", {"scenario.duration=40m"}},
                {"cut-passive.ini", {"scenario.duration=29m"}},
                {"us-eu-active-active", {"scenario.duration=1203s", "shop.workers=1", "shop.servers=1"}}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Results) results = lab_run_named(rows[i].name, rows[i].sets, 1, 2);
        expect_requests_add_up(rows[i].name, results, "");
        expect_writes_add_up(rows[i].name, results);
    }
}

/* Writes lost, in seconds of the writes that are acknowledged while all is well. */
static double seconds_lost(const Results *results)
{
    double wanted = lab_value(results, "requests.issued", "", "op=write") / 2400;
    return lab_value(results, "writes.lost", "", "") / wanted;
}

/* What could not cross the ocean for ten minutes crosses it afterwards: nothing is lost, and the oldest has waited ten
 * minutes and what it takes to notice that there is a way again (a second between attempts, ten for one that is lost).
 * A writer that was only cut off loses what it took after the cut: there were two, as long as somebody writes there. */
static void test_cut(void)
{
    g_autoptr(Results) both = lab_run_named("cut.ini", SETS("scenario.duration=40m", "carts.lag-alarm=30s"), 1, 2);
    static const char *const none[] = {"writes.lost", "writes.stranded", "writes.divergent"};
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        EXPECT_INT(total(both, none[i], ""), 0);
    double longest = lab_value(both, "replication.lag", "max", "");
    EXPECT(longest > 600 && longest < 615, "the longest lag is %g s", longest);
    EXPECT_NEAR(lab_value(both, "availability", "", ""), 1, 1e-4);
    double behind = 2400 * lab_value(both, "replication.alarm", "", "to=us-east-1");
    EXPECT(behind > longest - 30 - 1 && behind < longest - 30 + 5, "more than 30 s behind for %g s", behind);
    /* Who keeps the old endpoint writes there as long as the cut lasts; who is re-pointed, only until then. */
    g_autoptr(Results) kept = lab_run_named("cut-passive.ini", SETS("scenario.duration=40m", "carts.repoint=1h"), 1, 2);
    g_autoptr(Results) led = lab_run_named("cut-passive.ini", SETS("scenario.duration=40m", "carts.repoint=0s"), 1, 2);
    double lost_kept = seconds_lost(kept), lost_led = seconds_lost(led);
    EXPECT(lost_kept > 595 && lost_kept < 640, "lost are the writes of %g s", lost_kept);
    /* Detected after 2 (10 + 4) + 4 s and the rest of an interval, decided a minute later, promoted after a last check
     * and another minute, asked for every few seconds. */
    double promoted = 2 * 14 + 4 + 60 + 4 + 60;
    EXPECT(lost_led > promoted && lost_led < promoted + 10 + 20, "lost are the writes of %g s", lost_led);
    EXPECT(total(kept, "writes.divergent", "") > total(led, "writes.divergent", ""), "%g and %g",
           (double)total(kept, "writes.divergent", ""), (double)total(led, "writes.divergent", ""));
}

/* ---- memory ---- */

static void note_capacity(Sim *sim, void *whose)
{
    *(uint32_t *)whose = call_pool_capacity(sim->calls);
}

/* Some 9,000 requests are under way at a time, two records each: five chunks of 4,096, however long it lasts. */
static void test_memory(void)
{
    static const char *const durations[] = {"scenario.duration=60s", "scenario.duration=600s"};
    uint32_t capacity[2];
    for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
        g_auto(Lab) lab =
            lab_open("queue.ini", SETS("users.rate=1000/s", "shop.work=9s", "shop.workers=20000", durations[i]));
        lab_trace(&lab, 1, 1, NULL, note_capacity, &capacity[i]);
    }
    EXPECT(capacity[0] > 18000 && capacity[0] < 25000, "%u call records for 18,000 in flight", capacity[0]);
    EXPECT_INT(capacity[1], capacity[0]);
}

/* ---- more is never less ---- */

/* The same arrivals with the same work: one worker more makes nobody wait longer, so neither the mean nor any quantile
 * grows. */
static void test_more_workers(void)
{
    static const char *const statistics[] = {"mean", "p50", "p99", "max"};
    double before[G_N_ELEMENTS(statistics)];
    for (int c = 4; c <= 12; c++) {
        g_autofree char *workers = g_strdup_printf("shop.workers=%d", c);
        g_autoptr(Results) results = lab_run_named("queue.ini", SETS("users.rate=390/s", workers), 1, 2);
        for (gsize i = 0; i < G_N_ELEMENTS(statistics); i++) {
            double now = lab_value(results, "latency", statistics[i], "");
            EXPECT(c == 4 || now <= before[i], "%s with %d workers: %.9g s, with one less %.9g s", statistics[i], c,
                   now, before[i]);
            before[i] = now;
        }
    }
}

void suite_laws(void);
void suite_laws(void)
{
    CU_pSuite s = CU_add_suite("laws", NULL, NULL);
    CU_add_test(s, "one seed is one run, whatever the number of threads", test_same_run);
    CU_add_test(s, "another seed is another run with the same verdicts", test_other_seed);
    CU_add_test(s, "a nanosecond somewhere changes the digest", test_nanosecond);
    CU_add_test(s, "things that a request does not meet change nothing about it", test_added_things);
    CU_add_test(s, "another design meets the same users, wanting the same", test_other_designs);
    CU_add_test(s, "replications are different hours", test_replications_differ);
    CU_add_test(s, "without health checks nothing fails over, and the notes say why", test_unwatched);
    CU_add_test(s, "with them users move, whatever is checked in the region", test_watched);
    CU_add_test(s, "requests and writes of shipped scenarios add up", test_conservation);
    CU_add_test(s, "they add up when the run ends in the middle of trouble", test_conservation_in_trouble);
    CU_add_test(s, "what a cut holds up arrives later; two writers cost one side's writes", test_cut);
    CU_add_test(s, "memory follows what is in flight, not how long it lasts", test_memory);
    CU_add_test(s, "more workers make nobody slower", test_more_workers);
}
