/* "replication.lag.mean{database=carts} > 10s": a figure named as objectives name it, and a value. */
#include "model/threshold.h"
#include "scenario/values.h"
#include <string.h>

static Slice without_blanks(Slice slice)
{
    const char *text = slice.value->text;
    while (slice.length > 0 && g_ascii_isspace(text[slice.from])) {
        slice.from++;
        slice.length--;
    }
    while (slice.length > 0 && g_ascii_isspace(text[slice.from + slice.length - 1]))
        slice.length--;
    return slice;
}

/* What is left and right of the one sign between them. */
static bool take_apart(Slice slice, Slice *figure, Slice *value, Crossing *crossing)
{
    const char *text = slice.value->text + slice.from;
    guint at = 0;
    while (at < slice.length && text[at] != '<' && text[at] != '>')
        at++;
    if (at == slice.length)
        return false;
    bool equals = at + 1 < slice.length && text[at + 1] == '=';
    guint after = at + (equals ? 2 : 1);
    *crossing = text[at] == '>' ? (equals ? THRESHOLD_AT_LEAST : THRESHOLD_ABOVE)
                                : (equals ? THRESHOLD_AT_MOST : THRESHOLD_BELOW);
    *figure = without_blanks((Slice){slice.value, slice.from, at});
    *value = without_blanks((Slice){slice.value, slice.from + after, slice.length - after});
    return figure->length > 0 && value->length > 0;
}

static bool read_value(const Reading *reading, Slice slice, const Objective *figure, double *value)
{
    bool count = strcmp(figure->statistic, "count") == 0;
    Dimension dimension = count ? DIMENSION_COUNT : figure->metric->dimension;
    if (!quantity_read(reading, slice, dimension, value))
        return false;
    if (*value < 0 || (dimension == DIMENSION_SHARE && *value > 1)) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "'%s' is never %s", figure->text,
             slice_text(reading->loader, slice));
        return false;
    }
    if (dimension == DIMENSION_DURATION)
        *value *= 1e-9;
    return true;
}

bool threshold_read(const Reading *reading, Slice slice, const Threshold **result)
{
    static const char *const signs[] = {">", ">=", "<", "<="};
    Loader *loader = reading->loader;
    Slice figure, value;
    Threshold *read = arena_one(loader->arena, Threshold);
    Objective named = {0};
    if (!take_apart(slice, &figure, &value, &read->crossing)) {
        tell(loader, SEVERITY_ERROR, slice_spot(slice), "bad-threshold",
             "'%s' says which figure must not cross what: METRIC{label=value} > VALUE", reading->param->name);
        return false;
    }
    const char *text = slice_text(loader, figure);
    const Said said = {.key = text, .raw = text, .spot = slice_spot(figure)};
    if (!objective_figure(loader, &said, &named))
        return false;
    if (named.each) {
        tell(loader, SEVERITY_ERROR, said.spot, "bad-threshold",
             "'*' means each; here it is one figure, of all that is not told apart");
        return false;
    }
    if (!read_value(reading, value, &named, &read->value))
        return false;
    read->metric = named.metric;
    read->statistic = named.statistic;
    read->selector = named.selector;
    read->text = arena_printf(loader->arena, "%s %s %s", named.text, signs[read->crossing], slice_text(loader, value));
    *result = read;
    return true;
}
