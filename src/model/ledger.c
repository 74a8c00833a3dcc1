#include "model/ledger.h"
#include "model/lateness.h"
#include "model/ledger_cells.h"
#include "model/observer.h"
#include "model/watcher.h"
#include "model/writes.h"
#include "base/poison.h"

struct Ledger {
    Sim *sim;
    const Thing *database;
    Writes writes;
    guint n_replicas;
    int region[MOST_REPLICAS];
    LedgerCells cells;
    int writer;
    uint64_t everybody, members, readers, witnesses;
    SimTime keeps; /* what is settled, for so long */
    uint32_t first_kept, last_kept;
    guint64 acknowledged, ended[N_FATES];
    Lateness *late; /* per replica; NULL: nobody wants to know */
};

const char *const fate_names[N_FATES] = {
    [FATE_DURABLE] = "durable", [FATE_SUPERSEDED] = "superseded", [FATE_OVERWRITTEN] = "overwritten",
    [FATE_LOST] = "lost",       [FATE_STRANDED] = "stranded",     [FATE_IN_FLIGHT] = "in flight",
    [FATE_PARTIAL] = "partial",
};

Ledger *ledger_new(Sim *sim, const Thing *database, guint n_replicas, const int *regions, int writer,
                   Versions *versions)
{
    CHECK(n_replicas >= 1 && n_replicas <= MOST_REPLICAS);
    Ledger *ledger = g_new0(Ledger, 1);
    ledger->sim = sim;
    ledger->database = database;
    ledger->n_replicas = n_replicas;
    for (guint i = 0; i < n_replicas; i++)
        ledger->region[i] = regions[i];
    ledger->writer = writer;
    ledger->everybody = ledger->members = n_replicas == 64 ? UINT64_MAX : (1ull << n_replicas) - 1;
    ledger->first_kept = ledger->last_kept = NO_WRITE;
    writes_init(&ledger->writes, sim, database, n_replicas, versions);
    ledger_cells_init(&ledger->cells, sim, database, n_replicas, ledger->region, writer == ALL_WRITE);
    observe_database(sim, database, ledger);
    return ledger;
}

void ledger_readers(Ledger *ledger, uint64_t readers)
{
    ledger->readers = readers;
    ledger->members &= ~readers;
}

void ledger_alarm(Ledger *ledger, SimTime bound)
{
    const Sim *sim = ledger->sim;
    ledger->late = lateness_row(sim->arena, ledger->n_replicas, bound, sim->measured_from, sim->horizon);
}

void ledger_free(Ledger *ledger)
{
    lateness_row_clear(ledger->late, ledger->n_replicas);
    writes_clear(&ledger->writes);
    g_free(ledger);
}

void ledger_keep(Ledger *ledger, SimTime keeps)
{
    CHECK(ledger->writer == ALL_WRITE);
    ledger->keeps = MAX(ledger->keeps, keeps);
}

void ledger_has_witness(Ledger *ledger, guint replica)
{
    ledger->witnesses |= 1ull << replica;
}

static Write *at(const Ledger *ledger, uint32_t id)
{
    return writes_at(&ledger->writes, id);
}

/* ---- who follows it ---- */

static WriteSeen seen_of(const Ledger *ledger, const Write *write, guint replica, WriteFate fate)
{
    return (WriteSeen){.database = ledger->database,
                       .number = write->number,
                       .item = write->item,
                       .version = write->version,
                       .made_at = write->made_at,
                       .acknowledged_at = write->acknowledged_at,
                       .region = ledger->region[write->origin],
                       .where = ledger->region[replica],
                       .fate = fate,
                       .divergent = write->divergent,
                       .waited = write->waited,
                       .by = write->by,
                       .winner = write->winner};
}

static void tell(const Ledger *ledger, WriteMoment moment, const Write *write, guint replica, WriteFate fate)
{
    const Watcher *watcher = ledger->sim->watcher;
    if (!watcher->write)
        return;
    WriteSeen seen = seen_of(ledger, write, replica, fate);
    watcher->write(ledger->sim, watcher->whose, moment, &seen);
}
#define TELL_WRITE(ledger, ...)                                                                                        \
    do {                                                                                                               \
        if (G_UNLIKELY((ledger)->sim->watcher))                                                                        \
            tell((ledger), __VA_ARGS__);                                                                               \
    } while (0)

