#include "model/replica.h"
#include "model/clock.h"
#include "model/observer.h"
#include "model/stock.h"
#include "base/poison.h"

static void work(Sim *sim, Entity *me, Call *call);

struct ReplicaSet {
    guint n_members, n_replicas;
    bool by_clock; /* several may write: what they write is stamped by their clocks */
    Entity *replica[MOST_REPLICAS];
    Versions *versions;
    Ledger *ledger;
    Stock *stock;     /* NULL: items are nothing that is sold */
    guint *n_readers; /* per region: while building */
    bool promises, by_arrival;
    bool (*may_read)(Sim *sim, Entity *me, Call *read);
};

static void free_set(void *whose)
{
    ReplicaSet *set = whose;
    for (guint i = 0; i < set->n_replicas; i++) {
        Replica *replica = set->replica[i]->state;
        progress_clear(&replica->progress);
        if (replica->applier)
            applier_free(replica->applier);
        for (guint j = 0; j < set->n_replicas; j++)
            if (replica->to[j])
                log_free(replica->to[j]);
    }
    ledger_free(set->ledger);
    versions_free(set->versions);
    if (set->stock)
        stock_free(set->stock);
}

void replicas_run_in(const Regions *regions, const World *world, bool *here)
{
    for (guint i = 0; regions->n == 0 && i < world->n_running; i++)
        here[i] = true;
    for (guint i = 0; i < regions->n; i++)
        here[regions->region[i]] = true;
}

static guint regions_of(const Thing *thing, const World *world)
{
    guint n = 0;
    for (guint i = 0; i < world->n_running; i++)
        n += thing->runs_in[i];
    return n;
}

void replicas_check(const Thing *thing, const World *world, const char *key, Complaints *complaints)
{
    guint n = regions_of(thing, world);
    if (n > MOST_REPLICAS)
        complain(complaints, key, "out-of-range", "%u replicas; at most %d", n, MOST_REPLICAS);
    if (n == 1 && ((const ReplicaConfig *)thing->config)->lag_alarm > 0)
        complain(complaints, "lag-alarm", "contradictory-settings",
                 "the database is in one region, so no other can be behind");
}

static void show(Sim *sim, Entity *me, const AppliedChange *change);

static Applier *make_applier(Sim *sim, Entity *me, const Site *site)
{
    const ReplicaConfig *config = me->config;
    const Law *work_of_one = &config->apply_time;
    bool at_once = work_of_one->kind == LAW_NONE || (law_is_constant(work_of_one) && law_mean(work_of_one) == 0);
    if (at_once && !site->hold)
        return NULL;
    return applier_new(sim, me,
                       (ApplyHabits){.appliers = at_once ? G_MAXINT64 : config->appliers,
                                     .work = work_of_one,
                                     .hold = site->hold,
                                     .apply = show});
}

static void build_one(Sim *sim, const Thing *thing, ReplicaSet *set, guint number, const Site *site, gsize state_size)
{
    bool is_member = site->head == NO_HEAD;
    const char *where = sim->world->region[site->region].name;
    g_autofree char *part = is_member ? g_strdup_printf("@%s", where)
                                      : g_strdup_printf("@%s/reader-%u", where, set->n_readers[site->region]++ + 1);
    Entity *me =
        entity_new(sim, thing, site->ops, network_region(sim->network, site->region, site->zone), state_size, part);
    const ReplicaConfig *config = me->config;
    Replica *replica = me->state;
    *replica = (Replica){.set = set, .number = number, .head = is_member ? number : (guint)site->head};
    station_init(sim, &replica->station, me, "database", config->workers, G_MAXUINT32);
    replica->station.serve = work;
    replica->applier = is_member && set->n_members > 1 ? make_applier(sim, me, site) : NULL;
    progress_init(&replica->progress, thing);
    commit_gate_init(&replica->gate, me, is_member ? config->commit_limit : 0, replica->to, set->n_members);
    set->replica[number] = me;
    if (is_member && !site->witness)
        entity_open(sim, me);
}

static void keep_stock(Sim *sim, const Thing *thing, ReplicaSet *set)
{
    const ReplicaConfig *config = thing->config;
    if (config->stock == 0)
        return;
    set->stock = stock_new(sim, thing, config->stock);
    versions_keep(set->versions);
}

