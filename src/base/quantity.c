#include "base/quantity.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A unit: what one of it is in the base unit of its dimension, as a fraction, so that written decimals stay exact. */
typedef struct {
    const char *name;
    Dimension dimension;
    uint64_t numerator, denominator;
} Unit;

#define NS_PER_S UINT64_C(1000000000)
/* The first of a dimension is the one that a zero is written with. */
static const Unit units[] = {
    {"", DIMENSION_COUNT, 1, 1},
    {"G", DIMENSION_COUNT, 1000000000, 1},
    {"M", DIMENSION_COUNT, 1000000, 1},
    {"k", DIMENSION_COUNT, 1000, 1},
    {"s", DIMENSION_DURATION, NS_PER_S, 1},
    {"d", DIMENSION_DURATION, 86400 * NS_PER_S, 1},
    {"h", DIMENSION_DURATION, 3600 * NS_PER_S, 1},
    {"m", DIMENSION_DURATION, 60 * NS_PER_S, 1},
    {"ms", DIMENSION_DURATION, 1000000, 1},
    {"us", DIMENSION_DURATION, 1000, 1},
    {"ns", DIMENSION_DURATION, 1, 1},
    {"%", DIMENSION_SHARE, 1, 100},
    {"/s", DIMENSION_RATE, 1, 1},
    {"/min", DIMENSION_RATE, 1, 60},
    {"/h", DIMENSION_RATE, 1, 3600},
    {"G/s", DIMENSION_RATE, 1000000000, 1},
    {"M/s", DIMENSION_RATE, 1000000, 1},
    {"k/s", DIMENSION_RATE, 1000, 1},
    {"G/min", DIMENSION_RATE, 1000000000, 60},
    {"M/min", DIMENSION_RATE, 1000000, 60},
    {"k/min", DIMENSION_RATE, 1000, 60},
    {"G/h", DIMENSION_RATE, 1000000000, 3600},
    {"M/h", DIMENSION_RATE, 1000000, 3600},
    {"k/h", DIMENSION_RATE, 1000, 3600},
    {"B", DIMENSION_SIZE, 1, 1},
    {"TB", DIMENSION_SIZE, 1000000000000, 1},
    {"GB", DIMENSION_SIZE, 1000000000, 1},
    {"MB", DIMENSION_SIZE, 1000000, 1},
    {"kB", DIMENSION_SIZE, 1000, 1},
    {"TiB", DIMENSION_SIZE, UINT64_C(1) << 40, 1},
    {"GiB", DIMENSION_SIZE, UINT64_C(1) << 30, 1},
    {"MiB", DIMENSION_SIZE, UINT64_C(1) << 20, 1},
    {"KiB", DIMENSION_SIZE, UINT64_C(1) << 10, 1},
    {"B/s", DIMENSION_BANDWIDTH, 1, 1},
    {"Gbit/s", DIMENSION_BANDWIDTH, 125000000, 1},
    {"Mbit/s", DIMENSION_BANDWIDTH, 125000, 1},
    {"kbit/s", DIMENSION_BANDWIDTH, 125, 1},
    {"bit/s", DIMENSION_BANDWIDTH, 1, 8},
    {"GB/s", DIMENSION_BANDWIDTH, 1000000000, 1},
    {"MB/s", DIMENSION_BANDWIDTH, 1000000, 1},
    {"kB/s", DIMENSION_BANDWIDTH, 1000, 1},
    {"x", DIMENSION_TIMES, 1, 1},
    {"USD", DIMENSION_MONEY, 1, 1},
    {"us/s", DIMENSION_DRIFT, 1, 1000000},
    {"ns/s", DIMENSION_DRIFT, 1, 1000000000},
    {"ms/s", DIMENSION_DRIFT, 1, 1000},
    {"s/s", DIMENSION_DRIFT, 1, 1},
};

