#include "cli/manual.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include <string.h>

static const char idea[] =
    "mrsim simulates cloud systems that span several regions: users, DNS, load balancers, servers and databases "
    "on measured distances, through faults.  A scenario is a text file; the same seed gives the same numbers.";

static const struct {
    const char *name, *help;
} environment[] =
    {
        {"MRSIM_DB", "The database of recorded runs, unless --db names one."},
        {"XDG_DATA_HOME", "Where runs are recorded otherwise: in mrsim/mrsim.db below it (default: ~/.local/share)."},
        {"MRSIM_DATA_DIR", "The folder that holds models/ and scenarios/, looked at before the installed one."},
        {"NO_COLOR", "If set and not empty, no colour unless --color=always."},
        {"LC_ALL, LC_CTYPE, LANG",
         "Where the character set is not UTF-8, answers are in ASCII.  Numbers never depend on the locale."},
},
  examples[] = {
      {"mrsim us-eu-active-active", "Run a shipped scenario."},
      {"mrsim shop.ini -r 30 --set door.ttl=10s",
       "Run a scenario of your own, thirty times, with one setting changed."},
      {"mrsim compare us-eu-active-passive us-eu-active-active", "Send the same users through two designs."},
      {"mrsim trace us-eu-active-active --request slowest", "What the slowest request waited for."},
      {"mrsim shop.ini --format json -o pictures", "Answer in JSON, and draw the pictures."},
      {"mrsim explain failover.time", "What a metric, an error or a term means."},
};

/* ---- help ---- */

enum { HELP_INDENT = 28 };

static bool has_choice_of_format(const Command *command)
{
    return command->formats && command->formats[0] && command->formats[1];
}

/* The options of the command that help shows: a single format is no choice. */
static bool shows(const Command *command, int id)
{
    return command->options & 1u << id && (id != OPTION_FORMAT || has_choice_of_format(command));
}

/* The forms that this command has; of other options, what stands in their table. (transfer full) NULL: none */
static char *argument_of(const Command *command, int id)
{
    if (id == OPTION_FORMAT)
        return g_strjoinv("|", (char **)command->formats);
    return g_strdup(options[id].argument);
}

static void append_option(GString *text, const Command *command, int id)
{
    const Option *option = &options[id];
    g_autofree char *argument = argument_of(command, id);
    g_autoptr(GString) first = g_string_new("  ");
    if (option->letter)
        g_string_append_printf(first, "-%c, ", option->letter);
    else
        g_string_append(first, "    ");
    g_string_append_printf(first, "--%s", option->name);
    if (argument)
        g_string_append_printf(first, "=%s", argument);
    bool own_line = first->len > HELP_INDENT - 2;
    if (own_line)
        g_string_append_printf(text, "%s\n", first->str);
    terminal_wrap(text, own_line ? "" : first->str, HELP_INDENT, option->help);
}

static void append_options(GString *text, const Command *command)
{
    g_string_append(text, "\nOptions:\n");
    for (int id = 0; id < N_OPTIONS; id++)
        if (shows(command, id))
            append_option(text, command, id);
}

static void append_statuses(GString *text)
{
    g_string_append(text, "\nExit status:\n");
    for (const StatusMeaning *one = status_meanings; one->meaning; one++) {
        g_autofree char *first = g_strdup_printf("  %3d  ", one->status);
        terminal_wrap(text, first, 7, one->meaning);
    }
}

char *manual_help(void)
{
    GString *text = g_string_new("Usage: mrsim [run] FILE [OPTION...]\n"
                                 "       mrsim COMMAND [OPERAND...] [OPTION...]\n\n");
    terminal_wrap(text, "", 0, idea);
    g_string_append(text, "\nCommands:\n");
    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *first = g_strdup_printf("  %-10s", (*command)->name);
        terminal_wrap(text, first, 12, (*command)->summary);
    }
    g_string_append(text, "\nOptions of a command: mrsim COMMAND --help.  Those of run:\n");
    for (int id = 0; id < N_OPTIONS; id++)
        if (shows(commands[0], id))
            append_option(text, commands[0], id);
    append_statuses(text);
    g_string_append(text, "\nExamples:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++)
        g_string_append_printf(text, "  %s\n", examples[i].name);
    return g_string_free(text, FALSE);
}

