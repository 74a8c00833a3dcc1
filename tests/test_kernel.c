/* Kernel: stories with simulated times. Number 7 that happens at 5 ns is told as "5:7", a time-out called c as "5:c".
 */
#include "kernel/kernel.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <string.h>

typedef struct {
    Timeout timeout; /* first, so that the kernel's pointer is ours */
    char name;
} Waiting;

typedef struct {
    Kernel kernel;
    GString *told;
    void (*act)(uint32_t what); /* what a handler does besides telling; NULL: nothing */
    void (*act_on_expiry)(char name);
    unsigned queue[2];
    Waiting waiting[26];
    int stop;
} Stage;
static Stage stage;

static void happen(G_GNUC_UNUSED void *whose, uint32_t what)
{
    g_string_append_printf(stage.told, "%s%d:%u", stage.told->len ? " " : "", (int)stage.kernel.now, what);
    if (stage.act)
        stage.act(what);
}

static void expire(G_GNUC_UNUSED void *whose, Timeout *timeout)
{
    char name = ((Waiting *)timeout)->name;
    EXPECT(!timeout->older && !timeout->newer, "%c is still armed", name);
    g_string_append_printf(stage.told, "%s%d:%c", stage.told->len ? " " : "", (int)stage.kernel.now, name);
    if (stage.act_on_expiry)
        stage.act_on_expiry(name);
}

static Kernel *opened(void (*act)(uint32_t))
{
    memset(&stage, 0, sizeof stage);
    stage.told = g_string_new(NULL);
    stage.act = act;
    for (int i = 0; i < 26; i++)
        stage.waiting[i].name = (char)('a' + i);
    kernel_init(&stage.kernel, &stage, happen, expire);
    stage.queue[0] = kernel_patience(&stage.kernel, 10);
    stage.queue[1] = kernel_patience(&stage.kernel, 3);
    return &stage.kernel;
}

static void closed(const char *expected)
{
    EXPECT_TEXT(stage.told->str, expected);
    g_string_free(stage.told, TRUE);
    kernel_clear(&stage.kernel);
}

static void arm(char name, int queue)
{
    timeout_arm(&stage.kernel, stage.queue[queue], &stage.waiting[name - 'a'].timeout);
}

static void disarm(char name)
{
    timeout_disarm(&stage.waiting[name - 'a'].timeout);
}

static void events_come_by_time_then_by_pushing(void)
{
    Kernel *kernel = opened(NULL);
    kernel_at(kernel, 5, 1);
    kernel_at(kernel, 3, 2);
    kernel_at(kernel, 5, 3);
    kernel_at(kernel, 3, 4);
    kernel_at(kernel, 0, 5);
    EXPECT(kernel_run(kernel, 100), "stopped");
    EXPECT_INT(kernel->now, 100);
    EXPECT_INT(kernel->n_events, 5);
    closed("0:5 3:2 3:4 5:1 5:3");
}

static void ask_soon(uint32_t what)
{
    if (what == 1) {
        kernel_soon(&stage.kernel, 11);
        kernel_soon(&stage.kernel, 12);
        kernel_at(&stage.kernel, stage.kernel.now, 13);
    }
    if (what == 11)
        kernel_soon(&stage.kernel, 111);
}

static void the_ring_is_emptied_before_the_next_event(void)
{
    Kernel *kernel = opened(ask_soon);
    kernel_at(kernel, 5, 1);
    kernel_at(kernel, 5, 2);
    kernel_soon(kernel, 3);
    kernel_run(kernel, 100);
    EXPECT_INT(kernel->n_events, 7);
    closed("0:3 5:1 5:11 5:12 5:111 5:2 5:13");
}

static int depth;
static void nest(uint32_t what)
{
    depth++;
    EXPECT_INT(depth, 1);
    if (what < 1000)
        for (uint32_t i = 0; i < 3; i++)
            kernel_soon(&stage.kernel, 3 * what + i);
    depth--;
}

