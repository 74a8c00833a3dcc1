#include "stats/selector.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <stdbool.h>
#include <string.h>

static void normal_forms(void)
{
    static const struct {
        const char *text, *normal; /* NULL: not well-formed */
    } rows[] = {
        {"", ""},
        {"  ", ""},
        {"clients=europe", "clients=europe"},
        {"op!=read,clients=europe", "clients=europe,op!=read"},
        {" op != read ,\tclients = europe ", "clients=europe,op!=read"},
        {"a=1,a=1", "a=1"},
        {"a=2,a!=1,a=1", "a!=1,a=1,a=2"},
        {"place=shop@us-east-1/a/3", "place=shop@us-east-1/a/3"},
        {"op=*", "op=*"},
        {"x-y_z.0=v", "x-y_z.0=v"},
        {"h=8,g=7,f=6,e=5,d=4,c=3,b=2,a=1", "a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8"},
        {"i=9,h=8,g=7,f=6,e=5,d=4,c=3,b=2,a=1", NULL},
        {"clients", NULL},
        {"clients=", NULL},
        {"=europe", NULL},
        {"!=europe", NULL},
        {"!", NULL},
        {",", NULL},
        {"a=1,", NULL},
        {",a=1", NULL},
        {"a=1,,b=2", NULL},
        {"a==1", NULL},
        {"a=b=c", NULL},
        {"a=!b", NULL},
        {"a!!=b", NULL},
        {"a<b", NULL},
        {"a b=c", NULL},
        {"a=b c", NULL},
        {"a=b*", "a=b*"},
        {"a=b\nc=d", NULL},
        {"ä=1", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Selector selector;
        bool good = selector_parse(&selector, rows[i].text);
        EXPECT(good == (rows[i].normal != NULL), "\"%s\" is %s", rows[i].text, good ? "taken" : "refused");
        g_autofree char *normal = selector_text(&selector);
        EXPECT(strcmp(normal, rows[i].normal ? rows[i].normal : "") == 0, "\"%s\" becomes \"%s\"", rows[i].text,
               normal);
    }
}

static void agreement(void)
{
    static const struct {
        const char *selector, *labels;
        bool takes;
    } rows[] = {
        {"", "", true},
        {"", "op=read", true},
        {"op=read", "op=read", true},
        {"op=read", "clients=europe,op=read,region=us-east-1", true},
        {"op=read", "op=write", false},
        {"op=read", "op=readers", false},
        {"op=readers", "op=read", false},
        {"op=read", "", false},
        {"op=read", "clients=europe", false},
        {"op!=read", "op=read", false},
        {"op!=read", "op=write", true},
        {"op!=read", "", true},
        {"op!=read", "clients=europe", true},
        {"op!=read,op!=write", "op=scan", true},
        {"op!=read,op!=write", "op=write", false},
        {"op=read,op=write", "op=write", false},
        {"op=read,clients=europe", "clients=europe,op=read", true},
        {"op=read,clients=asia", "clients=europe,op=read", false},
        {"p=read", "op=read", false},
        {"o=read", "op=read", false},
        {"op=*", "op=read", true},
        {"op=*", "clients=europe", false},
        {"op!=*", "op=read", false},
        {"op!=*", "clients=europe", true},
        {"from=op", "from=op,op=read", true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Selector selector;
        EXPECT(selector_parse(&selector, rows[i].selector), "\"%s\" is refused", rows[i].selector);
        EXPECT(selector_takes(&selector, rows[i].labels) == rows[i].takes, "\"%s\" of \"%s\" should be %d",
               rows[i].selector, rows[i].labels, rows[i].takes);
    }
}

static void labels_are_found(void)
{
    static const struct {
        const char *labels, *key, *value;
    } rows[] = {
        {"", "op", NULL},
        {"op=read", "op", "read"},
        {"op=read", "p", NULL},
        {"op=read", "read", NULL},
        {"clients=europe,op=read", "op", "read"},
        {"clients=europe,op=read", "clients", "europe"},
        {"clients=europe,op=read", "client", NULL},
        {"from=to,to=x", "to", "x"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char buffer[16];
        const char *value = label_value(rows[i].labels, rows[i].key, buffer, sizeof buffer);
        EXPECT(g_strcmp0(value, rows[i].value) == 0, "%s of \"%s\" is %s", rows[i].key, rows[i].labels,
               value ? value : "none");
    }
}

static void terms_are_dropped_and_set(void)
{
    static const struct {
        const char *selector, *key, *dropped, *set;
    } rows[] = {
        {"", "op", "", "op=new"},
        {"op=read", "op", "", "op=new"},
        {"op=*,clients=europe", "op", "clients=europe", "clients=europe,op=new"},
        {"op!=a,x=1,op!=b", "op", "x=1", "op=new,x=1"},
        {"x=1", "op", "x=1", "op=new,x=1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Selector selector;
        selector_parse(&selector, rows[i].selector);
        Selector dropped = selector, set = selector;
        selector_drop(&dropped, rows[i].key);
        selector_set(&set, rows[i].key, "new");
        g_autofree char *dropped_text = selector_text(&dropped), *set_text = selector_text(&set);
        EXPECT_TEXT(dropped_text, rows[i].dropped);
        EXPECT_TEXT(set_text, rows[i].set);
    }
}

static const char bits[][8] = {"op", "=", "!", "!=", ",", " ", "*", "a", "read", "-", "."};

/* Whatever is put together at random: a normal form reads back to itself and picks the same. */
static void a_normal_form_is_its_own(void)
{
    guint n_good = 0;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        uint64_t state = seed;
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint n = (guint)dice_below(&state, 12); n > 0; n--)
            g_string_append(text, bits[dice_below(&state, G_N_ELEMENTS(bits))]);
        Selector selector, again;
        if (!selector_parse(&selector, text->str))
            continue;
        n_good += selector.n > 0;
        g_autofree char *normal = selector_text(&selector);
        EXPECT(selector_parse(&again, normal), "seed %" PRIu64 ": \"%s\" becomes \"%s\", which is refused", seed,
               text->str, normal);
        g_autofree char *second = selector_text(&again);
        EXPECT_TEXT(second, normal);
        static const char *const labels[] = {"", "op=read", "a=read", "a=a,op=a", "op=opop"};
        for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
            EXPECT(selector_takes(&selector, labels[i]) == selector_takes(&again, labels[i]),
                   "seed %" PRIu64 ": \"%s\" of \"%s\"", seed, text->str, labels[i]);
    }
    EXPECT(n_good > 100, "only %u of the texts were well-formed", n_good);
}

void suite_selector(void);
void suite_selector(void)
{
    CU_pSuite suite = CU_add_suite("selector", NULL, NULL);
    CU_add_test(suite, "well-formed texts have a normal form, others are refused", normal_forms);
    CU_add_test(suite, "a selector takes what agrees with every term", agreement);
    CU_add_test(suite, "labels are found by their whole key", labels_are_found);
    CU_add_test(suite, "terms are dropped and set by key", terms_are_dropped_and_set);
    CU_add_test(suite, "a normal form is its own normal form and picks the same", a_normal_form_is_its_own);
}
