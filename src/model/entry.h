/* Entry: where users come in: by a name, or at doors whose address they know; and where instead when that fails. */
#ifndef MRSIM_MODEL_ENTRY_H
#define MRSIM_MODEL_ENTRY_H
#include "model/resolver.h"
#include "model/sim.h"

/* A member of the config of whoever has users. */
typedef struct {
    Reference enter, fallback;
    gint64 fallback_after;
} EntryConfig;

#define ENTRY_PARAMS(Config)                                                                                           \
    {.name = "enter",                                                                                                  \
     .type = PARAM_REFERENCE,                                                                                          \
     .offset = PARAM_FIELD(Config, entry.enter, Reference),                                                            \
     .choices = "dns accelerator balancer service",                                                                    \
     .help = "What they ask first: a name, or a balancer or service whose address they know."},                        \
        {.name = "fallback",                                                                                           \
         .type = PARAM_REFERENCE,                                                                                      \
         .offset = PARAM_FIELD(Config, entry.fallback, Reference),                                                     \
         .standard = "none",                                                                                           \
         .choices = "dns accelerator balancer service",                                                                \
         .flags = PARAM_AT_NEED,                                                                                       \
         .help = "What they ask instead when that fails; a connection to it is kept like any other.",                  \
         .source = "assumed: none"},                                                                                   \
    {                                                                                                                  \
        .name = "fallback-after", .type = PARAM_COUNT, .offset = PARAM_FIELD(Config, entry.fallback_after, gint64),    \
        .standard = "1", .least = 1, .most = 100, .help = "Failed attempts of a request after which it goes there.",   \
        .source = "assumed"                                                                                            \
    }

typedef struct {
    const Thing *name; /* NULL: they know the address */
    unsigned nth_name; /* of the names that they know */
    Entity *const *door;
    guint n_doors;
} Entry;
typedef struct {
    Entry usual, fallback;
    unsigned n_names;
} Entries;

bool entry_is_name(const Reference *to);
static inline bool entry_is_fallback(const EntryConfig *config, const Call *request)
{
    return config->fallback.thing && request->attempt >= config->fallback_after;
}
static inline const Entry *entry_of(const EntryConfig *config, const Entries *entries, const Call *request)
{
    return entry_is_fallback(config, request) ? &entries->fallback : &entries->usual;
}
Entries entries_of(const EntryConfig *config); /* while building */
void entries_connect(Sim *sim, Entity *me, const EntryConfig *config, Entries *entries, Resolvers *resolvers);
/* Where users know the address they spread evenly over the doors, and the next one is his second address (NO_ADDRESS:
 * there is only one). */
void entry_doors(const Entry *entry, uint64_t user, uint32_t address[2]);
void entry_check(const EntryConfig *config, gint64 retries, Complaints *complaints);
#endif
