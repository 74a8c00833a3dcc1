#include "tests/pbs.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

#define SSD_LAW                                                                                                        \
    {                                                                                                                  \
        .share = 0.9122, .min = 0.235, .shape = 10, .rate = 1.66                                                       \
    }
#define DISK_LAW                                                                                                       \
    {                                                                                                                  \
        .share = 0.38, .min = 1.05, .shape = 1.51, .rate = 0.183                                                       \
    }
#define EXPONENTIAL_LAW(lambda)                                                                                        \
    {                                                                                                                  \
        .rate = (lambda)                                                                                               \
    }

const PbsModel pbs_ssd = {"LNKD-SSD", SSD_LAW, SSD_LAW, 0}, pbs_wan = {"WAN", DISK_LAW, SSD_LAW, 75},
               pbs_quick_writes = {"W Exp(4)", EXPONENTIAL_LAW(4), EXPONENTIAL_LAW(1), 0},
               pbs_slow_writes = {"W Exp(0.1)", EXPONENTIAL_LAW(0.1), EXPONENTIAL_LAW(1), 0};

/* ---- latencies, integrated ---- */

static double law_below(const PbsLaw *law, double x)
{
    double pareto = x > law->min ? 1 - pow(law->min / x, law->shape) : 0;
    return (law->share > 0 ? law->share * pareto : 0) + (x > 0 ? (1 - law->share) * -expm1(-law->rate * x) : 0);
}

/* P(first + second <= x): over the quantiles of both parts of `second`, the more densely the greater they are (a share
 * of v^2 is above). */
static double sum_below(const PbsLaw *first, const PbsLaw *second, double x)
{
    enum { POINTS = 4000 };
    double pareto = 0, exponential = 0;
    for (int i = 0; i < POINTS; i++) {
        double v = (i + 0.5) / POINTS, weight = 2 * v / POINTS;
        if (second->share > 0)
            pareto += weight * law_below(first, x - second->min * pow(v, -2 / second->shape));
        exponential += weight * law_below(first, x + 2 * log(v) / second->rate);
    }
    return second->share * pareto + (1 - second->share) * exponential;
}

/* At least k of the three, of which one is near. */
static double replied(const PbsModel *model, bool write, int k, double x)
{
    double near = sum_below(write ? &model->write : &model->other, &model->other, x);
    double far = model->remote_ms == 0
                     ? near
                     : sum_below(write ? &model->write : &model->other, &model->other, x - 2 * model->remote_ms);
    double of_far[PBS_REPLICAS] = {(1 - far) * (1 - far), 2 * far * (1 - far), far * far}, p = 0;
    for (int n = 0; n < PBS_REPLICAS; n++)
        p += of_far[n] * (n >= k ? 1 : n + 1 >= k ? near : 0);
    return p;
}

