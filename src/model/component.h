/* Component: what a thing in a scenario is, told by one table.
 *
 * A component file ends in one `const Component NAME_component`: the kind and name that scenarios write, its parameters
 * (name, type, where it lives in the config struct, default as text, bounds, help, source of the default), the metrics
 * it feeds, and its operations.  From this table come parsing, ranges, did-you-mean, `describe`, the reference pages
 * and the tests over all components.  A file of its own plus one line in run/registry.c is all a new component needs.
 *
 * Life: the loader parses a section into a config (parameter table), `check` looks across parameters, `runs_in` tells
 * where it exists; then for every replication `build` makes its entities and `connect` finds those of others. */
#ifndef MRSIM_MODEL_COMPONENT_H
#define MRSIM_MODEL_COMPONENT_H
#include "base/arena.h"
#include "base/diagnostics.h"
#include "base/quantity.h"
#include "kernel/law.h"
#include "kernel/simtime.h"
#include <glib.h>
#include <stdbool.h>

typedef struct Component Component;
typedef struct Thing Thing;
typedef struct World World;
typedef struct Sim Sim;
typedef struct Entity Entity;
typedef struct Policy Policy;
typedef struct RecordTraits RecordTraits;
typedef struct Threshold Threshold; /* model/threshold.h */

/* ---- values as configs hold them ---- */
enum { ANYWHERE = -1 }; /* a bare name: "the one here, else the target's own rule" */
typedef struct {
    const Thing *thing; /* NULL: none */
    int region;         /* index into World.region, or ANYWHERE */
} Reference;
typedef struct {
    double quantity; /* `5x carts`, `90 stable`: 1 where nothing leads */
    Reference to;
    bool leads; /* the quantity is said */
} Item;
typedef struct References {
    guint n;
    const Item *item;
} References;
typedef struct {
    double share;     /* 0..1; shares of a list add up to 1 */
    const char *name; /* country (DE), place (US-CHICAGO) or region, as written */
} WeightedPlace;
typedef struct {
    guint n;
    const WeightedPlace *place;
} Places;
typedef struct {
    guint n;
    const int *region; /* indices into World.region */
} Regions;
/* Where a resolver or user may be, for geolocation: continents, countries, or elsewhere: everybody else. */
typedef enum { LOCATION_CONTINENT, LOCATION_COUNTRY, LOCATION_ELSEWHERE } LocationKind;
typedef struct {
    LocationKind kind;
    const char *name; /* europe, DE, elsewhere */
} Location;
typedef struct {
    guint n;
    const Location *location;
} Locations;
typedef struct {
    guint32 address; /* the bits behind the first `bits` are 0 */
    guint8 bits;     /* 0: everybody else */
} Subnet;
typedef struct {
    guint n;
    const Subnet *subnet;
} Subnets;
/* What a dns record says about itself for the policy of the record that answers with it. */
struct RecordTraits {
    Locations locations;
    Subnets subnets;
    gint64 bias; /* -99 .. 99: geoproximity */
};
typedef struct {
    guint n;
    double share[8]; /* 0..1, adding up to 1 */
    int word[8];     /* index into the parameter's choices */
} Mix;
typedef struct {
    guint n;
    const int *word; /* indices into the parameter's choices, in the order given, each once */
} Words;
typedef enum { POINT_START, POINT_END, POINT_DETECTED, POINT_DECIDED, POINT_PROMOTED, POINT_BACK } PointEvent;
typedef struct {
    SimTime offset;     /* after the start of measurement, or after the event; SIMTIME_NEVER: not said */
    const Thing *after; /* NULL: the start of measurement */
    PointEvent event;
} Point;

