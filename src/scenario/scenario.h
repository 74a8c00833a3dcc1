/* Scenario: from text to World.
 *
 * Files are layered first (`extends`, then the file, then --set), then presets, then places; every value is parsed by
 * the type its component's parameter table names; every mistake of every file involved is found in one pass.  The
 * language is documented in docs/scenario.md.  Reading goes through a Library, so that a run can be repeated from what
 * a database stored. */
#ifndef MRSIM_SCENARIO_SCENARIO_H
#define MRSIM_SCENARIO_SCENARIO_H
#include "base/arena.h"
#include "base/diagnostics.h"
#include "model/component.h"
#include "model/metrics.h"
#include <glib.h>

/* What exists: components and policies, in the order of the registry. */
typedef struct {
    const Component *const *component; /* NULL-terminated */
    const Policy *const *policy;       /* NULL-terminated */
} Registry;

/* Where texts come from: the disk, or the files stored with a recorded run. */
typedef struct Library Library;
/* Searches for shipped data: $MRSIM_DATA_DIR, share/mrsim beside the running binary's prefix, the source tree. */
Library *library_on_disk(void);
/* Only these: names as recorded by library_used. (texts copied) */
Library *library_stored(const char *const *names, const char *const *texts, const gsize *lengths, guint n);
void library_free(Library *library);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Library, library_free)
/* The folder with the atlas tables and presets ("…/models"), or NULL: not found (then only own regions and links work).
 */
const char *library_models(const Library *library);
const char *library_scenarios(const Library *library);
#define LIBRARY_ERROR (library_error_quark())
GQuark library_error_quark(void);
enum { LIBRARY_ERROR_TOO_BIG, LIBRARY_ERROR_NOT_A_FILE, LIBRARY_ERROR_NO_SUCH_SCENARIO };
/* Every scenario, preset and CSV file that was read through it, in order of first use: name as written in messages,
 * text, length. */
guint library_used(const Library *library);
void library_used_file(const Library *library, guint i, const char **name, const char **text, gsize *length);
/* `name`: a path, or the bare name of a shipped scenario (no '/' and no '.ini').  (transfer full) NULL with error. */
char *library_read(Library *library, const char *name, const char *relative_to, char **file, gsize *length,
                   GError **error);

typedef struct {
    const Metric *metric;
    const char *statistic;   /* "" or p50 ... */
    Selector selector;       /* "each" labels are in `each` instead */
    const char *each;        /* label with `=*`, or NULL */
    bool at_least;           /* >= ; else <= */
    double target;           /* base unit of results: seconds, 0..1, counts */
    const char *target_text; /* as written: "250ms" */
    const char *text;        /* normal form of the selector: "latency.p99{clients=europe}" */
    Spot spot;
} Objective;

typedef struct {
    const char *address; /* "door.ttl", "shop@eu-central-1.servers" */
    const char *value;   /* as written, blanks normalised */
    bool is_default;     /* nothing in the scenario says it */
    const char *source;  /* file:line, preset, or the source of the default */
    const char *help;
} Setting;

typedef struct {
    World *world;
    guint n_objectives;
    const Objective *objective;
    guint n_settings;
    const Setting
        *setting; /* every parameter of every thing, in file order: for describe and for what differs in a comparison */
    const char *flat_text; /* the scenario as one text: what a child and its bases say together, each line with
                              file:line as a comment */
    Arena *arena;
} Scenario;

/* NULL when there are errors (all are in diagnostics) or the file cannot be read at all (then *error is set: exit 4).
 * Warnings and notes may be there either way.  `atlas` NULL: every name of a measured place is a mistake.  `sets`:
 * --set texts, NULL-terminated or NULL. */
Scenario *scenario_load(const char *name, const char *const *sets, const Registry *registry, const Atlas *atlas,
                        Library *library, Diagnostics *diagnostics, GError **error);
void scenario_free(Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)
#endif
