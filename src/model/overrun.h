/* Overrun: a run that was given up because more was under way at one time than memory allows. */
#ifndef MRSIM_MODEL_OVERRUN_H
#define MRSIM_MODEL_OVERRUN_H
#include "model/sim.h"

/* What grew, where, how fast, and since when: one sentence, for a sim with `overrun` set. (transfer full) */
char *overrun_text(const Sim *sim);
#endif
