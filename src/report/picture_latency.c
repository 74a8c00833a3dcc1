/* Picture 1: latency by percentile.  x is 1/(1 - p), logarithmic, so that every further nine has the same room; y is
 * logarithmic too. One run: all requests and each population in one panel.  Several: a panel per population, a line per
 * design. */
#include "report/amount.h"
#include "report/picture.h"
#include "report/tokens.h"
#include <math.h>
#include <string.h>

enum { TOP = 92, BOTTOM = 402, LEFT = 78, GAP = 28, PANELS_MOST = 3, NAMES_MOST = 5 };

/* What a panel shows: these labels of every run. */
typedef struct {
    const char *labels;
    double low, high, end;
} Panel;

static const char *population(const char *labels)
{
    return g_str_has_prefix(labels, "clients=") ? labels + strlen("clients=") : "all requests";
}

/* Labels of the populations that have a curve in every run, at most `most`. */
static GPtrArray *populations(Runs runs, guint most)
{
    GPtrArray *labels = g_ptr_array_new();
    for (guint i = 0; i < runs.run[0]->curves->len && labels->len < most; i++) {
        const ResultCurve *curve = runs.run[0]->curves->pdata[i];
        bool everywhere =
            strcmp(curve->name, "latency.percentiles") == 0 && g_str_has_prefix(curve->labels, "clients=");
        for (guint j = 1; j < runs.n && everywhere; j++)
            everywhere = results_curve(runs.run[j], "latency.percentiles", curve->labels) != NULL;
        if (everywhere)
            g_ptr_array_add(labels, curve->labels);
    }
    return labels;
}

static double nines(double p)
{
    return 1 / (1 - p);
}

/* From the 1st percentile on: the fastest answer of a million says nothing and would stretch the axis. */
static void stretch(Panel *panel, const ResultCurve *curve)
{
    for (guint i = 0; i < curve->n_rows; i++) {
        double p = curve->cell[i * curve->n_columns], seconds = curve->cell[i * curve->n_columns + 1];
        if (p < 0.01 || p >= 1 || !(seconds > 0) || !isfinite(seconds))
            continue;
        panel->low = MIN(panel->low, seconds);
        panel->high = MAX(panel->high, seconds);
        panel->end = MAX(panel->end, nines(p));
    }
}

static double share_of_height(const Panel *panel, double seconds)
{
    return picture_log_share(seconds, panel->low, panel->high);
}

static void add_line(Picture *picture, GArray *lines, const Panel *panel, const Results *run, const ResultCurve *curve,
                     Line line)
{
    line.block = picture_block(picture, "p\tlatency_s\trun\tclients");
    for (guint i = 0; i < curve->n_rows; i++) {
        const double *cell = curve->cell + (gsize)i * curve->n_columns;
        if (!(cell[0] < 1) || !isfinite(cell[1]))
            continue;
        picture_row(picture, cell, 2, run->scenario, population(curve->labels));
        if (cell[1] > 0)
            line.end = share_of_height(panel, cell[1]);
    }
    g_array_append_val(lines, line);
}

/* p of "latency.p99", "latency.p999"; 0 when the name is none of these. */
static double percentile_of(const char *name)
{
    double p = 0, digit = 0.1;
    if (!g_str_has_prefix(name, "latency.p") || strlen(name) > strlen("latency.p9999"))
        return 0;
    for (const char *c = name + strlen("latency.p"); *c; c++, digit /= 10) {
        if (!g_ascii_isdigit(*c))
            return 0;
        p += digit * (*c - '0');
    }
    return p;
}

static bool is_shown(const Panel *panel, const ResultObjective *objective, const GPtrArray *shown)
{
    double p = percentile_of(objective->name);
    bool is_here = g_ptr_array_find_with_equal_func((GPtrArray *)shown, objective->labels, g_str_equal, NULL);
    return is_here && p > 0 && nines(p) <= panel->end && !objective->at_least && objective->target > panel->low &&
           objective->target < panel->high;
}