static const struct {
    const char *name, *example;
} dimensions[] = {
    [DIMENSION_NONE] = {"quantity", "6, 250ms, 80%, 60/s or 4KiB"},
    [DIMENSION_COUNT] = {"count", "6, 10k or 1M"},
    [DIMENSION_DURATION] = {"duration", "250ms or 1.5s"},
    [DIMENSION_SHARE] = {"share", "80% or 99.95%"},
    [DIMENSION_RATE] = {"rate", "60/s or 5k/min"},
    [DIMENSION_SIZE] = {"size", "4KiB or 400kB"},
    [DIMENSION_BANDWIDTH] = {"bandwidth", "10Gbit/s or 100MB/s"},
    [DIMENSION_TIMES] = {"multiple", "5x"},
    [DIMENSION_MONEY] = {"amount of money", "3 USD"},
    [DIMENSION_DRIFT] = {"drift of a clock", "20us/s"},
};

const char *dimension_name(Dimension dimension)
{
    return dimensions[dimension].name;
}

const char *dimension_example(Dimension dimension)
{
    return dimensions[dimension].example;
}

/* ---- Reading ---- */

/* A decimal number as written: digits / 10^n_decimals. */
typedef struct {
    uint64_t digits;
    int n_decimals;
    bool negative;
} Decimal;

enum { MOST_DIGITS = 19, MOST_DECIMALS = 30 };

/* One more digit. Decimals beyond what 64 bits hold are below any rounding; whole digits beyond it are an error. */
static bool add_digit(Decimal *decimal, char digit, bool is_decimal)
{
    bool full = decimal->digits > (UINT64_MAX - 9) / 10 || decimal->n_decimals >= MOST_DECIMALS;
    if (full)
        return is_decimal;
    decimal->digits = decimal->digits * 10 + (uint64_t)(digit - '0');
    decimal->n_decimals += is_decimal;
    return true;
}

static QuantityResult read_decimal(const char **cursor, Decimal *decimal)
{
    const char *c = *cursor;
    *decimal = (Decimal){0};
    if (*c == '-' || *c == '+')
        decimal->negative = *c++ == '-';
    if (!g_ascii_isdigit(*c))
        return QUANTITY_BAD;
    for (; g_ascii_isdigit(*c); c++)
        if (!add_digit(decimal, *c, false))
            return QUANTITY_BAD;
    if (*c == ',' && g_ascii_isdigit(c[1]))
        return QUANTITY_COMMA;
    if (*c == '.') {
        if (!g_ascii_isdigit(*++c))
            return QUANTITY_BAD;
        for (; g_ascii_isdigit(*c); c++)
            add_digit(decimal, *c, true);
        if (*c == ',' || *c == '.')
            return *c == ',' && g_ascii_isdigit(c[1]) ? QUANTITY_COMMA : QUANTITY_BAD;
    }
    *cursor = c;
    return QUANTITY_OK;
}

/* 128 bits in two words: not every compiler has a type for them.  Everything here stays below 2^113. */
typedef struct {
    uint64_t high, low;
} Wide;

static Wide times(Wide a, uint64_t factor)
{
    uint64_t low = a.low & UINT32_MAX, high = a.low >> 32, small = factor & UINT32_MAX, large = factor >> 32;
    uint64_t middle = high * small + (low * small >> 32);
    uint64_t other = low * large + (middle & UINT32_MAX);
    return (Wide){a.high * factor + high * large + (middle >> 32) + (other >> 32), a.low * factor};
}

static Wide plus(Wide a, Wide b)
{
    return (Wide){a.high + b.high + (a.low + b.low < a.low), a.low + b.low};
}

static Wide minus(Wide a, Wide b)
{
    return (Wide){a.high - b.high - (a.low < b.low), a.low - b.low};
}

