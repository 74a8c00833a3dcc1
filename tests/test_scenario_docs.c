/* The examples of docs/scenario.md.  Behind the three backquotes of an example stands what it is:
 *     ini            a whole scenario; the first one is the base of the fragments
 *     ini fragment   what a child of that base says
 *     ini wrong SLUG the same, and rejected with that slug
 *     csv NAME       a file that the scenarios may name
 *     sh             commands, whose --set texts must fit the base */
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <string.h>

#define PAGE MRSIM_SRCDIR "/docs/scenario.md"

typedef struct {
    char *info, *text;
    int line;
} Example;

static void example_free(void *data)
{
    Example *example = data;
    g_free(example->info);
    g_free(example->text);
    g_free(example);
}

static GPtrArray *examples_of(const char *page)
{
    GPtrArray *examples = g_ptr_array_new_with_free_func(example_free);
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    Example *open = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; lines[i]; i++) {
        if (!g_str_has_prefix(lines[i], "```")) {
            if (open)
                g_string_append_printf(text, "%s\n", lines[i]);
        } else if (open) {
            open->text = g_strdup(text->str);
            g_ptr_array_add(examples, open);
            open = NULL;
        } else {
            open = g_new0(Example, 1);
            open->info = g_strdup(lines[i] + 3);
            open->line = i + 1;
            g_string_truncate(text, 0);
        }
    }
    EXPECT(open == NULL, "an example is not closed");
    return examples;
}

/* The base, and the tables, as name, text pairs ended by NULL. */
static GPtrArray *files_of(const GPtrArray *examples)
{
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < examples->len; i++) {
        const Example *example = g_ptr_array_index(examples, i);
        bool base = files->len == 0 && strcmp(example->info, "ini") == 0;
        bool table = g_str_has_prefix(example->info, "csv ");
        if (!base && !table)
            continue;
        g_ptr_array_add(files, base ? (gpointer) "base.ini" : (gpointer)(example->info + 4));
        g_ptr_array_add(files, example->text);
    }
    g_ptr_array_add(files, NULL);
    return files;
}

/* A fragment as a child of the base: its [scenario], or a new one, extends it. */
static char *child_of_base(const char *fragment)
{
    if (g_str_has_prefix(fragment, "[scenario]\n"))
        return g_strconcat("[scenario]\nextends = base.ini\n", fragment + strlen("[scenario]\n"), NULL);
    return g_strconcat("[scenario]\nextends = base.ini\n", fragment, NULL);
}

static void check_ini(const Example *example, const char *const *files)
{
    bool whole = strcmp(example->info, "ini") == 0;
    const char *wrong = g_str_has_prefix(example->info, "ini wrong ") ? example->info + strlen("ini wrong ") : NULL;
    EXPECT(whole || wrong || strcmp(example->info, "ini fragment") == 0, PAGE ":%d: what is \"%s\"?", example->line,
           example->info);
    g_autofree char *text = whole ? g_strdup(example->text) : child_of_base(example->text);
    g_auto(Case) loaded = case_of_text(text, files, NULL);
    g_autofree char *slug = wrong ? g_strdup_printf("[%s]\n", wrong) : NULL;
    if (wrong)
        EXPECT(!loaded.scenario && strstr(loaded.said, slug), PAGE ":%d: expected %s, got\n%s", example->line, slug,
               loaded.said);
    else
        EXPECT(loaded.scenario && loaded.n_warnings == 0, PAGE ":%d:\n%s", example->line, loaded.said);
}

static void test_examples_are_right(void)
{
    g_autofree char *page = NULL;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(PAGE, &page, NULL, NULL));
    g_autoptr(GPtrArray) examples = examples_of(page);
    g_autoptr(GPtrArray) files = files_of(examples);
    guint n = 0;
    for (guint i = 0; i < examples->len; i++) {
        const Example *example = g_ptr_array_index(examples, i);
        if (!g_str_has_prefix(example->info, "ini"))
            continue;
        check_ini(example, (const char *const *)files->pdata);
        n++;
    }
    EXPECT(n >= 10, "%u examples", n);
}

static void check_line(const char *line, const char *const *files)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GPtrArray) sets = g_ptr_array_new();
    CU_ASSERT_TRUE_FATAL(g_shell_parse_argv(line, NULL, &words, NULL));
    for (guint i = 0; words[i]; i++)
        if (strcmp(words[i], "--set") == 0 && words[i + 1])
            g_ptr_array_add(sets, words[i + 1]);
    g_ptr_array_add(sets, NULL);
    EXPECT(sets->len > 1, "%s sets something", line);
    g_auto(Case) loaded = case_of_text("[scenario]\nextends = base.ini\n", files, (const char *const *)sets->pdata);
    EXPECT(loaded.scenario != NULL, "%s:\n%s", line, loaded.said);
}

static void test_commands_are_right(void)
{
    g_autofree char *page = NULL;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(PAGE, &page, NULL, NULL));
    g_autoptr(GPtrArray) examples = examples_of(page);
    g_autoptr(GPtrArray) files = files_of(examples);
    guint n = 0;
    for (guint i = 0; i < examples->len; i++) {
        const Example *example = g_ptr_array_index(examples, i);
        g_auto(GStrv) lines = g_strsplit(example->text, "\n", -1);
        for (guint k = 0; strcmp(example->info, "sh") == 0 && lines[k] && *lines[k] != '\0'; k++, n++)
            check_line(lines[k], (const char *const *)files->pdata);
    }
    EXPECT(n >= 3, "%u commands", n);
}

/* A warning that the page explains is one, and the other way round. */
static void test_every_warning_is_on_the_page(void)
{
    static const char *const warnings[] = {"shadowed-setting",
                                           "unused-section",
                                           "spof-database",
                                           "no-headroom",
                                           "overloaded",
                                           "rare-fault",
                                           "failover-without-health-check",
                                           "shallow-health-check",
                                           "retry-amplification",
                                           "impossible-objective",
                                           "latency-without-availability",
                                           "too-few-samples",
                                           "warm-up-eats-run"};
    g_autofree char *page = NULL;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(PAGE, &page, NULL, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(warnings); i++) {
        g_autofree char *row = g_strdup_printf("\n| `%s` |", warnings[i]);
        EXPECT(strstr(page, row) != NULL, "%s is not explained", warnings[i]);
    }
}

void suite_scenario_docs(void);
void suite_scenario_docs(void)
{
    CU_pSuite suite = CU_add_suite("scenario_docs", NULL, NULL);
    CU_add_test(suite, "every example of the page is right, or wrong as it says", test_examples_are_right);
    CU_add_test(suite, "every --set of the page fits", test_commands_are_right);
    CU_add_test(suite, "every warning is on the page", test_every_warning_is_on_the_page);
}
