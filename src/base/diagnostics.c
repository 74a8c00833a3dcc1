#include "base/diagnostics.h"

#include "base/check.h"
#include <string.h>

enum { MOST_ERRORS_SHOWN = 100, WIDEST_LINE = 78, GUTTER = 8, FARTHEST_TYPO = 2 };

typedef struct {
    const char *name;
    char *text;          /* NULL: no source known */
    GArray *line_starts; /* gsize */
    gsize length;
    guint n_errors;
} File;

typedef struct Entry Entry;
struct Entry {
    Severity severity;
    guint file, order;
    Spot spot;
    char *slug, *message; /* slug may be NULL */
    GPtrArray *notes;     /* Entry, printed right behind */
};

struct Diagnostics {
    GPtrArray *files;   /* File, in the order in which they were heard of */
    GPtrArray *entries; /* Entry */
    GHashTable *seen;   /* "file:line:col:message" -> Entry: asked, never iterated */
    Entry *owner;       /* of the next note; NULL: it was not kept */
    guint n_errors, n_warnings;
};

static void file_free(gpointer data)
{
    File *file = data;
    g_free(file->text);
    if (file->line_starts)
        g_array_unref(file->line_starts);
    g_free(file);
}

static void entry_free(gpointer data)
{
    Entry *entry = data;
    g_free(entry->slug);
    g_free(entry->message);
    g_ptr_array_unref(entry->notes);
    g_free(entry);
}

Diagnostics *diagnostics_new(void)
{
    Diagnostics *diagnostics = g_new0(Diagnostics, 1);
    diagnostics->files = g_ptr_array_new_with_free_func(file_free);
    diagnostics->entries = g_ptr_array_new_with_free_func(entry_free);
    diagnostics->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return diagnostics;
}

void diagnostics_free(Diagnostics *diagnostics)
{
    if (!diagnostics)
        return;
    g_hash_table_unref(diagnostics->seen);
    g_ptr_array_unref(diagnostics->entries);
    g_ptr_array_unref(diagnostics->files);
    g_free(diagnostics);
}

/* ---- Collecting ---- */

static guint file_number(Diagnostics *diagnostics, const char *name)
{
    for (guint i = 0; i < diagnostics->files->len; i++) {
        const File *file = diagnostics->files->pdata[i];
        if (g_strcmp0(file->name, name) == 0)
            return i;
    }
    File *file = g_new0(File, 1);
    file->name = g_intern_string(name);
    g_ptr_array_add(diagnostics->files, file);
    return diagnostics->files->len - 1;
}

void diagnostics_add_source(Diagnostics *diagnostics, const char *name, const char *text, gsize length)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    guint number = file_number(diagnostics, name); /* may move the array */
    File *file = diagnostics->files->pdata[number];
    if (length >= 3 && memcmp(text, byte_order_mark, 3) == 0) { /* no column counts it */
        text += 3;
        length -= 3;
    }
    g_free(file->text);
    g_clear_pointer(&file->line_starts, g_array_unref);
    file->text = g_malloc(length + 1);
    memcpy(file->text, text, length);
    file->text[length] = 0;
    file->length = length;
    file->line_starts = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (gsize start = 0;;) {
        g_array_append_val(file->line_starts, start);
        const char *end = memchr(file->text + start, '\n', length - start);
        if (!end)
            break;
        start = (gsize)(end - file->text) + 1;
    }
}

