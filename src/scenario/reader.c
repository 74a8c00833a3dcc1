#include "scenario/reader.h"
#include <string.h>

/* More unreadable lines than this are no slips of the pen: the file is not a scenario at all. */
enum { BAD_LINES_MOST = 5 };

typedef struct {
    Arena *arena;
    const char *file;
    Diagnostics *diagnostics;
    const char *next, *end; /* what is still to be read */
    int number;             /* of the current line */
    GString *line;          /* the current line, without its end */
    bool comments;          /* "#" opens one */
    bool gave_up;
    guint n_bad_lines;
    GArray *sections, *entries;
    Section section; /* the one being read */
    bool in_section, no_section_said;
} Reader;

static Spot spot_at(const Reader *reader, gsize col, gsize length)
{
    return (Spot){reader->file, reader->number, (int)col + 1, (int)length};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool is_word(const char *text)
{
    if (*text < 'a' || *text > 'z')
        return false;
    for (; *text != '\0'; text++)
        if (!g_ascii_islower(*text) && !g_ascii_isdigit(*text) && *text != '-')
            return false;
    return true;
}

/* ---- lines ---- */

static void bad_line(Reader *reader)
{
    if (++reader->n_bad_lines >= BAD_LINES_MOST)
        reader->gave_up = true;
}

/* A file with a NUL is no text; saying so once is enough. */
static bool is_readable(Reader *reader)
{
    const char *text = reader->line->str;
    gsize length = reader->line->len;
    if (length > READER_LINE_MOST) {
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, 0, 0), "line-too-long",
                        "this line has %" G_GSIZE_FORMAT " bytes; at most %d are read", length, READER_LINE_MOST);
        bad_line(reader);
        return false;
    }
    const char *valid, *nul = memchr(text, '\0', length);
    bool is_utf8 = g_utf8_validate_len(text, length, &valid);
    gsize bad = (gsize)(valid - text);
    for (gsize i = 0; i < bad; i++)
        if (((guchar)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f) {
            bad = i;
            is_utf8 = false;
        }
    if (nul)
        bad = (gsize)(nul - text);
    if (is_utf8 && !nul)
        return true;
    diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, bad, 1), "bad-encoding",
                    text[bad] == '\0'          ? "byte 0x%02x: this is not a text file"
                    : (guchar)text[bad] < 0x80 ? "control character 0x%02x; only blanks, tabs and line ends are allowed"
                                               : "byte 0x%02x is not UTF-8; save the file as UTF-8",
                    (guchar)text[bad]);
    reader->gave_up = reader->gave_up || text[bad] == '\0';
    bad_line(reader);
    return false;
}

/* The next readable line. */
static bool next_line(Reader *reader)
{
    while (reader->next < reader->end && !reader->gave_up) {
        const char *newline = memchr(reader->next, '\n', (gsize)(reader->end - reader->next));
        const char *stop = newline ? newline : reader->end;
        gsize length = (gsize)(stop - reader->next);
        if (length > 0 && stop[-1] == '\r')
            length--;
        g_string_truncate(reader->line, 0);
        g_string_append_len(reader->line, reader->next, (gssize)length);
        reader->next = newline ? newline + 1 : reader->end;
        reader->number++;
        if (is_readable(reader))
            return true;
    }
    return false;
}

static gsize after_blanks(const char *line, gsize at)
{
    while (is_blank(line[at]))
        at++;
    return at;
}

static bool is_empty(const Reader *reader)
{
    const char *line = reader->line->str;
    gsize at = after_blanks(line, 0);
    return line[at] == '\0' || line[at] == '#' || line[at] == ';';
}

/* ---- keys ---- */

/* Where the key ends: at the first of = < > !, but not within {...}, where a selector has operators of its own, nor in
 * a comment. */
static gsize key_end(const Reader *reader, gsize at)
{
    const char *line = reader->line->str;
    bool braces = false;
    for (; line[at] != '\0'; at++) {
        if (reader->comments && line[at] == '#' && is_blank(line[at - 1]))
            at += strlen(line + at + 1);
        else if (line[at] == '{')
            braces = true;
        else if (line[at] == '}')
            braces = false;
        else if (!braces && strchr("=<>!", line[at]))
            break;
    }
    return at;
}

