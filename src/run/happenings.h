/* What happens in a stretch of a replication: every event, and every word that is said. */
#ifndef MRSIM_RUN_HAPPENINGS_H
#define MRSIM_RUN_HAPPENINGS_H
#include "model/component.h"
#include "results/happening.h"
#include "results/results.h"

typedef struct {
    uint64_t seed;
    guint replication;
    bool by_number;      /* events number from..until; else what happens in from <= instant <= until */
    int64_t from, until; /* instants: ns after the start of measurement */
    const int *stop;     /* set by Ctrl-C; may be NULL */
} Stretch;

/* In order; the happening is valid while it is told.  false: stopped.  The replication is not run further than the
 * stretch; `*n_events`: of its events, up to there. */
typedef void (*HappeningSink)(void *whose, const Happening *happening);
bool happenings_tell(const World *world, const Stretch *stretch, HappeningSink sink, void *whose, guint64 *n_events);
#endif
