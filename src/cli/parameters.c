#include "cli/parameters.h"
#include "cli/terminal.h"
#include "run/run.h"
#include <math.h>
#include <string.h>

enum { NAME_INDENT = 2, HELP_INDENT = 6 };

/* ---- one parameter ---- */

static char *joined(const char *words)
{
    g_auto(GStrv) parts = g_strsplit(words ? words : "", " ", -1);
    return g_strjoinv(", ", parts);
}

/* The names of the policies of a kind, in the order of the registry. */
static char *policy_names(const char *kind)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (const Policy *const *policy = registry.policy; *policy; policy++)
        if (strcmp((*policy)->kind, kind) == 0)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", (*policy)->name);
    return g_strdup(names->str);
}

static char *reference_type(const Param *param, const char *what)
{
    g_autofree char *kinds = joined(param->choices);
    const char *leading = "";
    if (param->quantity == DIMENSION_SHARE)
        leading = ", each with a share before it";
    else if (param->quantity == DIMENSION_TIMES)
        leading = ", each may say how often: 5x";
    else if (param->quantity == DIMENSION_COUNT)
        leading = ", each may have a weight before it";
    return g_strdup_printf("%s%s%s%s", what, *kinds ? ": " : "", kinds, leading);
}

char *parameter_type(const Param *param)
{
    static const char *const names[] = {
        [PARAM_TEXT] = "text",
        [PARAM_YES_NO] = "yes or no",
        [PARAM_COUNT] = "count",
        [PARAM_SHARE] = "share",
        [PARAM_DURATION] = "duration",
        [PARAM_RATE] = "rate",
        [PARAM_SIZE] = "size",
        [PARAM_BANDWIDTH] = "bandwidth",
        [PARAM_DRIFT] = "drift (20us/s)",
        [PARAM_LAW_OF_DURATION] = "duration or law",
        [PARAM_LAW_OF_ITEMS] = "count or law of items",
        [PARAM_POINT] = "time point",
        [PARAM_REGION] = "region of the scenario",
        [PARAM_REGIONS] = "regions of the scenario",
        [PARAM_PLACE] = "any known region",
        [PARAM_PLACES] = "places with shares",
        [PARAM_THRESHOLD] = "figure > value",
        [PARAM_LOCATIONS] = "continents, countries (DE), elsewhere",
    };
    g_autofree char *words = NULL;
    switch (param->type) {
    case PARAM_CHOICE:
        words = joined(param->choices);
        return g_strdup_printf("one of: %s", words);
    case PARAM_MIX:
        words = joined(param->choices);
        return g_strdup_printf("shares of: %s", words);
    case PARAM_PLACES:
        return g_strdup(param->choices ? "known regions" : names[PARAM_PLACES]);
    case PARAM_SUBNETS:
        return g_strdup(param->choices ? "networks (198.51.100.0/22), elsewhere" : "networks (198.51.100.0/22)");
    case PARAM_WORDS:
        words = joined(param->choices);
        return g_strdup_printf("all, or some of: %s", words);
    case PARAM_POLICY:
        words = policy_names(param->choices);
        return g_strdup_printf("one of: %s", words);
    case PARAM_REFERENCE:
        return reference_type(param, "name");
    case PARAM_REFERENCES:
        return reference_type(param, "names");
    default:
        return g_strdup(names[param->type]);
    }
}

const char *parameter_default(const Param *param)
{
    if (!param->standard)
        return "required";
    return *param->standard ? param->standard : "none";
}

/* The dimension that the bounds of a parameter are in; DIMENSION_NONE: it has none. */
static Dimension bounds_dimension(const Param *param)
{
    switch (param->type) {
    case PARAM_COUNT:
    case PARAM_LAW_OF_ITEMS:
        return DIMENSION_COUNT;
    case PARAM_SHARE:
        return DIMENSION_SHARE;
    case PARAM_DURATION:
    case PARAM_LAW_OF_DURATION:
        return DIMENSION_DURATION;
    case PARAM_RATE:
        return DIMENSION_RATE;
    case PARAM_SIZE:
        return DIMENSION_SIZE;
    case PARAM_BANDWIDTH:
        return DIMENSION_BANDWIDTH;
    case PARAM_DRIFT:
        return DIMENSION_DRIFT;
    default:
        return DIMENSION_NONE;
    }
}

