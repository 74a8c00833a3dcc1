/* Report: results for people and for programs.  Reads results only.
 *
 * Text fits 80 columns; every number has a unit and three significant digits; an interval only where a decision hangs
 * on it. */
#ifndef MRSIM_REPORT_REPORT_H
#define MRSIM_REPORT_REPORT_H
#include "results/comparison.h"
#include "results/happening.h"
#include "results/results.h"
#include "results/story.h"
#include "results/write_story.h"
#include <stdio.h>

typedef struct {
    bool colour;                 /* ANSI colours */
    bool ascii;                  /* no character outside ASCII: locale is not UTF-8, or --ascii */
    bool full;                   /* --full: all figures after the screen */
    bool quiet;                  /* -q: objectives only */
    const char *const *commands; /* names of the commands that exist: hints name no other (NULL-terminated) */
} ReportLook;

void report_text(FILE *out, const Results *results, const ReportLook *look);
void report_json(FILE *out, const Results *results);
void report_csv(FILE *out, const Results *results);

void report_comparison_text(FILE *out, const Comparison *comparison, const ReportLook *look);
void report_comparison_json(FILE *out, const Comparison *comparison);
void report_comparison_csv(FILE *out, const Comparison *comparison);

/* The story of a request.  JSON Lines: one object per span, the last one is the total. */
void report_story_text(FILE *out, const Story *story, const ReportLook *look);
void report_story_jsonl(FILE *out, const Story *story);
/* One line (or object) of what happens in a stretch of a run. */
void report_happening_text(FILE *out, const Happening *happening, const ReportLook *look);
void report_happening_jsonl(FILE *out, const Happening *happening);
/* A list of writes, line by line below its head, and the life of one. */
void report_writes_head(FILE *out, const ReportLook *look);
void report_write_text(FILE *out, const WriteLine *line, const ReportLook *look);
void report_write_jsonl(FILE *out, const WriteLine *line);
void report_write_story_text(FILE *out, const WriteStory *story, const ReportLook *look);
void report_write_story_jsonl(FILE *out, const WriteStory *story);

/* Pictures: SVG, their data (TSV) and scripts (.gp) into `folder` (made).  One run, or several overlaid.  `only`: names
 * to draw (latency failover lag) or NULL for all that the runs have data for.  gnuplot missing or failing: data and
 * scripts are there, false with error (*written counts the SVGs that are good). */
typedef enum { PLOT_ERROR_WRITE, PLOT_ERROR_NO_GNUPLOT, PLOT_ERROR_GNUPLOT, PLOT_ERROR_UNKNOWN } PlotError;
#define PLOT_ERROR plot_error_quark()
GQuark plot_error_quark(void);
bool report_plots(const Results *const *runs, guint n_runs, const char *folder, const char *const *only, guint *written,
                  GError **error);
#endif
