/* Picture 2: the failover timeline.  Above, the share of requests that is answered, window by window, seconds since the
 * fault began; below, a lane for the fault and one per design for its phases: detect, decide, promote, caches expire.
 * One run: its phases are bands above too. */
#include "report/amount.h"
#include "report/picture.h"
#include "report/tokens.h"
#include <math.h>
#include <string.h>

enum {
    TOP = 92,
    LEFT = 78,
    MAIN_HEIGHT = 270,
    LANES_TOP = TOP + MAIN_HEIGHT + 12,
    LANE = 24,
    POPULATIONS_MOST = 4,
    BEFORE_S = 30,
};

/* The fault in one run: when, and the seconds after it that its phases took (NAN: unknown). */
typedef struct {
    double start, end, detected, half, back, promoted, found; /* detected: and told */
} Course;

static double cell_of(const ResultCurve *curve, guint column)
{
    return curve && curve->n_rows > 0 && column < curve->n_columns ? curve->cell[column] : NAN;
}

static bool course_of(const Results *run, const char *labels, Course *course)
{
    const ResultCurve *fault = results_curve(run, "faults", labels), *phases = results_curve(run, "phases", labels);
    const ResultCurve *timeline = results_curve(run, "timeline", "");
    *course = (Course){cell_of(fault, 0),  cell_of(fault, 1),  cell_of(phases, 0), cell_of(phases, 1),
                       cell_of(phases, 2), cell_of(phases, 3), cell_of(phases, 4)};
    return fault && isfinite(course->start) && timeline && timeline->n_columns >= 3 && timeline->n_rows > 1;
}

/* The first fault that all runs have and in one of which at least somebody noticed: there is nothing to see of others.
 */
static const char *common_fault(Runs runs)
{
    for (guint i = 0; i < runs.run[0]->curves->len; i++) {
        const ResultCurve *curve = runs.run[0]->curves->pdata[i];
        Course course;
        bool everywhere = strcmp(curve->name, "faults") == 0, noticed = false;
        for (guint j = 0; j < runs.n && everywhere; j++) {
            everywhere = course_of(runs.run[j], curve->labels, &course);
            noticed |= everywhere && course.back != 0;
        }
        if (everywhere && noticed)
            return curve->labels;
    }
    return NULL;
}

/* Until well after the slowest is back; until after the fault where one never is. */
static double last_second(const Course *courses, guint n)
{
    double last = 120;
    for (guint i = 0; i < n; i++) {
        double length = isfinite(courses[i].end) ? courses[i].end - courses[i].start : 600;
        last = MAX(last, isfinite(courses[i].back) ? courses[i].back * 1.4 : length * 1.2);
    }
    return ceil(last / 30) * 30;
}

/* Adds the data and the line of one timeline, from BEFORE_S before the fault to `last` after it. */
static void add_line(Picture *picture, GArray *lines, const Results *run, const char *labels, double start, double last,
                     Line line)
{
    const ResultCurve *curve = results_curve(run, "timeline", labels);
    line.block = picture_block(picture, "s_since_fault\tanswered_share\tt_s\tanswered\tended\trun\tclients");
    for (guint i = 0; curve && i < curve->n_rows; i++) {
        const double *cell = curve->cell + (gsize)i * curve->n_columns;
        double since = cell[0] - start, share = cell[2] > 0 ? cell[1] / cell[2] : NAN;
        if (since < -BEFORE_S || since > last)
            continue;
        const double numbers[] = {since, share, cell[0], cell[1], cell[2]};
        picture_row(picture, numbers, 5, run->scenario,
                    g_str_has_prefix(labels, "clients=") ? labels + strlen("clients=") : labels);
        if (isfinite(share))
            line.end = share / 1.04;
    }
    g_array_append_val(lines, line);
}

static void add_populations(Picture *picture, GArray *lines, const Results *run, double start, double last)
{
    guint n = 0;
    for (guint i = 0; i < run->curves->len; i++)
        n += strcmp(((const ResultCurve *)run->curves->pdata[i])->name, "timeline") == 0;
    for (guint i = 0, number = 0; i < run->curves->len && n > 2 && number < POPULATIONS_MOST; i++) {
        const ResultCurve *curve = run->curves->pdata[i];
        if (strcmp(curve->name, "timeline") != 0 || !g_str_has_prefix(curve->labels, "clients="))
            continue;
        Line line = {.name = g_strdup(curve->labels + strlen("clients=")),
                     .colour = picture_colour(number + 2),
                     .dash = picture_dash(number + 1),
                     .width = 1.6};
        add_line(picture, lines, run, curve->labels, start, last, line);
        number++;
    }
}

/* ---- Lanes ---- */

typedef struct {
    const char *name;
    double from, to;
    const char *shade; /* transparency of the design's colour */
} Phase;

enum { PHASES_MOST = 4 };

