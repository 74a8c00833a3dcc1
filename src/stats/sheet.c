#include "stats/sheet.h"
#include "base/check.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

struct Sheet {
    GPtrArray *cells; /* of Cell, sorted by (metric, labels) */
    OctaveStore octaves;
};

static const int64_t SECOND_NS = 1000000000;
static const double SECONDS_PER_NS = 1e-9;

static void free_cell(gpointer data)
{
    Cell *cell = data;
    switch (cell->kind) {
    case CELL_DISTRIBUTION:
        histogram_clear(&cell->histogram);
        break;
    case CELL_SAMPLES:
        g_array_unref(cell->samples);
        break;
    case CELL_SERIES:
        series_clear(&cell->series);
        break;
    case CELL_COUNT:
    case CELL_RATIO:
    case CELL_SHARE:
        break;
    }
    g_free(cell);
}

Sheet *sheet_new(void)
{
    Sheet *sheet = g_new0(Sheet, 1);
    sheet->cells = g_ptr_array_new_with_free_func(free_cell);
    octave_store_init(&sheet->octaves);
    return sheet;
}

void sheet_free(Sheet *sheet)
{
    if (!sheet)
        return;
    g_ptr_array_unref(sheet->cells);
    octave_store_clear(&sheet->octaves);
    g_free(sheet);
}

static void ready_histogram(Sheet *sheet, Histogram *histogram)
{
    enum { OCTAVES_USED = 10 }; /* from a value to a thousand times it: what a run spans, mostly */
    histogram_init(histogram);
    histogram->store = &sheet->octaves;
    octave_store_promise(&sheet->octaves, OCTAVES_USED);
}

static Cell *new_cell(Sheet *sheet, CellKind kind, const char *metric, const char *labels)
{
    Cell *cell = g_new0(Cell, 1);
    cell->kind = kind;
    cell->metric = g_intern_string(metric);
    cell->labels = g_intern_string(labels);
    cell->scale = SECONDS_PER_NS;
    if (kind == CELL_DISTRIBUTION)
        ready_histogram(sheet, &cell->histogram);
    else if (kind == CELL_SAMPLES)
        cell->samples = g_array_new(FALSE, FALSE, sizeof(double));
    else if (kind == CELL_SERIES)
        cell->series.width_ns = SECOND_NS;
    return cell;
}

typedef struct {
    const char *key, *value;
} Label;

/* Puts the label where its key belongs among those that are there. */
static void insert_label(Label *label, guint n, Label fresh)
{
    guint i = n;
    for (; i > 0 && strcmp(label[i - 1].key, fresh.key) >= 0; i--) {
        CHECK(strcmp(label[i - 1].key, fresh.key) != 0);
        label[i] = label[i - 1];
    }
    label[i] = fresh;
}

static char *labels_text(va_list pairs)
{
    Label label[SELECTOR_MOST];
    guint n = 0;
    for (const char *key = va_arg(pairs, const char *); key; key = va_arg(pairs, const char *)) {
        const char *value = va_arg(pairs, const char *);
        if (!value)
            continue;
        CHECK(n < SELECTOR_MOST && label_key_is_good(key) && label_value_is_good(value));
        insert_label(label, n++, (Label){key, value});
    }
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s=%s", i > 0 ? "," : "", label[i].key, label[i].value);
    return g_string_free(text, FALSE);
}

static int compare_cell(const Cell *cell, const char *metric, const char *labels)
{
    int order = strcmp(cell->metric, metric);
    return order != 0 ? order : strcmp(cell->labels, labels);
}

/* The first place whose cell is not before (metric, labels). */
static guint place_of(const Sheet *sheet, const char *metric, const char *labels)
{
    guint low = 0, high = sheet->cells->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (compare_cell(g_ptr_array_index(sheet->cells, middle), metric, labels) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void check_kind(const Sheet *sheet, guint i, CellKind kind, const char *metric)
{
    if (i < sheet->cells->len) {
        const Cell *neighbour = g_ptr_array_index(sheet->cells, i);
        CHECK(strcmp(neighbour->metric, metric) != 0 || neighbour->kind == kind);
    }
}

Cell *sheet_cell(Sheet *sheet, CellKind kind, const char *metric, ...)
{
    va_list pairs;
    va_start(pairs, metric);
    g_autofree char *labels = labels_text(pairs);
    va_end(pairs);
    guint i = place_of(sheet, metric, labels);
    check_kind(sheet, i, kind, metric);
    if (i > 0)
        check_kind(sheet, i - 1, kind, metric);
    if (i < sheet->cells->len && compare_cell(g_ptr_array_index(sheet->cells, i), metric, labels) == 0)
        return g_ptr_array_index(sheet->cells, i);
    Cell *cell = new_cell(sheet, kind, metric, labels);
    g_ptr_array_insert(sheet->cells, (gint)i, cell);
    return cell;
}

void sheet_share_of(Cell *cell, const char *label)
{
    CHECK(cell->kind == CELL_SHARE && label_key_is_good(label));
    cell->share_of = g_intern_string(label);
}

void sheet_scale(Cell *cell, double scale)
{
    CHECK(cell->kind == CELL_DISTRIBUTION && scale > 0);
    cell->scale = scale;
}

void sheet_series_width(Cell *cell, int64_t width_ns)
{
    CHECK(cell->kind == CELL_SERIES && width_ns > 0);
    CHECK(cell->series.n_windows == 0 || cell->series.width_ns == width_ns);
    cell->series.width_ns = width_ns;
}

void sheet_series_span(Cell *cell, int64_t span_ns)
{
    CHECK(cell->kind == CELL_SERIES && span_ns >= 0);
    series_reserve(&cell->series, span_ns);
}

guint sheet_cells(const Sheet *sheet)
{
    return sheet->cells->len;
}

const Cell *sheet_nth(const Sheet *sheet, guint i)
{
    CHECK(i < sheet->cells->len);
    return g_ptr_array_index(sheet->cells, i);
}

void cell_sample(Cell *cell, double seconds)
{
    CHECK(cell->kind == CELL_SAMPLES && !isnan(seconds));
    g_array_append_val(cell->samples, seconds);
}
