#include "model/ledger.h"
#include "base/index.h"
#include "kernel/random.h"
#include "model/observer.h"
#include "base/poison.h"

enum { NONE = INDEX_NONE };

typedef struct {
    Version version;
    SimTime acknowledged_at;     /* SIMTIME_NEVER: not yet, or never */
    uint64_t received;           /* bit per replica: received, and to be seen there */
    uint64_t stored;             /* bit per replica: received, and not to be seen yet */
    uint32_t item, next, before; /* the next older unsettled write of the same item, and the next newer; next: or free
                                    record */
    uint32_t twin;               /* in the same bucket */
    uint8_t origin;
    bool overwritten, measured, alive;
    bool proposed;          /* several replicas must have it before it is acknowledged; then: */
    bool under_way, hinted; /* who proposed it is at it; a hint carries it on */
    bool settled;           /* counted: every member has it; kept for those that are no members and do not know it */
} Write;

enum { WRITE_BYTES = sizeof(Write) + 96 }; /* and its places in two indices and in `versions` */

struct Ledger {
    Sim *sim;
    const Thing *database;
    Versions *versions;
    guint n_replicas;
    int region[MOST_REPLICAS];
    int writer;
    uint64_t everybody, members, readers;
    Index index;    /* item -> first write */
    GArray *writes; /* Write */
    uint32_t spare;
    uint32_t *bucket; /* the writes by item and version: first of those that fall together */
    uint32_t n_buckets;
    bool in_order; /* no write of an item has an older version than one that was added before it */
    guint64 acknowledged, settled_durable, settled_overwritten, lost;
    Cell *acknowledged_cell[MOST_REPLICAS], *durable, *overwritten, *lost_cell, *stranded, *in_flight, *waited,
        *divergent, *partial;
    Cell **lag, **lag_timeline; /* origin × replica */
};

static Cell *count_cell(const Ledger *ledger, const char *metric)
{
    return sheet_cell(ledger->sim->sheet, CELL_COUNT, metric, "database", ledger->database->name, NULL);
}

static const char *region_name(const Ledger *ledger, guint replica)
{
    return ledger->sim->world->region[ledger->region[replica]].name;
}

static void make_cells(Ledger *ledger)
{
    Sim *sim = ledger->sim;
    const char *name = ledger->database->name;
    guint n = ledger->n_replicas;
    ledger->durable = count_cell(ledger, "writes.durable");
    ledger->overwritten = count_cell(ledger, "writes.overwritten");
    ledger->lost_cell = count_cell(ledger, "writes.lost");
    ledger->stranded = count_cell(ledger, "writes.stranded");
    ledger->in_flight = count_cell(ledger, "writes.in_flight");
    ledger->waited = count_cell(ledger, "writes.waited");
    ledger->divergent = count_cell(ledger, "writes.divergent");
    ledger->lag = arena_many(sim->arena, Cell *, n * n);
    ledger->lag_timeline = arena_many(sim->arena, Cell *, n * n);
    for (guint a = 0; a < n; a++) {
        ledger->acknowledged_cell[a] = sheet_cell(sim->sheet, CELL_COUNT, "writes.acknowledged", "database", name,
                                                  "region", region_name(ledger, a), NULL);
    }
}

Ledger *ledger_new(Sim *sim, const Thing *database, guint n_replicas, const int *regions, int writer,
                   Versions *versions)
{
    CHECK(n_replicas >= 1 && n_replicas <= MOST_REPLICAS);
    Ledger *ledger = g_new0(Ledger, 1);
    ledger->sim = sim;
    ledger->database = database;
    ledger->versions = versions;
    ledger->n_replicas = n_replicas;
    for (guint i = 0; i < n_replicas; i++)
        ledger->region[i] = regions[i];
    ledger->writer = writer;
    ledger->everybody = ledger->members = n_replicas == 64 ? UINT64_MAX : (1ull << n_replicas) - 1;
    index_init(&ledger->index);
    ledger->writes = g_array_new(FALSE, TRUE, sizeof(Write));
    ledger->spare = NONE;
    ledger->in_order = true;
    make_cells(ledger);
    return ledger;
}

void ledger_readers(Ledger *ledger, uint64_t readers)
{
    ledger->readers = readers;
    ledger->members &= ~readers;
}