static bool is_below(Wide a, Wide b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static Wide halved(Wide a)
{
    return (Wide){a.high >> 1, a.high << 63 | a.low >> 1};
}

static Wide divided(Wide numerator, Wide denominator)
{
    Wide quotient = {0, 0}, rest = {0, 0};
    for (int i = 127; i >= 0; i--) {
        uint64_t bit = (i >= 64 ? numerator.high >> (i - 64) : numerator.low >> i) & 1;
        rest = plus(plus(rest, rest), (Wide){0, bit});
        bool fits = !is_below(rest, denominator);
        rest = fits ? minus(rest, denominator) : rest;
        quotient = plus(plus(quotient, quotient), (Wide){0, fits});
    }
    return quotient;
}

/* The double nearest to numerator / denominator: the quotient's 56 leading bits, then a bit for all the rest. */
static double nearest_double(Wide numerator, Wide denominator)
{
    double scale = 0x1p-55;
    if (numerator.high == 0 && numerator.low == 0)
        return 0;
    for (; !is_below(numerator, denominator); scale *= 2)
        denominator = plus(denominator, denominator);
    for (; is_below(numerator, denominator); scale *= 0.5)
        numerator = plus(numerator, numerator);
    int64_t bits = 0;
    for (int i = 0; i < 56; i++) {
        bool fits = !is_below(numerator, denominator);
        bits = bits * 2 + fits;
        numerator = fits ? minus(numerator, denominator) : numerator;
        numerator = plus(numerator, numerator);
    }
    bool is_exact = numerator.high == 0 && numerator.low == 0;
    return (double)(bits | !is_exact) * scale;
}

static double value_of(const Decimal *decimal, const Unit *unit)
{
    const Wide one = {0, 1};
    Wide numerator = times((Wide){0, decimal->digits}, unit->numerator), denominator = times(one, unit->denominator);
    for (int i = 0; i < decimal->n_decimals; i++)
        denominator = times(denominator, 10);
    double value = unit->dimension == DIMENSION_DURATION /* whole nanoseconds */
                       ? nearest_double(divided(plus(numerator, halved(denominator)), denominator), one)
                       : nearest_double(numerator, denominator);
    return decimal->negative ? -value : value;
}

static const Unit *find_unit(const char *text, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, text, length) == 0)
            return &units[i];
    return NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

QuantityResult quantity_parse(const char *text, Dimension wanted, double *value, Dimension *found)
{
    Decimal decimal;
    while (is_blank(*text))
        text++;
    QuantityResult result = read_decimal(&text, &decimal);
    if (result != QUANTITY_OK)
        return result;
    while (is_blank(*text))
        text++;
    gsize length = strlen(text);
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    const Unit *unit = find_unit(text, length);
    if (!unit)
        return QUANTITY_UNKNOWN_UNIT;
    if (unit->dimension == DIMENSION_COUNT && wanted != DIMENSION_COUNT && wanted != DIMENSION_NONE)
        return QUANTITY_MISSING_UNIT;
    *value = value_of(&decimal, unit);
    if (found)
        *found = unit->dimension;
    return wanted == DIMENSION_NONE || wanted == unit->dimension ? QUANTITY_OK : QUANTITY_WRONG_DIMENSION;
}

/* ---- Writing ---- */

static void write_fixed(double value, int n_decimals, char *buffer, gsize size)
{
    char format[16];
    g_snprintf(format, sizeof format, "%%.%df", n_decimals);
    g_ascii_formatd(buffer, (int)size, format, value);
}

/* Three significant digits of a value >= 0, trailing zeros kept; whole numbers from 1000 on. */
static void write_significant(double value, char *buffer, gsize size)
{
    int n_decimals = value >= 99.95 || value == 0 ? 0 : value >= 9.995 ? 1 : 2;
    for (double limit = 0.9995; value > 0 && value < limit && n_decimals < 12; limit /= 10)
        n_decimals++;
    write_fixed(value, n_decimals, buffer, size);
}

/* A scale of units to choose from: the first that the value reaches. */
typedef struct {
    double from, unit;
    const char *suffix;
} Step;

