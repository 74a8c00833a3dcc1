/* Strong consistency among three: what it promises whatever fails, and that it fails without a majority. */
#include "model/quorum.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include <math.h>

static double figure(const Results *results, const char *metric, const char *labels)
{
    double value = lab_value(results, metric, "", labels);
    return isnan(value) ? 0 : value;
}

static void expect_adds_up(const Results *results)
{
    static const char *const classes[] = {"writes.durable",  "writes.superseded", "writes.overwritten", "writes.lost",
                                          "writes.stranded", "writes.in_flight",  "writes.partial"};
    double acknowledged = figure(results, "writes.acknowledged", ""), sum = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
        sum += figure(results, classes[i], "");
    EXPECT_NEAR(sum, acknowledged, 1e-6 * acknowledged);
}

static void expect_strong(const Results *results)
{
    EXPECT(figure(results, "writes.acknowledged", "") > 1000, "too few writes prove nothing");
    EXPECT(figure(results, "writes.refused", "") > 10, "writers that do not meet prove nothing");
    EXPECT_NEAR(figure(results, "writes.lost", ""), 0, 0);
    EXPECT_NEAR(figure(results, "writes.overwritten", ""), 0, 0);
    EXPECT_NEAR(figure(results, "writes.conflicts", ""), 0, 0);
    EXPECT_NEAR(figure(results, "writes.partial", ""), 0, 0);
    EXPECT_NEAR(figure(results, "reads.stale", ""), 0, 0);
    EXPECT_NEAR(figure(results, "oversold", ""), 0, 0);
    expect_adds_up(results);
}

/* ---- storms: more than 300 replications of regions and ways between them that fail at random ---- */

static void nothing_is_lost_stale_or_overwritten_in_a_storm(void)
{
    const char *const *const storms[] = {
        SETS("user.items=1", "item.timeout=50ms", "user.rate=20/s"),
        SETS("user.items=2", "item.timeout=100ms", "failing.mode=silent"),
        SETS("item.tries=3"),
        SETS("user.items=1", "item.timeout=30ms", "user.rate=30/s", "failing.every=exponential(mean=8s)",
             "failing.for=exponential(mean=3s)", "cut.every=exponential(mean=6s)", "cut.for=exponential(mean=2s)"),
        SETS("item.replicas=a, b", "item.witness=c", "shop.regions=a, b", "at-c.enter=shop@b"),
        SETS("user.items=3", "item.write-time=exponential(mean=3ms)", "item.read-time=exponential(mean=3ms)",
             "item.workers=2", "failing.mode=silent"),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(storms); i++) {
        g_autoptr(Results) results = lab_run_named("mrsc-storm.ini", storms[i], 1, 60);
        expect_strong(results);
    }
}

/* Clocks that are off by more than a round trip change nothing: no version is made older than what it replaces. */
static void clocks_do_not_matter(void)
{
    g_autoptr(Results) results = lab_run_named(
        "mrsc-storm.ini",
        SETS("a.clock=normal(mean=0ms, sd=300ms)", "b.clock=-1s", "user.items=2", "item.timeout=100ms"), 1, 40);
    expect_strong(results);
}

/* ... nor is a unit sold that there is not: of 3 items 500 units each, which last for a while. */
static void nothing_is_sold_twice(void)
{
    g_autoptr(Results) results =
        lab_run_named("mrsc-storm.ini", SETS("user.items=3", "item.stock=500", "item.timeout=100ms"), 1, 60);
    expect_strong(results);
    EXPECT(figure(results, "writes.sold_out", "") > 100, "a stock that is not sold out proves nothing");
    EXPECT(figure(results, "writes.acknowledged", "") <= 3 * 500, "more was acknowledged than there was");
}

/* When all is well again everybody gets everything. */
static void who_was_away_catches_up(void)
{
    g_autoptr(Results) results = lab_run_named("mrsc-away.ini", NULL, 1, 10);
    expect_strong(results);
    EXPECT(figure(results, "writes.in_flight", "") < 2, "what waits long after the last fault");
    EXPECT_NEAR(figure(results, "writes.stranded", ""), 0, 0);
    EXPECT(lab_value(results, "replication.lag", "max", "to=b") > 10, "what b missed came late");
}

