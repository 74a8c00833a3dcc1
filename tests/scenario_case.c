#include "tests/scenario_case.h"
#include "model/atlas.h"
#include "scenario/library.h"
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

const char case_small[] = "[scenario]\n"
                          "regions = us-east-1, eu-central-1\n"
                          "[clients users]\n"
                          "places = 60% US, 40% DE\n"
                          "rate = 10/s\n"
                          "enter = door\n"
                          "[dns door]\n"
                          "answers = front\n"
                          "policy = latency\n"
                          "health = alive\n"
                          "[health-check alive]\n"
                          "of = front\n"
                          "failures = 3\n"
                          "[balancer front]\n"
                          "to = shop\n"
                          "[service shop]\n"
                          "work = 5ms\n"
                          "workers = 8\n"
                          "calls = carts\n"
                          "[database carts]\n"
                          "use = dynamodb-global-table\n";

static Atlas *atlas;

const Atlas *case_atlas(void)
{
    if (!atlas) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        atlas = atlas_load(MRSIM_SRCDIR "/models", diagnostics);
        CU_ASSERT_PTR_NOT_NULL_FATAL(atlas);
    }
    return atlas;
}

void case_forget(void)
{
    g_clear_pointer(&atlas, atlas_free);
}

static void load(Case *loaded, const char *name, const char *const *sets)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    loaded->scenario = scenario_load(name, sets, &registry, case_atlas(), loaded->library, diagnostics, &loaded->error);
    loaded->n_errors = diagnostics_errors(diagnostics);
    loaded->n_warnings = diagnostics_warnings(diagnostics);
    size_t size;
    FILE *stream = open_memstream(&loaded->said, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    diagnostics_print(diagnostics, stream, false);
    fclose(stream);
}

/* The files that a stored library holds. */
typedef struct {
    GPtrArray *names, *texts;
    GArray *lengths;
} Files;

static void add_file(Files *files, const char *name, const char *text)
{
    gsize length = strlen(text);
    g_ptr_array_add(files->names, g_strdup(name));
    g_ptr_array_add(files->texts, g_strdup(text));
    g_array_append_val(files->lengths, length);
}

static void add_presets(Files *files)
{
    g_autoptr(Library) disk = library_on_disk();
    g_auto(GStrv) names = library_presets(disk);
    for (guint i = 0; names[i]; i++) {
        gsize length;
        g_autofree char *text = library_read_preset(disk, names[i], &length, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        add_file(files, names[i], text);
    }
}

Case case_of_text(const char *text, const char *const *others, const char *const *sets)
{
    Files files = {g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free),
                   g_array_new(FALSE, FALSE, sizeof(gsize))};
    add_file(&files, CASE_FILE, text);
    for (; others && others[0]; others += 2)
        add_file(&files, others[0], others[1]);
    add_presets(&files);
    Case loaded = {.library =
                       library_stored((const char *const *)files.names->pdata, (const char *const *)files.texts->pdata,
                                      (const gsize *)(void *)files.lengths->data, files.names->len)};
    g_ptr_array_unref(files.names);
    g_ptr_array_unref(files.texts);
    g_array_unref(files.lengths);
    load(&loaded, CASE_FILE, sets);
    return loaded;
}

Case case_of_file(const char *path, const char *const *sets)
{
    Case loaded = {.library = library_on_disk()};
    load(&loaded, path, sets);
    return loaded;
}

void case_clear(Case *loaded)
{
    scenario_free(loaded->scenario);
    library_free(loaded->library);
    g_clear_error(&loaded->error);
    free(loaded->said);
    *loaded = (Case){0};
}

char *case_slug(const Case *loaded)
{
    const char *close = strstr(loaded->said, "]\n");
    while (close && close > loaded->said && *close != '[')
        close--;
    return close ? g_strndup(close + 1, strcspn(close + 1, "]")) : g_strdup("");
}

const Thing *case_thing(const Case *loaded, const char *kind, const char *name)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded->scenario);
    const Thing *thing = world_find(loaded->scenario->world, kind, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(thing);
    return thing;
}
