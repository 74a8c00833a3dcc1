/* Instants and lengths of time as they are typed behind options: as in scenarios, and a little more. */
#ifndef MRSIM_CLI_INSTANT_H
#define MRSIM_CLI_INSTANT_H
#include "model/component.h"

/* "20m", "20m30.5s", "-5s"; false: none. */
bool duration_parse(const char *text, int64_t *ns);
/* After the start of measurement: "20m30.5s", "00:20:30.5", "lost.start", "lost.end + 30s" with the name of a fault.
 * NULL: *ns is set; else what is wrong with it. (transfer full) */
char *instant_parse(const World *world, const char *text, int64_t *ns);
#endif
