#include "report/amount.h"
#include "base/quantity.h"
#include "report/tokens.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *unit;
    Dimension dimension;
    double scale; /* from the base unit of results to that of quantities */
} units[] = {
    {"s", DIMENSION_DURATION, 1e9}, {"ratio", DIMENSION_SHARE, 1}, {"count", DIMENSION_COUNT, 1},
    {"1/s", DIMENSION_RATE, 1},     {"B", DIMENSION_SIZE, 1},      {"USD", DIMENSION_MONEY, 1},
};

/* Three significant digits without an exponent, or fewer with `most` decimals. */
static void plain(double value, int most, char *buffer, gsize size)
{
    double magnitude = fabs(value);
    int decimals = magnitude >= 100 || magnitude == 0 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
    char format[8];
    g_snprintf(format, sizeof format, "%%.%df", MIN(decimals, most));
    g_ascii_formatd(buffer, (int)size, format, value);
}

char *amount_text(double value, const char *unit, char buffer[AMOUNT_SIZE])
{
    if (!isfinite(value)) {
        g_strlcpy(buffer, isnan(value) ? "–" : "never", AMOUNT_SIZE);
        return buffer;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(units[i].unit, unit) != 0)
            continue;
        char text[AMOUNT_SIZE];
        return amount_written(quantity_format(value * units[i].scale, units[i].dimension, text, AMOUNT_SIZE), buffer);
    }
    char number[NUMBER_SIZE];
    bool is_bare = strcmp(unit, "times") == 0;
    /* Percentage points as the percentages they come from. */
    plain(value, strcmp(unit, "pp") == 0 ? 2 : 3, number, sizeof number);
    g_snprintf(buffer, AMOUNT_SIZE, "%s%s%s", number, is_bare ? "" : " ", is_bare ? "" : unit);
    return buffer;
}

/* How amount_text writes a value: figures per base unit, decimals, and what stands behind ("" or " ms"). */
typedef struct {
    double scale;
    int decimals;
    char suffix[AMOUNT_SIZE];
} Form;

/* In the unit that `suffix` names; else what the rounded text itself tells. */
static double scale_of(const char *suffix, const char *unit, double value, double number)
{
    static const struct {
        const char *suffix;
        double scale;
    } known[] = {{"", 1},        {"%", 100},       {"ns", 1e9},       {"us", 1e6}, {"µs", 1e6}, {"μs", 1e6},
                 {"ms", 1e3},    {"s", 1},         {"k", 1e-3},       {"M", 1e-6}, {"G", 1e-9}, {"min", 1. / 60},
                 {"m", 1. / 60}, {"h", 1. / 3600}, {"d", 1. / 86400}, {"/s", 1}};
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i].suffix, suffix) == 0)
            return known[i].scale;
    if (strcmp(suffix, unit) == 0)
        return 1;
    return value != 0 ? number / value : 1;
}

static Form form_of(double value, const char *unit)
{
    char text[AMOUNT_SIZE];
    char *end;
    Form form = {0};
    amount_text(value, unit, text);
    double number = g_ascii_strtod(text, &end);
    const char *point = memchr(text, '.', (gsize)(end - text));
    g_strlcpy(form.suffix, end, sizeof form.suffix);
    form.scale = scale_of(g_strstrip(end), unit, value, number);
    form.decimals = point ? (int)(strspn(point + 1, "0123456789")) : 0;
    return form;
}

/* More decimals while the half-width would vanish. */
static int decimals_for(Form form, double half)
{
    /* A half-width of one step, but for rounding, is wide enough. */
    double shown = half * form.scale * (1 + 1e-9);
    int decimals = 0;
    for (double step = 1; decimals < form.decimals || (half > 0 && step > shown && decimals < form.decimals + 4);
         step /= 10)
        decimals++;
    return decimals;
}

static void add_number(GString *out, double value, int decimals)
{
    char format[8], number[AMOUNT_SIZE];
    g_snprintf(format, sizeof format, "%%.%df", decimals);
    g_string_append(out, isinf(value) ? "never" : g_ascii_formatd(number, sizeof number, format, value));
}

char *amount_interval(double value, double low, double high, const char *unit, char buffer[AMOUNT_SIZE])
{
    *buffer = '\0';
    if (!isfinite(value) || isnan(low) || isnan(high))
        return buffer;
    Form form = form_of(value, unit);
    int decimals = decimals_for(form, (high - low) / 2);
    g_autoptr(GString) text = g_string_new("[");
    add_number(text, low * form.scale, decimals);
    g_string_append(text, ", ");
    add_number(text, high * form.scale, decimals);
    g_string_append_c(text, ']');
    g_strlcpy(buffer, text->str, AMOUNT_SIZE);
    return buffer;
}

