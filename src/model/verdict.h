/* Verdict: who judges the health of something tells those who want to know.
 *
 * A judge holds one opinion about one thing in one region.  Others subscribe; whenever the opinion changes, each is
 * told by a call of its own, after the while that news takes.  What changes back meanwhile is not told.  Whoever
 * subscribes while it is unhealthy is told so at once: to who has heard nothing, all is well. */
#ifndef MRSIM_MODEL_VERDICT_H
#define MRSIM_MODEL_VERDICT_H
#include "model/sim.h"

/* Part of the state of an entity. */
typedef struct {
    const char *of; /* front@us-east-1: for traces */
    int region;     /* NO_REGION: it is about no region */
    bool healthy;   /* what it finds */
    bool told;      /* what it told last */
    unsigned patience;
    guint n_watchers, room;
    Entity **watcher;
    uint64_t n_changes;
} Judge;

/* In build: a judge of `what` in that region, who believes this to begin with. */
void judge_init(Sim *sim, Judge *judge, const Thing *what, int region, bool healthy);
/* Answers a call on PORT_VERDICT without `about`: a subscription. */
void judge_hears(Sim *sim, Entity *me, Judge *judge, Call *call);
/* It finds this now, and tells it after a time by that law (NULL: at once) if it has not told it before.  `me`: whose
 * judge it is.  To find it unhealthy and to tell so is what a recovery's phases detect and decide end with. */
void judge_finds(Sim *sim, Entity *me, Judge *judge, bool healthy, const Law *after);

/* In start: `me` wants to know; asked again until it is heard.  Verdicts come as calls on PORT_VERDICT, from the judge,
 * with `about` (the judge), `region` and `healthy`. */
void verdict_subscribe(Sim *sim, Entity *me, Entity *judge, unsigned patience);
#endif
