/* A scenario loaded in a test: from a text or from a file, with what was said about it as text. */
#ifndef MRSIM_TESTS_SCENARIO_CASE_H
#define MRSIM_TESTS_SCENARIO_CASE_H
#include "run/run.h"
#include "scenario/scenario.h"

#define CASE_FILE "t.ini"

typedef struct {
    Library *library;
    Scenario *scenario; /* NULL: rejected */
    char *said;         /* what diagnostics_print says */
    GError *error;
    guint n_errors, n_warnings;
} Case;

/* The measured tables, read once; freed by case_forget. */
const Atlas *case_atlas(void);
void case_forget(void);
/* A text as the file t.ini, beside other files: name, text pairs ended by NULL (may be NULL). */
Case case_of_text(const char *text, const char *const *others, const char *const *sets);
Case case_of_file(const char *path, const char *const *sets);
void case_clear(Case *loaded);
/* The first slug in `said`, "[...]" taken off, or "". (transfer full) */
char *case_slug(const Case *loaded);
/* The thing's config; ends the test when there is none. */
const Thing *case_thing(const Case *loaded, const char *kind, const char *name);
/* A small scenario in one region that is valid as it stands. */
extern const char case_small[];
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)
#endif
