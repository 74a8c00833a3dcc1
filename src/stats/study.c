#include "stats/study.h"
#include "base/check.h"
#include "stats/row.h"
#include "stats/sheet.h"
#include <string.h>

struct Study {
    GPtrArray *sheets; /* of Sheet, in replication order */
    GPtrArray *rows;   /* of Row, sorted by (metric, labels) */
    GHashTable *index; /* "metric key=value" -> GPtrArray of the rows that have it, sorted likewise: look-ups only */
};

static void free_row(gpointer data)
{
    Row *row = data;
    g_ptr_array_unref(row->cells);
    series_clear(&row->series);
    g_free(row);
}

static void free_sheet(gpointer data)
{
    sheet_free(data);
}

static void free_list(gpointer data)
{
    g_ptr_array_unref(data);
}

Study *study_new(void)
{
    Study *study = g_new0(Study, 1);
    study->sheets = g_ptr_array_new_with_free_func(free_sheet);
    study->rows = g_ptr_array_new_with_free_func(free_row);
    study->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    return study;
}

void study_free(Study *study)
{
    if (!study)
        return;
    g_hash_table_unref(study->index);
    g_ptr_array_unref(study->rows);
    g_ptr_array_unref(study->sheets);
    g_free(study);
}

static Row *new_row(const Cell *cell, guint n_replications_before)
{
    Row *row = g_new0(Row, 1);
    row->kind = cell->kind;
    row->metric = cell->metric;
    row->labels = cell->labels;
    row->cells = g_ptr_array_new();
    g_ptr_array_set_size(row->cells, (gint)n_replications_before);
    return row;
}

static int compare(const Row *row, const Cell *cell)
{
    int order = strcmp(row->metric, cell->metric);
    return order != 0 ? order : strcmp(row->labels, cell->labels);
}

static void check_kinds(const GPtrArray *rows)
{
    for (guint i = 1; i < rows->len; i++) {
        const Row *before = g_ptr_array_index(rows, i - 1), *row = g_ptr_array_index(rows, i);
        CHECK(strcmp(before->metric, row->metric) != 0 || before->kind == row->kind);
    }
}

/* Series have no intervals, so nothing needs them by replication, and they are large: only their sum is kept. */
static void take_cell(Row *row, Cell *cell)
{
    g_ptr_array_add(row->cells, cell);
    if (!cell)
        return;
    CHECK(row->kind == cell->kind);
    if (cell->kind == CELL_SERIES) {
        series_merge(&row->series, &cell->series);
        series_clear(&cell->series);
    }
}

/* ---- which rows have a label: so that a figure of one population does not read the rows of all ---- */

/* A list has the rows of one metric: they differ in their labels. */
static void insert_row(GPtrArray *list, Row *row)
{
    guint low = 0, high = list->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (strcmp(((const Row *)g_ptr_array_index(list, middle))->labels, row->labels) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    g_ptr_array_insert(list, (gint)low, row);
}

static void index_row(Study *study, Row *row)
{
    g_auto(GStrv) label = g_strsplit(row->labels, ",", -1);
    for (guint i = 0; label[i]; i++) {
        char *key = g_strconcat(row->metric, " ", label[i], NULL);
        GPtrArray *list = g_hash_table_lookup(study->index, key);
        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(study->index, g_strdup(key), list);
        }
        insert_row(list, row);
        g_free(key);
    }
}

/* Both lists are sorted: one pass joins them. */
void study_add(Study *study, Sheet *sheet)
{
    guint n_before = study->sheets->len, i = 0, j = 0;
    GPtrArray *joined = g_ptr_array_new_with_free_func(free_row);
    while (i < study->rows->len || j < sheet_cells(sheet)) {
        Row *row = i < study->rows->len ? g_ptr_array_index(study->rows, i) : NULL;
        Cell *cell = j < sheet_cells(sheet) ? (Cell *)sheet_nth(sheet, j) : NULL;
        int order = !row ? 1 : !cell ? -1 : compare(row, cell);
        if (order > 0) {
            row = new_row(cell, n_before);
            index_row(study, row);
        }
        i += order <= 0;
        j += order >= 0;
        take_cell(row, order < 0 ? NULL : cell);
        g_ptr_array_add(joined, row);
    }
    g_ptr_array_set_free_func(study->rows, NULL);
    g_ptr_array_unref(study->rows);
    study->rows = joined;
    check_kinds(joined);
    g_ptr_array_add(study->sheets, sheet);
}

