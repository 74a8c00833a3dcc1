#include "results/comparison.h"
#include "base/check.h"
#include <math.h>

static void figure_free(void *data)
{
    ComparedFigure *figure = data;
    g_free(figure->label);
    g_free(figure->metric);
    g_free(figure->statistic);
    g_free(figure->labels);
    g_free(figure->unit);
    g_free(figure->value);
    g_free(figure->difference);
    g_free(figure->low);
    g_free(figure->high);
    g_free(figure);
}

static void texts_free(void *data)
{
    g_strfreev(data);
}

Comparison *comparison_new(void)
{
    Comparison *comparison = g_new0(Comparison, 1);
    comparison->runs = g_ptr_array_new();
    comparison->figures = g_ptr_array_new_with_free_func(figure_free);
    comparison->differing = g_ptr_array_new_with_free_func(texts_free);
    return comparison;
}

void comparison_free(Comparison *comparison)
{
    if (!comparison)
        return;
    g_ptr_array_unref(comparison->runs);
    g_ptr_array_unref(comparison->figures);
    g_ptr_array_unref(comparison->differing);
    g_free(comparison);
}

Better compared_better(const ComparedFigure *figure, guint other)
{
    CHECK(other >= 1 && other < figure->n);
    double first_value = figure->value[0], other_value = figure->value[other];
    double low = figure->low[other - 1], high = figure->high[other - 1];
    if (isnan(first_value) || isnan(other_value))
        return BETTER_NO_FIGURE;
    if (isinf(first_value) || isinf(other_value))
        return isinf(first_value) && isinf(other_value) ? BETTER_SAME
               : isinf(first_value)                     ? BETTER_OTHER
                                                        : BETTER_FIRST;
    if (low == 0 && high == 0)
        return BETTER_SAME;
    if (!(low > 0) && !(high < 0))
        return BETTER_UNCLEAR;
    return (high < 0) == figure->smaller_is_better ? BETTER_FIRST : BETTER_OTHER;
}

char *design_name(guint design, char buffer[DESIGN_NAME_SIZE])
{
    if (design < 26)
        g_snprintf(buffer, DESIGN_NAME_SIZE, "%c", 'A' + (int)design);
    else
        g_snprintf(buffer, DESIGN_NAME_SIZE, "#%u", design + 1);
    return buffer;
}
