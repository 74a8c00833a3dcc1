#include "model/writes.h"
#include "kernel/random.h"
#include "base/poison.h"

enum { WRITE_BYTES = sizeof(Write) + 96, FEWEST_BUCKETS = 256 }; /* and its places in two indices and in `versions` */

void writes_init(Writes *writes, Sim *sim, const Thing *database, guint n_replicas, Versions *versions)
{
    *writes = (Writes){.sim = sim,
                       .database = database,
                       .versions = versions,
                       .n_replicas = n_replicas,
                       .heads = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
                       .writes = g_array_new(FALSE, TRUE, sizeof(Write)),
                       .spare = NO_WRITE,
                       .spare_head = NO_WRITE};
    index_init(&writes->index);
}

void writes_clear(Writes *writes)
{
    index_clear(&writes->index);
    g_array_free(writes->writes, TRUE);
    g_array_free(writes->heads, TRUE);
    g_free(writes->bucket);
}

/* ---- by item ---- */

/* Its first number is the newest write, or the next free head; then come the replicas. */
static uint32_t *head_at(const Writes *writes, uint32_t head)
{
    return &g_array_index(writes->heads, uint32_t, (gsize)head * (writes->n_replicas + 1));
}

static uint32_t head_for(Writes *writes, uint32_t item)
{
    uint32_t head = index_get(&writes->index, item);
    if (head != INDEX_NONE)
        return head;
    head = writes->spare_head;
    if (head == NO_WRITE) {
        head = writes->heads->len / (writes->n_replicas + 1);
        g_array_set_size(writes->heads, writes->heads->len + writes->n_replicas + 1);
    } else {
        writes->spare_head = head_at(writes, head)[0];
    }
    head_at(writes, head)[0] = NO_WRITE;
    for (guint i = 1; i <= writes->n_replicas; i++)
        head_at(writes, head)[i] = 0;
    index_set(&writes->index, item, head);
    return head;
}

static void give_back_head(Writes *writes, uint32_t item, uint32_t head)
{
    head_at(writes, head)[0] = writes->spare_head;
    writes->spare_head = head;
    index_remove(&writes->index, item);
    versions_forget(writes->versions, item);
}

uint32_t writes_first(const Writes *writes, uint32_t item)
{
    uint32_t head = index_get(&writes->index, item);
    return head == INDEX_NONE ? NO_WRITE : head_at(writes, head)[0];
}

uint32_t writes_unseen(const Writes *writes, uint32_t id, guint replica)
{
    return head_at(writes, writes_at(writes, id)->head)[replica + 1];
}

void writes_receive(Writes *writes, uint32_t id, guint replica)
{
    Write *write = writes_at(writes, id);
    if (write->received >> replica & 1)
        return;
    write->received |= 1ull << replica;
    write->stored &= ~(1ull << replica);
    head_at(writes, write->head)[replica + 1]--;
}

/* ---- by item and version ---- */

static uint32_t *bucket_of(const Writes *writes, uint32_t item, Version version)
{
    uint64_t key = key_of(item, (uint64_t)version.at) ^ (uint64_t)version.region;
    return &writes->bucket[key & (writes->n_buckets - 1)];
}

static void file(Writes *writes, uint32_t id)
{
    Write *write = writes_at(writes, id);
    uint32_t *bucket = bucket_of(writes, write->item, write->version);
    write->twin = *bucket;
    *bucket = id;
}

static void unfile(Writes *writes, uint32_t id)
{
    const Write *write = writes_at(writes, id);
    uint32_t *link = bucket_of(writes, write->item, write->version);
    while (*link != id)
        link = &writes_at(writes, *link)->twin;
    *link = write->twin;
}

/* As many as there were ever writes at one time. */
static void widen(Writes *writes)
{
    writes->n_buckets = MAX(FEWEST_BUCKETS, 2 * writes->n_buckets);
    writes->bucket = g_renew(uint32_t, writes->bucket, writes->n_buckets);
    for (uint32_t i = 0; i < writes->n_buckets; i++)
        writes->bucket[i] = NO_WRITE;
    for (uint32_t id = 0; id < writes->writes->len; id++)
        if (writes_at(writes, id)->alive)
            file(writes, id);
}

