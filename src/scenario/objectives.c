#include "scenario/values.h"
#include <string.h>

static const char *const time_labels[] = {"after", "before", "during", NULL};

/* ---- selectors: "latency.p99{clients=europe, op!=read}" ---- */

/* Where the braces are; false: they are not well-formed (nothing told). */
static bool split_selector(const char *text, gsize *name, const char **inner, gsize *inner_length)
{
    const char *open = strchr(text, '{');
    *name = open ? (gsize)(open - text) : strlen(text);
    while (*name > 0 && g_ascii_isspace(text[*name - 1]))
        (*name)--;
    *inner = "";
    *inner_length = 0;
    if (!open)
        return !strchr(text, '}');
    const char *close = strchr(open, '}');
    if (!close || close[1] != '\0')
        return false;
    *inner = open + 1;
    *inner_length = (gsize)(close - open - 1);
    return true;
}

/* The normal form, or NULL when it is none. (transfer full) */
static char *normal_form(const char *text, char **metric, Selector *selector)
{
    gsize name, length;
    const char *inner;
    if (!split_selector(text, &name, &inner, &length))
        return NULL;
    g_autofree char *terms = g_strndup(inner, length);
    Selector own;
    Selector *parsed = selector ? selector : &own;
    if (!selector_parse(parsed, terms))
        return NULL;
    g_autofree char *base = g_strndup(text, name);
    g_autofree char *sorted = selector_text(parsed);
    char *result = *sorted ? g_strdup_printf("%s{%s}", base, sorted) : g_strdup(base);
    if (metric)
        *metric = g_steal_pointer(&base);
    return result;
}

const char *objective_identity(Loader *loader, const char *text)
{
    g_autofree char *normal = normal_form(text, NULL, NULL);
    return arena_text(loader->arena, normal ? normal : text);
}

/* The place of a word within the key as written. */
static Spot spot_in_key(const Said *said, const char *raw, const char *word)
{
    const char *at = strstr(raw, word);
    Spot spot = said->spot;
    if (!at || *word == '\0')
        return spot;
    spot.col += (int)(at - raw);
    spot.length = (int)strlen(word);
    return spot;
}

/* ---- metric ---- */

static const char *statistics_in_words(Loader *loader, const Metric *metric)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *const *statistic = metric_statistics(metric->kind); *statistic; statistic++)
        g_string_append_printf(text, "%s.%s", text->len ? " " : "", *statistic);
    return arena_text(loader->arena, text->str);
}

/* The metric whose name `name` begins with, and what follows it. */
static const Metric *metric_with_other_statistic(const char *name, const char **rest)
{
    const Metric *longest = NULL;
    for (const Metric *metric = metrics; metric->name; metric++) {
        gsize length = strlen(metric->name);
        if (strncmp(metric->name, name, length) == 0 && name[length] == '.' &&
            (!longest || length > strlen(longest->name)))
            longest = metric;
    }
    *rest = longest ? name + strlen(longest->name) + 1 : NULL;
    return longest;
}

static void tell_unknown_metric(Loader *loader, const Said *said, const char *name)
{
    const char *rest;
    const Metric *near = metric_with_other_statistic(name, &rest);
    Spot spot = said->spot;
    spot.length = (int)strlen(name);
    if (near) {
        const char *meant = did_you_mean(loader, rest, metric_statistics(near->kind));
        const char *known = statistics_in_words(loader, near);
        if (*meant == '\0')
            meant = *known ? arena_printf(loader->arena, "; there are %s", known) : "; it is one figure";
        tell(loader, SEVERITY_ERROR, spot, "unknown-metric", "%s has no '.%s'%s", near->name, rest, meant);
        return;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const Metric *metric = metrics; metric->name; metric++) {
        g_ptr_array_add(names, (gpointer)metric->name);
        for (const char *const *statistic = metric_statistics(metric->kind); *statistic; statistic++)
            g_ptr_array_add(names, arena_printf(loader->arena, "%s.%s", metric->name, *statistic));
    }
    tell(loader, SEVERITY_ERROR, spot, "unknown-metric", "no metric '%s'%s", name,
         did_you_mean_of(loader, name, names));
}

/* ---- labels ---- */

static void tell_unknown_label(Loader *loader, const Said *said, Spot spot, const Metric *metric, const char *label)
{
    g_auto(GStrv) known = g_strsplit(metric->labels, " ", -1);
    (void)said;
    for (guint i = 0; time_labels[i]; i++)
        if (strcmp(time_labels[i], label) == 0) {
            tell(loader, SEVERITY_ERROR, spot, "not-yet",
                 "'%s=': figures of a part of the time are not in this version", label);
            return;
        }
    const char *meant = did_you_mean(loader, label, (const char *const *)known);
    tell(loader, SEVERITY_ERROR, spot, "unknown-label", "%s has no label '%s'%s%s%s", metric->name, label, meant,
         *meant ? "" : "; it has: ", *meant ? "" : metric->labels);
}

static void values_of_label(const Loader *loader, const char *label, GPtrArray *values)
{
    const char *kind = label_kind(label);
    for (const char *const *word = label_words(label); word && *word; word++)
        g_ptr_array_add(values, (gpointer)*word);
    if (kind && strcmp(kind, "region") == 0)
        for (guint i = 0; i < loader->world->n_running; i++)
            g_ptr_array_add(values, (gpointer)g_array_index(loader->regions, Region, i).name);
    for (guint i = 0; kind && i < loader->drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(loader->drafts, i);
        if (draft->thing && draft->enabled && strcmp(draft->kind, kind) == 0 && strcmp(kind, "region") != 0)
            g_ptr_array_add(values, (gpointer)draft->name);
    }
}

