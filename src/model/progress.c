#include "model/progress.h"
#include "base/poison.h"

typedef enum { UNKNOWN, RECEIVED, APPLIED } Known;

struct ProgressMark {
    SimTime mark;
    Known known;
};
_Static_assert(sizeof(ProgressMark) <= 16, "what the header promises");

void progress_init(Progress *progress, const Thing *of)
{
    *progress = (Progress){.of = of};
}

void progress_clear(Progress *progress)
{
    g_free(progress->ring);
    progress->ring = NULL;
}

void progress_start_over(Progress *progress, SimTime complete)
{
    progress->complete = MAX(progress->complete, complete);
    progress->in_place = false;
}

static ProgressMark *mark_at(const Progress *progress, uint64_t position)
{
    return &progress->ring[position & (progress->capacity - 1)];
}

/* The ring reaches up to `last`. */
static void reach(Sim *sim, Progress *progress, uint64_t last)
{
    uint64_t capacity = MAX(progress->capacity, 64);
    if (last <= progress->last)
        return;
    while (last - progress->next > capacity)
        capacity *= 2;
    if (capacity > progress->capacity) {
        sim_claim(sim, progress->of, (capacity - progress->capacity) * sizeof(ProgressMark));
        ProgressMark *wider = g_new(ProgressMark, capacity);
        for (uint64_t i = progress->next; i < progress->last; i++)
            wider[i & (capacity - 1)] = *mark_at(progress, i);
        g_free(progress->ring);
        progress->ring = wider;
        progress->capacity = capacity;
    }
    for (; progress->last < last; progress->last++)
        *mark_at(progress, progress->last) = (ProgressMark){0, UNKNOWN};
}

static bool advance(Progress *progress)
{
    SimTime before = progress->complete;
    for (; progress->next < progress->last && mark_at(progress, progress->next)->known == APPLIED; progress->next++)
        progress->complete = MAX(progress->complete, mark_at(progress, progress->next)->mark);
    progress->looked = MAX(progress->looked, progress->next);
    return progress->complete > before;
}

bool progress_receive(Sim *sim, Progress *progress, const LogPort *change)
{
    uint64_t position = change->position, oldest = position - change->behind;
    if (!progress->in_place) {
        progress->next = progress->last = progress->looked = oldest;
        progress->in_place = true;
    }
    reach(sim, progress, MAX(oldest, position + 1));
    for (; progress->looked < oldest; progress->looked++)
        if (mark_at(progress, progress->looked)->known == UNKNOWN)
            mark_at(progress, progress->looked)->known = APPLIED;
    if (position >= progress->next && mark_at(progress, position)->known == UNKNOWN)
        mark_at(progress, position)->known = RECEIVED;
    return advance(progress);
}

bool progress_apply(Progress *progress, uint64_t position, SimTime mark)
{
    if (!progress->in_place || position < progress->next || position >= progress->last)
        return false;
    *mark_at(progress, position) = (ProgressMark){mark, APPLIED};
    return advance(progress);
}

bool progress_awaits(const Progress *progress, uint64_t position)
{
    return progress->in_place && position >= progress->next && position < progress->last &&
           mark_at(progress, position)->known == RECEIVED;
}