static void no_handler_runs_inside_another_and_the_ring_grows(void)
{
    Kernel *kernel = opened(nest);
    kernel_soon(kernel, 1);
    kernel_run(kernel, 0);
    /* 1, 3 to 5, 9 to 17, ..., breadth first: the numbers of one generation rise */
    EXPECT_INT(kernel->n_events, 1 + 3 + 9 + 27 + 81 + 243 + 729 + 813);
    EXPECT(kernel->ring_capacity > 64, "capacity %u", kernel->ring_capacity);
    int before = 0, after = 0;
    for (const char *c = stage.told->str; c; c = strchr(c, ' ') ? strchr(c, ' ') + 1 : NULL) {
        after = (int)g_ascii_strtoll(strchr(c, ':') + 1, NULL, 10);
        EXPECT(after > before, "%d after %d", after, before);
        before = after;
    }
    g_string_truncate(stage.told, 0);
    closed("");
}

static void the_horizon_belongs_to_the_run(void)
{
    Kernel *kernel = opened(NULL);
    kernel_at(kernel, 10, 1);
    kernel_at(kernel, 11, 2);
    kernel_at(kernel, 11, 3);
    kernel_run(kernel, 10);
    EXPECT_INT(kernel->now, 10);
    EXPECT(!kernel_idle(kernel), "two are to come");
    kernel_at(kernel, 11, 4); /* what was left in the list keeps its order number */
    kernel_run(kernel, 10);
    kernel_run(kernel, 11);
    EXPECT(kernel_idle(kernel), "nothing is to come");
    closed("10:1 11:2 11:3 11:4");
}

static void a_timeout_fires_a_nanosecond_after_its_deadline(void)
{
    Kernel *kernel = opened(NULL);
    arm('a', 0);
    arm('b', 1);
    kernel_at(kernel, 3, 1);
    kernel_at(kernel, 10, 2);
    kernel_run(kernel, 100);
    EXPECT(kernel_idle(kernel), "nothing is to come");
    closed("3:1 4:b 10:2 11:a");
}

static void answer_at_deadline(uint32_t what)
{
    if (what == 1)
        disarm('a');
}

static void an_answer_at_the_deadline_is_in_time(void)
{
    Kernel *kernel = opened(answer_at_deadline);
    arm('a', 0);
    kernel_at(kernel, 10, 1);
    kernel_run(kernel, 100);
    closed("10:1");
}

static void arm_by_number(uint32_t what)
{
    if (what < 26)
        arm((char)('a' + what), 0);
    else
        disarm((char)('a' + what - 100));
}

static void those_of_one_patience_expire_in_the_order_of_arming(void)
{
    Kernel *kernel = opened(arm_by_number);
    static const SimTime armed[] = {0, 0, 4, 4, 9, 30, 31};
    for (uint32_t i = 0; i < G_N_ELEMENTS(armed); i++)
        kernel_at(kernel, armed[i], i);
    kernel_at(kernel, 7, 101);  /* b */
    kernel_at(kernel, 14, 102); /* c, at its deadline */
    kernel_at(kernel, 35, 105); /* f */
    kernel_run(kernel, 100);
    EXPECT(kernel_idle(kernel), "nothing is to come");
    closed("0:0 0:1 4:2 4:3 7:101 9:4 11:a 14:102 15:d 20:e 30:5 31:6 35:105 42:g");
}

static void disarming_is_idle_at_once_and_twice_is_nothing(void)
{
    Kernel *kernel = opened(NULL);
    arm('a', 0);
    arm('b', 0);
    arm('c', 0);
    EXPECT(!kernel_idle(kernel), "three wait");
    disarm('b');
    disarm('b');
    disarm('a');
    disarm('c');
    disarm('z');
    EXPECT(kernel_idle(kernel), "nobody waits");
    arm('b', 0); /* again */
    kernel_run(kernel, 100);
    closed("11:b");
}

static void arm_again(char name)
{
    if (stage.kernel.now < 30)
        arm(name, 1);
    if (name == 'a')
        disarm('b');
    if (name == 'c')
        kernel_soon(&stage.kernel, 7);
}

