/* Loader: what the parts of the scenario room share while a scenario is being read.
 *
 * Documents (files and --set) are merged, base first, into drafts: one per [kind name] and one per [kind name@place],
 * each a list of what is said about it and by whom.  Then drafts become things: the component is found, every value is
 * parsed by its parameter, names become pointers.  Nothing here outlives scenario_load but what stands in the arena. */
#ifndef MRSIM_SCENARIO_LOADER_H
#define MRSIM_SCENARIO_LOADER_H
#include "model/atlas.h"
#include "kernel/random.h"
#include "scenario/library.h"
#include "scenario/reader.h"
#include "scenario/scenario.h"

enum { FORMAT_NEWEST = 1, WEARY_AFTER = 200, LIST_MOST = 4096, NESTED_MOST = 16 };
#define SET_FILE "--set"

typedef struct Draft Draft;

/* One setting and who says it. */
typedef struct {
    const char *key;      /* of an objective: the normal form of its selector */
    const char *raw, *op; /* the key as written */
    Value value;
    Spot spot;   /* of the key */
    guint layer; /* index of the document: the higher, the later */
    const Draft *in;
    const Param *param; /* set when the component is known; NULL: use, enabled, regions, x- */
} Said;

struct Draft {
    const char *kind, *name, *place; /* place NULL: everywhere */
    Spot spot;                       /* of its header where it first occurs */
    guint layer;                     /* of that */
    guint last_layer;                /* the last document that has a section of it */
    Spot last_spot;                  /* of its header there */
    bool shipped;                    /* a preset of models/ */
    GPtrArray *said;                 /* Said *, in order of first appearance: what counts */
    GHashTable *by_key;              /* key -> Said *: the same, to look up */
    GPtrArray *past;                 /* Said *: replaced by a later document */
    const Component *component;      /* NULL: not found (reported) */
    Thing *thing;                    /* things only */
    bool enabled;
    bool used;            /* somebody refers to it */
    bool suspected;       /* already told to be a misspelt other one */
    bool clean;           /* no mistake in its values */
    Draft *bare;          /* of a [kind name@place]: the [kind name]; NULL there is none */
    void *config;         /* read from it; a place's own copy */
    guint first_edge;     /* into edges, counted from 1; 0: none */
    guint cursor, colour; /* while cycles are looked for */
};

/* What is known of an edge between things, once names are pointers. */
typedef struct {
    Draft *from, *to;
    int region; /* ANYWHERE, or the place that is named */
    Spot spot;  /* of the name */
    guint next; /* of the same `from`, counted from 1; 0: none */
} Edge;

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    Library *library;
    const Registry *registry;
    const Atlas *atlas;
    GPtrArray *documents;  /* const Document *: base first, --set last */
    GArray *included_at;   /* Spot per document: the `extends` that names it; line 0: none */
    GArray *noted;         /* bool per document: "included from" was said */
    GPtrArray *drafts;     /* Draft *, in order of first appearance */
    GPtrArray *presets;    /* Draft *: shipped */
    GHashTable *by_header; /* "kind name@place" -> Draft * */
    GHashTable *by_name;   /* name -> GPtrArray of Draft * (no places, no presets): things of any kind */
    GPtrArray *kinds;      /* const char *, NULL-terminated: every kind that a header may name */
    World *world;
    GArray *regions;     /* Region: becomes World.region */
    GArray *edges;       /* Edge */
    GPtrArray *finished; /* Draft *: things, each after all that it refers to */
    guint errors_before; /* in diagnostics when loading began */
    bool regions_broken; /* [scenario] regions is wrong: what depends on it is not judged */
    bool tables_missed;  /* that no measured tables were found has been said */
} Loader;

/* ---- telling (told.c) ---- */
/* An error, warning or note; in a base file, the first one is followed by "included from". */
void tell(Loader *loader, Severity severity, Spot spot, const char *slug, const char *format, ...) G_GNUC_PRINTF(5, 6);
void tell_also(Loader *loader, Spot spot, const char *format, ...)
    G_GNUC_PRINTF(3, 4); /* a note to what was told last */
guint loader_errors(const Loader *loader);
/* So many mistakes that no more are shown: nobody looks for what was meant any more. */
bool is_weary(const Loader *loader);
/* Names of measured places mean nothing without the tables: said once, at the first such name. */
void tell_no_tables(Loader *loader, Spot spot, const char *slug, const char *name);
/* "; did you mean 'X'?" when a candidate is near, else "". (in arena) Also tries the word in lower case. */
const char *did_you_mean(Loader *loader, const char *word, const char *const *candidates);
/* The same over an array of const char * that need not be NULL-terminated. */
const char *did_you_mean_of(Loader *loader, const char *word, GPtrArray *candidates);
/* "a, b or c" (in arena) */
const char *in_words(Loader *loader, const char *const *words, guint n, const char *last);
/* "[service shop@eu-central-1]" (in arena) */
const char *header_of(Loader *loader, const Draft *draft);
/* "us-eu.ini:12" (in arena) */
const char *place_of(Loader *loader, Spot spot);

