/* Selector: which cells are meant: all whose labels agree with every term.
 *
 * Text form "clients=europe, op!=read"; "" picks all; blanks around keys and values are allowed.  Keys are letters,
 * digits, '_', '-' and '.'; values are anything without blank, comma, '=' and '!'.
 *
 * A cell that lacks the label never agrees with "=" and always agrees with "!=".  The value "*" stands for any: "op=*"
 * takes the cells that have an op, "op!=*" those that have none; "each" is for the caller to make of it (see
 * study_label_values, selector_set).  Keys and values are interned: copy by assignment, free nothing. */
#ifndef MRSIM_STATS_SELECTOR_H
#define MRSIM_STATS_SELECTOR_H
#include <glib.h>
#include <stdbool.h>

enum { SELECTOR_MOST = 8 };
typedef struct {
    guint n;
    struct {
        const char *key, *value;
        bool differs;
    } term[SELECTOR_MOST];
} Selector;

/* False when a term is not well-formed or there are more than SELECTOR_MOST; *selector then picks all. */
bool selector_parse(Selector *selector, const char *text);
bool selector_takes(const Selector *selector, const char *labels);
/* Normal form: terms sorted by key, each once: the identity of a selector. (transfer full) */
char *selector_text(const Selector *selector);
/* Takes away every term on this key. */
void selector_drop(Selector *selector, const char *key);
/* "key=value" instead of every term on this key. */
void selector_set(Selector *selector, const char *key, const char *value);

/* The value of a label in a cell's labels, or NULL; copied into buffer, which must be large enough. */
const char *label_value(const char *labels, const char *key, char *buffer, gsize size);
/* The same without a copy: where it stands in `labels` and how long it is. */
const char *label_find(const char *labels, const char *key, gsize *length);
/* Can this be the key or the value of a label?  (No "*": that is a selector's.) */
bool label_key_is_good(const char *key);
bool label_value_is_good(const char *value);
#endif
