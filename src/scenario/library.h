/* What the loader needs of a Library beyond scenario.h: files named by files, and the presets. */
#ifndef MRSIM_SCENARIO_LIBRARY_H
#define MRSIM_SCENARIO_LIBRARY_H
#include "scenario/scenario.h"

/* Reads the file `path` that `relative_to` names (NULL: the user, from where he stands).  Like library_read, but never
 * a bare name of a shipped scenario.  Errors are of LIBRARY_ERROR or G_FILE_ERROR. */
char *library_read_path(Library *library, const char *path, const char *relative_to, char **file, gsize *length,
                        GError **error);
/* The names ("models/aws.ini") of all files with presets, sorted, NULL-terminated. (transfer full: g_strfreev) */
char **library_presets(const Library *library);
char *library_read_preset(Library *library, const char *name, gsize *length, GError **error);
/* The bare names of the shipped scenarios, sorted, NULL-terminated. (transfer full) */
char **library_scenario_names(const Library *library);
#endif