/* ---- documents (documents.c) ---- */
/* Reads the file, those it extends, and the --set texts. false: stop, told (in diagnostics or *error). */
bool documents_read(Loader *loader, const char *name, const char *const *sets, GError **error);

/* ---- layers (layers.c) ---- */
enum { NEAR_NAMES_MOST = 5000 }; /* in files of more things, names are not compared with one another */
void layers_merge(Loader *loader);
Draft *draft_find(const Loader *loader, const char *kind, const char *name, const char *place);
const Said *draft_says(const Draft *draft, const char *key);
void draft_says_now(Draft *draft,
                    Said *said); /* in place of what it says of the same key, which is returned to `past` */
/* Empty; what it is about is for the caller to fill in. (in arena; draft_clear) */
Draft *draft_make(Loader *loader);
void draft_clear(Draft *draft);
/* The name of another section of its kind that this one's may be a misspelling of, or NULL. */
const char *near_name(Loader *loader, const Draft *draft);
bool is_kind(const Loader *loader, const char *kind); /* that makes things */
/* A word of the language that this version does not speak. */
/* Who says where a value of a preset is from, or NULL. */
const Said *preset_source(const Loader *loader, const Draft *preset, const char *key);
bool is_reserved_kind(const char *kind);

/* ---- presets (presets.c) ---- */
enum { PRESETS_MOST = 16 };
typedef struct {
    const Component *component;
    guint n;
    Draft *preset[PRESETS_MOST]; /* the section's own first, the one next to the component last */
} Model;
void presets_read(Loader *loader);
/* What `use` leads to. false: nothing; told unless quiet. */
bool model_of(Loader *loader, const Draft *draft, Model *model, bool quiet);
/* The component usually meant by a kind, or NULL. */
const Component *usual_component(const Loader *loader, const char *kind);
/* Checks every local preset by itself, as if a thing of nothing else used it. */
void presets_check(Loader *loader);

/* ---- regions (regions.c) ---- */
void regions_declare(Loader *loader);                       /* before any value is read */
void regions_finish(Loader *loader);                        /* after all values: places that values name, distances */
int region_running(const Loader *loader, const char *name); /* -1 */
bool region_known(const Loader *loader, const char *name);  /* declared or measured */

/* ---- things (things.c) ---- */
void things_make(Loader *loader);  /* a Thing per draft; nothing parsed yet */
void things_fill(Loader *loader);  /* values into configs */
void things_check(Loader *loader); /* where they run, rules across parameters */
const Param *param_of(const Component *component, const char *key);
/* Who has the last word on `key` for this draft: itself, then its presets. NULL: nobody but the default. */
const Said *said_for(const Draft *draft, const Model *model, const char *key);

/* ---- references (references.c) ---- */
enum { PLACE_UNKNOWN = -2 };
/* Resolves "[kind ]name[@place]"; `kinds`: those it may name.  false: told.  `lenient`: disabled things and idle
 * regions will do, and nothing counts as used by it. */
bool reference_read(Loader *loader, Draft *owner, const Value *value, guint from, guint length, const char *kinds,
                    bool lenient, Reference *reference);
/* A thing by its bare name among kinds, for time points.  NULL: told. */
const Thing *reference_thing(Loader *loader, Draft *owner, Spot spot, const char *text, const char *kinds,
                             bool lenient);
/* The index of a region that runs, PLACE_UNKNOWN: told; lenient: ANYWHERE for one that is known but idle. */
int place_read(Loader *loader, const char *name, Spot spot, bool lenient);
void references_check(Loader *loader); /* places where they do not run, cycles, what nobody uses */

/* ---- connections (connections.c) ---- */
void connections_check(Loader *loader); /* that services reach what they call in other regions */

/* ---- objectives, lints, settings ---- */
/* The identity of an objective's selector: "latency.p99{clients=europe}" (in arena) */
const char *objective_identity(Loader *loader, const char *text);
/* What it is about, by said->key: metric, statistic, selector, text.  false: told; without a metric: none is known. */
bool objective_figure(Loader *loader, const Said *said, Objective *objective);
void objectives_read(Loader *loader, Scenario *scenario);
void lints_check(Loader *loader, const Scenario *scenario);
void lints_capacity(Loader *loader);     /* its part about who can serve how many */
void lints_accelerators(Loader *loader); /* ... about accelerators and names before them that do less */
void lints_data(Loader *loader);         /* ... about databases whose readers cannot say what they must */
void lints_names(Loader *loader);        /* ... about records and edits that do less than they seem to */
void lints_succession(Loader *loader);   /* ... about who watches a database's only writer */
void lints_routing(Loader *loader);      /* ... about who gets no answer of a name */
void settings_list(Loader *loader, Scenario *scenario);
const char *flat_text(Loader *loader);
#endif
