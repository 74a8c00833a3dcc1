#include "model/promises.h"
#include "model/ledger.h"
#include "base/poison.h"

enum { NONE = UINT32_MAX, FEWEST = 256 };

const char *const promise_names[N_PROMISES] = {"read-your-writes", "monotonic-reads"};

/* A version, and since when its user's service knows it. */
typedef struct {
    Version version; /* at 0: none */
    SimTime known_at;
} Fact;

/* What one user knows of one item. */
typedef struct {
    Fact fact[N_PROMISES]; /* that he has written; that he has found */
    uint32_t item, population, user;
    uint32_t twin; /* in the same bucket */
} Known;

struct Promises {
    Sim *sim;
    const Thing *database;
    const Ledger *ledger;
    Known *known;
    uint32_t n, size; /* records, and room for them: a power of two */
    uint32_t *bucket; /* as many */
    unsigned shift;   /* of a hash of 32 bits, to the number of a bucket */
};

/* ---- the table ---- */

static uint32_t *bucket_of(const Promises *promises, uint32_t item, uint32_t population, uint32_t user)
{
    uint32_t mixed = (item * UINT32_C(0x9E3779B1) ^ (user + (population << 24)) * UINT32_C(0x85EBCA77));
    return &promises->bucket[(mixed * UINT32_C(0xC2B2AE3D)) >> promises->shift];
}

static void file(Promises *promises, uint32_t id)
{
    Known *known = &promises->known[id];
    uint32_t *bucket = bucket_of(promises, known->item, known->population, known->user);
    known->twin = *bucket;
    *bucket = id;
}

static void file_all(Promises *promises)
{
    for (uint32_t i = 0; i < promises->size; i++)
        promises->bucket[i] = NONE;
    for (uint32_t id = 0; id < promises->n; id++)
        file(promises, id);
}

Promises *promises_new(Sim *sim, const Thing *database, const Ledger *ledger)
{
    Promises *promises = g_new0(Promises, 1);
    *promises = (Promises){.sim = sim, .database = database, .ledger = ledger, .size = FEWEST, .shift = 24};
    promises->known = g_new(Known, FEWEST);
    promises->bucket = g_new(uint32_t, FEWEST);
    file_all(promises);
    return promises;
}

void promises_free(Promises *promises)
{
    g_free(promises->known);
    g_free(promises->bucket);
    g_free(promises);
}

guint promises_records(const Promises *promises)
{
    return promises->n;
}

static bool lives(const Promises *promises, const Known *known, Promise promise)
{
    Version version = known->fact[promise].version;
    return version.at > 0 && ledger_lives(promises->ledger, known->item, version);
}

/* Throws out what no promise is about any more; there is twice the room when that leaves less than half free. */
static void make_room(Promises *promises)
{
    uint32_t n = 0;
    for (uint32_t id = 0; id < promises->n; id++) {
        const Known *known = &promises->known[id];
        if (lives(promises, known, PROMISE_READ_YOUR_WRITES) || lives(promises, known, PROMISE_MONOTONIC_READS))
            promises->known[n++] = *known;
    }
    promises->n = n;
    if (n > promises->size / 2) {
        sim_claim(promises->sim, promises->database, promises->size * (sizeof(Known) + sizeof(uint32_t)));
        promises->size *= 2;
        promises->shift--;
        promises->known = g_renew(Known, promises->known, promises->size);
        promises->bucket = g_renew(uint32_t, promises->bucket, promises->size);
    }
    file_all(promises);
}

static Known *find(const Promises *promises, const AccessSeen *access)
{
    uint32_t id = *bucket_of(promises, access->item, access->population, access->user);
    for (; id != NONE; id = promises->known[id].twin) {
        Known *known = &promises->known[id];
        if (known->item == access->item && known->user == access->user && known->population == access->population)
            return known;
    }
    return NULL;
}

static Known *add(Promises *promises, const AccessSeen *access)
{
    if (promises->n == promises->size)
        make_room(promises);
    uint32_t id = promises->n++;
    promises->known[id] = (Known){.item = access->item, .population = access->population, .user = access->user};
    file(promises, id);
    return &promises->known[id];
}

/* ---- accesses ---- */

static G_GNUC_NO_INLINE void note(Promises *promises, const AccessSeen *access, Promise promise)
{
    if (!ledger_lives(promises->ledger, access->item, access->version))
        return;
    Known *known = find(promises, access);
    if (!known)
        known = add(promises, access);
    if (version_newer(access->version, known->fact[promise].version))
        known->fact[promise] = (Fact){access->version, sim_now(promises->sim)};
}

void promises_write(Promises *promises, const AccessSeen *write)
{
    note(promises, write, PROMISE_READ_YOUR_WRITES);
}

static bool is_broken(const Promises *promises, const Known *known, const AccessSeen *read, Promise promise)
{
    const Fact *fact = &known->fact[promise];
    return version_newer(fact->version, read->version) && fact->known_at <= read->asked_at &&
           lives(promises, known, promise);
}

static G_GNUC_NO_INLINE unsigned judge(const Promises *promises, const AccessSeen *read)
{
    unsigned broken = 0;
    const Known *known = find(promises, read);
    for (int i = 0; known && i < N_PROMISES; i++)
        broken |= (unsigned)is_broken(promises, known, read, (Promise)i) << i;
    return broken;
}

/* What breaks a promise misses a write that had been acknowledged, and so it is stale, unless it is one that was seen
 * before that. */
unsigned promises_read(Promises *promises, const AccessSeen *read)
{
    bool may_break = read->stale || ledger_shows_early(promises->ledger);
    unsigned broken = G_UNLIKELY(may_break) ? judge(promises, read) : 0;
    if (read->version.at > 0)
        note(promises, read, PROMISE_MONOTONIC_READS);
    return broken;
}
