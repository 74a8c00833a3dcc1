/* Picture: a gnuplot script, its data and the words about them, put together piece by piece.
 *
 * Texts go through token_gnuplot, numbers through token_number, so neither a scenario nor a locale can change what a
 * script does.  A script names files relative to its own folder: `gnuplot NAME.gp` there draws it again.  Equal results
 * give equal bytes.
 *
 * Layout is done here and not by gnuplot: a picture has a title that states the finding, a line about seed and
 * replications, panels, and at the right a column of names, one for each line, pushed apart until none covers another.
 * One design keeps one colour in all pictures of a call.
 *
 * The SVGs hold no script: gnuplot's mouse would show the coordinates of the last panel in all of them. */
#ifndef MRSIM_REPORT_PICTURE_H
#define MRSIM_REPORT_PICTURE_H
#include "results/results.h"

enum { PICTURE_WIDTH = 960 };

typedef struct {
    const char *name;               /* of the files: "latency" */
    guint height;                   /* pixels */
    guint left, top, right, bottom; /* of the present panel */
    GString *script, *data;
    guint n_blocks; /* of data */
    char *title, *subtitle, *description;
} Picture;

typedef struct {
    const Results *const *run;
    guint n;
} Runs;

/* What a picture is made by: false when the runs have no data for it. The picture has been begun. */
bool picture_latency(Picture *picture, Runs runs);
bool picture_failover(Picture *picture, Runs runs);
bool picture_lag(Picture *picture, Runs runs);

void picture_begin(Picture *picture, const char *name);
void picture_clear(Picture *picture);
/* Head of the script, once title, subtitle, height and margin are known; what was said before follows it. */
void picture_finish(Picture *picture, const char *id);

/* A line of the script: %s, %d and %u only. */
void picture_say(Picture *picture, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Numbers for picture_say. Returns buffer. */
enum { SPOT_SIZE = 96 };
/* Coordinates: `systems` are two letters, one for x, one for y: f(irst axis) g(raph) s(creen). */
char *picture_spot(const char systems[2], double x, double y, char buffer[SPOT_SIZE]);
void picture_label(Picture *picture, const char systems[2], double x, double y, const char *text, const char *style);
void picture_line(Picture *picture, const char systems[2], double x1, double y1, double x2, double y2,
                  const char *style);
void picture_box(Picture *picture, const char systems[2], double x1, double y1, double x2, double y2,
                 const char *style);
/* Frame of the next panel in pixels from the top left; clears labels, lines and boxes of the one before. */
void picture_panel(Picture *picture, guint left, guint top, guint right, guint bottom);
/* What the panel shows, written above its upper left corner; what its x axis counts. */
void picture_heading(Picture *picture, const char *text);
void picture_below(Picture *picture, const char *text);
/* Beside the heading, above the panel. */
void picture_above(Picture *picture, char system, double x, const char *text, const char *style);
/* A logarithmic y axis from `low` to `high` seconds with tics at 1, 2, 5, or at powers of ten alone where those would
 * crowd. */
void picture_log_axis(Picture *picture, double low, double high, bool with_numbers);
/* Where a value stands on it: 0 bottom, 1 top. */
double picture_log_share(double value, double low, double high);
void picture_range(Picture *picture, const char *axis, double low, double high);

/* Styles of what is neither data nor axis. */
#define PICTURE_NOTE       "left font \",11\" tc rgb \"#666666\""
#define PICTURE_NOTE_BOXED PICTURE_NOTE " front boxed"
#define PICTURE_GOAL       "lc rgb \"#777777\" lw 1.2 dt 3"

/* Data: a block of rows for one line; texts stand last. Returns the block's number. */
guint picture_block(Picture *picture, const char *about);
void picture_row(Picture *picture, const double *numbers, guint n, const char *run, const char *labels);

/* A line of a panel and its name at the right. */
typedef struct {
    char *name;
    guint block;
    const char *colour;
    guint dash; /* gnuplot's dash type */
    double width;
    double end; /* where it ends, as a share of the panel's height */
} Line;
/* The column of names at the right of the present panel. */
void picture_names(Picture *picture, const GArray *lines);
/* One name there, `y` on the panel's axis, for what has no line. */
void picture_name(Picture *picture, double y, const char *text, const char *colour);
void line_clear(void *line);
/* Width of the column that the names of these lines need, and of `other`, in pixels. */
guint picture_names_width(const GArray *lines, const char *other);
/* Pixels that a text takes at the size of notes. */
guint picture_text_width(const char *text);

/* Colour of design i; of population i where the designs do not need them all. */
const char *picture_colour(guint i);
guint picture_dash(guint i);
/* "us-eu-active-active · 30 replications, seed 1", of several without their names: for the line below the title.
 * (transfer full) */
char *picture_about(Runs runs);
/* 1, 2, 5, 10, ...: the last not above `value`, the first not below it. */
double picture_round_down(double value);
double picture_round_up(double value);
/* Distance of tics that makes about `n` of them. */
double picture_step(double span, guint n);
#endif
