/* Figures: from the study of all replications to the figures, objectives, curves and lines of the results. */
#ifndef MRSIM_RUN_FIGURES_H
#define MRSIM_RUN_FIGURES_H
#include "results/results.h"
#include "scenario/scenario.h"
#include "stats/study.h"

/* The total, each label alone, clients × op, and every direction of replication; every statistic of each. */
void figures_add_all(Results *results, const Study *study);
void figures_add_objectives(Results *results, const Study *study, const Scenario *scenario);
void figures_add_curves(Results *results, const Study *study, const World *world);
/* The head of the screen: regions, distances, faults; then what must be said of the run. */
void figures_add_lines(Results *results, const World *world);
void figures_add_awaited(Results *results, const World *world); /* a part of the notes */
void figures_add_notes(Results *results, const Scenario *scenario);
#endif
