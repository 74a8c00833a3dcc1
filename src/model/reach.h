/* Reach: what the entry of users can lead to, as the scenario says it: which regions may answer them, and which things
 * stand on the way there, with the health checks that steer them.
 *
 * Found by walking the references of parameters from names and accelerators on, whatever component they belong to; a
 * balancer or a service is where the way ends. For the observer: what components know of each other is their own
 * matter.
 */
#ifndef MRSIM_MODEL_REACH_H
#define MRSIM_MODEL_REACH_H
#include "base/arena.h"
#include "model/component.h"

typedef struct {
    bool *region; /* per running region: somebody there may answer */
    bool *thing;  /* per thing of the world: a name, an accelerator, a balancer or a service on the way, or a health
                     check that one of them heeds */
} Reach;

/* Of whatever `from` refers to. (from the arena) */
Reach reach_of(Arena *arena, const World *world, const Thing *from);
#endif
