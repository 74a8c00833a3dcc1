/* Glossary: what `mrsim explain` knows besides metrics and parameters, which explain themselves in their tables.
 *
 * A slug is the word in brackets at the end of an error or a warning.  A test looks for every slug of the sources here.
 */
#ifndef MRSIM_CLI_GLOSSARY_H
#define MRSIM_CLI_GLOSSARY_H

typedef struct {
    const char *word;          /* "unknown-key", "RTO" */
    const char *meaning;       /* a few sentences */
    const char *wrong, *right; /* an example of an error and of its cure, lines as in a scenario; NULL: none */
} GlossaryEntry;

extern const GlossaryEntry glossary_errors[]; /* each ended by word == NULL, sorted by word */
extern const GlossaryEntry glossary_warnings[];
extern const GlossaryEntry glossary_terms[];

/* Whatever the case of the letters, with blanks for hyphens too; NULL: not there. */
const GlossaryEntry *glossary_find(const GlossaryEntry *entries, const char *word);
#endif