static bool label_value_is_known(Loader *loader, Spot spot, const char *label, const char *value)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    values_of_label(loader, label, values);
    for (guint i = 0; i < values->len; i++)
        if (strcmp(g_ptr_array_index(values, i), value) == 0)
            return true;
    if (loader->regions_broken && g_strcmp0(label_kind(label), "region") == 0)
        return false;
    const char *meant = did_you_mean_of(loader, value, values);
    g_autoptr(GString) known = g_string_new(NULL);
    for (guint i = 0; *meant == '\0' && i < values->len && i < 8; i++)
        g_string_append_printf(known, "%s%s", i ? ", " : "; there are: ", (const char *)g_ptr_array_index(values, i));
    tell(loader, SEVERITY_ERROR, spot, "unknown-label-value", "label '%s' has no value '%s'%s%s", label, value, meant,
         known->str);
    return false;
}

/* A mean over different phases would mean nothing: one must be named. */
static bool names_phase(Loader *loader, const Said *said, const Objective *objective)
{
    const Selector *selector = &objective->selector;
    bool named = !metric_has_label(objective->metric, "phase") || g_strcmp0(objective->each, "phase") == 0;
    for (guint i = 0; i < selector->n; i++)
        named = named || (strcmp(selector->term[i].key, "phase") == 0 && !selector->term[i].differs);
    if (!named)
        tell(loader, SEVERITY_ERROR, said->spot, "bad-objective",
             "which phase of it? %s{phase=detect}, or decide, promote, route; failover.time is all of them",
             objective->metric->name);
    return named;
}

/* Checks every term; takes "region=*" out into objective->each. */
static bool read_labels(Loader *loader, const Said *said, const char *raw, Objective *objective)
{
    bool good = true;
    Selector *selector = &objective->selector;
    for (guint i = 0; i < selector->n; i++) {
        const char *label = selector->term[i].key, *value = selector->term[i].value;
        if (!metric_has_label(objective->metric, label)) {
            tell_unknown_label(loader, said, spot_in_key(said, raw, label), objective->metric, label);
            good = false;
        } else if (strcmp(value, "*") != 0) {
            good = label_value_is_known(loader, spot_in_key(said, raw, value), label, value) && good;
        } else if (selector->term[i].differs || objective->each) {
            tell(loader, SEVERITY_ERROR, spot_in_key(said, raw, label), "bad-objective",
                 "'*' means each: once in a selector, and with '='");
            good = false;
        } else {
            objective->each = label;
        }
    }
    if (objective->each)
        selector_drop(selector, objective->each);
    return good;
}

/* ---- one objective ---- */

static bool read_target(Loader *loader, const Said *said, Objective *objective)
{
    const Metric *metric = objective->metric;
    bool count = strcmp(objective->statistic, "count") == 0;
    Dimension dimension = count ? DIMENSION_COUNT : metric->dimension;
    Param param = {.name = objective->text};
    Reading reading = {.loader = loader, .param = &param};
    if (*said->value.text == '\0' || !quantity_read(&reading, slice_whole(&said->value), dimension, &objective->target))
        return false;
    if (objective->target < 0 || (dimension == DIMENSION_SHARE && objective->target > 1)) {
        tell(loader, SEVERITY_ERROR, value_whole(&said->value), "out-of-range", "'%s' is never %s", objective->text,
             said->value.text);
        return false;
    }
    if (dimension == DIMENSION_DURATION)
        objective->target *= 1e-9;
    return true;
}

static bool read_operator(Loader *loader, const Said *said, Objective *objective)
{
    objective->at_least = strcmp(said->op, ">=") == 0;
    if (objective->at_least || strcmp(said->op, "<=") == 0)
        return true;
    tell(loader, SEVERITY_ERROR, said->spot, "bad-objective", "an objective says <= or >=, not '%s'", said->op);
    return false;
}

bool objective_figure(Loader *loader, const Said *said, Objective *objective)
{
    g_autofree char *name = NULL;
    g_autofree char *normal = normal_form(said->key, &name, &objective->selector);
    if (!normal) {
        tell(loader, SEVERITY_ERROR, said->spot, "bad-objective", "write METRIC{label=value, label!=value} <= VALUE");
        return false;
    }
    objective->spot = said->spot;
    objective->text = arena_text(loader->arena, normal);
    const char *metric = arena_text(loader->arena, name); /* `statistic` points into it */
    objective->metric = metric_find(metric, &objective->statistic);
    if (!objective->metric) {
        tell_unknown_metric(loader, said, name);
        return false;
    }
    bool good = true;
    if (metric_needs_statistic(objective->metric) && *objective->statistic == '\0') {
        tell(loader, SEVERITY_ERROR, said->spot, "bad-objective", "which figure of it? %s has %s", name,
             statistics_in_words(loader, objective->metric));
        good = false;
    }
    good = read_labels(loader, said, said->raw, objective) && good;
    return good && names_phase(loader, said, objective);
}

static bool read_objective(Loader *loader, const Said *said, Objective *objective)
{
    objective->target_text = said->value.text;
    bool good = objective_figure(loader, said, objective);
    if (!objective->metric)
        return false;
    good = read_operator(loader, said, objective) && good;
    return read_target(loader, said, objective) && good;
}

void objectives_read(Loader *loader, Scenario *scenario)
{
    const Draft *draft = draft_find(loader, "objectives", NULL, NULL);
    guint n = draft ? draft->said->len : 0;
    Objective *objective = arena_many(loader->arena, Objective, n);
    for (guint i = 0; i < n; i++) {
        const Said *said = g_ptr_array_index(draft->said, i);
        if (!g_str_has_prefix(said->key, "x-") && read_objective(loader, said, &objective[scenario->n_objectives]))
            scenario->n_objectives++;
        else
            objective[scenario->n_objectives] = (Objective){0};
    }
    scenario->objective = objective;
}