static const Step duration_steps[] = {
    {48 * 3600e9, 86400e9, " d"}, {59.95 * 60e9, 3600e9, " h"}, {999.5e9, 60e9, " min"}, {999.5e6, 1e9, " s"},
    {999.5e3, 1e6, " ms"},        {999.5, 1e3, " us"},          {0, 1, " ns"},
};
static const Step count_steps[] = {{999.5e6, 1e9, " G"}, {999.5e3, 1e6, " M"}, {99999.5, 1e3, " k"}, {0, 1, ""}};
static const Step rate_steps[] = {
    {999.5e6, 1e9, " G/s"}, {999.5e3, 1e6, " M/s"},           {99999.5, 1e3, " k/s"},
    {0.0995, 1, " /s"},     {0.0995 / 60, 1.0 / 60, " /min"}, {0, 1.0 / 3600, " /h"},
};
static const Step size_steps[] = {
    {999.5e9, 1e12, " TB"}, {999.5e6, 1e9, " GB"}, {999.5e3, 1e6, " MB"}, {999.5, 1e3, " kB"}, {0, 1, " B"},
};
static const Step bandwidth_steps[] = {
    {999.5e6 / 8, 1e9 / 8, " Gbit/s"},
    {999.5e3 / 8, 1e6 / 8, " Mbit/s"},
    {999.5 / 8, 1e3 / 8, " kbit/s"},
    {0, 1.0 / 8, " bit/s"},
};
static const Step times_steps[] = {{0, 1, "x"}};
static const Step money_steps[] = {{999.5e6, 1e9, " G USD"}, {999.5e3, 1e6, " M USD"}, {0, 1, " USD"}};
static const Step drift_steps[] = {
    {0.9995, 1, " s/s"}, {999.5e-6, 1e-3, " ms/s"}, {999.5e-9, 1e-6, " us/s"}, {0, 1e-9, " ns/s"}};
static const Step *const steps[] = {
    [DIMENSION_NONE] = count_steps,  [DIMENSION_COUNT] = count_steps, [DIMENSION_DURATION] = duration_steps,
    [DIMENSION_RATE] = rate_steps,   [DIMENSION_SIZE] = size_steps,   [DIMENSION_BANDWIDTH] = bandwidth_steps,
    [DIMENSION_TIMES] = times_steps, [DIMENSION_MONEY] = money_steps, [DIMENSION_DRIFT] = drift_steps,
};

static const char *const zero_suffix[] = {
    [DIMENSION_NONE] = "",    [DIMENSION_COUNT] = "",     [DIMENSION_DURATION] = " s",
    [DIMENSION_RATE] = " /s", [DIMENSION_SIZE] = " B",    [DIMENSION_BANDWIDTH] = " bit/s",
    [DIMENSION_TIMES] = "x",  [DIMENSION_MONEY] = " USD", [DIMENSION_DRIFT] = " us/s",
};

static void format_stepped(double value, Dimension dimension, char *buffer, gsize size)
{
    if (value == 0) {
        g_snprintf(buffer, size, "0%s", zero_suffix[dimension]);
        return;
    }
    const Step *step = steps[dimension];
    while (value < step->from)
        step++;
    double scaled = value / step->unit;
    char number[64];
    if (step->unit == 1 && scaled == floor(scaled))
        write_fixed(scaled, 0, number, sizeof number);
    else
        write_significant(scaled, number, sizeof number);
    g_snprintf(buffer, size, "%s%s", number, step->suffix);
}

static void strip_zeros(char *number, int n_decimals_kept)
{
    char *point = strchr(number, '.');
    char *end = number + strlen(number);
    while (point && end > point + 1 + n_decimals_kept && end[-1] == '0')
        *--end = 0;
}

/* In percent. What counts near 100 % is how much is missing: two digits of that. */
static void format_share(double value, char *buffer, gsize size)
{
    double percent = value * 100, missing = 100 - percent;
    char number[64];
    if (percent == 0 || percent == 100) {
        write_fixed(percent, 0, number, sizeof number);
    } else if (percent > 90 && percent < 100) {
        int n_decimals = 2;
        for (double limit = 0.0995; missing < limit && n_decimals < 12; limit /= 10)
            n_decimals++;
        n_decimals += missing < 0.995;
        write_fixed(percent, n_decimals, number, sizeof number);
        strip_zeros(number, 2);
    } else if (percent < 9.995) {
        int n_decimals = 2;
        for (double limit = 0.0995; percent < limit && n_decimals < 12; limit /= 10)
            n_decimals++;
        write_fixed(percent, n_decimals, number, sizeof number);
        strip_zeros(number, 2);
    } else {
        write_significant(percent, number, sizeof number);
    }
    g_snprintf(buffer, size, "%s %%", number);
}

