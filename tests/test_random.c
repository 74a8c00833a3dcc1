/* Random: the mixer and the keys. Bounds are 4.5 standard deviations or more of what chance allows; seeds are fixed. */
#include "kernel/random.h"
#include "tests/expect.h"
#include <math.h>
#include <stdbool.h>

static void every_bit_in_moves_half_of_the_bits_out(void)
{
    enum { N_SAMPLES = 20000 };
    static int flips[64][64];
    for (uint64_t i = 0; i < N_SAMPLES; i++) {
        uint64_t x = i * 0x9e3779b97f4a7c15u, mixed = mix64(x);
        for (int in = 0; in < 64; in++) {
            uint64_t changed = mixed ^ mix64(x ^ UINT64_C(1) << in);
            for (int out = 0; out < 64; out++)
                flips[in][out] += changed >> out & 1;
        }
    }
    for (int in = 0; in < 64; in++)
        for (int out = 0; out < 64; out++) {
            double share = (double)flips[in][out] / N_SAMPLES; /* its standard deviation is 0.0035 */
            EXPECT(fabs(share - 0.5) < 0.02, "bit %d flips bit %d in %.4f of the cases", in, out, share);
        }
}

enum { N_BINS = 256, N_DRAWS = 100000 };

/* Pearson's statistic against equal shares: mean 255, standard deviation 22.6. */
static double chi_square(const int *counts)
{
    double expected = (double)N_DRAWS / N_BINS, sum = 0;
    for (int i = 0; i < N_BINS; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

typedef uint64_t Sequence(uint64_t seed, uint32_t i);
static uint64_t neighbouring_numbers(uint64_t seed, uint32_t i)
{
    return key_of(seed, i);
}
static uint64_t neighbouring_owners(uint64_t seed, uint32_t i)
{
    return key_of(i, seed);
}
static uint64_t siblings(uint64_t seed, uint32_t i)
{
    return key_nth(mix64(seed), i);
}
static uint64_t first_siblings_of_neighbours(uint64_t seed, uint32_t i)
{
    return key_nth(key_of(seed, i), 0);
}
static uint64_t chains(uint64_t seed, uint32_t i)
{
    return key_of(key_of(key_of(seed, 1), i), 3);
}

static const struct {
    const char *name;
    Sequence *sequence;
} sequences[] = {
    {"neighbouring numbers", neighbouring_numbers},
    {"neighbouring owners", neighbouring_owners},
    {"siblings", siblings},
    {"first siblings of neighbours", first_siblings_of_neighbours},
    {"chains", chains},
};

static void neighbouring_keys_are_uniform_and_apart(void)
{
    for (size_t k = 0; k < G_N_ELEMENTS(sequences); k++)
        for (uint64_t seed = 0; seed < 8; seed++) {
            int high[N_BINS] = {0}, low[N_BINS] = {0}, pairs[N_BINS] = {0};
            uint64_t before = sequences[k].sequence(seed, N_DRAWS);
            for (uint32_t i = 0; i < N_DRAWS; i++) {
                uint64_t key = sequences[k].sequence(seed, i);
                high[key >> 56]++;
                low[key & 255]++;
                pairs[(key >> 60) << 4 | before >> 60]++;
                before = key;
            }
            const int *all[] = {high, low, pairs};
            const char *which[] = {"high bits", "low bits", "pairs"};
            for (int i = 0; i < 3; i++) {
                double x = chi_square(all[i]);
                EXPECT(x > 160 && x < 360, "%s, seed %d, %s: chi-square %.1f", sequences[k].name, (int)seed, which[i],
                       x);
            }
        }
}

static void a_key_of_two_is_not_symmetric(void)
{
    for (uint64_t a = 0; a < 100; a++)
        for (uint64_t b = 0; b < a; b++)
            EXPECT(key_of(a, b) != key_of(b, a), "%d and %d", (int)a, (int)b);
}

static void units_exclude_both_ends(void)
{
    EXPECT(unit_of(0) > 0, "%.17g", unit_of(0));
    EXPECT(unit_of(UINT64_MAX) < 1, "%.17g", unit_of(UINT64_MAX));
    EXPECT(1 - unit_of(UINT64_MAX) == unit_of(0), "1 - u is exact: %.17g", 1 - unit_of(UINT64_MAX));
    EXPECT_NEAR(unit_of(UINT64_C(1) << 63), 0.5, 1e-15);
}

static void numbers_below_n_are_all_reached_and_even(void)
{
    enum { N = 7, DRAWS = 70000 };
    int counts[N] = {0};
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint32_t x = below(key_of(1, i), N);
        EXPECT(x < N, "%u is not below %d", x, N);
        counts[x % N]++;
    }
    for (int i = 0; i < N; i++)
        EXPECT_NEAR(counts[i], DRAWS / N, 450); /* standard deviation 93 */
    EXPECT_INT(below(UINT64_MAX, UINT32_MAX), UINT32_MAX - 1);
    EXPECT_INT(below(0, 5), 0);
}

static void a_stream_is_its_key_counted(void)
{
    Stream a = stream_named(key_of_text("shop@us-east-1")), b = stream_named(key_of_text("shop@us-east-1"));
    Stream other = stream_named(key_of_text("shop@us-east-2"));
    for (int i = 0; i < 100; i++) {
        uint64_t x = stream_next(&a);
        EXPECT(x == stream_next(&b), "number %d differs", i);
        EXPECT(x != stream_next(&other), "number %d does not depend on the name", i);
    }
    EXPECT_INT(a.n_drawn, 100);
}

/* A change here changes the results of every scenario. */
static void the_numbers_stay_what_they_are(void)
{
    EXPECT(mix64(1) == UINT64_C(0x4179b061e0c0e0d0), "mix64(1) is 0x%" PRIx64, mix64(1));
    EXPECT(key_of(1, 2) == UINT64_C(0x70e120d927458bc3), "key_of(1, 2) is 0x%" PRIx64, key_of(1, 2));
    EXPECT(key_nth(1, 2) == UINT64_C(0x71f5f51a35fc82c5), "key_nth(1, 2) is 0x%" PRIx64, key_nth(1, 2));
    EXPECT(key_of_text("shop") == UINT64_C(0x8e766ec03e662fb0), "key_of_text is 0x%" PRIx64, key_of_text("shop"));
    EXPECT(key_of_text("shop") != key_of_text("hsop"), "the order of the letters counts");
}

/* All 60 ways to take 3 of 5 in order, each equally often. */
static void numbers_drawn_apart_come_in_every_order_equally_often(void)
{
    enum { N = 5, TAKEN = 3, N_TIMES = 60000, N_WAYS = 60 };
    guint seen[N * N * N] = {0}, n_ways = 0;
    for (uint64_t i = 0; i < N_TIMES; i++) {
        uint32_t drawn[TAKEN];
        uint64_t key = key_of(2, i);
        EXPECT_INT(draw_apart(key, N, TAKEN, drawn), TAKEN);
        EXPECT(drawn[0] == below(key, N), "%u", drawn[0]);
        EXPECT(drawn[0] != drawn[1] && drawn[0] != drawn[2] && drawn[1] != drawn[2], "%u %u %u", drawn[0], drawn[1],
               drawn[2]);
        seen[(drawn[0] * N + drawn[1]) * N + drawn[2]]++;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(seen); i++) {
        n_ways += seen[i] > 0;
        EXPECT(seen[i] == 0 || abs((int)seen[i] - N_TIMES / N_WAYS) < 160, "way %zu: %u", i, seen[i]); /* sd 31 */
    }
    EXPECT_INT(n_ways, N_WAYS);
    uint32_t drawn[8];
    EXPECT_INT(draw_apart(1, 3, 8, drawn), 3);
    EXPECT_INT(drawn[0] + drawn[1] + drawn[2], 3);
    EXPECT_INT(draw_apart(1, 0, 8, drawn), 0);
}

void suite_random(void);
void suite_random(void)
{
    CU_pSuite s = CU_add_suite("random", NULL, NULL);
    CU_add_test(s, "every bit in moves half of the bits out", every_bit_in_moves_half_of_the_bits_out);
    CU_add_test(s, "neighbouring keys are uniform and apart", neighbouring_keys_are_uniform_and_apart);
    CU_add_test(s, "a key of two is not symmetric", a_key_of_two_is_not_symmetric);
    CU_add_test(s, "units exclude both ends", units_exclude_both_ends);
    CU_add_test(s, "numbers below n are all reached and even", numbers_below_n_are_all_reached_and_even);
    CU_add_test(s, "numbers drawn apart come in every order equally often",
                numbers_drawn_apart_come_in_every_order_equally_often);
    CU_add_test(s, "a stream is its key, counted", a_stream_is_its_key_counted);
    CU_add_test(s, "the numbers stay what they are", the_numbers_stay_what_they_are);
}
