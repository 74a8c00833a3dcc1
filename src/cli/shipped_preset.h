/* Shipped presets: the `[preset NAME]` sections of models/, as `list` and `describe` show them. */
#ifndef MRSIM_CLI_SHIPPED_PRESET_H
#define MRSIM_CLI_SHIPPED_PRESET_H
#include "scenario/library.h"

typedef struct {
    char *name; /* aurora-global */
    char *use;  /* the component or preset it is made from; "" when it does not say */
    char *file; /* models/databases.ini */
    char *text; /* its lines as they stand in the file, with those of its [source] section */
} ShippedPreset;

/* Every shipped preset, in order of name. (transfer full: GPtrArray of ShippedPreset) */
GPtrArray *shipped_presets_read(Library *library);
const ShippedPreset *shipped_preset_find(const GPtrArray *presets, const char *name); /* NULL: none */
#endif
