#include "tests/mutate.h"
#include <stdbool.h>
#include <string.h>

const char *const mutation_names[MUTATE_CLASSES] = {"header typo", "header lost", "bracket lost",  "header twice",
                                                    "key typo",    "value typo",  "line twice",    "operator lost",
                                                    "value lost",  "unit lost",   "unit misspelt", "comma for nothing"};

typedef struct {
    char **lines;
    int at;
    GPtrArray *mutations;
} Work;

static void mutation_free(void *data)
{
    Mutation *mutation = data;
    g_free(mutation->before);
    g_free(mutation->now);
    g_free(mutation->text);
    g_free(mutation);
}

/* The text with `now` in place of the current line; NULL: without it. */
static void add(Work *work, MutationClass class, const char *now)
{
    const char *before = work->lines[work->at];
    if (g_strcmp0(before, now) == 0)
        return;
    Mutation *mutation = g_new0(Mutation, 1);
    *mutation = (Mutation){class, work->at + 1, g_strdup(before), g_strdup(now ? now : ""), NULL};
    GString *text = g_string_new(NULL);
    for (int i = 0; work->lines[i]; i++) {
        if (i == work->at && !now)
            continue;
        g_string_append(text, i == work->at ? now : work->lines[i]);
        if (work->lines[i + 1])
            g_string_append_c(text, '\n');
    }
    mutation->text = g_string_free(text, FALSE);
    g_ptr_array_add(work->mutations, mutation);
}

/* The line with the bytes from..to replaced. */
static void splice(Work *work, MutationClass class, gsize from, gsize to, const char *with)
{
    const char *line = work->lines[work->at];
    g_autofree char *now = g_strdup_printf("%.*s%s%s", (int)from, line, with, line + to);
    add(work, class, now);
}

/* A letter lost, doubled, swapped with the next, or taken for its neighbour. */
static void typos(Work *work, MutationClass class, gsize from, gsize to)
{
    const char *line = work->lines[work->at];
    for (gsize i = from; i < to; i++) {
        char other = line[i] == 'z' ? 'a' : line[i] == '-' ? '_' : (char)(line[i] + 1);
        const char twice[] = {line[i], line[i], '\0'}, swapped[] = {line[i + 1], line[i], '\0'},
                   taken[] = {other, '\0'};
        splice(work, class, i, i + 1, "");
        if (line[i] != ' ')
            splice(work, class, i, i + 1, twice);
        if (i + 1 < to && line[i] != line[i + 1])
            splice(work, class, i, i + 2, swapped);
        splice(work, class, i, i + 1, taken);
    }
}

static bool is_name(char c)
{
    return g_ascii_isalpha(c) || c == '-' || c == '_';
}

/* Every word of at least three letters; digits inside belong to it, but a word never begins with one (that is a unit),
 * nor with a hyphen before one (that is a number). */
static void typos_in_words(Work *work, MutationClass class, gsize from, gsize to)
{
    const char *line = work->lines[work->at];
    for (gsize i = from; i < to;) {
        gsize start = i;
        while (i < to && (is_name(line[i]) || (i > start && g_ascii_isdigit(line[i]))))
            i++;
        bool number = i > start + 1 && line[start] == '-' && g_ascii_isdigit(line[start + 1]);
        bool unit = start > from && (g_ascii_isdigit(line[start - 1]) || line[start - 1] == '/');
        if (i - start >= 3 && !unit && !number)
            typos(work, class, start, i);
        while (i == start || (i < to && g_ascii_isdigit(line[i])))
            i++;
    }
}

static void mutate_header(Work *work)
{
    const char *line = work->lines[work->at];
    gsize open = strcspn(line, "["), close = strcspn(line, "]");
    g_autofree char *twice = g_strdup_printf("%s\n%s", line, line);
    typos(work, MUTATE_HEADER_TYPO, open + 1, close);
    add(work, MUTATE_HEADER_LOST, NULL);
    splice(work, MUTATE_BRACKET_LOST, open, open + 1, "");
    splice(work, MUTATE_BRACKET_LOST, close, close + 1, "");
    add(work, MUTATE_HEADER_TWICE, twice);
}

/* The units behind numbers: "8ms", "80%", "60/s". */
static void mutate_units(Work *work, gsize from, gsize to)
{
    const char *line = work->lines[work->at];
    for (gsize i = from; i + 1 < to; i++) {
        bool begins = g_ascii_isdigit(line[i]) && !is_name(line[i > from ? i - 1 : i]) && !g_ascii_isdigit(line[i + 1]);
        gsize unit = i + 1, end = unit;
        while (end < to && (g_ascii_isalpha(line[end]) || line[end] == '%' || line[end] == '/'))
            end++;
        if (!begins || end == unit || g_ascii_isupper(line[unit]))
            continue;
        const char doubled[] = {line[end - 1], line[end - 1], '\0'};
        splice(work, MUTATE_UNIT_LOST, unit, end, "");
        splice(work, MUTATE_UNIT_MISSPELT, end - 1, end, doubled);
        splice(work, MUTATE_UNIT_MISSPELT, unit, end, "q");
    }
}

static void mutate_setting(Work *work)
{
    const char *line = work->lines[work->at];
    const char *brace = strchr(line, '{');
    gsize op = strcspn(line, "=<>"), comment = 0;
    if (brace && (gsize)(brace - line) < op)
        op = (gsize)(strchr(line, '}') - line) + strcspn(strchr(line, '}'), "=<>");
    gsize key = op, value = op + strspn(line + op, "=<>");
    while (key > 0 && line[key - 1] == ' ')
        key--;
    const char *hash = strstr(line + value, " #");
    comment = hash ? (gsize)(hash - line) : strlen(line);
    while (comment > value && line[comment - 1] == ' ')
        comment--;
    g_autofree char *twice = g_strdup_printf("%s\n%s", line, line);
    typos(work, MUTATE_KEY_TYPO, 0, key);
    typos_in_words(work, MUTATE_VALUE_TYPO, value, comment);
    add(work, MUTATE_LINE_TWICE, twice);
    splice(work, MUTATE_OPERATOR_LOST, op, value, "");
    splice(work, MUTATE_VALUE_LOST, value, comment, "");
    mutate_units(work, value, comment);
    splice(work, MUTATE_COMMA_FOR_NOTHING, comment, comment, ",");
}

GPtrArray *mutations_of(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Work work = {lines, 0, g_ptr_array_new_with_free_func(mutation_free)};
    for (; lines[work.at]; work.at++) {
        const char *line = lines[work.at];
        if (*line == '[')
            mutate_header(&work);
        else if (g_ascii_islower(*line))
            mutate_setting(&work);
    }
    return work.mutations;
}
