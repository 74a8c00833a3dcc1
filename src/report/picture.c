#include "report/picture.h"
#include "base/check.h"
#include "report/amount.h"
#include "report/tokens.h"
#include <math.h>
#include <string.h>

enum {
    NAME_STEP = 17,
    NAME_MOST = 32,         /* characters of a name at the right */
    NAME_SAMPLE = 54,       /* pixels before a name: the leader and a piece of its line */
    TITLE_MOST = 98,        /* characters of a title at its usual size */
    SMALL_TITLE_MOST = 130, /* and at the smallest */
    SUBTITLE_MOST = 145,
};

/* Wherever it would run into something else. (transfer full) */
static char *shortened(const char *text, guint most)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    if (g_utf8_strlen(valid, -1) <= (glong)most)
        return g_steal_pointer(&valid);
    g_autofree char *head = g_utf8_substring(valid, 0, most - 1);
    return g_strconcat(head, "…", NULL);
}

void picture_begin(Picture *picture, const char *name)
{
    *picture = (Picture){.name = name, .height = 460, .script = g_string_new(NULL), .data = g_string_new(NULL)};
}

void picture_clear(Picture *picture)
{
    g_string_free(picture->script, TRUE);
    g_string_free(picture->data, TRUE);
    g_free(picture->title);
    g_free(picture->subtitle);
    g_free(picture->description);
}

void picture_say(Picture *picture, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(picture->script, format, arguments);
    va_end(arguments);
    g_string_append_c(picture->script, '\n');
}

static char *quoted(const char *text)
{
    GString *out = g_string_new(NULL);
    token_gnuplot(out, text);
    return g_string_free(out, FALSE);
}

/* The house style. */
static const char head[] = "set encoding utf8\n"
                           "set decimalsign \".\"\n"
                           "set datafile separator \"\\t\"\n"
                           "set border 3 lc rgb \"#444444\"\n"
                           "set tics nomirror out tc rgb \"#444444\"\n"
                           "set grid ytics lc rgb \"#e4e4e4\" lt 1 lw 1\n"
                           "unset key\n"
                           "set style fill solid noborder\n"
                           "set style textbox opaque fc rgb \"#ffffff\" noborder margins 0.4,0.2\n";

static void add_title(GString *script, const Picture *picture)
{
    char spot[SPOT_SIZE];
    bool is_long = g_utf8_strlen(picture->title, -1) > TITLE_MOST;
    g_autofree char *title = shortened(picture->title, SMALL_TITLE_MOST), *safe = quoted(title);
    g_autofree char *subtitle = shortened(picture->subtitle, SUBTITLE_MOST), *safe_subtitle = quoted(subtitle);
    g_string_append_printf(script, "set label %s at %s left font \"DejaVu Sans Bold,%d\" tc rgb \"#222222\"\n", safe,
                           picture_spot("ss", 16.0 / PICTURE_WIDTH, 1 - 24.0 / picture->height, spot),
                           is_long ? 12 : 15);
    g_string_append_printf(script, "set label %s at %s left font \",12\" tc rgb \"#666666\"\n", safe_subtitle,
                           picture_spot("ss", 16.0 / PICTURE_WIDTH, 1 - 46.0 / picture->height, spot));
}

void picture_finish(Picture *picture, const char *id)
{
    g_autoptr(GString) script = g_string_new(NULL);
    const char *name = picture->name;
    g_string_append_printf(script, "# Draws %s.svg from %s.tsv: gnuplot %s.gp\n", name, name, name);
    g_string_append_printf(script, "if (!exists(\"picture\")) picture = \"%s.svg\"\n", name);
    g_string_append_printf(script,
                           "set term svg size %d,%u dynamic name \"%s\" font \"DejaVu Sans,13\" "
                           "background \"#ffffff\" rounded noenhanced\n",
                           PICTURE_WIDTH, picture->height, id);
    g_string_append_printf(script, "%sset output picture\nset multiplot\n", head);
    /* An empty panel carries the title, so that clearing the labels of a panel does not take it away. */
    add_title(script, picture);
    g_string_append(script, "unset border; unset tics; set xrange [0:1]; set yrange [0:1]\nplot -1 notitle\n"
                            "set border 3; set tics nomirror out tc rgb \"#444444\"; set autoscale\n");
    g_string_append_len(script, picture->script->str, (gssize)picture->script->len);
    g_string_append(script, "unset multiplot\nset output\n");
    g_string_assign(picture->script, script->str);
}

