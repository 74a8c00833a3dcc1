#include "cli/glossary.h"
#include "cli/parameters.h"
#include "run/run.h"
#include "tests/expect.h"
#include <string.h>

static bool is_known_slug(const char *slug)
{
    return glossary_find(glossary_errors, slug) || glossary_find(glossary_warnings, slug);
}

static void expect_sorted(const GlossaryEntry *entries)
{
    for (const GlossaryEntry *entry = entries; entry->word && entry[1].word; entry++)
        EXPECT(g_ascii_strcasecmp(entry->word, entry[1].word) < 0, "%s before %s", entry->word, entry[1].word);
}

static void test_entries_are_sorted(void)
{
    expect_sorted(glossary_errors);
    expect_sorted(glossary_warnings);
    expect_sorted(glossary_terms);
}

static void test_words_are_found(void)
{
    static const struct {
        const GlossaryEntry *entries;
        const char *word, *found;
    } rows[] = {
        {glossary_terms, "RPO", "RPO"},
        {glossary_terms, "rpo", "RPO"},
        {glossary_terms, "last writer wins", "last-writer-wins"},
        {glossary_errors, "unknown-key", "unknown-key"},
        {glossary_errors, "unknown", NULL},
        {glossary_errors, "unknown-keys", NULL},
        {glossary_errors, "", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const GlossaryEntry *entry = glossary_find(rows[i].entries, rows[i].word);
        const char *found = entry ? entry->word : NULL;
        EXPECT(g_strcmp0(found, rows[i].found) == 0, "row %zu: %s", i, found ? found : "(none)");
    }
}

/* In a statement that tells the user something, the slug is the word just before the sentence. */
static guint expect_slugs_known(const char *path)
{
    g_autofree char *source = NULL;
    guint n = 0;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &source, NULL, NULL));
    g_autoptr(GRegex) statement =
        g_regex_new("\\b(?:tell|complain|diagnostics_add)\\s*\\((?:[^;\"]|\"(?:[^\"\\\\]|\\\\.)*\")*;", 0, 0, NULL);
    g_autoptr(GRegex) slug = g_regex_new("\"([a-z]+(?:-[a-z0-9]+)*)\",\\s*\"[^\"]* [^\"]*\"", 0, 0, NULL);
    g_autoptr(GMatchInfo) statements = NULL;
    for (g_regex_match(statement, source, 0, &statements); g_match_info_matches(statements);
         g_match_info_next(statements, NULL)) {
        g_autofree char *text = g_match_info_fetch(statements, 0);
        g_autoptr(GMatchInfo) slugs = NULL;
        for (g_regex_match(slug, text, 0, &slugs); g_match_info_matches(slugs); g_match_info_next(slugs, NULL)) {
            g_autofree char *word = g_match_info_fetch(slugs, 1);
            EXPECT(is_known_slug(word), "%s: mrsim explain does not know %s", path, word);
            n++;
        }
    }
    return n;
}

static void test_every_slug_is_explained(void)
{
    static const char *const rooms[] = {"base", "model", "components", "scenario", "run"};
    guint n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
        g_autofree char *room = g_build_filename(MRSIM_SRCDIR, "src", rooms[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(room, 0, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
        for (const char *name; (name = g_dir_read_name(dir));) {
            g_autofree char *path = g_build_filename(room, name, NULL);
            if (g_str_has_suffix(name, ".c"))
                n += expect_slugs_known(path);
        }
    }
    EXPECT(n >= 40, "only %u slugs were found in the sources", n);
}

static const Component *component_of(const char *kind_and_name)
{
    for (const Component *const *component = registry.component; *component; component++) {
        g_autofree char *both = g_strdup_printf("%s/%s", (*component)->kind, (*component)->name);
        if (strcmp(both, kind_and_name) == 0)
            return *component;
    }
    return NULL;
}

/* Each `<!-- parameters KIND/NAME -->` of a page is followed by the table of that component and `<!-- end -->`. */
static guint expect_page_current(const char *path)
{
    g_autofree char *page = NULL;
    guint n = 0;
    CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &page, NULL, NULL));
    g_autoptr(GRegex) block = g_regex_new("<!-- parameters (\\S+) -->\\n(.*?)<!-- end -->", G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) blocks = NULL;
    for (g_regex_match(block, page, 0, &blocks); g_match_info_matches(blocks); g_match_info_next(blocks, NULL), n++) {
        g_autofree char *name = g_match_info_fetch(blocks, 1), *written = g_match_info_fetch(blocks, 2);
        const Component *component = component_of(name);
        EXPECT(component != NULL, "%s: there is no component %s", path, name);
        if (!component)
            continue;
        g_autoptr(GString) made = g_string_new(NULL);
        describe_component_markdown(component, made);
        EXPECT(strcmp(written, made->str) == 0,
               "%s: the table of %s is not current; write it anew: tests/update-docs.sh", path, name);
    }
    return n;
}

static guint expect_folder_current(const char *folder)
{
    g_autofree char *path = g_build_filename(MRSIM_SRCDIR, folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *page = g_build_filename(path, name, NULL);
        if (g_str_has_suffix(name, ".md"))
            n += expect_page_current(page);
    }
    return n;
}

static void test_pages_have_current_tables(void)
{
    guint n = expect_folder_current("docs") + expect_folder_current("docs/models"), n_components = 0;
    for (const Component *const *component = registry.component; *component; component++)
        n_components++;
    EXPECT(n >= n_components, "%u components, but the pages have %u tables", n_components, n);
}

void suite_glossary(void);
void suite_glossary(void)
{
    CU_pSuite suite = CU_add_suite("glossary", NULL, NULL);
    CU_add_test(suite, "entries stand in order", test_entries_are_sorted);
    CU_add_test(suite, "a word is found whatever its case, and only as a whole", test_words_are_found);
    CU_add_test(suite, "every slug of the sources is explained", test_every_slug_is_explained);
    CU_add_test(suite, "the pages carry the current parameter table of every component",
                test_pages_have_current_tables);
}