ReplicaSet *replicas_build_at(Sim *sim, const Thing *thing, const Site *site, guint n, int writer, gsize state_size)
{
    int regions[MOST_REPLICAS] = {0};
    uint64_t readers = 0;
    CHECK(n >= 1 && n <= MOST_REPLICAS);
    ReplicaSet *set = arena_one(sim->arena, ReplicaSet);
    set->n_replicas = n;
    set->n_readers = arena_many(sim->arena, guint, sim->world->n_running);
    for (guint i = 0; i < n; i++) {
        regions[i] = site[i].region;
        if (site[i].head == NO_HEAD)
            set->n_members++;
        else
            readers |= 1ull << i;
        CHECK((site[i].head == NO_HEAD) == (set->n_members > i));
    }
    set->versions = versions_new(n);
    set->ledger = ledger_new(sim, thing, n, regions, writer, set->versions);
    set->by_clock = writer == ALL_WRITE;
    if (readers)
        ledger_readers(set->ledger, readers);
    if (set->by_clock && sim->clocks)
        ledger_keep(set->ledger, clocks_span(sim));
    keep_stock(sim, thing, set);
    if (((const ReplicaConfig *)thing->config)->lag_alarm > 0)
        ledger_alarm(set->ledger, ((const ReplicaConfig *)thing->config)->lag_alarm);
    for (guint i = 0; i < n; i++) {
        if (site[i].witness)
            ledger_has_witness(set->ledger, i);
        build_one(sim, thing, set, i, &site[i], state_size);
    }
    sim_at_end(sim, free_set, set);
    return set;
}

void replicas_build(Sim *sim, const Thing *thing, const Ops *ops, const int *regions, guint n, int writer,
                    gsize state_size)
{
    Site site[MOST_REPLICAS];
    CHECK(n >= 1 && n <= MOST_REPLICAS);
    for (guint i = 0; i < n; i++)
        site[i] = (Site){.region = regions[i], .zone = WHOLE_REGION, .head = NO_HEAD, .ops = ops};
    replicas_build_at(sim, thing, site, n, writer, state_size);
}

void replicas_promise(ReplicaSet *set, bool (*may)(Sim *sim, Entity *me, Call *read), bool by_arrival)
{
    set->promises = true;
    set->by_arrival = by_arrival;
    set->may_read = may;
}

void replicas_remember(const Entity *door)
{
    versions_keep(((const Replica *)door->state)->set->versions);
}

static void heard(Sim *sim, Entity *me)
{
    commit_gate_look(sim, &((Replica *)me->state)->gate);
}

static void connect_two(Sim *sim, Entity *from, Entity *to, LogHabits habits)
{
    Replica *replica = from->state;
    const ReplicaConfig *config = from->config;
    bool to_member = ((const Replica *)to->state)->head == ((const Replica *)to->state)->number;
    habits.bytes = to_member ? (uint32_t)config->change_size : 0;
    habits.mark = replica->set->promises ? &replica->progress.complete : NULL;
    habits.heard = to_member && config->commit_limit > 0 ? heard : NULL;
    replica->to[((const Replica *)to->state)->number] = log_new(sim, from, to, habits);
}

void replicas_connect(Sim *sim, const Thing *thing, LogHabits habits)
{
    guint n_doors;
    ReplicaSet *set = ((const Replica *)doors_in(sim, thing, ANYWHERE, &n_doors)[0]->state)->set;
    for (guint i = 0; i < set->n_members; i++)
        for (guint j = 0; j < set->n_members; j++)
            if (i != j)
                connect_two(sim, set->replica[i], set->replica[j], habits);
}

void replicas_connect_readers(Sim *sim, const Thing *thing, LogHabits habits)
{
    Entity *member;
    if (doors_of(sim, thing, ANYWHERE, &member, 1) == 0)
        return;
    const ReplicaSet *set = ((const Replica *)member->state)->set;
    for (guint i = set->n_members; i < set->n_replicas; i++)
        connect_two(sim, set->replica[((const Replica *)set->replica[i]->state)->head], set->replica[i], habits);
}