static const char *system_name(char letter)
{
    return letter == 'g' ? "graph" : letter == 's' ? "screen" : "first";
}

char *picture_spot(const char systems[2], double x, double y, char buffer[SPOT_SIZE])
{
    char first[NUMBER_SIZE], second[NUMBER_SIZE];
    g_snprintf(buffer, SPOT_SIZE, "%s %s, %s %s", system_name(systems[0]), token_number(x, first),
               system_name(systems[1]), token_number(y, second));
    return buffer;
}

void picture_label(Picture *picture, const char systems[2], double x, double y, const char *text, const char *style)
{
    char spot[SPOT_SIZE];
    g_autofree char *safe = quoted(text);
    picture_say(picture, "set label %s at %s %s", safe, picture_spot(systems, x, y, spot), style);
}

void picture_line(Picture *picture, const char systems[2], double x1, double y1, double x2, double y2,
                  const char *style)
{
    char from[SPOT_SIZE], to[SPOT_SIZE];
    picture_say(picture, "set arrow from %s to %s nohead %s", picture_spot(systems, x1, y1, from),
                picture_spot(systems, x2, y2, to), style);
}

void picture_box(Picture *picture, const char systems[2], double x1, double y1, double x2, double y2, const char *style)
{
    char from[SPOT_SIZE], to[SPOT_SIZE];
    picture_say(picture, "set object rectangle from %s to %s %s", picture_spot(systems, x1, y1, from),
                picture_spot(systems, x2, y2, to), style);
}

void picture_panel(Picture *picture, guint left, guint top, guint right, guint bottom)
{
    char number[NUMBER_SIZE];
    picture->left = left, picture->top = top, picture->right = right, picture->bottom = bottom;
    picture_say(picture, "unset label; unset arrow; unset object; unset xlabel; unset logscale");
    picture_say(picture, "set xtics nomirror out offset 0,0.2; set ytics nomirror out");
    picture_say(picture, "set lmargin at screen %s", token_number((double)left / PICTURE_WIDTH, number));
    picture_say(picture, "set rmargin at screen %s", token_number((double)right / PICTURE_WIDTH, number));
    picture_say(picture, "set tmargin at screen %s", token_number(1 - (double)top / picture->height, number));
    picture_say(picture, "set bmargin at screen %s", token_number(1 - (double)bottom / picture->height, number));
}

void picture_heading(Picture *picture, const char *text)
{
    picture_label(picture, "ss", 16.0 / PICTURE_WIDTH, 1 - (picture->top - 18.0) / picture->height, text,
                  "left font \",12\" tc rgb \"#444444\"");
}

void picture_above(Picture *picture, const char system, double x, const char *text, const char *style)
{
    const char systems[] = {system, 's', '\0'};
    picture_label(picture, systems, x, 1 - (picture->top - 18.0) / picture->height, text, style);
}

void picture_below(Picture *picture, const char *text)
{
    /* Not gnuplot's xlabel, whose distance grows with the font of the tics. */
    picture_label(picture, "gs", 0.5, 1 - (picture->bottom + 46.0) / picture->height, text,
                  "center font \",12\" tc rgb \"#444444\"");
}

void picture_range(Picture *picture, const char *axis, double low, double high)
{
    char from[NUMBER_SIZE], to[NUMBER_SIZE];
    picture_say(picture, "set %srange [%s:%s]", axis, token_number(low, from), token_number(high, to));
}