static uint32_t from_twin(const Writes *writes, uint32_t id, uint32_t item, Version version)
{
    while (id != NO_WRITE &&
           (writes_at(writes, id)->item != item || !version_same(writes_at(writes, id)->version, version)))
        id = writes_at(writes, id)->twin;
    return id;
}

uint32_t writes_like(const Writes *writes, uint32_t item, Version version)
{
    return writes->n_buckets > 0 ? from_twin(writes, *bucket_of(writes, item, version), item, version) : NO_WRITE;
}

uint32_t writes_next_like(const Writes *writes, uint32_t id)
{
    const Write *write = writes_at(writes, id);
    return from_twin(writes, write->twin, write->item, write->version);
}

/* ---- coming and going ---- */

static uint32_t new_record(Writes *writes)
{
    uint32_t id = writes->spare;
    if (id == NO_WRITE) {
        id = writes->writes->len;
        sim_claim(writes->sim, writes->database,
                  WRITE_BYTES + writes->n_replicas * (sizeof(Version) + sizeof(uint32_t)));
        g_array_set_size(writes->writes, id + 1);
    } else {
        writes->spare = writes_at(writes, id)->next;
    }
    if (writes->writes->len > writes->n_buckets)
        widen(writes);
    return id;
}

uint32_t writes_add(Writes *writes, uint32_t item, Version version, guint origin, uint64_t received)
{
    uint32_t id = new_record(writes), head = head_for(writes, item), *of_item = head_at(writes, head),
             older = of_item[0];
    *writes_at(writes, id) = (Write){.item = item,
                                     .version = version,
                                     .made_at = sim_now(writes->sim),
                                     .acknowledged_at = SIMTIME_NEVER,
                                     .received = received,
                                     .next = older,
                                     .before = NO_WRITE,
                                     .head = head,
                                     .origin = (uint8_t)origin,
                                     .alive = true};
    writes->ahead = MAX(writes->ahead, version.at - sim_now(writes->sim));
    if (older != NO_WRITE)
        writes_at(writes, older)->before = id;
    of_item[0] = id;
    for (guint i = 0; i < writes->n_replicas; i++)
        of_item[i + 1] += !(received >> i & 1);
    file(writes, id);
    return id;
}

void writes_drop(Writes *writes, uint32_t id)
{
    Write *write = writes_at(writes, id);
    uint32_t *of_item = head_at(writes, write->head);
    unfile(writes, id);
    for (guint i = 0; i < writes->n_replicas; i++)
        of_item[i + 1] -= !(write->received >> i & 1);
    if (write->next != NO_WRITE)
        writes_at(writes, write->next)->before = write->before;
    if (write->before != NO_WRITE)
        writes_at(writes, write->before)->next = write->next;
    else
        of_item[0] = write->next;
    if (of_item[0] == NO_WRITE)
        give_back_head(writes, write->item, write->head);
    write->alive = false;
    write->next = writes->spare;
    writes->spare = id;
}

/* ---- by walking ---- */

/* Of one item: how many writes there are, each before the next in its list, and how many each replica lacks. */
static uint32_t count_list(const Writes *writes, uint32_t newest, uint32_t *unseen)
{
    uint32_t n = 0;
    for (uint32_t id = newest; id != NO_WRITE; id = writes_at(writes, id)->next) {
        const Write *write = writes_at(writes, id);
        for (guint i = 0; i < writes->n_replicas; i++)
            unseen[i] += !(write->received >> i & 1);
        n++;
    }
    return n;
}

bool writes_add_up(const Writes *writes)
{
    uint32_t n_alive = 0, n_listed = 0;
    g_autofree uint32_t *unseen = g_new(uint32_t, writes->n_replicas);
    for (uint32_t id = 0; id < writes->writes->len; id++) {
        const Write *write = writes_at(writes, id);
        n_alive += write->alive;
        if (!write->alive || write->before != NO_WRITE)
            continue;
        const uint32_t *of_item = head_at(writes, write->head);
        memset(unseen, 0, writes->n_replicas * sizeof *unseen);
        n_listed += count_list(writes, id, unseen);
        if (of_item[0] != id || index_get(&writes->index, write->item) != write->head ||
            memcmp(unseen, of_item + 1, writes->n_replicas * sizeof *unseen) != 0)
            return false;
    }
    return n_alive == n_listed;
}
