/* What mrsim trace tells of writes: --write and --writes. */
#ifndef MRSIM_CLI_TRACE_WRITES_H
#define MRSIM_CLI_TRACE_WRITES_H
#include "cli/session.h"

Status trace_write(const Session *session, const World *world);
Status trace_writes(const Session *session, const World *world);
#endif
