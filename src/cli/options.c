/* Two passes: the first, over all options, finds which operand is the command; the second reads the options of that
 * command only, so that abbreviations are told apart among what the command has. */
#include "cli/options.h"
#include "base/check.h"
#include "base/diagnostics.h"
#include "run/write_story.h"
#include <getopt.h>
#include <string.h>

const Option options[N_OPTIONS] = {
    [OPTION_SEED] = {'s', "seed", "N", "seed of every random draw; the same seed gives the same numbers (default 1)"},
    [OPTION_REPLICATIONS] = {'r', "replications", "N", "how many independent replications to run (default 10)"},
    [OPTION_JOBS] = {'j', "jobs", "N", "how many threads to use; results do not depend on it (default: all cores)"},
    [OPTION_SET] = {0, "set", "ADDRESS=VALUE",
                    "change a setting, as in door.ttl=10s or shop@eu-central-1.servers=8; may be repeated"},
    [OPTION_REQUEST] = {0, "request", "N",
                        "tell the N-th request that is issued from the start of measurement on, or the slowest, or the "
                        "first that failed"},
    [OPTION_AROUND] = {0, "around", "T", "tell all that happens around this instant: 20m30.5s, 00:20:30, FAULT.start"},
    [OPTION_EVENTS] = {0, "events", "FROM..TO", "tell these events by their number, a line each, for programs"},
    [OPTION_WRITE] =
        {0, "write", "K",
         "tell the life of the K-th write that is acknowledged from the start of measurement on, or of the "
         "first that was lost, overwritten, superseded, divergent or stranded"},
    [OPTION_WRITES] = {0, "writes", "lost|overwritten|superseded|divergent|stranded|all",
                       "list the acknowledged writes that became so, a line each"},
    [OPTION_DIFF] = {0, "diff", NULL, "find the first difference between two digest logs"},
    [OPTION_POPULATION] = {0, "population", "NAME",
                           "number the requests of this [clients NAME] only (default: of all)"},
    [OPTION_WINDOW] = {0, "window", "D", "how long the time around the instant is, half of it before (default 100ms)"},
    [OPTION_REPLICATION] = {0, "replication", "R", "which replication is told (default 1)"},
    [OPTION_BY_A] = {0, "by-a", "PROGRAM", "the mrsim that wrote A, if not this one; it is started to tell A's events"},
    [OPTION_BY_B] = {0, "by-b", "PROGRAM", "the same for B"},
    [OPTION_FORMAT] = {0, "format", "text|json|csv|jsonl", "form of the answer on standard output (default text)"},
    [OPTION_OUTPUT] = {'o', "output", "DIR", "write pictures, their data and gnuplot scripts into DIR"},
    [OPTION_DB] = {0, "db", "FILE",
                   "database of recorded runs (default: $MRSIM_DB, else $XDG_DATA_HOME/mrsim/mrsim.db)"},
    [OPTION_DIGEST_LOG] = {0, "digest-log", "FILE",
                           "write the digest at every 10,000th event into FILE, for mrsim trace"},
    [OPTION_ANYWAY] = {0, "anyway", NULL, "compare even where users, duration or faults differ"},
    [OPTION_FAIL_IF_WORSE] = {0, "fail-if-worse", NULL,
                              "exit with 1 when a later design is clearly worse than the first in any row"},
    [OPTION_FULL] = {0, "full", NULL,
                     "print every figure below the summary; of a trace, all lines and what ran beside"},
    [OPTION_QUIET] = {'q', "quiet", NULL, "print the objectives only, and no progress or notes"},
    [OPTION_ASCII] = {0, "ascii", NULL, "use no character outside ASCII"},
    [OPTION_COLOR] = {0, "color", "auto|always|never",
                      "when to use colour (default auto: on a terminal, unless $NO_COLOR is set)"},
    [OPTION_HELP] = {'h', "help", NULL, "print help and exit"},
    [OPTION_VERSION] = {'V', "version", NULL, "print the version and exit"},
};

enum { MOST_REPLICATIONS = 100000, MOST_JOBS = 1024, FIRST_LONG = 256 };

/* getopt's form of the options in `set`: values of long options start at FIRST_LONG. */
typedef struct {
    char letters[2 + 2 * N_OPTIONS];
    struct option longs[N_OPTIONS + 1];
} Getopt;

