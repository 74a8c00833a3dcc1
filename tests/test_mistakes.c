/* Each tests/mistakes/NAME.ini with exactly what is said about it, in NAME.txt.  A line "# --set TEXT" at its head is a
 * --set.  To write the texts anew after a change of words, and then review the difference:
 *     MRSIM_UPDATE=1 build/mrsim-tests mistakes && git diff tests/mistakes */
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FOLDER MRSIM_SRCDIR "/tests/mistakes"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all cases, without ".ini". */
static GPtrArray *names_of_cases(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(FOLDER, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    for (const char *name; (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".ini"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(".ini")));
    g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    return names;
}

static char **sets_of(const char *file)
{
    g_autofree char *text = NULL;
    GPtrArray *sets = g_ptr_array_new();
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(file, &text, NULL, NULL));
    for (const char *line = text; line && g_str_has_prefix(line, "# --set "); line = strchr(line, '\n') + 1)
        g_ptr_array_add(sets, g_strndup(line + 8, strcspn(line + 8, "\n")));
    g_ptr_array_add(sets, NULL);
    return (char **)g_ptr_array_free(sets, FALSE);
}

static void check_case(const char *name, bool update)
{
    g_autofree char *file = g_strconcat(name, ".ini", NULL), *expected_file = g_strconcat(name, ".txt", NULL);
    g_autofree char *expected = NULL;
    g_auto(GStrv) sets = sets_of(file);
    g_auto(Case) loaded = case_of_file(file, (const char *const *)sets);
    EXPECT(!loaded.error, "%s: %s", name, loaded.error ? loaded.error->message : "");
    EXPECT((loaded.scenario == NULL) == (loaded.n_errors > 0), "%s: rejected and errors must agree", name);
    if (update)
        EXPECT(g_file_set_contents(expected_file, loaded.said, -1, NULL), "%s cannot be written", expected_file);
    bool found = g_file_get_contents(expected_file, &expected, NULL, NULL);
    EXPECT(found && strcmp(expected, loaded.said) == 0, "%s is\n%s\nexpected\n%s", file, loaded.said,
           found ? expected : "(no such file)");
}

static void test_every_mistake_has_its_message(void)
{
    g_autofree char *before = g_get_current_dir();
    g_autoptr(GPtrArray) names = names_of_cases();
    bool update = g_getenv("MRSIM_UPDATE") != NULL;
    CU_ASSERT_EQUAL_FATAL(chdir(FOLDER), 0);
    for (guint i = 0; i < names->len; i++)
        check_case(g_ptr_array_index(names, i), update);
    CU_ASSERT_EQUAL_FATAL(chdir(before), 0);
    EXPECT(names->len >= 45, "%u cases", names->len);
}

/* Every slug the language has, seen in at least one of the texts. */
static void test_every_slug_has_a_mistake(void)
{
    static const char all_slugs[] =
        "ambiguous-reference bad-csv bad-encoding bad-header bad-list bad-network bad-objective bad-point bad-quantity "
        "contradictory-settings cycle dangling-comma disabled-reference duplicate-key duplicate-section empty-csv "
        "empty-value evaluate-without-alias extends-cycle failover-without-health-check impossible-objective "
        "latency-without-availability "
        "line-too-long local-hides-shipped missing-key missing-unit no-file no-headroom no-path no-section not-yet "
        "nothing-to-answer nothing-to-reset out-of-range overloaded rare-fault reserved-name retry-amplification "
        "shadowed-setting "
        "shallow-health-check "
        "spof-database syntax too-few-samples ttl-on-alias unclosed-paren unclosed-quote unknown-argument "
        "unknown-choice "
        "unknown-column unknown-key unknown-label unknown-label-value unknown-law unknown-metric unknown-model "
        "unknown-location unknown-zone missing-region unknown-place unknown-reference unknown-region unknown-section "
        "unnamed-argument "
        "unused-section "
        "unheeded-setting use-changed users-without-answer warm-up-eats-run weights-all-zero wrong-dimension";
    g_auto(GStrv) slugs = g_strsplit(all_slugs, " ", -1);
    g_autoptr(GPtrArray) names = names_of_cases();
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = NULL;
        g_autofree char *file = g_strdup_printf("%s/%s.txt", FOLDER, (char *)g_ptr_array_index(names, i));
        if (g_file_get_contents(file, &text, NULL, NULL))
            g_string_append(all, text);
    }
    for (guint i = 0; slugs[i]; i++) {
        g_autofree char *bracketed = g_strdup_printf("[%s]\n", slugs[i]);
        EXPECT(strstr(all->str, bracketed) != NULL, "no mistake shows %s", slugs[i]);
    }
}

void suite_mistakes(void);
void suite_mistakes(void)
{
    CU_pSuite suite = CU_add_suite("mistakes", NULL, NULL);
    CU_add_test(suite, "every mistake has its exact message", test_every_mistake_has_its_message);
    CU_add_test(suite, "every slug has a mistake", test_every_slug_has_a_mistake);
}
