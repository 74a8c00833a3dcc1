/* Words that kernel, model and components must not use: they would make a run depend on something else than its
 * scenario and seed.  The message names what to use instead.  Included by the headers of those rooms, after the
 * system's. */
#ifndef MRSIM_BASE_POISON_H
#define MRSIM_BASE_POISON_H
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <glib.h>
#undef log
#undef exp
#undef pow
/* use base/real.h (real_log ...), kernel/random.h, SimTime, g_array_sort, arenas */
#pragma GCC poison rand srand random drand48 rand_r qsort time clock gettimeofday clock_gettime
#pragma GCC poison log exp pow log2 log10 sin cos tan lgamma tgamma expm1 log1p
#pragma GCC poison g_random_int g_random_double g_get_monotonic_time g_get_real_time g_hash_table_foreach              \
    g_hash_table_iter_next
#endif