static void fill_getopt(Getopt *getopt_form, unsigned set)
{
    gsize n_letters = 0, n_longs = 0;

    memset(getopt_form, 0, sizeof *getopt_form);
    getopt_form->letters[n_letters++] = ':'; /* a missing argument comes back as ':' */
    for (int id = 0; id < N_OPTIONS; id++) {
        if (!(set & 1u << id))
            continue;
        if (options[id].letter) {
            getopt_form->letters[n_letters++] = options[id].letter;
            if (options[id].argument)
                getopt_form->letters[n_letters++] = ':';
        }
        getopt_form->longs[n_longs++] = (struct option){
            .name = options[id].name,
            .has_arg = options[id].argument ? required_argument : no_argument,
            .val = FIRST_LONG + id,
        };
    }
}

static int option_of(int value)
{
    if (value >= FIRST_LONG)
        return value - FIRST_LONG;
    for (int id = 0; id < N_OPTIONS; id++)
        if (value && options[id].letter == value)
            return id;
    return -1;
}

/* getopt permutes what it reads. */
static char **copy_arguments(int argc, char *const argv[])
{
    char **copy = g_new0(char *, argc + 1);
    memcpy(copy, argv, sizeof *copy * (gsize)argc);
    return copy;
}

static const Command *find_command(int argc, char *const argv[], bool *named)
{
    g_autofree char **copy = copy_arguments(argc, argv);
    Getopt getopt_form;
    fill_getopt(&getopt_form, ~0u);
    for (gsize i = 0; i < N_OPTIONS; i++) /* what is short for options of several commands is an option all the same */
        getopt_form.longs[i].val = FIRST_LONG;
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    while (getopt_long(argc, copy, getopt_form.letters, getopt_form.longs, NULL) != -1)
        continue;
    const Command *command = optind < argc ? command_find(copy[optind]) : NULL;
    *named = command != NULL;
    return command ? command : commands[0];
}

/* ---- what is wrong with an option ---- */

static Status wrong_long(const Command *command, const char *word)
{
    g_autofree char *name = g_strndup(word + 2, strcspn(word + 2, "="));
    g_autoptr(GPtrArray) own = g_ptr_array_new(), starts = g_ptr_array_new();
    const char *elsewhere = NULL;

    for (int id = 0; id < N_OPTIONS; id++) {
        bool is_own = command->options & 1u << id;
        if (is_own)
            g_ptr_array_add(own, (gpointer)options[id].name);
        if (is_own && g_str_has_prefix(options[id].name, name))
            g_ptr_array_add(starts, (gpointer)options[id].name);
        if (!is_own && strcmp(options[id].name, name) == 0)
            elsewhere = options[id].name;
    }
    g_ptr_array_add(own, NULL);
    if (starts->len > 1) {
        g_ptr_array_add(starts, NULL);
        g_autofree char *joined = g_strjoinv("' or '--", (char **)starts->pdata);
        return command_misuse(command, "option '--%s' may mean '--%s'", name, joined);
    }
    if (elsewhere)
        return command_misuse(command, "option '--%s' does not belong to this command", name);
    const char *near = nearest_word(name, (const char *const *)own->pdata);
    if (near)
        return command_misuse(command, "unknown option '--%s'; did you mean '--%s'?", name, near);
    return command_misuse(command, "unknown option '--%s'", name);
}

/* After getopt has said '?' with `word` just read: optopt is a letter, the value of a long option, or 0 for an unknown
 * one. */
static Status wrong_option(const Command *command, const char *word)
{
    if (optopt >= FIRST_LONG)
        return command_misuse(command, "option '--%s' takes no value", options[option_of(optopt)].name);
    if (optopt == 0)
        return wrong_long(command, word);
    if (option_of(optopt) >= 0)
        return command_misuse(command, "option '-%c' does not belong to this command", optopt);
    return command_misuse(command, "unknown option '-%c'", optopt);
}

static bool wants(const CommandLine *line, int id, const char *what, const char *value)
{
    command_misuse(line->command, "--%s wants %s, not '%s'", options[id].name, what, value);
    return false;
}

/* ---- values ---- */