/* "word =", "latency.p99{...} <=": the beginning of a setting rather than a value that goes on. */
static bool looks_like_setting(const char *line)
{
    gsize at = after_blanks(line, 0);
    if (!g_ascii_islower(line[at]))
        return false;
    while (g_ascii_isalnum(line[at]) || (line[at] != '\0' && strchr("-_.", line[at])))
        at++;
    if (line[at] == '{')
        while (line[at] != '\0' && line[at] != '}')
            at++;
    if (line[at] == '}')
        at++;
    at = after_blanks(line, at);
    return line[at] != '\0' && strchr("=<>", line[at]) != NULL;
}

/* ---- values ---- */

typedef struct {
    GString *text;
    GArray *pieces;
    int depth; /* of parentheses */
} Growing;

/* The end of what opens at line[at] == '"'; the line's end when it never closes. */
static gsize quote_end(const char *line, gsize at)
{
    for (at++; line[at] != '\0' && line[at] != '"'; at++)
        if (line[at] == '\\' && line[at + 1] != '\0')
            at++;
    return at;
}

/* Adds what the current line says from `at` on. */
static void grow(Reader *reader, Growing *growing, gsize at)
{
    const char *line = reader->line->str;
    gsize start = after_blanks(line, at), stop = start;
    bool opens = true; /* a quote may open here */
    for (gsize i = start; line[i] != '\0'; i++) {
        if (reader->comments && line[i] == '#' && i > 0 && is_blank(line[i - 1]))
            break;
        if (line[i] == '"' && opens) {
            gsize close = quote_end(line, i);
            if (line[close] == '\0') {
                diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, i, 1), "unclosed-quote",
                                "this quote is never closed; write \\\" for a quote within quotes");
                stop = close;
                break;
            }
            i = close;
        }
        growing->depth += line[i] == '(' ? 1 : line[i] == ')' ? -1 : 0;
        opens = is_blank(line[i]) || strchr(",(=", line[i]);
        if (!is_blank(line[i]))
            stop = i + 1;
    }
    if (stop == start)
        return;
    if (growing->text->len > 0)
        g_string_append_c(growing->text, ' ');
    Piece piece = {(guint)growing->text->len, reader->number, (int)start + 1};
    g_array_append_val(growing->pieces, piece);
    g_string_append_len(growing->text, line + start, (gssize)(stop - start));
}

static bool ends_in_comma(const Growing *growing)
{
    return growing->text->len > 0 && growing->text->str[growing->text->len - 1] == ',';
}

static Value take_value(const Reader *reader, const Growing *growing)
{
    Value value = {reader->file, arena_text(reader->arena, growing->text->str), growing->pieces->len, NULL};
    Piece *piece = arena_many(reader->arena, Piece, growing->pieces->len);
    for (guint i = 0; i < growing->pieces->len; i++)
        piece[i] = g_array_index(growing->pieces, Piece, i);
    value.piece = piece;
    return value;
}

/* A comma at the end promises more.  What follows must be more of the value; a setting or a section is not. */
static void read_on(Reader *reader, Growing *growing)
{
    while (ends_in_comma(growing)) {
        Reader before = *reader;
        bool more = false;
        while (!more && next_line(reader))
            more = !is_empty(reader);
        const char *line = reader->line->str;
        bool promise_kept =
            more && line[after_blanks(line, 0)] != '[' && (growing->depth > 0 || !looks_like_setting(line));
        if (promise_kept) {
            grow(reader, growing, 0);
            continue;
        }
        const Piece *last = &g_array_index(growing->pieces, Piece, growing->pieces->len - 1);
        int col = last->col + (int)(growing->text->len - 1 - last->offset);
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, (Spot){reader->file, last->line, col, 1}, "dangling-comma",
                        "a comma at the end of a line promises another item, but %s follows",
                        !more                                ? "nothing"
                        : line[after_blanks(line, 0)] == '[' ? "a section"
                                                             : "a setting");
        g_string_truncate(growing->text, growing->text->len - 1);
        g_strchomp(growing->text->str);
        growing->text->len = strlen(growing->text->str);
        /* what was read ahead is read again; the buffer is shared and filled anew by then */
        reader->next = before.next;
        reader->number = before.number;
        reader->n_bad_lines = before.n_bad_lines;
        return;
    }
}

