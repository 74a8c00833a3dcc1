#include "bench.h"
#include <inttypes.h>
#include <stdio.h>

typedef struct {
    Kernel kernel;
    Law increment;
    Stream chance;
} Hold;

enum { HOLD };

static void happen(void *whose, uint32_t what)
{
    Hold *hold = whose;
    digest_note(&hold->kernel.digest, hold->kernel.now, HOLD, what, 0);
    kernel_at(&hold->kernel, hold->kernel.now + law_time(&hold->increment, stream_next(&hold->chance)), what);
}

/* The law of what is left of an increment at any moment, so that the model is in equilibrium from the start. */
static void fill(Hold *hold, uint32_t n_pending)
{
    Stream left = stream_named(key_of_text("left"));
    Law law = law_is_constant(&hold->increment) ? law_uniform(0, law_mean(&hold->increment)) : hold->increment;
    for (uint32_t i = 0; i < n_pending; i++)
        kernel_at(&hold->kernel, law_time(&law, stream_next(&left)), i);
}

int bench_hold(uint32_t n_pending, double n_events, const Law *increment)
{
    Hold hold = {.increment = *increment, .chance = stream_named(key_of_text("increment"))};
    kernel_init(&hold.kernel, &hold, happen, NULL);
    kernel_use_list(&hold.kernel, bench_event_list);
    fill(&hold, n_pending);
    double mean = law_mean(increment);
    SimTime begin = (SimTime)mean, end = begin + (SimTime)(mean * n_events / n_pending);
    kernel_run(&hold.kernel, begin);
    uint64_t n_before = hold.kernel.n_events;
    double start = bench_cpu_seconds();
    kernel_run(&hold.kernel, end);
    double seconds = bench_cpu_seconds() - start;
    uint64_t n = hold.kernel.n_events - n_before;
    printf("rate=%.6g events=%" PRIu64 " cpu=%.4f digest=%016" PRIx64 "\n", (double)n / seconds, n, seconds,
           hold.kernel.digest.value);
    kernel_clear(&hold.kernel);
    return 0;
}
