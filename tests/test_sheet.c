#include "stats/sheet.h"
#include "tests/child.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

static void labels_are_sorted_by_key(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    static const char *const nobody = NULL;
    EXPECT_TEXT(sheet_cell(sheet, CELL_COUNT, "a", NULL)->labels, "");
    EXPECT_TEXT(sheet_cell(sheet, CELL_COUNT, "a", "op", nobody, NULL)->labels, "");
    EXPECT_TEXT(sheet_cell(sheet, CELL_COUNT, "a", "op", "read", "clients", "europe", NULL)->labels,
                "clients=europe,op=read");
    EXPECT_TEXT(sheet_cell(sheet, CELL_COUNT, "a", "to", "b", "op", nobody, "from", "a", NULL)->labels, "from=a,to=b");
    EXPECT_INT(sheet_cells(sheet), 3);
}

static void a_cell_is_made_once(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    Cell *first = sheet_cell(sheet, CELL_COUNT, "requests", "op", "read", "clients", "europe", NULL);
    cell_count(first);
    for (guint i = 0; i < 200; i++) {
        g_autofree char *name = g_strdup_printf("region-%u", i);
        sheet_cell(sheet, CELL_COUNT, i % 2 ? "a" : "z", "region", name, NULL);
    }
    Cell *again = sheet_cell(sheet, CELL_COUNT, "requests", "clients", "europe", "op", "read", NULL);
    EXPECT(first == again, "two cells of one name");
    EXPECT_INT(again->count, 1);
    EXPECT_INT(sheet_cells(sheet), 201);
}

static void cells_stand_in_order(void)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        uint64_t state = seed;
        g_autoptr(Sheet) sheet = sheet_new();
        for (guint i = 0; i < 300; i++) {
            g_autofree char *metric = g_strdup_printf("m%" PRIu64, dice_below(&state, 12));
            g_autofree char *value = g_strdup_printf("%" PRIu64, dice_below(&state, 12));
            sheet_cell(sheet, CELL_COUNT, metric, dice_below(&state, 2) ? "op" : "region", value, NULL)->count++;
        }
        uint64_t total = sheet_nth(sheet, 0)->count;
        for (guint i = 1; i < sheet_cells(sheet); i++) {
            const Cell *a = sheet_nth(sheet, i - 1), *b = sheet_nth(sheet, i);
            int order = strcmp(a->metric, b->metric) ? strcmp(a->metric, b->metric) : strcmp(a->labels, b->labels);
            EXPECT(order < 0, "seed %" PRIu64 ": %s{%s} before %s{%s}", seed, a->metric, a->labels, b->metric,
                   b->labels);
            total += b->count;
        }
        EXPECT_INT(total, 300);
    }
}

static void new_cells_are_empty(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    EXPECT_INT(sheet_cell(sheet, CELL_COUNT, "count", NULL)->count, 0);
    EXPECT_INT(sheet_cell(sheet, CELL_DISTRIBUTION, "distribution", NULL)->histogram.count, 0);
    EXPECT_NEAR(sheet_cell(sheet, CELL_DISTRIBUTION, "distribution", NULL)->scale, 1e-9, 0);
    EXPECT_NEAR(sheet_cell(sheet, CELL_RATIO, "ratio", NULL)->ratio.whole, 0, 0);
    EXPECT_INT(sheet_cell(sheet, CELL_SHARE, "share", NULL)->count, 0);
    EXPECT_INT(sheet_cell(sheet, CELL_SAMPLES, "samples", NULL)->samples->len, 0);
    EXPECT_INT(sheet_cell(sheet, CELL_SERIES, "series", NULL)->series.width_ns, 1000000000);
}

static void recording_goes_where_it_should(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    Cell *ratio = sheet_cell(sheet, CELL_RATIO, "ratio", NULL),
         *samples = sheet_cell(sheet, CELL_SAMPLES, "samples", NULL);
    Cell *share = sheet_cell(sheet, CELL_SHARE, "share", NULL),
         *series = sheet_cell(sheet, CELL_SERIES, "series", NULL);
    cell_ratio(ratio, 1, 2);
    cell_ratio(ratio, 0.5, 4);
    EXPECT_NEAR(ratio->ratio.part, 1.5, 0);
    EXPECT_NEAR(ratio->ratio.whole, 6, 0);
    cell_sample(samples, 3);
    cell_sample(samples, INFINITY);
    EXPECT_INT(samples->samples->len, 2);
    sheet_share_of(share, "region");
    EXPECT_TEXT(share->share_of, "region");
    sheet_series_width(series, 5);
    EXPECT_INT(series->series.width_ns, 5);
}

