/* Picture 4: replication lag over time, by when the write was committed, logarithmic, with the share of stale reads
 * below. One run: a line per direction, dots for the worst of each bin; where there are more directions than lines can
 * be told apart, a line per database, or per region that the writes come from, of the worst direction of each bin.
 * Several runs: a line per design, the worst direction of each bin; designs without replication have none.  Windows are
 * gathered into at most BINS_MOST bins, so that noise of single seconds does not hide the course. */
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
    LINES_MOST = 6,
    LINES_WITH_WORST = 3, /* more of both cannot be told apart */
    BINS_MOST = 360,
    NAMES_APART = 12, /* pixels */
};

/* A heading's letters beside those of notes. */
static const double HEADING_WIDER = 12.0 / 11;

/* What a line stands for: as fine as there are lines for it. */
typedef enum { BY_DIRECTION, BY_DATABASE, BY_SOURCE } Grouping;

typedef struct {
    double low, high, end, most_stale;
    double bin_s;
    guint n_bins;
    Grouping grouping; /* of one run */
    guint n_prompt;    /* lines of it that would show nothing: never behind */
} Frame;

/* One line: a value per bin, NAN where nothing arrived. */
typedef struct {
    double mean[BINS_MOST + 1], most[BINS_MOST + 1];
} Track;

static bool is_lag(const ResultCurve *curve)
{
    return strcmp(curve->name, "replication.lag") == 0 && curve->n_columns >= 3 && curve->n_rows > 1;
}

static bool has_lag(const Results *run)
{
    for (guint i = 0; i < run->curves->len; i++)
        if (is_lag(run->curves->pdata[i]))
            return true;
    return false;
}

/* The name of the line that a curve belongs to. (transfer full) */
static char *line_name(const char *labels, Grouping grouping, bool several_databases)
{
    char database[256], from[256], to[256];
    if (!label_value(labels, "from", from, sizeof from) || !label_value(labels, "to", to, sizeof to) ||
        !label_value(labels, "database", database, sizeof database))
        return g_strdup(*labels ? labels : "all");
    if (grouping == BY_DATABASE)
        return g_strdup(database);
    if (grouping == BY_SOURCE)
        return g_strdup_printf("from %s", from);
    return several_databases ? g_strdup_printf("%s: %s → %s", database, from, to)
                             : g_strdup_printf("%s → %s", from, to);
}

/* The names of all lines, in the order of the curves. (g_ptr_array_unref) */
static GPtrArray *line_names(const Results *run, Grouping grouping, bool several_databases)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (!is_lag(curve))
            continue;
        g_autofree char *name = line_name(curve->labels, grouping, several_databases);
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
    return names;
}

/* By direction where there are not too many, else by database where there are several. (transfer full names) */
static GPtrArray *group(const Results *run, Grouping *grouping, bool *several_databases)
{
    g_autoptr(GPtrArray) databases = line_names(run, BY_DATABASE, false);
    *several_databases = databases->len > 1;
    *grouping = BY_DIRECTION;
    GPtrArray *names = line_names(run, *grouping, *several_databases);
    if (names->len <= LINES_MOST)
        return names;
    g_ptr_array_unref(names);
    *grouping = *several_databases ? BY_DATABASE : BY_SOURCE;
    return line_names(run, *grouping, *several_databases);
}

/* ---- Bins ---- */

static const double *row_of(const ResultCurve *curve, guint row)
{
    return curve->cell + (gsize)row * curve->n_columns;
}

/* Bins as wide as the widest window, or wider: all lines have the same. */
static void set_bins(Frame *frame, Runs runs)
{
    double window = 0;
    for (guint i = 0; i < runs.n; i++)
        for (guint j = 0; j < runs.run[i]->curves->len; j++) {
            const ResultCurve *curve = runs.run[i]->curves->pdata[j];
            if (!is_lag(curve))
                continue;
            double width = row_of(curve, 1)[0] - row_of(curve, 0)[0];
            window = MAX(window, width);
            frame->end = MAX(frame->end, row_of(curve, curve->n_rows - 1)[0] + width);
            frame->end = fmax(frame->end, runs.run[i]->duration_s); /* nothing may arrive any more */
        }
    if (!(frame->end > 0))
        return;
    frame->bin_s = MAX(picture_round_up(frame->end / BINS_MOST), window);
    frame->n_bins = (guint)MIN(ceil(frame->end / frame->bin_s), BINS_MOST);
}

static guint bin_of(const Frame *frame, double seconds)
{
    return (guint)CLAMP(seconds / frame->bin_s, 0, frame->n_bins - 1);
}

