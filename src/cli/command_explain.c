#include "base/diagnostics.h"
#include "cli/glossary.h"
#include "cli/options.h"
#include "cli/parameters.h"
#include "cli/terminal.h"
#include "model/metrics.h"
#include "run/run.h"
#include <string.h>

enum { COLUMN = 40 };

/* ---- one word ---- */

static void begin_meaning(GString *text)
{
    if (text->len)
        g_string_append_c(text, '\n');
}

/* A bound such as an objective might have. */
static const char *likely_bound(const Metric *metric)
{
    switch (metric->dimension) {
    case DIMENSION_DURATION:
        return metric->kind == CELL_SAMPLES ? "2m" : "250ms";
    case DIMENSION_SHARE:
        return metric->smaller_is_better ? "1%" : "99%";
    case DIMENSION_RATE:
        return "60/s";
    default:
        return "10";
    }
}

/* `word` is a metric, with a statistic or without. */
static guint explain_metric(GString *text, const char *word)
{
    const char *statistic = "";
    const Metric *metric = metric_find(word, &statistic);
    for (const Metric *each = metrics; !metric && each->name; each++)
        if (strcmp(each->name, word) == 0)
            metric = each;
    if (!metric)
        return 0;
    g_autofree char *first = g_strdup_printf("%s (metric)  ", word);
    g_autofree char *help = g_strdup_printf("%s  Unit: %s; %s is better.", metric->help, metric->unit,
                                            metric->smaller_is_better ? "less" : "more");
    terminal_wrap(text, first, 2, help);
    const char *const *statistics = metric_statistics(metric->kind);
    if (*statistics) {
        g_autofree char *joined = g_strjoinv(" ", (char **)statistics);
        terminal_wrap(text, "  Statistics: ", 4, joined);
    }
    if (metric->labels && *metric->labels)
        terminal_wrap(text, "  Labels: ", 4, metric->labels);
    bool wants_statistic = metric->kind == CELL_DISTRIBUTION && !*statistic;
    g_string_append_printf(text, "  For instance, in [objectives]: %s%s %s %s\n", word, wants_statistic ? ".p99" : "",
                           metric->smaller_is_better ? "<=" : ">=", likely_bound(metric));
    return 1;
}

static void append_example(GString *text, const char *heading, const char *lines)
{
    g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
    g_string_append_printf(text, "  %s\n", heading);
    for (char **line = each; *line; line++)
        g_string_append_printf(text, "      %s\n", *line);
}

static guint explain_entry(GString *text, const GlossaryEntry *entries, const char *what, const char *word)
{
    const GlossaryEntry *entry = glossary_find(entries, word);
    if (!entry)
        return 0;
    g_autofree char *first = g_strdup_printf("%s (%s)  ", entry->word, what);
    begin_meaning(text);
    terminal_wrap(text, first, 2, entry->meaning);
    if (entry->wrong)
        append_example(text, "Wrong:", entry->wrong);
    if (entry->right)
        append_example(text, "Right:", entry->right);
    return 1;
}

static guint explain_parameters(GString *text, const char *word)
{
    guint n = 0;
    for (const Component *const *component = registry.component; *component; component++) {
        for (const Param *param = (*component)->params; param && param->name; param++) {
            if (strcmp(param->name, word) != 0)
                continue;
            g_autofree char *first =
                g_strdup_printf("%s (key of %s/%s)  ", word, (*component)->kind, (*component)->name);
            g_autofree char *type = parameter_type(param), *bounds = parameter_bounds(param);
            g_autofree char *value =
                g_strdup_printf("%s%s%s; %s%s", type, *bounds ? ", " : "", bounds,
                                param->standard && *param->standard ? "default " : "", parameter_default(param));
            begin_meaning(text);
            terminal_wrap(text, first, 2, param->help);
            terminal_wrap(text, "  ", 4, value);
            if (param->source && *param->source)
                terminal_wrap(text, "  Source: ", 4, param->source);
            n++;
        }
    }
    return n;
}

static guint explain_models(GString *text, const char *word)
{
    guint n = 0;
    for (const Component *const *component = registry.component; *component; component++) {
        bool kind = strcmp((*component)->kind, word) == 0;
        if (!kind && strcmp((*component)->name, word) != 0)
            continue;
        g_autofree char *first = g_strdup_printf("%s/%s  ", (*component)->kind, (*component)->name);
        begin_meaning(text);
        terminal_wrap(text, first, 2, (*component)->summary);
        g_string_append_printf(text, "  Its keys: mrsim describe %s/%s\n", (*component)->kind, (*component)->name);
        n++;
    }
    for (const Policy *const *policy = registry.policy; *policy; policy++) {
        if (strcmp((*policy)->name, word) != 0)
            continue;
        g_autofree char *first = g_strdup_printf("%s (policy of %s)  ", word, (*policy)->kind);
        begin_meaning(text);
        terminal_wrap(text, first, 2, (*policy)->summary);
        if ((*policy)->source)
            terminal_wrap(text, "  Source: ", 4, (*policy)->source);
        n++;
    }
    return n;
}