void ledger_free(Ledger *ledger)
{
    index_clear(&ledger->index);
    g_array_free(ledger->writes, TRUE);
    g_free(ledger->bucket);
    g_free(ledger);
}

/* ---- the writes of one item, newest first by acknowledgement ---- */

static Write *at(const Ledger *ledger, uint32_t id)
{
    return &g_array_index(ledger->writes, Write, id);
}

static uint32_t first_of(const Ledger *ledger, uint32_t item)
{
    return index_get(&ledger->index, item); /* INDEX_NONE is NONE */
}

static void set_first(Ledger *ledger, uint32_t item, uint32_t id)
{
    if (id != NONE) {
        index_set(&ledger->index, item, id);
        return;
    }
    index_remove(&ledger->index, item);
    versions_forget(ledger->versions, item);
}

/* ---- writes by item and version: a change that arrives finds its write without a look at all of a busy item ---- */

enum { FEWEST_BUCKETS = 256 };

static bool same_version(Version a, Version b)
{
    return a.at == b.at && a.region == b.region;
}

static uint32_t *bucket_of(const Ledger *ledger, uint32_t item, Version version)
{
    uint64_t key = key_of(item, (uint64_t)version.at) ^ (uint64_t)version.region;
    return &ledger->bucket[key & (ledger->n_buckets - 1)];
}

static void file(Ledger *ledger, uint32_t id)
{
    Write *write = at(ledger, id);
    uint32_t *bucket = bucket_of(ledger, write->item, write->version);
    write->twin = *bucket;
    *bucket = id;
}

static void unfile(Ledger *ledger, uint32_t id)
{
    const Write *write = at(ledger, id);
    uint32_t *link = bucket_of(ledger, write->item, write->version);
    while (*link != id)
        link = &at(ledger, *link)->twin;
    *link = write->twin;
}

/* As many as there were ever writes at one time. */
static void widen(Ledger *ledger)
{
    ledger->n_buckets = MAX(FEWEST_BUCKETS, 2 * ledger->n_buckets);
    ledger->bucket = g_renew(uint32_t, ledger->bucket, ledger->n_buckets);
    for (uint32_t i = 0; i < ledger->n_buckets; i++)
        ledger->bucket[i] = NONE;
    for (uint32_t id = 0; id < ledger->writes->len; id++)
        if (at(ledger, id)->alive)
            file(ledger, id);
}

static uint32_t from_twin(const Ledger *ledger, uint32_t id, uint32_t item, Version version)
{
    while (id != NONE && (at(ledger, id)->item != item || !same_version(at(ledger, id)->version, version)))
        id = at(ledger, id)->twin;
    return id;
}

/* Any write of this version, and the next one: two of one instant at one replica have the same. */
static uint32_t first_like(const Ledger *ledger, uint32_t item, Version version)
{
    return ledger->n_buckets > 0 ? from_twin(ledger, *bucket_of(ledger, item, version), item, version) : NONE;
}

static uint32_t next_like(const Ledger *ledger, uint32_t id)
{
    const Write *write = at(ledger, id);
    return from_twin(ledger, write->twin, write->item, write->version);
}

/* ---- coming and going ---- */

static uint32_t add(Ledger *ledger, uint32_t item, Version version)
{
    uint32_t id = ledger->spare, older = first_of(ledger, item);
    if (id == NONE) {
        id = ledger->writes->len;
        sim_claim(ledger->sim, ledger->database, WRITE_BYTES + ledger->n_replicas * sizeof(Version));
        g_array_set_size(ledger->writes, id + 1);
    } else {
        ledger->spare = at(ledger, id)->next;
    }
    if (ledger->writes->len > ledger->n_buckets)
        widen(ledger);
    *at(ledger, id) = (Write){.item = item, .version = version, .next = older, .before = NONE, .alive = true};
    if (older != NONE) {
        at(ledger, older)->before = id;
        ledger->in_order &= at(ledger, older)->version.at <= version.at;
    }
    file(ledger, id);
    set_first(ledger, item, id);
    return id;
}

static void drop(Ledger *ledger, uint32_t id)
{
    Write *write = at(ledger, id);
    unfile(ledger, id);
    if (write->next != NONE)
        at(ledger, write->next)->before = write->before;
    if (write->before != NONE)
        at(ledger, write->before)->next = write->next;
    else
        set_first(ledger, write->item, write->next);
    write->alive = false;
    write->next = ledger->spare;
    ledger->spare = id;
}

