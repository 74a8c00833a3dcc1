#include "kernel/random.h"
#include "model/atlas.h"
#include "scenario/library.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include "tests/scenario_case.h"
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The value of a setting by its address, or NULL. */
static const Setting *setting_of(const Case *loaded, const char *address)
{
    for (guint i = 0; loaded->scenario && i < loaded->scenario->n_settings; i++)
        if (strcmp(loaded->scenario->setting[i].address, address) == 0)
            return &loaded->scenario->setting[i];
    return NULL;
}

static const char *value_at(const Case *loaded, const char *address)
{
    const Setting *setting = setting_of(loaded, address);
    return setting ? setting->value : NULL;
}

/* Loads `child` over case_small (as base.ini). */
static Case case_of_child(const char *child, const char *const *sets)
{
    const char *others[] = {"base.ini", case_small, NULL};
    g_autofree char *text = g_strconcat("[scenario]\nextends = base.ini\n", child, NULL);
    return case_of_text(text, others, sets);
}

static bool says(const Case *loaded, const char *slug)
{
    g_autofree char *bracketed = g_strdup_printf("[%s]\n", slug);
    return strstr(loaded->said, bracketed) != NULL;
}

/* ---- the world ---- */

static void test_small_scenario(void)
{
    g_auto(Case) loaded = case_of_text(case_small, NULL, NULL);
    EXPECT(loaded.scenario && loaded.n_warnings == 0, "%s", loaded.said);
    const World *world = loaded.scenario->world;
    EXPECT_TEXT(world->name, "t");
    EXPECT_INT(world->n_running, 2);
    EXPECT_TEXT(world->region[0].name, "us-east-1");
    EXPECT_TEXT(world->region[0].title, "N. Virginia");
    EXPECT_TEXT(world->region[1].measured_as, "eu-central-1");
    EXPECT(world->region[1].n_zones >= 3, "zones come from the tables");
    EXPECT_INT(world->scenario.duration, HOUR);
    EXPECT_INT(world->scenario.regions.n, 2);
    const Thing *shop = case_thing(&loaded, "service", "shop");
    EXPECT(shop->key == key_of_text("service shop"), "the key is made of kind and name alone");
    EXPECT(shop->runs_in[0] && shop->runs_in[1], "a service runs in every region");
    EXPECT(shop->config_at[0] == shop->config && shop->config_at[1] == shop->config, "nothing differs anywhere");
    for (guint i = 0; i < world->n_things; i++)
        EXPECT_INT(world->thing[i]->index, i);
    EXPECT(world_find(world, "service", "carts") == NULL, "kinds keep names apart");
    EXPECT_INT(world_region(world, "moon"), -1);
}

/* One is about what it is warned of. */
static bool may_be_said(const char *name, const char *said)
{
    return *said == '\0' || (strcmp(name, "single-region-database") == 0 && strstr(said, "[spof-database]") &&
                             strstr(said, "\n1 warning in "));
}

static void test_shipped_scenarios(void)
{
    g_autoptr(Library) library = library_on_disk();
    g_auto(GStrv) names = library_scenario_names(library);
    EXPECT(g_strv_length(names) >= 3, "there are shipped scenarios");
    for (guint i = 0; names[i]; i++) {
        g_auto(Case) loaded = case_of_file(names[i], NULL);
        EXPECT(loaded.scenario && may_be_said(names[i], loaded.said), "%s: %s", names[i], loaded.said);
        EXPECT(loaded.scenario && loaded.scenario->n_objectives > 0, "%s promises something", names[i]);
    }
}

static void test_all_regions(void)
{
    const char *sets[] = {"scenario.regions=all", NULL};
    g_auto(Case) loaded = case_of_text(case_small, NULL, sets);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    EXPECT_INT(loaded.scenario->world->n_running, atlas_regions(case_atlas()));
    EXPECT_INT(case_thing(&loaded, "service", "shop")->runs_in[loaded.scenario->world->n_running - 1], true);
}

static void test_places_that_values_name(void)
{
    g_auto(Case) loaded = case_of_child("[clients more]\nplaces = ap-south-1\nrate = 1/s\nenter = door\n"
                                        "[region cloud]\nlike = us-east-2\n"
                                        "[link l]\nfrom = cloud\nto = us-east-1\nrtt = 9ms\n",
                                        NULL);
    const World *world = loaded.scenario ? loaded.scenario->world : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(world);
    EXPECT_INT(world->n_running, 2);
    EXPECT_INT(world->n_regions, 4);
    EXPECT_TEXT(world->region[world_region(world, "cloud")].measured_as, "us-east-2");
    EXPECT(world_region(world, "ap-south-1") >= 2, "clients may sit in a region where nothing runs");
    EXPECT(case_thing(&loaded, "link", "l") != NULL, "links are things");
}

