#include "model/targets.h"
#include "model/zone.h"
#include "base/poison.h"

typedef struct {
    guint target;
    SimTime since; /* draining: deregistered then */
} OneTarget;

/* ---- who is in ---- */

static bool is_open(const Target *target)
{
    return target->registered && !target->shifted;
}

static void tell_rule(Targets *targets, guint i)
{
    Target *target = &targets->target[i];
    bool fit = is_open(target) && (target->healthy || targets->n_healthy == 0);
    if (fit == target->fit)
        return;
    target->fit = fit;
    targets->rule->fit(targets->state, i, fit);
}

static void stop_ramp(Targets *targets, Target *target)
{
    if (target->ramp_from == SIMTIME_NEVER)
        return;
    target->ramp_from = SIMTIME_NEVER;
    targets->n_ramping--;
}

/* Somebody must have a whole share: where nobody has, all have. */
static void stop_ramps_without_peer(Targets *targets)
{
    if (targets->n_ramping == 0 || targets->n_ramping < targets->n_healthy)
        return;
    for (guint i = 0; i < targets->n; i++)
        stop_ramp(targets, &targets->target[i]);
}

/* Slow start is for who comes in beside somebody with a whole share. */
static void start_ramp(Sim *sim, Targets *targets, Target *target)
{
    bool has_peer = targets->n_healthy > targets->n_ramping + 1;
    if (targets->rules->slow_start == 0 || !has_peer || target->ramp_from != SIMTIME_NEVER)
        return;
    target->ramp_from = sim_now(sim);
    targets->n_ramping++;
}

typedef struct {
    bool registered, shifted, healthy;
} Standing;

/* All that can happen to a target goes through here. O(1) unless it was the last healthy one, or is the first. */
static void put(Targets *targets, guint i, Standing standing)
{
    Target *target = &targets->target[i];
    bool was_open = is_open(target), none_before = targets->n_healthy == 0;
    targets->n_healthy -= was_open && target->healthy;
    target->registered = standing.registered;
    target->shifted = standing.shifted;
    target->healthy = standing.healthy;
    bool open = is_open(target);
    targets->n_open += (open ? 1u : 0u) - (was_open ? 1u : 0u);
    targets->n_healthy += open && target->healthy;
    if (!open || !target->healthy)
        stop_ramp(targets, target);
    stop_ramps_without_peer(targets);
    if (none_before == (targets->n_healthy == 0)) {
        tell_rule(targets, i);
        return;
    }
    for (guint j = 0; j < targets->n; j++)
        tell_rule(targets, j);
}

static Standing standing_of(const Target *target)
{
    return (Standing){target->registered, target->shifted, target->healthy};
}

/* ---- health: one loop for each target ---- */

static void check(Sim *sim, Entity *me, Call *loop, Call *reply);

static void turn_out(Sim *sim, Entity *me, Targets *targets, guint i, bool well)
{
    Target *target = &targets->target[i];
    Standing standing = standing_of(target);
    standing.healthy = well;
    put(targets, i, standing);
    target->run = 0;
    target->is_new = false;
    TELL(sim, me, "puts %s %s%s", target->entity->name, well ? "in" : "out",
         targets->n_healthy == 0 ? "; none is left: all are tried (fail open)" : "");
    if (well) {
        target->connected = true;
        target->connected_at = MAX(1, sim_now(sim));
        start_ramp(sim, targets, target);
    } else if (targets->out && targets->n_healthy > 0) {
        targets->out(sim, me, i);
    }
}

static void checked(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Targets *targets = me->state;
    guint i = LOCALS(loop, OneTarget)->target;
    Target *target = &targets->target[i];
    bool well = reply->outcome == OUTCOME_OK;
    target->run = well == target->healthy ? 0 : target->run + 1;
    gint64 wanted = !well ? targets->rules->failures : target->is_new ? 1 : targets->rules->successes;
    if (target->registered && target->run >= wanted)
        turn_out(sim, me, targets, i, well);
    call_wait(sim, loop, targets->rules->interval, check);
}

static void check(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Targets *targets = me->state;
    const Target *target = &targets->target[LOCALS(loop, OneTarget)->target];
    (void)reply;
    if (!target->registered) {
        call_wait(sim, loop, targets->rules->interval, check);
        return;
    }
    bool by_page = targets->rules->check == CHECK_HTTP;
    Call *call = call_new(sim, me, loop, target->entity, by_page ? PORT_HEALTH : PORT_CONNECT, checked);
    call->story = key_of(loop->story, (uint64_t)sim_now(sim));
    if (by_page) {
        call->health = (HealthPort){.deep = false};
        call->round_trips = 2; /* TCP, then the request */
    }
    call_send(sim, call, targets->patience);
}

void targets_start(Sim *sim, Entity *me, Targets *targets)
{
    targets->rule->clear(targets->state, targets->n);
    targets->n_open = targets->n_healthy = targets->n;
    targets->n_ramping = 0;
    for (guint i = 0; i < targets->n; i++) {
        Target *target = &targets->target[i];
        Standing standing = {target->registered, target->shifted, true};
        target->under_way = target->run = 0;
        target->registered = target->healthy = target->fit = target->connected = true;
        target->shifted = target->is_new = false;
        target->connected_at = MAX(1, sim_now(sim));
        target->ramp_from = SIMTIME_NEVER;
        put(targets, i, standing);
        Call *loop = call_begin(sim, me, key_of(me->own_key, i));
        LOCALS(loop, OneTarget)->target = i;
        call_wait(sim, loop, (SimTime)(unit_of(call_draw(me, loop, DRAW_PHASE)) * (double)targets->rules->interval),
                  check);
    }
}