/* ---- fates ---- */

/* Its region went dark before everybody had it, and nobody else carried it. */
static bool has_waited(const Ledger *ledger, const Write *write)
{
    if (write->proposed)
        return false;
    int region = ledger->region[write->origin];
    return observer_went_dark(ledger->sim->observer, region, write->version.at) != SIMTIME_NEVER;
}

static void settle(Ledger *ledger, Write *write)
{
    write->settled = true;
    if (!write->measured)
        return;
    if (has_waited(ledger, write))
        cell_count(ledger->waited);
    ledger->settled_overwritten += write->overwritten;
    ledger->settled_durable += !write->overwritten;
    cell_count(write->overwritten ? ledger->overwritten : ledger->durable);
}

static void settle_if_everywhere(Ledger *ledger, uint32_t id)
{
    Write *write = at(ledger, id);
    bool acknowledged = write->acknowledged_at != SIMTIME_NEVER;
    if (acknowledged && !write->settled && (write->received & ledger->members) == ledger->members)
        settle(ledger, write);
    if (write->received == ledger->everybody && (acknowledged || !write->under_way))
        drop(ledger, id);
}

static void lose(Ledger *ledger, uint32_t id)
{
    if (at(ledger, id)->measured) {
        ledger->lost++;
        cell_count(ledger->lost_cell);
    }
    drop(ledger, id);
}

/* Every unsettled write of the item that is not to be seen at this replica is in conflict with the new one: the older
 * loses.  What is older than the last write made here and was not to be seen here then has lost to that one already. */
static void find_conflicts(const Ledger *ledger, uint32_t id, guint replica)
{
    Write *made = at(ledger, id);
    SimTime decided_before = -1;
    for (uint32_t other = made->next; other != NONE; other = at(ledger, other)->next) {
        Write *known = at(ledger, other);
        if (ledger->in_order && known->version.at < decided_before)
            return;
        if (known->origin == replica && known->version.at < made->version.at)
            decided_before = MAX(decided_before, known->version.at);
        if (known->received >> replica & 1)
            continue;
        if (version_newer(made->version, known->version))
            known->overwritten = true;
        else
            made->overwritten = true;
    }
}

void ledger_write(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    SimTime now = sim_now(ledger->sim);
    uint32_t id = add(ledger, item, version);
    Write *write = at(ledger, id);
    write->acknowledged_at = version.at;
    write->origin = (uint8_t)replica;
    write->received = 1ull << replica;
    write->measured = sim_measuring(ledger->sim, now);
    if (write->measured) {
        ledger->acknowledged++;
        cell_count(ledger->acknowledged_cell[replica]);
    }
    if (ledger->writer != ALL_WRITE && (guint)ledger->writer != replica) {
        if (write->measured)
            cell_count(ledger->divergent);
        lose(ledger, id);
        return;
    }
    find_conflicts(ledger, id, replica);
    settle_if_everywhere(ledger, id);
}

/* A reader's lag is no step of replication between regions: it has a name of its own. */
static void make_reader_cell(Ledger *ledger, guint way)
{
    guint reader = way % ledger->n_replicas;
    ledger->lag[way] = sheet_cell(ledger->sim->sheet, CELL_DISTRIBUTION, "readers.lag", "database",
                                  ledger->database->name, "region", region_name(ledger, reader), NULL);
}

static void make_lag_cells(Ledger *ledger, guint way)
{
    if (ledger->readers >> (way % ledger->n_replicas) & 1) {
        make_reader_cell(ledger, way);
        return;
    }
    const char *name = ledger->database->name, *from = region_name(ledger, way / ledger->n_replicas),
               *to = region_name(ledger, way % ledger->n_replicas);
    Sheet *sheet = ledger->sim->sheet;
    ledger->lag[way] =
        sheet_cell(sheet, CELL_DISTRIBUTION, "replication.lag", "database", name, "from", from, "to", to, NULL);
    ledger->lag_timeline[way] =
        sheet_cell(sheet, CELL_SERIES, "lag.timeline", "database", name, "from", from, "to", to, NULL);
    sheet_series_width(ledger->lag_timeline[way], SECOND);
    sheet_series_span(ledger->lag_timeline[way], ledger->sim->horizon - ledger->sim->measured_from);
}

