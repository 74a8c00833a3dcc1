#include "model/versions.h"
#include "base/check.h"
#include "base/index.h"
#include "base/poison.h"

/* Records live in one growing array and are found by item; free ones are chained. */
typedef struct {
    guint next; /* free record; 0: none */
    bool used;
} Head;

struct Versions {
    guint n_replicas, n_records;
    Index index;   /* item -> record number */
    GArray *heads; /* Head */
    GArray *held;  /* Version, n_replicas per record */
    guint spare;   /* first free record; 0: none */
    bool kept;
};

Versions *versions_new(guint n_replicas)
{
    Versions *versions = g_new0(Versions, 1);
    versions->n_replicas = n_replicas;
    index_init(&versions->index);
    versions->heads = g_array_new(FALSE, TRUE, sizeof(Head));
    versions->held = g_array_new(FALSE, TRUE, sizeof(Version));
    return versions;
}

void versions_free(Versions *versions)
{
    index_clear(&versions->index);
    g_array_free(versions->heads, TRUE);
    g_array_free(versions->held, TRUE);
    g_free(versions);
}

/* 0: none. */
static guint find(const Versions *versions, uint32_t item)
{
    uint32_t record = index_get(&versions->index, item);
    return record == INDEX_NONE ? 0 : record;
}

static Version *row(const Versions *versions, guint record)
{
    return &g_array_index(versions->held, Version, (record - 1) * versions->n_replicas);
}

static guint add(Versions *versions, uint32_t item)
{
    guint record = versions->spare;
    if (record > 0) {
        versions->spare = g_array_index(versions->heads, Head, record - 1).next;
    } else {
        g_array_set_size(versions->heads, versions->heads->len + 1);
        g_array_set_size(versions->held, versions->held->len + versions->n_replicas);
        record = versions->heads->len;
    }
    g_array_index(versions->heads, Head, record - 1) = (Head){.used = true};
    for (guint i = 0; i < versions->n_replicas; i++)
        row(versions, record)[i] = (Version){0, 0, 0};
    index_set(&versions->index, item, record);
    versions->n_records++;
    return record;
}

Version versions_read(const Versions *versions, guint replica, uint32_t item, bool *agreed)
{
    guint record = find(versions, item);
    *agreed = record == 0;
    return record ? row(versions, record)[replica] : (Version){0, 0, 0};
}

Version versions_get(const Versions *versions, guint replica, uint32_t item)
{
    bool agreed;
    return versions_read(versions, replica, item, &agreed);
}

bool versions_take(Versions *versions, guint replica, uint32_t item, Version version)
{
    guint record = find(versions, item);
    if (!record)
        record = add(versions, item);
    Version *held = &row(versions, record)[replica];
    if (!version_newer(version, *held))
        return false;
    *held = version;
    return true;
}

void versions_keep(Versions *versions)
{
    versions->kept = true;
}

bool versions_are_kept(const Versions *versions)
{
    return versions->kept;
}

void versions_forget(Versions *versions, uint32_t item)
{
    guint record = find(versions, item);
    if (!record || versions->kept)
        return;
    index_remove(&versions->index, item);
    g_array_index(versions->heads, Head, record - 1) = (Head){.next = versions->spare};
    versions->spare = record;
    versions->n_records--;
}

void versions_copy(Versions *versions, guint replica, guint from)
{
    for (guint i = 0; i < versions->heads->len; i++)
        if (g_array_index(versions->heads, Head, i).used)
            row(versions, i + 1)[replica] = row(versions, i + 1)[from];
}

guint versions_records(const Versions *versions)
{
    return versions->n_records;
}