/* The mean of a bin is the mean of its windows: they hold about as many writes each. */
static void add_windows(Track *track, const Frame *frame, const ResultCurve *curve)
{
    guint count[BINS_MOST + 1] = {0};
    double sum[BINS_MOST + 1] = {0}, most[BINS_MOST + 1] = {0};
    for (guint i = 0; i < curve->n_rows; i++) {
        const double *cell = row_of(curve, i);
        guint bin = bin_of(frame, cell[0]);
        if (!isfinite(cell[1]))
            continue;
        sum[bin] += cell[1];
        count[bin]++;
        most[bin] = MAX(most[bin], isfinite(cell[2]) ? cell[2] : cell[1]);
    }
    for (guint i = 0; i < frame->n_bins; i++) {
        if (count[i] == 0)
            continue;
        /* Of several directions the worse one. */
        track->mean[i] = fmax(track->mean[i], sum[i] / count[i]);
        track->most[i] = fmax(track->most[i], most[i]);
    }
}

static void clear(Track *track)
{
    for (guint i = 0; i <= BINS_MOST; i++)
        track->mean[i] = track->most[i] = NAN;
}

static void stretch(Frame *frame, const Track *track)
{
    for (guint i = 0; i < frame->n_bins; i++) {
        if (track->mean[i] > 0)
            frame->low = fmin(frame->low, track->mean[i]);
        if (track->most[i] > 0)
            frame->high = fmax(frame->high, track->most[i]);
    }
}

static bool is_behind(const Track *track, const Frame *frame)
{
    for (guint i = 0; i < frame->n_bins; i++)
        if (track->mean[i] > 0)
            return true;
    return false;
}

static double share_of_height(const Frame *frame, double seconds)
{
    return picture_log_share(seconds, frame->low, frame->high);
}

static void add_line(Picture *picture, GArray *lines, Frame *frame, const Results *run, const Track *track, Line line)
{
    line.block = picture_block(picture, "t_s\tmean_s\tmax_s\trun\tdirection");
    for (guint i = 0; i < frame->n_bins; i++) {
        const double numbers[] = {i * frame->bin_s, track->mean[i], track->most[i]};
        picture_row(picture, numbers, 3, run->scenario, line.name);
        /* In seconds until the height of the panel is known. */
        if (track->mean[i] > 0)
            line.end = track->mean[i];
    }
    stretch(frame, track);
    g_array_append_val(lines, line);
}

/* Of more lines than can be told apart the last has all the others. */
static void add_lines_of_one(Picture *picture, GArray *lines, Frame *frame, const Results *run)
{
    static const guint colours[LINES_MOST] = {0, 2, 3, 4, 5, 1};
    bool several_databases;
    g_autoptr(GPtrArray) names = group(run, &frame->grouping, &several_databases);
    g_autofree Track *track = g_new(Track, 1);
    for (guint number = 0; number < MIN(names->len, LINES_MOST); number++) {
        bool is_rest = number + 1 == LINES_MOST && names->len > LINES_MOST;
        Line line = {.name = g_strdup(is_rest ? "others" : names->pdata[number]),
                     .colour = picture_colour(colours[number]),
                     .dash = picture_dash(number),
                     .width = 2};
        clear(track);
        for (guint i = 0; i < run->curves->len; i++) {
            const ResultCurve *curve = run->curves->pdata[i];
            if (!is_lag(curve))
                continue;
            g_autofree char *name = line_name(curve->labels, frame->grouping, several_databases);
            guint found = 0;
            g_ptr_array_find_with_equal_func(names, name, g_str_equal, &found);
            if (found == number || (is_rest && found > number))
                add_windows(track, frame, curve);
        }
        if (is_behind(track, frame)) {
            add_line(picture, lines, frame, run, track, line);
        } else {
            line_clear(&line);
            frame->n_prompt++;
        }
    }
}

static void add_lines_of_each(Picture *picture, GArray *lines, Frame *frame, Runs runs)
{
    g_autofree Track *track = g_new(Track, 1);
    for (guint i = 0; i < runs.n; i++) {
        Line line = {.colour = picture_colour(i), .dash = picture_dash(i), .width = 2};
        if (!has_lag(runs.run[i]))
            continue;
        line.name = g_strdup(runs.run[i]->scenario);
        clear(track);
        for (guint j = 0; j < runs.run[i]->curves->len; j++)
            if (is_lag(runs.run[i]->curves->pdata[j]))
                add_windows(track, frame, runs.run[i]->curves->pdata[j]);
        add_line(picture, lines, frame, runs.run[i], track, line);
    }
}

