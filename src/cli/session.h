/* Session: what the commands that read scenarios share: the library, the atlas, the look, the database.
 *
 * The order of a run is kept here: first everything that can refuse (the scenario, the folder, the database), then the
 * simulation, then the record, then the answer: who waits for a simulation shall not lose it to a full disk or a broken
 * pipe. */
#ifndef MRSIM_CLI_SESSION_H
#define MRSIM_CLI_SESSION_H
#include "cli/command.h"
#include "cli/terminal.h"
#include "model/atlas.h"
#include "results/store.h"
#include "run/run.h"
#include "scenario/scenario.h"

typedef struct {
    const CommandLine *line;
    ReportLook look;
    Library *library;
    Atlas *atlas;               /* NULL: not found, then only own regions and links work */
    Store *store;               /* NULL: none opened, or the usual one cannot be used */
    const char *picture_folder; /* -o, or NULL */
    DigestLog *digest_log;      /* of the last run; NULL: none is wanted */
    char *overrun;              /* why the last run was given up; NULL: it was not */
} Session;

/* STATUS_DONE, or STATUS_FILES when the measured tables are there but unreadable (told on stderr). (session_close
 * either way) */
Status session_open(Session *session, const CommandLine *line);
void session_close(Session *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_close)

/* Loads a scenario and prints what is to be said about it on stderr. Returns STATUS_DONE, STATUS_REJECTED or
 * STATUS_FILES. `library`: NULL for the session's own. */
Status session_load(Session *session, const char *file, const char *const *sets, Library *library, Scenario **scenario);

/* Before simulating: what the runs of these scenarios will take, one after the other.  STATUS_REJECTED when that is
 * more than the machine has; a note when it is long. */
Status session_foresee(const Session *session, Scenario *const *scenarios, guint n, guint replications);
/* What a run may take, for RunOptions: what is free now, shared by its threads. */
gsize session_memory(const Session *session, const Scenario *scenario, guint replications);
/* Before simulating: makes the folder of -o and opens the database for writing. */
Status session_prepare(Session *session);
/* Simulates with the seed and replications of `line`. (transfer full) NULL: stopped before anything had finished,
 * or given up for want of memory, then session->overrun says where. */
Results *session_run(Session *session, const Scenario *scenario, const char *file, Progress *progress);
/* Records; a failure is told, and is STATUS_FILES where the user named the database. */
Status session_record(Session *session, const Results *results);
/* Pictures of the runs into the folder of -o, if there is one. */
Status session_draw(Session *session, const Results *const *runs, guint n_runs);

/* Writes the digest log of the last run, if one is wanted. */
Status session_log(Session *session);

/* Opens the database of recorded runs for reading; NULL: told on stderr. */
Store *session_recorded(const CommandLine *line);
/* Loads "7", "last", "last~1"; NULL: told on stderr. */
Results *session_recall(Store *store, const char *run);

/* STATUS_REJECTED, and why on stderr, when the last run was given up for want of memory; else STATUS_DONE. */
Status session_overrun(const Session *session);
/* `worse` unless `status` already says something worse to say: files before verdicts. */
Status status_worse(Status status, Status other);
Status status_of_objectives(const Results *results);
#endif
