/* Quantity: what people write, what it means, what is refused, and the forms in which values come back. */
#include "base/quantity.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *text;
    Dimension dimension;
    double value;
} good[] = {
    {"6", DIMENSION_COUNT, 6},
    {"10k", DIMENSION_COUNT, 1e4},
    {"1M", DIMENSION_COUNT, 1e6},
    {"2G", DIMENSION_COUNT, 2e9},
    {"1.5M", DIMENSION_COUNT, 1.5e6},
    {"0.9", DIMENSION_COUNT, 0.9},
    {"-5", DIMENSION_COUNT, -5},
    {"+5", DIMENSION_COUNT, 5},
    {"007", DIMENSION_COUNT, 7},
    {"9007199254740993", DIMENSION_COUNT, 9007199254740992.0},
    {"250ms", DIMENSION_DURATION, 250e6},
    {" 250 ms ", DIMENSION_DURATION, 250e6},
    {"1.5 s", DIMENSION_DURATION, 1.5e9},
    {"90m", DIMENSION_DURATION, 5400e9},
    {"2h", DIMENSION_DURATION, 7200e9},
    {"7d", DIMENSION_DURATION, 604800e9},
    {"3us", DIMENSION_DURATION, 3000},
    {"5ns", DIMENSION_DURATION, 5},
    {"0s", DIMENSION_DURATION, 0},
    /* exact, though neither 0.1 nor 0.001 is a double */
    {"0.1ms", DIMENSION_DURATION, 100000},
    {"0.001s", DIMENSION_DURATION, 1000000},
    {"1.000000001s", DIMENSION_DURATION, 1000000001},
    {"0.3s", DIMENSION_DURATION, 300000000},
    {"4.35s", DIMENSION_DURATION, 4350000000},
    {"1.1us", DIMENSION_DURATION, 1100},
    {"0.0000001s", DIMENSION_DURATION, 100},
    /* to the nearest nanosecond */
    {"0.4ns", DIMENSION_DURATION, 0},
    {"0.5ns", DIMENSION_DURATION, 1},
    {"1.6ns", DIMENSION_DURATION, 2},
    {"80%", DIMENSION_SHARE, 0.8},
    {"99.95 %", DIMENSION_SHARE, 0.9995},
    {"0.38%", DIMENSION_SHARE, 0.0038},
    {"100%", DIMENSION_SHARE, 1},
    {"0%", DIMENSION_SHARE, 0},
    {"8.74%", DIMENSION_SHARE, 0.0874},
    {"60/s", DIMENSION_RATE, 60},
    {"60 /s", DIMENSION_RATE, 60},
    {"5k/min", DIMENSION_RATE, 5000 / 60.0},
    {"1/h", DIMENSION_RATE, 1 / 3600.0},
    {"2M/h", DIMENSION_RATE, 2e6 / 3600},
    {"4KiB", DIMENSION_SIZE, 4096},
    {"3GiB", DIMENSION_SIZE, 3221225472},
    {"400 kB", DIMENSION_SIZE, 4e5},
    {"1TB", DIMENSION_SIZE, 1e12},
    {"17B", DIMENSION_SIZE, 17},
    {"10 Gbit/s", DIMENSION_BANDWIDTH, 1.25e9},
    {"100 MB/s", DIMENSION_BANDWIDTH, 1e8},
    {"8bit/s", DIMENSION_BANDWIDTH, 1},
    {"5x", DIMENSION_TIMES, 5},
    {"1.5x", DIMENSION_TIMES, 1.5},
    {"3 USD", DIMENSION_MONEY, 3},
    {"20us/s", DIMENSION_DRIFT, 20e-6},
    {"-1 ms/s", DIMENSION_DRIFT, -1e-3},
};

static void written_quantities_are_read_exactly(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        for (int any = 0; any < 2; any++) {
            double value = NAN;
            Dimension found = DIMENSION_NONE;
            QuantityResult result =
                quantity_parse(good[i].text, any ? DIMENSION_NONE : good[i].dimension, &value, &found);
            EXPECT(result == QUANTITY_OK, "'%s': result %d", good[i].text, result);
            EXPECT(value == good[i].value, "'%s' is %.17g, expected %.17g", good[i].text, value, good[i].value);
            EXPECT(found == good[i].dimension, "'%s' is a %s", good[i].text, dimension_name(found));
        }
    }
}