static bool parse_number(const CommandLine *line, int id, const char *value, guint64 least, guint64 most,
                         guint64 *number)
{
    if (g_ascii_string_to_unsigned(value, 10, least, most, number, NULL))
        return true;
    g_autofree char *what =
        g_strdup_printf("a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, least, most);
    return wants(line, id, what, value);
}

static bool parse_count(const CommandLine *line, int id, const char *value, guint most, guint *count)
{
    guint64 number = 0;
    bool good = parse_number(line, id, value, 1, most, &number);
    *count = (guint)number;
    return good;
}

static bool parse_format(CommandLine *line, const char *value)
{
    const char *const *formats = line->command->formats, *const *hidden = line->command->hidden_formats;
    line->format = value;
    if ((formats && g_strv_contains(formats, value)) || (hidden && g_strv_contains(hidden, value)))
        return true;
    g_autofree char *what = formats ? g_strjoinv(" or ", (char **)formats) : g_strdup("nothing");
    return wants(line, OPTION_FORMAT, what, value);
}

static bool parse_colour(CommandLine *line, const char *value)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    line->colour = value;
    return g_strv_contains(words, value) || wants(line, OPTION_COLOR, "auto, always or never", value);
}

static bool take_text(const CommandLine *line, int id, const char *value, const char **field)
{
    *field = value;
    return *value || wants(line, id, "a name", value);
}

static bool take_flag(bool *field)
{
    *field = true;
    return true;
}

static bool parse_request(CommandLine *line, const char *value)
{
    static const char *const words[] = {"slowest", "failed", NULL};
    line->request = value;
    return g_strv_contains(words, value) ||
           g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT64, &line->request_number, NULL) ||
           wants(line, OPTION_REQUEST, "a whole number from 1 on, slowest or failed", value);
}

static bool parse_write(CommandLine *line, const char *value)
{
    line->write = value;
    return (g_strv_contains(write_kind_names, value) && strcmp(value, "all") != 0) ||
           g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT64, &line->write_number, NULL) ||
           wants(line, OPTION_WRITE, "a whole number from 1 on, lost, overwritten, superseded, divergent or stranded",
                 value);
}

static bool parse_writes(CommandLine *line, const char *value)
{
    line->writes = value;
    return g_strv_contains(write_kind_names, value) ||
           wants(line, OPTION_WRITES, "lost, overwritten, superseded, divergent, stranded or all", value);
}

/* "120000..130000" */
static bool parse_events(CommandLine *line, const char *value)
{
    g_auto(GStrv) end = g_strsplit(value, "..", 2);
    guint64 first = 0, last = 0;
    bool good = g_strv_length(end) == 2 && g_ascii_string_to_unsigned(end[0], 10, 1, G_MAXINT64, &first, NULL) &&
                g_ascii_string_to_unsigned(end[1], 10, first, G_MAXINT64, &last, NULL);
    line->first_event = first;
    line->last_event = last;
    return good || wants(line, OPTION_EVENTS, "two numbers of events, as in 120000..120100", value);
}

