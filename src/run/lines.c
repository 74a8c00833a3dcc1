#include "base/quantity.h"
#include "model/atlas.h"
#include "model/fault.h"
#include "run/figures.h"
#include "scenario/names.h"
#include <math.h>
#include <string.h>

enum { TEXT_SIZE = 64 };

static const char *setting_of(const Results *results, const char *address)
{
    const ResultSetting *setting = results_setting(results, address);
    return setting ? setting->value : NULL;
}

/* What a key of a thing is at a region: its own value there, or the thing's. */
static const char *setting_at(const Results *results, const char *thing, const char *region, const char *key)
{
    g_autofree char *here = g_strdup_printf("%s@%s.%s", thing, region, key),
                    *everywhere = g_strdup_printf("%s.%s", thing, key);
    const char *value = setting_of(results, here);
    return value ? value : setting_of(results, everywhere);
}

static double figure_at(const Results *results, const char *metric, const char *labels)
{
    const ResultFigure *figure = results_figure(results, metric, "", labels);
    return figure ? figure->value : NAN;
}

static double figure_of(const Results *results, const char *metric, const char *label, const char *value)
{
    g_autofree char *labels = g_strdup_printf("%s=%s", label, value);
    return figure_at(results, metric, labels);
}

static void add_service(GString *line, const Results *results, const Thing *service, const char *region)
{
    char text[TEXT_SIZE];
    const char *servers = setting_at(results, service->name, region, "servers");
    g_autofree char *labels = g_strdup_printf("region=%s,service=%s", region, service->name);
    double busy = figure_at(results, "busy", labels);
    g_string_append_printf(line, "   %s %s", servers, strcmp(servers, "1") == 0 ? "server" : "servers");
    if (!isnan(busy))
        g_string_append_printf(line, "   busy %s", quantity_format(busy, DIMENSION_SHARE, text, sizeof text));
}

static guint services_in(const World *world, guint region, const Thing **service)
{
    guint n = 0;
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "service") == 0 && world->thing[i]->runs_in[region])
            service[n++] = world->thing[i];
    return n;
}

/* One service stands beside the region; several below it, each on a line with its name. */
static void add_region(Results *results, const World *world, guint i)
{
    const Region *region = &world->region[i];
    char text[TEXT_SIZE];
    g_autofree const Thing **service = g_new(const Thing *, world->n_things);
    guint n_services = services_in(world, i, service);
    g_autoptr(GString) line = g_string_new(strcmp(region->title, region->name) == 0 ? "" : region->title);
    while (line->len < 12)
        g_string_append_c(line, ' ');
    double share = figure_of(results, "routing.share", "region", region->name);
    if (!isnan(share))
        g_string_append_printf(line, "   %s of users", quantity_format(share, DIMENSION_SHARE, text, sizeof text));
    if (n_services == 1)
        add_service(line, results, service[0], region->name);
    results_add_line(results, region->name, "%s", line->str);
    for (guint j = 0; n_services > 1 && j < n_services; j++) {
        g_string_printf(line, "   %s", service[j]->name);
        add_service(line, results, service[j], region->name);
        results_add_line(results, "", "%s", line->str);
    }
}

static void add_distance(Results *results, const World *world)
{
    if (world->n_running < 2 || !world->region[0].measured_as || !world->region[1].measured_as)
        return;
    int a = atlas_region(world->atlas, world->region[0].measured_as),
        b = atlas_region(world->atlas, world->region[1].measured_as);
    if (a < 0 || b < 0 || a == b)
        return;
    RoundTrip trip = atlas_region_to_region(world->atlas, (guint)a, (guint)b);
    char text[TEXT_SIZE];
    results_add_line(results, world->n_running == 2 ? "between them" : "first two", "%s round trip",
                     quantity_format(round_trip_quantile(&trip, 0.5), DIMENSION_DURATION, text, sizeof text));
}

/* "at 00:20:00 for 10m", "every exponential(mean=90d) for 4h" */
static char *when(const Results *results, const Thing *fault)
{
    const char *every = setting_at(results, fault->name, "", "every"),
               *length = setting_at(results, fault->name, "", "for");
    char text[TEXT_SIZE];
    if (fault_repeats(fault))
        return g_strdup_printf("every %s for %s", every, length);
    const Law *duration = &((const FaultTiming *)fault->config)->duration;
    gint64 s = fault_begins(fault) / SECOND;
    if (law_is_constant(duration))
        length = quantity_exact(law_mean(duration), DIMENSION_DURATION, text, sizeof text);
    return g_strdup_printf("at %02d:%02d:%02d for %s", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60), length);
}

/* "us-east-1", "carts", "us-east-1 to eu-central-1": what a fault or an action is about. (transfer full) */
static char *object_of(const Results *results, const Thing *thing)
{
    static const char *const keys[] = {"target", "of", "database", "link"};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *value = setting_at(results, thing->name, "", keys[i]);
        if (value && *value)
            return g_strdup(value);
    }
    const char *from = setting_at(results, thing->name, "", "from"), *to = setting_at(results, thing->name, "", "to");
    return from && to ? g_strdup_printf("%s to %s", from, to) : NULL;
}

