#include "tests/streams.h"

#include "kernel/random.h"

enum { BESIDE = 8 };

typedef struct {
    uint64_t thing, part;
} NameKeys;

static NameKeys keys_of_name(uint32_t n)
{
    char thing[32], name[32];
    g_snprintf(thing, sizeof thing, "service shop%u", n);
    g_snprintf(name, sizeof name, "shop%u", n);
    return (NameKeys){key_of_text(thing), key_of_text(name)};
}

uint64_t chance_draw(Chance chance)
{
    static NameKeys known[BESIDE]; /* the streams are gigabytes */
    if (chance.name < BESIDE && known[chance.name].thing == 0)
        known[chance.name] = keys_of_name(chance.name);
    NameKeys keys = chance.name < BESIDE ? known[chance.name] : keys_of_name(chance.name);
    uint64_t key = key_of(key_of(mix64(chance.seed), chance.replication), keys.thing);
    uint64_t story = key_of(key_of(key, keys.part), chance.request);
    uint32_t sibling = chance.question > 0 ? (uint32_t)key_of(0, chance.question) : 0;
    return key_of(story, key ^ (uint64_t)chance.purpose << 48 ^ (uint64_t)chance.attempt << 32 ^ sibling);
}

static const Chance usual = {.seed = 1, .replication = 1, .name = 1, .request = 0, .purpose = 1};

#define ALONG_AND_BESIDE(field, from)                                                                                  \
    static uint64_t along_##field(uint64_t i)                                                                          \
    {                                                                                                                  \
        Chance chance = usual;                                                                                         \
        chance.field = (from) + (uint32_t)i;                                                                           \
        return chance_draw(chance);                                                                                    \
    }                                                                                                                  \
    static uint64_t beside_##field(uint64_t i)                                                                         \
    {                                                                                                                  \
        Chance chance = usual;                                                                                         \
        chance.field = (from) + (uint32_t)(i % BESIDE);                                                                \
        chance.request = i / BESIDE;                                                                                   \
        return chance_draw(chance);                                                                                    \
    }
ALONG_AND_BESIDE(seed, 1)
ALONG_AND_BESIDE(replication, 1)
ALONG_AND_BESIDE(name, 0)
ALONG_AND_BESIDE(purpose, 0)
ALONG_AND_BESIDE(attempt, 0)
ALONG_AND_BESIDE(question, 0)

static uint64_t along_request(uint64_t i)
{
    Chance chance = usual;
    chance.request = i;
    return chance_draw(chance);
}

/* Two keys that grow together: a key of their sum or difference would stand still. */
static uint64_t seed_with_request(uint64_t i)
{
    Chance chance = usual;
    chance.seed = chance.request = i;
    return chance_draw(chance);
}

static uint64_t name_with_replication(uint64_t i)
{
    Chance chance = usual;
    chance.name = chance.replication = (uint32_t)i;
    return chance_draw(chance);
}

/* 512 streams in turn: two of each, and four of names and of purposes. */
static uint64_t all_beside(uint64_t i)
{
    return chance_draw((Chance){.purpose = (uint32_t)(1 + i % 4),
                                .question = i >> 2 & 1,
                                .attempt = i >> 3 & 1,
                                .name = i >> 4 & 3,
                                .replication = 1 + (i >> 6 & 1),
                                .seed = 1 + (i >> 7 & 3),
                                .request = i >> 9});
}

/* What has no request to hang on: the numbers of named streams, and those that one key is widened to. */
static uint64_t counted_beside(uint64_t i)
{
    char name[32];
    g_snprintf(name, sizeof name, "shop%u", (unsigned)(i % BESIDE));
    Stream stream = stream_named(key_of_text(name));
    stream.n_drawn = i / BESIDE;
    return stream_next(&stream);
}

static uint64_t widened_beside(uint64_t i)
{
    return key_nth(along_request(i / BESIDE), (uint32_t)(i % BESIDE));
}

const Interleaving interleavings[] = {
    {"along-seeds", along_seed},
    {"along-replications", along_replication},
    {"along-names", along_name},
    {"along-requests", along_request},
    {"along-purposes", along_purpose},
    {"along-attempts", along_attempt},
    {"along-siblings", along_question},
    {"beside-seeds", beside_seed},
    {"beside-replications", beside_replication},
    {"beside-names", beside_name},
    {"beside-purposes", beside_purpose},
    {"beside-attempts", beside_attempt},
    {"beside-siblings", beside_question},
    {"seed-with-request", seed_with_request},
    {"name-with-replication", name_with_replication},
    {"counted", counted_beside},
    {"widened", widened_beside},
    {"all", all_beside},
};
const gsize n_interleavings = G_N_ELEMENTS(interleavings);
