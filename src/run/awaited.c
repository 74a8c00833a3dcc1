#include "run/figures.h"
#include "base/quantity.h"
#include <math.h>
#include <string.h>

/* For whom writes waited while nobody made them, and who could have helped: from what happened (model/awaited.h). */

static const char *value_of_label(char **labels, const char *name)
{
    gsize length = strlen(name);
    for (guint i = 0; labels[i]; i++)
        if (strncmp(labels[i], name, length) == 0 && labels[i][length] == '=')
            return labels[i] + length + 1;
    return "";
}

static const char *reason(const char *awaited)
{
    static const char *const reasons[][2] = {
        {"nobody", "nobody may promote another writer (promotion = never)"},
        {"decision", "the decision to fail over (decide) was still awaited at the end"},
        {"promotion", "another writer was being promoted, and was not there at the end"},
        {"detection", "nobody had found the writer dead by the end"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (strcmp(reasons[i][0], awaited) == 0)
            return reasons[i][1];
    return awaited;
}

static void add_awaited(Results *results, const ResultFigure *missing)
{
    g_auto(GStrv) labels = g_strsplit(missing->labels, ",", -1);
    const ResultFigure *writes = results_figure(results, "writes.unanswered", "", missing->labels);
    char count[64], time[64];
    if (!writes || !isfinite(missing->value))
        return;
    quantity_format(round(writes->value), DIMENSION_COUNT, count, sizeof count);
    quantity_format(round(missing->value) * 1e9, DIMENSION_DURATION, time, sizeof time);
    results_add_note(results,
                     "%s: %s: %s writes per replication waited for %s in vain, for %s from the first to the last.",
                     value_of_label(labels, "database"), reason(value_of_label(labels, "awaits")), count,
                     value_of_label(labels, "region"), time);
}

/* An action that was due and that no control plane had accepted by the end. */
static void add_action(Results *results, const Thing *action)
{
    g_autofree char *label = g_strdup_printf("action=%s", action->name);
    const ResultFigure *took = results_figure(results, "control.time", "max", label);
    if (took && isinf(took->value))
        results_add_note(results,
                         "[action %s] was due and had not been accepted by the end: people had not decided, or nobody "
                         "answered, or let it happen.",
                         action->name);
}

void figures_add_awaited(Results *results, const World *world)
{
    for (guint i = 0; i < results->figures->len; i++) {
        const ResultFigure *figure = g_ptr_array_index(results->figures, i);
        if (strcmp(figure->metric, "writer.missing") == 0 && *figure->statistic == '\0' && strchr(figure->labels, ','))
            add_awaited(results, figure);
    }
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "action") == 0)
            add_action(results, world->thing[i]);
}