static void a_handler_may_arm_and_disarm(void)
{
    Kernel *kernel = opened(NULL);
    stage.act_on_expiry = arm_again;
    arm('a', 1);
    arm('b', 1);
    arm('c', 1);
    arm('d', 1);
    kernel_run(kernel, 9);
    /* b was due with the others, but a disarmed it; 7 comes behind c, before d */
    closed("4:a 4:c 4:7 4:d 8:a 8:c 8:7 8:d");
}

static void few_events_serve_many_timeouts(void)
{
    enum { N = 100000 };
    Kernel *kernel = opened(NULL);
    Timeout *timeouts = g_new0(Timeout, N);
    for (int i = 0; i < N; i++) {
        kernel->now = i / 1000;
        timeout_arm(kernel, stage.queue[0], &timeouts[i]);
        timeout_disarm(&timeouts[i]);
    }
    EXPECT_INT(event_list_length(&kernel->list), 1);
    kernel->now = 0;
    kernel_run(kernel, 1000);
    EXPECT_INT(kernel->n_events, 1);
    g_free(timeouts);
    closed("");
}

static void one_queue_serves_one_patience(void)
{
    Kernel *kernel = opened(NULL);
    EXPECT_INT(kernel_patience(kernel, 10), stage.queue[0]);
    EXPECT_INT(kernel_patience(kernel, 3), stage.queue[1]);
    EXPECT_INT(kernel_patience(kernel, 0), 2);
    for (SimTime patience = 100; kernel->n_queues < KERNEL_MOST_PATIENCES; patience++)
        EXPECT_INT(kernel_patience(kernel, patience), patience - 97);
    EXPECT_INT(kernel->n_queues, KERNEL_MOST_PATIENCES);
    timeout_arm(kernel, 2, &stage.waiting[0].timeout);
    timeout_arm(kernel, KERNEL_MOST_PATIENCES - 1, &stage.waiting[1].timeout);
    kernel_run(kernel, 20000);
    closed("1:a 16481:b"); /* a patience of 97 + 2^14 - 1 */
}

static uint64_t stopped_after;
static void go_on(uint32_t what)
{
    g_string_truncate(stage.told, 0);
    kernel_at(&stage.kernel, stage.kernel.now + 1, what);
    if (stage.kernel.now == 50000)
        stage.stop = 1;
    stopped_after = stage.kernel.n_events;
}

static void a_stop_ends_the_run_soon(void)
{
    Kernel *kernel = opened(go_on);
    kernel->stop = &stage.stop;
    kernel_at(kernel, 0, 1);
    EXPECT(!kernel_run(kernel, 1000000), "not stopped");
    EXPECT(stopped_after >= 50000 && stopped_after < 60000, "stopped after %d events", (int)stopped_after);
    EXPECT(kernel->now < 60000, "now %d", (int)kernel->now);
    EXPECT(!kernel_run(kernel, 1000000), "stopped before it begins");
    stage.stop = 0;
    EXPECT(kernel_run(kernel, kernel->now + 10), "goes on");
    g_string_truncate(stage.told, 0);
    closed("");
}

/* Arming, answers and time-outs at random against the plain rule: c expires at armed + patience + 1 unless answered at
 * or before its deadline. */
static struct {
    SimTime armed, answered;
    bool expired;
} plan[5000];
static Timeout timer[5000];

static void play(G_GNUC_UNUSED void *whose, uint32_t what)
{
    uint32_t i = what / 2;
    if (what % 2)
        timeout_disarm(&timer[i]);
    else
        timeout_arm(&stage.kernel, i % 2, &timer[i]);
}

static void note_expiry(G_GNUC_UNUSED void *whose, Timeout *timeout)
{
    gsize i = (gsize)(timeout - timer);
    SimTime patience = stage.kernel.queue[i % 2]->patience;
    EXPECT(stage.kernel.now == plan[i].armed + patience + 1, "time-out %d expired at %d", (int)i,
           (int)stage.kernel.now);
    EXPECT(!plan[i].expired, "time-out %d expired twice", (int)i);
    plan[i].expired = true;
}

