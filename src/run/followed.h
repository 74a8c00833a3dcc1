/* Followed: a replication run again for those who want to watch it: with a watcher and an ear for what is told.
 *
 * It is the same run: nothing in it can ask whether it is followed. */
#ifndef MRSIM_RUN_FOLLOWED_H
#define MRSIM_RUN_FOLLOWED_H
#include "model/watcher.h"

typedef struct {
    uint64_t seed;
    guint replication;
    const Watcher *watcher;                                /* `whose` of it is told the lines too */
    void (*line)(Sim *sim, void *whose, const char *line); /* NULL: nobody listens */
} Followed;

/* Ready for sim_run. (followed_close) */
Sim *followed_open(const World *world, const Followed *followed);
void followed_close(Sim *sim);

/* Requests as they are issued.  A request is a root call of an entity of a `clients` thing that is not the entity's own
 * loop; it is issued when it asks for the first time (it may have waited before, to read back what was written), and
 * counts within the measured time: as many as requests.issued. */
typedef struct Requests Requests;
typedef struct {
    uint32_t id, generation; /* of the call */
    const Entity *entity;
    uint64_t story;
} Request;
Requests *requests_new(void);
void requests_free(Requests *requests);
/* To be shown every moment.  The request that is issued right before it; NULL: none. */
const Request *requests_heed(Requests *requests, const Sim *sim, Moment moment, const Call *call);

/* What a call on that port is: "look-up", "page", ... */
extern const char *const port_words[];

/* What is said in a told line ("[ 1.000000] door learns ..."), from the speaker's name on. */
const char *told_text(const char *line);
/* The words behind the speaker's name, if it is `name` who speaks; else NULL. */
const char *told_by(const char *text, const char *name);
#endif