/* ---- What only we can get wrong ends the process ---- */

static void two_kinds(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    sheet_cell(sheet, CELL_COUNT, "m", "op", "read", NULL);
    sheet_cell(sheet, CELL_RATIO, "m", "op", "write", NULL);
}

static void two_kinds_before(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    sheet_cell(sheet, CELL_COUNT, "m", "op", "write", NULL);
    sheet_cell(sheet, CELL_RATIO, "m", "op", "read", NULL);
}

static void two_kinds_in_a_study(void)
{
    g_autoptr(Study) study = study_new();
    Sheet *first = sheet_new(), *second = sheet_new();
    sheet_cell(first, CELL_COUNT, "m", "op", "read", NULL);
    sheet_cell(second, CELL_RATIO, "m", "op", "write", NULL);
    study_add(study, first);
    study_add(study, second);
}

static void a_label_twice(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    sheet_cell(sheet, CELL_COUNT, "m", "op", "read", "op", "write", NULL);
}

static void a_comma_in_a_label(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    sheet_cell(sheet, CELL_COUNT, "m", "op", "read,clients=europe", NULL);
}

static void a_negative_duration(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    histogram_add(&sheet_cell(sheet, CELL_DISTRIBUTION, "m", NULL)->histogram, -1);
}

static void a_sample_that_is_no_number(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    cell_sample(sheet_cell(sheet, CELL_SAMPLES, "m", NULL), NAN);
}

static void a_share_of_nothing(void)
{
    g_autoptr(Study) study = study_new();
    Sheet *sheet = sheet_new();
    sheet_cell(sheet, CELL_SHARE, "m", "op", "read", NULL);
    study_add(study, sheet);
    Figure figure;
    study_figure(study, "m", "", &(Selector){0}, &figure);
}

static void no_part_of_it(void)
{
    g_autoptr(Sheet) sheet = sheet_new();
    Histogram *a = &sheet_cell(sheet, CELL_DISTRIBUTION, "a", NULL)->histogram;
    Histogram *b = &sheet_cell(sheet, CELL_DISTRIBUTION, "b", NULL)->histogram;
    histogram_add(a, 5);
    histogram_add(b, 6);
    histogram_subtract(a, b);
}

static void widths_that_do_not_match(void)
{
    Series a = {.width_ns = 10}, b = {.width_ns = 15};
    series_merge(&a, &b);
}

static void our_own_mistakes_end_the_process(void)
{
    static const struct {
        const char *what;
        void (*wrong)(void);
    } rows[] = {
        {"two kinds", two_kinds},
        {"two kinds, the other order", two_kinds_before},
        {"two kinds in a study", two_kinds_in_a_study},
        {"a label twice", a_label_twice},
        {"a comma in a label", a_comma_in_a_label},
        {"a negative duration", a_negative_duration},
        {"a sample that is no number", a_sample_that_is_no_number},
        {"a share of nothing", a_share_of_nothing},
        {"subtracting what is no part", no_part_of_it},
        {"widths that do not match", widths_that_do_not_match},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        int status = child_status(rows[i].wrong, NULL);
        EXPECT(status == 70, "%s: exit status %d, expected 70", rows[i].what, status);
    }
}

void suite_sheet(void);
void suite_sheet(void)
{
    CU_pSuite suite = CU_add_suite("sheet", NULL, NULL);
    CU_add_test(suite, "labels are sorted by key; those without a value are left out", labels_are_sorted_by_key);
    CU_add_test(suite, "a cell is made once and stays where it is", a_cell_is_made_once);
    CU_add_test(suite, "cells stand in order of metric and labels", cells_stand_in_order);
    CU_add_test(suite, "new cells are empty", new_cells_are_empty);
    CU_add_test(suite, "what is recorded is kept", recording_goes_where_it_should);
    CU_add_test(suite, "our own mistakes end the process with status 70", our_own_mistakes_end_the_process);
}