guint picture_block(Picture *picture, const char *about)
{
    if (picture->n_blocks)
        g_string_append(picture->data, "\n\n");
    g_string_append_printf(picture->data, "# %s\n", about);
    return picture->n_blocks++;
}

/* Of 1, 2, 5, 10, ... the next above `value`, one of them. */
static double next_step(double value)
{
    return picture_round_up(value * 1.001);
}

static bool is_power_of_ten(double value)
{
    double ten = 1;
    while (ten > value * 1.001)
        ten /= 10;
    while (ten * 10 < value * 1.001)
        ten *= 10;
    return value < ten * 1.001;
}

/* Where the powers of ten stand alone: an end between two of them, if there is room for its number. */
static bool is_lonely_end(const Picture *picture, double value, double low, double high)
{
    enum { ROOM = 14 };
    double pixels_per_decade = (picture->bottom - picture->top) / log10(high / low), within = log10(value);
    within -= floor(within);
    return (value < low * 1.001 || value > high * 0.999) && fmin(within, 1 - within) * pixels_per_decade >= ROOM;
}

void picture_log_axis(Picture *picture, double low, double high, bool with_numbers)
{
    enum { TICS_MOST = 9 };
    g_autoptr(GString) tics = g_string_new(NULL);
    char number[NUMBER_SIZE], text[AMOUNT_SIZE];
    guint n = 0;
    for (double value = low; value <= high * 1.001; value = next_step(value))
        n++;
    for (double value = low; value <= high * 1.001; value = next_step(value))
        if (n <= TICS_MOST || is_power_of_ten(value) || is_lonely_end(picture, value, low, high))
            g_string_append_printf(tics, "%s\"%s\" %s", tics->len ? ", " : "",
                                   with_numbers ? amount_span(value, text) : "", token_number(value, number));
    picture_say(picture, "set logscale y");
    picture_range(picture, "y", low, high);
    picture_say(picture, "set ytics (%s)", tics->str);
}

double picture_log_share(double value, double low, double high)
{
    return log(value / low) / log(high / low);
}

/* Of a table: no tab and no end of line. */
static void add_cell_text(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_strdelimit(valid, "\t\r\n\"", ' ');
    g_string_append_printf(out, "\t%s", valid);
}

void picture_row(Picture *picture, const double *numbers, guint n, const char *run, const char *labels)
{
    char number[NUMBER_SIZE];
    for (guint i = 0; i < n; i++) {
        bool is_known = isfinite(numbers[i]);
        g_string_append_printf(picture->data, "%s%s", i ? "\t" : "",
                               is_known ? token_number(numbers[i], number) : "NaN");
    }
    add_cell_text(picture->data, run);
    add_cell_text(picture->data, *labels ? labels : "all");
    g_string_append_c(picture->data, '\n');
}

void line_clear(void *line)
{
    g_free(((Line *)line)->name);
}

/* From the bottom to the top; where lines end alike, the bolder and then the earlier one is on top. */
static int compare_ends(const void *a, const void *b)
{
    const Line *first = *(const Line *const *)a, *second = *(const Line *const *)b;
    if (fabs(first->end - second->end) > 1e-9)
        return first->end > second->end ? 1 : -1;
    if (fabs(first->width - second->width) > 1e-9)
        return first->width > second->width ? 1 : -1;
    return first->block < second->block ? 1 : -1;
}

/* Where names go: as near to the ends of their lines as they can without covering each other. */
static void spread(const GPtrArray *lines, double step, double *at)
{
    for (guint i = 0; i < lines->len; i++) {
        double end = CLAMP(((const Line *)lines->pdata[i])->end, 0, 1);
        at[i] = i > 0 ? MAX(end, at[i - 1] + step) : end;
    }
    /* Pushed out at the top: back down. */
    double most = 1;
    for (guint i = lines->len; i-- > 0; most = at[i] - step)
        at[i] = MIN(at[i], most);
}