static bool take(CommandLine *line, int id, const char *value)
{
    switch ((OptionId)id) {
    case OPTION_SEED:
        return parse_number(line, id, value, 0, G_MAXUINT64, &line->seed);
    case OPTION_REPLICATIONS:
        return parse_count(line, id, value, MOST_REPLICATIONS, &line->replications);
    case OPTION_JOBS:
        return parse_count(line, id, value, MOST_JOBS, &line->jobs);
    case OPTION_SET:
        g_ptr_array_add(line->sets, g_strdup(value));
        return true;
    case OPTION_REQUEST:
        return parse_request(line, value);
    case OPTION_AROUND:
        return take_text(line, id, value, &line->around);
    case OPTION_EVENTS:
        return parse_events(line, value);
    case OPTION_WRITE:
        return parse_write(line, value);
    case OPTION_WRITES:
        return parse_writes(line, value);
    case OPTION_DIFF:
        return take_flag(&line->diff);
    case OPTION_POPULATION:
        return take_text(line, id, value, &line->population);
    case OPTION_WINDOW:
        return take_text(line, id, value, &line->window);
    case OPTION_REPLICATION:
        return parse_count(line, id, value, MOST_REPLICATIONS, &line->replication);
    case OPTION_BY_A:
        return take_text(line, id, value, &line->by_a);
    case OPTION_BY_B:
        return take_text(line, id, value, &line->by_b);
    case OPTION_DIGEST_LOG:
        return take_text(line, id, value, &line->digest_log);
    case OPTION_FORMAT:
        return parse_format(line, value);
    case OPTION_OUTPUT:
        return take_text(line, id, value, &line->output);
    case OPTION_DB:
        return take_text(line, id, value, &line->database);
    case OPTION_COLOR:
        return parse_colour(line, value);
    case OPTION_ANYWAY:
        return take_flag(&line->anyway);
    case OPTION_FAIL_IF_WORSE:
        return take_flag(&line->fail_if_worse);
    case OPTION_FULL:
        return take_flag(&line->full);
    case OPTION_QUIET:
        return take_flag(&line->quiet);
    case OPTION_ASCII:
        return take_flag(&line->ascii);
    case OPTION_HELP:
        return take_flag(&line->help);
    case OPTION_VERSION:
        return take_flag(&line->version);
    case N_OPTIONS:
        break;
    }
    CHECK(!"an option that nothing takes");
    return false;
}

/* ---- the whole line ---- */

static bool read_options(int argc, char **arguments, CommandLine *line)
{
    Getopt getopt_form;
    int value;

    fill_getopt(&getopt_form, line->command->options);
    opterr = 0;
    optind = 0;
    while ((value = getopt_long(argc, arguments, getopt_form.letters, getopt_form.longs, NULL)) != -1) {
        if (value == ':') {
            int id = option_of(optopt);
            command_misuse(line->command, "option '--%s' wants a value: %s", options[id].name, options[id].argument);
            return false;
        }
        if (value == '?') {
            wrong_option(line->command, arguments[optind - 1]);
            return false;
        }
        if (!take(line, option_of(value), g_intern_string(optarg)))
            return false;
    }
    return true;
}

static bool check_operands(const CommandLine *line)
{
    const Command *command = line->command;
    guint n = line->operands->len - 1;
    for (guint i = 0; i < n; i++) {
        if (*(const char *)line->operands->pdata[i])
            continue;
        command_misuse(command, "an operand is empty");
        return false;
    }
    if (line->help || line->version || (n >= command->fewest && n <= command->most))
        return true;
    if (n < command->fewest)
        command_misuse(command, n ? "something is missing: %s" : "of what? It takes %s", command->operands);
    else
        command_misuse(command, "too many words: it takes %s", command->operands);
    return false;
}

static char *join_typed(int argc, char *const argv[])
{
    GString *typed = g_string_new("mrsim");
    for (int i = 1; i < argc; i++) {
        bool plain =
            *argv[i] &&
            !argv[i][strspn(argv[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=@:,+%")];
        g_autofree char *word = plain ? g_strdup(argv[i]) : g_shell_quote(argv[i]);
        g_string_append_printf(typed, " %s", word);
    }
    return g_string_free(typed, FALSE);
}

bool options_parse(int argc, char *const argv[], CommandLine *line)
{
    bool named = false;
    g_autofree char **copy = copy_arguments(argc, argv);

    *line = (CommandLine){
        .command = find_command(argc, argv, &named),
        .typed = join_typed(argc, argv),
        .operands = g_ptr_array_new_with_free_func(g_free),
        .sets = g_ptr_array_new_with_free_func(g_free),
        .seed = 1,
        .replications = 10,
        .replication = 1,
        .colour = "auto",
    };
    line->format = line->command->formats ? line->command->formats[0] : NULL;
    bool good = read_options(argc, copy, line);
    for (int i = optind + (named ? 1 : 0); good && i < argc; i++)
        g_ptr_array_add(line->operands, g_strdup(copy[i]));
    g_ptr_array_add(line->operands, NULL);
    g_ptr_array_add(line->sets, NULL);
    line->named = named;
    return good && check_operands(line);
}

void command_line_clear(CommandLine *line)
{
    g_clear_pointer(&line->typed, g_free);
    g_clear_pointer(&line->operands, g_ptr_array_unref);
    g_clear_pointer(&line->sets, g_ptr_array_unref);
}
