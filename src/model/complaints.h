/* Complaints: how a component's `check` speaks to whoever reads the scenario.  `complain` (component.h) makes the text;
 * the reader, who knows the places, makes a diagnostic of it. */
#ifndef MRSIM_MODEL_COMPLAINTS_H
#define MRSIM_MODEL_COMPLAINTS_H
#include "model/component.h"

struct Complaints {
    void *whose;
    /* `key` NULL: the section as a whole. */
    void (*say)(void *whose, const char *key, const char *slug, const char *text);
    bool (*is_said)(void *whose, const char *key);
};
#endif