/* In the order of time. Returns how many. */
static guint phases_of(const Course *course, Phase phases[PHASES_MOST])
{
    guint n = 0;
    double at = 0;
    if (isfinite(course->found) && course->found > 0 && course->found < course->detected) {
        phases[n++] = (Phase){"detect", 0, course->found, "#60"};
        at = course->found;
    }
    if (isfinite(course->detected) && course->detected > at) {
        phases[n++] = (Phase){at > 0 ? "decide" : "detect", at, course->detected, at > 0 ? "#78" : "#60"};
        at = course->detected;
    }
    if (isfinite(course->promoted) && course->promoted > at) {
        phases[n++] = (Phase){"promote", at, course->promoted, "#90"};
        at = course->promoted;
    }
    if (isfinite(course->back) && course->back > at && n > 0)
        phases[n++] = (Phase){"caches expire", at, course->back, "#c0"};
    return n;
}

/* The most telling of "detect 40.2 s", "detect", "40.2 s" and "" that `width` pixels hold. (transfer full) */
static char *fitting(const char *name, double seconds, double width)
{
    char text[AMOUNT_SIZE];
    amount_text(seconds, "s", text);
    g_autofree char *whole = g_strdup_printf("%s %s", name, text);
    const char *const choices[] = {whole, name, text};
    for (gsize i = 0; i < G_N_ELEMENTS(choices); i++)
        if (picture_text_width(choices[i]) <= width)
            return g_strdup(choices[i]);
    return g_strdup("");
}

static void lane(Picture *picture, double y, double from, double to, const char *colour, const char *text)
{
    char style[96];
    g_snprintf(style, sizeof style, "fc rgb \"%s\" fs solid noborder", colour);
    picture_box(picture, "ff", from, y - 0.36, to, y + 0.36, style);
    if (*text)
        picture_label(picture, "ff", (from + to) / 2, y, text, "center font \",11\" tc rgb \"#222222\"");
}

static char *shaded(const char *shade, const char *colour)
{
    return g_strconcat(shade, colour + 1, NULL);
}

static void lanes(Picture *picture, Runs runs, const Course *courses, const char *fault, double last, guint right)
{
    guint bottom = LANES_TOP + LANE * (runs.n + 1);
    double pixels_per_s = (double)(right - LEFT) / (last + BEFORE_S);
    double length = courses[0].end - courses[0].start;
    bool ends_later = !(length <= last);
    picture_panel(picture, LEFT, LANES_TOP, right, bottom);
    picture_range(picture, "x", -BEFORE_S, last);
    picture_range(picture, "y", 0, runs.n + 1);
    g_autofree char *lasts = isfinite(length) ? fitting(ends_later ? "fault, lasts" : "fault,", length,
                                                        (ends_later ? last : length) * pixels_per_s)
                                              : g_strdup("fault, does not end");
    lane(picture, runs.n + 0.5, 0, ends_later ? last : length, "#cfcfcf", lasts);
    picture_name(picture, runs.n + 0.5, fault, "#555555");
    for (guint i = 0; i < runs.n; i++) {
        Phase phases[PHASES_MOST];
        guint n = phases_of(&courses[i], phases);
        double y = runs.n - i - 0.5;
        for (guint j = 0; j < n; j++) {
            g_autofree char *colour = shaded(phases[j].shade, picture_colour(i));
            double width = (phases[j].to - phases[j].from) * pixels_per_s;
            g_autofree char *text = fitting(phases[j].name, phases[j].to - phases[j].from, width);
            lane(picture, y, phases[j].from, MIN(phases[j].to, last), colour, text);
        }
        if (n == 0)
            picture_label(picture, "ff", 0, y, "no health check saw it", PICTURE_NOTE);
        picture_name(picture, y, runs.n > 1 ? runs.run[i]->scenario : "phases", picture_colour(i));
    }
    picture_say(picture, "unset grid; unset ytics; set border 1 lc rgb \"#444444\"\nset xtics autofreq");
    picture_below(picture, "seconds since the fault began");
    picture_say(picture, "plot -1 notitle");
}

/* ---- Main panel ---- */

static void bands(Picture *picture, const Course *course)
{
    Phase phases[PHASES_MOST];
    guint n = phases_of(course, phases);
    for (guint i = 0; i < n; i++) {
        static const char *const tints[] = {"#f0f0f0", "#fbf3e6"};
        char style[96];
        g_snprintf(style, sizeof style, "fc rgb \"%s\" fs solid noborder behind", tints[i % 2]);
        picture_box(picture, "fg", phases[i].from, 0, phases[i].to, 1, style);
    }
}