char *amount_half_width(double value, double low, double high, const char *unit, char buffer[AMOUNT_SIZE])
{
    *buffer = '\0';
    if (!isfinite(value) || !isfinite(low) || !isfinite(high))
        return buffer;
    Form form = form_of(value, unit);
    double half = (high - low) / 2;
    g_autoptr(GString) text = g_string_new("±");
    add_number(text, half * form.scale, decimals_for(form, half));
    g_strlcpy(buffer, text->str, AMOUNT_SIZE);
    return buffer;
}

/* "+0.9", "−34.6", "0.0": a nought that comes of rounding has no sign. */
static void add_signed(GString *out, double value, int decimals)
{
    gsize start = out->len;
    add_number(out, fabs(value), decimals);
    bool is_nought = strspn(out->str + start, "0.") == out->len - start;
    if (!is_nought)
        g_string_insert(out, (gssize)start, value < 0 ? "−" : "+");
}

/* "[−34.9, −34.2]" */
static char *signed_interval(double low, double high, int decimals)
{
    GString *text = g_string_new("[");
    add_signed(text, low, decimals);
    g_string_append(text, ", ");
    add_signed(text, high, decimals);
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

void amount_difference(double difference, double low, double high, const char *unit, char text[AMOUNT_SIZE],
                       char interval[AMOUNT_SIZE])
{
    bool is_share = strcmp(unit, "ratio") == 0, is_sure = isfinite(low) && isfinite(high);
    double factor = is_share ? 100 : 1, half = is_sure ? (high - low) / 2 * factor : 0;
    g_autoptr(GString) number = g_string_new(NULL);
    *interval = '\0';
    if (!isfinite(difference)) {
        g_strlcpy(text, "–", AMOUNT_SIZE);
        return;
    }
    Form form = form_of(MAX(fabs(difference * factor), half), is_share ? "pp" : unit);
    factor *= form.scale;
    int decimals = decimals_for(form, half);
    g_autofree char *ends = signed_interval(low * factor, high * factor, decimals);
    while (decimals > 0 && g_utf8_strlen(ends, -1) > AMOUNT_INTERVAL_WIDTH) {
        g_free(ends);
        ends = signed_interval(low * factor, high * factor, --decimals);
    }
    add_signed(number, difference * factor, decimals);
    g_snprintf(text, AMOUNT_SIZE, "%s%s", number->str, form.suffix);
    if (is_sure)
        g_strlcpy(interval, low == high ? "exact" : ends, AMOUNT_SIZE);
}

const char *amount_unit(const char *metric, const char *unit)
{
    static const char *const multiples[] = {"attempts.per_request", "cost.running", NULL};
    return g_strv_contains(multiples, metric) ? "times" : unit;
}

char *amount_span(double seconds, char buffer[AMOUNT_SIZE])
{
    static const struct {
        const char *name;
        double seconds;
    } spans[] = {{"d", 86400}, {"h", 3600}, {"min", 60}};
    char number[NUMBER_SIZE];
    for (gsize i = 0; i < G_N_ELEMENTS(spans); i++) {
        double count = seconds / spans[i].seconds;
        if (count >= 1 && count == floor(count)) {
            g_snprintf(buffer, AMOUNT_SIZE, "%s %s", token_number(count, number), spans[i].name);
            return buffer;
        }
    }
    bool is_short = seconds > 0 && seconds < 1;
    g_snprintf(buffer, AMOUNT_SIZE, "%s %s", token_number(is_short ? seconds * 1e3 : seconds, number),
               is_short ? "ms" : "s");
    return buffer;
}

char *amount_clock(double seconds, char buffer[AMOUNT_SIZE])
{
    gint64 whole = (gint64)floor(seconds);
    g_snprintf(buffer, AMOUNT_SIZE, "%02" G_GINT64_FORMAT ":%02d:%02d", whole / 3600, (int)(whole / 60 % 60),
               (int)(whole % 60));
    return buffer;
}

char *amount_written(const char *quantity, char buffer[AMOUNT_SIZE])
{
    gsize digits = strspn(quantity, "+-0123456789.");
    bool joined = digits > 0 && quantity[digits] && quantity[digits] != ' ' && quantity[digits] != ':';
    g_snprintf(buffer, AMOUNT_SIZE, "%.*s%s%s", (int)digits, quantity, joined ? " " : "", quantity + digits);
    return buffer;
}

char *amount_target(const ResultObjective *objective, char buffer[AMOUNT_SIZE])
{
    if (objective->target_text)
        return amount_written(objective->target_text, buffer);
    return amount_text(objective->target, amount_unit(objective->name, objective->unit), buffer);
}
