/* Picture 4: replication lag over time, logarithmic, with the share of stale reads below.  One run: a line per
 * direction, thin dots for the worst of each window.  Several: a line per design, the worst direction of each window.
 */
#include "report/amount.h"
#include "report/picture.h"
#include "report/tokens.h"
#include "stats/selector.h"
#include <math.h>
#include <string.h>

enum {
    TOP = 92,
    LEFT = 78,
    LAG_HEIGHT = 230,
    STALE_TOP = TOP + LAG_HEIGHT + 52,
    STALE_HEIGHT = 110,
    DIRECTIONS_MOST = 6
};

typedef struct {
    double low, high, end, most_stale;
} Frame;

static bool is_lag(const ResultCurve *curve)
{
    return strcmp(curve->name, "replication.lag") == 0 && curve->n_columns >= 3 && curve->n_rows > 1;
}

static char *direction(const char *labels)
{
    char from[256], to[256];
    if (label_value(labels, "from", from, sizeof from) && label_value(labels, "to", to, sizeof to))
        return g_strdup_printf("%s → %s", from, to);
    return g_strdup(*labels ? labels : "all");
}

static void stretch(Frame *frame, const ResultCurve *curve)
{
    for (guint i = 0; i < curve->n_rows; i++) {
        const double *cell = curve->cell + (gsize)i * curve->n_columns;
        frame->end = MAX(frame->end, cell[0] + curve->cell[curve->n_columns] - curve->cell[0]);
        for (guint j = 1; j <= 2; j++)
            if (isfinite(cell[j]) && cell[j] > 0) {
                frame->low = MIN(frame->low, cell[j]);
                frame->high = MAX(frame->high, cell[j]);
            }
    }
}

static double share_of_height(const Frame *frame, double seconds)
{
    return picture_log_share(seconds, frame->low, frame->high);
}

/* The block of one direction, and where its line ends. */
static void add_direction(Picture *picture, GArray *lines, const Frame *frame, const Results *run,
                          const ResultCurve *curve, Line line)
{
    g_autofree char *name = direction(curve->labels);
    line.block = picture_block(picture, "t_s\tmean_s\tmax_s\trun\tdirection");
    for (guint i = 0; i < curve->n_rows; i++) {
        const double *cell = curve->cell + (gsize)i * curve->n_columns;
        picture_row(picture, cell, 3, run->scenario, name);
        if (isfinite(cell[1]) && cell[1] > 0)
            line.end = share_of_height(frame, cell[1]);
    }
    g_array_append_val(lines, line);
}

/* The largest value of a column over all directions of a run, window by window; NAN where no direction has one. */
static double worst(const Results *run, guint row, guint column)
{
    double most = NAN;
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (!is_lag(curve) || row >= curve->n_rows)
            continue;
        double value = curve->cell[(gsize)row * curve->n_columns + column];
        most = isnan(most) || value > most ? value : most;
    }
    return most;
}

static const ResultCurve *longest(const Results *run)
{
    const ResultCurve *found = NULL;
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (is_lag(curve) && (!found || curve->n_rows > found->n_rows))
            found = curve;
    }
    return found;
}

static void add_worst(Picture *picture, GArray *lines, const Frame *frame, const Results *run, Line line)
{
    const ResultCurve *times = longest(run);
    line.block = picture_block(picture, "t_s\tmean_s\tmax_s\trun\tdirection");
    for (guint i = 0; i < times->n_rows; i++) {
        const double numbers[] = {times->cell[(gsize)i * times->n_columns], worst(run, i, 1), worst(run, i, 2)};
        picture_row(picture, numbers, 3, run->scenario, "the worse at each moment");
        if (isfinite(numbers[1]) && numbers[1] > 0)
            line.end = share_of_height(frame, numbers[1]);
    }
    g_array_append_val(lines, line);
}

/* Stale reads of all databases and populations together: they have the same windows. Returns the block, or -1. */
static int add_stale(Picture *picture, Frame *frame, const Results *run)
{
    const ResultCurve *first = NULL;
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (strcmp(curve->name, "reads.stale") == 0 && curve->n_columns >= 3 &&
            (!first || curve->n_rows > first->n_rows))
            first = curve;
    }
    if (!first)
        return -1;
    guint block = picture_block(picture, "t_s\tstale_share\tstale\treads\trun\tclients");
    for (guint row = 0; row < first->n_rows; row++) {
        double stale = 0, reads = 0;
        for (guint i = 0; i < run->curves->len; i++) {
            const ResultCurve *curve = run->curves->pdata[i];
            bool counts = strcmp(curve->name, "reads.stale") == 0 && curve->n_columns >= 3 && row < curve->n_rows;
            stale += counts ? curve->cell[(gsize)row * curve->n_columns + 1] : 0;
            reads += counts ? curve->cell[(gsize)row * curve->n_columns + 2] : 0;
        }
        const double numbers[] = {first->cell[(gsize)row * first->n_columns], reads > 0 ? stale / reads : NAN, stale,
                                  reads};
        picture_row(picture, numbers, 4, run->scenario, "all");
        if (reads > 0)
            frame->most_stale = MAX(frame->most_stale, stale / reads);
    }
    return (int)block;
}