static void random_timeouts_follow_the_plain_rule(void)
{
    Kernel *kernel = opened(NULL);
    uint64_t state = 9;
    kernel->happen = play;
    kernel->expire = note_expiry;
    memset(timer, 0, sizeof timer);
    for (uint32_t i = 0; i < 5000; i++) {
        plan[i].expired = false;
        plan[i].armed = (SimTime)dice_below(&state, 20000);
        plan[i].answered = plan[i].armed + (SimTime)dice_below(&state, 15);
        kernel_at(kernel, plan[i].armed, 2 * i);
        kernel_at(kernel, plan[i].answered, 2 * i + 1);
    }
    kernel_run(kernel, 30000);
    int n_expired = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        bool late = plan[i].answered > plan[i].armed + kernel->queue[i % 2]->patience;
        /* at deadline + 1 itself the order of pushing decides: both outcomes are in order */
        bool tie = plan[i].answered == plan[i].armed + kernel->queue[i % 2]->patience + 1;
        EXPECT(tie || plan[i].expired == late, "time-out %u: armed %d, answered %d, %s", i, (int)plan[i].armed,
               (int)plan[i].answered, plan[i].expired ? "expired" : "not expired");
        n_expired += plan[i].expired;
    }
    EXPECT(n_expired > 1000 && n_expired < 4000, "%d expired", n_expired);
    EXPECT(kernel_idle(kernel), "nothing is to come");
    closed("");
}

static void the_digest_sees_a_nanosecond(void)
{
    Digest digests[6] = {{0}};
    static const struct {
        SimTime at;
        uint32_t kind, entity, outcome;
    } last[6] = {{100, 1, 2, 3}, {101, 1, 2, 3}, {100, 2, 2, 3}, {100, 1, 3, 3}, {100, 1, 2, 2}, {100, 1, 2, 3}};
    for (int i = 0; i < 6; i++) {
        digest_note(&digests[i], 50, 1, 1, 1);
        digest_note(&digests[i], last[i].at, last[i].kind, last[i].entity, last[i].outcome);
        digest_note(&digests[i], 200, 1, 1, 1);
    }
    for (int i = 1; i < 5; i++)
        EXPECT(digests[i].value != digests[0].value, "change %d is not seen", i);
    EXPECT(digests[5].value == digests[0].value, "equal stories, other digests");
    Digest swapped = {0};
    digest_note(&swapped, 100, 1, 2, 3);
    digest_note(&swapped, 50, 1, 1, 1);
    digest_note(&swapped, 200, 1, 1, 1);
    EXPECT(swapped.value != digests[0].value, "the order is not seen");
}

void suite_kernel(void);
void suite_kernel(void)
{
    CU_pSuite s = CU_add_suite("kernel", NULL, NULL);
    CU_add_test(s, "events come by time, then by pushing", events_come_by_time_then_by_pushing);
    CU_add_test(s, "the ring is emptied before the next event", the_ring_is_emptied_before_the_next_event);
    CU_add_test(s, "no handler runs inside another", no_handler_runs_inside_another_and_the_ring_grows);
    CU_add_test(s, "the horizon belongs to the run", the_horizon_belongs_to_the_run);
    CU_add_test(s, "a time-out fires a nanosecond after its deadline", a_timeout_fires_a_nanosecond_after_its_deadline);
    CU_add_test(s, "an answer at the deadline is in time", an_answer_at_the_deadline_is_in_time);
    CU_add_test(s, "one patience expires in the order of arming", those_of_one_patience_expire_in_the_order_of_arming);
    CU_add_test(s, "disarming leaves nothing behind", disarming_is_idle_at_once_and_twice_is_nothing);
    CU_add_test(s, "a handler may arm and disarm", a_handler_may_arm_and_disarm);
    CU_add_test(s, "few events serve many time-outs", few_events_serve_many_timeouts);
    CU_add_test(s, "one queue serves one patience", one_queue_serves_one_patience);
    CU_add_test(s, "a stop ends the run soon", a_stop_ends_the_run_soon);
    CU_add_test(s, "random time-outs follow the plain rule", random_timeouts_follow_the_plain_rule);
    CU_add_test(s, "the digest sees a nanosecond", the_digest_sees_a_nanosecond);
}
