/* Mutate: a scenario's text with one slip of the pen in one spot, every slip in every spot.
 *
 * What is changed is a header, a key, an operator or a value; never a number (60s for 70s is another scenario, not a
 * mistake) nor a comment.  The order is that of the lines, so the n-th mutation of a text is always the same. */
#ifndef MRSIM_TESTS_MUTATE_H
#define MRSIM_TESTS_MUTATE_H
#include <glib.h>

typedef enum {
    MUTATE_HEADER_TYPO,
    MUTATE_HEADER_LOST,
    MUTATE_BRACKET_LOST,
    MUTATE_HEADER_TWICE,
    MUTATE_KEY_TYPO,
    MUTATE_VALUE_TYPO,
    MUTATE_LINE_TWICE,
    MUTATE_OPERATOR_LOST,
    MUTATE_VALUE_LOST,
    MUTATE_UNIT_LOST,
    MUTATE_UNIT_MISSPELT,
    MUTATE_COMMA_FOR_NOTHING,
    MUTATE_CLASSES,
} MutationClass;
extern const char *const mutation_names[MUTATE_CLASSES];

typedef struct {
    MutationClass class;
    int line;           /* 1-based, of the original */
    char *before, *now; /* that line (now: what stands instead; may be two lines, or "" for none) */
    char *text;         /* the whole file */
} Mutation;

/* Every mutation of a text. (transfer full: GPtrArray of Mutation) */
GPtrArray *mutations_of(const char *text);
#endif