guint study_replications(const Study *study)
{
    return study->sheets->len;
}

/* The first row whose metric is not before this one. */
static guint first_of(const Study *study, const char *metric)
{
    guint low = 0, high = study->rows->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Row *row = g_ptr_array_index(study->rows, middle);
        if (strcmp(row->metric, metric) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The shortest list of rows that holds all that the selector can take; NULL: no term names a value.  False: nothing. */
static bool shortest_list(const Study *study, const char *metric, const Selector *selector, GPtrArray **list)
{
    *list = NULL;
    for (guint i = 0; i < selector->n; i++) {
        if (selector->term[i].differs || strcmp(selector->term[i].value, "*") == 0)
            continue;
        g_autofree char *key = g_strconcat(metric, " ", selector->term[i].key, "=", selector->term[i].value, NULL);
        GPtrArray *found = g_hash_table_lookup(study->index, key);
        if (!found)
            return false;
        if (!*list || found->len < (*list)->len)
            *list = found;
    }
    return true;
}

GPtrArray *study_rows(const Study *study, const char *metric, const Selector *selector)
{
    GPtrArray *taken = g_ptr_array_new(), *list;
    if (!shortest_list(study, metric, selector, &list))
        return taken;
    const GPtrArray *rows = list ? list : study->rows;
    for (guint i = list ? 0 : first_of(study, metric); i < rows->len; i++) {
        Row *row = g_ptr_array_index(rows, i);
        if (strcmp(row->metric, metric) != 0)
            break;
        if (selector_takes(selector, row->labels))
            g_ptr_array_add(taken, row);
    }
    return taken;
}

bool study_series(const Study *study, const char *metric, const Selector *selector, Series *series)
{
    *series = (Series){0};
    g_autoptr(GPtrArray) rows = study_rows(study, metric, selector);
    if (rows->len == 0 || ((const Row *)g_ptr_array_index(rows, 0))->kind != CELL_SERIES)
        return false;
    for (guint i = 0; i < rows->len; i++)
        series_merge(series, &((const Row *)g_ptr_array_index(rows, i))->series);
    return true;
}

guint study_cells(const Study *study)
{
    return study->rows->len;
}

void study_cell(const Study *study, guint i, CellKind *kind, const char **metric, const char **labels)
{
    CHECK(i < study->rows->len);
    const Row *row = g_ptr_array_index(study->rows, i);
    if (kind)
        *kind = row->kind;
    if (metric)
        *metric = row->metric;
    if (labels)
        *labels = row->labels;
}

static int compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **study_label_values(const Study *study, const char *metric, const Selector *selector, const char *key)
{
    g_autoptr(GPtrArray) rows = study_rows(study, metric, selector);
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const Row *row = g_ptr_array_index(rows, i);
        gsize length = 0;
        const char *value = label_find(row->labels, key, &length);
        if (!value)
            continue;
        g_autofree char *copy = g_strndup(value, length);
        g_ptr_array_add(values, (gpointer)g_intern_string(copy));
    }
    g_ptr_array_sort(values, compare_text);
    GPtrArray *distinct = g_ptr_array_new();
    for (guint i = 0; i < values->len; i++)
        if (i == 0 || g_ptr_array_index(values, i) != g_ptr_array_index(values, i - 1))
            g_ptr_array_add(distinct, g_strdup(g_ptr_array_index(values, i)));
    g_ptr_array_add(distinct, NULL);
    return (char **)g_ptr_array_free(distinct, FALSE);
}