/* ---- What both panels share ---- */

static void fault_bands(Picture *picture, const Results *run, const Frame *frame, bool named)
{
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (strcmp(curve->name, "faults") != 0 || curve->n_columns < 2)
            continue;
        for (guint j = 0; j < curve->n_rows; j++) {
            const double *cell = curve->cell + (gsize)j * curve->n_columns;
            double end = isfinite(cell[1]) ? MIN(cell[1], frame->end) : frame->end;
            if (!isfinite(cell[0]) || cell[0] > frame->end)
                continue;
            picture_box(picture, "fg", cell[0] / 60, 0, end / 60, 1, "fc rgb \"#efefef\" fs solid noborder behind");
            if (named && j == 0)
                picture_above(picture, 'f', cell[0] / 60,
                              g_str_has_prefix(curve->labels, "fault=") ? curve->labels + 6 : curve->labels,
                              "left font \",11\" tc rgb \"#555555\"");
        }
    }
}

static void time_axis(Picture *picture, const Frame *frame, bool with_numbers)
{
    char step[NUMBER_SIZE];
    picture_range(picture, "x", 0, frame->end / 60);
    picture_say(picture, "set xtics %s format \"%s\"", token_number(picture_step(frame->end / 60, 9), step),
                with_numbers ? "%g" : "");
}

/* ---- Lag ---- */

/* The first objective on lag: one line is enough of a yardstick. */
static void objectives(Picture *picture, Runs runs, const Frame *frame)
{
    char text[AMOUNT_SIZE];
    for (guint i = 0; i < runs.n; i++)
        for (guint j = 0; j < runs.run[i]->objectives->len; j++) {
            const ResultObjective *objective = runs.run[i]->objectives->pdata[j];
            double target = objective->target;
            if (!g_str_has_prefix(objective->name, "replication.lag.") || !(target > frame->low) ||
                !(target < frame->high))
                continue;
            g_autofree char *label = g_strdup_printf("%s ≤ %s", objective->name + strlen("replication.lag."),
                                                     amount_target(objective, text));
            picture_line(picture, "gf", 0, target, 1, target, PICTURE_GOAL);
            picture_label(picture, "gg", 0.008, share_of_height(frame, target) + 0.05, label, PICTURE_NOTE_BOXED);
            return;
        }
}

static void draw_lag(Picture *picture, const GArray *lines, bool with_worst)
{
    char width[NUMBER_SIZE];
    g_string_append(picture->script, "plot ");
    for (guint i = 0; i < lines->len; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        g_string_append_printf(
            picture->script, "%s\\\n    \"%s.tsv\" index %u using ($1/60):2 with lines lc rgb \"%s\" lw %s dt %u",
            i ? ", " : "", picture->name, line->block, line->colour, token_number(line->width, width), line->dash);
        if (with_worst)
            g_string_append_printf(picture->script,
                                   ", \\\n    \"%s.tsv\" index %u using ($1/60):3 with lines lc rgb \"%s\" lw 0.8 dt 3",
                                   picture->name, line->block, line->colour);
    }
    g_string_append_c(picture->script, '\n');
}

static void lag_panel(Picture *picture, Runs runs, const Frame *frame, const GArray *lines, guint right)
{
    picture_panel(picture, LEFT, TOP, right, TOP + LAG_HEIGHT);
    time_axis(picture, frame, false);
    picture_log_axis(picture, frame->low, frame->high, true);
    fault_bands(picture, runs.run[0], frame, true);
    objectives(picture, runs, frame);
    picture_heading(picture, "replication lag");
    picture_names(picture, lines);
    draw_lag(picture, lines, runs.n == 1);
}

/* ---- Stale reads ---- */