static void test_own_places(void)
{
    g_auto(Case) loaded =
        case_of_text("[scenario]\nregions = lab, attic\n[region lab]\nzones = 1\n[region attic]\nzones = 2\n"
                     "[link stairs]\nfrom = lab\nto = attic\nrtt = 2ms\n[clients us]\nplaces = lab\nrate = 1/s\n"
                     "enter = shop\naccess = 1ms\n[service shop]\nwork = 1ms\n",
                     NULL, NULL);
    EXPECT(loaded.scenario != NULL, "%s", loaded.said);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    EXPECT(loaded.scenario->world->region[0].measured_as == NULL, "nothing is measured here");
    EXPECT_INT(loaded.scenario->world->region[1].n_zones, 2);
    EXPECT_INT(loaded.scenario->world->n_regions, 2);
}

static void test_without_the_tables(void)
{
    const char *names[] = {"t.ini"}, *texts[] = {case_small};
    gsize lengths[] = {strlen(case_small)};
    g_autoptr(Library) library = library_stored(names, texts, lengths, 1);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Scenario) scenario = scenario_load("t.ini", NULL, &registry, NULL, library, diagnostics, NULL);
    EXPECT(!scenario, "measured regions mean nothing without the tables");
    EXPECT_INT(diagnostics_errors(diagnostics), 1);
}

/* ---- layers ---- */

typedef struct {
    const char *child, *set;
    const char *address, *value; /* value NULL: rejected with the slug in address */
} Row;

static void check_rows(const Row *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const char *sets[] = {rows[i].set, NULL};
        g_auto(Case) loaded = case_of_child(rows[i].child, sets);
        if (!rows[i].value) {
            EXPECT(!loaded.scenario && says(&loaded, rows[i].address), "row %zu: expected %s, got \"%s\"", i,
                   rows[i].address, loaded.said);
            continue;
        }
        EXPECT(loaded.scenario != NULL, "row %zu: %s", i, loaded.said);
        EXPECT(g_strcmp0(value_at(&loaded, rows[i].address), rows[i].value) == 0,
               "row %zu: %s is \"%s\", expected \"%s\"", i, rows[i].address, value_at(&loaded, rows[i].address),
               rows[i].value);
    }
}

