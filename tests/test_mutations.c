/* Every shipped scenario with every slip of the pen in every spot is rejected, or stands below with the reason. */
#include "scenario/library.h"
#include "tests/expect.h"
#include "tests/mutate.h"
#include "tests/scenario_case.h"
#include <string.h>

/* What a slip may turn a line into without being one: `now` is what the changed line looks like. */
static const struct {
    MutationClass class;
    const char *line; /* a regular expression that the whole changed line matches */
    const char *why;
} harmless[] = {
    {MUTATE_HEADER_TYPO, "\\[(action|clients|fault|link) [a-z-]+\\].*", "nothing refers to a root: a name is a label"},
    {MUTATE_KEY_TYPO, "[a-z.]+\\.p999(\\{.*\\})? +<=.*", "p999 is another figure of the same metric"},
    {MUTATE_VALUE_TYPO, "watchers +=.*", "a watcher may stand in any region there is"},
    {MUTATE_VALUE_TYPO, "title +=.*", "a title may be anything"},
};
static guint n_used[G_N_ELEMENTS(harmless)];

static bool is_harmless(const Mutation *mutation)
{
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++) {
        g_autofree char *whole = g_strdup_printf("^%s$", harmless[i].line);
        if (harmless[i].class != mutation->class || !g_regex_match_simple(whole, mutation->now, 0, 0))
            continue;
        n_used[i]++;
        return true;
    }
    return false;
}

static GPtrArray *texts_of_shipped(const char *first, char **first_text)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(MRSIM_SRCDIR "/scenarios", 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(MRSIM_SRCDIR "/scenarios", name, NULL), *text = NULL;
        if (!g_str_has_suffix(name, ".ini") || !g_file_get_contents(path, &text, NULL, NULL))
            continue;
        if (strcmp(name, first) == 0) {
            *first_text = g_strdup(text);
            continue;
        }
        g_ptr_array_add(files, g_strdup(name));
        g_ptr_array_add(files, g_steal_pointer(&text));
    }
    g_dir_close(dir);
    g_ptr_array_add(files, NULL);
    return files;
}

static void mutate_file(const char *name, guint *tried, guint *passed)
{
    char *text = NULL;
    g_autoptr(GPtrArray) others = texts_of_shipped(name, &text);
    const char *const *rest = (const char *const *)others->pdata;
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    g_auto(Case) original = case_of_text(text, rest, NULL);
    EXPECT(original.scenario != NULL, "%s must be right as it stands:\n%s", name, original.said);
    g_autoptr(GPtrArray) mutations = mutations_of(text);
    for (guint i = 0; i < mutations->len; i++) {
        const Mutation *mutation = g_ptr_array_index(mutations, i);
        g_auto(Case) mutant = case_of_text(mutation->text, rest, NULL);
        tried[mutation->class]++;
        if (!mutant.scenario)
            continue;
        passed[mutation->class]++;
        EXPECT(is_harmless(mutation), "%s:%d: %s was accepted: \"%s\" for \"%s\"\n%s", name, mutation->line,
               mutation_names[mutation->class], mutation->now, mutation->before, mutant.said);
    }
    g_free(text);
}

static void test_every_mutation_is_rejected(void)
{
    guint tried[MUTATE_CLASSES] = {0}, passed[MUTATE_CLASSES] = {0}, all = 0;
    g_autoptr(Library) library = library_on_disk();
    g_auto(GStrv) names = library_scenario_names(library);
    for (guint i = 0; names[i]; i++) {
        g_autofree char *file = g_strconcat(names[i], ".ini", NULL);
        mutate_file(file, tried, passed);
    }
    for (int class = 0; class < MUTATE_CLASSES; class ++) {
        EXPECT(tried[class] > 0, "no %s was tried", mutation_names[class]);
        all += tried[class];
        if (g_getenv("MRSIM_COUNT"))
            printf("%-18s %5u tried, %4u accepted\n", mutation_names[class], tried[class], passed[class]);
    }
    EXPECT(all >= 2000, "only %u mutations", all);
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++)
        EXPECT(n_used[i] > 0, "nothing needs the exception '%s' any more", harmless[i].line);
}

void suite_mutations(void);
void suite_mutations(void)
{
    CU_pSuite suite = CU_add_suite("mutations", NULL, NULL);
    CU_add_test(suite, "every one-spot mutation of a shipped scenario is rejected or known",
                test_every_mutation_is_rejected);
}