/* What a user wrote may be anything; a terminal should get text. */
static char *printable(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    for (char *c = valid; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return valid;
}

static Entry *entry_new(Severity severity, guint file, Spot spot, const char *slug, char *message, guint order)
{
    Entry *entry = g_new0(Entry, 1);
    *entry = (Entry){.severity = severity, .file = file, .order = order, .spot = spot, .slug = g_strdup(slug)};
    entry->message = message;
    entry->notes = g_ptr_array_new_with_free_func(entry_free);
    return entry;
}

static void note_add(Entry *owner, guint file, Spot spot, const char *slug, char *message)
{
    for (guint i = 0; i < owner->notes->len; i++) {
        const Entry *note = owner->notes->pdata[i];
        if (note->file == file && note->spot.line == spot.line && note->spot.col == spot.col &&
            strcmp(note->message, message) == 0) {
            g_free(message);
            return;
        }
    }
    bool repeats_slug = g_strcmp0(slug, owner->slug) == 0;
    g_ptr_array_add(owner->notes, entry_new(SEVERITY_NOTE, file, spot, repeats_slug ? NULL : slug, message, 0));
}

static void count(Diagnostics *diagnostics, Severity severity, guint file)
{
    if (severity == SEVERITY_ERROR) {
        diagnostics->n_errors++;
        ((File *)diagnostics->files->pdata[file])->n_errors++;
    } else if (severity == SEVERITY_WARNING) {
        diagnostics->n_warnings++;
    }
}

static void keep(Diagnostics *diagnostics, Severity severity, guint file, Spot spot, const char *slug, char *message)
{
    g_autofree char *key = g_strdup_printf("%u:%d:%d:%s", file, spot.line, spot.col, message);
    Entry *same = g_hash_table_lookup(diagnostics->seen, key);
    if (same) {
        diagnostics->owner = same;
        g_free(message);
        return;
    }
    count(diagnostics, severity, file);
    if (severity == SEVERITY_ERROR && ((File *)diagnostics->files->pdata[file])->n_errors > MOST_ERRORS_SHOWN) {
        diagnostics->owner = NULL;
        g_free(message);
        return;
    }
    Entry *entry = entry_new(severity, file, spot, slug, message, diagnostics->entries->len);
    g_ptr_array_add(diagnostics->entries, entry);
    g_hash_table_insert(diagnostics->seen, g_steal_pointer(&key), entry);
    diagnostics->owner = entry;
}

void diagnostics_add(Diagnostics *diagnostics, Severity severity, Spot spot, const char *slug, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (!spot.file)
        spot.file = "mrsim";
    guint file = file_number(diagnostics, spot.file);
    bool first = diagnostics->entries->len == 0 && diagnostics->n_errors == 0;
    bool belongs = severity == SEVERITY_NOTE && !first &&
                   (!slug || !diagnostics->owner || g_strcmp0(slug, diagnostics->owner->slug) == 0);
    if (!belongs)
        keep(diagnostics, severity, file, spot, slug, printable(raw));
    else if (diagnostics->owner)
        note_add(diagnostics->owner, file, spot, slug, printable(raw));
}

guint diagnostics_errors(const Diagnostics *diagnostics)
{
    return diagnostics->n_errors;
}

guint diagnostics_warnings(const Diagnostics *diagnostics)
{
    return diagnostics->n_warnings;
}

/* ---- Printing ---- */

typedef struct {
    const Diagnostics *diagnostics;
    FILE *stream;
    bool colour;
    const Entry *last; /* whose source line was printed last */
} Printer;

static const char *const severity_name[] = {"error", "warning", "note"};
static const char *const severity_colour[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};

static const char *paint(const Printer *printer, const char *sequence)
{
    return printer->colour ? sequence : "";
}

/* One character of a source line as it is shown. */
typedef struct {
    const char *text;
    guint n_bytes; /* of text */
    guint width;   /* columns */
    gsize at;      /* byte in the line */
} Cell;

/* Tabs stay (one column; the caret line repeats them); what is no character shows as '?'. */
static GArray *cells_of(const char *line, gsize length)
{
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(Cell));
    for (gsize i = 0; i < length;) {
        Cell cell = {.text = line + i, .n_bytes = 1, .width = 1, .at = i};
        gunichar c = g_utf8_get_char_validated(line + i, (gssize)(length - i));
        if (c == (gunichar)-1 || c == (gunichar)-2 || (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0)) {
            cell.text = "?";
            i += c >= 0x80 && c < 0xa0 ? 2 : 1;
        } else {
            cell.n_bytes = (guint)(g_utf8_next_char(line + i) - (line + i));
            cell.width = g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
            i += cell.n_bytes;
        }
        g_array_append_val(cells, cell);
    }
    return cells;
}

/* The cells that fit into the width around the caret. */
static void window_of(const GArray *cells, guint caret, guint *first, guint *end)
{
    const guint room = WIDEST_LINE - GUTTER, before = room / 3;
    *first = 0;
    guint width = 0, to_caret = 0;
    for (guint i = 0; i < cells->len; i++) {
        width += g_array_index(cells, Cell, i).width;
        to_caret += i <= caret ? g_array_index(cells, Cell, i).width : 0;
    }
    if (width > room && to_caret > 2 * room / 3) {
        guint skipped = 0;
        while (skipped + before < to_caret)
            skipped += g_array_index(cells, Cell, (*first)++).width;
        while (*first > 0 && width - skipped < room) /* no need to cut more than must be */
            skipped -= g_array_index(cells, Cell, --*first).width;
    }
    guint used = 0;
    *end = *first;
    while (*end < cells->len && used + g_array_index(cells, Cell, *end).width <= room)
        used += g_array_index(cells, Cell, (*end)++).width;
}