/* ---- fates ---- */

/* Its region went dark before everybody had it, and nobody else carried it. */
static bool has_waited(const Ledger *ledger, const Write *write)
{
    if (write->proposed)
        return false;
    int region = ledger->region[write->origin];
    return observer_went_dark(ledger->sim->observer, region, write->made_at) != SIMTIME_NEVER;
}

static void end(Ledger *ledger, Write *write, WriteFate fate, guint where)
{
    if (!write->measured)
        return;
    write->waited = fate != FATE_LOST && has_waited(ledger, write);
    if (write->waited)
        cell_count(ledger->cells.waited);
    ledger->ended[fate]++;
    cell_count(ledger->cells.fate[fate][write->origin]);
    TELL_WRITE(ledger, WRITE_ENDS, write, where, fate);
    bool as_it_should = fate == FATE_DURABLE || fate == FATE_SUPERSEDED || fate == FATE_IN_FLIGHT;
    if (G_UNLIKELY(!as_it_should && ledger->sim->write_ended)) {
        WriteSeen seen = seen_of(ledger, write, where, fate);
        ledger->sim->write_ended(ledger->sim, ledger->sim->write_whose, &seen);
    }
}

static void settle(Ledger *ledger, Write *write)
{
    write->settled = true;
    end(ledger, write,
        write->overwritten  ? FATE_OVERWRITTEN
        : write->superseded ? FATE_SUPERSEDED
                            : FATE_DURABLE,
        write->origin);
}

/* Everybody has it.  A replica whose clock is behind could still make an older version of the item. */
static void retire(Ledger *ledger, uint32_t id)
{
    if (ledger->keeps == 0) {
        writes_drop(&ledger->writes, id);
        return;
    }
    Write *write = at(ledger, id);
    if (write->kept)
        return;
    write->kept = true;
    write->kept_until = sim_now(ledger->sim) + ledger->keeps;
    write->next_kept = NO_WRITE;
    if (ledger->first_kept == NO_WRITE)
        ledger->first_kept = id;
    else
        at(ledger, ledger->last_kept)->next_kept = id;
    ledger->last_kept = id;
}

static void drop_kept(Ledger *ledger, SimTime until)
{
    while (ledger->first_kept != NO_WRITE && at(ledger, ledger->first_kept)->kept_until <= until) {
        uint32_t id = ledger->first_kept;
        ledger->first_kept = at(ledger, id)->next_kept;
        writes_drop(&ledger->writes, id);
    }
}

static void settle_if_everywhere(Ledger *ledger, uint32_t id)
{
    Write *write = at(ledger, id);
    bool acknowledged = write->acknowledged_at != SIMTIME_NEVER;
    if (acknowledged && !write->settled && (write->received & ledger->members) == ledger->members)
        settle(ledger, write);
    if (write->received == ledger->everybody && (acknowledged || !write->under_way))
        retire(ledger, id);
}

/* Nothing comes any more, or it does not matter any more, to the members that still lack it. */
static void note_late(Ledger *ledger, const Write *write)
{
    if (ledger->late && write->acknowledged_at != SIMTIME_NEVER)
        lateness_row_note(ledger->late, ledger->members & ~write->received, write->acknowledged_at,
                          sim_now(ledger->sim));
}

static void lose(Ledger *ledger, uint32_t id, guint where)
{
    note_late(ledger, at(ledger, id));
    end(ledger, at(ledger, id), FATE_LOST, where);
    writes_drop(&ledger->writes, id);
}

/* ---- who wins ---- */

static void win(const Ledger *ledger, Write *loser, Write *winner, bool knew)
{
    *(knew ? &loser->superseded : &loser->overwritten) = true;
    loser->winner = winner->version;
    loser->by = winner->number;
    winner->wins += winner->acknowledged_at == SIMTIME_NEVER;
    TELL_WRITE(ledger, knew ? WRITE_SUPERSEDED : WRITE_OVERWRITTEN, loser, winner->origin, N_FATES);
}

