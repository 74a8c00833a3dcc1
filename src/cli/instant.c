#include "cli/instant.h"
#include "base/quantity.h"
#include "model/fault.h"
#include <math.h>
#include <string.h>

/* One quantity after the other: each is a number and its unit. */
bool duration_parse(const char *text, int64_t *ns)
{
    bool negative = *text == '-';
    double sum = 0;
    const char *at = text + negative;
    if (!*at)
        return false;
    while (*at) {
        gsize number = strspn(at, "0123456789."), unit = strspn(at + number, " abcdefghijklmnopqrstuvwxyz");
        g_autofree char *part = g_strndup(at, number + unit);
        double value;
        if (number == 0 || quantity_parse(part, DIMENSION_DURATION, &value, NULL) != QUANTITY_OK)
            return false;
        sum += value;
        at += number + unit;
    }
    if (sum >= 0x1p62)
        return false;
    *ns = (negative ? -1 : 1) * (int64_t)(sum + 0.5);
    return true;
}

/* "00:20:30", "00:20:30.5" */
static bool parse_clock(const char *text, int64_t *ns)
{
    g_auto(GStrv) part = g_strsplit(text, ":", -1);
    guint64 hours, minutes;
    int64_t rest;
    if (g_strv_length(part) != 3 || !g_ascii_string_to_unsigned(part[0], 10, 0, 1000000, &hours, NULL) ||
        !g_ascii_string_to_unsigned(part[1], 10, 0, 59, &minutes, NULL) || !g_ascii_isdigit(*part[2]))
        return false;
    g_autofree char *seconds = g_strconcat(part[2], "s", NULL);
    if (!duration_parse(seconds, &rest) || rest >= MINUTE)
        return false;
    *ns = (int64_t)(hours * 60 + minutes) * MINUTE + rest;
    return true;
}

static char *parse_event(const World *world, const char *text, int64_t *ns)
{
    g_auto(GStrv) sum = g_strsplit(text, "+", 2);
    char *dot = strrchr(g_strstrip(sum[0]), '.');
    int64_t offset = 0;
    bool is_start = dot && strcmp(dot, ".start") == 0;
    if (!is_start && (!dot || strcmp(dot, ".end") != 0))
        return g_strdup("it wants an instant, as in 20m30.5s, 00:20:30.5 or FAULT.start + 10s");
    *dot = '\0';
    const Thing *fault = world_find(world, "fault", sum[0]);
    if (!fault)
        return g_strdup_printf("there is no fault '%s' in this scenario", sum[0]);
    if (fault_repeats(fault))
        return g_strdup_printf("the fault '%s' comes again and again, at instants that are drawn", sum[0]);
    if (sum[1] && !duration_parse(g_strstrip(sum[1]), &offset))
        return g_strdup_printf("'%s' is no length of time", sum[1]);
    *ns = (is_start ? fault_begins(fault) : fault_ends(fault)) + offset;
    return NULL;
}

char *instant_parse(const World *world, const char *text, int64_t *ns)
{
    if (duration_parse(text, ns) || parse_clock(text, ns))
        return NULL;
    return parse_event(world, text, ns);
}