/* ---- by hand ---- */

void targets_shift(Sim *sim, Entity *me, Targets *targets, int zone, bool away)
{
    for (guint i = 0; i < targets->n; i++) {
        Standing standing = standing_of(&targets->target[i]);
        standing.shifted = away;
        if (targets->target[i].zone == zone)
            put(targets, i, standing);
    }
    TELL(sim, me, away ? "sends nothing to zone %c any more" : "sends to zone %c again", zone_letter(zone));
}

static void drain_ends(Sim *sim, Entity *me, Call *drain, Call *reply)
{
    Targets *targets = me->state;
    const OneTarget *mine = LOCALS(drain, OneTarget);
    const Target *target = &targets->target[mine->target];
    (void)reply;
    bool still = !target->registered && target->deregistered_at == mine->since;
    if (still)
        targets->drained(sim, me, mine->target);
    call_end(sim, drain);
}

static void deregister(Sim *sim, Entity *me, Targets *targets, guint i)
{
    Target *target = &targets->target[i];
    Standing standing = standing_of(target);
    standing.registered = false;
    put(targets, i, standing);
    target->deregistered_at = sim_now(sim);
    TELL(sim, me, "deregisters %s: %u under way", target->entity->name, target->under_way);
    if (!targets->drained)
        return;
    Call *drain = call_begin(sim, me, key_of(key_of(me->own_key, i), (uint64_t)sim_now(sim)));
    *LOCALS(drain, OneTarget) = (OneTarget){i, sim_now(sim)};
    call_wait(sim, drain, targets->rules->delay, drain_ends);
}

static void register_again(Sim *sim, Entity *me, Targets *targets, guint i)
{
    Target *target = &targets->target[i];
    Standing standing = standing_of(target);
    standing.registered = true;
    standing.healthy = false;
    put(targets, i, standing);
    target->run = 0;
    target->is_new = true;
    TELL(sim, me, "registers %s", target->entity->name);
}

void targets_register(Sim *sim, Entity *me, Targets *targets, int zone, guint n_first, bool registered)
{
    for (guint i = 0; i < targets->n; i++) {
        const Target *target = &targets->target[i];
        bool meant =
            zone == WHOLE_REGION ? target->nth < n_first : target->zone == zone && target->nth_in_zone < n_first;
        if (!meant || target->registered == registered)
            continue;
        if (registered)
            register_again(sim, me, targets, i);
        else
            deregister(sim, me, targets, i);
    }
}

/* ---- slow start ---- */

static double weight_of(Sim *sim, Targets *targets, Target *target)
{
    if (target->ramp_from == SIMTIME_NEVER)
        return 1;
    double weight = (double)(sim_now(sim) - target->ramp_from) / (double)targets->rules->slow_start;
    if (weight >= 1)
        stop_ramp(targets, target);
    return weight;
}

guint targets_thin(Sim *sim, const Entity *me, Targets *targets, const Call *call, guint picked)
{
    uint64_t chance = call_draw(me, call, DRAW_RAMP);
    for (uint32_t n = 0; unit_of(key_nth(chance, n)) >= weight_of(sim, targets, &targets->target[picked]); n += 2)
        picked = targets->rule->pick(targets->state, targets->turn++, key_nth(chance, n + 1));
    return picked;
}

/* ---- before and after ---- */

void targets_connect(Sim *sim, Entity *me, Targets *targets, const TargetRules *rules, const BalancingRule *rule)
{
    guint n, in_zone[26] = {0};
    int region = rules->to.region != ANYWHERE ? rules->to.region : me->region;
    Entity *const *door = doors_in(sim, rules->to.thing, region, &n);
    targets->rules = rules;
    targets->rule = rule;
    targets->target = arena_many(sim->arena, Target, n);
    for (guint i = 0; i < n; i++) {
        int zone = place_zone(door[i]->place);
        guint nth_in_zone = in_zone[zone % 26]++;
        if (rules->cross_zone || zone == place_zone(me->place) || region != me->region)
            targets->target[targets->n++] =
                (Target){.entity = door[i], .registered = true, .zone = zone, .nth = i, .nth_in_zone = nth_in_zone};
    }
    targets->state = arena_take(sim->arena, rule->size(MAX(1, targets->n)));
    targets->turn = me->own_key >> 32;
    targets->patience = call_patience(sim, rules->timeout);
}

void targets_finish(Sim *sim, const Entity *me, const Targets *targets)
{
    for (guint i = 0; i < targets->n; i++) {
        const Target *target = &targets->target[i];
        char zone[2] = {zone_letter(target->zone), '\0'};
        sheet_cell(sim->sheet, CELL_COUNT, "balancer.requests", "balancer", me->thing->name, "region",
                   sim->world->region[target->entity->region].name, "zone", zone, NULL)
            ->count += target->n_sent;
    }
}
