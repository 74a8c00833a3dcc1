/* Results: what a run found, as plain figures with names, labels and units.
 *
 * The one form that text, JSON, CSV, pictures, comparison and the database share: made by the run room, stored and
 * loaded by results/store.h, shown by the report room.  It holds nothing of the model and no wall-clock figure, so
 * equal runs have equal results. Base units: s, ratio (0..1), count, 1/s.  NAN: not shown; INFINITY: never came about.
 */
#ifndef MRSIM_RESULTS_RESULTS_H
#define MRSIM_RESULTS_RESULTS_H
#include "results/write_story.h"
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { RESULTS_FORMAT = 1 }; /* "format_version" of the JSON document */

typedef struct {
    char *metric;    /* "latency" */
    char *statistic; /* "p99" or "" */
    char *labels;    /* "clients=europe,op=read"; "" for the total */
    char *unit;
    bool smaller_is_better;
    double value, ci_low, ci_high;
    guint64 n_samples;
    guint n_left_out; /* in memory only, for comparisons: 0 when loaded from a store */
    double *left_out;
} ResultFigure;

typedef enum { VERDICT_MET, VERDICT_MISSED, VERDICT_NOT_SHOWN } Verdict;
typedef struct {
    char *name; /* metric with statistic: "latency.p99" */
    char *labels;
    char *text;    /* the selector as written in normal form */
    bool at_least; /* ">=", else "<=" */
    double target;
    char *target_text; /* "250ms" */
    char *unit;
    double value, ci_low, ci_high;
    Verdict verdict;
} ResultObjective;

/* The data of a picture: a table of numbers, NAN where unknown.  Names, labels and columns:
 *     latency.percentiles  "", clients=C                p, s
 *     timeline             "", clients=C                t_s, answered, ended   per window, all replications
 *     replication.lag      database=D,from=A,to=B       t_s, mean_s, max_s     per window of the commit
 *     reads.stale          ""                           t_s, stale, reads
 *     reads.staleness      "", clients=C, ...,region=R  s, share: of the reads that saw nothing older than that
 *     faults               fault=F                      start_s, end_s         one row per occurrence
 *     phases               fault=F                      detected_s, routed_half_s, back_s, promoted_s after it began */
typedef struct {
    char *name, *labels;
    guint n_columns, n_rows;
    char **column; /* names with units: "t_s" */
    double *cell;  /* row by row */
} ResultCurve;

typedef struct {
    char *name, *text; /* a line of the head of the screen: ("us-east-1", "N. Virginia   6 servers   busy 12 %") */
} ResultLine;

typedef struct {
    char *name; /* file as messages name it; "--set" texts are not files */
    char *text;
    gsize length;
} ResultFile;

typedef struct {
    char *address, *value; /* "door.ttl", "60s": every setting; for what differs between runs */
    bool workload;         /* users, horizon and faults: runs that differ here are not comparable */
    bool written;          /* the scenario says it; else a default.  In memory only, for comparisons */
} ResultSetting;

/* What became of one write of replication 1 that did not go well: the first thousand.  All: mrsim trace --writes. */
typedef struct {
    guint64 number;
    char *database, *region, *fate; /* as in WriteLine */
    uint32_t item;
    double acknowledged_s;
    bool divergent, waited;
    guint64 by;      /* 0: none, or not counted */
    char *by_region; /* NULL: none */
} ResultWrite;

typedef struct {
    char *version;  /* of mrsim */
    char *scenario; /* us-eu-active-active */
    char *file;     /* as given on the command line */
    char *title;
    uint64_t seed;
    guint replications; /* that stand behind the figures */
    guint replications_asked;
    bool interrupted;
    double duration_s, warm_up_s;
    char *digest;          /* 16 hex digits over all replications in order */
    guint64 n_requests;    /* issued in measurement, all replications */
    guint64 n_events;      /* all replications: not part of JSON */
    GPtrArray *lines;      /* ResultLine: regions, distances, faults */
    GPtrArray *figures;    /* ResultFigure, sorted by (metric, statistic, labels) */
    GPtrArray *objectives; /* ResultObjective, in the order of the scenario */
    GPtrArray *curves;     /* ResultCurve */
    GPtrArray *writes;     /* ResultWrite, by number */
    GPtrArray *notes;      /* char *: "why missed", what the report must say */
    GPtrArray *files;      /* ResultFile: all that is needed to repeat the run */
    GPtrArray *sets;       /* char *: --set texts */
    GPtrArray *settings;   /* ResultSetting */
    GHashTable *addressed; /* address -> the first ResultSetting that has it: look-ups only */
    bool sorted;           /* figures: nothing was added since results_sort */
} Results;

Results *results_new(void);
void results_free(Results *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Results, results_free)

/* Owned by the results; value and interval are NAN until the caller sets them. */
ResultFigure *results_add_figure(Results *results, const char *metric, const char *statistic, const char *labels,
                                 const char *unit);
/* All cells NAN. The caller fills cell[row * n_columns + column]. `columns` is NULL-terminated. */
ResultCurve *results_add_curve(Results *results, const char *name, const char *labels, const char *const *columns,
                               guint n_rows);
/* Returned empty (NULL texts, NAN figures, not shown): the caller fills it. */
ResultObjective *results_add_objective(Results *results, const char *name, const char *labels, const char *unit);
void results_add_write(Results *results, const WriteLine *line);
void results_add_file(Results *results, const char *name, const char *text, gsize length);
void results_add_set(Results *results, const char *text);
void results_add_setting(Results *results, const char *address, const char *value, bool workload);
void results_add_line(Results *results, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
void results_add_note(Results *results, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* NULL: not there. */
const ResultSetting *results_setting(const Results *results, const char *address);
/* Figures by (metric, statistic, labels), curves by (name, labels), both by bytes. */
void results_sort(Results *results);
/* NULL: not there. labels in normal form ("" for the total). */
const ResultFigure *results_figure(const Results *results, const char *metric, const char *statistic,
                                   const char *labels);
const ResultCurve *results_curve(const Results *results, const char *name, const char *labels);
/* Fail closed: met only if the whole interval lies on the good side (without an interval: the value), missed if the
 * whole of it lies on the bad side or the value is INFINITY, else not shown; NAN is not shown. */
Verdict verdict_of(double value, double low, double high, bool at_least, double target);
const char *verdict_name(Verdict verdict); /* "met" "missed" "not shown" */
guint results_count(const Results *results, Verdict verdict);
#endif