typedef enum {
    PARAM_TEXT,            /* const char * */
    PARAM_YES_NO,          /* bool */
    PARAM_CHOICE,          /* int: index into `choices` (words separated by one blank) */
    PARAM_COUNT,           /* gint64 */
    PARAM_SHARE,           /* double, 0..1 */
    PARAM_DURATION,        /* SimTime */
    PARAM_RATE,            /* double, per second */
    PARAM_SIZE,            /* gint64, bytes */
    PARAM_BANDWIDTH,       /* double, bytes per second */
    PARAM_DRIFT,           /* double, seconds per second */
    PARAM_LAW_OF_DURATION, /* Law, nanoseconds (a plain duration is the constant) */
    PARAM_LAW_OF_ITEMS,    /* Law, item numbers (zipf(1M, 0.9); a plain count n is uniform over n items) */
    PARAM_POINT,           /* Point */
    PARAM_REFERENCE,       /* Reference; `choices` lists the kinds it may name */
    PARAM_REFERENCES,      /* References; `quantity` says what may lead an item */
    PARAM_REGION,          /* int: a region where things run; ANYWHERE when absent */
    PARAM_REGIONS,         /* Regions: of those where things run; n = 0 when absent. "all": every one */
    PARAM_PLACE,  /* const char *: the name of any known region (declared or measured); `choices` "clients": also a city
                     or country */
    PARAM_PLACES, /* Places: with shares; `choices` "regions": known regions, without */
    PARAM_MIX,    /* Mix: words of `choices` with shares */
    PARAM_LOCATIONS, /* Locations: continents, countries, elsewhere */
    PARAM_SUBNETS,   /* Subnets: IPv4 networks; `choices` "elsewhere": also everybody else */
    PARAM_POLICY,    /* const Policy *: by name among the policies of kind `choices` */
    PARAM_WORDS,     /* Words: some of `choices`; "all": every one */
    PARAM_THRESHOLD, /* const Threshold *: a figure and a value not to be crossed */
} ParamType;

enum {
    PARAM_EVERYWHERE = 1, /* flag: cannot differ by place; not allowed in [kind name@place] */
    PARAM_AT_NEED = 2,    /* flag: a reference that is asked only when another has failed */
};

typedef struct {
    const char *name;
    ParamType type;
    gsize offset;
    const char *standard; /* default as text, put through the same parser; NULL: required; "": absent (zeroed; -1 for
                             regions) */
    double least, most; /* bounds in base units, inclusive; most <= least: no upper one; for laws: where they are cut */
    const char *choices;
    Dimension quantity; /* of the leading quantities of a list: DIMENSION_NONE, _SHARE, _COUNT (weight), _TIMES */
    double unsaid;      /* what an item without one counts; 0: 1 */
    unsigned flags;
    const char *help; /* one sentence */
    const char
        *source; /* of the default; "assumed" where there is none; NULL only for required ones and absent defaults */
} Param;

/* Makes a parameter whose field has the wrong C type fail to compile. */
#define PARAM_FIELD(Config, field, CType)                                                                              \
    (offsetof(Config, field) +                                                                                         \
     0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((Config *)0)->field), CType) ? 1 : -1]))
#define PARAM_END                                                                                                      \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

typedef enum { EXISTS_ONCE, EXISTS_PER_REGION, EXISTS_BY_ITSELF } Existence;

/* Best cases for the lints, known before anything runs. */
typedef enum {
    BOUND_DETECTION,      /* seconds until a fault can be noticed, at best */
    BOUND_PROMOTION,      /* seconds from detection until another writer serves, at best */
    BOUND_WORKERS,        /* how many requests one region works on at a time */
    BOUND_READ_WORK,      /* mean seconds that a worker there works on a read, what it asks others for not counted */
    BOUND_WRITE_WORK,     /* ... on a write; false: it takes none there */
    BOUND_ROOM,           /* requests that may wait in one region */
    BOUND_INSTANCES,      /* of it in one region, that a balancer finds there */
    BOUND_TARGETS,        /* instances that a balancer sends to in one region */
    BOUND_PATIENCE,       /* seconds that it waits for each answer */
    BOUND_APPLY,          /* changes per second of others that one region can apply; false: as many as come */
    BOUND_WRITERS,        /* in how many regions writes are accepted at one time */
    BOUND_ATTEMPTS,       /* most attempts made for one request */
    BOUND_KEEPS_SESSIONS, /* 1: a service that knows who its user is when he comes again */
    BOUND_NEEDS_SESSIONS, /* database: 1 when what its reads promise needs a session that is kept */
    BOUND_DEEP_CHECK,     /* 1: a health check that looks at what lies behind the page; 0: shallow */
    BOUND_PACE,           /* calls per second that its entities make of their own accord, in all regions together */
    BOUND_SUCCESSION,     /* 1: another region may become the only one where writes are accepted, by itself; 0: only if
                             somebody asks for it; false: there is no such one */
    BOUND_BYTES,          /* memory that its entities take in one replication, in all regions together */
} Bound;

