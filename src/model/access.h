/* Access: the last mile of users: a round trip for each, drawn once, by the tables for fixed and mobile access. */
#ifndef MRSIM_MODEL_ACCESS_H
#define MRSIM_MODEL_ACCESS_H
#include "model/atlas.h"
#include "model/component.h"

/* A member of the config of whoever has users. */
typedef struct {
    double mobile;
    Law round_trip; /* LAW_NONE: the tables */
} AccessConfig;

#define ACCESS_PARAMS(Config)                                                                                          \
    {.name = "mobile",                                                                                                 \
     .type = PARAM_SHARE,                                                                                              \
     .offset = PARAM_FIELD(Config, access.mobile, double),                                                             \
     .standard = "50%",                                                                                                \
     .most = 1,                                                                                                        \
     .help = "Share of the users on mobile access; the others have a fixed line.",                                     \
     .source = "assumed"},                                                                                             \
    {                                                                                                                  \
        .name = "access", .type = PARAM_LAW_OF_DURATION, .offset = PARAM_FIELD(Config, access.round_trip, Law),        \
        .standard = "", .most = 4e9,                                                                                   \
        .help = "Round trip of the last mile, one draw per user; absent: the tables for fixed and mobile access."      \
    }

/* What users of a place have; `place` NULL: one that is no city. */
typedef struct {
    const AccessConfig *config;
    Law fixed, mobile;
} Access;
Access access_at(const AccessConfig *config, const Atlas *atlas, const AtlasPlace *place);
uint32_t access_draw(const Access *access, uint64_t key);
#endif