char *parameter_bounds(const Param *param)
{
    enum { BOUND_SIZE = 64 };
    char least[BOUND_SIZE], most[BOUND_SIZE];
    Dimension dimension = bounds_dimension(param);
    if (dimension == DIMENSION_NONE || (isinf(param->least) && isinf(param->most)))
        return g_strdup("");
    if (isfinite(param->least))
        quantity_exact(param->least, dimension, least, sizeof least);
    if (isfinite(param->most))
        quantity_exact(param->most, dimension, most, sizeof most);
    if (isinf(param->most) || param->most < param->least) /* no bound is said */
        return g_strdup_printf("at least %s", least);
    if (isinf(param->least))
        return g_strdup_printf("at most %s", most);
    return g_strdup_printf("%s to %s", least, most);
}

static const char *source_of(const Param *param)
{
    return param->source ? param->source : "";
}

/* ---- a component ---- */

static const char *existence_of(const Component *component)
{
    switch (component->existence) {
    case EXISTS_ONCE:
        return "It exists once.";
    case EXISTS_PER_REGION:
        return "It exists in every region, unless `regions` says where.";
    case EXISTS_BY_ITSELF:
        return "Its own keys say where it exists.";
    }
    return "";
}

void describe_component_text(const Component *component, GString *text)
{
    g_autofree char *heading = g_strdup_printf("%s/%s  ", component->kind, component->name);
    g_autofree char *summary = g_strdup_printf("%s  %s%s", component->summary, existence_of(component),
                                               component->usual ? "  It is meant where a section says no `use`." : "");
    terminal_wrap(text, heading, NAME_INDENT, summary);
    for (const Param *param = component->params; param && param->name; param++) {
        g_autofree char *type = parameter_type(param), *bounds = parameter_bounds(param);
        g_autofree char *first = g_strdup_printf("  %-16s  ", param->name);
        bool fixed = component->existence != EXISTS_ONCE && param->flags & PARAM_EVERYWHERE;
        g_autofree char *kind = g_strdup_printf("%s%s%s; %s%s%s", type, *bounds ? ", " : "", bounds,
                                                param->standard && *param->standard ? "default " : "",
                                                parameter_default(param), fixed ? "; the same at every place" : "");
        g_string_append_c(text, '\n');
        terminal_wrap(text, first, 20, kind);
        terminal_wrap(text, "", HELP_INDENT, param->help);
        if (*source_of(param))
            terminal_wrap(text, "      Source: ", HELP_INDENT + 2, source_of(param));
    }
}

/* A cell of a Markdown table: one line, without its separator. */
static void append_cell(GString *text, const char *content)
{
    g_auto(GStrv) parts = g_strsplit(content, "|", -1);
    g_autofree char *safe = g_strdelimit(g_strjoinv("\\|", parts), "\n", ' ');
    g_string_append_printf(text, " %s |", safe);
}

void describe_component_markdown(const Component *component, GString *text)
{
    g_string_append(text, "| key | value | default | bounds | meaning | source of the default |\n"
                          "|---|---|---|---|---|---|\n");
    for (const Param *param = component->params; param && param->name; param++) {
        g_autofree char *type = parameter_type(param), *bounds = parameter_bounds(param);
        g_autofree char *name = g_strdup_printf("`%s`", param->name);
        g_autofree char *standard = param->standard && *param->standard ? g_strdup_printf("`%s`", param->standard)
                                                                        : g_strdup(parameter_default(param));
        const char *const cells[] = {name, type, standard, bounds, param->help, source_of(param)};
        g_string_append_c(text, '|');
        for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
            append_cell(text, cells[i]);
        g_string_append_c(text, '\n');
    }
}
