/* DigestLog: the digest of a run's replications at every 10,000th event and at their end.
 *
 * Two logs that agree are of two runs that did the same thing; where they part first says between which two events to
 * look (mrsim trace --diff).  The file is text, a line each:
 *
 *     mrsim digest log 1            the format's version
 *     version 0.1.0                 of the mrsim that wrote it
 *     scenario shop
 *     file shop.ini                 as named on the command line
 *     texts 8a1f...                 SHA-256 of every file that was read, in their order
 *     set door.ttl=10s              one line per --set, in their order
 *     seed 1
 *     replications 10               as many as there are checkpoints of
 *     1 10000 2231805467 0f3a...    replication, events up to here, instant in ns after the start of measurement,
 * digest 1 12345 3000000000 77be... end      where the replication ends end 42                        so many lines of
 * checkpoints: nothing is missing
 *
 * In texts, control characters and backslashes are written as in C. */
#ifndef MRSIM_RESULTS_DIGEST_LOG_H
#define MRSIM_RESULTS_DIGEST_LOG_H
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { DIGEST_LOG_FORMAT = 1, EVENTS_BETWEEN_CHECKPOINTS = 10000 };

typedef struct {
    guint64 n_events; /* noted so far in this replication */
    int64_t at_ns;    /* after the start of measurement */
    uint64_t digest;
    guint replication;
    bool is_end; /* of the replication */
} Checkpoint;

typedef struct {
    char *version, *scenario, *file, *texts;
    GPtrArray *sets; /* char *, NULL-terminated */
    uint64_t seed;
    guint replications;
    GArray *checkpoints; /* Checkpoint, by replication, then by events */
} DigestLog;

DigestLog *digest_log_new(void);
void digest_log_free(DigestLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DigestLog, digest_log_free)

#define DIGEST_LOG_ERROR (digest_log_error_quark())
GQuark digest_log_error_quark(void);
enum { DIGEST_LOG_ERROR_FORMAT, DIGEST_LOG_ERROR_TRUNCATED, DIGEST_LOG_ERROR_NOT_A_FILE };
/* Can it be written, as far as one can tell before?  Messages name the path. */
bool digest_log_check(const char *path, GError **error);
/* The whole file or nothing: written beside it, then renamed. */
bool digest_log_write(const DigestLog *log, const char *path, GError **error);
/* NULL with error. (transfer full) */
DigestLog *digest_log_read(const char *path, GError **error);

/* Where two logs part: checkpoints `a` and `b` are the first that differ (NULL: that log has none there), `before` the
 * last that agree in that replication (NULL: they part in its first stretch).  false: they agree in all. */
typedef struct {
    guint replication;
    const Checkpoint *before, *a, *b;
} Parting;
bool digest_logs_part(const DigestLog *a, const DigestLog *b, Parting *parting);
#endif
