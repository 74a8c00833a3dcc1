#include "tests/lab.h"
#include "base/check.h"
#include "model/sim.h"
#include "report/report.h"
#include "stats/interval.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double CONFIDENCE = 0.999;

G_NORETURN static void give_up(const char *name, const Diagnostics *diagnostics, const GError *error)
{
    fprintf(stderr, "%s does not load%s%s\n", name, error ? ": " : "", error ? error->message : "");
    diagnostics_print(diagnostics, stderr, false);
    exit(EXIT_FAILURE);
}

/* Shared by all labs, for as long as the program runs. */
static const Atlas *shared_atlas(void)
{
    static Atlas *atlas;
    if (!atlas) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        atlas = atlas_load(MRSIM_SRCDIR "/models", diagnostics);
        if (!atlas)
            give_up("models", diagnostics, NULL);
    }
    return atlas;
}

Lab lab_open(const char *name, const char *const *sets)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(GError) error = NULL;
    Lab lab = {.library = library_on_disk()};
    lab.file = g_str_has_suffix(name, ".ini") ? g_build_filename(MRSIM_SRCDIR, "tests", "lab", name, NULL)
                                              : g_strdup_printf("%s/scenarios/%s.ini", MRSIM_SRCDIR, name);
    lab.scenario = scenario_load(lab.file, sets, &registry, shared_atlas(), lab.library, diagnostics, &error);
    if (!lab.scenario)
        give_up(name, diagnostics, error);
    return lab;
}

void lab_close(Lab *lab)
{
    g_clear_pointer(&lab->scenario, scenario_free);
    g_clear_pointer(&lab->library, library_free);
    g_clear_pointer(&lab->file, g_free);
}

Results *lab_run(const Lab *lab, uint64_t seed, guint replications, guint jobs)
{
    RunOptions options = {.seed = seed, .replications = replications, .jobs = jobs};
    return run_scenario(lab->scenario, lab->library, lab->file, NULL, &options);
}

Results *lab_run_named(const char *name, const char *const *sets, uint64_t seed, guint replications)
{
    g_auto(Lab) lab = lab_open(name, sets);
    return lab_run(&lab, seed, replications, 0);
}

char *lab_json(const Results *results)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    report_json(out, results);
    fclose(out);
    char *copy = g_strndup(text, length);
    free(text);
    return copy;
}

uint64_t lab_trace(const Lab *lab, uint64_t seed, guint replication, LabSink sink,
                   void (*at_end)(Sim *sim, void *whose), void *whose)
{
    check_scene = (CheckScene){.seed = seed, .replication = (int)replication};
    Sim *sim = sim_new(lab->scenario->world, seed, replication);
    sim->trace = sink;
    sim->trace_whose = whose;
    CHECK(sim_run(sim, NULL));
    uint64_t digest = sim->kernel.digest.value;
    if (at_end)
        at_end(sim, whose);
    sim_free(sim);
    check_scene = (CheckScene){0};
    return digest;
}

Estimate estimate_of(double value, const double *left_out, guint n)
{
    Interval interval = interval_jackknife(value, left_out, n, CONFIDENCE);
    return (Estimate){value, interval.low, interval.high};
}

static const ResultFigure *figure_of(const Results *results, const char *metric, const char *statistic,
                                     const char *labels)
{
    static const ResultFigure none = {.value = NAN, .ci_low = NAN, .ci_high = NAN};
    const ResultFigure *figure = results_figure(results, metric, statistic, labels);
    return figure ? figure : &none;
}

Estimate lab_figure(const Results *results, const char *metric, const char *statistic, const char *labels)
{
    const ResultFigure *figure = figure_of(results, metric, statistic, labels);
    return estimate_of(figure->value, figure->left_out, figure->n_left_out);
}

Estimate lab_quotient(const Results *results, const char *metric, const char *over, const char *labels)
{
    const ResultFigure *part = figure_of(results, metric, "", labels), *whole = figure_of(results, over, "", labels);
    guint n = MIN(part->n_left_out, whole->n_left_out);
    g_autofree double *left_out = g_new(double, n + 1);
    for (guint i = 0; i < n; i++)
        left_out[i] = part->left_out[i] / whole->left_out[i];
    return estimate_of(part->value / whole->value, left_out, n);
}

double lab_value(const Results *results, const char *metric, const char *statistic, const char *labels)
{
    return figure_of(results, metric, statistic, labels)->value;
}
