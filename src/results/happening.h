/* Happening: one event of a replication, or one thing said in it, as plain data.
 *
 * Events are numbered from 1 in the order in which they are noted in the digest. */
#ifndef MRSIM_RESULTS_HAPPENING_H
#define MRSIM_RESULTS_HAPPENING_H
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    guint64 event;   /* its number; of what is said: the event in which it is */
    int64_t at_ns;   /* after the start of measurement */
    uint64_t digest; /* of all events up to and including this one; 0 for what is said */
    bool is_event;
    char *entity, *text; /* who acts or speaks; what happens, or his words */
} Happening;

Happening *happening_copy(const Happening *happening);
void happening_free(gpointer happening);

/* An event as a line, fields between tabs: number, instant in ns, digest, entity, what.  Without the newline.
 * (transfer full) */
char *happening_to_line(const Happening *event);
/* Reads such a line. (transfer full) NULL: it is none. */
Happening *happening_of_line(const char *line);
#endif
