/* Random: chance without position.
 *
 * A keyed draw is a function of a key and nothing else: the key names whose chance it is (seed, replication,
 * population, request, purpose, attempt, which of several siblings), so two designs under one seed see the same users
 * doing the same things, and adding a component changes nobody's numbers.  A Stream is the same thing counted: the n-th
 * number of a named sequence, for infrastructure that has no request to hang on. The mixer is a 64-bit bijection that
 * passes the avalanche test; a draw costs about 2 ns. */
#ifndef MRSIM_KERNEL_RANDOM_H
#define MRSIM_KERNEL_RANDOM_H
#include <stdint.h>

static inline uint64_t mix64(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
}
/* A key made of two: not symmetric, so (a, b) and (b, a) are different keys. */
static inline uint64_t key_of(uint64_t a, uint64_t b)
{
    return mix64(a ^ mix64(b + 0x9e3779b97f4a7c15u));
}
uint64_t key_of_text(const char *text); /* FNV-1a, mixed */

/* A number in (0, 1), both ends excluded, from the upper 52 bits: with 53 the largest would round to 1.  1 - unit is
 * exact. */
static inline double unit_of(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}
/* The i-th of the several numbers that one draw may need (rejection): independent of each other. */
static inline uint64_t key_nth(uint64_t key, uint32_t i)
{
    return mix64(key + (i + 1) * 0x9e3779b97f4a7c15u);
}
/* A whole number in 0..n-1 (n < 2^32), without the bias that matters below 2^-32. */
static inline uint32_t below(uint64_t bits, uint32_t n)
{
    return (uint32_t)(((bits >> 32) * n) >> 32);
}

/* Different numbers in 0..n-1 in random order, at most `most` of them (up to 32), every order equally likely; the first
 * is below(key, n).  Returns how many. */
uint32_t draw_apart(uint64_t key, uint32_t n, uint32_t most, uint32_t *drawn);

typedef struct {
    uint64_t key, n_drawn;
} Stream;
/* `key` is a mixed one (key_of_text, key_of): streams of different keys are far apart in one sequence of 2^64. */
static inline Stream stream_named(uint64_t key)
{
    return (Stream){key, 0};
}
static inline uint64_t stream_next(Stream *stream)
{
    return mix64(stream->key + ++stream->n_drawn * 0x9e3779b97f4a7c15u);
}
#endif