/* Cross-hairs of the objectives that are about what this panel shows, `shown`; each once. */
static void add_objectives(Picture *picture, const Panel *panel, Runs runs, const GPtrArray *shown)
{
    g_autoptr(GPtrArray) drawn = g_ptr_array_new_with_free_func(g_free);
    char text[AMOUNT_SIZE];
    for (guint i = 0; i < runs.n; i++)
        for (guint j = 0; j < runs.run[i]->objectives->len; j++) {
            const ResultObjective *objective = runs.run[i]->objectives->pdata[j];
            if (!is_shown(panel, objective, shown))
                continue;
            bool with_name = shown->len > 1 && *objective->labels;
            double x = nines(percentile_of(objective->name)), y = share_of_height(panel, objective->target);
            g_autofree char *label =
                g_strdup_printf("%s ≤ %s%s%s", objective->name + strlen("latency."), amount_target(objective, text),
                                with_name ? ", " : "", with_name ? population(objective->labels) : "");
            if (g_ptr_array_find_with_equal_func(drawn, label, g_str_equal, NULL))
                continue;
            picture_line(picture, "ff", 1, objective->target, x, objective->target, PICTURE_GOAL);
            picture_line(picture, "fg", x, 0, x, y, PICTURE_GOAL);
            picture_label(picture, "gg", 0.012, y + 0.034, label, PICTURE_NOTE_BOXED);
            g_ptr_array_add(drawn, g_steal_pointer(&label));
        }
}

/* `is_last`: no other panel stands at its right, whose first number its last one would touch. */
static void axes(Picture *picture, const Panel *panel, bool is_first, bool is_last)
{
    static const struct {
        const char *text;
        double p;
    } tics[] = {{"0", 0},        {"50", 0.5},       {"90", 0.9},        {"99", 0.99},
                {"99.9", 0.999}, {"99.99", 0.9999}, {"99.999", 0.99999}};
    g_autoptr(GString) x = g_string_new(NULL);
    char number[NUMBER_SIZE];
    for (gsize i = 0; i < G_N_ELEMENTS(tics); i++)
        if (nines(tics[i].p) <= panel->end * (is_last ? 1.001 : 0.9))
            g_string_append_printf(x, "%s\"%s\" %s", i ? ", " : "", tics[i].text,
                                   token_number(nines(tics[i].p), number));
    picture_say(picture, "set logscale x\nset xtics (%s)", x->str);
    picture_range(picture, "x", 1, panel->end);
    picture_log_axis(picture, panel->low, panel->high, is_first);
}

static void draw(Picture *picture, const GArray *lines)
{
    char width[NUMBER_SIZE];
    g_string_append(picture->script, "plot ");
    for (guint i = 0; i < lines->len; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        g_string_append_printf(
            picture->script, "%s\\\n    \"%s.tsv\" index %u using (1/(1-$1)):2 with lines lc rgb \"%s\" lw %s dt %u",
            i ? ", " : "", picture->name, line->block, line->colour, token_number(line->width, width), line->dash);
    }
    g_string_append_c(picture->script, '\n');
}

/* All requests bold in the colour of the design, populations thinner in colours that no design of this picture has. */
static void single_panel(Picture *picture, Runs runs)
{
    const Results *run = runs.run[0];
    const ResultCurve *all = results_curve(run, "latency.percentiles", "");
    g_autoptr(GPtrArray) labels = populations(runs, NAMES_MOST);
    g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(Line));
    g_array_set_clear_func(lines, line_clear);
    Panel panel = {.low = INFINITY, .high = 0, .end = 1};
    if (labels->len < 2)
        g_ptr_array_set_size(labels, 0);
    stretch(&panel, all);
    for (guint i = 0; i < labels->len; i++)
        stretch(&panel, results_curve(run, "latency.percentiles", labels->pdata[i]));
    panel.low = picture_round_down(panel.low);
    panel.high = picture_round_up(panel.high * 1.05);
    for (guint i = 0; i < labels->len; i++) {
        Line line = {.name = g_strdup(population(labels->pdata[i])),
                     .colour = picture_colour(i + 2),
                     .dash = picture_dash(i + 1),
                     .width = 1.8};
        add_line(picture, lines, &panel, run, results_curve(run, "latency.percentiles", labels->pdata[i]), line);
    }
    Line line = {.name = g_strdup("all requests"), .colour = picture_colour(0), .dash = 1, .width = 2.8};
    add_line(picture, lines, &panel, run, all, line);
    picture_panel(picture, LEFT, TOP, PICTURE_WIDTH - picture_names_width(lines, ""), BOTTOM);
    picture_heading(picture, "click to answer");
    axes(picture, &panel, true, true);
    picture_below(picture, "percentile of requests: each further nine has the same room");
    g_ptr_array_add(labels, (gpointer) "");
    add_objectives(picture, &panel, runs, labels);
    picture_names(picture, lines);
    draw(picture, lines);
}

