#include "report/tokens.h"
#include <math.h>
#include <string.h>

char *token_number(double value, char buffer[NUMBER_SIZE])
{
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    /* Minus nought would be a difference without a meaning. */
    if (!isfinite(value) || value == 0) {
        g_strlcpy(buffer, isnan(value) ? "nan" : value > 0 ? "inf" : value < 0 ? "-inf" : "0", NUMBER_SIZE);
        return buffer;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(buffer, NUMBER_SIZE, formats[i], value);
        if (g_ascii_strtod(buffer, NULL) == value)
            break;
    }
    return buffer;
}

void token_json(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(out, '"');
    for (const char *c = valid; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_printf(out, "\\%c", *c);
        else if (*c == '\n')
            g_string_append(out, "\\n");
        else if (*c == '\t')
            g_string_append(out, "\\t");
        else if ((guchar)*c < 0x20 || *c == 0x7f)
            g_string_append_printf(out, "\\u%04x", (guchar)*c);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

void token_json_number(GString *out, double value)
{
    char buffer[NUMBER_SIZE];
    g_string_append(out, isfinite(value) ? token_number(value, buffer) : "null");
}

void token_csv(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    if (!strpbrk(valid, "\",\r\n")) {
        g_string_append(out, valid);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *c = valid; *c; c++) {
        if (*c == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

void token_csv_number(GString *out, double value)
{
    char buffer[NUMBER_SIZE];
    if (!isnan(value))
        g_string_append(out, token_number(value, buffer));
}

void token_gnuplot(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(out, '"');
    for (const char *c = valid; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_printf(out, "\\%c", *c);
        /* gnuplot runs what stands in backquotes as a command of the shell. */
        else if (*c == '`')
            g_string_append_c(out, '\'');
        else
            g_string_append_c(out, (guchar)*c < 0x20 || *c == 0x7f ? ' ' : *c);
    }
    g_string_append_c(out, '"');
}

static bool fits_xml(gunichar c)
{
    return c == '\t' || c == '\n' || (c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff);
}

void token_xml(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        if (character == '&')
            g_string_append(out, "&amp;");
        else if (character == '<')
            g_string_append(out, "&lt;");
        else if (character == '>')
            g_string_append(out, "&gt;");
        else if (character == '"')
            g_string_append(out, "&quot;");
        else
            g_string_append_unichar(out, fits_xml(character) ? character : 0xfffd);
    }
}