static void stale_panel(Picture *picture, Runs runs, const Frame *frame, const int *blocks, guint right)
{
    double top = picture_round_up(MAX(frame->most_stale * 105, 0.1));
    char number[NUMBER_SIZE];
    bool any = false;
    picture_panel(picture, LEFT, STALE_TOP, right, STALE_TOP + STALE_HEIGHT);
    time_axis(picture, frame, true);
    picture_range(picture, "y", 0, top);
    picture_say(picture, "set ytics %s format \"%s\"", token_number(picture_step(top, 3), number), "%g %%");
    picture_heading(picture, "reads that saw old data");
    picture_below(picture, "simulated minutes");
    fault_bands(picture, runs.run[0], frame, false);
    g_string_append(picture->script, "plot ");
    for (guint i = 0; i < runs.n; i++) {
        if (blocks[i] < 0)
            continue;
        const char *colour = runs.n > 1 ? picture_colour(i) : "#CC79A7";
        if (runs.n == 1)
            g_string_append_printf(
                picture->script,
                "\\\n    \"%s.tsv\" index %d using ($1/60):($2*100) with filledcurves y1=0 fc rgb \"#a0%s\",",
                picture->name, blocks[i], colour + 1);
        g_string_append_printf(
            picture->script,
            "%s\\\n    \"%s.tsv\" index %d using ($1/60):($2*100) with lines lc rgb \"%s\" lw 1.8 dt %u",
            any ? ", " : "", picture->name, blocks[i], colour, runs.n > 1 ? picture_dash(i) : 1);
        any = true;
    }
    g_string_append(picture->script, any ? "\n" : "-1 notitle\n");
}

/* ---- Words ---- */

static double total(const Results *run, const char *statistic)
{
    const ResultFigure *figure = results_figure(run, "replication.lag", statistic, "");
    double most = figure ? figure->value : NAN;
    for (guint i = 0; !figure && i < run->figures->len; i++) {
        const ResultFigure *part = run->figures->pdata[i];
        if (strcmp(part->metric, "replication.lag") == 0 && strcmp(part->statistic, statistic) == 0 &&
            !(part->value <= most))
            most = part->value;
    }
    return most;
}

static void add_words(Picture *picture, Runs runs)
{
    char half[AMOUNT_SIZE], most[AMOUNT_SIZE];
    g_autoptr(GString) title = g_string_new(NULL);
    g_autofree char *about = picture_about(runs);
    for (guint i = 0; i < runs.n && i < 2; i++) {
        amount_text(total(runs.run[i], "p50"), "s", half);
        amount_text(total(runs.run[i], "max"), "s", most);
        if (runs.n == 1)
            g_string_printf(title, "Half of the writes reach the other region within %s, the last one after %s", half,
                            most);
        else
            g_string_append_printf(title, "%s%s: lag p50 %s, max %s", i ? "; " : "", runs.run[i]->scenario, half, most);
    }
    if (runs.n > 2)
        g_string_assign(title, "Replication lag and what readers saw");
    picture->subtitle = runs.n == 1 ? g_strdup_printf("%s · line: mean of each window, dots: its worst", about)
                                    : g_strdup_printf("%s · mean of each window, the worse direction", about);
    picture->title = g_string_free(g_steal_pointer(&title), FALSE);
    picture->description = g_strdup_printf(
        "Replication lag over time, logarithmic, and below it the share of reads that saw old data: %s. %s.", about,
        picture->title);
}

bool picture_lag(Picture *picture, Runs runs)
{
    Frame frame = {.low = INFINITY};
    for (guint i = 0; i < runs.n; i++)
        if (!longest(runs.run[i]))
            return false;
    for (guint i = 0; i < runs.n; i++)
        for (guint j = 0; j < runs.run[i]->curves->len; j++)
            if (is_lag(runs.run[i]->curves->pdata[j]))
                stretch(&frame, runs.run[i]->curves->pdata[j]);
    if (!(frame.high > 0))
        return false;
    frame.low = picture_round_down(frame.low);
    frame.high = picture_round_up(frame.high * 1.05);
    g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(Line));
    g_autofree int *blocks = g_new(int, runs.n);
    g_array_set_clear_func(lines, line_clear);
    for (guint i = 0; i < runs.run[0]->curves->len && runs.n == 1 && lines->len < DIRECTIONS_MOST; i++) {
        const ResultCurve *curve = runs.run[0]->curves->pdata[i];
        Line line = {
            .colour = picture_colour(lines->len ? lines->len + 1 : 0), .dash = picture_dash(lines->len), .width = 2};
        if (!is_lag(curve))
            continue;
        line.name = direction(curve->labels);
        add_direction(picture, lines, &frame, runs.run[0], curve, line);
    }
    for (guint i = 0; i < runs.n && runs.n > 1; i++) {
        Line line = {
            .name = g_strdup(runs.run[i]->scenario), .colour = picture_colour(i), .dash = picture_dash(i), .width = 2};
        add_worst(picture, lines, &frame, runs.run[i], line);
    }
    for (guint i = 0; i < runs.n; i++)
        blocks[i] = add_stale(picture, &frame, runs.run[i]);
    guint right = PICTURE_WIDTH - picture_names_width(lines, "");
    picture->height = STALE_TOP + STALE_HEIGHT + 58;
    add_words(picture, runs);
    lag_panel(picture, runs, &frame, lines, right);
    stale_panel(picture, runs, &frame, blocks, right);
    return true;
}