void replicas_hold(Sim *sim, const Thing *thing, int from, int to, bool held)
{
    guint n_doors;
    Entity *const *door = doors_in(sim, thing, ANYWHERE, &n_doors);
    for (guint i = 0; i < n_doors; i++) {
        const Replica *replica = door[i]->state;
        for (guint j = 0; j < replica->set->n_members; j++) {
            int other = replica->set->replica[j]->region;
            if (replica->to[j] && (from == ANYWHERE || from == door[i]->region) && (to == ANYWHERE || to == other))
                log_hold(sim, replica->to[j], held);
        }
    }
}

guint replicas_in_all(const ReplicaSet *set)
{
    return set->n_replicas;
}
guint replicas_count(const ReplicaSet *set)
{
    return set->n_members;
}
Entity *replicas_nth(const ReplicaSet *set, guint number)
{
    return set->replica[number];
}
Ledger *replicas_ledger(const ReplicaSet *set)
{
    return set->ledger;
}

bool replica_bound(const Thing *thing, int region, Bound bound, double *value)
{
    if (region < 0 || !thing->runs_in[region])
        return false;
    const ReplicaConfig *config = thing_config(thing, region);
    if (bound == BOUND_WORKERS)
        *value = (double)config->workers;
    else if (bound == BOUND_READ_WORK)
        *value = law_mean(&config->read_time) * 1e-9;
    else if (bound == BOUND_WRITE_WORK)
        *value = law_mean(&config->write_time) * 1e-9;
    else if (bound == BOUND_ROOM)
        *value = INFINITY;
    else if (bound == BOUND_APPLY && config->apply_time.kind != LAW_NONE && law_mean(&config->apply_time) > 0)
        *value = (double)config->appliers / (law_mean(&config->apply_time) * 1e-9);
    else
        return false;
    return *value == *value;
}

/* Whoever reads a member's storage has what the member has. */
static void copy_storage(const Replica *reader)
{
    const Replica *member = reader->set->replica[reader->head]->state;
    Replica *mine = reader->set->replica[reader->number]->state;
    mine->copies = member->copies;
    ledger_copy(reader->set->ledger, reader->number, reader->head);
    progress_start_over(&mine->progress, member->progress.complete);
}

static bool is_member(const Replica *replica)
{
    return replica->head == replica->number;
}

void replica_start(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    station_restart(sim, &replica->station);
    commit_gate_restart(sim, &replica->gate);
    line_forsake(sim, &replica->awaiting);
    if (!is_member(replica) && sim_now(sim) > 0)
        copy_storage(replica);
    if (replica->applier)
        applier_restart(sim, replica->applier);
    for (guint i = 0; i < replica->set->n_replicas; i++)
        if (replica->to[i])
            log_start(sim, replica->to[i]);
}

static void answer_and_leave(Sim *sim, Entity *me, Call *call, Outcome outcome)
{
    SimTime came = call->arrived_at;
    call_answer(sim, call, outcome);
    Call *next = station_leave(sim, &((Replica *)me->state)->station, came);
    if (next)
        work(sim, me, next);
}

void replica_fail(Sim *sim, Entity *me, Call *call, Why why)
{
    call->store.why = (uint8_t)why;
    answer_and_leave(sim, me, call, OUTCOME_ERROR);
}

static void commit(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Replica *replica = me->state;
    uint32_t item = call->store.item;
    SimTime stamp = replica->set->by_clock ? clock_now(sim, me->region) : sim_now(sim);
    Version version = {stamp, me->region, 0};
    (void)reply;
    if (replica->may_commit && !replica->may_commit(sim, me)) {
        replica_fail(sim, me, call, WHY_ERROR); /* while it worked on it, it ceased to be the one who may */
        return;
    }
    if (G_UNLIKELY(replica_is_sold_out(sim, replica, item))) {
        call->store.version = replica_holds(replica, item);
        call->store.stale = false;
        answer_and_leave(sim, me, call, OUTCOME_OK);
        return;
    }
    version.value = replica_left(replica, item) - 1;
    versions_take(replica->set->versions, replica->number, item, version);
    replica_sells(sim, replica, item);
    ledger_write(replica->set->ledger, replica->number, item, version);
    replica->progress.complete = version.at;
    replica_ship(sim, me, item, version, call->store.epoch);
    call->store.version = version;
    call->store.stale = false;
    answer_and_leave(sim, me, call, OUTCOME_OK);
}

