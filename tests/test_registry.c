/* Registry: what every component and every policy there is, or will be, owes to its table. */
#include "run/run.h"
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include "tests/small_world.h"
#include <string.h>

/* "alb.interval", for messages */
#define NAMED "%s.%s"

static bool is_word(const char *text)
{
    return g_regex_match_simple("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", text, 0, 0);
}

/* One sentence: begins with a capital (or the word it is about), ends with a full stop, has no blanks too many. */
static bool is_sentence(const char *text)
{
    gsize length = text ? strlen(text) : 0;
    return length >= 10 && length <= 120 && text[length - 1] == '.' && *text != ' ' && !strstr(text, "  ") &&
           !strstr(text, "\n") && !strstr(text, "..");
}

static bool is_file(const char *folder, const char *name, const char *ending)
{
    g_autofree char *file = g_strconcat(name, ending, NULL), *path = g_build_filename(MRSIM_SRCDIR, folder, file, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* ---- tables ---- */

static void every_component_is_described(void)
{
    for (const Component *const *one = registry.component; *one; one++) {
        const Component *component = *one;
        EXPECT(is_word(component->kind) && is_word(component->name), "%s %s", component->kind, component->name);
        EXPECT(is_sentence(component->summary), "%s: %s", component->name, component->summary);
        EXPECT(component->params != NULL && component->config_size > 0, "%s", component->name);
        guint n_usual = 0, n_same = 0;
        for (const Component *const *other = registry.component; *other; other++) {
            if (strcmp((*other)->kind, component->kind) != 0)
                continue;
            n_usual += (*other)->usual;
            n_same += strcmp((*other)->name, component->name) == 0;
        }
        EXPECT(n_usual <= 1, "%u components of kind %s are the usual one", n_usual, component->kind);
        EXPECT(n_same == 1, "%s %s is listed %u times", component->kind, component->name, n_same);
        EXPECT((component->existence == EXISTS_BY_ITSELF) == (component->runs_in != NULL),
               "%s says where it runs, or does not", component->name);
    }
}

static void every_component_has_a_page(void)
{
    for (const Component *const *one = registry.component; *one; one++) {
        const char *name = (*one)->name;
        if (strcmp(name, "scenario") == 0) /* docs/scenario.md */
            EXPECT(is_file("docs", name, ".md"), "docs/%s.md", name);
        else
            EXPECT(is_file("docs/models", name, ".md"), "docs/models/%s.md", name);
    }
}

static void every_metric_that_is_fed_is_in_the_catalogue(void)
{
    for (const Component *const *one = registry.component; *one; one++)
        for (const char *const *name = (*one)->metrics; name && *name; name++) {
            const char *statistic = "";
            EXPECT(metric_find(*name, &statistic) && !*statistic, "%s feeds %s", (*one)->name, *name);
        }
}

static void every_metric_is_fed_by_a_component(void)
{
    for (const Metric *metric = metrics; metric->name; metric++) {
        bool fed = false;
        for (const Component *const *one = registry.component; *one; one++)
            for (const char *const *name = (*one)->metrics; name && *name; name++)
                fed |= strcmp(*name, metric->name) == 0;
        EXPECT(fed, "nobody feeds %s", metric->name);
    }
}

static bool has_param(const Component *component, const char *name)
{
    for (const Param *param = component->params; param->name; param++)
        if (strcmp(param->name, name) == 0)
            return true;
    return false;
}

/* What is measured only on request can be requested. */
static void who_feeds_an_alarm_can_be_given_its_bound(void)
{
    guint n = 0;
    for (const Component *const *one = registry.component; *one; one++) {
        bool feeds = false;
        for (const char *const *name = (*one)->metrics; name && *name; name++)
            feeds |= strcmp(*name, "replication.alarm") == 0;
        EXPECT(feeds == has_param(*one, "lag-alarm"), "%s", (*one)->name);
        n += feeds;
    }
    EXPECT(n >= 3, "%u databases have an alarm", n);
}

static void every_policy_is_described(void)
{
    for (const Policy *const *one = registry.policy; *one; one++) {
        const Policy *policy = *one;
        guint n_same = 0, n_open = 0;
        EXPECT(is_word(policy->kind) && is_word(policy->name), "%s %s", policy->kind, policy->name);
        EXPECT(is_sentence(policy->summary), "%s: %s", policy->name, policy->summary);
        EXPECT(policy->source && *policy->source && policy->rule, "%s", policy->name);
        for (const Policy *const *other = registry.policy; *other; other++)
            n_same += strcmp((*other)->kind, policy->kind) == 0 && strcmp((*other)->name, policy->name) == 0;
        EXPECT(n_same == 1, "%s %s is listed %u times", policy->kind, policy->name, n_same);
        for (const Component *const *component = registry.component; *component; component++)
            for (const Param *param = (*component)->params; param->name; param++)
                n_open += param->type == PARAM_POLICY && strcmp(param->choices, policy->kind) == 0;
        EXPECT(n_open > 0, "no component leaves a policy of kind %s open", policy->kind);
    }
}

static void is_well_told(const Component *component, const Param *param)
{
    const char *name = component->name;
    EXPECT(is_word(param->name), NAMED, name, param->name);
    EXPECT(is_sentence(param->help), NAMED ": %s", name, param->name, param->help ? param->help : "no help");
    if (!param->standard || !*param->standard)
        EXPECT(!param->source, NAMED " has no default; where should it be from?", name, param->name);
    else
        EXPECT(param->source && strlen(param->source) > 3, NAMED " = %s: from where?", name, param->name,
               param->standard);
}

static gsize size_of(ParamType type)
{
    static const gsize sizes[] = {[PARAM_TEXT] = sizeof(const char *),
                                  [PARAM_YES_NO] = sizeof(bool),
                                  [PARAM_CHOICE] = sizeof(int),
                                  [PARAM_COUNT] = sizeof(gint64),
                                  [PARAM_SHARE] = sizeof(double),
                                  [PARAM_DURATION] = sizeof(SimTime),
                                  [PARAM_RATE] = sizeof(double),
                                  [PARAM_SIZE] = sizeof(gint64),
                                  [PARAM_LAW_OF_DURATION] = sizeof(Law),
                                  [PARAM_LAW_OF_ITEMS] = sizeof(Law),
                                  [PARAM_POINT] = sizeof(Point),
                                  [PARAM_REFERENCE] = sizeof(Reference),
                                  [PARAM_REFERENCES] = sizeof(References),
                                  [PARAM_REGION] = sizeof(int),
                                  [PARAM_REGIONS] = sizeof(Regions),
                                  [PARAM_PLACE] = sizeof(const char *),
                                  [PARAM_PLACES] = sizeof(Places),
                                  [PARAM_MIX] = sizeof(Mix),
                                  [PARAM_LOCATIONS] = sizeof(Locations),
                                  [PARAM_SUBNETS] = sizeof(Subnets),
                                  [PARAM_WORDS] = sizeof(Words),
                                  [PARAM_THRESHOLD] = sizeof(const Threshold *),
                                  [PARAM_POLICY] = sizeof(const Policy *),
                                  [PARAM_BANDWIDTH] = sizeof(double),
                                  [PARAM_DRIFT] = sizeof(double)};
    return sizes[type];
}

static bool has_choice(const char *choices, const char *word)
{
    g_auto(GStrv) words = g_strsplit(choices, " ", -1);
    return g_strv_contains((const char *const *)words, word);
}

static bool is_of_words(ParamType type)
{
    return type == PARAM_CHOICE || type == PARAM_MIX || type == PARAM_WORDS;
}

static void is_well_formed(const Component *component, const Param *param)
{
    const char *name = component->name;
    EXPECT(param->offset + size_of(param->type) <= component->config_size, NAMED " lies outside of its config", name,
           param->name);
    bool of_either_sign = param->type == PARAM_COUNT || param->least == -param->most;
    EXPECT((param->least >= 0 || of_either_sign) && param->most >= 0, NAMED, name, param->name);
    EXPECT(param->most == 0 || param->least < param->most, NAMED ": from %g to %g", name, param->name, param->least,
           param->most);
    if (param->type == PARAM_SHARE)
        EXPECT(param->most > 0 && param->most <= 1, NAMED ": a share up to %g", name, param->name, param->most);
    if (is_of_words(param->type) || param->type == PARAM_POLICY || param->type == PARAM_REFERENCE ||
        param->type == PARAM_REFERENCES)
        EXPECT(param->choices && *param->choices && !strstr(param->choices, "  "), NAMED " has no choices", name,
               param->name);
    if (param->type == PARAM_CHOICE && param->standard && *param->standard)
        EXPECT(has_choice(param->choices, param->standard), NAMED " = %s of \"%s\"", name, param->name, param->standard,
               param->choices);
    for (const Param *other = component->params; other->name; other++)
        EXPECT(other == param || (strcmp(other->name, param->name) != 0 && other->offset != param->offset),
               NAMED " is there twice", name, param->name);
}

static void every_parameter_is_told_and_formed_well(void)
{
    guint n = 0;
    for (const Component *const *component = registry.component; *component; component++)
        for (const Param *param = (*component)->params; param->name; param++, n++) {
            is_well_told(*component, param);
            is_well_formed(*component, param);
        }
    EXPECT(n > 50, "only %u parameters", n);
}

/* `of` is what a health check watches, or, of a calculated one, other health checks; it is what an action is done to,
 * and `to` what it makes of it (docs/scenario.md). */
static bool names_other_kinds(const Component *component, const Param *param)
{
    bool of = strcmp(param->name, "of") == 0, to = strcmp(param->name, "to") == 0;
    return (strcmp(component->kind, "health-check") == 0 && of) ||
           (strcmp(component->kind, "action") == 0 && (of || to));
}

/* What somebody learns of one component of a kind holds for the others. */
static void one_word_is_one_type_over_the_components_of_a_kind(void)
{
    for (const Component *const *one = registry.component; *one; one++)
        for (const Component *const *other = registry.component; *other; other++) {
            if (strcmp((*one)->kind, (*other)->kind) != 0)
                continue;
            for (const Param *a = (*one)->params; a->name; a++)
                for (const Param *b = (*other)->params; b->name; b++)
                    EXPECT(strcmp(a->name, b->name) != 0 || names_other_kinds(*one, a) ||
                               (a->type == b->type && g_strcmp0(a->choices, b->choices) == 0 &&
                                a->quantity == b->quantity),
                           NAMED " and " NAMED " are not the same", (*one)->name, a->name, (*other)->name, b->name);
        }
}

/* ---- scenarios that use them ---- */

typedef struct {
    const Component *component;
    char *file, *thing; /* NULL: nobody uses it yet */
} Use;

static guint n_components(void)
{
    guint n = 0;
    while (registry.component[n])
        n++;
    return n;
}

static void note_uses(Use *use, const char *path)
{
    g_auto(Case) loaded = case_of_file(path, NULL);
    if (!loaded.scenario)
        return;
    const World *world = loaded.scenario->world;
    for (guint i = 0; registry.component[i]; i++) {
        const Component *component = use[i].component;
        bool frame = strcmp(component->kind, "scenario") == 0;
        for (guint j = 0; j < world->n_things && !use[i].file; j++)
            if (frame || world->thing[j]->component == component) {
                use[i].file = g_strdup(path);
                use[i].thing = g_strdup(frame ? "scenario" : world->thing[j]->name);
            }
    }
}

static void note_folder(Use *use, const char *folder)
{
    g_autofree char *whole = g_build_filename(MRSIM_SRCDIR, folder, NULL);
    g_autoptr(GDir) names = g_dir_open(whole, 0, NULL);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new_with_free_func(g_free);
    EXPECT(names != NULL, "%s", whole);
    for (const char *name; names && (name = g_dir_read_name(names));)
        if (g_str_has_suffix(name, ".ini"))
            g_ptr_array_add(sorted, g_build_filename(whole, name, NULL));
    for (guint i = 0; i < sorted->len; i++)
        note_uses(use, g_ptr_array_index(sorted, i));
}

static Use *uses(void)
{
    Use *use = g_new0(Use, n_components());
    for (guint i = 0; registry.component[i]; i++)
        use[i].component = registry.component[i];
    note_folder(use, "scenarios");
    note_folder(use, "tests/stories");
    note_folder(use, "tests/lab");
    return use;
}

static void free_uses(Use *use)
{
    for (guint i = 0; registry.component[i]; i++) {
        g_free(use[i].file);
        g_free(use[i].thing);
    }
    g_free(use);
}

/* A region is declared, not used: it is no thing of the world. */
static bool is_declared_only(const Component *component)
{
    return strcmp(component->kind, "region") == 0;
}

static void every_component_is_used_by_a_scenario(void)
{
    Use *use = uses();
    for (guint i = 0; registry.component[i]; i++)
        EXPECT(use[i].file || is_declared_only(use[i].component), "no scenario uses %s %s", use[i].component->kind,
               use[i].component->name);
    free_uses(use);
}

static void set_to_its_default(const Use *use, const Param *param)
{
    g_autofree char *address = g_strdup_printf("%s.%s", use->thing, param->name),
                    *set = g_strdup_printf("%s=%s", address, param->standard);
    const char *const sets[] = {set, NULL};
    g_auto(Case) loaded = case_of_file(use->file, sets);
    EXPECT(loaded.scenario && loaded.n_errors == 0, "%s --set %s: %s", use->file, set, loaded.said);
    for (guint i = 0; loaded.scenario && i < loaded.scenario->n_settings; i++)
        if (strcmp(loaded.scenario->setting[i].address, address) == 0)
            return;
    EXPECT(!loaded.scenario, "%s is no setting", address);
}

/* What a table gives as default is what somebody may write, and lies within the bounds of its own parameter. */
static void every_default_may_be_written(void)
{
    Use *use = uses();
    guint n = 0;
    for (guint i = 0; registry.component[i]; i++)
        for (const Param *param = use[i].component->params; use[i].file && param->name; param++)
            if (param->standard && *param->standard) {
                set_to_its_default(&use[i], param);
                n++;
            }
    EXPECT(n > 40, "only %u defaults", n);
    free_uses(use);
}

static int forget(void)
{
    case_forget();
    return 0;
}

void suite_registry(void);
void suite_registry(void)
{
    CU_pSuite s = CU_add_suite("registry", NULL, forget);
#define TEST(name) CU_add_test(s, #name, name)
    TEST(every_component_is_described);
    TEST(every_component_has_a_page);
    TEST(every_metric_that_is_fed_is_in_the_catalogue);
    TEST(every_metric_is_fed_by_a_component);
    TEST(who_feeds_an_alarm_can_be_given_its_bound);
    TEST(every_policy_is_described);
    TEST(every_parameter_is_told_and_formed_well);
    TEST(one_word_is_one_type_over_the_components_of_a_kind);
    TEST(every_component_is_used_by_a_scenario);
    TEST(every_default_may_be_written);
}