/* Reads the setting that the current line begins at `at`. */
static bool read_setting(Reader *reader, gsize at, Entry *entry)
{
    const char *line = reader->line->str;
    gsize start = after_blanks(line, at), op = key_end(reader, start), stop = op;
    while (stop > start && is_blank(line[stop - 1]))
        stop--;
    if (line[op] == '\0') {
        const char *brace = strchr(line + start, '{');
        const char *remark = strchr(line + start, ']') ? "; a section begins with '['" : "";
        if (brace && !strchr(brace, '}'))
            diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, (gsize)(brace - line), 1), "syntax",
                            "this '{' is never closed");
        else
            diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, start, strcspn(line + start, " \t#")),
                            "syntax", "this is no comment, no [section] and no key = value%s", remark);
        return false;
    }
    if (stop == start) {
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, op, 1), "syntax",
                        "a key is missing before '%c'", line[op]);
        return false;
    }
    gsize op_length = strspn(line + op, "=<>!");
    *entry = (Entry){.spot = spot_at(reader, start, stop - start), .op_spot = spot_at(reader, op, op_length)};
    g_autofree char *key = g_strndup(line + start, stop - start), *sign = g_strndup(line + op, op_length);
    entry->key = arena_text(reader->arena, key);
    entry->op = arena_text(reader->arena, sign);
    Growing growing = {g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(Piece)), 0};
    grow(reader, &growing, op + op_length);
    read_on(reader, &growing);
    if (growing.text->len == 0)
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, entry->spot, "empty-value", "'%s' has no value",
                        entry->key);
    entry->value = take_value(reader, &growing);
    g_string_free(growing.text, TRUE);
    g_array_unref(growing.pieces);
    return true;
}

/* ---- headers ---- */

static void end_section(Reader *reader)
{
    if (reader->in_section) {
        reader->section.n_entries = reader->entries->len;
        Entry *entry = arena_many(reader->arena, Entry, reader->entries->len);
        for (guint i = 0; i < reader->entries->len; i++)
            entry[i] = g_array_index(reader->entries, Entry, i);
        reader->section.entry = entry;
        g_array_append_val(reader->sections, reader->section);
    }
    g_array_set_size(reader->entries, 0);
}

/* One word of a header, or NULL (and a message) when it is none. */
static const char *header_word(Reader *reader, gsize at, gsize length, const char *what, Spot *spot)
{
    g_autofree char *word = g_strndup(reader->line->str + at, length);
    *spot = spot_at(reader, at, length);
    if (is_word(word))
        return arena_text(reader->arena, word);
    diagnostics_add(reader->diagnostics, SEVERITY_ERROR, *spot, "bad-header",
                    "'%s' cannot be %s: lower-case letters, digits and '-', a letter first", word, what);
    return NULL;
}

static void read_header_words(Reader *reader, gsize at, gsize stop)
{
    const char *line = reader->line->str;
    Section *section = &reader->section;
    while (stop > at && is_blank(line[stop - 1]))
        stop--;
    at = after_blanks(line, at);
    gsize kind = strcspn(line + at, " \t]#");
    kind = MIN(kind, stop > at ? stop - at : 0);
    section->spot = spot_at(reader, at, stop > at ? stop - at : 1);
    if (kind == 0) {
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, section->spot, "bad-header",
                        "an empty header; write [kind name]");
        return;
    }
    const char *found = header_word(reader, at, kind, "a kind", &section->kind_spot);
    gsize name = after_blanks(line, at + kind);
    if (found && name < stop) {
        gsize sign = name + strcspn(line + name, "@");
        sign = MIN(sign, stop);
        gsize end = sign;
        while (end > name && is_blank(line[end - 1]))
            end--;
        if (end < sign)
            diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, end, 1), "bad-header",
                            "no blank before '@'");
        section->name = header_word(reader, name, end - name, "a name", &section->name_spot);
        if (section->name && sign < stop)
            section->place = header_word(reader, sign + 1, stop - sign - 1, "a place", &section->place_spot);
        if (!section->name || (sign < stop && !section->place))
            found = NULL;
    }
    section->kind = found;
}