static void write_done(Sim *sim, Entity *me, Call *call, Call *reply)
{
    if (!commit_gate_holds(sim, &((Replica *)me->state)->gate, call, commit))
        commit(sim, me, call, reply);
}

/* A read sees what is there when its work begins, as a statement sees its snapshot (PostgreSQL manual, 13.2.1; MySQL
 * manual, Consistent Nonlocking Reads): nothing is left to be decided at its end. */
static void read_now(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Replica *replica = me->state;
    const ReplicaConfig *config = me->config;
    SimTime duration = law_time(&config->read_time, call_draw(me, call, DRAW_WORK));
    (void)reply;
    SimTime came = call->arrived_at;
    call->bytes = (uint32_t)config->answer_size;
    call->store.version = versions_read(replica->set->versions, replica->number, call->store.item, &call->store.agreed);
    call->store.stale =
        ledger_stale_by(replica->set->ledger, call->store.item, call->store.version,
                        replica->set->by_arrival ? call->arrived_at : sim_now(sim), &call->store.staleness);
    call_answer_after(sim, call, duration, OUTCOME_OK);
    station_leaves_at(sim, &replica->station, came, sim_now(sim) + duration);
}

static void work(Sim *sim, Entity *me, Call *call)
{
    const ReplicaConfig *config = me->config;
    const ReplicaSet *set = ((const Replica *)me->state)->set;
    if (call->store.op == OP_WRITE)
        call_wait(sim, call, law_time(&config->write_time, call_draw(me, call, DRAW_WORK)), write_done);
    else if (!set->may_read || set->may_read(sim, me, call))
        read_now(sim, me, call, NULL);
}

/* ---- reads that must see all up to a position: they keep their worker while they wait, as a backend does ---- */

SimTime replica_position(const Entity *me)
{
    return ((const Replica *)me->state)->progress.complete;
}

typedef struct {
    SimTime position;
} Awaiting;

static void line_up(Sim *sim, Replica *replica, Call *read)
{
    SimTime position = LOCALS(read, Awaiting)->position;
    replica->awaited = replica->awaiting.length == 0 ? position : MIN(replica->awaited, position);
    line_push(sim, &replica->awaiting, read);
}

void replica_await(Sim *sim, Entity *me, Call *read, SimTime position)
{
    Replica *replica = me->state;
    if (replica->progress.complete >= position) {
        read_now(sim, me, read, NULL);
        return;
    }
    TELL(sim, me, "holds a read back: what it must see was committed %.6f s after all that is here",
         simtime_seconds(position - replica->progress.complete));
    LOCALS(read, Awaiting)->position = position;
    read->wake = read_now;
    line_up(sim, replica, read);
}

/* `complete` has grown: in order of arrival. */
static void wake_readers(Sim *sim, Replica *replica)
{
    if (replica->awaiting.length == 0 || replica->awaited > replica->progress.complete)
        return;
    for (uint32_t n = replica->awaiting.length; n > 0; n--) {
        Call *read = line_pop(sim, &replica->awaiting);
        if (LOCALS(read, Awaiting)->position <= replica->progress.complete)
            call_wait(sim, read, 0, read->wake);
        else
            line_up(sim, replica, read);
    }
}

void replica_serve(Sim *sim, Entity *me, Call *call)
{
    switch (station_enter(sim, &((Replica *)me->state)->station, call)) {
    case STATION_SERVE:
        work(sim, me, call);
        return;
    case STATION_WAITS:
        return;
    case STATION_REFUSES:
        call->store.why = WHY_THROTTLED;
        call_answer(sim, call, OUTCOME_ERROR);
    }
}

/* Its own readers hear of its storage, not of epochs. */
static void ship_to_readers(Sim *sim, const Replica *replica, uint32_t item, Version version)
{
    for (guint i = replica->set->n_members; i < replica->set->n_replicas; i++)
        if (replica->to[i])
            log_append(sim, replica->to[i], item, version, replica->copies);
}

void replica_ship(Sim *sim, Entity *me, uint32_t item, Version version, uint32_t epoch)
{
    const Replica *replica = me->state;
    for (guint i = 0; i < replica->set->n_members; i++)
        if (replica->to[i])
            log_append(sim, replica->to[i], item, version, epoch);
    ship_to_readers(sim, replica, item, version);
}