/* `made` was made at a replica that saw the other, or did not.  What has lost once has lost; only having been
 * superseded gives way to being overwritten. */
static void decide(const Ledger *ledger, Write *made, Write *other, bool knew)
{
    if (knew && !version_newer(other->version, made->version)) {
        if (!other->settled && !other->superseded && !other->overwritten)
            win(ledger, other, made, true);
    } else if (!version_newer(made->version, other->version)) {
        if (!made->overwritten || version_newer(other->version, made->winner))
            win(ledger, made, other, false);
    } else if (!other->overwritten) {
        win(ledger, other, made, false);
    }
}

/* Between the new write and every unsettled one of the item it is decided now.  What is certainly older than the last
 * write made here has lost to that one already: superseded, if it was to be seen here then, else overwritten. */
static void decide_all(const Ledger *ledger, uint32_t id, guint replica)
{
    Write *made = at(ledger, id);
    SimTime decided_before = -1;
    made->strangers = writes_unseen(&ledger->writes, id, replica) - !(made->received >> replica & 1);
    for (uint32_t other = made->next; other != NO_WRITE; other = at(ledger, other)->next) {
        Write *known = at(ledger, other);
        if (writes_all_older(&ledger->writes, known, decided_before))
            return;
        if (known->origin == replica && known->version.at < made->version.at)
            decided_before = MAX(decided_before, known->version.at);
        decide(ledger, made, known, known->received >> replica & 1);
    }
}

/* ---- acknowledged ---- */

/* Those that it won against before it had a number. */
static void name_to_losers(const Ledger *ledger, Write *write)
{
    for (uint32_t id = write->next; id != NO_WRITE && write->wins > 0; id = at(ledger, id)->next) {
        Write *loser = at(ledger, id);
        if ((!loser->overwritten && !loser->superseded) || !version_same(loser->winner, write->version))
            continue;
        loser->by = write->number;
        write->wins--;
    }
}

static void acknowledge(Ledger *ledger, uint32_t id)
{
    Write *write = at(ledger, id);
    write->acknowledged_at = sim_now(ledger->sim);
    write->measured = sim_measuring(ledger->sim, write->acknowledged_at);
    if (write->measured) {
        ledger->acknowledged++;
        write->number = ++ledger->sim->n_writes;
        cell_count(ledger->cells.acknowledged[write->origin]);
    }
    TELL_WRITE(ledger, WRITE_ACKNOWLEDGED, write, write->origin, N_FATES);
    name_to_losers(ledger, write);
}

static void count_conflicts(const Ledger *ledger, const Write *write)
{
    if (write->measured && ledger->cells.conflicts)
        ledger->cells.conflicts->count += write->strangers;
}

void ledger_write(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    uint32_t id = writes_add(&ledger->writes, item, version, replica, 1ull << replica);
    drop_kept(ledger, sim_now(ledger->sim)); /* not before: the replica has taken the version already */
    acknowledge(ledger, id);
    if (ledger->writer != ALL_WRITE && (guint)ledger->writer != replica) {
        at(ledger, id)->divergent = true;
        if (at(ledger, id)->measured)
            cell_count(ledger->cells.divergent);
        lose(ledger, id, (guint)ledger->writer);
        return;
    }
    decide_all(ledger, id, replica);
    count_conflicts(ledger, at(ledger, id));
    settle_if_everywhere(ledger, id);
}

static void note_lag(Ledger *ledger, const Write *write, guint replica)
{
    if (write->measured && replica != write->origin && !(ledger->witnesses >> replica & 1))
        ledger_cells_note_lag(&ledger->cells, write->origin, replica, ledger->readers >> replica & 1,
                              write->acknowledged_at);
}

bool ledger_open(const Ledger *ledger, uint32_t item)
{
    return writes_first(&ledger->writes, item) != NO_WRITE;
}

bool ledger_lives(const Ledger *ledger, uint32_t item, Version version)
{
    return writes_like(&ledger->writes, item, version) != NO_WRITE;
}

bool ledger_shows_early(const Ledger *ledger)
{
    return ledger->cells.fate[FATE_PARTIAL] != NULL;
}