/* ---- all words ---- */

static void add_entries(GPtrArray *words, const GlossaryEntry *entries)
{
    for (; entries->word; entries++)
        g_ptr_array_add(words, (gpointer)entries->word);
}

static void add_parameters(GPtrArray *words)
{
    for (const Component *const *component = registry.component; *component; component++)
        for (const Param *param = (*component)->params; param && param->name; param++)
            g_ptr_array_add(words, (gpointer)param->name);
}

static Status unknown(const CommandLine *line, const char *word)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (const Metric *metric = metrics; metric->name; metric++)
        g_ptr_array_add(words, (gpointer)metric->name);
    add_entries(words, glossary_errors);
    add_entries(words, glossary_warnings);
    add_entries(words, glossary_terms);
    add_parameters(words);
    g_ptr_array_add(words, NULL);
    const char *near = nearest_word(word, (const char *const *)words->pdata);
    if (near)
        return command_misuse(line->command, "nothing is known of '%s'; did you mean '%s'?", word, near);
    return command_misuse(line->command, "nothing is known of '%s'; 'mrsim explain' lists what is", word);
}

static void append_columns(GString *text, const char *heading, const GPtrArray *words)
{
    g_string_append_printf(text, "%s\n", heading);
    guint n_rows = (words->len + 1) / 2;
    for (guint row = 0; row < n_rows; row++) {
        const char *left = words->pdata[row], *right = row + n_rows < words->len ? words->pdata[row + n_rows] : NULL;
        g_string_append_printf(text, right ? "  %-*s%s\n" : "  %*s%s\n", right ? COLUMN - 2 : 0, right ? left : "",
                               right ? right : left);
    }
}

static void list_entries(GString *text, const char *heading, const GlossaryEntry *entries)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    add_entries(words, entries);
    append_columns(text, heading, words);
}

static void list_all(GString *text)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const Metric *metric = metrics; metric->name; metric++)
        g_ptr_array_add(names, (gpointer)metric->name);
    append_columns(text, "METRICS", names);
    list_entries(text, "ERRORS", glossary_errors);
    list_entries(text, "WARNINGS", glossary_warnings);
    list_entries(text, "TERMS", glossary_terms);
    g_string_append(text, "Also every key of every component (mrsim describe).\n");
}

/* A word may mean several things: all are told. */
static guint explain_all(GString *text, const char *word)
{
    guint n = explain_metric(text, word);
    n += explain_entry(text, glossary_errors, "error", word);
    if (!glossary_find(glossary_errors, word))
        n += explain_entry(text, glossary_warnings, "warning", word);
    n += explain_entry(text, glossary_terms, "term", word);
    n += explain_models(text, word);
    return n + explain_parameters(text, word);
}

static Status run(const CommandLine *line)
{
    g_autoptr(GString) text = g_string_new(NULL);
    ReportLook look = terminal_look(line);

    if (line->operands->len == 1) {
        list_all(text);
        terminal_print(&look, "%s", text->str);
        return STATUS_DONE;
    }
    g_autofree char *typed = g_strjoinv("-", (char **)line->operands->pdata);
    g_autofree char *unbraced = g_strndup(typed, strcspn(typed, "{"));
    g_autofree char *word = g_strdup(unbraced[0] == '[' ? unbraced + 1 : unbraced);
    g_strdelimit(word, "]", '\0');
    guint n = explain_all(text, word);
    if (n == 0)
        return unknown(line, typed);
    terminal_print(&look, "%s", text->str);
    return STATUS_DONE;
}

const Command command_explain = {
    .name = "explain",
    .operands = "[WORD]",
    .completes = "",
    .summary = "tell what a metric, an error, a term or a key means",
    .details = "WORD is a metric (failover.time), the word in brackets of an error or a warning (unknown-key), a term "
               "(RPO), or a key of a component (ttl).  Without a word: all that there are.",
    .options = OPTIONS_ALWAYS,
    .fewest = 0,
    .most = G_MAXUINT,
    .run = run,
};
