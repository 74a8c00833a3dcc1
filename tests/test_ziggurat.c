/* Ziggurat: the table from its formula, and what is drawn against the exponential law. */
#include "kernel/ziggurat.h"
#include "tests/expect.h"
#include <math.h>

/* Layers of one area: edge[i] (f(edge[i+1]) - f(edge[i])) = v, the lowest with the tail beside it. */
static void all_layers_have_one_area(void)
{
    const double *edge = ziggurat_edge;
    double v = (edge[1] + 1) * exp(-edge[1]);
    EXPECT_NEAR(edge[0], v / exp(-edge[1]), 1e-12);
    for (int i = 1; i < ZIGGURAT_LAYERS - 1; i++)
        EXPECT_NEAR(edge[i + 1], -log(v / edge[i] + exp(-edge[i])), 1e-13);
    EXPECT_NEAR(edge[ZIGGURAT_LAYERS - 1] * (1 - exp(-edge[ZIGGURAT_LAYERS - 1])), v, 1e-12);
    EXPECT(edge[ZIGGURAT_LAYERS] == 0, "the top has an edge");
}

/* A million keys in 200 classes of equal probability, and 100 in the tail beyond e^-6.9: chi-square with 199 degrees of
 * freedom is above 270 once in 2,000 times. */
static void keys_give_the_exponential_law(void)
{
    enum { N = 1000000, CLASSES = 200 };
    for (uint64_t seed = 1; seed <= 3; seed++) {
        double count[CLASSES] = {0}, sum = 0, squares = 0, square = 0, tail = 0;
        for (uint64_t i = 0; i < N; i++) {
            double x = ziggurat_exponential(key_of(seed, i));
            count[(int)(CLASSES * exp(-x))]++;
            sum += x;
            squares += x * x;
            tail += x > ziggurat_edge[1];
        }
        for (int i = 0; i < CLASSES; i++)
            square += (count[i] - N / CLASSES) * (count[i] - N / CLASSES) / (N / CLASSES);
        EXPECT(square > 140 && square < 270, "seed %d: chi-square %g", (int)seed, square);
        EXPECT_NEAR(sum / N, 1, 0.0035);
        EXPECT_NEAR(squares / N, 2, 0.016);
        EXPECT_NEAR(tail, N * exp(-ziggurat_edge[1]), 3.5 * sqrt(N * exp(-ziggurat_edge[1])));
    }
}

/* In the tail itself: what is beyond the last edge is exponential again. */
static void the_tail_is_exponential(void)
{
    double n = 0, sum = 0, beyond = 0;
    for (uint64_t i = 0; i < 20000000; i++) {
        uint64_t key = mix64(i + 1);
        if (key % ZIGGURAT_LAYERS != 0 || unit_of(key) * ziggurat_edge[0] < ziggurat_edge[1])
            continue;
        double x = ziggurat_exponential(key) - ziggurat_edge[1];
        n++;
        sum += x;
        beyond += x > 2;
    }
    EXPECT(n > 8000, "%g in the tail", n);
    EXPECT_NEAR(sum / n, 1, 3.5 / sqrt(n));
    EXPECT_NEAR(beyond / n, exp(-2), 3.5 * sqrt(exp(-2) / n));
}

void suite_ziggurat(void);
void suite_ziggurat(void)
{
    CU_pSuite s = CU_add_suite("ziggurat", NULL, NULL);
    CU_add_test(s, "all layers have one area", all_layers_have_one_area);
    CU_add_test(s, "keys give the exponential law", keys_give_the_exponential_law);
    CU_add_test(s, "the tail is exponential", the_tail_is_exponential);
}