/* Stale reads of all databases and populations together. Returns the block, or -1 where nobody reads. */
static int add_stale(Picture *picture, Frame *frame, const Results *run)
{
    double stale[BINS_MOST + 1] = {0}, reads[BINS_MOST + 1] = {0};
    double all = 0;
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (strcmp(curve->name, "reads.stale") != 0 || curve->n_columns < 3)
            continue;
        for (guint j = 0; j < curve->n_rows; j++) {
            guint bin = bin_of(frame, row_of(curve, j)[0]);
            stale[bin] += isfinite(row_of(curve, j)[1]) ? row_of(curve, j)[1] : 0;
            reads[bin] += isfinite(row_of(curve, j)[2]) ? row_of(curve, j)[2] : 0;
            all += isfinite(row_of(curve, j)[2]) ? row_of(curve, j)[2] : 0;
        }
    }
    if (!(all > 0))
        return -1;
    guint block = picture_block(picture, "t_s\tstale_share\tstale\treads\trun\tclients");
    for (guint i = 0; i < frame->n_bins; i++) {
        double share = reads[i] > 0 ? stale[i] / reads[i] : NAN;
        const double numbers[] = {i * frame->bin_s, share, stale[i], reads[i]};
        picture_row(picture, numbers, 4, run->scenario, "all");
        frame->most_stale = fmax(frame->most_stale, share);
    }
    return (int)block;
}

/* ---- What both panels share ---- */

static void fault_bands(Picture *picture, const Results *run, const Frame *frame)
{
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (strcmp(curve->name, "faults") != 0 || curve->n_columns < 2)
            continue;
        for (guint j = 0; j < curve->n_rows; j++) {
            const double *cell = curve->cell + (gsize)j * curve->n_columns;
            double end = isfinite(cell[1]) ? MIN(cell[1], frame->end) : frame->end;
            if (isfinite(cell[0]) && cell[0] <= frame->end)
                picture_box(picture, "fg", cell[0] / 60, 0, end / 60, 1, "fc rgb \"#efefef\" fs solid noborder behind");
        }
    }
}

typedef struct {
    double start;
    const char *name;
} Band;

static int by_start(gconstpointer a, gconstpointer b)
{
    const Band *one = a, *other = b;
    return one->start < other->start ? -1 : one->start > other->start ? 1 : strcmp(one->name, other->name);
}

/* The names of the faults where each first begins, each to the right of what stands before it; one that begins with
 * another stands beside it, and one for which there is no room is left out. */
static void fault_names(Picture *picture, const Results *run, const Frame *frame, const char *heading)
{
    g_autoptr(GArray) faults = g_array_new(FALSE, FALSE, sizeof(Band));
    double pixels_per_s = (picture->right - picture->left) / frame->end, free_from = 16 + NAMES_APART;
    free_from += picture_text_width(heading) * HEADING_WIDER;
    for (guint i = 0; i < run->curves->len; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (strcmp(curve->name, "faults") != 0 || curve->n_columns < 2 || curve->n_rows == 0)
            continue;
        Band fault = {curve->cell[0], g_str_has_prefix(curve->labels, "fault=") ? curve->labels + 6 : curve->labels};
        if (fault.start <= frame->end)
            g_array_append_val(faults, fault);
    }
    g_array_sort(faults, by_start);
    for (guint i = 0; i < faults->len; i++) {
        const Band *fault = &g_array_index(faults, Band, i);
        double x = fmax(picture->left + fault->start * pixels_per_s, free_from);
        double end = x + picture_text_width(fault->name);
        if (end > PICTURE_WIDTH)
            continue;
        free_from = end + NAMES_APART;
        picture_above(picture, 'f', (x - picture->left) / pixels_per_s / 60, fault->name,
                      "left font \",11\" tc rgb \"#555555\"");
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
            bool has_labels = *objective->labels;
            g_autofree char *label =
                g_strdup_printf("%s%s%s%s ≤ %s", objective->name + strlen("replication.lag."), has_labels ? "{" : "",
                                objective->labels, has_labels ? "}" : "", amount_target(objective, text));
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
        if (with_worst) /* points too: a bin between empty ones has no line */
            g_string_append_printf(picture->script,
                                   ", \\\n    \"%s.tsv\" index %u using ($1/60):3 with linespoints lc rgb "
                                   "\"%s\" lw 0.8 dt 3 pt 7 ps 0.25",
                                   picture->name, line->block, line->colour);
    }
    g_string_append_c(picture->script, '\n');
}

