/* Which request is worth a story: found in a first run, told in a second. */
#include "run/followed.h"
#include "run/story.h"
#include <string.h>

typedef struct {
    uint32_t generation;
    guint64 number;
    SimTime issued_at;
} Open;

typedef struct {
    const StoryWish *wish;
    StoryPick pick;
    Requests *requests;
    GHashTable *open; /* id of a call + 1 -> Open */
    guint64 n_requests, chosen;
    SimTime longest;
    int stop;
} Picker;

static void issue(Picker *picker, const Sim *sim, const Request *request)
{
    const char *population = picker->wish->population;
    if (population && strcmp(population, request->entity->thing->name) != 0)
        return;
    Open *open = g_new(Open, 1);
    *open = (Open){request->generation, ++picker->n_requests, sim_now(sim)};
    g_hash_table_replace(picker->open, GUINT_TO_POINTER(request->id + 1), open);
}

/* The first of several that are equally good. */
static void end(Picker *picker, const Sim *sim, const Call *call)
{
    const Open *open = g_hash_table_lookup(picker->open, GUINT_TO_POINTER(call->id + 1));
    if (!open || open->generation != call->generation)
        return;
    SimTime took = sim_now(sim) - open->issued_at;
    bool failed = call->outcome != OUTCOME_OK;
    bool better = picker->pick == PICK_SLOWEST
                      ? took > picker->longest || (took == picker->longest && open->number < picker->chosen)
                      : failed && (!picker->chosen || open->number < picker->chosen);
    if (better) {
        picker->longest = took;
        picker->chosen = open->number;
    }
    g_hash_table_remove(picker->open, GUINT_TO_POINTER(call->id + 1));
}

static void on_moment(Sim *sim, void *whose, Moment moment, const Call *call, G_GNUC_UNUSED SimTime duration)
{
    Picker *picker = whose;
    const Request *issued = requests_heed(picker->requests, sim, moment, call);
    if (issued)
        issue(picker, sim, issued);
    else if (moment == MOMENT_FREED)
        end(picker, sim, call);
}

static void on_event(G_GNUC_UNUSED Sim *sim, void *whose, G_GNUC_UNUSED const Call *call,
                     G_GNUC_UNUSED bool is_time_out)
{
    Picker *picker = whose;
    if (picker->wish->stop && g_atomic_int_get((const gint *)picker->wish->stop))
        picker->stop = 1;
}

bool story_pick(const World *world, const StoryWish *wish, StoryPick pick, guint64 *number, guint64 *n_requests)
{
    Picker picker = {.wish = wish, .pick = pick, .longest = -1};
    const Watcher watcher = {.whose = &picker, .moment = on_moment, .event = on_event};
    Followed followed = {.seed = wish->seed, .replication = wish->replication, .watcher = &watcher};
    picker.requests = requests_new();
    picker.open = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    Sim *sim = followed_open(world, &followed);
    bool whole = sim_run(sim, &picker.stop);
    followed_close(sim);
    g_hash_table_unref(picker.open);
    requests_free(picker.requests);
    *number = picker.chosen;
    *n_requests = picker.n_requests;
    return whole;
}
