/* Reader: a text into sections of key, operator and value, each with its exact place.
 *
 * It knows lines, headers, comments, quotes and values that go on after a comma, and none of the kinds: what a key
 * means is asked later, of a parameter table.  Every mistake becomes a diagnostic and reading goes on: a header without
 * its bracket still opens its section, so that one slip does not bring twenty messages.  One pass, linear in the text.
 */
#ifndef MRSIM_SCENARIO_READER_H
#define MRSIM_SCENARIO_READER_H
#include "base/arena.h"
#include "base/diagnostics.h"
#include <glib.h>
#include <stdbool.h>

enum { READER_LINE_MOST = 4096, READER_FILE_MOST = 4 << 20 };

/* Where a stretch of a value stands: a value that goes on has one piece per line. */
typedef struct {
    guint offset; /* into Value.text */
    int line, col;
} Piece;

typedef struct {
    const char *file; /* interned; NULL: nobody wrote it (a default) */
    const char *text; /* without comments and outer blanks; the lines of one value are joined by a blank */
    guint n_pieces;
    const Piece *piece;
} Value;

typedef struct {
    const char *key; /* as written: also "latency.p99{op = write}" */
    const char *op;  /* "=", "<=", ">=" or whatever run of < > = ! stands there */
    Spot spot;       /* of the key */
    Spot op_spot;
    Value value; /* text "" where none was written: that is already reported */
} Entry;

typedef struct {
    const char *kind, *name, *place; /* NULL where not written; kind NULL: unreadable, nothing in it counts */
    Spot spot;                       /* what stands between the brackets */
    Spot kind_spot, name_spot, place_spot;
    guint n_entries;
    const Entry *entry;
} Section;

typedef struct {
    const char *file;
    bool gave_up; /* no text, or hardly: reading ended early */
    guint n_sections;
    const Section *section;
} Document;

/* Reads a whole file. (in arena) Never NULL; mistakes are in `diagnostics`. */
const Document *reader_read(Arena *arena, const char *file, const char *text, gsize length, Diagnostics *diagnostics);
/* Reads "key op value" from `text`, whose first byte stands at line:col; no comments (command line). false: reported.
 */
bool reader_setting(Arena *arena, const char *file, int line, int col, const char *text, Entry *entry,
                    Diagnostics *diagnostics);

/* The place of `length` bytes of a value from `offset` on. */
Spot value_spot(const Value *value, guint offset, guint length);
Spot value_whole(const Value *value);
/* Lower-case letter, then letters, digits and '-'. */
bool is_word(const char *text);
#endif