/* As a share of the panel's width: so many pixels right of it. */
static double beside(const Picture *picture, double pixels)
{
    return 1 + pixels / (picture->right - picture->left);
}

void picture_names(Picture *picture, const GArray *lines)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < lines->len; i++)
        g_ptr_array_add(sorted, &g_array_index(lines, Line, i));
    g_ptr_array_sort(sorted, compare_ends);
    g_autofree double *at = g_new(double, lines->len + 1);
    spread(sorted, (double)NAME_STEP / (picture->bottom - picture->top), at);
    for (guint i = 0; i < sorted->len; i++) {
        const Line *line = sorted->pdata[i];
        char style[128], width[NUMBER_SIZE];
        g_snprintf(style, sizeof style, "lc rgb \"%s\" lw %s dt %u", line->colour, token_number(line->width, width),
                   line->dash);
        picture_line(picture, "gg", beside(picture, 3), CLAMP(line->end, 0, 1), beside(picture, 12), at[i],
                     "lc rgb \"#bbbbbb\" lw 1");
        picture_line(picture, "gg", beside(picture, 13), at[i], beside(picture, NAME_SAMPLE - 14), at[i], style);
        g_snprintf(style, sizeof style, "left font \",12\" tc rgb \"%s\"", line->colour);
        g_autofree char *name = shortened(line->name, NAME_MOST);
        picture_label(picture, "gg", beside(picture, NAME_SAMPLE - 8), at[i], name, style);
    }
}

void picture_name(Picture *picture, double y, const char *text, const char *colour)
{
    char style[96];
    g_autofree char *name = shortened(text, NAME_MOST);
    g_snprintf(style, sizeof style, "left font \",12\" tc rgb \"%s\"", colour);
    picture_label(picture, "gf", beside(picture, 13), y, name, style);
}

guint picture_text_width(const char *text)
{
    /* Measured on DejaVu Sans: 6.2 pixels per character at 11 points. */
    return (guint)g_utf8_strlen(text, -1) * 63 / 10;
}

guint picture_names_width(const GArray *lines, const char *other)
{
    glong most = g_utf8_strlen(other, -1);
    for (guint i = 0; i < lines->len; i++)
        most = MAX(most, g_utf8_strlen(g_array_index(lines, Line, i).name, -1));
    return NAME_SAMPLE + (guint)MIN(most, NAME_MOST) * 7;
}

const char *picture_colour(guint i)
{
    static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"};
    return colours[i % G_N_ELEMENTS(colours)];
}

guint picture_dash(guint i)
{
    return 1 + i % 5;
}

char *picture_about(Runs runs)
{
    const Results *first = runs.run[0];
    const char *plural = first->replications == 1 ? "" : "s";
    if (runs.n > 1)
        return g_strdup_printf("%u replication%s, seed %" G_GUINT64_FORMAT ", the same users for all",
                               first->replications, plural, first->seed);
    return g_strdup_printf("%s · %u replication%s, seed %" G_GUINT64_FORMAT, first->scenario, first->replications,
                           plural, first->seed);
}

double picture_round_down(double value)
{
    static const double steps[] = {5, 2, 1};
    double ten = 1;
    CHECK(value > 0 && isfinite(value));
    while (ten > value)
        ten /= 10;
    while (ten * 10 <= value)
        ten *= 10;
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        if (steps[i] * ten <= value)
            return steps[i] * ten;
    return ten;
}

double picture_round_up(double value)
{
    double below = picture_round_down(value), ten = 1;
    if (below == value)
        return value;
    while (ten > below)
        ten /= 10;
    while (ten * 10 <= below)
        ten *= 10;
    double digit = floor(below / ten + 0.5);
    return digit == 1 ? 2 * ten : digit == 2 ? 5 * ten : 10 * ten;
}

double picture_step(double span, guint n)
{
    return picture_round_up(span / n);
}
