#include "run/happenings.h"
#include "run/followed.h"
#include <inttypes.h>
#include <string.h>

typedef struct {
    const Stretch *stretch;
    HappeningSink sink;
    void *whose;
    Requests *requests;
    guint64 n_events, n_requests;
    int stop;
} Ear;

static bool hears(Ear *ear, int64_t at)
{
    const Stretch *stretch = ear->stretch;
    int64_t here = stretch->by_number ? (int64_t)ear->n_events : at;
    if (here > stretch->until)
        ear->stop = 1;
    return here >= stretch->from && here <= stretch->until;
}

/* What is about to happen, and to whom. */
static char *words_of(const Call *call, bool is_time_out, const Entity **who)
{
    const char *about = port_words[call->port];
    *who = call->callee;
    if (!call->caller)
        return g_strdup("goes on");
    if (is_time_out) {
        *who = call->caller;
        return g_strdup_printf("has waited for %s long enough (%s)", call->callee->name, about);
    }
    switch ((CallState)call->state) {
    case CALL_LEAVING:
        *who = call->caller;
        return g_strdup_printf("sends %s what was held back (%s)", call->callee->name, about);
    case CALL_GOING:
        return g_strdup_printf("is reached by a message of %s (%s)", call->caller->name, about);
    case CALL_AT:
        return g_strdup_printf("goes on for %s (%s)", call->caller->name, about);
    case CALL_BACK:
        *who = call->caller;
        return g_strdup_printf("is reached by the reply of %s (%s): %s", call->callee->name, about,
                               outcome_names[call->outcome]);
    case CALL_FREE:
    case CALL_LOST:
        break;
    }
    return g_strdup("nothing");
}

static void on_event(Sim *sim, void *whose, const Call *call, bool is_time_out)
{
    Ear *ear = whose;
    int64_t at = sim_now(sim) - sim->measured_from;
    const Entity *who;
    ear->n_events++;
    if (ear->stretch->stop && g_atomic_int_get((const gint *)ear->stretch->stop))
        ear->stop = 1;
    if (!hears(ear, at))
        return;
    g_autofree char *text = words_of(call, is_time_out, &who);
    Happening event = {.event = ear->n_events,
                       .at_ns = at,
                       .digest = sim->kernel.digest.value,
                       .is_event = true,
                       .entity = (char *)who->name,
                       .text = text};
    ear->sink(ear->whose, &event);
}

/* Its number, for who wants the story of it. */
static void on_moment(Sim *sim, void *whose, Moment moment, const Call *call, G_GNUC_UNUSED SimTime duration)
{
    Ear *ear = whose;
    int64_t at = sim_now(sim) - sim->measured_from;
    const Request *request = requests_heed(ear->requests, sim, moment, call);
    if (!request)
        return;
    ear->n_requests++;
    if (!hears(ear, at))
        return;
    g_autofree char *text = g_strdup_printf("issues request %" PRIu64, ear->n_requests);
    Happening issued = {.event = ear->n_events, .at_ns = at, .entity = (char *)request->entity->name, .text = text};
    ear->sink(ear->whose, &issued);
}

static void on_line(Sim *sim, void *whose, const char *line)
{
    Ear *ear = whose;
    int64_t at = sim_now(sim) - sim->measured_from;
    if (!hears(ear, at))
        return;
    const char *text = told_text(line);
    g_autofree char *entity = g_strndup(text, strcspn(text, " "));
    Happening said = {.event = ear->n_events,
                      .at_ns = at,
                      .entity = entity,
                      .text = (char *)text + MIN(strlen(entity) + 1, strlen(text))};
    ear->sink(ear->whose, &said);
}

bool happenings_tell(const World *world, const Stretch *stretch, HappeningSink sink, void *whose, guint64 *n_events)
{
    Ear ear = {.stretch = stretch, .sink = sink, .whose = whose, .requests = requests_new()};
    const Watcher watcher = {.whose = &ear, .moment = on_moment, .event = on_event};
    Followed followed = {
        .seed = stretch->seed, .replication = stretch->replication, .watcher = &watcher, .line = on_line};
    Sim *sim = followed_open(world, &followed);
    sim_run(sim, &ear.stop);
    followed_close(sim);
    requests_free(ear.requests);
    *n_events = ear.n_events;
    return !(stretch->stop && g_atomic_int_get((const gint *)stretch->stop));
}