/* The current line begins with '[' at `at`. */
static void read_header(Reader *reader, gsize at)
{
    end_section(reader);
    reader->section = (Section){0};
    reader->in_section = true;
    const char *line = reader->line->str;
    const char *close = strchr(line + at, ']');
    gsize stop = close ? (gsize)(close - line) : at + strcspn(line + at, "#");
    if (!close)
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR,
                        spot_at(reader, at, strlen(g_strchomp(reader->line->str)) - at), "bad-header",
                        "this header has no closing ']'");
    read_header_words(reader, at + 1, stop);
    if (close) {
        gsize rest = after_blanks(line, stop + 1);
        bool comment = line[rest] == '#' && rest > stop + 1;
        if (line[rest] != '\0' && !comment)
            diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot_at(reader, rest, strlen(line + rest)),
                            "bad-header", "nothing may follow ']' but a comment; a setting begins a line of its own");
    }
}

static void read_line(Reader *reader)
{
    if (is_empty(reader))
        return;
    gsize at = after_blanks(reader->line->str, 0);
    if (reader->line->str[at] == '[') {
        read_header(reader, at);
        return;
    }
    Spot spot = spot_at(reader, at, strcspn(reader->line->str + at, " \t=<>"));
    Entry entry;
    if (!read_setting(reader, at, &entry))
        return;
    if (reader->in_section)
        g_array_append_val(reader->entries, entry);
    else if (!reader->no_section_said) {
        reader->no_section_said = true;
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, spot, "no-section",
                        "this setting stands before any [section]");
    }
}

static Reader reader_open(Arena *arena, const char *file, const char *text, gsize length, Diagnostics *diagnostics)
{
    return (Reader){
        .arena = arena,
        .file = g_intern_string(file),
        .diagnostics = diagnostics,
        .next = text,
        .end = text + length,
        .line = g_string_new(NULL),
        .sections = g_array_new(FALSE, FALSE, sizeof(Section)),
        .entries = g_array_new(FALSE, FALSE, sizeof(Entry)),
    };
}

static void reader_close(Reader *reader)
{
    g_string_free(reader->line, TRUE);
    g_array_unref(reader->sections);
    g_array_unref(reader->entries);
}

const Document *reader_read(Arena *arena, const char *file, const char *text, gsize length, Diagnostics *diagnostics)
{
    Reader reader = reader_open(arena, file, text, length, diagnostics);
    reader.comments = true;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        reader.next += 3;
    while (next_line(&reader))
        read_line(&reader);
    end_section(&reader);
    Document *document = arena_one(arena, Document);
    Section *section = arena_many(arena, Section, reader.sections->len);
    for (guint i = 0; i < reader.sections->len; i++)
        section[i] = g_array_index(reader.sections, Section, i);
    *document = (Document){reader.file, reader.gave_up, reader.sections->len, section};
    reader_close(&reader);
    return document;
}

bool reader_setting(Arena *arena, const char *file, int line, int col, const char *text, Entry *entry,
                    Diagnostics *diagnostics)
{
    /* blanks in front stand for what the caller has read already, so that columns come out right */
    g_autofree char *padded = g_strdup_printf("%*s%s", col - 1, "", text);
    Reader reader = reader_open(arena, file, padded, strlen(padded), diagnostics);
    reader.number = line - 1;
    bool good = next_line(&reader);
    if (good && reader.next < reader.end) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, spot_at(&reader, 0, 0), "syntax", "a setting is one line");
        good = false;
    }
    good = good && read_setting(&reader, 0, entry);
    reader_close(&reader);
    return good;
}

Spot value_spot(const Value *value, guint offset, guint length)
{
    if (value->n_pieces == 0)
        return (Spot){value->file, 0, 0, 0};
    guint i = value->n_pieces - 1;
    while (i > 0 && value->piece[i].offset > offset)
        i--;
    const Piece *piece = &value->piece[i];
    guint stop = i + 1 < value->n_pieces ? value->piece[i + 1].offset - 1 : (guint)strlen(value->text);
    guint most = stop > offset ? stop - offset : 1;
    return (Spot){value->file, piece->line, piece->col + (int)(offset - piece->offset), (int)MIN(length, most)};
}

Spot value_whole(const Value *value)
{
    return value_spot(value, 0, (guint)strlen(value->text));
}
