#include "cli/terminal.h"
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 80, PROGRESS_INTERVAL_US = 100000, ANSWER_BUFFER = 1 << 20 };

void terminal_prepare(void)
{
    /* A stand-in opened the wrong way round fails on use, as a closed descriptor would. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(STATUS_FILES);
    signal(SIGPIPE, SIG_IGN);
    if (!isatty(STDOUT_FILENO))
        setvbuf(stdout, NULL, _IOFBF, ANSWER_BUFFER); /* most answers go out in one write, whose error is known */
    setlocale(LC_CTYPE, "");
}

static bool wants_colour(const CommandLine *line, int fd)
{
    const char *no_colour = g_getenv("NO_COLOR");
    if (strcmp(line->colour, "auto") != 0)
        return strcmp(line->colour, "always") == 0;
    return isatty(fd) && !(no_colour && *no_colour) && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

ReportLook terminal_look(const CommandLine *line)
{
    return (ReportLook){
        .colour = wants_colour(line, STDOUT_FILENO),
        .ascii = line->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
        .full = line->full,
        .quiet = line->quiet,
        .commands = command_names(),
    };
}

bool terminal_errors_in_colour(const CommandLine *line)
{
    return wants_colour(line, STDERR_FILENO);
}

/* What GLib's transliteration would turn into a question mark. */
static char *to_ascii(const char *text)
{
    static const struct {
        const char *from, *to;
    } signs[] = {{"≤", "<="}, {"≥", ">="}, {"×", "x"},     {"→", "->"},  {"↔", "<->"},     {"−", "-"},
                 {"–", "-"},  {"—", "-"},  {"…", "..."},   {"±", "+-"},  {"µ", "u"},       {"²", "^2"},
                 {"·", "*"},  {"≈", "~"},  {"σ", "sigma"}, {"ρ", "rho"}, {"§", "section "}};
    g_autoptr(GString) copy = g_string_new(text);
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        g_string_replace(copy, signs[i].from, signs[i].to, 0);
    return g_str_to_ascii(copy->str, "C");
}

void terminal_print(const ReportLook *look, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (look->ascii && !g_str_is_ascii(text)) {
        g_autofree char *ascii = to_ascii(text);
        fputs(ascii, stdout);
    } else {
        fputs(text, stdout);
    }
}

guint terminal_columns(const char *text)
{
    guint columns = 0;
    for (; *text; text++)
        columns += (*text & 0xC0) != 0x80;
    return columns;
}

void terminal_wrap(GString *into, const char *first, guint indent, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
    guint at = terminal_columns(first);
    bool begun = false;

    g_string_append(into, first);
    for (char **word = words; *word; word++) {
        guint width = terminal_columns(*word);
        if (!width)
            continue;
        if (at + begun + width > COLUMNS && at > indent) {
            g_string_append_c(into, '\n');
            at = 0;
            begun = false;
        }
        for (; at < indent; at++)
            g_string_append_c(into, ' ');
        if (begun)
            g_string_append_c(into, ' ');
        g_string_append(into, *word);
        at += begun + width;
        begun = true;
    }
    g_string_append_c(into, '\n');
}

void terminal_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "mrsim: %s\n", text);
}

void terminal_note(const CommandLine *line, const char *format, ...)
{
    va_list arguments;
    if (line->quiet)
        return;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "mrsim: note: %s\n", text);
}

/* The reader of the pipe that stdout is has gone. */
static bool reader_gone(void)
{
    struct pollfd pipe_end = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&pipe_end, 1, 0) == 1 && pipe_end.revents & POLLERR;
}

Status terminal_close(Status status)
{
    bool failed_before = ferror(stdout);
    bool gone = reader_gone();
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int why = errno;
    if (fclose(stdout) != 0 && !failed) {
        failed = true;
        why = errno;
    }
    if ((!failed && !failed_before) || gone || why == EPIPE)
        return status;
    terminal_complain("cannot write the answer to standard output%s%s", failed ? ": " : "",
                      failed ? g_strerror(why) : "");
    return STATUS_FILES;
}

/* ---- progress ---- */

void progress_begin(Progress *progress, const CommandLine *line, guint of)
{
    *progress = (Progress){.shown = !line->quiet && isatty(STDERR_FILENO), .of = of};
    progress_tell(progress, 0, of);
}

static void erase(Progress *progress)
{
    fprintf(stderr, "\r%*s\r", (int)progress->columns, "");
}

void progress_tell(void *whose, guint done, guint of)
{
    Progress *progress = whose;
    gint64 now_us = g_get_monotonic_time();
    (void)of; /* of one run; the line counts all runs */
    if (!progress->shown || now_us < progress->next_us)
        return;
    progress->next_us = now_us + PROGRESS_INTERVAL_US;
    erase(progress);
    int columns = fprintf(stderr, "%u of %u replications", progress->before + done, progress->of);
    progress->columns = columns > 0 ? (guint)columns : 0;
    fflush(stderr);
}

void progress_end(Progress *progress)
{
    if (!progress->shown)
        return;
    erase(progress);
    fflush(stderr);
    progress->shown = false;
}
