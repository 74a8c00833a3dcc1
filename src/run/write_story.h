/* Writes told: a replication is run again with somebody who follows its acknowledged writes, as the ledger does.
 *
 * A list is complete, since it is made of that run and not of what was recorded of one. */
#ifndef MRSIM_RUN_WRITE_STORY_H
#define MRSIM_RUN_WRITE_STORY_H
#include "model/component.h"
#include "results/write_story.h"

typedef struct {
    uint64_t seed;
    guint replication;
    const int *stop; /* set by Ctrl-C; may be NULL */
} WriteWish;

typedef enum {
    WRITES_LOST,
    WRITES_OVERWRITTEN,
    WRITES_SUPERSEDED,
    WRITES_DIVERGENT,
    WRITES_STRANDED,
    WRITES_ALL,
    N_WRITE_KINDS,
} WriteKind;
extern const char *const write_kind_names[]; /* in that order; NULL-terminated */

/* Of WriteLine, by number.  `*n_writes`: how many were acknowledged.  NULL: stopped. (g_array_unref) */
GArray *writes_list(const World *world, const WriteWish *wish, WriteKind kind, guint64 *n_writes);
/* The life of write `number`.  NULL: there is none, or stopped; then *stopped. */
WriteStory *write_story(const World *world, const WriteWish *wish, guint64 number, guint64 *n_writes, bool *stopped);
#endif
