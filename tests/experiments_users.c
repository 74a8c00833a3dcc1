/* Users: who is still where a name led before it was moved, layer by layer: the cache of the resolver, of the machine,
 * of the program, and the open connection.  The old region goes on serving. */
#include "tests/experiments.h"
#include "tests/measures.h"
#include "tests/theory.h"
#include <math.h>

enum { USERS_PER_RESOLVER = 100 };
static const double ttl = 60, think = 20, span = 30;

/* What a user goes through: kept beyond the resolver's answer for this time, or for ever by so many. */
typedef struct {
    double keep_s; /* 0: he looks up for each request */
    double for_ever;
    double longer, hold_s; /* share of resolvers that keep answers longer; how long */
} Layers;

/* An answer that a user is told at s. */
static double told_old(const void *whose, double s)
{
    const Layers *layers = whose;
    double q = USERS_PER_RESOLVER / (layers->keep_s + think);
    if (s <= 0)
        return 1;
    return (1 - layers->longer) * theory_still_old(q, ttl, s) +
           layers->longer * theory_still_old_held(q, layers->hold_s, theory_left_constant(layers->hold_s, s));
}

static double requests_old(const Layers *layers, double t)
{
    double others =
        layers->keep_s > 0 ? theory_requests_old(layers->keep_s, think, t, told_old, layers) : told_old(layers, t);
    return layers->for_ever + (1 - layers->for_ever) * others;
}

static double over_a_span(const Layers *layers, int i)
{
    enum { N_PARTS = 32 };
    double sum = 0;
    for (int j = 0; j < N_PARTS; j++)
        sum += requests_old(layers, span * (i + (j + 0.5) / N_PARTS));
    return sum / N_PARTS;
}

/* 40 resolvers × 400 replications: 16,000. */
static void add_layer(GPtrArray *all, const char *name, Layers layers, guint quick, const char *const *sets)
{
    Experiment *one = experiment_add(all, "users", "move.ini", quick, layers.longer > 0 ? 800 : 400, g_strdup(name));
    for (; *sets; sets++)
        experiment_set(one, "%s", *sets);
    one->measure = measure_old_requests;
    one->parameter = span;
    for (int i = 0; i < N_SPANS; i++) {
        g_autofree char *what = g_strdup_printf("share %g to %g s after", i * span, (i + 1) * span);
        experiment_expect_near(one, what, "", RULE_WITHIN, over_a_span(&layers, i), 0.02);
    }
}

/* Six times `think`: until nearly everybody has been seen, and has a connection of some age. */
#define WARM "scenario.warm-up=120s"

void experiments_add_users(GPtrArray *all)
{
    add_layer(all, "the resolver's cache alone", (Layers){0}, 0, SETS("users.retries=0"));
    add_layer(all, "the machine remembers too", (Layers){0}, 0, SETS("users.stub-cache=yes"));
    add_layer(all, "8.74 % of the resolvers keep answers 300 s", (Layers){.longer = 0.0874, .hold_s = 300}, 0,
              SETS("users.ttl-extenders=8.74%", "users.ttl-hold=300s"));
    add_layer(all, "programs keep answers 120 s", (Layers){.keep_s = 120}, 40,
              SETS("users.runtime=fixed", "users.runtime-hold=120s"));
    add_layer(all, "10 % of the programs keep answers for ever", (Layers){.for_ever = 0.1}, 0,
              SETS("users.runtime=forever", "users.runtime-share=10%"));
    add_layer(all, "connections are kept alive 200 s", (Layers){.keep_s = 200}, 40,
              SETS("users.handshake=1", "users.idle=1d", "users.keep-alive=200s", WARM));
    add_layer(all, "all of it", (Layers){.keep_s = 200, .for_ever = 0.1, .longer = 0.0874, .hold_s = 300}, 0,
              SETS("users.handshake=1", "users.idle=1d", "users.keep-alive=200s", WARM, "users.stub-cache=yes",
                   "users.runtime=forever", "users.runtime-share=10%", "users.ttl-extenders=8.74%",
                   "users.ttl-hold=300s"));
}