double pbs_latency(const PbsModel *model, bool write, int k, double p)
{
    double low = 0, high = 1;
    while (replied(model, write, k, high) < p)
        high *= 2;
    for (int i = 0; i < 26; i++) {
        double middle = (low + high) / 2;
        if (replied(model, write, k, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* ---- chance: xoshiro256++ of Blackman and Vigna, seeded by splitmix64 ---- */

typedef struct {
    uint64_t s[4];
} Chance;

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static uint64_t rotated(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static uint64_t next_bits(Chance *chance)
{
    uint64_t *s = chance->s, result = rotated(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 45);
    return result;
}

static double next_unit(Chance *chance)
{
    return ((double)(next_bits(chance) >> 11) + 0.5) * 0x1p-53;
}

static double draw(Chance *chance, const PbsLaw *law)
{
    if (law->share > 0 && next_unit(chance) < law->share)
        return law->min * exp(-log(next_unit(chance)) / law->shape);
    return -log(next_unit(chance)) / law->rate;
}

/* ---- counting: 4096 steps in every octave from 2^-20 to 2^20 ---- */

enum { OCTAVES = 40, STEPS = 4096 };
typedef struct {
    guint64 all;
    guint64 n[OCTAVES * STEPS];
} Counts;

static void count(Counts *counts, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t step = (int64_t)(bits >> 40) - ((int64_t)(1023 - OCTAVES / 2) << 12);
    counts->n[CLAMP(step, 0, OCTAVES * STEPS - 1)]++;
    counts->all++;
}

static double step_begins(gsize step)
{
    return ldexp(1 + (double)(step % STEPS) / STEPS, (int)(step / STEPS) - OCTAVES / 2);
}

static double counted_beyond(const Counts *counts, double x)
{
    double n = (double)counts->all;
    for (gsize i = 0; i < OCTAVES * STEPS && step_begins(i) < x; i++) {
        double part = (x - step_begins(i)) / (step_begins(i + 1) - step_begins(i));
        n -= fmin(part, 1) * (double)counts->n[i];
    }
    return n;
}

/* Of so many trials; those that are not counted were 0. */
static double quantile(const Counts *counts, double p, guint64 trials)
{
    double rank = p * (double)trials, n = (double)(trials - counts->all);
    if (rank <= n)
        return 0;
    gsize i = 0;
    while (n + (double)counts->n[i] < rank)
        n += (double)counts->n[i++];
    return step_begins(i) + (step_begins(i + 1) - step_begins(i)) * (rank - n) / (double)counts->n[i];
}

/* ---- trials ---- */

struct PbsDrawn {
    const PbsModel *model;
    guint64 trials;
    Counts latency[2][PBS_REPLICAS];                    /* read, write; by number of replies */
    Counts late[PBS_N_WHO][PBS_REPLICAS][PBS_REPLICAS]; /* not visible at once; by r and w */
};

typedef struct {
    double there[PBS_REPLICAS], back[PBS_REPLICAS];
    int nth[PBS_REPLICAS]; /* replicas in order of their replies */
} Operation;

static Operation operate(Chance *chance, const PbsModel *model, const PbsLaw *there, int coordinator)
{
    Operation o;
    for (int i = 0; i < PBS_REPLICAS; i++) {
        double way = i == coordinator ? 0 : model->remote_ms;
        o.there[i] = way + draw(chance, there);
        o.back[i] = o.there[i] + draw(chance, &model->other) + way;
        int at = i;
        for (; at > 0 && o.back[o.nth[at - 1]] > o.back[i]; at--)
            o.nth[at] = o.nth[at - 1];
        o.nth[at] = i;
    }
    return o;
}

static void compare(PbsDrawn *drawn, PbsWho who, const Operation *write, const Operation *read)
{
    double seen_from = INFINITY; /* after the write was asked */
    for (int r = 0; r < PBS_REPLICAS; r++) {
        int j = read->nth[r];
        seen_from = fmin(seen_from, write->there[j] - read->there[j]);
        for (int w = 0; w < PBS_REPLICAS; w++) {
            double from = seen_from - write->back[write->nth[w]];
            if (from > 0) /* most are not */
                count(&drawn->late[who][r][w], from);
        }
    }
}

static void try_once(PbsDrawn *drawn, Chance *chance)
{
    const PbsModel *model = drawn->model;
    Operation write = operate(chance, model, &model->write, 0), read = operate(chance, model, &model->other, 0);
    for (int k = 0; k < PBS_REPLICAS; k++) {
        count(&drawn->latency[true][k], write.back[write.nth[k]]);
        count(&drawn->latency[false][k], read.back[read.nth[k]]);
    }
    compare(drawn, PBS_SAME, &write, &read);
    if (model->remote_ms == 0)
        return;
    Operation other = operate(chance, model, &model->other, (int)(next_unit(chance) * PBS_REPLICAS));
    compare(drawn, PBS_ANY, &write, &other);
}

typedef struct {
    PbsDrawn *drawn;
    uint64_t seed;
} Half;

static gpointer draw_half(gpointer data)
{
    Half *half = data;
    Chance chance;
    for (int i = 0; i < 4; i++)
        chance.s[i] = splitmix(&half->seed);
    for (guint64 i = 0; i < half->drawn->trials; i++)
        try_once(half->drawn, &chance);
    return NULL;
}

static void add_counts(guint64 *into, const guint64 *from)
{
    const gsize n = (sizeof(PbsDrawn) - offsetof(PbsDrawn, latency)) / sizeof(guint64);
    for (gsize i = 0; i < n; i++)
        into[i] += from[i];
}

const PbsDrawn *pbs_drawn(const PbsModel *model, guint64 trials)
{
    static GPtrArray *known;
    if (!known)
        known = g_ptr_array_new();
    for (guint i = 0; i < known->len; i++) {
        const PbsDrawn *drawn = g_ptr_array_index(known, i);
        if (drawn->model == model && drawn->trials >= trials)
            return drawn;
    }
    Half half[2] = {{g_new0(PbsDrawn, 1), 1}, {g_new0(PbsDrawn, 1), 2}};
    for (int i = 0; i < 2; i++) {
        half[i].drawn->model = model;
        half[i].drawn->trials = (trials + 1) / 2;
    }
    GThread *other = g_thread_new("pbs", draw_half, &half[1]);
    draw_half(&half[0]);
    g_thread_join(other);
    PbsDrawn *drawn = half[0].drawn;
    add_counts(&drawn->latency[0][0].all, &half[1].drawn->latency[0][0].all);
    drawn->trials *= 2;
    g_free(half[1].drawn);
    g_ptr_array_add(known, drawn);
    return drawn;
}

static const Counts *late_of(const PbsDrawn *drawn, PbsWho who, int r, int w)
{
    return &drawn->late[drawn->model->remote_ms == 0 ? PBS_SAME : who][r - 1][w - 1];
}

double pbs_stale(const PbsDrawn *drawn, PbsWho who, int r, int w, double t)
{
    return counted_beyond(late_of(drawn, who, r, w), t) / (double)drawn->trials;
}

double pbs_visible(const PbsDrawn *drawn, PbsWho who, int r, int w, double p)
{
    return quantile(late_of(drawn, who, r, w), p, drawn->trials);
}

double pbs_drawn_latency(const PbsDrawn *drawn, bool write, int k, double p)
{
    return quantile(&drawn->latency[write][k - 1], p, drawn->trials);
}