/* Readers see it from now on. */
static void show(Sim *sim, Entity *me, const AppliedChange *change)
{
    Replica *replica = me->state;
    if (replica->set->promises && progress_apply(&replica->progress, change->position, change->mark))
        wake_readers(sim, replica);
    if (!ledger_open(replica->set->ledger, change->item))
        return;
    versions_take(replica->set->versions, replica->number, change->item, change->version);
    ledger_arrive(replica->set->ledger, replica->number, change->item, change->version);
    if (is_member(replica))
        ship_to_readers(sim, replica, change->item, change->version);
}

/* A log may ship a change twice; it is applied once: a real replica knows by its position, this one by whether it is on
 * record as received. */
static void take(Sim *sim, Entity *me, Call *call)
{
    Replica *replica = me->state;
    const LogPort *change = &call->change;
    if (replica->set->promises && progress_receive(sim, &replica->progress, change))
        wake_readers(sim, replica);
    if (!replica->applier)
        show(sim, me, &(AppliedChange){change->version, change->mark, change->position, change->item});
    else if (ledger_receive(replica->set->ledger, replica->number, change->item, change->version))
        applier_take(sim, replica->applier, call);
    else if (!progress_awaits(&replica->progress, change->position) &&
             progress_apply(&replica->progress, change->position, change->mark))
        wake_readers(sim, replica);
}

void replica_take(Sim *sim, Entity *me, Call *call)
{
    const Replica *replica = me->state;
    if (is_member(replica) || call->change.epoch >= replica->copies)
        take(sim, me, call);
    call_answer(sim, call, OUTCOME_OK);
}

void replica_when_applied(Sim *sim, Entity *me, Call *root, Step then)
{
    const Replica *replica = me->state;
    if (replica->applier)
        applier_when_done(sim, replica->applier, root, then);
    else
        then(sim, me, root, NULL);
}

void replica_start_over(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    if (replica->applier)
        applier_forget(sim, replica->applier);
    ledger_rejoin(replica->set->ledger, replica->number);
    progress_start_over(&replica->progress, sim_now(sim));
    replica->copies++;
    for (guint i = replica->set->n_members; i < replica->set->n_replicas; i++) {
        if (!replica->to[i])
            continue;
        log_stop(sim, replica->to[i]);
        Replica *reader = replica->set->replica[i]->state;
        copy_storage(reader);
        wake_readers(sim, reader);
    }
    wake_readers(sim, replica);
    for (Call *call; (call = commit_gate_turn_away(sim, &replica->gate));)
        replica_fail(sim, me, call, WHY_ERROR);
}

bool replica_agrees(const Replica *replica, uint32_t item)
{
    bool agreed;
    versions_read(replica->set->versions, replica->number, item, &agreed);
    return agreed;
}

Version replica_holds(const Replica *replica, uint32_t item)
{
    return versions_get(replica->set->versions, replica->number, item);
}

void replica_catch_up(const Replica *replica, uint32_t item, Version version)
{
    if (!ledger_open(replica->set->ledger, item))
        return;
    versions_take(replica->set->versions, replica->number, item, version);
    ledger_catch_up(replica->set->ledger, replica->number, item, version);
}

int32_t replica_left(const Replica *replica, uint32_t item)
{
    Version here = replica_holds(replica, item);
    if (!replica->set->stock)
        return 0;
    return here.at > 0 ? here.value : stock_units(replica->set->stock);
}

bool replica_is_sold_out(Sim *sim, const Replica *replica, uint32_t item)
{
    if (G_LIKELY(!replica->set->stock) || replica_left(replica, item) > 0)
        return false;
    stock_refuses(sim, replica->set->stock);
    return true;
}

void replica_sells(Sim *sim, const Replica *replica, uint32_t item)
{
    if (G_UNLIKELY(replica->set->stock))
        stock_sells(sim, replica->set->stock, item);
}

void replica_finish(Sim *sim, Entity *me)
{
    Replica *replica = me->state;
    station_finish(sim, &replica->station);
    if (replica->applier)
        applier_finish(sim, replica->applier);
    commit_gate_finish(sim, &replica->gate);
    if (replica->number == 0)
        ledger_finish(replica->set->ledger);
}
