/* Failover: somebody makes another region of a database the writer, whatever the old one says: what has not got there
 * is lost. */
#include "model/action.h"
#include "base/poison.h"

static ControlPort what(const Thing *action, bool back)
{
    const WriterAction *config = action->config;
    return (ControlPort){.what = CONTROL_FAILOVER, .region = (int16_t)config->of.region, .zone = -1, .on = !back};
}

static const ActionRule rule = {.of = action_database, .what = what};

static void build(Sim *sim, const Thing *thing)
{
    action_build(sim, thing, &rule);
}

static const Param params[] = {
    WRITER_ACTION_PARAMS,
    PARAM_END,
};

static const char *const feeds[] = {"control.refused", "control.time", "recovery.time", "rpo.time", NULL};

const Component failover_component = {
    .kind = "action",
    .name = "failover",
    .summary = "Somebody makes another region of a database the writer, and what has not got there is lost.",
    .existence = EXISTS_ONCE,
    .root = true,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(WriterAction),
    .check = action_check_writer,
    .build = build,
    .connect = action_connect,
};
