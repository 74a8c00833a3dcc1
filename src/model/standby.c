#include "model/standby.h"
#include "base/poison.h"

typedef struct {
    Entity *of;
    StandbyHabits habits;
    const Place *spare;
    unsigned patience;
    guint run; /* checks in a row that failed, */
    SimTime failing_since;
    Cell *took;
} Standby;

static void check(Sim *sim, Entity *me, Call *loop, Call *reply);

static void ask(Sim *sim, Entity *me, Call *loop, Step then)
{
    const Standby *standby = me->state;
    Call *call = call_new(sim, me, loop, standby->of, PORT_HEALTH, then);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    call->health = (HealthPort){.deep = false};
    call_send(sim, call, standby->patience);
}

/* What was lost with the old place is lost; what other faults do to the new one counts. */
static void move(Sim *sim, Standby *standby)
{
    const Place *lost = standby->of->place;
    network_strike_place(standby->spare, true, true, sim_now(sim));
    network_strike_place(lost, false, true, sim_now(sim));
    standby->of->place = standby->spare;
    standby->spare = lost;
    if (network_came_back(standby->of->place, sim_now(sim)) && standby->of->ops->start)
        standby->of->ops->start(sim, standby->of);
}

static void checked_once_more(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Standby *standby = me->state;
    if (reply->outcome != OUTCOME_OK) {
        TELL(sim, me, "brings the other instance up");
        move(sim, standby);
        if (sim_measuring(sim, standby->failing_since))
            cell_sample(standby->took, simtime_seconds(sim_now(sim) - standby->failing_since));
    }
    standby->run = 0;
    call_wait(sim, loop, standby->habits.interval, check);
}

static void bring_up(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    (void)reply;
    ask(sim, me, loop, checked_once_more);
}

static void checked(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Standby *standby = me->state;
    if (reply->outcome == OUTCOME_OK)
        standby->run = 0;
    else if (standby->run++ == 0)
        standby->failing_since = sim_now(sim);
    if (standby->run < standby->habits.failures) {
        call_wait(sim, loop, standby->habits.interval, check);
        return;
    }
    TELL(sim, me, "finds the instance gone");
    uint64_t chance = key_of(call_draw(me, loop, DRAW_PROMOTE), (uint64_t)standby->failing_since);
    SimTime takes = law_time(standby->habits.takes, chance);
    call_wait(sim, loop, MAX(0, standby->failing_since + takes - sim_now(sim)), bring_up);
}

static void check(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    (void)reply;
    ask(sim, me, loop, checked);
}

static void start(Sim *sim, Entity *me)
{
    Standby *standby = me->state;
    Call *loop = call_begin(sim, me, key_of(me->own_key, (uint64_t)sim_now(sim)));
    standby->run = 0;
    double phase = unit_of(call_draw(me, loop, DRAW_PHASE));
    call_wait(sim, loop, (SimTime)(phase * (double)standby->habits.interval), check);
}

static const Ops ops = {.role = "control plane", .start = start, .stands_beside = true};

void standby_build(Sim *sim, Entity *of, StandbyHabits habits)
{
    g_autofree char *part = g_strdup_printf("@%s/control", sim->world->region[of->region].name);
    Entity *me =
        entity_new(sim, of->thing, &ops, network_region(sim->network, of->region, WHOLE_REGION), sizeof(Standby), part);
    of->place = network_region(sim->network, of->region, 0);
    *(Standby *)me->state = (Standby){.of = of, .habits = habits, .spare = network_region(sim->network, of->region, 1)};
}

/* Nobody is told when a spare is struck, so it can be done before anything starts. */
void standby_connect(Sim *sim, const Thing *thing)
{
    for (guint i = 0; i < sim->entities->len; i++) {
        Entity *me = g_ptr_array_index(sim->entities, i);
        if (me->thing != thing || me->ops != &ops)
            continue;
        Standby *standby = me->state;
        standby->of->place = network_apart(sim->network, standby->of->place);
        standby->spare = network_apart(sim->network, standby->spare);
        network_strike_place(standby->spare, false, true, sim_now(sim));
        standby->patience = call_patience(sim, standby->habits.timeout);
        standby->took = sheet_cell(sim->sheet, CELL_SAMPLES, "standby.time", "database", thing->name, "region",
                                   sim->world->region[me->region].name, NULL);
    }
}
