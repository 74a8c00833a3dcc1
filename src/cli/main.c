#include "base/check.h"
#include "cli/command.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include <stdio.h>

/* --help means the command that was named, or mrsim as a whole. */
static Status help(const CommandLine *line)
{
    g_autofree char *text = line->named ? manual_command_help(line->command) : manual_help();
    fputs(text, stdout);
    return STATUS_DONE;
}

static Status version(void)
{
    g_autofree char *text = manual_version();
    fputs(text, stdout);
    return STATUS_DONE;
}

static Status obey(int argc, char *argv[])
{
    g_auto(CommandLine) line = {0};

    if (argc < 2) {
        fputs("mrsim: which scenario?  For instance: mrsim us-eu-active-active\nTry 'mrsim --help'\n", stderr);
        return STATUS_MISUSE;
    }
    if (!options_parse(argc, argv, &line))
        return STATUS_MISUSE;
    if (line.help)
        return help(&line);
    if (line.version)
        return version();
    return line.command->run(&line);
}

int main(int argc, char *argv[])
{
    terminal_prepare();
    check_set_command(argc, argv);
    return terminal_close(obey(argc, argv));
}
