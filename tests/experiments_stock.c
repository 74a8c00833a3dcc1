/* Stock: what is sold twice where each region decides by its own copy. */
#include "tests/experiments.h"
#include "tests/theory.h"

/* Each of 100 things is wanted at the same rates. */
static void add_last_ones(GPtrArray *all)
{
    static const struct {
        double a, b, there_s, back_s;
    } rows[] = {{1, 1, 0.8, 0.8}, {1, 2, 0.3, 0.5}, {0.5, 4, 0.2, 1}};
    enum { N_ITEMS = 100 };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        double a = rows[i].a, b = rows[i].b;
        Experiment *one = experiment_add(all, "stock", "stock.ini", 120, 500,
                                         g_strdup_printf("the last one, wanted %g/s and %g/s, %g and %g ms", a, b,
                                                         1000 * rows[i].there_s, 1000 * rows[i].back_s));
        experiment_set(one, "here.rate=%g/s", a * N_ITEMS);
        experiment_set(one, "there.rate=%g/s", b * N_ITEMS);
        experiment_set(one, "item.lag=0ms");
        experiment_set(one, "between.rtt=%gs", 2 * rows[i].there_s);
        experiment_set(one, "between.one-way=yes");
        experiment_set(one, "back.enabled=yes");
        experiment_set(one, "back.rtt=%gs", 2 * rows[i].back_s);
        experiment_expect(one, "sold twice", "oversold", RULE_THEORY,
                          N_ITEMS * theory_sold_twice(a, b, rows[i].there_s, rows[i].back_s), 0.02);
    }
}

void experiments_add_stock(GPtrArray *all)
{
    add_last_ones(all);
}
