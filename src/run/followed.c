#include "run/followed.h"
#include <string.h>

const char *const port_words[] = {
    [PORT_NONE] = "nothing", [PORT_CONNECT] = "connection",  [PORT_DNS] = "look-up", [PORT_HTTP] = "page",
    [PORT_STORE] = "item",   [PORT_HEALTH] = "health check", [PORT_LOG] = "change",  [PORT_VERDICT] = "verdict",
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
