/* Values: texts into what configs hold, by the type a parameter table names.
 *
 * One reader per ParamType; every mistake is told at its very place.  Defaults go through the same readers. */
#ifndef MRSIM_SCENARIO_VALUES_H
#define MRSIM_SCENARIO_VALUES_H
#include "scenario/loader.h"

/* What is being read, for whom. */
typedef struct {
    Loader *loader;
    Draft *owner;
    const Param *param;
    bool lenient; /* of something disabled or replaced: what it names must be known, not be in use */
    bool shipped; /* said by a preset of models/ */
    int nested;   /* mixtures around it */
} Reading;

/* Reads the value into its place in `config`.  false: told, and the place is as it was. */
bool value_read(const Reading *reading, const Value *value, void *config);
/* What "" means: the value of a parameter that nobody gave. */
void value_absent(const Param *param, void *config);

/* ---- stretches of a value ---- */
typedef struct {
    const Value *value;
    guint from, length;
} Slice;
Slice slice_whole(const Value *value);
Spot slice_spot(Slice slice);
const char *slice_text(Loader *loader, Slice slice); /* (in arena) */
bool slice_is(Slice slice, const char *word);
/* The items between commas that stand outside parentheses and quotes, without outer blanks: an array of Slice.  NULL:
 * told (an item is missing, a parenthesis is left open). */
GArray *slice_list(const Reading *reading, Slice slice);
/* Every parenthesis has its partner, or it is told. */
bool slice_is_balanced(Loader *loader, Slice slice);

/* ---- what several types are made of ---- */
bool quantity_read(const Reading *reading, Slice slice, Dimension dimension, double *value);
/* Takes "80% " from the front of an item: *rest is what follows. false when no quantity leads (nothing told). */
bool leading_quantity(Slice slice, Slice *quantity, Slice *rest);
/* A word or "a quoted text" (in arena); NULL: told. */
const char *text_read(Loader *loader, Slice slice);
/* Bounds of a parameter; most <= least means: without an upper bound. */
bool in_bounds(const Reading *reading, Slice slice, double value, Dimension dimension);
double upper_bound(const Param *param);
bool law_read(const Reading *reading, Slice slice, Dimension dimension, Law *law);
/* Continents, countries, `elsewhere`; networks as address/bits (locations.c). */
bool locations_read(const Reading *reading, Slice slice, Locations *result);
bool subnets_read(const Reading *reading, Slice slice, Subnets *result);
/* A figure and what it shall not cross (thresholds.c). */
bool threshold_read(const Reading *reading, Slice slice, const Threshold **result);
bool items_read(const Reading *reading, Slice slice, Law *law);
#endif
