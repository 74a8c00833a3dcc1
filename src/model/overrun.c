#include "model/overrun.h"
#include "model/station.h"
#include "base/poison.h"

/* The stations of one thing in one region, taken together. */
typedef struct {
    const Entity *of;
    guint64 waiting, entered, left;
} Queue;

static Queue longest_queue(const Sim *sim)
{
    Queue longest = {0};
    for (guint i = 0; i < sim->stations->len; i++) {
        const Entity *first = ((const Station *)g_ptr_array_index(sim->stations, i))->me;
        Queue queue = {.of = first};
        for (; i < sim->stations->len; i++) { /* a thing makes those of a region one after the other */
            const Station *station = g_ptr_array_index(sim->stations, i);
            if (station->me->thing != first->thing || station->me->region != first->region)
                break;
            queue.waiting += station->line.length;
            queue.entered += station->n_entered;
            queue.left += station->n_left;
        }
        i--;
        if (queue.waiting > longest.waiting)
            longest = queue;
    }
    return longest;
}

/* The thing whose backlog takes most, or NULL. */
static const Thing *largest_backlog(const Sim *sim)
{
    const Thing *largest = NULL;
    for (guint i = 0; i < sim->world->n_things; i++)
        if (sim->claimed_by[i] > (largest ? sim->claimed_by[largest->index] : 0))
            largest = sim->world->thing[i];
    return largest;
}

typedef struct {
    guint64 *n; /* calls by the thing that they are made to */
} Crowd;

static void count(void *whose, const Call *call)
{
    if (call->caller)
        ((Crowd *)whose)->n[call->callee->thing->index]++;
}

static char *amount(double value, Dimension dimension)
{
    char text[64];
    return g_strdup(quantity_format(value, dimension, text, sizeof text));
}

static char *queue_text(const Sim *sim, const Queue *queue)
{
    double seconds = simtime_seconds(sim_now(sim));
    g_autofree char *came = amount((double)queue->entered / seconds, DIMENSION_RATE);
    g_autofree char *served = amount((double)queue->left / seconds, DIMENSION_RATE);
    return g_strdup_printf(
        "arrival rate exceeds capacity at %s %s in %s: %s came and %s were served, so that %" G_GUINT64_FORMAT " wait",
        queue->of->thing->component->kind, queue->of->thing->name, sim->world->region[queue->of->region].name, came,
        served, queue->waiting);
}

static char *backlog_text(const Sim *sim, const Thing *thing)
{
    g_autofree char *size = amount((double)sim->claimed_by[thing->index], DIMENSION_SIZE);
    return g_strdup_printf("%s %s has %s of changes that have not reached every region", thing->component->kind,
                           thing->name, size);
}

static char *crowd_text(const Sim *sim)
{
    Crowd crowd = {g_new0(guint64, sim->world->n_things + 1)};
    guint32 n = calls_walk(sim, count, &crowd);
    guint most = 0;
    for (guint i = 1; i < sim->world->n_things; i++)
        if (crowd.n[i] > crowd.n[most])
            most = i;
    const Thing *thing = sim->world->thing[most];
    char *text = g_strdup_printf("%u calls are under way at one time, of these %" G_GUINT64_FORMAT " to %s %s", n,
                                 crowd.n[most], thing->component->kind, thing->name);
    g_free(crowd.n);
    return text;
}

char *overrun_text(const Sim *sim)
{
    Queue queue = longest_queue(sim);
    const Thing *behind = largest_backlog(sim);
    /* of each that waits there may be four calls more: those who asked, up to the user */
    gsize in_queue = (gsize)queue.waiting * sizeof(Call);
    g_autofree char *what = behind && sim->claimed_by[behind->index] > sim->claimed / 2 ? backlog_text(sim, behind)
                            : in_queue > sim->claimed / 8                               ? queue_text(sim, &queue)
                                                                                        : crowd_text(sim);
    g_autofree char *size = amount((double)sim->claimed, DIMENSION_SIZE);
    g_autofree char *at = amount((double)sim_now(sim), DIMENSION_DURATION);
    return g_strdup_printf(
        "%s; after %s of simulated time what is under way takes %s, more than a replication may have", what, at, size);
}
