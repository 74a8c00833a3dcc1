#include "bench.h"
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

enum { ARRIVAL, DEPARTURE };

typedef struct {
    Kernel kernel;
    Law gap, work;
    Stream arrivals, services;
    SimTime *arrived; /* of those in the system, the one in service first; a ring, its size a power of two */
    uint32_t capacity, first, next;
    uint64_t n_served;
    double waited; /* seconds, waiting and in service */
} Queue;

static void line_grow(Queue *queue)
{
    SimTime *arrived = g_new(SimTime, 2 * (gsize)queue->capacity);
    for (uint32_t i = queue->first; i != queue->next; i++)
        arrived[i & (2 * queue->capacity - 1)] = queue->arrived[i & (queue->capacity - 1)];
    g_free(queue->arrived);
    queue->arrived = arrived;
    queue->capacity *= 2;
}

static void serve(Queue *queue)
{
    kernel_at(&queue->kernel, queue->kernel.now + law_time(&queue->work, stream_next(&queue->services)), DEPARTURE);
}

static void arrive(Queue *queue)
{
    kernel_at(&queue->kernel, queue->kernel.now + law_time(&queue->gap, stream_next(&queue->arrivals)), ARRIVAL);
    if (G_UNLIKELY(queue->next - queue->first == queue->capacity))
        line_grow(queue);
    queue->arrived[queue->next++ & (queue->capacity - 1)] = queue->kernel.now;
    if (queue->next - queue->first == 1)
        serve(queue);
}

static void depart(Queue *queue)
{
    queue->waited += (double)(queue->kernel.now - queue->arrived[queue->first++ & (queue->capacity - 1)]) * 1e-9;
    queue->n_served++;
    if (queue->next != queue->first)
        serve(queue);
}

static void happen(void *whose, uint32_t what)
{
    Queue *queue = whose;
    digest_note(&queue->kernel.digest, queue->kernel.now, what, 0, 0);
    if (what == ARRIVAL)
        arrive(queue);
    else
        depart(queue);
}

int bench_mm1(double n_customers)
{
    const double arrivals_per_second = 0.9;
    Queue queue = {.gap = law_exponential((double)SECOND / arrivals_per_second),
                   .work = law_exponential((double)SECOND),
                   .arrivals = stream_named(key_of_text("arrivals")),
                   .services = stream_named(key_of_text("services")),
                   .arrived = g_new(SimTime, 64),
                   .capacity = 64};
    kernel_init(&queue.kernel, &queue, happen, NULL);
    kernel_use_list(&queue.kernel, bench_event_list);
    kernel_at(&queue.kernel, law_time(&queue.gap, stream_next(&queue.arrivals)), ARRIVAL);
    double start = bench_cpu_seconds();
    kernel_run(&queue.kernel, (SimTime)(n_customers / arrivals_per_second * (double)SECOND));
    double seconds = bench_cpu_seconds() - start;
    printf("rate=%.6g customers=%" PRIu64 " cpu=%.4f mean=%.4f digest=%016" PRIx64 "\n",
           (double)queue.n_served / seconds, queue.n_served, seconds, queue.waited / (double)queue.n_served,
           queue.kernel.digest.value);
    kernel_clear(&queue.kernel);
    g_free(queue.arrived);
    return 0;
}
