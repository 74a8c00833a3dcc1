#include "run/followed.h"
#include <string.h>

const char *const port_words[] = {
    [PORT_NONE] = "nothing", [PORT_CONNECT] = "connection", [PORT_DNS] = "look-up",
    [PORT_HTTP] = "page",    [PORT_STORE] = "item",         [PORT_HEALTH] = "health check",
    [PORT_LOG] = "change",   [PORT_VERDICT] = "verdict",    [PORT_CONTROL] = "change by hand",
    [PORT_VOTE] = "vote",
};

Sim *followed_open(const World *world, const Followed *followed)
{
    check_scene = (CheckScene){.seed = followed->seed, .replication = (int)followed->replication};
    Sim *sim = sim_new(world, followed->seed, followed->replication);
    sim->watcher = followed->watcher;
    sim->trace = followed->line;
    sim->trace_whose = followed->watcher->whose;
    return sim;
}

void followed_close(Sim *sim)
{
    sim_free(sim);
    check_scene = (CheckScene){0};
}

struct Requests {
    GHashTable *waiting; /* id of a call + 1 -> Request: not issued yet */
    Request issued;
};

Requests *requests_new(void)
{
    Requests *requests = g_new0(Requests, 1);
    requests->waiting = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return requests;
}

void requests_free(Requests *requests)
{
    g_hash_table_unref(requests->waiting);
    g_free(requests);
}

static void await(Requests *requests, const Call *root)
{
    const Entity *who = root->callee;
    if (strcmp(who->thing->component->kind, "clients") != 0 || root->story == who->own_key)
        return;
    Request *request = g_new(Request, 1);
    *request = (Request){root->id, root->generation, who, root->story};
    g_hash_table_insert(requests->waiting, GUINT_TO_POINTER(root->id + 1), request);
}

const Request *requests_heed(Requests *requests, const Sim *sim, Moment moment, const Call *call)
{
    if (moment == MOMENT_BEGINS)
        await(requests, call);
    else if (moment == MOMENT_FREED)
        g_hash_table_remove(requests->waiting, GUINT_TO_POINTER(call->id + 1));
    if ((moment != MOMENT_LEAVES && moment != MOMENT_HELD) || call->parent == NO_CALL)
        return NULL;
    const Request *asks = g_hash_table_lookup(requests->waiting, GUINT_TO_POINTER(call->parent + 1));
    if (!asks || asks->generation != call->parent_generation)
        return NULL;
    requests->issued = *asks;
    g_hash_table_remove(requests->waiting, GUINT_TO_POINTER(call->parent + 1));
    return sim_measuring(sim, sim_now(sim)) ? &requests->issued : NULL;
}

const char *told_text(const char *line)
{
    const char *end = strstr(line, "] ");
    return end ? end + 2 : line;
}

const char *told_by(const char *text, const char *name)
{
    gsize length = strlen(name);
    return strncmp(text, name, length) == 0 && text[length] == ' ' ? text + length + 1 : NULL;
}