static void note_lag(Ledger *ledger, const Write *write, guint replica)
{
    guint way = write->origin * ledger->n_replicas + replica;
    SimTime lag = sim_now(ledger->sim) - write->acknowledged_at;
    if (!write->measured || replica == write->origin)
        return;
    if (!ledger->lag[way])
        make_lag_cells(ledger, way);
    histogram_add(&ledger->lag[way]->histogram, lag);
    if (!ledger->lag_timeline[way])
        return;
    series_add(&ledger->lag_timeline[way]->series, write->acknowledged_at - ledger->sim->measured_from,
               simtime_seconds(lag), 1);
}

bool ledger_open(const Ledger *ledger, uint32_t item)
{
    return first_of(ledger, item) != NONE;
}

/* Two writes of one instant at one replica are one version: both have arrived. */
bool ledger_receive(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    bool anything = false;
    for (uint32_t id = first_like(ledger, item, version); id != NONE; id = next_like(ledger, id)) {
        Write *write = at(ledger, id);
        if ((write->received | write->stored) >> replica & 1)
            continue;
        write->stored |= 1ull << replica;
        anything = true;
    }
    return anything;
}

void ledger_arrive(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    for (uint32_t id = first_like(ledger, item, version), next; id != NONE; id = next) {
        Write *write = at(ledger, id);
        next = next_like(ledger, id);
        if (write->received >> replica & 1)
            continue;
        write->received |= 1ull << replica;
        write->stored &= ~(1ull << replica);
        note_lag(ledger, write, replica);
        settle_if_everywhere(ledger, id);
    }
}

