#include "model/commit_gate.h"
#include <inttypes.h>
#include <math.h>
#include "base/poison.h"

typedef struct {
    SimTime since;
} Waiting;

void commit_gate_init(CommitGate *gate, Entity *me, SimTime limit, Log *const *to, guint n)
{
    *gate = (CommitGate){.limit = limit, .me = me, .to = to, .n = n};
}

static bool is_closed(const Sim *sim, const CommitGate *gate)
{
    bool any = false;
    for (guint i = 0; i < gate->n; i++) {
        if (!gate->to[i])
            continue;
        any = true;
        SimTime oldest = log_oldest(gate->to[i]);
        if (oldest == SIMTIME_NEVER || sim_now(sim) - oldest <= gate->limit)
            return false;
    }
    return any;
}

bool commit_gate_holds(Sim *sim, CommitGate *gate, Call *call, Step then)
{
    if (gate->limit == 0 || (gate->line.length == 0 && !is_closed(sim, gate)))
        return false;
    TELL(sim, gate->me, "holds the commit back: every secondary is more than %.10g s behind",
         simtime_seconds(gate->limit));
    LOCALS(call, Waiting)->since = sim_now(sim);
    call->wake = then;
    line_push(sim, &gate->line, call);
    return true;
}

static void note(Sim *sim, CommitGate *gate, SimTime since, double seconds)
{
    if (!gate->blocked)
        gate->blocked =
            sheet_cell(sim->sheet, CELL_SAMPLES, "commits.blocked.time", "database", gate->me->thing->name, NULL);
    if (sim_measuring(sim, since))
        cell_sample(gate->blocked, seconds);
}

void commit_gate_look(Sim *sim, CommitGate *gate)
{
    if (gate->line.length == 0 || is_closed(sim, gate))
        return;
    TELL(sim, gate->me, "lets %" PRIu32 " commits go on", gate->line.length);
    for (Call *call; (call = line_pop(sim, &gate->line));) {
        SimTime since = LOCALS(call, Waiting)->since;
        note(sim, gate, since, simtime_seconds(sim_now(sim) - since));
        call_wait(sim, call, 0, call->wake);
    }
}

Call *commit_gate_turn_away(Sim *sim, CommitGate *gate)
{
    Call *call = line_pop(sim, &gate->line);
    if (call)
        note(sim, gate, LOCALS(call, Waiting)->since, simtime_seconds(sim_now(sim) - LOCALS(call, Waiting)->since));
    return call;
}

void commit_gate_restart(Sim *sim, CommitGate *gate)
{
    line_forsake(sim, &gate->line);
}

/* Who waits at the end waits for ever, as far as this run can tell. */
void commit_gate_finish(Sim *sim, CommitGate *gate)
{
    for (Call *call; (call = line_pop(sim, &gate->line));)
        note(sim, gate, LOCALS(call, Waiting)->since, INFINITY);
}
