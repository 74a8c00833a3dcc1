/* Travel: users who are somewhere else for a part of their requests: a phone abroad.
 *
 * A user who travels has one other place, drawn once.  There he has a record of his own: resolver, access, connections
 * and distances are those of that place; the person and his session are the same.  Whether a request is made there is
 * drawn for each on its own. */
#ifndef MRSIM_MODEL_TRAVEL_H
#define MRSIM_MODEL_TRAVEL_H
#include "model/atlas.h"
#include "model/complaints.h"
#include "model/sim.h"

typedef enum { READS_SAME, READS_HOME, READS_AWAY, READS_OTHER, READS_DRAWN } ReadsBackAt;
/* A member of the config of whoever has users. */
typedef struct {
    Places to; /* n 0: nobody travels */
    double away;
    int reads_back; /* ReadsBackAt */
} TravelConfig;

#define TRAVEL_PARAMS(Config)                                                                                          \
    {.name = "travels-to",                                                                                             \
     .type = PARAM_PLACES,                                                                                             \
     .offset = PARAM_FIELD(Config, travel.to, Places),                                                                 \
     .standard = "",                                                                                                   \
     .flags = PARAM_EVERYWHERE,                                                                                        \
     .help = "Where users are when they are away, with shares: each has one such place; absent: nobody travels."},     \
        {.name = "away",                                                                                               \
         .type = PARAM_SHARE,                                                                                          \
         .offset = PARAM_FIELD(Config, travel.away, double),                                                           \
         .standard = "0%",                                                                                             \
         .most = 1,                                                                                                    \
         .help = "Share of the requests that users make from there.",                                                  \
         .source = "assumed: none"},                                                                                   \
    {                                                                                                                  \
        .name = "read-back-at", .type = PARAM_CHOICE, .offset = PARAM_FIELD(Config, travel.reads_back, int),           \
        .standard = "same", .choices = "same home away other drawn",                                                   \
        .help = "Where they read back what they wrote: where they wrote it, at home, away, or at the other place.",    \
        .source = "assumed"                                                                                            \
    }

/* Where a user is when he is away: an entity, and his number there.  And whose number that is. */
typedef struct {
    Entity *at;
    uint32_t number;
} Person;
/* Where users are, city by city. (g_array_unref) */
typedef struct {
    const char *name;
    const AtlasPlace *place; /* NULL: a region */
    double share;
} Site;
GArray *sites_of(const Sim *sim, const Places *places);
/* Gives each who lives at one of the thing's entities his other place: both know each other's number. */
typedef struct {
    Entity *(*build)(Sim *sim, const Thing *thing, const Site *site, guint n_users); /* of those who come there */
    Person *(*others)(const Entity *entity, guint *n_users);                         /* to be filled in */
} TravelHabits;
void travel_build(Sim *sim, const Thing *thing, const TravelConfig *config, TravelHabits habits);
/* `is_away`, as drawn, or as a read-back is made by who wrote there or here. */
bool travel_reads_away(const TravelConfig *config, bool wrote_away, uint64_t chance);
/* Of a user's requests: made there, or (away false) at home; never quite none, for one may be read back. */
double travel_share(const TravelConfig *config, bool away);
void travel_check(const TravelConfig *config, bool reads_back, const World *world, Complaints *complaints);
#endif
