/* Metrics: every measured thing by name, with unit, labels and meaning: the one catalogue that objectives, `explain`,
 * JSON, SQLite and the pictures read.  A component says which of these it feeds. */
#ifndef MRSIM_MODEL_METRICS_H
#define MRSIM_MODEL_METRICS_H
#include "base/quantity.h"
#include "stats/sheet.h"
#include <stdbool.h>

typedef struct {
    const char *name; /* "latency": statistics are appended: latency.p99 */
    CellKind kind;
    Dimension
        dimension; /* of its values: _DURATION (seconds in results), _SHARE (0..1), _COUNT (also plain ratios), _RATE */
    const char *unit;   /* as in JSON: s, ratio, count, 1/s */
    const char *labels; /* words separated by blanks, alphabetical */
    bool smaller_is_better;
    const char *help; /* one sentence */
} Metric;

extern const Metric metrics[]; /* ended by name == NULL; sorted by name */
/* "latency.p99" -> the metric `latency` and its statistic "p99"; "availability", "latency" -> statistic "" (a
 * distribution has no figure of that name: metric_needs_statistic).  NULL: no such metric or statistic.  *statistic
 * (may be NULL) points into name. */
const Metric *metric_find(const char *name, const char **statistic);
/* The statistics a kind has, "" not among them: NULL-terminated ("p50" ... or empty). */
const char *const *metric_statistics(CellKind kind);
bool metric_needs_statistic(const Metric *metric);
bool metric_has_label(const Metric *metric, const char *label);
/* The values a label may have when they are no names of the scenario (op: read write): NULL-terminated, or NULL. */
const char *const *label_words(const char *label);
/* The kind of thing whose names are the values of a label ("health_check": "health-check"; "from": "region"), or NULL.
 */
const char *label_kind(const char *label);
#endif
