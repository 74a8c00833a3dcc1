#include "cli/glossary.h"
#include <glib.h>
#include <stdbool.h>

static bool same_word(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char x = *a == ' ' ? '-' : g_ascii_tolower(*a), y = *b == ' ' ? '-' : g_ascii_tolower(*b);
        if (x != y)
            return false;
    }
    return *a == *b;
}

const GlossaryEntry *glossary_find(const GlossaryEntry *entries, const char *word)
{
    for (; entries->word; entries++)
        if (same_word(entries->word, word))
            return entries;
    return NULL;
}