/* Where the line is cut, three dots say so. */
static void mark_cuts(GArray *cells, guint first, guint end)
{
    for (guint i = 0; i < 3; i++) {
        if (first > 0 && first + i < end)
            g_array_index(cells, Cell, first + i) = (Cell){".", 1, 1, g_array_index(cells, Cell, first + i).at};
        if (end < cells->len && first + i < end)
            g_array_index(cells, Cell, end - 1 - i) = (Cell){".", 1, 1, g_array_index(cells, Cell, end - 1 - i).at};
    }
}

/* The line of carets: tabs are repeated so that it aligns with the line above at any tab width. */
static void print_caret(const Printer *printer, const GArray *cells, guint first, guint end, const Entry *entry)
{
    gsize from = (gsize)entry->spot.col - 1, to = from + (gsize)entry->spot.length;
    FILE *stream = printer->stream;
    fprintf(stream, "      | ");
    guint i = first;
    for (; i < end && g_array_index(cells, Cell, i).at < from; i++) {
        const Cell *cell = &g_array_index(cells, Cell, i);
        if (*cell->text == '\t')
            fputc('\t', stream);
        else
            fprintf(stream, "%*s", (int)cell->width, "");
    }
    fprintf(stream, "%s^", paint(printer, severity_colour[entry->severity]));
    for (guint column = 1; i < end && g_array_index(cells, Cell, i).at < to; i++)
        for (guint w = 0; w < g_array_index(cells, Cell, i).width; w++, column++)
            if (column > 1 || w > 0)
                fputc('~', stream);
    fprintf(stream, "%s\n", paint(printer, "\033[0m"));
}

static void print_source(Printer *printer, const Entry *entry)
{
    const File *file = printer->diagnostics->files->pdata[entry->file];
    const Spot *spot = &entry->spot;
    if (!file->text || spot->line < 1 || (guint)spot->line > file->line_starts->len)
        return;
    if (printer->last && printer->last->file == entry->file && printer->last->spot.line == spot->line &&
        printer->last->spot.col == spot->col)
        return; /* the caret above points there already */
    gsize start = g_array_index(file->line_starts, gsize, spot->line - 1);
    bool is_last = (guint)spot->line == file->line_starts->len;
    gsize end = is_last ? file->length : g_array_index(file->line_starts, gsize, spot->line) - 1;
    if (end > start && file->text[end - 1] == '\r')
        end--;
    if (end == start)
        return;
    printer->last = entry;
    g_autoptr(GArray) cells = cells_of(file->text + start, end - start);
    guint caret = 0, first, stop;
    while (caret < cells->len && spot->col > 0 && g_array_index(cells, Cell, caret).at < (gsize)spot->col - 1)
        caret++;
    window_of(cells, caret, &first, &stop);
    mark_cuts(cells, first, stop);
    fprintf(printer->stream, "%5d | ", spot->line);
    for (guint i = first; i < stop; i++) {
        const Cell *cell = &g_array_index(cells, Cell, i);
        fwrite(cell->text, 1, cell->n_bytes, printer->stream);
    }
    fputc('\n', printer->stream);
    if (spot->length > 0 && spot->col > 0)
        print_caret(printer, cells, first, stop, entry);
}

static void print_entry(Printer *printer, const Entry *entry)
{
    const Spot *spot = &entry->spot;
    fprintf(printer->stream, "%s%s:", paint(printer, "\033[1m"), spot->file);
    if (spot->line > 0)
        fprintf(printer->stream, "%d:%d:", spot->line, MAX(spot->col, 1));
    fprintf(printer->stream, "%s %s%s:%s %s", paint(printer, "\033[0m"),
            paint(printer, severity_colour[entry->severity]), severity_name[entry->severity], paint(printer, "\033[0m"),
            entry->message);
    if (entry->slug)
        fprintf(printer->stream, " [%s]", entry->slug);
    fputc('\n', printer->stream);
    print_source(printer, entry);
    for (guint i = 0; i < entry->notes->len; i++)
        print_entry(printer, entry->notes->pdata[i]);
}

