#include "results/comparison.h"

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