/* Rules across parameters: say what is wrong with a key of this thing (NULL: the section as a whole). */
typedef struct Complaints Complaints;
void complain(Complaints *complaints, const char *key, const char *slug, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Whether a file, a preset or --set gives this key to the thing being checked, be it the default's value. */
bool is_said(const Complaints *complaints, const char *key);

struct Component {
    const char *kind, *name;    /* as the scenario writes them: [database carts] use = aurora-global */
    const char *summary;        /* one sentence */
    bool usual;                 /* the component meant when a section of this kind has no `use` */
    Existence existence;        /* per region: `regions = a, b` narrows it */
    bool root;                  /* uses others but need not be used (clients, faults, ...): never an unused-section */
    const Param *params;        /* ended by PARAM_END */
    const char *const *metrics; /* names in model/metrics.h that it feeds; NULL-terminated */
    gsize config_size;
    void (*check)(const Thing *thing, const World *world, Complaints *complaints);
    void (*runs_in)(const Thing *thing, const World *world, bool *here); /* EXISTS_BY_ITSELF; sets here[region] */
    bool (*bound)(const Thing *thing, const World *world, int region, Bound bound,
                  double *value);                                            /* false: says nothing */
    void (*build)(Sim *sim, const Thing *thing);                             /* makes its entities */
    void (*connect)(Sim *sim, const Thing *thing);                           /* finds the others' */
    Entity *(*elsewhere)(Sim *sim, const Thing *thing, const Entity *asker); /* R4, none here; NULL: the nearest */
};

/* A policy is a rule that one component leaves open: how a dns record picks an answer, how a balancer picks a target.
 * One file, one line in the registry.  `rule` points to the struct of functions that its kind defines (model/ports.h).
 */
struct Policy {
    const char *kind, *name; /* "dns", "latency" */
    const char *summary, *source;
    const void *rule;
};

/* ---- what a scenario becomes: shared by all replications and threads, never written while they run ---- */
struct Thing {
    const Component *component;
    const char *name;
    guint64 key; /* of kind and name: keys the draws of its entities, whatever else the scenario holds */
    guint index; /* into World.thing */
    Spot spot;   /* of its header */
    const void *config;
    const void *
        *config_at; /* per region: with the overrides of [kind name@region]; equal to config where there are none */
    bool *runs_in;  /* per region */
};

typedef struct {
    const char *name;        /* us-east-1 */
    const char *title;       /* N. Virginia; the name itself where there is none */
    const char *measured_as; /* the region whose measured distances it has; NULL: only what [link] says */
    guint n_zones;
    Law ahead; /* how far its clocks are off; LAW_NONE: not at all */
} Region;

typedef struct Atlas Atlas;

typedef struct {
    const char *title;
    const char *extends;
    SimTime duration, warm_up;
    gint64 format;
    Regions regions;   /* the running ones: 0 .. n_running - 1 */
    bool path_factors; /* draw a factor per (place, region) and run; no: all 1 */
} ScenarioConfig;
typedef struct {
    const char *like;
    gint64 zones;
    Law ahead;
} RegionConfig;
/* All components of kind link have this config; each has the keys that make sense for it (model/links.h). */
typedef struct {
    const char *from, *to; /* any known region or client place; NULL: see attachments */
    Regions attachments;   /* any two of them are joined */
    Law rtt;               /* LAW_NONE: as measured */
    Law jitter, hop;       /* added to each exchange; LAW_NONE: nothing */
    double loss;           /* of messages, 0..1 */
    SimTime retransmit;    /* beyond a round trip, until what was lost is sent again */
    double bandwidth;      /* bytes per second each way, of each attachment, of each tunnel; 0: as much as there is */
    gint64 tunnels;        /* one is used at a time; 0: no tunnels, one line */
    SimTime hold;          /* after so long without a sign of life it is given up; 0: never */
    SimTime keepalive;     /* how often there is one */
    SimTime restore;       /* from its being whole again until it is used again, once it was given up */
    Reference backup;      /* another link, used while this one is given up */
    bool one_way;
} LinkConfig;

struct World {
    const char *name; /* us-eu-active-active */
    ScenarioConfig scenario;
    guint n_regions, n_running; /* the running ones come first, in the order of `regions =` */
    const Region *region;
    guint n_things;
    const Thing *const *thing; /* enabled ones, in order of first appearance, base file first */
    const Atlas *atlas;
    Arena *arena;
};

const Thing *world_find(const World *world, const char *kind, const char *name); /* NULL: none */
int world_region(const World *world, const char *name);                          /* -1: none */
static inline const void *thing_config(const Thing *thing, int region)
{
    return region < 0 ? thing->config : thing->config_at[region];
}

extern const Component scenario_component, region_component;
#endif