static void what_is_no_such_quantity_is_refused_with_its_reason(void)
{
    static const struct {
        const char *text;
        Dimension wanted;
        QuantityResult result;
    } rows[] = {
        {"", DIMENSION_DURATION, QUANTITY_BAD},
        {"  ", DIMENSION_COUNT, QUANTITY_BAD},
        {"fast", DIMENSION_DURATION, QUANTITY_BAD},
        {"ms", DIMENSION_DURATION, QUANTITY_BAD},
        {".5s", DIMENSION_DURATION, QUANTITY_BAD},
        {"5.s", DIMENSION_DURATION, QUANTITY_BAD},
        {"1.2.3s", DIMENSION_DURATION, QUANTITY_BAD},
        {"- 5s", DIMENSION_DURATION, QUANTITY_BAD},
        {"--5s", DIMENSION_DURATION, QUANTITY_BAD},
        {"inf", DIMENSION_COUNT, QUANTITY_BAD},
        {"nan", DIMENSION_COUNT, QUANTITY_BAD},
        {"99999999999999999999", DIMENSION_COUNT, QUANTITY_BAD},
        {"250", DIMENSION_DURATION, QUANTITY_MISSING_UNIT},
        {"0", DIMENSION_DURATION, QUANTITY_MISSING_UNIT},
        {"0.8", DIMENSION_SHARE, QUANTITY_MISSING_UNIT},
        {"60", DIMENSION_RATE, QUANTITY_MISSING_UNIT},
        {"5k", DIMENSION_RATE, QUANTITY_MISSING_UNIT},
        {"5", DIMENSION_TIMES, QUANTITY_MISSING_UNIT},
        {"60S", DIMENSION_DURATION, QUANTITY_UNKNOWN_UNIT},
        {"1h30m", DIMENSION_DURATION, QUANTITY_UNKNOWN_UNIT},
        {"60rps", DIMENSION_RATE, QUANTITY_UNKNOWN_UNIT},
        {"1e3", DIMENSION_COUNT, QUANTITY_UNKNOWN_UNIT},
        {"0x10", DIMENSION_COUNT, QUANTITY_UNKNOWN_UNIT},
        {"5 m s", DIMENSION_DURATION, QUANTITY_UNKNOWN_UNIT},
        {"5KB", DIMENSION_SIZE, QUANTITY_UNKNOWN_UNIT},
        {"0,5s", DIMENSION_DURATION, QUANTITY_COMMA},
        {"1,000", DIMENSION_COUNT, QUANTITY_COMMA},
        {"1.5,2s", DIMENSION_DURATION, QUANTITY_COMMA},
        {"80%", DIMENSION_DURATION, QUANTITY_WRONG_DIMENSION},
        {"5m", DIMENSION_COUNT, QUANTITY_WRONG_DIMENSION},
        {"60/s", DIMENSION_BANDWIDTH, QUANTITY_WRONG_DIMENSION},
        {"100 MB/s", DIMENSION_SIZE, QUANTITY_WRONG_DIMENSION},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double value = NAN;
        Dimension found = DIMENSION_NONE;
        QuantityResult result = quantity_parse(rows[i].text, rows[i].wanted, &value, &found);
        EXPECT(result == rows[i].result, "'%s' as %s: result %d, expected %d", rows[i].text,
               dimension_name(rows[i].wanted), result, rows[i].result);
        EXPECT(isnan(value) == (result != QUANTITY_WRONG_DIMENSION), "'%s': value %g", rows[i].text, value);
        EXPECT((found == DIMENSION_NONE) == (result != QUANTITY_WRONG_DIMENSION), "'%s': %d", rows[i].text, found);
    }
}

static void decimals_become_the_nearest_double(void)
{
    uint64_t state = 5;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        uint64_t digits = dice(&state) >> dice_below(&state, 60);
        int n = g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, digits % UINT64_C(1000000000000000000));
        int point = (int)dice_below(&state, (uint64_t)n);
        if (point > 0) {
            memmove(text + n - point + 1, text + n - point, (gsize)point + 1);
            text[n - point] = '.';
        }
        double value = NAN;
        EXPECT_INT(quantity_parse(text, DIMENSION_COUNT, &value, NULL), QUANTITY_OK);
        double expected = g_ascii_strtod(text, NULL);
        EXPECT(value == expected, "'%s' is %.17g, expected %.17g", text, value, expected);
    }
}

