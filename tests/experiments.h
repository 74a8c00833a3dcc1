/* Experiments: one function per group, each in a file of its own, tests/experiments_GROUP.c.
 *
 * A new group: that file, a line in tests/experiments.def, a line in Makefile.am (truth_sources). */
#ifndef MRSIM_TESTS_EXPERIMENTS_H
#define MRSIM_TESTS_EXPERIMENTS_H
#include "tests/experiment.h"

#define GROUP(name) void experiments_add_##name(GPtrArray *all);
#include "tests/experiments.def"
#undef GROUP
#endif