static void test_layers(void)
{
    static const Row rows[] = {
        {"", NULL, "door.ttl", "60s"},
        {"[dns door]\nttl = 10s\n", NULL, "door.ttl", "10s"},
        {"[dns door]\nttl = 10s\n", "door.ttl=5s", "door.ttl", "5s"},
        {"[dns door]\npolicy = default\n", NULL, "door.policy", "simple"},
        {"[dns door]\nttl = default\n", NULL, "nothing-to-reset", NULL},
        {"[dns door]\nanswers = front@us-east-1,\n  front@eu-central-1\n", NULL, "door.answers",
         "front@us-east-1, front@eu-central-1"},
        {"[service shop@eu-central-1]\nservers = 4\n", NULL, "shop@eu-central-1.servers", "4"},
        {"[service shop@eu-central-1]\nservers = 4\n", NULL, "shop.servers", "3"},
        {"", "shop@eu-central-1.servers=8", "shop@eu-central-1.servers", "8"},
        {"", "database carts.use=aurora", "carts.use", "aurora"},
        {"", "scenario.duration=2h", "scenario.duration", "2h"},
        {"", "scenario.title=a # b", "scenario.title", "a # b"},
        {"", "shop.servers=default", "nothing-to-reset", NULL},
        {"[balancer front]\nregions = us-east-1\n[dns door]\nanswers = front@eu-central-1\n", NULL, "unknown-region",
         NULL},
        {"", "nobody.servers=3", "unknown-reference", NULL},
        {"", "shop@moon.servers=3", "unknown-region", NULL},
        {"", "shop.serverz=3", "unknown-key", NULL},
        {"", "scenario.extends=x.ini", "unknown-key", NULL},
        {"", "shop", "syntax", NULL},
        {"", ".a=1", "syntax", NULL},
        {"", "a b c.d=1", "syntax", NULL},
        {"", "shop.servers<=1", "syntax", NULL},
        {"[database shop]\nuse = aurora\n[balancer front]\nto = service shop\n", "shop.servers=2",
         "ambiguous-reference", NULL},
        {"[x-anything goes]\nwhat = ever\n[service shop]\nx-note = mine\n", NULL, "shop.servers", "3"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void test_presets(void)
{
    static const char presets[] =
        "[preset fast]\nuse = service\nwork = 1ms\nqueue = 7\n"
        "[preset big]\nuse = fast\nqueue = 9\nservers = 20\n[service shop]\nuse = big\nservers = 30\n";
    static const Row rows[] = {
        {presets, NULL, "shop.servers", "30"},
        {presets, NULL, "shop.queue", "9"},
        {presets, "fast.queue=8", "shop.queue", "9"},
        {presets, "big.queue=8", "shop.queue", "8"},
        {presets, "fast.timeout=5s", "shop.timeout", "5s"},
        {"[preset service]\nuse = service\nqueue = 7\n[service shop]\nuse = service\n", NULL, "shop.queue", "7"},
        {"[preset service]\nuse = fast\n[preset fast]\nuse = service\n", NULL, "local-hides-shipped", NULL},
        {"[preset a]\nqueue = 7\n", NULL, "missing-key", NULL},
        {"[preset a]\nuse = a\n", NULL, "unknown-model", NULL},
        {"[preset a]\nuse = b\n[preset b]\nuse = a\n[service shop]\nuse = a\n", NULL, "cycle", NULL},
        {"[preset a]\nuse = alb\n[service shop]\nuse = a\n", NULL, "unknown-model", NULL},
        {"[preset a]\nuse = service\nqueu = 7\n[service shop]\nuse = a\n", NULL, "unknown-key", NULL},
        {"[preset a]\nuse = service\nqueue = 7s\n[service shop]\nuse = a\n", NULL, "wrong-dimension", NULL},
        {"[preset a]\nuse = service\nenabled = no\n[service shop]\nuse = a\n", NULL, "unknown-key", NULL},
        {"[preset a]\nuse = service\n[source a]\nqueue = D, x\n[service shop]\nuse = a\n", NULL, "unknown-key", NULL},
        {"[source a]\nqueue = D, x\n", NULL, "unknown-reference", NULL},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

/* Shipped presets are sections of models/: a local one may build on them, and never hides one by accident. */
static void test_shipped_presets(void)
{
    static const char shipped[] = "[preset quick]\nuse = route53\nttl = 7s\n[source quick]\nttl = D, a page, 2026\n";
    static const struct {
        const char *child, *ttl, *slug;
    } rows[] = {
        {"[dns door]\nuse = quick\n", "7s", NULL},
        {"[preset quick]\nuse = quick\npolicy = simple\n[dns door]\nuse = quick\n", "7s", NULL},
        {"[preset quick]\nuse = quick\nttl = 8s\n[dns door]\nuse = quick\n", "8s", NULL},
        {"[preset mine]\nuse = quick\n[dns door]\nuse = mine\nttl = 9s\n", "9s", NULL},
        {"[preset quick]\nuse = route53\n[dns door]\nuse = quick\n", NULL, "local-hides-shipped"},
        {"[dns door]\nuse = quikc\n", NULL, "unknown-model"},
        {"[service shop]\nuse = quick\n", NULL, "unknown-model"},
    };
    const char *others[] = {"base.ini", case_small, "models/quick.ini", shipped, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strconcat("[scenario]\nextends = base.ini\n", rows[i].child, NULL);
        g_auto(Case) loaded = case_of_text(text, others, NULL);
        if (rows[i].slug)
            EXPECT(!loaded.scenario && says(&loaded, rows[i].slug), "row %zu: %s", i, loaded.said);
        else
            EXPECT(loaded.scenario && g_strcmp0(value_at(&loaded, "door.ttl"), rows[i].ttl) == 0, "row %zu: %s", i,
                   loaded.said);
        if (i == 0)
            EXPECT_TEXT(setting_of(&loaded, "door.ttl")->source, "models/quick.ini:3, preset quick: D, a page, 2026");
    }
}

/* The base's [service shop] said `work`: it is forgotten where the child changes what the section is. */
static void test_another_component_starts_afresh(void)
{
    g_auto(Case) changed = case_of_child("[database carts]\nuse = aurora-global\n", NULL);
    EXPECT(changed.scenario != NULL, "%s", changed.said);
    const char *others[] = {"base.ini",
                            "[scenario]\nregions = us-east-1\n[database d]\nuse = dynamodb-global-table\n"
                            "lag = 2s\nread-time = 9ms\n[clients c]\nplaces = US\nrate = 1/s\nenter = s\n"
                            "[service s]\nwork = 1ms\ncalls = d\n",
                            NULL};
    g_auto(Case) afresh =
        case_of_text("[scenario]\nextends = base.ini\n[database d]\nuse = aurora-global\n", others, NULL);
    EXPECT(says(&afresh, "use-changed") && strstr(afresh.said, "'lag', 'read-time'"), "%s", afresh.said);
    EXPECT(setting_of(&afresh, "d.lag") && setting_of(&afresh, "d.lag")->is_default, "the tuned lag is forgotten");
    g_auto(Case) same =
        case_of_text("[scenario]\nextends = base.ini\n[preset mine]\nuse = dynamodb-global-table\nlag = 3s\n"
                     "[database d]\nuse = mine\n",
                     others, NULL);
    EXPECT(!says(&same, "use-changed"), "%s", same.said);
    EXPECT_TEXT(value_at(&same, "d.lag"), "2s");
}

static void test_a_place_can_be_left_out(void)
{
    g_auto(Case) loaded =
        case_of_child("[service shop@eu-central-1]\nenabled = no\n[balancer front]\nregions = us-east-1\n"
                      "[dns door]\npolicy = simple\n",
                      NULL);
    EXPECT(loaded.scenario != NULL, "%s", loaded.said);
    const Thing *shop = case_thing(&loaded, "service", "shop"), *front = case_thing(&loaded, "balancer", "front");
    EXPECT(shop->runs_in[0] && !shop->runs_in[1], "shop only in Virginia");
    EXPECT(front->runs_in[0] && !front->runs_in[1], "front only in Virginia");
    const char *others[] = {"base.ini", case_small, "two.ini",
                            "[scenario]\nextends = base.ini\n[service shop@eu-central-1]\nservers = 4\n", NULL};
    g_auto(Case) idle = case_of_text("[scenario]\nextends = two.ini\nregions = us-east-1\n"
                                     "[service shop@eu-central-1]\nenabled = no\n",
                                     others, NULL);
    EXPECT(idle.scenario != NULL, "an override for a region that is gone can be switched off: %s", idle.said);
    g_auto(Case) left = case_of_text("[scenario]\nextends = two.ini\nregions = us-east-1\n", others, NULL);
    EXPECT(!left.scenario && says(&left, "unknown-region"), "else it is a mistake: %s", left.said);
}

static void test_disabled_things(void)
{
    static const Row rows[] = {
        {"[fault f]\nuse = outage\ntarget = us-east-1\nat = 5m\nfor = 1m\nenabled = no\n", NULL, "shop.servers", "3"},
        {"[fault f]\nuse = outage\nenabled = no\n", NULL, "missing-key", NULL},
        {"[fault f]\nenabled = no\n", NULL, "missing-key", NULL},
        {"[fault f]\nuse = outage\ntarget = us-west-2\nat = 5m\nfor = 1m\nenabled = no\n", NULL, "shop.servers", "3"},
        {"[fault f]\nuse = outage\ntarget = moon\nat = 5m\nfor = 1m\nenabled = no\n", NULL, "unknown-region", NULL},
        {"[fault f]\nuse = outage\ntarget = us-east-1\nat = 5\nfor = 1m\nenabled = no\n", NULL, "missing-unit", NULL},
        {"[service shop]\nenabled = no\n", NULL, "disabled-reference", NULL},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- settings and the flat text ---- */

static void test_settings_tell_their_source(void)
{
    g_auto(Case) loaded = case_of_child("[preset quick]\nuse = route53\nttl = 10s\n[source quick]\nttl = D, a page\n"
                                        "[dns door]\nuse = quick\n",
                                        NULL);
    EXPECT(loaded.scenario != NULL, "%s", loaded.said);
    EXPECT_TEXT(setting_of(&loaded, "door.ttl")->source, "t.ini:5, preset quick: D, a page");
    EXPECT_TEXT(setting_of(&loaded, "door.policy")->source, "base.ini:9");
    EXPECT(!setting_of(&loaded, "door.ttl")->is_default && setting_of(&loaded, "alive.interval")->is_default,
           "who says it");
    EXPECT(setting_of(&loaded, "alive.interval")->source != NULL, "a default has a source");
}

static void expect_same_settings(const Case *a, const Case *b, const char *name)
{
    EXPECT(a->scenario && b->scenario, "%s: %s", name, b->said);
    if (!a->scenario || !b->scenario)
        return;
    for (guint i = 0; i < a->scenario->n_settings; i++) {
        const Setting *setting = &a->scenario->setting[i];
        EXPECT(g_strcmp0(value_at(b, setting->address), setting->value) == 0, "%s: %s is \"%s\", expected \"%s\"", name,
               setting->address, value_at(b, setting->address), setting->value);
    }
    EXPECT_INT(b->scenario->n_settings, a->scenario->n_settings);
    EXPECT_INT(b->scenario->n_objectives, a->scenario->n_objectives);
}

/* What describe prints is itself a scenario, and the same one. */
static void test_flat_text_is_the_same_scenario(void)
{
    g_autoptr(Library) library = library_on_disk();
    g_auto(GStrv) names = library_scenario_names(library);
    for (guint i = 0; names[i]; i++) {
        g_auto(Case) loaded = case_of_file(names[i], NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
        g_auto(Case) again = case_of_text(loaded.scenario->flat_text, NULL, NULL);
        expect_same_settings(&loaded, &again, names[i]);
    }
}

static void test_flat_text_keeps_what_was_set(void)
{
    const char *sets[] = {"scenario.title=Shop #1 and # 2", "shop@eu-central-1.servers=9", "door.ttl=5s", NULL};
    g_auto(Case) loaded = case_of_child("[service shop]\nx-note = mine\n", sets);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    g_auto(Case) again = case_of_text(loaded.scenario->flat_text, NULL, NULL);
    EXPECT(again.scenario != NULL, "%s", again.said);
    EXPECT_TEXT(again.scenario ? again.scenario->world->scenario.title : NULL, "Shop #1 and # 2");
    EXPECT_TEXT(value_at(&again, "shop@eu-central-1.servers"), "9");
    EXPECT_TEXT(value_at(&again, "door.ttl"), "5s");
    EXPECT(strstr(loaded.scenario->flat_text, "# --set:3\n") != NULL, "who says it stands behind each line");
}

/* ---- the library ---- */

/* What a run stored is enough to read it again. */
static void test_stored_files_are_enough(void)
{
    g_auto(Case) loaded = case_of_file(MRSIM_SRCDIR "/scenarios/us-eu-active-passive.ini", NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.scenario);
    const char *names[32], *texts[32];
    gsize lengths[32];
    guint n = library_used(loaded.library);
    CU_ASSERT_FATAL(n >= 2 && n <= G_N_ELEMENTS(names));
    for (guint i = 0; i < n; i++)
        library_used_file(loaded.library, i, &names[i], &texts[i], &lengths[i]);
    EXPECT(g_str_has_suffix(names[0], "us-eu-active-passive.ini"), "the file itself comes first: %s", names[0]);
    Case again = {.library = library_stored(names, texts, lengths, n)};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    again.scenario = scenario_load(names[0], NULL, &registry, case_atlas(), again.library, diagnostics, NULL);
    again.said = g_strdup("");
    expect_same_settings(&loaded, &again, names[0]);
    EXPECT_TEXT(again.scenario->flat_text, loaded.scenario->flat_text);
    case_clear(&again);
}

static void test_bare_names(void)
{
    g_auto(Case) loaded = case_of_file("us-eu-active-active", NULL);
    EXPECT(loaded.scenario != NULL, "%s", loaded.said);
    EXPECT_TEXT(loaded.scenario ? loaded.scenario->world->name : "", "us-eu-active-active");
    g_auto(Case) typo = case_of_file("us-eu-active-actve", NULL);
    EXPECT(typo.error && strstr(typo.error->message, "did you mean 'us-eu-active-active'?"), "%s",
           typo.error ? typo.error->message : "no error");
}

static void test_what_cannot_be_read(void)
{
    g_auto(Case) missing = case_of_file("/nowhere/x.ini", NULL), folder = case_of_file("/", NULL);
    EXPECT(missing.error && !missing.scenario && missing.n_errors == 0, "a missing file is an error of its own");
    EXPECT(folder.error && strstr(folder.error->message, "folder"), "a folder is none");
    g_auto(Case) endless = case_of_file("/dev/zero", NULL);
    EXPECT(!endless.scenario && !endless.error && says(&endless, "file-too-big"), "%s", endless.said);
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "mrsim-test-XXXXXX", NULL);
    int file = g_mkstemp(path);
    CU_ASSERT_FATAL(file >= 0 && ftruncate(file, 100 << 20) == 0);
    g_auto(Case) huge = case_of_file(path, NULL);
    EXPECT(!huge.scenario && says(&huge, "file-too-big"), "%s", huge.said);
    close(file);
    g_unlink(path);
}

static void test_file_names(void)
{
    const char *names[] = {"a/b/c.ini", "a/d.ini", "e.ini"}, *texts[] = {"C", "D", "E"};
    gsize lengths[] = {1, 1, 1};
    static const struct {
        const char *path, *relative_to, *file;
    } rows[] = {
        {"e.ini", NULL, "e.ini"},
        {"./e.ini", NULL, "e.ini"},
        {"../e.ini", "a/d.ini", "e.ini"},
        {"b/c.ini", "a/d.ini", "a/b/c.ini"},
        {"../d.ini", "a/b/c.ini", "a/d.ini"},
        {"x.ini", NULL, NULL},
    };
    g_autoptr(Library) library = library_stored(names, texts, lengths, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length;
        g_autofree char *file = NULL;
        g_autofree char *text = library_read(library, rows[i].path, rows[i].relative_to, &file, &length, NULL);
        EXPECT((text != NULL) == (rows[i].file != NULL), "%s from %s", rows[i].path, rows[i].relative_to);
        if (rows[i].file)
            EXPECT_TEXT(file, rows[i].file);
    }
}

/* ---- many mistakes, many things, anything ---- */

static void test_errors_end_at_a_hundred(void)
{
    g_autoptr(GString) text = g_string_new(case_small);
    for (int i = 0; i < 150; i++)
        g_string_append_printf(text, "[service s%c%c]\nwork = %d\n", 'a' + i / 26, 'a' + i % 26, i);
    g_auto(Case) loaded = case_of_text(text->str, NULL, NULL);
    EXPECT(!loaded.scenario && loaded.n_errors >= 150, "%u errors", loaded.n_errors);
    guint n_shown = 0;
    for (const char *at = loaded.said; (at = strstr(at, ": error: ")); at++)
        n_shown++;
    EXPECT_INT(n_shown, 100);
}

static char *two_hundred_services(void)
{
    GString *text = g_string_new("[scenario]\nregions = us-east-1, eu-central-1\n[preset java]\nuse = service\n"
                                 "work = lognormal(p50=8ms, p99=40ms)\nservers = 4\n[clients users]\nplaces = US\n"
                                 "rate = 1/s\nenter = s0\n");
    for (int i = 0; i < 200; i++) {
        g_string_append_printf(text, "\n[service s%d]\nuse = java\n", i);
        if (2 * i + 2 < 200)
            g_string_append_printf(text, "calls = s%d, 2x s%d\n", 2 * i + 1, 2 * i + 2);
        else if (2 * i + 1 < 200)
            g_string_append_printf(text, "calls = s%d\n", 2 * i + 1);
    }
    return g_string_free(text, FALSE);
}

static void test_two_hundred_services(void)
{
    g_autofree char *text = two_hundred_services();
    clock_t before = clock();
    g_auto(Case) loaded = case_of_text(text, NULL, NULL);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    EXPECT(loaded.scenario && loaded.n_warnings == 0, "%s", loaded.said);
    EXPECT(seconds < 1, "%g s; a few milliseconds without a checker", seconds);
    if (g_getenv("MRSIM_COUNT"))
        printf("200 services in %.1f ms\n", seconds * 1e3);
}

/* A chain or a cycle of any length is followed without recursion. */
static void test_long_chains(void)
{
    for (int closed = 0; closed < 2; closed++) {
        g_autoptr(GString) text =
            g_string_new("[scenario]\nregions = us-east-1\n[clients users]\nplaces = US\nrate = 1/s\n"
                         "enter = s0\n");
        for (int i = 0; i < 3000; i++)
            g_string_append_printf(text, "[service s%d]\nwork = 1ms\ncalls = s%d\n", i,
                                   i < 2999 ? i + 1
                                   : closed ? 0
                                            : 3000);
        g_string_append(text, "[service s3000]\nwork = 1ms\n");
        g_auto(Case) loaded = case_of_text(text->str, NULL, NULL);
        EXPECT((loaded.scenario != NULL) != closed, "closed %d: %.200s", closed, loaded.said);
        EXPECT(!closed || says(&loaded, "cycle"), "closed %d: %.200s", closed, loaded.said);
    }
}

static const char *const scraps[] = {"[",
                                     "]",
                                     "@",
                                     "=",
                                     "<=",
                                     ",",
                                     "(",
                                     ")",
                                     "{",
                                     "}",
                                     "\"",
                                     "#",
                                     "\n",
                                     " ",
                                     "%",
                                     "default",
                                     "none",
                                     "yes",
                                     "5x ",
                                     "80% ",
                                     "10ms",
                                     "-",
                                     ".",
                                     "all",
                                     "use = ",
                                     "enabled = no\n",
                                     "[x-a b]\n",
                                     "us-east-1",
                                     "front",
                                     "\\",
                                     "\xc3\xa4",
                                     "\0",
                                     "\x80",
                                     "mixture(50% 1ms, 50% ",
                                     "empirical(t.ini",
                                     "a.end + ",
                                     "1e999",
                                     "99999999999999999999"};

/* A text with a few bytes lost, doubled, changed, or scraps of the language put in. */
static char *disturbed(const char *text, uint64_t *state)
{
    GString *result = g_string_new(text);
    for (uint64_t n = 1 + dice_below(state, 6); n > 0 && result->len > 2; n--) {
        gssize at = (gssize)dice_below(state, result->len);
        gssize length = (gssize)dice_below(state, MIN(40, result->len - (gsize)at));
        switch (dice_below(state, 5)) {
        case 0:
            g_string_erase(result, at, length);
            break;
        case 1:
            result->str[at] = (char)(1 + dice_below(state, 255));
            break;
        case 2: {
            g_autofree char *piece = g_strndup(result->str + at, (gsize)length);
            g_string_insert(result, (gssize)dice_below(state, result->len), piece);
            break;
        }
        default:
            g_string_insert(result, at, scraps[dice_below(state, G_N_ELEMENTS(scraps))]);
        }
    }
    return g_string_free(result, FALSE);
}

static void test_anything_is_read_or_rejected(void)
{
    const uint64_t seed = 20261120;
    uint64_t state = seed;
    g_autofree char *single = NULL, *active = NULL;
    CU_ASSERT_FATAL(g_file_get_contents(MRSIM_SRCDIR "/scenarios/us-eu-single-region.ini", &single, NULL, NULL));
    CU_ASSERT_FATAL(g_file_get_contents(MRSIM_SRCDIR "/scenarios/us-eu-active-passive.ini", &active, NULL, NULL));
    const char *others[] = {"us-eu-single-region.ini", single, NULL};
    guint n_rejected = 0;
    for (int i = 0; i < 3000; i++) {
        g_autofree char *text = disturbed(i % 3 == 0 ? single : i % 3 == 1 ? active : case_small, &state);
        g_auto(Case) loaded = case_of_text(text, others, NULL);
        EXPECT((loaded.scenario == NULL) == (loaded.n_errors > 0), "seed %" PRIu64 ", text %d:\n%s\n%s", seed, i, text,
               loaded.said);
        n_rejected += loaded.scenario == NULL;
    }
    EXPECT(n_rejected > 1500 && n_rejected < 3000, "%u of 3000 rejected", n_rejected);
}

static void test_rubbish(void)
{
    const uint64_t seed = 7;
    uint64_t state = seed;
    for (int i = 0; i < 500; i++) {
        char bytes[400];
        gsize n = 1 + dice_below(&state, sizeof bytes - 1);
        for (gsize k = 0; k < n; k++)
            bytes[k] = i % 2 ? (char)dice_below(&state, 256) : " \n[]=#,(){}\"ab1.@%<>-"[dice_below(&state, 21)];
        const char *names[] = {"t.ini"}, *texts[] = {bytes};
        g_autoptr(Library) library = library_stored(names, texts, &n, 1);
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Scenario) scenario =
            scenario_load("t.ini", NULL, &registry, case_atlas(), library, diagnostics, NULL);
        EXPECT(!scenario && diagnostics_errors(diagnostics) > 0, "seed %" PRIu64 ", text %d was accepted", seed, i);
    }
}

/* ---- lints ---- */

static void test_lints(void)
{
    static const struct {
        const char *child, *slug;
        bool warned;
    } rows[] = {
        {"[database carts]\nuse = aurora\n", "spof-database", true},
        {"[database carts]\nuse = aurora-global\n", "spof-database", false},
        {"[database carts]\nuse = aurora-global\npromotion = never\n", "spof-database", true},
        {"[objectives]\nfailover.time <= 55s\n", "impossible-objective", true},
        {"[objectives]\nfailover.time <= 65s\n", "impossible-objective", false},
        {"[objectives]\nfailover.time >= 5s\n", "impossible-objective", false},
        {"[clients users]\nrate = 4k/s\n", "no-headroom", true},
        {"[clients users]\nrate = 2k/s\n", "no-headroom", false},
        {"[clients users]\nrate = 4k/s\n", "overloaded", false},
        {"[clients users]\nrate = 20k/s\n", "overloaded", true},
        {"[clients users]\nrate = 20k/s\n", "no-headroom", false},
        {"[clients users]\nretries = 2\n", "retry-amplification", false},
        {"[clients users]\nretries = 3\n", "retry-amplification", true},
        {"[dns door]\nhealth = none\n[health-check alive]\nenabled = no\n", "failover-without-health-check", true},
        {"[dns door]\nanswers = front@us-east-1\nhealth = none\n[health-check alive]\nenabled = no\n",
         "failover-without-health-check", false},
        {"[dns door]\npolicy = simple\nhealth = none\n[health-check alive]\nenabled = no\n",
         "failover-without-health-check", false},
        {"[objectives]\nlatency.p99 <= 1s\n", "latency-without-availability", true},
        {"[objectives]\nlatency.p99 <= 1s\navailability >= 90%\n", "latency-without-availability", false},
        {"[objectives]\nlatency.p999 <= 1s\n", "too-few-samples", false},
        {"[objectives]\nlatency.p9999 <= 1s\n", "too-few-samples", true},
        {"[objectives]\nlatency.p999{op=write} <= 1s\n", "too-few-samples", true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Case) loaded = case_of_child(rows[i].child, NULL);
        EXPECT(loaded.scenario != NULL, "row %zu: %s", i, loaded.said);
        EXPECT(says(&loaded, rows[i].slug) == rows[i].warned, "row %zu: %s expected %d, got \"%s\"", i, rows[i].slug,
               rows[i].warned, loaded.said);
    }
}

static int forget(void)
{
    case_forget();
    return 0;
}

void suite_scenario(void);
void suite_scenario(void)
{
    CU_pSuite suite = CU_add_suite("scenario", NULL, forget);
    CU_add_test(suite, "a text becomes a world", test_small_scenario);
    CU_add_test(suite, "shipped scenarios are right and without a warning", test_shipped_scenarios);
    CU_add_test(suite, "regions = all: every measured one", test_all_regions);
    CU_add_test(suite, "places that values name belong to the world", test_places_that_values_name);
    CU_add_test(suite, "places of one's own need no measured distances", test_own_places);
    CU_add_test(suite, "that the tables are missing is said once", test_without_the_tables);
    CU_add_test(suite, "later wins, key by key; a place beats everywhere", test_layers);
    CU_add_test(suite, "presets: the nearest to the section wins", test_presets);
    CU_add_test(suite, "shipped presets can be built on, and are never hidden", test_shipped_presets);
    CU_add_test(suite, "another component starts the section afresh", test_another_component_starts_afresh);
    CU_add_test(suite, "a thing can be left out of a place", test_a_place_can_be_left_out);
    CU_add_test(suite, "disabled things are still checked", test_disabled_things);
    CU_add_test(suite, "every setting tells its source", test_settings_tell_their_source);
    CU_add_test(suite, "the flat text is the same scenario", test_flat_text_is_the_same_scenario);
    CU_add_test(suite, "the flat text keeps what --set said", test_flat_text_keeps_what_was_set);
    CU_add_test(suite, "stored files are enough to read a scenario again", test_stored_files_are_enough);
    CU_add_test(suite, "a bare name is a shipped scenario", test_bare_names);
    CU_add_test(suite, "what cannot be read is told", test_what_cannot_be_read);
    CU_add_test(suite, "a file has one name however it is reached", test_file_names);
    CU_add_test(suite, "errors end at a hundred", test_errors_end_at_a_hundred);
    CU_add_test(suite, "two hundred services are no matter", test_two_hundred_services);
    CU_add_test(suite, "long chains are followed", test_long_chains);
    CU_add_test(suite, "anything is either read or rejected", test_anything_is_read_or_rejected);
    CU_add_test(suite, "rubbish is rejected", test_rubbish);
    CU_add_test(suite, "lints warn when they should, and only then", test_lints);
}