static const struct {
    double value;
    Dimension dimension;
    const char *text;
} formats[] = {
    {24.1e6, DIMENSION_DURATION, "24.1 ms"},
    {131.2e6, DIMENSION_DURATION, "131 ms"},
    {3.0212e9, DIMENSION_DURATION, "3.02 s"},
    {999.4e6, DIMENSION_DURATION, "999 ms"},
    {999.6e6, DIMENSION_DURATION, "1.00 s"},
    {9.9951e9, DIMENSION_DURATION, "10.0 s"},
    {99.96e9, DIMENSION_DURATION, "100 s"},
    {89e9, DIMENSION_DURATION, "89.0 s"},
    {171e9, DIMENSION_DURATION, "171 s"},
    {611e9, DIMENSION_DURATION, "611 s"},
    {1200e9, DIMENSION_DURATION, "20.0 min"},
    {3600e9, DIMENSION_DURATION, "1.00 h"},
    {5 * 86400e9, DIMENSION_DURATION, "5.00 d"},
    {2500, DIMENSION_DURATION, "2.50 us"},
    {7, DIMENSION_DURATION, "7 ns"},
    {0, DIMENSION_DURATION, "0 s"},
    {-34.9e6, DIMENSION_DURATION, "-34.9 ms"},
    {0.0038, DIMENSION_SHARE, "0.38 %"},
    {0.0005, DIMENSION_SHARE, "0.05 %"},
    {0.000123, DIMENSION_SHARE, "0.012 %"},
    {0.01, DIMENSION_SHARE, "1.00 %"},
    {0.47, DIMENSION_SHARE, "47.0 %"},
    {0.9583, DIMENSION_SHARE, "95.83 %"},
    {0.99, DIMENSION_SHARE, "99.00 %"},
    {0.9995, DIMENSION_SHARE, "99.95 %"},
    {0.99998, DIMENSION_SHARE, "99.998 %"},
    {0.999984, DIMENSION_SHARE, "99.9984 %"},
    {0.9999999, DIMENSION_SHARE, "99.99999 %"},
    {1, DIMENSION_SHARE, "100 %"},
    {0, DIMENSION_SHARE, "0 %"},
    {1.5, DIMENSION_SHARE, "150 %"},
    {60, DIMENSION_RATE, "60 /s"},
    {59.72, DIMENSION_RATE, "59.7 /s"},
    {1 / 60.0, DIMENSION_RATE, "1.00 /min"},
    {1 / 3600.0, DIMENSION_RATE, "1.00 /h"},
    {31, DIMENSION_COUNT, "31"},
    {1.6204, DIMENSION_COUNT, "1.62"},
    {99999, DIMENSION_COUNT, "99999"},
    {183000, DIMENSION_COUNT, "183 k"},
    {10.8e6, DIMENSION_COUNT, "10.8 M"},
    {1.08e9, DIMENSION_COUNT, "1.08 G"},
    {0, DIMENSION_COUNT, "0"},
    {4096, DIMENSION_SIZE, "4.10 kB"},
    {17, DIMENSION_SIZE, "17 B"},
    {1.25e9, DIMENSION_BANDWIDTH, "10.0 Gbit/s"},
    {5, DIMENSION_TIMES, "5x"},
    {1.62, DIMENSION_TIMES, "1.62x"},
    {3, DIMENSION_MONEY, "3 USD"},
    {20e-6, DIMENSION_DRIFT, "20.0 us/s"},
    {12.345, DIMENSION_MONEY, "12.3 USD"},
    {NAN, DIMENSION_DURATION, "n/a"},
    {INFINITY, DIMENSION_DURATION, "infinite"},
};

static void values_are_written_with_three_digits(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        char buffer[64];
        EXPECT_TEXT(quantity_format(formats[i].value, formats[i].dimension, buffer, sizeof buffer), formats[i].text);
    }
}

static void a_share_below_all_is_never_written_as_all(void)
{
    for (double missing = 0.5; missing > 1e-9; missing *= 0.7) {
        char buffer[64];
        quantity_format(1 - missing, DIMENSION_SHARE, buffer, sizeof buffer);
        double written = g_ascii_strtod(buffer, NULL) / 100;
        double tolerance = missing > 0.1 ? 0.0006 : MIN(0.000051, 0.051 * missing);
        EXPECT(written < 1, "1 - %g is written as %s", missing, buffer);
        EXPECT(fabs(written - (1 - missing)) <= tolerance, "1 - %g is written as %s", missing, buffer);
    }
}

