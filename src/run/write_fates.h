/* WriteFates: what became of the writes of a replication that did not go well, kept while it runs, in a bounded
 * buffer: lost, divergent, stranded and overwritten ones.
 *
 * There is room for so many of those that are gone or out of reach and for as many overwritten ones, which may come in
 * crowds; the first come first.  At the end the overwritten take what room the others leave.  run/write_story.h makes
 * complete lists, by running the replication again. */
#ifndef MRSIM_RUN_WRITE_FATES_H
#define MRSIM_RUN_WRITE_FATES_H
#include "model/watcher.h"
#include "results/write_story.h"

enum { MOST_WRITE_FATES = 1000 };
typedef struct WriteFates WriteFates;
WriteFates *write_fates_new(void);
/* As Sim.write_ended. */
void write_fates_heed(Sim *sim, void *fates, const WriteSeen *seen);
/* Of WriteLine, by number, at most MOST_WRITE_FATES. (g_array_unref) */
GArray *write_fates_close(WriteFates *fates);

/* What is told of a write, as a line. */
WriteLine write_line_of(const Sim *sim, const WriteSeen *seen);
/* Sorts them by number. */
void write_lines_sort(GArray *lines);
#endif