/* Two writes of one instant at one replica are one version: both have arrived. */
bool ledger_receive(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    bool anything = false;
    for (uint32_t id = writes_like(&ledger->writes, item, version); id != NO_WRITE;
         id = writes_next_like(&ledger->writes, id)) {
        Write *write = at(ledger, id);
        if ((write->received | write->stored) >> replica & 1)
            continue;
        write->stored |= 1ull << replica;
        anything = true;
        TELL_WRITE(ledger, WRITE_RECEIVED, write, replica, N_FATES);
    }
    return anything;
}

static void see(Ledger *ledger, uint32_t id, guint replica)
{
    writes_receive(&ledger->writes, id, replica);
    if (G_UNLIKELY(ledger->late) && at(ledger, id)->acknowledged_at != SIMTIME_NEVER)
        lateness_note(&ledger->late[replica], at(ledger, id)->acknowledged_at, sim_now(ledger->sim));
    TELL_WRITE(ledger, WRITE_SEEN, at(ledger, id), replica, N_FATES);
}

void ledger_arrive(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    for (uint32_t id = writes_like(&ledger->writes, item, version), next; id != NO_WRITE; id = next) {
        Write *write = at(ledger, id);
        next = writes_next_like(&ledger->writes, id);
        if (write->received >> replica & 1)
            continue;
        see(ledger, id, replica);
        note_lag(ledger, write, replica);
        settle_if_everywhere(ledger, id);
    }
}

bool ledger_stale_by(const Ledger *ledger, uint32_t item, Version found, SimTime by, SimTime *staleness)
{
    SimTime since = SIMTIME_NEVER;
    for (uint32_t id = writes_first(&ledger->writes, item); id != NO_WRITE; id = at(ledger, id)->next) {
        const Write *write = at(ledger, id);
        if (writes_all_older(&ledger->writes, write, found.at))
            break;
        if (version_newer(write->version, found) && write->acknowledged_at <= by && write->acknowledged_at < since)
            since = write->acknowledged_at;
    }
    *staleness = since == SIMTIME_NEVER ? 0 : sim_now(ledger->sim) - since;
    return since != SIMTIME_NEVER;
}

bool ledger_stale(const Ledger *ledger, uint32_t item, Version found, SimTime *staleness)
{
    return ledger_stale_by(ledger, item, found, sim_now(ledger->sim), staleness);
}

/* ---- writes that several replicas must have before they are acknowledged ---- */

static uint32_t propose(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    drop_kept(ledger, sim_now(ledger->sim));
    uint32_t id = writes_add(&ledger->writes, item, version, replica, 0);
    Write *write = at(ledger, id);
    ledger_cells_know_partial(&ledger->cells);
    versions_take(ledger->writes.versions, replica, item,
                  (Version){0, 0, 0}); /* nothing newer, but a record of the item */
    write->proposed = write->under_way = true;
    return id;
}

void ledger_propose(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    decide_all(ledger, propose(ledger, replica, item, version), replica);
}

void ledger_claim(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    propose(ledger, replica, item, version);
}

void ledger_choose(Ledger *ledger, uint32_t item, Version version, Version base)
{
    uint32_t id = writes_like(&ledger->writes, item, version);
    if (id == NO_WRITE || at(ledger, id)->chosen)
        return;
    Write *made = at(ledger, id);
    made->chosen = true;
    for (uint32_t other = writes_first(&ledger->writes, item); other != NO_WRITE; other = at(ledger, other)->next) {
        Write *known = at(ledger, other);
        if (other == id || !known->chosen)
            continue;
        bool knew = !version_newer(known->version, base);
        made->strangers += !knew;
        decide(ledger, made, known, knew);
    }
}

void ledger_acknowledge(Ledger *ledger, uint32_t item, Version version)
{
    uint32_t id = writes_like(&ledger->writes, item, version);
    while (id != NO_WRITE && !(at(ledger, id)->acknowledged_at == SIMTIME_NEVER && at(ledger, id)->under_way))
        id = writes_next_like(&ledger->writes, id);
    CHECK(id != NO_WRITE);
    acknowledge(ledger, id);
    count_conflicts(ledger, at(ledger, id));
    for (guint replica = 0; replica < ledger->n_replicas; replica++)
        if (at(ledger, id)->received >> replica & 1)
            note_lag(ledger, at(ledger, id), replica);
    settle_if_everywhere(ledger, id);
}