char *manual_command_help(const Command *command)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "Usage: mrsim %s %s%s[OPTION...]\n\n",
                           command == commands[0] ? "[run]" : command->name, command->operands,
                           *command->operands ? " " : "");
    g_autofree char *summary =
        g_strdup_printf("%c%s.  %s", g_ascii_toupper(*command->summary), command->summary + 1, command->details);
    terminal_wrap(text, "", 0, summary);
    append_options(text, command);
    if (command->options & OPTION_BIT(SEED))
        append_statuses(text);
    return g_string_free(text, FALSE);
}

char *manual_version(void)
{
    return g_strdup("mrsim " MRSIM_VERSION "\nMIT licence; there is no warranty.\n");
}

/* ---- the man page ---- */

static void append_troff(GString *text, const char *plain)
{
    bool at_start = text->len == 0 || text->str[text->len - 1] == '\n';
    for (; *plain; plain++) {
        if (at_start && (*plain == '.' || *plain == '\''))
            g_string_append(text, "\\&");
        if (*plain == '-')
            g_string_append(text, "\\-");
        else if (*plain == '\\')
            g_string_append(text, "\\e");
        else
            g_string_append_c(text, *plain);
        at_start = *plain == '\n';
    }
}

/* A paragraph hung under its tag. */
static void append_item(GString *text, const char *tag, const char *help)
{
    g_string_append(text, ".TP\n.B ");
    append_troff(text, tag);
    g_string_append_c(text, '\n');
    append_troff(text, help);
    g_string_append_c(text, '\n');
}

static char *option_tag(int id)
{
    const Option *option = &options[id];
    g_autofree char *argument = option->argument ? g_strdup_printf("=%s", option->argument) : g_strdup("");
    return option->letter ? g_strdup_printf("-%c, --%s%s", option->letter, option->name, argument)
                          : g_strdup_printf("--%s%s", option->name, argument);
}

static void append_man_command(GString *text, const Command *command)
{
    g_autoptr(GString) own = g_string_new("Options:");
    g_autofree char *tag =
        g_strdup_printf("mrsim %s %s", command == commands[0] ? "[run]" : command->name, command->operands);
    g_autofree char *help =
        g_strdup_printf("%c%s.  %s", g_ascii_toupper(*command->summary), command->summary + 1, command->details);
    append_item(text, g_strchomp(tag), help);
    for (int id = 0; id < N_OPTIONS; id++)
        if (shows(command, id) && !(OPTIONS_ALWAYS & 1u << id))
            g_string_append_printf(own, "%s --%s", own->str[own->len - 1] == ':' ? "" : ",", options[id].name);
    if (own->str[own->len - 1] == ':')
        return;
    g_string_append_c(own, '.');
    append_troff(text, own->str);
    g_string_append_c(text, '\n');
}

static void append_man_end(GString *text)
{
    g_string_append(text, ".SH EXIT STATUS\n");
    for (const StatusMeaning *one = status_meanings; one->meaning; one++) {
        g_autofree char *tag = g_strdup_printf("%d", one->status), *help = g_strdup_printf("%s.", one->meaning);
        append_item(text, tag, help);
    }
    g_string_append(text, ".SH ENVIRONMENT\n");
    for (gsize i = 0; i < G_N_ELEMENTS(environment); i++)
        append_item(text, environment[i].name, environment[i].help);
    g_string_append(text, ".SH SIGNALS\n");
    append_troff(
        text,
        "After the first SIGINT (Ctrl-C) or SIGTERM no replication is begun; the figures of those that had finished, "
        "one after the other from the first, are reported and recorded, exactly as with fewer replications.  "
        "The second ends mrsim at once.\n");
    g_string_append(text, ".SH EXAMPLES\n");
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++)
        append_item(text, examples[i].name, examples[i].help);
}

char *manual_man(void)
{
    GString *text = g_string_new(".TH MRSIM 1 \"\" \"mrsim " MRSIM_VERSION "\" \"User Commands\"\n.SH NAME\n"
                                 "mrsim \\- simulate cloud systems that span several regions\n.SH SYNOPSIS\n"
                                 ".B mrsim\n.RI [run] \" FILE \" [ OPTION ...]\n.br\n"
                                 ".B mrsim\n.IR COMMAND \" [\" OPERAND \"...] [\" OPTION ...]\n.SH DESCRIPTION\n");
    append_troff(text, idea);
    g_string_append(
        text, "\n.PP\nStandard output carries the answer and nothing else; notes, warnings and progress go to standard "
              "error.\n.SH COMMANDS\n");
    for (const Command *const *command = commands; *command; command++)
        append_man_command(text, *command);
    g_string_append(
        text, ".SH OPTIONS\nLong options may be abbreviated, short ones bundled; options and operands may stand in any "
              "order;\n.B \\-\\-\nends the options.\n");
    for (int id = 0; id < N_OPTIONS; id++) {
        g_autofree char *tag = option_tag(id),
                        *help = g_strdup_printf("%c%s.", g_ascii_toupper(*options[id].help), options[id].help + 1);
        append_item(text, tag, help);
    }
    append_man_end(text);
    return g_string_free(text, FALSE);
}