static void exact_forms_are_the_ones_people_write(void)
{
    static const struct {
        double value;
        Dimension dimension;
        const char *text;
    } rows[] = {
        {90e9, DIMENSION_DURATION, "90s"},
        {250e6, DIMENSION_DURATION, "250ms"},
        {8.5e6, DIMENSION_DURATION, "8.5ms"},
        {3600e9, DIMENSION_DURATION, "1h"},
        {0, DIMENSION_DURATION, "0s"},
        {1e5, DIMENSION_DURATION, "100us"},
        {500e6, DIMENSION_DURATION, "500ms"},
        {6, DIMENSION_COUNT, "6"},
        {1e6, DIMENSION_COUNT, "1M"},
        {0.9, DIMENSION_COUNT, "0.9"},
        {0, DIMENSION_COUNT, "0"},
        {0.9995, DIMENSION_SHARE, "99.95%"},
        {0, DIMENSION_SHARE, "0%"},
        {0.8, DIMENSION_SHARE, "80%"},
        {60, DIMENSION_RATE, "60/s"},
        {1 / 60.0, DIMENSION_RATE, "1/min"},
        {4096, DIMENSION_SIZE, "4KiB"},
        {1.25e9, DIMENSION_BANDWIDTH, "10Gbit/s"},
        {5, DIMENSION_TIMES, "5x"},
        {3, DIMENSION_MONEY, "3 USD"},
        {20e-6, DIMENSION_DRIFT, "20us/s"},
        {-12.5e6, DIMENSION_DURATION, "-12.5ms"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char buffer[64];
        EXPECT_TEXT(quantity_exact(rows[i].value, rows[i].dimension, buffer, sizeof buffer), rows[i].text);
    }
}

static void exact_forms_read_back_to_the_same_value(void)
{
    uint64_t state = 6;
    for (int i = 0; i < 2000; i++)
        for (Dimension dimension = DIMENSION_COUNT; dimension <= DIMENSION_DRIFT; dimension++) {
            double value = pow(10, 24 * dice_share(&state) - 8);
            if (dimension == DIMENSION_DURATION)
                value = floor(value);
            char buffer[96];
            double again = NAN;
            quantity_exact(value, dimension, buffer, sizeof buffer);
            EXPECT_INT(quantity_parse(buffer, dimension, &again, NULL), QUANTITY_OK);
            EXPECT(again == value, "%.17g was written as '%s' and read as %.17g", value, buffer, again);
        }
}

static void any_bytes_give_a_result(void)
{
    static const char alphabet[] = "0123456789.,-+ kMGxsmhd%/BitUSDnu\t\xc3\xa4";
    uint64_t state = 7;
    int n_good = 0;
    for (int i = 0; i < 200000; i++) {
        char text[16];
        int length = (int)dice_below(&state, sizeof text - 1);
        for (int j = 0; j < length; j++)
            text[j] = i % 2 ? alphabet[dice_below(&state, sizeof alphabet - 1)] : (char)(1 + dice_below(&state, 255));
        text[length] = 0;
        double value = 0;
        Dimension found = DIMENSION_NONE;
        QuantityResult result = quantity_parse(text, DIMENSION_NONE, &value, &found);
        n_good += result == QUANTITY_OK;
        EXPECT(result <= QUANTITY_COMMA && isfinite(value), "'%s': result %d, value %g", text, result, value);
    }
    EXPECT(n_good > 100, "%d of the texts were quantities", n_good);
}

static void messages_have_a_name_and_an_example_that_can_be_read(void)
{
    for (Dimension dimension = DIMENSION_COUNT; dimension <= DIMENSION_DRIFT; dimension++) {
        g_auto(GStrv) words = g_strsplit(dimension_example(dimension), " or ", 2);
        double value;
        EXPECT(strlen(dimension_name(dimension)) > 3, "name of dimension %d", dimension);
        for (int i = 0; words[i]; i++) {
            g_auto(GStrv) alternatives = g_strsplit(words[i], ", ", 2);
            EXPECT_INT(quantity_parse(alternatives[0], dimension, &value, NULL), QUANTITY_OK);
        }
    }
}

void suite_quantity(void);
void suite_quantity(void)
{
    CU_pSuite s = CU_add_suite("quantity", NULL, NULL);
    CU_add_test(s, "written quantities are read exactly", written_quantities_are_read_exactly);
    CU_add_test(s, "others are refused with the reason", what_is_no_such_quantity_is_refused_with_its_reason);
    CU_add_test(s, "decimals become the nearest double", decimals_become_the_nearest_double);
    CU_add_test(s, "values are written with three digits", values_are_written_with_three_digits);
    CU_add_test(s, "a share below all is never written as all", a_share_below_all_is_never_written_as_all);
    CU_add_test(s, "exact forms are the ones people write", exact_forms_are_the_ones_people_write);
    CU_add_test(s, "exact forms read back to the same value", exact_forms_read_back_to_the_same_value);
    CU_add_test(s, "any bytes give a result", any_bytes_give_a_result);
    CU_add_test(s, "names and examples can be read", messages_have_a_name_and_an_example_that_can_be_read);
}
