#include "cli/command.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const Command *const commands[] = {
    &command_run,     &command_compare, &command_check, &command_describe,
    &command_explain, &command_list,    &command_plot,  &command_verify,
    &command_trace,   &command_help,    NULL,
};

const StatusMeaning status_meanings[] = {
    {STATUS_DONE, "ran, and every objective is met"},
    {STATUS_MISSED, "an objective is missed; or verify, or compare --fail-if-worse, found a difference"},
    {STATUS_MISUSE, "the command line is wrong"},
    {STATUS_REJECTED, "the scenario, or a CSV file that it names, is wrong, or needs more memory than there is"},
    {STATUS_FILES, "the scenario could not be read, something not written, or gnuplot not started"},
    {STATUS_NOT_SHOWN, "no objective is missed, but something is not shown"},
    {STATUS_BUG, "a bug in mrsim; the message says what repeats it"},
    {STATUS_INTERRUPTED, "interrupted (Ctrl-C); what had finished is reported"},
    {STATUS_TERMINATED, "terminated; what had finished is reported"},
    {STATUS_DONE, NULL},
};

const Command *command_find(const char *name)
{
    for (const Command *const *command = commands; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

const char *const *command_names(void)
{
    static const char *names[G_N_ELEMENTS(commands)];
    for (gsize i = 0; commands[i]; i++)
        names[i] = commands[i]->name;
    return names;
}

Status command_misuse(const Command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    const char *name = command ? command->name : "";
    const char *blank = command ? " " : "";
    fprintf(stderr, "mrsim%s%s: %s\nTry 'mrsim%s%s --help'\n", blank, name, text, blank, name);
    return STATUS_MISUSE;
}