/* ---- bash completion ---- */

static void append_words(GString *text, const char *separator, const Command *command)
{
    bool first = true;
    for (int id = 0; id < N_OPTIONS; id++) {
        if (!shows(command, id))
            continue;
        g_string_append_printf(text, "%s--%s", first ? "" : separator, options[id].name);
        first = false;
    }
}

static void append_bash_arguments(GString *text)
{
    for (int id = 0; id < N_OPTIONS; id++) {
        const Option *option = &options[id];
        if (!option->argument)
            continue;
        g_autofree char *letter = option->letter ? g_strdup_printf("-%c|", option->letter) : g_strdup("");
        g_autofree char *words = g_strdelimit(g_strdup(option->argument), "|", ' ');
        g_string_append_printf(text, "    %s--%s)\n", letter, option->name);
        if (strchr(option->argument, '|'))
            g_string_append_printf(text, "        mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\")\n", words);
        else if (strcmp(option->argument, "DIR") == 0)
            g_string_append(text, "        mapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n");
        else if (strcmp(option->argument, "FILE") == 0)
            g_string_append(text, "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n");
        g_string_append(text, "        return ;;\n");
    }
}

/* What is offered where an operand is due. */
static void append_bash_operands(GString *text, const Command *command)
{
    g_autofree char *names = g_strjoinv(" ", (char **)command_names());
    g_string_append_printf(text, "    %s)\n", command->name);
    if (strcmp(command->completes, "scenario") == 0)
        g_string_append(text, "        _mrsim_scenarios \"$word\" ;;\n");
    else if (strcmp(command->completes, "command") == 0)
        g_string_append_printf(text, "        mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\") ;;\n", names);
    else
        g_string_append_printf(text, "        mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\") ;;\n",
                               command->completes);
}

char *manual_bash(void)
{
    g_autofree char *names = g_strjoinv("|", (char **)command_names());
    g_autofree char *words = g_strdelimit(g_strdup(names), "|", ' ');
    GString *text =
        g_string_new("# bash completion of mrsim, made from its tables of commands and options\n\n"
                     "_mrsim_scenarios()\n{\n"
                     "    mapfile -t COMPREPLY < <(\n"
                     "        compgen -f -X '!*.ini' -- \"$1\"\n"
                     "        compgen -d -- \"$1\"\n"
                     "        compgen -W \"$(mrsim list scenarios 2>/dev/null | sed -n 's/^  \\([^ ]*\\).*/\\1/p')\" "
                     "-- \"$1\"\n    )\n}\n\n"
                     "_mrsim()\n{\n"
                     "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' "
                     "options='' i\n"
                     "    # bash takes '=' for a word of its own\n"
                     "    [[ $word == = ]] && word=\n"
                     "    [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-2]}\n"
                     "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                     "        case ${COMP_WORDS[i]} in\n");
    g_string_append_printf(text, "        %s) command=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n", names);
    g_string_append(text, "    COMPREPLY=()\n    case $previous in\n");
    append_bash_arguments(text);
    g_string_append_printf(text, "    esac\n    case ${command:-%s} in\n", commands[0]->name);
    for (const Command *const *command = commands; *command; command++) {
        g_string_append_printf(text, "    %s) options='", (*command)->name);
        append_words(text, " ", *command);
        g_string_append(text, "' ;;\n");
    }
    g_string_append(text,
                    "    esac\n    if [[ $word == -* ]]; then\n"
                    "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n        return\n    fi\n"
                    "    case ${command:-none} in\n");
    g_string_append_printf(text,
                           "    none)\n        _mrsim_scenarios \"$word\"\n"
                           "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W '%s' -- \"$word\") ;;\n",
                           words);
    for (const Command *const *command = commands; *command; command++)
        append_bash_operands(text, *command);
    g_string_append(text, "    esac\n}\ncomplete -o filenames -F _mrsim mrsim\n");
    return g_string_free(text, FALSE);
}
