/* Scene: a scenario of the source tree, loaded and ready to be run by hand, with what its entities tell.
 *
 * One scene is open at a time. */
#ifndef MRSIM_TESTS_SCENE_H
#define MRSIM_TESTS_SCENE_H
#include "model/sim.h"
#include "scenario/scenario.h"

typedef struct {
    Library *library;
    Scenario *scenario; /* NULL: it has mistakes, which have been told */
} Scene;
/* `file`: below the source tree ("scenarios/us-eu-active-active.ini"); `sets`: as after --set, NULL-terminated, or
 * NULL. */
Scene *scene_open(const char *file, const char *const *sets);
void scene_close(Scene *scene);
/* Runs replication 1 of seed 1.  `watch` (may be NULL) is told every line; returns the digest. */
uint64_t scene_run(Scene *scene, void (*watch)(Sim *sim, void *whose, const char *line), void *whose);
/* Compares the text with a file below the source tree, line by line, and says where they part.  With MRSIM_UPDATE=1 in
 * the environment it writes the file instead. */
void scene_expect_file(const char *file, const char *text);
#endif
