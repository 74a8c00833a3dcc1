/* Steady state: once what a run needs at one time has been there once, nothing is allocated any more.
 *
 * Every allocation of this program is counted: malloc and its kin are defined here and go on to glibc's own.  Other C
 * libraries and sanitizers have theirs; there the counter stays where it is, and the test says so. */
#include "model/observer.h"
#include "model/sim.h"
#include "tests/expect.h"
#include "tests/lab.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&                           \
    !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) && !__has_feature(memory_sanitizer)
#define COUNTED 1
#else
#define COUNTED 0
#endif

static _Thread_local uint64_t n_allocations;

#if COUNTED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *malloc(size_t size)
{
    n_allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t n, size_t size)
{
    n_allocations++;
    return __libc_calloc(n, size);
}
void *realloc(void *block, size_t size)
{
    n_allocations++;
    return __libc_realloc(block, size);
}
int posix_memalign(void **block, size_t alignment, size_t size)
{
    n_allocations++;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}
void *aligned_alloc(size_t alignment, size_t size)
{
    n_allocations++;
    return __libc_memalign(alignment, size);
}
#endif

/* An entity that serves nobody and looks at the counter once a minute. */
enum { MOST_LOOKS = 64 };
typedef struct {
    uint64_t seen[MOST_LOOKS];
    guint n_looks;
} Watch;

static void look(Sim *sim, Entity *me, Call *root, Call *reply)
{
    Watch *watch = me->state;
    (void)reply;
    watch->seen[watch->n_looks++] = n_allocations;
    if (sim_now(sim) + 60 * SECOND < sim->horizon && watch->n_looks < MOST_LOOKS)
        call_wait(sim, root, 60 * SECOND, look);
    else
        call_end(sim, root);
}

static void start(Sim *sim, Entity *me)
{
    call_wait(sim, call_begin(sim, me, me->own_key), sim->measured_from, look);
}

static const Ops ops = {.role = "watch", .start = start};

/* From the start of measurement on, minute by minute. */
static void watched(const char *name, const char *const *sets, uint64_t seed, Watch *watch)
{
    g_auto(Lab) lab = lab_open(name, sets);
    const World *world = lab.scenario->world;
    Sim *sim = sim_new(world, seed, 1);
    Entity *me = entity_new(sim, world->thing[0], &ops, network_edge(sim->network), sizeof(Watch), "/watch");
    EXPECT(sim_run(sim, NULL), "stopped");
    *watch = *(const Watch *)me->state;
    sim_free(sim);
}

/* Five minutes of warm-up and five more, for cells that the first read of a kind makes; then fifty minutes with at most
 * so many. */
static void expect_at_most(uint64_t most, const char *name, const char *const *sets, uint64_t seed)
{
    enum { STEADY = 5 };
    Watch watch;
    watched(name, sets, seed, &watch);
    EXPECT_INT(watch.n_looks, 60);
    uint64_t n = watch.seen[watch.n_looks - 1] - watch.seen[STEADY];
    EXPECT(n <= most, "%s, seed %" PRIu64 ": %" PRIu64 " allocations", name, seed, n);
    EXPECT(!COUNTED || watch.seen[STEADY] > watch.seen[0], "%s: nothing was counted before either", name);
}

/* 300,000 requests. */
static void nothing_is_allocated_in_steady_state(void)
{
    enum { N_SEEDS = 3 };
    for (uint64_t seed = 1; seed <= N_SEEDS; seed++)
        expect_at_most(0, "us-eu-active-active", SETS("virginia-lost.enabled=no"), seed);
}

/* Sessions that end and begin, and are kept in a replicated table; promises about what replicates; members that forward
 * writes, readers that wait for those of a session; writes that two of three members must have; people who travel.
 * Where fewer requests come, the most that are ever under way come later: one array may double for them yet. */
static void nor_for_sessions_and_promises(void)
{
#define HOUR_OF(...) SETS("scenario.warm-up=5m", "scenario.duration=1h", __VA_ARGS__)
    expect_at_most(1, "sessions", HOUR_OF("frankfurt-lost.enabled=no"), 1);
    expect_at_most(1, "aurora-global", HOUR_OF("cut.enabled=no", "carts.lag-alarm=2s"), 1);
    expect_at_most(1, "read-your-writes", HOUR_OF("carts.lag-alarm=2s"), 1);
    expect_at_most(1, "mrec", HOUR_OF("oregon-lost.enabled=no"), 1);
    expect_at_most(1, "mrec-vs-mrsc", HOUR_OF("oregon-lost.enabled=no"), 1);
}

static void the_counter_counts(void)
{
    uint64_t before = n_allocations;
    g_autofree char *text = g_strdup("from GLib");
    g_autofree char *more = g_strconcat(text, text, NULL);
    EXPECT(n_allocations - before == (COUNTED ? 2 : 0), "%" PRIu64 " counted for %s", n_allocations - before, more);
}

void suite_steady(void);
void suite_steady(void)
{
    CU_pSuite s = CU_add_suite("steady", NULL, NULL);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(the_counter_counts);
    TEST(nothing_is_allocated_in_steady_state);
    TEST(nor_for_sessions_and_promises);
}
