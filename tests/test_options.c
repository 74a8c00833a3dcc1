#include "cli/manual.h"
#include "cli/options.h"
#include "tests/expect.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Parses a line of words; what it complains about is not shown. */
static bool parse(const char *text, CommandLine *line)
{
    g_auto(GStrv) words = NULL;
    int n = 0;
    CU_ASSERT_TRUE_FATAL(g_shell_parse_argv(text, &n, &words, NULL));
    fflush(stderr);
    int kept = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    bool good = options_parse(n, words, line);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(nowhere);
    return good;
}

static void test_gnu_habits(void)
{
    static const struct {
        const char *text, *command, *operands;
        guint replications;
        uint64_t seed;
        bool quiet;
        const char *format;
    } rows[] = {
        {"mrsim a.ini", "run", "a.ini", 10, 1, false, "text"},
        {"mrsim run a.ini", "run", "a.ini", 10, 1, false, "text"},
        {"mrsim -r3 a.ini", "run", "a.ini", 3, 1, false, "text"},
        {"mrsim -r 3 a.ini", "run", "a.ini", 3, 1, false, "text"},
        {"mrsim -qr3 a.ini", "run", "a.ini", 3, 1, true, "text"},
        {"mrsim -qs7 -r3 a.ini", "run", "a.ini", 3, 7, true, "text"},
        {"mrsim a.ini --repl=3 --see 7", "run", "a.ini", 3, 7, false, "text"},
        {"mrsim a.ini --seed 18446744073709551615", "run", "a.ini", 10, G_MAXUINT64, false, "text"},
        {"mrsim -s 7 compare -r 4 a.ini --format json b.ini", "compare", "a.ini b.ini", 4, 7, false, "json"},
        {"mrsim --format=csv run a.ini", "run", "a.ini", 10, 1, false, "csv"},
        {"mrsim run -- -r3", "run", "-r3", 10, 1, false, "text"},
        {"mrsim -- a.ini", "run", "a.ini", 10, 1, false, "text"},
        {"mrsim run run", "run", "run", 10, 1, false, "text"},
        {"mrsim check -q a.ini b.ini c.ini", "check", "a.ini b.ini c.ini", 10, 1, true, NULL},
        {"mrsim list", "list", "", 10, 1, false, NULL},
        {"mrsim compare --help", "compare", "", 10, 1, false, "text"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(CommandLine) line = {0};
        bool good = parse(rows[i].text, &line);
        g_autofree char *operands = g_strjoinv(" ", (char **)line.operands->pdata);
        EXPECT(good, "row %zu: %s", i, rows[i].text);
        EXPECT_TEXT(line.command->name, rows[i].command);
        EXPECT_TEXT(operands, rows[i].operands);
        EXPECT_INT(line.replications, rows[i].replications);
        EXPECT(line.seed == rows[i].seed, "row %zu: seed %" G_GUINT64_FORMAT, i, line.seed);
        EXPECT_INT(line.quiet, rows[i].quiet);
        EXPECT(g_strcmp0(line.format, rows[i].format) == 0, "row %zu: format %s", i, line.format);
    }
}

static void test_misuse(void)
{
    static const char *const rows[] = {
        "mrsim run",
        "mrsim run ''",
        "mrsim run a.ini -z",
        "mrsim run a.ini --sed 3",
        "mrsim run a.ini --se 3",
        "mrsim run a.ini -r0",
        "mrsim run a.ini -r -3",
        "mrsim run a.ini -r 3x",
        "mrsim run a.ini -r 1e3",
        "mrsim run a.ini -r 100001",
        "mrsim run a.ini -j0",
        "mrsim run a.ini -s -1",
        "mrsim run a.ini -s 18446744073709551616",
        "mrsim run a.ini -s",
        "mrsim run a.ini --quiet=yes",
        "mrsim run a.ini --format xml",
        "mrsim run a.ini --format man",
        "mrsim run a.ini --color sometimes",
        "mrsim run a.ini --output ''",
        "mrsim run a.ini --anyway",
        "mrsim check a.ini -r3",
        "mrsim compare a.ini",
        "mrsim list regions presets",
        "mrsim verify",
        "mrsim verify 1 2",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(CommandLine) line = {0};
        EXPECT(!parse(rows[i], &line), "taken: %s", rows[i]);
    }
}

static void test_sets_in_order(void)
{
    g_auto(CommandLine) line = {0};
    EXPECT(parse("mrsim a.ini --set door.ttl=10s --set 'objectives.latency.p99 <= 3s' --set=shop.servers=2", &line),
           "not taken");
    g_autofree char *sets = g_strjoinv("|", (char **)line.sets->pdata);
    EXPECT_TEXT(sets, "door.ttl=10s|objectives.latency.p99 <= 3s|shop.servers=2");
    EXPECT_TEXT(line.typed, "mrsim a.ini --set door.ttl=10s --set 'objectives.latency.p99 <= 3s' --set=shop.servers=2");
}

static void test_tables_have_no_doubles(void)
{
    for (int i = 0; i < N_OPTIONS; i++) {
        EXPECT(options[i].name && options[i].help && *options[i].help, "option %d is not complete", i);
        for (int j = 0; j < i; j++) {
            EXPECT(strcmp(options[i].name, options[j].name) != 0, "--%s twice", options[i].name);
            EXPECT(!options[i].letter || options[i].letter != options[j].letter, "-%c twice", options[i].letter);
        }
    }
    for (gsize i = 0; commands[i]; i++)
        EXPECT(command_find(commands[i]->name) == commands[i], "%s twice", commands[i]->name);
}

/* No line of `text` is wider than 80 characters. */
static void expect_narrow(const char *what, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        EXPECT(g_utf8_strlen(*line, -1) <= 80, "%s: %s", what, *line);
}

/* `name` itself, not one that begins like it. */
static bool names_option(const char *text, const char *name)
{
    for (const char *at = text; (at = strstr(at, name)); at += strlen(name))
        if (strchr("= \n", at[strlen(name)])) /* or the end of the text */
            return true;
    return false;
}

static void test_help_names_every_option(void)
{
    g_autofree char *general = manual_help();
    expect_narrow("--help", general);
    for (gsize i = 0; commands[i]; i++) {
        g_autofree char *help = manual_command_help(commands[i]);
        g_auto(GStrv) parts = g_strsplit(help, "\n\n", -1); /* usage, sentences, options, statuses */
        expect_narrow(commands[i]->name, help);
        EXPECT(strstr(general, commands[i]->name) != NULL, "%s is not in --help", commands[i]->name);
        for (int id = 0; id < N_OPTIONS; id++) {
            g_autofree char *name = g_strdup_printf("--%s", options[id].name);
            bool has = commands[i]->options & 1u << id && (id != OPTION_FORMAT || commands[i]->formats[1]);
            bool told = names_option(parts[2], name);
            EXPECT(has == told, "%s %s: has %d, told %d", commands[i]->name, name, has, told);
        }
    }
}

/* A committed document equals what the tables make. */
static void expect_document(const char *name, const char *made)
{
    g_autofree char *path = g_build_filename(MRSIM_SRCDIR, name, NULL), *committed = NULL;
    EXPECT(g_file_get_contents(path, &committed, NULL, NULL), "cannot read %s", path);
    EXPECT(g_strcmp0(committed, made) == 0, "%s is not what the tables say; write it anew: tests/update-docs.sh", name);
}

static void test_man_page_is_current(void)
{
    g_autofree char *made = manual_man();
    expect_document("docs/mrsim.1", made);
}

static void test_completion_is_current(void)
{
    g_autofree char *made = manual_bash();
    expect_document("docs/mrsim.bash", made);
}

void suite_options(void);
void suite_options(void)
{
    CU_pSuite suite = CU_add_suite("options", NULL, NULL);
    CU_add_test(suite, "bundled, abbreviated and permuted options are read as GNU programs read them", test_gnu_habits);
    CU_add_test(suite, "what no command takes is misuse", test_misuse);
    CU_add_test(suite, "--set texts keep their order, and the command line can be typed again", test_sets_in_order);
    CU_add_test(suite, "commands, options and letters are unique", test_tables_have_no_doubles);
    CU_add_test(suite, "--help names exactly the options of a command, in 80 columns", test_help_names_every_option);
    CU_add_test(suite, "the man page is what the tables make", test_man_page_is_current);
    CU_add_test(suite, "bash completion is what the tables make", test_completion_is_current);
}
