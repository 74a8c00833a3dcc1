/* Streams: neighbouring seeds, names, requests ... have nothing to do with each other, and tests that would notice.
 *
 * Every statistic of every interleaving is brought to the scale of a normal one: beyond 4.5 chance puts seven in a
 * million. Too even is as wrong as too uneven. That the statistics can fail is shown by generators that are bad on
 * purpose: each has the statistics beside it that must reject it. */
#include "kernel/random.h"
#include "tests/expect.h"
#include "tests/small_world.h"
#include "tests/streams.h"
#include <math.h>
#include <stdlib.h>

enum { N = 65536, N_BINS = 256, N_LAGS = 16 };
static const double most = 4.5;

/* ---- statistics ---- */

/* A chi-square of so many degrees of freedom as a normal number (Wilson and Hilferty). */
static double normal_of(double chi_square, double freedom)
{
    double variance = 2 / (9 * freedom);
    return (cbrt(chi_square / freedom) - (1 - variance)) / sqrt(variance);
}

static double unevenness(const int *count, double n)
{
    double expected = n / N_BINS, sum = 0;
    for (int i = 0; i < N_BINS; i++)
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    return normal_of(sum, N_BINS - 1);
}

static double high_bits(const uint64_t *x)
{
    int count[N_BINS] = {0};
    for (int i = 0; i < N; i++)
        count[x[i] >> 56]++;
    return unevenness(count, N);
}

static double low_bits(const uint64_t *x)
{
    int count[N_BINS] = {0};
    for (int i = 0; i < N; i++)
        count[x[i] & 255]++;
    return unevenness(count, N);
}

static double high_pairs(const uint64_t *x)
{
    int count[N_BINS] = {0};
    for (int i = 0; i < N; i += 2)
        count[x[i] >> 60 << 4 | x[i + 1] >> 60]++;
    return unevenness(count, N / 2);
}

static double low_pairs(const uint64_t *x)
{
    int count[N_BINS] = {0};
    for (int i = 0; i < N; i += 2)
        count[(x[i] & 15) << 4 | (x[i + 1] & 15)]++;
    return unevenness(count, N / 2);
}

/* Of uniform numbers at lags 1 to 16, all together. */
static double serial_correlation(const uint64_t *x)
{
    double sum = 0;
    for (int lag = 1; lag <= N_LAGS; lag++) {
        double product = 0;
        for (int i = 0; i + lag < N; i++)
            product += (unit_of(x[i]) - 0.5) * (unit_of(x[i + lag]) - 0.5);
        sum += product * product * 144 / (N - lag);
    }
    return normal_of(sum, N_LAGS);
}

/* How often the sequence goes from one half to the other. */
static double runs_about_the_middle(const uint64_t *x)
{
    double n = 0;
    for (int i = 1; i < N; i++)
        n += (x[i] ^ x[i - 1]) >> 63;
    return (n - (N - 1) / 2.0) / sqrt((N - 1) / 4.0);
}

/* How often it turns from up to down or back (I. J. Bienaymé, 1874: mean and variance). */
static double turning_points(const uint64_t *x)
{
    double n = 0;
    for (int i = 1; i + 1 < N; i++)
        n += (x[i] > x[i - 1]) == (x[i] > x[i + 1]);
    return (n - 2 * (N - 2) / 3.0) / sqrt((16.0 * N - 29) / 90);
}

/* Each of the 64 bits is set in half of the words. */
static double single_bits(const uint64_t *x)
{
    double sum = 0;
    for (int bit = 0; bit < 64; bit++) {
        int n = 0;
        for (int i = 0; i < N; i++)
            n += (int)(x[i] >> bit & 1);
        sum += (n - N / 2.0) * (n - N / 2.0) / (N / 4.0);
    }
    return normal_of(sum, 64);
}

/* Each of the 64 bits differs from that of the neighbour in half of the pairs. */
static double neighbours_bits(const uint64_t *x)
{
    double sum = 0;
    for (int bit = 0; bit < 64; bit++) {
        int n = 0;
        for (int i = 0; i < N; i += 2)
            n += (int)((x[i] ^ x[i + 1]) >> bit & 1);
        sum += (n - N / 4.0) * (n - N / 4.0) / (N / 8.0);
    }
    return normal_of(sum, 64);
}