static void one_of_panels(Picture *picture, Runs runs, Panel panel, guint number, guint n_panels)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(Line));
    g_autoptr(GPtrArray) shown = g_ptr_array_new();
    g_array_set_clear_func(lines, line_clear);
    g_ptr_array_add(shown, (gpointer)panel.labels);
    for (guint i = 0; i < runs.n; i++) {
        Line line = {.name = g_strdup(runs.run[i]->scenario),
                     .colour = picture_colour(i),
                     .dash = picture_dash(i),
                     .width = 2.4};
        add_line(picture, lines, &panel, runs.run[i], results_curve(runs.run[i], "latency.percentiles", panel.labels),
                 line);
    }
    guint right = PICTURE_WIDTH - picture_names_width(lines, "");
    guint width = (right - LEFT - GAP * (n_panels - 1)) / n_panels, left = LEFT + number * (width + GAP);
    picture_panel(picture, left, TOP, left + width, BOTTOM);
    axes(picture, &panel, number == 0, number + 1 == n_panels);
    picture_below(picture, n_panels > 1 ? "percentile" : "percentile of requests: each further nine has the same room");
    picture_above(picture, 'g', 0, population(panel.labels), "left font \"DejaVu Sans Bold,12\" tc rgb \"#444444\"");
    add_objectives(picture, &panel, runs, shown);
    if (number + 1 == n_panels)
        picture_names(picture, lines);
    draw(picture, lines);
}

static void panels(Picture *picture, Runs runs)
{
    g_autoptr(GPtrArray) labels = populations(runs, PANELS_MOST);
    Panel panel = {.low = INFINITY, .high = 0, .end = 1};
    if (labels->len < 2) {
        g_ptr_array_set_size(labels, 0);
        g_ptr_array_add(labels, (gpointer) "");
    }
    for (guint i = 0; i < labels->len; i++)
        for (guint j = 0; j < runs.n; j++)
            stretch(&panel, results_curve(runs.run[j], "latency.percentiles", labels->pdata[i]));
    panel.low = picture_round_down(panel.low);
    panel.high = picture_round_up(panel.high * 1.05);
    for (guint i = 0; i < labels->len; i++) {
        panel.labels = labels->pdata[i];
        one_of_panels(picture, runs, panel, i, labels->len);
    }
}

/* "Half of the requests are answered within 24.1 ms, 99 % within 131 ms"; of several the 99th percentiles. (transfer
 * full) */
static char *title_of(Runs runs)
{
    char half[AMOUNT_SIZE], most[AMOUNT_SIZE];
    GString *title = g_string_new(runs.n > 2 ? "99 % of the requests are answered within: " : NULL);
    for (guint i = 0; i < runs.n; i++) {
        const ResultFigure *p50 = results_figure(runs.run[i], "latency", "p50", "");
        const ResultFigure *p99 = results_figure(runs.run[i], "latency", "p99", "");
        const char *scenario = runs.run[i]->scenario;
        amount_text(p50 ? p50->value : NAN, "s", half);
        amount_text(p99 ? p99->value : NAN, "s", most);
        if (runs.n == 1)
            g_string_append_printf(title, "Half of the requests are answered within %s, 99 %% within %s", half, most);
        else if (runs.n == 2)
            g_string_append_printf(title, "%s%s: p50 %s, p99 %s", i ? "; " : "", scenario, half, most);
        else
            g_string_append_printf(title, "%s%s %s", i ? ", " : "", scenario, most);
    }
    return g_string_free(title, FALSE);
}

static void add_words(Picture *picture, Runs runs)
{
    g_autofree char *about = picture_about(runs);
    picture->title = title_of(runs);
    picture->subtitle = g_strdup_printf("%s · from click to answer, answered requests only", about);
    picture->description = g_strdup_printf("Latency by percentile, logarithmic: %s. %s.", about, picture->title);
}

bool picture_latency(Picture *picture, Runs runs)
{
    for (guint i = 0; i < runs.n; i++) {
        const ResultCurve *all = results_curve(runs.run[i], "latency.percentiles", "");
        Panel panel = {.low = INFINITY, .high = 0, .end = 1};
        if (!all || all->n_columns < 2)
            return false;
        stretch(&panel, all);
        if (!(panel.high > 0))
            return false;
    }
    add_words(picture, runs);
    if (runs.n == 1)
        single_panel(picture, runs);
    else
        panels(picture, runs);
    return true;
}