/* Two replicas and a witness where nothing else runs, a region lost, and clocks that are off: users of the shop. */
static void two_and_a_witness_serve_a_shop(void)
{
    g_autoptr(Results) results = lab_run_named("mrsc-witness.ini", SETS("scenario.duration=40m"), 1, 1);
    EXPECT_NEAR(figure(results, "writes.overwritten", ""), 0, 0);
    EXPECT_NEAR(figure(results, "writes.lost", ""), 0, 0);
    EXPECT_NEAR(figure(results, "reads.stale", ""), 0, 0);
    EXPECT(figure(results, "availability", "") > 0.97, "the other one goes on");
    EXPECT(isnan(lab_value(results, "replication.lag", "max", "database=carts,from=us-east-1,to=us-west-2")),
           "a witness has no readers, and so no lag");
    expect_adds_up(results);
}

/* A shop beside the witness asks one of the two others: the witness reads and writes for nobody. */
static void a_witness_serves_nobody(void)
{
    const char *const *sets =
        SETS("item.replicas=a, b", "item.witness=c", "item.reads=eventual", "scenario.duration=100s");
    g_autoptr(Results) results = lab_run_named("mrsc.ini", sets, 1, 1);
    EXPECT_NEAR(figure(results, "availability", ""), 1, 0);
    EXPECT(figure(results, "writes.acknowledged", "region=a") > 100, "a writes");
    EXPECT_NEAR(figure(results, "writes.acknowledged", "region=c"), 0, 0);
    EXPECT(lab_value(results, "latency", "mean", "clients=at-c,op=read") > 0.010, "read from what only votes");
    EXPECT_NEAR(lab_value(results, "latency", "mean", "clients=at-a,op=read"), 0, 1e-6);
}

/* ---- without a majority ---- */

typedef struct {
    double read, write;
} Answered;

#define ALONE "b-away.at=0s", "b-away.for=200s", "at-b.enabled=no", "at-c.enabled=no", "at-a.retries=0"

static Answered answered(const char *const *sets)
{
    g_autoptr(Results) results = lab_run_named("mrsc-away.ini", sets, 1, 1);
    return (Answered){lab_value(results, "availability", "", "op=read"),
                      lab_value(results, "availability", "", "op=write")};
}

static void without_a_majority_there_is_no_answer(void)
{
    Answered alone = answered(SETS(ALONE, "a-c-cut.at=0s", "a-c-cut.for=200s")),
             two = answered(SETS(ALONE, "a-c-cut.enabled=no")),
             eventual = answered(SETS(ALONE, "a-c-cut.at=0s", "a-c-cut.for=200s", "item.reads=eventual"));
    EXPECT_NEAR(alone.read, 0, 0);
    EXPECT_NEAR(alone.write, 0, 0);
    EXPECT_NEAR(two.read, 1, 0);
    EXPECT_NEAR(two.write, 1, 0);
    EXPECT_NEAR(eventual.read, 1, 0);
    EXPECT_NEAR(eventual.write, 0, 0);
}

/* An eventual read is answered at once, and may be old; the same users, with strong reads, never see that. */
static void eventual_reads_are_local_and_old(void)
{
    g_autoptr(Results) eventual =
        lab_run_named("mrsc.ini", SETS("item.reads=eventual", "scenario.duration=100s"), 1, 2);
    g_autoptr(Results) strong = lab_run_named("mrsc.ini", SETS("scenario.duration=100s"), 1, 2);
    EXPECT(figure(eventual, "reads.stale", "") > 0.001, "%g are stale", figure(eventual, "reads.stale", ""));
    EXPECT_NEAR(lab_value(eventual, "latency", "mean", "op=read"), 0, 1e-6);
    EXPECT_NEAR(figure(strong, "reads.stale", ""), 0, 0);
    EXPECT(lab_value(strong, "latency", "mean", "op=read") > 0.010, "a strong read crosses a distance");
}

/* One item, written everywhere all the time: refused, tried again, and in the end an error. */
static void writers_of_one_item_are_refused_and_try_again(void)
{
    g_autoptr(Results) few = lab_run_named(
        "mrsc.ini", SETS("user.items=1", "item.tries=1", "user.retries=0", "scenario.duration=100s"), 1, 1);
    g_autoptr(Results) many =
        lab_run_named("mrsc.ini", SETS("user.items=1", "user.retries=0", "scenario.duration=100s"), 1, 1);
    double failed_few = figure(few, "requests.failed", "why=conflict"),
           failed_many = figure(many, "requests.failed", "why=conflict");
    EXPECT(failed_few > 100, "%g failed without a second try", failed_few);
    EXPECT(failed_many < failed_few / 5, "%g failed with ten tries, %g with one", failed_many, failed_few);
    EXPECT_NEAR(figure(many, "writes.overwritten", ""), 0, 0);
}