char *quantity_format(double value, Dimension dimension, char *buffer, gsize size)
{
    char text[96];
    if (!isfinite(value)) {
        g_snprintf(buffer, size, "%s", isnan(value) ? "n/a" : value > 0 ? "infinite" : "-infinite");
        return buffer;
    }
    double magnitude = fabs(value);
    if (dimension == DIMENSION_SHARE)
        format_share(magnitude, text, sizeof text);
    else
        format_stepped(magnitude, dimension, text, sizeof text);
    g_snprintf(buffer, size, "%s%s", value < 0 ? "-" : "", text);
    return buffer;
}

/* `value` with `n` significant digits, the decimal point moved by `shift`, never with an exponent. */
static void write_plain(double value, int n, int shift, char *buffer, gsize size)
{
    char scientific[48], format[16], digits[32];
    if (value == 0) {
        g_strlcpy(buffer, "0", size);
        return;
    }
    g_snprintf(format, sizeof format, "%%.%de", n - 1);
    g_ascii_formatd(scientific, sizeof scientific, format, value);
    char *e = strchr(scientific, 'e');
    int point = (int)g_ascii_strtoll(e + 1, NULL, 10) + 1 + shift; /* digits before the decimal point */
    int n_digits = 0;
    for (const char *c = scientific; c < e; c++)
        if (*c != '.')
            digits[n_digits++] = *c;
    g_autoptr(GString) text = g_string_new(point <= 0 ? "0" : NULL);
    for (int i = MIN(point, 0); i < MAX(n_digits, point); i++) {
        if (i == point || (i == MIN(point, 0) && point <= 0))
            g_string_append_c(text, '.');
        g_string_append_c(text, i >= 0 && i < n_digits ? digits[i] : '0');
    }
    if (strchr(text->str, '.')) {
        strip_zeros(text->str, 0);
        if (g_str_has_suffix(text->str, "."))
            *strchr(text->str, '.') = 0;
    }
    g_strlcpy(buffer, text->str, size);
}

static bool reads_back(const char *text, Dimension dimension, double value)
{
    double again;
    return quantity_parse(text, dimension, &again, NULL) == QUANTITY_OK && again == value;
}

/* The fewest digits in this unit that read back to the same value; false: none do. */
static bool write_in_unit(double value, const Unit *unit, char *buffer, gsize size)
{
    bool is_percent = unit->dimension == DIMENSION_SHARE;
    double scaled = is_percent ? value : value / ((double)unit->numerator / (double)unit->denominator);
    for (int n = 1; n <= 17; n++) {
        char number[64];
        write_plain(scaled, n, is_percent ? 2 : 0, number, sizeof number);
        g_snprintf(buffer, size, "%s%s%s", number, unit->dimension == DIMENSION_MONEY ? " " : "", unit->name);
        if (reads_back(buffer, unit->dimension, value))
            return true;
    }
    return false;
}

/* How hard a form is to read: its length, digits twice, decimals and a leading zero. */
static gsize effort(const char *text)
{
    gsize n_digits = strspn(text, "0123456789.");
    return n_digits + strlen(text) + (strchr(text, '.') ? 1 : 0) + (g_str_has_prefix(text, "0.") ? 1 : 0);
}

char *quantity_exact(double value, Dimension dimension, char *buffer, gsize size)
{
    double magnitude = fabs(value);
    if (dimension == DIMENSION_DURATION && magnitude < 0x1p52)
        magnitude = floor(magnitude + 0.5);
    char best[96] = "", text[96];
    if (!isfinite(value))
        return quantity_format(value, dimension, buffer, size);
    if (dimension == DIMENSION_NONE)
        dimension = DIMENSION_COUNT;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        bool is_better = units[i].dimension == dimension && write_in_unit(magnitude, &units[i], text, sizeof text) &&
                         (!*best || effort(text) < effort(best));
        if (is_better)
            g_strlcpy(best, text, sizeof best);
        if (is_better && magnitude == 0)
            break;
    }
    g_snprintf(buffer, size, "%s%s", value < 0 ? "-" : "", best);
    return buffer;
}