static void add_happening(Results *results, const Thing *thing, const char *times)
{
    g_autofree char *object = object_of(results, thing);
    results_add_line(results, thing->component->kind, "%s (%s%s%s) %s", thing->name, thing->component->name,
                     object ? " of " : "", object ? object : "", times);
}

static void add_fault(Results *results, const Thing *fault)
{
    g_autofree char *times = when(results, fault);
    add_happening(results, fault, times);
}

/* "at 00:08:00", "at cable.end + 30m" */
static void add_action(Results *results, const Thing *action)
{
    const char *at = setting_at(results, action->name, "", "at");
    g_autofree char *times = g_strdup_printf("at %s", at ? at : "?");
    add_happening(results, action, times);
}

void figures_add_lines(Results *results, const World *world)
{
    for (guint i = 0; i < world->n_running; i++)
        add_region(results, world, i);
    add_distance(results, world);
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "fault") == 0)
            add_fault(results, world->thing[i]);
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "action") == 0)
            add_action(results, world->thing[i]);
}

/* ---- notes: what the figures alone do not say ---- */

static bool watched(const World *world, guint region)
{
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, "health-check") == 0 && world->thing[i]->runs_in[region])
            return true;
    return false;
}

/* A name that nobody tells to answer with another region. */
static bool asks_nobody(const World *world, const char **dns)
{
    for (guint i = 0; i < world->n_things; i++) {
        *dns = world->thing[i]->name;
        if (strcmp(world->thing[i]->component->kind, "dns") == 0 && !is_checked(world->thing[i]))
            return true;
    }
    return false;
}

/* Something in a region is gone, and everybody who looks at the region finds it well. */
static bool explain_unseen(Results *results, const Thing *fault)
{
    const char *of = setting_at(results, fault->name, "", "of");
    if (!of || !isinf(figure_of(results, "detection.time", "fault", fault->name)))
        return false;
    results_add_note(
        results,
        "Nothing failed over after %s: no health check noticed that %s was gone. A page that does not look "
        "behind itself stays well (page = deep).",
        fault->name, of);
    return true;
}

static void explain_no_failover(Results *results, const World *world, const Thing *fault)
{
    if (explain_unseen(results, fault))
        return;
    const char *target = setting_at(results, fault->name, "", "target"), *dns = NULL;
    int region = target ? world_region(world, target) : -1;
    if (region < 0)
        return;
    if (world->n_running < 2)
        results_add_note(results, "Nothing failed over after %s: there is no other region.", fault->name);
    else if (!watched(world, (guint)region))
        results_add_note(
            results, "Nothing failed over after %s: no health check watches %s, so nobody was told that it was gone.",
            fault->name, target);
    else if (asks_nobody(world, &dns))
        results_add_note(results,
                         "Nothing failed over after %s: [dns %s] has no health check, so its answers never changed.",
                         fault->name, dns);
    else
        results_add_note(results,
                         "After %s fewer than 99 %% of the affected users were answered again before it ended.",
                         fault->name);
}

static double phase_of(const Results *results, const Thing *fault, const char *phase)
{
    g_autofree char *labels = g_strdup_printf("fault=%s,phase=%s", fault->name, phase);
    double value = figure_at(results, "recovery.time", labels);
    return isfinite(value) ? value : 0;
}

static void explain_slow_failover(Results *results, const Thing *fault)
{
    double detect = phase_of(results, fault, "detect"), decide = phase_of(results, fault, "decide"),
           promote = phase_of(results, fault, "promote"), route = phase_of(results, fault, "route");
    double back = figure_of(results, "failover.time", "fault", fault->name);
    if (!isfinite(back) || detect + decide + promote + route <= 0)
        return;
    g_autoptr(GString) why = g_string_new(NULL);
    g_string_printf(why, "Why failover.time was missed: %.0f s until it was detected", detect);
    if (decide >= 0.5)
        g_string_append_printf(why, ", %.0f s until that was decided and told", decide);
    if (promote >= 0.5)
        g_string_append_printf(why, ", %.0f s until another database wrote", promote);
    g_string_append_printf(why,
                           ", %.0f s more until 99 %% of the users had got there: resolvers and programs that keep "
                           "answers beyond their TTL, and connections that stay open, come last.",
                           route);
    results_add_note(results, "%s", why->str);
}

static bool missed(const Results *results, const char *metric)
{
    for (guint i = 0; i < results->objectives->len; i++) {
        const ResultObjective *objective = g_ptr_array_index(results->objectives, i);
        if (objective->verdict == VERDICT_MISSED && g_str_has_prefix(objective->name, metric))
            return true;
    }
    return false;
}

void figures_add_notes(Results *results, const Scenario *scenario)
{
    const World *world = scenario->world;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (strcmp(thing->component->kind, "fault") != 0)
            continue;
        double back = figure_of(results, "failover.time", "fault", thing->name);
        if (isinf(back))
            explain_no_failover(results, world, thing);
        else if (missed(results, "failover.time"))
            explain_slow_failover(results, thing);
    }
    figures_add_awaited(results, world);
}