/* ---- votes ---- */

static const Version none = {0, 0, 0}, x = {100, 0, 0}, y = {101, 1, 0};

static VotePort cast(Votes *votes, VoteAsk ask, Version version, uint32_t ballot, Version held)
{
    VotePort vote = {.version = version, .base = held, .item = 7, .ballot = ballot, .ask = (uint8_t)ask};
    votes_cast(votes, &vote, held, 50, 0);
    return vote;
}

static void a_member_accepts_one_of_two(void)
{
    Votes *votes = votes_new();
    EXPECT(cast(votes, VOTE_ACCEPT, x, 0, none).yes, "the first");
    EXPECT(!cast(votes, VOTE_ACCEPT, y, 0, none).yes, "not the second");
    EXPECT(votes_stand(votes, 7, x), "it stands");
    cast(votes, VOTE_WITHDRAW, x, 0, none);
    EXPECT_INT(votes_kept(votes), 0);
    EXPECT(cast(votes, VOTE_ACCEPT, y, 0, none).yes, "the second, now that the first is withdrawn");
    votes_over(votes, 7, y);
    EXPECT_INT(votes_kept(votes), 0);
    votes_free(votes);
}

static void a_promise_is_kept(void)
{
    Votes *votes = votes_new();
    cast(votes, VOTE_ACCEPT, x, 0, none);
    VotePort told = cast(votes, VOTE_PREPARE, none, 4, none);
    EXPECT(told.yes && told.version.at == x.at && told.ballot == 0, "says what it has accepted");
    EXPECT(!votes_stand(votes, 7, x), "who promises stops counting");
    EXPECT(!cast(votes, VOTE_PREPARE, none, 4, none).yes, "not twice");
    EXPECT(!cast(votes, VOTE_PREPARE, none, 3, none).yes, "nothing lower");
    EXPECT(!cast(votes, VOTE_ACCEPT, x, 0, none).yes, "not in ballot 0");
    EXPECT(cast(votes, VOTE_ACCEPT, y, 4, none).yes, "in that ballot");
    cast(votes, VOTE_WITHDRAW, y, 0, none);
    EXPECT(cast(votes, VOTE_LOOK, none, 0, none).version.at == y.at, "higher ballots are not withdrawn");
    votes_over(votes, 7, (Version){90, 0, 0});
    EXPECT_INT(votes_kept(votes), 0);
    votes_free(votes);
}

static void an_older_version_closes_no_vote(void)
{
    Votes *votes = votes_new();
    EXPECT(cast(votes, VOTE_ACCEPT, y, 0, x).yes, "after x comes y");
    votes_over(votes, 7, x);
    votes_over(votes, 7, none);
    EXPECT(votes_stand(votes, 7, y), "it stands");
    VotePort late = {.version = {102, 2, 0}, .base = none, .item = 7, .ask = VOTE_ACCEPT};
    votes_cast(votes, &late, x, 50, 0);
    EXPECT(!late.yes && late.base.at == x.at, "what replaces something older is refused, and told so");
    EXPECT(votes_stand(votes, 7, y), "it still stands");
    votes_free(votes);
}

/* Of ballot 0 only the proposal of one who has not spoken may have been chosen. */
static void what_may_be_chosen(void)
{
    VotePort told = {.version = x, .ballot = 0};
    EXPECT(vote_may_be_chosen(&told, 6, 0), "its owner is silent");
    EXPECT(!vote_may_be_chosen(&told, 3, 0), "its owner has spoken");
    told.ballot = 4;
    EXPECT(vote_may_be_chosen(&told, 3, 0), "in a higher ballot anything");
    told.version = none;
    EXPECT(!vote_may_be_chosen(&told, 6, 0), "nothing was accepted");
}

void suite_mrsc(void);
void suite_mrsc(void)
{
    CU_pSuite s = CU_add_suite("mrsc", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(a_member_accepts_one_of_two);
    TEST(a_promise_is_kept);
    TEST(an_older_version_closes_no_vote);
    TEST(what_may_be_chosen);
    TEST(nothing_is_lost_stale_or_overwritten_in_a_storm);
    TEST(clocks_do_not_matter);
    TEST(nothing_is_sold_twice);
    TEST(who_was_away_catches_up);
    TEST(two_and_a_witness_serve_a_shop);
    TEST(a_witness_serves_nobody);
    TEST(without_a_majority_there_is_no_answer);
    TEST(eventual_reads_are_local_and_old);
    TEST(writers_of_one_item_are_refused_and_try_again);
}
