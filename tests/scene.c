#include "tests/scene.h"
#include "run/run.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include <string.h>

static char *path_of(const char *file)
{
    return g_build_filename(MRSIM_SRCDIR, file, NULL);
}

Scene *scene_open(const char *file, const char *const *sets)
{
    Scene *scene = g_new0(Scene, 1);
    g_autofree char *path = path_of(file);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(GError) error = NULL;
    scene->library = library_on_disk();
    scene->scenario = scenario_load(path, sets, &registry, small_atlas(), scene->library, diagnostics, &error);
    if (!scene->scenario)
        diagnostics_print(diagnostics, stderr, false);
    EXPECT(scene->scenario != NULL, "%s: %s", file, error ? error->message : "mistakes");
    return scene;
}

void scene_close(Scene *scene)
{
    g_clear_pointer(&scene->scenario, scenario_free);
    library_free(scene->library);
    g_free(scene);
}

uint64_t scene_run(Scene *scene, void (*watch)(Sim *sim, void *whose, const char *line), void *whose)
{
    if (!scene->scenario)
        return 0;
    Sim *sim = sim_new(scene->scenario->world, 1, 1);
    sim->trace = watch;
    sim->trace_whose = whose;
    EXPECT(sim_run(sim, NULL), "stopped");
    uint64_t digest = sim->kernel.digest.value;
    sim_free(sim);
    return digest;
}

static void tell_where_they_part(const char *file, const char *expected, const char *found)
{
    g_auto(GStrv) lines = g_strsplit(expected, "\n", -1), others = g_strsplit(found, "\n", -1);
    guint i = 0;
    while (lines[i] && others[i] && strcmp(lines[i], others[i]) == 0)
        i++;
    EXPECT(!lines[i] && !others[i], "%s:%u:\n  expected \"%s\"\n  found    \"%s\"", file, i + 1,
           lines[i] ? lines[i] : "(end)", others[i] ? others[i] : "(end)");
}

void scene_expect_file(const char *file, const char *text)
{
    g_autofree char *path = path_of(file), *expected = NULL;
    g_autoptr(GError) error = NULL;
    if (g_strcmp0(g_getenv("MRSIM_UPDATE"), "1") == 0) {
        EXPECT(g_file_set_contents(path, text, -1, &error), "%s", error->message);
        return;
    }
    bool read = g_file_get_contents(path, &expected, NULL, &error);
    EXPECT(read, "%s", error ? error->message : "");
    if (read)
        tell_where_they_part(file, expected, text);
}