static int compare_words(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* G. Marsaglia's birthday spacings: of 512 birthdays in 2^24 days, spacings that are there already: 2 on average. */
static double birthdays(const uint64_t *x, int shift)
{
    enum { BIRTHDAYS = 512 };
    uint32_t day[BIRTHDAYS];
    double n = 0;
    for (int first = 0; first < N; first += BIRTHDAYS) {
        for (int i = 0; i < BIRTHDAYS; i++)
            day[i] = x[first + i] >> shift & 0xffffff;
        qsort(day, BIRTHDAYS, sizeof day[0], compare_words);
        for (int i = BIRTHDAYS - 1; i > 0; i--)
            day[i] -= day[i - 1];
        qsort(day, BIRTHDAYS, sizeof day[0], compare_words);
        for (int i = 1; i < BIRTHDAYS; i++)
            n += day[i] == day[i - 1];
    }
    double expected = 2.0 * N / BIRTHDAYS;
    return (n - expected) / sqrt(expected);
}

static double birthdays_in_high_bits(const uint64_t *x)
{
    return birthdays(x, 40);
}

static double birthdays_in_low_bits(const uint64_t *x)
{
    return birthdays(x, 0);
}

static const struct {
    const char *name;
    double (*of)(const uint64_t *x);
} statistics[] = {
    {"high bits", high_bits},
    {"low bits", low_bits},
    {"high pairs", high_pairs},
    {"low pairs", low_pairs},
    {"serial correlation", serial_correlation},
    {"runs about the middle", runs_about_the_middle},
    {"turning points", turning_points},
    {"single bits", single_bits},
    {"neighbours' bits", neighbours_bits},
    {"birthdays in high bits", birthdays_in_high_bits},
    {"birthdays in low bits", birthdays_in_low_bits},
};

/* ---- ours ---- */

static void neighbours_have_nothing_to_do_with_each_other(void)
{
    static uint64_t x[N];
    for (gsize i = 0; i < n_interleavings; i++) {
        for (uint64_t k = 0; k < N; k++)
            x[k] = interleavings[i].draw(k);
        for (gsize j = 0; j < G_N_ELEMENTS(statistics); j++) {
            double z = statistics[j].of(x);
            EXPECT(fabs(z) < most, "%s, %s: %.1f standard deviations from chance", interleavings[i].name,
                   statistics[j].name, z);
        }
    }
}

/* ---- bad ones ---- */

static uint64_t number_itself(uint64_t i)
{
    return i << 40 | i;
}

/* The first number of a linear congruential generator that is seeded with the key (Knuth's MMIX). */
static uint64_t seeded_lcg(uint64_t i)
{
    return i * 6364136223846793005u + 1442695040888963407u;
}

static uint64_t weyl(uint64_t i)
{
    return i * 0x9e3779b97f4a7c15u;
}

/* The text's hash as it comes out of FNV-1a. */
static uint64_t unmixed_name(uint64_t i)
{
    char name[32];
    g_snprintf(name, sizeof name, "service shop%u", (unsigned)i);
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
    return hash;
}

/* mix64 without its second half. */
static uint64_t mixed_once(uint64_t i)
{
    uint64_t x = i ^ i >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

/* A symmetric key of two that grow together. */
static uint64_t sum_stands_still(uint64_t i)
{
    return mix64((i / 2) ^ ((i + 1) / 2));
}

/* Seeds 2k and 2k + 1 are one. */
static uint64_t every_other_seed(uint64_t i)
{
    return mix64(i / 2);
}

static uint64_t antithetic_neighbour(uint64_t i)
{
    return i % 2 ? ~mix64(i / 2) : mix64(i / 2);
}

/* The neighbour's stream is this one, a step later. */
static uint64_t overlapping(uint64_t i)
{
    return mix64(i / 8 + i % 8);
}

/* Neighbours that agree in one number of sixteen. */
static uint64_t one_in_sixteen(uint64_t i)
{
    return i % 16 == 1 ? mix64(i - 1) : mix64(i);
}

/* 32 bits, widened to 64. */
static uint64_t few_bits(uint64_t i)
{
    uint64_t word = mix64(i) >> 48;
    return word << 48 | word << 32 | word << 16 | word;
}

/* A bit that is set in 52 % of the numbers. */
static uint64_t biased_bit(uint64_t i)
{
    return mix64(i) | (uint64_t)(mix64(~i) % 25 == 0) << 20;
}

static const struct {
    const char *name;
    uint64_t (*draw)(uint64_t i);
    const char *rejected_by; /* #: rejected, '.': not; a letter for each statistic, in their order */
} bad[] = {
    {"the number itself", number_itself, "###########"},
    {"an LCG seeded with the key", seeded_lcg, "###########"},
    {"multiples of the golden ratio", weyl, "###########"},
    {"a name's hash, unmixed", unmixed_name, "###########"},
    {"half of the mixer", mixed_once, "##########."},
    {"a key of two that cancel", sum_stands_still, "###########"},
    {"every other seed", every_other_seed, "###########"},
    {"an antithetic neighbour", antithetic_neighbour, "..#########"},
    {"overlapping streams", overlapping, "#####..####"},
    {"one number in sixteen is shared", one_in_sixteen, "..#####.###"},
    {"16 bits, widened", few_bits, ".........##"},
    {"a biased bit", biased_bit, ".......#..."},
};

static void bad_generators_are_found_out(void)
{
    static uint64_t x[N];
    int n_rejected[G_N_ELEMENTS(statistics)] = {0};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        for (uint64_t k = 0; k < N; k++)
            x[k] = bad[i].draw(k);
        char rejected[G_N_ELEMENTS(statistics) + 1] = "";
        for (gsize j = 0; j < G_N_ELEMENTS(statistics); j++) {
            double z = statistics[j].of(x);
            rejected[j] = fabs(z) < most ? '.' : '#';
            n_rejected[j] += rejected[j] == '#';
        }
        EXPECT(strcmp(rejected, bad[i].rejected_by) == 0, "%s: rejected by %s, expected %s", bad[i].name, rejected,
               bad[i].rejected_by);
        EXPECT(strchr(rejected, '#') != NULL, "%s passes for chance", bad[i].name);
    }
    for (gsize j = 0; j < G_N_ELEMENTS(statistics); j++)
        EXPECT(n_rejected[j] > 0, "nothing shows that '%s' can fail", statistics[j].name);
}

/* ---- what is tested is what runs draw ---- */

static void end(Sim *sim, G_GNUC_UNUSED Entity *me, Call *call, G_GNUC_UNUSED Call *reply)
{
    call_end(sim, call);
}

static void expect_model_draws(Chance chance)
{
    static const Ops ops = {.role = "actor", .asked = end};
    g_autofree char *name = g_strdup_printf("shop%u", chance.name), *whole = g_strconcat("service ", name, NULL);
    Arena *arena = arena_new();
    World *world = small_world(arena);
    const Thing *thing = small_thing(world, name, NULL);
    ((Thing *)(gpointer)thing)->key = key_of_text(whole);
    Sim *sim = sim_new(world, chance.seed, chance.replication);
    Entity *shop = entity_new(sim, thing, &ops, network_region(sim->network, EAST, WHOLE_REGION), 1, "");
    network_seal(sim->network);
    Call *call = call_begin(sim, shop, key_of(shop->own_key, chance.request));
    call->attempt = (uint16_t)chance.attempt;
    if (chance.question > 0)
        call_is_nth(call, chance.question - 1);
    uint64_t drawn = call_draw(shop, call, (Purpose)chance.purpose);
    EXPECT(drawn == chance_draw(chance), "seed %d, request %d: the model draws %016" PRIx64 ", not %016" PRIx64,
           (int)chance.seed, (int)chance.request, drawn, chance_draw(chance));
    sim_free(sim);
    arena_free(arena);
}

static void these_are_the_models_draws(void)
{
    expect_model_draws((Chance){.seed = 1, .replication = 1, .name = 1, .purpose = DRAW_USER});
    expect_model_draws((Chance){.seed = 2, .replication = 7, .name = 12, .request = 5, .purpose = DRAW_WORK});
    expect_model_draws((Chance){.seed = 3, .replication = 2, .purpose = DRAW_BACKOFF, .attempt = 4, .question = 1});
    expect_model_draws((Chance){.seed = 4, .replication = 1, .request = 1, .purpose = DRAW_JITTER, .question = 9});
}

void suite_streams(void);
void suite_streams(void)
{
    CU_pSuite s = CU_add_suite("streams", NULL, NULL);
    CU_add_test(s, "these are the model's draws", these_are_the_models_draws);
    CU_add_test(s, "neighbours have nothing to do with each other", neighbours_have_nothing_to_do_with_each_other);
    CU_add_test(s, "bad generators are found out", bad_generators_are_found_out);
}