void ledger_catch_up(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    for (uint32_t id = writes_first(&ledger->writes, item), next; id != NO_WRITE; id = next) {
        Write *write = at(ledger, id);
        next = write->next;
        if (version_newer(write->version, version) || write->received >> replica & 1)
            continue;
        see(ledger, id, replica);
        if (write->acknowledged_at != SIMTIME_NEVER)
            note_lag(ledger, write, replica);
        settle_if_everywhere(ledger, id);
    }
}

static void rest(Ledger *ledger, uint32_t id, bool hinted)
{
    Write *write = at(ledger, id);
    write->under_way = false;
    write->hinted = hinted;
    bool nowhere = write->received == 0 && !hinted && write->acknowledged_at == SIMTIME_NEVER;
    if (nowhere)
        writes_drop(&ledger->writes, id);
    else if (write->received == ledger->everybody)
        retire(ledger, id);
}

void ledger_rest(Ledger *ledger, uint32_t item, Version version, bool hinted)
{
    for (uint32_t id = writes_like(&ledger->writes, item, version), next; id != NO_WRITE; id = next) {
        next = writes_next_like(&ledger->writes, id);
        if (at(ledger, id)->under_way)
            rest(ledger, id, hinted);
    }
}

void ledger_rest_all(Ledger *ledger, guint replica, bool hinted)
{
    for (uint32_t id = 0; id < writes_room(&ledger->writes); id++) {
        const Write *write = at(ledger, id);
        if (write->alive && write->under_way && write->origin == replica)
            rest(ledger, id, hinted);
    }
}

/* ---- another writer ---- */

static void note_rpo(Ledger *ledger, guint old_writer, SimTime oldest_lost)
{
    const Thing *fault = NULL;
    SimTime began = observer_fault_began(ledger->sim->observer, ledger->region[old_writer], &fault);
    if (began < 0 || !sim_measuring(ledger->sim, began))
        return;
    double rpo = oldest_lost == SIMTIME_NEVER ? 0 : MAX(0, simtime_seconds(began - oldest_lost));
    cell_sample(sheet_cell(ledger->sim->sheet, CELL_SAMPLES, "rpo.time", "database", ledger->database->name, "fault",
                           fault->name, NULL),
                rpo);
}

static void settle_all(Ledger *ledger)
{
    for (uint32_t id = 0; id < writes_room(&ledger->writes); id++)
        if (at(ledger, id)->alive)
            settle_if_everywhere(ledger, id);
}

/* What it has superseded is so by what has superseded it, or is not any more.  Where one replica writes, that is the
 * write right before it. */
static void outlive(const Ledger *ledger, uint32_t id)
{
    const Write *gone = at(ledger, id);
    if (gone->next == NO_WRITE)
        return;
    Write *older = at(ledger, gone->next);
    if (!older->superseded || older->settled || !version_same(older->winner, gone->version))
        return;
    older->superseded = gone->superseded;
    older->by = gone->by;
    older->winner = gone->winner;
    if (older->superseded)
        TELL_WRITE(ledger, WRITE_SUPERSEDED, older, older->origin, N_FATES);
}

void ledger_promote(Ledger *ledger, guint writer, guint old_writer)
{
    SimTime oldest_lost = SIMTIME_NEVER;
    ledger->members &= ~(1ull << old_writer) & ~(1ull << ledger->writer);
    ledger->members |= 1ull << writer;
    ledger->writer = (int)writer;
    for (uint32_t id = 0; id < writes_room(&ledger->writes); id++) {
        const Write *write = at(ledger, id);
        if (!write->alive || (write->received | write->stored) >> writer & 1)
            continue;
        oldest_lost = MIN(oldest_lost, write->acknowledged_at);
        outlive(ledger, id);
        lose(ledger, id, writer);
    }
    settle_all(ledger);
    note_rpo(ledger, old_writer, oldest_lost);
}