bool ledger_stale_by(const Ledger *ledger, uint32_t item, Version found, SimTime by, SimTime *staleness)
{
    SimTime since = SIMTIME_NEVER;
    for (uint32_t id = first_of(ledger, item); id != NONE; id = at(ledger, id)->next) {
        const Write *write = at(ledger, id);
        if (ledger->in_order && write->version.at < found.at)
            break; /* and so are all that follow */
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

void ledger_propose(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    uint32_t id = add(ledger, item, version);
    Write *write = at(ledger, id);
    if (!ledger->partial)
        ledger->partial = count_cell(ledger, "writes.partial");
    versions_take(ledger->versions, replica, item, (Version){0, 0}); /* nothing newer, but a record of the item */
    write->acknowledged_at = SIMTIME_NEVER;
    write->origin = (uint8_t)replica;
    write->proposed = write->under_way = true;
    find_conflicts(ledger, id, replica);
}

void ledger_acknowledge(Ledger *ledger, uint32_t item, Version version)
{
    uint32_t id = first_like(ledger, item, version);
    while (id != NONE && !(at(ledger, id)->acknowledged_at == SIMTIME_NEVER && at(ledger, id)->under_way))
        id = next_like(ledger, id);
    CHECK(id != NONE);
    Write *write = at(ledger, id);
    write->acknowledged_at = sim_now(ledger->sim);
    write->measured = sim_measuring(ledger->sim, write->acknowledged_at);
    if (write->measured) {
        ledger->acknowledged++;
        cell_count(ledger->acknowledged_cell[write->origin]);
    }
    for (guint replica = 0; replica < ledger->n_replicas; replica++)
        if (write->received >> replica & 1)
            note_lag(ledger, write, replica);
    settle_if_everywhere(ledger, id);
}

void ledger_catch_up(Ledger *ledger, guint replica, uint32_t item, Version version)
{
    for (uint32_t id = first_of(ledger, item), next; id != NONE; id = next) {
        Write *write = at(ledger, id);
        next = write->next;
        if (version_newer(write->version, version) || write->received >> replica & 1)
            continue;
        write->received |= 1ull << replica;
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
    if (nowhere || write->received == ledger->everybody)
        drop(ledger, id);
}

void ledger_rest(Ledger *ledger, uint32_t item, Version version, bool hinted)
{
    for (uint32_t id = first_like(ledger, item, version), next; id != NONE; id = next) {
        next = next_like(ledger, id);
        if (at(ledger, id)->under_way)
            rest(ledger, id, hinted);
    }
}

void ledger_rest_all(Ledger *ledger, guint replica)
{
    for (uint32_t id = 0; id < ledger->writes->len; id++) {
        const Write *write = at(ledger, id);
        if (write->alive && write->under_way && write->origin == replica)
            rest(ledger, id, false);
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

void ledger_promote(Ledger *ledger, guint writer, guint old_writer)
{
    SimTime oldest_lost = SIMTIME_NEVER;
    ledger->members &= ~(1ull << old_writer) & ~(1ull << ledger->writer);
    ledger->members |= 1ull << writer;
    ledger->writer = (int)writer;
    for (uint32_t id = 0; id < ledger->writes->len; id++) {
        const Write *write = at(ledger, id);
        if (!write->alive)
            continue;
        if ((write->received | write->stored) >> writer & 1) {
            settle_if_everywhere(ledger, id);
            continue;
        }
        oldest_lost = MIN(oldest_lost, write->version.at);
        lose(ledger, id);
    }
    note_rpo(ledger, old_writer, oldest_lost);
}

void ledger_hand_over(Ledger *ledger, guint writer, guint old_writer)
{
    for (uint32_t id = 0; ledger->writer == (int)old_writer && id < ledger->writes->len; id++) {
        const Write *write = at(ledger, id);
        CHECK(!write->alive || (write->received | write->stored) >> writer & 1);
    }
    ledger_promote(ledger, writer, old_writer);
}

void ledger_rejoin(Ledger *ledger, guint replica)
{
    CHECK(ledger->writer != ALL_WRITE);
    ledger->members |= 1ull << replica;
    versions_copy(ledger->versions, replica, (guint)ledger->writer);
    for (uint32_t id = 0; id < ledger->writes->len; id++) {
        if (!at(ledger, id)->alive)
            continue;
        at(ledger, id)->stored &= ~(1ull << replica);
        if (at(ledger, id)->received >> ledger->writer & 1)
            at(ledger, id)->received |= 1ull << replica;
    }
    for (uint32_t id = 0; id < ledger->writes->len; id++)
        if (at(ledger, id)->alive)
            settle_if_everywhere(ledger, id);
}

void ledger_copy(Ledger *ledger, guint replica, guint from)
{
    uint64_t bit = 1ull << replica;
    versions_copy(ledger->versions, replica, from);
    for (uint32_t id = 0; id < ledger->writes->len; id++) {
        Write *write = at(ledger, id);
        if (!write->alive)
            continue;
        write->stored &= ~bit;
        write->received = write->received >> from & 1 ? write->received | bit : write->received & ~bit;
    }
    for (uint32_t id = 0; id < ledger->writes->len; id++)
        if (at(ledger, id)->alive)
            settle_if_everywhere(ledger, id);
}

/* ---- at the end ---- */

static bool anybody_lit(const Ledger *ledger, uint64_t replicas)
{
    for (guint i = 0; i < ledger->n_replicas; i++)
        if (replicas >> i & 1 && !observer_is_dark(ledger->sim->observer, ledger->region[i]))
            return true;
    return false;
}

static Cell *class_at_end(const Ledger *ledger, const Write *write)
{
    if (!anybody_lit(ledger, write->proposed ? write->received : 1ull << write->origin))
        return ledger->stranded;
    return write->proposed && !write->under_way && !write->hinted ? ledger->partial : ledger->in_flight;
}

/* Nothing new comes any more: what all members have received is decided. */
static void settle_received(Ledger *ledger, Write *write)
{
    bool acknowledged = write->alive && write->acknowledged_at != SIMTIME_NEVER;
    if (acknowledged && !write->settled && ((write->received | write->stored) & ledger->members) == ledger->members)
        settle(ledger, write);
}

void ledger_finish(Ledger *ledger)
{
    guint64 left = 0;
    for (uint32_t id = 0; id < ledger->writes->len; id++) {
        Write *write = at(ledger, id);
        settle_received(ledger, write);
        if (!write->alive || !write->measured || write->settled)
            continue;
        cell_count(class_at_end(ledger, write));
        if (has_waited(ledger, write))
            cell_count(ledger->waited);
        left++;
    }
    CHECK(ledger->acknowledged == ledger->settled_durable + ledger->settled_overwritten + ledger->lost + left);
    CHECK(versions_records(ledger->versions) == ledger->index.n_entries);
}