static void objective_lines(Picture *picture, Runs runs, double last)
{
    char text[AMOUNT_SIZE];
    picture_line(picture, "gf", 0, 99, 1, 99, PICTURE_GOAL);
    picture_label(picture, "gf", 0.995, 94, "99 %: back", "right font \",11\" tc rgb \"#666666\" front boxed");
    for (guint i = 0; i < runs.n; i++)
        for (guint j = 0; j < runs.run[i]->objectives->len; j++) {
            const ResultObjective *objective = runs.run[i]->objectives->pdata[j];
            if (strcmp(objective->name, "failover.time") != 0 || objective->at_least || !(objective->target < last))
                continue;
            g_autofree char *label = g_strdup_printf("objective %s", amount_target(objective, text));
            picture_line(picture, "fg", objective->target, 0, objective->target, 1.03, PICTURE_GOAL);
            picture_above(picture, 'f', objective->target, label, "center font \",11\" tc rgb \"#666666\"");
            return;
        }
}

static void draw(Picture *picture, const GArray *lines)
{
    char width[NUMBER_SIZE];
    g_string_append(picture->script, "plot ");
    for (guint i = 0; i < lines->len; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        g_string_append_printf(
            picture->script, "%s\\\n    \"%s.tsv\" index %u using 1:($2*100) with steps lc rgb \"%s\" lw %s dt %u",
            i ? ", " : "", picture->name, line->block, line->colour, token_number(line->width, width), line->dash);
    }
    g_string_append_c(picture->script, '\n');
}

static void main_panel(Picture *picture, Runs runs, const Course *courses, double last, const GArray *lines,
                       guint right)
{
    picture_panel(picture, LEFT, TOP, right, TOP + MAIN_HEIGHT);
    picture_range(picture, "x", -BEFORE_S, last);
    picture_range(picture, "y", 0, 104);
    picture_say(picture, "set xtics autofreq format \"\"\nset ytics 0, 20, 100 format \"%s\"", "%g %%");
    picture_heading(picture, "requests answered");
    if (runs.n == 1)
        bands(picture, &courses[0]);
    objective_lines(picture, runs, last);
    picture_names(picture, lines);
    draw(picture, lines);
    picture_say(picture, "set format x \"%s\"", "%g");
}

/* ---- Words ---- */

/* (transfer full) */
static char *title_of_one(const Course *course)
{
    char back[AMOUNT_SIZE], seen[AMOUNT_SIZE], rest[AMOUNT_SIZE];
    if (!isfinite(course->back))
        return g_strdup("Fewer than 99 % of the affected users are answered again before the fault ends");
    amount_text(course->back, "s", back);
    if (!isfinite(course->detected))
        return g_strdup_printf("99 %% of the affected users are answered again after %s", back);
    return g_strdup_printf("99 %% of the affected users are answered again after %s: %s to detect%s, %s to move them",
                           back, amount_text(course->detected, "s", seen),
                           isfinite(course->found) && course->found < course->detected ? " and decide" : "",
                           amount_text(MAX(course->back - course->detected, 0), "s", rest));
}

static char *title_of_several(Runs runs, const Course *courses)
{
    char back[AMOUNT_SIZE];
    GString *title = g_string_new("99 % answered again: ");
    for (guint i = 0; i < runs.n; i++) {
        bool is_back = isfinite(courses[i].back);
        g_string_append_printf(title, "%s%s %s%s", i ? ", " : "", runs.run[i]->scenario,
                               is_back ? "after " : "not before it ends",
                               is_back ? amount_text(courses[i].back, "s", back) : "");
    }
    return g_string_free(title, FALSE);
}

static void add_words(Picture *picture, Runs runs, const Course *courses, const char *fault)
{
    g_autofree char *about = picture_about(runs);
    picture->title = runs.n == 1 ? title_of_one(&courses[0]) : title_of_several(runs, courses);
    picture->subtitle = g_strdup_printf("%s · fault %s · phases are means", about, fault);
    picture->description = g_strdup_printf("Share of requests answered around the beginning of fault %s: %s. %s.",
                                           fault, about, picture->title);
}

bool picture_failover(Picture *picture, Runs runs)
{
    const char *labels = common_fault(runs);
    if (!labels)
        return false;
    const char *fault = g_str_has_prefix(labels, "fault=") ? labels + strlen("fault=") : labels;
    g_autofree Course *courses = g_new(Course, runs.n);
    g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(Line));
    g_array_set_clear_func(lines, line_clear);
    for (guint i = 0; i < runs.n; i++)
        course_of(runs.run[i], labels, &courses[i]);
    double last = last_second(courses, runs.n);
    if (runs.n == 1)
        add_populations(picture, lines, runs.run[0], courses[0].start, last);
    for (guint i = 0; i < runs.n; i++) {
        Line line = {.name = g_strdup(runs.n > 1 ? runs.run[i]->scenario : "all users"),
                     .colour = picture_colour(i),
                     .dash = picture_dash(i),
                     .width = 2.6};
        add_line(picture, lines, runs.run[i], "", courses[i].start, last, line);
    }
    guint right = PICTURE_WIDTH - picture_names_width(lines, fault);
    picture->height = LANES_TOP + LANE * (runs.n + 1) + 58;
    add_words(picture, runs, courses, fault);
    main_panel(picture, runs, courses, last, lines, right);
    lanes(picture, runs, courses, fault, last, right);
    return true;
}
