/* Ziggurat: exponential numbers of mean 1 without a logarithm, from one key (G. Marsaglia, W. W. Tsang, The Ziggurat
 * Method for Generating Random Variables, J. Stat. Softw. 5, 2000).
 *
 * 98.9 % of the keys need a product and a comparison. One key gives one number, so that exponential laws of two means
 * under one key are proportional: paired comparisons stay as tight as with inversion. */
#ifndef MRSIM_KERNEL_ZIGGURAT_H
#define MRSIM_KERNEL_ZIGGURAT_H
#include "kernel/random.h"

enum { ZIGGURAT_LAYERS = 256 };
extern const double ziggurat_edge[ZIGGURAT_LAYERS + 1];
double ziggurat_outside(uint64_t key, double x); /* for ziggurat_exponential only */

/* `key` is one that random.h has mixed. Its lowest 8 bits choose the layer, its upper 52 the place in it. */
static inline double ziggurat_exponential(uint64_t key)
{
    unsigned layer = key % ZIGGURAT_LAYERS;
    double x = unit_of(key) * ziggurat_edge[layer];
    return __builtin_expect(x < ziggurat_edge[layer + 1], 1) ? x : ziggurat_outside(key, x);
}
#endif
