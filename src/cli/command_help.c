#include "cli/manual.h"
#include "cli/options.h"
#include "base/diagnostics.h"
#include <stdio.h>
#include <string.h>

static Status run(const CommandLine *line)
{
    const char *name = line->operands->pdata[0];
    const Command *command = name ? command_find(name) : NULL;
    g_autofree char *text = NULL;

    if (name && !command) {
        const char *near = nearest_word(name, command_names());
        return near ? command_misuse(line->command, "there is no command '%s'; did you mean '%s'?", name, near)
                    : command_misuse(line->command, "there is no command '%s'", name);
    }
    if (strcmp(line->format, "man") == 0)
        text = manual_man();
    else if (strcmp(line->format, "bash") == 0)
        text = manual_bash();
    else
        text = command ? manual_command_help(command) : manual_help();
    fputs(text, stdout);
    return STATUS_DONE;
}

const Command command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .completes = "command",
    .summary = "print help, as --help does",
    .details = "Without a word, the commands; with one, its options.",
    .options = OPTIONS_ALWAYS | OPTION_BIT(FORMAT),
    .formats = (const char *const[]){"text", NULL},
    .hidden_formats = (const char *const[]){"man", "bash", NULL},
    .fewest = 0,
    .most = 1,
    .run = run,
};