static void lag_panel(Picture *picture, Runs runs, const Frame *frame, const GArray *lines, guint right, bool alone)
{
    static const char *const heading = "replication lag";
    picture_panel(picture, LEFT, TOP, right, TOP + LAG_HEIGHT);
    time_axis(picture, frame, alone);
    picture_log_axis(picture, frame->low, frame->high, true);
    fault_bands(picture, runs.run[0], frame);
    fault_names(picture, runs.run[0], frame, heading);
    objectives(picture, runs, frame);
    picture_heading(picture, heading);
    picture_names(picture, lines);
    if (alone)
        picture_below(picture, "simulated minutes");
    draw_lag(picture, lines, runs.n == 1 && lines->len <= LINES_WITH_WORST);
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
    fault_bands(picture, runs.run[0], frame);
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

/* (transfer full) */
static char *title_of(Runs runs, guint n_lines)
{
    char half[AMOUNT_SIZE], most[AMOUNT_SIZE];
    GString *title = g_string_new(runs.n > 2 ? "Slowest replicated write: " : NULL);
    bool any = false;
    for (guint i = 0; i < runs.n; i++) {
        const char *scenario = runs.run[i]->scenario;
        if (!has_lag(runs.run[i]))
            continue;
        amount_text(total(runs.run[i], "p50"), "s", half);
        amount_text(total(runs.run[i], "max"), "s", most);
        if (runs.n == 1 && !(total(runs.run[i], "p50") > 0))
            g_string_append_printf(title, "Half of the writes are behind nowhere, the last one arrives after %s", most);
        else if (runs.n == 1)
            g_string_append_printf(title, "Half of the writes reach %s region within %s, the last one after %s",
                                   n_lines > 2 ? "another" : "the other", half, most);
        else if (runs.n == 2)
            g_string_append_printf(title, "%s%s: lag p50 %s, max %s", any ? "; " : "", scenario, half, most);
        else
            g_string_append_printf(title, "%s%s %s", any ? ", " : "", scenario, most);
        any = true;
    }
    return g_string_free(title, FALSE);
}

static void add_words(Picture *picture, Runs runs, const Frame *frame, guint n_lines, bool any_reads)
{
    char text[AMOUNT_SIZE];
    g_autofree char *about = picture_about(runs);
    amount_span(frame->bin_s, text);
    picture->title = title_of(runs, n_lines);
    static const char *const what[] = {[BY_DIRECTION] = "",
                                       [BY_DATABASE] = ", the worst direction of each database",
                                       [BY_SOURCE] = ", the worst direction from each region"};
    g_autoptr(GString) subtitle = g_string_new(about);
    if (runs.n > 1)
        g_string_append_printf(subtitle, " · means of %s, the worst direction", text);
    else
        g_string_append_printf(subtitle, " · lines: means of %s%s%s", text, what[frame->grouping],
                               n_lines <= LINES_WITH_WORST ? ", dots: the worst of them" : "");
    if (frame->n_prompt)
        g_string_append_printf(subtitle, "; %u more never behind", frame->n_prompt);
    picture->subtitle = g_string_free(g_steal_pointer(&subtitle), FALSE);
    picture->description =
        g_strdup_printf("Replication lag over time, logarithmic%s: %s. %s.",
                        any_reads ? ", and below it the share of reads that saw old data" : "", about, picture->title);
}

bool picture_lag(Picture *picture, Runs runs)
{
    Frame frame = {.low = INFINITY};
    g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(Line));
    g_autofree int *blocks = g_new(int, runs.n);
    g_array_set_clear_func(lines, line_clear);
    set_bins(&frame, runs);
    if (!(frame.end > 0))
        return false;
    if (runs.n == 1)
        add_lines_of_one(picture, lines, &frame, runs.run[0]);
    else
        add_lines_of_each(picture, lines, &frame, runs);
    if (!(frame.high > 0))
        return false;
    frame.low = picture_round_down(frame.low);
    frame.high = picture_round_up(frame.high * 1.05);
    for (guint i = 0; i < lines->len; i++) {
        Line *line = &g_array_index(lines, Line, i);
        line->end = line->end > 0 ? share_of_height(&frame, line->end) : 0;
    }
    bool any_reads = false;
    for (guint i = 0; i < runs.n; i++) {
        blocks[i] = add_stale(picture, &frame, runs.run[i]);
        any_reads |= blocks[i] >= 0;
    }
    guint right = PICTURE_WIDTH - picture_names_width(lines, "");
    picture->height = any_reads ? STALE_TOP + STALE_HEIGHT + 58 : TOP + LAG_HEIGHT + 58;
    add_words(picture, runs, &frame, lines->len, any_reads);
    lag_panel(picture, runs, &frame, lines, right, !any_reads);
    if (any_reads)
        stale_panel(picture, runs, &frame, blocks, right);
    return true;
}