void ledger_hand_over(Ledger *ledger, guint writer, guint old_writer)
{
    for (uint32_t id = 0; ledger->writer == (int)old_writer && id < writes_room(&ledger->writes); id++) {
        const Write *write = at(ledger, id);
        CHECK(!write->alive || (write->received | write->stored) >> writer & 1);
    }
    ledger_promote(ledger, writer, old_writer);
}

void ledger_rejoin(Ledger *ledger, guint replica)
{
    CHECK(ledger->writer != ALL_WRITE);
    ledger->members |= 1ull << replica;
    versions_copy(ledger->writes.versions, replica, (guint)ledger->writer);
    for (uint32_t id = 0; id < writes_room(&ledger->writes); id++) {
        if (!at(ledger, id)->alive)
            continue;
        at(ledger, id)->stored &= ~(1ull << replica);
        if (at(ledger, id)->received >> ledger->writer & 1 && !(at(ledger, id)->received >> replica & 1))
            see(ledger, id, replica);
    }
    settle_all(ledger);
}

/* Whoever shares a storage has nothing that is not there. */
void ledger_copy(Ledger *ledger, guint replica, guint from)
{
    versions_copy(ledger->writes.versions, replica, from);
    for (uint32_t id = 0; id < writes_room(&ledger->writes); id++) {
        Write *write = at(ledger, id);
        if (!write->alive)
            continue;
        write->stored &= ~(1ull << replica);
        bool there = write->received >> from & 1, here = write->received >> replica & 1;
        CHECK(there || !here);
        if (there && !here)
            see(ledger, id, replica);
    }
    settle_all(ledger);
}

/* ---- at the end ---- */

static bool anybody_lit(const Ledger *ledger, uint64_t replicas)
{
    for (guint i = 0; i < ledger->n_replicas; i++)
        if (replicas >> i & 1 && !observer_is_dark(ledger->sim->observer, ledger->region[i]))
            return true;
    return false;
}

static WriteFate fate_at_end(const Ledger *ledger, const Write *write)
{
    /* of one writer, what lives has come to whoever writes now */
    guint holder = ledger->writer == ALL_WRITE ? write->origin : (guint)ledger->writer;
    if (!anybody_lit(ledger, write->proposed ? write->received | write->stored : 1ull << holder))
        return FATE_STRANDED;
    return write->proposed && !write->under_way && !write->hinted ? FATE_PARTIAL : FATE_IN_FLIGHT;
}

/* Nothing new comes any more: what all members have received is decided. */
static void settle_received(Ledger *ledger, Write *write)
{
    bool acknowledged = write->alive && write->acknowledged_at != SIMTIME_NEVER;
    if (acknowledged && !write->settled && ((write->received | write->stored) & ledger->members) == ledger->members)
        settle(ledger, write);
}

/* Readers and witnesses have no figure of their own. */
static void finish_alarms(const Ledger *ledger)
{
    for (guint i = 0; ledger->late && i < ledger->n_replicas; i++)
        if (!((ledger->readers | ledger->witnesses) >> i & 1))
            cell_ratio(sheet_cell(ledger->sim->sheet, CELL_RATIO, "replication.alarm", "database",
                                  ledger->database->name, "to", ledger_cells_region(&ledger->cells, i), NULL),
                       simtime_seconds(lateness_sum(&ledger->late[i])),
                       simtime_seconds(ledger->sim->horizon - ledger->sim->measured_from));
}

void ledger_finish(Ledger *ledger)
{
    guint64 ended = 0;
    drop_kept(ledger, SIMTIME_NEVER);
    for (uint32_t id = 0; id < writes_room(&ledger->writes); id++) {
        Write *write = at(ledger, id);
        if (write->alive)
            note_late(ledger, write);
        settle_received(ledger, write);
        if (write->alive && !write->settled && write->measured)
            end(ledger, write, fate_at_end(ledger, write), write->origin);
    }
    finish_alarms(ledger);
    for (guint i = 0; i < N_FATES; i++)
        ended += ledger->ended[i];
    CHECK(ledger->acknowledged == ended);
    CHECK(writes_add_up(&ledger->writes));
    CHECK(versions_are_kept(ledger->writes.versions) ||
          versions_records(ledger->writes.versions) == ledger->writes.index.n_entries);
}