static int compare_entries(gconstpointer a, gconstpointer b)
{
    const Entry *x = *(Entry *const *)a, *y = *(Entry *const *)b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->spot.line != y->spot.line)
        return x->spot.line < y->spot.line ? -1 : 1;
    if (x->spot.col != y->spot.col)
        return x->spot.col < y->spot.col ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void print_uncounted(const Printer *printer, guint file_number)
{
    const File *file = printer->diagnostics->files->pdata[file_number];
    if (file->n_errors > MOST_ERRORS_SHOWN)
        fprintf(printer->stream, "%s: %u more errors are not shown\n", file->name, file->n_errors - MOST_ERRORS_SHOWN);
}

/* "us-eu.ini" or "3 files": where the errors are, or the warnings when there are none. */
static char *where(const Diagnostics *diagnostics, const GPtrArray *sorted, Severity severity, const char **slug)
{
    guint n_files = 0;
    const Entry *first = NULL, *last = NULL;
    for (guint i = 0; i < sorted->len; i++) {
        const Entry *entry = sorted->pdata[i];
        if (entry->severity > MAX(severity, SEVERITY_WARNING))
            continue;
        n_files += !last || last->file != entry->file;
        last = entry;
        if (!first && entry->severity == severity && entry->slug)
            first = entry;
    }
    *slug = first ? first->slug : NULL;
    if (n_files != 1)
        return g_strdup_printf("%u files", n_files);
    return g_strdup(((const File *)diagnostics->files->pdata[last->file])->name);
}

static void print_closing(const Printer *printer, const GPtrArray *sorted)
{
    const Diagnostics *diagnostics = printer->diagnostics;
    guint errors = diagnostics->n_errors, warnings = diagnostics->n_warnings;
    if (errors + warnings == 0)
        return;
    const char *slug;
    g_autofree char *place = where(diagnostics, sorted, errors ? SEVERITY_ERROR : SEVERITY_WARNING, &slug);
    if (errors)
        fprintf(printer->stream, "%u error%s", errors, errors == 1 ? "" : "s");
    if (warnings)
        fprintf(printer->stream, "%s%u warning%s", errors ? ", " : "", warnings, warnings == 1 ? "" : "s");
    fprintf(printer->stream, " in %s.", place);
    if (errors)
        fprintf(printer->stream, " Nothing was simulated.");
    if (errors && slug)
        fprintf(printer->stream, " More: mrsim explain %s", slug);
    fputc('\n', printer->stream);
}

void diagnostics_print(const Diagnostics *diagnostics, FILE *stream, bool colour)
{
    Printer printer = {.diagnostics = diagnostics, .stream = stream, .colour = colour};
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < diagnostics->entries->len; i++)
        g_ptr_array_add(sorted, diagnostics->entries->pdata[i]);
    g_ptr_array_sort(sorted, compare_entries);
    for (guint i = 0; i < sorted->len; i++) {
        const Entry *entry = sorted->pdata[i];
        print_entry(&printer, entry);
        if (i + 1 == sorted->len || ((const Entry *)sorted->pdata[i + 1])->file != entry->file)
            print_uncounted(&printer, entry->file);
    }
    print_closing(&printer, sorted);
}

/* ---- Did you mean ---- */

/* Damerau–Levenshtein in its restricted form (a pair is swapped at most once), by rows of the usual table. */
static guint distance(const char *a, gsize a_length, const char *b, gsize b_length)
{
    g_autofree guint *table = g_new(guint, 3 * (b_length + 1));
    guint *before = table, *above = table + b_length + 1, *row = above + b_length + 1;
    for (gsize j = 0; j <= b_length; j++)
        above[j] = (guint)j;
    for (gsize i = 1; i <= a_length; i++) {
        row[0] = (guint)i;
        for (gsize j = 1; j <= b_length; j++) {
            guint best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = MIN(best, MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, before[j - 2] + 1);
            row[j] = best;
        }
        guint *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

const char *nearest_word(const char *word, const char *const *candidates)
{
    const char *nearest = NULL;
    guint least = FARTHEST_TYPO + 1;
    gsize length = strlen(word);
    for (; *candidates; candidates++) {
        gsize other = strlen(*candidates);
        gsize difference = MAX(length, other) - MIN(length, other);
        if (difference > FARTHEST_TYPO)
            continue;
        guint d = distance(word, length, *candidates, other);
        if (d < least && d * 3 <= MAX(length, other)) {
            least = d;
            nearest = *candidates;
        }
    }
    return nearest;
}
