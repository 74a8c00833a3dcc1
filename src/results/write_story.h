/* WriteStory: what became of one acknowledged write of one replication, as plain data: a line of a list, or its whole
 * life in moments.
 *
 * Acknowledged writes are numbered from 1 in the order in which they are acknowledged from the start of measurement on,
 * over all databases; as many as writes.acknowledged.  Instants are true ones, in ns after the start of measurement;
 * stamps are those of the clocks that may be wrong, and decide which of two writes is the newer.
 *
 * Made by run/write_story.h, shown by report/report_writes.c. */
#ifndef MRSIM_RESULTS_WRITE_STORY_H
#define MRSIM_RESULTS_WRITE_STORY_H
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The texts live as long as the world. */
typedef struct {
    guint64 number;
    const char *database, *region; /* region: where it was made */
    uint32_t item;
    int64_t acknowledged_ns, stamp_ns;
    const char *fate;        /* "durable", "superseded", "overwritten", "lost", "stranded", "in flight", "partial" */
    int64_t ended_ns;        /* when that was settled; what is left at the end of the run: then */
    const char *ended_where; /* lost: who decides from now on, and does not have it; else "" */
    bool divergent;          /* accepted by one who was no writer any more */
    bool waited;             /* in a dark region, at least for a while */
    guint64 by;              /* the number of the write that won; 0: none, or one that is not counted */
    const char *by_region;   /* where that was made; "": none won */
    int64_t by_stamp_ns;
} WriteLine;

typedef struct {
    int64_t at_ns, duration_ns; /* duration: of what is held back or on its way; else 0 */
    const char *what;  /* acknowledged, held, sent, lost, not sent, received, seen, superseded, overwritten, ended */
    const char *where; /* the replica that it is about; of the last three: where the other write was made, or "" */
    guint64 by;        /* superseded, overwritten: as in WriteLine */
} WriteMark;

typedef struct {
    char *scenario;
    uint64_t seed;
    guint replication;
    WriteLine line;
    guint64 request;    /* for which it was made, counted as for stories of requests; 0: for none that is counted */
    char *asker, *what; /* "europe@DE-BERLIN", and the request in its own words; "" */
    GArray *marks;      /* WriteMark, in order of time */
} WriteStory;

void write_story_free(WriteStory *story);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WriteStory, write_story_free)
#endif
